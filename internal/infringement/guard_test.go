package infringement_test

import (
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/infringement"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// quick leads a dispute filed on a day to the deliberation within a week, on the papers: for what goes by the day of the decision.
func quick(filed string, conclusion string) []act {
	on := func(n int) string { return caseworktest.Day(filed).AddDays(n).String() }
	return []act{
		{"officer", "serve_request", on(1), fields{"respondent_received_on": on(1), "request_way": "direct", "foreign": "no"}},
		{"officer", "defence", on(2), fields{"defence": "filed", "defence_on": on(2), "defence_text": "x"}},
		{"officer", "forward_defence", on(3), fields{"forwarded_on": on(3), "forward_way": "direct"}},
		{"officer", "no_hearing", on(4), fields{"paper_reason": "x"}},
		{"officer", "tell_findings", on(4), fields{"told_party": "both", "findings_told_on": on(4), "answer_by": on(5), "findings_told": "x"}},
		{"officer", "deliberate", on(6), with(voted, "conclusion", conclusion)},
	}
}

func decision(on, outcome string) act {
	if outcome == infringement.Stop {
		return act{"chief", "decide", on, with(ordered, "stop_acts", "sell")}
	}
	return act{"chief", "decide", on, fields{"outcome": outcome, "facts_found": "x", "reasons": "x"}}
}

// TestPowerGuard is what the law does not allow, each line with its article; want "" is the neighbour that it does allow.
func TestPowerGuard(t *testing.T) {
	o := office(t, storetest.SQLite(t))
	two := o.By["officer"].ID + "," + o.By["officer2"].ID
	at := func(before []act, more ...act) []act { return append(before, more...) }
	field := fields{"present": two, "act_place": "x", "act_record": "x", "signed": "signed"}
	books := with(field, "books_copied", "购销合同")
	preserve := special(o, act{step: "preserve"})
	challenge := with(special(o, act{step: "challenge", day: "2026-03-06"}), "challenged_by", "party", "recusal_asked_on", "2026-03-06")
	served26 := []act{{"officer", "serve_request", "2026-03-05", served}}
	extend := func(n string) fields { return fields{"extend_by": n, "extension_reason": "x"} }
	suspend := fields{"suspension_ground": "um_design_invalidation", "suspension_reason": "x", "review_on": "2026-06-01", "acceptance_notice": "x"}
	ground := act{"officer", "note_ground", "2026-03-26", fields{"suspension_ground": "um_design_invalidation", "ground_on": "2026-03-26", "ground_facts": "x"}}
	joinder := fields{"joinder_by": "requester", "joinder_asked_on": "2026-03-26", "joined_name": "x", "joined_form": "company"}
	plea := fields{"pleaded_on": "2026-03-10", "knew_on": "2023-02-28", "requested_on": "2026-03-02", "goes_on": "no", "interrupted": "no", "plea_facts": "x"}
	withdraw := func(ground string) fields { return fields{"withdrawal_ground": ground, "reasons": "x"} }
	serve := fields{"served_on": "2026-04-27", "way": "direct", "receiver": "x"}
	flagged := at(toHearing(), act{"officer", "hear", "2026-04-15", heard}, act{"officer", "deliberate", "2026-04-20", with(voted, "public_interest", "yes")})
	mediated := []act{{"chief", "mediate", "2026-03-05", fields{"agreement": "x"}}}
	for _, c := range []struct {
		name  string // what is refused and by which article
		filed string
		acts  []act
		last  act
		code  errs.Code
		want  string // the sentence, at the field or as a whole
	}{
		{"sealing and seizure are for counterfeits only (Patent Law 2008 Art. 64)", "2014-03-03", nil, act{"officer", "seal", "2014-03-04", nil}, errs.Forbidden, "power.seal"},
		{"… (Patent Law 2020 Art. 69)", "2026-03-02", nil, act{"officer", "seal", "2026-03-03", nil}, errs.Forbidden, "power.seal"},
		{"no fine (Patent Law Art. 65)", "2026-03-02", nil, act{"chief", "fine", "2026-03-03", nil}, errs.Forbidden, "power.fine"},
		{"no award of damages (Patent Law Art. 65: mediation on request only)", "2026-03-02", nil, act{"chief", "award_damages", "2026-03-03", nil}, errs.Forbidden, "power.award_damages"},
		{"books copied on 2021-06-01 (Patent Law 2020 Art. 69(2))", "2021-05-31", nil, act{"officer", "copy_books", "2021-06-01", books}, errs.Forbidden, "power.copy_books"},
		{"… on 2021-05-31 it was allowed (Order 71 Art. 38; Zhejiang regulation Art. 28)", "2021-05-31", nil, act{"officer", "copy_books", "2021-05-31", books}, "", ""},
		{"an inspection by one officer (Penalty Law Art. 42; Order 71 Art. 37)", "2026-03-02", nil, act{"officer", "inspect", "2026-03-03", with(field, "present", o.By["officer"].ID)}, errs.Invalid, "error.two_officers"},
		{"… by two", "2026-03-02", nil, act{"officer", "inspect", "2026-03-03", field}, "", ""},
		{"a demonstration of something else than a manufacturing method before Order 81 (Order 71 Art. 38)", "2018-03-05", nil, act{"officer", "demonstrate", "2018-03-06", with(field, "shown", "other")}, errs.Invalid, "error.choice_then"},
		{"… since Order 81 (Art. 47)", "2026-03-02", nil, act{"officer", "demonstrate", "2026-03-03", with(field, "shown", "other")}, "", ""},

		{"a panel of two after a recusal (Order 81 Art. 20)", "2026-03-02", at(toDefence(), act{"officer", "challenge", "2026-03-26", special(o, act{step: "challenge", day: "2026"})}, act{"chief", "recuse", "2026-03-27", fields{"recusal_reason": "x"}}),
			act{"officer", "set_hearing", "2026-03-30", setting}, errs.Invalid, "need.panel"},
		{"a panel of which one rests (Order 81 Art. 5)", "2026-03-02", at(toDefence(), act{"officer", "challenge", "2026-03-26", special(o, act{step: "challenge", day: "2026"})}),
			act{"officer", "set_hearing", "2026-03-30", setting}, errs.Invalid, "need.panel"},
		{"a challenged officer works on before Order 81 (Order 71 Art. 7)", "2018-03-05", at(nil, act{"officer", "challenge", "2018-03-06", special(o, act{step: "challenge", day: "2018"})}), act{"officer2", "inspect", "2018-03-07", field}, errs.Forbidden, "error.challenged"},
		{"… takes an urgent step since Order 81 (Art. 5)", "2026-03-02", at(nil, act{"officer", "challenge", "2026-03-06", challenge}), act{"officer2", "inspect", "2026-03-09", field}, "", ""},
		{"… no other", "2026-03-02", at(served26, act{"officer", "challenge", "2026-03-06", challenge}), act{"officer2", "defence", "2026-03-23", fields{"defence": "lapsed"}}, errs.Forbidden, "error.challenged"},
		{"a challenge after three working days (Order 81 Art. 5)", "2026-03-02", served26, act{"officer", "challenge", "2026-03-11", with(challenge, "recusal_asked_on", "2026-03-11")}, errs.Invalid, "error.recusal_late"},
		{"… on the third", "2026-03-02", served26, act{"officer", "challenge", "2026-03-11", with(challenge, "recusal_asked_on", "2026-03-10")}, "", ""},
		{"… at the hearing", "2026-03-02", toHearing(), act{"officer", "challenge", "2026-04-15", with(challenge, "recusal_asked_on", "2026-04-15")}, "", ""},
		{"… after it", "2026-03-02", at(toHearing(), act{"officer", "hear", "2026-04-15", heard}), act{"officer", "challenge", "2026-04-16", with(challenge, "recusal_asked_on", "2026-04-16")}, errs.Invalid, "error.recusal_late"},
		{"a ground of Order 81 before it", "2018-03-05", nil, act{"officer", "challenge", "2018-03-06", with(challenge, "recusal_ground", "gifts", "recusal_asked_on", "2018-03-06")}, errs.Invalid, "error.choice_then"},
		{"the challenged decides on it", "2026-03-02", at(nil, act{"officer", "challenge", "2026-03-06", with(challenge, "challenged", o.By["chief"].ID)}), act{"chief", "keep_member", "2026-03-09", fields{"recusal_reason": "x"}}, errs.Forbidden, "error.challenged"},

		{"no legal review where a major public interest is touched (case guide)", "2026-03-02", flagged, decision("2026-04-24", infringement.Stop), errs.Invalid, "need.review"},
		{"… discussed by the leaders", "2026-03-02", at(flagged, act{"chief", "collective_discussion", "2026-04-21", fields{"collective_on": "2026-04-21", "collective_present": "x", "collective_opinion": "x"}}), decision("2026-04-24", infringement.Stop), "", ""},
		{"a review that nobody asked for", "2026-03-02", toPanel(), act{"reviewer", "legal_review", "2026-04-21", fields{"review_opinion": "x"}}, errs.Forbidden, "error.no_review"},
		{"an officer reviews", "2026-03-02", flagged, act{"officer", "legal_review", "2026-04-21", fields{"review_opinion": "x"}}, errs.Forbidden, "error.forbidden"},
		{"a decision against the panel (Order 81 Art. 25)", "2026-03-02", toPanel(), decision("2026-04-24", infringement.Rejected), errs.Invalid, "error.against_panel"},
		{"a vote of two in a panel of three", "2026-03-02", at(toHearing(), act{"officer", "hear", "2026-04-15", heard}), act{"officer", "deliberate", "2026-04-20", with(voted, "vote_against", "0")}, errs.Invalid, "error.panel_vote"},
		{"an order to stop against who paid a reasonable price (Order 81 Art. 32(1)[5])", "2026-03-02", at(toHearing(), act{"officer", "hear", "2026-04-15", heard}, act{"officer", "deliberate", "2026-04-20", with(voted, "conclusion", "paid_user")}), decision("2026-04-24", infringement.Stop), errs.Invalid, "error.against_panel"},
		{"an order without the acts (Order 81 Arts 31, 32)", "2026-03-02", toPanel(), act{"chief", "decide", "2026-04-24", with(ordered, "stop_acts", "")}, errs.Invalid, "stop_acts: error.required"},

		{"the extension after the end (Order 81 Art. 37)", "2026-03-02", toDefence(), act{"officer", "ask_extension", "2026-06-03", extend("1")}, errs.Forbidden, "error.extension_late"},
		{"… granted after it", "2026-03-02", at(toDefence(), act{"officer", "ask_extension", "2026-06-02", extend("1")}), act{"chief", "approve_extension", "2026-06-03", nil}, errs.Forbidden, "error.extension_late"},
		{"two months by the head", "2026-03-02", toDefence(), act{"officer", "ask_extension", "2026-05-20", extend("2")}, errs.Invalid, "error.extension_max"},
		{"the second by the head", "2026-03-02", at(toDefence(), act{"officer", "ask_extension", "2026-05-20", extend("1")}, act{"chief", "approve_extension", "2026-05-21", nil}, act{"officer", "ask_extension", "2026-06-20", extend("2")}),
			act{"chief", "approve_extension", "2026-06-22", nil}, errs.Forbidden, "error.extension_level"},
		{"the first by the province", "2026-03-02", at(toDefence(), act{"officer", "ask_extension", "2026-05-20", extend("1")}), act{"chief.province", "approve_extension_above", "2026-05-21", nil}, errs.Forbidden, "error.extension_level"},
		{"the officer grants it", "2026-03-02", at(toDefence(), act{"officer", "ask_extension", "2026-05-20", extend("1")}), act{"officer", "approve_extension", "2026-05-21", nil}, errs.Forbidden, "error.forbidden"},
		{"a second one by Order 71 (Art. 21)", "2024-03-04", at(nil, act{"officer", "ask_extension", "2024-05-20", extend("1")}, act{"chief", "approve_extension", "2024-05-21", nil}), act{"officer", "ask_extension", "2024-06-20", extend("1")}, errs.Forbidden, "error.extension_none"},

		{"a mediation paper is left (Civil Procedure Law Art. 89)", "2026-03-02", mediated, act{"officer", "serve_decision", "2026-03-06", with(serve, "served_on", "2026-03-06", "way", "left")}, errs.Invalid, "error.mediation_left"},
		{"a decision served electronically under the guide", "2024-03-04", at(nil, act{"chief", "withdraw", "2024-03-05", withdraw("requester")}), act{"officer", "serve_decision", "2024-03-06", with(serve, "served_on", "2024-03-06", "way", "electronic")}, errs.Invalid, "error.way_unknown"},
		{"… since Order 81 without consent (Art. 10(2))", "2026-03-02", toDecision(), act{"officer", "serve_decision", "2026-04-27", with(serve, "way", "electronic", "serve_consent", "no")}, errs.Invalid, "error.serve_consent"},
		{"… with it", "2026-03-02", toDecision(), act{"officer", "serve_decision", "2026-04-27", with(serve, "way", "electronic", "serve_consent", "yes")}, "", ""},
		{"public notice of 29 days (Civil Procedure Law Art. 95)", "2026-03-02", toDecision(), act{"officer", "serve_decision", "2026-05-29", with(serve, "way", "public_notice", "published_on", "2026-04-29", "served_on", "2026-05-28")}, errs.Invalid, "error.public_notice"},
		{"… of 30", "2026-03-02", toDecision(), act{"officer", "serve_decision", "2026-05-29", with(serve, "way", "public_notice", "published_on", "2026-04-29", "served_on", "2026-05-29")}, "", ""},
		{"served on both twice", "2026-03-02", toService(), act{"officer", "serve_decision", "2026-04-28", serve}, errs.Forbidden, "error.all_served"},
		{"closing with one side unserved", "2026-03-02", at(toDecision(), act{"officer", "serve_decision", "2026-04-27", with(serve, "recipient", "requester")}), act{"chief", "close", "2026-04-28", nil}, errs.Invalid, "need.served"},
		{"closing while evidence is preserved (Order 81 Art. 49)", "2026-03-02", at(served26, act{"officer", "ask_preserve", "2026-03-09", fields{"preserve_reason": "x", "no_sample_reason": "x"}}, act{"chief", "approve_preserve", "2026-03-09", nil},
			act{"officer", "preserve_approved", "2026-03-09", special(o, act{step: "preserve_approved"})}, act{"chief", "withdraw", "2026-03-10", withdraw("requester")}, act{"officer", "serve_decision", "2026-03-11", with(serve, "served_on", "2026-03-11")}),
			act{"chief", "close", "2026-03-12", nil}, errs.Invalid, "need.side_open"},
		{"archived unpublished (Order 81 Art. 83)", "2026-03-02", at(toService(), act{"chief", "close", "2026-05-06", nil}, act{"officer", "perform", "2026-05-06", fields{"performance": "obeyed", "performed_on": "2026-05-06"}}), act{"archivist", "archive", "2026-05-07", archive}, errs.Invalid, "need.public"},
		{"archived while nobody knows whether it is obeyed", "2026-03-02", at(toService(), act{"chief", "close", "2026-05-06", nil}, act{"officer", "publish", "2026-05-06", fields{"published_where": "x", "left_out": "nothing"}}), act{"archivist", "archive", "2026-05-07", archive}, errs.Invalid, "need.performed"},

		{"the request served without the notice to answer (Order 81 Art. 22)", "2026-03-02", nil, act{"officer", "serve_request", "2026-03-06", served}, errs.Invalid, "error.no_answer_notice"},
		{"… by Order 71 Art. 14", "2018-03-05", nil, act{"officer", "serve_request", "2018-03-07", with(served, "respondent_received_on", "2018-03-06")}, errs.Invalid, "error.no_answer_notice"},
		{"… which is made with the service of the day", "2026-03-02", nil, act{"officer", "serve_request", "2026-03-05", served}, "", ""},
		{"… or was made before", "2026-03-02", []act{{"officer", "answer_notice", "2026-03-03", fields{"foreign": "no", "contact": "x"}}}, act{"officer", "serve_request", "2026-03-06", served}, "", ""},
		{"a defence called lapsed while it is extended (Order 81 Art. 22)", "2026-03-02", at(served26, act{"officer", "ask_defence_extension", "2026-03-16", fields{"extension_asked_on": "2026-03-16", "extension_asked_for": "x"}}, act{"officer", "grant_defence_extension", "2026-03-17", fields{"extend_by": "10", "panel_reason": "x"}}),
			act{"officer", "defence", "2026-03-30", fields{"defence": "lapsed"}}, errs.Invalid, "error.defence_runs"},
		{"… while an unsigned one may come again (case guide)", "2026-03-02", at(served26, act{"officer", "return_defence", "2026-03-20", fields{"returned_for": "未签名", "resubmit_by": "2026-03-23"}}), act{"officer", "defence", "2026-03-23", fields{"defence": "lapsed"}}, errs.Invalid, "error.defence_runs"},
		{"two days to sign it", "2026-03-02", served26, act{"officer", "return_defence", "2026-03-20", fields{"returned_for": "未签名", "resubmit_by": "2026-03-22"}}, errs.Invalid, "error.day_before"},
		{"more time to answer before Order 81", "2018-03-05", at(nil, act{"officer", "serve_request", "2018-03-06", with(served, "respondent_received_on", "2018-03-06")}), act{"officer", "ask_defence_extension", "2018-03-07", fields{"extension_asked_on": "2018-03-07", "extension_asked_for": "x"}}, errs.Forbidden, "error.before_order81"},
		{"more time to answer after its end", "2026-03-02", served26, act{"officer", "ask_defence_extension", "2026-03-23", fields{"extension_asked_on": "2026-03-20", "extension_asked_for": "x"}}, errs.Forbidden, "error.extension_late"},
		{"a hearing before the requester has the defence (Order 81 Art. 22(2))", "2026-03-02", toDefence()[:5], act{"officer", "set_hearing", "2026-03-30", setting}, errs.Invalid, "need.forwarded"},
		{"an objection after the defence period (Order 81 Art. 9)", "2026-03-02", served26, act{"officer", "object_jurisdiction", "2026-03-23", fields{"objector": "respondent", "objected_on": "2026-03-23", "objection_grounds": "x"}}, errs.Invalid, "error.objection_late"},
		{"a hearing while an objection is open", "2026-03-02", at(toDefence(), act{"officer", "object_jurisdiction", "2026-03-26", fields{"objector": "respondent", "objected_on": "2026-03-20", "objection_grounds": "x"}}), act{"officer", "set_hearing", "2026-03-30", setting}, errs.Invalid, "need.side_open"},
		{"going on where another office is competent (Order 81 Art. 9)", "2026-03-02", at(toDefence(), act{"officer", "object_jurisdiction", "2026-03-26", fields{"objector": "respondent", "objected_on": "2026-03-20", "objection_grounds": "x"}}, act{"chief", "uphold_objection", "2026-03-27", fields{"competent_office": "x", "objection_reason": "x"}}),
			act{"officer", "set_hearing", "2026-03-30", setting}, errs.Forbidden, "error.not_competent"},
		{"passed on before the requester was told (Order 81 Art. 9)", "2026-03-02", nil, act{"chief", "withdraw", "2026-03-03", withdraw("not_competent")}, errs.Invalid, "requester_told_on: error.required"},

		{"a proof period of fourteen days (Order 81 Art. 54)", "2026-03-02", served26, act{"officer", "set_proof", "2026-03-06", fields{"proof_days": "14", "proof_agreed": "yes"}}, errs.Invalid, "error.proof_short"},
		{"no proof period (Order 81 Art. 54)", "2026-03-02", at(served26, act{"officer", "defence", "2026-03-23", fields{"defence": "lapsed"}}), act{"officer", "no_hearing", "2026-03-24", fields{"paper_reason": "x"}}, errs.Invalid, "need.proof"},
		{"… none was wanted before", "2018-03-05", at(nil, act{"officer", "serve_request", "2018-03-06", with(served, "respondent_received_on", "2018-03-06")}, act{"officer", "defence", "2018-03-22", fields{"defence": "lapsed"}}), act{"officer", "no_hearing", "2018-03-23", fields{"paper_reason": "x"}}, "", ""},
		{"the proof period ended while it runs", "2026-03-02", toDefence()[:4], act{"officer", "end_proof", "2026-03-23", fields{"proof_ended": "expired", "evidence_summary": "x"}}, errs.Invalid, "error.proof_runs"},
		{"an appraisal asked after the proof period (Order 81 Art. 53)", "2026-03-02", toDefence(), act{"officer", "commission", "2026-03-26", fields{"appraisal_by": "party", "appraisal_asked_on": "2026-03-26", "appraiser_chosen": "agreed", "appraisal_cost": "x", "appraiser": "x", "appraisal_question": "x", "commissioned_on": "2026-03-26", "result_expected_on": "2026-04-10"}}, errs.Invalid, "error.appraisal_late"},
		{"… of the office's own motion (Art. 53: a major public interest)", "2026-03-02", toDefence(), act{"officer", "commission", "2026-03-26", fields{"appraisal_by": "office", "appraiser_chosen": "named", "appraiser": "x", "appraisal_question": "x", "commissioned_on": "2026-03-26", "result_expected_on": "2026-04-10"}}, errs.Invalid, "error.choice_then"},
		{"preserved without the head since Order 81 (Art. 49)", "2026-03-02", nil, act{"officer", "preserve", "2026-03-03", preserve}, errs.Forbidden, "error.preserve_approval"},
		{"an investigation notice without an agent (Order 81 Art. 44)", "2026-03-02", nil, act{"chief", "investigation_notice", "2026-03-03", fields{"notice_agent": "x", "notice_to": "x", "notice_evidence": "x", "notice_until": "2026-04-01"}}, errs.Invalid, "need.agent"},
		{"an order to produce before Order 81 (Art. 51)", "2018-03-05", nil, act{"officer", "order_production", "2018-03-06", fields{"evidence_holder": "respondent", "evidence_wanted": "x", "holding_shown": "x", "production_by": "2018-03-20"}}, errs.Forbidden, "error.before_order81"},
		{"withheld before the day set", "2026-03-02", at(nil, act{"officer", "order_production", "2026-03-03", fields{"evidence_holder": "respondent", "evidence_wanted": "x", "holding_shown": "x", "production_by": "2026-03-13"}}), act{"officer", "withheld", "2026-03-13", fields{"withheld_reason": "x", "withheld_effect": "held_proven"}}, errs.Conflict, "error.day_waits"},

		{"a hearing while it must be suspended (Order 81 Art. 28)", "2026-03-02", at(toDefence(), ground), act{"officer", "set_hearing", "2026-03-30", setting}, errs.Invalid, "need.suspension"},
		{"… before Order 81 it was for the office to say", "2018-03-05", at(nil, act{"officer", "serve_request", "2018-03-06", with(served, "respondent_received_on", "2018-03-06")}, act{"officer", "defence", "2018-03-22", fields{"defence": "lapsed"}},
			act{"officer", "note_ground", "2018-03-22", fields{"suspension_ground": "invalidation", "ground_on": "2018-03-22", "ground_facts": "x"}}), act{"officer", "no_hearing", "2018-03-23", fields{"paper_reason": "x"}}, "", ""},
		{"a hearing while it is suspended", "2026-03-02", at(toDefence(), act{"officer", "ask_suspension", "2026-03-30", suspend}, act{"chief", "approve_suspension", "2026-03-30", nil}), act{"officer", "set_hearing", "2026-03-31", setting}, errs.Invalid, "need.not_suspended"},
		{"suspended for an heir before Order 81 (Art. 28)", "2018-03-05", nil, act{"officer", "ask_suspension", "2018-03-06", fields{"suspension_ground": "heir_unknown", "suspension_reason": "x", "review_on": "2018-06-01"}}, errs.Invalid, "error.choice_then"},
		{"going on because it is an invention, which it is not (Order 81 Art. 29[1])", "2026-03-02", at(toDefence(), ground), act{"chief", "go_on", "2026-03-27", fields{"go_on_ground": "invention", "go_on_reason": "x"}}, errs.Invalid, "error.choice_then"},
		{"… because of a report that nobody filed (Art. 29[2])", "2026-03-02", at(toDefence(), ground), act{"chief", "go_on", "2026-03-27", fields{"go_on_ground": "clean_report", "go_on_reason": "x"}}, errs.Invalid, "error.choice_then"},
		{"… because it was asked again, which it was not (Art. 29[3])", "2026-03-02", at(toDefence(), ground), act{"chief", "go_on", "2026-03-27", fields{"go_on_ground": "asked_again", "go_on_reason": "x"}}, errs.Invalid, "error.choice_then"},
		{"… because the grounds are untenable, which is no reason any more", "2026-03-02", at(toDefence(), ground), act{"chief", "go_on", "2026-03-27", fields{"go_on_ground": "untenable", "go_on_reason": "x"}}, errs.Invalid, "error.choice_then"},
		{"… before Order 81 it was (Implementing Rules 2010 Art. 82)", "2018-03-05", at(nil, act{"officer", "note_ground", "2018-03-06", fields{"suspension_ground": "invalidation", "ground_on": "2018-03-06", "ground_facts": "x"}}), act{"chief", "go_on", "2018-03-07", fields{"go_on_ground": "untenable", "go_on_reason": "x"}}, "", ""},
		{"nothing to go on from", "2026-03-02", toDefence(), act{"chief", "go_on", "2026-03-27", fields{"go_on_ground": "no_need", "go_on_reason": "x"}}, errs.Forbidden, "error.no_ground"},

		{"a joinder before Order 81 (Arts 23, 24)", "2018-03-05", nil, act{"officer", "ask_joinder", "2018-03-06", with(joinder, "joinder_asked_on", "2018-03-06")}, errs.Forbidden, "error.before_order81"},
		{"a joinder asked after the hearing has begun (Order 81 Art. 24(3))", "2026-03-02", toHearing(), act{"officer", "ask_joinder", "2026-04-16", with(joinder, "joinder_asked_on", "2026-04-16")}, errs.Invalid, "error.joinder_late"},
		{"… after it", "2026-03-02", at(toHearing(), act{"officer", "hear", "2026-04-15", heard}), act{"officer", "ask_joinder", "2026-04-16", joinder}, errs.Conflict, "error."},
		{"a respondent added against the requester's will (Order 81 Art. 24(2))", "2026-03-02", at(toDefence(), act{"officer", "ask_joinder", "2026-03-26", with(joinder, "joinder_by", "respondent")}, act{"officer", "requester_answers", "2026-03-27", fields{"requester_told_on": "2026-03-27", "requester_answer": "disagrees"}}),
			act{"chief", "join_respondent", "2026-03-30", fields{"joinder_reason": "x"}}, errs.Forbidden, "error.not_here"},
		{"heard together for the same product before Order 81", "2024-03-04", nil, act{"officer", "hear_together", "2024-03-05", fields{"together_case": "x", "together_ground": "same_product"}}, errs.Invalid, "error.choice_then"},
		{"… for the same patent before the law of 2020 (Art. 70)", "2021-05-31", nil, act{"officer", "hear_together", "2021-05-31", fields{"together_case": "x", "together_ground": "same_patent"}}, errs.Forbidden, "error.before_law2020"},

		{"a hearing too soon to tell the parties (Order 81 Art. 26)", "2026-03-02", toDefence(), act{"officer", "set_hearing", "2026-04-13", setting}, errs.Invalid, "error.hearing_soon"},
		{"the parties told two working days before (Order 81 Art. 26)", "2026-03-02", toHearing()[:8], act{"officer", "notify_hearing", "2026-04-13", fields{"hearing_notice_on": "2026-04-13"}}, errs.Invalid, "error.hearing_notice"},
		{"… three (Friday for Wednesday)", "2026-03-02", toHearing()[:8], act{"officer", "notify_hearing", "2026-04-13", fields{"hearing_notice_on": "2026-04-10"}}, "", ""},
		{"a hearing of which nobody was told", "2026-03-02", toHearing()[:8], act{"officer", "hear", "2026-04-15", heard}, errs.Invalid, "need.notified"},
		{"a hearing before its day", "2026-03-02", toHearing(), act{"officer", "hear", "2026-04-14", with(heard, "hearing_on", "2026-04-14")}, errs.Conflict, "error.hearing_waits"},
		{"an online hearing before Order 81 (Art. 27)", "2018-03-05", quick("2018-03-05", "infringing")[:3], act{"officer", "set_hearing", "2018-03-09", with(setting, "hearing_set_on", "2018-03-30", "hearing_form", "online")}, errs.Invalid, "error.choice_then"},
		{"heard without the requester (Order 81 Art. 26)", "2026-03-02", at(toHearing(), act{"officer", "requester_absent", "2026-04-15", fields{"absence_kind": "absent", "absence_record": "x"}}), act{"officer", "hear", "2026-04-15", heard}, errs.Forbidden, "error.requester_absent"},
		{"… it counts as withdrawn", "2026-03-02", at(toHearing(), act{"officer", "requester_absent", "2026-04-15", fields{"absence_kind": "left", "absence_record": "x"}}), act{"chief", "withdraw", "2026-04-16", withdraw("requester_absent")}, "", ""},
		{"a requester who was there", "2026-03-02", toHearing(), act{"chief", "withdraw", "2026-04-16", withdraw("requester_absent")}, errs.Invalid, "error.ground_lacks"},
		{"decided on the papers before the loser was told (case guide)", "2026-03-02", at(toDefence(), act{"officer", "no_hearing", "2026-03-26", fields{"paper_reason": "x"}}, act{"officer", "tell_findings", "2026-03-26", fields{"told_party": "requester", "findings_told_on": "2026-03-26", "answer_by": "2026-03-30", "findings_told": "x"}}, act{"officer", "deliberate", "2026-04-01", voted}),
			decision("2026-04-02", infringement.Stop), errs.Invalid, "need.findings_told"},
		{"… before its time to answer is over", "2026-03-02", at(toDefence(), act{"officer", "no_hearing", "2026-03-26", fields{"paper_reason": "x"}}, act{"officer", "tell_findings", "2026-03-26", fields{"told_party": "respondent", "findings_told_on": "2026-03-26", "answer_by": "2026-04-02", "findings_told": "x"}}, act{"officer", "deliberate", "2026-04-01", voted}),
			decision("2026-04-02", infringement.Stop), errs.Invalid, "need.findings_told"},
		{"an adjourned hearing is not held", "2026-03-02", at(toHearing(), act{"officer", "refuse_adjournment", "2026-04-03", fields{"adjourn_by": "requester", "adjourn_reason": "x"}}, act{"officer", "adjourn_hearing", "2026-04-07", fields{"adjourn_by": "respondent", "adjourn_reason": "x"}}), act{"officer", "hear", "2026-04-15", heard}, errs.Conflict, "error.step_closed"},

		{"the time limit without a plea (Order 81 Art. 19)", "2026-03-02", served26, act{"chief", "withdraw", "2026-03-10", withdraw("time_limit")}, errs.Invalid, "error.ground_lacks"},
		{"… with one that holds", "2026-03-02", at(served26, act{"officer", "plead_limit", "2026-03-10", plea}), act{"chief", "withdraw", "2026-03-10", withdraw("time_limit")}, "", ""},
		{"… while the act goes on", "2026-03-02", at(served26, act{"officer", "plead_limit", "2026-03-10", with(plea, "goes_on", "yes")}), act{"chief", "withdraw", "2026-03-10", withdraw("time_limit")}, errs.Invalid, "error.ground_lacks"},
		{"… interrupted", "2026-03-02", at(served26, act{"officer", "plead_limit", "2026-03-10", with(plea, "interrupted", "yes")}), act{"chief", "withdraw", "2026-03-10", withdraw("time_limit")}, errs.Invalid, "error.ground_lacks"},
		{"… on the last day of the three years", "2026-03-02", at(served26, act{"officer", "plead_limit", "2026-03-10", with(plea, "knew_on", "2023-03-02")}), act{"chief", "withdraw", "2026-03-10", withdraw("time_limit")}, errs.Invalid, "error.ground_lacks"},
		{"going on where the plea holds (Order 81 Art. 19)", "2026-03-02", at(toDefence(), act{"officer", "plead_limit", "2026-03-26", plea}), act{"officer", "set_hearing", "2026-03-30", setting}, errs.Forbidden, "error.limit_upheld"},
		{"a plea before Order 81", "2024-03-04", nil, act{"officer", "plead_limit", "2024-03-05", plea}, errs.Forbidden, "error.before_order81"},
		{"a ground of Order 81 before it (Arts 9, 18, 19, 36)", "2024-03-04", nil, act{"chief", "withdraw", "2024-03-05", with(withdraw("not_competent"), "competent_office", "x", "requester_told_on", "2024-03-05")}, errs.Invalid, "error.choice_then"},
		{"claims that nobody asked for (Order 81 Art. 36(2))", "2026-03-02", nil, act{"chief", "withdraw", "2026-03-03", withdraw("claims_unnamed")}, errs.Invalid, "error.ground_lacks"},
		{"papers that nobody asked for (Order 81 Art. 18)", "2026-03-02", nil, act{"chief", "withdraw", "2026-03-03", withdraw("papers_missing")}, errs.Invalid, "error.ground_lacks"},
		{"an arbitration agreement outside the Zhejiang regulation (Art. 24)", "2024-03-04", nil, act{"chief", "withdraw", "2024-03-05", with(withdraw("not_acceptable"), "failed_condition", "arbitration")}, errs.Invalid, "error.choice_then"},
		{"an officer withdraws", "2026-03-02", nil, act{"officer", "withdraw", "2026-03-03", withdraw("requester")}, errs.Forbidden, "error.forbidden"},

		{"a repeat of what is not in effect yet (Order 81 Art. 34)", "2026-03-02", toDefence(), act{"officer", "find_repeat", "2026-03-26", fields{"earlier_by": "office", "earlier_paper": "x", "earlier_on": "2025-06-03", "repeat_facts": "x"}}, errs.Invalid, "error.earlier_final"},
		{"… before Order 81 the decision was enough (Order 71 Art. 20)", "2018-03-05", quick("2018-03-05", "infringing")[:3], act{"officer", "find_repeat", "2018-03-09", fields{"earlier_by": "office", "earlier_paper": "x", "earlier_on": "2017-06-05", "repeat_facts": "x"}}, "", ""},
		{"stopped at once without a repeat", "2026-03-02", toDefence(), act{"chief", "decide_repeat", "2026-03-26", with(ordered, "outcome", "")}, errs.Forbidden, "error.no_repeat"},
		{"using as an act of its own before Order 81 (Art. 32(1)[5])", "2024-03-04", quick("2024-03-04", "infringing"), act{"chief", "decide", "2024-03-12", with(ordered, "stop_acts", "use")}, errs.Invalid, "error.choice_then"},
		{"a promise to accept enforcement before Order 81 (Art. 35)", "2024-03-04", nil, act{"chief", "mediate", "2024-03-05", fields{"agreement": "x", "enforceable": "yes"}}, errs.Invalid, "error.choice_then"},
		{"a credit measure between the Zhejiang regulation and Order 81", "2024-03-04", at(quick("2024-03-04", "infringing"), decision("2024-03-12", infringement.Stop)), act{"officer", "note_credit", "2024-03-13", fields{"credit_ground": "intentional", "credit_reason": "x"}}, errs.Forbidden, "error.no_credit"},
		{"customs told where nothing is imported (Order 81 Art. 32(1)[6])", "2024-03-04", at(quick("2024-03-04", "infringing"), decision("2024-03-12", infringement.Stop)), act{"officer", "notify_customs", "2024-03-13", fields{"customs_office": "x", "customs_goods": "x"}}, errs.Forbidden, "error.no_import"},
		{"the court before the respondent's suit is over (Patent Law Art. 65)", "2026-03-02", at(toService(), act{"officer", "report_disobeyed", "2026-05-06", fields{"disobeyed_on": "2026-05-06", "disobeyed_by": "office", "disobeyed_facts": "x"}}, act{"chief", "demand_stop", "2026-05-06", fields{"demand_until": "2026-05-20", "demand_text": "x"}},
			act{"officer", "serve_demand", "2026-05-06", fields{"demand_served_on": "2026-05-06", "demand_way": "direct"}}, act{"officer", "sue", "2026-05-11", fields{"sued_by": "respondent", "sued_on": "2026-05-11", "suit_court": "x"}}),
			act{"chief", "apply_court", "2026-05-25", fields{"court": "x", "application_text": "x"}}, errs.Forbidden, "error.suit_pending"},
		{"an adjudication corrected that there is not", "2026-03-02", at(mediated, act{"officer", "serve_decision", "2026-03-06", with(serve, "served_on", "2026-03-06")}, act{"chief", "close", "2026-03-09", nil}), act{"chief", "correct", "2026-03-10", fields{"misprint": "x", "correction": "x"}}, errs.Forbidden, "error.no_adjudication"},
		{"reopened by an officer", "2026-03-02", at(toService(), act{"chief", "close", "2026-05-06", nil}), act{"officer", "reopen", "2026-05-07", fields{"reopen_ground": "new_facts", "reopen_reason": "x"}}, errs.Forbidden, "error.forbidden"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, o, reach(t, o, c.filed, c.acts...), c.last, c.code, c.want) })
	}

	t.Run("a certificate that has expired counts for nothing", func(t *testing.T) {
		if err := o.Users.SetCertificate(t.Context(), access.System(), o.By["officer2"].ID, 0, access.Certificate{Number: "浙E2", Until: caseworktest.Day("2026-03-02")}); err != nil {
			t.Fatal(err)
		}
		refused(t, o, reach(t, o, "2026-03-02"), act{"officer", "inspect", "2026-03-03", field}, errs.Invalid, "error.two_officers")
	})
	t.Run("a county files (Implementing Rules 2010 Art. 79, 2023 Art. 95), or a panel is even", func(t *testing.T) {
		for _, c := range []struct {
			by, office, want string
			officers         []string
		}{{"chief.deqing", "330521", "error.county_infringement", []string{o.By["officer.deqing"].ID}}, {"chief", "330500", "error.panel", o.Officers(2)}, {"chief", "330500", "error.panel", o.Officers(4)}, {"chief", "330500", "error.panel", o.Officers(1)}} {
			err := o.At("2026-01-05", func(tx *store.Tx) error {
				_, err := o.Docket.FileTx(tx, o.By[c.by], casework.NewCase{Kind: casework.Infringement, Title: "x", Jurisdiction: c.office, Place: "330521", On: caseworktest.Day("2026-01-05"), Officers: c.officers})
				return err
			})
			refusedWith(t, err, errs.Invalid, c.want)
		}
	})
}

