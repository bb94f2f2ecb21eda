// Package bundle is the bundle of a case (案件证据包): what others may read of it as one ZIP file that checks itself, for the court, the police, or another office.
//
// It holds the originals and the copies of the evidence, the papers as PDF and
// DOCX with their frozen text, the custody ledger, the clocks counted day by day,
// and what the log tells of the case. manifest.json names every file by its
// SHA-256. The log's last entry in the bundle tells the manifest's own hash, and
// seal.json proves each entry, that one too, within a head that the office
// signed: whoever changes one byte must forge the office's signature.
//
// Nothing in it needs the office or a network: index.html checks all of it in a
// browser, huzhi verify does the same. The public key in it is for convenience;
// whoever doubts compares it with the one that the office gave out before.
//
// Never in it: who called or reported, and what the office said among itself.
// Files of somebody who must not be known are named by their hash alone; of the
// papers those of the main volume are here; of the steps who took them when, and
// the fields that the main volume shows. What the log tells of the rest stands as
// the entry's hash, proved like the others, without its words.
package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/store"
	"huzhi/internal/translog"
	"huzhi/internal/volume"
)

//go:embed index.html
var page []byte

// The files that every bundle has.
const (
	manifestName = "manifest.json"
	sealName     = "seal.json"
	logName      = "log.json"
	pageName     = "index.html"
)

// Format is the form of the bundle.
const Format = "huzhi-bundle-1"

// Manifest names every file of a bundle but itself and the seal.
type Manifest struct {
	Format string    `json:"format"`
	Office string    `json:"office"` // huzhi/330500: who signs the log's heads
	Case   string    `json:"case"`
	Title  string    `json:"title"`
	MadeAt time.Time `json:"made_at"`
	MadeBy string    `json:"made_by"`
	Files  []Entry   `json:"files"`
}

// Entry is a file of a bundle.
type Entry struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	What   string `json:"what"`
}

// Seal proves the log's entries of the bundle within one signed head.
type Seal struct {
	Head   string                     `json:"head"`
	Keys   []string                   `json:"keys"`
	Export audit.Entry                `json:"export"` // the entry that tells the manifest's hash
	Proofs map[int64]tlog.RecordProof `json:"proofs"` // by the number of the entry
}

// Maker makes bundles.
type Maker struct {
	db     *store.DB
	guard  *access.Guard
	blobs  *blob.Store
	docket *casework.Docket
	locker *evidence.Locker
	clocks *deadline.Clocks
	press  *document.Press
	log    *translog.Log
}

// New makes the service.
func New(db *store.DB, guard *access.Guard, blobs *blob.Store, docket *casework.Docket, locker *evidence.Locker, clocks *deadline.Clocks, press *document.Press, log *translog.Log) *Maker {
	return &Maker{db: db, guard: guard, blobs: blobs, docket: docket, locker: locker, clocks: clocks, press: press, log: log}
}

// May says whether the person may take a bundle of the case.
func (m *Maker) May(by access.Actor, f *casework.File) bool {
	return m.guard.Can(by, "case.export", f.Jurisdiction)
}

