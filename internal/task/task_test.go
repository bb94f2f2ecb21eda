package task_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/task"
)

type office struct {
	*caseworktest.Office
	t *testing.T
}

func each(t *testing.T, fn func(t *testing.T, o *office)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, &office{caseworktest.New(t, db), t}) })
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// refused wants an error of a code with a sentence.
func (o *office) refused(err error, code errs.Code, key string) {
	o.t.Helper()
	if e := errs.As(err); e == nil || e.Code != code || e.Key != key {
		o.t.Errorf("%v, want %s %s", err, code, key)
	}
}

// wrong wants a form refused for a field.
func (o *office) wrong(err error, field, key string) {
	o.t.Helper()
	e := errs.As(err)
	if e == nil || e.Code != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field || e.Fields[0].Key != key {
		o.t.Errorf("%v, want %s: %s", err, field, key)
	}
}

func (o *office) add(by, caseID, assignee, due string) (*task.Task, error) {
	return o.Tasks.Add(context.Background(), o.By[by], caseID, task.Input{Title: "调取进货单据", Text: "向供货商", Assignee: o.By[assignee].ID, DueOn: caseworktest.Day(due)})
}

func (o *office) find(by, id string) (*task.Row, []task.Step) {
	o.t.Helper()
	r, steps, err := o.Tasks.Find(context.Background(), o.By[by], id)
	o.must(err)
	return r, steps
}

// restrict makes a case confidential.
func (o *office) restrict(caseID string) {
	o.t.Helper()
	o.must(o.DB.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.Exec("UPDATE cases SET restricted = ? WHERE id = ?", true, caseID).Error
	}))
}

// The case's officers are officer and officer2, its chief is chief; officer3 and reviewer are of the office and not of the case.
func TestATaskFromGivenToDone(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		x, err := o.add("officer", c.ID, "officer2", "2026-11-27")
		o.must(err)
		if x.State != task.StateOpen || x.Version != 1 || x.MadeOn != caseworktest.Day("2026-11-20") {
			t.Fatalf("%+v", x)
		}
		in := task.Input{Title: "调取进货和销售单据", Text: x.Text, Assignee: x.Assignee, DueOn: caseworktest.Day("2026-11-30")}
		o.must(o.Tasks.Change(ctx, o.By["officer"], x.ID, 1, in))
		o.must(o.Tasks.Change(ctx, o.By["officer"], x.ID, 2, in)) // the same: no change
		o.refused(o.Tasks.Change(ctx, o.By["officer"], x.ID, 1, in), errs.Conflict, "error.stale")
		o.must(o.Tasks.Finish(ctx, o.By["officer2"], x.ID, 2, "已取得 12 份"))
		o.refused(o.Tasks.Finish(ctx, o.By["officer2"], x.ID, 3, ""), errs.Conflict, "error.task.state")
		o.refused(o.Tasks.Change(ctx, o.By["officer"], x.ID, 3, in), errs.Conflict, "error.task.state")
		o.wrong(o.Tasks.Reopen(ctx, o.By["officer"], x.ID, 3, task.Again{Assignee: in.Assignee, DueOn: in.DueOn}), "note", "error.required")
		o.wrong(o.Tasks.Reopen(ctx, o.By["officer"], x.ID, 3, task.Again{Assignee: in.Assignee, DueOn: caseworktest.Day("2026-11-19"), Reason: "少一份"}), "due_on", "error.task.day_past")
		o.must(o.Tasks.Reopen(ctx, o.By["officer"], x.ID, 3, task.Again{Assignee: o.By["officer"].ID, DueOn: caseworktest.Day("2026-12-01"), Reason: "少一份"}))
		o.wrong(o.Tasks.Cancel(ctx, o.By["officer"], x.ID, 4, "  "), "note", "error.required")
		o.must(o.Tasks.Cancel(ctx, o.By["officer"], x.ID, 4, "当事人已提交"))
		r, steps := o.find("officer", x.ID)
		if r.State != task.StateCancelled || r.Version != 5 || r.SettledOn != caseworktest.Day("2026-11-20") || r.CaseNumber != c.Number || r.AssigneeName != o.By["officer"].Name || r.MadeName != o.By["officer"].Name {
			t.Errorf("%+v", r)
		}
		var told []string
		for _, s := range steps {
			told = append(told, fmt.Sprintf("%s %s %s %s %s", s.Step, s.ActorName, s.Title, s.DueOn, s.Note))
		}
		a, b := o.By["officer"].Name, o.By["officer2"].Name
		if want := []string{"add " + a + " 调取进货单据 2026-11-27 ", "change " + a + " 调取进货和销售单据 2026-11-30 ", "done " + b + " 调取进货和销售单据 2026-11-30 已取得 12 份",
			"reopen " + a + " 调取进货和销售单据 2026-12-01 少一份", "cancel " + a + " 调取进货和销售单据 2026-12-01 当事人已提交"}; !slices.Equal(told, want) {
			t.Errorf("the history:\n%q\n%q", told, want)
		}
		var log []string
		o.must(o.DB.Read(ctx).Model(&audit.Entry{}).Where("subject = ?", "task:"+x.ID).Order("seq").Pluck("action", &log).Error)
		if want := []string{"task.add", "task.change", "task.done", "task.reopen", "task.cancel"}; !slices.Equal(log, want) {
			t.Errorf("the log: %v", log)
		}
	})
}

