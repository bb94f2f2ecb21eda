package deadline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"huzhi/internal/access"
	"huzhi/internal/almanac"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// End is the end of a clock as it is counted.
type End struct {
	Strict, Due, Watch calendar.Day
	Provisional        bool
}

// count is the one place where the end of a clock is counted: when it starts, and anew when the calendar changes.
func (c *Clocks) count(days *calendar.Calendar, r statute.Rule, start calendar.Day, o statute.Options) (End, error) {
	due, err := c.rules.Due(days, r, start, o)
	if err != nil {
		return End{}, err
	}
	e := End{Strict: due.Strict, Due: due.Due, Watch: due.Due, Provisional: due.Provisional}
	if r.Strict {
		e.Watch = e.Strict
	}
	return e, nil
}

// Move is what a notice did, or would do, to a clock.
type Move struct {
	Clock    Clock // as it stood before
	From, To End
	RunsOut  bool // its day was still to come, and is past now
}

// group are clocks that are counted alike: of one rule, from one day, to one end. A clock with an interval or an extension of its own is a
// group by itself.
type group struct {
	OwnID                               string
	Version, Kind                       string
	StartedOn, StrictOn, DueOn, WatchOn calendar.Day
	Provisional                         bool
	N                                   int
}

const (
	ownID   = "CASE WHEN deadlines.own THEN deadlines.id ELSE '' END"
	grouped = "deadlines.version, deadlines.kind, deadlines.started_on, deadlines.strict_on, deadlines.due_on, deadlines.watch_on, deadlines.provisional, " + ownID
)

// groups are the groups of the clocks that q finds.
func groups(q *gorm.DB) (out []group, err error) {
	return out, q.Model(&Clock{}).Select(grouped + " AS own_id, COUNT(*) AS n").Group(grouped).Scan(&out).Error
}

// shift is what becomes of a group.
type shift struct {
	group
	from, to End
	runsOut  bool
}

// shifts says what becomes of groups by another calendar; those that stay as they are are left out. The wording of the rule is the one a
// clock is pinned to; where the rule book no longer has it, the clock stays.
func (c *Clocks) shifts(q *gorm.DB, days *calendar.Calendar, today calendar.Day, in []group) ([]shift, error) {
	own, err := c.ownRows(q, in)
	if err != nil {
		return nil, err
	}
	var out []shift
	for _, g := range in {
		rule, ok := c.rules.ByVersion(g.Version, g.Kind)
		if !ok {
			continue
		}
		to, err := c.count(days, rule, g.StartedOn, own(g.OwnID, rule))
		if err != nil {
			return nil, fmt.Errorf("clocks of %s from %s: %w", g.Version, g.StartedOn, err)
		}
		if from := (End{g.StrictOn, g.DueOn, g.WatchOn, g.Provisional}); from != to {
			out = append(out, shift{g, from, to, g.WatchOn >= today && to.Watch < today})
		}
	}
	slices.SortStableFunc(out, func(a, b shift) int { // what runs out first, then by the new day
		if a.runsOut != b.runsOut {
			if a.runsOut {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.to.Watch, b.to.Watch), cmp.Compare(a.Version, b.Version), cmp.Compare(a.StartedOn, b.StartedOn), cmp.Compare(a.DueOn, b.DueOn))
	})
	return out, nil
}

// table is the shifts as a table of SQL named v, in their order.
func table(in []shift) (sql string, args []any) {
	var b strings.Builder
	b.WriteString("WITH v (place, own_id, version, kind, started_on, strict_on, due_on, watch_on, provisional, to_strict, to_due, to_watch, to_provisional) AS (VALUES ")
	for i, x := range in {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(CAST(? AS INTEGER), ?, ?, ?, ?, ?, ?, ?, CAST(? AS BOOLEAN), ?, ?, ?, CAST(? AS BOOLEAN))")
		args = append(args, i, x.OwnID, x.Version, x.Kind, x.StartedOn, x.StrictOn, x.DueOn, x.WatchOn, x.Provisional, x.to.Strict, x.to.Due, x.to.Watch, x.to.Provisional)
	}
	b.WriteString(") ")
	return b.String(), args
}

// alike joins the clocks of a table's groups.
const alike = `v.started_on = deadlines.started_on AND v.strict_on = deadlines.strict_on AND v.version = deadlines.version AND v.kind = deadlines.kind
	AND v.own_id = CASE WHEN deadlines.own THEN deadlines.id ELSE '' END AND v.due_on = deadlines.due_on AND v.watch_on = deadlines.watch_on AND v.provisional = deadlines.provisional`

