package statute

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"huzhi/internal/calendar"
)

// provisions says of every provision that is no period what it is. One that changes gets its line here by hand.
var provisions = []struct{ id, from, to, article, mark string }{
	{"SURCHARGE", "1996-10-01", "2011-12-31", "APL1996 51[1]", "R-h"},
	{"SURCHARGE", "2012-01-01", "2021-07-14", "APL1996 51[1]", "C"},
	{"SURCHARGE", "2021-07-15", "", "APL2021 72(1)[1]", "C"},
	{"FINE_BAND", "2009-10-01", "2021-05-31", "PL2008 63", "D"},
	{"FINE_BAND", "2021-06-01", "", "PL2020 68", "D"},
	{"RELIEF_MINOR", "1996-10-01", "2021-07-14", "APL1996 27(2)", "R-h"},
	{"RELIEF_MINOR", "2021-07-15", "", "APL2021 33(1)", "C"},
	{"RELIEF_FIRST", "2021-07-15", "", "APL2021 33(1)", "C"},
	{"RELIEF_NO_FAULT", "2021-07-15", "", "APL2021 33(2)", "C"},
	{"RELIEF_SELLER", "2010-02-01", "2024-01-19", "IR2010 84(3)", "C"},
	{"LIGHTER_LAW", "2004-05-18", "2021-07-14", "SPC2004 III", "R-h"},
	{"LIGHTER_LAW", "2021-07-15", "", "APL2021 37", "C"},
	{"ORDER_MARK", "2011-02-01", "2015-06-30", "O60 43[1]", "C"},
	{"ORDER_SELL", "2011-02-01", "2015-06-30", "O60 43[2]", "C"},
	{"ORDER_MATERIAL", "2011-02-01", "2015-06-30", "O60 43[3]", "C"},
	{"ORDER_PAPERS", "2011-02-01", "2015-06-30", "O60 43[4]", "C"},
	{"ORDER_OTHER", "2011-02-01", "2015-06-30", "O60 43[5]", "C"},
	{"ORDER_MARK", "2015-07-01", "", "O71 45(1)[1]", "C"},
	{"ORDER_SELL", "2015-07-01", "", "O71 45(1)[2]", "C"},
	{"ORDER_MATERIAL", "2015-07-01", "", "O71 45(1)[3]", "C"},
	{"ORDER_PAPERS", "2015-07-01", "", "O71 45(1)[4]", "C"},
	{"ORDER_EXHIBITION", "2015-07-01", "", "O71 45(1)[5]", "C"},
	{"ORDER_OTHER", "2015-07-01", "", "O71 45(1)[6]", "C"},
	{"ORDER_PLATFORM", "2015-07-01", "", "O71 45(2)", "C"},
	{"STOP_MAKE", "2011-02-01", "2015-06-30", "O60 41[1]", "C"},
	{"STOP_METHOD", "2011-02-01", "2015-06-30", "O60 41[2]", "C"},
	{"STOP_SELL", "2011-02-01", "2015-06-30", "O60 41[3]", "C"},
	{"STOP_OFFER", "2011-02-01", "2015-06-30", "O60 41[4]", "C"},
	{"STOP_IMPORT", "2011-02-01", "2015-06-30", "O60 41[5]", "C"},
	{"STOP_OTHER", "2011-02-01", "2015-06-30", "O60 41[6]", "C"},
	{"STOP_MAKE", "2015-07-01", "2025-01-31", "O71 43(1)[1]", "C"},
	{"STOP_METHOD", "2015-07-01", "2025-01-31", "O71 43(1)[2]", "C"},
	{"STOP_SELL", "2015-07-01", "2025-01-31", "O71 43(1)[3]", "C"},
	{"STOP_OFFER", "2015-07-01", "2025-01-31", "O71 43(1)[4]", "C"},
	{"STOP_IMPORT", "2015-07-01", "2025-01-31", "O71 43(1)[5]", "C"},
	{"STOP_EXHIBIT", "2015-07-01", "2025-01-31", "O71 43(1)[6]", "C"},
	{"STOP_OTHER", "2015-07-01", "2025-01-31", "O71 43(1)[7]", "C"},
	{"STOP_MAKE", "2025-02-01", "", "O81 32(1)[1]", "C"},
	{"STOP_METHOD", "2025-02-01", "", "O81 32(1)[2]", "C"},
	{"STOP_SELL", "2025-02-01", "", "O81 32(1)[3]", "C"},
	{"STOP_OFFER", "2025-02-01", "", "O81 32(1)[4]", "C"},
	{"STOP_USE", "2025-02-01", "", "O81 32(1)[5]", "C"},
	{"STOP_IMPORT", "2025-02-01", "", "O81 32(1)[6]", "C"},
	{"STOP_EXHIBIT", "2025-02-01", "", "O81 32(1)[7]", "C"},
	{"STOP_OTHER", "2025-02-01", "", "O81 32(1)[8]", "C"},
	{"ILLEGAL_INCOME", "2021-07-15", "2026-03-19", "APL2021 28(2)", "C"},
	{"ILLEGAL_INCOME", "2011-02-01", "2015-06-30", "O60 45", "C"},
	{"ILLEGAL_INCOME", "2015-07-01", "2021-07-14", "O71 47", "C"},
	{"ILLEGAL_INCOME", "2021-07-15", "", "O71 47", "D"},
	{"ILLEGAL_INCOME", "2026-03-20", "", "SAMR118 3-6,9-11", "C"},
	{"POLICE", "2004-12-22", "2025-04-25", "CRIM2004 4,10", "C"},
	{"POLICE", "2025-04-26", "", "CRIM2025 -", "R-m"},
	{"HEARING_SUM", "2019-04-01", "", "SAMRHEAR 5", "R-h"},
	{"KEEP_IMPORTANT", "2006-12-18", "", "ARCH8 -", "R-m"},
	{"KEEP_ORDINARY", "2006-12-18", "", "ARCH8 -", "R-m"},
	{"SERVE_DIRECT", "1991-04-09", "2021-12-31", "CPL1991 -", "R-h"},
	{"SERVE_DIRECT", "2022-01-01", "", "CPL2021 87,88", "C"},
	{"SERVE_LEFT", "1991-04-09", "2021-12-31", "CPL1991 -", "R-h"},
	{"SERVE_LEFT", "2022-01-01", "", "CPL2021 89", "C"},
	{"SERVE_POST", "1991-04-09", "2021-12-31", "CPL1991 -", "R-h"},
	{"SERVE_POST", "2022-01-01", "", "CPL2021 91", "C"},
	{"SERVE_ENTRUSTED", "1991-04-09", "2021-12-31", "CPL1991 -", "R-h"},
	{"SERVE_ENTRUSTED", "2022-01-01", "", "CPL2021 91-94", "C"},
	{"SERVE_PUBLIC_NOTICE", "1991-04-09", "2021-12-31", "CPL1991 92", "R-h"},
	{"SERVE_PUBLIC_NOTICE", "2022-01-01", "", "CPL2021 95", "C"},
	{"SERVE_PUBLIC_NOTICE_ABROAD", "1991-04-09", "2021-12-31", "CPL1991 267", "R-m"},
	{"SERVE_PUBLIC_NOTICE_ABROAD", "2022-01-01", "2023-12-31", "CPL2021 274", "C"},
	{"SERVE_PUBLIC_NOTICE_ABROAD", "2024-01-01", "", "CPL2021 283", "R-h"},
	{"SERVE_ELECTRONIC_PENALTY", "2021-07-15", "", "APL2021 61(2)", "C"},
	{"SERVE_ELECTRONIC_PENALTY", "2019-04-01", "2021-07-14", "SAMR2018 82[3]", "C"},
	{"SERVE_ELECTRONIC_PENALTY", "2021-07-15", "", "SAMR2021 82[3]", "C"},
	{"SERVE_ADDRESS", "2019-04-01", "2021-07-14", "SAMR2018 83", "C"},
	{"SERVE_ADDRESS", "2021-07-15", "", "SAMR2021 83", "C"},
	{"SERVE_ELECTRONIC_INFRINGEMENT", "2019-12-01", "2025-01-31", "GUIDE2019 -", "R-m"},
	{"SERVE_ELECTRONIC_INFRINGEMENT", "2025-02-01", "", "O81 10(2)", "C"},
	{"SERVE_ELECTRONIC_DISPUTE", "2025-02-01", "", "O81 10(2)", "C"},
}

