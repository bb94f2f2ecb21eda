package calendar

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Change is one notice as it is imported: a whole year's days off, or a correction of a year that is known.
type Change struct {
	Year       `yaml:",inline"`
	Correction bool `yaml:"correction,omitempty"` // the days named replace those of the year in force; all others stay
}

// mostOff is how many days off a notice may name: more is a mistake, not a year.
const mostOff = 100

// ParseChange reads a notice: yaml as the files of this program, or, when the name ends in .csv, rows "year,2027",
// "title,…", "number,…", "correction,yes", "off,2027-01-01,2027-01-03,元旦" and "work,2027-01-04,元旦". In a correction a day of
// work may be a weekday: a day off withdrawn. An error names file and line.
func ParseChange(file string, text []byte) (Change, error) {
	if strings.HasSuffix(strings.ToLower(file), ".csv") {
		return parseCSV(file, text)
	}
	var c Change
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil {
		return Change{}, syntax(file, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		bad := fault("documents", "more than one document")
		bad.File = file
		return Change{}, bad
	}
	line, err := lines(text)
	if err != nil {
		return Change{}, syntax(file, err)
	}
	if key, i, bad := c.Check(); bad != nil {
		bad.File, bad.Line = file, line(key, i)
		return Change{}, bad
	}
	return c, nil
}

var lineOf = regexp.MustCompile(`line (\d+)`)

// syntax is a text that cannot be read, with the line that its reader names.
func syntax(file string, err error) *Fault {
	bad := fault("syntax", "%s", strings.Join(strings.Fields(err.Error()), " "))
	bad.File = file
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		bad.Line, _ = strconv.Atoi(m[1]) // digits; one too large for a line is no line
	}
	return bad
}

func parseCSV(file string, text []byte) (Change, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	var c Change
	n := Notice{Number: NotRecorded}
	at := map[string][]int{} // the line of each entry
	seen := map[string]bool{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Change{}, syntax(file, err)
		}
		line, _ := r.FieldPos(0)
		bad := func(key, say string, args ...any) (Change, error) {
			x := fault(key, say, args...)
			x.File, x.Line = file, line
			return Change{}, x
		}
		key := row[0]
		if want := map[string]int{"year": 2, "title": 2, "number": 2, "correction": 2, "off": 4, "work": 3}[key]; want != len(row) {
			if want == 0 {
				return bad("row", "%q is none of year, title, number, correction, off, work", key)
			}
			return bad("cells", "%s has %d cells, not %d", key, len(row), want)
		}
		if key != "off" && key != "work" && seen[key] {
			return bad("twice", "%s is named twice", key)
		}
		seen[key] = true
		switch key {
		case "year":
			if c.Year.Year, err = strconv.Atoi(row[1]); err != nil {
				return bad("year", "the year %v is out of range", row[1])
			}
			n.ID = row[1]
			at["year"] = []int{line}
		case "title":
			n.Title = row[1]
			at["notices"] = []int{line}
		case "number":
			if row[1] != "" {
				n.Number = row[1]
			}
		case "correction":
			if row[1] != "yes" && row[1] != "no" {
				return bad("correction", "correction is yes or no, not %q", row[1])
			}
			c.Correction = row[1] == "yes"
		case "off":
			var s Off
			if s.From, err = ParseDay(row[1]); err != nil {
				return bad("not_day", "%q is not a day (YYYY-MM-DD)", row[1])
			}
			if s.To, err = ParseDay(row[2]); err != nil {
				return bad("not_day", "%q is not a day (YYYY-MM-DD)", row[2])
			}
			s.Holiday = row[3]
			c.Holidays = append(c.Holidays, s)
			at["holidays"] = append(at["holidays"], line)
		case "work":
			w := Work{Holiday: row[2]}
			if w.Day, err = ParseDay(row[1]); err != nil {
				return bad("not_day", "%q is not a day (YYYY-MM-DD)", row[1])
			}
			c.MakeUp = append(c.MakeUp, w)
			at["makeup"] = append(at["makeup"], line)
		}
	}
	c.Notices = []Notice{n}
	if key, i, bad := c.Check(); bad != nil {
		bad.File, bad.Line = file, 1
		if rows := at[key]; i < len(rows) {
			bad.Line = rows[i]
		}
		return Change{}, bad
	}
	return c, nil
}

