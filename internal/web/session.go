package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/views"
	"huzhi/views/layout"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// login shows the sign-in page.
func (s *Server) login(c *ctx) error {
	next := local(c.QueryParam("next"), "/")
	in, err := c.identify()
	if err != nil {
		return err
	}
	if in {
		return c.to(next)
	}
	return s.loginPage(c, http.StatusOK, "", next, nil)
}

// loginPost signs a person in.
func (s *Server) loginPost(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	name, next := f.text("username"), local(f.text("next"), "/")
	var faults errs.Faults
	faults.Require("username", name)
	faults.Require("password", f.raw("password"))
	if err := faults.Err(); err != nil {
		return s.loginPage(c, http.StatusUnprocessableEntity, name, next, err)
	}
	token, err := s.Users.SignIn(c.ctx(), name, f.raw("password"), c.RealIP())
	if e := errs.As(err); e != nil && (e.Code == errs.Invalid || e.Code == errs.Throttled) {
		c.retryAfter(e)
		return s.loginPage(c, status(e.Code), name, next, err)
	}
	if err != nil {
		return err
	}
	if old := c.cookie(sessionCookie); old != "" {
		if err := s.Users.SignOut(c.ctx(), old); err != nil {
			return err
		}
	}
	c.setCookie(sessionCookie, token, 0)
	return c.to(next)
}

func (s *Server) loginPage(c *ctx, code int, name, next string, err error) error {
	v := views.SignInView{Page: c.page(c.p.T("signin.title")), Username: name, Next: next}
	v.Page.Lead = c.p.T("signin.lead")
	if e := errs.As(err); e != nil {
		v.Page.Invalid = true
		v.Error = c.say(e)
		for _, f := range e.Fields {
			v.Error = ""
			switch f.Name {
			case "username":
				v.UsernameError = c.p.M(f.Message)
			case "password":
				v.PasswordError = c.p.M(f.Message)
			}
		}
	}
	if s.Demo != nil {
		for _, username := range s.Demo.Usernames {
			u, err := s.Users.ByUsername(c.ctx(), username)
			if errs.CodeOf(err) == errs.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			v.Demo = append(v.Demo, views.DemoUser{Username: u.Username, Name: u.Name, Roles: s.roleLine(c, u.Actor()), Password: s.Demo.Password})
		}
	}
	return c.show(code, views.SignIn(v))
}

// logout ends the session. Signed in or not, it leads to the sign-in page.
func (s *Server) logout(c *ctx) error {
	if token := c.cookie(sessionCookie); token != "" {
		if err := s.Users.SignOut(c.ctx(), token); err != nil {
			return err
		}
	}
	c.setCookie(sessionCookie, "", -1)
	c.flash(layout.FlashDone, "flash.signed_out")
	return c.to("/login")
}

// preferences keeps the choice of language (field lang) or theme: in this browser, and with the person who is signed in.
func (s *Server) preferences(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in, err := c.identify()
	if err != nil {
		return err
	}
	prefs := c.prefs
	lang, theme := f.text("lang"), f.text("theme")
	if lang != "" {
		if !slices.Contains(i18n.Languages(), lang) {
			return errs.New(errs.Invalid, "error.choice")
		}
		prefs.Language = lang
		c.setCookie(languageCookie, lang, year)
	}
	if theme != "" {
		if !slices.Contains([]string{layout.Light, layout.Dark, layout.Auto}, theme) {
			return errs.New(errs.Invalid, "error.choice")
		}
		prefs.Theme = theme
		c.setCookie(themeCookie, theme, year)
	}
	if in && (lang != "" || theme != "") {
		if err := s.Users.SetPrefs(c.ctx(), c.by, prefs); err != nil {
			return err
		}
	}
	return c.to(local(strings.TrimSpace(f.text("return")), "/"))
}

const year = 365 * 24 * time.Hour
