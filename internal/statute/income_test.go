package statute

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"huzhi/internal/errs"
)

func TestIncome(t *testing.T) {
	b := realBook(t)
	all := Takings{Gross: 1000, Outlays: 300, Taxes: 50, Refunded: 200}
	with := func(change func(*Takings)) Takings {
		in := all
		change(&in)
		return in
	}
	for _, x := range []struct {
		why, on, book, setting string
		in                     Takings
		counts, taken          int64
		article, sum           string
	}{
		{"Order 60 Art. 45: no costs", "2011-02-01", "", "", all, 1000, 1000, "O60 45", "gross 1000 counts 1000 taken 1000"},
		{"Order 71 Art. 47", "2015-07-01", "", "", all, 1000, 1000, "O71 47", "gross 1000 counts 1000 taken 1000"},
		{"its last day for all", "2021-07-14", "", "", all, 1000, 1000, "O71 47", "gross 1000 counts 1000 taken 1000"},
		{"Penalty Law Art. 28(2): refunded money is not taken", "2021-07-15", "", "", all, 1000, 800, "APL2021 28(2)", "gross 1000 counts 1000 refunded -200 taken 800"},
		{"and not in the patent book either", "2021-07-15", BookPatent, "", all, 1000, 800, "O71 47", "gross 1000 counts 1000 refunded -200 taken 800"},
		{"the day before Order 118", "2026-03-19", "", "", all, 1000, 800, "APL2021 28(2)", "gross 1000 counts 1000 refunded -200 taken 800"},
		{"Order 118 Arts. 4-6, 10, 11: refunded money counts but is not taken", "2026-03-20", "", "", all, 650, 450, "SAMR118 3-6,9-11", "gross 1000 outlays -300 taxes -50 counts 650 refunded -200 taken 450"},
		{"Art. 9: who helped", "2026-03-20", "", "", with(func(in *Takings) { in.Helper = true }), 1000, 800, "SAMR118 3-6,9-11", "gross 1000 helper 0 counts 1000 refunded -200 taken 800"},
		{"nothing but sales", "2026-03-20", "", "", Takings{UnitPrice: 250, Quantity: 4}, 1000, 1000, "SAMR118 3-6,9-11", "gross 1000 counts 1000 taken 1000"},
		{"the same sum twice", "2026-03-20", "", "", Takings{UnitPrice: 250, Quantity: 4, Gross: 1000}, 1000, 1000, "SAMR118 3-6,9-11", "gross 1000 counts 1000 taken 1000"},
		{"given away", "2026-03-20", "", "", Takings{Quantity: 4}, 0, 0, "SAMR118 3-6,9-11", "gross 0 counts 0 taken 0"},
		{"a loss is no income below nothing", "2026-03-20", "", "", Takings{Gross: 100, Outlays: 80, Taxes: 40, Refunded: 10}, 0, 0, "SAMR118 3-6,9-11", "gross 100 outlays -80 taxes -20 counts 0 refunded 0 taken 0"},
		{"more refunded than is left", "2026-03-20", "", "", Takings{Gross: 100, Outlays: 80, Refunded: 90}, 20, 0, "SAMR118 3-6,9-11", "gross 100 outlays -80 counts 20 refunded -20 taken 0"},
		{"the patent book keeps Order 71 (Order 118 Art. 4)", "2026-03-20", BookPatent, "auto", all, 1000, 800, "O71 47", "gross 1000 counts 1000 refunded -200 taken 800"},
		{"the setting goes before the book", "2026-03-20", BookSAMR, "gross", all, 1000, 800, "O71 47", "gross 1000 counts 1000 refunded -200 taken 800"},
		{"either way", "2026-03-20", BookPatent, "net", all, 650, 450, "SAMR118 3-6,9-11", "gross 1000 outlays -300 taxes -50 counts 650 refunded -200 taken 450"},
		{"not before it is in force", "2026-03-19", BookPatent, "net", all, 1000, 800, "O71 47", "gross 1000 counts 1000 refunded -200 taken 800"},
		{"nor after", "2026-03-20", "", "received", all, 650, 450, "SAMR118 3-6,9-11", "gross 1000 outlays -300 taxes -50 counts 650 refunded -200 taken 450"},
	} {
		x.in.Decided, x.in.Book, x.in.Formula = day(t, x.on), x.book, x.setting
		got, err := b.Income(x.in)
		var sum []string
		for _, l := range got.Sum {
			sum = append(sum, fmt.Sprintf("%s %d", l.What, l.Fen))
			if l.Cite.ZH == "" || l.Cite.EN == "" {
				t.Errorf("%s: %s has no article", x.why, l.What)
			}
		}
		if err != nil || got.Counts != x.counts || got.Taken != x.taken || got.Instrument+" "+got.Article != x.article || strings.Join(sum, " ") != x.sum {
			t.Errorf("%s: %+v %v", x.why, got, err)
		}
		if want := x.setting == "net" && x.on == "2026-03-19" || x.setting == "received"; got.Fallback != want {
			t.Errorf("%s: fallback %v", x.why, got.Fallback)
		}
	}
	got, _ := b.Income(Takings{Decided: day(t, "2026-03-20"), Gross: 10, Outlays: 1, Taxes: 1, Refunded: 1})
	for i, want := range []string{"第三条", "第四条至第六条", "第十条", "", "第十一条"} {
		if !strings.Contains(got.Sum[i].Cite.ZH, want) {
			t.Errorf("%s by %s, want %s", got.Sum[i].What, got.Sum[i].Cite.ZH, want)
		}
	}
}

