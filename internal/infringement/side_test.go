package infringement_test

import (
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/infringement"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// sideWalk is a side procedure walked to its end, with what it does to clocks, parties and states.
type sideWalk struct {
	name   string
	filed  string
	before []act
	acts   []act
	clocks map[string]string // after the last act, as clock writes them
	check  func(*testing.T, *caseworktest.Office, *casework.File)
}

// TestSideProcedures walks every side procedure; after each act what is offered must be accepted, and the case must stay a walk through its table.
func TestSideProcedures(t *testing.T) {
	toService26 := []act{{"officer", "serve_request", "2026-03-05", served}}
	roles := func(t *testing.T, f *casework.File, role string, n int) {
		t.Helper()
		if got := len(f.PartyNames(role)); got != n {
			t.Errorf("%d parties are %s, want %d", got, role, n)
		}
	}
	ask := func(by string) fields {
		return fields{"joinder_by": by, "joinder_asked_on": "2026-03-26", "joined_name": "第三方木业有限公司", "joined_form": "company"}
	}
	suspend := fields{"suspension_ground": "um_design_invalidation", "suspension_reason": "已受理", "review_on": "2026-06-01", "acceptance_notice": "4W100001"}
	for _, c := range []sideWalk{
		{name: "the defence is extended", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "ask_defence_extension", "2026-03-16", fields{"extension_asked_on": "2026-03-16", "extension_asked_for": "取证需要"}},
			{"officer", "grant_defence_extension", "2026-03-17", fields{"extend_by": "10", "panel_reason": "合议组同意"}},
			{"officer", "object_jurisdiction", "2026-03-30", fields{"objector": "respondent", "objected_on": "2026-03-30", "objection_grounds": "住所地在外市"}},
		}, clocks: map[string]string{"INF_DEFENCE": "2026-03-30", "INF_JURIS_DECIDE": "2026-04-07", "INF_CLOSE": "paused 2026-03-30"}},
		{name: "the defence from abroad is extended", filed: "2026-03-02", before: []act{{"officer", "serve_request", "2026-03-05", with(served, "foreign", "yes")}}, acts: []act{
			{"officer", "ask_defence_extension", "2026-03-16", fields{"extension_asked_on": "2026-03-16", "extension_asked_for": "翻译需要"}},
			{"officer", "grant_defence_extension_foreign", "2026-03-17", fields{"extend_by": "15", "panel_reason": "合议组同意"}},
		}, clocks: map[string]string{"INF_DEFENCE_FOREIGN": "2026-04-19", "INF_DEFENCE": ""}},
		{name: "more time to answer is refused", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "ask_defence_extension", "2026-03-16", fields{"extension_asked_on": "2026-03-16", "extension_asked_for": "x"}},
			{"officer", "refuse_defence_extension", "2026-03-17", fields{"extension_refusal": "理由不足"}},
		}, clocks: map[string]string{"INF_DEFENCE": "2026-03-20"}},
		{name: "an objection is rejected, its days are not counted", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "object_jurisdiction", "2026-03-11", fields{"objector": "respondent", "objected_on": "2026-03-10", "objection_grounds": "住所地在外市"}},
			{"chief", "reject_objection", "2026-03-13", fields{"objection_reason": "侵权结果发生地在本市"}},
		}, clocks: map[string]string{"INF_JURIS_DECIDE": "stopped 2026-03-17", "INF_CLOSE": "2026-06-05"}},
		{name: "an objection is upheld: the case goes to the competent office", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "object_jurisdiction", "2026-03-11", fields{"objector": "respondent", "objected_on": "2026-03-10", "objection_grounds": "住所地在外市"}},
			{"chief", "uphold_objection", "2026-03-13", fields{"competent_office": "杭州市市场监督管理局", "objection_reason": "本市不是侵权行为地"}},
			{"chief", "withdraw", "2026-03-16", fields{"withdrawal_ground": "not_competent", "competent_office": "杭州市市场监督管理局", "requester_told_on": "2026-03-13", "reasons": "移送"}},
		}, clocks: map[string]string{"INF_CLOSE": "stopped 2026-06-05"}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) {
			if f.Outcome != infringement.Dropped {
				t.Error(f.Outcome)
			}
		}},
		{name: "the notice gives forty days, a party asks for ten more", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "set_proof", "2026-03-05", fields{"proof_days": "40", "proof_agreed": "yes"}},
			{"officer", "serve_proof", "2026-03-06", fields{"proof_notice_on": "2026-03-06"}},
			{"officer", "extend_proof", "2026-04-10", fields{"proof_longer_by": "requester", "extend_by": "10", "proof_longer_reason": "域外取证"}},
			{"officer", "extend_proof", "2026-04-20", fields{"proof_longer_by": "office", "extend_by": "5", "proof_longer_reason": "等待译本"}},
			{"officer", "end_proof", "2026-04-22", fields{"proof_ended": "all_filed", "evidence_summary": "双方举证完毕"}},
		}, clocks: map[string]string{"INF_PROOF": "stopped 2026-04-30", "INF_CLOSE": "2026-06-12"}},
		{name: "suspension, review, resumption", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "note_ground", "2026-03-30", fields{"suspension_ground": "um_design_invalidation", "ground_on": "2026-03-30", "ground_facts": "无效请求已受理"}},
			{"officer", "ask_suspension", "2026-03-30", suspend},
			{"chief", "return_suspension", "2026-03-30", fields{"return_reason": "补充受理通知书"}},
			{"officer", "amend_suspension", "2026-03-31", suspend},
			{"chief", "approve_suspension", "2026-04-01", nil},
			{"officer", "keep_suspended", "2026-06-01", fields{"review_result": "仍在审理", "review_on": "2026-09-01"}},
			{"officer", "resume", "2026-07-01", fields{"resume_reason": "决定维持有效"}},
		}, clocks: map[string]string{"INF_CLOSE": "2026-09-01"}},
		{name: "a suspended case is withdrawn: the suspension is over with it", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_suspension", "2026-03-30", suspend},
			{"chief", "approve_suspension", "2026-04-01", nil},
			{"chief", "withdraw", "2026-04-10", fields{"withdrawal_ground": "settled", "reasons": "双方和解"}},
			{"officer", "serve_decision", "2026-04-13", fields{"served_on": "2026-04-13", "way": "direct", "receiver": "李四"}},
			{"chief", "close", "2026-04-14", nil},
		}, clocks: map[string]string{"INF_CLOSE": "stopped 2026-06-11"}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) {
			for _, tr := range f.Tracks {
				if tr.Track == "suspension" && tr.State != casework.Overtaken {
					t.Error(tr)
				}
			}
		}},
		{name: "it goes on although invalidation was asked for", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_report", "2026-03-26", fields{"report_by": "2026-04-10"}},
			{"officer", "report_filed", "2026-03-27", fields{"report_filed_on": "2026-03-27", "report_result": "clean"}},
			{"officer", "note_ground", "2026-03-30", fields{"suspension_ground": "um_design_invalidation", "ground_on": "2026-03-30", "ground_facts": "无效请求已受理"}},
			{"chief", "go_on", "2026-03-31", fields{"go_on_ground": "clean_report", "go_on_reason": "评价报告未发现缺陷"}},
			{"officer", "set_hearing", "2026-04-01", setting},
		}, clocks: map[string]string{"INF_CLOSE": "2026-06-02", "INF_ORAL_NOTICE": "2026-04-10"}},
		{name: "a member is recused, another is named", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "set_hearing", "2026-03-30", setting},
			{"officer", "challenge", "2026-04-01", nil},
			{"chief", "recuse", "2026-04-02", fields{"recusal_reason": "情况属实"}},
			{"chief", "assign", "2026-04-03", fields{"new": "officer4"}},
			{"officer", "tell_panel", "2026-04-03", fields{"panel_told_on": "2026-04-03"}},
			{"officer", "notify_hearing", "2026-04-03", fields{"hearing_notice_on": "2026-04-03"}},
		}, clocks: map[string]string{"INF_RECUSAL_ASK": "2026-04-09"}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) {
			if len(f.Officers()) != 3 {
				t.Error(f.Officers())
			}
		}},
		{name: "a challenge is refused", filed: "2018-03-05", before: nil, acts: []act{
			{"officer", "challenge", "2018-03-07", nil},
			{"chief", "keep_member", "2018-03-08", fields{"recusal_reason": "没有利害关系"}},
		}},
		{name: "a technical investigator is challenged", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "challenge_other", "2026-03-06", fields{"challenged_role": "technical_investigator", "challenged_person": "赵六", "challenged_by": "party", "recusal_ground": "gifts", "recusal_asked_on": "2026-03-06", "challenge_reason": "x"}},
			{"chief", "keep_other", "2026-03-09", fields{"recusal_reason": "不属实"}},
			{"officer", "challenge_other", "2026-03-09", fields{"challenged_role": "clerk", "challenged_person": "钱七", "challenged_by": "own_motion", "recusal_ground": "party_or_kin", "challenge_reason": "x"}},
			{"chief", "recuse_other", "2026-03-10", fields{"recusal_reason": "属实"}},
		}},
		{name: "one month by the head, two by the province", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_extension", "2026-05-20", fields{"extend_by": "1", "extension_reason": "案情复杂"}},
			{"chief", "approve_extension", "2026-05-21", nil},
			{"officer", "ask_extension", "2026-06-20", fields{"extend_by": "2", "extension_reason": "案情特别复杂"}},
			{"chief.province", "approve_extension_above", "2026-06-25", nil},
		}, clocks: map[string]string{"INF_CLOSE": "2026-09-02"}},
		{name: "a respondent is added on the requester's request", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_joinder", "2026-03-26", ask("requester")},
			{"chief", "join_respondent", "2026-03-27", fields{"joinder_reason": "共同制造"}},
			{"officer", "serve_joined", "2026-03-30", fields{"joined_received_on": "2026-03-30", "joined_way": "direct"}},
			{"officer", "joined_answers", "2026-04-15", fields{"joined_defence": "lapsed"}},
			{"officer", "no_hearing", "2026-04-15", fields{"paper_reason": "x"}},
		}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) { roles(t, f, "respondent", 2) }},
		{name: "the respondent names one, the requester agrees", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_joinder", "2026-03-26", ask("respondent")},
			{"officer", "requester_answers", "2026-03-30", fields{"requester_told_on": "2026-03-27", "requester_answer": "agrees"}},
			{"chief", "join_respondent", "2026-03-31", fields{"joinder_reason": "请求人同意"}},
			{"officer", "serve_joined", "2026-03-31", fields{"joined_received_on": "2026-03-31", "joined_way": "electronic", "joined_consent": "yes"}},
			{"officer", "joined_answers", "2026-04-02", fields{"joined_defence": "filed", "joined_defence_text": "x"}},
		}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) { roles(t, f, "respondent", 2) }},
		{name: "the respondent names one, the requester does not agree: a third party", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_joinder", "2026-03-26", ask("respondent")},
			{"officer", "requester_answers", "2026-03-30", fields{"requester_told_on": "2026-03-27", "requester_answer": "disagrees"}},
			{"chief", "join_third", "2026-04-02", fields{"third_applied_on": "2026-04-01", "joinder_reason": "有法律上的利害关系"}},
		}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) {
			roles(t, f, "respondent", 1)
			roles(t, f, "third_party", 1)
		}},
		{name: "a co-owner must be added", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_joinder", "2026-03-26", with(ask("office"), "joinder_ground", "co_owner")},
			{"chief", "join_owner", "2026-03-27", fields{"joinder_reason": "共有专利权人"}},
		}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) { roles(t, f, "requester", 2) }},
		{name: "a joinder is refused", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "ask_joinder", "2026-03-26", ask("requester")},
			{"chief", "refuse_joinder", "2026-03-27", fields{"joinder_refusal": "不符合受理条件"}},
		}, check: func(t *testing.T, _ *caseworktest.Office, f *casework.File) { roles(t, f, "respondent", 1) }},
		{name: "claims are not named", filed: "2026-03-02", acts: []act{
			{"officer", "ask_claims", "2026-03-03", fields{"claims_by": "2026-03-10"}},
			{"officer", "claims_unnamed", "2026-03-11", fields{"unnamed_record": "经释明仍不明确"}},
			{"chief", "withdraw", "2026-03-12", fields{"withdrawal_ground": "claims_unnamed", "reasons": "x"}},
		}},
		{name: "claims are named", filed: "2026-03-02", acts: []act{
			{"officer", "ask_claims", "2026-03-03", fields{"claims_by": "2026-03-10"}},
			{"officer", "claims_named", "2026-03-04", fields{"claims_relied": "权利要求1、3"}},
		}},
		{name: "a foreign requester's papers do not come", filed: "2026-03-02", acts: []act{
			{"officer", "ask_papers", "2026-03-03", fields{"papers_wanted": "公证认证", "papers_by": "2026-03-20"}},
			{"officer", "papers_unfiled", "2026-03-23", fields{"papers_reason": "无正当理由"}},
			{"chief", "withdraw", "2026-03-24", fields{"withdrawal_ground": "papers_missing", "reasons": "x"}},
		}},
		{name: "papers come, the report does not", filed: "2026-03-02", acts: []act{
			{"officer", "ask_papers", "2026-03-03", fields{"papers_wanted": "公证认证", "papers_by": "2026-03-20"}},
			{"officer", "papers_filed", "2026-03-05", fields{"papers_filed_on": "2026-03-05"}},
			{"officer", "ask_report", "2026-03-05", fields{"report_by": "2026-03-20"}},
			{"officer", "report_unfiled", "2026-03-23", fields{"report_reason": "未提交"}},
		}},
		{name: "evidence is produced, or withheld", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "order_production", "2026-03-06", fields{"evidence_holder": "respondent", "evidence_wanted": "生产记录", "holding_shown": "照片", "production_by": "2026-03-13"}},
			{"officer", "produced", "2026-03-10", fields{"produced_on": "2026-03-10"}},
			{"officer", "order_production", "2026-03-11", fields{"evidence_holder": "respondent", "evidence_wanted": "账册", "holding_shown": "照片", "production_by": "2026-03-13"}},
			{"officer", "withheld", "2026-03-16", fields{"withheld_reason": "拒绝", "withheld_effect": "held_proven"}},
		}},
		{name: "evidence is preserved with approval and released after it was sampled", filed: "2026-03-02", before: toService26, acts: []act{
			{"officer", "ask_preserve", "2026-03-09", fields{"preserve_reason": "可能转移", "no_sample_reason": "单件设备"}},
			{"chief", "approve_preserve", "2026-03-09", nil},
			{"officer", "preserve_approved", "2026-03-09", nil},
			{"officer", "release_preserved", "2026-03-13", fields{"preserved_result": "sampled", "release_list": "模具1套"}},
		}, clocks: map[string]string{"PRESERVE": "stopped 2026-03-16"}},
		{name: "before Order 81 the officers preserve by themselves", filed: "2018-03-05", acts: []act{
			{"officer", "preserve", "2018-03-07", nil},
			{"officer", "release_preserved", "2018-03-12", fields{"preserved_result": "released", "release_list": "模具1套"}},
		}, clocks: map[string]string{"PRESERVE": "stopped 2018-03-14"}},
		{name: "an appraisal on a party's request is not counted", filed: "2026-03-02", before: append(toService26,
			act{"officer", "set_proof", "2026-03-05", fields{"proof_days": "15", "proof_agreed": "no"}},
			act{"officer", "serve_proof", "2026-03-06", fields{"proof_notice_on": "2026-03-06"}}), acts: []act{
			{"officer", "commission", "2026-03-20", fields{"appraisal_by": "party", "appraisal_asked_on": "2026-03-18", "appraiser_chosen": "agreed", "appraisal_cost": "请求人预付", "appraiser": "某鉴定所", "appraisal_question": "技术特征", "commissioned_on": "2026-03-20", "result_expected_on": "2026-04-10"}},
			{"officer", "appraised", "2026-04-09", fields{"result_on": "2026-04-09", "appraisal_result": "等同"}},
			{"officer", "refuse_appraisal", "2026-04-10", fields{"appraisal_refused_for": "too_late", "appraisal_refusal": "x"}},
		}, clocks: map[string]string{"INF_CLOSE": "2026-06-22"}},
		{name: "talks of the parties are not counted", filed: "2026-03-02", before: toDefence(), acts: []act{
			{"officer", "start_talks", "2026-03-26", fields{"talks_asked_on": "2026-03-26", "talks_until": "2026-04-30"}},
			{"officer", "end_talks", "2026-04-07", fields{"talks_result": "failed", "talks_record": "x"}},
		}, clocks: map[string]string{"INF_CLOSE": "2026-06-14"}},
		{name: "another office helps", filed: "2026-03-02", acts: []act{
			{"officer", "ask_assistance", "2026-03-04", fields{"assisting_office": "杭州市市场监督管理局", "assistance_matter": "询问"}},
			{"officer", "assistance_received", "2026-03-09", fields{"letter_received_on": "2026-03-09"}},
			{"officer", "assistance_longer", "2026-03-20", fields{"expected_on": "2026-04-20", "longer_reason": "x"}},
			{"officer", "assistance_answered", "2026-04-10", fields{"assistance_result": "x"}},
		}, clocks: map[string]string{"ASSIST": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := office(t, storetest.SQLite(t))
			id := reach(t, o, c.filed, c.before...)
			for _, a := range c.acts {
				if a.in == nil {
					a.in = special(o, a)
				}
				take(t, o, id, a)
				if !testing.Short() {
					o.Offered(t, id, a.day)
				}
			}
			last := c.acts[len(c.acts)-1]
			f := find(t, o, id, last.day)
			for rule, want := range c.clocks {
				if got := clock(f, rule); got != want {
					t.Errorf("%s: %s, want %s", rule, got, want)
				}
			}
			if c.check != nil {
				c.check(t, o, f)
			}
			steps := len(c.before) + 1
			for _, a := range c.acts {
				if a.step != "assign" {
					steps++
				}
			}
			whole(t, o, id, steps)
		})
	}
}

