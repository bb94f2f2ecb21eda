package app

import (
	"encoding/json"
	"strings"

	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/task"
)

// taskLine is what an entry about a task tells. Text is nil in the entries of older programs, which did not write it down.
type taskLine struct {
	Number, Case, Title, Assignee, State, Note string
	Text                                       *string
	DueOn                                      string `json:"due_on"`
	Version                                    int64
}

// begun is who gave a task, and when; settled the day on which it was done or cancelled.
type begun struct{ by, on, at, settled string }

// taskEntry takes down what an entry tells of a task: the act, and how the task stood after it.
func (t *told) taskEntry(e *audit.Entry, id string) error {
	var l taskLine
	if err := json.Unmarshal([]byte(e.Detail), &l); err != nil || l.Version == 0 {
		return err
	}
	text, key, day := "", stepKey(id, l.Version), calendar.DayOf(e.At).String()
	if l.Text != nil {
		text, t.texts[key] = *l.Text, true
	}
	b := t.begun[id]
	if l.Version == 1 {
		b = begun{by: e.Actor, on: day, at: instant(e.At)}
	}
	if b.settled = day; l.State == task.StateOpen {
		b.settled = ""
	}
	t.begun[id] = b
	t.claim("task", id, e.Seq, sum(l.Case, l.Title, text, l.Assignee, l.DueOn, l.State, b.by, b.on, b.at, b.settled, key))
	t.claim("task_step", key, e.Seq, sum(strings.TrimPrefix(e.Action, "task."), l.Note, l.Title, text, l.Assignee, l.DueOn, e.Actor, e.ActorName, instant(e.At)))
	return nil
}

// text is a task's text, as far as the log tells the texts of that version.
func (t *told) text(key, text string) string {
	if t.texts[key] {
		return text
	}
	return ""
}

// tasks holds the tasks and what was done with them against the log.
func (t *told) tasks() error {
	type row struct {
		task.Task
		Number string
	}
	err := each(t.q, "SELECT t.*, COALESCE(c.number, t.case_id) AS number FROM tasks t LEFT JOIN cases c ON c.id = t.case_id ORDER BY t.made_at, t.id", func(x *row) {
		key := stepKey(x.ID, x.Version)
		t.row("task", x.ID, errs.Msg("cmd.verify.thing.task", x.Title, x.Number), sum(x.CaseID, x.Title, t.text(key, x.Text), x.Assignee, x.DueOn.String(), x.State,
			x.MadeBy, x.MadeOn.String(), instant(x.MadeAt), x.SettledOn.String(), key))
	})
	if err != nil {
		return err
	}
	type step struct {
		task.Step
		Number string
	}
	return each(t.q, `SELECT s.*, COALESCE(c.number, s.task_id) AS number FROM task_steps s LEFT JOIN tasks t ON t.id = s.task_id
		LEFT JOIN cases c ON c.id = t.case_id ORDER BY s.task_id, s.seq`, func(s *step) {
		key := stepKey(s.TaskID, s.Seq)
		t.row("task_step", key, errs.Msg("cmd.verify.thing.task_step", t.word("task.step.", s.Step.Step), s.Title, s.Number),
			sum(s.Step.Step, s.Note, s.Title, t.text(key, s.Text), s.Assignee, s.DueOn.String(), s.Actor, s.ActorName, instant(s.At)))
	})
}
