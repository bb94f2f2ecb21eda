package hotline

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// The decisions whether the office takes a report or complaint up.
const (
	Accepted = "accepted" // 受理
	Rejected = "refused"  // 不予受理
)

// RefusalGrounds are why the office need not take a report or complaint up.
func RefusalGrounds() []string {
	return []string{"no_target", "no_facts", "not_ours", "taken", "handled", "untrue"}
}

// SentWays is how a receipt can go out.
func SentWays() []string { return []string{"told", "sms", "letter", "handed"} }

// Receipt is what the office owes whoever reports or complains.
type Receipt struct {
	CallID      string `gorm:"primaryKey"`
	CodeHash    string
	IssuedAt    *time.Time
	SentOn      calendar.Day
	SentWay     string
	SentName    string
	Decision    string // "", Accepted, Rejected
	Ground      string
	Note        string
	DecidedOn   calendar.Day
	DecidedName string
	WordsKey    string
	Version     int64
}

// Message is what a citizen or the office wrote by the code of a receipt.
type Message struct {
	ID       string `gorm:"primaryKey"`
	CallID   string
	Side     string // citizen, office
	Text     string
	FileName string
	FileSize int64
	SHA256   string
	ByName   string // of the office's side
	At       time.Time
	WordsKey string
}

// TableName is the table of the messages.
func (Message) TableName() string { return "citizen_messages" }

// SetFiles says where the files of citizens are kept.
func (d *Desk) SetFiles(files *blob.Store) { d.files = files }

// Receipt is the receipt of a call that the person was let see, with its messages; a new one where there is none yet.
func (d *Desk) Receipt(ctx context.Context, callID string) (r Receipt, messages []Message, err error) {
	if r, err = d.receiptOf(d.db.Read(ctx), callID); err != nil {
		return r, nil, err
	}
	hidden, err := d.hides(d.db.Read(ctx), callID)
	if err != nil {
		return r, nil, err
	}
	if r.Note, err = d.vault.Redact(ctx, hidden[callID], r.Note); err != nil {
		return r, nil, err
	}
	messages, err = d.Written(ctx, callID)
	return r, messages, err
}

// Written are what citizen and office wrote about a call, for the office's pages: whoever must not be known is taken out of words and names of files.
func (d *Desk) Written(ctx context.Context, callID string) ([]Message, error) {
	rows, err := d.messages(ctx, callID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var c Call
	if err := d.db.Read(ctx).Where("id = ?", callID).Take(&c).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		if err := d.veil(ctx, &c, &rows[i]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// veil takes the caller out of a message, where the caller must not be known.
func (d *Desk) veil(ctx context.Context, c *Call, m *Message) (err error) {
	if !c.sealed() || c.IdentityID == nil {
		return nil
	}
	if m.Text, err = d.vault.Redact(ctx, *c.IdentityID, m.Text); err != nil {
		return err
	}
	m.FileName, err = fileName(m.FileName, func(stem string) (string, error) { return d.vault.Redact(ctx, *c.IdentityID, stem) })
	return err
}

// fileName redacts a file's name on both sides of its last dot: a number right before the dot is found too.
func fileName(name string, redact func(string) (string, error)) (string, error) {
	ext := filepath.Ext(name)
	stem, err := redact(strings.TrimSuffix(name, ext))
	if err == nil && ext != "" {
		ext, err = redact(ext)
	}
	return stem + ext, err
}

// messages are what citizen and office wrote about a call, as the citizen reads it.
func (d *Desk) messages(ctx context.Context, callID string) (rows []Message, err error) {
	if err := d.db.Read(ctx).Where("call_id = ?", callID).Order("at, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	return rows, legibleAll(d, rows)
}

func (d *Desk) receiptOf(q *gorm.DB, callID string) (Receipt, error) {
	var rows []Receipt
	err := q.Where("call_id = ?", callID).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return Receipt{CallID: callID}, err
	}
	return rows[0], d.legible(&rows[0])
}

// receipt is the frame of every change of a receipt: the call in scope, the right, the version, the change, the log line.
func (d *Desk) receipt(ctx context.Context, by access.Actor, callID string, version int64, what string, change func(tx *store.Tx, c *Call, r *Receipt) error) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.receiptTx(tx, by, callID, version, what, change) })
}

