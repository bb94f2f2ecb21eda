// Package papers is where officers write papers by hand: drafts with a preview, approval by another person, many at once; how papers are served, and what of them is made public.
//
// A draft is of a form that names the kind of case (document.Template.Kinds). Its free fields are what the officer writes; all else comes from the case
// and is read anew until the paper is issued. A paper of the office is approved by somebody who neither wrote it nor investigates the case, and gets its
// number then; a record is signed by hand and issued by the officer; a party's form is never issued. What was issued is never changed: a mistake is
// put right by a new paper (correction_notice, paper_withdrawal) that names the first, and a number that is not used is voided and kept.
package papers

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The states of a draft.
const (
	StateDraft     = "draft"
	StateSubmitted = "submitted" // waits for approval
	StateReturned  = "returned"  // sent back with a comment
	StateIssued    = "issued"
	StateDropped   = "dropped"
)

// Draft is a paper that is being written.
type Draft struct {
	ID              string `gorm:"primaryKey"`
	CaseID          string
	Template        string
	TemplateVersion int64
	About           string // the paper that it corrects or withdraws
	State           string
	Fields          casework.Facts // what was typed, by the fields' Chinese names
	Version         int64
	Author          string
	AuthorName      string
	SubmittedBy     string
	DocumentID      string // of an issued one
	Batch           string
	CreatedAt       time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt       time.Time `gorm:"autoUpdateTime:false"`
}

// TableName is the table of the drafts.
func (Draft) TableName() string { return "paper_drafts" }

// Open says whether it may still be written.
func (d *Draft) Open() bool { return d.State == StateDraft || d.State == StateReturned }

// Act is something that was done with a draft, and what stood in it then.
type Act struct {
	DraftID   string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Act       string // start, save, submit, return, issue, drop
	Note      string
	Fields    casework.Facts
	Actor     string
	ActorName string
	At        time.Time
}

// TableName is the table of the acts.
func (Act) TableName() string { return "paper_draft_acts" }

// Void is a number that is not used.
type Void struct {
	DocumentID string `gorm:"primaryKey"`
	Reason     string
	Actor      string
	ActorName  string
	At         time.Time
}

// TableName is the table of the voided numbers.
func (Void) TableName() string { return "paper_voids" }

// Desk is the service.
type Desk struct {
	db     *store.DB
	guard  *access.Guard
	docket *casework.Docket
	office *document.Office
	press  *document.Press
	clocks *deadline.Clocks
	blobs  *blob.Store
}

// Deps is what the desk works with.
type Deps struct {
	DB     *store.DB
	Guard  *access.Guard
	Docket *casework.Docket
	Office *document.Office
	Press  *document.Press // nil makes no files: they are made when a paper is first opened
	Clocks *deadline.Clocks
	Blobs  *blob.Store
}

// New makes the service.
func New(x Deps) *Desk {
	return &Desk{db: x.DB, guard: x.Guard, docket: x.Docket, office: x.Office, press: x.Press, clocks: x.Clocks, blobs: x.Blobs}
}

// Forms are the templates that may be written by hand in a kind of case, by title.
func (d *Desk) Forms(kind string) []*document.Template {
	var out []*document.Template
	for _, id := range d.office.Templates() {
		if t := d.office.Template(id); slices.Contains(t.Kinds, kind) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *document.Template) int {
		return cmp.Or(strings.Compare(string(a.Class), string(b.Class)), strings.Compare(a.Title, b.Title))
	})
	return out
}

// Template is a draft's form.
func (d *Desk) Template(x *Draft) *document.Template { return d.office.Template(x.Template) }

// works loads a case to be written on by one of its officers. NotFound, Forbidden, Conflict.
func (d *Desk) works(tx *store.Tx, by access.Actor, caseID string) (*casework.File, error) {
	f, err := d.docket.WriteTx(tx, by, caseID)
	if err != nil {
		return nil, err
	}
	return f, d.mayWork(by, f)
}

func (d *Desk) mayWork(by access.Actor, f *casework.File) error {
	if f.State == casework.Archived {
		return errs.New(errs.Conflict, "error.case_closed")
	}
	return d.ownCase(by, f)
}

