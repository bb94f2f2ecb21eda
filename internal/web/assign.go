package web

import (
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

// assignForms are the forms of the page of a case's people as they came back, nil where they did not.
type assignForms struct {
	hand, all *form
	changed   string // what somebody else did meanwhile
}

// assign shows who works on a case, and the forms that change it.
func (s *Server) assign(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.Docket.MayAssign(c.by, file); err != nil {
		return err
	}
	return s.assignPage(c, http.StatusOK, file, assignForms{})
}

// assignAll names anew who works on a case.
func (s *Server) assignAll(c *ctx) error {
	return s.assignAct(c, "flash.assigned", func(id string, seen int64, f *form) error {
		return s.Docket.Assign(c.ctx(), c.by, id, seen, casework.Assignment{Officers: f.all("officers"), Reviewers: f.all("reviewers"), Reason: f.text("reason")})
	}, func(back *assignForms, f *form) { back.all = f })
}

// handOver hands over what one person does in a case to another.
func (s *Server) handOver(c *ctx) error {
	return s.assignAct(c, "flash.handed", func(id string, seen int64, f *form) error {
		return s.Docket.Hand(c.ctx(), c.by, id, seen, casework.Handover{From: f.text("from"), To: f.text("to"), Reason: f.text("reason")})
	}, func(back *assignForms, f *form) { back.hand = f })
}

// assignAct is the frame of both: the form is read, the docket asked, and the page shown again with what was typed where it says no.
func (s *Server) assignAct(c *ctx, flash string, act func(id string, seen int64, f *form) error, put func(*assignForms, *form)) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, seen := c.Param("id"), f.number("version")
	if err = f.err(); err == nil {
		err = act(id, seen, f)
	}
	if err == nil {
		return c.done("/cases/"+id+"#people", flash)
	}
	b, err := s.caseBack(c, f, err)
	if err != nil {
		return err
	}
	back := assignForms{changed: b.changed}
	put(&back, f)
	return s.assignPage(c, b.code, b.file, back)
}

func (s *Server) assignPage(c *ctx, code int, file *casework.File, back assignForms) error {
	p := c.p
	v := views.AssignView{Page: c.page(p.T("assign.title")), Changed: back.changed, Facts: caseInBrief(c, file), People: casePeople(c, file)}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), p.T("assign.lead"), code != http.StatusOK
	v.Facts = append(v.Facts, parts.Desc{Label: p.T("cases.cause"), Value: file.Title}, parts.Desc{Label: p.T("case.office"), Value: c.place(file.Jurisdiction)})
	if s.Docket.MayAssign(c.by, file) == nil { // else it was closed meanwhile
		officers, err := s.Docket.Candidates(c.ctx(), c.by, file, casework.PartOfficer)
		if err != nil {
			return err
		}
		reviewers, err := s.Docket.Candidates(c.ctx(), c.by, file, casework.PartReviewer)
		if err != nil {
			return err
		}
		v.Forms = []views.ActForm{s.handForm(c, file, officers, reviewers, back.hand), s.assignForm(c, file, officers, reviewers, back.all)}
	}
	return c.show(code, views.Assign(v))
}

func (s *Server) assignReason(c *ctx) parts.Field {
	return parts.Field{Name: "reason", Label: c.p.T("assign.reason"), Hint: c.p.T("assign.reason.hint"), Type: parts.LongText, Rows: 3, Required: true, Max: 500}
}

// handForm hands over from one person to another: whoever works on the case, to whoever might.
func (s *Server) handForm(c *ctx, file *casework.File, officers, reviewers []casework.Candidate, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(nil)
	}
	var from, to []parts.Option
	for _, part := range [][]casework.Candidate{officers, reviewers} {
		for _, x := range part {
			switch {
			case x.On:
				from = append(from, parts.Option{Value: x.UserID, Label: p.T("assign.person", x.Name, errs.Msg("part."+x.Part))})
			case x.Refuse == nil && (x.Part == casework.PartOfficer || len(file.Part(x.Part)) > 0):
				to = append(to, parts.Option{Value: x.UserID, Label: x.Name, Group: p.T("part." + x.Part)})
			}
		}
	}
	a := views.ActForm{ID: "hand", Icon: "arrows-exchange", Title: p.T("assign.hand"), Hint: p.T("assign.hand.hint"), Form: parts.Form{
		Action: "/cases/" + file.ID + "/handover", Hidden: []parts.Hidden{version(file.Version)}, Submit: p.T("assign.hand.save"), Cancel: &parts.Link{Label: p.T("act.cancel"), Href: "/cases/" + file.ID}}}
	a.Fields = numbered("hand", f.fill(p,
		parts.Field{Name: "from", Label: p.T("assign.from"), Type: parts.Select, Required: true, Options: from, Half: true},
		parts.Field{Name: "to", Label: p.T("assign.to"), Hint: p.T("assign.to.hint"), Type: parts.Select, Required: true, Options: to, Half: true},
		s.assignReason(c),
	))
	a.Error = f.general(p, a.Fields...)
	return a
}