func TestEveryProvision(t *testing.T) {
	left := map[string]bool{}
	for _, x := range provisions {
		left[fmt.Sprint(x)] = true
	}
	for _, p := range realBook(t).Entries() {
		if _, fine := p.What.(Fine); fine {
			continue // TestFineCap
		}
		got := fmt.Sprint(struct{ id, from, to, article, mark string }{p.ID, p.From.String(), p.To.String(), p.Instrument + " " + p.Article, p.Mark})
		if !left[got] {
			t.Errorf("%s:%d: %s has no line in the table", p.File, p.Line, got)
		}
		delete(left, got)
	}
	for x := range left {
		t.Errorf("%s is not in the rule book", x)
	}
}

func TestSurcharge(t *testing.T) {
	b := realBook(t)
	const yuan = 100
	span := func(a, z string) []calendar.Interval { return []calendar.Interval{{From: day(t, a), To: day(t, z)}} }
	for _, x := range []struct {
		why, due, paid string
		fine           int64
		out            []calendar.Interval
		days           int
		fen            int64
		capped         bool
		cite           string
	}{
		{"fifteen days", "2025-03-18", "2025-04-02", 20_000 * yuan, nil, 15, 9_000 * yuan, false, "第七十二条"},
		{"the day before the cap", "2025-03-18", "2025-04-20", 20_000 * yuan, nil, 33, 19_800 * yuan, false, "第七十二条"},
		{"Penalty Law Art. 72(1): day 34 would be 102 %", "2025-03-18", "2025-04-21", 20_000 * yuan, nil, 34, 20_000 * yuan, true, "第七十二条"},
		{"long after", "2025-03-18", "2026-04-21", 20_000 * yuan, nil, 399, 20_000 * yuan, true, "第七十二条"},
		{"paid on the last day", "2025-03-18", "2025-03-18", 20_000 * yuan, nil, 0, 0, false, "第七十二条"},
		{"paid early", "2025-03-18", "2025-03-01", 20_000 * yuan, nil, 0, 0, false, "第七十二条"},
		{"the first day after", "2025-03-18", "2025-03-19", 20_000 * yuan, nil, 1, 600 * yuan, false, "第七十二条"},
		{"Penalty Law Art. 73(3): both end days of a suit are left out", "2025-03-18", "2025-04-02", 20_000 * yuan, span("2025-03-20", "2025-03-24"), 10, 6_000 * yuan, false, "第七十三条"},
		{"a suit after payment", "2025-03-18", "2025-04-02", 20_000 * yuan, span("2025-04-03", "2025-04-24"), 15, 9_000 * yuan, false, ""},
		{"left out only from 2021-07-15", "2021-07-09", "2021-07-19", 10_000 * yuan, span("2021-07-12", "2021-07-17"), 7, 2_100 * yuan, false, "第七十二条"},
		{"before, a suit did not stop it", "2021-06-30", "2021-07-14", 10_000 * yuan, span("2021-07-01", "2021-07-14"), 14, 4_200 * yuan, false, "第五十一条第一项；《行政强制法》"},
		{"Coercion Law Art. 45 since 2012: capped", "2012-03-01", "2012-12-01", 10_000 * yuan, nil, 275, 10_000 * yuan, true, "《行政强制法》第四十五条"},
		{"before 2012 no cap", "2011-01-01", "2011-12-31", 10_000 * yuan, nil, 364, 109_200 * yuan, false, "（1996年）第五十一条第一项"},
		{"what ran up before 2012 stays", "2011-01-01", "2012-06-30", 10_000 * yuan, nil, 546, 109_200 * yuan, true, "《行政强制法》"},
		{"across the day the cap came", "2011-12-21", "2012-02-29", 10_000 * yuan, nil, 70, 10_000 * yuan, true, ""},
		{"across the change of law", "2021-07-01", "2021-07-31", 10_000 * yuan, nil, 30, 9_000 * yuan, false, "第七十二条"},
		{"parts of a fen are dropped", "2025-03-18", "2025-03-19", 133, nil, 1, 3, false, ""},
		{"no fine", "2025-03-18", "2025-04-19", 0, nil, 32, 0, false, ""},
	} {
		got := b.Surcharge(x.fine, day(t, x.due), day(t, x.paid), x.out)
		if got.Days != x.days || got.Fen != x.fen || got.Capped != x.capped || !strings.Contains(got.Cite.ZH, x.cite) {
			t.Errorf("%s: %+v, want %d days, %d fen, capped %v by %s", x.why, got, x.days, x.fen, x.capped, x.cite)
		}
	}
	if got := b.Surcharge(100, day(t, "1990-01-01"), day(t, "1990-02-01"), nil); got.Cite.ZH != "" || got.Fen != 0 {
		t.Error("no such rule before 1996", got)
	}
}

