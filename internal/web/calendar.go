package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"huzhi/internal/almanac"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// calendarPage shows a year of the calendar in force.
func (s *Server) calendarPage(c *ctx) error {
	wall, today := s.Clocks.Wall(), s.today()
	days := wall.Days()
	year := today.Year()
	if n := c.query().number("year"); n > 0 {
		year = int(n)
	}
	known := days.Years()
	first, last := known[0].Year, max(known[len(known)-1].Year, today.Year()+1)
	if year < first || year > last {
		year = today.Year()
	}
	v := views.CalendarView{Page: c.page(c.p.T("calendar.title", strconv.Itoa(year)))}
	v.Page.Lead = c.p.T("calendar.lead")
	if c.can("calendar.propose", wall.Office()) {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("calendar.propose"), Href: "/calendar/new", Icon: "calendar-plus", Look: "primary"})
	}
	for y := last; y >= first; y-- {
		t := parts.Tab{Label: strconv.Itoa(y), Href: "/calendar?year=" + strconv.Itoa(y), Active: y == year}
		if !days.Known(y) {
			t.Count = c.p.T("parts.clock.provisional")
		}
		v.Years = append(v.Years, t)
	}
	if !days.Known(year) {
		v.Unknown = c.p.T("calendar.provisional.why", strconv.Itoa(year))
	}
	rows, err := wall.List(c.ctx(), c.by, 0)
	if err != nil {
		return err
	}
	v.History = s.noticeTable(c, rows, year)
	for _, n := range rows {
		if n.State == almanac.Proposed {
			v.Waiting = append(v.Waiting, parts.Link{Label: s.noticeTitle(c, &n), Href: noticePath(n.ID)})
		}
	}
	v.Months, v.Totals = s.leaves(c, days, year)
	v.Notices = parts.Table{Caption: c.p.T("calendar.notices"), Compact: true, Columns: []parts.Column{{Label: c.p.T("calendar.field.title")}, {Label: c.p.T("calendar.field.number")}},
		Empty: &parts.EmptyState{Icon: "calendar-off", Title: c.p.T("calendar.none"), Text: c.p.T("calendar.provisional.why", strconv.Itoa(year))}}
	for _, y := range known {
		if y.Year == year {
			for _, n := range y.Notices {
				v.Notices.Rows = append(v.Notices.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(n.Title, ""), parts.TextCell(c.noticeNumber(n.Number), "")}})
			}
		}
	}
	return c.show(http.StatusOK, views.Calendar(v))
}

func noticePath(id string) string { return "/calendar/notices/" + id }

// noticeNumber is a notice's number, or that none is recorded.
func (c *ctx) noticeNumber(n string) string {
	if n == "" || n == calendar.NotRecorded {
		return c.p.T("calendar.no_number")
	}
	return n
}

// noticeTitle is a notice in one line.
func (s *Server) noticeTitle(c *ctx, n *almanac.Notice) string {
	switch {
	case n.Release():
		return c.p.T("calendar.name.release", n.Title)
	case n.Undo():
		return c.p.T("calendar.name.undo", n.Title)
	case n.Correction:
		return c.p.T("calendar.name.correction", n.Title)
	}
	return n.Title
}

func noticeTone(n *almanac.Notice) parts.Tone {
	return map[string]parts.Tone{almanac.Proposed: parts.Soon, almanac.Approved: parts.Done, almanac.Undone: parts.Stopped, almanac.Rejected: parts.Late}[n.State]
}