// touched narrows to clocks that were counted over any of these days, forwards or back: no other can move.
func touched(first, last calendar.Day) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		return q.Where("deadlines.started_on <= ? AND deadlines.due_on >= ? OR deadlines.due_on <= ? AND deadlines.started_on >= ?", last, first, last, first)
	}
}

// Preview is what a notice would do to the clocks, or has done.
type Preview struct {
	Gen         int64        // of the calendar before
	First, Last calendar.Day // the days that change; no day: nothing does
	Open        int          // running clocks counted over these days
	Moved       int          // of these: get another day, or become firm or provisional
	Days        int          // of these: get another day
	Firm        int          // were provisional, are not any more
	Loose       int          // become provisional
	RunOut      int          // run out by it
	Closed      int64        // stopped clocks counted over these days: untouched
	Moves       []Move       // those of matters that the person may see, the next to watch first
	More        int          // moves that the person may see and that are left out
}

// Preview says what approving a proposal would do today; nothing is written. Everybody who may see the calendar reads the counts; the matters
// are those within the person's own scope, most of them at the most.
func (c *Clocks) Preview(ctx context.Context, by access.Actor, n *almanac.Notice, most int) (Preview, error) {
	var p Preview
	if err := c.guard.AllowAnywhere(by, "calendar.view"); err != nil {
		return p, err
	}
	before, after, gen, err := c.wall.Sides(ctx, n)
	if err != nil {
		return p, err
	}
	p.Gen = gen
	if p.First, p.Last = before.Diff(after); p.First.IsZero() {
		return p, nil
	}
	if p.Closed, err = c.closed(c.db.Read(ctx), p.First, p.Last); err != nil {
		return p, err
	}
	open := func() *gorm.DB {
		return c.db.Read(ctx).Scopes(touched(p.First, p.Last)).Where("deadlines.stopped_on IS NULL")
	}
	count := func(q *gorm.DB) (all []group, moved []shift, err error) {
		if all, err = groups(q); err == nil {
			moved, err = c.shifts(c.db.Read(ctx), after, calendar.DayOf(c.db.Now()), all)
		}
		return all, moved, err
	}
	all, moved, err := count(open())
	if err != nil {
		return p, err
	}
	for _, g := range all {
		p.Open += g.N
	}
	for _, x := range moved {
		p.add(x)
	}
	if !c.guard.CanAnywhere(by, "due.view") || most == 0 {
		return p, nil
	}
	if _, moved, err = count(open().Scopes(c.guard.ScopeOn(by, "due.view", "deadlines", "subject_id"))); err != nil {
		return p, err
	}
	p.Moves, p.More, err = c.moves(ctx, by, moved, most)
	return p, err
}

func (p *Preview) add(x shift) {
	p.Moved += x.N
	if x.from.Strict != x.to.Strict || x.from.Due != x.to.Due || x.from.Watch != x.to.Watch {
		p.Days += x.N
	}
	switch {
	case x.from.Provisional && !x.to.Provisional:
		p.Firm += x.N
	case x.to.Provisional && !x.from.Provisional:
		p.Loose += x.N
	}
	if x.runsOut {
		p.RunOut += x.N
	}
}

// moves are the first clocks of shifts, which hold only what the person may see, and how many more there are.
func (c *Clocks) moves(ctx context.Context, by access.Actor, moved []shift, most int) (out []Move, more int, err error) {
	for _, x := range moved {
		more += x.N
	}
	moved = moved[:min(len(moved), most)] // each has a clock at least
	if len(moved) == 0 {
		return nil, 0, nil
	}
	sql, args := table(moved)
	scope, only := c.guard.Condition(by, "due.view", "deadlines", "subject_id")
	var rows []struct {
		Clock
		Place int
	}
	err = c.db.Read(ctx).Raw(sql+"SELECT deadlines.*, v.place FROM v JOIN deadlines ON "+alike+" WHERE deadlines.stopped_on IS NULL AND "+scope+
		" ORDER BY v.place, deadlines.id LIMIT ?", append(append(args, only...), most)...).Scan(&rows).Error
	for _, r := range rows {
		x := moved[r.Place]
		out = append(out, Move{Clock: r.Clock, From: x.from, To: x.to, RunsOut: x.runsOut})
	}
	return out, more - len(out), err
}

