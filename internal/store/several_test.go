package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func open(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestServe: a process that serves alone keeps all others away, and those that share keep away whoever would serve alone.
func TestServe(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, store.Postgres)
	serve := func(db *store.DB, shared, wantFirst, wantOK bool) func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s, err := db.Serve(ctx, shared)
		if !wantOK {
			if s != nil || err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("shared %v: %v %v", shared, s, err)
			}
			return nil
		}
		if err != nil || s == nil || s.First != wantFirst {
			t.Fatalf("shared %v: %v %v", shared, s, err)
		}
		if err := s.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s.Leave
	}
	a, b, c := open(t, url), open(t, url), open(t, url)
	give := serve(a, false, true, true)
	serve(b, false, false, false)
	serve(b, true, false, false)
	give()
	one := serve(a, true, true, true)
	two := serve(b, true, false, true)
	serve(c, false, false, false)
	one()
	serve(c, false, false, false)
	two()
	// Who shares waits until the first has settled.
	s, err := a.Serve(t.Context(), true)
	if err != nil || s == nil || !s.First {
		t.Fatal(s, err)
	}
	serve(b, true, false, false)
	settled := make(chan error, 1)
	go func() { settled <- s.Settle(t.Context()) }()
	three := serve(b, true, false, true)
	if err := <-settled; err != nil {
		t.Fatal(err)
	}
	s.Leave()
	three()
	serve(c, false, true, true)()
}

// TestLead: one process at a time does the work; when it ends, or its connection is cut, another goes on.
func TestLead(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, store.Postgres)
	a, b := open(t, url), open(t, url)
	var at, most atomic.Int64
	turns := make(chan string, 10)
	work := func(name string) func(context.Context) {
		return func(ctx context.Context) {
			if n := at.Add(1); n > most.Load() {
				most.Store(n)
			}
			turns <- name
			<-ctx.Done()
			at.Add(-1)
		}
	}
	first, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- a.Lead(first, work("a")) }()
	if <-turns != "a" {
		t.Fatal("not a")
	}
	second, end := context.WithCancel(t.Context())
	go func() { ended <- b.Lead(second, work("b")) }()
	select {
	case who := <-turns:
		t.Fatal(who, "works beside a")
	case <-time.After(3 * time.Second):
	}
	// What holds the lock is cut off: a stops, and one of the two goes on.
	if err := b.Read(t.Context()).Exec("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").Error; err != nil {
		t.Fatal(err)
	}
	<-turns
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if at.Load() == 0 { // it was a again
		if who := <-turns; who != "b" {
			t.Fatal(who)
		}
	}
	end()
	if err := <-ended; err != nil || most.Load() != 1 {
		t.Fatal(most.Load(), err)
	}
}
