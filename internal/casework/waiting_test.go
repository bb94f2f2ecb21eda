package casework_test

import (
	"context"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestWhatWaitsForWhom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		early, late := o.File(t, casework.Counterfeit, "2026-08-10"), o.File(t, casework.Counterfeit, "2026-11-02")
		dispute := o.File(t, casework.Dispute, "2026-11-03")
		o.File(t, casework.Infringement, "2026-11-04") // could be withdrawn any time: that is not waited for
		take := func(by, id, step, day string, in fields) {
			t.Helper()
			if err := o.Take(by, id, step, day, in); err != nil {
				t.Fatal(err)
			}
		}
		waits := func(by, action string) (out []string) {
			t.Helper()
			rows, more, err := o.Docket.Waiting(ctx, o.By[by], action, 10)
			if err != nil || more {
				t.Fatal(err, more)
			}
			for _, r := range rows {
				out = append(out, r.ID+" "+r.Next.Step.Name)
			}
			return out
		}
		same := func(what string, got []string, want ...string) {
			t.Helper()
			if len(got) != len(want) {
				t.Fatalf("%s: %v, want %v", what, got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s: %v, want %v", what, got, want)
				}
			}
		}
		same("at first", append(waits("chief", "case.approve"), waits("reviewer", "case.review")...))
		for _, x := range []*casework.Case{late, early} {
			take("officer", x.ID, "investigate", "2026-11-05", fields{"findings": "查明", "limb": "L1c", "act_ended_on": "2026-11-01", "income": "0"})
		}
		same("nearest first", waits("reviewer", "case.review"), early.ID+" review", late.ID+" review")
		same("not the officers' own", waits("officer", "case.review"))
		same("another county", waits("chief.deqing", "case.approve"))
		take("reviewer", early.ID, "review", "2026-11-06", fields{"review_opinion": "同意"})
		same("one is reviewed", waits("reviewer", "case.review"), late.ID+" review")
		same("it waits for the chief", waits("chief", "case.approve"), early.ID+" decide")
		for _, w := range []walk{appointed("2026-11-06", "2026-11-06"), met("2026-11-06")} {
			take(w.by, dispute.ID, w.step, w.day, w.in)
		}
		same("nothing is missing now", waits("chief", "case.approve"), early.ID+" decide", dispute.ID+" handle")
		rows, more, err := o.Docket.Waiting(ctx, o.By["chief"], "case.approve", 1)
		if err != nil || !more || len(rows) != 1 {
			t.Errorf("%d of 2, more %v, %v", len(rows), more, err)
		}
	})
}

// A party's period runs out without anybody writing: lists go by the clocks, not by what stood on the case that day.
func TestAPartysPeriodThatIsOverIsNotLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		x, y := o.File(t, casework.Infringement, "2026-10-08"), o.File(t, casework.Counterfeit, "2026-11-02")
		if err := o.Take("officer", x.ID, "serve_request", "2026-10-12", fields{"respondent_received_on": "2026-10-12", "request_way": "post", "foreign": "no"}); err != nil {
			t.Fatal(err)
		}
		me := o.By["officer"]
		if n, err := o.Docket.Count(ctx, me, casework.Filter{Late: true}); n != 0 || err != nil {
			t.Errorf("%d late, %v", n, err)
		}
		clocks, err := o.Clocks.Watched(ctx, []string{x.ID, y.ID, "nothing"}, o.Docket.Today())
		if err != nil || len(clocks) != 2 || clocks[x.ID].Rule != "INF_CLOSE" || clocks[y.ID].Rule != "CF_CLOSE" {
			t.Errorf("%v %v", clocks, err)
		}
		rows, err := o.Docket.Working(ctx, me, 10)
		if err != nil || len(rows) != 2 || rows[0].ID != x.ID || len(rows[0].Officers) != 3 {
			t.Errorf("%v %v", rows, err)
		}
	})
}

func TestTotals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		o.File(t, casework.Counterfeit, "2025-11-03")
		secret := o.File(t, casework.Counterfeit, "2026-11-02")
		closed := o.File(t, casework.Dispute, "2026-11-03")
		for _, w := range []walk{
			appointed("2026-11-04", "2026-11-04"), met("2026-11-04"),
			{"chief", "handle", "2026-11-05", agreed("2026-11-05")},
			{"officer", "tell_requester", "2026-11-05", served("2026-11-05")}, {"officer", "tell_respondent", "2026-11-05", served("2026-11-05")},
			{"officer", "copy_cnipa", "2026-11-05", fields{"copied_on": "2026-11-05", "copied": "调解协议书"}},
			{"chief", "close", "2026-11-06", nil},
		} {
			if err := o.Take(w.by, closed.ID, w.step, w.day, w.in); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.Docket.Restrict(ctx, o.By["chief"], secret.ID, 1, casework.Restriction{Restricted: true, Reason: "秘密", Reviewer: o.By["reviewer2"].ID}); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string][3]int64{"chief": {2, 2, 1}, "officer": {2, 2, 1}, "officer3": {1, 1, 1}, "chief.deqing": {0, 0, 0}} {
			got, err := o.Docket.Totals(ctx, o.By[who])
			if err != nil || got.Open != want[0] || got.Year("2026", "11") != want[1] || got.Year("2025", "11") != want[2] || got.Year("2026", "10") != 0 {
				t.Errorf("%s: %+v %v, want %v", who, got, err, want)
			}
			for most, n := range map[int]int64{1: min(1, want[1]+want[2]), 100: want[1] + want[2]} {
				if got, err := o.Docket.CountTo(ctx, o.By[who], casework.Filter{}, most); got != n || err != nil {
					t.Errorf("%s: %d of at most %d, want %d (%v)", who, got, most, n, err)
				}
			}
		}
	})
}
