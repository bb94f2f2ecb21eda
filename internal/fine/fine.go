// Package fine is the account of a penalty: what was ordered, deferred and paid, and what is added for every day late.
//
// It is pure. The daily addition, its cap and the time in which it stands still are the rule book's (statute.Book.Surcharge).
package fine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/statute"
)

// What a payment is for.
const (
	Fine        = "fine"        // 罚款
	Surcharge   = "surcharge"   // 加处罚款
	Confiscated = "confiscated" // 没收违法所得
)

// Kinds is what a payment can be for.
func Kinds() []string { return []string{Fine, Surcharge, Confiscated} }

// Part is a part of the fine with its last day of payment.
type Part struct {
	Due calendar.Day
	Fen int64
}

// Plan is a deferral or instalments that were approved on a day, for what was open then (Penalty Law 2021 Art. 66(2); Market-Regulation
// Procedure Art. 74).
type Plan struct {
	On    calendar.Day
	Parts []Part
}

// Payment is money that came in.
type Payment struct {
	On  calendar.Day
	Fen int64
	For string
}

// Account is everything that happened to a penalty.
type Account struct {
	Fen            int64        // the fine
	Due            calendar.Day // its last day of payment
	ConfiscatedFen int64
	Plans          []Plan
	Payments       []Payment
	Remedies       []calendar.Interval // reconsiderations and suits, both days included
}

// Line is a part of the fine from its last day until it was paid, deferred, or the day of the reckoning.
type Line struct {
	Fen    int64
	Due    calendar.Day
	Until  calendar.Day
	End    string // paid, deferred, open
	Days   int    // late, without those that do not count
	Added  int64  // fen
	Capped bool
}

// How a line ends.
const (
	Paid     = "paid"
	Deferred = "deferred"
	Open     = "open"
)

// Ledger is an account as it stands on a day. All sums in fen.
type Ledger struct {
	On              calendar.Day
	Lines           []Line
	Fine, FinePaid  int64
	Added           int64 // the surcharge: never more than the fine (Coercion Law Art. 45(2))
	AddedPaid       int64
	Confiscated     int64
	ConfiscatedPaid int64
	Capped          bool
	Cite            statute.Text // of the surcharge
}

// FineOpen is what is still to be paid of the fine.
func (l Ledger) FineOpen() int64 { return max(0, l.Fine-l.FinePaid) }

// AddedOpen is what is still to be paid of the surcharge.
func (l Ledger) AddedOpen() int64 { return max(0, l.Added-l.AddedPaid) }

// ConfiscatedOpen is what is still to be handed over.
func (l Ledger) ConfiscatedOpen() int64 { return max(0, l.Confiscated-l.ConfiscatedPaid) }

// Open is everything still to be paid.
func (l Ledger) Open() int64 { return l.FineOpen() + l.AddedOpen() + l.ConfiscatedOpen() }

// Reckon makes the account up to a day; what happened after it is left out. Money for the fine pays what was due first.
func Reckon(book *statute.Book, a Account, on calendar.Day) Ledger {
	l := Ledger{On: on, Fine: a.Fen, Confiscated: a.ConfiscatedFen}
	open := []Part{{a.Due, a.Fen}}
	line := func(p Part, until calendar.Day, end string) {
		if p.Fen <= 0 {
			return
		}
		late := book.Surcharge(p.Fen, p.Due, until, a.Remedies)
		l.Lines = append(l.Lines, Line{Fen: p.Fen, Due: p.Due, Until: until, End: end, Days: late.Days, Added: late.Fen, Capped: late.Capped})
		l.Added += late.Fen
		l.Capped = l.Capped || late.Capped
		if late.Cite.ZH != "" {
			l.Cite = late.Cite
		}
	}
	pay := func(fen int64, day calendar.Day) {
		for fen > 0 && len(open) > 0 {
			p := Part{open[0].Due, min(fen, open[0].Fen)}
			line(p, day, Paid)
			fen -= p.Fen
			if open[0].Fen -= p.Fen; open[0].Fen == 0 {
				open = open[1:]
			}
		}
	}
	plans := slices.Clone(a.Plans)
	slices.SortStableFunc(plans, func(x, y Plan) int { return cmp.Compare(x.On, y.On) })
	payments := slices.DeleteFunc(slices.Clone(a.Payments), func(p Payment) bool { return p.On > on })
	slices.SortStableFunc(payments, func(x, y Payment) int { return cmp.Compare(x.On, y.On) })
	deferUntil := func(day calendar.Day) {
		for len(plans) > 0 && plans[0].On <= day {
			for _, p := range open {
				if plans[0].On > p.Due {
					line(p, plans[0].On, Deferred)
				}
			}
			open = slices.Clone(plans[0].Parts)
			slices.SortStableFunc(open, func(x, y Part) int { return cmp.Compare(x.Due, y.Due) })
			plans = plans[1:]
		}
	}
	for _, p := range payments {
		switch p.For {
		case Surcharge:
			l.AddedPaid += p.Fen
		case Confiscated:
			l.ConfiscatedPaid += p.Fen
		default:
			deferUntil(p.On)
			l.FinePaid += p.Fen
			pay(p.Fen, p.On)
		}
	}
	deferUntil(on)
	for _, p := range open {
		line(p, on, Open)
	}
	if l.Added > l.Fine && on >= calendar.Date(2012, 1, 1) { // the cap is on the whole; each line has its own
		l.Added, l.Capped = max(l.Fine, before(book, l.Lines, a.Remedies)), true
	}
	return l
}

// before is what had run up by the end of 2011, when there was no cap: it stays.
func before(book *statute.Book, lines []Line, remedies []calendar.Interval) (sum int64) {
	last := calendar.Date(2011, 12, 31)
	for _, x := range lines {
		if x.Due < last {
			sum += book.Surcharge(x.Fen, x.Due, min(x.Until, last), remedies).Fen
		}
	}
	return sum
}

// ErrPlan is a plan that cannot be read.
var ErrPlan = errors.New("each line of a plan is a day and an amount in yuan, such as 2025-05-01 5000.00")

// ParsePlan reads a plan as it is typed: a line for each part, a day and an amount in yuan. The days rise.
func ParsePlan(s string) ([]Part, error) {
	var out []Part
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) != 2 {
			return nil, ErrPlan
		}
		day, err := calendar.ParseDay(f[0])
		if err != nil {
			return nil, ErrPlan
		}
		fen, err := parseYuan(f[1])
		if err != nil || fen <= 0 || len(out) > 0 && day <= out[len(out)-1].Due {
			return nil, ErrPlan
		}
		out = append(out, Part{day, fen})
	}
	if len(out) == 0 {
		return nil, ErrPlan
	}
	return out, nil
}

// Sum is a plan's whole amount in fen.
func Sum(parts []Part) (fen int64) {
	for _, p := range parts {
		fen += p.Fen
	}
	return fen
}

func parseYuan(s string) (int64, error) {
	whole, cents, _ := strings.Cut(s, ".")
	if len(cents) > 2 || len(whole) > 12 {
		return 0, ErrPlan
	}
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	if err != nil || strings.ContainsAny(s, "+-") {
		return 0, fmt.Errorf("%w: %q", ErrPlan, s)
	}
	return n, nil
}
