package web

import (
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/mediation"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// leadForms are the acts open to this person on this page. A form that came back is shown even when the lead has moved on.
func (s *Server) leadForms(c *ctx, h *lead.History, open []lead.Open, back typed) []views.ActForm {
	l := h.Lead
	may := func(action string, states ...string) bool {
		return slices.Contains(states, l.State) && c.can(action, l.Jurisdiction)
	}
	first, more := s.actForms(c, h, open, back)
	out := first
	if may("lead.verify", lead.New) || back.verify != nil {
		out = append(out, s.leadVerifyForm(c, l, back.verify))
	}
	if may("lead.refuse", lead.Verified) || back.refuse != nil {
		out = append(out, s.leadRefuseForm(c, h, back.refuse))
	}
	if may("lead.transfer", lead.New, lead.Supplement, lead.Notified, lead.Verified) || back.transfer != nil {
		out = append(out, s.leadTransferForm(c, l, back.transfer))
	}
	return append(out, more...)
}

func (s *Server) leadDay(l *lead.Lead, label string) parts.Field {
	return parts.Field{Name: "on", Label: label, Type: parts.Date, Required: true, Min: l.ReceivedOn.String(), Upto: s.today().String(), Half: true}
}

func (s *Server) leadVerifyForm(c *ctx, l *lead.Lead, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(map[string]string{"on": s.today().String()})
	}
	a := views.ActForm{ID: "verify", Icon: "clipboard-check", Title: p.T("lead.act.verify"), Hint: p.T("lead.act.verify.hint"), Form: parts.Form{
		Action: "/leads/" + l.ID + "/verify", Hidden: []parts.Hidden{version(l.Version)}, Submit: p.T("lead.act.verify.save"), Hotkey: true, Draft: "lead-verify-" + l.ID,
	}}
	a.Fields = numbered("verify", f.fill(p,
		parts.Field{Name: "proposal", Label: p.T("lead.proposal"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: c.choices("proposal", lead.Proposals())},
		parts.Field{Name: "opinion", Label: p.T("lead.opinion"), Hint: p.T("lead.opinion.hint"), Type: parts.LongText, Rows: 5, Max: 5000, Required: true},
		s.leadDay(l, p.T("lead.verified_on")),
	))
	a.Error = f.general(p, a.Fields...)
	return a
}

func (s *Server) leadRefuseForm(c *ctx, h *lead.History, f *form) views.ActForm {
	p, l := c.p, h.Lead
	if f == nil {
		f = blank(map[string]string{"on": s.today().String()})
	}
	a := views.ActForm{ID: "refuse", Icon: "circle-x", Title: p.T("lead.act.refuse"), Hint: p.T("lead.act.refuse.hint"), Fold: true, Form: parts.Form{
		Action: "/leads/" + l.ID + "/refuse", Hidden: []parts.Hidden{version(l.Version)}, Submit: p.T("lead.act.refuse.save"), Look: "danger",
	}}
	on, _ := calendar.ParseDay(f.raw("on")) // what is no day is told where it stands
	if on.IsZero() {
		on = s.today()
	}
	var grounds []parts.Option
	for _, g := range s.Leads.Grounds(h, on) {
		grounds = append(grounds, parts.Option{Value: g.ID, Label: p.T("ground." + g.ID)})
	}
	fields := []parts.Field{
		{Name: "ground", Label: p.T("lead.ground"), Type: parts.Select, Blank: "-", Required: true, Options: grounds},
		{Name: "reason", Label: p.T("lead.reason"), Hint: p.T("lead.reason.hint"), Type: parts.LongText, Rows: 4, Max: 2000, Required: true},
		{Name: "passed_to", Label: p.T("ask.passed_to"), Hint: p.T("lead.passed_to.hint"), Max: 200, Half: true},
		s.leadDay(l, p.T("lead.decided_on")),
	}
	if lead.Request(l.Kind) {
		fields = append(fields,
			parts.Field{Name: "told_on", Label: p.T("ask.told_on"), Hint: p.T("lead.told_on.hint"), Type: parts.Date, Min: l.ReceivedOn.String(), Upto: s.today().String(), Half: true},
			parts.Field{Name: "told_way", Label: p.T("ask.told_way"), Type: parts.Select, Blank: "-", Options: c.choices("choice.way", casework.ServiceWays()), Half: true})
	}
	a.Fields = numbered("refuse", f.fill(p, fields...))
	a.Error = f.general(p, a.Fields...)
	return a
}

func (s *Server) leadTransferForm(c *ctx, l *lead.Lead, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(map[string]string{"on": s.today().String()})
	}
	others := slices.DeleteFunc(c.areas(), func(o parts.Option) bool { return o.Value == l.Jurisdiction })
	a := views.ActForm{ID: "transfer", Icon: "arrows-exchange", Title: p.T("lead.act.transfer"), Hint: p.T("lead.act.transfer.hint"), Fold: true, Form: parts.Form{
		Action: "/leads/" + l.ID + "/transfer", Hidden: []parts.Hidden{version(l.Version)}, Submit: p.T("lead.act.transfer.save"),
	}}
	fields := []parts.Field{
		{Name: "to", Label: p.T("lead.to"), Type: parts.Select, Required: true, Options: others, Half: true},
		s.leadDay(l, p.T("lead.decided_on")),
		{Name: "reason", Label: p.T("lead.transfer.reason"), Type: parts.LongText, Rows: 3, Max: 2000, Required: true},
	}
	if lead.Request(l.Kind) {
		fields = append(fields, parts.Field{Name: "told_on", Label: p.T("ask.told_on"), Hint: p.T("lead.told_first.hint"), Type: parts.Date, Min: l.ReceivedOn.String(), Upto: s.today().String(), Half: true})
	}
	a.Fields = numbered("transfer", f.fill(p, fields...))
	a.Error = f.general(p, a.Fields...)
	return a
}

