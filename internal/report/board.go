package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/hotline"
)

// Pair is a figure of two periods: of now, and of what it is compared with.
type Pair struct {
	ID          string // the metric
	Now, Before Figure
	Growth      Percent // of a rate there is none
}

// Pairs counts metrics in two periods. Forbidden, as all figures of a board, without the right to see figures in the office.
func (f *Figures) Pairs(ctx context.Context, by access.Actor, in In, before Period, ids ...string) ([]Pair, error) {
	var out []Pair
	for _, id := range ids {
		if err := f.allow(by, id, in); err != nil {
			return nil, err
		}
		x := Pair{ID: id}
		then := in
		then.Period = before
		var err error
		if x.Now, err = f.byKind(ctx, by, id, in); err != nil {
			return nil, err
		}
		if x.Before, err = f.byKind(ctx, by, id, then); err != nil {
			return nil, err
		}
		if id != CasesTimely && id != CasesRate {
			x.Growth = Growth(x.Before.N, x.Now.N)
		}
		out = append(out, x)
	}
	return out, nil
}

// byKind is Count, counted by kind as the tables of a board are, so that it is counted once.
func (f *Figures) byKind(ctx context.Context, by access.Actor, id string, in In) (Figure, error) {
	sum := func(id string) (int64, error) {
		cells, err := f.groups(ctx, by, id, in, "cases.kind", "")
		return total(cells), err
	}
	switch id {
	case CasesFiled, CasesClosed, CasesPending, CasesInTime, CasesOverTime:
		n, err := sum(id)
		if err != nil {
			return Figure{}, err
		}
		return f.link(by, id, in, n)
	case CasesTimely:
		yes, err := sum(CasesInTime)
		if err != nil {
			return Figure{}, err
		}
		no, err := sum(CasesOverTime)
		if err != nil {
			return Figure{}, err
		}
		return f.link(by, id, in, Share(yes, yes+no).Hundredths)
	}
	return f.Count(ctx, by, id, in)
}

// Dim is what the lines or the columns of a Cross stand for.
type Dim string

// The dimensions.
const (
	ByKind  Dim = "kind"  // of case
	ByPlace Dim = "place" // of the act
	ByMonth Dim = "month" // or year, in a long period
	ByCall  Dim = "call"  // kind of call
	ByWay   Dim = "way"   // channel of a call
)

// Cross is a metric by two dimensions, with what it is compared with.
type Cross struct {
	Metric         string
	Rows, Cols     Dim
	Period, Before Period
	Heads          []Key // of the columns
	Lines          []Line
	Total          Line
}

// Key is one line or column: a kind, a place, a channel, or a month with its days.
type Key struct {
	ID     string // counterfeit, 330521, 2026-03
	Period Period // of a month or year
}

// Line is a line of a Cross. Its cells add up to its sum, and the lines to the total.
type Line struct {
	Key    Key
	Cells  []Figure
	Sum    Figure
	Before Figure // has no Href where the period that is compared with has no such month
	Growth Percent
}

