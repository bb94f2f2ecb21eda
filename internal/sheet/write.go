package sheet

import (
	"io"
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
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, Cut(name, 31))
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
