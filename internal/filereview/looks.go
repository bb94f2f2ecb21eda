package filereview

import (
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/deadline"
	"huzhi/internal/evidence"
)

// file is what a review looks at.
type file struct {
	*casework.File
	p      *casework.Procedure
	items  []evidence.Full
	clocks *deadline.Clocks
	table  *Table
	spans  []span
	proofs []string // files that prove a service, and nothing of the facts
}

// span is time of the case that is not counted.
type span struct {
	Ground, Document, TrackID string
	FromOn, ToOn              calendar.Day
}

// looks are what is looked for, by the ids of the table.
func looks() map[string]func(*file) []Fault {
	return map[string]func(*file) []Fault{
		"dates_order": datesOrder, "paper_missing": paperMissing, "unsigned": unsigned, "one_officer": oneOfficer, "certificate": certificate, "wrong_article": wrongArticle,
		"overrun": overrun, "unexplained": unexplained, "not_served": notServed, "no_evidence": noEvidence, "unverified": unverified, "rights_not_told": rightsNotTold,
		"no_review": noReview, "goods_open": goodsOpen, "no_archive": noArchive,
	}
}

func (f *file) step(name string) string {
	if s := f.p.Step(name); s != nil {
		return s.Key(f.Kind)
	}
	return "step." + f.Kind + "." + name
}

// datesOrder: a step of the case's own path before the one that led to it, a paper before the filing, a closing before the decision.
func datesOrder(f *file) (out []Fault) {
	var last calendar.Day
	for _, t := range f.Taken {
		if t.TrackID != "" {
			continue
		}
		if t.OnDay < last {
			out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String(), last.String()}, Where: "#timeline"})
		}
		last = max(last, t.OnDay)
	}
	for i := range f.Documents {
		if d := &f.Documents[i]; d.IssuedOn < f.FiledOn {
			out = append(out, Fault{About: []string{d.Title + " " + d.Number, d.IssuedOn.String(), f.FiledOn.String()}, Where: "#documents"})
		}
	}
	return out
}

// paperMissing: a step that issues a paper, and has none; those of the side procedures too.
func paperMissing(f *file) (out []Fault) {
	defer f.InTrack("")
	for _, t := range f.Taken {
		s := f.p.Step(t.Step)
		if s == nil || s.Issues == nil || t.DocumentID != "" || !f.InTrack(t.TrackID) || s.Track != "" && f.Track == nil {
			continue
		}
		if s.Issues(f.File, casework.Input{On: t.OnDay, Fields: t.Data}) != "" {
			out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String()}, Where: "#documents"})
		}
	}
	return out
}

// unsigned: a record that was neither signed nor refused before a witness, and a sealing, return or destruction without its signed record.
func unsigned(f *file) (out []Fault) {
	for _, t := range f.Taken {
		s := f.p.Step(t.Step)
		if s == nil {
			continue
		}
		for _, a := range s.Asks {
			if (a.Name == "signed" || a.Name == "minutes_signed") && t.Data[a.Name] != "signed" && t.Data["witness"] == "" {
				out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String()}, Where: "#timeline"})
			}
		}
	}
	for _, x := range f.items {
		for _, l := range x.Ledger {
			if slices.Contains([]string{evidence.Sealed, evidence.Returned, evidence.Destroyed}, l.Act) && l.SHA256 == "" {
				out = append(out, Fault{About: []string{x.Name, calendar.DayOf(l.OnAt).String()}, Where: "/evidence"})
			}
		}
	}
	return out
}

