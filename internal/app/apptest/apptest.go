// Package apptest opens the whole program for a test as main does: a data folder, a database on either engine, people, and the site over HTTP.
package apptest

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"testing"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/app"
	"huzhi/internal/browser"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// Today is the day that the offices of tests stand at: a working Friday.
var Today = calendar.Date(2026, 11, 20)

// Office is the program, open and serving.
type Office struct {
	*app.App
	Base string                  // the site's address
	By   map[string]access.Actor // the people of accesstest, by username
}

// Each runs fn for every engine, as a subtest named for it; a short run is on SQLite alone.
func Each(t *testing.T, fn func(t *testing.T, o *Office)) {
	t.Helper()
	engines := []string{store.SQLite, store.Postgres}
	if testing.Short() {
		engines = engines[:1]
	}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { fn(t, Open(t, engine)) })
	}
}

// Open opens the program on an empty database of an engine, with the people of accesstest.
func Open(t testing.TB, engine string) *Office {
	t.Helper()
	flags := map[string]string{"data": t.TempDir()}
	if engine == store.Postgres {
		flags["database.url"] = storetest.Migrated(t, engine)
	}
	return Serve(t, Furnish(t, Start(t, flags)))
}

// Serve serves the site of an open program.
func Serve(t testing.TB, o *Office) *Office {
	t.Helper()
	site, err := o.Site(nil)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(site)
	t.Cleanup(srv.Close)
	o.Base = srv.URL
	return o
}

// Furnish puts the people of accesstest into an open program that has none.
func Furnish(t testing.TB, a *app.App) *Office {
	t.Helper()
	o := &Office{App: a, By: accesstest.New(t, a.DB).By}
	if err := o.Guard.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// Start opens the program with settings, its day fixed to Today.
func Start(t testing.TB, flags map[string]string) *app.App {
	t.Helper()
	cfg, err := config.Load(config.LoadOptions{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, app.Options{Log: slog.New(slog.NewTextHandler(said{t}, &slog.HandlerOptions{Level: slog.LevelError})), Today: Today, Own: true, Create: true, Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
			t.Log(err)
		}
	})
	return a
}

// said writes what the program logs as a fault into the test's log.
type said struct{ t testing.TB }

func (s said) Write(b []byte) (int, error) { s.t.Log(string(b)); return len(b), nil }

// As is a client in which somebody has signed in.
func (o *Office) As(t testing.TB, username string) *webtest.Client {
	t.Helper()
	return webtest.SignIn(t, o.Base, username)
}

// Chromium is a browser that goes with the test. Without one on the machine the test is skipped with a sentence; with
// HUZHI_TEST_BROWSER=require it fails instead. A short run has no browser.
func Chromium(t testing.TB) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a short run has no browser (-short)")
	}
	ctx, end, err := browser.Open(t.Context(), t.TempDir())
	if errors.Is(err, browser.ErrMissing) && os.Getenv("HUZHI_TEST_BROWSER") != "require" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return ctx
}
