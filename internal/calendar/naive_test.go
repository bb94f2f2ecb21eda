package calendar

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A second implementation, written from the notices and the words of the law, that shares no code with the first: it knows
// days as time.Time, reads its own table, and walks.

const offDays = `
2011 01-01..01-03 02-02..02-08 04-03..04-05 04-30..05-02 06-04..06-06 09-10..09-12 10-01..10-07
2012 01-01..01-03 01-22..01-28 04-02..04-04 04-29..05-01 06-22..06-24 09-30..10-07
2013 01-01..01-03 02-09..02-15 04-04..04-06 04-29..05-01 06-10..06-12 09-19..09-21 10-01..10-07
2014 01-01 01-31..02-06 04-05 04-07 05-01..05-03 06-02 09-08 10-01..10-07
2015 01-01..01-03 02-18..02-24 04-05..04-06 05-01 06-20 06-22 09-03..09-05 09-27 10-01..10-07
2016 01-01 02-07..02-13 04-04 05-01..05-02 06-09..06-11 09-15..09-17 10-01..10-07
2017 01-01..01-02 01-27..02-02 04-02..04-04 05-01 05-28..05-30 10-01..10-08
2018 01-01 02-15..02-21 04-05..04-07 04-29..05-01 06-18 09-24 10-01..10-07 12-30..12-31
2019 01-01 02-04..02-10 04-05 05-01..05-04 06-07 09-13 10-01..10-07
2020 01-01 01-24..02-02 04-04..04-06 05-01..05-05 06-25..06-27 10-01..10-08
2021 01-01..01-03 02-11..02-17 04-03..04-05 05-01..05-05 06-12..06-14 09-19..09-21 10-01..10-07
2022 01-01..01-03 01-31..02-06 04-03..04-05 04-30..05-04 06-03..06-05 09-10..09-12 10-01..10-07 12-31
2023 01-01..01-02 01-21..01-27 04-05 04-29..05-03 06-22..06-24 09-29..10-06
2024 01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-10 09-15..09-17 10-01..10-07
2025 01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08
2026 01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07`

const workedWeekends = `
2011 01-30 02-12 04-02 10-08 10-09 12-31
2012 01-21 01-29 03-31 04-01 04-28 09-29
2013 01-05 01-06 02-16 02-17 04-07 04-27 04-28 06-08 06-09 09-22 09-29 10-12
2014 01-26 02-08 05-04 09-28 10-11
2015 01-04 02-15 02-28 09-06 10-10
2016 02-06 02-14 06-12 09-18 10-08 10-09
2017 01-22 02-04 04-01 05-27 09-30
2018 02-11 02-24 04-08 04-28 09-29 09-30 12-29
2019 02-02 02-03 04-28 05-05 09-29 10-12
2020 01-19 04-26 05-09 06-28 09-27 10-10
2021 02-07 02-20 04-25 05-08 09-18 09-26 10-09
2022 01-29 01-30 04-02 04-24 05-07 10-08 10-09
2023 01-28 01-29 04-23 05-06 06-25 10-07 10-08
2024 02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12
2025 01-26 02-08 04-27 09-28 10-11
2026 01-04 02-14 02-28 05-09 09-20 10-10`

type naive struct {
	off, on map[time.Time]bool
}

func newNaive(t testing.TB) naive {
	n := naive{map[time.Time]bool{}, map[time.Time]bool{}}
	each := func(table string, into map[time.Time]bool) {
		for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
			f := strings.Fields(line)
			for _, span := range f[1:] {
				a, b, ok := strings.Cut(span, "..")
				if !ok {
					b = a
				}
				from, err1 := time.Parse("2006-01-02", f[0]+"-"+a)
				to, err2 := time.Parse("2006-01-02", f[0]+"-"+b)
				if err1 != nil || err2 != nil {
					t.Fatal(span)
				}
				for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
					into[d] = true
				}
			}
		}
	}
	each(offDays, n.off)
	each(workedWeekends, n.on)
	return n
}

func (n naive) works(d time.Time) bool {
	if n.off[d] {
		return false
	}
	if n.on[d] {
		return true
	}
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// count returns the day before rolling, and the rolled one.
func (n naive) count(start time.Time, add int, unit string, skip map[time.Time]bool) (time.Time, time.Time) {
	d := start
	need := add
	if unit == "mo" {
		y, m := d.Year(), int(d.Month())+add
		for m > 12 {
			y, m = y+1, m-12
		}
		day := d.Day()
		for {
			end := time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC)
			if int(end.Month()) == m {
				need = int(end.Sub(d).Hours() / 24)
				break
			}
			day--
		}
	}
	for need > 0 {
		d = d.AddDate(0, 0, 1)
		if skip[d] || unit == "wd" && !n.works(d) {
			continue
		}
		need--
	}
	rolled := d
	for !n.works(rolled) {
		rolled = rolled.AddDate(0, 0, 1)
	}
	return d, rolled
}

