// Package translog makes the log a transparent one: signed heads that are given out of the office, and proofs that an entry stands in the log
// that a head was signed of.
//
// The log is a chain already: whoever holds all of it can check all of it (audit.Walk). What a chain cannot do is show one entry to a court
// without the others, or show that nothing was written anew since last month by somebody who holds the database and the key. For that the
// entries' hashes are the leaves of a Merkle tree (RFC 6962, by golang.org/x/mod/sumdb/tlog), whose root is signed (Ed25519, signed notes) and
// given out on a schedule: as a file, by mail, printed. The tree follows the log: it is brought up to date whenever a head is signed, so that
// those who write wait for nothing.
package translog

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Settings are where the key lies and whose log it is.
type Settings struct {
	Office  string // GB/T 2260 code
	KeyFile string // 0600; made where there is none and Make is set
	Make    bool
}

// Log signs and proves.
type Log struct {
	db     *store.DB
	origin string
	key    *key
}

// Open opens the log's key. errs.Invalid where its file cannot be read.
func Open(db *store.DB, s Settings) (*Log, error) {
	l := &Log{db: db, origin: "huzhi/" + s.Office}
	var err error
	l.key, err = openKey(s.KeyFile, l.origin, s.Make)
	return l, err
}

// KeyFile is where the key lies.
func (l *Log) KeyFile() string { return l.key.file }

// Public are the public keys, newest first: whoever is to check a head or a proof is given them beforehand.
func (l *Log) Public() []string { return l.key.public }

// Rotate makes a new key; heads signed with the older ones can still be checked.
func (l *Log) Rotate() error {
	if err := l.key.renew(l.origin); err != nil {
		return errs.New(errs.Invalid, "translog.key.file", l.key.file, err.Error()).Because(err)
	}
	return nil
}

// Signed is a signed head as it is kept.
type Signed struct {
	Size       int64
	Root       string
	Note       string
	SignedAt   time.Time
	ExportedAt *time.Time // written to its file
	MailedAt   *time.Time
	Stamp      string     // the token of a time-stamping authority, in base64; "" is none
	StampedAt  *time.Time // when it, or a later head, was stamped
}

// TableName is the table of the signed heads.
func (Signed) TableName() string { return "audit_heads" }

// Sign brings the tree up to date and signs its head. Where nothing was written since the last one, that one is given again.
// errs.Conflict where the office has no key.
func (l *Log) Sign(ctx context.Context) (s Signed, err error) {
	if l.key.signer == nil {
		return s, errs.New(errs.Conflict, "translog.key.none", l.key.file)
	}
	t, err := l.fold(ctx)
	if err != nil {
		return s, err
	}
	if t.N == 0 {
		return s, errs.New(errs.Conflict, "translog.empty")
	}
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		var rows []Signed
		if err := tx.Where("size >= ?", t.N).Order("size").Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > 0 {
			s = rows[0]
			return nil
		}
		h := Head{Origin: l.origin, Size: t.N, Root: t.Hash, At: tx.Now, Last: audit.Head{Seq: t.N}}
		if err := tx.Raw("SELECT hash FROM audit_log WHERE seq = ?", t.N).Scan(&h.Last.Hash).Error; err != nil {
			return err
		}
		signed, err := note.Sign(&note.Note{Text: h.text()}, l.key.signer)
		if err != nil {
			return err
		}
		s = Signed{Size: t.N, Root: t.Hash.String(), Note: string(signed), SignedAt: tx.Now}
		return tx.Create(&s).Error
	})
	return s, err
}

// Heads are the signed heads, newest first, at most limit; below is the size they are smaller than, 0 is no bound.
func (l *Log) Heads(ctx context.Context, below int64, limit int) (rows []Signed, err error) {
	q := l.db.Read(ctx).Order("size DESC").Limit(limit)
	if below > 0 {
		q = q.Where("size < ?", below)
	}
	return rows, q.Find(&rows).Error
}

// Find is the signed head of a size. errs.NotFound.
func (l *Log) Find(ctx context.Context, size int64) (s Signed, err error) {
	r := l.db.Read(ctx).Where("size = ?", size).Limit(1).Find(&s)
	if r.Error == nil && r.RowsAffected == 0 {
		return s, errs.New(errs.NotFound, "error.not_found")
	}
	return s, r.Error
}

