package papers

import (
	"context"
	"errors"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Start begins a draft; id is made by the form, and the same id is the same draft. about is the paper that it corrects or withdraws, else "".
// NotFound, Forbidden, Conflict; Invalid where the kind of case has no such form.
func (d *Desk) Start(ctx context.Context, by access.Actor, caseID, id, template, about string) (x *Draft, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		x, err = d.startTx(tx, by, caseID, id, template, about, nil, "")
		return err
	})
	return x, err
}

func (d *Desk) startTx(tx *store.Tx, by access.Actor, caseID, id, template, about string, fields casework.Facts, batch string) (*Draft, error) {
	f, err := d.works(tx, by, caseID)
	if err != nil {
		return nil, err
	}
	var found []Draft
	if err := tx.Where("id = ?", id).Find(&found).Error; err != nil {
		return nil, err
	}
	if len(found) > 0 {
		if found[0].CaseID != caseID || found[0].Template != template || found[0].Author != by.ID {
			return nil, errs.New(errs.Conflict, "error.same_id")
		}
		return &found[0], nil
	}
	t := d.office.Template(template)
	var bad errs.Faults
	if t == nil || !has(t.Kinds, f.Kind) || id == "" {
		bad.Add("template", "error.choice")
		return nil, bad.Err()
	}
	x := &Draft{ID: id, CaseID: caseID, Template: t.ID, TemplateVersion: t.Version, About: about, State: StateDraft, Fields: begin(t, f), Version: 1,
		Author: by.ID, AuthorName: by.Name, Batch: batch, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if about != "" {
		var first document.Document
		if err := tx.Where("id = ? AND case_id = ?", about, caseID).Take(&first).Error; err != nil {
			return nil, errs.New(errs.NotFound, "error.not_found").Because(err)
		}
		if t.FreeField("原文书") != nil {
			x.Fields["原文书"] = "《" + first.Title + "》（" + first.Number + "）"
		}
	}
	for k, v := range fields {
		x.Fields[k] = v
	}
	if err := tx.Create(x).Error; err != nil {
		return nil, err
	}
	act := acted(tx, by, x, "start", "")
	if err := tx.Create(act).Error; err != nil {
		return nil, err
	}
	return x, d.log(tx, by, "paper.start", f, map[string]any{"draft": x.ID, "template": t.ID}, x, act)
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func acted(tx *store.Tx, by access.Actor, x *Draft, act, note string) *Act {
	return &Act{DraftID: x.ID, Seq: x.Version, Act: act, Note: note, Fields: x.Fields, Actor: by.ID, ActorName: by.Name, At: tx.Now}
}

// change loads a draft and its case in the transaction, checks the version and hands it to fn, which sets state and fields; then it is written by
// compare-and-set with its act. right says who may.
func (d *Desk) change(tx *store.Tx, by access.Actor, id string, version int64, act, note string, right func(*casework.File, *Draft) error, fn func(*casework.File, *Draft) error) (*Draft, *casework.File, *Act, error) {
	x, err := d.find(tx.DB, id)
	if err != nil {
		return nil, nil, nil, err
	}
	f, err := d.docket.WriteTx(tx, by, x.CaseID)
	if err != nil {
		return nil, nil, nil, err
	}
	if x, err = d.find(tx.DB, id); err != nil { // as it stands under the case's lock
		return nil, nil, nil, err
	}
	if x.Version != version {
		return x, f, nil, errs.New(errs.Conflict, "error.stale", x.UpdatedAt)
	}
	if err := right(f, x); err != nil {
		return x, f, nil, err
	}
	if err := fn(f, x); err != nil {
		return x, f, nil, err
	}
	x.Version, x.UpdatedAt = version+1, tx.Now
	r := tx.Model(&Draft{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{
		"state": x.State, "fields": x.Fields, "version": x.Version, "submitted_by": x.SubmittedBy, "document_id": x.DocumentID, "template_version": x.TemplateVersion, "updated_at": tx.Now})
	if r.Error != nil {
		return x, f, nil, r.Error
	}
	if r.RowsAffected == 0 {
		return x, f, nil, errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	done := acted(tx, by, x, act, note)
	return x, f, done, tx.Create(done).Error
}

func (d *Desk) writes(by access.Actor) func(*casework.File, *Draft) error {
	return func(f *casework.File, x *Draft) error {
		if !x.Open() {
			return errs.New(errs.Conflict, "error.paper.closed")
		}
		return d.mayWork(by, f)
	}
}

// put keeps what was typed, of the form's own fields.
func (d *Desk) put(x *Draft, fields casework.Facts) error {
	t := d.office.Template(x.Template)
	kept := casework.Facts{}
	var bad errs.Faults
	for _, w := range t.Free {
		if v := fields[w.Name]; v != "" {
			bad.Limit("f."+w.Name, v, 20000)
			kept[w.Name] = v
		}
	}
	x.Fields, x.TemplateVersion = kept, t.Version
	return bad.Err()
}

// Keep keeps what was typed. NotFound, Forbidden; Conflict where somebody saved meanwhile, or it is no longer a draft; Invalid.
func (d *Desk) Keep(ctx context.Context, by access.Actor, id string, version int64, fields casework.Facts) (x *Draft, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		var f *casework.File
		var act *Act
		x, f, act, err = d.change(tx, by, id, version, "save", "", d.writes(by), func(_ *casework.File, x *Draft) error { return d.put(x, fields) })
		if err != nil {
			return err
		}
		return d.log(tx, by, "paper.save", f, map[string]any{"draft": x.ID, "template": x.Template}, x, act)
	})
	return x, err
}

// Submit hands a draft in for approval; a record is issued at once. Invalid where something is missing on it, or a character is in no font.
func (d *Desk) Submit(ctx context.Context, by access.Actor, id string, version int64, fields casework.Facts) (doc *document.Document, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		var x *Draft
		var f *casework.File
		var act *Act
		x, f, act, err = d.change(tx, by, id, version, "submit", "", d.writes(by), func(f *casework.File, x *Draft) error {
			t := d.office.Template(x.Template)
			if t.Class == document.Party {
				return errs.New(errs.Conflict, "error.paper.party")
			}
			if fields != nil {
				if err := d.put(x, fields); err != nil {
					return err
				}
			}
			if err := d.ready(by, x, f); err != nil {
				return err
			}
			x.State, x.SubmittedBy = StateSubmitted, by.ID
			if t.Class == document.Record {
				doc, err = d.issueTx(tx, by, x, f)
			}
			return err
		})
		if err != nil {
			return err
		}
		detail := map[string]any{"draft": x.ID, "template": x.Template}
		if doc != nil {
			detail["document"], detail["document_sha256"] = doc.Number, doc.SHA256
			return d.log(tx, by, "paper.issue", f, detail, x, act)
		}
		return d.log(tx, by, "paper.submit", f, detail, x, act)
	})
	if err == nil && doc != nil {
		d.render(ctx, doc)
	}
	return doc, err
}

