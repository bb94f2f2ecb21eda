package web

import (
	"strconv"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/parts"
)

// caseListings are the listings of an e-commerce case, whole for who may see listings, else only what was found.
func (s *Server) caseListings(c *ctx, file *casework.File) (*views.CasePart, error) {
	part := &views.CasePart{ID: "listings", Title: c.p.T("case.listings")}
	empty := &parts.EmptyState{Title: c.p.T("case.listings.none")}
	word := func(key, value string) string {
		switch {
		case value != "":
			return c.p.Or(key+value, value)
		case key == "finding.":
			return c.p.T("finding.none")
		}
		return c.p.T("case.listings.open")
	}
	if s.Guard.CanAnywhere(c.by, "listing.view") {
		rows, more, err := s.Listings.List(c.ctx(), c.by, listing.Filter{CaseID: file.ID}, casework.Page{Limit: 50})
		if err != nil {
			return nil, err
		}
		part.Table = parts.Table{Caption: part.Title, Compact: true, Empty: empty, Columns: []parts.Column{
			{Label: c.p.T("case.listing.number")}, {Label: c.p.T("case.listing.title")}, {Label: c.p.T("listing.state")}, {Label: c.p.T("case.listing.finding")}, {Label: c.p.T("case.listing.result")},
		}}
		ids := make([]string, len(rows))
		for i, x := range rows {
			ids[i] = x.ID
		}
		near, err := s.Listings.Nearest(c.ctx(), ids, s.today())
		if err != nil {
			return nil, err
		}
		if part.Table.Foot, err = s.listingCounts(c, file.ID, len(rows)); err != nil {
			return nil, err
		}
		for _, x := range rows {
			due := ""
			if d := near[x.ID]; !d.IsZero() {
				due = c.p.T("case.listing.due", d)
			}
			part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
				parts.LinkCell(x.Number, "/listings/"+x.ID, ""), parts.TextCell(x.Title, c.p.Or("platform."+x.Platform, x.Platform)+" · "+x.Shop), parts.TextCell(c.p.T("listing.state."+string(x.State)), due),
				parts.TextCell(word("finding.", x.Finding), ""), parts.TextCell(word("result.", x.Result), ""),
			}})
		}
		if more {
			part.More = &parts.Link{Label: c.p.T("parts.search.more"), Href: "/listings?case=" + file.ID}
		}
		return part, nil
	}
	part.Table = parts.Table{Caption: part.Title, Compact: true, Empty: empty, Columns: []parts.Column{
		{Label: c.p.T("case.listing.number")}, {Label: c.p.T("case.listing.finding")}, {Label: c.p.T("case.listing.result")},
	}}
	for i, x := range file.Listings {
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.TextCell(strconv.Itoa(i+1), ""), parts.TextCell(word("finding.", x.Finding), ""), parts.TextCell(word("result.", x.Result), ""),
		}})
	}
	return part, nil
}

// caseNotices are the notices to platforms that name listings of a case; nil where there are none, or the person sees no listings.
func (s *Server) caseNotices(c *ctx, file *casework.File) (*views.CasePart, error) {
	if !s.Guard.CanAnywhere(c.by, "listing.view") {
		return nil, nil
	}
	list, err := s.Listings.NoticesOf(c.ctx(), c.by, "", file.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	t := c.shopNoticeTable(list)
	t.Compact = true
	return &views.CasePart{ID: "notices", Title: c.p.T("case.notices"), Table: t}, nil
}

// listingCounts are a case's listings counted by where they stand, as the foot of their table; none where there are none.
func (s *Server) listingCounts(c *ctx, caseID string, rows int) ([]parts.Cell, error) {
	if rows == 0 {
		return nil, nil
	}
	counts, err := s.Listings.States(c.ctx(), c.by, listing.Filter{CaseID: caseID})
	if err != nil {
		return nil, err
	}
	var out []string
	total := int64(0)
	for _, st := range listing.States() {
		if n := counts[st]; n > 0 {
			total += n
			out = append(out, c.p.T("case.listings.count", c.p.T("listing.state."+string(st)), c.p.Count(n)))
		}
	}
	return []parts.Cell{parts.LinkCell(c.p.N("listing.count", int(total)), "/listings?case="+caseID, ""), parts.TextCell(strings.Join(out, c.p.T("case.listings.and")), "")}, nil
}
