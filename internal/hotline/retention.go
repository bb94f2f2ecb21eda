package hotline

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/store"
)

// ended are the persons whose calls, leads and cases are all over: a call that was handed on is over with its lead, a filed lead with its case.
func ended(q *gorm.DB, of string, args ...any) *gorm.DB {
	return q.Raw(`SELECT m.identity_id AS id, MAX(m.closed_on) AS closed_on FROM (
			SELECT identity_id, CASE WHEN state IN ('answered', 'closed') THEN answered_on WHEN state IN ('referred', 'joined') THEN COALESCE(answered_on, received_on) END AS closed_on FROM calls WHERE state <> 'lead' AND `+of+`
			UNION ALL
			SELECT identity_id, CASE WHEN state = 'filed' THEN (SELECT k.closed_on FROM cases k WHERE k.id = leads.case_id) ELSE settled_on END FROM leads WHERE `+of+`
			UNION ALL
			SELECT identity_id, done_on FROM callbacks WHERE identity_id IS NOT NULL AND `+of+`
			UNION ALL
			SELECT identity_id, done_on FROM (SELECT c.identity_id, b.done_on FROM callbacks b JOIN calls c ON c.id = b.call_id WHERE c.identity_id IS NOT NULL) w WHERE `+of+`
		) m GROUP BY m.identity_id HAVING COUNT(*) = COUNT(m.closed_on)`, slices.Concat(args, args, args, args)...)
}

// EraseDue erases the callers whose time is over, as the settings have it, and takes their names and numbers out of what was written down of
// their calls. The calls stay. It tells how many. Numbers that rang and drafts go by their own, shorter time.
func (d *Desk) EraseDue(ctx context.Context) (n int, err error) {
	if err := d.forgetOld(ctx); err != nil {
		return 0, err
	}
	for {
		done, err := d.vault.Sweep(ctx, ended, d.forgetTx)
		n += done
		if err != nil || done == 0 {
			return n, err
		}
	}
}

// Erase erases one caller who stands on the list to be reviewed. Forbidden, NotFound, Conflict.
func (d *Desk) Erase(ctx context.Context, by access.Actor, id string, version int64) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		var open int64
		if err := tx.Table("(?) e", ended(tx.DB.Session(&gorm.Session{NewDB: true}), "identity_id = ?", id)).Count(&open).Error; err != nil {
			return err
		}
		if open == 0 {
			return errs.New(errs.Conflict, "identity.in_use")
		}
		if err := d.forgetTx(tx, id); err != nil {
			return err
		}
		return d.vault.EraseTx(tx, by, id, version)
	})
}

// ToReview are the callers who are soon to be erased. Forbidden.
func (d *Desk) ToReview(ctx context.Context, by access.Actor) ([]identity.Due, error) {
	return d.vault.ToReview(ctx, by, ended, calendar.DayOf(d.db.Now()))
}

// Matter is what somebody wants to see the caller of a call for. The call is one that the person was let see.
func (c *Call) Matter() identity.Matter {
	m := identity.Matter{Kind: "call", ID: c.ID, Number: c.Number, Jurisdiction: c.Jurisdiction, Restricted: c.Restricted}
	if c.IdentityID != nil {
		m.IdentityID = *c.IdentityID
	}
	return m
}

// Contact shows who called, for calling back: of somebody who asked to be named and reports nobody. It is logged. Forbidden, NotFound; Conflict of
// everybody else, who is seen through a disclosure.
func (d *Desk) Contact(ctx context.Context, by access.Actor, id string) (identity.Person, error) {
	c, err := d.Find(ctx, by, id)
	if err != nil {
		return identity.Person{}, err
	}
	if err := d.guard.Allow(by, "call.log", c.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return identity.Person{}, e.On("call:" + c.ID)
		}
		return identity.Person{}, err
	}
	if c.sealed() {
		return identity.Person{}, errs.New(errs.Conflict, "identity.by_disclosure").On("call:" + c.ID)
	}
	return d.vault.Contact(ctx, by, c.Matter())
}

// Open says whether the desk may call the caller back without a disclosure: who asked to be named and reports nobody.
func (c *Call) Open() bool { return c.IdentityID != nil && !c.sealed() }
