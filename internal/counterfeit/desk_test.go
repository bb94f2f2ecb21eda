package counterfeit_test

import (
	"context"
	"slices"
	"testing"

	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestWhatOnlyTheChiefMayDoWaitsForTheChief: the application to the court (Coercion Law Arts 53, 54), and the release of goods whose sealing is over (Arts 25,
// 28), stand on the chief's desk though nobody asked for them.
func TestWhatOnlyTheChiefMayDoWaitsForTheChief(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		waits := func(who string) (out []string) {
			t.Helper()
			list, _, err := o.Docket.Requests(context.Background(), o.By[who], 20)
			must(t, err)
			for _, q := range list {
				for _, n := range q.Steps {
					if q.Awaits(n) {
						out = append(out, q.ID+" "+n.Step.Name)
					}
				}
			}
			slices.Sort(out)
			return out
		}
		decided := append(notified("2026-03-02"), act{"chief", "decide", "2026-04-01", with(punished, "fine", "20000000", "waived", "yes")},
			act{"officer", "serve", "2026-04-01", with(handed, "served_on", "2026-04-01")})
		id := begin(t, o, "2026-03-02", append(decided, act{"officer", "demand", "2026-10-20", with(handed, "served_on", "2026-10-20")})...)
		want := []string{id + " apply_to_court"}
		if got := waits("chief"); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		for _, who := range []string{"officer", "reviewer", "chief.deqing"} {
			if got := waits(who); len(got) > 0 {
				t.Errorf("%s: %v", who, got)
			}
		}
		running := begin(t, o, "2026-03-02", append(decided, act{"officer", "demand", "2026-11-16", with(handed, "served_on", "2026-11-16")})...)
		if got := waits("chief"); !slices.Equal(got, want) {
			t.Errorf("the ten working days of %s still run: %v", running, got)
		}
		do(t, o, id, act{"chief", "enforcement/apply_to_court", "2026-11-20", fields{"court": "x"}})
		if got := waits("chief"); len(got) > 0 {
			t.Errorf("it was applied for: %v", got)
		}
		sealed := begin(t, o, "2026-11-02", sealedOn("2026-11-02")...)
		if got := waits("chief"); len(got) > 0 {
			t.Errorf("the sealing of %s runs: %v", sealed, got)
		}
		late := begin(t, o, "2026-10-08", sealedOn("2026-10-08")...)
		if got := waits("chief"); !slices.Equal(got, []string{late + " release_sealing"}) {
			t.Errorf("goods that must be released: %v", got)
		}
	})
}
