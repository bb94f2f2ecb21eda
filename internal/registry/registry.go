// Package registry is the office's register of patents: brought in from files, looked up by number, and the mark checks that rest on it.
//
// An extract is a file of a day: what it says is so as of that day, and an older file never overwrites a newer word. A file is read whole
// before anything of it is written (the dry run), then written in pieces, each a transaction of its own, so that the office goes on working;
// a program that was stopped goes on where it was. How each patent stood before is kept, so that the newest import can be undone and the
// status has a history. A number that is missing here may well be in the official register: it is unknown, not absent.
//
// A mark check keeps the facts, the answer and what the officer made of it. Where a status changes later, the checks that rest on it
// are listed to be looked at again.
package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// Patent is what the register says of one number.
type Patent struct {
	Key         string `gorm:"primaryKey"` // the number without its check digit
	Number      string // as the extract had it
	Type        patent.Type
	Title       string
	Patentees   string // one a line
	Licensees   string
	FiledOn     calendar.Day
	GrantedOn   calendar.Day
	Status      patent.Status
	StatusAsOf  calendar.Day
	EndedOn     calendar.Day
	EndReason   string
	AvoidDouble bool
	Method      bool
	ImportID    string
}

// TableName is the table of the patents.
func (Patent) TableName() string { return "patents" }

// Print is the number as it stands on a certificate, or as the extract had it.
func (p *Patent) Print() string {
	n, err := patent.Parse(p.Number)
	if err != nil {
		return p.Number
	}
	return n.Normal()
}

// TermEnd is the first day after the term; no day where the filing day is not known.
func (p *Patent) TermEnd() calendar.Day { return patent.TermEnd(p.Type, p.FiledOn) }

