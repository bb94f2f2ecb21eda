// Package audit is the log that a court can verify: every change and every refusal, each entry carrying the hash of the one before it.
//
// An entry is written in the transaction of what it records: they live and die
// together. The chain's head is one row that is read locked, so that entries
// stand in one order on every engine.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/store"
)

// The outcomes.
const (
	Done    = "done"
	Refused = "refused"
)

// Entry is one line of the log.
type Entry struct {
	Seq          int64     `json:"seq"`
	At           time.Time `json:"at"`
	Actor        string    `json:"actor"` // id of the person, from the session only; "system" for the program itself
	ActorName    string    `json:"actor_name"`
	Action       string    `json:"action"`       // "case.step.decide", "lead.file", "session.open" …
	Jurisdiction string    `json:"jurisdiction"` // GB/T 2260
	Subject      string    `json:"subject"`      // "case:01j…"
	Outcome      string    `json:"outcome"`
	Detail       string    `json:"detail"` // JSON: what changed
	PrevHash     string    `json:"prev_hash"`
	Hash         string    `json:"hash"`
}

// TableName is the table of the log.
func (Entry) TableName() string { return "audit_log" }

// Detail turns what changed into the entry's text. Keys are sorted, so that the text is the same on every machine.
func Detail(v map[string]any) string {
	if len(v) == 0 {
		return "{}"
	}
	b, err := json.Marshal(v)
	if err != nil {
		return strconv.Quote(err.Error())
	}
	return string(b)
}

type batch struct{ entries []Entry }

type batchKey struct{}

// Append adds an entry to the log of this transaction. Entries get their place in the chain as the last thing
// before commit, so that the chain's head is held for a moment only.
func Append(tx *store.Tx, e Entry) error {
	if e.Actor == "" || e.Action == "" || e.Subject == "" {
		return fmt.Errorf("audit: an entry needs actor, action and subject: %+v", e)
	}
	if e.Outcome == "" {
		e.Outcome = Done
	}
	if e.Detail == "" {
		e.Detail = "{}"
	}
	e.At = tx.Now
	b := store.Keep(tx, batchKey{}, func() *batch {
		b := &batch{}
		tx.BeforeCommit(b.write)
		return b
	})
	b.entries = append(b.entries, e)
	return nil
}

func (b *batch) write(tx *store.Tx) error {
	seq, prev, err := head(tx.DB, tx.Postgres())
	if err != nil {
		return err
	}
	for i := range b.entries {
		e := &b.entries[i]
		seq++
		e.Seq, e.PrevHash = seq, prev
		e.Hash = e.Digest()
		prev = e.Hash
	}
	if err := tx.CreateInBatches(b.entries, 200).Error; err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	b.entries = nil
	return tx.Exec("UPDATE audit_head SET seq = ?, hash = ? WHERE id = 1", seq, prev).Error
}

func head(q *gorm.DB, lock bool) (seq int64, hash string, err error) {
	sql := "SELECT seq, hash FROM audit_head WHERE id = 1"
	if lock {
		sql += " FOR UPDATE"
	}
	var h struct {
		Seq  int64
		Hash string
	}
	r := q.Raw(sql).Scan(&h)
	if r.Error == nil && r.RowsAffected == 0 {
		return 0, "", fmt.Errorf("audit: the chain has no head")
	}
	return h.Seq, h.Hash, r.Error
}

