package counterfeit

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
)

// path is the case's own way up to the decision and its execution.
func path(set Settings) []casework.Step {
	counterfeit := func(x casework.Facts) bool { return x["limb"] != "" && x["limb"] != "none" }
	return []casework.Step{
		{
			Name: "investigate", From: []casework.State{casework.Filed}, To: Investigated, Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{
				{Name: "findings", Type: casework.AskLong},
				{Name: "limb", Type: casework.AskChoice, Options: Limbs()},
				{Name: "seller", Type: casework.AskChoice, Options: []string{"innocent", "not_innocent"}, When: func(x casework.Facts) bool { return x["limb"] == "L2" }},
				{Name: "venue", Type: casework.AskChoice, Options: []string{"ordinary", "online", "exhibition"}, Optional: true, When: counterfeit},
				{Name: "marking_defect", Type: casework.AskLong, Optional: true, When: func(x casework.Facts) bool { return x["limb"] == "none" }},
				{Name: "act_ended_on", Type: casework.AskDay, Past: true},
				{Name: "discovered_on", Type: casework.AskDay, Past: true, Optional: true},
				{Name: "discovered_proof", Type: casework.AskText, When: func(x casework.Facts) bool { return x["discovered_on"] != "" }},
				{Name: "income", Type: casework.AskMoney},
				{Name: "gross", Type: casework.AskMoney, Optional: true, When: counterfeit},
				{Name: "outlays", Type: casework.AskMoney, Optional: true, When: counterfeit},
				{Name: "taxes", Type: casework.AskMoney, Optional: true, When: counterfeit},
				{Name: "refunded", Type: casework.AskMoney, Optional: true, When: counterfeit},
				{Name: "income_state", Type: casework.AskChoice, Options: []string{"determined", "partly", "unknown"}, Optional: true, When: counterfeit},
			},
			Needs: []casework.Need{casework.NeedRespondent, casework.NeedPatent, casework.NeedCertificates, casework.NeedNotSuspended},
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				if in.Day("discovered_on") > f.FiledOn {
					return fault("discovered_on", "error.day_after_filing", f.FiledOn)
				}
				if in.Money("refunded") > max(in.Money("income"), in.Money("gross")) {
					return fault("refunded", "error.refunded_more")
				}
				return incomeFits("income", in.Fields, book(f), in.On, law)
			},
			Sets: func(f *casework.File, in casework.Input, law casework.Law) casework.Facts {
				return casework.Facts{"income_formula": reckon(in.Fields, book(f), in.On, law).Formula}
			},
			Starts: []casework.Start{{Rule: "REVIEW"}},
		},
		{
			Name: "return", From: []casework.State{Investigated}, To: casework.Filed, Action: "case.review", NotBy: []string{casework.PartOfficer}, Joins: casework.PartReviewer,
			Asks:  []casework.Ask{{Name: "return_reason", Type: casework.AskLong}},
			Stops: []string{"REVIEW"},
		},
		{
			Name: "review", From: []casework.State{Investigated}, To: Reviewed, Action: "case.review", NotBy: []string{casework.PartOfficer}, Joins: casework.PartReviewer,
			Asks: []casework.Ask{
				{Name: "review_opinion", Type: casework.AskLong},
				{Name: "review_flag", Type: casework.AskChoice, Options: []string{"none", "public_interest", "complex", "heavy", "other_law"}, Optional: true},
				{Name: "review_kind", Type: casework.AskChoice, Options: []string{"case", "legal"}, Optional: true},
			},
			Needs: []casework.Need{casework.NeedNotSuspended},
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				if legalFlag(in.Fields["review_flag"]) && legalReviewLaw(f, in.On, law) && in.Fields["review_kind"] != "legal" {
					return fault("review_kind", "error.legal_review")
				}
				return nil
			},
			Stops: []string{"REVIEW"},
		},
		{
			Name: "notify", From: []casework.State{Reviewed}, Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{
				{Name: "planned_fine", Type: casework.AskMoney},
				{Name: "planned_confiscation", Type: casework.AskMoney},
				{Name: "notice_reasons", Type: casework.AskLong},
				{Name: "notice_served_on", Type: casework.AskDay, Past: true, Optional: true},
			},
			Needs:  []casework.Need{casework.NeedNotSuspended},
			Bars:   noNotice,
			Check:  mayNotify,
			Starts: []casework.Start{{Rule: "STATEMENT", Day: "notice_served_on", Own: true}},
			Issues: func(*casework.File, casework.Input) string { return "penalty_notice" },
			Sets: func(f *casework.File, in casework.Input, law casework.Law) casework.Facts {
				_, _, known, reached := mayBeHeard(f, in.Money("planned_fine"), in.Money("planned_confiscation"), in.On, law)
				scope := map[bool]string{true: "yes", false: "no"}[reached]
				if !known {
					scope = "unknown"
				}
				return casework.Facts{"hearing_scope": scope, "orders": orders(f.Facts, in.On, law)}
			},
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				out := map[string]string{
					"违法事实": f.Facts["findings"], "违法情形": say("choice.limb." + f.Facts["limb"]), "理由": in.Fields["notice_reasons"], "责令": in.Fields["orders"],
					"拟罚款": yuan(in.Money("planned_fine")), "拟没收": yuan(in.Money("planned_confiscation")), "陈述期限": say("paper.statement_period." + statementLaw(in.On)),
				}
				if scope := in.Fields["hearing_scope"]; scope != "no" {
					out["听证"] = say("paper.hearing_right." + scope + "." + statementLaw(in.On))
				}
				return out
			},
		},
		{
			Name: "serve_notice", From: []casework.State{Reviewed}, Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{
				{Name: "notice_served_on", Type: casework.AskDay, Past: true},
				{Name: "notice_way", Type: casework.AskChoice, Options: casework.ServiceWays()},
				{Name: "notice_published_on", Type: casework.AskDay, Past: true, When: byNotice("notice_way")},
				casework.Consent("notice_way"),
				{Name: "notice_receiver", Type: casework.AskText},
			},
			Serves: []casework.Service{{Way: "notice_way", On: "notice_served_on", Published: "notice_published_on", Receiver: "notice_receiver", Since: casework.MadeBy("notify"), Of: []string{"notify"}, Roles: []string{"respondent"}}},
			Bars: barred("error.notice_served", func(f *casework.File) bool {
				return f.Since("notify", "review") && f.Facts.Day("notice_served_on").IsZero()
			}),
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				return mayServe("notice_way", "notice_consent", f, in, law)
			},
			Starts: []casework.Start{{Rule: "STATEMENT", Day: "notice_served_on", Own: true}},
		},
		{
			Name: "send_back", From: []casework.State{Reviewed}, To: casework.Filed, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
			Asks:  []casework.Ask{{Name: "return_reason", Type: casework.AskLong}},
			Needs: []casework.Need{needHearingOver},
			Stops: []string{"STATEMENT"},
		},
		decide(set),
		{
			Name: "serve", From: []casework.State{Decided}, To: Served, Action: "case.work", Member: casework.PartOfficer,
			Asks:   casework.ServeAsks(casework.ServiceWays()),
			Serves: casework.Served(func(f *casework.File) calendar.Day { return f.DecidedOn }, []string{"respondent"}, []string{"decide"}),
			Bars:   barred("error.serve_transfer", func(f *casework.File) bool { return !strings.HasPrefix(f.Outcome, "transferred_") }),
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				return mayServe("way", "serve_consent", f, in, law)
			},
			Sets:  remedyEnd,
			Stops: []string{"DECISION_SERVE"},
			Starts: []casework.Start{
				{Rule: "FINE_PAY", Day: "served_on", When: func(f *casework.File, _ casework.Input) bool { return f.FineFen > 0 }, Own: true},
				{Rule: "COURT_APPLY", Day: "remedy_end", When: owing, Own: true},
				{Rule: "RECONSIDER", Day: "served_on", Own: true},
				{Rule: "SUIT", Day: "served_on", Own: true},
			},
		},
		{
			Name: "execute", From: []casework.State{Served}, To: Executed, Action: "case.work", Member: casework.PartOfficer, Bars: moneyOpen,
			Asks: []casework.Ask{
				{Name: "execution", Type: casework.AskChoice, Options: []string{"paid", "performed", "nothing", "court"}},
				{Name: "paid_on", Type: casework.AskDay, Past: true, When: func(x casework.Facts) bool { return x["execution"] == "paid" }},
				{Name: "execution_note", Type: casework.AskLong, Optional: true},
			},
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				owed := f.FineFen + f.ConfiscatedFen
				switch {
				case in.Fields["execution"] == "paid" && owed == 0:
					return fault("execution", "error.nothing_to_pay")
				case in.Fields["execution"] == "paid":
					return first(casework.NotBefore("paid_on", in, f.DecidedOn), settled(f, in.Day("paid_on"), law))
				case in.Fields["execution"] == "performed":
					return settled(f, in.On, law)
				case in.Fields["execution"] == "court" && !byCourt(f):
					return fault("execution", "error.court_not_ended")
				case in.Fields["execution"] == "nothing" && owed > 0:
					return fault("execution", "error.fine_open")
				case in.Fields["execution"] == "nothing" && established(f.Outcome):
					return fault("execution", "error.order_open")
				}
				return nil
			},
			Stops:  []string{"FINE_PAY", "COURT_APPLY"},
			Starts: []casework.Start{{Rule: "CLOSE_FORM", When: func(f *casework.File, _ casework.Input) bool { return !closable(f.Outcome) }}},
		},
		closing(),
		casework.ArchiveStep(),
	}
}

