package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/task"
)

// giveTasks gives tasks in the cases that are open today, in the last days: some are done, some overdue. It has a chance of its own, so that
// the matters themselves are what they would be without.
func (w *world) giveTasks(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(3305, 2026))
	var cases []struct {
		ID, Kind string
		FiledOn  calendar.Day
	}
	q := w.DB.Read(ctx)
	if err := q.Raw("SELECT id, kind, filed_on FROM cases WHERE state NOT IN ('closed', 'archived') ORDER BY filed_on, number").Scan(&cases).Error; err != nil {
		return err
	}
	for _, c := range cases {
		var people []access.Actor
		err := q.Raw("SELECT u.id, u.name, u.username FROM members m JOIN users u ON u.id = m.user_id WHERE m.subject_id = ? AND m.part IN ('officer', 'chief') ORDER BY m.part DESC, u.username", c.ID).Scan(&people).Error
		if err != nil {
			return err
		}
		for range rng.IntN(3) {
			given := max(w.back(w.end, rng.IntN(9)), c.FiledOn)
			by, doer := people[rng.IntN(len(people))], people[rng.IntN(2)] // the first two are officers
			in := task.Input{Title: w.say("task."+c.Kind, nil), Assignee: doer.ID, DueOn: w.plus(given, 1+rng.IntN(12))}
			if rng.IntN(2) == 0 {
				in.Text = w.say("task.text", nil)
			}
			done := rng.IntN(4) == 0 && given < w.end
			if err := w.giveTask(ctx, by, doer, c.ID, in, given, done); err != nil {
				return fmt.Errorf("demonstration office, task: %w", err)
			}
		}
	}
	return nil
}

func (w *world) giveTask(ctx context.Context, by, doer access.Actor, caseID string, in task.Input, given calendar.Day, done bool) error {
	return w.DB.Tx(ctx, func(tx *store.Tx) error {
		at := given.Time().Add(16*3600e9 + 20*60e9)
		t, err := w.Tasks.AddTx(tx.At(at), by, caseID, in)
		if err != nil || !done {
			return err
		}
		return w.Tasks.FinishTx(tx.At(w.end.Time().Add(16*3600e9+40*60e9)), doer, t.ID, t.Version, w.say("task.note", nil))
	})
}
