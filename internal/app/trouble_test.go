package app_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"huzhi/internal/app/apptest"
	"huzhi/internal/audit"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// newLead is a form as an officer types it, with more text than the pages that there are hold.
func newLead(o *apptest.Office) url.Values {
	return url.Values{"id": {o.DB.NewID()}, "source": {"letter"}, "kind": {"counterfeit"}, "jurisdiction": {"330500"}, "place": {"330521"}, "received_on": {"2026-11-20"},
		"title": {"测试木业有限公司涉嫌假冒专利"}, "facts": {"竹凉席包装标注他人专利号，现场有三箱。" + strings.Repeat("木", 1800)}, "respondent": {"测试木业有限公司"}}
}

// troubled sends a form while something is wrong: the person is told what in a sentence, what was typed stands on the page, nothing is half written; and once
// it is mended, the same form is taken, once, without a restart.
func troubled(t *testing.T, o *apptest.Office, want string, spoil, mend func()) {
	t.Helper()
	c := o.As(t, "officer")
	count := func() (n int64) {
		t.Helper()
		if err := o.DB.Read(t.Context()).Raw("SELECT (SELECT COUNT(*) FROM leads) * 1000000 + (SELECT COUNT(*) FROM audit_log)").Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	before, form := count(), newLead(o)
	spoil()
	p := c.Post("/leads", form)
	if p.Status != 503 || !strings.Contains(p.Body, o.Catalogue.Printer("zh-CN").T("error.store."+want)) {
		t.Errorf("%s: %d %s", want, p.Status, p.Main())
	}
	if !strings.Contains(p.Body, "现场有三箱") || !p.Has("form.error-again") {
		t.Errorf("%s: what was typed is not on the page", want)
	}
	mend()
	if after := count(); after != before {
		t.Errorf("%s: half written: %d, before %d", want, after, before)
	}
	for range 20 { // dead connections of the pool
		if p = c.Post("/leads", form); p.Status != 503 {
			break
		}
	}
	if p.Status != 303 {
		t.Fatalf("%s: mended: %d %s", want, p.Status, p.Main())
	}
	c.Post("/leads", form)
	var n int64
	if err := o.DB.Read(t.Context()).Raw("SELECT COUNT(*) FROM leads WHERE id = ?", form.Get("id")).Scan(&n).Error; err != nil || n != 1 {
		t.Errorf("%s: it is there %d times, %v", want, n, err)
	}
	if _, err := audit.Verify(t.Context(), o.DB); err != nil {
		t.Error(err)
	}
}

// A database that may not grow is a disk that is full, as SQLite sees it; it needs no right to mount.
func TestDatabaseFull(t *testing.T) {
	t.Parallel()
	o := apptest.Open(t, store.SQLite)
	grow := func(pages string) func() {
		return func() {
			t.Helper()
			if err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
				if pages == "" {
					return tx.Exec("PRAGMA max_page_count = 1000000000").Error
				}
				return tx.Exec("PRAGMA max_page_count = 1").Error // no less than it has
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	// What is free in the pages that there are is used up first.
	for i := 0; i < 400; i++ {
		grow("1")()
		if err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
			return store.SetSetting(tx, "filler"+o.DB.NewID(), strings.Repeat("x", 3000))
		}); err != nil {
			break
		}
	}
	troubled(t, o, store.Full, grow("1"), grow(""))
}

// A disk of 24 MB that is filled to the last byte. Only root can mount: elsewhere it is skipped, where
// HUZHI_TEST_MOUNT=require it fails.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		if os.Getenv("HUZHI_TEST_MOUNT") == "require" {
			t.Fatal(err)
		}
		t.Skip("NOT TESTED: a full disk needs the right to mount: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	o := apptest.Serve(t, apptest.Furnish(t, apptest.Start(t, map[string]string{"data": filepath.Join(dir, "data")})))
	filler := filepath.Join(dir, "filler")
	troubled(t, o, store.Full, func() {
		f, err := os.Create(filler)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for block := make([]byte, 4096); err == nil; {
			_, err = f.Write(block)
		}
	}, func() {
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	})
}

// PostgreSQL ends in the middle of the work and comes back: nobody signs in anew, nothing is restarted.
func TestPostgresAwayAndBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a short run is on SQLite alone")
	}
	at, stop, again := storetest.Restartable(t)
	o := apptest.Serve(t, apptest.Furnish(t, apptest.Start(t, map[string]string{"data": t.TempDir(), "database.url": at})))
	troubled(t, o, store.Away, func() {
		stop()
		if no := o.Ready(t.Context()); no != "database unreachable" {
			t.Errorf("ready: %q", no)
		}
	}, again)
	for range 20 {
		if o.Ready(t.Context()) == "" {
			return
		}
	}
	t.Error("it is not ready again")
}
