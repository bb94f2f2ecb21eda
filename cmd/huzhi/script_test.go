package main

import (
	"context"
	"database/sql"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // scripts change the database behind the program's back
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"huzhi": main}) }

// TestScripts runs the program as a person does: testdata/script, one file a story. Commands of our own are below.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "en_US.UTF-8")
			e.Setenv("LC_ALL", "")
			e.Setenv("HUZHI_ADDR", "127.0.0.1:0") // whatever else runs on this machine
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"port": port, "busy": busy, "get": get, "sql": change, "head": head, "line": line, "appears": appears},
	})
}

// port NAME: puts a free address of this machine into a variable.
func port(ts *testscript.TestScript, _ bool, args []string) {
	ln := listen(ts)
	ts.Setenv(args[0], ln.Addr().String())
	ts.Check(ln.Close())
}

// busy NAME: puts an address that another program uses into a variable.
func busy(ts *testscript.TestScript, _ bool, args []string) {
	ln := listen(ts)
	ts.Setenv(args[0], ln.Addr().String())
	ts.Defer(func() { _ = ln.Close() })
}

func listen(ts *testscript.TestScript) net.Listener {
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	return ln
}

// get URL STATUS [TEXT]: asks for a page, waiting up to 20 seconds until somebody serves there.
func get(ts *testscript.TestScript, _ bool, args []string) {
	hc := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		r, err := hc.Get(args[0])
		if err != nil {
			if time.Now().After(end) {
				ts.Fatalf("%v", err)
			}
			continue
		}
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		ts.Check(err)
		if strconv.Itoa(r.StatusCode) != args[1] {
			ts.Fatalf("%s: status %d, want %s", args[0], r.StatusCode, args[1])
		}
		if len(args) > 2 && !strings.Contains(string(body), args[2]) {
			ts.Fatalf("%s: no %q in\n%s", args[0], args[2], body)
		}
		return
	}
}

// sql FILE STATEMENT: changes an SQLite database past the program.
func change(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite3", "file:"+ts.MkAbs(args[0])+"?_busy_timeout=5000")
	ts.Check(err)
	_, err = db.Exec(args[1])
	ts.Check(err)
	ts.Check(db.Close())
}

// head NAME FILE: puts the newest entry of an office's log into a variable, as verify tells it.
func head(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite3", "file:"+ts.MkAbs(args[1])+"?_busy_timeout=5000")
	ts.Check(err)
	var is string
	ts.Check(db.QueryRow("SELECT seq || ':' || hash FROM audit_head").Scan(&is))
	ts.Setenv(args[0], is)
	ts.Check(db.Close())
}

// line NAME FILE: puts the first line of a file into a variable.
func line(ts *testscript.TestScript, _ bool, args []string) {
	first, _, _ := strings.Cut(ts.ReadFile(args[1]), "\n")
	ts.Setenv(args[0], first)
}

// appears PATTERN: waits up to 20 seconds until there is a file of that name.
func appears(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		found, err := filepath.Glob(ts.MkAbs(args[0]))
		ts.Check(err)
		if len(found) > 0 {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s does not appear", args[0])
		}
	}
}
