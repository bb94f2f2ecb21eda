package counterfeit_test

import (
	"slices"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestNothingIsServedBeforeItsPaper: a paper is dated on the day on which it is made, and is served on no earlier one; time stands still from no day
// before the order (Penalty Law 2021 Arts 44, 62, 64 item 2; Civil Procedure Law Art. 95; Market-Regulation Procedure Arts 57, 64).
func TestNothingIsServedBeforeItsPaper(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	served := append(notified("2022-03-07"), act{"chief", "decide", "2022-03-15", with(punished, "fine", "20000000")})
	heard := append(notified("2022-03-07"), act{"officer", "ask_hearing", "2022-03-08", fields{"hearing_asked_on": "2022-03-08", "hearing_asked_by": "x"}})
	session := fields{"session_on": "2022-03-29", "session_time": "09:00", "session_place": "x", "session_open": "public", "host": o.By["reviewer2"].ID, "session_notice_on": "2022-03-10"}
	commission := fields{"appraiser": "x", "appraisal_question": "x", "commissioned_on": "2022-03-08", "result_expected_on": "2022-04-08"}
	run(t, o, []row{
		{"a notice served on a day before it was made", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-09", with(planned, "notice_served_on", "2022-03-08")}, "notice_served_on: error.day_before"},
		{"… on its own day", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-09", with(planned, "notice_served_on", "2022-03-09")}, ""},
		{"… recorded later, on a day before it", "2022-03-07", append(reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-09", planned}),
			act{"officer", "serve_notice", "2022-03-11", fields{"notice_served_on": "2022-03-08", "notice_way": "direct", "notice_receiver": "x"}}, "notice_served_on: error.day_before"},
		{"… on its own day", "2022-03-07", append(reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-09", planned}),
			act{"officer", "serve_notice", "2022-03-11", fields{"notice_served_on": "2022-03-09", "notice_way": "direct", "notice_receiver": "x"}}, ""},
		{"a decision published before it was made", "2022-03-07", served, act{"officer", "serve", "2022-04-20", fields{"way": "public_notice", "published_on": "2022-03-14", "served_on": "2022-04-20", "receiver": "x"}}, "published_on: error.day_before"},
		{"… on its own day", "2022-03-07", served, act{"officer", "serve", "2022-04-20", fields{"way": "public_notice", "published_on": "2022-03-15", "served_on": "2022-04-20", "receiver": "x"}}, ""},
		{"a hearing told of before its notice was made", "2022-03-07", heard, act{"reviewer", "hearing/notify_hearing", "2022-03-16", session}, "session_notice_on: error.day_before"},
		{"… on its day", "2022-03-07", heard, act{"reviewer", "hearing/notify_hearing", "2022-03-16", with(session, "session_notice_on", "2022-03-16")}, ""},
		{"an appraisal that began before it was commissioned", "2022-03-07", nil, act{"officer", "commission", "2022-03-09", commission}, "commissioned_on: error.day_before"},
		{"… with an end before its beginning", "2022-03-07", nil, act{"officer", "commission", "2022-03-09", with(commission, "commissioned_on", "2022-03-09", "result_expected_on", "2022-03-08")}, "result_expected_on: error.day_before"},
		{"… and after it", "2022-03-07", nil, act{"officer", "commission", "2022-03-09", with(commission, "commissioned_on", "2022-03-09")}, ""},
		{"the holder asked before the notice was made", "2022-03-07", nil, act{"officer", "ask_holder", "2022-03-09", fields{"holder_name": "x", "holder_question": "x", "holder_asked_on": "2022-03-08", "holder_answer_by": "2022-03-20"}}, "holder_asked_on: error.day_before"},
	})

	// A step that makes a paper, or lets time stand still by its own day, is recorded on that day; an act on the spot may be written down later.
	late := func(name string, acts []act, step string, in fields, want string) {
		t.Helper()
		id := begin(t, o, "2022-03-07", acts...)
		err := o.At("2022-03-18", func(tx *store.Tx) error {
			f, err := o.Docket.FindTx(tx, o.By["officer"], id)
			if err != nil {
				return err
			}
			by := o.By["officer"]
			if step == "decide" {
				by = o.By["chief"]
			}
			_, err = o.Docket.AdvanceTx(tx, by, id, step, f.Version, casework.Input{On: caseworktest.Day("2022-03-17"), Fields: casework.Facts(in)})
			return err
		})
		if got := told(err); want == "" && err != nil || want != "" && got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	late("a decision of yesterday", notified("2022-03-07"), "decide", with(punished, "fine", "20000000"), "invalid error.form on: error.day_before_step")
	late("a notice of yesterday", reviewed("2022-03-07", "2022-03-07"), "notify", planned, "invalid error.form on: error.day_before_step")
	late("a report of yesterday", nil, "investigate", with(found, "act_ended_on", "2022-03-07"), "")
	officers := slices.Concat([]string{o.By["officer"].ID}, []string{o.By["officer2"].ID})
	late("a sampling of yesterday", nil, "sample", fields{"present": officers[0] + "," + officers[1], "act_place": "x", "act_record": "x", "signed": "signed", "rights_told": "now", "sample_list": "x", "sample_kept": "x", "sample_way": "on_site"}, "")
}

// TestIllegalIncomeIsConfiscated (Patent Law 2008 Art. 63, 2020 Art. 68; Penalty Law 2021 Art. 28(2)).
func TestIllegalIncomeIsConfiscated(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	refunded := reviewed("2022-03-07", "2022-03-07", "refunded", "100000")
	run(t, o, []row{
		{"less than the income is announced", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-08", with(planned, "planned_confiscation", "499999")}, "planned_confiscation: error.under_income"},
		{"… and nothing at all", "2022-03-07", reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-08", with(planned, "planned_confiscation", "0")}, "planned_confiscation: error.under_income"},
		{"less what was refunded", "2022-03-07", refunded, act{"officer", "notify", "2022-03-08", with(planned, "planned_confiscation", "400000")}, ""},
		{"… a fen less", "2022-03-07", refunded, act{"officer", "notify", "2022-03-08", with(planned, "planned_confiscation", "399999")}, "planned_confiscation: error.under_income"},
		{"less than the income is confiscated", "2022-03-07", notified("2022-03-07"), act{"chief", "decide", "2022-03-15", with(punished, "fine", "20000000", "confiscated", "499999")}, "confiscated: error.under_income"},
		{"a notice of no penalty", "2022-03-07", reviewed("2022-03-07", "2022-03-07", "income", "0"), act{"officer", "notify", "2022-03-08", with(planned, "planned_fine", "0", "planned_confiscation", "0")}, "planned_fine: error.penalty_empty"},
		{"a discovery that nothing proves (Penalty Law Art. 36)", "2022-03-07", nil, act{"officer", "investigate", "2022-03-08", with(found, "act_ended_on", "2019-03-01", "discovered_on", "2021-02-01")}, "discovered_proof: error.required"},
		{"… after the case was filed", "2022-03-07", nil, act{"officer", "investigate", "2022-03-09", with(found, "act_ended_on", "2022-03-01", "discovered_on", "2022-03-08", "discovered_proof", "x")}, "discovered_on: error.day_after_filing"},
	})
}

// TestAPenaltyIsCarriedOutInFull: neither “performed” nor “by the court” closes what is unpaid (Penalty Law 2021 Art. 66; Market-Regulation Procedure
// Art. 77(1) items 1 and 2).
func TestAPenaltyIsCarriedOutInFull(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	served := append(notified("2022-03-07"), act{"chief", "decide", "2022-03-15", with(punished, "fine", "20000000")}, act{"officer", "serve", "2022-03-16", fields{"way": "direct", "served_on": "2022-03-16", "receiver": "x"}})
	for _, how := range []string{"performed", "court", "paid", "nothing"} {
		id := begin(t, o, "2022-03-07", served...)
		in := fields{"execution": how}
		if how == "paid" {
			in["paid_on"] = "2022-03-18"
		}
		if got := told(o.Take("officer", id, "execute", "2022-03-18", in)); got != "conflict error.money_open" {
			t.Errorf("%s with all of it open: %s", how, got)
		}
	}
	id := begin(t, o, "2022-03-07", served...)
	o.Paid(t, "officer", id, "2022-03-18")
	if got := told(o.Take("officer", id, "execute", "2022-03-18", fields{"execution": "court"})); got != "invalid error.form execution: error.court_not_ended" {
		t.Errorf("by a court that knows nothing of it: %s", got)
	}
	if err := o.Take("officer", id, "execute", "2022-03-18", fields{"execution": "performed"}); err != nil {
		t.Error(err)
	}
}
