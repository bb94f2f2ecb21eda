package mediation_test

import (
	"strings"
	"testing"

	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/i18n"
	"huzhi/internal/store/storetest"
)

// TestWhatIsSaidAndStarted: the notice says what staying away leads to since Order 81 (Art. 67), and of CNIPA in an ownership dispute (Art. 70); an agreement
// in one goes to CNIPA, which goes on where it was stayed.
func TestWhatIsSaidAndStarted(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	say := o.Catalogue.Printer(i18n.Chinese).T
	for _, c := range []struct {
		about, filed string
		stay, agreed bool
		enforceable  string
		said         [3]bool // absence, CNIPA, the notary
		copied, gone bool    // clocks
	}{
		{"ownership", "2025-01-20", false, true, "no", [3]bool{false, true, false}, false, false},
		{"ownership", "2025-02-05", true, true, "yes", [3]bool{true, true, true}, true, true},
		{"ownership", "2025-02-05", true, false, "no", [3]bool{true, true, false}, false, false},
		{"reward", "2025-02-05", false, true, "no", [3]bool{true, false, false}, false, false},
	} {
		id := file(t, o, c.about, c.filed)
		on := (day(c.filed) + 5).String()
		take(t, o, id, appoint(c.filed, on))
		if c.stay {
			take(t, o, id, act{"officer", "stay", c.filed, fields{"stay_asked_on": c.filed, "stayed": "x"}})
		}
		end := agree(on)
		end.in["enforceable"] = c.enforceable
		if !c.agreed {
			end.in = fields{"outcome": "no_agreement", "failed_by": "talks", "reasons": "x"}
		}
		take(t, o, id, meet(on, "both", ""), end)
		f := o.Find(t, "chief", id, on)
		var text strings.Builder
		for i := range f.Documents {
			p, err := f.Documents[i].Paper()
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range p.Blocks {
				text.WriteString(b.Text)
			}
		}
		for i, key := range []string{"paper.mediation_absence", "paper.mediation_stay", "paper.notarise"} {
			if strings.Contains(text.String(), say(key)) != c.said[i] {
				t.Errorf("%+v: %s is said: %v", c, key, !c.said[i])
			}
		}
		if (f.Clock("MED_COPY_CNIPA") != nil) != c.copied || (f.Clock("MED_RESUME_CNIPA") != nil) != c.gone {
			t.Errorf("%+v: %+v", c, f.Clocks)
		}
	}
}

// TestALongerStay: it is asked for before the stay lapses, on its last day at the latest; what was prolonged once does not lapse any more.
func TestALongerStay(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	begin := func() string {
		id := file(t, o, "ownership", "2025-03-03")
		take(t, o, id, appoint("2025-03-03", "2025-03-10"), act{"officer", "stay", "2025-03-03", fields{"stay_asked_on": "2025-03-03", "stayed": "x"}})
		return id
	}
	longer := func(on string) act {
		return act{"officer", "prolong_stay", on, fields{"stay_prolonged_on": on, "stay_until": (day(on) + 1).String()}}
	}
	id := begin()
	due := o.Find(t, "chief", id, "2025-03-03").Clock("MED_STAY_LAPSE").DueOn
	take(t, o, id, longer(due.String()), longer((due + 60).String()))
	id = begin()
	late := longer((due + 1).String())
	if err := o.Take(late.by, id, late.step, late.on, late.in); err == nil || !strings.Contains(err.Error(), "error.stay_lapsed") {
		t.Error(err)
	}
	same := longer(due.String())
	same.in["stay_until"] = due.String()
	if err := o.Take(same.by, id, same.step, same.on, same.in); err == nil || !strings.Contains(err.Error(), "stay_until: error.day_before") {
		t.Error(err)
	}
}
