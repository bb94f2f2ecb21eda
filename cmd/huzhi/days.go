package main

import (
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

type daysCmd struct {
	From string        `help:"The day that is not counted." required:"" placeholder:"DATE"`
	Add  int           `help:"How many." required:"" placeholder:"N"`
	Unit calendar.Unit `help:"wd (working days), cd (calendar days) or mo (months)." required:"" placeholder:"wd|cd|mo"`
	JSON bool          `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (daysCmd) Help() string {
	return "Counts by the calendar of the State Council's notices alone, without a rule. It needs no data folder."
}

// Run counts.
func (c *daysCmd) Run(t *terminal) error {
	var f errs.Faults
	from := flagDay(&f, "--from", c.From)
	if c.Unit != calendar.WD && c.Unit != calendar.CD && c.Unit != calendar.MO {
		f.Add("--unit", "cmd.bad.unit", string(c.Unit))
	}
	if c.Add < 0 {
		f.Add("--add", "cmd.bad.add", c.Add)
	}
	if err := f.Err(); err != nil {
		return err
	}
	l, err := t.law()
	if err != nil {
		return err
	}
	end, list, err := l.days.Ledger(calendar.Period{Start: from, Term: calendar.Term{N: c.Add, Unit: c.Unit}})
	if err != nil {
		return errs.New(errs.Invalid, "cmd.bad.count", from).Because(err)
	}
	if c.JSON {
		return t.json(struct {
			Start       string `json:"start"`
			Due         string `json:"due"`
			Strict      string `json:"strict"`
			Provisional bool   `json:"provisional"`
			Ledger      []row  `json:"ledger"`
		}{from.String(), end.Due.String(), end.Strict.String(), end.Provisional, rows(t.p, list)})
	}
	t.say("cmd.days.from", from, t.p.N("law.term."+string(c.Unit), c.Add))
	t.end(end)
	t.ledger(list)
	return nil
}

// end says when a count ends.
func (t *terminal) end(end calendar.Result) {
	t.say("cmd.due.strict", end.Strict)
	t.say("cmd.due.due", end.Due)
	if end.Provisional {
		t.say("cmd.due.provisional")
	}
}