// special is what a step asks that names people of the office.
func special(o *caseworktest.Office, a act) fields {
	switch a.step {
	case "challenge":
		in := fields{"challenged": o.By["officer2"].ID, "challenged_by": "own_motion", "recusal_ground": "party_or_kin", "challenge_reason": "亲属"}
		if a.day < "2025-02-01" {
			in["recusal_ground"] = "direct_interest"
		}
		return in
	case "preserve_approved", "preserve":
		in := fields{"present": o.By["officer"].ID + "," + o.By["officer2"].ID, "preserved_from": "测试木业有限公司", "preserved_list": "模具1套", "preserved_where": "本机关", "list_given": "given"}
		if a.step == "preserve" {
			in["preserve_reason"], in["no_sample_reason"] = "可能转移", "单件设备"
		}
		return in
	}
	return fields{}
}

// TestEnforcement is the way to the court: the time to sue, the demand and its ten working days, the three months; then the right holder.
func TestEnforcement(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := office(t, db)
		id := reach(t, o, "2026-03-02", toService()...)
		f := find(t, o, id, "2026-04-27")
		if got := clock(f, "INF_SUE") + " " + clock(f, "COURT_APPLY_INF") + " " + clock(f, "COURT_APPLY") + " " + clock(f, "INF_PUBLISH"); got != "2026-05-12 2026-07-27  2026-05-26" {
			t.Error(got)
		}
		take(t, o, id,
			act{"officer", "report_disobeyed", "2026-05-06", fields{"disobeyed_on": "2026-05-06", "disobeyed_by": "requester", "disobeyed_facts": "仍在销售"}},
			act{"chief", "demand_stop", "2026-05-07", fields{"demand_until": "2026-05-22", "demand_text": "停止销售"}},
			act{"officer", "serve_demand", "2026-05-08", fields{"demand_served_on": "2026-05-08", "demand_way": "direct"}})
		apply := fields{"court": "杭州市中级人民法院", "application_text": "停止销售"}
		refused(t, o, id, act{"chief", "apply_court", "2026-05-12", apply}, errs.Forbidden, "error.sue_runs")
		refused(t, o, id, act{"chief", "apply_court", "2026-05-21", apply}, errs.Forbidden, "error.demand_runs")
		refused(t, o, id, act{"officer", "leave_to_holder", "2026-05-25", fields{"holder_told_on": "2026-05-25"}}, errs.Forbidden, "error.office_may_apply")
		refused(t, o, id, act{"chief", "apply_court", "2026-07-28", apply}, errs.Forbidden, "error.court_late")
		take(t, o, id, act{"officer", "leave_to_holder", "2026-07-28", fields{"holder_told_on": "2026-07-28"}})
		f = find(t, o, id, "2026-07-28")
		if got := clock(f, "COURT_APPLY_HOLDER") + " " + clock(f, "COURT_APPLY_INF"); got != "2027-01-27 stopped 2026-07-27" {
			t.Error(got)
		}

		id = reach(t, o, "2026-03-02", append(toService(),
			act{"officer", "report_disobeyed", "2026-05-06", fields{"disobeyed_on": "2026-05-06", "disobeyed_by": "requester", "disobeyed_facts": "仍在销售"}},
			act{"chief", "demand_stop", "2026-05-07", fields{"demand_until": "2026-05-22", "demand_text": "停止销售"}},
			act{"officer", "serve_demand", "2026-05-08", fields{"demand_served_on": "2026-05-08", "demand_way": "direct"}},
			act{"chief", "apply_court", "2026-05-22", apply},
			act{"officer", "end_court", "2026-09-01", fields{"court_outcome": "enforced", "court_outcome_note": "x"}})...)
		whole(t, o, id, len(toService())+6)
		if got := clock(find(t, o, id, "2026-09-01"), "COURT_APPLY_INF"); got != "stopped 2026-07-27" {
			t.Error(got)
		}
	})
}

