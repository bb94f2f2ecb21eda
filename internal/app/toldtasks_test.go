package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/task"
)

// TestVerifyHoldsTheTasks changes tasks and their history past the log.
func TestVerifyHoldsTheTasks(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		id := strings.TrimPrefix(file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2"), "/cases/")
		ctx, officer, second := context.Background(), o.By["officer"], o.By["officer2"]
		due := calendar.Date(2026, 11, 27)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		var made []*task.Task
		for _, title := range []string{"询问当事人", "调取账册", "核对专利"} {
			x, err := o.Tasks.Add(ctx, officer, id, task.Input{Title: title, Text: "两人到场", Assignee: second.ID, DueOn: due})
			must(err)
			made = append(made, x)
		}
		must(o.Tasks.Finish(ctx, second, made[0].ID, 1, "已询问"))
		must(o.Tasks.Change(ctx, officer, made[1].ID, 1, task.Input{Title: "调取账册", Text: "含电子账册", Assignee: second.ID, DueOn: due.AddDays(3)}))
		must(o.Tasks.Cancel(ctx, officer, made[2].ID, 1, "重复"))
		must(o.Tasks.Reopen(ctx, officer, made[2].ID, 2, task.Again{Assignee: officer.ID, DueOn: due, Reason: "仍需核对"}))
		v, err := o.Verify(ctx, app.Outside{})
		if err != nil || len(v.Faults) > 0 {
			t.Fatal(err, v.Faults)
		}
		held := map[string]int{}
		for _, h := range v.Held {
			held[h.Kind] = h.Rows
		}
		if held["task"] != 3 || held["task_step"] != 7 || held["case"] != 1 || held["step"] != 1 || held["lead"] != 1 || held["payment"] != 0 {
			t.Error(held)
		}
		for _, p := range []string{"en", "zh-CN"} {
			for _, h := range v.Held {
				if s := o.Catalogue.Printer(p).T("cmd.verify.held."+h.Kind, h.Rows); strings.Contains(s, "cmd.") || strings.Contains(s, "{") {
					t.Errorf("%s: %s", p, s)
				}
			}
		}
		undo := errors.New("undone")
		en, zh := o.Catalogue.Printer("en"), o.Catalogue.Printer("zh-CN")
		for name, c := range map[string]struct{ sql, say string }{
			"a title":          {"UPDATE tasks SET title = 'x' WHERE title = '调取账册'", "There is the task “x” of case"},
			"a text":           {"UPDATE tasks SET text = 'x' WHERE title = '调取账册'", "the task “调取账册” of case 湖市监知假字〔2026〕1号, and it is not what entry"},
			"who is to do it":  {"UPDATE tasks SET assignee = made_by WHERE title = '调取账册'", "the task “调取账册”"},
			"a day put off":    {"UPDATE tasks SET due_on = '2026-12-31' WHERE title = '调取账册'", "the task “调取账册”"},
			"who gave it":      {"UPDATE tasks SET made_by = assignee WHERE title = '调取账册'", "the task “调取账册”"},
			"when":             {"UPDATE tasks SET made_on = '2026-11-01' WHERE title = '调取账册'", "the task “调取账册”"},
			"done in secret":   {"UPDATE tasks SET state = 'done', settled_on = '2026-11-20' WHERE title = '核对专利'", "the task “核对专利”"},
			"opened in secret": {"UPDATE tasks SET state = 'open', settled_on = NULL WHERE title = '询问当事人'", "the task “询问当事人”"},
			"the day it was":   {"UPDATE tasks SET settled_on = '2026-11-19' WHERE title = '询问当事人'", "the task “询问当事人”"},
			"a version":        {"UPDATE tasks SET version = 9 WHERE title = '询问当事人'", "the task “询问当事人”"},
			"a task taken out": {"DELETE FROM task_steps WHERE title = '询问当事人'; DELETE FROM tasks WHERE title = '询问当事人'", "There is no longer the task “询问当事人” of case 湖市监知假字〔2026〕1号, of which entry"},
			"an act taken out": {"DELETE FROM task_steps WHERE step = 'reopen'", "There is no longer the act “Taken up again” on the task “核对专利” of case 湖市监知假字〔2026〕1号"},
			"a note":           {"UPDATE task_steps SET note = 'x' WHERE step = 'cancel'", "the act “Task cancelled” on the task “核对专利” of case"},
			"who did it":       {"UPDATE task_steps SET actor_name = 'x' WHERE step = 'done'", "the act “Task done” on the task “询问当事人”"},
			"an old text":      {"UPDATE task_steps SET text = 'x' WHERE step = 'change'", "the act “Task changed”"},
			"a task slipped in": {"INSERT INTO tasks SELECT 'x', case_id, 'x', text, assignee, due_on, state, made_by, made_on, made_at, settled_on, version, updated_at FROM tasks WHERE title = '调取账册'",
				"There is the task “x” of case 湖市监知假字〔2026〕1号, and no entry"},
		} {
			err := o.DB.Tx(ctx, func(tx *store.Tx) error {
				for sql := range strings.SplitSeq(c.sql, ";") {
					if r := tx.Exec(sql); r.Error != nil || r.RowsAffected == 0 {
						t.Fatalf("%s: %v, %d rows", name, r.Error, r.RowsAffected)
					}
				}
				v, err := o.VerifyRows(tx.DB)
				if err != nil {
					t.Fatal(name, err)
				}
				var said []string
				for _, f := range v.Faults {
					said = append(said, en.M(f))
					if s := zh.M(f); strings.Contains(s, "cmd.") || strings.Contains(s, "{") {
						t.Errorf("%s: %s", name, s)
					}
				}
				if !strings.Contains(strings.Join(said, "\n"), c.say) {
					t.Errorf("%s: want %q in %q", name, c.say, said)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		}
		// Entries of programs that did not write the text down: the rest still holds.
		old := func(e *audit.Entry) { e.Detail = strings.ReplaceAll(e.Detail, `"text":`, `"was":`) }
		if faults, err := o.VerifyTasks(o.DB.Read(ctx), old); err != nil || len(faults) > 0 {
			t.Error(err, faults)
		}
		other := func(e *audit.Entry) { e.Detail = strings.ReplaceAll(e.Detail, `"title":"调`, `"title":"提`) }
		if faults, err := o.VerifyTasks(o.DB.Read(ctx), other); err != nil || len(faults) != 2 {
			t.Error(err, faults)
		}
	})
}
