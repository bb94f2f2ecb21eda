package web

import (
	"net/http"
	"net/url"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/views"
	"huzhi/views/parts"
)

func checkPath(id string) string { return "/checks/" + id }

// verdictTone is the colour of what a mark is.
func verdictTone(v patent.Verdict) parts.Tone {
	switch v {
	case patent.OK:
		return parts.Done
	case patent.Defect, patent.Check:
		return parts.Soon
	case patent.Suspect:
		return parts.Late
	}
	return parts.Plain
}

func verdicts(list []patent.Verdict) (out []string) {
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// checks lists the marks that were checked.
func (s *Server) checks(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"result": verdicts(registry.Results()), "state": {"open", "review"}}})
	f := registry.CheckFilter{Text: q.text("q"), Result: q.raw("result"), State: q.raw("state"), Office: q.raw("office")}
	v := views.RecordsView{Page: c.page(c.p.T("mark.title"))}
	v.Page.Lead = c.p.T("mark.lead")
	if s.Guard.CanAnywhere(c.by, "mark.check") {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("mark.new"), Href: "/checks/new", Icon: "zoom-check", Look: "primary"})
	}
	values := url.Values{}
	for name, x := range map[string]string{"q": f.Text, "result": f.Result, "state": f.State, "office": f.Office} {
		if x != "" {
			values.Set(name, x)
		}
	}
	v.Filters = parts.Filters{Action: "/checks", Clear: "/checks",
		Fields: q.fill(c.p,
			parts.Field{Name: "q", Label: c.p.T("mark.q"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "result", Label: c.p.T("mark.result"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.choices("mark.result", verdicts(registry.Results()))},
			parts.Field{Name: "office", Label: c.p.T("query.office"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.offices("mark.view")},
		),
		Chips: chipsOf("/checks", values, chip{"q", c.p.T("mark.q"), f.Text}, chip{"result", c.p.T("mark.result"), c.p.T("mark.result." + f.Result)},
			chip{"office", c.p.T("query.office"), c.place(f.Office)}),
	}
	if f.State != "" {
		v.Filters.Hidden = []parts.Hidden{{Name: "state", Value: f.State}}
	}
	if q.invalid() {
		return c.showMisread(v, q)
	}
	rows, more, err := s.Register.Checks(c.ctx(), c.by, f, q.raw("after"), rowsOfPage)
	if err != nil {
		return err
	}
	total, err := s.Register.CountChecks(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	v.Head = parts.ListHead{Count: c.p.N("mark.count", int(total)), Tabs: c.tabs("/checks", values, "state", "mark.state", []string{"open", "review"})}
	v.Table = c.checkTable(rows)
	v.Table.Empty = &parts.EmptyState{Icon: "zoom-check", Title: c.p.T("mark.none"), Text: c.p.T("mark.none.text")}
	v.Pager = parts.Pager{Shown: len(rows), Total: c.p.Count(total)}
	if more {
		last := rows[len(rows)-1]
		v.Pager.Next = address("/checks", values, "after", last.CheckedOn.String()+"/"+last.ID)
	}
	if q.raw("after") != "" {
		v.Pager.First = address("/checks", values)
	}
	return c.show(http.StatusOK, views.Records(v))
}

func (c *ctx) checkTable(rows []registry.Check) parts.Table {
	t := parts.Table{Caption: c.p.T("mark.title"), Columns: []parts.Column{
		{Label: c.p.T("mark.product")}, {Label: c.p.T("mark.text")}, {Label: c.p.T("mark.answer"), Slim: true}, {Label: c.p.T("mark.decision"), Slim: true}, {Label: c.p.T("mark.by")},
	}}
	for _, x := range rows {
		decision := parts.TextCell(c.p.T("mark.undecided"), "")
		if x.Decision != "" {
			decision = parts.Cell{Body: parts.StatusDot(verdictTone(x.Verdict), c.p.T("mark.result."+string(x.Verdict)))}
		}
		row := parts.Row{Cells: []parts.Cell{
			parts.LinkCell(x.Product, checkPath(x.ID), x.Party), parts.TextCell(firstLine(x.Mark, 60), ""),
			parts.BodyCell(parts.StatusDot(verdictTone(x.Result), c.p.T("mark.result."+string(x.Result)))), decision,
			parts.TextCell(x.ByName, c.p.Day(x.CheckedOn)+" · "+c.place(x.Jurisdiction)),
		}}
		if x.Review == "open" {
			row.Tone = parts.Soon
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// checkNew shows the form of a mark check.
func (s *Server) checkNew(c *ctx) error {
	values := map[string]string{"jurisdiction": c.homeFor("mark.check"), "medium": patent.Product, "role": patent.Seller, "matches": ""}
	if n, err := patent.Parse(c.query().text("number")); err == nil {
		values["text"] = n.Normal()
	}
	for _, kind := range []string{registry.OfCase, registry.OfLead} {
		if id := c.query().raw(kind); id != "" {
			values["of"], values["of_id"] = kind, id
		}
	}
	return s.checkForm(c, http.StatusOK, blank(values))
}

// checkOf is the matter that the form's check belongs to; nil for none.
func (s *Server) checkOf(c *ctx, f *form) (*registry.Subject, error) {
	return s.Register.Subject(s.DB.Read(c.ctx()), c.by, f.text("of"), f.text("of_id"))
}

func subjectPath(kind, id string) string {
	return map[string]string{registry.OfCase: "/cases/", registry.OfLead: "/leads/"}[kind] + id
}

// checksOf are the marks that were checked for a case or a lead (the first id; others are what it came of), with the way to check one more; nil where there is nothing to show.
func (s *Server) checksOf(c *ctx, kind, jurisdiction, number string, wanted bool, ids ...string) (*views.CasePart, error) {
	if !s.Guard.CanAnywhere(c.by, "mark.view") {
		return nil, nil
	}
	rows, more, err := s.Register.Checks(c.ctx(), c.by, registry.CheckFilter{Of: ids}, "", rowsOfPage)
	if err != nil {
		return nil, err
	}
	may := wanted && c.can("mark.check", jurisdiction)
	if len(rows) == 0 && !may {
		return nil, nil
	}
	t := c.checkTable(rows)
	t.Compact, t.Empty = true, &parts.EmptyState{Title: c.p.T("mark.none")}
	part := &views.CasePart{ID: "checks", Title: c.p.T("mark.title"), Table: t}
	if may {
		part.More = &parts.Link{Label: c.p.T("mark.new"), Href: address("/checks/new", url.Values{kind: {ids[0]}, "number": {number}}), Icon: "zoom-check"}
	} else if more {
		part.More = &parts.Link{Label: c.p.T("mark.more", rowsOfPage), Href: "/checks"}
	}
	return part, nil
}

func (s *Server) checkForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("mark.new")), Hint: p.T("mark.new.hint")}
	of, err := s.checkOf(c, f)
	if err != nil {
		return err
	}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("checks", "/checks"), f.invalid()
	yesno := []parts.Option{{Value: "yes", Label: p.T("mark.answer.yes")}, {Value: "no", Label: p.T("mark.answer.no")}}
	open := func(name string) parts.Field {
		return parts.Field{Name: name, Label: p.T("mark." + name), Hint: p.T("mark." + name + ".hint"), Type: parts.Select, Blank: p.T("mark.answer.open"), Options: yesno, Half: true}
	}
	today := s.today().String()
	v.Groups = []views.FieldGroup{
		{Title: p.T("mark.group.mark"), Fields: f.fill(p,
			parts.Field{Name: "text", Label: p.T("mark.text"), Hint: p.T("mark.text.hint"), Type: parts.LongText, Rows: 3, Max: 2000, Required: true, Autofocus: !f.invalid()},
			parts.Field{Name: "medium", Label: p.T("mark.medium"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("mark.medium", patent.Media())},
			parts.Field{Name: "product", Label: p.T("mark.product"), Required: true, Max: 200, Half: true},
			parts.Field{Name: "party", Label: p.T("mark.party"), Max: 200, Half: true},
			parts.Field{Name: "role", Label: p.T("mark.role"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("mark.role", patent.Roles())},
			parts.Field{Name: "produced_on", Label: p.T("mark.produced_on"), Type: parts.Date, Half: true, Upto: today},
			parts.Field{Name: "sold_on", Label: p.T("mark.sold_on"), Type: parts.Date, Half: true, Upto: today},
		)},
		{Title: p.T("mark.group.seen"), Fields: f.fill(p,
			parts.Field{Name: "matches", Label: p.T("mark.matches"), Type: parts.Select, Blank: p.T("mark.answer.open"), Options: c.choices("mark.matches", patent.Answers()), Half: true},
			open("permission"), open("shows_valid_own_patent"), open("unaware"), open("lawful_source"),
			parts.Field{Name: "forged_paper", Label: p.T("mark.forged_paper"), Type: parts.Checkbox},
		)},
		{Title: p.T("mark.group.register"), Fields: f.fill(p,
			parts.Field{Name: "reg_found", Label: p.T("mark.reg_found"), Hint: p.T("mark.reg_found.hint"), Type: parts.Radio, Options: []parts.Option{
				{Value: "", Label: p.T("mark.reg_found.local"), Selected: true}, {Value: "no", Label: p.T("mark.reg_found.no")}, {Value: "yes", Label: p.T("mark.reg_found.yes")}}},
			parts.Field{Name: "reg_number", Label: p.T("register.field.number"), Max: 40, NoSpell: true, Half: true},
			parts.Field{Name: "reg_status", Label: p.T("register.field.status"), Type: parts.Select, Blank: p.T("mark.answer.open"), Options: c.choices("patent.status", statusNames()), Half: true},
			parts.Field{Name: "reg_type", Label: p.T("register.field.type"), Type: parts.Select, Blank: p.T("mark.answer.open"), Options: c.choices("patent.type", types()), Half: true},
			parts.Field{Name: "reg_title", Label: p.T("register.field.title"), Max: 200, Half: true},
			parts.Field{Name: "reg_filed_on", Label: p.T("register.field.filed_on"), Type: parts.Date, Half: true, Upto: today},
			parts.Field{Name: "reg_granted_on", Label: p.T("register.field.granted_on"), Type: parts.Date, Half: true, Upto: today},
			parts.Field{Name: "reg_ended_on", Label: p.T("register.field.ended_on"), Type: parts.Date, Half: true, Upto: today},
			parts.Field{Name: "reg_end_reason", Label: p.T("register.field.end_reason"), Max: 200, Half: true},
			parts.Field{Name: "reg_patentees", Label: p.T("register.field.patentees"), Max: 200},
			parts.Field{Name: "reg_avoid_double", Label: p.T("register.field.avoid_double"), Type: parts.Checkbox, Half: true},
			parts.Field{Name: "reg_method", Label: p.T("register.field.method"), Type: parts.Checkbox, Half: true},
		)},
	}
	hidden, draft, cancel := []parts.Hidden{c.newID(f, "id")}, "mark-check", "/checks"
	if of == nil {
		v.Groups = append(v.Groups, views.FieldGroup{Title: p.T("mark.group.office"), Fields: f.fill(p, half(c.officeField("mark.check", p.T("query.office"))))})
	} else {
		v.Page.Lead = p.T("mark.for."+f.text("of"), of.Number, of.Title)
		hidden = append(hidden, parts.Hidden{Name: "of", Value: f.text("of")}, parts.Hidden{Name: "of_id", Value: of.ID})
		draft, cancel = "mark-check-"+of.ID, subjectPath(f.text("of"), of.ID)
	}
	v.Form = parts.Form{Action: "/checks", Hidden: hidden, Draft: draft, Hotkey: true, Submit: p.T("mark.do"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: cancel}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// yesOrNo is an answer that may still be open.
func (f *form) yesOrNo(name string) *bool {
	switch f.text(name) {
	case "yes":
		return new(true)
	case "no":
		return new(false)
	}
	return nil
}

// markFacts are the facts that a form holds.
func markFacts(f *form) patent.Facts {
	facts := patent.Facts{
		Medium: f.text("medium"), Text: f.text("text"), Role: f.text("role"), Party: f.text("party"), Product: f.text("product"),
		ProducedOn: f.day("produced_on"), SoldOn: f.day("sold_on"), Matches: f.text("matches"),
		Permission: f.yesOrNo("permission"), ShowsValidOwnPatent: f.yesOrNo("shows_valid_own_patent"), ForgedPaper: f.yes("forged_paper"),
		Unaware: f.yesOrNo("unaware"), LawfulSource: f.yesOrNo("lawful_source"),
	}
	found := f.yesOrNo("reg_found")
	if found == nil {
		return facts
	}
	facts.Register = &patent.Register{Number: f.text("reg_number"), Found: found}
	if facts.Register.Number == "" {
		if n := patent.Numbers(facts.Text); len(n) > 0 {
			facts.Register.Number = n[0].String()
		}
	}
	if *found {
		r := facts.Register
		r.Status, r.Type, r.Title = patent.Status(f.text("reg_status")), patent.Type(f.text("reg_type")), f.text("reg_title")
		r.FiledOn, r.GrantedOn, r.EndedOn, r.EndReason = f.day("reg_filed_on"), f.day("reg_granted_on"), f.day("reg_ended_on"), f.text("reg_end_reason")
		r.AvoidDouble, r.Method = f.yes("reg_avoid_double"), f.yes("reg_method")
		for _, name := range strings.FieldsFunc(f.text("reg_patentees"), func(r rune) bool { return r == ';' || r == '；' || r == '、' }) {
			r.Patentees = append(r.Patentees, strings.TrimSpace(name))
		}
		if r.Status == "" {
			f.faults.Add("reg_status", "error.required")
		}
	}
	return facts
}

// checkAdd checks a mark.
func (s *Server) checkAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := registry.MarkInput{ID: f.id(), Jurisdiction: f.text("jurisdiction"), Facts: markFacts(f), SubjectKind: f.text("of"), SubjectID: f.text("of_id")}
	var x *registry.Check
	if err = f.err(); err == nil {
		x, err = s.Register.CheckMark(c.ctx(), c.by, in)
	}
	if code, again := c.again(f, err); again {
		return s.checkForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.to(checkPath(x.ID))
}

// oneCheck shows a check.
func (s *Server) oneCheck(c *ctx) error { return s.checkPage(c, http.StatusOK, "", nil) }

func (s *Server) checkPage(c *ctx, code int, act string, back *form) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	t, err := s.Register.Mark(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(t.Product)}
	v.Page.Crumbs, v.Page.NoHead = c.crumb("checks", "/checks"), true
	v.Page.Invalid = back != nil && back.invalid()
	state, tone := t.Result, verdictTone(t.Result)
	if t.Decision != "" {
		state, tone = t.Verdict, verdictTone(t.Verdict)
	}
	v.Banner = &parts.Banner{Number: p.T("mark.one"), Title: t.Product, Kind: p.T("mark.medium." + t.Given().Medium), State: p.T("mark.result." + string(state)), StateTone: tone,
		County: c.place(t.Jurisdiction), Officers: []string{t.ByName}, Opened: t.CheckedOn, OpenedWord: p.T("mark.checked")}
	of, err := s.Register.Subject(s.DB.Read(c.ctx()), c.by, t.SubjectKind, t.SubjectID)
	if err != nil {
		return err
	}
	if of != nil {
		v.Banner.More = append(v.Banner.More, parts.Action{Label: p.T("mark.of."+t.SubjectKind, of.Number), Href: subjectPath(t.SubjectKind, of.ID), Icon: map[string]string{registry.OfCase: "folder", registry.OfLead: "inbox"}[t.SubjectKind]})
	}
	if t.Decision == "" {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Running, Title: p.T("mark.suggests"), Text: p.T("mark.suggests.text")})
	}
	if t.Review == "open" {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: p.T("mark.review"), Text: p.T("mark.review.text")})
	}
	if t.Now != nil {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: p.T("mark.now", p.T("mark.result."+string(t.Now.Result))), Text: findingsLine(c, t.Now)})
	}
	v.Main = append(v.Main, c.answerCards(t)...)
	if c.can("mark.check", t.Jurisdiction) {
		v.Main = append(v.Main, c.checkForms(t, act, back)...)
	}
	v.Side = append(v.Side, c.factsCard(t), views.SheetCard{Timeline: c.checkTimeline(t)})
	return c.show(code, views.RegisterSheet(v))
}