// Register is the patent as the marking check takes it.
func (p *Patent) Register() *patent.Register {
	found := true
	return &patent.Register{
		Number: p.Number, Found: &found, Type: p.Type, Status: p.Status, Title: p.Title, Patentees: lines(p.Patentees), Licensees: lines(p.Licensees),
		FiledOn: p.FiledOn, GrantedOn: p.GrantedOn, StatusAsOf: p.StatusAsOf, EndedOn: p.EndedOn, EndReason: p.EndReason,
		AvoidDouble: p.AvoidDouble, Method: p.Method,
	}
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// same says whether two records say the same, whenever they say it.
func (p *Patent) same(o *Patent) bool {
	a, b := *p, *o
	a.StatusAsOf, b.StatusAsOf, a.ImportID, b.ImportID = 0, 0, "", ""
	return a == b
}

// moved says whether the right stands otherwise, so that what was judged must be looked at again.
func (p *Patent) moved(o *Patent) bool {
	return p.Status != o.Status || p.EndedOn != o.EndedOn || p.GrantedOn != o.GrantedOn || p.Type != o.Type || p.AvoidDouble != o.AvoidDouble
}

// Roll is the service.
type Roll struct {
	db      *store.DB
	guard   *access.Guard
	blobs   *blob.Store
	office  string // the jurisdiction whose register it is
	working sync.Mutex
}

// New makes the service. office is the jurisdiction whose people bring extracts in.
func New(db *store.DB, guard *access.Guard, blobs *blob.Store, office string) *Roll {
	return &Roll{db: db, guard: guard, blobs: blobs, office: office}
}

// Office is the jurisdiction whose people bring extracts in.
func (r *Roll) Office() string { return r.office }

// Find is one patent by its number in any spelling. NotFound.
func (r *Roll) Find(ctx context.Context, by access.Actor, number string) (*Patent, error) {
	if err := r.guard.AllowAnywhere(by, "register.view"); err != nil {
		return nil, err
	}
	n, err := patent.Parse(number)
	if err != nil {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	var p Patent
	err = r.db.Read(ctx).Where("key = ?", n.Key()).Take(&p).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &p, err
}

// LookUp fills in what the register says of the numbers in a mark, where the facts leave it open. A number that is not in the
// register is left unknown: the official register may well have it.
func (r *Roll) LookUp(ctx context.Context, f *patent.Facts) error {
	if f.Register != nil {
		return nil
	}
	all, err := r.Many(ctx, []*patent.Facts{f})
	if err != nil {
		return err
	}
	fill(f, all)
	return nil
}

// Many gives the patents that the marks of many facts name, by key, in few queries.
func (r *Roll) Many(ctx context.Context, facts []*patent.Facts) (map[string]*Patent, error) {
	return named(r.db.Read(ctx), facts)
}

func named(q *gorm.DB, facts []*patent.Facts) (map[string]*Patent, error) {
	var keys []string
	for _, f := range facts {
		for _, n := range patent.Numbers(f.Text) {
			keys = append(keys, n.Key())
		}
	}
	slices.Sort(keys)
	return byKey(q, slices.Compact(keys))
}

// ManyTx is Many in the caller's transaction.
func (r *Roll) ManyTx(tx *store.Tx, facts []*patent.Facts) (map[string]*Patent, error) {
	return named(tx.DB, facts)
}

// Fill puts what the register says into facts that leave it open.
func Fill(f *patent.Facts, all map[string]*Patent) { fill(f, all) }

func fill(f *patent.Facts, all map[string]*Patent) {
	f.Register, f.Others = nil, nil
	for _, n := range patent.Numbers(f.Text) {
		reg := patent.Register{Number: n.String()}
		if p, ok := all[n.Key()]; ok {
			reg = *p.Register()
		}
		if f.Register == nil {
			f.Register = &reg
			continue
		}
		f.Others = append(f.Others, reg)
	}
}

// mostKeys is how many keys one query asks for.
const mostKeys = 500

func byKey(q *gorm.DB, keys []string) (map[string]*Patent, error) {
	out := make(map[string]*Patent, len(keys))
	for part := range slices.Chunk(keys, mostKeys) {
		var rows []Patent
		if err := q.Where("key IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for i := range rows {
			out[rows[i].Key] = &rows[i]
		}
	}
	return out, nil
}

// Filter narrows the register. The zero filter is everything.
type Filter struct {
	Text   string // a number in any spelling, or part of a title or of a patentee's name
	Type   string
	Status string
}

// List gives patents by number, those after a key, and whether there are more. Forbidden.
func (r *Roll) List(ctx context.Context, by access.Actor, f Filter, after string, limit int) (rows []Patent, more bool, err error) {
	if err := r.guard.AllowAnywhere(by, "register.view"); err != nil {
		return nil, false, err
	}
	q := r.db.Read(ctx).Where("key > ?", after)
	if f.Type != "" {
		q = q.Where("type = ?", f.Type)
	}
	if f.Status != "" {
		q = q.Where("status = ?", f.Status)
	}
	if n, err := patent.Parse(f.Text); err == nil {
		q = q.Where("key = ?", n.Key())
	} else if f.Text != "" {
		q = q.Where(`(title LIKE ? ESCAPE '\' OR patentees LIKE ? ESCAPE '\')`, store.Like(f.Text), store.Like(f.Text))
	}
	err = q.Order("key").Limit(limit + 1).Find(&rows).Error
	if len(rows) > limit {
		return rows[:limit], true, err
	}
	return rows, false, err
}

// Version is how a patent stood before an import.
type Version struct {
	Key        string
	ImportID   string // which replaced it
	BeforeID   string // which had brought it
	Status     patent.Status
	StatusAsOf calendar.Day
	Was        string // the whole record as JSON; "" where only the day was older
}

// TableName is the table of the earlier records.
func (Version) TableName() string { return "patent_versions" }

// History gives how a patent stood before, the newest first.
func (r *Roll) History(ctx context.Context, key string) (rows []Version, err error) {
	err = r.db.Read(ctx).Where("key = ?", key).Order("status_as_of DESC, import_id DESC").Limit(100).Find(&rows).Error
	return rows, err
}
