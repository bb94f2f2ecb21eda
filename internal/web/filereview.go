package web

import (
	"net/http"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/filereview"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// scoreTone is the colour of a review's points.
func scoreTone(score int) parts.Tone {
	switch {
	case score >= 90:
		return parts.Done
	case score >= 60:
		return parts.Soon
	}
	return parts.Late
}

// fileReview is the review of one case's file as it is now, and those that were kept.
func (s *Server) fileReview(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if err := s.Guard.Allow(c.by, "review.view", file.Jurisdiction); err != nil {
		return err
	}
	r, err := s.Reviews.Look(c.ctx(), file)
	if err != nil {
		return err
	}
	kept, err := s.Reviews.Of(c.ctx(), id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.SheetView{Page: c.page(p.T("review.title"))}
	v.Page.Crumbs, v.Page.Lead = caseCrumbs(c, file, true), p.T("review.lead")
	v.Page.Actions = parts.Buttons(parts.Action{Label: p.T("review.keep"), Href: "/cases/" + id + "/review", Post: true, Icon: "clipboard-check", Look: "primary"}, parts.Action{Label: p.T("parts.print"), Icon: "printer", Print: true})
	t := parts.Table{Caption: p.T("review.found"), Columns: []parts.Column{{Label: p.T("review.check")}, {Label: p.T("review.about")}, {Label: p.T("review.cite")}, {Label: p.T("review.points"), Num: true, Slim: true}},
		Empty: &parts.EmptyState{Icon: "circle-check", Title: p.T("review.good")}}
	times := map[string]int{}
	for _, x := range r.Faults {
		row, points := s.Reviews.Table().Check(x.Check), ""
		if row == nil {
			continue
		}
		if times[x.Check]++; times[x.Check] <= row.Most {
			points = "−" + p.Count(int64(row.Points))
		}
		t.Rows = append(t.Rows, parts.Row{Tone: parts.Soon, Cells: []parts.Cell{parts.LinkCell(row.Title.In(p.Lang()), "/cases/"+id+x.Where, ""), parts.TextCell(c.about(x), ""), parts.TextCell(x.Cite.In(p.Lang()), ""), parts.NumCell(points)}})
	}
	v.Parts = []views.SheetPart{{Title: p.T("review.score"), Items: []parts.Desc{{Label: p.T("review.score"), Body: parts.Badge(scoreTone(r.Score), p.T("review.score.of", r.Score))}, {Label: p.T("review.faults"), Value: p.Count(int64(len(r.Faults)))}, {Label: p.T("cases.state"), Value: c.stateName(file.Kind, file.State)}}},
		{Title: p.T("review.found"), Table: &t}}
	if len(kept) > 0 {
		k := parts.Table{Caption: p.T("review.kept"), Compact: true, Columns: []parts.Column{{Label: p.T("review.at")}, {Label: p.T("review.score"), Num: true}, {Label: p.T("review.faults"), Num: true}, {Label: p.T("review.by")}}}
		for _, x := range kept {
			k.Rows = append(k.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.Time(x.At), ""), parts.NumCell(p.Count(x.Score)), parts.NumCell(p.Count(int64(len(x.Found())))), parts.TextCell(c.who(x.Actor, x.ActorName), "")}})
		}
		v.Parts = append(v.Parts, views.SheetPart{Title: p.T("review.kept"), Table: &k})
	}
	return c.show(http.StatusOK, views.Sheet(v))
}

// about says what a fault is about: keys of the catalogue by their words.
func (c *ctx) about(x filereview.Fault) string {
	args := make([]any, len(x.About))
	for i, a := range x.About {
		args[i] = c.p.Or(a, a)
	}
	return c.p.T("review.about."+x.Check, args...)
}

