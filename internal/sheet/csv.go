package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// WriteCSV writes what Write writes as comma-separated values (RFC 4180), with the mark by which spreadsheets know UTF-8. A text that a spreadsheet would take for a
// formula gets an apostrophe before it.
func WriteCSV(w io.Writer, heads []Head, next func() (cells []any, more bool, err error)) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	var line []string
	for _, h := range heads {
		line = append(line, h.Label)
	}
	for {
		if err := out.Write(line); err != nil {
			return err
		}
		cells, more, err := next()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		line = line[:0]
		for _, c := range cells {
			text, ok := c.(string)
			if !ok {
				text = fmt.Sprint(c) // a number, also one below nought
			} else if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
				text = "'" + text
			}
			line = append(line, text)
		}
	}
	out.Flush()
	return out.Error()
}
