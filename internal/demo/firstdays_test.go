package demo_test

import (
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/registry"
)

// An office fills whatever holiday lies around its first day; bench/days walks many. This one lies in the week after the longest holiday, when everything
// with a period of ten days falls into it.
func TestFirstDays(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fills another office (-short)")
	}
	day := calendar.Date(2026, 10, 8)
	a := open(t, t.TempDir(), day)
	if err := a.FillRecent(ctx); err != nil {
		t.Fatal(err)
	}
	if v, err := a.Verify(ctx, app.Outside{}); err != nil || len(v.Faults) > 0 {
		t.Errorf("%+v %v", v.Faults, err)
	}
}

// A fee that was not paid reaches back: some marks judged before wait to be looked at again.
func lookedAtAgain(t *testing.T, a *app.App) {
	rows, _, err := a.Register.Checks(ctx, access.System(), registry.CheckFilter{State: "review"}, "", 20)
	if err != nil || len(rows) < 2 {
		t.Errorf("%d marks are to be looked at again, %v", len(rows), err)
	}
}
