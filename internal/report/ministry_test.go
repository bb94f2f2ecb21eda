package report_test

import (
	"bytes"
	"slices"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestTheTableOfCasesIsAWorkbook(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	s, err := o.figures.Ministry(ctx, o.By["chief"], report.Year(2014), "330500")
	if err != nil {
		t.Fatal(err)
	}
	file, err := s.XLSX(printer(t, i18n.Chinese), "湖州市", func(code string) string { return code })
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	sheet := x.GetSheetName(0)
	raw := excelize.Options{RawCellValue: true}
	rows, err := x.GetRows(sheet, raw)
	if err != nil || len(rows) < 9 || len(x.GetSheetList()) != 4 {
		t.Fatalf("%v %v %v", rows, err, x.GetSheetList())
	}
	for i, r := range append(slices.Clone(s.Rows), s.Total) {
		if got, want := rows[4+i][2], strconv.FormatInt(r.Accepted.N, 10); got != want {
			t.Errorf("line %d: %v, want %s accepted", i, rows[4+i], want)
		}
		for _, col := range "BCDEFGHIJ" { // numbers, not texts: a share is one of four decimals shown in percent
			cell := string(col) + strconv.Itoa(5+i)
			if kind, err := x.GetCellType(sheet, cell); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
				if v, _ := x.GetCellValue(sheet, cell); v != "–" {
					t.Errorf("%s is %v: %q", cell, kind, v)
				}
			}
		}
	}
	if got, err := strconv.ParseFloat(rows[8][6], 64); err != nil || got != float64(s.Total.Rate().Hundredths)/10000 {
		t.Errorf("the closure rate stands as %q", rows[8][6])
	}
}

// The tables add up, for everybody and every part of the year, and each figure is its list's.
func TestTheMinistrysTablesAddUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		for _, who := range []string{"", "chief", "officer.deqing"} {
			office := "330500"
			if who == "officer.deqing" {
				office = "330521"
			}
			for _, p := range []report.Period{report.Year(2014), report.Quarter(2014, 2), report.Month(2014, 5), {From: calendar.Date(2013, 2, 11), To: calendar.Date(2026, 3, 5)}} {
				m, err := o.figures.Ministry(ctx, o.actor(who), p, office)
				if err != nil {
					t.Fatal(err)
				}
				for _, g := range append(m.Months, m.Forms) {
					if off := g.Off(); off != "" {
						t.Errorf("%q %v %s: %s does not add up", who, p, g.Kind, off)
					}
				}
				last := m.Forms.Lines[len(m.Forms.Lines)-1].Cells
				if all := m.Months[len(m.Months)-1].Lines; last[len(last)-1].N != m.Total.Closed.N || all[len(all)-1].Cells[len(m.Table.Places)].N != m.Total.Accepted.N || m.Total.Off() != 0 {
					t.Errorf("%q %v: the tables differ from each other", who, p)
				}
				if who == "chief" && p == report.Year(2014) {
					for _, l := range m.Forms.Lines {
						for _, c := range l.Cells {
							if c.Href != "" && o.list(t, who, address(t, c.Href)) != c.N {
								t.Errorf("%s: %d, the list has another number", c.Href, c.N)
							}
						}
					}
				}
			}
		}
	})
}
