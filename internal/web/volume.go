package web

import (
	"net/http"
	"os"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/volume"
	"huzhi/views"
	"huzhi/views/parts"
)

// volumes shows what stands in the main and the side volume, and where they are in the archive.
func (s *Server) volumes(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	file, err := s.Volumes.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	return s.volumePage(c, http.StatusOK, file, nil, nil)
}

func (s *Server) volumePage(c *ctx, code int, file *casework.File, place, lend *form) error {
	p := c.p
	v := views.SheetView{Page: c.page(p.T("volume.title"))}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), p.T("volume.lead"), code != http.StatusOK
	for _, which := range []string{volume.Main, volume.Side} {
		pieces, err := s.Volumes.Plan(c.ctx(), file, which)
		if err != nil {
			return err
		}
		t := parts.Table{Caption: p.T("volume." + which), Compact: true, Columns: []parts.Column{{Label: p.T("volume.col.section")}, {Label: p.T("volume.col.title")}, {Label: p.T("volume.col.who")}, {Label: p.T("volume.col.on"), Slim: true}},
			Empty: &parts.EmptyState{Icon: "book", Title: p.T("volume.none")}}
		for _, x := range pieces {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("volume.section."+x.Section), ""), parts.TextCell(x.Title, x.Number), parts.TextCell(x.Who, ""), parts.TextCell(p.Day(x.On), "")}})
		}
		v.Parts = append(v.Parts, views.SheetPart{Title: p.T("volume." + which), Table: &t, Actions: []parts.Action{{Label: p.T("volume.make." + which), Href: "/cases/" + file.ID + "/volume/" + which, Icon: "file-download", Download: true}}})
	}
	if file.State != casework.Archived {
		return c.show(code, views.Sheet(v))
	}
	a, err := s.Volumes.Archived(c.ctx(), file)
	if err != nil {
		return err
	}
	until := p.T("volume.forever")
	if !a.Until.IsZero() {
		until = p.Day(a.Until)
	}
	where := p.T("volume.place.none")
	if n := len(a.Places); n > 0 {
		where = a.Places[n-1].Place
	}
	v.Parts = append(v.Parts, views.SheetPart{Title: p.T("volume.archive"), Items: []parts.Desc{{Label: p.T("volume.no"), Value: cmpOr(file.Facts["volume"], "–")}, {Label: p.T("case.archived_on"), Value: p.Day(file.ArchivedOn)},
		{Label: p.T("volume.retention"), Value: p.Or("choice.retention."+file.Facts["retention"], "–")}, {Label: p.T("volume.until"), Value: until}, {Label: p.T("volume.place"), Value: where}}})
	loans := parts.Table{Caption: p.T("volume.loans"), Compact: true, Columns: []parts.Column{{Label: p.T("volume.borrower")}, {Label: p.T("volume.purpose")}, {Label: p.T("volume.out_on")}, {Label: p.T("volume.due_on")}, {Label: p.T("volume.back_on")}}, Empty: &parts.EmptyState{Icon: "book", Title: p.T("volume.loans.none")}}
	for _, l := range a.Loans {
		back := parts.TextCell(p.T("volume.not_back"), "")
		if !l.BackOn.IsZero() {
			back = parts.TextCell(p.Day(l.BackOn), "")
		}
		loans.Rows = append(loans.Rows, parts.Row{Tone: toneIf(l.BackOn.IsZero() && l.DueOn < s.today(), parts.Late), Cells: []parts.Cell{parts.TextCell(l.Borrower, p.T("volume.approved", l.Approver)), parts.TextCell(l.Purpose, ""), parts.TextCell(p.Day(l.OutOn), ""), parts.TextCell(p.Day(l.DueOn), ""), back}})
	}
	part := views.SheetPart{Title: p.T("volume.loans"), Table: &loans}
	if out := a.Out(); out != nil && s.Volumes.May(c.by, file) {
		part.Actions = []parts.Action{{Label: p.T("volume.back"), Href: "/cases/" + file.ID + "/volume/back", Post: true, Hidden: []parts.Hidden{{Name: "loan", Value: out.ID}}, Icon: "arrow-back-up"}}
	}
	v.Parts = append(v.Parts, part)
	if s.Volumes.May(c.by, file) {
		v.Forms = s.volumeForms(c, file, place, lend, a.Out() == nil)
	}
	return c.show(code, views.Sheet(v))
}