func findingsLine(c *ctx, r *patent.Result) string {
	var out []string
	for _, x := range r.Findings {
		out = append(out, x.Reason.In(c.p.Lang()))
	}
	return strings.Join(out, "\n")
}

// answerCards are the answer: the findings, what would change it, what looks odd.
func (c *ctx) answerCards(t *registry.Told) []views.SheetCard {
	p, lang := c.p, c.p.Lang()
	table := &parts.Table{Caption: p.T("mark.findings"), Compact: true, Columns: []parts.Column{{Label: p.T("mark.row"), Slim: true}, {Label: p.T("mark.result"), Slim: true}, {Label: p.T("mark.limb"), Slim: true}, {Label: p.T("mark.reason")}},
		Empty: &parts.EmptyState{Title: p.T("mark.findings.none")}}
	for _, x := range t.Answer.Findings {
		order, limb := "", ""
		if x.Order != nil {
			order = x.Order.In(lang)
		}
		if x.Limb != "" {
			limb = p.T("mark.limb." + x.Limb)
		}
		table.Rows = append(table.Rows, parts.Row{Tone: verdictTone(x.Result), Cells: []parts.Cell{
			parts.TextCell(x.Row, ""), parts.BodyCell(parts.StatusDot(verdictTone(x.Result), p.T("mark.result."+string(x.Result)))), parts.TextCell(x.Limb, limb),
			parts.BodyCell(views.FindingCell(p, x.Reason.In(lang), x.Cite.In(lang), order)),
		}})
	}
	cards := []views.SheetCard{{ID: "findings", Title: p.T("mark.findings"), Badge: parts.Badge(verdictTone(t.Result), p.T("mark.result."+string(t.Result))), Table: table}}
	if t.Answer.Outcome != "" {
		cards = append(cards, views.SheetCard{ID: "outcome", Title: p.T("mark.outcome"), Text: p.T("mark.outcome." + t.Answer.Outcome)})
	}
	var unless, odd []string
	for _, u := range t.Answer.Unless {
		unless = append(unless, u.In(lang))
	}
	for _, w := range t.Answer.Warnings {
		odd = append(odd, w.In(lang))
	}
	if len(unless) > 0 {
		cards = append(cards, views.SheetCard{ID: "unless", Title: p.T("mark.unless"), List: unless})
	}
	if len(odd) > 0 {
		cards = append(cards, views.SheetCard{ID: "odd", Title: p.T("mark.warnings"), List: odd})
	}
	return cards
}

