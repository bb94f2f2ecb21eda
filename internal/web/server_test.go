package web_test

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/audit"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
	"huzhi/static"
)

type site struct {
	*accesstest.Office
	o    *caseworktest.Office
	db   *store.DB
	web  *web.Server
	base string
}

func open(t *testing.T, db *store.DB, change func(*web.Deps)) *site {
	t.Helper()
	o, d := webtest.Whole(t, db)
	if change != nil {
		change(&d)
	}
	s, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Extra(); err != nil {
		t.Fatal(err)
	}
	return &site{Office: o.Office, o: o, db: db, web: s, base: webtest.Serve(t, s)}
}

func (s *site) refusals(t *testing.T) []audit.Entry {
	t.Helper()
	var rows []audit.Entry
	if err := s.db.Read(context.Background()).Where("outcome = 'refused'").Order("seq").Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestSecurityHeadersStandOnEveryAnswer(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	assets, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	admin, nobody := webtest.SignIn(t, s.base, "admin"), webtest.New(t, s.base)
	cross := nobody.Request("POST", "/login", strings.NewReader("username=a"))
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	for name, p := range map[string]*webtest.Page{
		"page 200": admin.Get("/admin/users"), "page 403": admin.Get("/audit"), "page 404": admin.Get("/nothing"), "to sign-in 303": nobody.Get("/admin/users"),
		"sign-in 200": nobody.Get("/login"), "unknown 404": nobody.Get("/nothing"), "static 200": nobody.Get(assets.Path("app.js")), "static 404": nobody.Get("/static/none"),
		"health 200": nobody.Get("/healthz"), "panic 500": admin.Get("/test/panic"), "fault 500": admin.Get("/test/fault"), "cross-site 403": nobody.Do(cross),
		"form 422": nobody.Post("/login", url.Values{}), "method 405": nobody.Post("/admin/users/new", nil), "large 413": nobody.Post("/login", url.Values{"x": {strings.Repeat("x", 2<<20)}}),
	} {
		if want := name[strings.LastIndex(name, " ")+1:]; want != http.StatusText(p.Status) && want != strings.TrimSpace(want[:0]+itoa(p.Status)) {
			t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
		}
		for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Cache-Control"} {
			if p.Header.Get(h) == "" {
				t.Errorf("%s: no %s", name, h)
			}
		}
		csp := p.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", name, csp)
		}
		if strings.Contains(p.Body, "geheim") || strings.Contains(p.Body, "goroutine") {
			t.Errorf("%s tells the cause:\n%s", name, p.Body)
		}
		for _, bad := range []string{"[style]", "[onclick]", "[onload]", "[onsubmit]", "script:not([src])", "style", "a[href^='javascript']"} {
			if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") && p.Has(bad) {
				t.Errorf("%s has %s, which the policy forbids", name, bad)
			}
		}
	}
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

