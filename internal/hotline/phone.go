package hotline

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// What the telephone system tells of a call.
const (
	PhoneNew      = "new"
	PhoneAnswered = "answered"
	PhoneHungUp   = "hung_up"
)

// A number that called is forgotten after so long; a call that rang longer ago is not shown any more.
const (
	phoneKept  = 24 * time.Hour
	phoneShown = 10 * time.Minute
)

// PhoneEvent is one thing the telephone system tells.
type PhoneEvent struct {
	Event  string
	CallID string // its own name for the call
	From   string
	To     string
	User   string // who answered: the name they sign in with
	Cause  string
}

// PhoneCall is a call as the telephone system told it.
type PhoneCall struct {
	ID           string `gorm:"primaryKey"`
	OutsideID    string
	Jurisdiction string
	Body         string // the number, sealed
	UserID       string
	State        string
	Cause        string
	CallID       string
	CameAt       time.Time
	AnsweredAt   *time.Time
	EndedAt      *time.Time

	From, To string `gorm:"-"`
}

// TableName is the table of the telephone's calls.
func (PhoneCall) TableName() string { return "phone_calls" }

type phoneBody struct{ From, To string }

// Phoned takes what the telephone system tells. Told twice, or out of order, it makes no harm: a call only goes on from new to answered to
// hung up. Invalid.
func (d *Desk) Phoned(ctx context.Context, e PhoneEvent) error {
	var bad errs.Faults
	if !slices.Contains([]string{PhoneNew, PhoneAnswered, PhoneHungUp}, e.Event) {
		bad.Add("event", "error.choice")
	}
	bad.Require("call_id", e.CallID)
	bad.Limit("call_id", e.CallID, 100)
	bad.Limit("from", e.From, 40)
	bad.Limit("to", e.To, 40)
	bad.Limit("user", e.User, 60)
	bad.Limit("cause", e.Cause, 60)
	if err := bad.Err(); err != nil {
		return err
	}
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		var rows []PhoneCall
		if err := tx.Where("outside_id = ?", e.CallID).Find(&rows).Error; err != nil {
			return err
		}
		var p PhoneCall
		if len(rows) == 0 {
			made, err := d.rings(tx, e)
			if err != nil {
				return err
			}
			p = *made
		} else {
			p = rows[0]
		}
		return d.goesOn(tx, p, e)
	})
}

// rings writes a call down that the telephone system speaks of for the first time, and forgets the numbers of yesterday.
func (d *Desk) rings(tx *store.Tx, e PhoneEvent) (*PhoneCall, error) {
	if err := tx.Exec("UPDATE phone_calls SET body = '' WHERE body <> '' AND came_at < ?", tx.Now.Add(-phoneKept)).Error; err != nil {
		return nil, err
	}
	office := d.kit.Settings.Office
	for line, code := range d.kit.Settings.Lines {
		if strings.HasSuffix(phoneDigits(e.To), phoneDigits(line)) {
			office = code
		}
	}
	p := &PhoneCall{ID: tx.NewID(), OutsideID: e.CallID, Jurisdiction: office, State: PhoneNew, CameAt: tx.Now}
	body, err := json.Marshal(phoneBody{e.From, e.To})
	if err != nil {
		return nil, err
	}
	if p.Body, err = d.vault.SealText("phone:"+p.ID, string(body)); err != nil {
		return nil, err
	}
	if err := tx.Create(p).Error; err != nil {
		return nil, err
	}
	return p, audit.Append(tx, access.System().Entry("phone.new", p.Jurisdiction, "phone:"+p.ID, nil))
}

func (d *Desk) goesOn(tx *store.Tx, p PhoneCall, e PhoneEvent) error {
	set := map[string]any{}
	switch {
	case e.Event == PhoneAnswered && p.State == PhoneNew:
		set["state"], set["answered_at"] = PhoneAnswered, tx.Now
		for _, a := range d.guard.Holders("call.log", p.Jurisdiction) {
			if a.Username == e.User {
				set["user_id"] = a.ID
			}
		}
	case e.Event == PhoneHungUp && p.State != PhoneHungUp:
		set["state"], set["ended_at"], set["cause"] = PhoneHungUp, tx.Now, e.Cause
	default:
		return nil
	}
	if err := tx.Model(&PhoneCall{}).Where("id = ?", p.ID).Updates(set).Error; err != nil {
		return err
	}
	return audit.Append(tx, access.System().Entry("phone."+e.Event, p.Jurisdiction, "phone:"+p.ID, nil))
}

func phoneDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// Ringing are the calls for a person's screen: those that ring at their office, and those they have just answered; the latest first.
func (d *Desk) Ringing(ctx context.Context, by access.Actor) ([]PhoneCall, error) {
	places := d.guard.Jurisdictions(by, "call.log")
	if len(places) == 0 {
		return nil, access.Refuse("call.log")
	}
	var rows []PhoneCall
	err := d.db.Read(ctx).Where("came_at > ? AND call_id = '' AND (state = ? OR state = ? AND user_id = ?)", d.db.Now().Add(-phoneShown), PhoneNew, PhoneAnswered, by.ID).
		Order("came_at DESC, id DESC").Limit(20).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := rows[:0]
	for _, p := range rows {
		if !slices.Contains(places, p.Jurisdiction) { // an office hears its own line, not those of the offices below
			continue
		}
		if err := d.openPhone(&p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// PhoneCall reads one call of the telephone, to open the form with its number. NotFound.
func (d *Desk) PhoneCall(ctx context.Context, by access.Actor, id string) (*PhoneCall, error) {
	var rows []PhoneCall
	if err := d.db.Read(ctx).Where("id = ?", id).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 || !d.guard.Can(by, "call.log", rows[0].Jurisdiction) {
		return nil, errs.New(errs.NotFound, "error.not_found").On("phone:" + id)
	}
	return &rows[0], d.openPhone(&rows[0])
}

func (d *Desk) openPhone(p *PhoneCall) error {
	if p.Body == "" {
		return nil // forgotten
	}
	text, err := d.vault.OpenText("phone:"+p.ID, p.Body)
	if err != nil {
		return err
	}
	var b phoneBody
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return err
	}
	p.From, p.To = b.From, b.To
	return nil
}
