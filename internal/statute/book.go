package statute

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/region"
)

// Book is all rules in all versions. It never changes and is safe for concurrent use.
type Book struct {
	rules       []Rule
	byID        map[string][]Rule
	fines       []Fine
	surcharges  []Surcharge
	bands       []Band
	reliefs     []Relief
	principles  []Principle
	orders      []Order
	incomes     []Income
	police      []Police
	hearings    []Hearing
	keeps       []Keep
	services    []Service
	instruments map[string]Instrument
	hash        string
}

// Query says which version of a rule is wanted.
type Query struct {
	On     calendar.Day // the day on which it must be in force; for a case, the filing date it is pinned to
	Region string       // GB/T 2260 code of the office
	Book   string       // BookPatent or BookSAMR; "" for the default of the day
	Kind   string       // kind of matter; needed only for an id with rows of several kinds (PRESERVE)
}

// Rule is the version of a rule in force. Where national and regional law both rule, or the kind is left open and
// several fit, it is the one with the shorter period. False: no such rule on that day, in that region, book and kind.
func (b *Book) Rule(id string, q Query) (Rule, bool) {
	if q.Book == "" {
		q.Book = b.DefaultBook(q.On)
	}
	var best Rule
	found := false
	for _, r := range b.byID[id] {
		if !q.On.IsZero() && r.fits(q) && (!found || r.length() < best.length()) {
			best, found = r, true
		}
	}
	return best, found
}

func (r Rule) fits(q Query) bool {
	return r.InForce(q.On) &&
		(r.Book == "" || r.Book == q.Book) &&
		(r.Kind == Any || q.Kind == "" || r.Kind == q.Kind) &&
		(r.Region == "" || region.Covers(r.Region, q.Region))
}

// DefaultBook is the procedural book of counterfeit cases filed on a day, where the office has not set another: the
// market-regulation rules from the day they came into force, 2019-04-01, the patent rules before. Both have been in force side by
// side since; the later rule is the one the bureaus use, but Order 71 was never repealed (docs/law-divergences.md, point 1).
func (b *Book) DefaultBook(on calendar.Day) string {
	if on >= calendar.Date(2019, time.April, 1) {
		return BookSAMR
	}
	return BookPatent
}

// All is every version of every rule, in the order of the files. The caller must not change it.
func (b *Book) All() []Rule { return b.rules }

// Versions is every version of one rule, earliest first.
func (b *Book) Versions(id string) []Rule {
	out := slices.Clone(b.byID[id])
	slices.SortStableFunc(out, func(x, y Rule) int { return cmp.Compare(x.From, y.From) })
	return out
}

// ByVersion finds the rule a case was pinned to by its [Rule.Version]; kind as in [Query].
func (b *Book) ByVersion(version, kind string) (Rule, bool) {
	for _, r := range b.rules {
		if r.Version() == version && (kind == "" || r.Kind == Any || r.Kind == kind) {
			return r, true
		}
	}
	return Rule{}, false
}

// Instrument finds a law by its id.
func (b *Book) Instrument(id string) (Instrument, bool) { in, ok := b.instruments[id]; return in, ok }

// Fines are the caps on the fine for counterfeiting, by the day of the act.
func (b *Book) Fines() []Fine { return slices.Clone(b.fines) }

// Hash is the SHA-256 of the files, in hex. Stored with every date computed from them.
func (b *Book) Hash() string { return b.hash }

// Excluded is time of a case that may not count, both end days included. An empty Ground always leaves the time out;
// any other only if the rule names it.
type Excluded struct {
	Ground   string
	From, To calendar.Day
}

// Options of a due date.
type Options struct {
	Excluded   []Excluded
	Extensions []calendar.Term // as granted, in the rule's order
	Ledger     bool            // day by day
}

// Due is a due date with what it rests on.
type Due struct {
	Rule         string
	Version      string
	Cite         Text
	Start        calendar.Day
	Strict       calendar.Day // the last day before any rolling: what binds the office
	Due          calendar.Day // rolled to a working day: what binds a party
	Provisional  bool         // rests on a year without a published calendar
	Ledger       []calendar.Row
	BookHash     string
	CalendarHash string
}

// Due counts a rule from its start day. A period in hours, on days, ends on the calendar day its last hour may fall on; the
// instant itself is [Rule.At]. It errs where an extension is not permitted, or the count makes no sense.
func (b *Book) Due(cal *calendar.Calendar, r Rule, start calendar.Day, o Options) (Due, error) {
	if err := r.CheckExtensions(o.Extensions); err != nil {
		return Due{}, err
	}
	p := calendar.Period{Start: start, Term: r.Term(), Extensions: o.Extensions, Back: r.Back}
	if r.Unit == calendar.H {
		p.Term = calendar.Term{N: (r.Add + 23) / 24, Unit: calendar.CD}
	}
	for _, x := range o.Excluded {
		if x.Ground == "" || r.Excludes(x.Ground) {
			p.Excluded = append(p.Excluded, calendar.Interval{From: x.From, To: x.To, Name: x.Ground})
		}
	}
	var (
		end  calendar.Result
		rows []calendar.Row
		err  error
	)
	if o.Ledger {
		end, rows, err = cal.Ledger(p)
	} else {
		end, err = cal.Count(p)
	}
	if err != nil {
		return Due{}, fmt.Errorf("%s: %w", r.ID, err)
	}
	return Due{
		Rule: r.ID, Version: r.Version(), Cite: r.Cite, Start: start, Strict: end.Strict, Due: end.Due,
		Provisional: end.Provisional, Ledger: rows, BookHash: b.hash, CalendarHash: cal.Hash(),
	}, nil
}

// At is the instant a period in hours ends; false where the rule counts in something else.
func (r Rule) At(start time.Time) (time.Time, bool) {
	return calendar.AddHours(start, r.Add), r.Unit == calendar.H
}

// FineCap is the highest fine, in fen, for counterfeiting a patent, by the day the act ended and the illegal income in fen. An act
// before 2001-07-01 has no cap here: 0 and no citation.
func (b *Book) FineCap(act calendar.Day, incomeFen int64) (capFen int64, cite Text) {
	for _, f := range b.fines {
		if f.inForce(act) {
			return f.cap(incomeFen), f.Cite
		}
	}
	return 0, Text{}
}
