package filereview

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/deadline"
	"huzhi/internal/evidence"
	"huzhi/internal/statute"
)

// file is what a review looks at.
type file struct {
	*casework.File
	p            *casework.Procedure
	items        []evidence.Full
	clocks       *deadline.Clocks
	table        *Table
	spans        []span
	proofs       []string          // files that prove a service, and nothing of the facts
	served       []string          // papers with a service that took effect
	acted        []casework.Member // its officers, and who took steps of it
	certificates []held            // oldest first
	book         string            // the procedural book of the case
}

// span is time of the case that is not counted.
type span struct {
	Ground, Document, TrackID string
	FromOn, ToOn              calendar.Day
}

// looks are what is looked for, by the ids of the table.
func looks() map[string]func(*file) []Fault {
	return map[string]func(*file) []Fault{
		"dates_order": datesOrder, "paper_missing": paperMissing, "paper_wanted": paperWanted, "unsigned": unsigned, "one_officer": oneOfficer, "certificate": certificate, "wrong_article": wrongArticle,
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
			out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String(), last.String()}, Where: "#timeline", on: t.OnDay})
		}
		last = max(last, t.OnDay)
	}
	for i := range f.Documents {
		if d := &f.Documents[i]; d.IssuedOn < f.FiledOn {
			out = append(out, Fault{About: []string{d.Title + " " + d.Number, d.IssuedOn.String(), f.FiledOn.String()}, Where: "#documents", on: f.FiledOn})
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
			out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String()}, Where: "#documents", on: t.OnDay})
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
				out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String()}, Where: "#timeline", on: t.OnDay})
			}
		}
	}
	for _, x := range f.items {
		for _, l := range x.Ledger {
			if slices.Contains([]string{evidence.Sealed, evidence.Returned, evidence.Destroyed}, l.Act) && l.SHA256 == "" {
				out = append(out, Fault{About: []string{x.Name, calendar.DayOf(l.OnAt).String()}, Where: "/evidence", on: calendar.DayOf(l.OnAt)})
			}
		}
	}
	return out
}

// oneOfficer: fewer than two in the case, or present at an act on the spot.
func oneOfficer(f *file) (out []Fault) {
	if n := len(f.Officers()); (n < 2 || f.p.Panel && (n < 3 || n%2 == 0)) && f.Open() {
		out = append(out, Fault{About: []string{f.Number, strconv.Itoa(n)}, Where: "#people", on: f.Today})
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
				out = append(out, Fault{About: []string{f.step(t.Step), strconv.Itoa(n)}, Where: "#timeline", on: t.OnDay})
			}
		}
	}
	return out
}

// certificate: an officer who took a step on a day, or whose case was decided on it, without a certificate that was valid then; of an open case, today too. Once for
// each officer, with the first day. A certificate renewed since does not mend it.
func certificate(f *file) (out []Fault) {
	days := map[string][]calendar.Day{}
	names := map[string]string{}
	for _, m := range f.Officers() {
		names[m.UserID] = m.Name
		switch {
		case !f.DecidedOn.IsZero():
			days[m.UserID] = append(days[m.UserID], f.DecidedOn)
		case f.Open():
			days[m.UserID] = append(days[m.UserID], f.Today)
		case !f.ClosedOn.IsZero():
			days[m.UserID] = append(days[m.UserID], f.ClosedOn)
		}
	}
	for _, t := range f.Taken {
		if names[t.Actor] != "" || slices.Contains(f.Former, t.Actor) {
			names[t.Actor] = t.ActorName
			days[t.Actor] = append(days[t.Actor], t.OnDay)
		}
	}
	for _, x := range f.items {
		for _, l := range x.Ledger {
			if names[l.Actor] != "" {
				days[l.Actor] = append(days[l.Actor], calendar.DayOf(l.At))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(days)) {
		slices.Sort(days[id])
		for _, on := range days[id] {
			if until, ok := f.certified(id, on); !ok {
				out = append(out, Fault{About: []string{names[id], until.String(), on.String()}, Where: "#people", on: on})
				break
			}
		}
	}
	return out
}

// held is a certificate as it was recorded of a person; an empty number: it was taken away.
type held struct {
	UserID, Number string
	UntilDay       calendar.Day
	RecordedAt     time.Time
}

// certified says whether a person held a valid certificate on a day, and until when: the one that was recorded last by then; of a day before the first was recorded,
// the first. Of whom none was recorded, the one that the list of people holds.
func (f *file) certified(id string, on calendar.Day) (until calendar.Day, ok bool) {
	var last *held
	for i := range f.certificates {
		if c := &f.certificates[i]; c.UserID == id && (last == nil || calendar.DayOf(c.RecordedAt) <= on) {
			last = c
		}
	}
	if last != nil {
		return last.UntilDay, last.Number != "" && on <= last.UntilDay
	}
	for _, m := range f.acted {
		if m.UserID == id {
			return m.CertificateUntil, m.Certified(on)
		}
	}
	return 0, false
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
			out = append(out, Fault{About: []string{r.Title.ZH, k.Version, k.StartedOn.String()}, Where: "/clocks/" + k.ID, on: k.StartedOn})
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
		name, done, cite := k.Rule, "–", statute.Text{ZH: k.Version, EN: k.Version} // of a rule that is in the book no more
		if r, ok := f.clocks.Rule(k); ok {
			name, cite = r.Title.ZH, r.Cite
		}
		if !k.StoppedOn.IsZero() {
			done = k.StoppedOn.String()
		}
		out = append(out, Fault{About: []string{name, k.WatchOn.String(), done}, Where: "/clocks/" + k.ID, Cite: cite})
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
			out = append(out, Fault{About: []string{s.FromOn.String(), s.ToOn.String()}, Where: "#clocks", on: s.FromOn})
		}
	}
	return out
}