func TestACrossSitePostIsRefusedAndRecorded(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	for name, set := range map[string]func(http.Header){
		"cross-site":     func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"same-site":      func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"another origin": func(h http.Header) { h.Set("Origin", "https://evil.example") },
	} {
		c := webtest.SignIn(t, s.base, "officer")
		before := len(s.refusals(t))
		r := c.Request("POST", "/logout", nil)
		set(r.Header)
		if p := c.Do(r); p.Status != http.StatusForbidden || !p.Has(".error-page[data-status='403']") {
			t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
		}
		rows := s.refusals(t)
		if len(rows) != before+1 || rows[before].Actor != s.By["officer"].ID || !strings.Contains(rows[before].Detail, "error.cross_site") {
			t.Errorf("%s: not recorded: %+v", name, rows)
		}
		if p := c.Get("/account"); p.Status != http.StatusOK {
			t.Errorf("%s: signed out all the same: %d", name, p.Status)
		}
	}
	for name, set := range map[string]func(http.Header){
		"a plain client": func(http.Header) {},
		"the site":       func(h http.Header) { h.Set("Sec-Fetch-Site", "same-origin") },
		"its origin":     func(h http.Header) { h.Set("Origin", s.base) },
	} {
		c := webtest.SignIn(t, s.base, "officer")
		r := c.Request("POST", "/logout", nil)
		set(r.Header)
		if p := c.Do(r); p.Status != http.StatusSeeOther {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
}

// The table: nothing is open that should not be, and nothing is shut to everybody.
func TestRoutes(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	public := []string{"GET /login", "POST /login", "GET /login/code", "POST /login/code", "POST /logout", "POST /preferences", "GET /healthz", "GET /readyz", "GET /metrics", "POST /api/cti/calls", "GET /static/*", "GET /field/sw.js", "GET /progress", "POST /progress", "POST /progress/add",
		"GET /publicity", "GET /publicity/feed.xml", "GET /publicity/feed.json", "GET /publicity/:id"}
	seen := map[string]bool{}
	for _, r := range s.web.Routes() {
		at := r.Method + " " + r.Path
		if seen[at] {
			t.Errorf("%s stands twice", at)
		}
		seen[at] = true
		if r.Public != slices.Contains(public, at) {
			t.Errorf("%s: public %v", at, r.Public)
		}
		if !r.Public && !slices.ContainsFunc(access.Roles(), func(role string) bool { return s.Guard.RoleHas(role, r.Action) }) {
			t.Errorf("%s: no role may %q", at, r.Action)
		}
		if r.Nav != "" && r.Method != "GET" {
			t.Errorf("%s stands in the menu", at)
		}
	}
	if none, nobody := s.web.AddUnguarded(); none == nil || nobody == nil {
		t.Errorf("an address without an action: %v; with one that nobody holds: %v", none, nobody)
	}
}

var param = regexp.MustCompile(`:[a-z]+`)

// Every address × every role: 403 for who does not hold the action, sign-in for who is nobody.
func TestEveryAddressRefusesWhoMayNot(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	browsers := map[string]*webtest.Client{}
	for _, n := range accesstest.Names() {
		browsers[n[0]] = webtest.SignIn(t, s.base, n[0])
	}
	nobody := webtest.New(t, s.base)
	for _, r := range s.web.Routes() {
		if r.Public {
			continue
		}
		path := param.ReplaceAllString(r.Path, "1")
		ask := func(c *webtest.Client) *webtest.Page {
			if r.Method == "GET" {
				return c.Get(path)
			}
			if r.Method != http.MethodPost { // the words of tus
				return c.Do(c.Request(r.Method, path, nil))
			}
			return c.Post(path, url.Values{})
		}
		p := ask(nobody)
		switch told := strings.HasPrefix(p.Header.Get("Location"), "/login"); {
		case (strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/uploads")) && p.Status == http.StatusUnauthorized: // a program is told, not led to a page
		case p.Status != http.StatusSeeOther || !told:
			t.Errorf("nobody at %s %s: %d %s", r.Method, path, p.Status, p.Header.Get("Location"))
		}
		for _, n := range accesstest.Names() {
			p := ask(browsers[n[0]])
			if n[2] != "330500" && r.Action == "knowledge.edit" { // the articles are the whole office's: a county's chief reads them
				continue
			}
			if may := s.Guard.RoleHas(n[1], r.Action); may == (p.Status == http.StatusForbidden) || p.Status >= 500 {
				t.Errorf("%s at %s %s: %d, may %v\n%s", n[0], r.Method, path, p.Status, may, p.Main())
			}
		}
	}
}

func TestARefusalIsRecorded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		p := webtest.SignIn(t, s.base, "officer.deqing").Get("/admin/users")
		if p.Status != http.StatusForbidden || p.Has(".person") || !strings.Contains(p.Main(), "查看人员和角色") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		rows := s.refusals(t)
		if len(rows) != 1 {
			t.Fatalf("%+v", rows)
		}
		e := rows[0]
		if e.Actor != s.By["officer.deqing"].ID || e.Action != "user.view" || e.Jurisdiction != "330521" || e.Subject != "page:/admin/users" || !strings.Contains(e.Detail, "error.forbidden.action") {
			t.Errorf("%+v", e)
		}
		if _, err := audit.Verify(context.Background(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestStrangersCannotFillTheLog(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	c := webtest.New(t, s.base)
	for range 80 {
		r := c.Request("POST", "/login", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := c.Do(r); p.Status != http.StatusForbidden {
			t.Fatal(p.Status)
		}
	}
	if n := len(s.refusals(t)); n != 50 {
		t.Errorf("%d entries", n)
	}
}

func TestAPanicIsA500WithANumber(t *testing.T) {
	var log strings.Builder
	s := open(t, storetest.SQLite(t), func(d *web.Deps) { d.Log = textLog(&log) })
	c := webtest.SignIn(t, s.base, "officer")
	for _, path := range []string{"/test/panic", "/test/fault"} {
		p := c.Get(path)
		id := p.Header.Get("X-Request-Id")
		if p.Status != 500 || id == "" || !strings.Contains(p.Main(), id) || !p.Has(".error-page[data-status='500']") {
			t.Errorf("%s: %d\n%s", path, p.Status, p.Main())
		}
		if !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "geheim") {
			t.Errorf("%s: the log does not have the cause", path)
		}
	}
	if p := c.Get("/test/late"); p.Status != 200 || p.Body != "begun" {
		t.Errorf("an error after the answer began: %d %q", p.Status, p.Body)
	}
	if p := c.Get("/account"); p.Status != 200 {
		t.Errorf("afterwards: %d", p.Status)
	}
}

func TestHealth(t *testing.T) {
	db := storetest.SQLite(t)
	s := open(t, db, nil)
	c := webtest.New(t, s.base)
	if p := c.Get("/healthz"); p.Status != 200 || p.Body != "ok\n" {
		t.Errorf("%d %q", p.Status, p.Body)
	}
	if p := c.Do(c.Request("HEAD", "/healthz", nil)); p.Status != 200 || p.Body != "" {
		t.Errorf("HEAD: %d %q", p.Status, p.Body)
	}
	if p := c.Do(c.Request("HEAD", "/login", nil)); p.Status != 200 || p.Body != "" {
		t.Errorf("HEAD /login: %d %q", p.Status, p.Body)
	}
	signed := webtest.SignIn(t, s.base, "officer")
	db.Close()
	if p := c.Get("/healthz"); p.Status != 503 {
		t.Errorf("without a database: %d", p.Status)
	}
	if p := signed.Get("/account"); p.Status != 500 && p.Status != 503 || !p.Has("h1") {
		t.Errorf("a page without a database: %d\n%s", p.Status, p.Body)
	}
}

func TestBodiesOverTheLimit(t *testing.T) {
	s := open(t, storetest.SQLite(t), func(d *web.Deps) { d.FormBytes = 20000 })
	c := webtest.New(t, s.base)
	big := strings.Repeat("x", 30000)
	if p := c.Post("/login", url.Values{"username": {"officer"}, "password": {big}}); p.Status != http.StatusRequestEntityTooLarge || !p.Has(".error-page[data-status='413']") {
		t.Errorf("announced: %d\n%s", p.Status, p.Main())
	}
	r := c.Request("POST", "/login", io.MultiReader(strings.NewReader("username=officer&password="), strings.NewReader(big))) // no Content-Length
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p := c.Do(r); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("in pieces: %d\n%s", p.Status, p.Main())
	}
	r = c.Request("POST", "/login", strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\n"+big[:15000]+"\r\n--b--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	if p := c.Do(r); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a multipart form within the limit: %d\n%s", p.Status, p.Main())
	}
	for _, kind := range []string{"multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain", "x; y; z", ""} {
		r = c.Request("POST", "/login", strings.NewReader("%zz&=;--"))
		r.Header.Set("Content-Type", kind)
		if p := c.Do(r); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("garbage as %q: %d", kind, p.Status)
		}
	}
}

func TestTheCallersAddress(t *testing.T) {
	for _, c := range []struct {
		proxies []netip.Prefix
		want    string
		secure  bool
	}{
		{nil, "127.0.0.1", false},
		{[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "127.0.0.1", false},
		{[]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, "203.0.113.7", true},
	} {
		s := open(t, storetest.SQLite(t), func(d *web.Deps) { d.TrustedProxies = c.proxies })
		b := webtest.New(t, s.base)
		r := b.Request("POST", "/login", strings.NewReader("username=officer&password="+accesstest.Password))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", "198.51.100.1, 203.0.113.7")
		r.Header.Set("X-Real-Ip", "198.51.100.2")
		r.Header.Set("X-Forwarded-Proto", "https")
		p := b.Do(r)
		var detail string
		if err := s.db.Read(context.Background()).Raw("SELECT detail FROM audit_log WHERE action = 'session.open'").Scan(&detail).Error; err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(detail, `"`+c.want+`"`) {
			t.Errorf("proxies %v: %s", c.proxies, detail)
		}
		if cookie := p.Header.Get("Set-Cookie"); strings.Contains(cookie, "; Secure") != c.secure || !strings.Contains(cookie, "; HttpOnly") || !strings.Contains(cookie, "; SameSite=Lax") {
			t.Errorf("proxies %v: %s", c.proxies, cookie)
		}
		if (p.Header.Get("Strict-Transport-Security") != "") != c.secure {
			t.Errorf("proxies %v: %v", c.proxies, p.Header)
		}
	}
}

func TestCompression(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	c := webtest.New(t, s.base)
	r := c.Request("GET", "/login", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if p := c.Do(r); p.Header.Get("Content-Encoding") != "gzip" || p.Status != 200 {
		t.Errorf("%d %v", p.Status, p.Header)
	}
}

func TestServerHasItsTimeLimits(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	h := s.web.HTTPServer()
	if h.ReadHeaderTimeout == 0 || h.ReadTimeout == 0 || h.WriteTimeout == 0 || h.IdleTimeout == 0 || h.ReadHeaderTimeout > time.Minute {
		t.Errorf("%+v", h)
	}
}
