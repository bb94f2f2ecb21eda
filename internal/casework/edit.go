package casework

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// AddParty adds somebody to an open case, in a typed role. Adding the same id twice is one party.
func (d *Docket) AddParty(ctx context.Context, by access.Actor, caseID string, version int64, p Party) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.AddPartyTx(tx, by, caseID, version, p) })
}

// AddPartyTx is AddParty in the caller's transaction.
func (d *Docket) AddPartyTx(tx *store.Tx, by access.Actor, caseID string, version int64, p Party) error {
	return d.editTx(tx, by, caseID, version, "case.work", func(tx *store.Tx, f *File) (map[string]any, error) {
		var bad errs.Faults
		bad.Require("name", p.Name)
		bad.Limit("name", p.Name, 200)
		bad.Limit("address", p.Address, 300)
		bad.Limit("code", p.Code, 40)
		bad.Limit("phone", p.Phone, 40)
		bad.Limit("representative", p.Representative, 100)
		if !slices.Contains(PartyRoles(), p.Role) {
			bad.Add("role", "error.choice")
		}
		if !slices.Contains(PartyForms(), p.Form) {
			bad.Add("form", "error.choice")
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		return map[string]any{"what": "party", "role": p.Role, "name": p.Name}, f.addParty(tx, p)
	})
}

// AddPatent adds a patent to an open case. A wrong check digit is no obstacle; what is no number at all is Invalid.
func (d *Docket) AddPatent(ctx context.Context, by access.Actor, caseID string, version int64, p Patent) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.AddPatentTx(tx, by, caseID, version, p) })
}

// AddPatentTx is AddPatent in the caller's transaction.
func (d *Docket) AddPatentTx(tx *store.Tx, by access.Actor, caseID string, version int64, p Patent) error {
	return d.editTx(tx, by, caseID, version, "case.work", func(tx *store.Tx, f *File) (map[string]any, error) {
		var bad errs.Faults
		bad.Require("number", p.Number)
		bad.Limit("title", p.Title, 200)
		bad.Limit("patentee", p.Patentee, 200)
		if _, err := patent.Parse(p.Number); err != nil && p.Number != "" {
			bad.Add("number", "error.patent_number")
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		return map[string]any{"what": "patent", "number": p.Number}, f.addPatent(tx, p)
	})
}

// editTx changes an open case: scope, recusal, right, version, change, version + 1, search, log line.
func (d *Docket) editTx(tx *store.Tx, by access.Actor, id string, version int64, action string, change func(*store.Tx, *File) (map[string]any, error)) error {
	f, err := d.WriteTx(tx, by, id)
	if err != nil {
		return err
	}
	if err := d.guard.Allow(by, action, f.Jurisdiction); err != nil {
		return refusal(err, f.ID)
	}
	if version != f.Version {
		return d.stale(f)
	}
	if action == "case.work" {
		if !f.Open() {
			return errs.New(errs.Conflict, "error.case_closed")
		}
		if !by.IsSystem() && !f.Is(by.ID, PartOfficer) {
			return errs.New(errs.Forbidden, "error.not_member", errs.Msg("part."+PartOfficer), strings.Join(names(f.Officers()), "、")).On("case:" + f.ID)
		}
	}
	detail, err := change(tx, f)
	if err != nil {
		return err
	}
	r := tx.Model(&Case{}).Where("id = ? AND version = ?", f.ID, version).Updates(map[string]any{"version": version + 1, "updated_at": tx.Now})
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if err := d.index(tx, f); err != nil {
		return err
	}
	detail["number"], detail["version"] = f.Number, version+1
	entry := "case.edit"
	if action == "case.assign" {
		entry = action
	}
	return audit.Append(tx, by.Entry(entry, f.Jurisdiction, "case:"+f.ID, detail))
}

func refusal(err error, caseID string) error {
	if e := errs.As(err); e != nil {
		return e.On("case:" + caseID)
	}
	return err
}

// Attach streams a file to disk, hashes it here, and attaches it to a case. The blob comes first, the row second. TooLarge over
// limit bytes; the same id with the same bytes is one file.
func (d *Docket) Attach(ctx context.Context, by access.Actor, caseID, fileID, name, mediaType string, r io.Reader, limit int64) error {
	f, err := d.Find(ctx, by, caseID)
	if err != nil {
		return err
	}
	if err := d.mayAttach(by, f); err != nil {
		return err
	}
	if name = fileName(name); name == "" {
		var bad errs.Faults
		bad.Add("file", "error.required")
		return bad.Err()
	}
	ref, err := d.blobs.Put(ctx, r, limit)
	if err != nil {
		return err
	}
	if ref.Size == 0 {
		var bad errs.Faults
		bad.Add("file", "error.file_empty")
		return bad.Err()
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.AttachTx(tx, by, caseID, fileID, name, mediaType, ref) })
}