func TestFineBands(t *testing.T) {
	b := realBook(t)
	for _, x := range []struct {
		act    string
		income int64 // yuan
		want   string
	}{
		{"2009-09-30", 0, ""},
		{"2009-10-01", 0, "lighter 0-60000 ordinary 60000-140000 heavier 140000-200000"},
		{"2021-05-31", 10_000, "lighter 0-12000 ordinary 12000-28000 heavier 28000-40000"},    // 1.2 and 2.8 of 4 times
		{"2021-06-01", 60_000, "lighter 0-90000 ordinary 90000-210000 heavier 210000-300000"}, // 1.5 and 3.5 of 5 times
		{"2021-06-01", 50_000, "lighter 0-75000 ordinary 75000-175000 heavier 175000-250000"},
	} {
		var got []string
		for _, f := range b.FineBands(day(t, x.act), x.income*100) {
			got = append(got, fmt.Sprintf("%s %d-%d", f.Name, f.FromFen/100, f.ToFen/100))
			if f.Mark != "D" || f.Cite.ZH == "" {
				t.Error("a band says that it is no law", f)
			}
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s %d: %v", x.act, x.income, got)
		}
	}
}

func TestToPolice(t *testing.T) { // 2004 interpretation, Arts. 4 and 10
	b := realBook(t)
	for _, x := range []struct {
		on   string
		s    Suspect
		want string
	}{
		{"2015-07-01", Suspect{Limbs: []string{"L1a"}, Turnover: 90_000_000}, ""}, // inventing a patent is no crime
		{"2015-07-01", Suspect{Limbs: []string{"L1c"}, Turnover: 19_999_999}, ""},
		{"2015-07-01", Suspect{Limbs: []string{"L1c"}, Turnover: 20_000_000}, "turnover"},
		{"2015-07-01", Suspect{Limbs: []string{"L3c"}, Income: 10_000_000}, "income"},
		{"2015-07-01", Suspect{Limbs: []string{"L4"}, Loss: 50_000_000}, "loss"},
		{"2015-07-01", Suspect{Limbs: []string{"L4"}, Loss: 49_999_999}, ""},
		{"2015-07-01", Suspect{Limbs: []string{"L1c"}, Turnover: 10_000_000, Patents: 2}, "two_patents"},
		{"2015-07-01", Suspect{Limbs: []string{"L1c"}, Income: 5_000_000, Patents: 1}, ""},
		{"2015-07-01", Suspect{Limbs: []string{"L1c"}, Income: 5_000_000, Again: true}, ""},
		{"2025-04-25", Suspect{Limbs: []string{"L1c"}, Loss: 30_000_000}, ""},
		{"2025-04-26", Suspect{Limbs: []string{"L1c"}, Loss: 30_000_000}, "loss"},
		{"2025-04-26", Suspect{Limbs: []string{"L1c"}, Income: 5_000_000, Again: true}, "again"},
		{"2025-04-26", Suspect{Limbs: []string{"L2", "L1c"}, Turnover: 20_000_000, Income: 10_000_000}, "turnover income"},
		{"2004-01-01", Suspect{Limbs: []string{"L1c"}, Turnover: 90_000_000}, ""},
	} {
		if got, _ := b.ToPolice(day(t, x.on), x.s); strings.Join(got, " ") != x.want {
			t.Errorf("%s %+v: %v, want %s", x.on, x.s, got, x.want)
		}
	}
}

