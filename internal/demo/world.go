package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// world is the office with its chance, its words and what is planned to happen in it.
type world struct {
	Office
	*words
	rng        *rand.Rand
	today, end calendar.Day // end is the last day on which anything happened: the working day before today
	progress   func(done, total int, what string)
	over       func() error // why the filling must end
	staff      map[string]*staff
	by         map[string]access.Actor // by username
	queue      []act
	live       []*script // matters of the months before today that stopped at a step
	volumes    map[string]int
	serials    map[int]bool
	pages      map[string]blob.Ref
	nth        int // counterfeit matters of these months, as they are planned
}

// act is something that somebody did at a time.
type act struct {
	at time.Time
	do func(tx *store.Tx) error
}

func newWorld(o Office, opt Options) (*world, error) {
	w := &world{
		Office: o, rng: rand.New(rand.NewPCG(3305, 2014)), today: opt.Today, progress: opt.Progress,
		by: map[string]access.Actor{}, volumes: map[string]int{}, serials: map[int]bool{}, pages: map[string]blob.Ref{},
	}
	w.end = w.back(w.today, 1)
	var err error
	w.words, err = loadWords(w.rng)
	return w, err
}

// chunk is how many acts are written in one transaction.
const chunk = 500

// run does what is planned, in the order of time.
func (w *world) run(ctx context.Context) error {
	if w.fault != nil {
		return w.fault
	}
	slices.SortStableFunc(w.queue, func(a, b act) int { return a.at.Compare(b.at) })
	total := len(w.queue)
	for done := 0; done < total; {
		part := w.queue[done:min(done+chunk, total)]
		err := w.DB.Tx(ctx, func(tx *store.Tx) error {
			for _, a := range part {
				if err := w.over(); err != nil {
					return err
				}
				if err := a.do(tx.At(a.at)); err != nil {
					return fmt.Errorf("demonstration office, %s: %w", a.at.Format(time.DateTime), err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		done += len(part)
		clear(part) // what was done is no longer needed
		if w.progress != nil {
			what := "demo.filling.past"
			if done < total && w.queue[done].at.Year() > 2016 || done == total {
				what = "demo.filling.present"
			}
			w.progress(done, total, what)
		}
	}
	return nil
}

// Office hours, in minutes of the day.
const (
	opens  = 8*60 + 35
	noon   = 11*60 + 50
	back   = 13*60 + 35
	closes = 17 * 60
)

// hour is a time of a working day within office hours.
func (w *world) hour(d calendar.Day) time.Time {
	m := opens + w.rng.IntN(noon-opens+closes-back)
	if m > noon {
		m += back - noon
	}
	return d.Time().Add(time.Duration(m)*time.Minute + time.Duration(w.rng.IntN(60000))*time.Millisecond)
}

// later is a time lo to hi working days after t; on the same day it is some minutes later, or else the next morning.
func (w *world) later(t time.Time, lo, hi int) time.Time {
	d := calendar.DayOf(t)
	if n := w.between(lo, hi); n > 0 {
		return w.hour(w.plus(d, n))
	}
	t = t.Add(time.Duration(w.between(9, 55))*time.Minute + time.Duration(w.rng.IntN(60000))*time.Millisecond)
	switch m := int(t.Sub(d.Time()) / time.Minute); {
	case m >= closes:
		return w.plus(d, 1).Time().Add(time.Duration(opens+w.rng.IntN(60)) * time.Minute)
	case m > noon && m < back:
		return t.Add((back - noon) * time.Minute)
	}
	return t
}

// between is a number from lo to hi, both included.
func (w *world) between(lo, hi int) int { return lo + w.rng.IntN(hi-lo+1) }

// chance is true in so many of a hundred.
func (w *world) chance(percent int) bool { return w.rng.IntN(100) < percent }

// plus is the n-th working day after d.
func (w *world) plus(d calendar.Day, n int) calendar.Day {
	for n > 0 {
		if d++; w.Days.Working(d) {
			n--
		}
	}
	return d
}

// back is the n-th working day before d.
func (w *world) back(d calendar.Day, n int) calendar.Day {
	for n > 0 {
		if d--; w.Days.Working(d) {
			n--
		}
	}
	return d
}

// spread is n working days from one day to another, in order. Months of campaigns have more of them.
func (w *world) spread(n int, from, to calendar.Day) []calendar.Day {
	var days []calendar.Day
	for d := from; d <= to; d++ {
		if w.Days.Working(d) {
			days = append(days, slices.Repeat([]calendar.Day{d}, season(d.Month()))...)
		}
	}
	out := make([]calendar.Day, n)
	for i := range out {
		out[i] = days[w.rng.IntN(len(days))]
	}
	slices.Sort(out)
	return out
}

// season is how busy a month is: the week of 26 April, the summer's inspections, the autumn's campaigns, the Spring Festival.
func season(m time.Month) int {
	return [...]int{0, 5, 3, 7, 11, 9, 10, 7, 6, 10, 11, 12, 6}[m]
}

// due is the last day of a party's period that starts on a day.
func (w *world) due(rule, kind, office string, start calendar.Day) calendar.Day {
	r, ok := w.Rules.Rule(rule, statute.Query{On: start, Region: office, Kind: kind})
	if !ok {
		return start
	}
	due, err := w.Rules.Due(w.Days, r, start, statute.Options{})
	if err != nil {
		w.fail(err)
	}
	return due.Due
}

// of draws one of several.
func of[T any](w *world, list ...T) T { return list[w.rng.IntN(len(list))] }

// weighted draws a name by its weight: "report", 3, "letter", 1.
func (w *world) weighted(pairs ...any) string {
	sum := 0
	for i := 1; i < len(pairs); i += 2 {
		sum += pairs[i].(int)
	}
	n := w.rng.IntN(sum)
	for i := 1; i < len(pairs); i += 2 {
		if n -= pairs[i].(int); n < 0 {
			return pairs[i-1].(string)
		}
	}
	return ""
}

// dealt is a shuffled row of names, each as often as asked.
func (w *world) dealt(pairs ...any) []string {
	var out []string
	for i := 1; i < len(pairs); i += 2 {
		for range pairs[i].(int) {
			out = append(out, pairs[i-1].(string))
		}
	}
	w.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func fen(yuan int) string { return strconv.Itoa(yuan * 100) }
