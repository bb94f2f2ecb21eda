package counterfeit

import (
	"slices"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// police is handing a suspected crime over to the police (移送公安机关): a team of two or more reports, the head decides within three days, the papers go
// within twenty-four hours, and the police accept or refuse (Provisions on Transferring Suspected Crimes Arts 5–9).
func police() []casework.Step {
	work := func(s casework.Step) casework.Step {
		s.Track, s.From, s.Action, s.Member = "police", open(), "case.work", casework.PartOfficer
		return s
	}
	head := func(s casework.Step) casework.Step {
		s.Track, s.From, s.In, s.Action, s.NotBy, s.Stops = "police", open(), []string{casework.Asked}, "case.approve", []string{casework.PartOfficer, "report_police"}, []string{"POLICE_DECIDE"}
		s.Asks = []casework.Ask{{Name: "police_reason", Type: casework.AskLong}}
		return s
	}
	answer := casework.Ask{Name: "police_answer_on", Type: casework.AskDay, Past: true}
	report := work(casework.Step{
		Name: "report_police", Leads: casework.Asked, Alone: true,
		Asks: []casework.Ask{
			{Name: "police_team", Type: casework.AskOfficers},
			{Name: "police_limb", Type: casework.AskChoice, Options: []string{"L1c", "L3c", "L4"}},
			{Name: "police_facts", Type: casework.AskLong},
			{Name: "turnover", Type: casework.AskMoney},
			{Name: "police_income", Type: casework.AskMoney},
			{Name: "loss", Type: casework.AskMoney, Optional: true},
			{Name: "patents_used", Type: casework.AskCount, Optional: true},
			{Name: "punished_before", Type: casework.AskChoice, Options: []string{"no", "yes"}, Optional: true},
			{Name: "police_serious", Type: casework.AskLong, Optional: true},
			casework.Approver(),
		},
		Needs:  twoAndParty(),
		Bars:   onlyAnothers,
		Check:  suspected,
		Starts: []casework.Start{{Rule: "POLICE_DECIDE", Own: true}},
	})
	report.From = working()
	return []casework.Step{
		report,
		head(casework.Step{
			Name: "approve_police", Leads: "approved",
			Starts: []casework.Start{{Rule: "POLICE_HANDOVER", Own: true}},
			Issues: func(*casework.File, casework.Input) string { return "police_transfer" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				t := f.Track.Facts
				return map[string]string{"犯罪情形": say("choice.police_limb." + t["police_limb"]), "犯罪事实": t["police_facts"], "经营数额": yuan(t.Money("turnover")),
					"违法所得": yuan(t.Money("police_income")), "损失": yuan(t.Money("loss")), "其他情节": t["police_serious"], "专案组": t["police_team_name"], "理由": in.Fields["police_reason"]}
			},
		}),
		head(casework.Step{Name: "refuse_police"}),
		work(casework.Step{
			Name: "hand_police", In: []string{"approved"}, Leads: "handed",
			Asks:  []casework.Ask{{Name: "police_office", Type: casework.AskText}, {Name: "police_receipt", Type: casework.AskText}},
			Stops: []string{"POLICE_HANDOVER"},
		}),
		work(casework.Step{
			Name: "police_accepted", In: []string{"handed", "reviewing"},
			Asks: []casework.Ask{answer, {Name: "police_number", Type: casework.AskText}}, Check: answered,
			Starts: []casework.Start{{Rule: "POLICE_GOODS", Day: "police_answer_on", Own: true}},
		}),
		work(casework.Step{
			Name: "police_refused", In: []string{"handed"}, Leads: "refused",
			Asks: []casework.Ask{answer, {Name: "police_refusal", Type: casework.AskLong}}, Check: answered,
		}),
		work(casework.Step{
			Name: "ask_police_again", In: []string{"refused"}, Leads: "reviewing",
			Asks: []casework.Ask{{Name: "review_asked_why", Type: casework.AskLong}},
			Bars: func(f *casework.File, _ casework.Law) *errs.Error { // Art. 9: within three days
				if day := f.Track.Facts.Day("police_answer_on").AddDays(3); f.Today > day {
					return errs.New(errs.Forbidden, "error.police_late", day)
				}
				return nil
			},
		}),
		work(casework.Step{
			Name: "police_upheld", In: []string{"refused", "reviewing"},
			Asks: []casework.Ask{{Name: "police_final", Type: casework.AskLong}},
		}),
		handGoods(),
	}
}

// onlyAnothers refuses to hand over what cannot be a crime: only another's patent can be counterfeited in the sense of the Criminal Law (Art. 216; the
// interpretations of 2004 and 2025).
func onlyAnothers(f *casework.File, law casework.Law) *errs.Error {
	if limb := f.Facts["limb"]; limb != "" {
		_, rule := law.Rules.ToPolice(f.Today, statute.Suspect{})
		if !slices.Contains(rule.Limbs, limb) {
			return errs.New(errs.Forbidden, "error.police_limb", rule.Cite)
		}
	}
	if withPolice(f) {
		return errs.New(errs.Conflict, "error.with_police")
	}
	return nil
}

// suspected refuses a report that reaches no sum and names no other grave circumstance.
func suspected(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	reasons, rule := law.Rules.ToPolice(in.On, statute.Suspect{
		Limbs: []string{in.Fields["police_limb"]}, Turnover: in.Money("turnover"), Income: in.Money("police_income"), Loss: in.Money("loss"),
		Patents: int(in.Money("patents_used")), Again: in.Fields["punished_before"] == "yes",
	})
	if len(reasons) == 0 && in.Fields["police_serious"] == "" {
		return fault("police_serious", "error.police_sum", rule.Cite)
	}
	if limb := f.Facts["limb"]; limb != "" && limb != in.Fields["police_limb"] {
		return fault("police_limb", "error.police_other_limb")
	}
	return nil
}

// answered refuses an answer of the police from before the papers went to them.
func answered(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
	return casework.NotBefore("police_answer_on", in, f.Last("hand_police").OnDay)
}

// withPolice says whether the police have taken the case: the latest report of it ended so, and it was not opened again since.
func withPolice(f *casework.File) bool {
	for i := len(f.Tracks) - 1; i >= 0; i-- {
		if t := f.Tracks[i]; t.Track == "police" {
			return t.State == "police_accepted" && !reopenedSince(f, t.Seq)
		}
	}
	return false
}

func reopenedSince(f *casework.File, seq int64) bool {
	return slices.ContainsFunc(f.Taken, func(t casework.Taken) bool {
		return t.Seq > seq && slices.Contains([]string{"reopen", "undo_decision"}, t.Step)
	})
}

// notWithPolice refuses to punish in place of a crime that the police have taken up (Penalty Law 2021 Art. 82; Provisions on Transferring Suspected
// Crimes Art. 11).
func notWithPolice(f *casework.File, _ casework.Law) *errs.Error {
	if withPolice(f) {
		return errs.New(errs.Forbidden, "error.with_police")
	}
	return nil
}
