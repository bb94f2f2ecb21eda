// Package hotline is the 12330 desk: calls logged as consultations, reports or complaints; answers; complaints with a number; leads out of them.
//
// Chosen where no text says so: whoever must not be known (who reports, who asked
// to be kept secret) is taken out of the words of calls and messages on every page
// of the office; the words themselves lie sealed as they were said (words.go) until the person is
// erased, and then lose name, number, unit and address for good. What is sealed is
// not searched: such a call is found by its numbers, its respondent, its patent, its
// caller. A lead is what officers read and search, so what is handed on to them in
// clear is refused where it names the reporter. What a file holds is evidence and is
// kept as it came. A file that a
// citizen sends goes into the case when its lead is filed, and at once afterwards,
// with the lead it came with and without a name that gives its sender away. A call
// that was added to another is told, to who asks by the receipt, by that other. A
// number is found whole, by its first seven digits while it is typed, and by its
// last four in the list and the search.
package hotline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/region"
	"huzhi/internal/search"
	"huzhi/internal/store"
	"huzhi/internal/tally"
)

// The kinds of call.
const (
	Consultation = "consultation" // 咨询
	Report       = "report"       // 举报: anybody tells of an unlawful act
	Complaint    = "complaint"    // 投诉: a right holder whose right is hurt
	Aid          = "aid"          // 维权援助: a right holder who asks for experts, agents or money
	Other        = "other"        // what is none of these
)

// Kinds is every kind, in the order of the digits on the call form.
func Kinds() []string { return []string{Consultation, Report, Complaint, Aid, Other} }

// The states.
const (
	StateOpen     = "open"     // waits for an answer, or to be made a lead
	StateAnswered = "answered" // a consultation that was answered
	StateLead     = "lead"     // handed on as a lead
	StateClosed   = "closed"   // a report or complaint settled with an answer
	StateReferred = "referred" // sent elsewhere: not ours
	StateJoined   = "joined"   // added to an earlier call
)

// States is every state.
func States() []string {
	return []string{StateOpen, StateAnswered, StateLead, StateClosed, StateReferred, StateJoined}
}

// Topics is what a consultation can be about.
func Topics() []string {
	return []string{"application", "fee", "status", "infringement", "counterfeit", "licensing", "overseas", "other"}
}

// CallerTypes is what a caller can be.
func CallerTypes() []string { return []string{"holder", "agent", "consumer", "competitor", "other"} }

// Call is one call. Who called lies in the vault; what was said may still give them away, so a call is read at the desk only: what officers work
// with is the lead.
type Call struct {
	ID                string `gorm:"primaryKey"`
	Number            string
	Kind              string
	Channel           string
	Jurisdiction      string
	Restricted        bool
	Place             string
	ReceivedAt        time.Time
	ReceivedOn        calendar.Day
	OperatorID        string
	CallerType        string
	Mode              string  // identity.Named, Secret, Anonymous
	IdentityID        *string // who called, in the vault; nil where nothing is known
	Topic             string
	Question          string
	Answer            string
	AnsweredOn        calendar.Day
	Subject           string // of a report or complaint: the kind of case it may become
	Respondent        string
	RespondentAddress string
	PatentNo          string
	URL               string
	ComplaintNo       *string
	State             string
	LeadID            *string
	Details           `gorm:"embedded"`
	Keys              `gorm:"embedded"`
	Course            `gorm:"embedded"`
	WordsKey          string // the key its words are sealed with; "" where they are not
	Version           int64
	CreatedAt         time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt         time.Time `gorm:"autoUpdateTime:false"`
}

// Step is something that was done with a call: the answers given, all of them.
type Step struct {
	CallID    string `gorm:"primaryKey"`
	Seq       int64  `gorm:"primaryKey;autoIncrement:false"`
	Step      string // log, answer, add, refer, feedback, make_lead
	At        time.Time
	Actor     string
	ActorName string
	Text      string
	WordsKey  string
}

// TableName is the table of the steps.
func (Step) TableName() string { return "call_steps" }

// Desk is the service.
type Desk struct {
	db      *store.DB
	guard   *access.Guard
	vault   *identity.Vault
	leads   *lead.Register
	clocks  *deadline.Clocks
	regions *region.Book
	forms   document.Forms
	kit     Kit
	files   *blob.Store // what citizens send
}