// ownCase asks whether somebody is an officer of a case, in the archive too.
func (d *Desk) ownCase(by access.Actor, f *casework.File) error {
	if err := d.guard.Allow(by, "case.work", f.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("case:" + f.ID)
		}
		return err
	}
	if !by.IsSystem() && !f.Is(by.ID, casework.PartOfficer) {
		return errs.New(errs.Forbidden, "error.paper.officer").On("case:" + f.ID)
	}
	return nil
}

// approves asks whether somebody may approve a paper of a case: the chief, who did not investigate it.
func (d *Desk) approves(by access.Actor, f *casework.File, x *Draft) error {
	if err := d.guard.Allow(by, "case.approve", f.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("case:" + f.ID)
		}
		return err
	}
	if by.ID == x.Author || by.ID == x.SubmittedBy || f.Is(by.ID, casework.PartOfficer) {
		return errs.New(errs.Forbidden, "error.paper.own").On("case:" + f.ID)
	}
	return nil
}

// find reads a draft with its case, within the person's scope.
func (d *Desk) find(q *gorm.DB, id string) (*Draft, error) {
	var x Draft
	err := q.Where("id = ?", id).Take(&x).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &x, err
}

// Find reads a draft with its case and what was done with it, the oldest first. NotFound.
func (d *Desk) Find(ctx context.Context, by access.Actor, id string) (*Draft, *casework.File, []Act, error) {
	x, err := d.find(d.db.Read(ctx), id)
	if err != nil {
		return nil, nil, nil, err
	}
	f, err := d.docket.Find(ctx, by, x.CaseID)
	if err != nil {
		return nil, nil, nil, err
	}
	var acts []Act
	return x, f, acts, d.db.Read(ctx).Where("draft_id = ?", id).Order("seq").Find(&acts).Error
}

// OfCase are the drafts of a case that the caller has let the person see, the newest first; those that were dropped or issued are left out.
func (d *Desk) OfCase(ctx context.Context, caseID string) ([]Draft, error) {
	var out []Draft
	return out, d.db.Read(ctx).Where("case_id = ? AND state IN ?", caseID, []string{StateDraft, StateSubmitted, StateReturned}).Order("id DESC").Find(&out).Error
}

// Waiting is a draft in a list, with its case.
type Waiting struct {
	Draft
	CaseNumber, CaseTitle, Jurisdiction string
	Restricted                          bool
}

// List are the drafts in a state of the cases that a person may see, mine alone or those of all, the oldest first.
func (d *Desk) List(ctx context.Context, by access.Actor, state string, mine bool, most int) ([]Waiting, error) {
	q := d.listed(ctx, by, state)
	if mine {
		q = q.Where("paper_drafts.author = ?", by.ID)
	}
	var out []Waiting
	return out, q.Order("paper_drafts.updated_at, paper_drafts.id").Limit(most).Find(&out).Error
}

// ToApprove are the drafts that wait for a person's approval, the oldest first: of the cases on which they decide, by others, and not where they investigate.
func (d *Desk) ToApprove(ctx context.Context, by access.Actor, most int) ([]Waiting, error) {
	var out []Waiting
	return out, d.listed(ctx, by, StateSubmitted).Scopes(d.guard.Scope(by, "case.approve", "cases")).Where("paper_drafts.author <> ? AND paper_drafts.submitted_by <> ?", by.ID, by.ID).
		Where("NOT EXISTS (SELECT 1 FROM members WHERE members.subject_id = cases.id AND members.user_id = ? AND members.part = ?)", by.ID, casework.PartOfficer).
		Order("paper_drafts.updated_at, paper_drafts.id").Limit(most).Find(&out).Error
}

// listed are the drafts in a state of the cases that a person may see, with their case.
func (d *Desk) listed(ctx context.Context, by access.Actor, state string) *gorm.DB {
	return d.db.Read(ctx).Table("paper_drafts").Joins("JOIN cases ON cases.id = paper_drafts.case_id").Scopes(d.guard.Scope(by, "case.view", "cases")).
		Select("paper_drafts.*, cases.number AS case_number, cases.title AS case_title, cases.jurisdiction AS jurisdiction, cases.restricted AS restricted").
		Where("paper_drafts.state = ?", state)
}

