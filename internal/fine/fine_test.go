package fine

import (
	"math/rand/v2"
	"os"
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/statute"
)

func book(t testing.TB) *statute.Book {
	t.Helper()
	b, err := statute.Load(os.DirFS("../../config/statute"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Every row carries the article that it is about. Sums in yuan.
func TestReckon(t *testing.T) {
	b := book(t)
	const yuan = 100
	pays := func(xs ...Payment) []Payment { return xs }
	for _, x := range []struct {
		article, on                   string
		a                             Account
		lines                         int
		added, fineOpen, addedOpen    int64
		capped                        bool
		confiscatedOpen, finePaidYuan int64
	}{
		{"Penalty Law 2021 Art. 72(1): 15 days late of 20,000", "2025-04-02", Account{Fen: 20000 * yuan, Due: day("2025-03-18"), Payments: pays(Payment{day("2025-04-02"), 20000 * yuan, Fine})},
			1, 9000, 0, 9000, false, 0, 20000},
		{"paid on the last day: nothing is added", "2025-06-01", Account{Fen: 20000 * yuan, Due: day("2025-03-18"), Payments: pays(Payment{day("2025-03-18"), 20000 * yuan, Fine})},
			1, 0, 0, 0, false, 0, 20000},
		{"Coercion Law Art. 45(2): never above the fine, reached on the 34th day", "2025-04-21", Account{Fen: 20000 * yuan, Due: day("2025-03-18")},
			1, 20000, 20000, 20000, true, 0, 0},
		{"Coercion Law Art. 45(2): the day before", "2025-04-20", Account{Fen: 20000 * yuan, Due: day("2025-03-18")},
			1, 19800, 20000, 19800, false, 0, 0},
		{"half in time, half 10 days late", "2025-05-01", Account{Fen: 20000 * yuan, Due: day("2025-03-18"), Payments: pays(Payment{day("2025-03-10"), 10000 * yuan, Fine}, Payment{day("2025-03-28"), 10000 * yuan, Fine})},
			2, 3000, 0, 3000, false, 0, 20000},
		{"Penalty Law 2021 Art. 73(3): ten days of a suit do not count", "2025-04-02", Account{Fen: 20000 * yuan, Due: day("2025-03-18"), Remedies: []calendar.Interval{{From: day("2025-03-20"), To: day("2025-03-29")}}},
			1, 3000, 20000, 3000, false, 0, 0},
		{"before 2021-07-15 they count (1996 Art. 51)", "2020-04-02", Account{Fen: 20000 * yuan, Due: day("2020-03-18"), Remedies: []calendar.Interval{{From: day("2020-03-20"), To: day("2020-03-29")}}},
			1, 9000, 20000, 9000, false, 0, 0},
		{"Penalty Law Art. 66(2): two instalments, the second five days late", "2025-08-01", Account{Fen: 20000 * yuan, Due: day("2025-03-18"),
			Plans:    []Plan{{day("2025-03-15"), []Part{{day("2025-05-01"), 8000 * yuan}, {day("2025-06-01"), 12000 * yuan}}}},
			Payments: pays(Payment{day("2025-05-01"), 8000 * yuan, Fine}, Payment{day("2025-06-06"), 12000 * yuan, Fine})},
			2, 1800, 0, 1800, false, 0, 20000},
		{"deferred ten days after the last day: these ten count", "2025-04-30", Account{Fen: 10000 * yuan, Due: day("2025-03-18"), Plans: []Plan{{day("2025-03-28"), []Part{{day("2025-06-30"), 10000 * yuan}}}}},
			2, 3000, 10000, 3000, false, 0, 0},
		{"Coercion Law Art. 45(2): the cap is on the whole, deferral between", "2025-12-31", Account{Fen: 10000 * yuan, Due: day("2025-03-18"), Plans: []Plan{{day("2025-04-07"), []Part{{day("2025-06-30"), 10000 * yuan}}}}},
			2, 10000, 10000, 10000, true, 0, 0},
		{"what is confiscated draws nothing", "2026-01-01", Account{Fen: 0, ConfiscatedFen: 5000 * yuan, Due: day("2025-03-18"), Payments: pays(Payment{day("2025-04-18"), 2000 * yuan, Confiscated})},
			0, 0, 0, 0, false, 3000, 0},
		{"the surcharge is paid by itself", "2025-04-10", Account{Fen: 20000 * yuan, Due: day("2025-03-18"), Payments: pays(Payment{day("2025-04-02"), 20000 * yuan, Fine}, Payment{day("2025-04-10"), 4000 * yuan, Surcharge})},
			1, 9000, 0, 5000, false, 0, 20000},
		{"no cap before 2012 (1996 Art. 51)", "2011-12-31", Account{Fen: 1000 * yuan, Due: day("2011-10-01")},
			1, 2730, 1000, 2730, false, 0, 0},
		{"a payment after the day of the reckoning is not seen", "2025-03-20", Account{Fen: 20000 * yuan, Due: day("2025-03-18"), Payments: pays(Payment{day("2025-04-02"), 20000 * yuan, Fine})},
			1, 1200, 20000, 1200, false, 0, 0},
	} {
		l := Reckon(b, x.a, day(x.on))
		if len(l.Lines) != x.lines || l.Added != x.added*yuan || l.FineOpen() != x.fineOpen*yuan || l.AddedOpen() != x.addedOpen*yuan || l.Capped != x.capped ||
			l.ConfiscatedOpen() != x.confiscatedOpen*yuan || l.FinePaid != x.finePaidYuan*yuan {
			t.Errorf("%s: %+v", x.article, l)
		}
		if l.Open() != l.FineOpen()+l.AddedOpen()+l.ConfiscatedOpen() || l.Added > 0 && l.Cite.ZH == "" {
			t.Errorf("%s: open %d, cite %q", x.article, l.Open(), l.Cite.ZH)
		}
	}
}

// Whatever is paid whenever: the parts make the whole, and nothing is added beyond the fine.
func TestReckonHolds(t *testing.T) {
	b := book(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		due := day("2022-01-01") + calendar.Day(r.IntN(1000))
		a := Account{Fen: 100 * int64(1+r.IntN(250000)), Due: due}
		left := a.Fen
		for range r.IntN(4) {
			p := Payment{due - 20 + calendar.Day(r.IntN(120)), 1 + r.Int64N(a.Fen), Fine}
			a.Payments = append(a.Payments, p)
		}
		on := due + calendar.Day(r.IntN(200))
		for _, p := range a.Payments {
			if p.On <= on {
				left -= p.Fen
			}
		}
		l := Reckon(b, a, on)
		var sum, added int64
		for _, x := range l.Lines {
			sum += x.Fen
			added += x.Added
			if x.Days > 0 && x.Until <= x.Due || x.Until > on {
				t.Fatalf("%+v: %+v", a, x)
			}
		}
		if sum != a.Fen || l.FineOpen() != max(0, left) || l.Added > a.Fen || l.Added != min(added, a.Fen) {
			t.Fatalf("%+v on %s: %+v", a, on, l)
		}
		earlier := Reckon(b, a, on-1)
		if earlier.Added > l.Added {
			t.Fatalf("%+v: a day takes away from the surcharge", a)
		}
	}
}

func TestParsePlan(t *testing.T) {
	for s, want := range map[string]int64{"2025-05-01 5000\n2025-06-01 7500.50\n": 1250050, "  2025-05-01   0.01": 1} {
		got, err := ParsePlan(s)
		if err != nil || Sum(got) != want {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "\n", "2025-05-01", "5000 2025-05-01", "2025-05-01 -5", "2025-05-01 0", "2025-05-01 1.234", "2025-05-01 x", "2025-05-01 5\n2025-05-01 5", "2025-06-01 5\n2025-05-01 5", "2025-05-01 5 x", "2025-05-01 99999999999999"} {
		if got, err := ParsePlan(s); err == nil {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func FuzzParsePlan(f *testing.F) {
	f.Add("2025-05-01 5000\n2025-06-01 7500.50")
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := ParsePlan(s)
		if (err == nil) == (len(parts) == 0) {
			t.Fatal(parts, err)
		}
		for i, p := range parts {
			if p.Fen <= 0 || i > 0 && p.Due <= parts[i-1].Due {
				t.Fatal(parts)
			}
		}
	})
}

// TestWhatStaysFromBefore2012: what ran up before the Coercion Law stays, above the fine too; what came after it is capped (Coercion Law Art. 45(2)).
func TestWhatStaysFromBefore2012(t *testing.T) {
	b := book(t)
	due := calendar.Date(2011, 8, 1) // 152 days to the end of the year
	l := Reckon(b, Account{Fen: 10000, Due: due}, calendar.Date(2012, 3, 1))
	if l.Added != 45600 || !l.Capped {
		t.Errorf("%+v", l)
	}
	// Half was paid in October: 80 days on the one half, 152 on the other.
	half := Account{Fen: 10000, Due: due, Payments: []Payment{{On: calendar.Date(2011, 10, 20), Fen: 5000}}}
	if l := Reckon(b, half, calendar.Date(2012, 3, 1)); l.Added != 5000*240/100+5000*456/100 || len(l.Lines) != 2 {
		t.Errorf("%+v", l)
	}
	if l := Reckon(b, Account{Fen: 10000, Due: due}, calendar.Date(2011, 12, 31)); l.Added != 45600 || l.Capped {
		t.Errorf("%+v", l)
	}
}

// TestOnTheSameDay: a plan is there before the money that is paid on its day, and one made in time adds no line of days that there were not.
func TestOnTheSameDay(t *testing.T) {
	b := book(t)
	due, on := calendar.Date(2024, 1, 10), calendar.Date(2024, 1, 20)
	plan := Plan{On: on, Parts: []Part{{calendar.Date(2024, 3, 1), 6000}, {calendar.Date(2024, 2, 1), 4000}}}
	l := Reckon(b, Account{Fen: 10000, Due: due, Plans: []Plan{plan}, Payments: []Payment{{On: on, Fen: 4000}}}, on)
	if len(l.Lines) != 3 || l.Lines[0].End != Deferred || l.Lines[0].Days != 10 || l.Lines[1].End != Paid || l.Lines[1].Due != calendar.Date(2024, 2, 1) || l.Lines[2].End != Open || l.FineOpen() != 6000 {
		t.Errorf("%+v", l)
	}
	plan.On = due
	if l := Reckon(b, Account{Fen: 10000, Due: due, Plans: []Plan{plan}}, due); len(l.Lines) != 2 || l.Added != 0 {
		t.Errorf("%+v", l)
	}
	// Two plans and two payments, the later first in the list, and one payment that is yet to come.
	second := Plan{On: calendar.Date(2024, 1, 25), Parts: []Part{{calendar.Date(2024, 4, 1), 6000}}}
	a := Account{Fen: 10000, Due: due, Plans: []Plan{second, {On: calendar.Date(2024, 1, 8), Parts: plan.Parts}},
		Payments: []Payment{{On: calendar.Date(2024, 1, 30), Fen: 1000}, {On: calendar.Date(2024, 1, 22), Fen: 4000}, {On: calendar.Date(2024, 2, 9), Fen: 5000}}}
	l = Reckon(b, a, calendar.Date(2024, 2, 8))
	if l.FineOpen() != 5000 || l.Added != 0 || l.Lines[0].Due != calendar.Date(2024, 2, 1) || l.Lines[len(l.Lines)-1].Due != calendar.Date(2024, 4, 1) {
		t.Errorf("%+v", l)
	}
	if parts, err := ParsePlan("2024-02-01 40.00\n\n2024-03-01 60.00\n"); err != nil || len(parts) != 2 {
		t.Error(parts, err)
	}
}
