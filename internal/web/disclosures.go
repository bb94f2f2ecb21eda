package web

import (
	"net/http"
	"strconv"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/parts"
)

func disclosurePath(id string) string { return "/disclosures/" + id }

func disclosureTone(state string) parts.Tone {
	switch state {
	case identity.Asked:
		return parts.Soon
	case identity.Granted:
		return parts.Done
	case identity.Refused:
		return parts.Late
	}
	return parts.Stopped
}

// matter is the lead, case or call of "lead:01j…", which the person may see; what has no sealed person is not found.
func (s *Server) matter(c *ctx, of string) (m identity.Matter, path string, err error) {
	kind, id, _ := strings.Cut(of, ":")
	none := errs.New(errs.NotFound, "error.not_found")
	if !store.ValidID(id) {
		return m, "", none
	}
	switch kind {
	case "lead":
		l, _, _, err := s.Leads.Find(c.ctx(), c.by, id)
		if err != nil {
			return m, "", err
		}
		m, path = l.Matter(), "/leads/"+id
	case "case":
		f, err := s.Docket.Find(c.ctx(), c.by, id)
		if err != nil {
			return m, "", err
		}
		if m, err = s.Leads.CaseMatter(c.ctx(), &f.Case); err != nil {
			return m, "", err
		}
		path = "/cases/" + id
	case "call":
		x, err := s.Hotline.Find(c.ctx(), c.by, id)
		if err != nil {
			return m, "", err
		}
		m, path = x.Matter(), "/hotline/"+id
	}
	if m.IdentityID == "" {
		return m, "", none
	}
	return m, path, nil
}

// reporter is the sealed person of a matter as every page shows it, with the way to ask who it is; nil where there is none.
func (s *Server) reporter(c *ctx, m identity.Matter) (*parts.Desc, error) {
	if m.IdentityID == "" {
		return nil, nil
	}
	known, err := s.Vault.Masked(c.ctx(), m.IdentityID)
	if err != nil {
		return nil, err
	}
	x := known[m.IdentityID]
	d := &parts.Desc{Label: c.p.T("identity.reporter"), Value: c.p.T("identity.reporter.is", x.Code), Note: c.reachable(x)}
	if !x.Erased && x.Mode != identity.Anonymous && c.can("identity.ask", m.Jurisdiction) {
		d.Href = "/disclosures/new?of=" + queryEscape(m.Kind+":"+m.ID)
	}
	return d, nil
}

func (c *ctx) reachable(x identity.Masked) string {
	switch {
	case x.Erased:
		return c.p.T("identity.erased")
	case x.Mode == identity.Anonymous:
		return c.p.T("identity.reach.code")
	case x.Reachable:
		return c.p.T("identity.reach.yes")
	}
	return c.p.T("identity.reach.no")
}

// disclosures lists the requests to see who somebody is, and what became of them.
func (s *Server) disclosures(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"state": identity.States()}, ids: []string{"identity"}})
	v := views.RecordsView{Page: c.page(c.p.T("nav.disclosures"))}
	v.Page.Lead = c.p.T("disclosure.lead")
	if s.Guard.CanAnywhere(c.by, "identity.review") {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("retention.title"), Href: "/identities", Icon: "clock"})
	}
	if q.invalid() {
		return c.showMisread(v, q)
	}
	at, _ := strconv.Atoi(q.raw("at")) // what is no number is the beginning
	at = max(0, min(at, 100000))
	state := q.raw("state")
	rows, total, err := s.Vault.Disclosures(c.ctx(), c.by, state, q.raw("identity"), at, rowsOfPage)
	if err != nil {
		return err
	}
	v.Head = parts.ListHead{Count: c.p.N("disclosure.count", int(total)), Tabs: c.tabs("/disclosures", q.values, "state", "disclosure.state", identity.States())}
	v.Table = parts.Table{Caption: v.Page.Title, Columns: []parts.Column{
		{Label: c.p.T("disclosure.asked_at")}, {Label: c.p.T("identity.code"), Slim: true}, {Label: c.p.T("disclosure.for")}, {Label: c.p.T("disclosure.reason")},
		{Label: c.p.T("disclosure.asked_by"), Slim: true}, {Label: c.p.T("disclosure.decided_by"), Slim: true}, {Label: c.p.T("disclosure.looks"), Slim: true}, {Label: c.p.T("disclosure.state"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "shield-lock", Title: c.p.T("disclosure.none"), Text: c.p.T("disclosure.none.text")}}
	for _, d := range rows {
		v.Table.Rows = append(v.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(c.p.Time(d.AskedAt), disclosurePath(d.ID), ""), parts.TextCell(d.Code, ""), parts.TextCell(d.Number, ""), parts.TextCell(firstLine(d.Reason, 60), ""),
			parts.TextCell(d.AskedName, ""), parts.TextCell(d.DecidedName, ""), parts.TextCell(c.p.Count(d.Looks), ""), parts.BodyCell(parts.StatusDot(disclosureTone(d.State), c.p.T("disclosure.state."+d.State))),
		}})
	}
	v.Pager = parts.Pager{Shown: len(rows), Total: c.p.Count(total)}
	if int64(at+len(rows)) < total {
		v.Pager.Next = address("/disclosures", q.values, "at", strconv.Itoa(at+len(rows)))
	}
	if at > 0 {
		v.Pager.First = address("/disclosures", q.values, "at", "")
	}
	return c.show(http.StatusOK, views.Records(v))
}

