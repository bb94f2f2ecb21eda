package casework

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// AnyReported is a filter's kind: all that the annual report counts.
const AnyReported = "reported"

// Adjudicated is a filter's outcome: infringement was found, or the request rejected.
const Adjudicated = "adjudicated"

// Filter narrows cases. The lists, the counts and the figures of a report are made by the same Filter, and its
// Values is the link between them.
type Filter struct {
	Kind       string // a kind; AnyReported
	State      string // a state; "open" is all before closed
	Office     string // a jurisdiction and all below it
	Place      string // a county, or a city and all below it, of the act
	At         string // the place of the act exactly: not what is below it
	Outcome    string
	FiledFrom  calendar.Day
	FiledTo    calendar.Day
	ClosedFrom calendar.Day
	ClosedTo   calendar.Day
	PendingOn  calendar.Day // filed by the end of that day and not closed by then
	ThereFrom  calendar.Day // closed on that day or later, or not at all
	OverdueOn  calendar.Day // the period within which it is to be closed was over by the end of that day, and ran on
	InTime     string       // "yes": closed within the statutory period; "no": closed after it; "any": either. Cases without such a period are neither
	Mine       string       // a person's id: cases that person works on
	Late       bool         // a duty of the office is over
	Soon       bool         // a duty of the office ends today or within SoonDays
	Still      bool         // a statutory period of it stands still
	Asked      bool         // a request in it waits for an answer
	Officer    string       // a person's id: cases that person investigates
	Awaits     string       // an action: the next stage is opened by a step of it. Only a Docket knows the steps: Where does not narrow by it
	Rule       string       // a period of this rule ran on it, or runs
	Text       string       // number, party or patent
	Traits
}

// ClosingRules are the statutory periods within which a case is to be closed.
func ClosingRules() []string { return []string{"CF_CLOSE", "INF_CLOSE", "MED_CLOSE"} }

// SoonDays is how many days ahead of today a duty of the office is said to fall due soon.
const SoonDays = 7

// OpenSQL is when a case is open. It is written out so that an index of the open cases alone is found by it.
const OpenSQL = "cases.state NOT IN ('closed', 'archived')"

// The conditions of the clocks (as d) that a filter asks for: LateSQL's argument is today, SoonSQL's are today and the last day.
const (
	LateSQL  = "d.stopped_on IS NULL AND d.paused_on IS NULL AND d.office_duty AND d.watch_on < ?"
	SoonSQL  = "d.stopped_on IS NULL AND d.paused_on IS NULL AND d.office_duty AND d.watch_on >= ? AND NOT d.watch_on > ?"
	StillSQL = "d.stopped_on IS NULL AND d.paused_on IS NOT NULL"
)

// AskedStates are the states of a side procedure in which a request waits for an answer.
func AskedStates() []string { return []string{Asked, Urgent} }

// Values is the filter as an address's query; ParseFilter reads it back.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, p := range []struct{ k, v string }{
		{"kind", f.Kind}, {"state", f.State}, {"office", f.Office}, {"place", f.Place}, {"at", f.At}, {"outcome", f.Outcome},
		{"pending_on", f.PendingOn.String()}, {"there_from", f.ThereFrom.String()}, {"overdue_on", f.OverdueOn.String()}, {"in_time", f.InTime},
		{"from", f.FiledFrom.String()}, {"to", f.FiledTo.String()}, {"closed_from", f.ClosedFrom.String()}, {"closed_to", f.ClosedTo.String()},
		{"rule", f.Rule}, {"q", f.Text}, {"officer", f.Officer}, {"awaits", f.Awaits},
	} {
		if p.v != "" {
			v.Set(p.k, p.v)
		}
	}
	if f.Mine != "" {
		v.Set("mine", "1")
	}
	for k, yes := range map[string]bool{"late": f.Late, "soon": f.Soon, "still": f.Still, "asked": f.Asked} {
		if yes {
			v.Set(k, "1")
		}
	}
	f.Traits.values(v)
	return v
}

// ParseFilter reads a filter from an address's query. What is not understood narrows to nothing rather than being dropped:
// the answer names the first such field.
func ParseFilter(v url.Values, me string) (f Filter, bad string) {
	f = Filter{
		Kind: v.Get("kind"), State: v.Get("state"), Office: v.Get("office"), Place: v.Get("place"), At: v.Get("at"), Outcome: v.Get("outcome"), InTime: v.Get("in_time"), Rule: v.Get("rule"),
		Text: strings.TrimSpace(v.Get("q")), Late: v.Get("late") == "1", Soon: v.Get("soon") == "1", Still: v.Get("still") == "1", Asked: v.Get("asked") == "1", Officer: v.Get("officer"), Awaits: v.Get("awaits"),
	}
	if v.Get("mine") == "1" {
		f.Mine = me
	}
	f.Traits, bad = parseTraits(v)
	for _, d := range []struct {
		k  string
		to *calendar.Day
	}{{"from", &f.FiledFrom}, {"to", &f.FiledTo}, {"closed_from", &f.ClosedFrom}, {"closed_to", &f.ClosedTo}, {"pending_on", &f.PendingOn}, {"there_from", &f.ThereFrom}, {"overdue_on", &f.OverdueOn}} {
		if s := v.Get(d.k); s != "" {
			day, err := calendar.ParseDay(s)
			if err != nil && bad == "" {
				bad = d.k
			}
			*d.to = day
		}
	}
	return f, bad
}

