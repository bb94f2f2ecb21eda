package patent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// published are real numbers with their check digit, and two printed ones that are wrong.
var published = []struct {
	digits string
	check  byte
	kind   Type
	year   int
	good   bool
}{
	{"90101673", 'X', Invention, 1990, true},
	{"95115608", 'X', Invention, 1995, true},
	{"97101765", '4', Invention, 1997, true},
	{"200730008065", '1', Design, 2007, true},
	{"200820185283", '1', UtilityModel, 2008, true},
	{"201310699744", '2', Invention, 2013, true},
	{"201520781728", '2', UtilityModel, 2015, true},
	{"201810557067", '3', Invention, 2018, true},
	{"91103346", '7', Invention, 1991, true},
	{"02123502", '3', Invention, 2002, true},
	{"200420091540", '7', UtilityModel, 2004, true},
	{"200610033211", '0', Invention, 2006, true},
	{"200610160549", '2', Invention, 2006, true},
	{"200930193487", 'X', Design, 2009, true},
	{"200980000002", '8', Invention, 2009, true},
	{"201310293690", 'X', Invention, 2013, true},
	{"89103229", '2', Invention, 1989, false},     // a textbook's example
	{"201910123456", '7', Invention, 2019, false}, // an invented example
}

func TestPublishedNumbers(t *testing.T) {
	for _, x := range published {
		n, err := Parse("ZL" + x.digits + "." + string(x.check))
		if err != nil {
			t.Fatalf("%s: %v", x.digits, err)
		}
		if n.ValidCheck() != x.good || (CheckDigit(x.digits) == x.check) != x.good {
			t.Errorf("%s.%c: check digit right = %v, want %v (computed %c)", x.digits, x.check, n.ValidCheck(), x.good, CheckDigit(x.digits))
		}
		if n.Type() != x.kind || n.Year() != x.year || n.Key() != x.digits {
			t.Errorf("%s: %s %d %s", x.digits, n.Type(), n.Year(), n.Key())
		}
		if bad := slices.Contains(n.Warnings(2026), BadCheck); bad == x.good {
			t.Errorf("%s: warned of the check digit = %v", x.digits, bad)
		}
	}
	if n, _ := Parse("200980000002.8"); !n.PCT() {
		t.Error("type 8 came through the PCT")
	}
}

func TestParseSpellings(t *testing.T) {
	want := "201520781728.2"
	for _, s := range []string{
		"201520781728.2", "ZL201520781728.2", "zl201520781728.2", "ZL 2015 2 0781728.2", "CN201520781728.2",
		"ZL2015207817282", "ＺＬ２０１５２０７８１７２８．２", " ZL　2015 2 0781728 . 2 ", "ZL:201520781728.2", "ZL：201520781728。2",
		"2015-2-0781728.2", "ZL.201520781728.2", "ZL201520781728·2",
	} {
		n, err := Parse(s)
		if err != nil || n.String() != want {
			t.Errorf("Parse(%q) = %q, %v", s, n, err)
		}
	}
	for s, want := range map[string]string{
		"90101673.x": "ZL 90 1 01673.X", "９０１０１６７３ｘ": "ZL 90 1 01673.X", "90101673": "ZL 90 1 01673",
		"200930193487×": "ZL 2009 3 0193487.X", "201520781728": "ZL 2015 2 0781728", "zl 201520781728.2": "ZL 2015 2 0781728.2",
	} {
		if n, err := Parse(s); err != nil || n.Normal() != want {
			t.Errorf("Parse(%q).Normal() = %q, %v; want %q", s, n.Normal(), err, want)
		}
	}
	for _, s := range []string{"", "ZL", "x", "1234567", "ZL2015207817282.2", "CN102345678A", "20152078172A.2", "X0101673.X",
		"专利号201520781728.2", "ZLZL201520781728.2", "201520781728.Y", "-------------"} {
		if n, err := Parse(s); !errors.Is(err, ErrNoNumber) || !n.IsZero() || n.Normal() != "" {
			t.Errorf("Parse(%q) = %q, %v; want no number", s, n, err)
		}
	}
}

