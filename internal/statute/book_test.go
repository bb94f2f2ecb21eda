package statute

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"huzhi/internal/calendar"
)

func realBook(t testing.TB) *Book {
	t.Helper()
	b, err := Load(os.DirFS("../../config/statute"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func realCalendar(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Load(os.DirFS("../../config/calendar"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day(t testing.TB, s string) calendar.Day {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const huzhou = "330500"

// What the law asked on the last day of the old rule and on the first of the new one.
func TestBoundaryDays(t *testing.T) {
	b := realBook(t)
	for _, x := range []struct {
		on, id  string
		q       Query
		want    string // "" for no such rule
		article string
	}{
		{"2011-01-31", "INF_CLOSE", Query{Region: huzhou}, "", ""},
		{"2011-02-01", "INF_CLOSE", Query{Region: huzhou}, "4 mo", "O60 19"},
		{"2015-04-30", "SUIT", Query{}, "3 mo", "ALL1989 39"},
		{"2015-05-01", "SUIT", Query{}, "6 mo", "ALL2014 46(1)"},

		{"2015-06-30", "INF_ACCEPT", Query{Region: huzhou}, "5 wd", "O60 11"},
		{"2015-07-01", "INF_ACCEPT", Query{Region: huzhou}, "5 wd", "O71 13"},
		{"2015-06-30", "INF_CLOSE", Query{Region: huzhou}, "4 mo", "O60 19"},
		{"2015-07-01", "INF_CLOSE", Query{Region: huzhou}, "3 mo", "O71 21"},
		{"2015-06-30", "CF_CLOSE", Query{}, "1 mo", "O60 34(1)"},
		{"2015-07-01", "CF_CLOSE", Query{}, "1 mo", "O71 36(1)"},
		{"2015-06-30", "CF_FILE_REPORT", Query{}, "", ""},
		{"2015-07-01", "CF_FILE_REPORT", Query{}, "10 wd", "O71 28"},
		{"2015-06-30", "PENALTY_PUBLISH", Query{}, "", ""},
		{"2015-07-01", "PENALTY_PUBLISH", Query{}, "20 wd", "O71 46"},
		{"2015-06-30", "FINE_PAY", Query{}, "15 cd", "O60 47"},
		{"2015-07-01", "FINE_PAY", Query{}, "15 cd", "O71 49"},

		{"2015-12-31", "INF_CLOSE", Query{Region: huzhou}, "3 mo", "O71 21"},
		{"2016-01-01", "INF_CLOSE", Query{Region: huzhou}, "2 mo", "ZJ2015 26"},
		{"2016-01-01", "INF_CLOSE", Query{Region: "330521"}, "2 mo", "ZJ2015 26"},
		{"2016-01-01", "INF_CLOSE", Query{Region: "320500"}, "3 mo", "O71 21"}, // Suzhou is not in Zhejiang
		{"2016-01-01", "INF_CLOSE", Query{}, "3 mo", "O71 21"},                 // no office named: the nation's rule
		{"2015-12-31", "INF_ACCEPT", Query{Region: huzhou}, "5 wd", "O71 13"},
		{"2016-01-01", "INF_ACCEPT", Query{Region: huzhou}, "3 wd", "ZJ2015 25"},
		{"2015-12-31", "PLATFORM_TELL_SELLER", Query{Region: huzhou}, "", ""},
		{"2016-01-01", "PLATFORM_TELL_SELLER", Query{Region: huzhou}, "3 wd", "ZJ2015 34(1)"},
		{"2022-12-31", "INF_CLOSE", Query{Region: huzhou}, "2 mo", "ZJ2015 26"},
		{"2023-01-01", "INF_CLOSE", Query{Region: huzhou}, "3 mo", "O71 21"},
		{"2023-01-01", "PLATFORM_TELL_SELLER", Query{Region: huzhou}, "", ""},

		{"2019-03-31", "CF_CLOSE", Query{}, "1 mo", "O71 36(1)"},
		{"2019-04-01", "CF_CLOSE", Query{}, "90 cd", "SAMR2018 64"},
		{"2019-04-01", "CF_CLOSE", Query{Book: BookPatent}, "1 mo", "O71 36(1)"},
		{"2019-03-31", "CF_CLOSE", Query{Book: BookSAMR}, "", ""},
		{"2019-03-31", "CF_VERIFY", Query{}, "", ""},
		{"2019-04-01", "CF_VERIFY", Query{}, "15 wd", "SAMR2018 18"},
		{"2019-04-01", "CF_FILE_REPORT", Query{}, "", ""}, // the market book verifies instead
		{"2019-04-01", "CF_FILE_REPORT", Query{Book: BookPatent}, "10 wd", "O71 28"},

		{"2021-05-31", "INF_SUE", Query{}, "15 cd", "PL2008 60"},
		{"2021-06-01", "INF_SUE", Query{}, "15 cd", "PL2020 65"},

		{"2021-07-14", "STATEMENT", Query{}, "3 cd", "APL1996 42(1)[1]"},
		{"2021-07-15", "STATEMENT", Query{}, "5 wd", "APL2021 64[1]"},
		{"2021-07-14", "HEARING_NOTICE", Query{}, "7 cd", "APL1996 42(1)[2]"},
		{"2021-07-15", "HEARING_NOTICE", Query{}, "7 wd", "APL2021 64[2]"},
		{"2021-07-14", "DECISION_SERVE", Query{}, "7 cd", "APL1996 40"},
		{"2021-07-15", "DECISION_SERVE", Query{}, "7 wd", "APL2021 61(1)"},
		{"2021-07-14", "PRESERVE", Query{Kind: Counterfeit}, "7 cd", "O71 40(1)"},
		{"2021-07-15", "PRESERVE", Query{Kind: Counterfeit}, "7 wd", "APL2021 56"},
		{"2021-07-14", "PRESERVE", Query{Kind: Infringement}, "7 cd", "O71 40(1)"},
		{"2021-07-15", "PRESERVE", Query{Kind: Infringement}, "7 cd", "O71 40(1)"},
		{"2021-07-15", "PRESERVE", Query{}, "7 cd", "O71 40(1)"}, // kind left open: the shorter
		{"2021-07-15", "PRESERVE", Query{Kind: Dispute}, "", ""},
		{"2021-08-31", "PENALTY_PUBLISH", Query{}, "20 wd", "O71 46"},
		{"2021-09-01", "PENALTY_PUBLISH", Query{}, "20 wd", "SAMR45 9"},

		{"2021-12-31", "PUBLIC_SERVICE", Query{}, "60 cd", "CPL1991 92"},
		{"2022-01-01", "PUBLIC_SERVICE", Query{}, "30 cd", "CPL2021 95"},

		{"2025-01-31", "INF_CLOSE", Query{Region: huzhou}, "3 mo", "O71 21"},
		{"2025-02-01", "INF_CLOSE", Query{Region: huzhou}, "3 mo", "O81 37"},
		{"2025-01-31", "INF_ACCEPT", Query{Region: huzhou}, "5 wd", "O71 13"},
		{"2025-02-01", "INF_ACCEPT", Query{Region: huzhou}, "5 wd", "O81 20"},
		{"2025-01-31", "INF_DEFENCE_FOREIGN", Query{}, "", ""},
		{"2025-02-01", "INF_DEFENCE_FOREIGN", Query{}, "30 cd", "O81 22(1)"},
		{"2025-01-31", "PRESERVE", Query{Kind: Infringement}, "7 cd", "O71 40(1)"},
		{"2025-02-01", "PRESERVE", Query{Kind: Infringement}, "7 cd", "O81 49(1)"},
		{"2025-01-31", "MED_CLOSE", Query{}, "", ""},
		{"2025-02-01", "MED_CLOSE", Query{}, "2 mo", "O81 70(3)"},

		{"2026-04-14", "COMPLAINT_MEDIATE", Query{}, "45 wd", "SAMR20 21(1)[5]"},
		{"2026-04-15", "COMPLAINT_MEDIATE", Query{}, "60 cd", "SAMR121 23(1)[5]"},
		{"2026-04-14", "REPORTER_TELL", Query{}, "5 wd", "SAMR20 31(2)"},
		{"2026-04-15", "REPORTER_TELL", Query{}, "", ""},
		{"2026-04-14", "COMPETENCE_AGREE", Query{}, "", ""},
		{"2026-04-15", "COMPETENCE_AGREE", Query{}, "7 wd", "SAMR121 33"},
		{"2026-04-15", "COMPETENCE_AGREE", Query{Book: BookPatent}, "", ""},

		{"2026-04-15", "NO_SUCH_RULE", Query{}, "", ""},
		{"", "INF_CLOSE", Query{}, "", ""},
	} {
		q := x.q
		q.On = day(t, x.on)
		r, ok := b.Rule(x.id, q)
		var got, article string
		if ok {
			got, article = strings.Split(strings.TrimPrefix(period(r), "-"), " +")[0], r.Instrument+" "+r.Article
			got, _, _ = strings.Cut(got, " less")
			got = strings.TrimSuffix(got, " strict")
		}
		if got != x.want || article != x.article {
			t.Errorf("%s on %s %+v: %q by %q, want %q by %q", x.id, x.on, x.q, got, article, x.want, x.article)
		}
	}
}

func TestFineCap(t *testing.T) {
	b := realBook(t)
	for _, x := range []struct {
		act    string
		income int64 // yuan
		want   int64
		cite   string
	}{
		{"2009-09-30", 30_000, 90_000, "五十八"},
		{"2009-09-30", 0, 50_000, "五十八"},
		{"2009-10-01", 0, 200_000, "第六十三条"},
		{"2021-05-31", 0, 200_000, "第六十三条"},
		{"2021-05-31", 1, 4, "第六十三条"},
		{"2021-05-31", 50_000, 200_000, "第六十三条"},
		{"2021-05-31", 60_000, 240_000, "第六十三条"},
		{"2021-06-01", 0, 250_000, "第六十八条"},
		{"2021-06-01", 1, 250_000, "第六十八条"},
		{"2021-06-01", 50_000, 250_000, "第六十八条"}, // "or 50,000 and less"
		{"2021-06-01", 60_000, 300_000, "第六十八条"},
		{"2021-06-01", -5, 250_000, "第六十八条"},
		{"2001-06-30", 60_000, 0, ""},
	} {
		fine, cite := b.FineCap(day(t, x.act), x.income*100)
		if fine != x.want*100 || !strings.Contains(cite.ZH, x.cite) || (cite.ZH == "") != (x.cite == "") {
			t.Errorf("act %s, income %d: %d by %s; want %d", x.act, x.income, fine, cite.ZH, x.want*100)
		}
	}
	if fine, _ := b.FineCap(day(t, "2021-06-01"), 50_000_01); fine != 250_000_05 {
		t.Errorf("one fen above 50,000 yuan: %d", fine)
	}
	if fine, _ := b.FineCap(day(t, "2021-06-01"), math.MaxInt64/2); fine != math.MaxInt64 {
		t.Errorf("too much to multiply: %d", fine)
	}
}

func TestDue(t *testing.T) {
	b, c := realBook(t), realCalendar(t)
	for _, x := range []struct {
		id, start   string
		q           Query
		o           Options
		strict, due string
	}{
		{"INF_CLOSE", "2025-03-31", Query{Region: huzhou}, Options{}, "2025-06-30", "2025-06-30"},
		{"INF_CLOSE", "2025-03-31", Query{Region: huzhou}, Options{Extensions: []calendar.Term{{N: 1, Unit: calendar.MO}, {N: 2, Unit: calendar.MO}}},
			"2025-09-30", "2025-09-30"},
		{"CF_CLOSE", "2022-10-10", Query{}, Options{}, "2023-01-08", "2023-01-09"},
		{"CF_CLOSE", "2022-10-10", Query{}, Options{Excluded: []Excluded{{"hearing", day(t, "2022-11-01"), day(t, "2022-11-10")}}}, "2023-01-18", "2023-01-18"},
		{"CF_CLOSE", "2022-10-10", Query{}, Options{Excluded: []Excluded{{"settlement_talks", day(t, "2022-11-01"), day(t, "2022-11-10")}}}, "2023-01-08", "2023-01-09"},
		{"CF_CLOSE", "2022-10-10", Query{}, Options{Excluded: []Excluded{{"appraisal", day(t, "2022-11-01"), day(t, "2022-11-10")}}}, "2023-01-18", "2023-01-18"},
		{"CF_CLOSE", "2022-10-10", Query{}, Options{Excluded: []Excluded{{"", day(t, "2022-11-01"), day(t, "2022-11-10")}}}, "2023-01-18", "2023-01-18"},
		{"CF_CLOSE", "2022-10-10", Query{}, Options{Extensions: []calendar.Term{{N: 30, Unit: calendar.CD}, {N: 75, Unit: calendar.CD}}}, "2023-04-23", "2023-04-23"},
		{"INF_ORAL_NOTICE", "2024-06-06", Query{}, Options{}, "2024-06-03", "2024-06-03"},
		{"POLICE_HANDOVER", "2024-06-05", Query{}, Options{}, "2024-06-06", "2024-06-06"},
	} {
		x.q.On = day(t, x.start)
		r, ok := b.Rule(x.id, x.q)
		if !ok {
			t.Fatal(x.id)
		}
		for _, ledger := range []bool{false, true} {
			x.o.Ledger = ledger
			d, err := b.Due(c, r, day(t, x.start), x.o)
			if err != nil || d.Strict.String() != x.strict || d.Due.String() != x.due || (len(d.Ledger) > 0) != ledger {
				t.Errorf("%s from %s: %s, %s; want %s, %s; %v", x.id, x.start, d.Strict, d.Due, x.strict, x.due, err)
			}
			if d.Rule != x.id || d.Version != r.Version() || d.Cite != r.Cite || d.BookHash != b.Hash() || d.CalendarHash != c.Hash() {
				t.Errorf("%s does not say what it rests on: %+v", x.id, d)
			}
		}
	}
}

func TestExtensions(t *testing.T) {
	b, c := realBook(t), realCalendar(t)
	r, _ := b.Rule("CF_CLOSE", Query{On: day(t, "2022-10-10")})
	mo := func(n int) calendar.Term { return calendar.Term{N: n, Unit: calendar.MO} }
	cd := func(n int) calendar.Term { return calendar.Term{N: n, Unit: calendar.CD} }
	for _, bad := range [][]calendar.Term{{cd(31)}, {mo(1)}, {cd(0)}, {cd(-3)}, {cd(30), cd(0)}, {cd(30), cd(9), cd(1)}} {
		if _, err := b.Due(c, r, day(t, "2022-10-10"), Options{Extensions: bad}); err == nil || !strings.Contains(err.Error(), "Art. 64") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if got, err := r.Longest(1); err != nil || !slices.Equal(got, []calendar.Term{cd(30)}) {
		t.Error(got, err)
	}
	for _, n := range []int{-1, 2, 3} { // the second is free: any length, fixed in the approval
		if got, err := r.Longest(n); err == nil {
			t.Error(n, got)
		}
	}
	inf, _ := b.Rule("INF_CLOSE", Query{On: day(t, "2025-03-03")})
	if got, err := inf.Longest(2); err != nil || !slices.Equal(got, []calendar.Term{mo(1), mo(2)}) {
		t.Error(got, err)
	}
	h, _ := b.Rule("POLICE_HANDOVER", Query{On: day(t, "2025-03-03")})
	at := time.Date(2025, 9, 30, 16, 30, 0, 0, calendar.Zone())
	if end, ok := h.At(at); !ok || end.Sub(at) != 24*time.Hour {
		t.Error(end, ok)
	}
	if _, ok := inf.At(at); ok {
		t.Error("months do not run from an instant")
	}
	if _, err := b.Due(c, inf, 0, Options{}); err == nil {
		t.Error("no start")
	}
}

func TestDefaultBook(t *testing.T) {
	b := realBook(t)
	if b.DefaultBook(day(t, "2019-03-31")) != BookPatent || b.DefaultBook(day(t, "2019-04-01")) != BookSAMR || b.DefaultBook(0) != BookPatent {
		t.Error("the market-regulation rules are in force from 2019-04-01")
	}
	if v := b.Versions("INF_CLOSE"); len(v) != 4 || v[0].Instrument != "O60" || v[3].Instrument != "O81" {
		t.Error(v)
	}
	if r, ok := b.ByVersion("CF_CLOSE@2021-07-15/samr", ""); !ok || r.Cite.ZH != "《市场监督管理行政处罚程序规定》第六十四条" {
		t.Error(r.Cite, ok)
	}
	if r, ok := b.ByVersion("CF_CLOSE@2015-07-01/patent", Counterfeit); !ok || r.Cite.ZH != "《专利行政执法办法》第三十六条第一款" {
		t.Error(r.Cite, ok)
	}
	if _, ok := b.ByVersion("CF_CLOSE@2015-07-02/patent", ""); ok {
		t.Error("no such version")
	}
	for _, r := range b.All() {
		if in, ok := b.Instrument(r.Instrument); !ok || r.Line == 0 || r.File == "" || in.Name.In("en") == in.Name.In("zh-CN") {
			t.Errorf("%s: %+v", r.Version(), in)
		}
	}
	if len(b.Fines()) != 3 || len(b.Hash()) != 64 || b.Hash() != realBook(t).Hash() {
		t.Error("fines or hash")
	}
}

func TestLoadIsStrict(t *testing.T) {
	const good = `instruments:
  - {id: L, name: {zh: 法, en: Law}, from: 2011-02-01, mark: C}
rules:
  - id: A
    kind: counterfeit
    title: {zh: 甲, en: A}
    instrument: L
    article: "1"
    cite: {zh: 第一条, en: Art. 1}
    trigger: filed
    add: 5
    unit: wd
    from: 2011-02-01
    to: 2015-06-30
    mark: C
  - id: A
    kind: counterfeit
    title: {zh: 甲, en: A}
    instrument: L
    article: "2"
    cite: {zh: 第二条, en: Art. 2}
    trigger: filed
    add: 3
    unit: wd
    ext: [{max: 3, unit: wd, approver: head}]
    excl: [hearing]
    from: 2015-07-01
    mark: C
fines:
  - {id: F, instrument: L, article: "3", cite: {zh: 三, en: 3}, from: 2011-02-01, times: 4, above_yuan: 0, else_yuan: 5, mark: C}
`
	if _, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(good)}}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ old, new, want string }{
		{"    add: 5\n", "    add: 5\n    ad: 5\n", "line 12: field ad not found"},
		{"from: 2015-07-01", "from: 2015-06-30", "a.yaml:16: A: in force together with a.yaml:4"},
		{"to: 2015-06-30", "to: 2015-07-01", "a.yaml:16: A: in force together"},
		{"kind: counterfeit\n    title: {zh: 甲, en: A}\n    instrument: L\n    article: \"2\"", "kind: any\n    title: {zh: 甲, en: A}\n    instrument: L\n    article: \"2\"", ""},
		{"trigger: filed\n    add: 3", "trigger: fild\n    add: 3", "a.yaml:16: A: unknown trigger \"fild\""},
		{"unit: wd\n    from", "unit: days\n    from", "a.yaml:4: A: unknown unit \"days\""},
		{"approver: head", "approver: boss", "a.yaml:16: A: unknown approver"},
		{"max: 3, unit: wd", "max: 3, unit: w", "unknown unit"},
		{"max: 3", "max: 3, free: true", "has a max or is free"},
		{"{max: 3, ", "{", "has a max or is free"},
		{"[hearing]", "[haring]", "unknown excl"},
		{"kind: counterfeit", "kind: fake", "unknown kind"},
		{"mark: C\n  - id", "mark: sure\n  - id", "unknown mark"},
		{"    mark: C\n  - id", "    book: other\n    mark: C\n  - id", "unknown book"},
		{"    mark: C\n  - id", "    only_if: x\n    mark: C\n  - id", "unknown only_if"},
		{"    mark: C\n  - id", "    on_expiry: x\n    mark: C\n  - id", "unknown on_expiry"},
		{"    mark: C\n  - id", "    approval: x\n    mark: C\n  - id", "unknown approver"},
		{"    mark: C\n  - id", "    region: ZJ\n    mark: C\n  - id", "GB/T 2260"},
		{"    mark: C\n  - id", "    back: true\n    mark: C\n  - id", "counted back"},
		{"    mark: C\n  - id", "    note: {zh: 注}\n    mark: C\n  - id", "both languages"},
		{"trigger: filed\n    add: 5", "trigger: hearing_date\n    add: 5", "counted back"},
		{"add: 5", "add: 0", "add is 0"},
		{"add: 5", "add: -5", "add is -5"},
		{"add: 5", "add: 5000", "add is 5000"},
		{"cite: {zh: 第一条, en: Art. 1}", "cite: {zh: 第一条}", "both languages"},
		{"title: {zh: 甲, en: A}", "title: {en: A}", "both languages"},
		{"    from: 2011-02-01\n    to: 2015-06-30\n", "    to: 2015-06-30\n", "in force from \"\""},
		{"    from: 2011-02-01\n", "    from: 2011-01-31\n", "L is in force only from"},
		{"mark: C}\nrules", "to: 2020-01-01, mark: C}\nrules", "a.yaml:16: A: L is in force only from"},
		{"to: 2015-06-30", "to: 2010-06-30", "in force from"},
		{"id: A\n", "id: a b\n", "capitals"},
		{"instrument: L\n", "instrument: M\n", "a.yaml:4: A: the instrument \"M\" is not in this file"},
		{"id: L, ", "", "a.yaml:2: an instrument needs"},
		{"mark: C}\nrules", "mark: X}\nrules", "unknown mark"},
		{"rules:", "  - {id: L, name: {zh: 法, en: Law}, from: 2011-02-01, mark: C}\nrules:", "stands twice"},
		{"times: 4", "times: 0", "a.yaml:30: F: a fine needs times"},
		{"else_yuan: 5, ", "", "a fine needs times"},
		{"zh: 三, ", "", "a fine needs a citation"},
		{"instrument: L, article: \"3\"", "instrument: M, article: \"3\"", "not in this file"},
		{"fines:\n", "fines:\n  - {id: G, instrument: L, article: \"3\", cite: {zh: 三, en: 3}, from: 2011-02-01, times: 4, above_yuan: 0, else_yuan: 5, mark: C}\n", "a.yaml:31: F: in force together with G"},
		{"fines:", "---\nfines:", "more than one document"},
		{good, "", "a.yaml: EOF"},
		{good, "rules: [", "a.yaml: yaml:"},
	} {
		text := strings.Replace(good, x.old, x.new, 1)
		if text == good {
			t.Fatalf("%q is not in the file", x.old)
		}
		_, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
		if x.want == "" {
			if err != nil {
				t.Errorf("%q: %v", x.new, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), x.want) || !strings.HasPrefix(err.Error(), "a.yaml") {
			t.Errorf("%q: %v, want %q", x.new, err, x.want)
		}
	}
	any2 := strings.Replace(good, "kind: counterfeit\n    title: {zh: 甲, en: A}\n    instrument: L\n    article: \"2\"", "kind: any\n    title: {zh: 甲, en: A}\n    instrument: L\n    article: \"2\"", 1)
	if _, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(strings.Replace(any2, "from: 2015-07-01", "from: 2015-06-30", 1))}}); err == nil {
		t.Error("a rule of any kind clashes with one of a kind")
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder is no rule book")
	}
}

func BenchmarkDue90WithLedger(b *testing.B) {
	book, c := realBook(b), realCalendar(b)
	r, _ := book.Rule("CF_CLOSE", Query{On: calendar.Date(2024, 1, 2)})
	for b.Loop() {
		if _, err := book.Due(c, r, calendar.Date(2024, 1, 2), Options{Ledger: true}); err != nil {
			b.Fatal(err)
		}
	}
}
