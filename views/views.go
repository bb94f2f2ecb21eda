// Package views holds the pages: each a struct of what it shows and the component that shows it.
package views

import (
	"strconv"

	"huzhi/views/layout"
	"huzhi/views/parts"
)

// SignInView is the sign-in page.
type SignInView struct {
	layout.Page
	Username, Next               string
	Error                        string
	UsernameError, PasswordError string
	Demo                         []DemoUser // the people of the demonstration office, signed in as with one click
}

// DemoUser is one of the demonstration office's people.
type DemoUser struct{ Username, Name, Roles, Password string }

func (v SignInView) username() parts.Field {
	return parts.Field{Name: "username", Label: v.P.T("signin.username"), Value: v.Username, Error: v.UsernameError, Required: true,
		Autocomplete: "username", NoSpell: true, Max: 40, Autofocus: v.Username == ""}
}

func (v SignInView) password() parts.Field {
	return parts.Field{Name: "password", Label: v.P.T("signin.password"), Error: v.PasswordError, Type: parts.Password, Required: true,
		Autocomplete: "current-password", Autofocus: v.Username != ""}
}

func (v SignInView) form() parts.Form {
	return parts.Form{Action: "/login", Submit: v.P.T("signin.submit"), Hidden: []parts.Hidden{{Name: "next", Value: v.Next}}}
}

func (u DemoUser) hidden(next string) []parts.Hidden {
	return []parts.Hidden{{Name: "username", Value: u.Username}, {Name: "password", Value: u.Password}, {Name: "next", Value: next}}
}

// ErrorView is the page of an error.
type ErrorView struct {
	layout.Page
	Status  int
	Text    string
	Points  []parts.Link // what is wrong or missing, one by one
	Request string       // the number that the operator finds in the log; "" is not shown
	Back    parts.Link
}

func (v ErrorView) status() string { return strconv.Itoa(v.Status) }

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
	Name, Username                string
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
		t.Rows = append(t.Rows, parts.Row{Tone: p.CertificateTone, Cells: []parts.Cell{
			parts.TextCell(p.Name, p.Username), parts.BodyCell(rolesHeld(p.Roles)), parts.BodyCell(certificate(v.P, p)), parts.BodyCell(parts.StatusDot(p.Tone, p.State)),
		}})
	}
	return t
}

// AccountView is a person's own page.
type AccountView struct {
	layout.Page
	Facts  []parts.Desc
	Email  *ActForm // nil where the office sends no letters
	Fields []parts.Field
	Error  string
}

func (v AccountView) form() parts.Form {
	return parts.Form{Action: "/account/password", Submit: v.P.T("account.save"), Narrow: true}
}

// AuditView is the page of the log.
type AuditView struct {
	layout.Page
	Filters parts.Filters
	Wrong   *parts.EmptyState // in place of the entries, where the query is not understood
	Entries []AuditLine
	Pager   parts.Pager
}

// AuditLine is one entry of the log.
type AuditLine struct {
	Seq, Href, At, Actor, Action, Code, Subject, Place, Outcome string
	SubjectName                                                 string // of a person; "" where it is not known
	Tone                                                        parts.Tone
}

func (v AuditView) table() parts.Table {
	t := parts.Table{Caption: v.Title, Compact: true, Columns: []parts.Column{
		{Label: v.P.T("audit.seq"), Slim: true}, {Label: v.P.T("audit.at"), Slim: true}, {Label: v.P.T("audit.actor")},
		{Label: v.P.T("audit.action")}, {Label: v.P.T("audit.subject")}, {Label: v.P.T("audit.place")}, {Label: v.P.T("audit.outcome"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "shield-check", Title: v.P.T("audit.none"), Text: v.P.T("audit.none.text")}}
	if v.Wrong != nil {
		t.Empty = v.Wrong
	}
	for _, e := range v.Entries {
		tone := parts.Plain
		if e.Tone == parts.Late {
			tone = e.Tone
		}
		t.Rows = append(t.Rows, parts.Row{Tone: tone, Cells: []parts.Cell{
			parts.LinkCell(e.Seq, e.Href, ""), parts.BodyCell(moment(e.At)), parts.TextCell(e.Actor, ""), parts.TextCell(e.Action, e.Code),
			e.subject(), parts.TextCell(e.Place, ""), parts.BodyCell(parts.StatusDot(e.Tone, e.Outcome)),
		}})
	}
	return t
}

func (l AuditLine) subject() parts.Cell {
	if l.SubjectName != "" {
		return parts.TextCell(l.SubjectName, l.Subject)
	}
	return parts.TextCell(l.Subject, "")
}

// AuditEntryView is one entry of the log whole.
type AuditEntryView struct {
	layout.Page
	Line   AuditLine
	Facts  []parts.Desc
	Detail []parts.Desc
}
