// Package deadline keeps the statutory clocks that run on a matter: started and stopped by its steps, computed from the rule in force, listed by who must act.
package deadline

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/almanac"
	"huzhi/internal/calendar"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Clock is one period that runs, or ran, on a matter.
type Clock struct {
	ID           string `gorm:"primaryKey"`
	SubjectKind  string // case, lead, call
	SubjectID    string
	Label        string // the matter's number
	Title        string // the matter's title
	Jurisdiction string
	Restricted   bool
	Rule         string       // CF_CLOSE
	Version      string       // which wording of the rule
	Kind         string       // the kind of matter the wording is for
	RulesHash    string       // the rule book it was computed with
	OfficeDuty   bool         // the office must act (late is a fault) – otherwise a party may act (over is over)
	StartedOn    calendar.Day // the day that is not counted
	StrictOn     calendar.Day // the last day before any rolling
	DueOn        calendar.Day // the same, rolled to a working day
	WatchOn      calendar.Day // what the lists go by: StrictOn for the office's duties, DueOn for a party's period
	Provisional  bool         // touches a year without a published calendar
	StoppedOn    calendar.Day
	PausedOn     calendar.Day // it stands still since: an excluded interval is open, and the last day is not known yet
	Own          bool         // counted with extensions or excluded intervals of its own
	TrackID      string       // the side procedure that started it; "" is the matter itself
	CalendarGen  int64        // the calendar it was last counted with: almanac.Wall.At
	CreatedAt    time.Time
}

// TableName is the table of the clocks.
func (Clock) TableName() string { return "deadlines" }

// Running says whether the clock still runs.
func (c *Clock) Running() bool { return c.StoppedOn.IsZero() }

// Late says whether the office's duty was, or is on that day, not done in time.
func (c *Clock) Late(today calendar.Day) bool {
	if !c.OfficeDuty {
		return false
	}
	if c.Running() {
		return c.PausedOn.IsZero() && today > c.WatchOn
	}
	return c.StoppedOn > c.WatchOn
}

// Subject is the matter a clock runs on.
type Subject struct {
	Kind, ID, Label, Title, Jurisdiction string
	Restricted                           bool
	TrackID                              string // of the side procedure that starts the clock
}

// Clocks starts, stops and lists.
type Clocks struct {
	db    *store.DB
	guard *access.Guard
	rules *statute.Book
	wall  *almanac.Wall
	book  string
	moved []follower
}

// New makes the service. book is the procedural book of counterfeit cases that the office has set (statute.BookPatent, BookSAMR); "" is
// the default of the day.
func New(db *store.DB, guard *access.Guard, rules *statute.Book, wall *almanac.Wall, book string) *Clocks {
	return &Clocks{db: db, guard: guard, rules: rules, wall: wall, book: book}
}

// InForce is the wording of a rule that governs, by the basis and the office's book.
func (c *Clocks) InForce(rule string, b Basis) (statute.Rule, bool) {
	return c.rules.Rule(rule, statute.Query{On: b.On, Region: b.Region, Kind: b.Kind, Book: c.book})
}

// Book is the procedural book of counterfeit cases on a day: the office's setting, else the default of the day.
func (c *Clocks) Book(on calendar.Day) string {
	if c.book != "" {
		return c.book
	}
	return c.rules.DefaultBook(on)
}

// Rules is the rule book the clocks go by.
func (c *Clocks) Rules() *statute.Book { return c.rules }

// Days is the calendar the clocks go by: the one in force, as this process knows it.
func (c *Clocks) Days() *calendar.Calendar { return c.wall.Days() }

// Wall is where the calendar in force comes from.
func (c *Clocks) Wall() *almanac.Wall { return c.wall }

// Basis says which wording of a rule governs: the one in force on a day (the filing day for the periods that a filing
// pins, the trigger's day for the others), for a kind of matter and an office.
type Basis struct {
	On     calendar.Day
	Kind   string
	Region string
}

