package report

import (
	"context"
	"fmt"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/i18n"
)

// FrozenAnnual is the report of a frozen year: every figure as it was frozen, and leading to the frozen matters.
func (f *Figures) FrozenAnnual(ctx context.Context, z *Frozen) (*Annual, error) {
	a, err := f.blank(ctx, z.Period(), z.ToOn.AddDays(1))
	if err != nil {
		return nil, err
	}
	a.Office, a.Offices = z.Jurisdiction, []string{z.Jurisdiction}
	if a.Table, err = f.FrozenTable(z); err != nil {
		return nil, err
	}
	a.fromTable()
	for _, x := range a.counted() {
		figure := z.Figure(x.id)
		if figure == nil {
			return nil, BadKey(x.id)
		}
		*x.to = Figure{N: figure.N, Href: FrozenPath(z.ID) + "/" + x.id}
	}
	calls, err := z.linesOf(CallsAll)
	if err != nil {
		return nil, err
	}
	a.Aid.Hotlines = calls.lineOffices()
	if err := a.frozenMonths(z); err != nil {
		return nil, err
	}
	return a, f.finish(ctx, a)
}

func (z *Frozen) linesOf(key string) (Lines, error) {
	x := z.Figure(key)
	if x == nil {
		return nil, BadKey(key)
	}
	return x.Lines()
}

// frozenMonths are the months of a frozen year; their figures lead to all of the year's.
func (a *Annual) frozenMonths(z *Frozen) error {
	filed, err := z.linesOf(CasesFiled)
	if err != nil {
		return err
	}
	closed, err := z.linesOf(CasesClosed)
	if err != nil {
		return err
	}
	_, parts := a.Period.split()
	for _, p := range parts {
		m := AnnualMonth{Month: p.From.String()[:7]}
		for _, l := range filed {
			if strings.HasPrefix(l.Filed, m.Month) {
				m.Filed.N++
			}
		}
		for _, l := range closed {
			if strings.HasPrefix(l.Closed, m.Month) {
				m.Closed.N++
			}
		}
		m.Filed.Href, m.Closed.Href = FrozenPath(z.ID)+"/"+CasesFiled, FrozenPath(z.ID)+"/"+CasesClosed
		a.Months = append(a.Months, m)
	}
	return nil
}

// Draft is the report's text as a person edits it: paragraphs parted by an empty line, and {keys} where the figures stand.
func (a *Annual) Draft(p *i18n.Printer) string {
	var out []string
	for _, g := range a.Text(p) {
		if g.Note {
			continue
		}
		var b strings.Builder
		for _, s := range g.Spans {
			if s.Key != "" {
				b.WriteString("{" + s.Key + "}")
			} else {
				b.WriteString(s.Text)
			}
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "\n\n")
}

// Fill puts the figures into an edited text. unknown are the keys that name none.
func Fill(text string, values []Span) (out []Paragraph, unknown []string) {
	by := map[string]Span{}
	for _, v := range values {
		by[v.Key] = v
	}
	for _, par := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if par = strings.TrimSpace(par); par == "" {
			continue
		}
		var g Paragraph
		for {
			before, rest, ok := strings.Cut(par, "{")
			g.add(Span{Text: before})
			if !ok {
				break
			}
			key, after, closed := strings.Cut(rest, "}")
			v, known := by[key]
			switch {
			case !closed:
				unknown, par = append(unknown, rest), ""
				g.add(Span{Text: "{" + rest})
			case !known:
				unknown, par = append(unknown, key), after
				g.add(Span{Text: "{" + key + "}"})
			default:
				par = after
				g.add(v)
			}
		}
		out = append(out, g)
	}
	return out, unknown
}

// Unlinked are the numbers of a text that are written by hand and no figure stands behind: an editor is told of them.
func Unlinked(text string, values []Span) (out []string) {
	filled, _ := Fill(text, values)
	for _, g := range filled {
		for _, s := range g.Spans {
			if s.Key != "" {
				continue
			}
			for _, word := range strings.FieldsFunc(s.Text, func(r rune) bool { return (r < '0' || r > '9') && r != ',' && r != '.' && r != '%' }) {
				if word = strings.Trim(word, ",."); strings.ContainsAny(word, "0123456789") {
					out = append(out, word)
				}
			}
		}
	}
	return out
}

