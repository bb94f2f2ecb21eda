package caseworktest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/store"
)

// Find reads a case as somebody sees it on a day.
func (o *Office) Find(t testing.TB, by, id, day string) *casework.File {
	t.Helper()
	f, err := o.Docket.Find(context.Background(), o.By[by], id)
	if err != nil {
		t.Fatal(err)
	}
	f.Today = Day(day)
	return f
}

// TakeIn takes a step of the running side procedure of a name as a person on a day and gives the error. Where several run it is the latest.
func (o *Office) TakeIn(by, id, track, step, day string, fields map[string]string) error {
	return o.At(day, func(tx *store.Tx) error {
		var c struct{ Version int64 }
		if err := tx.Raw("SELECT version FROM cases WHERE id = ?", id).Scan(&c).Error; err != nil {
			return err
		}
		var tracks []string
		if err := tx.Raw("SELECT id FROM case_tracks WHERE case_id = ? AND track = ? AND ended_on IS NULL ORDER BY seq DESC", id, track).Scan(&tracks).Error; err != nil {
			return err
		}
		in := casework.Input{On: Day(day), Fields: fields}
		if len(tracks) > 0 {
			in.Track = tracks[0]
		}
		_, err := o.Docket.AdvanceTx(tx, o.By[by], id, step, c.Version, in)
		return err
	})
}

// errUndo takes a try back.
var errUndo = errors.New("undone")

// Offered takes every step that is offered to anybody on a day, with the least that Fill finds, and takes each back; it fails where one is
// refused. It gives the steps that were offered, by name, with who may take them.
func (o *Office) Offered(t testing.TB, id, day string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, x := range o.offered(t, id, day) {
		out[x.step] = append(out[x.step], x.by)
	}
	return out
}

// offer is a step that somebody may take, with answers that were accepted.
type offer struct {
	by, step string
	in       casework.Input
}

