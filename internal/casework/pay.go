package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/fine"
	"huzhi/internal/store"
)

// Payment is money that came in on a case.
type Payment struct {
	ID         string `gorm:"primaryKey"`
	CaseID     string
	PaidFor    string // fine.Fine, fine.Surcharge, fine.Confiscated
	OnDay      calendar.Day
	Fen        int64
	Receipt    string // number of the receipt
	MadeBy     string
	MadeName   string
	MadeAt     time.Time
	VoidedAt   *time.Time
	VoidedName string
	VoidedWhy  string
}

// TableName is the table of the payments.
func (Payment) TableName() string { return "case_payments" }

// Account is the penalty of a case with everything that happened to it: payments, deferrals and instalments, reconsiderations and suits. A case whose decision
// was not served has no day of payment yet, and nothing is late.
func (f *File) Account() fine.Account {
	a := fine.Account{Fen: f.FineFen, ConfiscatedFen: f.ConfiscatedFen, Due: calendar.Date(9999, 12, 31)}
	if k := f.Clock("FINE_PAY"); k != nil {
		a.Due = k.DueOn
	}
	for _, p := range f.Payments {
		if p.VoidedAt == nil {
			a.Payments = append(a.Payments, fine.Payment{On: p.OnDay, Fen: p.Fen, For: p.PaidFor})
		}
	}
	for _, t := range f.Tracks {
		switch t.Track {
		case "deferral":
			if parts, err := fine.ParsePlan(t.Facts["plan"]); err == nil && t.State == "approve_deferral" {
				a.Plans = append(a.Plans, fine.Plan{On: t.EndedOn, Parts: parts})
			}
		case "remedy":
			to := t.EndedOn
			if to.IsZero() {
				to = calendar.Date(9999, 12, 31)
			}
			a.Remedies = append(a.Remedies, calendar.Interval{From: t.Facts.Day("remedy_on"), To: to})
		}
	}
	return a
}

// Reckon is the ledger of a case's penalty on a day.
func (d *Docket) Reckon(f *File, on calendar.Day) fine.Ledger {
	return fine.Reckon(d.clocks.Rules(), f.Account(), on)
}

// Pay records money that came in. The same id is the same payment. Invalid when it is more than is open, Conflict before the decision or in the archive.
func (d *Docket) Pay(ctx context.Context, by access.Actor, caseID string, version int64, p Payment) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.PayTx(tx, by, caseID, version, p) })
}

// PayTx is Pay in the caller's transaction.
func (d *Docket) PayTx(tx *store.Tx, by access.Actor, caseID string, version int64, p Payment) error {
	if store.ValidID(p.ID) {
		var same int64
		if err := tx.Model(&Payment{}).Where("id = ? AND case_id = ? AND on_day = ? AND fen = ? AND paid_for = ?", p.ID, caseID, p.OnDay, p.Fen, p.PaidFor).Count(&same).Error; err != nil || same > 0 {
			return err
		}
	}
	return d.editTx(tx, by, caseID, version, "case.work", func(tx *store.Tx, f *File) (map[string]any, error) {
		if f.FineFen+f.ConfiscatedFen == 0 || f.DecidedOn.IsZero() {
			return nil, errs.New(errs.Conflict, "error.no_penalty")
		}
		var bad errs.Faults
		p.Receipt = strings.TrimSpace(p.Receipt)
		bad.Require("receipt", p.Receipt)
		bad.Limit("receipt", p.Receipt, 100)
		switch {
		case p.OnDay.IsZero():
			bad.Add("paid_on", "error.required")
		case p.OnDay > f.Today:
			bad.Add("paid_on", "error.day_future", f.Today)
		case p.OnDay < f.DecidedOn:
			bad.Add("paid_on", "error.day_before", f.DecidedOn)
		}
		if !slices.Contains(fine.Kinds(), p.PaidFor) {
			bad.Add("paid_for", "error.choice")
		}
		l := d.Reckon(f, f.Today)
		open := map[string]int64{fine.Fine: l.FineOpen(), fine.Surcharge: l.AddedOpen(), fine.Confiscated: l.ConfiscatedOpen()}[p.PaidFor]
		if p.Fen <= 0 || p.Fen > open {
			bad.Add("amount", "error.over_open", Yuan(open))
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		if !store.ValidID(p.ID) {
			p.ID = tx.NewID()
		}
		p.CaseID, p.MadeBy, p.MadeName, p.MadeAt, p.VoidedAt = f.ID, by.ID, by.Name, tx.Now, nil
		if err := sameID(tx.Create(&p).Error); err != nil {
			return nil, err
		}
		return map[string]any{"what": "payment", "payment": p.ID, "for": p.PaidFor, "on": p.OnDay.String(), "fen": p.Fen, "receipt": p.Receipt}, nil
	})
}

// VoidPayment takes a payment back that was recorded by mistake; the row stays, with the reason.
func (d *Docket) VoidPayment(ctx context.Context, by access.Actor, caseID string, version int64, paymentID, why string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		return d.editTx(tx, by, caseID, version, "case.work", func(tx *store.Tx, f *File) (map[string]any, error) {
			i := slices.IndexFunc(f.Payments, func(p Payment) bool { return p.ID == paymentID })
			if i < 0 {
				return nil, errs.New(errs.NotFound, "error.not_found")
			}
			if f.Payments[i].VoidedAt != nil {
				return nil, errs.New(errs.Conflict, "error.stale", f.UpdatedAt)
			}
			var bad errs.Faults
			bad.Require("why", strings.TrimSpace(why))
			bad.Limit("why", why, 500)
			if err := bad.Err(); err != nil {
				return nil, err
			}
			p := f.Payments[i]
			err := tx.Model(&Payment{}).Where("id = ?", p.ID).Updates(map[string]any{"voided_at": tx.Now, "voided_name": by.Name, "voided_why": why}).Error
			return map[string]any{"what": "payment_void", "payment": p.ID, "fen": p.Fen, "reason": why}, err
		})
	})
}
