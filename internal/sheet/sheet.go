// Package sheet reads tables that people bring (CSV in UTF-8 or GB 18030, XLSX) row by row, and finds out which column is which field.
//
// A file is opened by what it is, not by its name. What is no table, is too large or mixes encodings is refused with a sentence; what is wrong with one
// row spoils that row only. Formulas are never evaluated: of a workbook the values that were saved are read.
package sheet

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"huzhi/internal/errs"
)

// The encodings of a file.
const (
	UTF8    = "utf-8"
	GB18030 = "gb18030"
	Excel   = "xlsx"
)

// What a file may be at most.
const (
	MostExcelRows = 200_000 // of any workbook
	MostColumns   = 100
	mostRecord    = 256 << 10 // bytes of one row
	mostUnzipped  = 1 << 30   // of an XLSX file
)

// Sheet is a file being read row by row. The first row is the heads.
type Sheet struct {
	Encoding string
	Header   []string
	next     func() ([]string, error)
	close    func() error
	line     int64
	most     int64
}

// Close gives the file back.
func (s *Sheet) Close() error { return s.close() }

// Row is a row of the file: its number as a person counts (the heads are 1), its cells, and what is wrong with it as such.
type Row struct {
	Line  int64
	Cells []string
	Fault *errs.Message
}

// Open opens a file by what it is, not by its name: open gives a new reader of the same bytes, most is how many rows it may have. Invalid with a
// sentence where it is no table that can be read.
func Open(open func() (io.ReadCloser, error), most int64) (*Sheet, error) {
	head := make([]byte, 8)
	r, err := open()
	if err != nil {
		return nil, err
	}
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, r.Close())
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return openExcel(open, most)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, errs.New(errs.Invalid, "register.file.old_excel")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, errs.New(errs.Invalid, "register.file.utf16")
	}
	return openCSV(open, most)
}

// surelyUTF8 is after how many characters of several bytes a file is UTF-8: bytes of GB 18030 look like so many in a row to nobody.
const surelyUTF8 = 16

// look reads the whole file once: whether it is UTF-8, and whether it is text at all.
func look(open func() (io.ReadCloser, error)) (encoding string, comma rune, err error) {
	r, err := open()
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	encoding, comma = UTF8, ','
	buf, keep, first, wide, line := make([]byte, 64<<10), 0, true, 0, int64(1)
	for {
		n, err := r.Read(buf[keep:])
		b := buf[:keep+n]
		if bytes.IndexByte(b, 0) >= 0 {
			return "", 0, errs.New(errs.Invalid, "register.file.binary")
		}
		if first && n > 0 {
			line, _, _ := bytes.Cut(b, []byte("\n"))
			most := 0
			for _, c := range ",\t;" {
				if k := bytes.Count(line, []byte(string(c))); k > most {
					most, comma = k, c
				}
			}
			first = false
		}
		done := errors.Is(err, io.EOF)
		if err != nil && !done {
			return "", 0, err
		}
		if encoding == UTF8 {
			for len(b) > 0 && (done || len(b) >= utf8.UTFMax) {
				if b[0] < utf8.RuneSelf {
					if b[0] == '\n' {
						line++
					}
					b = b[1:]
					continue
				}
				c, size := utf8.DecodeRune(b)
				if c == utf8.RuneError && size == 1 {
					if wide >= surelyUTF8 {
						return "", 0, errs.New(errs.Invalid, "register.file.mixed", line)
					}
					encoding = GB18030
					break
				}
				wide++
				b = b[size:]
			}
		}
		if done {
			return encoding, comma, nil
		}
		keep = 0
		if encoding == UTF8 {
			keep = copy(buf, b)
		}
	}
}

// tight is a reader that gives up where one row is longer than any row can be: an open quotation mark would take in the whole file.
type tight struct {
	r    io.Reader
	left int
}

var errLong = errors.New("row too long")

func (t *tight) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, errLong
	}
	n, err := t.r.Read(p[:min(len(p), t.left)])
	t.left -= n
	return n, err
}

func openCSV(open func() (io.ReadCloser, error), most int64) (*Sheet, error) {
	encoding, comma, err := look(open)
	if err != nil {
		return nil, err
	}
	f, err := open()
	if err != nil {
		return nil, err
	}
	var r io.Reader = f
	if encoding == GB18030 {
		r = transform.NewReader(f, simplifiedchinese.GB18030.NewDecoder())
	}
	t := &tight{r: r, left: mostRecord}
	c := csv.NewReader(t)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord, c.LazyQuotes = comma, -1, true, false
	s := &Sheet{Encoding: encoding, most: most, close: f.Close}
	s.next = func() ([]string, error) {
		t.left = mostRecord
		return c.Read()
	}
	return s, s.heads()
}