// leadAct is the frame of the acts on a lead's page: the form is read, the register asked, and the page shown again
// with what was typed where it says no.
func (s *Server) leadAct(c *ctx, act func(id string, on calendar.Day, f *form) error, back func(*form) typed, to func(id string) string, flash string) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	on := f.day("on")
	if err = f.err(); err == nil {
		err = act(id, on, f)
	}
	if code, again := c.again(f, err); again {
		return s.leadPage(c, code, id, back(f))
	}
	if err != nil {
		return err
	}
	return c.done(to(id), flash)
}

func leadPath(id string) string { return "/leads/" + id }

// leadVerify records what an officer found and proposes.
func (s *Server) leadVerify(c *ctx) error {
	return s.leadAct(c, func(id string, on calendar.Day, f *form) error {
		return s.Leads.Verify(c.ctx(), c.by, id, f.number("version"), lead.Verification{On: on, Proposal: f.text("proposal"), Opinion: f.text("opinion")})
	}, func(f *form) typed { return typed{verify: f} }, leadPath, "flash.lead.verified")
}

// leadRefuse ends a lead without a case.
func (s *Server) leadRefuse(c *ctx) error {
	return s.leadAct(c, func(id string, on calendar.Day, f *form) error {
		return s.Leads.Refuse(c.ctx(), c.by, id, f.number("version"), lead.Refusal{
			On: on, Ground: f.text("ground"), Reason: f.text("reason"), PassedTo: f.text("passed_to"), ToldOn: f.day("told_on"), ToldWay: f.text("told_way"),
		})
	}, func(f *form) typed { return typed{refuse: f} }, leadPath, "flash.lead.refused")
}

// leadTransfer hands a lead to another office. It may have left the person's reach then, so the list follows.
func (s *Server) leadTransfer(c *ctx) error {
	return s.leadAct(c, func(id string, on calendar.Day, f *form) error {
		return s.Leads.Transfer(c.ctx(), c.by, id, f.number("version"), lead.Handover{On: on, To: f.text("to"), Reason: f.text("reason"), ToldOn: f.day("told_on")})
	}, func(f *form) typed { return typed{transfer: f} }, func(string) string { return "/leads" }, "flash.lead.transferred")
}

// certificateOf says of an officer which enforcement certificate they hold, and whether it holds on a day.
func (c *ctx) certificateOf(u access.User, on calendar.Day) (words string, valid bool) {
	switch {
	case u.CertificateNo == "":
		return c.p.T("filing.certificate.none"), false
	case u.CertificateUntil.IsZero():
		return c.p.T("filing.certificate.undated", u.CertificateNo), false
	case !u.Certified(on):
		return c.p.T("filing.certificate.expired", u.CertificateNo, u.CertificateUntil), false
	}
	return c.p.T("filing.certificate", u.CertificateNo, u.CertificateUntil), true
}

// leadFiling shows the form by which a lead becomes a case.
func (s *Server) leadFiling(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.filingPage(c, http.StatusOK, id, nil)
}

// leadFile makes a lead a case.
func (s *Server) leadFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := lead.Filing{
		On: f.day("on"), CaseID: f.text("case_id"), Kind: f.text("kind"), Title: f.text("title"), Place: f.text("place"), Restricted: f.yes("restricted"),
		Officers: f.all("officers"), Reviewer: f.text("reviewer"), DisputeType: f.text("dispute_type"), Note: f.text("note"),
	}
	if in.Kind == casework.Dispute && !slices.Contains(mediation.Types(), in.DisputeType) {
		f.faults.Add("dispute_type", "error.choice")
	}
	var k *casework.Case
	if err = f.err(); err == nil {
		k, err = s.Leads.File(c.ctx(), c.by, id, f.number("version"), in)
	}
	if code, again := c.again(f, err); again {
		return s.filingPage(c, code, id, f)
	}
	if err != nil {
		return err
	}
	return c.done("/cases/"+k.ID, "flash.lead.filed", k.Number)
}

