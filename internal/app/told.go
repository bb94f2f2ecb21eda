package app

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
)

// told is what the log tells that the rows must say. It is gathered from the entries in one pass and held against the rows in
// another; of what an entry tells, only a digest is kept.
type told struct {
	q         *gorm.DB
	procedure func(kind string) *casework.Procedure
	says      func(key string) bool // whether the catalogue has a sentence
	bad       func(key string, args ...any)
	claims    map[string]claim    // by kind and key; a row takes its claim away
	cases     map[string]standing // by id
	leads     map[string]standing
	voided    map[string]string // payments taken back, and when
	unlinked  map[string]digest // links that were removed, and how
	faulty    map[string]bool   // kinds of which a fault was named
	alike     map[string]int    // how many files alike were attached
	begun     map[string]begun  // tasks, by id
	silent    map[string]bool   // arrivals of visits whose entries do not tell of evidence, by visit and time
	texts     map[string]bool   // versions of tasks whose text the log tells
	untold    map[string]bool   // matters of which older programs wrote entries that do not tell of their rows
	held      map[string]int    // how many rows of a kind were held against it
}

// claim is that there is a row, and what is in it.
type claim struct {
	seq int64 // of the entry
	sum digest
}

// standing is what the newest entry of a matter says of it.
type standing struct {
	version      int64
	kind         string // of a case
	state        string // of a lead; a case's follows from its steps
	jurisdiction string
	restricted   bool
}

type digest [sha256.Size]byte

func newTold(q *gorm.DB, procedure func(string) *casework.Procedure, says func(string) bool, bad func(string, ...any)) *told {
	return &told{
		q: q, procedure: procedure, says: says, bad: bad, claims: map[string]claim{}, cases: map[string]standing{}, leads: map[string]standing{},
		voided: map[string]string{}, unlinked: map[string]digest{}, faulty: map[string]bool{}, alike: map[string]int{},
		begun: map[string]begun{}, silent: map[string]bool{}, texts: map[string]bool{}, untold: map[string]bool{}, held: map[string]int{},
	}
}

