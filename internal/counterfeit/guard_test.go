package counterfeit_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// row is something that is asked of a case as it stands after some acts: want is the key of the sentence that refuses it, "" where it is allowed.
type row struct {
	name  string // what, and by which article
	filed string
	acts  []act
	last  act
	want  string
}

func run(t *testing.T, o *caseworktest.Office, rows []row) {
	t.Helper()
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			id := begin(t, o, c.filed, c.acts...)
			err := named(o, c.last).take(o, id)
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(told(err), c.want) {
				t.Errorf("%s, want %s", told(err), c.want)
			}
		})
	}
}

// told is every key in an error.
func told(err error) string {
	e := errs.As(err)
	if e == nil {
		if err == nil {
			return "allowed"
		}
		return err.Error()
	}
	keys := []string{string(e.Code), e.Key}
	for _, f := range e.Fields {
		keys = append(keys, f.Name+": "+f.Key)
	}
	for _, m := range e.Missing {
		keys = append(keys, m.Key)
	}
	return strings.Join(keys, " ")
}

// notified are the acts up to a penalty notice that was served on a day; the planned fine is 200,000 yuan.
func notified(day string, more ...string) []act {
	return append(reviewed(day, day, "income", "10000000"), act{"officer", "notify", day, with(planned, append([]string{"planned_fine", "20000000", "notice_served_on", day}, more...)...)})
}

func sealedOn(day string) []act {
	return []act{
		{"officer", "ask_sealing", day, fields{"seal_what": "竹凉席", "seal_form": "seize", "seal_proof": "proven", "seal_evidence": "登记簿副本"}},
		{"chief", "sealing/approve_sealing", day, nil},
		{"officer", "sealing/seal", day, spot},
	}
}

// heardOn are the acts up to a hearing that was reported.
func heardOn() []act {
	return append(notified("2022-03-07"),
		act{"officer", "ask_hearing", "2022-03-10", fields{"hearing_asked_on": "2022-03-10", "hearing_asked_by": "张三"}},
		act{"reviewer", "hearing/notify_hearing", "2022-03-11", session("2022-03-22", "2022-03-11")},
		act{"reviewer", "hearing/hold_hearing", "2022-03-22", fields{"hearing_minutes": "x", "minutes_signed": "signed"}},
		act{"reviewer", "hearing/report_hearing", "2022-03-23", fields{"hearing_report": "x"}},
	)
}

func session(on, notice string) fields {
	return fields{"session_on": on, "session_time": "09:30", "session_place": "会议室", "session_open": "public", "host": "{reviewer}", "session_notice_on": notice}
}

