package web

import (
	"net/http"

	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

// account shows a person their own data and the form for a new password.
func (s *Server) account(c *ctx) error { return s.accountPage(c, http.StatusOK, blank(nil)) }

func (s *Server) accountPage(c *ctx, code int, f *form) error {
	u, err := s.Users.Get(c.ctx(), c.by.ID)
	if err != nil {
		return err
	}
	var email *form // the form that came back is this one, or the password's
	if f.values.Has("email") {
		email, f = f, blank(nil)
	}
	v := views.AccountView{Page: c.page(c.p.T("account.title"))}
	if v.Email, err = s.emailForm(c, email); err != nil {
		return err
	}
	v.Page.Invalid = f.invalid() || email != nil && email.invalid()
	v.Facts = []parts.Desc{
		{Label: c.p.T("account.name"), Value: u.Name},
		{Label: c.p.T("account.username"), Value: u.Username, Code: true},
		{Label: c.p.T("account.certificate"), Value: u.CertificateNo, Code: true},
	}
	if u.CertificateNo != "" {
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("account.certificate.until"), Value: c.p.Day(u.CertificateUntil)})
	}
	for _, a := range s.Guard.Roles(c.by) {
		period := c.p.T("users.from", a.FromDay)
		if !a.UntilDay.IsZero() {
			period = c.p.T("users.between", a.FromDay, a.UntilDay)
		}
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("role." + a.Role), Value: s.Regions.Name(a.Jurisdiction, c.p.Lang()), Note: period})
	}
	v.Fields = f.fill(c.p,
		parts.Field{Name: "old", Label: c.p.T("account.old"), Type: parts.Password, Required: true, Autocomplete: "current-password"},
		parts.Field{Name: "password", Label: c.p.T("account.new"), Hint: c.p.T("account.new.hint"), Type: parts.Password, Required: true, Autocomplete: "new-password"},
		parts.Field{Name: "repeat", Label: c.p.T("account.repeat"), Type: parts.Password, Required: true, Autocomplete: "new-password"},
	)
	v.Error = f.general(c.p, v.Fields...)
	return c.show(code, views.Account(v))
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
	if err = f.err(); err == nil {
		err = s.Users.ChangePassword(c.ctx(), c.by, f.raw("old"), password, c.RealIP())
	}
	if e := errs.As(err); e != nil && e.Code == errs.Throttled {
		c.retryAfter(e)
		f.whole = &e.Message
		return s.accountPage(c, status(e.Code), f)
	}
	if code, again := c.again(f, err); again {
		return s.accountPage(c, code, f)
	}
	if err != nil {
		return err
	}
	token, err := s.Users.SignIn(c.ctx(), c.by.Username, password, c.RealIP())
	if err != nil {
		return err
	}
	c.setCookie(sessionCookie, token, 0)
	return c.done("/account", "flash.password")
}
