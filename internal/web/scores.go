package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"huzhi/internal/errs"
	"huzhi/internal/report"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// shownYears is how many years the points and ranks are followed over.
const shownYears = 5

// meaning is the page "what each figure means": every metric with its definition, what it rests on, and its figure of this year.
func (s *Server) meaning(c *ctx) error {
	p := c.p
	v := views.RoomView{Page: c.page(p.T("report.meaning.title"))}
	v.Page.Lead, v.Page.Crumbs = p.T("report.meaning.lead"), c.crumb("statistics", "/statistics")
	t := parts.Table{Caption: p.T("report.meaning.title"), Columns: []parts.Column{{Label: p.T("report.meaning.metric")}, {Label: p.T("report.meaning.is")}, {Label: p.T("report.meaning.cite")},
		{Label: p.T("report.meaning.list")}, {Label: p.T("report.meaning.now"), Num: true}}}
	for _, m := range report.Metrics() {
		fig, err := s.Figures.Count(c.ctx(), c.by, m.ID, report.In{Period: report.Year(s.today().Year())})
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T(m.NameKey()), m.ID), parts.TextCell(p.T(m.MeaningKey()), ""), parts.TextCell(p.T(m.CiteKey()), ""),
			parts.TextCell(p.T("report.meaning.of."+m.Of()), ""), {Text: c.figureText(m, fig), Num: true, Href: fig.Href}}})
	}
	v.Sections = []views.RoomSection{{ID: "meanings", Title: p.T("report.meaning"), Table: &t}}
	return c.show(http.StatusOK, views.Room(v))
}

// figureText is a figure with its unit.
func (c *ctx) figureText(m report.Metric, f report.Figure) string {
	switch {
	case f.Hidden != "":
		return "–"
	case m.Unit == report.Yuan:
		return c.p.Money(f.N) + " " + c.p.T("report.unit."+m.Unit)
	case m.Unit == report.Rate:
		return report.Percent{Known: true, Hundredths: f.N}.Text(c.p)
	case m.Unit == report.Days:
		return c.p.Count(f.N/10) + "." + strconv.FormatInt(f.N%10, 10) + " " + c.p.T("report.unit."+m.Unit)
	}
	return c.p.Count(f.N)
}

// scorecard shows a year's assessment: the ranking, the points of every indicator with the matters behind them, what would be if, and the years before.
func (s *Server) scorecard(c *ctx) error {
	p := c.p
	var years, items []parts.Option
	names := []string{}
	for y := s.today().Year(); y >= s.Figures.FirstScored(); y-- {
		names = append(names, strconv.Itoa(y))
		years = append(years, parts.Option{Value: strconv.Itoa(y), Label: p.T("report.period.year", strconv.Itoa(y))})
	}
	if len(names) == 0 { // no table has begun
		return errs.New(errs.NotFound, "score.bad.year")
	}
	q := c.ask(asked{})
	if q.raw("year") == "" {
		q.values.Set("year", names[0])
	}
	year, err := strconv.Atoi(q.raw("year"))
	if err != nil {
		return errs.New(errs.NotFound, "score.bad.year")
	}
	within := s.within(c, q)
	card, err := s.Figures.Scorecard(c.ctx(), c.by, year, within)
	if err != nil {
		return err
	}
	v := views.RoomView{Page: c.page(p.T("score.title", strconv.Itoa(year)))}
	v.Page.Lead, v.Page.Crumbs = p.T("score.lead"), c.crumb("statistics", "/statistics")
	file := report.Year(year).Values()
	file.Set("office", within)
	v.Page.Actions = parts.Button(parts.Action{Label: p.T("score.xlsx"), Href: address("/statistics/scorecard.xlsx", file), Icon: "download"})
	var counties []parts.Option
	for _, r := range card.Regions {
		counties = append(counties, parts.Option{Value: r.Code, Label: s.Regions.Name(r.Code, p.Lang())})
	}
	for _, i := range card.Table.Items {
		items = append(items, parts.Option{Value: i.ID, Label: p.T("score.item." + i.ID)})
	}
	v.Filters = &parts.Filters{Action: "/statistics/scorecard", Clear: "/statistics/scorecard",
		Fields: q.fill(p, parts.Field{Name: "year", Label: p.T("score.year"), Type: parts.Select, Options: years},
			parts.Field{Name: "office", Label: p.T("report.field.office"), Type: parts.Select, Options: c.offices("statistics.view")}),
		More: q.fill(p, parts.Field{Name: "county", Label: p.T("score.county"), Type: parts.Select, Blank: "-", Options: counties},
			parts.Field{Name: "item", Label: p.T("score.item"), Type: parts.Select, Blank: "-", Options: items},
			parts.Field{Name: "more", Label: p.T("score.more"), Type: parts.Text, Max: 3})}
	ranking := s.rankingTable(c, card)
	what := views.RoomSection{ID: "whatif", Title: p.T("score.whatif"), Text: p.T("score.whatif.ask")}
	if text := s.whatIf(c, card, q); text != "" {
		what.Text = text
	}
	over, err := s.scoreYears(c, card, within)
	if err != nil {
		return err
	}
	v.Sections = []views.RoomSection{{ID: "ranking", Title: p.T("score.ranking"), Lead: card.Table.Source[p.T("score.source.lang")], Table: &ranking}, what,
		{ID: "years", Title: p.T("score.years"), Table: &over}}
	if err := s.standings(c, &v, blank(map[string]string{"office": c.homeFor("standing.note"), "year": strconv.Itoa(year)})); err != nil {
		return err
	}
	return c.show(http.StatusOK, views.Room(v))
}

