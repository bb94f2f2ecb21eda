package app_test

import (
	"errors"
	"strings"
	"testing"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// TestVerifyHoldsThePapersOnLeads changes papers on a lead past the log.
func TestVerifyHoldsThePapersOnLeads(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		officer := o.By["officer"]
		l, err := o.Leads.Add(t.Context(), officer, lead.NewLead{Source: "letter", Kind: casework.Infringement, Jurisdiction: "330500", Place: "330521", ReceivedOn: apptest.Today, Title: "请求", Facts: "请求书", Requester: "测试公司"})
		if err != nil {
			t.Fatal(err)
		}
		for i, list := range []string{"请求书1份", "专利登记簿副本1份"} {
			if err := o.Leads.Do(t.Context(), officer, l.ID, int64(i+1), "receipt", casework.Input{On: apptest.Today, Fields: casework.Facts{"receipt_from": "测试公司", "receipt_list": list, "receipt_for": "party"}}); err != nil {
				t.Fatal(err)
			}
		}
		if v, err := o.Verify(t.Context(), app.Outside{}); err != nil || len(v.Faults) > 0 || v.Documents != 2 {
			t.Fatal(err, v)
		}
		undo, en := errors.New("undone"), o.Catalogue.Printer("en")
		for name, c := range map[string]struct{ sql, say string }{
			"a paper of another lead": {"UPDATE lead_documents SET data = '{}', sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' WHERE seq = 2", "There is the paper 湖知法收字〔2026〕1号, and it is not what entry"},
			"a day":                   {"UPDATE lead_documents SET issued_on = '2026-11-19' WHERE seq = 2", "The paper 湖知法收字〔2026〕1号 is not as it was issued"},
			"one taken out":           {"DELETE FROM lead_documents WHERE seq = 3", "There is no longer the paper 湖知法收字〔2026〕2号, of which entry"},
			"one slipped in":          {"INSERT INTO lead_documents SELECT 'x', lead_id, 9, template, template_version, 'x', title, issued_on, issued_by, data, sha256, created_at FROM lead_documents WHERE seq = 2", "There is the paper x, and no entry"},
		} {
			err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
				if r := tx.Exec(c.sql); r.Error != nil || r.RowsAffected != 1 {
					t.Fatalf("%s: %v, %d rows", name, r.Error, r.RowsAffected)
				}
				v, err := o.VerifyRows(tx.DB)
				if err != nil {
					t.Fatal(name, err)
				}
				var said []string
				for _, f := range v.Faults {
					said = append(said, en.M(f))
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
