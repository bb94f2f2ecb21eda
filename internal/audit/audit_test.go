package audit_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func entry(n string) audit.Entry {
	return audit.Entry{Actor: "u1", ActorName: "王伟", Action: "case.step.decide", Jurisdiction: "330500", Subject: "case:" + n, Detail: audit.Detail(map[string]any{"n": n})}
}

func TestChainHoldsUnderManyWritersAndNamesTheFirstBadEntry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 5 {
					if err := db.Tx(ctx, func(tx *store.Tx) error {
						return errors.Join(audit.Append(tx, entry("a")), audit.Append(tx, entry("b")))
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n, err := audit.Verify(ctx, db); err != nil || n != 80 {
			t.Fatalf("Verify: %d, %v", n, err)
		}
		for _, c := range []struct {
			name, sql, undo string
			seq             int64
		}{
			{"a head put back", "UPDATE audit_head SET seq = 8, hash = (SELECT hash FROM audit_log WHERE seq = 8)",
				"UPDATE audit_head SET seq = 80, hash = (SELECT hash FROM audit_log WHERE seq = 80)", 9},
			{"another head", "UPDATE audit_head SET hash = 'x'", "UPDATE audit_head SET hash = (SELECT hash FROM audit_log WHERE seq = 80)", 80},
			{"a changed detail", "UPDATE audit_log SET detail = '{}' WHERE seq = 17", "", 17},
			{"a removed entry", "DELETE FROM audit_log WHERE seq = 9", "", 9},
			{"a cut tail", "DELETE FROM audit_log WHERE seq >= 5", "", 5},
		} {
			if err := db.Tx(ctx, func(tx *store.Tx) error { return tx.Exec(c.sql).Error }); err != nil {
				t.Fatal(err)
			}
			var broken *audit.Broken
			if _, err := audit.Verify(ctx, db); !errors.As(err, &broken) || broken.Seq != c.seq {
				t.Errorf("%s: %v, want entry %d", c.name, err, c.seq)
			}
			if c.undo == "" {
				continue
			}
			if err := db.Tx(ctx, func(tx *store.Tx) error { return tx.Exec(c.undo).Error }); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAHeadIsReadAsItIsWritten(t *testing.T) {
	db := storetest.SQLite(t)
	if err := db.Tx(context.Background(), func(tx *store.Tx) error { return audit.Append(tx, entry("a")) }); err != nil {
		t.Fatal(err)
	}
	h, err := audit.ReadHead(context.Background(), db)
	if err != nil || h.Seq != 1 {
		t.Fatal(h, err)
	}
	var back audit.Head
	if err := back.UnmarshalText([]byte(h.String())); err != nil || back != h {
		t.Error(back, err)
	}
	for _, bad := range []string{"", "1", "1:", "1:ab", "x" + h.String(), ":" + h.Hash} {
		if err := back.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestARolledBackTransactionLeavesNoEntry(t *testing.T) {
	db := storetest.SQLite(t)
	_ = db.Tx(context.Background(), func(tx *store.Tx) error {
		if err := audit.Append(tx, entry("a")); err != nil {
			return err
		}
		return errors.New("no")
	})
	if n, err := audit.Verify(context.Background(), db); n != 0 || err != nil {
		t.Fatal(n, err)
	}
}

func TestAnEntryNeedsAnActor(t *testing.T) {
	db := storetest.SQLite(t)
	if err := db.Tx(context.Background(), func(tx *store.Tx) error {
		return audit.Append(tx, audit.Entry{Action: "x", Subject: "case:1"})
	}); err == nil {
		t.Fatal("an entry without actor was taken")
	}
}