// TestSuits: a suit of the respondent keeps the office from the court until it is over; a quashed adjudication is made public and the case decided anew.
func TestSuits(t *testing.T) {
	o := office(t, storetest.SQLite(t))
	sue := func(by string) act {
		return act{"officer", "sue", "2026-05-11", fields{"sued_by": by, "sued_on": "2026-05-11", "suit_court": "杭州市中级人民法院"}}
	}
	end := func(result string) []act {
		return []act{
			{"officer", "judgment", "2026-08-03", fields{"judged_on": "2026-08-03", "judged": "upheld", "judgment_number": "（2026）浙01行初1号"}},
			{"officer", "appeal", "2026-08-10", fields{"appealed_by": "respondent", "appealed_on": "2026-08-10"}},
			{"officer", "end_suit", "2026-10-15", fields{"suit_result": result, "effective_on": "2026-10-12"}},
		}
	}
	id := reach(t, o, "2026-03-02", append(toService(), sue("respondent"))...)
	if got := clock(find(t, o, id, "2026-05-11"), "COURT_APPLY_INF"); got != "stopped 2026-07-27" {
		t.Error(got)
	}
	take(t, o, id, end("upheld")...)
	if got := clock(find(t, o, id, "2026-10-15"), "COURT_APPLY_INF"); got != "2027-01-12" {
		t.Error("lost: the office's time runs from the judgment, not", got)
	}
	id = reach(t, o, "2026-03-02", append(toService(), sue("requester"))...)
	if got := clock(find(t, o, id, "2026-05-11"), "COURT_APPLY_INF"); got != "2026-07-27" {
		t.Error("the requester's suit stops nothing:", got)
	}

	id = reach(t, o, "2026-03-02", append(toService(), act{"chief", "close", "2026-05-06", nil},
		act{"officer", "publish", "2026-05-06", fields{"published_where": "x", "left_out": "nothing"}}, sue("respondent"))...)
	take(t, o, id, end("quashed")...)
	f := find(t, o, id, "2026-10-15")
	if got := clock(f, "INF_PUBLISH_CHANGE") + clock(f, "COURT_APPLY_INF"); got != "2026-11-09"+"stopped 2026-07-27" {
		t.Error(got)
	}
	refused(t, o, id, act{"archivist", "archive", "2026-10-16", archive}, errs.Invalid, "need.public")
	take(t, o, id,
		act{"officer", "publish_change", "2026-10-20", fields{"published_where": "x"}},
		act{"chief", "reopen", "2026-10-21", fields{"reopen_ground": "quashed_by_court", "reopen_reason": "重新裁决"}})
	f = find(t, o, id, "2026-10-21")
	if f.State != infringement.Defence || f.Outcome != "" || f.FirstClosedOn != caseworktest.Day("2026-05-06") || clock(f, "INF_CLOSE") != "2027-01-21" {
		t.Error(f.State, f.Outcome, f.FirstClosedOn, clock(f, "INF_CLOSE"))
	}
	again := []act{
		{"officer", "no_hearing", "2026-10-22", fields{"paper_reason": "重新审理"}},
		{"officer", "tell_findings", "2026-10-23", fields{"told_party": "both", "findings_told_on": "2026-10-23", "answer_by": "2026-10-30", "findings_told": "x"}},
		{"officer", "deliberate", "2026-11-02", with(voted, "conclusion", "not_infringing")},
		{"chief", "decide", "2026-11-03", fields{"outcome": "rejected", "facts_found": "x", "reasons": "x"}},
		{"officer", "serve_decision", "2026-11-04", fields{"served_on": "2026-11-04", "way": "direct", "receiver": "x"}},
		{"chief", "close", "2026-11-05", nil},
	}
	take(t, o, id, again...)
	whole(t, o, id, len(toService())+8+len(again)+1)
}

