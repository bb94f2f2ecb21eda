package report

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

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
}

// Rate is the share of the cases there were that was closed.
func (r StatutoryRow) Rate() Percent { return Share(r.Closed.N, r.Brought.N+r.Accepted.N) }

// Timely is the share of the closed cases with a statutory period that was closed within it.
func (r StatutoryRow) Timely() Percent { return Share(r.InTime.N, r.InTime.N+r.OverTime.N) }

// Off is how far the line is from adding up: brought forward and filed, less closed, is pending. Cases that were reopened within the period make it
// differ, since their earlier closing is no more.
func (r StatutoryRow) Off() int64 { return r.Brought.N + r.Accepted.N - r.Closed.N - r.Pending.N }

// Statutory counts the table. errs.Forbidden without statistics.view in the office.
func (f *Figures) Statutory(ctx context.Context, by access.Actor, p Period, office string) (*Statutory, error) {
	if err := f.guard.Allow(by, "statistics.view", office); err != nil {
		return nil, err
	}
	t := &Statutory{Period: p, Office: office, Total: StatutoryRow{}}
	for _, kind := range casework.Reported() {
		t.Rows = append(t.Rows, StatutoryRow{Kind: kind})
	}
	for _, col := range []struct {
		id string
		to func(*StatutoryRow) *Figure
	}{
		{CasesBrought, func(r *StatutoryRow) *Figure { return &r.Brought }}, {CasesFiled, func(r *StatutoryRow) *Figure { return &r.Accepted }},
		{CasesClosed, func(r *StatutoryRow) *Figure { return &r.Closed }}, {CasesPending, func(r *StatutoryRow) *Figure { return &r.Pending }},
		{CasesOverdue, func(r *StatutoryRow) *Figure { return &r.Overdue }}, {CasesInTime, func(r *StatutoryRow) *Figure { return &r.InTime }},
		{CasesOverTime, func(r *StatutoryRow) *Figure { return &r.OverTime }},
	} {
		counts, err := f.groups(ctx, by, col.id, In{Period: p, Office: office}, "cases.kind", "")
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
			if *col.to(r), err = f.link(by, col.id, In{Period: p, Office: office, Kind: r.Kind}, n[r.Kind]); err != nil {
				return nil, err
			}
		}
		if *col.to(&t.Total), err = f.link(by, col.id, In{Period: p, Office: office}, all); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Heads are the heads of the columns, the kind's first.
func (t *Statutory) Heads(p *i18n.Printer) []string {
	out := []string{p.T("report.kind")}
	for _, id := range []string{CasesBrought, CasesFiled, CasesClosed, CasesPending, CasesOverdue} {
		out = append(out, p.T("report.metric."+id))
	}
	return append(out, p.T("report.statutory.rate"), p.T("report.statutory.intime"))
}

// Figures are the figures of a line in the order of the heads.
func (r StatutoryRow) Figures() []Figure {
	return []Figure{r.Brought, r.Accepted, r.Closed, r.Pending, r.Overdue}
}

// XLSX writes the table as a workbook of one sheet, with the title, the period and the office above it.
func (t *Statutory) XLSX(p *i18n.Printer, office string) ([]byte, error) {
	x := excelize.NewFile()
	defer func() { _ = x.Close() }() // it has no file
	sheet := x.GetSheetName(0)
	name := p.T("report.statutory")
	if err := x.SetSheetName(sheet, name); err != nil {
		return nil, err
	}
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center", WrapText: true}})
	if err != nil {
		return nil, err
	}
	lines := [][]any{{name}, {p.T("report.statutory.of", office, t.Period.Name(p))}, {}}
	var heads []any
	for _, h := range t.Heads(p) {
		heads = append(heads, h)
	}
	lines = append(lines, heads)
	for _, r := range append(slices.Clone(t.Rows), t.Total) {
		line := []any{p.T("report.kind." + cmp.Or(r.Kind, "total"))}
		for _, f := range r.Figures() {
			if f.Hidden != "" {
				line = append(line, "–")
				continue
			}
			line = append(line, f.N)
		}
		lines = append(lines, append(line, r.Rate().Text(p), r.Timely().Text(p)))
	}
	lines = append(lines, []any{}, []any{p.T("report.statutory.rates")})
	for i, line := range lines {
		if err := x.SetSheetRow(name, "A"+strconv.Itoa(i+1), &line); err != nil {
			return nil, err
		}
	}
	for _, s := range [][2]string{{"A1", "A1"}, {"A4", "H4"}} {
		if err := x.SetCellStyle(name, s[0], s[1], bold); err != nil {
			return nil, err
		}
	}
	if err := x.SetColWidth(name, "A", "A", 28); err != nil {
		return nil, err
	}
	if err := x.SetColWidth(name, "B", "H", 14); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = x.Write(&out)
	return out.Bytes(), err
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
	}
	of := func(r StatutoryRow) line { return line{r.Kind, r.Brought, r.Accepted, r.Closed, r.Pending, r.Overdue} }
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
