package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/fine"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/parts"
)

const (
	casePage = 30
	countTo  = 1001 // a list says "1,000+" of what is longer
)

// cases is the list of cases, newest filed first.
func (s *Server) cases(c *ctx) error {
	f, filter, page := s.caseQuery(c)
	v := views.RecordsView{Page: c.page(c.p.T("cases.title")), Filters: s.caseFilters(c, f, filter)}
	v.Page.Lead = c.p.T("cases.lead")
	if f.invalid() {
		return c.showMisread(v, f)
	}
	rows, more, err := s.Docket.List(c.ctx(), c.by, filter, page)
	if err != nil {
		return err
	}
	n, err := s.Docket.CountTo(c.ctx(), c.by, filter, countTo)
	if err != nil {
		return err
	}
	if v.Cards, err = s.caseCards(c); err != nil {
		return err
	}
	v.Head.Count = c.p.N("cases.count", int(n))
	v.Pager = pager(c.p, "/cases", filter.Values(), page, rows, more, n)
	if n == countTo {
		v.Head.Count = c.p.T("cases.many", countTo-1)
		v.Pager.Total = c.p.Count(countTo-1) + "+"
	}
	if v.Table, err = s.caseTable(c, rows, filter); err != nil {
		return err
	}
	if s.Guard.CanAnywhere(c.by, "case.assign") {
		v.Head.Actions = []parts.Action{{Label: c.p.T("reassign.open"), Href: "/cases/reassign", Icon: "arrows-exchange"}}
		v.Table.Select, v.Table.Form = "case", "reassign"
		v.Bulk = &parts.Bulk{Form: "reassign", Action: "/cases/reassign", Buttons: []parts.Option{{Value: "choose", Label: c.p.T("reassign.chosen")}}}
	}
	return c.show(http.StatusOK, views.Records(v))
}

// caseQuery reads the query: the form, the filter, and where the page begins.
func (s *Server) caseQuery(c *ctx) (*form, casework.Filter, casework.Page) {
	f := c.ask(asked{
		choices: map[string][]string{
			"kind": append(casework.Kinds(), casework.AnyReported), "state": s.caseStates(oneKind(clean(c.QueryParam("kind")))), "outcome": append(s.outcomes(), casework.Adjudicated), "in_time": {"yes", "no", "any"}, "mine": {"0", "1"}, "late": {"0", "1"}, "soon": {"1"}, "still": {"1"}, "asked": {"1"}, "awaits": {"case.approve", "case.review", "case.archive"}, "rule": s.Clocks.Rules().IDs(),
			"source": lead.Sources(), "patent_type": listing.Types(), "party": casework.PartyForms(), "limb": counterfeit.Limbs(), "result": casework.Results(), "paid_for": fine.Kinds(),
		},
		days:  []string{"pending_on", "overdue_on", "there_from"},
		ids:   []string{"officer"},
		spans: [][2]string{{"from", "to"}, {"closed_from", "closed_to"}, {"step_from", "step_to"}, {"decided_from", "decided_to"}, {"paid_from", "paid_to"}},
	})
	filter, bad := casework.ParseFilter(f.values, c.by.ID)
	if _, noted := f.wrong[bad]; bad != "" && !noted {
		f.wrong[bad] = errs.Msg("error.choice")
	}
	if filter.Step != "" && !s.stepsKnown(filter.Step) {
		f.wrong["step"] = errs.Msg("error.choice")
	}
	return f, filter, casework.Page{After: f.raw("after"), Before: f.raw("before"), Limit: casePage}
}

// stepsKnown says whether each of the steps that a filter names is in a procedure.
func (s *Server) stepsKnown(names string) bool {
	for _, name := range strings.Split(names, ",") {
		if !slices.ContainsFunc(casework.Kinds(), func(kind string) bool {
			return slices.ContainsFunc(s.Docket.Procedure(kind).Steps, func(x casework.Step) bool { return x.Name == name })
		}) {
			return false
		}
	}
	return true
}

// oneKind is the kind that a filter names, "" where it names several.
func oneKind(kind string) string {
	if kind == casework.AnyReported {
		return ""
	}
	return kind
}

