package web

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/search"
	"huzhi/internal/sheet"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func patentPath(key string) string      { return "/register/patents/" + key }
func patentImportPath(id string) string { return "/register/imports/" + id }

// statusTone is the colour of a legal status.
func statusTone(s patent.Status) parts.Tone {
	switch s.Standing() {
	case patent.InForce:
		return parts.Done
	case patent.Pending:
		return parts.Running
	case patent.Ended, patent.Never, patent.Absent:
		return parts.Stopped
	}
	return parts.Plain
}

func statusNames() (out []string) {
	for _, s := range patent.Statuses() {
		out = append(out, string(s))
	}
	return out
}

func types() []string {
	return []string{string(patent.Invention), string(patent.UtilityModel), string(patent.Design)}
}

// register is the search in the register of patents.
func (s *Server) register(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"type": types(), "status": statusNames()}, counted: []string{"after"}})
	f := registry.Filter{Text: q.text("q"), Type: q.raw("type"), Status: q.raw("status")}
	v := views.RecordsView{Page: c.page(c.p.T("register.title"))}
	v.Page.Lead = c.p.T("register.lead")
	if s.Guard.CanAnywhere(c.by, "register.import") {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("register.imports"), Href: "/register/imports", Icon: "upload"})
	}
	values := url.Values{}
	for name, x := range map[string]string{"q": f.Text, "type": f.Type, "status": f.Status} {
		if x != "" {
			values.Set(name, x)
		}
	}
	v.Filters = parts.Filters{Action: "/register", Clear: "/register",
		Fields: q.fill(c.p,
			parts.Field{Name: "q", Label: c.p.T("register.q"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "type", Label: c.p.T("register.field.type"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.choices("patent.type", types())},
			parts.Field{Name: "status", Label: c.p.T("register.field.status"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.choices("patent.status", statusNames())},
		),
		Chips: chipsOf("/register", values, chip{"q", c.p.T("register.q"), f.Text}, chip{"type", c.p.T("register.field.type"), c.p.T("patent.type." + f.Type)},
			chip{"status", c.p.T("register.field.status"), c.p.T("patent.status." + f.Status)}),
	}
	if q.invalid() {
		return c.showMisread(v, q)
	}
	rows, more, err := s.Register.List(c.ctx(), c.by, f, q.raw("after"), rowsOfPage)
	if err != nil {
		return err
	}
	v.Table = parts.Table{Caption: c.p.T("register.title"), Columns: []parts.Column{
		{Label: c.p.T("register.field.number")}, {Label: c.p.T("register.field.title")}, {Label: c.p.T("register.field.patentees")},
		{Label: c.p.T("register.field.filed_on"), Slim: true}, {Label: c.p.T("register.field.status"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "certificate", Title: c.p.T("register.none"), Text: c.p.T("register.none.text")}}
	for i := range rows {
		r := &rows[i]
		v.Table.Rows = append(v.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(r.Print(), patentPath(r.Key), c.p.T("patent.type."+string(r.Type))), parts.TextCell(r.Title, ""), parts.TextCell(strings.ReplaceAll(r.Patentees, "\n", c.p.T("register.and")), ""),
			parts.TextCell(c.p.Day(r.FiledOn), ""), parts.BodyCell(parts.StatusDot(statusTone(r.Status), c.p.T("patent.status."+string(r.Status)))),
		}})
	}
	v.Head = parts.ListHead{Count: c.p.N("register.count", len(rows))}
	v.Pager = parts.Pager{Shown: len(rows)}
	if more {
		v.Pager.Next = address("/register", values, "after", rows[len(rows)-1].Key)
	}
	if q.raw("after") != "" {
		v.Pager.First = address("/register", values)
	}
	return c.show(http.StatusOK, views.Records(v))
}

// patentPage shows one patent: what the register says, its life, and everything of the office that names it and this person may see.
func (s *Server) patentPage(c *ctx) error {
	n, err := patent.Parse(c.Param("key"))
	if err != nil || n.Key() != c.Param("key") {
		return errs.New(errs.NotFound, "error.not_found")
	}
	p, err := s.Register.Find(c.ctx(), c.by, n.Key())
	if errs.CodeOf(err) == errs.NotFound { // not in the register here; what names it is shown all the same
		err = nil
	}
	if err != nil {
		return err
	}
	v := views.RegisterSheetView{Page: c.page(n.Normal())}
	v.Page.Crumbs = c.crumb("register", "/register")
	if s.Guard.CanAnywhere(c.by, "mark.check") {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("mark.new"), Href: address("/checks/new", url.Values{"number": {n.Normal()}}), Icon: "zoom-check", Look: "primary"})
	}
	if p == nil {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: c.p.T("register.unknown"), Text: c.p.T("register.unknown.text")})
	} else if err := s.patentFacts(c, p, &v); err != nil {
		return err
	}
	if err := s.patentChecks(c, n.Key(), &v); err != nil {
		return err
	}
	if err := s.patentNamed(c, n, &v); err != nil {
		return err
	}
	return c.show(http.StatusOK, views.RegisterSheet(v))
}