// oneOfficer: fewer than two in the case, or present at an act on the spot.
func oneOfficer(f *file) (out []Fault) {
	if n := len(f.Officers()); n < 2 && f.Open() {
		out = append(out, Fault{About: []string{f.Number, strconv.Itoa(n)}, Where: "#people"})
	}
	for _, t := range f.Taken {
		s := f.p.Step(t.Step)
		if s == nil {
			continue
		}
		for _, a := range s.Asks {
			if a.Type != casework.AskOfficers {
				continue
			}
			if n := len(strings.FieldsFunc(t.Data[a.Name], func(r rune) bool { return r == ',' || r == ' ' || r == '、' || r == '\n' })); n < 2 {
				out = append(out, Fault{About: []string{f.step(t.Step), strconv.Itoa(n)}, Where: "#timeline"})
			}
		}
	}
	return out
}

// certificate: an officer without one, or whose certificate was over on the day of the decision, or before it of the closing, or is over today.
func certificate(f *file) (out []Fault) {
	on := f.Today
	if !f.ClosedOn.IsZero() {
		on = f.ClosedOn
	}
	if !f.DecidedOn.IsZero() {
		on = f.DecidedOn
	}
	for _, m := range f.Officers() {
		if !m.Certified(on) {
			out = append(out, Fault{About: []string{m.Name, m.CertificateUntil.String(), on.String()}, Where: "#people"})
		}
	}
	return out
}

// wrongArticle: a clock by a wording that was in force neither when the case was filed nor when the clock began.
func wrongArticle(f *file) (out []Fault) {
	for i := range f.Clocks {
		k := &f.Clocks[i]
		r, ok := f.clocks.Rule(k)
		if !ok {
			continue
		}
		in := func(d calendar.Day) bool { return (r.From.IsZero() || d >= r.From) && (r.To.IsZero() || d <= r.To) }
		if !in(f.FiledOn) && !in(k.StartedOn) {
			out = append(out, Fault{About: []string{r.Title.ZH, k.Version, k.StartedOn.String()}, Where: "/clocks/" + k.ID})
		}
	}
	return out
}

// overrun: an office's duty that was not done in time.
func overrun(f *file) (out []Fault) {
	for i := range f.Clocks {
		k := &f.Clocks[i]
		if !k.Late(f.Today) {
			continue
		}
		name, done := k.Rule, "–"
		if r, ok := f.clocks.Rule(k); ok {
			name = r.Title.ZH
		}
		if !k.StoppedOn.IsZero() {
			done = k.StoppedOn.String()
		}
		out = append(out, Fault{About: []string{name, k.WatchOn.String(), done}, Where: "/clocks/" + k.ID})
	}
	return out
}

// byNotice is the ground of a span that the step itself explains: it says where and when the notice was published.
const byNotice = "public_notice"

// unexplained: time that was not counted without a document that says why: the span names none, and its side procedure made none, where the table has one for it.
// Where the table has none, the approval with its reason is what the file holds.
func unexplained(f *file) (out []Fault) {
	for _, s := range f.spans {
		says := func(t casework.Taken) bool {
			if t.TrackID != s.TrackID {
				return false
			}
			step := f.p.Step(t.Step)
			return t.DocumentID != "" || step != nil && step.Pauses != "" && step.Issues == nil
		}
		if s.Ground != byNotice && s.Document == "" && (s.TrackID == "" || !slices.ContainsFunc(f.Taken, says)) {
			out = append(out, Fault{About: []string{s.FromOn.String(), s.ToOn.String()}, Where: "#clocks"})
		}
	}
	return out
}