// page is how many clocks are counted and written at a time: between two transactions others write.
const page = 2500

func (c *Clocks) closed(q *gorm.DB, first, last calendar.Day) (n int64, err error) {
	err = q.Model(&Clock{}).Scopes(touched(first, last)).Where("deadlines.stopped_on IS NOT NULL").Count(&n).Error
	return n, err
}

// OnMoved asks to be told which matters of a kind had a clock counted anew, in the transaction: for who keeps a day of them.
func (c *Clocks) OnMoved(kind string, fn func(tx *store.Tx, subjectIDs []string) error) {
	c.moved = append(c.moved, follower{kind, fn})
}

type follower struct {
	kind string
	tell func(tx *store.Tx, subjectIDs []string) error
}

// Carry counts the running clocks anew for the notices that were approved, in transactions of a page each, until nothing is left or ctx ends:
// whoever comes next goes on where it stopped. Stopped clocks are untouched. It says whether everything is done.
func (c *Clocks) Carry(ctx context.Context) (done bool, err error) {
	for {
		if err := c.wall.Refresh(ctx); err != nil {
			return false, err
		}
		var waiting []almanac.Notice
		err := c.db.Read(ctx).Where("in_gen > 0 AND carried_at IS NULL").Order("in_gen").Limit(1).Find(&waiting).Error
		if err != nil || len(waiting) == 0 {
			return err == nil, err
		}
		before, after, _, err := c.wall.Sides(ctx, &waiting[0])
		if err != nil {
			return false, err
		}
		if err := c.db.Tx(ctx, func(tx *store.Tx) error { return c.carryTx(tx, waiting[0].ID, before, after) }); err != nil {
			return false, err
		}
	}
}

// carryTx counts one page of clocks.
func (c *Clocks) carryTx(tx *store.Tx, id string, before, after *calendar.Calendar) error {
	if err := tx.Lock("calendar_notices", id); err != nil {
		return err
	}
	var n almanac.Notice
	if err := tx.Where("id = ?", id).Take(&n).Error; err != nil || !n.Carrying() {
		return err
	}
	first, last := before.Diff(after)
	var ids []string
	q := tx.Model(&Clock{}).Scopes(touched(first, last)).Where("deadlines.stopped_on IS NULL AND deadlines.id > ?", n.CarriedTo).Order("deadlines.id").Limit(page)
	if tx.Postgres() {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"}) // in order, so that a step that stops a clock waits
	}
	if err := q.Pluck("deadlines.id", &ids).Error; err != nil {
		return err
	}
	if err := c.write(tx, &n, ids, first, last, after); err != nil {
		return err
	}
	set := map[string]any{"carried": n.Carried, "moved": n.Moved, "overdue": n.Overdue, "carried_to": n.CarriedTo}
	if len(ids) < page {
		set["carried_at"] = tx.Now
		closed, err := c.closed(tx.DB, first, last)
		if err != nil {
			return err
		}
		if err := audit.Append(tx, access.System().Entry("calendar.recount", n.Jurisdiction, "calendar:"+n.ID, map[string]any{
			"year": n.Year, "first": first.String(), "last": last.String(), "open": n.Carried, "moved": n.Moved, "run_out": n.Overdue, "closed_untouched": closed,
			"calendar": after.Hash(), "approved_by": n.DecidedName,
		})); err != nil {
			return err
		}
	}
	return tx.Model(&almanac.Notice{}).Where("id = ?", n.ID).Updates(set).Error
}

