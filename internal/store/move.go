package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Progress is how far a copy has come.
type Progress struct {
	Table        string
	Done, Tables int   // tables
	Rows         int64 // of the table
}

// ErrOther says that two databases do not hold the same.
var ErrOther = errors.New("the two databases do not hold the same")

// moving is the table of a database that is being filled by Move: which tables it holds already. It goes when all is there.
const moving = "move_progress"

// Move carries all rows of an office into another database: empty, or one that an earlier Move did not finish. Tables that are there already are not
// carried again. At the end every table of both is read, counted and hashed; ErrOther where they differ. Nobody may write to either meanwhile.
// Both are at this program's version afterwards; the source must be before.
func Move(ctx context.Context, from, to *DB, progress func(Progress)) error {
	empty, err := to.Empty(ctx)
	if err != nil {
		return err
	}
	half, err := to.HalfMoved(ctx)
	if err != nil {
		return err
	}
	if !empty && !half {
		return fmt.Errorf("move: %w", ErrNotEmpty)
	}
	if empty {
		if err := to.write.WithContext(ctx).Exec("CREATE TABLE " + moving + " (name TEXT PRIMARY KEY)").Error; err != nil {
			return err
		}
	}
	if _, err := to.Migrate(ctx); err != nil {
		return err
	}
	if err := from.Snapshot(ctx, func(q *gorm.DB) error { return carry(ctx, q, from.engine, to, progress) }); err != nil {
		return err
	}
	return to.write.WithContext(ctx).Exec("DROP TABLE " + moving).Error
}

// ErrNotEmpty says that a database that was to be filled holds something.
var ErrNotEmpty = errors.New("the database is not empty")

// HalfMoved says whether a Move into this database was not finished: nobody may work with it.
func (db *DB) HalfMoved(ctx context.Context) (bool, error) {
	query := "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
	if db.engine == Postgres {
		query = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = ?"
	}
	var n int64
	err := db.Read(ctx).Raw(query, moving).Scan(&n).Error
	return n > 0, err
}

