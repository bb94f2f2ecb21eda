package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/papers"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func draftPath(id string) string { return "/papers/drafts/" + id }

// draftTone is a draft's state as a colour.
func draftTone(state string) parts.Tone {
	switch state {
	case papers.StateSubmitted, papers.StateReturned:
		return parts.Soon
	case papers.StateIssued:
		return parts.Done
	case papers.StateDropped:
		return parts.Stopped
	}
	return parts.Running
}

// papersWaiting is the list of what waits for approval, was sent back, or is being written by the person.
func (s *Server) papersWaiting(c *ctx) error {
	v := views.RoomView{Page: c.page(c.p.T("paper.title"))}
	v.Page.Lead = c.p.T("paper.lead")
	for _, x := range []struct {
		state string
		mine  bool
	}{{papers.StateSubmitted, false}, {papers.StateReturned, true}, {papers.StateDraft, true}} {
		list, err := s.Papers.List(c.ctx(), c.by, x.state, x.mine, 200)
		if err != nil {
			return err
		}
		t := &parts.Table{Caption: c.p.T("paper.list." + x.state), Columns: []parts.Column{{Label: c.p.T("paper.name")}, {Label: c.p.T("paper.case")}, {Label: c.p.T("paper.author"), Slim: true}, {Label: c.p.T("paper.touched"), Slim: true}},
			Empty: &parts.EmptyState{Icon: "file-text", Title: c.p.T("paper.none")}}
		for _, r := range list {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(s.formTitle(r.Template), draftPath(r.ID), ""), parts.LinkCell(r.CaseNumber, "/cases/"+r.CaseID+"/papers", r.CaseTitle),
				parts.TextCell(r.AuthorName, ""), parts.TextCell(c.p.Time(r.UpdatedAt), "")}})
		}
		v.Sections = append(v.Sections, views.RoomSection{ID: x.state, Title: c.p.T("paper.list." + x.state), Table: t})
	}
	if s.Guard.CanAnywhere(c.by, "case.work") {
		v.Page.Actions = parts.Buttons(parts.Action{Label: c.p.T("paper.batch"), Href: "/papers/batch", Icon: "copy"})
	}
	return c.show(http.StatusOK, views.Room(v))
}

func (s *Server) formTitle(template string) string {
	if t := s.Documents.Template(template); t != nil {
		return t.Title
	}
	return template
}

// casePapers is the page of a case's papers: what is being written, what was issued and how it was served, and the forms there are.
func (s *Server) casePapers(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.casePapersPage(c, http.StatusOK, file, blank(nil))
}

