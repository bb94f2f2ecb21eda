package web

import (
	"net/http"
	"slices"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

// kindred is how many cases are offered to be linked.
const kindred = 20

func linkPath(caseID, linkID string) string { return "/cases/" + caseID + "/links/" + linkID }

// caseLinks are the cases that a case is linked with, and the form that links another; nil where there is none to see and none to make.
func (s *Server) caseLinks(c *ctx, file *casework.File, links []casework.Linked, back *form) (*views.CasePart, error) {
	may := s.Docket.MayLink(c.by, file)
	part := &views.CasePart{ID: "links", Title: c.p.T("link.title"), Table: parts.Table{Caption: c.p.T("link.title"), Compact: true,
		Columns: []parts.Column{{Label: c.p.T("link.with")}, {Label: c.p.T("link.relation")}, {Label: c.p.T("link.reason")}},
		Empty:   &parts.EmptyState{Title: c.p.T("link.none")}}}
	if may {
		part.Table.Columns = append(part.Table.Columns, parts.Column{Label: c.p.T("link.act"), Hide: true})
	}
	for _, l := range links {
		if l.RemovedAt != nil {
			continue
		}
		row := parts.Row{Cells: []parts.Cell{
			parts.LinkCell(l.Number, "/cases/"+l.CaseID, l.CaseTitle), parts.TextCell(c.p.T("link."+l.Word), c.stateName(l.CaseKind, l.CaseState)),
			parts.TextCell(l.Reason, c.p.T("link.made.by", l.MadeName, calendar.DayOf(l.MadeAt))),
		}}
		if may {
			cell := parts.Cell{}
			if !l.ByStep() {
				cell = parts.LinkCell(c.p.T("link.remove"), linkPath(file.ID, l.ID), "")
			}
			row.Cells = append(row.Cells, cell)
		}
		part.Table.Rows = append(part.Table.Rows, row)
	}
	if !may && len(part.Table.Rows) == 0 {
		return nil, nil
	}
	if may {
		numbers, err := s.Docket.Kindred(c.ctx(), c.by, file, kindred)
		if err != nil {
			return nil, err
		}
		part.Add = s.linkForm(c, file, numbers, back)
	}
	return part, nil
}

func (s *Server) linkForm(c *ctx, file *casework.File, numbers []string, f *form) *views.ActForm {
	p := c.p
	if f == nil {
		f = blank(nil)
	}
	types := c.choices("link.type", casework.LinkTypes())
	if file.Kind != casework.Infringement {
		types = slices.DeleteFunc(types, func(o parts.Option) bool {
			return o.Value == casework.LinkMergedHearing || o.Value == casework.LinkRepeat
		})
	}
	a := &views.ActForm{ID: "add-link", Title: p.T("link.add"), Icon: "link"}
	a.Fields = numbered("link", f.fill(p,
		parts.Field{Name: "type", Label: p.T("link.type"), Type: parts.Select, Required: true, Options: types, Half: true},
		parts.Field{Name: "number", Label: p.T("link.number"), Hint: p.T("link.number.hint"), Required: true, Max: 60, NoSpell: true, Half: true, Suggest: numbers, Autocomplete: "off"},
		parts.Field{Name: "reason", Label: p.T("link.reason"), Hint: p.T("link.reason.hint"), Required: true, Max: 500},
	))
	a.Error = f.general(p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/links", Submit: p.T("link.save"), ID: "link"}
	return a
}

// addLink links a case with another, by its number.
func (s *Server) addLink(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	err = s.Docket.Link(c.ctx(), c.by, id, casework.NewLink{Type: f.text("type"), Number: f.text("number"), Reason: f.text("reason")})
	if err == nil {
		return c.done("/cases/"+id+"#links", "flash.linked", f.text("number"))
	}
	return s.editAgain(c, f, err, func(back *caseForms) { back.link = f })
}

// oneLink finds a link of a case that is still there and that the person may end.
func (s *Server) oneLink(c *ctx) (*casework.File, casework.Linked, error) {
	var none casework.Linked
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return nil, none, err
	}
	links, err := s.Docket.Links(c.ctx(), c.by, file)
	if err != nil {
		return nil, none, err
	}
	i := slices.IndexFunc(links, func(l casework.Linked) bool { return l.ID == c.Param("link") })
	switch {
	case i < 0:
		return nil, none, errs.New(errs.NotFound, "error.not_found")
	case !s.Docket.MayLink(c.by, file):
		return nil, none, errs.New(errs.Forbidden, "error.forbidden.action", errs.Msg("action.case.link")).On("case:" + file.ID)
	case links[i].RemovedAt != nil:
		return nil, none, errs.New(errs.Conflict, "error.link_gone", links[i].RemovedName, *links[i].RemovedAt)
	case links[i].ByStep():
		return nil, none, errs.New(errs.Conflict, "error.link_by_step")
	}
	return file, links[i], nil
}

// link asks whether a link is to be removed, and why.
func (s *Server) link(c *ctx) error {
	file, l, err := s.oneLink(c)
	if err != nil {
		return err
	}
	return s.linkPage(c, http.StatusOK, file, l, blank(nil))
}

func (s *Server) linkPage(c *ctx, code int, file *casework.File, l casework.Linked, f *form) error {
	p := c.p
	v := views.ConfirmView{Page: c.page(p.T("link.remove.title"))}
	v.Page.Crumbs, v.Page.Invalid = caseCrumbs(c, file, true), f.invalid()
	v.Confirm = parts.Confirm{Title: file.Title, Does: []string{p.T("link.remove.does")},
		Facts: append(caseInBrief(c, file),
			parts.Desc{Label: p.T("link." + l.Word), Value: l.Number, Note: l.CaseTitle, Href: "/cases/" + l.CaseID}, parts.Desc{Label: p.T("link.reason"), Value: l.Reason},
			parts.Desc{Label: p.T("link.made"), Value: p.T("link.made.by", l.MadeName, calendar.DayOf(l.MadeAt))}),
		Fields: f.fill(p, parts.Field{Name: "reason", Label: p.T("link.reason"), Hint: p.T("link.reason.hint"), Type: parts.LongText, Rows: 3, Required: true, Max: 500}),
		Form:   parts.Form{Action: linkPath(file.ID, l.ID), Submit: p.T("link.remove.save"), Cancel: &parts.Link{Label: p.T("act.cancel"), Href: "/cases/" + file.ID + "#links"}}}
	v.Confirm.Error = f.general(p, v.Confirm.Fields...)
	return c.show(code, views.Confirmed(v))
}

// removeLink ends a link.
func (s *Server) removeLink(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	err = s.Docket.Unlink(c.ctx(), c.by, id, c.Param("link"), f.text("reason"))
	if err == nil {
		return c.done("/cases/"+id+"#links", "flash.unlinked")
	}
	if errs.CodeOf(err) != errs.Invalid {
		return err
	}
	code, _ := c.again(f, err)
	file, l, err := s.oneLink(c)
	if err != nil {
		return err
	}
	return s.linkPage(c, code, file, l, f)
}

// linkEvents are when a case was linked, and when a link was removed.
func linkEvents(c *ctx, links []casework.Linked) []parts.Event {
	var out []parts.Event
	add := func(l casework.Linked, key string, at time.Time, who, reason string) {
		out = append(out, parts.Event{Time: at, Day: calendar.DayOf(at), Icon: "link", Title: c.p.T(key), Who: who,
			Text:  c.p.T("link.event.text", errs.Msg("link."+l.Word), l.Number) + "\n" + c.p.T("assign.event.reason", reason),
			Links: []parts.Link{{Label: l.CaseTitle, Href: "/cases/" + l.CaseID, Icon: "folder"}}})
	}
	for _, l := range slices.Backward(links) {
		add(l, "link.event", l.MadeAt, l.MadeName, l.Reason)
		if l.RemovedAt != nil {
			add(l, "link.unevent", *l.RemovedAt, l.RemovedName, l.RemovedReason)
		}
	}
	return out
}
