package counterfeit_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// ends is the last day of a rule's latest clock, "paused" where it stands still, "" where there is none.
func ends(t *testing.T, o *caseworktest.Office, id, rule string) string {
	t.Helper()
	k := o.Find(t, "officer", id, "2026-11-20").Clock(rule)
	switch {
	case k == nil:
		return ""
	case !k.PausedOn.IsZero():
		return "paused"
	}
	return k.StrictOn.String()
}

func wants(t *testing.T, o *caseworktest.Office, id, rule, want string) {
	t.Helper()
	if got := ends(t, o, id, rule); got != want {
		t.Errorf("%s ends on %s, want %s", rule, got, want)
	}
}

func TestSealingFromRequestToRelease(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := begin(t, o, "2025-03-03")
		ask := fields{"seal_what": "竹凉席", "seal_form": "seal", "seal_proof": "proven", "seal_evidence": "登记簿副本证明专利权已终止"}
		do(t, o, id,
			act{"officer", "ask_sealing", "2025-03-04", ask},
			act{"chief", "sealing/return_sealing", "2025-03-04", fields{"return_reason": "补充数量"}},
			act{"officer", "sealing/amend_sealing", "2025-03-05", ask},
			act{"chief", "sealing/approve_sealing", "2025-03-05", nil},
			act{"officer", "sealing/seal", "2025-03-05", spot})
		wants(t, o, id, "SEAL", "2025-04-04")
		close := ends(t, o, id, "CF_CLOSE")

		// An appraisal of something else stops the case, not the sealing; a test of the sealed goods stops both (Coercion Law Art. 25(3)).
		do(t, o, id, act{"officer", "commission", "2025-03-06", fields{"appraiser": "鉴定所", "appraisal_question": "x", "commissioned_on": "2025-03-06", "result_expected_on": "2025-03-20"}})
		wants(t, o, id, "CF_CLOSE", "paused")
		wants(t, o, id, "SEAL", "2025-04-04")
		do(t, o, id, act{"officer", "appraisal/appraised", "2025-03-11", fields{"result_on": "2025-03-11", "appraisal_result": "x"}})
		wants(t, o, id, "SEAL", "2025-04-04")
		do(t, o, id, act{"officer", "sealing/test_sealed", "2025-03-12", fields{"test_by": "质检院", "test_question": "材质", "test_from": "2025-03-12", "test_until": "2025-03-20"}})
		wants(t, o, id, "SEAL", "paused")
		do(t, o, id, act{"officer", "sealing/tested", "2025-03-22", fields{"tested_on": "2025-03-22", "test_result": "合格"}})
		wants(t, o, id, "SEAL", "2025-04-14") // ten days later
		if got := ends(t, o, id, "CF_CLOSE"); got != (caseworktest.Day(close) + 15).String() {
			t.Errorf("the case ends on %s, before it was %s", got, close)
		}

		do(t, o, id, act{"officer", "sealing/ask_longer", "2025-04-10", fields{"extend_by": "30", "extension_reason": "情况复杂"}})
		if err := o.TakeIn("chief", id, "sealing", "return_sealing", "2025-04-10", fields{"return_reason": "x"}); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("the request to seal was answered long ago: %v", err)
		}
		do(t, o, id, act{"chief", "sealing/return_longer", "2025-04-10", fields{"return_reason": "说明理由"}},
			act{"officer", "sealing/ask_longer", "2025-04-11", fields{"extend_by": "30", "extension_reason": "情况复杂，涉案物品多"}},
			act{"chief", "sealing/approve_longer", "2025-04-14", nil})
		wants(t, o, id, "SEAL", "2025-05-14")

		f := o.Find(t, "officer", id, "2025-05-14")
		if x := o.Docket.Expired(f); len(x) != 0 {
			t.Error(x)
		}
		f.Today = caseworktest.Day("2025-05-15")
		if x := o.Docket.Expired(f); len(x) != 1 || x[0].Says != "must_release" {
			t.Error(x)
		}
		var left []string
		for _, n := range append(o.Docket.Next(o.By["officer"], f), o.Docket.Next(o.By["chief"], f)...) {
			if n.Track != nil && n.Track.Track == "sealing" && !slices.Contains(left, n.Step.Name) {
				left = append(left, n.Step.Name)
			}
		}
		if fmt.Sprint(left) != "[release_sealing]" {
			t.Errorf("after the end there is left %v", left)
		}
		do(t, o, id, act{"chief", "sealing/release_sealing", "2025-05-15", fields{"release_ground": "expired", "release_reason": "期限届满"}})
		f = o.Find(t, "chief", id, "2025-05-15")
		for title, words := range map[string]string{"查封（扣押）决定书": "竹凉席120条", "检测（检验、检疫、鉴定）期间告知书": "不计入查封、扣押期限", "延长查封（扣押）期限决定书": "延长30日，至2025年5月14日止", "解除查封（扣押）决定书": "期限已经届满"} {
			if !says(t, f, title, words) {
				t.Errorf("no paper %s with %q", title, words)
			}
		}
		if len(f.Running("")) != 0 || f.Clock("SEAL").Running() {
			t.Error("the sealing has not ended")
		}
	})
}

