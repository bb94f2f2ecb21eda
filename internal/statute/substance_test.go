package statute

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// tell is what a Substance says, in one line: own cap; each later cap (! where lighter); what binds and by which law.
func tell(s Substance) string {
	law := func(c Cap) string {
		if c.Law.ID == "" {
			return "none"
		}
		return c.Law.Instrument
	}
	out := fmt.Sprintf("%s %d", law(s.Own), s.Own.Fen/100)
	for _, x := range s.Later {
		out += fmt.Sprintf(", %s %d", law(x), x.Fen/100)
		if x.Lighter {
			out += "!"
		}
	}
	return out + fmt.Sprintf(": %s %d", law(s.Binds), s.Binds.Fen/100)
}

// The three laws there have been (Patent Law 2000 Arts. 58 and 59, 2008 Art. 63, 2020 Art. 68): each later one allows a higher fine.
func TestSubstanceOfTheLawsThereWere(t *testing.T) {
	b := realBook(t)
	for _, x := range []struct {
		act, decided string
		income       int64 // yuan
		want         string
	}{
		{"2021-05-31", "2021-05-31", 60_000, "PL2008 240000: PL2008 240000"},
		{"2021-05-31", "2021-06-01", 60_000, "PL2008 240000, PL2020 300000: PL2008 240000"},
		{"2021-05-31", "2021-06-01", 0, "PL2008 200000, PL2020 250000: PL2008 200000"},
		{"2021-05-31", "2021-06-01", 1, "PL2008 4, PL2020 250000: PL2008 4"},
		{"2021-05-31", "2026-11-20", 50_000, "PL2008 200000, PL2020 250000: PL2008 200000"},
		{"2021-06-01", "2026-11-20", 60_000, "PL2020 300000: PL2020 300000"},
		{"2009-09-30", "2026-11-20", 30_000, "PL2000 90000, PL2008 120000, PL2020 250000: PL2000 90000"},
		{"2009-09-30", "2009-10-01", 0, "PL2000 50000, PL2008 200000: PL2000 50000"},
		{"2021-06-01", "2020-01-01", 0, "PL2020 250000: PL2020 250000"}, // a day of decision before the act says nothing
	} {
		s, ok := b.Substance(day(t, x.act), day(t, x.decided), x.income*100, "")
		if got := tell(s); !ok || got != x.want || s.Lighter() || s.Day() != s.Act {
			t.Errorf("act %s, decided %s, %d yuan: %s, want %s", x.act, x.decided, x.income, got, x.want)
		}
		fen, cite := b.BindingCap(day(t, x.act), day(t, x.decided), x.income*100)
		if own, by := b.FineCap(day(t, x.act), x.income*100); fen != own || cite != by {
			t.Errorf("act %s: %d by %s, want the cap of its own day", x.act, fen, cite.ZH)
		}
	}
	if _, ok := b.Substance(day(t, "2001-06-30"), day(t, "2026-11-20"), 0, ""); ok {
		t.Error("an act before the book")
	}
	if fen, cite := b.BindingCap(day(t, "2001-06-30"), day(t, "2026-11-20"), 0); fen != 0 || cite.ZH != "" {
		t.Error("an act before the book", fen, cite)
	}
}