func (o *Office) offered(t testing.TB, id, day string) (out []offer) {
	t.Helper()
	tried := map[string]casework.Input{}
	for _, by := range o.names() {
		f, err := o.Docket.Find(context.Background(), o.By[by], id)
		if err != nil {
			continue
		}
		f.Today = Day(day)
		for _, n := range o.Docket.Next(o.By[by], f) {
			if !n.Ready() || n.Step.Into != "" { // to go on in another case there must be one
				continue
			}
			x := offer{by: by, step: n.Step.Name}
			what := n.Step.Name
			if n.Track != nil {
				what += n.Track.ID
			}
			in, ok := tried[what]
			if x.in = in; ok { // for one person it was accepted
				out = append(out, x)
				continue
			}
			if x.in, ok = o.Fill(f, n); !ok {
				t.Errorf("%s, %s on %s: no answers pass the check of the step", by, n.Step.Name, day)
				continue
			}
			err := o.At(day, func(tx *store.Tx) error {
				if _, err := o.Docket.AdvanceTx(tx, o.By[by], id, n.Step.Name, f.Version, x.in); err != nil {
					return err
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				t.Errorf("%s, %s on %s was offered and is refused: %v\n%v", by, n.Step.Name, day, err, x.in)
				continue
			}
			tried[what] = x.in
			out = append(out, x)
		}
	}
	return out
}

// Wander takes steps of a case by chance, a few days apart and with answers by chance, and before each has every one tried that is offered then. The
// steps that seen counts least are taken rather. It ends early where nothing is offered any more.
func (o *Office) Wander(t testing.TB, id, day string, chance *rand.Rand, seen map[string]int, n int) {
	t.Helper()
	on := Day(day)
	for range n {
		offers := o.offered(t, id, on.String())
		if len(offers) == 0 || t.Failed() {
			return
		}
		x := rarest(offers, chance, seen)
		err := o.At(on.String(), func(tx *store.Tx) error {
			f, err := o.Docket.FindTx(tx, o.By[x.by], id)
			if err != nil {
				return err
			}
			for _, n := range o.Docket.Next(o.By[x.by], f) {
				if n.Step.Name != x.step || trackOf(n) != x.in.Track {
					continue
				}
				if in, ok := o.fill(f, n, chance); ok {
					x.in = in
				}
			}
			_, err = o.Docket.AdvanceTx(tx, o.By[x.by], id, x.step, f.Version, x.in)
			return err
		})
		if err != nil {
			t.Errorf("%s, %s on %s: %v\n%v", x.by, x.step, on, err, x.in)
			return
		}
		seen[x.step]++
		on += calendar.Day(chance.IntN(4))
	}
}

// rarest draws an offer, one that was seldom taken rather than one that was often.
func rarest(offers []offer, chance *rand.Rand, seen map[string]int) offer {
	total := 0.0
	weight := func(x offer) float64 { n := float64(1 + seen[x.step]); return 1 / (n * n) }
	for _, x := range offers {
		total += weight(x)
	}
	at := chance.Float64() * total
	for _, x := range offers {
		if at -= weight(x); at < 0 {
			return x
		}
	}
	return offers[len(offers)-1]
}

func trackOf(n casework.Next) string {
	if n.Track == nil {
		return ""
	}
	return n.Track.ID
}

func (o *Office) names() []string {
	var names []string
	for n := range o.By {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Fill finds what may be given with a step that is open: what is optional is left out unless the step's check wants it. It tries one
// answer after the other until the check lets them pass; ok is false where none does.
func (o *Office) Fill(f *casework.File, n casework.Next) (in casework.Input, ok bool) {
	return o.fill(f, n, nil)
}

// fill is Fill with the answers in an order by chance, where there is one.
func (o *Office) fill(f *casework.File, n casework.Next, chance *rand.Rand) (in casework.Input, ok bool) {
	hand := f.Track
	f.Track = n.Track
	defer func() { f.Track = hand }()
	s := &filling{o: o, f: f, step: n.Step, chance: chance, law: casework.Law{Rules: o.Clocks.Rules(), Days: o.Clocks.Days()}}
	for _, s.jump = range []bool{true, false} {
		for _, day := range slices.Compact([]calendar.Day{f.Today, n.Step.Earliest(f)}) {
			s.left = 100000
			s.in = casework.Input{On: day, Fields: casework.Facts{}, Track: trackOf(n)}
			if _, ok := s.from(0); ok {
				return s.in, true
			}
		}
	}
	return casework.Input{}, false
}

// filling is the search for answers.
type filling struct {
	o      *Office
	f      *casework.File
	step   *casework.Step
	law    casework.Law
	in     casework.Input
	chance *rand.Rand
	jump   bool // back to the field that the check blames
	left   int
}

// from tries the answers of the fields from the i-th on; at is the field that the check blames.
func (s *filling) from(i int) (at int, ok bool) {
	if s.left--; s.left < 0 {
		return -1, false
	}
	if i == len(s.step.Asks) {
		fault := s.step.Fault(s.f, s.in, s.law)
		if fault == nil {
			return i, true
		}
		return slices.IndexFunc(s.step.Asks, func(a casework.Ask) bool { return a.Name == fault.Name }), false
	}
	a := s.step.Asks[i]
	if a.When != nil && !a.When(s.in.Fields) {
		return s.from(i + 1)
	}
	answers := s.answers(a)
	if s.chance != nil {
		s.chance.Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
	}
	for _, v := range answers {
		if s.in.Fields[a.Name] = v; v == "" {
			delete(s.in.Fields, a.Name)
		}
		if at, ok = s.from(i + 1); ok || s.jump && at < i {
			return at, ok
		}
	}
	delete(s.in.Fields, a.Name)
	return i - 1, false
}

// answers are what is tried for a field, the likeliest first.
func (s *filling) answers(a casework.Ask) (out []string) {
	if a.Optional {
		out = append(out, "")
	}
	switch a.Type {
	case casework.AskChoice:
		return append(out, a.Open(s.f, s.law, s.in.On)...)
	case casework.AskChoices:
		return append(out, a.Open(s.f, s.law, s.in.On)...)
	case casework.AskDay:
		for _, d := range s.days() {
			if x := d.String(); (!a.Past || d <= s.in.On) && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
		return out
	case casework.AskMoney:
		return append(out, "10000000", "100", "0") // first a sum on which a hearing may be asked for
	case casework.AskCount:
		return append(out, "1", "2", "3", "5", "15")
	case casework.AskTime:
		return append(out, "10:00", "00:00", "23:59")
	case casework.AskHolder:
		for _, x := range s.o.Docket.Holders(access.Actor{}, s.f, a) {
			out = append(out, x.ID)
		}
		return out
	case casework.AskMember:
		for _, m := range s.f.Challengeable() {
			if a.Part == "" || m.Part == a.Part {
				out = append(out, m.UserID)
			}
		}
		return out
	case casework.AskOfficers:
		var ids []string
		for _, m := range s.f.Officers() {
			if m.Certified(s.in.On) {
				ids = append(ids, m.UserID)
			}
		}
		return append(out, strings.Join(ids, ","))
	}
	if a.Name == "plan" { // of a deferral: all that is open, on a day to come
		return append(out, fmt.Sprintf("%s %s", s.in.On.AddDays(30), casework.Yuan(s.o.Docket.Reckon(s.f, s.in.On).FineOpen())))
	}
	return append(out, "测试")
}

// days are the days that an answer may be about: around the step, and those of the case.
func (s *filling) days() []calendar.Day {
	on := s.in.On
	out := []calendar.Day{on, on + 1, on + 30, on + 90, on - 1, on - 10, s.f.FiledOn}
	facts := []casework.Facts{s.f.Facts}
	if s.f.Track != nil {
		facts = append(facts, s.f.Track.Facts)
	}
	for _, f := range facts {
		for _, v := range slices.Sorted(maps.Values(f)) {
			if d, err := calendar.ParseDay(v); err == nil {
				out = append(out, d)
			}
		}
	}
	for _, k := range s.f.Clocks {
		out = append(out, k.StartedOn, k.DueOn)
	}
	return out
}
