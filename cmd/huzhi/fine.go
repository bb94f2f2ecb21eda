package main

import "huzhi/internal/errs"

type fineCmd struct {
	Act    string `help:"The day the act of counterfeiting ended." required:"" placeholder:"DATE"`
	Income string `help:"Illegal income in yuan." required:"" placeholder:"AMOUNT"`
	JSON   bool   `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (fineCmd) Help() string {
	return "The highest fine for counterfeiting a patent by the law in force when the act ended, and how discretion parts the range.\n" +
		"Where the law has become lighter before the decision, the new law goes before the old (Penalty Law Art. 37). It needs no data folder."
}

// Run reckons.
func (c *fineCmd) Run(t *terminal) error {
	var f errs.Faults
	act := flagDay(&f, "--act", c.Act)
	income := flagYuan(&f, "--income", c.Income)
	if err := f.Err(); err != nil {
		return err
	}
	l, err := t.law()
	if err != nil {
		return err
	}
	limit, cite := l.book.FineCap(act, income)
	if cite.ZH == "" {
		return errs.New(errs.NotFound, "cmd.fine.none", act)
	}
	bands := l.book.FineBands(act, income)
	if c.JSON {
		type band struct {
			Name string `json:"name"`
			From yuan   `json:"from"`
			To   yuan   `json:"to"`
			Mark string `json:"mark"`
		}
		list := make([]band, len(bands))
		for i, b := range bands {
			list[i] = band{b.Name, yuan(b.FromFen), yuan(b.ToFen), b.Mark}
		}
		return t.json(struct {
			Cap   yuan   `json:"cap"`
			Basis string `json:"basis"`
			Bands []band `json:"bands"`
		}{yuan(limit), cite.In(t.p.Lang()), list})
	}
	t.say("cmd.fine.cap", t.p.Money(limit), cite)
	for _, b := range bands {
		t.say("cmd.fine.band", t.p.T("law.level."+b.Name), t.p.Money(b.FromFen), t.p.Money(b.ToFen))
	}
	if len(bands) > 0 {
		t.say("cmd.fine.help", t.p.T("law.mark."+bands[0].Mark), bands[0].Cite)
	}
	return nil
}