func TestWarnings(t *testing.T) {
	for s, want := range map[string][]Warning{
		"201520781728.2": nil,
		"201520781728":   {NoCheck},
		"201520781728.3": {BadCheck},
		"201540781728":   {NoCheck, BadType},
		"203020781728":   {NoCheck, BadYear},
		"200220781728":   {NoCheck, BadYear},
		"84101673":       {NoCheck, BadYear},
		"04101673":       {NoCheck, BadYear},
		"03101673":       {NoCheck},
		"85101673":       {NoCheck},
	} {
		n, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Warnings(2026); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
}

func TestMake(t *testing.T) {
	n, err := Make(2015, UtilityModel, 781728)
	if err != nil || n.Normal() != "ZL 2015 2 0781728.2" || n.Serial() != 781728 {
		t.Errorf("%s %v", n.Normal(), err)
	}
	if n, err = Make(1990, Invention, 1673); err != nil || n.String() != "90101673.X" {
		t.Errorf("%s %v", n, err)
	}
	for _, bad := range []struct {
		y int
		k Type
		s int
	}{{1984, Invention, 1}, {2015, "", 1}, {2015, Design, 0}, {2015, Design, 10_000_000}, {1990, Design, 100_000}, {10000, Design, 1}} {
		if n, err := Make(bad.y, bad.k, bad.s); err == nil {
			t.Errorf("Make(%v) = %s", bad, n)
		}
	}
	for serial := 1; serial < 5000; serial++ {
		n, err := Make(2020, Design, serial)
		if err != nil || !n.ValidCheck() || len(n.Warnings(2026)) > 0 {
			t.Fatal(n, err)
		}
	}
}

// Any single wrong digit is noticed wherever its weight times the difference is no multiple of 11: everywhere.
func TestCheckDigitFindsOneWrongDigit(t *testing.T) {
	const digits = "201520781728"
	for i := range len(digits) {
		for c := byte('0'); c <= '9'; c++ {
			if c == digits[i] {
				continue
			}
			wrong := digits[:i] + string(c) + digits[i+1:]
			if CheckDigit(wrong) == '2' {
				t.Errorf("%s has the same check digit", wrong)
			}
		}
	}
}

func TestFind(t *testing.T) {
	for _, x := range []struct {
		text string
		want []string // as written
	}{
		{"专利号：ZL201520781728.2，外观设计专利ZL 2009 3 0193487.X。", []string{"ZL201520781728.2", "ZL 2009 3 0193487.X"}},
		{"申请号2013 1 0699744.2和90101673.X号", []string{"2013 1 0699744.2", "90101673.X"}},
		{"ＺＬ２０１５２０７８１７２８．２", []string{"ＺＬ２０１５２０７８１７２８．２"}},
		{"zl201520781728.2 cn200930193487.x", []string{"zl201520781728.2", "cn200930193487.x"}},
		{"专利号：ZL201520781728.2，90101673.x 等", []string{"ZL201520781728.2", "90101673.x"}},
		{"专利号 201520781728，Patent No. 200930193487", []string{"201520781728", "200930193487"}},
		{"ZL201520781728", []string{"ZL201520781728"}},
		{"ZL201520781728.", []string{"ZL201520781728"}},
		{"号码2015207817282（共13位）", []string{"2015207817282"}},
		{"201520781728.9", []string{"201520781728.9"}},           // the wrong check digit is for the reader to see
		{"ZL201520781728 。 2台", []string{"ZL201520781728"}},      // a Chinese full stop ends the number
		{"ZL201520781728. 2", []string{"ZL201520781728. 2"}},     // the right digit after a space
		{"ZL201520781728. 3 pieces", []string{"ZL201520781728"}}, // not its check digit
		{"ZL2015207817282.2", nil}, // a digit too many
		{"CN102345678A CN 102345678 B CN2156789Y", nil},
		{"电话13812345678，身份证330501199001011234，金额85312345.6元，2015-07-01", nil},
		{"201520781728 合计 2015207817283", nil},
		{"AZL201520781728.2", nil},
		{"", nil},
	} {
		var got []string
		for _, m := range Find(x.text) {
			got = append(got, x.text[m.Start:m.End])
			if again, err := Parse(x.text[m.Start:m.End]); err != nil || again != m.Number {
				t.Errorf("%q: Parse says %v, %v", x.text[m.Start:m.End], again, err)
			}
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("Find(%q) = %q, want %q", x.text, got, x.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, x := range published {
		f.Add("ZL" + x.digits + "." + string(x.check))
	}
	f.Add("ＺＬ２０１５ ２ ０７８１７２８．２")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			if !n.IsZero() {
				t.Errorf("%q: %v with an error", s, n)
			}
			return
		}
		for _, again := range []string{n.Normal(), n.String(), n.Application(), "CN" + strings.ToLower(n.String())} {
			if m, err := Parse(again); err != nil || m != n {
				t.Errorf("%q -> %q -> %v, %v", s, again, m, err)
			}
		}
		_ = fmt.Sprint(n.Type(), n.Year(), n.Serial(), n.Warnings(2026))
	})
}

func FuzzFind(f *testing.F) {
	f.Add("专利号：ZL201520781728.2，90101673.X")
	f.Add("ZL 2009 3 0193487 . x")
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, m := range Find(s) {
			if m.Start < last || m.End <= m.Start || m.End > len(s) || m.Number.IsZero() {
				t.Fatalf("%q: %+v", s, m)
			}
			last = m.End
			if n, err := Parse(s[m.Start:m.End]); err != nil || n != m.Number {
				t.Errorf("%q: found %v, Parse says %v, %v", s[m.Start:m.End], m.Number, n, err)
			}
		}
	})
}