// INVENTED laws, to see one become lighter: Penalty Law 2021 Art. 37.
func TestTheLighterLawBinds(t *testing.T) {
	head := `instruments:
  - {id: A, name: {zh: 甲法, en: A}, from: 2001-01-01, to: 2010-12-31, mark: C}
  - {id: B, name: {zh: 乙法, en: B}, from: 2011-01-01, to: 2014-12-31, mark: C}
  - {id: C, name: {zh: 丙法, en: C}, from: 2015-01-01, mark: C}
fines:
  - {id: F, instrument: A, article: "1", cite: {zh: 甲法一, en: A 1}, from: 2001-01-01, to: 2010-12-31, times: 5, above_yuan: 100, else_yuan: 1000, mark: C}
  - {id: F, instrument: B, article: "2", cite: {zh: 乙法二, en: B 2}, from: 2011-01-01, to: 2014-12-31, times: 1, above_yuan: 0, else_yuan: 200, mark: C}
  - {id: F, instrument: C, article: "3", cite: {zh: 丙法三, en: C 3}, from: 2015-01-01, to: 2020-12-31, times: 2, above_yuan: 0, else_yuan: 2000, mark: C}
bands:
  - {id: G, title: {zh: 档, en: G}, instrument: B, article: "2", cite: {zh: 二, en: 2}, from: 2011-01-01, to: 2014-12-31, levels: [{name: lighter, to_percent: 50}, {name: heavier, to_percent: 100}], mark: D}
`
	principle := `principles:
  - {id: P, title: {zh: 从轻, en: P}, instrument: C, article: "9", cite: {zh: 丙法九, en: C 9}, from: 2015-01-01, text: {zh: 从轻, en: lighter}, mark: C}
`
	open := func(text string) *Book {
		b, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := open(head + principle)
	for _, x := range []struct {
		act, decided string
		income       int64
		want, cite   string
	}{
		{"2010-12-31", "2015-01-01", 200, "A 1000, B 200!, C 400!: B 200", "乙法二、丙法九"}, // the lightest of all until the decision
		{"2010-12-31", "2015-01-01", 0, "A 1000, B 200!, C 2000: B 200", "乙法二、丙法九"},
		{"2011-01-01", "2015-01-01", 200, "B 200, C 400: B 200", "乙法二"},
		{"2010-12-31", "2014-12-31", 200, "A 1000, B 200!: A 1000", "甲法一"}, // no principle in force on the day of the decision
		{"2020-12-31", "2020-12-31", 200, "C 400: C 400", "丙法三"},
		{"2020-12-31", "2021-01-01", 200, "C 400, none 0!: none 0", "丙法九"}, // not punished any more
		{"2010-12-31", "2021-01-01", 0, "A 1000, B 200!, C 2000, none 0!: none 0", "丙法九"},
	} {
		s, ok := b.Substance(day(t, x.act), day(t, x.decided), x.income*100, "")
		if got := tell(s); !ok || got != x.want || s.Lighter() != (s.Binds.Fen < s.Own.Fen) {
			t.Errorf("act %s, decided %s, %d yuan: %s, want %s", x.act, x.decided, x.income, got, x.want)
		}
		fen, cite := b.BindingCap(day(t, x.act), day(t, x.decided), x.income*100)
		if fen != s.Binds.Fen || cite.ZH != x.cite {
			t.Errorf("act %s, decided %s: %d by %s, want %s", x.act, x.decided, fen, cite.ZH, x.cite)
		}
	}
	s, _ := b.Substance(day(t, "2010-12-31"), day(t, "2015-01-01"), 20_000, "")
	if bands := b.FineBands(s.Day(), 20_000); s.Day() != day(t, "2011-01-01") || len(bands) != 2 || bands[1].ToFen != s.Binds.Fen {
		t.Errorf("the bands are those of the law that binds: %s %+v", s.Day(), bands)
	}
	if s, _ = b.Substance(day(t, "2020-12-31"), day(t, "2021-01-01"), 20_000, ""); !s.Day().IsZero() || len(b.FineBands(s.Day(), 20_000)) != 0 {
		t.Errorf("nothing punishes it: %s", s.Day())
	}
}

func TestReliefs(t *testing.T) {
	b := realBook(t)
	for _, x := range []struct{ why, act, decided, limb, want string }{
		{"Penalty Law 1996 Art. 27(2)", "2014-05-01", "2014-09-01", "L1a", "RELIEF_MINOR"},
		{"Implementing Rules 2010 Art. 84(3): sellers only", "2014-05-01", "2014-09-01", "L2", "RELIEF_MINOR RELIEF_SELLER"},
		{"Penalty Law 2021 Art. 33 came after the act and is lighter", "2021-07-14", "2021-07-15", "L1a", "RELIEF_MINOR RELIEF_FIRST+ RELIEF_NO_FAULT+"},
		{"not before it was in force", "2021-07-13", "2021-07-14", "L1a", "RELIEF_MINOR"},
		{"the law of the act's own day", "2021-07-15", "2021-07-15", "L1a", "RELIEF_MINOR RELIEF_FIRST RELIEF_NO_FAULT"},
		{"the last day of the words on fines", "2024-01-19", "2026-01-01", "L2", "RELIEF_MINOR RELIEF_FIRST RELIEF_NO_FAULT RELIEF_SELLER"},
		{"Implementing Rules 2023 Art. 101: the words are gone", "2024-01-20", "2026-01-01", "L2", "RELIEF_MINOR RELIEF_FIRST RELIEF_NO_FAULT"},
		{"which act is left open", "2024-01-19", "2026-01-01", "", "RELIEF_MINOR RELIEF_FIRST RELIEF_NO_FAULT RELIEF_SELLER"},
	} {
		s, ok := b.Substance(day(t, x.act), day(t, x.decided), 0, x.limb)
		var got []string
		for _, r := range s.Reliefs {
			id := r.ID
			if s.Newer(r) {
				id += "+"
			}
			got = append(got, id)
		}
		if !ok || strings.Join(got, " ") != x.want {
			t.Errorf("%s: %v, want %s", x.why, got, x.want)
		}
	}
	for _, x := range [][2]string{{"2004-05-17", ""}, {"2004-05-18", "SPC2004 III"}, {"2021-07-14", "SPC2004 III"}, {"2021-07-15", "APL2021 37"}} {
		s, _ := b.Substance(day(t, "2002-01-01"), day(t, x[0]), 0, "")
		if got := strings.TrimSpace(s.Principle.Instrument + " " + s.Principle.Article); got != x[1] {
			t.Errorf("decided %s: %q", x[0], got)
		}
	}
}