// textFaults are what keeps a text from being issued.
func textFaults(bad *errs.Faults, field, text string, values []Span) {
	bad.Require(field, text)
	bad.Limit(field, text, maxReport)
	if _, unknown := Fill(text, values); len(unknown) > 0 {
		bad.Add(field, "yearbook.bad.key", strings.Join(unknown, ", "))
	}
}

// maxReport is the longest text of a report, in characters.
const maxReport = 30000

// KeyName is what a key of a report's values is in words.
func (a *Annual) KeyName(p *i18n.Printer, key string) string {
	if place, ok := strings.CutPrefix(key, "place."); ok {
		return p.T("yearbook.key.place", PlaceName(p, a.regions, place))
	}
	for _, s := range a.Standings {
		if key == "standing."+s.ID {
			return p.T("yearbook.key.standing", s.Name)
		}
		if key == "standing."+s.ID+".of" {
			return p.T("yearbook.key.standing.of", s.Name)
		}
	}
	return p.T("yearbook.key." + key)
}

// publicTable is the table of a report for the public: the cases by kind and county, and the calls, of which small cells are not told.
func (a *Annual) publicTable(p *i18n.Printer, z *Frozen, below int64) (heads []string, rows [][]string, err error) {
	heads = []string{p.T("report.kind")}
	for _, place := range a.Table.Places {
		heads = append(heads, PlaceName(p, a.regions, place))
	}
	heads = append(heads, p.T("report.table.sum"))
	for _, r := range append(append([]Row{}, a.Table.Rows...), a.Table.Total) {
		key := "report.kind.total"
		if r.Kind != "" {
			key = "report.kind." + r.Kind
		}
		row := []string{p.T(key)}
		for _, c := range r.Cells {
			row = append(row, p.Count(c.N))
		}
		rows = append(rows, append(row, p.Count(r.Sum.N)))
	}
	var cells [][]int64
	ids := []string{CallsConsult, CallsReports, CallsComplaint, CallsAid}
	for _, id := range ids {
		lines, err := z.linesOf(id)
		if err != nil {
			return nil, nil, err
		}
		var row []int64
		for _, place := range a.Table.Places {
			row = append(row, int64(len(lines.Where("", place))))
		}
		cells = append(cells, append(row, int64(len(lines))))
	}
	hidden := Suppress(cells, below)
	for i, id := range ids {
		row := []string{p.T("report.metric." + id)}
		for j, n := range cells[i] {
			text := p.Count(n)
			switch {
			case hidden[i][j] && n < below:
				text = fmt.Sprintf("<%d", below)
			case hidden[i][j]:
				text = "…"
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	return heads, rows, nil
}

// Suppress says which cells of a table of people must not be told to the public: those from 1 to below-1, and, where a line then has a single one, which its sum
// would give away, the next smallest of the line as well. The last of each line is its sum; it is told, unless it is itself small. 0 and 1 suppress nothing.
func Suppress(cells [][]int64, below int64) [][]bool {
	out := make([][]bool, len(cells))
	for i, row := range cells {
		out[i] = make([]bool, len(row))
		hidden, last := 0, len(row)-1
		for j, n := range row {
			if n > 0 && n < below {
				out[i][j] = true
				if j < last {
					hidden++
				}
			}
		}
		// What no column holds (a place elsewhere) can not hide a cell: the sum less the told cells is the hidden one.
		for hidden == 1 && !out[i][last] {
			next := -1
			for j := range last {
				if !out[i][j] && row[j] > 0 && (next < 0 || row[j] < row[next]) {
					next = j
				}
			}
			if next < 0 {
				out[i][last] = true
				break
			}
			out[i][next], hidden = true, hidden+1
		}
	}
	return out
}
