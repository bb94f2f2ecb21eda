// Package opinion is the advisory opinion (咨询意见) that a person who was warned of infringing asks for when the warner neither acts nor withdraws.
//
// Order 81 Art. 13 gives it since 2025-02-01 and names neither a period for it nor a form. It decides nothing: no order, no remedy. The request
// must wait until the warner's time is over; where the warner acts or withdraws before the opinion is given, the case ends without one.
package opinion

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// The states between filing and closing.
const (
	Compared  casework.State = "compared"
	Proposed  casework.State = "proposed"
	Approved  casework.State = "approved"
	Sent      casework.State = "sent"
	Withdrawn casework.State = "withdrawn"
)

// The outcomes.
const (
	Within  = "within_scope"     // it falls within the patent
	Outside = "not_within_scope" // it does not
	Unclear = "cannot_judge"     // it cannot be judged on what was given
	Ended   = "withdrawn"        // no opinion: the warner acted or withdrew, or the request was taken back
)

// Opinions are what the office can say.
func Opinions() []string { return []string{Within, Outside, Unclear} }

// Request is what the request must state: the answer to the warning, and when the warner had it.
func Request() []casework.Ask {
	return []casework.Ask{
		{Name: "counter_kind", Type: casework.AskChoice, Options: []string{"urged", "denied"}},
		{Name: "counter_sent_on", Type: casework.AskDay, Past: true},
		{Name: "counter_received_on", Type: casework.AskDay, Past: true, Optional: true},
		{Name: "warner_acts", Type: casework.AskChoice, Options: []string{"no", "yes"}},
	}
}

// Opens is the first day on which the warned person may ask: after a month from the day the warner had the counter-notice, or two from the day it was
// sent, whichever ends first. False where the law in force on a day knows no such request.
func Opens(law casework.Law, on, sent, received calendar.Day) (first calendar.Day, cite statute.Text, ok bool) {
	for _, x := range []struct {
		rule string
		from calendar.Day
	}{{"WARN_OPINION_OPEN", received}, {"WARN_OPINION_SENT", sent}} {
		r, known := law.Rules.Rule(x.rule, statute.Query{On: on, Kind: statute.Opinion})
		if !known {
			return 0, statute.Text{}, false
		}
		if x.from.IsZero() {
			continue
		}
		due, err := law.Rules.Due(law.Days, r, x.from, statute.Options{})
		if err != nil {
			return 0, statute.Text{}, false
		}
		if day := due.Due.AddDays(1); first.IsZero() || day < first {
			first, cite = day, r.Cite
		}
	}
	return first, cite, !first.IsZero()
}

// mayOpen refuses a request before the law knew it, before the warner's time is over, or when the warner has acted.
func mayOpen(in casework.Input, law casework.Law) *errs.Field {
	sent, received := in.Day("counter_sent_on"), in.Day("counter_received_on")
	if !received.IsZero() && received < sent {
		return &errs.Field{Name: "counter_received_on", Message: errs.Msg("error.day_before", sent)}
	}
	first, cite, ok := Opens(law, in.On, sent, received)
	switch {
	case !ok:
		return &errs.Field{Name: "on", Message: errs.Msg("error.opinion_law")}
	case in.On < first:
		return &errs.Field{Name: "on", Message: errs.Msg("error.opinion_early", first, cite)}
	case in.Fields["warner_acts"] == "yes":
		return &errs.Field{Name: "warner_acts", Message: errs.Msg("error.warner_acts", cite)}
	}
	return nil
}

