package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/views"
	"huzhi/views/layout"
)

// ctx is a request on its way: who asks, in which language, for which address.
type ctx struct {
	echo.Context
	s       *Server
	id      string // of the request, for the log and for the person to quote
	route   route
	looked  bool // the session was looked up
	told    bool // the log was told what is taken away
	read    bool // and that a restricted matter is read
	sent    *sent
	failed  *views.Again // the form of a request that failed
	by      access.Actor
	session string // its identifier
	duty    string // what the person must do before anything else
	prefs   access.Prefs
	p       *i18n.Printer
}

// The cookies.
const (
	sessionCookie  = "huzhi_session"
	halfCookie     = "huzhi_half" // between the password and the code
	languageCookie = "huzhi_language"
	themeCookie    = "huzhi_theme"
	flashCookie    = "huzhi_flash"
)

// ctx is the request's context, for domain methods.
func (c *ctx) ctx() context.Context { return c.Request().Context() }

// in says whether somebody is signed in.
func (c *ctx) in() bool { return c.by.ID != "" }

// can says whether the person may do something in a jurisdiction: for what a page offers, never instead of the domain's own check.
func (c *ctx) can(action, jurisdiction string) bool { return c.s.Guard.Can(c.by, action, jurisdiction) }

// identify finds out who asks, once.
func (c *ctx) identify() (bool, error) {
	if c.looked {
		return c.in(), nil
	}
	c.looked = true
	token := c.cookie(sessionCookie)
	if token == "" {
		return false, nil
	}
	find := c.s.Users.Session
	if c.Path() == ringingPath {
		find = c.s.Users.Watch
	}
	in, err := find(c.ctx(), token)
	if errs.CodeOf(err) == errs.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	c.by, c.session, c.duty = in.By, in.Session, in.Duty
	c.speak(in.Prefs)
	return true, nil
}

// speak chooses the language and the theme: the person's own choice, else this browser's, else the office's.
func (c *ctx) speak(p access.Prefs) {
	if p.Language == "" {
		p.Language = c.cookie(languageCookie)
	}
	if p.Theme == "" {
		p.Theme = c.cookie(themeCookie)
	}
	c.p = c.s.Catalogue.Printer(p.Language)
	c.prefs = access.Prefs{Language: c.p.Lang(), Theme: p.Theme}
}

func (c *ctx) cookie(name string) string {
	k, err := c.Request().Cookie(name)
	if err != nil {
		return ""
	}
	return k.Value
}

// setCookie keeps a value in the browser; age 0 is until it closes, negative removes it.
func (c *ctx) setCookie(name, value string, age time.Duration) {
	k := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: c.s.SecureCookies || c.s.byTLS(c.Request()), MaxAge: int(age / time.Second)}
	if age < 0 {
		k.MaxAge = -1
	}
	c.SetCookie(k)
}

// origin is where the request comes from, as the list of sessions shows it.
func (c *ctx) origin() access.From {
	return access.From{IP: c.RealIP(), Agent: c.Request().UserAgent()}
}

// to sends the browser on with 303: after every POST that did something.
func (c *ctx) to(path string) error {
	if c.Request().Header.Get("HX-Request") != "" {
		c.Response().Header().Set("HX-Redirect", path)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, path)
}

// said is a flash on its way to the next page: a key of the catalogue with texts for its places.
type said struct {
	Kind string   `json:"k"`
	Key  string   `json:"t"`
	Args []string `json:"a,omitempty"`
}

// flash says on the next page what was done. key is a sentence "flash.…"; the arguments are plain texts.
func (c *ctx) flash(kind, key string, args ...string) {
	b, err := json.Marshal(said{Kind: kind, Key: key, Args: args})
	if err != nil || len(b) > 2000 {
		return
	}
	c.setCookie(flashCookie, base64.RawURLEncoding.EncodeToString(b), time.Minute)
}

// done says on the next page that something was done, and sends the browser there.
func (c *ctx) done(path, key string, args ...string) error {
	c.flash(layout.FlashDone, key, args...)
	return c.to(path)
}

// takeFlash is what the page before left to say, once. Only sentences of the catalogue are said.
func (c *ctx) takeFlash() *layout.Flash {
	v := c.cookie(flashCookie)
	if v == "" {
		return nil
	}
	c.setCookie(flashCookie, "", -1)
	b, err := base64.RawURLEncoding.DecodeString(v)
	if err != nil {
		return nil
	}
	var f said
	if json.Unmarshal(b, &f) != nil || !strings.HasPrefix(f.Key, "flash.") || !c.p.Has(f.Key) {
		return nil
	}
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return &layout.Flash{Kind: f.Kind, Text: c.p.T(f.Key, args...)}
}

// local is a path of this site, or otherwise when it could lead anywhere else.
func local(path, otherwise string) string {
	if len(path) > 1000 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) {
		return otherwise
	}
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return otherwise
	}
	return path
}
