// Package evidence is the evidence (证据): files and things of a case, a lead or a visit, each with the ledger of its custody, what it proves, and whether it was accepted.
//
// What an item is does not change, and of its ledger rows are only added: who
// had it, when, from whom, to whom, under which seal, with the signed record of
// it. Where it is now, and what became of it, follows from the rows, and is kept
// beside them for the lists only; verify makes it anew. Every row stands in the
// log too, by its hash.
//
// A file that is attached to a case is evidence from then on: its first rows
// tell where it came from, be it a telephone on site, a citizen's receipt or an
// officer's desk. Evidence of a lead goes with it into its case.
//
// Who may see the matter may see its evidence; the scope is always the
// matter's. Chosen where no text says: of a thing somebody must have had it
// before it can be handed on, so nothing follows upon a return or a
// destruction; what was accepted or not may be decided again, and the last word
// holds, while every word stays.
package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/inspection"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// The forms of an item.
const (
	File  = "file"
	Thing = "thing"
)

// Kinds is every kind of evidence (Administrative Penalty Law 2021 Art. 46).
func Kinds() []string {
	return []string{"documentary", "physical", "audiovisual", "electronic", "testimony", "statement", "appraisal", "record"}
}

// The acts of the ledger.
const (
	Collected = "collected" // taken in by an officer
	Taken     = "taken"     // on site, by the device's clock
	Received  = "received"  // came in: from a telephone, from a citizen
	Carried   = "carried"   // into the case
	Sealed    = "sealed"
	Unsealed  = "unsealed"
	Handed    = "handed_over"
	Stored    = "stored"
	Examined  = "examined"
	Returned  = "returned"
	Destroyed = "destroyed"

	Proves     = "proves" // what it is to prove, said anew
	Challenged = "challenged"
	Accepted   = "accepted" // verified, and taken as a basis of the facts (查证属实)
	Rejected   = "rejected"
)

// Item is a piece of evidence.
type Item struct {
	ID          string `gorm:"primaryKey"`
	SubjectKind string // case, lead, visit
	SubjectID   string
	Number      int64 // in its matter, from 1
	Form        string
	Kind        string
	Name        string
	Proves      string
	Source      string
	Quantity    string
	TrackID     string // the sealing or preservation that holds a thing
	SHA256      string `gorm:"column:sha256"`
	Size        int64
	MediaType   string // of the content, never of the name
	State       string // the latest act of custody
	Keeper      string // who has it
	Place       string
	SealNo      string
	Standing    string // "", challenged, accepted, rejected
	Lines       int64
	MadeBy      string
	MadeName    string
	MadeAt      time.Time
}

// TableName is the table of the items.
func (Item) TableName() string { return "evidence" }

// Over says whether a thing is no longer the office's: returned or destroyed.
func (x *Item) Over() bool { return x.State == Returned || x.State == Destroyed }

// Line is a row of an item's ledger.
type Line struct {
	EvidenceID string `gorm:"primaryKey"`
	Seq        int64  `gorm:"primaryKey;autoIncrement:false"`
	Act        string
	OnAt       time.Time // when it happened
	FromWho    string
	ToWho      string
	Place      string
	SealNo     string
	Note       string
	SHA256     string `gorm:"column:sha256"` // of the signed record
	Size       int64
	FileName   string
	Actor      string
	ActorName  string
	At         time.Time // when it was written
}

// TableName is the table of the ledger.
func (Line) TableName() string { return "evidence_lines" }

const stamp = "2006-01-02T15:04:05.000Z"

// Sum is a hash over all that the row says: it stands in the log.
func (l *Line) Sum() string {
	return digest(l.EvidenceID, strconv.FormatInt(l.Seq, 10), l.Act, l.OnAt.UTC().Format(stamp), l.FromWho, l.ToWho, l.Place, l.SealNo, l.Note, l.SHA256, l.Actor, l.ActorName, l.At.UTC().Format(stamp))
}

// Sum is a hash over what the item is.
func (x *Item) Sum() string {
	return digest(x.ID, x.Form, x.Kind, x.Name, x.Source, x.Quantity, x.TrackID, x.SHA256, strconv.FormatInt(x.Size, 10), x.MadeBy, x.MadeAt.UTC().Format(stamp))
}

