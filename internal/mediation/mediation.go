// Package mediation is the other patent dispute (其他专利纠纷): ownership, inventorship, reward and the like, mediated by the office.
//
// It is filed when the respondent has agreed (Order 71 Art. 24; Order 81 Art. 66): what comes before stands with the lead. It is concluded
// when both have signed the agreement or the case is withdrawn: the two months of an ownership dispute end with that day, and the five
// working days for copying the papers to CNIPA begin (Order 81 Art. 70). Closing then only says that nothing is left to do.
package mediation

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// Handled is the state between filing and closing.
const Handled casework.State = "handled"

// Ownership is the kind of dispute for which a party may have CNIPA stay its procedures, and the only one with a period.
const Ownership = "ownership"

// Types are what a dispute can be about (Implementing Rules 2010 Art. 85, 2023 Art. 102; Order 81 Art. 63). Disputes over an open licence are
// CNIPA's alone (Patent Law 2020 Art. 52; Order 81 Art. 76).
func Types() []string {
	return []string{Ownership, "inventorship", "reward", "provisional_fee", "other"}
}

// The outcomes.
const (
	Agreed    = "mediated"
	Failed    = "no_agreement"
	Withdrawn = "withdrawn"          // the request was, or counts as, withdrawn
	PassedOn  = "transferred_agency" // not this office's after all (Order 81 Art. 9)
)

// Outcomes is what talks can come to.
func Outcomes() []string { return []string{Agreed, Failed} }

// order81 is the day since which Order 81 governs mediation.
func order81() calendar.Day { return calendar.Date(2025, 2, 1) }

// Procedure is the table: filed → handled → closed → archived.
func Procedure() *casework.Procedure {
	filed, open := []casework.State{casework.Filed}, []casework.State{casework.Filed, Handled}
	files := []casework.Start{{Rule: "MED_CLOSE", When: func(f *casework.File, _ casework.Input) bool { return f.Facts["dispute_type"] == Ownership }}}
	return &casework.Procedure{
		Kind:   casework.Dispute,
		Stages: []casework.State{casework.Filed, Handled, casework.Closed, casework.Archived},
		Asks:   []casework.Ask{{Name: "dispute_type", Type: casework.AskChoice, Options: Types()}},
		Files:  files,
		Steps: slices.Concat(
			talks(filed), ends(filed), after(),
			[]casework.Step{closing(), casework.ArchiveStep()},
			casework.Extension("MED_CLOSE", filed),
			casework.Recusal(open, func(_ *casework.File, on calendar.Day) string {
				if on >= order81() {
					return "urgent" // Order 81 Art. 5
				}
				return "yes" // Order 71 Art. 7
			}),
			casework.Reopening(casework.Filed, Handled, files),
		),
		Denied: []casework.Denied{{Act: "open_licence"}, {Act: "order_stop"}, {Act: "seal"}},
	}
}

