package statute

import (
	"math"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

// AutoFormula is the setting that leaves the formula of illegal income to the day of the decision and the office's book.
const AutoFormula = "auto"

// Takings is what is known of what a party got by its act. Sums in fen; either a price and a quantity, or Gross.
type Takings struct {
	Decided   calendar.Day // the day of the decision: it chooses the formula, since SAMR Order 118 has no rule for cases that began before it
	Book      string       // BookPatent or BookSAMR; "" for the default of the day
	Formula   string       // the office's setting: a formula of the rule book, AutoFormula or ""
	UnitPrice int64        // of the goods sold
	Quantity  int64
	Gross     int64 // all that was received: the fees of a contract, or sales that are known as a sum
	Outlays   int64 // lawful necessary outlays directly for it that the party has proven and the office accepts (SAMR Order 118 Arts. 4-6)
	Taxes     int64 // directly related, paid before the penalty (Art. 10)
	Refunded  int64 // lawfully given back to others (Art. 11; Penalty Law 2021 Art. 28(2))
	Helper    bool  // the act was to give others the means: nothing is taken off (Art. 9)
}

// Reckoned is illegal income as it is reckoned. Sums in fen.
type Reckoned struct {
	Income         // the formula, with its article
	Counts   int64 // the illegal income: it drives the cap of the fine
	Taken    int64 // what is confiscated
	Sum      []Reckon
	Fallback bool // the formula of the setting was not in force on the day: it went by the day and the book
}

// Reckon is a line of the sum: gross; less outlays, taxes (below 0); counts; less refunded (below 0); taken. helper says why nothing is
// taken off.
type Reckon struct {
	What string
	Fen  int64
	Cite Text
}

// Formula is the formula of illegal income for a decision of a day. setting is the office's; one that is not in force on that day is passed
// over (fallback) for the one of the office's book. False: no formula was in force then.
func (b *Book) Formula(on calendar.Day, book, setting string) (x Income, fallback, ok bool) {
	named := setting != "" && setting != AutoFormula
	if named {
		for _, x := range b.incomes {
			if x.InForce(on) && x.Formula == setting {
				return x, false, true
			}
		}
	}
	if book == "" {
		book = b.DefaultBook(on)
	}
	for _, x := range b.incomes {
		if x.InForce(on) && (x.Book == "" || x.Book == book) {
			return x, named, true
		}
	}
	return Income{}, false, false
}

// Income reckons illegal income by the formula in force on the day of the decision: what counts, and what is confiscated. Invalid, with the
// field (decided, unit_price, quantity, gross, outlays, taxes, refunded), for what cannot be.
func (b *Book) Income(in Takings) (Reckoned, error) {
	var bad errs.Faults
	for _, x := range []struct {
		field string
		fen   int64
	}{{"unit_price", in.UnitPrice}, {"quantity", in.Quantity}, {"gross", in.Gross}, {"outlays", in.Outlays}, {"taxes", in.Taxes}, {"refunded", in.Refunded}} {
		if x.fen < 0 || x.fen > math.MaxInt64/4 {
			bad.Add(x.field, "error.amount")
		}
	}
	if !bad.Any() && in.Quantity > 0 {
		switch {
		case in.UnitPrice > math.MaxInt64/4/in.Quantity:
			bad.Add("quantity", "error.amount")
		case in.Gross > 0 && in.Gross != in.UnitPrice*in.Quantity:
			bad.Add("gross", "law.income.both")
		}
	}
	gross := in.Gross
	if !bad.Any() && gross == 0 {
		gross = in.UnitPrice * in.Quantity
	}
	if !bad.Any() && in.Refunded > gross {
		bad.Add("refunded", "law.income.refunded_more")
	}
	f, fallback, ok := b.Formula(in.Decided, in.Book, in.Formula)
	if !ok {
		bad.Add("decided", "law.income.none", in.Decided)
	}
	if bad.Any() {
		return Reckoned{}, bad.Err()
	}
	out := Reckoned{Income: f, Counts: gross, Fallback: fallback}
	add := func(what string, fen int64) bool {
		l, ok := f.line(what)
		if ok {
			out.Sum = append(out.Sum, Reckon{what, fen, l.Cite})
		}
		return ok
	}
	add("gross", gross)
	if !in.Helper || !add("helper", 0) {
		for _, x := range []struct {
			what string
			fen  int64
		}{{"outlays", in.Outlays}, {"taxes", in.Taxes}} {
			if less := min(x.fen, out.Counts); x.fen > 0 && add(x.what, -less) { // a loss is no income below nothing
				out.Counts -= less
			}
		}
	}
	out.Sum = append(out.Sum, Reckon{"counts", out.Counts, f.Cite})
	out.Taken = out.Counts
	if less := min(in.Refunded, out.Counts); in.Refunded > 0 && add("refunded", -less) {
		out.Taken -= less
	}
	out.Sum = append(out.Sum, Reckon{"taken", out.Taken, f.Cite})
	return out, nil
}