// TestPowerGuardOfAPenalty is what the law does not allow in a counterfeit case, each line with its article, and beside it what is allowed.
func TestPowerGuardOfAPenalty(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	decide := func(day string, more ...string) act {
		return act{"chief", "decide", day, with(punished, append([]string{"fine", "20000000"}, more...)...)}
	}
	none := reviewed("2022-03-07", "2022-03-07", "limb", "none", "income", "0")
	seller := reviewed("2022-03-07", "2022-03-07", "limb", "L2", "seller", "innocent")
	report := fields{"police_team": "{officers}", "police_limb": "L1c", "police_facts": "x", "turnover": "30000000", "police_income": "100"}
	flagged := []act{{"officer", "investigate", "2022-03-07", with(found, "act_ended_on", "2022-03-07")}, {"reviewer", "review", "2022-03-07", with(passed, "review_flag", "complex", "review_kind", "legal")},
		{"officer", "notify", "2022-03-07", with(planned, "notice_served_on", "2022-03-07")}}
	accepted := []act{{"officer", "report_police", "2022-03-08", report}, {"chief", "police/approve_police", "2022-03-08", fields{"police_reason": "x"}},
		{"officer", "police/hand_police", "2022-03-08", fields{"police_office": "x", "police_receipt": "x"}}, {"officer", "police/police_accepted", "2022-03-10", fields{"police_answer_on": "2022-03-10", "police_number": "x"}}}
	urgent := act{"officer", "seal_urgent", "2022-03-08", with(spot, "seal_form", "seal", "seal_proof", "proven", "seal_evidence", "x", "taken_at", "15:00")}
	test := act{"officer", "sealing/test_sealed", "2022-03-17", fields{"test_by": "质检院", "test_question": "x", "test_from": "2022-03-17", "test_until": "2022-03-31"}}
	longer := func(n string) fields { return fields{"extend_by": n, "extension_reason": "情况复杂"} }
	act0 := fields{"present": "{officers}", "act_place": "x", "act_record": "x", "signed": "signed", "rights_told": "now"}
	run(t, o, []row{
		// Notice and its waiting period.
		{"a penalty without notice (Penalty Law 2021 Art. 44)", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), decide("2022-03-20"), "error.no_notice"},
		{"a penalty whose notice has not reached the party (Arts 44, 62)", "2022-03-07", notified("2022-03-07", "notice_served_on", ""), decide("2022-03-20"), "error.notice_not_served"},
		{"a penalty within five working days of the notice (Arts 45, 62, 64)", "2022-03-07", notified("2022-03-07"), decide("2022-03-14"), "error.statement_runs"},
		{"… after them", "2022-03-07", notified("2022-03-07"), decide("2022-03-15"), ""},
		{"… with the party's waiver (Art. 62)", "2022-03-07", notified("2022-03-07"), decide("2022-03-08", "waived", "yes"), ""},
		{"a statement that nobody checked (Art. 45)", "2022-03-07", append(notified("2022-03-07"), act{"officer", "defend", "2022-03-09", fields{"statement_on": "2022-03-09", "statement_by": "x", "statement_text": "x"}}),
			decide("2022-03-15", "statement", "x"), "need.rechecked"},
		{"… that the decision does not answer (Market-Regulation Procedure Art. 62)", "2022-03-07", append(notified("2022-03-07"), act{"officer", "defend", "2022-03-09", fields{"statement_on": "2022-03-09", "statement_by": "x", "statement_text": "x"}},
			act{"officer", "recheck", "2022-03-10", fields{"recheck_opinion": "x", "adopted": "partly"}}), decide("2022-03-15"), "statement: error.statement_answer"},
		{"a heavier fine than announced (Art. 45)", "2022-03-07", notified("2022-03-07"), decide("2022-03-15", "fine", "20000001"), "fine: error.heavier_than_notice"},
		{"more confiscated than announced (Art. 45)", "2022-03-07", notified("2022-03-07"), decide("2022-03-15", "confiscated", "500001"), "confiscated: error.heavier_than_notice"},
		{"a fine above five times the income (Patent Law 2020 Art. 68)", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "income", "10000000"),
			act{"officer", "notify", "2022-03-08", with(planned, "planned_fine", "50000001")}, "error.over_cap"},
		{"more confiscated than was gained (Penalty Law Art. 28)", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-08", with(planned, "planned_confiscation", "500001")}, "error.over_income"},
		{"… or less what was refunded (Art. 28(2))", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "refunded", "100000"), act{"officer", "notify", "2022-03-08", with(planned, "planned_confiscation", "400001")}, "error.over_income"},
		{"an act found more than two years after its end (Art. 36)", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "act_ended_on", "2020-03-06"), act{"officer", "notify", "2022-03-08", planned}, "error.limitation"},
		{"… found in time, filed later", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "act_ended_on", "2020-03-06", "discovered_on", "2022-03-06"), act{"officer", "notify", "2022-03-08", planned}, ""},
		// Hearing.
		{"a hearing asked for after the five working days (Art. 64 item 1)", "2022-03-07", notified("2022-03-07"), act{"officer", "ask_hearing", "2022-03-15", fields{"hearing_asked_on": "2022-03-15", "hearing_asked_by": "x"}}, "error.hearing_late"},
		{"… on the last day", "2022-03-07", notified("2022-03-07"), act{"officer", "ask_hearing", "2022-03-14", fields{"hearing_asked_on": "2022-03-14", "hearing_asked_by": "x"}}, ""},
		{"a hearing below the sum (Art. 63; SAMR Order 3 Art. 5)", "2022-03-07", notified("2022-03-07", "planned_fine", "9999999"), act{"officer", "ask_hearing", "2022-03-14", fields{"hearing_asked_on": "2022-03-14", "hearing_asked_by": "x"}}, "error.hearing_sum"},
		{"a hearing on six working days' notice (Art. 64 item 2)", "2022-03-07", append(notified("2022-03-07"), act{"officer", "ask_hearing", "2022-03-10", fields{"hearing_asked_on": "2022-03-10", "hearing_asked_by": "x"}}),
			act{"reviewer", "hearing/notify_hearing", "2022-03-11", session("2022-03-21", "2022-03-11")}, "error.session_notice"},
		{"a hearing held by an officer of the case (Art. 64 item 4)", "2022-03-07", append(notified("2022-03-07"), act{"officer", "ask_hearing", "2022-03-10", fields{"hearing_asked_on": "2022-03-10", "hearing_asked_by": "x"}}),
			act{"reviewer", "hearing/notify_hearing", "2022-03-11", with(session("2022-03-22", "2022-03-11"), "host", "{officer}")}, "host: error.choice"},
		{"… and by one who investigates", "2022-03-07", append(notified("2022-03-07"), act{"officer", "ask_hearing", "2022-03-10", fields{"hearing_asked_on": "2022-03-10", "hearing_asked_by": "x"}}),
			act{"officer", "hearing/notify_hearing", "2022-03-11", session("2022-03-22", "2022-03-11")}, "error.forbidden.action"},
		{"a hearing before its day", "2022-03-07", heardOn()[:5], act{"reviewer", "hearing/hold_hearing", "2022-03-21", fields{"hearing_minutes": "x", "minutes_signed": "signed"}}, "error.session_later"},
		{"… absent before its day (Art. 64 item 6)", "2022-03-07", heardOn()[:5], act{"reviewer", "hearing/abandon_hearing", "2022-03-21", fields{"abandon_ground": "absent", "abandon_note": "x"}}, "error.session_not_yet"},
		{"a decision while the hearing is open (Art. 65)", "2022-03-07", heardOn()[:6], decide("2022-03-22"), "need.hearing_over"},
		{"a decision after a hearing without legal review (Art. 58(1) item 2)", "2022-03-07", heardOn(), decide("2022-03-24"), "need.legal_review"},
		{"… and without the leaders' discussion (Market-Regulation Procedure Art. 60(2))", "2022-03-07", append(heardOn(), act{"reviewer", "legal_review", "2022-03-24", fields{"legal_opinion": "x", "legal_result": "passed"}}), decide("2022-03-25"), "need.discussed"},
		{"… legal review not passed", "2022-03-07", append(heardOn(), act{"reviewer", "legal_review", "2022-03-24", fields{"legal_opinion": "x", "legal_result": "not_passed"}}), decide("2022-03-25"), "need.legal_review"},
		{"a second hearing", "2022-03-07", heardOn(), act{"officer", "ask_hearing", "2022-03-24", fields{"hearing_asked_on": "2022-03-14", "hearing_asked_by": "x"}}, "error.hearing_once"},
		// Review.
		{"a flagged case without legal review (Penalty Law Art. 58)", "2022-03-07", reviewed("2022-03-07", "2022-03-07")[:1], act{"reviewer", "review", "2022-03-08", with(passed, "review_flag", "public_interest", "review_kind", "case")}, "error.legal_review"},
		{"a complex case without discussion (Art. 57(2))", "2022-03-07", flagged, decide("2022-03-15", "fine", "800000"), "need.discussed"},
		{"… with it", "2022-03-07", append(slices.Clone(flagged), act{"chief", "discuss", "2022-03-14", fields{"discussed_on": "2022-03-14", "discussed_by": "x", "discussion": "x"}}), decide("2022-03-15", "fine", "800000"), ""},
		{"an officer reviews (Art. 58; Market-Regulation Procedure Art. 49(3))", "2022-03-07", reviewed("2022-03-07", "2022-03-07")[:1], act{"officer", "review", "2022-03-08", passed}, "error.forbidden.action"},
		{"who investigated decides", "2022-03-07", notified("2022-03-07"), act{"officer", "decide", "2022-03-15", punished}, "error.forbidden.action"},
		// Outcomes.
		{"no penalty where harm was done (Art. 33(1))", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"chief", "decide", "2022-03-08", fields{"outcome": "no_penalty_minor", "reasons": "x", "corrected_on": "2022-03-08", "harm": "slight"}}, "harm: error.harm"},
		{"no penalty where there is no act", "2022-03-07", none, act{"chief", "decide", "2022-03-08", fields{"outcome": "no_penalty_minor", "reasons": "x", "corrected_on": "2022-03-08", "harm": "none"}}, "error.no_limb"},
		{"only a stop of sale for a maker (Implementing Rules 2010 Art. 84(3))", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"chief", "decide", "2022-03-08", fields{"outcome": "stop_sale_only", "reasons": "x", "source_evidence": "x"}}, "error.not_innocent_seller"},
		{"a fine on a seller who did not know (Art. 84(3))", "2022-03-07", seller, act{"officer", "notify", "2022-03-08", planned}, "error.seller_exempt"},
		{"a marking corrected though it is a counterfeit (Art. 83)", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"chief", "decide", "2022-03-08", fields{"outcome": "correct_marking_only", "reasons": "x", "correct_by": "2022-04-01"}}, "error.no_marking_defect"},
		{"withdrawal of a case where an act was found (Order 71 Art. 31 item 3)", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"chief", "decide", "2022-03-08", fields{"outcome": "not_established", "reasons": "x"}}, "error.limb_found"},
		{"an act of its own kind without words of correction (Order 71 Art. 45(1) item 6)", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "limb", "L5"), act{"chief", "decide", "2022-03-08", fields{"outcome": "no_penalty_no_fault", "reasons": "x", "fault_evidence": "x"}}, "error.order_needed"},
		{"closing while a penalty is not published (Order 71 Art. 46)", "2022-03-07", append(notified("2022-03-07"), decide("2022-03-15"), act{"officer", "serve", "2022-03-15", with(handed, "served_on", "2022-03-15")},
			act{"officer", "execute", "2022-03-16", fields{"execution": "paid", "paid_on": "2022-03-16"}}), act{"chief", "close", "2022-03-17", nil}, "need.published"},
		{"orders not carried out (Order 71 Art. 45)", "2022-03-07", append(slices.Clone(seller), act{"chief", "decide", "2022-03-08", fields{"outcome": "stop_sale_only", "reasons": "x", "source_evidence": "x"}}, act{"officer", "serve", "2022-03-09", with(handed, "served_on", "2022-03-09")}),
			act{"officer", "execute", "2022-03-10", fields{"execution": "nothing"}}, "error.order_open"},
		// Service.
		{"electronic service without signed consent (Penalty Law Art. 61(2))", "2022-03-07", append(notified("2022-03-07"), decide("2022-03-15")), act{"officer", "serve", "2022-03-16", fields{"served_on": "2022-03-16", "way": "electronic", "receiver": "x", "serve_consent": "no"}}, "error.serve_consent"},
		{"public notice that takes effect before thirty days (Civil Procedure Law Art. 95)", "2022-03-07", append(notified("2022-03-07"), decide("2022-03-15")),
			act{"officer", "serve", "2022-04-15", fields{"served_on": "2022-04-14", "way": "public_notice", "receiver": "x", "published_on": "2022-03-16"}}, "error.public_notice"},
		// Police.
		{"a crime that is none: no patent of another (Criminal Law Art. 216)", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "limb", "L1a"), act{"officer", "report_police", "2022-03-08", report}, "error.police_limb"},
		{"below every sum (interpretation of 2004 Art. 4)", "2022-03-07", nil, act{"officer", "report_police", "2022-03-08", with(report, "turnover", "19999999", "police_income", "9999999")}, "error.police_sum"},
		{"a team of one (Transfer Provisions Art. 5)", "2022-03-07", nil, act{"officer", "report_police", "2022-03-08", with(report, "police_team", o.Officers(1)[0])}, "error.two_officers"},
		{"a penalty while the head has not decided on the police (Art. 5)", "2022-03-07", append(notified("2022-03-07"), accepted[:1]...), decide("2022-03-15"), "need.police_answered"},
		{"a penalty in place of a crime (Penalty Law Art. 82)", "2022-03-07", append(notified("2022-03-07"), accepted...), decide("2022-03-15"), "error.with_police"},
		{"concluded before the police took it", "2022-03-07", accepted[:3], act{"chief", "conclude_police", "2022-03-09", fields{"reasons": "x"}}, "error.police_first"},
		{"asked again after three days (Transfer Provisions Art. 9)", "2022-03-07", append(slices.Clone(accepted[:3]), act{"officer", "police/police_refused", "2022-03-10", fields{"police_answer_on": "2022-03-10", "police_refusal": "x"}}),
			act{"officer", "police/ask_police_again", "2022-03-14", fields{"review_asked_why": "x"}}, "error.police_late"},
		// Coercive measures.
		{"sealing on suspicion (Patent Law 2020 Art. 69(1) item 5)", "2022-03-07", nil, act{"officer", "ask_sealing", "2022-03-08", fields{"seal_what": "x", "seal_form": "seal", "seal_proof": "suspected", "seal_evidence": "x"}}, "error.seal_proof"},
		{"sealing before approval (Coercion Law Art. 18 item 1)", "2022-03-07", sealedOn("2022-03-08")[:1], act{"officer", "sealing/seal", "2022-03-08", spot}, "error."},
		{"who asked approves", "2022-03-07", sealedOn("2022-03-08")[:1], act{"officer", "sealing/approve_sealing", "2022-03-08", nil}, "error.forbidden.action"},
		{"one officer seals (Coercion Law Art. 18 item 2)", "2022-03-07", sealedOn("2022-03-08")[:2], act{"officer", "sealing/seal", "2022-03-08", with(spot, "present", o.Officers(1)[0])}, "error.two_officers"},
		{"urgent sealing approved after 24 hours (Art. 19)", "2022-03-07", []act{urgent}, act{"chief", "sealing/confirm_sealing", "2022-03-09", fields{"approved_at": "15:01"}}, "error.urgent_late"},
		{"… within them", "2022-03-07", []act{urgent}, act{"chief", "sealing/confirm_sealing", "2022-03-09", fields{"approved_at": "15:00"}}, ""},
		{"… two days later", "2022-03-07", []act{urgent}, act{"chief", "sealing/confirm_sealing", "2022-03-10", fields{"approved_at": "15:00"}}, "error.urgent_late"},
		{"… then only release is left", "2022-03-07", []act{urgent}, act{"chief", "sealing/release_sealing", "2022-03-10", fields{"release_ground": "no_need", "release_reason": "x"}}, ""},
		{"sealing longer than thirty days more (Art. 25)", "2022-03-07", sealedOn("2022-03-08"), act{"officer", "sealing/ask_longer", "2022-03-20", longer("31")}, "error.extension_max"},
		{"… asked for after the end", "2022-03-07", sealedOn("2022-03-08"), act{"officer", "sealing/ask_longer", "2022-04-08", longer("30")}, "error.extension_late"},
		{"… granted after the end", "2022-03-07", append(sealedOn("2022-03-08"), act{"officer", "sealing/ask_longer", "2022-04-07", longer("30")}), act{"chief", "sealing/approve_longer", "2022-04-08", nil}, "error.extension_late"},
		{"… a second time", "2022-03-07", append(sealedOn("2022-03-08"), act{"officer", "sealing/ask_longer", "2022-04-01", longer("10")}, act{"chief", "sealing/approve_longer", "2022-04-02", nil}), act{"officer", "sealing/ask_longer", "2022-04-10", longer("10")}, "error.extension_none"},
		{"sealed goods tested after the end (Arts 25, 28)", "2022-03-07", sealedOn("2022-03-08"), act{"officer", "sealing/test_sealed", "2022-04-08", with(test.in, "test_from", "2022-04-08", "test_until", "2022-04-20")}, "error.seal_over"},
		{"… but released", "2022-03-07", sealedOn("2022-03-08"), act{"chief", "sealing/release_sealing", "2022-04-08", fields{"release_ground": "expired", "release_reason": "x"}}, ""},
		{"called expired before", "2022-03-07", sealedOn("2022-03-08"), act{"chief", "sealing/release_sealing", "2022-04-07", fields{"release_ground": "expired", "release_reason": "x"}}, "error.not_expired"},
		{"dealt with before the decision (Art. 27)", "2022-03-07", sealedOn("2022-03-08"), act{"officer", "sealing/dispose_sealed", "2022-03-09", fields{"disposed_by": "destroyed", "disposed_note": "x"}}, "error.not_decided"},
		{"handed over though the case goes nowhere (Art. 21)", "2022-03-07", sealedOn("2022-03-08"), act{"officer", "sealing/hand_sealed", "2022-03-09", fields{"goods_to": "x", "goods_receipt": "x", "party_told_on": "2022-03-09"}}, "error.goods_not_going"},
		{"closing while goods are sealed", "2022-03-07", append(sealedOn("2022-03-08"), act{"chief", "end_investigation", "2022-03-09", fields{"ended_ground": "person_died", "ended_proof": "x", "reasons": "x"}}), act{"chief", "close", "2022-03-10", nil}, "need.side_open"},
		{"preserved evidence dealt with after seven working days (Penalty Law Art. 56)", "2022-03-07", preservedOn("2022-03-08"), act{"officer", "preservation/settle_preservation", "2022-03-18", fields{"settled_by": "recorded", "settled_note": "x"}}, "error.preservation_lapsed"},
		{"… on the seventh", "2022-03-07", preservedOn("2022-03-08"), act{"officer", "preservation/settle_preservation", "2022-03-17", fields{"settled_by": "recorded", "settled_note": "x"}}, ""},
		{"sealed by name only", "2022-03-07", preservedOn("2022-03-08"), act{"officer", "preservation/settle_preservation", "2022-03-09", fields{"settled_by": "sealed", "settled_note": "x"}}, "error.seal_first"},
		// Extension of the case.
		{"more than thirty days (Market-Regulation Procedure Art. 64)", "2022-03-07", nil, act{"officer", "ask_extension", "2022-05-01", longer("31")}, "error.extension_max"},
		{"asked for after the end", "2022-03-07", nil, act{"officer", "ask_extension", "2022-06-06", longer("30")}, "error.extension_late"},
		{"the second one by the head alone (Art. 64)", "2022-03-07", extended("2022-05-01", "2022-06-10"), act{"chief", "extension/approve_extension", "2022-06-11", nil}, "error.extension_level"},
		{"… by the leaders' meeting", "2022-03-07", extended("2022-05-01", "2022-06-10"), act{"chief", "extension/approve_extension_meeting", "2022-06-11", fields{"meeting_on": "2022-06-11", "meeting_present": "甲乙丙", "meeting_opinion": "同意"}}, ""},
		// Investigation.
		{"one officer inspects (Penalty Law Art. 42)", "2022-03-07", nil, act{"officer", "inspect", "2022-03-08", with(act0, "present", o.Officers(1)[0])}, "error.two_officers"},
		{"a reviewer inspects", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"officer", "inspect", "2022-03-08", with(act0, "present", o.Officers(1)[0]+","+o.By["reviewer"].ID)}, "present: error.choice"},
		{"evidence taken without telling the rights (Market-Regulation Procedure Art. 21)", "2022-03-07", nil, act{"officer", "inspect", "2022-03-08", with(act0, "rights_told", "before")}, "error.rights_first"},
	})
}