// disclosureNew is the form that asks.
func (s *Server) disclosureNew(c *ctx) error {
	return s.disclosureForm(c, http.StatusOK, blank(map[string]string{"of": clean(c.QueryParam("of"))}))
}

func (s *Server) disclosureForm(c *ctx, code int, f *form) error {
	m, path, err := s.matter(c, f.text("of"))
	if err != nil {
		return err
	}
	known, err := s.Vault.Masked(c.ctx(), m.IdentityID)
	if err != nil {
		return err
	}
	p := c.p
	v := views.EntryView{Page: c.page(p.T("disclosure.new", known[m.IdentityID].Code)), Hint: p.T("disclosure.new.hint", int(s.Vault.Settings().View.Minutes()))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("disclosures", "/disclosures"), f.invalid()
	v.Groups = []views.FieldGroup{{Title: p.T("disclosure.of", m.Number), Fields: f.fill(p,
		parts.Field{Name: "reason", Label: p.T("disclosure.reason"), Hint: p.T("disclosure.reason.hint"), Type: parts.LongText, Rows: 4, Max: 1000, Required: true, Autofocus: true})}}
	v.Form = parts.Form{Action: "/disclosures", Hidden: []parts.Hidden{{Name: "of", Value: f.text("of")}}, Submit: p.T("disclosure.ask"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: path}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// disclosureAsk asks to see who somebody is.
func (s *Server) disclosureAsk(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	m, _, err := s.matter(c, f.text("of"))
	if err != nil {
		return err
	}
	d, err := s.Vault.Ask(c.ctx(), c.by, m, f.text("reason"))
	if code, again := c.again(f, err); again {
		return s.disclosureForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done(disclosurePath(d.ID), "flash.disclosure.asked")
}

// disclosure shows a request.
func (s *Server) disclosure(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.disclosurePage(c, http.StatusOK, id, nil, nil)
}

// disclosurePage shows a request with what can be done with it; seen is the person, for the one look that asked for it.
func (s *Server) disclosurePage(c *ctx, code int, id string, seen *identity.Person, back *form) error {
	d, looks, err := s.Vault.Disclosure(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.SheetView{Page: c.page(p.T("disclosure.title", d.Code))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("disclosures", "/disclosures"), back != nil && back.invalid()
	if seen != nil {
		v.Notes = append(v.Notes, views.SheetNote{Tone: parts.Soon, Title: p.T("disclosure.seen"), Text: p.T("disclosure.seen.text", *d.UntilAt)})
		v.Parts = append(v.Parts, views.SheetPart{Title: p.T("disclosure.person"), Items: c.person(*seen)})
	}
	of := parts.Desc{Label: p.T("disclosure.for"), Value: d.Number}
	if _, path, err := s.matter(c, d.Subject); err == nil {
		of.Href = path
	} else if errs.CodeOf(err) != errs.NotFound && errs.CodeOf(err) != errs.Forbidden {
		return err
	}
	asked := views.SheetPart{Title: p.T("disclosure.asked"), Words: d.Reason, Items: []parts.Desc{
		{Label: p.T("identity.code"), Value: d.Code, Code: true}, of, {Label: p.T("disclosure.asked_by"), Value: d.AskedName}, {Label: p.T("disclosure.asked_at"), Value: p.Time(d.AskedAt)},
		{Label: p.T("disclosure.state"), Value: p.T("disclosure.state." + d.State)},
	}}
	v.Parts = append(v.Parts, asked)
	if d.DecidedAt != nil {
		items := []parts.Desc{{Label: p.T("disclosure.decided_by"), Value: d.DecidedName}, {Label: p.T("disclosure.decided_at"), Value: p.Time(*d.DecidedAt)}}
		if d.UntilAt != nil {
			items = append(items, parts.Desc{Label: p.T("disclosure.until"), Value: p.Time(*d.UntilAt)})
		}
		v.Parts = append(v.Parts, views.SheetPart{Title: p.T("disclosure.answered"), Words: d.Answer, Items: items})
	}
	if len(looks) > 0 {
		t := &parts.Table{Caption: p.T("disclosure.looks"), Columns: []parts.Column{{Label: p.T("disclosure.look")}, {Label: p.T("disclosure.look_at")}}}
		for n, at := range looks {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(strconv.Itoa(n+1), ""), parts.TextCell(p.Time(at), "")}})
		}
		v.Parts = append(v.Parts, views.SheetPart{Title: p.T("disclosure.looks"), Table: t})
	}
	v.Forms = s.disclosureForms(c, d, back)
	if seen != nil {
		c.Response().Header().Set("Cache-Control", "no-store")
	}
	return c.show(code, views.Sheet(v))
}

func (c *ctx) person(x identity.Person) []parts.Desc {
	p := c.p
	return given(parts.Desc{Label: p.T("call.name"), Value: x.Name}, parts.Desc{Label: p.T("call.phone"), Value: x.Phone, Code: true},
		parts.Desc{Label: p.T("identity.unit"), Value: x.Unit}, parts.Desc{Label: p.T("identity.address"), Value: x.Address})
}

// disclosureForms are what this person may do with a request.
func (s *Server) disclosureForms(c *ctx, d *identity.Disclosure, back *form) (out []views.ActForm) {
	p := c.p
	if d.AskedBy == c.by.ID && d.Open(s.DB.Now()) {
		out = append(out, views.ActForm{ID: "look", Icon: "eye", Title: p.T("disclosure.look_now"), Hint: p.T("disclosure.look_now.hint", *d.UntilAt),
			Form: parts.Form{Action: disclosurePath(d.ID) + "/look", Submit: p.T("disclosure.look_now")}})
	}
	if d.State != identity.Asked && back == nil {
		return out
	}
	if d.AskedBy == c.by.ID {
		return append(out, views.ActForm{ID: "withdraw", Icon: "ban", Title: p.T("disclosure.withdraw"), Hint: p.T("disclosure.withdraw.hint"),
			Form: parts.Form{Action: disclosurePath(d.ID) + "/withdraw", Hidden: []parts.Hidden{version(d.Version)}, Submit: p.T("disclosure.withdraw")}})
	}
	if !c.can("identity.grant", d.Jurisdiction) {
		return out
	}
	if back == nil {
		back = blank(map[string]string{})
	}
	a := views.ActForm{ID: "decide", Icon: "gavel", Title: p.T("disclosure.decide"), Hint: p.T("disclosure.decide.hint", int(s.Vault.Settings().View.Minutes())), Form: parts.Form{
		Action: disclosurePath(d.ID) + "/decide", Hidden: []parts.Hidden{version(d.Version)}, Submit: p.T("disclosure.decide.save"),
	}}
	a.Fields = numbered("decide", back.fill(p,
		parts.Field{Name: "decision", Label: p.T("disclosure.decision"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("disclosure.decision", []string{"grant", "refuse"})},
		parts.Field{Name: "answer", Label: p.T("disclosure.answer"), Hint: p.T("disclosure.answer.hint"), Type: parts.LongText, Rows: 3, Max: 1000}))
	a.Error = back.general(p, a.Fields...)
	return append(out, a)
}

// disclosureDecide grants or refuses.
func (s *Server) disclosureDecide(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	decision := f.text("decision")
	if decision != "grant" && decision != "refuse" {
		f.faults.Add("decision", "error.choice")
	}
	if err = f.err(); err == nil {
		err = s.Vault.Decide(c.ctx(), c.by, id, f.number("version"), decision == "grant", f.text("answer"))
	}
	if code, again := c.again(f, err); again {
		return s.disclosurePage(c, code, id, nil, f)
	}
	if err != nil {
		return err
	}
	return c.done(disclosurePath(id), "flash.disclosure."+decision)
}

// disclosureWithdraw takes a request back.
func (s *Server) disclosureWithdraw(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if err := s.Vault.Withdraw(c.ctx(), c.by, id, f.number("version")); err != nil {
		return err
	}
	return c.done(disclosurePath(id), "flash.disclosure.withdrawn")
}

// disclosureLook shows who it is, once, to who asked and may still see the matter.
func (s *Server) disclosureLook(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	d, _, err := s.Vault.Disclosure(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if _, _, err := s.matter(c, d.Subject); err != nil {
		return err
	}
	_, seen, err := s.Vault.Look(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	return s.disclosurePage(c, http.StatusOK, id, &seen, nil)
}

// callContact shows the number of a caller who asked to be named, for calling back.
func (s *Server) callContact(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	seen, err := s.Hotline.Contact(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	v := views.SheetView{Page: c.page(c.p.T("identity.contact"))}
	v.Page.Crumbs = c.crumb("hotline", "/hotline")
	v.Notes = []views.SheetNote{{Tone: parts.Soon, Title: c.p.T("identity.contact.logged"), Links: []parts.Link{{Label: c.p.T("identity.contact.back"), Href: "/hotline/" + id}}}}
	v.Parts = []views.SheetPart{{Title: c.p.T("call.caller"), Items: c.person(seen)}}
	return c.show(http.StatusOK, views.Sheet(v))
}
