//go:build !js

// The check on a phone counts no periods, it only compares days: package patent is compiled for it.

package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Kind says why a day is a working day or not, or why a count skipped it.
type Kind string

// The kinds of day. Excluded appears only in ledgers.
const (
	Weekday     Kind = "weekday"      // Monday to Friday, worked
	Weekend     Kind = "weekend"      // ordinary Saturday or Sunday, off
	Holiday     Kind = "holiday"      // off by a notice of the State Council
	MakeUp      Kind = "makeup"       // Saturday or Sunday worked by a notice
	UnknownYear Kind = "unknown-year" // no notice for that year yet: Monday to Friday is only a guess
	Excluded    Kind = "excluded"     // inside an interval that does not count
)

// Why is the reason of a day: its kind, the holiday's name (or the ground of an exclusion), and the notice it rests on.
type Why struct {
	Kind   Kind
	Name   string
	Notice Notice
}

// String is the reason in one line of plain text: "holiday 春节 (国办发明电〔2019〕16号)".
func (w Why) String() string {
	s := string(w.Kind)
	if w.Name != "" {
		s += " " + w.Name
	}
	if w.Notice.Number != "" {
		s += " (" + w.Notice.Number + ")"
	}
	return s
}

// cell is what the table knows of one day.
type cell struct {
	worked bool
	known  bool
	why    int32 // index into reasons
}

// The reasons of ordinary days; after them come the lines of the notices.
const (
	ofWeekday int32 = iota
	ofWeekend
	ofUnknown
)

// Calendar knows the working days of the years it was given. It never changes and is safe for concurrent use.
type Calendar struct {
	years   map[int]Year
	first   Day // the day of cells[0]
	cells   []cell
	worked  []int32 // worked[i]: working days among cells[:i]
	reasons []Why   // a ledger's rows point into it
	hash    string
}

// Load reads every <year>.yaml at the top of fsys. An error names the file and the line.
func Load(fsys fs.FS) (*Calendar, error) {
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("calendar: no <year>.yaml file found")
	}
	years := make([]Year, 0, len(files))
	for _, name := range files {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("calendar: %w", err)
		}
		y, err := ParseYear(name, text)
		if err != nil {
			return nil, err
		}
		if stem := strings.TrimSuffix(path.Base(name), ".yaml"); stem != fmt.Sprint(y.Year) {
			return nil, fmt.Errorf("%s:1: the file holds the year %d", name, y.Year)
		}
		years = append(years, y)
	}
	return New(years...)
}

// New builds a calendar from years already read. A later Year replaces an earlier one of the same number.
func New(years ...Year) (*Calendar, error) {
	c := &Calendar{years: map[int]Year{}, reasons: []Why{ofWeekday: {Kind: Weekday}, ofWeekend: {Kind: Weekend}, ofUnknown: {Kind: UnknownYear}}}
	for _, y := range years {
		if y.Year < 1900 || y.Year > 2200 {
			return nil, fmt.Errorf("calendar: the year %d is out of range", y.Year)
		}
		c.years[y.Year] = y
	}
	order := slices.Sorted(maps.Keys(c.years))
	if len(order) == 0 {
		return nil, fmt.Errorf("calendar: no year given")
	}
	text, err := json.Marshal(c.Years())
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	sum := sha256.Sum256(text)
	c.hash = hex.EncodeToString(sum[:])
	c.first = Date(order[0], time.January, 1)
	last := Date(order[len(order)-1], time.December, 31)
	c.cells = make([]cell, last-c.first+1)
	for i := range c.cells {
		d := c.first + Day(i)
		c.cells[i] = guess(d)
		if _, known := c.years[d.Year()]; known {
			c.cells[i].known, c.cells[i].why = true, ofWeekend
			if c.cells[i].worked {
				c.cells[i].why = ofWeekday
			}
		}
	}
	for _, n := range order {
		c.enter(c.years[n])
	}
	c.worked = make([]int32, len(c.cells)+1)
	for i, x := range c.cells {
		c.worked[i+1] = c.worked[i]
		if x.worked {
			c.worked[i+1]++
		}
	}
	return c, nil
}

func (c *Calendar) enter(y Year) {
	for _, s := range y.Holidays {
		for d := s.From; d <= s.To; d++ {
			c.cells[d-c.first] = cell{worked: false, known: true, why: int32(len(c.reasons))}
		}
		c.reasons = append(c.reasons, Why{Holiday, s.Holiday, y.notice(s.Notice)})
	}
	for _, m := range y.MakeUp {
		c.cells[m.Day-c.first] = cell{worked: true, known: true, why: int32(len(c.reasons))}
		c.reasons = append(c.reasons, Why{MakeUp, m.Holiday, y.notice(m.Notice)})
	}
}

// With is a new calendar in which y stands in place of the year of the same number: a notice imported or corrected.
func (c *Calendar) With(y Year) (*Calendar, error) { return New(append(c.Years(), y)...) }

// Years are the years known, in order.
func (c *Calendar) Years() []Year {
	out := make([]Year, 0, len(c.years))
	for _, n := range slices.Sorted(maps.Keys(c.years)) {
		out = append(out, c.years[n])
	}
	return out
}

// Hash is the SHA-256 of the content, in hex. Stored with every date computed from it.
func (c *Calendar) Hash() string { return c.hash }

// Known reports whether the State Council's days off of the year are in the calendar.
func (c *Calendar) Known(year int) bool { _, ok := c.years[year]; return ok }

// Working reports whether offices work on d: Monday to Friday less days off, plus make-up days. Of a year that is not
// known it says Monday to Friday; see [Calendar.Known].
func (c *Calendar) Working(d Day) bool {
	x := c.at(d)
	return x.worked
}

// at is the cell of d; outside the table it is a guess, and says so by not being known.
func (c *Calendar) at(d Day) cell {
	if i := int(d) - int(c.first); i >= 0 && i < len(c.cells) {
		return c.cells[i]
	}
	return guess(d)
}

// guess is a day of a year that is not known: Monday to Friday.
func guess(d Day) cell { return cell{worked: monToFri(d), why: ofUnknown} }

// Explain is Working with its reason.
func (c *Calendar) Explain(d Day) (working bool, why Why) {
	x := c.at(d)
	return x.worked, c.reasons[x.why]
}

// WorkingDays is the number of working days after from, up to and including to; negative when to is before from.
func (c *Calendar) WorkingDays(from, to Day) int {
	if to < from {
		return -c.WorkingDays(to, from)
	}
	lo, hi := c.first, c.first+Day(len(c.cells))-1 // the table
	n := 0
	for d := from + 1; d <= to; d++ {
		if d >= lo && d <= hi {
			end := min(to, hi)
			n += int(c.worked[end-lo+1] - c.worked[d-lo])
			d = end
		} else if monToFri(d) {
			n++
		}
	}
	return n
}

// Left is the number of days left until due in the law's own unit: working days for wd, else calendar days. It is 0 on
// the day itself and negative as soon as it is over, if only by a weekend.
func (c *Calendar) Left(today, due Day, unit Unit) int {
	if unit != WD {
		return int(due) - int(today)
	}
	n := c.WorkingDays(today, due)
	if today > due && n == 0 {
		return -1
	}
	return n
}

func monToFri(d Day) bool {
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday
}