func TestSealedGoodsGoWithTheCaseOrByTheDecision(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := begin(t, o, "2025-03-03", append(sealedOn("2025-03-04"),
			act{"officer", "report_police", "2025-03-05", fields{"police_team": "{officers}", "police_limb": "L1c", "police_facts": "x", "turnover": "30000000", "police_income": "0"}},
			act{"chief", "police/approve_police", "2025-03-06", fields{"police_reason": "x"}},
			act{"officer", "sealing/hand_sealed", "2025-03-06", fields{"goods_to": "湖州市公安局", "goods_receipt": "清单", "party_told_on": "2025-03-06"}})...)
		if f := o.Find(t, "chief", id, "2025-03-06"); !says(t, f, "查封（扣押）物品移送告知书", "湖州市公安局") || len(f.Running("sealing")) != 0 {
			t.Error("not handed over with the party told")
		}
		id = begin(t, o, "2025-03-03", append(sealedOn("2025-03-04"), notified("2025-03-05")...)...)
		do(t, o, id, act{"chief", "decide", "2025-03-13", with(punished, "fine", "20000000")}, act{"officer", "sealing/dispose_sealed", "2025-03-20", fields{"disposed_by": "marks_removed", "disposed_note": "已铲除标识"}})
		if f := o.Find(t, "chief", id, "2025-03-20"); len(f.Running("")) != 0 {
			t.Error(f.Tracks)
		}
	})
}

