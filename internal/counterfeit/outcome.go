package counterfeit

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// decide is the decision of the office's head after review, notice and hearing. Each outcome has its guard (mayDecide), its fields and its paper.
func decide(set Settings) casework.Step {
	when := func(outcomes ...string) func(casework.Facts) bool {
		return func(x casework.Facts) bool { return slices.Contains(outcomes, x["outcome"]) }
	}
	return casework.Step{
		Name: "decide", From: []casework.State{Reviewed}, To: Decided, Action: "case.approve", NotBy: []string{casework.PartOfficer, "review", "legal_review"}, Joins: casework.PartChief, Decides: true,
		Asks: []casework.Ask{
			{Name: "outcome", Type: casework.AskChoice, Options: []string{Penalised, NoHarm, FirstTime, NoFault, StopSale, CorrectMark, NotEstablished}},
			{Name: "reasons", Type: casework.AskLong},
			{Name: "fine", Type: casework.AskMoney, When: when(Penalised)},
			{Name: "confiscated", Type: casework.AskMoney, When: when(Penalised)},
			{Name: "statement", Type: casework.AskLong, When: when(Penalised), Optional: true},
			{Name: "waived", Type: casework.AskChoice, Options: []string{"no", "yes"}, When: when(Penalised)},
			{Name: "corrected_on", Type: casework.AskDay, Past: true, When: when(NoHarm, FirstTime)},
			{Name: "harm", Type: casework.AskChoice, Options: []string{"none", "slight"}, When: when(NoHarm, FirstTime)},
			{Name: "first_checked", Type: casework.AskText, When: when(FirstTime)},
			{Name: "fault_evidence", Type: casework.AskLong, When: when(NoFault)},
			{Name: "source_evidence", Type: casework.AskLong, When: when(StopSale)},
			{Name: "correct_by", Type: casework.AskDay, When: when(CorrectMark)},
			{Name: "party_seat", Type: casework.AskChoice, Options: []string{"same_province", "other_province"}, When: when(Penalised), Optional: true},
			{Name: "further_orders", Type: casework.AskLong, Optional: true, When: when(Penalised, NoHarm, FirstTime, NoFault, StopSale)},
		},
		Needs:  []casework.Need{casework.NeedNotSuspended, needHearingOver, needLegalReview, needDiscussed, needRechecked, needPoliceAnswered, needIncomeApproved, casework.NeedAddresses("need.address.counterfeit", "respondent")},
		Bars:   notWithPolice,
		Check:  mayDecide,
		Stops:  []string{"CF_CLOSE", "STATEMENT"},
		Starts: decisionStarts(set),
		Sets: func(f *casework.File, in casework.Input, law casework.Law) casework.Facts {
			out := casework.Facts{"orders": "", "tell_platform": "no"}
			if established(in.Fields["outcome"]) {
				out["orders"] = orders(f.Facts, in.On, law) + in.Fields["further_orders"]
				if f.Facts["venue"] == "online" && ordersPlatform(in.On, law) {
					out["tell_platform"] = "yes"
				}
			}
			return out
		},
		Issues: func(_ *casework.File, in casework.Input) string {
			switch in.Fields["outcome"] {
			case Penalised:
				return "penalty_decision"
			case StopSale:
				return "stop_sale_decision"
			case CorrectMark:
				return "correction_order"
			case NotEstablished:
				return "case_withdrawal"
			}
			return "no_penalty_decision"
		},
		Paper: decisionPaper,
	}
}

// decisionStarts are the clocks that a decision starts: its service, the publication of a penalty, and the closing form where nothing is left to be
// carried out (Market-Regulation Procedure Art. 77(1) item 4).
func decisionStarts(set Settings) []casework.Start {
	return slices.Concat([]casework.Start{{Rule: "DECISION_SERVE", Own: true}}, publishing(set), []casework.Start{
		{Rule: "CLOSE_FORM", When: func(_ *casework.File, in casework.Input) bool {
			x := in.Fields["outcome"]
			return x != "" && closable(x)
		}},
	})
}

// closable says whether nothing is left to be carried out after a decision: whoever is let go without penalty, and a case that is withdrawn.
func closable(outcome string) bool {
	return outcome != Penalised && outcome != StopSale && outcome != CorrectMark
}

