package calendar

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func realCalendar(t testing.TB) *Calendar {
	t.Helper()
	c, err := Load(os.DirFS("../../config/calendar"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day(t testing.TB, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestVectors(t *testing.T) {
	c := realCalendar(t)
	for _, x := range []struct {
		start       string
		add         int
		unit        Unit
		strict, due string
	}{
		{"2014-09-26", 5, WD, "2014-10-09", "2014-10-09"}, // Sunday 09-28 is worked, 10-01..07 off
		{"2015-02-13", 5, WD, "2015-02-26", "2015-02-26"},
		{"2015-09-02", 5, WD, "2015-09-10", "2015-09-10"},
		{"2016-04-29", 3, WD, "2016-05-05", "2016-05-05"},
		{"2019-04-26", 5, WD, "2019-05-06", "2019-05-06"},
		{"2021-09-17", 5, WD, "2021-09-26", "2021-09-26"}, // a make-up Sunday
		{"2023-04-21", 15, WD, "2023-05-15", "2023-05-15"},
		{"2024-09-27", 7, WD, "2024-10-12", "2024-10-12"}, // a make-up Saturday
		{"2025-01-24", 5, WD, "2025-02-07", "2025-02-07"},
		{"2026-02-12", 5, WD, "2026-02-26", "2026-02-26"},
		{"2014-09-22", 15, CD, "2014-10-07", "2014-10-08"},
		{"2015-02-03", 15, CD, "2015-02-18", "2015-02-25"},
		{"2021-09-05", 30, CD, "2021-10-05", "2021-10-08"},
		{"2022-10-10", 90, CD, "2023-01-08", "2023-01-09"},
		{"2024-01-26", 15, CD, "2024-02-10", "2024-02-18"}, // rolled to a make-up Sunday
		{"2025-09-16", 15, CD, "2025-10-01", "2025-10-09"},
		{"2015-11-30", 3, MO, "2016-02-29", "2016-02-29"}, // no 30 February
		{"2015-01-31", 1, MO, "2015-02-28", "2015-02-28"}, // a Saturday, but worked
		{"2014-12-31", 2, MO, "2015-02-28", "2015-02-28"},
		{"2025-02-05", 3, MO, "2025-05-05", "2025-05-06"},
	} {
		p := Period{Start: day(t, x.start), Term: Term{x.add, x.unit}}
		r, rows, err := c.Ledger(p)
		if err != nil || r.Strict.String() != x.strict || r.Due.String() != x.due || r.Provisional {
			t.Errorf("%s + %d %s: %+v %v, want %s, %s", x.start, x.add, x.unit, r, err, x.strict, x.due)
		}
		checkLedger(t, c, p, r, rows)
	}
}

// checkLedger holds what is true of every ledger: one row a calendar day, numbers without a gap, ending on the strict day.
func checkLedger(t *testing.T, c *Calendar, p Period, r Result, rows []Row) {
	t.Helper()
	if plain, err := c.Count(p); err != nil || plain != r {
		t.Errorf("%+v: with ledger %+v, without %+v, %v", p, r, plain, err)
	}
	step, last, n := Day(1), p.Start, 0
	if p.Back {
		step = -1
	}
	var strict Day = p.Start
	for _, row := range rows {
		if row.Day != last+step {
			t.Fatalf("%+v: %s stands after %s", p, row.Day, last)
		}
		last = row.Day
		if row.Counted > 0 {
			if n++; row.Counted != n {
				t.Errorf("%+v: %s is number %d, want %d", p, row.Day, row.Counted, n)
			}
			strict = row.Day
		}
		if row.Why.Kind == "" || row.Part < 0 && row.Counted > 0 || row.Why.Kind == Excluded && row.Counted > 0 {
			t.Errorf("%+v: %+v", p, row)
		}
	}
	if strict != r.Strict || last != r.Due {
		t.Errorf("%+v: the ledger ends on %s, %s, the count on %s, %s", p, strict, last, r.Strict, r.Due)
	}
}

func TestExtensions(t *testing.T) {
	c := realCalendar(t)
	for _, x := range []struct {
		why         string
		p           Period
		strict, due string
	}{
		{"a month is added to the original due day, 06-30, not to the start", Period{Start: day(t, "2025-03-31"), Term: Term{3, MO},
			Extensions: []Term{{1, MO}}}, "2025-07-30", "2025-07-30"},
		{"and before rolling: 2025-05-31 is a holiday", Period{Start: day(t, "2025-02-28"), Term: Term{3, MO},
			Extensions: []Term{{1, MO}}}, "2025-06-28", "2025-06-30"},
		{"3 + 1 + 2 months", Period{Start: day(t, "2025-03-03"), Term: Term{3, MO}, Extensions: []Term{{1, MO}, {2, MO}}},
			"2025-09-03", "2025-09-03"},
		{"1 month + 15 days", Period{Start: day(t, "2016-01-31"), Term: Term{1, MO}, Extensions: []Term{{15, CD}}},
			"2016-03-15", "2016-03-15"},
		{"90 + 30 days over a suspension of 10 days", Period{Start: day(t, "2022-01-04"), Term: Term{90, CD},
			Extensions: []Term{{30, CD}}, Excluded: []Interval{{day(t, "2022-02-01"), day(t, "2022-02-10"), "suspension"}}},
			"2022-05-14", "2022-05-16"},
		{"a month's end moves by the days excluded, not to another month's end", Period{Start: day(t, "2025-03-31"), Term: Term{3, MO},
			Extensions: []Term{{1, MO}}, Excluded: []Interval{{day(t, "2025-04-01"), day(t, "2025-04-10"), "suspension"}}},
			"2025-08-09", "2025-08-11"},
		{"excluded time in the extension counts too", Period{Start: day(t, "2025-03-03"), Term: Term{1, MO}, Extensions: []Term{{1, MO}},
			Excluded: []Interval{{day(t, "2025-05-01"), day(t, "2025-05-05"), "suspension"}}}, "2025-05-08", "2025-05-08"},
		{"15 + 15 working days", Period{Start: day(t, "2026-02-02"), Term: Term{15, WD}, Extensions: []Term{{15, WD}}},
			"2026-03-20", "2026-03-20"},
	} {
		r, rows, err := c.Ledger(x.p)
		if err != nil || r.Strict.String() != x.strict || r.Due.String() != x.due {
			t.Errorf("%s: %s, %s; want %s, %s; %v", x.why, r.Strict, r.Due, x.strict, x.due, err)
		}
		checkLedger(t, c, x.p, r, rows)
	}
}

func TestExcluded(t *testing.T) {
	c := realCalendar(t)
	base := Period{Start: day(t, "2024-06-03"), Term: Term{10, CD}}
	for _, x := range []struct {
		why    string
		in     []Interval
		strict string
	}{
		{"nothing", nil, "2024-06-13"},
		{"both end days", []Interval{{day(t, "2024-06-05"), day(t, "2024-06-06"), "a"}}, "2024-06-15"},
		{"one day", []Interval{{day(t, "2024-06-05"), day(t, "2024-06-05"), "a"}}, "2024-06-14"},
		{"overlapping ones are united", []Interval{{day(t, "2024-06-06"), day(t, "2024-06-09"), "b"},
			{day(t, "2024-06-05"), day(t, "2024-06-07"), "a"}, {day(t, "2024-06-06"), day(t, "2024-06-06"), "c"}}, "2024-06-18"},
		{"before the start", []Interval{{day(t, "2024-05-01"), day(t, "2024-06-03"), "a"}}, "2024-06-13"},
		{"over the start", []Interval{{day(t, "2024-05-01"), day(t, "2024-06-04"), "a"}}, "2024-06-14"},
		{"after the end", []Interval{{day(t, "2024-06-14"), day(t, "2024-06-20"), "a"}}, "2024-06-13"},
		{"on the last day", []Interval{{day(t, "2024-06-13"), day(t, "2024-06-20"), "a"}}, "2024-06-21"},
		{"in what it was moved to", []Interval{{day(t, "2024-06-05"), day(t, "2024-06-06"), "a"}, {day(t, "2024-06-14"), day(t, "2024-06-14"), "b"}},
			"2024-06-16"},
	} {
		p := base
		p.Excluded = x.in
		r, rows, err := c.Ledger(p)
		if err != nil || r.Strict.String() != x.strict {
			t.Errorf("%s: %s, want %s; %v", x.why, r.Strict, x.strict, err)
		}
		checkLedger(t, c, p, r, rows)
	}
	p := Period{Start: day(t, "2024-06-03"), Term: Term{3, WD}, Excluded: []Interval{{day(t, "2024-06-04"), day(t, "2024-06-05"), "hearing"}}}
	_, rows, err := c.Ledger(p)
	if err != nil || rows[0].Why.String() != "excluded hearing" || rows[2].Counted != 1 || rows[2].Why.Kind != Weekday {
		t.Errorf("%+v %v", rows, err)
	}
}

func TestBackwards(t *testing.T) {
	c := realCalendar(t)
	for _, x := range []struct {
		hearing     string
		sub         int
		unit        Unit
		strict, due string
	}{
		{"2024-06-06", 3, WD, "2024-06-03", "2024-06-03"},
		{"2014-10-09", 3, WD, "2014-09-29", "2014-09-29"}, // 10-08, 09-30, 09-29
		{"2024-10-14", 3, WD, "2024-10-10", "2024-10-10"}, // Saturday 10-12 is worked
		{"2021-09-27", 7, WD, "2021-09-16", "2021-09-16"},
		{"2018-06-25", 7, CD, "2018-06-18", "2018-06-15"}, // a holiday after a weekend: earlier, never later
		{"2024-06-06", 0, CD, "2024-06-06", "2024-06-06"},
		{"2024-03-31", 1, MO, "2024-02-29", "2024-02-29"},
	} {
		p := Period{Start: day(t, x.hearing), Term: Term{x.sub, x.unit}, Back: true}
		r, rows, err := c.Ledger(p)
		if err != nil || r.Strict.String() != x.strict || r.Due.String() != x.due {
			t.Errorf("%d %s before %s: %s, %s; want %s, %s; %v", x.sub, x.unit, x.hearing, r.Strict, r.Due, x.strict, x.due, err)
		}
		checkLedger(t, c, p, r, rows)
	}
	p := Period{Start: day(t, "2024-06-06"), Term: Term{3, WD}, Back: true,
		Excluded: []Interval{{day(t, "2024-06-04"), day(t, "2024-06-05"), "a"}, {day(t, "2024-05-31"), day(t, "2024-05-31"), "b"}}}
	r, rows, err := c.Ledger(p)
	if err != nil || r.Strict.String() != "2024-05-29" {
		t.Errorf("%s %v", r.Strict, err)
	}
	checkLedger(t, c, p, r, rows)
}

func TestProvisional(t *testing.T) {
	c := realCalendar(t)
	for _, x := range []struct {
		start string
		add   int
		unit  Unit
		want  bool
	}{
		{"2026-12-24", 5, WD, false}, // 12-31
		{"2026-12-24", 6, WD, true},
		{"2026-11-01", 60, CD, false}, // 12-31, a Thursday
		{"2026-11-01", 61, CD, true},
		{"2026-11-22", 3, MO, true},
		{"2010-12-31", 3, CD, false}, // the start is not counted
		{"2010-12-20", 20, CD, false},
		{"2010-12-30", 3, WD, true},
	} {
		r, err := c.Count(Period{Start: day(t, x.start), Term: Term{x.add, x.unit}})
		if err != nil || r.Provisional != x.want {
			t.Errorf("%s + %d %s = %s: provisional %v, %v", x.start, x.add, x.unit, r.Due, r.Provisional, err)
		}
	}
	if w, why := c.Explain(day(t, "2027-01-01")); !w || why.Kind != UnknownYear {
		t.Errorf("a Friday of an unknown year: %v %v", w, why)
	}
	// The notice comes: what was provisional is certain, and moved.
	next, err := c.With(Year{Year: 2027, Notices: []Notice{{"2027", "a notice", NotRecorded}},
		Holidays: []Off{{From: day(t, "2027-01-01"), To: day(t, "2027-01-03"), Holiday: "元旦"}}})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := next.Count(Period{Start: day(t, "2026-12-24"), Term: Term{6, WD}})
	if r.Provisional || r.Due.String() != "2027-01-04" || next.Hash() == c.Hash() || !next.Known(2027) || c.Known(2027) {
		t.Errorf("%+v", r)
	}
}

func TestYears(t *testing.T) {
	c := realCalendar(t)
	for year, want := range map[int]int{2013: 250, 2014: 250, 2024: 251, 2025: 248, 2026: 248} {
		if got := c.WorkingDays(Date(year-1, 12, 31), Date(year, 12, 31)); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
	for y := 2011; y <= 2026; y++ {
		if !c.Known(y) {
			t.Errorf("%d is not known", y)
		}
	}
	if c.Known(2010) || c.Known(2027) {
		t.Error("2010 and 2027 have no notice here")
	}
	for s, want := range map[string]string{
		"2020-01-31": "holiday 春节 (国办发明电〔2020〕1号)",
		"2019-05-05": "makeup 劳动节 (国办发明电〔2019〕3号)",
		"2018-12-29": "makeup 元旦 (国办发明电〔2018〕15号)",
		"2020-02-03": "weekday",
		"2020-02-08": "weekend",
		"2010-10-01": "unknown-year",
	} {
		if _, why := c.Explain(day(t, s)); why.String() != want {
			t.Errorf("%s: %s, want %s", s, why, want)
		}
	}
	if len(c.Hash()) != 64 || c.Hash() != realCalendar(t).Hash() {
		t.Error("the hash is not stable")
	}
}

func TestLeft(t *testing.T) {
	c := realCalendar(t)
	for _, x := range []struct {
		today, due string
		unit       Unit
		want       int
	}{
		{"2014-09-30", "2014-10-09", WD, 2},
		{"2014-09-30", "2014-10-09", CD, 9},
		{"2014-09-30", "2014-10-09", MO, 9},
		{"2014-10-09", "2014-10-09", WD, 0},
		{"2014-10-10", "2014-10-09", WD, -1},
		{"2014-10-13", "2014-10-09", WD, -3}, // Saturday 10-11 is worked
		{"2024-06-15", "2024-06-14", WD, -1}, // late, if only by a Saturday
		{"2024-06-16", "2024-06-14", CD, -2},
		{"2026-12-30", "2027-01-04", WD, 3}, // Thursday, Friday, Monday: 2027 is not known
		{"2010-12-30", "2011-01-05", WD, 3}, // Friday 12-31; 01-04, 01-05
	} {
		if got := c.Left(day(t, x.today), day(t, x.due), x.unit); got != x.want {
			t.Errorf("on %s %d %s are left until %s, want %d", x.today, got, x.unit, x.due, x.want)
		}
	}
}

func TestCountRefuses(t *testing.T) {
	c := realCalendar(t)
	ok := day(t, "2024-06-03")
	for _, p := range []Period{
		{Term: Term{5, WD}},
		{Start: -1, Term: Term{5, WD}},
		{Start: ok, Term: Term{-1, WD}},
		{Start: ok, Term: Term{5, "weeks"}},
		{Start: ok, Term: Term{24, H}},
		{Start: ok, Term: Term{1 << 30, CD}},
		{Start: ok, Term: Term{1300, MO}},
		{Start: ok, Term: Term{1200, MO}, Extensions: []Term{{1200, MO}}},
		{Start: MaxDay, Term: Term{5, WD}},
		{Start: MaxDay, Term: Term{5, MO}},
		{Start: 3, Term: Term{5, MO}, Back: true},
		{Start: ok, Term: Term{5, WD}, Back: true, Extensions: []Term{{5, WD}}},
		{Start: ok, Term: Term{5, WD}, Extensions: []Term{{5, ""}}},
		{Start: ok, Term: Term{5, WD}, Excluded: []Interval{{ok, ok - 1, ""}}},
		{Start: ok, Term: Term{5, WD}, Excluded: []Interval{{0, ok, ""}}},
		{Start: ok, Term: Term{5, WD}, Excluded: []Interval{{ok, MaxDay, ""}}},
	} {
		if r, err := c.Count(p); err == nil {
			t.Errorf("%+v: %+v", p, r)
		}
		if _, rows, err := c.Ledger(p); err == nil || rows != nil {
			t.Errorf("%+v: ledger %d rows, %v", p, len(rows), err)
		}
	}
}

func TestLoadIsStrict(t *testing.T) {
	const good = "year: 2014\nnotices:\n  - {id: a, title: t, number: n}\nholidays:\n  - {from: 2014-01-01, to: 2014-01-01, holiday: 元旦}\nmakeup:\n  - {day: 2014-01-26, holiday: 春节}\n"
	if _, err := Load(fstest.MapFS{"2014.yaml": {Data: []byte(good)}}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ file, old, new, want string }{
		{"2014.yaml", "makeup:", "makup:", "2014.yaml: yaml: unmarshal errors:\n  line 6: field makup not found"},
		{"2015.yaml", "", "", "2015.yaml:1: the file holds the year 2014"},
		{"2014.yaml", "from: 2014-01-01", "from: 2014-1-1", "2014.yaml"},
		{"2014.yaml", "to: 2014-01-01", "to: 2015-01-01", "2014.yaml:5: "},
		{"2014.yaml", "to: 2014-01-01", "to: 2014-01-26", "2014.yaml:7: 2014-01-26 is named twice"},
		{"2014.yaml", "2014-01-26", "2014-01-27", "2014.yaml:7: 2014-01-27 is worked anyway"},
		{"2014.yaml", "2014-01-26", "2015-01-25", "2014.yaml:7: "},
		{"2014.yaml", "holiday: 春节", "holiday: 春节, notice: b", "2014.yaml:7: "},
		{"2014.yaml", "holiday: 元旦", "holiday: 元旦, notice: b", "2014.yaml:5: "},
		{"2014.yaml", "number: n", "number: ''", "2014.yaml:3: a notice needs"},
		{"2014.yaml", "  - {id: a, title: t, number: n}\n", "", "2014.yaml:2: no notice"},
		{"2014.yaml", "year: 2014", "year: 14", "2014.yaml:1: the year 14 is out of range"},
		{"2014.yaml", "year: 2014", "year: 2014\nyear: 2014", "already"},
		{"2014.yaml", "makeup:", "---\nmakeup:", "more than one document"},
		{"2014.yaml", good, "", "2014.yaml: EOF"},
	} {
		text := strings.Replace(good, x.old, x.new, 1)
		_, err := Load(fstest.MapFS{x.file: {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q for %q: %v, want %q", x.new, x.old, err, x.want)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder is no calendar")
	}
	if _, err := New(); err == nil {
		t.Error("no year is no calendar")
	}
}

func FuzzParseYear(f *testing.F) {
	text, err := os.ReadFile("../../config/calendar/2019.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("year: 2014\nnotices: [{id: a, title: t, number: n}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		y, err := ParseYear("x.yaml", text)
		if err != nil {
			return
		}
		c, err := New(y)
		if err != nil || !c.Known(y.Year) {
			t.Fatalf("%v %v", y, err)
		}
		if _, err := json.Marshal(c.Years()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAddHours(t *testing.T) {
	at := time.Date(2024, 9, 30, 17, 0, 0, 0, time.UTC)
	if got := AddHours(at, 24); !got.Equal(time.Date(2024, 10, 1, 17, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
}

func BenchmarkCount90WD(b *testing.B) {
	c := realCalendar(b)
	p := Period{Start: Date(2024, 1, 2), Term: Term{90, WD}}
	for b.Loop() {
		if _, err := c.Count(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLedger90WD(b *testing.B) {
	c := realCalendar(b)
	p := Period{Start: Date(2024, 1, 2), Term: Term{90, WD}, Excluded: []Interval{{Date(2024, 2, 1), Date(2024, 2, 20), "suspension"}}}
	for b.Loop() {
		if _, _, err := c.Ledger(p); err != nil {
			b.Fatal(err)
		}
	}
}
