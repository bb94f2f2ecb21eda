package counterfeit_test

import (
	"slices"
	"testing"

	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestWhatADecisionNeeds is what must be done before a penalty is decided, by the book and the day, each with its article and beside it what is enough.
func TestWhatADecisionNeeds(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	flagged := func(day string, more ...string) []act { // the reviewer finds a public interest at stake
		return []act{{"officer", "investigate", day, with(found, "act_ended_on", day)}, {"reviewer", "review", day, with(passed, "review_flag", "public_interest", "review_kind", "case")},
			{"officer", "notify", day, with(planned, append([]string{"notice_served_on", day}, more...)...)}}
	}
	decide := func(day string, more ...string) act { return act{"chief", "decide", day, with(punished, more...)} }
	waived := func(day string) act { return decide(day, "waived", "yes") }
	reviewed2 := func(day, result string) act {
		return act{"reviewer", "legal_review", day, fields{"legal_opinion": "x", "legal_result": result}}
	}
	ask := func(day string) act {
		return act{"officer", "ask_hearing", day, fields{"hearing_asked_on": day, "hearing_asked_by": "x"}}
	}
	heard := func(notice, asked, told, on string) []act {
		return append(notified(notice), ask(asked), act{"reviewer", "hearing/notify_hearing", told, session(on, told)},
			act{"reviewer", "hearing/hold_hearing", on, fields{"hearing_minutes": "x", "minutes_signed": "signed"}}, act{"reviewer", "hearing/report_hearing", on, fields{"hearing_report": "x"}})
	}
	abandon := func(day, ground string) act {
		return act{"reviewer", "hearing/abandon_hearing", day, fields{"abandon_ground": ground, "abandon_note": "x"}}
	}
	again := func(day string) []act { // the chief sends it back, and all begins anew
		return append([]act{{"chief", "send_back", day, fields{"return_reason": "x"}}}, notified(day)...)
	}
	state := func(x string) []act {
		return append(reviewed("2026-03-23", "2026-03-23", "income_state", x), act{"officer", "notify", "2026-03-23", with(planned, "planned_confiscation", "0", "notice_served_on", "2026-03-23")})
	}
	unknown := decide("2026-04-01", "confiscated", "0")
	discuss := func(day string) act {
		return act{"chief", "discuss", day, fields{"discussed_on": day, "discussed_by": "x", "discussion": "x"}}
	}
	recheck := func(day string) act {
		return act{"officer", "recheck", day, fields{"recheck_opinion": "x", "adopted": "partly"}}
	}
	defend := func(day string) act {
		return act{"officer", "defend", day, fields{"statement_on": day, "statement_by": "x", "statement_text": "x"}}
	}
	aside := []act{{"officer", "ask_extension", "2022-03-08", fields{"extend_by": "10", "extension_reason": "x"}}, {"chief", "extension/approve_extension", "2022-03-08", nil}}
	run(t, o, []row{
		// Legal review.
		{"a flagged case of the patent book on 2021-07-14: no legal review", "2019-03-31", flagged("2021-07-05"), waived("2021-07-14"), ""},
		{"… on 2021-07-15 (Penalty Law 2021 Art. 58)", "2019-03-31", flagged("2021-07-05"), waived("2021-07-15"), "need.legal_review"},
		{"… passed", "2019-03-31", append(flagged("2021-07-05"), reviewed2("2021-07-15", "passed")), waived("2021-07-15"), ""},
		{"… not passed", "2019-03-31", append(flagged("2021-07-05"), reviewed2("2021-07-15", "not_passed")), waived("2021-07-15"), "need.legal_review"},
		{"… not passed, then sent back and reviewed anew by who reviews the law", "2019-03-31", slices.Concat(flagged("2021-07-05"), []act{reviewed2("2021-07-15", "not_passed"), {"chief", "send_back", "2021-07-15", fields{"return_reason": "x"}}},
			[]act{flagged("2021-07-15")[0], {"reviewer", "review", "2021-07-15", with(passed, "review_flag", "public_interest", "review_kind", "legal")}, flagged("2021-07-15")[2]}), waived("2021-07-16"), ""},
		{"a hearing by the market-regulation rules, before that day (Art. 50(2))", "2019-04-01", heard("2019-04-08", "2019-04-09", "2019-04-09", "2019-04-22"), decide("2019-04-23", "fine", "20000000"), "need.legal_review"},
		{"legal review where none is due", "2022-03-07", notified("2022-03-07"), reviewed2("2022-03-08", "passed"), "error.no_legal_review"},
		{"… a second time, when it has passed", "2019-03-31", append(flagged("2021-07-05"), reviewed2("2021-07-15", "passed")), reviewed2("2021-07-16", "passed"), "error.no_legal_review"},
		{"… when it has not", "2019-03-31", append(flagged("2021-07-05"), reviewed2("2021-07-15", "not_passed")), reviewed2("2021-07-16", "passed"), ""},
		// The leaders' discussion, the recheck, the head's word on the income.
		{"a discussion before there is a notice", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), discuss("2022-03-08"), "error.no_notice"},
		{"… a second time", "2022-03-07", append(notified("2022-03-07"), discuss("2022-03-08")), discuss("2022-03-09"), "error.no_notice"},
		{"… from before the notice", "2022-03-07", append(reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-08", with(planned, "notice_served_on", "2022-03-08")}),
			act{"chief", "discuss", "2022-03-09", fields{"discussed_on": "2022-03-07", "discussed_by": "x", "discussion": "x"}}, "discussed_on: error.day_before"},
		{"a heavy case without it (Penalty Law Art. 57(2))", "2019-03-31", []act{{"officer", "investigate", "2021-07-05", with(found, "act_ended_on", "2021-07-05")}, {"reviewer", "review", "2021-07-05", with(passed, "review_flag", "heavy", "review_kind", "case")},
			{"officer", "notify", "2021-07-05", with(planned, "notice_served_on", "2021-07-05")}}, waived("2021-07-14"), "need.discussed"},
		{"a recheck of nothing", "2022-03-07", notified("2022-03-07"), recheck("2022-03-08"), "error.nothing_to_recheck"},
		{"… twice", "2022-03-07", append(notified("2022-03-07"), defend("2022-03-08"), recheck("2022-03-08")), recheck("2022-03-09"), "error.nothing_to_recheck"},
		{"a statement from before the notice was served", "2022-03-07", append(reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-08", with(planned, "notice_served_on", "2022-03-08")}),
			act{"officer", "defend", "2022-03-09", fields{"statement_on": "2022-03-07", "statement_by": "x", "statement_text": "x"}}, "statement_on: error.day_before"},
		{"a statement before there is a notice", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), defend("2022-03-08"), "error.notice_not_served"},
		{"… before it has reached the party", "2022-03-07", notified("2022-03-07", "notice_served_on", ""), defend("2022-03-08"), "error.notice_not_served"},
		{"… and after a new review, before a new notice", "2022-03-07", append(notified("2022-03-07"), again("2022-03-08")[:3]...), defend("2022-03-08"), "error.notice_not_served"},
		{"an income found in part only (SAMR Order 118 Art. 14)", "2026-03-23", state("partly"), unknown, "need.income_approved"},
		{"… not at all", "2026-03-23", state("unknown"), unknown, "need.income_approved"},
		{"… found", "2026-03-23", state("determined"), unknown, ""},
		{"… by the patent book", "2019-03-31", state("unknown"), unknown, ""},
		{"… the head agrees", "2026-03-23", append(state("unknown"), act{"chief", "approve_income", "2026-03-24", fields{"income_opinion": "x"}}), unknown, ""},
		{"… twice", "2026-03-23", append(state("unknown"), act{"chief", "approve_income", "2026-03-24", fields{"income_opinion": "x"}}), act{"chief", "approve_income", "2026-03-25", fields{"income_opinion": "x"}}, "error.income_determined"},
		{"… to what was found", "2026-03-23", state("determined"), act{"chief", "approve_income", "2026-03-24", fields{"income_opinion": "x"}}, "error.income_determined"},
		// The hearing.
		{"a hearing on the sum itself (SAMR Order 3 Art. 5)", "2022-03-07", notified("2022-03-07", "planned_fine", "10000000"), ask("2022-03-08"), ""},
		{"… of what is confiscated", "2022-03-07", append(reviewed("2022-03-07", "2022-03-07", "income", "10000000"), act{"officer", "notify", "2022-03-07", with(planned, "planned_fine", "1", "planned_confiscation", "10000000", "notice_served_on", "2022-03-07")}), ask("2022-03-08"), ""},
		{"… a fen below", "2022-03-07", append(reviewed("2022-03-07", "2022-03-07", "income", "10000000"), act{"officer", "notify", "2022-03-07", with(planned, "planned_fine", "1", "planned_confiscation", "9999999", "notice_served_on", "2022-03-07")}), ask("2022-03-08"), "error.hearing_sum"},
		{"… small, by the patent book, which names no sum (Order 71 Art. 32)", "2019-03-31", notified("2021-07-05", "planned_fine", "1"), ask("2021-07-06"), ""},
		{"… asked for on a day before the notice was served", "2022-03-07", append(reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-08", with(planned, "planned_fine", "20000000", "planned_confiscation", "0", "notice_served_on", "2022-03-08")}),
			act{"officer", "ask_hearing", "2022-03-09", fields{"hearing_asked_on": "2022-03-07", "hearing_asked_by": "x"}}, "hearing_asked_on: error.day_before"},
		{"… asked for beside another side procedure that ended", "2022-03-07", append(notified("2022-03-07"), aside...), ask("2022-03-09"), ""},
		{"… given up before the case was sent back, and asked for anew", "2022-03-07", slices.Concat(notified("2022-03-07"), []act{ask("2022-03-08"), abandon("2022-03-08", "withdrawn")}, again("2022-03-09")), ask("2022-03-10"), ""},
		{"… given up and asked for again", "2022-03-07", append(notified("2022-03-07"), ask("2022-03-08"), abandon("2022-03-08", "withdrawn")), ask("2022-03-09"), "error.hearing_once"},
		{"… nobody came before it was announced (Art. 64 item 6)", "2022-03-07", append(notified("2022-03-07"), ask("2022-03-08")), abandon("2022-03-09", "absent"), "error.session_not_yet"},
		{"… nobody came on the day", "2022-03-07", append(notified("2022-03-07"), ask("2022-03-08"), act{"reviewer", "hearing/notify_hearing", "2022-03-08", session("2022-03-22", "2022-03-08")}), abandon("2022-03-22", "absent"), ""},
		{"… withdrawn the day before", "2022-03-07", append(notified("2022-03-07"), ask("2022-03-08"), act{"reviewer", "hearing/notify_hearing", "2022-03-08", session("2022-03-22", "2022-03-08")}), abandon("2022-03-21", "withdrawn"), ""},
		{"… announced on the last day for it (Art. 64 item 2)", "2022-03-07", append(notified("2022-03-07"), ask("2022-03-08")), act{"reviewer", "hearing/notify_hearing", "2022-03-11", session("2022-03-22", "2022-03-11")}, ""},
		{"… announced before it was asked for", "2022-03-07", append(notified("2022-03-07"), ask("2022-03-09")), act{"reviewer", "hearing/notify_hearing", "2022-03-10", session("2022-03-25", "2022-03-08")}, "session_notice_on: error.day_before"},
		{"… recorded as held the day before it", "2022-03-07", append(notified("2022-03-07"), ask("2022-03-08"), act{"reviewer", "hearing/notify_hearing", "2022-03-08", session("2022-03-22", "2022-03-08")}),
			act{"reviewer", "hearing/hold_hearing", "2022-03-22", fields{"hearing_minutes": "x", "minutes_signed": "signed"}}, ""},
		// The income that the office may choose.
		{"less than was gained, by Order 60 (Art. 45: the office's word)", "2014-03-03", nil, act{"officer", "investigate", "2014-03-04", with(found, "gross", "1000000", "income", "900000")}, ""},
		{"… just as much", "2014-03-03", nil, act{"officer", "investigate", "2014-03-04", with(found, "gross", "1000000", "income", "1000000")}, ""},
		{"… more", "2014-03-03", nil, act{"officer", "investigate", "2014-03-04", with(found, "gross", "1000000", "income", "1000001")}, "error.income_sum"},
		{"less, by the Penalty Law of 2021 (Art. 28(2))", "2022-03-07", nil, act{"officer", "investigate", "2022-03-08", with(found, "gross", "1000000", "income", "999999")}, "error.income_sum"},
		{"… more", "2022-03-07", nil, act{"officer", "investigate", "2022-03-08", with(found, "gross", "1000000", "income", "1000001")}, "error.income_sum"},
		{"… just as much", "2022-03-07", nil, act{"officer", "investigate", "2022-03-08", with(found, "gross", "1000000", "income", "1000000")}, ""},
		{"anything, before there was a formula", "2010-12-01", nil, act{"officer", "investigate", "2010-12-02", with(found, "act_ended_on", "2010-12-01", "gross", "1000000", "income", "5")}, ""},
		// Service.
		{"electronic service with signed consent (Penalty Law Art. 61(2))", "2022-03-07", append(notified("2022-03-07"), decide("2022-03-15", "fine", "20000000")), act{"officer", "serve", "2022-03-16", fields{"served_on": "2022-03-16", "way": "electronic", "receiver": "x", "serve_consent": "yes"}}, ""},
		{"… without consent where none is asked for", "2022-03-07", append(notified("2022-03-07"), decide("2022-03-15", "fine", "20000000")), act{"officer", "serve", "2022-03-16", fields{"served_on": "2022-03-16", "way": "post", "receiver": "x"}}, ""},
		{"electronic service before the law knew it", "2014-03-03", append(notified("2014-03-03", "planned_fine", "800000"), act{"chief", "decide", "2014-03-10", punished}), act{"officer", "serve", "2014-03-11", fields{"served_on": "2014-03-11", "way": "electronic", "receiver": "x", "serve_consent": "yes"}}, "error.serve_"},
		// The act's age.
		{"an act that was found two years after its end, to the day (Art. 36)", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "act_ended_on", "2020-03-07"), act{"officer", "notify", "2022-03-08", planned}, ""},
		// What a decision may say.
		{"a penalty of nothing", "2022-03-07", notified("2022-03-07"), decide("2022-03-15", "fine", "0", "confiscated", "0"), "error.penalty_empty"},
		{"… of what was gained alone", "2022-03-07", notified("2022-03-07"), decide("2022-03-15", "fine", "0"), ""},
		{"no harm, the harm undone", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"chief", "decide", "2022-03-08", fields{"outcome": "no_penalty_minor", "reasons": "x", "corrected_on": "2022-03-08", "harm": "none"}}, ""},
		{"no fault on 2021-07-14", "2021-07-05", reviewed("2021-07-12", "2021-07-12"), act{"chief", "decide", "2021-07-14", fields{"outcome": "no_penalty_no_fault", "reasons": "x", "fault_evidence": "x"}}, "error.not_yet_law"},
		{"… on 2021-07-15 (Penalty Law 2021 Art. 33(2))", "2021-07-05", reviewed("2021-07-12", "2021-07-12"), act{"chief", "decide", "2021-07-15", fields{"outcome": "no_penalty_no_fault", "reasons": "x", "fault_evidence": "x"}}, ""},
		{"a stop of sale for a seller who knew", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "limb", "L2", "seller", "not_innocent"), act{"chief", "decide", "2022-03-08", fields{"outcome": "stop_sale_only", "reasons": "x", "source_evidence": "x"}}, "error.not_innocent_seller"},
		{"a marking corrected where nothing is wrong with it", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "limb", "none", "income", "0"), act{"chief", "decide", "2022-03-08", fields{"outcome": "correct_marking_only", "reasons": "x", "correct_by": "2022-04-01"}}, "error.no_marking_defect"},
		{"… within a time that is over", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "limb", "none", "income", "0", "marking_defect", "x"), act{"chief", "decide", "2022-03-08", fields{"outcome": "correct_marking_only", "reasons": "x", "correct_by": "2022-03-07"}}, "correct_by: error.day_before"},
		{"… on the same day", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "limb", "none", "income", "0", "marking_defect", "x"), act{"chief", "decide", "2022-03-08", fields{"outcome": "correct_marking_only", "reasons": "x", "correct_by": "2022-03-08"}}, ""},
		{"an act of its own kind with words of correction (Order 71 Art. 45(1) item 6)", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "limb", "L5"), act{"chief", "decide", "2022-03-08", fields{"outcome": "no_penalty_no_fault", "reasons": "x", "fault_evidence": "x", "further_orders": "x"}}, ""},
	})
}

// TestTheSumForAPerson: a person, and a trader with persons, may be heard from ten thousand yuan on (SAMR Order 3 Art. 5).
func TestTheSumForAPerson(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	for form, want := range map[string]string{"person": "", "trader": "", "company": "error.hearing_sum"} {
		id := begin(t, o, "2022-03-07")
		must(t, o.At("2022-03-07", func(tx *store.Tx) error {
			return tx.Exec("UPDATE case_parties SET form = ? WHERE case_id = ? AND role = 'respondent'", form, id).Error
		}))
		do(t, o, id, notified("2022-03-07", "planned_fine", "1000000")...)
		err := o.Take("officer", id, "ask_hearing", "2022-03-08", fields{"hearing_asked_on": "2022-03-08", "hearing_asked_by": "x"})
		if want == "" {
			must(t, err)
		} else {
			refused(t, form, err, want)
		}
	}
}
