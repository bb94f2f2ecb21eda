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

// CodeView is the second page of the sign-in: the code of the second factor, or folded below it one from paper.
type CodeView struct {
	layout.Page
	Forms []ActForm // for the telephone's code, for a recovery code
}

// DutyView is what a person must do after the sign-in before anything else: a bare page with one form, or in the frame where they came
// by themselves.
type DutyView struct {
	layout.Page
	Remark string // why; "" is nothing to say
	Form   parts.Form
	Fields []parts.Field
	Error  string
	Setup  *SetupCode // of the second factor; nil on the page of the password
	Must   bool       // there is no way round: the way out is to sign out
}

// SetupCode is the secret of a second factor as a telephone takes it: a QR code, and the same as text.
type SetupCode struct {
	Steps  []string // what to do, one after the other
	Secret string   // in groups of four
	Path   string   // of the dark squares of the QR code, as SVG writes one
	Side   int      // squares a side
}

// box is the drawing with the four light squares around it that a camera needs.
func (s SetupCode) box() string {
	n := strconv.Itoa(s.Side + 8)
	return "-4 -4 " + n + " " + n
}

// OnceView tells something once: a password made by chance, recovery codes.
type OnceView struct {
	layout.Page
	Remark string
	Lines  []string
	Next   parts.Link
}
