package web

import (
	"net/http"
	"slices"
	"strconv"

	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func campaignPath(id string) string { return "/campaigns/" + id }

func (c *ctx) campaignCrumbs() []layout.Crumb {
	return append(c.crumb("listings", "/listings"), layout.Crumb{Label: c.p.T("campaign.title"), Href: "/campaigns"})
}

// campaignState is where a campaign stands today, with its colour.
func (c *ctx) campaignState(x *listing.Campaign) (string, parts.Tone) {
	switch today := c.s.today(); {
	case x.State == listing.CampaignClosed:
		return c.p.T("campaign.state.closed"), parts.Done
	case today < x.FromOn:
		return c.p.T("campaign.state.ahead"), parts.Stopped
	case today > x.ToOn:
		return c.p.T("campaign.state.over"), parts.Late
	}
	return c.p.T("campaign.state.open"), parts.Running
}

// campaigns lists the special actions.
func (s *Server) campaigns(c *ctx) error {
	rows, err := s.Listings.Campaigns(c.ctx(), c.by)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RecordsView{Page: c.page(p.T("campaign.title"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("listings", "/listings"), p.T("campaign.lead")
	if s.Guard.CanAnywhere(c.by, "listing.work") {
		v.Page.Actions = parts.Button(parts.Action{Label: p.T("campaign.new"), Href: "/campaigns/new", Icon: "plus", Look: "primary"})
	}
	v.Head = parts.ListHead{Count: p.N("campaign.count", len(rows))}
	v.Table = parts.Table{Caption: p.T("campaign.title"), Columns: []parts.Column{{Label: p.T("campaign.name")}, {Label: p.T("campaign.days")}, {Label: p.T("campaign.platforms")}, {Label: p.T("campaign.state"), Slim: true}, {Label: p.T("campaign.listings"), Num: true}},
		Empty: &parts.EmptyState{Icon: "target", Title: p.T("campaign.none"), Text: p.T("campaign.none.text")}}
	for i := range rows {
		x := &rows[i]
		n, err := s.Listings.Count(c.ctx(), c.by, listing.Filter{Campaign: x.ID})
		if err != nil {
			return err
		}
		word, tone := c.campaignState(x)
		v.Table.Rows = append(v.Table.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(x.Name, campaignPath(x.ID), c.place(x.Jurisdiction)), parts.TextCell(p.T("campaign.span", x.FromOn, x.ToOn), ""),
			parts.TextCell(c.campaignPlatforms(x), ""), parts.BodyCell(parts.StatusDot(tone, word)), parts.NumCell(p.Count(n))}})
	}
	v.Pager = parts.Pager{Shown: len(rows)}
	return c.show(http.StatusOK, views.Records(v))
}

func (c *ctx) campaignPlatforms(x *listing.Campaign) string {
	out := ""
	for _, p := range x.On() {
		if out != "" {
			out += c.p.T("error.join")
		}
		out += c.p.T("platform." + p)
	}
	if out == "" {
		return c.p.T("campaign.platforms.all")
	}
	return out
}

func (s *Server) campaignFields(c *ctx, f *form) []parts.Field {
	p := c.p
	return f.fill(p,
		parts.Field{Name: "name", Label: p.T("campaign.name"), Max: 200, Required: true},
		parts.Field{Name: "from_on", Label: p.T("campaign.from"), Type: parts.Date, Required: true, Half: true},
		parts.Field{Name: "to_on", Label: p.T("campaign.to"), Type: parts.Date, Required: true, Half: true},
		parts.Field{Name: "platforms", Label: p.T("campaign.platforms"), Hint: p.T("campaign.platforms.hint"), Type: parts.Checks, Inline: true, Options: c.choices("platform", s.Listings.Platforms())},
		parts.Field{Name: "want_checked", Label: p.T("campaign.want.checked"), Hint: p.T("campaign.want.hint"), Type: parts.Number, Min: "0", Unit: p.T("campaign.pieces"), Half: true},
		parts.Field{Name: "want_removed", Label: p.T("campaign.want.removed"), Type: parts.Number, Min: "0", Unit: p.T("campaign.pieces"), Half: true},
		parts.Field{Name: "want_cases", Label: p.T("campaign.want.cases"), Type: parts.Number, Min: "0", Unit: p.T("campaign.pieces"), Half: true},
		parts.Field{Name: "plan", Label: p.T("campaign.plan"), Hint: p.T("campaign.plan.hint"), Type: parts.LongText, Rows: 5, Max: 10000})
}

func (f *form) campaign() listing.CampaignInput {
	n := func(name string) int64 {
		if f.text(name) == "" {
			return 0
		}
		return f.number(name)
	}
	return listing.CampaignInput{ID: f.id(), Jurisdiction: f.text("jurisdiction"), Name: f.text("name"), From: f.day("from_on"), To: f.day("to_on"), Platforms: f.all("platforms"), Plan: f.text("plan"),
		WantChecked: n("want_checked"), WantRemoved: n("want_removed"), WantCase: n("want_cases")}
}

// campaignNew shows the form of a special action.
func (s *Server) campaignNew(c *ctx) error {
	return s.campaignForm(c, http.StatusOK, blank(map[string]string{"jurisdiction": c.homeFor("listing.work"), "from_on": s.today().String()}))
}

func (s *Server) campaignForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("campaign.new"))}
	v.Page.Crumbs, v.Page.Invalid = c.campaignCrumbs(), f.invalid()
	v.Groups = []views.FieldGroup{{Title: p.T("campaign.one"), Fields: append(f.fill(p, half(c.officeField("listing.work", p.T("lead.office")))), s.campaignFields(c, f)...)}}
	v.Form = parts.Form{Action: "/campaigns", Hidden: []parts.Hidden{c.newID(f, "id")}, Hotkey: true, Submit: p.T("campaign.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/campaigns"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// campaignAdd begins a special action.
func (s *Server) campaignAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := f.campaign()
	var x *listing.Campaign
	if err = f.err(); err == nil {
		x, err = s.Listings.AddCampaign(c.ctx(), c.by, in)
	}
	if code, again := c.again(f, err); again {
		return s.campaignForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done(campaignPath(x.ID), "flash.campaign.added", x.Name)
}

// campaign shows how far a special action is: against its targets, by state, platform and county.
func (s *Server) campaign(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.campaignPage(c, http.StatusOK, id, "", nil)
}

func (s *Server) campaignPage(c *ctx, code int, id, act string, back *form) error {
	x, err := s.Listings.Campaign(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	b, err := s.Listings.Board(c.ctx(), c.by, x.ID)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(x.Name)}
	v.Page.Crumbs, v.Page.Invalid = c.campaignCrumbs(), back != nil && back.invalid()
	actions := []parts.Action{{Label: p.T("listing.export"), Href: address("/listings/export", listing.Filter{Campaign: x.ID}.Values()), Icon: "file-download", Download: true},
		{Label: p.T("campaign.list"), Href: address("/listings", listing.Filter{Campaign: x.ID}.Values()), Icon: "list-details"}}
	if x.PaperID != nil {
		actions = append(actions, parts.Action{Label: p.T("campaign.report"), Href: campaignPath(x.ID) + "/report", Icon: "file-text", Look: "primary"})
	}
	v.Page.Actions = parts.Buttons(actions...)
	word, tone := c.campaignState(x)
	if x.State == listing.CampaignOpen && s.today() > x.ToOn {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: p.T("campaign.over", x.ToOn)})
	}
	c.campaignBoard(x, b, &v)
	t, err := s.casesOf(c, b.Cases)
	if err != nil {
		return err
	}
	v.Main = append(v.Main, views.SheetCard{ID: "cases", Title: p.T("campaign.cases"), Table: t})
	v.Side = append(v.Side, views.SheetCard{ID: "facts", Title: p.T("campaign.facts"), Badge: parts.Badge(tone, word), Narrow: true, Descs: given(
		parts.Desc{Label: p.T("campaign.days"), Value: p.T("campaign.span", x.FromOn, x.ToOn)}, parts.Desc{Label: p.T("campaign.platforms"), Value: c.campaignPlatforms(x)}, parts.Desc{Label: p.T("lead.office"), Value: c.place(x.Jurisdiction)},
		parts.Desc{Label: p.T("campaign.plan"), Value: x.Plan}, parts.Desc{Label: p.T("campaign.made"), Value: x.MadeName, Note: p.Time(x.MadeAt)}, parts.Desc{Label: p.T("campaign.closed_on"), Value: p.Day(x.ClosedOn), Note: x.ClosedName})})
	if x.State == listing.CampaignClosed {
		v.Main = append(v.Main, views.SheetCard{ID: "report", Title: p.T("campaign.report"), Text: x.Report})
	} else {
		s.campaignForms(c, x, act, back, &v)
	}
	return c.show(code, views.RegisterSheet(v))
}