// filingPage is the confirmation that a lead becomes a case: what it starts, who will work on it. A lead that waits
// for no filing, or not for this person's, says so instead of the form.
func (s *Server) filingPage(c *ctx, code int, id string, f *form) error {
	p := c.p
	l, steps, clocks, err := s.Leads.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	h := s.Leads.History(l, steps, clocks, s.today())
	if err := s.Guard.Allow(c.by, "lead.file", l.Jurisdiction); err != nil {
		return errs.As(err).On("lead:" + l.ID)
	}
	today := s.today()
	if f == nil {
		title := l.Title
		if !strings.HasSuffix(title, "案") { // else it is called a case already
			title = s.proposedTitle(l.Kind, l.Requester, l.Respondent, l.Place)
		}
		f = blank(map[string]string{"kind": l.Kind, "title": title, "place": l.Place, "on": today.String(), "dispute_type": h.Data["dispute_type"]})
	}
	v := views.FilingView{Page: c.page(p.T("filing.title"))}
	v.Page.Crumbs = append(c.crumb("leads", "/leads"), layout.Crumb{Label: l.Number, Href: "/leads/" + l.ID})
	v.Page.Invalid, v.Page.NoHead = f.invalid(), true
	fields, err := s.filingFields(c, h, f)
	if err != nil {
		return err
	}
	v.Confirm = parts.Confirm{
		Title: p.T("filing.title"), Does: []string{p.T("filing.does.number", c.place(l.Jurisdiction)), p.T("filing.does.carry"), p.T("filing.does.stop")},
		Warning: p.T("filing.warning"), Fields: fields, Body: views.FilingStarts(p, s.filingStarts(c, l, f.day("on"))),
		Facts: []parts.Desc{
			{Label: p.T("lead.number"), Value: l.Number, Code: true}, {Label: p.T("lead.title"), Value: l.Title}, {Label: p.T("lead.received_on"), Value: p.Day(l.ReceivedOn)},
			{Label: p.T("lead.proposal"), Value: p.Or("proposal."+l.Proposal, "")}, {Label: p.T("lead.opinion"), Value: l.Opinion, Wide: true},
		},
		Form: parts.Form{
			Action: "/leads/" + l.ID + "/file", Hidden: []parts.Hidden{version(l.Version), c.newID(f, "case_id")}, Submit: p.T("filing.save"),
			Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/leads/" + l.ID}, Draft: "lead-file-" + l.ID,
		},
		Error: f.general(p, fields...),
	}
	if x := c.requestLimit(h); x != nil {
		v.Confirm.Facts = append(v.Confirm.Facts, parts.Desc{Label: x.Title, Value: x.Text, Wide: true})
	}
	switch {
	case l.State == lead.Filed: // also where this form was sent twice: it is done, there is nothing to send again
		link, err := s.filedAlready(c, l, steps)
		if err != nil {
			return err
		}
		v.Confirm.Cannot, v.Confirm.Error = []parts.Link{link}, ""
	case !l.Open():
		v.Confirm.Cannot, v.Confirm.Error = []parts.Link{{Label: p.T("error.lead_state", errs.Msg("lead.state."+l.State)), Href: "/leads/" + l.ID}}, ""
	case f.invalid():
	case l.State != lead.Verified:
		v.Confirm.Cannot = []parts.Link{{Label: p.T("lead.first_verify"), Href: "/leads/" + l.ID}}
	case l.VerifiedBy == c.by.ID:
		v.Confirm.Cannot = []parts.Link{{Label: p.T("error.four_eyes_verify")}}
	default:
		if err := h.MayFile(l.Kind); err != nil {
			v.Confirm.Cannot = []parts.Link{{Label: c.say(err), Href: "/leads/" + l.ID}}
		}
	}
	return c.show(code, views.Filing(v))
}

// filedAlready says who filed a lead and when, with the way to its case for those who may see it, else to the lead.
func (s *Server) filedAlready(c *ctx, l *lead.Lead, steps []lead.Step) (parts.Link, error) {
	settled, err := s.leadSettled(c, l, steps)
	if err != nil {
		return parts.Link{}, err
	}
	link := parts.Link{Href: settled.Href}
	if link.Href == "" {
		link.Href = "/leads/" + l.ID
	}
	for _, x := range steps {
		if x.Step == "file" {
			link.Label = c.p.T("filing.already", x.ActorName, x.OnDay, settled.Value)
		}
	}
	return link, nil
}

