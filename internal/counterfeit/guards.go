package counterfeit

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// fault is a refusal at a field.
func fault(name, key string, args ...any) *errs.Field {
	return &errs.Field{Name: name, Message: errs.Msg(key, args...)}
}

// first is the first refusal of several.
func first(faults ...*errs.Field) *errs.Field {
	for _, f := range faults {
		if f != nil {
			return f
		}
	}
	return nil
}

// barred makes Bars of a condition: a step is not offered, and refused with the sentence, while it does not hold.
func barred(key string, holds func(*casework.File) bool) func(*casework.File, casework.Law) *errs.Error {
	return func(f *casework.File, _ casework.Law) *errs.Error {
		if holds(f) {
			return nil
		}
		return errs.New(errs.Conflict, key)
	}
}

// book is the procedural book that a case goes by: the one that its conclusion period is pinned to.
func book(f *casework.File) string {
	if k := f.Clock("CF_CLOSE"); k != nil && strings.HasSuffix(k.Version, "/"+statute.BookSAMR) {
		return statute.BookSAMR
	}
	return statute.BookPatent
}

// since says whether an instrument of the rule book is in force on a day.
func since(law casework.Law, instrument string, on calendar.Day) bool {
	in, ok := law.Rules.Instrument(instrument)
	return ok && on >= in.From
}

// The instruments whose day the table asks for; the periods and sums stand in the rule book.
const (
	penaltyLaw2021 = "APL2021" // 行政处罚法（2021）
	coercionLaw    = "AEL"     // 行政强制法
)

// sellerExempt says whether the fine of a seller who did not know and proves a lawful source is let go: the words were struck from the Implementing
// Rules on 2024-01-20 (2010 Art. 84(3); 2023 Art. 101(3)). The act's day counts, and a later lighter law.
func sellerExempt(act calendar.Day) bool { return act < calendar.Date(2024, 1, 20) }

// highest is the highest fine for the act of a case that is decided on a day: by the law of the act's own day (Patent Law 2008 Art. 63, 2020
// Art. 68), or by that of the decision's day where that is lighter (Penalty Law 2021 Art. 37).
func highest(f *casework.File, on calendar.Day, law casework.Law) (fen int64, cite statute.Text) {
	return law.Rules.BindingCap(f.Facts.Day("act_ended_on"), on, f.Facts.Money("income"))
}

// overCap refuses a fine above the highest.
func overCap(f *casework.File, fine int64, name string, on calendar.Day, law casework.Law) *errs.Field {
	if limit, cite := highest(f, on, law); fine > limit {
		return fault(name, "error.over_cap", casework.Yuan(limit), cite)
	}
	return nil
}

// reckoned is illegal income as the law of a day reckons it from what was recorded of it.
type reckoned struct {
	statute.Reckoned
	known bool // a formula was in force
}

// reckon reckons the illegal income of a case by the formula in force on a day in its book (Order 71 Art. 47; Penalty Law 2021 Art. 28(2); SAMR Order
// 118). Where only the sum was recorded, that counts; what was refunded is not taken unless the formula says so.
func reckon(x casework.Facts, book string, on calendar.Day, law casework.Law) reckoned {
	gross, refunded := x.Money("gross"), x.Money("refunded")
	in, err := law.Rules.Income(statute.Takings{Decided: on, Book: book, Formula: law.Formula, Gross: gross, Outlays: x.Money("outlays"), Taxes: x.Money("taxes"), Refunded: refunded})
	if gross == 0 {
		in.Counts = x.Money("income")
		in.Taken = in.Counts
		if in.Formula != "gross" {
			in.Taken = max(0, in.Counts-refunded)
		}
	}
	return reckoned{in, err == nil}
}

// incomeFits refuses an income that does not follow from what was recorded by the formula of a day; where the office may choose the formula, one
// above it.
func incomeFits(name string, x casework.Facts, book string, on calendar.Day, law casework.Law) *errs.Field {
	r, income := reckon(x, book, on, law), x.Money("income")
	if !r.known || x.Money("gross") == 0 || income <= r.Counts && (r.May || income >= r.Counts) {
		return nil
	}
	return fault(name, "error.income_sum", casework.Yuan(r.Counts), r.Cite)
}

// underIncome refuses to confiscate less than the illegal income: the law bids the office to confiscate it (没收违法所得, Patent Law 2008 Art. 63, 2020
// Art. 68; Penalty Law 2021 Art. 28(2)). A seller who is let go keeps it, and what could not be found out cannot be taken.
func underIncome(name string, f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	if f.Facts["limb"] == "L2" && f.Facts["seller"] == "innocent" {
		return nil
	}
	if r := reckon(f.Facts, book(f), in.On, law); in.Money(name) < r.Taken {
		return fault(name, "error.under_income", casework.Yuan(r.Taken))
	}
	return nil
}

// tooOld refuses a penalty for an act that was found more than two years after its end (Penalty Law 2021 Art. 36; 1996 Art. 29).
func tooOld(name string, f *casework.File) *errs.Field {
	act, found := f.Facts.Day("act_ended_on"), f.Facts.Day("discovered_on")
	if found.IsZero() {
		found = f.FiledOn
	}
	if found > act.AddMonths(24) {
		return fault(name, "error.limitation", act.AddMonths(24))
	}
	return nil
}

// person says whether a hearing is measured by the sum for a person: one of the parties is one. A trader stands with persons.
func person(f *casework.File) bool {
	return slices.ContainsFunc(f.Parties, func(p casework.Party) bool { return p.Role == "respondent" && p.Form != "company" })
}

// mayBeHeard says from which sum on a hearing may be asked for, and whether a planned penalty reaches it. Where no number was found the request
// is not refused for its sum (Order 71 Art. 32 says only "larger").
func mayBeHeard(f *casework.File, fine, confiscation int64, on calendar.Day, law casework.Law) (from int64, cite statute.Text, known, reached bool) {
	from, h, known := law.Rules.HearingFrom(on, book(f), !person(f))
	return from, h.Cite, known, !known || fine >= from || confiscation >= from
}

// HearingDue says whether a hearing could be asked for against a penalty of so many fen, announced on a day, by a threshold that is known.
func HearingDue(f *casework.File, fine, confiscation int64, on calendar.Day, rules *statute.Book) bool {
	_, _, known, reached := mayBeHeard(f, fine, confiscation, on, casework.Law{Rules: rules})
	return known && reached
}

// mayServe refuses a way of service that the law of the day does not know in the case's book, and an electronic one without signed consent
// (Penalty Law 2021 Art. 61(2); Market-Regulation Procedure Art. 82).
func mayServe(way, consent string, f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	for _, s := range law.Rules.Services(in.On, f.Kind, book(f)) {
		if s.Way != in.Fields[way] {
			continue
		}
		if s.Consent && in.Fields[consent] != "yes" {
			return fault(consent, "error.serve_consent", s.Cite)
		}
		return nil
	}
	if in.Fields[way] == "" {
		return nil
	}
	return fault(way, "error.serve_way")
}

// notified says whether the penalty notice has reached the party since the review.
func notified(f *casework.File) bool {
	return f.Since("notify", "review") && !f.Facts.Day("notice_served_on").IsZero()
}

// established says whether the decision found an act of counterfeiting, so that it orders correction (Order 71 Art. 45).
func established(outcome string) bool {
	return outcome == Penalised || outcome == StopSale || strings.HasPrefix(outcome, "no_penalty_")
}