// campaignBoard is the figures against the targets, each a link to its listings, and the listings by state, platform and county.
func (c *ctx) campaignBoard(x *listing.Campaign, b listing.Board, v *views.RegisterSheetView) {
	p := c.p
	link := func(set func(*listing.Filter)) string {
		f := listing.Filter{Campaign: x.ID}
		set(&f)
		return address("/listings", f.Values())
	}
	all := b.Figures.All
	of := func(n, want int64) string {
		if want == 0 {
			return ""
		}
		return p.T("campaign.of", p.Count(want), strconv.FormatInt(n*100/want, 10))
	}
	met := func(n, want int64) parts.Tone {
		if want > 0 && n >= want {
			return parts.Done
		}
		return parts.Running
	}
	v.Cards = []parts.NumberCard{
		{Label: p.T("campaign.listings"), Value: p.Count(all.All), Tone: parts.Running, Icon: "shopping-cart", Href: link(func(*listing.Filter) {})},
		{Label: p.T("campaign.want.checked"), Value: p.Count(b.Judged), Note: of(b.Judged, x.WantChecked), Tone: met(b.Judged, x.WantChecked), Icon: "zoom-check", Href: link(func(f *listing.Filter) { f.Finding = "judged" })},
		{Label: p.T("campaign.hits"), Value: p.Count(all.Infringing + all.Counterfeit), Tone: parts.Late, Icon: "alert-triangle", Href: link(func(f *listing.Filter) { f.Done = "hit" })},
		{Label: p.T("campaign.want.removed"), Value: p.Count(all.Removed), Note: of(all.Removed, x.WantRemoved), Tone: met(all.Removed, x.WantRemoved), Icon: "trash", Href: link(func(f *listing.Filter) { f.Done = "removed" })},
		{Label: p.T("campaign.want.cases"), Value: p.Count(int64(len(b.Cases))), Note: of(int64(len(b.Cases)), x.WantCases), Tone: met(int64(len(b.Cases)), x.WantCases), Icon: "folder"},
	}
	states := &parts.Table{Caption: p.T("campaign.by.state"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.state")}, {Label: p.T("campaign.listings"), Num: true}}, Empty: &parts.EmptyState{Title: p.T("listing.none")}}
	for _, st := range listing.States() {
		if n := b.States[st]; n > 0 {
			states.Rows = append(states.Rows, parts.Row{Cells: []parts.Cell{parts.BodyCell(parts.StatusDot(flowTone(st), p.T("listing.state."+string(st)))), {Text: p.Count(n), Num: true, Href: link(func(f *listing.Filter) { f.State = string(st) })}}})
		}
	}
	v.Main = append(v.Main, views.SheetCard{ID: "states", Title: p.T("campaign.by.state"), Table: states})
	for _, by := range []struct {
		key    string
		groups []listing.Group
		name   func(string) string
		set    func(*listing.Filter, string)
	}{{"platform", b.Figures.Platform, func(k string) string { return p.T("platform." + k) }, func(f *listing.Filter, k string) { f.Platform = k }}, {"place", b.Figures.Place, c.place, func(f *listing.Filter, k string) { f.Place = k }}} {
		t := &parts.Table{Caption: p.T("shopfig.by." + by.key), Compact: true, Columns: []parts.Column{{Label: p.T("shopfig." + by.key)}, {Label: p.T("shopfig.all"), Num: true}, {Label: p.T("campaign.hits"), Num: true}, {Label: p.T("shopfig.removed"), Num: true}}, Empty: &parts.EmptyState{Title: p.T("listing.none")}}
		for _, g := range by.groups {
			cell := func(n int64, set func(*listing.Filter)) parts.Cell {
				return parts.Cell{Text: p.Count(n), Num: true, Href: link(func(f *listing.Filter) { by.set(f, g.Key); set(f) })}
			}
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(by.name(g.Key), ""), cell(g.All, func(*listing.Filter) {}), cell(g.Infringing+g.Counterfeit, func(f *listing.Filter) { f.Done = "hit" }), cell(g.Removed, func(f *listing.Filter) { f.Done = "removed" })}})
		}
		v.Main = append(v.Main, views.SheetCard{ID: "by-" + by.key, Title: p.T("shopfig.by." + by.key), Table: t})
	}
}

