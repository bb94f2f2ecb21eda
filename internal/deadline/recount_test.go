package deadline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/almanac"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// year2027 is INVENTED TEST DATA: no notice for 2027 was known when this was written.
const year2027 = `year: 2027
notices:
  - {id: "2027", title: 测试用虚构通知2027, number: number not recorded}
holidays:
  - {from: 2027-01-01, to: 2027-01-03, holiday: 元旦}
  - {from: 2027-02-05, to: 2027-02-11, holiday: 春节}
makeup:
  - {day: 2027-01-30, holiday: 春节}
  - {day: 2027-02-13, holiday: 春节}
`

// change2026 is an INVENTED correction: three more days off at the end of November 2026, and a Saturday worked for it.
const change2026 = `year: 2026
correction: true
notices:
  - {id: 2026-test, title: 测试用虚构更正, number: number not recorded}
holidays:
  - {from: 2026-11-25, to: 2026-11-27, holiday: 测试日}
makeup:
  - {day: 2026-12-05, holiday: 测试日}
`

type office struct {
	*caseworktest.Office
	t testing.TB
}

func open(t *testing.T, db *store.DB) *office { return &office{caseworktest.New(t, db), t} }

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// start starts a clock by itself.
func (o *office) start(id, rule, kind, from string) *deadline.Clock {
	o.t.Helper()
	var k *deadline.Clock
	o.must(o.DB.Tx(context.Background(), func(tx *store.Tx) (err error) {
		k, err = o.Clocks.StartTx(tx, deadline.Subject{Kind: "case", ID: id, Label: id, Title: "题 " + id, Jurisdiction: "330500"}, rule, day(from), deadline.Basis{On: day(from), Kind: kind, Region: "330500"})
		return err
	}))
	if k == nil {
		o.t.Fatalf("no rule %s", rule)
	}
	return k
}

func (o *office) clock(id string) deadline.Clock {
	o.t.Helper()
	rows, err := o.Clocks.Of(context.Background(), id)
	o.must(err)
	if len(rows) != 1 {
		o.t.Fatalf("%s has %d clocks", id, len(rows))
	}
	return rows[0]
}

func (o *office) propose(text string) *almanac.Notice {
	o.t.Helper()
	x, err := almanac.Read("n.yaml", []byte(text))
	o.must(err)
	n, err := o.Wall.Propose(context.Background(), o.By["admin"], o.DB.NewID(), x, "")
	o.must(err)
	return n
}

// approve previews, approves, carries out, and holds the result to the preview.
func (o *office) approve(n *almanac.Notice) deadline.Preview {
	o.t.Helper()
	ctx := context.Background()
	p, err := o.Clocks.Preview(ctx, o.By["chief"], n, 100)
	o.must(err)
	_, err = o.Wall.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: n.Version, Gen: p.Gen, Why: "依通知"})
	o.must(err)
	done, err := o.Clocks.Carry(ctx)
	if err != nil || !done {
		o.t.Fatal(done, err)
	}
	got, err := o.Wall.Find(ctx, o.By["chief"], n.ID)
	o.must(err)
	if got.CarriedAt == nil || int(got.Carried) != p.Open || int(got.Moved) != p.Moved || int(got.Overdue) != p.RunOut {
		o.t.Errorf("the preview said %+v, the result is %+v", p, got)
	}
	moves, many, err := o.Clocks.Done(ctx, o.By["chief"], n.ID, 100)
	o.must(err)
	if int(many) != len(p.Moves)+p.More || len(moves) != len(p.Moves) {
		o.t.Errorf("%d moves were shown, %d are kept", len(p.Moves), many)
	}
	for _, m := range p.Moves {
		k := o.clock(m.Clock.SubjectID)
		if (deadline.End{Strict: k.StrictOn, Due: k.DueOn, Watch: k.WatchOn, Provisional: k.Provisional}) != m.To || k.CalendarGen != got.InGen {
			o.t.Errorf("%s: shown %+v, is %+v", k.SubjectID, m.To, k)
		}
		if !slices.ContainsFunc(moves, func(x deadline.Move) bool {
			return x.Clock.ID == k.ID && x.From == m.From && x.To == m.To && x.RunsOut == m.RunsOut
		}) {
			o.t.Errorf("%s: no line of history for %+v", k.SubjectID, m)
		}
	}
	return p
}

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (o *office) all() []deadline.Clock {
	var rows []deadline.Clock
	o.must(o.DB.Read(context.Background()).Order("id").Find(&rows).Error)
	for i := range rows {
		rows[i].CalendarGen = 0
	}
	return rows
}

