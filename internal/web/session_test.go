package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.w.Write(b) }

func textLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(&locked{w: w}, nil)) }

func TestSignInAndOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.New(t, s.base)
		p := c.Follow(c.Get("/admin/users?role=operator"))
		if p.Status != 200 || p.Attr("form[action='/login'] input[name=next]", "value") != "/admin/users?role=operator" {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p.Has("[data-flash]") {
			t.Error("a first visit is told of a session that ended")
		}
		p = c.Submit(p, "form[action='/login']", url.Values{"username": {"admin"}, "password": {"wrong password"}})
		if p.Status != 422 || p.Attr("input[name=username]", "value") != "admin" || !p.Has("[data-error-summary]") || strings.Contains(p.Body, "wrong password") {
			t.Fatalf("wrong password: %d\n%s", p.Status, p.Main())
		}
		p = c.Submit(p, "form[action='/login']", url.Values{"username": {" Admin "}, "password": {accesstest.Password}})
		if p.Status != 303 || p.Header.Get("Location") != "/admin/users?role=operator" {
			t.Fatalf("%d %s\n%s", p.Status, p.Header.Get("Location"), p.Main())
		}
		p = c.Follow(p)
		if p.Status != 200 || !p.Has("nav#menu a[href='/admin/users'][aria-current=page]") || p.Has("nav#menu a[href='/audit']") {
			t.Fatalf("%d\n%s", p.Status, p.Text("nav"))
		}
		if got := p.Text("tbody"); !strings.Contains(got, "operator.deqing") || strings.Contains(got, "auditor") {
			t.Errorf("the filter that the address named: %s", got)
		}
		if p := c.Get("/login?next=/audit"); p.Status != 303 || p.Header.Get("Location") != "/audit" {
			t.Errorf("sign-in when signed in: %d", p.Status)
		}
		if p := c.Get("/"); p.Status != 200 || !p.Has(".desk") {
			t.Errorf("home: %s %d", p.Path, p.Status)
		}
		p = c.Follow(c.Post("/logout", nil))
		if p.Path != "/login" || !p.Has("[data-flash=success]") {
			t.Errorf("after signing out: %s\n%s", p.Path, p.Main())
		}
		if p := c.Get("/login"); p.Has("[data-flash]") {
			t.Error("the flash is said twice")
		}
		if p := c.Get("/admin/users"); p.Status != 303 {
			t.Errorf("signed out: %d", p.Status)
		}
	})
}

func TestSignInLeadsOnlyToThisSite(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/%2Fevil.example"} {
		c := webtest.New(t, s.base)
		p := c.Get("/login?next=" + url.QueryEscape(next))
		if got := p.Attr("form[action='/login'] input[name=next]", "value"); got != "/" {
			t.Errorf("%q stands in the form as %q", next, got)
		}
		p = c.Post("/login", url.Values{"username": {"officer"}, "password": {accesstest.Password}, "next": {next}})
		if p.Status != 303 || p.Header.Get("Location") != "/" {
			t.Errorf("%q leads to %q", next, p.Header.Get("Location"))
		}
		p = c.Post("/preferences", url.Values{"lang": {"en"}, "return": {next}})
		if p.Status != 303 || p.Header.Get("Location") != "/" {
			t.Errorf("preferences: %q leads to %q", next, p.Header.Get("Location"))
		}
	}
}

func TestSignInIsThrottled(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	c := webtest.New(t, s.base)
	in := url.Values{"username": {"officer"}, "password": {"wrong"}}
	for range 5 {
		if p := c.Post("/login", in); p.Status != 422 {
			t.Fatal(p.Status)
		}
	}
	p := c.Post("/login", url.Values{"username": {"officer"}, "password": {accesstest.Password}})
	if p.Status != 429 || p.Header.Get("Retry-After") != "30" || !strings.Contains(p.Main(), "30") || !p.Has("input[name=password]") {
		t.Errorf("%d %v\n%s", p.Status, p.Header, p.Main())
	}
}

func TestMissingFieldsAreNamed(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	p := webtest.New(t, s.base).Post("/login", url.Values{})
	if p.Status != 422 || !p.Has("input[name=username][aria-invalid]") || !p.Has("input[name=password][aria-invalid]") || !strings.Contains(p.Text("title"), "错误") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
}

