// Package task is the task (任务): something to be done in a case, by one of its members, until a day; its history only grows.
//
// Who sees the case sees its tasks, in a restricted case its members alone. So a
// task is given to a member only: nobody learns by it of a case they may not see.
// Members give tasks and finish each other's; the chief does so in every case of
// the office. Whoever gave a task, or the chief, changes and withdraws it: nobody
// puts off what others wait for. Closing a case ends no task; once it is archived,
// nothing new is begun in it, and what was left open can only be finished.
package task

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The states.
const (
	StateOpen      = "open"
	StateDone      = "done"
	StateCancelled = "cancelled"
)

// Task is something to be done.
type Task struct {
	ID        string `gorm:"primaryKey"`
	CaseID    string
	Title     string
	Text      string
	Assignee  string       // who is to do it, a member of the case
	DueOn     calendar.Day // the last day
	State     string
	MadeBy    string
	MadeOn    calendar.Day
	MadeAt    time.Time
	SettledOn calendar.Day // done or cancelled
	Version   int64
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

// Overdue says whether it should have been done by a day.
func (t *Task) Overdue(today calendar.Day) bool { return t.State == StateOpen && t.DueOn < today }

// Step is something that was done with a task, and how it stood after it.
type Step struct {
	TaskID    string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"` // the task's version after it
	Step      string // add, change, done, cancel, reopen, hand
	At        time.Time
	Actor     string
	ActorName string
	Note      string
	Title     string
	Text      string
	Assignee  string
	DueOn     calendar.Day
}

// TableName is the table of the steps.
func (Step) TableName() string { return "task_steps" }

// Board is the service.
type Board struct {
	db    *store.DB
	guard *access.Guard
}

// New makes the service.
func New(db *store.DB, guard *access.Guard) *Board { return &Board{db: db, guard: guard} }

// Input is what a task is, as a form says it.
type Input struct {
	ID       string // made by the form; the same id with the same content is the same task
	Title    string
	Text     string
	Assignee string
	DueOn    calendar.Day
}

// matter is what a task must know of its case.
type matter struct {
	ID, Number, State, Jurisdiction string
}

// archived says whether nothing new is begun in the case.
func (m *matter) archived() bool { return m.State == "archived" }

// matter reads a case within the person's scope. NotFound; a case that is there but not theirs is told to the log.
func (b *Board) matter(tx *store.Tx, by access.Actor, id string) (*matter, error) {
	var m matter
	err := tx.Table("cases").Scopes(b.guard.Scope(by, "case.view", "cases")).Where("cases.id = ?", id).Take(&m).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return &m, err
	}
	e := errs.New(errs.NotFound, "error.not_found")
	var n int64
	if err := tx.Table("cases").Where("id = ?", id).Count(&n).Error; err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, e.On("case:" + id)
	}
	return nil, e
}

// mayWork asks whether somebody may work on the tasks of a case: its members and the chief. own asks for more: to have given the task, or to be the chief.
func (b *Board) mayWork(tx *store.Tx, by access.Actor, m *matter, t *Task, own bool) error {
	subject := "case:" + m.ID
	if t != nil {
		subject = "task:" + t.ID
	}
	if err := b.guard.Allow(by, "task.work", m.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On(subject)
		}
		return err
	}
	if by.IsSystem() || b.guard.Can(by, "case.approve", m.Jurisdiction) {
		return nil
	}
	in, err := member(tx, m.ID, by.ID)
	switch {
	case err != nil:
		return err
	case !in:
		return errs.New(errs.Forbidden, "error.task.member").On(subject)
	case own && t.MadeBy != by.ID:
		return errs.New(errs.Forbidden, "error.task.own").On(subject)
	}
	return nil
}

func member(tx *store.Tx, caseID, userID string) (bool, error) {
	var n int64
	err := tx.Raw("SELECT COUNT(*) FROM members m JOIN users u ON u.id = m.user_id WHERE m.subject_id = ? AND m.user_id = ? AND u.disabled_at IS NULL", caseID, userID).Scan(&n).Error
	return n > 0, err
}

// check looks at what was given; before is the task as it stands, nil where it is new.
func (b *Board) check(tx *store.Tx, m *matter, in *Input, before *Task) error {
	var bad errs.Faults
	in.Title, in.Text = strings.TrimSpace(in.Title), strings.TrimSpace(in.Text)
	bad.Require("title", in.Title)
	bad.Limit("title", in.Title, 200)
	bad.Limit("text", in.Text, 5000)
	if before == nil || before.Assignee != in.Assignee {
		in, err := member(tx, m.ID, in.Assignee)
		if err != nil {
			return err
		}
		if !in {
			bad.Add("assignee", "error.task.assignee")
		}
	}
	if before == nil || before.DueOn != in.DueOn {
		dueDay(&bad, in.DueOn, calendar.DayOf(tx.Now))
	}
	return bad.Err()
}

// dueDay notes a day that is missing or over.
func dueDay(bad *errs.Faults, due, today calendar.Day) {
	switch {
	case due.IsZero():
		bad.Add("due_on", "error.required")
	case due < today:
		bad.Add("due_on", "error.task.day_past", today)
	}
}

