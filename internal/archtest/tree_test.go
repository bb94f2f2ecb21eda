package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "huzhi"

// A source is one Go file of ours.
type source struct {
	path, dir string // from the root, with slashes
	test      bool
	helper    bool // in a folder that tests share
	generated bool
	lines     int
	file      *ast.File
	fset      *token.FileSet
}

func (s *source) at(n ast.Node) string { return s.fset.Position(n.Pos()).String() }

func (s *source) imports() []string {
	var out []string
	for _, i := range s.file.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

func (s *source) importsAny(paths ...string) bool {
	return slices.ContainsFunc(s.imports(), func(i string) bool { return slices.Contains(paths, i) })
}

// root is the top of the tree.
const root = "../.."

// skipped are folders that hold nothing of ours to read.
func skipped(p string) bool {
	switch path.Base(p) {
	case ".git", "node_modules", "bin", "huzhi-data", "testdata":
		return true
	}
	return p == "tools" || p == "static/vendor"
}

// walk calls fn for every file of the tree.
func walk(t *testing.T, fn func(p string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() && rel != "." && skipped(rel) {
			return fs.SkipDir
		}
		if d.Type().IsRegular() {
			fn(rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, p string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, p))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	once   sync.Once
	parsed []*source
)

// sources is every Go file of the module.
func sources(t *testing.T) []*source {
	t.Helper()
	once.Do(func() {
		fset := token.NewFileSet()
		walk(t, func(p string) {
			if !strings.HasSuffix(p, ".go") {
				return
			}
			text := read(t, p)
			f, err := parser.ParseFile(fset, p, text, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, &source{
				path: p, dir: path.Dir(p), test: strings.HasSuffix(p, "_test.go"), helper: path.Base(path.Dir(p)) != "archtest" && strings.HasSuffix(path.Dir(p), "test"), generated: ast.IsGenerated(f),
				lines: bytes.Count(text, []byte("\n")), file: f, fset: fset,
			})
		})
	})
	return parsed
}

// calls goes through the method and function calls of a file by name.
func (s *source) calls(fn func(recv string, name string, c *ast.CallExpr)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := c.Fun.(*ast.SelectorExpr); ok {
			recv := ""
			switch x := sel.X.(type) {
			case *ast.Ident:
				recv = x.Name
			case *ast.SelectorExpr:
				recv = x.Sel.Name
			}
			fn(recv, sel.Sel.Name, c)
		}
		return true
	})
}

// in says whether a folder is one of these or below one.
func in(dir string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return dir == f || strings.HasPrefix(dir, f+"/") })
}
