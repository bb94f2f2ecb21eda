package web

import (
	"net/http"
	"strconv"
	"strings"

	"huzhi/internal/i18n"
	"huzhi/internal/report"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

const reportsPath = "/statistics/reports"

func reportPath(id string) string { return reportsPath + "/" + id }

// reportState is where a written report stands, with its colour.
func (c *ctx) reportState(x *report.Written) (string, parts.Tone) {
	tone := parts.Running
	switch x.State {
	case report.Issued:
		tone = parts.Done
	case report.Dropped:
		tone = parts.Stopped
	}
	return c.p.T("yearbook.state." + x.State), tone
}

// reports lists the annual reports that are written and issued.
func (s *Server) reports(c *ctx) error { return s.reportsPage(c, http.StatusOK, blank(nil)) }

func (s *Server) reportsPage(c *ctx, code int, f *form) error {
	rows, err := s.Figures.Reports(c.ctx(), c.by)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RoomView{Page: c.page(p.T("yearbook.title"))}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = c.crumb("statistics", "/statistics"), p.T("yearbook.lead"), f.invalid()
	t := parts.Table{Caption: p.T("yearbook.title"), Columns: []parts.Column{{Label: p.T("report.field.year")}, {Label: p.T("yearbook.state"), Slim: true}, {Label: p.T("yearbook.edited")}},
		Empty: &parts.EmptyState{Icon: "report", Title: p.T("yearbook.none"), Text: p.T("yearbook.none.text")}}
	for i := range rows {
		x := &rows[i]
		word, tone := c.reportState(x)
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(p.T("report.period.year", strconv.Itoa(x.Year)), reportPath(x.ID), c.place(x.Jurisdiction)), parts.BodyCell(parts.StatusDot(tone, word)), parts.TextCell(x.EditorName, p.Time(x.UpdatedAt))}})
	}
	v.Sections = []views.RoomSection{{ID: "reports", Title: p.T("yearbook.list"), Table: &t}}
	options, err := s.frozenYears(c, "", 0)
	if err != nil {
		return err
	}
	a := views.ActForm{ID: "write", Icon: "pencil", Title: p.T("yearbook.write"), Hint: p.T("yearbook.write.hint")}
	if len(options) == 0 {
		a.Hint = p.T("yearbook.write.none")
	}
	a.Fields = f.fill(p, parts.Field{Name: "frozen", Label: p.T("yearbook.frozen"), Type: parts.Select, Required: true, Options: options})
	a.Form = parts.Form{Action: reportsPath, Submit: p.T("yearbook.write"), Hidden: []parts.Hidden{c.newID(f, "id")}}
	a.Error = f.general(p, a.Fields...)
	v.Forms = append(v.Forms, a)
	return c.show(code, views.Room(v))
}

// frozenYears are the frozen years that a report can rest on; of an office and a year, or of all that the person may write for.
func (s *Server) frozenYears(c *ctx, office string, year int) (out []parts.Option, err error) {
	list, err := s.Figures.Issues(c.ctx(), c.by)
	if err != nil {
		return nil, err
	}
	for i := range list {
		z := &list[i]
		if y := z.FromOn.Year(); z.Period() != report.Year(y) || !c.can("report.edit", z.Jurisdiction) || office != "" && (office != z.Jurisdiction || y != year) {
			continue
		}
		out = append(out, parts.Option{Value: z.ID, Label: c.p.T("yearbook.frozen.one", z.Period().Name(c.p), c.place(z.Jurisdiction), strconv.FormatInt(z.Issue, 10), c.p.Time(z.MadeAt))})
	}
	return out, nil
}

