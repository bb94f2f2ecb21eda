package hotline

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/store"
)

// What waits for a call.
const (
	Promise   = "promise"   // a call-back that was promised, with its day
	Recording = "recording" // a voice recorded out of hours
	Mail      = "mail"      // a letter or message that asks for an answer
)

// CallbackKinds is every kind of call-back.
func CallbackKinds() []string { return []string{Promise, Recording, Mail} }

// The states of a call-back, and the results of a try.
const (
	Waiting   = "waiting"
	Reached   = "reached"   // called back
	Unreached = "unreached" // tried three times
	Dropped   = "dropped"   // not needed any more, with its reason
	Missed    = "missed"    // of a try
)

// mostTries is after how many vain tries a call-back is given up.
const mostTries = 3

// Callback is somebody who is to be called.
type Callback struct {
	ID           string `gorm:"primaryKey"`
	Kind         string
	Jurisdiction string
	Restricted   bool
	CallID       *string
	IdentityID   *string // in the vault, of what belongs to no call yet
	Recording    string
	About        string
	CameAt       time.Time
	DueOn        calendar.Day
	State        string
	Tries        int64
	ByID         string
	ByName       string
	DoneOn       calendar.Day
	WordsKey     string
	Version      int64
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// Key is the call-back's place in the list.
func (c Callback) Key() string { return c.DueOn.String() + "/" + c.ID }

// Try is one try to reach somebody.
type Try struct {
	CallbackID string `gorm:"primaryKey"`
	Seq        int64  `gorm:"primaryKey;autoIncrement:false"`
	Result     string
	Note       string
	At         time.Time
	ByID       string
	ByName     string
	WordsKey   string
}

// TableName is the table of the tries.
func (Try) TableName() string { return "callback_tries" }

// NewCallback is what is to be called back about. Of a promise the call tells who it is.
type NewCallback struct {
	Kind         string
	Jurisdiction string
	CallID       string
	CallerName   string
	CallerPhone  string
	Recording    string
	About        string
	CameAt       time.Time
	DueOn        calendar.Day
}

// AddCallback writes down who is to be called. Forbidden, NotFound, Invalid.
func (d *Desk) AddCallback(ctx context.Context, by access.Actor, in NewCallback) (c *Callback, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		if in.CallID != "" {
			call, err := d.load(tx.DB, by, in.CallID)
			if err != nil {
				return err
			}
			in.Jurisdiction = call.Jurisdiction
		}
		c, err = d.AddCallbackTx(tx, by, in)
		return err
	})
	return c, err
}

