package web

import (
	"io"
	"net/http"

	"huzhi/internal/document"
	"huzhi/views"
	"huzhi/views/parts"
)

// ownForms is the page of the office's own forms as DOCX.
func (s *Server) ownForms(c *ctx) error { return s.ownFormsPage(c, http.StatusOK, blank(nil)) }

func (s *Server) ownFormsPage(c *ctx, code int, f *form) error {
	list, err := s.Papers.OwnForms(c.ctx())
	if err != nil {
		return err
	}
	v := views.RoomView{Page: c.page(c.p.T("form.title"))}
	v.Page.Lead, v.Page.Invalid = c.p.T("form.lead"), code != http.StatusOK
	t := &parts.Table{Caption: c.p.T("form.title"), Columns: []parts.Column{{Label: c.p.T("paper.name")}, {Label: c.p.T("form.version"), Num: true}, {Label: c.p.T("form.by"), Slim: true}, {Label: c.p.T("form.state"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "file-text", Title: c.p.T("form.none")}}
	section := views.RoomSection{ID: "forms", Title: c.p.T("form.title"), Table: t}
	for _, x := range list {
		state, tone := "used", parts.Done
		if x.WithdrawnAt != nil {
			state, tone = "withdrawn", parts.Stopped
		} else {
			section.Forms = append(section.Forms, views.ActForm{ID: "w-" + x.ID, Title: c.p.T("form.withdraw", s.formTitle(x.Template), x.Version), Fold: true, Hint: c.p.T("form.withdraw.hint"),
				Form: parts.Form{Action: "/admin/forms/" + x.ID + "/withdraw", Submit: c.p.T("form.withdraw.do"), Look: "danger"}})
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(s.formTitle(x.Template), "/admin/forms/"+x.ID, x.Name), parts.NumCell(c.p.Count(x.Version)), parts.TextCell(x.AddedName, c.p.Time(x.AddedAt)), parts.BodyCell(parts.StatusDot(tone, c.p.T("form.state."+state)))}})
	}
	v.Sections = append(v.Sections, section)
	a := views.ActForm{ID: "add", Title: c.p.T("form.add"), Icon: "upload", Hint: c.p.T("form.add.hint")}
	var options []parts.Option
	for _, id := range s.Documents.Templates() {
		options = append(options, parts.Option{Value: id, Label: s.formTitle(id) + " (" + id + ")"})
	}
	a.Fields = f.fill(c.p, parts.Field{Name: "template", Label: c.p.T("paper.form"), Type: parts.Select, Required: true, Options: options},
		parts.Field{Name: "form", Label: c.p.T("form.file"), Type: parts.File, Required: true, Accept: ".docx"})
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/admin/forms", Files: true, Submit: c.p.T("form.add")}
	v.Forms = []views.ActForm{a}
	names := &parts.Table{Caption: c.p.T("form.fields"), Columns: []parts.Column{{Label: c.p.T("paper.name")}, {Label: c.p.T("form.fields")}}}
	for _, id := range s.Documents.Templates() {
		tpl := s.Documents.Template(id)
		text := ""
		for _, n := range append(document.FormFields(), tpl.Fields()...) {
			if cols := tpl.Columns(n); len(cols) > 0 {
				for _, col := range cols {
					text += " {{" + n + "." + col.Head + "}}"
				}
				continue
			}
			text += " {{" + n + "}}"
		}
		names.Rows = append(names.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(tpl.Title, id), parts.TextCell(text, "")}})
	}
	v.Sections = append(v.Sections, views.RoomSection{ID: "fields", Title: c.p.T("form.fields"), Table: names})
	return c.show(code, views.Room(v))
}

// ownFormAdd takes a form.
func (s *Server) ownFormAdd(c *ctx) error {
	var kept *keptFile
	f, err := c.upload("form", func(_ *form, name string, r io.Reader) (err error) {
		kept, err = keepFile(name, r, document.MostOfForm)
		return err
	})
	if err != nil {
		c.hearOut()
	}
	if f == nil {
		return err
	}
	name, raw := "", []byte(nil)
	if kept != nil {
		name, raw = kept.name, kept.b
	}
	if err == nil {
		err = s.Papers.AddForm(c.ctx(), c.by, f.text("template"), name, raw)
	}
	if err == nil {
		return c.done("/admin/forms", "flash.form.added")
	}
	code, again := c.again(f, err)
	if !again {
		return err
	}
	return s.ownFormsPage(c, code, f)
}

// ownFormFile sends a form as it was put up.
func (s *Server) ownFormFile(c *ctx) error {
	x, r, err := s.Papers.OwnForm(c.ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	defer r.Close()
	d := document.Rendition{Form: document.DOCX}
	if err := s.tell(c, taken(false), s.Users.Home(c.by), "form:"+x.ID, map[string]any{"file": x.Name, "sha256": x.SHA256}); err != nil {
		return err
	}
	return c.send(outgoing{name: x.Name, media: d.MediaType(), size: x.Size}, r)
}

// ownFormWithdraw takes a form out of use.
func (s *Server) ownFormWithdraw(c *ctx) error {
	if err := s.Papers.WithdrawForm(c.ctx(), c.by, c.Param("id")); err != nil {
		return err
	}
	return c.done("/admin/forms", "flash.form.withdrawn")
}
