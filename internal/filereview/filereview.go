// Package filereview is the review of case files (案卷评查): what a file lacks or has wrong, each with its article, its place and its points, before a case is closed and for many at once.
//
// The points and the articles are a table (config/review/table.yaml) that an
// office may put its own in place of; what is looked for is code, by the same
// rows that the pages show. A review finds what a careful reader of the file
// would find: it forbids nothing, since the steps themselves refuse what the law
// does not allow. A file of before the program, or one brought in, has what it
// has.
package filereview

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Fault is something found.
type Fault struct {
	Check string   `json:"check"`
	About []string `json:"about"` // the sentence review.about.<check> says it with these
	Where string   `json:"where"` // the part of the case's page: #documents; or /evidence

	Cite statute.Text `json:"cite"` // by the kind of case and the day
	on   calendar.Day // of what was found; none: the day of filing
}

// Result is what a review found.
type Result struct {
	Score  int
	Faults []Fault
}

// Review is one that was made.
type Review struct {
	CaseID    string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Version   int64  // of the case
	Score     int64
	Faults    string // JSON
	TableHash string
	Actor     string
	ActorName string
	At        time.Time
	Number    string `gorm:"->"` // of the case
	Title     string `gorm:"->"`
	Current   int64  `gorm:"->"` // the case's version now
}

// TableName is the table of the reviews.
func (Review) TableName() string { return "file_reviews" }

// Told is the review as the log tells of it.
func (r *Review) Told() (kind, key, sum string) {
	return "file_review", r.CaseID + "/" + strconv.FormatInt(r.Seq, 10), audit.Sum(r.CaseID, r.Seq, r.Version, r.Score, r.Faults, r.TableHash, r.Actor, r.ActorName, r.At)
}

// Found are the faults.
func (r *Review) Found() (out []Fault) {
	_ = json.Unmarshal([]byte(r.Faults), &out) // written by Run
	return out
}

// Desk is the service.
type Desk struct {
	db     *store.DB
	guard  *access.Guard
	docket *casework.Docket
	clocks *deadline.Clocks
	locker *evidence.Locker
	table  *Table
}

// New makes the service.
func New(db *store.DB, guard *access.Guard, docket *casework.Docket, clocks *deadline.Clocks, locker *evidence.Locker, table *Table) *Desk {
	return &Desk{db: db, guard: guard, docket: docket, clocks: clocks, locker: locker, table: table}
}

// Table is the table in use.
func (d *Desk) Table() *Table { return d.table }

// Look reviews a case that the person was let see, and writes nothing.
func (d *Desk) Look(ctx context.Context, f *casework.File) (Result, error) {
	items, err := d.locker.Of(ctx, &evidence.Matter{Kind: "case", ID: f.ID})
	if err != nil {
		return Result{}, err
	}
	in := &file{File: f, p: d.docket.Procedure(f.Kind), items: items, clocks: d.clocks, table: d.table, book: d.clocks.Book(f.FiledOn)}
	if k := f.Clock("CF_CLOSE"); k != nil && strings.HasSuffix(k.Version, "/"+statute.BookSAMR) {
		in.book = statute.BookSAMR
	} else if k != nil {
		in.book = statute.BookPatent
	}
	if err := d.db.Read(ctx).Raw("SELECT ground, document, track_id, from_on, to_on FROM deadline_spans WHERE subject_id = ? ORDER BY from_on, id", f.ID).Scan(&in.spans).Error; err != nil {
		return Result{}, err
	}
	if err := d.db.Read(ctx).Raw("SELECT DISTINCT document_id FROM paper_services WHERE case_id = ? AND state = 'served'", f.ID).Scan(&in.served).Error; err != nil {
		return Result{}, err
	}
	if err := d.db.Read(ctx).Raw(`SELECT id AS user_id, name, certificate_no, certificate_until FROM users
		WHERE id IN (SELECT actor FROM case_steps WHERE case_id = ?) OR id IN (SELECT user_id FROM members WHERE subject_id = ?)`, f.ID, f.ID).Scan(&in.acted).Error; err != nil {
		return Result{}, err
	}
	if err := d.db.Read(ctx).Raw(`SELECT user_id, number, until_day, recorded_at FROM certificates
		WHERE user_id IN (SELECT actor FROM case_steps WHERE case_id = ?) OR user_id IN (SELECT user_id FROM members WHERE subject_id = ?) ORDER BY recorded_at, id`, f.ID, f.ID).Scan(&in.certificates).Error; err != nil {
		return Result{}, err
	}
	if err := d.db.Read(ctx).Raw("SELECT proof FROM paper_services WHERE case_id = ? AND proof <> '' UNION SELECT proof FROM service_addresses WHERE case_id = ? AND proof <> ''", f.ID, f.ID).Scan(&in.proofs).Error; err != nil {
		return Result{}, err
	}
	r := Result{Score: 100}
	for _, c := range d.table.Checks {
		if c.Points == 0 {
			continue
		}
		n := 0
		for _, x := range looks()[c.ID](in) {
			if x.Cite.ZH == "" {
				var ruled bool
				if x.Cite, ruled = c.Law(f.Kind, in.book, cmp.Or(x.on, f.FiledOn)); !ruled {
					continue
				}
			}
			if n++; n <= c.Most {
				r.Score -= c.Points
			}
			x.Check = c.ID
			r.Faults = append(r.Faults, x)
		}
	}
	r.Score = max(r.Score, 0)
	return r, nil
}