// reportWrite begins a report.
func (s *Server) reportWrite(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	x, err := s.Figures.Write(c.ctx(), c.by, f.id(), f.text("frozen"))
	if code, again := c.again(f, err); again {
		return s.reportsPage(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.to(reportPath(x.ID))
}

// oneReport is the page on which a report is edited, issued or, once it is issued, read with its figures as links.
func (s *Server) oneReport(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.reportPage(c, http.StatusOK, id, "", nil)
}

func (s *Server) reportPage(c *ctx, code int, id, act string, back *form) error {
	x, a, acts, paper, err := s.Figures.Report(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.YearbookView{Page: c.page(p.T("yearbook.one", strconv.Itoa(x.Year), c.place(x.Jurisdiction))), Acts: parts.Timeline{Title: p.T("paper.acts")}}
	v.Page.Crumbs = append(c.crumb("statistics", "/statistics"), layout.Crumb{Label: p.T("yearbook.title"), Href: reportsPath})
	v.Page.Invalid = back != nil && back.invalid()
	word, tone := c.reportState(x)
	v.State, v.Status, v.Note = tone, word, p.T("yearbook.state."+x.State+".text")
	zh, en := x.TextZH, x.TextEN
	if act == "edit" && back != nil {
		zh, en = back.text("zh"), back.text("en")
	}
	values := map[string][]report.Span{i18n.Chinese: a.Values(s.Catalogue.Printer(i18n.Chinese)), i18n.English: a.Values(s.Catalogue.Printer(i18n.English))}
	for _, lang := range []struct{ id, text string }{{i18n.Chinese, zh}, {i18n.English, en}} {
		part := views.YearbookText{Lang: lang.id, Title: p.T("yearbook.text." + lang.id), Heads: a.Heads(s.Catalogue.Printer(lang.id))}
		if paper != nil {
			if part.Text, err = paper.Text(lang.id); err != nil {
				return err
			}
		} else {
			part.Text, _ = report.Fill(lang.text, values[lang.id])
			if loose := report.Unlinked(lang.text, values[lang.id]); len(loose) > 0 {
				part.Loose = p.T("yearbook.loose", strings.Join(loose, p.T("report.list.comma")))
			}
		}
		v.Texts = append(v.Texts, part)
	}
	v.Page.Actions = parts.Buttons(parts.Action{Label: p.T("yearbook.figures"), Href: report.FrozenPath(x.FrozenID), Icon: "lock"})
	if paper != nil {
		v.Note = p.T("yearbook.issued", paper.Number, paper.IssuedOn, paper.IssuedBy)
		v.Page.Actions = parts.Buttons(parts.Action{Label: p.T("yearbook.paper"), Href: reportPath(id) + "/paper", Icon: "file-text", Look: "primary"}, parts.Action{Label: p.T("yearbook.figures"), Href: report.FrozenPath(x.FrozenID), Icon: "lock"})
	}
	if x.State == report.Drafted {
		if err := s.reportForms(c, x, a, zh, en, act, back, &v); err != nil {
			return err
		}
	}
	for i := len(acts) - 1; i >= 0; i-- {
		v.Acts.Events = append(v.Acts.Events, parts.Event{Time: acts[i].At, Title: p.T("yearbook.act." + acts[i].Act), Who: acts[i].ActorName, Text: acts[i].Note})
	}
	return c.show(code, views.Yearbook(v))
}

// reportForms are what may be done with a draft, and the figures it can name.
func (s *Server) reportForms(c *ctx, x *report.Written, a *report.Annual, zh, en, act string, back *form, v *views.YearbookView) error {
	p := c.p
	years, err := s.frozenYears(c, x.Jurisdiction, x.Year)
	if err != nil {
		return err
	}
	pick := func(name string, begin map[string]string) *form {
		if act == name && back != nil {
			return back
		}
		return blank(begin)
	}
	one := func(name, icon, look string, f *form, fields ...parts.Field) {
		o := views.ActForm{ID: name, Icon: icon, Title: p.T("yearbook.do." + name), Hint: p.T("yearbook.do." + name + ".hint"), Fold: name != "edit", Fields: numbered(name, f.fill(p, fields...)),
			Form: parts.Form{Action: reportPath(x.ID) + "/" + name, Submit: p.T("yearbook.do." + name), Look: look, Hidden: []parts.Hidden{version(x.Version)}}}
		o.Error = f.general(p, o.Fields...)
		v.Forms = append(v.Forms, o)
	}
	if c.can("report.edit", x.Jurisdiction) {
		one("edit", "pencil", "", pick("edit", map[string]string{"zh": zh, "en": en, "frozen": x.FrozenID}),
			parts.Field{Name: "zh", Label: p.T("yearbook.text.zh-CN"), Type: parts.LongText, Rows: 16, Required: true, Max: 30000},
			parts.Field{Name: "en", Label: p.T("yearbook.text.en"), Type: parts.LongText, Rows: 16, Required: true, Max: 30000},
			parts.Field{Name: "frozen", Label: p.T("yearbook.frozen"), Hint: p.T("yearbook.frozen.hint"), Type: parts.Select, Required: true, Options: years})
		t := parts.Table{Caption: p.T("yearbook.keys"), Compact: true, Columns: []parts.Column{{Label: p.T("yearbook.key")}, {Label: p.T("report.meaning.metric")}, {Label: p.T("report.annual.figure"), Num: true}}}
		for _, w := range a.Values(p) {
			text := w.Text
			if text == "" {
				text = "–"
			}
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell("{"+w.Key+"}", ""), parts.TextCell(a.KeyName(p, w.Key), ""), {Text: text, Href: w.Href, Num: true}}})
		}
		v.Keys = &t
	}
	if c.can("report.issue", x.Jurisdiction) && x.Editor != c.by.ID {
		one("issue", "rubber-stamp", "", pick("issue", nil), parts.Field{Name: "note", Label: p.T("paper.comment"), Type: parts.LongText, Rows: 2, Max: noteText})
	}
	if c.can("report.edit", x.Jurisdiction) {
		one("drop", "x", "danger", pick("drop", nil), parts.Field{Name: "note", Label: p.T("paper.reason"), Type: parts.LongText, Rows: 2, Max: noteText, Required: true})
	}
	return nil
}

// reportAct is the frame of the acts on a draft.
func (s *Server) reportAct(name string) func(*ctx) error {
	return acted(func(c *ctx, id string, version int64, f *form) error {
		switch note := f.text("note"); name {
		case "edit":
			return s.Figures.Edit(c.ctx(), c.by, id, version, f.text("zh"), f.text("en"), f.text("frozen"))
		case "drop":
			f.faults.Require("note", note)
			if err := f.err(); err != nil {
				return err
			}
			return s.Figures.DropReport(c.ctx(), c.by, id, version, note)
		default:
			_, err := s.Figures.IssueReport(c.ctx(), c.by, id, version, note)
			return err
		}
	}, func(c *ctx, code int, id string, f *form) error { return s.reportPage(c, code, id, name, f) },
		func(c *ctx, id string) error {
			if name == "drop" {
				return c.done(reportsPath, "flash.report.drop")
			}
			return c.done(reportPath(id), "flash.report."+name)
		})
}

// reportPaper shows the report as it was issued.
func (s *Server) reportPaper(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	x, _, _, paper, err := s.Figures.Report(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if paper == nil {
		return c.to(reportPath(id))
	}
	return s.sheet(c, &paper.Document, layout.Crumb{Label: c.p.T("yearbook.one", strconv.Itoa(x.Year), c.place(x.Jurisdiction)), Href: reportPath(id)})
}
