package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// inline is what the Content-Security-Policy forbids and a person would not see until it fails in a browser.
var inline = []struct {
	re  *regexp.Regexp
	why string
}{
	{regexp.MustCompile(`(?i)<style[\s>]`), "no inline style sheet: it belongs in static/css"},
	{regexp.MustCompile(`(?i)[\s"]style\s*=`), "no style attribute: it belongs in static/css"},
	{regexp.MustCompile(`(?i)\son[a-z]{3,}\s*=\s*["{]`), "no inline handler: it belongs in static/js"},
	{regexp.MustCompile(`(?i)javascript:`), "no javascript: address"},
	{regexp.MustCompile(`templ\.(Raw|JSFuncCall|JSUnsafeFuncCall|OnceHandle|ComponentScript|SafeCSS|JSONScript)\b`), "no text that goes to the page unescaped, no script made by the page"},
	{regexp.MustCompile(`(?m)^(script|css)\s+\w+\(`), "no templ script or css block: it is inline on the page"},
}

var scriptTag = regexp.MustCompile(`(?i)<script\b[^>]*>`)

func TestPagesHaveNothingInline(t *testing.T) {
	walk(t, func(p string) {
		if !strings.HasSuffix(p, ".templ") {
			return
		}
		text := string(read(t, p))
		line := func(at int) int { return 1 + strings.Count(text[:at], "\n") }
		for _, x := range inline {
			for _, at := range x.re.FindAllStringIndex(text, -1) {
				if strings.HasPrefix(text[at[0]:], "templ.Raw(iconPaths(") && strings.HasPrefix(p, "views/parts/") {
					continue // the icons are ours, drawn from a fixed list
				}
				t.Errorf("%s:%d: %s", p, line(at[0]), x.why)
			}
		}
		for _, at := range scriptTag.FindAllStringIndex(text, -1) {
			if !strings.Contains(text[at[0]:at[1]], "src=") {
				t.Errorf("%s:%d: no inline script: it belongs in static/js", p, line(at[0]))
			}
		}
	})
}

func TestEveryPageIsGenerated(t *testing.T) {
	walk(t, func(p string) {
		stem, is := strings.CutSuffix(p, ".templ")
		if is {
			if _, err := os.Stat(filepath.Join(root, stem+"_templ.go")); err != nil {
				t.Errorf("%s has no generated Go: go tool -modfile=tools/go.mod templ generate", p)
			}
		}
		if stem, is = strings.CutSuffix(p, "_templ.go"); is {
			if _, err := os.Stat(filepath.Join(root, stem+".templ")); err != nil {
				t.Errorf("%s was generated from a page that is gone: remove it", p)
			}
		}
	})
}

// foreign is what a file must not know: the machine it was written on, and where packages are downloaded from. The words are
// put together here so that this file does not hold them.
var foreign = []string{
	"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "sha" + "red/design", "sha" + "red/seed", "sha" + "red/domain",
	"proxy.gol" + "ang.org", "registry.np" + "mjs", "npmm" + "irror", "gop" + "roxy.", "pypi" + ".org",
}

var texts = []string{".go", ".templ", ".yaml", ".yml", ".md", ".css", ".js", ".json", ".csv", ".conf", ".sql", ".mod", ".txt", ".txtar", ".svg", ".sh", ""}

func TestTheTreeKnowsNoMachine(t *testing.T) {
	check := func(p string) {
		if !slices.Contains(texts, filepath.Ext(p)) {
			return
		}
		text := string(read(t, p))
		for _, f := range foreign {
			if i := strings.Index(text, f); i >= 0 {
				t.Errorf("%s:%d: holds %q: a path of one machine, or a registry's host", p, 1+strings.Count(text[:i], "\n"), f)
			}
		}
	}
	walk(t, check)
	for _, p := range []string{"tools/go.mod", "tools/assets/package.json", "tools/assets/package-lock.json"} {
		if _, err := os.Stat(filepath.Join(root, p)); err == nil {
			check(p)
		}
	}
}