// begin are the values that a draft's free fields begin with, of what the case knows.
func begin(t *document.Template, f *casework.File) casework.Facts {
	out := casework.Facts{}
	for _, x := range t.Free {
		v := ""
		switch x.From {
		case "":
		case "respondent":
			v = strings.Join(f.PartyNames("respondent"), "、")
		case "officers":
			var names []string
			for _, m := range f.Officers() {
				names = append(names, m.Name)
			}
			v = strings.Join(names, "、")
		case "title":
			v = f.Title
		case "facts":
			v = cmp.Or(f.Facts["findings"], f.Facts["facts"], f.Summary)
		case "due":
			for i := range f.Clocks {
				if k := &f.Clocks[i]; slices.Contains(casework.ClosingRules(), k.Rule) && k.Running() {
					v = k.DueOn.String()
				}
			}
		default:
			v = f.Facts[x.From]
		}
		if v != "" {
			out[x.Name] = v
		}
	}
	return out
}

// Issue is what a draft's paper is made from on a day, with what is wrong in the fields by "f." and their names.
func (d *Desk) issue(x *Draft, f *casework.File, by access.Actor, on calendar.Day) (document.Issue, error) {
	in, err := d.docket.PaperOf(f, by, on)
	if err != nil {
		return in, err
	}
	t := d.office.Template(x.Template)
	in.Template = x.Template
	conditional := map[string]bool{}
	for _, b := range t.Blocks {
		conditional[b.If] = true
	}
	var bad errs.Faults
	for _, w := range t.Free {
		v := strings.TrimSpace(x.Fields[w.Name])
		bad.Limit("f."+w.Name, v, 20000)
		switch {
		case v == "" && t.Class == document.Party: // the party writes it
		case v == "" && w.Open && !conditional[w.Name]:
			v = casework.None
		case v == "":
		case w.Kind == document.FreeDay:
			day, err := calendar.ParseDay(v)
			if err != nil || day.IsZero() {
				bad.Add("f."+w.Name, "error.day")
				v = ""
			} else {
				v = day.Han()
			}
		case w.Kind == document.FreeMoney:
			fen, err := strconv.ParseInt(v, 10, 64)
			if err != nil || fen < 0 || fen > 1e14 {
				bad.Add("f."+w.Name, "error.money")
				v = ""
			} else {
				v = document.Amount(fen)
			}
		}
		in.Data[w.Name] = v
	}
	return in, bad.Err()
}

// Sheet is a draft as a paper: what is missing on it by name, and what is wrong with what was typed.
type Sheet struct {
	Paper   *document.Paper
	Missing []string
	Fault   error
}

// Preview shows a draft as it would be issued today. fields are what is typed and not yet saved; nil are those of the draft.
func (d *Desk) Preview(by access.Actor, x *Draft, f *casework.File, fields casework.Facts) (Sheet, error) {
	shown := *x
	if fields != nil {
		shown.Fields = fields
	}
	in, fault := d.issue(&shown, f, by, f.Today)
	if fault != nil && errs.CodeOf(fault) != errs.Invalid {
		return Sheet{}, fault
	}
	p, missing, err := d.office.Preview(in)
	if err != nil {
		return Sheet{}, err
	}
	if fault == nil && d.press != nil {
		if fault = d.press.Try(p); fault != nil && errs.CodeOf(fault) != errs.Invalid {
			return Sheet{}, fault
		}
	}
	return Sheet{Paper: p, Missing: missing, Fault: fault}, nil
}

// Text is the hash of what the paper says.
func (s Sheet) Text() string {
	raw, err := json.Marshal(s.Paper)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// log writes an act on a case's papers down, with the rows as they stand after it.
func (d *Desk) log(tx *store.Tx, by access.Actor, action string, f *casework.File, detail map[string]any, rows ...audit.Row) error {
	detail["case"] = f.Number
	return audit.Append(tx, by.Entry(action, f.Jurisdiction, "case:"+f.ID, audit.Tell(detail, rows...)))
}
