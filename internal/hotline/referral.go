package hotline

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// How a matter goes elsewhere.
const (
	Told   = "told"   // the caller was given the office and its number
	Letter = "letter" // passed on in writing
)

// ReferralWays is every way.
func ReferralWays() []string { return []string{Told, Letter} }

// The states of a referral.
const (
	ToSend   = "to_send"  // the letter has not gone out
	Sent     = "sent"     // its answer is awaited
	Answered = "answered" // the other office said what became of it
	Given    = "given"    // the caller was told; nothing is awaited
)

// ReferralStates is every state.
func ReferralStates() []string { return []string{ToSend, Sent, Answered, Given} }

// Referral is a matter that went elsewhere.
type Referral struct {
	ID           string `gorm:"primaryKey"`
	CallID       string
	Jurisdiction string
	Restricted   bool
	Route        string
	Way          string
	Office       string
	Phone        string
	Ground       string
	LetterNo     string
	ReferredOn   calendar.Day
	DueOn        calendar.Day // until when the letter goes out
	SentOn       calendar.Day
	Answer       string
	AnsweredOn   calendar.Day
	State        string
	ByID         string
	ByName       string
	WordsKey     string
	Version      int64
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// Key is the referral's place in the list.
func (r Referral) Key() string { return r.ReferredOn.String() + "/" + r.ID }

// NewReferral is where a call goes. Office, number and ground are the routing table's where they are left empty.
type NewReferral struct {
	Route, Way, Office, Phone, Ground, LetterNo string
}

// Refer sends a call elsewhere and settles it. NotFound, Conflict, Forbidden, Invalid.
func (d *Desk) Refer(ctx context.Context, by access.Actor, id string, version int64, in NewReferral) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.ReferTx(tx, by, id, version, in) })
}

// ReferTx is Refer in the caller's transaction.
func (d *Desk) ReferTx(tx *store.Tx, by access.Actor, id string, version int64, in NewReferral) error {
	var r *Referral
	err := d.change(tx, by, id, version, "call.log", func(c *Call) (string, map[string]any, error) {
		switch {
		case c.State == StateLead:
			return "", nil, errs.New(errs.Conflict, "error.call_is_lead")
		case c.State == StateJoined:
			return "", nil, errs.New(errs.Conflict, "error.call_joined")
		}
		if err := d.route(tx, &in); err != nil {
			return "", nil, err
		}
		today := calendar.DayOf(tx.Now)
		r = &Referral{ID: tx.NewID(), CallID: c.ID, Jurisdiction: c.Jurisdiction, Restricted: c.Restricted, Route: in.Route, Way: in.Way, Office: in.Office, Phone: in.Phone, Ground: in.Ground,
			LetterNo: in.LetterNo, ReferredOn: today, State: Given, ByID: by.ID, ByName: by.Name, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
		if in.Way == Letter {
			var err error
			if r.DueOn, err = d.after(c.ReceivedOn, d.kit.Settings.ReferDays); err != nil {
				return "", nil, err
			}
			if r.State = ToSend; in.LetterNo != "" {
				r.State, r.SentOn = Sent, today
			}
		}
		if err := create(d, tx, r); err != nil {
			return "", nil, err
		}
		if err := d.clocks.StopTx(tx, deadline.Subject{ID: c.ID}, today); err != nil {
			return "", nil, err
		}
		return "call.refer", map[string]any{"state": StateReferred, "referred": true, "due_on": nil}, nil
	})
	if err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("referral.add", r.Jurisdiction, "referral:"+r.ID, map[string]any{"call": id, "route": r.Route, "way": r.Way, "state": r.State}))
}

