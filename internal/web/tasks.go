package web

import (
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/casework"
	"huzhi/internal/task"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func taskPath(id string) string { return "/tasks/" + id }

func taskTone(state string) parts.Tone {
	switch state {
	case task.StateOpen:
		return parts.Running
	case task.StateDone:
		return parts.Done
	}
	return parts.Stopped
}

// taskClock is the day of a task as a badge.
func (s *Server) taskClock(c *ctx, t *task.Task) parts.Clock {
	v := parts.Clock{Name: c.p.T("task.due_on"), State: parts.ClockRuns, Unit: parts.Days, Left: int(t.DueOn - s.today()), Due: t.DueOn}
	switch {
	case t.State == task.StateCancelled:
		v.State = parts.ClockVoid
	case t.State == task.StateDone && t.SettledOn > t.DueOn:
		v.State = parts.ClockMissed
	case t.State == task.StateDone:
		v.State = parts.ClockMet
	}
	return v
}

// tasks is the list of tasks: mine, given by me, all.
func (s *Server) tasks(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"whose": {task.Made, task.All}, "state": task.States()}, days: []string{"until"}, ids: []string{"case"}})
	f, _ := task.ParseFilter(q.values) // what is wrong in it is noted already
	v := views.RecordsView{Page: c.page(c.p.T("task.title")), Filters: s.taskFilters(c, f, q)}
	v.Page.Lead = c.p.T("task.lead")
	if q.invalid() {
		return c.showMisread(v, q)
	}
	rows, more, err := s.Tasks.List(c.ctx(), c.by, f, q.raw("after"), rowsOfPage)
	if err != nil {
		return err
	}
	total, err := s.Tasks.Count(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	if v.Cards, err = s.taskCards(c); err != nil {
		return err
	}
	v.Head = parts.ListHead{Count: c.p.N("task.count", int(total)), Tabs: s.taskTabs(c, f)}
	v.Table = s.taskTable(c, rows)
	v.Pager = parts.Pager{Shown: len(rows), Total: c.p.Count(total)}
	if more {
		v.Pager.Next = address("/tasks", f.Values(), "after", rows[len(rows)-1].Key())
	}
	if q.raw("after") != "" {
		v.Pager.First = address("/tasks", f.Values())
	}
	return c.show(http.StatusOK, views.Records(v))
}

func (s *Server) taskCards(c *ctx) ([]parts.NumberCard, error) {
	return s.cards(c, []figure{
		{label: "task.card.mine", icon: "checklist", tone: parts.Running, at: "/tasks", of: task.Filter{}},
		{label: "task.card.overdue", icon: "alert-triangle", tone: parts.Soon, at: "/tasks", of: task.Filter{State: "overdue"}},
		{label: "task.card.made", icon: "send", tone: parts.Running, at: "/tasks", of: task.Filter{Whose: task.Made}},
		{label: "task.card.all", icon: "clock-exclamation", tone: parts.Soon, at: "/tasks", of: task.Filter{Whose: task.All, State: "overdue"}},
	}, func(f valued) (int64, error) { return s.Tasks.Count(c.ctx(), c.by, f.(task.Filter)) })
}

// taskTabs are the states as views of the list.
func (s *Server) taskTabs(c *ctx, f task.Filter) []parts.Tab {
	out := []parts.Tab{{Label: c.p.T("task.state.open"), Href: address("/tasks", f.Values(), "state", ""), Active: f.State == ""}}
	for _, x := range task.States() {
		out = append(out, parts.Tab{Label: c.p.T("task.state." + x), Href: address("/tasks", f.Values(), "state", x), Active: f.State == x})
	}
	return out
}

func (s *Server) taskFilters(c *ctx, f task.Filter, q *form) parts.Filters {
	v := f.Values()
	fs := parts.Filters{Action: "/tasks", Clear: "/tasks",
		Fields: q.fill(c.p,
			parts.Field{Name: "q", Label: c.p.T("task.q"), Type: parts.Search, Max: longestText},
			parts.Field{Name: "until", Label: c.p.T("task.until"), Type: parts.Date},
			parts.Field{Name: "office", Label: c.p.T("query.office"), Type: parts.Select, Blank: c.p.T("query.any"), Options: c.offices("case.view")},
		),
	}
	for _, x := range []string{task.Mine, task.Made, task.All} {
		key := x
		if key == task.Mine {
			key = "mine"
		}
		fs.Tabs = append(fs.Tabs, parts.Tab{Label: c.p.T("task.whose." + key), Href: address("/tasks", v, "whose", x), Active: f.Whose == x})
	}
	for _, name := range []string{"whose", "state", "case"} {
		if x := v.Get(name); x != "" {
			fs.Hidden = append(fs.Hidden, parts.Hidden{Name: name, Value: x})
		}
	}
	fs.Chips = chipsOf("/tasks", v, chip{"case", c.p.T("task.case"), c.p.T("task.case.one")}, chip{"until", c.p.T("task.until"), c.p.Day(f.Until)},
		chip{"office", c.p.T("query.office"), c.place(f.Office)}, chip{"q", c.p.T("task.q"), f.Text})
	return fs
}

