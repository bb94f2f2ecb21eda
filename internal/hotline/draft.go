package hotline

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Drafts are kept so many days, and so many of one person.
const (
	draftDays = 14
	mostDraft = 20
	draftSize = 60000 // bytes of a form
)

// Draft is a call that is being written down: the form as it stands. It belongs to who types it. What it holds of the caller is sealed like the caller.
type Draft struct {
	ID      string `gorm:"primaryKey"`
	UserID  string
	Body    string // sealed
	Seq     int64
	BeganAt time.Time
	SavedAt time.Time

	Form url.Values `gorm:"-"`
}

// TableName is the table of the drafts.
func (Draft) TableName() string { return "call_drafts" }

// SaveDraft keeps a form that is not finished. seq is the browser's count of its own: an older state than the one kept is passed over.
// Forbidden; Conflict when the call is written down already, or the draft is somebody else's; Invalid.
func (d *Desk) SaveDraft(ctx context.Context, by access.Actor, id string, seq int64, form url.Values) error {
	if err := d.guard.AllowAnywhere(by, "call.log"); err != nil {
		return err
	}
	body := form.Encode()
	var bad errs.Faults
	if !store.ValidID(id) {
		bad.Add("id", "error.choice")
	}
	if len(body) > draftSize {
		bad.Add("question", "error.draft_size", draftSize)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	sealed, err := d.vault.SealText("draft:"+id, body)
	if err != nil {
		return err
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		var calls int64
		if err := tx.Model(&Call{}).Where("id = ?", id).Count(&calls).Error; err != nil {
			return err
		}
		var old []Draft
		if err := tx.Where("id = ?", id).Find(&old).Error; err != nil {
			return err
		}
		switch {
		case calls > 0, len(old) > 0 && old[0].UserID != by.ID:
			return errs.New(errs.Conflict, "error.same_id")
		case len(old) > 0 && old[0].Seq >= seq:
			return nil
		case len(old) > 0:
			return tx.Model(&Draft{}).Where("id = ?", id).Updates(map[string]any{"body": sealed, "seq": seq, "saved_at": tx.Now}).Error
		}
		if err := tx.Exec("DELETE FROM call_drafts WHERE saved_at < ?", tx.Now.AddDate(0, 0, -draftDays)).Error; err != nil {
			return err
		}
		var n int64
		if err := tx.Model(&Draft{}).Where("user_id = ?", by.ID).Count(&n).Error; err != nil {
			return err
		}
		if n >= mostDraft {
			return errs.New(errs.Conflict, "error.draft_many", mostDraft)
		}
		return tx.Create(&Draft{ID: id, UserID: by.ID, Body: sealed, Seq: seq, BeganAt: tx.Now, SavedAt: tx.Now}).Error
	})
}

// Drafts are a person's own, the one worked on last first.
func (d *Desk) Drafts(ctx context.Context, by access.Actor) ([]Draft, error) {
	var rows []Draft
	if err := d.db.Read(ctx).Where("user_id = ?", by.ID).Order("saved_at DESC, id DESC").Limit(mostDraft).Find(&rows).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		if err := d.openDraft(&rows[i]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Draft reads one of a person's own. NotFound.
func (d *Desk) Draft(ctx context.Context, by access.Actor, id string) (*Draft, error) {
	var rows []Draft
	if err := d.db.Read(ctx).Where("id = ? AND user_id = ?", id, by.ID).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &rows[0], d.openDraft(&rows[0])
}

func (d *Desk) openDraft(x *Draft) error {
	body, err := d.vault.OpenText("draft:"+x.ID, x.Body)
	if err != nil {
		return fmt.Errorf("draft %s does not open: %w", x.ID, err)
	}
	x.Form, err = url.ParseQuery(body)
	return err
}

// DropDraft throws one of a person's own away.
func (d *Desk) DropDraft(ctx context.Context, by access.Actor, id string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		return tx.Exec("DELETE FROM call_drafts WHERE id = ? AND user_id = ?", id, by.ID).Error
	})
}
