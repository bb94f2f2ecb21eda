package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Unit is the unit a period is written in.
type Unit string

// The units of the law. H counts only from an instant: see [AddHours].
const (
	WD Unit = "wd" // working days 工作日
	CD Unit = "cd" // calendar days 日
	MO Unit = "mo" // months 月, to the corresponding day
	H  Unit = "h"  // hours 小时
)

// Valid reports whether u is one of the four units.
func (u Unit) Valid() bool { return u == WD || u == CD || u == MO || u == H }

// Term is a length of time as the law writes it: 15 wd, 3 mo.
type Term struct {
	N    int
	Unit Unit
}

// Interval is time that does not count, both end days included.
type Interval struct {
	From, To Day
	Name     string // the ground, for the ledger
}

// Period is what is to be counted. The start day itself is not counted.
type Period struct {
	Start Day
	Term
	Extensions []Term     // each added to the unrolled end of what stands before it
	Excluded   []Interval // in any order, overlapping or not
	Back       bool       // counted backwards: "at least 3 working days before the hearing"
}

// Result is the end of a period.
type Result struct {
	Strict      Day  // the last day before any rolling
	Due         Day  // Strict, rolled to a working day: the next one, counted back the one before
	Provisional bool // rests on a day of a year without a published calendar
}

// Row is one calendar day of a count.
type Row struct {
	Day     Day
	Counted int  // running number through base and extensions; 0 when the day was skipped
	Why     *Why // shared by many rows: not to be changed
	Part    int  // 0 the period itself, 1, 2, … its extensions, -1 rolled to a working day
}

const (
	maxDays   = 36600 // a century: what is longer is a mistake
	maxMonths = 1200
)

// Count ends a period. It errs when the period makes no sense: no start, an unknown unit, an interval turned around, or
// more than a century.
//
// Months end on the corresponding day, or the last of a shorter month. Excluded days that fall inside the period move
// its end by as many days, in its own unit. An extension is added to the end before rolling and, in months, to the
// nominal end: 3 months from 2025-03-31 and 1 month more end on 2025-07-30, moved by the days excluded.
func (c *Calendar) Count(p Period) (Result, error) { return c.count(p, nil) }

// Ledger is Count with every calendar day from the one next to the start to the due day, and why it counted or did not.
func (c *Calendar) Ledger(p Period) (Result, []Row, error) {
	rows := make([]Row, 0, p.guess())
	r, err := c.count(p, &rows)
	if err != nil {
		return Result{}, nil, err
	}
	return r, rows, nil
}

// guess is about how many rows a ledger will have.
func (p Period) guess() int {
	n := 16
	for _, t := range append([]Term{p.Term}, p.Extensions...) {
		switch t.Unit {
		case WD:
			n += t.N * 8 / 5
		case MO:
			n += t.N * 31
		default:
			n += t.N
		}
	}
	return max(16, min(n, maxDays))
}

func (p Period) check() error {
	if p.Start <= 0 || p.Start > MaxDay {
		return fmt.Errorf("a period needs a start day")
	}
	if p.Back && len(p.Extensions) > 0 {
		return fmt.Errorf("a period counted backwards cannot be extended")
	}
	for i := -1; i < len(p.Extensions); i++ {
		t := p.Term
		if i >= 0 {
			t = p.Extensions[i]
		}
		most := maxDays
		if t.Unit == MO {
			most = maxMonths
		}
		if t.Unit != WD && t.Unit != CD && t.Unit != MO {
			return fmt.Errorf("a period cannot be counted in %q on days", t.Unit)
		}
		if t.N < 0 || t.N > most {
			return fmt.Errorf("a period of %d %s is out of range", t.N, t.Unit)
		}
	}
	for _, x := range p.Excluded {
		if x.From <= 0 || x.To < x.From {
			return fmt.Errorf("%q to %q is not an interval", x.From, x.To)
		}
	}
	return nil
}