// noticeTable are the notices that were proposed for a year.
func (s *Server) noticeTable(c *ctx, rows []almanac.Notice, year int) parts.Table {
	t := parts.Table{Caption: c.p.T("calendar.history"), Compact: true, Columns: []parts.Column{
		{Label: c.p.T("calendar.notice")}, {Label: c.p.T("calendar.state"), Slim: true}, {Label: c.p.T("calendar.proposed")}, {Label: c.p.T("calendar.decided")},
	}}
	for _, n := range rows {
		if n.Year != year {
			continue
		}
		proposed, decided := parts.TextCell(n.ProposedName, c.p.Time(n.ProposedAt)), parts.TextCell("", "")
		if n.Release() {
			proposed = parts.TextCell(c.p.T("calendar.release"), c.p.Time(n.ProposedAt))
		} else if n.DecidedAt != nil {
			decided = parts.TextCell(n.DecidedName, c.p.Time(*n.DecidedAt))
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(s.noticeTitle(c, &n), noticePath(n.ID), c.noticeNumber(n.Number)), parts.BodyCell(parts.Badge(noticeTone(&n), c.p.T("calendar.state."+n.State))),
			proposed, decided,
		}})
	}
	return t
}

// leaves are the twelve months of a year, and how many days are worked.
func (s *Server) leaves(c *ctx, days *calendar.Calendar, year int) ([]views.CalendarMonth, []parts.Desc) {
	var out []views.CalendarMonth
	count := map[string]int{}
	for m := time.January; m <= time.December; m++ {
		leaf := views.CalendarMonth{Title: c.p.T("parts.month", strconv.Itoa(year), c.p.T("parts.month."+strconv.Itoa(int(m))))}
		d := calendar.Date(year, m, 1)
		for d.Month() == m {
			var week [7]views.CalendarDay
			for col := (int(d.Weekday()) + 6) % 7; col < 7 && d.Month() == m; col++ {
				week[col] = s.leafDay(c, days, d)
				count[week[col].Mark]++
				d = d.AddDays(1)
			}
			leaf.Weeks = append(leaf.Weeks, week)
		}
		out = append(out, leaf)
	}
	worked := count[views.CalWork] + count[views.CalMakeUp] + count[views.CalGuess]
	return out, []parts.Desc{
		{Label: c.p.T("calendar.total.worked"), Value: strconv.Itoa(worked)}, {Label: c.p.T("calendar.total.holiday"), Value: strconv.Itoa(count[views.CalHoliday])},
		{Label: c.p.T("calendar.total.makeup"), Value: strconv.Itoa(count[views.CalMakeUp])},
	}
}

func (s *Server) leafDay(c *ctx, days *calendar.Calendar, d calendar.Day) views.CalendarDay {
	_, _, n := d.Civil()
	working, why := days.Explain(d)
	x := views.CalendarDay{N: strconv.Itoa(n), Today: d == s.today(), Why: why.Name}
	switch {
	case why.Kind == calendar.Holiday:
		x.Mark = views.CalHoliday
	case why.Kind == calendar.MakeUp:
		x.Mark = views.CalMakeUp
		x.Why = c.p.T("calendar.makeup_for", why.Name)
	case !working:
		x.Mark = views.CalWeekend
	case why.Kind == calendar.UnknownYear:
		x.Mark = views.CalGuess
	default:
		x.Mark = views.CalWork
	}
	x.Words = c.p.T("calendar.day", d, c.p.T("calendar.mark."+x.Mark), x.Why)
	return x
}

// movesShown is how many moved clocks a preview names.
const movesShown = 100

// notice shows a holiday notice.
func (s *Server) notice(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.noticePage(c, http.StatusOK, id, "", nil)
}

// noticePage is the page of a notice; act names the form that came back.
func (s *Server) noticePage(c *ctx, code int, id, act string, back *form) error {
	n, err := s.Clocks.Wall().Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	v := views.NoticeView{Page: c.page(s.noticeTitle(c, n)), State: c.p.T("calendar.state." + n.State), Tone: noticeTone(n)}
	v.Page.Crumbs = append(c.crumb("calendar", "/calendar"), layout.Crumb{Label: strconv.Itoa(n.Year), Href: "/calendar?year=" + strconv.Itoa(n.Year)})
	if v.Page.Invalid = back != nil && back.invalid(); v.Page.Invalid && back.whole != nil {
		v.Remark = &views.Remark{Tone: parts.Late, Title: c.p.M(*back.whole)}
	}
	s.noticeFacts(c, n, &v)
	x, err := n.Change()
	if err != nil {
		return err
	}
	v.Days = c.changeTable(x)
	gen, err := s.noticeEffect(c, n, &v)
	if err != nil {
		return err
	}
	v.Forms = s.noticeForms(c, n, gen, act, back)
	return c.show(code, views.Notice(v))
}