// Write writes the bundle of a case, and tells the log. NotFound, Forbidden; Conflict where the office has no key to sign with. A file that is not what it was
// ends it with an error: half a bundle is none.
func (m *Maker) Write(ctx context.Context, by access.Actor, caseID string, to io.Writer) (*Manifest, error) {
	f, err := m.docket.Find(ctx, by, caseID)
	if err != nil {
		return nil, err
	}
	if err := m.guard.Allow(by, "case.export", f.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return nil, e.On("case:" + f.ID)
		}
		return nil, err
	}
	if len(m.log.Public()) == 0 {
		return nil, errs.New(errs.Conflict, "translog.key.none", m.log.KeyFile())
	}
	w := &writer{z: zip.NewWriter(to), made: m.db.Now(), m: Manifest{Format: Format, Case: f.Number, Title: f.Title, MadeAt: m.db.Now(), MadeBy: by.Name, Office: m.log.Origin()}}
	all, err := m.entries(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	items, err := m.locker.Of(ctx, &evidence.Matter{Kind: "case", ID: f.ID})
	if err != nil {
		return nil, err
	}
	nameless, err := m.locker.Nameless(ctx, f)
	if err != nil {
		return nil, err
	}
	for i := range items {
		if x := &items[i].Item; nameless[x.ID] && x.SHA256 != "" {
			nameless[x.SHA256] = true // the log may name either
		}
	}
	entries := told(all, nameless)
	for _, step := range []func() error{
		func() error { return w.add(pageName, "the page that checks this bundle", page) },
		func() error { return m.matter(w, f) },
		func() error { return m.evidence(w, items, nameless) },
		func() error { return m.papers(ctx, w, f) },
		func() error { return m.periods(ctx, w, f) },
		func() error { return w.json(logName, "what the log tells of the case", entries) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return &w.m, m.seal(ctx, by, w, f, all)
}

// Told is an entry of the log as a bundle has it. Of one that is withheld the words are left out; its hash is that of the whole entry.
type Told struct {
	audit.Entry
	Withheld bool `json:"withheld,omitempty"`
}

// outside says whether the words of an entry say nothing that the office keeps to itself: of evidence and its custody, of papers that were issued and how they
// were served, and of earlier bundles.
func outside(action string) bool {
	return strings.HasPrefix(action, "evidence.") || slices.Contains([]string{"case.attach", "case.export", "paper.issue", "service.add", "service.settle"}, action)
}

// noted says whether an approval was logged with what the approver remarked, as it was once.
func noted(detail string) bool {
	var d struct{ Note string }
	return json.Unmarshal([]byte(detail), &d) != nil || d.Note != ""
}

// told withholds the words of all entries but those that others may read; of those, too, that speak of what somebody brought who must not be known.
func told(entries []audit.Entry, nameless map[string]bool) []Told {
	out := make([]Told, len(entries))
	for i, e := range entries {
		out[i] = Told{Entry: e}
		secret := !outside(e.Action) || e.Action == "paper.issue" && noted(e.Detail)
		for word := range nameless {
			secret = secret || strings.Contains(e.Detail, word)
		}
		if secret {
			out[i].Detail, out[i].Withheld = "", true
		}
	}
	return out
}

// open are the fields that others may read.
func open(facts casework.Facts) casework.Facts {
	out := casework.Facts{}
	for _, name := range volume.OutsideFields() {
		if v := facts[name]; v != "" {
			out[name] = v
		}
	}
	return out
}

func (m *Maker) entries(ctx context.Context, id string) (rows []audit.Entry, err error) {
	err = m.db.Read(ctx).Where("subject = ?", "case:"+id).Order("seq").Find(&rows).Error
	for i := range rows {
		rows[i].At = rows[i].At.UTC()
	}
	return rows, err
}

// seal writes the manifest, tells the log its hash, and proves all entries within a head that is signed then.
func (m *Maker) seal(ctx context.Context, by access.Actor, w *writer, f *casework.File, entries []audit.Entry) error {
	raw, err := json.MarshalIndent(w.m, "", " ")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	if err := w.put(manifestName, bytes.NewReader(raw)); err != nil {
		return err
	}
	err = m.db.Tx(ctx, func(tx *store.Tx) error {
		return audit.Append(tx, by.Entry("case.export", f.Jurisdiction, "case:"+f.ID, map[string]any{"number": f.Number, "files": len(w.m.Files), "manifest": hex.EncodeToString(sum[:])}))
	})
	if err != nil {
		return err
	}
	var s Seal
	if err := m.db.Read(ctx).Where("subject = ? AND action = 'case.export' AND detail LIKE ?", "case:"+f.ID, "%"+hex.EncodeToString(sum[:])+"%").Order("seq DESC").Limit(1).Take(&s.Export).Error; err != nil {
		return err
	}
	s.Export.At = s.Export.At.UTC()
	seqs := []int64{s.Export.Seq}
	for _, e := range entries {
		seqs = append(seqs, e.Seq)
	}
	if s.Head, s.Proofs, err = m.log.ProveAll(ctx, seqs); err != nil {
		return err
	}
	s.Keys = m.log.Public()
	if raw, err = json.MarshalIndent(s, "", " "); err != nil {
		return err
	}
	if err := w.put(sealName, bytes.NewReader(raw)); err != nil {
		return err
	}
	return w.z.Close()
}

// matter is the case itself, as far as others may know it.
func (m *Maker) matter(w *writer, f *casework.File) error {
	type step struct {
		Step, By, Document, Track string
		From, To                  casework.State
		On                        string
		At                        time.Time
		Data                      casework.Facts
	}
	var steps []step
	for _, t := range f.Taken {
		steps = append(steps, step{t.Step, t.ActorName, t.DocumentID, t.TrackID, t.FromState, t.ToState, t.OnDay.String(), t.At, open(t.Data)})
	}
	type track struct {
		ID, Track, State string
		Opened, Ended    string
	}
	var tracks []track
	for _, t := range f.Tracks {
		tracks = append(tracks, track{t.ID, t.Track, t.State, t.OpenedOn.String(), t.EndedOn.String()})
	}
	c := f.Case
	c.Summary, c.Facts, c.Source, c.LeadID = "", nil, "", "" // the office's own; who came with it
	type amended struct {
		Number, Withdrawn string
		Corrected         []string
	}
	var papers []amended
	for _, d := range f.Documents {
		if x, ok := f.Fates[d.ID]; ok && !x.Void && volume.Outside(d.Template) {
			papers = append(papers, amended{d.Number, x.Withdrawn, x.Corrected})
		}
	}
	return w.json("case.json", "the case: parties, patents, steps, side procedures, payments", map[string]any{"amended": papers,
		"case": c, "parties": f.Parties, "patents": f.Patents, "steps": steps, "tracks": tracks, "payments": f.Payments, "officers": f.Officers(),
	})
}

func (m *Maker) evidence(w *writer, items []evidence.Full, nameless map[string]bool) error {
	type row struct {
		evidence.Item
		Withheld bool              `json:",omitempty"` // from somebody who must not be known: its hash alone
		File     string            `json:",omitempty"`
		Ledger   []evidence.Line   // every line of its custody
		Records  map[string]string `json:",omitempty"` // the signed records, by the number of the line
		Copies   map[string]string `json:",omitempty"` // the copies, by kind
	}
	var out []row
	for i := range items {
		x := &items[i]
		if nameless[x.ID] {
			out = append(out, row{Item: evidence.Item{Number: x.Number, Form: x.Form, SHA256: x.SHA256, Size: x.Size}, Withheld: true})
			continue
		}
		r := row{Item: x.Item, Ledger: x.Ledger, Records: map[string]string{}, Copies: map[string]string{}}
		if x.SHA256 != "" {
			r.File = fmt.Sprintf("evidence/%03d %s", x.Number, safe(x.Name))
			if err := m.blob(w, r.File, "evidence, original", x.SHA256); err != nil {
				return err
			}
		}
		for _, l := range x.Ledger {
			if l.SHA256 != "" {
				name := fmt.Sprintf("custody/%03d-%02d %s", x.Number, l.Seq, safe(l.FileName))
				r.Records[fmt.Sprint(l.Seq)] = name
				if err := m.blob(w, name, "signed record of custody", l.SHA256); err != nil {
					return err
				}
			}
		}
		for j, c := range x.Copies {
			name := fmt.Sprintf("copies/%03d-%d %s %s", x.Number, j+1, c.Kind, safe(c.Name))
			r.Copies[c.ID] = name
			if err := m.blob(w, name, "evidence, derivative: "+c.Kind, c.SHA256); err != nil {
				return err
			}
		}
		out = append(out, r)
	}
	return w.json("evidence.json", "the evidence and its custody ledger", out)
}

func (m *Maker) papers(ctx context.Context, w *writer, f *casework.File) error {
	for i := range f.Documents {
		d := &f.Documents[i]
		if !volume.Outside(d.Template) || f.Fates[d.ID].Void { // what was never used goes to nobody
			continue
		}
		base := "documents/" + safe(fmt.Sprintf("%02d %s %s", i+1, d.Title, d.Number))
		if err := w.add(base+".json", "the paper's frozen text", []byte(d.Data)); err != nil {
			return err
		}
		for _, form := range []string{document.PDF, document.DOCX} {
			r, file, err := m.press.Rendition(ctx, d, form)
			if err != nil {
				return err
			}
			err = w.stream(base+"."+form, "paper", r.SHA256, file)
			if cerr := file.Close(); err == nil {
				err = cerr
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// periods are the clocks, each with every day that was counted or not.
func (m *Maker) periods(ctx context.Context, w *writer, f *casework.File) error {
	type day struct {
		Day     string `json:"day"`
		Counted int    `json:"counted"`
		Kind    string `json:"kind,omitempty"`
		Why     string `json:"why,omitempty"`
		Notice  string `json:"notice,omitempty"`
	}
	type clock struct {
		deadline.Clock
		Cite       string
		Days       []day
		Extensions []deadline.Extension
		Excluded   []deadline.Span
	}
	var out []clock
	for i := range f.Clocks {
		k := &f.Clocks[i]
		due, err := m.clocks.Ledger(ctx, k)
		if err != nil {
			return err
		}
		c := clock{Clock: *k, Cite: due.Cite.ZH}
		for _, row := range due.Ledger {
			c.Days = append(c.Days, day{Day: row.Day.String(), Counted: row.Counted, Kind: string(row.Why.Kind), Why: row.Why.Name, Notice: row.Why.Notice.Title})
		}
		if c.Extensions, c.Excluded, err = m.clocks.Grounds(m.db.Read(ctx), k); err != nil {
			return err
		}
		out = append(out, c)
	}
	return w.json("clocks.json", "the statutory periods, counted day by day", out)
}

func (m *Maker) blob(w *writer, name, what, sha string) error {
	r, err := m.blobs.Open(sha)
	if err != nil {
		return err
	}
	defer r.Close()
	return w.stream(name, what, sha, r)
}

type writer struct {
	z    *zip.Writer
	made time.Time
	m    Manifest
}

// put writes a file as it is: bundles hold pictures and films, which do not shrink, and a page reads what is not packed without help.
func (w *writer) put(name string, r io.Reader) error {
	f, err := w.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: w.made})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return err
}

func (w *writer) add(name, what string, b []byte) error {
	return w.stream(name, what, "", bytes.NewReader(b))
}

func (w *writer) json(name, what string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return w.add(name, what, b)
}

// stream writes a file and notes its hash; want is the one that it must have, "" is any.
func (w *writer) stream(name, what, want string, r io.Reader) error {
	h, n := sha256.New(), counter(0)
	if err := w.put(name, io.TeeReader(r, io.MultiWriter(h, &n))); err != nil {
		return err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if want != "" && sum != want {
		return fmt.Errorf("bundle: %s is not what it was", name)
	}
	w.m.Files = append(w.m.Files, Entry{Path: name, SHA256: sum, Size: int64(n), What: what})
	return nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// safe is a name that no system takes for a way somewhere else.
func safe(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, s)
	if s = strings.Trim(s, ". "); s == "" {
		return "_"
	}
	return path.Base(s)
}