// kindOptions are the kinds, and those of the report together where a figure led here.
func (c *ctx) kindOptions(filter casework.Filter) []parts.Option {
	kinds := casework.Kinds()
	if filter.Kind == casework.AnyReported {
		kinds = append(kinds, casework.AnyReported)
	}
	return c.choices("kind", kinds)
}

// caseStates are the values that the filter by state takes.
func (s *Server) caseStates(kind string) []string {
	out := []string{"open"}
	for _, k := range casework.Kinds() {
		if p := s.Docket.Procedure(k); p != nil && (kind == "" || kind == k) {
			for _, x := range p.States() {
				if !slices.Contains(out, string(x)) {
					out = append(out, string(x))
				}
			}
		}
	}
	return out
}

// outcomes are the outcomes of every kind.
func (s *Server) outcomes() []string {
	var out []string
	for _, k := range casework.Kinds() {
		p := s.Docket.Procedure(k)
		if p == nil {
			continue
		}
		for _, step := range p.Steps {
			if step.Outcome != "" {
				out = append(out, step.Outcome)
			}
			for _, a := range step.Asks {
				if a.Name == "outcome" {
					out = append(out, a.Options...)
				}
			}
		}
	}
	return out
}

func (s *Server) caseFilters(c *ctx, f *form, filter casework.Filter) parts.Filters {
	v := parts.Filters{Action: "/cases", Clear: "/cases", Chips: s.caseChips(c, filter),
		Fields: f.fill(c.p,
			parts.Field{Name: "kind", Label: c.p.T("query.kind"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.kindOptions(filter)},
			parts.Field{Name: "state", Label: c.p.T("query.state"), Type: parts.Select, Blank: c.p.T("query.any"), Options: s.stateOptions(c, filter)},
			parts.Field{Name: "place", Label: c.p.T("query.place"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.offices("case.view")},
			parts.Field{Name: "q", Label: c.p.T("query.q"), Type: parts.Search, Max: 100, NoSpell: true},
		),
		More: f.fill(c.p,
			parts.Field{Name: "office", Label: c.p.T("query.office"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.offices("case.view")},
			parts.Field{Name: "from", Label: c.p.T("query.from"), Type: parts.Date},
			parts.Field{Name: "to", Label: c.p.T("query.to"), Type: parts.Date},
			parts.Field{Name: "late", Label: c.p.T("query.late"), Type: parts.Checkbox},
		),
	}
	for _, name := range append(casework.TraitFields(), []string{"at", "outcome", "closed_from", "closed_to", "pending_on", "overdue_on", "in_time", "rule", "there_from", "soon", "still", "asked", "officer", "awaits"}...) { // these come with a link from the figures
		if x := filter.Values().Get(name); x != "" {
			v.Hidden = append(v.Hidden, parts.Hidden{Name: name, Value: x})
		}
	}
	mine, open, all := filter, filter, filter
	mine.Mine, mine.State = c.by.ID, "open"
	open.Mine, open.State = "", "open"
	all.Mine, all.State = "", ""
	v.Tabs = []parts.Tab{
		{Label: c.p.T("cases.mine"), Href: address("/cases", mine.Values()), Active: filter.Mine != ""},
		{Label: c.p.T("cases.open"), Href: address("/cases", open.Values()), Active: filter.Mine == "" && filter.State == "open"},
		{Label: c.p.T("cases.all"), Href: address("/cases", all.Values()), Active: filter.Mine == "" && filter.State == ""},
	}
	if filter.Mine != "" {
		v.Hidden = append(v.Hidden, parts.Hidden{Name: "mine", Value: "1"})
	}
	return v
}

// stateOptions are the states of the kind that is chosen; with no kind, those that every kind has.
func (s *Server) stateOptions(c *ctx, filter casework.Filter) []parts.Option {
	kind := oneKind(filter.Kind)
	out := []parts.Option{{Value: "open", Label: c.p.T("cases.open")}}
	for _, x := range s.caseStates(kind)[1:] {
		shared := x == string(casework.Filed) || x == string(casework.Closed) || x == string(casework.Archived)
		if kind != "" || shared || x == filter.State {
			out = append(out, parts.Option{Value: x, Label: c.stateName(kind, casework.State(x))})
		}
	}
	return out
}

// stateName is a state in words; with no kind, in the words of the first kind that has it.
func (c *ctx) stateName(kind string, state casework.State) string {
	if kind != "" {
		return c.p.T("state." + kind + "." + string(state))
	}
	for _, k := range casework.Kinds() {
		if key := "state." + k + "." + string(state); c.p.Has(key) {
			return c.p.T(key)
		}
	}
	return string(state)
}

func (s *Server) caseChips(c *ctx, filter casework.Filter) []parts.Chip {
	in := filter.Values()
	say := func(name, value string) string {
		switch name {
		case "kind":
			return c.p.Or("kind."+value, value)
		case "state":
			if value == "open" {
				return c.p.T("cases.open")
			}
			return c.stateName(oneKind(filter.Kind), casework.State(value))
		case "office", "place", "at":
			return c.place(value)
		case "outcome":
			return c.p.Or("choice.outcome."+value, value)
		case "rule":
			if v := s.Clocks.Rules().Versions(value); len(v) > 0 {
				return v[len(v)-1].Title.In(c.p.Lang())
			}
		case "source", "patent_type", "party", "limb", "mark", "step", "paid_for":
			return s.traitText(c, name, value)
		case "officer":
			return c.operatorName(value)
		case "in_time", "mine", "late", "soon", "still", "asked", "awaits", "result":
			return c.p.Or("query."+name+"."+value, value)
		}
		return value
	}
	var list []chip
	for _, name := range append([]string{"mine", "kind", "state", "place", "at", "office", "from", "to", "closed_from", "closed_to", "pending_on", "overdue_on", "outcome", "in_time", "rule", "late", "soon", "still", "asked", "awaits", "officer", "q", "there_from"}, casework.TraitFields()...) {
		list = append(list, chip{name, c.p.T("query." + name), say(name, in.Get(name))})
	}
	return chipsOf("/cases", in, list...)
}

// caseCards are the figures over the list: what is late, what falls due, what is open, what was filed this year.
func (s *Server) caseCards(c *ctx) ([]parts.NumberCard, error) {
	var cards []parts.NumberCard
	today := s.today()
	if s.Guard.CanAnywhere(c.by, "due.view") {
		late, near, err := s.Clocks.Late(c.ctx(), c.by, deadline.Filter{}, today, soonDays)
		if err != nil {
			return nil, err
		}
		cards = s.lateCards(c, late, near, "/due?mine=0", "due.late", "due.soon")
	}
	totals, err := s.Docket.Totals(c.ctx(), c.by)
	if err != nil {
		return nil, err
	}
	return append(cards, s.openCard(c, totals), s.yearCard(c, totals)), nil
}

func (s *Server) openCard(c *ctx, t casework.Totals) parts.NumberCard {
	return parts.NumberCard{Label: c.p.T("cases.card.open"), Value: c.p.Count(t.Open), Unit: c.p.T("cases.unit"), Href: "/cases?state=open", Tone: parts.Running, Icon: "folder"}
}

// yearCard is what was filed this year, beside the same months of the year before, with the last twelve months.
func (s *Server) yearCard(c *ctx, t casework.Totals) parts.NumberCard {
	today := s.today()
	month := today.String()[5:7]
	year, before := strconv.Itoa(today.Year()), strconv.Itoa(today.Year()-1)
	card := parts.NumberCard{Label: c.p.T("cases.card.year", year), Value: c.p.Count(t.Year(year, month)), Unit: c.p.T("cases.unit"),
		Note: c.p.T("cases.card.before", c.p.Count(t.Year(before, month)), int(today.Month())), Href: "/cases?from=" + year + "-01-01", Tone: parts.Done, Icon: "chart-bar"}
	y, m, _ := today.Civil()
	first := calendar.Date(y, m, 1)
	for i := -11; i <= 0; i++ {
		card.Trend = append(card.Trend, float64(t.Months[first.AddMonths(i).String()[:7]]))
	}
	return card
}

func (s *Server) caseTable(c *ctx, rows []casework.Row, filter casework.Filter) (parts.Table, error) {
	t := parts.Table{Caption: c.p.T("cases.title"), Columns: []parts.Column{
		{Label: c.p.T("cases.number"), Slim: true}, {Label: c.p.T("cases.cause")}, {Label: c.p.T("cases.place"), Slim: true}, {Label: c.p.T("cases.state"), Slim: true},
		{Label: c.p.T("cases.due"), Slim: true}, {Label: c.p.T("cases.officers")}, {Label: c.p.T("cases.money"), Num: true},
	}, Empty: &parts.EmptyState{Icon: "folder", Title: c.p.T("cases.none"), Text: c.p.T("cases.none.text")}}
	if filter == (casework.Filter{}) {
		t.Empty.Title, t.Empty.Text = c.p.T("cases.first"), c.p.T("cases.first.text")
		if s.Guard.CanAnywhere(c.by, "lead.view") {
			t.Empty.Action = &parts.Action{Label: c.p.T("cases.first.leads"), Href: "/leads", Look: "primary"}
		}
	} else {
		t.Empty.Action = &parts.Action{Label: c.p.T("parts.filter.clear"), Href: "/cases"}
	}
	clocks, err := s.watched(c, rows)
	if err != nil {
		return t, err
	}
	for _, r := range rows {
		l := s.caseLine(c, r, clocks)
		row := parts.Row{ID: r.ID, Cells: []parts.Cell{
			{Text: l.Number, Body: views.CaseNumber(c.p, l)}, parts.TextCell(l.Title, l.Kind), parts.TextCell(l.Place, ""), parts.BodyCell(parts.StatusDot(l.Tone, l.State)),
			{}, parts.TextCell(l.Officers, ""), parts.NumCell(l.Money),
		}}
		if l.Clock != nil {
			row.Cells[4] = parts.BodyCell(parts.ClockLine(c.p, *l.Clock))
			if tone := l.Clock.Tone(); tone == parts.Late || tone == parts.Soon {
				row.Tone = tone
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// watched are the clocks that a list of cases shows, by case.
func (s *Server) watched(c *ctx, rows []casework.Row) (map[string]deadline.Clock, error) {
	var ids []string
	for _, r := range rows {
		if r.State != casework.Archived {
			ids = append(ids, r.ID)
		}
	}
	return s.Clocks.Watched(c.ctx(), ids, s.today())
}

func (s *Server) caseLine(c *ctx, r casework.Row, clocks map[string]deadline.Clock) views.CaseLine {
	l := views.CaseLine{
		Number: r.Number, Href: "/cases/" + r.ID, Filed: c.p.T("cases.filed", r.FiledOn), Title: r.Title, Kind: c.p.T("kind." + r.Kind),
		Place: c.place(r.Place), State: c.stateName(r.Kind, r.State), Tone: caseTone(r.State), Money: "–",
		Officers: join(c.p, r.Officers), Confidential: c.confidential(r.Restricted),
	}
	if sum := r.FineFen + r.ConfiscatedFen; sum > 0 {
		l.Money = c.p.Money(sum)
	}
	if k, ok := clocks[r.ID]; ok {
		v := s.clock(c, k)
		l.Clock = &v
	}
	return l
}

// caseTone is the colour of a state: under way, or over.
func caseTone(state casework.State) parts.Tone {
	switch state {
	case casework.Closed:
		return parts.Done
	case casework.Archived:
		return parts.Stopped
	}
	return parts.Running
}

// traitText is what a trait of a case is called: of several joined by commas, each.
func (s *Server) traitText(c *ctx, name, value string) string {
	var out []string
	for _, v := range strings.Split(value, ",") {
		key := map[string]string{"source": "source." + v, "patent_type": "patent.type." + v, "party": "party.form." + v, "limb": "law.limb." + v, "mark": "mark." + v, "paid_for": "fine." + v}[name]
		if name == "step" {
			for _, k := range casework.Kinds() {
				if p := s.Docket.Procedure(k); p != nil && p.Step(v) != nil {
					key = p.Step(v).Key(k)
					break
				}
			}
		}
		out = append(out, c.p.Or(key, v))
	}
	return strings.Join(out, c.p.T("report.list.comma"))
}
