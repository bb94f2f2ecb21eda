package report

import (
	"context"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/i18n"
)

// Ministry is what the ministry's statistics ask for of a period and an office: the table of cases, how they were closed, and the cases filed by kind, county
// and month. Every line adds up, and so does every column.
type Ministry struct {
	*Statutory
	Forms  Grid   // closed, by the form of closing: a line a kind
	Months []Grid // filed, a grid a kind, the last of all: a line a month, a column a county
	Table  *Table
}

// Grid is a table of figures whose lines and columns add up: the last figure of each line is its sum, and the last line that of the lines.
type Grid struct {
	Kind  string   // of case; "" is all
	Cols  []string // outcomes, or places
	Lines []GridLine
}

// GridLine is a line of a Grid.
type GridLine struct {
	Name  string // a kind or a month; "" is the sum
	Cells []Figure
}

// Turned is the grid with its lines as columns, the sums last in both.
func (g Grid) Turned() Grid {
	out := Grid{Kind: g.Kind}
	for _, name := range append(slices.Clone(g.Cols), "") {
		out.Lines = append(out.Lines, GridLine{Name: name})
	}
	for _, l := range g.Lines {
		if l.Name != "" {
			out.Cols = append(out.Cols, l.Name)
		}
		for i, f := range l.Cells {
			out.Lines[i].Cells = append(out.Lines[i].Cells, f)
		}
	}
	return out
}

// Off names the first line or column that does not add up, "" where all do.
func (g Grid) Off() string {
	var sums []int64
	for i, l := range g.Lines {
		n, last := int64(0), len(l.Cells)-1
		for j, c := range l.Cells {
			if len(sums) <= j {
				sums = append(sums, 0)
			}
			if j < last {
				n += c.N
			}
			if i < len(g.Lines)-1 {
				sums[j] += c.N
			} else if sums[j] != c.N {
				return "column " + slices.Concat(g.Cols, []string{"sum"})[j]
			}
		}
		if n != l.Cells[last].N {
			return "line " + l.Name
		}
	}
	return ""
}

// Ministry counts the tables. errs.Forbidden without statistics.view in the office.
func (f *Figures) Ministry(ctx context.Context, by access.Actor, p Period, office string) (*Ministry, error) {
	t, err := f.Statutory(ctx, by, p, office)
	if err != nil {
		return nil, err
	}
	m := &Ministry{Statutory: t}
	if m.Table, err = f.Table(ctx, by, p, office); err != nil {
		return nil, err
	}
	if m.Forms, err = f.forms(ctx, by, p, office); err != nil {
		return nil, err
	}
	all := Grid{Cols: m.Table.Places}
	for _, kind := range casework.Reported() {
		g, err := f.countyMonths(ctx, by, In{Period: p, Office: office, Kind: kind}, m.Table.Places)
		if err != nil {
			return nil, err
		}
		m.Months = append(m.Months, g)
		for i, l := range g.Lines {
			if len(all.Lines) <= i {
				all.Lines = append(all.Lines, GridLine{Name: l.Name, Cells: make([]Figure, len(l.Cells))})
			}
			for j, c := range l.Cells {
				all.Lines[i].Cells[j].N += c.N
				all.Lines[i].Cells[j].Hidden = c.Hidden
			}
		}
	}
	m.Months = append(m.Months, all)
	return m, nil
}

// forms are the closed cases by kind and outcome; the outcomes are those that there are, the most frequent first.
func (f *Figures) forms(ctx context.Context, by access.Actor, p Period, office string) (g Grid, err error) {
	cells, err := f.groups(ctx, by, CasesClosed, In{Period: p, Office: office}, "cases.kind", "cases.outcome")
	if err != nil {
		return g, err
	}
	n := map[string]int64{}
	for _, c := range cells {
		if n[c.B] == 0 {
			g.Cols = append(g.Cols, c.B)
		}
		n[c.B] += c.N
	}
	slices.SortFunc(g.Cols, func(a, b string) int {
		if n[a] != n[b] {
			return int(n[b] - n[a])
		}
		if a < b {
			return -1
		}
		return 1
	})
	for _, kind := range append(casework.Reported(), "") {
		line, sum := GridLine{Name: kind}, int64(0)
		for _, outcome := range append(slices.Clone(g.Cols), "") {
			i, last := int64(0), len(line.Cells) == len(g.Cols)
			for _, c := range cells {
				if (kind == "" || c.A == kind) && c.B == outcome {
					i += c.N
				}
			}
			if last {
				i = sum
			}
			sum += i
			filter := In{Period: p, Office: office, Kind: kind}.where()
			filter.ClosedFrom, filter.ClosedTo, filter.Outcome = p.From, p.To, outcome
			fig := f.figure(by, cases(filter, f.today()), i)
			if outcome == "" && !last {
				fig.Href = "" // no list has a filter for what is not written down
			}
			line.Cells = append(line.Cells, fig)
		}
		g.Lines = append(g.Lines, line)
	}
	return g, nil
}

