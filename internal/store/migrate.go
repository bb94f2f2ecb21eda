package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// NewerError says that the database was made by a later program.
type NewerError struct{ Database, Program int64 }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the database is at version %d, this program knows %d only: use the newer program", e.Database, e.Program)
}

// Migrate brings the schema to this program's version and says how many steps it took.
// A database newer than the program is a *NewerError.
func (db *DB) Migrate(ctx context.Context) (steps int, err error) {
	p, err := db.provider()
	if err != nil {
		return 0, err
	}
	if err := db.refuseNewer(ctx, p); err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return len(done), nil
}

// ErrOlder says that the database was made by an earlier program and has not been migrated.
var ErrOlder = errors.New("the database is older than this program: run huzhi migrate")

// Current is nil when the schema is exactly this program's; ErrOlder or a *NewerError when not.
func (db *DB) Current(ctx context.Context) error {
	p, err := db.provider()
	if err != nil {
		return err
	}
	if err := db.refuseNewer(ctx, p); err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return err
	}
	if pending {
		return ErrOlder
	}
	return nil
}

func (db *DB) provider() (*goose.Provider, error) {
	pool, err := db.pool()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dialect, opts := goose.DialectSQLite3, []goose.ProviderOption{goose.WithVerbose(false)}
	if db.engine == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(dialect, pool, files, opts...)
}

func (db *DB) refuseNewer(ctx context.Context, p *goose.Provider) error {
	at, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the database's version: %w", err)
	}
	var known int64
	for _, s := range p.ListSources() {
		known = max(known, s.Version)
	}
	if at > known {
		return &NewerError{Database: at, Program: known}
	}
	return nil
}
