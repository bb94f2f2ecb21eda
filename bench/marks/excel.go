package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/xuri/excelize/v2"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/registry"
	"huzhi/internal/sheet"
)

// writeExcel writes an invented extract as XLSX.
func writeExcel(name string, rows int) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	if err := w.SetRow("A1", []any{"专利号", "名称", "专利权人", "法律状态", "申请日", "授权公告日"}); err != nil {
		return err
	}
	for i := range rows {
		n := number(i)
		err := w.SetRow(fmt.Sprintf("A%d", i+2), []any{n.String(), fmt.Sprintf("一种虚构的装置%d及其制造方法", i), fmt.Sprintf("湖州虚构企业%d有限公司", i%5000), string(status(0)), fmt.Sprintf("%d-03-15", n.Year()), fmt.Sprintf("%d-09-20", n.Year()+1)})
		if err != nil {
			return err
		}
	}
	return errors.Join(w.Flush(), f.SaveAs(name))
}

// runExcel brings in the largest XLSX file that is taken.
func runExcel(ctx context.Context, address string) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-marks-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "invented.xlsx")
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, self, "-make", name).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": filepath.Join(dir, "data"), "database.url": address}})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Today: calendar.Date(2026, 11, 20), Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := bring(ctx, a.Register, "invented.xlsx", f, sheet.MostExcelRows); err != nil {
		return err
	}
	peak := memory()
	fmt.Printf("most memory while importing XLSX: %d MB\n", peak>>20)
	if peak > mostMemory {
		return fmt.Errorf("more than %d MB", mostMemory>>20)
	}
	return nil
}

// titles looks for words in the titles and names of the whole register, as its page does: the first page of what is found.
func titles(ctx context.Context, r *registry.Roll) error {
	for _, x := range []struct{ what, text string }{{"a word of every title", "装置"}, {"a word of one title", "装置777777及"}, {"a name", "虚构企业4999有"}, {"a word of none", "紫砂壶"}} {
		began := time.Now()
		rows, more, err := r.List(ctx, access.System(), registry.Filter{Text: x.text}, "", 50)
		if err != nil {
			return err
		}
		fmt.Printf("looked for %s: %d found, more %v, in %.3f s\n", x.what, len(rows), more, time.Since(began).Seconds())
	}
	return nil
}
