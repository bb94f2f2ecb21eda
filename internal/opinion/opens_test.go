package opinion_test

import (
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/opinion"
	"huzhi/internal/store/storetest"
)

// TestOpens: a month from the day the warner had the counter-notice, or two from the day it was sent, whichever ends first (Order 81 Art. 13; Supreme Court
// interpretation of 2009 Art. 18).
func TestOpens(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	law := casework.Law{Rules: o.Clocks.Rules(), Days: o.Clocks.Days()}
	day := caseworktest.Day
	now, sent := day("2026-03-02"), day("2025-11-03")
	bySent, _, ok := opinion.Opens(law, now, sent, 0)
	if !ok || bySent != day("2026-01-05") {
		t.Errorf("two months from when it was sent: %s", bySent)
	}
	for received, want := range map[string]string{"2025-11-05": "2025-12-06", "2025-12-03": "2026-01-05", "2025-12-20": "2026-01-05"} {
		if first, cite, ok := opinion.Opens(law, now, sent, day(received)); !ok || first != day(want) || cite.ZH == "" {
			t.Errorf("received on %s: %s", received, first)
		}
	}
	if _, _, ok := opinion.Opens(law, now, 0, 0); ok {
		t.Error("nothing was sent")
	}
	if _, _, ok := opinion.Opens(law, day("2025-01-31"), sent, 0); ok {
		t.Error("before Order 81")
	}
	opens := opinion.Procedure().Opens
	for _, c := range []struct {
		on, received, acts, want string
	}{
		{"2026-01-05", "", "no", ""}, {"2026-01-04", "", "no", "error.opinion_early"}, {"2026-01-05", "", "yes", "error.warner_acts"},
		{"2026-01-05", "2025-11-03", "no", ""}, {"2026-01-05", "2025-11-02", "no", "error.day_before"}, {"2025-01-31", "", "no", "error.opinion_law"},
	} {
		got := ""
		if fault := opens(casework.Input{On: day(c.on), Fields: casework.Facts{"counter_sent_on": sent.String(), "counter_received_on": c.received, "warner_acts": c.acts}}, law); fault != nil {
			got = fault.Key
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
