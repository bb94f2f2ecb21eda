package web

import (
	"net/http"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func userPath(id string) string { return "/admin/users/" + id }

// user shows one person.
func (s *Server) user(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.userPage(c, http.StatusOK, id, "", nil)
}

// userPage is the page of a person, with the form of an act that came back.
func (s *Server) userPage(c *ctx, code int, id, act string, back *form) error {
	x, err := s.Users.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p, on := c.p, s.today()
	v := views.PersonView{Page: c.page(x.Name)}
	v.Page.Crumbs = []layout.Crumb{{Label: p.T("users.title"), Href: "/admin/users"}}
	v.Page.Invalid = back != nil && back.invalid()
	v.Remarks, v.Facts = s.userRemarks(c, x, on), s.userFacts(c, x, on)
	if v.Roles, err = s.userRoles(c, x, on); err != nil {
		return err
	}
	v.Certificates = c.certificates(x)
	action := ""
	if x.Manage {
		action = userPath(id) + "/sessions"
	}
	if v.Sessions, err = s.sessionsOf(c, id, action); err != nil {
		return err
	}
	v.Sessions.Hint = p.T("users.sessions.hint")
	one := func(name, icon, look string, begin map[string]string, fields ...parts.Field) views.ActForm {
		f := blank(begin)
		if act == name && back != nil {
			f = back
		}
		a := views.ActForm{ID: name, Icon: icon, Fold: true, Title: p.T("users.act." + name), Hint: p.Or("users.act."+name+".hint", ""),
			Form: parts.Form{Action: userPath(id) + "/" + name, Submit: p.T("users.act." + name + ".save"), Look: look, Hidden: []parts.Hidden{version(x.Version)}}}
		if name == "give" {
			a.Form.Hidden = append(a.Form.Hidden, c.newID(f, "id"))
		}
		a.Fields = numbered(name, f.fill(p, fields...))
		a.Error = f.general(p, a.Fields...)
		return a
	}
	if x.Manage || x.ID == c.by.ID {
		v.Account = append(v.Account, one("data", "edit", "", map[string]string{"name": x.Name, "employer": x.Employer, "entrusted_by": x.EntrustedBy}, s.dataFields(c)...))
	}
	if x.Manage {
		v.RoleForms = append(v.RoleForms, one("give", "user-plus", "", map[string]string{"from": on.String()}, s.grantFields(c)...))
		if open := s.openRoles(c, x, on); len(open) > 0 {
			v.RoleForms = append(v.RoleForms, one("end", "user-off", "danger", map[string]string{"until": on.AddDays(-1).String()},
				parts.Field{Name: "assignment", Label: p.T("users.end.which"), Type: parts.Select, Required: true, Options: open},
				parts.Field{Name: "until", Label: p.T("users.end.until"), Hint: p.T("users.end.until.hint"), Type: parts.Date, Required: true, Half: true}))
		}
		v.Certify = append(v.Certify, one("certificate", "certificate", "", map[string]string{"certificate_no": x.CertificateNo, "certificate_kind": x.CertificateKind,
			"certificate_issuer": x.CertificateIssuer, "certificate_until": day(x.CertificateUntil)}, s.certificateFields(c, p.T("users.certificate.no.hint"))...))
		v.Account = append(v.Account, one("password", "key", "", nil))
		if x.Factor != nil {
			v.Account = append(v.Account, one("factor", "shield-lock", "danger", nil))
		}
		if x.DisabledAt == nil {
			v.Account = append(v.Account, one("disable", "lock", "danger", nil))
		} else {
			v.Account = append(v.Account, one("enable", "lock-open", "", nil))
		}
	}
	return c.show(code, views.OnePerson(v))
}

// day is a day for a field of a form, "" for none.
func day(d calendar.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// userRemarks are what the reader must see of a person at once.
func (s *Server) userRemarks(c *ctx, x *access.Dossier, on calendar.Day) (out []views.Remark) {
	p := c.p
	add := func(tone parts.Tone, key string, args ...any) {
		out = append(out, views.Remark{Tone: tone, Title: p.T(key, args...), Text: p.T(key + ".text")})
	}
	if x.DisabledAt != nil {
		add(parts.Late, "users.remark.off", *x.DisabledAt)
	}
	officer := slices.ContainsFunc(x.Roles, func(a access.Assignment) bool { return a.Role == access.Officer && !a.Over(on) })
	switch line := s.person(c, x.Person, on); {
	case x.CertificateNo != "" && !x.Certified(on):
		add(parts.Late, "users.remark.expired", x.CertificateUntil)
	case line.CertificateTone == parts.Soon:
		add(parts.Soon, "users.remark.soon", x.CertificateUntil)
	case x.CertificateNo == "" && officer:
		add(parts.Soon, "users.remark.none")
	}
	switch {
	case x.ID == c.by.ID:
		add(parts.Running, "users.remark.self")
	case !x.Manage && s.Guard.CanAnywhere(c.by, "user.manage"):
		add(parts.Running, "users.remark.others")
	}
	return out
}

// employer is who employs a person and by whom that one is entrusted.
func (s *Server) employer(c *ctx, u access.User) []parts.Desc {
	d := parts.Desc{Label: c.p.T("users.employer"), Value: u.Employer}
	if u.EntrustedBy != "" {
		d.Note = c.p.T("users.entrusted", s.Regions.Name(u.EntrustedBy, c.p.Lang()))
	}
	return []parts.Desc{d}
}

func (s *Server) userFacts(c *ctx, x *access.Dossier, on calendar.Day) []parts.Desc {
	p, line := c.p, s.person(c, x.Person, on)
	out := []parts.Desc{{Label: p.T("users.username"), Value: x.Username, Code: true}}
	if x.Employer == "" {
		out = append(out, parts.Desc{Label: p.T("users.employer"), Value: p.T("users.employer.own")})
	}
	if x.Employer != "" {
		out = append(out, s.employer(c, x.User)...)
	}
	factor := parts.Desc{Label: p.T("account.factor"), Value: p.T("account.factor.off")}
	switch {
	case x.Factor != nil:
		factor.Value, factor.Note = p.T("account.factor.on"), p.N("account.factor.left", int(x.Factor.Remaining), x.Factor.Since)
	case x.NeedsFactor:
		factor.Note = p.T("users.factor.needed")
	}
	state := parts.Desc{Label: p.T("users.state"), Body: parts.StatusDot(line.Tone, line.State)}
	if x.MustChange {
		state.Note = p.T("users.must_change")
	}
	return append(out, state, factor, parts.Desc{Label: p.T("users.added"), Value: p.Time(x.CreatedAt)})
}

// userRoles are the roles of a person, those held today first.
func (s *Server) userRoles(c *ctx, x *access.Dossier, on calendar.Day) (parts.Table, error) {
	p := c.p
	t := parts.Table{Caption: p.T("users.roles"), Columns: []parts.Column{{Label: p.T("users.role")}, {Label: p.T("users.period")}, {Label: p.T("users.given_by")}, {Label: p.T("users.role.state"), Slim: true}},
		Empty: &parts.EmptyState{Title: p.T("users.roles.none")}}
	var ids []string
	for _, a := range x.Roles {
		ids = append(ids, a.GivenBy)
	}
	givers, err := s.Users.Named(c.ctx(), ids)
	if err != nil {
		return t, err
	}
	names := map[string]string{access.System().ID: p.T("audit.actor.system")}
	for _, g := range givers {
		names[g.ID] = g.Name
	}
	for _, state := range []struct {
		key  string
		tone parts.Tone
		is   func(access.Assignment) bool
	}{
		{"users.role.now", parts.Done, func(a access.Assignment) bool { return a.InForce(on) }},
		{"users.role.later", parts.Running, func(a access.Assignment) bool { return !a.InForce(on) && !a.Over(on) }},
		{"users.role.over", parts.Stopped, func(a access.Assignment) bool { return a.Over(on) }},
	} {
		for _, a := range x.Roles {
			if state.is(a) {
				t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
					parts.TextCell(p.T("role."+a.Role), s.Regions.Name(a.Jurisdiction, p.Lang())), parts.TextCell(c.period(a), ""),
					parts.TextCell(names[a.GivenBy], p.Time(a.CreatedAt)), parts.BodyCell(parts.StatusDot(state.tone, p.T(state.key)))}})
			}
		}
	}
	return t, nil
}

