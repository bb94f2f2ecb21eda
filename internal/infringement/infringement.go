// Package infringement is the patent infringement dispute (专利侵权纠纷): an adjudication between two parties by a panel; no fine, no damages.
//
// The table follows Orders 60 and 71, the Zhejiang regulation of 2015 and, from 2025-02-01, Order 81. What a step may do goes by the rules in force on
// the day it is taken; the period to conclude goes by those of the filing day. A step that did not exist yet is not offered, and refused with the
// article. Where a text is silent the choice stands in docs/law-divergences.md.
package infringement

import (
	"slices"

	"huzhi/internal/casework"
)

// The states between filing and closing.
const (
	Served      casework.State = "served"
	Defence     casework.State = "defence"
	HearingSet  casework.State = "hearing_set"
	Heard       casework.State = "heard"
	Deliberated casework.State = "deliberated"
	Decided     casework.State = "decided"
	Mediated    casework.State = "mediated"
	Withdrawn   casework.State = "withdrawn"
)

// The outcomes.
const (
	Stop     = "infringing_stop" // infringement found, stop ordered
	Rejected = "rejected"        // 驳回请求
	Settled  = "mediated"
	Dropped  = "withdrawn" // 撤销案件
)

// Settings are the points of law that an office may see differently.
type Settings struct {
	// NoCopying says that contracts and books may not be copied against the holder's will before 2021-06-01 either. Order 71 Art. 38 and the Zhejiang
	// regulation of 2015 Art. 28 allowed it; the Patent Law of 2008 Art. 64 gave that power for counterfeits. From 2021-06-01 nobody may
	// (Patent Law 2020 Art. 69).
	NoCopying bool
}

type (
	file  = casework.File
	input = casework.Input
	law   = casework.Law
	step  = casework.Step
	ask   = casework.Ask
	facts = casework.Facts
	state = casework.State
)

// The states in which the case is being handled, those before the oral hearing, those after a closing paper, and any of the latter with the file closed.
func open() []state {
	return []state{casework.Filed, Served, Defence, HearingSet, Heard, Deliberated}
}
func unheard() []state { return []state{casework.Filed, Served, Defence, HearingSet} }
func ended() []state   { return []state{Decided, Mediated, Withdrawn} }
func after() []state   { return []state{Decided, casework.Closed, casework.Archived} }

// Procedure is the table: filed → served → defence → hearing set → heard → deliberated → decided, mediated or withdrawn → closed → archived, with what
// may happen beside it.
func Procedure(s Settings) *casework.Procedure {
	return &casework.Procedure{
		Kind:   casework.Infringement,
		Stages: []state{casework.Filed, Served, Defence, HearingSet, Heard, Deliberated, Decided, casework.Closed, casework.Archived},
		Branch: [][]state{ended()},
		Panel:  true,
		City:   true,
		Files:  []casework.Start{{Rule: "INF_CLOSE"}, {Rule: "INF_SERVE"}},
		Steps: slices.Concat(
			service(), hearing(), deliberation(), decisions(), endings(), serving(), closing(),
			jurisdiction(), joinder(), request(), panel(),
			proof(), fieldActs(s), requests(), preservation(), appraisal(),
			suspension(), recusal(), extension(), talks(), assistance(),
			aftermath(), enforcement(), suits(), changes(),
		),
		Faults: []string{Stop},
		Denied: []casework.Denied{
			{Act: "seal"}, {Act: "fine"}, {Act: "award_damages"},
			{Act: "copy_books", When: func(f *file, _ law) bool { return copying(s, f.Today) != nil }},
		},
	}
}

// work is a step of an officer of the case, decide one of the chief.
func work(s step) step {
	s.Action, s.Member = "case.work", casework.PartOfficer
	return s
}

func chief(s step) step {
	s.Action, s.NotBy = "case.approve", []string{casework.PartOfficer}
	if s.Track == "" {
		s.Joins = casework.PartChief
	}
	return s
}

// side makes steps of a side procedure.
func side(track string, from []state, steps ...step) []step {
	for i := range steps {
		steps[i].Track = track
		if steps[i].From == nil {
			steps[i].From = from
		}
	}
	return steps
}

// closing ends the file: closed when the closing paper was served on the parties (Order 81 Art. 30), archived when nothing is left to do. Who sues, pays no
// heed or asks for a change after that is dealt with in the closed file.
func closing() []step {
	c := casework.CloseFrom(ended()...)
	c.Needs = append(c.Needs, needServed, needNothingOpen)
	c.Stops = []string{"INF_CLOSE", "INF_SERVE", "INF_DEFENCE", "INF_DEFENCE_FOREIGN", "INF_FWD_DEFENCE", "INF_PROOF", "INF_RECUSAL_ASK", "INF_JURIS_DECIDE",
		"INF_ORAL_NOTICE", "PRESERVE"}
	a := casework.ArchiveStep()
	a.Needs, a.Stops = append(a.Needs, needPublished, needPerformed), []string{"*"}
	return append([]step{c, a}, reopening()...)
}

// reopening opens a closed case again: where its paper does not stand any more it goes on after the defence, or from the beginning where it never came
// so far; where only the closing was wrong it stands where it was closed.
func reopening() (out []step) {
	add := func(s step, name string, to state, fits func(*file) bool) {
		s.Name, s.To, s.Bars = name, to, unless(fits, "error.reopen_from")
		out = append(out, s)
	}
	was := func(outcomes ...string) func(*file) bool {
		return func(f *file) bool { return slices.Contains(outcomes, f.Outcome) }
	}
	defended := func(f *file) bool { return f.Last("defence") != nil }
	for _, s := range casework.Reopening(Defence, Decided, []casework.Start{{Rule: "INF_CLOSE", Own: true}}) {
		if s.Undoes {
			add(s, s.Name, Defence, defended)
			s.Starts = append(slices.Clone(s.Starts), casework.Start{Rule: "INF_SERVE", Own: true})
			add(s, "reopen_start", casework.Filed, func(f *file) bool { return !defended(f) })
			continue
		}
		add(s, s.Name, Decided, was(Stop, Rejected))
		add(s, "reopen_closing_mediated", Mediated, was(Settled))
		add(s, "reopen_closing_withdrawn", Withdrawn, was(Dropped))
	}
	return out
}