func (s *Server) noticeFacts(c *ctx, n *almanac.Notice, v *views.NoticeView) {
	kind := "year"
	if n.Correction {
		kind = "correction"
	}
	v.Facts = []parts.Desc{
		{Label: c.p.T("calendar.field.title"), Value: n.Title}, {Label: c.p.T("calendar.field.number"), Value: c.noticeNumber(n.Number)},
		{Label: c.p.T("calendar.field.kind"), Value: c.p.T("calendar.kind."+kind, strconv.Itoa(n.Year))},
	}
	if n.Release() { // nobody proposed it and nobody decided
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("calendar.source"), Value: c.p.T("calendar.release"), Note: c.p.Time(n.ProposedAt)},
			parts.Desc{Label: "SHA-256", Value: n.Hash, Code: true, Wide: true})
		return
	}
	v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("calendar.proposed"), Value: n.ProposedName, Note: c.p.Time(n.ProposedAt)})
	if n.Undo() {
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("calendar.undoes"), Value: n.Title, Href: noticePath(*n.Undoes)})
	}
	if n.ProposedWhy != "" {
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("calendar.why.proposed"), Value: n.ProposedWhy})
	}
	if n.DecidedAt != nil {
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("calendar.decided"), Value: n.DecidedName, Note: c.p.Time(*n.DecidedAt)})
	}
	if n.DecidedWhy != "" {
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("calendar.why.decided"), Value: n.DecidedWhy})
	}
	v.Facts = append(v.Facts, parts.Desc{Label: "SHA-256", Value: n.Hash, Code: true, Wide: true})
}

// changeTable are the days that a notice names.
func (c *ctx) changeTable(x calendar.Change) parts.Table {
	t := parts.Table{Caption: c.p.T("calendar.days"), Compact: true, Columns: []parts.Column{{Label: c.p.T("calendar.field.days")}, {Label: c.p.T("calendar.field.mark")}, {Label: c.p.T("calendar.field.holiday")}}}
	row := func(from, to calendar.Day, mark, name string) {
		days := c.p.Day(from)
		if to != from {
			days = c.p.T("parts.ledger.span", from, to)
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.BodyCell(views.DayCell(days, "")), parts.TextCell(c.p.T("calendar.mark."+mark), ""), parts.TextCell(name, "")}})
	}
	for _, h := range x.Holidays {
		row(h.From, h.To, views.CalHoliday, h.Holiday)
	}
	for _, w := range x.MakeUp {
		row(w.Day, w.Day, views.CalMakeUp, w.Holiday)
	}
	return t
}

// noticeForm shows the two forms by which a notice is proposed.
func (s *Server) noticeForm(c *ctx) error { return s.noticeFormPage(c, http.StatusOK, nil) }