func digest(fields ...string) string {
	h := sha256.New()
	for _, s := range fields {
		fmt.Fprintf(h, "%d:%s,", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// apply makes the item what it is after a line.
func (x *Item) apply(l *Line) {
	x.Lines = l.Seq
	switch l.Act {
	case Proves:
		x.Proves = l.Note
		return
	case Challenged, Accepted, Rejected:
		x.Standing = l.Act
		return
	}
	x.State = l.Act
	if l.ToWho != "" {
		x.Keeper = l.ToWho
	}
	if l.Place != "" {
		x.Place = l.Place
	}
	switch l.Act {
	case Sealed:
		x.SealNo = l.SealNo
	case Unsealed, Returned, Destroyed:
		x.SealNo = ""
	}
	if x.Over() {
		x.Place = ""
	}
}

// Replay is the item as its lines make it, for who compares.
func Replay(x Item, lines []Line) Item {
	x.State, x.Keeper, x.Place, x.SealNo, x.Standing, x.Lines = "", "", "", "", "", 0
	x.Proves = ""
	for i := range lines {
		x.apply(&lines[i])
	}
	return x
}

// Locker is the service.
type Locker struct {
	db     *store.DB
	guard  *access.Guard
	blobs  *blob.Store
	docket *casework.Docket
	leads  *lead.Register
	rounds *inspection.Rounds
	set    Settings
	busy   busy
}

// Settings are what the office chooses.
type Settings struct {
	Office  string        // GB/T 2260 code of the office whose program this is
	Uploads string        // the folder of files on their way in
	Most    int64         // the largest file, in bytes
	Recheck time.Duration // each file is read and compared with its hash anew after so long
}

// New makes the service. From then on what is attached to a case is evidence.
func New(db *store.DB, guard *access.Guard, blobs *blob.Store, docket *casework.Docket, leads *lead.Register, rounds *inspection.Rounds, set Settings) *Locker {
	k := &Locker{db: db, guard: guard, blobs: blobs, docket: docket, leads: leads, rounds: rounds, set: set}
	docket.OnAttach(k.attached)
	leads.OnFiled(k.filed)
	return k
}

// Most is the largest file taken, in bytes.
func (k *Locker) Most() int64 { return k.set.Most }

// Matter is what an item belongs to.
type Matter struct {
	Kind, ID, Number, Title, Jurisdiction string
	Case                                  *casework.File // of a case
}

// Subject is the matter in the log.
func (m *Matter) Subject() string { return m.Kind + ":" + m.ID }

// Matter reads a matter within the person's scope. NotFound.
func (k *Locker) Matter(ctx context.Context, by access.Actor, kind, id string) (*Matter, error) {
	switch kind {
	case "case":
		f, err := k.docket.Find(ctx, by, id)
		if err != nil {
			return nil, err
		}
		return ofCase(f), nil
	case "lead":
		l, _, _, err := k.leads.Find(ctx, by, id)
		if err != nil {
			return nil, err
		}
		return &Matter{Kind: kind, ID: l.ID, Number: l.Number, Title: l.Title, Jurisdiction: l.Jurisdiction}, nil
	case "visit":
		f, err := k.rounds.Find(ctx, by, id)
		if err != nil {
			return nil, err
		}
		return &Matter{Kind: kind, ID: f.ID, Number: f.VisitOn.String(), Title: f.Name, Jurisdiction: f.Jurisdiction}, nil
	}
	return nil, errs.New(errs.NotFound, "error.not_found")
}

func ofCase(f *casework.File) *Matter {
	return &Matter{Kind: "case", ID: f.ID, Number: f.Number, Title: f.Title, Jurisdiction: f.Jurisdiction, Case: f}
}

// write reads a matter again in the transaction of a change, and keeps others from it meanwhile.
func (k *Locker) write(tx *store.Tx, by access.Actor, m *Matter) (*Matter, error) {
	if m.Kind == "case" {
		f, err := k.docket.WriteTx(tx, by, m.ID)
		if err != nil {
			return nil, err
		}
		return ofCase(f), nil
	}
	table := map[string]string{"lead": "leads", "visit": "visits"}[m.Kind]
	return m, tx.Lock(table, m.ID)
}

// may says why a person may not write of a matter's evidence. Things are kept by the archivist too (evidence.keep), after the case was archived as well.
func (k *Locker) may(by access.Actor, m *Matter, act string) error {
	on := func(err error) error {
		if e := errs.As(err); e != nil {
			return e.On(m.Subject())
		}
		return err
	}
	if slices.Contains([]string{Stored, Handed, Returned, Destroyed}, act) && k.guard.Can(by, "evidence.keep", m.Jurisdiction) {
		return nil
	}
	if err := k.guard.Allow(by, "evidence.work", m.Jurisdiction); err != nil {
		return on(err)
	}
	if m.Case == nil || by.IsSystem() {
		return nil
	}
	if !slices.ContainsFunc(m.Case.Members, func(x casework.Member) bool { return x.UserID == by.ID }) {
		return errs.New(errs.Forbidden, "error.not_member", errs.Msg("part."+casework.PartOfficer), "").On(m.Subject())
	}
	if m.Case.State == casework.Archived {
		return errs.New(errs.Conflict, "error.case_archived")
	}
	return nil
}

// May says whether the person may do an act on the matter's evidence: what a page offers, never instead of the check itself.
func (k *Locker) May(by access.Actor, m *Matter, act string) bool {
	if m.Case != nil && m.Case.Barred(by, false) != nil {
		return false
	}
	return k.may(by, m, act) == nil
}

// NewItem is a thing, or a file that is kept already.
type NewItem struct {
	ID, Form, Kind, Name, Proves, Source, Quantity string
	TrackID                                        string
	Place                                          string
	OnAt                                           time.Time // when it was collected; no time is now
	Ref                                            blob.Ref
	MediaType                                      string
}

// Add adds a thing to a matter. NotFound, Forbidden, Conflict, Invalid; the same id twice is one item.
func (k *Locker) Add(ctx context.Context, by access.Actor, kind, id string, in NewItem) (x *Item, err error) {
	m, err := k.Matter(ctx, by, kind, id)
	if err != nil {
		return nil, err
	}
	err = k.db.Tx(ctx, func(tx *store.Tx) error {
		x, err = k.AddTx(tx, by, m, in)
		return err
	})
	return x, err
}

// AddTx is Add in the caller's transaction.
func (k *Locker) AddTx(tx *store.Tx, by access.Actor, m *Matter, in NewItem) (*Item, error) {
	m, err := k.write(tx, by, m)
	if err != nil {
		return nil, err
	}
	if err := k.may(by, m, Collected); err != nil {
		return nil, err
	}
	var bad errs.Faults
	bad.Require("name", in.Name)
	bad.Limit("name", in.Name, 200)
	bad.Limit("proves", in.Proves, 1000)
	bad.Limit("source", in.Source, 300)
	bad.Limit("quantity", in.Quantity, 60)
	bad.Limit("place", in.Place, 200)
	if !slices.Contains(Kinds(), in.Kind) {
		bad.Add("kind", "error.choice")
	}
	if in.Form == Thing {
		bad.Require("quantity", in.Quantity)
	}
	if in.OnAt.After(tx.Now) {
		bad.Add("on", "error.future")
	}
	if in.TrackID != "" && !slices.ContainsFunc(Holds(m), func(t casework.Track) bool { return t.ID == in.TrackID }) {
		bad.Add("track", "error.choice")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	x := &Item{ID: in.ID, SubjectKind: m.Kind, SubjectID: m.ID, Form: in.Form, Kind: in.Kind, Name: in.Name, Source: in.Source, Quantity: in.Quantity, TrackID: in.TrackID,
		SHA256: in.Ref.SHA256, Size: in.Ref.Size, MediaType: in.MediaType}
	first := Line{Act: Collected, OnAt: in.OnAt, FromWho: in.Source, ToWho: by.Name, Place: in.Place}
	lines := []Line{first}
	if in.Proves != "" {
		lines = append(lines, Line{Act: Proves, Note: in.Proves})
	}
	return x, k.create(tx, by, m, x, lines...)
}

// Holds are the measures of a case that hold things: its sealings and preservations.
func Holds(m *Matter) (out []casework.Track) {
	if m.Case == nil {
		return nil
	}
	for _, t := range m.Case.Tracks {
		if t.Track == "sealing" || t.Track == "preservation" {
			out = append(out, t)
		}
	}
	return out
}

// create writes an item with its first lines, and tells the log.
func (k *Locker) create(tx *store.Tx, by access.Actor, m *Matter, x *Item, lines ...Line) error {
	if !store.ValidID(x.ID) {
		x.ID = tx.NewID()
	}
	var have []Item
	if err := tx.Where("id = ?", x.ID).Find(&have).Error; err != nil {
		return err
	}
	if len(have) > 0 {
		if have[0].SubjectID == x.SubjectID && have[0].Name == x.Name && have[0].SHA256 == x.SHA256 { // sent twice
			*x = have[0]
			return nil
		}
		return errs.New(errs.Conflict, "error.same_id")
	}
	if err := tx.Raw("SELECT COALESCE(MAX(number), 0) + 1 FROM evidence WHERE subject_id = ?", x.SubjectID).Scan(&x.Number).Error; err != nil {
		return err
	}
	x.MadeBy, x.MadeName, x.MadeAt = by.ID, by.Name, tx.Now
	var sums []string
	for i := range lines {
		l := &lines[i]
		l.EvidenceID, l.Seq, l.At = x.ID, int64(i+1), tx.Now
		if l.OnAt.IsZero() {
			l.OnAt = tx.Now
		}
		l.OnAt = l.OnAt.UTC().Truncate(time.Millisecond)
		if l.Actor == "" {
			l.Actor, l.ActorName = by.ID, by.Name
		}
		x.apply(l)
		sums = append(sums, l.Sum())
	}
	if err := errors.Join(tx.Create(x).Error, tx.Create(&lines).Error); err != nil {
		return err
	}
	detail := map[string]any{"number": m.Number, "evidence": x.ID, "n": x.Number, "name": x.Name, "form": x.Form, "item": x.Sum(), "lines": sums}
	if x.SHA256 != "" {
		detail["sha256"], detail["size"] = x.SHA256, x.Size
	}
	return audit.Append(tx, by.Entry("evidence.add", m.Jurisdiction, m.Subject(), detail))
}

// find reads an item and its matter within the person's scope. NotFound.
func (k *Locker) find(ctx context.Context, by access.Actor, id string) (*Item, *Matter, error) {
	var rows []Item
	if err := k.db.Read(ctx).Where("id = ?", id).Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	m, err := k.Matter(ctx, by, rows[0].SubjectKind, rows[0].SubjectID)
	return &rows[0], m, err
}

// Full is an item with all that is known of it.
type Full struct {
	Item
	Matter *Matter
	Ledger []Line
	Copies []Copy
}

// Find reads an item. NotFound when it does not exist or its matter is outside the person's scope.
func (k *Locker) Find(ctx context.Context, by access.Actor, id string) (*Full, error) {
	x, m, err := k.find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	f := &Full{Item: *x, Matter: m}
	q := k.db.Read(ctx)
	return f, errors.Join(q.Where("evidence_id = ?", id).Order("seq").Find(&f.Ledger).Error, q.Where("evidence_id = ?", id).Order("made_at, id").Find(&f.Copies).Error)
}

// Of lists the evidence of a matter that the person was let see, with ledgers and copies.
func (k *Locker) Of(ctx context.Context, m *Matter) (out []Full, err error) {
	return of(k.db.Read(ctx), m)
}

// OfTx is Of in the caller's transaction.
func (k *Locker) OfTx(tx *store.Tx, m *Matter) ([]Full, error) { return of(tx.DB, m) }

func of(q *gorm.DB, m *Matter) (out []Full, err error) {
	var items []Item
	if err := q.Where("subject_id = ?", m.ID).Order("number").Find(&items).Error; err != nil {
		return nil, err
	}
	var lines []Line
	var copies []Copy
	err = errors.Join(q.Where("evidence_id IN (SELECT id FROM evidence WHERE subject_id = ?)", m.ID).Order("evidence_id, seq").Find(&lines).Error,
		q.Where("evidence_id IN (SELECT id FROM evidence WHERE subject_id = ?)", m.ID).Order("made_at, id").Find(&copies).Error)
	for _, x := range items {
		f := Full{Item: x, Matter: m}
		for _, l := range lines {
			if l.EvidenceID == x.ID {
				f.Ledger = append(f.Ledger, l)
			}
		}
		for _, c := range copies {
			if c.EvidenceID == x.ID {
				f.Copies = append(f.Copies, c)
			}
		}
		out = append(out, f)
	}
	return out, err
}

// Act is an act to be written into an item's ledger.
type Act struct {
	Act, From, To, Place, SealNo, Note string
	OnAt                               time.Time
	Record                             io.Reader // the signed record; nil is none
	RecordName                         string
}

// Write adds a line to an item's ledger. lines is how many the person saw: somebody else's in between is a Conflict. NotFound, Forbidden, Invalid.
func (k *Locker) Write(ctx context.Context, by access.Actor, id string, lines int64, in Act) error {
	x, m, err := k.find(ctx, by, id)
	if err != nil {
		return err
	}
	if err := k.may(by, m, in.Act); err != nil {
		return err
	}
	var ref blob.Ref
	if in.Record != nil {
		if ref, err = k.blobs.Put(ctx, in.Record, k.set.Most); err != nil {
			return err
		}
	}
	return k.db.Tx(ctx, func(tx *store.Tx) error { return k.WriteTx(tx, by, x, m, lines, in, ref) })
}

// WriteTx is Write in the caller's transaction, with the record kept already.
func (k *Locker) WriteTx(tx *store.Tx, by access.Actor, x *Item, m *Matter, lines int64, in Act, ref blob.Ref) error {
	m, err := k.write(tx, by, m)
	if err != nil {
		return err
	}
	if err := tx.Where("id = ?", x.ID).Take(x).Error; err != nil {
		return err
	}
	if x.Lines != lines {
		return errs.New(errs.Conflict, "error.evidence.moved")
	}
	if x.Over() && custody(in.Act) {
		return errs.New(errs.Conflict, "error.evidence.over")
	}
	if err := k.may(by, m, in.Act); err != nil {
		return err
	}
	if in.OnAt.IsZero() {
		in.OnAt = tx.Now
	}
	if err := check(x, &in, tx.Now); err != nil {
		return err
	}
	if custody(in.Act) {
		var before Line
		if err := tx.Where("evidence_id = ? AND act NOT IN ?", x.ID, sayings).Order("seq DESC").Limit(1).Find(&before).Error; err != nil {
			return err
		}
		if err := follows(x, m.Case, &before, &in, ref.SHA256 != ""); err != nil {
			return err
		}
	}
	l := &Line{EvidenceID: x.ID, Seq: x.Lines + 1, Act: in.Act, OnAt: in.OnAt.UTC().Truncate(time.Millisecond), FromWho: in.From, ToWho: in.To, Place: in.Place, SealNo: in.SealNo, Note: in.Note,
		SHA256: ref.SHA256, Size: ref.Size, Actor: by.ID, ActorName: by.Name, At: tx.Now}
	if ref.SHA256 != "" {
		l.FileName = casework.FileName(in.RecordName)
	}
	x.apply(l)
	if err := tx.Create(l).Error; err != nil {
		return err
	}
	set := map[string]any{"proves": x.Proves, "state": x.State, "keeper": x.Keeper, "place": x.Place, "seal_no": x.SealNo, "standing": x.Standing, "lines": x.Lines}
	if err := tx.Model(&Item{}).Where("id = ?", x.ID).Updates(set).Error; err != nil {
		return err
	}
	detail := map[string]any{"number": m.Number, "evidence": x.ID, "n": x.Number, "name": x.Name, "seq": l.Seq, "line": l.Sum()}
	for key, v := range map[string]string{"to": l.ToWho, "place": l.Place, "seal_no": l.SealNo, "note": l.Note} {
		if v != "" {
			detail[key] = v
		}
	}
	return audit.Append(tx, by.Entry("evidence."+l.Act, m.Jurisdiction, m.Subject(), detail))
}