// New makes the service.
func New(db *store.DB, guard *access.Guard, vault *identity.Vault, leads *lead.Register, clocks *deadline.Clocks, regions *region.Book, forms document.Forms) *Desk {
	d := &Desk{db: db, guard: guard, vault: vault, leads: leads, clocks: clocks, regions: regions, forms: forms}
	leads.OnFiled(d.carryTx)
	leads.Screen(d.namesTx)
	return d
}

// NewCall is what an operator writes down.
type NewCall struct {
	ID                string // made by the form; the same id with the same content is the same call
	Kind              string
	Channel           string
	Jurisdiction      string
	Place             string
	CallerName        string
	CallerPhone       string
	CallerType        string
	Mode              string // what the caller asked for; "" is identity.Named. Of somebody anonymous name and number are not kept.
	CallerID          string // the caller of an earlier call, in place of name and number
	Topic             string
	Question          string
	Answer            string
	Subject           string
	Respondent        string
	RespondentAddress string
	PatentNo          string
	URL               string
	CallerAddress     string // goes into the vault with name and number
	CallerUnit        string
	Details
	Article  string // the article of the knowledge base that was read out
	Join     string // the earlier call that it is added to
	Promise  Promised
	Callback string // the recording or letter that it was written down from
	Phone    string // the telephone system's call
}

// Promised is a call-back that the caller was promised; without a day, none.
type Promised struct {
	On    calendar.Day
	About string
}

func (d *Desk) check(in *NewCall, channel bool) error {
	var bad errs.Faults
	in.Details.trim()
	for _, p := range []*string{&in.CallerName, &in.CallerPhone, &in.CallerAddress, &in.CallerUnit, &in.Question, &in.Answer, &in.Respondent, &in.RespondentAddress, &in.PatentNo, &in.URL} {
		*p = strings.TrimSpace(*p)
	}
	choice := func(name, v string, options []string, optional bool) {
		if v == "" && optional {
			return
		}
		if !slices.Contains(options, v) {
			bad.Add(name, "error.choice")
		}
	}
	choice("kind", in.Kind, Kinds(), false)
	if !channel {
		bad.Add("channel", "error.choice")
	}
	choice("caller_type", in.CallerType, CallerTypes(), true)
	in.Mode = cmp.Or(in.Mode, identity.Named)
	choice("mode", in.Mode, identity.Modes(), false)
	if _, ok := d.regions.Get(in.Jurisdiction); !ok {
		bad.Add("jurisdiction", "error.choice")
	}
	if _, ok := d.regions.Get(in.Place); !ok {
		bad.Add("place", "error.choice")
	}
	bad.Require("question", in.Question)
	for _, l := range []struct {
		name, v string
		max     int
	}{
		{"caller_name", in.CallerName, 100}, {"caller_address", in.CallerAddress, 300}, {"caller_unit", in.CallerUnit, 200}, {"caller_phone", in.CallerPhone, 40}, {"question", in.Question, 20000}, {"answer", in.Answer, 20000},
		{"respondent", in.Respondent, 200}, {"respondent_address", in.RespondentAddress, 300}, {"patent_no", in.PatentNo, 60}, {"url", in.URL, 2000},
	} {
		bad.Limit(l.name, l.v, l.max)
	}
	in.Details.check(&bad, Asks(in.Kind))
	if !Asks(in.Kind) {
		choice("topic", in.Topic, Topics(), in.Kind != Consultation)
		in.Subject = ""
	} else {
		choice("subject", in.Subject, casework.Reported(), false)
		in.Topic = ""
		if in.Kind == Report && in.Subject == casework.Infringement {
			bad.Add("subject", "error.report_subject")
		}
	}
	return bad.Err()
}

// Log writes a call down: a consultation, answered at once or later, or a report or complaint with its number. Invalid, Forbidden;
// Conflict when the id was used for something else.
func (d *Desk) Log(ctx context.Context, by access.Actor, in NewCall) (c *Call, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		c, err = d.LogTx(tx, by, in)
		return err
	})
	return c, err
}

