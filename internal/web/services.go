package web

import (
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/papers"
	"huzhi/views"
	"huzhi/views/parts"
)

func wayKey(way string) string { return "service.way." + way }

// services is the page on which the service of a case's papers is recorded.
func (s *Server) services(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.servicesPage(c, http.StatusOK, file, nil, "")
}

// servicesPage shows it, with a form that came back under its id.
func (s *Server) servicesPage(c *ctx, code int, file *casework.File, back *form, at string) error {
	tries, addresses, err := s.Papers.Services(c.ctx(), file.ID)
	if err != nil {
		return err
	}
	of := func(id string) *form {
		if id == at && back != nil {
			return back
		}
		if id == "serve" {
			return blank(s.serviceBegins(c, file, addresses))
		}
		return blank(nil)
	}
	v := views.RoomView{Page: c.page(c.p.T("service.title"))}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), c.p.T("service.lead"), code != http.StatusOK
	byID := map[string]document.Document{}
	for _, d := range file.Documents {
		byID[d.ID] = d
	}
	works := s.mayDraft(c, file)
	for _, d := range file.Documents {
		t := &parts.Table{Caption: d.Title, Columns: []parts.Column{{Label: c.p.T("service.recipient")}, {Label: c.p.T("service.way")}, {Label: c.p.T("service.tried_on"), Slim: true}, {Label: c.p.T("service.result")}, {Label: c.p.T("service.proof")}}}
		section := views.RoomSection{ID: "d-" + d.ID, Title: d.Title + " " + d.Number, Table: t}
		for _, x := range tries {
			if x.DocumentID != d.ID {
				continue
			}
			result, tone := c.p.T("service.state."+x.State), parts.Running
			switch x.State {
			case papers.Done:
				result, tone = c.p.T("service.served", x.ServedOn), parts.Done
				if x.ServedOn > file.Today {
					result, tone = c.p.T("service.ahead", x.ServedOn), parts.Soon
				}
			case papers.Failed:
				tone = parts.Late
			}
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(x.Recipient, x.Address), parts.TextCell(c.p.T(wayKey(x.Way)), x.PostalNo), parts.TextCell(c.p.Day(x.TriedOn), x.Servers),
				parts.BodyCell(parts.StatusDot(tone, result)), proofCell(c, file, &x)}})
			if works {
				section.Forms = append(section.Forms, s.serviceForms(c, file, &x, of)...)
			}
		}
		if len(t.Rows) > 0 {
			v.Sections = append(v.Sections, section)
		}
	}
	at2 := &parts.Table{Caption: c.p.T("service.addresses"), Columns: []parts.Column{{Label: c.p.T("service.recipient")}, {Label: c.p.T("service.address")}, {Label: c.p.T("service.electronic")}, {Label: c.p.T("service.confirmed_on"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "map-pin", Title: c.p.T("service.addresses.none")}}
	for _, a := range addresses {
		at2.Rows = append(at2.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(a.Party, ""), parts.TextCell(a.Address, a.Receiver+" "+a.Phone), parts.TextCell(a.Electronic, ""), parts.TextCell(c.p.Day(a.OnDay), a.MadeName)}})
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "addresses", Title: c.p.T("service.addresses"), Table: at2})
	next, err := s.servingSteps(c, file)
	if err != nil {
		return err
	}
	if len(next) > 0 {
		v.Sections = slices.Insert(v.Sections, 0, views.RoomSection{ID: "next", Title: c.p.T("service.next"), Lead: c.p.T("service.next.lead"), Facts: next})
	}
	if works && len(file.Documents) > 0 {
		v.Forms = append(v.Forms, s.serviceForm(c, file, of("serve")))
	}
	if works {
		v.Forms = append(v.Forms, s.confirmForm(c, file, of("address")))
	}
	return c.show(code, views.Room(v))
}

