package web

import (
	"net/url"
	"slices"
	"strconv"

	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/papers"
	"huzhi/internal/report"
	"huzhi/views"
	"huzhi/views/parts"
)

// The colours of what is drawn: red is late, amber due soon, grey is over or stands still, green is done.
const (
	inkNow, inkSoon, inkDone, inkLate, inkStill = 1, 2, 3, 4, 5
	inkBefore                                   = inkStill
)

// fillBoard counts a dashboard.
func (s *Server) fillBoard(c *ctx, a boardAsked, v *views.DashboardView) error {
	p := c.p
	where := p.T("dash.mine", c.by.Name)
	if a.board != boardMine {
		where = s.Regions.Name(a.in.Office, p.Lang())
		v.Trail = []parts.Link{{Label: where, Href: address("/dashboard", a.values(), "place", "")}}
		if a.in.At != "" {
			v.Trail = append(v.Trail, parts.Link{Label: report.PlaceName(p, s.Regions, a.in.At)})
			where = p.T("dash.where", where, report.PlaceName(p, s.Regions, a.in.At))
		}
	}
	when := a.in.Period.Name(p)
	if today := s.today(); a.in.Period.From <= today && today < a.in.Period.To {
		when = p.T("report.period.sofar", when, today)
	}
	v.Heading, v.Compared, v.Scope = when+" · "+where, p.T("dash.compared", a.before.Name(p)), p.T("report.scope")
	fill := map[string]func(*ctx, boardAsked, *views.DashboardView) error{boardOffice: s.fillOffice, boardMine: s.fillMine, boardLine: s.fillLine}[a.board]
	return fill(c, a, v)
}

// fillOffice is the dashboard of an office, or of a county below it.
func (s *Server) fillOffice(c *ctx, a boardAsked, v *views.DashboardView) error {
	if err := s.stateOf(c, a, v, report.CasesFiled, report.CasesClosed, report.CasesPending, report.CasesTimely, report.CasesInTime, report.CasesOverTime); err != nil {
		return err
	}
	for _, add := range []func(*ctx, boardAsked, *views.DashboardView) error{s.handsPart, s.timelyPart, s.waitingPart, s.monthsPart, s.countiesPart, s.countyMonthsPart, s.officersPart, s.lineMonthsPart} {
		if err := add(c, a, v); err != nil {
			return err
		}
	}
	return nil
}

// fillMine is the dashboard of a person's own cases.
func (s *Server) fillMine(c *ctx, a boardAsked, v *views.DashboardView) error {
	if err := s.stateOf(c, a, v, report.CasesFiled, report.CasesClosed, report.CasesTimely, report.CasesInTime, report.CasesOverTime); err != nil {
		return err
	}
	if err := s.handsPart(c, a, v); err != nil {
		return err
	}
	return s.monthsPart(c, a, v)
}

// fillLine is the dashboard of the hotline.
func (s *Server) fillLine(c *ctx, a boardAsked, v *views.DashboardView) error {
	if err := s.stateOf(c, a, v, report.CallsAll, report.CallsConsult, report.CallsReports, report.CallsComplaint, report.CallsFirst, report.CallsHanded, report.CallsReferred, report.CallsFed); err != nil {
		return err
	}
	if err := s.lineMonthsPart(c, a, v); err != nil {
		return err
	}
	ways, err := a.figures.Cross(c.ctx(), c.by, report.CallsAll, a.in, a.before, report.ByWay, report.ByCall)
	if err != nil {
		return err
	}
	v.Parts = append(v.Parts, s.crossPart(c, a, "ways", "bars", ways, true))
	return nil
}

// stateOf is how the period stands beside the other: the cards, and the same as a table.
func (s *Server) stateOf(c *ctx, a boardAsked, v *views.DashboardView, ids ...string) error {
	p := c.p
	pairs, err := a.figures.Pairs(c.ctx(), c.by, a.in, a.before, ids...)
	if err != nil {
		return err
	}
	d := views.DashPart{ID: "state", Title: p.T("dash.state"), Half: true, Heads: []string{p.T("report.meaning.metric"), p.T("dash.now"), p.T("dash.before"), p.T("dash.growth")}, Means: c.meanings(ids...)}
	for _, x := range pairs {
		now, before := c.cell(x.ID, x.Now), c.cell(x.ID, x.Before)
		name := p.T("report.metric." + x.ID)
		d.Rows = append(d.Rows, views.DashRow{Name: name, Cells: []views.DashCell{now, before, c.percent(x.Growth)}})
		if len(v.Cards) == 6 {
			continue
		}
		card := parts.NumberCard{Label: name, Value: now.Text, Href: now.Href, Note: p.T("dash.card", before.Text)}
		if x.Growth.Known {
			card.Note = p.T("dash.card.growth", before.Text, x.Growth.Signed(p))
		}
		if x.ID == report.CasesOverTime && x.Now.N > 0 {
			card.Tone = parts.Late
		}
		v.Cards = append(v.Cards, card)
	}
	v.Parts = append(v.Parts, d)
	return nil
}

