package casework_test

import (
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store/storetest"
)

// TestWhatIsOfferedIsAccepted: what Next offers as ready is not refused, from filing to the archive of every kind.
func TestWhatIsOfferedIsAccepted(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	for _, kind := range casework.Kinds() {
		if kind == casework.Ecommerce {
			continue // begins with a listing
		}
		c := o.File(t, kind, "2025-03-03")
		on := day("2025-03-03")
		for range 12 {
			offered := o.Offered(t, c.ID, on.String())
			f := o.Find(t, "chief", c.ID, on.String())
			if f.State == casework.Archived {
				break
			}
			if !goOn(t, o, f, offered) {
				t.Fatalf("%s stands still in %s", kind, f.State)
			}
			on += 20
		}
		if f := o.Find(t, "chief", c.ID, on.String()); f.State != casework.Archived {
			t.Errorf("%s ends in %s", kind, f.State)
		}
	}
}

// goOn takes the first step that leads the case on.
func goOn(t *testing.T, o *caseworktest.Office, f *casework.File, offered map[string][]string) bool {
	p := o.Docket.Procedure(f.Kind)
	for _, s := range p.Steps {
		if len(offered[s.Name]) == 0 || s.Track != "" || s.To != "" && p.Stage(s.To) <= p.Stage(f.State) || s.Again && s.To == "" && f.Last(s.Name) != nil {
			continue
		}
		by := offered[s.Name][0]
		mine := o.Find(t, by, f.ID, f.Today.String())
		for _, n := range o.Docket.Next(o.By[by], mine) {
			in, ok := o.Fill(mine, n)
			if n.Step.Name != s.Name || !ok {
				continue
			}
			if err := o.Take(by, f.ID, s.Name, f.Today.String(), in.Fields); err != nil {
				t.Fatal(err)
			}
			return true
		}
	}
	return false
}
