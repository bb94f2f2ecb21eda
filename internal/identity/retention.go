package identity

import (
	"context"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Due is a person whose matters are all over.
type Due struct {
	Identity
	ClosedOn calendar.Day // of the last one
	EraseOn  calendar.Day
}

// Ended says of persons which of them have no open matter, and when the last one was closed: a query with the columns id and closed_on over the
// tables of the matters, which stand above this package. of is a condition on identity_id.
type Ended func(q *gorm.DB, of string, args ...any) *gorm.DB

// Settings are what the office decided.
func (v *Vault) Settings() Settings { return v.set }

// due are persons whose matters all ended by a day, in the order in which they are erased; of narrows them by identity_id.
func (v *Vault) due(q *gorm.DB, ended Ended, by calendar.Day, limit int, of string, args ...any) (rows []Due, err error) {
	matters := ended(q.Session(&gorm.Session{NewDB: true}), of, args...)
	err = q.Table("identities").Select("identities.*, e.closed_on").Joins("JOIN (?) e ON e.id = identities.id", matters).
		Where("identities.erased_at IS NULL AND identities.mode <> ? AND e.closed_on <= ?", Anonymous, by).Order("e.closed_on, identities.id").Limit(limit).Scan(&rows).Error
	for n := range rows {
		r := &rows[n]
		r.EraseOn = max(r.ClosedOn.AddDays(v.set.Keep), r.KeepUntil)
	}
	return rows, err
}

// old narrows matters to persons who may be due by a day at all: those known long enough.
const old = "identity_id IN (SELECT id FROM identities WHERE erased_at IS NULL AND mode <> 'anonymous' AND created_at < ?)"

// ToReview are the persons of the jurisdiction who are soon to be erased, or would be were they not kept. Forbidden.
func (v *Vault) ToReview(ctx context.Context, by access.Actor, ended Ended, today calendar.Day) ([]Due, error) {
	if err := v.guard.AllowAnywhere(by, "identity.review"); err != nil {
		return nil, err
	}
	q := v.db.Read(ctx).Scopes(v.guard.ScopePlain(by, "identity.review", "identities"))
	closed := today.AddDays(v.set.Review - v.set.Keep)
	return v.due(q, ended, closed, 200, old, closed.AddDays(1).Time())
}

// Keep keeps a person until a day although the matters are over, with a reason. Invalid, Forbidden, NotFound, Conflict.
func (v *Vault) Keep(ctx context.Context, by access.Actor, id string, version int64, until calendar.Day, reason string) error {
	return v.db.Tx(ctx, func(tx *store.Tx) error {
		i, err := v.reviewedTx(tx, by, id, version)
		if err != nil {
			return err
		}
		today := calendar.DayOf(tx.Now)
		var bad errs.Faults
		bad.Require("reason", reason)
		bad.Limit("reason", reason, longestReason)
		switch {
		case until.IsZero():
			bad.Add("until", "error.required")
		case until <= today || until > today.AddMonths(120):
			bad.Add("until", "identity.keep_until", today, today.AddMonths(120))
		}
		if err := bad.Err(); err != nil {
			return err
		}
		i.Version++
		if err := v.saveTx(tx, i, map[string]any{"keep_until": until, "keep_reason": reason}); err != nil {
			return err
		}
		hash, err := v.digest(reason)
		if err != nil {
			return err
		}
		return v.logKept(tx, by, i, "keep", map[string]any{"until": until.String(), "reason_hash": hash})
	})
}

// EraseTx erases a person: what is sealed, and what the person is found by. Code, mode and log stay.
func (v *Vault) EraseTx(tx *store.Tx, by access.Actor, id string, version int64) error {
	i, err := v.reviewedTx(tx, by, id, version)
	if err != nil {
		return err
	}
	i.Version++
	if err := v.saveTx(tx, i, map[string]any{"sealed": "", "key_id": "", "reachable": false, "erased_at": tx.Now}); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM identity_keys WHERE identity_id = ?", id).Error; err != nil {
		return err
	}
	return v.logKept(tx, by, i, "erase", map[string]any{})
}

func (v *Vault) logKept(tx *store.Tx, by access.Actor, i *Identity, act string, detail map[string]any) error {
	detail["code"], detail["version"] = i.Code, i.Version
	return logEntry(tx, by, act, i, detail)
}

func (v *Vault) reviewedTx(tx *store.Tx, by access.Actor, id string, version int64) (*Identity, error) {
	i, err := v.takeTx(tx, id)
	if err != nil {
		return nil, err
	}
	if !by.IsSystem() {
		if err := v.allow(by, "identity.review", i.Jurisdiction, "identity:"+id); err != nil {
			return nil, err
		}
	}
	if i.ErasedAt != nil {
		return nil, errs.New(errs.Conflict, "identity.erased")
	}
	if i.Version != version {
		return nil, errs.New(errs.Conflict, "error.stale", i.UpdatedAt)
	}
	return i, nil
}

// Sweep erases, as the program itself, some of the persons whose time is over; before tells the matters, whose texts may name them. n is how many: 0
// is that nobody is left.
func (v *Vault) Sweep(ctx context.Context, ended Ended, before func(tx *store.Tx, id string) error) (n int, err error) {
	closed := calendar.DayOf(v.db.Now()).AddDays(-v.set.Keep)
	kept := func(q *gorm.DB) *gorm.DB {
		return q.Where("identities.keep_until IS NULL OR identities.keep_until <= ?", calendar.DayOf(v.db.Now()))
	}
	rows, err := v.due(v.db.Read(ctx).Scopes(kept), ended, closed, 100, old, closed.AddDays(1).Time())
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		err := v.db.Tx(ctx, func(tx *store.Tx) error {
			again, err := v.due(tx.DB.Scopes(kept), ended, closed, 1, "identity_id = ?", r.ID) // nothing came in meanwhile
			if err != nil || len(again) == 0 {
				return err
			}
			if err := before(tx, r.ID); err != nil {
				return err
			}
			return v.EraseTx(tx, access.System(), r.ID, again[0].Version)
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
