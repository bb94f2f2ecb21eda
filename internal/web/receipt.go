package web

import (
	"net/http"
	"strings"

	"huzhi/internal/hotline"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// receipts lists the reports and complaints whose receipt has not gone out.
func (s *Server) receipts(c *ctx) error {
	rows, n, err := s.Hotline.Unsent(c.ctx(), c.by, 200)
	if err != nil {
		return err
	}
	lines, err := s.callLines(c, rows)
	if err != nil {
		return err
	}
	for i, x := range rows {
		lines[i].Href = "/hotline/" + x.ID + "/receipt"
	}
	v := views.RecordsView{Page: c.page(c.p.T("receipt.list"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("hotline", "/hotline"), c.p.T("receipt.list.lead")
	v.Head = parts.ListHead{Count: c.p.N("call.count", int(n))}
	v.Table = views.CallTable(c.p, v.Page.Title, lines, false)
	v.Table.Empty = &parts.EmptyState{Icon: "circle-check", Title: c.p.T("receipt.list.none"), Text: c.p.T("receipt.list.none.text")}
	v.Pager = parts.Pager{Shown: len(rows), Total: c.p.Count(n)}
	return c.show(http.StatusOK, views.Records(v))
}

// receipt is the page of what the office owes whoever reports or complains.
func (s *Server) receipt(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.receiptPage(c, http.StatusOK, id, "", "", nil)
}

// receiptPage shows it; code is the code that was made just now, back what was typed into the form of that name.
func (s *Server) receiptPage(c *ctx, code int, id, fresh, name string, back *form) error {
	x, err := s.Hotline.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.SheetView{Page: c.page(p.T("receipt.title"))}
	v.Page.Crumbs = append(c.crumb("hotline", "/hotline"), layout.Crumb{Label: x.Number, Href: "/hotline/" + x.ID})
	v.Page.Invalid = back != nil && back.invalid()
	if x.ComplaintNo == nil {
		v.Notes = []views.SheetNote{{Tone: parts.Stopped, Title: p.T("error.receipt_consultation")}}
		return c.show(code, views.Sheet(v))
	}
	r, messages, err := s.Hotline.Receipt(c.ctx(), id)
	if err != nil {
		return err
	}
	if fresh != "" {
		c.Response().Header().Set("Cache-Control", "no-store")
		v.Notes = append(v.Notes, views.SheetNote{Tone: parts.Soon, Title: p.T("receipt.code.is", groups(fresh)), Text: p.T("receipt.code.once", *x.ComplaintNo)})
	}
	if r.SentOn.IsZero() {
		v.Notes = append(v.Notes, views.SheetNote{Tone: parts.Late, Title: p.T("receipt.unsent")})
	}
	items := []parts.Desc{{Label: p.T("call.complaint_no"), Value: *x.ComplaintNo, Code: true}, {Label: p.T("call.mode"), Value: p.T("mode." + x.Mode)}}
	if r.IssuedAt != nil {
		items = append(items, parts.Desc{Label: p.T("receipt.issued"), Value: p.Time(*r.IssuedAt)})
	}
	if !r.SentOn.IsZero() {
		items = append(items, parts.Desc{Label: p.T("receipt.sent"), Value: p.Day(r.SentOn), Note: p.T("receipt.way."+r.SentWay) + " " + r.SentName})
	}
	if r.Decision != "" {
		items = append(items, parts.Desc{Label: p.T("receipt.decision"), Value: p.T("receipt.decision." + r.Decision), Note: p.Day(r.DecidedOn) + " " + r.DecidedName})
	}
	if r.Ground != "" {
		items = append(items, parts.Desc{Label: p.T("receipt.ground"), Value: p.T("receipt.ground." + r.Ground)})
	}
	v.Parts = append(v.Parts, views.SheetPart{Title: p.T("receipt.state"), Items: items, Words: r.Note})
	if len(messages) > 0 {
		v.Parts = append(v.Parts, views.SheetPart{Title: p.T("progress.written"), Written: c.written(messages, "/hotline/"+id+"/messages/")})
	}
	if c.can("call.log", x.Jurisdiction) {
		v.Forms = s.receiptForms(c, x, &r, name, back)
	}
	return c.show(code, views.Sheet(v))
}

// groups is a code in groups of four, as it is read out.
func groups(code string) string {
	var out []string
	for i := 0; i < len(code); i += 4 {
		out = append(out, code[i:min(i+4, len(code))])
	}
	return strings.Join(out, " ")
}

func (s *Server) receiptForms(c *ctx, x *hotline.Call, r *hotline.Receipt, name string, back *form) (out []views.ActForm) {
	p := c.p
	of := func(id string) *form {
		if name == id && back != nil {
			return back
		}
		return blank(map[string]string{"on": s.today().String(), "sent_on": s.today().String(), "decision": hotline.Accepted})
	}
	add := func(id, icon, submit string, fold bool, fields ...parts.Field) {
		f := of(id)
		a := views.ActForm{ID: id, Icon: icon, Title: p.T("receipt.do." + id), Hint: p.Or("receipt.do."+id+".hint", ""), Fold: fold,
			Form: parts.Form{Action: "/hotline/" + x.ID + "/receipt/" + id, Hidden: []parts.Hidden{version(r.Version)}, Submit: p.T(submit)}}
		a.Fields = numbered(id, f.fill(p, fields...))
		a.Error = f.general(p, a.Fields...)
		out = append(out, a)
	}
	day := func(name, label string) parts.Field {
		return parts.Field{Name: name, Label: p.T(label), Type: parts.Date, Min: x.ReceivedOn.String(), Upto: s.today().String(), Required: true, Half: true}
	}
	add("code", "key", "receipt.do.code", r.IssuedAt != nil)
	add("sent", "send", "receipt.do.sent.save", !r.SentOn.IsZero(), day("sent_on", "receipt.sent"),
		parts.Field{Name: "sent_way", Label: p.T("receipt.way"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("receipt.way", hotline.SentWays()), Half: true})
	if x.State == hotline.StateOpen && r.Decision == "" || name == "take" {
		add("take", "gavel", "receipt.do.take.save", false,
			parts.Field{Name: "decision", Label: p.T("receipt.decision"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("receipt.decision", []string{hotline.Accepted, hotline.Rejected})},
			parts.Field{Name: "ground", Label: p.T("receipt.ground"), Hint: p.T("receipt.ground.hint"), Type: parts.Select, Blank: "-", Options: c.choices("receipt.ground", hotline.RefusalGrounds()), Half: true},
			day("on", "receipt.on"),
			parts.Field{Name: "note", Label: p.T("receipt.note"), Hint: p.T("receipt.note.hint"), Type: parts.LongText, Rows: 3, Max: 2000})
	}
	w := c.writeForm("/hotline/"+x.ID+"/receipt/write", nil)
	if name == "write" {
		w = c.writeForm("/hotline/"+x.ID+"/receipt/write", back)
	}
	return append(out, w)
}

// writeForm is the form by which the office writes to the citizen.
func (c *ctx) writeForm(action string, f *form) views.ActForm {
	p := c.p
	a := views.ActForm{ID: "write", Icon: "message-circle", Title: p.T("progress.write"), Hint: p.T("progress.write.hint"), Fold: true, Form: parts.Form{Action: action, Submit: p.T("progress.write.save")}}
	if f == nil {
		f = blank(nil)
	}
	a.Fields = numbered("write", f.fill(p, parts.Field{Name: "text", Label: p.T("progress.text"), Type: parts.LongText, Rows: 3, Max: 5000, Required: true}))
	a.Error = f.general(p, a.Fields...)
	return a
}

// written are messages as the office reads them; files are fetched below an address.
func (c *ctx) written(list []hotline.Message, files string) (out []views.MessageLine) {
	for _, m := range list {
		l := views.MessageLine{Who: m.ByName, At: c.p.Time(m.At), Mine: m.Side == "office", Text: m.Text, File: m.FileName}
		if m.Side == "citizen" {
			l.Who = c.p.T("progress.citizen")
		}
		if m.SHA256 != "" {
			l.FileHref = files + m.ID
		}
		out = append(out, l)
	}
	return out
}

// receiptDo is the frame of the forms on that page.
func (s *Server) receiptDo(c *ctx, name, flash string, do func(id string, f *form) error) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	err = do(id, f)
	if code, again := c.again(f, err); again {
		return s.receiptPage(c, code, id, "", name, f)
	}
	if err != nil {
		return err
	}
	return c.done("/hotline/"+id+"/receipt", flash)
}

// receiptCode makes a code and shows it this once.
func (s *Server) receiptCode(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	fresh, err := s.Hotline.Issue(c.ctx(), c.by, id, f.number("version"))
	if code, again := c.again(f, err); again {
		return s.receiptPage(c, code, id, "", "code", f)
	}
	if err != nil {
		return err
	}
	return s.receiptPage(c, http.StatusOK, id, fresh, "", nil)
}

func (s *Server) receiptSent(c *ctx) error {
	return s.receiptDo(c, "sent", "flash.receipt.sent", func(id string, f *form) error {
		on := f.day("sent_on")
		if err := f.err(); err != nil {
			return err
		}
		return s.Hotline.Sent(c.ctx(), c.by, id, f.number("version"), on, f.text("sent_way"))
	})
}

func (s *Server) receiptTake(c *ctx) error {
	return s.receiptDo(c, "take", "flash.receipt.taken", func(id string, f *form) error {
		on := f.day("on")
		if err := f.err(); err != nil {
			return err
		}
		return s.Hotline.Take(c.ctx(), c.by, id, f.number("version"), on, f.text("decision"), f.text("ground"), f.text("note"))
	})
}

func (s *Server) receiptWrite(c *ctx) error {
	return s.receiptDo(c, "write", "flash.progress.written", func(id string, f *form) error {
		x, err := s.Hotline.Find(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		return s.Hotline.Write(c.ctx(), c.by, x.ID, "call.log", x.Jurisdiction, f.text("text"))
	})
}

// leadWrite writes to the citizen whose report a lead began with.
func (s *Server) leadWrite(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	l, _, _, err := s.Leads.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if l.CallID == nil {
		return errNoCall()
	}
	err = s.Hotline.Write(c.ctx(), c.by, *l.CallID, "lead.verify", l.Jurisdiction, f.text("text"))
	if code, again := c.again(f, err); again {
		return s.leadPage(c, code, id, typed{write: f})
	}
	if err != nil {
		return err
	}
	return c.done("/leads/"+id, "flash.progress.written")
}

// callFile and leadMessageFile send a citizen's file to be saved.
func (s *Server) callFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	x, err := s.Hotline.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	return s.sendFile(c, x.ID)
}

func (s *Server) leadMessageFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	l, _, _, err := s.Leads.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if l.CallID == nil {
		return errNoCall()
	}
	return s.sendFile(c, *l.CallID)
}

func (s *Server) sendFile(c *ctx, callID string) error {
	m, r, err := s.Hotline.OpenFile(c.ctx(), callID, c.Param("message"))
	if err != nil {
		return err
	}
	defer r.Close()
	if err := s.tellOf(c, taken(false), "call", callID, map[string]any{"message": m.ID, "sha256": m.SHA256}); err != nil { // its name is the reporter's words
		return err
	}
	return c.send(outgoing{name: m.FileName, media: "application/octet-stream", size: m.FileSize}, r)
}
