package report

import (
	"context"
	"fmt"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
)

// Table is the cases filed in a period, by kind and by the county of the act, with the same period a year before.
type Table struct {
	Period, Before Period
	Office         string   // the handling office and all below it
	Places         []string // the columns: the counties below the office, and every other place that has a case
	Rows           []Row    // one a kind
	Total          Row
}

// Row is a line of a Table. Its cells add up to its sum, and the rows to the total.
type Row struct {
	Kind   string // "" in the total
	Cells  []Figure
	Sum    Figure
	Before Figure
	Growth Percent
}

// Table counts the cases of a period and an office by kind and place. errs.Forbidden without statistics.view there.
func (f *Figures) Table(ctx context.Context, by access.Actor, p Period, office string) (*Table, error) {
	if err := f.guard.Allow(by, "statistics.view", office); err != nil {
		return nil, err
	}
	return f.table(ctx, by, p, p.Before(f.today()), office)
}

// table counts without asking for a right of its own: office may be "" (everywhere).
func (f *Figures) table(ctx context.Context, by access.Actor, p, before Period, office string) (*Table, error) {
	t := &Table{Period: p, Before: before, Office: office}
	now, err := f.groups(ctx, by, CasesFiled, In{Period: p, Office: office}, "cases.kind", "cases.place")
	if err != nil {
		return nil, err
	}
	then, err := f.groups(ctx, by, CasesFiled, In{Period: before, Office: office}, "cases.kind", "")
	if err != nil {
		return nil, err
	}
	t.Places = f.places(office, now)
	kinds := casework.Reported()
	for _, kind := range append(kinds, "") {
		row, err := f.row(by, t, kind, now, then)
		if err != nil {
			return nil, err
		}
		if kind == "" {
			t.Total = row
		} else {
			t.Rows = append(t.Rows, row)
		}
	}
	return t, nil
}

// row is the line of a kind, or of all with "".
func (f *Figures) row(by access.Actor, t *Table, kind string, now, then []cell) (r Row, err error) {
	r.Kind = kind
	sum := func(cells []cell, place string) (n int64) {
		for _, c := range cells {
			if (kind == "" || c.A == kind) && (place == "" || c.B == place) {
				n += c.N
			}
		}
		return n
	}
	for _, place := range t.Places {
		fig, err := f.link(by, CasesFiled, In{Period: t.Period, Office: t.Office, Kind: kind, At: place}, sum(now, place))
		if err != nil {
			return r, err
		}
		r.Cells = append(r.Cells, fig)
	}
	n, b := sum(now, ""), sum(then, "")
	if r.Sum, err = f.link(by, CasesFiled, In{Period: t.Period, Office: t.Office, Kind: kind}, n); err != nil {
		return r, err
	}
	r.Before, err = f.link(by, CasesFiled, In{Period: t.Before, Office: t.Office, Kind: kind}, b)
	r.Growth = Growth(b, n)
	return r, err
}

// places are the counties below an office in the order of the regions, and whatever other place has a case.
func (f *Figures) places(office string, cells []cell) []string {
	within := f.regions.All()
	if office != "" {
		within = f.regions.Within(office)
	}
	var out []string
	for _, r := range within {
		if r.IsCounty() {
			out = append(out, r.Code)
		}
	}
	var more []string
	for _, c := range cells {
		if !slices.Contains(out, c.B) && !slices.Contains(more, c.B) {
			more = append(more, c.B)
		}
	}
	slices.Sort(more)
	return append(out, more...)
}

// Step is one month (or, in a long period, one year) of a period.
type Step struct {
	Period Period
	Label  string // 2014-03 or 2014
	Filed  Figure
	Closed Figure
	Before Figure // filed in the same month a year before
}

// Yearly says whether the step is a year.
func (s Step) Yearly() bool { return len(s.Label) == 4 }

// most months that are shown one by one; a longer period goes by years.
const mostMonths = 36

// Steps counts the cases filed and closed in each month of a period. errs.Forbidden without statistics.view there.
func (f *Figures) Steps(ctx context.Context, by access.Actor, p Period, office string) ([]Step, error) {
	if err := f.guard.Allow(by, "statistics.view", office); err != nil {
		return nil, err
	}
	return f.steps(ctx, by, p, office)
}

func (f *Figures) steps(ctx context.Context, by access.Actor, p Period, office string) ([]Step, error) {
	width, parts := p.split()
	today := f.today()
	cut := "substr(cases.%s, 1, 7)"
	if width == 4 {
		cut = "substr(cases.%s, 1, 4)"
	}
	count := func(id, col string, in Period) (map[string]int64, error) {
		cells, err := f.groups(ctx, by, id, In{Period: in, Office: office}, fmt.Sprintf(cut, col), "")
		by := map[string]int64{}
		for _, c := range cells {
			by[c.A] = c.N
		}
		return by, err
	}
	filed, err := count(CasesFiled, "filed_on", p)
	if err != nil {
		return nil, err
	}
	closed, err := count(CasesClosed, "closed_on", p)
	if err != nil {
		return nil, err
	}
	before, err := count(CasesFiled, "filed_on", p.Before(today))
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, part := range parts {
		s := Step{Period: part, Label: part.From.String()[:width]}
		// A month that still runs, or that a free period cuts, is compared with the same days of the year before.
		then := part.Before(today)
		if p.To > today && part.From > today {
			then = Period{}
		}
		for _, x := range []struct {
			to *Figure
			id string
			in Period
			n  int64
		}{
			{&s.Filed, CasesFiled, part, filed[s.Label]},
			{&s.Closed, CasesClosed, part, closed[s.Label]},
			{&s.Before, CasesFiled, then, before[part.From.AddMonths(-12).String()[:width]]},
		} {
			if x.in == (Period{}) {
				continue
			}
			if *x.to, err = f.link(by, x.id, In{Period: x.in, Office: office}, x.n); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// split cuts a period into its months, or its years where there are many months; width is how much of a day's text names one.
func (p Period) split() (width int, parts []Period) {
	width, step := 7, 1
	if p.From.AddMonths(mostMonths) <= p.To {
		width, step = 4, 12
	}
	first := calendar.Date(p.From.Year(), p.From.Month(), 1)
	if step == 12 {
		first = calendar.Date(p.From.Year(), 1, 1)
	}
	for ; first <= p.To && !first.IsZero(); first = first.AddMonths(step) {
		parts = append(parts, Period{first, first.AddMonths(step).AddDays(-1)}.within(p))
	}
	return width, parts
}

// Years are the years a person has cases of, newest first: from today's to that of the first filing.
func (f *Figures) Years(ctx context.Context, by access.Actor) ([]int, error) {
	var first calendar.Day
	all := cases(casework.Filter{}, f.today())
	if err := f.rows(ctx, by, all).Select("MIN(cases.filed_on)").Row().Scan(&first); err != nil {
		return nil, err
	}
	out := []int{f.today().Year()}
	for y := out[0] - 1; y >= max(first.Year(), firstYear) && !first.IsZero(); y-- {
		out = append(out, y)
	}
	return out, nil
}