// AttachTx attaches a blob that is already kept, in the caller's transaction.
func (d *Docket) AttachTx(tx *store.Tx, by access.Actor, caseID, fileID, name, mediaType string, ref blob.Ref) error {
	f, err := d.WriteTx(tx, by, caseID)
	if err != nil {
		return err
	}
	if err := d.mayAttach(by, f); err != nil {
		return err
	}
	for _, a := range f.Attached {
		if a.ID == fileID && a.SHA256 == ref.SHA256 {
			return nil
		}
	}
	a := &Attachment{ID: fileID, CaseID: f.ID, Name: name, MediaType: mediaType, Size: ref.Size, SHA256: ref.SHA256, AddedBy: by.ID, AddedName: by.Name, AddedAt: tx.Now}
	if !store.ValidID(a.ID) {
		a.ID = tx.NewID()
	}
	if err := tx.Create(a).Error; err != nil {
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return errs.New(errs.Conflict, "error.same_id")
		}
		return err
	}
	if err := audit.Append(tx, by.Entry("case.attach", f.Jurisdiction, "case:"+f.ID, map[string]any{"file": a.Name, "size": a.Size, "sha256": a.SHA256, "number": f.Number})); err != nil {
		return err
	}
	return d.attached(tx, by, &f.Case, a)
}

// AttachHook is told of a file that was attached to a case, in the same transaction.
type AttachHook func(tx *store.Tx, by access.Actor, c *Case, a *Attachment) error

// OnAttach has fn told of each file that is attached to a case.
func (d *Docket) OnAttach(fn AttachHook) { d.attach = append(d.attach, fn) }

func (d *Docket) attached(tx *store.Tx, by access.Actor, c *Case, a *Attachment) error {
	for _, fn := range d.attach {
		if err := fn(tx, by, c, a); err != nil {
			return err
		}
	}
	return nil
}

// MayAttach says whether a person may attach a file to a case now.
func (d *Docket) MayAttach(by access.Actor, f *File) bool { return d.mayAttach(by, f) == nil }

func (d *Docket) mayAttach(by access.Actor, f *File) error {
	if err := d.guard.Allow(by, "case.attach", f.Jurisdiction); err != nil {
		return refusal(err, f.ID)
	}
	if err := f.barred(by); err != nil {
		return err
	}
	if !by.IsSystem() && !slices.ContainsFunc(f.Members, func(m Member) bool { return m.UserID == by.ID }) {
		return errs.New(errs.Forbidden, "error.not_member", errs.Msg("part."+PartOfficer), strings.Join(names(f.Officers()), "、")).On("case:" + f.ID)
	}
	if f.State == Archived {
		return errs.New(errs.Conflict, "error.case_archived")
	}
	return nil
}

// FileName is the last part of what a browser sent, without what no file name should hold: "" where nothing is left.
func FileName(s string) string { return fileName(s) }

func fileName(s string) string {
	s = filepath.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 150 {
		s = string(r[:150])
	}
	s = strings.TrimSpace(s)
	if strings.Trim(s, "./") == "" {
		return ""
	}
	return s
}

// File opens an attached file for a person who may see its case.
func (d *Docket) File(ctx context.Context, by access.Actor, caseID, fileID string) (*Attachment, io.ReadCloser, error) {
	f, err := d.Find(ctx, by, caseID)
	if err != nil {
		return nil, nil, err
	}
	for i := range f.Attached {
		if a := &f.Attached[i]; a.ID == fileID {
			r, err := d.blobs.Open(a.SHA256)
			return a, r, err
		}
	}
	return nil, nil, errs.New(errs.NotFound, "error.not_found")
}