// carry fills a database's tables with the rows that q sees. q's engine is named; the other's must be SQLite if it is not: the tables, their columns and
// what they refer to are asked of SQLite.
func carry(ctx context.Context, q *gorm.DB, engine string, to *DB, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	plan := q
	if engine != SQLite {
		plan = to.Read(ctx)
	}
	list, err := tablesOf(plan)
	if err != nil {
		return err
	}
	half, err := to.HalfMoved(ctx)
	if err != nil {
		return err
	}
	var have []string
	if half {
		if err := to.Read(ctx).Raw("SELECT name FROM " + moving).Scan(&have).Error; err != nil {
			return err
		}
	}
	if len(have) == 0 { // what the migrations put in
		if err := to.Tx(ctx, func(tx *Tx) error {
			for _, t := range slices.Backward(list) {
				if err := tx.Exec("DELETE FROM " + t.name).Error; err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	for i, t := range list {
		if slices.Contains(have, t.name) {
			continue
		}
		p := Progress{Table: t.name, Done: i, Tables: len(list)}
		err := to.Tx(ctx, func(tx *Tx) error {
			n, err := t.fill(q, tx)
			if p.Rows = n; err != nil || !half {
				return err
			}
			return tx.Exec("INSERT INTO "+moving+" (name) VALUES (?)", t.name).Error
		})
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		p.Done++
		progress(p)
	}
	for _, t := range list {
		a, err := t.sum(q)
		if err != nil {
			return err
		}
		b, err := t.sum(to.Read(ctx))
		if err != nil {
			return err
		}
		if a != b {
			return fmt.Errorf("table %s: %d rows (%s) here, %d rows (%s) there: %w", t.name, a.rows, a, b.rows, b, ErrOther)
		}
	}
	return nil
}

// table is a table as SQLite knows it.
type table struct {
	name    string
	columns []string
	own     bool // its rows refer to rows of its own
	refers  []string
}

// tablesOf are the tables with those first that others refer to.
func tablesOf(q *gorm.DB) ([]table, error) {
	var names []string
	err := q.Raw("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN ('goose_db_version', '" + moving + "') ORDER BY name").Scan(&names).Error
	if err != nil {
		return nil, err
	}
	byName := map[string]*table{}
	for _, n := range names {
		t := &table{name: n}
		byName[n] = t
		if err := q.Raw("SELECT name FROM pragma_table_info(?) ORDER BY cid", n).Scan(&t.columns).Error; err != nil {
			return nil, err
		}
		if err := q.Raw(`SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)`, n).Scan(&t.refers).Error; err != nil {
			return nil, err
		}
		t.own = slices.Contains(t.refers, n)
	}
	var list []table
	state := map[string]int{}
	var visit func(n string) error
	visit = func(n string) error {
		switch state[n] {
		case 1:
			return fmt.Errorf("tables refer to each other in a circle, by %s", n)
		case 2:
			return nil
		}
		state[n] = 1
		for _, r := range byName[n].refers {
			if r == n {
				continue
			}
			if err := visit(r); err != nil {
				return err
			}
		}
		state[n] = 2
		list = append(list, *byName[n])
		return nil
	}
	for _, n := range names {
		if err := visit(n); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// batch is how many values go in one statement: SQLite takes 32,766, PostgreSQL 65,535.
const batch = 8000

// fill carries a table's rows over.
func (t table) fill(q *gorm.DB, tx *Tx) (n int64, err error) {
	if t.own {
		restore, err := t.late(tx)
		if err != nil {
			return 0, err
		}
		defer func() {
			if err == nil {
				err = restore()
			}
		}()
	}
	into := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES "
	one := "(?" + strings.Repeat(", ?", len(t.columns)-1) + ")"
	most := max(1, batch/len(t.columns))
	var values []any
	rows := 0
	put := func() error {
		if rows == 0 {
			return nil
		}
		err := tx.Exec(into+one+strings.Repeat(", "+one, rows-1), values...).Error
		n += int64(rows)
		values, rows = values[:0], 0
		return err
	}
	err = t.each(q, func(row []any) error {
		values = append(values, row...)
		if rows++; rows < most {
			return nil
		}
		return put()
	})
	if err == nil {
		err = put()
	}
	return n, err
}

// late has references within the table checked when all its rows are there.
func (t table) late(tx *Tx) (restore func() error, err error) {
	if !tx.Postgres() {
		return func() error { return nil }, tx.Exec("PRAGMA lateforeign_keys = ON").Error
	}
	var names []string
	err = tx.Raw("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = ?::regclass AND confrelid = conrelid", t.name).Scan(&names).Error
	if err != nil {
		return nil, err
	}
	alter := func(how string) error {
		for _, c := range names {
			if err := tx.Exec("ALTER TABLE " + t.name + " ALTER CONSTRAINT " + c + " " + how).Error; err != nil {
				return err
			}
		}
		return nil
	}
	return func() error {
		if err := tx.Exec("SET CONSTRAINTS ALL IMMEDIATE").Error; err != nil {
			return err
		}
		return alter("NOT DEFERRABLE")
	}, alter("DEFERRABLE INITIALLY DEFERRED")
}

// each reads a table's rows.
func (t table) each(q *gorm.DB, fn func(row []any) error) (err error) {
	rows, err := q.Raw("SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name).Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row, at := make([]any, len(t.columns)), make([]any, len(t.columns))
		for i := range row {
			at[i] = &row[i]
		}
		if err := rows.Scan(at...); err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sum is what a table holds: how many rows, and all their hashes put together so that their order is no matter.
type sum struct {
	rows int64
	hash [sha256.Size]byte
}

func (s sum) String() string { return hex.EncodeToString(s.hash[:8]) }

func (t table) sum(q *gorm.DB) (s sum, err error) {
	h := sha256.New()
	var one [sha256.Size]byte
	err = t.each(q, func(row []any) error {
		h.Reset()
		for _, v := range row {
			if err := digest(h, v); err != nil {
				return err
			}
		}
		h.Sum(one[:0])
		for i := range s.hash {
			s.hash[i] ^= one[i]
		}
		s.rows++
		return nil
	})
	return s, err
}

// digest hashes a value so that it is the same on both engines.
func digest(h hash.Hash, v any) error {
	put := func(kind byte, b []byte) {
		var head [9]byte
		head[0] = kind
		binary.BigEndian.PutUint64(head[1:], uint64(len(b)))
		h.Write(head[:])
		h.Write(b)
	}
	number := func(kind byte, n int64) { put(kind, binary.BigEndian.AppendUint64(nil, uint64(n))) }
	switch x := v.(type) {
	case nil:
		put('0', nil)
	case string:
		put('s', []byte(x))
	case []byte:
		put('s', x)
	case int64:
		number('n', x)
	case int32:
		number('n', int64(x))
	case bool:
		n := int64(0)
		if x {
			n = 1
		}
		number('b', n)
	case time.Time:
		number('t', x.UnixMicro())
	case float64:
		number('f', int64(math.Float64bits(x)))
	default:
		return fmt.Errorf("no way to compare a %T", v)
	}
	return nil
}