func (s *Server) noticeFormPage(c *ctx, code int, f *form) error {
	v := views.NoticeFormView{Page: c.page(c.p.T("calendar.new"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("calendar", "/calendar"), c.p.T("calendar.new.lead")
	file, typed := blank(nil), blank(map[string]string{"year": strconv.Itoa(s.today().Year() + 1)})
	if f != nil {
		if v.Page.Invalid = f.invalid(); f.raw("by") == "form" {
			typed = f
		} else {
			file = f
		}
	}
	p := c.p
	why := parts.Field{Name: "why", Label: p.T("calendar.why.proposed"), Type: parts.LongText, Rows: 2, Max: 2000}
	a := views.ActForm{ID: "upload", Icon: "upload", Title: p.T("calendar.upload"), Hint: p.T("calendar.upload.hint", almanac.MostBytes>>10), Form: parts.Form{
		Action: "/calendar/notices", Files: true, Submit: p.T("calendar.preview.make"), Hidden: []parts.Hidden{{Name: "by", Value: "file"}, c.newID(file, "id")}}}
	a.Fields = numbered("upload", file.fill(p, why, parts.Field{Name: "file", Label: p.T("calendar.file"), Type: parts.File, Accept: ".yaml,.yml,.csv", Required: true}))
	a.Error = file.general(p, a.Fields...)
	b := views.ActForm{ID: "typed", Icon: "edit", Title: p.T("calendar.typed"), Hint: p.T("calendar.typed.hint"), Form: parts.Form{
		Action: "/calendar/notices", Files: true, Submit: p.T("calendar.preview.make"), Draft: "calendar-notice", Hidden: []parts.Hidden{{Name: "by", Value: "form"}, c.newID(typed, "id")}}}
	b.Fields = numbered("typed", typed.fill(p,
		parts.Field{Name: "year", Label: p.T("calendar.field.year"), Type: parts.Number, Required: true, Half: true},
		parts.Field{Name: "kind", Label: p.T("calendar.field.kind"), Type: parts.Radio, Required: true, Inline: true, Half: true, Options: []parts.Option{
			{Value: "year", Label: p.T("calendar.kind.whole"), Selected: true}, {Value: "correction", Label: p.T("calendar.kind.some")}}},
		parts.Field{Name: "title", Label: p.T("calendar.field.title"), Required: true, Max: 200},
		parts.Field{Name: "number", Label: p.T("calendar.field.number"), Hint: p.T("calendar.number.hint"), Max: 100},
		parts.Field{Name: "days", Label: p.T("calendar.field.off"), Hint: p.T("calendar.off.hint"), Type: parts.LongText, Rows: 8, Max: 5000},
		parts.Field{Name: "work", Label: p.T("calendar.field.work"), Hint: p.T("calendar.work.hint"), Type: parts.LongText, Rows: 6, Max: 5000},
		why,
	))
	b.Error = typed.general(p, b.Fields...)
	v.Forms = []views.ActForm{a, b}
	return c.show(code, views.NoticeForm(v))
}

// typedNotice is the notice that a form holds.
func typedNotice(f *form) (calendar.Change, error) {
	year := int(f.number("year"))
	x := calendar.Change{Correction: f.text("kind") == "correction"}
	x.Year.Year = year
	number := f.text("number")
	if number == "" {
		number = calendar.NotRecorded
	}
	id := strconv.Itoa(year)
	if x.Correction {
		id += "-correction"
	}
	x.Notices = []calendar.Notice{{ID: id, Title: f.text("title"), Number: number}}
	f.faults.Require("title", f.text("title"))
	f.faults.Require("year", f.text("year"))
	if year > 9999 {
		f.faults.Add("year", "calendar.fault.year", strconv.Itoa(year))
		return x, f.err()
	}
	off, err := calendar.ParseRuns(year, f.text("days"))
	if err != nil {
		return x, almanac.Wrong("days", err)
	}
	x.Holidays = off
	work, err := calendar.ParseRuns(year, f.text("work"))
	if err != nil {
		return x, almanac.Wrong("work", err)
	}
	for _, r := range work {
		for d := r.From; d <= r.To && len(x.MakeUp) < 100; d++ {
			x.MakeUp = append(x.MakeUp, calendar.Work{Day: d, Holiday: r.Holiday})
		}
	}
	return x, f.err()
}

// version and generation that a decision rests on.
func decision(f *form) almanac.Decision {
	return almanac.Decision{Version: f.number("version"), Gen: f.number("gen"), Why: f.text("why")}
}

func genField(gen int64) parts.Hidden {
	return parts.Hidden{Name: "gen", Value: fmt.Sprint(gen)}
}

// end is the end of a clock in words: the day to watch, and whether it is provisional.
func (c *ctx) end(e deadline.End) string {
	s := c.p.Day(e.Watch)
	if e.Due != e.Watch {
		s += c.p.T("calendar.rolled", e.Due)
	}
	if e.Provisional {
		s += c.p.T("calendar.soft")
	}
	return s
}
