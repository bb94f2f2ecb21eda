package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/report"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// statistics shows the figures of a period and an office. A period that is none is a 422 with the form as it was sent.
func (s *Server) statistics(c *ctx) error {
	f := c.ask(asked{})
	office := f.raw("office")
	if held := s.Guard.Jurisdictions(c.by, "statistics.view"); office == "" && len(held) > 0 {
		office = held[0]
	}
	period, asked, bad, why := report.ParsePeriod(f.values, s.today())
	if bad != "" {
		f.wrong[bad] = errs.Msg(why)
	}
	years, err := s.Figures.Years(c.ctx(), c.by)
	if err != nil {
		return err
	}
	v := views.StatisticsView{Page: c.page(c.p.T("report.statistics"))}
	v.Page.Lead = c.p.T("report.statistics.lead")
	v.Filters = s.statisticsFilters(c, f, office, asked, years)
	if f.invalid() {
		v.Wrong, v.Page.Invalid = c.unclear(f, v.Filters), true
		return c.show(http.StatusUnprocessableEntity, views.Statistics(v))
	}
	if s.Guard.CanAnywhere(c.by, "report.view") {
		y := strconv.Itoa(min(period.To.Year(), s.today().Year()))
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("report.annual.open", y), Href: "/report/" + y, Icon: "report"})
	}
	v.Links = []parts.Link{{Label: c.p.T("score.open"), Href: address("/statistics/scorecard", url.Values{"office": {office}})}, {Label: c.p.T("report.ministry"), Href: address("/statistics/tables", period.Values(), "office", office)}, {Label: c.p.T("frozen.title"), Href: periodsPath}, {Label: c.p.T("report.meaning.title"), Href: "/statistics/meaning"}}
	if s.Guard.CanAnywhere(c.by, "report.edit") {
		v.Links = append(v.Links, parts.Link{Label: c.p.T("yearbook.title"), Href: reportsPath})
	}
	if err := s.fillStatistics(c, &v, period, office); err != nil {
		return err
	}
	return c.show(http.StatusOK, views.Statistics(v))
}

func (s *Server) statisticsFilters(c *ctx, f *form, office string, a report.Asked, years []int) parts.Filters {
	f.values.Set("office", office)
	f.values.Set("year", a.Year)
	f.values.Set("part", a.Part)
	f.values.Set("from", a.From)
	f.values.Set("to", a.To)
	v := s.periodFields(c, f, years)
	v.Action, v.Clear = "/statistics", "/statistics"
	v.Fields = append(f.fill(c.p, parts.Field{Name: "office", Label: c.p.T("report.field.office"), Type: parts.Select, Blank: "-", Options: s.officeOptions(c, "statistics.view")}), v.Fields...)
	return v
}

// officeOptions are the offices that a person may see the figures of, each with all below it.
func (s *Server) officeOptions(c *ctx, action string) []parts.Option {
	var offices []parts.Option
	for _, r := range s.Guard.Places(c.by, action) {
		name := r.Name(c.p.Lang())
		if !r.IsCounty() {
			name = c.p.T("report.office.all", name)
		}
		offices = append(offices, parts.Option{Value: r.Code, Label: name})
	}
	return offices
}

