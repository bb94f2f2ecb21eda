package statute

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"huzhi/internal/calendar"
)

// TestSurchargeEdges: the law of the first late day is cited, the largest sum that can be reckoned is, and nothing comes of nothing.
func TestSurchargeEdges(t *testing.T) {
	b := realBook(t)
	old, now := b.Surcharge(100, day(t, "2021-07-13"), day(t, "2021-07-13"), nil), b.Surcharge(100, day(t, "2021-07-14"), day(t, "2021-07-14"), nil)
	if old.Cite == now.Cite || old.Fen != 0 || now.Fen != 0 || now.Days != 0 || now.Capped {
		t.Errorf("%+v %+v", old, now)
	}
	if late := b.Surcharge(100, day(t, "2021-07-14"), day(t, "2021-07-15"), nil); late.Cite != now.Cite {
		t.Errorf("due on the last day of the old law, it is late under the new: %+v", late)
	}
	due, paid := day(t, "2024-01-01"), day(t, "2024-01-02")
	most := int64(math.MaxInt64 / 3)
	for fine, want := range map[int64]int64{0: 0, -100: 0, 100: 3, 99: 2, most: most * 3 / 100, most + 1: math.MaxInt64} {
		if got := b.Surcharge(fine, due, paid, nil); got.Fen != want || got.Days != 1 {
			t.Errorf("%d: %+v, want %d", fine, got, want)
		}
	}
	for days, want := range map[int]bool{33: false, 34: true} { // 99 and 102 of a hundred
		if got := b.Surcharge(100, due, due.AddDays(days), nil); got.Capped != want || got.Fen != map[bool]int64{false: 99, true: 100}[want] {
			t.Errorf("%d days: %+v", days, got)
		}
	}
}

// TestBandsToTheFen: what does not divide is cut, not rounded up.
func TestBandsToTheFen(t *testing.T) {
	b := realBook(t)
	act := day(t, "2021-06-01")
	for _, income := range []int64{6_000_001, 6_012_337, 7_654_321} {
		limit, _ := b.FineCap(act, income)
		for i, want := range []int64{limit * 30 / 100, limit * 70 / 100, limit} {
			if got := b.FineBands(act, income)[i]; got.ToFen != want {
				t.Errorf("%d: %+v, want up to %d", income, got, want)
			}
		}
	}
}

// TestLowSums: two patents, or a second time, count from half the sums on (2004 interpretation Art. 10; 2025 Art. 17).
func TestLowSums(t *testing.T) {
	b := realBook(t)
	for _, x := range []struct {
		s    Suspect
		want string
	}{
		{Suspect{Turnover: 9_999_999, Income: 4_999_999, Patents: 2, Again: true}, ""},
		{Suspect{Turnover: 10_000_000, Patents: 2}, "two_patents"}, {Suspect{Income: 5_000_000, Patents: 2}, "two_patents"},
		{Suspect{Income: 5_000_000, Patents: 1}, ""}, {Suspect{Income: 5_000_000, Patents: 3}, "two_patents"},
		{Suspect{Turnover: 10_000_000, Again: true}, "again"},
	} {
		x.s.Limbs = []string{"L1c"}
		if got, _ := b.ToPolice(day(t, "2025-04-26"), x.s); strings.Join(got, " ") != x.want {
			t.Errorf("%+v: %v, want %s", x.s, got, x.want)
		}
	}
}

// TestHearingByBook: a number holds in its own book and its own time.
func TestHearingByBook(t *testing.T) {
	b := realBook(t)
	for _, x := range []struct {
		on, book string
		want     bool
	}{{"2019-03-31", BookSAMR, false}, {"2019-04-01", BookSAMR, true}, {"2019-04-01", BookPatent, false}, {"2022-01-01", BookPatent, false}} {
		if _, _, ok := b.HearingFrom(day(t, x.on), x.book, true); ok != x.want {
			t.Errorf("%+v: %v", x, ok)
		}
	}
	any2 := &Book{hearings: []Hearing{{Provision: Provision{From: 1}, PersonYuan: 1}}}
	if n, _, ok := any2.HearingFrom(day(t, "2022-01-01"), BookPatent, false); !ok || n != 100 {
		t.Error("a number of no book holds in each", n, ok)
	}
}

