package lead_test

import (
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestTheTimeForARequest: three years by Order 81 Art. 19(1); before it the time to sue by analogy, three years (Patent Law 2020 Art. 74) or two (2008 Art. 68). It
// is shown and keeps nobody from being heard (Art. 19(2), (3)).
func TestTheTimeForARequest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Infringement, "2026-03-02")
		for _, c := range []struct {
			why, received, knew, goesOn string
			until                       string
			over                        bool
		}{
			{"three years (Order 81 Art. 19(1))", "2026-03-02", "2023-03-02", "", "2026-03-02", false},
			{"a day later", "2026-03-03", "2023-03-02", "", "2026-03-02", true},
			{"while the act goes on (Art. 19(2))", "2026-03-03", "2023-03-02", "yes", "2026-03-02", true},
			{"the last day is a Sunday: rolled", "2026-03-02", "2023-03-01", "no", "2026-03-02", false},
			{"three years to sue (Patent Law 2020 Art. 74)", "2025-01-27", "2022-01-26", "", "2025-01-26", true},
			{"… and in time", "2025-01-26", "2022-01-26", "", "2025-01-26", false},
			{"two years to sue (Patent Law 2008 Art. 68)", "2014-03-04", "2012-03-03", "", "2014-03-03", true},
			{"nothing is known of it", "2026-03-03", "", "", "", false},
		} {
			o.another(t, casework.Infringement, c.received)
			must(t, o.do("officer", "check", c.received, o.met(t, facts{"knew_on": c.knew, "goes_on": c.goesOn})))
			l, steps, clocks := o.find(t)
			x, ok := o.Leads.History(l, steps, clocks, day(c.received)).Limit()
			if ok != (c.until != "") || ok && (x.Until.String() != c.until || x.Over(l.ReceivedOn) != c.over || x.GoesOn != (c.goesOn == "yes")) {
				t.Errorf("%s: %v, until %s, over %v", c.why, ok, x.Until, x.Over(l.ReceivedOn))
			}
			must(t, o.verify(c.received, lead.ProposeFile)) // it is no ground to refuse (Art. 19(2), (3))
			_, err := o.file(c.received, casework.Infringement)
			must(t, err)
		}
		o.another(t, casework.Infringement, "2026-03-02")
		o.fails(t, "known after it was asked for", o.do("officer", "check", "2026-03-03", o.met(t, facts{"knew_on": "2026-03-03"})), errs.Invalid, "knew_on: error.knew_after")
		must(t, o.do("officer", "check", "2026-03-02", o.met(t, facts{"knew_on": "2020-03-02"})), o.do("officer", "check", "2026-03-02", o.met(t, nil)))
		l, steps, clocks := o.find(t)
		if _, ok := o.Leads.History(l, steps, clocks, day("2026-03-02")).Limit(); ok {
			t.Error("what was taken back in a later check is still known")
		}
	})
}
