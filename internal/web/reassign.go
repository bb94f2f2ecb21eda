package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// reassignWish is what is to be handed over, as an address or a form names it.
type reassignWish struct {
	from, to string
	all      bool     // all open cases of from; else those chosen
	chosen   []string // ids, as they were ticked
	workers  []casework.Worker
	heirs    []parts.Option
}

// reassign asks whose cases go to whom; once that is known, it shows what will become of each.
func (s *Server) reassign(c *ctx) error {
	f := c.query()
	w, err := s.reassignWish(c, f)
	if err != nil {
		return err
	}
	if !f.yes("preview") {
		return s.reassignAsk(c, http.StatusOK, f, w)
	}
	if !slices.ContainsFunc(w.workers, func(x casework.Worker) bool { return x.ID == w.from }) {
		f.faults.Add("from", "error.choice")
	}
	if !slices.ContainsFunc(w.heirs, func(o parts.Option) bool { return o.Value == w.to }) {
		f.faults.Add("to", "error.choice")
	}
	if w.from != "" && w.from == w.to {
		f.faults.Add("to", "error.assign_same")
	}
	if code, again := c.again(f, f.err()); again {
		return s.reassignAsk(c, code, f, w)
	}
	return s.reassignPreview(c, http.StatusOK, f, w)
}

// reassignWish reads it. Of cases and people, only what the person may know of is offered.
func (s *Server) reassignWish(c *ctx, f *form) (w reassignWish, err error) {
	w = reassignWish{from: f.text("from"), to: f.text("to"), all: f.text("which") != "chosen"}
	for _, x := range f.all("case") {
		id, _, _ := strings.Cut(x, "/")
		if store.ValidID(id) && len(w.chosen) < casework.MostReassigned {
			w.chosen = append(w.chosen, id)
		}
	}
	if len(w.chosen) == 0 {
		w.all = true
	} else if f.text("which") == "" {
		w.all = false
	}
	if w.workers, err = s.Docket.Workers(c.ctx(), c.by, w.chosen...); err != nil {
		return w, err
	}
	home := map[string]string{}
	for _, action := range []string{"case.work", "case.review"} {
		for _, place := range s.Guard.Places(c.by, "case.assign") {
			for _, a := range s.Guard.Holders(action, place.Code) {
				if home[a.ID] == "" {
					home[a.ID] = s.Guard.Home(access.Actor{ID: a.ID})
					w.heirs = append(w.heirs, parts.Option{Value: a.ID, Label: a.Name, Group: c.place(home[a.ID])})
				}
			}
		}
	}
	slices.SortStableFunc(w.heirs, func(a, b parts.Option) int { return strings.Compare(home[a.Value], home[b.Value]) })
	return w, nil
}

