package listing_test

import (
	"slices"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store/storetest"
)

// TestFaults: every outcome that a case can have is one against the party or is not; a new one has to be put on a side.
func TestFaults(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	not := map[string]string{
		"not_established": "nothing was found", "correct_marking_only": "a defect of the mark (Marking Measures Art. 8), no counterfeit", "transferred_agency": "somebody else decides",
		"transferred_police": "somebody else decides", "investigation_ended": "nobody is left", "joined": "decided in the other case", "case_opened": "decided in the other case",
		"rejected": "no infringement", "mediated": "the parties agreed", "settled": "the parties agreed", "no_agreement": "nothing was decided", "withdrawn": "nothing was decided",
	}
	faults := o.Docket.Faults()
	known := map[string]bool{}
	for _, kind := range casework.Kinds() {
		p := o.Docket.Procedure(kind)
		var all []string
		for _, s := range p.Steps {
			if s.Outcome != "" {
				all = append(all, s.Outcome)
			}
			for _, a := range s.Asks {
				if a.Name == "outcome" {
					all = append(all, a.Options...)
				}
			}
		}
		for _, outcome := range all {
			known[outcome] = true
			if _, ok := not[outcome]; ok == slices.Contains(p.Faults, outcome) {
				t.Errorf("%s: %s is on neither side, or on both", kind, outcome)
			}
		}
		for _, outcome := range p.Faults {
			if !slices.Contains(all, outcome) || !slices.Contains(faults, outcome) {
				t.Errorf("%s: no step comes to %s", kind, outcome)
			}
		}
	}
	for outcome := range not {
		if !known[outcome] {
			t.Errorf("no step of any kind comes to %s", outcome)
		}
	}
}
