package statute

import (
	"cmp"
	"math"
	"slices"

	"huzhi/internal/calendar"
)

// Cap is the highest fine that one version of the law allows for an act with an income.
type Cap struct {
	Law     Fine  // zero where nothing punishes the act any more
	Fen     int64 // the highest fine
	Lighter bool  // than the law of the act's own day
}

// Substance is the law by which an act is judged: that of its own day, or a later one where that is lighter.
type Substance struct {
	Act, Decided calendar.Day // the day the act ended; the day of the decision
	Own          Cap          // by the law of the act's day
	Later        []Cap        // by each law that came after it until the decision, the earliest first
	Binds        Cap          // Own, or the lightest of Later where the principle was in force
	Principle    Principle    // that the lighter law goes before the older; zero where none was in force on the day of the decision
	Reliefs      []Relief     // reasons to impose no fine: those of the act's day, then those that came until the decision
}

// Lighter says whether a later law binds and not that of the act's day.
func (s Substance) Lighter() bool { return s.Binds.Lighter }

// Day is a day whose law binds: for what else goes by that law, such as [Book.FineBands]. No day: nothing punishes the act any more.
func (s Substance) Day() calendar.Day {
	if s.Lighter() {
		return s.Binds.Law.From
	}
	return s.Act
}

// Newer says whether a relief came into force only after the act: a lighter law by itself.
func (s Substance) Newer(r Relief) bool { return r.From > s.Act }

// Substance finds the law for an act of counterfeiting that ended on a day, with an illegal income in fen, and is decided on another. limb is
// the act (L1a … L5), "" for all. Every law that was in force between the act and the decision is looked at, and the lightest
// binds: a lower cap, or no penalty at all (Penalty Law 2021 Art. 37). False: no law of the act's day is in the book.
func (b *Book) Substance(act, decided calendar.Day, incomeFen int64, limb string) (Substance, bool) {
	out := Substance{Act: act, Decided: decided}
	found := false
	fines := slices.SortedFunc(slices.Values(b.fines), func(x, y Fine) int { return cmp.Compare(x.From, y.From) })
	var last Fine
	for _, f := range fines {
		switch {
		case f.inForce(act):
			out.Own, found = Cap{Law: f, Fen: f.cap(incomeFen)}, true
		case found && f.From <= decided:
			out.Later = append(out.Later, Cap{Law: f, Fen: f.cap(incomeFen)})
		default:
			continue
		}
		last = f
	}
	if !found {
		return Substance{}, false
	}
	if !last.To.IsZero() && last.To < decided {
		out.Later = append(out.Later, Cap{}) // it is not punished any more
	}
	for _, p := range b.principles {
		if p.InForce(decided) {
			out.Principle = p
		}
	}
	out.Binds = out.Own
	for i := range out.Later {
		x := &out.Later[i]
		if x.Lighter = x.Fen < out.Own.Fen; x.Fen < out.Binds.Fen && out.Principle.ID != "" {
			out.Binds = *x
		}
	}
	for _, old := range []bool{true, false} { // what the act's own law had, then what is new since
		for _, r := range b.reliefs {
			known := slices.ContainsFunc(out.Reliefs, func(x Relief) bool { return x.ID == r.ID })
			if r.InForce(act) == old && !known && (old || r.From > act && r.From <= decided) && (limb == "" || len(r.Limbs) == 0 || slices.Contains(r.Limbs, limb)) {
				out.Reliefs = append(out.Reliefs, r)
			}
		}
	}
	return out, true
}

// BindingCap is the highest fine, in fen, that a decision of a day may impose for an act that ended on another: by the law of the act's
// day, or by a later one that is lighter (Penalty Law 2021 Art. 37; the citation then names both). No citation: the act is older than the book.
func (b *Book) BindingCap(act, decided calendar.Day, incomeFen int64) (capFen int64, cite Text) {
	s, ok := b.Substance(act, decided, incomeFen, "")
	if !ok {
		return 0, Text{}
	}
	cite = s.Binds.Law.Cite
	if s.Lighter() {
		cite = Text{ZH: joined(cite.ZH, "、", s.Principle.Cite.ZH), EN: joined(cite.EN, "; ", s.Principle.Cite.EN)}
	}
	return s.Binds.Fen, cite
}

func joined(a, mark, b string) string {
	if a == "" {
		return b
	}
	return a + mark + b
}

func (x Fine) inForce(on calendar.Day) bool { return on >= x.From && (x.To.IsZero() || on <= x.To) }

// cap is the highest fine for an income, both in fen.
func (x Fine) cap(incomeFen int64) int64 {
	switch {
	case incomeFen <= x.AboveYuan*100:
		return x.ElseYuan * 100
	case incomeFen > math.MaxInt64/x.Times:
		return math.MaxInt64
	}
	return x.Times * incomeFen
}
