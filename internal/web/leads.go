package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/registry"
	"huzhi/views"
	"huzhi/views/parts"
)

// leadTone is the colour of a lead's state.
func leadTone(state string) parts.Tone {
	switch state {
	case lead.New, lead.Verified:
		return parts.Running
	case lead.Supplement, lead.Notified:
		return parts.Soon
	case lead.Filed:
		return parts.Done
	}
	return parts.Stopped
}

// leads lists the leads.
func (s *Server) leads(c *ctx) error {
	q := c.ask(asked{
		choices: map[string][]string{
			"untold": {"1"}, "state": append(lead.States(), "open"), "kind": casework.Kinds(), "source": lead.Sources(), "urgency": lead.Urgencies(),
		},
		ids:   []string{"assignee"},
		spans: [][2]string{{"from", "to"}},
	})
	f, _ := lead.ParseFilter(q.values) // what is wrong in it is noted already
	view := views.RecordsView{Page: c.page(c.p.T("nav.leads")), Filters: s.leadFilters(c, f, q)}
	view.Page.Lead = c.p.T("lead.lead")
	if s.Guard.CanAnywhere(c.by, "lead.add") {
		view.Page.Actions = parts.Button(parts.Action{Label: c.p.T("lead.new"), Href: "/leads/new", Icon: "plus", Look: "primary"})
	}
	if q.invalid() {
		return c.showMisread(view, q)
	}
	var err error
	if view.Cards, err = s.leadCards(c); err != nil {
		return err
	}
	at := pageOf(q)
	rows, more, err := s.Leads.List(c.ctx(), c.by, f, at)
	if err != nil {
		return err
	}
	total, err := s.Leads.Count(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	lines, err := s.leadLines(c, rows)
	if err != nil {
		return err
	}
	view.Head = parts.ListHead{Count: c.p.N("lead.count", int(total)), Tabs: c.tabs("/leads", f.Values(), "state", "lead.state", append([]string{"open"}, lead.States()...))}
	view.Table = views.LeadTable(c.p, view.Page.Title, lines)
	view.Table.Empty = &parts.EmptyState{Icon: "inbox", Title: c.p.T("lead.none"), Text: c.p.T("lead.none.text")}
	view.Pager = pager(c.p, "/leads", f.Values(), at, rows, more, total)
	return c.show(http.StatusOK, views.Records(view))
}

func (s *Server) leadLines(c *ctx, rows []lead.Lead) ([]views.LeadLine, error) {
	ids := make([]string, len(rows))
	for i, x := range rows {
		ids[i] = x.ID
	}
	clocks, err := s.Clocks.Watched(c.ctx(), ids, s.today())
	if err != nil {
		return nil, err
	}
	lines := make([]views.LeadLine, len(rows))
	for i, x := range rows {
		lines[i] = views.LeadLine{
			Number: x.Number, Href: "/leads/" + x.ID, Received: c.p.Day(x.ReceivedOn), Title: x.Title, Respondent: x.Respondent, Kind: c.p.T("kind." + x.Kind), Source: c.p.T("source." + x.Source),
			Place: c.place(x.Place), State: c.p.T("lead.state." + x.State), Tone: leadTone(x.State), Confidential: c.confidential(x.Restricted),
		}
		if x.Open() && x.Urgency != "normal" {
			lines[i].Urgency = c.p.T("choice.urgency." + x.Urgency)
		}
		if k, runs := clocks[x.ID]; runs {
			v := s.clock(c, k)
			lines[i].Clock = &v
		}
	}
	return lines, nil
}

// confidential is the mark of a restricted record, or nothing.
func (c *ctx) confidential(restricted bool) string {
	if restricted {
		return c.p.T("intake.restricted")
	}
	return ""
}

func (s *Server) leadFilters(c *ctx, f lead.Filter, q *form) parts.Filters {
	p, v := c.p, f.Values()
	fs := parts.Filters{
		Action: "/leads", Clear: "/leads",
		Fields: q.fill(p,
			parts.Field{Name: "q", Label: p.T("intake.text"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "kind", Label: p.T("lead.kind"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("kind", casework.Kinds())},
			parts.Field{Name: "office", Label: p.T("lead.office"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.offices("lead.view")},
		),
		More: q.fill(p,
			parts.Field{Name: "source", Label: p.T("lead.source"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("source", lead.Sources())},
			parts.Field{Name: "urgency", Label: p.T("ask.urgency"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("choice.urgency", lead.Urgencies())},
			parts.Field{Name: "assignee", Label: p.T("ask.assignee"), Type: parts.Select, Blank: p.T("intake.all"), Options: s.assignees(c, f.Mine)},
			parts.Field{Name: "untold", Label: p.T("lead.untold"), Type: parts.Checkbox},
			parts.Field{Name: "from", Label: p.T("lead.from"), Type: parts.Date},
			parts.Field{Name: "to", Label: p.T("intake.to"), Type: parts.Date},
		),
	}
	if f.State != "" {
		fs.Hidden = []parts.Hidden{{Name: "state", Value: f.State}}
	}
	fs.Chips = chipsOf("/leads", v,
		chip{"kind", p.T("lead.kind"), p.T("kind." + f.Kind)}, chip{"source", p.T("lead.source"), p.T("source." + f.Source)}, chip{"office", p.T("lead.office"), c.place(f.Office)},
		chip{"urgency", p.T("ask.urgency"), p.Or("choice.urgency."+f.Urgent, "")}, chip{"assignee", p.T("ask.assignee"), s.assigneeName(f.Mine)}, chip{"untold", p.T("lead.untold"), map[bool]string{true: p.T("lead.untold.yes")}[f.Untold]},
		chip{"from", p.T("lead.from"), p.Day(f.From)}, chip{"to", p.T("intake.to"), p.Day(f.To)}, chip{"q", p.T("intake.text"), f.Text})
	return fs
}

// leadCards are the figures over the list: what waits for whom, and the year against the one before.
func (s *Server) leadCards(c *ctx) ([]parts.NumberCard, error) {
	today := s.today()
	year, before := newYear(today), newYear(today).AddMonths(-12)
	return s.cards(c, []figure{
		{label: "lead.card.new", icon: "clipboard-list", tone: parts.Running, at: "/leads", of: lead.Filter{State: lead.New}},
		{label: "lead.card.verified", icon: "gavel", tone: parts.Soon, at: "/leads", of: lead.Filter{State: lead.Verified}},
		{label: "lead.card.year", icon: "inbox", tone: parts.Stopped, at: "/leads", of: lead.Filter{From: year, To: today}, note: "lead.card.before", than: lead.Filter{From: before, To: today.AddMonths(-12)}},
		{label: "lead.card.filed", icon: "folder", tone: parts.Done, at: "/leads", of: lead.Filter{State: lead.Filed, From: year, To: today},
			note: "lead.card.refused", than: lead.Filter{State: lead.Refused, From: year, To: today}},
	}, func(f valued) (int64, error) { return s.Leads.Count(c.ctx(), c.by, f.(lead.Filter)) })
}

// leadNew shows the form of a lead that does not come from the hotline.
func (s *Server) leadNew(c *ctx) error {
	home := c.homeFor("lead.add")
	return s.leadForm(c, http.StatusOK, blank(map[string]string{
		"source": "own_patrol", "kind": casework.Counterfeit, "jurisdiction": home, "place": home, "received_on": s.today().String(),
	}))
}

// leadAdd registers a lead.
func (s *Server) leadAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := f.lead()
	in.Jurisdiction, in.Kind = f.text("jurisdiction"), f.text("kind")
	var l *lead.Lead
	if err = f.err(); err == nil {
		l, err = s.Leads.Add(c.ctx(), c.by, in)
	}
	if code, again := c.again(f, err); again {
		return s.leadForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done("/leads/"+l.ID, "flash.lead.added", l.Number)
}

// lead is a new lead as it was typed.
func (f *form) lead() lead.NewLead {
	return lead.NewLead{
		ID: f.text("id"), Source: f.text("source"), Place: f.text("place"), ReceivedOn: f.day("received_on"), Title: f.text("title"), Facts: f.text("facts"),
		Respondent: f.text("respondent"), RespondentAddress: f.text("respondent_address"), Requester: f.text("requester"), RequesterAddress: f.text("requester_address"), PatentNo: f.text("patent_no"), URL: f.text("url"),
	}
}

func (s *Server) leadForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("lead.new"))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("leads", "/leads"), f.invalid()
	sources := slices.DeleteFunc(lead.Sources(), func(x string) bool { return x == "complaint" }) // complaints come by the hotline, with their number
	v.Groups = []views.FieldGroup{
		{Title: p.T("lead.group.origin"), Fields: f.fill(p,
			parts.Field{Name: "source", Label: p.T("lead.source"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("source", sources), Half: true, Autofocus: !f.invalid()},
			parts.Field{Name: "received_on", Label: p.T("lead.received_on"), Hint: p.T("lead.received_on.hint"), Type: parts.Date, Required: true, Upto: s.today().String(), Half: true},
			half(c.officeField("lead.add", p.T("lead.office"))),
			parts.Field{Name: "place", Label: p.T("lead.place"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
		)},
		{Title: p.T("lead.group.matter"), Fields: f.fill(p,
			parts.Field{Name: "kind", Label: p.T("lead.kind"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: c.choices("kind", casework.Kinds())},
			parts.Field{Name: "title", Label: p.T("lead.title"), Hint: p.T("lead.title.hint"), Max: 200, Required: true},
			parts.Field{Name: "facts", Label: p.T("lead.facts"), Hint: p.T("lead.facts.hint"), Type: parts.LongText, Rows: 6, Max: 20000, Required: true},
		)},
		{Title: p.T("lead.group.parties"), Fields: f.fill(p, leadParties(c)...)},
	}
	v.Form = parts.Form{Action: "/leads", Hidden: []parts.Hidden{c.newID(f, "id")}, Draft: "lead", Hotkey: true, Submit: p.T("lead.save"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/leads"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// leadParties are the questions about who and what a lead is about.
func leadParties(c *ctx) []parts.Field {
	p := c.p
	return []parts.Field{
		{Name: "respondent", Label: p.T("lead.respondent"), Hint: p.T("lead.respondent.hint"), Max: 200, Half: true, Autocomplete: "off"},
		{Name: "respondent_address", Label: p.T("lead.respondent_address"), Max: 300, Half: true, Autocomplete: "off"},
		{Name: "requester", Label: p.T("lead.requester"), Hint: p.T("lead.requester.hint"), Max: 200, Half: true, Autocomplete: "off"},
		{Name: "requester_address", Label: p.T("lead.requester_address"), Max: 300, Half: true, Autocomplete: "off"},
		{Name: "patent_no", Label: p.T("lead.patent_no"), Max: 60, NoSpell: true, Half: true, Autocomplete: "off"},
		{Name: "url", Label: p.T("lead.url"), Max: 2000, NoSpell: true, Inputmode: "url", Autocomplete: "off"},
	}
}

func entryFields(v views.EntryView) []parts.Field {
	var out []parts.Field
	for _, g := range v.Groups {
		out = append(out, g.Fields...)
	}
	return out
}

// typed are the forms of a lead's page that came back.
type typed struct {
	verify, refuse, transfer, act, write *form
	name                                 string // of the act
}

// lead shows a lead.
func (s *Server) lead(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.leadPage(c, http.StatusOK, id, typed{})
}

func (s *Server) leadPage(c *ctx, code int, id string, back typed) error {
	p := c.p
	l, steps, clocks, err := s.Leads.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	v := views.LeadView{Page: c.page(l.Number), Facts: l.Facts, About: leadAbout(c, l)}
	v.Page.Crumbs, v.Page.NoHead = c.crumb("leads", "/leads"), true
	h := s.Leads.History(l, steps, clocks, s.today())
	open := s.Leads.Open(c.by, h)
	for _, f := range []*form{back.verify, back.refuse, back.transfer, back.act, back.write} {
		v.Page.Invalid = v.Page.Invalid || f != nil && f.invalid()
	}
	all, next := s.clocksOf(c, "/leads/"+l.ID, clocks)
	v.Clocks = all
	v.Banner = parts.Banner{
		Number: l.Number, Title: l.Title, Kind: p.T("kind." + l.Kind), State: p.T("lead.state." + l.State), StateTone: leadTone(l.State), County: c.place(l.Place),
		Confidential: c.confidential(l.Restricted), Opened: l.ReceivedOn, OpenedWord: p.T("lead.received"), Clock: next,
	}
	v.Banner.More = c.evidenceLink(v.Banner.More, "/leads/"+l.ID, l.Jurisdiction)
	v.Stages, v.Limit = c.leadStages(l), c.requestLimit(h)
	if l.Open() {
		v.Asks = s.leadAsks(c, h, open)
		for _, a := range v.Asks.Items {
			if a.Action != nil && a.Action.Refused == "" && a.Action.Look == "primary" {
				v.Banner.Main = a.Action
			}
		}
	} else if v.Settled, err = s.leadSettled(c, l, steps); err != nil {
		return err
	}
	if v.Origin, err = s.leadOrigin(c, l, steps); err != nil {
		return err
	}
	if l.Kind == casework.Ecommerce {
		if v.Listings, err = s.leadListings(c, l); err != nil {
			return err
		}
	}
	if v.Checks, err = s.checksOf(c, registry.OfLead, l.Jurisdiction, l.PatentNo, l.Open() && l.Kind != casework.Dispute, l.ID); err != nil {
		return err
	}
	if l.CallID != nil {
		written, err := s.Hotline.Written(c.ctx(), *l.CallID)
		if err != nil {
			return err
		}
		v.Written = c.written(written, "/leads/"+l.ID+"/messages/")
	}
	papers, err := s.Documents.OfLead(c.ctx(), l.ID)
	if err != nil {
		return err
	}
	v.Papers, v.Timeline = c.leadPapers(l, papers), s.leadTimeline(c, steps)
	v.Forms = s.leadForms(c, h, open, back)
	if l.CallID != nil && c.can("lead.verify", l.Jurisdiction) {
		v.Forms = append(v.Forms, c.writeForm("/leads/"+l.ID+"/write", back.write))
	}
	return c.show(code, views.Lead(v))
}

func leadAbout(c *ctx, l *lead.Lead) []parts.Desc {
	p := c.p
	return given(
		parts.Desc{Label: p.T("lead.respondent"), Value: l.Respondent}, parts.Desc{Label: p.T("lead.respondent_address"), Value: l.RespondentAddress},
		parts.Desc{Label: p.T("lead.requester"), Value: l.Requester}, parts.Desc{Label: p.T("lead.requester_address"), Value: l.RequesterAddress}, parts.Desc{Label: p.T("lead.patent_no"), Value: l.PatentNo, Code: true},
		parts.Desc{Label: p.T("lead.url"), Value: l.URL, Body: outside(p, l.URL), Wide: true},
	)
}

// requestLimit warns of a request that came after its time, with the article, and says what that means; nil where it came in time, or nothing is known of it.
func (c *ctx) requestLimit(h *lead.History) *parts.Remark {
	x, ok := h.Limit()
	if !ok || !x.Over(h.ReceivedOn) {
		return nil
	}
	means := "plea"
	if x.GoesOn {
		means = "goes_on"
	}
	return &parts.Remark{Tone: parts.Soon, Title: c.p.T("lead.limit.over", x.Until), Text: c.p.T("lead.limit."+means, x.Knew, h.ReceivedOn, x.Rule.Cite)}
}

// leadStages are the stages of a lead: received, verified, decided.
func (c *ctx) leadStages(l *lead.Lead) []parts.Stage {
	p := c.p
	out := []parts.Stage{
		{Label: p.T("lead.stage.received"), State: parts.StageDone, Day: l.ReceivedOn},
		{Label: p.T("lead.stage.verified"), State: parts.StageNow},
		{Label: p.T("lead.stage.settled"), State: parts.StageTodo},
	}
	switch {
	case l.State == lead.Verified || !l.VerifiedOn.IsZero() && !l.Open():
		out[1].State, out[1].Day = parts.StageDone, l.VerifiedOn
		out[2].State = parts.StageNow
	case !l.Open(): // taken back before anybody verified it
		out[1].State = parts.StageSkipped
	case l.State != lead.New:
		out[1].Label = p.T("lead.state." + l.State)
	}
	if !l.Open() {
		out[2] = parts.Stage{Label: p.T("lead.state." + l.State), State: parts.StageDone, Day: l.SettledOn}
	}
	return out
}

// leadAsks is what can be done next, by whom, and what keeps this person from it.
func (s *Server) leadAsks(c *ctx, h *lead.History, open []lead.Open) *parts.Asks {
	p, l := c.p, h.Lead
	cite := func(act string) string { return p.Or("lead.cite."+act+"."+l.Kind, "") }
	button := func(act, action, href, look string, blocked string) *parts.Action {
		a := &parts.Action{Label: p.T("lead.do." + act), Href: href, Look: look}
		switch {
		case !c.can(action, l.Jurisdiction):
			a.Refused = c.notYours(action, l.Jurisdiction)
		case blocked != "":
			a.Refused = blocked
		}
		return a
	}
	items, wants := s.actAsks(c, h, open)
	verify := parts.Ask{Title: p.T("lead.ask.verify"), Article: cite("verify"), Clock: s.leadClock(c, h.Clocks, "CF_VERIFY")}
	unverified, own := "", ""
	switch {
	case l.State != lead.Verified:
		look := "primary"
		if wants {
			look = ""
		}
		waits := ""
		if l.State != lead.New {
			waits = p.T("lead.waits." + l.State)
		}
		verify.Action = button("verify", "lead.verify", "#"+parts.FieldID("verify-proposal"), look, waits)
		unverified = p.T("lead.first_verify")
		own = unverified
	default:
		verify.Done = true
		for _, x := range h.Steps {
			if x.Step == "verify" {
				verify.DoneNote = p.T("lead.done", x.OnDay, x.ActorName)
			}
		}
		if l.VerifiedBy == c.by.ID {
			own = p.T("error.four_eyes_verify")
		}
	}
	look := map[string]string{}
	if l.State == lead.Verified && c.can("lead.file", l.Jurisdiction) {
		look[l.Proposal] = "primary"
	}
	file := parts.Ask{Title: p.T("lead.ask.file"), Article: p.Or("cite."+l.Kind+".file", ""), Note: c.proposed(l, lead.ProposeFile),
		Clock: s.leadClock(c, h.Clocks, "CF_FILE_REPORT", "CF_FILE_OWN", "INF_ACCEPT", "MED_FILE"), Action: button("file", "lead.file", "/leads/"+l.ID+"/file", look[lead.ProposeFile], own)}
	if err := h.MayFile(l.Kind); err != nil {
		file.Missing, file.Action = []parts.Link{{Label: c.say(err)}}, nil
		for _, x := range items {
			if !x.Done && x.Action != nil {
				file.Missing[0].Href = x.Action.Href
			}
		}
	}
	refuse := parts.Ask{Title: p.T("lead.ask.refuse"), Article: cite("refuse"), Note: c.proposed(l, lead.ProposeRefuse), Clock: s.leadClock(c, h.Clocks, "MED_REFUSE_TELL"),
		Action: button("refuse", "lead.refuse", "#"+parts.FieldID("refuse-ground"), look[lead.ProposeRefuse], unverified)}
	transfer := parts.Ask{Title: p.T("lead.ask.transfer"), Article: cite("transfer"), Note: c.proposed(l, lead.ProposeTransfer),
		Action: button("transfer", "lead.transfer", "#"+parts.FieldID("transfer-to"), look[lead.ProposeTransfer], "")}
	return &parts.Asks{Items: append(items, verify, file, refuse, transfer)}
}

// proposed says of an act that the verification proposes it.
func (c *ctx) proposed(l *lead.Lead, what string) string {
	if l.State == lead.Verified && l.Proposal == what {
		return c.p.T("lead.proposed")
	}
	return ""
}

// leadClock is the running clock of the first of some rules that has one, or nil.
func (s *Server) leadClock(c *ctx, clocks []deadline.Clock, rules ...string) *parts.Clock {
	for _, k := range clocks {
		if k.Running() && slices.Contains(rules, k.Rule) {
			v := s.clock(c, k)
			return &v
		}
	}
	return nil
}

// leadSettled says how a lead ended, with the way to its case for those who may see it.
func (s *Server) leadSettled(c *ctx, l *lead.Lead, steps []lead.Step) (*parts.Desc, error) {
	d := &parts.Desc{Label: c.p.T("lead.settled."+l.State, l.SettledOn), Note: l.Reason}
	if l.State == lead.Merged && l.MergedInto != nil {
		switch into, _, _, err := s.Leads.Find(c.ctx(), c.by, *l.MergedInto); errs.CodeOf(err) {
		case "":
			d.Value, d.Href = into.Number, "/leads/"+into.ID
		case errs.NotFound: // it has become confidential, or another office's
		default:
			return nil, err
		}
	}
	for _, x := range steps {
		if number := x.Data["case"]; x.Step == "file" && number != "" {
			id, err := s.Docket.NumberOf(c.ctx(), c.by, number)
			if err != nil {
				return nil, err
			}
			d.Value = number
			if id != "" {
				d.Href = "/cases/" + id
			}
		}
	}
	return d, nil
}

// leadOrigin is where a lead comes from. Who reported it stands with the call, for the desk only.
func (s *Server) leadOrigin(c *ctx, l *lead.Lead, steps []lead.Step) ([]parts.Desc, error) {
	p := c.p
	out := []parts.Desc{
		{Label: p.T("lead.source"), Value: p.T("source." + l.Source)}, {Label: p.T("lead.received_on"), Value: p.Day(l.ReceivedOn)},
		{Label: p.T("lead.office"), Value: c.place(l.Jurisdiction)}, {Label: p.T("lead.place"), Value: c.place(l.Place)},
		{Label: p.T("ask.urgency"), Value: p.T("choice.urgency." + l.Urgency)},
	}
	if l.AssigneeID != "" {
		for _, x := range steps {
			if x.Step == "assign" && x.Data["assignee"] == l.AssigneeID {
				out = append(out, parts.Desc{Label: p.T("ask.assignee"), Value: x.Data["assignee_name"]})
				break
			}
		}
	}
	if len(steps) > 0 {
		out = append(out, parts.Desc{Label: p.T("lead.registrar"), Value: steps[0].ActorName})
	}
	who, err := s.reporter(c, l.Matter())
	if err != nil {
		return nil, err
	}
	if who != nil && l.Requester == "" { // a complainant stands there by name
		out = append(out, *who)
	}
	if l.CallID == nil {
		return out, nil
	}
	d := parts.Desc{Label: p.T("lead.call"), Value: p.T("lead.call.sealed")}
	if s.Guard.CanAnywhere(c.by, "call.view") {
		switch x, err := s.Hotline.Find(c.ctx(), c.by, *l.CallID); errs.CodeOf(err) {
		case "":
			d.Value, d.Href = x.Number, "/hotline/"+x.ID
		case errs.NotFound: // another office's desk took the call
		default:
			return nil, err
		}
	}
	return append(out, d), nil
}

// leadListings are the listings a lead was made of, for those who may see listings.
func (s *Server) leadListings(c *ctx, l *lead.Lead) (*parts.Table, error) {
	if !s.Guard.CanAnywhere(c.by, "listing.view") {
		return nil, nil
	}
	rows, _, err := s.Listings.List(c.ctx(), c.by, listing.Filter{LeadID: l.ID}, casework.Page{Limit: 200})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	t := views.ListingTable(c.p, c.p.T("lead.listings"), c.listingLines(rows), "", "")
	return &t, nil
}

// leadPapers are the papers that were issued on a lead.
func (c *ctx) leadPapers(l *lead.Lead, papers []document.LeadPaper) *parts.Table {
	if len(papers) == 0 {
		return nil
	}
	t := &parts.Table{Caption: c.p.T("lead.papers"), Compact: true, Columns: []parts.Column{{Label: c.p.T("lead.paper.title")}, {Label: c.p.T("lead.paper.on")}}}
	for _, d := range papers {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(d.Title, "/leads/"+l.ID+"/papers/"+d.ID, d.Number), parts.TextCell(c.p.Day(d.IssuedOn), d.IssuedBy)}})
	}
	return t
}

func (s *Server) leadTimeline(c *ctx, steps []lead.Step) parts.Timeline {
	p := c.p
	icons := map[string]string{"add": "inbox", "verify": "clipboard-check", "file": "folder", "refuse": "circle-x", "transfer": "arrows-exchange", "check": "clipboard-list",
		"supplement": "message-report", "notify": "mail", "tell": "send", "tell_reporter": "send", "withdraw": "ban", "extend": "calendar-due", "send_back": "arrow-back-up", "merge": "arrows-exchange", "merged_in": "arrows-exchange", "unmerge": "arrows-exchange", "parted": "arrows-exchange", "assign": "users"}
	tones := map[string]parts.Tone{"verify": parts.Running, "file": parts.Done, "refuse": parts.Stopped, "transfer": parts.Soon, "supplement": parts.Soon, "withdraw": parts.Stopped}
	var t parts.Timeline
	for i := len(steps) - 1; i >= 0; i-- {
		x := steps[i]
		e := parts.Event{Time: x.At, Icon: cmp.Or(icons[x.Step], "progress-check"), Tone: tones[x.Step], Title: p.T("lead.step." + x.Step), Text: s.leadRecord(c, x), Who: x.ActorName}
		if calendar.DayOf(x.At) != x.OnDay { // written down later than it was done: the day is known, not the hour
			e.Time, e.Day = time.Time{}, x.OnDay
		}
		switch x.Step {
		case "verify":
			e.Title = p.T("lead.step.verify.is", errs.Msg("proposal."+x.Data["proposal"]))
		case "transfer":
			e.Title = p.T("lead.step.transfer.is", c.place(x.Data["from"]), c.place(x.Data["to"]))
		case "file":
			e.Title = p.T("lead.step.file.is", x.Data["case"])
		case "send_back":
			e.Title = p.T("lead.step.send_back.is", c.place(x.Data["from"]), c.place(x.Data["to"]))
		case "merged_in", "parted":
			e.Title = p.T("lead.step."+x.Step+".is", x.Data["lead"])
		}
		t.Events = append(t.Events, e)
	}
	return t
}

// assignees are those who may look after leads where the person sees some: the person first, then by name; and whoever the filter names already.
func (s *Server) assignees(c *ctx, chosen string) []parts.Option {
	var out []parts.Option
	for _, j := range s.Guard.Places(c.by, "lead.view") {
		for _, who := range s.Guard.Holders("lead.verify", j.Code) {
			if !slices.ContainsFunc(out, func(o parts.Option) bool { return o.Value == who.ID }) {
				out = append(out, parts.Option{Value: who.ID, Label: who.Name})
			}
		}
	}
	slices.SortFunc(out, func(a, b parts.Option) int {
		if (a.Value == c.by.ID) != (b.Value == c.by.ID) {
			return map[bool]int{true: -1, false: 1}[a.Value == c.by.ID]
		}
		return cmp.Compare(a.Label, b.Label)
	})
	if chosen != "" && !slices.ContainsFunc(out, func(o parts.Option) bool { return o.Value == chosen }) {
		out = append(out, parts.Option{Value: chosen, Label: s.assigneeName(chosen)})
	}
	return out
}

// assigneeName is somebody's name where a filter names who looks after leads.
func (s *Server) assigneeName(id string) string {
	for _, j := range s.Regions.All() {
		for _, who := range s.Guard.Holders("lead.verify", j.Code) {
			if who.ID == id {
				return who.Name
			}
		}
	}
	return id
}
