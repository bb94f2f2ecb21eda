package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"

	"huzhi/internal/errs"
	"huzhi/internal/report"
	"huzhi/internal/sheet"
	"huzhi/views"
	"huzhi/views/parts"
)

// The dashboards.
const (
	boardOffice = "office"  // of an office and all below it, or of a county
	boardMine   = "mine"    // of a person's own cases
	boardLine   = "hotline" // of the desk
)

// boards are the dashboards that a person may see; the first is shown where none is asked for.
func (s *Server) boards(c *ctx) []string {
	var out []string
	for _, x := range []struct{ board, action string }{{boardMine, "case.work"}, {boardOffice, "statistics.view"}, {boardLine, "call.view"}} {
		if s.Guard.CanAnywhere(c.by, x.action) {
			out = append(out, x.board)
		}
	}
	return out
}

// boardAsked is what a dashboard is asked for.
type boardAsked struct {
	form    *form
	board   string
	in      report.In
	before  report.Period
	than    string
	figures *report.Figures
}

// askBoard reads the query of a dashboard. What is not understood is noted in the form. Forbidden where the person may see no dashboard, or not that one.
func (s *Server) askBoard(c *ctx) (a boardAsked, err error) {
	a.form, a.figures = c.ask(asked{}), s.Figures.Once()
	f, may := a.form, s.boards(c)
	if a.board = f.raw("board"); a.board == "" && len(may) > 0 {
		a.board = may[0]
	}
	if !slices.Contains(may, a.board) {
		return a, errs.New(errs.Forbidden, "error.forbidden")
	}
	f.values.Set("board", a.board)
	office := f.raw("office")
	if held := s.Guard.Jurisdictions(c.by, boardAction(a.board)); office == "" && len(held) > 0 {
		office = held[0]
	}
	f.values.Set("office", office)
	a.in = report.In{Office: office, At: f.raw("place")}
	switch a.board {
	case boardMine:
		a.in = report.In{Who: c.by.ID}
	case boardLine:
		a.in.At = ""
	}
	period, asked, bad, why := report.ParsePeriod(f.values, s.today())
	if bad != "" {
		f.wrong[bad] = errs.Msg(why)
		return a, nil
	}
	f.values.Set("year", asked.Year)
	f.values.Set("part", asked.Part)
	f.values.Set("from", asked.From)
	f.values.Set("to", asked.To)
	a.in.Period = period
	if a.than = f.raw("than"); a.than == "" {
		a.than = report.ThanYear
	}
	f.values.Set("than", a.than)
	switch a.than {
	case report.ThanYear:
		a.before = period.Before(s.today())
	case report.ThanPrevious:
		a.before = period.Previous(s.today())
	case report.ThanChosen:
		var bad string
		if a.before, _, bad, why = report.ParsePeriod(url.Values{"from": {f.raw("than_from")}, "to": {f.raw("than_to")}}, s.today()); bad == "" && f.raw("than_from") == "" {
			bad, why = "from", "report.bad.day"
		}
		if bad != "" {
			f.wrong["than_"+bad] = errs.Msg(why)
		}
	default:
		f.wrong["than"] = errs.Msg("error.choice")
	}
	return a, nil
}

func boardAction(board string) string {
	if board == boardLine {
		return "call.view"
	}
	return "statistics.view"
}

// values are what the dashboard was asked for, as it was understood.
func (a boardAsked) values() url.Values {
	v := a.in.Period.Values()
	v.Set("board", a.board)
	v.Set("than", a.than)
	if a.than == report.ThanChosen {
		v.Set("than_from", a.before.From.String())
		v.Set("than_to", a.before.To.String())
	}
	if a.board != boardMine {
		v.Set("office", a.in.Office)
	}
	if a.in.At != "" {
		v.Set("place", a.in.At)
	}
	return v
}

