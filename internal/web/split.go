package web

import (
	"net/http"

	"huzhi/internal/casework"
	"huzhi/views"
	"huzhi/views/parts"
)

// split shows the form that takes parties or patents out of a case into one of its own.
func (s *Server) split(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.Docket.MaySplit(c.by, file); err != nil {
		return err
	}
	return s.splitPage(c, http.StatusOK, file, nil, "")
}

func (s *Server) splitPage(c *ctx, code int, file *casework.File, f *form, changed string) error {
	p := c.p
	if f == nil {
		f = blank(map[string]string{"title": file.Title})
	}
	v := views.AssignView{Page: c.page(p.T("split.title")), Changed: changed, Facts: caseInBrief(c, file), People: casePeople(c, file)}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), p.T("split.lead"), code != http.StatusOK
	var parties, patents []parts.Option
	for _, x := range file.Parties {
		if x.Role == "respondent" && x.GoneTo == "" {
			parties = append(parties, parts.Option{Value: x.ID, Label: x.Name})
		}
	}
	for _, x := range file.Patents {
		if x.GoneTo == "" {
			patents = append(patents, parts.Option{Value: x.ID, Label: x.Number})
		}
	}
	people := func(part string) (out []parts.Option, err error) {
		list, err := s.Docket.Candidates(c.ctx(), c.by, file, part)
		for _, x := range list {
			o := parts.Option{Value: x.UserID, Label: x.Name, Selected: x.On && part == casework.PartOfficer, Disabled: x.Refuse != nil && !x.On}
			if x.Refuse != nil {
				o.Hint = p.M(*x.Refuse)
			}
			out = append(out, o)
		}
		return out, err
	}
	officers, err := people(casework.PartOfficer)
	if err != nil {
		return err
	}
	reviewers, err := people(casework.PartReviewer)
	if err != nil {
		return err
	}
	a := views.ActForm{ID: "split", Icon: "arrows-exchange", Title: p.T("split.title"), Form: parts.Form{
		Action: "/cases/" + file.ID + "/split", Hidden: []parts.Hidden{version(file.Version)}, Submit: p.T("split.save"), Cancel: &parts.Link{Label: p.T("act.cancel"), Href: "/cases/" + file.ID}}}
	fields := []parts.Field{{Name: "title", Label: p.T("split.name"), Required: true, Max: 200}, {Name: "parties", Label: p.T("split.parties"), Type: parts.Checks, Options: parties}}
	if len(patents) > 1 {
		fields = append(fields, parts.Field{Name: "patents", Label: p.T("split.patents"), Type: parts.Checks, Options: patents})
	}
	fields = append(fields, parts.Field{Name: "officers", Label: p.T("split.officers"), Type: parts.Checks, Required: true, Options: officers})
	if file.Restricted {
		fields = append(fields, parts.Field{Name: "reviewer", Label: p.T("split.reviewer"), Type: parts.Select, Blank: "-", Options: reviewers})
	}
	a.Fields = f.fill(p, append(fields, parts.Field{Name: "reason", Label: p.T("split.reason"), Type: parts.LongText, Rows: 3, Required: true, Max: 500})...)
	a.Error = f.general(p, a.Fields...)
	v.Forms = []views.ActForm{a}
	return c.show(code, views.Assign(v))
}

// splitOff splits the case.
func (s *Server) splitOff(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	in := casework.Split{Title: f.text("title"), Parties: f.all("parties"), Patents: f.all("patents"), Officers: f.all("officers"), Reviewer: f.text("reviewer"), Reason: f.text("reason"), Version: f.number("version")}
	var made *casework.Case
	if err = f.err(); err == nil {
		made, err = s.Leads.Split(c.ctx(), c.by, id, in)
	}
	if err == nil {
		return c.done("/cases/"+made.ID, "flash.split", made.Number)
	}
	b, err := s.caseBack(c, f, err)
	if err != nil {
		return err
	}
	if s.Docket.MaySplit(c.by, b.file) != nil { // it was decided or closed meanwhile
		return b.err
	}
	return s.splitPage(c, b.code, b.file, f, b.changed)
}

// goneTo says where a split took something, else the other thing.
func (c *ctx) goneTo(number, other string) string {
	if number == "" {
		return other
	}
	return c.p.T("split.gone", number)
}
