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
	"huzhi/views/parts"
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
	ticket, err := s.Users.SignIn(c.ctx(), name, f.raw("password"), c.origin())
	if e := errs.As(err); e != nil && (e.Code == errs.Invalid || e.Code == errs.Throttled) {
		c.retryAfter(e)
		return s.loginPage(c, status(e.Code), name, next, err)
	}
	if err != nil {
		return err
	}
	if ticket.Half {
		c.setCookie(halfCookie, ticket.Token, 0)
		return c.to(withNext("/login/code", next))
	}
	if err := s.comeIn(c, ticket.Token); err != nil {
		return err
	}
	return c.to(next)
}

// comeIn gives the browser its session, in the place of one it may have had.
func (s *Server) comeIn(c *ctx, token string) error {
	if old := c.cookie(sessionCookie); old != "" {
		if err := s.Users.SignOut(c.ctx(), old); err != nil {
			return err
		}
	}
	c.setCookie(sessionCookie, token, 0)
	return nil
}

// code asks for the code of the second factor.
func (s *Server) code(c *ctx) error {
	if _, err := s.Users.Half(c.ctx(), c.cookie(halfCookie)); errs.CodeOf(err) == errs.NotFound {
		return s.tooSlow(c)
	} else if err != nil {
		return err
	}
	return s.codePage(c, http.StatusOK, blank(map[string]string{"next": local(c.QueryParam("next"), "/")}))
}

// tooSlow leads back to the first page of the sign-in.
func (s *Server) tooSlow(c *ctx) error {
	c.setCookie(halfCookie, "", -1)
	c.flash(layout.FlashWarn, "flash.code.slow")
	return c.to("/login")
}

// codePost takes the code and lets the person in.
func (s *Server) codePost(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	f.faults.Require("code", f.text("code"))
	token, left := "", int64(0)
	if err = f.err(); err == nil {
		token, left, err = s.Users.GiveCode(c.ctx(), c.cookie(halfCookie), f.text("code"), c.origin())
	}
	switch e := errs.As(err); {
	case e != nil && e.Code == errs.NotFound:
		return s.tooSlow(c)
	case e != nil && (e.Code == errs.Invalid || e.Code == errs.Throttled):
		c.retryAfter(e)
		if f.note(e); len(e.Fields) == 0 {
			f.whole = &e.Message
		}
		return s.codePage(c, status(e.Code), f)
	case err != nil:
		return err
	}
	c.setCookie(halfCookie, "", -1)
	if err := s.comeIn(c, token); err != nil {
		return err
	}
	if left >= 0 {
		c.flash(layout.FlashWarn, "flash.code.recovery", c.p.Count(left))
	}
	return c.to(local(f.text("next"), "/"))
}

// codePage shows the field of the telephone's code and, folded, that of a recovery code. by says which of them was sent.
func (s *Server) codePage(c *ctx, code int, f *form) error {
	v := views.CodeView{Page: c.page(c.p.T("code.title"))}
	v.Page.Lead, v.Page.Invalid = c.p.T("code.lead"), f.invalid()
	for _, x := range []parts.Field{
		{Label: c.p.T("code.code"), Hint: c.p.T("code.code.hint"), Autocomplete: "one-time-code", Inputmode: "numeric", Max: 12, Autofocus: true},
		{Label: c.p.T("code.recovery"), Autocomplete: "off", Max: 40},
	} {
		name := []string{"app", "paper"}[len(v.Forms)]
		x.Name, x.Required, x.NoSpell = "code", true, true
		mine := blank(nil) // what was typed comes back nowhere: a code is not tried twice
		if f.raw("by") == name || f.raw("by") == "" && name == "app" {
			mine.wrong, mine.whole = f.wrong, f.whole
		}
		a := views.ActForm{ID: name, Title: c.p.T("code.paper"), Hint: c.p.T("code.paper.hint"), Fields: numbered(name, mine.fill(c.p, x)),
			Form: parts.Form{Action: "/login/code", Submit: c.p.T("signin.submit"), Hidden: []parts.Hidden{{Name: "by", Value: name}, {Name: "next", Value: local(f.text("next"), "/")}}}}
		a.Error = mine.general(c.p, a.Fields...)
		v.Forms = append(v.Forms, a)
	}
	return c.show(code, views.SignInCode(v))
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
