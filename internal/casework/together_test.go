package casework_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

func TestHundredParallelFilingsHaveOneNumberEach(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		const n = 100
		var leads []*lead.Lead
		for range n {
			leads = append(leads, o.Lead(t, casework.Counterfeit, "2026-11-20"))
		}
		officers := o.Officers(2)
		var wg sync.WaitGroup
		for _, l := range leads {
			for range 2 { // each lead twice at once: one files, the other is told that it is too late
				wg.Go(func() {
					_, err := o.Leads.File(context.Background(), o.By["chief"], l.ID, l.Version, lead.Filing{On: day("2026-11-20"), Kind: l.Kind, Title: l.Title, Place: l.Place, Officers: officers})
					if err != nil && errs.CodeOf(err) != errs.Conflict {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		var numbers []string
		if err := db.Read(context.Background()).Raw("SELECT number FROM cases").Scan(&numbers).Error; err != nil {
			t.Fatal(err)
		}
		have := map[string]bool{}
		for _, x := range numbers {
			have[x] = true
		}
		if len(numbers) != n {
			t.Errorf("%d cases of %d leads", len(numbers), n)
		}
		for i := 1; i <= n; i++ {
			if x := fmt.Sprintf("湖知假字〔2026〕%d号", i); !have[x] {
				t.Errorf("%s is missing", x)
			}
		}
		if _, err := audit.Verify(context.Background(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestStaleAndDouble(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		c := o.File(t, casework.Counterfeit, "2026-11-18")
		in := casework.Input{On: day("2026-11-19"), Fields: casework.Facts{"findings": "x", "limb": "L1a", "act_ended_on": "2026-11-01", "income": "0"}}
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 8 {
			wg.Go(func() {
				_, err := o.Docket.Advance(context.Background(), o.By["officer"], c.ID, "investigate", 1, in)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if errs.CodeOf(err) != errs.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d of 8 took the same step", won)
		}
		_, err := o.Docket.Advance(context.Background(), o.By["officer2"], c.ID, "investigate", 1, in)
		if e := errs.As(err); e == nil || e.Code != errs.Conflict || e.Key != "error.stale_step" || e.Args[0] != o.By["officer"].Name {
			t.Errorf("a stale version must tell who changed it: %v", err)
		}
	})
}

func TestMovesBetweenTheSameCellsDoNotLockEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := tally.Key{Jurisdiction: "330500", Place: "330521", Kind: "counterfeit", Month: "2026-11", State: "filed"}
		b := a
		b.State = "investigated"
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for range 10 {
					if err := db.Tx(context.Background(), func(tx *store.Tx) error {
						if i%2 == 0 {
							return tally.Move(tx, a, b)
						}
						return tally.Move(tx, b, a)
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	})
}
