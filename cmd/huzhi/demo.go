package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/demo"
	"huzhi/internal/errs"
	"huzhi/internal/web"
)

type demoCmd struct {
	dataFlag
	addrFlag
	Today    calendar.Day `help:"Fix the day (YYYY-MM-DD); the time of day still runs. Without it, the demonstration's open matters lie around the day of the first start." placeholder:"DAY"`
	FillOnly bool         `help:"Fill the data folder and exit."`
}

// Help is the long help.
func (demoCmd) Help() string {
	return "The people, companies and shops are invented, and so are the patent numbers. A second start uses the folder as it is.\n" +
		"The sign-ins are printed at start; as everybody knows them, the demonstration is served to this machine only."
}

// Run fills the folder unless it is filled, and serves.
func (c *demoCmd) Run(t *terminal) error {
	cfg, err := t.settings(map[string]string{"data": c.Data, "addr": c.Addr})
	if err != nil {
		return err
	}
	if !c.Today.IsZero() {
		if err := demo.Check(c.Today); err != nil {
			return err
		}
	}
	if c.FillOnly {
		a, err := c.office(t, cfg)
		if err != nil {
			return err
		}
		return errors.Join(c.fill(t, a), a.Close())
	}
	if !loopback(cfg.Addr) {
		return errs.New(errs.Invalid, "cmd.demo.loopback", cfg.Addr)
	}
	ln, err := app.Listen(t.ctx, cfg)
	if err != nil {
		return err
	}
	a, err := c.office(t, cfg)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	return errors.Join(c.serve(t, a, a.ServeOn(ln)), a.Close())
}

// office opens the folder. What an earlier start left half filled is thrown away.
func (c *demoCmd) office(t *terminal, cfg *config.Config) (*app.App, error) {
	o := app.Options{Today: c.Today, Own: true, Create: true, Migrate: true}
	a, err := t.open(cfg, o)
	if err != nil {
		return nil, err
	}
	half, err := a.HalfFilled(t.ctx)
	if err != nil || !half {
		return a, err
	}
	if err := errors.Join(a.Close(), app.DropDatabase(cfg)); err != nil {
		return nil, err
	}
	return t.open(cfg, o)
}

func (c *demoCmd) serve(t *terminal, a *app.App, address string) error {
	if err := c.fill(t, a); err != nil {
		return err
	}
	t.inForce(a.Config)
	people, err := a.Users.List(t.ctx, access.System())
	if err != nil {
		return err
	}
	t.say("cmd.demo.at", address)
	if !c.Today.IsZero() {
		t.say("cmd.serve.today", c.Today)
	}
	t.say("cmd.demo.signins", demo.Password)
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, name := range demo.Usernames() {
		for _, p := range people {
			if p.Username == name {
				fmt.Fprintf(w, "  %s\t%s\n", name, roles(t, a, p))
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	t.say("cmd.demo.invented")
	return t.site(a, &web.Demo{Usernames: demo.Usernames(), Password: demo.Password})
}

// roles are a person's roles in words.
func roles(t *terminal, a *app.App, p access.Person) string {
	var out []string
	for _, r := range p.Roles {
		out = append(out, t.p.T("cmd.demo.role", t.p.T("role."+r.Role), a.Regions.Name(r.Jurisdiction, t.p.Lang())))
	}
	return strings.Join(out, t.p.T("cmd.list"))
}

// fill fills an empty office and shows how far it has come.
func (c *demoCmd) fill(t *terminal, a *app.App) error {
	state, err := a.Demo(t.ctx)
	if err != nil || state != "" {
		return err
	}
	if n, err := a.Users.Count(t.ctx); err != nil {
		return err
	} else if n > 0 {
		return errs.New(errs.Conflict, "cmd.demo.real", a.Config.Data)
	}
	t.say("cmd.demo.filling", a.Config.Data)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // many small rows and nothing else to do: memory for time, until it is filled
	told := -1
	err = a.FillDemo(t.ctx, func(done, total int, part string) {
		if tenth := done * 10 / max(total, 1); tenth > told {
			told = tenth
			t.say("cmd.demo.part", t.p.T(part), tenth*10)
		}
	})
	if err != nil {
		return err
	}
	t.say("cmd.demo.filled")
	return nil
}

// loopback says whether an address reaches this machine only.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