// within is the office that is asked for, or the first that the person holds.
func (s *Server) within(c *ctx, q *form) string {
	office := q.raw("office")
	if held := s.Guard.Jurisdictions(c.by, "statistics.view"); office == "" && len(held) > 0 {
		office = held[0]
	}
	q.values.Set("office", office)
	return office
}

// rankingTable has an indicator a line and a county a column: points, and the matters behind them.
func (s *Server) rankingTable(c *ctx, card *report.Scorecard) parts.Table {
	p := c.p
	t := parts.Table{Caption: p.T("score.ranking"), Compact: true, Columns: []parts.Column{{Label: p.T("score.indicator")}, {Label: p.T("score.weight")}}}
	sum := parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("report.table.sum"), ""), {}}}
	for _, r := range card.Regions {
		t.Columns = append(t.Columns, parts.Column{Label: s.Regions.Name(r.Code, p.Lang()), Num: true})
		sum.Cells = append(sum.Cells, parts.Cell{Text: p.T("score.points.of", r.Points.Text(), strconv.Itoa(r.Rank)), Num: true})
	}
	t.Rows = append(t.Rows, sum)
	for n, i := range card.Table.Items {
		row := parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("score.item."+i.ID), ""), parts.TextCell(p.T("score.weight."+i.Rule, i.Points.Text()), "")}}
		for _, r := range card.Regions {
			x := r.Items[n]
			cell := parts.Cell{Text: x.Points.Text(), Num: true}
			if x.Matters+x.Before > 0 {
				cell.Href, cell.Sub = address("/statistics/scorecard/"+i.ID, url.Values{"year": {strconv.Itoa(card.Year)}, "county": {r.Code}}), p.N("report.n.cases", int(x.Matters))
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// whatIf is what would be, in words; "" where nothing is asked.
func (s *Server) whatIf(c *ctx, card *report.Scorecard, q *form) string {
	code, item := q.raw("county"), q.raw("item")
	more, err := strconv.ParseInt(q.raw("more"), 10, 64)
	at := func(s *report.Scorecard) int {
		return slices.IndexFunc(s.Regions, func(r report.RegionScore) bool { return r.Code == code })
	}
	if err != nil || more < -999 || at(card) < 0 || !slices.ContainsFunc(card.Table.Items, func(i report.Indicator) bool { return i.ID == item }) {
		return ""
	}
	then := card.WhatIf(code, item, more)
	a, b := card.Regions[at(card)], then.Regions[at(then)]
	return c.p.T("score.whatif.lead", s.Regions.Name(code, c.p.Lang()), c.p.T("score.item."+item), strconv.FormatInt(more, 10), a.Points.Text(), b.Points.Text(), strconv.Itoa(a.Rank), strconv.Itoa(b.Rank))
}

// scoreYears are points and ranks of this year and those before.
func (s *Server) scoreYears(c *ctx, card *report.Scorecard, within string) (parts.Table, error) {
	t := parts.Table{Caption: c.p.T("score.years"), Compact: true, Columns: []parts.Column{{Label: c.p.T("score.county")}}}
	for _, r := range card.Regions {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(s.Regions.Name(r.Code, c.p.Lang()), "")}})
	}
	for y := card.Year - shownYears + 1; y <= card.Year; y++ {
		of, err := s.Figures.Scorecard(c.ctx(), c.by, y, within)
		if errs.CodeOf(err) == errs.NotFound { // before the first table
			continue
		}
		if err != nil {
			return t, err
		}
		t.Columns = append(t.Columns, parts.Column{Label: strconv.Itoa(y), Num: true})
		for i, r := range card.Regions {
			at := slices.IndexFunc(of.Regions, func(x report.RegionScore) bool { return x.Code == r.Code })
			x := of.Regions[at]
			t.Rows[i].Cells = append(t.Rows[i].Cells, parts.Cell{Text: c.p.T("score.points.of", x.Points.Text(), strconv.Itoa(x.Rank)), Num: true})
		}
	}
	return t, nil
}