// TestChanges: the office corrects and changes its adjudication, and undoes a closing.
func TestChanges(t *testing.T) {
	o := office(t, storetest.SQLite(t))
	id := reach(t, o, "2026-03-02", append(toService(),
		act{"chief", "correct", "2026-05-06", fields{"misprint": "第1项", "correction": "第2项"}},
		act{"chief", "close", "2026-05-06", nil},
		act{"officer", "ask_change", "2026-06-01", fields{"change_ground": "all_invalid", "invalid_from": "2026-05-20", "change_by": "respondent", "change_kind": "quash", "change_text": "专利权全部无效"}},
		act{"chief", "approve_change", "2026-06-02", nil},
		act{"officer", "serve_change", "2026-06-03", fields{"served_on": "2026-06-03", "way": "direct", "receiver": "x"}},
		act{"officer", "publish", "2026-06-03", fields{"published_where": "x", "left_out": "nothing"}},
		act{"officer", "publish_change", "2026-06-03", fields{"published_where": "x"}})...)
	f := find(t, o, id, "2026-06-03")
	if got := clock(f, "COURT_APPLY_INF") + clock(f, "INF_PUBLISH_CHANGE"); got != "stopped 2026-07-27"+"stopped 2026-07-01" {
		t.Error(got)
	}
	refused(t, o, id, act{"officer", "ask_change", "2026-06-04", fields{"change_ground": "all_invalid", "invalid_from": "2026-05-20", "change_by": "office", "change_kind": "change", "change_text": "x"}}, errs.Invalid, "error.nothing_left")
	take(t, o, id, act{"chief", "reopen_closing", "2026-06-05", fields{"reopen_reason": "结案有误"}}, act{"chief", "close", "2026-06-08", nil}, act{"archivist", "archive", "2026-06-09", archive})
	whole(t, o, id, len(toService())+11)

	for _, c := range []struct {
		ends, reopen string
		in           fields
		to           casework.State
	}{
		{"withdraw", "reopen_start", fields{"reopen_ground": "new_facts", "reopen_reason": "x"}, casework.Filed},
		{"withdraw", "reopen_closing_withdrawn", fields{"reopen_reason": "x"}, infringement.Withdrawn},
		{"mediate", "reopen_closing_mediated", fields{"reopen_reason": "x"}, infringement.Mediated},
	} {
		in := fields{"withdrawal_ground": "requester", "reasons": "x"}
		if c.ends == "mediate" {
			in = fields{"agreement": "x"}
		}
		id := reach(t, o, "2026-03-02", act{"chief", c.ends, "2026-03-03", in},
			act{"officer", "serve_decision", "2026-03-03", fields{"served_on": "2026-03-03", "way": "direct", "receiver": "x"}},
			act{"chief", "close", "2026-03-04", nil}, act{"chief", c.reopen, "2026-03-05", c.in})
		if f := find(t, o, id, "2026-03-05"); f.State != c.to {
			t.Errorf("%s: %s", c.reopen, f.State)
		}
		whole(t, o, id, 5)
	}
}