// cell is a figure of a metric.
func (c *ctx) cell(id string, f report.Figure) views.DashCell {
	switch {
	case f.Hidden != "" || f.Href == "":
		return views.DashCell{Text: "–"}
	case id == report.CasesTimely || id == report.CasesRate:
		return views.DashCell{Text: report.Percent{Known: true, Hundredths: f.N}.Text(c.p), Href: f.Href, Value: float64(f.N) / 100}
	}
	return views.DashCell{Text: c.p.Count(f.N), Href: f.Href, Value: f.N}
}

func (c *ctx) cells(figs ...report.Figure) []views.DashCell {
	var out []views.DashCell
	for _, f := range figs {
		out = append(out, c.cell("", f))
	}
	return out
}

func (c *ctx) percent(x report.Percent) views.DashCell {
	d := views.DashCell{Text: x.Signed(c.p)}
	if x.Known {
		d.Value = float64(x.Hundredths) / 100
	}
	return d
}

// meanings say what metrics are.
func (c *ctx) meanings(ids ...string) []views.Meaning {
	var out []views.Meaning
	for _, m := range report.Metrics() {
		if slices.Contains(ids, m.ID) {
			out = append(out, views.Meaning{Name: c.p.T(m.NameKey()), Is: c.p.T(m.MeaningKey()), Cite: c.p.T(m.CiteKey())})
		}
	}
	return out
}

// handsPart is what is in hand now: by the county of the act, and of a person's own cases in one line.
func (s *Server) handsPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	hands, err := a.figures.Hands(c.ctx(), c.by, a.in)
	if err != nil {
		return err
	}
	d := views.DashPart{ID: "hand", Title: c.p.T("dash.hand"), Lead: c.p.T("dash.hand.lead", s.today()), Half: true, Heads: []string{c.p.T("report.chart.county")}, Means: c.meanings(report.InHand()...),
		Chart: "bars", Series: []int{1, 2, 3}, Inks: []int{inkLate, inkSoon, inkStill}}
	for _, id := range report.InHand() {
		d.Heads = append(d.Heads, c.p.T("report.metric."+id))
	}
	for _, h := range hands {
		if a.board == boardMine && h.Place != "" && h.Figures[0].N == 0 {
			continue
		}
		d.Rows = append(d.Rows, views.DashRow{Name: s.keyName(c, a, report.ByPlace, report.Key{ID: h.Place}), Sum: h.Place == "", Href: a.drill(report.ByPlace, h.Place), Cells: c.cells(h.Figures...)})
	}
	v.Parts = append(v.Parts, d)
	return nil
}

// drill is the same dashboard of one county.
func (a boardAsked) drill(d report.Dim, key string) string {
	if a.board != boardOffice || d != report.ByPlace || key == "" || key == a.in.At {
		return ""
	}
	return address("/dashboard", a.values(), "place", key)
}

// keyName is the name of a line or column.
func (s *Server) keyName(c *ctx, a boardAsked, d report.Dim, k report.Key) string {
	p := c.p
	if k.ID == "" {
		return p.T("report.table.sum")
	}
	switch d {
	case report.ByKind:
		return p.T(kindKey(k.ID))
	case report.ByPlace:
		return report.PlaceName(p, s.Regions, k.ID)
	case report.ByCall:
		return p.T("call.kind." + k.ID)
	case report.ByWay:
		if ways, err := s.channels(c); err == nil {
			return ways.name(k.ID)
		}
		return k.ID
	}
	if len(k.ID) > 4 && a.in.Period.From.Year() == a.in.Period.To.Year() {
		return p.T("report.mon." + strconv.Itoa(int(k.Period.From.Month())))
	}
	return k.ID
}

