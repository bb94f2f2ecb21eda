package statute

import (
	"math"
	"slices"

	"huzhi/internal/calendar"
)

// Late is what a fine paid late costs more.
type Late struct {
	Days   int   // days late that count
	Fen    int64 // the surcharge
	Capped bool  // it would be more, but for the cap
	Cite   Text
}

// Surcharge is the surcharge on a fine of so many fen that was due on a day and paid on another: 3 % a day from the day after
// (Penalty Law Art. 72(1) item 1, 1996: Art. 51). Since 2012-01-01 it may not be more than the fine (Coercion Law Art. 45, now also
// Penalty Law Art. 72); what ran up before that day stays. Days inside reconsideration or suit are left out from 2021-07-15 on
// (Penalty Law Art. 73(3)): remedies are their first and last days. Parts of a fen are dropped. Paid in time it is nothing.
func (b *Book) Surcharge(fineFen int64, due, paid calendar.Day, remedies []calendar.Interval) Late {
	var out Late
	var sum int64 // percent of the fine
	late := paid
	if late <= due {
		late = due + 1
	}
	for _, s := range b.surcharges {
		if s.InForce(late) {
			out.Cite = s.Cite
		}
		from, to := max(due+1, s.From), paid
		if !s.To.IsZero() {
			to = min(to, s.To)
		}
		n := int64(0)
		for d := from; d <= to; d++ {
			if s.Pauses && slices.ContainsFunc(remedies, func(x calendar.Interval) bool { return d >= x.From && d <= x.To }) {
				continue
			}
			n++
		}
		out.Days += int(n)
		if limit := s.CapPercent; limit > 0 {
			if left := max(0, limit-sum); n*s.Percent > left {
				n, out.Capped = 0, true
				sum = max(sum, limit)
			}
		}
		sum += n * s.Percent
	}
	if sum > 0 {
		out.Fen = math.MaxInt64
		if fineFen <= math.MaxInt64/sum {
			out.Fen = max(0, fineFen) * sum / 100
		}
	}
	return out
}

// FineBand is a part of the range of a fine, from above the first sum up to and with the second; the lowest from 0.
type FineBand struct {
	Name    string // lighter, ordinary, heavier
	FromFen int64
	ToFen   int64
	Mark    string
	Cite    Text
}

// FineBands are how discretion parts the range of the fine of a counterfeit, by the day the act ended. They are a help and not the
// law; no regime has them before 2009-10-01.
func (b *Book) FineBands(act calendar.Day, incomeFen int64) []FineBand {
	limit, _ := b.FineCap(act, incomeFen)
	var out []FineBand
	for _, x := range b.bands {
		if !x.InForce(act) {
			continue
		}
		from := int64(0)
		for _, l := range x.Levels {
			to := limit/100*l.ToPercent + limit%100*l.ToPercent/100
			out = append(out, FineBand{Name: l.Name, FromFen: from, ToFen: to, Mark: x.Mark, Cite: x.Cite})
			from = to
		}
	}
	return out
}

// Suspect is what is known of a counterfeit when it is asked whether the police must have it. Sums in fen.
type Suspect struct {
	Limbs                  []string
	Turnover, Income, Loss int64
	Patents                int
	Again                  bool // punished for the same within the time the rule names
}

// ToPolice are the reasons to hand a matter over on a day, and the rule; no reason: none is reached. The reasons are words of the
// vocabulary: turnover, income, loss, two_patents, again.
func (b *Book) ToPolice(on calendar.Day, s Suspect) (reasons []string, rule Police) {
	for _, x := range b.police {
		if !x.InForce(on) {
			continue
		}
		if !slices.ContainsFunc(s.Limbs, func(l string) bool { return slices.Contains(x.Limbs, l) }) {
			return nil, x
		}
		add := func(yes bool, word string) {
			if yes {
				reasons = append(reasons, word)
			}
		}
		low := s.Turnover >= x.TwoTurnover*100 || s.Income >= x.TwoIncome*100
		add(s.Turnover >= x.TurnoverYuan*100, "turnover")
		add(s.Income >= x.IncomeYuan*100, "income")
		add(s.Loss >= x.LossYuan*100, "loss")
		add(s.Patents >= 2 && low, "two_patents")
		add(s.Again && x.AgainWithin > 0 && low, "again")
		return reasons, x
	}
	return nil, Police{}
}

// HearingFrom is the sum in fen from which on the party may ask for a hearing on a day. False: no number was found for that day and book.
func (b *Book) HearingFrom(on calendar.Day, book string, organisation bool) (int64, Hearing, bool) {
	if book == "" {
		book = b.DefaultBook(on)
	}
	for _, x := range b.hearings {
		if x.InForce(on) && (x.Book == "" || x.Book == book) {
			if organisation {
				return x.OrganisationYuan * 100, x, true
			}
			return x.PersonYuan * 100, x, true
		}
	}
	return 0, Hearing{}, false
}

// Orders are the measures of correction for an act of counterfeiting on the day of the decision.
func (b *Book) Orders(on calendar.Day, limb string) []Order {
	var out []Order
	for _, x := range b.orders {
		if x.InForce(on) && slices.Contains(x.Limbs, limb) {
			out = append(out, x)
		}
	}
	return out
}

// Keeps are how long papers are kept, by the day the case is closed.
func (b *Book) Keeps(on calendar.Day) []Keep {
	var out []Keep
	for _, x := range b.keeps {
		if x.InForce(on) {
			out = append(out, x)
		}
	}
	return out
}

// Services are the ways to serve a paper of a kind of matter on a day: what the kind's own book says goes before the general law.
func (b *Book) Services(on calendar.Day, kind, book string) []Service {
	if book == "" {
		book = b.DefaultBook(on)
	}
	var out []Service
	for _, x := range b.services {
		if !x.InForce(on) || x.Kind != Any && x.Kind != kind || x.Book != "" && x.Book != book {
			continue
		}
		i := slices.IndexFunc(out, func(o Service) bool { return o.Way == x.Way })
		switch {
		case i == -1:
			out = append(out, x)
		case out[i].Kind == Any && x.Kind != Any:
			out[i] = x
		}
	}
	return out
}