func (s *Server) patentFacts(c *ctx, p *registry.Patent, v *views.RegisterSheetView) error {
	v.Page.Title = p.Print()
	v.Page.Lead = p.Title
	v.Stages = c.patentLife(p, s.today())
	word := func(key string) string { return c.p.T("register.field." + key) }
	facts := []parts.Desc{
		{Label: word("number"), Value: p.Print(), Code: true}, {Label: word("type"), Value: c.p.T("patent.type." + string(p.Type))},
		{Label: word("title"), Value: p.Title, Wide: true}, {Label: word("patentees"), Value: strings.ReplaceAll(p.Patentees, "\n", c.p.T("register.and")), Wide: true},
		{Label: word("filed_on"), Value: c.p.Day(p.FiledOn)}, {Label: word("granted_on"), Value: c.p.Day(p.GrantedOn)},
		{Label: c.p.T("register.term_end"), Value: c.p.Day(p.TermEnd()), Note: c.p.T("register.term." + string(p.Type))},
		{Label: word("ended_on"), Value: c.p.Day(p.EndedOn), Note: p.EndReason},
	}
	if p.Licensees != "" {
		facts = append(facts, parts.Desc{Label: word("licensees"), Value: strings.ReplaceAll(p.Licensees, "\n", c.p.T("register.and")), Wide: true})
	}
	for _, x := range []struct {
		yes bool
		key string
	}{{p.AvoidDouble, "avoid_double"}, {p.Method, "method"}} {
		if x.yes {
			facts = append(facts, parts.Desc{Label: word(x.key), Value: c.p.T("mark.answer.yes")})
		}
	}
	v.Main = append(v.Main, views.SheetCard{ID: "facts", Title: c.p.T("register.facts"), Badge: parts.Badge(statusTone(p.Status), c.p.T("patent.status."+string(p.Status))), Descs: facts})
	if end := p.TermEnd(); p.Status.Standing() == patent.InForce && !end.IsZero() && p.StatusAsOf >= end {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: c.p.T("register.past_term", end)})
	}
	past, err := s.Register.History(c.ctx(), p.Key)
	if err != nil {
		return err
	}
	var ids []string
	for _, h := range past {
		ids = append(ids, h.BeforeID)
	}
	from, err := s.Register.Source(c.ctx(), append(ids, p.ImportID))
	if err != nil {
		return err
	}
	t := &parts.Table{Caption: c.p.T("register.history"), Compact: true, Columns: []parts.Column{{Label: c.p.T("register.field.status_as_of"), Slim: true}, {Label: word("status")}}}
	line := func(asOf calendar.Day, status patent.Status, source string) {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(c.p.Day(asOf), ""), parts.BodyCell(views.StatusCell(statusTone(status), c.p.T("patent.status."+string(status)), c.p.T("register.source", from[source].Name)))}})
	}
	line(p.StatusAsOf, p.Status, p.ImportID)
	for _, h := range past {
		line(h.StatusAsOf, h.Status, h.BeforeID)
	}
	v.Side = append(v.Side, views.SheetCard{ID: "history", Title: c.p.T("register.history"), Table: t})
	return nil
}

