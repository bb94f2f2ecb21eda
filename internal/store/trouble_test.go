package store_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestTroubles(t *testing.T) {
	for _, x := range []struct {
		err  error
		want string
	}{
		{nil, ""}, {errors.New("x"), ""}, {context.Canceled, ""}, {syscall.ENOENT, ""},
		{syscall.ENOSPC, store.Full}, {syscall.EDQUOT, store.Full}, {syscall.EROFS, store.ReadOnly}, {syscall.EIO, store.Broken}, {syscall.ECONNREFUSED, store.Away},
		{sqlite3.Error{Code: sqlite3.ErrFull}, store.Full}, {sqlite3.Error{Code: sqlite3.ErrReadonly}, store.ReadOnly}, {sqlite3.Error{Code: sqlite3.ErrBusy}, store.Busy},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrFsync}, store.Broken}, {sqlite3.Error{Code: sqlite3.ErrConstraint}, ""},
		{&pgconn.PgError{Code: "53100"}, store.Full}, {&pgconn.PgError{Code: "25006"}, store.ReadOnly}, {&pgconn.PgError{Code: "58030"}, store.Broken},
		{&pgconn.PgError{Code: "57P01"}, store.Away}, {&pgconn.PgError{Code: "08006"}, store.Away}, {&pgconn.PgError{Code: "23505"}, ""},
	} {
		if got := store.Trouble(x.err); got != x.want {
			t.Errorf("%v: %q, want %q", x.err, got, x.want)
		}
		if x.err != nil {
			if got := store.Trouble(fmt.Errorf("write: %w", x.err)); got != x.want {
				t.Errorf("%v, wrapped: %q", x.err, got)
			}
		}
	}
}

// A PostgreSQL that is cut off in the middle of a transaction, and away, and back: told as what it is, nothing half written, and no restart of ours.
func TestPostgresGoesAndComesBack(t *testing.T) {
	if testing.Short() {
		t.Skip("a short run is on SQLite alone")
	}
	url, stop, again := storetest.Restartable(t)
	db := storetest.Open(t, url)
	put := func(name string, between func()) error {
		return db.Tx(t.Context(), func(tx *store.Tx) error {
			if err := store.SetSetting(tx, name, "1"); err != nil {
				return err
			}
			between()
			return store.SetSetting(tx, name+"2", "1")
		})
	}
	if err := put("before", func() {}); err != nil {
		t.Fatal(err)
	}
	if err := put("cut", stop); store.Trouble(err) != store.Away {
		t.Errorf("cut off: %v", err)
	}
	if err := put("away", func() {}); store.Trouble(err) != store.Away {
		t.Errorf("away: %v", err)
	}
	if err := db.Ping(t.Context()); store.Trouble(err) != store.Away {
		t.Errorf("a question to nobody: %v", err)
	}
	again()
	var err error
	for range 20 { // each dead connection of the pool may be tried once
		if err = put("after", func() {}); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal("it does not come back by itself:", err)
	}
	for name, want := range map[string]string{"before": "1", "before2": "1", "cut": "", "cut2": "", "away": "", "after": "1", "after2": "1"} {
		if got, err := db.Setting(t.Context(), name); err != nil || got != want {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}
