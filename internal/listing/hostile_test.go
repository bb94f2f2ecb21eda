package listing_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// bomb is a workbook whose sheet unpacks to more than any sheet may.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	write := func(name string, body ...[]byte) {
		w, err := z.Create(name)
		must(t, err)
		for _, p := range body {
			_, err = w.Write(p)
			must(t, err)
		}
	}
	write("[Content_Types].xml", []byte(`<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`))
	block := bytes.Repeat([]byte{' '}, 16<<20)
	var body [][]byte
	for range 70 {
		body = append(body, block)
	}
	write("xl/worksheets/sheet1.xml", body...)
	must(t, z.Close())
	return b.Bytes()
}

// wide is a workbook with as many columns as a sheet can have.
func wide(t *testing.T) []byte {
	t.Helper()
	book := excelize.NewFile()
	must(t, book.SetCellStr("Sheet1", "A1", "url"))
	must(t, book.SetCellStr("Sheet1", "XFD1", "x"))
	var b bytes.Buffer
	must(t, book.Write(&b))
	return b.Bytes()
}
