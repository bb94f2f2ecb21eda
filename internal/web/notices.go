package web

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"huzhi/internal/almanac"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

// noticeAdd takes a file or a form and puts the notice before the chief.
func (s *Server) noticeAdd(c *ctx) error {
	var x calendar.Change
	sent := false
	f, err := c.upload("file", func(_ *form, name string, r io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, almanac.MostBytes+1))
		if err != nil {
			return badBody(err)
		}
		sent = true
		x, err = almanac.Read(name, text)
		return err
	})
	_, _ = io.Copy(io.Discard, c.Request().Body) // a browser hears the answer only after it has sent its file; the body is limited
	if f == nil {
		return err
	}
	if err == nil && f.raw("by") == "form" {
		x, err = typedNotice(f)
	} else if err == nil && !sent {
		f.faults.Add("file", "error.required")
		err = f.err()
	}
	var n *almanac.Notice
	if err == nil {
		id := f.id()
		if id == "" {
			id = s.DB.NewID()
		}
		n, err = s.Clocks.Wall().Propose(c.ctx(), c.by, id, x, f.text("why"))
	}
	if code, again := c.again(f, err); again {
		return s.noticeFormPage(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done(noticePath(n.ID), "flash.calendar.proposed")
}

// noticeEffect fills in what a notice would do to the clocks, or did; it gives the generation that the preview was made with.
func (s *Server) noticeEffect(c *ctx, n *almanac.Notice, v *views.NoticeView) (gen int64, err error) {
	if n.State == almanac.Rejected {
		v.PreviewIs, v.Only = c.p.T("calendar.preview"), c.p.T("calendar.preview.rejected")
		return 0, nil
	}
	if n.InGen > 0 {
		return 0, s.noticeResult(c, n, v)
	}
	p, err := s.Clocks.Preview(c.ctx(), c.by, n, movesShown)
	if e := errs.As(err); e != nil && e.Code == errs.Conflict { // it no longer fits what is in force
		v.PreviewIs, v.Remark = c.p.T("calendar.preview"), &views.Remark{Tone: parts.Late, Title: c.say(e)}
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	v.PreviewIs = c.p.T("calendar.preview")
	card := c.counts(v)
	card("calendar.count.moved", int64(p.Days), parts.Running)
	card("calendar.count.out", int64(p.RunOut), parts.Late)
	card("calendar.count.firm", int64(p.Firm), parts.Done)
	if p.Loose > 0 {
		card("calendar.count.loose", int64(p.Loose), parts.Soon)
	}
	card("calendar.count.closed", p.Closed, parts.Stopped)
	if p.First.IsZero() && v.Remark == nil {
		v.Remark = &views.Remark{Tone: parts.Running, Title: c.p.T("calendar.no_change")}
	}
	s.noticeMoves(c, v, p.Moves, int64(p.More))
	return p.Gen, nil
}

// noticeResult fills in what a notice did to the clocks, or how far that is.
func (s *Server) noticeResult(c *ctx, n *almanac.Notice, v *views.NoticeView) error {
	open, closed, err := s.Clocks.Reach(c.ctx(), c.by, n)
	if err != nil {
		return err
	}
	v.PreviewIs = c.p.T("calendar.result")
	card := c.counts(v)
	card("calendar.count.counted", n.Carried, parts.Running)
	card("calendar.count.changed", n.Moved, parts.Running)
	card("calendar.count.out", n.Overdue, parts.Late)
	card("calendar.count.closed", closed, parts.Stopped)
	if n.Carrying() {
		v.Remark = &views.Remark{Tone: parts.Running, Title: c.p.T("calendar.carrying"), Text: c.p.T("calendar.carrying.text", c.p.Count(n.Carried), c.p.Count(max(open, n.Carried)))}
		v.Done, v.Of = n.Carried, max(open, n.Carried)
		c.Response().Header().Set("Refresh", "2") // the page shows how far it is, and can be left
		return nil
	}
	moves, all, err := s.Clocks.Done(c.ctx(), c.by, n.ID, movesShown)
	if err != nil {
		return err
	}
	s.noticeMoves(c, v, moves, all-int64(len(moves)))
	return nil
}

// counts makes the cards of a notice's page.
func (c *ctx) counts(v *views.NoticeView) func(key string, count int64, tone parts.Tone) {
	return func(key string, count int64, tone parts.Tone) {
		v.Cards = append(v.Cards, parts.NumberCard{Label: c.p.T(key), Value: c.p.Count(count), Tone: toneIf(count > 0, tone)})
	}
}

// noticeMoves names the matters that move, to whoever may see matters.
func (s *Server) noticeMoves(c *ctx, v *views.NoticeView, moves []deadline.Move, more int64) {
	if !s.Guard.CanAnywhere(c.by, "due.view") {
		v.Only = c.p.T("calendar.counts_only")
		return
	}
	v.Moves = s.moveTable(c, moves)
	if more > 0 {
		v.More = c.p.T("calendar.more", c.p.Count(more))
	}
}

func (s *Server) moveTable(c *ctx, moves []deadline.Move) *parts.Table {
	t := &parts.Table{Caption: c.p.T("calendar.moves"), Columns: []parts.Column{{Label: c.p.T("due.matter")}, {Label: c.p.T("due.rule")}, {Label: c.p.T("calendar.watch")}, {Label: c.p.T("ledger.due")}},
		Empty: &parts.EmptyState{Icon: "calendar", Title: c.p.T("calendar.moves.none"), Text: c.p.T("calendar.moves.none.text")}}
	soft := func(e deadline.End) string {
		if e.Provisional {
			return c.p.T("parts.clock.provisional")
		}
		return ""
	}
	for _, m := range moves {
		k, out := m.Clock, ""
		name, cite := k.Rule, ""
		if r, ok := s.Clocks.Rule(&k); ok {
			name, cite = r.Title.In(c.p.Lang()), r.Cite.In(c.p.Lang())
		}
		row := parts.Row{}
		if m.RunsOut {
			out = c.p.T("calendar.runs_out")
			row.Tone = parts.Late
		}
		row.Cells = []parts.Cell{
			parts.BodyCell(views.DueMatter(c.p, views.Matter{Label: k.Label, Href: s.matterHref(c, k.SubjectKind, k.SubjectID), Kind: c.p.T("due.kind." + k.SubjectKind), Title: k.Title, Confidential: c.confidential(k.Restricted)})),
			parts.TextCell(name, cite), parts.BodyCell(views.MoveCell(c.p, c.p.Day(m.From.Watch), c.p.Day(m.To.Watch), soft(m.From), soft(m.To), out)),
			parts.BodyCell(views.MoveCell(c.p, c.p.Day(m.From.Due), c.p.Day(m.To.Due), "", "", "")),
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// noticeForms are the acts open to this person on a notice.
func (s *Server) noticeForms(c *ctx, n *almanac.Notice, gen int64, act string, back *form) []views.ActForm {
	p, office := c.p, s.Clocks.Wall().Office()
	one := func(name, icon, look string, required, fold bool) views.ActForm {
		f := blank(nil)
		if act == name && back != nil {
			f = back
		}
		a := views.ActForm{ID: name, Icon: icon, Title: p.T("calendar.act." + name), Hint: p.T("calendar.act." + name + ".hint"), Fold: fold,
			Form: parts.Form{Action: noticePath(n.ID) + "/" + name, Submit: p.T("calendar.act." + name), Look: look, Hidden: []parts.Hidden{version(n.Version), genField(gen)}}}
		if required {
			a.Fields = numbered(name, f.fill(p, parts.Field{Name: "why", Label: p.T("calendar.why"), Type: parts.LongText, Rows: 3, Max: 2000, Required: true}))
		}
		if name == "undo" {
			a.Form.Hidden = append(a.Form.Hidden, c.newID(f, "id"))
		}
		a.Error = f.general(p, a.Fields...)
		return a
	}
	var out []views.ActForm
	if n.State == almanac.Proposed && c.can("calendar.approve", office) && n.ProposedBy != c.by.ID {
		if gen > 0 {
			out = append(out, one("approve", "circle-check", "", true, false))
		}
		out = append(out, one("reject", "circle-x", "danger", true, true))
	}
	if n.State == almanac.Proposed && n.ProposedBy == c.by.ID {
		out = append(out, one("withdraw", "arrow-back-up", "danger", false, true))
	}
	if n.State == almanac.Approved && !n.Undo() && !n.Release() && !n.Carrying() && c.can("calendar.propose", office) {
		out = append(out, one("undo", "history", "", true, true))
	}
	return out
}

// noticeAct is the frame of the acts on a notice's page.
func (s *Server) noticeAct(c *ctx, name string, act func(id string, f *form) (to string, err error), flash string) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	to, err := act(id, f)
	err = c.changed("calendar:"+id, err)
	if code, again := c.again(f, err); again {
		return s.noticePage(c, code, id, name, f)
	}
	if err != nil {
		return err
	}
	return c.done(noticePath(to), flash)
}

// carryTime is how long an approval waits for the clocks: what is left then goes on by itself, and the page shows how far it is.
const carryTime = 2 * time.Second

func (s *Server) noticeApprove(c *ctx) error {
	return s.noticeAct(c, "approve", func(id string, f *form) (string, error) {
		if _, err := s.Clocks.Wall().Approve(c.ctx(), c.by, id, decision(f)); err != nil {
			return id, err
		}
		within, cancel := context.WithTimeout(c.ctx(), s.carry)
		defer cancel()
		done, err := s.Clocks.Carry(within)
		if err != nil && !errors.Is(within.Err(), context.DeadlineExceeded) {
			s.Log.Error("clocks are not all counted anew", "notice", id, "err", err) // it is approved all the same, and the sweep goes on
		}
		if !done && s.Unfinished != nil {
			s.Unfinished()
		}
		return id, nil
	}, "flash.calendar.approved")
}

func (s *Server) noticeReject(c *ctx) error {
	return s.noticeAct(c, "reject", func(id string, f *form) (string, error) {
		_, err := s.Clocks.Wall().Reject(c.ctx(), c.by, id, decision(f))
		return id, err
	}, "flash.calendar.rejected")
}

func (s *Server) noticeWithdraw(c *ctx) error {
	return s.noticeAct(c, "withdraw", func(id string, f *form) (string, error) {
		return id, s.Clocks.Wall().Withdraw(c.ctx(), c.by, id, f.number("version"))
	}, "flash.calendar.withdrawn")
}

func (s *Server) noticeUndo(c *ctx) error {
	return s.noticeAct(c, "undo", func(id string, f *form) (string, error) {
		own := f.id()
		if own == "" {
			own = s.DB.NewID()
		}
		n, err := s.Clocks.Wall().ProposeUndo(c.ctx(), c.by, own, id, f.text("why"))
		if err != nil {
			return id, err
		}
		return n.ID, nil
	}, "flash.calendar.proposed")
}

// noticeDesk are the notices that wait for the office's chief.
func (s *Server) noticeDesk(c *ctx) (l views.DeskList, any bool, err error) {
	l = views.DeskList{ID: "calendar", Title: c.p.T("calendar.desk"), More: &parts.Link{Label: c.p.T("nav.calendar"), Href: "/calendar"}}
	if !c.can("calendar.approve", s.Clocks.Wall().Office()) {
		return l, false, nil
	}
	rows, err := s.Clocks.Wall().List(c.ctx(), c.by, 0, almanac.Proposed)
	for _, n := range rows {
		if n.ProposedBy != c.by.ID {
			l.Rows = append(l.Rows, views.DeskRow{Title: s.noticeTitle(c, &n), Href: noticePath(n.ID), Sub: strconv.Itoa(n.Year) + " · " + n.ProposedName + " · " + c.p.Time(n.ProposedAt), Next: c.p.T("calendar.desk.next")})
		}
	}
	return l, len(l.Rows) > 0, err
}