// mayDecide refuses what the law does not allow in a decision, outcome by outcome.
func mayDecide(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	none, outcome := f.Facts["limb"] == "none", in.Fields["outcome"]
	if established(outcome) && none {
		return fault("outcome", "error.no_limb")
	}
	if established(outcome) && f.Facts["limb"] == "L5" && in.Fields["further_orders"] == "" { // Order 71 Art. 45(1) item 6 leaves it to the office
		return fault("further_orders", "error.order_needed")
	}
	switch outcome {
	case Penalised:
		return mayPenalise(f, in, law)
	case NoHarm: // Penalty Law 2021 Art. 33(1), 1996 Art. 27(2); Order 71 Art. 31 item 2
		if in.Fields["harm"] != "none" {
			return fault("harm", "error.harm")
		}
	case FirstTime: // Penalty Law 2021 Art. 33(1)
		if !since(law, penaltyLaw2021, in.On) {
			return fault("outcome", "error.not_yet_law")
		}
	case NoFault: // Art. 33(2)
		if !since(law, penaltyLaw2021, in.On) {
			return fault("outcome", "error.not_yet_law")
		}
	case StopSale: // Implementing Rules 2010 Art. 84(3), 2023 Art. 101(3)
		if f.Facts["limb"] != "L2" || f.Facts["seller"] != "innocent" {
			return fault("outcome", "error.not_innocent_seller")
		}
	case CorrectMark: // Implementing Rules 2010 Art. 83, 2023 Art. 99
		if !none || f.Facts["marking_defect"] == "" {
			return fault("outcome", "error.no_marking_defect")
		}
		if in.Day("correct_by") < in.On {
			return fault("correct_by", "error.day_before", in.On)
		}
	case NotEstablished: // Order 71 Art. 31 item 3; Market-Regulation Procedure Art. 60(1) item 3
		if !none {
			return fault("outcome", "error.limb_found")
		}
	}
	return nil
}

// mayPenalise refuses a penalty without prior notice and its waiting period (Penalty Law 2021 Arts 44, 45, 62; 1996 Arts 31, 32, 42), above the
// cap (Patent Law 2008 Art. 63, 2020 Art. 68), heavier than the notice because the party defended itself (Penalty Law Art. 45), more than
// was gained, for an act found too late (Art. 36), or against a seller whom the law lets go.
func mayPenalise(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	if !f.Since("notify", "review") {
		return fault("outcome", "error.no_notice")
	}
	if f.Facts.Day("notice_served_on").IsZero() {
		return fault("outcome", "error.notice_not_served")
	}
	if k := f.Clock("STATEMENT"); k != nil && in.On <= k.DueOn && in.Fields["waived"] != "yes" {
		return fault("on", "error.statement_runs", k.DueOn)
	}
	if f.Since("defend", "notify") && in.Fields["statement"] == "" { // Market-Regulation Procedure Art. 62 item 3
		return fault("statement", "error.statement_answer")
	}
	if in.Money("fine") > f.Facts.Money("planned_fine") {
		return fault("fine", "error.heavier_than_notice")
	}
	if in.Money("confiscated") > f.Facts.Money("planned_confiscation") {
		return fault("confiscated", "error.heavier_than_notice")
	}
	if in.Money("fine")+in.Money("confiscated") == 0 {
		return fault("fine", "error.penalty_empty")
	}
	return first(
		tooOld("outcome", f),
		incomeFits("outcome", f.Facts, book(f), in.On, law),
		underIncome("confiscated", f, in, law),
		exempt(f, in, "fine", "confiscated"),
		overCap(f, in.Money("fine"), "fine", in.On, law),
	)
}

// orders are the measures of correction that the law bids the office to order for the act (Order 71 Art. 45; Order 60 Art. 43), each a sentence. An
// act without an item of its own falls under the other necessary measures, which the office words itself.
func orders(x casework.Facts, on calendar.Day, law casework.Law) string {
	var out strings.Builder
	for _, what := range []string{x["limb"], x["venue"]} {
		for _, o := range law.Rules.Orders(on, what) {
			if o.ID != "ORDER_OTHER" && o.ID != "ORDER_PLATFORM" {
				out.WriteString(o.Text.ZH)
			}
		}
	}
	return out.String()
}

// ordersPlatform says whether the law bids the office to tell the platform (Order 71 Art. 45(2), from 2015-07-01).
func ordersPlatform(on calendar.Day, law casework.Law) bool {
	for _, o := range law.Rules.Orders(on, "platform") {
		if o.ID == "ORDER_PLATFORM" {
			return true
		}
	}
	return false
}

