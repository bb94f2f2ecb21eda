package papers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// MostOfBatch is how many papers are made at once.
const MostOfBatch = 500

// Batch is many papers of one form, a case each, with the same words in the free fields.
type Batch struct {
	ID           string `gorm:"primaryKey"`
	Template     string
	Jurisdiction string
	Fields       casework.Facts
	MadeBy       string
	MadeName     string
	MadeAt       time.Time
}

// TableName is the table of the batches.
func (Batch) TableName() string { return "paper_batches" }

// BatchRow is one paper of a batch.
type BatchRow struct {
	Batch   string `gorm:"primaryKey"`
	Seq     int64  `gorm:"primaryKey;autoIncrement:false"`
	CaseID  string
	DraftID string
	State   string // waiting, done (handed in for approval, or issued), failed
	Fault   string // the sentence's key, and after a bar the fields that are missing
}

// TableName is the table of the rows.
func (BatchRow) TableName() string { return "paper_batch_rows" }

// Many begins a batch over cases by their numbers. Each is made by Run. Invalid where a number is unknown to the person or there are too many.
func (d *Desk) Many(ctx context.Context, by access.Actor, id, template string, fields casework.Facts, numbers []string) (b *Batch, err error) {
	t := d.office.Template(template)
	var bad errs.Faults
	if t == nil || len(t.Kinds) == 0 || t.Class == document.Party {
		bad.Add("template", "error.choice")
		return nil, bad.Err()
	}
	if len(numbers) == 0 {
		bad.Require("numbers", "")
	}
	if len(numbers) > MostOfBatch {
		bad.Add("numbers", "error.paper.too_many", MostOfBatch)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		var again []Batch
		if err := tx.Where("id = ?", id).Find(&again).Error; err != nil {
			return err
		}
		if len(again) > 0 {
			b = &again[0]
			return nil
		}
		var found []struct{ ID, Number string }
		if err := tx.Table("cases").Scopes(d.guard.Scope(by, "case.work", "cases")).Where("number IN ?", numbers).Select("id, number").Find(&found).Error; err != nil {
			return err
		}
		byNumber := map[string]string{}
		for _, x := range found {
			byNumber[x.Number] = x.ID
		}
		b = &Batch{ID: id, Template: template, Jurisdiction: d.guard.Home(by), Fields: fields, MadeBy: by.ID, MadeName: by.Name, MadeAt: tx.Now}
		if err := tx.Create(b).Error; err != nil {
			return err
		}
		var unknown []string
		told := []audit.Row{b}
		for i, n := range numbers {
			if byNumber[n] == "" {
				unknown = append(unknown, n)
				continue
			}
			row := &BatchRow{Batch: id, Seq: int64(i + 1), CaseID: byNumber[n], State: "waiting"}
			if err := tx.Create(row).Error; err != nil {
				return err
			}
			told = append(told, row)
		}
		if len(unknown) > 0 {
			bad.Add("numbers", "error.paper.unknown_cases", strings.Join(unknown, "、"))
		}
		if err := bad.Err(); err != nil {
			return err
		}
		return audit.Append(tx, by.Entry("paper.batch", b.Jurisdiction, "batch:"+id, audit.Tell(map[string]any{"batch": id, "template": template, "cases": numbers}, told...)))
	})
	return b, err
}

// BatchOf reads a person's own batch with its rows; NotFound for another's, and where the person works no more in the office for which it was made.
func (d *Desk) BatchOf(ctx context.Context, by access.Actor, id string) (*Batch, []BatchRow, error) {
	var b []Batch
	var rows []BatchRow
	if err := d.db.Read(ctx).Scopes(d.guard.ScopePlain(by, "case.work", "paper_batches")).Where("id = ? AND made_by = ?", id, by.ID).Find(&b).Error; err != nil {
		return nil, nil, err
	}
	if len(b) == 0 {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &b[0], rows, d.db.Read(ctx).Where("batch = ?", id).Order("seq").Find(&rows).Error
}

// Run makes the next papers of a batch, at most so many, each in its own transaction: one that fails keeps no other from being made. What the machine and not the
// case refused stays waiting, and is told when the others are made.
func (d *Desk) Run(ctx context.Context, by access.Actor, id string, most int) error {
	var broken error
	b, rows, err := d.BatchOf(ctx, by, id)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.State != "waiting" || most == 0 {
			continue
		}
		most--
		draft := id + "-" + strings.TrimPrefix(r.CaseID, "c")
		err := d.db.Tx(ctx, func(tx *store.Tx) error {
			_, err := d.startTx(tx, by, r.CaseID, draft, b.Template, "", b.Fields, id)
			return err
		})
		made := err == nil
		if made {
			var x *Draft
			if x, err = d.find(d.db.Read(ctx), draft); err == nil && x.Open() {
				_, err = d.Submit(ctx, by, draft, x.Version, nil)
			}
		}
		state, fault := "done", ""
		if e := errs.As(err); e != nil {
			state, fault = "failed", e.Key
			var missing []string
			for _, f := range e.Fields {
				missing = append(missing, strings.TrimPrefix(f.Name, "f."))
			}
			for _, n := range e.Missing {
				for _, a := range n.Args {
					if s, ok := a.(string); ok {
						missing = append(missing, s)
					}
				}
			}
			if len(missing) > 0 {
				fault += "|" + strings.Join(missing, "、")
			}
		} else if err != nil {
			broken = errors.Join(broken, fmt.Errorf("paper %d of batch %s: %w", r.Seq, id, err))
			continue
		}
		if !made {
			draft = ""
		}
		err = d.db.Tx(ctx, func(tx *store.Tx) error {
			r.State, r.Fault, r.DraftID = state, fault, draft
			if err := tx.Model(&BatchRow{}).Where("batch = ? AND seq = ?", id, r.Seq).Updates(map[string]any{"state": state, "fault": fault, "draft_id": draft}).Error; err != nil {
				return err
			}
			return audit.Append(tx, by.Entry("paper.batch_row", b.Jurisdiction, "batch:"+id, audit.Tell(map[string]any{"batch": id, "row": r.Seq, "draft": draft, "state": state, "fault": fault}, &r)))
		})
		if err != nil {
			return err
		}
	}
	return broken
}