// openRoles are the roles that can be ended.
func (s *Server) openRoles(c *ctx, x *access.Dossier, on calendar.Day) (out []parts.Option) {
	for _, a := range x.Roles {
		if !a.Over(on) {
			out = append(out, parts.Option{Value: a.ID, Label: c.p.T("users.end.option", s.Regions.Name(a.Jurisdiction, c.p.Lang()), c.p.T("role."+a.Role), c.period(a))})
		}
	}
	return out
}

// certificates is what was recorded of a person's certificates.
func (c *ctx) certificates(x *access.Dossier) parts.Table {
	p := c.p
	t := parts.Table{Caption: p.T("users.certificates"), Columns: []parts.Column{{Label: p.T("users.certificate.no")}, {Label: p.T("users.certificate.last")}, {Label: p.T("users.certificate.recorded")}}}
	for i, r := range x.Certificates {
		by := r.RecordedName
		if r.RecordedBy == access.System().ID {
			by = p.T("audit.actor.system")
		}
		row := parts.Row{Cells: []parts.Cell{parts.TextCell(r.Number, c.certificateKind(r.Kind, r.Issuer)), parts.TextCell(day(r.UntilDay), ""), parts.TextCell(by, p.Time(r.RecordedAt))}}
		if r.Number == "" {
			row.Cells[0] = parts.TextCell(p.T("users.certificate.taken"), "")
		}
		if i == 0 && r.Number != "" {
			row.Tone = parts.Running
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// certificateKind is the kind of a certificate and who gave it out, in words.
func (c *ctx) certificateKind(kind, issuer string) string {
	switch {
	case kind == "" && issuer == "":
		return ""
	case issuer == "":
		return c.p.T("certificate.kind." + kind)
	case kind == "":
		return c.p.T("certificate.issuer." + issuer)
	}
	return c.p.T("certificate.both", c.p.T("certificate.kind."+kind), c.p.T("certificate.issuer."+issuer))
}

func (s *Server) dataFields(c *ctx) []parts.Field {
	return []parts.Field{
		{Name: "name", Label: c.p.T("users.name"), Required: true, Max: 60},
		{Name: "employer", Label: c.p.T("users.employer"), Hint: c.p.T("users.employer.hint"), Max: 100},
		{Name: "entrusted_by", Label: c.p.T("users.entrusted_by"), Hint: c.p.T("users.entrusted_by.hint"), Type: parts.Select, Blank: c.p.T("users.entrusted_by.none"), Options: s.managed(c)},
	}
}

// managed are the areas whose people are the reader's to manage.
func (s *Server) managed(c *ctx) (out []parts.Option) {
	for _, r := range s.Guard.Places(c.by, "user.manage") {
		out = append(out, parts.Option{Value: r.Code, Label: r.Name(c.p.Lang())})
	}
	return out
}

func (s *Server) grantFields(c *ctx) []parts.Field {
	return []parts.Field{
		{Name: "role", Label: c.p.T("users.role"), Type: parts.Select, Required: true, Options: c.choices("role", access.Roles()), Half: true},
		{Name: "jurisdiction", Label: c.p.T("users.place"), Hint: c.p.T("users.place.hint"), Type: parts.Select, Required: true, Options: s.managed(c), Half: true},
		{Name: "from", Label: c.p.T("users.give.from"), Type: parts.Date, Required: true, Half: true},
		{Name: "until", Label: c.p.T("users.give.until"), Hint: c.p.T("users.give.until.hint"), Type: parts.Date, Half: true},
	}
}

// certificateFields ask for a certificate; with hint where an empty number takes one away.
func (s *Server) certificateFields(c *ctx, hint string) []parts.Field {
	return []parts.Field{
		{Name: "certificate_no", Label: c.p.T("users.certificate.no"), Hint: hint, NoSpell: true, Max: 40, Half: true},
		{Name: "certificate_until", Label: c.p.T("users.certificate.last"), Type: parts.Date, Half: true},
		{Name: "certificate_kind", Label: c.p.T("users.certificate.kind"), Type: parts.Select, Blank: c.p.T("users.certificate.unknown"), Options: c.choices("certificate.kind", access.CertificateKinds()), Half: true},
		{Name: "certificate_issuer", Label: c.p.T("users.certificate.issuer"), Type: parts.Select, Blank: c.p.T("users.certificate.unknown"), Options: c.choices("certificate.issuer", access.CertificateIssuers()), Half: true},
	}
}

func grant(f *form) access.Grant {
	return access.Grant{ID: f.id(), Role: f.text("role"), Jurisdiction: f.text("jurisdiction"), From: f.day("from"), Until: f.day("until")}
}

func certified(f *form) access.Certificate {
	return access.Certificate{Number: f.text("certificate_no"), Kind: f.text("certificate_kind"), Issuer: f.text("certificate_issuer"), Until: f.day("certificate_until")}
}

// userNew shows the form by which a person is added.
func (s *Server) userNew(c *ctx) error {
	return s.userForm(c, http.StatusOK, blank(map[string]string{"from": s.today().String()}))
}

func (s *Server) userForm(c *ctx, code int, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("users.new")), Hint: p.T("users.new.hint"), Form: parts.Form{Action: "/admin/users", Submit: p.T("users.new.save"),
		Hidden: []parts.Hidden{c.newID(f, "id")}, Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/admin/users"}}}
	v.Page.Crumbs, v.Page.Invalid = []layout.Crumb{{Label: p.T("users.title"), Href: "/admin/users"}}, f.invalid()
	username := parts.Field{Name: "username", Label: p.T("users.username"), Hint: p.T("users.username.hint"), Required: true, NoSpell: true, Autocomplete: "off", Max: 40}
	data := s.dataFields(c)
	username.Half, data[0].Half = true, true
	v.Groups = []views.FieldGroup{
		{Title: p.T("users.person"), Fields: f.fill(p, append([]parts.Field{username}, data...)...)},
		{Title: p.T("users.new.role"), Fields: f.fill(p, s.grantFields(c)...)},
		{Title: p.T("users.certificate"), Fields: f.fill(p, s.certificateFields(c, "")...)},
	}
	var all []parts.Field
	for _, g := range v.Groups {
		all = append(all, g.Fields...)
	}
	v.Error = f.general(p, all...)
	return c.show(code, views.Entry(v))
}

// userAdd adds a person and tells the password, once.
func (s *Server) userAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := access.NewUser{ID: f.id(), Username: f.text("username"), Name: f.text("name"), Employer: f.text("employer"), EntrustedBy: f.text("entrusted_by"),
		Password: access.NewPassword(), MustChange: true, Certificate: certified(f), Roles: []access.Grant{grant(f)}}
	in.Roles[0].ID = "" // the form's identifier is the person's
	var u access.User
	if err = f.err(); err == nil {
		u, err = s.Users.Add(c.ctx(), c.by, in)
	}
	if e := errs.As(err); e != nil && e.Key == "error.user.twice" {
		c.flash(layout.FlashWarn, "flash.user.twice")
		return c.to(userPath(in.ID))
	}
	if code, again := c.again(f, err); again {
		return s.userForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return s.tellPassword(c, u.ID, u.Name, in.Password)
}

// tellPassword shows a password made by chance, once.
func (s *Server) tellPassword(c *ctx, id, name, password string) error {
	v := views.OnceView{Page: c.page(c.p.T("users.password.title", name)), Remark: c.p.T("users.password.once"), Lines: []string{password},
		Next: parts.Link{Label: c.p.T("users.password.next"), Href: userPath(id)}}
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("users.title"), Href: "/admin/users"}, {Label: name, Href: userPath(id)}}
	return c.show(http.StatusOK, views.Once(v))
}

// userAct is the frame of the acts on a person's page. then answers where the act was done; nil leads back to the page.
func (s *Server) userAct(c *ctx, name, flash string, act func(id string, seen int64, f *form) error, then func(id string) error) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	seen := f.number("version")
	if seen == 0 {
		f.faults.Add("version", "error.required")
	}
	if err = f.err(); err == nil {
		err = act(id, seen, f)
	}
	err = c.changed("user:"+id, err)
	if code, again := c.again(f, err); again {
		return s.userPage(c, code, id, name, f)
	}
	if err != nil {
		return err
	}
	if then != nil {
		return then(id)
	}
	return c.done(userPath(id), flash)
}

