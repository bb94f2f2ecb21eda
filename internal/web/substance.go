package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/views"
	"huzhi/views/parts"
)

// substance is which law a counterfeit case is judged by, and what it allows: the law of the act's day or a later one that is lighter, the highest
// fine and its parts, the sums from which a hearing and the police come in. Before the decision it goes by today. nil until the day
// of the act and the income are recorded, and where the finding is that there was no counterfeiting.
func (s *Server) substance(c *ctx, file *casework.File) *parts.Substance {
	on := file.DecidedOn
	if on.IsZero() {
		on = file.Today
	}
	return s.substanceOn(c, file, on)
}

// fines says whether a step fixes a fine, or announces one.
func fines(step *casework.Step) bool {
	return slices.ContainsFunc(step.Asks, func(a casework.Ask) bool { return a.Name == "fine" || a.Name == "planned_fine" })
}

// substanceOn is the same for a decision of a given day: what the page of a step that fixes a fine shows for the day on its form.
func (s *Server) substanceOn(c *ctx, file *casework.File, on calendar.Day) *parts.Substance {
	act, limb := file.Facts.Day("act_ended_on"), file.Facts["limb"]
	if file.Kind != casework.Counterfeit || act.IsZero() || file.Facts["income"] == "" || limb == "none" {
		return nil
	}
	income := file.Facts.Money("income")
	law, ok := s.Clocks.Rules().Substance(act, on, income, limb)
	if !ok {
		return nil
	}
	out := s.substanceOf(c, law, income)
	out.Facts = append([]parts.Desc{
		{Label: c.p.T("ask.act_ended_on"), Value: c.p.Day(act)}, {Label: c.p.T("ask.income"), Value: c.yuan(income), Code: true},
	}, out.Facts...)
	s.hearingFrom(c, file, on, out)
	s.toPolice(c, file, on, out)
	return out
}

func (c *ctx) yuan(fen int64) string { return c.p.T("case.yuan", c.p.Money(fen)) }

// substanceOf says which law binds and how high a fine it allows.
func (s *Server) substanceOf(c *ctx, law statute.Substance, income int64) *parts.Substance {
	out := &parts.Substance{}
	limit := parts.Desc{Label: c.p.T("substance.cap"), Value: c.yuan(law.Binds.Fen), Note: law.Binds.Law.Cite.In(c.p.Lang()), Wide: true}
	if law.Binds.Law.ID == "" {
		limit.Value, limit.Note = c.p.T("substance.unpunished"), ""
	}
	out.Facts = append(out.Facts, limit)
	if d := s.bands(c, law, income); d.Value != "" {
		out.Facts = append(out.Facts, d)
	}
	var newer []string
	for _, r := range law.Reliefs {
		if law.Newer(r) {
			newer = append(newer, r.Title.In(c.p.Lang()))
		}
	}
	principle := law.Principle.Cite.In(c.p.Lang())
	switch {
	case law.Lighter():
		out.Remarks = append(out.Remarks, parts.Remark{Tone: parts.Soon, Title: c.p.T("substance.lighter"), Text: c.p.T("substance.lighter.text", c.yuan(law.Own.Fen), c.yuan(law.Binds.Fen), principle)})
	case len(law.Later) > 0 && law.Principle.ID != "":
		out.Remarks = append(out.Remarks, parts.Remark{Tone: parts.Running, Title: c.p.T("substance.older"), Text: c.p.T("substance.older.text", law.Own.Law.Cite, principle)})
	}
	if len(newer) > 0 && law.Principle.ID != "" {
		out.Remarks = append(out.Remarks, parts.Remark{Tone: parts.Soon, Title: c.p.T("substance.newer"), Text: c.p.T("substance.newer.text", join(c.p, newer), principle)})
	}
	out.Laws, out.Reliefs = s.lawTable(c, law), c.reliefTable(law)
	return out
}

// bands is how discretion parts the range of the fine.
func (s *Server) bands(c *ctx, law statute.Substance, income int64) parts.Desc {
	d := parts.Desc{Label: c.p.T("substance.bands"), Wide: true}
	var list []string
	for _, b := range s.Clocks.Rules().FineBands(law.Day(), income) {
		key := "substance.band"
		if b.FromFen == 0 {
			key = "substance.band.first"
		}
		list = append(list, c.p.T(key, errs.Msg("law.level."+b.Name), c.p.Money(b.FromFen), c.p.Money(b.ToFen)))
		d.Note = c.p.T("law.mark." + b.Mark)
	}
	d.Value = strings.Join(list, c.p.T("error.join"))
	return d
}

