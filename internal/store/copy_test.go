package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// filled puts rows of many kinds into a database: times, truths, nothing, long and strange texts, and rows that refer to later rows of their own table.
func filled(t *testing.T, db *store.DB) {
	t.Helper()
	err := db.Tx(t.Context(), func(tx *store.Tx) error {
		for i := range 2500 { // more than one statement holds
			if err := tx.Exec("INSERT INTO settings (name, value) VALUES (?, ?)", fmt.Sprintf("s%05d", i), strings.Repeat("护知'\n\"\\", i%7)).Error; err != nil {
				return err
			}
		}
		for _, id := range []string{"u1", "u2"} {
			if err := tx.Exec("INSERT INTO users (id, username, name, password_hash, created_at, disabled_at, must_change) VALUES (?, ?, '张三', 'h', ?, ?, ?)", id, id, tx.Now, nil, id == "u1").Error; err != nil {
				return err
			}
		}
		if err := tx.Exec("INSERT INTO sellers (id, jurisdiction, root, version, name, created_at, updated_at) VALUES ('b', '330500', 'b', 1, '乙', ?, ?)", tx.Now, tx.Now).Error; err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO sellers (id, jurisdiction, root, version, name, created_at, updated_at, merged_into) VALUES ('a', '330500', 'b', 1, '甲', ?, ?, 'b')", tx.Now, tx.Now).Error; err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO sellers (id, jurisdiction, root, version, name, created_at, updated_at) VALUES ('c', '330500', 'b', 1, '丙', ?, ?)", tx.Now, tx.Now).Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE sellers SET merged_into = 'c' WHERE id = 'b'").Error // b lies before c
	})
	if err != nil {
		t.Fatal(err)
	}
}

func counts(t *testing.T, db *store.DB) (settings, merged int64) {
	t.Helper()
	q := db.Read(t.Context())
	if err := errors.Join(q.Raw("SELECT COUNT(*) FROM settings WHERE name LIKE 's0%' OR name LIKE 'w%'").Scan(&settings).Error, q.Raw("SELECT COUNT(*) FROM sellers WHERE merged_into <> ''").Scan(&merged).Error); err != nil {
		t.Fatal(err)
	}
	return settings, merged
}

func TestACopyIsWholeWhileOthersWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		filled(t, db)
		ctx, stop := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for w := range 3 {
			all.Go(func() {
				for i := 0; ctx.Err() == nil; i++ { // two rows that belong together
					err := db.Tx(ctx, func(tx *store.Tx) error {
						for _, half := range []string{"x", "y"} {
							if err := tx.Exec("INSERT INTO settings (name, value) VALUES (?, '')", fmt.Sprintf("w%d-%d%s", w, i, half)).Error; err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil && ctx.Err() == nil {
						t.Error(err)
						return
					}
				}
			})
		}
		file := filepath.Join(t.TempDir(), "copy", "huzhi.db")
		if err := db.CopyTo(t.Context(), file, nil); err == nil {
			t.Error("a copy into a folder that is not there")
		}
		file = filepath.Join(t.TempDir(), "huzhi.db")
		err := db.CopyTo(t.Context(), file, nil)
		stop()
		all.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if err := db.CopyTo(t.Context(), file, nil); err == nil {
			t.Error("a copy over a copy")
		}
		left, err := filepath.Glob(file + "?*")
		if err != nil || len(left) > 0 {
			t.Errorf("it left %v %v", left, err)
		}
		c, err := store.OpenCopy(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		n, merged := counts(t, c)
		if n < 2500 || n%2 != 0 || merged != 2 {
			t.Errorf("%d settings, %d merged: half a transaction, or something lost", n, merged)
		}
		if err := errors.Join(c.Whole(t.Context()), c.Current(t.Context())); err != nil {
			t.Error(err)
		}
		if err := c.Tx(t.Context(), func(tx *store.Tx) error { return store.SetSetting(tx, "x", "y") }); err == nil {
			t.Error("a copy was written to")
		}
	})
}

// An office moves to PostgreSQL and back; a move that breaks off goes on, and nobody works with half of it.
func TestMoveThereAndBack(t *testing.T) {
	here := storetest.SQLite(t)
	filled(t, here)
	there := at(t, storetest.URL(t, store.Postgres))
	ctx, stop := context.WithCancel(t.Context())
	done := 0
	err := store.Move(ctx, here, there, func(p store.Progress) {
		if done = p.Done; p.Done == 20 {
			stop()
		}
	})
	if err == nil || done != 20 {
		t.Fatalf("it did not break off: %v after %d", err, done)
	}
	if half, err := there.HalfMoved(t.Context()); err != nil || !half {
		t.Fatal("half a database is not known as one:", err)
	}
	first := 0
	if err := store.Move(t.Context(), here, there, func(p store.Progress) {
		if first == 0 {
			first = p.Done
		}
	}); err != nil || first != 21 {
		t.Fatalf("went on with table %d: %v", first, err)
	}
	back := at(t, storetest.URL(t, store.SQLite))
	if err := store.Move(t.Context(), there, back, nil); err != nil {
		t.Fatal(err)
	}
	for _, db := range []*store.DB{there, back} {
		if half, err := db.HalfMoved(t.Context()); err != nil || half {
			t.Error("left half:", err)
		}
		if n, merged := counts(t, db); n != 2500 || merged != 2 {
			t.Errorf("%d settings, %d merged", n, merged)
		}
		if err := db.Current(t.Context()); err != nil {
			t.Error(err)
		}
		// What refers to a row of its own table is held to it again.
		if err := db.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE sellers SET merged_into = 'none' WHERE id = 'a'").Error
		}); err == nil {
			t.Error("a reference into nothing was taken")
		}
	}
	if err := store.Move(t.Context(), here, back, nil); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("a database that is not empty: %v", err)
	}
}

func at(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