func TestAgainstSecondImplementation(t *testing.T) {
	c, n := realCalendar(t), newNaive(t)
	from, to := time.Date(2013, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	compared := 0
	for s := from; !s.After(to); s = s.AddDate(0, 0, 1) {
		start := Date(s.Date())
		if c.Working(start) != n.works(s) {
			t.Fatalf("%s: working %v", start, c.Working(start))
		}
		try := func(add int, unit Unit) {
			strict, due := n.count(s, add, string(unit), nil)
			got, err := c.Count(Period{Start: start, Term: Term{add, unit}})
			if err != nil || got.Strict != Date(strict.Date()) || got.Due != Date(due.Date()) {
				t.Fatalf("%s + %d %s: %s, %s; want %s, %s; %v", start, add, unit, got.Strict, got.Due,
					strict.Format("2006-01-02"), due.Format("2006-01-02"), err)
			}
			compared++
		}
		for _, add := range []int{1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90} {
			try(add, WD)
			try(add, CD)
		}
		for add := 1; add <= 6; add++ {
			try(add, MO)
		}
	}
	if compared != 5113*30 {
		t.Errorf("compared %d periods", compared)
	}
}

func randomPeriod(r *rand.Rand) Period {
	p := Period{Start: Date(2013, 1, 1+r.IntN(4700)), Term: Term{N: r.IntN(60), Unit: WD}}
	switch r.IntN(3) {
	case 0:
		p.Unit = CD
	case 1:
		p.Term = Term{r.IntN(7), MO}
	}
	for range r.IntN(4) {
		a := p.Start.AddDays(r.IntN(120) - 20)
		p.Excluded = append(p.Excluded, Interval{From: a, To: a.AddDays(r.IntN(25)), Name: fmt.Sprint("x", len(p.Excluded))})
	}
	return p
}

func TestExclusionsAgainstSecondImplementation(t *testing.T) {
	c, n := realCalendar(t), newNaive(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		p := randomPeriod(r)
		skip := map[time.Time]bool{}
		for _, x := range p.Excluded {
			for d := x.From; d <= x.To; d++ {
				y, m, day := d.Civil()
				skip[time.Date(y, m, day, 0, 0, 0, 0, time.UTC)] = true
			}
		}
		y, m, day := p.Start.Civil()
		strict, due := n.count(time.Date(y, m, day, 0, 0, 0, 0, time.UTC), p.N, string(p.Unit), skip)
		got, err := c.Count(p)
		if err != nil || got.Strict != Date(strict.Date()) || got.Due != Date(due.Date()) {
			t.Fatalf("%+v: %+v %v, want %v %v", p, got, err, strict, due)
		}
	}
}

// More excluded time never makes a date earlier, the order of the intervals does not matter, and taking one away undoes it.
func TestProperties(t *testing.T) {
	c := realCalendar(t)
	r := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		p := randomPeriod(r)
		if r.IntN(2) == 0 {
			p.Extensions = append(p.Extensions, []Term{{1, MO}, {2, MO}, {15, CD}, {5, WD}}[r.IntN(4)])
		}
		without, err := c.Count(p)
		if err != nil {
			t.Fatal(err)
		}
		a := p.Start.AddDays(r.IntN(100) - 10)
		more := p
		more.Excluded = append(append([]Interval{}, p.Excluded...), Interval{From: a, To: a.AddDays(r.IntN(40))})
		with, err := c.Count(more)
		if err != nil || with.Strict < without.Strict || with.Due < without.Due {
			t.Fatalf("%+v: %+v, with one more interval %+v, %v", more, without, with, err)
		}
		shuffled := more
		shuffled.Excluded = append([]Interval{}, more.Excluded...)
		r.Shuffle(len(shuffled.Excluded), func(i, j int) {
			shuffled.Excluded[i], shuffled.Excluded[j] = shuffled.Excluded[j], shuffled.Excluded[i]
		})
		if again, _ := c.Count(shuffled); again != with {
			t.Fatalf("%+v: %+v, in another order %+v", more, with, again)
		}
		more.Excluded = more.Excluded[:len(more.Excluded)-1]
		if again, _ := c.Count(more); again != without {
			t.Fatalf("%+v: %+v, put back %+v", more, without, again)
		}
	}
}
