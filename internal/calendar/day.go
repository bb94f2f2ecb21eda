// Package calendar counts legal periods: a Day type, the State Council's working days, and the day-by-day ledger of a count.
//
// It is pure: no database and no clock. A [Calendar] is read once from dated files and never changes afterwards, so one
// value can be shared by everything.
package calendar

import (
	"errors"
	"strconv"
	"time"
)

// Day is a calendar day in Asia/Shanghai, the day the law counts in. The zero value means "no day"; days compare with <.
// The number is the proleptic Gregorian day number: 1 is 0001-01-01, a Monday.
type Day int32

// MaxDay is 9999-12-31, the last day that can be written as YYYY-MM-DD.
const MaxDay Day = 3652059

const (
	layout    = "2006-01-02"
	unixEpoch = 719163 // Day of 1970-01-01
	daySecs   = 86400
)

// Date is the day y-m-d. Values out of range carry over as in time.Date; before year 1 or after 9999 it is no day.
func Date(y int, m time.Month, d int) Day {
	return fromUTC(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

func fromUTC(t time.Time) Day {
	s := t.Unix()
	if s < (1-unixEpoch)*daySecs || s >= (int64(MaxDay)+1-unixEpoch)*daySecs {
		return 0
	}
	return Day((s + unixEpoch*daySecs) / daySecs)
}

// ParseDay reads YYYY-MM-DD and nothing else.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(layout, s)
	if err != nil || len(s) != len(layout) {
		return 0, errors.New(strconv.Quote(s) + " is not a day: want YYYY-MM-DD")
	}
	d := fromUTC(t)
	if d == 0 {
		return 0, errors.New(strconv.Quote(s) + " is not a day: the year must be 0001 to 9999")
	}
	return d, nil
}

func (d Day) utc() time.Time { return time.Unix((int64(d)-unixEpoch)*daySecs, 0).UTC() }

// IsZero reports whether d is no day.
func (d Day) IsZero() bool { return d == 0 }

// String is YYYY-MM-DD, or "" for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.utc().Format(layout)
}

// Civil is the year, month and day of the month; zeros for no day.
func (d Day) Civil() (year int, month time.Month, day int) {
	if d == 0 {
		return 0, 0, 0
	}
	return d.utc().Date()
}

// Han writes a day as official papers do: 2014年3月5日; "" for no day.
func (d Day) Han() string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.Civil()
	return strconv.Itoa(y) + "年" + strconv.Itoa(int(m)) + "月" + strconv.Itoa(day) + "日"
}

// Year is the year of d; 0 for no day.
func (d Day) Year() int { y, _, _ := d.Civil(); return y }

// Month is the month of d; 0 for no day.
func (d Day) Month() time.Month { _, m, _ := d.Civil(); return m }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(((d % 7) + 7) % 7) }

// AddDays is n calendar days later (earlier when negative). No day stays no day; past either end of the calendar is no day.
func (d Day) AddDays(n int) Day {
	to := int64(d) + int64(n)
	if d == 0 || to < 1 || to > int64(MaxDay) {
		return 0
	}
	return Day(to)
}

// AddMonths is the corresponding day n months later, or the last day of that month where it has no such day
// (Implementing Rules of the Patent Law, Art. 5): 2015-11-30 + 3 months is 2016-02-29.
func (d Day) AddMonths(n int) Day {
	if d == 0 {
		return 0
	}
	y, m, day := d.Civil()
	const most = 12 * 10000 // from any day past either end of the calendar
	n = max(-most, min(n, most))
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return fromUTC(first.AddDate(0, 0, min(day, last)-1))
}

// MarshalText writes YYYY-MM-DD, "" for no day (JSON and YAML use it).
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; "" is no day.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDay(string(b))
	if err == nil {
		*d = v
	}
	return err
}