// StartTx starts the clock of a rule on the trigger's day. It answers nil, nil when no rule of that name was in force:
// the law set no period then.
func (c *Clocks) StartTx(tx *store.Tx, s Subject, rule string, start calendar.Day, b Basis) (*Clock, error) {
	r, ok := c.InForce(rule, b)
	if !ok {
		return nil, nil
	}
	days, gen, err := c.wall.DaysTx(tx)
	if err != nil {
		return nil, err
	}
	spans, err := spansOf(tx.DB, s.ID)
	if err != nil {
		return nil, err
	}
	k := &Clock{TrackID: s.TrackID}
	o := options(k, r, nil, spans, 0)
	end, err := c.count(days, r, start, o)
	if err != nil {
		return nil, fmt.Errorf("clock %s from %s: %w", rule, start, err)
	}
	k = &Clock{
		ID: tx.NewID(), SubjectKind: s.Kind, SubjectID: s.ID, Label: s.Label, Title: s.Title, Jurisdiction: s.Jurisdiction, Restricted: s.Restricted,
		Rule: rule, Version: r.Version(), Kind: b.Kind, RulesHash: c.rules.Hash(), OfficeDuty: r.Strict, StartedOn: start,
		StrictOn: end.Strict, DueOn: end.Due, WatchOn: end.Watch, Provisional: end.Provisional, CalendarGen: gen, CreatedAt: tx.Now,
		TrackID: s.TrackID, Own: len(o.Excluded) > 0,
	}
	if p := paused(k, r, spans); !p.IsZero() {
		k.Own, k.PausedOn = true, max(p, start)
	}
	return k, tx.Create(k).Error
}

// NearestTx is the next day to watch of a matter and its rule; the zero day when nothing runs.
// A party's period that is over is no longer watched.
func (c *Clocks) NearestTx(tx *store.Tx, subjectID string, today calendar.Day) (calendar.Day, string, error) {
	var k []Clock
	err := tx.Where("subject_id = ? AND stopped_on IS NULL AND paused_on IS NULL AND (office_duty = ? OR watch_on >= ?)", subjectID, true, today).
		Order("watch_on, id").Limit(1).Find(&k).Error
	if err != nil || len(k) == 0 {
		return 0, "", err
	}
	return k[0].WatchOn, k[0].Rule, nil
}

// RelabelTx writes a matter's changed jurisdiction or secrecy onto its clocks.
func (c *Clocks) RelabelTx(tx *store.Tx, s Subject) error {
	return tx.Model(&Clock{}).Where("subject_id = ?", s.ID).
		Updates(map[string]any{"jurisdiction": s.Jurisdiction, "restricted": s.Restricted, "label": s.Label, "title": s.Title}).Error
}

// Of is every clock of a matter that the caller has already let the person see, in the order they fall due.
func (c *Clocks) Of(ctx context.Context, subjectID string) ([]Clock, error) {
	var k []Clock
	return k, c.db.Read(ctx).Where("subject_id = ?", subjectID).Order("watch_on, id").Find(&k).Error
}

// Rule is the wording that a clock was computed with; ok is false when the rule book no longer has it.
func (c *Clocks) Rule(k *Clock) (statute.Rule, bool) { return c.rules.ByVersion(k.Version, k.Kind) }

// Ledger is the proof of a clock: every day counted or skipped, and why. A clock that stands still is proved by the calendar it was counted
// with: a later notice does not touch it.
func (c *Clocks) Ledger(ctx context.Context, k *Clock) (statute.Due, error) {
	r, ok := c.Rule(k)
	if !ok {
		return statute.Due{}, fmt.Errorf("rule %s is not in the rule book", k.Version)
	}
	days := c.Days()
	if !k.Running() {
		var err error
		if days, err = c.wall.At(ctx, k.CalendarGen); err != nil {
			return statute.Due{}, err
		}
	}
	ext, spans, err := c.rows(c.db.Read(ctx), []Clock{*k})
	if err != nil {
		return statute.Due{}, err
	}
	until := k.StoppedOn
	if until.IsZero() {
		until = calendar.DayOf(c.db.Now())
	}
	taken := spans[k.SubjectID]
	if !k.Running() {
		taken = upTo(taken, k.StoppedOn)
	}
	o := options(k, r, ext[k.ID], taken, until)
	o.Ledger = true
	return c.rules.Due(days, r, k.StartedOn, o)
}