func (s *Server) taskTable(c *ctx, rows []task.Row) parts.Table {
	t := parts.Table{Caption: c.p.T("task.title"), Columns: []parts.Column{
		{Label: c.p.T("task.name")}, {Label: c.p.T("task.case")}, {Label: c.p.T("task.assignee"), Slim: true}, {Label: c.p.T("task.made_by"), Slim: true},
		{Label: c.p.T("task.due_on"), Slim: true}, {Label: c.p.T("task.state"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "checklist", Title: c.p.T("task.none"), Text: c.p.T("task.none.text")}}
	for _, r := range rows {
		clock := s.taskClock(c, &r.Task)
		row := parts.Row{Cells: []parts.Cell{
			parts.LinkCell(r.Title, taskPath(r.ID), firstLine(r.Text, 60)),
			parts.BodyCell(views.DueMatter(c.p, views.Matter{Label: r.CaseNumber, Href: "/cases/" + r.CaseID, Kind: c.place(r.Jurisdiction), Title: r.CaseTitle, Confidential: c.confidential(r.Restricted)})),
			parts.TextCell(r.AssigneeName, ""), parts.TextCell(r.MadeName, c.p.Day(r.MadeOn)),
			parts.BodyCell(parts.ClockLine(c.p, clock)), parts.BodyCell(parts.StatusDot(taskTone(r.State), c.p.T("task.state."+r.State))),
		}}
		if tone := clock.Tone(); r.State == task.StateOpen && (tone == parts.Late || tone == parts.Soon) {
			row.Tone = tone
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// deskTasks are a person's own open tasks, the nearest day first.
func (s *Server) deskTasks(c *ctx, most int) (views.DeskList, error) {
	l := views.DeskList{ID: "tasks", Title: c.p.T("task.desk"), More: &parts.Link{Label: c.p.T("parts.search.more"), Href: "/tasks"}}
	rows, _, err := s.Tasks.List(c.ctx(), c.by, task.Filter{}, "", most)
	for _, r := range rows {
		v := s.taskClock(c, &r.Task)
		v.Name = ""
		l.Rows = append(l.Rows, views.DeskRow{Title: r.Title, Href: taskPath(r.ID), Sub: r.CaseNumber + " · " + r.CaseTitle, Confidential: c.confidential(r.Restricted), Clock: &v})
	}
	return l, err
}

// caseTasks are the tasks of a case, with the form that gives one.
func (s *Server) caseTasks(c *ctx, file *casework.File, back *form) (views.CasePart, error) {
	part := views.CasePart{ID: "tasks", Title: c.p.T("task.title"), Table: parts.Table{Caption: c.p.T("task.title"), Compact: true,
		Columns: []parts.Column{{Label: c.p.T("task.name")}, {Label: c.p.T("task.assignee")}, {Label: c.p.T("task.due_on"), Slim: true}, {Label: c.p.T("task.state"), Slim: true}},
		Empty:   &parts.EmptyState{Title: c.p.T("task.case.none")}}}
	rows, err := s.Tasks.Of(c.ctx(), file.ID)
	for _, r := range rows {
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(r.Title, taskPath(r.ID), firstLine(r.Text, 60)), parts.TextCell(r.AssigneeName, ""),
			parts.BodyCell(parts.ClockLine(c.p, s.taskClock(c, &r.Task))), parts.BodyCell(parts.StatusDot(taskTone(r.State), c.p.T("task.state."+r.State))),
		}})
	}
	if file.State != casework.Archived && s.Tasks.Rights(c.by, file.Jurisdiction, c.memberOf(file), nil).Work && file.Barred(c.by, false) == nil {
		part.Add = s.taskForm(c, file, back)
	}
	return part, err
}

func (c *ctx) memberOf(file *casework.File) bool {
	return slices.ContainsFunc(file.Members, func(m casework.Member) bool { return m.UserID == c.by.ID })
}

// taskFields are the questions of a task.
func (s *Server) taskFields(c *ctx, file *casework.File, f *form) []parts.Field {
	return numbered("task", f.fill(c.p,
		parts.Field{Name: "title", Label: c.p.T("task.name"), Hint: c.p.T("task.name.hint"), Required: true, Max: 200},
		s.assigneeField(c, file), s.dueField(c),
		parts.Field{Name: "text", Label: c.p.T("task.text"), Type: parts.LongText, Rows: 3, Max: 5000},
	))
}

// assigneeField is who may be given a task: the case's members, each with their parts.
func (s *Server) assigneeField(c *ctx, file *casework.File) parts.Field {
	f := parts.Field{Name: "assignee", Label: c.p.T("task.assignee"), Hint: c.p.T("task.assignee.hint"), Type: parts.Select, Required: true, Half: true}
	at := map[string]int{}
	for _, m := range file.Members {
		i, twice := at[m.UserID]
		if !twice {
			i = len(f.Options)
			at[m.UserID] = i
			f.Options = append(f.Options, parts.Option{Value: m.UserID, Label: m.Name + c.p.T("task.part", c.p.T("part."+m.Part))})
			continue
		}
		f.Options[i].Label += c.p.T("task.part", c.p.T("part."+m.Part))
	}
	return f
}

func (s *Server) dueField(c *ctx) parts.Field {
	return parts.Field{Name: "due_on", Label: c.p.T("task.due_on"), Type: parts.Date, Required: true, Half: true, Min: s.today().String()}
}

func (s *Server) taskForm(c *ctx, file *casework.File, f *form) *views.ActForm {
	if f == nil {
		f = blank(nil)
	}
	a := &views.ActForm{ID: "add-task", Title: c.p.T("task.add"), Icon: "checklist", Fields: s.taskFields(c, file, f)}
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/tasks", Submit: c.p.T("task.save"), ID: "task", Hidden: []parts.Hidden{c.newID(f, "id")}}
	return a
}

// taskInput is the domain's input out of what was typed.
func taskInput(f *form) task.Input {
	return task.Input{ID: f.id(), Title: f.text("title"), Text: f.text("text"), Assignee: f.text("assignee"), DueOn: f.day("due_on")}
}

// addTask gives a task in a case.
func (s *Server) addTask(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, in := c.Param("id"), taskInput(f)
	if err = f.err(); err == nil {
		_, err = s.Tasks.Add(c.ctx(), c.by, id, in)
	}
	if err == nil {
		return c.done("/cases/"+id+"#tasks", "flash.task.add", in.Title)
	}
	return s.editAgain(c, f, err, func(back *caseForms) { back.task = f })
}

// oneTask is the page of a task.
func (s *Server) oneTask(c *ctx) error { return s.taskPage(c, http.StatusOK, "", nil) }

// taskPage shows a task with what was done with it and what may be done; back is the form of an act that came back.
func (s *Server) taskPage(c *ctx, code int, act string, back *form) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	r, steps, err := s.Tasks.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, r.CaseID)
	if err != nil {
		return err
	}
	clock := s.taskClock(c, &r.Task)
	v := views.TaskView{Page: c.page(r.Title), Text: r.Text}
	v.Page.NoHead, v.Page.Invalid = true, back != nil && back.invalid()
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("cases.title"), Href: "/cases"}, {Label: r.CaseNumber, Href: "/cases/" + r.CaseID + "#tasks"}}
	v.Banner = parts.Banner{Number: r.CaseNumber, Title: r.Title, Kind: c.p.T("task.one"), State: c.p.T("task.state." + r.State), StateTone: taskTone(r.State),
		Officers: []string{r.AssigneeName}, Confidential: c.confidential(r.Restricted), Clock: &clock}
	v.Facts = []parts.Desc{
		{Label: c.p.T("task.case"), Value: r.CaseNumber, Href: "/cases/" + r.CaseID, Note: r.CaseTitle, Wide: true},
		{Label: c.p.T("task.assignee"), Value: r.AssigneeName}, {Label: c.p.T("task.due_on"), Value: c.p.Day(r.DueOn)},
		{Label: c.p.T("task.made_by"), Value: r.MadeName, Note: c.p.Time(r.MadeAt)},
	}
	v.Forms = s.taskForms(c, r, file, act, back)
	v.Timeline, err = s.taskTimeline(c, steps)
	if err != nil {
		return err
	}
	return c.show(code, views.Task(v))
}

