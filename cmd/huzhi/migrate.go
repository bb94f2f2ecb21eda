package main

import "huzhi/internal/app"

type migrateCmd struct{ dataFlag }

// Help is the long help.
func (migrateCmd) Help() string {
	return "Makes the database where there is none. Stop the program that serves first, and keep a copy of the data folder."
}

// Run migrates.
func (c *migrateCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{Own: true, Create: true, Migrate: true}, func(*app.App) error {
		t.say("cmd.migrate.done")
		return nil
	})
}
