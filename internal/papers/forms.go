package papers

import (
	"bytes"
	"context"
	"io"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Form is a version of the office's own form of a paper as DOCX.
type Form struct {
	ID          string `gorm:"primaryKey"`
	Template    string
	Version     int64
	Name        string
	SHA256      string `gorm:"column:sha256"`
	Size        int64
	AddedBy     string
	AddedName   string
	AddedAt     time.Time
	WithdrawnAt *time.Time
	WithdrawnBy string
}

// TableName is the table of the forms.
func (Form) TableName() string { return "paper_forms" }

// OwnForms are all versions of the office's own forms, the newest first.
func (d *Desk) OwnForms(ctx context.Context) ([]Form, error) {
	var out []Form
	return out, d.db.Read(ctx).Order("template, version DESC").Find(&out).Error
}

// OwnForm opens a version's file. NotFound.
func (d *Desk) OwnForm(ctx context.Context, id string) (*Form, io.ReadCloser, error) {
	var f []Form
	if err := d.db.Read(ctx).Where("id = ?", id).Find(&f).Error; err != nil {
		return nil, nil, err
	}
	if len(f) == 0 {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	r, err := d.blobs.Open(f[0].SHA256)
	return &f[0], r, err
}

// AddForm puts up the office's own form of a paper, checked. From then on papers of it are made with it as DOCX; the PDF stays of our form.
// Forbidden, Invalid.
func (d *Desk) AddForm(ctx context.Context, by access.Actor, template, name string, raw []byte) error {
	office := d.guard.Home(by)
	if err := d.guard.Allow(by, "form.manage", office); err != nil {
		return err
	}
	t := d.office.Template(template)
	if t == nil {
		var bad errs.Faults
		bad.Add("template", "error.choice")
		return bad.Err()
	}
	if err := document.CheckForm(raw, t); err != nil {
		return err
	}
	ref, err := d.blobs.Put(ctx, bytes.NewReader(raw), document.MostOfForm)
	if err != nil {
		return err
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		var last int64
		if err := tx.Model(&Form{}).Where("template = ?", template).Select("COALESCE(MAX(version), 0)").Scan(&last).Error; err != nil {
			return err
		}
		f := Form{ID: tx.NewID(), Template: template, Version: last + 1, Name: name, SHA256: ref.SHA256, Size: ref.Size, AddedBy: by.ID, AddedName: by.Name, AddedAt: tx.Now}
		if err := tx.Create(&f).Error; err != nil {
			return err
		}
		return audit.Append(tx, by.Entry("form.add", office, "form:"+f.ID, map[string]any{"template": template, "version": f.Version, "name": name, "sha256": f.SHA256}))
	})
}

// WithdrawForm takes a version out of use; papers issued while it was in use keep it.
func (d *Desk) WithdrawForm(ctx context.Context, by access.Actor, id string) error {
	office := d.guard.Home(by)
	if err := d.guard.Allow(by, "form.manage", office); err != nil {
		return err
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		r := tx.Model(&Form{}).Where("id = ? AND withdrawn_at IS NULL", id).Updates(map[string]any{"withdrawn_at": tx.Now, "withdrawn_by": by.Name})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return errs.New(errs.Conflict, "error.form.withdrawn")
		}
		return audit.Append(tx, by.Entry("form.withdraw", office, "form:"+id, nil))
	})
}

// InUse is the version of the office's own form in use when a paper was issued, nil where there was none.
func (d *Desk) InUse(ctx context.Context, doc *document.Document) (*Form, error) {
	var f []Form
	err := d.db.Read(ctx).Where("template = ? AND added_at <= ? AND (withdrawn_at IS NULL OR withdrawn_at > ?)", doc.Template, doc.CreatedAt, doc.CreatedAt).Order("version DESC").Limit(1).Find(&f).Error
	if err != nil || len(f) == 0 {
		return nil, err
	}
	return &f[0], nil
}

// OwnBytes is InUse's file, for document.Press.Own.
func (d *Desk) OwnBytes(ctx context.Context, doc *document.Document) (raw []byte, err error) {
	f, err := d.InUse(ctx, doc)
	if err != nil || f == nil {
		return nil, err
	}
	r, err := d.blobs.Open(f.SHA256)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