// Filter narrows the due list.
type Filter struct {
	Mine   bool         // only matters that the person works on
	Until  calendar.Day // only what falls due by then; zero is everything
	After  string       // "2026-11-20/id": rows after this one
	Office string       // a jurisdiction and all below
	Rule   string       // only clocks of this rule
	Limit  int
}

// Due is the list of running duties within the person's scope, nearest first: the office's duties, and parties' periods not yet over.
func (c *Clocks) Due(ctx context.Context, by access.Actor, f Filter, today calendar.Day) ([]Clock, error) {
	q := c.due(ctx, by, f, today)
	if len(f.After) > 11 {
		day, id := f.After[:10], f.After[11:]
		q = q.Where("deadlines.watch_on > ? OR (deadlines.watch_on = ? AND deadlines.id > ?)", day, day, id)
	}
	var k []Clock
	return k, q.Order("deadlines.watch_on, deadlines.id").Limit(f.Limit).Find(&k).Error
}

// Late counts the office's duties that are over, and those that end within so many days, within the person's scope.
func (c *Clocks) Late(ctx context.Context, by access.Actor, f Filter, today calendar.Day, soon int) (late, near int64, err error) {
	f.Until = today.AddDays(-1)
	if err = c.due(ctx, by, f, today).Where("office_duty = ?", true).Count(&late).Error; err != nil {
		return 0, 0, err
	}
	f.Until = today.AddDays(soon)
	err = c.due(ctx, by, f, today).Where("office_duty = ? AND watch_on >= ?", true, today).Count(&near).Error
	return late, near, err
}

// visible is the condition of the clocks that a person may see: due.view where the clock's office is, and what lets them see the matter
// itself, so that a list of periods tells nobody of a matter they may not open.
func (c *Clocks) visible(by access.Actor) (sql string, args []any) {
	sql, args = c.guard.Condition(by, "due.view", "deadlines", "subject_id")
	var kinds []string
	for _, k := range []struct{ kind, action string }{{"case", "case.view"}, {"lead", "lead.view"}, {"call", "call.view"}, {"listing", "listing.view"}} {
		cond, more := c.guard.Condition(by, k.action, "deadlines", "subject_id")
		kinds = append(kinds, "(deadlines.subject_kind = '"+k.kind+"' AND "+cond+")")
		args = append(args, more...)
	}
	return sql + " AND (" + strings.Join(kinds, " OR ") + ")", args
}

// Governed counts the running clocks of each rule within the person's scope: as many as Due lists for that rule.
func (c *Clocks) Governed(ctx context.Context, by access.Actor, today calendar.Day) (map[string]int64, error) {
	var rows []struct {
		Rule string
		N    int64
	}
	err := c.due(ctx, by, Filter{}, today).Select("deadlines.rule AS rule, COUNT(*) AS n").Group("deadlines.rule").Scan(&rows).Error
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Rule] = r.N
	}
	return out, err
}

func (c *Clocks) due(ctx context.Context, by access.Actor, f Filter, today calendar.Day) *gorm.DB {
	q := c.within(ctx, by, f).
		Where("deadlines.stopped_on IS NULL AND deadlines.paused_on IS NULL AND (deadlines.office_duty = ? OR deadlines.watch_on >= ?)", true, today)
	if !f.Until.IsZero() {
		q = q.Where("deadlines.watch_on <= ?", f.Until)
	}
	return q
}

// within are the clocks that a person may see, narrowed to whose, where and of which rule.
func (c *Clocks) within(ctx context.Context, by access.Actor, f Filter) *gorm.DB {
	visible, args := c.visible(by)
	q := c.db.Read(ctx).Model(&Clock{}).Where(visible, args...)
	if f.Mine {
		q = q.Where("EXISTS (SELECT 1 FROM members m WHERE m.subject_id = deadlines.subject_id AND m.user_id = ?)", by.ID)
	}
	if f.Office != "" {
		q = q.Scopes(access.Within("deadlines", f.Office))
	}
	if f.Rule != "" {
		q = q.Where("deadlines.rule = ?", f.Rule)
	}
	return q
}