func TestIncomeThatCannotBe(t *testing.T) {
	b := realBook(t)
	on := day(t, "2026-03-20")
	for _, x := range []struct {
		in    Takings
		field string
	}{
		{Takings{Decided: on, Gross: -1}, "gross"},
		{Takings{Decided: on, UnitPrice: -1, Quantity: 1}, "unit_price"},
		{Takings{Decided: on, Quantity: -1}, "quantity"},
		{Takings{Decided: on, Outlays: -1}, "outlays"},
		{Takings{Decided: on, Taxes: -1}, "taxes"},
		{Takings{Decided: on, Refunded: -1}, "refunded"},
		{Takings{Decided: on, UnitPrice: 250, Quantity: 4, Gross: 999}, "gross"},
		{Takings{Decided: on, UnitPrice: math.MaxInt64 / 4, Quantity: 2}, "quantity"},
		{Takings{Decided: on, Gross: math.MaxInt64}, "gross"},
		{Takings{Decided: on, Gross: 10, Refunded: 11}, "refunded"},
		{Takings{Decided: day(t, "2011-01-31"), Gross: 10}, "decided"},
	} {
		_, err := b.Income(x.in)
		if e := errs.As(err); e == nil || e.Code != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != x.field {
			t.Errorf("%+v: %v, want %s", x.in, err, x.field)
		}
	}
}

// Whatever is given: nothing below nothing, what is taken is never above what counts, and the sum adds up.
func TestIncomeAddsUp(t *testing.T) {
	b := realBook(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		in := Takings{Decided: day(t, "2011-02-01").AddDays(r.IntN(6000)), Book: []string{"", BookPatent, BookSAMR}[r.IntN(3)], Formula: []string{"", AutoFormula, "gross", "received", "net"}[r.IntN(5)],
			Gross: r.Int64N(1000), Outlays: r.Int64N(600), Taxes: r.Int64N(600), Helper: r.IntN(4) == 0}
		in.Refunded = r.Int64N(in.Gross + 1)
		got, err := b.Income(in)
		if err != nil {
			t.Fatalf("%+v: %v", in, err)
		}
		var counts, taken int64
		for _, l := range got.Sum {
			switch l.What {
			case "counts":
				taken = counts
			case "taken":
			case "refunded":
				taken += l.Fen
			default:
				counts += l.Fen
			}
		}
		if got.Counts < 0 || got.Taken < 0 || got.Taken > got.Counts || got.Counts > in.Gross || counts != got.Counts || taken != got.Taken {
			t.Fatalf("%+v: %+v", in, got)
		}
	}
}

// The settings name each formula of the rule book.
func TestTheSettingOfTheFormula(t *testing.T) {
	text, err := os.ReadFile("../../config/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Office struct {
			IncomeFormula string `yaml:"income_formula"`
		}
	}
	if err := yaml.Unmarshal(text, &set); err != nil || set.Office.IncomeFormula != AutoFormula {
		t.Errorf("the default is %q, %v", set.Office.IncomeFormula, err)
	}
	remark := strings.Split(string(text), "income_formula")[0]
	for _, f := range Vocabulary()["formula"] {
		if !strings.Contains(remark, f+" (") {
			t.Errorf("default.yaml does not explain %s", f)
		}
	}
	if words := Vocabulary()["formula"]; slices.Contains(words, AutoFormula) {
		t.Error(words)
	}
}
