package main

import (
	"errors"
	"fmt"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/web"
)

type serveCmd struct {
	dataFlag
	addrFlag
	Today     calendar.Day `help:"Fix the day (YYYY-MM-DD) for a rehearsal; the time of day still runs." placeholder:"DAY"`
	NoMigrate bool         `help:"Refuse a database of an older program instead of bringing it up to date."`
}

// Help is the long help.
func (serveCmd) Help() string {
	return "The settings in force are printed at start, without secrets. An empty office has no people: make the first with\n" +
		"huzhi user add --role admin. A demonstration office is refused: it has sign-ins that everybody knows."
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(t *terminal) error {
	cfg, err := t.settings(map[string]string{"data": c.Data, "addr": c.Addr})
	if err != nil {
		return err
	}
	ln, err := app.Listen(t.ctx, cfg)
	if err != nil {
		return err
	}
	a, err := t.open(cfg, app.Options{Today: c.Today, Own: true, Create: true, Migrate: !c.NoMigrate})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	return errors.Join(c.serve(t, a, a.ServeOn(ln)), a.Close())
}

func (c *serveCmd) serve(t *terminal, a *app.App, address string) error {
	if demo, err := a.Demo(t.ctx); err != nil {
		return err
	} else if demo != "" {
		return errs.New(errs.Conflict, "cmd.serve.demo", a.Config.Data)
	}
	people, err := a.Users.Count(t.ctx)
	if err != nil {
		return err
	}
	t.inForce(a.Config)
	t.say("cmd.serve.at", address)
	if people == 0 {
		t.say("cmd.serve.nobody")
	}
	if !c.Today.IsZero() {
		t.say("cmd.serve.today", c.Today)
	}
	return t.site(a, nil)
}

// inForce prints the settings.
func (t *terminal) inForce(cfg *config.Config) { fmt.Fprint(t.err, cfg.Describe()) }

// site makes the site and runs it until the program is told to stop.
func (t *terminal) site(a *app.App, demo *web.Demo) error {
	s, err := a.Site(demo)
	if err != nil {
		return err
	}
	return a.Run(t.ctx, s)
}
