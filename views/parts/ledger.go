package parts

import (
	"strconv"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
)

// DayMark is what the count did with a day.
type DayMark string

// The marks of a day in a ledger.
const (
	DayCounted   DayMark = "counted"
	DaySkipped   DayMark = "skipped"   // weekend or holiday
	DaySuspended DayMark = "suspended" // the clock stood still
	DayStart     DayMark = "start"     // the day of the act, which is not counted
	DayDue       DayMark = "due"       // the last day
)

// LedgerDay is one day of a count.
type LedgerDay struct {
	Day  calendar.Day
	Mark DayMark
	N    int    // the running number of a counted day
	Why  string // why it is skipped or suspended, or what makes it special: "国庆节", "调休上班"
}

// Ledger is a count told day by day, as a proof that can be printed.
type Ledger struct {
	Days    []LedgerDay // in order, one a day, without gaps
	Sources []Link      // the notices the holidays come from, the article
}

type ledgerMonth struct {
	year  int
	month time.Month
	weeks [][7]*LedgerDay // from Monday; nil = outside the count
	blank [][7]int        // day of the month of a cell outside the count, 0 = outside the month
	fold  *ledgerRun      // the run of equal days that the month is a part of; nil where it is of none
}

// ledgerRun is a run of whole months whose days were all counted, or all left out for one reason. Where the count is too long for a sheet, it prints as a line in
// their place; on the screen the months stay.
type ledgerRun struct {
	first, last LedgerDay
}

// mostMonths is how many months print on a sheet with all else that the proof says.
const mostMonths = 8

// folded marks the months of a long count that lie in runs of equal days, and gives the runs.
func folded(months []ledgerMonth) []*ledgerRun {
	var out []*ledgerRun
	if len(months) <= mostMonths {
		return nil
	}
	for i := range months {
		first, last, even := months[i].even()
		if !even {
			continue
		}
		if i > 0 && months[i-1].fold != nil && months[i-1].fold.last.alike(first) {
			months[i].fold = months[i-1].fold
			months[i].fold.last = last
			continue
		}
		months[i].fold = &ledgerRun{first, last}
		out = append(out, months[i].fold)
	}
	return out
}

// even says whether a month lies in the count with all its days, and they are alike.
func (m ledgerMonth) even() (first, last LedgerDay, even bool) {
	for i, week := range m.weeks {
		for j, d := range week {
			switch {
			case d == nil && m.blank[i][j] == 0:
			case d == nil || d.Mark == DayStart || d.Mark == DayDue || !last.Day.IsZero() && !last.alike(*d):
				return first, last, false
			default:
				if last = *d; first.Day.IsZero() {
					first = *d
				}
			}
		}
	}
	return first, last, !last.Day.IsZero()
}

// alike says whether the count did the same with two days, for the same reason.
func (d LedgerDay) alike(x LedgerDay) bool { return d.mark() == x.mark() && d.Why == x.Why }

func (r ledgerRun) words(p *i18n.Printer) string {
	s := p.T("parts.ledger.span", r.first.Day, r.last.Day) + p.T("parts.ledger.colon")
	if r.first.count() != "" {
		return s + p.T("parts.ledger.run", r.first.count(), r.last.count())
	}
	return s + r.first.words(p)
}

// months lays the days out as calendar pages.
func (l Ledger) months() []ledgerMonth {
	var out []ledgerMonth
	by := map[calendar.Day]*LedgerDay{}
	for i := range l.Days {
		by[l.Days[i].Day] = &l.Days[i]
	}
	if len(l.Days) == 0 {
		return nil
	}
	first, last := l.Days[0].Day, l.Days[len(l.Days)-1].Day
	y, m, _ := first.Civil()
	for d := calendar.Date(y, m, 1); !d.IsZero() && d <= last; { // no day: past the end of the calendar
		y, m, _ := d.Civil()
		page := ledgerMonth{year: y, month: m}
		col := (int(d.Weekday()) + 6) % 7
		for !d.IsZero() && d.Month() == m {
			var week [7]*LedgerDay
			var blank [7]int
			for ; col < 7 && !d.IsZero() && d.Month() == m; col++ {
				if e := by[d]; e != nil {
					week[col] = e
				} else {
					_, _, blank[col] = d.Civil()
				}
				d = d.AddDays(1)
			}
			page.weeks = append(page.weeks, week)
			page.blank = append(page.blank, blank)
			col = 0
		}
		out = append(out, page)
	}
	return out
}

func (m ledgerMonth) title(p *i18n.Printer) string {
	return p.T("parts.month", strconv.Itoa(m.year), p.T("parts.month."+strconv.Itoa(int(m.month))))
}

// ledgerSpan is a run of days with the same words.
type ledgerSpan struct {
	LedgerDay
	last calendar.Day
}

// special are the days worth a line of words: all but plain counted days and plain weekends. Days off and suspended
// days that follow one another share a line.
func (l Ledger) special() []ledgerSpan {
	var out []ledgerSpan
	for _, d := range l.Days {
		if d.Why == "" && d.Mark != DayStart && d.Mark != DayDue {
			continue
		}
		if n := len(out); n > 0 && out[n-1].last.AddDays(1) == d.Day && out[n-1].Mark == d.Mark && out[n-1].Why == d.Why && d.count() == "" {
			out[n-1].last = d.Day
			continue
		}
		out = append(out, ledgerSpan{LedgerDay: d, last: d.Day})
	}
	return out
}

func (s ledgerSpan) days(p *i18n.Printer) string {
	if s.last == s.Day {
		return p.Day(s.Day)
	}
	return p.T("parts.ledger.span", s.Day, s.last)
}

func (d LedgerDay) number() string {
	_, _, n := d.Day.Civil()
	return strconv.Itoa(n)
}

func (d LedgerDay) count() string {
	if (d.Mark == DayCounted || d.Mark == DayDue) && d.N > 0 {
		return strconv.Itoa(d.N)
	}
	return ""
}

func (d LedgerDay) mark() DayMark {
	switch d.Mark {
	case DayCounted, DaySkipped, DaySuspended, DayStart, DayDue:
		return d.Mark
	}
	return DaySkipped
}

// words say to a screen reader and in the list of special days what the day is.
func (d LedgerDay) words(p *i18n.Printer) string {
	s := p.T("parts.ledger." + string(d.mark()))
	if c := d.count(); c != "" {
		s = p.T("parts.ledger.nth", c)
		if d.Mark == DayDue {
			s += p.T("parts.ledger.also")
		}
	}
	if d.Why != "" {
		s += p.T("parts.ledger.colon") + d.Why
	}
	return s
}

func weekdays() []string { return []string{"1", "2", "3", "4", "5", "6", "7"} }
