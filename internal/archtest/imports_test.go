package archtest

import (
	"slices"
	"strings"
	"testing"
)

// rowOf finds the row of a folder.
func rowOf(dir string) (row, bool) {
	for _, r := range may {
		if r.dir == dir {
			return r, true
		}
		if base, all := strings.CutSuffix(r.dir, "/..."); all && in(dir, base) {
			return r, true
		}
	}
	return row{}, false
}

// allowed is the folders a row may import.
func (r row) allowed() []string {
	out := []string{"internal/errs"}
	for _, name := range strings.Fields(r.may) {
		members := name
		if g, ok := groups[name]; ok {
			members = g
		}
		for _, m := range strings.Fields(members) {
			if _, ok := rowOf(m); ok {
				out = append(out, m)
			} else {
				out = append(out, "internal/"+m)
			}
		}
	}
	return out
}

func TestImportsGoDown(t *testing.T) {
	told := map[string]bool{}
	for _, s := range sources(t) {
		if s.test || s.helper {
			continue
		}
		r, ok := rowOf(s.dir)
		if !ok {
			if !told[s.dir] {
				t.Errorf("%s has no row in the table of shape_test.go: say where it stands and what it may import", s.dir)
				told[s.dir] = true
			}
			continue
		}
		for _, i := range s.imports() {
			ours, is := strings.CutPrefix(i, module+"/")
			if is && !slices.Contains(r.allowed(), ours) {
				t.Errorf("%s: %s may not import %s (shape_test.go allows: %s)", s.path, r.dir, ours, r.may)
			}
		}
	}
}

func TestEveryRowAllowsOnlyRowsAboveIt(t *testing.T) {
	place := map[string]int{}
	for i, r := range may {
		place[r.dir] = i
		for _, a := range r.allowed() {
			at, ok := place[a]
			if !ok && i > 0 {
				t.Errorf("%s allows %s, which has no row before it", r.dir, a)
			}
			if at >= i && i > 0 {
				t.Errorf("%s allows %s, which is not below it", r.dir, a)
			}
		}
	}
}

func TestLibrariesStayWhereTheyBelong(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.helper {
			continue
		}
		for _, i := range s.imports() {
			for _, l := range libraries {
				if (i == l.lib || strings.HasPrefix(i, l.lib+"/") && l.lib != "database/sql" && l.lib != "log") && !in(s.dir, l.in...) {
					t.Errorf("%s imports %s: %s", s.path, i, l.why)
				}
			}
			if (i == "gorm.io/gorm" || strings.HasPrefix(i, "gorm.io/")) && in(s.dir, nodb...) {
				t.Errorf("%s imports %s: %s never sees the database", s.path, i, s.dir)
			}
		}
	}
}
