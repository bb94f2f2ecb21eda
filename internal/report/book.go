package report

import (
	"bytes"
	"strconv"

	"github.com/xuri/excelize/v2"

	"huzhi/internal/i18n"
)

// book is a workbook that is being written: sheets of lines. Numbers stand in it as numbers, shares as numbers shown in percent, texts as texts: none starts a formula.
type book struct {
	x                   *excelize.File
	bold, percent, wrap int
	sheets              int
	err                 error
}

func newBook() (*book, error) {
	b := &book{x: excelize.NewFile()}
	for _, s := range []struct {
		to    *int
		style excelize.Style
	}{
		{&b.bold, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}},
		{&b.percent, excelize.Style{NumFmt: 10}}, // 0.00%
		{&b.wrap, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
	} {
		style := s.style
		if *s.to, b.err = b.x.NewStyle(&style); b.err != nil {
			return nil, b.err
		}
	}
	return b, nil
}

// sheet begins a sheet.
func (b *book) sheet(name string) string {
	name = sheetName(name)
	if b.err == nil && b.sheets == 0 {
		b.err = b.x.SetSheetName(b.x.GetSheetName(0), name)
	} else if b.err == nil {
		_, b.err = b.x.NewSheet(name)
	}
	b.sheets++
	return name
}

// sheetName is a name that a workbook allows: at most 31 characters, without those of paths and formulas.
func sheetName(name string) string {
	var out []rune
	for _, r := range name {
		if !bytes.ContainsRune([]byte(`:\/?*[]`), r) && len(out) < 31 {
			out = append(out, r)
		}
	}
	return string(out)
}

// lines writes lines from a row on, and gives the row after them; what is a Percent is a number shown in percent, a Figure its number.
func (b *book) lines(sheet string, row int, lines ...[]any) int {
	for _, line := range lines {
		for i, v := range line {
			if b.err != nil {
				return row
			}
			cell, err := excelize.CoordinatesToCellName(i+1, row)
			if b.err = err; err != nil {
				return row
			}
			switch v := v.(type) {
			case Percent:
				if !v.Known {
					b.err = b.x.SetCellStr(sheet, cell, "–")
				} else if b.err = b.x.SetCellFloat(sheet, cell, float64(v.Hundredths)/10000, 4, 64); b.err == nil {
					b.err = b.x.SetCellStyle(sheet, cell, cell, b.percent)
				}
			case Figure:
				if v.Hidden != "" {
					b.err = b.x.SetCellStr(sheet, cell, "–")
				} else {
					b.err = b.x.SetCellInt(sheet, cell, v.N)
				}
			case string:
				b.err = b.x.SetCellStr(sheet, cell, v)
			default:
				b.err = b.x.SetCellValue(sheet, cell, v)
			}
		}
		row++
	}
	return row
}

// heads writes a line of heads.
func (b *book) heads(sheet string, row int, heads []string) int {
	line := make([]any, len(heads))
	for i, h := range heads {
		line[i] = h
	}
	next := b.lines(sheet, row, line)
	if b.err == nil && len(heads) > 0 {
		last, err := excelize.ColumnNumberToName(len(heads))
		if b.err = err; err == nil {
			b.err = b.x.SetCellStyle(sheet, "A"+strconv.Itoa(row), last+strconv.Itoa(row), b.bold)
		}
	}
	return next
}

// width sets how wide the first column and the others are.
func (b *book) width(sheet string, first, others float64) {
	if b.err == nil {
		b.err = b.x.SetColWidth(sheet, "A", "A", first)
	}
	if b.err == nil {
		b.err = b.x.SetColWidth(sheet, "B", "AZ", others)
	}
}

// bytes is the workbook as a file.
func (b *book) bytes() ([]byte, error) {
	defer func() { _ = b.x.Close() }() // it has no file
	if b.err != nil {
		return nil, b.err
	}
	var out bytes.Buffer
	err := b.x.Write(&out)
	return out.Bytes(), err
}

// XLSX is the report as a workbook: its text, the cases by kind and county, and the months.
func (a *Annual) XLSX(p *i18n.Printer) ([]byte, error) {
	b, err := newBook()
	if err != nil {
		return nil, err
	}
	text := b.sheet(p.T("report.annual.sheet"))
	row := b.heads(text, 1, []string{a.Title(p)})
	for _, g := range a.Text(p) {
		row = b.lines(text, row, []any{g.String()})
	}
	b.width(text, 120, 14)
	if b.err == nil {
		b.err = b.x.SetCellStyle(text, "A2", "A"+strconv.Itoa(row), b.wrap)
	}
	b.kinds(p, p.T("report.table"), a.Table, func(code string) string { return PlaceName(p, a.regions, code) })
	months := b.sheet(p.T("report.annual.sheet.months"))
	row = b.heads(months, 1, []string{p.T("report.chart.month"), p.T("report.chart.filed"), p.T("report.chart.closed")})
	for _, m := range a.Months {
		row = b.lines(months, row, []any{m.Month, m.Filed, m.Closed})
	}
	b.lines(months, row, []any{p.T("report.kind.total"), a.Cases.Total, a.Closing.Closed})
	b.width(months, 16, 14)
	return b.bytes()
}

// kinds writes a table of kinds and places.
func (b *book) kinds(p *i18n.Printer, name string, t *Table, place func(string) string) {
	sheet := b.sheet(name)
	heads := []string{p.T("report.kind")}
	for _, code := range t.Places {
		heads = append(heads, place(code))
	}
	row := b.heads(sheet, 1, append(heads, p.T("report.table.sum"), p.T("report.table.before"), p.T("report.table.growth")))
	for _, r := range append(append([]Row{}, t.Rows...), t.Total) {
		line := []any{p.T(kindSentence(r.Kind))}
		for _, c := range r.Cells {
			line = append(line, c)
		}
		row = b.lines(sheet, row, append(line, r.Sum, r.Before, r.Growth))
	}
	b.width(sheet, 28, 14)
}

// kindSentence is the name of a kind, or of all.
func kindSentence(kind string) string {
	if kind == "" {
		return "report.kind.total"
	}
	return "report.kind." + kind
}