// lawTable are the laws from the act to the decision, each with its highest fine.
func (s *Server) lawTable(c *ctx, law statute.Substance) parts.Table {
	t := parts.Table{Caption: c.p.T("substance.laws"), Compact: true, Columns: []parts.Column{{Label: c.p.T("substance.law")}, {Label: c.p.T("rule.since"), Slim: true},
		{Label: c.p.T("substance.cap"), Num: true}, {Label: c.p.T("substance.binds"), Slim: true}}}
	if len(law.Later) == 0 {
		return t
	}
	for i, x := range append([]statute.Cap{law.Own}, law.Later...) {
		how := ""
		switch {
		case x.Law.From == law.Binds.Law.From:
			how = c.p.T("substance.binds.yes")
		case i > 0 && x.Lighter:
			how = c.p.T("substance.binds.lighter")
		case i > 0:
			how = c.p.T("substance.binds.no")
		}
		row := parts.Row{Cells: []parts.Cell{parts.TextCell(x.Law.Cite.In(c.p.Lang()), ""), parts.BodyCell(views.DayCell(c.p.Day(x.Law.From), "")), parts.NumCell(c.yuan(x.Fen)), parts.TextCell(how, "")}}
		if x.Law.ID == "" {
			row.Cells[0], row.Cells[1] = parts.TextCell(c.p.T("substance.unpunished"), ""), parts.TextCell("", "")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// reliefTable are the reasons to impose no fine, each with its article, and whether it came only after the act.
func (c *ctx) reliefTable(law statute.Substance) parts.Table {
	t := parts.Table{Caption: c.p.N("substance.reliefs", len(law.Reliefs)), Compact: true, Columns: []parts.Column{{Label: c.p.T("substance.relief")}, {Label: c.p.T("substance.relief.from")}}}
	for _, r := range law.Reliefs {
		since := c.p.T("substance.relief.old")
		if law.Newer(r) {
			since = c.p.T("substance.relief.new", r.From)
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(r.Text.In(c.p.Lang()), r.Cite.In(c.p.Lang())), parts.TextCell(since, "")}})
	}
	return t
}

// hearingFrom adds the sum from which on the party may ask for a hearing, and whether the fine or the confiscation reaches it.
func (s *Server) hearingFrom(c *ctx, file *casework.File, on calendar.Day, out *parts.Substance) {
	organisation := slices.ContainsFunc(file.Parties, func(p casework.Party) bool { return p.Role == "respondent" && p.Form == "company" })
	sum, rule, ok := s.Clocks.Rules().HearingFrom(on, s.Clocks.Book(file.FiledOn), organisation)
	if !ok {
		out.Facts = append(out.Facts, parts.Desc{Label: c.p.T("substance.hearing"), Value: c.p.T("substance.hearing.none"), Wide: true})
		return
	}
	who := c.p.T("substance.hearing." + strconv.FormatBool(organisation))
	out.Facts = append(out.Facts, parts.Desc{Label: c.p.T("substance.hearing"), Value: c.p.T("substance.hearing.from", who, c.yuan(sum)), Note: rule.Cite.In(c.p.Lang()), Wide: true})
	fine, taken := max(file.FineFen, file.Facts.Money("planned_fine")), max(file.ConfiscatedFen, file.Facts.Money("planned_confiscation"))
	if fine >= sum || taken >= sum {
		out.Remarks = append(out.Remarks, parts.Remark{Tone: parts.Soon, Title: c.p.T("substance.hearing.reached"), Text: c.p.T("substance.hearing.reached.text", c.yuan(fine), c.yuan(taken), rule.Cite)})
	}
}

// toPolice adds what is known of the sums from which on the police must have the matter: only acts with another's patent can be a crime.
func (s *Server) toPolice(c *ctx, file *casework.File, on calendar.Day, out *parts.Substance) {
	limb := file.Facts["limb"]
	reasons, rule := s.Clocks.Rules().ToPolice(on, statute.Suspect{Limbs: []string{limb}, Income: file.Facts.Money("income"), Patents: len(file.Patents)})
	if rule.ID == "" {
		return
	}
	d := parts.Desc{Label: c.p.T("substance.police"), Note: rule.Cite.In(c.p.Lang()), Wide: true}
	if !slices.Contains(rule.Limbs, limb) {
		d.Value = c.p.T("substance.police.never")
	} else {
		yuan := func(n int64) string { return c.p.Count(n) }
		d.Value = c.p.T("substance.police.from", yuan(rule.TurnoverYuan), yuan(rule.IncomeYuan), yuan(rule.LossYuan), yuan(rule.TwoTurnover), yuan(rule.TwoIncome))
	}
	out.Facts = append(out.Facts, d)
	if len(reasons) == 0 {
		return
	}
	var words []string
	for _, r := range reasons {
		words = append(words, c.p.T("law.police."+r))
	}
	out.Remarks = append(out.Remarks, parts.Remark{Tone: parts.Late, Title: c.p.T("substance.police.reached"), Text: c.p.T("substance.police.reached.text", join(c.p, words), rule.Cite)})
}

// fineRule is the page of the caps of the fine: it says which of them binds for an act, an income and a day of decision.
func (s *Server) fineRule(c *ctx, v views.RuleView) error {
	f := c.ask(asked{days: []string{"act", "decided"}})
	income := f.money("income")
	f.note(f.err())
	act, decided := f.day("act"), f.day("decided")
	if decided.IsZero() {
		decided = s.today()
	}
	if f.raw("act") != "" && !f.invalid() {
		law, ok := s.Clocks.Rules().Substance(act, decided, income, "")
		switch {
		case act > decided:
			f.wrong["decided"] = errs.Msg("substance.before_act")
		case ok:
			v.Law = s.substanceOf(c, law, income)
		default:
			v.Missing = c.p.T("cmd.fine.none", act)
		}
	}
	v.Form = &parts.Form{Action: c.Request().URL.Path, Get: true, Submit: c.p.T("rule.count.go"), Narrow: true}
	v.Fields = f.fill(c.p,
		parts.Field{Name: "act", Label: c.p.T("ask.act_ended_on"), Type: parts.Date, Required: true},
		parts.Field{Name: "income", Label: c.p.T("ask.income"), Type: parts.Money},
		parts.Field{Name: "decided", Label: c.p.T("substance.decided"), Hint: c.p.T("substance.decided.hint"), Type: parts.Date},
	)
	code := http.StatusOK
	if f.invalid() {
		v.Page.Invalid, code = true, http.StatusUnprocessableEntity
	}
	return c.show(code, views.Rule(v))
}