// notServed: a step that serves without how and when; a notice that nothing served before the decision; and a decision that nothing served, once the case is closed.
func notServed(f *file) (out []Fault) {
	served := false
	if t, d := f.Last("notify"), f.Last("decide"); t != nil && d != nil && f.p.Step("serve_notice") != nil && f.Facts.Day("notice_served_on").IsZero() {
		out = append(out, Fault{About: []string{f.step("notify"), t.OnDay.String()}, Where: "#timeline", on: t.OnDay})
	}
	for _, t := range f.Taken {
		s := f.p.Step(t.Step)
		if s == nil {
			continue
		}
		for _, v := range s.Serves {
			if t.Data[v.Way] == "" || t.Data[v.On] == "" {
				out = append(out, Fault{About: []string{f.step(t.Step), t.OnDay.String()}, Where: "#timeline", on: t.OnDay})
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
		out = append(out, Fault{About: []string{f.Number, f.DecidedOn.String()}, Where: "#timeline", on: f.DecidedOn})
	}
	return append(out, f.unserved()...)
}

// unserved are the papers of the steps whose service the procedure asks for, issued since the office keeps its services in the program, of which no service took
// effect: once the case is closed, and those of before the decision once it is decided. What was voided or withdrawn need not be served.
func (f *file) unserved() (out []Fault) {
	since := f.table.Check("not_served").Since
	for i := range f.Documents {
		d := &f.Documents[i]
		if d.IssuedOn < since || !f.Stands(d.ID) || slices.Contains(f.served, d.ID) || f.Open() && (f.DecidedOn.IsZero() || d.IssuedOn >= f.DecidedOn) {
			continue
		}
		made := slices.IndexFunc(f.Taken, func(t casework.Taken) bool { return t.DocumentID == d.ID })
		if made < 0 || !slices.ContainsFunc(f.p.Steps, func(s casework.Step) bool {
			return slices.ContainsFunc(s.Serves, func(v casework.Service) bool { return slices.Contains(v.Of, f.Taken[made].Step) })
		}) {
			continue
		}
		out = append(out, Fault{About: []string{d.Title + " " + d.Number, d.IssuedOn.String()}, Where: "#documents", on: d.IssuedOn})
	}
	return out
}

func penalised(f *file) bool {
	return f.Kind == casework.Counterfeit && f.Outcome == counterfeit.Penalised
}

// noEvidence: a penalty, an adjudication, a mediated agreement or an opinion on a listing of which the file holds nothing that proves the facts. A penalty must rest on
// evidence of the office; for the others, what the parties attached is evidence too.
func noEvidence(f *file) []Fault {
	if !penalised(f) && !adjudicated(f) && !mediated(f) && (f.Kind != casework.Ecommerce || f.DecidedOn.IsZero() || f.Last("handle") == nil) {
		return nil
	}
	if slices.ContainsFunc(f.items, func(x evidence.Full) bool { return !slices.Contains(f.proofs, x.ID) }) || !penalised(f) && len(f.Attached) > len(f.proofs) {
		return nil
	}
	return []Fault{{About: []string{f.Number}, Where: "/evidence", on: f.DecidedOn}}
}

// unverified: once a case is decided, evidence of which nobody has said whether it holds. What proves a service or a confirmed address is none.
func unverified(f *file) (out []Fault) {
	if f.DecidedOn.IsZero() {
		return nil
	}
	for _, x := range f.items {
		if !slices.Contains(f.proofs, x.ID) && x.Standing != evidence.Accepted && x.Standing != evidence.Rejected {
			out = append(out, Fault{About: []string{x.No(), x.Name}, Where: "/evidence", on: f.DecidedOn})
		}
	}
	return out
}

// rightsNotTold: a penalty without the notice before it, or one against which a hearing could be asked for, and the last notice did not say so.
// An infringement dispute decided on the papers: who loses was not told the findings before.
func rightsNotTold(f *file) []Fault {
	if adjudicated(f) && f.Last("no_hearing") != nil && f.Last("hear") == nil && !f.Since("tell_findings", "no_hearing") {
		return []Fault{{About: []string{f.Number, f.DecidedOn.String()}, Where: "#timeline", on: f.DecidedOn}}
	}
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
	return []Fault{{About: []string{f.Number, f.DecidedOn.String()}, Where: "#timeline", on: f.DecidedOn}}
}

// noReview: a penalty without review, an adjudication without deliberation of the panel.
func noReview(f *file) []Fault {
	if penalised(f) && f.p.Step("review") != nil && f.Last("review") == nil || adjudicated(f) && f.Last("deliberate") == nil && f.Last("decide_repeat") == nil {
		return []Fault{{About: []string{f.Number, f.DecidedOn.String()}, Where: "#timeline", on: f.DecidedOn}}
	}
	return nil
}

// goodsOpen: a thing under a measure that is over, still sealed or with the office.
func goodsOpen(f *file) (out []Fault) {
	for _, x := range f.items {
		if x.TrackID == "" || x.Over() {
			continue
		}
		for _, t := range f.Tracks {
			if t.ID == x.TrackID && (!t.Running() || !f.Open()) {
				out = append(out, Fault{About: []string{x.No(), x.Name}, Where: "/evidence", on: t.OpenedOn})
			}
		}
	}
	return out
}

// noArchive: closed for longer than the table gives for binding the volume, and not in the archive.
func noArchive(f *file) []Fault {
	if f.State == casework.Closed && f.ClosedOn.AddDays(f.table.Check("no_archive").Days) < f.Today {
		return []Fault{{About: []string{f.Number, f.ClosedOn.String()}, Where: "#next", on: f.ClosedOn}}
	}
	return nil
}
