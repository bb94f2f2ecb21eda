package web

import (
	"net/http"

	"huzhi/internal/identity"
	"huzhi/views"
	"huzhi/views/parts"
)

// identities lists the persons who are soon to be erased, to be reviewed.
func (s *Server) identities(c *ctx) error { return s.identitiesPage(c, http.StatusOK, "", nil) }

func (s *Server) identitiesPage(c *ctx, code int, id string, back *form) error {
	rows, err := s.Hotline.ToReview(c.ctx(), c.by)
	if err != nil {
		return err
	}
	p := c.p
	v := views.SheetView{Page: c.page(p.T("retention.title"))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("disclosures", "/disclosures"), back != nil && back.invalid()
	set := s.Vault.Settings()
	v.Page.Lead = p.T("retention.lead", set.Keep, set.Review)
	t := &parts.Table{Caption: v.Page.Title, Columns: []parts.Column{
		{Label: p.T("identity.code")}, {Label: p.T("call.office")}, {Label: p.T("call.mode")}, {Label: p.T("retention.closed_on"), Slim: true}, {Label: p.T("retention.erase_on"), Slim: true}, {Label: p.T("retention.kept"), Slim: true},
	}}
	var options []parts.Option
	for _, r := range rows {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{
			parts.TextCell(r.Code, ""), parts.TextCell(c.place(r.Jurisdiction), ""), parts.TextCell(p.T("mode."+r.Mode), ""), parts.TextCell(p.Day(r.ClosedOn), ""), parts.TextCell(p.Day(r.EraseOn), ""), parts.TextCell(r.KeepReason, ""),
		}})
		options = append(options, parts.Option{Value: identityValue(r), Label: p.T("retention.option", c.place(r.Jurisdiction), r.Code)})
	}
	if len(rows) == 0 {
		v.Notes = append(v.Notes, views.SheetNote{Tone: parts.Done, Title: p.T("retention.none")})
	} else {
		v.Parts = append(v.Parts, views.SheetPart{Title: p.T("retention.list"), Table: t})
	}
	if len(rows) > 0 || back != nil {
		keep, erase := blank(nil), blank(nil)
		if id == "keep" {
			keep = back
		} else if id == "erase" {
			erase = back
		}
		v.Forms = []views.ActForm{s.keepForm(c, options, keep), s.eraseForm(c, options, erase)}
	}
	return c.show(code, views.Sheet(v))
}

// identityValue names a person with the version seen.
func identityValue(r identity.Due) string { return r.ID + "/" + version(r.Version).Value }

func (s *Server) keepForm(c *ctx, options []parts.Option, f *form) views.ActForm {
	p := c.p
	a := views.ActForm{ID: "keep", Icon: "clock", Title: p.T("retention.keep"), Hint: p.T("retention.keep.hint"), Form: parts.Form{Action: "/identities/keep", Submit: p.T("retention.keep")}}
	a.Fields = numbered("keep", f.fill(p,
		parts.Field{Name: "identity", Label: p.T("identity.code"), Type: parts.Select, Blank: "-", Required: true, Options: options, Half: true},
		parts.Field{Name: "until", Label: p.T("retention.until"), Type: parts.Date, Min: s.today().AddDays(1).String(), Required: true, Half: true},
		parts.Field{Name: "reason", Label: p.T("retention.reason"), Type: parts.LongText, Rows: 2, Max: 1000, Required: true}))
	a.Error = f.general(p, a.Fields...)
	return a
}

func (s *Server) eraseForm(c *ctx, options []parts.Option, f *form) views.ActForm {
	p := c.p
	a := views.ActForm{ID: "erase", Icon: "ban", Title: p.T("retention.erase"), Hint: p.T("retention.erase.hint"), Fold: true, Form: parts.Form{Action: "/identities/erase", Submit: p.T("retention.erase"), Look: "danger"}}
	a.Fields = numbered("erase", f.fill(p, parts.Field{Name: "identity", Label: p.T("identity.code"), Type: parts.Select, Blank: "-", Required: true, Options: options, Half: true}))
	a.Error = f.general(p, a.Fields...)
	return a
}

// identityKeep keeps a person longer, with a reason.
func (s *Server) identityKeep(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, at := f.versioned("identity")
	until := f.day("until")
	if err = f.err(); err == nil {
		err = s.Vault.Keep(c.ctx(), c.by, id, at, until, f.text("reason"))
	}
	if code, again := c.again(f, err); again {
		return s.identitiesPage(c, code, "keep", f)
	}
	if err != nil {
		return err
	}
	return c.done("/identities", "flash.identity.kept")
}

// identityErase erases a person before the time.
func (s *Server) identityErase(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, at := f.versioned("identity")
	if err = f.err(); err == nil {
		err = s.Hotline.Erase(c.ctx(), c.by, id, at)
	}
	if code, again := c.again(f, err); again {
		return s.identitiesPage(c, code, "erase", f)
	}
	if err != nil {
		return err
	}
	return c.done("/identities", "flash.identity.erased")
}
