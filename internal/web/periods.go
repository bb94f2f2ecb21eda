package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"huzhi/internal/report"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

const periodsPath = "/statistics/periods"

func (c *ctx) periodCrumbs() []layout.Crumb {
	return append(c.crumb("statistics", "/statistics"), layout.Crumb{Label: c.p.T("frozen.title"), Href: periodsPath})
}

// periods lists the frozen periods, with the form that freezes one.
func (s *Server) periods(c *ctx) error {
	last := s.today().Year() - 1
	return s.periodsPage(c, http.StatusOK, blank(map[string]string{"office": c.homeFor("period.freeze"), "year": strconv.Itoa(last), "part": "year"}))
}

func (s *Server) periodsPage(c *ctx, code int, f *form) error {
	rows, err := s.Figures.Issues(c.ctx(), c.by)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RoomView{Page: c.page(p.T("frozen.title"))}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = c.crumb("statistics", "/statistics"), p.T("frozen.lead"), f.invalid()
	t := parts.Table{Caption: p.T("frozen.list"), Columns: []parts.Column{{Label: p.T("frozen.period")}, {Label: p.T("frozen.issue"), Slim: true}, {Label: p.T("frozen.made")}, {Label: p.T("frozen.head")}},
		Empty: &parts.EmptyState{Icon: "archive", Title: p.T("frozen.none"), Text: p.T("frozen.none.text")}}
	for i := range rows {
		z := &rows[i]
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(z.Period().Name(p), report.FrozenPath(z.ID), c.place(z.Jurisdiction)), parts.TextCell(p.T("frozen.issue.n", strconv.FormatInt(z.Issue, 10)), ""),
			parts.TextCell(z.MadeName, p.Time(z.MadeAt)), parts.TextCell(strconv.FormatInt(z.HeadSeq, 10), z.HeadHash[:min(16, len(z.HeadHash))])}})
	}
	v.Sections = []views.RoomSection{{ID: "issues", Title: p.T("frozen.list"), Table: &t}}
	if s.Guard.CanAnywhere(c.by, "period.freeze") {
		years, err := s.Figures.Years(c.ctx(), c.by)
		if err != nil {
			return err
		}
		var in, of []parts.Option
		for _, y := range years {
			in = append(in, parts.Option{Value: strconv.Itoa(y), Label: p.T("report.period.year", strconv.Itoa(y))})
		}
		for _, x := range report.Parts() {
			of = append(of, parts.Option{Value: x, Label: p.T(report.PartKey(x))})
		}
		a := views.ActForm{ID: "freeze", Icon: "lock", Title: p.T("frozen.do"), Hint: p.T("frozen.do.hint")}
		a.Fields = f.fill(p, parts.Field{Name: "office", Label: p.T("report.field.office"), Type: parts.Select, Required: true, Options: c.offices("period.freeze")},
			parts.Field{Name: "year", Label: p.T("report.field.year"), Type: parts.Select, Required: true, Options: in, Half: true},
			parts.Field{Name: "part", Label: p.T("report.field.part"), Type: parts.Select, Required: true, Options: of, Half: true},
			parts.Field{Name: "note", Label: p.T("frozen.note"), Hint: p.T("frozen.note.hint"), Type: parts.LongText, Rows: 2, Max: 500})
		a.Form = parts.Form{Action: periodsPath, Submit: p.T("frozen.do"), Hidden: []parts.Hidden{c.newID(f, "id")}}
		a.Error = f.general(p, a.Fields...)
		v.Forms = append(v.Forms, a)
	}
	return c.show(code, views.Room(v))
}

