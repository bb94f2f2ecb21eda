package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// The power guard: what is refused before a step is taken. First what the law keeps from the office in a kind of case, then whether the step is
// open as the case stands, who may take it, what is missing, and what is wrong with what was given.

// denied says why an act is not in the kind's table: the law keeps it from the office, or nobody knows it.
func (d *Docket) denied(f *File, act string) error {
	if slices.Contains(d.Denied(f), act) {
		return errs.New(errs.Forbidden, "power."+act).On("case:" + f.ID)
	}
	return errs.New(errs.NotFound, "error.no_such_step")
}

// Denied are the acts that the law keeps from the office in a case as it stands.
func (d *Docket) Denied(f *File) []string {
	var out []string
	for _, x := range d.procedures[f.Kind].Denied {
		if x.When == nil || x.When(f, d.law()) {
			out = append(out, x.Act)
		}
	}
	return out
}

// OfficeFor is where the right to a step of a case is asked: the case's office, or the one above it.
func (d *Docket) OfficeFor(f *File, s *Step) string {
	if s.Above {
		if r, ok := d.regions.Get(f.Jurisdiction); ok && r.Parent != "" {
			return r.Parent
		}
	}
	return f.Jurisdiction
}

// Holders are the people whom a field of a step may name, without who asks: of the case's office, and those of a higher one, who hold the right
// here too. Which level must approve is for the step that approves to say.
func (d *Docket) Holders(by access.Actor, f *File, a Ask) []access.Actor {
	return slices.DeleteFunc(d.guard.Holders(a.Holds, f.Jurisdiction), func(x access.Actor) bool {
		return x.ID == by.ID || f.without(x.ID)
	})
}

// without says whether a field of a step may not name a person: who ever investigated the case, or had to leave it.
func (f *File) without(userID string) bool {
	return f.Investigated(userID) || slices.Contains(f.Recused(), userID)
}

func (d *Docket) holder(f *File) func(Ask, string) string {
	return func(a Ask, id string) string {
		for _, x := range d.Holders(access.Actor{}, f, a) {
			if x.ID == id {
				return x.Name
			}
		}
		return ""
	}
}

func stepClosed(f *File, s *Step) error {
	if s.Track != "" && slices.Contains(s.From, f.State) { // the side procedure stands in the way, not the case
		switch {
		case f.Track == nil:
			return errs.New(errs.Conflict, "error.track_runs", errs.Msg(s.Key(f.Kind)), errs.Msg("track."+s.Track))
		case f.Track.Running():
			return errs.New(errs.Conflict, "error.track_closed", errs.Msg(s.Key(f.Kind)), errs.Msg("track."+f.Track.Track+".state."+f.Track.State))
		}
		return errs.New(errs.Conflict, "error.track_closed", errs.Msg(s.Key(f.Kind)), errs.Msg("track."+f.Track.Track+"."+f.Track.State+".done"))
	}
	state := errs.Msg("state." + f.Kind + "." + string(f.State))
	return errs.New(errs.Conflict, "error.step_closed", errs.Msg(s.Key(f.Kind)), state)
}

// openFrom says whether the step may be taken in the case's state; one that stays in its state is taken once.
func (s *Step) openFrom(f *File) bool {
	if s.Track != "" {
		return s.fits(f)
	}
	if f.Track != nil {
		return false
	}
	if !slices.Contains(s.From, f.State) {
		return false
	}
	if s.To == "" && !s.Again {
		for i := len(f.Taken) - 1; i >= 0; i-- {
			if f.Taken[i].Step == s.Name {
				return false
			}
			if f.Taken[i].FromState != f.Taken[i].ToState {
				break // before the case came into this state
			}
		}
	}
	return true
}

// fits says whether a step of a side procedure can be taken with the one in hand, or may open one.
func (s *Step) fits(f *File) bool {
	if !slices.Contains(s.From, f.State) {
		return false
	}
	if len(s.In) == 0 {
		return f.Track == nil && (!s.Alone || len(f.Running(s.Track)) == 0)
	}
	return f.Track != nil && f.Track.Running() && f.Track.Track == s.Track && slices.Contains(s.In, f.Track.State)
}

// mayTake asks the guard and the four eyes.
func (d *Docket) mayTake(by access.Actor, f *File, s *Step) *errs.Error {
	if err := d.guard.Allow(by, s.Action, d.OfficeFor(f, s)); err != nil {
		if e := errs.As(err); e != nil {
			return e
		}
		return errs.New(errs.Forbidden, "error.forbidden").Because(err)
	}
	if by.IsSystem() {
		return nil
	}
	return d.keptFrom(by, f, s)
}

