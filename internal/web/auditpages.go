package web

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// The auditor's pages: the log, what was done to and read of one case, what one person did, and what was refused.

// auditParts are the tabs of a case's and of a person's page.
var auditParts = []string{"", audit.Acts, audit.Reads, audit.Refusal}

// askAudit reads a query of the log. A number of a case stands for all that is told of that case.
func (s *Server) askAudit(c *ctx) (*form, audit.Filter, error) {
	f := c.ask(asked{
		choices: map[string][]string{"outcome": {audit.Done, audit.Refused}, "part": auditParts[1:]}, spans: [][2]string{{"from", "to"}}, ids: []string{"case", "person"}, counted: []string{"before"},
	})
	if f.invalid() {
		return f, audit.Filter{}, nil
	}
	to := f.day("to")
	a := audit.Filter{Actor: f.text("actor"), Action: f.text("action"), Subject: f.text("subject"), Outcome: f.text("outcome"), Part: f.text("part"), Case: f.text("case"), Person: f.text("person"),
		From: f.day("from").Time(), Before: f.number("before"), Limit: auditPage + 1}
	if !to.IsZero() {
		a.To = to.AddDays(1).Time()
	}
	if n := f.text("number"); n != "" {
		id, err := audit.CaseNumbered(c.ctx(), s.DB, n)
		if err != nil {
			return f, a, err
		}
		if id == "" {
			id = "-" // none: nothing is found
		}
		a.Case = id
	}
	return f, a, nil
}

// audit shows the log, newest first.
func (s *Server) audit(c *ctx) error {
	v := views.AuditView{Page: c.page(c.p.T("audit.title"))}
	v.Page.Lead = c.p.T("audit.lead")
	return s.auditList(c, v, "/audit", func(*audit.Filter) {}, parts.Action{Label: c.p.T("audit.refusals"), Href: "/audit/refusals", Icon: "alert-triangle"},
		parts.Action{Label: c.p.T("audit.heads"), Href: "/audit/heads", Icon: "file-certificate"},
		parts.Action{Label: c.p.T("audit.verify"), Href: "/audit/verify", Icon: "shield-check", Post: true})
}

// auditCase shows all that was done to a case, and read of it.
func (s *Server) auditCase(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	m, err := audit.MatterOf(c.ctx(), s.DB, "case", id)
	if err != nil {
		return err
	}
	scope := s.Guard.ScopePlain(c.by, "audit.view", "audit_log")
	n, err := audit.Count(c.ctx(), s.DB, audit.Filter{Case: id}, scope)
	if err != nil {
		return err
	}
	if m == nil || n == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	v := views.AuditView{Page: c.page(c.p.T("audit.case", id))} // its number is not the auditor's to read where it is restricted: the log opens no case
	v.Page.Lead = c.p.T("audit.case.lead")
	return s.auditList(c, v, "/audit/cases/"+id, func(f *audit.Filter) { f.Case = id })
}

// auditPerson shows what a person did, read, and was refused, and from where they signed in.
func (s *Server) auditPerson(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	scope := s.Guard.ScopePlain(c.by, "audit.view", "audit_log")
	people, err := s.Users.Named(c.ctx(), []string{id})
	if err != nil {
		return err
	}
	n, err := audit.Count(c.ctx(), s.DB, audit.Filter{Person: id}, scope)
	if err != nil {
		return err
	}
	if n == 0 || len(people) == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	v := views.AuditView{Page: c.page(c.p.T("audit.person", people[0].Name))}
	v.Page.Lead = c.p.T("audit.person.lead")
	doors, err := audit.SignIns(c.ctx(), s.DB, audit.Filter{Person: id, Limit: 20}, scope)
	if err != nil {
		return err
	}
	t := parts.Table{Caption: c.p.T("audit.signins"), Compact: true, Columns: []parts.Column{{Label: c.p.T("audit.detail.ip")}, {Label: c.p.T("audit.times"), Num: true}, {Label: c.p.T("audit.newest"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "shield-check", Title: c.p.T("audit.signins.none")}}
	for _, g := range doors {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(g.What, ""), parts.NumCell(c.p.Count(g.N)), parts.LinkCell(c.p.T("audit.entry", strconv.FormatInt(g.Last, 10)), "/audit/"+strconv.FormatInt(g.Last, 10), "")}})
	}
	v.Above = &t
	return s.auditList(c, v, "/audit/people/"+id, func(f *audit.Filter) { f.Person = id })
}