// LogTx is Log in the caller's transaction.
func (d *Desk) LogTx(tx *store.Tx, by access.Actor, in NewCall) (*Call, error) {
	if _, known := d.regions.Get(in.Jurisdiction); known { // an unknown one is a fault of the form
		if err := d.guard.Allow(by, "call.log", in.Jurisdiction); err != nil {
			return nil, err
		}
	}
	channel, err := channelTx(tx, in.Channel)
	if err != nil {
		return nil, err
	}
	if err := d.check(&in, channel); err != nil {
		return nil, err
	}
	if store.ValidID(in.ID) {
		var old []Call
		if err := tx.Where("id = ?", in.ID).Find(&old).Error; err != nil {
			return nil, err
		}
		if len(old) > 0 {
			o := &old[0]
			if err := d.legible(o); err != nil {
				return nil, err
			}
			same, err := d.sameTx(tx, by, o, &in)
			if err != nil {
				return nil, err
			}
			if same {
				return o, nil
			}
			return nil, errs.New(errs.Conflict, "error.same_id")
		}
	} else {
		in.ID = tx.NewID()
	}
	today := calendar.DayOf(tx.Now)
	day := strings.ReplaceAll(today.String(), "-", "")
	n, err := store.NextNumber(tx, "call/"+day)
	if err != nil {
		return nil, err
	}
	c := &Call{
		ID: in.ID, Number: fmt.Sprintf("12330-%s-%03d", day, n), Kind: in.Kind, Channel: in.Channel, Jurisdiction: in.Jurisdiction, Place: in.Place,
		ReceivedAt: tx.Now, ReceivedOn: today, OperatorID: by.ID, CallerType: in.CallerType, Mode: in.Mode,
		Topic: in.Topic, Question: in.Question, Answer: in.Answer, Subject: in.Subject, Respondent: in.Respondent, RespondentAddress: in.RespondentAddress,
		PatentNo: in.PatentNo, URL: in.URL, State: StateOpen, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if in.Answer != "" && !c.Asks() {
		c.State, c.AnsweredOn = StateAnswered, today
	}
	detail := map[string]any{"number": c.Number, "kind": c.Kind, "channel": c.Channel, "state": c.State} // never who called
	if err := d.enrichTx(tx, by, c, &in); err != nil {
		return nil, err
	}
	if c.Asks() {
		office, _ := d.regions.Get(in.Jurisdiction)
		no, err := d.forms.Next(tx, "complaint", office.Mark, today)
		if err != nil {
			return nil, err
		}
		c.ComplaintNo = &no
		detail["complaint"], detail["subject"] = no, in.Subject
	}
	if err := d.sealTx(tx, by, c, &in); err != nil {
		return nil, err
	}
	if err := errors.Join(d.writeCall(tx, c), tally.AddCall(tx, c.cell(), 1)); err != nil {
		return nil, err
	}
	if err := d.hideGaps(tx, c); err != nil {
		return nil, err
	}
	if c.Kind == Complaint && c.State == StateOpen {
		// The reply to a complaint: seven working days to accept or refuse, by analogy (SAMR Order 20 Art. 14; Order 121 Arts 15, 43).
		if _, err := d.clocks.StartTx(tx, c.subject(), "COMPLAINT_ACCEPT", today, deadline.Basis{On: today, Kind: "hotline", Region: c.Jurisdiction}); err != nil {
			return nil, err
		}
		law, err := d.clocks.LawTx(tx)
		if err != nil {
			return nil, err
		}
		detail["law"] = law
	}
	if err := d.index(tx, c); err != nil {
		return nil, err
	}
	if err := d.step(tx, by, c.ID, 1, "log", c.Answer); err != nil {
		return nil, err
	}
	if err := d.settleTx(tx, by, c, &in); err != nil {
		return nil, err
	}
	if c.JoinedID != "" {
		detail["joined"] = c.JoinedID
	}
	return c, audit.Append(tx, by.Entry("call.log", c.Jurisdiction, "call:"+c.ID, detail))
}

// writeCall writes a new call; of who must not be known, its words are sealed.
func (d *Desk) writeCall(tx *store.Tx, c *Call) error {
	if c.sealed() {
		return create(d, tx, c)
	}
	return tx.Create(c).Error
}

func (d *Desk) step(tx *store.Tx, by access.Actor, id string, seq int64, name, text string) error {
	return create(d, tx, &Step{CallID: id, Seq: seq, Step: name, At: tx.Now, Actor: by.ID, ActorName: by.Name, Text: text})
}

// Steps is what was done with a call that the person was let see.
func (d *Desk) Steps(ctx context.Context, id string) ([]Step, error) {
	var rows []Step
	if err := d.db.Read(ctx).Where("call_id = ?", id).Order("seq").Find(&rows).Error; err != nil {
		return nil, err
	}
	return rows, legibleAll(d, rows)
}

func (c *Call) subject() deadline.Subject {
	return deadline.Subject{Kind: "call", ID: c.ID, Label: *c.ComplaintNo, Title: c.Number, Jurisdiction: c.Jurisdiction, Restricted: c.Restricted}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// index writes what a report or complaint is found by; consultations are found in their list.
func (d *Desk) index(tx *store.Tx, c *Call) error {
	if !c.Asks() {
		return nil
	}
	title := firstLine(c.Question)
	if c.sealed() { // its words are sealed: the search holds none of them
		title = cmp.Or(c.Respondent, *c.ComplaintNo)
	}
	return search.Put(tx, search.Doc{
		SubjectID: c.ID, SubjectKind: search.Call, Jurisdiction: c.Jurisdiction, Restricted: c.Restricted, SortOn: c.ReceivedOn, Label: c.Number, Title: title,
	}, []string{c.PatentNo}, *c.ComplaintNo, c.Respondent)
}

// Answer gives or corrects the answer: a consultation is answered, an open report or complaint is settled by it. Invalid, Forbidden,
// NotFound, Conflict.
func (d *Desk) Answer(ctx context.Context, by access.Actor, id string, version int64, answer string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.AnswerTx(tx, by, id, version, answer) })
}

