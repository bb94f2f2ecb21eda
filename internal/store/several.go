package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Several processes may serve one office from one PostgreSQL. They agree by its advisory locks, which end with the connection that holds them: a process that
// is lost gives back what it held. SQLite has one process, which has whatever it asks for.

// lockEvery is how often a lock that somebody else holds is asked for again, and one that is held is looked at.
const lockEvery = 2 * time.Second

// Locks of an office.
const (
	lockServe = "serve" // held alone by a process that serves alone, together by those that share
	lockLead  = "lead"  // held by the process that does the program's own work
)

// Served is an office that this process serves.
type Served struct {
	First bool // nobody else served it when it was taken, and nobody else can until Settle
	conn  *sql.Conn
	pool  *sql.DB
	how   string
	stop  func()
	done  chan struct{}
}

// Serve takes the office for this process: alone, or together with others that share it. nil without an error is that another process is in the way. One that
// shares waits until the first has settled.
func (db *DB) Serve(ctx context.Context, shared bool) (*Served, error) {
	if db.engine != Postgres {
		return &Served{First: true}, nil
	}
	pool, err := db.pool()
	if err != nil {
		return nil, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &Served{conn: conn, pool: pool, how: "pg_try_advisory_lock"}
	if s.First, err = try(ctx, conn, s.how, lockServe); err == nil && s.First {
		if shared {
			s.how = "pg_try_advisory_lock_shared"
		} else {
			s.watch()
		}
		return s, nil
	}
	if s.how = "pg_try_advisory_lock_shared"; shared && err == nil {
		until := time.Now().Add(settleTime)
		for err == nil && time.Now().Before(until) {
			var ok bool
			if ok, err = try(ctx, conn, s.how, lockServe); err == nil && ok {
				s.watch()
				return s, nil
			}
			select {
			case <-ctx.Done():
				err = ctx.Err()
			case <-time.After(lockEvery / 10):
			}
		}
	}
	release(conn)
	return nil, err
}

// settleTime is how long a process waits for the first one to make or bring up to date what it serves.
const settleTime = 2 * time.Minute

// Settle lets others that share the office serve it too.
func (s *Served) Settle(ctx context.Context) error {
	if s.conn == nil || s.stop != nil {
		return nil
	}
	ok, err := try(ctx, s.conn, s.how, lockServe)
	if err == nil && ok {
		_, err = try(ctx, s.conn, "pg_advisory_unlock", lockServe)
	}
	s.watch()
	return err
}

// watch keeps the lock until Leave.
func (s *Served) watch() {
	held, stop := context.WithCancel(context.Background())
	s.stop, s.done = stop, make(chan struct{})
	go func() {
		defer close(s.done)
		keep(held, s.pool, s.conn, s.how)
	}()
}

// Leave gives the office back.
func (s *Served) Leave() {
	switch {
	case s.stop != nil:
		s.stop()
		<-s.done
	case s.conn != nil:
		release(s.conn)
	}
}

// keep looks after a lock: where its connection is lost it takes the lock again on another, as soon as it can.
func keep(ctx context.Context, pool *sql.DB, conn *sql.Conn, how string) {
	tick := time.NewTicker(lockEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if conn != nil {
				release(conn)
			}
			return
		case <-tick.C:
		}
		if conn != nil && conn.PingContext(ctx) == nil {
			continue
		}
		if conn != nil { // what still holds the lock goes into no pool with it
			release(conn)
			conn = nil
		}
		next, err := pool.Conn(ctx)
		if err != nil {
			continue
		}
		if ok, err := try(ctx, next, how, lockServe); err != nil || !ok {
			release(next)
			continue
		}
		conn = next
	}
}

// Lead has the program's own work done by one process at a time: it waits until it is this one, runs work, and comes back when ctx ends. Where the connection
// that holds the lock is lost, work's context ends, and another process may go on; work must bear being begun again.
func (db *DB) Lead(ctx context.Context, work func(context.Context)) error {
	if db.engine != Postgres {
		work(ctx)
		return nil
	}
	pool, err := db.pool()
	if err != nil {
		return err
	}
	for {
		if conn, err := pool.Conn(ctx); err == nil {
			if mine, err := try(ctx, conn, "pg_try_advisory_lock", lockLead); err == nil && mine {
				lead(ctx, conn, work)
			}
			release(conn)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(lockEvery):
		}
	}
}

// lead runs work as long as the connection that holds the lock lives.
func lead(ctx context.Context, conn *sql.Conn, work func(context.Context)) {
	within, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(within)
	}()
	tick := time.NewTicker(lockEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			if conn.PingContext(within) != nil {
				stop()
				<-done
				return
			}
		}
	}
}

// release gives back all locks of a connection, and the connection.
func release(conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), lockEvery)
	defer cancel()
	_, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock_all()") // a broken connection has none
	_ = conn.Close()
}

// try calls one of PostgreSQL's functions on a lock. The first number keeps Huzhi's locks apart from goose's and others'.
func try(ctx context.Context, conn *sql.Conn, function, name string) (ok bool, err error) {
	err = conn.QueryRowContext(ctx, fmt.Sprintf("SELECT %s(%d, hashtext($1))", function, lockSpace), name).Scan(&ok)
	return ok, err
}

// lockSpace is "hz".
const lockSpace = 'h'<<8 | 'z'