// write writes the moves of one page: the history first, then the clocks from it.
func (c *Clocks) write(tx *store.Tx, n *almanac.Notice, ids []string, first, last calendar.Day, days *calendar.Calendar) error {
	if len(ids) == 0 {
		return nil
	}
	after, to := n.CarriedTo, ids[len(ids)-1]
	n.Carried += int64(len(ids))
	n.CarriedTo = to
	in, err := groups(tx.Scopes(touched(first, last)).Where("deadlines.stopped_on IS NULL AND deadlines.id > ? AND deadlines.id <= ?", after, to))
	if err != nil {
		return err
	}
	moved, err := c.shifts(tx.DB, days, calendar.DayOf(tx.Now), in)
	if err != nil || len(moved) == 0 {
		return err
	}
	for _, x := range moved {
		n.Moved += int64(x.N)
		if x.runsOut {
			n.Overdue += int64(x.N)
		}
	}
	sql, args := table(moved)
	err = tx.Exec(sql+`INSERT INTO deadline_moves (notice_id, deadline_id, from_strict, from_due, from_watch, from_provisional, to_strict, to_due, to_watch, to_provisional, at)
		SELECT ?, deadlines.id, v.strict_on, v.due_on, v.watch_on, v.provisional, v.to_strict, v.to_due, v.to_watch, v.to_provisional, ? FROM deadlines JOIN v ON `+alike+`
		WHERE deadlines.stopped_on IS NULL AND deadlines.id > ? AND deadlines.id <= ?`, append(args, n.ID, tx.Now, after, to)...).Error
	if err != nil {
		return err
	}
	err = tx.Exec(`UPDATE deadlines SET strict_on = m.to_strict, due_on = m.to_due, watch_on = m.to_watch, provisional = m.to_provisional, calendar_gen = ?
		FROM deadline_moves m WHERE m.notice_id = ? AND m.deadline_id > ? AND m.deadline_id <= ? AND deadlines.id = m.deadline_id`, n.InGen, n.ID, after, to).Error
	for _, f := range c.moved {
		var subjects []string
		if err == nil {
			err = tx.Table("deadline_moves m").Joins("JOIN deadlines ON deadlines.id = m.deadline_id").
				Where("m.notice_id = ? AND m.deadline_id > ? AND m.deadline_id <= ? AND deadlines.subject_kind = ?", n.ID, after, to, f.kind).
				Distinct().Order("deadlines.subject_id").Pluck("deadlines.subject_id", &subjects).Error
		}
		if err == nil && len(subjects) > 0 {
			err = f.tell(tx, subjects)
		}
	}
	return err
}

// Line is a row of a clock's history.
type Line struct {
	NoticeID, DeadlineID     string
	FromStrict, FromDue      calendar.Day
	FromWatch                calendar.Day
	FromProvisional          bool
	ToStrict, ToDue, ToWatch calendar.Day
	ToProvisional            bool
	At                       time.Time
}

// From is the clock's end before the move.
func (l *Line) From() End { return End{l.FromStrict, l.FromDue, l.FromWatch, l.FromProvisional} }

// To is the clock's end after it.
func (l *Line) To() End { return End{l.ToStrict, l.ToDue, l.ToWatch, l.ToProvisional} }

// Moved is a line of a clock's history with the notice that moved it.
type Moved struct {
	Line
	Title, Number string
	Undo          bool // by its being undone
}

// History are the moves of clocks that the caller has let the person see, the oldest first.
func (c *Clocks) History(ctx context.Context, clockIDs []string) ([]Moved, error) {
	var rows []Moved
	return rows, c.db.Read(ctx).Table("deadline_moves m").Joins("JOIN calendar_notices n ON n.id = m.notice_id").Where("m.deadline_id IN ?", clockIDs).
		Select("m.*, n.title, n.number, n.undoes IS NOT NULL AS undo").Order("n.in_gen, m.deadline_id").Scan(&rows).Error
}

// Done are the moves of a notice that was approved, of matters that the person may see, the next to watch first, and how many there are.
func (c *Clocks) Done(ctx context.Context, by access.Actor, notice string, most int) (moves []Move, n int64, err error) {
	if err := c.guard.AllowAnywhere(by, "calendar.view"); err != nil {
		return nil, 0, err
	}
	q := func() *gorm.DB {
		return c.db.Read(ctx).Table("deadline_moves m").Joins("JOIN deadlines ON deadlines.id = m.deadline_id").
			Scopes(c.guard.ScopeOn(by, "due.view", "deadlines", "subject_id")).Where("m.notice_id = ?", notice)
	}
	if err := q().Count(&n).Error; err != nil || n == 0 {
		return nil, 0, err
	}
	var rows []struct {
		Clock
		Line
	}
	err = q().Select("deadlines.*, m.*").Order("m.to_watch, m.deadline_id").Limit(most).Scan(&rows).Error
	for i := range rows {
		x := &rows[i]
		on := calendar.DayOf(x.At)
		moves = append(moves, Move{Clock: x.Clock, From: x.From(), To: x.To(), RunsOut: x.FromWatch >= on && x.ToWatch < on})
	}
	return moves, n, err
}