// talks are the appointment, who helps, the meetings, and the stay of the procedures at CNIPA.
func talks(from []casework.State) []casework.Step {
	work := func(s casework.Step) casework.Step {
		s.From, s.Action, s.Member = from, "case.work", casework.PartOfficer
		return s
	}
	apart := func(x casework.Facts) bool {
		return x["presence"] == "requester_absent" || x["presence"] == "respondent_absent"
	}
	return []casework.Step{
		work(casework.Step{ // Order 71 Art. 24; Order 81 Art. 66
			Name: "appoint", Again: true,
			Asks: []casework.Ask{
				{Name: "appointed_on", Type: casework.AskDay},
				{Name: "appointed_at", Type: casework.AskTime},
				{Name: "appointed_place", Type: casework.AskText},
				{Name: "requester_told_on", Type: casework.AskDay, Past: true},
				{Name: "respondent_told_on", Type: casework.AskDay, Past: true},
			},
			Needs: []casework.Need{casework.NeedRequester, casework.NeedRespondent},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				for _, told := range []string{"requester_told_on", "respondent_told_on"} {
					if fault := casework.NotBefore(told, in, f.FiledOn); fault != nil {
						return fault
					}
				}
				return casework.NotBefore("appointed_on", in, max(in.Day("requester_told_on"), in.Day("respondent_told_on")))
			},
			Issues: func(*casework.File, casework.Input) string { return "mediation_notice" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{
					"调解日期": in.Day("appointed_on").Han(), "调解时间": in.Fields["appointed_at"], "调解地点": in.Fields["appointed_place"],
					"缺席后果": absence(in.On, say), "中止提示": stay(f, say),
				}
			},
		}),
		work(casework.Step{ // Order 71 Art. 25; Order 81 Art. 68
			Name: "invite", Again: true,
			Asks: []casework.Ask{{Name: "helper", Type: casework.AskText}, {Name: "helper_task", Type: casework.AskLong}},
		}),
		work(casework.Step{
			Name: "meeting", Again: true,
			Asks: []casework.Ask{
				{Name: "meeting_on", Type: casework.AskDay, Past: true},
				{Name: "presence", Type: casework.AskChoice, Options: []string{"both", "requester_absent", "respondent_absent"}},
				{Name: "absence", Type: casework.AskChoice, Options: []string{"no_reason", "good_reason"}, When: apart},
				{Name: "meeting_record", Type: casework.AskLong},
			},
			Needs: []casework.Need{casework.NeedRequester, casework.NeedRespondent, {Key: "need.appointed", Where: "#next", Met: func(f *casework.File) bool { return f.Last("appoint") != nil }}},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				day := f.Facts.Day("appointed_on")
				if in.Fields["absence"] == "no_reason" && in.Day("meeting_on") != day { // absent is who stays away from what they were told of
					return &errs.Field{Name: "meeting_on", Message: errs.Msg("error.not_appointed", day)}
				}
				return casework.NotBefore("meeting_on", in, f.FiledOn)
			},
		}),
		work(casework.Step{ // Order 71 Art. 27; Order 81 Art. 70
			Name: "stay", Bars: owned,
			Asks:  []casework.Ask{{Name: "stay_asked_on", Type: casework.AskDay, Past: true}, {Name: "stayed", Type: casework.AskText}},
			Needs: []casework.Need{{Key: "need.notice", Where: "#next", Met: func(f *casework.File) bool { return f.Last("appoint") != nil }}},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("stay_asked_on", in, f.FiledOn)
			},
			Starts: []casework.Start{{Rule: "MED_STAY_LAPSE", Day: "stay_asked_on", Own: true}},
		}),
		work(casework.Step{
			Name: "prolong_stay", Again: true, Bars: owned,
			Asks:  []casework.Ask{{Name: "stay_prolonged_on", Type: casework.AskDay, Past: true}, {Name: "stay_until", Type: casework.AskDay}},
			Needs: []casework.Need{needStay},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if k := f.Clock("MED_STAY_LAPSE"); k != nil && k.Running() && in.Day("stay_prolonged_on") > k.DueOn {
					return &errs.Field{Name: "stay_prolonged_on", Message: errs.Msg("error.stay_lapsed", k.DueOn)}
				}
				return casework.NotBefore("stay_until", in, in.Day("stay_prolonged_on").AddDays(1))
			},
			Stops: []string{"MED_STAY_LAPSE"},
		}),
	}
}