// TestServicesOnce: each way stands once, and what the kind's own book says goes before the general law, whichever is read first.
func TestServicesOnce(t *testing.T) {
	b := realBook(t)
	for _, kind := range []string{Counterfeit, Infringement, Dispute, Opinion} {
		var ways []string
		for _, s := range b.Services(day(t, "2025-02-01"), kind, "") {
			ways = append(ways, s.Way)
		}
		slices.Sort(ways)
		if len(ways) == 0 || len(slices.Compact(slices.Clone(ways))) != len(ways) {
			t.Errorf("%s: %v", kind, ways)
		}
	}
	own, general := Service{Way: "post", Kind: Dispute, Provision: Provision{ID: "own", From: 1}}, Service{Way: "post", Kind: Any, Provision: Provision{ID: "general", From: 1}}
	direct := Service{Way: "direct", Kind: Any, Provision: Provision{ID: "direct", From: 1}}
	again := own
	again.ID = "again"
	for _, list := range [][]Service{{direct, own, general}, {direct, general, own}, {own, direct, general, again}} {
		got := (&Book{services: list}).Services(1, Dispute, "")
		i := slices.IndexFunc(got, func(s Service) bool { return s.Way == "post" })
		if len(got) != 2 || got[i].ID != "own" {
			t.Errorf("%+v", got)
		}
		if got := (&Book{services: list}).Services(1, Infringement, ""); list[0].Way == "direct" && (len(got) != 2 || got[1].ID != "general") {
			t.Errorf("%+v", got)
		}
	}
}

