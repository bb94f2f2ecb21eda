package inspection

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// The most that one record holds.
const (
	mostParties  = 200
	mostFindings = 1000
	mostPhotos   = 2000
	mostGoods    = 1000
	mostMeasures = 200
)

// The measures that can be taken on the spot.
const (
	Sampling   = "sampling"   // Administrative Penalty Law (2021) Art. 56
	Preserve   = "preserve"   // register-and-preserve, the same article
	Correction = "correction" // Implementing Rules (2023) Art. 99; Measures for Patent Marking Art. 8
)

// Measures is every measure.
func Measures() []string { return []string{Sampling, Preserve, Correction} }

// The ways in which a number came into a finding.
const (
	Typed   = "typed"
	Scanned = "scanned"
	Pasted  = "pasted"
)

// Record is what was done and seen in one visit, whole, as the telephone or the desk sends it. All times in it are the device's.
type Record struct {
	Jurisdiction string    `json:"jurisdiction"`
	Place        string    `json:"place"` // the county, GB/T 2260
	Kind         string    `json:"kind"`
	Name         string    `json:"name"` // of the market, the shop, the factory …
	Address      string    `json:"address"`
	Officers     []string  `json:"officers"` // ids of people
	Shown        bool      `json:"shown"`    // the certificates were shown first (Administrative Penalty Law Art. 55)
	BeganAt      time.Time `json:"began_at"`
	EndedAt      time.Time `json:"ended_at"`
	Position     *Position `json:"position"`
	Checklist    []Checked `json:"checklist"`
	Parties      []Party   `json:"parties"`
	Note         string    `json:"note"`
	Finished     bool      `json:"finished"`
	Paper        bool      `json:"paper"` // typed in from a record on paper
	Device       string    `json:"device"`
}

// Position is where the device says it was.
type Position struct {
	Latitude  float64   `json:"latitude"`  // degrees
	Longitude float64   `json:"longitude"` // degrees
	Accuracy  float64   `json:"accuracy"`  // metres
	At        time.Time `json:"at"`
}

// Checked is the answer to an item of the checklist.
type Checked struct {
	Item   string `json:"item"`
	Answer string `json:"answer"` // yes, no, none
	Note   string `json:"note"`
}

// Party is who was inspected: in a market each shop is one.
type Party struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Address   string    `json:"address"` // or the number of its stall
	Person    string    `json:"person"`  // who spoke for it
	Phone     string    `json:"phone"`
	Findings  []Finding `json:"findings"`
	Goods     []Goods   `json:"goods"`
	Measures  []Measure `json:"measures"`
	Statement string    `json:"statement"` // what the party says to it
	Sign      *Sign     `json:"sign"`
}

// Finding is one mark on one product.
type Finding struct {
	ID       string       `json:"id"`
	At       time.Time    `json:"at"`
	Number   string       `json:"number"` // as typed, scanned or pasted
	How      string       `json:"how"`
	Facts    patent.Facts `json:"facts"`
	Answer   string       `json:"answer"`   // what the check on the device said; "" where it had none
	Rules    string       `json:"rules"`    // by which rule set
	Decision string       `json:"decision"` // confirm, overrule; "" is not decided
	Verdict  string       `json:"verdict"`  // what it was overruled to
	Reason   string       `json:"reason"`
	Note     string       `json:"note"`
	Photos   []Photo      `json:"photos"`

	said     *patent.Result // what the office's check said when it came
	reviewed string         // what was found on looking again
}

// Photo is a photograph: its bytes are the blob of that hash.
type Photo struct {
	SHA256    string    `json:"sha256"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	TakenAt   time.Time `json:"taken_at"`
	Position  *Position `json:"position"`
	Caption   string    `json:"caption"`
}

// Goods is a line of the list of goods.
type Goods struct {
	Item      string `json:"item"`
	Model     string `json:"model"`
	Quantity  int64  `json:"quantity"`
	Unit      string `json:"unit"`
	UnitPrice int64  `json:"unit_price"` // fen
	Kept      string `json:"kept"`       // where they are
	Remark    string `json:"remark"`
}

// Measure is what was ordered or taken on the spot.
type Measure struct {
	Kind     string    `json:"kind"`
	Text     string    `json:"text"`
	Approved string    `json:"approved"` // the head who approved it: register-and-preserve needs one (Administrative Penalty Law Art. 56)
	At       time.Time `json:"at"`
}

// Sign is how the party closed the record: a signature on the screen or on paper, or a refusal before a witness (Administrative
// Penalty Law Art. 55; Administrative Compulsion Law Art. 18).
type Sign struct {
	How     string    `json:"how"` // screen, paper, refused
	Name    string    `json:"name"`
	Image   string    `json:"image"` // SHA-256 of the picture of the signature
	Witness string    `json:"witness"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
}