// TestPreservationLapses: since 2021-07-15 what was registered and preserved is free by itself when nothing was decided in seven working days, before
// that officers had to deal with it, however late.
func TestPreservationLapses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { // the day of the database is 2026-11-20
		o := caseworktest.New(t, db)
		ctx := context.Background()
		due := begin(t, o, "2026-11-02", preservedOn("2026-11-10")...) // seven working days: 2026-11-19
		unanswered := begin(t, o, "2026-11-02", act{"officer", "preserve_urgent", "2026-11-10", with(spot, "loss_risk", "x", "no_sampling", "yes", "taken_at", "10:00")})
		settled := begin(t, o, "2026-11-02", append(preservedOn("2026-11-10"), act{"officer", "preservation/settle_preservation", "2026-11-12", fields{"settled_by": "sampled", "settled_note": "x"}})...)
		running := begin(t, o, "2026-11-02", preservedOn("2026-11-11")...) // until 2026-11-20
		old := begin(t, o, "2021-07-05", preservedOn("2021-07-14")...)
		if err := o.Take("officer", due, "lapse_preservation", "2026-11-20", nil); err == nil {
			t.Error("a person took what the law takes by itself")
		}
		for _, want := range []int{2, 0} { // a second time there is nothing left
			if n, err := o.Docket.Lapse(ctx); err != nil || n != want {
				t.Fatalf("%d lapsed, want %d: %v", n, want, err)
			}
		}
		for id, n := range map[string]int{due: 0, unanswered: 0, settled: 0, running: 1, old: 1} {
			f := o.Find(t, "officer", id, "2026-11-20")
			if len(f.Running("preservation")) != n {
				t.Errorf("%s: %d run, want %d", f.Number, len(f.Running("preservation")), n)
			}
			if err := o.Docket.Procedure(f.Kind).Walks(f.Taken, f.State); err != nil {
				t.Error(err)
			}
		}
		f := o.Find(t, "officer", due, "2026-11-20")
		if last := f.Taken[len(f.Taken)-1]; last.Step != "lapse_preservation" || last.OnDay.String() != "2026-11-20" || last.Actor != access.System().ID {
			t.Errorf("%+v", last)
		}
		if !says(t, f, "解除先行登记保存证据通知书", "自动解除") {
			t.Error("no notice of it")
		}
		do(t, o, old, act{"officer", "preservation/settle_preservation", "2026-11-20", fields{"settled_by": "recorded", "settled_note": "逾期处理"}})
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestPreservationIsReleasedOrSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := begin(t, o, "2022-03-07", append(preservedOn("2022-03-08"), act{"chief", "preservation/release_preservation", "2022-03-10", fields{"release_reason": "与案件无关"}})...)
		f := o.Find(t, "chief", id, "2022-03-10")
		if !says(t, f, "先行登记保存证据通知书", "竹凉席120条") || !says(t, f, "先行登记保存证据通知书", "2022年3月17日") || !says(t, f, "解除先行登记保存证据通知书", "与案件无关") {
			t.Error("papers")
		}
		id = begin(t, o, "2022-03-07", slices.Concat(preservedOn("2022-03-08"), sealedOn("2022-03-09"), []act{{"officer", "preservation/settle_preservation", "2022-03-10", fields{"settled_by": "sealed", "settled_note": "转为扣押"}}})...)
		if f := o.Find(t, "chief", id, "2022-03-10"); len(f.Running("preservation")) != 0 || len(f.Running("sealing")) != 1 || f.Clock("PRESERVE").Running() {
			t.Error(f.Tracks)
		}
		id = begin(t, o, "2022-03-07", act{"officer", "preserve_urgent", "2022-03-08", with(spot, "loss_risk", "x", "no_sampling", "no", "taken_at", "16:30")},
			act{"chief", "preservation/confirm_preservation", "2022-03-09", fields{"approved_at": "09:00"}})
		if f := o.Find(t, "chief", id, "2022-03-09"); f.Running("preservation")[0].State != "preserved" || f.Clock("URGENT_APPROVAL").Running() {
			t.Error(f.Tracks)
		}
	})
}