func preservedOn(day string) []act {
	return []act{
		{"officer", "ask_preservation", day, fields{"preserve_what": "账册", "loss_risk": "可能销毁", "no_sampling": "yes"}},
		{"chief", "preservation/approve_preservation", day, nil},
		{"officer", "preservation/preserve", day, spot},
	}
}

// extended is a case that got its first extension and asks for the second.
func extended(first, second string) []act {
	return []act{
		{"officer", "ask_extension", first, fields{"extend_by": "30", "extension_reason": "x"}}, {"chief", "extension/approve_extension", first, nil},
		{"officer", "ask_extension", second, fields{"extend_by": "60", "extension_reason": "x"}},
	}
}

// TestActsTheLawDoesNotKnow: a step of that name is refused with the article, not as unknown.
func TestActsTheLawDoesNotKnow(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	id := begin(t, o, "2022-03-07")
	for act, since := range map[string]string{"confiscate_goods": "2010-01-01", "close_business": "2010-01-01", "detain_person": "2010-01-01", "award_damages": "2010-01-01",
		"freeze_deposits": "2012-01-01", "entrust_coercion": "2012-01-01", "seal_necessities": "2012-01-01", "seal_again": "2012-01-01"} {
		err := o.Take("officer", id, act, "2022-03-08", nil)
		if e := errs.As(err); e == nil || e.Code != errs.Forbidden || e.Key != "power."+act {
			t.Errorf("%s: %v", act, err)
		}
		f := o.Find(t, "officer", id, "2011-12-31")
		if got := slices.Contains(o.Docket.Denied(f), act); got != (since < "2011-12-31") {
			t.Errorf("%s at the end of 2011: %v", act, got)
		}
	}
	if err := o.Take("officer", id, "levitate", "2022-03-08", nil); errs.CodeOf(err) != errs.NotFound {
		t.Error(err)
	}
}