// AnswerTx is Answer in the caller's transaction.
func (d *Desk) AnswerTx(tx *store.Tx, by access.Actor, id string, version int64, answer string) error {
	return d.change(tx, by, id, version, "call.log", func(c *Call) (string, map[string]any, error) {
		switch c.State {
		case StateLead:
			return "", nil, errs.New(errs.Conflict, "error.call_is_lead")
		case StateJoined:
			return "", nil, errs.New(errs.Conflict, "error.call_joined")
		}
		var bad errs.Faults
		answer = strings.TrimSpace(answer)
		bad.Require("answer", answer)
		bad.Limit("answer", answer, 20000)
		if err := bad.Err(); err != nil {
			return "", nil, err
		}
		today := calendar.DayOf(tx.Now)
		if c.Asks() && c.State == StateClosed {
			return "", nil, errs.New(errs.Conflict, "error.call_closed") // the reporter was told; what was said stays
		}
		set := map[string]any{"answer": answer, "answered_on": today, "state": StateAnswered, "due_on": nil}
		if c.Asks() {
			set["state"] = StateClosed
			if err := d.clocks.StopTx(tx, deadline.Subject{ID: c.ID}, today); err != nil {
				return "", nil, err
			}
		}
		return "call.answer", set, nil
	})
}

// LeadInput is what making a lead adds to the call: nothing is typed twice.
type LeadInput struct {
	LeadID string
	Title  string
	Place  string
	Facts  string // what goes to the officers; without who reported it
}