// filingStarts is what filing on a day starts for each kind of case.
func (s *Server) filingStarts(c *ctx, l *lead.Lead, on calendar.Day) []views.FilingClocks {
	p := c.p
	if on.IsZero() {
		on = s.today()
	}
	var out []views.FilingClocks
	for _, kind := range casework.Kinds() {
		table := s.Docket.Procedure(kind)
		if table == nil {
			continue
		}
		k := views.FilingClocks{Kind: kind, Label: p.T("kind." + kind), Panel: p.T("filing.two"), None: p.Or("filing.starts.none."+kind, p.T("filing.starts.none"))}
		if table.Panel {
			k.Panel = p.T("filing.panel")
		}
		file := &casework.File{Case: casework.Case{Kind: kind, Jurisdiction: l.Jurisdiction, FiledOn: on, Facts: casework.Facts{"dispute_type": "ownership"}}, Today: s.today()}
		for _, x := range s.Docket.Promises(file, &casework.Step{Starts: table.Files}, casework.Input{On: on}) {
			due := x.Due
			if x.Rule.Strict {
				due = x.Strict
			}
			text := p.T("filing.start", x.Rule.Title, p.N("law.term."+string(x.Rule.Unit), x.Rule.Add), due)
			if x.Rule.OnlyIf != "" {
				text += p.T("filing.only_if", p.T("law.only_if."+x.Rule.OnlyIf))
			}
			k.Starts = append(k.Starts, parts.Start{Text: text, Article: x.Rule.Cite.In(p.Lang())})
		}
		out = append(out, k)
	}
	return out
}

func (s *Server) filingFields(c *ctx, h *lead.History, f *form) ([]parts.Field, error) {
	p, l := c.p, h.Lead
	on := f.day("on")
	if on.IsZero() {
		on = s.today()
	}
	kinds := c.choices("kind", casework.Kinds())
	office, _ := s.Regions.Get(l.Jurisdiction)
	for i, k := range kinds {
		if t := s.Docket.Procedure(k.Value); t != nil && t.City && office.IsCounty() {
			kinds[i].Disabled, kinds[i].Hint = true, p.T("error.county_"+k.Value)
		} else if err := h.MayFile(k.Value); err != nil {
			kinds[i].Disabled, kinds[i].Hint = true, c.say(err)
		}
	}
	people, err := s.filingPeople(c, l.Jurisdiction, on)
	if err != nil {
		return nil, err
	}
	return f.fill(p,
		parts.Field{Name: "kind", Label: p.T("filing.kind"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: kinds},
		parts.Field{Name: "dispute_type", Label: p.T("filing.dispute_type"), Hint: p.T("filing.dispute_type.hint"), Type: parts.Select, Options: c.choices("choice.dispute_type", mediation.Types())},
		parts.Field{Name: "title", Label: p.T("filing.name"), Max: 200, Required: true},
		parts.Field{Name: "place", Label: p.T("lead.place"), Hint: p.T("filing.place.hint"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
		s.leadDay(l, p.T("filing.on")),
		people[0], people[1],
		parts.Field{Name: "restricted", Label: p.T("filing.restricted"), Hint: p.T("filing.restricted.hint"), Type: parts.Checkbox},
		parts.Field{Name: "note", Label: p.T("filing.note"), Type: parts.LongText, Rows: 3, Max: 2000},
	), nil
}

// filingPeople asks who handles a case that is filed in an office on a day: its officers, and its reviewer.
func (s *Server) filingPeople(c *ctx, office string, on calendar.Day) ([]parts.Field, error) {
	p := c.p
	officers, err := s.Users.Holding(c.ctx(), "case.work", office)
	if err != nil {
		return nil, err
	}
	var choices []parts.Option
	for _, u := range officers {
		words, valid := c.certificateOf(u, on)
		if u.ID == c.by.ID { // whoever files it
			words, valid = p.T("error.chief_investigates"), false
		}
		choices = append(choices, parts.Option{Value: u.ID, Label: u.Name, Hint: words, Disabled: !valid})
	}
	reviewers, err := s.Users.Holding(c.ctx(), "case.review", office)
	if err != nil {
		return nil, err
	}
	var review []parts.Option
	for _, u := range reviewers {
		review = append(review, parts.Option{Value: u.ID, Label: u.Name})
	}
	return []parts.Field{
		{Name: "officers", Label: p.T("filing.officers"), Hint: p.T("filing.officers.hint"), Type: parts.Checks, Inline: true, Required: true, Options: choices},
		{Name: "reviewer", Label: p.T("filing.reviewer"), Hint: p.T("filing.reviewer.hint"), Type: parts.Select, Blank: p.T("filing.reviewer.later"), Options: review},
	}, nil
}
