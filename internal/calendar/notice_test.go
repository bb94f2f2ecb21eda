package calendar

import (
	"errors"
	"strings"
	"testing"
)

// TestChangeRead: a notice as yaml and as rows is the same notice, and goes through its own text unchanged.
func TestChangeRead(t *testing.T) {
	for name, pair := range map[string][2]string{
		"a year": {
			"year: 2027\nnotices: [{id: '2027', title: T, number: N}]\nholidays:\n  - {from: 2027-01-01, to: 2027-01-03, holiday: 元旦}\n  - {from: 2027-05-01, to: 2027-05-01, holiday: 劳动节}\nmakeup:\n  - {day: 2027-01-09, holiday: 元旦}\n",
			"\ufeffyear,2027\ntitle,T\nnumber,N\ncorrection,no\noff,2027-01-01,2027-01-03,元旦\noff,2027-05-01,2027-05-01,劳动节\nwork,2027-01-09,元旦\n",
		},
		"a year without a number": {
			"year: 2027\nnotices: [{id: '2027', title: T, number: '" + NotRecorded + "'}]\nholidays: [{from: 2027-01-01, to: 2027-01-01, holiday: 元旦}]\n",
			"year,2027\ntitle,T\nnumber,\noff,2027-01-01,2027-01-01,元旦\n",
		},
		"a correction, a weekday worked": {
			"year: 2026\ncorrection: true\nnotices: [{id: '2026', title: T, number: N}]\nmakeup: [{day: 2026-10-07, holiday: 国庆节}]\n",
			"year,2026\ntitle,T\nnumber,N\ncorrection,yes\nwork,2026-10-07,国庆节\n",
		},
	} {
		a, err := ParseChange("a.yaml", []byte(pair[0]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		b, err := ParseChange("a.CSV", []byte(pair[1]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := a.Text()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseChange("a.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		other, err := b.Text()
		if last, _ := again.Text(); err != nil || text != other || text != last {
			t.Errorf("%s:\n%s\n%s\n%s", name, text, other, last)
		}
	}
}

// TestChangeRefused: each line that is refused, with its key and its line.
func TestChangeRefused(t *testing.T) {
	const head = "year,2027\ntitle,T\n"
	long := "off,2027-01-01,2027-04-11,x\n" // 101 days
	for text, want := range map[string]struct {
		key  string
		line int
	}{
		head + "holiday,x\n":                     {"row", 3},
		head + "off,2027-01-01,x\n":              {"cells", 3},
		head + "work,2027-01-09,元旦,x\n":          {"cells", 3},
		head + "year,2027\n":                     {"twice", 3},
		head + "title,T\n":                       {"twice", 3},
		"year,x\n":                               {"year", 1},
		head + "correction,maybe\n":              {"correction", 3},
		head + "off,2027-1-1,2027-01-03,x\n":     {"not_day", 3},
		head + "off,2027-01-01,x,x\n":            {"not_day", 3},
		head + "work,x,x\n":                      {"not_day", 3},
		head + "\"":                              {"syntax", 3},
		head:                                     {"none", 1},
		head + "work,2027-01-09,元旦\n":            {"none", 1},
		head + "correction,yes\n":                {"correction_none", 1},
		"title,T\noff,2027-01-01,2027-01-01,x\n": {"year", 1},
		"\ntitle,T\nyear,1899\noff,1899-01-02,1899-01-02,x\n": {"year", 3},
		"year,2027\n\noff,2027-01-01,2027-01-01,x\n":          {"notice", 1},
		"year,2027\ntitle,\noff,2027-01-01,2027-01-01,x\n":    {"notice", 2},
		head + long: {"too_many", 3},
		head + "off,2027-01-01,2027-01-01,x\noff,2027-02-01,2027-05-11,x\n":                          {"too_many", 4},
		head + "off,2027-01-01,2027-01-01,x\noff,2027-01-01,2027-01-02,x\n":                          {"twice", 4},
		head + "off,2027-01-01,2027-01-01,x\nwork,2027-01-08,x\n":                                    {"worked", 4},
		head + "off,2027-01-01,2027-01-03,x\nwork,2027-01-09,x\nwork,2027-01-03,x\n":                 {"twice", 5},
		head + "correction,yes\noff,2027-03-01,2027-03-03,x\nwork,2027-03-01,x\n":                    {"twice", 5},
		head + "correction,yes\noff,2027-03-01,2027-03-03,x\nwork,2027-03-04,x\nwork,2027-03-03,x\n": {"twice", 6},
		head + "correction,yes\nwork,2028-03-01,x\n":                                                 {"day", 4},
		head + "correction,yes\nwork,2027-03-01,\n":                                                  {"makeup", 4},
	} {
		_, err := ParseChange("n.csv", []byte(text))
		var bad *Fault
		if !errors.As(err, &bad) || bad.Key != want.key || bad.Line != want.line || bad.File != "n.csv" {
			t.Errorf("%q: %v (%+v), want %v", text, err, bad, want)
		}
	}
	ok := "year: 2027\nnotices: [{id: a, title: t, number: n}]\nholidays: [{from: 2027-01-01, to: 2027-01-01, holiday: x}]\n"
	for text, want := range map[string]struct {
		key  string
		line int
	}{
		ok + "x: 1\n":    {"syntax", 4},
		"":               {"syntax", 0},
		ok + "---\na: 1": {"documents", 0},
		ok + "makeup: [{day: 2027-01-08, holiday: x}]\n":                                          {"worked", 4},
		"year: 2027\ncorrection: true\nnotices: []\n":                                             {"correction_notice", 3},
		ok + "correction: true\nmakeup: [{day: 2027-01-08, holiday: x, notice: b}]\n":             {"makeup", 5},
		ok + "correction: true\nmakeup: [{day: 2027-01-08, holiday: x, notice: a}]\n":             {"worked", 5},
		strings.Replace(ok, "[{id", "[{id: b, title: t, number: n}, {id", 1) + "correction: true": {"correction_notice", 2},
	} {
		_, err := ParseChange("n.yaml", []byte(text))
		var bad *Fault
		if !errors.As(err, &bad) || bad.Key != want.key || bad.Line != want.line || bad.File != "n.yaml" {
			t.Errorf("%q: %v (%+v), want %v", text, err, bad, want)
		}
	}
	for _, text := range []string{
		head + "off,2027-01-01,2027-04-10,x\n", // 100 days
		head + "correction,yes\noff,2027-03-01,2027-03-03,x\nwork,2027-03-04,x\nwork,2027-02-26,x\n",
	} {
		if _, err := ParseChange("n.csv", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestCorrection: the days named replace those in force, a run is cut where it is named anew, all others stay with their own notice.
func TestCorrection(t *testing.T) {
	base, err := New(Year{Year: 2026, Notices: []Notice{{"2026", "t", "n"}}, Holidays: []Off{
		{From: Date(2026, 1, 1), To: Date(2026, 1, 3), Holiday: "元旦"},
		{From: Date(2026, 10, 1), To: Date(2026, 10, 7), Holiday: "国庆节"},
	}, MakeUp: []Work{{Day: Date(2026, 1, 4), Holiday: "元旦"}, {Day: Date(2026, 9, 20), Holiday: "国庆节"}}})
	if err != nil {
		t.Fatal(err)
	}
	runs := func(c *Calendar) string {
		var out []string
		for _, s := range c.Years()[0].Holidays {
			out = append(out, s.From.String()[5:]+".."+s.To.String()[5:]+s.Notice)
		}
		for _, w := range c.Years()[0].MakeUp {
			out = append(out, w.Day.String()[5:]+w.Notice)
		}
		return strings.Join(out, " ")
	}
	for _, x := range []struct{ rows, want, first, last string }{
		{"work,2026-10-04,国庆节", "01-01..01-03 10-01..10-03 10-05..10-07 01-04 09-20 10-042026-2", "2026-10-04", "2026-10-04"},
		{"work,2026-10-05,国庆节", "01-01..01-03 10-01..10-04 10-06..10-07 01-04 09-20", "2026-10-05", "2026-10-05"}, // a Monday is simply worked
		{"work,2026-10-01,国庆节", "01-01..01-03 10-02..10-07 01-04 09-20", "2026-10-01", "2026-10-01"},
		{"work,2026-10-07,国庆节", "01-01..01-03 10-01..10-06 01-04 09-20", "2026-10-07", "2026-10-07"},
		{"work,2026-10-06,国庆节\nwork,2026-10-07,国庆节", "01-01..01-03 10-01..10-05 01-04 09-20", "2026-10-06", "2026-10-07"},
		{"off,2026-01-04,2026-01-04,元旦", "01-01..01-03 01-04..01-042026-2 10-01..10-07 09-20", "2026-01-04", "2026-01-04"},
		{"off,2026-01-01,2026-01-05,元旦", "01-01..01-052026-2 10-01..10-07 09-20", "2026-01-04", "2026-01-05"},
		{"off,2026-09-21,2026-09-22,x\nwork,2026-09-19,x", "01-01..01-03 09-21..09-222026-2 10-01..10-07 01-04 09-192026-2 09-20", "2026-09-19", "2026-09-22"},
	} {
		c, err := ParseChange("n.csv", []byte("year,2026\ntitle,T\ncorrection,yes\n"+x.rows+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		next, err := base.Apply(c)
		if err != nil {
			t.Fatal(err)
		}
		if got := runs(next); got != x.want {
			t.Errorf("%s: %s, want %s", x.rows, got, x.want)
		}
		for _, pair := range [][2]*Calendar{{base, next}, {next, base}} {
			if first, last := pair[0].Diff(pair[1]); first.String() != x.first || last.String() != x.last {
				t.Errorf("%s: they differ from %s to %s, want %s to %s", x.rows, first, last, x.first, x.last)
			}
		}
		twice, err := next.Apply(c)
		if err != nil {
			t.Fatal(err)
		}
		if n := twice.Years()[0].Notices; len(n) != 3 || n[1].ID != "2026-2" || n[2].ID != "2026-3" {
			t.Errorf("%+v", n)
		}
		if first, _ := twice.Diff(next); first != 0 {
			t.Errorf("%s: a second time moves %s", x.rows, first)
		}
	}
	if _, err := base.Apply(Change{Year: Year{Year: 2027}, Correction: true}); err == nil {
		t.Error("a year that is not known was corrected")
	}
	// A whole year in place of the one before, and one more: they differ to the last day that is known.
	y, err := ParseChange("n.csv", []byte("year,2027\ntitle,T\noff,2027-01-01,2027-01-01,元旦\n"))
	if err != nil {
		t.Fatal(err)
	}
	next, err := base.Apply(y)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]*Calendar{{base, next}, {next, base}} {
		if first, last := pair[0].Diff(pair[1]); first != Date(2027, 1, 1) || last != Date(2027, 12, 31) {
			t.Errorf("%s to %s", first, last)
		}
	}
	earlier, err := base.With(Year{Year: 2025, Notices: []Notice{{"2025", "t", "n"}}})
	if err != nil {
		t.Fatal(err)
	}
	if first, last := base.Diff(earlier); first != Date(2025, 1, 1) || last != Date(2025, 12, 31) {
		t.Errorf("%s to %s", first, last)
	}
}

// TestRuns reads days off as they are typed.
func TestRuns(t *testing.T) {
	out, err := ParseRuns(2027, " 01-01..01-03 元旦 \n\n05-01\u3000劳动节\n01-05..01-05 x\n")
	if err != nil || len(out) != 3 || out[0] != (Off{From: Date(2027, 1, 1), To: Date(2027, 1, 3), Holiday: "元旦"}) ||
		out[1] != (Off{From: Date(2027, 5, 1), To: Date(2027, 5, 1), Holiday: "劳动节"}) || out[2].To != Date(2027, 1, 5) {
		t.Errorf("%+v %v", out, err)
	}
	for text, want := range map[string]string{"\n13-01 x": "not_run", "\n01-01..13-01 x": "not_run", "\n01-01": "holiday", "\n01-02..01-01 x": "run"} {
		var bad *Fault
		if _, err := ParseRuns(2027, text); !errors.As(err, &bad) || bad.Key != want || bad.Line != 2 {
			t.Errorf("%q: %v", text, err)
		}
	}
}
