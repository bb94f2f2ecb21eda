// Package counterfeit is the counterfeit-patent case (假冒专利案件): a penalty procedure of the office against a party.
package counterfeit

import (
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// The states between filing and closing.
const (
	Investigated casework.State = "investigated"
	Reviewed     casework.State = "reviewed"
	Decided      casework.State = "decided"
	Served       casework.State = "served"
	Executed     casework.State = "executed"
)

// Penalised is the outcome that carries a penalty. The others are those of the practice: no penalty, stop of sale, not
// established, correction of a marking, transfer, end of the investigation.
const Penalised = "penalised"

// Outcomes is every outcome.
func Outcomes() []string {
	return []string{Penalised, "no_penalty_minor", "no_penalty_first", "no_penalty_no_fault", "stop_sale_only", "not_established",
		"correct_marking_only", "transferred_agency", "transferred_police", "investigation_ended"}
}

// Limbs are the acts of counterfeiting (Implementing Rules 2010 Art. 84, 2023 Art. 101), and none.
func Limbs() []string {
	return []string{"L1a", "L1b", "L1c", "L2", "L3a", "L3b", "L3c", "L4", "L5", "none"}
}

// Procedure is the table: filed → investigated → reviewed → decided → served → executed → closed → archived.
func Procedure() *casework.Procedure {
	fined := func(f *casework.File, _ casework.Input) bool { return f.FineFen > 0 }
	penalised := func(x casework.Facts) bool { return x["outcome"] == Penalised }
	p := &casework.Procedure{
		Kind:   casework.Counterfeit,
		Stages: []casework.State{casework.Filed, Investigated, Reviewed, Decided, Served, Executed, casework.Closed, casework.Archived},
		Files:  []casework.Start{{Rule: "CF_CLOSE"}},
		Steps: []casework.Step{
			{
				Name: "investigate", From: []casework.State{casework.Filed}, To: Investigated, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{
					{Name: "findings", Type: casework.AskLong},
					{Name: "limb", Type: casework.AskChoice, Options: Limbs()},
					{Name: "act_ended_on", Type: casework.AskDay, Past: true},
					{Name: "income", Type: casework.AskMoney},
				},
				Needs:  []casework.Need{casework.NeedRespondent, casework.NeedPatent, casework.NeedCertificates},
				Starts: []casework.Start{{Rule: "REVIEW"}},
			},
			{
				Name: "return", From: []casework.State{Investigated}, To: casework.Filed, Action: "case.review", NotBy: []string{casework.PartOfficer}, Joins: casework.PartReviewer,
				Asks:  []casework.Ask{{Name: "return_reason", Type: casework.AskLong}},
				Stops: []string{"REVIEW"},
			},
			{
				Name: "review", From: []casework.State{Investigated}, To: Reviewed, Action: "case.review", NotBy: []string{casework.PartOfficer}, Joins: casework.PartReviewer,
				Asks:  []casework.Ask{{Name: "review_opinion", Type: casework.AskLong}},
				Stops: []string{"REVIEW"},
			},
			{
				Name: "notify", From: []casework.State{Reviewed}, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{
					{Name: "planned_fine", Type: casework.AskMoney},
					{Name: "planned_confiscation", Type: casework.AskMoney},
					{Name: "notice_reasons", Type: casework.AskLong},
					{Name: "notice_served_on", Type: casework.AskDay, Past: true},
				},
				Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
					if d := in.Day("notice_served_on"); d < f.Last("review").OnDay {
						return &errs.Field{Name: "notice_served_on", Message: errs.Msg("error.day_before_step", f.Last("review").OnDay)}
					}
					if f.Facts["limb"] == "none" {
						return &errs.Field{Name: "planned_fine", Message: errs.Msg("error.no_limb")}
					}
					if in.Money("planned_confiscation") > f.Facts.Money("income") {
						return &errs.Field{Name: "planned_confiscation", Message: errs.Msg("error.over_income", casework.Yuan(f.Facts.Money("income")))}
					}
					return overCap(f, in.Money("planned_fine"), "planned_fine", law)
				},
				Starts: []casework.Start{{Rule: "STATEMENT", Day: "notice_served_on", Own: true}},
				Issues: func(*casework.File, casework.Input) string { return "penalty_notice" },
				Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
					return map[string]string{
						"违法事实": f.Facts["findings"], "违法情形": say("choice.limb." + f.Facts["limb"]), "理由": in.Fields["notice_reasons"],
						"拟罚款": yuan(in.Money("planned_fine")), "拟没收": yuan(in.Money("planned_confiscation")), "陈述期限": say("paper.statement_period." + statementLaw(in.On)),
					}
				},
			},
			{
				Name: "send_back", From: []casework.State{Reviewed}, To: casework.Filed, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
				Asks:  []casework.Ask{{Name: "return_reason", Type: casework.AskLong}},
				Stops: []string{"STATEMENT"},
			},
			{
				Name: "decide", From: []casework.State{Reviewed}, To: Decided, Action: "case.approve", NotBy: []string{casework.PartOfficer, "review"}, Joins: casework.PartChief, Decides: true,
				Asks: []casework.Ask{
					{Name: "outcome", Type: casework.AskChoice, Options: Outcomes()},
					{Name: "reasons", Type: casework.AskLong},
					{Name: "fine", Type: casework.AskMoney, When: penalised},
					{Name: "confiscated", Type: casework.AskMoney, When: penalised},
					{Name: "statement", Type: casework.AskLong, When: penalised, Optional: true},
					{Name: "waived", Type: casework.AskChoice, Options: []string{"no", "yes"}, When: penalised},
				},
				Check:  mayDecide,
				Stops:  []string{"CF_CLOSE", "STATEMENT"},
				Starts: []casework.Start{{Rule: "DECISION_SERVE", Own: true}},
				Issues: func(_ *casework.File, in casework.Input) string {
					if in.Fields["outcome"] == Penalised {
						return "penalty_decision"
					}
					return "no_penalty_decision"
				},
				Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
					return map[string]string{
						"违法事实": f.Facts["findings"], "违法情形": say("choice.limb." + f.Facts["limb"]), "理由": in.Fields["reasons"],
						"结果": say("choice.outcome." + in.Fields["outcome"]), "罚款": yuan(in.Money("fine")), "没收": yuan(in.Money("confiscated")),
						"陈述申辩": in.Fields["statement"], "处罚依据": say("paper.penalty_basis." + penaltyLaw(f.Facts.Day("act_ended_on"))), "起诉期限": say("paper.sue." + sueLaw(in.On)),
					}
				},
			},
			{
				Name: "serve", From: []casework.State{Decided}, To: Served, Action: "case.work", Member: casework.PartOfficer,
				Asks: casework.ServeAsks(casework.ServiceWays()),
				Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
					return casework.NotBefore("served_on", in, f.DecidedOn)
				},
				Sets:  remedyEnd,
				Stops: []string{"DECISION_SERVE"},
				Starts: []casework.Start{
					{Rule: "FINE_PAY", Day: "served_on", When: fined, Own: true},
					{Rule: "COURT_APPLY", Day: "remedy_end", When: owing, Own: true},
				},
			},
			{
				Name: "execute", From: []casework.State{Served}, To: Executed, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{
					{Name: "execution", Type: casework.AskChoice, Options: []string{"paid", "performed", "nothing", "court"}},
					{Name: "paid_on", Type: casework.AskDay, Past: true, When: func(x casework.Facts) bool { return x["execution"] == "paid" }},
					{Name: "execution_note", Type: casework.AskLong, Optional: true},
				},
				Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
					switch {
					case in.Fields["execution"] == "paid":
						return settled(f, in, law)
					case in.Fields["execution"] == "nothing" && f.FineFen+f.ConfiscatedFen > 0:
						return &errs.Field{Name: "execution", Message: errs.Msg("error.fine_open")}
					}
					return nil
				},
				Stops:  []string{"FINE_PAY", "COURT_APPLY"},
				Starts: []casework.Start{{Rule: "CLOSE_FORM"}},
			},
			casework.CloseFrom(Executed),
			casework.ArchiveStep(),
		},
	}
	p.Steps = append(p.Steps, collecting()...)
	return p
}

