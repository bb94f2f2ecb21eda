package web

import (
	"net/http"
	"net/url"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/views"
	"huzhi/views/parts"
)

const duePage = 50

// due is the list of statutory days, the nearest first.
func (s *Server) due(c *ctx) error {
	f := c.ask(asked{days: []string{"until"}, choices: map[string][]string{"mine": {"0", "1"}, "still": {"1"}, "rule": s.Clocks.Rules().IDs()}})
	filter := deadline.Filter{Mine: c.yesByDefault(f, "mine", "case.work"), Until: f.day("until"), Office: f.text("office"), Rule: f.text("rule"), After: f.text("after"), Limit: duePage + 1}
	v := views.RecordsView{Page: c.page(c.p.T("due.title"))}
	v.Page.Lead = c.p.T("due.lead")
	v.Filters = s.dueFilters(c, f, filter)
	if f.invalid() {
		return c.showMisread(v, f)
	}
	today, still := s.today(), f.yes("still")
	list := func() ([]deadline.Clock, error) { return s.Clocks.Due(c.ctx(), c.by, filter, today) }
	day := func(k deadline.Clock) calendar.Day { return k.WatchOn }
	if still {
		list = func() ([]deadline.Clock, error) { return s.Clocks.Standing(c.ctx(), c.by, filter) }
		day = func(k deadline.Clock) calendar.Day { return k.PausedOn }
	}
	rows, err := list()
	if err != nil {
		return err
	}
	if v.Cards, err = s.dueCards(c, filter); err != nil {
		return err
	}
	if len(rows) > duePage {
		rows = rows[:duePage]
		last := rows[duePage-1]
		v.Pager.Next = with(c, "after", day(last).String()+"/"+last.ID)
	}
	if filter.After != "" {
		v.Pager.First = with(c, "after", "")
	}
	v.Pager.Shown = len(rows)
	if v.Table = s.dueTable(c, rows); still {
		v.Table, err = s.stillTable(c, rows)
	}
	if err != nil {
		return err
	}
	return c.show(http.StatusOK, views.Records(v))
}

// yesByDefault is a box of a query that is ticked until the person says otherwise, for those whose work it is.
func (c *ctx) yesByDefault(f *form, name, action string) bool {
	if f.raw(name) == "" {
		return c.s.Guard.CanAnywhere(c.by, action)
	}
	return f.yes(name)
}

func (s *Server) dueFilters(c *ctx, f *form, filter deadline.Filter) parts.Filters {
	mine := "0"
	if filter.Mine {
		mine = "1"
	}
	still := f.yes("still")
	tab := func(name string, mine, here bool) parts.Tab {
		q := url.Values{"mine": {"0"}}
		if mine {
			q.Set("mine", "1")
		}
		for _, x := range []string{"office", "rule"} {
			if f.raw(x) != "" {
				q.Set(x, f.raw(x))
			}
		}
		if name == "still" {
			q.Set("still", "1")
		}
		return parts.Tab{Label: c.p.T("due." + name), Href: address("/due", q), Active: here}
	}
	out := parts.Filters{Action: "/due", Clear: "/due", Hidden: []parts.Hidden{{Name: "mine", Value: mine}},
		Tabs: []parts.Tab{tab("mine", true, filter.Mine && !still), tab("all", false, !filter.Mine && !still), tab("still", false, still)},
		Fields: f.fill(c.p,
			parts.Field{Name: "until", Label: c.p.T("query.until"), Type: parts.Date},
			parts.Field{Name: "office", Label: c.p.T("query.office"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.offices("due.view")},
		),
		More: f.fill(c.p, parts.Field{Name: "rule", Label: c.p.T("due.rule"), Type: parts.Select, Blank: c.p.T("query.any"), Options: s.ruleOptions(c)}),
	}
	if still { // what stands still has no last day yet
		out.Fields, out.Clear = out.Fields[1:], "/due?still=1&mine=0"
		out.Hidden = append(out.Hidden, parts.Hidden{Name: "still", Value: "1"})
	}
	return out
}

// stillTable are the clocks that stand still, with why.
func (s *Server) stillTable(c *ctx, rows []deadline.Clock) (parts.Table, error) {
	t := parts.Table{Caption: c.p.T("due.title"), Columns: []parts.Column{
		{Label: c.p.T("due.matter")}, {Label: c.p.T("due.rule")}, {Label: c.p.T("due.still.since"), Slim: true}, {Label: c.p.T("due.still.why")},
		{Label: c.p.T("due.still.left"), Slim: true}, {Label: c.p.T("due.office"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "player-play", Title: c.p.T("due.still.none"), Text: c.p.T("due.still.none.text")}}
	counted, err := s.Clocks.Counted(c.ctx(), rows...)
	for _, k := range rows {
		v := s.clock(c, k)
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
			s.dueMatter(c, k), parts.TextCell(v.Name, v.Article), parts.BodyCell(views.DayCell(c.p.Day(k.PausedOn), "")),
			parts.TextCell(c.ground(counted[k.ID].Still().Ground), ""), parts.TextCell(clockLeft(c, v), ""), parts.TextCell(c.place(k.Jurisdiction), ""),
		}})
	}
	return t, err
}

// dueMatter is the matter a clock runs on.
func (s *Server) dueMatter(c *ctx, k deadline.Clock) parts.Cell {
	return parts.BodyCell(views.DueMatter(c.p, views.Matter{Label: k.Label, Href: s.matterHref(c, k.SubjectKind, k.SubjectID), Kind: c.p.T("due.kind." + k.SubjectKind), Title: k.Title,
		Confidential: c.confidential(k.Restricted)}))
}

// soonDays is how many days ahead a figure looks for what falls due.
const soonDays = casework.SoonDays

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
	if filter.Rule != "" {
		address += "&rule=" + queryEscape(filter.Rule)
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
			s.dueMatter(c, k),
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
		"case": {"/cases/", "case.view"}, "lead": {"/leads/", "lead.view"}, "call": {"/hotline/", "call.view"}, "listing": {"/listings/", "listing.view"}, "visit": {"/visits/", "visit.view"},
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
	case k.Running() && !k.PausedOn.IsZero(): // its last day is not known before it goes on
		v.State, v.Due, v.Left = parts.ClockPaused, 0, days.Left(k.PausedOn.AddDays(-1), k.WatchOn, unit)
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
