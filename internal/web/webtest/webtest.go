// Package webtest is a browser without a screen for tests: it opens the real site over HTTP, keeps cookies, and finds what stands on a page by selectors.
package webtest

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"huzhi/config"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/bundle"
	"huzhi/internal/calendar"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/document"
	"huzhi/internal/filereview"
	"huzhi/internal/i18n"
	"huzhi/internal/papers"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/translog"
	"huzhi/internal/typeset"
	"huzhi/internal/volume"
	"huzhi/internal/web"
	"huzhi/static"
)

// onceCatalogue reads the sentences once for all tests of a program: it takes longer than most tests.
var onceCatalogue = sync.OnceValues(func() (*i18n.Catalogue, error) { return i18n.Load(config.Locale()) })

// onceFonts are the fonts of the papers, for all tests of a program.
var onceFonts = sync.OnceValues(func() (*typeset.Fonts, error) { return typeset.LoadFonts("") })

// Deps are what every page needs, for an office of people without rooms. Whole has the rooms too.
func Deps(t testing.TB, db *store.DB, o *accesstest.Office) web.Deps {
	t.Helper()
	catalogue, err := onceCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	assets, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	return web.Deps{DB: db, Guard: o.Guard, Users: o.Users, Catalogue: catalogue, Regions: o.Regions, Assets: assets, Log: slog.New(slog.DiscardHandler)}
}

// Whole is a whole office on a migrated database, and its site's parts with the service of every room.
func Whole(t testing.TB, db *store.DB) (*caseworktest.Office, web.Deps) {
	t.Helper()
	o := caseworktest.New(t, db)
	d := Deps(t, db, o.Office)
	d.Clocks, d.Documents, d.Docket, d.Leads, d.Hotline, d.Listings = o.Clocks, o.Papers, o.Docket, o.Leads, o.Desk, o.Listings
	fonts, err := onceFonts()
	if err != nil {
		t.Fatal(err)
	}
	d.Press = document.NewPress(db, o.Blobs, fonts)
	d.Papers = papers.New(papers.Deps{DB: db, Guard: o.Guard, Docket: o.Docket, Office: o.Papers, Clocks: o.Clocks})
	d.Tasks, d.Bell, d.Shelf, d.Vault, d.Register, d.Rounds = o.Tasks, o.Bell, o.Shelf, o.Vault, o.Roll, o.Rounds
	if d.Translog, err = translog.Open(db, translog.Settings{Office: "330500", KeyFile: filepath.Join(t.TempDir(), "log.json"), Make: true}); err != nil {
		t.Fatal(err)
	}
	raw, err := (&config.Config{}).ReviewTable()
	if err != nil {
		t.Fatal(err)
	}
	table, err := filereview.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	d.Evidence, d.Scratch = o.Evidence, t.TempDir()
	d.Reviews = filereview.New(db, o.Guard, o.Docket, o.Clocks, o.Evidence, table)
	d.Bundles = bundle.New(db, o.Guard, o.Blobs, o.Docket, o.Evidence, o.Clocks, nil, d.Translog)
	d.Volumes = volume.New(volume.Deps{DB: db, Guard: o.Guard, Blobs: o.Blobs, Docket: o.Docket, Locker: o.Evidence, Chinese: d.Catalogue.Printer("zh-CN")})
	d.Figures = report.New(db, o.Guard, o.Regions, func() calendar.Day { return calendar.DayOf(db.Now()) })
	return o, d
}

// Serve runs a handler until the test ends and gives its address.
func Serve(t testing.TB, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

// Client is one browser: its cookies, and no redirect followed unless told.
type Client struct {
	T    testing.TB
	Base string
	HTTP *http.Client
}

// plain asks for nothing compressed: a test would spend a fifth of its time on it.
var plain = func() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableCompression = true
	return t
}()

