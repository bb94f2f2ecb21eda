package static

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func assets(t *testing.T) *Assets {
	t.Helper()
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The vendored files are those that were taken from the registry: what is on disk has the noted sum, and nothing else lies there.
func TestVendorSums(t *testing.T) {
	list, err := os.Open("vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	known := map[string]bool{"SHA256SUMS": true}
	for s := bufio.NewScanner(list); s.Scan(); {
		sum, name, ok := strings.Cut(s.Text(), "  ")
		if !ok {
			t.Fatalf("SHA256SUMS: %q", s.Text())
		}
		raw, err := os.ReadFile(filepath.Join("vendor", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := sha256.Sum256(raw); hex.EncodeToString(got[:]) != sum {
			t.Errorf("vendor/%s is not the file that SHA256SUMS names", name)
		}
		known[name] = true
	}
	entries, err := os.ReadDir("vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !known[e.Name()] {
			t.Errorf("vendor/%s has no line in SHA256SUMS", e.Name())
		}
	}
}

func TestServe(t *testing.T) {
	a := assets(t)
	at := a.Path("app.css")
	if !regexp.MustCompile(`^/static/app\.[0-9a-f]{12}\.css$`).MatchString(at) {
		t.Fatalf("Path = %q", at)
	}
	for _, c := range []struct {
		name, method, path string
		header             [2]string
		want               int
		encoding           string
	}{
		{"plain", "GET", at, [2]string{}, 200, ""},
		{"gzip", "GET", at, [2]string{"Accept-Encoding", "br, gzip;q=0.8"}, 200, "gzip"},
		{"gzip refused", "GET", at, [2]string{"Accept-Encoding", "gzip;q=0"}, 200, ""},
		{"the check for phones", "GET", a.Path("mark.wasm"), [2]string{"Accept-Encoding", "gzip, br"}, 200, "br"},
		{"the check without brotli", "HEAD", a.Path("mark.wasm"), [2]string{"Accept-Encoding", "gzip, br;q=0"}, 200, "gzip"},
		{"head", "HEAD", at, [2]string{}, 200, ""},
		{"known", "GET", at, [2]string{"If-None-Match", `"` + at[len("/static/app."):len(at)-len(".css")] + `"`}, 304, ""},
		{"vendor", "GET", a.Path("vendor/htmx.min.js"), [2]string{}, 200, ""},
		{"mark", "GET", a.Path("logo.svg"), [2]string{}, 200, ""},
		{"unknown name", "GET", a.Path("nothing.js"), [2]string{}, 404, ""},
		{"no hash", "GET", "/static/app.css", [2]string{}, 404, ""},
		{"source", "GET", "/static/static.go", [2]string{}, 404, ""},
		{"up", "GET", "/static/../static/app.css", [2]string{}, 404, ""},
		{"post", "POST", at, [2]string{}, 405, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := httptest.NewRequest(c.method, "http://x"+c.path, nil)
			if c.header[0] != "" {
				req.Header.Set(c.header[0], c.header[1])
			}
			rec := httptest.NewRecorder()
			a.Handler().ServeHTTP(rec, req)
			res := rec.Result()
			if res.StatusCode != c.want {
				t.Fatalf("status %d, want %d", res.StatusCode, c.want)
			}
			if c.want != 200 {
				return
			}
			if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("Cache-Control = %q", got)
			}
			if got := res.Header.Get("Content-Encoding"); got != c.encoding {
				t.Errorf("Content-Encoding = %q, want %q", got, c.encoding)
			}
			if c.encoding == "gzip" && c.method == "GET" {
				z, err := gzip.NewReader(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := io.ReadAll(z)
				if err != nil || !bytes.Contains(raw, []byte("--cinnabar")) {
					t.Errorf("unpacked %d bytes, %v", len(raw), err)
				}
			}
		})
	}
}

// Every page loads these, together at most 170 KB compressed.
func TestWeight(t *testing.T) {
	a := assets(t)
	total := 0
	for _, name := range []string{"vendor/tabler.min.css", "app.css", "app.js", "vendor/htmx.min.js", "favicon.svg"} {
		f := a.file[a.Path(name)]
		if f == nil {
			t.Fatalf("no %s", name)
		}
		n := len(f.gzip())
		if n == 0 {
			n = len(f.plain)
		}
		total += n
		t.Logf("%6d  %s", n, name)
	}
	if total > 170<<10 {
		t.Errorf("%d bytes compressed, more than 170 KB", total)
	}
}

// What we wrote ourselves loads nothing from elsewhere and needs no eval, so that the content security policy can be strict.
func TestNothingFromElsewhere(t *testing.T) {
	outside := regexp.MustCompile(`(?i)(url\(\s*["']?(https?:)?//|@import|src\s*=\s*["']https?:|eval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|\.style\b)`)
	names, err := filepath.Glob("css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range append(names, "app.js", "logo.svg", "favicon.svg") {
		raw, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		if m := outside.Find(raw); m != nil {
			t.Errorf("%s: %q", n, m)
		}
	}
}

// Every class of ours has its own name: Tabler's rules for the same word would leak into it.
func TestNoClassTwice(t *testing.T) {
	class := regexp.MustCompile(`\.(-?[a-zA-Z][\w-]*)`)
	names := func(files ...string) map[string]bool {
		all := map[string]bool{}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			raw = regexp.MustCompile(`url\("[^"]*"\)`).ReplaceAll(raw, nil)
			for _, m := range class.FindAllSubmatch(raw, -1) {
				all[string(m[1])] = true
			}
		}
		return all
	}
	ours, err := filepath.Glob("css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	kit := names("vendor/tabler.min.css")
	// What we restyle on purpose.
	restyled := map[string]bool{}
	for _, c := range strings.Fields("active breadcrumb table btn btn-danger btn-ghost btn-primary card card-body card-header card-title disabled form-check-input form-control form-hint form-label form-select icon is-invalid prose") {
		restyled[c] = true
	}
	for c := range names(ours...) {
		if kit[c] && !restyled[c] {
			t.Errorf(".%s is a class of Tabler's too", c)
		}
	}
}

func TestMethods(t *testing.T) {
	rec := httptest.NewRecorder()
	a := assets(t)
	a.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodDelete, a.Path("app.js"), nil))
	if got := rec.Header().Get("Allow"); got != "GET, HEAD" {
		t.Errorf("Allow = %q", got)
	}
}
