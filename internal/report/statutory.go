package report

import (
	"context"
	"encoding/json"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/i18n"
)

// Statutory is the table of cases that the ministry's statistics ask for: by kind, what was brought forward, filed and closed in a period, and what was
// pending and overdue at its end.
type Statutory struct {
	Period Period
	Office string
	Rows   []StatutoryRow // one a kind
	Total  StatutoryRow
}

// StatutoryRow is a line of a Statutory.
type StatutoryRow struct {
	Kind     string // "" in the total
	Brought  Figure
	Accepted Figure
	Closed   Figure
	Pending  Figure
	Overdue  Figure
	InTime   Figure
	OverTime Figure
	Before   Figure // filed in the same period a year before
	Days     Figure // from filing to closing, on the average, in tenths of a calendar day
}

// Growth is by how much more was filed than in the same period a year before.
func (r StatutoryRow) Growth() Percent { return Growth(r.Before.N, r.Accepted.N) }

// Rate is the share of the cases there were that was closed.
func (r StatutoryRow) Rate() Percent { return Share(r.Closed.N, r.Brought.N+r.Accepted.N) }

// Timely is the share of the closed cases with a statutory period that was closed within it.
func (r StatutoryRow) Timely() Percent { return Share(r.InTime.N, r.InTime.N+r.OverTime.N) }

// Off is how far the line is from adding up: brought forward and filed, less closed, is pending. Cases that were reopened within the period make it
// differ, since their earlier closing is no more.
func (r StatutoryRow) Off() int64 { return r.Brought.N + r.Accepted.N - r.Closed.N - r.Pending.N }

// Statutory counts the table. errs.Forbidden without statistics.view in the office.
func (f *Figures) Statutory(ctx context.Context, by access.Actor, p Period, office string) (t *Statutory, err error) {
	if err := f.guard.Allow(by, "statistics.view", office); err != nil {
		return nil, err
	}
	t = &Statutory{Period: p, Office: office, Total: StatutoryRow{}}
	for _, kind := range casework.Reported() {
		t.Rows = append(t.Rows, StatutoryRow{Kind: kind})
	}
	before := p.Before(f.today())
	for _, col := range []struct {
		id string
		to func(*StatutoryRow) *Figure
	}{
		{CasesBrought, func(r *StatutoryRow) *Figure { return &r.Brought }}, {CasesFiled, func(r *StatutoryRow) *Figure { return &r.Accepted }},
		{CasesClosed, func(r *StatutoryRow) *Figure { return &r.Closed }}, {CasesPending, func(r *StatutoryRow) *Figure { return &r.Pending }},
		{CasesOverdue, func(r *StatutoryRow) *Figure { return &r.Overdue }}, {CasesInTime, func(r *StatutoryRow) *Figure { return &r.InTime }},
		{CasesOverTime, func(r *StatutoryRow) *Figure { return &r.OverTime }},
		{"", func(r *StatutoryRow) *Figure { return &r.Before }},
	} {
		p, id := p, col.id
		if id == "" {
			p, id = before, CasesFiled
		}
		counts, err := f.groups(ctx, by, id, In{Period: p, Office: office}, "cases.kind", "")
		if err != nil {
			return nil, err
		}
		n, all := map[string]int64{}, int64(0)
		for _, c := range counts {
			n[c.A] += c.N
			all += c.N
		}
		for i := range t.Rows {
			r := &t.Rows[i]
			if *col.to(r), err = f.link(by, id, In{Period: p, Office: office, Kind: r.Kind}, n[r.Kind]); err != nil {
				return nil, err
			}
		}
		if *col.to(&t.Total), err = f.link(by, id, In{Period: p, Office: office}, all); err != nil {
			return nil, err
		}
	}
	for i := range t.Rows {
		if t.Rows[i].Days, err = f.Count(ctx, by, CasesDays, In{Period: p, Office: office, Kind: t.Rows[i].Kind}); err != nil {
			return nil, err
		}
	}
	t.Total.Days, err = f.Count(ctx, by, CasesDays, In{Period: p, Office: office})
	return t, err
}

// Heads are the heads of the columns, the kind's first.
func (t *Statutory) Heads(p *i18n.Printer) []string {
	out := []string{p.T("report.kind")}
	for _, id := range []string{CasesBrought, CasesFiled, CasesClosed, CasesPending, CasesOverdue} {
		out = append(out, p.T("report.metric."+id))
	}
	return append(out, p.T("report.statutory.rate"), p.T("report.statutory.intime"), p.T("report.metric."+CasesDays), p.T("report.table.before"), p.T("report.table.growth"))
}

// Figures are the figures of a line in the order of the heads.
func (r StatutoryRow) Figures() []Figure {
	return []Figure{r.Brought, r.Accepted, r.Closed, r.Pending, r.Overdue}
}

// write puts the table on a sheet of its own, with the title, the period and the office above it.
func (t *Statutory) write(b *book, p *i18n.Printer, office string) {
	name := b.sheet(p.T("report.statutory"))
	b.heads(name, 1, []string{p.T("report.statutory")})
	b.lines(name, 2, []any{p.T("report.statutory.of", office, t.Period.Name(p))})
	row := b.heads(name, 4, t.Heads(p))
	for _, r := range append(slices.Clone(t.Rows), t.Total) {
		line := append([]any{p.T(kindSentence(r.Kind))}, anyOf(r.Figures())...)
		days := any("–")
		if r.Closed.N > 0 && r.Days.Hidden == "" {
			days = float64(r.Days.N) / 10
		}
		row = b.lines(name, row, append(line, r.Rate(), r.Timely(), days, r.Before, r.Growth()))
	}
	b.lines(name, row+1, []any{p.T("report.statutory.rates")})
	b.width(name, 28, 14)
}

// MarshalJSON writes the year, the lines and the total, as huzhi report table prints them.
func (t *Statutory) MarshalJSON() ([]byte, error) {
	type line struct {
		Kind     string `json:"kind,omitempty"`
		Brought  Figure `json:"brought_forward"`
		Accepted Figure `json:"accepted"`
		Closed   Figure `json:"closed"`
		Pending  Figure `json:"pending"`
		Overdue  Figure `json:"overdue"`
		Before   Figure `json:"accepted_before"`
		Days     *int64 `json:"average_tenths_of_days,omitempty"`
	}
	of := func(r StatutoryRow) line {
		l := line{Kind: r.Kind, Brought: r.Brought, Accepted: r.Accepted, Closed: r.Closed, Pending: r.Pending, Overdue: r.Overdue, Before: r.Before}
		if r.Closed.N > 0 {
			l.Days = &r.Days.N
		}
		return l
	}
	out := struct {
		Year   int    `json:"year"`
		Period string `json:"period,omitempty"` // of a part of the year: q1, 3
		Rows   []line `json:"rows"`
		Total  line   `json:"total"`
	}{Year: t.Period.From.Year(), Total: of(t.Total)}
	if part := t.Period.Values().Get("part"); part != "year" {
		out.Period = part
	}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, of(r))
	}
	return json.Marshal(out)
}