// fileReviewKeep reviews a case's file and keeps what was found.
func (s *Server) fileReviewKeep(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	n, err := s.Reviews.Run(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return c.done("/cases/"+id+"/review", "flash.review")
}

// mostReviewed is how many cases one batch reviews.
const mostReviewed = 200

// worstFiles is the supervisor's list: the worst files first, and the form that reviews a batch.
func (s *Server) worstFiles(c *ctx) error {
	return s.worstPage(c, http.StatusOK, nil)
}

func (s *Server) worstPage(c *ctx, code int, f *form) error {
	p := c.p
	rows, err := s.Reviews.Worst(c.ctx(), c.by, 100)
	if err != nil {
		return err
	}
	v := views.SheetView{Page: c.page(p.T("review.worst"))}
	v.Page.Lead, v.Page.Invalid = p.T("review.worst.lead"), code != http.StatusOK
	v.Page.Crumbs = []layout.Crumb{{Label: p.T("cases.title"), Href: "/cases"}}
	t := parts.Table{Caption: p.T("review.worst"), Columns: []parts.Column{{Label: p.T("case.number")}, {Label: p.T("review.score"), Num: true, Slim: true}, {Label: p.T("review.found")}, {Label: p.T("review.at")}},
		Empty: &parts.EmptyState{Icon: "clipboard-check", Title: p.T("review.worst.none"), Text: p.T("review.worst.none.text")}}
	for i := range rows {
		r := &rows[i]
		var found []string
		seen := map[string]bool{}
		for _, x := range r.Found() {
			if row := s.Reviews.Table().Check(x.Check); row != nil && !seen[x.Check] {
				seen[x.Check] = true
				found = append(found, row.Title.In(p.Lang()))
			}
		}
		at := p.Time(r.At)
		if r.Current != r.Version {
			at = p.T("review.older", at)
		}
		t.Rows = append(t.Rows, parts.Row{Tone: toneIf(r.Score < 60, parts.Late), Cells: []parts.Cell{parts.LinkCell(r.Number, "/cases/"+r.CaseID+"/review", r.Title), parts.NumCell(p.Count(r.Score)), parts.TextCell(strings.Join(found, p.T("error.join")), ""), parts.TextCell(at, r.ActorName)}})
	}
	v.Parts = []views.SheetPart{{Title: p.T("review.worst"), Table: &t}}
	if f == nil {
		f = blank(nil)
	}
	a := views.ActForm{ID: "batch", Title: p.T("review.batch"), Icon: "clipboard-check", Hint: p.T("review.batch.hint", mostReviewed)}
	a.Fields = numbered("batch", f.fill(p, parts.Field{Name: "state", Label: p.T("cases.state"), Type: parts.Select, Blank: "-", Required: true, Value: "closed", Half: true, Options: []parts.Option{{Value: "open", Label: p.T("review.batch.open")}, {Value: string(casework.Closed), Label: p.T("review.batch.closed")}, {Value: string(casework.Archived), Label: p.T("review.batch.archived")}}},
		parts.Field{Name: "from", Label: p.T("case.filed_on"), Type: parts.Date, Half: true}))
	a.Error, a.Form = f.general(p, a.Fields...), parts.Form{Action: "/reviews", Submit: p.T("review.batch.run")}
	v.Forms = []views.ActForm{a}
	return c.show(code, views.Sheet(v))
}

// reviewBatch reviews the newest cases of a state.
func (s *Server) reviewBatch(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in := casework.Filter{State: f.text("state"), FiledFrom: f.day("from")}
	if in.State != "open" && in.State != string(casework.Closed) && in.State != string(casework.Archived) {
		f.faults.Add("state", "error.choice")
	}
	if err := f.err(); err != nil {
		code, again := c.again(f, err)
		if !again {
			return err
		}
		return s.worstPage(c, code, f)
	}
	rows, _, err := s.Docket.List(c.ctx(), c.by, in, casework.Page{Limit: mostReviewed})
	if err != nil {
		return err
	}
	var ids []string
	for _, r := range rows {
		if c.can("review.list", r.Jurisdiction) {
			ids = append(ids, r.ID)
		}
	}
	n, err := s.Reviews.Run(c.ctx(), c.by, ids...)
	if err != nil {
		return err
	}
	return c.done("/reviews", "flash.reviews", c.p.Count(int64(n)))
}

// closingReview says before a case is closed what a review of its file finds. It forbids nothing.
func (s *Server) closingReview(c *ctx, file *casework.File, confirm *parts.Confirm) error {
	if s.Reviews == nil || !c.can("review.view", file.Jurisdiction) {
		return nil
	}
	r, err := s.Reviews.Look(c.ctx(), file)
	if err != nil {
		return err
	}
	confirm.Facts = append(confirm.Facts, parts.Desc{Label: c.p.T("review.title"), Value: c.p.T("review.before", r.Score, len(r.Faults)), Href: "/cases/" + file.ID + "/review"})
	return nil
}
