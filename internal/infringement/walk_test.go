package infringement_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/infringement"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

var archive = fields{"volume": "2026-001", "pages": "60", "retention": "permanent"}

// TestEveryOutcome walks from filing to the archive, once for every way a dispute may end, on both engines.
func TestEveryOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		filed   string
		acts    []act
		outcome string
		papers  []string // their titles
	}{
		"stop ordered, law of 2026": {"2026-03-02", append(toService(),
			act{"chief", "close", "2026-04-29", nil},
			act{"officer", "publish", "2026-05-11", fields{"published_where": "政府网站", "left_out": "secrets"}},
			act{"officer", "notify_platform", "2026-05-11", fields{"platform_name": "某平台", "platform_links": "https://shop.example/1"}},
			act{"officer", "notify_customs", "2026-05-11", fields{"customs_office": "湖州海关", "customs_goods": "在途货物"}},
			act{"officer", "perform", "2026-05-18", fields{"performance": "obeyed", "performed_on": "2026-05-15"}},
			act{"archivist", "archive", "2026-05-20", archive}), infringement.Stop,
			[]string{"答辩通知书", "举证通知书", "口头审理通知书", "专利侵权纠纷行政裁决书", "制止平台内专利侵权行为通知书"}},
		"rejected, each side served by itself": {"2026-03-02", append(toHearing(),
			act{"officer", "hear", "2026-04-15", with(heard, "attendance", "respondent_absent")},
			act{"officer", "deliberate", "2026-04-20", with(voted, "conclusion", "not_infringing")},
			act{"chief", "decide", "2026-04-24", fields{"outcome": "rejected", "facts_found": "事实", "reasons": "理由"}},
			act{"officer", "serve_decision", "2026-04-27", fields{"served_on": "2026-04-27", "way": "direct", "receiver": "李四", "recipient": "requester"}},
			act{"officer", "serve_decision", "2026-04-29", fields{"served_on": "2026-04-29", "way": "post", "receiver": "王五", "recipient": "respondent"}},
			act{"chief", "close", "2026-04-30", nil},
			act{"officer", "publish", "2026-05-11", fields{"published_where": "政府网站", "left_out": "nothing"}},
			act{"archivist", "archive", "2026-05-20", archive}), infringement.Rejected,
			[]string{"答辩通知书", "举证通知书", "口头审理通知书", "专利侵权纠纷行政裁决书"}},
		"on the papers, law of 2014": {"2014-03-03", []act{
			{"officer", "serve_request", "2014-03-06", fields{"respondent_received_on": "2014-03-06", "request_way": "left", "foreign": "yes"}},
			{"officer", "defence", "2014-03-24", fields{"defence": "lapsed"}},
			{"officer", "no_hearing", "2014-03-25", fields{"paper_reason": "事实清楚"}},
			{"officer", "tell_findings", "2014-03-26", fields{"told_party": "both", "findings_told_on": "2014-03-26", "answer_by": "2014-04-02", "findings_told": "事实、证据、依据"}},
			{"officer", "answer_findings", "2014-03-28", fields{"answered_by": "respondent", "findings_answer": "无异议"}},
			{"officer", "deliberate", "2014-03-31", voted},
			{"chief", "decide", "2014-04-01", with(ordered, "stop_acts", "make")},
			{"officer", "serve_decision", "2014-04-02", fields{"served_on": "2014-04-02", "way": "direct", "receiver": "李四"}},
			{"chief", "close", "2014-04-03", nil},
			{"officer", "perform", "2014-04-21", fields{"performance": "agreed", "performed_on": "2014-04-20"}},
			{"archivist", "archive", "2014-04-22", archive},
		}, infringement.Stop, []string{"答辩通知书", "专利侵权纠纷处理决定书"}}, // made with the service, as none was made before
		"mediated before anything was served": {"2026-03-02", []act{
			{"officer", "mediation_meeting", "2026-03-04", fields{"mediated_on": "2026-03-04", "mediation_record": "谈拢", "mediation_result": "agreed"}},
			{"chief", "mediate", "2026-03-05", fields{"agreement": "停止销售并支付一万元", "enforceable": "yes"}},
			{"officer", "serve_decision", "2026-03-05", fields{"served_on": "2026-03-05", "way": "direct", "receiver": "李四"}},
			{"chief", "close", "2026-03-06", nil}, {"archivist", "archive", "2026-03-10", archive},
		}, infringement.Settled, []string{"专利纠纷调解协议书"}},
		"withdrawn by the requester": {"2018-03-01", []act{
			{"chief", "withdraw", "2018-03-05", fields{"withdrawal_ground": "requester", "withdrawal_asked_on": "2018-03-05", "reasons": "请求人撤回"}},
			{"officer", "serve_decision", "2018-03-06", fields{"served_on": "2018-03-06", "way": "post", "receiver": "李四", "recipient": "requester"}},
			{"chief", "close", "2018-03-07", nil}, {"archivist", "archive", "2018-03-08", archive},
		}, infringement.Dropped, []string{"撤销案件决定书"}},
		"a repeated infringement, stopped at once": {"2026-03-02", append(toDefence(),
			act{"officer", "find_repeat", "2026-03-26", fields{"earlier_by": "office", "earlier_paper": "湖知法裁字〔2025〕7号", "earlier_on": "2025-06-03", "earlier_final_on": "2025-06-20", "repeat_facts": "同一专利，再次销售"}},
			act{"chief", "decide_repeat", "2026-03-30", with(ordered, "outcome", "", "stop_acts", "sell")},
			act{"officer", "serve_decision", "2026-04-01", fields{"served_on": "2026-04-01", "way": "direct", "receiver": "李四"}},
			act{"chief", "close", "2026-04-02", nil},
			act{"officer", "publish", "2026-04-20", fields{"published_where": "政府网站", "left_out": "nothing"}},
			act{"officer", "note_credit", "2026-04-21", fields{"credit_ground": "intentional", "credit_reason": "再次侵权"}},
			act{"officer", "perform", "2026-04-22", fields{"performance": "obeyed", "performed_on": "2026-04-20"}},
			act{"archivist", "archive", "2026-05-20", archive}), infringement.Stop, []string{"答辩通知书", "举证通知书", "专利侵权纠纷行政裁决书"}},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := office(t, db)
				id := reach(t, o, c.filed, c.acts...)
				whole(t, o, id, len(c.acts)+1)
				f := find(t, o, id, "2026-11-20")
				if f.State != casework.Archived || f.Outcome != c.outcome {
					t.Errorf("%s, %s", f.State, f.Outcome)
				}
				var titles []string
				for _, d := range f.Documents {
					titles = append(titles, d.Title)
				}
				if fmt.Sprint(titles) != fmt.Sprint(c.papers) {
					t.Errorf("papers %v, want %v", titles, c.papers)
				}
				for _, k := range f.Clocks {
					if k.Running() {
						t.Errorf("clock %s runs on an archived case", k.Rule)
					}
				}
			})
		})
	}
}