func TestOrdersHearingKeepsService(t *testing.T) {
	b := realBook(t)
	ids := func(on, limb string) string {
		var out []string
		for _, o := range b.Orders(day(t, on), limb) {
			out = append(out, o.ID)
		}
		return strings.Join(out, " ")
	}
	for _, x := range [][3]string{ // Order 71 Art. 45
		{"2015-06-30", "L1a", "ORDER_MARK ORDER_OTHER"}, {"2015-07-01", "L2", "ORDER_SELL ORDER_OTHER"}, {"2015-07-01", "L5", "ORDER_OTHER"},
		{"2015-06-30", "exhibition", ""}, {"2015-07-01", "exhibition", "ORDER_EXHIBITION ORDER_OTHER"},
		{"2015-06-30", "platform", ""}, {"2015-07-01", "platform", "ORDER_OTHER ORDER_PLATFORM"}, {"2011-01-31", "L1a", ""},
		{"2015-06-30", "inf_exhibit", ""}, {"2015-07-01", "inf_exhibit", "STOP_EXHIBIT"}, {"2025-01-31", "inf_use", ""}, {"2025-02-01", "inf_use", "STOP_USE"},
	} {
		if got := ids(x[0], x[1]); got != x[2] {
			t.Errorf("%s %s: %q, want %q", x[0], x[1], got, x[2])
		}
	}
	if n, h, ok := b.HearingFrom(day(t, "2019-04-01"), "", false); !ok || n != 1_000_000 || h.Mark != "R-h" {
		t.Error(n, h, ok)
	}
	if n, _, ok := b.HearingFrom(day(t, "2019-04-01"), "", true); !ok || n != 10_000_000 {
		t.Error(n, ok)
	}
	for _, book := range []string{"", BookPatent} {
		if _, _, ok := b.HearingFrom(day(t, "2019-03-31"), book, true); ok {
			t.Error("no number before 2019 was found")
		}
	}
	if k := b.Keeps(day(t, "2020-01-01")); len(k) != 2 || k[0].Years != 0 || k[1].Years != 30 {
		t.Error(k)
	}
	way := func(on, kind, book, name string) (Service, bool) {
		list := b.Services(day(t, on), kind, book)
		i := slices.IndexFunc(list, func(s Service) bool { return s.Way == name })
		if i < 0 {
			return Service{}, false
		}
		return list[i], true
	}
	for _, x := range []struct {
		on, kind, book, way, want string
	}{
		{"2021-12-31", Infringement, "", "public_notice", "60 cd"}, // Civil Procedure Law
		{"2022-01-01", Infringement, "", "public_notice", "30 cd"},
		{"2023-12-31", Counterfeit, "", "public_notice_abroad", "3 mo"},
		{"2024-01-01", Counterfeit, "", "public_notice_abroad", "60 cd"},
		{"2022-01-01", Dispute, "", "left", "not mediation"},
		{"2018-01-01", Infringement, "", "electronic", "no"}, // Order 71 Art. 51 has no electronic way
		{"2020-01-01", Infringement, "", "electronic", "consent not decision,mediation"},
		{"2025-02-01", Infringement, "", "electronic", "consent"}, // Order 81 Art. 10
		{"2025-01-31", Dispute, "", "electronic", "no"},
		{"2025-02-01", Dispute, "", "electronic", "consent"},
		{"2019-03-31", Counterfeit, "", "electronic", "no"},
		{"2019-04-01", Counterfeit, "", "electronic", "consent"},
		{"2021-07-14", Counterfeit, BookPatent, "electronic", "no"},
		{"2021-07-15", Counterfeit, BookPatent, "electronic", "consent"}, // Penalty Law Art. 61(2)
		{"2021-07-15", Infringement, "", "address", "no"},
	} {
		s, ok := way(x.on, x.kind, x.book, x.way)
		got := "no"
		if ok {
			got = ""
			if s.Consent {
				got = "consent"
			}
			if s.Add > 0 {
				got = fmt.Sprint(s.Add, " ", s.Unit)
			}
			if len(s.NotFor) > 0 {
				got += " not " + strings.Join(s.NotFor, ",")
			}
			got = strings.TrimSpace(got)
		}
		if got != x.want {
			t.Errorf("%s %s %s: %q, want %q", x.on, x.kind, x.way, got, x.want)
		}
	}
}