func TestAStaleSessionLeadsBackToSignIn(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	ctx := context.Background()
	officer := webtest.SignIn(t, s.base, "officer")
	if err := s.Users.Disable(ctx, access.System(), s.By["officer"].ID, 0); err != nil {
		t.Fatal(err)
	}
	p := officer.Get("/account?x=1")
	if p.Status != 303 || p.Header.Get("Location") != "/login?next=%2Faccount%3Fx%3D1" {
		t.Fatalf("%d %s", p.Status, p.Header.Get("Location"))
	}
	if p = officer.Follow(p); !strings.Contains(p.Text("[data-flash]"), "登录已过期") {
		t.Error(p.Main())
	}

	chief := webtest.SignIn(t, s.base, "chief")
	if err := s.Users.SetPassword(ctx, access.System(), s.By["chief"].ID, 0, "another password", false); err != nil {
		t.Fatal(err)
	}
	r := chief.Request("POST", "/account/password", strings.NewReader("old=a"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Referer", s.base+"/account")
	p = chief.Do(r)
	if p.Status != 303 || p.Header.Get("Location") != "/login?next=%2Faccount" {
		t.Fatalf("%d %s", p.Status, p.Header.Get("Location"))
	}
	if p = chief.Follow(p); !strings.Contains(p.Text("[data-flash]"), "没有执行") {
		t.Error(p.Main())
	}
	r = chief.Request("GET", "/account", nil)
	r.Header.Set("HX-Request", "true")
	if p = chief.Do(r); p.Status != 401 || p.Header.Get("HX-Redirect") != "/login?next=%2Faccount" {
		t.Errorf("a part of a page: %d %v", p.Status, p.Header)
	}
	for _, token := range []string{"x", strings.Repeat("y", 300), "'"} {
		c := webtest.New(t, s.base)
		r := c.Request("GET", "/account", nil)
		r.AddCookie(&http.Cookie{Name: "huzhi_session", Value: token})
		if p := c.Do(r); p.Status != 303 {
			t.Errorf("token %.10q: %d", token, p.Status)
		}
	}
}

func TestUnknownAddresses(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	signed, nobody := webtest.SignIn(t, s.base, "officer"), webtest.New(t, s.base)
	for _, path := range []string{"/nothing", "/audit/1/2", "/login/x", "/%00", "/..%2f..%2fetc/passwd"} {
		for _, c := range []*webtest.Client{signed, nobody} {
			if p := c.Get(path); p.Status != 404 || !p.Has(".error-page[data-status='404']") || p.Has("nav#menu") != (c == signed) {
				t.Errorf("%s: %d\n%s", path, p.Status, p.Main())
			}
		}
	}
	if p := nobody.Post("/nothing", nil); p.Status != 404 {
		t.Errorf("POST: %d", p.Status)
	}
}

func TestLanguageAndThemeAreKept(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	c := webtest.New(t, s.base)
	if p := c.Get("/login"); p.Attr("html", "lang") != "zh-CN" {
		t.Error(p.Attr("html", "lang"))
	}
	p := c.Follow(c.Post("/preferences", url.Values{"lang": {"en"}, "return": {"/login?next=/audit"}}))
	if p.Attr("html", "lang") != "en" || p.Path != "/login?next=/audit" || !strings.Contains(p.Text("h1"), "Sign in") {
		t.Errorf("%s\n%s", p.Path, p.Main())
	}
	for _, bad := range []url.Values{{"lang": {"fr"}}, {"theme": {"pink"}}} {
		if p := c.Post("/preferences", bad); p.Status != 422 {
			t.Errorf("%v: %d", bad, p.Status)
		}
	}
	officer := webtest.SignIn(t, s.base, "officer")
	if p := officer.Follow(officer.Post("/preferences", url.Values{"theme": {"dark"}, "return": {"/account"}})); p.Attr("html", "data-bs-theme") != "dark" {
		t.Error(p.Attr("html", "data-bs-theme"))
	}
	officer.Post("/preferences", url.Values{"lang": {"en"}})
	elsewhere := webtest.SignIn(t, s.base, "officer") // another browser of the same person
	if p := elsewhere.Get("/account"); p.Attr("html", "data-bs-theme") != "dark" || p.Attr("html", "lang") != "en" {
		t.Errorf("elsewhere: %s %s", p.Attr("html", "data-bs-theme"), p.Attr("html", "lang"))
	}
}

func TestOnlySentencesOfTheCatalogueAreFlashed(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	for _, v := range []string{"x", "eyJrIjoic3VjY2VzcyIsInQiOiJCdXkgbm93In0", "eyJrIjoic3VjY2VzcyIsInQiOiJlcnJvci5pbnRlcm5hbCJ9", "eyJ"} {
		c := webtest.New(t, s.base)
		r := c.Request("GET", "/login", nil)
		r.AddCookie(&http.Cookie{Name: "huzhi_flash", Value: v})
		if p := c.Do(r); p.Status != 200 || p.Has("[data-flash]") {
			t.Errorf("%s: %s", v, p.Main())
		}
	}
}

func TestTheDemonstrationOfficeOffersItsPeople(t *testing.T) {
	db := storetest.SQLite(t)
	s := open(t, db, func(d *web.Deps) {
		d.Demo = &web.Demo{Usernames: []string{"operator", "chief.deqing", "gone"}, Password: accesstest.Password}
	})
	const ribbon = "演示系统"
	c := webtest.New(t, s.base)
	p := c.Get("/login?next=/account")
	if len(p.All("button[data-demo]")) != 2 || !strings.Contains(p.Text("button[data-demo='chief.deqing']"), "德清县 · 负责人") {
		t.Fatal(p.Main())
	}
	form := p.All("form.demo-person")[1]
	p = c.Follow(c.Post("/login", webtest.FormValues(form)))
	if p.Path != "/account" || !strings.Contains(p.Main(), "chief.deqing") {
		t.Errorf("%s\n%s", p.Path, p.Main())
	}
	if !strings.Contains(p.Text("body"), ribbon) {
		t.Error("nothing says that it is a demonstration")
	}
	real := open(t, storetest.SQLite(t), nil)
	if p := webtest.New(t, real.base).Get("/login"); p.Has("[data-demo]") || strings.Contains(p.Text("body"), ribbon) {
		t.Error("a real office offers its people")
	}
}