func TestWhoMayDoWhatWithATask(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		x, err := o.add("officer", c.ID, "officer2", "2026-11-27")
		o.must(err)
		in := task.Input{Title: "x", Assignee: x.Assignee, DueOn: x.DueOn}
		for _, who := range []string{"officer3", "reviewer", "archivist"} { // they see the case and are none of it
			_, err := o.add(who, c.ID, "officer2", "2026-11-27")
			o.refused(err, errs.Forbidden, "error.task.member")
			o.refused(o.Tasks.Finish(ctx, o.By[who], x.ID, 1, ""), errs.Forbidden, "error.task.member")
			if errs.As(err).Subject != "case:"+c.ID {
				t.Errorf("%s: the refusal is of %q", who, errs.As(err).Subject)
			}
		}
		for _, who := range []string{"officer.deqing", "chief.deqing", "operator", "admin", "auditor"} { // they do not see it
			_, err := o.add(who, c.ID, "officer2", "2026-11-27")
			o.refused(err, errs.NotFound, "error.not_found")
			o.refused(o.Tasks.Finish(ctx, o.By[who], x.ID, 1, ""), errs.NotFound, "error.not_found")
			_, _, err = o.Tasks.Find(ctx, o.By[who], x.ID)
			o.refused(err, errs.NotFound, "error.not_found")
			if e := errs.As(err); e.Subject != "task:"+x.ID {
				t.Errorf("%s: not told to the log", who)
			}
			if n, err := o.Tasks.Count(ctx, o.By[who], task.Filter{Whose: task.All, State: "all"}); n != 0 || err != nil {
				t.Errorf("%s counts %d, %v", who, n, err)
			}
		}
		o.refused(o.Tasks.Finish(ctx, access.Actor{}, x.ID, 1, ""), errs.NotFound, "error.not_found")
		o.refused(o.Tasks.Finish(ctx, o.By["officer"], "01h00000000000000000000000", 1, ""), errs.NotFound, "error.not_found")
		// Who is to do it may not put it off, withdraw it or give it away.
		o.refused(o.Tasks.Change(ctx, o.By["officer2"], x.ID, 1, in), errs.Forbidden, "error.task.own")
		o.refused(o.Tasks.Cancel(ctx, o.By["officer2"], x.ID, 1, "不必"), errs.Forbidden, "error.task.own")
		// The chief may, also what an officer gave.
		o.must(o.Tasks.Change(ctx, o.By["chief"], x.ID, 1, in))
		o.must(o.Tasks.Cancel(ctx, o.By["chief"], x.ID, 2, "不必"))
		o.refused(o.Tasks.Reopen(ctx, o.By["officer2"], x.ID, 3, task.Again{Assignee: x.Assignee, DueOn: x.DueOn, Reason: "仍需"}), errs.Forbidden, "error.task.own")
		o.must(o.Tasks.Reopen(ctx, o.By["officer"], x.ID, 3, task.Again{Assignee: x.Assignee, DueOn: x.DueOn, Reason: "仍需"}))
		o.must(o.Tasks.Finish(ctx, o.By["officer"], x.ID, 4, "")) // a colleague's task
	})
}