// TestSentHere: who was sent a case asks the common superior and does not send it on (Market-Regulation Procedure Art. 14); another department may get it.
func TestSentHere(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	id := begin(t, o, "2022-03-07")
	must(t, o.At("2022-03-07", func(tx *store.Tx) error {
		return tx.Exec("UPDATE cases SET source = 'transfer' WHERE id = ?", id).Error
	}))
	in := fields{"transfer_ground": "no_jurisdiction", "transfer_to": "x", "reasons": "x"}
	refused(t, "sent on", o.Take("chief", id, "transfer", "2022-03-08", in), "error.transfer_again")
	must(t, o.Take("chief", id, "transfer", "2022-03-08", with(in, "transfer_ground", "other_department")))
}

// TestExpiredCertificate: an officer whose certificate ended takes part in no act on the spot (Penalty Law 2021 Art. 42).
func TestExpiredCertificate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := begin(t, o, "2022-03-07", sealedOn("2022-03-08")[:2]...)
		second := o.Officers(2)[1]
		if err := o.Users.SetCertificate(context.Background(), access.System(), second, 0, access.Certificate{Number: "浙E1", Until: caseworktest.Day("2022-03-08")}); err != nil {
			t.Fatal(err)
		}
		refused(t, "a certificate that ended the day before", named(o, act{"officer", "sealing/seal", "2022-03-09", spot}).take(o, id), "error.step_needs")
		must(t, named(o, act{"officer", "sealing/seal", "2022-03-08", spot}).take(o, id))
	})
}
