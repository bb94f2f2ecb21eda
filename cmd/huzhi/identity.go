package main

import (
	"huzhi/internal/access"
	"huzhi/internal/app"
)

type identityCmd struct {
	Rotate identityRotateCmd `cmd:"" help:"Make a new key and seal every caller and reporter, and the secrets of second factors, anew with it. The office may go on working."`
	Where  identityWhereCmd  `cmd:"" help:"Say where the keys lie."`
}

type identityRotateCmd struct{ dataFlag }

// Run makes a new key.
func (c *identityRotateCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		n, key, err := a.Vault.Rotate(t.ctx, access.System(), a.Config.Office.Jurisdiction)
		if err != nil {
			return err
		}
		t.say("cmd.identity.rotated", key, int64(n))
		return where(t, a)
	})
}

type identityWhereCmd struct{ dataFlag }

// Run says where the keys lie.
func (c *identityWhereCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error { return where(t, a) })
}

func where(t *terminal, a *app.App) error {
	t.say("cmd.identity.where", a.Vault.KeyFile())
	t.say("cmd.identity.backup")
	return nil
}
