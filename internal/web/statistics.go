package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

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
	office := c.QueryParam("office")
	if held := s.Guard.Jurisdictions(c.by, "statistics.view"); office == "" && len(held) > 0 {
		office = held[0]
	}
	period, asked, bad, why := report.ParsePeriod(c.QueryParams(), s.today())
	years, err := s.Figures.Years(c.ctx(), c.by)
	if err != nil {
		return err
	}
	v := views.StatisticsView{Page: c.page(c.p.T("report.statistics"))}
	v.Page.Lead = c.p.T("report.statistics.lead")
	v.Filters = s.statisticsFilters(c, office, asked, years, bad, why)
	if bad != "" {
		v.Wrong, v.Page.Invalid = c.p.T(why), true
		return c.show(http.StatusUnprocessableEntity, views.Statistics(v))
	}
	if s.Guard.CanAnywhere(c.by, "report.view") {
		y := strconv.Itoa(min(period.To.Year(), s.today().Year()))
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("report.annual.open", y), Href: "/report/" + y, Icon: "report"})
	}
	if err := s.fillStatistics(c, &v, period, office); err != nil {
		return err
	}
	return c.show(http.StatusOK, views.Statistics(v))
}

func (s *Server) statisticsFilters(c *ctx, office string, a report.Asked, years []int, bad, why string) parts.Filters {
	p := c.p
	f := c.query()
	if bad != "" {
		f.wrong[bad] = errs.Msg(why)
	}
	f.values.Set("office", office)
	f.values.Set("year", a.Year)
	f.values.Set("part", a.Part)
	var offices, inYear, ofYear []parts.Option
	for _, r := range s.Guard.Places(c.by, "statistics.view") {
		name := r.Name(p.Lang())
		if !r.IsCounty() {
			name = p.T("report.office.all", name)
		}
		offices = append(offices, parts.Option{Value: r.Code, Label: name})
	}
	if y, err := strconv.Atoi(a.Year); err == nil && bad == "" && !slices.Contains(years, y) {
		years = append(years, y)
	}
	for _, y := range years {
		inYear = append(inYear, parts.Option{Value: strconv.Itoa(y), Label: p.T("report.period.year", strconv.Itoa(y))})
	}
	for _, x := range report.Parts() {
		ofYear = append(ofYear, parts.Option{Value: x, Label: p.T(report.PartKey(x))})
	}
	return parts.Filters{Action: "/statistics", Clear: "/statistics",
		Fields: f.fill(p,
			parts.Field{Name: "office", Label: p.T("report.field.office"), Type: parts.Select, Blank: "-", Options: offices},
			parts.Field{Name: "year", Label: p.T("report.field.year"), Type: parts.Select, Blank: "-", Options: inYear},
			parts.Field{Name: "part", Label: p.T("report.field.part"), Type: parts.Select, Blank: "-", Options: ofYear},
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
	for _, m := range report.Metrics() {
		if figs[m.ID], err = s.Figures.Count(c.ctx(), c.by, m.ID, report.In{Period: period, Office: office}); err != nil {
			return err
		}
		v.Meanings = append(v.Meanings, views.Meaning{Name: c.p.T(m.NameKey()), Is: c.p.T(m.MeaningKey()), Cite: c.p.T(m.CiteKey())})
	}
	when := period.Name(c.p)
	if today := s.today(); period.From <= today && today < period.To {
		when = c.p.T("report.period.sofar", when, today)
	}
	place := s.Regions.Name(office, c.p.Lang())
	v.Heading = when + " · " + place
	v.Compared = c.p.T("report.compare.span", table.Before.From, table.Before.To)
	v.Cases, v.Others = c.caseCards(table, steps, figs), c.otherCards(figs)
	v.Table = s.statisticsTable(c, table, when, place)
	v.Charts = s.charts(c, table, steps, when)
	v.Notes = []string{c.p.T("report.scope")}
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

func (c *ctx) caseCards(t *report.Table, steps []report.Step, figs map[string]report.Figure) []parts.NumberCard {
	filed := c.figureCard(report.CasesFiled, figs[report.CasesFiled])
	if t.Total.Growth.Known {
		filed.Note = c.p.T("report.compare", t.Total.Before.N) + " · " + t.Total.Growth.Signed(c.p)
	}
	for _, st := range steps {
		filed.Trend = append(filed.Trend, float64(st.Filed.N))
	}
	in, over := figs[report.CasesInTime], figs[report.CasesOverTime]
	timely := c.figureCard(report.CasesInTime, in)
	if share := report.Share(in.N, in.N+over.N); share.Known {
		timely.Note = c.p.T("report.metric.share") + " " + share.Text(c.p)
	}
	late := c.figureCard(report.CasesOverTime, over)
	if over.N > 0 {
		late.Tone = parts.Late
	}
	return []parts.NumberCard{filed, c.figureCard(report.CasesClosed, figs[report.CasesClosed]), timely, late, c.figureCard(report.CasesPending, figs[report.CasesPending])}
}

func (c *ctx) otherCards(figs map[string]report.Figure) []parts.NumberCard {
	var out []parts.NumberCard
	for _, id := range []string{report.ListingsFound, report.ListingsInfr, report.CallsConsult, report.CallsInfr, report.CasesFines, report.CasesConfis} {
		out = append(out, c.figureCard(id, figs[id]))
	}
	return out
}

// figureCell is a figure of a table: a link, or a dash.
func (c *ctx) figureCell(f report.Figure) parts.Cell {
	if f.Hidden != "" {
		return parts.NumCell("–")
	}
	return parts.Cell{Text: c.p.Count(f.N), Href: f.Href, Num: true}
}

func (s *Server) statisticsTable(c *ctx, t *report.Table, when, place string) parts.Table {
	out := parts.Table{Caption: c.p.T("report.table.caption", place, when), Columns: []parts.Column{{Label: c.p.T("report.kind")}}}
	for _, code := range t.Places {
		out.Columns = append(out.Columns, parts.Column{Label: report.PlaceName(c.p, s.Regions, code), Num: true})
	}
	for _, k := range []string{"sum", "before", "growth"} {
		out.Columns = append(out.Columns, parts.Column{Label: c.p.T("report.table." + k), Num: true})
	}
	line := func(r report.Row) []parts.Cell {
		cells := []parts.Cell{parts.TextCell(c.p.T(kindKey(r.Kind)), "")}
		for _, f := range r.Cells {
			cells = append(cells, c.figureCell(f))
		}
		return append(cells, c.figureCell(r.Sum), c.figureCell(r.Before), parts.NumCell(r.Growth.Signed(c.p)))
	}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, parts.Row{Cells: line(r)})
	}
	out.Foot = line(t.Total)
	return out
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

func (s *Server) charts(c *ctx, t *report.Table, steps []report.Step, when string) []parts.Bars {
	p := c.p
	kinds := parts.Bars{Title: p.T("report.chart.kinds"), Desc: p.T("report.chart.kinds.desc"), Head: p.T("report.kind"), HideTable: true}
	var now, before []report.Figure
	for _, r := range t.Rows {
		kinds.Cats = append(kinds.Cats, p.T(kindKey(r.Kind)))
		now, before = append(now, r.Sum), append(before, r.Before)
	}
	kinds.Series = []parts.Series{series(p, "report.chart.now", now...), series(p, "report.chart.before", before...)}

	places := parts.Bars{Title: p.T("report.chart.places"), Desc: p.T("report.chart.places.desc", when, t.Total.Sum.N), Head: p.T("report.chart.county"), HideTable: true,
		Series: []parts.Series{series(p, "report.chart.filed", t.Total.Cells...)}}
	for _, code := range t.Places {
		places.Cats = append(places.Cats, report.PlaceName(p, s.Regions, code))
	}

	months := parts.Bars{Title: p.T("report.chart.steps"), Desc: p.T("report.chart.steps.desc"), Head: p.T("report.chart.month"), Columns: true, HideTable: true}
	var filed, closed, then []report.Figure
	for _, st := range steps {
		months.Cats = append(months.Cats, st.Label)
		filed, closed, then = append(filed, st.Filed), append(closed, st.Closed), append(then, st.Before)
	}
	if len(steps) > 0 && len(steps[0].Label) == 4 {
		months.Title, months.Head = p.T("report.chart.steps.years"), p.T("report.chart.year")
	}
	months.Series = []parts.Series{series(p, "report.chart.filed", filed...), series(p, "report.chart.closed", closed...), series(p, "report.chart.before", then...)}
	return []parts.Bars{kinds, places, months}
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
	v := views.AnnualView{Page: c.page(a.Title(c.p)), Text: a.Text(c.p)}
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
	return c.show(http.StatusOK, views.Annual(v))
}

// paperCell is a figure of the report's tables.
func (c *ctx) paperCell(f report.Figure, money bool) parts.Link {
	switch {
	case f.Hidden != "":
		return parts.Link{Label: "–"}
	case money:
		return parts.Link{Label: c.p.Money(f.N), Href: f.Href}
	}
	return parts.Link{Label: c.p.Count(f.N), Href: f.Href}
}

func (s *Server) annualTables(c *ctx, a *report.Annual) []views.PaperTable {
	p := c.p
	kinds := views.PaperTable{Title: p.T("report.annual.table.kinds"), Heads: []string{p.T("report.kind"), p.T("report.chart.filed"), p.T("report.table.before"), p.T("report.table.growth")}}
	counties := views.PaperTable{Title: p.T("report.annual.table.counties"), Heads: []string{p.T("report.chart.county")}}
	rows := append(slices.Clone(a.Table.Rows), a.Table.Total)
	for _, r := range rows {
		name := p.T(kindKey(r.Kind))
		kinds.Rows = append(kinds.Rows, views.PaperRow{Name: name, Cells: []parts.Link{c.paperCell(r.Sum, false), c.paperCell(r.Before, false), {Label: r.Growth.Signed(p)}}})
		counties.Heads = append(counties.Heads, name)
	}
	for i, code := range a.Table.Places {
		row := views.PaperRow{Name: report.PlaceName(p, s.Regions, code)}
		for _, r := range rows {
			row.Cells = append(row.Cells, c.paperCell(r.Cells[i], false))
		}
		counties.Rows = append(counties.Rows, row)
	}
	sum := views.PaperRow{Name: p.T("report.kind.total")}
	for _, r := range rows {
		sum.Cells = append(sum.Cells, c.paperCell(r.Sum, false))
	}
	counties.Rows = append(counties.Rows, sum)

	months := views.PaperTable{Title: p.T("report.annual.table.months"), Heads: []string{p.T("report.chart.month"), p.T("report.chart.filed"), p.T("report.chart.closed")}}
	for _, m := range a.Months {
		if day, err := calendar.ParseDay(m.Month + "-01"); err == nil && day <= a.Until {
			months.Rows = append(months.Rows, views.PaperRow{Name: m.Month, Cells: []parts.Link{c.paperCell(m.Filed, false), c.paperCell(m.Closed, false)}})
		}
	}
	months.Rows = append(months.Rows, views.PaperRow{Name: p.T("report.kind.total"), Cells: []parts.Link{c.paperCell(a.Cases.Total, false), c.paperCell(a.Closing.Closed, false)}})

	closing := views.PaperTable{Title: p.T("report.annual.table.closing"), Heads: []string{p.T("report.meaning.metric"), p.T("report.annual.figure")}}
	for _, x := range []struct {
		id    string
		f     report.Figure
		money bool
	}{
		{report.CasesClosed, a.Closing.Closed, false}, {report.CasesInTime, a.Closing.InTime, false}, {report.CasesOverTime, a.Closing.OverTime, false},
		{report.CasesPending, a.Closing.PendingAtEnd, false}, {report.CasesFines, a.Money.Fines, true}, {report.CasesConfis, a.Money.Confiscated, true},
	} {
		unit := p.T("report.annual.pieces")
		if x.money {
			unit = p.T("report.unit.report.n.yuan")
		}
		closing.Rows = append(closing.Rows, views.PaperRow{Name: p.T("report.annual.unit", p.T("report.metric."+x.id), unit), Cells: []parts.Link{c.paperCell(x.f, x.money)}})
	}
	return []views.PaperTable{kinds, counties, months, closing}
}