// patentLife is the life of a patent as a line in time: filed, granted, its end, or the end of its term.
func (c *ctx) patentLife(p *registry.Patent, today calendar.Day) []parts.Stage {
	var out []parts.Stage
	state := func(d calendar.Day) parts.StageState {
		if !d.IsZero() && d <= today {
			return parts.StageDone
		}
		return parts.StageTodo
	}
	out = append(out, parts.Stage{Label: c.p.T("register.field.filed_on"), Day: p.FiledOn, State: state(p.FiledOn)})
	switch p.Status.Standing() {
	case patent.Never:
		return append(out, parts.Stage{Label: c.p.T("patent.status." + string(p.Status)), Day: p.EndedOn, State: parts.StageDone})
	case patent.Pending:
		out = append(out, parts.Stage{Label: c.p.T("patent.status." + string(p.Status)), State: parts.StageNow}, parts.Stage{Label: c.p.T("register.field.granted_on"), State: parts.StageTodo})
	default:
		out = append(out, parts.Stage{Label: c.p.T("register.field.granted_on"), Day: p.GrantedOn, State: state(p.GrantedOn)})
	}
	end := p.TermEnd()
	if p.Status.Standing() == patent.Ended {
		out = append(out, parts.Stage{Label: c.p.T("patent.status." + string(p.Status)), Day: p.EndedOn, State: parts.StageDone})
		if p.Status != patent.Expired {
			out = append(out, parts.Stage{Label: c.p.T("register.term_end"), Day: end, State: parts.StageSkipped})
		}
		return out
	}
	if p.Status.Standing() == patent.InForce && today < end {
		out = append(out, parts.Stage{Label: c.p.T("patent.status." + string(p.Status)), Note: c.p.T("register.as_of", p.StatusAsOf), State: parts.StageNow})
	}
	return append(out, parts.Stage{Label: c.p.T("register.term_end"), Day: end, State: state(end)})
}

func (s *Server) patentChecks(c *ctx, key string, v *views.RegisterSheetView) error {
	if !s.Guard.CanAnywhere(c.by, "mark.view") {
		return nil
	}
	rows, more, err := s.Register.Checks(c.ctx(), c.by, registry.CheckFilter{Key: key}, "", rowsOfPage)
	if err != nil {
		return err
	}
	t := c.checkTable(rows)
	t.Compact, t.Empty = true, &parts.EmptyState{Title: c.p.T("mark.none")}
	card := views.SheetCard{ID: "checks", Title: c.p.T("mark.title"), Table: &t}
	if more {
		card.More = c.p.T("mark.more", rowsOfPage)
	}
	v.Main = append(v.Main, card)
	return nil
}

// patentNamed are the cases, leads and listings that name a patent, those this person may see.
func (s *Server) patentNamed(c *ctx, n patent.Number, v *views.RegisterSheetView) error {
	q, ok := search.Parse(n.Key())
	if !ok {
		return nil
	}
	for _, r := range rooms() {
		if r.kind == search.Call || !s.Guard.CanAnywhere(c.by, r.action) {
			continue
		}
		docs, err := search.Find(c.ctx(), s.DB, q, r.kind, s.Guard.ScopeOn(c.by, r.action, "search_docs", "subject_id"), rowsOfPage)
		if err != nil {
			return err
		}
		t := &parts.Table{Caption: c.p.T("find.kind." + r.kind), Compact: true, Columns: []parts.Column{{Label: c.p.T("register.named.number")}, {Label: c.p.T("register.named.title")}},
			Empty: &parts.EmptyState{Title: c.p.T("register.named.none")}}
		card := views.SheetCard{ID: r.kind + "s", Title: c.p.T("find.kind." + r.kind), Table: t}
		if len(docs) > rowsOfPage {
			docs, card.More = docs[:rowsOfPage], c.p.T("mark.more", rowsOfPage)
		}
		for _, d := range docs {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(d.Label, r.list+"/"+d.SubjectID, c.place(d.Jurisdiction)), parts.TextCell(d.Title, "")}})
		}
		v.Main = append(v.Main, card)
	}
	return nil
}

// importTone is the colour of an import's state.
func importTone(state string) parts.Tone {
	switch state {
	case registry.StateDone:
		return parts.Done
	case registry.StateFailed:
		return parts.Late
	case registry.StateReady, registry.StateColumns:
		return parts.Soon
	case registry.StateUndone, registry.StateDropped:
		return parts.Stopped
	}
	return parts.Running
}