func decisionPaper(f *casework.File, in casework.Input, say casework.Say) map[string]string {
	out := map[string]string{
		"违法事实": f.Facts["findings"], "违法情形": say("choice.limb." + f.Facts["limb"]), "理由": in.Fields["reasons"], "责令": in.Fields["orders"],
		"结果": say("choice.outcome." + in.Fields["outcome"]), "罚款": yuan(in.Money("fine")), "没收": yuan(in.Money("confiscated")),
		"陈述申辩": in.Fields["statement"], "处罚依据": say("paper.penalty_basis." + penaltyLaw(f.Facts.Day("act_ended_on"))), "起诉期限": say("paper.sue." + sueLaw(in.On)),
		"标注问题": f.Facts["marking_defect"], "改正期限": in.Day("correct_by").Han(), "来源证据": in.Fields["source_evidence"],
	}
	if in.Fields["outcome"] == StopSale {
		out["免罚依据"] = say("paper.stop_sale." + sellerLaw(f.Facts.Day("act_ended_on")))
	}
	if b := "paper.no_penalty." + in.Fields["outcome"] + "." + statementLaw(in.On); strings.HasPrefix(in.Fields["outcome"], "no_penalty_") {
		out["不罚依据"] = say(b)
	}
	if t := lastHearing(f); t != nil {
		out["听证"] = say("paper.hearing_held."+t.State, t.Facts.Day("session_on").Han())
	}
	if in.On >= calendar.Date(2021, 9, 1) && in.Fields["outcome"] == Penalised { // SAMR Order 45 Art. 8
		out["公示告知"] = say("paper.publicity")
	}
	return out
}

// sellerLaw names the wording for a seller who did not know: the fine exempted until 2024-01-19, only the stop of sale since.
func sellerLaw(act calendar.Day) string {
	if sellerExempt(act) {
		return "2010"
	}
	return "2023"
}

// goesAway says whether a case was transferred to another agency; before the police had a procedure of their own, also to them.
func goesAway(f *casework.File) bool {
	return f.Outcome == ToAgency || f.Outcome == ToPolice && f.State == Decided
}

// endings are the steps that end a case otherwise than by a decision on the act, from any state before it. They stand beside what the law asks next
// (Again): a case does not wait for them.
func endings() []casework.Step {
	end := func(s casework.Step) casework.Step {
		s.From, s.Action, s.NotBy, s.Joins, s.Decides = working(), "case.approve", []string{casework.PartOfficer}, casework.PartChief, true
		s.Stops, s.Starts = []string{"CF_CLOSE", "STATEMENT", "REVIEW"}, []casework.Start{{Rule: "CLOSE_FORM"}}
		s.Sets = func(*casework.File, casework.Input, casework.Law) casework.Facts {
			return casework.Facts{"tell_platform": "no"}
		}
		return s
	}
	return []casework.Step{
		end(casework.Step{
			Name: "transfer", To: HandedOver, Outcome: ToAgency, Again: true,
			Asks: []casework.Ask{
				{Name: "transfer_ground", Type: casework.AskChoice, Options: []string{"no_jurisdiction", "other_department"}},
				{Name: "transfer_to", Type: casework.AskText},
				{Name: "reasons", Type: casework.AskLong},
			},
			Needs: []casework.Need{needHearingOver, needPoliceAnswered},
			Bars:  notWithPolice,
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				// Who was sent a case asks the common superior, and does not send it on (Market-Regulation Procedure Art. 14).
				if f.Source == "transfer" && in.Fields["transfer_ground"] == "no_jurisdiction" && book(f) == "samr" {
					return fault("transfer_ground", "error.transfer_again")
				}
				return nil
			},
			Issues: func(*casework.File, casework.Input) string { return "transfer_letter" },
			Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"受移送机关": in.Fields["transfer_to"], "移送事由": say("choice.transfer_ground." + in.Fields["transfer_ground"]), "理由": in.Fields["reasons"]}
			},
		}),
		{
			Name: "hand_over", From: []casework.State{HandedOver, Decided}, To: HandedOver, Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{{Name: "handed_on", Type: casework.AskDay, Past: true}, {Name: "handed_receipt", Type: casework.AskText}},
			Bars: barred("error.not_transferred", func(f *casework.File) bool { return goesAway(f) && f.Last("hand_over") == nil }),
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("handed_on", in, f.DecidedOn)
			},
			Stops: []string{"DECISION_SERVE"},
		},
		end(casework.Step{
			Name: "conclude_police", To: HandedOver, Outcome: ToPolice,
			Asks:  []casework.Ask{{Name: "reasons", Type: casework.AskLong}},
			Needs: []casework.Need{needHearingOver},
			Bars:  barred("error.police_first", withPolice),
		}),
		end(casework.Step{
			Name: "end_investigation", To: Ended, Outcome: Stopped, Again: true,
			Asks: []casework.Ask{
				{Name: "ended_ground", Type: casework.AskChoice, Options: []string{"person_died", "entity_gone", "other_cause"}},
				{Name: "ended_proof", Type: casework.AskLong},
				{Name: "reasons", Type: casework.AskLong},
			},
			Needs:  []casework.Need{needHearingOver, needPoliceAnswered},
			Bars:   notWithPolice,
			Issues: func(*casework.File, casework.Input) string { return "termination_decision" },
			Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"终止事由": say("choice.ended_ground." + in.Fields["ended_ground"]), "证明": in.Fields["ended_proof"], "理由": in.Fields["reasons"]}
			},
		}),
		end(casework.Step{
			Name: "join_case", To: Ended, Outcome: Joined, Again: true,
			Asks:  []casework.Ask{{Name: "joined_into", Type: casework.AskText}, {Name: "reasons", Type: casework.AskLong}},
			Needs: []casework.Need{needHearingOver, needPoliceAnswered},
			Bars:  notWithPolice,
			Into:  "joined_into",
		}),
	}
}

