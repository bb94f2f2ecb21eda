package registry

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
)

func bytesOf(b []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// all reads a whole sheet: cells apart by |, faults as their key.
func all(b []byte) (s *sheet, rows []string, err error) {
	if s, err = openSheet(bytesOf(b)); err != nil {
		return s, nil, err
	}
	for {
		r, err := s.read()
		if errors.Is(err, io.EOF) {
			return s, rows, s.close()
		}
		if err != nil {
			return s, rows, errors.Join(err, s.close())
		}
		if r.fault != nil {
			rows = append(rows, "!"+r.fault.Key)
			continue
		}
		rows = append(rows, strings.Join(r.cells, "|"))
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
		if s.Encoding != c.encoding || strings.Join(s.header, "|") != c.head || !slices.Equal(rows, c.rows) {
			t.Errorf("%s: %s %q %q", c.name, s.Encoding, s.header, rows)
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

func TestRows(t *testing.T) {
	header := []string{"申请（专利）号", "专利号", "名称", "专利权人", "法律状态", "申请日", "授权公告日", "终止日", "专利类型", "方法"}
	c := guess(header)
	if len(c) != 9 || c["number"] != 1 || c["patentees"] != 3 || c["granted_on"] != 6 {
		t.Fatalf("%v", c)
	}
	if err := c.check(header); err != nil {
		t.Error(err)
	}
	if e := errs.As(Columns{"number": 0, "title": 0}.check(header)); e == nil || len(e.Fields) != 2 {
		t.Error(e)
	}
	today := calendar.Date(2026, 11, 20)
	r := reader{columns: c, status: statusWords(), asOf: calendar.Date(2026, 11, 1), today: today}
	good := []string{"", "ZL 2015 2 0781728.2", "一种茶杯", "湖州茶具厂；张三", "专利权维持", "2015/10/9", "20160302", "", "实用新型", "否"}
	p, wrong, odd := r.patent(rowOf{line: 2, cells: good})
	want := Patent{Key: "201520781728", Number: "201520781728.2", Type: patent.UtilityModel, Title: "一种茶杯", Patentees: "湖州茶具厂\n张三", FiledOn: calendar.Date(2015, 10, 9),
		GrantedOn: calendar.Date(2016, 3, 2), Status: patent.GrantedValid, StatusAsOf: calendar.Date(2026, 11, 1)}
	if wrong != nil || odd || p != want {
		t.Errorf("%+v %+v", p, wrong)
	}
	for _, x := range []struct {
		at    int
		value string
		field string
		key   string
	}{
		{1, "", "number", "error.required"}, {1, "CN102345678A", "number", "register.row.number"}, {1, "203020781728.2", "number", "register.row.number"},
		{1, "ZL201520781728.2 等", "number", "register.row.number"}, {2, " ", "title", "error.required"}, {4, "失效", "status", "register.row.status"}, {4, "", "status", "register.row.status"},
		{5, "2015-13-01", "filed_on", "error.day"}, {5, "昨天", "filed_on", "error.day"}, {6, "2014-01-01", "granted_on", "register.row.granted"}, {7, "2014-01-01", "ended_on", "register.row.ended"},
		{8, "发明", "type", "register.row.type_differs"}, {8, "软件", "type", "register.row.type"}, {9, "也许", "method", "register.row.yes"}, {3, "\ufffd", "patentees", "register.row.characters"},
	} {
		cells := slices.Clone(good)
		cells[x.at] = x.value
		if _, wrong, _ := r.patent(rowOf{line: 7, cells: cells}); wrong == nil || wrong.Field != x.field || wrong.Key != x.key || wrong.Line != 7 {
			t.Errorf("%q: %+v", x.value, wrong)
		}
	}
	cells := slices.Clone(good)
	cells[1] = "201520781728.3"
	if _, wrong, odd := r.patent(rowOf{cells: cells}); wrong != nil || !odd {
		t.Error("a wrong check digit is told and does not block")
	}
	if _, wrong, _ := r.patent(rowOf{cells: good[:2]}); wrong == nil || wrong.Field != "title" {
		t.Error("a short row")
	}
	for s, want := range map[string]string{"42286": "2015-10-09", "2015年10月9日": "2015-10-09", "2015-10-09 00:00:00": "2015-10-09", "2015.10.09": "2015-10-09", "2015-02-30": "", "99": "", "20151009": "2015-10-09"} {
		if d, ok := dayOf(s); d.String() != want && ok || ok != (want != "") {
			t.Errorf("%s: %s %v", s, d, ok)
		}
	}
	for w, want := range map[string]patent.Status{"未缴年费终止": patent.LapsedFee, "LAPSED_FEE": patent.LapsedFee, "部分无效": patent.InvalidPart, "查无此号": patent.NotFound, "实质审查的生效": patent.PendingPublished} {
		if got := statusWords()[headWord(w)]; got != want {
			t.Errorf("%s: %s", w, got)
		}
	}
}