// serviceBegins is what the form begins with: the paper that a step waits for, whose officers serve it, and to whom and where, if there is but one.
func (s *Server) serviceBegins(c *ctx, file *casework.File, addresses []papers.Address) map[string]string {
	var officers []string
	for _, m := range file.Officers() {
		officers = append(officers, m.Name)
	}
	out := map[string]string{"tried_on": file.Today.String(), "servers": strings.Join(officers, "、")}
	for _, n := range s.Docket.Next(c.by, file) {
		for _, v := range n.Step.Serves {
			paper := v.Paper(file)
			if paper == "" || out["document"] != "" {
				continue
			}
			out["document"] = paper
			var to []casework.Party
			for _, p := range file.Parties {
				if slices.Contains(v.Roles, p.Role) && p.GoneTo == "" {
					to = append(to, p)
				}
			}
			if len(to) != 1 {
				continue
			}
			out["recipient"], out["address"] = to[0].Name, to[0].Address
			if i := slices.IndexFunc(addresses, func(a papers.Address) bool { return a.Party == to[0].Name }); i >= 0 {
				out["address"] = addresses[i].Address
			}
		}
	}
	return out
}

// servingSteps are the steps of the procedure that take over a day of service, and are open.
func (s *Server) servingSteps(c *ctx, file *casework.File) ([]parts.Desc, error) {
	waiting, err := s.Papers.Waiting(c.ctx(), c.by, file)
	if err != nil {
		return nil, err
	}
	var out []parts.Desc
	for _, n := range s.Docket.Next(c.by, file) {
		if len(n.Step.Serves) == 0 {
			continue
		}
		d := parts.Desc{Label: c.p.T("service.step"), Value: c.stepName(file.Kind, n.Step), Href: nextPath(file.ID, n), Note: c.p.T("service.step.waits")}
		if i := slices.IndexFunc(waiting, func(o papers.Over) bool { return o.Step == n.Step }); i >= 0 {
			d.Note = c.p.T("service.step.ready", waiting[i].On)
			if waiting[i].On > file.Today {
				d.Note = c.p.T("service.step.ahead", waiting[i].On)
			}
		}
		out = append(out, d)
	}
	return out, nil
}

func proofCell(c *ctx, file *casework.File, x *papers.Service) parts.Cell {
	for _, a := range file.Attached {
		if a.ID == x.Proof {
			return parts.LinkCell(a.Name, "/cases/"+file.ID+"/files/"+a.ID, x.Receiver+" "+x.Relation)
		}
	}
	text := x.Receiver
	if x.Relation != "" {
		text += "（" + x.Relation + "）"
	}
	if x.Witness != "" {
		text = c.p.T("service.witnessed", x.Witness)
	}
	return parts.TextCell(text, x.Reason)
}

func partyOptions(file *casework.File) []parts.Option {
	var out []parts.Option
	for _, n := range file.PartyNames("") {
		out = append(out, parts.Option{Value: n, Label: n})
	}
	return out
}

func fileOptions(file *casework.File) []parts.Option {
	var out []parts.Option
	for _, a := range file.Attached {
		out = append(out, parts.Option{Value: a.ID, Label: a.Name})
	}
	return out
}

func (s *Server) serviceForm(c *ctx, file *casework.File, f *form) views.ActForm {
	a := views.ActForm{ID: "serve", Title: c.p.T("service.add"), Icon: "send", Hint: c.p.T("service.add.hint")}
	a.Fields = f.fill(c.p,
		parts.Field{Name: "document", Label: c.p.T("paper.name"), Type: parts.Select, Required: true, Options: papersOf(file)},
		parts.Field{Name: "recipient", Label: c.p.T("service.recipient"), Type: parts.Select, Required: true, Half: true, Options: partyOptions(file)},
		parts.Field{Name: "way", Label: c.p.T("service.way"), Type: parts.Select, Required: true, Half: true, Options: c.choices("service.way", casework.ServiceWays())},
		parts.Field{Name: "address", Label: c.p.T("service.at"), Max: 300},
		parts.Field{Name: "tried_on", Label: c.p.T("service.tried_on"), Hint: c.p.T("service.tried_on.hint"), Type: parts.Date, Required: true, Half: true, Upto: file.Today.String()},
		parts.Field{Name: "servers", Label: c.p.T("service.servers"), Required: true, Half: true, Max: 200},
		parts.Field{Name: "state", Label: c.p.T("service.result"), Type: parts.Radio, Required: true, Options: c.choices("service.state", papers.Outcomes())},
		parts.Field{Name: "served_on", Label: c.p.T("service.served_on"), Hint: c.p.T("service.served_on.hint"), Type: parts.Date, Half: true, Upto: file.Today.String()},
		parts.Field{Name: "postal_no", Label: c.p.T("service.postal_no"), Half: true, Max: 100, NoSpell: true},
		parts.Field{Name: "receiver", Label: c.p.T("service.receiver"), Half: true, Max: 100},
		parts.Field{Name: "relation", Label: c.p.T("service.relation"), Hint: c.p.T("service.relation.hint"), Half: true, Max: 100},
		parts.Field{Name: "witness", Label: c.p.T("service.witness"), Hint: c.p.T("service.witness.hint"), Max: 200},
		parts.Field{Name: "proof", Label: c.p.T("service.proof"), Hint: c.p.T("service.proof.hint"), Type: parts.Select, Blank: c.p.T("service.proof.none"), Options: fileOptions(file)},
		parts.Field{Name: "reason", Label: c.p.T("service.reason"), Hint: c.p.T("service.reason.hint"), Type: parts.LongText, Rows: 2, Max: noteText},
		parts.Field{Name: "note", Label: c.p.T("service.note"), Max: 500},
	)
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/services", Submit: c.p.T("service.add"), Hidden: []parts.Hidden{c.newID(f, "id")}}
	return a
}