func TestATaskIsGivenToAMemberOnly(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		for _, who := range []string{"officer3", "reviewer", "officer.deqing"} {
			_, err := o.add("officer", c.ID, who, "2026-11-27")
			o.wrong(err, "assignee", "error.task.assignee")
		}
		_, err := o.Tasks.Add(ctx, o.By["officer"], c.ID, task.Input{Title: "x", Assignee: "nobody", DueOn: caseworktest.Day("2026-11-27")})
		o.wrong(err, "assignee", "error.task.assignee")
		_, err = o.add("officer", c.ID, "officer2", "2026-11-19")
		o.wrong(err, "due_on", "error.task.day_past")
		_, err = o.Tasks.Add(ctx, o.By["officer"], c.ID, task.Input{Title: " ", Assignee: o.By["officer"].ID, DueOn: caseworktest.Day("2026-11-20")})
		o.wrong(err, "title", "error.required")
		_, err = o.add("officer", c.ID, "chief", "2026-11-20") // today is in time
		o.must(err)
		o.must(o.Users.Disable(ctx, access.System(), o.By["officer2"].ID, 0))
		_, err = o.add("officer", c.ID, "officer2", "2026-11-27")
		o.wrong(err, "assignee", "error.task.assignee")
	})
}

func TestTasksOfARestrictedCaseAreItsMembers(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		x, err := o.add("officer", c.ID, "officer2", "2026-11-27")
		o.must(err)
		sees := func(who string) int64 {
			n, err := o.Tasks.Count(ctx, o.By[who], task.Filter{Whose: task.All, State: "all"})
			o.must(err)
			rows, _, err := o.Tasks.List(ctx, o.By[who], task.Filter{Whose: task.All, State: "all"}, "", 50)
			o.must(err)
			if int(n) != len(rows) {
				t.Errorf("%s: %d counted, %d listed", who, n, len(rows))
			}
			return n
		}
		if sees("officer3") != 1 || sees("reviewer") != 1 {
			t.Error("who sees the case does not see its task")
		}
		o.restrict(c.ID)
		for who, want := range map[string]int64{"officer": 1, "officer2": 1, "chief": 1, "officer3": 0, "reviewer": 0, "archivist": 0} {
			if n := sees(who); n != want {
				t.Errorf("%s sees %d", who, n)
			}
		}
		o.refused(o.Tasks.Finish(ctx, o.By["officer3"], x.ID, 1, ""), errs.NotFound, "error.not_found")
		// Whoever leaves the case no longer sees what was theirs.
		o.must(o.DB.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("DELETE FROM members WHERE subject_id = ? AND user_id = ?", c.ID, o.By["officer2"].ID).Error
		}))
		if n, err := o.Tasks.Count(ctx, o.By["officer2"], task.Filter{}); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestAnArchivedCaseBeginsNothingNew(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		x, err := o.add("officer", c.ID, "officer2", "2026-11-27")
		o.must(err)
		y, err := o.add("officer", c.ID, "officer2", "2026-11-28")
		o.must(err)
		set := func(state casework.State) {
			o.must(o.DB.Tx(ctx, func(tx *store.Tx) error { return tx.Exec("UPDATE cases SET state = ? WHERE id = ?", state, c.ID).Error }))
		}
		open := func() int {
			n, err := task.Open(o.DB.Read(ctx), c.ID)
			o.must(err)
			return n
		}
		set(casework.Closed)
		_, err = o.add("officer", c.ID, "officer2", "2026-11-27")
		o.must(err)
		if open() != 3 {
			t.Errorf("%d open", open())
		}
		set(casework.Archived)
		_, err = o.add("officer", c.ID, "officer2", "2026-11-27")
		o.refused(err, errs.Conflict, "error.task.archived")
		o.refused(o.Tasks.Change(ctx, o.By["officer"], x.ID, 1, task.Input{Title: "x", Assignee: x.Assignee, DueOn: x.DueOn}), errs.Conflict, "error.task.archived")
		o.must(o.Tasks.Finish(ctx, o.By["officer"], x.ID, 1, "已随卷"))
		o.must(o.Tasks.Cancel(ctx, o.By["officer"], y.ID, 1, "不再需要"))
		o.refused(o.Tasks.Reopen(ctx, o.By["officer"], x.ID, 2, task.Again{Assignee: x.Assignee, DueOn: x.DueOn, Reason: "再查"}), errs.Conflict, "error.task.archived")
		if rows, err := o.Tasks.Of(ctx, c.ID); open() != 1 || err != nil || len(rows) != 3 || rows[0].State != task.StateOpen {
			t.Errorf("%d open, %d in all, %v", open(), len(rows), err)
		}
	})
}

