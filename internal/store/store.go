// Package store opens the database (SQLite or PostgreSQL) and is the only way to write to it: one Tx with its own fixed time.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	dice "math/rand/v2"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// The engines.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Options say which database to open and where its time and chance come from.
type Options struct {
	URL     string           // "sqlite:/path/huzhi.db" or "postgres://…"
	Now     func() time.Time // the office's clock; nil is the machine's
	Entropy io.Reader        // for identifiers; nil is crypto/rand

	frozen bool // an SQLite file that nobody writes to (OpenCopy)
}

// DB is an open office database.
type DB struct {
	write, read *gorm.DB
	engine      string
	file        string // of SQLite
	now         func() time.Time
	queue       queue
	turns       chan struct{} // who writes now; the others wait in the order in which they came
	mu          sync.Mutex    // entropy need not be safe for many
	entropy     io.Reader
}

// Open opens the database; it does not migrate it.
func Open(ctx context.Context, o Options) (*DB, error) {
	db := &DB{now: o.Now, entropy: o.Entropy}
	if db.now == nil {
		db.now = time.Now
	}
	if db.entropy == nil {
		db.entropy = rand.Reader
	}
	var err error
	switch {
	case strings.HasPrefix(o.URL, "sqlite:"):
		db.engine = SQLite
		err = db.openSQLite(ctx, strings.TrimPrefix(o.URL, "sqlite:"), o.frozen)
	case strings.HasPrefix(o.URL, "postgres://"), strings.HasPrefix(o.URL, "postgresql://"):
		db.engine = Postgres
		db.write, err = open(ctx, postgres.Open(o.URL), connections)
		db.read, db.turns = db.write, make(chan struct{}, connections/2)
	default:
		return nil, fmt.Errorf("database address %q: want sqlite:PATH or postgres://…", redact(o.URL))
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", redact(o.URL), err)
	}
	return db, nil
}

// connections is how many a process has to PostgreSQL. Half of them at most write: writers wait for each other's rows, and readers must not wait for them.
const connections = 16

// openSQLite keeps one connection that writes (writers queue here, not in SQLite) and a few that read. What is deleted is overwritten: a person
// who was erased from the vault is not left in the file.
func (db *DB) openSQLite(ctx context.Context, file string, frozen bool) (err error) {
	db.file, db.turns = file, make(chan struct{}, 1)
	if frozen {
		db.read, err = open(ctx, sqlite.Open("file:"+escaped(file)+"?mode=ro&immutable=1&_query_only=on"), 1)
		db.write = db.read
		return err
	}
	dsn := func(extra string) string {
		return "file:" + escaped(file) + "?_busy_timeout=10000&_journal_mode=WAL&_foreign_keys=on&_secure_delete=on&_synchronous=FULL&_cache_size=-16000&_stmt_cache_size=200" + extra
	}
	if db.write, err = open(ctx, sqlite.Open(dsn("&_txlock=immediate")), 1); err != nil {
		return err
	}
	db.read, err = open(ctx, sqlite.Open(dsn("&_query_only=on")), 4)
	return err
}

// open leaves prepared statements to the drivers, which both keep them with the connection: gorm's own PrepareStmt prepares anew in
// every transaction, since database/sql does not take a statement of one transaction into another.
func open(ctx context.Context, d gorm.Dialector, conns int) (*gorm.DB, error) {
	g, err := gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true, TranslateError: true,
		Logger: logger.Discard, DisableAutomaticPing: true,
		NowFunc: func() time.Time { return time.Time{} }, // a Tx brings its own
	})
	if err != nil {
		return nil, err
	}
	pool, err := g.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return g, pool.PingContext(ctx)
}

// redact takes the password out of an address.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	return u.Redacted()
}

// Engine is SQLite or Postgres.
func (db *DB) Engine() string { return db.engine }