// The ways to sign.
const (
	OnScreen = "screen"
	OnPaper  = "paper"
	Refused  = "refused"
)

// Signings is every way to sign.
func Signings() []string { return []string{OnScreen, OnPaper, Refused} }

// Decisions is every decision on the check's answer.
func Decisions() []string { return []string{"confirm", "overrule"} }

// Verdicts is every answer of the check.
func Verdicts() []string {
	return []string{string(patent.OK), string(patent.Defect), string(patent.Check), string(patent.Suspect)}
}

// Suggested is what the office's check said of the finding when it came; of a record that came before answers were kept, what it says today.
func (f *Finding) Suggested() patent.Result {
	if f.said != nil {
		return *f.said
	}
	return patent.CheckMarking(f.judged())
}

// Result is what holds for a finding: what was found on looking again; else what an officer decided, who confirms the answer that stood on the
// screen; else what the check suggests.
func (f *Finding) Result() string {
	switch {
	case f.reviewed != "":
		return f.reviewed
	case f.Decision == "overrule":
		return f.Verdict
	case f.Decision == "confirm" && f.Answer != "":
		return f.Answer
	}
	return string(f.Suggested().Result)
}

// Suspect says whether something about the party is suspected to be a counterfeit.
func (p *Party) Suspect() bool {
	return slices.ContainsFunc(p.Findings, func(f Finding) bool { return f.Result() == string(patent.Suspect) })
}

// Party finds a party by its id, or nil.
func (r *Record) Party(id string) *Party {
	for i := range r.Parties {
		if r.Parties[i].ID == id {
			return &r.Parties[i]
		}
	}
	return nil
}

// content is the record as it is kept and hashed: the same record is the same text on every machine.
func (r *Record) content() (string, error) {
	b, err := json.Marshal(r)
	return string(b), err
}

// tidy takes blanks from the ends of texts and puts times in UTC to the millisecond, so that the same record has the same hash.
func (r *Record) tidy() {
	trim(&r.Name, &r.Address, &r.Note, &r.Device)
	stamp(&r.BeganAt, &r.EndedAt)
	r.Position.tidy()
	for i := range r.Checklist {
		trim(&r.Checklist[i].Note)
	}
	for i := range r.Parties {
		p := &r.Parties[i]
		trim(&p.Name, &p.Address, &p.Person, &p.Phone, &p.Statement)
		for j := range p.Findings {
			f := &p.Findings[j]
			trim(&f.Number, &f.Reason, &f.Note, &f.Facts.Text, &f.Facts.Product, &f.Facts.Party)
			stamp(&f.At)
			for k := range f.Photos {
				trim(&f.Photos[k].Caption)
				stamp(&f.Photos[k].TakenAt)
				f.Photos[k].Position.tidy()
			}
		}
		for j := range p.Goods {
			g := &p.Goods[j]
			trim(&g.Item, &g.Model, &g.Unit, &g.Kept, &g.Remark)
		}
		for j := range p.Measures {
			trim(&p.Measures[j].Text, &p.Measures[j].Approved)
			stamp(&p.Measures[j].At)
		}
		if p.Sign != nil {
			trim(&p.Sign.Name, &p.Sign.Witness, &p.Sign.Reason)
			stamp(&p.Sign.At)
		}
	}
}

func (p *Position) tidy() {
	if p != nil {
		stamp(&p.At)
	}
}

func trim(list ...*string) {
	for _, s := range list {
		*s = strings.TrimSpace(strings.ToValidUTF8(*s, "�"))
	}
}