// Proof shows that an entry stands in the log that a head was signed of, to somebody who has nothing but the public key.
type Proof struct {
	Entry audit.Entry      `json:"entry"`
	Head  string           `json:"head"`  // the signed head
	Proof tlog.RecordProof `json:"proof"` // the hashes beside the way from the entry to the root
}

// Prove proves the entry of that number within the oldest signed head that holds it; where there is none yet, the head is signed now.
// errs.NotFound where there is no such entry.
func (l *Log) Prove(ctx context.Context, seq int64) (p Proof, err error) {
	q := l.db.Read(ctx)
	r := q.Where("seq = ?", seq).Limit(1).Find(&p.Entry)
	if r.Error != nil {
		return p, r.Error
	}
	if r.RowsAffected == 0 {
		return p, errs.New(errs.NotFound, "error.not_found")
	}
	var rows []Signed
	if err := l.db.Read(ctx).Where("size >= ?", seq).Order("size").Limit(1).Find(&rows).Error; err != nil {
		return p, err
	}
	if len(rows) == 0 {
		s, err := l.Sign(ctx)
		if err != nil {
			return p, err
		}
		rows = append(rows, s)
	}
	root, err := tlog.ParseHash(rows[0].Root)
	if err != nil {
		return p, fmt.Errorf("translog: head %d: %w", rows[0].Size, err)
	}
	p.Head = rows[0].Note
	if p.Proof, err = tlog.ProveRecord(rows[0].Size, seq-1, tlog.TileHashReader(tlog.Tree{N: rows[0].Size, Hash: root}, &tiles{l.db.Read(ctx)})); err != nil {
		return p, fmt.Errorf("translog: entry %d in head %d: %w", seq, rows[0].Size, err)
	}
	return p, nil
}

// Check checks a proof with nothing but the public keys. errs.Invalid names what does not hold.
func (p *Proof) Check(public ...string) (Head, error) {
	h, err := ReadHead(p.Head, public...)
	if err != nil {
		return h, err
	}
	if p.Entry.Digest() != p.Entry.Hash {
		return h, errs.New(errs.Invalid, "translog.proof.changed", p.Entry.Seq)
	}
	if err := tlog.CheckRecord(p.Proof, h.Size, h.Root, p.Entry.Seq-1, leaf(p.Entry.Hash)); err != nil {
		return h, errs.New(errs.Invalid, "translog.proof.outside", p.Entry.Seq, h.Size).Because(err)
	}
	return h, nil
}

// ReadProof reads a proof as it is given out: JSON.
func ReadProof(raw []byte) (p Proof, err error) {
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, errs.New(errs.Invalid, "translog.proof.bad", err.Error()).Because(err)
	}
	return p, nil
}

// Roots are the roots that the log must have had by the heads that were signed, and by those that were kept outside: for the walk over the
// whole log.
type Roots struct {
	tree  Tree
	heads map[int64][]root
	bad   func(size int64, kept bool)
	good  int
}

type root struct {
	hash tlog.Hash
	kept bool
}

// NewRoots reads the signed heads of a moment. bad is told of each head that the log does not hold. kept are heads from outside.
func NewRoots(q *gorm.DB, kept []Head, bad func(size int64, kept bool)) (*Roots, error) {
	r := &Roots{heads: map[int64][]root{}, bad: bad}
	var rows []Signed
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, s := range rows {
		h, err := tlog.ParseHash(s.Root)
		if err != nil {
			bad(s.Size, false)
			continue
		}
		r.heads[s.Size] = append(r.heads[s.Size], root{h, false})
	}
	for _, h := range kept {
		r.heads[h.Size] = append(r.heads[h.Size], root{h.Root, true})
	}
	return r, nil
}

// Add takes the next entry.
func (r *Roots) Add(e *audit.Entry) {
	r.tree.Add(e.Hash)
	size := r.tree.Size()
	for _, want := range r.heads[size] {
		if r.tree.Root() != want.hash {
			r.bad(size, want.kept)
		} else {
			r.good++
		}
	}
	delete(r.heads, size)
}

// Good is how many heads the log still holds.
func (r *Roots) Good() int { return r.good }

// Rest tells of the heads of a log that was longer than this one.
func (r *Roots) Rest() {
	for size, all := range r.heads {
		for _, h := range all {
			r.bad(size, h.kept)
		}
	}
}
