package main

import (
	"errors"
	"os"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/bundle"
	"huzhi/internal/errs"
)

type exportCmd struct {
	Case exportCaseCmd `cmd:"" help:"Write a case with its evidence, papers, periods and log as a ZIP file. huzhi verify FILE checks it, and so does the page in it, without a network."`
}

type exportCaseCmd struct {
	dataFlag
	Number string `arg:"" help:"The case's number."`
	Out    string `help:"Where to write it (default: NUMBER.zip here)." placeholder:"FILE"`
}

// Run writes the bundle.
func (c *exportCaseCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		by := access.System()
		id, err := a.Docket.NumberOf(t.ctx, by, c.Number)
		if err != nil {
			return err
		}
		if id == "" {
			return errs.New(errs.NotFound, "cmd.export.none", c.Number)
		}
		name := c.Out
		if name == "" {
			name = strings.NewReplacer("/", "_", "\\", "_").Replace(c.Number) + ".zip"
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		if err != nil {
			return errs.New(errs.Invalid, "cmd.export.file", name, err.Error()).Because(err)
		}
		m, err := a.Bundles.Write(t.ctx, by, id, f)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return errors.Join(err, os.Remove(name))
		}
		t.say("cmd.export.done", name, len(m.Files))
		return nil
	})
}

// bundle checks a bundle that was given out.
func (c *verifyCmd) bundle(t *terminal) error {
	f, err := os.Open(c.Bundle)
	if err != nil {
		return errs.New(errs.Invalid, "config.file", c.Bundle).Because(err)
	}
	defer func() { _ = f.Close() }() // only read
	st, err := f.Stat()
	if err != nil {
		return err
	}
	r, err := bundle.Verify(f, st.Size(), c.Key...)
	if err != nil {
		return err
	}
	t.say("cmd.bundle.good", r.Manifest.Case, len(r.Manifest.Files), r.Entries, r.Head.Origin, t.p.Seconds(r.Head.At))
	if !r.Known {
		t.say("cmd.bundle.key", strings.Join(r.Keys, " "))
	}
	return nil
}