// countyMonths are the cases of a kind filed in each month (or year, in a long period) in each place.
func (f *Figures) countyMonths(ctx context.Context, by access.Actor, in In, places []string) (g Grid, err error) {
	width, parts := in.Period.split()
	cut := "substr(cases.filed_on, 1, 7)"
	if width == 4 {
		cut = "substr(cases.filed_on, 1, 4)"
	}
	cells, err := f.groups(ctx, by, CasesFiled, in, "cases.place", cut)
	if err != nil {
		return g, err
	}
	g.Kind, g.Cols = in.Kind, places
	sums := make([]int64, len(places)+1)
	line := func(name string, p Period, n []int64) error {
		l := GridLine{Name: name}
		for i, x := range n {
			at := In{Period: p, Office: in.Office, Kind: in.Kind}
			if i < len(places) {
				at.At = places[i]
			}
			fig, err := f.link(by, CasesFiled, at, x)
			if err != nil {
				return err
			}
			l.Cells = append(l.Cells, fig)
		}
		g.Lines = append(g.Lines, l)
		return nil
	}
	for _, part := range parts {
		n := make([]int64, len(places)+1)
		for _, c := range cells {
			if at := slices.Index(places, c.A); at >= 0 && c.B == part.From.String()[:width] {
				n[at] += c.N
				n[len(places)] += c.N
			}
		}
		for i := range n {
			sums[i] += n[i]
		}
		if err := line(part.From.String()[:width], part, n); err != nil {
			return g, err
		}
	}
	return g, line("", in.Period, sums)
}

// XLSX is the tables as a workbook: figures and shares are numbers.
func (m *Ministry) XLSX(p *i18n.Printer, office string, place func(string) string) ([]byte, error) {
	b, err := newBook()
	if err != nil {
		return nil, err
	}
	m.Statutory.write(b, p, office)
	name := p.T("report.ministry.forms")
	sheet := b.sheet(name)
	heads := []string{p.T("report.kind")}
	for _, c := range m.Forms.Cols {
		heads = append(heads, OutcomeName(p, c))
	}
	row := b.heads(sheet, 1, append(heads, p.T("report.table.sum")))
	for _, l := range m.Forms.Lines {
		row = b.lines(sheet, row, append([]any{p.T(kindSentence(l.Name))}, anyOf(l.Cells)...))
	}
	b.width(sheet, 28, 16)
	b.kinds(p, p.T("report.table"), m.Table, place)
	sheet = b.sheet(p.T("report.ministry.months"))
	heads = []string{p.T("report.kind"), p.T("report.chart.month")}
	for _, c := range m.Table.Places {
		heads = append(heads, place(c))
	}
	row = b.heads(sheet, 1, append(heads, p.T("report.table.sum")))
	for _, g := range m.Months {
		for _, l := range g.Lines {
			month := l.Name
			if month == "" {
				month = p.T("report.table.sum")
			}
			row = b.lines(sheet, row, append([]any{p.T(kindSentence(g.Kind)), month}, anyOf(l.Cells)...))
		}
	}
	b.width(sheet, 28, 14)
	return b.bytes()
}

func anyOf(figs []Figure) (out []any) {
	for _, f := range figs {
		out = append(out, f)
	}
	return out
}

// OutcomeName is the form of closing in words.
func OutcomeName(p *i18n.Printer, outcome string) string {
	if outcome == "" {
		return p.T("report.ministry.none")
	}
	return p.Or("choice.outcome."+outcome, outcome)
}
