package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// MostReassigned is how many cases are handed over at once.
const MostReassigned = 500

// Reassignment is that one person's cases go to another, many at once. Each case is a transaction of its own: what is refused keeps nothing
// else back, and what is done stays done.
type Reassignment struct {
	ID               string `gorm:"primaryKey"` // made by the form: sent twice, it is one
	FromID, FromName string
	ToID, ToName     string
	Reason           string
	MadeBy, MadeName string
	MadeAt           time.Time
}

// ReassignedCase is what became of one case.
type ReassignedCase struct {
	ReassignmentID string
	CaseID         string
	Place          int   // in the list, from 1
	Version        int64 // as it was seen
	Outcome        string
	Why            Reasons

	Number, Title, Kind string `gorm:"->"` // empty of a case that the person may not see (any more)
}

// TableName is the table of the cases of a reassignment.
func (ReassignedCase) TableName() string { return "reassignment_rows" }

// The outcomes. "" waits: the work was cut short, and goes on by Resume.
const (
	ReassignDone    = "done"
	ReassignRefused = "refused"
)

// Chosen is a case as it was seen.
type Chosen struct {
	CaseID  string
	Version int64
}

// Planned is a case of the preview: as it stands, and what speaks against handing it over.
type Planned struct {
	Row
	Version int64
	Refused []errs.Message // empty where nothing does
}

// Worker is somebody with open cases.
type Worker struct {
	ID, Name string
	N        int64
}

// Workers are the people who investigate or review open cases that a person may reassign, by name; of the cases given, or with none of all.
func (d *Docket) Workers(ctx context.Context, by access.Actor, ids ...string) (out []Worker, err error) {
	q := d.reassignable(ctx, by).Select("u.id AS id, u.name AS name, COUNT(DISTINCT cases.id) AS n").Group("u.id, u.name").Order("u.name, u.id").
		Joins("JOIN members m ON m.subject_id = cases.id AND m.part IN ? JOIN users u ON u.id = m.user_id", []string{PartOfficer, PartReviewer})
	if len(ids) > 0 {
		q = q.Where("cases.id IN ?", ids)
	}
	return out, q.Scan(&out).Error
}

// OpenOf are the open cases of somebody that a person may reassign, the oldest first. more says that there are further ones.
func (d *Docket) OpenOf(ctx context.Context, by access.Actor, userID string, limit int) (ids []string, more bool, err error) {
	err = d.reassignable(ctx, by).Where("EXISTS (SELECT 1 FROM members m WHERE m.subject_id = cases.id AND m.user_id = ? AND m.part IN ?)", userID, []string{PartOfficer, PartReviewer}).
		Order("cases.filed_on, cases.id").Limit(limit+1).Pluck("cases.id", &ids).Error
	if more = len(ids) > limit; more {
		ids = ids[:limit]
	}
	return ids, more, err
}

func (d *Docket) reassignable(ctx context.Context, by access.Actor) *gorm.DB {
	return d.scoped(ctx, by, Filter{State: "open"}).Scopes(d.guard.Scope(by, "case.assign", "cases"))
}

// Plan says of each case what would become of it. What the person may not see is left out. Forbidden without case.assign anywhere.
func (d *Docket) Plan(ctx context.Context, by access.Actor, from, to string, ids []string) (out []Planned, err error) {
	if err := d.guard.AllowAnywhere(by, "case.assign"); err != nil {
		return nil, err
	}
	q := d.db.Read(ctx)
	for _, id := range once(ids) {
		f, err := d.load(q, by, id, d.Today())
		if errs.CodeOf(err) == errs.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		p := Planned{Row: Row{ID: f.ID, Number: f.Number, Kind: f.Kind, Title: f.Title, Place: f.Place, Jurisdiction: f.Jurisdiction, State: f.State, Restricted: f.Restricted, FiledOn: f.FiledOn, Officers: names(f.Officers())},
			Version: f.Version}
		if err = d.MayAssign(by, f); err == nil {
			_, err = d.handed(q, by, f, Handover{From: from, To: to, Reason: "?"}) // the reason is given with the confirmation
		}
		if err != nil {
			e := errs.As(err)
			if e == nil {
				return nil, err
			}
			p.Refused = reasons(e)
		}
		out = append(out, p)
	}
	return out, nil
}

// reasons are the sentences of a refusal: of what is wrong with which input, only what is wrong.
func reasons(e *errs.Error) []errs.Message {
	if len(e.Fields) == 0 {
		return []errs.Message{e.Message}
	}
	var out []errs.Message
	for _, f := range e.Fields {
		out = append(out, f.Message)
	}
	return out
}

// Reassign hands cases over, each in a transaction of its own. The same id again does nothing twice: it goes on where the first was cut
// short; "" is a new one. It gives the id, and what was refused, for the log. Forbidden without case.assign anywhere; Invalid; Conflict where
// the id was used for another reassignment.
func (d *Docket) Reassign(ctx context.Context, by access.Actor, id string, in Handover, cases []Chosen) (made string, refused []*errs.Error, err error) {
	if err := d.guard.AllowAnywhere(by, "case.assign"); err != nil {
		return "", nil, err
	}
	if !store.ValidID(id) {
		id = d.db.NewID()
	}
	if err = d.db.Tx(ctx, func(tx *store.Tx) error { return d.reassignment(tx, by, id, in, cases) }); err != nil {
		return "", nil, err
	}
	refused, err = d.Resume(ctx, by, id)
	return id, refused, err
}

