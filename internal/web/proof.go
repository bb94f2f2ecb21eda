package web

import (
	"net/http"
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/statute"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// clockCard is a clock of a matter with the way to its ledger. A party's period shows its last day before rolling too; the office is
// bound by that one alone.
func (s *Server) clockCard(c *ctx, matterHref string, k deadline.Clock) parts.Clock {
	v := s.clock(c, k)
	if !k.OfficeDuty {
		v.Strict = k.StrictOn
	}
	v.LedgerHref = matterHref + "/clocks/" + k.ID
	return v
}

// matter is what a proof is of: a case, a lead or a call that the person may see, with its clocks.
type matter struct {
	kind, number, title, href string
	crumbs                    []layout.Crumb
	clocks                    []deadline.Clock
	file                      *casework.File // of a case
	form                      *form          // of another wording, as it came back
	changed                   string         // what somebody else did meanwhile
}

// caseClock is the proof of a clock of a case.
func (s *Server) caseClock(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	c.proofLanguage()
	return s.proof(c, http.StatusOK, caseMatter(c, file))
}

func caseMatter(c *ctx, file *casework.File) matter {
	return matter{kind: "case", number: file.Number, title: file.Title, href: "/cases/" + file.ID, crumbs: caseCrumbs(c, file, true), clocks: file.Clocks, file: file}
}

// leadProof is the proof of a clock of a lead.
func (s *Server) leadProof(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	l, _, clocks, err := s.Leads.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	c.proofLanguage()
	href := "/leads/" + l.ID
	crumbs := append(c.crumb("leads", "/leads"), layout.Crumb{Label: l.Number, Href: href})
	return s.proof(c, http.StatusOK, matter{kind: "lead", number: l.Number, title: l.Title, href: href, crumbs: crumbs, clocks: clocks})
}

// callProof is the proof of a clock of a call.
func (s *Server) callProof(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	x, err := s.Hotline.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	clocks, err := s.Clocks.Of(c.ctx(), x.ID)
	if err != nil {
		return err
	}
	c.proofLanguage()
	href := "/hotline/" + x.ID
	crumbs := append(c.crumb("hotline", "/hotline"), layout.Crumb{Label: x.Number, Href: href})
	return s.proof(c, http.StatusOK, matter{kind: "call", number: x.Number, title: c.callTitle(x), href: href, crumbs: crumbs, clocks: clocks})
}

// proofLanguage lets the address say the language of a proof: it goes to a reader who did not choose the person's.
func (c *ctx) proofLanguage() {
	if in := c.QueryParam("in"); slices.Contains(i18n.Languages(), in) {
		c.p = c.s.Catalogue.Printer(in)
	}
}

// proof is a count as a page that prints on one sheet: every day counted or skipped and why, the rule in both languages, its version,
// and the hashes of the rule book and the calendar.
func (s *Server) proof(c *ctx, code int, m matter) error {
	i := slices.IndexFunc(m.clocks, func(k deadline.Clock) bool { return k.ID == c.Param("clock") })
	if i < 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	k := &m.clocks[i]
	due, err := s.Clocks.Ledger(c.ctx(), k)
	if err != nil {
		return err
	}
	v := views.LedgerView{Page: c.page(s.clock(c, *k).Name), Clock: s.clockCard(c, m.href, *k), Changed: k.PausedOn.IsZero() && (due.Strict != k.StrictOn || due.Due != k.DueOn)}
	v.Clock.LedgerHref = ""
	counted, err := s.Clocks.Counted(c.ctx(), *k)
	if err != nil {
		return err
	}
	c.counted(&v.Clock, k, counted[k.ID])
	v.Grounds = groundTables(c, counted[k.ID])
	v.Page.Crumbs = m.crumbs
	v.Page.Lead = c.p.T("ledger.lead", m.number, m.title)
	v.Page.Actions = views.ProofActions(c.p, s.otherLanguages(c)...)
	r, _ := s.Clocks.Rule(k)
	v.Facts = append([]parts.Desc{
		{Label: c.p.T("due.kind." + m.kind), Value: m.number, Href: m.href},
		{Label: c.p.T("ledger.rule"), Value: k.Version, Code: true, Href: s.ruleHref(c, k.Rule)},
	}, bothCites(c.p, r)...)
	v.Facts = append(v.Facts,
		parts.Desc{Label: c.p.T("ledger.binds"), Value: c.p.T("ledger.binds." + binds(k)), Wide: true},
	)
	if k.PausedOn.IsZero() {
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("parts.clock.strict"), Value: c.p.Day(k.StrictOn)}, parts.Desc{Label: c.p.T("ledger.due"), Value: c.p.Day(k.DueOn)})
	} else { // what the count shows is the last day if it went on tomorrow
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.T("parts.clock.strict"), Value: c.p.T("ledger.still", due.Strict)})
	}
	v.Facts = append(v.Facts,
		parts.Desc{Label: c.p.T("ledger.book"), Value: k.RulesHash, Code: true, Wide: true},
		parts.Desc{Label: c.p.T("ledger.calendar"), Value: due.CalendarHash, Code: true, Wide: true},
	)
	moved, err := s.Clocks.History(c.ctx(), []string{k.ID})
	if err != nil {
		return err
	}
	for _, m := range moved {
		key := "calendar.moved.by"
		if m.Undo {
			key = "calendar.moved.undo"
		}
		v.Facts = append(v.Facts, parts.Desc{Label: c.p.Time(m.At), Value: c.p.T(key, m.Title, c.end(m.From()), c.end(m.To())), Href: noticePath(m.NoticeID), Wide: true})
	}
	if m.file != nil {
		if err := s.repins(c, m, k, &v); err != nil {
			return err
		}
	}
	v.Ledger = ledgerOf(c, r, due)
	return c.show(code, views.ClockLedger(v))
}