// Close closes all connections.
func (db *DB) Close() error {
	var errs []error
	for _, g := range []*gorm.DB{db.read, db.write} {
		if g == nil {
			continue
		}
		if pool, err := g.DB(); err == nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Pool is the connection that writes, for the migrations.
func (db *DB) pool() (*sql.DB, error) { return db.write.DB() }

// Checkpoint writes what SQLite holds beside its file into it, and empties what is beside: what was overwritten in the file is then nowhere. On PostgreSQL
// it does nothing, whose copies hold no row that was replaced.
func (db *DB) Checkpoint(ctx context.Context) error {
	if db.engine != SQLite {
		return nil
	}
	return db.write.WithContext(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error
}

// Now is the office's time in UTC, cut to the millisecond.
func (db *DB) Now() time.Time { return cut(db.now()) }

func cut(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Read is for queries outside a transaction. It refuses to write on SQLite.
func (db *DB) Read(ctx context.Context) *gorm.DB { return db.read.WithContext(ctx) }

// Aside is a column for a condition that few rows fail: SQLite is kept from finding the rows by it, since it would take an index of the column for any
// other. PostgreSQL counts how many fail and needs no word.
func Aside(q *gorm.DB, column string) string {
	if q.Name() == SQLite {
		return "+" + column
	}
	return column
}

// Snapshot is for queries that must all see the database as of one moment while others go on writing.
func (db *DB) Snapshot(ctx context.Context, fn func(q *gorm.DB) error) error {
	return db.Read(ctx).Transaction(fn, snapshot)
}

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.Read(ctx).Raw("SELECT 1").Scan(&one).Error
}

// Tx is a transaction with its fixed time. Whatever must be written together takes one.
type Tx struct {
	*gorm.DB
	Now time.Time // UTC, to the millisecond
	*shared
}

// shared is what the copies of one transaction made by At have in common.
type shared struct {
	db     *DB
	before []func(*Tx) error
	kept   map[any]any
}

// Tx runs fn in one transaction: all of it is written, or nothing. A transaction that loses the race for a unique key is run
// once more, so that the second sees the row of the first (a form sent twice is one record); one that PostgreSQL ended to free a
// deadlock is run again too. So fn must be safe to run again.
func (db *DB) Tx(ctx context.Context, fn func(*Tx) error) error {
	err := db.once(ctx, fn)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return db.once(ctx, fn)
	}
	for wait := 5 * time.Millisecond; wait < 200*time.Millisecond; wait *= 2 {
		if !deadlocked(err) {
			break
		}
		select { // apart from the others, who begin again too
		case <-ctx.Done():
			return err
		case <-time.After(wait + dice.N(wait)):
		}
		err = db.once(ctx, fn)
	}
	return err
}

// deadlocked says whether PostgreSQL ended the transaction because of others: deadlock_detected, serialization_failure.
func deadlocked(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40P01" || e.Code == "40001")
}

func (db *DB) once(ctx context.Context, fn func(*Tx) error) error {
	db.queue.in.Add(1)
	defer db.queue.in.Add(-1)
	// database/sql gives a free connection to any of those that wait, so under load somebody waits for ever; here whoever came first is first.
	select {
	case db.turns <- struct{}{}:
		defer func() { <-db.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return db.write.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		db.queue.running.Add(1)
		defer db.queue.running.Add(-1)
		tx := (&Tx{DB: g, shared: &shared{db: db, kept: map[any]any{}}}).At(db.Now())
		if err := fn(tx); err != nil {
			return err
		}
		for i := 0; i < len(tx.before); i++ {
			if err := tx.before[i](tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// At is the same transaction at another time, for records of the past (the demonstration office, imports).
func (tx *Tx) At(t time.Time) *Tx {
	now := cut(t)
	g := tx.DB.Session(&gorm.Session{NewDB: true, NowFunc: func() time.Time { return now }})
	return &Tx{DB: g, Now: now, shared: tx.shared}
}

// BeforeCommit runs fn as the last thing in the transaction; its error rolls everything back.
func (tx *Tx) BeforeCommit(fn func(*Tx) error) { tx.before = append(tx.before, fn) }

// Keep gives the transaction's own value for a key, made on first use: for what gathers rows to write them together.
func Keep[T any](tx *Tx, key any, make func() *T) *T {
	if v, ok := tx.kept[key]; ok {
		return v.(*T)
	}
	v := make()
	tx.kept[key] = v
	return v
}

// Lock makes other transactions wait that want to change the same row, so that the second of two sees what the first did; rows of other tables may name it
// meanwhile (the key is nobody's to change), or two who link two records from both sides would wait for each other. On SQLite
// writers wait for each other anyway. table is a constant.
func (tx *Tx) Lock(table, id string) error {
	if !tx.Postgres() {
		return nil
	}
	var one []int
	return tx.Raw("SELECT 1 FROM "+table+" WHERE id = ? FOR NO KEY UPDATE", id).Scan(&one).Error
}

// Postgres says whether the transaction runs on PostgreSQL.
func (tx *Tx) Postgres() bool { return tx.db.engine == Postgres }

var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID is a new identifier of 26 characters that sorts by the transaction's time.
func (tx *Tx) NewID() string { return tx.db.newID(tx.Now) }

// NewID is a new identifier that sorts by the office's time: for forms, which carry the identifier of the record they make.
func (db *DB) NewID() string { return db.newID(db.Now()) }

func (db *DB) newID(t time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(t.UnixMilli())<<16)
	db.mu.Lock()
	defer db.mu.Unlock()
	if _, err := io.ReadFull(db.entropy, b[6:]); err != nil {
		panic("store: no entropy: " + err.Error())
	}
	return idText.EncodeToString(b[:])
}

// ValidID says whether s looks like an identifier that NewID makes.
func ValidID(s string) bool {
	if len(s) != 26 {
		return false
	}
	_, err := idText.DecodeString(s)
	return err == nil
}

// NextNumber gives the next number of a series, from 1, without gaps: it belongs to the transaction and returns with it.
func NextNumber(tx *Tx, series string) (n int64, err error) {
	err = tx.Raw(`INSERT INTO number_series (name, last) VALUES (?, 1)
		ON CONFLICT (name) DO UPDATE SET last = number_series.last + 1 RETURNING last`, series).Scan(&n).Error
	if err == nil && n == 0 {
		err = fmt.Errorf("number series %s gave no number", series)
	}
	return n, err
}

// Like is the pattern of a text that holds what was typed, for LIKE ? ESCAPE '\': what was typed has no wildcards.
func Like(typed string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(typed) + "%"
}

// Setting reads a row of settings, "" where there is none.
func (db *DB) Setting(ctx context.Context, name string) (value string, err error) {
	err = db.Read(ctx).Raw("SELECT value FROM settings WHERE name = ?", name).Scan(&value).Error
	return value, err
}

// SetSetting writes a row of settings.
func SetSetting(tx *Tx, name, value string) error {
	return tx.Exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value).Error
}

// Writable says whether files can be made in a folder, making the folder if need be.
func Writable(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
