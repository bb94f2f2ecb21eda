package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"golang.org/x/term"

	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Add a person. On an empty office this makes the first: --role admin."`
	Role    userRoleCmd    `cmd:"" help:"Give a person a role, or end one."`
	Passwd  userPasswdCmd  `cmd:"" help:"Give a person a new password; their sessions end."`
	List    userListCmd    `cmd:"" help:"List people and the roles they hold."`
	Disable userDisableCmd `cmd:"" help:"Shut a person out at once, or let them in again."`
	Factor  userFactorCmd  `cmd:"" help:"Take a person's second factor away: telephone and recovery codes are lost."`
}

const roleHelp = "Role: operator, officer, reviewer, chief, archivist, admin or auditor."

// grantFlags say where and when a role holds.
type grantFlags struct {
	At    string       `help:"Jurisdiction of the role, and all below it: GB/T 2260 code (default: the office's own)." placeholder:"CODE"`
	From  calendar.Day `help:"First day (default: today)." placeholder:"DAY"`
	Until calendar.Day `help:"Last day (default: open)." placeholder:"DAY"`
}

func (g grantFlags) grant(a *app.App, role string) access.Grant {
	if g.At == "" {
		g.At = a.Config.Office.Jurisdiction
	}
	return access.Grant{Role: role, Jurisdiction: g.At, From: g.From, Until: g.Until}
}

// lastingFlag says that a password given here is the person's own.
type lastingFlag struct {
	Lasting bool `help:"The person need not change the password at the next sign-in."`
}

type userAddCmd struct {
	dataFlag
	grantFlags
	lastingFlag
	Username         string       `arg:"" help:"The name to sign in with: small letters, digits, . _ -"`
	Name             string       `help:"The person's name (default: the username)."`
	Role             string       `help:"${roles}" required:""`
	Certificate      string       `help:"Number of the enforcement certificate." placeholder:"NO"`
	CertificateUntil calendar.Day `help:"Last day of the certificate." placeholder:"DAY"`
}

// Help is the long help.
func (userAddCmd) Help() string {
	return "The password is read from standard input: typed twice at a terminal, or the first line of what is piped in.\n" +
		"The person must change it at the first sign-in, unless it is --lasting."
}

// Run adds the person.
func (c *userAddCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{Create: true, Migrate: true}, func(a *app.App) error {
		n, err := a.Users.Count(t.ctx)
		if err != nil {
			return err
		}
		if n == 0 && c.Role != access.Admin {
			return errs.New(errs.Invalid, "cmd.user.first")
		}
		password, err := t.password(c.Username)
		if err != nil {
			return err
		}
		if c.Name == "" {
			c.Name = c.Username
		}
		u, err := a.Users.Add(t.ctx, access.System(), access.NewUser{
			Username: c.Username, Name: c.Name, Password: password, MustChange: !c.Lasting,
			Certificate: access.Certificate{Number: c.Certificate, Until: c.CertificateUntil},
			Roles:       []access.Grant{c.grant(a, c.Role)},
		})
		if err != nil {
			return err
		}
		t.say("cmd.user.added", u.Username)
		return nil
	})
}

type userRoleCmd struct {
	dataFlag
	grantFlags
	Username string `arg:"" help:"Whose role."`
	Role     string `arg:"" help:"${roles}"`
	End      bool   `help:"End the role: --until is its last day (default: yesterday)."`
}

// Run gives or ends a role.
func (c *userRoleCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		p, err := person(t, a, c.Username)
		if err != nil {
			return err
		}
		g := c.grant(a, c.Role)
		if !c.End {
			if _, err := a.Users.SetRole(t.ctx, access.System(), p.ID, 0, g); err != nil {
				return err
			}
			t.say("cmd.user.role.given", p.Username, t.p.T("role."+g.Role), a.Regions.Name(g.Jurisdiction, t.p.Lang()))
			return nil
		}
		today := calendar.DayOf(a.DB.Now())
		if g.Until.IsZero() {
			g.Until = today.AddDays(-1)
		}
		ended := false
		for _, r := range p.Roles {
			if r.Role != g.Role || r.Jurisdiction != g.Jurisdiction || !r.UntilDay.IsZero() && r.UntilDay <= g.Until {
				continue
			}
			if err := a.Users.EndAssignment(t.ctx, access.System(), r.ID, 0, g.Until); err != nil {
				return err
			}
			ended = true
		}
		if !ended {
			return errs.New(errs.NotFound, "cmd.user.role.none", p.Username, c.Role, g.Jurisdiction)
		}
		t.say("cmd.user.role.ended", p.Username, t.p.T("role."+g.Role), a.Regions.Name(g.Jurisdiction, t.p.Lang()), g.Until)
		return nil
	})
}