func TestProvisionsAreStrict(t *testing.T) {
	const good = `instruments:
  - {id: L, name: {zh: 法, en: Law}, from: 2011-02-01, mark: C}
surcharges:
  - {id: S, title: {zh: 加, en: S}, instrument: L, article: "1", cite: {zh: 一, en: 1}, from: 2011-02-01, to: 2015-06-30, percent: 3, cap_percent: 0, pauses: false, mark: C}
  - {id: S, title: {zh: 加, en: S}, instrument: L, article: "2", cite: {zh: 二, en: 2}, from: 2015-07-01, percent: 4, cap_percent: 100, pauses: true, mark: C}
bands:
  - {id: B, title: {zh: 档, en: B}, instrument: L, article: "3", cite: {zh: 三, en: 3}, from: 2011-02-01, levels: [{name: lighter, to_percent: 30}, {name: heavier, to_percent: 100}], mark: D}
orders:
  - {id: O, title: {zh: 令, en: O}, instrument: L, article: "4", cite: {zh: 四, en: 4}, from: 2011-02-01, limbs: [L2], text: {zh: 停, en: stop}, mark: C}
incomes:
  - {id: I, title: {zh: 得, en: I}, instrument: L, article: "5", cite: {zh: 五, en: 5}, from: 2011-02-01, formula: gross, may: true, lines: [{what: gross, cite: {zh: 五一, en: 5.1}}, {what: refunded}], mark: C}
reliefs:
  - {id: R, title: {zh: 免, en: R}, instrument: L, article: "10", cite: {zh: 十, en: 10}, from: 2011-02-01, limbs: [L2], may: true, text: {zh: 免除, en: none}, mark: C}
principles:
  - {id: N, title: {zh: 则, en: N}, instrument: L, article: "11", cite: {zh: 十一, en: 11}, from: 2011-02-01, text: {zh: 从轻, en: lighter}, mark: C}
police:
  - {id: P, title: {zh: 移, en: P}, instrument: L, article: "6", cite: {zh: 六, en: 6}, from: 2011-02-01, limbs: [L4], turnover_yuan: 5, income_yuan: 4, loss_yuan: 3, two_turnover_yuan: 2, two_income_yuan: 1, mark: C}
hearings:
  - {id: H, title: {zh: 听, en: H}, instrument: L, article: "7", cite: {zh: 七, en: 7}, from: 2011-02-01, person_yuan: 1, organisation_yuan: 2, mark: C}
keeps:
  - {id: K, title: {zh: 保, en: K}, instrument: L, article: "8", cite: {zh: 八, en: 8}, from: 2011-02-01, papers: ordinary, years: 30, mark: C}
services:
  - {id: W, title: {zh: 送, en: W}, instrument: L, article: "9", cite: {zh: 九, en: 9}, from: 2011-02-01, way: left, kind: any, served: {zh: 日, en: day}, add: 60, unit: cd, not_for: [mediation], mark: C}
`
	if _, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(good)}}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ old, new, want string }{
		{"percent: 3,", "percent: 3, per: 1,", "line 4: field per not found"},
		{"2015-07-01, percent: 4", "2015-06-30, percent: 4", "a.yaml:5: S: in force together with a.yaml:4"},
		{"2015-07-01, percent: 4", "2015-07-02, percent: 4", "a.yaml:5: S: nothing is in force from 2015-07-01 to 2015-07-01"},
		{"percent: 3,", "percent: 0,", "a.yaml:4: S: a surcharge needs a percent"},
		{"article: \"1\", ", "", "a.yaml:4: S: an id and an article"},
		{"cite: {zh: 一, en: 1}", "cite: {zh: 一}", "both languages"},
		{"percent: 3,", "percent: 3, note: {zh: 注},", "the note is needed"},
		{"percent: 3,", "percent: 3, book: x,", "unknown book"},
		{"pauses: false, mark: C", "pauses: false, mark: Y", "unknown mark"},
		{"from: 2011-02-01, to: 2015-06-30", "from: 2010-02-01, to: 2015-06-30", "L is in force only from"},
		{"from: 2011-02-01, to: 2015-06-30", "from: 2011-02-01, to: 2010-06-30", "in force from"},
		{"S}, instrument: L, article: \"1\"", "S}, instrument: M, article: \"1\"", "the instrument \"M\" is not in this file"},
		{"name: lighter", "name: mild", "a.yaml:7: B: unknown level \"mild\""},
		{"to_percent: 30", "to_percent: 100", "the levels must rise"},
		{"to_percent: 100", "to_percent: 90", "end at 90 percent"},
		{"limbs: [L2]", "limbs: [L9]", "a.yaml:9: O: unknown limb"},
		{"limbs: [L2]", "limbs: []", "no limb is named"},
		{"en: stop", "en: \"\"", "the order is needed"},
		{"formula: gross", "formula: net2", "a.yaml:11: I: unknown formula"},
		{"{what: gross, cite: {zh: 五一, en: 5.1}}, ", "", "a.yaml:11: I: the lines of a formula begin with gross"},
		{"what: refunded", "what: rent", "a.yaml:11: I: unknown line \"rent\""},
		{"{zh: 五一, en: 5.1}", "{zh: 五一}", "the article of a line is needed in both languages"},
		{"{zh: 免除, en: none}", "{zh: 免除}", "a.yaml:13: R: the text is needed in both languages"},
		{"limbs: [L2], may", "limbs: [L0], may", "a.yaml:13: R: unknown limb"},
		{"{zh: 从轻, en: lighter}", "{en: lighter}", "a.yaml:15: N: the text is needed in both languages"},
		{"loss_yuan: 3, ", "", "a.yaml:17: P: every sum"},
		{"person_yuan: 1", "person_yuan: 3", "a.yaml:19: H: person_yuan"},
		{"papers: ordinary", "papers: all", "a.yaml:21: K: unknown papers"},
		{"years: 30", "years: -1", "years is -1"},
		{"way: left", "way: pigeon", "a.yaml:23: W: unknown way"},
		{"kind: any", "kind: some", "unknown kind"},
		{"not_for: [mediation]", "not_for: [novel]", "unknown paper"},
		{"unit: cd", "unit: wd", "add is 60 wd"},
		{"add: 60, ", "", "add is 0 cd"},
		{"served: {zh: 日, en: day}", "served: {zh: 日}", "the day of service"},
	} {
		text := strings.Replace(good, x.old, x.new, 1)
		if text == good {
			t.Fatalf("%q is not in the file", x.old)
		}
		if _, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q: %v, want %q", x.new, err, x.want)
		}
	}
	// Days between two versions of a period.
	rule := func(from, to, book string) string {
		return fmt.Sprintf("  - {id: A, kind: any, title: {zh: 甲, en: A}, instrument: L, article: \"1\", cite: {zh: 一, en: 1}, trigger: filed, add: 5, unit: wd, from: %s, to: %s, book: %s, mark: C}\n", from, to, book)
	}
	head := good[:strings.Index(good, "surcharges")] + "rules:\n"
	for _, x := range []struct{ text, want string }{
		{rule("2011-02-01", "2012-01-31", "patent") + rule("2012-02-01", "2013-01-31", "patent"), ""},
		{rule("2011-02-01", "2012-01-31", "patent") + rule("2012-03-01", "2013-01-31", "samr"), ""},
		{rule("2012-03-01", "2013-01-31", "samr") + rule("2011-02-01", "2012-01-31", "samr"), "a.yaml:4: A: nothing is in force from 2012-02-01 to 2012-02-29"},
	} {
		_, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(head + x.text)}})
		if x.want == "" && err != nil || x.want != "" && (err == nil || !strings.Contains(err.Error(), x.want)) {
			t.Errorf("%s: %v, want %q", x.text, err, x.want)
		}
	}
}

func TestNear(t *testing.T) {
	b := realBook(t)
	for _, x := range [][2]string{{"inf_clos", "INF_CLOSE"}, {"CLOSE", "CF_CLOSE"}, {"PRESEVRE", "PRESERVE"}, {"STATEMNT", "STATEMENT"}} {
		if got := b.Near(x[0], 3); !slices.Contains(got, x[1]) || len(got) != 3 {
			t.Errorf("%s: %v", x[0], got)
		}
	}
}