// reassignAsk asks from whom, to whom, and which cases.
func (s *Server) reassignAsk(c *ctx, code int, f *form, w reassignWish) error {
	p := c.p
	if len(w.workers) == 0 {
		return c.show(code, views.Confirmed(views.ConfirmView{Page: s.reassignHead(c, p.T("reassign.title")), Confirm: parts.Confirm{Title: p.T("reassign.none"),
			Cannot: []parts.Link{{Label: p.T("reassign.none.text")}}, Form: parts.Form{Cancel: &parts.Link{Label: p.T("reassign.cancel"), Href: "/cases"}}}}))
	}
	v := views.EntryView{Page: s.reassignHead(c, p.T("reassign.title"))}
	v.Page.Lead, v.Page.Invalid = p.T("reassign.lead"), f.invalid()
	var from []parts.Option
	for _, x := range w.workers {
		from = append(from, parts.Option{Value: x.ID, Label: p.T("reassign.worker", x.Name, x.N)})
	}
	hint := "reassign.from.hint.all"
	if len(w.chosen) > 0 {
		hint = "reassign.from.hint.chosen"
	}
	fields := []parts.Field{
		{Name: "from", Label: p.T("reassign.from"), Hint: p.T(hint), Type: parts.Select, Required: true, Options: from, Half: true},
		{Name: "to", Label: p.T("reassign.to"), Hint: p.T("reassign.to.hint"), Type: parts.Select, Required: true, Options: w.heirs, Half: true},
	}
	if n := len(w.chosen); n > 0 {
		which := "chosen"
		if w.all {
			which = "all"
		}
		fields = append(fields, parts.Field{Name: "which", Label: p.T("reassign.which"), Type: parts.Radio, Value: which, Required: true,
			Options: []parts.Option{{Value: "chosen", Label: p.T("reassign.which.chosen", n)}, {Value: "all", Label: p.T("reassign.which.all")}}})
	}
	v.Groups = []views.FieldGroup{{Title: p.T("reassign.group"), Fields: f.fill(p, fields...)}}
	hidden := []parts.Hidden{{Name: "preview", Value: "1"}}
	for _, id := range w.chosen {
		hidden = append(hidden, parts.Hidden{Name: "case", Value: id})
	}
	v.Form = parts.Form{Action: "/cases/reassign", Get: true, Hidden: hidden, Submit: p.T("reassign.preview"), Cancel: &parts.Link{Label: p.T("reassign.cancel"), Href: "/cases"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

func (s *Server) reassignHead(c *ctx, title string) layout.Page {
	page := c.page(title)
	page.Crumbs = []layout.Crumb{{Label: c.p.T("cases.title"), Href: "/cases"}}
	return page
}

// reassignPreview says of each case what will become of it, and asks the reason.
func (s *Server) reassignPreview(c *ctx, code int, f *form, w reassignWish) error {
	p := c.p
	ids, more := w.chosen, false
	if w.all {
		var err error
		if ids, more, err = s.Docket.OpenOf(c.ctx(), c.by, w.from, casework.MostReassigned); err != nil {
			return err
		}
	}
	plan, err := s.Docket.Plan(c.ctx(), c.by, w.from, w.to, ids)
	if err != nil {
		return err
	}
	from, to := s.reassignNames(w)
	v := views.ConfirmView{Page: s.reassignHead(c, p.T("reassign.preview.title")), Title: p.T("reassign.cases")}
	v.Page.Invalid = f.invalid()
	hidden := []parts.Hidden{c.newID(f, "id"), {Name: "from", Value: w.from}, {Name: "to", Value: w.to}}
	good := 0
	table := parts.Table{Caption: v.Title, Compact: true, Columns: []parts.Column{
		{Label: p.T("reassign.number")}, {Label: p.T("reassign.state"), Slim: true}, {Label: p.T("reassign.officers")}, {Label: p.T("reassign.expected")},
	}}
	slices.SortStableFunc(plan, func(a, b casework.Planned) int { return min(len(b.Refused), 1) - min(len(a.Refused), 1) }) // what will not be done, first
	for _, x := range plan {
		hidden = append(hidden, parts.Hidden{Name: "case", Value: x.ID + "/" + strconv.FormatInt(x.Version, 10)})
		tone, word := parts.Done, "reassign.can"
		if len(x.Refused) > 0 {
			tone, word = parts.Late, "reassign.cannot"
		} else {
			good++
		}
		table.Rows = append(table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(x.Number, "/cases/"+x.ID, x.Title), parts.TextCell(c.stateName(x.Kind, x.State), ""), parts.TextCell(join(p, x.Officers), ""),
			parts.BodyCell(views.OutcomeCell(tone, p.T(word), c.sayAll(x.Refused))),
		}})
	}
	v.Below = &table
	v.Confirm = parts.Confirm{Title: p.T("reassign.title"), Facts: []parts.Desc{{Label: p.T("reassign.from"), Value: from}, {Label: p.T("reassign.to"), Value: to}, {Label: p.T("reassign.cases"), Value: p.Count(int64(len(plan)))}},
		Does:   []string{p.N("reassign.does.hand", good, from, to)},
		Fields: f.fill(p, s.assignReason(c)),
		Form:   parts.Form{Action: "/cases/reassign", Hidden: hidden, Submit: p.T("reassign.save"), Cancel: &parts.Link{Label: p.T("reassign.back"), Href: address("/cases/reassign", url.Values{"case": w.chosen, "from": {w.from}, "to": {w.to}})}}}
	if bad := len(plan) - good; bad > 0 {
		v.Confirm.Does = append(v.Confirm.Does, p.N("reassign.does.refuse", bad))
	}
	v.Confirm.Does = append(v.Confirm.Does, p.T("reassign.does.each"))
	if more {
		v.Confirm.Warning = p.T("reassign.cut", casework.MostReassigned)
	}
	if good == 0 {
		v.Confirm.Cannot, v.Confirm.Does = []parts.Link{{Label: p.T("reassign.nothing")}}, nil
	}
	v.Confirm.Error = f.general(p, v.Confirm.Fields...)
	return c.show(code, views.Confirmed(v))
}

// reassignNames are the names of who hands over and who takes over.
func (s *Server) reassignNames(w reassignWish) (from, to string) {
	for _, x := range w.workers {
		if x.ID == w.from {
			from = x.Name
		}
	}
	for _, o := range w.heirs {
		if o.Value == w.to {
			to = o.Label
		}
	}
	return from, to
}

// sayAll are sentences in the reader's language.
func (c *ctx) sayAll(list []errs.Message) []string {
	var out []string
	for _, m := range list {
		out = append(out, c.p.M(m))
	}
	return out
}

// reassignDo hands the cases over. From the list it leads to the form first.
func (s *Server) reassignDo(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	if f.text("do") == "choose" {
		chosen := f.all("case")
		if len(chosen) == 0 {
			c.flash(layout.FlashWarn, "flash.reassign.choose")
			return c.to("/cases")
		}
		return c.to(address("/cases/reassign", url.Values{"case": chosen}))
	}
	var cases []casework.Chosen
	for _, x := range f.all("case") {
		id, seen, _ := strings.Cut(x, "/")
		version, err := strconv.ParseInt(seen, 10, 64)
		if err != nil {
			return errs.New(errs.Invalid, "error.request").Because(err)
		}
		cases = append(cases, casework.Chosen{CaseID: id, Version: version})
	}
	id, refused, err := s.Docket.Reassign(c.ctx(), c.by, f.id(), casework.Handover{From: f.text("from"), To: f.text("to"), Reason: f.text("reason")}, cases)
	for _, e := range refused {
		s.record(c, e)
	}
	if id != "" { // also where it was cut short: the page of the result goes on with it
		if err != nil {
			s.Log.Error("reassignment", "id", c.id, "reassignment", id, "err", err)
		}
		return c.to("/cases/reassign/" + id)
	}
	code, again := c.again(f, err)
	if !again {
		return err
	}
	w, failed := s.reassignWish(c, f)
	if failed != nil {
		return failed
	}
	w.all = false
	return s.reassignPreview(c, code, f, w)
}

// reassigned says what became of each case.
func (s *Server) reassigned(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	r, rows, err := s.Docket.Reassignment(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.ReassignedView{Page: s.reassignHead(c, p.T("reassign.result")), Title: p.T("reassign.cases"), Again: parts.Action{Label: p.T("reassign.again"), Href: "/cases/reassign"}}
	v.Facts = []parts.Desc{
		{Label: p.T("reassign.from"), Value: r.FromName}, {Label: p.T("reassign.to"), Value: r.ToName}, {Label: p.T("assign.reason"), Value: r.Reason},
		{Label: p.T("reassign.facts.by"), Value: r.MadeName}, {Label: p.T("reassign.facts.at"), Value: p.Time(r.MadeAt)},
	}
	v.Table = parts.Table{Caption: v.Title, Compact: true, Columns: []parts.Column{{Label: p.T("reassign.number")}, {Label: p.T("reassign.cause")}, {Label: p.T("reassign.outcome")}}}
	n := map[string]int{}
	order := []string{"", casework.ReassignRefused, casework.ReassignDone} // what is left to do, first
	slices.SortStableFunc(rows, func(a, b casework.ReassignedCase) int {
		return slices.Index(order, a.Outcome) - slices.Index(order, b.Outcome)
	})
	for _, x := range rows {
		n[x.Outcome]++
		tone, word := parts.Soon, "reassign.waiting"
		switch x.Outcome {
		case casework.ReassignDone:
			tone, word = parts.Done, "reassign.done"
		case casework.ReassignRefused:
			tone, word = parts.Late, "reassign.refused"
		}
		row := parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("reassign.unseen"), ""), {}, parts.BodyCell(views.OutcomeCell(tone, p.T(word), c.sayAll(x.Why)))}}
		if x.Number != "" {
			row.Cells[0], row.Cells[1] = parts.LinkCell(x.Number, "/cases/"+x.CaseID, ""), parts.TextCell(x.Title, p.T("kind."+x.Kind))
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	v.Cards = []parts.NumberCard{
		{Label: p.T("reassign.count.all"), Value: p.Count(int64(len(rows))), Icon: "folder", Tone: parts.Running},
		{Label: p.T("reassign.count.done"), Value: p.Count(int64(n[casework.ReassignDone])), Icon: "circle-check", Tone: parts.Done},
		{Label: p.T("reassign.count.refused"), Value: p.Count(int64(n[casework.ReassignRefused])), Icon: "ban", Tone: parts.Late},
	}
	if n[""] > 0 {
		v.Cards = append(v.Cards, parts.NumberCard{Label: p.T("reassign.count.waiting"), Value: p.Count(int64(n[""])), Icon: "clock", Tone: parts.Soon})
		v.Continue = &views.ActForm{ID: "continue", Icon: "alert-triangle", Title: p.T("reassign.cut_short"), Hint: p.T("reassign.cut_short.text"),
			Form: parts.Form{Action: "/cases/reassign/" + r.ID, Submit: p.T("reassign.continue")}}
	}
	return c.show(http.StatusOK, views.Reassigned(v))
}

// reassignResume goes on where a reassignment was cut short.
func (s *Server) reassignResume(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	refused, err := s.Docket.Resume(c.ctx(), c.by, id)
	for _, e := range refused {
		s.record(c, e)
	}
	if err != nil {
		return err
	}
	return c.to("/cases/reassign/" + id)
}
