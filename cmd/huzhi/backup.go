package main

import (
	"huzhi/internal/app"
	"huzhi/internal/backup"
	"huzhi/internal/errs"
)

type backupCmd struct {
	dataFlag
	To    string `help:"The folder of copies (default: the setting backup.folder). On another disk, better on another machine." placeholder:"DIR"`
	Prune bool   `help:"Then throw away the copies that the setting backup does not keep."`
}

// Help is the long help.
func (backupCmd) Help() string {
	return "The office may go on working. A copy holds the database, files and settings, never a key; files that are in the folder already are not copied again.\n" +
		"It is checked: the database's pages, the log's head, and that every file is there. huzhi restore brings it back."
}

// Run makes a copy.
func (c *backupCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		to := c.To
		if to == "" {
			to = a.Config.Backup.Folder
		}
		made, err := a.MakeCopy(t.ctx, to)
		if err != nil {
			return err
		}
		t.say("cmd.backup.made", made.Dir, megabytes(made.Size), made.Files, made.Fresh, megabytes(made.Bytes), made.Took.Milliseconds())
		t.say("cmd.verify.head", made.Head)
		t.say("cmd.backup.checked")
		if c.Prune {
			n, err := a.PruneCopies(to)
			if err != nil {
				return err
			}
			t.say("cmd.backup.pruned", n)
		}
		if backup.SameDisk(to, a.Config.Data) {
			t.say("cmd.backup.same_disk", to)
		}
		t.say("cmd.backup.keys")
		for _, k := range a.KeyFiles() {
			t.say("cmd.identity.where", k)
		}
		if len(made.Missing) == 0 {
			return nil
		}
		for _, sha := range made.Missing[1:] {
			t.say("backup.missing", sha)
		}
		return errs.New(errs.Conflict, "backup.missing", made.Missing[0])
	})
}

// megabytes is a size for a person, rounded up.
func megabytes(n int64) int64 { return (n + 1<<20 - 1) >> 20 }