func (d *Desk) receiptTx(tx *store.Tx, by access.Actor, callID string, version int64, what string, change func(tx *store.Tx, c *Call, r *Receipt) error) error {
	if err := tx.Lock("calls", callID); err != nil {
		return err
	}
	c, err := d.load(tx.DB, by, callID)
	if err != nil {
		return err
	}
	if err := d.guard.Allow(by, "call.log", c.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("call:" + c.ID)
		}
		return err
	}
	if !c.Asks() {
		return errs.New(errs.Conflict, "error.receipt_consultation")
	}
	r, err := d.receiptOf(tx.DB, callID)
	if err != nil {
		return err
	}
	if r.Version != version {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if err := change(tx, c, &r); err != nil {
		return err
	}
	r.Version++
	if r.Version == 1 {
		err = create(d, tx, &r)
	} else {
		set := map[string]any{
			"code_hash": r.CodeHash, "issued_at": r.IssuedAt, "sent_on": r.SentOn, "sent_way": r.SentWay, "sent_name": r.SentName, "decision": r.Decision, "ground": r.Ground,
			"note": r.Note, "decided_on": r.DecidedOn, "decided_name": r.DecidedName, "version": r.Version,
		}
		if err := d.shutSet(&r, set); err != nil {
			return err
		}
		err = tx.Model(&Receipt{}).Where("call_id = ? AND version = ?", callID, version).Updates(set).Error
	}
	if err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("call."+what, c.Jurisdiction, "call:"+c.ID, map[string]any{
		"number": c.Number, "sent_on": r.SentOn.String(), "sent_way": r.SentWay, "decision": r.Decision, "ground": r.Ground, "receipt_version": r.Version,
	}))
}

// Issue makes the code by which the citizen asks for the state of the matter: sixteen digits, told once and kept as a keyed hash. An earlier code
// is good no more. Forbidden, NotFound, Conflict.
func (d *Desk) Issue(ctx context.Context, by access.Actor, callID string, version int64) (code string, err error) {
	err = d.receipt(ctx, by, callID, version, "receipt", func(tx *store.Tx, _ *Call, r *Receipt) error {
		code = newCode()
		now := tx.Now
		r.IssuedAt = &now
		r.CodeHash, err = d.vault.Tag("receipt", callID+code)
		return err
	})
	return code, err
}

func newCode() string {
	var b [16]byte
	for i := range b {
		for { // each digit alike
			var one [1]byte
			_, _ = rand.Read(one[:])
			if one[0] < 250 {
				b[i] = '0' + one[0]%10
				break
			}
		}
	}
	return string(b[:])
}

// Sent records that the receipt went out. Invalid, Forbidden, NotFound, Conflict.
func (d *Desk) Sent(ctx context.Context, by access.Actor, callID string, version int64, on calendar.Day, way string) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.SentTx(tx, by, callID, version, on, way) })
}

// SentTx is Sent in the caller's transaction.
func (d *Desk) SentTx(tx *store.Tx, by access.Actor, callID string, version int64, on calendar.Day, way string) error {
	return d.receiptTx(tx, by, callID, version, "receipt_sent", func(tx *store.Tx, c *Call, r *Receipt) error {
		var bad errs.Faults
		inTime(&bad, "sent_on", on, c.ReceivedOn, calendar.DayOf(tx.Now))
		if !slices.Contains(SentWays(), way) {
			bad.Add("sent_way", "error.choice")
		}
		r.SentOn, r.SentWay, r.SentName = on, way, by.Name
		return bad.Err()
	})
}

func inTime(bad *errs.Faults, name string, on, from, today calendar.Day) {
	switch {
	case on.IsZero():
		bad.Add(name, "error.required")
	case on > today:
		bad.Add(name, "error.day_future", today)
	case on < from:
		bad.Add(name, "error.day_before", from)
	}
}

// Take decides whether the office takes a report or complaint up; a refusal needs its ground, and what is told the citizen of it and of other ways. It
// stops the period for it (SAMR Order 20 Art. 14, Order 121 Art. 15, by analogy), and a refusal settles the call. Invalid, Forbidden, NotFound, Conflict.
func (d *Desk) Take(ctx context.Context, by access.Actor, callID string, version int64, on calendar.Day, decision, ground, note string) error {
	return d.receipt(ctx, by, callID, version, "take", func(tx *store.Tx, c *Call, r *Receipt) error {
		if c.State != StateOpen {
			return errs.New(errs.Conflict, "error.call_settled", errs.Msg("call.state."+c.State))
		}
		if r.Decision != "" {
			return errs.New(errs.Conflict, "error.receipt_decided")
		}
		var bad errs.Faults
		inTime(&bad, "on", on, c.ReceivedOn, calendar.DayOf(tx.Now))
		bad.Limit("note", note, 2000)
		switch decision {
		case Accepted:
			ground = ""
		case Rejected:
			if !slices.Contains(RefusalGrounds(), ground) {
				bad.Add("ground", "error.choice")
			}
			bad.Require("note", note)
		default:
			bad.Add("decision", "error.choice")
		}
		if err := bad.Err(); err != nil {
			return err
		}
		r.Decision, r.Ground, r.Note, r.DecidedOn, r.DecidedName = decision, ground, note, on, by.Name
		if decision == Rejected {
			return d.AnswerTx(tx, by, c.ID, c.Version, note)
		}
		return d.clocks.StopTx(tx, c.subject(), on)
	})
}