// factsCard are the facts as they were given, and what the register said.
func (c *ctx) factsCard(t *registry.Told) views.SheetCard {
	p, f := c.p, t.Given()
	answer := func(b *bool) string {
		switch {
		case b == nil:
			return p.T("mark.answer.open")
		case *b:
			return p.T("mark.answer.yes")
		}
		return p.T("mark.answer.no")
	}
	matches := p.T("mark.answer.open")
	if f.Matches != "" {
		matches = p.T("mark.matches." + f.Matches)
	}
	forged := f.ForgedPaper
	d := []parts.Desc{
		{Label: p.T("mark.text"), Value: f.Text, Wide: true}, {Label: p.T("mark.medium"), Value: p.T("mark.medium." + f.Medium)}, {Label: p.T("mark.role"), Value: p.T("mark.role." + f.Role)},
		{Label: p.T("mark.party"), Value: f.Party}, {Label: p.T("mark.produced_on"), Value: p.Day(f.ProducedOn)}, {Label: p.T("mark.sold_on"), Value: p.Day(f.SoldOn)},
		{Label: p.T("mark.matches"), Value: matches}, {Label: p.T("mark.permission"), Value: answer(f.Permission)}, {Label: p.T("mark.shows_valid_own_patent"), Value: answer(f.ShowsValidOwnPatent)},
		{Label: p.T("mark.unaware"), Value: answer(f.Unaware)}, {Label: p.T("mark.lawful_source"), Value: answer(f.LawfulSource)}, {Label: p.T("mark.forged_paper"), Value: answer(&forged)},
	}
	regs := f.Others
	if f.Register != nil {
		regs = append([]patent.Register{*f.Register}, regs...)
	}
	for _, r := range regs {
		x := parts.Desc{Label: p.T("mark.register"), Value: r.Number, Code: true, Wide: true, Note: p.T("mark.reg_found.unknown")}
		if n, err := patent.Parse(r.Number); err == nil {
			x.Value, x.Href = n.Normal(), patentPath(n.Key())
		}
		switch {
		case r.Found != nil && !*r.Found:
			x.Note = p.T("mark.reg_found.no")
		case r.Found != nil:
			x.Note = p.T("patent.status." + string(r.Status))
			if !r.StatusAsOf.IsZero() {
				x.Note += " · " + p.T("register.as_of", r.StatusAsOf)
			}
		}
		d = append(d, x)
	}
	d = append(d, parts.Desc{Label: p.T("mark.rules"), Value: t.Rules, Code: true, Wide: true})
	return views.SheetCard{ID: "given", Title: p.T("mark.facts"), Descs: d, Narrow: true}
}

