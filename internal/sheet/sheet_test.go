package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huzhi/internal/errs"
)

func bytesOf(b []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// all reads a whole sheet: cells apart by |, faults as their key.
func all(b []byte) (s *Sheet, rows []string, err error) {
	if s, err = Open(bytesOf(b), 5_000_000); err != nil {
		return s, nil, err
	}
	for {
		r, err := s.Read()
		if errors.Is(err, io.EOF) {
			return s, rows, s.Close()
		}
		if err != nil {
			return s, rows, errors.Join(err, s.Close())
		}
		if r.Fault != nil {
			rows = append(rows, "!"+r.Fault.Key)
			continue
		}
		rows = append(rows, strings.Join(r.Cells, "|"))
	}
}

func TestSheets(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("专利号,名称\n1,䶮茶杯\n"))
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	_ = book.SetSheetRow("Sheet1", "A1", &[]any{"专利号", "申请日"})
	_ = book.SetSheetRow("Sheet1", "A2", &[]any{"ZL201520781728.2", 42286})
	var x bytes.Buffer
	if err := book.Write(&x); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, encoding string
		file           []byte
		head           string
		rows           []string
	}{
		{"utf-8", UTF8, []byte("专利号,名称\n1,茶杯\n"), "专利号|名称", []string{"1|茶杯"}},
		{"with a mark", UTF8, []byte("\ufeff专利号,名称\r\n1,茶杯\r\n"), "专利号|名称", []string{"1|茶杯"}},
		{"gb 18030", GB18030, gb, "专利号|名称", []string{"1|䶮茶杯"}},
		{"tabs", UTF8, []byte("a\tb\n1,5\t2\n"), "a|b", []string{"1,5|2"}},
		{"quotes and a line in a cell", UTF8, []byte("a,b\n\"1\n2\",\"x\"\"y\"\n\n\n3,4"), "a|b", []string{"1\n2|x\"y", "3|4"}},
		{"bad quotes spoil one row", UTF8, []byte("a,b\nx\"y,2\n3,4\n"), "a|b", []string{"!register.row.quotes", "3|4"}},
		{"excel", Excel, x.Bytes(), "专利号|申请日", []string{"ZL201520781728.2|42286"}},
	} {
		s, rows, err := all(c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if s.Encoding != c.encoding || strings.Join(s.Header, "|") != c.head || !slices.Equal(rows, c.rows) {
			t.Errorf("%s: %s %q %q", c.name, s.Encoding, s.Header, rows)
		}
	}
	long := "a,b\n\"" + strings.Repeat("x,\n", mostRecord)
	for name, c := range map[string]struct {
		file []byte
		key  string
	}{
		"empty":                      {nil, "register.file.empty"},
		"blank":                      {[]byte("\n\n  \n"), "register.file.empty"},
		"binary":                     {[]byte("a,b\n\x00\x01"), "register.file.binary"},
		"utf-16":                     {[]byte("\xff\xfea\x00"), "register.file.utf16"},
		"old excel":                  {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "register.file.old_excel"},
		"a zip that is no sheet":     {[]byte("PK\x03\x04junk"), "register.file.excel"},
		"a quotation mark left open": {[]byte(long), "register.file.long"},
		"an encoding that changes":   {append([]byte("名称,专利号\n"+strings.Repeat("茶杯,1\n", 20)), 0xb2, 0xe8, '\n'), "register.file.mixed"},
		"too many columns":           {[]byte(strings.Repeat("a,", 200) + "\n"), "register.file.columns"},
	} {
		_, _, err := all(c.file)
		if e := errs.As(err); e == nil || e.Code != errs.Invalid || e.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestTooManyRowsOfASheet(t *testing.T) {
	for more, want := range []string{"", "register.file.excel_rows"} { // the most that is taken, beside the heads; and one more
		book := excelize.NewFile()
		w, err := book.NewStreamWriter("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i <= 1+MostExcelRows+more; i++ {
			cell, _ := excelize.CoordinatesToCellName(1, i)
			if err := w.SetRow(cell, []any{"x"}); err != nil {
				t.Fatal(err)
			}
		}
		var x bytes.Buffer
		if err := errors.Join(w.Flush(), book.Write(&x)); err != nil {
			t.Fatal(err)
		}
		_, rows, err := all(x.Bytes())
		key := ""
		if e := errs.As(err); e != nil {
			key = e.Key
		}
		if key != want || len(rows) != MostExcelRows {
			t.Errorf("%d more: %d rows, %v", more, len(rows), err)
		}
	}
}

func TestWords(t *testing.T) {
	for s, want := range map[string]string{"42286": "2015-10-09", "2015年10月9日": "2015-10-09", "2015-10-09 00:00:00": "2015-10-09", "2015.10.09": "2015-10-09", "2015-02-30": "", "99": "", "20151009": "2015-10-09"} {
		if d, ok := Day(s); d.String() != want && ok || ok != (want != "") {
			t.Errorf("%s: %s %v", s, d, ok)
		}
	}
}

// TestCSV: the mark of UTF-8, lines as RFC 4180 has them, and no text that begins a formula; a number below nought is one.
func TestCSV(t *testing.T) {
	var b strings.Builder
	rows := Rows([][]any{{"=1+1", -5}, {"@x", "a\"b,c"}, {"+8613800138000", "-"}})
	if err := WriteCSV(&b, []Head{{Label: "甲"}, {Label: "乙"}}, rows); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeff甲,乙\r\n'=1+1,-5\r\n'@x,\"a\"\"b,c\"\r\n'+8613800138000,'-\r\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
