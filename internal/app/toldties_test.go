package app_test

import (
	"errors"
	"strings"
	"testing"

	"huzhi/internal/app/apptest"
	"huzhi/internal/casework"
	"huzhi/internal/store"
)

// TestVerifyHoldsWhoWorksOnACaseAndItsLinks changes who came and left, and links, past the log.
func TestVerifyHoldsWhoWorksOnACaseAndItsLinks(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		var ids, numbers []string
		for range 3 {
			at := file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
			ids = append(ids, strings.TrimPrefix(at, "/cases/"))
			f, err := o.Docket.Find(t.Context(), o.By["chief"], ids[len(ids)-1])
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, f.Number)
		}
		chief := o.By["chief"]
		for _, err := range []error{
			o.Docket.Hand(t.Context(), chief, ids[0], 1, casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: "休假"}),
			o.Docket.Assign(t.Context(), chief, ids[0], 2, casework.Assignment{Officers: []string{o.By["officer"].ID, o.By["officer2"].ID}, Reviewers: []string{o.By["reviewer"].ID}, Reason: "销假"}),
			o.Docket.Link(t.Context(), chief, ids[1], casework.NewLink{Type: casework.LinkTransferredFrom, Number: numbers[0], Reason: "x"}),
			o.Docket.Link(t.Context(), chief, ids[2], casework.NewLink{Type: casework.LinkRelated, Number: numbers[0], Reason: "y"}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		f, err := o.Docket.Find(t.Context(), chief, ids[2])
		if err != nil {
			t.Fatal(err)
		}
		links, err := o.Docket.Links(t.Context(), chief, f)
		if err != nil || len(links) != 1 {
			t.Fatal(links, err)
		}
		if err := o.Docket.Unlink(t.Context(), chief, ids[2], links[0].ID, "z"); err != nil {
			t.Fatal(err)
		}
		verify(t, o)
		undo := errors.New("undone")
		en, zh := o.Catalogue.Printer("en"), o.Catalogue.Printer("zh-CN")
		people, link := "the record of who works on case "+numbers[0], "the link between case "+numbers[1]+" and case "+numbers[0]
		for name, c := range map[string]struct{ sql, say string }{
			"a name":              {"UPDATE case_assignments SET name = 'x' WHERE seq = 2 AND joined", "There is " + people + ", and it is not what entry"},
			"a reason":            {"UPDATE case_assignments SET reason = 'x' WHERE seq = 3", people},
			"who came, as left":   {"UPDATE case_assignments SET joined = NOT joined WHERE seq = 3", people},
			"one taken out":       {"DELETE FROM case_assignments WHERE seq = 3 AND part = 'reviewer'", people},
			"a decision gone":     {"DELETE FROM case_assignments WHERE seq = 2", "There is no longer " + people},
			"one slipped in":      {"INSERT INTO case_assignments SELECT case_id, 9, part, user_id, name, joined, reason, at, actor, actor_name FROM case_assignments WHERE seq = 2", people + ", and no entry"},
			"a type":              {"UPDATE case_links SET type = 'related' WHERE reason = 'x'", "There is " + link},
			"a link turned round": {"UPDATE case_links SET from_case = to_case, to_case = from_case WHERE reason = 'x'", "the link between case " + numbers[0] + " and case " + numbers[1]},
			"a link taken out":    {"DELETE FROM case_links WHERE reason = 'x'", "There is no longer " + link},
			"a link slipped in":   {"INSERT INTO case_links (id, from_case, to_case, type, reason, made_by, made_name, made_at) SELECT 'x', from_case, to_case, 'counterpart', reason, made_by, made_name, made_at FROM case_links WHERE reason = 'x'", link + ", and no entry"},
			"a link ended":        {"UPDATE case_links SET removed_at = made_at WHERE reason = 'x'", link},
			"a link revived":      {"UPDATE case_links SET removed_at = NULL WHERE reason = 'y'", numbers[2]},
			"why it was ended":    {"UPDATE case_links SET removed_reason = 'x' WHERE reason = 'y'", numbers[2]},
		} {
			err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
				if r := tx.Exec(c.sql); r.Error != nil || r.RowsAffected == 0 {
					t.Fatalf("%s: %v, %d rows", name, r.Error, r.RowsAffected)
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