// ends are the ways in which a mediation is concluded, each by the chief.
func ends(from []casework.State) []casework.Step {
	chief := func(s casework.Step) casework.Step {
		s.From, s.To, s.Action, s.NotBy, s.Joins, s.Decides = from, Handled, "case.approve", []string{casework.PartOfficer}, casework.PartChief, true
		s.Stops = []string{"MED_CLOSE"}
		return s
	}
	agreed := func(x casework.Facts) bool { return x["outcome"] == Agreed }
	failed := func(x casework.Facts) bool { return x["outcome"] == Failed }
	settled := func(f *casework.File, in casework.Input) bool {
		return in.Fields["outcome"] == Agreed && f.Facts["dispute_type"] == Ownership
	}
	return []casework.Step{
		chief(casework.Step{
			Name: "handle",
			Asks: []casework.Ask{
				{Name: "outcome", Type: casework.AskChoice, Options: Outcomes()},
				{Name: "agreement", Type: casework.AskLong, When: agreed},
				{Name: "requester_signed_on", Type: casework.AskDay, Past: true, When: agreed},
				{Name: "respondent_signed_on", Type: casework.AskDay, Past: true, When: agreed},
				{Name: "enforceable", Type: casework.AskChoice, Options: []string{"no", "yes"}, When: agreed},
				{Name: "failed_by", Type: casework.AskChoice, Options: []string{"talks", "respondent_absent", "refused"}, When: failed},
				{Name: "reasons", Type: casework.AskLong, When: failed},
			},
			Needs: []casework.Need{{Key: "need.meeting", Where: "#next", Met: func(f *casework.File) bool { return f.Last("meeting") != nil }}},
			Check: mayHandle,
			Starts: []casework.Start{{Rule: "MED_COPY_CNIPA", Own: true, When: settled}, {Rule: "MED_RESUME_CNIPA", Own: true, When: func(f *casework.File, in casework.Input) bool {
				return settled(f, in) && f.Last("stay") != nil
			}}},
			Issues: func(_ *casework.File, in casework.Input) string {
				if in.Fields["outcome"] == Agreed {
					return "mediation_agreement"
				}
				return "withdrawal_decision"
			},
			Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				out := map[string]string{"协议内容": in.Fields["agreement"], "撤案事由": say("choice.outcome.no_agreement"), "理由": in.Fields["reasons"]}
				if in.Fields["enforceable"] == "yes" {
					out["公证提示"] = say("paper.notarise")
				}
				return out
			},
		}),
		chief(casework.Step{
			Name: "withdraw", Early: true, Outcome: Withdrawn,
			Asks: []casework.Ask{
				{Name: "mediation_end", Type: casework.AskChoice, Options: []string{"requester", "requester_absent", "not_acceptable", "party_gone", "other"}},
				{Name: "reasons", Type: casework.AskLong},
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if in.Fields["mediation_end"] != "requester_absent" {
					return nil
				}
				return stayedAway(f, in, "mediation_end", "requester_absent")
			},
			Issues: func(*casework.File, casework.Input) string { return "withdrawal_decision" },
			Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"撤案事由": say("choice.mediation_end." + in.Fields["mediation_end"]), "理由": in.Fields["reasons"]}
			},
		}),
		chief(casework.Step{ // Order 81 Arts 6, 9: the requester is told before it is passed on
			Name: "pass_on", Early: true, Outcome: PassedOn,
			Asks: []casework.Ask{
				{Name: "passed_to", Type: casework.AskText},
				{Name: "requester_told_on", Type: casework.AskDay, Past: true},
				{Name: "reasons", Type: casework.AskLong},
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("requester_told_on", in, f.FiledOn)
			},
			Issues: func(*casework.File, casework.Input) string { return "withdrawal_decision" },
			Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"撤案事由": say("paper.passed_on", in.Fields["passed_to"]), "理由": in.Fields["reasons"]}
			},
		}),
	}
}

// mayHandle refuses an end that the law does not know: a failure by absence without it (Order 81 Art. 67), a promise to accept enforcement before there was
// one (Art. 69), signatures from before the case.
func mayHandle(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
	if in.Fields["outcome"] == Failed {
		if in.Fields["failed_by"] == "respondent_absent" {
			return stayedAway(f, in, "failed_by", "respondent_absent")
		}
		return nil
	}
	for _, signed := range []string{"requester_signed_on", "respondent_signed_on"} {
		if fault := casework.NotBefore(signed, in, f.FiledOn); fault != nil {
			return fault
		}
	}
	if in.Fields["enforceable"] == "yes" && in.On < order81() {
		return &errs.Field{Name: "enforceable", Message: errs.Msg("error.not_enforceable", order81())}
	}
	return nil
}

