package web

import (
	"net/http"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/views"
	"huzhi/views/parts"
)

// users shows who is in the office, with which roles and which certificate.
func (s *Server) users(c *ctx) error {
	people, err := s.Users.List(c.ctx(), c.by)
	if err != nil {
		return err
	}
	f := c.ask(asked{choices: map[string][]string{"role": access.Roles()}})
	q, role, place := strings.ToLower(f.text("q")), f.text("role"), f.text("place")
	v := views.UsersView{Page: c.page(c.p.T("users.title")), Filters: s.userFilters(c, f)}
	v.Page.Lead = c.p.T("users.lead")
	if s.Guard.CanAnywhere(c.by, "user.manage") {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("users.new"), Href: "/admin/users/new", Icon: "user-plus", Look: "primary"})
	}
	if f.invalid() {
		v.Page.Invalid, v.Wrong = true, c.misread(f, v.Filters)
		return c.show(http.StatusUnprocessableEntity, views.Users(v))
	}
	on := s.today()
	for _, x := range people {
		if q != "" && !strings.Contains(strings.ToLower(x.Name+" "+x.Username+" "+x.Employer), q) || !holds(x, role, place) {
			continue
		}
		v.People = append(v.People, s.person(c, x, on))
	}
	v.Count = c.p.N("users.count", len(v.People))
	return c.show(http.StatusOK, views.Users(v))
}

// holds says whether one of somebody's roles is role and holds in place; "" is any.
func holds(x access.Person, role, place string) bool {
	if role == "" && place == "" {
		return true
	}
	for _, a := range x.Roles {
		if (role == "" || a.Role == role) && (place == "" || a.Jurisdiction == place) {
			return true
		}
	}
	return false
}

func (s *Server) userFilters(c *ctx, f *form) parts.Filters {
	roles, places := []parts.Option{}, []parts.Option{}
	for _, r := range access.Roles() {
		roles = append(roles, parts.Option{Value: r, Label: c.p.T("role." + r)})
	}
	for _, r := range s.Guard.Places(c.by, "user.view") {
		places = append(places, parts.Option{Value: r.Code, Label: r.Name(c.p.Lang())})
	}
	return parts.Filters{Action: "/admin/users", Clear: "/admin/users", Fields: f.fill(c.p,
		parts.Field{Name: "q", Label: c.p.T("users.q"), Type: parts.Search, Max: longestText},
		parts.Field{Name: "role", Label: c.p.T("users.role"), Type: parts.Select, Blank: c.p.T("users.any"), Options: roles},
		parts.Field{Name: "place", Label: c.p.T("users.place"), Type: parts.Select, Blank: c.p.T("users.any"), Options: places},
	)}
}

// certificateSoon is how many days before its end a certificate is marked.
const certificateSoon = 60

func (s *Server) person(c *ctx, x access.Person, on calendar.Day) views.Person {
	v := views.Person{Name: x.Name, Username: x.Username, Href: userPath(x.ID), Employer: x.Employer, Certificate: x.CertificateNo, Tone: parts.Done, State: c.p.T("users.state.on")}
	if x.DisabledAt != nil {
		v.Tone, v.State = parts.Stopped, c.p.T("users.state.off", *x.DisabledAt)
	}
	for _, a := range x.Roles {
		r := views.RoleHeld{Role: c.p.T("role." + a.Role), Place: s.Regions.Name(a.Jurisdiction, c.p.Lang()), InForce: a.InForce(on), Period: c.period(a)}
		v.Roles = append(v.Roles, r)
	}
	if x.CertificateNo != "" && x.CertificateUntil.IsZero() {
		v.CertificateTone, v.CertificateMark = parts.Late, c.p.T("users.certificate.undated")
	} else if x.CertificateNo != "" {
		v.CertificateUntil = c.p.T("users.certificate.until", x.CertificateUntil)
		switch left := int(x.CertificateUntil - on); {
		case left < 0:
			v.CertificateTone, v.CertificateMark = parts.Late, c.p.T("users.certificate.expired")
		case left <= certificateSoon:
			v.CertificateTone, v.CertificateMark = parts.Soon, c.p.N("users.certificate.soon", left)
		}
	}
	return v
}
