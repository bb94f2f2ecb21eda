// Command rot flips one byte in one of many kept files, and looks whether the scheduled reading finds it and names it, and whether huzhi verify does.
//
// It makes an office in a temporary folder, takes files in as evidence of one lead as officers do, flips one bit of one of them, and has all read again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/evidence"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

const office = "330500"

var today = calendar.Date(2026, time.November, 20)

func main() {
	files := flag.Int("files", 10_000, "files")
	flag.Parse()
	if err := run(context.Background(), *files); err != nil {
		fmt.Fprintln(os.Stderr, "rot:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, files int) (err error) {
	dir, err := os.MkdirTemp("", "huzhi-rot-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cfg, err := config.Load(config.LoadOptions{Flags: map[string]string{"data": dir}})
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Today: today, Own: true, Create: true, Migrate: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	u, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: "bench", Name: "测试执法人员", Password: "huzhi-bench-2027", Roles: []access.Grant{{Role: access.Officer, Jurisdiction: office}}})
	if err != nil {
		return err
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	by := u.Actor()
	of, err := a.Leads.Add(ctx, by, lead.NewLead{Source: "report", Kind: "counterfeit", Jurisdiction: office, Place: "330521", ReceivedOn: today, Title: "虚构线索", Facts: "虚构", Respondent: "测试木业有限公司"})
	if err != nil {
		return err
	}
	began := time.Now()
	for i := range files {
		name := fmt.Sprintf("照片%05d.txt", i)
		body := strings.Repeat(name+"\n", 1+i%200)
		if err := a.Evidence.AddFile(ctx, by, "lead", of.ID, evidence.NewFile{NewItem: evidence.NewItem{Kind: evidence.Kinds()[0]}, FileName: name}, strings.NewReader(body)); err != nil {
			return err
		}
	}
	fmt.Printf("%d files taken in in %.1f s\n", files, time.Since(began).Seconds())
	n, found, err := a.Evidence.Recheck(ctx, files+1)
	if err != nil || n != files || len(found) != 0 {
		return fmt.Errorf("%d read, %d found before anything was changed, %w", n, len(found), err)
	}
	victim := fmt.Sprintf("照片%05d.txt", rand.IntN(files))
	if err := flip(ctx, a, victim); err != nil {
		return err
	}
	if err := exec(ctx, a, "UPDATE file_checks SET checked_at = '2020-01-01 00:00:00'"); err != nil { // all are due
		return err
	}
	began = time.Now()
	n, found, err = a.Evidence.Recheck(ctx, files+1)
	if err != nil {
		return err
	}
	if n != files || len(found) != 1 || found[0].Name != victim || found[0].Fault != evidence.Changed {
		return fmt.Errorf("%d read, found %+v, it was %s", n, found, victim)
	}
	fmt.Printf("%d files read in %.1f s: %s of %s was changed\n", n, time.Since(began).Seconds(), found[0].Name, found[0].Number)
	began = time.Now()
	v, err := a.Verify(ctx, app.Outside{})
	if err != nil {
		return err
	}
	if len(v.Faults) != 1 {
		return fmt.Errorf("verify names %d faults: %+v", len(v.Faults), v.Faults)
	}
	fmt.Printf("verify names it in %.1f s: %v\n", time.Since(began).Seconds(), v.Faults[0])
	return nil
}

// flip turns one bit of the file of an item.
func flip(ctx context.Context, a *app.App, name string) error {
	var x evidence.Item
	if err := a.DB.Read(ctx).Where("name = ?", name).Take(&x).Error; err != nil {
		return err
	}
	file := filepath.Join(a.Config.Blobs(), x.SHA256[:2], x.SHA256)
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	raw[rand.IntN(len(raw))] ^= 1
	if err := os.Chmod(file, 0o640); err != nil {
		return err
	}
	return os.WriteFile(file, raw, 0o640)
}

func exec(ctx context.Context, a *app.App, sql string) error {
	return a.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Exec(sql).Error })
}
