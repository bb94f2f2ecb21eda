package casework

import (
	"context"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Restriction is what a chief decides on a case's secrecy.
type Restriction struct {
	Restricted bool
	Reason     string
	Reviewer   string // let in to review; needed where the case is yet to be reviewed and has none
	Archivist  string // let in to archive; may be named later, before the case is closed
}

// Restrict makes a case confidential, lets its reviewer or archivist in, or opens it again. A restricted case, with its lead, its
// listings and its periods, is seen by its officers, its reviewer and its chief only, and by the archivist whom the chief names.
func (d *Docket) Restrict(ctx context.Context, by access.Actor, caseID string, version int64, in Restriction) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		return d.editTx(tx, by, caseID, version, "case.restrict", func(tx *store.Tx, f *File) (map[string]any, error) {
			if err := f.own(by, "error.four_eyes_officer"); err != nil {
				return nil, err
			}
			if err := d.checkRestriction(tx, f, in); err != nil {
				return nil, err
			}
			from := f.cell()
			was, err := f.leaves(tx)
			if err != nil {
				return nil, err
			}
			f.Restricted = in.Restricted
			people := []Member{{UserID: in.Reviewer, Part: PartReviewer}, {UserID: in.Archivist, Part: PartArchivist}}
			if in.Restricted && !by.IsSystem() { // whoever restricts it stays its chief, or nobody could lift it
				people = append(people, Member{UserID: by.ID, Part: PartChief})
			}
			for _, m := range people {
				if m.UserID == "" {
					continue
				}
				if err := join(tx, f.ID, m.UserID, m.Part); err != nil {
					return nil, err
				}
			}
			if err := tx.Model(&Case{}).Where("id = ?", f.ID).Updates(map[string]any{"restricted": in.Restricted}).Error; err != nil {
				return nil, err
			}
			if err := f.moved(tx, from, was); err != nil {
				return nil, err
			}
			return map[string]any{"what": "restricted", "restricted": in.Restricted, "reason": in.Reason, "reviewer": in.Reviewer, "archivist": in.Archivist}, d.seal(tx, f)
		})
	})
}

// MayRestrict says why a person may not decide on a case's secrecy: Forbidden without the right, for who investigates it or ever did, and for who is recused.
func (d *Docket) MayRestrict(by access.Actor, f *File) error {
	if err := d.guard.Allow(by, "case.restrict", f.Jurisdiction); err != nil {
		return refusal(err, f.ID)
	}
	if err := f.barred(by); err != nil {
		return err
	}
	return f.own(by, "error.four_eyes_officer")
}

func (d *Docket) checkRestriction(tx *store.Tx, f *File, in Restriction) error {
	var bad errs.Faults
	bad.Require("reason", in.Reason)
	bad.Limit("reason", in.Reason, 500)
	if in.Restricted == f.Restricted && (!in.Restricted || in.Reviewer == "" && in.Archivist == "") {
		return errs.New(errs.Conflict, "error.stale", f.UpdatedAt)
	}
	for _, x := range []struct{ name, id, action string }{{"reviewer", in.Reviewer, "case.review"}, {"archivist", in.Archivist, "case.archive"}} {
		if x.id == "" {
			continue
		}
		m, err := d.person(tx.DB, x.id, "")
		switch {
		case err != nil:
			return err
		case m == nil || !d.guard.Can(access.Actor{ID: x.id}, x.action, f.Jurisdiction):
			bad.Add(x.name, "error.choice")
		case f.Investigated(x.id):
			bad.Add(x.name, "error.reviewer_investigates")
		case slices.Contains(f.Recused(), x.id) || f.Challenged(x.id) != "":
			bad.Add(x.name, "error.assign_recused", m.Name)
		}
	}
	if in.Restricted && in.Reviewer == "" && len(f.Part(PartReviewer)) == 0 && d.procedures[f.Kind].toReview(f.State) {
		bad.Add("reviewer", "error.restricted_reviewer")
	}
	return bad.Err()
}

// toReview says whether a review still lies before a case in a state.
func (p *Procedure) toReview(s State) bool {
	return slices.ContainsFunc(p.Steps, func(x Step) bool {
		return x.Action == "case.review" && slices.ContainsFunc(x.From, func(from State) bool { return p.Stage(from) >= p.Stage(s) })
	})
}

// seal writes a case's secrecy, and who may see it, onto what came before it and hangs on it: its lead, its listings, their
// periods and what they are found by. The call it began with stays with the desk, which knew of it before; it does not lead here.
func (d *Docket) seal(tx *store.Tx, f *File) error {
	if err := d.clocks.RelabelTx(tx, f.subject()); err != nil {
		return err
	}
	const hang = "(SELECT lead_id FROM cases WHERE id = ? UNION SELECT id FROM listings WHERE case_id = ?)"
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE search_docs SET restricted = ? WHERE subject_id = ? OR subject_id IN " + hang, []any{f.Restricted, f.ID, f.ID, f.ID}},
		{"UPDATE leads SET restricted = ? WHERE id IN " + hang, []any{f.Restricted, f.ID, f.ID}},
		{"UPDATE listings SET restricted = ? WHERE case_id = ?", []any{f.Restricted, f.ID}},
		{"UPDATE deadlines SET restricted = ? WHERE subject_id IN " + hang, []any{f.Restricted, f.ID, f.ID}},
	} {
		if err := tx.Exec(q.sql, q.args...).Error; err != nil {
			return err
		}
	}
	if !f.Restricted {
		return nil
	}
	return tx.Exec(`INSERT INTO members (subject_id, user_id, part, added_at)
		SELECT h.id, m.user_id, m.part, m.added_at FROM members m, (SELECT lead_id AS id FROM cases WHERE id = ? UNION SELECT id FROM listings WHERE case_id = ?) h
		WHERE m.subject_id = ? ON CONFLICT DO NOTHING`, f.ID, f.ID, f.ID).Error
}

// SealTx does it for a case that something was hung on.
func (d *Docket) SealTx(tx *store.Tx, caseID string) error {
	f := &File{}
	if err := tx.Where("id = ?", caseID).Take(&f.Case).Error; err != nil || !f.Restricted {
		return err
	}
	return d.seal(tx, f)
}