// closingClock are a case's closing periods that ended, of the rules that it is given.
const closingClock = "SELECT 1 FROM deadlines d WHERE d.subject_id = cases.id AND d.rule IN ? AND d.stopped_on IS NOT NULL"

// OverTimeSQL is whether a case was closed too late, given ClosingRules.
const OverTimeSQL = "EXISTS (" + closingClock + " AND d.stopped_on > d.watch_on)"

// Where narrows a query over the table cases. today is for what is late.
func (f Filter) Where(today calendar.Day) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		eq := func(col, v string) {
			if v != "" {
				q = q.Where("cases."+col+" = ?", v)
			}
		}
		day := func(cond string, d calendar.Day) {
			if !d.IsZero() {
				q = q.Where(cond, d)
			}
		}
		kind, place := "cases.kind", "cases.place"
		if !f.ClosedFrom.IsZero() || !f.FiledFrom.IsZero() && f.State == "" { // found by the day
			kind, place = store.Aside(q, kind), store.Aside(q, place)
		}
		switch f.Kind {
		case "":
		case AnyReported: // nearly every case
			q = q.Where(store.Aside(q, "cases.kind")+" IN ?", Reported())
		default:
			q = q.Where(kind+" = ?", f.Kind)
		}
		if f.Outcome == Adjudicated {
			q = q.Where("cases.outcome IN ('infringing_stop', 'rejected')")
		} else {
			eq("outcome", f.Outcome)
		}
		if f.At != "" {
			q = q.Where(place+" = ?", f.At)
		}
		if f.State == "open" {
			q = q.Where(OpenSQL)
		} else {
			eq("state", f.State)
		}
		if f.Office != "" {
			q = q.Scopes(access.Within("cases", f.Office))
		}
		if f.Place != "" {
			q = q.Scopes(access.WithinColumn(place, f.Place))
		}
		day("cases.filed_on >= ?", f.FiledFrom)
		day("cases.filed_on <= ?", f.FiledTo)
		day("cases.closed_on >= ?", f.ClosedFrom)
		day("cases.closed_on <= ?", f.ClosedTo)
		if d := f.PendingOn; !d.IsZero() {
			q = q.Where("cases.filed_on <= ? AND (cases.closed_on IS NULL OR cases.closed_on > ?)", d, d)
		}
		if d := f.ThereFrom; !d.IsZero() {
			q = q.Where("cases.closed_on IS NULL OR cases.closed_on >= ?", d)
		}
		if d := f.OverdueOn; !d.IsZero() {
			q = q.Where(`cases.id IN (SELECT d.subject_id FROM deadlines d WHERE d.rule IN ? AND d.watch_on <= ?
				AND (d.stopped_on IS NULL OR d.stopped_on > ?) AND (d.paused_on IS NULL OR d.paused_on > ?))`, ClosingRules(), d, d, d)
		}
		if f.InTime != "" {
			q = q.Where("cases.closed_on IS NOT NULL AND EXISTS ("+closingClock+")", ClosingRules())
			late := OverTimeSQL
			if f.InTime == "yes" {
				late = "NOT " + late
			}
			if f.InTime != "any" {
				q = q.Where(late, ClosingRules())
			}
		}
		if f.Mine != "" {
			q = q.Where("EXISTS (SELECT 1 FROM members m WHERE m.subject_id = cases.id AND m.user_id = ?)", f.Mine)
		}
		for _, x := range []struct {
			yes  bool
			sql  string
			args []any
		}{{f.Late, LateSQL, []any{today}}, {f.Soon, SoonSQL, []any{today, today.AddDays(SoonDays)}}, {f.Still, StillSQL, nil}} {
			if x.yes {
				q = q.Where("EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = cases.id AND "+x.sql+")", x.args...)
			}
		}
		if f.Asked {
			q = q.Where("cases.id IN (SELECT t.case_id FROM case_tracks t WHERE t.ended_on IS NULL AND t.state IN ?)", AskedStates())
		}
		if f.Officer != "" {
			q = q.Where("cases.id IN (SELECT m.subject_id FROM members m WHERE m.user_id = ? AND m.part = ?)", f.Officer, PartOfficer)
		}
		if f.Rule != "" {
			q = q.Where("EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = cases.id AND d.rule = ?)", f.Rule)
		}
		q = f.Traits.where(q)
		if f.Text != "" {
			like := store.Like(f.Text)
			key := ""
			if n, err := patent.Parse(f.Text); err == nil {
				key = n.Key()
			}
			q = q.Where(`cases.number LIKE ? ESCAPE '\' OR cases.title LIKE ? ESCAPE '\'
				OR EXISTS (SELECT 1 FROM case_parties p WHERE p.case_id = cases.id AND p.name LIKE ? ESCAPE '\')
				OR EXISTS (SELECT 1 FROM case_patents t WHERE t.case_id = cases.id AND t.key = ?)`, like, like, like, key)
		}
		return q
	}
}

