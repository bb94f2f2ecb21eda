package web

import (
	"net/http"
	"net/url"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/parts"
)

func sellerPath(id string) string { return "/sellers/" + id }

// sellers lists who sells, those who infringed again marked.
func (s *Server) sellers(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"repeat": {"1"}}, counted: []string{"after"}})
	delete(q.wrong, "after") // a name and an id
	f := listing.SellerFilter{Text: q.text("q"), Office: q.raw("office"), Repeat: q.raw("repeat") == "1"}
	p := c.p
	v := views.RecordsView{Page: c.page(p.T("seller.title"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("listings", "/listings"), p.T("seller.lead")
	values := url.Values{}
	for name, x := range map[string]string{"q": f.Text, "office": f.Office, "repeat": q.raw("repeat")} {
		if x != "" {
			values.Set(name, x)
		}
	}
	v.Filters = parts.Filters{Action: "/sellers", Clear: "/sellers",
		Fields: q.fill(p,
			parts.Field{Name: "q", Label: p.T("seller.q"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "repeat", Label: p.T("seller.repeat"), Type: parts.Select, Blank: p.T("intake.all"), Options: []parts.Option{{Value: "1", Label: p.T("seller.repeat.only")}}},
			parts.Field{Name: "office", Label: p.T("lead.office"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.offices("listing.view")}),
		Chips: chipsOf("/sellers", values, chip{"q", p.T("seller.q"), f.Text}, chip{"repeat", p.T("seller.repeat"), p.T("seller.repeat.only")}, chip{"office", p.T("lead.office"), c.place(f.Office)})}
	if q.invalid() {
		return c.showMisread(v, q)
	}
	rows, more, err := s.Listings.Sellers(c.ctx(), c.by, f, q.raw("after"), rowsOfPage)
	if err != nil {
		return err
	}
	v.Head = parts.ListHead{Count: p.N("seller.count", len(rows))}
	v.Table = parts.Table{Caption: p.T("seller.title"), Columns: []parts.Column{{Label: p.T("seller.name")}, {Label: p.T("seller.credit_code")}, {Label: p.T("seller.region")}, {Label: p.T("seller.listings"), Num: true},
		{Label: p.T("seller.hits"), Num: true}, {Label: p.T("seller.again"), Num: true}}, Empty: &parts.EmptyState{Icon: "building-store", Title: p.T("seller.none"), Text: p.T("seller.none.text")}}
	for i := range rows {
		r := &rows[i]
		row := parts.Row{Cells: []parts.Cell{parts.LinkCell(r.Name, sellerPath(r.ID), c.place(r.Jurisdiction)), parts.TextCell(r.CreditCode, ""), parts.TextCell(c.place(r.Region), ""),
			parts.NumCell(p.Count(r.Listings)), parts.NumCell(p.Count(r.Hits)), parts.NumCell(p.Count(r.Again))}}
		if r.Again > 0 {
			row.Tone = parts.Late
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	v.Pager = parts.Pager{Shown: len(rows)}
	if more {
		v.Pager.Next = address("/sellers", values, "after", rows[len(rows)-1].Key())
	}
	if q.raw("after") != "" {
		v.Pager.First = address("/sellers", values)
	}
	return c.show(http.StatusOK, views.Records(v))
}

// seller shows a seller across platforms: its shops, listings, cases, what came of them, and what follows of infringing again.
func (s *Server) seller(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.sellerPage(c, http.StatusOK, id, "", nil)
}

func (s *Server) sellerPage(c *ctx, code int, id, act string, back *form) error {
	x, err := s.Listings.Seller(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if x.ID != id && act == "" {
		return c.to(sellerPath(x.ID))
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(x.Name)}
	v.Page.Crumbs, v.Page.Invalid = append(c.crumb("listings", "/listings"), c.crumb("sellers", "/sellers")...), back != nil && back.invalid()
	decided, err := s.Listings.Decisions(c.ctx(), c.by, x.ID)
	if err != nil {
		return err
	}
	after, err := s.Listings.After(c.ctx(), c.by, x.ID, decided)
	if err != nil {
		return err
	}
	if after > 0 {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.N("seller.after.flag", int(after)), Text: p.T("seller.after.text", decided[len(decided)-1].Number, decided[len(decided)-1].DecidedOn) + "\n" + c.repeatLaw()})
	} else if x.Again > 0 {
		title := p.N("seller.again.flag", int(x.Again))
		if x.Same > 0 {
			title += p.N("seller.again.same", int(x.Same))
		}
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: title, Text: c.repeatLaw()})
	}
	for _, k := range []struct {
		key  string
		f    listing.Filter
		tone parts.Tone
		icon string
	}{{"seller.listings", listing.Filter{}, parts.Running, "shopping-cart"}, {"seller.hits", listing.Filter{Done: "hit"}, parts.Late, "copy"}, {"seller.removed", listing.Filter{Done: "removed"}, parts.Done, "trash"},
		{"seller.restored", listing.Filter{Done: "restored"}, parts.Stopped, "refresh"}, {"seller.relisted", listing.Filter{Relist: "open"}, parts.Soon, "alert-triangle"}} {
		k.f.Seller = x.ID
		n, err := s.Listings.Count(c.ctx(), c.by, k.f)
		if err != nil {
			return err
		}
		v.Cards = append(v.Cards, parts.NumberCard{Label: p.T(k.key), Value: p.Count(n), Tone: k.tone, Icon: k.icon, Href: address("/listings", k.f.Values())})
	}
	rows, more, err := s.Listings.List(c.ctx(), c.by, listing.Filter{Seller: x.ID}, casework.Page{Limit: 20})
	if err != nil {
		return err
	}
	t := views.ListingTable(p, p.T("seller.listings"), c.listingLines(rows), "", "")
	t.Compact = true
	card := views.SheetCard{ID: "listings", Title: p.T("seller.listings"), Table: &t}
	if more {
		card.More = p.T("seller.listings.more")
	}
	v.Main = append(v.Main, card, c.sellerDecisions(decided))
	if err := s.sellerCases(c, x, &v); err != nil {
		return err
	}
	if c.can("listing.work", x.Jurisdiction) {
		s.sellerForms(c, x, act, back, &v)
	}
	c.sellerFacts(x, &v)
	return c.show(code, views.RegisterSheet(v))
}

// repeatLaw is what the law says today of who infringes again.
func (c *ctx) repeatLaw() string {
	var lines []string
	for _, key := range listing.RepeatLaw(c.s.today()) {
		lines = append(lines, c.p.T("seller.law."+key))
	}
	return strings.Join(lines, "\n")
}

// sellerDecisions are the decisions in force against a seller.
func (c *ctx) sellerDecisions(list []listing.Decision) views.SheetCard {
	p := c.p
	t := &parts.Table{Caption: p.T("seller.decisions"), Compact: true, Columns: []parts.Column{{Label: p.T("case.number")}, {Label: p.T("seller.case.outcome")}, {Label: p.T("seller.decided_on"), Slim: true}}, Empty: &parts.EmptyState{Title: p.T("seller.decisions.none")}}
	for _, d := range list {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(d.Number, "/cases/"+d.CaseID, p.T("kind."+d.Kind)), parts.TextCell(p.Or("choice.outcome."+d.Outcome, d.Outcome), ""), parts.TextCell(p.Day(d.DecidedOn), "")}})
	}
	return views.SheetCard{ID: "decisions", Title: p.T("seller.decisions"), Table: t}
}

