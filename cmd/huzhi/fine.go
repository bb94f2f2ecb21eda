package main

import (
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

type fineCmd struct {
	Act     string `help:"The day the act of counterfeiting ended." required:"" placeholder:"DATE"`
	Income  string `help:"Illegal income in yuan." required:"" placeholder:"AMOUNT"`
	Decided string `help:"The day of the decision: says whether a law that came after the act is lighter." placeholder:"DATE"`
	JSON    bool   `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (fineCmd) Help() string {
	return "The highest fine for counterfeiting a patent by the law in force when the act ended, and how discretion parts the range.\n" +
		"Where the law has become lighter before the decision, the new law goes before the old (Penalty Law Art. 37): --decided looks at\n" +
		"every law until then. It needs no data folder."
}

// Run reckons.
func (c *fineCmd) Run(t *terminal) error {
	var f errs.Faults
	act := flagDay(&f, "--act", c.Act)
	income := flagYuan(&f, "--income", c.Income)
	decided := calendar.Day(0)
	if c.Decided != "" {
		if decided = flagDay(&f, "--decided", c.Decided); decided > 0 && decided < act {
			f.Add("--decided", "cmd.fine.before_act")
		}
	}
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
	var until *statute.Substance
	if !decided.IsZero() {
		s, _ := l.book.Substance(act, decided, income, "") // there is a law: FineCap found it
		until = &s
	}
	if c.JSON {
		return fineJSON(t, limit, cite, bands, until)
	}
	t.say("cmd.fine.cap", t.p.Money(limit), cite)
	for _, b := range bands {
		t.say("cmd.fine.band", t.p.T("law.level."+b.Name), t.p.Money(b.FromFen), t.p.Money(b.ToFen))
	}
	if len(bands) > 0 {
		t.say("cmd.fine.help", t.p.T("law.mark."+bands[0].Mark), bands[0].Cite)
	}
	if until != nil {
		lighterLaw(t, *until)
	}
	return nil
}

// lighterLaw says which law binds a decision, and what every later one allows.
func lighterLaw(t *terminal, s statute.Substance) {
	if s.Lighter() {
		t.say("cmd.fine.lighter", s.Decided, t.p.Money(s.Binds.Fen), s.Principle.Cite)
	} else {
		t.say("cmd.fine.binds", s.Decided, t.p.Money(s.Binds.Fen))
	}
	for _, x := range s.Later {
		if x.Law.ID == "" {
			t.say("cmd.fine.later.none")
			continue
		}
		t.say("cmd.fine.later", x.Law.From, t.p.Money(x.Fen), x.Law.Cite)
	}
	for _, r := range s.Reliefs {
		if s.Newer(r) {
			t.say("cmd.fine.relief", r.From, r.Text, r.Cite)
		}
	}
}

func fineJSON(t *terminal, limit int64, cite statute.Text, bands []statute.FineBand, until *statute.Substance) error {
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
	type law struct {
		From    string `json:"from"`
		Cap     yuan   `json:"cap"`
		Basis   string `json:"basis"`
		Lighter bool   `json:"lighter"`
	}
	type relief struct {
		From  string `json:"from"`
		Text  string `json:"text"`
		Basis string `json:"basis"`
	}
	type lighter struct {
		Decided string   `json:"decided"`
		Lighter bool     `json:"lighter"` // a later law binds
		Cap     yuan     `json:"cap"`     // what binds
		Basis   string   `json:"basis"`
		Laws    []law    `json:"laws"`    // those that came after the act, until the decision
		Reliefs []relief `json:"reliefs"` // reasons to impose no fine that came after the act
		Cite    string   `json:"cite"`
	}
	out := struct {
		Cap     yuan     `json:"cap"`
		Basis   string   `json:"basis"`
		Bands   []band   `json:"bands"`
		Lighter *lighter `json:"lighter,omitempty"`
	}{yuan(limit), cite.In(t.p.Lang()), list, nil}
	if s, lang := until, t.p.Lang(); s != nil {
		x := &lighter{Decided: s.Decided.String(), Lighter: s.Lighter(), Cap: yuan(s.Binds.Fen), Basis: s.Binds.Law.Cite.In(lang), Laws: []law{}, Reliefs: []relief{}, Cite: s.Principle.Cite.In(lang)}
		for _, y := range s.Later {
			x.Laws = append(x.Laws, law{y.Law.From.String(), yuan(y.Fen), y.Law.Cite.In(lang), y.Lighter})
		}
		for _, r := range s.Reliefs {
			if s.Newer(r) {
				x.Reliefs = append(x.Reliefs, relief{r.From.String(), r.Text.In(lang), r.Cite.In(lang)})
			}
		}
		out.Lighter = x
	}
	return t.json(out)
}