// sum is a digest of fields, each with its length before it. What is no UTF-8 counts as it does in the log.
func sum(fields ...string) (d digest) {
	h := sha256.New()
	for _, s := range fields {
		if !utf8.ValidString(s) {
			s = string([]rune(s))
		}
		_, _ = io.WriteString(h, strconv.Itoa(len(s))+":"+s+",")
	}
	h.Sum(d[:0])
	return d
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func facts(f map[string]string) string {
	v := map[string]any{}
	for k, s := range f {
		v[k] = s
	}
	return audit.Detail(v)
}

// line is what an entry about a case tells.
type line struct {
	Number, On, From, To, Note string
	Version                    int64
	Fields                     map[string]string
	Document                   string
	DocumentSHA                string `json:"document_sha256"`
	Kind, Title, Place, Lead   string // of filing
	Restricted                 bool   // of filing, and of an edit of that kind
	What                       string // of an edit
	Track                      string // of a step of a side procedure
	Payment, For, Receipt      string // of a payment
	With                       string // of a link: the other case
	Fen                        int64
	File                       string // of an attached file
	Size                       int64
	SHA256                     string
}

// entry takes down what an entry tells.
func (t *told) entry(e *audit.Entry) error {
	kind, id, _ := strings.Cut(e.Subject, ":")
	if e.Outcome == audit.Done {
		if err := t.rowsEntry(e); err != nil {
			return err
		}
	}
	switch {
	case e.Outcome != audit.Done:
	case strings.HasPrefix(e.Action, "evidence."):
		return t.evidenceEntry(e)
	case kind == "case" && strings.HasPrefix(e.Action, "case."):
		return t.caseEntry(e, id)
	case kind == "case" && e.Action == "paper.issue":
		return t.paperEntry(e, id)
	case kind == "lead" && strings.HasPrefix(e.Action, "lead."):
		return t.leadEntry(e, id)
	case kind == "task" && strings.HasPrefix(e.Action, "task."):
		return t.taskEntry(e, id)
	case kind == "visit" && strings.HasPrefix(e.Action, "visit."):
		return t.visitEntry(e, id)
	}
	return nil
}

func (t *told) caseEntry(e *audit.Entry, id string) error {
	var l line
	if err := json.Unmarshal([]byte(e.Detail), &l); err != nil {
		return err
	}
	if e.Action == "case.attach" {
		t.claim("file", t.fileKey(id, l.SHA256, l.File, l.Size, e.Actor, e.At), e.Seq, sum())
		return nil
	}
	if err := t.tied(e, id); err != nil || l.Version == 0 {
		return err
	}
	c := t.cases[id]
	c.version, c.jurisdiction = l.Version, e.Jurisdiction
	step, isStep := strings.CutPrefix(e.Action, "case.step.")
	if l.Version == 1 || l.What == "restricted" {
		c.restricted = l.Restricted
	}
	if l.Version == 1 {
		c.kind = l.Kind
		t.claim("case", id, e.Seq, sum(l.Number, l.Kind, l.Title, l.Place, l.Lead, l.On))
	}
	t.cases[id] = c
	if l.Document != "" {
		t.claim("paper", l.Document, e.Seq, sum(id, l.DocumentSHA))
	}
	switch l.What {
	case "payment":
		t.claim("payment", l.Payment, e.Seq, sum(id, l.For, l.On, strconv.FormatInt(l.Fen, 10), l.Receipt, e.Actor, instant(e.At), ""))
	case "payment_void":
		t.voided[l.Payment] = instant(e.At)
	}
	if isStep {
		t.claim("step", stepKey(id, l.Version), e.Seq, sum(step, l.On, l.From, l.To, l.Note, facts(l.Fields), l.Track, l.Document, e.Actor, e.ActorName, instant(e.At)))
	}
	return nil
}

// paperEntry is of a paper that was written and approved outside a step.
func (t *told) paperEntry(e *audit.Entry, id string) error {
	var l line
	if err := json.Unmarshal([]byte(e.Detail), &l); err != nil {
		return err
	}
	t.claim("paper", l.Document, e.Seq, sum(id, l.DocumentSHA))
	return nil
}

func (t *told) leadEntry(e *audit.Entry, id string) error {
	var l struct {
		Number, On, State, Note string
		Version                 int64
		Document                string
		DocumentSHA             string `json:"document_sha256"`
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(e.Detail), &l); err != nil {
		return err
	}
	if l.Version == 0 {
		return nil
	}
	if err := json.Unmarshal([]byte(e.Detail), &all); err != nil {
		return err
	}
	for _, k := range []string{"number", "on", "state", "note", "version", "law", "document", "document_sha256"} {
		delete(all, k) // what stays is the step's data
	}
	t.leads[id] = standing{version: l.Version, state: l.State, jurisdiction: e.Jurisdiction}
	if l.Version == 1 {
		t.claim("lead", id, e.Seq, sum(l.Number))
	}
	if l.Document != "" {
		t.claim("paper", l.Document, e.Seq, sum(id, l.DocumentSHA))
	}
	t.claim("lead_step", stepKey(id, l.Version), e.Seq,
		sum(strings.TrimPrefix(e.Action, "lead."), l.On, l.Note, audit.Detail(all), e.Actor, e.ActorName, instant(e.At)))
	return nil
}

func (t *told) claim(kind, key string, seq int64, s digest) { t.claims[kind+"/"+key] = claim{seq, s} }

func stepKey(id string, version int64) string { return id + "/" + strconv.FormatInt(version, 10) }

// fileKey is all that is known of an attached file: with nothing of it may a row differ. Files that are alike are counted.
func (t *told) fileKey(caseID, sha, name string, size int64, by string, at time.Time) string {
	d := sum(caseID, sha, name, strconv.FormatInt(size, 10), by, instant(at))
	key := string(d[:])
	t.alike[key]++
	return key + strconv.Itoa(t.alike[key])
}

// fault names the first fault of a kind.
func (t *told) fault(kind, key string, args ...any) {
	if !t.faulty[kind] {
		t.faulty[kind] = true
		t.bad(key, args...)
	}
}

// row holds a row against its claim. thing is what a person calls it.
func (t *told) row(kind, key string, thing errs.Message, s digest) {
	c, ok := t.claims[kind+"/"+key]
	delete(t.claims, kind+"/"+key)
	t.held[kind]++
	switch {
	case !ok:
		t.fault(kind, "cmd.verify.untold", thing)
	case c.sum != s:
		t.fault(kind, "cmd.verify.differs", thing, fmt.Sprint(c.seq))
	}
}

func (t *told) paper(d *document.Document) {
	t.row("paper", d.Number, errs.Msg("cmd.verify.thing.paper", d.Number), sum(d.CaseID, d.SHA256))
}

// compare holds the rows against what was told, and the other way round. The papers were held against it before (paper).
func (t *told) compare() error {
	for _, f := range []func() error{t.files, t.caseRows, t.assigned, t.links, t.payments, t.steps, t.leadRows, t.leadSteps, t.tasks, t.visits, t.ledgers, t.toldRows, t.gone} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// each reads rows one by one.
func each[T any](q *gorm.DB, query string, fn func(*T)) error {
	rows, err := q.Raw(query).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var x T
		if err := q.ScanRows(rows, &x); err != nil {
			return err
		}
		fn(&x)
	}
	return rows.Err()
}

func (t *told) files() error {
	clear(t.alike)
	type row struct {
		casework.Attachment
		Number string
	}
	return each(t.q, "SELECT f.*, COALESCE(c.number, f.case_id) AS number FROM case_files f LEFT JOIN cases c ON c.id = f.case_id ORDER BY f.added_at, f.id", func(f *row) {
		t.row("file", t.fileKey(f.CaseID, f.SHA256, f.Name, f.Size, f.AddedBy, f.AddedAt), errs.Msg("cmd.verify.thing.file", f.Name, f.Number), sum())
	})
}

func (t *told) caseRows() error {
	return each(t.q, "SELECT * FROM cases ORDER BY number", func(c *casework.Case) {
		thing := errs.Msg("cmd.verify.thing.case", c.Number)
		t.row("case", c.ID, thing, sum(c.Number, c.Kind, c.Title, c.Place, c.LeadID, c.FiledOn.String()))
		by := t.cases[c.ID]
		same(t, "case", thing, "version", c.Version, by.version, plain)
		same(t, "case", thing, "jurisdiction", c.Jurisdiction, by.jurisdiction, plain)
		same(t, "case", thing, "restricted", c.Restricted, by.restricted, func(r bool) any { return errs.Msg("cmd.verify.restricted." + strconv.FormatBool(r)) })
	})
}

func (t *told) payments() error {
	type row struct {
		casework.Payment
		Number string
	}
	return each(t.q, "SELECT p.*, COALESCE(c.number, p.case_id) AS number FROM case_payments p LEFT JOIN cases c ON c.id = p.case_id ORDER BY p.made_at, p.id", func(p *row) {
		thing := errs.Msg("cmd.verify.thing.payment", p.OnDay, p.Number)
		t.row("payment", p.ID, thing, sum(p.CaseID, p.PaidFor, p.OnDay.String(), strconv.FormatInt(p.Fen, 10), p.Receipt, p.MadeBy, instant(p.MadeAt), ""))
		voided := ""
		if p.VoidedAt != nil {
			voided = instant(*p.VoidedAt)
		}
		if voided != t.voided[p.ID] {
			t.fault("payment", "cmd.verify.untold", thing)
		}
	})
}

// same names a column that is not what it must be by the log; show is how a person reads its value.
func same[T comparable](t *told, kind string, thing errs.Message, column string, is, must T, show func(T) any) {
	if is != must {
		t.fault(kind, "cmd.verify.column", thing, errs.Msg("cmd.verify.column."+column), show(is), show(must))
	}
}

func plain[T any](v T) any { return v }

// word is a value of the catalogue; the value itself where the catalogue does not know it.
func (t *told) word(prefix, value string) any {
	if t.says(prefix + value) {
		return errs.Msg(prefix + value)
	}
	return "“" + value + "”"
}

// taken is a step of a case, with the case as it stands and the number of the paper that was issued.
type taken struct {
	casework.Taken
	Case  casework.Case `gorm:"embedded;embeddedPrefix:c_"`
	Paper string
}

// steps holds the steps against the log, and each case against its steps.
func (t *told) steps() error {
	var now casework.Case // as the steps have it
	var last *taken
	tracks := map[string]*casework.Track{} // the same
	var mine []*casework.Track             // those of the case in hand
	err := each(t.q, `SELECT s.*, COALESCE(d.number, s.document_id) AS paper, COALESCE(c.number, s.case_id) AS c_number, c.id AS c_id, c.kind AS c_kind, c.state AS c_state,
		c.outcome AS c_outcome, c.fine_fen AS c_fine_fen, c.confiscated_fen AS c_confiscated_fen, c.decided_on AS c_decided_on, c.closed_on AS c_closed_on, c.first_closed_on AS c_first_closed_on,
		c.archived_on AS c_archived_on, c.facts AS c_facts
		FROM case_steps s LEFT JOIN cases c ON c.id = s.case_id LEFT JOIN documents d ON d.id = s.document_id ORDER BY s.case_id, s.seq`, func(s *taken) {
		if last == nil || last.CaseID != s.CaseID {
			t.stands(last, &now)
			now, mine = casework.Case{Facts: casework.Facts{}}, nil
		}
		last = s
		t.row("step", stepKey(s.CaseID, s.Seq), errs.Msg("cmd.verify.thing.step", t.stepWord(s.Case.Kind, s.Step), s.Case.Number, s.OnDay),
			sum(s.Step, s.OnDay.String(), string(s.FromState), string(s.ToState), s.Note, facts(s.Data), s.TrackID, s.Paper, s.Actor, s.ActorName, instant(s.At)))
		t.replay(&now, s)
		if x := t.move(tracks, mine, s); x != nil {
			mine = append(mine, x)
		}
	})
	t.stands(last, &now)
	if err != nil {
		return err
	}
	return t.tracks(tracks)
}

// move takes a step once more as far as it moves, opens or ends side procedures of the case; it gives the one that it opens.
func (t *told) move(tracks map[string]*casework.Track, mine []*casework.Track, s *taken) (opened *casework.Track) {
	p := t.procedure(s.Case.Kind)
	if p == nil || p.Step(s.Step) == nil {
		return nil
	}
	step := p.Step(s.Step)
	for _, x := range mine {
		if x.Running() && slices.Contains(step.Ends, x.Track) {
			x.State, x.EndedOn = casework.Overtaken, s.OnDay
		}
	}
	if s.TrackID == "" {
		return nil
	}
	x := tracks[s.TrackID]
	if x == nil {
		x = &casework.Track{ID: s.TrackID, CaseID: s.CaseID, Track: step.Track, OpenedOn: s.OnDay}
		tracks[s.TrackID], opened = x, x
	}
	x.State, x.Facts = step.Leads, step.Replay(x.Facts, s.Data)
	if step.Leads == "" {
		x.State, x.EndedOn = s.Step, s.OnDay
	}
	return opened
}

// tracks holds the side procedures against their steps.
func (t *told) tracks(by map[string]*casework.Track) error {
	said := func(x *casework.Track) digest {
		return sum(x.CaseID, x.Track, x.State, x.OpenedOn.String(), x.EndedOn.String(), facts(x.Facts))
	}
	type row struct {
		casework.Track
		Number string
	}
	err := each(t.q, "SELECT t.*, COALESCE(c.number, t.case_id) AS number FROM case_tracks t LEFT JOIN cases c ON c.id = t.case_id ORDER BY t.id", func(x *row) {
		t.held["track"]++
		must := by[x.ID]
		delete(by, x.ID)
		if must == nil || said(must) != said(&x.Track) {
			t.fault("track", "cmd.verify.track", t.word("track.", x.Track.Track), x.Number)
		}
	})
	for _, x := range by {
		t.fault("track", "cmd.verify.track", t.word("track.", x.Track), x.CaseID)
	}
	return err
}

// stepWord is the name of a step as a person reads it.
func (t *told) stepWord(kind, step string) any {
	if p := t.procedure(kind); p != nil {
		if x := p.Step(step); x != nil && t.says(x.Key(kind)) {
			return errs.Msg(x.Key(kind))
		}
	}
	return t.word("step."+kind+".", step)
}

// replay takes a step once more, as casework.Advance did.
func (t *told) replay(c *casework.Case, s *taken) {
	c.State = s.ToState
	p := t.procedure(s.Case.Kind)
	if p == nil {
		return
	}
	step := p.Step(s.Step)
	if step == nil { // filing
		return
	}
	if step.Track != "" { // its facts are its own
		return
	}
	c.Facts = step.Replay(c.Facts, s.Data)
	if step.Reopens {
		if c.FirstClosedOn.IsZero() {
			c.FirstClosedOn = c.ClosedOn
		}
		c.ClosedOn, c.ArchivedOn = 0, 0
		if step.Undoes {
			c.DecidedOn, c.Outcome, c.FineFen, c.ConfiscatedFen = 0, "", 0, 0
		}
	}
	if step.Decides {
		c.DecidedOn, c.Outcome, c.FineFen, c.ConfiscatedFen = s.OnDay, step.Outcome, s.Data.Money("fine"), s.Data.Money("confiscated")
		if c.Outcome == "" {
			c.Outcome = s.Data["outcome"]
		}
	}
	switch step.To {
	case casework.Closed:
		c.ClosedOn = s.OnDay
	case casework.Archived:
		c.ArchivedOn = s.OnDay
	}
}

// stands holds a case against what its steps made of it.
func (t *told) stands(last *taken, by *casework.Case) {
	if last == nil || last.Case.ID == "" {
		return
	}
	c := &last.Case
	thing := errs.Msg("cmd.verify.thing.case", c.Number)
	same(t, "case", thing, "state", c.State, by.State, func(s casework.State) any { return t.word("state."+c.Kind+".", string(s)) })
	same(t, "case", thing, "outcome", c.Outcome, by.Outcome, func(s string) any { return t.word("choice.outcome.", s) })
	same(t, "case", thing, "fine", casework.Yuan(c.FineFen), casework.Yuan(by.FineFen), plain)
	same(t, "case", thing, "confiscated", casework.Yuan(c.ConfiscatedFen), casework.Yuan(by.ConfiscatedFen), plain)
	same(t, "case", thing, "decided_on", c.DecidedOn, by.DecidedOn, plain)
	same(t, "case", thing, "closed_on", c.ClosedOn, by.ClosedOn, plain)
	same(t, "case", thing, "first_closed_on", c.FirstClosedOn, by.FirstClosedOn, plain)
	same(t, "case", thing, "archived_on", c.ArchivedOn, by.ArchivedOn, plain)
	if p := t.procedure(c.Kind); p != nil {
		for _, a := range p.Asks { // stated at filing, of which the log does not tell
			if _, again := by.Facts[a.Name]; !again {
				delete(c.Facts, a.Name)
			}
		}
	}
	names := slices.Concat(slices.Collect(maps.Keys(c.Facts)), slices.Collect(maps.Keys(by.Facts)))
	slices.Sort(names)
	for _, k := range names {
		if c.Facts[k] != by.Facts[k] {
			t.fault("case", "cmd.verify.fact", thing, t.word("ask.", k))
		}
	}
}

func (t *told) leadRows() error {
	return each(t.q, "SELECT * FROM leads ORDER BY number", func(l *lead.Lead) {
		thing := errs.Msg("cmd.verify.thing.lead", l.Number)
		t.row("lead", l.ID, thing, sum(l.Number))
		by := t.leads[l.ID]
		same(t, "lead", thing, "version", l.Version, by.version, plain)
		same(t, "lead", thing, "state", l.State, by.state, func(s string) any { return t.word("lead.state.", s) })
		same(t, "lead", thing, "jurisdiction", l.Jurisdiction, by.jurisdiction, plain)
	})
}

func (t *told) leadSteps() error {
	type row struct {
		lead.Step
		Number string
	}
	return each(t.q, "SELECT s.*, COALESCE(l.number, s.lead_id) AS number FROM lead_steps s LEFT JOIN leads l ON l.id = s.lead_id ORDER BY s.lead_id, s.seq", func(s *row) {
		t.row("lead_step", stepKey(s.LeadID, s.Seq), errs.Msg("cmd.verify.thing.lead_step", t.word("lead.step.", s.Step.Step), s.Number, s.OnDay),
			sum(s.Step.Step, s.OnDay.String(), s.Note, facts(s.Data), s.Actor, s.ActorName, instant(s.At)))
	})
}

// heldKinds are the kinds of rows of which the log tells, in the order in which a person reads of them.
func heldKinds() []string {
	return append([]string{"paper", "file", "case", "assigned", "link", "payment", "step", "track", "task", "task_step", "lead", "lead_step", "visit", "visit_version", "visit_answers", "visit_settled", "visit_evidence", "visit_paper", "visit_review", "visit_lead", "evidence", "evidence_line", "evidence_copy"}, rowKinds()...)
}

// gone names the first of each kind that the log tells of and no row says.
func (t *told) gone() error {
	first := map[string]int64{}
	for key, c := range t.claims {
		kind, _, _ := strings.Cut(key, "/")
		if seq, ok := first[kind]; !ok || c.seq < seq {
			first[kind] = c.seq
		}
	}
	for _, kind := range heldKinds() {
		if first[kind] == 0 || t.faulty[kind] {
			continue
		}
		var e audit.Entry
		if err := t.q.Where("seq = ?", first[kind]).Take(&e).Error; err != nil {
			return err
		}
		t.fault(kind, "cmd.verify.gone", t.thing(kind, &e), fmt.Sprint(e.Seq))
	}
	return nil
}

// thing is what a person calls what an entry tells of.
func (t *told) thing(kind string, e *audit.Entry) errs.Message {
	if slices.Contains(rowKinds(), kind) {
		return errs.Msg("cmd.verify.thing."+kind, rowThing(kind, e)...)
	}
	var l line
	_ = json.Unmarshal([]byte(e.Detail), &l) // it was read before
	args := []any{l.Number}
	_, id, _ := strings.Cut(e.Subject, ":")
	switch kind {
	case "paper":
		args = []any{l.Document}
	case "file":
		args = []any{l.File, l.Number}
	case "step":
		args = []any{t.stepWord(t.cases[id].kind, strings.TrimPrefix(e.Action, "case.step.")), l.Number, l.On}
	case "payment":
		args = []any{l.On, l.Number}
	case "link":
		args = []any{l.Number, l.With}
	case "task", "task_step":
		var x taskLine
		_ = json.Unmarshal([]byte(e.Detail), &x)
		if args = []any{x.Title, x.Number}; kind == "task_step" {
			args = []any{t.word("task.step.", strings.TrimPrefix(e.Action, "task.")), x.Title, x.Number}
		}
	case "visit", "visit_version", "visit_answers", "visit_settled", "visit_evidence", "visit_paper", "visit_review", "visit_lead":
		var x visitLine
		_ = json.Unmarshal([]byte(e.Detail), &x)
		args = []any{x.Name, map[string]any{"visit": x.On, "visit_evidence": "…", "visit_paper": x.Number, "visit_lead": x.Lead}[kind]}
		if args[1] == nil {
			args[1] = x.Seq
		}
	case "evidence", "evidence_line", "evidence_copy":
		args = evidenceThing(kind, e)
	case "lead_step":
		args = []any{t.word("lead.step.", strings.TrimPrefix(e.Action, "lead.")), l.Number, l.On}
	}
	return errs.Msg("cmd.verify.thing."+kind, args...)
}