// whole says that the steps are a walk through the table, that the papers are filled in, and that log and summary agree.
func whole(t *testing.T, o *caseworktest.Office, id string, steps int) {
	t.Helper()
	f := find(t, o, id, "2026-11-20")
	if err := o.Docket.Procedure(f.Kind).Walks(f.Taken, f.State); err != nil || len(f.Taken) != steps {
		t.Errorf("%d of %d steps, %v", len(f.Taken), steps, err)
	}
	for _, d := range f.Documents {
		p, err := d.Paper()
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range p.Blocks {
			for _, bad := range []string{"{{", "{0}", "choice.", "paper.", "party.", "《》", "，，", "。。"} {
				if strings.Contains(b.Text, bad) {
					t.Errorf("%s: %q", d.Title, b.Text)
				}
			}
		}
	}
	if _, err := audit.Verify(context.Background(), o.DB); err != nil {
		t.Error(err)
	}
	if err := tally.Verify(context.Background(), o.DB); err != nil {
		t.Error(err)
	}
}

// TestWhatIsOfferedIsAccepted: at every point of a walk, in every age of the law, what is offered as ready is not refused.
func TestWhatIsOfferedIsAccepted(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of tries (-short)")
	}
	old := func(y string) []act {
		return []act{
			{"officer", "serve_request", y + "-03-08", fields{"respondent_received_on": y + "-03-08", "request_way": "post", "foreign": "no"}},
			{"officer", "defence", y + "-03-22", fields{"defence": "filed", "defence_on": y + "-03-22", "defence_text": "未落入"}},
			{"officer", "forward_defence", y + "-03-23", fields{"forwarded_on": y + "-03-23", "forward_way": "post"}},
			{"officer", "set_hearing", y + "-03-24", fields{"hearing_set_on": y + "-04-12", "hearing_at": "09:30", "hearing_place": "口审庭", "hearing_form": "public"}},
			{"officer", "notify_hearing", y + "-03-26", fields{"hearing_notice_on": y + "-03-26"}},
			{"officer", "hear", y + "-04-12", fields{"hearing_on": y + "-04-12", "attendance": "both", "hearing_record": "陈述"}},
			{"officer", "deliberate", y + "-04-13", with(voted, "public_interest", "yes")},
			{"reviewer", "legal_review", y + "-04-14", fields{"review_opinion": "同意"}},
			{"chief", "decide", y + "-04-15", with(ordered, "stop_acts", "sell")},
			{"officer", "serve_decision", y + "-04-16", fields{"served_on": y + "-04-16", "way": "direct", "receiver": "李四"}},
			{"chief", "close", y + "-04-18", nil},
		}
	}
	walks := map[string][]act{"2014-03-03": old("2014"), "2018-03-05": old("2018"), "2022-03-07": old("2022")}
	walks["2026-03-02"] = append(toService(), act{"chief", "close", "2026-05-06", nil})
	for filed, acts := range walks {
		t.Run(filed[:4], func(t *testing.T) {
			o := office(t, storetest.SQLite(t))
			id := reach(t, o, filed)
			o.Offered(t, id, filed)
			for _, a := range acts {
				take(t, o, id, a)
				if len(o.Offered(t, id, a.day)) == 0 {
					t.Errorf("nothing is offered after %s", a.step)
				}
			}
			whole(t, o, id, len(acts)+1)
		})
	}
}