// Cross counts a metric by two dimensions.
func (f *Figures) Cross(ctx context.Context, by access.Actor, id string, in In, before Period, rows, cols Dim) (*Cross, error) {
	if err := f.allow(by, id, in); err != nil {
		return nil, err
	}
	t := &Cross{Metric: id, Rows: rows, Cols: cols, Period: in.Period, Before: before}
	then := in
	then.Period = before
	now, err := f.groups(ctx, by, id, in, column(id, rows, in.Period), column(id, cols, in.Period))
	if err != nil {
		return nil, err
	}
	was, err := f.groups(ctx, by, id, then, column(id, rows, before), "")
	if err != nil {
		return nil, err
	}
	lines, heads := f.keys(rows, in, now, func(c cell) string { return c.A }), f.keys(cols, in, now, func(c cell) string { return c.B })
	old := f.keys(rows, then, was, func(c cell) string { return c.A })
	t.Heads = heads
	at := func(cells []cell, a, b string) (n int64) {
		for _, c := range cells {
			if (a == "" || c.A == a) && (b == "" || c.B == b) {
				n += c.N
			}
		}
		return n
	}
	line := func(i int, k Key) (l Line, err error) {
		l.Key = k
		for _, h := range heads {
			fig, err := f.link(by, id, in.at(rows, k).at(cols, h), at(now, k.ID, h.ID))
			if err != nil {
				return l, err
			}
			l.Cells = append(l.Cells, fig)
		}
		if l.Sum, err = f.link(by, id, in.at(rows, k), at(now, k.ID, "")); err != nil {
			return l, err
		}
		if rows == ByMonth && k.ID != "" { // the first month with the first
			if i >= len(old) || len(old[i].ID) != len(k.ID) {
				return l, nil
			}
			k = old[i]
		}
		l.Before, err = f.link(by, id, then.at(rows, k), at(was, k.ID, ""))
		l.Growth = Growth(l.Before.N, l.Sum.N)
		return l, err
	}
	for i, k := range lines {
		l, err := line(i, k)
		if err != nil {
			return nil, err
		}
		t.Lines = append(t.Lines, l)
	}
	t.Total, err = line(0, Key{})
	return t, err
}

// at narrows what is counted to a line or column.
func (in In) at(d Dim, k Key) In {
	if k.ID == "" {
		return in
	}
	switch d {
	case ByKind:
		in.Kind = k.ID
	case ByPlace:
		in.At = k.ID
	case ByMonth:
		in.Period = k.Period
	case ByCall:
		in.Call = k.ID
	case ByWay:
		in.Way = k.ID
	}
	return in
}

// column is the column of the rows that a dimension goes by.
func column(metric string, d Dim, p Period) string {
	switch d {
	case ByKind:
		return "cases.kind"
	case ByPlace:
		return "cases.place"
	case ByCall:
		return "calls.kind"
	case ByWay:
		return "calls.channel"
	}
	day := "cases.filed_on"
	switch {
	case strings.HasPrefix(metric, "calls."):
		day = "calls.received_on"
	case metric != CasesFiled && metric != OpinionsFiled:
		day = "cases.closed_on"
	}
	width, _ := p.split()
	return fmt.Sprintf("substr(%s, 1, %d)", day, width)
}

// keys are the lines or columns of a dimension: all there can be, and of places and channels those there are.
func (f *Figures) keys(d Dim, in In, cells []cell, of func(cell) string) (out []Key) {
	plain := func(ids []string) {
		for _, id := range ids {
			out = append(out, Key{ID: id})
		}
	}
	switch d {
	case ByKind:
		plain(casework.Reported())
	case ByPlace:
		var found []cell
		for _, c := range cells {
			found = append(found, cell{B: of(c)})
		}
		if in.At != "" {
			plain([]string{in.At})
		} else {
			plain(f.places(in.Office, found))
		}
	case ByMonth:
		width, parts := in.Period.split()
		for _, p := range parts {
			out = append(out, Key{ID: p.From.String()[:width], Period: p})
		}
	case ByCall:
		plain(hotline.Kinds())
	case ByWay:
		var ways []string
		for _, c := range cells {
			if w := of(c); !slices.Contains(ways, w) {
				ways = append(ways, w)
			}
		}
		slices.Sort(ways)
		plain(ways)
	}
	return out
}

// Timely is how many of the cases of a kind were closed in time.
type Timely struct {
	Kind             string // "" in the total
	InTime, OverTime Figure
	Rate, Before     Rated
}

// Rated is a share of some matters.
type Rated struct {
	Share Percent
	Of    Figure
}