// serviceForms are what can be done with a try: say how it ended, make its receipt.
func (s *Server) serviceForms(c *ctx, file *casework.File, x *papers.Service, of func(string) *form) []views.ActForm {
	at := "/cases/" + file.ID + "/services/" + x.ID
	var out []views.ActForm
	if x.State == papers.AwaitingProof {
		f := of("settle-" + x.ID)
		a := views.ActForm{ID: "settle-" + x.ID, Title: c.p.T("service.settle") + " · " + x.Recipient, Fold: true}
		for _, q := range f.fill(c.p,
			parts.Field{Name: "state", Label: c.p.T("service.result"), Type: parts.Radio, Required: true, Options: c.choices("service.state", []string{papers.Done, papers.Failed, papers.Returned})},
			parts.Field{Name: "served_on", Label: c.p.T("service.served_on"), Type: parts.Date, Upto: file.Today.String()},
			parts.Field{Name: "receiver", Label: c.p.T("service.receiver"), Max: 100},
			parts.Field{Name: "proof", Label: c.p.T("service.proof"), Type: parts.Select, Blank: c.p.T("service.proof.none"), Options: fileOptions(file)},
			parts.Field{Name: "reason", Label: c.p.T("service.reason"), Max: noteText}) {
			q.ID = parts.FieldID(q.Name + "-" + x.ID)
			a.Fields = append(a.Fields, q)
		}
		a.Error = f.general(c.p, a.Fields...)
		a.Form = parts.Form{Action: at + "/settle", Submit: c.p.T("service.settle"), Hidden: []parts.Hidden{version(x.Version)}}
		out = append(out, a)
	}
	return append(out, views.ActForm{ID: "receipt-" + x.ID, Title: c.p.T("service.receipt") + " · " + x.Recipient, Fold: true, Hint: c.p.T("service.receipt.hint"),
		Form: parts.Form{Action: at + "/receipt", Submit: c.p.T("service.receipt"), Hidden: []parts.Hidden{{Name: "id", Value: s.DB.NewID()}}}})
}

func (s *Server) confirmForm(c *ctx, file *casework.File, f *form) views.ActForm {
	a := views.ActForm{ID: "address", Title: c.p.T("service.confirm"), Icon: "map-pin", Fold: true, Hint: c.p.T("service.confirm.hint")}
	for _, q := range f.fill(c.p,
		parts.Field{Name: "party", Label: c.p.T("service.recipient"), Type: parts.Select, Required: true, Options: partyOptions(file)},
		parts.Field{Name: "address", Label: c.p.T("service.address"), Required: true, Max: 300},
		parts.Field{Name: "receiver", Label: c.p.T("service.receiver"), Half: true, Max: 100},
		parts.Field{Name: "phone", Label: c.p.T("service.phone"), Half: true, Max: 40},
		parts.Field{Name: "electronic", Label: c.p.T("service.electronic"), Hint: c.p.T("service.electronic.hint"), Max: 200},
		parts.Field{Name: "on", Label: c.p.T("service.confirmed_on"), Type: parts.Date, Required: true, Half: true, Upto: file.Today.String()},
		parts.Field{Name: "proof", Label: c.p.T("service.proof"), Type: parts.Select, Half: true, Blank: c.p.T("service.proof.none"), Options: fileOptions(file)}) {
		q.ID = parts.FieldID("confirm-" + q.Name)
		a.Fields = append(a.Fields, q)
	}
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/service-address", Submit: c.p.T("service.confirm"), Hidden: []parts.Hidden{c.newID(f, "id")}}
	return a
}

