package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/registry"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// findingTone is the colour of what a listing was found to be.
func findingTone(finding string) parts.Tone {
	switch finding {
	case "":
		return parts.Running
	case "infringing", "counterfeit":
		return parts.Late
	case "marking_defect":
		return parts.Soon
	}
	return parts.Stopped
}

// findingWord is what a listing was found to be, or that it waits.
func (c *ctx) findingWord(finding string) string {
	if finding == "" {
		return c.p.T("finding.none")
	}
	return c.p.T("finding." + finding)
}

// listings lists the listings. Ticked rows can become a lead.
func (s *Server) listings(c *ctx) error {
	q := c.ask(asked{
		choices: map[string][]string{
			"platform": s.Listings.Platforms(), "kind": listing.SuspectedKinds(), "finding": append(listing.Findings(), "none", "judged"), "result": listing.Results(),
			"type": append(types(), "none"), "state": stateNames(), "screened": append(verdicts(registry.Results()), "open", "none"), "relist": {"open", "confirmed", "dismissed"}, "source": listing.Sources(),
			"aid": {"sent", "given"}, "done": {"hit", "removed", "restored", "case"},
		},
		spans: [][2]string{{"from", "to"}}, ids: []string{"case", "lead", "seller", "take", "campaign"},
	})
	f, _ := listing.ParseFilter(q.values) // what is wrong in it is noted already
	view := views.RecordsView{Page: c.page(c.p.T("nav.listings"))}
	view.Page.Lead = c.p.T("listing.lead")
	actions := []parts.Action{{Label: c.p.T("pnotice.title"), Href: "/listings/notices", Icon: "file-text"}, {Label: c.p.T("campaign.title"), Href: "/campaigns", Icon: "target"},
		{Label: c.p.T("screen.title"), Href: "/listings/screenings", Icon: "zoom-check"}, {Label: c.p.T("shopfig.title"), Href: "/listings/figures", Icon: "chart-bar"}}
	if s.Guard.CanAnywhere(c.by, "listing.work") {
		actions = append([]parts.Action{{Label: c.p.T("take.new"), Href: "/listings/takes/new", Icon: "upload"}, {Label: c.p.T("listing.drop"), Href: "/listings/captures", Icon: "camera"}}, actions...)
		actions = append(actions, parts.Action{Label: c.p.T("listing.new"), Href: "/listings/new", Icon: "plus", Look: "primary"})
	}
	view.Page.Actions = parts.Buttons(actions...)
	var err error
	if view.Filters, err = s.listingFilters(c, f, q); err != nil {
		return err
	}
	if q.invalid() {
		return c.showMisread(view, q)
	}
	if view.Cards, err = s.listingCards(c); err != nil {
		return err
	}
	at := pageOf(q)
	rows, more, err := s.Listings.List(c.ctx(), c.by, f, at)
	if err != nil {
		return err
	}
	total, err := s.Listings.CountTo(c.ctx(), c.by, f, countTo)
	if err != nil {
		return err
	}
	view.Head = parts.ListHead{Count: c.p.N("listing.count", int(total)), Tabs: c.tabs("/listings", f.Values(), "finding", "finding", append([]string{"none"}, listing.Findings()...))}
	view.Head.Actions = []parts.Action{{Label: c.p.T("listing.export"), Href: address("/listings/export", f.Values()), Icon: "file-download", Download: true, Look: "quiet"}}
	choose, form := "", ""
	if s.Guard.CanAnywhere(c.by, "lead.add") {
		choose, form = "listing", "to-lead"
		view.Bulk = &parts.Bulk{Form: form, Action: "/listings/lead", Buttons: []parts.Option{{Value: "choose", Label: c.p.T("listing.make_lead")}}}
		view.Bulk.Action = "/listings/bulk"
		for k, list := range f.Values() {
			view.Bulk.Hidden = append(view.Bulk.Hidden, parts.Hidden{Name: k, Value: list[0]})
		}
		slices.SortFunc(view.Bulk.Hidden, func(a, b parts.Hidden) int { return strings.Compare(a.Name, b.Name) })
		if total > int64(len(rows)) && total <= mostChosen {
			view.Bulk.Whole = c.p.T("listing.bulk.whole", c.p.Count(total))
		}
		view.Bulk.Buttons = append(view.Bulk.Buttons, parts.Option{Value: "case", Label: c.p.T("listing.case.open")})
		if s.Guard.CanAnywhere(c.by, "listing.work") {
			view.Bulk.Buttons = append(view.Bulk.Buttons, parts.Option{Value: "notice", Label: c.p.T("pnotice.new")}, parts.Option{Value: "campaign", Label: c.p.T("campaign.enlist")})
			for _, step := range bulkSteps() {
				view.Bulk.Buttons = append(view.Bulk.Buttons, parts.Option{Value: step, Label: c.p.T("listing.step." + step)})
			}
			view.Bulk.Buttons = append(view.Bulk.Buttons, parts.Option{Value: "receipt", Label: c.p.T("listing.receipt")})
		}
	}
	view.Table = views.ListingTable(c.p, view.Page.Title, c.listingLines(rows), choose, form)
	view.Table.Empty = &parts.EmptyState{Icon: "shopping-cart", Title: c.p.T("listing.none"), Text: c.p.T("listing.none.text")}
	view.Pager = pager(c.p, "/listings", f.Values(), at, rows, more, total)
	if total == countTo {
		view.Head.Count, view.Pager.Total = c.p.T("listing.many", countTo-1), c.p.Count(countTo-1)+"+"
	}
	return c.show(http.StatusOK, views.Records(view))
}

