package store

import (
	"database/sql/driver"
	"errors"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// The troubles of what lies under the program. They pass, or somebody mends them, and the program goes on without a restart: nothing of a transaction that
// met one is written.
const (
	Full     = "full"     // the disk, or what the database may grow to
	ReadOnly = "readonly" // the disk or the database takes no writes
	Broken   = "broken"   // the disk reports faults
	Away     = "away"     // the database does not answer
	Busy     = "busy"     // others have been writing for too long
)

// Trouble says which of them an error is, of the database or of the disk; "" where it is none.
func Trouble(err error) string {
	if err == nil {
		return ""
	}
	var lite sqlite3.Error
	if errors.As(err, &lite) {
		return troubleOfSQLite(lite.Code)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return troubleOfPostgres(pg.Code)
	}
	var unreached *pgconn.ConnectError
	if errors.As(err, &unreached) {
		return Away
	}
	for _, x := range []struct {
		is  error
		why string
	}{
		{syscall.ENOSPC, Full}, {syscall.EDQUOT, Full}, {syscall.EROFS, ReadOnly}, {syscall.EIO, Broken},
		{driver.ErrBadConn, Away}, {syscall.ECONNREFUSED, Away}, {syscall.ECONNRESET, Away}, {syscall.EPIPE, Away},
	} {
		if errors.Is(err, x.is) {
			return x.why
		}
	}
	var network *net.OpError
	if errors.As(err, &network) && network.Op != "read" || strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "unexpected EOF") && strings.Contains(err.Error(), "receive") {
		return Away
	}
	return ""
}

func troubleOfSQLite(code sqlite3.ErrNo) string {
	switch code {
	case sqlite3.ErrFull:
		return Full
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return ReadOnly
	case sqlite3.ErrIoErr, sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return Broken
	case sqlite3.ErrCantOpen:
		return Away
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return Busy
	}
	return ""
}

// troubleOfPostgres goes by the classes of PostgreSQL's error codes (appendix A of its manual).
func troubleOfPostgres(code string) string {
	switch {
	case code == "53100": // disk_full
		return Full
	case code == "25006": // read_only_sql_transaction
		return ReadOnly
	case code == "58030", strings.HasPrefix(code, "XX0"): // io_error, data_corrupted
		return Broken
	case strings.HasPrefix(code, "08"), code == "57P01", code == "57P02", code == "57P03", code == "53300": // connection, shutdown, starting up, too many
		return Away
	case code == "55P03", code == "53200": // lock_not_available, out_of_memory
		return Busy
	}
	return ""
}
