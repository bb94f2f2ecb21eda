package web

import (
	"cmp"
	"slices"

	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

// repins adds to the proof of a case's clock to which wordings it was pinned before, and the form that pins it to another one.
func (s *Server) repins(c *ctx, m matter, k *deadline.Clock, v *views.LedgerView) error {
	past, err := s.Docket.Repins(c.ctx(), m.file.ID)
	if err != nil {
		return err
	}
	for _, r := range past {
		if r.Clock == k.ID {
			v.Facts = append(v.Facts, parts.Desc{Label: c.p.Time(r.At), Value: c.p.T("repin.done", r.From, r.To), Note: c.p.T("repin.told", r.ActorName, errs.Msg("repin.said", r.FromDay, r.ToDay, r.Reason)), Wide: true})
		}
	}
	if !k.Running() || m.file.Is(c.by.ID, casework.PartOfficer) || !c.can("case.repin", m.file.Jurisdiction) {
		return nil
	}
	wordings, err := s.Clocks.Wordings(c.ctx(), k)
	if err != nil || len(wordings) == 0 {
		return err
	}
	v.Repin = s.repinForm(c, m, k, wordings)
	v.Page.Invalid = m.form != nil
	return nil
}

// repinForm offers the other wordings, each with its article, its time in force, and the last day it would give.
func (s *Server) repinForm(c *ctx, m matter, k *deadline.Clock, wordings []deadline.Wording) *views.ActForm {
	f := m.form
	if f == nil {
		f = blank(nil)
	}
	a := &views.ActForm{ID: "repin", Title: c.p.T("repin.title"), Hint: c.p.T("repin.hint")}
	var options []parts.Option
	for _, w := range wordings {
		period := c.p.T("repin.since", w.Rule.From)
		if !w.Rule.To.IsZero() {
			period = c.p.T("repin.from_to", w.Rule.From, w.Rule.To)
		}
		options = append(options, parts.Option{Value: w.Rule.Version(), Label: c.p.T("repin.option", w.Rule.Version(), ruleTerm(c, w.Rule)),
			Hint: c.p.T("repin.preview", w.Rule.Cite, period, k.WatchOn, w.End.Watch)})
	}
	a.Fields = f.fill(c.p,
		parts.Field{Name: "rule_version", Label: c.p.T("repin.version"), Type: parts.Radio, Required: true, Options: options},
		parts.Field{Name: "reason", Label: c.p.T("repin.reason"), Hint: c.p.T("restrict.reason.hint"), Type: parts.LongText, Required: true, Max: 500},
	)
	a.Error = cmp.Or(m.changed, f.general(c.p, a.Fields...))
	a.Form = parts.Form{Action: repinHref(m.file.ID, k.ID), Submit: c.p.T("repin.submit"), Hidden: []parts.Hidden{version(m.file.Version)}}
	return a
}

func repinHref(caseID, clockID string) string {
	return "/cases/" + caseID + "/clocks/" + clockID + "/repin"
}

// repin pins a period of a case to another wording of its rule.
func (s *Server) repin(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, clock, seen := c.Param("id"), c.Param("clock"), f.number("version")
	if err = f.err(); err == nil {
		err = s.Docket.Repin(c.ctx(), c.by, id, seen, clock, f.text("rule_version"), f.text("reason"))
	}
	if err == nil {
		return c.done("/cases/"+id+"/clocks/"+clock, "flash.repin", f.text("rule_version"))
	}
	b, err := s.caseBack(c, f, err)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(b.file.Clocks, func(k deadline.Clock) bool { return k.ID == clock }); i < 0 || !b.file.Clocks[i].Running() { // nothing is left to pin
		return b.err
	}
	m := caseMatter(c, b.file)
	m.form, m.changed = f, b.changed
	return s.proof(c, b.code, m)
}
