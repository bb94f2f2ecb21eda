package web

import (
	"net/http"
	"strconv"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/papers"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// batchNew is the form for many papers at once.
func (s *Server) batchNew(c *ctx) error { return s.batchForm(c, http.StatusOK, blank(nil)) }

func (s *Server) batchForm(c *ctx, code int, f *form) error {
	v := views.RoomView{Page: c.page(c.p.T("paper.batch"))}
	v.Page.Lead, v.Page.Invalid = c.p.T("paper.batch.lead", papers.MostOfBatch), code != http.StatusOK
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("paper.title"), Href: "/papers"}}
	a := views.ActForm{ID: "batch", Title: c.p.T("paper.batch")}
	var options []parts.Option
	for _, id := range s.Documents.Templates() {
		if t := s.Documents.Template(id); len(t.Kinds) > 0 && t.Class != document.Party {
			options = append(options, parts.Option{Value: id, Label: t.Title})
		}
	}
	template := f.text("template")
	a.Fields = append(a.Fields, parts.Field{Name: "template", Label: c.p.T("paper.form"), Type: parts.Select, Required: true, Options: options},
		parts.Field{Name: "numbers", Label: c.p.T("paper.numbers"), Hint: c.p.T("paper.numbers.hint"), Type: parts.LongText, Rows: 8, Required: true, Max: longText})
	a.Form = parts.Form{Action: "/papers/batch", Submit: c.p.T("paper.batch.next"), Hidden: []parts.Hidden{c.newID(f, "id")}}
	if t := s.Documents.Template(template); t != nil && len(t.Kinds) > 0 {
		a.Hint = c.p.T("paper.batch.fields")
		for _, d := range s.draftFields(c, t, casework.Facts{}, f) {
			if len(d.Heads) == 0 {
				d.Field.Required = false
				a.Fields = append(a.Fields, d.Field)
			}
		}
		a.Form.Submit = c.p.T("paper.batch.make")
		a.Form.Hidden = append(a.Form.Hidden, parts.Hidden{Name: "chosen", Value: template})
	}
	a.Fields = f.fill(c.p, a.Fields...)
	a.Error = f.general(c.p, a.Fields...)
	v.Forms = []views.ActForm{a}
	return c.show(code, views.Room(v))
}

// batchAdd begins a batch; the first time it asks for the words of the chosen form.
func (s *Server) batchAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	t := s.Documents.Template(f.text("template"))
	if t == nil || f.text("chosen") != t.ID {
		return s.batchForm(c, http.StatusOK, f)
	}
	fields := typedFields(f, t)
	for k, v := range fields {
		if v == "" {
			delete(fields, k)
		}
	}
	numbers := strings.FieldsFunc(f.text("numbers"), func(r rune) bool { return strings.ContainsRune("\n\t ,，、;；", r) })
	b, err := s.Papers.Many(c.ctx(), c.by, f.id(), t.ID, fields, numbers)
	if err != nil {
		code, again := c.again(f, err)
		if !again {
			return err
		}
		return s.batchForm(c, code, f)
	}
	return c.to("/papers/batch/" + b.ID)
}

// rowsOfRun is how many papers of a batch one request makes: the page shows how far it is between them.
const rowsOfRun = 20

// batch shows how far a batch is, and each row's result.
func (s *Server) batch(c *ctx) error {
	b, rows, err := s.Papers.BatchOf(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	count := map[string]int{}
	t := &parts.Table{Caption: c.p.T("paper.batch"), Columns: []parts.Column{{Label: c.p.T("paper.row"), Num: true}, {Label: c.p.T("paper.case")}, {Label: c.p.T("paper.state"), Slim: true}, {Label: c.p.T("paper.note")}}}
	for _, r := range rows {
		count[r.State]++
		key, missing, _ := strings.Cut(r.Fault, "|")
		fault := ""
		if key != "" {
			fault = strings.TrimSpace(c.p.Or(key, key) + " " + missing)
		}
		tone := map[string]parts.Tone{"waiting": parts.Running, "done": parts.Done, "failed": parts.Late}[r.State]
		link := parts.LinkCell(c.p.T("paper.of_case"), "/cases/"+r.CaseID+"/papers", "")
		if r.DraftID != "" {
			link = parts.LinkCell(s.formTitle(b.Template), draftPath(r.DraftID), "")
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.NumCell(strconv.FormatInt(r.Seq, 10)), link, parts.BodyCell(parts.StatusDot(tone, c.p.T("paper.row."+r.State))), parts.TextCell(fault, "")}})
	}
	v := views.RoomView{Page: c.page(s.formTitle(b.Template))}
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("paper.title"), Href: "/papers"}, {Label: c.p.T("paper.batch"), Href: "/papers/batch"}}
	v.Page.Lead = c.p.T("paper.batch.progress", count["done"]+count["failed"], len(rows), count["failed"])
	if count["waiting"] > 0 {
		v.Forms = []views.ActForm{{ID: "run", Title: c.p.T("paper.batch.run"), Hint: c.p.T("paper.batch.run.hint", count["waiting"]), Form: parts.Form{ID: "batch-run", Auto: true, Action: "/papers/batch/" + b.ID + "/run", Submit: c.p.T("paper.batch.run")}}}
	}
	v.Sections = []views.RoomSection{{ID: "rows", Title: c.p.T("paper.batch.rows"), Table: t}}
	return c.show(http.StatusOK, views.Room(v))
}

// batchRun makes the next rows.
func (s *Server) batchRun(c *ctx) error {
	if err := s.Papers.Run(c.ctx(), c.by, c.Param("id"), rowsOfRun); err != nil {
		return err
	}
	return c.to("/papers/batch/" + c.Param("id"))
}
