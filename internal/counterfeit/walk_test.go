package counterfeit_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

// act is a step: who, which ("sealing/seal" of a side procedure), when, with what.
type act struct {
	by, step, day string
	in            fields
}

func (a act) take(o *caseworktest.Office, id string) error {
	if track, step, ok := strings.Cut(a.step, "/"); ok {
		return o.TakeIn(a.by, id, track, step, a.day, a.in)
	}
	return o.Take(a.by, id, a.step, a.day, a.in)
}

// do takes the acts and fails at the first that is refused. {officers} in an answer is the officers of the case, {reviewer} a reviewer.
func do(t *testing.T, o *caseworktest.Office, id string, acts ...act) {
	t.Helper()
	for _, a := range acts {
		if a.step == "execute" {
			o.Paid(t, a.by, id, a.day)
		}
		if err := named(o, a).take(o, id); err != nil {
			t.Fatalf("%s by %s on %s: %v", a.step, a.by, a.day, err)
		}
	}
}

func named(o *caseworktest.Office, a act) act {
	in := fields{}
	for k, v := range a.in {
		switch v {
		case "{officers}":
			v = strings.Join(o.Officers(2), ",")
		case "{reviewer}", "{officer}", "{chief}":
			v = o.By[strings.Trim(v, "{}")].ID
		}
		in[k] = v
	}
	a.in = in
	return a
}

// begin files a case on a day and takes acts.
func begin(t *testing.T, o *caseworktest.Office, filed string, acts ...act) string {
	t.Helper()
	c := o.File(t, casework.Counterfeit, filed)
	do(t, o, c.ID, acts...)
	return c.ID
}