// afterDecision is what follows a decision beside its service: publication, the platform's notice, and what is done when it does not stand.
func afterDecision() []casework.Step {
	decided := []casework.State{Decided, Served, Executed}
	undo := casework.Step{
		Name: "undo_decision", From: decided, To: casework.Filed, Action: "case.reopen", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief, Reopens: true, Undoes: true, Again: true,
		Asks: []casework.Ask{
			{Name: "reopen_ground", Type: casework.AskChoice, Options: []string{"quashed_by_court", "quashed_on_reconsideration", "new_facts", "own_review"}},
			{Name: "reopen_reason", Type: casework.AskLong},
		},
		Stops:  []string{"*"},
		Starts: again(),
	}
	return append([]casework.Step{
		{
			Name: "publish", From: decided, Action: "case.work", Member: casework.PartOfficer, Again: true, Duty: true,
			Asks: []casework.Ask{
				{Name: "publication_on", Type: casework.AskDay, Past: true},
				{Name: "publication_where", Type: casework.AskText},
				{Name: "publication_what", Type: casework.AskChoice, Options: []string{"both", "document", "summary"}},
				{Name: "redacted", Type: casework.AskText},
			},
			Bars: barred("error.nothing_to_publish", func(f *casework.File) bool { return f.Outcome == Penalised && !f.Since("publish", "decide") }),
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("publication_on", in, f.DecidedOn)
			},
			Stops: []string{"PENALTY_PUBLISH", "PENALTY_DOUBLE_PUBLISH"},
		},
		push(decided),
		{
			Name: "notify_platform", From: decided, Action: "case.work", Member: casework.PartOfficer, Again: true, Duty: true,
			Asks: []casework.Ask{
				{Name: "platform_name", Type: casework.AskText},
				{Name: "platform_pages", Type: casework.AskLong},
				{Name: "platform_measure", Type: casework.AskChoice, Options: []string{"delete", "screen", "unlink"}},
			},
			Bars:   barred("error.no_platform", func(f *casework.File) bool { return f.Facts["tell_platform"] == "yes" }),
			Issues: func(*casework.File, casework.Input) string { return "counterfeit_platform_notice" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"平台": in.Fields["platform_name"], "网页": in.Fields["platform_pages"], "措施": say("choice.platform_measure." + in.Fields["platform_measure"]), "违法情形": say("choice.limb." + f.Facts["limb"])}
			},
		},
		undo,
		{
			Name: "take_down", From: open(), Action: "case.work", Member: casework.PartOfficer, Again: true, Duty: true,
			Asks: []casework.Ask{
				{Name: "taken_down_on", Type: casework.AskDay, Past: true},
				{Name: "taken_down_where", Type: casework.AskText},
				{Name: "taken_down_reason", Type: casework.AskLong},
			},
			Bars: barred("error.nothing_to_take_down", func(f *casework.File) bool { k := f.Clock("PENALTY_WITHDRAW"); return k != nil && k.Running() }),
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("taken_down_on", in, f.Clock("PENALTY_WITHDRAW").StartedOn)
			},
			Stops: []string{"PENALTY_WITHDRAW"},
		},
	}, casework.Reopening(casework.Filed, Executed, again())...)
}

// again is what begins when a decision does not stand: the case's own period, and taking down what was published of it (Penalty Law 2021 Art. 48(2);
// SAMR Order 45 Art. 11).
func again() []casework.Start {
	return append(filing(), casework.Start{Rule: "PENALTY_WITHDRAW", Own: true, When: func(f *casework.File, _ casework.Input) bool {
		return madePublic(f)
	}})
}
