package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// UsersView is the page of people and their roles.
type UsersView struct {
	layout.Page
	Filters parts.Filters
	Wrong   *parts.EmptyState // in place of the people, where the query is not understood
	Count   string
	People  []Person
}

// Person is one line of the page of people.
type Person struct {
	Name, Username, Href          string
	Employer                      string // "" is the office itself
	Roles                         []RoleHeld
	Certificate, CertificateUntil string
	CertificateTone               parts.Tone
	CertificateMark               string // "expired"; "" where nothing is to be said
	Tone                          parts.Tone
	State                         string
}

// RoleHeld is a role held, or that was or will be.
type RoleHeld struct {
	Role, Place, Period string
	InForce             bool
}

func (v UsersView) table() parts.Table {
	t := parts.Table{Caption: v.Title, Columns: []parts.Column{
		{Label: v.P.T("users.name")}, {Label: v.P.T("users.roles")}, {Label: v.P.T("users.certificate")}, {Label: v.P.T("users.state")},
	}, Empty: &parts.EmptyState{Icon: "users", Title: v.P.T("users.none"), Text: v.P.T("users.none.text")}}
	if v.Wrong != nil {
		t.Empty = v.Wrong
	}
	for _, p := range v.People {
		sub := p.Username
		if p.Employer != "" {
			sub += " · " + p.Employer
		}
		t.Rows = append(t.Rows, parts.Row{Tone: p.CertificateTone, Cells: []parts.Cell{
			parts.LinkCell(p.Name, p.Href, sub), parts.BodyCell(rolesHeld(p.Roles)), parts.BodyCell(certificate(v.P, p)), parts.BodyCell(parts.StatusDot(p.Tone, p.State)),
		}})
	}
	return t
}

// PersonView is the page of one person: what is recorded, and what can be changed.
type PersonView struct {
	layout.Page
	Remarks      []Remark
	Facts        []parts.Desc
	Roles        parts.Table
	Certificates parts.Table // what was recorded, the latest first
	Sessions     SessionsPart
	RoleForms    []ActForm // below the roles
	Certify      []ActForm // below the certificates
	Account      []ActForm // at the side: data and account
}

// SessionsPart is where a person is signed in.
type SessionsPart struct {
	Action string // where ending is sent to; "" ends nothing
	Rows   []SessionLine
	Hint   string
}

// SessionLine is one browser in which a person is signed in.
type SessionLine struct {
	ID, Device, Agent string // Agent is what the browser calls itself, whole
	IP, Since, Seen   string
	This              bool // the reader's own
}

func (v PersonView) sessions() parts.Table { return v.Sessions.table(v.Page) }

func (s SessionsPart) table(page layout.Page) parts.Table {
	p := page.P
	t := parts.Table{Caption: p.T("account.sessions"), Columns: []parts.Column{
		{Label: p.T("account.session.device")}, {Label: p.T("account.session.ip")}, {Label: p.T("account.session.since")}, {Label: p.T("account.session.seen")},
	}, Empty: &parts.EmptyState{Title: p.T("account.sessions.none")}}
	if s.Action != "" {
		t.Columns = append(t.Columns, parts.Column{Label: p.T("account.session.do"), Hide: true, Slim: true})
	}
	for _, x := range s.Rows {
		r := parts.Row{Cells: []parts.Cell{parts.BodyCell(device(p, x)), parts.TextCell(x.IP, ""), parts.TextCell(x.Since, ""), parts.TextCell(x.Seen, "")}}
		if s.Action != "" {
			r.Cells = append(r.Cells, parts.BodyCell(parts.Button(parts.Action{Label: p.T("account.session.end"), Href: s.Action, Post: true,
				Hidden: []parts.Hidden{{Name: "end", Value: x.ID}}})))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// everywhere is the button that ends them all.
func (s SessionsPart) everywhere(page layout.Page) parts.Action {
	return parts.Action{Label: page.P.T("account.sessions.end"), Href: s.Action, Icon: "logout", Post: true, Hidden: []parts.Hidden{{Name: "end", Value: "all"}}}
}

// AccountView is a person's own page.
type AccountView struct {
	layout.Page
	Facts      []parts.Desc
	Sessions   SessionsPart
	Password   ActForm
	Email      *ActForm // nil where the office sends no letters
	FactorTone parts.Tone
	FactorIs   string // "on", "off"
	FactorText string
	SetUp      *parts.Action // nil where there is a factor
	Factor     []ActForm     // what can be done with it
}

func (v AccountView) sessions() parts.Table { return v.Sessions.table(v.Page) }
