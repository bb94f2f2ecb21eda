package casework

import (
	"testing"

	"huzhi/config"
	"huzhi/internal/calendar"
	"huzhi/internal/statute"
)

// TestGoverns is which wording of a provision governs a case: the case, and its neighbour which it does not.
func TestGoverns(t *testing.T) {
	book, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) calendar.Day {
		d, err := calendar.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	order := ""
	for _, e := range book.Entries() {
		if x, ok := e.What.(statute.Order); ok && x.ID == "ORDER_SELL" && e.InForce(day("2026-03-02")) {
			order = x.Text.ZH
		}
	}
	penal := func(act, decided string, more ...string) Case {
		c := Case{Kind: Counterfeit, FiledOn: day("2026-01-05"), FineFen: 100, Facts: Facts{"act_ended_on": act, "limb": "L1c", "income_formula": "net", "orders": order}}
		if decided != "" {
			c.DecidedOn = day(decided)
		}
		for i := 0; i+1 < len(more); i += 2 {
			c.Facts[more[i]] = more[i+1]
		}
		return c
	}
	outcome := func(c Case, o string) Case { c.Outcome = o; return c }
	kind := func(c Case, k string) Case { c.Kind = k; return c }
	archived := func(on, keep string) Case {
		return Case{Kind: Dispute, ArchivedOn: day(on), Facts: Facts{"retention": keep}}
	}
	for _, x := range []struct {
		id   string
		c    Case
		book string
		want string // the first day of the wording; "" is none
	}{
		{"CF_FINE", penal("2021-05-31", ""), "samr", "2009-10-01"},
		{"CF_FINE", penal("2021-06-01", ""), "samr", "2021-06-01"},
		{"CF_FINE", penal("", "2026-03-02"), "samr", ""},
		{"CF_FINE", kind(penal("2021-06-01", ""), Ecommerce), "samr", ""},
		{"FINE_BAND", penal("2026-01-02", ""), "samr", "2021-06-01"},
		{"POLICE", penal("2026-01-02", "", "limb", "L2"), "samr", ""},
		{"POLICE", penal("2026-01-02", ""), "samr", "2025-04-26"},
		{"SURCHARGE", penal("2026-01-02", "2026-03-02"), "samr", "2021-07-15"},
		{"SURCHARGE", penal("2026-01-02", "2021-07-14"), "samr", "2012-01-01"},
		{"SURCHARGE", penal("2026-01-02", ""), "samr", ""},
		{"RELIEF_MINOR", outcome(penal("2026-01-02", "2026-03-02"), "no_penalty_minor"), "samr", "2021-07-15"},
		{"RELIEF_MINOR", outcome(penal("2026-01-02", "2026-03-02"), "penalised"), "samr", ""},
		{"RELIEF_SELLER", outcome(penal("2024-01-19", "2024-03-04"), "stop_sale_only"), "samr", "2010-02-01"},
		{"RELIEF_SELLER", outcome(penal("2024-01-20", "2024-03-04"), "stop_sale_only"), "samr", ""},
		{"LIGHTER_LAW", penal("2026-01-02", "2026-03-02"), "samr", "2021-07-15"},
		{"ORDER_SELL", penal("2026-01-02", "2026-03-02"), "samr", "2015-07-01"},
		{"ORDER_SELL", penal("2026-01-02", "2026-03-02", "orders", "其他"), "samr", ""},
		{"ORDER_SELL", penal("2026-01-02", ""), "samr", ""},
		{"KEEP_IMPORTANT", archived("2026-03-02", "permanent"), "", "*"},
		{"KEEP_IMPORTANT", archived("2026-03-02", "30_years"), "", ""},
		{"KEEP_ORDINARY", archived("2026-03-02", "30_years"), "", "*"},
		{"SERVE_DIRECT", Case{Kind: Dispute, Facts: Facts{"way": "direct", "served_on": "2026-03-02"}}, "", "*"},
		{"SERVE_DIRECT", Case{Kind: Dispute, Facts: Facts{"way": "post", "served_on": "2026-03-02"}}, "", ""},
		{"SERVE_ELECTRONIC_INFRINGEMENT", Case{Kind: Dispute, Facts: Facts{"way": "electronic", "served_on": "2026-03-02"}}, "", ""},
		{"SERVE_ELECTRONIC_INFRINGEMENT", Case{Kind: Infringement, Facts: Facts{"way": "electronic", "served_on": "2026-03-02"}}, "", "*"},
	} {
		found, got := false, ""
		for _, e := range book.Entries() {
			if e.ID != x.id {
				continue
			}
			found = true
			if governs(e, &x.c, x.book) {
				if got != "" {
					t.Errorf("%s: two wordings", x.id)
				}
				if got = e.From.String(); x.want == "*" {
					got = "*"
				}
			}
		}
		if !found || got != x.want {
			t.Errorf("%s (%v), %+v: %q, want %q", x.id, found, x.c, got, x.want)
		}
	}
	// Of each formula of illegal income the cases that were reckoned by it.
	for _, e := range book.Entries() {
		x, ok := e.What.(statute.Income)
		if !ok {
			continue
		}
		c := penal("2026-01-02", e.From.String(), "income_formula", x.Formula)
		before := penal("2026-01-02", e.From.AddDays(-1).String(), "income_formula", x.Formula)
		other := penal("2026-01-02", e.From.String(), "income_formula", "none")
		if !governs(e, &c, "samr") || governs(e, &before, "samr") || governs(e, &other, "samr") {
			t.Errorf("%s from %s", x.ID, e.From)
		}
	}
}
