package caseworktest

import (
	"context"
	"errors"
	"maps"
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
	for _, by := range o.names() {
		f, err := o.Docket.Find(context.Background(), o.By[by], id)
		if err != nil {
			continue
		}
		f.Today = Day(day)
		for _, n := range o.Docket.Next(o.By[by], f) {
			if !n.Ready() {
				continue
			}
			out[n.Step.Name] = append(out[n.Step.Name], by)
			in, ok := o.Fill(f, n)
			if !ok {
				t.Errorf("%s, %s on %s: no answers pass the check of the step", by, n.Step.Name, day)
				continue
			}
			err := o.At(day, func(tx *store.Tx) error {
				if _, err := o.Docket.AdvanceTx(tx, o.By[by], id, n.Step.Name, f.Version, in); err != nil {
					return err
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				t.Errorf("%s, %s on %s was offered and is refused: %v\n%v", by, n.Step.Name, day, err, in)
			}
		}
	}
	return out
}

func (o *Office) names() []string {
	var names []string
	for n := range o.By {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Fill finds the least that may be given with a step that is open: what is optional is left out unless the step's check wants it. It tries one
// answer after the other until the check lets them pass; ok is false where none does.
func (o *Office) Fill(f *casework.File, n casework.Next) (in casework.Input, ok bool) {
	hand := f.Track
	f.Track = n.Track
	defer func() { f.Track = hand }()
	s := &filling{o: o, f: f, step: n.Step, law: casework.Law{Rules: o.Clocks.Rules(), Days: o.Clocks.Days()}}
	for _, s.jump = range []bool{true, false} {
		for _, day := range slices.Compact([]calendar.Day{f.Today, n.Step.Earliest(f)}) {
			s.left = 100000
			s.in = casework.Input{On: day, Fields: casework.Facts{}}
			if n.Track != nil {
				s.in.Track = n.Track.ID
			}
			if _, ok := s.from(0); ok {
				return s.in, true
			}
		}
	}
	return casework.Input{}, false
}

// filling is the search for answers.
type filling struct {
	o    *Office
	f    *casework.File
	step *casework.Step
	law  casework.Law
	in   casework.Input
	jump bool // back to the field that the check blames
	left int
}

// from tries the answers of the fields from the i-th on; at is the field that the check blames.
func (s *filling) from(i int) (at int, ok bool) {
	if s.left--; s.left < 0 {
		return -1, false
	}
	if i == len(s.step.Asks) {
		if s.step.Check == nil {
			return i, true
		}
		fault := s.step.Check(s.f, s.in, s.law)
		if fault == nil {
			return i, true
		}
		return slices.IndexFunc(s.step.Asks, func(a casework.Ask) bool { return a.Name == fault.Name }), false
	}
	a := s.step.Asks[i]
	if a.When != nil && !a.When(s.in.Fields) {
		return s.from(i + 1)
	}
	for _, v := range s.answers(a) {
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
		return append(out, a.Options...)
	case casework.AskDay:
		for _, d := range s.days() {
			if x := d.String(); (!a.Past || d <= s.in.On) && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
		return out
	case casework.AskMoney:
		return append(out, "100", "0", "10000000")
	case casework.AskCount:
		return append(out, "1", "2", "3", "5")
	case casework.AskTime:
		return append(out, "10:00", "00:00", "23:59")
	case casework.AskHolder:
		for _, x := range s.o.Docket.Holders(access.Actor{}, s.f, a) {
			out = append(out, x.ID)
		}
		return out
	case casework.AskMember:
		for _, m := range s.f.Members {
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
	out = append(out, "测试")
	if open := s.o.Docket.Reckon(s.f, s.in.On).FineOpen(); open > 0 { // a plan of payment
		out = append(out, s.in.On.AddDays(30).String()+" "+casework.Yuan(open))
	}
	return out
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
