package calendar

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDay(t *testing.T) {
	if d := Date(1, 1, 1); d != 1 || d.Weekday() != time.Monday {
		t.Error(d)
	}
	if Date(9999, 12, 31) != MaxDay || Date(10000, 1, 1) != 0 || Date(0, 12, 31) != 0 {
		t.Error("the ends of the calendar")
	}
	d := day(t, "2024-02-29")
	if d.Year() != 2024 || d.Month() != time.February || d.String() != "2024-02-29" || d.Weekday() != time.Thursday || d.IsZero() {
		t.Error(d)
	}
	if Date(2023, 2, 29) != day(t, "2023-03-01") || d.AddDays(1) != day(t, "2024-03-01") || d.AddDays(-29) != day(t, "2024-01-31") {
		t.Error("carrying over")
	}
	for _, x := range []struct {
		from string
		n    int
		want string
	}{
		{"2015-11-30", 3, "2016-02-29"}, {"2015-01-31", 1, "2015-02-28"}, {"2014-12-31", 2, "2015-02-28"}, {"2024-02-29", 12, "2025-02-28"},
		{"2024-03-31", -1, "2024-02-29"}, {"2024-01-15", -13, "2022-12-15"}, {"2024-05-31", 0, "2024-05-31"},
	} {
		if got := day(t, x.from).AddMonths(x.n); got.String() != x.want {
			t.Errorf("%s + %d months = %s, want %s", x.from, x.n, got, x.want)
		}
	}
	var no Day
	if !no.IsZero() || no.String() != "" || !no.Time().IsZero() || no.Year() != 0 || no.AddDays(5) != 0 || no.AddMonths(5) != 0 {
		t.Error("no day stays no day")
	}
	if MaxDay.AddDays(1) != 0 || Day(1).AddDays(-1) != 0 || MaxDay.AddMonths(1) != 0 || d.AddMonths(1<<40) != 0 || d.AddDays(1<<40) != 0 {
		t.Error("past the ends is no day")
	}
}

func TestDayOf(t *testing.T) {
	for s, want := range map[string]string{
		"2024-12-31T15:59:59Z":      "2024-12-31",
		"2024-12-31T16:00:00Z":      "2025-01-01", // midnight in Shanghai
		"2024-12-31T23:00:00+08:00": "2024-12-31",
		"1900-06-01T15:55:00Z":      "1900-06-02", // local mean time, +08:05:43
		"1988-07-01T15:30:00Z":      "1988-07-02", // summer time, +09:00
	} {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(at); got.String() != want {
			t.Errorf("%s is on %s, want %s", s, got, want)
		}
	}
	if DayOf(time.Time{}) != 0 {
		t.Error("no time, no day")
	}
	d := day(t, "2024-06-03")
	if at := d.Time(); DayOf(at) != d || DayOf(at.Add(-time.Nanosecond)) != d-1 || at.Location() != Zone() || at.Hour() != 0 {
		t.Error(at)
	}
}

func TestDayStored(t *testing.T) {
	d := day(t, "2024-06-03")
	if v, err := d.Value(); v != "2024-06-03" || err != nil {
		t.Error(v, err)
	}
	if v, err := Day(0).Value(); v != nil || err != nil {
		t.Error(v, err)
	}
	for _, v := range []any{"2024-06-03", []byte("2024-06-03"), time.Date(2024, 6, 3, 0, 0, 0, 0, time.UTC), d.Time()} {
		var got Day
		if err := got.Scan(v); err != nil || got != d {
			t.Errorf("%T: %s %v", v, got, err)
		}
	}
	got := d
	if err := got.Scan(nil); err != nil || got != 0 {
		t.Error(got, err)
	}
	for _, v := range []any{42, "2024-6-3", []byte("x"), true} {
		got := d
		if err := got.Scan(v); err == nil || got != d {
			t.Errorf("%v was read as %s", v, got)
		}
	}
	type row struct {
		Day  Day `json:"day"`
		None Day `json:"none"`
		Gone Day `json:"gone,omitempty"`
	}
	text, err := json.Marshal(row{Day: d})
	if err != nil || string(text) != `{"day":"2024-06-03","none":""}` {
		t.Error(string(text), err)
	}
	var back row
	if err := json.Unmarshal(text, &back); err != nil || back.Day != d || back.None != 0 {
		t.Error(back, err)
	}
	if Day(0).GormDataType() != "text" {
		t.Error("gorm type")
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31", "0000-01-01", "2024-6-3", " 2024-06-03", "２０２４-06-03", "+024-06-03"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDay(s)
		if err != nil {
			if d != 0 {
				t.Errorf("%q: %d with an error", s, d)
			}
			return
		}
		if d.String() != s {
			t.Errorf("%q is read as %s", s, d)
		}
		y, m, n := d.Civil()
		if Date(y, m, n) != d || DayOf(d.Time()) != d {
			t.Errorf("%q does not come back", s)
		}
	})
}
