package app_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/backup"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func settings(t *testing.T, flags map[string]string) *config.Config {
	t.Helper()
	cfg, err := config.Load(config.LoadOptions{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestCopyAndRestore copies an office while people write, brings it back to a clean machine of either engine, and finds there what the copy's manifest says;
// what was spoilt in a copy is found, and an office that is there is never written over.
func TestCopyAndRestore(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		ctx := t.Context()
		c := handOf(o).File(t, casework.Counterfeit, "2026-11-10")
		officer := o.As(t, "officer")
		send := func(body string) {
			p := sendFile(t, officer, "/cases/"+c.ID+"/evidence", "file", "现场照片.png", append(picture(t), body...), map[string]string{"form": "file", "kind": "documentary", "proves": "证明标注情况", "id": o.DB.NewID()})
			if p.Status != 303 {
				t.Errorf("evidence: %d", p.Status)
			}
		}
		send("one")
		none := o.Catalogue.Printer("zh-CN").T("backup.desk.none.text")
		if p := o.As(t, "admin").Get("/"); !strings.Contains(p.Main(), none) {
			t.Error("the administrator is not told that no copies are made")
		}
		if p := officer.Get("/"); strings.Contains(p.Main(), none) {
			t.Error("an officer is told of copies")
		}
		copies := filepath.Join(t.TempDir(), "copies")
		if err := os.MkdirAll(filepath.Join(copies, ".part-20200101T000000Z"), 0o750); err != nil { // a copy that broke off
			t.Fatal(err)
		}
		one, err := o.MakeCopy(ctx, copies)
		if err != nil || one.Files != 1 || one.Fresh != 1 || len(one.Missing) > 0 {
			t.Fatalf("%+v %v", one, err)
		}
		working, stop := context.WithCancel(ctx)
		var all sync.WaitGroup
		kept := make(chan struct{})
		all.Go(func() {
			for i := 0; working.Err() == nil; i++ {
				send(fmt.Sprint(i))
				if i == 0 {
					close(kept)
				}
			}
		})
		<-kept // the second copy holds something that the first has not, however slow the machine is
		two, err := o.MakeCopy(ctx, copies)
		stop()
		all.Wait()
		if err != nil || two.Files < 1 || two.Files > two.Fresh+1 || len(two.Missing) > 0 || two.Head.Seq <= one.Head.Seq {
			t.Fatalf("%+v %v", two, err)
		}
		if left, _ := filepath.Glob(filepath.Join(copies, ".part-*")); len(left) > 0 {
			t.Error("left:", left)
		}
		if held, _ := filepath.Glob(filepath.Join(copies, "*", "*.json")); len(held) > 0 {
			t.Error("keys in a copy:", held)
		}
		engines := map[string]func() map[string]string{
			store.SQLite: func() map[string]string { return map[string]string{"data": t.TempDir()} },
			store.Postgres: func() map[string]string {
				return map[string]string{"data": t.TempDir(), "database.url": storetest.URL(t, store.Postgres)}
			},
		}
		if testing.Short() {
			delete(engines, store.Postgres)
		}
		for engine, flags := range engines {
			cfg := settings(t, flags())
			r, err := app.Restore(ctx, cfg, copies, o.Translog.Public(), nil)
			if err != nil || len(r.Verdict.Faults) > 0 || r.Copy.Dir != two.Dir || r.Verdict.Head != two.Head || r.Files != two.Files || len(r.Keys) != 2 {
				t.Fatalf("to %s: %+v %v", engine, r, err)
			}
			if _, err := app.Restore(ctx, cfg, copies, nil, nil); key(err) != "backup.live" {
				t.Errorf("over an office of %s: %v", engine, err)
			}
			if raw, err := os.ReadFile(filepath.Join(cfg.Data, "restored", "settings.txt")); err != nil || !bytes.Contains(raw, []byte("office.jurisdiction")) {
				t.Error("the settings:", err)
			}
		}
		// An office that works is refused before anything is looked at.
		if _, err := app.Restore(ctx, o.Config, copies, nil, nil); key(err) != "app.taken" {
			t.Error(err)
		}
		if _, err := app.Restore(ctx, settings(t, map[string]string{"data": t.TempDir()}), copies, []string{"huzhi/330500+00000000+x"}, nil); err == nil {
			t.Error("a strange key was taken")
		}
		spoil(t, two, "backup.database", filepath.Join(two.Dir, "huzhi.db"))
		blobs, _ := filepath.Glob(filepath.Join(copies, "blobs", "[0-9a-f][0-9a-f]", "*"))
		for _, f := range blobs {
			if raw, _ := os.ReadFile(f); bytes.HasPrefix(raw, []byte("\x89PNG")) && bytes.HasSuffix(raw, []byte("one")) {
				spoil(t, one, "backup.file", f)
			}
		}
		if n, err := o.PruneCopies(copies); n != 0 || err != nil {
			t.Errorf("thrown away by a rule that keeps twelve: %d %v", n, err)
		}
		if n, err := backup.Prune(copies, backup.Rule{Last: 1}); n != 1 || err != nil {
			t.Errorf("thrown away by a rule that keeps one: %d %v", n, err)
		}
	})
}

