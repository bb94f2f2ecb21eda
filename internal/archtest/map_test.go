package archtest

import (
	"flag"
	"fmt"
	"go/doc"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the map in README.md")

const (
	begin = "<!-- map: go test ./internal/archtest -update -->"
	end   = "<!-- /map -->"
)

// synopses is the first sentence of every package's comment, by folder.
func synopses(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	dirs := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		dirs[s.dir] = true
		if s.file.Doc == nil || s.generated {
			continue
		}
		name, subject := s.file.Name.Name, "Package "+s.file.Name.Name
		if name == "main" {
			subject = "Command " + path.Base(s.dir)
		}
		text := s.file.Doc.Text()
		if !strings.HasPrefix(text, subject+" ") {
			t.Errorf("%s: the package comment begins with %q", s.path, subject)
			continue
		}
		if out[s.dir] != "" {
			t.Errorf("%s: %s has a second package comment", s.path, s.dir)
		}
		out[s.dir] = strings.TrimPrefix(new(doc.Package).Synopsis(text), subject+" ")
	}
	for d := range dirs {
		if out[d] == "" {
			t.Errorf("%s has no package comment: its first sentence is the package's line in README", d)
		}
	}
	return out
}

// drawn is the map: the table of the house, from the bottom up, and beside each package what it is.
func drawn(t *testing.T) string {
	say := synopses(t)
	var b strings.Builder
	b.WriteString(begin + "\n\n| package | what it is |\n| --- | --- |\n")
	line := func(dir string) {
		if s := say[dir]; s != "" {
			fmt.Fprintf(&b, "| [`%s`](%s) | %s |\n", dir, dir, strings.ReplaceAll(s, "|", `\|`))
			delete(say, dir)
		}
	}
	for _, r := range slices.Backward(may) {
		if base, all := strings.CutSuffix(r.dir, "/..."); all {
			var below []string
			for d := range say {
				if in(d, base) {
					below = append(below, d)
				}
			}
			slices.Sort(below)
			for _, d := range below {
				line(d)
			}
			continue
		}
		line(r.dir)
	}
	for _, d := range slices.Sorted(maps.Keys(say)) {
		line(d) // what tests share
	}
	b.WriteString("\n" + end)
	return b.String()
}

func TestEveryPackageHasItsLineInREADME(t *testing.T) {
	want := drawn(t)
	file := filepath.Join(root, "README.md")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	i, j := strings.Index(text, begin), strings.Index(text, end)
	if i < 0 || j < i {
		t.Fatalf("README.md has no map: it stands between %q and %q", begin, end)
	}
	if text[i:j+len(end)] == want {
		return
	}
	if !*update {
		t.Fatalf("README.md's map is not the packages' comments: go test ./internal/archtest -update")
	}
	if err := os.WriteFile(file, []byte(text[:i]+want+text[j+len(end):]), 0o644); err != nil {
		t.Fatal(err)
	}
}
