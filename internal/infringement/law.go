package infringement

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

type (
	fault = errs.Field
	bars  = func(*file, law) *errs.Error
	check = func(*file, input, law) *fault
	days  = map[string]func(calendar.Day) bool
)

// since71 says whether Order 71 was in force on a day, since20 the Patent Law of 2020, since81 Order 81; zhejiang whether the Zhejiang regulation of 2015
// was, guided whether the case guide of 2019 was out.
func since71(on calendar.Day) bool { return on >= calendar.Date(2015, 7, 1) }
func since20(on calendar.Day) bool { return on >= calendar.Date(2021, 6, 1) }
func since81(on calendar.Day) bool { return on >= calendar.Date(2025, 2, 1) }
func guided(on calendar.Day) bool  { return on >= calendar.Date(2019, 12, 1) }
func zhejiang(on calendar.Day) bool {
	return on >= calendar.Date(2016, 1, 1) && on <= calendar.Date(2022, 12, 31)
}

// only81 keeps back what came with Order 81.
func only81(f *file, _ law) *errs.Error {
	if since81(f.Today) {
		return nil
	}
	return errs.New(errs.Forbidden, "error.before_order81")
}

// unless keeps a step back where a condition does not hold.
func unless(holds func(*file) bool, key string) bars {
	return func(f *file, _ law) *errs.Error {
		if holds(f) {
			return nil
		}
		return errs.New(errs.Forbidden, key)
	}
}

