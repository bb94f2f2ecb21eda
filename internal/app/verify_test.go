package app_test

import (
	"errors"
	"strings"
	"testing"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/audit"
	"huzhi/internal/store"
)

// TestVerifyNamesWhatWasChangedPastTheLog changes the rows of a case that was handled to its end, each time in one way that the log
// can prove, and looks for the sentence.
func TestVerifyNamesWhatWasChangedPastTheLog(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		handled(t, o)
		verify(t, o)
		undo := errors.New("undone")
		en, zh := o.Catalogue.Printer("en"), o.Catalogue.Printer("zh-CN")
		for name, c := range map[string]struct{ sql, say string }{
			"a paper's text and its hash":      {"UPDATE documents SET data = '{}', sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' WHERE template = 'penalty_decision'", "There is the paper 湖知法罚字〔2026〕1号, and it is not what entry"},
			"a paper's day":                    {"UPDATE documents SET issued_on = '2026-11-19' WHERE template = 'penalty_decision'", "The paper 湖知法罚字〔2026〕1号 is not as it was issued"},
			"a paper taken out":                {"DELETE FROM documents WHERE template = 'penalty_decision'", "There is no longer the paper 湖知法罚字〔2026〕1号, of which entry"},
			"a paper slipped in":               {"INSERT INTO documents SELECT 'x', case_id, template, template_version, 'x', title, issued_on, issued_by, data, sha256, created_at FROM documents WHERE template = 'penalty_decision'", "There is the paper x, and no entry"},
			"a paper of another step":          {"UPDATE case_steps SET document_id = '' WHERE step = 'decide'", "the step “Decide” of case 湖市监知假字〔2026〕1号 on 2026-11-20, and it is not"},
			"a file taken out":                 {"DELETE FROM case_files WHERE name = '照片.jpg'", "There is no longer the file “照片.jpg” of case 湖市监知假字〔2026〕1号"},
			"one of two files alike taken out": {"DELETE FROM case_files WHERE id = (SELECT max(id) FROM case_files WHERE name = '笔录.txt')", "There is no longer the file “笔录.txt”"},
			"a file with other bytes":          {"UPDATE case_files SET sha256 = (SELECT sha256 FROM case_files WHERE name = '照片.jpg') WHERE name = '笔录.txt'", "There is the file “笔录.txt” of case 湖市监知假字〔2026〕1号, and no entry"},
			"a file under another name":        {"UPDATE case_files SET name = 'x' WHERE name = '照片.jpg'", "There is the file “x” of case"},
			"a fine":                           {"UPDATE cases SET fine_fen = 100", "case 湖市监知假字〔2026〕1号, and its fine in yuan is 1; by the log it is 20000"},
			"a confiscation":                   {"UPDATE cases SET confiscated_fen = 0", "its confiscation in yuan is 0; by the log it is 5000"},
			"an outcome":                       {"UPDATE cases SET outcome = 'not_established'", "its outcome is Not established; by the log it is Penalty"},
			"a state":                          {"UPDATE cases SET state = 'filed'", "its state is Filed; by the log it is Archived"},
			"a state that is none":             {"UPDATE cases SET state = 'lost'", "its state is “lost”; by the log"},
			"a version":                        {"UPDATE cases SET version = version - 1", "its version is"},
			"a day of decision":                {"UPDATE cases SET decided_on = '2026-11-19'", "its day of decision is 2026-11-19; by the log it is 2026-11-20"},
			"a secrecy":                        {"UPDATE cases SET restricted = TRUE", "its secrecy is restricted; by the log"},
			"a fact":                           {"UPDATE cases SET facts = '{}'", "under “Day the act ended”"},
			"a title":                          {"UPDATE cases SET title = 'x'", "case 湖市监知假字〔2026〕1号, and it is not what entry"},
			"a step taken out":                 {"DELETE FROM case_steps WHERE step = 'review'", "There is no longer the step “Approve on review” of case 湖市监知假字〔2026〕1号 on 2026-11-20"},
			"what a step says":                 {"UPDATE case_steps SET data = '{\"review_opinion\":\"x\"}' WHERE step = 'review'", "the step “Approve on review” of case"},
			"who took a step":                  {"UPDATE case_steps SET actor = 'x' WHERE step = 'decide'", "the step “Decide” of case"},
			"a payment":                        {"UPDATE case_payments SET fen = 1", "the payment of 2026-11-20 in case 湖市监知假字〔2026〕1号"},
			"a payment taken out":              {"DELETE FROM case_payments WHERE paid_for = 'fine'", "There is no longer the payment of 2026-11-20 in case"},
			"a payment voided":                 {"UPDATE case_payments SET voided_at = made_at", "the payment of 2026-11-20 in case"},
			"a side procedure":                 {"UPDATE case_tracks SET state = 'remedy_ended', ended_on = '2026-11-20'", "The side procedure “Reconsideration and suit” of case 湖市监知假字〔2026〕1号 is not what its steps made of it"},
			"a side procedure taken out":       {"DELETE FROM case_tracks", "The side procedure “Reconsideration and suit” of case"},
			"a step slipped in":                {"INSERT INTO case_steps SELECT case_id, 99, step, from_state, to_state, on_day, at, actor, actor_name, note, data, '', '' FROM case_steps WHERE step = 'review'", "the step “Approve on review” of case 湖市监知假字〔2026〕1号 on 2026-11-20, and no entry"},
			"a lead's state":                   {"UPDATE leads SET state = 'refused'", "its state is Refused; by the log it is Filed"},
			"a lead's step taken out":          {"DELETE FROM lead_steps WHERE step = 'verify'", "There is no longer the step “Verified” of lead"},
			"a lead's step":                    {"UPDATE lead_steps SET note = 'x' WHERE step = 'verify'", "the step “Verified” of lead"},
			"a tail that was cut": {`DELETE FROM audit_log WHERE seq >= (SELECT max(seq) FROM audit_log WHERE action = 'case.step.close');
				UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_log), hash = (SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1)`, "the step “Close the case” of case 湖市监知假字〔2026〕1号 on 2026-11-20, and no entry"},
		} {
			err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
				for sql := range strings.SplitSeq(c.sql, ";") {
					if r := tx.Exec(sql); r.Error != nil || r.RowsAffected == 0 {
						t.Fatalf("%s: %v, %d rows", name, r.Error, r.RowsAffected)
					}
				}
				v, err := o.VerifyRows(tx.DB)
				if err != nil {
					t.Fatal(name, err)
				}
				var said []string
				for _, f := range v.Faults {
					said = append(said, en.M(f))
					if s := zh.M(f); strings.Contains(s, "cmd.") || strings.Contains(s, "{") {
						t.Errorf("%s: %s", name, s)
					}
				}
				if !strings.Contains(strings.Join(said, "\n"), c.say) {
					t.Errorf("%s: want %q in %q", name, c.say, said)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		}
	})
}