// auditList shows entries on a page of the auditor's; of narrows them to what the page is about.
func (s *Server) auditList(c *ctx, v views.AuditView, path string, of func(*audit.Filter), actions ...parts.Action) error {
	f, a, err := s.askAudit(c)
	if err != nil {
		return err
	}
	of(&a)
	v.Filters = s.auditFilters(c, f, path)
	if path != "/audit" {
		v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("audit.title"), Href: "/audit"}}
	}
	if f.invalid() {
		v.Page.Invalid, v.Wrong = true, c.misread(f, v.Filters)
		return c.show(http.StatusUnprocessableEntity, views.Audit(v))
	}
	v.Page.Actions = parts.Buttons(append(actions, auditExports(c, "case", a.Case, "person", a.Person)...)...)
	rows, err := audit.List(c.ctx(), s.DB, a, s.Guard.ScopePlain(c.by, "audit.view", "audit_log"))
	if err != nil {
		return err
	}
	more := len(rows) > auditPage
	if more {
		rows = rows[:auditPage]
	}
	names, err := s.subjects(c, rows)
	if err != nil {
		return err
	}
	for _, e := range rows {
		l := s.auditLine(c, e)
		l.SubjectName = names[e.Subject]
		v.Entries = append(v.Entries, l)
	}
	v.Pager = parts.Pager{Shown: len(rows)}
	if a.Before > 0 {
		v.Pager.First = with(c, "before", "")
	}
	if more {
		v.Pager.Next = with(c, "before", strconv.FormatInt(rows[len(rows)-1].Seq, 10))
	}
	return c.show(http.StatusOK, views.Audit(v))
}

// auditRefusals shows what was refused, by person, action and reason.
func (s *Server) auditRefusals(c *ctx) error {
	f, a, err := s.askAudit(c)
	if err != nil {
		return err
	}
	v := views.AuditView{Page: c.page(c.p.T("audit.refusals"))}
	v.Page.Crumbs, v.Page.Lead = []layout.Crumb{{Label: c.p.T("audit.title"), Href: "/audit"}}, c.p.T("audit.refusals.lead")
	v.Filters = s.auditFilters(c, f, "/audit/refusals")
	t := parts.Table{Caption: v.Page.Title, Compact: true, Columns: []parts.Column{{Label: c.p.T("audit.actor")}, {Label: c.p.T("audit.action")}, {Label: c.p.T("audit.detail.why")}, {Label: c.p.T("audit.times"), Num: true}, {Label: c.p.T("audit.newest"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "shield-check", Title: c.p.T("audit.none"), Text: c.p.T("audit.none.text")}}
	v.Groups = &t
	if f.invalid() {
		v.Page.Invalid, t.Empty = true, c.misread(f, v.Filters)
		return c.show(http.StatusUnprocessableEntity, views.Audit(v))
	}
	rows, err := audit.Refusals(c.ctx(), s.DB, a, s.Guard.ScopePlain(c.by, "audit.view", "audit_log"))
	if err != nil {
		return err
	}
	if len(rows) > auditPage {
		rows = rows[:auditPage]
		v.Pager.Next = with(c, "before", strconv.FormatInt(rows[len(rows)-1].Last, 10))
	}
	if a.Before > 0 {
		v.Pager.First = with(c, "before", "")
	}
	v.Pager.Shown = len(rows)
	for _, g := range rows {
		who := audit.Entry{Actor: g.Actor, ActorName: g.ActorName}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(c.actorName(who), personLog(who), ""), parts.TextCell(c.actionName(g.Action), g.Action), parts.TextCell(c.reason(g.What), ""),
			parts.NumCell(c.p.Count(g.N)), parts.LinkCell(c.p.T("audit.entry", strconv.FormatInt(g.Last, 10)), "/audit/"+strconv.FormatInt(g.Last, 10), "")}})
	}
	v.Page.Actions = parts.Buttons(auditExports(c, "outcome", audit.Refused)...)
	return c.show(http.StatusOK, views.Audit(v))
}

// reason is why something was refused, in words where the sentence stands alone.
func (c *ctx) reason(key string) string {
	if text := c.p.Or(key, key); !strings.Contains(text, "{") {
		return text
	}
	return key
}

// personLog is the page of who did something; strangers and the program have a list.
func personLog(e audit.Entry) string {
	if store.ValidID(e.Actor) {
		return "/audit/people/" + e.Actor
	}
	return "/audit?actor=" + queryEscape(e.ActorName)
}

// subjectLog is the page of what an entry is about.
func subjectLog(subject string) string {
	if id, ok := strings.CutPrefix(subject, "case:"); ok && store.ValidID(id) {
		return "/audit/cases/" + id
	}
	return "/audit?subject=" + queryEscape(subject)
}