// periodFields are the pickers of a period, which stands in the form as report.ParsePeriod understood it.
func (s *Server) periodFields(c *ctx, f *form, years []int) parts.Filters {
	p := c.p
	a := report.Asked{Year: f.raw("year"), Part: f.raw("part"), From: f.raw("from"), To: f.raw("to")}
	var inYear, ofYear []parts.Option
	if y, err := strconv.Atoi(a.Year); err == nil && !f.invalid() && !slices.Contains(years, y) {
		years = append(years, y)
	}
	for _, y := range years {
		inYear = append(inYear, parts.Option{Value: strconv.Itoa(y), Label: p.T("report.period.year", strconv.Itoa(y))})
	}
	for _, x := range report.Parts() {
		ofYear = append(ofYear, parts.Option{Value: x, Label: p.T(report.PartKey(x))})
	}
	blank := "-"
	var was []parts.Hidden
	var chips []parts.Chip
	if a.Free() { // the choices of a year show that they are not in force
		f.values.Set("year", "")
		f.values.Set("part", "")
		blank, was = p.T("report.free"), []parts.Hidden{{Name: "was", Value: "free"}}
		chips = []parts.Chip{{Label: p.T("report.free"), Value: p.T("report.period.days", a.From, a.To), Remove: address(c.Request().URL.Path, nil, "office", f.raw("office"), "board", f.raw("board"))}}
	}
	return parts.Filters{Hidden: was, Chips: chips,
		Fields: f.fill(p,
			parts.Field{Name: "year", Label: p.T("report.field.year"), Type: parts.Select, Blank: blank, Options: inYear},
			parts.Field{Name: "part", Label: p.T("report.field.part"), Type: parts.Select, Blank: blank, Options: ofYear},
		),
		More: f.fill(p,
			parts.Field{Name: "from", Label: p.T("report.field.from"), Type: parts.Date},
			parts.Field{Name: "to", Label: p.T("report.field.to"), Type: parts.Date},
		),
	}
}

func (s *Server) fillStatistics(c *ctx, v *views.StatisticsView, period report.Period, office string) error {
	table, err := s.Figures.Table(c.ctx(), c.by, period, office)
	if err != nil {
		return err
	}
	steps, err := s.Figures.Steps(c.ctx(), c.by, period, office)
	if err != nil {
		return err
	}
	figs := map[string]report.Figure{}
	for _, id := range append([]string{report.CasesConfis, report.OpinionsClosed}, shownCards()...) {
		if figs[id], err = s.Figures.Count(c.ctx(), c.by, id, report.In{Period: period, Office: office}); err != nil {
			return err
		}
	}
	for _, m := range report.Metrics() {
		v.Meanings = append(v.Meanings, views.Meaning{Name: c.p.T(m.NameKey()), Is: c.p.T(m.MeaningKey()), Cite: c.p.T(m.CiteKey())})
	}
	when := period.Name(c.p)
	if today := s.today(); period.From <= today && today < period.To {
		when = c.p.T("report.period.sofar", when, today)
	}
	place := s.Regions.Name(office, c.p.Lang())
	v.Heading = when + " · " + place
	v.Compared = c.p.T("report.compare.span", table.Before.From, table.Before.To)
	v.Cards = c.cards(table, steps, figs)
	v.Table = s.statisticsTable(c, table)
	statutory, err := s.Figures.Statutory(c.ctx(), c.by, period, office)
	if err != nil {
		return err
	}
	v.Statutory = c.statutoryTable(statutory)
	query := period.Values()
	query.Set("office", office)
	v.StatutoryFile = address("/statistics/table.xlsx", query)
	v.StatutoryCheck = c.p.T("report.statutory.check")
	if off := statutory.Total.Off(); off != 0 && period.To <= s.today() {
		v.StatutoryCheck = c.p.T("report.statutory.off", c.p.Count(off))
	}
	v.Halves, v.Whole = s.charts(c, table, when), c.stepsChart(period, steps)
	v.Scope = c.p.T("report.scope")
	if s.Demo != nil {
		v.Notes = append(v.Notes, report.DemoNote(c.p, period.To.Year()))
	}
	return nil
}

// figureCard is a metric as a card; where the person may not see it, it says which right it needs.
func (c *ctx) figureCard(id string, f report.Figure) parts.NumberCard {
	m := parts.NumberCard{Label: c.p.T("report.metric." + id), Value: c.p.Count(f.N), Href: f.Href}
	for _, x := range report.Metrics() {
		if x.ID == id {
			m.Unit = c.p.T("report.unit." + x.Unit)
			if x.Unit == report.Yuan {
				m.Value = c.p.Money(f.N)
			}
		}
	}
	if f.Hidden != "" {
		m.Value, m.Unit, m.Note = "–", "", c.p.T("report.hidden", c.p.T("action."+f.Hidden))
	}
	return m
}

