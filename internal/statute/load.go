package statute

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"huzhi/internal/calendar"
)

// file is one config/statute/<instrument>.yaml.
type file struct {
	Instruments []Instrument `yaml:"instruments"`
	Rules       []Rule       `yaml:"rules"`
	Fines       []Fine       `yaml:"fines"`
	Surcharges  []Surcharge  `yaml:"surcharges"`
	Bands       []Band       `yaml:"bands"`
	Reliefs     []Relief     `yaml:"reliefs"`
	Principles  []Principle  `yaml:"principles"`
	Orders      []Order      `yaml:"orders"`
	Incomes     []Income     `yaml:"incomes"`
	Police      []Police     `yaml:"police"`
	Hearings    []Hearing    `yaml:"hearings"`
	Keeps       []Keep       `yaml:"keeps"`
	Services    []Service    `yaml:"services"`
}

// Load reads every *.yaml at the top of fsys, strictly: an unknown key, event, unit, ground, approver or instrument, a rule
// without article or text, two versions of one rule in force on the same day or days between two versions are an error naming file
// and line.
func Load(fsys fs.FS) (*Book, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("statute: no rule file found")
	}
	b := &Book{byID: map[string][]Rule{}, instruments: map[string]Instrument{}}
	sum := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("statute: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
		if err := b.read(name, text); err != nil {
			return nil, err
		}
	}
	b.hash = hex.EncodeToString(sum.Sum(nil))
	slices.SortStableFunc(b.surcharges, func(x, y Surcharge) int { return cmp.Compare(x.From, y.From) })
	return b, b.complete()
}