// New is a browser at the site with this address.
func New(t testing.TB, base string) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{T: t, Base: base, HTTP: &http.Client{Jar: jar, Transport: plain, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// SignIn is a browser in which somebody has signed in with accesstest.Password.
func SignIn(t testing.TB, base, username string) *Client {
	t.Helper()
	c := New(t, base)
	p := c.Post("/login", url.Values{"username": {username}, "password": {accesstest.Password}})
	if p.Status != http.StatusSeeOther {
		t.Fatalf("sign in as %s: %d\n%s", username, p.Status, p.Main())
	}
	return c
}

// Get opens a page.
func (c *Client) Get(path string) *Page {
	c.T.Helper()
	return c.Do(c.request(http.MethodGet, path, nil))
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values) *Page {
	c.T.Helper()
	r := c.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.Do(r)
}

// Submit fills a form that stands on a page and sends it, with the values it already holds. A value of "" with no text
// in it empties the field.
func (c *Client) Submit(p *Page, selector string, fill url.Values) *Page {
	c.T.Helper()
	form := p.One(selector)
	values := FormValues(form)
	for k, v := range fill {
		values[k] = v
	}
	action := attr(form, "action")
	if action == "" {
		action = p.Path
	}
	return c.Post(action, values)
}

// Follow opens the page that a redirect leads to.
func (c *Client) Follow(p *Page) *Page {
	c.T.Helper()
	if p.Status != http.StatusSeeOther {
		c.T.Fatalf("%s: %d, not a redirect\n%s", p.Path, p.Status, p.Main())
	}
	return c.Get(p.Header.Get("Location"))
}

// Request is a request to the site, to be changed and given to Do.
func (c *Client) Request(method, path string, body io.Reader) *http.Request {
	c.T.Helper()
	return c.request(method, path, body)
}

func (c *Client) request(method, path string, body io.Reader) *http.Request {
	c.T.Helper()
	r, err := http.NewRequestWithContext(c.T.Context(), method, c.Base+path, body)
	if err != nil {
		c.T.Fatal(err)
	}
	return r
}

// Do sends a request and reads the answer whole.
func (c *Client) Do(r *http.Request) *Page {
	c.T.Helper()
	res, err := c.HTTP.Do(r)
	if err != nil {
		c.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.T.Fatal(err)
	}
	return &Page{T: c.T, Path: r.URL.RequestURI(), Status: res.StatusCode, Header: res.Header, Body: string(body)}
}

// Page is an answer of the site.
type Page struct {
	T      testing.TB
	Path   string
	Status int
	Header http.Header
	Body   string
	doc    *html.Node // read when it is first asked about
}

// All are the elements that a CSS selector finds.
func (p *Page) All(selector string) []*html.Node {
	p.T.Helper()
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		p.T.Fatalf("selector %s: %v", selector, err)
	}
	if p.doc == nil {
		if p.doc, err = html.Parse(strings.NewReader(p.Body)); err != nil {
			p.T.Fatal(err)
		}
	}
	return cascadia.QueryAll(p.doc, sel)
}

// Has says whether a selector finds anything.
func (p *Page) Has(selector string) bool { p.T.Helper(); return len(p.All(selector)) > 0 }

// One is the only element that a selector finds; none or several fail the test.
func (p *Page) One(selector string) *html.Node {
	p.T.Helper()
	found := p.All(selector)
	if len(found) != 1 {
		p.T.Fatalf("%s (%d): %d elements %s\n%s", p.Path, p.Status, len(found), selector, p.Main())
	}
	return found[0]
}

// Text is the text of all elements that a selector finds, its blanks made single.
func (p *Page) Text(selector string) string {
	p.T.Helper()
	var parts []string
	for _, n := range p.All(selector) {
		parts = append(parts, Text(n))
	}
	return strings.Join(parts, " ")
}

// Attr is an attribute of the only element that a selector finds.
func (p *Page) Attr(selector, name string) string { p.T.Helper(); return attr(p.One(selector), name) }

// Main is the text of the page's main part, for messages of tests.
func (p *Page) Main() string {
	p.T.Helper()
	if s := p.Text("main"); s != "" {
		return s
	}
	return p.Body
}

// Text is the text in an element, its blanks made single.
func Text(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode && x.Parent.Data != "script" && x.Parent.Data != "style" {
			b.WriteString(x.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// FormValues are the values that a form would send as it stands.
func FormValues(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" || has(n, "disabled") {
			continue
		}
		switch n.Data {
		case "input":
			switch attr(n, "type") {
			case "submit", "button", "file", "image":
			case "checkbox", "radio":
				if has(n, "checked") {
					value := attr(n, "value")
					if !has(n, "value") {
						value = "on"
					}
					v.Add(name, value)
				}
			default:
				v.Add(name, attr(n, "value"))
			}
		case "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			v.Add(name, text)
		case "select":
			chosen, first, any := false, "", false
			for o := range n.Descendants() {
				if o.Type != html.ElementNode || o.Data != "option" {
					continue
				}
				value := attr(o, "value")
				if !has(o, "value") {
					value = Text(o)
				}
				if !any {
					first, any = value, true
				}
				if has(o, "selected") {
					v.Add(name, value)
					chosen = true
				}
			}
			if !chosen && !has(n, "multiple") {
				v.Add(name, first)
			}
		}
	}
	return v
}