// Check says what is wrong with the notice, and under which key and entry; nil where nothing is.
func (c Change) Check() (key string, i int, bad *Fault) {
	y := c.Year
	if c.Correction {
		if len(y.Notices) != 1 {
			return "notices", 0, fault("correction_notice", "a correction names one notice: its own")
		}
		if len(y.Holidays)+len(y.MakeUp) == 0 {
			return "year", 0, fault("correction_none", "the correction names no day")
		}
		y.MakeUp = slices.DeleteFunc(slices.Clone(y.MakeUp), func(w Work) bool {
			return w.Day.Year() == y.Year && w.Holiday != "" && w.Notice == "" && monToFri(w.Day)
		})
	} else if len(y.Holidays) == 0 {
		return "holidays", 0, fault("none", "the year names no day off")
	}
	off := 0
	for i, s := range y.Holidays {
		if off += int(s.To-s.From) + 1; off > mostOff {
			return "holidays", i, fault("too_many", "more than %d days off", mostOff)
		}
	}
	if key, i, bad := y.check(); bad != nil {
		return key, i, bad
	}
	for _, s := range c.Holidays {
		for i, w := range c.MakeUp {
			if w.Day >= s.From && w.Day <= s.To {
				return "makeup", i, fault("twice", "%s is named twice", w.Day)
			}
		}
	}
	return "", 0, nil
}

// Text is the notice as yaml, as ParseChange reads it.
func (c Change) Text() (string, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	err := enc.Encode(c)
	return b.String(), err
}

// Apply is the calendar with the notice in it. A correction of a year that is not known is an error.
func (c *Calendar) Apply(x Change) (*Calendar, error) {
	if !x.Correction {
		return c.With(x.Year)
	}
	y, known := c.years[x.Year.Year]
	if !known {
		return nil, fmt.Errorf("calendar: the year %d is not known: there is nothing to correct", x.Year.Year)
	}
	return c.With(y.corrected(x.Year))
}

// corrected is y with the days of x in place of its own.
func (y Year) corrected(x Year) Year {
	n := x.Notices[0]
	for i := 2; slices.ContainsFunc(y.Notices, func(o Notice) bool { return o.ID == n.ID }); i++ {
		n.ID = x.Notices[0].ID + "-" + strconv.Itoa(i)
	}
	named := map[Day]bool{}
	out := Year{Year: y.Year, Notices: append(slices.Clone(y.Notices), n)}
	for _, s := range x.Holidays {
		s.Notice = n.ID
		out.Holidays = append(out.Holidays, s)
		for d := s.From; d <= s.To; d++ {
			named[d] = true
		}
	}
	for _, w := range x.MakeUp {
		named[w.Day] = true
		if w.Notice = n.ID; !monToFri(w.Day) {
			out.MakeUp = append(out.MakeUp, w)
		}
	}
	for _, s := range y.Holidays {
		from := s.From
		for d := s.From; d <= s.To+1; d++ { // what is named anew is cut out of the run
			if d <= s.To && !named[d] {
				continue
			}
			if from < d {
				out.Holidays = append(out.Holidays, Off{from, d - 1, s.Holiday, s.Notice})
			}
			from = d + 1
		}
	}
	for _, w := range y.MakeUp {
		if !named[w.Day] {
			out.MakeUp = append(out.MakeUp, w)
		}
	}
	slices.SortFunc(out.Holidays, func(a, b Off) int { return int(a.From) - int(b.From) })
	slices.SortFunc(out.MakeUp, func(a, b Work) int { return int(a.Day) - int(b.Day) })
	return out
}

// Diff is the first and the last day on which two calendars differ in what is worked or known; no day where they do not.
func (c *Calendar) Diff(o *Calendar) (first, last Day) {
	from := min(c.first, o.first)
	to := max(c.first+Day(len(c.cells)), o.first+Day(len(o.cells))) - 1
	for d := from; d <= to; d++ {
		a, b := c.at(d), o.at(d)
		if a.worked == b.worked && a.known == b.known {
			continue
		}
		if first == 0 {
			first = d
		}
		last = d
	}
	return first, last
}

// ParseRuns reads days of a year as they are typed, one run a line: "01-01..01-03 元旦" or "05-01 劳动节". A fault names the line.
func ParseRuns(year int, text string) ([]Off, error) {
	var out []Off
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		bad := func(key, say string, args ...any) ([]Off, error) {
			f := fault(key, say, args...)
			f.Line = i + 1
			return nil, f
		}
		days, name, _ := strings.Cut(strings.ReplaceAll(line, "\u3000", " "), " ")
		from, to, run := strings.Cut(days, "..")
		if !run {
			to = from
		}
		s := Off{Holiday: strings.TrimSpace(name)}
		var err error
		if s.From, err = ParseDay(fmt.Sprintf("%04d-%s", year, from)); err != nil {
			return bad("not_run", "%q is not MM-DD or MM-DD..MM-DD", days)
		}
		if s.To, err = ParseDay(fmt.Sprintf("%04d-%s", year, to)); err != nil {
			return bad("not_run", "%q is not MM-DD or MM-DD..MM-DD", days)
		}
		if s.Holiday == "" {
			return bad("holiday", "the holiday needs a name and a notice listed above (%q)", days)
		}
		if s.To < s.From {
			return bad("run", "%q to %q is not a run of days of %d", s.From, s.To, year)
		}
		out = append(out, s)
	}
	return out, nil
}