// Add gives a task to a member of a case. NotFound, Forbidden; Conflict when the case is archived or the id was used for something else; Invalid.
func (b *Board) Add(ctx context.Context, by access.Actor, caseID string, in Input) (t *Task, err error) {
	err = b.db.Tx(ctx, func(tx *store.Tx) error { t, err = b.AddTx(tx, by, caseID, in); return err })
	return t, err
}

// AddTx is Add in the caller's transaction.
func (b *Board) AddTx(tx *store.Tx, by access.Actor, caseID string, in Input) (*Task, error) {
	if err := tx.Lock("cases", caseID); err != nil {
		return nil, err
	}
	m, err := b.matter(tx, by, caseID)
	if err != nil {
		return nil, err
	}
	if m.archived() {
		return nil, errs.New(errs.Conflict, "error.task.archived")
	}
	if err := b.mayWork(tx, by, m, nil, false); err != nil {
		return nil, err
	}
	if err := b.check(tx, m, &in, nil); err != nil {
		return nil, err
	}
	if store.ValidID(in.ID) {
		var old []Task
		if err := tx.Where("id = ?", in.ID).Find(&old).Error; err != nil {
			return nil, err
		}
		if len(old) > 0 {
			if x := old[0]; x.CaseID == caseID && x.MadeBy == by.ID && (Input{x.ID, x.Title, x.Text, x.Assignee, x.DueOn}) == in {
				return &x, nil
			}
			return nil, errs.New(errs.Conflict, "error.same_id")
		}
	} else {
		in.ID = tx.NewID()
	}
	t := &Task{ID: in.ID, CaseID: caseID, Title: in.Title, Text: in.Text, Assignee: in.Assignee, DueOn: in.DueOn, State: StateOpen,
		MadeBy: by.ID, MadeOn: calendar.DayOf(tx.Now), MadeAt: tx.Now, Version: 1, UpdatedAt: tx.Now}
	if err := tx.Create(t).Error; err != nil {
		return nil, err
	}
	return t, record(tx, by, m, t, "add", "")
}

// Change writes an open task anew. NotFound, Forbidden; Conflict when it was changed meanwhile or is settled; Invalid. What is the same is no change.
func (b *Board) Change(ctx context.Context, by access.Actor, id string, version int64, in Input) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error { return b.ChangeTx(tx, by, id, version, in) })
}

// ChangeTx is Change in the caller's transaction.
func (b *Board) ChangeTx(tx *store.Tx, by access.Actor, id string, version int64, in Input) error {
	return b.step(tx, by, id, version, step{name: "change", from: []string{StateOpen}, begins: true, own: true}, func(m *matter, t *Task) error {
		if err := b.check(tx, m, &in, t); err != nil {
			return err
		}
		if t.Title == in.Title && t.Text == in.Text && t.Assignee == in.Assignee && t.DueOn == in.DueOn {
			return errSame
		}
		t.Title, t.Text, t.Assignee, t.DueOn = in.Title, in.Text, in.Assignee, in.DueOn
		return nil
	})
}

// errSame ends a step that changes nothing.
var errSame = errors.New("task: the same")

// Finish says that a task is done, with a note if there is something to say. NotFound, Conflict, Forbidden, Invalid.
func (b *Board) Finish(ctx context.Context, by access.Actor, id string, version int64, note string) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error { return b.FinishTx(tx, by, id, version, note) })
}

// FinishTx is Finish in the caller's transaction.
func (b *Board) FinishTx(tx *store.Tx, by access.Actor, id string, version int64, note string) error {
	return b.settle(tx, by, id, version, step{name: "done", from: []string{StateOpen}, note: note}, StateDone)
}

// Cancel withdraws a task with a reason. NotFound, Conflict, Forbidden, Invalid.
func (b *Board) Cancel(ctx context.Context, by access.Actor, id string, version int64, reason string) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error {
		return b.settle(tx, by, id, version, step{name: "cancel", from: []string{StateOpen}, note: reason, why: true, own: true}, StateCancelled)
	})
}

func (b *Board) settle(tx *store.Tx, by access.Actor, id string, version int64, s step, to string) error {
	return b.step(tx, by, id, version, s, func(_ *matter, t *Task) error {
		t.State, t.SettledOn = to, calendar.DayOf(tx.Now)
		return nil
	})
}

// Again is how a settled task is taken up again.
type Again struct {
	Assignee string
	DueOn    calendar.Day
	Reason   string
}