// shownCards are the metrics of the cards, in their order.
func shownCards() []string {
	return []string{
		report.CasesFiled, report.CasesClosed, report.CasesInTime, report.CasesOverTime, report.CasesPending, report.OpinionsFiled,
		report.ListingsFound, report.ListingsInfr, report.CallsConsult, report.CallsInfr, report.CasesFines,
	}
}

// cards are the figures of a period, the cases first.
func (c *ctx) cards(t *report.Table, steps []report.Step, figs map[string]report.Figure) []parts.NumberCard {
	var out []parts.NumberCard
	for _, id := range shownCards() {
		card := c.figureCard(id, figs[id])
		switch id {
		case report.OpinionsFiled:
			if figs[id].N == 0 { // there were none before 2025
				continue
			}
			card.Note = c.p.T("report.opinions.note", c.p.Count(figs[report.OpinionsClosed].N))
		case report.CasesFiled:
			if t.Total.Growth.Known {
				card.Note = c.p.T("report.compare", t.Total.Before.N, t.Total.Growth.Signed(c.p))
			}
			for _, st := range steps {
				if st.Period.From <= c.s.today() {
					card.Trend = append(card.Trend, float64(st.Filed.N))
				}
			}
		case report.CasesInTime:
			if share := report.Share(figs[id].N, figs[id].N+figs[report.CasesOverTime].N); share.Known {
				card.Note = c.p.T("report.metric.share", share.Text(c.p))
			}
		case report.CasesOverTime:
			if figs[id].N > 0 {
				card.Tone = parts.Late
			}
		case report.CasesFines:
			card.Note = c.p.T("report.fines.note", c.p.Money(figs[report.CasesConfis].N)) // of the same cases: one list
		}
		out = append(out, card)
	}
	return out
}

// figureCell is a figure of a table: a link, or a dash.
func (c *ctx) figureCell(f report.Figure) parts.Link {
	if f.Hidden != "" {
		return parts.Link{Label: "–"}
	}
	return parts.Link{Label: c.p.Count(f.N), Href: f.Href}
}

func (c *ctx) figureCells(figs ...report.Figure) []parts.Link {
	var out []parts.Link
	for _, f := range figs {
		out = append(out, c.figureCell(f))
	}
	return out
}