func TestAYearlyNoticeMakesProvisionalDaysFirm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx := context.Background()
		o.start("long", "CF_CLOSE", "counterfeit", "2026-11-13") // 90 days: ends in February 2027
		o.start("short", "CF_VERIFY", "counterfeit", "2026-11-19")
		o.start("stopped", "CF_CLOSE", "counterfeit", "2026-11-13")
		o.must(db.Tx(ctx, func(tx *store.Tx) error {
			return o.Clocks.StopTx(tx, deadline.Subject{ID: "stopped"}, day("2026-11-20"))
		}))
		was, stopped, short := o.clock("long"), o.clock("stopped"), o.clock("short")
		if !was.Provisional {
			t.Fatalf("%+v", was)
		}
		before := o.all()
		old, err := o.Clocks.Ledger(ctx, &stopped)
		o.must(err)
		n := o.propose(year2027)
		p := o.approve(n)
		if p.Moved != 1 || p.Firm != 1 || p.Closed != 1 || p.RunOut != 0 || p.First != day("2027-01-01") || p.Last != day("2027-12-31") {
			t.Errorf("%+v", p)
		}
		if k := o.clock("long"); k.Provisional || k.StrictOn != was.StrictOn || k.DueOn < was.DueOn {
			t.Errorf("%+v", k)
		}
		if o.clock("short") != short || o.clock("stopped") != stopped {
			t.Error("a clock moved that no changed day touches, or that stands still")
		}
		if now, err := o.Clocks.Ledger(ctx, &stopped); err != nil || now.Due != old.Due || !now.Provisional {
			t.Errorf("the proof of a clock that stands still changed: %+v %v", now, err)
		}
		k := o.clock("long")
		if proof, err := o.Clocks.Ledger(ctx, &k); err != nil || proof.Due != k.DueOn || proof.Strict != k.StrictOn || proof.Provisional {
			t.Errorf("the proof is not the clock: %v", err)
		}
		if !o.Clocks.Days().Known(2027) || o.start("later", "CF_CLOSE", "counterfeit", "2026-11-20").Provisional {
			t.Error("a clock that starts now does not know 2027")
		}
		o.must(db.Tx(ctx, func(tx *store.Tx) error { return tx.Exec("DELETE FROM deadlines WHERE subject_id = 'later'").Error }))
		history, err := o.Clocks.History(ctx, []string{k.ID})
		if err != nil || len(history) != 1 || history[0].Title != "测试用虚构通知2027" || history[0].Undo || history[0].FromDue != was.DueOn || history[0].ToDue != k.DueOn {
			t.Errorf("%+v %v", history, err)
		}

		undo, err := o.Wall.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, "年度录入有误")
		o.must(err)
		if p := o.approve(undo); p.Moved != 1 || p.Loose != 1 {
			t.Errorf("undo: %+v", p)
		}
		if after := o.all(); !slices.Equal(before, after) {
			t.Errorf("undone, but not as it was:\n%+v\n%+v", before, after)
		}
		if o.Clocks.Days().Known(2027) || o.Clocks.Days().Hash() != o.Wall.Base().Hash() {
			t.Error("the calendar is not as it was")
		}
		if history, err := o.Clocks.History(ctx, []string{k.ID}); err != nil || len(history) != 2 || !history[1].Undo {
			t.Errorf("%+v %v", history, err)
		}
		var lines []audit.Entry
		o.must(db.Read(ctx).Where("action LIKE 'calendar.%'").Order("seq").Find(&lines).Error)
		var said []string
		for _, l := range lines {
			said = append(said, l.Action)
		}
		if got := strings.Join(said, " "); got != "calendar.propose calendar.approve calendar.recount calendar.propose calendar.approve calendar.recount" {
			t.Error(got)
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestACorrectionInMidYear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx := context.Background()
		o.start("file", "CF_VERIFY", "counterfeit", "2026-11-19")
		was := o.clock("file")
		l := o.Lead(t, "counterfeit", "2026-11-19") // keeps its nearest day itself
		p := o.approve(o.propose(change2026))
		if p.Days == 0 || p.Firm+p.Loose != 0 || p.First != day("2026-11-25") || p.Last != day("2026-12-05") {
			t.Errorf("%+v", p)
		}
		if k := o.clock("file"); k.WatchOn <= was.WatchOn {
			t.Errorf("%s is still due on %s", k.Rule, k.WatchOn)
		}
		var next string
		o.must(db.Read(ctx).Raw("SELECT next_due_on FROM leads WHERE id = ?", l.ID).Scan(&next).Error)
		rows, err := o.Clocks.Watched(ctx, []string{l.ID}, day("2026-11-20"))
		if err != nil || next != rows[l.ID].WatchOn.String() {
			t.Errorf("the lead says %s, its clock %v %v", next, rows[l.ID].WatchOn, err)
		}
		days := o.Clocks.Days()
		if working, why := days.Explain(day("2026-11-25")); working || why.Notice.Title != "测试用虚构更正" {
			t.Errorf("%+v", why)
		}
		if working, why := days.Explain(day("2026-10-01")); working || why.Name != "国庆节" || !days.Working(day("2026-12-05")) {
			t.Errorf("the rest of the year is not as it was: %+v", why)
		}
	})
}

