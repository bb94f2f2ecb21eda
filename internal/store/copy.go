package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

// CopyTo writes the whole database, as of one moment, into a new SQLite file while others go on writing. A copy of a PostgreSQL office is an SQLite
// file too: it can be read, checked and brought back without PostgreSQL. The file must not be there; it is flushed to the disk. progress may be nil.
func (db *DB) CopyTo(ctx context.Context, file string, progress func(Progress)) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("copy to %s: %w", file, os.ErrExist)
	}
	err := db.copyTo(ctx, file, progress)
	if err == nil {
		err = flush(file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("copy to %s: %w", file, err), discard(file))
	}
	return nil
}

func (db *DB) copyTo(ctx context.Context, file string, progress func(Progress)) error {
	if db.engine == SQLite {
		// Not by the pool that reads: it refuses to write, into another file too. Not by the backup API: it begins anew whenever somebody writes.
		// What is ours alone here: the statement reads one moment of the write-ahead log, and nobody waits for it.
		return alone(ctx, db.file, "VACUUM INTO ?", file)
	}
	to, err := Open(ctx, Options{URL: "sqlite:" + file, Now: db.now})
	if err != nil {
		return err
	}
	err = func() error {
		if _, err := to.Migrate(ctx); err != nil {
			return err
		}
		return db.Snapshot(ctx, func(q *gorm.DB) error { return carry(ctx, q, Postgres, to, progress) })
	}()
	if err = errors.Join(err, to.Close()); err != nil {
		return err
	}
	return alone(ctx, file, "PRAGMA journal_mode=DELETE") // back to a plain file, without a log beside it
}

// alone runs one statement on a connection of its own to an SQLite file.
func alone(ctx context.Context, file, statement string, args ...any) error {
	g, err := open(ctx, sqlite.Open("file:"+escaped(file)+"?_busy_timeout=10000"), 1)
	if err != nil {
		return err
	}
	return errors.Join(g.WithContext(ctx).Exec(statement, args...).Error, closed(g))
}

// OpenCopy opens an SQLite file that nobody writes to, and changes nothing of it: no log beside it, no lock, no byte.
func OpenCopy(ctx context.Context, file string) (*DB, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	db, err := Open(ctx, Options{URL: "sqlite:" + file, frozen: true})
	if err != nil {
		return nil, err
	}
	return db, nil
}

// Whole has SQLite check the file's pages, indexes and references to other rows. What is wrong is an error. On PostgreSQL, which checks pages by itself
// (data_checksums), it does nothing.
func (db *DB) Whole(ctx context.Context) error {
	if db.engine != SQLite {
		return nil
	}
	var said []string
	if err := db.Read(ctx).Raw("PRAGMA integrity_check(5)").Scan(&said).Error; err != nil {
		return err
	}
	if len(said) != 1 || said[0] != "ok" {
		return fmt.Errorf("the database file is damaged: %s", strings.Join(said, "; "))
	}
	return nil
}

// Empty says whether a database has no tables: it holds no office, and no other program's rows either.
func (db *DB) Empty(ctx context.Context) (bool, error) {
	query := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'"
	if db.engine == Postgres {
		query = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()"
	}
	var n int64
	err := db.Read(ctx).Raw(query).Scan(&n).Error
	return n == 0, err
}

func escaped(file string) string { return (&url.URL{Path: file}).EscapedPath() }

func closed(g *gorm.DB) error {
	pool, err := g.DB()
	if err != nil {
		return err
	}
	return pool.Close()
}

// flush has a file and its name on the disk.
func flush(file string) error {
	for _, name := range []string{file, filepath.Dir(file)} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// discard removes what there is of a database file.
func discard(file string) error {
	var list []error
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			list = append(list, err)
		}
	}
	return errors.Join(list...)
}

// snapshot is a transaction that sees one moment.
var snapshot = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