// sellerCases are the cases of a seller's listings, those that the person may see.
func (s *Server) sellerCases(c *ctx, x *listing.SellerFile, v *views.RegisterSheetView) error {
	t, err := s.casesOf(c, x.Cases)
	if err != nil {
		return err
	}
	v.Main = append(v.Main, views.SheetCard{ID: "cases", Title: c.p.T("seller.cases"), Table: t})
	return nil
}

// casesOf are some cases in short, those that the person may see.
func (s *Server) casesOf(c *ctx, ids []string) (*parts.Table, error) {
	p := c.p
	t := &parts.Table{Caption: p.T("seller.cases"), Compact: true, Columns: []parts.Column{{Label: p.T("case.number")}, {Label: p.T("seller.case.state"), Slim: true}, {Label: p.T("seller.case.outcome")}}, Empty: &parts.EmptyState{Title: p.T("seller.cases.none")}}
	for _, id := range ids {
		f, err := s.Docket.Find(c.ctx(), c.by, id)
		if errs.CodeOf(err) == errs.NotFound || errs.CodeOf(err) == errs.Forbidden {
			continue
		}
		if err != nil {
			return nil, err
		}
		outcome := ""
		if f.Outcome != "" {
			outcome = p.Or("outcome."+f.Outcome, f.Outcome)
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(f.Number, "/cases/"+f.ID, f.Title), parts.TextCell(p.T("state."+string(f.State)), ""), parts.TextCell(outcome, "")}})
	}
	return t, nil
}