func (s *Server) casePapersPage(c *ctx, code int, file *casework.File, f *form) error {
	v := views.RoomView{Page: c.page(c.p.T("paper.of_case"))}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), file.Title, code != http.StatusOK
	v.Page.Actions = parts.Buttons(parts.Action{Label: c.p.T("service.title"), Href: "/cases/" + file.ID + "/services", Icon: "send"},
		parts.Action{Label: c.p.T("publicity.title"), Href: "/cases/" + file.ID + "/publicity", Icon: "world"},
		parts.Action{Label: c.p.T("paper.data"), Href: "/cases/" + file.ID + "/data", Icon: "pencil"})
	drafts, err := s.Papers.OfCase(c.ctx(), file.ID)
	if err != nil {
		return err
	}
	t := &parts.Table{Caption: c.p.T("paper.drafts"), Columns: []parts.Column{{Label: c.p.T("paper.name")}, {Label: c.p.T("paper.state"), Slim: true}, {Label: c.p.T("paper.author"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "file-text", Title: c.p.T("paper.none")}}
	for _, x := range drafts {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(s.formTitle(x.Template), draftPath(x.ID), c.p.Time(x.UpdatedAt)),
			parts.BodyCell(parts.StatusDot(draftTone(x.State), c.p.T("paper.state."+x.State))), parts.TextCell(x.AuthorName, "")}})
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "drafts", Title: c.p.T("paper.drafts"), Table: t})
	issued := &parts.Table{Caption: c.p.T("paper.issued"), Columns: []parts.Column{{Label: c.p.T("paper.name")}, {Label: c.p.T("case.document.on"), Slim: true}, {Label: c.p.T("paper.note"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "file-text", Title: c.p.T("case.documents.none")}}
	for _, d := range file.Documents {
		note := file.Fates[d.ID].Say(c.p)
		if void, err := s.Papers.Voided(c.ctx(), d.ID); err != nil {
			return err
		} else if void != nil {
			note = c.p.T("paper.void.line", void.Reason)
		}
		issued.Rows = append(issued.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(d.Title, "/documents/"+d.ID, d.Number), parts.TextCell(c.p.Day(d.IssuedOn), d.IssuedBy), parts.TextCell(note, "")}})
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "issued", Title: c.p.T("paper.issued"), Table: issued})
	if s.Docket.MayWork(c.by, file) || file.Is(c.by.ID, casework.PartOfficer) && c.can("case.work", file.Jurisdiction) {
		v.Forms = append(v.Forms, s.startForm(c, file, f))
	}
	if c.can("case.approve", file.Jurisdiction) && len(file.Documents) > 0 {
		v.Forms = append(v.Forms, s.voidPaperForm(c, file, f))
	}
	return c.show(code, views.Room(v))
}

func (s *Server) startForm(c *ctx, file *casework.File, f *form) views.ActForm {
	a := views.ActForm{ID: "start", Title: c.p.T("paper.start"), Icon: "pencil", Hint: c.p.T("paper.start.hint")}
	var options []parts.Option
	for _, t := range s.Papers.Forms(file.Kind) {
		group := string(t.Class)
		if group == "" {
			group = "office"
		}
		options = append(options, parts.Option{Value: t.ID, Label: t.Title, Group: c.p.T("paper.class." + group)})
	}
	a.Fields = f.fill(c.p, parts.Field{Name: "template", Label: c.p.T("paper.form"), Type: parts.Select, Required: true, Options: options},
		parts.Field{Name: "about", Label: c.p.T("paper.about"), Hint: c.p.T("paper.about.hint"), Type: parts.Select, Blank: c.p.T("paper.about.none"), Options: papersOf(file)})
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/papers", Submit: c.p.T("paper.start"), Hidden: []parts.Hidden{c.newID(f, "id")}}
	return a
}

// papersOf are the papers of a case that are in use: what was voided is neither served nor corrected.
func papersOf(file *casework.File) []parts.Option {
	var out []parts.Option
	for _, d := range file.Documents {
		if file.Fates[d.ID].Void {
			continue
		}
		out = append(out, parts.Option{Value: d.ID, Label: d.Title + " " + d.Number})
	}
	return out
}

func (s *Server) voidPaperForm(c *ctx, file *casework.File, f *form) views.ActForm {
	a := views.ActForm{ID: "void", Title: c.p.T("paper.void"), Icon: "x", Fold: true, Hint: c.p.T("paper.void.hint")}
	a.Fields = f.fill(c.p, parts.Field{Name: "document", Label: c.p.T("paper.name"), Type: parts.Select, Required: true, Options: papersOf(file)},
		parts.Field{Name: "reason", Label: c.p.T("paper.reason"), Type: parts.LongText, Required: true, Max: noteText})
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/papers/void", Submit: c.p.T("paper.void"), Look: "danger"}
	return a
}

// paperStart begins a draft.
func (s *Server) paperStart(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	x, err := s.Papers.Start(c.ctx(), c.by, c.Param("id"), f.id(), f.text("template"), f.text("about"))
	if err == nil {
		return c.to(draftPath(x.ID))
	}
	return s.casePapersAgain(c, f, err)
}

