package hotline

import (
	"context"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// sealed says whether who called must not be known outside the desk: who reports, and whoever asked not to be named. A complainant is
// a party of the dispute.
func (c *Call) sealed() bool { return c.Kind == Report || c.Mode != identity.Named }

func (in *NewCall) person() identity.Person {
	if in.Mode == identity.Anonymous {
		return identity.Person{}
	}
	return identity.Person{Name: in.CallerName, Phone: in.CallerPhone, Address: in.CallerAddress, Unit: in.CallerUnit}
}

// sealTx puts who called into the vault. Somebody of whom nothing is known has no record there, but a reporter always has one: the code by
// which officers speak of the reporter.
func (d *Desk) sealTx(tx *store.Tx, by access.Actor, c *Call, in *NewCall) error {
	p := in.person()
	if in.CallerID != "" && p.Empty() {
		return d.sameCallerTx(tx, by, c, in)
	}
	if p.Empty() && c.Kind != Report {
		return nil
	}
	id, err := d.vault.SealTx(tx, by, in.Mode, c.Jurisdiction, p)
	c.IdentityID = &id
	return err
}

// sameCallerTx takes the caller of an earlier call that the operator may see.
func (d *Desk) sameCallerTx(tx *store.Tx, by access.Actor, c *Call, in *NewCall) error {
	var n int64
	err := tx.Model(&Call{}).Scopes(d.guard.Scope(by, "call.view", "calls")).Where("calls.identity_id = ? AND calls.mode = ? AND calls.jurisdiction = ?", in.CallerID, in.Mode, c.Jurisdiction).Count(&n).Error
	if err == nil && n == 0 && in.Callback != "" { // somebody who left a recording or wrote
		err = tx.Model(&Callback{}).Scopes(d.guard.Scope(by, "call.view", "callbacks")).Where("callbacks.id = ? AND callbacks.identity_id = ? AND callbacks.jurisdiction = ?", in.Callback, in.CallerID, c.Jurisdiction).Count(&n).Error
		if in.Mode != identity.Named {
			n = 0
		}
	}
	if err == nil && n == 0 {
		var bad errs.Faults
		bad.Add("caller_phone", "error.caller_other")
		return bad.Err()
	}
	c.IdentityID = &in.CallerID
	return err
}

// sameTx says whether a call is the one that is sent again.
func (d *Desk) sameTx(tx *store.Tx, by access.Actor, o *Call, in *NewCall) (bool, error) {
	p := in.person()
	switch {
	case o.Kind != in.Kind || o.Question != in.Question || o.Mode != in.Mode || o.OperatorID != by.ID:
		return false, nil
	case o.IdentityID == nil:
		return p.Empty(), nil
	case in.CallerID != "" && p.Empty():
		return *o.IdentityID == in.CallerID, nil
	}
	return d.vault.SameTx(tx, *o.IdentityID, p)
}

// betrayedTx names the field of a lead that gives the caller away, "" where none does.
func (d *Desk) betrayedTx(tx *store.Tx, c *Call, in LeadInput) (string, error) {
	if !c.sealed() || c.IdentityID == nil {
		return "", nil
	}
	for _, f := range []struct{ name, text string }{{"title", in.Title}, {"facts", in.Facts}} {
		names, err := d.vault.NamesTx(tx, *c.IdentityID, c.Respondent, f.text)
		if err != nil || names {
			return f.name, err
		}
	}
	return "", nil
}

// namesTx says whether texts of a lead, or of the case it became, name a reporter who must not be known.
func (d *Desk) namesTx(tx *store.Tx, l *lead.Lead, texts ...string) (bool, error) {
	if l.IdentityID == nil {
		return false, nil
	}
	if l.Source != Report {
		if mode, err := d.vault.ModeTx(tx, *l.IdentityID); err != nil || mode == identity.Named {
			return false, err
		}
	}
	return d.vault.NamesTx(tx, *l.IdentityID, l.Respondent, texts...)
}

// Proposal is what a lead of a call may begin with: the requester, if the caller is to be one, and what was said, without who said it where that
// is sealed. The call is one that the person was let see.
func (d *Desk) Proposal(ctx context.Context, c *Call) (requester, facts string, err error) {
	facts = c.Question
	if c.IdentityID == nil {
		return "", facts, nil
	}
	if c.sealed() {
		facts, err = d.vault.Redact(ctx, *c.IdentityID, facts)
		return "", facts, err
	}
	if c.Kind == Complaint {
		requester, err = d.vault.PartyName(ctx, *c.IdentityID)
	}
	return requester, facts, err
}

// Callers are the callers of some calls as they may be shown, by the identifier in the vault.
func (d *Desk) Callers(ctx context.Context, calls ...Call) (map[string]identity.Masked, error) {
	var ids []string
	for _, c := range calls {
		if c.IdentityID != nil {
			ids = append(ids, *c.IdentityID)
		}
	}
	return d.vault.Masked(ctx, ids...)
}

// Veil takes the caller out of the words of calls, for pages: of who must not be known. Who wrote the words down knows; everybody else reads the code.
func (d *Desk) Veil(ctx context.Context, calls ...*Call) error {
	for _, c := range calls {
		if !c.sealed() || c.IdentityID == nil {
			continue
		}
		for _, text := range []*string{&c.Question, &c.Answer, &c.Feedback, &c.Evidence, &c.Elsewhere, &c.ActPlace, &c.ActTime, &c.Recording} {
			if *text == "" {
				continue
			}
			var err error
			if *text, err = d.vault.Redact(ctx, *c.IdentityID, *text); err != nil {
				return err
			}
		}
	}
	return nil
}

// VeilSteps is Veil for what was done with a call.
func (d *Desk) VeilSteps(ctx context.Context, c *Call, steps []Step) (err error) {
	if !c.sealed() || c.IdentityID == nil {
		return nil
	}
	for i := range steps {
		if steps[i].Text, err = d.vault.Redact(ctx, *c.IdentityID, steps[i].Text); err != nil {
			return err
		}
	}
	return nil
}

// FindCallers are the callers of the person's scope whose number begins with the digits typed (seven at least), newest first.
func (d *Desk) FindCallers(ctx context.Context, by access.Actor, typed string) ([]string, error) {
	return d.vault.FindByPhone(ctx, d.guard.ScopePlain(by, "call.view", "identities"), typed)
}

// resolve turns the number and the name of a filter into what is found by them.
func (d *Desk) resolve(f Filter) Filter {
	f.today = calendar.DayOf(d.db.Now())
	if f.Phone != "" {
		if f.keys = d.vault.PhoneKeys(f.Phone); f.keys == nil {
			f.keys = []string{""}
		}
	}
	f.names = d.vault.NameKeys(f.Text)
	return f
}

func within(q *gorm.DB, keys []string) *gorm.DB {
	return q.Where("calls.identity_id IN (SELECT identity_id FROM identity_keys WHERE hash IN ?)", keys)
}

// SealOld seals the callers of an office whose calls still named them, some at a time, and empties the table they wait in.
func (d *Desk) SealOld(ctx context.Context) (n int, err error) {
	type waiting struct{ CallID, Name, Phone string }
	for {
		var rows []waiting
		err := d.db.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.Raw("SELECT * FROM unsealed_callers ORDER BY call_id LIMIT 200").Scan(&rows).Error; err != nil {
				return err
			}
			for _, w := range rows {
				if err := d.sealOldTx(tx, w.CallID, identity.Person{Name: w.Name, Phone: w.Phone}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(rows) == 0 {
			return n, err
		}
		n += len(rows)
	}
}

func (d *Desk) sealOldTx(tx *store.Tx, id string, p identity.Person) error {
	var c Call
	if err := tx.Where("id = ?", id).Take(&c).Error; err != nil {
		return err
	}
	sealed, err := d.vault.SealTx(tx, access.System(), c.Mode, c.Jurisdiction, p)
	if err != nil {
		return err
	}
	c.IdentityID = &sealed
	for _, sql := range []string{"UPDATE calls SET identity_id = ? WHERE id = ?", "UPDATE leads SET identity_id = ? WHERE call_id = ?"} {
		if err := tx.Exec(sql, sealed, id).Error; err != nil {
			return err
		}
	}
	if err := d.index(tx, &c); err != nil { // what it was found by named the caller
		return err
	}
	return tx.Exec("DELETE FROM unsealed_callers WHERE call_id = ?", id).Error
}