func stamp(list ...*time.Time) {
	for _, t := range list {
		*t = t.UTC().Truncate(time.Millisecond)
	}
}

// day is the day of the visit as the device had it.
func (r *Record) day() calendar.Day { return calendar.DayOf(r.BeganAt) }

// check notes what is wrong with a record, apart from its people. Of one that is not finished less is asked: nothing that was seen is refused
// for what is still missing.
func (r *Record) check(bad *errs.Faults, lists Checklists) {
	bad.Require("name", r.Name)
	bad.Limit("name", r.Name, 200)
	bad.Limit("address", r.Address, 300)
	bad.Limit("note", r.Note, 5000)
	bad.Limit("device", r.Device, 300)
	choice(bad, "kind", r.Kind, Kinds())
	moment(bad, "began_at", r.BeganAt, true)
	moment(bad, "ended_at", r.EndedAt, r.Finished)
	r.Position.check(bad)
	if !r.EndedAt.IsZero() && r.EndedAt.Before(r.BeganAt) {
		bad.Add("ended_at", "error.visit.ended")
	}
	if len(r.Officers) > 10 {
		bad.Add("officers", "error.visit.many", 10)
	}
	if r.Finished && !r.Shown {
		bad.Add("shown", "error.visit.shown")
	}
	if r.Finished && len(r.Parties) == 0 {
		bad.Add("parties", "error.visit.no_party")
	}
	if len(r.Checklist) > 100 {
		bad.Add("checklist", "error.visit.many", 100)
	}
	for _, x := range r.Checklist {
		if !lists.Has(r.Kind, x.Item) {
			bad.Add("checklist", "error.choice")
		}
		choice(bad, "checklist", x.Answer, []string{"yes", "no", "none"})
		bad.Limit("checklist", x.Note, 1000)
	}
	r.checkParties(bad)
}

func (r *Record) checkParties(bad *errs.Faults) {
	seen := map[string]bool{}
	id := func(name, s string) {
		if !store.ValidID(s) || seen[s] {
			bad.Add(name, "error.visit.id")
		}
		seen[s] = true
	}
	var findings, photos, goods, measures int
	for i := range r.Parties {
		p := &r.Parties[i]
		id("parties", p.ID)
		if r.Finished {
			p.checkDecided(bad)
		}
		findings, goods, measures = findings+len(p.Findings), goods+len(p.Goods), measures+len(p.Measures)
		for j := range p.Findings {
			id("findings", p.Findings[j].ID)
			photos += len(p.Findings[j].Photos)
			p.Findings[j].check(bad)
		}
		p.check(bad, r.Finished)
	}
	for _, x := range []struct {
		name    string
		n, most int
	}{{"parties", len(r.Parties), mostParties}, {"findings", findings, mostFindings}, {"photos", photos, mostPhotos}, {"goods", goods, mostGoods}, {"measures", measures, mostMeasures}} {
		if x.n > x.most {
			bad.Add(x.name, "error.visit.many", x.most)
		}
	}
}

func (p *Party) check(bad *errs.Faults, finished bool) {
	bad.Require("party_name", p.Name)
	for name, s := range map[string]string{"party_name": p.Name, "person": p.Person, "phone": p.Phone} {
		bad.Limit(name, s, 200)
	}
	bad.Limit("party_address", p.Address, 300)
	bad.Limit("statement", p.Statement, 5000)
	for _, g := range p.Goods {
		bad.Require("item", g.Item)
		for name, s := range map[string]string{"item": g.Item, "model": g.Model, "unit": g.Unit, "kept": g.Kept, "remark": g.Remark} {
			bad.Limit(name, s, 300)
		}
		if g.Quantity < 0 || g.Quantity > 1e9 {
			bad.Add("quantity", "error.number")
		}
		if g.UnitPrice < 0 || g.UnitPrice > 1e13 {
			bad.Add("unit_price", "error.money")
		}
	}
	for _, m := range p.Measures {
		choice(bad, "measure", m.Kind, Measures())
		bad.Require("measure_text", m.Text)
		bad.Limit("measure_text", m.Text, 5000)
		bad.Limit("approved", m.Approved, 100)
		if m.Kind == Preserve && m.Approved == "" && finished {
			bad.Add("approved", "error.visit.approved")
		}
		moment(bad, "measure", m.At, true)
	}
	p.checkSign(bad, finished)
}