func (c *ctx) sellerFacts(x *listing.SellerFile, v *views.RegisterSheetView) {
	p := c.p
	v.Side = append(v.Side, views.SheetCard{ID: "facts", Title: p.T("seller.facts"), Narrow: true, Descs: given(
		parts.Desc{Label: p.T("seller.name"), Value: x.Name}, parts.Desc{Label: p.T("seller.credit_code"), Value: x.CreditCode, Code: true}, parts.Desc{Label: p.T("seller.region"), Value: c.place(x.Region)},
		parts.Desc{Label: p.T("seller.address"), Value: x.Address}, parts.Desc{Label: p.T("seller.contact"), Value: x.Contact}, parts.Desc{Label: p.T("seller.note"), Value: x.Note}, parts.Desc{Label: p.T("lead.office"), Value: c.place(x.Jurisdiction)})})
	shops := &parts.Table{Caption: p.T("seller.shops"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.platform")}, {Label: p.T("listing.shop")}}, Empty: &parts.EmptyState{Title: p.T("seller.shops.none")}}
	for _, h := range x.Shops {
		number := ""
		if n, ok := strings.CutPrefix(h.Key, "#"); ok {
			number = n
		}
		shops.Rows = append(shops.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("platform."+h.Platform), ""), parts.TextCell(h.Name, number)}})
	}
	v.Side = append(v.Side, views.SheetCard{ID: "shops", Title: p.T("seller.shops"), Table: shops})
	names := map[string]string{x.ID: x.Name}
	for _, m := range x.Members {
		names[m.ID] = m.Name
	}
	line := &parts.Timeline{Title: p.T("seller.merges")}
	for _, m := range x.Merges {
		if m.UndoneAt != nil {
			line.Events = append(line.Events, parts.Event{Time: *m.UndoneAt, Who: m.UndoneName, Title: p.T("seller.unmerged"), Text: m.UndoneWhy, Icon: "arrow-back-up"})
		}
		line.Events = append(line.Events, parts.Event{Time: m.MadeAt, Who: m.ByName, Title: p.T("seller.merged", names[m.FromID]), Text: m.Reason, Icon: "arrows-join"})
	}
	if len(line.Events) > 0 {
		v.Side = append(v.Side, views.SheetCard{Timeline: line})
	}
}