// taskForms are the acts open to this person on a task.
func (s *Server) taskForms(c *ctx, r *task.Row, file *casework.File, act string, back *form) []views.ActForm {
	may := s.Tasks.Rights(c.by, r.Jurisdiction, c.memberOf(file), &r.Task)
	if file.Barred(c.by, false) != nil {
		may = task.Rights{}
	}
	archived := file.State == casework.Archived
	values := map[string]string{"title": r.Title, "text": r.Text, "assignee": r.Assignee, "due_on": r.DueOn.String()}
	one := func(name, icon, look string, fold bool, fields func(*form) []parts.Field) views.ActForm {
		f := blank(values)
		if act == name && back != nil {
			f = back
		}
		a := views.ActForm{ID: name, Icon: icon, Title: c.p.T("task.act." + name), Fold: fold, Fields: fields(f),
			Form: parts.Form{Action: taskPath(r.ID) + "/" + name, Submit: c.p.T("task.act." + name), Look: look, Hidden: []parts.Hidden{version(r.Version)}}}
		a.Error = f.general(c.p, a.Fields...)
		return a
	}
	note := func(name string, required bool) func(*form) []parts.Field {
		return func(f *form) []parts.Field {
			return numbered(name, f.fill(c.p, parts.Field{Name: "note", Label: c.p.T("task.note." + name), Type: parts.LongText, Rows: 2, Max: noteText, Required: required}))
		}
	}
	var out []views.ActForm
	if r.State == task.StateOpen && may.Work {
		out = append(out, one("done", "circle-check", "", false, note("done", false)))
	}
	if r.State == task.StateOpen && may.Own {
		if !archived {
			out = append(out, one("change", "edit", "", true, func(f *form) []parts.Field { return s.taskFields(c, file, f) }))
		}
		out = append(out, one("cancel", "ban", "danger", true, note("cancel", true)))
	}
	if r.State != task.StateOpen && !archived && (may.Own || may.Work && r.State == task.StateDone) {
		out = append(out, one("reopen", "refresh", "", true, func(f *form) []parts.Field {
			return append(numbered("reopen", f.fill(c.p, s.assigneeField(c, file), s.dueField(c))), note("reopen", true)(f)...)
		}))
	}
	return out
}

