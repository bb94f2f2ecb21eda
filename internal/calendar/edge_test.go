package calendar

import (
	"strings"
	"testing"
)

// TestEdges: the first and the last of everything that is counted.
func TestEdges(t *testing.T) {
	c := realCalendar(t)
	for _, u := range []Unit{WD, CD, MO, H} {
		if !u.Valid() {
			t.Errorf("%s is a unit", u)
		}
	}
	if Unit("").Valid() || Unit("w").Valid() {
		t.Error("no unit of the law")
	}
	start := day(t, "2024-06-03")
	for _, x := range []struct {
		p   Period
		due string // "" is refused
	}{
		{Period{Start: MaxDay, Term: Term{0, CD}}, "9999-12-31"}, // a Friday
		{Period{Start: MaxDay - 1, Term: Term{1, CD}}, "9999-12-31"},
		{Period{Start: MaxDay, Term: Term{1, CD}}, ""},
		{Period{Start: 2, Term: Term{1, CD}, Back: true}, "0001-01-01"}, // a Monday
		{Period{Start: 1, Term: Term{1, CD}, Back: true}, ""},
		{Period{Start: start, Term: Term{1201, CD}}, "2027-09-17"},
		{Period{Start: start, Term: Term{36599, CD}}, "2124-08-17"},
		{Period{Start: start, Term: Term{36600, CD}}, ""}, // a century
		{Period{Start: start, Term: Term{36601, CD}}, ""},
		{Period{Start: start, Term: Term{1200, MO}}, "2124-06-05"},
		{Period{Start: start, Term: Term{1201, MO}}, ""},
		{Period{Start: start, Term: Term{0, WD}}, "2024-06-03"},
		{Period{Start: start, Term: Term{1, WD}, Excluded: []Interval{{1, 1, "a"}}}, "2024-06-04"},
	} {
		r, err := c.Count(x.p)
		if r.Due.String() != x.due || (err == nil) != (x.due != "") {
			t.Errorf("%+v: due %s, want %q; %v", x.p, r.Due, x.due, err)
		}
	}
	if d := Day(2).AddDays(-1); d != 1 {
		t.Error(d)
	}
	if d := (MaxDay - 1).AddDays(1); d != MaxDay {
		t.Error(d)
	}
	if d := Date(1, 1, 31).AddMonths(9998*12 + 11); d != MaxDay {
		t.Error(d)
	}
	if d := MaxDay.AddMonths(-9998*12 - 11); d != Date(1, 1, 31) {
		t.Error(d)
	}
}

