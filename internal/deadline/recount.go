package deadline

import (
	"context"
	"fmt"
	"slices"
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

// end is the clock's as it stands.
func (c *Clock) end() End { return End{c.StrictOn, c.DueOn, c.WatchOn, c.Provisional} }

// count is the one place where the end of a clock is counted: when it starts, and anew when the calendar changes.
func (c *Clocks) count(days *calendar.Calendar, r statute.Rule, start calendar.Day) (End, error) {
	due, err := c.rules.Due(days, r, start, statute.Options{})
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

// recount counts clocks by another calendar. Many clocks of one rule begin on the same day: each is counted once.
type recount struct {
	c     *Clocks
	days  *calendar.Calendar
	today calendar.Day
	rules map[[2]string]*statute.Rule
	ends  map[point]End
}

type point struct {
	rule  *statute.Rule
	start calendar.Day
}

func (c *Clocks) recount(days *calendar.Calendar, today calendar.Day) *recount {
	return &recount{c: c, days: days, today: today, rules: map[[2]string]*statute.Rule{}, ends: map[point]End{}}
}

// move says what becomes of a clock; false where nothing does. The wording of the rule is the one it is pinned to; a clock whose
// wording the rule book no longer has stays as it is.
func (r *recount) move(k *Clock) (Move, bool, error) {
	key := [2]string{k.Version, k.Kind}
	rule, asked := r.rules[key]
	if !asked {
		if found, ok := r.c.Rule(k); ok {
			rule = &found
		}
		r.rules[key] = rule
	}
	if rule == nil {
		return Move{}, false, nil
	}
	at := point{rule, k.StartedOn}
	to, counted := r.ends[at]
	if !counted {
		var err error
		if to, err = r.c.count(r.days, *rule, k.StartedOn); err != nil {
			return Move{}, false, fmt.Errorf("clock %s: %w", k.ID, err)
		}
		r.ends[at] = to
	}
	m := Move{Clock: *k, From: k.end(), To: to, RunsOut: k.WatchOn >= r.today && to.Watch < r.today}
	return m, m.From != to, nil
}

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
	r := c.recount(after, calendar.DayOf(c.db.Now()))
	seen, args := c.guard.Condition(by, "due.view", "deadlines", "subject_id")
	for last := ""; ; {
		var rows []struct {
			Clock
			Seen bool
		}
		err := c.db.Read(ctx).Model(&Clock{}).Select("deadlines.*, CASE WHEN "+seen+" THEN 1 ELSE 0 END = 1 AS seen", args...).
			Scopes(touched(p.First, p.Last)).Where("deadlines.stopped_on IS NULL AND deadlines.id > ?", last).Order("deadlines.id").Limit(page).Scan(&rows).Error
		if err != nil {
			return p, err
		}
		p.Open += len(rows)
		for i := range rows {
			m, moves, err := r.move(&rows[i].Clock)
			if err != nil {
				return p, err
			}
			if moves {
				p.add(m, rows[i].Seen, most)
			}
		}
		if len(rows) < page {
			break
		}
		last = rows[len(rows)-1].ID
	}
	p.sort(most)
	return p, nil
}

// page is how many clocks are read, or counted and written, at a time: between two transactions others write.
const page = 2000

func (p *Preview) add(m Move, seen bool, most int) {
	p.Moved++
	if m.From.Strict != m.To.Strict || m.From.Due != m.To.Due || m.From.Watch != m.To.Watch {
		p.Days++
	}
	switch {
	case m.From.Provisional && !m.To.Provisional:
		p.Firm++
	case m.To.Provisional && !m.From.Provisional:
		p.Loose++
	}
	if m.RunsOut {
		p.RunOut++
	}
	if !seen || most == 0 {
		return
	}
	if p.Moves = append(p.Moves, m); len(p.Moves) > 4*most {
		p.sort(most)
	}
}

// sort keeps the first of the moves: what runs out, then by the new day.
func (p *Preview) sort(most int) {
	slices.SortFunc(p.Moves, func(a, b Move) int {
		switch {
		case a.RunsOut != b.RunsOut:
			if a.RunsOut {
				return -1
			}
			return 1
		case a.To.Watch != b.To.Watch:
			return int(a.To.Watch - b.To.Watch)
		case a.Clock.ID < b.Clock.ID:
			return -1
		}
		return 1
	})
	if over := len(p.Moves) - most; over > 0 {
		p.More += over
		p.Moves = p.Moves[:most]
	}
}

func (c *Clocks) closed(q *gorm.DB, first, last calendar.Day) (n int64, err error) {
	err = q.Model(&Clock{}).Scopes(touched(first, last)).Where("deadlines.stopped_on IS NOT NULL").Count(&n).Error
	return n, err
}

// moveRow is a line of a clock's history.
type moveRow struct {
	NoticeID, DeadlineID     string
	FromStrict, FromDue      calendar.Day
	FromWatch                calendar.Day
	FromProvisional          bool
	ToStrict, ToDue, ToWatch calendar.Day
	ToProvisional            bool
	At                       time.Time
}

func (moveRow) TableName() string { return "deadline_moves" }

// OnMoved asks to be told which matters' clocks were counted anew, in the transaction: for who keeps a day of them.
func (c *Clocks) OnMoved(fn func(tx *store.Tx, subjectIDs []string) error) {
	c.moved = append(c.moved, fn)
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
	var rows []Clock
	q := tx.Scopes(touched(first, last)).Where("stopped_on IS NULL AND id > ?", n.CarriedTo).Order("id").Limit(page)
	if tx.Postgres() {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"}) // in order, so that a step that stops a clock waits instead
	}
	if err := q.Find(&rows).Error; err != nil {
		return err
	}
	if err := c.write(tx, &n, rows, c.recount(after, calendar.DayOf(tx.Now))); err != nil {
		return err
	}
	set := map[string]any{"carried": n.Carried, "moved": n.Moved, "overdue": n.Overdue, "carried_to": n.CarriedTo}
	if len(rows) < page {
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
func (c *Clocks) write(tx *store.Tx, n *almanac.Notice, rows []Clock, r *recount) error {
	if len(rows) == 0 {
		return nil
	}
	var moves []moveRow
	var subjects []string
	for i := range rows {
		k := &rows[i]
		m, moved, err := r.move(k)
		if err != nil {
			return err
		}
		if !moved {
			continue
		}
		if m.RunsOut {
			n.Overdue++
		}
		moves = append(moves, moveRow{n.ID, k.ID, m.From.Strict, m.From.Due, m.From.Watch, m.From.Provisional, m.To.Strict, m.To.Due, m.To.Watch, m.To.Provisional, tx.Now})
		subjects = append(subjects, k.SubjectID)
	}
	after := n.CarriedTo
	n.Carried += int64(len(rows))
	n.Moved += int64(len(moves))
	n.CarriedTo = rows[len(rows)-1].ID
	if len(moves) == 0 {
		return nil
	}
	if err := tx.CreateInBatches(moves, 500).Error; err != nil {
		return err
	}
	err := tx.Exec(`UPDATE deadlines SET strict_on = m.to_strict, due_on = m.to_due, watch_on = m.to_watch, provisional = m.to_provisional, calendar_gen = ?
		FROM deadline_moves m WHERE m.notice_id = ? AND m.deadline_id > ? AND m.deadline_id <= ? AND deadlines.id = m.deadline_id`,
		n.InGen, n.ID, after, n.CarriedTo).Error
	if err != nil {
		return err
	}
	slices.Sort(subjects)
	subjects = slices.Compact(subjects)
	for _, fn := range c.moved {
		if err := fn(tx, subjects); err != nil {
			return err
		}
	}
	return nil
}

// Moved is a line of a clock's history: which notice moved it, from where and to where.
type Moved struct {
	DeadlineID    string
	NoticeID      string
	Title, Number string
	Undo          bool
	From, To      End
	At            time.Time
}

// History are the moves of clocks that the caller has let the person see, the oldest first.
func (c *Clocks) History(ctx context.Context, clockIDs []string) ([]Moved, error) {
	return c.history(c.db.Read(ctx).Where("m.deadline_id IN ?", clockIDs))
}

func (c *Clocks) history(q *gorm.DB) ([]Moved, error) {
	var rows []struct {
		moveRow
		Title, Number string
		Undo          bool
	}
	err := q.Table("deadline_moves m").Joins("JOIN calendar_notices n ON n.id = m.notice_id").
		Select("m.*, n.title, n.number, CASE WHEN n.undoes IS NULL THEN 0 ELSE 1 END = 1 AS undo").Order("m.at, m.notice_id, m.deadline_id").Scan(&rows).Error
	out := make([]Moved, len(rows))
	for i, m := range rows {
		out[i] = Moved{m.DeadlineID, m.NoticeID, m.Title, m.Number, m.Undo,
			End{m.FromStrict, m.FromDue, m.FromWatch, m.FromProvisional}, End{m.ToStrict, m.ToDue, m.ToWatch, m.ToProvisional}, m.At}
	}
	return out, err
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
	if err := q().Count(&n).Error; err != nil {
		return nil, 0, err
	}
	var rows []struct {
		Clock
		moveRow
	}
	err = q().Select("deadlines.*, m.*").Order("m.to_watch, m.deadline_id").Limit(most).Scan(&rows).Error
	for _, x := range rows {
		m := Move{Clock: x.Clock, From: End{x.FromStrict, x.FromDue, x.FromWatch, x.FromProvisional}, To: End{x.ToStrict, x.ToDue, x.ToWatch, x.ToProvisional}}
		on := calendar.DayOf(x.At)
		m.RunsOut = x.FromWatch >= on && x.ToWatch < on
		moves = append(moves, m)
	}
	return moves, n, err
}