// What was still to come on the old day and is past on the new: a make-up day shortens a period.
func TestWhatRunsOutByANotice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		text := `year: 2026
correction: true
notices: [{id: t, title: 测试用虚构更正, number: number not recorded}]
makeup: [{day: 2026-11-14, holiday: 测试}, {day: 2026-11-15, holiday: 测试}]
`
		var from calendar.Day
		for d := day("2026-10-10"); d < day("2026-11-14"); d++ { // a start whose filing period ends today, Friday 2026-11-20
			r, _ := o.Clocks.InForce("CF_VERIFY", deadline.Basis{On: d, Kind: "counterfeit", Region: "330500"})
			if e, err := o.Clocks.Days().Count(calendar.Period{Start: d, Term: r.Term()}); err == nil && e.Strict == day("2026-11-20") {
				from = d
			}
		}
		o.start("x", "CF_VERIFY", "counterfeit", from.String())
		if p := o.approve(o.propose(text)); p.RunOut != 1 || len(p.Moves) != 1 || !p.Moves[0].RunsOut {
			t.Errorf("%+v", p)
		}
	})
}

func TestWhoDecidesWhatAndWhen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx := context.Background()
		code := func(what string, err error, want errs.Code, key string) {
			t.Helper()
			if e := errs.As(err); errs.CodeOf(err) != want || e != nil && key != "" && e.Key != key {
				t.Errorf("%s: %v, want %s %s", what, err, want, key)
			}
		}
		x, err := almanac.Read("n.yaml", []byte(year2027))
		o.must(err)
		for _, who := range []string{"officer", "chief", "auditor", "operator", "chief.deqing"} {
			_, err := o.Wall.Propose(ctx, o.By[who], db.NewID(), x, "")
			code(who+" proposes", err, errs.Forbidden, "")
		}
		n := o.propose(year2027)
		same, err := o.Wall.Propose(ctx, o.By["admin"], n.ID, x, "")
		if err != nil || same.ID != n.ID || same.ProposedAt != n.ProposedAt {
			t.Errorf("sent twice: %v", err)
		}
		y, err := almanac.Read("n.yaml", []byte(change2026))
		o.must(err)
		_, err = o.Wall.Propose(ctx, o.By["admin"], n.ID, y, "")
		code("another notice with the same id", err, errs.Conflict, "error.same_id")

		gen := o.Wall.Gen()
		ok := almanac.Decision{Version: n.Version, Gen: gen, Why: "依通知"}
		for _, who := range []string{"admin", "officer", "reviewer", "chief.deqing", "auditor"} {
			_, err := o.Wall.Approve(ctx, o.By[who], n.ID, ok)
			code(who+" approves", err, errs.Forbidden, "")
			_, err = o.Wall.Reject(ctx, o.By[who], n.ID, ok)
			code(who+" rejects", err, errs.Forbidden, "")
		}
		// A person with both roles decides nothing of their own.
		_, err = o.Users.SetRole(ctx, access.System(), o.By["admin"].ID, 0, access.Grant{Role: access.Chief, Jurisdiction: "330500", From: day("2011-01-01")})
		o.must(err)
		o.must(o.Guard.Reload(ctx))
		_, err = o.Wall.Approve(ctx, o.By["admin"], n.ID, ok)
		code("one's own", err, errs.Forbidden, "calendar.not_own")
		_, err = o.Wall.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: n.Version + 1, Gen: gen, Why: "x"})
		code("an old version", err, errs.Conflict, "error.stale")
		_, err = o.Wall.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: n.Version, Gen: gen - 1, Why: "x"})
		code("an old preview", err, errs.Conflict, "calendar.stale_preview")
		_, err = o.Wall.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: n.Version, Gen: gen})
		code("without a reason", err, errs.Invalid, "")
		_, err = o.Wall.Approve(ctx, o.By["chief"], db.NewID(), ok)
		code("none", err, errs.NotFound, "")
		if _, err := o.Wall.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, "x"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("undoing what is not in force: %v", err)
		}

		other := o.propose(change2026)
		_, err = o.Wall.Approve(ctx, o.By["chief"], n.ID, ok)
		o.must(err)
		_, err = o.Wall.Approve(ctx, o.By["chief"], n.ID, ok)
		code("twice", err, errs.Conflict, "error.stale")
		_, err = o.Wall.Approve(ctx, o.By["chief"], other.ID, almanac.Decision{Version: 1, Gen: gen + 1, Why: "x"})
		code("while the first is carried out", err, errs.Conflict, "calendar.busy")
		if done, err := o.Clocks.Carry(ctx); err != nil || !done {
			t.Fatal(done, err)
		}
		o.must(o.Wall.Withdraw(ctx, o.By["admin"], other.ID, 1))
		code("withdrawn already", o.Wall.Withdraw(ctx, o.By["admin"], other.ID, 1), errs.Conflict, "")

		// A correction stands on its year: it goes first.
		c := o.propose(strings.Replace(strings.ReplaceAll(change2026, "2026-", "2027-"), "year: 2026", "year: 2027", 1))
		c.Version = 1
		o.approve(c)
		_, err = o.Wall.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, "x")
		code("a later one stands on it", err, errs.Conflict, "calendar.undo.later")
		u, err := o.Wall.ProposeUndo(ctx, o.By["admin"], db.NewID(), c.ID, "x")
		o.must(err)
		_, err = o.Wall.ProposeUndo(ctx, o.By["admin"], db.NewID(), c.ID, "x")
		code("two proposals to undo", err, errs.Conflict, "calendar.undo.waiting")
		_, err = o.Wall.Reject(ctx, o.By["chief"], u.ID, almanac.Decision{Version: 1, Why: "不撤"})
		o.must(err)
		if !o.Wall.Days().Known(2027) {
			t.Error("a rejected proposal did something")
		}
	})
}