// patentImports lists the files brought into the register.
func (s *Server) patentImports(c *ctx) error {
	rows, err := s.Register.Imports(c.ctx(), c.by)
	if err != nil {
		return err
	}
	v := views.RecordsView{Page: c.page(c.p.T("register.imports"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("register", "/register"), c.p.T("register.imports.lead")
	if c.can("register.import", s.Register.Office()) {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("register.import"), Href: "/register/imports/new", Icon: "upload", Look: "primary"})
	}
	v.Head = parts.ListHead{Count: c.p.N("register.imports.count", len(rows))}
	v.Table = parts.Table{Caption: c.p.T("register.imports"), Columns: []parts.Column{
		{Label: c.p.T("register.file")}, {Label: c.p.T("register.state"), Slim: true}, {Label: c.p.T("register.rows"), Num: true}, {Label: c.p.T("register.new"), Num: true},
		{Label: c.p.T("register.changed"), Num: true}, {Label: c.p.T("register.bad"), Num: true}, {Label: c.p.T("register.by")},
	}, Empty: &parts.EmptyState{Icon: "upload", Title: c.p.T("register.imports.none"), Text: c.p.T("register.imports.none.text")}}
	for _, im := range rows {
		v.Table.Rows = append(v.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(im.Name, patentImportPath(im.ID), c.size(im.Size)), parts.BodyCell(parts.StatusDot(importTone(im.State), c.p.T("register.state."+im.State))),
			parts.NumCell(c.p.Count(im.Rows)), parts.NumCell(c.p.Count(im.New)), parts.NumCell(c.p.Count(im.Changed)), parts.NumCell(c.p.Count(im.Bad)),
			parts.TextCell(im.ByName, c.p.Time(im.MadeAt)),
		}})
	}
	v.Pager = parts.Pager{Shown: len(rows)}
	return c.show(http.StatusOK, views.Records(v))
}

// patentImportNew shows the form that takes a file.
func (s *Server) patentImportNew(c *ctx) error {
	if !c.can("register.import", s.Register.Office()) { // a county's: it sees what the city has brought in
		return c.to("/register/imports")
	}
	return s.patentImportForm(c, http.StatusOK, blank(nil))
}

func (s *Server) patentImportForm(c *ctx, code int, f *form) error {
	v := views.EntryView{Page: c.page(c.p.T("register.import")), Hint: c.p.T("register.import.hint")}
	v.Page.Crumbs, v.Page.Invalid = append(c.crumb("register", "/register"), layout.Crumb{Label: c.p.T("register.imports"), Href: "/register/imports"}), f.invalid()
	v.Groups = []views.FieldGroup{{Title: c.p.T("register.file"), Fields: f.fill(c.p,
		parts.Field{Name: "file", Label: c.p.T("register.file"), Hint: c.p.T("register.file.hint", c.p.Count(200_000), mebibytes(registry.MostBytes)), Type: parts.File, Accept: ".csv,.txt,.xlsx", Required: true})}}
	v.Form = parts.Form{Action: "/register/imports", Files: true, Submit: c.p.T("register.upload"), Hidden: []parts.Hidden{c.newID(f, "id")}, Cancel: &parts.Link{Label: c.p.T("intake.cancel"), Href: "/register/imports"}}
	v.Error = f.general(c.p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// patentImportAdd takes a file as it arrives.
func (s *Server) patentImportAdd(c *ctx) error {
	var im *registry.Import
	f, err := c.upload("file", func(f *form, name string, r io.Reader) (err error) {
		im, err = s.Register.Upload(c.ctx(), c.by, f.id(), name, r)
		return err
	})
	if err == nil && im == nil {
		var bad errs.Faults
		bad.Add("file", "error.required")
		err = bad.Err()
	}
	if err == nil {
		return c.done(patentImportPath(im.ID), "flash.register.upload", im.Name)
	}
	c.hearOut()
	if f == nil {
		return err
	}
	if code, again := c.again(f, err); again {
		return s.patentImportForm(c, code, f)
	}
	return err
}

// patentImport shows an import: which column is which field, how far it is, what came of it.
func (s *Server) patentImport(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.patentImportPage(c, http.StatusOK, id, nil)
}

func (s *Server) patentImportPage(c *ctx, code int, id string, back *form) error {
	im, err := s.Register.Import(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(im.Name)}
	v.Page.Crumbs = append(c.crumb("register", "/register"), layout.Crumb{Label: p.T("register.imports"), Href: "/register/imports"})
	if v.Page.Invalid = back != nil && back.invalid(); v.Page.Invalid && back.whole != nil {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.M(*back.whole)})
	}
	facts := []parts.Desc{{Label: p.T("register.file"), Value: im.Name, Note: c.size(im.Size)}, {Label: p.T("register.encoding"), Value: p.T("register.encoding." + im.Encoding)},
		{Label: p.T("register.as_of_day"), Value: p.Day(im.AsOf)}, {Label: p.T("register.by"), Value: im.ByName, Note: p.Time(im.MadeAt)}, {Label: "SHA-256", Value: im.SHA256, Code: true, Wide: true}}
	v.Side = []views.SheetCard{{ID: "file", Title: p.T("register.file"), Badge: parts.Badge(importTone(im.State), p.T("register.state."+im.State)), Descs: facts, Narrow: true}}
	if im.Working() {
		v.Progress, v.Done = p.T("register.working."+im.State, p.Count(im.Done)), im.Done
		if v.Of = im.Rows; im.State == registry.StateReading {
			v.Of = 0
		}
		c.Response().Header().Set("Refresh", "2") // without JavaScript too
	}
	if m := im.Why(); m != nil {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.T("register.failed"), Text: p.M(*m)})
	}
	if slices.Contains([]string{registry.StateReady, registry.StateWriting, registry.StateDone, registry.StateUndoing, registry.StateUndone}, im.State) {
		s.importCounts(c, im, &v)
	}
	if c.can("register.import", s.Register.Office()) {
		if err := s.importForms(c, im, back, &v); err != nil {
			return err
		}
	}
	if wrong := im.Wrong(); len(wrong) > 0 {
		v.Main = append(v.Main, c.wrongRows(im, wrong))
	}
	v.Main = append(v.Main, c.firstRows(im))
	return c.show(code, views.RegisterSheet(v))
}