func TestAFormSentTwiceIsOneTask(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		in := task.Input{ID: o.DB.NewID(), Title: "x", Assignee: o.By["officer"].ID, DueOn: caseworktest.Day("2026-11-27")}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := o.Tasks.Add(ctx, o.By["officer"], c.ID, in); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n, err := task.Open(o.DB.Read(ctx), c.ID); n != 1 || err != nil {
			t.Errorf("%d tasks, %v", n, err)
		}
		in.Title = "y"
		_, err := o.Tasks.Add(ctx, o.By["officer"], c.ID, in)
		o.refused(err, errs.Conflict, "error.same_id")
		// Of two who settle at a time, one comes first.
		done := make(chan error, 2)
		for range 2 {
			go func() { done <- o.Tasks.Finish(ctx, o.By["officer"], in.ID, 1, "") }()
		}
		if a, b := <-done, <-done; (a == nil) == (b == nil) {
			t.Errorf("%v, %v", a, b)
		}
	})
}

func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-02")
		var ids []string
		for range 3 {
			x, err := o.add("chief", c.ID, "officer2", "2026-11-27")
			o.must(err)
			ids = append(ids, x.ID)
		}
		o.must(o.Tasks.Finish(ctx, o.By["officer2"], ids[2], 1, ""))
		hand := func(to string) (n int, err error) {
			err = o.DB.Tx(ctx, func(tx *store.Tx) error {
				n, err = o.Tasks.HandOverTx(tx, o.By["chief"], c.ID, o.By["officer2"].ID, o.By[to].ID)
				return err
			})
			return n, err
		}
		_, err := hand("officer3")
		o.wrong(err, "to", "error.task.assignee")
		if n, err := hand("officer"); n != 2 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
		if n, err := hand("officer"); n != 0 || err != nil {
			t.Errorf("again: %d, %v", n, err)
		}
		r, steps := o.find("officer", ids[0])
		if r.Assignee != o.By["officer"].ID || r.Version != 2 || len(steps) != 2 || steps[1].Step != "hand" || steps[1].ActorName != o.By["chief"].Name {
			t.Errorf("%+v %+v", r, steps)
		}
		if r, _ := o.find("officer", ids[2]); r.Assignee != o.By["officer2"].ID {
			t.Error("what is done was handed over too")
		}
	})
}

// Every filter gives as many rows as it counts, page by page, each once and in order.
func TestListsAndCountsAgree(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c, d := o.File(t, casework.Counterfeit, "2026-11-02"), o.File(t, casework.Dispute, "2026-11-03")
		people := []string{"officer", "officer2", "chief"}
		for i := range 23 {
			at := c
			if i%3 == 0 {
				at = d
			}
			x, err := o.add(people[i%2], at.ID, people[i%3], fmt.Sprintf("2026-11-%02d", 20+i%9))
			o.must(err)
			switch i % 5 {
			case 1:
				o.must(o.Tasks.Finish(ctx, o.By["chief"], x.ID, 1, ""))
			case 2:
				o.must(o.Tasks.Cancel(ctx, o.By["chief"], x.ID, 1, "不必"))
			}
		}
		o.must(o.DB.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE tasks SET due_on = '2026-11-18' WHERE due_on = '2026-11-21'").Error
		}))
		seen := 0
		for _, who := range []string{"officer", "chief", "reviewer"} {
			for _, whose := range []string{task.Mine, task.Made, task.All} {
				for _, state := range append([]string{""}, task.States()...) {
					for _, f := range []task.Filter{{}, {CaseID: c.ID}, {Office: "330500"}, {Office: "330521"}, {Until: calendar.Date(2026, 11, 24)}, {Text: "单据"}, {Text: c.Number}, {Text: "%"}} {
						f.Whose, f.State = whose, state
						n, err := o.Tasks.Count(ctx, o.By[who], f)
						o.must(err)
						got := map[string]bool{}
						after, last := "", ""
						for {
							rows, more, err := o.Tasks.List(ctx, o.By[who], f, after, 4)
							o.must(err)
							for _, r := range rows {
								if got[r.ID] || last != "" && (r.Key() < last) != (state != "" && state != "overdue") {
									t.Fatalf("%s %+v: %s after %s", who, f, r.Key(), last)
								}
								got[r.ID], last = true, r.Key()
								if r.State == task.StateOpen && state != "" && state != "overdue" && state != "all" || state == "overdue" && !r.Overdue(calendar.Date(2026, 11, 20)) {
									t.Errorf("%+v holds %+v", f, r)
								}
							}
							if !more {
								break
							}
							after = last
						}
						if int(n) != len(got) {
							t.Errorf("%s %+v: %d counted, %d listed", who, f, n, len(got))
						}
						seen += len(got)
						g, bad := task.ParseFilter(f.Values())
						if g != f || bad != "" {
							t.Errorf("%+v comes back as %+v", f, g)
						}
					}
				}
			}
		}
		if seen < 500 {
			t.Errorf("only %d rows", seen)
		}
	})
}
