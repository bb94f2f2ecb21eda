package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The states of a disclosure.
const (
	Asked     = "asked"
	Granted   = "granted"
	Refused   = "refused"
	Withdrawn = "withdrawn" // by who asked, before anybody decided
)

// States is every state of a disclosure.
func States() []string { return []string{Asked, Granted, Refused, Withdrawn} }

// Matter is what somebody wants to see a person for. Whoever makes one has let the person see it.
type Matter struct {
	Kind, ID     string // lead, case or call
	Number       string
	Jurisdiction string
	Restricted   bool
	IdentityID   string
}

// Disclosure is a request to see who a sealed person is, and what became of it.
type Disclosure struct {
	ID           string `gorm:"primaryKey"`
	IdentityID   string
	Code         string
	Subject      string // kind:id of the matter
	SubjectID    string
	Number       string
	Jurisdiction string
	Restricted   bool
	State        string
	Reason       string
	AskedBy      string
	AskedName    string
	AskedAt      time.Time
	Answer       string
	DecidedBy    string
	DecidedName  string
	DecidedAt    *time.Time
	UntilAt      *time.Time
	Looks        int64
	Version      int64
}

// Open says whether the person may be looked at, at a moment.
func (d *Disclosure) Open(now time.Time) bool {
	return d.State == Granted && d.UntilAt != nil && now.Before(*d.UntilAt)
}

// Key is the disclosure's place in the list.
func (d Disclosure) Key() string { return d.AskedAt.UTC().Format(time.RFC3339Nano) + "/" + d.ID }

// longestReason is how long a reason or an answer may be, in characters.
const longestReason = 1000

func said(field, text string) (string, error) {
	var bad errs.Faults
	text = strings.TrimSpace(text)
	bad.Require(field, text)
	bad.Limit(field, text, longestReason)
	return text, bad.Err()
}

// Ask asks to see the person of a matter. One who has asked and waits is given the request again. Invalid; Forbidden; Conflict where there is nobody to see.
func (v *Vault) Ask(ctx context.Context, by access.Actor, m Matter, reason string) (d *Disclosure, err error) {
	err = v.db.Tx(ctx, func(tx *store.Tx) error {
		d, err = v.AskTx(tx, by, m, reason)
		return err
	})
	return d, err
}

// AskTx is Ask in the caller's transaction.
func (v *Vault) AskTx(tx *store.Tx, by access.Actor, m Matter, reason string) (*Disclosure, error) {
	subject := m.Kind + ":" + m.ID
	if err := v.allow(by, "identity.ask", m.Jurisdiction, subject); err != nil {
		return nil, err
	}
	i, err := v.takeTx(tx, m.IdentityID)
	if err != nil {
		return nil, err
	}
	if i.ErasedAt != nil {
		return nil, errs.New(errs.Conflict, "identity.erased")
	}
	if i.Mode == Anonymous {
		return nil, errs.New(errs.Conflict, "identity.nobody")
	}
	if reason, err = said("reason", reason); err != nil {
		return nil, err
	}
	var old []Disclosure
	if err := tx.Where("identity_id = ? AND subject = ? AND asked_by = ? AND state = ?", i.ID, subject, by.ID, Asked).Find(&old).Error; err != nil || len(old) > 0 {
		if len(old) > 0 {
			return &old[0], err
		}
		return nil, err
	}
	d := &Disclosure{
		ID: tx.NewID(), IdentityID: i.ID, Code: i.Code, Subject: subject, SubjectID: m.ID, Number: m.Number, Jurisdiction: m.Jurisdiction, Restricted: m.Restricted,
		State: Asked, Reason: reason, AskedBy: by.ID, AskedName: by.Name, AskedAt: tx.Now, Version: 1,
	}
	if err := tx.Create(d).Error; err != nil {
		return nil, err
	}
	hash, err := v.digest(reason)
	if err != nil {
		return nil, err
	}
	return d, v.logDisclosure(tx, by, d, "ask", map[string]any{"reason_hash": hash})
}

// digest is what the log holds of words that may speak of the person: a keyed hash, so that nobody who guesses the words finds them by it.
func (v *Vault) digest(words string) (string, error) { return v.Tag("words", words) }

// allow is the guard's answer, of a subject, so that a refusal stands in the log.
func (v *Vault) allow(by access.Actor, action, jurisdiction, subject string) error {
	err := v.guard.Allow(by, action, jurisdiction)
	if e := errs.As(err); e != nil {
		return e.On(subject)
	}
	return err
}

func (v *Vault) logDisclosure(tx *store.Tx, by access.Actor, d *Disclosure, act string, detail map[string]any) error {
	detail["code"], detail["identity"], detail["for"], detail["state"] = d.Code, d.IdentityID, d.Subject, d.State
	return audit.Append(tx, by.Entry("identity."+act, d.Jurisdiction, "disclosure:"+d.ID, detail))
}