// TestTimeThatIsNotCounted: what the market-regulation rules leave out of the ninety days (Art. 64(2)), and Order 71 of its month (Art. 36).
func TestTimeThatIsNotCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		suspension := []act{
			{"officer", "ask_suspension", "2022-03-08", fields{"suspension_ground": "related_case", "suspension_reason": "等待无效决定", "review_on": "2022-04-08"}},
			{"chief", "suspension/approve_suspension", "2022-03-10", nil},
			{"officer", "suspension/keep_suspended", "2022-04-08", fields{"review_result": "尚未作出", "review_on": "2022-05-08"}},
			{"officer", "suspension/resume", "2022-04-20", fields{"resume_reason": "已作出"}},
		}
		identification := []act{
			{"officer", "ask_holder", "2022-03-08", fields{"holder_name": "测试竹业有限公司", "holder_question": "是否许可", "holder_asked_on": "2022-03-08", "holder_answer_by": "2022-03-20"}},
			{"officer", "identification/holder_answered", "2022-03-18", fields{"holder_answered_on": "2022-03-18", "holder_answer": "not_ours"}},
		}
		assistance := []act{
			{"officer", "ask_assistance", "2022-03-08", fields{"assisting_office": "杭州市市场监督管理局", "assistance_matter": "询问供货者"}},
			{"officer", "assistance/assistance_received", "2022-03-10", fields{"letter_received_on": "2022-03-10"}},
			{"officer", "assistance/assistance_longer", "2022-03-30", fields{"expected_on": "2022-04-10", "longer_reason": "人在外地"}},
			{"officer", "assistance/assistance_answered", "2022-04-08", fields{"assistance_result": "已询问"}},
		}
		refund := append(notified("2022-03-07"), act{"chief", "order_refund", "2022-03-15", fields{"refund_sum": "100000", "refund_basis": "《价格法》", "refund_by": "2022-03-31"}},
			act{"officer", "refund/refund_done", "2022-03-25", fields{"refunded_sum": "100000", "refund_result": "已退"}})
		gaveUp := append(notified("2022-03-07"), act{"officer", "ask_hearing", "2022-03-10", fields{"hearing_asked_on": "2022-03-10", "hearing_asked_by": "x"}},
			act{"reviewer", "hearing/abandon_hearing", "2022-03-14", fields{"abandon_ground": "withdrawn", "abandon_note": "x"}})
		byNotice := append(reviewed("2022-03-07", "2022-03-07"), act{"officer", "notify", "2022-03-08", planned},
			act{"officer", "serve_notice", "2022-04-08", fields{"notice_served_on": "2022-04-08", "notice_way": "public_notice", "notice_receiver": "公告", "notice_published_on": "2022-03-09"}})
		for _, c := range []struct {
			why  string
			acts []act
			days int // later than 2022-06-05
		}{
			{"nothing", nil, 0},
			{"suspension, from its approval to its end", suspension, 41},
			{"identification by the right holder", identification, 10},
			{"a letter to another office is not left out", assistance, 0},
			{"an order to refund", refund, 10},
			{"a hearing, from the day it was asked for", heardOn(), 13},
			{"a hearing that was given up", gaveUp, 4},
			{"public notice, thirty days", byNotice, 30},
		} {
			id := begin(t, o, "2022-03-07", c.acts...)
			if got, want := ends(t, o, id, "CF_CLOSE"), (caseworktest.Day("2022-06-05") + calendar.Day(c.days)).String(); got != want {
				t.Errorf("%s: %s, want %s", c.why, got, want)
			}
			if f := o.Find(t, "chief", id, "2022-11-20"); len(f.Running("")) != 0 {
				t.Errorf("%s: %v still runs", c.why, f.Running(""))
			}
		}
		for why, acts := range map[string][]act{"identification by Order 71": {
			{"officer", "ask_holder", "2018-03-08", fields{"holder_name": "x", "holder_question": "x", "holder_asked_on": "2018-03-08", "holder_answer_by": "2018-03-20"}},
			{"officer", "identification/holder_answered", "2018-03-18", fields{"holder_answered_on": "2018-03-18", "holder_answer": "ours"}},
		}} {
			wants(t, o, begin(t, o, "2018-03-07", acts...), "CF_CLOSE", "2018-04-07")
			_ = why
		}
	})
}

// TestExtensionsOfCaseAndReview: each asked and granted in time, by the level that the law names, within its maximum.
func TestExtensionsOfCaseAndReview(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := begin(t, o, "2022-03-07", append(extended("2022-05-01", "2022-06-10"),
			act{"chief", "extension/approve_extension_meeting", "2022-06-13", fields{"meeting_on": "2022-06-13", "meeting_present": "甲乙丙", "meeting_opinion": "同意"}})...)
		wants(t, o, id, "CF_CLOSE", "2022-09-03") // 06-05 + 30 + 60
		id = begin(t, o, "2018-03-07", act{"officer", "ask_extension", "2018-04-02", fields{"extend_by": "15", "extension_reason": "特别复杂"}}, act{"chief", "extension/approve_extension", "2018-04-03", nil})
		wants(t, o, id, "CF_CLOSE", "2018-04-22")
		refused(t, "Order 71 knows one extension only", o.Take("officer", id, "ask_extension", "2018-04-10", fields{"extend_by": "1", "extension_reason": "x"}), "error.extension_none")
		refused(t, "of fifteen days", o.Take("officer", begin(t, o, "2018-03-07"), "ask_extension", "2018-04-02", fields{"extend_by": "16", "extension_reason": "x"}), "error.extension_max")

		id = begin(t, o, "2022-03-07", append(reviewed("2022-03-08", "2022-03-08")[:1], act{"reviewer", "ask_review_extension", "2022-03-20", fields{"extend_by": "5", "extension_reason": "疑难"}},
			act{"chief", "review_extension/approve_review_extension", "2022-03-21", nil})...)
		wants(t, o, id, "REVIEW", "2022-03-29") // ten working days, and five
	})
}