// AddCallbackTx is AddCallback in the caller's transaction.
func (d *Desk) AddCallbackTx(tx *store.Tx, by access.Actor, in NewCallback) (*Callback, error) {
	if _, known := d.regions.Get(in.Jurisdiction); known {
		if err := d.guard.Allow(by, "call.log", in.Jurisdiction); err != nil {
			return nil, err
		}
	}
	today := calendar.DayOf(tx.Now)
	if in.CameAt.IsZero() {
		in.CameAt = tx.Now
	}
	if in.DueOn.IsZero() && in.Kind != Promise {
		due, err := d.after(calendar.DayOf(in.CameAt), d.kit.Settings.AnswerDays)
		if err != nil {
			return nil, err
		}
		in.DueOn = due
	}
	if err := in.check(d, tx.Now, today); err != nil {
		return nil, err
	}
	c := &Callback{ID: tx.NewID(), Kind: in.Kind, Jurisdiction: in.Jurisdiction, Recording: in.Recording, About: in.About, CameAt: in.CameAt, DueOn: in.DueOn, State: Waiting,
		ByID: by.ID, ByName: by.Name, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if in.CallID != "" {
		c.CallID = &in.CallID
	} else {
		id, err := d.vault.SealTx(tx, by, identity.Named, in.Jurisdiction, identity.Person{Name: in.CallerName, Phone: in.CallerPhone})
		if err != nil {
			return nil, err
		}
		c.IdentityID = &id
	}
	if err := create(d, tx, c); err != nil {
		return nil, err
	}
	return c, audit.Append(tx, by.Entry("callback.add", c.Jurisdiction, "callback:"+c.ID, map[string]any{"kind": c.Kind, "call": in.CallID, "due": c.DueOn.String()}))
}

func (in *NewCallback) check(d *Desk, now time.Time, today calendar.Day) error {
	var bad errs.Faults
	for _, p := range []*string{&in.CallerName, &in.CallerPhone, &in.Recording, &in.About} {
		*p = strings.TrimSpace(*p)
	}
	if !slices.Contains(CallbackKinds(), in.Kind) || in.Kind == Promise && in.CallID == "" {
		bad.Add("kind", "error.choice")
	}
	if _, ok := d.regions.Get(in.Jurisdiction); !ok {
		bad.Add("jurisdiction", "error.choice")
	}
	bad.Require("about", in.About)
	bad.Limit("about", in.About, 1000)
	bad.Limit("recording", in.Recording, 100)
	bad.Limit("caller_name", in.CallerName, 100)
	bad.Limit("caller_phone", in.CallerPhone, 40)
	if in.CallID == "" {
		bad.Require("caller_phone", in.CallerPhone)
	}
	if in.DueOn.IsZero() {
		bad.Add("due_on", "error.required")
	} else if in.Kind == Promise && in.DueOn < today {
		bad.Add("due_on", "error.past_day")
	}
	if in.CameAt.After(now) {
		bad.Add("came_at", "error.future_day")
	}
	return bad.Err()
}

// CallbackFilter narrows call-backs.
type CallbackFilter struct {
	State string // waiting, reached, unreached, dropped; "" is every state
	Kind  string
	Call  string // of one call
	Late  calendar.Day
}

func (f CallbackFilter) where(q *gorm.DB) *gorm.DB {
	for _, p := range []struct{ col, v string }{{"state", f.State}, {"kind", f.Kind}, {"call_id", f.Call}} {
		if p.v != "" {
			q = q.Where("callbacks."+p.col+" = ?", p.v)
		}
	}
	if !f.Late.IsZero() {
		q = q.Where("callbacks.due_on < ?", f.Late)
	}
	return q
}

// Callbacks are call-backs of the person's scope, those due first first, 200 at most.
func (d *Desk) Callbacks(ctx context.Context, by access.Actor, f CallbackFilter) (rows []Callback, err error) {
	if err := d.callbacks(ctx, by, f).Order("callbacks.due_on, callbacks.id").Limit(200).Find(&rows).Error; err != nil {
		return nil, err
	}
	if err := legibleAll(d, rows); err != nil {
		return nil, err
	}
	return rows, d.veilCallbacks(ctx, rows)
}

// CountCallbacks counts what Callbacks lists.
func (d *Desk) CountCallbacks(ctx context.Context, by access.Actor, f CallbackFilter) (n int64, err error) {
	return n, d.callbacks(ctx, by, f).Count(&n).Error
}

func (d *Desk) callbacks(ctx context.Context, by access.Actor, f CallbackFilter) *gorm.DB {
	return d.db.Read(ctx).Model(&Callback{}).Scopes(d.guard.Scope(by, "call.view", "callbacks"), f.where)
}

// Callback reads a call-back with its tries. NotFound.
func (d *Desk) Callback(ctx context.Context, by access.Actor, id string) (*Callback, []Try, error) {
	c, err := d.loadCallback(d.db.Read(ctx), by, id)
	if err != nil {
		return nil, nil, err
	}
	var tries []Try
	if err := d.db.Read(ctx).Where("callback_id = ?", id).Order("seq").Find(&tries).Error; err != nil {
		return nil, nil, err
	}
	if err := legibleAll(d, tries); err != nil {
		return nil, nil, err
	}
	one := []Callback{*c}
	if err := d.veilCallbacks(ctx, one, tries...); err != nil {
		return nil, nil, err
	}
	return &one[0], tries, nil
}

func (d *Desk) loadCallback(q *gorm.DB, by access.Actor, id string) (*Callback, error) {
	var c Callback
	err := q.Scopes(d.guard.Scope(by, "call.view", "callbacks")).Where("callbacks.id = ?", id).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, access.Unseen(q, "callbacks", "callback", id)
	}
	if err != nil {
		return nil, err
	}
	return &c, d.legible(&c)
}

