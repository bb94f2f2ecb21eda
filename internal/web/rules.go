package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/views"
	"huzhi/views/parts"
)

// ruleHref is the page of a rule, "" where it is not for this person to open.
func (s *Server) ruleHref(c *ctx, id string) string {
	if !s.Guard.CanAnywhere(c.by, "rule.view") {
		return ""
	}
	return "/rules/" + id
}

// ruleOptions are all periods of the rule book, for a choice.
func (s *Server) ruleOptions(c *ctx) []parts.Option {
	var out []parts.Option
	for _, id := range s.Clocks.Rules().IDs() {
		v := s.Clocks.Rules().Versions(id)
		out = append(out, parts.Option{Value: id, Label: c.p.T("rule.option", v[len(v)-1].Title, id)})
	}
	return out
}

// rules is the rule book: every period, or every provision that is none, with what is in force today.
func (s *Server) rules(c *ctx) error {
	f := c.ask(asked{choices: map[string][]string{"what": {"other"}, "kind": statute.Vocabulary()["kind"], "state": {"now", "ended"}}})
	v := views.RecordsView{Page: c.page(c.p.T("rule.book"))}
	v.Page.Lead = c.p.T("rule.lead", shortHash(s.Clocks.Rules().Hash()), shortHash(s.Clocks.Days().Hash()))
	other := f.raw("what") == "other"
	v.Filters = s.ruleFilters(c, f, other)
	if f.invalid() {
		return c.showMisread(v, f)
	}
	var err error
	if other {
		v.Table = s.provisionTable(c, f)
	} else if v.Table, err = s.ruleTable(c, f); err != nil {
		return err
	}
	v.Head.Count = c.p.N("rule.found", len(v.Table.Rows))
	v.Table.Empty = &parts.EmptyState{Icon: "scale", Title: c.p.T("rule.none"), Text: c.p.T("rule.none.text")}
	v.Pager.Shown = len(v.Table.Rows)
	return c.show(http.StatusOK, views.Records(v))
}

// shortHash is enough of a hash to compare by eye.
func shortHash(sha string) string { return sha[:min(12, len(sha))] }

func (s *Server) ruleFilters(c *ctx, f *form, other bool) parts.Filters {
	out := parts.Filters{Action: "/rules", Clear: "/rules",
		Tabs: []parts.Tab{
			{Label: c.p.T("rule.periods"), Href: with(c, "what", ""), Active: !other},
			{Label: c.p.T("rule.other"), Href: with(c, "what", "other"), Active: other},
		},
		Fields: f.fill(c.p,
			parts.Field{Name: "q", Label: c.p.T("rule.q"), Type: parts.Search, Max: 60},
			parts.Field{Name: "state", Label: c.p.T("rule.state"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.choices("rule.state", []string{"now", "ended"})},
		),
	}
	if other {
		out.Hidden = []parts.Hidden{{Name: "what", Value: "other"}}
		out.Clear = "/rules?what=other"
		return out
	}
	out.Fields = append(out.Fields, f.fill(c.p,
		parts.Field{Name: "kind", Label: c.p.T("rule.kind"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.choices("law.kind", statute.Vocabulary()["kind"])})...)
	return out
}

// found says whether one of the texts holds what is searched for, whatever its case.
func found(q string, texts ...string) bool {
	q = strings.ToLower(q)
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ToLower(t), q) })
}

// inState says whether a thing that is in force or is not belongs to a list.
func inState(state string, now bool) bool { return state == "" || (state == "now") == now }