// Run reviews cases and keeps what was found. Cases that the person does not see are left out. Forbidden. It gives how many were reviewed.
func (d *Desk) Run(ctx context.Context, by access.Actor, ids ...string) (n int, err error) {
	for _, id := range ids {
		f, err := d.docket.Find(ctx, by, id)
		if errs.CodeOf(err) == errs.NotFound {
			continue
		}
		if err != nil {
			return n, err
		}
		if err := d.guard.Allow(by, "review.view", f.Jurisdiction); err != nil {
			if e := errs.As(err); e != nil {
				return n, e.On("case:" + f.ID)
			}
			return n, err
		}
		r, err := d.Look(ctx, f)
		if err != nil {
			return n, err
		}
		if err := d.keep(ctx, by, f, r); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (d *Desk) keep(ctx context.Context, by access.Actor, f *casework.File, r Result) error {
	raw, err := json.Marshal(r.Faults)
	if err != nil {
		return err
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("cases", f.ID); err != nil {
			return err
		}
		var seq int64
		if err := tx.Raw("SELECT COALESCE(MAX(seq), 0) + 1 FROM file_reviews WHERE case_id = ?", f.ID).Scan(&seq).Error; err != nil {
			return err
		}
		row := Review{CaseID: f.ID, Seq: seq, Version: f.Version, Score: int64(r.Score), Faults: string(raw), TableHash: d.table.hash, Actor: by.ID, ActorName: by.Name, At: tx.Now}
		return errors.Join(tx.Create(&row).Error,
			audit.Append(tx, by.Entry("case.filereview", f.Jurisdiction, "case:"+f.ID, audit.Tell(map[string]any{"number": f.Number, "score": r.Score, "faults": len(r.Faults), "table": d.table.hash}, &row))))
	})
}

// Of are the reviews of a case, newest first.
func (d *Desk) Of(ctx context.Context, caseID string) (rows []Review, err error) {
	return rows, d.db.Read(ctx).Where("case_id = ?", caseID).Order("seq DESC").Limit(20).Find(&rows).Error
}

// Worst are the last reviews of the cases that the person may see, the worst files first.
func (d *Desk) Worst(ctx context.Context, by access.Actor, most int) (rows []Review, err error) {
	cond, args := d.guard.Condition(by, "review.list", "cases", "id")
	err = d.db.Read(ctx).Raw(`SELECT r.*, cases.number, cases.title, cases.version AS current FROM file_reviews r JOIN cases ON cases.id = r.case_id
		WHERE r.seq = (SELECT MAX(x.seq) FROM file_reviews x WHERE x.case_id = r.case_id) AND `+cond+" ORDER BY r.score, r.at DESC, r.case_id LIMIT ?", append(args, most)...).Scan(&rows).Error
	return rows, err
}
