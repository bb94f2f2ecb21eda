package store_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// An office at version 1 is brought up to date, and nothing it held is lost.
func TestUpgradeFromVersion1(t *testing.T) {
	fixture, err := os.ReadFile("testdata/version1.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			db, err := store.Open(ctx, store.Options{URL: storetest.URL(t, engine), Entropy: storetest.Entropy(1)})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.MigrateTo(ctx, 1); err != nil {
				t.Fatal(err)
			}
			err = db.Tx(ctx, func(tx *store.Tx) error {
				for _, sql := range strings.Split(string(fixture), ";\n") {
					if strings.TrimSpace(sql) == "" {
						continue
					}
					if err := tx.Exec(sql).Error; err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Current(ctx); !errors.Is(err, store.ErrOlder) {
				t.Fatalf("a database at version 1: %v", err)
			}
			if _, err := db.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			if err := db.Current(ctx); err != nil {
				t.Fatal(err)
			}
			var clock struct {
				StrictOn    string
				Provisional bool
				CalendarGen int64
			}
			var gen, notices int64
			q := db.Read(ctx)
			for _, err := range []error{
				q.Raw("SELECT strict_on, provisional, calendar_gen FROM deadlines WHERE id = 'd1'").Scan(&clock).Error,
				q.Raw("SELECT gen FROM calendar_generation").Scan(&gen).Error, q.Raw("SELECT COUNT(*) FROM calendar_notices").Scan(&notices).Error,
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			var person struct {
				Version            int64
				MustChange, Exempt bool
			}
			if err := q.Raw("SELECT version, must_change, exempt FROM users WHERE id = 'u1'").Scan(&person).Error; err != nil || person.Version != 1 || person.MustChange || person.Exempt {
				t.Errorf("the officer: %+v, %v", person, err)
			}
			var certificate string
			if err := q.Raw("SELECT number || ' ' || until_day FROM certificates WHERE user_id = 'u1'").Scan(&certificate).Error; err != nil || certificate != "浙E1 2027-01-01" {
				t.Errorf("the certificate %q, %v", certificate, err)
			}
			var callers []string // they wait to be sealed
			if err := q.Raw("SELECT u.call_id || ' ' || u.name || ' ' || u.phone || ' ' || c.mode FROM unsealed_callers u JOIN calls c ON c.id = u.call_id").Scan(&callers).Error; err != nil || len(callers) != 1 || callers[0] != "h1 张三 13800001234 secret" {
				t.Errorf("the callers %q, %v", callers, err)
			}
			if clock.StrictOn != "2027-02-01" || !clock.Provisional || clock.CalendarGen != 1 || gen != 1 || notices != 0 {
				t.Errorf("%+v, generation %d, %d notices", clock, gen, notices)
			}
		})
	}
}
