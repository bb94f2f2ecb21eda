package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// factorPart says on a person's own page whether they have a second factor, and what can be done about it.
func (s *Server) factorPart(c *ctx, v *views.AccountView, typed func(string) *form) error {
	p := c.p
	has, err := s.Users.Factor(c.ctx(), c.by.ID)
	if err != nil {
		return err
	}
	if has == nil {
		v.FactorTone, v.FactorIs, v.FactorText = parts.Stopped, p.T("account.factor.off"), p.T("account.factor.text")
		v.SetUp = &parts.Action{Label: p.T("account.factor.setup"), Href: "/account/factor", Icon: "shield-lock", Look: "primary"}
		return nil
	}
	v.FactorTone, v.FactorIs, v.FactorText = parts.Done, p.T("account.factor.on"), p.N("account.factor.left", int(has.Remaining), has.Since)
	for _, x := range []struct{ name, icon, look string }{{"codes", "refresh", ""}, {"remove", "trash", "danger"}} {
		f := typed(x.name)
		a := views.ActForm{ID: x.name, Icon: x.icon, Fold: true, Title: p.T("account.factor." + x.name), Hint: p.T("account.factor." + x.name + ".hint"),
			Form: parts.Form{Action: "/account/factor/" + x.name, Submit: p.T("account.factor." + x.name), Look: x.look}}
		a.Fields = numbered(x.name, f.fill(p, parts.Field{Name: "code", Label: p.T("code.code"), Hint: p.T("account.factor.code.hint"), Required: true, NoSpell: true, Autocomplete: "one-time-code", Max: 40}))
		a.Error = f.general(p, a.Fields...)
		v.Factor = append(v.Factor, a)
	}
	return nil
}

// factorPage shows the set-up of the second factor with a secret made for it.
func (s *Server) factorPage(c *ctx) error {
	has, err := s.Users.Factor(c.ctx(), c.by.ID)
	if err != nil {
		return err
	}
	if has != nil {
		return c.to("/account#factor")
	}
	return s.showSetUp(c, http.StatusOK, blank(map[string]string{"next": c.QueryParam("next")}))
}

// showSetUp is the page of the set-up. The secret goes with the form: nothing is kept before a code proves that the telephone has it.
func (s *Server) showSetUp(c *ctx, code int, f *form) error {
	p, secret := c.p, f.text("secret")
	if !access.ValidSecret(secret) {
		secret = access.NewSecret()
	}
	v := views.DutyView{Page: c.page(p.T("factor.title")), Must: c.duty != "", Form: parts.Form{Action: "/account/factor", Submit: p.T("factor.save"), Narrow: true,
		Hidden: []parts.Hidden{{Name: "secret", Value: secret}, {Name: "next", Value: local(f.text("next"), "/account")}}}}
	v.Page.Lead, v.Page.Invalid = p.T("factor.lead"), f.invalid()
	if c.duty != "" {
		v.Remark = p.T("factor.must")
	} else {
		v.Page.Crumbs = []layout.Crumb{{Label: p.T("account.title"), Href: "/account"}}
		v.Form.Cancel = &parts.Link{Label: p.T("intake.cancel"), Href: "/account"}
	}
	var err error
	if v.Setup, err = setUpCode(access.SetupAddress(p.T("parts.product"), c.by.Username, secret), secret); err != nil {
		return err
	}
	v.Setup.Steps = []string{p.T("factor.step.app"), p.T("factor.step.scan"), p.T("factor.step.code")}
	v.Fields = f.fill(p,
		parts.Field{Name: "code", Label: p.T("code.code"), Required: true, Autocomplete: "one-time-code", Inputmode: "numeric", NoSpell: true, Max: 12},
		parts.Field{Name: "password", Label: p.T("factor.password"), Hint: p.T("factor.password.hint"), Type: parts.Password, Required: true, Autocomplete: "current-password"},
	)
	v.Error = f.general(p, v.Fields...)
	return c.show(code, views.Duty(v))
}

// setUpCode draws a QR code of an address, with the secret to be typed.
func setUpCode(address, secret string) (*views.SetupCode, error) {
	path, side, err := squares(address)
	if err != nil {
		return nil, err
	}
	var groups []string
	for i := 0; i < len(secret); i += 4 {
		groups = append(groups, secret[i:min(i+4, len(secret))])
	}
	return &views.SetupCode{Secret: strings.Join(groups, " "), Path: path, Side: side}, nil
}

// squares draws a QR code: the dark squares of each line, joined where they touch, as one path; side is how many squares it is wide.
func squares(text string) (path string, side int, err error) {
	picture, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0, err
	}
	side = picture.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := picture.At(x, y).RGBA()
		return r == 0
	}
	var out strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			from := x
			for x < side && dark(x, y) {
				x++
			}
			if x > from {
				out.WriteString("M" + strconv.Itoa(from) + " " + strconv.Itoa(y) + "h" + strconv.Itoa(x-from) + "v1H" + strconv.Itoa(from) + "z")
			}
		}
	}
	return out.String(), side, nil
}

// factorSetUp gives the person a second factor, and tells the recovery codes.
func (s *Server) factorSetUp(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	next := local(f.text("next"), "/account")
	f.faults.Require("code", f.text("code"))
	f.faults.Require("password", f.raw("password"))
	var codes []string
	if err = f.err(); err == nil {
		codes, err = s.Users.SetUpFactor(c.ctx(), c.by, c.session, access.Setup{Secret: f.text("secret"), Code: f.text("code"), Password: f.raw("password")}, c.origin())
	}
	if e := errs.As(err); e != nil && e.Code == errs.Conflict { // sent twice: the codes were on the page that the browser did not wait for
		c.flash(layout.FlashWarn, "flash.factor.twice")
		return c.to("/account#factor")
	}
	if code, again := c.tryAgain(f, err); again {
		return s.showSetUp(c, code, f)
	}
	if err != nil {
		return err
	}
	return s.tellCodes(c, codes, next)
}

// tellCodes shows the recovery codes, once.
func (s *Server) tellCodes(c *ctx, codes []string, next string) error {
	c.duty = "" // done: the page may have its menu
	v := views.OnceView{Page: c.page(c.p.T("factor.codes")), Remark: c.p.T("factor.codes.text"), Lines: codes, Next: parts.Link{Label: c.p.T("factor.codes.kept"), Href: next}}
	return c.show(http.StatusOK, views.Once(v))
}

// factorCodes gives the person new recovery codes.
func (s *Server) factorCodes(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var codes []string
	f.faults.Require("code", f.text("code"))
	if err = f.err(); err == nil {
		codes, err = s.Users.RenewCodes(c.ctx(), c.by, f.text("code"), c.origin())
	}
	if code, again := c.tryAgain(f, err); again {
		return s.accountPage(c, code, "codes", f)
	}
	if err != nil {
		return err
	}
	return s.tellCodes(c, codes, "/account")
}

// factorRemove takes the person's second factor away. Whose role needs one is led to the set-up by the next page.
func (s *Server) factorRemove(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	f.faults.Require("code", f.text("code"))
	if err = f.err(); err == nil {
		err = s.Users.RemoveFactor(c.ctx(), c.by, c.session, f.text("code"), c.origin())
	}
	if code, again := c.tryAgain(f, err); again {
		return s.accountPage(c, code, "remove", f)
	}
	if err != nil {
		return err
	}
	return c.done("/account#factor", "flash.factor.removed")
}
