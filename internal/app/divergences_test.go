package app

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"huzhi/config"
	"huzhi/internal/statute"
)

// What docs/law-divergences.md says of how to change a choice is so: each setting stands in default.yaml, each rule in the rule book, each file where rules are.
func TestDivergencesNameWhatIsThere(t *testing.T) {
	text, err := os.ReadFile("../../docs/law-divergences.md")
	if err != nil {
		t.Fatal(err)
	}
	book, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("../../config/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var settings map[string]map[string]any
	var loose map[string]any
	if err := yaml.Unmarshal(raw, &loose); err != nil {
		t.Fatal(err)
	}
	settings = map[string]map[string]any{}
	for k, v := range loose {
		if m, ok := v.(map[string]any); ok {
			settings[k] = m
		}
	}
	settled := 0
	for _, m := range regexp.MustCompile("setting `([a-z]+)\\.([a-z_]+)`").FindAllStringSubmatch(string(text), -1) {
		settled++
		if _, ok := settings[m[1]][m[2]]; !ok {
			t.Errorf("no setting %s.%s", m[1], m[2])
		}
	}
	if settled < 5 {
		t.Errorf("only %d settings are named", settled)
	}
	for _, m := range regexp.MustCompile("`([A-Z]+(?:_[A-Z]+)+)`").FindAllStringSubmatch(string(text), -1) {
		if !slices.ContainsFunc(book.All(), func(r statute.Rule) bool { return r.ID == m[1] }) {
			t.Errorf("no rule %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile("`([a-z0-9-]+\\.yaml)`").FindAllStringSubmatch(string(text), -1) {
		_, err := fs.Stat(config.Statute(), m[1])
		if _, err2 := fs.Stat(config.Calendar(), m[1]); err != nil && err2 != nil {
			t.Errorf("no file %s", m[1])
		}
	}
	if heads := regexp.MustCompile("(?m)^## .*$").FindAllString(string(text), -1); len(heads) != len(slices.Compact(slices.Sorted(slices.Values(heads)))) || strings.Contains(string(text), "## People\n") {
		t.Errorf("a section stands twice: %v", heads)
	}
}
