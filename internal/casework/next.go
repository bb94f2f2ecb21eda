package casework

import (
	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// Next is a step that is open from the case's state, with what keeps a person from it.
type Next struct {
	Step    *Step
	Track   *Track      // the side procedure that it moves; nil: the case itself, or opens one
	Refused *errs.Error // not this person: why
	Missing []errs.Need // not yet: what is missing
}

// Ready says whether the person can take the step now.
func (n Next) Ready() bool { return n.Refused == nil && len(n.Missing) == 0 }

// Onward says whether the step moves the case on, or answers a request; the others may be taken beside it.
func (n Next) Onward() bool {
	return n.Step.Track == "" && (!n.Step.Again || n.Step.Duty) || n.Answers()
}

// Answers says whether the step answers a request, or confirms what was done in urgency: it is not for who works on the case.
func (n Next) Answers() bool { return n.Step.approves() && n.Step.Member == "" }

// Open is a step as a person may take it now, of the side procedure in hand: with what is missing, or the error that Advance would give before
// it looks at what was given.
func (d *Docket) Open(by access.Actor, f *File, name string) (Next, error) {
	s := d.procedures[f.Kind].Step(name)
	if s == nil {
		return Next{}, d.denied(f, name)
	}
	if err := d.guard.Allow(by, s.Action, d.OfficeFor(f, s)); err != nil {
		return Next{}, refusal(err, f.ID)
	}
	if !s.openFrom(f) {
		return Next{}, stepClosed(f, s)
	}
	if err := d.mayTake(by, f, s); err != nil {
		return Next{}, err.On("case:" + f.ID)
	}
	if s.Bars != nil {
		if err := s.Bars(f, d.law()); err != nil {
			return Next{}, err.On("case:" + f.ID)
		}
	}
	return Next{Step: s, Track: f.Track, Missing: s.missing(f)}, nil
}

// Next is every step open from the case's state and those of its side procedures, those the person may take first. What the law does not
// allow as the case stands is not in it.
func (d *Docket) Next(by access.Actor, f *File) []Next {
	p := d.procedures[f.Kind]
	law := d.law()
	var mine, others []Next
	hand := f.Track
	defer func() { f.Track = hand }()
	for t := -1; t < len(f.Tracks); t++ {
		f.Track = nil
		if t >= 0 {
			f.Track = &f.Tracks[t]
		}
		for i := range p.Steps {
			s := &p.Steps[i]
			if !s.openFrom(f) || s.Lapses != "" || s.Bars != nil && s.Bars(f, law) != nil {
				continue
			}
			n := Next{Step: s, Track: f.Track, Refused: d.mayTake(by, f, s), Missing: s.missing(f)}
			if n.Refused == nil {
				mine = append(mine, n)
			} else {
				others = append(others, n)
			}
		}
	}
	return append(mine, others...)
}

// Promises are the clocks that a step would start if it were taken on a day: what the confirmation shows.
func (d *Docket) Promises(f *File, s *Step, in Input) []Promise {
	var out []Promise
	rules := d.clocks.Rules()
	for _, st := range s.Starts {
		if st.When != nil && !st.When(f, in) {
			continue
		}
		day := in.On
		if st.Day != "" {
			if day = in.Day(st.Day); day.IsZero() {
				day = in.On
			}
		}
		on := f.FiledOn
		if st.Own {
			on = day
		}
		r, ok := d.clocks.InForce(st.Rule, deadline.Basis{On: on, Region: f.Jurisdiction, Kind: f.Kind})
		if !ok {
			continue
		}
		var o statute.Options
		if n := st.over(f, in, r); n > 0 && len(r.Ext) > 0 {
			o.Extensions = []calendar.Term{{N: n, Unit: r.Ext[0].Unit}}
		}
		due, err := rules.Due(d.clocks.Days(), r, day, o)
		if err != nil {
			continue
		}
		out = append(out, Promise{Rule: r, Start: day, Strict: due.Strict, Due: due.Due})
	}
	return out
}

// Promise is a clock that a step would start.
type Promise struct {
	Rule   statute.Rule
	Start  calendar.Day
	Strict calendar.Day
	Due    calendar.Day
}

// Duties are the case's clocks that still matter on a day: the office's running duties and parties' periods not yet over.
func (f *File) Duties() []deadline.Clock {
	var out []deadline.Clock
	for _, k := range f.Clocks {
		if k.Running() && (k.OfficeDuty || k.WatchOn >= f.Today) {
			out = append(out, k)
		}
	}
	return out
}