// keptFrom says why a person who holds the right may not take a step: the recusals, the part, the four eyes.
func (d *Docket) keptFrom(by access.Actor, f *File, s *Step) *errs.Error {
	if s.Lapses != "" {
		return errs.New(errs.Forbidden, "error.lapses")
	}
	if e := f.Barred(by, s.Urgent); e != nil {
		return e
	}
	if f.Track != nil && f.Track.Facts["challenged"] == by.ID {
		return errs.New(errs.Forbidden, "error.challenged_oneself")
	}
	if s.Member != "" && !f.Is(by.ID, s.Member) {
		return errs.New(errs.Forbidden, "error.not_member", errs.Msg("part."+s.Member), strings.Join(names(f.Part(s.Member)), "、"))
	}
	for _, n := range d.procedures[f.Kind].NotBy(s) {
		if n == PartOfficer {
			if f.Investigated(by.ID) { // who left the investigation investigated all the same
				return errs.New(errs.Forbidden, "error.four_eyes_officer")
			}
			continue
		}
		if t := f.Last(n); t != nil && t.Actor == by.ID || f.asked(by.ID, n) {
			return errs.New(errs.Forbidden, "error.four_eyes_step", errs.Msg(d.stepKey(f.Kind, n)))
		}
	}
	return nil
}

// asked says whether a person took a step of the side procedure in hand, also where somebody took it again later.
func (f *File) asked(userID, step string) bool {
	return f.Track != nil && slices.ContainsFunc(f.Taken, func(t Taken) bool { return t.TrackID == f.Track.ID && t.Step == step && t.Actor == userID })
}

// missing is what the step still needs.
func (s *Step) missing(f *File) []errs.Need {
	var out []errs.Need
	for _, n := range s.Needs {
		if !n.Met(f) {
			m := errs.Need{Message: errs.Msg(n.Key), Where: n.Where}
			if n.Args != nil {
				m.Args = n.Args(f)
			}
			out = append(out, m)
		}
	}
	return out
}

