package counterfeit_test

import (
	"math/rand/v2"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store/storetest"
)

// TestNothingOfferedIsRefused wanders through the table from days under every law, and has every step tried that is offered on the way.
func TestNothingOfferedIsRefused(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	seen, chance := map[string]int{}, rand.New(rand.NewPCG(3305, 2014))
	for _, filed := range []string{"2011-03-01", "2014-03-05", "2019-03-29", "2021-07-05", "2022-03-07", "2024-01-10", "2026-03-10"} {
		for range 2 {
			o.Wander(t, o.File(t, casework.Counterfeit, filed).ID, filed, chance, seen, 45)
			if t.Failed() {
				return
			}
		}
	}
	for _, s := range o.Docket.Procedure(casework.Counterfeit).Steps {
		if seen[s.Name] == 0 {
			t.Log("never taken:", s.Name)
		}
	}
}