func byNotice(way string) func(casework.Facts) bool {
	return func(x casework.Facts) bool { return x[way] == "public_notice" }
}

// noNotice is why no penalty could be announced, whatever it were: the police have the case, no act of counterfeiting was found, or it was found too late
// (Penalty Law 2021 Arts 36, 44, 57).
func noNotice(f *casework.File, law casework.Law) *errs.Error {
	if err := notWithPolice(f, law); err != nil {
		return err
	}
	if f.Facts["limb"] == "none" {
		return errs.New(errs.Conflict, "error.no_limb")
	}
	if x := f.Facts; x["limb"] == "L2" && x["seller"] == "innocent" && (!sellerExempt(x.Day("act_ended_on")) || x.Money("income") == 0) {
		return errs.New(errs.Conflict, "error.seller_no_fault")
	}
	if late := tooOld("", f); late != nil {
		return errs.New(errs.Conflict, late.Key, late.Args...)
	}
	return nil
}

// mayNotify refuses to announce what could not be decided.
func mayNotify(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	if taken := reckon(f.Facts, book(f), in.On, law).Taken; in.Money("planned_confiscation") > taken {
		return fault("planned_confiscation", "error.over_income", casework.Yuan(taken))
	}
	if in.Fields["notice_served_on"] != "" && in.Day("notice_served_on") < in.On { // the notice is made by this step
		return fault("notice_served_on", "error.day_before", in.On)
	}
	if in.Money("planned_fine")+in.Money("planned_confiscation") == 0 {
		return fault("planned_fine", "error.penalty_empty")
	}
	return first(
		tooOld("planned_fine", f),
		incomeFits("planned_confiscation", f.Facts, book(f), in.On, law),
		underIncome("planned_confiscation", f, in, law),
		exempt(f, in, "planned_fine", "planned_confiscation"),
		overCap(f, in.Money("planned_fine"), "planned_fine", in.On, law),
	)
}

