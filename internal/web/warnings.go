package web

import (
	"net/http"
	"strconv"
	"time"

	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/warn"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

const warningsPage = 50

// bellMost is how far the bell counts: the sign at it says 99+ of more.
const bellMost = 100

// bell is the bell in the page's head, nil for who is never warned.
func (s *Server) bell(c *ctx) *layout.Bell {
	if s.Bell == nil || !s.Guard.CanAnywhere(c.by, "warning.view") {
		return nil
	}
	n, err := s.Bell.Unseen(c.ctx(), c.by, bellMost)
	if err != nil {
		s.Log.Error("the bell cannot count", "id", c.id, "err", err) // the page is shown without
	}
	return &layout.Bell{Count: int(n), Href: "/warnings"}
}

// warnings is the list of a person's warnings, the open ones first.
func (s *Server) warnings(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"show": {"unseen"}}, counted: []string{"after"}})
	unseen, after := q.raw("show") == "unseen", int(q.number("after"))
	v := views.RecordsView{Page: c.page(c.p.T("warn.title"))}
	v.Page.Lead = c.p.T("warn.lead")
	if q.invalid() {
		return c.showMisread(v, q)
	}
	rows, more, err := s.Bell.List(c.ctx(), c.by, unseen, after, warningsPage)
	if err != nil {
		return err
	}
	n, err := s.Bell.Unseen(c.ctx(), c.by, 0)
	if err != nil {
		return err
	}
	if n > 0 {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("warn.see_all"), Href: "/warnings/seen", Post: true, Icon: "circle-check",
			Hidden: []parts.Hidden{{Name: "until", Value: strconv.FormatInt(s.DB.Now().UnixMilli(), 10)}}})
	}
	v.Head = parts.ListHead{Count: c.p.N("warn.count", int(n)), Tabs: []parts.Tab{
		{Label: c.p.T("warn.all"), Href: "/warnings", Active: !unseen}, {Label: c.p.T("warn.unseen"), Href: "/warnings?show=unseen", Active: unseen},
	}}
	v.Table = parts.Table{Caption: v.Page.Title, Columns: []parts.Column{
		{Label: c.p.T("due.matter")}, {Label: c.p.T("warn.what")}, {Label: c.p.T("warn.day"), Slim: true}, {Label: c.p.T("warn.made"), Slim: true}, {Label: c.p.T("warn.state"), Hide: true, Slim: true},
	}, Empty: &parts.EmptyState{Icon: "bell", Title: c.p.T("warn.none"), Text: c.p.T("warn.none.text")}}
	for i := range rows {
		v.Table.Rows = append(v.Table.Rows, s.warningRow(c, &rows[i]))
	}
	v.Pager.Shown = len(rows)
	if more {
		v.Pager.Next = with(c, "after", strconv.Itoa(after+warningsPage))
	}
	if after > 0 {
		v.Pager.First = with(c, "after", "")
	}
	return c.show(http.StatusOK, views.Records(v))
}

func (s *Server) warningRow(c *ctx, w *warn.Warning) parts.Row {
	k := s.warningClock(c, w)
	row := parts.Row{Cells: []parts.Cell{
		parts.BodyCell(views.DueMatter(c.p, views.Matter{Label: w.Label, Href: s.warningHref(c, w), Kind: c.p.T("due.kind." + w.MatterKind), Title: w.Title, Confidential: c.confidential(w.Restricted)})),
		parts.TextCell(k.Name, k.Article), parts.BodyCell(parts.ClockLine(c.p, k)), parts.BodyCell(views.DayCell(c.p.Day(w.MadeOn), "")), {},
	}}
	switch {
	case w.Open():
		row.Tone = k.Tone()
		row.Cells[4] = parts.BodyCell(parts.Button(s.seeAction(c, w)))
	case w.SeenAt != nil:
		row.Cells[4] = parts.TextCell(c.p.T("warn.seen"), c.p.Time(*w.SeenAt))
	default:
		row.Cells[4] = parts.TextCell(c.p.T("warn.over"), "")
	}
	return row
}

// seeAction marks one warning as seen.
func (s *Server) seeAction(c *ctx, w *warn.Warning) parts.Action {
	return parts.Action{Label: c.p.T("warn.see"), Href: "/warnings/seen", Post: true, Look: "quiet", Icon: "check", Hidden: []parts.Hidden{{Name: "warning", Value: w.Key()}}}
}

// warningHref is the page of the matter: of a task, the task.
func (s *Server) warningHref(c *ctx, w *warn.Warning) string {
	if w.Source == warn.Task {
		return taskPath(w.SourceID)
	}
	return s.matterHref(c, w.MatterKind, w.MatterID)
}

// warningClock is the day of a warning as it stands today; of one that no longer holds, that it has ended.
func (s *Server) warningClock(c *ctx, w *warn.Warning) parts.Clock {
	var v parts.Clock
	if w.Source == warn.Task {
		v = parts.Clock{Name: c.p.T("warn.task.named", w.Task), State: parts.ClockRuns, Unit: parts.Days, Due: w.Day, Left: int(w.Day - s.today())}
	} else {
		v = s.clock(c, deadline.Clock{Rule: w.Rule, Version: w.Version, Kind: w.Kind, OfficeDuty: w.OfficeDuty, StartedOn: s.today(), WatchOn: w.Day})
	}
	if !w.Live {
		v.State = parts.ClockVoid
	}
	return v
}

// seeWarnings marks one of the person's warnings as seen (warning), or all that were there when the page was read (until).
func (s *Server) seeWarnings(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	back := c.from("/warnings")
	if key := f.text("warning"); key != "" {
		if err := s.Bell.See(c.ctx(), c.by, key); err != nil {
			return err
		}
		return c.to(back)
	}
	f.faults.Require("warning", f.text("until"))
	until := f.number("until")
	if err := f.err(); err != nil {
		return errs.New(errs.Invalid, "error.request").Because(err)
	}
	n, err := s.Bell.SeeAll(c.ctx(), c.by, time.UnixMilli(until))
	if err != nil {
		return err
	}
	return c.done(back, "flash.warn.seen", c.p.Count(n))
}

// deskWarnings are the first of a person's open warnings.
func (s *Server) deskWarnings(c *ctx, most int) (views.DeskList, error) {
	l := views.DeskList{ID: "warnings", Title: c.p.T("warn.title"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/warnings"}}
	rows, _, err := s.Bell.List(c.ctx(), c.by, true, 0, most)
	for i := range rows {
		w := &rows[i]
		k, act := s.warningClock(c, w), s.seeAction(c, w)
		row := views.DeskRow{Title: w.Title, Href: s.warningHref(c, w), Sub: w.Label + " · " + k.Name, Confidential: c.confidential(w.Restricted), Clock: &k, Step: &act}
		k.Name = "" // said already
		l.Rows = append(l.Rows, row)
	}
	return l, err
}

// deskTop is what stands on every desk before the roles: what the person is warned of, and their tasks.
func (s *Server) deskTop(c *ctx) (out []views.DeskList, err error) {
	for _, x := range []struct {
		action string
		list   func(*ctx, int) (views.DeskList, error)
	}{{"warning.view", s.deskWarnings}, {"task.work", s.deskTasks}} {
		if !s.Guard.CanAnywhere(c.by, x.action) {
			continue
		}
		l, err := x.list(c, deskTopLong)
		if err != nil {
			return nil, err
		}
		if len(l.Rows) > 0 {
			out = append(out, l)
		}
	}
	return out, nil
}

// deskTopLong is how long these lists are.
const deskTopLong = 4