// Reopen takes up again what was done or cancelled, with a reason, by whom and until when. NotFound, Conflict, Forbidden, Invalid.
func (b *Board) Reopen(ctx context.Context, by access.Actor, id string, version int64, in Again) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error {
		return b.step(tx, by, id, version, step{name: "reopen", from: []string{StateDone, StateCancelled}, note: in.Reason, why: true, begins: true}, func(m *matter, t *Task) error {
			if t.State == StateCancelled { // whoever may withdraw it may take that back
				if err := b.mayWork(tx, by, m, t, true); err != nil {
					return err
				}
			}
			var bad errs.Faults
			dueDay(&bad, in.DueOn, calendar.DayOf(tx.Now))
			is, err := member(tx, m.ID, in.Assignee)
			if err != nil {
				return err
			}
			if !is {
				bad.Add("assignee", "error.task.assignee")
			}
			t.State, t.SettledOn, t.DueOn, t.Assignee = StateOpen, 0, in.DueOn, in.Assignee
			return bad.Err()
		})
	})
}

// HandOverTx gives all open tasks of somebody in a case to another member, and says how many there were. The caller has asked whether the
// person may hand over the matter, and has made the other a member. Invalid when they are none.
func (b *Board) HandOverTx(tx *store.Tx, by access.Actor, caseID, from, to string) (n int, err error) {
	m := &matter{}
	if err := tx.Table("cases").Where("id = ?", caseID).Take(m).Error; err != nil {
		return 0, err
	}
	in, err := member(tx, caseID, to)
	if err != nil {
		return 0, err
	}
	if !in {
		var bad errs.Faults
		bad.Add("to", "error.task.assignee")
		return 0, bad.Err()
	}
	var list []Task
	if err := tx.Where("case_id = ? AND assignee = ? AND state = ?", caseID, from, StateOpen).Order("id").Find(&list).Error; err != nil {
		return 0, err
	}
	for i := range list {
		t := &list[i]
		t.Assignee = to
		if err := save(tx, t); err != nil {
			return 0, err
		}
		if err := record(tx, by, m, t, "hand", ""); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// Open counts the open tasks of a case: for the page on which it is closed.
func Open(q *gorm.DB, caseID string) (n int, err error) {
	err = q.Raw("SELECT COUNT(*) FROM tasks WHERE case_id = ? AND state = ?", caseID, StateOpen).Scan(&n).Error
	return n, err
}

// step is what an act on a task is.
type step struct {
	name   string
	from   []string // the states it is possible in
	note   string
	why    bool // the note is needed
	own    bool // for whoever gave the task, and the chief
	begins bool // not in an archived case
}

// step is the frame of every act on a task: scope, version and state, right, input, write.
func (b *Board) step(tx *store.Tx, by access.Actor, id string, version int64, s step, act func(*matter, *Task) error) error {
	if err := tx.Lock("tasks", id); err != nil {
		return err
	}
	var t Task
	if err := tx.Where("id = ?", id).Take(&t).Error; errors.Is(err, gorm.ErrRecordNotFound) {
		return errs.New(errs.NotFound, "error.not_found")
	} else if err != nil {
		return err
	}
	m, err := b.matter(tx, by, t.CaseID)
	if err != nil {
		return err
	}
	switch {
	case version != t.Version:
		return errs.New(errs.Conflict, "error.stale", t.UpdatedAt)
	case !slices.Contains(s.from, t.State):
		return errs.New(errs.Conflict, "error.task.state", errs.Msg("task.state."+t.State))
	case s.begins && m.archived():
		return errs.New(errs.Conflict, "error.task.archived")
	}
	if err := b.mayWork(tx, by, m, &t, s.own); err != nil {
		return err
	}
	s.note = strings.TrimSpace(s.note)
	var bad errs.Faults
	if s.why {
		bad.Require("note", s.note)
	}
	bad.Limit("note", s.note, 2000)
	if err := bad.Err(); err != nil {
		return err
	}
	if err := act(m, &t); errors.Is(err, errSame) {
		return nil
	} else if err != nil {
		return err
	}
	if err := save(tx, &t); err != nil {
		return err
	}
	return record(tx, by, m, &t, s.name, s.note)
}

// save writes a task by compare-and-set on the version before.
func save(tx *store.Tx, t *Task) error {
	r := tx.Model(&Task{}).Where("id = ? AND version = ?", t.ID, t.Version).Updates(map[string]any{
		"title": t.Title, "text": t.Text, "assignee": t.Assignee, "due_on": t.DueOn, "state": t.State, "settled_on": t.SettledOn, "version": t.Version + 1, "updated_at": tx.Now,
	})
	if r.Error == nil && r.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	t.Version++
	return r.Error
}

// record writes the line of the task's history and the line of the log.
func record(tx *store.Tx, by access.Actor, m *matter, t *Task, name, note string) error {
	err := tx.Create(&Step{TaskID: t.ID, Seq: t.Version, Step: name, At: tx.Now, Actor: by.ID, ActorName: by.Name, Note: note,
		Title: t.Title, Text: t.Text, Assignee: t.Assignee, DueOn: t.DueOn}).Error
	if err != nil {
		return err
	}
	detail := map[string]any{"number": m.Number, "case": m.ID, "title": t.Title, "text": t.Text, "assignee": t.Assignee, "due_on": t.DueOn.String(), "state": t.State, "version": t.Version}
	if note != "" {
		detail["note"] = note
	}
	return audit.Append(tx, by.Entry("task."+name, m.Jurisdiction, "task:"+t.ID, detail))
}
