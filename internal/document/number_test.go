package document_test

import (
	"slices"
	"testing"

	"huzhi/config"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/views/official"
)

// TestNumbersOfPapers: as the settings that come with the program have it, the papers of counterfeit cases are numbered as the market-regulation departments do
// from the reform of 2019 on, those of disputes as the case guide of 2019 does. A form of one kind goes before that of all, and every series begins with 1.
func TestNumbersOfPapers(t *testing.T) {
	set, err := config.Load(config.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var forms document.Forms
	for series, list := range set.Numbers {
		for _, w := range list {
			forms = append(forms, document.Form{Series: series, Form: w.Text, From: w.From})
		}
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, err := document.New(db, official.Templates(), forms)
		if err != nil {
			t.Fatal(err)
		}
		number := func(kind, template, on string) string {
			t.Helper()
			data := map[string]string{} // what a paper says is not the matter here
			for _, name := range o.Template(template).Fields() {
				data[name] = "x"
			}
			day, err := calendar.ParseDay(on)
			if err != nil {
				t.Fatal(err)
			}
			var d *document.Document
			err = db.Tx(t.Context(), func(tx *store.Tx) (err error) {
				d, err = o.FreezeTx(tx, document.Issue{Kind: kind, Template: template, Office: "湖州市知识产权局", Mark: "湖", On: day, By: "某", Data: data})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return d.Number
		}
		for _, x := range []struct{ kind, template, on, want string }{
			{"counterfeit", "penalty_decision", "2014-03-05", "湖知法罚字〔2014〕1号"},
			{"counterfeit", "penalty_decision", "2014-03-06", "湖知法罚字〔2014〕2号"},
			{"counterfeit", "penalty_decision", "2019-01-09", "湖知法罚字〔2019〕1号"},
			{"counterfeit", "penalty_decision", "2019-01-10", "湖市监处罚〔2019〕1号"},
			{"counterfeit", "penalty_decision", "2026-03-05", "湖市监处罚〔2026〕1号"},
			{"counterfeit", "penalty_decision", "2026-03-05", "湖市监处罚〔2026〕2号"},
			{"counterfeit", "penalty_notice", "2026-03-05", "湖市监罚告〔2026〕1号"},
			{"counterfeit", "recusal_decision", "2026-03-05", "湖市监避〔2026〕1号"},
			{"infringement", "recusal_decision", "2026-03-05", "湖知法避字〔2026〕1号"},
			{"infringement", "adjudication_ruling", "2026-03-05", "湖知法裁字〔2026〕1号"},
			{"infringement", "adjudication", "2018-03-05", "湖知法裁字〔2018〕1号"},
			{"dispute", "mediation_agreement", "2026-03-05", "湖知法调字〔2026〕1号"},
			{"", "lead_receipt", "2026-03-05", "湖知法收字〔2026〕1号"},
			{"visit", "onsite_record", "2026-03-05", "湖市监知检字〔2026〕1号"},
		} {
			if got := number(x.kind, x.template, x.on); got != x.want {
				t.Errorf("%s, %s on %s: %s, want %s", x.kind, x.template, x.on, got, x.want)
			}
		}
		// No two forms of papers make the same number.
		seen := map[string]string{}
		for _, id := range o.Templates() {
			if o.Template(id).Class == document.Party { // has none
				continue
			}
			n := number("counterfeit", id, "2025-06-03")
			if other := seen[n]; other != "" {
				t.Errorf("%s and %s have the number %s", id, other, n)
			}
			seen[n] = id
		}
		none, err := document.New(db, official.Templates(), slices.DeleteFunc(slices.Clone(forms), func(f document.Form) bool { return f.Series == document.PaperSeries }))
		if err != nil {
			t.Fatal(err)
		}
		err = db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := none.FreezeTx(tx, document.Issue{Kind: "dispute", Template: "lead_receipt", Mark: "湖", On: 740000, Data: map[string]string{}})
			return err
		})
		if err == nil {
			t.Error("a paper without a form of number was issued")
		}
	})
}