// taskTimeline is a task's history, the newest first, each line with what it changed.
func (s *Server) taskTimeline(c *ctx, steps []task.Step) (parts.Timeline, error) {
	out := parts.Timeline{Title: c.p.T("task.history")}
	var ids []string
	for _, x := range steps {
		ids = append(ids, x.Assignee)
	}
	people, err := s.Users.Named(c.ctx(), ids)
	if err != nil {
		return out, err
	}
	name := map[string]string{}
	for _, u := range people {
		name[u.ID] = u.Name
	}
	icons := map[string]string{"add": "plus", "change": "edit", "done": "circle-check", "cancel": "ban", "reopen": "refresh", "hand": "arrows-exchange"}
	tones := map[string]parts.Tone{"done": parts.Done, "cancel": parts.Stopped, "add": parts.Running, "reopen": parts.Soon}
	for i, x := range steps {
		e := parts.Event{Time: x.At, Icon: icons[x.Step], Tone: tones[x.Step], Title: c.p.T("task.step." + x.Step), Who: x.ActorName}
		var lines []string
		changed := func(label, from, to string) {
			if from != to {
				lines = append(lines, c.p.T("task.changed", c.p.T(label), from, to))
			}
		}
		if i > 0 {
			b := steps[i-1]
			changed("task.name", b.Title, x.Title)
			changed("task.assignee", name[b.Assignee], name[x.Assignee])
			changed("task.due_on", c.p.Day(b.DueOn), c.p.Day(x.DueOn))
			if b.Text != x.Text {
				lines = append(lines, c.p.T("task.changed.text"))
			}
		} else {
			lines = append(lines, c.p.T("task.begun", name[x.Assignee], x.DueOn))
		}
		if x.Note != "" {
			lines = append(lines, x.Note)
		}
		e.Text = strings.Join(lines, "\n")
		out.Events = append(out.Events, e)
	}
	slices.Reverse(out.Events)
	return out, nil
}

// taskAct is the frame of the acts on a task's page.
func (s *Server) taskAct(c *ctx, name string, act func(id string, version int64, f *form) error) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	seen := f.number("version")
	f.day("due_on") // a day that is none is a fault of the form; an act without one has none
	if err = f.err(); err == nil {
		err = act(id, seen, f)
	}
	err = c.changed("task:"+id, err)
	if code, again := c.again(f, err); again {
		return s.taskPage(c, code, name, f)
	}
	if err != nil {
		return err
	}
	return c.done(taskPath(id), "flash.task."+name)
}

func (s *Server) changeTask(c *ctx) error {
	return s.taskAct(c, "change", func(id string, version int64, f *form) error {
		return s.Tasks.Change(c.ctx(), c.by, id, version, taskInput(f))
	})
}

func (s *Server) finishTask(c *ctx) error {
	return s.taskAct(c, "done", func(id string, version int64, f *form) error {
		return s.Tasks.Finish(c.ctx(), c.by, id, version, f.text("note"))
	})
}

func (s *Server) cancelTask(c *ctx) error {
	return s.taskAct(c, "cancel", func(id string, version int64, f *form) error {
		return s.Tasks.Cancel(c.ctx(), c.by, id, version, f.text("note"))
	})
}

func (s *Server) reopenTask(c *ctx) error {
	return s.taskAct(c, "reopen", func(id string, version int64, f *form) error {
		return s.Tasks.Reopen(c.ctx(), c.by, id, version, task.Again{Assignee: f.text("assignee"), DueOn: f.day("due_on"), Reason: f.text("note")})
	})
}
