package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/report"
	"huzhi/internal/store"
)

// TestVerifyHoldsTheFrozenPeriods changes frozen periods past the log.
func TestVerifyHoldsTheFrozenPeriods(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
		ctx := context.Background()
		z, err := o.Figures.Freeze(ctx, o.By["chief"], report.FreezeInput{Office: "330500", Period: report.Month(2026, 10)})
		if err != nil {
			t.Fatal(err)
		}
		v, err := o.Verify(ctx, app.Outside{})
		if err != nil || len(v.Faults) > 0 {
			t.Fatal(err, v.Faults)
		}
		if z.HeadSeq == 0 || z.HeadSeq >= v.Head.Seq {
			t.Errorf("frozen under %d of %d", z.HeadSeq, v.Head.Seq)
		}
		undo := errors.New("undone")
		en := o.Catalogue.Printer("en")
		for name, c := range map[string]struct{ sql, say string }{
			"a figure":        {"UPDATE frozen_figures SET n = n + 1 WHERE seq = 3", "of the frozen period 2026-10-01–2026-10-31 (330500, issue 1) were changed"},
			"a matter":        {"UPDATE frozen_figures SET matters = matters || 'x' WHERE seq = 1", "were changed"},
			"a definition":    {"UPDATE frozen_figures SET definition = 'x' WHERE seq = 2", "were changed"},
			"a figure gone":   {"DELETE FROM frozen_figures WHERE seq = 1", "were changed"},
			"its hash":        {"UPDATE frozen_periods SET sha256 = 'x'", "the frozen period 2026-10-01–2026-10-31 (330500, issue 1), and it is not what entry"},
			"its head":        {"UPDATE frozen_periods SET head_seq = 1", "it is not what entry"},
			"its remark":      {"UPDATE frozen_periods SET note = 'x'", "were changed"},
			"an issue gone":   {"DELETE FROM frozen_figures; DELETE FROM frozen_periods", "There is no longer the frozen period 2026-10-01–2026-10-31"},
			"an issue put in": {"INSERT INTO frozen_periods SELECT 'x', jurisdiction, from_on, to_on, 2, head_seq, head_hash, sha256, note, made_by, made_name, made_at FROM frozen_periods", "no entry"},
		} {
			err := o.DB.Tx(ctx, func(tx *store.Tx) error {
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