// kindsTable is the cases by kind and place, and their sum; grown adds the year before and the growth.
func (s *Server) kindsTable(c *ctx, t *report.Table, grown bool) views.FigureTable {
	out := views.FigureTable{Heads: []string{c.p.T("report.kind")}}
	for _, code := range t.Places {
		out.Heads = append(out.Heads, report.PlaceName(c.p, s.Regions, code))
	}
	out.Heads = append(out.Heads, c.p.T("report.table.sum"))
	if grown {
		out.Heads = append(out.Heads, c.p.T("report.table.before"), c.p.T("report.table.growth"))
	}
	for _, r := range append(slices.Clone(t.Rows), t.Total) {
		row := views.FigureRow{Name: c.p.T(kindKey(r.Kind)), Sum: r.Kind == "", Cells: append(c.figureCells(r.Cells...), c.figureCell(r.Sum))}
		if grown {
			row.Cells = append(row.Cells, c.figureCell(r.Before), parts.Link{Label: r.Growth.Signed(c.p)})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (s *Server) statisticsTable(c *ctx, t *report.Table) views.FigureTable {
	out := s.kindsTable(c, t, true)
	out.Title = c.p.T("report.table")
	return out
}

// statutoryTable is the table of cases, each figure a link.
func (c *ctx) statutoryTable(t *report.Statutory) views.FigureTable {
	out := views.FigureTable{Title: c.p.T("report.statutory"), Heads: t.Heads(c.p)}
	for _, r := range append(slices.Clone(t.Rows), t.Total) {
		row := views.FigureRow{Name: c.p.T(kindKey(r.Kind)), Sum: r.Kind == "", Cells: c.figureCells(r.Figures()...)}
		row.Cells = append(row.Cells, parts.Link{Label: r.Rate().Text(c.p)}, parts.Link{Label: r.Timely().Text(c.p)}, parts.Link{Label: c.daysText(r)}, c.figureCell(r.Before), parts.Link{Label: r.Growth().Signed(c.p)})
		out.Rows = append(out.Rows, row)
	}
	return out
}

// statutoryFile is the table of cases as a workbook.
func (s *Server) statutoryFile(c *ctx) error {
	q := c.QueryParams()
	period, _, bad, why := report.ParsePeriod(q, s.today())
	if bad != "" {
		return errs.New(errs.Invalid, why)
	}
	office := q.Get("office")
	if held := s.Guard.Jurisdictions(c.by, "statistics.view"); office == "" && len(held) > 0 {
		office = held[0]
	}
	t, err := s.Figures.Ministry(c.ctx(), c.by, period, office)
	if err != nil {
		return err
	}
	// what was understood of the filter, not what was typed: that may be anything, a person's number too
	if err := s.tell(c, "statistics.export", t.Office, "statistics:"+t.Office, map[string]any{"from": period.From.String(), "to": period.To.String()}); err != nil {
		return err
	}
	place := s.Regions.Name(t.Office, c.p.Lang())
	file, err := t.XLSX(c.p, place, func(code string) string { return report.PlaceName(c.p, s.Regions, code) })
	if err != nil {
		return err
	}
	return c.blob(c.p.T("report.statutory.file", place, period.Name(c.p))+".xlsx", workbook, file)
}

func kindKey(kind string) string {
	if kind == "" {
		return "report.kind.total"
	}
	return "report.kind." + kind
}

// series are figures as the bars of a chart.
func series(p *i18n.Printer, label string, figs ...report.Figure) parts.Series {
	out := parts.Series{Label: p.T(label)}
	for _, f := range figs {
		out.Values = append(out.Values, f.N)
		out.Texts = append(out.Texts, p.Count(f.N))
		out.Hrefs = append(out.Hrefs, f.Href)
	}
	return out
}

func (s *Server) charts(c *ctx, t *report.Table, when string) []parts.Bars {
	p := c.p
	kinds := parts.Bars{Title: p.T("report.chart.kinds"), Desc: p.T("report.chart.kinds.desc"), Head: p.T("report.kind"), HideTable: true}
	var now, before []report.Figure
	for _, r := range t.Rows {
		kinds.Cats = append(kinds.Cats, p.T(kindKey(r.Kind)))
		now, before = append(now, r.Sum), append(before, r.Before)
	}
	kinds.Series = []parts.Series{series(p, "report.chart.now", now...), series(p, "report.chart.before", before...)}
	places := parts.Bars{Title: p.T("report.chart.places"), Desc: p.T("report.chart.places.desc", when, p.N("report.n.cases", int(t.Total.Sum.N))),
		Head: p.T("report.chart.county"), HideTable: true, Series: []parts.Series{series(p, "report.chart.filed", t.Total.Cells...)}}
	for _, code := range t.Places {
		places.Cats = append(places.Cats, report.PlaceName(p, s.Regions, code))
	}
	return []parts.Bars{kinds, places}
}

// stepsChart is the cases by month, or by year in a long period. Within one year the months have their names.
func (c *ctx) stepsChart(period report.Period, steps []report.Step) parts.Bars {
	p := c.p
	b := parts.Bars{Title: p.T("report.chart.steps"), Desc: p.T("report.chart.steps.desc"), Head: p.T("report.chart.month"), Columns: true, HideTable: true}
	if len(steps) > 0 && steps[0].Yearly() {
		b.Title, b.Head = p.T("report.chart.steps.years"), p.T("report.chart.year")
	}
	oneYear := period.From.Year() == period.To.Year()
	var filed, closed, before []report.Figure
	for _, st := range steps {
		label := st.Label
		if oneYear {
			label = p.T("report.mon." + strconv.Itoa(int(st.Period.From.Month())))
		}
		b.Cats = append(b.Cats, label)
		filed, closed, before = append(filed, st.Filed), append(closed, st.Closed), append(before, st.Before)
	}
	b.Series = []parts.Series{series(p, "report.chart.filed", filed...), series(p, "report.chart.closed", closed...), series(p, "report.chart.filed.before", before...)}
	return b
}

// annualReport shows a year's report as a sheet of paper.
func (s *Server) annualReport(c *ctx) error {
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || c.Param("year") != strconv.Itoa(year) {
		return errs.New(errs.NotFound, "error.page")
	}
	a, err := s.Figures.Annual(c.ctx(), c.by, year)
	if err != nil {
		return err
	}
	v := views.AnnualView{Page: c.page(a.Title(c.p)), Heads: a.Heads(c.p), Text: a.Text(c.p)}
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("report.statistics"), Href: fmt.Sprintf("/statistics?year=%d", year)}}
	years, err := s.Figures.Years(c.ctx(), c.by)
	if err != nil {
		return err
	}
	var links []parts.Link
	for _, y := range []int{year - 1, year + 1} {
		if slices.Contains(years, y) {
			links = append(links, parts.Link{Label: c.p.T("report.annual.open", strconv.Itoa(y)), Href: fmt.Sprintf("/report/%d", y)})
		}
	}
	v.Page.Actions = views.AnnualActions(links)
	v.Tables = s.annualTables(c, a)
	if err := s.tell(c, "document.print", s.Users.Home(c.by), "report:"+strconv.Itoa(year), map[string]any{}); err != nil {
		return err
	}
	return c.show(http.StatusOK, views.Annual(v))
}

func (s *Server) annualTables(c *ctx, a *report.Annual) []views.FigureTable {
	p := c.p
	kinds := views.FigureTable{Title: p.T("report.annual.table.kinds"), Heads: []string{p.T("report.kind"), p.T("report.chart.filed"), p.T("report.table.before"), p.T("report.table.growth")}}
	for _, r := range append(slices.Clone(a.Table.Rows), a.Table.Total) {
		cells := append(c.figureCells(r.Sum, r.Before), parts.Link{Label: r.Growth.Signed(p)})
		kinds.Rows = append(kinds.Rows, views.FigureRow{Name: p.T(kindKey(r.Kind)), Sum: r.Kind == "", Cells: cells})
	}
	counties := s.kindsTable(c, a.Table, false)
	counties.Title = p.T("report.annual.table.counties")

	months := views.FigureTable{Title: p.T("report.annual.table.months"), Heads: []string{p.T("report.chart.month"), p.T("report.chart.filed"), p.T("report.chart.closed")}}
	for i, m := range a.Months {
		if calendar.Date(a.Year, time.Month(i+1), 1) <= a.Until {
			months.Rows = append(months.Rows, views.FigureRow{Name: m.Month, Cells: c.figureCells(m.Filed, m.Closed)})
		}
	}
	months.Rows = append(months.Rows, views.FigureRow{Name: p.T("report.kind.total"), Sum: true, Cells: c.figureCells(a.Cases.Total, a.Closing.Closed)})

	closing := views.FigureTable{Title: p.T("report.annual.table.closing"), Heads: []string{p.T("report.meaning.metric"), p.T("report.annual.figure")}}
	for _, x := range []struct {
		id string
		f  report.Figure
	}{
		{report.CasesClosed, a.Closing.Closed}, {report.CasesInTime, a.Closing.InTime}, {report.CasesOverTime, a.Closing.OverTime},
		{report.CasesPending, a.Closing.PendingAtEnd}, {report.CasesFines, a.Money.Fines}, {report.CasesConfis, a.Money.Confiscated},
	} {
		card := c.figureCard(x.id, x.f)
		name := card.Label
		if card.Unit != "" {
			name = p.T("report.annual.unit", card.Label, card.Unit)
		}
		closing.Rows = append(closing.Rows, views.FigureRow{Name: name, Cells: []parts.Link{{Label: card.Value, Href: card.Href}}})
	}
	return []views.FigureTable{kinds, counties, months, closing}
}