// checkForms are the decision, and the second look.
func (c *ctx) checkForms(t *registry.Told, act string, back *form) []views.SheetCard {
	p := c.p
	one := func(name, icon string, fields ...parts.Field) views.SheetCard {
		f := blank(nil)
		if act == name && back != nil {
			f = back
		}
		a := &views.ActForm{ID: name, Icon: icon, Title: p.T("mark.act." + name), Hint: p.T("mark.act." + name + ".hint"), Fields: numbered(name, f.fill(p, fields...)),
			Form: parts.Form{Action: checkPath(t.ID) + "/" + name, Submit: p.T("mark.act." + name), Hidden: []parts.Hidden{version(t.Version)}}}
		a.Error = f.general(p, a.Fields...)
		return views.SheetCard{Form: a}
	}
	why := func(required bool) parts.Field {
		return parts.Field{Name: "reason", Label: p.T("mark.why"), Type: parts.LongText, Rows: 2, Max: 2000, Required: required}
	}
	var options []parts.Option
	for _, v := range registry.Verdicts() {
		o := parts.Option{Value: string(v), Label: p.T("mark.result." + string(v))}
		if v == t.Result {
			o.Hint = p.T("mark.as_suggested")
		}
		options = append(options, o)
	}
	out := []views.SheetCard{one("decide", "gavel", parts.Field{Name: "verdict", Label: p.T("mark.verdict"), Type: parts.Radio, Required: true, Options: options}, why(false))}
	if t.Review == "open" {
		out = append(out, one("review", "refresh", why(true)))
	}
	return out
}