// ContactBack shows who is to be called; it is logged. NotFound, Forbidden; Conflict of somebody whose number takes a disclosure.
func (d *Desk) ContactBack(ctx context.Context, by access.Actor, id string) (identity.Person, error) {
	c, err := d.loadCallback(d.db.Read(ctx), by, id)
	if err != nil {
		return identity.Person{}, err
	}
	if c.CallID != nil {
		return d.Contact(ctx, by, *c.CallID)
	}
	if err := d.guard.Allow(by, "call.log", c.Jurisdiction); err != nil {
		return identity.Person{}, err
	}
	m := identity.Matter{Kind: "callback", ID: c.ID, Jurisdiction: c.Jurisdiction, Restricted: c.Restricted}
	if c.IdentityID != nil {
		m.IdentityID = *c.IdentityID
	}
	return d.vault.Contact(ctx, by, m)
}

// Tried writes down a try: reached, missed (the third one gives up), or dropped with the reason. NotFound, Conflict, Forbidden, Invalid.
func (d *Desk) Tried(ctx context.Context, by access.Actor, id string, version int64, result, note string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.TriedTx(tx, by, id, version, result, note) })
}

// TriedTx is Tried in the caller's transaction.
func (d *Desk) TriedTx(tx *store.Tx, by access.Actor, id string, version int64, result, note string) error {
	c, err := d.openCallback(tx, by, id, version)
	if err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	var bad errs.Faults
	if !slices.Contains([]string{Reached, Missed, Dropped}, result) {
		bad.Add("result", "error.choice")
	}
	if result != Missed {
		bad.Require("note", note)
	}
	bad.Limit("note", note, 1000)
	if err := bad.Err(); err != nil {
		return err
	}
	return d.triedTx(tx, by, c, result, note)
}

func (d *Desk) openCallback(tx *store.Tx, by access.Actor, id string, version int64) (*Callback, error) {
	if err := tx.Lock("callbacks", id); err != nil {
		return nil, err
	}
	c, err := d.loadCallback(tx.DB, by, id)
	if err != nil {
		return nil, err
	}
	if c.Version != version {
		return nil, errs.New(errs.Conflict, "error.stale", c.UpdatedAt)
	}
	if c.State != Waiting {
		return nil, errs.New(errs.Conflict, "error.callback_done")
	}
	return c, d.guard.Allow(by, "call.log", c.Jurisdiction)
}

func (d *Desk) triedTx(tx *store.Tx, by access.Actor, c *Callback, result, note string) error {
	today := calendar.DayOf(tx.Now)
	set := map[string]any{"tries": c.Tries + 1, "version": c.Version + 1, "updated_at": tx.Now}
	state := c.State
	switch {
	case result == Missed && c.Tries+1 >= mostTries:
		state = Unreached
	case result != Missed:
		state = result
	}
	if state != Waiting {
		set["state"], set["done_on"] = state, today
	}
	try := Try{CallbackID: c.ID, Seq: c.Tries + 1, Result: result, Note: note, At: tx.Now, ByID: by.ID, ByName: by.Name}
	if err := create(d, tx, &try); err != nil {
		return err
	}
	u := tx.Model(&Callback{}).Where("id = ? AND version = ?", c.ID, c.Version).Updates(set)
	if u.Error != nil {
		return u.Error
	}
	if u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	return audit.Append(tx, by.Entry("callback.try", c.Jurisdiction, "callback:"+c.ID, map[string]any{"result": result, "state": state, "try": c.Tries + 1}))
}

// takenTx ends a recording or a letter that was written down as a call.
func (d *Desk) takenTx(tx *store.Tx, by access.Actor, id, call string) error {
	if err := tx.Lock("callbacks", id); err != nil {
		return err
	}
	c, err := d.loadCallback(tx.DB, by, id)
	if err != nil {
		return err
	}
	if c.State != Waiting || c.CallID != nil {
		return nil // somebody was faster; the call stands for itself
	}
	if err := d.triedTx(tx, by, c, Reached, ""); err != nil {
		return err
	}
	return tx.Model(&Callback{}).Where("id = ?", id).Update("call_id", call).Error
}
