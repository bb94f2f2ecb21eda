package audit

import (
	"context"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/store"
)

// What a person did with what the log names: Filter.Part.
const (
	Acts    = "changed" // what was done, but for what was only read
	Reads   = "read"    // what was read, printed, exported or taken away
	Refusal = "refused" // what was refused
)

// readings are the actions of which nothing is changed: what leaves the office, and reads of what is restricted.
var readings = []string{"case.read", "matter.read", "file.show", "file.download", "document.print", "document.download", "statistics.export", "listing.export", "log.export", "case.export", "case.volume", "identity.read"}

// Filter narrows the log.
type Filter struct {
	Actor, Action, Subject, Outcome string
	Person                          string    // entries of this person, by id
	Case                            string    // entries about this case, by id, and about its lead, tasks and papers
	Part                            string    // Acts …; "" is all
	From, To                        time.Time // entries from From (inclusive) until To (exclusive); the zero time is no bound
	Seq                             int64     // this entry alone; 0 is all
	Before                          int64     // entries older than this number; 0 is from the newest
	Limit                           int
}

func (f Filter) narrow(q *gorm.DB) *gorm.DB {
	for _, x := range []struct {
		on  bool
		sql string
		arg []any
	}{
		{f.Seq > 0, "seq = ?", []any{f.Seq}},
		{!f.From.IsZero(), "at >= ?", []any{f.From.UTC()}},
		{!f.To.IsZero(), "at < ?", []any{f.To.UTC()}},
		{f.Actor != "", "actor_name = ?", []any{f.Actor}},
		{f.Person != "", "actor = ?", []any{f.Person}},
		{f.Action != "", "action >= ? AND action < ?", []any{f.Action, f.Action + "\uffff"}},
		{f.Subject != "", "subject = ?", []any{f.Subject}},
		{f.Case != "", "subject IN (SELECT 'case:' || id FROM cases WHERE id = ? UNION ALL SELECT 'lead:' || lead_id FROM cases WHERE id = ? AND lead_id IS NOT NULL " +
			"UNION ALL SELECT 'task:' || id FROM tasks WHERE case_id = ? UNION ALL SELECT 'document:' || id FROM documents WHERE case_id = ?)", []any{f.Case, f.Case, f.Case, f.Case}},
		{f.Outcome != "", "outcome = ?", []any{f.Outcome}},
		{f.Part == Refusal, "outcome = ?", []any{Refused}},
		{f.Part == Reads, "outcome = ? AND action IN ?", []any{Done, readings}},
		{f.Part == Acts, "outcome = ? AND action NOT IN ?", []any{Done, readings}},
	} {
		if x.on {
			q = q.Where(x.sql, x.arg...)
		}
	}
	return q
}

// List reads the log, newest first. within narrows it to the jurisdictions a person may read (access.Guard.Scope).
func List(ctx context.Context, db *store.DB, f Filter, within func(*gorm.DB) *gorm.DB) ([]Entry, error) {
	q := f.narrow(db.Read(ctx).Scopes(within)).Order("seq DESC").Limit(f.Limit)
	if f.Before > 0 {
		q = q.Where("seq < ?", f.Before)
	}
	var rows []Entry
	return rows, q.Find(&rows).Error
}

// Count is how many entries a filter finds, whatever its Before and Limit.
func Count(ctx context.Context, db *store.DB, f Filter, within func(*gorm.DB) *gorm.DB) (n int64, err error) {
	return n, f.narrow(db.Read(ctx).Model(&Entry{}).Scopes(within)).Count(&n).Error
}

// Group is entries that are alike: refusals of one person, action and reason, or sign-ins of one person from one address.
type Group struct {
	Actor, ActorName, Action, What string // What is the reason's key, or the address
	N, First, Last                 int64  // how many, and the numbers of the oldest and the newest
}

// key is a text of the detail, in the engine's words.
func key(db *store.DB, name string) string {
	if db.Engine() == store.SQLite {
		return "COALESCE(json_extract(detail, '$." + name + "'), '')"
	}
	return "COALESCE(CASE WHEN detail LIKE '{%' THEN detail::json ->> '" + name + "' END, '')"
}

// Refusals are the refusals of a filter by person, action and reason, those with the newest first; from the one whose newest is older than f.Before.
func Refusals(ctx context.Context, db *store.DB, f Filter, within func(*gorm.DB) *gorm.DB) ([]Group, error) {
	f.Outcome = Refused
	return groups(ctx, db, f, "why", within)
}

// SignIns are the sign-ins of f.Person, and what was refused at the door, by the address they came from.
func SignIns(ctx context.Context, db *store.DB, f Filter, within func(*gorm.DB) *gorm.DB) ([]Group, error) {
	f.Action = "session.open"
	return groups(ctx, db, f, "ip", within)
}

func groups(ctx context.Context, db *store.DB, f Filter, name string, within func(*gorm.DB) *gorm.DB) ([]Group, error) {
	what := key(db, name)
	q := f.narrow(db.Read(ctx).Model(&Entry{}).Scopes(within)).
		Select("actor, MAX(actor_name) AS actor_name, action, " + what + " AS what, COUNT(*) AS n, MIN(seq) AS first, MAX(seq) AS last").
		Group("actor, action, " + what).Order("last DESC").Limit(f.Limit)
	if f.Before > 0 {
		q = q.Having("MAX(seq) < ?", f.Before)
	}
	var rows []Group
	return rows, q.Scan(&rows).Error
}

// CaseNumbered is the id of the case of a number, or "".
func CaseNumbered(ctx context.Context, db *store.DB, number string) (id string, err error) {
	var ids []string
	if err = db.Read(ctx).Raw("SELECT id FROM cases WHERE number = ?", number).Scan(&ids).Error; err == nil && len(ids) > 0 {
		id = ids[0]
	}
	return id, err
}