func (c *ctx) listingLines(rows []listing.Listing) []views.ListingLine {
	lines := make([]views.ListingLine, len(rows))
	for i, x := range rows {
		lines[i] = views.ListingLine{
			ID: x.ID, Number: x.Number, Href: "/listings/" + x.ID, Found: c.p.Day(x.FoundOn), Title: x.Title, Shop: x.Shop, Platform: c.p.T("platform." + x.Platform),
			Suspected: c.p.T("suspected_kind." + x.SuspectedKind), Price: c.p.Money(x.PriceFen), Finding: c.findingWord(x.Finding), Tone: findingTone(x.Finding), Place: c.place(x.Place),
			State: c.p.T("listing.state." + string(x.State)), StateTone: flowTone(x.State),
		}
		if x.RelistState == "open" {
			lines[i].Alarm = c.p.T("listing.relist.alarm")
		}
		if x.Result != "" {
			lines[i].Result, lines[i].ResultOn = c.p.T("result."+x.Result), c.p.Day(x.ResultOn)
		}
	}
	return lines
}

func (s *Server) listingFilters(c *ctx, f listing.Filter, q *form) (parts.Filters, error) {
	p, v := c.p, f.Values()
	fs := parts.Filters{
		Action: "/listings", Clear: "/listings",
		Fields: q.fill(p,
			parts.Field{Name: "q", Label: p.T("intake.text"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "platform", Label: p.T("listing.platform"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("platform", s.Listings.Platforms())},
			parts.Field{Name: "state", Label: p.T("listing.state"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("listing.state", stateNames())},
		),
		More: q.fill(p,
			parts.Field{Name: "kind", Label: p.T("listing.suspected"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("suspected_kind", listing.SuspectedKinds())},
			parts.Field{Name: "result", Label: p.T("listing.result"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("result", listing.Results())},
			parts.Field{Name: "type", Label: p.T("listing.patent_type"), Type: parts.Select, Blank: p.T("intake.all"), Options: append(c.choices("patent.type", types()), parts.Option{Value: "none", Label: p.T("shopfig.type.none")})},
			parts.Field{Name: "screened", Label: p.T("screen.result"), Type: parts.Select, Blank: p.T("intake.all"), Options: append(c.choices("mark.result", verdicts(registry.Results())), parts.Option{Value: "open", Label: p.T("screen.which.open")}, parts.Option{Value: "none", Label: p.T("screen.which.none")})},
			parts.Field{Name: "done", Label: p.T("listing.done"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("listing.done", []string{"hit", "removed", "restored", "case"})},
			parts.Field{Name: "relist", Label: p.T("listing.relist"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("listing.relist", []string{"open", "confirmed", "dismissed"})},
			parts.Field{Name: "office", Label: p.T("lead.office"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.offices("listing.view")},
			parts.Field{Name: "place", Label: p.T("listing.place"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.areas()},
			parts.Field{Name: "from", Label: p.T("listing.from"), Type: parts.Date},
			parts.Field{Name: "to", Label: p.T("intake.to"), Type: parts.Date},
		),
	}
	for _, h := range []parts.Hidden{{Name: "finding", Value: f.Finding}, {Name: "case", Value: f.CaseID}, {Name: "lead", Value: f.LeadID}, {Name: "seller", Value: f.Seller}, {Name: "take", Value: f.TakeID}, {Name: "campaign", Value: f.Campaign}, {Name: "source", Value: f.Source}, {Name: "aid", Value: f.Aid}} {
		if h.Value != "" {
			fs.Hidden = append(fs.Hidden, h)
		}
	}
	inCase, _, err := s.caseOf(c, f.CaseID)
	if err != nil {
		return fs, err
	}
	ofLead, _, err := s.leadOf(c, f.LeadID)
	if err != nil {
		return fs, err
	}
	fs.Chips = chipsOf("/listings", v,
		chip{"case", p.T("listing.case"), inCase}, chip{"lead", p.T("listing.of_lead"), ofLead},
		chip{"platform", p.T("listing.platform"), p.T("platform." + f.Platform)}, chip{"kind", p.T("listing.suspected"), p.T("suspected_kind." + f.Kind)},
		chip{"result", p.T("listing.result"), p.T("result." + f.Result)}, chip{"office", p.T("lead.office"), c.place(f.Office)},
		chip{"from", p.T("listing.from"), p.Day(f.From)}, chip{"to", p.T("intake.to"), p.Day(f.To)}, chip{"q", p.T("intake.text"), f.Text},
		chip{"state", p.T("listing.state"), p.T("listing.state." + f.State)}, chip{"type", p.T("listing.patent_type"), p.Or("patent.type."+f.Type, p.T("shopfig.type.none"))}, chip{"place", p.T("listing.place"), c.place(f.Place)},
		chip{"screened", p.T("screen.result"), p.Or("mark.result."+f.Screened, p.Or("screen.which."+f.Screened, ""))}, chip{"done", p.T("listing.done"), p.T("listing.done." + f.Done)},
		chip{"relist", p.T("listing.relist"), p.T("listing.relist." + f.Relist)}, chip{"seller", p.T("listing.seller"), p.T("listing.seller.one")}, chip{"take", p.T("listing.take"), p.T("listing.take.one")}, chip{"campaign", p.T("campaign.one"), p.T("campaign.this")},
		chip{"source", p.T("listing.source"), p.Or("source."+f.Source, f.Source)}, chip{"aid", p.T("listing.aid"), p.T("listing.aid." + f.Aid)})
	return fs, nil
}

// caseOf is the number of a case and its address, for those who may see it; else that it is another's.
func (s *Server) caseOf(c *ctx, id string) (number, href string, err error) {
	if id == "" {
		return "", "", nil
	}
	if s.Guard.CanAnywhere(c.by, "case.view") {
		switch f, err := s.Docket.Find(c.ctx(), c.by, id); errs.CodeOf(err) {
		case "":
			return f.Number, "/cases/" + id, nil
		case errs.NotFound:
		default:
			return "", "", err
		}
	}
	return c.p.T("intake.elsewhere"), "", nil
}

// leadOf is the number of a lead and its address, for those who may see it; else that it is another's.
func (s *Server) leadOf(c *ctx, id string) (number, href string, err error) {
	if id == "" {
		return "", "", nil
	}
	switch l, _, _, err := s.Leads.Find(c.ctx(), c.by, id); errs.CodeOf(err) {
	case "":
		return l.Number, "/leads/" + id, nil
	case errs.NotFound:
		return c.p.T("intake.elsewhere"), "", nil
	default:
		return "", "", err
	}
}

// listingCards are the figures over the list.
func (s *Server) listingCards(c *ctx) ([]parts.NumberCard, error) {
	today := s.today()
	year, before, then := newYear(today), newYear(today).AddMonths(-12), today.AddMonths(-12)
	return s.cards(c, []figure{
		{label: "listing.card.open", icon: "zoom-check", tone: parts.Soon, at: "/listings", of: listing.Filter{Finding: "none"}},
		{label: "listing.card.year", icon: "shopping-cart", tone: parts.Running, at: "/listings", of: listing.Filter{From: year, To: today},
			note: "lead.card.before", than: listing.Filter{From: before, To: then}},
		{label: "listing.card.infringing", icon: "copy", tone: parts.Late, at: "/listings", of: listing.Filter{Finding: "infringing", From: year, To: today},
			note: "lead.card.before", than: listing.Filter{Finding: "infringing", From: before, To: then}},
		{label: "listing.card.deleted", icon: "trash", tone: parts.Done, at: "/listings", of: listing.Filter{Result: "deleted", From: year, To: today},
			note: "lead.card.before", than: listing.Filter{Result: "deleted", From: before, To: then}},
	}, func(f valued) (int64, error) { return s.Listings.Count(c.ctx(), c.by, f.(listing.Filter)) })
}

// listingNew shows the form of a listing.
func (s *Server) listingNew(c *ctx) error {
	home := c.homeFor("listing.work")
	return s.listingForm(c, http.StatusOK, blank(map[string]string{
		"suspected_kind": "infringement", "jurisdiction": home, "place": home, "found_on": s.today().String(),
	}))
}

// listingAdd writes a listing down.
func (s *Server) listingAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := listing.NewListing{
		ID: f.text("id"), Jurisdiction: f.text("jurisdiction"), Place: f.text("place"), Platform: f.text("platform"), Shop: f.text("shop"), URL: f.text("url"), Title: f.text("title"),
		PriceFen: f.money("price"), MarkSeen: f.text("mark_seen"), PatentNo: f.text("patent_no"), SuspectedKind: f.text("suspected_kind"), FoundOn: f.day("found_on"),
	}
	var x *listing.Listing
	if err = f.err(); err == nil {
		x, err = s.Listings.Add(c.ctx(), c.by, in)
	}
	if code, again := c.again(f, err); again {
		return s.listingForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done("/listings/"+x.ID, "flash.listing.added", x.Number)
}

func (s *Server) listingForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("listing.new"))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("listings", "/listings"), f.invalid()
	v.Groups = []views.FieldGroup{
		{Title: p.T("listing.group.listing"), Fields: f.fill(p,
			parts.Field{Name: "url", Label: p.T("listing.url"), Hint: p.T("listing.url.hint"), Max: 2000, Required: true, NoSpell: true, Inputmode: "url", Autocomplete: "off", Autofocus: !f.invalid()},
			parts.Field{Name: "platform", Label: p.T("listing.platform"), Type: parts.Select, Blank: p.T("listing.platform.read"), Options: c.choices("platform", s.Listings.Platforms()), Half: true},
			parts.Field{Name: "shop", Label: p.T("listing.shop"), Max: 200, Required: true, Half: true, Autocomplete: "off"},
			parts.Field{Name: "title", Label: p.T("listing.title"), Max: 300, Required: true, Autocomplete: "off"},
			parts.Field{Name: "price", Label: p.T("listing.price"), Type: parts.Money, Half: true},
			parts.Field{Name: "found_on", Label: p.T("listing.found_on"), Type: parts.Date, Required: true, Upto: s.today().String(), Half: true},
		)},
		{Title: p.T("listing.group.suspicion"), Fields: f.fill(p,
			parts.Field{Name: "suspected_kind", Label: p.T("listing.suspected"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: c.choices("suspected_kind", listing.SuspectedKinds())},
			parts.Field{Name: "mark_seen", Label: p.T("listing.mark_seen"), Hint: p.T("listing.mark_seen.hint"), Type: parts.LongText, Rows: 3, Max: 1000},
			parts.Field{Name: "patent_no", Label: p.T("listing.patent_no"), Max: 60, NoSpell: true, Half: true, Autocomplete: "off"},
		)},
		{Title: p.T("listing.group.office"), Fields: f.fill(p,
			half(c.officeField("listing.work", p.T("lead.office"))),
			parts.Field{Name: "place", Label: p.T("listing.place"), Hint: p.T("listing.place.hint"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
		)},
	}
	v.Form = parts.Form{Action: "/listings", Hidden: []parts.Hidden{c.newID(f, "id")}, Draft: "listing", Hotkey: true, Submit: p.T("listing.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/listings"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// listing shows a listing.
func (s *Server) listing(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.listingPage(c, http.StatusOK, id, nil, nil)
}

// listingJudge records what a listing was found to be.
func (s *Server) listingJudge(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = c.changed("listing:"+id, s.Listings.Judge(c.ctx(), c.by, id, f.number("version"), f.text("finding"), f.text("finding_reason")))
	if code, again := c.again(f, err); again {
		return s.listingPage(c, code, id, f, nil)
	}
	if err != nil {
		return err
	}
	return c.done("/listings/"+id, "flash.listing.judged")
}

// listingResult records what the platform did.
func (s *Server) listingResult(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	on := f.day("result_on")
	if err = f.err(); err == nil {
		err = c.changed("listing:"+id, s.Listings.SetResult(c.ctx(), c.by, id, f.number("version"), f.text("result"), on))
	}
	if code, again := c.again(f, err); again {
		return s.listingPage(c, code, id, nil, f)
	}
	if err != nil {
		return err
	}
	return c.done("/listings/"+id, "flash.listing.result")
}

func (s *Server) listingPage(c *ctx, code int, id string, judge, result *form) error {
	return s.listingShow(c, code, id, judge, result, "", nil)
}

// listingAgain shows a listing with a step's form as it was sent.
func (s *Server) listingAgain(c *ctx, code int, id, act string, back *form) error {
	return s.listingShow(c, code, id, nil, nil, act, back)
}

func (s *Server) listingShow(c *ctx, code int, id string, judge, result *form, act string, back *form) error {
	p := c.p
	x, err := s.Listings.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	v := views.ListingView{Page: c.page(x.Number)}
	v.Page.Crumbs, v.Page.NoHead = c.crumb("listings", "/listings"), true
	v.Page.Invalid = judge != nil && judge.invalid() || result != nil && result.invalid() || back != nil && back.invalid()
	v.Banner = parts.Banner{
		Number: x.Number, Title: x.Title, Kind: p.T("suspected_kind." + x.SuspectedKind), State: c.findingWord(x.Finding), StateTone: findingTone(x.Finding),
		County: c.place(x.Place), Opened: x.FoundOn, OpenedWord: p.T("listing.found"),
	}
	if x.LeadID == nil && x.CaseID == nil && c.can("lead.add", x.Jurisdiction) {
		v.Banner.Main = &parts.Action{Label: p.T("listing.make_lead"), Href: address("/listings/lead", url.Values{"listing": {x.ID}}), Icon: "arrow-right"}
		if x.Finding != "" {
			v.Banner.Main.Look = "primary"
		}
	}
	v.About = []parts.Desc{
		{Label: p.T("listing.url"), Value: x.URL, Body: outside(p, x.URL), Wide: true},
		{Label: p.T("listing.platform"), Value: p.T("platform." + x.Platform)}, {Label: p.T("listing.shop"), Value: x.Shop},
		{Label: p.T("listing.price"), Value: p.T("listing.yuan", p.Money(x.PriceFen))}, {Label: p.T("listing.patent_no"), Value: x.PatentNo, Code: true},
		{Label: p.T("lead.office"), Value: c.place(x.Jurisdiction)}, {Label: p.T("listing.place"), Value: c.place(x.Place)},
		{Label: p.T("listing.mark_seen"), Value: x.MarkSeen, Wide: true},
	}
	if c.can("listing.work", x.Jurisdiction) {
		v.Amend = &parts.Action{Label: p.T("listing.amend.do"), Href: "/listings/" + x.ID + "/amend", Icon: "edit", Look: "quiet"}
	}
	if err := s.listingOutcome(c, x, &v); err != nil {
		return err
	}
	if c.can("listing.work", x.Jurisdiction) || judge != nil {
		v.Forms = append(v.Forms, c.judgeForm(x, judge))
	}
	if c.can("listing.work", x.Jurisdiction) && x.Finding != "" || result != nil {
		v.Forms = append(v.Forms, s.resultForm(c, x, result))
	}
	if err := s.ledgerParts(c, x, &v, act, back); err != nil {
		return err
	}
	return c.show(code, views.Listing(v))
}

// listingOutcome fills in what was found, what the platform did, and the lead and case the listing belongs to.
func (s *Server) listingOutcome(c *ctx, x *listing.Listing, v *views.ListingView) error {
	p := c.p
	if x.Finding != "" {
		who := ""
		if u, err := s.Users.Get(c.ctx(), x.FoundBy); err == nil {
			who = u.Name
		} else if errs.CodeOf(err) != errs.NotFound {
			return err
		}
		v.Finding = []parts.Desc{
			{Label: p.T("listing.found_to_be"), Body: parts.StatusDot(findingTone(x.Finding), p.T("finding."+x.Finding))}, {Label: p.T("listing.reason"), Value: x.FindingReason},
			{Label: p.T("listing.judged_on"), Value: p.Day(x.JudgedOn)}, {Label: p.T("listing.judged_by"), Value: who},
		}
	}
	if x.Result != "" {
		v.Result = []parts.Desc{{Label: p.T("listing.measure"), Value: p.T("result." + x.Result)}, {Label: p.T("listing.result_on"), Value: p.Day(x.ResultOn)}}
	}
	var of, in parts.Desc
	var err error
	if x.LeadID != nil {
		if of.Value, of.Href, err = s.leadOf(c, *x.LeadID); err != nil {
			return err
		}
	}
	if x.CaseID != nil {
		if in.Value, in.Href, err = s.caseOf(c, *x.CaseID); err != nil {
			return err
		}
	}
	of.Label, in.Label = p.T("listing.of_lead"), p.T("listing.case")
	v.Matter = []parts.Desc{of, in}
	return nil
}

func (c *ctx) judgeForm(x *listing.Listing, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(map[string]string{"finding": x.Finding, "finding_reason": x.FindingReason})
	}
	a := views.ActForm{ID: "judge", Icon: "scale", Title: p.T("listing.act.judge"), Hint: p.T("listing.act.judge.hint"), Form: parts.Form{
		Action: "/listings/" + x.ID + "/judge", Hidden: []parts.Hidden{version(x.Version)}, Submit: p.T("listing.act.judge.save"), Hotkey: x.Finding == "",
	}}
	if x.Finding != "" {
		a.Title, a.Fold = p.T("listing.act.rejudge"), true
	}
	a.Fields = numbered("judge", f.fill(p,
		parts.Field{Name: "finding", Label: p.T("listing.found_to_be"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: c.choices("finding", listing.Findings())},
		parts.Field{Name: "finding_reason", Label: p.T("listing.reason"), Hint: p.T("listing.reason.hint"), Type: parts.LongText, Rows: 4, Max: 5000, Required: true},
	))
	a.Error = f.general(p, a.Fields...)
	return a
}

func (s *Server) resultForm(c *ctx, x *listing.Listing, f *form) views.ActForm {
	p := c.p
	if f == nil {
		on := x.ResultOn
		if on.IsZero() {
			on = s.today()
		}
		f = blank(map[string]string{"result": x.Result, "result_on": on.String()})
	}
	a := views.ActForm{ID: "result", Icon: "building-store", Title: p.T("listing.act.result"), Form: parts.Form{
		Action: "/listings/" + x.ID + "/result", Hidden: []parts.Hidden{version(x.Version)}, Submit: p.T("listing.act.result.save"), Hotkey: x.Result == "",
	}}
	if x.Result != "" {
		a.Title, a.Fold = p.T("listing.act.reresult"), true
	}
	a.Fields = numbered("result", f.fill(p,
		parts.Field{Name: "result", Label: p.T("listing.measure"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: c.choices("result", listing.Results())},
		parts.Field{Name: "result_on", Label: p.T("listing.result_on"), Type: parts.Date, Required: true, Min: x.FoundOn.String(), Upto: s.today().String(), Half: true},
	))
	a.Error = f.general(p, a.Fields...)
	return a
}

// mostChosen is how many listings one lead is made of at once.
const mostChosen = listing.MostAtOnce

// chosen are the listings that a query or a form names.
func (s *Server) chosen(c *ctx, f *form) ([]listing.Listing, error) {
	ids := f.all("listing")
	if f.raw("whole") == "1" {
		return s.whole(c, f)
	}
	if len(ids) == 0 || len(ids) > mostChosen {
		return nil, errs.New(errs.Invalid, "error.listing_choose", mostChosen)
	}
	out := make([]listing.Listing, 0, len(ids))
	for _, id := range ids {
		x, err := s.Listings.Find(c.ctx(), c.by, id)
		if err != nil {
			return nil, err
		}
		out = append(out, *x)
	}
	return out, nil
}

// whole are all listings of a filter, where they are not too many.
func (s *Server) whole(c *ctx, f *form) ([]listing.Listing, error) {
	of, bad := listing.ParseFilter(f.values)
	if bad != "" {
		return nil, errs.New(errs.Invalid, "error.request")
	}
	rows, more, err := s.Listings.List(c.ctx(), c.by, of, casework.Page{Limit: mostChosen})
	if err == nil && (more || len(rows) == 0) {
		err = errs.New(errs.Invalid, "error.listing_choose", mostChosen)
	}
	return rows, err
}

// unchosen leads back to the list where nothing, or too much, was chosen.
func (c *ctx) unchosen(err error) error {
	if errs.CodeOf(err) != errs.Invalid {
		return err
	}
	c.flash(layout.FlashWarn, "flash.listing.choose")
	return c.to("/listings")
}

// listingsLead shows the form of a lead made of chosen listings.
func (s *Server) listingsLead(c *ctx) error {
	f := c.query()
	rows, err := s.chosen(c, f)
	if err != nil {
		return c.unchosen(err)
	}
	return s.listingsLeadPage(c, http.StatusOK, rows, s.leadOfListings(rows))
}

// leadOfListings is what a lead of listings begins with: what they have in common is not typed again.
func (s *Server) leadOfListings(rows []listing.Listing) *form {
	first := rows[0]
	shop, patent := first.Shop, first.PatentNo
	var lines []string
	zh := s.Catalogue.Printer("")
	for _, x := range rows {
		if x.Shop != shop {
			shop = ""
		}
		if x.PatentNo != patent {
			patent = ""
		}
		lines = append(lines, zh.T("listing.line", x.Number, errs.Msg("platform."+x.Platform), x.Shop, x.Title, x.URL))
	}
	values := map[string]string{
		"source": "own_patrol", "place": first.Place, "received_on": s.today().String(), "title": s.proposedTitle(casework.Ecommerce, "", shop, first.Place),
		"facts": strings.Join(lines, "\n"), "respondent": shop, "patent_no": patent,
	}
	if len(rows) == 1 {
		values["url"] = first.URL
	}
	return blank(values)
}

// listingsMakeLead makes one lead of chosen listings. From the list it leads to the form first.
func (s *Server) listingsMakeLead(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	if f.text("do") == "choose" {
		return c.to(address("/listings/lead", url.Values{"listing": f.all("listing")}))
	}
	rows, err := s.chosen(c, f)
	if err != nil {
		return c.unchosen(err)
	}
	in := f.lead()
	var l *lead.Lead
	if err = f.err(); err == nil {
		l, err = s.Listings.MakeLead(c.ctx(), c.by, f.all("listing"), in)
	}
	if code, again := c.again(f, err); again {
		return s.listingsLeadPage(c, code, rows, f)
	}
	if err != nil {
		return err
	}
	return c.done("/leads/"+l.ID, "flash.lead.added", l.Number)
}

func (s *Server) listingsLeadPage(c *ctx, code int, rows []listing.Listing, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("listing.lead.new"))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("listings", "/listings"), f.invalid()
	t := views.ListingTable(p, p.T("lead.listings"), c.listingLines(rows), "", "")
	v.Chosen = &t
	v.Groups = []views.FieldGroup{
		{Title: p.T("lead.group.matter"), Fields: f.fill(p,
			parts.Field{Name: "source", Label: p.T("lead.source"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("source", lead.Sources()), Half: true},
			parts.Field{Name: "received_on", Label: p.T("lead.received_on"), Type: parts.Date, Required: true, Upto: s.today().String(), Half: true},
			parts.Field{Name: "title", Label: p.T("lead.title"), Max: 200, Required: true, Half: true},
			parts.Field{Name: "place", Label: p.T("lead.place"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
			parts.Field{Name: "facts", Label: p.T("lead.facts"), Type: parts.LongText, Rows: 6, Max: 20000, Required: true},
		)},
		{Title: p.T("lead.group.parties"), Fields: f.fill(p, leadParties(c)...)},
	}
	hidden := []parts.Hidden{c.newID(f, "id")}
	for _, x := range rows {
		hidden = append(hidden, parts.Hidden{Name: "listing", Value: x.ID})
	}
	v.Form = parts.Form{Action: "/listings/lead", Hidden: hidden, Hotkey: true, Submit: p.T("lead.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/listings"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}