// periodFreeze freezes a period.
func (s *Server) periodFreeze(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	period, _, field, why := report.ParsePeriod(url.Values{"year": {f.text("year")}, "part": {f.text("part")}}, s.today())
	if field != "" {
		f.faults.Add(field, why)
	}
	var z *report.Frozen
	if err = f.err(); err == nil {
		z, err = s.Figures.Freeze(c.ctx(), c.by, report.FreezeInput{ID: f.id(), Office: f.text("office"), Period: period, Note: f.text("note")})
	}
	if code, again := c.again(f, err); again {
		return s.periodsPage(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done(report.FrozenPath(z.ID), "flash.frozen", z.Period().Name(c.p))
}

// frozenText is a figure as it stood, with its unit.
func (c *ctx) frozenText(r report.Restated, n int64) string {
	if r.Hidden != "" {
		return "–"
	}
	return c.figureText(r.Metric, report.Figure{N: n})
}

// restatedText is what became of a figure: nothing, or "restated +2 / −1".
func (c *ctx) restatedText(r report.Restated) (string, parts.Tone) {
	p := c.p
	switch {
	case r.Hidden != "":
		return p.T("report.hidden", p.T("action."+r.Hidden)), parts.Stopped
	case r.Gone:
		return p.T("frozen.gone"), parts.Stopped
	case r.Same():
		return p.T("frozen.same"), parts.Done
	}
	var out []string
	if len(r.Added)+len(r.Removed) > 0 {
		out = append(out, p.T("frozen.restated", p.Count(int64(len(r.Added))), p.Count(int64(len(r.Removed)))))
	}
	if len(r.Changed) > 0 {
		out = append(out, p.T("frozen.changed", p.Count(int64(len(r.Changed)))))
	}
	return strings.Join(out, p.T("report.list.comma")), parts.Soon
}

// period is the page of an issue: each figure as it was frozen, and as it is today.
func (s *Server) period(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	z, err := s.Figures.Issue(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	list, err := s.Figures.Restate(c.ctx(), c.by, z, "")
	if err != nil {
		return err
	}
	p := c.p
	v := views.RoomView{Page: c.page(p.T("frozen.one", z.Period().Name(p), c.place(z.Jurisdiction)))}
	v.Page.Crumbs, v.Page.Lead = c.periodCrumbs(), p.T("frozen.one.lead")
	t := parts.Table{Caption: p.T("frozen.figures"), Compact: true, Columns: []parts.Column{{Label: p.T("report.meaning.metric")}, {Label: p.T("frozen.then"), Num: true}, {Label: p.T("frozen.now"), Num: true}, {Label: p.T("frozen.since")}}}
	off := 0
	for _, r := range list {
		text, tone := c.restatedText(r)
		if tone == parts.Soon {
			off++
		}
		name := s.frozenName(c, r.Figure)
		sub := ""
		if r.Meaning {
			sub = p.T("frozen.meaning")
		}
		href := ""
		if r.Hidden == "" {
			href = figurePath(z.ID, r.Figure.Key())
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(name, href, sub), {Text: c.frozenText(r, r.Figure.N), Num: true, Href: href}, parts.NumCell(c.nowText(r)), parts.BodyCell(parts.StatusDot(tone, text))}})
	}
	v.Sections = []views.RoomSection{{ID: "facts", Title: p.T("frozen.facts"), Facts: s.frozenFacts(c, z, off)}, {ID: "figures", Title: p.T("frozen.figures"), Lead: p.T("frozen.figures.lead"), Table: &t}}
	kinds, err := s.frozenKinds(c, z)
	if err != nil {
		return err
	}
	if kinds != nil {
		v.Sections = append(v.Sections, views.RoomSection{ID: "kinds", Title: p.T("frozen.kinds"), Lead: p.T("frozen.kinds.lead"), Table: kinds})
	}
	return c.show(http.StatusOK, views.Room(v))
}

func (c *ctx) nowText(r report.Restated) string {
	if r.Gone {
		return "–"
	}
	return c.frozenText(r, r.Now)
}

func figurePath(id, key string, more ...string) string {
	return address(report.FrozenPath(id)+"/"+url.PathEscape(key), url.Values{}, more...)
}

// frozenName is the name of a frozen figure as it was then.
func (s *Server) frozenName(c *ctx, x *report.FrozenFigure) string {
	name := x.Words(c.p.Lang())["name"]
	if x.Base {
		return c.p.T("frozen.base", name)
	}
	return name
}

func (s *Server) frozenFacts(c *ctx, z *report.Frozen, off int) []parts.Desc {
	p := c.p
	state := parts.Desc{Label: p.T("frozen.state"), Body: parts.StatusDot(parts.Done, p.T("frozen.state.same"))}
	if off > 0 {
		state.Body = parts.StatusDot(parts.Soon, p.N("frozen.state.off", off))
	}
	head := parts.Desc{Label: p.T("frozen.head"), Value: strconv.FormatInt(z.HeadSeq, 10) + ":" + z.HeadHash, Code: true, Wide: true, Note: p.T("frozen.head.note")}
	return given(parts.Desc{Label: p.T("frozen.period"), Value: z.Period().Name(p), Note: p.T("report.period.days", z.FromOn, z.ToOn)}, parts.Desc{Label: p.T("lead.office"), Value: c.place(z.Jurisdiction)},
		parts.Desc{Label: p.T("frozen.issue"), Value: p.T("frozen.issue.n", strconv.FormatInt(z.Issue, 10))}, parts.Desc{Label: p.T("frozen.made"), Value: z.MadeName, Note: p.Time(z.MadeAt)}, state,
		parts.Desc{Label: p.T("frozen.note"), Value: z.Note}, head, parts.Desc{Label: p.T("frozen.hash"), Value: z.SHA256, Code: true, Wide: true})
}

// frozenKinds is the table of kinds and counties as it was frozen; nil where the person may see no cases.
func (s *Server) frozenKinds(c *ctx, z *report.Frozen) (*parts.Table, error) {
	if !s.Guard.CanAnywhere(c.by, "case.view") {
		return nil, nil
	}
	table, err := s.Figures.FrozenTable(z)
	if err != nil {
		return nil, err
	}
	x := s.kindsTable(c, table, true)
	x.Title = c.p.T("frozen.kinds")
	return plainTable(x), nil
}

// frozenShown is how many matters of a figure are shown one by one.
const frozenShown = 300

// frozenFigure is the page of one figure of an issue: what it meant, the matters behind it, and which came, went or count otherwise since.
func (s *Server) frozenFigure(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	z, err := s.Figures.Issue(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	key, err := url.PathUnescape(c.Param("figure"))
	if x := z.Figure(key); err != nil || x == nil {
		return report.BadKey(key)
	}
	list, err := s.Figures.Restate(c.ctx(), c.by, z, key)
	if err != nil {
		return err
	}
	r, p := list[0], c.p
	if r.Hidden != "" {
		return s.Guard.AllowAnywhere(c.by, r.Hidden)
	}
	lines, err := r.Figure.Lines()
	if err != nil {
		return err
	}
	q := c.ask(asked{})
	kind, place := q.raw("kind"), q.raw("at")
	words := r.Figure.Words(p.Lang())
	v := views.RoomView{Page: c.page(s.frozenName(c, r.Figure))}
	v.Page.Crumbs = append(c.periodCrumbs(), layout.Crumb{Label: p.T("frozen.one", z.Period().Name(p), c.place(z.Jurisdiction)), Href: report.FrozenPath(z.ID)})
	text, tone := c.restatedText(r)
	def := r.Figure.Meant()
	v.Sections = []views.RoomSection{{ID: "meaning", Title: p.T("frozen.meant"), Facts: given(parts.Desc{Label: p.T("frozen.then"), Value: c.frozenText(r, r.Figure.N)}, parts.Desc{Label: p.T("frozen.now"), Value: c.nowText(r)},
		parts.Desc{Label: p.T("frozen.since"), Body: parts.StatusDot(tone, text)}, parts.Desc{Label: p.T("report.meaning.is"), Value: words["is"], Wide: true}, parts.Desc{Label: p.T("report.meaning.cite"), Value: words["cite"], Wide: true},
		parts.Desc{Label: p.T("frozen.sql"), Value: def.SQL, Code: true, Wide: true}, parts.Desc{Label: p.T("frozen.definition"), Value: r.Figure.DefinitionSHA256, Code: true, Wide: true, Note: map[bool]string{true: p.T("frozen.meaning")}[r.Meaning]})}}
	if !r.Gone {
		for _, part := range []struct {
			name  string
			lines report.Lines
		}{{"added", r.Added}, {"removed", r.Removed}, {"changed", r.Changed}, {"matters", lines.Where(kind, place)}} {
			if len(part.lines) == 0 && part.name != "matters" {
				continue
			}
			x, err := s.frozenMatters(c, r.Metric, part.name, part.lines)
			if err != nil {
				return err
			}
			if part.name == "matters" && (kind != "" || place != "") {
				x.Title = p.T("frozen.part.matters.of", p.Or("report.kind."+kind, p.T("report.kind.total")), report.PlaceName(p, s.Regions, place), len(part.lines))
				if place == "" {
					x.Title = p.T("frozen.part.matters.of", p.Or("report.kind."+kind, kind), c.place(z.Jurisdiction), len(part.lines))
				}
			}
			v.Sections = append(v.Sections, x)
		}
	}
	return c.show(http.StatusOK, views.Room(v))
}

func (s *Server) frozenMatters(c *ctx, m report.Metric, name string, lines report.Lines) (x views.RoomSection, err error) {
	p := c.p
	names, kept, err := s.Figures.Name(c.ctx(), c.by, m, lines)
	if err != nil {
		return x, err
	}
	t := &parts.Table{Caption: p.T("frozen.part." + name), Columns: []parts.Column{{Label: p.T("score.number")}, {Label: p.T("report.kind")}, {Label: p.T("report.chart.county")}, {Label: p.T("frozen.day"), Slim: true}, {Label: p.T("score.closed"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "list", Title: p.T("frozen.part.none")}}
	for _, l := range lines {
		n, ok := names[l.ID]
		if !ok || len(t.Rows) == frozenShown {
			continue
		}
		kind := ""
		switch m.Of() {
		case "/cases":
			kind = p.T("report.kind." + l.Kind)
		case "/hotline":
			kind = p.T("call.kind." + l.Kind)
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(n.Number, n.Href, n.Title), parts.TextCell(kind, ""), parts.TextCell(report.PlaceName(p, s.Regions, l.Place), ""), parts.TextCell(l.Filed, ""), parts.TextCell(l.Closed, "")}})
	}
	x = views.RoomSection{ID: name, Title: p.T("frozen.part."+name) + " (" + p.Count(int64(len(lines))) + ")", Lead: p.Or("frozen.part."+name+".lead", ""), Table: t}
	if more := len(lines) - kept - len(t.Rows); more > 0 {
		x.Lead = strings.TrimSpace(x.Lead + " " + p.T("frozen.more", p.Count(int64(len(t.Rows)))))
	}
	if kept > 0 {
		x.Lead = strings.TrimSpace(x.Lead + " " + p.T("frozen.kept", p.Count(int64(kept))))
	}
	return x, nil
}
