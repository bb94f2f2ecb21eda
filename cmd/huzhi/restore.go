package main

import (
	"strings"

	"huzhi/internal/app"
	"huzhi/internal/errs"
)

type restoreCmd struct {
	dataFlag
	From string   `required:"" help:"A copy, or a folder of copies: the newest of it then." placeholder:"DIR"`
	Key  []string `help:"The public key that the copy must be signed with (huzhi log key prints it), noted outside the machine. Without it only the hashes are checked." placeholder:"KEY"`
}

// Help is the long help.
func (restoreCmd) Help() string {
	return "Brings a copy that huzhi backup made into an empty data folder (keys may lie in it), and into the database of the settings: SQLite, or an empty PostgreSQL,\n" +
		"whichever the office ran on. Everything is hashed on its way and verified afterwards. An office that is there is refused. Broken off, it is run again."
}

// Run brings a copy back.
func (c *restoreCmd) Run(t *terminal) error {
	cfg, err := t.settings(map[string]string{"data": c.Data})
	if err != nil {
		return err
	}
	r, err := app.Restore(t.ctx, cfg, c.From, c.Key, t.percent("cmd.restore.files"))
	if err != nil {
		return err
	}
	t.say("cmd.restore.done", r.Copy.Dir, r.To, cfg.Data)
	t.say("cmd.restore.made", t.p.Seconds(r.Copy.At))
	t.say("cmd.verify.count", r.Verdict.Entries, r.Verdict.Documents, r.Verdict.Files)
	t.say("cmd.verify.head", r.Verdict.Head)
	if len(r.Verdict.Faults) > 0 {
		for _, f := range r.Verdict.Faults[1:] {
			t.say(f.Key, f.Args...)
		}
		return &errs.Error{Code: errs.Conflict, Message: r.Verdict.Faults[0]}
	}
	t.say("cmd.verify.good")
	if len(c.Key) == 0 {
		t.say("cmd.restore.unsigned")
	}
	if len(r.Keys) > 0 {
		t.say("cmd.restore.keys", strings.Join(r.Keys, t.p.T("error.join")))
	}
	t.say("cmd.restore.settings")
	return nil
}

// percent tells each tenth of a work, on the error stream.
func (t *terminal) percent(key string) func(done, all int) {
	told := -1
	return func(done, all int) {
		if p := done * 10 / all; p != told {
			told = p
			t.tell(key, p*10)
		}
	}
}
