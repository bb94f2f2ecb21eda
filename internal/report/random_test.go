package report_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

// randomOffice is an office of n cases, a fifth as many calls and a twentieth as many listings, of a seed: every kind, place, day and trait as the dice fall.
func randomOffice(t *testing.T, db *store.DB, n int, seed uint64) *office {
	t.Helper()
	o := &office{Office: accesstest.New(t, db), db: db, members: map[string]string{}, known: map[string][2]int64{}}
	o.figures = report.New(db, o.Guard, o.Regions, func() calendar.Day { return calendar.DayOf(db.Now()) })
	dice := rand.New(rand.NewPCG(seed, 20_000))
	pick := func(list ...string) string { return list[dice.IntN(len(list))] }
	first, today := calendar.Date(2012, 1, 1), o.today()
	span := int(today - first)
	for i := range n {
		c := row{id: fmt.Sprintf("r%06d", i), kind: pick(casework.Counterfeit, casework.Counterfeit, casework.Infringement, casework.Dispute, casework.Ecommerce, casework.Opinion), office: pick(offices...), place: pick(offices...),
			filed: first.AddDays(dice.IntN(span)), restricted: dice.IntN(12) == 0}
		if closed := c.filed.AddDays(6 + dice.IntN(400)); dice.IntN(9) > 0 && closed < today {
			c.closed = closed
		}
		if c.kind == casework.Counterfeit || c.kind == casework.Infringement {
			c.clock, c.fine = pick("in", "in", "late"), dice.Int64N(5_000_000)
		}
		for _, j := range dice.Perm(4)[:1+dice.IntN(2)] {
			c.officers = append(c.officers, []string{"chief", "officer", "officer.deqing", "reviewer"}[j])
		}
		if c.restricted { // one works on it, and nobody else sees it
			c.officers = c.officers[:1]
		}
		c.traits = someTraits(dice.IntN(1_000_000), c)
		o.cases = append(o.cases, c)
	}
	for i := range n / 5 {
		o.calls = append(o.calls, row{id: fmt.Sprintf("k%06d", i), kind: pick("consultation", "consultation", "report", "complaint"), office: pick(offices...), filed: first.AddDays(dice.IntN(span)),
			subject: pick("", "infringement", "counterfeit"), state: pick("open", "lead", "closed", "answered")})
	}
	for i := range n / 20 {
		o.listings = append(o.listings, row{id: fmt.Sprintf("l%06d", i), office: pick(offices...), filed: first.AddDays(dice.IntN(span)), finding: pick("infringing", "not_established", "counterfeit"), restricted: dice.IntN(12) == 0})
	}
	o.insert(t)
	o.insertTraits(t)
	return o
}

// Every metric, over a random office, is what a naive count in Go says that loads all rows and knows no SQL: 20,000 cases in a full run.
func TestEveryMetricByHandInARandomOffice(t *testing.T) {
	n := 20_000
	if testing.Short() {
		n = 1_500
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := randomOffice(t, db, n, 8)
		if err := tally.Verify(ctx, db); err != nil {
			t.Fatal(err)
		}
		nonzero := map[string]bool{}
		for _, who := range []string{"", "chief", "officer.deqing"} {
			for _, p := range []report.Period{report.Year(2019), report.Month(2023, 5), {From: calendar.Date(2015, 2, 11), To: calendar.Date(2026, 3, 5)}} {
				for _, m := range report.Metrics() {
					got, err := o.figures.Count(ctx, o.actor(who), m.ID, report.In{Period: p})
					if err != nil {
						t.Fatal(err)
					}
					if got.Hidden != "" {
						continue
					}
					want, known := o.byHand(who, m.ID, p)
					if !known && !m.Counts() {
						want, known = o.fines(who, m.ID, p), true
					}
					if !known {
						want = o.naive(t, who, address(t, got.Href))
					}
					if got.N != want {
						t.Errorf("%q %s in %v: %d, by hand %d (%s)", who, m.ID, p, got.N, want, got.Href)
					}
					nonzero[m.ID] = nonzero[m.ID] || got.N != 0
				}
			}
		}
		if len(nonzero) != len(report.Metrics()) {
			t.Errorf("%d of %d metrics were looked at", len(nonzero), len(report.Metrics()))
		}
		zero := 0
		for _, is := range nonzero {
			if !is {
				zero++
			}
		}
		t.Logf("%d cases, %d calls, %d listings; %d metrics, %d of them nothing in every period", len(o.cases), len(o.calls), len(o.listings), len(nonzero), zero)
	})
}

// fines are the fines and confiscations of the cases closed in a period, added up by hand.
func (o *office) fines(who, id string, p report.Period) (n int64) {
	for _, c := range o.cases {
		if c.kind == casework.Opinion || !o.sees(who, "/cases", c) || c.closed.IsZero() || c.closed < p.From || c.closed > p.To {
			continue
		}
		if id == report.CasesConfis {
			n += c.fine / 3
		} else {
			n += c.fine
		}
	}
	return n
}