type userPasswdCmd struct {
	dataFlag
	lastingFlag
	Username string `arg:"" help:"Whose password."`
}

// Run sets the password.
func (c *userPasswdCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		p, err := person(t, a, c.Username)
		if err != nil {
			return err
		}
		password, err := t.password(c.Username)
		if err != nil {
			return err
		}
		if err := a.Users.SetPassword(t.ctx, access.System(), p.ID, 0, password, !c.Lasting); err != nil {
			return err
		}
		t.say("cmd.user.password", p.Username)
		return nil
	})
}

type userListCmd struct{ dataFlag }

// Run lists people.
func (c *userListCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		people, err := a.Users.List(t.ctx, access.System())
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for _, p := range people {
			var roles []string
			for _, r := range p.Roles {
				if !r.UntilDay.IsZero() && r.UntilDay < r.FromDay {
					continue // taken back from the start
				}
				s := r.Role + "@" + r.Jurisdiction
				if !r.InForce(calendar.DayOf(a.DB.Now())) || !r.UntilDay.IsZero() {
					s += "[" + r.FromDay.String() + ".." + r.UntilDay.String() + "]"
				}
				roles = append(roles, s)
			}
			state := ""
			if p.DisabledAt != nil {
				state = t.p.T("cmd.user.disabled.mark")
			} else if p.MustChange {
				state = t.p.T("cmd.user.must_change.mark")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Username, p.Name, strings.Join(roles, " "), state)
		}
		return w.Flush()
	})
}

type userDisableCmd struct {
	dataFlag
	Username string `arg:"" help:"Who."`
	Undo     bool   `help:"Let them in again."`
}

// Run shuts out, or lets in.
func (c *userDisableCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		p, err := person(t, a, c.Username)
		if err != nil {
			return err
		}
		do, said := a.Users.Disable, "cmd.user.disabled"
		if c.Undo {
			do, said = a.Users.Enable, "cmd.user.enabled"
		}
		if err := do(t.ctx, access.System(), p.ID, 0); err != nil {
			return err
		}
		t.say(said, p.Username)
		return nil
	})
}

type userFactorCmd struct {
	dataFlag
	Username string `arg:"" help:"Whose second factor."`
}

// Run takes the second factor away.
func (c *userFactorCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		p, err := person(t, a, c.Username)
		if err != nil {
			return err
		}
		if err := a.Users.ResetFactor(t.ctx, access.System(), p.ID, 0); err != nil {
			return err
		}
		t.say("cmd.user.factor", p.Username)
		return nil
	})
}

// person finds somebody with all roles by the name they sign in with.
func person(t *terminal, a *app.App, username string) (access.Person, error) {
	people, err := a.Users.List(t.ctx, access.System())
	if err != nil {
		return access.Person{}, err
	}
	for _, p := range people {
		if p.Username == username {
			return p, nil
		}
	}
	return access.Person{}, errs.New(errs.NotFound, "cmd.user.unknown", username)
}

// longest is more than any password: what is piped in beyond it is not read.
const longest = 4096

// password reads a password: twice without echo at a terminal, else the first line of standard input.
func (t *terminal) password(username string) (string, error) {
	f, ok := t.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(t.in, longest)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" || !utf8.ValidString(line) {
			return "", errs.New(errs.Invalid, "cmd.user.password.none")
		}
		return line, nil
	}
	var typed [2]string
	for i, key := range []string{"cmd.user.password.ask", "cmd.user.password.again"} {
		fmt.Fprint(t.err, t.p.T(key, username))
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(t.err)
		if err != nil {
			return "", err
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", errs.New(errs.Invalid, "cmd.user.password.differ")
	}
	return typed[0], nil
}