// crossPart is a table of two dimensions with its sums, and its chart: of the sums beside those they are compared with, or of the columns.
func (s *Server) crossPart(c *ctx, a boardAsked, id, chart string, x *report.Cross, sums bool) views.DashPart {
	p := c.p
	d := views.DashPart{ID: id, Title: p.T("dash." + id), Chart: chart, Heads: []string{p.T("dash.by." + string(x.Rows))}, Means: c.meanings(x.Metric), Empty: p.T("dash.none")}
	for i, h := range x.Heads {
		d.Heads = append(d.Heads, s.keyName(c, a, x.Cols, h))
		if !sums {
			d.Series = append(d.Series, i)
		}
	}
	if sums {
		d.Series, d.Inks = []int{len(x.Heads), len(x.Heads) + 1}, []int{inkNow, inkBefore}
	}
	d.Heads = append(d.Heads, p.T("dash.now"), p.T("dash.before"), p.T("dash.growth"))
	for i, l := range append(slices.Clone(x.Lines), x.Total) {
		if l.Key.Period.From > s.today() { // a month to come
			l.Cells, l.Sum, l.Growth = make([]report.Figure, len(l.Cells)), report.Figure{}, report.Percent{}
		}
		d.Rows = append(d.Rows, views.DashRow{Name: s.keyName(c, a, x.Rows, l.Key), Href: a.drill(x.Rows, l.Key.ID), Sum: i == len(x.Lines),
			Cells: append(c.cells(append(slices.Clone(l.Cells), l.Sum, l.Before)...), c.percent(l.Growth))})
	}
	return d
}

// monthsPart is filed and closed by month, each kind for itself.
func (s *Server) monthsPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	filed, err := a.figures.Cross(c.ctx(), c.by, report.CasesFiled, a.in, a.before, report.ByMonth, report.ByKind)
	if err != nil {
		return err
	}
	closed, err := a.figures.Cross(c.ctx(), c.by, report.CasesClosed, a.in, a.before, report.ByMonth, report.ByKind)
	if err != nil {
		return err
	}
	d := s.crossPart(c, a, "months", "columns", filed, true)
	n := len(filed.Heads)
	d.Heads[n+1], d.Heads[n+2] = c.p.T("dash.filed"), c.p.T("dash.filed.before")
	d.Heads = append(d.Heads, c.p.T("report.metric."+report.CasesClosed))
	for i, l := range append(slices.Clone(closed.Lines), closed.Total) {
		if l.Key.Period.From > c.s.today() {
			l.Sum = report.Figure{}
		}
		d.Rows[i].Cells = append(d.Rows[i].Cells, c.cell("", l.Sum))
	}
	d.Series, d.Inks, d.Means = []int{n, n + 1, n + 3}, []int{inkNow, inkBefore, inkDone}, c.meanings(report.CasesFiled, report.CasesClosed)
	v.Parts = append(v.Parts, d)
	return nil
}

// timelyPart is how many of the closed cases were closed in time, by kind.
func (s *Server) timelyPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	p := c.p
	rows, err := a.figures.TimelyByKind(c.ctx(), c.by, a.in, a.before)
	if err != nil {
		return err
	}
	d := views.DashPart{ID: "timely", Title: p.T("dash.timely"), Half: true, Means: c.meanings(report.CasesClosed, report.CasesInTime, report.CasesOverTime, report.CasesTimely),
		Heads: []string{p.T("report.kind"), p.T("report.metric." + report.CasesInTime), p.T("report.metric." + report.CasesOverTime), p.T("report.metric." + report.CasesTimely), p.T("dash.before")}}
	for _, r := range rows {
		d.Rows = append(d.Rows, views.DashRow{Name: p.T(kindKey(r.Kind)), Sum: r.Kind == "", Cells: []views.DashCell{c.cell("", r.InTime), c.cell("", r.OverTime), c.rateCell(r.Rate), c.rateCell(r.Before)}})
	}
	v.Parts = append(v.Parts, d)
	return nil
}

// rateCell is a share and the list of what it is a share of; a dash where there is nothing to share.
func (c *ctx) rateCell(r report.Rated) views.DashCell {
	d := views.DashCell{Text: r.Share.Text(c.p), Href: r.Of.Href}
	if r.Share.Known {
		d.Value = float64(r.Share.Hundredths) / 100
	}
	return d
}

// countiesPart is what was filed by the county of the act: as a map of tiles and as a table.
func (s *Server) countiesPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	x, err := a.figures.Cross(c.ctx(), c.by, report.CasesFiled, a.in, a.before, report.ByPlace, report.ByKind)
	if err != nil {
		return err
	}
	d := s.crossPart(c, a, "counties", "bars", x, true)
	if len(x.Lines) > 1 {
		d.Tiles = s.tiles(c, a, d.Title, x)
	}
	v.Parts = append(v.Parts, d)
	return nil
}

