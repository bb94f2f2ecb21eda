package main

import (
	"os"
	"strings"

	"huzhi/internal/app"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/translog"
)

type verifyCmd struct {
	dataFlag
	Bundle string       `arg:"" optional:"" help:"A bundle of a case (ZIP): it is checked instead of the office, and needs none." placeholder:"BUNDLE.ZIP"`
	Kept   []audit.Head `help:"An entry of the log that was noted outside this machine: the log must still have it. Each start and stop of the program writes one; so does verify." placeholder:"NUMBER:HASH"`
	Head   []string     `help:"A file with a signed head of the log that was given out: the log must still be the one that it was signed of." placeholder:"FILE"`
	Key    []string     `help:"The public key that it must be signed with (huzhi log key prints it), noted outside this machine. Without it the office's own key is asked." placeholder:"KEY"`
}

// Help is the long help.
func (verifyCmd) Help() string {
	return "Walks the whole log and checks each entry's hash and its link to the one before it, and every signed head; holds every paper, file, case, lead, task\n" +
		"and step against what the log tells of it, and the other way round; reads every paper and every attached file and compares it\n" +
		"with its hash; compares the summaries with the rows. Names the first fault of each and exits with 1. Files that nothing\n" +
		"names are left by a crash; they are listed and are no fault. The office may go on working.\n" +
		"With a bundle it checks every file of it against its manifest, the manifest against the log, and the office's signature; --key is the public key\n" +
		"that the office gave out."
}

// Run verifies.
func (c *verifyCmd) Run(t *terminal) error {
	if c.Bundle != "" {
		return c.bundle(t)
	}
	return t.with(c.Data, app.Options{Keyless: true}, func(a *app.App) error {
		outside := app.Outside{Entries: c.Kept}
		keys := c.Key
		if len(keys) == 0 {
			keys = a.Translog.Public()
		}
		for _, file := range c.Head {
			raw, err := os.ReadFile(file)
			if err != nil {
				return errs.New(errs.Invalid, "config.file", file).Because(err)
			}
			h, err := translog.ReadHead(string(raw), keys...)
			if err != nil {
				return err
			}
			outside.Heads = append(outside.Heads, h)
		}
		v, err := a.Verify(t.ctx, outside)
		if err != nil {
			return err
		}
		t.say("cmd.verify.count", v.Entries, v.Documents, v.Files)
		if len(v.Held) > 0 {
			var kinds []string
			for _, h := range v.Held {
				kinds = append(kinds, t.p.T("cmd.verify.held."+h.Kind, h.Rows))
			}
			t.say("cmd.verify.held", strings.Join(kinds, t.p.T("error.join")))
			t.say("cmd.verify.only")
		}
		t.say("cmd.verify.signed", v.Signed)
		if v.Stamped > 0 {
			t.say("cmd.verify.stamped", v.Stamped)
		}
		t.say("cmd.verify.head", v.Head)
		for _, sha := range v.Stray {
			t.say("cmd.verify.stray", sha)
		}
		if len(v.Faults) == 0 {
			t.say("cmd.verify.good")
			return nil
		}
		for _, f := range v.Faults[1:] {
			t.say(f.Key, f.Args...)
		}
		return &errs.Error{Code: errs.Conflict, Message: v.Faults[0]}
	})
}
