package main

import (
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

type surchargeCmd struct {
	Fine    string   `help:"The fine in yuan." required:"" placeholder:"AMOUNT"`
	Due     string   `help:"The last day to pay." required:"" placeholder:"DATE"`
	Paid    string   `help:"The day of payment." required:"" placeholder:"DATE"`
	Exclude []string `help:"Days of reconsideration or suit, both included; may be repeated. They are left out from 2021-07-15 on." placeholder:"DATE..DATE"`
	JSON    bool     `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (surchargeCmd) Help() string {
	return "Three percent of the fine a day from the day after the last day to pay. Since 2012-01-01 it is never more than the fine.\n" +
		"It needs no data folder."
}

// Run reckons.
func (c *surchargeCmd) Run(t *terminal) error {
	var f errs.Faults
	fine := flagYuan(&f, "--fine", c.Fine)
	due, paid := flagDay(&f, "--due", c.Due), flagDay(&f, "--paid", c.Paid)
	var remedies []calendar.Interval
	for _, x := range flagDays(&f, "--exclude", c.Exclude) {
		remedies = append(remedies, calendar.Interval{From: x.From, To: x.To})
	}
	if err := f.Err(); err != nil {
		return err
	}
	l, err := t.law()
	if err != nil {
		return err
	}
	s := l.book.Surcharge(fine, due, paid, remedies)
	if s.Cite.ZH == "" {
		return errs.New(errs.NotFound, "cmd.surcharge.none", paid)
	}
	if c.JSON {
		return t.json(struct {
			Surcharge yuan   `json:"surcharge"`
			Days      int    `json:"days"`
			Capped    bool   `json:"capped"`
			Cite      string `json:"cite"`
		}{yuan(s.Fen), s.Days, s.Capped, s.Cite.In(t.p.Lang())})
	}
	t.say("cmd.surcharge.sum", t.p.Money(s.Fen))
	line := "cmd.surcharge.days"
	if s.Days == 0 {
		line = "cmd.surcharge.intime"
	}
	t.say(line, s.Days, due, paid)
	if s.Capped {
		t.say("cmd.surcharge.capped")
	}
	t.say("cmd.surcharge.cite", s.Cite)
	return nil
}