func (s *Server) auditFilters(c *ctx, f *form, path string) parts.Filters {
	outcomes := []parts.Option{}
	for _, o := range []string{audit.Done, audit.Refused} {
		outcomes = append(outcomes, parts.Option{Value: o, Label: c.p.T("audit.outcome." + o)})
	}
	kinds := []parts.Option{}
	for _, o := range auditParts[1:] {
		kinds = append(kinds, parts.Option{Value: o, Label: c.p.T("audit.part." + o)})
	}
	actor := parts.Field{Name: "actor", Label: c.p.T("audit.actor"), Max: 60}
	action := parts.Field{Name: "action", Label: c.p.T("audit.action"), Max: 60, NoSpell: true, Suggest: auditActions()}
	part := parts.Field{Name: "part", Label: c.p.T("audit.part"), Type: parts.Select, Blank: c.p.T("audit.any"), Options: kinds}
	number := parts.Field{Name: "number", Label: c.p.T("audit.number"), Max: 60, NoSpell: true}
	days := []parts.Field{{Name: "from", Label: c.p.T("audit.from"), Type: parts.Date}, {Name: "to", Label: c.p.T("audit.to"), Type: parts.Date}}
	out := parts.Filters{Action: path, Clear: path}
	switch {
	case path == "/audit/refusals":
		out.Fields, out.More = f.fill(c.p, actor, action, number), f.fill(c.p, days...)
	case strings.HasPrefix(path, "/audit/people/"):
		out.Fields, out.More = f.fill(c.p, part, action, number), f.fill(c.p, days...)
	case strings.HasPrefix(path, "/audit/cases/"):
		out.Fields, out.More = f.fill(c.p, part, actor, action), f.fill(c.p, days...)
	default:
		out.Fields = f.fill(c.p, actor, action, parts.Field{Name: "outcome", Label: c.p.T("audit.outcome"), Type: parts.Select, Blank: c.p.T("audit.any"), Options: outcomes})
		out.More = f.fill(c.p, append([]parts.Field{number, {Name: "subject", Label: c.p.T("audit.subject"), Max: 80, NoSpell: true}, part}, days...)...)
	}
	return out
}

// auditExports lead to the entries of this page as files.
func auditExports(c *ctx, set ...string) []parts.Action {
	q := maps.Clone(c.QueryParams())
	q.Del("before")
	return []parts.Action{{Label: "XLSX", Href: address("/audit/export", q, append(set, "format", "xlsx")...), Icon: "file-download", Download: true},
		{Label: "CSV", Href: address("/audit/export", q, append(set, "format", "csv")...), Icon: "file-download", Download: true}}
}

// auditExport sends entries as a table: a workbook, or CSV with the mark by which spreadsheets know UTF-8.
func (s *Server) auditExport(c *ctx) error {
	f, a, err := s.askAudit(c)
	if err != nil {
		return err
	}
	as := f.text("format")
	if f.invalid() || as != "" && as != "csv" && as != "xlsx" {
		return errs.New(errs.Invalid, "error.request")
	}
	scope, p := s.Guard.ScopePlain(c.by, "audit.view", "audit_log"), c.p
	total, err := audit.Count(c.ctx(), s.DB, a, scope)
	if err != nil {
		return err
	}
	if total > mostExported {
		return errs.New(errs.Invalid, "error.export_many", p.Count(total), p.Count(mostExported))
	}
	if err := s.tell(c, "log.export", s.Users.Home(c.by), "audit:log", map[string]any{"rows": total}); err != nil {
		return err
	}
	var rows []audit.Entry
	more := true
	a.Limit = 1000
	next := func() ([]any, bool, error) {
		if len(rows) == 0 && more {
			if rows, err = audit.List(c.ctx(), s.DB, a, scope); err != nil {
				return nil, false, err
			}
			if more = len(rows) == a.Limit; len(rows) > 0 {
				a.Before = rows[len(rows)-1].Seq
			}
		}
		if len(rows) == 0 {
			return nil, false, nil
		}
		e := rows[0]
		rows = rows[1:]
		l := s.auditLine(c, e)
		return []any{l.Seq, l.At, l.Actor, l.Action, l.Code, l.Subject, l.Place, l.Outcome, c.changesText(e.Detail), e.Detail, e.Hash}, true, nil
	}
	var heads []sheet.Head
	for _, k := range []string{"audit.seq", "audit.at", "audit.actor", "audit.action", "audit.code", "audit.subject", "audit.place", "audit.outcome", "audit.changes", "audit.detail", "audit.hash"} {
		heads = append(heads, sheet.Head{Label: p.T(k), Wide: 20})
	}
	name := p.T("audit.export.name", s.today())
	if as != "csv" {
		return c.sendWorkbook(name, heads, next)
	}
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, heads, next); err != nil {
		return err
	}
	return c.blob(name+".csv", "text/csv; charset=utf-8", b.Bytes())
}

// fieldWord is a field that was changed, in the reader's language where there is a word.
func (c *ctx) fieldWord(name string) string {
	return c.p.Or("audit.field."+name, c.p.Or("audit.detail."+name, c.p.Or("field."+name, name)))
}

// changes is the table of what an entry changed, or nil.
func (c *ctx) changes(detail string) *parts.Table {
	list := audit.Changes(detail)
	if len(list) == 0 {
		return nil
	}
	t := parts.Table{Caption: c.p.T("audit.changes"), Compact: true, Columns: []parts.Column{{Label: c.p.T("audit.changed_field")}, {Label: c.p.T("audit.old")}, {Label: c.p.T("audit.new")}}}
	for _, x := range list {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(c.fieldWord(x.Field), ""), parts.TextCell(orDash(x.Old), ""), parts.TextCell(orDash(x.New), "")}})
	}
	return &t
}

func (c *ctx) changesText(detail string) string {
	var out []string
	for _, x := range audit.Changes(detail) {
		out = append(out, c.fieldWord(x.Field)+": "+orDash(x.Old)+" → "+orDash(x.New))
	}
	return strings.Join(out, "\n")
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