func (s *Server) importCounts(c *ctx, im *registry.Import, v *views.RegisterSheetView) {
	for _, x := range []struct {
		key  string
		n    int64
		tone parts.Tone
		icon string
	}{{"rows", im.Rows, parts.Running, "list-details"}, {"new", im.New, parts.Done, "plus"}, {"changed", im.Changed, parts.Soon, "edit"}, {"same", im.Same, parts.Stopped, "circle-check"},
		{"older", im.Older, parts.Stopped, "clock"}, {"bad", im.Bad, parts.Late, "alert-triangle"}} {
		v.Cards = append(v.Cards, parts.NumberCard{Label: c.p.T("register." + x.key), Value: c.p.Count(x.n), Tone: x.tone, Icon: x.icon})
	}
	if im.Odd > 0 {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: c.p.N("register.odd", int(im.Odd))})
	}
	if im.Reviews > 0 {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: c.p.N("register.reviews", int(im.Reviews))})
	}
	if im.State == registry.StateReady {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Running, Title: c.p.T("register.ready"), Text: c.p.T("register.ready.text")})
	}
}

// importForms are what may be done with an import now.
func (s *Server) importForms(c *ctx, im *registry.Import, back *form, v *views.RegisterSheetView) error {
	one := func(name, icon, look string, fields ...parts.Field) {
		a := &views.ActForm{ID: name, Icon: icon, Title: c.p.T("register.act." + name), Hint: c.p.T("register.act." + name + ".hint"), Fields: numbered(name, fields),
			Form: parts.Form{Action: patentImportPath(im.ID) + "/" + name, Submit: c.p.T("register.act." + name), Look: look, Hidden: []parts.Hidden{version(im.Version)}}}
		v.Main = append(v.Main, views.SheetCard{Form: a})
	}
	switch im.State {
	case registry.StateReady:
		if im.Rows > im.Bad {
			one("apply", "circle-check", "primary")
		}
		fallthrough
	case registry.StateColumns, registry.StateFailed:
		look := "primary"
		if im.State == registry.StateReady {
			look = "secondary"
		}
		one("read", "list-details", look, s.columnFields(c, im, back)...)
		one("drop", "trash", "danger")
	case registry.StateDone:
		newest, err := s.Register.Newest(c.ctx())
		if err != nil {
			return err
		}
		if newest == im.ID {
			one("undo", "arrow-back-up", "danger")
		}
	}
	return nil
}

// columnFields ask which column is which field.
func (s *Server) columnFields(c *ctx, im *registry.Import, back *form) []parts.Field {
	asOf := im.AsOf
	if asOf.IsZero() {
		asOf = s.today()
	}
	return c.columns(back, fileColumns{heads: im.Heads(), chosen: im.Chosen(), names: registry.Fields(), needed: registry.Needed, labels: "register.field."}, map[string]string{"as_of": asOf.String()},
		parts.Field{Name: "as_of", Label: c.p.T("register.as_of_day"), Hint: c.p.T("register.as_of_day.hint"), Type: parts.Date, Half: true, Upto: s.today().String()})
}

// fileColumns is what a person is asked of a file: which of its columns is which field.
type fileColumns struct {
	heads  []string
	chosen sheet.Columns // as it is known or guessed
	names  []string
	needed func(name string) bool
	labels string // the sentences of the fields begin so
}

