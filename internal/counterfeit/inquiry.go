package counterfeit

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// fieldActs are the acts of investigation on the spot, each by two officers or more who show their certificates: inspection, questioning, copying of
// contracts, invoices and books, measuring and photographing, samples (Patent Law 2020 Art. 69(1), 2008 Art. 64; Order 71 Arts 37–39;
// Market-Regulation Procedure Arts 21–31; Penalty Law Arts 42, 55).
func fieldActs() []casework.Step {
	out := casework.FieldActs(working(), "inspect", "question", "copy", "measure", "sample")
	for i := range out {
		s := &out[i]
		s.Asks = append(s.Asks, casework.Ask{Name: "rights_told", Type: casework.AskChoice, Options: []string{"now", "before"}})
		s.Check = rightsTold
		if s.Name == "sample" {
			s.Needs = twoAndParty()
			s.Asks = append(s.Asks, casework.Ask{Name: "sample_list", Type: casework.AskLong}, casework.Ask{Name: "sample_kept", Type: casework.AskText},
				casework.Ask{Name: "sample_way", Type: casework.AskChoice, Options: []string{"on_site", "online_filmed"}})
			s.Issues = func(*casework.File, casework.Input) string { return "sampling_record" }
			s.Paper = func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{"清单": in.Fields["sample_list"], "保存地点": in.Fields["sample_kept"], "抽样地点": in.Fields["act_place"], "执法人员": in.Fields["present_name"],
					"抽样方式": say("choice.sample_way." + in.Fields["sample_way"]), "签名": say("choice.signed." + in.Fields["signed"])}
			}
		}
	}
	return out
}

// rightsTold refuses the first taking of evidence without telling the party that it may state, defend and ask for recusal (Market-Regulation Procedure
// Art. 21(2)); Order 71 has no such rule.
func rightsTold(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
	told := slices.ContainsFunc(f.Taken, func(t casework.Taken) bool { return t.Data["rights_told"] == "now" })
	if in.Fields["rights_told"] == "before" && !told && book(f) == statute.BookSAMR {
		return fault("rights_told", "error.rights_first")
	}
	return nil
}

// inquiry are the side procedures of the investigation that other kinds have too, with what is special to a penalty case.
func inquiry() []casework.Step {
	suspension := casework.Suspension(open(), "related_case", "law_question", "force_majeure", "party_missing", "other_cause")
	for i := range suspension {
		if s := &suspension[i]; len(s.In) == 0 || s.Pauses != "" || s.Name == "amend_suspension" {
			s.Bars = maySuspend
		}
	}
	return slices.Concat(
		casework.Extension("CF_CLOSE", open()),
		reviewExtension(),
		suspension,
		casework.Recusal(open(), rests),
		asked(casework.Assistance(open())),
		asked(casework.Appraisal(open())),
		identification(),
		refund(),
	)
}

// asked keeps the steps that open a side procedure of the investigation to the time before the decision.
func asked(steps []casework.Step) []casework.Step {
	for i := range steps {
		if len(steps[i].In) == 0 {
			steps[i].From = working()
		}
	}
	return steps
}

// maySuspend refuses a suspension by the patent book, which knows none (Order 71 Art. 36 leaves out hearing and public notice only), and after the
// decision; grounds: Market-Regulation Procedure Art. 46.
func maySuspend(f *casework.File, _ casework.Law) *errs.Error {
	switch {
	case !slices.Contains(working(), f.State):
		return errs.New(errs.Conflict, "error.decided")
	case book(f) != statute.BookSAMR:
		return errs.New(errs.Forbidden, "error.no_suspension")
	}
	return nil
}

// rests says what a request for recusal does to the officer meanwhile: in the patent book the work rests (Order 71 Art. 7) until the Penalty Law of 2021
// let the investigation go on (Art. 43(3)); in the market-regulation book it never stopped (Art. 4(2)).
func rests(f *casework.File, on calendar.Day) string {
	if book(f) == statute.BookPatent && on < calendar.Date(2021, 7, 15) {
		return "yes"
	}
	return "no"
}