// mayDecide refuses what the law does not allow in a decision: a penalty without prior notice and its waiting period
// (Penalty Law 2021 Arts 44, 45, 62; 1996 Arts 31, 32, 42), above the cap of the act's day (Patent Law 2008 Art. 63, 2020 Art. 68), heavier than the
// notice because the party defended itself (Penalty Law Art. 45), more than was gained, or for no act of counterfeiting.
func mayDecide(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	if in.Fields["outcome"] != Penalised {
		return nil
	}
	if f.Facts["limb"] == "none" {
		return &errs.Field{Name: "outcome", Message: errs.Msg("error.no_limb")}
	}
	if !f.Since("notify", "review") {
		return &errs.Field{Name: "outcome", Message: errs.Msg("error.no_notice")}
	}
	if k := f.Clock("STATEMENT"); k != nil && in.On <= k.DueOn && in.Fields["waived"] != "yes" {
		return &errs.Field{Name: "on", Message: errs.Msg("error.statement_runs", k.DueOn)}
	}
	if in.Money("fine") > f.Facts.Money("planned_fine") {
		return &errs.Field{Name: "fine", Message: errs.Msg("error.heavier_than_notice")}
	}
	if in.Money("confiscated") > f.Facts.Money("planned_confiscation") {
		return &errs.Field{Name: "confiscated", Message: errs.Msg("error.heavier_than_notice")}
	}
	if in.Money("fine")+in.Money("confiscated") == 0 {
		return &errs.Field{Name: "fine", Message: errs.Msg("error.penalty_empty")}
	}
	return overCap(f, in.Money("fine"), "fine", law)
}

func overCap(f *casework.File, fine int64, name string, law casework.Law) *errs.Field {
	limit, cite := law.Rules.FineCap(f.Facts.Day("act_ended_on"), f.Facts.Money("income"))
	if fine > limit {
		return &errs.Field{Name: name, Message: errs.Msg("error.over_cap", casework.Yuan(limit), cite)}
	}
	return nil
}

// yuan writes fen as an amount of yuan: 12345.60元.
func yuan(fen int64) string {
	if fen <= 0 {
		return ""
	}
	return casework.Yuan(fen) + "元"
}

// statementLaw names the wording of the right to be heard: three days under the law of 1996, five working days since 2021-07-15.
func statementLaw(on calendar.Day) string {
	if on >= calendar.Date(2021, 7, 15) {
		return "2021"
	}
	return "1996"
}

func penaltyLaw(act calendar.Day) string {
	if act >= calendar.Date(2021, 6, 1) {
		return "2020"
	}
	return "2008"
}

// sueLaw names the time to sue: three months until 2015-04-30, six since (Administrative Litigation Law 2014 Art. 46).
func sueLaw(on calendar.Day) string {
	if on >= calendar.Date(2015, 5, 1) {
		return "2015"
	}
	return "1989"
}
