package task

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
)

// Row is a task with its case and the names of its people.
type Row struct {
	Task
	CaseNumber, CaseTitle, CaseState string
	Jurisdiction                     string
	Restricted                       bool
	AssigneeName, MadeName           string
}

// Key is the row's place in a list.
func (r Row) Key() string { return r.DueOn.String() + "/" + r.ID }

// The lists of /tasks: whose tasks.
const (
	Mine = ""    // to be done by the person
	Made = "by"  // given by the person
	All  = "all" // of every case the person may see
)

// Filter narrows tasks. Lists and counts are made by the same Filter; Values is the link between them.
type Filter struct {
	Whose  string // Mine, Made, All
	State  string // "" is open; overdue, done, cancelled, all
	CaseID string
	Office string // a jurisdiction and all below
	Until  calendar.Day
	Text   string
}

// States are the values of Filter.State besides "".
func States() []string { return []string{"overdue", StateDone, StateCancelled, "all"} }

// Values is the filter as an address's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, p := range []struct{ k, v string }{
		{"whose", f.Whose}, {"state", f.State}, {"case", f.CaseID}, {"office", f.Office}, {"until", f.Until.String()}, {"q", f.Text},
	} {
		if p.v != "" {
			v.Set(p.k, p.v)
		}
	}
	return v
}

// ParseFilter reads a filter from an address's query; bad names the first field that is not understood.
func ParseFilter(v url.Values) (f Filter, bad string) {
	f = Filter{Whose: v.Get("whose"), State: v.Get("state"), CaseID: v.Get("case"), Office: v.Get("office"), Text: strings.TrimSpace(v.Get("q"))}
	if s := v.Get("until"); s != "" {
		day, err := calendar.ParseDay(s)
		if err != nil {
			bad = "until"
		}
		f.Until = day
	}
	return f, bad
}

// backwards says whether a list begins with the latest day: what is over. What is open begins with the nearest.
func (f Filter) backwards() bool { return f.State != "" && f.State != "overdue" }

func (f Filter) where(by access.Actor, today calendar.Day) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		switch f.Whose {
		case Mine:
			q = q.Where("tasks.assignee = ?", by.ID)
		case Made:
			q = q.Where("tasks.made_by = ?", by.ID)
		}
		switch f.State {
		case "":
			q = q.Where("tasks.state = ?", StateOpen)
		case "overdue":
			q = q.Where("tasks.state = ? AND tasks.due_on < ?", StateOpen, today)
		case "all":
		default:
			q = q.Where("tasks.state = ?", f.State)
		}
		if f.CaseID != "" {
			q = q.Where("tasks.case_id = ?", f.CaseID)
		}
		if f.Office != "" {
			q = q.Scopes(access.Within("cases", f.Office))
		}
		if !f.Until.IsZero() {
			q = q.Where("tasks.due_on <= ?", f.Until)
		}
		if f.Text != "" {
			like := store.Like(f.Text)
			q = q.Where(`tasks.title LIKE ? ESCAPE '\' OR tasks.text LIKE ? ESCAPE '\' OR cases.number LIKE ? ESCAPE '\' OR cases.title LIKE ? ESCAPE '\'`, like, like, like, like)
		}
		return q
	}
}

// scoped is the tasks of the cases that a person may see.
func (b *Board) scoped(ctx context.Context, by access.Actor) *gorm.DB {
	return b.db.Read(ctx).Table("tasks").Joins("JOIN cases ON cases.id = tasks.case_id").Scopes(b.guard.Scope(by, "case.view", "cases"))
}

func named(q *gorm.DB) *gorm.DB {
	return q.Joins("JOIN users doer ON doer.id = tasks.assignee").Joins("LEFT JOIN users giver ON giver.id = tasks.made_by").
		Select(`tasks.*, cases.number AS case_number, cases.title AS case_title, cases.state AS case_state, cases.jurisdiction, cases.restricted,
			doer.name AS assignee_name, COALESCE(giver.name, tasks.made_by) AS made_name`)
}

// today is the office's day.
func (b *Board) today() calendar.Day { return calendar.DayOf(b.db.Now()) }

// Count counts the tasks of a filter within the person's scope.
func (b *Board) Count(ctx context.Context, by access.Actor, f Filter) (n int64, err error) {
	err = b.scoped(ctx, by).Scopes(f.where(by, b.today())).Count(&n).Error
	return n, err
}

// List reads a page of tasks within the person's scope: of open ones the nearest day first, of others the latest. after is the Key of the
// row before the page, "" for the first; more says whether there are further rows.
func (b *Board) List(ctx context.Context, by access.Actor, f Filter, after string, limit int) (rows []Row, more bool, err error) {
	q := named(b.scoped(ctx, by)).Scopes(f.where(by, b.today())).Limit(limit + 1)
	order, than := "tasks.due_on, tasks.id", ">"
	if f.backwards() {
		order, than = "tasks.due_on DESC, tasks.id DESC", "<"
	}
	if day, id, ok := strings.Cut(after, "/"); ok {
		q = q.Where("tasks.due_on "+than+" ? OR (tasks.due_on = ? AND tasks.id "+than+" ?)", day, day, id)
	}
	if err := q.Order(order).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	return rows, more, nil
}

// Of is every task of a case that the caller has let the person see: open ones first, the nearest day first, then what is over, the latest first.
func (b *Board) Of(ctx context.Context, caseID string) ([]Row, error) {
	var rows []Row
	q := b.db.Read(ctx).Table("tasks").Joins("JOIN cases ON cases.id = tasks.case_id").Where("tasks.case_id = ?", caseID)
	return rows, named(q).Order("CASE tasks.state WHEN 'open' THEN tasks.due_on END NULLS LAST, tasks.settled_on DESC, tasks.id").Find(&rows).Error
}

// OpenOf is Open of a case that the caller has let the person see.
func (b *Board) OpenOf(ctx context.Context, caseID string) (int, error) {
	return Open(b.db.Read(ctx), caseID)
}

// Find reads a task with its history. NotFound when it does not exist or its case is outside the person's scope; the latter is told to the log.
func (b *Board) Find(ctx context.Context, by access.Actor, id string) (*Row, []Step, error) {
	var r Row
	err := named(b.scoped(ctx, by)).Where("tasks.id = ?", id).Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, access.Unseen(b.db.Read(ctx), "tasks", "task", id)
	}
	if err != nil {
		return nil, nil, err
	}
	var steps []Step
	return &r, steps, b.db.Read(ctx).Where("task_id = ?", id).Order("seq").Find(&steps).Error
}

// Rights are what a person may do with the tasks of a case: for what a page offers, never instead of the domain's own check.
type Rights struct {
	Work bool // give tasks, and finish them
	Own  bool // of this task: change and withdraw it
}

// Rights says what somebody may do with a task, or with a new one where t is nil.
func (b *Board) Rights(by access.Actor, jurisdiction string, memberOf bool, t *Task) Rights {
	chief := b.guard.Can(by, "case.approve", jurisdiction)
	work := b.guard.Can(by, "task.work", jurisdiction) && (chief || memberOf)
	return Rights{Work: work, Own: work && (chief || t == nil || t.MadeBy == by.ID)}
}