// checkDecided asks that an officer has decided on every finding before the record is signed: the check only suggests.
func (p *Party) checkDecided(bad *errs.Faults) {
	for _, f := range p.Findings {
		if f.Decision == "" {
			bad.Add("decision", "error.visit.undecided", p.Name)
			return
		}
	}
}

// checkSign asks for a signature, or for a refusal with a witness, of each party of a finished record.
func (p *Party) checkSign(bad *errs.Faults, finished bool) {
	s := p.Sign
	if s == nil {
		if finished {
			bad.Add("sign", "error.visit.sign", p.Name)
		}
		return
	}
	choice(bad, "sign", s.How, Signings())
	for name, text := range map[string]string{"signer": s.Name, "witness": s.Witness} {
		bad.Limit(name, text, 200)
	}
	bad.Limit("refusal", s.Reason, 1000)
	moment(bad, "sign", s.At, true)
	switch s.How {
	case OnScreen:
		if !isHash(s.Image) {
			bad.Add("sign", "error.visit.sign", p.Name)
		}
	case Refused:
		if s.Witness == "" {
			bad.Add("witness", "error.visit.witness", p.Name)
		}
	}
	if s.Image != "" && !isHash(s.Image) {
		bad.Add("sign", "error.visit.hash")
	}
}

func (f *Finding) check(bad *errs.Faults) {
	moment(bad, "finding_at", f.At, true)
	bad.Limit("number", f.Number, 200)
	bad.Limit("text", f.Facts.Text, 5000)
	bad.Limit("product", f.Facts.Product, 300)
	bad.Limit("party", f.Facts.Party, 200)
	bad.Limit("reason", f.Reason, 2000)
	bad.Limit("finding_note", f.Note, 5000)
	if f.How != "" {
		choice(bad, "how", f.How, []string{Typed, Scanned, Pasted})
	}
	for _, name := range f.Facts.Faults() {
		bad.Add(name, "error.choice")
	}
	for _, reg := range append(slices.Clone(f.Facts.Others), deref(f.Facts.Register)...) {
		bad.Limit("register", reg.Number+reg.Title+reg.EndReason+strings.Join(reg.Patentees, "")+strings.Join(reg.Licensees, ""), 5000)
	}
	if f.Answer != "" {
		choice(bad, "answer", f.Answer, Verdicts())
	}
	bad.Limit("rules", f.Rules, 100)
	switch f.Decision {
	case "", "confirm":
	case "overrule":
		choice(bad, "verdict", f.Verdict, Verdicts())
		bad.Require("reason", f.Reason)
	default:
		bad.Add("decision", "error.choice")
	}
	for _, x := range f.Photos {
		if !isHash(x.SHA256) {
			bad.Add("photos", "error.visit.hash")
		}
		bad.Limit("photos", x.Name, 300)
		bad.Limit("photos", x.MediaType, 100)
		bad.Limit("caption", x.Caption, 1000)
		moment(bad, "photos", x.TakenAt, true)
		x.Position.check(bad)
	}
}

func deref(r *patent.Register) []patent.Register {
	if r == nil {
		return nil
	}
	return []patent.Register{*r}
}

func (p *Position) check(bad *errs.Faults) {
	if p == nil {
		return
	}
	if !(math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180 && p.Accuracy >= 0 && p.Accuracy < 1e8) {
		bad.Add("position", "error.visit.position")
	}
	moment(bad, "position", p.At, true)
}

// moment notes an instant that is missing where it is needed, or that no device can have meant. A wrong clock is not refused: it is shown.
func moment(bad *errs.Faults, name string, t time.Time, needed bool) {
	switch y := t.Year(); {
	case t.IsZero():
		if needed {
			bad.Add(name, "error.required")
		}
	case y < 1970 || y > 2200:
		bad.Add(name, "error.day")
	}
}

func choice(bad *errs.Faults, name, value string, of []string) {
	if !slices.Contains(of, value) {
		bad.Add(name, "error.choice")
	}
}

func isHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}