// otherLanguages are the same page in the other languages.
func (s *Server) otherLanguages(c *ctx) []parts.Link {
	var out []parts.Link
	for _, lang := range i18n.Languages() {
		if lang != c.p.Lang() {
			out = append(out, parts.Link{Label: s.Catalogue.Printer(lang).T("ledger.in"), Href: with(c, "in", lang)})
		}
	}
	return out
}

// bothCites are a rule's name and article in both languages: what a court or a party abroad reads must not hang on the page's language.
func bothCites(p *i18n.Printer, r statute.Rule) []parts.Desc {
	return []parts.Desc{
		{Label: p.T("rule.text.zh"), Value: p.T("rule.titled", r.Title.ZH, r.Cite.ZH), Wide: true},
		{Label: p.T("rule.text.en"), Value: p.T("rule.titled", r.Title.EN, r.Cite.EN), Wide: true},
	}
}

// ledgerOf is a count as calendar pages, in the order of the days.
func ledgerOf(c *ctx, r statute.Rule, due statute.Due) parts.Ledger {
	var out parts.Ledger
	out.Days = append(out.Days, parts.LedgerDay{Day: due.Start, Mark: parts.DayStart})
	seen := map[string]bool{}
	out.Sources = append(out.Sources, parts.Link{Label: due.Cite.In(c.p.Lang())})
	for _, row := range due.Ledger {
		d := ledgerDay(c, row, due, r.Unit == calendar.WD)
		out.Days = append(out.Days, d)
		if n := row.Why.Notice; d.Why != "" && n.Title != "" && !seen[n.ID+n.Title] {
			seen[n.ID+n.Title] = true
			label := n.Title
			if n.Number != "" && n.Number != calendar.NotRecorded {
				label += "（" + n.Number + "）"
			}
			out.Sources = append(out.Sources, parts.Link{Label: label})
		}
	}
	if due.Due < due.Start {
		slices.Reverse(out.Days)
	}
	return out
}

func binds(k *deadline.Clock) string {
	if k.OfficeDuty {
		return "office"
	}
	return "party"
}

// ledgerDay is a day of the count. Where every day counts, a holiday is worth a word only at the end, which it moves.
func ledgerDay(c *ctx, row calendar.Row, due statute.Due, workingDays bool) parts.LedgerDay {
	d := parts.LedgerDay{Day: row.Day, Mark: parts.DaySkipped, N: row.Counted}
	matters := workingDays || row.Counted == 0 || row.Day == due.Strict && due.Strict != due.Due
	switch row.Why.Kind {
	case calendar.Holiday:
		if matters {
			d.Why = row.Why.Name
		}
	case calendar.MakeUp:
		if matters {
			d.Why = c.p.T("ledger.makeup", row.Why.Name)
		}
	case calendar.Excluded:
		d.Mark, d.Why = parts.DaySuspended, c.p.Or("law.excl."+row.Why.Name, row.Why.Name)
	}
	switch {
	case row.Day == due.Due:
		d.Mark = parts.DayDue
	case row.Counted > 0:
		d.Mark = parts.DayCounted
	}
	if row.Part < 0 && d.Why == "" {
		d.Why = c.p.T("ledger.rolled")
	}
	return d
}