// campaignForms are what may be done with a special action that goes on.
func (s *Server) campaignForms(c *ctx, x *listing.Campaign, act string, back *form, v *views.RegisterSheetView) {
	p := c.p
	one := func(name, icon, look string, f *form, fields ...parts.Field) {
		a := &views.ActForm{ID: "campaign-" + name, Icon: icon, Title: p.T("campaign.act." + name), Hint: p.Or("campaign.act."+name+".hint", ""), Fold: act != name,
			Form: parts.Form{Action: campaignPath(x.ID) + "/" + name, Submit: p.T("campaign.act." + name), Look: look, Hidden: []parts.Hidden{version(x.Version)}}, Fields: numbered(name, fields)}
		a.Error = f.general(p, a.Fields...)
		v.Main = append(v.Main, views.SheetCard{Form: a})
	}
	pick := func(name string, values map[string]string) *form {
		if act == name && back != nil {
			return back
		}
		return blank(values)
	}
	if c.can("listing.work", x.Jurisdiction) {
		f := pick("edit", map[string]string{"name": x.Name, "from_on": x.FromOn.String(), "to_on": x.ToOn.String(), "plan": x.Plan, "want_checked": strconv.FormatInt(x.WantChecked, 10),
			"want_removed": strconv.FormatInt(x.WantRemoved, 10), "want_cases": strconv.FormatInt(x.WantCases, 10)})
		if f.values["platforms"] == nil && act != "edit" {
			f.values["platforms"] = x.On()
		}
		one("edit", "edit", "secondary", f, s.campaignFields(c, f)...)
	}
	if c.can("listing.approve", x.Jurisdiction) {
		f := pick("close", nil)
		one("close", "circle-check", "primary", f, f.fill(p, parts.Field{Name: "report", Label: p.T("campaign.report.text"), Hint: p.T("campaign.report.hint"), Type: parts.LongText, Rows: 6, Max: 10000, Required: true})...)
	}
}