// scoreFile is the proof file: the points, and the matters behind each.
func (s *Server) scoreFile(c *ctx) error {
	q := c.ask(asked{})
	year, err := strconv.Atoi(q.raw("year"))
	if err != nil {
		return errs.New(errs.NotFound, "score.bad.year")
	}
	card, err := s.Figures.Scorecard(c.ctx(), c.by, year, s.within(c, q))
	if err != nil {
		return err
	}
	file, err := s.Figures.ScoreBook(c.ctx(), c.by, c.p, card)
	if err != nil {
		return err
	}
	if err := s.tell(c, "statistics.export", s.Users.Home(c.by), "scorecard:"+strconv.Itoa(year), map[string]any{}); err != nil {
		return err
	}
	return c.blob(c.p.T("score.file", strconv.Itoa(year))+".xlsx", workbook, file)
}

// standings adds how the offices stood in other people's assessments, with the form that notes one.
func (s *Server) standings(c *ctx, v *views.RoomView, f *form) error {
	rows, err := s.Figures.Standings(c.ctx(), c.by)
	if err != nil {
		return err
	}
	p := c.p
	t := parts.Table{Caption: p.T("standing.title"), Columns: []parts.Column{{Label: p.T("score.year"), Slim: true}, {Label: p.T("standing.name")}, {Label: p.T("score.rank")}, {Label: p.T("standing.source")}},
		Empty: &parts.EmptyState{Icon: "report", Title: p.T("standing.none")}}
	var open []parts.Option
	for _, x := range rows {
		rank := p.T("standing.rank.of", strconv.FormatInt(x.Rank, 10), strconv.FormatInt(x.Of, 10))
		if x.Of == 0 {
			rank = strconv.FormatInt(x.Rank, 10)
		}
		if x.Rank == 0 {
			rank = x.Grade
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(strconv.Itoa(x.Year), ""), parts.TextCell(x.Name, c.place(x.Jurisdiction)), parts.TextCell(rank, x.Grade), parts.TextCell(x.Source, x.MadeName+" "+p.Time(x.MadeAt))}})
		if c.can("standing.note", x.Jurisdiction) {
			open = append(open, parts.Option{Value: x.ID, Label: strconv.Itoa(x.Year) + " " + x.Name})
		}
	}
	section := views.RoomSection{ID: "standings", Title: p.T("standing.title"), Lead: p.T("standing.lead"), Table: &t}
	if s.Guard.CanAnywhere(c.by, "standing.note") {
		a := views.ActForm{ID: "standing", Icon: "plus", Title: p.T("standing.note"), Fold: true, Form: parts.Form{Action: "/statistics/standings", Submit: p.T("standing.note"), Hidden: []parts.Hidden{c.newID(f, "id")}}}
		a.Fields = numbered("standing", f.fill(p, parts.Field{Name: "office", Label: p.T("report.field.office"), Type: parts.Select, Required: true, Options: c.offices("standing.note"), Half: true},
			parts.Field{Name: "year", Label: p.T("score.year"), Type: parts.Number, Required: true, Half: true}, parts.Field{Name: "name", Label: p.T("standing.name"), Required: true, Max: 200},
			parts.Field{Name: "rank", Label: p.T("score.rank"), Type: parts.Number, Min: "0", Half: true}, parts.Field{Name: "of", Label: p.T("standing.of"), Type: parts.Number, Min: "0", Half: true},
			parts.Field{Name: "grade", Label: p.T("standing.grade"), Max: 50}, parts.Field{Name: "source", Label: p.T("standing.source"), Hint: p.T("standing.source.hint"), Type: parts.LongText, Rows: 2, Required: true, Max: 500}))
		a.Error = f.general(p, a.Fields...)
		section.Forms = append(section.Forms, a)
	}
	if len(open) > 0 {
		b := views.ActForm{ID: "standing-remove", Icon: "x", Title: p.T("standing.remove"), Fold: true, Form: parts.Form{Action: "/statistics/standings/remove", Submit: p.T("standing.remove"), Look: "danger"}}
		b.Fields = numbered("standing-remove", f.fill(p, parts.Field{Name: "standing", Label: p.T("standing.name"), Type: parts.Select, Required: true, Options: open}))
		section.Forms = append(section.Forms, b)
	}
	v.Sections = append(v.Sections, section)
	return nil
}

