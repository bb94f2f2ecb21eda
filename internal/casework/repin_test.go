package casework_test

import (
	"context"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestRepin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		f := o.Find(t, "chief", c.ID, "2026-11-20")
		k := f.Clock("CF_CLOSE")
		const patent, first = "CF_CLOSE@2015-07-01/patent", "CF_CLOSE@2021-07-15/samr"
		if k.Version != first || k.StrictOn != day("2027-01-31") { // 90 days (Market-Regulation Procedure Art. 64)
			t.Fatalf("%s ends %s", k.Version, k.StrictOn)
		}
		for name, x := range map[string]struct {
			by, clock, to, reason string
			version               int64
			want                  errs.Code
		}{
			"an officer":           {"officer", k.ID, patent, "理由", 1, errs.Forbidden},
			"another county":       {"chief.deqing", k.ID, patent, "理由", 1, errs.NotFound},
			"no reason":            {"chief", k.ID, patent, "", 1, errs.Invalid},
			"no wording":           {"chief", k.ID, "", "理由", 1, errs.Invalid},
			"its own wording":      {"chief", k.ID, first, "理由", 1, errs.Invalid},
			"another rule":         {"chief", k.ID, "INF_CLOSE@2025-02-01", "理由", 1, errs.Invalid},
			"an old version":       {"chief", k.ID, patent, "理由", 0, errs.Conflict},
			"a clock of no case":   {"chief", "none", patent, "理由", 1, errs.NotFound},
			"no case of that id":   {"chief", k.ID, patent, "理由", 1, errs.NotFound},
			"too long of a reason": {"chief", k.ID, patent, string(make([]rune, 501)), 1, errs.Invalid},
		} {
			id := c.ID
			if name == "no case of that id" {
				id = "none"
			}
			if err := o.Docket.Repin(ctx, o.By[x.by], id, x.version, x.clock, x.to, x.reason); errs.CodeOf(err) != x.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := o.Docket.Repin(ctx, o.By["chief"], c.ID, 1, k.ID, patent, "适用专利行政执法办法"); err != nil {
			t.Fatal(err)
		}
		f = o.Find(t, "chief", c.ID, "2026-11-20")
		if now := f.Clock("CF_CLOSE"); now.Version != patent || now.StrictOn != day("2026-12-02") || f.Version != 2 { // one month (Order 71 Art. 36)
			t.Errorf("%s ends %s, version %d", now.Version, now.StrictOn, f.Version)
		}
		told, err := o.Docket.Repins(ctx, c.ID)
		if err != nil || len(told) != 1 {
			t.Fatalf("%d: %v", len(told), err)
		}
		if x := told[0]; x.Clock != k.ID || x.From != first || x.To != patent || x.FromDay != day("2027-01-31") || x.ToDay != day("2026-12-02") || x.Reason != "适用专利行政执法办法" || x.ActorName == "" {
			t.Errorf("%+v", x)
		}
		if err := o.At("2026-11-20", func(tx *store.Tx) error {
			return o.Clocks.StopTx(tx, deadline.Subject{Kind: "case", ID: c.ID}, day("2026-11-20"))
		}); err != nil {
			t.Fatal(err)
		}
		if err := o.Docket.Repin(ctx, o.By["chief"], c.ID, 2, k.ID, first, "理由"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a clock that has stopped: %v", err)
		}
	})
}