// serviceKept says what the record of a service did: the step that it completed, or what that step still wants.
func (s *Server) serviceKept(c *ctx, f *form, over *papers.Over, err error, at string) error {
	if err != nil || over == nil {
		return s.serviceAgain(c, f, err, at)
	}
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	to, step := "/cases/"+file.ID+"/services", c.stepName(file.Kind, over.Step)
	switch {
	case over.Because == nil:
		return c.done(to, "flash.service.step", step, over.On.String())
	case over.On > file.Today:
		return c.done(to, "flash.service.ahead", over.On.String(), step)
	}
	return c.done(to, "flash.service.open", step)
}

// serviceAgain shows a form that came back.
func (s *Server) serviceAgain(c *ctx, f *form, err error, at string) error {
	if err == nil {
		return c.done("/cases/"+c.Param("id")+"/services", "flash.service.kept")
	}
	code, again := c.again(f, err)
	if !again {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.servicesPage(c, code, file, f, at)
}

// serviceAdd records a try.
func (s *Server) serviceAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := papers.Service{ID: f.id(), CaseID: c.Param("id"), DocumentID: f.text("document"), Recipient: f.text("recipient"), Way: f.text("way"), Address: f.text("address"), TriedOn: f.day("tried_on"), ServedOn: f.day("served_on"),
		State: f.text("state"), Receiver: f.text("receiver"), Relation: f.text("relation"), Witness: f.text("witness"), PostalNo: f.text("postal_no"), Reason: f.text("reason"), Servers: f.text("servers"), Proof: f.text("proof"), Note: f.text("note")}
	var over *papers.Over
	if err = f.err(); err == nil {
		over, err = s.Papers.Serve(c.ctx(), c.by, in)
	}
	return s.serviceKept(c, f, over, err, "serve")
}

// serviceSettle says how a try that waited ended.
func (s *Server) serviceSettle(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := papers.Service{State: f.text("state"), ServedOn: f.day("served_on"), Receiver: f.text("receiver"), Relation: f.text("relation"), Reason: f.text("reason"), Proof: f.text("proof")}
	seen := f.number("version")
	var over *papers.Over
	if err = f.err(); err == nil {
		over, err = s.Papers.Settle(c.ctx(), c.by, c.Param("service"), seen, in)
	}
	return s.serviceKept(c, f, over, err, "settle-"+c.Param("service"))
}

// serviceAddress records a confirmed address.
func (s *Server) serviceAddress(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	a := papers.Address{ID: f.id(), CaseID: c.Param("id"), Party: f.text("party"), Address: f.text("address"), Receiver: f.text("receiver"), Phone: f.text("phone"), Electronic: f.text("electronic"), OnDay: f.day("on"), Proof: f.text("proof")}
	if err = f.err(); err == nil {
		err = s.Papers.Confirm(c.ctx(), c.by, a)
	}
	return s.serviceAgain(c, f, err, "address")
}

// serviceReceipt begins the receipt of a try as a draft.
func (s *Server) serviceReceipt(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	tries, _, err := s.Papers.Services(c.ctx(), file.ID)
	if err != nil {
		return err
	}
	say := s.Catalogue.Printer("zh-CN")
	pages, way := 1, ""
	for _, x := range tries {
		if x.ID != c.Param("service") {
			continue
		}
		way = say.T(wayKey(x.Way))
		for i := range file.Documents {
			if d := &file.Documents[i]; d.ID == x.DocumentID {
				if pages, err = s.Press.Pages(d); err != nil {
					return err
				}
			}
		}
	}
	x, err := s.Papers.Receipt(c.ctx(), c.by, f.id(), c.Param("service"), way, say.T("service.pages", pages))
	if err != nil {
		return s.serviceAgain(c, f, err, "")
	}
	return c.to(draftPath(x.ID))
}
