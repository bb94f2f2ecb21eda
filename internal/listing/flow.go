package listing

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// State is where a listing stands.
type State string

// The states, in their order. A listing that was never told to a platform goes from judged to final.
const (
	Found    State = "found"
	Captured State = "captured"
	Judged   State = "judged"
	Notified State = "notified" // the platform
	Told     State = "told"     // the seller, by the platform
	Declared State = "declared" // the seller says it does not infringe: the right holder's fifteen days
	Measured State = "measured" // the platform has done something, or refused
	Restored State = "restored"
	Final    State = "final"
)

// States is every state in their order.
func States() []State {
	return []State{Found, Captured, Judged, Notified, Told, Declared, Measured, Restored, Final}
}

// The clocks of a listing.
const (
	ruleTell = "PLATFORM_TELL_SELLER"
	ruleWait = "EC_COUNTER_WAIT"
)

// Step is one act on a listing: from which states, to which, and what it asks for.
type Step struct {
	Name    string
	From    []State
	To      State    // "" leaves it
	Choices []string // one of them is chosen
	Day     bool     // on which day it happened
	Second  bool     // a second day: when it reached the right holder
	Reason  bool     // must be given; a reason may always be
	Starts  string   // a rule whose clock starts, on the second day where there is one
	Stops   string
	Later   bool // may be taken after the case has decided on the listing
	Beside  bool // what the steps beside the flow are
}

// Flow is the table of the steps (O71 Arts 43(2), 45(2); Zhejiang Patent Regulation 2015 Art. 34; E-Commerce Law Arts 42–45).
func Flow() []Step {
	open := []State{Found, Captured, Judged, Notified, Told, Declared, Measured}
	with := []State{Judged, Notified, Told, Declared, Measured}
	return []Step{
		{Name: "capture", From: open, Beside: true, Later: true},
		{Name: "judge", From: []State{Found, Captured, Judged, Notified, Told, Measured, Final}, Choices: Findings(), Reason: true},
		{Name: "notify", From: []State{Judged}, To: Notified, Day: true, Starts: ruleTell, Later: true},
		{Name: "tell", From: []State{Notified}, To: Told, Day: true, Stops: ruleTell, Later: true},
		{Name: "declare", From: []State{Notified, Told, Measured}, To: Declared, Day: true, Second: true, Reason: true, Starts: ruleWait, Stops: ruleTell, Later: true},
		{Name: "holder", From: []State{Declared}, Choices: []string{"complained", "sued"}, Day: true, Stops: ruleWait, Later: true},
		{Name: "delay", From: []State{Declared}, Day: true, Reason: true, Beside: true, Later: true},
		{Name: "delay_over", From: []State{Declared}, Day: true, Beside: true, Later: true},
		{Name: "result", From: []State{Judged, Notified, Told, Declared, Measured, Final}, Choices: Results(), Day: true, Stops: ruleTell},
		{Name: "restore", From: []State{Declared, Measured}, To: Restored, Choices: []string{"counter_over", "holder_agrees", "not_infringing", "other"}, Day: true, Stops: ruleWait, Later: true},
		{Name: "finish", From: []State{Judged, Measured, Restored}, To: Final, Day: true, Reason: true, Later: true},
		{Name: "ask_aid", From: open, Reason: true, Beside: true},
		{Name: "aid_given", From: append(with, Found, Captured), Choices: []string{"infringing", "not_infringing", "cannot_tell"}, Day: true, Reason: true, Beside: true},
		{Name: "dispatch", From: open, Reason: true, Beside: true},
		{Name: "relisted", From: States(), Choices: []string{"confirmed", "dismissed"}, Reason: true, Beside: true, Later: true},
	}
}

// StepOf is a step of the flow by its name.
func StepOf(name string) (Step, bool) {
	for _, s := range Flow() {
		if s.Name == name {
			return s, true
		}
	}
	return Step{}, false
}

// Open says whether a step may be taken with a listing as it stands; the law's days are judged when it is taken.
func (s Step) Open(x *Listing) bool {
	if !slices.Contains(s.From, x.State) {
		return false
	}
	hit := x.Finding == "infringing" || x.Finding == "counterfeit" || x.Finding == "marking_defect"
	switch s.Name {
	case "notify":
		return hit
	case "finish":
		return x.State != Judged || !hit
	case "ask_aid":
		return x.AidState != "sent"
	case "aid_given":
		return x.AidState == "sent"
	case "relisted":
		return x.Relists != nil
	case "dispatch":
		return x.CaseID == nil && x.LeadID == nil
	case "restore":
		return x.Result != "" && x.Result != "refused" && x.Result != "none"
	}
	return true
}

