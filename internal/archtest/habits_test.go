package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

func TestOnlyStoreAndAppKnowTheClock(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.helper || in(s.dir, "internal/store", "internal/app", "cmd", "bench") {
			continue
		}
		s.calls(func(recv, name string, c *ast.CallExpr) {
			if recv == "time" && (name == "Now" || name == "Since" || name == "Until") {
				t.Errorf("%s: time.%s: time is given, never read (tx.Now, db.Now, or an argument)", s.at(c), name)
			}
		})
	}
}

func TestOnlyTheDemoWritesInThePast(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.helper || in(s.dir, "internal/store", "internal/demo") {
			continue
		}
		s.calls(func(recv, name string, c *ast.CallExpr) {
			if name == "At" && strings.Contains(strings.ToLower(recv), "tx") {
				t.Errorf("%s: %s.At: only the demonstration office and imports write records of the past", s.at(c), recv)
			}
		})
	}
}

// traps are calls of gorm that do something else than they say, with what to write in their place.
var traps = []struct {
	name string
	but  []string // where it is known to be right
	bad  func(c *ast.CallExpr) bool
	why  string
}{
	{"Or", []string{"internal/access"}, nil, `q.Scopes(s).Where(a).Or(b) is "a OR b AND s": rows outside the scope. Write Where("a OR b")`},
	{"Save", nil, nil, "it sets every column, zero values too, and inserts what a stale version did not update. Write Updates(map[string]any{…})"},
	{"AutoMigrate", nil, nil, "it guesses, and drops or misses indexes. The schema is numbered SQL"},
	{"Migrator", nil, nil, "the schema is numbered SQL"},
	{"FirstOrCreate", nil, nil, "it is two statements with a gap between. Write INSERT … ON CONFLICT"},
	{"FirstOrInit", nil, nil, "it hides whether the row is there. Write Take and look at the error"},
	{"First", nil, nil, `First(&x, "") is the first row of the table. Write Where("id = ?", id).Take(&x)`},
	{"Last", nil, func(c *ast.CallExpr) bool { return len(c.Args) > 0 && isAddress(c.Args[0]) }, `Last(&x, "") is the last row of the table. Write Where, Order and Take`},
	{"Take", nil, func(c *ast.CallExpr) bool { return len(c.Args) > 1 && isAddress(c.Args[0]) }, `Take(&x, "") is any row of the table. Write Where("id = ?", id).Take(&x)`},
	{"Find", nil, func(c *ast.CallExpr) bool { return len(c.Args) == 2 && isAddress(c.Args[0]) }, `Find(&x, "") is every row of the table. Write Where(…).Find(&x)`},
	{"Where", nil, func(c *ast.CallExpr) bool { return len(c.Args) > 0 && isStruct(c.Args[0]) }, "a struct leaves out zero values: Where(&Case{ID: \"\"}) is no WHERE at all. Write the condition"},
	{"Updates", nil, func(c *ast.CallExpr) bool { return len(c.Args) > 0 && isStruct(c.Args[0]) }, "a struct skips zero values silently. Write map[string]any{…}"},
	{"Delete", nil, func(c *ast.CallExpr) bool { return len(c.Args) > 1 || len(c.Args) == 1 && isStruct(c.Args[0]) }, "it deletes by what is not zero. Write Exec(\"DELETE … WHERE …\")"},
	{"Debug", nil, nil, "it prints what people typed"},
}

func isAddress(e ast.Expr) bool {
	u, ok := e.(*ast.UnaryExpr)
	return ok && u.Op.String() == "&"
}

// isStruct says whether an expression is a struct literal, or the address of one.
func isStruct(e ast.Expr) bool {
	if u, ok := e.(*ast.UnaryExpr); ok {
		e = u.X
	}
	l, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	switch l.Type.(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return true
	}
	return false
}

func TestNoTrapOfGorm(t *testing.T) {
	for _, s := range sources(t) {
		if !s.importsAny("gorm.io/gorm", module+"/internal/store") || in(s.dir, nodb...) || s.generated {
			continue
		}
		s.calls(func(recv, name string, c *ast.CallExpr) {
			for _, trap := range traps {
				if trap.name == name && recv != "cmp" && !in(s.dir, trap.but...) && (trap.bad == nil || trap.bad(c)) {
					t.Errorf("%s: .%s(): %s", s.at(c), name, trap.why)
				}
			}
		})
	}
}

func TestNothingHappensBeforeMain(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated {
			continue
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s: no init(): what is needed is made by app and handed down", s.at(f))
			}
		}
	}
}

func TestOnlyCommandsPrint(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.helper || in(s.dir, "cmd", "bench") {
			continue
		}
		s.calls(func(recv, name string, c *ast.CallExpr) {
			if recv == "fmt" && (name == "Print" || name == "Printf" || name == "Println") || recv == "os" && name == "Exit" {
				t.Errorf("%s: %s.%s: only commands talk to the terminal", s.at(c), recv, name)
			}
		})
	}
}

func TestFilesAreShort(t *testing.T) {
	const most = 600
	for _, s := range sources(t) {
		if !s.generated && s.lines > most {
			t.Errorf("%s has %d lines: split it (past %d it is no longer read)", s.path, s.lines, most)
		}
	}
}
