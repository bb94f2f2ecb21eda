package web_test

import (
	"context"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// The page of a provision that is no period lists the cases that it governs, within the reader's scope: the newest twenty, and how many there are.
func TestCasesOfAProvision(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		set := func(id, facts string) {
			t.Helper()
			if err := db.Tx(context.Background(), func(tx *store.Tx) error {
				return tx.Exec("UPDATE cases SET facts = ? WHERE id = ?", facts, id).Error
			}); err != nil {
				t.Fatal(err)
			}
		}
		x, other, dispute := o.File(t, casework.Counterfeit, "2026-08-10"), o.File(t, casework.Counterfeit, "2026-08-11"), o.File(t, casework.Infringement, "2026-08-12")
		set(x.ID, `{"act_ended_on":"2021-05-31"}`)
		set(dispute.ID, `{"act_ended_on":"2021-05-31"}`)
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/rules/CF_FINE")
		if text := p.Text("#governed"); p.Status != 200 || !strings.Contains(text, "曾适用于 1 件案件") || !strings.Contains(text, x.Number) || strings.Contains(text, other.Number) || strings.Contains(text, dispute.Number) ||
			p.Attr("#governed tbody a", "href") != "/cases/"+x.ID {
			t.Errorf("%d %s", p.Status, text)
		}
		if p := c.Get("/rules/SURCHARGE"); !strings.Contains(p.Text("#governed"), "尚无适用的案件") {
			t.Errorf("%s", p.Text("#governed"))
		}
		if p := webtest.SignIn(t, s.base, "officer.deqing").Get("/rules/CF_FINE"); strings.Contains(p.Main(), x.Number) || !strings.Contains(p.Text("#governed"), "尚无适用的案件") {
			t.Errorf("another county: %s", p.Text("#governed"))
		}
		if p := webtest.SignIn(t, s.base, "admin").Get("/rules/CF_FINE"); p.Status != 200 || p.Has("#governed") {
			t.Errorf("who sees no case: %d", p.Status)
		}
		c.Post("/preferences", fill("lang", "en"))
		if p := c.Get("/rules/CF_FINE"); !strings.Contains(p.Text("#governed"), "1 case it has governed") {
			t.Errorf("%s", p.Text("#governed"))
		}
		for range 22 {
			set(o.File(t, casework.Counterfeit, "2026-09-01").ID, `{"act_ended_on":"2021-06-01"}`)
		}
		if p := c.Get("/rules/CF_FINE"); len(p.All("#governed tbody tr")) != 20 || strings.Contains(p.Text("#governed"), x.Number) || !strings.Contains(p.Text("#governed"), "23 cases it has governed; the newest 20") {
			t.Errorf("%d rows, %.200s", len(p.All("#governed tbody tr")), p.Text("#governed"))
		}
	})
}