// Procedure is the table: filed → compared → proposed → approved → sent, or withdrawn → closed → archived. Like adjudication it is for the city and
// the province (Order 81 Art. 7).
func Procedure() *casework.Procedure {
	before := []casework.State{casework.Filed, Compared, Proposed, Approved}
	work := func(s casework.Step) casework.Step {
		s.Action, s.Member = "case.work", casework.PartOfficer
		return s
	}
	chief := func(s casework.Step) casework.Step {
		s.Action, s.NotBy, s.Joins = "case.approve", []string{casework.PartOfficer}, casework.PartChief
		return s
	}
	steps := []casework.Step{
		work(casework.Step{
			Name: "establish", From: before[:1],
			Asks: []casework.Ask{
				{Name: "warned_on", Type: casework.AskDay, Past: true},
				{Name: "accused", Type: casework.AskLong},
				{Name: "facts_found", Type: casework.AskLong},
			},
			Needs: []casework.Need{casework.NeedRequester, casework.NeedRespondent, casework.NeedPatent},
		}),
		work(casework.Step{
			Name: "compare", From: before[:1], To: Compared,
			Asks:  []casework.Ask{{Name: "claims", Type: casework.AskLong}, {Name: "comparison", Type: casework.AskLong}},
			Needs: []casework.Need{casework.NeedCertificates, {Key: "need.established", Where: "#next", Met: func(f *casework.File) bool { return f.Last("establish") != nil }}},
		}),
		work(casework.Step{
			Name: "propose", From: []casework.State{Compared}, To: Proposed,
			Asks: []casework.Ask{{Name: "opinion_is", Type: casework.AskChoice, Options: Opinions()}, {Name: "opinion_reasons", Type: casework.AskLong}},
		}),
		chief(casework.Step{
			Name: "return", From: []casework.State{Proposed}, To: Compared,
			Asks: []casework.Ask{{Name: "return_reason", Type: casework.AskLong}},
		}),
		chief(casework.Step{
			Name: "approve", From: []casework.State{Proposed}, To: Approved, Decides: true,
			Asks: []casework.Ask{{Name: "warner_acts", Type: casework.AskChoice, Options: []string{"no", "yes"}}},
			Check: func(_ *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if in.Fields["warner_acts"] == "yes" {
					return &errs.Field{Name: "warner_acts", Message: errs.Msg("error.warner_acted")}
				}
				return nil
			},
			Sets: func(f *casework.File, _ casework.Input, _ casework.Law) casework.Facts {
				return casework.Facts{"outcome": f.Facts["opinion_is"]}
			},
			Issues: func(*casework.File, casework.Input) string { return "advisory_opinion" },
			Paper:  paper,
		}),
		work(casework.Step{
			Name: "send", From: []casework.State{Approved}, To: Sent,
			Asks: casework.ServeAsks(casework.ServiceWays()[:4]), // public notice is for those who cannot be found, not for who asked
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				if fault := casework.MayServe("way", f.Kind, in, law, ""); fault != nil {
					return fault
				}
				return casework.NotBefore("served_on", in, f.DecidedOn)
			},
		}),
		chief(casework.Step{
			Name: "withdraw", From: before, To: Withdrawn, Early: true, Decides: true, Outcome: Ended,
			Asks: []casework.Ask{
				{Name: "opinion_end", Type: casework.AskChoice, Options: []string{"sued", "adjudication", "warning_withdrawn", "request_withdrawn", "not_acceptable", "other"}},
				{Name: "ended_since", Type: casework.AskDay, Past: true},
				{Name: "reasons", Type: casework.AskLong},
			},
			Issues: func(*casework.File, casework.Input) string { return "opinion_end" },
			Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"事由": say("choice.opinion_end." + in.Fields["opinion_end"]), "发生日期": in.Day("ended_since").Han(), "理由": in.Fields["reasons"]}
			},
		}),
		casework.CloseFrom(Sent, Withdrawn),
		casework.ArchiveStep(),
	}
	return &casework.Procedure{
		Kind:   casework.Opinion,
		Stages: []casework.State{casework.Filed, Compared, Proposed, Approved, Sent, casework.Closed, casework.Archived},
		Branch: [][]casework.State{{Sent, Withdrawn}},
		City:   true,
		Asks:   Request(),
		Opens:  mayOpen,
		Steps: slices.Concat(steps,
			casework.FieldActs(before[:1], "inspect", "interview"),
			casework.Recusal(before, func(*casework.File, calendar.Day) string { return "urgent" }), // Order 81 Art. 5
			reopening()),
		Denied: []casework.Denied{{Act: "order_stop"}, {Act: "seal"}},
	}
}

// reopening opens a closed case again: to a new opinion, or where only the closing was wrong to where it was sent. A case that ended without an opinion has
// nothing to go back to but its beginning.
func reopening() []casework.Step {
	steps := casework.Reopening(casework.Filed, Sent, nil)
	for i := range steps {
		if !steps[i].Undoes {
			steps[i].Bars = func(f *casework.File, _ casework.Law) *errs.Error {
				if f.Outcome == Ended {
					return errs.New(errs.Conflict, "error.opinion_ended")
				}
				return nil
			}
		}
	}
	return steps
}

func paper(f *casework.File, _ casework.Input, say casework.Say) map[string]string {
	return map[string]string{
		"警告日期": f.Facts.Day("warned_on").Han(), "催告": say("choice.counter_kind." + f.Facts["counter_kind"]), "发出日期": f.Facts.Day("counter_sent_on").Han(),
		"收到日期": f.Facts.Day("counter_received_on").Han(), "被控对象": f.Facts["accused"], "查明事实": f.Facts["facts_found"],
		"权利要求": f.Facts["claims"], "比对": f.Facts["comparison"], "结论": say("choice.opinion_is." + f.Facts["opinion_is"]), "理由": f.Facts["opinion_reasons"],
	}
}