// tiles are the counties of a table as a schematic map; each leads to its own dashboard.
func (s *Server) tiles(c *ctx, a boardAsked, title string, x *report.Cross) *parts.TileMap {
	t := &parts.TileMap{Title: title, Less: c.p.T("desk.less"), More: c.p.T("desk.more.tiles")}
	most := int64(1)
	for _, l := range x.Lines {
		most = max(most, l.Sum.N)
	}
	for _, l := range x.Lines {
		t.Tiles = append(t.Tiles, parts.Tile{Label: s.keyName(c, a, report.ByPlace, l.Key), Value: c.p.Count(l.Sum.N), Share: float64(l.Sum.N) / float64(most), Href: a.drill(report.ByPlace, l.Key.ID), Note: l.Growth.Signed(c.p)})
	}
	return t
}

// countyMonthsPart is what was filed by county and month.
func (s *Server) countyMonthsPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	x, err := a.figures.Cross(c.ctx(), c.by, report.CasesFiled, a.in, a.before, report.ByPlace, report.ByMonth)
	if err != nil {
		return err
	}
	v.Parts = append(v.Parts, s.crossPart(c, a, "county_months", "", x, false))
	return nil
}

// officersPart is the workload of each officer, for who names them.
func (s *Server) officersPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	p := c.p
	if !s.Guard.CanAnywhere(c.by, "case.assign") {
		return nil
	}
	loads, err := a.figures.Workload(c.ctx(), c.by, a.in, a.before)
	if err != nil {
		return err
	}
	d := views.DashPart{ID: "officers", Title: p.T("dash.officers"), Lead: p.T("dash.officers.lead"), Heads: []string{p.T("dash.officer")}, Means: c.meanings(append(report.InHand(), report.CasesClosed)...),
		Chart: "bars", Series: []int{0, 1, 3}, Inks: []int{inkNow, inkLate, inkStill}, Empty: p.T("dash.none")}
	for _, id := range append(report.InHand(), report.CasesClosed) {
		d.Heads = append(d.Heads, p.T("report.metric."+id))
	}
	d.Heads = append(d.Heads, p.T("dash.before"), p.T("dash.growth"))
	for _, l := range loads {
		d.Rows = append(d.Rows, views.DashRow{Name: l.Name, Cells: append(c.cells(append(slices.Clone(l.InHand), l.Closed, l.Before)...), c.percent(l.Growth))})
	}
	v.Parts = append(v.Parts, d)
	return nil
}

// waitingPart is what waits for an approval, each with its list.
func (s *Server) waitingPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	p := c.p
	if !s.Guard.CanAnywhere(c.by, "case.approve") {
		return nil
	}
	d := views.DashPart{ID: "waiting", Title: p.T("dash.waiting"), Lead: p.T("dash.waiting.lead"), Half: true, Heads: []string{p.T("dash.waiting.what"), p.T("dash.waiting.n")}}
	add := func(key string, n int64, path string, values url.Values) {
		d.Rows = append(d.Rows, views.DashRow{Name: p.T("dash.waiting." + key), Cells: []views.DashCell{{Text: p.Count(n), Href: address(path, values), Value: n}}})
	}
	for _, x := range []struct {
		key string
		f   casework.Filter
	}{{"step", casework.Filter{Awaits: "case.approve", Office: a.in.Office, Place: a.in.At}}, {"asked", casework.Filter{State: "open", Asked: true, Office: a.in.Office, Place: a.in.At}}} {
		n, err := s.Docket.Count(c.ctx(), c.by, x.f)
		if err != nil {
			return err
		}
		add(x.key, n, "/cases", x.f.Values())
	}
	if a.in.At == "" {
		leads := lead.Filter{State: lead.Verified, Office: a.in.Office}
		n, err := s.Leads.Count(c.ctx(), c.by, leads)
		if err != nil {
			return err
		}
		add("leads", n, "/leads", leads.Values())
		drafts, err := s.Papers.List(c.ctx(), c.by, papers.StateSubmitted, false, 200)
		if err != nil {
			return err
		}
		add("papers", int64(len(drafts)), "/papers", nil)
		asked, err := s.Vault.ToDecide(c.ctx(), c.by)
		if err != nil {
			return err
		}
		add("disclosures", asked, "/disclosures", url.Values{"state": {"asked"}})
	}
	v.Parts = append(v.Parts, d)
	return nil
}

// lineMonthsPart is the hotline's calls by month and kind.
func (s *Server) lineMonthsPart(c *ctx, a boardAsked, v *views.DashboardView) error {
	if a.in.At != "" || !s.Guard.CanAnywhere(c.by, "call.view") {
		return nil
	}
	x, err := a.figures.Cross(c.ctx(), c.by, report.CallsAll, a.in, a.before, report.ByMonth, report.ByCall)
	if err != nil {
		return err
	}
	v.Parts = append(v.Parts, s.crossPart(c, a, "calls", "lines", x, true))
	return nil
}