// reassignment writes down what is to be done.
func (d *Docket) reassignment(tx *store.Tx, by access.Actor, id string, in Handover, cases []Chosen) error {
	var have []Reassignment
	if err := tx.Where("id = ?", id).Find(&have).Error; err != nil {
		return err
	}
	if len(have) > 0 {
		if h := have[0]; h.MadeBy != by.ID || h.FromID != in.From || h.ToID != in.To || h.Reason != in.Reason {
			return errs.New(errs.Conflict, "error.same_id")
		}
		return nil
	}
	var bad errs.Faults
	checkReason(&bad, in.Reason)
	row := Reassignment{ID: id, FromID: in.From, ToID: in.To, Reason: in.Reason, MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now}
	for _, x := range []struct {
		field, id string
		name      *string
	}{{"from", in.From, &row.FromName}, {"to", in.To, &row.ToName}} {
		if err := tx.Raw("SELECT name FROM users WHERE id = ?", x.id).Scan(x.name).Error; err != nil {
			return err
		}
		if *x.name == "" {
			bad.Add(x.field, "error.choice")
		}
	}
	if in.From == in.To && row.ToName != "" {
		bad.Add("to", "error.assign_same")
	}
	var rows []ReassignedCase
	for _, c := range cases {
		if !store.ValidID(c.CaseID) || slices.ContainsFunc(rows, func(r ReassignedCase) bool { return r.CaseID == c.CaseID }) {
			continue
		}
		rows = append(rows, ReassignedCase{ReassignmentID: row.ID, CaseID: c.CaseID, Place: len(rows) + 1, Version: c.Version})
	}
	switch n := len(rows); {
	case n == 0:
		bad.Add("case", "error.reassign_none")
	case n > MostReassigned:
		bad.Add("case", "error.reassign_many", MostReassigned)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	if err := tx.Select("ReassignmentID", "CaseID", "Place", "Version", "Outcome", "Why").CreateInBatches(rows, 100).Error; err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("case.reassign", d.guard.Home(by), "user:"+row.FromID, map[string]any{
		"left": row.FromName, "joined": row.ToName, "reason": row.Reason, "cases": len(rows), "reassignment": row.ID,
	}))
}

// Resume goes on with a reassignment of one's own: what waits is done or refused. NotFound where there is none.
func (d *Docket) Resume(ctx context.Context, by access.Actor, id string) (refused []*errs.Error, err error) {
	r, err := d.reassignmentOf(d.db.Read(ctx), by, id)
	if err != nil {
		return nil, err
	}
	var waiting []ReassignedCase
	if err := d.db.Read(ctx).Where("reassignment_id = ? AND outcome = ''", id).Order("place").Find(&waiting).Error; err != nil {
		return nil, err
	}
	for _, x := range waiting {
		e, err := d.reassignOne(ctx, by, r, x)
		if err != nil {
			return refused, err
		}
		if e != nil {
			refused = append(refused, e)
		}
	}
	return refused, nil
}

// errTaken is that somebody else is at it: the same form, sent twice.
var errTaken = errors.New("settled already")

// reassignOne hands one case over, or writes down why not.
func (d *Docket) reassignOne(ctx context.Context, by access.Actor, r *Reassignment, x ReassignedCase) (*errs.Error, error) {
	settle := func(tx *store.Tx, outcome string, why Reasons) error {
		q := tx.Exec("UPDATE reassignment_rows SET outcome = ?, why = ? WHERE reassignment_id = ? AND case_id = ? AND outcome = ''", outcome, why, r.ID, x.CaseID)
		if q.Error == nil && q.RowsAffected == 0 {
			return errTaken
		}
		return q.Error
	}
	err := d.db.Tx(ctx, func(tx *store.Tx) error {
		if err := settle(tx, ReassignDone, nil); err != nil {
			return err
		}
		return d.handTx(tx, by, x.CaseID, x.Version, Handover{From: r.FromID, To: r.ToID, Reason: r.Reason}, r.ID)
	})
	e := errs.As(err)
	if e == nil || e.Code == errs.Internal {
		if errors.Is(err, errTaken) {
			return nil, nil
		}
		return nil, err
	}
	err = d.db.Tx(ctx, func(tx *store.Tx) error { return settle(tx, ReassignRefused, reasons(e)) })
	if errors.Is(err, errTaken) {
		return nil, nil
	}
	return e, err
}

func (d *Docket) reassignmentOf(q *gorm.DB, by access.Actor, id string) (*Reassignment, error) {
	var r []Reassignment
	if err := q.Where("id = ? AND made_by = ?", id, by.ID).Find(&r).Error; err != nil {
		return nil, err
	}
	if len(r) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &r[0], nil
}

// Reassignment reads a reassignment of one's own with what became of each case. NotFound where there is none, or it is somebody else's. Of a case
// that the person may not see, nothing is told but that it was refused.
func (d *Docket) Reassignment(ctx context.Context, by access.Actor, id string) (*Reassignment, []ReassignedCase, error) {
	q := d.db.Read(ctx)
	r, err := d.reassignmentOf(q, by, id)
	if err != nil {
		return nil, nil, err
	}
	visible, args := d.guard.Condition(by, "case.view", "cases", "id")
	var rows []ReassignedCase
	err = q.Raw(`SELECT r.*, COALESCE(cases.number, '') AS number, COALESCE(cases.title, '') AS title, COALESCE(cases.kind, '') AS kind
		FROM reassignment_rows r LEFT JOIN cases ON cases.id = r.case_id AND `+visible+` WHERE r.reassignment_id = ? ORDER BY r.place`, append(args, id)...).Scan(&rows).Error
	return r, rows, err
}
