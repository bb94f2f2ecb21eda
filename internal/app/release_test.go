package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// An office whose clocks were counted before this program's last year was known: at its start the program counts them anew and says so, and
// writes by which law and calendar it counts.
func TestTheProgramBringsAYear(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			flags := map[string]string{"data": t.TempDir(), "addr": "127.0.0.1:0"}
			if engine == store.Postgres {
				flags["database.url"] = storetest.URL(t, engine)
			}
			ctx := context.Background()
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			a := apptest.Start(t, flags)
			years := a.Days.Years()
			last := years[len(years)-1].Year
			must(a.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Exec("DELETE FROM settings WHERE name = 'calendar.years'").Error }))
			must(a.Wall.Remember(ctx, last-1)) // as the earlier program did
			older := a.Wall.Days()
			start := calendar.Date(last, time.September, 18) // fifteen days: a party's period that ends in National Day
			var id string
			must(a.DB.Tx(ctx, func(tx *store.Tx) error {
				k, err := a.Clocks.StartTx(tx, deadline.Subject{Kind: "case", ID: "x", Label: "x", Title: "x", Jurisdiction: "330500"}, "FINE_PAY", start, deadline.Basis{On: start, Kind: "counterfeit", Region: "330500"})
				if err != nil {
					return err
				}
				if id = k.ID; !k.Provisional {
					t.Errorf("%+v", k)
				}
				return nil
			}))
			must(a.Close())

			cfg, err := config.Load(config.LoadOptions{Flags: flags})
			must(err)
			var said bytes.Buffer
			b, err := app.New(ctx, cfg, app.Options{Log: slog.New(slog.NewTextHandler(&said, nil)), Today: apptest.Today, Own: true})
			must(err)
			defer b.Close()
			if b.Wall.Days().Known(last) {
				t.Fatal("the office knows the year already")
			}
			ln, err := app.Listen(ctx, cfg)
			must(err)
			base := b.ServeOn(ln)
			site, err := b.Site(nil)
			must(err)
			running, stop := context.WithCancel(ctx)
			ended := make(chan error, 1)
			go func() { ended <- b.Run(running, site) }()
			if p := webtest.New(t, base).Get("/login"); p.Status != 200 {
				t.Errorf("it does not answer: %d", p.Status)
			}
			var moved []deadline.Moved
			for until := time.Now().Add(20 * time.Second); len(moved) == 0 && time.Now().Before(until); {
				moved, err = b.Clocks.History(ctx, []string{id})
				must(err)
				time.Sleep(20 * time.Millisecond)
			}
			stop()
			must(<-ended)
			k, err := b.Clocks.Of(ctx, "x")
			must(err)
			if len(moved) != 1 || k[0].Provisional || k[0].DueOn != moved[0].ToDue || !b.Wall.Days().Working(k[0].DueOn) || b.Wall.Days().Hash() != b.Days.Hash() {
				t.Errorf("%+v, clock %+v", moved, k)
			}
			for _, want := range []string{"rules=" + b.Rules.Hash(), "program_calendar=" + b.Days.Hash(), "calendar=" + older.Hash(), "the program brings a calendar"} {
				if !strings.Contains(said.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, said.String())
				}
			}
		})
	}
}