// handled handles a case from the call to the archive, with two files alike and one that is not.
func handled(t *testing.T, o *apptest.Office) {
	at := file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
	for _, f := range []struct{ name, text string }{{"笔录.txt", "现场笔录"}, {"笔录.txt", "现场笔录"}, {"照片.jpg", "图"}} {
		if err := o.Docket.Attach(t.Context(), o.By["officer"], strings.TrimPrefix(at, "/cases/"), "", f.name, "text/plain", strings.NewReader(f.text), 1000); err != nil {
			t.Fatal(err)
		}
	}
	on := func(kv ...string) []string { return append([]string{"on", "2026-11-20"}, kv...) }
	for _, s := range []struct {
		who, name string
		fill      []string
	}{
		{"officer", "investigate", on("findings", "现场查获竹凉席120条", "limb", "L1c", "act_ended_on", "2026-11-10", "income", "5000")},
		{"reviewer", "review", on("review_opinion", "事实清楚")},
		{"officer", "notify", on("planned_fine", "20000", "planned_confiscation", "5000", "notice_reasons", "理由", "notice_served_on", "2026-11-20")},
		{"chief", "decide", on("outcome", "penalised", "reasons", "理由", "fine", "20000", "confiscated", "5000", "waived", "yes")},
		{"officer", "serve", on("served_on", "2026-11-20", "way", "direct", "receiver", "张三")},
		{"officer", "publish", on("publication_on", "2026-11-20", "publication_where", "国家企业信用信息公示系统", "publication_what", "both", "redacted", "无")},
		{"officer", "execute", on("execution", "paid", "paid_on", "2026-11-20")},
		{"chief", "close", on()},
		{"archivist", "archive", on("volume", "2026-0001", "pages", "36", "retention", "permanent")},
	} {
		if s.name == "execute" {
			step(t, o, "officer", at, "remedy_begun", form(on("remedy", "reconsideration", "remedy_on", "2026-11-20", "remedy_body", "湖州市人民政府")...))
			paid(t, o, at, "20000", "5000")
		}
		step(t, o, s.who, at, s.name, form(s.fill...))
	}
}

// paid records by the page of the money that the fine and the confiscated gains came in.
func paid(t *testing.T, o *apptest.Office, at, fine, confiscated string) {
	t.Helper()
	officer := o.As(t, "officer")
	for kind, amount := range map[string]string{"fine": fine, "confiscated": confiscated} {
		page := want(t, officer.Get(at+"/money"), 200)
		post(t, officer, page, at+"/payments", form("paid_for", kind, "paid_on", "2026-11-20", "amount", amount, "receipt", "00012"))
	}
}

func TestVerifyTellsTheHead(t *testing.T) {
	o := apptest.Open(t, store.SQLite)
	handled(t, o)
	v, err := o.Verify(t.Context(), app.Outside{})
	if err != nil || len(v.Faults) > 0 || v.Documents != 2 || v.Files != 2 {
		t.Fatal(err, v)
	}
	if head, err := audit.ReadHead(t.Context(), o.DB); err != nil || v.Head != head || v.Entries != head.Seq || len(head.Hash) != 64 {
		t.Error(err, v.Head, head)
	}
}