// validate checks what was given against the fields, and drops what was not asked.
func (s *Step) validate(f *File, in *Input, law Law, today calendar.Day, holder func(Ask, string) string) error {
	var bad errs.Faults
	earliest := s.Earliest(f)
	switch {
	case in.On.IsZero():
		bad.Add("on", "error.required")
	case in.On > today:
		bad.Add("on", "error.day_future", today)
	case in.On < earliest:
		bad.Add("on", "error.day_before_step", earliest)
	}
	bad.Limit("note", in.Note, 2000)
	in.Fields = Answers(s.Asks, in.Fields, in.On, &bad)
	for _, a := range s.Asks {
		v := in.Fields[a.Name]
		if v == "" {
			continue
		}
		switch a.Type {
		case AskChoice, AskChoices:
			open := a.Open(f, law, in.On)
			if slices.ContainsFunc(strings.Split(v, ","), func(x string) bool { return slices.Contains(a.Options, x) && !slices.Contains(open, x) }) {
				bad.Add(a.Name, "error.choice_then", in.On)
			}
		case AskMember, AskOfficers:
			s.people(f, in, a, &bad)
		case AskHolder:
			if name := holder(a, v); name != "" {
				in.Fields[a.Name+"_name"] = name
			} else {
				bad.Add(a.Name, "error.choice")
			}
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if fault := s.Fault(f, *in, law); fault != nil {
		return &errs.Error{Code: errs.Invalid, Message: errs.Msg("error.form"), Fields: []errs.Field{*fault}}
	}
	if s.Sets != nil {
		for k, v := range s.Sets(f, *in, law) {
			in.Fields[k] = v
		}
	}
	return nil
}

// people checks a field that names people of the case, and writes their names beside it.
func (s *Step) people(f *File, in *Input, a Ask, bad *errs.Faults) {
	var chosen []Member
	members := f.Challengeable()
	if a.Type == AskOfficers {
		a.Part = PartOfficer
	}
	for id := range strings.SplitSeq(in.Fields[a.Name], ",") {
		i := slices.IndexFunc(members, func(m Member) bool { return m.UserID == id && (a.Part == "" || m.Part == a.Part) })
		if i < 0 || slices.ContainsFunc(chosen, func(m Member) bool { return m.UserID == id }) {
			bad.Add(a.Name, "error.choice")
			return
		}
		chosen = append(chosen, members[i])
	}
	if a.Type == AskOfficers {
		certified := 0
		for _, m := range chosen {
			if m.Certified(in.On) {
				certified++
			}
		}
		if certified < 2 { // Penalty Law 2021 Art. 42; Coercion Law Art. 18; Order 71 Art. 37
			bad.Add(a.Name, "error.two_officers")
			return
		}
	} else if len(chosen) != 1 {
		bad.Add(a.Name, "error.choice")
		return
	}
	in.Fields[a.Name+"_name"] = strings.Join(names(chosen), "、")
}

// Answers is what was given to fields on a day, without what was not asked. Faults are noted; whom a field names is for the caller to check.
func Answers(asks []Ask, given Facts, on calendar.Day, bad *errs.Faults) Facts {
	out := Facts{}
	for _, a := range asks {
		v := strings.TrimSpace(given[a.Name])
		if a.When != nil && !a.When(given) {
			continue
		}
		if v == "" {
			if !a.Optional {
				bad.Add(a.Name, "error.required")
			}
			continue
		}
		switch a.Type {
		case AskDay:
			d, err := calendar.ParseDay(v)
			switch {
			case err != nil:
				bad.Add(a.Name, "error.day")
			case a.Past && d > on:
				bad.Add(a.Name, "error.day_after_step")
			}
		case AskMoney, AskCount:
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil || n < 0 || n > 1e15 {
				bad.Add(a.Name, "error.amount")
			}
		case AskChoice:
			if !slices.Contains(a.Options, v) {
				bad.Add(a.Name, "error.choice")
			}
		case AskChoices:
			if slices.ContainsFunc(strings.Split(v, ","), func(x string) bool { return !slices.Contains(a.Options, x) }) {
				bad.Add(a.Name, "error.choice")
			}
		case AskTime:
			if _, err := time.Parse("15:04", v); err != nil {
				bad.Add(a.Name, "error.time")
			}
		case AskText:
			bad.Limit(a.Name, v, 200)
		case AskLong:
			bad.Limit(a.Name, v, 20000)
		}
		out[a.Name] = v
	}
	return out
}

// Fault is what the law does not allow in what was given, or nil: services first, then the step's own check.
func (s *Step) Fault(f *File, in Input, law Law) *errs.Field {
	for _, v := range s.Serves {
		if fault := v.check(f, &in, law); fault != nil {
			return fault
		}
	}
	if s.Check == nil {
		return nil
	}
	return s.Check(f, in, law)
}

// Earliest is the first day on which a step may have been taken: not before the case, nor before the step of its own path that was taken last. A
// paper is dated on the day on which it is made, and time stands still from the day on which the order is given: such a step is not
// recorded for a day gone by. What officers do on the spot is, and what the law does by itself.
func (s *Step) Earliest(f *File) calendar.Day {
	day := f.FiledOn
	onSpot := slices.ContainsFunc(s.Asks, func(a Ask) bool { return a.Type == AskOfficers })
	if (s.Issues != nil || s.Pauses != "" && s.PausesFrom == "") && !onSpot && s.Lapses == "" {
		day = max(day, f.Today)
	}
	for _, t := range f.Taken {
		if s.Track == "" && t.TrackID == "" || f.Track != nil && t.TrackID == f.Track.ID {
			day = max(day, t.OnDay)
		}
	}
	return day
}

// check refuses a service before there was a paper, and one by public notice that takes effect before its time (Civil Procedure Law Art. 95).
func (v Service) check(f *File, in *Input, law Law) *errs.Field {
	if v.Since != nil {
		for _, name := range []string{v.Published, v.On} {
			if in.Fields[name] == "" {
				continue
			}
			if fault := NotBefore(name, *in, v.Since(f)); fault != nil {
				return fault
			}
		}
	}
	if in.Fields[v.Way] != "public_notice" {
		return nil
	}
	from := in.Day(v.Published)
	r, ok := law.Rules.Rule("PUBLIC_SERVICE", statute.Query{On: from})
	if !ok {
		return nil
	}
	due, err := law.Rules.Due(law.Days, r, from, statute.Options{})
	if err != nil || in.Day(v.On) < due.Strict {
		return &errs.Field{Name: v.On, Message: errs.Msg("error.public_notice", due.Strict, r.Cite)}
	}
	return nil
}
