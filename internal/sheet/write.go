package sheet

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Head is a column of a workbook that is written: its head and how wide it is, in characters.
type Head struct {
	Label string
	Wide  float64
}

// Write writes a workbook of one sheet with a head. A text is always written as a text: what begins like a formula is none, and stays none when the cell is
// edited. Numbers are int, int64 and float64; rows are asked for until next says there are no more.
func Write(w io.Writer, name string, heads []Head, next func() (cells []any, more bool, err error)) (err error) {
	x := excelize.NewFile()
	defer func() { _ = x.Close() }() // it has no file
	name = tab(name)
	if err := x.SetSheetName(x.GetSheetName(0), name); err != nil {
		return err
	}
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return err
	}
	text, err := x.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top"}}) // as text: an item number keeps its digits, a sign stays a sign
	if err != nil {
		return err
	}
	s, err := x.NewStreamWriter(name)
	if err != nil {
		return err
	}
	line := make([]any, len(heads))
	for i, h := range heads {
		if err := s.SetColWidth(i+1, i+1, h.Wide); err != nil {
			return err
		}
		line[i] = excelize.Cell{Value: h.Label, StyleID: bold}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for row := 1; ; row++ {
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, line); err != nil {
			return err
		}
		cells, more, err := next()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		line = make([]any, len(cells))
		for i, c := range cells {
			if t, ok := c.(string); ok {
				c = excelize.Cell{Value: clean(t), StyleID: text}
			}
			line[i] = c
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return x.Write(w)
}

// tab is a name as the tab of a sheet may have it.
func tab(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, Cut(name, 31))
}

// Page is a sheet of a workbook: some lines of text, a head, and rows of texts and numbers.
type Page struct {
	Name  string // no two of a workbook may be called the same
	Above []string
	Heads []string
	Rows  [][]any
}

// WriteBook writes a workbook of small sheets. Texts are written as texts, as Write does.
func WriteBook(w io.Writer, pages []Page) error {
	x := excelize.NewFile()
	defer func() { _ = x.Close() }() // it has no file
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return err
	}
	first := x.GetSheetName(0)
	for i, p := range pages {
		name := tab(p.Name)
		if i == 0 {
			err = x.SetSheetName(first, name)
		} else {
			_, err = x.NewSheet(name)
		}
		if err != nil {
			return err
		}
		var lines [][]any
		for _, l := range p.Above {
			lines = append(lines, []any{l})
		}
		heads := []any{}
		for _, h := range p.Heads {
			heads = append(heads, h)
		}
		lines = append(append(lines, heads), p.Rows...)
		for n, line := range lines {
			for m, v := range line {
				if t, ok := v.(string); ok {
					line[m] = clean(t)
				}
			}
			if err := x.SetSheetRow(name, "A"+strconv.Itoa(n+1), &line); err != nil {
				return err
			}
		}
		if err := x.SetRowStyle(name, len(p.Above)+1, len(p.Above)+1, bold); err != nil {
			return err
		}
		last, err := excelize.ColumnNumberToName(max(2, len(p.Heads)))
		if err != nil {
			return err
		}
		if err := errors.Join(x.SetColWidth(name, "A", "A", 26), x.SetColWidth(name, "B", last, 13)); err != nil {
			return err
		}
	}
	return x.Write(w)
}

// clean is a text without what no cell may hold.
func clean(s string) string {
	return Cut(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")), 32_000)
}

// Rows gives rows that are there already to Write.
func Rows(rows [][]any) func() ([]any, bool, error) {
	i := -1
	return func() ([]any, bool, error) {
		i++
		if i >= len(rows) {
			return nil, false, nil
		}
		return rows[i], true, nil
	}
}