// stayedAway refuses an end by absence: it takes Order 81, which is in force since 2025-02-01, and a meeting from which that side stayed away without good reason
// although it was told.
func stayedAway(f *casework.File, in casework.Input, name, side string) *errs.Field {
	if in.On < order81() {
		return &errs.Field{Name: name, Message: errs.Msg("error.absence_law", order81())}
	}
	if f.Facts["presence"] != side || f.Facts["absence"] != "no_reason" {
		return &errs.Field{Name: name, Message: errs.Msg("error.no_absence")}
	}
	return nil
}

// after is what follows the end: both are told, and of an ownership dispute CNIPA.
func after() []casework.Step {
	work := func(s casework.Step) casework.Step {
		s.From, s.Action, s.Member = []casework.State{Handled}, "case.work", casework.PartOfficer
		return s
	}
	return []casework.Step{
		work(tell("requester")),
		work(tell("respondent")),
		work(casework.Step{
			Name: "copy_cnipa", Bars: stands,
			Asks: []casework.Ask{{Name: "copied_on", Type: casework.AskDay, Past: true}, {Name: "copied", Type: casework.AskText}},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("copied_on", in, f.DecidedOn)
			},
			Stops: []string{"MED_COPY_CNIPA"},
		}),
		work(casework.Step{
			Name: "resume_cnipa", Bars: stands,
			Needs: []casework.Need{needStay},
			Asks:  []casework.Ask{{Name: "resumed_on", Type: casework.AskDay, Past: true}},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("resumed_on", in, f.DecidedOn)
			},
			Stops: []string{"MED_RESUME_CNIPA", "MED_STAY_LAPSE"},
		}),
	}
}

var needStay = casework.Need{Key: "need.stay", Where: "#next", Met: func(f *casework.File) bool { return f.Last("stay") != nil }}

// owned bars what only an ownership dispute knows.
func owned(f *casework.File, _ casework.Law) *errs.Error {
	if f.Facts["dispute_type"] != Ownership {
		return errs.New(errs.Forbidden, "error.not_ownership")
	}
	return nil
}

// stands bars what only the agreement in an ownership dispute asks for.
func stands(f *casework.File, law casework.Law) *errs.Error {
	if err := owned(f, law); err != nil {
		return err
	}
	if f.Outcome != Agreed {
		return errs.New(errs.Forbidden, "error.no_agreement")
	}
	return nil
}

// closing wants that both were told, and that CNIPA has its copy.
func closing() casework.Step {
	s := casework.CloseFrom(Handled)
	s.Needs = append(s.Needs,
		casework.Need{Key: "need.requester_told", Where: "#next", Met: func(f *casework.File) bool { return told(f, "requester") }},
		casework.Need{Key: "need.respondent_told", Where: "#next", Met: func(f *casework.File) bool { return told(f, "respondent") }},
		casework.Need{Key: "need.copied_cnipa", Where: "#next", Met: func(f *casework.File) bool {
			k := f.Clock("MED_COPY_CNIPA")
			return k == nil || !k.Running()
		}})
	return s
}

// tell is the service of the paper that ended the case on a side; an agreement is not left (Civil Procedure Law Art. 89).
func tell(side string) casework.Step {
	return casework.Step{
		Name: "tell_" + side,
		Asks: casework.ServeAsks(casework.ServiceWays()[:4]),
		Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
			paper := ""
			if f.Outcome == Agreed {
				paper = "mediation"
			}
			if fault := casework.MayServe("way", f.Kind, in, law, paper); fault != nil {
				return fault
			}
			return casework.NotBefore("served_on", in, f.DecidedOn)
		},
	}
}

// told says whether a side got the paper that ended the case.
func told(f *casework.File, side string) bool {
	step := "tell_" + side
	return f.Since(step, "handle") && f.Since(step, "withdraw") && f.Since(step, "pass_on")
}

// absence is what the notice says of staying away: Order 81 alone has consequences (Art. 67).
func absence(on calendar.Day, say casework.Say) string {
	if on >= order81() {
		return say("paper.mediation_absence")
	}
	return ""
}

// stay is what the notice says of CNIPA in an ownership dispute.
func stay(f *casework.File, say casework.Say) string {
	if f.Facts["dispute_type"] == Ownership {
		return say("paper.mediation_stay")
	}
	return ""
}