func TestTwoProcessesSeeOneCalendar(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			url := storetest.URL(t, engine)
			o := open(t, storetest.Open(t, url))
			ctx := context.Background()
			db2, err := store.Open(ctx, store.Options{URL: url, Now: func() time.Time { return storetest.Now }, Entropy: storetest.Entropy(2)})
			o.must(err)
			defer db2.Close()
			wall, err := almanac.New(ctx, db2, o.Guard, o.Wall.Base(), "330500")
			o.must(err)
			other := deadline.New(db2, o.Guard, o.Clocks.Rules(), wall, "")
			o.approve(o.propose(year2027))
			if other.Days().Known(2027) {
				t.Fatal("it cannot know yet")
			}
			o.must(db2.Tx(ctx, func(tx *store.Tx) error { // a transaction knows at once
				k, err := other.StartTx(tx, deadline.Subject{Kind: "case", ID: "b", Label: "b", Title: "b", Jurisdiction: "330500"}, "CF_CLOSE", day("2026-11-13"), deadline.Basis{On: day("2026-11-13"), Kind: "counterfeit", Region: "330500"})
				if err == nil && (k.Provisional || k.CalendarGen != 2) {
					t.Errorf("%+v", k)
				}
				return err
			}))
			o.must(wall.Refresh(ctx))
			if !other.Days().Known(2027) || wall.Gen() != 2 {
				t.Error("it does not know")
			}
			if done, err := other.Carry(ctx); err != nil || !done {
				t.Error(done, err)
			}
		})
	}
}