// assignForm names everybody anew. Who may not come says why; who is on the case is ticked, whatever speaks against it.
func (s *Server) assignForm(c *ctx, file *casework.File, officers, reviewers []casework.Candidate, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(nil)
	}
	options := func(list []casework.Candidate) (out []parts.Option) {
		for _, x := range list {
			o := parts.Option{Value: x.UserID, Label: x.Name, Selected: x.On, Disabled: x.Refuse != nil && !x.On}
			switch {
			case x.Refuse != nil:
				o.Hint = p.M(*x.Refuse)
			case x.Part == casework.PartOfficer:
				o.Hint = p.T("filing.certificate", x.CertificateNo, x.CertificateUntil)
			}
			out = append(out, o)
		}
		return out
	}
	hint := "assign.all.hint.two"
	if s.Docket.Procedure(file.Kind).Panel {
		hint = "assign.all.hint.panel"
	}
	a := views.ActForm{ID: "all", Icon: "users", Title: p.T("assign.all"), Hint: p.T("assign.all.hint"), Fold: len(file.Recused()) == 0, Form: parts.Form{
		Action: "/cases/" + file.ID + "/assign", Hidden: []parts.Hidden{version(file.Version)}, Submit: p.T("assign.save")}}
	a.Fields = numbered("all", f.fill(p,
		parts.Field{Name: "officers", Label: p.T("assign.officers"), Hint: p.T(hint), Type: parts.Checks, Required: true, Options: options(officers)},
		parts.Field{Name: "reviewers", Label: p.T("assign.reviewers"), Hint: p.T("assign.reviewers.hint"), Type: parts.Checks, Options: options(reviewers)},
		s.assignReason(c),
	))
	a.Error = f.general(p, a.Fields...)
	return a
}

// caseTies fills in a case's links and the way to its people, and gives what became of both over time.
func (s *Server) caseTies(c *ctx, file *casework.File, v *views.CaseView, back *form) ([]parts.Event, error) {
	if s.Docket.MayAssign(c.by, file) == nil {
		v.Assign = &parts.Action{Label: c.p.T("assign.title"), Href: "/cases/" + file.ID + "/assign", Look: "quiet", Icon: "users"}
	}
	history, err := s.Docket.History(c.ctx(), file)
	if err != nil {
		return nil, err
	}
	links, err := s.Docket.Links(c.ctx(), c.by, file)
	if err != nil {
		return nil, err
	}
	if v.Links, err = s.caseLinks(c, file, links, back); err != nil {
		return nil, err
	}
	events := append(assignEvents(c, history), linkEvents(c, links)...)
	slices.SortStableFunc(events, func(a, b parts.Event) int { return a.Time.Compare(b.Time) })
	return events, nil
}

// assignEvents are the decisions on who works on a case: who left, who came, and why.
func assignEvents(c *ctx, history []casework.Assigned) []parts.Event {
	var out []parts.Event
	for i := 0; i < len(history); {
		first := history[i]
		left, joined := map[string][]string{}, map[string][]string{}
		for ; i < len(history) && history[i].Seq == first.Seq; i++ {
			if x := history[i]; x.Joined {
				joined[x.Part] = append(joined[x.Part], x.Name)
			} else {
				left[x.Part] = append(left[x.Part], x.Name)
			}
		}
		var lines []string
		for _, part := range []string{casework.PartOfficer, casework.PartReviewer} {
			l, j, word := join(c.p, left[part]), join(c.p, joined[part]), c.p.T("part."+part)
			switch {
			case l != "" && j != "":
				lines = append(lines, c.p.T("assign.event.swap", word, l, j))
			case l != "":
				lines = append(lines, c.p.T("assign.event.left", word, l))
			case j != "":
				lines = append(lines, c.p.T("assign.event.joined", word, j))
			}
		}
		lines = append(lines, c.p.T("assign.event.reason", first.Reason))
		out = append(out, parts.Event{Time: first.At, Day: calendar.DayOf(first.At), Icon: "users", Title: c.p.T("assign.event"), Text: strings.Join(lines, "\n"), Who: first.ActorName})
	}
	return out
}