// checkTimeline is what happened to a check, the newest first.
func (c *ctx) checkTimeline(t *registry.Told) *parts.Timeline {
	out := &parts.Timeline{Title: c.p.T("mark.history")}
	for i := len(t.Steps) - 1; i >= 0; i-- {
		x := t.Steps[i]
		e := parts.Event{Time: x.At, Who: x.ActorName, Title: c.p.T("mark.step." + x.Step), Text: x.Reason, Tone: verdictTone(x.Verdict), Icon: map[string]string{"make": "zoom-check", "decide": "gavel", "moved": "refresh", "review": "eye"}[x.Step]}
		switch x.Step {
		case "make", "decide":
			e.Title = c.p.T("mark.step."+x.Step, c.p.T("mark.result."+string(x.Verdict)))
		case "moved":
			m := x.Moved()
			to := c.p.T("patent.status." + string(m.To))
			e.Who, e.Text = "", c.p.T("mark.moved", m.Number, c.p.T("patent.status."+string(m.From)), to, x.Reason)
		}
		out.Events = append(out.Events, e)
	}
	return out
}

// checkAct is the frame of the acts on a check.
func (s *Server) checkAct(name string, act func(c *ctx, id string, f *form) error) func(*ctx) error {
	return func(c *ctx) error {
		id, err := c.record()
		if err != nil {
			return err
		}
		f, err := c.form()
		if err != nil {
			return err
		}
		err = act(c, id, f)
		if err == nil {
			return c.done(checkPath(id), "flash.mark."+name)
		}
		if e := errs.As(err); e != nil && (e.Code == errs.Invalid || e.Code == errs.Conflict) {
			code, _ := c.again(f, err)
			return s.checkPage(c, code, name, f)
		}
		return err
	}
}

func (s *Server) checkDecide(c *ctx, id string, f *form) error {
	return s.Register.Decide(c.ctx(), c.by, id, f.number("version"), patent.Verdict(f.text("verdict")), f.text("reason"))
}

func (s *Server) checkReview(c *ctx, id string, f *form) error {
	return s.Register.Reviewed(c.ctx(), c.by, id, f.number("version"), f.text("reason"))
}