func (s *Server) casePapersAgain(c *ctx, f *form, err error) error {
	code, again := c.again(f, err)
	if !again {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.casePapersPage(c, code, file, f)
}

// paperVoid voids a number.
func (s *Server) paperVoid(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	if err := s.Papers.Void(c.ctx(), c.by, f.text("document"), f.text("reason")); err != nil {
		return s.casePapersAgain(c, f, err)
	}
	return c.done("/cases/"+c.Param("id")+"/papers", "flash.paper.void")
}

// draft is the page on which a paper is written, approved or sent back.
func (s *Server) draft(c *ctx) error {
	x, file, acts, err := s.Papers.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.draftPage(c, http.StatusOK, x, file, acts, blank(nil), nil)
}

// typedFields are the free fields of a form: money in fen, rows as document.Rows keeps them.
func typedFields(f *form, t *document.Template) casework.Facts {
	out := casework.Facts{}
	for _, w := range t.Free {
		name := "f." + w.Name
		switch w.Kind {
		case document.FreeRows:
			var rows [][]string
			for i := range 200 {
				var row []string
				for j := range t.Columns(w.Name) {
					row = append(row, f.text(name+"."+strconv.Itoa(i)+"."+strconv.Itoa(j)))
				}
				rows = append(rows, row)
			}
			out[w.Name] = document.JoinRows(rows)
		case document.FreeMoney:
			if v := f.text(name); v != "" {
				out[w.Name] = strconv.FormatInt(f.money(name), 10)
			}
		case document.FreeDay:
			if day := f.day(name); !day.IsZero() {
				out[w.Name] = day.String()
			}
		default:
			out[w.Name] = f.text(name)
		}
	}
	return out
}

// draftFields are the questions of a draft with what stands in them.
func (s *Server) draftFields(c *ctx, t *document.Template, fields casework.Facts, f *form) []views.DraftField {
	var out []views.DraftField
	for _, w := range t.Free {
		q := parts.Field{Name: "f." + w.Name, Label: w.Name, Value: fields[w.Name], Required: !w.Open}
		switch w.Kind {
		case document.FreeText:
			q.Type, q.Rows, q.Max = parts.LongText, 5, longText
		case document.FreeDay:
			q.Type = parts.Date
		case document.FreeMoney:
			q.Type = parts.Money
			if fen := (casework.Facts{"x": q.Value}).Money("x"); q.Value != "" {
				q.Value = casework.Yuan(fen)
			}
		default:
			q.Max, q.Half = 500, true
		}
		d := views.DraftField{Field: f.fill(c.p, q)[0]}
		if w.Kind == document.FreeRows {
			cols := t.Columns(w.Name)
			for _, h := range cols {
				d.Heads = append(d.Heads, h.Head)
			}
			for _, r := range append(document.Rows(fields[w.Name]), make([][]string, 3)...) {
				row := make([]string, len(cols))
				copy(row, r)
				d.Rows = append(d.Rows, row)
			}
		}
		out = append(out, d)
	}
	return out
}

func (s *Server) draftPage(c *ctx, code int, x *papers.Draft, file *casework.File, acts []papers.Act, f *form, typed casework.Facts) error {
	t := s.Papers.Template(x)
	if t == nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	fields := x.Fields
	if typed != nil {
		fields = typed
	}
	v := views.DraftView{Page: c.page(t.Title), State: draftTone(x.State), Status: c.p.T("paper.state." + x.State), Action: draftPath(x.ID), Version: x.Version, Readonly: !x.Open() || !s.mayDraft(c, file), Acts: parts.Timeline{Title: c.p.T("paper.acts")}}
	v.Page.Crumbs = append(caseCrumbs(c, file, true), layout.Crumb{Label: c.p.T("paper.of_case"), Href: "/cases/" + file.ID + "/papers"})
	v.Page.Lead, v.Page.Invalid = c.p.T("paper.cite", t.Cite), code != http.StatusOK
	v.Note = c.p.T("paper.about_state." + x.State)
	for i := len(acts) - 1; i >= 0; i-- {
		if a := acts[i]; a.Act == "return" && x.State == papers.StateReturned {
			v.Note = c.p.T("paper.returned", a.ActorName, a.Note)
			break
		}
	}
	if !v.Readonly {
		v.Fields = s.draftFields(c, t, fields, f)
		switch t.Class {
		case document.Party:
		case document.Record:
			v.Submit = c.p.T("paper.finish")
		default:
			v.Submit = c.p.T("paper.submit")
		}
		var shown []parts.Field
		for _, d := range v.Fields {
			shown = append(shown, d.Field)
		}
		v.General = f.general(c.p, shown...)
		v.Forms = append(v.Forms, draftNote(c, x, "drop", "danger"))
	}
	if x.State == papers.StateSubmitted && c.can("case.approve", file.Jurisdiction) && x.Author != c.by.ID && !file.Is(c.by.ID, casework.PartOfficer) {
		sheet, err := s.Papers.Preview(c.by, x, file, nil)
		if err != nil {
			return err
		}
		yes := draftNote(c, x, "approve", "")
		yes.Form.Hidden = append(yes.Form.Hidden, parts.Hidden{Name: "text", Value: sheet.Text()})
		v.Forms = append(v.Forms, yes, draftNote(c, x, "return", "danger"))
	}
	if x.DocumentID != "" {
		v.Page.Actions = parts.Buttons(parts.Action{Label: c.p.T("paper.open_issued"), Href: "/documents/" + x.DocumentID, Icon: "file-text"})
	} else if t.Class == document.Party {
		v.Page.Actions = parts.Buttons(parts.Action{Label: "PDF", Href: draftPath(x.ID) + "/file?as=" + document.PDF, Icon: "file-download", Download: true},
			parts.Action{Label: "DOCX", Href: draftPath(x.ID) + "/file?as=" + document.DOCX, Icon: "file-download", Download: true})
	}
	var err error
	if v.Sheet, err = s.draftSheet(c, x, file, fields); err != nil {
		return err
	}
	for i := len(acts) - 1; i >= 0; i-- {
		a := acts[i]
		v.Acts.Events = append(v.Acts.Events, parts.Event{Time: a.At, Title: c.p.T("paper.act." + a.Act), Who: a.ActorName, Text: a.Note})
	}
	return c.show(code, views.DraftPage(v))
}

func (s *Server) mayDraft(c *ctx, file *casework.File) bool {
	return file.State != casework.Archived && file.Is(c.by.ID, casework.PartOfficer) && c.can("case.work", file.Jurisdiction) && file.Barred(c.by, false) == nil
}

func draftNote(c *ctx, x *papers.Draft, act, look string) views.ActForm {
	a := views.ActForm{ID: act, Title: c.p.T("paper.do." + act), Hint: c.p.T("paper.do." + act + ".hint"), Fold: act != "approve"}
	a.Fields = []parts.Field{{Name: "note", ID: "note-" + act, Label: c.p.T("paper.comment"), Type: parts.LongText, Rows: 3, Max: noteText, Required: act != "approve"}}
	a.Form = parts.Form{Action: draftPath(x.ID) + "/" + act, Submit: c.p.T("paper.do." + act), Look: look, Hidden: []parts.Hidden{version(x.Version)}}
	return a
}

// draftSheet is the paper as it would be.
func (s *Server) draftSheet(c *ctx, x *papers.Draft, file *casework.File, fields casework.Facts) (views.PreviewView, error) {
	if x.DocumentID != "" { // as it was frozen: the case may have changed since
		d, err := s.Documents.Get(c.ctx(), x.DocumentID)
		if err != nil {
			return views.PreviewView{}, err
		}
		paper, err := d.Paper()
		if err != nil {
			return views.PreviewView{}, errs.New(errs.Conflict, "error.document_changed", d.Number).On("document:" + d.ID).Because(err)
		}
		return views.PreviewView{Paper: paper, Date: paper.Han()}, nil
	}
	sheet, err := s.Papers.Preview(c.by, x, file, fields)
	if err != nil {
		return views.PreviewView{}, err
	}
	t := s.Papers.Template(x)
	v := views.PreviewView{Paper: sheet.Paper, Date: sheet.Paper.Han(), Marked: c.p.T("paper.mark")}
	for _, m := range sheet.Missing {
		if t.FreeField(m) != nil {
			v.Open = append(v.Open, m)
		} else {
			v.Missing = append(v.Missing, parts.Link{Label: m, Href: papers.Where(file.ID, m)})
		}
	}
	if e := errs.As(sheet.Fault); e != nil {
		v.Fault = c.p.T(e.Key, e.Args...)
		for _, b := range e.Fields {
			v.Fault = strings.TrimPrefix(b.Name, "f.") + "：" + c.p.T(b.Key, b.Args...)
		}
	}
	return v, nil
}

// draftPreview answers with the paper as it would be with what is typed.
func (s *Server) draftPreview(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	x, file, _, err := s.Papers.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	v, err := s.draftSheet(c, x, file, typedFields(f, s.Papers.Template(x)))
	if err != nil {
		return err
	}
	return c.part(views.PaperPreview(c.p, v))
}

// draftAct takes an act of a draft; a form that comes back keeps what was typed.
func (s *Server) draftAct(act string) func(*ctx) error {
	return func(c *ctx) error {
		f, err := c.form()
		if err != nil {
			return err
		}
		id := c.Param("id")
		x, file, acts, err := s.Papers.Find(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		seen, typed := f.number("version"), casework.Facts(nil)
		to := "/cases/" + file.ID + "/papers"
		if act == "save" || act == "submit" {
			typed = typedFields(f, s.Papers.Template(x))
		}
		if err = f.err(); err == nil {
			switch act {
			case "save":
				to = draftPath(id)
				_, err = s.Papers.Keep(c.ctx(), c.by, id, seen, typed)
			case "submit":
				to = draftPath(id)
				_, err = s.Papers.Submit(c.ctx(), c.by, id, seen, typed)
			case "approve":
				to = draftPath(id)
				_, err = s.Papers.ApproveSeen(c.ctx(), c.by, id, seen, f.text("text"), f.text("note"))
			case "return":
				err = s.Papers.Return(c.ctx(), c.by, id, seen, f.text("note"))
			case "drop":
				err = s.Papers.Drop(c.ctx(), c.by, id, seen, f.text("note"))
			}
		}
		if err == nil {
			return c.done(to, "flash.paper."+act)
		}
		code, again := c.again(f, err)
		if !again {
			return err
		}
		return s.draftPage(c, code, x, file, acts, f, typed)
	}
}

// draftFile sends a party's form, filled in as far as it is known, to be printed.
func (s *Server) draftFile(c *ctx) error {
	x, file, _, err := s.Papers.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	t := s.Papers.Template(x)
	if t == nil || t.Class != document.Party {
		return errs.New(errs.NotFound, "error.not_found")
	}
	sheet, err := s.Papers.Preview(c.by, x, file, nil)
	if err == nil {
		err = sheet.Fault
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	form := c.QueryParam("as")
	if err := s.Press.Set(&b, sheet.Paper, form); err != nil {
		return err
	}
	if err := s.tellOf(c, "document.download", "draft", x.ID, map[string]any{"template": x.Template, "form": form}); err != nil {
		return err
	}
	r := document.Rendition{Form: form}
	return c.send(outgoing{name: t.Title + "." + form, media: r.MediaType(), size: int64(b.Len())}, &b)
}

// caseData is the page on which what papers ask of parties and patents is written.
func (s *Server) caseData(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.caseDataPage(c, http.StatusOK, file, blank(nil))
}

func (s *Server) caseDataPage(c *ctx, code int, file *casework.File, f *form) error {
	v := views.RoomView{Page: c.page(c.p.T("paper.data"))}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), c.p.T("paper.data.lead"), code != http.StatusOK
	a := views.ActForm{ID: "data", Title: c.p.T("paper.data"), Icon: "pencil", Form: parts.Form{Action: "/cases/" + file.ID + "/data", Submit: c.p.T("paper.data.save"), Hidden: []parts.Hidden{version(file.Version)}}}
	works := s.Docket.MayWork(c.by, file)
	for _, p := range file.Parties {
		if p.GoneTo == "" {
			a.Fields = append(a.Fields, parts.Field{Name: "address." + p.ID, Label: c.p.T("paper.data.address", p.Name), Value: p.Address, Max: 300, ReadOnly: !works},
				parts.Field{Name: "phone." + p.ID, Label: c.p.T("paper.data.phone", p.Name), Value: p.Phone, Max: 40, Half: true, ReadOnly: !works})
			if p.Form != "person" {
				a.Fields = append(a.Fields, parts.Field{Name: "representative." + p.ID, Label: c.p.T("paper.data.representative", p.Name), Value: p.Representative, Max: 100, Half: true, ReadOnly: !works})
			}
		}
	}
	for _, p := range file.Patents {
		if p.GoneTo == "" {
			a.Fields = append(a.Fields, parts.Field{Name: "title." + p.ID, Label: c.p.T("paper.data.patent", p.Number), Value: p.Title, Max: 200, Half: true, ReadOnly: !works},
				parts.Field{Name: "patentee." + p.ID, Label: c.p.T("paper.data.patentee", p.Number), Value: p.Patentee, Max: 200, Half: true, ReadOnly: !works})
		}
	}
	a.Fields = f.fill(c.p, a.Fields...)
	a.Error = f.general(c.p, a.Fields...)
	if !works {
		a.Form.Submit = ""
		a.Hint = c.p.T("paper.data.readonly")
	}
	marks, err := s.flagForm(c, file, f, works)
	if err != nil {
		return err
	}
	v.Forms = []views.ActForm{a, marks}
	return c.show(code, views.Room(v))
}

// caseDataSave writes it.
func (s *Server) caseDataSave(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	in := casework.Data{}
	for _, p := range file.Parties {
		if _, given := f.values["address."+p.ID]; given {
			in.Parties = append(in.Parties, casework.Party{ID: p.ID, Address: f.text("address." + p.ID), Phone: f.text("phone." + p.ID), Representative: f.text("representative." + p.ID)})
		}
	}
	for _, p := range file.Patents {
		if _, given := f.values["title."+p.ID]; given {
			in.Patents = append(in.Patents, casework.Patent{ID: p.ID, Title: f.text("title." + p.ID), Patentee: f.text("patentee." + p.ID)})
		}
	}
	if err := s.Docket.SetData(c.ctx(), c.by, file.ID, f.number("version"), in); err != nil {
		code, again := c.again(f, err)
		if !again {
			return err
		}
		return s.caseDataPage(c, code, file, f)
	}
	return c.done("/cases/"+file.ID+"/papers", "flash.paper.data")
}

// paperNotes are what a paper's page says beside the paper: its number was voided; its DOCX is of the office's own form.
func (s *Server) paperNotes(c *ctx, v *views.DocumentView, d *document.Document) error {
	if void, err := s.Papers.Voided(c.ctx(), d.ID); err != nil {
		return err
	} else if void != nil {
		v.Marked, v.Note = c.p.T("paper.voided"), c.p.T("paper.void.by", void.ActorName, calendar.DayOf(void.At), void.Reason)
	}
	own, err := s.Papers.InUse(c.ctx(), d)
	if err == nil && own != nil {
		v.Note = strings.TrimSpace(v.Note + " " + c.p.T("form.used", own.Version))
	}
	return err
}