func (s *Server) userEdit(c *ctx) error {
	return s.userAct(c, "data", "flash.user.data", func(id string, seen int64, f *form) error {
		return s.Users.Edit(c.ctx(), c.by, id, seen, access.Data{Name: f.text("name"), Employer: f.text("employer"), EntrustedBy: f.text("entrusted_by")})
	}, nil)
}

func (s *Server) userGive(c *ctx) error {
	return s.userAct(c, "give", "flash.user.give", func(id string, seen int64, f *form) error {
		g := grant(f)
		if f.faults.Any() {
			return f.err()
		}
		_, err := s.Users.SetRole(c.ctx(), c.by, id, seen, g)
		return err
	}, nil)
}

func (s *Server) userEnd(c *ctx) error {
	return s.userAct(c, "end", "flash.user.end", func(id string, seen int64, f *form) error {
		until := f.day("until")
		if f.faults.Any() {
			return f.err()
		}
		x, err := s.Users.Find(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(x.Roles, func(a access.Assignment) bool { return a.ID == f.text("assignment") }) {
			f.faults.Add("assignment", "error.choice")
			return f.err()
		}
		return s.Users.EndAssignment(c.ctx(), c.by, f.text("assignment"), seen, until)
	}, nil)
}

func (s *Server) userCertificate(c *ctx) error {
	return s.userAct(c, "certificate", "flash.user.certificate", func(id string, seen int64, f *form) error {
		cert := certified(f)
		if f.faults.Any() {
			return f.err()
		}
		return s.Users.SetCertificate(c.ctx(), c.by, id, seen, cert)
	}, nil)
}

func (s *Server) userDisable(c *ctx) error {
	return s.userAct(c, "disable", "flash.user.disable", func(id string, seen int64, _ *form) error { return s.Users.Disable(c.ctx(), c.by, id, seen) }, nil)
}

func (s *Server) userEnable(c *ctx) error {
	return s.userAct(c, "enable", "flash.user.enable", func(id string, seen int64, _ *form) error { return s.Users.Enable(c.ctx(), c.by, id, seen) }, nil)
}

func (s *Server) userFactor(c *ctx) error {
	return s.userAct(c, "factor", "flash.user.factor", func(id string, seen int64, _ *form) error { return s.Users.ResetFactor(c.ctx(), c.by, id, seen) }, nil)
}

func (s *Server) userPassword(c *ctx) error {
	password := ""
	return s.userAct(c, "password", "", func(id string, seen int64, _ *form) (err error) {
		password, err = s.Users.ResetPassword(c.ctx(), c.by, id, seen)
		return err
	}, func(id string) error {
		u, err := s.Users.Get(c.ctx(), id)
		if err != nil {
			return err
		}
		return s.tellPassword(c, id, u.Name, password)
	})
}

// userSessions ends one of a person's sessions, or all of them.
func (s *Server) userSessions(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	flash := "flash.user.session"
	switch end := f.text("end"); end {
	case "":
		err = errs.New(errs.Invalid, "error.request")
	case "all":
		flash, err = "flash.user.sessions", s.Users.EndSessions(c.ctx(), c.by, id)
	default:
		err = s.Users.EndSession(c.ctx(), c.by, id, end)
	}
	if err != nil {
		return err
	}
	return c.done(userPath(id)+"#sessions", flash)
}
