package web

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/i18n"
	"huzhi/views/parts"
)

func catalogue(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every sentence that the handlers and pages name stands in the catalogue.
func TestEverySentenceIsThere(t *testing.T) {
	p := catalogue(t).Printer("zh-CN")
	named := regexp.MustCompile(`"((?:error|flash|nav|signin|users|account|audit)\.[a-z_.]+[a-z])"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"../access/*.go", "../../views/*.templ", "../../views/*.go"} {
		more, err := filepath.Glob(dir)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	seen := 0
	actions := access.Roles()
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") || strings.HasSuffix(f, "_templ.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			key := m[1]
			seen++
			if !p.Has(key) && !p.Has(key+".one") && !slices.Contains([]string{"audit.view", "account.use", "account.prefs"}, key) {
				t.Errorf("%s: no sentence %q", f, key)
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d sentences were found in the sources", seen)
	}
	_, policy := config.Access()
	for _, line := range strings.Split(policy, "\n") {
		if fields := strings.Split(line, ","); len(fields) == 3 && fields[0] == "p" {
			actions = append(actions, strings.TrimSpace(fields[2]))
		}
	}
	for _, a := range actions {
		if !p.Has("action."+a) && !p.Has("role."+a) {
			t.Errorf("no word for %s", a)
		}
	}
}

func TestEveryLineOfTheMenuHasWordsAndAnIcon(t *testing.T) {
	p := catalogue(t).Printer("en")
	for _, r := range (&Server{}).routes() {
		if r.nav != "" && (!p.Has("nav."+r.nav) || !parts.HasIcon(r.icon)) {
			t.Errorf("%s: nav.%s, icon %s", r.path, r.nav, r.icon)
		}
	}
}