// dashboard shows a dashboard. A query that is not understood is a 422 with the form as it was sent.
func (s *Server) dashboard(c *ctx) error {
	a, err := s.askBoard(c)
	if err != nil {
		return err
	}
	v := views.DashboardView{Page: c.page(c.p.T("dash.title"))}
	v.Page.Lead, v.Page.Scripts = c.p.T("dash.lead."+a.board), []string{"vendor/echarts.min.js", "charts.js"}
	v.Page.Styles = []string{"dashboard.css"}
	if v.Filters, err = s.boardFilters(c, a); err != nil {
		return err
	}
	for _, b := range s.boards(c) {
		v.Boards = append(v.Boards, parts.Tab{Label: c.p.T("dash.board." + b), Href: "/dashboard?board=" + b, Active: b == a.board})
	}
	if a.form.invalid() {
		v.Wrong, v.Page.Invalid = c.unclear(a.form, v.Filters), true
		return c.show(http.StatusUnprocessableEntity, views.Dashboard(v))
	}
	if err := s.fillBoard(c, a, &v); err != nil {
		return err
	}
	v.Page.Actions = parts.Buttons(parts.Action{Label: c.p.T("dash.xlsx"), Href: address("/dashboard.xlsx", a.values()), Icon: "file-spreadsheet"},
		parts.Action{Label: c.p.T("dash.print"), Icon: "printer", Print: true})
	return c.show(http.StatusOK, views.Dashboard(v))
}

// dashboardFile is the dashboard as a workbook, a sheet for each part.
func (s *Server) dashboardFile(c *ctx) error {
	a, err := s.askBoard(c)
	if err != nil {
		return err
	}
	if a.form.invalid() {
		return errs.New(errs.Invalid, "dash.bad")
	}
	var v views.DashboardView
	if err := s.fillBoard(c, a, &v); err != nil {
		return err
	}
	place := a.in.Office
	if place == "" {
		place = s.Guard.Home(c.by)
	}
	if err := s.tell(c, "statistics.export", place, "dashboard:"+a.board, map[string]any{"from": a.in.Period.From.String(), "to": a.in.Period.To.String()}); err != nil {
		return err
	}
	var book []sheet.Page
	for _, d := range v.Parts {
		p := sheet.Page{Name: d.Title, Above: []string{d.Title, v.Heading, v.Compared}, Heads: d.Heads}
		for _, r := range d.Rows {
			line := []any{r.Name}
			for _, x := range r.Cells {
				if line = append(line, x.Value); x.Value == nil {
					line[len(line)-1] = x.Text
				}
			}
			p.Rows = append(p.Rows, line)
		}
		book = append(book, p)
	}
	var b bytes.Buffer
	if err := sheet.WriteBook(&b, book); err != nil {
		return err
	}
	return c.blob(c.p.T("dash.file", c.p.T("dash.board."+a.board), v.Heading)+".xlsx", workbook, b.Bytes())
}

// boardFilters are the pickers: office, county, period, and what it is compared with.
func (s *Server) boardFilters(c *ctx, a boardAsked) (parts.Filters, error) {
	f, p := a.form, c.p
	years, err := s.Figures.Years(c.ctx(), c.by)
	if err != nil {
		return parts.Filters{}, err
	}
	period := s.periodFields(c, f, years)
	v := parts.Filters{Action: "/dashboard", Clear: "/dashboard?board=" + a.board, Hidden: append(period.Hidden, parts.Hidden{Name: "board", Value: a.board}), Chips: period.Chips}
	if a.board != boardMine {
		v.Fields = append(v.Fields, f.fill(p, parts.Field{Name: "office", Label: p.T("report.field.office"), Type: parts.Select, Options: s.officeOptions(c, boardAction(a.board))})...)
	}
	if a.board == boardOffice {
		var counties []parts.Option
		for _, r := range s.Regions.Within(a.in.Office) {
			if r.IsCounty() || r.Code == a.in.At {
				counties = append(counties, parts.Option{Value: r.Code, Label: report.PlaceName(p, s.Regions, r.Code)})
			}
		}
		if a.in.At != "" && !slices.ContainsFunc(counties, func(o parts.Option) bool { return o.Value == a.in.At }) {
			counties = append(counties, parts.Option{Value: a.in.At, Label: report.PlaceName(p, s.Regions, a.in.At)})
		}
		if len(counties) > 1 || a.in.At != "" {
			v.Fields = append(v.Fields, f.fill(p, parts.Field{Name: "place", Label: p.T("dash.place"), Type: parts.Select, Blank: p.T("query.any"), Options: counties})...)
		}
	}
	v.Fields = append(v.Fields, period.Fields...)
	v.Fields = append(v.Fields, f.fill(p, parts.Field{Name: "than", Label: p.T("dash.than"), Type: parts.Select, Options: c.choices("dash.than", report.Thans())})...)
	v.More = append(period.More, f.fill(p, parts.Field{Name: "than_from", Label: p.T("dash.than.from"), Type: parts.Date}, parts.Field{Name: "than_to", Label: p.T("dash.than.to"), Type: parts.Date})...)
	return v, nil
}
