package main

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/statute"
)

type dueCmd struct {
	Rule    string   `help:"Id of the rule, such as INF_CLOSE." required:"" placeholder:"ID"`
	From    string   `help:"The day of the event that starts the period; for a period counted backwards, the day of the hearing." required:"" placeholder:"DATE"`
	Region  string   `help:"GB/T 2260 code of the office (default: the setting office.jurisdiction)." placeholder:"CODE"`
	Book    string   `help:"Procedural book: patent or samr (default: the setting office.book)." placeholder:"patent|samr"`
	Kind    string   `help:"Kind of matter, where a rule differs by kind (default: the shorter period)." placeholder:"KIND"`
	Filed   string   `help:"The day whose law governs (default: the day of --from)." placeholder:"DATE"`
	Exclude []string `help:"Days that do not count, both included; may be repeated." placeholder:"DATE..DATE"`
	Extend  int      `help:"Apply the rule's first N extensions at their maximum." placeholder:"N"`
	JSON    bool     `help:"Print one JSON object instead of words."`
}

// Help is the long help.
func (dueCmd) Help() string {
	return "strict is the last day before any rolling and binds the office; due is the same day rolled to a working day and protects\n" +
		"the parties. Counted by the rule book and the calendar in the program; it needs no data folder."
}

// Run counts.
func (c *dueCmd) Run(t *terminal) error {
	var f errs.Faults
	from := flagDay(&f, "--from", c.From)
	q := statute.Query{On: from, Region: c.Region, Book: c.Book, Kind: c.Kind}
	if c.Filed != "" {
		q.On = flagDay(&f, "--filed", c.Filed)
	}
	words := statute.Vocabulary()
	if c.Region != "" && !region.WellFormed(c.Region) {
		f.Add("--region", "cmd.bad.region", c.Region)
	}
	if c.Book != "" && !slices.Contains(words["book"], c.Book) {
		f.Add("--book", "cmd.bad.choice", c.Book, strings.Join(words["book"], ", "))
	}
	if c.Kind != "" && !slices.Contains(words["kind"], c.Kind) {
		f.Add("--kind", "cmd.bad.choice", c.Kind, strings.Join(words["kind"], ", "))
	}
	out := flagDays(&f, "--exclude", c.Exclude)
	if err := f.Err(); err != nil {
		return err
	}
	l, err := t.law()
	if err != nil {
		return err
	}
	r, err := l.rule(c.Rule, q)
	if err != nil {
		return err
	}
	more, err := extensions(t, r, c.Extend)
	if err != nil {
		return err
	}
	due, err := l.book.Due(l.days, r, from, statute.Options{Excluded: out, Extensions: more, Ledger: true})
	if err != nil {
		return errs.New(errs.Invalid, "cmd.bad.count", from).Because(err)
	}
	if c.JSON {
		return t.json(struct {
			Rule        string `json:"rule"`
			Version     string `json:"version"`
			Cite        string `json:"cite"`
			Start       string `json:"start"`
			Due         string `json:"due"`
			Strict      string `json:"strict"`
			Provisional bool   `json:"provisional"`
			Ledger      []row  `json:"ledger"`
		}{due.Rule, due.Version, due.Cite.In(t.p.Lang()), due.Start.String(), due.Due.String(), due.Strict.String(), due.Provisional, rows(t.p, due.Ledger)})
	}
	c.tell(t, r, due, more)
	return nil
}

func (c *dueCmd) tell(t *terminal, r statute.Rule, due statute.Due, more []calendar.Term) {
	term := t.p.N("law.term."+string(r.Unit), r.Add)
	for _, x := range more {
		term += " + " + t.p.N("law.term."+string(x.Unit), x.N)
	}
	t.say("cmd.due.rule", r.ID, r.Title)
	t.say("cmd.due.version", due.Version, due.Cite)
	t.say("cmd.due.mark", t.p.T("law.mark."+r.Mark))
	way := "cmd.due.start"
	if r.Back {
		way = "cmd.due.back"
	}
	t.say(way, due.Start, t.p.T("law.trigger."+r.Trigger), term)
	t.end(calendar.Result{Strict: due.Strict, Due: due.Due, Provisional: due.Provisional})
	t.ledger(due.Ledger)
}

// rule is the version in force. It errs with the names that are near where there is no such rule, and with the versions there are
// where none is in force.
func (l *law) rule(id string, q statute.Query) (statute.Rule, error) {
	id = strings.ToUpper(id)
	if q.Region == "" {
		q.Region = l.cfg.Office.Jurisdiction
	}
	if q.Book == "" && l.cfg.Office.Book != "auto" {
		q.Book = l.cfg.Office.Book
	}
	if q.Book == "" {
		q.Book = l.book.DefaultBook(q.On)
	}
	if r, ok := l.book.Rule(id, q); ok {
		return r, nil
	}
	versions := l.book.Versions(id)
	if len(versions) == 0 {
		return statute.Rule{}, errs.New(errs.NotFound, "cmd.due.unknown", id, strings.Join(l.book.Near(id, 5), ", "))
	}
	var there []string
	for _, v := range versions {
		there = append(there, v.Version())
	}
	return statute.Rule{}, errs.New(errs.NotFound, "cmd.due.notinforce", id, q.On, q.Region, q.Book, strings.Join(there, ", "))
}

// extensions are the first n extensions at their longest.
func extensions(t *terminal, r statute.Rule, n int) ([]calendar.Term, error) {
	if n < 0 || n > len(r.Ext) {
		return nil, errs.New(errs.Invalid, "cmd.due.extend.many", r.ID, len(r.Ext), n, r.Cite)
	}
	for i, e := range r.Ext[:n] {
		if e.Free {
			return nil, errs.New(errs.Invalid, "cmd.due.extend.free", r.ID, i+1, t.p.T("law.approver."+e.Approver), r.Cite)
		}
	}
	return r.Longest(n)
}