func key(err error) string {
	if e := errs.As(err); e != nil {
		return e.Key
	}
	return ""
}

// spoil changes the last byte of a file of a copy, sees the restore refuse it and leave no office, and puts the byte back.
func spoil(t *testing.T, c backup.Copy, want, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	put := func(b byte) {
		raw[len(raw)-1] = b
		if err := os.Chmod(file, 0o640); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, raw, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	was := raw[len(raw)-1]
	put(was ^ 1)
	cfg := settings(t, map[string]string{"data": t.TempDir()})
	if _, err := app.Restore(t.Context(), cfg, c.Dir, nil, nil); key(err) != want {
		t.Errorf("%s spoilt: %v", file, err)
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, "huzhi.db")); err == nil {
		t.Error("it left an office")
	}
	put(was)
	if _, err := app.Restore(t.Context(), cfg, c.Dir, nil, nil); err != nil {
		t.Error("the second try:", err)
	}
}

// TestScheduledCopies: a program that serves makes its copies by itself, says when there is none for too long, and goes on once the folder is there again.
func TestScheduledCopies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	to := filepath.Join(dir, "copies")
	if err := os.WriteFile(to, nil, 0o600); err != nil { // no folder
		t.Fatal(err)
	}
	cfg := settings(t, map[string]string{"data": filepath.Join(dir, "data"), "addr": "127.0.0.1:0", "backup.folder": to, "backup.every": "1m", "backup.late": "1m"})
	cfg.Backup.Every, cfg.Backup.Late = 20*time.Millisecond, 50*time.Millisecond
	var said safeBuffer
	a, err := app.New(t.Context(), cfg, app.Options{Log: slog.New(slog.NewTextHandler(&said, nil)), Today: apptest.Today, Own: true, Create: true, Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ln, err := app.Listen(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	a.ServeOn(ln)
	site, err := a.Site(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, site) }()
	wait := func(what string, is func(app.Copies) bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !is(a.Copies()); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: %+v", what, a.Copies())
			}
		}
	}
	wait("a copy into no folder", func(c app.Copies) bool {
		return c.Failed > 1 && c.Late && c.Last.IsZero() && strings.Contains(c.Fault, "backup.folder")
	})
	if err := os.Remove(to); err != nil {
		t.Fatal(err)
	}
	wait("copies once it can be written", func(c app.Copies) bool { return !c.Last.IsZero() && c.Fault == "" && c.Bytes > 0 })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if list, err := backup.List(to); err != nil || len(list) == 0 {
		t.Error(list, err)
	}
	for _, want := range []string{"there is no recent copy of the office", "copy made"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// safeBuffer is a buffer for many.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestMoveTheOffice: an office with people, a case and evidence moves to PostgreSQL and back, and verify finds it whole there.
func TestMoveTheOffice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a short run is on SQLite alone")
	}
	dir := t.TempDir()
	o := apptest.Furnish(t, apptest.Start(t, map[string]string{"data": dir}))
	handOf(o).File(t, casework.Counterfeit, "2026-11-10")
	here, there, back := "sqlite:"+filepath.Join(dir, "huzhi.db"), storetest.URL(t, store.Postgres), "sqlite:"+filepath.Join(dir, "back.db")
	ctx := t.Context()
	if _, err := app.Move(ctx, o.Config, here, there, nil); key(err) != "app.taken" {
		t.Fatal("while it serves:", err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Move(ctx, o.Config, here, back, nil); key(err) != "move.same" {
		t.Error(err)
	}
	if _, err := app.Move(ctx, o.Config, "sqlite:"+dir+"/none.db", there, nil); key(err) != "app.no_office" {
		t.Error(err)
	}
	broken, stop := context.WithCancel(ctx)
	if _, err := app.Move(broken, o.Config, here, there, func(p store.Progress) {
		if p.Done == 30 {
			stop()
		}
	}); err == nil {
		t.Fatal("it did not break off")
	}
	half := settings(t, map[string]string{"data": dir, "database.url": there})
	if _, err := app.New(ctx, half, app.Options{}); key(err) != "app.half_moved" {
		t.Error("half an office was opened:", err)
	}
	for _, x := range [][2]string{{here, there}, {there, back}} {
		head, err := app.Move(ctx, o.Config, x[0], x[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := app.New(ctx, settings(t, map[string]string{"data": dir, "database.url": x[1]}), app.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, err := a.Verify(ctx, app.Outside{})
		if err != nil || len(v.Faults) > 0 || v.Head != head {
			t.Errorf("%+v %v", v, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := app.Move(ctx, o.Config, here, there, nil); key(err) != "move.not_empty" {
		t.Error(err)
	}
}