// TestADecisionThatDoesNotStand: undone while it is open or after the closing, what was published is taken down in three working days, and the first
// closing day stays.
func TestADecisionThatDoesNotStand(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		acts := append(notified("2025-03-03"), act{"chief", "decide", "2025-03-12", with(punished, "fine", "20000000")}, act{"officer", "serve", "2025-03-12", with(handed, "served_on", "2025-03-12")})
		publish := act{"officer", "publish", "2025-03-13", fields{"publication_on": "2025-03-13", "publication_where": "政府网站", "publication_what": "both", "redacted": "无"}}
		id := begin(t, o, "2025-03-03", append(acts, publish)...)
		why := fields{"reopen_ground": "quashed_on_reconsideration", "reopen_reason": "事实不清"}
		refused(t, "by who investigated", o.Take("officer", id, "undo_decision", "2025-05-06", why), "error.forbidden.action")
		do(t, o, id, act{"chief", "undo_decision", "2025-05-06", why})
		f := o.Find(t, "chief", id, "2025-05-06")
		if f.State != casework.Filed || !f.DecidedOn.IsZero() || f.Outcome != "" || f.FineFen != 0 || f.Clock("SUIT").Running() {
			t.Errorf("%s %s %s", f.State, f.DecidedOn, f.Outcome)
		}
		wants(t, o, id, "PENALTY_WITHDRAW", "2025-05-09")
		do(t, o, id, act{"officer", "take_down", "2025-05-08", fields{"taken_down_on": "2025-05-08", "taken_down_where": "政府网站", "taken_down_reason": "复议撤销"}})
		refused(t, "taken down twice", o.Take("officer", id, "take_down", "2025-05-09", fields{"taken_down_on": "2025-05-09", "taken_down_where": "x", "taken_down_reason": "x"}), "error.nothing_to_take_down")

		id = begin(t, o, "2025-03-03", append(acts, publish, act{"officer", "execute", "2025-03-20", fields{"execution": "paid", "paid_on": "2025-03-20"}}, act{"chief", "close", "2025-03-21", nil}, act{"archivist", "archive", "2025-03-24", volume})...)
		do(t, o, id, act{"chief", "reopen_closing", "2025-04-01", fields{"reopen_reason": "材料不齐"}}, act{"chief", "close", "2025-04-02", nil})
		f = o.Find(t, "chief", id, "2025-04-02")
		if f.FirstClosedOn.String() != "2025-03-21" || f.ClosedOn.String() != "2025-04-02" || f.Outcome != "penalised" {
			t.Errorf("first %s, now %s", f.FirstClosedOn, f.ClosedOn)
		}
		do(t, o, id, act{"chief", "reopen", "2025-10-10", with(why, "reopen_ground", "quashed_by_court")})
		wants(t, o, id, "PENALTY_WITHDRAW", "2025-10-14") // 10-11 is a Saturday on which people work
		wants(t, o, id, "CF_CLOSE", "2026-01-08")
		if f = o.Find(t, "chief", id, "2025-10-10"); f.State != casework.Filed || f.FirstClosedOn.String() != "2025-03-21" {
			t.Errorf("%s, first closed %s", f.State, f.FirstClosedOn)
		}
	})
}

// TestTheApproverSeesTheCaseOnlyMeanwhile: of a restricted case, too; never the author.
func TestTheApproverSeesTheCaseOnlyMeanwhile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		id := begin(t, o, "2026-11-02")
		do(t, o, id, act{"officer", "ask_sealing", "2026-11-04", fields{"seal_what": "x", "seal_form": "seal", "seal_proof": "proven", "seal_evidence": "x", "approver": "{chief}"}})
		f := o.Find(t, "chief", id, "2026-11-04")
		if !f.Is(o.By["chief"].ID, casework.PartApprover) {
			t.Error("the approver was not let in")
		}
		do(t, o, id, act{"chief", "sealing/approve_sealing", "2026-11-05", nil})
		if f, err := o.Docket.Find(ctx, o.By["chief"], id); err != nil || f.Is(o.By["chief"].ID, casework.PartApprover) {
			t.Error("the approver is still in", err)
		}
	})
}