// route fills a referral from the routing table and says what is wrong with it.
func (d *Desk) route(tx *store.Tx, in *NewReferral) error {
	var bad errs.Faults
	var rows []Route
	if err := tx.Where("code = ? AND active", in.Route).Find(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 {
		bad.Add("route", "error.choice")
	} else { // official records are in Chinese
		for _, p := range []struct {
			to   *string
			from string
		}{{&in.Office, rows[0].OfficeZH}, {&in.Phone, rows[0].Phone}, {&in.Ground, rows[0].GroundZH}} {
			if *p.to = strings.TrimSpace(*p.to); *p.to == "" {
				*p.to = p.from
			}
		}
	}
	if !slices.Contains(ReferralWays(), in.Way) {
		bad.Add("way", "error.choice")
	}
	in.LetterNo = strings.TrimSpace(in.LetterNo)
	bad.Limit("office", in.Office, 200)
	bad.Limit("phone", in.Phone, 60)
	bad.Limit("ground", in.Ground, 500)
	bad.Limit("letter_no", in.LetterNo, 100)
	return bad.Err()
}

// ReferralFilter narrows referrals.
type ReferralFilter struct {
	State string
	Call  string
}

// Values is the filter as an address's query.
func (f ReferralFilter) Values() url.Values {
	v := url.Values{}
	if f.State != "" {
		v.Set("state", f.State)
	}
	return v
}

// Referrals lists referrals of the person's scope, newest first.
func (d *Desk) Referrals(ctx context.Context, by access.Actor, f ReferralFilter, p casework.Page) (rows []Referral, more bool, err error) {
	q, turn := p.Keyset(d.referrals(ctx, by, f), "referrals.referred_on", "referrals.id")
	if err := q.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = casework.Turn(rows, p.Limit, turn)
	if err := legibleAll(d, rows); err != nil {
		return nil, false, err
	}
	return rows, more, d.veilReferrals(ctx, rows)
}

// CountReferrals counts what Referrals lists.
func (d *Desk) CountReferrals(ctx context.Context, by access.Actor, f ReferralFilter) (n int64, err error) {
	return n, d.referrals(ctx, by, f).Count(&n).Error
}

func (d *Desk) referrals(ctx context.Context, by access.Actor, f ReferralFilter) *gorm.DB {
	q := d.db.Read(ctx).Model(&Referral{}).Scopes(d.guard.Scope(by, "call.view", "referrals"))
	if f.State != "" {
		q = q.Where("referrals.state = ?", f.State)
	}
	if f.Call != "" {
		q = q.Where("referrals.call_id = ?", f.Call)
	}
	return q
}

// Follow notes that a referral's letter went out, or what the other office answered. NotFound, Conflict, Forbidden, Invalid.
func (d *Desk) Follow(ctx context.Context, by access.Actor, id string, version int64, letterNo, answer string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.FollowTx(tx, by, id, version, letterNo, answer) })
}

// FollowTx is Follow in the caller's transaction.
func (d *Desk) FollowTx(tx *store.Tx, by access.Actor, id string, version int64, letterNo, answer string) error {
	if err := tx.Lock("referrals", id); err != nil {
		return err
	}
	var r Referral
	err := tx.Scopes(d.guard.Scope(by, "call.view", "referrals")).Where("referrals.id = ?", id).Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return access.Unseen(tx.DB, "referrals", "referral", id)
	}
	if err != nil {
		return err
	}
	if r.Version != version {
		return errs.New(errs.Conflict, "error.stale", r.UpdatedAt)
	}
	if err := d.guard.Allow(by, "call.log", r.Jurisdiction); err != nil {
		return err
	}
	today := calendar.DayOf(tx.Now)
	set := map[string]any{"version": version + 1, "updated_at": tx.Now}
	var bad errs.Faults
	letterNo, answer = strings.TrimSpace(letterNo), strings.TrimSpace(answer)
	bad.Limit("letter_no", letterNo, 100)
	bad.Limit("answer", answer, 4000)
	if r.State == ToSend && answer == "" {
		bad.Require("letter_no", letterNo)
		set["state"], set["letter_no"], set["sent_on"] = Sent, letterNo, today
	} else {
		bad.Require("answer", answer)
		set["state"], set["answer"], set["answered_on"] = Answered, answer, today
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := d.shutSet(&r, set); err != nil {
		return err
	}
	u := tx.Model(&Referral{}).Where("id = ? AND version = ?", id, version).Updates(set)
	if u.Error != nil {
		return u.Error
	}
	if u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	return audit.Append(tx, by.Entry("referral.follow", r.Jurisdiction, "referral:"+id, map[string]any{"state": set["state"]}))
}
