package report_test

import (
	"encoding/json"
	"testing"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

// speak gives the figures their words.
func speak(t *testing.T, o *office) {
	t.Helper()
	words, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	o.figures.SetWords(words)
}

func do(t *testing.T, db *store.DB, sql string, args ...any) {
	t.Helper()
	err := db.Tx(ctx, func(tx *store.Tx) error {
		if r := tx.Exec(sql, args...); r.Error != nil || r.RowsAffected == 0 {
			t.Fatalf("%s: %v, %d rows", sql, r.Error, r.RowsAffected)
		}
		return tally.RebuildTx(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A frozen period stays as it was: what is corrected later is told apart, matter by matter, and frozen again it is another issue.
func TestFreezeReplays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		speak(t, o)
		chief := o.By["chief"]
		in := report.FreezeInput{ID: db.NewID(), Office: "330500", Period: report.Year(2014), Note: "年报口径"}
		first, err := o.figures.Freeze(ctx, chief, in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := o.figures.Freeze(ctx, chief, in); err != nil || again.ID != first.ID || again.Issue != 1 { // the form sent twice
			t.Fatal(err, again)
		}
		// Every frozen figure is what the program itself counts.
		for i := range first.Figures {
			x := &first.Figures[i]
			p := report.Year(2014)
			if x.Base {
				p = report.Year(2013)
			}
			want, err := o.figures.FromRows().Count(ctx, access.System(), x.Metric, report.In{Period: p, Office: "330500"})
			if err != nil || want.N != x.N {
				t.Errorf("%s: frozen %d, counted %d, %v", x.Key(), x.N, want.N, err)
			}
			if d := x.Meant(); d.SQL == "" || d.Words["zh-CN"]["is"] == "" || d.Words["en"]["is"] == "" {
				t.Errorf("%s: %+v", x.Key(), d)
			}
		}
		text := func(id string) string {
			t.Helper()
			z, err := o.figures.Issue(ctx, chief, id)
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(z)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		was := text(first.ID)
		same, err := o.figures.Restate(ctx, chief, first, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range same {
			if !r.Same() || r.Meaning {
				t.Errorf("%s changed at once: %+v", r.Figure.Key(), r)
			}
		}
		// Two cases of 2013 turn out to be of 2014, one of 2014 of 2015, one lies elsewhere; a fine is corrected.
		do(t, db, "UPDATE cases SET filed_on = '2014-01-02' WHERE id IN ('case-2013-counterfeit-000', 'case-2013-counterfeit-001')")
		do(t, db, "UPDATE cases SET filed_on = '2015-01-02' WHERE id = 'case-2014-dispute-000'")
		do(t, db, "UPDATE cases SET place = '330523', fine_fen = fine_fen + 100 WHERE id = 'case-2014-counterfeit-002'")
		z, err := o.figures.Issue(ctx, chief, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		one := func(key string) report.Restated {
			t.Helper()
			list, err := o.figures.Restate(ctx, chief, z, key)
			if err != nil || len(list) != 1 {
				t.Fatal(err, len(list))
			}
			return list[0]
		}
		r := one(report.CasesFiled)
		if r.Figure.N != 254 || r.Now != 255 || len(r.Added) != 2 || len(r.Removed) != 1 || len(r.Changed) != 1 || r.Removed[0].ID != "case-2014-dispute-000" || r.Changed[0].Place != "330523" {
			t.Errorf("filed: %d %d +%v −%v ~%v", r.Figure.N, r.Now, r.Added, r.Removed, r.Changed)
		}
		if r := one(report.CasesFiled + "@before"); r.Figure.N != 91 || r.Now != 89 || len(r.Removed) != 2 {
			t.Errorf("before: %+v", r)
		}
		if r := one(report.FinesDecided); r.Now != r.Figure.N+100 || len(r.Changed) != 1 {
			t.Errorf("fines: %d %d %v", r.Figure.N, r.Now, r.Changed)
		}
		in.ID = db.NewID()
		second, err := o.figures.Freeze(ctx, chief, in)
		if err != nil || second.Issue != 2 || second.Figure(report.CasesFiled).N != 255 {
			t.Fatal(err, second)
		}
		if now := text(first.ID); now != was {
			t.Error("the first issue is not what it was")
		}
		table, err := o.figures.FrozenTable(z)
		if err != nil || table.Total.Sum.N != 254 || table.Total.Before.N != 91 || table.Rows[0].Sum.N != 132 {
			t.Errorf("%v %+v", err, table.Total)
		}
		err = report.VerifyFrozen(db.Read(ctx), func(z *report.Frozen, whole bool) {
			if !whole {
				t.Errorf("issue %d is not whole", z.Issue)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		do(t, db, "UPDATE frozen_figures SET n = n + 1 WHERE frozen_id = ? AND metric = 'cases.filed' AND NOT base", first.ID)
		if _, err := o.figures.Issue(ctx, chief, first.ID); err == nil {
			t.Error("a changed issue is shown")
		}
	})
}

// Who may freeze, what may be frozen, and who sees it.
func TestFreezeRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		speak(t, o)
		for _, c := range []struct {
			who, office string
			period      report.Period
			code        errs.Code
		}{
			{"officer", "330500", report.Year(2014), errs.Forbidden}, {"chief.deqing", "330500", report.Year(2014), errs.Forbidden}, {"chief", "330100", report.Year(2014), errs.Invalid},
			{"chief", "330500", report.Year(2026), errs.Invalid}, {"chief", "330500", report.Period{From: report.Year(2014).To, To: report.Year(2014).From}, errs.Invalid},
		} {
			if _, err := o.figures.Freeze(ctx, o.By[c.who], report.FreezeInput{Office: c.office, Period: c.period}); errs.CodeOf(err) != c.code {
				t.Errorf("%s %s %v: %v", c.who, c.office, c.period, err)
			}
		}
		city, err := o.figures.Freeze(ctx, o.By["chief"], report.FreezeInput{Office: "330500", Period: report.Quarter(2014, 2)})
		if err != nil {
			t.Fatal(err)
		}
		county, err := o.figures.Freeze(ctx, o.By["chief.deqing"], report.FreezeInput{Office: "330521", Period: report.Month(2014, 3)})
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string][2]bool{"chief": {true, true}, "officer": {true, true}, "chief.deqing": {false, true}, "officer.deqing": {false, true}} {
			for i, z := range []*report.Frozen{city, county} {
				if _, err := o.figures.Issue(ctx, o.By[who], z.ID); (err == nil) != want[i] || err != nil && errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%s, issue %d: %v", who, i, err)
				}
			}
			list, err := o.figures.Issues(ctx, o.By[who])
			if err != nil || (len(list) == 2) != want[0] {
				t.Errorf("%s: %d, %v", who, len(list), err)
			}
		}
		if _, err := o.figures.Issues(ctx, o.By["operator"]); errs.CodeOf(err) != errs.Forbidden {
			t.Error(err)
		}
		// An officer has no right to see calls: neither the figures nor the matters.
		list, err := o.figures.Restate(ctx, o.By["officer"], city, report.CallsAll)
		if err != nil || list[0].Hidden != "call.view" || list[0].Now != 0 {
			t.Error(err, list)
		}
		// A restricted case counts, and is named to its member alone.
		r, err := o.figures.Restate(ctx, o.By["officer"], city, report.CasesFiled)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := r[0].Figure.Lines()
		if err != nil {
			t.Fatal(err)
		}
		names, kept, err := o.figures.Name(ctx, o.By["officer"], r[0].Metric, lines)
		if err != nil || kept == 0 || len(names)+kept != len(lines) {
			t.Error(len(names), kept, len(lines), err)
		}
		for id := range names {
			for _, c := range o.cases {
				if c.id == id && !o.sees("officer", "/cases", c) {
					t.Errorf("%s is named", id)
				}
			}
		}
	})
}
