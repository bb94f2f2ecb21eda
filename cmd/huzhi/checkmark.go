package main

import (
	"encoding/json"
	"fmt"
	"io"

	"huzhi/internal/app"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
)

type checkMarkCmd struct {
	dataFlag
	JSON bool `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (checkMarkCmd) Help() string {
	return "Reads the facts of one mark as JSON and judges it: huzhi check-mark --json < facts.json. Facts without a register are looked up in\n" +
		"the office of --data; a number that is missing there is unknown, not absent. It suggests, and writes nothing."
}

// mostFacts is how long the facts may be, in bytes.
const mostFacts = 1 << 20

// Run judges.
func (c *checkMarkCmd) Run(t *terminal) error {
	d := json.NewDecoder(io.LimitReader(t.in, mostFacts))
	d.DisallowUnknownFields()
	var f patent.Facts
	if err := d.Decode(&f); err != nil {
		return errs.New(errs.Invalid, "cmd.check_mark.json", err.Error())
	}
	if d.More() {
		return errs.New(errs.Invalid, "cmd.check_mark.one")
	}
	var bad errs.Faults
	for _, name := range f.Faults() {
		bad.Add(name, "error.choice")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if f.Register == nil {
		err := t.with(c.Data, app.Options{}, func(a *app.App) error { return a.Register.LookUp(t.ctx, &f) })
		if e := errs.As(err); c.Data == "" && e != nil && e.Key == "app.no_office" {
			err = nil // nobody asked for an office: the number is unknown
		}
		if err != nil {
			return err
		}
	}
	r := patent.CheckMarking(f)
	if c.JSON {
		return t.json(r)
	}
	lang := t.p.Lang()
	t.say("cmd.check_mark.result", t.p.T("mark.result."+string(r.Result)))
	for _, x := range r.Findings {
		t.say("cmd.check_mark.finding", x.Row, t.p.T("mark.result."+string(x.Result)), x.Limb, x.Reason.In(lang), x.Cite.In(lang))
		if x.Order != nil {
			t.say("cmd.check_mark.order", x.Order.In(lang))
		}
	}
	for _, u := range r.Unless {
		t.say("cmd.check_mark.unless", u.In(lang))
	}
	for _, w := range r.Warnings {
		fmt.Fprintln(t.out, w.In(lang))
	}
	t.say("cmd.check_mark.suggests", r.Rules)
	return nil
}