// TimelyByKind counts what was closed in time in two periods, by kind; the last line is the total.
func (f *Figures) TimelyByKind(ctx context.Context, by access.Actor, in In, before Period) (out []Timely, err error) {
	if err := f.allow(by, CasesClosed, in); err != nil {
		return nil, err
	}
	for _, kind := range append(casework.Reported(), "") {
		out = append(out, Timely{Kind: kind})
	}
	for i, period := range []Period{in.Period, before} {
		in.Period = period
		counts := map[string]map[string]int64{}
		for _, id := range []string{CasesInTime, CasesOverTime} {
			cells, err := f.groups(ctx, by, id, in, "cases.kind", "")
			if err != nil {
				return nil, err
			}
			counts[id] = map[string]int64{}
			for _, c := range cells {
				counts[id][c.A] += c.N
				counts[id][""] += c.N
			}
		}
		for n := range out {
			t, of := &out[n], in.at(ByKind, Key{ID: out[n].Kind})
			yes, no := counts[CasesInTime][t.Kind], counts[CasesOverTime][t.Kind]
			rated := &t.Before
			if i == 0 {
				rated = &t.Rate
				if t.InTime, err = f.link(by, CasesInTime, of, yes); err != nil {
					return nil, err
				}
				if t.OverTime, err = f.link(by, CasesOverTime, of, no); err != nil {
					return nil, err
				}
			}
			rated.Share = Share(yes, yes+no)
			if rated.Of, err = f.link(by, CasesTimely, of, yes+no); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// allow is nil where a person may see the figures of an office: statistics.view there, of calls call.view; everybody may see those of their own cases.
func (f *Figures) allow(by access.Actor, id string, in In) error {
	m, err := f.metric(id)
	switch {
	case err != nil:
		return err
	case in.Who != "" && in.Who == by.ID, by.IsSystem():
		return nil
	case m.Of() == "/hotline":
		return f.guard.Allow(by, "call.view", in.Office)
	}
	return f.guard.Allow(by, "statistics.view", in.Office)
}

// Hand is what is in hand in a place now.
type Hand struct {
	Place   string // "" in the total
	Figures []Figure
}

// InHand are the metrics of what is in hand, in the order of Hand's figures.
func InHand() []string { return []string{CasesOpen, CasesLate, CasesSoon, CasesStill, CasesAsked} }

// Hands counts what is in hand now by the place of the act; its last line is the total.
func (f *Figures) Hands(ctx context.Context, by access.Actor, in In) ([]Hand, error) {
	if err := f.allow(by, CasesOpen, in); err != nil {
		return nil, err
	}
	in.today = f.today()
	rows, err := f.heldNow(ctx, by, in)
	if err != nil {
		return nil, err
	}
	counts := map[string][]int64{"": make([]int64, len(InHand()))}
	var all []cell
	for _, r := range rows {
		if r.Who != "" {
			continue
		}
		counts[r.Place] = r.counts()
		for i, n := range r.counts() {
			counts[""][i] += n
		}
		all = append(all, cell{A: r.Place})
	}
	var out []Hand
	for _, k := range append(f.keys(ByPlace, in, all, func(c cell) string { return c.A }), Key{}) {
		h := Hand{Place: k.ID}
		for i, id := range InHand() {
			n := int64(0)
			if c := counts[k.ID]; c != nil {
				n = c[i]
			}
			fig, err := f.link(by, id, in.at(ByPlace, k), n)
			if err != nil {
				return nil, err
			}
			h.Figures = append(h.Figures, fig)
		}
		out = append(out, h)
	}
	return out, nil
}

// Than is with what a period is compared.
const (
	ThanYear     = "year"     // the same days of the year before
	ThanPrevious = "previous" // as many months, or days, right before
	ThanChosen   = "chosen"   // other days
)

// Thans is every Than.
func Thans() []string { return []string{ThanYear, ThanPrevious, ThanChosen} }

// Previous is the period right before: as many months, or where it is not made of months, as many days. Of a period that still runs as many days of it as
// have passed are taken.
func (p Period) Previous(today calendar.Day) Period {
	days := int(p.To-p.From) + 1
	before := Period{p.From.AddDays(-days), p.From.AddDays(-1)}
	if p.wholeMonths() {
		y, m, _ := p.From.Civil()
		to := p.To.AddDays(1)
		n := 12*(to.Year()-y) + int(to.Month()) - int(m)
		before = Period{p.From.AddMonths(-n), p.From.AddDays(-1)}
	}
	if p.From <= today && today < p.To {
		before.To = min(before.To, before.From.AddDays(int(today-p.From)))
	}
	return before
}