// reviewExtension is the longer time for a review that the head approves in special cases, never who asked, though somebody may review and be a chief
// (Market-Regulation Procedure Art. 55).
func reviewExtension() []casework.Step {
	step := func(s casework.Step) casework.Step {
		s.Track, s.From, s.NotBy = "review_extension", open(), []string{casework.PartOfficer}
		if s.Action == "" {
			s.Action = "case.approve"
		}
		return s
	}
	asks := []casework.Ask{{Name: "extend_by", Type: casework.AskCount}, {Name: "extension_reason", Type: casework.AskLong}, casework.Approver()}
	return []casework.Step{
		step(casework.Step{Name: "ask_review_extension", Leads: casework.Asked, Alone: true, Action: "case.review", Asks: asks,
			Bars: casework.Extendable("REVIEW"), Check: casework.WithinMax("REVIEW")}),
		step(casework.Step{Name: "approve_review_extension", In: []string{casework.Asked}, Extends: "REVIEW", Bars: casework.Level("REVIEW", statute.Head)}),
		step(casework.Step{Name: "refuse_review_extension", In: []string{casework.Asked}, Asks: []casework.Ask{{Name: "return_reason", Type: casework.AskLong}}}),
		step(casework.Step{Name: "drop_review_extension", In: []string{casework.Asked}, Action: "case.review", Asks: []casework.Ask{{Name: "drop_reason", Type: casework.AskText}}}),
	}
}

// identification is the right holder's word on whether goods are its own (权利人辨认、鉴别); its time is not counted (Market-Regulation Procedure Arts 30(2),
// 64(2)).
func identification() []casework.Step {
	return []casework.Step{
		{
			Name: "ask_holder", Track: "identification", From: working(), Leads: "asked_holder", Action: "case.work", Member: casework.PartOfficer,
			Asks: []casework.Ask{
				{Name: "holder_name", Type: casework.AskText},
				{Name: "holder_question", Type: casework.AskLong},
				{Name: "holder_asked_on", Type: casework.AskDay, Past: true},
				{Name: "holder_answer_by", Type: casework.AskDay},
			},
			Pauses: "rightholder_identification", PausesFrom: "holder_asked_on",
			Check: func(_ *casework.File, in casework.Input, _ casework.Law) *errs.Field { // the notice is made by this step
				return first(casework.NotBefore("holder_asked_on", in, in.On), casework.NotBefore("holder_answer_by", in, in.Day("holder_asked_on")))
			},
			Issues: func(*casework.File, casework.Input) string { return "identification_notice" },
			Paper: func(_ *casework.File, in casework.Input, _ casework.Say) map[string]string {
				return map[string]string{"权利人": in.Fields["holder_name"], "辨认事项": in.Fields["holder_question"], "期限": in.Day("holder_answer_by").Han()}
			},
		},
		{
			Name: "holder_answered", Track: "identification", From: open(), In: []string{"asked_holder"}, Action: "case.work", Member: casework.PartOfficer, Resumes: true, PausesFrom: "holder_answered_on",
			Asks: []casework.Ask{
				{Name: "holder_answered_on", Type: casework.AskDay, Past: true},
				{Name: "holder_answer", Type: casework.AskChoice, Options: []string{"not_ours", "ours", "no_answer"}},
				{Name: "holder_opinion", Type: casework.AskLong, Optional: true},
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("holder_answered_on", in, f.Track.Facts.Day("holder_asked_on"))
			},
		},
	}
}

// refund is the order to pay back to others what was charged too much, where a law wants it before the penalty; its time is not counted (Market-
// Regulation Procedure Arts 59, 64(2)). The patent book knows none.
func refund() []casework.Step {
	return []casework.Step{
		{
			Name: "order_refund", Track: "refund", From: []casework.State{Reviewed}, Leads: "ordered", Alone: true, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
			Asks: []casework.Ask{
				{Name: "refund_sum", Type: casework.AskMoney},
				{Name: "refund_basis", Type: casework.AskText},
				{Name: "refund_by", Type: casework.AskDay},
			},
			Bars: func(f *casework.File, _ casework.Law) *errs.Error {
				switch {
				case book(f) != statute.BookSAMR:
					return errs.New(errs.Forbidden, "error.no_refund")
				case !notified(f):
					return errs.New(errs.Conflict, "error.notice_not_served")
				}
				return nil
			},
			Check: func(_ *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if in.Money("refund_sum") == 0 {
					return fault("refund_sum", "error.amount")
				}
				return nil
			},
			Pauses: "refund_order",
			Issues: func(*casework.File, casework.Input) string { return "refund_order" },
			Paper: func(_ *casework.File, in casework.Input, _ casework.Say) map[string]string {
				return map[string]string{"退款金额": yuan(in.Money("refund_sum")), "依据": in.Fields["refund_basis"], "期限": in.Day("refund_by").Han()}
			},
		},
		{
			Name: "refund_done", Track: "refund", From: open(), In: []string{"ordered"}, Action: "case.work", Member: casework.PartOfficer, Resumes: true,
			Asks: []casework.Ask{{Name: "refunded_sum", Type: casework.AskMoney}, {Name: "refund_result", Type: casework.AskLong}},
		},
	}
}
