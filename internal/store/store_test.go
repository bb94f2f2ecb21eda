package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestNumbersHaveNoGapsAndNoDoubles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const workers, each = 20, 5
		seen := map[int64]bool{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := range each {
					err := db.Tx(context.Background(), func(tx *store.Tx) error {
						n, err := store.NextNumber(tx, "case/330500/2014")
						if err != nil {
							return err
						}
						if (w+i)%4 == 0 {
							return errGiveBack
						}
						mu.Lock()
						defer mu.Unlock()
						if seen[n] {
							t.Errorf("number %d twice", n)
						}
						seen[n] = true
						return nil
					})
					if err != nil && !errors.Is(err, errGiveBack) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for n := int64(1); n <= int64(len(seen)); n++ {
			if !seen[n] {
				t.Errorf("number %d is missing of %d", n, len(seen))
			}
		}
	})
}

var errGiveBack = errors.New("rolled back on purpose")

func TestNewerDatabaseIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)").Error
		}); err != nil {
			t.Fatal(err)
		}
		var newer *store.NewerError
		if _, err := db.Migrate(ctx); !errors.As(err, &newer) || newer.Database != 99999 {
			t.Fatalf("Migrate: %v", err)
		}
		if err := db.Current(ctx); !errors.As(err, &newer) {
			t.Fatalf("Current: %v", err)
		}
	})
}

func TestReadCannotWrite(t *testing.T) {
	db := storetest.SQLite(t)
	if err := db.Read(context.Background()).Exec("INSERT INTO settings (name, value) VALUES ('a', 'b')").Error; err == nil {
		t.Fatal("the reading connection wrote")
	}
}

func TestAFolderNameWithSpacesAndHan(t *testing.T) {
	db := storetest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "湖州 100%?#.db"))
	if err := db.Ping(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestTimesComeBackAsTheyWereWritten(t *testing.T) {
	type row struct {
		Username, ID, Name, PasswordHash string
		CreatedAt                        time.Time
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		at := time.Date(2014, 3, 5, 16, 30, 0, 7e6, time.UTC)
		if err := db.Tx(context.Background(), func(tx *store.Tx) error {
			tx = tx.At(at)
			return tx.Table("users").Create(&row{"a", tx.NewID(), "甲", "x", tx.Now}).Error
		}); err != nil {
			t.Fatal(err)
		}
		var r row
		if err := db.Read(context.Background()).Table("users").Take(&r).Error; err != nil {
			t.Fatal(err)
		}
		if !r.CreatedAt.Equal(at) || r.CreatedAt.Location() != time.UTC {
			t.Fatalf("wrote %v, read %v", at, r.CreatedAt)
		}
		if !store.ValidID(r.ID) || store.ValidID("x") {
			t.Fatalf("identifier %q", r.ID)
		}
	})
}
