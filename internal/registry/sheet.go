package registry

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
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
	MostRows      = 5_000_000 // of a CSV file: five times the largest extract
	MostExcelRows = 200_000   // of an XLSX file; more is asked for as CSV
	mostColumns   = 100
	mostRecord    = 256 << 10 // bytes of one row
	mostUnzipped  = 1 << 30   // of an XLSX file
)

// sheet is a file being read row by row. The first row is the heads.
type sheet struct {
	Encoding string
	next     func() ([]string, error)
	close    func() error
	line     int64
	header   []string
}

// row is a row of the file: its number as a person counts (the heads are 1), its cells, and what is wrong with it as such.
type rowOf struct {
	line  int64
	cells []string
	fault *errs.Message
}

// openSheet opens a file by what it is, not by its name: open gives a new reader of the same bytes. Invalid with a sentence where it is no
// table that can be read.
func openSheet(open func() (io.ReadCloser, error)) (*sheet, error) {
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
		return openExcel(open)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, errs.New(errs.Invalid, "register.file.old_excel")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, errs.New(errs.Invalid, "register.file.utf16")
	}
	return openCSV(open)
}

// look reads the whole file once: whether it is UTF-8, and whether it is text at all.
func look(open func() (io.ReadCloser, error)) (encoding string, comma rune, err error) {
	r, err := open()
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	encoding, comma = UTF8, ','
	buf, keep, first := make([]byte, 64<<10), 0, true
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
					b = b[1:]
					continue
				}
				c, size := utf8.DecodeRune(b)
				if c == utf8.RuneError && size == 1 {
					encoding = GB18030
					break
				}
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

func openCSV(open func() (io.ReadCloser, error)) (*sheet, error) {
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
	s := &sheet{Encoding: encoding, close: f.Close}
	s.next = func() ([]string, error) {
		t.left = mostRecord
		return c.Read()
	}
	return s, s.heads()
}

// excelRows reads the first sheet of a workbook.
func openExcel(open func() (io.ReadCloser, error)) (_ *sheet, err error) {
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
	s := &sheet{Encoding: Excel, close: func() error { return errors.Join(rows.Close(), book.Close(), drop()) }}
	s.next = func() ([]string, error) {
		if !rows.Next() {
			if err := rows.Error(); err != nil {
				return nil, errs.New(errs.Invalid, "register.file.excel").Because(err)
			}
			return nil, io.EOF
		}
		cells, err := rows.Columns()
		if s.line > MostExcelRows && err == nil && !blank(cells) { // the heads are one more
			return nil, errs.New(errs.Invalid, "register.file.excel_rows", int64(MostExcelRows))
		}
		if err != nil {
			return nil, errs.New(errs.Invalid, "register.file.excel").Because(err)
		}
		return cells, nil
	}
	return s, s.heads()
}

// heads reads the first row.
func (s *sheet) heads() error {
	r, err := s.read()
	if err == nil && r.fault != nil {
		err = &errs.Error{Code: errs.Invalid, Message: *r.fault}
	}
	if errors.Is(err, io.EOF) {
		err = errs.New(errs.Invalid, "register.file.empty")
	}
	if err == nil && len(r.cells) > mostColumns {
		err = errs.New(errs.Invalid, "register.file.columns", mostColumns)
	}
	if err != nil {
		return errors.Join(err, s.close())
	}
	for i, h := range r.cells {
		if i == 0 {
			h = strings.TrimPrefix(h, "\ufeff")
		}
		s.header = append(s.header, tidy(h, 100))
	}
	return nil
}

// read gives the next row; io.EOF after the last. A row that is wrong as such has a fault; an error is of the whole file.
func (s *sheet) read() (rowOf, error) {
	for {
		cells, err := s.next()
		s.line++
		r := rowOf{line: s.line, cells: cells}
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, errLong):
			return r, errs.New(errs.Invalid, "register.file.long", s.line)
		case errors.As(err, &wrong):
			m := errs.Msg("register.row.quotes")
			r.fault = &m
			return r, nil
		case err != nil:
			return r, err
		case s.line > MostRows:
			return r, errs.New(errs.Invalid, "register.file.rows", int64(MostRows))
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

// tidy is a cell without blanks at its ends and without control characters, at most so many characters.
func tidy(s string, most int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s))
	if utf8.RuneCountInString(s) > most {
		return string([]rune(s)[:most])
	}
	return s
}

// String tells where a sheet is, for errors.
func (s *sheet) String() string { return fmt.Sprintf("%s, row %d", s.Encoding, s.line) }
