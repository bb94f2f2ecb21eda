package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"huzhi/internal/app/apptest"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// TestVerifyHoldsVisits changes visits, what the check said, how it was settled, evidence and papers past the log.
func TestVerifyHoldsVisits(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		officer, at := o.By["officer"], time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)
		ref, err := o.Rounds.KeepFile(t.Context(), officer, "image/jpeg", strings.NewReader("jpeg"), 100)
		if err != nil {
			t.Fatal(err)
		}
		id := o.DB.NewID()
		rec := inspection.Record{Jurisdiction: "330500", Place: "330521", Kind: "market", Name: "浙北大市场", Officers: []string{officer.ID, o.By["officer2"].ID}, Shown: true, BeganAt: at, EndedAt: at.Add(time.Hour), Finished: true,
			Parties: []inspection.Party{{ID: o.DB.NewID(), Name: "竹艺小店", Sign: &inspection.Sign{How: inspection.Refused, Witness: "张三", At: at},
				Findings: []inspection.Finding{{ID: o.DB.NewID(), At: at, Facts: patent.Facts{Medium: patent.Product, Role: patent.Seller, Product: "竹凉席", Text: "中国专利 ZL201520781728.2"}, Answer: "SUSPECT", Decision: "confirm",
					Photos: []inspection.Photo{{SHA256: ref.SHA256, Name: "1.jpg", MediaType: "image/jpeg", Size: 4, TakenAt: at}}}}}}}
		for i, note := range []string{"", "另一份"} {
			rec.Note = note
			if got, err := o.Rounds.Receive(t.Context(), officer, id, inspection.Arrival{Record: rec, Source: inspection.Phone}); err != nil || got.Rival != (i == 1) {
				t.Fatal(got, err)
			}
		}
		if err := o.Rounds.Settle(t.Context(), officer, id, 1, 2, inspection.Settlement{Why: "重复"}); err != nil {
			t.Fatal(err)
		}
		finding := rec.Parties[0].Findings[0].ID
		if err := o.Rounds.LookAgain(t.Context(), officer, id, finding, 1, inspection.Again{Verdict: "SUSPECT", Reason: "已核实"}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Rounds.MakeLead(t.Context(), officer, id, rec.Parties[0].ID, o.DB.NewID()); err != nil {
			t.Fatal(err)
		}
		verify(t, o)
		undo := errors.New("undone")
		en, zh := o.Catalogue.Printer("en"), o.Catalogue.Printer("zh-CN")
		visit := "the inspection “浙北大市场”"
		for name, c := range map[string]struct{ sql, say string }{
			"a name":                  {"UPDATE visits SET name = 'x'", "the inspection “x”"},
			"a state":                 {"UPDATE visits SET state = 'open'", visit},
			"another office":          {"UPDATE visits SET jurisdiction = '330521'", visit},
			"which version holds":     {"UPDATE visits SET version = 2", visit},
			"record and its hash":     {"UPDATE visit_versions SET sha256 = 'ab', content = '{}' WHERE seq = 1", "version 1 of " + visit},
			"who sent it":             {"UPDATE visit_versions SET actor_name = 'x' WHERE seq = 2", "version 2 of " + visit},
			"when it came":            {"UPDATE visit_versions SET skew_ms = 7 WHERE seq = 1", "version 1 of " + visit},
			"how it was settled":      {"UPDATE visit_versions SET settled = 'taken' WHERE seq = 2", "the decision on version 2"},
			"why":                     {"UPDATE visit_versions SET settled_why = 'x' WHERE seq = 2", "the decision on version 2"},
			"not settled":             {"UPDATE visit_versions SET settled = '', settled_at = NULL WHERE seq = 2", "no longer the decision on version 2"},
			"what the check said":     {"UPDATE visit_answers SET result = 'OK' WHERE seq = 1", "answers to version 1"},
			"by what":                 {"UPDATE visit_answers SET facts = '{}' WHERE seq = 2", "answers to version 2"},
			"no answer":               {"DELETE FROM visit_answers WHERE seq = 1", "no longer the check's answers to version 1"},
			"a verdict":               {"UPDATE visit_reviews SET verdict = 'OK' WHERE step = 'reviewed'", "a second look at " + visit},
			"no second look":          {"DELETE FROM visit_reviews WHERE step = 'reviewed'", "no longer a second look"},
			"a paper":                 {"UPDATE visit_papers SET sha256 = 'x'", "of " + visit},
			"no lead":                 {"DELETE FROM visit_leads", "no longer lead"},
			"custody":                 {"DELETE FROM visit_custody WHERE seq = 2", "photograph or signature 1 of " + visit},
			"whose photograph":        {"UPDATE visit_evidence SET finding_id = 'x'", "photograph or signature 1 of " + visit},
			"when it was taken":       {"UPDATE visit_evidence SET taken_at = received_at", "photograph or signature 1 of " + visit},
			"where it was taken":      {"UPDATE visit_evidence SET latitude = '30.5'", "photograph or signature 1 of " + visit},
			"who received it":         {"UPDATE visit_custody SET actor_name = 'x' WHERE seq = 2", "photograph or signature 1 of " + visit},
			"carried into nothing":    {"INSERT INTO visit_custody (visit_id, sha256, seq, act, at, actor, actor_name, note) SELECT visit_id, sha256, 3, 'carried', at, actor, actor_name, 'x' FROM visit_custody WHERE seq = 2", "photograph or signature 1 of " + visit},
			"a photograph":            {"DELETE FROM visit_custody; DELETE FROM visit_evidence", "which is gone"},
			"a photograph slipped in": {"INSERT INTO visit_evidence (visit_id, sha256, place, kind, party_id, finding_id, name, media_type, size, device, received_at) SELECT visit_id, 'cd', 2, kind, party_id, finding_id, name, media_type, size, device, received_at FROM visit_evidence", "photograph or signature 2"},
		} {
			err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
				for _, sql := range strings.Split(c.sql, "; ") {
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
