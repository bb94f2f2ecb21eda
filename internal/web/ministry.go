package web

import (
	"fmt"
	"net/http"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/report"
	"huzhi/views"
	"huzhi/views/parts"
)

// ministry is the page of the tables that the ministry asks for: by kind, by the form of closing, and by kind, county and month.
func (s *Server) ministry(c *ctx) error {
	f, p := c.ask(asked{}), c.p
	office := s.within(c, f)
	period, asked, bad, why := report.ParsePeriod(f.values, s.today())
	if bad != "" {
		return errs.New(errs.NotFound, why)
	}
	years, err := s.Figures.Years(c.ctx(), c.by)
	if err != nil {
		return err
	}
	m, err := s.Figures.Ministry(c.ctx(), c.by, period, office)
	if err != nil {
		return err
	}
	v := views.RoomView{Page: c.page(p.T("report.ministry"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("statistics", "/statistics"), p.T("report.statutory.of", c.place(office), period.Name(p))
	filters := s.statisticsFilters(c, f, office, asked, years)
	filters.Action, filters.Clear = "/statistics/tables", "/statistics/tables"
	v.Filters = &filters
	v.Page.Actions = parts.Button(parts.Action{Label: p.T("report.statutory.xlsx"), Href: address("/statistics/table.xlsx", period.Values(), "office", office), Icon: "download"})
	h, err := audit.ReadHead(c.ctx(), s.DB) // printed with the tables: whoever keeps them holds the log to it
	if err != nil {
		return err
	}
	v.Page.Lead += p.T("error.join") + p.T("audit.head", h.String())
	check := p.T("report.statutory.check")
	if off := m.Total.Off(); off != 0 && period.To <= s.today() {
		check = p.T("report.statutory.off", p.Count(off))
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "statutory", Title: p.T("report.statutory"), Lead: check, Table: plainTable(c.statutoryTable(m.Statutory))})
	kind := func(k string) string { return p.T(kindKey(k)) }
	var heads []string
	forms := m.Forms.Turned() // a page is narrow: the many forms are its lines
	for _, k := range forms.Cols {
		heads = append(heads, kind(k))
	}
	outcome := func(x string) string {
		if x == "" {
			return p.T("report.table.sum")
		}
		return report.OutcomeName(p, x)
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "forms", Title: p.T("report.ministry.forms"), Lead: s.adds(c, m.Forms), Table: c.grid(p.T("report.ministry.forms"), heads, forms, outcome)})
	heads = nil
	for _, code := range m.Table.Places {
		heads = append(heads, report.PlaceName(p, s.Regions, code))
	}
	month := func(x string) string {
		if x == "" {
			return p.T("report.table.sum")
		}
		return x
	}
	for _, g := range m.Months {
		v.Sections = append(v.Sections, views.RoomSection{ID: "months-" + g.Kind, Title: p.T("report.ministry.months.of", kind(g.Kind)), Lead: s.adds(c, g), Table: c.grid(p.T("report.chart.month"), heads, g, month)})
	}
	return c.show(http.StatusOK, views.Room(v))
}

// adds says that a grid adds up; where it does not, which line.
func (s *Server) adds(c *ctx, g report.Grid) string {
	if off := g.Off(); off != "" {
		s.Log.Error("a table does not add up", "kind", g.Kind, "where", off)
		return c.p.T("report.ministry.off", off)
	}
	return c.p.T("report.ministry.adds")
}

// grid is a table of figures with its sums.
func (c *ctx) grid(first string, heads []string, g report.Grid, name func(string) string) *parts.Table {
	t := views.FigureTable{Heads: append(append([]string{first}, heads...), c.p.T("report.table.sum"))}
	for _, l := range g.Lines {
		t.Rows = append(t.Rows, views.FigureRow{Name: name(l.Name), Cells: c.figureCells(l.Cells...)})
	}
	return plainTable(t)
}

// plainTable is a table of figures as a list.
func plainTable(x views.FigureTable) *parts.Table {
	t := &parts.Table{Caption: x.Title, Compact: true}
	for i, h := range x.Heads {
		t.Columns = append(t.Columns, parts.Column{Label: h, Num: i > 0})
	}
	for _, r := range x.Rows {
		row := parts.Row{Cells: []parts.Cell{parts.TextCell(r.Name, "")}}
		for _, l := range r.Cells {
			row.Cells = append(row.Cells, parts.Cell{Text: l.Label, Href: l.Href, Num: true})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// daysText is a mean number of days, – where nothing was closed.
func (c *ctx) daysText(r report.StatutoryRow) string {
	if r.Closed.N == 0 || r.Days.Hidden != "" {
		return "–"
	}
	return fmt.Sprintf("%d.%d", r.Days.N/10, r.Days.N%10)
}