func TestRead(t *testing.T) {
	for s, want := range map[string]string{
		"ZL 2015 2 0781728.2": "patent_or_application 201520781728.2", "201520781728.3": "patent_or_application 201520781728.3", "90101673": "patent_or_application 90101673",
		"CN102345678A": "publication CN 102345678 A", "cn 102345678 b": "publication CN 102345678 B", "CN102345678": "publication CN 102345678", "CN1023456C": "publication CN 1023456 C",
		"ZL102345678B": "publication CN 102345678 B", "CN301234567S": "publication CN 301234567 S", "CN85100001A": "publication CN 85100001 A", "CN2156789Y1": "publication CN 2156789 Y1",
		"见公开文本 CN 102345678 A 说明书": "publication CN 102345678 A", "102345678": "none bad_year", "201540781728.1": "none bad_type", "203020781728": "none bad_year",
		"ZL2015207817282.2": "none length", "CN102345678Z": "none length", "茶杯": "none nothing", "": "none nothing", "2015 号": "none length", "CN502345678A": "none length",
		"专利号：ZL201520781728.2，90101673.x 等": "patent_or_application 201520781728.2", "９０１０１６７３ｘ": "patent_or_application 90101673.X", "专利号 ZL203020781728.9": "none length",
	} {
		r := Read(s, 2026)
		got := r.Kind + " " + r.Number.String()
		switch r.Kind {
		case KindPublication:
			got = r.Kind + " " + r.Publication.String()
		case KindNone:
			got = r.Kind + " " + r.Reason
		}
		if got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
	if p, _ := ParsePublication("CN201234567U"); p.Type() != UtilityModel || p.Kind != "U" {
		t.Error(p)
	}
	if p, _ := ParsePublication("CN85100001A"); p.Type() != Invention {
		t.Error(p)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("见公开文本 CN 102345678 A 说明书")
	f.Add("ZL201520781728.2，90101673.x")
	f.Fuzz(func(t *testing.T, s string) {
		r := Read(s, 2026)
		switch r.Kind {
		case KindNumber:
			if r.Number.Type() == "" || r.Number.Year() < 1985 || r.Number.Year() > 2026 {
				t.Errorf("%q: %v", s, r.Number)
			}
		case KindPublication:
			if again, ok := ParsePublication(r.Publication.String()); !ok || again != r.Publication {
				t.Errorf("%q: %v, again %v", s, r.Publication, again)
			}
		case KindNone:
			if r.Reason == "" {
				t.Errorf("%q: none without a reason", s)
			}
		default:
			t.Errorf("%q: %s", s, r.Kind)
		}
	})
}
