package main

import (
	"encoding/json"
	"fmt"
	"os"

	"huzhi/internal/app"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/translog"
)

type logCmd struct {
	Head   logHeadCmd   `cmd:"" help:"Sign the log's head as it is now and print it. Given out of the office, it shows later that the log was not written anew."`
	Key    logKeyCmd    `cmd:"" help:"Print the public keys that heads and proofs are checked with, newest first."`
	Rotate logRotateCmd `cmd:"" help:"Make a new key for heads to come. A program that serves takes it up when it is started again."`
	Prove  logProveCmd  `cmd:"" help:"Prove that an entry stands in the log: JSON with the entry, a signed head and the way between them."`
	Check  logCheckCmd  `cmd:"" help:"Check such a proof with nothing but the public key. Needs no office."`
}

type logHeadCmd struct{ dataFlag }

// Run signs the head.
func (c *logHeadCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		s, err := a.Translog.Sign(t.ctx)
		if err == nil {
			fmt.Fprint(t.out, s.Note)
		}
		return err
	})
}

type logKeyCmd struct{ dataFlag }

// Run prints the public keys.
func (c *logKeyCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		if len(a.Translog.Public()) == 0 {
			return errs.New(errs.Conflict, "translog.key.none", a.Translog.KeyFile())
		}
		for _, k := range a.Translog.Public() {
			fmt.Fprintln(t.out, k)
		}
		return nil
	})
}

type logRotateCmd struct{ dataFlag }

// Run makes a new key.
func (c *logRotateCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		if err := a.Translog.Rotate(); err != nil {
			return err
		}
		t.say("cmd.log.rotated", a.Translog.KeyFile(), a.Translog.Public()[0])
		return nil
	})
}

type logProveCmd struct {
	dataFlag
	Number int64 `arg:"" help:"Number of the entry."`
}

// Run proves an entry.
func (c *logProveCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		p, err := a.Translog.Prove(t.ctx, c.Number)
		if errs.CodeOf(err) == errs.NotFound {
			return errs.New(errs.NotFound, "cmd.log.none", c.Number)
		}
		if err != nil {
			return err
		}
		enc := json.NewEncoder(t.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(p)
	})
}

type logCheckCmd struct {
	File string   `arg:"" help:"The proof."`
	Key  []string `required:"" help:"The office's public key, which must come from elsewhere than the proof." placeholder:"KEY"`
}

// Run checks a proof.
func (c *logCheckCmd) Run(t *terminal) error {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return errs.New(errs.Invalid, "config.file", c.File).Because(err)
	}
	p, err := translog.ReadProof(raw)
	if err != nil {
		return err
	}
	h, err := p.Check(c.Key...)
	if err != nil {
		return err
	}
	t.say("cmd.log.proved", audit.Head{Seq: p.Entry.Seq, Hash: p.Entry.Hash}, h.Origin, h.Size, t.p.Seconds(h.At))
	return nil
}
