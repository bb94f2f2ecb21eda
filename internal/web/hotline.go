package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/i18n"
	"huzhi/internal/identity"
	"huzhi/views"
	"huzhi/views/parts"
)

// callTone is the colour of a call's state.
func callTone(state string) parts.Tone {
	switch state {
	case hotline.StateOpen:
		return parts.Soon
	case hotline.StateLead:
		return parts.Running
	case hotline.StateAnswered:
		return parts.Done
	case hotline.StateReferred:
		return parts.Running
	}
	return parts.Stopped
}

// calls lists the calls.
func (s *Server) calls(c *ctx) error {
	ways, err := s.channels(c)
	if err != nil {
		return err
	}
	q := c.ask(asked{
		choices: map[string][]string{
			"kind": hotline.Kinds(), "outcome": hotline.Outcomes(), "state": append(hotline.States(), "handled"), "subject": casework.Reported(), "channel": ways.codes,
		},
		spans: [][2]string{{"from", "to"}},
	})
	f, _ := hotline.ParseFilter(q.values) // what is wrong in it is noted already
	view := views.RecordsView{Page: c.page(c.p.T("nav.hotline"))}
	view.Page.Lead = c.p.T("call.lead")
	acts := []parts.Action{{Label: c.p.T("line.callbacks"), Href: "/hotline/callbacks", Icon: "calendar-due"}, {Label: c.p.T("line.referrals"), Href: "/hotline/referrals", Icon: "arrow-right"},
		{Label: c.p.T("receipt.list"), Href: "/receipts", Icon: "send"}}
	if s.Guard.CanAnywhere(c.by, "call.supervise") {
		acts = append(acts, parts.Action{Label: c.p.T("line.figures"), Href: "/hotline/figures", Icon: "calendar-stats"})
	}
	if s.Guard.CanAnywhere(c.by, "call.log") {
		acts = append(acts, parts.Action{Label: c.p.T("call.new"), Href: "/hotline/new", Icon: "plus", Look: "primary"})
	}
	view.Page.Actions = parts.Buttons(acts...)
	view.Filters = s.callFilters(c, f, q, ways)
	if q.invalid() {
		return c.showMisread(view, q)
	}
	if view.Cards, err = s.strip(c); err == nil && view.Cards == nil {
		view.Cards, err = s.callCards(c)
	}
	if err != nil {
		return err
	}
	at := pageOf(q)
	rows, more, err := s.Hotline.List(c.ctx(), c.by, f, at)
	if err != nil {
		return err
	}
	total, err := s.Hotline.Count(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	lines, err := s.callLines(c, rows)
	if err != nil {
		return err
	}
	view.Head = parts.ListHead{Count: c.p.N("call.count", int(total)), Tabs: c.tabs("/hotline", f.Values(), "kind", "call.kind", hotline.Kinds())}
	view.Table = views.CallTable(c.p, view.Page.Title, lines, false)
	view.Table.Empty = &parts.EmptyState{Icon: "headset", Title: c.p.T("call.none"), Text: c.p.T("call.none.text")}
	view.Pager = pager(c.p, "/hotline", f.Values(), at, rows, more, total)
	return c.show(http.StatusOK, views.Records(view))
}

// callLines are calls as lists show them, the callers masked.
func (s *Server) callLines(c *ctx, rows []hotline.Call) ([]views.CallLine, error) {
	callers, err := s.Hotline.Callers(c.ctx(), rows...)
	if err != nil {
		return nil, err
	}
	lines := make([]views.CallLine, len(rows))
	for i, x := range rows {
		if err := s.Hotline.Veil(c.ctx(), &x); err != nil {
			return nil, err
		}
		var m identity.Masked
		if x.IdentityID != nil {
			m = callers[*x.IdentityID]
		}
		lines[i] = c.callLine(x, m)
	}
	return lines, nil
}

func (c *ctx) callLine(x hotline.Call, m identity.Masked) views.CallLine {
	l := views.CallLine{
		Number: x.Number, Href: "/hotline/" + x.ID, At: c.p.Time(x.ReceivedAt), Kind: c.p.T("call.kind." + x.Kind), Caller: m.Name, Phone: m.Phone,
		Question: firstLine(x.Question, 80), Place: c.place(x.Place), State: c.p.T("call.state." + x.State), Tone: callTone(x.State), Asking: x.Asks(),
	}
	if x.Mode == identity.Anonymous {
		l.Caller = c.p.T("mode.anonymous")
	}
	switch {
	case x.Topic != "":
		l.Subject = c.p.T("topic." + x.Topic)
	case x.Subject != "":
		l.Subject = c.p.T("kind." + x.Subject)
	}
	return l
}

func (s *Server) callFilters(c *ctx, f hotline.Filter, q *form, ways channels) parts.Filters {
	p, v := c.p, f.Values()
	states := c.choices("call.state", append(hotline.States(), "handled"))
	fs := parts.Filters{
		Action: "/hotline", Clear: "/hotline",
		Fields: q.fill(p,
			parts.Field{Name: "q", Label: p.T("intake.text"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "state", Label: p.T("call.state"), Type: parts.Select, Blank: p.T("intake.all"), Options: states},
			parts.Field{Name: "office", Label: p.T("call.office"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.offices("call.view")},
		),
		More: q.fill(p,
			parts.Field{Name: "subject", Label: p.T("call.subject"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.choices("kind", casework.Reported())},
			parts.Field{Name: "channel", Label: p.T("call.channel"), Type: parts.Select, Blank: p.T("intake.all"), Options: ways.all},
			parts.Field{Name: "phone", Label: p.T("call.phone"), Type: parts.Phone, Max: 40},
			parts.Field{Name: "from", Label: p.T("intake.from"), Type: parts.Date},
			parts.Field{Name: "to", Label: p.T("intake.to"), Type: parts.Date},
		),
	}
	if f.Kind != "" {
		fs.Hidden = []parts.Hidden{{Name: "kind", Value: f.Kind}}
	}
	fs.Chips = chipsOf("/hotline", v,
		chip{"state", p.T("call.state"), p.T("call.state." + f.State)}, chip{"subject", p.T("call.subject"), p.T("kind." + f.Subject)},
		chip{"channel", p.T("call.channel"), ways.name(f.Channel)}, chip{"office", p.T("call.office"), c.place(f.Office)},
		chip{"from", p.T("intake.from"), p.Day(f.From)}, chip{"to", p.T("intake.to"), p.Day(f.To)},
		chip{"outcome", p.T("call.outcome"), p.Or("call.outcome."+f.Outcome, "")}, chip{"operator", p.T("call.operator"), c.operatorName(f.Operator)}, chip{"phone", p.T("call.phone"), f.Phone}, chip{"q", p.T("intake.text"), f.Text})
	return fs
}

// callCards are the figures over the list: today and this week against the days before, and what is open.
func (s *Server) callCards(c *ctx) ([]parts.NumberCard, error) {
	today := s.today()
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	open := hotline.Filter{State: hotline.StateOpen}
	return s.cards(c, []figure{
		{label: "call.today", icon: "phone-incoming", tone: parts.Running, at: "/hotline", of: hotline.Filter{From: today, To: today},
			note: "call.today.before", than: hotline.Filter{From: today.AddDays(-1), To: today.AddDays(-1)}},
		{label: "call.week", icon: "calendar-stats", tone: parts.Running, at: "/hotline", of: hotline.Filter{From: monday, To: today},
			note: "call.week.before", than: hotline.Filter{From: monday.AddDays(-7), To: today.AddDays(-7)}},
		{label: "call.year", icon: "calendar", tone: parts.Stopped, at: "/hotline", of: hotline.Filter{From: newYear(today), To: today},
			note: "call.year.before", than: hotline.Filter{From: newYear(today).AddMonths(-12), To: today.AddMonths(-12)}},
		{label: "call.open", icon: "message-question", tone: parts.Soon, at: "/hotline", of: open,
			note: "call.open.complaints", than: hotline.Filter{State: hotline.StateOpen, Kind: hotline.Complaint}},
	}, func(f valued) (int64, error) { return s.Hotline.Count(c.ctx(), c.by, f.(hotline.Filter)) })
}

func newYear(d calendar.Day) calendar.Day { return calendar.Date(d.Year(), 1, 1) }

// valued is a filter that is an address's query.
type valued interface{ Values() url.Values }

// figure is a number card over a list: what it counts, and what stands beside it for comparison.
type figure struct {
	label, icon, note, at string
	tone                  parts.Tone
	of, than              valued
}

// cards counts figures. Each leads to the list of what it counted.
func (s *Server) cards(c *ctx, list []figure, count func(valued) (int64, error)) ([]parts.NumberCard, error) {
	var out []parts.NumberCard
	for _, f := range list {
		n, err := count(f.of)
		if err != nil {
			return nil, err
		}
		x := parts.NumberCard{Label: c.p.T(f.label), Icon: f.icon, Tone: f.tone, Value: c.p.Count(n), Href: address(f.at, f.of.Values())}
		if f.than != nil {
			if n, err = count(f.than); err != nil {
				return nil, err
			}
			x.Note = c.p.T(f.note, n)
		}
		if f.tone == parts.Soon && x.Value == "0" {
			x.Tone = parts.Done
		}
		out = append(out, x)
	}
	return out, nil
}

// hinted is choices with a line under each where the catalogue has one.
func (c *ctx) hinted(prefix string, values []string) []parts.Option {
	out := c.choices(prefix, values)
	for i, o := range out {
		out[i].Hint = c.p.Or(prefix+"."+o.Value+".hint", "")
	}
	return out
}

// callsOf are the latest calls of a caller or from a number, without the one at hand.
func (s *Server) callsOf(c *ctx, f hotline.Filter, but string, most int) ([]views.CallLine, error) {
	if f.Phone = strings.TrimSpace(clean(f.Phone)); f.Phone+f.Caller == "" {
		return nil, nil
	}
	rows, _, err := s.Hotline.List(c.ctx(), c.by, f, casework.Page{Limit: most + 1})
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(x hotline.Call) bool { return x.ID == but })
	return s.callLines(c, rows[:min(len(rows), most)])
}

// call shows a call.
func (s *Server) call(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.callPage(c, http.StatusOK, id, nil)
}

// callAnswer gives or corrects the answer.
func (s *Server) callAnswer(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = c.changed("call:"+id, s.Hotline.Answer(c.ctx(), c.by, id, f.number("version"), f.text("answer")))
	if code, again := c.again(f, err); again {
		return s.callPage(c, code, id, callForms{"answer": f})
	}
	if err != nil {
		return err
	}
	return c.done("/hotline/"+id, "flash.call.answered")
}

// callLead hands a report or complaint on as a lead.
func (s *Server) callLead(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	l, err := s.Hotline.MakeLead(c.ctx(), c.by, id, f.number("version"), hotline.LeadInput{LeadID: f.text("lead_id"), Title: f.text("title"), Place: f.text("place"), Facts: f.text("facts")})
	err = c.changed("call:"+id, err)
	if code, again := c.again(f, err); again {
		return s.callPage(c, code, id, callForms{"lead": f})
	}
	if err != nil {
		return err
	}
	to := "/hotline/" + id
	if c.can("lead.view", l.Jurisdiction) {
		to = "/leads/" + l.ID
	}
	return c.done(to, "flash.lead.added", l.Number)
}

// callPage shows a call with its forms; sent are those that came back, with what was typed into them a moment ago.
func (s *Server) callPage(c *ctx, code int, id string, sent callForms) error {
	p := c.p
	x, err := s.Hotline.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if err := s.Hotline.Veil(c.ctx(), x); err != nil {
		return err
	}
	v := views.CallView{Page: c.page(x.Number), Question: x.Question, Answer: x.Answer}
	v.Page.Crumbs, v.Page.NoHead = c.crumb("hotline", "/hotline"), true
	v.Page.Invalid = sent.invalid()
	if !x.AnsweredOn.IsZero() {
		v.Answered = p.Day(x.AnsweredOn)
	}
	v.Without = p.T("call.unanswered")
	if p.Has("call.without." + x.State) {
		v.Without = p.T("call.without." + x.State)
	}
	clocks, err := s.Clocks.Of(c.ctx(), x.ID)
	if err != nil {
		return err
	}
	all, next := s.clocksOf(c, "/hotline/"+x.ID, clocks)
	v.Clocks = all
	v.Banner = parts.Banner{
		Number: x.Number, Title: c.callTitle(x), Kind: c.callKind(x), State: p.T("call.state." + x.State), StateTone: callTone(x.State),
		County: c.place(x.Place), Opened: x.ReceivedOn, OpenedWord: p.T("call.received"), Clock: next,
	}
	c.callActions(x, &v.Banner)
	if x.Asks() {
		if r, _, err := s.Hotline.Receipt(c.ctx(), x.ID); err != nil {
			return err
		} else if r.SentOn.IsZero() {
			v.Banner.Note = p.T("receipt.unsent")
		}
	}
	if v.Facts, err = s.callFacts(c, x); err != nil {
		return err
	}
	v.Matter = append(c.callMatter(x), c.callDetails(x)...)
	if err := s.callCourse(c, x, &v); err != nil {
		return err
	}
	if x.IdentityID != nil {
		known, err := s.Hotline.Callers(c.ctx(), *x)
		if err != nil {
			return err
		}
		m := known[*x.IdentityID]
		v.Caller = c.callCaller(x, m)
		switch {
		case m.Erased || m.Mode == identity.Anonymous:
		case x.Open() && c.can("call.log", x.Jurisdiction):
			v.Reveal = &parts.Action{Label: p.T("identity.contact"), Href: "/hotline/" + x.ID + "/contact", Icon: "eye", Post: true}
		case !x.Open() && c.can("identity.ask", x.Jurisdiction):
			v.Reveal = &parts.Action{Label: p.T("disclosure.ask_for"), Href: "/disclosures/new?of=" + queryEscape("call:"+x.ID), Icon: "eye"}
		}
		if v.Related, err = s.callsOf(c, hotline.Filter{Caller: *x.IdentityID}, x.ID, 5); err != nil {
			return err
		}
		if len(v.Related) > 0 {
			v.AllOf = &parts.Link{Label: p.T("call.related.all"), Href: address("/hotline", hotline.Filter{Caller: *x.IdentityID}.Values())}
		}
	}
	if v.Forms, err = s.callForms(c, x, sent); err != nil {
		return err
	}
	return c.show(code, views.Call(v))
}

// callTitle is what a call is called: whom it is about, else how it begins.
func (c *ctx) callTitle(x *hotline.Call) string {
	if x.Respondent != "" && x.Subject != "" {
		return c.p.T("call.title.about", x.Respondent, errs.Msg("kind."+x.Subject))
	}
	return firstLine(x.Question, 40)
}

// callKind is the kind of a call, with a consultation's topic.
func (c *ctx) callKind(x *hotline.Call) string {
	kind := c.p.T("call.kind." + x.Kind)
	if x.Topic != "" {
		kind += " · " + c.p.T("topic."+x.Topic)
	}
	return kind
}

func (c *ctx) callActions(x *hotline.Call, b *parts.Banner) {
	if x.Asks() {
		b.More = append(b.More, parts.Action{Label: c.p.T("receipt.title"), Href: "/hotline/" + x.ID + "/receipt", Icon: "send"})
	}
	anew := parts.Action{Label: c.p.T("call.next"), Href: "/hotline/new", Icon: "phone-incoming"}
	if !c.can("call.log", x.Jurisdiction) {
		return
	}
	if x.Asks() && x.State == hotline.StateOpen && c.can("lead.make", x.Jurisdiction) {
		b.Main = &parts.Action{Label: c.p.T("call.make_lead"), Href: "#" + parts.FieldID("lead-title"), Icon: "arrow-right", Look: "primary"}
		b.More = append(b.More, anew)
	} else {
		anew.Look = "primary"
		b.Main = &anew
	}
	if x.IdentityID != nil {
		b.More = append(b.More, parts.Action{Label: c.p.T("call.same"), Href: address("/hotline/new", url.Values{"caller": {*x.IdentityID}}), Icon: "user-plus"})
	}
}

func (s *Server) callFacts(c *ctx, x *hotline.Call) ([]parts.Desc, error) {
	p := c.p
	ways, err := s.channels(c)
	if err != nil {
		return nil, err
	}
	out := []parts.Desc{
		{Label: p.T("call.received_at"), Value: p.Time(x.ReceivedAt)},
		{Label: p.T("call.channel"), Value: ways.name(x.Channel)},
	}
	u, err := s.Users.Get(c.ctx(), x.OperatorID)
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return nil, err
	}
	out = append(out, parts.Desc{Label: p.T("call.operator"), Value: u.Name}, parts.Desc{Label: p.T("call.office"), Value: c.place(x.Jurisdiction)}, parts.Desc{Label: p.T("call.place"), Value: c.place(x.Place)})
	if x.ComplaintNo != nil {
		out = append(out, parts.Desc{Label: p.T("call.complaint_no"), Value: *x.ComplaintNo, Code: true})
	}
	if x.LeadID == nil {
		return out, nil
	}
	l, _, _, err := s.Leads.Find(c.ctx(), c.by, *x.LeadID)
	switch errs.CodeOf(err) {
	case "":
		out = append(out, parts.Desc{Label: p.T("call.lead_no"), Value: l.Number, Href: "/leads/" + l.ID, Note: p.T("lead.state." + l.State)})
	case errs.NotFound: // it went to another office
		out = append(out, parts.Desc{Label: p.T("call.lead_no"), Value: p.T("call.lead.elsewhere")})
	default:
		return nil, err
	}
	return out, nil
}

// callMatter is what a report or complaint is about.
func (c *ctx) callMatter(x *hotline.Call) []parts.Desc {
	p := c.p
	if !x.Asks() {
		return nil
	}
	return given(
		parts.Desc{Label: p.T("call.subject"), Value: p.T("kind." + x.Subject)}, parts.Desc{Label: p.T("call.respondent"), Value: x.Respondent},
		parts.Desc{Label: p.T("call.respondent_address"), Value: x.RespondentAddress}, parts.Desc{Label: p.T("call.patent_no"), Value: x.PatentNo, Code: true},
		parts.Desc{Label: p.T("call.url"), Body: outside(p, x.URL), Value: x.URL, Wide: true},
	)
}

// callCaller is who called, masked.
func (c *ctx) callCaller(x *hotline.Call, m identity.Masked) []parts.Desc {
	p := c.p
	out := given(
		parts.Desc{Label: p.T("identity.code"), Value: m.Code, Code: true}, parts.Desc{Label: p.T("call.mode"), Value: p.T("mode." + x.Mode)},
		parts.Desc{Label: p.T("call.name"), Value: m.Name}, parts.Desc{Label: p.T("call.phone"), Value: m.Phone, Code: true},
	)
	if m.Erased {
		out = append(out, parts.Desc{Label: p.T("call.name"), Value: p.T("identity.erased")})
	}
	if x.CallerType != "" {
		out = append(out, parts.Desc{Label: p.T("call.caller_type"), Value: p.T("caller_type." + x.CallerType)})
	}
	return out
}

// callForms are what can be done with a call: answer it, hand it on as a lead. A form that came back is shown even
// when the call has moved on meanwhile, so that nothing typed is lost.
func (s *Server) callForms(c *ctx, x *hotline.Call, sent callForms) ([]views.ActForm, error) {
	answer, lead := sent["answer"], sent["lead"]
	var out []views.ActForm
	asking := x.Asks()
	if asking && x.State != hotline.StateLead && x.State != hotline.StateJoined && c.can("lead.make", x.Jurisdiction) || lead != nil {
		f, err := s.callLeadForm(c, x, lead)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if x.State != hotline.StateLead && x.State != hotline.StateJoined && c.can("call.log", x.Jurisdiction) || answer != nil {
		out = append(out, c.callAnswerForm(x, answer))
	}
	more, err := s.deskForms(c, x, sent)
	return append(out, more...), err
}

func (c *ctx) callAnswerForm(x *hotline.Call, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(map[string]string{"answer": x.Answer})
	}
	a := views.ActForm{ID: "answer", Icon: "message-circle", Title: p.T("call.act.answer"), Form: parts.Form{
		Action: "/hotline/" + x.ID + "/answer", Hidden: []parts.Hidden{version(x.Version)}, Submit: p.T("call.act.answer.save"), Hotkey: !x.Asks(), Draft: "call-answer-" + x.ID,
	}}
	switch {
	case x.Asks() && x.State == hotline.StateOpen:
		a.Title, a.Hint, a.Fold = p.T("call.act.settle"), p.T("call.act.settle.hint"), true
	case x.Answer != "":
		a.Title, a.Fold = p.T("call.act.correct"), true
	}
	a.Fields = numbered("answer", f.fill(p, parts.Field{Name: "answer", Label: p.T("call.answer"), Type: parts.LongText, Rows: 5, Max: 20000, Required: true}))
	a.Error = f.general(p, a.Fields...)
	return a
}

func (s *Server) callLeadForm(c *ctx, x *hotline.Call, f *form) (views.ActForm, error) {
	p := c.p
	if f == nil {
		requester, facts, err := s.Hotline.Proposal(c.ctx(), x)
		if err != nil {
			return views.ActForm{}, err
		}
		f = blank(map[string]string{"title": s.proposedTitle(x.Subject, requester, x.Respondent, x.Place), "place": x.Place, "facts": facts})
	}
	a := views.ActForm{ID: "lead", Icon: "arrow-right", Title: p.T("call.act.lead"), Hint: p.T("call.act.lead.hint"), Form: parts.Form{
		Action: "/hotline/" + x.ID + "/lead", Hidden: []parts.Hidden{version(x.Version), c.newID(f, "lead_id")}, Submit: p.T("call.act.lead.save"), Hotkey: true, Draft: "call-lead-" + x.ID,
	}}
	a.Fields = numbered("lead", f.fill(p,
		parts.Field{Name: "title", Label: p.T("lead.title"), Max: 200, Required: true, Half: true},
		parts.Field{Name: "place", Label: p.T("lead.place"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
		parts.Field{Name: "facts", Label: p.T("lead.facts"), Hint: p.T("call.act.lead.facts"), Type: parts.LongText, Rows: 6, Max: 20000, Required: true},
	))
	a.Error = f.general(p, a.Fields...)
	return a, nil
}

// proposedTitle is how a matter is usually called. It stands on official papers, so it is in Chinese in both languages.
func (s *Server) proposedTitle(kind, requester, respondent, place string) string {
	zh := s.Catalogue.Printer(i18n.Chinese)
	switch {
	case respondent == "":
		return zh.T("title.unknown."+kind, s.Regions.Name(place, i18n.Chinese))
	case requester != "" && zh.Has("title.both."+kind):
		return zh.T("title.both."+kind, requester, respondent)
	}
	return zh.T("title."+kind, respondent)
}
