package main

import (
	"huzhi/internal/app"
	"huzhi/internal/tally"
)

type recountCmd struct {
	dataFlag
}

// Help is the long help.
func (recountCmd) Help() string {
	return "The summaries of cases and calls are kept with every change, and huzhi verify holds them against the rows. Where they differ, this counts them anew in one transaction."
}

// Run counts.
func (c *recountCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		if err := a.DB.Tx(t.ctx, tally.RebuildTx); err != nil {
			return err
		}
		t.say("cmd.recounted")
		return nil
	})
}
