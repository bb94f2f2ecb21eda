package caseworktest

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/casework"
)

// Words fails for every sentence in both languages that the table of a kind needs and the catalogue lacks: steps with their past and their
// article, fields, choices, what is missing, states, side procedures, denied acts; and the sentences that the sources in the test's own folder name.
func (o *Office) Words(t testing.TB, kind string) {
	t.Helper()
	p := o.Docket.Procedure(kind)
	want := map[string]bool{}
	var cited [][]string
	for _, s := range p.States() {
		want["state."+kind+"."+string(s)] = true
	}
	for _, x := range p.Denied {
		want["power."+x.Act] = true
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		want[s.Key(kind)], want[s.Key(kind)+".done"] = true, true
		if s.Track != "" {
			want["track."+s.Track] = true
			for _, in := range s.In {
				want["track."+s.Track+".state."+in] = true
			}
		}
		for _, law := range casework.Laws(kind) {
			cited = append(cited, s.Cites(kind, law))
		}
		for _, n := range s.Needs {
			want[n.Key] = true
		}
		for _, a := range s.Asks {
			want["ask."+a.Name] = true
			if len(a.Options) > 0 {
				for _, v := range a.Options {
					want["choice."+cmp.Or(a.Words, a.Name)+"."+v] = true
				}
			}
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`"((?:error|need|paper|power)\.[a-z_0-9.]+[a-z0-9])"`)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			want[m[1]] = true
		}
	}
	for _, lang := range []string{"zh-CN", "en"} {
		say := o.Catalogue.Printer(lang)
		for k := range want {
			if !say.Has(k) {
				t.Errorf("%s: no sentence %q", lang, k)
			}
		}
		for _, keys := range cited {
			if !slices.ContainsFunc(keys, say.Has) {
				t.Errorf("%s: no article in any of %q", lang, keys)
			}
		}
	}
}
