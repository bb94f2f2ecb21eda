// Package almanac keeps the calendar in force: the program's years and the holiday notices that a chief has approved, proposed by one person and decided by another.
//
// A notice is never changed once it stands: it is proposed, approved or
// rejected, and undone by a proposal of its own. Each approval is a new
// generation of the calendar; every process compares the generation's row and
// reads the notices again when it differs. A year that comes with a new program
// is a notice too, which nobody decides (release.go).
package almanac

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
)

// The states of a notice.
const (
	Proposed = "proposed" // waits for a chief
	Approved = "approved" // in the calendar; a proposal to undo: carried out
	Undone   = "undone"   // was in the calendar
	Rejected = "rejected" // by a chief, or withdrawn by who proposed it
)

// Notice is a holiday notice, or the proposal to undo one.
type Notice struct {
	ID             string
	Undoes         *string // the notice to be undone; nil for a notice
	Jurisdiction   string
	Year           int
	Correction     bool // changes some days of a year that is known
	Title, Number  string
	Text, Hash     string // as yaml, and its SHA-256
	State          string
	ProposedBy     string
	ProposedName   string
	ProposedAt     time.Time
	ProposedWhy    string
	DecidedBy      string
	DecidedName    string
	DecidedAt      *time.Time
	DecidedWhy     string
	InGen, OutGen  int64 // in the calendar from InGen until before OutGen; 0: not yet
	CarriedTo      string
	Carried, Moved int64 // clocks counted anew so far, and how many of them moved
	Overdue        int64 // of these: run out by it
	CarriedAt      *time.Time
	Version        int64
}

// TableName is the table of the notices.
func (Notice) TableName() string { return "calendar_notices" }

// Undo says whether it is the proposal to undo another notice.
func (n *Notice) Undo() bool { return n.Undoes != nil }

// Carrying says whether the clocks are still being counted anew.
func (n *Notice) Carrying() bool { return n.InGen > 0 && n.CarriedAt == nil }

// Change is what the notice says.
func (n *Notice) Change() (calendar.Change, error) {
	return calendar.ParseChange("notice-"+n.ID+".yaml", []byte(n.Text))
}

// sheet is the calendar of one generation.
type sheet struct {
	gen  int64
	days *calendar.Calendar
}

// Wall is the calendar on the office's wall: everybody counts by it. It is safe for many at once.
type Wall struct {
	db      *store.DB
	guard   *access.Guard
	base    *calendar.Calendar // the program's own years: in force once they are remembered or adopted
	office  string             // the jurisdiction whose chief decides
	now     atomic.Pointer[sheet]
	loading sync.Mutex
	past    map[int64]*calendar.Calendar // earlier generations, built when asked for
	adopted atomic.Bool                  // the program brings nothing that the database does not know
}

// New reads the notices in force. base is the program's years, office the jurisdiction whose administrator proposes and whose chief decides.
func New(ctx context.Context, db *store.DB, guard *access.Guard, base *calendar.Calendar, office string) (*Wall, error) {
	w := &Wall{db: db, guard: guard, base: base, office: office, past: map[int64]*calendar.Calendar{}}
	return w, w.Refresh(ctx)
}

// Days is the calendar in force, as this process knows it.
func (w *Wall) Days() *calendar.Calendar { return w.now.Load().days }

// Gen is the generation of Days.
func (w *Wall) Gen() int64 { return w.now.Load().gen }

// Base is the calendar of the program's own years.
func (w *Wall) Base() *calendar.Calendar { return w.base }

// Office is the jurisdiction whose administrator proposes and whose chief decides.
func (w *Wall) Office() string { return w.office }

// Refresh reads the notices again when another process has approved one. The site asks it once a request.
func (w *Wall) Refresh(ctx context.Context) error {
	_, err := w.at(w.db.Read(ctx), "SELECT gen FROM calendar_generation WHERE id = 1")
	return err
}

// DaysTx is the calendar in force within a transaction, and its generation: no approval comes between it and the commit, so that
// no clock is counted with yesterday's calendar and missed by the counting anew.
func (w *Wall) DaysTx(tx *store.Tx) (*calendar.Calendar, int64, error) {
	s := store.Keep(tx, w, func() *sheet { return &sheet{} })
	if s.days != nil {
		return s.days, s.gen, nil
	}
	sql := "SELECT gen FROM calendar_generation WHERE id = 1"
	if tx.Postgres() {
		sql += " FOR SHARE"
	}
	in, err := w.at(tx.DB, sql)
	if err != nil {
		return nil, 0, err
	}
	*s = *in
	return s.days, s.gen, nil
}

// at is the sheet of the generation that sql asks for, read anew when it is not the one held.
func (w *Wall) at(q *gorm.DB, sql string) (*sheet, error) {
	var gen int64
	if err := q.Raw(sql).Scan(&gen).Error; err != nil {
		return nil, fmt.Errorf("almanac: %w", err)
	}
	if s := w.now.Load(); s != nil && s.gen == gen {
		return s, nil
	}
	days, err := w.build(q, gen)
	if err != nil {
		return nil, err
	}
	s := &sheet{gen, days}
	w.loading.Lock()
	defer w.loading.Unlock()
	if held := w.now.Load(); held == nil || held.gen < gen { // never back, where two read at once
		w.now.Store(s)
	}
	return s, nil
}

// build is the calendar of a generation, which must not be later than the one in force.
func (w *Wall) build(q *gorm.DB, gen int64) (*calendar.Calendar, error) {
	var rows []Notice
	err := q.Where("undoes IS NULL AND in_gen > 0 AND in_gen <= ? AND (out_gen = 0 OR out_gen > ?)", gen, gen).Order("in_gen").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("almanac: %w", err)
	}
	days, err := w.first(q)
	if err != nil {
		return nil, fmt.Errorf("almanac: %w", err)
	}
	slices.SortStableFunc(rows, func(a, b Notice) int { // the office's own notices stand on the program's years, whichever came first
		switch {
		case a.Release() == b.Release():
			return 0
		case a.Release():
			return -1
		}
		return 1
	})
	for i := range rows {
		x, err := rows[i].Change()
		if err == nil {
			days, err = days.Apply(x)
		}
		if err != nil {
			return nil, fmt.Errorf("almanac: notice %s: %w", rows[i].ID, err)
		}
	}
	return days, nil
}

// At is the calendar of a generation: what a clock that stands still was counted with. What is later than this process knows is read as the one in force.
func (w *Wall) At(ctx context.Context, gen int64) (*calendar.Calendar, error) {
	if s := w.now.Load(); gen >= s.gen {
		return s.days, nil
	}
	w.loading.Lock()
	days, built := w.past[gen]
	w.loading.Unlock()
	if built {
		return days, nil
	}
	days, err := w.build(w.db.Read(ctx), gen)
	if err != nil {
		return nil, err
	}
	w.loading.Lock()
	w.past[gen] = days
	w.loading.Unlock()
	return days, nil
}
