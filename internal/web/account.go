package web

import (
	"net/http"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// account shows a person their own data, where they are signed in, and how.
func (s *Server) account(c *ctx) error { return s.accountPage(c, http.StatusOK, "", blank(nil)) }

// accountPage is the page with the form that came back.
func (s *Server) accountPage(c *ctx, code int, act string, back *form) error {
	u, err := s.Users.Get(c.ctx(), c.by.ID)
	if err != nil {
		return err
	}
	p := c.p
	v := views.AccountView{Page: c.page(p.T("account.title"))}
	v.Page.Invalid = back.invalid()
	v.Facts = []parts.Desc{
		{Label: p.T("account.name"), Value: u.Name},
		{Label: p.T("account.username"), Value: u.Username, Code: true},
	}
	if u.Employer != "" {
		v.Facts = append(v.Facts, s.employer(c, u)...)
	}
	v.Facts = append(v.Facts, parts.Desc{Label: p.T("account.certificate"), Value: u.CertificateNo, Code: true, Note: c.certificateKind(u.CertificateKind, u.CertificateIssuer)})
	if u.CertificateNo != "" {
		v.Facts = append(v.Facts, parts.Desc{Label: p.T("account.certificate.until"), Value: p.Day(u.CertificateUntil)})
	}
	for _, a := range s.Guard.Roles(c.by) {
		v.Facts = append(v.Facts, parts.Desc{Label: p.T("role." + a.Role), Value: s.Regions.Name(a.Jurisdiction, p.Lang()), Note: c.period(a)})
	}
	if v.Sessions, err = s.sessionsOf(c, c.by.ID, "/account/sessions"); err != nil {
		return err
	}
	v.Sessions.Hint = p.T("account.sessions.hint")
	typed := func(name string) *form {
		if name == act {
			return back
		}
		return blank(nil)
	}
	v.Password = views.ActForm{ID: "password", Icon: "key", Title: p.T("account.password"), Form: parts.Form{Action: "/account/password", Submit: p.T("account.save"), Narrow: true}}
	v.Password.Fields, v.Password.Error = passwordFields(c, typed("password"))
	var email *form
	if act == "email" {
		email = back
	}
	if v.Email, err = s.emailForm(c, email); err != nil {
		return err
	}
	if err := s.factorPart(c, &v, typed); err != nil {
		return err
	}
	return c.show(code, views.Account(v))
}

// period is the days of a role in words.
func (c *ctx) period(a access.Assignment) string {
	if a.UntilDay.IsZero() {
		return c.p.T("users.from", a.FromDay)
	}
	return c.p.T("users.between", a.FromDay, a.UntilDay)
}

func passwordFields(c *ctx, f *form) ([]parts.Field, string) {
	fields := f.fill(c.p,
		parts.Field{Name: "old", Label: c.p.T("account.old"), Type: parts.Password, Required: true, Autocomplete: "current-password"},
		parts.Field{Name: "password", Label: c.p.T("account.new"), Hint: c.p.T("account.new.hint"), Type: parts.Password, Required: true, Autocomplete: "new-password"},
		parts.Field{Name: "repeat", Label: c.p.T("account.repeat"), Type: parts.Password, Required: true, Autocomplete: "new-password"},
	)
	return fields, f.general(c.p, fields...)
}

// passwordPage is the change of the password alone: what a person sees whose password was given by another.
func (s *Server) passwordPage(c *ctx) error {
	return s.showPassword(c, http.StatusOK, blank(map[string]string{"next": c.QueryParam("next")}))
}

func (s *Server) showPassword(c *ctx, code int, f *form) error {
	v := views.DutyView{Page: c.page(c.p.T("account.password")), Must: c.duty != "", Form: parts.Form{Action: "/account/password", Submit: c.p.T("account.save"), Narrow: true,
		Hidden: []parts.Hidden{{Name: "page", Value: "1"}, {Name: "next", Value: local(f.text("next"), "/")}}}}
	if v.Page.Invalid = f.invalid(); c.duty != "" {
		v.Page.Title, v.Remark = c.p.T("account.first"), c.p.T("account.first.text")
	}
	v.Fields, v.Error = passwordFields(c, f)
	return c.show(code, views.Duty(v))
}

// accountPassword gives the person a new password. All their sessions end; this browser gets a new one.
func (s *Server) accountPassword(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	password := f.raw("password")
	f.faults.Require("old", f.raw("old"))
	if password != f.raw("repeat") {
		f.faults.Add("repeat", "error.password.repeat")
	}
	token := ""
	if err = f.err(); err == nil {
		token, err = s.Users.ChangePassword(c.ctx(), c.by, f.raw("old"), password, c.origin())
	}
	if code, again := c.tryAgain(f, err); again {
		if c.duty != "" || f.yes("page") {
			return s.showPassword(c, code, f)
		}
		return s.accountPage(c, code, "password", f)
	}
	if err != nil {
		return err
	}
	c.setCookie(sessionCookie, token, 0)
	return c.done(local(f.text("next"), "/account"), "flash.password")
}

// tryAgain is again for forms in which a person proves who they are: too many tries come back with the form too.
func (c *ctx) tryAgain(f *form, err error) (code int, ok bool) {
	if e := errs.As(err); e != nil && e.Code == errs.Throttled {
		c.retryAfter(e)
		f.whole = &e.Message
		return status(e.Code), true
	}
	return c.again(f, err)
}

// accountSessions ends one of the person's sessions, or all of them.
func (s *Server) accountSessions(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	switch end := f.text("end"); {
	case end == "all":
		if err := s.Users.EndSessions(c.ctx(), c.by, c.by.ID); err != nil {
			return err
		}
		c.setCookie(sessionCookie, "", -1)
		c.flash(layout.FlashDone, "flash.sessions.all")
		return c.to("/login")
	case end == c.session:
		return s.logout(c)
	case end == "":
		return errs.New(errs.Invalid, "error.request")
	default:
		if err := s.Users.EndSession(c.ctx(), c.by, c.by.ID, end); err != nil {
			return err
		}
		return c.done("/account#sessions", "flash.sessions.one")
	}
}

// sessionsOf are the browsers in which somebody is signed in.
func (s *Server) sessionsOf(c *ctx, userID, action string) (views.SessionsPart, error) {
	out := views.SessionsPart{Action: action}
	rows, err := s.Users.Sessions(c.ctx(), c.by, userID)
	for _, x := range rows {
		out.Rows = append(out.Rows, views.SessionLine{ID: x.ID, Device: c.device(x.Agent), Agent: x.Agent, IP: x.IP, Since: c.p.Time(x.CreatedAt), Seen: c.p.Time(x.SeenAt), This: x.ID == c.session})
	}
	return out, err
}
