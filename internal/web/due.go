package web

import (
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/views"
	"huzhi/views/parts"
)

const duePage = 50

// due is the list of statutory days, the nearest first.
func (s *Server) due(c *ctx) error {
	f := c.query()
	filter := deadline.Filter{Mine: c.yesByDefault(f, "mine", "case.work"), Until: f.day("until"), Office: f.text("office"), After: f.text("after"), Limit: duePage + 1}
	if _, ok := s.Regions.Get(filter.Office); filter.Office != "" && !ok {
		f.faults.Add("office", "error.choice")
	}
	if filter.After != "" && !placeInList(filter.After) {
		f.faults.Add("after", "error.page_place")
	}
	v := views.RecordsView{Page: c.page(c.p.T("due.title"))}
	v.Page.Lead = c.p.T("due.lead")
	code, bad := c.wrongQuery(f)
	v.Filters = s.dueFilters(c, f, filter)
	if bad != nil {
		v.Table = parts.Table{Empty: bad}
		return c.show(code, views.Records(v))
	}
	today := s.today()
	rows, err := s.Clocks.Due(c.ctx(), c.by, filter, today)
	if err != nil {
		return err
	}
	if v.Cards, err = s.dueCards(c, filter); err != nil {
		return err
	}
	if len(rows) > duePage {
		rows = rows[:duePage]
		last := rows[duePage-1]
		v.Pager.Next = with(c, "after", last.WatchOn.String()+"/"+last.ID)
	}
	if filter.After != "" {
		v.Pager.First = with(c, "after", "")
	}
	v.Pager.Shown = len(rows)
	v.Table = s.dueTable(c, rows)
	return c.show(http.StatusOK, views.Records(v))
}

// yesByDefault is a box of a query that is ticked until the person says otherwise, for those whose work it is.
func (c *ctx) yesByDefault(f *form, name, action string) bool {
	if f.raw(name) == "" {
		return c.s.Guard.CanAnywhere(c.by, action)
	}
	return f.yes(name)
}

// placeInList says whether a text is a place in a list ("2026-11-20/id").
func placeInList(s string) bool {
	day, id, ok := strings.Cut(s, "/")
	_, err := calendar.ParseDay(day)
	return ok && err == nil && id != "" && len(id) <= 40 && !strings.ContainsAny(id, "/ '\"<>")
}

// wrongQuery says what cannot be understood in a query: the status and what stands in place of the list, or nil.
func (c *ctx) wrongQuery(f *form) (int, *parts.EmptyState) {
	e := errs.As(f.err())
	if e == nil {
		return http.StatusOK, nil
	}
	var lines []string
	for _, x := range e.Fields {
		f.wrong[x.Name] = x.Message
		lines = append(lines, c.p.T("error.field", c.p.Or("query."+x.Name, x.Name), x.Message))
	}
	return status(e.Code), &parts.EmptyState{Icon: "filter-off", Title: c.p.T("query.wrong"), Text: strings.Join(lines, c.p.T("error.join")),
		Action: &parts.Action{Label: c.p.T("parts.filter.clear"), Href: c.Request().URL.Path}}
}