// notServed: a step that serves without how and when; a notice that nothing served before the decision; and a decision that nothing served, once the case is closed.
func notServed(f *file) (out []Fault) {
	served := false
	if t, d := f.Last("notify"), f.Last("decide"); t != nil && d != nil && f.p.Step("serve_notice") != nil && f.Facts.Day("notice_served_on").IsZero() {
		out = append(out, Fault{About: []string{f.step("notify"), t.OnDay.String()}, Where: "#timeline"})
	}
	for _, t := range f.Taken {
		s := f.p.Step(t.Step)
		if s == nil {
			continue
		}
		for _, v := range s.Serves {
			if t.Data[v.Way] == "" || t.Data[v.On] == "" {
				out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String()}, Where: "#timeline"})
			} else if !f.DecidedOn.IsZero() && t.OnDay >= f.DecidedOn {
				served = true
			}
		}
	}
	// a transfer or an end of the investigation makes no paper that is served on the party
	paper := slices.ContainsFunc(f.p.Steps, func(s casework.Step) bool {
		return s.Track == "" && slices.ContainsFunc(s.Serves, func(v casework.Service) bool {
			return slices.ContainsFunc(f.Taken, func(t casework.Taken) bool { return slices.Contains(v.Of, t.Step) && t.OnDay >= f.DecidedOn })
		})
	})
	if !f.DecidedOn.IsZero() && !f.Open() && paper && !served {
		out = append(out, Fault{About: []string{f.Number, f.DecidedOn.String()}, Where: "#timeline"})
	}
	return out
}

func penalised(f *file) bool {
	return f.Kind == casework.Counterfeit && f.Outcome == counterfeit.Penalised
}

func noEvidence(f *file) []Fault {
	if penalised(f) && !slices.ContainsFunc(f.items, func(x evidence.Full) bool { return !slices.Contains(f.proofs, x.ID) }) {
		return []Fault{{About: []string{f.Number}, Where: "/evidence"}}
	}
	return nil
}

// unverified: once a case is decided, evidence of which nobody has said whether it holds. What proves a service or a confirmed address is none.
func unverified(f *file) (out []Fault) {
	if f.DecidedOn.IsZero() {
		return nil
	}
	for _, x := range f.items {
		if !slices.Contains(f.proofs, x.ID) && x.Standing != evidence.Accepted && x.Standing != evidence.Rejected {
			out = append(out, Fault{About: []string{x.No(), x.Name}, Where: "/evidence"})
		}
	}
	return out
}

// rightsNotTold: a penalty without the notice before it, or one against which a hearing could be asked for, and the last notice did not say so.
func rightsNotTold(f *file) []Fault {
	if !penalised(f) {
		return nil
	}
	decided := f.Last("decide")
	for _, t := range slices.Backward(f.Taken) {
		if t.Step != "notify" || decided != nil && t.Seq > decided.Seq {
			continue
		}
		told := t.Data["hearing_scope"] == "yes" || t.Data["hearing_scope"] == "unknown" // then the paper says it too
		if told || decided == nil || !counterfeit.HearingDue(f.File, decided.Data.Money("fine"), decided.Data.Money("confiscated"), t.OnDay, f.clocks.Rules()) {
			return nil
		}
		break
	}
	return []Fault{{About: []string{f.Number, f.DecidedOn.String()}, Where: "#timeline"}}
}

// noReview: a decision of a kind whose table has a review, and none was made.
func noReview(f *file) []Fault {
	if f.DecidedOn.IsZero() || f.p.Step("review") == nil || f.Last("review") != nil || !penalised(f) {
		return nil
	}
	return []Fault{{About: []string{f.Number, f.DecidedOn.String()}, Where: "#timeline"}}
}

// goodsOpen: a thing under a measure that is over, still sealed or with the office.
func goodsOpen(f *file) (out []Fault) {
	for _, x := range f.items {
		if x.TrackID == "" || x.Over() {
			continue
		}
		for _, t := range f.Tracks {
			if t.ID == x.TrackID && (!t.Running() || !f.Open()) {
				out = append(out, Fault{About: []string{x.No(), x.Name}, Where: "/evidence"})
			}
		}
	}
	return out
}

// noArchive: closed for longer than the table gives for binding the volume, and not in the archive.
func noArchive(f *file) []Fault {
	if f.State == casework.Closed && f.ClosedOn.AddDays(f.table.Check("no_archive").Days) < f.Today {
		return []Fault{{About: []string{f.Number, f.ClosedOn.String()}, Where: "#next"}}
	}
	return nil
}
