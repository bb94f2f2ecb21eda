package filereview_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/filereview"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

type office struct {
	*caseworktest.Office
	*filereview.Desk
	id    string
	today calendar.Day
	item  string // the one piece of evidence
}

func raw(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("../../config/review/table.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, db *store.DB) *office {
	t.Helper()
	table, err := filereview.Read(raw(t))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{Office: caseworktest.New(t, db), today: calendar.DayOf(db.Now())}
	o.Desk = filereview.New(db, o.Guard, o.Docket, o.Clocks, o.Evidence, table)
	return o
}

func (o *office) day(n int) string { return o.today.AddDays(n).String() }

func (o *office) take(t testing.TB, by, step string, day int, in casework.Facts) {
	t.Helper()
	if err := o.Take(by, o.id, step, o.day(day), in); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
}

func (o *office) officer(t testing.TB) access.Actor {
	t.Helper()
	f := o.Find(t, "chief", o.id, o.today.String())
	for _, a := range o.By {
		if a.ID == f.Officers()[0].UserID {
			return a
		}
	}
	t.Fatal("no officer")
	return access.Actor{}
}

// whole is a penalty from its filing sixty days ago to its closing today, with nothing missing.
func (o *office) whole(t testing.TB) {
	t.Helper()
	o.id = o.File(t, casework.Counterfeit, o.day(-60)).ID
	by := o.officer(t)
	x, err := o.Evidence.Add(t.Context(), by, "case", o.id, evidence.NewItem{ID: o.DB.NewID(), Form: evidence.Thing, Kind: "physical", Name: "竹凉席", Quantity: "1条", Source: "当事人处"})
	if err != nil {
		t.Fatal(err)
	}
	o.item = x.ID
	o.take(t, "officer", "investigate", -58, casework.Facts{"findings": "包装上标注他人专利号", "limb": "L1c", "act_ended_on": o.day(-70), "income": "500000"})
	o.take(t, "reviewer", "review", -57, casework.Facts{"review_opinion": "事实清楚"})
	o.take(t, "officer", "notify", -56, casework.Facts{"planned_fine": "2000000", "planned_confiscation": "500000", "notice_reasons": "理由"})
	o.take(t, "officer", "serve_notice", -52, casework.Facts{"notice_served_on": o.day(-52), "notice_way": "direct", "notice_receiver": "王某"})
	if err := o.Evidence.Write(t.Context(), by, x.ID, x.Lines, evidence.Act{Act: evidence.Accepted, Note: "查证属实"}); err != nil {
		t.Fatal(err)
	}
	o.take(t, "chief", "decide", -30, casework.Facts{"outcome": "penalised", "reasons": "理由", "fine": "2000000", "confiscated": "500000", "waived": "no"})
	o.take(t, "officer", "serve", -28, casework.Facts{"served_on": o.day(-28), "way": "direct", "receiver": "王某"})
	o.take(t, "officer", "publish", -27, casework.Facts{"publication_on": o.day(-27), "publication_where": "公示系统", "publication_what": "both", "redacted": "无"})
	o.Paid(t, "officer", o.id, o.day(-20))
	o.take(t, "officer", "execute", -19, casework.Facts{"execution": "paid", "paid_on": o.day(-20)})
	o.take(t, "chief", "close", -18, nil)
	o.exec(t, strings.Join([]string{paper("filing_approval", "立案审批表", 60), paper("interview_record", "询问笔录", 58), paper("investigation_report", "调查终结报告", 58), paper("closing_approval", "结案审批表", 18),
		serviceOf("penalty_notice"), serviceOf("penalty_decision")}, "; "))
}

// paper is SQL that makes a paper of the case, issued so many days ago.
func paper(template, title string, days int) string {
	return "INSERT INTO documents (id, case_id, template, template_version, number, title, issued_on, issued_by, data, sha256, created_at) SELECT id || '-" + template + "', id, '" + template + "', 1, id || '-" + template + "', '" + title +
		"', $-" + strconv.Itoa(days) + "$, '', '{}', '', created_at FROM cases WHERE id = $case"
}

// serviceOf is SQL that makes the service of a paper, with its receipt.
func serviceOf(template string) string {
	return `INSERT INTO paper_services (id, document_id, case_id, recipient, way, address, tried_on, served_on, state, receiver, relation, witness, postal_no, reason, servers, proof, note, version, made_by, made_name, made_at)
	SELECT d.id || '-s', d.id, d.case_id, 'x', 'direct', '', d.issued_on, d.issued_on, 'served', '', '', '', '', '', '', '', '', 1, '', '', d.created_at FROM documents d WHERE d.case_id = $case AND d.template = '` + template + "'"
}

func (o *office) exec(t testing.TB, sql string) {
	t.Helper()
	sql = strings.NewReplacer("$case", "'"+o.id+"'", "$item", "'"+o.item+"'").Replace(sql)
	for _, s := range strings.Split(sql, "; ") {
		for d := 1; d <= 90; d++ {
			s = strings.ReplaceAll(s, "$-"+calendarNumber(d)+"$", "'"+o.day(-d)+"'")
		}
		err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
			r := tx.Exec(s)
			if r.Error == nil && r.RowsAffected == 0 {
				t.Fatalf("no row: %s", s)
			}
			return r.Error
		})
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func calendarNumber(n int) string {
	return strings.TrimLeft(string([]byte{'0' + byte(n/10), '0' + byte(n%10)}), "0")
}

func (o *office) look(t testing.TB) filereview.Result {
	t.Helper()
	r, err := o.Look(context.Background(), o.Find(t, "chief", o.id, o.today.String()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(r filereview.Result, check string) (out []filereview.Fault) {
	for _, x := range r.Faults {
		if x.Check == check {
			out = append(out, x)
		}
	}
	return out
}

// track is SQL that makes a side procedure of the case, as a file from before the program has it.
func track(state, ended string) string {
	return "INSERT INTO case_tracks (id, case_id, track, state, opened_on, ended_on, facts, seq) VALUES ($case, $case, 'seal', '" + state + "', $-40$, " + ended + ", '{}', 1)"
}

func drop(template string) string {
	return "DELETE FROM documents WHERE case_id = $case AND template = '" + template + "'"
}

const aSpan = "INSERT INTO deadline_spans (id, subject_id, ground, from_on, to_on, document, track_id, made_by, made_name, made_at) SELECT $case, $case, "

func sealing(id string) string {
	return "INSERT INTO case_tracks (id, case_id, track, state, opened_on, ended_on, facts, seq) VALUES ('" + id + "', $case, 'sealing', 'released', $-40$, $-35$, '{}', 1)"
}

// proved makes the one piece of evidence the proof of a service.
const proved = `INSERT INTO paper_services (id, document_id, case_id, recipient, way, address, tried_on, served_on, state, receiver, relation, witness, postal_no, reason, servers, proof, note, version, made_by, made_name, made_at)
	SELECT $case, d.id, $case, 'x', 'direct', '', $-28$, $-28$, 'served', '', '', '', '', '', '', $item, '', 1, '', '', d.created_at FROM documents d WHERE d.case_id = $case AND d.template = 'penalty_decision'`

// taken is SQL that makes a step of the case, as a file from before the program has it.
func taken(step, data, document, track string) string {
	return "INSERT INTO case_steps (case_id, seq, step, from_state, to_state, on_day, at, actor, actor_name, note, data, document_id, track_id) SELECT case_id, 90, '" + step + "', 'filed', 'filed', $-1$, at, actor, actor_name, '', '" +
		data + "', '" + document + "', '" + track + "' FROM case_steps WHERE case_id = $case AND step = 'close'"
}

// renewed is SQL that records a new certificate of who investigated.
const renewed = `INSERT INTO certificates (id, user_id, number, kind, issuer, until_day, recorded_by, recorded_name, recorded_at)
	SELECT $case, actor, '浙E1', '', '', '2030-12-31', '', '', $-40$ FROM case_steps WHERE case_id = $case AND step = 'investigate'`

// looked is a file that differs from a whole one.
type looked struct {
	check, cite string // the article, as the table must give it
	what        string
	sql         string // what makes the difference
	want        int    // how often the check finds something
	where       string
}

// TestEveryCheck: for each check of the table a file that has the fault, with what is said and where it leads, and what else belongs to the same article and is none.
func TestEveryCheck(t *testing.T) {
	rows := []looked{
		{"dates_order", "行政处罚法（2021年）第五十四条", "reviewed before it was investigated", "UPDATE case_steps SET on_day = $-59$ WHERE case_id = $case AND step = 'review'", 1, "#timeline"},
		{"dates_order", "行政处罚法（2021年）第五十四条", "a paper from before the filing", "UPDATE documents SET issued_on = $-61$ WHERE case_id = $case AND template = 'penalty_notice'", 1, "#documents"},
		{"dates_order", "行政处罚法（2021年）第五十四条", "two steps on one day", "UPDATE case_steps SET on_day = $-58$ WHERE case_id = $case AND step = 'review'", 0, ""},
		{"paper_missing", "行政处罚法（2021年）第四十七条", "a notice without its paper", "UPDATE case_steps SET document_id = '' WHERE case_id = $case AND step = 'notify'", 1, "#documents"},
		{"paper_missing", "行政处罚法（2021年）第四十七条", "notice and decision without theirs", "UPDATE case_steps SET document_id = '' WHERE case_id = $case AND step IN ('notify', 'decide')", 2, "#documents"},
		{"paper_missing", "行政处罚法（2021年）第四十七条", "goods sealed without the decision", sealing("s1") + "; " + taken("seal", "{}", "", "s1"), 1, "#documents"},
		{"paper_missing", "行政处罚法（2021年）第四十七条", "goods sealed with it", sealing("s2") + "; " + taken("seal", "{}", "d1", "s2"), 0, ""},
		{"paper_wanted", "市场监督管理行政处罚程序规定第十九条", "no filing approval", drop("filing_approval"), 1, "#documents"},
		{"paper_wanted", "市场监督管理行政处罚程序规定第十九条", "voided", "INSERT INTO paper_voids (document_id, reason, actor, actor_name, at) SELECT id, 'x', '', '', created_at FROM documents WHERE case_id = $case AND template = 'filing_approval'", 1, "#documents"},
		{"paper_wanted", "行政处罚法（2021年）第五十五条", "no record of the scene or of questioning", drop("interview_record"), 1, "#documents"},
		{"paper_wanted", "行政处罚法（2021年）第五十五条", "the record is a scan", drop("interview_record") + "; UPDATE evidence SET name = '询问笔录.pdf' WHERE id = $item", 0, ""},
		{"paper_wanted", "第", "nothing but what the steps issued", drop("filing_approval") + "; " + drop("interview_record") + "; " + drop("investigation_report") + "; " + drop("closing_approval"), 4, "#documents"},
		{"paper_wanted", "行政处罚法（2021年）第六十四条", "heard, and no record of it", taken("hold_hearing", `{"minutes_signed":"signed"}`, "", ""), 1, "#documents"},
		{"not_served", "行政处罚法（2021年）第六十一条", "the step says served, and there is no receipt", "DELETE FROM paper_services WHERE case_id = $case", 2, "#documents"},
		{"not_served", "行政处罚法（2021年）第六十一条", "only tried", "UPDATE paper_services SET state = 'failed' WHERE case_id = $case AND document_id IN (SELECT id FROM documents WHERE template = 'penalty_decision')", 1, "#documents"},
		{"unsigned", "行政处罚法（2021年）第五十五条", "minutes that the party would not sign, and no witness", taken("hold_hearing", `{"minutes_signed":"refused"}`, "", ""), 1, "#timeline"},
		{"unsigned", "行政处罚法（2021年）第五十五条", "a witness signed for it", taken("hold_hearing", `{"minutes_signed":"refused","witness":"村委会李某"}`, "", ""), 0, ""},
		{"unsigned", "行政处罚法（2021年）第五十五条", "signed", taken("hold_hearing", `{"minutes_signed":"signed"}`, "", ""), 0, ""},
		{"unsigned", "行政强制法第十八条", "goods sealed without a signed record", "UPDATE evidence_lines SET act = 'sealed' WHERE evidence_id = $item AND seq = 1", 1, "/evidence"},
		{"unsigned", "行政强制法第十八条", "with it", "UPDATE evidence_lines SET act = 'sealed', sha256 = 'ab' WHERE evidence_id = $item AND seq = 1", 0, ""},
		{"one_officer", "行政处罚法（2021年）第四十二条", "one officer in an open case", "DELETE FROM members WHERE subject_id = $case AND part = 'officer' AND user_id <> (SELECT MIN(m.user_id) FROM members m WHERE m.subject_id = $case AND m.part = 'officer'); UPDATE cases SET state = 'served', closed_on = NULL WHERE id = $case", 1, "#people"},
		{"certificate", "行政处罚法（2021年）第四十二条", "over on the day of the decision", "UPDATE certificates SET until_day = $-31$ WHERE user_id = (SELECT MIN(user_id) FROM members WHERE subject_id = $case AND part = 'officer')", 1, "#people"},
		{"certificate", "行政处罚法（2021年）第四十二条", "over while evidence was collected, and renewed before the decision", "UPDATE certificates SET until_day = $-59$, recorded_at = '2020-01-01 00:00:00+00:00' WHERE user_id IN (SELECT actor FROM case_steps WHERE case_id = $case AND step = 'investigate'); " + renewed, 1, "#people"},
		{"certificate", "行政处罚法（2021年）第四十二条", "renewed before it ran out", "UPDATE certificates SET until_day = $-57$, recorded_at = '2020-01-01 00:00:00+00:00' WHERE user_id IN (SELECT actor FROM case_steps WHERE case_id = $case AND step = 'investigate'); " + strings.Replace(renewed, "$-40$", "$-57$", 1), 0, ""},
		{"certificate", "第五十五条", "long valid", "UPDATE users SET certificate_until = $-1$ WHERE id = (SELECT MIN(user_id) FROM members WHERE subject_id = $case AND part = 'officer')", 0, ""},
		{"certificate", "行政处罚法（2021年）第四十二条", "none", "UPDATE certificates SET number = '' WHERE user_id IN (SELECT user_id FROM members WHERE subject_id = $case AND part = 'officer')", 2, "#people"},
		{"overrun", "第", "handled longer than its period", "UPDATE deadlines SET watch_on = $-40$ WHERE subject_id = $case AND rule = (SELECT MIN(rule) FROM deadlines WHERE subject_id = $case AND office_duty AND stopped_on > $-40$)", 1, "/clocks/"},
		{"unexplained", "行政处罚法（2021年）第四十七条", "time left out, and no paper says why", aSpan + "'hearing', $-50$, $-45$, '', 't1', '', '', filed_at FROM (SELECT MIN(at) AS filed_at FROM case_steps WHERE case_id = $case) s", 1, "#clocks"},
		{"unexplained", "行政处罚法（2021年）第四十七条", "the span names its paper", aSpan + "'hearing', $-50$, $-45$, '湖知法听字〔2026〕1号', '', '', '', filed_at FROM (SELECT MIN(at) AS filed_at FROM case_steps WHERE case_id = $case) s", 0, ""},
		{"unexplained", "行政处罚法（2021年）第四十七条", "its side procedure made one", aSpan + "'hearing', $-50$, $-45$, '', 't1', '', '', filed_at FROM (SELECT MIN(at) AS filed_at FROM case_steps WHERE case_id = $case) s; " + taken("hear", "{}", "d1", "t1"), 0, ""},
		{"unexplained", "行政处罚法（2021年）第四十七条", "a suspension that the chief approved: the table has no paper of it", aSpan + "'suspension', $-50$, $-45$, '', 't2', '', '', filed_at FROM (SELECT MIN(at) AS filed_at FROM case_steps WHERE case_id = $case) s; " + taken("approve_suspension", "{}", "", "t2"), 0, ""},
		{"unexplained", "行政处罚法（2021年）第四十七条", "a public notice, which its step names", aSpan + "'public_notice', $-50$, $-45$, '', '', '', '', filed_at FROM (SELECT MIN(at) AS filed_at FROM case_steps WHERE case_id = $case) s", 0, ""},
		{"not_served", "行政处罚法（2021年）第六十一条", "served, and nobody says how", `UPDATE case_steps SET data = '{"served_on":"2026-01-01"}' WHERE case_id = $case AND step = 'serve'`, 2, "#timeline"},
		{"not_served", "行政处罚法（2021年）第六十一条", "closed, and the decision was never served", "DELETE FROM case_steps WHERE case_id = $case AND step = 'serve'", 1, "#timeline"},
		{"not_served", "行政处罚法（2021年）第六十一条", "the notice was never served", `DELETE FROM case_steps WHERE case_id = $case AND step = 'serve_notice'; UPDATE cases SET facts = '{}' WHERE id = $case`, 1, "#timeline"},
		{"not_served", "行政处罚法（2021年）第六十一条", "handed to another office: nothing is served on the party", "DELETE FROM case_steps WHERE case_id = $case AND step = 'serve'; UPDATE case_steps SET step = 'transfer' WHERE case_id = $case AND step = 'decide'; UPDATE cases SET outcome = 'transferred_agency' WHERE id = $case", 0, ""},
		{"no_evidence", "第四十六条", "a penalty without evidence", "DELETE FROM evidence_lines WHERE evidence_id = $item; DELETE FROM evidence WHERE id = $item", 1, "/evidence"},
		{"no_evidence", "第四十六条", "no penalty, and no evidence", "DELETE FROM evidence_lines WHERE evidence_id = $item; DELETE FROM evidence WHERE id = $item; UPDATE cases SET outcome = 'no_violation' WHERE id = $case", 0, ""},
		{"unverified", "行政处罚法（2021年）第四十六条", "nobody said whether it holds", "UPDATE evidence SET standing = '' WHERE id = $item", 1, "/evidence"},
		{"unverified", "行政处罚法（2021年）第四十六条", "challenged, and left so", "UPDATE evidence SET standing = 'challenged' WHERE id = $item", 1, "/evidence"},
		{"unverified", "行政处罚法（2021年）第四十六条", "rejected is an answer", "UPDATE evidence SET standing = 'rejected' WHERE id = $item", 0, ""},
		{"unverified", "行政处罚法（2021年）第四十六条", "it only proves a service", "UPDATE evidence SET standing = '' WHERE id = $item; " + proved, 0, ""},
		{"no_evidence", "第四十六条", "nothing but the proof of a service", proved, 1, "/evidence"},
		{"unverified", "行政处罚法（2021年）第四十六条", "not decided yet", "UPDATE evidence SET standing = '' WHERE id = $item; UPDATE cases SET decided_on = NULL, outcome = '' WHERE id = $case", 0, ""},
		{"rights_not_told", "行政处罚法（2021年）第四十四条", "penalised without notice", "DELETE FROM case_steps WHERE case_id = $case AND step = 'notify'", 1, "#timeline"},
		{"rights_not_told", "行政处罚法（2021年）第四十四条", "the notice came after the decision", "UPDATE case_steps SET seq = 80 WHERE case_id = $case AND step = 'notify'", 1, "#timeline"},
		{"rights_not_told", "第六十三条", "a sum against which a hearing may be asked for, and the notice is silent", `UPDATE case_steps SET data = '{"fine":"20000000","confiscated":"0"}' WHERE case_id = $case AND step = 'decide'; UPDATE case_steps SET data = '{"hearing_scope":"no"}' WHERE case_id = $case AND step = 'notify'`, 1, "#timeline"},
		{"rights_not_told", "第六十三条", "the same sum, and the notice says it", `UPDATE case_steps SET data = '{"fine":"20000000","confiscated":"0"}' WHERE case_id = $case AND step = 'decide'; UPDATE case_steps SET data = '{"hearing_scope":"yes"}' WHERE case_id = $case AND step = 'notify'`, 0, ""},
		{"no_review", "第五十八条", "penalised without review", "DELETE FROM case_steps WHERE case_id = $case AND step = 'review'", 1, "#timeline"},
		{"goods_open", "行政强制法第二十七条", "the measure is over, the goods are not returned", track("released", "$-35$") + "; UPDATE evidence SET track_id = $case, state = 'sealed' WHERE id = $item", 1, "/evidence"},
		{"goods_open", "第二十八条", "returned", track("released", "$-35$") + "; UPDATE evidence SET track_id = $case, state = 'returned' WHERE id = $item", 0, ""},
		{"goods_open", "行政强制法第二十七条", "the measure runs in an open case", track("sealed", "NULL") + "; UPDATE evidence SET track_id = $case, state = 'sealed' WHERE id = $item; UPDATE cases SET state = 'served', closed_on = NULL WHERE id = $case", 0, ""},
		{"no_archive", "第七十八条", "closed for 61 days", "UPDATE cases SET closed_on = $-61$ WHERE id = $case", 1, "#next"},
		{"no_archive", "第七十八条", "for 60", "UPDATE cases SET closed_on = $-60$ WHERE id = $case", 0, ""},
		{"wrong_article", "立法法（2000年）第八十四条", "a period by a wording that was gone", "UPDATE cases SET filed_on = '2011-01-05' WHERE id = $case; UPDATE deadlines SET started_on = '2011-01-05' WHERE subject_id = $case AND id = (SELECT MIN(id) FROM deadlines WHERE subject_id = $case)", 1, "/clocks/"},
	}
	table, err := filereview.Read(raw(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range table.Checks {
		if !slices.ContainsFunc(rows, func(r looked) bool { return r.check == c.ID && r.want > 0 }) {
			t.Errorf("no file has the fault %s", c.ID)
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		o.whole(t)
		if r := o.look(t); r.Score != 100 || len(r.Faults) != 0 {
			t.Fatalf("a file with nothing missing: %+v", r)
		}
		for _, x := range rows {
			o.whole(t)
			o.exec(t, x.sql)
			r := o.look(t)
			got := found(r, x.check)
			c := o.Table().Check(x.check)
			if len(got) != x.want {
				t.Errorf("%s, %s: found %d times, want %d: %+v", x.check, x.what, len(got), x.want, r.Faults)
				continue
			}
			for _, g := range got {
				if !strings.Contains(g.Cite.ZH, x.cite) || g.Cite.EN == "" {
					t.Errorf("%s, %s: cites %s, not %s", x.check, x.what, g.Cite.ZH, x.cite)
				}
				if !strings.HasPrefix(g.Where, x.where) || len(g.About) == 0 || o.Catalogue.Printer("en").T("review.about."+x.check, "a", "b", "c") == "" {
					t.Errorf("%s, %s: %+v", x.check, x.what, g)
				}
			}
			if lost := c.Points * min(x.want, c.Most); r.Score > 100-lost {
				t.Errorf("%s, %s: %d points of a hundred, want at most %d", x.check, x.what, r.Score, 100-lost)
			}
			o.exec(t, "UPDATE certificates SET until_day = '2030-12-31', number = '浙E1' WHERE user_id IN (SELECT user_id FROM members WHERE subject_id = $case AND part = 'officer')")
		}
	})
}

// TestEmptyFiles: a file of which nothing but the case's own row came in is not a good one, in any year, and is faulted by the law of its kind and its day.
func TestEmptyFiles(t *testing.T) {
	type fault struct{ check, cite string }
	for _, x := range []struct {
		what, kind, outcome, filed, decided string
		most                                int // points
		want                                []fault
	}{
		{"an adjudication of this year", casework.Infringement, "rejected", "2026-03-02", "2026-05-20", 40, []fault{
			{"no_evidence", "专利纠纷行政裁决和调解办法第三十一条"}, {"no_review", "专利纠纷行政裁决和调解办法第二十五条"}, {"paper_wanted", "专利纠纷行政裁决和调解办法第二十条"}, {"paper_wanted", "专利纠纷行政裁决和调解办法第二十二条"}, {"no_archive", "档案法（2020年）第十四条"}}},
		{"an adjudication of 2016", casework.Infringement, "infringing_stop", "2016-03-02", "2016-05-20", 60, []fault{{"no_evidence", "专利行政执法办法（第71号令）第十九条"}, {"paper_wanted", "专利行政执法办法（第71号令）第十四条"}, {"no_archive", "档案法（1987年）第十条"}}},
		{"an adjudication of 2013", casework.Infringement, "infringing_stop", "2013-03-04", "2013-05-20", 60, []fault{{"no_evidence", "专利行政执法办法（第60号令）第十七条"}, {"paper_wanted", "专利行政执法办法（第60号令）第十二条"}}},
		{"a penalty of 2013", casework.Counterfeit, "penalised", "2013-03-04", "2013-03-20", 40, []fault{{"no_evidence", "行政处罚法（1996年）第三十条"}, {"rights_not_told", "行政处罚法（1996年）第三十一条、第四十二条；专利行政执法办法（第60号令）第三十条"}, {"no_review", "行政处罚法（1996年）第三十八条"},
			{"paper_wanted", "行政处罚法（1996年）第三十七条"}, {"no_archive", "档案法（1987年）第十条"}}},
	} {
		t.Run(x.what, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := open(t, db)
				o.id = o.File(t, x.kind, o.day(-60)).ID
				o.exec(t, "UPDATE cases SET state = 'closed', outcome = '"+x.outcome+"', filed_on = '"+x.filed+"', decided_on = '"+x.decided+"', closed_on = '"+x.decided+"' WHERE id = $case; DELETE FROM deadlines WHERE subject_id = $case")
				r := o.look(t)
				if r.Score > x.most {
					t.Errorf("%d points: %+v", r.Score, r.Faults)
				}
				for _, w := range x.want {
					if !slices.ContainsFunc(found(r, w.check), func(g filereview.Fault) bool { return strings.HasPrefix(g.Cite.ZH, w.cite) }) {
						t.Errorf("no %s by %s: %+v", w.check, w.cite, r.Faults)
					}
				}
				for _, g := range r.Faults {
					if x.kind != casework.Counterfeit && strings.Contains(g.Cite.ZH, "行政处罚") {
						t.Errorf("%s cites %s", g.Check, g.Cite.ZH)
					}
				}
			})
		})
	}
}

// TestLawOfTheDay: the article of each check by the kind of case, the book and the day, on both sides of each change of the law.
func TestLawOfTheDay(t *testing.T) {
	table, err := filereview.Read(raw(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ check, kind, book, on, cite string }{
		{"not_served", casework.Counterfeit, "samr", "2021-07-14", "行政处罚法（1996年）第四十条"},
		{"not_served", casework.Counterfeit, "samr", "2021-07-15", "行政处罚法（2021年）第六十一条"},
		{"not_served", casework.Infringement, "", "2015-06-30", "专利行政执法办法（第60号令）第四十九条"},
		{"not_served", casework.Infringement, "", "2015-07-01", "专利行政执法办法（第71号令）第五十一条"},
		{"not_served", casework.Infringement, "", "2025-01-31", "专利行政执法办法（第71号令）第五十一条"},
		{"not_served", casework.Infringement, "", "2025-02-01", "专利纠纷行政裁决和调解办法第十条"},
		{"not_served", casework.Ecommerce, "", "2026-01-05", "专利行政执法办法（第71号令）第五十一条"},
		{"unsigned", casework.Counterfeit, "patent", "2011-12-31", "行政处罚法（1996年）第三十七条"},
		{"unsigned", casework.Counterfeit, "patent", "2012-01-01", "行政处罚法（1996年）第三十七条；行政强制法第十八条"},
		{"goods_open", casework.Counterfeit, "patent", "2011-12-31", ""},
		{"unverified", casework.Counterfeit, "patent", "2021-07-14", ""},
		{"no_archive", casework.Counterfeit, "samr", "2022-01-04", "市场监督管理行政处罚程序规定第七十八条"},
		{"no_archive", casework.Counterfeit, "patent", "2022-01-04", "行政处罚法（2021年）第四十七条"},
		{"no_archive", casework.Dispute, "", "2015-01-05", "档案法（1987年）第十条"},
		{"rights_not_told", casework.Infringement, "", "2019-11-30", ""},
		{"rights_not_told", casework.Infringement, "", "2019-12-01", "专利侵权纠纷行政裁决办案指南"},
		{"one_officer", casework.Dispute, "", "2026-01-05", ""},
	} {
		if got, _ := table.Check(x.check).Law(x.kind, x.book, caseworktest.Day(x.on)); got.ZH != x.cite {
			t.Errorf("%s, %s %s on %s: %q, want %q", x.check, x.kind, x.book, x.on, got.ZH, x.cite)
		}
	}
	two := strings.Replace(string(raw(t)), "kinds: [counterfeit], to: 2021-07-14", "kinds: [counterfeit], to: 2021-07-15", 1)
	if _, err := filereview.Read([]byte(two)); err == nil || !strings.Contains(err.Error(), "two articles on one day") {
		t.Errorf("a day with two articles: %v", err)
	}
}

// TestWorstFiles: reviews are kept, the worst file stands first, and nobody sees a case that is not theirs to see.
func TestWorstFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx, chief := t.Context(), o.By["chief"]
		var ids []string
		for i, sql := range []string{"", "UPDATE evidence SET standing = '' WHERE id = $item", "DELETE FROM case_steps WHERE case_id = $case AND step = 'notify'"} {
			o.whole(t)
			if i > 0 {
				o.exec(t, sql)
			}
			ids = append(ids, o.id)
		}
		if n, err := o.Run(ctx, o.By["admin"], ids...); n != 0 || err != nil && errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an administrator reviews %d files: %v", n, err)
		}
		if n, err := o.Run(ctx, o.By["chief.deqing"], ids...); err != nil || n != 0 {
			t.Errorf("another office reviews %d, %v", n, err)
		}
		for range 2 {
			if n, err := o.Run(ctx, chief, ids...); err != nil || n != 3 {
				t.Fatal(n, err)
			}
		}
		list, err := o.Worst(ctx, chief, 10)
		if err != nil || len(list) != 3 || list[0].CaseID != ids[2] || list[1].CaseID != ids[1] || list[2].CaseID != ids[0] || list[2].Score != 100 || list[0].Seq != 2 {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := o.Worst(ctx, o.By["chief.deqing"], 10); err != nil || len(list) != 0 {
			t.Errorf("another office sees %+v, %v", list, err)
		}
		if kept, err := o.Of(ctx, ids[1]); err != nil || len(kept) != 2 || len(kept[0].Found()) != 1 || kept[0].Found()[0].Check != "unverified" {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

// TestTheTableIsEdited: an office's own points count, a check of no points is left out, and what is no table is refused with its reason.
func TestTheTableIsEdited(t *testing.T) {
	shipped := string(raw(t))
	for what, c := range map[string]struct{ from, to, say string }{
		"a check that the program does not know": {"id: unverified", "id: unheard_of", `knows no check "unheard_of"`},
		"a check twice":                          {"id: unverified", "id: no_evidence", "no_evidence stands twice"},
		"too many points":                        {"points: 3\n", "points: 101\n", "unverified: points"},
		"no article":                             {"id: no_review", "id: overrun", "overrun"},
		"never counted":                          {"most: 5", "most: 0", "unverified: points"},
		"a key that is none":                     {"most: 5", "max: 5", "max"},
		"days before the closing":                {"days: 60", "days: -1", "no_archive"},
	} {
		if _, err := filereview.Read([]byte(strings.Replace(shipped, c.from, c.to, 1))); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v", what, err)
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		o.whole(t)
		o.exec(t, "UPDATE evidence SET standing = '' WHERE id = $item; UPDATE cases SET closed_on = $-20$ WHERE id = $case")
		for own, want := range map[string][2]int{"points: 3\n": {97, 1}, "points: 0\n": {100, 0}, "points: 40\n": {60, 1}} {
			table, err := filereview.Read([]byte(strings.Replace(shipped, "points: 3\n", own, 1)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := filereview.New(o.DB, o.Guard, o.Docket, o.Clocks, o.Evidence, table).Look(t.Context(), o.Find(t, "chief", o.id, o.today.String()))
			if err != nil || r.Score != want[0] || len(r.Faults) != want[1] {
				t.Errorf("%q: %+v, %v", own, r, err)
			}
		}
		table, err := filereview.Read([]byte(strings.Replace(shipped, "days: 60", "days: 10", 1)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := filereview.New(o.DB, o.Guard, o.Docket, o.Clocks, o.Evidence, table).Look(t.Context(), o.Find(t, "chief", o.id, o.today.String()))
		if err != nil || len(found(r, "no_archive")) != 1 {
			t.Errorf("an office that binds within ten days: %+v, %v", r, err)
		}
	})
}