// campaignAct does something with a special action.
func (s *Server) campaignAct(name string, act func(c *ctx, id string, version int64, f *form) error) func(*ctx) error {
	again := func(c *ctx, code int, id string, f *form) error { return s.campaignPage(c, code, id, name, f) }
	return acted(act, again, func(c *ctx, id string) error { return c.done(campaignPath(id), "flash.campaign."+name) })
}

func (s *Server) campaignEdit(c *ctx, id string, version int64, f *form) error {
	in := f.campaign()
	if err := f.err(); err != nil {
		return err
	}
	return s.Listings.EditCampaign(c.ctx(), c.by, id, version, in)
}

func (s *Server) campaignClose(c *ctx, id string, version int64, f *form) error {
	return s.Listings.CloseCampaign(c.ctx(), c.by, id, version, f.text("report"))
}

// campaignReport shows the report of a closed special action as it was issued.
func (s *Server) campaignReport(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	d, err := s.Listings.CampaignPaper(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	return s.sheet(c, d.Document(), layout.Crumb{Label: c.p.T("campaign.one"), Href: campaignPath(id)})
}

// enlistPage shows the form that puts chosen listings into a special action.
func (s *Server) enlistPage(c *ctx) error {
	rows, err := s.chosen(c, c.query())
	if err != nil {
		return c.unchosen(err)
	}
	return s.enlistForm(c, http.StatusOK, rows, blank(nil), nil)
}

func (s *Server) enlistForm(c *ctx, code int, rows []listing.Listing, f *form, out []listing.Outcome) error {
	p := c.p
	v := views.RegisterSheetView{Page: c.page(p.T("campaign.enlist"))}
	v.Page.Crumbs, v.Page.Invalid = c.campaignCrumbs(), f.invalid()
	if out == nil {
		options, err := s.openCampaigns(c)
		if err != nil {
			return err
		}
		a := views.ActForm{ID: "enlist", Icon: "target", Title: p.T("campaign.enlist"), Hint: p.T("campaign.enlist.hint"), Form: parts.Form{Action: "/campaigns/enlist", Submit: p.T("campaign.enlist")}}
		for _, x := range rows {
			a.Form.Hidden = append(a.Form.Hidden, parts.Hidden{Name: "listing", Value: x.ID})
		}
		a.Fields = numbered("enlist", f.fill(p, parts.Field{Name: "campaign", Label: p.T("campaign.one"), Type: parts.Select, Blank: p.T("campaign.leave"), Options: options}))
		a.Error = f.general(p, a.Fields...)
		v.Main = append(v.Main, views.SheetCard{Form: &a})
	}
	t := c.outcomes(rows, out, &v)
	v.Main = append(v.Main, views.SheetCard{ID: "chosen", Title: p.N("listing.count", len(rows)), Table: t})
	return c.show(code, views.RegisterSheet(v))
}

// openCampaigns are the special actions that go on, as options.
func (s *Server) openCampaigns(c *ctx) ([]parts.Option, error) {
	list, err := s.Listings.Campaigns(c.ctx(), c.by)
	if err != nil {
		return nil, err
	}
	var out []parts.Option
	for _, x := range slices.DeleteFunc(list, func(x listing.Campaign) bool { return x.State != listing.CampaignOpen }) {
		out = append(out, parts.Option{Value: x.ID, Label: x.Name})
	}
	return out, nil
}

// enlist puts chosen listings into a special action and shows what came of each.
func (s *Server) enlist(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	rows, err := s.chosen(c, f)
	if err != nil {
		return c.unchosen(err)
	}
	var refs []listing.Ref
	for _, x := range rows {
		refs = append(refs, listing.Ref{ID: x.ID, Version: x.Version})
	}
	out, err := s.Listings.Enlist(c.ctx(), c.by, refs, f.text("campaign"))
	if code, again := c.again(f, err); again {
		return s.enlistForm(c, code, rows, f, nil)
	}
	if err != nil {
		return err
	}
	return s.enlistForm(c, http.StatusOK, rows, f, out)
}