// TestTable: the table holds the years it was given and not a day more; it is asked from its first day to its last.
func TestTable(t *testing.T) {
	one := func(year int) *Calendar {
		y := realCalendar(t).years[year]
		c, err := New(y)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := one(2013)
	if len(c.cells) != 365 || len(c.worked) != 366 {
		t.Errorf("%d days, %d sums", len(c.cells), len(c.worked))
	}
	if _, why := c.Explain(Date(2013, 1, 1)); why.Kind != Holiday { // the first day of the table, a Tuesday
		t.Errorf("%+v", why)
	}
	if n := c.WorkingDays(Date(2012, 12, 31), Date(2013, 1, 1)); n != 0 {
		t.Errorf("the first day of the table is off: %d", n)
	}
	c = one(2018)
	if _, why := c.Explain(Date(2018, 12, 31)); why.Kind != Holiday { // its last day, a Monday
		t.Errorf("%+v", why)
	}
	if _, why := c.Explain(Date(2019, 1, 1)); why.Kind != UnknownYear {
		t.Errorf("%+v", why)
	}
	if n := c.WorkingDays(Date(2018, 12, 30), Date(2018, 12, 31)); n != 0 {
		t.Errorf("the last day of the table is off: %d", n)
	}
	for year, want := range map[int]bool{1899: false, 1900: true, 2200: true, 2201: false} {
		if _, err := New(Year{Year: year}); (err == nil) != want {
			t.Errorf("%d: %v", year, err)
		}
	}
}

// TestLedgerRows: what was rolled to is told apart, what several intervals leave out goes by the earliest begun in both directions, and the rows are
// allotted once, near to what is needed.
func TestLedgerRows(t *testing.T) {
	c := realCalendar(t)
	_, rows, err := c.Ledger(Period{Start: day(t, "2024-06-03"), Term: Term{5, CD}}) // Saturday 06-08, then Sunday, then a holiday
	if err != nil || len(rows) != 8 {
		t.Fatal(rows, err)
	}
	for i, want := range []int{0, 0, 0, 0, 0, -1, -1, -1} {
		if rows[i].Part != want {
			t.Errorf("%s is of part %d, want %d", rows[i].Day, rows[i].Part, want)
		}
	}
	for _, back := range []bool{false, true} {
		p := Period{Start: day(t, "2024-06-03"), Term: Term{3, CD}, Back: back, Excluded: []Interval{
			{day(t, "2024-06-06"), day(t, "2024-06-08"), "second"}, {day(t, "2024-06-05"), day(t, "2024-06-07"), "first"},
			{day(t, "2024-05-29"), day(t, "2024-05-30"), "second"}, {day(t, "2024-05-28"), day(t, "2024-05-29"), "first"},
		}}
		_, rows, err := c.Ledger(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			want := map[string]string{"2024-06-05": "first", "2024-06-06": "first", "2024-06-07": "first", "2024-06-08": "second",
				"2024-05-30": "second", "2024-05-29": "first", "2024-05-28": "first"}[row.Day.String()]
			if row.Why.Kind == Excluded && row.Why.Name != want || row.Why.Kind != Excluded && want != "" {
				t.Errorf("%s: %s, want %q", row.Day, row.Why, want)
			}
		}
	}
	for _, term := range []Term{{90, WD}, {90, CD}, {6, MO}} {
		p := Period{Start: day(t, "2024-01-02"), Term: term, Extensions: []Term{term}}
		_, rows, err := c.Ledger(p)
		if err != nil || cap(rows) > 2*len(rows) {
			t.Errorf("%v: room for %d rows, %d needed; %v", term, cap(rows), len(rows), err)
		}
		if n := testing.AllocsPerRun(10, func() { _, _, err = c.Ledger(p) }); n > 3 || err != nil {
			t.Errorf("%v: %v allotments; %v", term, n, err)
		}
	}
	if _, rows, err := c.Ledger(Period{Start: day(t, "2024-01-02"), Term: Term{3, CD}}); err != nil || cap(rows) != 19 {
		t.Error(cap(rows), err)
	}
}

// TestFaultLines: what is wrong is told with its line, and without one where none is known.
func TestFaultLines(t *testing.T) {
	if got := fault("x", "bad %d", 1).Error(); got != "bad 1" {
		t.Error(got)
	}
	for text, want := range map[string]string{
		"year: 2014\nholidays: &a [{}]\nnotices: *a\n": "x:3: a notice needs",
		"year: 2014\nholidays: []\n":                   "x:1: no notice",
		"holidays: []\n":                               "x:1: the year 0",
		"null\n":                                       "x:1: the year 0",
		"year: 2014\nnotices:\n  - {id: '', title: t, number: n}\n":                                                                               "x:3: a notice needs",
		"year: 2014\nnotices:\n  - {id: a, title: '', number: n}\n":                                                                               "x:3: a notice needs",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\n  - {id: a, title: t, number: n}\n":                                              "x:4: a notice needs",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nholidays:\n  - {to: 2014-01-02, holiday: a}\n":                                   "x:5: ",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nholidays:\n  - {from: 2014-01-02, holiday: a}\n":                                 "x:5: ",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nholidays:\n  - {from: 2014-01-02, to: 2014-01-02}\n":                             "x:5: the holiday needs",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nmakeup:\n  - {holiday: a}\n":                                                     "x:5: ",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nmakeup:\n  - {day: 2014-01-26}\n":                                                "x:5: the make-up day needs",
		"year: 1899\nnotices:\n  - {id: a, title: t, number: n}\n":                                                                                "x:1: the year 1899",
		"year: 2201\nnotices:\n  - {id: a, title: t, number: n}\n":                                                                                "x:1: the year 2201",
		"year: 1900\nnotices:\n  - {id: a, title: t, number: n}\n":                                                                                "",
		"year: 2200\nnotices:\n  - {id: a, title: t, number: n}\n":                                                                                "",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nmakeup:\n  - {day: 2014-01-26, holiday: a}\n  - {day: 2014-01-26, holiday: a}\n": "x:6: 2014-01-26 is named twice",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nholidays:\n  - {from: 2014-01-03, to: 2014-01-02, holiday: a}\n":                 "x:5: ",
		"year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nholidays:\n  - {from: 2013-12-31, to: 2014-01-02, holiday: a}\n":                 "x:5: ",
	} {
		_, err := ParseYear("x", []byte(text))
		if want == "" && err == nil {
			continue
		}
		if err == nil || want == "" || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