func (s *Server) volumeForms(c *ctx, file *casework.File, place, lend *form, in bool) (out []views.ActForm) {
	p := c.p
	if place == nil {
		place = blank(nil)
	}
	a := views.ActForm{ID: "place", Title: p.T("volume.place.set"), Icon: "archive", Fold: true}
	a.Fields = numbered("place", place.fill(p, parts.Field{Name: "place", Label: p.T("volume.place"), Hint: p.T("volume.place.hint"), Max: 200, Required: true}))
	a.Error, a.Form = place.general(p, a.Fields...), parts.Form{Action: "/cases/" + file.ID + "/volume/place", Submit: p.T("volume.place.save")}
	out = append(out, a)
	if !in {
		return out
	}
	if lend == nil {
		lend = blank(nil)
	}
	b := views.ActForm{ID: "lend", Title: p.T("volume.lend"), Icon: "book", Fold: true}
	b.Fields = numbered("lend", lend.fill(p, parts.Field{Name: "borrower", Label: p.T("volume.borrower"), Hint: p.T("volume.borrower.hint"), Max: 200, Required: true, Half: true}, parts.Field{Name: "approver", Label: p.T("volume.approver"), Max: 200, Required: true, Half: true},
		parts.Field{Name: "purpose", Label: p.T("volume.purpose"), Max: 200, Required: true},
		parts.Field{Name: "out_on", Label: p.T("volume.out_on"), Type: parts.Date, Value: s.today().String(), Half: true}, parts.Field{Name: "due_on", Label: p.T("volume.due_on"), Type: parts.Date, Required: true, Half: true}))
	b.Error, b.Form = lend.general(p, b.Fields...), parts.Form{Action: "/cases/" + file.ID + "/volume/lend", Submit: p.T("volume.lend.save"), Hidden: []parts.Hidden{c.newID(lend, "id")}}
	return append(out, b)
}

// volumeFile makes a volume and sends it.
func (s *Server) volumeFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	which := c.Param("which")
	if which != volume.Main && which != volume.Side {
		return errs.New(errs.NotFound, "error.page")
	}
	file, err := s.Volumes.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	f, err := s.scratch("volume")
	if err != nil {
		return err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	if _, err := s.Volumes.Bind(c.ctx(), c.by, id, which, f); err != nil {
		return err
	}
	c.toldAlready()
	return c.sendFile(strings.ReplaceAll(file.Number, "/", "_")+" "+c.s.Catalogue.Printer("zh-CN").T("volume."+which)+".pdf", "application/pdf", f)
}

// volumeDo keeps the archive: where the volumes stand, who borrows them, that they are back.
func (s *Server) volumeDo(what string) func(*ctx) error {
	return func(c *ctx) error {
		id, err := c.record()
		if err != nil {
			return err
		}
		f, err := c.form()
		if err != nil {
			return err
		}
		switch what {
		case "place":
			err = s.Volumes.Put(c.ctx(), c.by, id, f.text("place"))
		case "lend":
			in := volume.Loan{ID: f.id(), Borrower: f.text("borrower"), Purpose: f.text("purpose"), Approver: f.text("approver"), OutOn: f.day("out_on"), DueOn: f.day("due_on")}
			if err = f.err(); err == nil {
				err = s.Volumes.Lend(c.ctx(), c.by, id, in)
			}
		default:
			err = s.Volumes.Back(c.ctx(), c.by, id, f.text("loan"), 0)
		}
		if err == nil {
			return c.done("/cases/"+id+"/volume", "flash.volume."+what)
		}
		code, again := c.again(f, err)
		if !again {
			return err
		}
		file, err := s.Volumes.Find(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		if what == "lend" {
			return s.volumePage(c, code, file, nil, f)
		}
		return s.volumePage(c, code, file, f, nil)
	}
}