// Unsent are the reports and complaints of the person's scope whose receipt has not gone out, the oldest first.
func (d *Desk) Unsent(ctx context.Context, by access.Actor, limit int) (rows []Call, n int64, err error) {
	q := func() *gorm.DB {
		return d.db.Read(ctx).Model(&Call{}).Scopes(d.guard.Scope(by, "call.view", "calls")).
			Where("calls.kind IN ? AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.call_id = calls.id AND r.sent_on IS NOT NULL)", []string{Report, Complaint})
	}
	if err := q().Count(&n).Error; err != nil {
		return nil, 0, err
	}
	if err := q().Order("calls.received_on, calls.id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, 0, err
	}
	return rows, n, legibleAll(d, rows)
}

// State is what a citizen is told of a matter: a sentence's name, and the office that has it.
type State struct {
	call   string // the identifier, for what is added
	Number string
	State  string // received, accepted, refused, settled, checking, deciding, filed, not_filed, closed
	Ground string
	Office string
	On     calendar.Day
}

// Progress is the state of a matter for who knows its number and code, with what was written. NotFound, alike for a wrong number and a wrong code.
func (d *Desk) Progress(ctx context.Context, number, code string) (*State, []Message, error) {
	q := d.db.Read(ctx)
	none := errs.New(errs.NotFound, "progress.none")
	var c Call
	err := q.Where("complaint_no = ?", strings.TrimSpace(number)).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, none
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := d.receiptOf(q, c.ID)
	if err != nil {
		return nil, nil, err
	}
	if r.CodeHash == "" || !slices.Contains(d.vault.Tags("receipt", c.ID+onlyDigits(code)), r.CodeHash) {
		return nil, nil, none
	}
	st, err := d.state(q, &c, &r)
	if err != nil {
		return nil, nil, err
	}
	messages, err := d.messages(ctx, c.ID)
	return st, messages, err
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// state says how a matter stands, and no more than that.
func (d *Desk) state(q *gorm.DB, c *Call, r *Receipt) (*State, error) {
	s := &State{call: c.ID, Number: *c.ComplaintNo, State: "received", Office: c.Jurisdiction, On: c.ReceivedOn}
	if c.JoinedID != "" { // it goes on in the call it was added to
		var to Call
		if err := q.Where("id = ?", c.JoinedID).Take(&to).Error; err != nil {
			return nil, err
		}
		if to.LeadID != nil || to.State == StateClosed {
			c = &to
		}
	}
	switch {
	case r.Decision == Rejected:
		s.State, s.Ground, s.On = "refused", r.Ground, r.DecidedOn
	case c.State == StateClosed:
		s.State, s.On = "settled", c.AnsweredOn
	case r.Decision == Accepted:
		s.State, s.On = "accepted", r.DecidedOn
	}
	if c.LeadID == nil {
		return s, nil
	}
	var l lead.Lead
	err := q.Where("id = (SELECT COALESCE(merged_into, id) FROM leads WHERE id = ?)", *c.LeadID).Take(&l).Error
	if err != nil {
		return nil, err
	}
	s.Office, s.On = l.Jurisdiction, cmp.Or(l.SettledOn, l.VerifiedOn, l.ReceivedOn)
	switch l.State {
	case lead.Verified:
		s.State = "deciding"
	case lead.Filed:
		s.State = "filed"
		var closed calendar.Day
		if err := q.Raw("SELECT closed_on FROM cases WHERE id = ?", l.CaseID).Scan(&closed).Error; err != nil {
			return nil, err
		}
		if !closed.IsZero() {
			s.State, s.On = "closed", closed
		}
	case lead.Refused, lead.Withdrawn:
		s.State = "not_filed"
	default:
		s.State = "checking"
	}
	return s, nil
}

// Most of what a citizen may bring: messages to one matter, characters, and the bytes of a file.
const (
	mostMessages = 50
	longestWords = 5000
)

// Add is what a citizen adds by number and code: words, and perhaps a file that is already kept; the same id is the same message. Invalid; NotFound as
// Progress; Conflict when there are too many.
func (d *Desk) Add(ctx context.Context, number, code, id, text string, file *File) error {
	st, _, err := d.Progress(ctx, number, code)
	if err != nil {
		return err
	}
	m := Message{ID: id, CallID: st.call, Side: "citizen", Text: strings.TrimSpace(text)}
	var bad errs.Faults
	if file == nil {
		bad.Require("text", m.Text)
	} else {
		m.FileName, m.FileSize, m.SHA256 = file.Name, file.Ref.Size, file.Ref.SHA256
	}
	bad.Limit("text", m.Text, longestWords)
	if err := bad.Err(); err != nil {
		return err
	}
	citizen := access.Actor{ID: "citizen", Name: "citizen"}
	return d.write(ctx, citizen, m)
}

// File is a file that a citizen sent and that is kept.
type File struct {
	Name string
	Ref  blob.Ref
}

// Keep keeps a file that a citizen sends. Invalid for an empty one, TooLarge.
func (d *Desk) Keep(ctx context.Context, name string, r io.Reader, limit int64) (*File, error) {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, filepath.Base(strings.ReplaceAll(name, `\`, "/"))))
	var bad errs.Faults
	if strings.Trim(name, "./") == "" || len([]rune(name)) > 150 {
		bad.Add("file", "error.required")
		return nil, bad.Err()
	}
	ref, err := d.files.Put(ctx, r, limit)
	if err != nil {
		return nil, err
	}
	if ref.Size == 0 {
		bad.Add("file", "error.file_empty")
		return nil, bad.Err()
	}
	return &File{name, ref}, nil
}

// Write is what the office asks or answers the citizen. The call is one that the person was let see, or is of a lead that was. Invalid, Forbidden.
func (d *Desk) Write(ctx context.Context, by access.Actor, callID, action, jurisdiction, text string) error {
	if err := d.guard.Allow(by, action, jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("call:" + callID)
		}
		return err
	}
	var bad errs.Faults
	text = strings.TrimSpace(text)
	bad.Require("text", text)
	bad.Limit("text", text, longestWords)
	if err := bad.Err(); err != nil {
		return err
	}
	return d.write(ctx, by, Message{CallID: callID, Side: "office", Text: text, ByName: by.Name})
}

// WriteTx is what the office wrote, in the caller's transaction, which has asked whether it may.
func (d *Desk) WriteTx(tx *store.Tx, by access.Actor, callID, text string) error {
	return d.writeTx(tx, by, Message{CallID: callID, Side: "office", Text: text, ByName: by.Name})
}

func (d *Desk) write(ctx context.Context, by access.Actor, m Message) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error { return d.writeTx(tx, by, m) })
}

func (d *Desk) writeTx(tx *store.Tx, by access.Actor, m Message) error {
	if err := tx.Lock("calls", m.CallID); err != nil {
		return err
	}
	var c Call
	if err := tx.Where("id = ?", m.CallID).Take(&c).Error; err != nil {
		return err
	}
	var n int64
	if err := tx.Model(&Message{}).Where("call_id = ? AND side = ?", m.CallID, m.Side).Count(&n).Error; err != nil {
		return err
	}
	if n >= mostMessages {
		return errs.New(errs.Conflict, "progress.full", mostMessages)
	}
	if !store.ValidID(m.ID) {
		m.ID = tx.NewID()
	}
	var same []Message
	if err := tx.Where("id = ?", m.ID).Find(&same).Error; err != nil {
		return err
	}
	if err := legibleAll(d, same); err != nil {
		return err
	}
	if len(same) > 0 {
		if same[0].CallID == m.CallID && same[0].Text == m.Text && same[0].SHA256 == m.SHA256 {
			return nil // it was sent twice
		}
		return errs.New(errs.Conflict, "error.same_id")
	}
	m.At = tx.Now
	if err := create(d, tx, &m); err != nil {
		return err
	}
	if err := d.carryLateTx(tx, &c, m); err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("call.message", c.Jurisdiction, "call:"+c.ID, map[string]any{"number": c.Number, "side": m.Side, "message": m.ID, "sha256": m.SHA256, "size": m.FileSize}))
}

// OpenFile opens a file of a message of a call that the person was let see. NotFound.
func (d *Desk) OpenFile(ctx context.Context, callID, messageID string) (*Message, io.ReadCloser, error) {
	var m Message
	err := d.db.Read(ctx).Where("id = ? AND call_id = ? AND sha256 <> ''", messageID, callID).Take(&m).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return nil, nil, err
	}
	var c Call
	if err := d.db.Read(ctx).Where("id = ?", callID).Take(&c).Error; err != nil {
		return nil, nil, err
	}
	if err := d.legible(&m); err != nil {
		return nil, nil, err
	}
	if err := d.veil(ctx, &c, &m); err != nil {
		return nil, nil, err
	}
	r, err := d.files.Open(m.SHA256)
	return &m, r, err
}