// The counting stops where its time ends, and another goes on.
func TestCarryingGoesOnWhereItStopped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		many(t, o, 11000)
		ctx := context.Background()
		n := o.propose(year2027)
		_, err := o.Wall.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Gen: 1, Why: "x"})
		o.must(err)
		part, stop := context.WithCancel(ctx)
		first := true
		o.Clocks.OnMoved("case", func(*store.Tx, []string) error { // after the first page
			if !first {
				stop()
			}
			first = false
			return nil
		})
		if done, err := o.Clocks.Carry(part); err == nil || done {
			t.Fatal("it was not stopped")
		}
		got, err := o.Wall.Find(ctx, o.By["admin"], n.ID)
		if err != nil || !got.Carrying() || got.Carried == 0 || got.Carried >= 11000 {
			t.Fatalf("%+v %v", got, err)
		}
		if done, err := o.Clocks.Carry(ctx); err != nil || !done {
			t.Fatal(done, err)
		}
		if got, _ = o.Wall.Find(ctx, o.By["admin"], n.ID); got.Carried != 11000 || got.Moved != 11000 {
			t.Errorf("%+v", got)
		}
	})
}

// many are open clocks that reach into 2027, from some hundred days of three rules.
func many(t testing.TB, o *office, n int) {
	t.Helper()
	err := o.DB.Tx(context.Background(), func(tx *store.Tx) error {
		var rows []deadline.Clock
		for _, rule := range []string{"CF_CLOSE"} {
			for i := range n {
				from := day("2026-10-05").AddDays(i % 40)
				r, ok := o.Clocks.InForce(rule, deadline.Basis{On: from, Kind: "counterfeit", Region: "330500"})
				if !ok {
					return fmt.Errorf("no %s", rule)
				}
				e, err := o.Clocks.Days().Count(calendar.Period{Start: from, Term: r.Term()})
				if err != nil {
					return err
				}
				rows = append(rows, deadline.Clock{
					ID: tx.NewID(), SubjectKind: "case", SubjectID: fmt.Sprint("s", i/2), Label: "湖知假字", Title: "题", Jurisdiction: "330500", Rule: rule, Version: r.Version(), Kind: "counterfeit",
					OfficeDuty: r.Strict, StartedOn: from, StrictOn: e.Strict, DueOn: e.Due, WatchOn: e.Strict, Provisional: true, CalendarGen: 1, CreatedAt: tx.Now,
				})
			}
		}
		return tx.CreateInBatches(rows, 500).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkRecount counts 100,000 open clocks anew after a yearly notice, each of which changes: the house allows 5 s on two cores.
func BenchmarkRecount(b *testing.B) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		b.Run(engine, func(b *testing.B) {
			o := &office{Office: caseworktest.New(b, storetest.Open(b, storetest.Migrated(b, engine)))}
			many(b, o, 100_000)
			if err := o.DB.Tx(context.Background(), func(tx *store.Tx) error { return tx.Exec("ANALYZE").Error }); err != nil { // as the engine does by itself in an office
				b.Fatal(err)
			}
			ctx := context.Background()
			x, err := almanac.Read("n.yaml", []byte(year2027))
			if err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for range b.N {
				b.StopTimer()
				n, err := o.Wall.Propose(ctx, o.By["admin"], o.DB.NewID(), x, "")
				if err != nil {
					b.Fatal(err)
				}
				p, err := o.Clocks.Preview(ctx, o.By["chief"], n, 100)
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if _, err := o.Wall.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Gen: p.Gen, Why: "x"}); err != nil {
					b.Fatal(err)
				}
				if done, err := o.Clocks.Carry(ctx); err != nil || !done {
					b.Fatal(done, err)
				}
				b.StopTimer()
				if p.Moved != 100_000 {
					b.Fatal(p.Moved)
				}
			}
		})
	}
}
