package main

import (
	"os"
	"strings"

	"huzhi/config"
	"huzhi/internal/app"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

type moveCmd struct {
	dataFlag
	From string `required:"" help:"The database that is: sqlite:FILE or postgres://…; or @FILE, a file that holds its address." placeholder:"URL"`
	To   string `required:"" help:"The database to be, empty: sqlite:FILE or postgres://…; or @FILE." placeholder:"URL"`
}

// Help is the long help.
func (moveCmd) Help() string {
	return "Stop the program that serves first. Files and keys stay where they are. Every table is counted and hashed on both sides, and the log's chain is walked.\n" +
		"Broken off, it goes on when it is run again. An address with a password is better written into a file (@FILE): others of the machine see a command line."
}

// Run moves the office.
func (c *moveCmd) Run(t *terminal) error {
	cfg, err := t.settings(map[string]string{"data": c.Data})
	if err != nil {
		return err
	}
	from, err := address(c.From)
	if err != nil {
		return err
	}
	to, err := address(c.To)
	if err != nil {
		return err
	}
	var rows int64
	head, err := app.Move(t.ctx, cfg, from, to, func(p store.Progress) {
		rows += p.Rows
		t.tell("cmd.move.table", p.Done, p.Tables, p.Table, p.Rows)
	})
	if err != nil {
		return err
	}
	t.say("cmd.move.done", config.Secret(to).String(), rows)
	t.say("cmd.verify.head", head)
	t.say("cmd.move.next", config.Secret(from).String())
	return nil
}

// address is an address of a database, or what stands in a file.
func address(s string) (string, error) {
	if file, is := strings.CutPrefix(s, "@"); is {
		raw, err := os.ReadFile(file)
		if err != nil {
			return "", errs.New(errs.Invalid, "config.file", file).Because(err)
		}
		s = strings.TrimSpace(string(raw))
	}
	for _, p := range []string{"sqlite:", "postgres://", "postgresql://"} {
		if strings.HasPrefix(s, p) {
			return s, nil
		}
	}
	return "", errs.New(errs.Invalid, "move.address")
}