// excelRows reads the first sheet of a workbook.
func openExcel(open func() (io.ReadCloser, error), most int64) (_ *Sheet, err error) {
	f, err := open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tmp, err := os.MkdirTemp("", "huzhi-xlsx-")
	if err != nil {
		return nil, err
	}
	drop := func() error { return os.RemoveAll(tmp) }
	book, err := excelize.OpenReader(f, excelize.Options{UnzipSizeLimit: mostUnzipped, UnzipXMLSizeLimit: 8 << 20, RawCellValue: true, TmpDir: tmp})
	if err != nil {
		return nil, errors.Join(errs.New(errs.Invalid, "register.file.excel").Because(err), drop())
	}
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return nil, errors.Join(errs.New(errs.Invalid, "register.file.excel").Because(err), book.Close(), drop())
	}
	s := &Sheet{Encoding: Excel, most: min(most, MostExcelRows), close: func() error { return errors.Join(rows.Close(), book.Close(), drop()) }}
	s.next = func() ([]string, error) {
		if !rows.Next() {
			if err := rows.Error(); err != nil {
				return nil, errs.New(errs.Invalid, "register.file.excel").Because(err)
			}
			return nil, io.EOF
		}
		cells, err := rows.Columns()
		if s.line > s.most && err == nil && !blank(cells) { // the heads are one more
			return nil, errs.New(errs.Invalid, "register.file.excel_rows", s.most)
		}
		if err != nil {
			return nil, errs.New(errs.Invalid, "register.file.excel").Because(err)
		}
		return cells, nil
	}
	return s, s.heads()
}

// heads reads the first row.
func (s *Sheet) heads() error {
	r, err := s.Read()
	if err == nil && r.Fault != nil {
		err = &errs.Error{Code: errs.Invalid, Message: *r.Fault}
	}
	if errors.Is(err, io.EOF) {
		err = errs.New(errs.Invalid, "register.file.empty")
	}
	if err == nil && len(r.Cells) > MostColumns {
		err = errs.New(errs.Invalid, "register.file.columns", MostColumns)
	}
	if err != nil {
		return errors.Join(err, s.close())
	}
	for i, h := range r.Cells {
		if i == 0 {
			h = strings.TrimPrefix(h, "\ufeff")
		}
		s.Header = append(s.Header, Tidy(h, 100))
	}
	return nil
}

// Read gives the next row; io.EOF after the last. A row that is wrong as such has a fault; an error is of the whole file.
func (s *Sheet) Read() (Row, error) {
	for {
		cells, err := s.next()
		s.line++
		r := Row{Line: s.line, Cells: cells}
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, errLong):
			return r, errs.New(errs.Invalid, "register.file.long", s.line)
		case errors.As(err, &wrong):
			m := errs.Msg("register.row.quotes")
			r.Fault = &m
			return r, nil
		case err != nil:
			return r, err
		case s.line > s.most+1: // the heads are a row too
			return r, errs.New(errs.Invalid, "register.file.rows", s.most)
		case blank(cells):
			continue
		}
		return r, nil
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Tidy is a cell without blanks at its ends and without control characters, at most so many characters.
func Tidy(s string, most int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s))
	return Cut(s, most)
}

// Cut is at most so many characters of a text.
func Cut(s string, most int) string {
	if utf8.RuneCountInString(s) > most {
		return string([]rune(s)[:most])
	}
	return s
}

// Each goes through the rows that are left, and closes the sheet. It ends at the first error of the file, of what is done with a row, or of the context.
func (s *Sheet) Each(ctx context.Context, do func(Row) error) error {
	for {
		r, err := s.Read()
		if errors.Is(err, io.EOF) {
			return s.Close()
		}
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = do(r)
		}
		if err != nil {
			return errors.Join(err, s.Close())
		}
	}
}

// Sample is the next n rows, or as many as there are, cut to what a person looks at to tell the columns.
func (s *Sheet) Sample(n int) (rows [][]string, err error) {
	for len(rows) < n {
		row, err := s.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		var cells []string
		for _, c := range row.Cells[:min(len(row.Cells), MostColumns)] {
			cells = append(cells, Tidy(strings.ToValidUTF8(c, "\ufffd"), 60))
		}
		rows = append(rows, cells)
	}
	return rows, nil
}

// InField says a fault of the file as one of the form's field.
func InField(err error, field string) error {
	e := errs.As(err)
	if e == nil || e.Code != errs.Invalid || len(e.Fields) > 0 {
		return err
	}
	var bad errs.Faults
	bad.Add(field, e.Key, e.Args...)
	return bad.Err()
}
