package web

import (
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/parts"
)

// againRemarks says of a listing which listings offer it again, and that decisions in force stood against its seller before it was found.
func (s *Server) againRemarks(c *ctx, x *listing.Listing, v *views.ListingView) error {
	p := c.p
	later, err := s.Listings.Relisted(c.ctx(), c.by, x.ID)
	if err != nil {
		return err
	}
	if len(later) > 0 {
		tone, key := parts.Soon, "listing.relisted_by"
		t := &parts.Table{Caption: p.T("listing.relisted_by.list"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.number")}, {Label: p.T("listing.title")}, {Label: p.T("listing.relist"), Slim: true}}}
		for _, y := range later {
			word := p.T("listing.relist..title")
			if y.RelistState != "" {
				word = p.T("listing.relist." + y.RelistState)
			}
			if y.RelistState == "open" || y.RelistState == "confirmed" {
				tone, key = parts.Late, "listing.relisted_by.alarm"
			}
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(y.Number, listingPath(y.ID), p.Day(y.FoundOn)), parts.TextCell(y.Title, also(p.T("platform."+y.Platform), y.Shop)), parts.TextCell(word, "")}})
		}
		v.Remarks = append(v.Remarks, views.Remark{Tone: tone, Title: p.N(key, len(later))})
		v.Main = append(v.Main, views.SheetCard{ID: "again", Title: p.T("listing.relisted_by.list"), Table: t})
	}
	if x.SellerID == nil {
		return nil
	}
	decided, err := s.Listings.Decisions(c.ctx(), c.by, *x.SellerID)
	if err != nil {
		return err
	}
	for _, d := range decided {
		if d.DecidedOn < x.FoundOn && (x.CaseID == nil || *x.CaseID != d.CaseID) {
			v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.T("listing.decided_before", d.Number, d.DecidedOn), Text: c.repeatLaw()})
			break
		}
	}
	return nil
}

// akinCard are listings with pictures like this one's.
func (s *Server) akinCard(c *ctx, x *listing.Listing, v *views.ListingView) error {
	list, err := s.Listings.Akin(c.ctx(), c.by, x.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	p := c.p
	t := &parts.Table{Caption: p.T("listing.akin"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.number")}, {Label: p.T("listing.title")}, {Label: p.T("listing.finding"), Slim: true}, {Label: p.T("listing.akin.how"), Slim: true}}}
	for _, y := range list {
		how := p.T("listing.akin.same")
		if y.Bits > 0 {
			how = p.T("listing.akin.near", 100-y.Bits*100/64)
		}
		whose := also(p.T("platform."+y.Platform), y.Shop)
		if x.SellerID != nil && y.SellerID != nil && *x.SellerID == *y.SellerID {
			whose = also(whose, p.T("listing.akin.seller"))
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(y.Number, listingPath(y.ID), p.Day(y.FoundOn)), parts.TextCell(y.Title, whose),
			parts.BodyCell(parts.StatusDot(findingTone(y.Finding), c.findingWord(y.Finding))), parts.TextCell(how, p.T("listing.kind."+y.Kind))}})
	}
	v.Main = append(v.Main, views.SheetCard{ID: "akin", Title: p.T("listing.akin"), Table: t, More: p.T("listing.akin.hint")})
	return nil
}

// noticeCard are the notices that name a listing.
func (s *Server) noticeCard(c *ctx, x *listing.Listing, v *views.ListingView) error {
	list, err := s.Listings.NoticesOf(c.ctx(), c.by, x.ID, "")
	if err != nil || len(list) == 0 {
		return err
	}
	v.Side = append(v.Side, views.SheetCard{ID: "notices", Title: c.p.T("pnotice.title"), Table: c.shopNoticeList(list)})
	return nil
}

// shopNoticeList is notices in short.
func (c *ctx) shopNoticeList(list []listing.Notice) *parts.Table {
	t := &parts.Table{Caption: c.p.T("pnotice.title"), Compact: true, Columns: []parts.Column{{Label: c.p.T("pnotice.number")}, {Label: c.p.T("pnotice.state"), Slim: true}}}
	for i := range list {
		n := &list[i]
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(c.shopNoticeName(n), shopNoticePath(n.ID), c.p.N("listing.count", int(n.Rows))),
			parts.BodyCell(parts.StatusDot(shopNoticeTone(n.State), c.p.T("pnotice.state."+n.State)))}})
	}
	return t
}