// exempt refuses a fine on a seller who did not know and proves a lawful source (Implementing Rules 2010 Art. 84(3)); since those words were
// struck the proof that nobody was at fault lets the seller go without any penalty (Penalty Law 2021 Art. 33(2)).
func exempt(f *casework.File, in casework.Input, fine, confiscation string) *errs.Field {
	switch {
	case f.Facts["limb"] != "L2" || f.Facts["seller"] != "innocent":
		return nil
	case in.Money(fine) > 0:
		return fault(fine, "error.seller_exempt")
	case in.Money(confiscation) > 0 && !sellerExempt(f.Facts.Day("act_ended_on")):
		return fault(confiscation, "error.seller_no_fault")
	}
	return nil
}

// closing closes when nothing of the case is open any more: side procedures, the publication of a penalty, the platform's notice.
func closing() casework.Step {
	s := casework.CloseFrom(Executed, HandedOver, Ended)
	s.Needs = slices.Concat(s.Needs, []casework.Need{
		casework.Settled("remedy"), // which neither stops the execution nor the closing (Penalty Law 2021 Art. 73(1))
		{Key: "need.handed_over", Where: "#next", Met: func(f *casework.File) bool {
			return f.Outcome != ToAgency || f.State != HandedOver || f.Last("hand_over") != nil
		}},
		{Key: "need.published", Where: "#next", Met: func(f *casework.File) bool { return !runs(f, "PENALTY_PUBLISH", "PENALTY_DOUBLE_PUBLISH") }},
		{Key: "need.pushed", Where: "#next", Met: func(f *casework.File) bool { return !runs(f, "PENALTY_PUSH") }},
		{Key: "need.goods_handed", Where: "#next", Met: func(f *casework.File) bool { return !runs(f, "POLICE_GOODS") }},
		{Key: "need.platform_told", Where: "#next", Met: func(f *casework.File) bool {
			return f.Facts["tell_platform"] != "yes" || f.Since("notify_platform", "decide")
		}},
		{Key: "need.taken_down", Where: "#next", Met: func(f *casework.File) bool { return !runs(f, "PENALTY_WITHDRAW") }},
	})
	return s
}

// yuan writes fen as a paper has an amount: in capital Chinese and in figures.
func yuan(fen int64) string {
	if fen <= 0 {
		return ""
	}
	return document.Amount(fen)
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