// TestLoadEdges is what else a rule may not say, and what it just may.
func TestLoadEdges(t *testing.T) {
	rule := func(more string) string {
		return "  - {id: A, kind: counterfeit, title: {zh: 甲, en: A}, instrument: L, article: '1', cite: {zh: 一, en: 1}, trigger: filed, add: 5, unit: wd, mark: C, " + more + "}\n"
	}
	load := func(text string) error {
		_, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
		return err
	}
	const head = "instruments:\n  - {id: L, name: {zh: 法, en: Law}, from: 2011-02-01, to: 2020-12-31, mark: C}\nrules:\n"
	const fines = "fines:\n  - {id: F, instrument: L, article: '3', cite: {zh: 三, en: 3}, from: 2011-02-01, times: 4, above_yuan: 0, else_yuan: 5, mark: C}\n"
	for text, want := range map[string]string{
		head + rule("from: 2012-01-01, to: 2012-01-01"): "",
		head + rule("from: 2011-02-01, to: 2020-12-31"): "",
		head + rule("from: 2012-01-02, to: 2012-01-01"): "in force from",
		head + rule("from: 2011-01-31, to: 2012-01-01"): "L is in force only from",
		head + rule("from: 2012-01-01, to: 2021-01-01"): "L is in force only from",
		head + rule("from: 2012-01-01"):                 "L is in force only from",
		head + rule("from: 2012-01-01, to: 2012-12-31, book: samr") + rule("from: 2012-01-01, to: 2012-12-31, book: patent"):                       "",
		head + rule("from: 2012-01-01, to: 2012-12-31, book: samr") + rule("from: 2012-01-01, to: 2012-12-31"):                                     "in force together",
		head + rule("from: 2012-01-01, to: 2012-12-31") + rule("from: 2012-01-01, to: 2012-12-31, book: samr"):                                     "in force together",
		head + rule("from: 2012-01-01, to: 2012-12-31, book: samr") + rule("from: 2012-12-31, to: 2013-12-31, book: samr"):                         "in force together",
		head + rule("from: 2012-12-31, to: 2013-12-31, region: '330500'") + rule("from: 2012-01-01, to: 2012-12-31"):                               "",
		head + rule("from: 2012-01-01, to: 2012-12-31, region: ''") + rule("from: 2013-01-01, to: 2013-12-31"):                                     "",
		head + rule("from: 2013-01-01, to: 2013-12-31") + rule("from: 2012-01-01, to: 2012-12-31"):                                                 "",
		head + strings.Replace(rule("from: 2012-01-01, to: 2012-12-31"), "add: 5", "add: 1200", 1):                                                 "",
		head + strings.Replace(rule("from: 2012-01-01, to: 2012-12-31"), "add: 5", "add: 1201", 1):                                                 "add is 1201",
		head + strings.Replace(rule("back: true, from: 2012-01-01, to: 2012-12-31"), "trigger: filed, add: 5", "trigger: hearing_date, add: 0", 1): "",
		head + strings.Replace(rule("from: 2012-01-01, to: 2012-12-31"), "cite: {zh: 一, en: 1}", "cite: {en: 1}", 1):                               "both languages",
		head + strings.Replace(rule("from: 2012-01-01, to: 2012-12-31"), "title: {zh: 甲, en: A}", "title: {zh: 甲}", 1):                             "both languages",
		head + rule("note: {en: N}, from: 2012-01-01, to: 2012-12-31"):                                                                             "the note",
		head + rule("note: {zh: 注, en: N}, from: 2012-01-01, to: 2012-12-31"):                                                                      "",
		head + rule("ext: [{max: -1, unit: wd, approver: head}], from: 2012-01-01, to: 2012-12-31"):                                                "has a max or is free",
		head + rule("ext: [{free: true, unit: wd, approver: head}], from: 2012-01-01, to: 2012-12-31"):                                             "",
		strings.Replace(head, "name: {zh: 法, en: Law}", "name: {zh: 法}", 1) + rule("from: 2012-01-01, to: 2012-12-31"):                             "an instrument needs",
		strings.Replace(head, "name: {zh: 法, en: Law}", "name: {en: Law}", 1) + rule("from: 2012-01-01, to: 2012-12-31"):                           "an instrument needs",
		strings.Replace(head, "from: 2011-02-01, ", "", 1) + rule("from: 2012-01-01, to: 2012-12-31"):                                              "an instrument needs",
		head + fines: "",
		head + strings.Replace(fines, "from: 2011-02-01", "from: 2011-02-01, to: 2011-02-01", 1): "",
		head + strings.Replace(fines, "from: 2011-02-01", "from: 2011-02-02, to: 2011-02-01", 1): "a fine needs a citation",
		head + strings.Replace(fines, "from: 2011-02-01, ", "", 1):                               "a fine needs a citation",
		head + strings.Replace(fines, ", en: 3", "", 1):                                          "a fine needs a citation",
		head + strings.Replace(fines, "above_yuan: 0", "above_yuan: -1", 1):                      "a fine needs times",
		head + strings.Replace(fines, "times: 4", "times: 1", 1):                                 "",
		head + strings.Replace(fines, "else_yuan: 5", "else_yuan: 1", 1):                         "",
		head + strings.Replace(fines, "mark: C", "mark: X", 1):                                   "a fine needs times",
	} {
		if !strings.Contains(text, "fines:") { // a rule book has one
			text += fines
		}
		err := load(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s\n%v, want %q", text, err, want)
		}
	}
}

// TestTheShorterRule: of two that fit the shorter is taken, in whichever order they stand.
func TestTheShorterRule(t *testing.T) {
	long, short := Rule{ID: "A", Kind: Any, Add: 5, Unit: calendar.WD, From: 1}, Rule{ID: "A", Kind: Any, Add: 3, Unit: calendar.WD, Region: "330000", From: 1}
	for _, list := range [][]Rule{{long, short}, {short, long}} {
		b := &Book{byID: map[string][]Rule{"A": list}}
		if r, ok := b.Rule("A", Query{On: 1, Region: "330500"}); !ok || r.Add != 3 {
			t.Errorf("%+v", r)
		}
		if v := b.Versions("A"); len(v) != 2 {
			t.Error(v)
		}
	}
	b := &Book{byID: map[string][]Rule{"A": {{ID: "A", From: 9}, {ID: "A", From: 2}, {ID: "A", From: 5}}}}
	if v := b.Versions("A"); v[0].From != 2 || v[1].From != 5 || v[2].From != 9 {
		t.Error(v)
	}
}
