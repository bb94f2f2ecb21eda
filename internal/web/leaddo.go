package web

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/views"
	"huzhi/views/parts"
)

// The acts on a lead that stand in the register's table: each has a form of its own on the lead's page.

// forward says of an act that it takes a request on; the others may be taken beside it.
func forward(act string) bool {
	return slices.Contains([]string{"check", "supplemented", "notify", "answer", "tell", "tell_reporter", "include"}, act)
}

// actAsks are the acts that take a request on, as lines of what is asked next; wants says whether one of them comes before the verification.
func (s *Server) actAsks(c *ctx, h *lead.History, open []lead.Open) (items []parts.Ask, wants bool) {
	for _, x := range open {
		if !forward(x.Name) {
			continue
		}
		item := parts.Ask{Title: c.p.T("lead.step." + x.Name), Article: c.p.Or("lead.cite."+x.Name+"."+h.Kind, ""), Clock: s.leadClock(c, h.Clocks, actClocks(x.Name)...)}
		if done := h.Checked(); x.Name == "check" && done != nil {
			item.Done, item.DoneNote = true, c.p.T("lead.done", done.OnDay, done.ActorName)
		} else {
			wants = true
			item.Action = &parts.Action{Label: c.p.T("lead.do.act"), Href: "#" + parts.FieldID(x.Name+"-"+x.Asks[0].Name), Look: "primary"}
			if x.Refused != nil {
				item.Action.Refused = c.notYours(x.Action, h.Jurisdiction)
			}
		}
		items = append(items, item)
	}
	return items, wants
}

// actClocks are the periods that an act has to keep.
func actClocks(act string) []string {
	switch act {
	case "check":
		return []string{"INF_ACCEPT"}
	case "notify":
		return []string{"MED_NOTIFY"}
	case "answer":
		return []string{"MED_OPINION"}
	case "tell":
		return []string{"MED_REFUSE_TELL", "INF_ACCEPT"}
	case "tell_reporter":
		return []string{"REPORTER_TELL"}
	}
	return nil
}

// actForms are the forms of the acts that this person may take: first those that take the lead on, then what may be done beside. A form that came back is
// shown even when the lead has moved on.
func (s *Server) actForms(c *ctx, h *lead.History, open []lead.Open, back typed) (first, more []views.ActForm) {
	if back.act != nil && !slices.ContainsFunc(open, func(x lead.Open) bool { return x.Name == back.name }) {
		for _, a := range lead.Acts() {
			if a.Name == back.name {
				open = append(open, lead.Open{Act: a, Asks: s.Leads.Fields(a.Name)})
			}
		}
	}
	for _, x := range open {
		if x.Refused != nil {
			continue
		}
		f := blank(map[string]string{"on": s.today().String()})
		if back.name == x.Name && back.act != nil {
			f = back.act
		} else if x.Name == "check" { // checked again after papers came in: what was found before
			for _, a := range x.Asks {
				f.values.Set(a.Name, h.Data[a.Name])
			}
		}
		if x.Name == "receipt" && back.act == nil {
			f.values.Set("receipt_from", h.Requester)
		}
		form := s.actForm(c, h, x, f)
		form.Fold = !forward(x.Name) || x.Name == "check" && h.Checked() != nil
		if form.Fold {
			more = append(more, form)
		} else {
			first = append(first, form)
		}
	}
	return first, more
}

func (s *Server) actForm(c *ctx, h *lead.History, x lead.Open, f *form) views.ActForm {
	p := c.p
	a := views.ActForm{ID: x.Name, Icon: "progress-check", Title: p.T("lead.step." + x.Name), Hint: p.Or("lead.hint."+x.Name+"."+h.Kind, p.Or("lead.hint."+x.Name, "")), Form: parts.Form{
		Action: "/leads/" + h.ID + "/acts/" + x.Name, Hidden: []parts.Hidden{version(h.Version)}, Submit: p.T("lead.act.save"), Draft: "lead-" + x.Name + "-" + h.ID,
	}}
	if x.Name == "tell_reporter" && !h.TellBy.IsZero() {
		a.Hint = p.T("lead.tell_by", h.TellBy)
	}
	table := &casework.Step{Asks: x.Asks}
	var fields []parts.Field
	for _, ask := range x.Asks {
		field := c.askField(table, ask, s.today())
		if x.Name == "check" && ask.Words == "met" {
			field.Hint, field.Half = p.T("ask."+ask.Name+".cite"), true
		}
		if ask.Name == "assignee" {
			for _, who := range s.Guard.Holders("lead.verify", h.Jurisdiction) {
				field.Options = append(field.Options, parts.Option{Value: who.ID, Label: who.Name})
			}
		}
		if x.Name == "extend" && ask.Name == "extend_by" {
			field.Hint = c.longest(h)
		}
		fields = append(fields, field)
	}
	a.Fields = numbered(x.Name, f.fill(p, append(fields, s.leadDay(h.Lead, p.T("lead.act.on")))...))
	a.Error = f.general(p, a.Fields...)
	return a
}

// longest says by how much the head may extend the period of a lead, with the article.
func (c *ctx) longest(h *lead.History) string {
	for _, k := range h.Clocks {
		if r, ok := c.s.Clocks.Rule(&k); ok && k.Running() && len(r.Ext) > 0 {
			return c.p.T("lead.extend.most", c.p.N("law.term."+string(r.Ext[0].Unit), r.Ext[0].Max), k.StrictOn, r.Cite)
		}
	}
	return ""
}

// leadDo takes an act of the table.
func (s *Server) leadDo(c *ctx) error {
	act := c.Param("act")
	known := slices.ContainsFunc(lead.Acts(), func(a lead.Act) bool { return a.Name == act })
	if !known {
		return errs.New(errs.NotFound, "error.page")
	}
	return s.leadAct(c, func(id string, on calendar.Day, f *form) error {
		in := stepInput(f, &casework.Step{Asks: s.Leads.Fields(act)})
		return s.Leads.Do(c.ctx(), c.by, id, f.number("version"), act, in)
	}, func(f *form) typed { return typed{act: f, name: act} }, leadPath, "flash.lead.act")
}

// leadRecord is what a step recorded, line by line.
func (s *Server) leadRecord(c *ctx, x lead.Step) string {
	var lines []string
	line := func(label, value string) { lines = append(lines, c.p.T("error.field", label, value)) }
	if g := x.Data["ground"]; g != "" {
		line(c.p.T("lead.ground"), c.p.Or("ground."+g, g))
	}
	for _, a := range s.Leads.Fields(x.Step) {
		if x.Data[a.Name] != "" && (a.Words != "met" || x.Data[a.Name] != "met") { // what is in order need not be said
			line(c.p.T("ask."+a.Name), c.answer(a, x.Data))
		}
	}
	if x.Note != "" {
		lines = append(lines, x.Note)
	}
	return strings.Join(lines, "\n")
}
