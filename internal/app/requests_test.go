package app

import (
	"slices"
	"testing"

	"huzhi/config"
	"huzhi/internal/casework"
	"huzhi/internal/listing"
)

// TestNobodyAnswersTheirOwnRequest: in the table of every kind, a step of a chief that answers what somebody asked for, or sends it back, is not for who
// asked, also not for who asked again after it was sent back. Somebody may hold several roles (Market-Regulation Procedure Arts 55, 64; Order 81 Art. 37).
// And in every table, whoever investigates approves, reviews and reopens nothing.
func TestNobodyAnswersTheirOwnRequest(t *testing.T) {
	found := 0
	for _, p := range procedures(config.Office{AidDays: listing.AidDays}) {
		for i := range p.Steps {
			s := &p.Steps[i]
			if slices.Contains([]string{"case.approve", "case.review", "case.reopen"}, s.Action) && !slices.Contains(s.NotBy, casework.PartOfficer) {
				t.Errorf("%s: an officer of the case may take %s", p.Kind, s.Name)
			}
			if s.Track == "" || s.Lapses != "" || s.Action == "case.work" {
				continue
			}
			for _, ask := range p.Steps {
				if ask.Track != s.Track || ask.Leads == "" || !slices.Contains(s.In, ask.Leads) || ask.Action == s.Action || ask.Action == "case.approve" {
					continue
				}
				found++
				if !slices.Contains(p.NotBy(s), ask.Name) {
					t.Errorf("%s: whoever takes %s may take %s", p.Kind, ask.Name, s.Name)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d answers were looked at", found)
	}
}