// Decide grants or refuses a request, by somebody else than who asked. A refusal needs its reason. Invalid, Forbidden, NotFound, Conflict.
func (v *Vault) Decide(ctx context.Context, by access.Actor, id string, version int64, grant bool, answer string) error {
	return v.db.Tx(ctx, func(tx *store.Tx) error { return v.DecideTx(tx, by, id, version, grant, answer) })
}

// DecideTx is Decide in the caller's transaction.
func (v *Vault) DecideTx(tx *store.Tx, by access.Actor, id string, version int64, grant bool, answer string) error {
	d, err := v.disclosureTx(tx, by, id, version)
	if err != nil {
		return err
	}
	if err := v.allow(by, "identity.grant", d.Jurisdiction, "disclosure:"+d.ID); err != nil {
		return err
	}
	if d.AskedBy == by.ID {
		return errs.New(errs.Forbidden, "identity.four_eyes").On("disclosure:" + d.ID)
	}
	act := "grant"
	set := map[string]any{"state": Granted, "answer": strings.TrimSpace(answer), "decided_by": by.ID, "decided_name": by.Name, "decided_at": tx.Now}
	if grant {
		var bad errs.Faults
		bad.Limit("answer", answer, longestReason)
		if err := bad.Err(); err != nil {
			return err
		}
		set["until_at"] = tx.Now.Add(v.set.View)
	} else {
		act, set["state"] = "refuse", Refused
		if set["answer"], err = said("answer", answer); err != nil {
			return err
		}
	}
	d.State = set["state"].(string)
	if err := v.saveDisclosure(tx, d, set); err != nil {
		return err
	}
	hash, err := v.digest(set["answer"].(string))
	if err != nil {
		return err
	}
	return v.logDisclosure(tx, by, d, act, map[string]any{"answer_hash": hash, "asked_by": d.AskedBy})
}

// Withdraw takes a request back. Forbidden, NotFound, Conflict.
func (v *Vault) Withdraw(ctx context.Context, by access.Actor, id string, version int64) error {
	return v.db.Tx(ctx, func(tx *store.Tx) error {
		d, err := v.disclosureTx(tx, by, id, version)
		if err != nil {
			return err
		}
		if d.AskedBy != by.ID {
			return errs.New(errs.Forbidden, "identity.not_yours").On("disclosure:" + d.ID)
		}
		d.State = Withdrawn
		if err := v.saveDisclosure(tx, d, map[string]any{"state": Withdrawn}); err != nil {
			return err
		}
		return v.logDisclosure(tx, by, d, "withdraw", map[string]any{})
	})
}

// disclosureTx reads a request that waits for an answer, to change it.
func (v *Vault) disclosureTx(tx *store.Tx, by access.Actor, id string, version int64) (*Disclosure, error) {
	if err := tx.Lock("disclosures", id); err != nil {
		return nil, err
	}
	d, err := v.find(tx.DB, by, id)
	if err != nil {
		return nil, err
	}
	if d.Version != version || d.State != Asked {
		return nil, errs.New(errs.Conflict, "identity.decided", errs.Msg("disclosure.state."+d.State))
	}
	return d, nil
}

func (v *Vault) saveDisclosure(tx *store.Tx, d *Disclosure, set map[string]any) error {
	set["version"] = d.Version + 1
	u := tx.Model(&Disclosure{}).Where("id = ? AND version = ?", d.ID, d.Version).Updates(set)
	if u.Error == nil && u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	return u.Error
}

// Look shows who the person is, to who asked, while the grant lasts. Each look is recorded. Forbidden, NotFound; Conflict when the time is over.
func (v *Vault) Look(ctx context.Context, by access.Actor, id string) (d *Disclosure, p Person, err error) {
	err = v.db.Tx(ctx, func(tx *store.Tx) error {
		d, p, err = v.LookTx(tx, by, id)
		return err
	})
	if err != nil { // nothing is shown that was not recorded
		return nil, Person{}, err
	}
	return d, p, nil
}

