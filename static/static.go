// Package static holds the style sheets, scripts and pictures of the pages and serves them under names that carry their hash.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed *.js *.css *.svg *.wasm.gz *.wasm.br css/*.css vendor/*.css vendor/*.js
var files embed.FS

// Prefix is where the files stand on the site.
const Prefix = "/static/"

// Assets are the embedded files by name and by address.
type Assets struct {
	path map[string]string // "app.css" -> "/static/app.1a2b3c4d5e6f.css"
	file map[string]*file  // by address
}

type file struct {
	kind   string // Content-Type
	plain  []byte // nil for one that is embedded packed
	etag   string
	once   sync.Once
	packed []byte // gzip, made at the first request that takes it; empty where it does not help
	brotli []byte // a quarter smaller than gzip; of what is embedded in it besides
}

// bytes is the content. What is embedded packed is unpacked for whoever does not take gzip; no browser.
func (f *file) bytes() ([]byte, error) {
	if f.plain != nil {
		return f.plain, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(f.packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// New reads the embedded files and works out their addresses. The sheets of css/ become one file, app.css, in the order
// of their names.
func New() (*Assets, error) {
	a := &Assets{path: map[string]string{}, file: map[string]*file{}}
	var sheets []byte
	brotli := map[string][]byte{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if path.Dir(name) == "css" {
			sheets = append(sheets, raw...)
			return nil
		}
		if plain, is := strings.CutSuffix(name, ".br"); is {
			brotli[plain] = raw
			return nil
		}
		a.add(name, raw)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	a.add("app.css", sheets)
	for name, raw := range brotli {
		f, ok := a.file[a.path[name]]
		if !ok {
			return nil, fmt.Errorf("static files: %s.br is of no file", name)
		}
		f.brotli = raw
	}
	return a, nil
}

func (a *Assets) add(name string, raw []byte) {
	sum := sha256.Sum256(raw)
	hash := hex.EncodeToString(sum[:6])
	f := &file{plain: raw, etag: `"` + hash + `"`}
	if unpacked, is := strings.CutSuffix(name, ".gz"); is {
		name, f.plain, f.packed = unpacked, nil, raw
	}
	ext := path.Ext(name)
	at := Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext
	a.path[name] = at
	f.kind = kindOf(ext)
	a.file[at] = f
}

func kindOf(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".wasm":
		return "application/wasm"
	case ".svg":
		return "image/svg+xml"
	}
	if k := mime.TypeByExtension(ext); k != "" {
		return k
	}
	return "application/octet-stream"
}

// Path is the address of a file: Path("app.css") is "/static/app.<hash>.css". An unknown name gives an
// address that answers 404, so that a slip shows at once in a test or a browser.
func (a *Assets) Path(name string) string {
	if at, ok := a.path[name]; ok {
		return at
	}
	return Prefix + "missing/" + name
}

// Bytes is the content of a file, for one that must be served under a name that never changes; nil for an unknown name.
func (a *Assets) Bytes(name string) []byte {
	if f, ok := a.file[a.path[name]]; ok {
		if b, err := f.bytes(); err == nil {
			return b
		}
	}
	return nil
}

// Names are the files there are, for tests.
func (a *Assets) Names() []string {
	names := make([]string, 0, len(a.path))
	for n := range a.path {
		names = append(names, n)
	}
	return names
}

// Handler serves everything under Prefix. An address never changes its content, so it may be kept for ever.
func (a *Assets) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := a.file[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", f.etag)
		h.Set("Vary", "Accept-Encoding")
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Header.Get("If-None-Match") == f.etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		body := []byte(nil)
		switch {
		case len(f.brotli) > 0 && takes(r, "br"):
			body = f.brotli
			h.Set("Content-Encoding", "br")
		case takes(r, "gzip"):
			if body = f.gzip(); len(body) > 0 {
				h.Set("Content-Encoding", "gzip")
			}
		}
		if len(body) == 0 {
			var err error
			if body, err = f.bytes(); err != nil {
				http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				return
			}
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // the reader went away: nobody to tell
		}
	})
}

// takes says whether the request lists a way of packing and does not refuse it.
func takes(r *http.Request, packing string) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == packing {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}

func (f *file) gzip() []byte {
	f.once.Do(func() {
		if f.plain == nil {
			return
		}
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return
		}
		if _, err := z.Write(f.plain); err != nil || z.Close() != nil {
			return
		}
		if b.Len() < len(f.plain) {
			f.packed = b.Bytes()
		}
	})
	return f.packed
}