func (s *Server) dueFilters(c *ctx, f *form, filter deadline.Filter) parts.Filters {
	mine := "0"
	if filter.Mine {
		mine = "1"
	}
	address := func(mine string) string { return with(c, "mine", mine) }
	return parts.Filters{Action: "/due", Clear: "/due", Hidden: []parts.Hidden{{Name: "mine", Value: mine}},
		Tabs: []parts.Tab{
			{Label: c.p.T("due.mine"), Href: address("1"), Active: filter.Mine},
			{Label: c.p.T("due.all"), Href: address("0"), Active: !filter.Mine},
		},
		Fields: f.fill(c.p,
			parts.Field{Name: "until", Label: c.p.T("query.until"), Type: parts.Date},
			parts.Field{Name: "office", Label: c.p.T("query.office"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.offices("due.view")},
		),
	}
}

// soonDays is how many days ahead a figure looks for what falls due.
const soonDays = 7

func (s *Server) dueCards(c *ctx, filter deadline.Filter) ([]parts.NumberCard, error) {
	filter.After, filter.Until = "", 0
	today := s.today()
	late, near, err := s.Clocks.Late(c.ctx(), c.by, filter, today, soonDays)
	if err != nil {
		return nil, err
	}
	address := "/due?mine=0"
	if filter.Mine {
		address = "/due?mine=1"
	}
	if filter.Office != "" {
		address += "&office=" + queryEscape(filter.Office)
	}
	return s.lateCards(c, late, near, address, "due.late", "due.soon"), nil
}

// lateCards are what is late and what falls due soon; address is the list they lead to.
func (s *Server) lateCards(c *ctx, late, near int64, address, lateKey, soonKey string) []parts.NumberCard {
	today := s.today()
	return []parts.NumberCard{
		{Label: c.p.T(lateKey), Value: c.p.Count(late), Href: address + "&until=" + today.AddDays(-1).String(), Tone: toneIf(late > 0, parts.Late), Icon: "alert-triangle"},
		{Label: c.p.T(soonKey, soonDays), Value: c.p.Count(near), Note: c.p.T("due.through", today.AddDays(soonDays)), Href: address + "&until=" + today.AddDays(soonDays).String(),
			Tone: toneIf(near > 0, parts.Soon), Icon: "clock-exclamation"},
	}
}

func toneIf(yes bool, tone parts.Tone) parts.Tone {
	if yes {
		return tone
	}
	return parts.Stopped
}

func (s *Server) dueTable(c *ctx, rows []deadline.Clock) parts.Table {
	t := parts.Table{Caption: c.p.T("due.title"), Columns: []parts.Column{
		{Label: c.p.T("due.matter")}, {Label: c.p.T("due.rule")}, {Label: c.p.T("due.started"), Slim: true},
		{Label: c.p.T("due.left"), Slim: true}, {Label: c.p.T("due.office"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "clock-check", Title: c.p.T("due.none"), Text: c.p.T("due.none.text")}}
	for _, k := range rows {
		v := s.clock(c, k)
		r := parts.Row{Cells: []parts.Cell{
			parts.BodyCell(views.DueMatter(c.p, views.Matter{Label: k.Label, Href: s.matterHref(c, k.SubjectKind, k.SubjectID), Kind: c.p.T("due.kind." + k.SubjectKind), Title: k.Title,
				Confidential: c.confidential(k.Restricted)})),
			parts.TextCell(v.Name, v.Article), parts.BodyCell(views.DayCell(c.p.Day(k.StartedOn), v.Term)),
			parts.BodyCell(parts.ClockLine(c.p, v)), parts.TextCell(c.place(k.Jurisdiction), ""),
		}}
		if tone := v.Tone(); tone == parts.Late || tone == parts.Soon {
			r.Tone = tone
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// matterHref is the page of what a clock runs on or a search finds, "" where it is not for this person to open.
func (s *Server) matterHref(c *ctx, kind, id string) string {
	room := map[string]struct{ path, action string }{
		"case": {"/cases/", "case.view"}, "lead": {"/leads/", "lead.view"}, "call": {"/hotline/", "call.view"}, "listing": {"/listings/", "listing.view"},
	}[kind]
	if room.path == "" || !s.Guard.CanAnywhere(c.by, room.action) {
		return ""
	}
	return room.path + id
}

// clock is a statutory period as a list shows it: counted to the day that binds whoever must act.
func (s *Server) clock(c *ctx, k deadline.Clock) parts.Clock {
	v := parts.Clock{Name: k.Rule, State: parts.ClockRuns, Unit: parts.Days, Due: k.WatchOn, Start: k.StartedOn, Ended: k.StoppedOn, Provisional: k.Provisional && k.Running()}
	today, unit := s.today(), calendar.CD
	if r, ok := s.Clocks.Rule(&k); ok {
		v.Name, v.Article = r.Title.In(c.p.Lang()), r.Cite.In(c.p.Lang())
		v.Term = c.p.N("law.term."+string(r.Unit), r.Add)
		v.StartedBy = c.p.Or("law.trigger."+r.Trigger, "")
		if r.Unit == calendar.WD {
			unit, v.Unit = r.Unit, parts.WorkDays
		}
	}
	days := s.Clocks.Days()
	v.Left, v.Total = days.Left(today, k.WatchOn, unit), days.Left(k.StartedOn, k.WatchOn, unit)
	v.Soon = min(soonDays, max(3, v.Total/4))
	switch {
	case k.Running() && !k.OfficeDuty && today > k.WatchOn:
		v.State = parts.ClockVoid
	case k.Running():
	case k.StoppedOn <= k.WatchOn:
		v.State = parts.ClockMet
	case k.OfficeDuty:
		v.State = parts.ClockMissed
	default: // a party's period that was over: nobody was late
		v.State = parts.ClockVoid
	}
	return v
}

// clockCard is a clock of a case with the way to its ledger. A party's period shows its last day before rolling too; the office is
// bound by that one alone.
func (s *Server) clockCard(c *ctx, caseID string, k deadline.Clock) parts.Clock {
	v := s.clock(c, k)
	if !k.OfficeDuty {
		v.Strict = k.StrictOn
	}
	v.LedgerHref = "/cases/" + caseID + "/clocks/" + k.ID
	return v
}

// clockLedger is the proof of a clock of a case: every day counted or skipped, and why.
func (s *Server) clockLedger(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(file.Clocks, func(k deadline.Clock) bool { return k.ID == c.Param("clock") })
	if i < 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	k := &file.Clocks[i]
	due, err := s.Clocks.Ledger(c.ctx(), k)
	if err != nil {
		return err
	}
	v := views.LedgerView{Page: c.page(s.clock(c, *k).Name), Clock: s.clockCard(c, file.ID, *k), Changed: due.Strict != k.StrictOn || due.Due != k.DueOn}
	v.Clock.LedgerHref = ""
	v.Page.Crumbs = caseCrumbs(c, file, true)
	v.Page.Lead = c.p.T("ledger.lead", file.Number, file.Title)
	v.Facts = []parts.Desc{
		{Label: c.p.T("ledger.case"), Value: file.Number, Href: "/cases/" + file.ID},
		{Label: c.p.T("ledger.rule"), Value: k.Version, Code: true},
		{Label: c.p.T("ledger.binds"), Value: c.p.T("ledger.binds." + binds(k)), Wide: true},
		{Label: c.p.T("parts.clock.strict"), Value: c.p.Day(k.StrictOn)},
		{Label: c.p.T("ledger.due"), Value: c.p.Day(k.DueOn)},
		{Label: c.p.T("ledger.book"), Value: k.RulesHash, Code: true, Wide: true},
		{Label: c.p.T("ledger.calendar"), Value: due.CalendarHash, Code: true, Wide: true},
	}
	moved, err := s.Clocks.History(c.ctx(), []string{k.ID})
	if err != nil {
		return err
	}
	for _, m := range moved {
		key := "calendar.moved.by"
		if m.Undo {
			key = "calendar.moved.undo"
		}
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.Time(m.At), Value: c.p.T(key, m.Title, c.end(m.From()), c.end(m.To())), Href: noticePath(m.NoticeID), Wide: true})
	}
	v.Ledger.Days = append(v.Ledger.Days, parts.LedgerDay{Day: k.StartedOn, Mark: parts.DayStart})
	seen := map[string]bool{}
	v.Ledger.Sources = append(v.Ledger.Sources, parts.Link{Label: v.Clock.Article})
	r, _ := s.Clocks.Rule(k)
	for _, row := range due.Ledger {
		d := ledgerDay(c, row, due, r.Unit == calendar.WD)
		v.Ledger.Days = append(v.Ledger.Days, d)
		if n := row.Why.Notice; d.Why != "" && n.Title != "" && !seen[n.ID+n.Title] {
			seen[n.ID+n.Title] = true
			label := n.Title
			if n.Number != "" && n.Number != calendar.NotRecorded {
				label += "（" + n.Number + "）"
			}
			v.Ledger.Sources = append(v.Ledger.Sources, parts.Link{Label: label})
		}
	}
	return c.show(http.StatusOK, views.ClockLedger(v))
}

func binds(k *deadline.Clock) string {
	if k.OfficeDuty {
		return "office"
	}
	return "party"
}

// ledgerDay is a day of the count. Where every day counts, a holiday is worth a word only at the end, which it moves.
func ledgerDay(c *ctx, row calendar.Row, due statute.Due, workingDays bool) parts.LedgerDay {
	d := parts.LedgerDay{Day: row.Day, Mark: parts.DaySkipped, N: row.Counted}
	matters := workingDays || row.Counted == 0 || row.Day == due.Strict && due.Strict != due.Due
	switch row.Why.Kind {
	case calendar.Holiday:
		if matters {
			d.Why = row.Why.Name
		}
	case calendar.MakeUp:
		if matters {
			d.Why = c.p.T("ledger.makeup", row.Why.Name)
		}
	case calendar.Excluded:
		d.Mark, d.Why = parts.DaySuspended, c.p.Or("law.excl."+row.Why.Name, row.Why.Name)
	}
	switch {
	case row.Day == due.Due:
		d.Mark = parts.DayDue
	case row.Counted > 0:
		d.Mark = parts.DayCounted
	}
	if row.Part < 0 && d.Why == "" {
		d.Why = c.p.T("ledger.rolled")
	}
	return d
}
