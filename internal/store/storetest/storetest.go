// Package storetest gives each test a migrated database of its own, on SQLite and on PostgreSQL.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that makes and drops the test databases

	"huzhi/internal/store"
)

// Now is the time that test databases stand at unless told otherwise: a working Friday.
var Now = time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)

// Each runs fn once for every engine, as a subtest named for it. Without PostgreSQL on the machine its run is
// skipped with a sentence; with HUZHI_TEST_POSTGRES=require it fails instead. A short run is on SQLite alone.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	engines := []string{store.SQLite, store.Postgres}
	if testing.Short() {
		engines = engines[:1]
	}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { fn(t, Open(t, Migrated(t, engine))) })
	}
}

// SQLite is a migrated SQLite database.
func SQLite(t testing.TB) *store.DB { return Open(t, Migrated(t, store.SQLite)) }

// Open opens and migrates the database at url, its clock at Now and its identifiers from a fixed seed.
func Open(t testing.TB, url string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{URL: url, Now: func() time.Time { return Now }, Entropy: Entropy(1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// Entropy is a stream of bytes fixed by its seed.
func Entropy(seed uint64) io.Reader {
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	return rand.NewChaCha8(key)
}

// URL is the address of a fresh, empty database that goes with the test.
func URL(t testing.TB, engine string) string {
	t.Helper()
	if engine == store.SQLite {
		return "sqlite:" + filepath.Join(t.TempDir(), "huzhi.db")
	}
	return create(t, postgres(t), "template1")
}

// Migrated is the address of a fresh database with all its tables: a copy of one that the test program migrates once.
func Migrated(t testing.TB, engine string) string {
	t.Helper()
	if engine == store.SQLite {
		file, err := sqliteTables()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "huzhi.db")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		return "sqlite:" + path
	}
	server := postgres(t)
	server.migrate.Do(func() { server.failed = server.tables() })
	if server.failed != nil {
		t.Fatal(server.failed)
	}
	return create(t, server, tables)
}

// tables is the name of the database that is migrated once and copied.
const tables = "tables"

var sqliteTables = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "huzhi-tables-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "huzhi.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func (c *cluster) tables() error {
	admin, err := sql.Open("pgx", c.url("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close()
	if _, err := admin.Exec("CREATE DATABASE " + tables); err != nil {
		return err
	}
	return migrate(c.url(tables))
}

func migrate(url string) error {
	db, err := store.Open(context.Background(), store.Options{URL: url, Now: func() time.Time { return Now }, Entropy: Entropy(1)})
	if err != nil {
		return err
	}
	_, err = db.Migrate(context.Background())
	return errors.Join(err, db.Close())
}

// create makes a database like another one, and drops it with the test.
func create(t testing.TB, server *cluster, like string) string {
	t.Helper()
	name := fmt.Sprintf("t%d_%d", os.Getpid(), count.Add(1))
	admin, err := sql.Open("pgx", server.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + like); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin, err := sql.Open("pgx", server.url("postgres"))
		if err == nil {
			defer admin.Close()
			_, err = admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		}
		if err != nil {
			t.Log(err)
		}
	})
	return server.url(name)
}

var (
	count  atomic.Int64
	once   sync.Once
	server *cluster
	failed error
)

type cluster struct {
	dir     string
	attr    *syscall.SysProcAttr
	stays   bool   // its folder outlives it
	end     func() // ends the server and waits for it
	migrate sync.Once
	failed  error // why the tables could not be made
}

func (c *cluster) url(db string) string {
	return "postgres://postgres@/" + db + "?host=" + c.dir + "&sslmode=disable"
}

// postgres starts one PostgreSQL for the test program; it ends with the program.
func postgres(t testing.TB) *cluster {
	t.Helper()
	bin := binaries()
	if bin == "" {
		if os.Getenv("HUZHI_TEST_POSTGRES") == "require" {
			t.Fatal("PostgreSQL is required here and is not installed (looked in /usr/lib/postgresql/*/bin)")
		}
		t.Skip("PostgreSQL is not installed: this run tests SQLite only (Debian: apt-get install postgresql)")
	}
	once.Do(func() { server, failed = start(bin) })
	if failed != nil {
		t.Fatal(failed)
	}
	return server
}

// Server starts a PostgreSQL for a program that is no test, and gives the address of an empty database in it; end, which must be called, ends it.
func Server() (url string, end func(), err error) {
	bin := binaries()
	if bin == "" {
		return "", nil, errors.New("PostgreSQL is not installed (looked in /usr/lib/postgresql/*/bin)")
	}
	c, err := start(bin)
	if err != nil {
		return "", nil, err
	}
	return c.url("postgres"), c.end, nil
}

func binaries() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	sort.Strings(found)
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// Restartable is a PostgreSQL of the test's own with an empty database: stop ends it at once, as a crash of its machine's service would, start brings it back
// with what it had written.
func Restartable(t testing.TB) (url string, stop, again func()) {
	t.Helper()
	bin := binaries()
	if bin == "" {
		postgres(t) // skips, or fails
	}
	c, err := start(bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.end(); _ = os.RemoveAll(c.dir) })
	c.stays = true
	return c.url("postgres"), func() { c.end() }, func() {
		t.Helper()
		if err := c.serve(bin); err != nil {
			t.Fatal(err)
		}
	}
}

func start(bin string) (*cluster, error) {
	dir, err := os.MkdirTemp("", "huzhi-pg-")
	if err != nil {
		return nil, err
	}
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() == 0 { // the server refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(bin+"/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: attr.Credential}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	c := &cluster{dir: dir, attr: attr}
	return c, c.serve(bin)
}

// serve starts the server on its folder and waits until it answers.
func (c *cluster) serve(bin string) error {
	dir := c.dir
	serve := exec.Command(bin+"/postgres", "-D", filepath.Join(dir, "data"), "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=200")
	serve.Dir, serve.SysProcAttr = dir, c.attr
	started, ended := make(chan error, 1), make(chan struct{})
	go func() { // Pdeathsig is the thread's: keep the one that starts the server alive
		runtime.LockOSThread()
		err := serve.Start()
		started <- err
		if err == nil {
			_ = serve.Wait()
			if !c.stays {
				_ = os.RemoveAll(dir)
			}
			close(ended)
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	c.end = func() {
		_ = serve.Process.Signal(syscall.SIGINT) // it may have ended
		<-ended
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		db, err := sql.Open("pgx", c.url("postgres"))
		if err == nil {
			err = db.Ping()
			db.Close()
		}
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("PostgreSQL did not come up: %w", err)
		}
	}
}
