package web

import (
	"net/http"

	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// document shows an official paper as it was issued, to be printed. Who may see the case may see its papers.
func (s *Server) document(c *ctx) error {
	d, err := s.Documents.Get(c.ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, d.CaseID)
	if err != nil {
		return err
	}
	return s.sheet(c, d, layout.Crumb{Label: c.p.T("act.case", file.Number), Href: "/cases/" + file.ID + "#documents"})
}

// leadPaper shows a paper that was issued on a lead. Who may see the lead may see its papers.
func (s *Server) leadPaper(c *ctx) error {
	l, _, _, err := s.Leads.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	p, err := s.Documents.GetOfLead(c.ctx(), l.ID, c.Param("paper"))
	if err != nil {
		return err
	}
	return s.sheet(c, &p.Document, layout.Crumb{Label: l.Number, Href: "/leads/" + l.ID + "#papers"})
}

// sheet shows a paper as it was issued.
func (s *Server) sheet(c *ctx, d *document.Document, back layout.Crumb) error {
	paper, err := d.Paper()
	if err != nil {
		s.Log.Error("a document was changed after it was issued", "id", c.id, "document", d.ID, "err", err)
		return errs.New(errs.Conflict, "error.document_changed", d.Number).On("document:" + d.ID).Because(err)
	}
	if form := c.QueryParam("as"); form != "" {
		if err := s.tellPaper(c, "document.download", d, map[string]any{"form": form}); err != nil {
			return err
		}
		return s.rendition(c, d, form)
	}
	if err := s.tellPaper(c, "document.print", d, map[string]any{}); err != nil { // the page is the paper: who has it may print it
		return err
	}
	v := views.DocumentView{Page: c.page(d.Title + " " + d.Number), Paper: paper, Issued: c.p.T("sheet.issued", d.IssuedBy, d.IssuedOn), SHA256: d.SHA256}
	v.Page.Crumbs = []layout.Crumb{back}
	v.Page.Actions = parts.Buttons(parts.Action{Label: "PDF", Href: c.Request().URL.Path + "?as=" + document.PDF, Icon: "file-download", Download: true},
		parts.Action{Label: "DOCX", Href: c.Request().URL.Path + "?as=" + document.DOCX, Icon: "file-download", Download: true})
	if day, err := calendar.ParseDay(paper.Date); err == nil {
		v.Date = day.Han()
	}
	if d.CaseID != "" {
		if err := s.paperNotes(c, &v, d); err != nil {
			return err
		}
	}
	return c.show(http.StatusOK, views.Document(v))
}

// tellPaper tells the log that somebody has a paper before them, or takes it away.
func (s *Server) tellPaper(c *ctx, action string, d *document.Document, detail map[string]any) error {
	detail["document"] = d.Number
	if d.CaseID != "" {
		return s.tellOf(c, action, "case", d.CaseID, detail)
	}
	return s.tell(c, action, s.Users.Home(c.by), "document:"+d.ID, detail)
}

// rendition sends a paper as a file to be saved.
func (s *Server) rendition(c *ctx, d *document.Document, form string) error {
	r, file, err := s.Press.Rendition(c.ctx(), d, form)
	if err != nil {
		return err
	}
	defer file.Close()
	return c.send(outgoing{name: d.Title + " " + d.Number + "." + form, media: r.MediaType(), size: r.Size}, file)
}