// sellerForms are what may be done with a seller.
func (s *Server) sellerForms(c *ctx, x *listing.SellerFile, act string, back *form, v *views.RegisterSheetView) {
	p := c.p
	one := func(name, icon string, values map[string]string, hidden []parts.Hidden, fields ...parts.Field) {
		f := blank(values)
		if act == name && back != nil {
			f = back
		}
		a := views.ActForm{ID: name, Icon: icon, Title: p.T("seller.act." + name), Hint: p.Or("seller.act."+name+".hint", ""), Fold: act != name, Fields: numbered(name, f.fill(p, fields...)),
			Form: parts.Form{Action: sellerPath(x.ID) + "/" + name, Submit: p.T("seller.act." + name), Hidden: append([]parts.Hidden{version(x.Version)}, hidden...)}}
		a.Error = f.general(p, a.Fields...)
		v.Main = append(v.Main, views.SheetCard{Form: &a})
	}
	why := parts.Field{Name: "reason", Label: p.T("seller.reason"), Type: parts.LongText, Rows: 2, Max: 2000, Required: true}
	one("edit", "edit", map[string]string{"name": x.Name, "credit_code": x.CreditCode, "region": x.Region, "address": x.Address, "contact": x.Contact, "note": x.Note}, nil,
		parts.Field{Name: "name", Label: p.T("seller.name"), Max: 200, Required: true, Half: true}, parts.Field{Name: "credit_code", Label: p.T("seller.credit_code"), Max: 40, NoSpell: true, Half: true},
		parts.Field{Name: "region", Label: p.T("seller.region"), Type: parts.Select, Blank: "-", Options: c.areas(), Half: true}, parts.Field{Name: "contact", Label: p.T("seller.contact"), Max: 200, Half: true},
		parts.Field{Name: "address", Label: p.T("seller.address"), Max: 300}, parts.Field{Name: "note", Label: p.T("seller.note"), Type: parts.LongText, Rows: 2, Max: 2000})
	one("merge", "arrows-join", nil, nil, parts.Field{Name: "into", Label: p.T("seller.into"), Hint: p.T("seller.into.hint"), Max: 200, Required: true, NoSpell: true}, why)
	var open []parts.Option
	names := map[string]string{}
	for _, m := range x.Members {
		names[m.ID] = m.Name
	}
	for _, m := range x.Merges {
		if m.UndoneAt == nil && names[m.FromID] != "" {
			open = append(open, parts.Option{Value: m.ID, Label: p.T("seller.merged", names[m.FromID])})
		}
	}
	if len(open) > 0 {
		one("unmerge", "arrow-back-up", nil, nil, parts.Field{Name: "merge", Label: p.T("seller.which"), Type: parts.Select, Blank: "-", Required: true, Options: open}, why)
	}
}

// sellerAct does something with a seller.
func (s *Server) sellerAct(name string, act func(c *ctx, id string, f *form) error) func(*ctx) error {
	return func(c *ctx) error {
		id, err := c.record()
		if err != nil {
			return err
		}
		f, err := c.form()
		if err != nil {
			return err
		}
		if err = act(c, id, f); err == nil {
			return c.done(sellerPath(id), "flash.seller."+name)
		}
		if code, again := c.again(f, err); again {
			return s.sellerPage(c, code, id, name, f)
		}
		return err
	}
}

func (s *Server) sellerEdit(c *ctx, id string, f *form) error {
	return s.Listings.EditSeller(c.ctx(), c.by, id, f.number("version"), listing.SellerEdit{Name: f.text("name"), CreditCode: f.text("credit_code"), Region: f.text("region"), Address: f.text("address"), Contact: f.text("contact"), Note: f.text("note")})
}

// sellerMerge puts a seller under the one whose page's address, or whose name, was given.
func (s *Server) sellerMerge(c *ctx, id string, f *form) error {
	into := f.text("into")
	if _, rest, ok := strings.Cut(into, "/sellers/"); ok {
		into = strings.TrimSpace(rest)
	}
	if into != "" {
		if _, err := s.Listings.Seller(c.ctx(), c.by, into); errs.CodeOf(err) == errs.NotFound {
			rows, _, err := s.Listings.Sellers(c.ctx(), c.by, listing.SellerFilter{Text: into}, "", 20)
			if err != nil {
				return err
			}
			var ids []string
			for _, r := range rows {
				if r.Name == into && r.ID != id {
					ids = append(ids, r.ID)
				}
			}
			if len(ids) != 1 {
				f.faults.Add("into", "error.seller_into")
			} else {
				into = ids[0]
			}
		} else if err != nil {
			return err
		}
	}
	f.faults.Require("into", into)
	f.faults.Require("reason", f.text("reason"))
	if err := f.err(); err != nil {
		return err
	}
	return s.Listings.MergeSellers(c.ctx(), c.by, id, f.number("version"), into, f.text("reason"))
}

func (s *Server) sellerUnmerge(c *ctx, _ string, f *form) error {
	return s.Listings.UnmergeSeller(c.ctx(), c.by, f.text("merge"), f.text("reason"))
}