// all keeps a step back for the first reason there is.
func all(of ...bars) bars {
	return func(f *file, l law) *errs.Error {
		for _, b := range of {
			if b != nil {
				if err := b(f, l); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// checks refuses for the first fault there is.
func checks(of ...check) check {
	return func(f *file, in input, l law) *fault {
		for _, c := range of {
			if c != nil {
				if bad := c(f, in, l); bad != nil {
					return bad
				}
			}
		}
		return nil
	}
}

func wrong(name, key string, args ...any) *fault {
	return &fault{Name: name, Message: errs.Msg(key, args...)}
}

// among says on which days options are there; one that is not named always is.
func among(on days) func(*file, law, calendar.Day, string) bool {
	return func(_ *file, _ law, day calendar.Day, option string) bool {
		in, ok := on[option]
		return !ok || in(day)
	}
}

// is says whether a field of the form has one of some values.
func is(name string, values ...string) func(facts) bool {
	return func(x facts) bool { return slices.Contains(values, x[name]) }
}

// endedBy is the latest side procedure of a name that a step ended, or nil.
func endedBy(f *file, track, step string) *casework.Track {
	var out *casework.Track
	for _, t := range f.Ended(track) {
		if t.State == step {
			out = &t
		}
	}
	return out
}

// hand is what the side procedure in hand recorded.
func hand(f *file, name string) string {
	if f.Track == nil {
		return ""
	}
	return f.Track.Facts[name]
}

// inHand keeps a step back unless the side procedure in hand has recorded one of some values.
func inHand(name string, values ...string) bars {
	return unless(func(f *file) bool { return slices.Contains(values, hand(f, name)) }, "error.not_here")
}

// defenceClock is the clock of the respondent's defence, or nil: 15 days, 30 abroad, as extended.
func defenceClock(f *file) *deadline.Clock {
	for _, rule := range []string{"INF_DEFENCE", "INF_DEFENCE_FOREIGN"} {
		if k := f.ClockOf("", rule); k != nil {
			return k
		}
	}
	return nil
}

// due counts a rule as it stands on a day; false where there is none.
func due(f *file, l law, rule string, on, from calendar.Day) (statute.Due, statute.Rule, bool) {
	r, ok := l.Rules.Rule(rule, statute.Query{On: on, Region: f.Jurisdiction, Kind: f.Kind})
	if !ok {
		return statute.Due{}, r, false
	}
	d, err := l.Rules.Due(l.Days, r, from, statute.Options{})
	return d, r, err == nil
}

// needPanel: the panel is whole, three or more and odd (Order 71 Art. 13; Order 81 Art. 20). Who rests because recusal was asked does not count.
var needPanel = casework.Need{Key: "need.panel", Where: "#people", Met: func(f *file) bool { n := sitting(f); return n >= 3 && n%2 == 1 }}

func sitting(f *file) (n int) {
	for _, m := range f.Officers() {
		if f.Challenged(m.UserID) == "" {
			n++
		}
	}
	return n
}

// needSuspension: where a ground of Order 81 Art. 28 is known the case is suspended, or it is recorded why not (Art. 29).
var needSuspension = casework.Need{Key: "need.suspension", Where: "#next", Met: func(f *file) bool {
	return !since81(f.Today) || f.Last("note_ground") == nil || !f.Since("note_ground", "approve_suspension") || !f.Since("note_ground", "go_on")
}}

// needForwarded: the requester has the defence (Order 71 Art. 14; Order 81 Art. 22).
var needForwarded = casework.Need{Key: "need.forwarded", Where: "#next", Met: func(f *file) bool {
	return f.Facts["defence"] != "filed" || f.Since("forward_defence", "defence")
}}

// needProof: a proof period was set and is over (Order 81 Art. 54).
var needProof = casework.Need{Key: "need.proof", Where: "#tracks", Met: func(f *file) bool {
	return !since81(f.Today) || len(f.Ended("proof")) > 0 && len(f.Running("proof")) == 0
}}

// settled are the needs that side procedures of some names are over.
func settled(tracks ...string) (out []casework.Need) {
	for _, t := range tracks {
		out = append(out, casework.Need{Key: "need.side_open", Where: "#tracks",
			Args: func(*file) []any { return []any{errs.Msg("track." + t)} },
			Met:  func(f *file) bool { return len(f.Running(t)) == 0 },
		})
	}
	return out
}

// needNothingOpen: what was begun while the case was handled is over, so that nothing stays registered and preserved in a closed file. A suit,
// the application to the court and a change of the decision go on.
var needNothingOpen = casework.Settled("suit", "court", "change")

// passing are the side procedures that end by themselves when the case gets its closing paper. What was registered and preserved is not among them: it
// must be released.
func passing() []string {
	return []string{"proof", "defence_extension", "jurisdiction", "joinder", "claims", "papers", "report", "production", "appraisal", "suspension", "recusal",
		"recusal_other", "extension", "talks", "assistance"}
}

// onward is a step that moves the dispute towards its decision: by a whole panel, not while the case is suspended or must be, not while an objection to
// jurisdiction is open, and not where the case must be withdrawn.
func onward(s step) step {
	s.Needs = append([]casework.Need{needPanel, casework.NeedNotSuspended, needSuspension}, append(settled("jurisdiction"), s.Needs...)...)
	s.Bars = all(mayGoOn, s.Bars)
	return s
}

// mayGoOn keeps back what cannot be done in a case that must be withdrawn: another office is competent (Order 81 Art. 9), or the time limit was
// pleaded and is over (Art. 19).
func mayGoOn(f *file, _ law) *errs.Error {
	switch {
	case endedBy(f, "jurisdiction", "uphold_objection") != nil:
		return errs.New(errs.Forbidden, "error.not_competent")
	case f.Facts["plea"] == "upheld":
		return errs.New(errs.Forbidden, "error.limit_upheld")
	}
	return nil
}

// afterDays refuses a day that is not at least so many days after the step's.
func afterDays(name string, n int) check {
	return func(_ *file, in input, _ law) *fault {
		if in.Day(name) < in.On.AddDays(n) {
			return wrong(name, "error.day_before", in.On.AddDays(n))
		}
		return nil
	}
}

// over refuses to record that something was not done before the day set for it is over.
func over(name string) check {
	return func(f *file, in input, _ law) *fault {
		if d := f.Track.Facts.Day(name); in.On <= d {
			return wrong("on", "error.day_before", d.AddDays(1))
		}
		return nil
	}
}