// MakeLead hands a report or complaint on as a lead. The lead names no caller. Invalid, Forbidden, NotFound, Conflict.
func (d *Desk) MakeLead(ctx context.Context, by access.Actor, id string, version int64, in LeadInput) (l *lead.Lead, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		l, err = d.MakeLeadTx(tx, by, id, version, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// MakeLeadTx is MakeLead in the caller's transaction.
func (d *Desk) MakeLeadTx(tx *store.Tx, by access.Actor, id string, version int64, in LeadInput) (l *lead.Lead, err error) {
	err = d.change(tx, by, id, version, "lead.make", func(c *Call) (string, map[string]any, error) {
		switch {
		case !c.Asks():
			return "", nil, errs.New(errs.Conflict, "error.call_consultation")
		case c.State == StateJoined:
			return "", nil, errs.New(errs.Conflict, "error.call_joined")
		case c.State == StateLead:
			return "", nil, errs.New(errs.Conflict, "error.call_is_lead")
		}
		field, err := d.betrayedTx(tx, c, in)
		if err != nil {
			return "", nil, err
		}
		if field != "" {
			return "", nil, &errs.Error{Code: errs.Invalid, Message: errs.Msg("error.form"), Fields: []errs.Field{{Name: field, Message: errs.Msg("error.names_reporter")}}}
		}
		today := calendar.DayOf(tx.Now)
		n := lead.NewLead{
			ID: in.LeadID, Source: c.Kind, Kind: c.Subject, Jurisdiction: c.Jurisdiction, Place: in.Place, ReceivedOn: c.ReceivedOn, Title: in.Title, Facts: in.Facts,
			Respondent: c.Respondent, RespondentAddress: c.RespondentAddress, PatentNo: c.PatentNo, URL: c.URL, CallID: c.ID,
		}
		if c.IdentityID != nil {
			n.IdentityID = *c.IdentityID
		}
		if !c.sealed() { // a complainant becomes the requester of the dispute; a reporter is never named
			if n.Requester, err = d.vault.PartyTx(tx, by, n.IdentityID); err != nil {
				return "", nil, err
			}
		}
		if l, err = d.leads.AddTx(tx, by, n, "lead.make"); err != nil {
			return "", nil, err
		}
		if err := d.clocks.StopTx(tx, deadline.Subject{ID: c.ID}, today); err != nil {
			return "", nil, err
		}
		return "call.make_lead", map[string]any{"state": StateLead, "lead_id": l.ID}, nil
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// cell is the call's cell of the summary.
func (c *Call) cell() tally.Call {
	return tally.Call{Jurisdiction: c.Jurisdiction, Month: c.ReceivedOn.String()[:7], Kind: c.Kind, Channel: c.Channel, Subject: c.Subject, State: c.State, First: c.FirstContact,
		Referred: c.Referred, Told: !c.FeedbackOn.IsZero(), Restricted: c.Restricted}
}

// change is the frame of every act on a call: scope, version, right, act, log line.
func (d *Desk) change(tx *store.Tx, by access.Actor, id string, version int64, action string, act func(*Call) (string, map[string]any, error)) error {
	if err := tx.Lock("calls", id); err != nil {
		return err
	}
	c, err := d.load(tx.DB, by, id)
	if err != nil {
		return err
	}
	if err := d.guard.Allow(by, action, c.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("call:" + c.ID)
		}
		return err
	}
	if c.Version != version {
		return errs.New(errs.Conflict, "error.stale", c.UpdatedAt)
	}
	from := c.cell()
	what, set, err := act(c)
	if err != nil {
		return err
	}
	said, _ := set["answer"].(string)
	if told, ok := set["feedback"].(string); ok {
		said = told
	}
	if err := d.step(tx, by, c.ID, version+1, strings.TrimPrefix(what, "call."), said); err != nil {
		return err
	}
	detail := map[string]any{"number": c.Number, "version": version + 1}
	if state, changed := set["state"]; changed {
		detail["state"] = state
	}
	if said != "" { // a keyed hash, not its words, which may speak of the caller
		if detail["answer_hash"], err = d.vault.Tag("answer", said); err != nil {
			return err
		}
	}
	if c.sealed() {
		if err := d.shutSet(c, set); err != nil {
			return err
		}
	}
	set["version"], set["updated_at"] = version+1, tx.Now
	u := tx.Model(&Call{}).Where("id = ? AND version = ?", id, version).Updates(set)
	if u.Error != nil {
		return u.Error
	}
	if u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	var now Call
	if err := tx.Where("id = ?", id).Take(&now).Error; err != nil {
		return err
	}
	if err := tally.MoveCall(tx, from, now.cell()); err != nil {
		return err
	}
	return audit.Append(tx, by.Entry(what, c.Jurisdiction, "call:"+c.ID, detail))
}

// Find reads a call. NotFound when it does not exist or is outside the person's scope.
func (d *Desk) Find(ctx context.Context, by access.Actor, id string) (*Call, error) {
	return d.load(d.db.Read(ctx), by, id)
}

func (d *Desk) load(q *gorm.DB, by access.Actor, id string) (*Call, error) {
	var c Call
	err := q.Scopes(d.guard.Scope(by, "call.view", "calls")).Where("calls.id = ?", id).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, access.Unseen(q, "calls", "call", id)
	}
	if err != nil {
		return nil, err
	}
	return &c, d.legible(&c)
}