// ready says what keeps a draft from being issued.
func (d *Desk) ready(by access.Actor, x *Draft, f *casework.File) error {
	s, err := d.Preview(by, x, f, nil)
	if err != nil {
		return err
	}
	if s.Fault != nil {
		return s.Fault
	}
	if len(s.Missing) == 0 {
		return nil
	}
	t := d.office.Template(x.Template)
	var bad errs.Faults
	var elsewhere []errs.Need
	for _, m := range s.Missing {
		if t.FreeField(m) != nil {
			bad.Add("f."+m, "error.required")
		} else {
			elsewhere = append(elsewhere, errs.Need{Message: errs.Msg("paper.missing", m), Where: Where(f.ID, m)})
		}
	}
	e := &errs.Error{Code: errs.Invalid, Message: errs.Msg("error.paper.missing"), Missing: elsewhere}
	if b := errs.As(bad.Err()); b != nil {
		e.Fields = b.Fields
	}
	return e
}

// Where is the address at which a field of the case is entered.
func Where(caseID, name string) string {
	if name == "办案人员" {
		return "/cases/" + caseID + "/assign"
	}
	return "/cases/" + caseID + "/data"
}

// issueTx numbers and freezes a draft's paper.
func (d *Desk) issueTx(tx *store.Tx, by access.Actor, x *Draft, f *casework.File) (*document.Document, error) {
	in, err := d.issue(x, f, by, calendar.DayOf(tx.Now))
	if err != nil {
		return nil, err
	}
	doc, err := d.office.IssueTx(tx, in)
	if err != nil {
		return nil, err
	}
	x.State, x.DocumentID = StateIssued, doc.ID
	return doc, nil
}

// render makes the files of a paper after the commit. What fails is made when it is first opened.
func (d *Desk) render(ctx context.Context, doc *document.Document) {
	if d.press == nil {
		return
	}
	for _, form := range []string{document.PDF, document.DOCX} {
		if _, file, err := d.press.Rendition(ctx, doc, form); err == nil {
			_ = file.Close() // it was made; nobody reads it here
		}
	}
}

// waits lets somebody decide on a draft that waits for approval.
func (d *Desk) waits(by access.Actor) func(*casework.File, *Draft) error {
	return func(f *casework.File, x *Draft) error {
		if x.State != StateSubmitted {
			return errs.New(errs.Conflict, "error.paper.closed")
		}
		return d.approves(by, f, x)
	}
}

// Approve issues a paper: it gets the next number of its series, its text is frozen, and its files are made after the commit. By another person than
// its author and the case's officers. NotFound, Forbidden, Conflict, Invalid.
func (d *Desk) Approve(ctx context.Context, by access.Actor, id string, version int64, note string) (doc *document.Document, err error) {
	return d.approve(ctx, by, id, version, note, func(*casework.File, *Draft) error { return nil })
}