// LookTx is Look in the caller's transaction.
func (v *Vault) LookTx(tx *store.Tx, by access.Actor, id string) (d *Disclosure, p Person, err error) {
	if err := tx.Lock("disclosures", id); err != nil {
		return nil, p, err
	}
	if d, err = v.find(tx.DB, by, id); err != nil {
		return nil, p, err
	}
	on := "disclosure:" + d.ID
	switch {
	case d.State != Granted:
		return nil, p, errs.New(errs.Conflict, "identity.not_granted", errs.Msg("disclosure.state."+d.State)).On(on)
	case !d.Open(tx.Now):
		return nil, p, errs.New(errs.Conflict, "identity.over", *d.UntilAt).On(on)
	case d.AskedBy != by.ID:
		return nil, p, errs.New(errs.Forbidden, "identity.not_yours").On(on)
	}
	if err := v.allow(by, "identity.ask", d.Jurisdiction, on); err != nil {
		return nil, p, err
	}
	i, err := take(tx.DB, d.IdentityID)
	if err != nil {
		return nil, p, err
	}
	if i.ErasedAt != nil {
		return nil, p, errs.New(errs.Conflict, "identity.erased")
	}
	if p, err = v.person(i); err != nil {
		return nil, p, err
	}
	d.Looks++
	if err := tx.Exec("INSERT INTO disclosure_looks (disclosure_id, seq, at) VALUES (?, ?, ?)", d.ID, d.Looks, tx.Now).Error; err != nil {
		return nil, Person{}, err
	}
	if err := tx.Model(&Disclosure{}).Where("id = ?", d.ID).Updates(map[string]any{"looks": d.Looks}).Error; err != nil {
		return nil, Person{}, err
	}
	return d, p, v.logDisclosure(tx, by, d, "look", map[string]any{"look": d.Looks, "fields": p.fields()})
}

// Contact shows the number of somebody who asked to be named, for calling back; it is logged. The caller has let the person see the
// matter, and asked whether it may be called. Conflict of everybody else: that takes a disclosure.
func (v *Vault) Contact(ctx context.Context, by access.Actor, m Matter) (p Person, err error) {
	err = v.db.Tx(ctx, func(tx *store.Tx) error {
		i, err := take(tx.DB, m.IdentityID)
		if err != nil {
			return err
		}
		if i.Mode != Named {
			return errs.New(errs.Conflict, "identity.by_disclosure").On(m.Kind + ":" + m.ID)
		}
		if i.ErasedAt != nil {
			return errs.New(errs.Conflict, "identity.erased")
		}
		if p, err = v.person(i); err != nil {
			return err
		}
		return audit.Append(tx, by.Entry("identity.contact", m.Jurisdiction, "identity:"+i.ID, map[string]any{"code": i.Code, "for": m.Kind + ":" + m.ID, "fields": p.fields()}))
	})
	return p, err
}

// scope is the requests that somebody may read: the own ones, those one may decide, and of one's jurisdiction who keeps watch over them.
func (v *Vault) scope(by access.Actor) func(*gorm.DB) *gorm.DB {
	own, a := v.guard.Condition(by, "identity.ask", "disclosures", "subject_id")
	decide, b := v.guard.Condition(by, "identity.grant", "disclosures", "subject_id")
	watch, c := v.guard.Condition(by, "identity.history", "disclosures", "")
	args := slices.Concat(a, []any{by.ID}, b, c)
	return func(q *gorm.DB) *gorm.DB {
		return q.Where("(("+own+" AND disclosures.asked_by = ?) OR "+decide+" OR "+watch+")", args...)
	}
}

func (v *Vault) find(q *gorm.DB, by access.Actor, id string) (*Disclosure, error) {
	var d Disclosure
	err := q.Scopes(v.scope(by)).Where("disclosures.id = ?", id).Take(&d).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return &d, err
	}
	return nil, access.Unseen(q, "disclosures", "disclosure", id)
}

// Disclosure reads a request within the person's scope, with its looks. NotFound.
func (v *Vault) Disclosure(ctx context.Context, by access.Actor, id string) (d *Disclosure, looks []time.Time, err error) {
	if d, err = v.find(v.db.Read(ctx), by, id); err != nil {
		return nil, nil, err
	}
	err = v.db.Read(ctx).Raw("SELECT at FROM disclosure_looks WHERE disclosure_id = ? ORDER BY seq", id).Scan(&looks).Error
	return d, looks, err
}

// Disclosures are the requests of the person's scope, the newest first: of a state, or of a person of the vault, "" for all. One more than limit where there are more.
func (v *Vault) Disclosures(ctx context.Context, by access.Actor, state, identityID string, offset, limit int) (rows []Disclosure, total int64, err error) {
	q := v.db.Read(ctx).Model(&Disclosure{}).Scopes(v.scope(by))
	if state != "" {
		q = q.Where("disclosures.state = ?", state)
	}
	if identityID != "" {
		q = q.Where("disclosures.identity_id = ?", identityID)
	}
	if err := q.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	err = q.Session(&gorm.Session{}).Order("disclosures.asked_at DESC, disclosures.id DESC").Offset(offset).Limit(limit).Find(&rows).Error
	return rows, total, err
}

// ToDecide counts the requests that wait for somebody's answer.
func (v *Vault) ToDecide(ctx context.Context, by access.Actor) (n int64, err error) {
	err = v.db.Read(ctx).Model(&Disclosure{}).Scopes(v.guard.ScopeOn(by, "identity.grant", "disclosures", "subject_id")).
		Where("disclosures.state = ? AND disclosures.asked_by <> ?", Asked, by.ID).Count(&n).Error
	return n, err
}
