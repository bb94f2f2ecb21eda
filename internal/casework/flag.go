package casework

import (
	"context"
	"slices"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Flag is a mark of Flags that a person set on a case. One that was taken away stays, with who did so.
type Flag struct {
	ID          string `gorm:"primaryKey"`
	CaseID      string
	Flag        string
	Note        string // what it rests on: the letter of supervision, the agreement of the regions
	MadeBy      string
	MadeName    string
	MadeAt      time.Time
	RemovedBy   string
	RemovedName string
	RemovedAt   *time.Time
}

// TableName is the table of the flags.
func (Flag) TableName() string { return "case_flags" }

// Flagged are the flags that stand on a case, in the order they were set. The case was read in scope before.
func (d *Docket) Flagged(ctx context.Context, f *File) (rows []Flag, err error) {
	err = d.db.Read(ctx).Where("case_id = ? AND removed_at IS NULL", f.ID).Order("made_at, flag").Find(&rows).Error
	return rows, err
}

// SetFlags makes the flags of an open case those that are given; note is what the new ones rest on. What stands already stays as it is, what is not
// given is taken away. Invalid, Forbidden, NotFound, Conflict.
func (d *Docket) SetFlags(ctx context.Context, by access.Actor, caseID string, version int64, flags []string, note string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.SetFlagsTx(tx, by, caseID, version, flags, note) })
}

// SetFlagsTx is SetFlags in the caller's transaction.
func (d *Docket) SetFlagsTx(tx *store.Tx, by access.Actor, caseID string, version int64, flags []string, note string) error {
	return d.editTx(tx, by, caseID, version, "case.work", func(tx *store.Tx, f *File) (map[string]any, error) {
		var bad errs.Faults
		bad.Limit("note", note, 500)
		for _, x := range flags {
			if !slices.Contains(Flags(), x) {
				bad.Add("flags", "error.choice")
				break
			}
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		var standing []string
		if err := tx.Model(&Flag{}).Where("case_id = ? AND removed_at IS NULL", f.ID).Pluck("flag", &standing).Error; err != nil {
			return nil, err
		}
		var set, gone []string
		for _, x := range Flags() {
			wanted, stands := slices.Contains(flags, x), slices.Contains(standing, x)
			switch {
			case wanted && !stands:
				set = append(set, x)
				if err := tx.Create(&Flag{ID: tx.NewID(), CaseID: f.ID, Flag: x, Note: note, MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now}).Error; err != nil {
					return nil, err
				}
			case stands && !wanted:
				gone = append(gone, x)
				if err := tx.Model(&Flag{}).Where("case_id = ? AND flag = ? AND removed_at IS NULL", f.ID, x).
					Updates(map[string]any{"removed_by": by.ID, "removed_name": by.Name, "removed_at": tx.Now}).Error; err != nil {
					return nil, err
				}
			}
		}
		return map[string]any{"what": "flags", "set": set, "removed": gone, "note": note}, nil
	})
}
