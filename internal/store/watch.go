package store

import (
	"context"
	"os"
	"sync/atomic"
	"time"
)

// Pools is how the connections to the database are used.
type Pools struct {
	Waiting int64         // transactions that wait to write
	Waits   int64         // that had to wait since the start
	Waited  time.Duration // all together
	InUse   int
	WAL     int64 // bytes of SQLite's write-ahead log
}

// queue counts the transactions that are begun or wait to begin.
type queue struct{ in, running atomic.Int64 }

// Pools tells how the connections are used.
func (db *DB) Pools() (p Pools) {
	p.Waiting = max(0, db.queue.in.Load()-db.queue.running.Load())
	pool, err := db.write.DB()
	if err != nil {
		return p
	}
	s := pool.Stats()
	p.Waits, p.Waited, p.InUse = s.WaitCount, s.WaitDuration, s.InUse
	if db.engine != SQLite {
		return p
	}
	if pool, err := db.read.DB(); err == nil {
		p.InUse += pool.Stats().InUse
	}
	if info, err := os.Stat(db.file + "-wal"); err == nil {
		p.WAL = info.Size()
	}
	return p
}

// Bytes is the size of the database; 0 where it cannot be said.
func (db *DB) Bytes(ctx context.Context) (n int64) {
	query := "SELECT pg_database_size(current_database())"
	if db.engine == SQLite {
		query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
	}
	if db.Read(ctx).Raw(query).Scan(&n).Error != nil {
		return 0
	}
	return n
}