// Input is what a step is given.
type Input struct {
	Choice string
	On     calendar.Day
	Second calendar.Day
	Reason string
	To     string // of dispatch: a region code, or an office elsewhere by its name
}

// StepRow is what happened to a listing.
type StepRow struct {
	ListingID string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Step      string
	FromState State
	ToState   State
	OnDay     calendar.Day
	Facts     string
	Reason    string
	ByID      string
	ByName    string
	At        time.Time
}

// TableName is the table of the steps.
func (StepRow) TableName() string { return "listing_steps" }

// Given is what the step was given.
func (r *StepRow) Given() (in Input) { unpack(r.Facts, &in); return in }

func pack(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// unpack reads what pack wrote; what does not unpack was not packed by this program and is empty.
func unpack(s string, v any) {
	if s != "" && json.Unmarshal([]byte(s), v) != nil {
		return
	}
}

// Act takes a step with a listing. NotFound, Conflict (stale, or not from this state), Forbidden, Invalid.
func (l *Ledger) Act(ctx context.Context, by access.Actor, id string, version int64, step string, in Input) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.ActTx(tx, by, id, version, step, in) })
}

// ActTx is Act in the caller's transaction.
func (l *Ledger) ActTx(tx *store.Tx, by access.Actor, id string, version int64, step string, in Input) error {
	s, ok := StepOf(step)
	if !ok || step == "capture" {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if step == "dispatch" {
		return l.DispatchTx(tx, by, id, version, in)
	}
	in.Reason = strings.TrimSpace(in.Reason)
	return l.change(tx, by, id, version, "listing."+step, s.Later, in, func(x *Listing) (map[string]any, error) {
		if step == "result" && x.Finding == "" {
			return nil, errs.New(errs.Conflict, "error.listing_not_judged")
		}
		if !s.Open(x) {
			return nil, errs.New(errs.Conflict, "error.listing_step")
		}
		if err := l.given(tx, x, s, in); err != nil {
			return nil, err
		}
		set := l.effect(tx, by, x, s, in)
		if s.To != "" {
			set["state"] = s.To
		}
		return set, l.clockwork(tx, by, x, s, in)
	})
}

// given says what is wrong with what a step was given.
func (l *Ledger) given(tx *store.Tx, x *Listing, s Step, in Input) error {
	var bad errs.Faults
	field := func(name string) string {
		switch s.Name + "." + name {
		case "judge.choice":
			return "finding"
		case "judge.reason":
			return "finding_reason"
		case "result.choice":
			return "result"
		case "result.on":
			return "result_on"
		}
		return name
	}
	if len(s.Choices) > 0 && !slices.Contains(s.Choices, in.Choice) {
		bad.Add(field("choice"), "error.choice")
	}
	if s.Reason {
		bad.Require(field("reason"), in.Reason)
	}
	bad.Limit(field("reason"), in.Reason, 5000)
	today := calendar.DayOf(tx.Now)
	day := func(name string, d, after calendar.Day) {
		switch {
		case d.IsZero():
			bad.Add(field(name), "error.required")
		case d > today:
			bad.Add(field(name), "error.day_future", today)
		case d < after:
			bad.Add(field(name), "error.day_before", after)
		}
	}
	if s.Day {
		day("on", in.On, x.before(s.Name))
	}
	if s.Second {
		day("second", in.Second, max(in.On, x.FoundOn))
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return l.lawful(tx, x, s, in)
}

// before is the day before which a step cannot have happened.
func (x *Listing) before(step string) calendar.Day {
	switch step {
	case "tell", "declare":
		return max(x.FoundOn, x.NotifiedOn)
	case "holder", "delay":
		return x.ReachedOn
	case "restore":
		return max(x.FoundOn, x.ResultOn)
	case "notify":
		return max(x.FoundOn, x.JudgedOn)
	}
	return x.FoundOn
}

// lawful asks the law's days: of the fifteen days of the right holder, and of the delay that does not count.
func (l *Ledger) lawful(tx *store.Tx, x *Listing, s Step, in Input) error {
	var bad errs.Faults
	var wait *deadline.Clock
	if s.Name == "holder" || s.Name == "restore" || s.Name == "delay" || s.Name == "delay_over" {
		k, err := l.clocks.RunningTx(tx, x.subject(), ruleWait)
		if err == nil {
			wait = k
		} else if errs.CodeOf(err) != errs.Conflict {
			return err
		}
	}
	cite := ""
	if wait != nil {
		if r, ok := l.clocks.Rule(wait); ok {
			cite = r.Cite.ZH
		}
	}
	switch s.Name {
	case "holder":
		if wait != nil && wait.PausedOn.IsZero() && in.On > wait.DueOn {
			bad.Add("on", "error.counter_over", wait.DueOn, cite)
		}
	case "restore":
		if in.Choice != "counter_over" {
			break
		}
		switch {
		case x.State != Declared || wait == nil:
			bad.Add("choice", "error.no_declaration")
		case !wait.PausedOn.IsZero() || in.On <= wait.DueOn:
			bad.Add("on", "error.counter_runs", wait.DueOn, cite)
		}
	case "delay":
		if since := calendar.Date(2020, 9, 14); in.On < since {
			return errs.New(errs.Conflict, "error.delay_law", since)
		}
		if wait == nil || !wait.PausedOn.IsZero() {
			return errs.New(errs.Conflict, "error.listing_step")
		}
	case "delay_over":
		if wait == nil || wait.PausedOn.IsZero() {
			return errs.New(errs.Conflict, "error.listing_step")
		}
		from := wait.PausedOn
		if in.On < from {
			bad.Add("on", "error.day_before", from)
		}
		longest, err := l.clocks.Days().Count(calendar.Period{Start: from.AddDays(-1), Term: calendar.Term{N: 20, Unit: calendar.WD}})
		if err == nil && in.On > longest.Strict.AddDays(1) {
			bad.Add("on", "error.delay_long", longest.Strict.AddDays(1))
		}
	}
	return bad.Err()
}

// effect is what a step changes in the row.
func (l *Ledger) effect(tx *store.Tx, by access.Actor, x *Listing, s Step, in Input) map[string]any {
	set := map[string]any{}
	switch s.Name {
	case "judge":
		set["finding"], set["finding_reason"], set["found_by"], set["judged_on"] = in.Choice, in.Reason, by.ID, calendar.DayOf(tx.Now)
		if x.State == Found || x.State == Captured || x.State == Final {
			set["state"] = Judged
		}
	case "notify":
		set["notified_on"] = in.On
	case "tell":
		set["told_on"] = in.On
	case "declare":
		set["declared_on"], set["reached_on"] = in.On, in.Second
	case "holder":
		set["state"] = Told
		if x.Result != "" {
			set["state"] = Measured
		}
	case "result":
		set["result"], set["result_on"] = in.Choice, in.On
		switch hit := x.Finding == "infringing" || x.Finding == "counterfeit"; {
		case in.Choice == "none" && !hit:
			set["state"], set["final_on"] = Final, in.On
		case x.State != Declared: // there the right holder's days run on
			set["state"] = Measured
		}
	case "restore":
		set["restored_on"] = in.On
	case "finish":
		set["final_on"] = in.On
	case "ask_aid":
		set["aid_state"], set["aid_due_on"] = "sent", nil
		if due, err := l.clocks.Days().Count(calendar.Period{Start: calendar.DayOf(tx.Now), Term: calendar.Term{N: l.aidDays, Unit: calendar.WD}}); err == nil {
			set["aid_due_on"] = due.Strict
		}
	case "aid_given":
		set["aid_state"], set["aid_due_on"] = "given", nil
	case "relisted":
		set["relist_state"] = in.Choice
	}
	return set
}

func (x *Listing) subject() deadline.Subject {
	return deadline.Subject{Kind: "listing", ID: x.ID, Label: x.Number, Title: x.Title, Jurisdiction: x.Jurisdiction, Restricted: x.Restricted}
}

// clockwork starts and stops the clocks of a step, by the day and the region.
func (l *Ledger) clockwork(tx *store.Tx, by access.Actor, x *Listing, s Step, in Input) error {
	subject, on := x.subject(), in.On
	if on.IsZero() {
		on = calendar.DayOf(tx.Now)
	}
	if s.Stops != "" {
		if err := l.clocks.StopTx(tx, subject, on, s.Stops); err != nil {
			return err
		}
	}
	if s.Name == "finish" {
		return l.clocks.StopTx(tx, subject, on)
	}
	switch s.Name {
	case "delay":
		return l.clocks.ExcludeTx(tx, by, subject, deadline.Span{Ground: "holder_delay", FromOn: in.On})
	case "delay_over":
		return l.clocks.ResumeTx(tx, subject, in.On)
	}
	if s.Starts == "" {
		return nil
	}
	if s.Second {
		on = in.Second
	}
	if x.CaseID != nil { // the case's own exchange with the platform counts this already
		_, err := l.clocks.RunningTx(tx, deadline.Subject{Kind: "case", ID: *x.CaseID}, s.Starts)
		if err == nil || errs.CodeOf(err) != errs.Conflict {
			return err
		}
	}
	_, err := l.clocks.StartTx(tx, subject, s.Starts, on, deadline.Basis{On: on, Kind: "ecommerce", Region: x.Jurisdiction})
	return err
}

// Clocks are the clocks of a listing that the caller has let the person see.
func (l *Ledger) Clocks(ctx context.Context, id string) ([]deadline.Clock, error) {
	return l.clocks.Of(ctx, id)
}

// Steps are what happened to a listing that the caller has let the person see, the newest first.
func (l *Ledger) Steps(ctx context.Context, id string) (rows []StepRow, err error) {
	err = l.db.Read(ctx).Where("listing_id = ?", id).Order("seq DESC").Find(&rows).Error
	return rows, err
}

// Ref is a listing as a page showed it.
type Ref struct {
	ID      string
	Version int64
}

// Outcome is what came of one row of many.
type Outcome struct {
	ID     string
	Number string
	Err    error // nil where it was done
}

// MostAtOnce is how many listings one act takes.
const MostAtOnce = 500

// ActMany takes one step with many listings, each by itself: what is refused is said in its row. An error is of all: Invalid beyond [MostAtOnce].
func (l *Ledger) ActMany(ctx context.Context, by access.Actor, refs []Ref, step string, in Input) ([]Outcome, error) {
	return l.many(ctx, by, refs, func(tx *store.Tx, r Ref) error { return l.ActTx(tx, by, r.ID, r.Version, step, in) })
}

func (l *Ledger) many(ctx context.Context, by access.Actor, refs []Ref, act func(tx *store.Tx, r Ref) error) ([]Outcome, error) {
	if len(refs) == 0 || len(refs) > MostAtOnce {
		return nil, errs.New(errs.Invalid, "error.listing_choose", MostAtOnce)
	}
	out := make([]Outcome, 0, len(refs))
	for _, r := range refs {
		o := Outcome{ID: r.ID}
		if x, err := l.Find(ctx, by, r.ID); err == nil {
			o.Number = x.Number
			if r.Version == 0 {
				r.Version = x.Version
			}
		}
		o.Err = l.db.Tx(ctx, func(tx *store.Tx) error { return act(tx, r) })
		if o.Err != nil && errs.As(o.Err) == nil {
			return nil, o.Err
		}
		out = append(out, o)
	}
	return out, nil
}

// Judge records what a listing was found to be, and why. Invalid, Forbidden, NotFound, Conflict.
func (l *Ledger) Judge(ctx context.Context, by access.Actor, id string, version int64, finding, reason string) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.JudgeTx(tx, by, id, version, finding, reason) })
}

// JudgeTx is Judge in the caller's transaction.
func (l *Ledger) JudgeTx(tx *store.Tx, by access.Actor, id string, version int64, finding, reason string) error {
	return l.ActTx(tx, by, id, version, "judge", Input{Choice: finding, Reason: reason})
}

// SetResult records what the platform did. Invalid, Forbidden, NotFound, Conflict (a listing not yet judged).
func (l *Ledger) SetResult(ctx context.Context, by access.Actor, id string, version int64, result string, on calendar.Day) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.SetResultTx(tx, by, id, version, result, on) })
}

// SetResultTx is SetResult in the caller's transaction.
func (l *Ledger) SetResultTx(tx *store.Tx, by access.Actor, id string, version int64, result string, on calendar.Day) error {
	return l.ActTx(tx, by, id, version, "result", Input{Choice: result, On: on})
}