func (c *Calendar) count(p Period, rows *[]Row) (Result, error) {
	if err := p.check(); err != nil {
		return Result{}, err
	}
	k := counter{c: c, at: p.Start, nominal: p.Start, back: p.Back, left: maxDays, rows: rows}
	k.excluded = unite(p.Excluded)
	if p.Back {
		slices.Reverse(k.excluded)
	}
	k.term(p.Term)
	for i, t := range p.Extensions {
		k.part = i + 1
		k.term(t)
	}
	r := Result{Strict: k.at}
	k.roll()
	r.Due, r.Provisional = k.at, k.provisional
	if k.left == 0 || r.Due <= 0 || r.Due > MaxDay {
		return Result{}, fmt.Errorf("the period from %s is longer than a century", p.Start)
	}
	return r, nil
}

// counter walks day by day.
type counter struct {
	c           *Calendar
	at          Day // where the walk stands
	nominal     Day // where it would stand with nothing excluded: months are added here
	back        bool
	part        int
	counted     int
	left        int        // days it may still walk
	excluded    []Interval // not yet passed, nearest first
	rows        *[]Row
	provisional bool
}

// ahead is n days in the direction of the walk.
func (k *counter) ahead(n int) int {
	if k.back {
		return -n
	}
	return n
}

func (k *counter) term(t Term) {
	if t.Unit == WD {
		k.walk(t.N, true)
		k.nominal = k.at
		return
	}
	end := k.nominal.AddDays(k.ahead(t.N))
	if t.Unit == MO {
		end = k.nominal.AddMonths(k.ahead(t.N))
	}
	if end == 0 { // past the end of the calendar
		k.left = 0
		return
	}
	k.walk(k.ahead(int(end-k.nominal)), false)
	k.nominal = end
}

// walk goes on until n more days are counted.
func (k *counter) walk(n int, workingOnly bool) {
	for n > 0 && k.left != 0 {
		k.at += Day(k.ahead(1))
		k.left--
		x := k.c.at(k.at)
		ground, out := k.out()
		counts := !out && (x.worked || !workingOnly)
		if counts {
			n--
			k.counted++
		}
		if workingOnly && !out && !x.known {
			k.provisional = true
		}
		if k.rows != nil {
			row := Row{Day: k.at, Part: k.part, Why: &k.c.reasons[x.why]}
			if counts {
				row.Counted = k.counted
			}
			if out {
				row.Why = &Why{Kind: Excluded, Name: ground}
			}
			*k.rows = append(*k.rows, row)
		}
	}
}

// out reports whether the walk stands inside an excluded interval, and on what ground.
func (k *counter) out() (string, bool) {
	for len(k.excluded) > 0 {
		x := k.excluded[0]
		passed := k.at > x.To
		if k.back {
			passed = k.at < x.From
		}
		if !passed {
			return x.Name, k.at >= x.From && k.at <= x.To
		}
		k.excluded = k.excluded[1:]
	}
	return "", false
}

// roll goes on to a working day, in the direction of the walk.
func (k *counter) roll() {
	for {
		x := k.c.at(k.at)
		k.provisional = k.provisional || !x.known
		if x.worked {
			return
		}
		k.at += Day(k.ahead(1))
		if k.rows != nil {
			x = k.c.at(k.at)
			*k.rows = append(*k.rows, Row{Day: k.at, Part: -1, Why: &k.c.reasons[x.why]})
		}
	}
}

// unite sorts the intervals and cuts what overlaps, so that each day belongs to one of them, the earliest begun.
func unite(in []Interval) []Interval {
	if len(in) == 0 {
		return nil
	}
	all := slices.Clone(in)
	slices.SortFunc(all, func(a, b Interval) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Name, b.Name))
	})
	out := all[:0]
	var end Day
	for _, x := range all {
		x.From = max(x.From, end+1)
		if x.From <= x.To {
			out = append(out, x)
			end = x.To
		}
	}
	return out
}

// AddHours is the instant n hours later: periods in hours run from the instant, day and night, and are not rolled
// (Coercion Law Art. 69 turns only days into working days).
func AddHours(t time.Time, n int) time.Time { return t.Add(time.Duration(n) * time.Hour) }