// TestCopyingBySetting: an office may hold that books could never be copied (Patent Law 2008 Art. 64).
func TestCopyingBySetting(t *testing.T) {
	p := infringement.Procedure(infringement.Settings{NoCopying: true})
	for _, on := range []calendar.Day{calendar.Date(2014, 3, 3), calendar.Date(2021, 5, 31), calendar.Date(2021, 6, 1)} {
		f := &casework.File{Today: on}
		if err := p.Step("copy_books").Bars(f, casework.Law{}); err == nil || err.Key != "power.copy_books" {
			t.Errorf("%s: %v", on, err)
		}
		if !p.Denied[len(p.Denied)-1].When(f, casework.Law{}) {
			t.Errorf("%s: not among what is denied", on)
		}
	}
}

// TestBoundaryDays is what changed with a new law, on its last and its first day, through the docket on both engines.
func TestBoundaryDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := office(t, db)
		for filed, want := range map[string]string{ // the time to conclude, by the day of filing
			"2015-06-30": "2015-10-30", "2015-07-01": "2015-10-01", "2015-12-31": "2016-03-31", "2016-01-01": "2016-03-01",
			"2022-12-31": "2023-02-28", "2023-01-01": "2023-04-01", "2025-01-31": "2025-04-30", "2025-02-01": "2025-05-01",
		} {
			if got := clock(find(t, o, reach(t, o, filed), filed), "INF_CLOSE"); got != want {
				t.Errorf("filed on %s: %s, want %s", filed, got, want)
			}
		}
		for _, c := range []struct{ filed, decided, outcome, publish, title, basis string }{
			{"2015-06-22", "2015-06-30", infringement.Stop, "", "专利侵权纠纷处理决定书", "（2008年修正）第六十条"},
			{"2015-06-22", "2015-07-01", infringement.Stop, "2015-07-29", "专利侵权纠纷处理决定书", "（2008年修正）第六十条"},
			{"2019-11-20", "2019-11-30", infringement.Stop, "2019-12-27", "专利侵权纠纷处理决定书", "（2008年修正）第六十条"},
			{"2019-11-20", "2019-12-01", infringement.Stop, "2019-12-27", "专利侵权纠纷行政裁决书", "（2008年修正）第六十条"},
			{"2021-05-20", "2021-05-31", infringement.Stop, "2021-06-29", "专利侵权纠纷行政裁决书", "（2008年修正）第六十条"},
			{"2021-05-20", "2021-06-01", infringement.Stop, "2021-06-30", "专利侵权纠纷行政裁决书", "（2020年修正）第六十五条"},
			{"2025-01-13", "2025-01-31", infringement.Rejected, "", "专利侵权纠纷行政裁决书", "（2020年修正）第六十五条"},
			{"2025-01-13", "2025-02-01", infringement.Rejected, "2025-03-03", "专利侵权纠纷行政裁决书", "（2020年修正）第六十五条"},
		} {
			conclusion := "infringing"
			if c.outcome == infringement.Rejected {
				conclusion = "not_infringing"
			}
			id := reach(t, o, c.filed, append(quick(c.filed, conclusion), decision(c.decided, c.outcome))...)
			f := find(t, o, id, c.decided)
			d := f.Documents[len(f.Documents)-1]
			p, err := d.Paper()
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, b := range p.Blocks {
				text += b.Text
			}
			if got := clock(f, "INF_PUBLISH"); got != c.publish || d.Title != c.title || !contains(text, c.basis) {
				t.Errorf("decided on %s: %s %s\n%s", c.decided, got, d.Title, text)
			}
		}
		for _, c := range []struct{ filed, served, sue, court, courtInf string }{ // suit and court, by the day of service
			{"2021-05-10", "2021-05-31", "INF_SUE@2009-10-01", "2021-09-15", ""},
			{"2021-05-10", "2021-06-01", "INF_SUE@2021-06-01", "2021-09-16", ""},
			{"2025-01-13", "2025-01-31", "INF_SUE@2021-06-01", "2025-05-17", ""},
			{"2025-01-13", "2025-02-01", "INF_SUE@2021-06-01", "", "2025-05-01"},
		} {
			decided := caseworktest.Day(c.filed).AddDays(8).String()
			id := reach(t, o, c.filed, append(quick(c.filed, "infringing"), decision(decided, infringement.Stop),
				act{"officer", "serve_decision", c.served, fields{"served_on": c.served, "way": "direct", "receiver": "x"}})...)
			f := find(t, o, id, c.served)
			if k := f.Clock("INF_SUE"); k.Version != c.sue || clock(f, "COURT_APPLY") != c.court || clock(f, "COURT_APPLY_INF") != c.courtInf {
				t.Errorf("served on %s: %s, %q, %q", c.served, k.Version, clock(f, "COURT_APPLY"), clock(f, "COURT_APPLY_INF"))
			}
		}
		for _, c := range []struct { // measures, acts and side procedures, by the day they are taken
			filed string
			acts  []act
			last  act
			code  errs.Code
		}{
			{"2015-06-22", quick("2015-06-22", "infringing"), act{"chief", "decide", "2015-06-30", with(ordered, "stop_acts", "exhibit")}, errs.Invalid},
			{"2015-06-22", quick("2015-06-22", "infringing"), act{"chief", "decide", "2015-07-01", with(ordered, "stop_acts", "exhibit")}, ""},
			{"2025-01-13", nil, act{"officer", "set_proof", "2025-01-31", nil}, errs.Conflict},
			{"2025-01-13", quick("2025-01-13", "infringing")[:1], act{"officer", "set_proof", "2025-01-31", fields{"proof_days": "15", "proof_agreed": "no"}}, errs.Forbidden},
			{"2025-01-13", quick("2025-01-13", "infringing")[:1], act{"officer", "set_proof", "2025-02-01", fields{"proof_days": "15", "proof_agreed": "no"}}, ""},
			{"2025-01-13", quick("2025-01-13", "infringing")[:3], act{"officer", "no_hearing", "2025-01-31", fields{"paper_reason": "x"}}, ""},
			{"2025-01-13", quick("2025-01-13", "infringing")[:3], act{"officer", "no_hearing", "2025-02-01", fields{"paper_reason": "x"}}, errs.Invalid},
			{"2025-01-13", nil, act{"officer", "preserve", "2025-01-31", special(o, act{step: "preserve"})}, ""},
			{"2025-01-13", nil, act{"officer", "preserve", "2025-02-01", special(o, act{step: "preserve"})}, errs.Forbidden},
			{"2015-12-28", nil, act{"chief", "withdraw", "2015-12-31", fields{"withdrawal_ground": "not_acceptable", "failed_condition": "arbitration", "reasons": "x"}}, errs.Invalid},
			{"2015-12-28", nil, act{"chief", "withdraw", "2016-01-01", fields{"withdrawal_ground": "not_acceptable", "failed_condition": "arbitration", "reasons": "x"}}, ""},
		} {
			refused(t, o, reach(t, o, c.filed, c.acts...), c.last, c.code, "")
		}
	})
}