// standingAdd notes a standing.
func (s *Server) standingAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	x := report.Standing{ID: f.id(), Jurisdiction: f.text("office"), Year: int(f.number("year")), Name: f.text("name"), Rank: f.number("rank"), Of: f.number("of"), Grade: f.text("grade"), Source: f.text("source")}
	if err = f.err(); err == nil {
		err = s.Figures.AddStanding(c.ctx(), c.by, x)
	}
	if code, again := c.again(f, err); again {
		v := views.RoomView{Page: c.page(c.p.T("standing.title"))}
		v.Page.Crumbs, v.Page.Invalid = c.crumb("statistics", "/statistics"), true
		if err := s.standings(c, &v, f); err != nil {
			return err
		}
		return c.show(code, views.Room(v))
	}
	if err != nil {
		return err
	}
	return c.done(report.StandingsPath, "flash.standing.note")
}

// standingRemove takes a standing back.
func (s *Server) standingRemove(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	if err := s.Figures.RemoveStanding(c.ctx(), c.by, f.text("standing")); err != nil {
		return err
	}
	return c.done(report.StandingsPath, "flash.standing.remove")
}

// scoreItem is the page of the points of a county for an indicator: all the matters behind them, and of growth and shares what they are compared with.
func (s *Server) scoreItem(c *ctx) error {
	f, p := c.ask(asked{}), c.p
	year, err := strconv.Atoi(f.raw("year"))
	if err != nil {
		return errs.New(errs.NotFound, "score.bad.year")
	}
	county := f.raw("county")
	card, err := s.Figures.Scorecard(c.ctx(), c.by, year, county)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(card.Table.Items, func(i report.Indicator) bool { return i.ID == c.Param("item") })
	if at < 0 || len(card.Regions) != 1 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	x := card.Regions[0].Items[at]
	proofs, err := s.Figures.Proofs(c.ctx(), c.by, year, county)
	if err != nil {
		return err
	}
	v := views.RoomView{Page: c.page(p.T("score.item." + x.ID))}
	v.Page.Crumbs = append(c.crumb("statistics", "/statistics"), layout.Crumb{Label: p.T("score.title", strconv.Itoa(year)), Href: "/statistics/scorecard?year=" + strconv.Itoa(year)})
	v.Page.Lead = p.T("score.item.of", c.place(county), x.Points.Text(), strconv.FormatInt(x.Matters, 10))
	t := parts.Table{Caption: p.T("score.matters"), Columns: []parts.Column{{Label: p.T("score.number")}, {Label: p.T("score.filed"), Slim: true}, {Label: p.T("score.closed"), Slim: true}}, Empty: &parts.EmptyState{Icon: "list", Title: p.T("frozen.part.none")}}
	for _, m := range proofs {
		if m.Item == x.ID {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(m.Number, "/cases/"+m.ID, m.Title), parts.TextCell(m.FiledOn, ""), parts.TextCell(m.ClosedOn, "")}})
		}
	}
	v.Sections = []views.RoomSection{{ID: "matters", Title: p.T("score.matters"), Table: &t}}
	return c.show(http.StatusOK, views.Room(v))
}