func (s *Server) ruleTable(c *ctx, f *form) (parts.Table, error) {
	t := parts.Table{Caption: c.p.T("rule.book"), Columns: []parts.Column{{Label: c.p.T("rule.rule")}, {Label: c.p.T("rule.kind"), Slim: true}, {Label: c.p.T("rule.now")},
		{Label: c.p.T("rule.since"), Slim: true}, {Label: c.p.T("rule.versions"), Num: true, Slim: true}, {Label: c.p.T("rule.mark"), Slim: true}}}
	var open map[string]int64
	if s.Guard.CanAnywhere(c.by, "due.view") {
		t.Columns = append(t.Columns, parts.Column{Label: c.p.T("rule.open"), Num: true, Slim: true})
		var err error
		if open, err = s.Clocks.Governed(c.ctx(), c.by, s.today()); err != nil {
			return t, err
		}
	}
	for _, id := range s.Clocks.Rules().IDs() {
		all := s.Clocks.Rules().Versions(id)
		if !slices.ContainsFunc(all, func(r statute.Rule) bool {
			in, _ := s.Clocks.Rules().Instrument(r.Instrument)
			return (f.raw("kind") == "" || r.Kind == f.raw("kind")) &&
				found(f.raw("q"), r.ID, r.Title.ZH, r.Title.EN, r.Cite.ZH, r.Cite.EN, in.ID, in.Name.ZH, in.Name.EN, in.Number)
		}) {
			continue
		}
		now := slices.DeleteFunc(slices.Clone(all), func(r statute.Rule) bool { return !r.InForce(s.today()) })
		if !inState(f.raw("state"), len(now) > 0) {
			continue
		}
		row := ruleRow(c, id, all, now)
		if open != nil {
			cell := parts.NumCell(c.p.Count(open[id]))
			if open[id] > 0 {
				cell.Href = "/due?mine=0&rule=" + id
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

func ruleRow(c *ctx, id string, all, now []statute.Rule) parts.Row {
	last := all[len(all)-1]
	period, sub, since := c.p.T("rule.ended"), last.Cite.In(c.p.Lang()), c.p.T("rule.until", last.To)
	if len(now) > 0 {
		var terms []string
		for _, r := range now {
			if x := ruleTerm(c, r); !slices.Contains(terms, x) {
				terms = append(terms, x)
			}
		}
		period, since = strings.Join(terms, " / "), c.p.Day(now[len(now)-1].From)
	}
	var kinds []string
	for _, r := range all {
		if k := c.p.T("law.kind." + r.Kind); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return parts.Row{Cells: []parts.Cell{
		parts.LinkCell(last.Title.In(c.p.Lang()), "/rules/"+id, id), parts.TextCell(strings.Join(kinds, " / "), ""), parts.TextCell(period, sub),
		parts.BodyCell(views.DayCell(since, "")), parts.NumCell(strconv.Itoa(len(all))), parts.TextCell(c.p.T("law.mark."+last.Mark), ""),
	}}
}

// ruleTerm is a period in words: 3 months, or at least 3 working days before.
func ruleTerm(c *ctx, r statute.Rule) string {
	term := c.p.N("law.term."+string(r.Unit), r.Add)
	if r.Back {
		return c.p.T("rule.before", term)
	}
	return term
}

func (s *Server) provisionTable(c *ctx, f *form) parts.Table {
	t := parts.Table{Caption: c.p.T("rule.other"), Columns: []parts.Column{{Label: c.p.T("rule.rule")}, {Label: c.p.T("rule.says")}, {Label: c.p.T("rule.since"), Slim: true},
		{Label: c.p.T("rule.versions"), Num: true, Slim: true}, {Label: c.p.T("rule.mark"), Slim: true}}}
	versions := map[string]int{}
	for _, e := range s.Clocks.Rules().Entries() {
		versions[e.ID]++
	}
	for _, id := range s.provisionIDs() {
		all := s.provisions(id)
		e := all[len(all)-1]
		for _, x := range all {
			if x.InForce(s.today()) {
				e = x
			}
		}
		now, since := e.InForce(s.today()), c.p.Day(e.From)
		if !now {
			since = c.p.T("rule.until", e.To)
		}
		title := provisionTitle(c, e)
		if !inState(f.raw("state"), now) || !found(f.raw("q"), e.ID, title, e.Title.ZH, e.Title.EN, e.Cite.ZH, e.Cite.EN, e.Instrument) {
			continue
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(title, "/rules/"+id, id), parts.TextCell(provisionSays(c, e), e.Cite.In(c.p.Lang())),
			parts.BodyCell(views.DayCell(since, "")), parts.NumCell(strconv.Itoa(versions[id])), parts.TextCell(c.p.T("law.mark."+e.Mark), ""),
		}})
	}
	return t
}

func (s *Server) provisionIDs() []string {
	var out []string
	for _, e := range s.Clocks.Rules().Entries() {
		if !slices.Contains(out, e.ID) {
			out = append(out, e.ID)
		}
	}
	return out
}

// provisions are all versions of one provision that is no period, earliest first.
func (s *Server) provisions(id string) []statute.Entry {
	out := slices.DeleteFunc(s.Clocks.Rules().Entries(), func(e statute.Entry) bool { return e.ID != id })
	slices.SortStableFunc(out, func(x, y statute.Entry) int { return int(x.From) - int(y.From) })
	return out
}

func provisionTitle(c *ctx, e statute.Entry) string {
	if _, fine := e.What.(statute.Fine); fine {
		return c.p.T("rule.fine")
	}
	return e.Title.In(c.p.Lang())
}

// provisionSays is what a provision sets, in a sentence.
func provisionSays(c *ctx, e statute.Entry) string {
	yuan := func(n int64) string { return c.p.Count(n) }
	limbs := func(list []string) string {
		var out []string
		for _, l := range list {
			out = append(out, c.p.T("law.limb."+l))
		}
		return join(c.p, out)
	}
	switch x := e.What.(type) {
	case statute.Fine:
		if x.AboveYuan > 0 {
			return c.p.T("rule.says.fine.above", x.Times, yuan(x.AboveYuan), yuan(x.ElseYuan))
		}
		return c.p.T("rule.says.fine", x.Times, yuan(x.ElseYuan))
	case statute.Surcharge:
		s := c.p.T("rule.says.surcharge", x.Percent)
		if x.CapPercent > 0 {
			s += c.p.T("rule.says.surcharge.cap", x.CapPercent)
		}
		if x.Pauses {
			s += c.p.T("rule.says.surcharge.pauses")
		}
		return s
	case statute.Band:
		var out []string
		for _, l := range x.Levels {
			out = append(out, c.p.T("rule.says.level", errs.Msg("law.level."+l.Name), l.ToPercent))
		}
		return join(c.p, out)
	case statute.Relief:
		if len(x.Limbs) > 0 {
			return c.p.T("rule.says.order", limbs(x.Limbs), x.Text)
		}
		return x.Text.In(c.p.Lang())
	case statute.Principle:
		return x.Text.In(c.p.Lang())
	case statute.Order:
		return c.p.T("rule.says.order", limbs(x.Limbs), x.Text)
	case statute.Income:
		if x.May {
			return c.p.T("rule.says.income.may", errs.Msg("law.formula."+x.Formula))
		}
		return c.p.T("law.formula." + x.Formula)
	case statute.Police:
		return c.p.T("rule.says.police", limbs(x.Limbs), yuan(x.TurnoverYuan), yuan(x.IncomeYuan), yuan(x.LossYuan), yuan(x.TwoTurnover), yuan(x.TwoIncome))
	case statute.Hearing:
		return c.p.T("rule.says.hearing", yuan(x.PersonYuan), yuan(x.OrganisationYuan))
	case statute.Keep:
		if x.Years == 0 {
			return c.p.T("rule.says.keep.ever")
		}
		return c.p.N("rule.says.keep", x.Years)
	case statute.Service:
		s := x.Served.In(c.p.Lang())
		if x.Add > 0 {
			s = c.p.T("rule.says.term", s, c.p.N("law.term."+string(x.Unit), x.Add))
		}
		if x.Consent {
			s += c.p.T("rule.says.consent")
		}
		if len(x.NotFor) > 0 {
			var papers []string
			for _, p := range x.NotFor {
				papers = append(papers, c.p.T("law.paper."+p))
			}
			s += c.p.T("rule.says.not_for", join(c.p, papers))
		}
		return s
	}
	return ""
}

// oneRule is a rule with all its versions, and what it gives for a chosen day.
func (s *Server) oneRule(c *ctx) error {
	id := c.Param("id")
	all := s.Clocks.Rules().Versions(id)
	if len(all) == 0 {
		return s.oneProvision(c, id)
	}
	last := all[len(all)-1]
	v := views.RuleView{Page: c.page(last.Title.In(c.p.Lang()))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("rules", "/rules"), c.p.T("rule.both", last.Title.ZH, last.Title.EN, id)
	for _, r := range slices.Backward(all) {
		v.Versions = append(v.Versions, views.RuleVersion{Title: s.versionTitle(c, r.From, r.To), Facts: s.ruleFacts(c, r)})
	}
	var governs []parts.Action
	if s.Guard.CanAnywhere(c.by, "due.view") {
		open, err := s.Clocks.Governed(c.ctx(), c.by, s.today())
		if err != nil {
			return err
		}
		if n := open[id]; n > 0 {
			governs = append(governs, parts.Action{Label: c.p.N("rule.governs", int(n)), Href: "/due?mine=0&rule=" + id, Icon: "calendar-due"})
		}
	}
	if s.Guard.CanAnywhere(c.by, "case.view") {
		ever := casework.Filter{Rule: id}
		n, err := s.Docket.Count(c.ctx(), c.by, ever)
		if err != nil {
			return err
		}
		if n > 0 {
			governs = append(governs, parts.Action{Label: c.p.N("rule.governed", int(n)), Href: address("/cases", ever.Values()), Icon: "folder"})
		}
	}
	if len(governs) > 0 {
		v.Page.Actions = parts.Buttons(governs...)
	}
	var kinds, books, more []string
	for _, r := range all {
		kinds, books = append(kinds, r.Kind), append(books, r.Book)
		for i := range r.Ext {
			more = append(more, strconv.Itoa(i+1))
		}
	}
	kinds, books, more = distinct(kinds), distinct(books), distinct(more)
	f := c.ask(asked{days: []string{"from", "filed"}, spans: [][2]string{{"out_from", "out_to"}}, choices: map[string][]string{"book": books, "kind": kinds, "extend": more}})
	if f.raw("from") != "" && !f.invalid() {
		s.countRule(c, f, id, &v)
	}
	v.Form = &parts.Form{Action: "/rules/" + id, Get: true, Submit: c.p.T("rule.count.go"), Narrow: true}
	v.Fields = s.countFields(c, f, last, kinds, books, more)
	code := http.StatusOK
	if f.invalid() {
		v.Page.Invalid, code = true, http.StatusUnprocessableEntity
	}
	return c.show(code, views.Rule(v))
}

// distinct is the list sorted, each word once, the empty one left out.
func distinct(list []string) []string {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

func (s *Server) countFields(c *ctx, f *form, last statute.Rule, kinds, books, more []string) []parts.Field {
	fields := []parts.Field{
		{Name: "from", Label: c.p.T("rule.from", errs.Msg("law.trigger."+last.Trigger)), Type: parts.Date, Value: s.today().String(), Required: true},
		{Name: "filed", Label: c.p.T("rule.filed"), Hint: c.p.T("rule.filed.hint"), Type: parts.Date},
	}
	if len(kinds) > 1 {
		fields = append(fields, parts.Field{Name: "kind", Label: c.p.T("rule.kind"), Type: parts.Select, Blank: c.p.T("rule.shorter"), Options: c.choices("law.kind", kinds)})
	}
	if len(books) > 0 {
		fields = append(fields, parts.Field{Name: "book", Label: c.p.T("rule.law"), Type: parts.Select, Blank: c.p.T("rule.office"), Options: c.choices("law.book", books)})
	}
	if len(more) > 0 {
		var options []parts.Option
		for i, n := range more {
			options = append(options, parts.Option{Value: n, Label: c.p.N("rule.extensions", i+1)})
		}
		fields = append(fields, parts.Field{Name: "extend", Label: c.p.T("rule.extended"), Type: parts.Select, Blank: c.p.T("rule.not"), Options: options})
	}
	fields = append(fields, parts.Field{Name: "out_from", Label: c.p.T("rule.out_from"), Type: parts.Date}, parts.Field{Name: "out_to", Label: c.p.T("rule.out_to"), Type: parts.Date})
	return f.fill(c.p, fields...)
}

// countRule counts what was asked for; what cannot be counted is said beside its field.
func (s *Server) countRule(c *ctx, f *form, id string, v *views.RuleView) {
	from, q := f.day("from"), statute.Query{Book: f.raw("book"), Kind: f.raw("kind")}
	if q.On = f.day("filed"); q.On.IsZero() {
		q.On = from
	}
	if roles := s.Guard.Roles(c.by); len(roles) > 0 {
		q.Region = roles[0].Jurisdiction
	}
	if q.Book == "" {
		q.Book = s.Clocks.Book(q.On)
	}
	r, ok := s.Clocks.Rules().Rule(id, q)
	if !ok {
		v.Missing = c.p.T("rule.missing", q.On)
		return
	}
	var o statute.Options
	o.Ledger = true
	n, _ := strconv.Atoi(f.raw("extend")) // one of the choices, or empty: none
	terms, err := r.Longest(n)
	if err != nil {
		f.wrong["extend"] = errs.Msg("rule.extend.wrong", r.Cite)
		return
	}
	o.Extensions = terms
	if a, z := f.day("out_from"), f.day("out_to"); !a.IsZero() || !z.IsZero() {
		if a.IsZero() {
			a = z
		}
		o.Excluded = []statute.Excluded{{From: a, To: max(a, z)}}
	}
	due, err := s.Clocks.Rules().Due(s.Clocks.Days(), r, from, o)
	if err != nil {
		f.wrong["from"] = errs.Msg("rule.count.wrong")
		return
	}
	term := ruleTerm(c, r)
	for _, x := range terms {
		term += " + " + c.p.N("law.term."+string(x.Unit), x.N)
	}
	v.Ledger = ledgerOf(c, r, due)
	v.Result = []parts.Desc{
		{Label: c.p.T("parts.clock.strict"), Value: c.p.Day(due.Strict)}, {Label: c.p.T("ledger.due"), Value: c.p.Day(due.Due)},
		{Label: c.p.T("rule.term"), Value: term}, {Label: c.p.T("ledger.rule"), Value: due.Version, Code: true, Note: due.Cite.In(c.p.Lang())},
	}
	if due.Provisional {
		v.Result = append(v.Result, parts.Desc{Label: c.p.T("rule.provisional"), Value: c.p.T("rule.provisional.text"), Wide: true})
	}
	v.Result = append(v.Result, parts.Desc{Label: c.p.T("ledger.book"), Value: due.BookHash, Code: true, Wide: true}, parts.Desc{Label: c.p.T("ledger.calendar"), Value: due.CalendarHash, Code: true, Wide: true})
}

func (s *Server) oneProvision(c *ctx, id string) error {
	all := s.provisions(id)
	if len(all) == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	last := all[len(all)-1]
	v := views.RuleView{Page: c.page(provisionTitle(c, last))}
	v.Page.Crumbs, v.Page.Lead = append(c.crumb("rules", "/rules"), c.crumb("rules.other", "/rules?what=other")...), id
	for _, e := range slices.Backward(all) {
		facts := []parts.Desc{{Label: c.p.T("rule.says"), Value: provisionSays(c, e), Wide: true}}
		facts = append(facts, wording(c, e.What)...)
		facts = append(facts, s.sourceFacts(c, e.Cite, e.Note, e.Mark, e.Book)...)
		v.Versions = append(v.Versions, views.RuleVersion{Title: s.versionTitle(c, e.From, e.To), Facts: facts})
	}
	if s.Guard.CanAnywhere(c.by, "case.view") {
		cases, n, err := s.Docket.GovernedBy(c.ctx(), c.by, all, governedShown)
		if err != nil {
			return err
		}
		v.Cases = governed(c, cases, n)
	}
	switch last.What.(type) {
	case statute.Fine:
		return s.fineRule(c, v)
	case statute.Income:
		if x, _, ok := s.Clocks.Rules().Formula(s.today(), s.Clocks.Book(s.today()), s.IncomeFormula); ok {
			v.Page.Lead = c.p.T("rule.titled", id, c.p.T("rule.formula.office", errs.Msg("law.formula."+x.Formula)))
		}
	}
	return c.show(http.StatusOK, views.Rule(v))
}

// governedShown is how many of the cases that a provision governs its page lists.
const governedShown = 20

// governed are the cases that a provision governs: the newest of n.
func governed(c *ctx, cases []casework.Case, n int) *parts.Table {
	t := &parts.Table{Caption: c.p.N("rule.governed", n), Compact: true, Empty: &parts.EmptyState{Title: c.p.T("rule.governs.none")},
		Columns: []parts.Column{{Label: c.p.T("case.number")}, {Label: c.p.T("cases.state"), Slim: true}, {Label: c.p.T("case.filed_on"), Slim: true}}}
	if n > len(cases) {
		t.Caption = c.p.T("rule.governed.first", t.Caption, len(cases))
	}
	for _, x := range cases {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(x.Number, "/cases/"+x.ID, x.Title), parts.TextCell(c.stateName(x.Kind, x.State), ""), parts.BodyCell(views.DayCell(c.p.Day(x.FiledOn), "")),
		}})
	}
	return t
}

// wording is the text of a provision in both languages, or the lines of a formula, each with its article.
func wording(c *ctx, what any) []parts.Desc {
	var text statute.Text
	switch x := what.(type) {
	case statute.Order:
		text = x.Text
	case statute.Relief:
		text = x.Text
	case statute.Principle:
		text = x.Text
	case statute.Income:
		var out []parts.Desc
		for _, l := range x.Lines {
			out = append(out, parts.Desc{Label: c.p.T("rule.line"), Value: c.p.T("law.line." + l.What), Note: l.Cite.In(c.p.Lang()), Wide: true})
		}
		return out
	default:
		return nil
	}
	return []parts.Desc{{Label: c.p.T("rule.text.zh"), Value: text.ZH, Wide: true}, {Label: c.p.T("rule.text.en"), Value: text.EN, Wide: true}}
}

// versionTitle says when a version is in force.
func (s *Server) versionTitle(c *ctx, from, to calendar.Day) string {
	switch today := s.today(); {
	case from > today:
		return c.p.T("rule.version.will", from)
	case to.IsZero():
		return c.p.T("rule.version.now", from)
	case to >= today:
		return c.p.T("rule.version.still", from, to)
	}
	return c.p.T("rule.version.was", from, to)
}

// sourceFacts are where a text stands, in both languages, and how sure that is.
func (s *Server) sourceFacts(c *ctx, cite, note statute.Text, mark, book string) []parts.Desc {
	out := []parts.Desc{{Label: c.p.T("rule.cite.zh"), Value: cite.ZH, Wide: true}, {Label: c.p.T("rule.cite.en"), Value: cite.EN, Wide: true}}
	if note.ZH != "" {
		out = append(out, parts.Desc{Label: c.p.T("rule.note"), Value: note.In(c.p.Lang()), Wide: true})
	}
	if book != "" {
		out = append(out, parts.Desc{Label: c.p.T("rule.law"), Value: c.p.T("law.book." + book)})
	}
	return append(out, parts.Desc{Label: c.p.T("rule.mark"), Value: c.p.T("law.mark." + mark), Note: mark})
}

// ruleFacts are all that a version of a period says.
func (s *Server) ruleFacts(c *ctx, r statute.Rule) []parts.Desc {
	out := []parts.Desc{
		{Label: c.p.T("rule.term"), Value: ruleTerm(c, r)}, {Label: c.p.T("rule.trigger"), Value: c.p.T("law.trigger." + r.Trigger)},
		{Label: c.p.T("rule.kind"), Value: c.p.T("law.kind." + r.Kind)}, {Label: c.p.T("ledger.binds"), Value: c.p.T("rule.binds." + strconv.FormatBool(r.Strict))},
	}
	var ext, excl []string
	for _, e := range r.Ext {
		term := c.p.T("rule.free")
		if !e.Free {
			term = c.p.N("law.term."+string(e.Unit), e.Max)
		}
		ext = append(ext, c.p.T("rule.extension", term, errs.Msg("law.approver."+e.Approver)))
	}
	for _, x := range r.Excl {
		excl = append(excl, c.p.T("law.excl."+x))
	}
	add := func(key, value string) {
		if value != "" {
			out = append(out, parts.Desc{Label: c.p.T(key), Value: value, Wide: key == "rule.excl" || key == "rule.ext"})
		}
	}
	word := func(field, w string) string {
		if w == "" {
			return ""
		}
		return c.p.T("law." + field + "." + w)
	}
	add("rule.ext", strings.Join(ext, c.p.T("rule.then")))
	add("rule.excl", join(c.p, excl))
	if r.Region != "" {
		add("rule.region", c.place(r.Region))
	}
	add("rule.only_if", word("only_if", r.OnlyIf))
	add("rule.on_expiry", word("on_expiry", r.OnExpiry))
	add("rule.approval", word("approver", r.Approval))
	out = append(out, parts.Desc{Label: c.p.T("ledger.rule"), Value: r.Version(), Code: true})
	return append(out, s.sourceFacts(c, r.Cite, r.Note, r.Mark, r.Book)...)
}