func with(in fields, more ...string) fields {
	out := fields{}
	for k, v := range in {
		out[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		if out[more[i]] = more[i+1]; more[i+1] == "" {
			delete(out, more[i])
		}
	}
	return out
}

// What the acts of most cases are given.
var (
	found    = fields{"findings": "包装上标注他人专利号", "limb": "L1c", "act_ended_on": "2014-01-01", "income": "500000"}
	passed   = fields{"review_opinion": "事实清楚"}
	planned  = fields{"planned_fine": "800000", "planned_confiscation": "500000", "notice_reasons": "理由"}
	punished = fields{"outcome": "penalised", "reasons": "理由", "fine": "800000", "confiscated": "500000", "waived": "no"}
	handed   = fields{"way": "direct", "receiver": "张三"}
	volume   = fields{"volume": "1", "pages": "20", "retention": "permanent"}
	spot     = fields{"present": "{officers}", "things": "竹凉席120条", "things_place": "现场仓库", "measure_record": "当场清点", "signed": "signed"}
)

// reviewed are the acts up to the review, on three days.
func reviewed(a, b string, more ...string) []act {
	return []act{{"officer", "investigate", a, with(found, append([]string{"act_ended_on", a}, more...)...)}, {"reviewer", "review", b, passed}}
}

func TestEveryOutcome(t *testing.T) {
	shut := func(a, b string) []act { return []act{{"chief", "close", a, nil}, {"archivist", "archive", b, volume}} }
	serve := func(day string) act { return act{"officer", "serve", day, with(handed, "served_on", day)} }
	performed := func(day string) act { return act{"officer", "execute", day, fields{"execution": "performed"}} }
	for name, c := range map[string]struct {
		filed, outcome string
		acts           []act
		papers         []string // title: words that stand in it
	}{
		"penalised after a hearing, with the platform told, published (2025)": {"2025-03-03", "penalised", slices.Concat(
			[]act{
				{"officer", "inspect", "2025-03-04", fields{"present": "{officers}", "act_place": "现场", "act_record": "笔录", "signed": "signed", "rights_told": "now"}},
				{"officer", "sample", "2025-03-04", fields{"present": "{officers}", "act_place": "现场", "act_record": "笔录", "signed": "signed", "rights_told": "before", "sample_list": "凉席1条", "sample_kept": "机关", "sample_way": "on_site"}},
				{"officer", "investigate", "2025-03-10", with(found, "act_ended_on", "2025-03-04", "venue", "online", "income", "10000000", "gross", "10000000", "refunded", "2000000")},
				{"reviewer", "review", "2025-03-11", with(passed, "review_flag", "none", "review_kind", "case")},
				{"officer", "notify", "2025-03-12", with(planned, "planned_fine", "20000000", "planned_confiscation", "8000000")},
				{"officer", "serve_notice", "2025-03-13", fields{"notice_served_on": "2025-03-13", "notice_way": "post", "notice_receiver": "张三"}},
				{"officer", "ask_hearing", "2025-03-20", fields{"hearing_asked_on": "2025-03-20", "hearing_asked_by": "张三"}},
				{"reviewer", "hearing/notify_hearing", "2025-03-21", fields{"session_on": "2025-04-01", "session_time": "09:30", "session_place": "会议室", "session_open": "public", "host": "{reviewer}", "session_notice_on": "2025-03-21"}},
				{"reviewer", "hearing/hold_hearing", "2025-04-01", fields{"hearing_minutes": "双方质证", "minutes_signed": "signed"}},
				{"reviewer", "hearing/report_hearing", "2025-04-03", fields{"hearing_report": "建议按拟处罚决定"}},
				{"officer", "defend", "2025-04-03", fields{"statement_on": "2025-04-01", "statement_by": "张三", "statement_text": "数量有误"}},
				{"officer", "recheck", "2025-04-07", fields{"recheck_opinion": "数量无误", "adopted": "not_adopted"}},
				{"reviewer", "legal_review", "2025-04-08", fields{"legal_opinion": "合法", "legal_result": "passed"}},
				{"chief", "discuss", "2025-04-09", fields{"discussed_on": "2025-04-09", "discussed_by": "甲、乙、丙", "discussion": "同意"}},
				{"chief", "decide", "2025-04-10", with(punished, "fine", "20000000", "confiscated", "8000000", "statement", "不予采纳，数量经核实无误")},
				serve("2025-04-10"),
				{"officer", "publish", "2025-04-15", fields{"publication_on": "2025-04-15", "publication_where": "国家企业信用信息公示系统", "publication_what": "both", "redacted": "无"}},
				{"officer", "notify_platform", "2025-04-15", fields{"platform_name": "某平台", "platform_pages": "https://shop.example/1", "platform_measure": "delete"}},
				{"officer", "execute", "2025-04-20", fields{"execution": "paid", "paid_on": "2025-04-20"}},
			}, shut("2025-04-22", "2025-04-23")),
			[]string{"抽样取证凭证：凉席1条", "行政处罚告知书：五个工作日内要求听证", "行政处罚告知书：消除尚未售出的产品", "行政处罚听证通知书：2025年4月1日 09:30", "行政处罚决定书：听证，当事人的意见已记入", "行政处罚决定书：国家企业信用信息公示系统", "行政处罚决定书：立即停止标注行为", "通知电子商务平台采取措施函：删除"}},
		"not punished: minor (2014)": {"2014-03-03", "no_penalty_minor", slices.Concat(reviewed("2014-03-10", "2014-03-11"), []act{
			{"chief", "decide", "2014-03-12", fields{"outcome": "no_penalty_minor", "reasons": "理由", "corrected_on": "2014-03-05", "harm": "none"}}, serve("2014-03-12"), performed("2014-03-13"),
		}, shut("2014-03-14", "2014-03-17")), []string{"不予行政处罚决定书：（1996年）第二十七条第二款", "不予行政处罚决定书：责令改正"}},
		"not punished: the first time (2022)": {"2022-03-07", "no_penalty_first", slices.Concat(reviewed("2022-03-10", "2022-03-11"), []act{
			{"chief", "decide", "2022-03-14", fields{"outcome": "no_penalty_first", "reasons": "理由", "corrected_on": "2022-03-08", "harm": "slight", "first_checked": "系统查询无记录"}}, serve("2022-03-14"), performed("2022-03-15"),
		}, shut("2022-03-16", "2022-03-17")), []string{"不予行政处罚决定书：初次违法"}},
		"not punished: no fault (2022)": {"2022-03-07", "no_penalty_no_fault", slices.Concat(reviewed("2022-03-10", "2022-03-11"), []act{
			{"chief", "decide", "2022-03-14", fields{"outcome": "no_penalty_no_fault", "reasons": "理由", "fault_evidence": "已尽查验义务"}}, serve("2022-03-14"), performed("2022-03-15"),
		}, shut("2022-03-16", "2022-03-17")), []string{"不予行政处罚决定书：没有主观过错"}},
		"stop of sale, the fine exempted (2014)": {"2014-03-03", "stop_sale_only", slices.Concat(reviewed("2014-03-10", "2014-03-11", "limb", "L2", "seller", "innocent"), []act{
			{"chief", "decide", "2014-03-12", fields{"outcome": "stop_sale_only", "reasons": "理由", "source_evidence": "进货发票"}}, serve("2014-03-12"), performed("2014-03-13"),
		}, shut("2014-03-14", "2014-03-17")), []string{"责令停止销售决定书：免除罚款的处罚"}},
		"stop of sale, no words of exemption (2025)": {"2025-03-03", "stop_sale_only", slices.Concat(reviewed("2025-03-10", "2025-03-11", "limb", "L2", "seller", "innocent"), []act{
			{"chief", "decide", "2025-03-12", fields{"outcome": "stop_sale_only", "reasons": "理由", "source_evidence": "进货发票"}}, serve("2025-03-12"), performed("2025-03-13"),
		}, shut("2025-03-14", "2025-03-17")), []string{"责令停止销售决定书：（2023年修订）第一百零一条第三款"}},
		"not established, withdrawn": {"2022-03-07", "not_established", slices.Concat(reviewed("2022-03-10", "2022-03-11", "limb", "none", "income", "0"), []act{
			{"chief", "decide", "2022-03-14", fields{"outcome": "not_established", "reasons": "标注合法"}}, serve("2022-03-14"), {"officer", "execute", "2022-03-15", fields{"execution": "nothing"}},
		}, shut("2022-03-16", "2022-03-17")), []string{"撤销案件决定书：撤销本案"}},
		"a marking to be corrected": {"2022-03-07", "correct_marking_only", slices.Concat(reviewed("2022-03-10", "2022-03-11", "limb", "none", "income", "0", "marking_defect", "未标明专利类别"), []act{
			{"chief", "decide", "2022-03-14", fields{"outcome": "correct_marking_only", "reasons": "理由", "correct_by": "2022-03-31"}}, serve("2022-03-14"), performed("2022-04-01"),
		}, shut("2022-04-02", "2022-04-06")), []string{"责令改正通知书：未标明专利类别", "责令改正通知书：2022年3月31日"}},
		"transferred to another office": {"2022-03-07", "transferred_agency", slices.Concat([]act{
			{"chief", "transfer", "2022-03-09", fields{"transfer_ground": "no_jurisdiction", "transfer_to": "杭州市市场监督管理局", "reasons": "行为发生地在杭州"}},
			{"officer", "hand_over", "2022-03-10", fields{"handed_on": "2022-03-10", "handed_receipt": "回执1号"}},
		}, shut("2022-03-11", "2022-03-14")), []string{"案件移送函：杭州市市场监督管理局"}},
		"handed over to the police": {"2022-03-07", "transferred_police", slices.Concat([]act{
			{"officer", "report_police", "2022-03-08", fields{"police_team": "{officers}", "police_limb": "L1c", "police_facts": "假冒他人专利", "turnover": "30000000", "police_income": "100"}},
			{"chief", "police/approve_police", "2022-03-09", fields{"police_reason": "涉嫌犯罪"}},
			{"officer", "police/hand_police", "2022-03-09", fields{"police_office": "湖州市公安局", "police_receipt": "回执"}},
			{"officer", "police/police_refused", "2022-03-14", fields{"police_answer_on": "2022-03-14", "police_refusal": "数额不足"}},
			{"officer", "police/ask_police_again", "2022-03-16", fields{"review_asked_why": "漏算"}},
			{"officer", "police/police_accepted", "2022-03-18", fields{"police_answer_on": "2022-03-18", "police_number": "湖公立字1号"}},
			{"officer", "hand_goods", "2022-03-21", fields{"police_goods_on": "2022-03-21", "police_goods": "竹凉席120条，检验报告1份", "police_goods_receipt": "交接清单"}},
			{"chief", "conclude_police", "2022-03-21", fields{"reasons": "公安机关已立案"}},
		}, shut("2022-03-22", "2022-03-23")), []string{"涉嫌犯罪案件移送书：人民币叁拾万元整（¥300,000.00）"}},
		"nobody left": {"2022-03-07", "investigation_ended", slices.Concat([]act{
			{"chief", "end_investigation", "2022-03-09", fields{"ended_ground": "entity_gone", "ended_proof": "注销登记", "reasons": "无权利义务承受人"}},
		}, shut("2022-03-11", "2022-03-14")), []string{"终止调查决定书：终止本案调查"}},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := caseworktest.New(t, db)
				id := begin(t, o, c.filed, c.acts...)
				f := o.Find(t, "chief", id, "2026-11-20")
				if f.State != casework.Archived || f.Outcome != c.outcome || f.DecidedOn.IsZero() {
					t.Errorf("state %s, outcome %s, decided on %s", f.State, f.Outcome, f.DecidedOn)
				}
				if err := o.Docket.Procedure(f.Kind).Walks(f.Taken, f.State); err != nil {
					t.Error(err)
				}
				for _, k := range f.Clocks {
					if k.Running() {
						t.Errorf("clock %s runs in the archive", k.Rule)
					}
				}
				for _, want := range c.papers {
					title, words, _ := strings.Cut(want, "：")
					if !says(t, f, title, words) {
						t.Errorf("no paper %s with %q", title, words)
					}
				}
				if _, err := audit.Verify(context.Background(), db); err != nil {
					t.Error(err)
				}
				if err := tally.Verify(context.Background(), db); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// says whether the case has a paper of a title with words in it; no paper may show a key of the catalogue or an empty field.
func says(t *testing.T, f *casework.File, title, words string) bool {
	t.Helper()
	for i := range f.Documents {
		p, err := f.Documents[i].Paper()
		must(t, err)
		var text strings.Builder
		for _, b := range p.Blocks {
			text.WriteString(b.Text)
		}
		for _, key := range []string{"{{", "choice.", "paper."} {
			if strings.Contains(text.String(), key) {
				t.Errorf("%s: %s", p.Title, text.String())
			}
		}
		if p.Title == title && strings.Contains(text.String(), words) {
			return true
		}
	}
	return false
}

// TestNothingOfferedIsRefused wanders through the table from days under every law, from its beginning, from a notified penalty and from a penalty
// that was served, and has every step tried that is offered on the way.
func TestNothingOfferedIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("a long walk")
	}
	o := caseworktest.New(t, storetest.SQLite(t))
	seen, chance := map[string]int{}, rand.New(rand.NewPCG(3305, 2014))
	for _, filed := range []string{"2011-03-01", "2014-03-05", "2019-03-29", "2021-07-05", "2022-03-07", "2024-01-10", "2026-03-10"} {
		d := caseworktest.Day(filed)
		notice := []act{
			{"officer", "investigate", filed, with(found, "act_ended_on", filed, "venue", "online", "income", "10000000", "income_state", "partly")},
			{"reviewer", "review", filed, with(passed, "review_flag", "complex", "review_kind", "legal")},
			{"officer", "notify", filed, with(planned, "planned_fine", "20000000", "planned_confiscation", "10000000", "notice_served_on", filed)},
			{"chief", "discuss", filed, fields{"discussed_on": filed, "discussed_by": "甲", "discussion": "同意"}},
		}
		for i, at := range []string{filed, (d + 1).String(), (d + 30).String()} {
			var acts []act
			if i > 0 {
				acts = notice
			}
			id := begin(t, o, filed, acts...)
			if i == 2 {
				if d >= caseworktest.Day("2026-03-10") {
					do(t, o, id, act{"chief", "approve_income", "2026-03-20", fields{"income_opinion": "同意"}})
				}
				do(t, o, id, act{"chief", "decide", at, with(punished, "fine", "100", "confiscated", "10000000")}, act{"officer", "serve", at, with(handed, "served_on", at)})
			}
			o.Wander(t, id, at, chance, seen, 26)
			if t.Failed() {
				return
			}
		}
	}
	for _, s := range o.Docket.Procedure(casework.Counterfeit).Steps {
		if seen[s.Name] == 0 {
			t.Log("never taken:", s.Name)
		}
	}
}