// Digest is SHA-256 over the fields, each with its length before it, so that no two entries write the same bytes. It is what
// Hash was when the entry was written, and whoever has the entry can reckon it.
func (e *Entry) Digest() string {
	h := sha256.New()
	for _, s := range []string{
		strconv.FormatInt(e.Seq, 10), e.At.UTC().Format("2006-01-02T15:04:05.000Z"), e.Actor, e.ActorName, e.Action,
		e.Jurisdiction, e.Subject, e.Outcome, e.Detail, e.PrevHash,
	} {
		fmt.Fprintf(h, "%d:%s,", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The ways in which the chain does not hold: what Broken.Why says.
const (
	Missing    = "missing"     // the entry of that number is gone
	Unlinked   = "unlinked"    // it does not continue the entry before it
	Changed    = "changed"     // it was changed after it was written
	OtherHead  = "other_head"  // the chain's head names another entry of that number
	BeyondHead = "beyond_head" // the chain's head says that it does not exist
)

// Broken says where the chain does not hold.
type Broken struct {
	Seq int64
	Why string // Missing …
}

func (b *Broken) Error() string { return fmt.Sprintf("log entry %d: %s", b.Seq, b.Why) }

// Head is the newest entry's number and hash. Kept outside the office (on paper, with another office), it shows later that the log was
// not cut nor written anew since.
type Head struct {
	Seq  int64
	Hash string
}

// String is 12465:d0d7….
func (h Head) String() string { return strconv.FormatInt(h.Seq, 10) + ":" + h.Hash }

// UnmarshalText reads what String wrote.
func (h *Head) UnmarshalText(b []byte) error {
	seq, hash, ok := strings.Cut(string(b), ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	if raw, e := hex.DecodeString(hash); !ok || err != nil || n < 1 || e != nil || len(raw) != sha256.Size {
		return fmt.Errorf("%q is not an entry's number and hash, NUMBER:HASH", b)
	}
	h.Seq, h.Hash = n, hash
	return nil
}

// ReadHead reads the chain's head. It does not check it: Walk does.
func ReadHead(ctx context.Context, db *store.DB) (h Head, err error) {
	h.Seq, h.Hash, err = head(db.Read(ctx), false)
	return h, err
}

// HeadTx reads the chain's head and holds it: until the transaction ends nothing that is logged is committed by others, so that what it reads from then on
// is the office as of that head.
func HeadTx(tx *store.Tx) (h Head, err error) {
	h.Seq, h.Hash, err = head(tx.DB, tx.Postgres())
	return h, err
}

// VerifyHead checks the chain's newest entry alone: its hash, and that the head names it. A *Broken says what does not hold.
func VerifyHead(ctx context.Context, db *store.DB) error {
	h, err := ReadHead(ctx, db)
	if err != nil || h.Seq == 0 {
		return err
	}
	var rows []Entry
	if err := db.Read(ctx).Where("seq >= ?", h.Seq).Order("seq").Limit(2).Find(&rows).Error; err != nil {
		return err
	}
	switch {
	case len(rows) == 0 || rows[0].Seq != h.Seq:
		return &Broken{h.Seq, Missing}
	case rows[0].Hash != rows[0].Digest():
		return &Broken{h.Seq, Changed}
	case rows[0].Hash != h.Hash:
		return &Broken{h.Seq, OtherHead}
	case len(rows) > 1:
		return &Broken{rows[1].Seq, BeyondHead}
	}
	return nil
}

// Verify walks the whole chain and says how many entries it has; a *Broken names the first bad one. The office may go on
// working: what is written meanwhile lies beyond the head that is read first.
func Verify(ctx context.Context, db *store.DB) (n int64, err error) {
	h, err := Walk(db.Read(ctx), func(*Entry) error { return nil })
	return h.Seq, err
}

// Walk goes through the chain from its first entry, checks each, and hands it to each once it holds. It gives the last one that
// held; a *Broken names the first that does not.
func Walk(q *gorm.DB, each func(*Entry) error) (at Head, err error) {
	seq, hash, err := head(q, false)
	if err != nil {
		return at, err
	}
	const step = 2000
	for {
		var rows []Entry
		if err := q.Where("seq > ?", at.Seq).Order("seq").Limit(step).Find(&rows).Error; err != nil {
			return at, err
		}
		for i := range rows {
			e := &rows[i]
			switch {
			case e.Seq != at.Seq+1:
				return at, &Broken{at.Seq + 1, Missing}
			case e.PrevHash != at.Hash:
				return at, &Broken{e.Seq, Unlinked}
			case e.Hash != e.Digest():
				return at, &Broken{e.Seq, Changed}
			case e.Seq == seq && e.Hash != hash:
				return at, &Broken{e.Seq, OtherHead}
			}
			if err := each(e); err != nil {
				return at, fmt.Errorf("log entry %d: %w", e.Seq, err)
			}
			at = Head{e.Seq, e.Hash}
		}
		if len(rows) < step {
			break
		}
	}
	if at.Seq < seq {
		return at, &Broken{at.Seq + 1, Missing}
	}
	if seq, _, err = head(q, false); err == nil && at.Seq > seq {
		return at, &Broken{seq + 1, BeyondHead}
	}
	return at, err
}

// Last is the latest change of a subject by an action that begins so ("" is any), or nil: for the answer to a stale form. The caller has
// let the person see the subject.
func Last(ctx context.Context, db *store.DB, subject, action string) (*Entry, error) {
	var rows []Entry
	err := db.Read(ctx).Where("subject = ? AND outcome = ? AND SUBSTR(action, 1, ?) = ?", subject, Done, len(action), action).Order("seq DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}