// columns are the fields that ask for the columns of a file, and others after them with what they hold.
func (c *ctx) columns(back *form, x fileColumns, values map[string]string, more ...parts.Field) []parts.Field {
	held := map[string]string{}
	maps.Copy(held, values)
	for name, i := range x.chosen {
		held[name] = strconv.Itoa(i)
	}
	if back == nil {
		back = blank(held)
	}
	var fields []parts.Field
	for _, name := range x.names {
		f := parts.Field{Name: name, Label: c.p.T(x.labels + name), Type: parts.Select, Half: true, Required: x.needed(name), Blank: c.p.T("register.column.none")}
		for i, h := range x.heads {
			if h == "" {
				h = c.p.T("register.column.unnamed", i+1)
			}
			f.Options = append(f.Options, parts.Option{Value: strconv.Itoa(i), Label: h, Selected: held[name] == strconv.Itoa(i)})
		}
		fields = append(fields, f)
	}
	return back.fill(c.p, append(fields, more...)...)
}

// columns are those that a person chose, by the names of their fields.
func (f *form) columns(names []string) sheet.Columns {
	out := sheet.Columns{}
	for _, name := range names {
		if f.text(name) != "" {
			out[name] = int(f.number(name))
		}
	}
	return out
}

// wrongShown is how many rows with a fault a page names.
const wrongShown = 50

// firstRows are the first rows of the file as they were read.
func (c *ctx) firstRows(im *registry.Import) views.SheetCard {
	t := &parts.Table{Caption: c.p.T("register.sample"), Compact: true}
	for i, h := range im.Heads() {
		if i == 8 {
			break
		}
		t.Columns = append(t.Columns, parts.Column{Label: h})
	}
	for _, r := range im.First() {
		var row parts.Row
		for _, x := range r[:min(len(r), len(t.Columns))] {
			cell := parts.TextCell(x, "")
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return views.SheetCard{ID: "sample", Title: c.p.T("register.sample"), Table: t}
}

func (c *ctx) wrongRows(im *registry.Import, list []sheet.Wrong) views.SheetCard {
	t := &parts.Table{Caption: c.p.T("register.wrong"), Compact: true, Columns: []parts.Column{{Label: c.p.T("register.line"), Num: true, Slim: true}, {Label: c.p.T("register.column")}, {Label: c.p.T("register.value")}, {Label: c.p.T("register.why")}}}
	for _, w := range list[:min(len(list), wrongShown)] {
		field := ""
		if w.Field != "" {
			field = c.p.T("register.field." + w.Field)
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.NumCell(c.p.Count(w.Line)), parts.TextCell(field, ""), parts.TextCell(w.Value, ""), parts.TextCell(c.p.T(w.Key, w.Args...), "")}})
	}
	card := views.SheetCard{ID: "wrong", Title: c.p.T("register.wrong"), Table: t}
	if im.Bad > wrongShown {
		card.More = c.p.T("register.wrong.more", c.p.Count(im.Bad))
	}
	return card
}

// importAct does something with an import; what the program then works on is given a moment, so that a small file is done at once.
func (s *Server) importAct(name string, act func(c *ctx, id string, version int64, f *form) error) func(*ctx) error {
	return acted(act, s.patentImportPage, func(c *ctx, id string) error {
		s.carryRegister(c)
		return c.done(patentImportPath(id), "flash.register."+name)
	})
}

func (s *Server) carryRegister(c *ctx) {
	moment, cancel := context.WithTimeout(c.ctx(), s.carry)
	defer cancel()
	if err := s.Register.Work(moment); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		s.Log.Error("an extract of the patent register waits", "id", c.id, "err", err)
	}
}

func (s *Server) importRead(c *ctx, id string, version int64, f *form) error {
	columns := f.columns(registry.Fields())
	asOf := f.day("as_of")
	if err := f.err(); err != nil {
		return err
	}
	return s.Register.Read(c.ctx(), c.by, id, version, columns, asOf)
}

func (s *Server) importApply(c *ctx, id string, version int64, _ *form) error {
	return s.Register.Apply(c.ctx(), c.by, id, version)
}

func (s *Server) importUndo(c *ctx, id string, version int64, _ *form) error {
	return s.Register.Undo(c.ctx(), c.by, id, version)
}

func (s *Server) importDrop(c *ctx, id string, version int64, _ *form) error {
	return s.Register.Drop(c.ctx(), c.by, id, version)
}