// ApproveSeen is Approve by somebody who has read the paper: text is Sheet.Text of what was shown. Conflict where the case's data has changed it since.
func (d *Desk) ApproveSeen(ctx context.Context, by access.Actor, id string, version int64, text, note string) (*document.Document, error) {
	return d.approve(ctx, by, id, version, note, func(f *casework.File, x *Draft) error {
		sheet, err := d.Preview(by, x, f, nil)
		if err == nil && sheet.Text() != text {
			err = errs.New(errs.Conflict, "error.paper.seen")
		}
		return err
	})
}

func (d *Desk) approve(ctx context.Context, by access.Actor, id string, version int64, note string, seen func(*casework.File, *Draft) error) (doc *document.Document, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		x, f, act, err := d.change(tx, by, id, version, "issue", note, d.waits(by), func(f *casework.File, x *Draft) (err error) {
			if err = errors.Join(d.ready(by, x, f), seen(f, x)); err == nil {
				doc, err = d.issueTx(tx, by, x, f)
			}
			return err
		})
		if err != nil {
			return err
		}
		return d.log(tx, by, "paper.issue", f, map[string]any{"draft": x.ID, "template": x.Template, "document": doc.Number, "document_sha256": doc.SHA256}, x, act)
	})
	if err != nil {
		return nil, err
	}
	d.render(ctx, doc)
	return doc, nil
}

// Return sends a draft back with a comment.
func (d *Desk) Return(ctx context.Context, by access.Actor, id string, version int64, note string) error {
	return d.settle(ctx, by, id, version, "return", StateReturned, note, d.waits(by))
}

// Drop ends a draft that is not wanted; it stays in the record.
func (d *Desk) Drop(ctx context.Context, by access.Actor, id string, version int64, note string) error {
	return d.settle(ctx, by, id, version, "drop", StateDropped, note, d.writes(by))
}

func (d *Desk) settle(ctx context.Context, by access.Actor, id string, version int64, act, state, note string, right func(*casework.File, *Draft) error) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		x, f, done, err := d.change(tx, by, id, version, act, note, right, func(_ *casework.File, x *Draft) error {
			var bad errs.Faults
			bad.Require("note", note)
			bad.Limit("note", note, 2000)
			x.State = state
			return bad.Err()
		})
		if err != nil {
			return err
		}
		return d.log(tx, by, "paper."+act, f, map[string]any{"draft": x.ID, "template": x.Template, "note": note}, x, done)
	})
}

// Voided reads why a paper's number is not used, or nil.
func (d *Desk) Voided(ctx context.Context, documentID string) (*Void, error) {
	var v []Void
	if err := d.db.Read(ctx).Where("document_id = ?", documentID).Find(&v).Error; err != nil || len(v) == 0 {
		return nil, err
	}
	return &v[0], nil
}

// Void says that a paper is not used: its number stays given and the paper readable. Only what was written by hand and not yet served. NotFound,
// Forbidden, Conflict, Invalid.
func (d *Desk) Void(ctx context.Context, by access.Actor, documentID, reason string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		var doc document.Document
		if err := tx.Where("id = ?", documentID).Take(&doc).Error; err != nil {
			return errs.New(errs.NotFound, "error.not_found").Because(err)
		}
		f, err := d.docket.WriteTx(tx, by, doc.CaseID)
		if err != nil {
			return err
		}
		var n, served, voided int64
		err = tx.Model(&Draft{}).Where("document_id = ?", documentID).Count(&n).Error
		if err == nil {
			err = tx.Model(&Service{}).Where("document_id = ? AND state <> ?", documentID, Failed).Count(&served).Error
		}
		if err == nil {
			err = tx.Model(&Void{}).Where("document_id = ?", documentID).Count(&voided).Error
		}
		switch {
		case err != nil:
			return err
		case n == 0:
			return errs.New(errs.Conflict, "error.paper.of_step")
		case served > 0:
			return errs.New(errs.Conflict, "error.paper.served")
		case voided > 0:
			return errs.New(errs.Conflict, "error.paper.voided")
		}
		if err := d.guard.Allow(by, "case.approve", f.Jurisdiction); err != nil {
			return err
		}
		var bad errs.Faults
		bad.Require("reason", reason)
		bad.Limit("reason", reason, 2000)
		if err := bad.Err(); err != nil {
			return err
		}
		v := &Void{DocumentID: documentID, Reason: reason, Actor: by.ID, ActorName: by.Name, At: tx.Now}
		if err := tx.Create(v).Error; err != nil {
			return err
		}
		return d.log(tx, by, "paper.void", f, map[string]any{"document": doc.Number, "reason": reason}, v)
	})
}
