package web

import (
	"huzhi/views"
	"huzhi/views/parts"
)

// emailForm asks for a person's mail address, nil where the office sends no letters, and for who is never warned.
func (s *Server) emailForm(c *ctx, f *form) (*views.ActForm, error) {
	if s.Bell == nil || !s.Bell.Mails() || !s.Guard.CanAnywhere(c.by, "warning.view") {
		return nil, nil
	}
	if f == nil {
		address, err := s.Users.Email(c.ctx(), c.by)
		if err != nil {
			return nil, err
		}
		f = blank(map[string]string{"email": address})
	}
	a := &views.ActForm{ID: "email", Title: c.p.T("account.email"), Hint: c.p.T("account.email.hint"), Icon: "mail"}
	a.Fields = f.fill(c.p, parts.Field{Name: "email", Label: c.p.T("account.email.address"), Type: parts.Email, Max: 254, Autocomplete: "email", Half: true})
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/account/email", Submit: c.p.T("account.email.save")}
	return a, nil
}

// accountEmail keeps the person's own mail address, or takes it away.
func (s *Server) accountEmail(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	address := f.text("email")
	err = s.Users.SetEmail(c.ctx(), c.by, address)
	if code, again := c.again(f, err); again {
		return s.accountPage(c, code, "email", f)
	}
	if err != nil {
		return err
	}
	if address == "" {
		return c.done("/account", "flash.email.none")
	}
	return c.done("/account", "flash.email", address)
}