// Count counts the cases of a filter within the person's scope.
func (d *Docket) Count(ctx context.Context, by access.Actor, f Filter) (n int64, err error) {
	err = d.scoped(ctx, by, f).Count(&n).Error
	return n, err
}

func (d *Docket) scoped(ctx context.Context, by access.Actor, f Filter) *gorm.DB {
	q := d.db.Read(ctx).Model(&Case{}).Scopes(d.guard.Scope(by, "case.view", "cases"), f.Where(d.Today()))
	if f.Awaits == "" {
		return q
	}
	sql, args := d.onward(f.Awaits)
	if sql == "" {
		sql = "1 = 0"
	}
	return q.Where(sql, args...)
}

// Page is where in a list to read: the rows after or before one, newest first.
type Page struct {
	After, Before string // "2026-11-20/id"
	Limit         int
}

// Keyset orders a query by a day and an identifier, newest first, from where the page begins. turn says that the rows
// come oldest first (a page read backwards) and must be turned.
func (p Page) Keyset(q *gorm.DB, day, id string) (_ *gorm.DB, turn bool) {
	q = q.Limit(p.Limit + 1)
	if d, i, ok := strings.Cut(p.Before, "/"); ok && p.After == "" {
		return q.Where(day+" > ? OR ("+day+" = ? AND "+id+" > ?)", d, d, i).Order(day + ", " + id), true
	}
	if d, i, ok := strings.Cut(p.After, "/"); ok {
		q = q.Where(day+" < ? OR ("+day+" = ? AND "+id+" < ?)", d, d, i)
	}
	return q.Order(day + " DESC, " + id + " DESC"), false
}

// Turn cuts the row too many that Keyset asked for, and says whether there was one; a page read backwards is turned.
func Turn[R any](rows []R, limit int, turn bool) ([]R, bool) {
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if turn {
		slices.Reverse(rows)
	}
	return rows, more
}

// Row is a line of the list.
type Row struct {
	ID, Number, Kind, Title, Place, Jurisdiction string
	State                                        State
	Restricted                                   bool
	FiledOn                                      calendar.Day
	FineFen, ConfiscatedFen                      int64
	Officers                                     []string `gorm:"-"`
}

// nearest is the day to watch of a case on a day, as deadline.NearestTx finds it. It is not kept: a party's period runs out without anybody's doing.
const nearest = "(SELECT MIN(d.watch_on) FROM deadlines d WHERE d.subject_id = cases.id AND d.stopped_on IS NULL AND d.paused_on IS NULL AND (d.office_duty OR d.watch_on >= ?)) AS nearest"

// byNearest is the order of what has the nearest day to watch first, then of the oldest.
const byNearest = "nearest NULLS LAST, cases.filed_on, cases.id"

// rowColumns are what a Row is read from.
const rowColumns = "id, number, kind, title, place, jurisdiction, state, restricted, filed_on, fine_fen, confiscated_fen"

// Key is the row's place in the list.
func (r Row) Key() string { return r.FiledOn.String() + "/" + r.ID }

// List reads a page of cases, newest filed first, within the person's scope. more says whether there are further rows
// in the direction that was read.
func (d *Docket) List(ctx context.Context, by access.Actor, f Filter, p Page) (rows []Row, more bool, err error) {
	q := d.scoped(ctx, by, f).Select(rowColumns)
	q, turn := p.Keyset(q, "cases.filed_on", "cases.id")
	if err := q.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = Turn(rows, p.Limit, turn)
	return rows, more, d.nameOfficers(ctx, rows)
}

func (d *Docket) nameOfficers(ctx context.Context, rows []Row) error {
	at := map[string]*Row{}
	var ids []string
	for i := range rows {
		at[rows[i].ID] = &rows[i]
		ids = append(ids, rows[i].ID)
	}
	if len(ids) == 0 {
		return nil
	}
	var names []struct{ SubjectID, Name string }
	if err := d.db.Read(ctx).Raw(`SELECT m.subject_id, u.name FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.part = ? AND m.subject_id IN ? ORDER BY m.subject_id, m.added_at, u.username`, PartOfficer, ids).Scan(&names).Error; err != nil {
		return err
	}
	for _, n := range names {
		at[n.SubjectID].Officers = append(at[n.SubjectID].Officers, n.Name)
	}
	return nil
}