func (b *Book) read(name string, text []byte) error {
	var f file
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: more than one document", name)
	}
	line, err := lines(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	here := map[string]Instrument{}
	for i, in := range f.Instruments {
		err := checkInstrument(in)
		if _, dup := b.instruments[in.ID]; dup && err == nil {
			err = fmt.Errorf("the instrument %s stands twice", in.ID)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, line("instruments", i), err)
		}
		here[in.ID], b.instruments[in.ID] = in, in
	}
	for i, r := range f.Rules {
		r.File, r.Line = name, line("rules", i)
		in, ok := here[r.Instrument]
		err := r.check(in)
		if !ok {
			err = fmt.Errorf("the instrument %q is not in this file", r.Instrument)
		}
		if err == nil {
			err = b.clash(r)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", name, r.Line, r.ID, err)
		}
		b.rules = append(b.rules, r)
		b.byID[r.ID] = append(b.byID[r.ID], r)
	}
	for i, x := range f.Fines {
		x.File, x.Line = name, line("fines", i)
		err := x.check()
		if _, ok := here[x.Instrument]; !ok {
			err = fmt.Errorf("the instrument %q is not in this file", x.Instrument)
		}
		for _, y := range b.fines {
			if overlap(x.From, x.To, y.From, y.To) {
				err = fmt.Errorf("in force together with %s of %s", y.ID, y.From)
			}
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %s: %w", name, x.Line, x.ID, err)
		}
		b.fines = append(b.fines, x)
	}
	for _, err := range []error{
		register(&b.surcharges, f.Surcharges, "surcharges", name, here, line),
		register(&b.bands, f.Bands, "bands", name, here, line),
		register(&b.reliefs, f.Reliefs, "reliefs", name, here, line),
		register(&b.principles, f.Principles, "principles", name, here, line),
		register(&b.orders, f.Orders, "orders", name, here, line),
		register(&b.incomes, f.Incomes, "incomes", name, here, line),
		register(&b.police, f.Police, "police", name, here, line),
		register(&b.hearings, f.Hearings, "hearings", name, here, line),
		register(&b.keeps, f.Keeps, "keeps", name, here, line),
		register(&b.services, f.Services, "services", name, here, line),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// clash errs when another version of the rule is in force with it in the same region, book and kind.
func (b *Book) clash(r Rule) error {
	for _, o := range b.byID[r.ID] {
		sameKind := o.Kind == r.Kind || o.Kind == Any || r.Kind == Any
		sameBook := o.Book == r.Book || o.Book == "" || r.Book == ""
		if sameKind && sameBook && o.Region == r.Region && overlap(o.From, o.To, r.From, r.To) {
			return fmt.Errorf("in force together with %s:%d", o.File, o.Line)
		}
	}
	return nil
}

func overlap(aFrom, aTo, bFrom, bTo calendar.Day) bool {
	return (aTo.IsZero() || bFrom <= aTo) && (bTo.IsZero() || aFrom <= bTo)
}

// Vocabulary is every word a rule may use, by field; the catalogue names each of them.
func Vocabulary() map[string][]string {
	return map[string][]string{
		"kind":     {Counterfeit, Infringement, Dispute, Ecommerce, Hotline, Opinion, Any},
		"book":     {BookPatent, BookSAMR},
		"unit":     {string(calendar.WD), string(calendar.CD), string(calendar.MO), string(calendar.H)},
		"approver": {Head, Panel, Office, SuperiorOffice, LeadersMeeting},
		"mark":     {"C", "C*", "R-h", "R-m", "R-l", "D"},
		"level":    {"lighter", "ordinary", "heavier"},
		"limb": {"L1a", "L1b", "L1c", "L2", "L3a", "L3b", "L3c", "L4", "L5", "exhibition", "platform",
			"inf_make", "inf_method", "inf_sell", "inf_offer", "inf_use", "inf_import", "inf_exhibit", "inf_other"},
		"formula":   {"gross", "received", "net"},
		"line":      {"gross", "outlays", "taxes", "helper", "refunded"},
		"police":    {"turnover", "income", "loss", "two_patents", "again"},
		"papers":    {"important", "ordinary"},
		"paper":     {"decision", "mediation"},
		"way":       {"direct", "left", "electronic", "post", "entrusted", "public_notice", "public_notice_abroad", "address"},
		"only_if":   {"infringement_found", "ownership", "ownership_and_agreement"},
		"on_expiry": {"auto_release", "must_release"},
		"excl": {"public_notice", "appraisal", "test_appraisal", "suspension", "hearing", "rightholder_identification",
			"refund_order", "jurisdiction_objection", "extended_proof_period", "settlement_talks", "holder_delay"},
		"trigger": {"request_received", "filed", "respondent_received", "defence_received", "hearing_date", "decision_served",
			"decided", "changed_or_quashed_by_suit", "jurisdiction_objection_received", "proof_notice_received", "officers_known",
			"knew_act_and_actor", "counter_notice_received", "counter_notice_sent", "opinion_received", "opinion_received_or_period_end", "closed",
			"agreement", "stay_requested_at_cnipa", "discovered", "report_received", "clue_received", "preserved", "sealed",
			"measure_taken", "letter_received", "review_received", "notice_served", "demand_served", "remedy_period_end",
			"performance_period_end", "office_apply_period_end", "closable", "decision_quashed", "transfer_report",
			"transfer_approved", "filing_decided", "complaint_received", "complaint_accepted", "mediation_ended",
			"competence_dispute", "complaint_to_platform", "declaration_reached_rightholder", "notice_published", "penalty_pushed",
			"penalty_published", "police_filed", "patent_filed", "grant_notified", "fee_period_end", "report_requested", "loss_notified",
			"contract_in_force"},
	}
}

func (r Rule) check(in Instrument) error {
	if !regexp.MustCompile(`^[A-Z][A-Z_]*$`).MatchString(r.ID) {
		return fmt.Errorf("the id must be capitals and _")
	}
	words := Vocabulary()
	known := func(field, word string, optional bool) error {
		if word == "" && optional || slices.Contains(words[field], word) {
			return nil
		}
		return fmt.Errorf("unknown %s %q", field, word)
	}
	err := errors.Join(known("kind", r.Kind, false), known("trigger", r.Trigger, false), known("unit", string(r.Unit), false),
		known("book", r.Book, true), known("only_if", r.OnlyIf, true), known("on_expiry", r.OnExpiry, true),
		known("approver", r.Approval, true), known("mark", r.Mark, false))
	for _, x := range r.Excl {
		err = errors.Join(err, known("excl", x, false))
	}
	for _, e := range r.Ext {
		err = errors.Join(err, known("unit", string(e.Unit), false), known("approver", e.Approver, false))
		if e.Free != (e.Max == 0) || e.Max < 0 {
			err = errors.Join(err, fmt.Errorf("an extension has a max or is free"))
		}
	}
	switch {
	case err != nil:
		return err
	case r.Add < 0 || r.Add > 1200, r.Add == 0 && !r.Back:
		return fmt.Errorf("add is %d", r.Add)
	case r.Back != (r.Trigger == "hearing_date"):
		return fmt.Errorf("what is counted back, and nothing else, has the trigger hearing_date")
	case r.Cite.ZH == "" || r.Cite.EN == "" || r.Title.ZH == "" || r.Title.EN == "":
		return fmt.Errorf("cite and title are needed in both languages")
	case (r.Note.ZH == "") != (r.Note.EN == ""):
		return fmt.Errorf("the note is needed in both languages")
	case r.Region != "" && !regexp.MustCompile(`^[0-9]{6}$`).MatchString(r.Region):
		return fmt.Errorf("the region is a GB/T 2260 code, not %q", r.Region)
	case r.From.IsZero() || !r.To.IsZero() && r.To < r.From:
		return fmt.Errorf("in force from %q to %q", r.From, r.To)
	case r.From < in.From || !in.To.IsZero() && (r.To.IsZero() || r.To > in.To):
		return fmt.Errorf("%s is in force only from %s to %q", in.ID, in.From, in.To)
	}
	return nil
}

func checkInstrument(in Instrument) error {
	if in.ID == "" || in.Name.ZH == "" || in.Name.EN == "" || in.From.IsZero() {
		return fmt.Errorf("an instrument needs an id, a name in both languages and the day it came into force")
	}
	if !slices.Contains(Vocabulary()["mark"], in.Mark) {
		return fmt.Errorf("unknown mark %q", in.Mark)
	}
	return nil
}

func (x Fine) check() error {
	if x.Cite.ZH == "" || x.Cite.EN == "" || x.From.IsZero() || !x.To.IsZero() && x.To < x.From {
		return fmt.Errorf("a fine needs a citation in both languages and its days")
	}
	if x.Times <= 0 || x.ElseYuan <= 0 || x.AboveYuan < 0 || !slices.Contains(Vocabulary()["mark"], x.Mark) {
		return fmt.Errorf("a fine needs times, else_yuan and a mark")
	}
	return nil
}

// lines finds the line of the i-th entry under a key of the document.
func lines(text []byte) (func(key string, i int) int, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	return func(key string, i int) int {
		var m []*yaml.Node // keys and values by turns
		for _, n := range doc.Content {
			m = n.Content
		}
		for k := 0; k < len(m); k += 2 {
			if m[k].Value == key && i < len(m[k+1].Content) {
				return m[k+1].Content[i].Line
			}
		}
		return 1
	}, nil
}
