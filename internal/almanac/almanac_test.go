package almanac_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/almanac"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// next is INVENTED TEST DATA: no notice for 2027 was known when this was written.
const next = `year: 2027
notices:
  - {id: "2027", title: 测试用虚构通知2027, number: number not recorded}
holidays:
  - {from: 2027-01-01, to: 2027-01-03, holiday: 元旦}
  - {from: 2027-02-05, to: 2027-02-11, holiday: 春节}
makeup:
  - {day: 2027-01-30, holiday: 春节}
`

// change is an INVENTED correction: Wednesday to Friday off at the end of November 2026, the Saturday after worked, the Friday of National Day worked.
const change = `year: 2026
correction: true
notices:
  - {id: 2026-test, title: 测试用虚构更正, number: number not recorded}
holidays:
  - {from: 2026-11-25, to: 2026-11-27, holiday: 测试日}
makeup:
  - {day: 2026-12-05, holiday: 测试日}
  - {day: 2026-10-02, holiday: 国庆节}
`

var ctx = context.Background()

// office is a wall with its people; carry counts the clocks anew, of which there are none here.
type office struct {
	*accesstest.Office
	*almanac.Wall
	t      testing.TB
	db     *store.DB
	clocks *deadline.Clocks
}

func open(t testing.TB, db *store.DB) *office {
	t.Helper()
	o := &office{Office: accesstest.New(t, db), t: t, db: db}
	days, err := calendar.Load(config.Calendar())
	o.must(err)
	o.with(days)
	return o
}

// with puts up the wall anew, as a program with these years does at its start.
func (o *office) with(days *calendar.Calendar) {
	o.t.Helper()
	wall, err := almanac.New(ctx, o.db, o.Guard, days, "330500")
	o.must(err)
	rules, err := statute.Load(config.Statute())
	o.must(err)
	o.Wall, o.clocks = wall, deadline.New(o.db, o.Guard, rules, wall, "")
	o.must(o.clocks.Remember(ctx))
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) carry() {
	o.t.Helper()
	if done, err := o.clocks.Carry(ctx); err != nil || !done {
		o.t.Fatal(done, err)
	}
}

func read(t testing.TB, text string) calendar.Change {
	t.Helper()
	x, err := almanac.Read("n.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (o *office) propose(text string) *almanac.Notice {
	o.t.Helper()
	n, err := o.Propose(ctx, o.By["admin"], o.db.NewID(), read(o.t, text), "")
	o.must(err)
	return n
}

func (o *office) approve(n *almanac.Notice) *almanac.Notice {
	o.t.Helper()
	n, err := o.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: n.Version, Gen: o.Gen(), Why: "依通知"})
	o.must(err)
	o.carry()
	return n
}

func (o *office) undo(n *almanac.Notice) *almanac.Notice {
	o.t.Helper()
	u, err := o.ProposeUndo(ctx, o.By["admin"], o.db.NewID(), n.ID, "录入有误")
	o.must(err)
	return u
}

// is holds an error to its code and, where one is named, its sentence.
func (o *office) is(what string, err error, code errs.Code, key string) {
	o.t.Helper()
	if e := errs.As(err); errs.CodeOf(err) != code || e != nil && key != "" && e.Key != key {
		o.t.Errorf("%s: %v, want %s %s", what, err, code, key)
	}
}

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// said are the actions of the log that concern the calendar, and that its chain holds.
func (o *office) said() string {
	o.t.Helper()
	var out []string
	o.must(o.db.Read(ctx).Raw("SELECT action FROM audit_log WHERE action LIKE 'calendar.%' ORDER BY seq").Scan(&out).Error)
	if _, err := audit.Verify(ctx, o.db); err != nil {
		o.t.Error(err)
	}
	return strings.ReplaceAll(strings.Join(out, " "), "calendar.", "")
}

func TestProposeAndApprove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		was := o.Days().Hash()
		if was != o.Base().Hash() || o.Gen() != 1 || o.Days().Known(2027) {
			t.Fatal("an empty office has the program's calendar")
		}
		n, err := o.Propose(ctx, o.By["admin"], db.NewID(), read(t, next), "  见附件 ")
		o.must(err)
		if n.State != almanac.Proposed || n.Year != 2027 || n.Title != "测试用虚构通知2027" || len(n.Hash) != 64 || n.ProposedWhy != "见附件" || n.Version != 1 || n.Jurisdiction != "330500" || n.InGen != 0 || n.Carrying() || n.Release() {
			t.Errorf("%+v", n)
		}
		if x, err := n.Change(); err != nil || x.Year.Year != 2027 || len(x.Holidays) != 2 {
			t.Errorf("its text: %+v %v", x, err)
		}
		if o.Days().Hash() != was || o.Days().Known(2027) {
			t.Error("a proposal changes nothing")
		}
		before, after, gen, err := o.Sides(ctx, n)
		if err != nil || gen != 1 || before.Hash() != was || !after.Known(2027) {
			t.Errorf("%v", err)
		}
		got, err := o.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Gen: 1, Why: "依通知"})
		o.must(err)
		if got.State != almanac.Approved || got.InGen != 2 || got.OutGen != 0 || got.DecidedName != o.By["chief"].Name || got.DecidedWhy != "依通知" || got.DecidedAt == nil || got.Version != 2 || !got.Carrying() {
			t.Errorf("%+v", got)
		}
		if o.Gen() != 2 || !o.Days().Known(2027) || o.Days().Hash() != after.Hash() || o.Days().Hash() == was {
			t.Error("the calendar in force is the one that the preview showed")
		}
		if working, why := o.Days().Explain(day("2027-01-30")); !working || why.Kind != calendar.MakeUp {
			t.Errorf("%+v", why)
		}
		o.carry()
		if got, err = o.Find(ctx, o.By["admin"], n.ID); err != nil || got.Carrying() || got.Carried != 0 {
			t.Errorf("%+v %v", got, err)
		}
		if s := o.said(); s != "propose approve recount" {
			t.Error(s)
		}
		// A new process reads the same calendar.
		other := *o
		other.with(o.Base())
		if other.Gen() != 2 || other.Days().Hash() != o.Days().Hash() {
			t.Error("another process has another calendar")
		}
	})
}

func TestWallAt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		hash := map[int64]string{1: o.Days().Hash()}
		a := o.approve(o.propose(next))
		hash[2] = o.Days().Hash()
		b := o.approve(o.propose(change))
		hash[3] = o.Days().Hash()
		o.approve(o.undo(a))
		hash[4] = o.Days().Hash()
		o.approve(o.undo(b))
		hash[5] = o.Days().Hash()
		if hash[5] != hash[1] || hash[2] == hash[3] || hash[3] == hash[4] || hash[4] == hash[1] {
			t.Errorf("each change of the days is another hash, and all undone is the first: %v", hash)
		}
		other := *o
		other.with(o.Base())
		for gen, want := range hash {
			for name, w := range map[string]*office{"the process that saw it": o, "one that began later": &other} {
				for range 2 { // built, then remembered
					if days, err := w.At(ctx, gen); err != nil || days.Hash() != want {
						t.Errorf("generation %d by %s: %v", gen, name, err)
					}
				}
			}
		}
		if days, err := o.At(ctx, 99); err != nil || days.Hash() != hash[5] {
			t.Errorf("what is later than this process knows is read as the one in force: %v", err)
		}
	})
}

func TestACorrection(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		was := o.Days()
		n := o.approve(o.propose(change))
		if !n.Correction || n.Year != 2026 {
			t.Errorf("%+v", n)
		}
		for d := day("2026-01-01"); d <= day("2026-12-31"); d++ {
			a, _ := was.Explain(d)
			b, why := o.Days().Explain(d)
			named := d >= day("2026-11-25") && d <= day("2026-11-27") || d == day("2026-12-05") || d == day("2026-10-02")
			if (a != b) != named {
				t.Errorf("%s: worked %v, now %v", d, a, b)
			}
			if named && d != day("2026-10-02") && why.Notice.Title != "测试用虚构更正" {
				t.Errorf("%s rests on %q", d, why.Notice.Title)
			}
		}
		// A second correction stands on the first, which cannot go before it.
		m := o.approve(o.propose(strings.ReplaceAll(strings.ReplaceAll(change, "2026-11-2", "2026-11-1"), "2026-12-05", "2026-12-12")))
		_, err := o.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, "x")
		o.is("one that another stands on", err, errs.Conflict, "calendar.undo.later")
		o.approve(o.undo(m))
		o.approve(o.undo(n))
		if o.Days().Hash() != was.Hash() {
			t.Error("undone, but not as it was")
		}
		// A correction of a year that nobody knows.
		x := read(t, strings.ReplaceAll(change, "2026", "2027"))
		_, err = o.Propose(ctx, o.By["admin"], db.NewID(), x, "")
		o.is("a year that is not known", err, errs.Invalid, "")
		// A correction whose year goes before it is approved no longer fits.
		year := o.approve(o.propose(next))
		c := o.propose(`{year: 2027, correction: true, notices: [{id: c, title: 虚构更正, number: number not recorded}], holidays: [{from: 2027-06-01, to: 2027-06-01, holiday: 测试日}]}`)
		o.approve(o.undo(year))
		_, _, _, err = o.Sides(ctx, c)
		o.is("its preview", err, errs.Conflict, "calendar.fault.unknown_year")
		_, err = o.Approve(ctx, o.By["chief"], c.ID, almanac.Decision{Version: 1, Gen: o.Gen(), Why: "x"})
		o.is("its approval", err, errs.Conflict, "calendar.fault.unknown_year")
		if c, err = o.Find(ctx, o.By["admin"], c.ID); err != nil || c.State != almanac.Proposed || c.InGen != 0 {
			t.Errorf("a refused approval leaves it waiting: %+v %v", c, err)
		}
	})
}

func TestTheSameNoticeTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		n := o.propose(next)
		again, err := o.Propose(ctx, o.By["admin"], n.ID, read(t, next), "")
		if err != nil || again.ID != n.ID || !again.ProposedAt.Equal(n.ProposedAt) {
			t.Errorf("the same form sent twice is one proposal: %v", err)
		}
		if rows, err := o.List(ctx, o.By["chief"], 2027); err != nil || len(rows) != 1 {
			t.Errorf("%d rows %v", len(rows), err)
		}
		_, err = o.Propose(ctx, o.By["admin"], n.ID, read(t, change), "")
		o.is("another content with the id", err, errs.Conflict, "error.same_id")
		// Proposed anew with an id of its own it is another notice, which changes nothing once the first is in force.
		twin := o.propose(next)
		if twin.Hash != n.Hash {
			t.Error("the same text has the same hash")
		}
		o.approve(n)
		was := o.Days().Hash()
		before, after, _, err := o.Sides(ctx, twin)
		if first, _ := before.Diff(after); err != nil || !first.IsZero() {
			t.Errorf("it changes something: %v", err)
		}
		o.approve(twin)
		if o.Days().Hash() != was || o.Gen() != 3 {
			t.Error("it changed something")
		}
		_, err = o.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, "x")
		o.is("the first, while the second stands", err, errs.Conflict, "calendar.undo.later")
		o.approve(o.undo(twin))
		if !o.Days().Known(2027) || o.Days().Hash() != was {
			t.Error("the first still stands")
		}
	})
}

func TestRejectAndWithdraw(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		n, was := o.propose(next), o.Days().Hash()
		_, err := o.Reject(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1})
		o.is("without a reason", err, errs.Invalid, "")
		got, err := o.Reject(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Why: "年份不符"})
		if err != nil || got.State != almanac.Rejected || got.InGen != 0 || got.DecidedWhy != "年份不符" {
			t.Errorf("%+v %v", got, err)
		}
		m := o.propose(next)
		o.is("somebody else's", o.Withdraw(ctx, o.By["chief"], m.ID, 1), errs.Forbidden, "")
		o.is("an old version", o.Withdraw(ctx, o.By["admin"], m.ID, 7), errs.Conflict, "error.stale")
		o.is("none", o.Withdraw(ctx, o.By["admin"], db.NewID(), 1), errs.NotFound, "")
		o.must(o.Withdraw(ctx, o.By["admin"], m.ID, 1))
		if m, err = o.Find(ctx, o.By["admin"], m.ID); err != nil || m.State != almanac.Rejected || m.DecidedWhy != "" || m.DecidedBy != o.By["admin"].ID {
			t.Errorf("%+v %v", m, err)
		}
		for name, id := range map[string]string{"rejected": n.ID, "withdrawn": m.ID} {
			_, err := o.Approve(ctx, o.By["chief"], id, almanac.Decision{Version: 2, Gen: 1, Why: "x"})
			o.is(name+", approved", err, errs.Conflict, "error.stale")
			_, err = o.ProposeUndo(ctx, o.By["admin"], db.NewID(), id, "x")
			o.is(name+", undone", err, errs.Conflict, "calendar.undo.not_in_force")
			o.is(name+", withdrawn", o.Withdraw(ctx, o.By["admin"], id, 2), errs.Conflict, "error.stale")
		}
		if o.Gen() != 1 || o.Days().Hash() != was {
			t.Error("it changed something")
		}
		if s := o.said(); s != "propose reject propose withdraw" {
			t.Error(s)
		}
	})
}

func TestUndo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		was := o.Days().Hash()
		n := o.approve(o.propose(next))
		_, err := o.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, " ")
		o.is("without a reason", err, errs.Invalid, "")
		_, err = o.ProposeUndo(ctx, o.By["chief"], db.NewID(), n.ID, "x")
		o.is("by the chief", err, errs.Forbidden, "")
		_, err = o.ProposeUndo(ctx, o.By["admin"], db.NewID(), db.NewID(), "x")
		o.is("none", err, errs.NotFound, "")
		u := o.undo(n)
		if !u.Undo() || *u.Undoes != n.ID || u.State != almanac.Proposed {
			t.Errorf("%+v", u)
		}
		if again, err := o.ProposeUndo(ctx, o.By["admin"], u.ID, n.ID, "x"); err != nil || again.ID != u.ID || again.ProposedWhy != u.ProposedWhy {
			t.Errorf("the same form sent twice: %+v %v", again, err)
		}
		_, err = o.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, "x")
		o.is("while another waits", err, errs.Conflict, "calendar.undo.waiting")
		if before, after, gen, err := o.Sides(ctx, u); err != nil || gen != 2 || !before.Known(2027) || after.Hash() != was {
			t.Errorf("its preview: %d %v", gen, err)
		}
		o.approve(u)
		if o.Days().Hash() != was || o.Gen() != 3 {
			t.Error("the calendar is not as it was")
		}
		got, err := o.Find(ctx, o.By["auditor"], n.ID)
		if err != nil || got.State != almanac.Undone || got.InGen != 2 || got.OutGen != 3 || got.Version != 3 {
			t.Errorf("%+v %v", got, err)
		}
		if before, after, gen, err := o.Sides(ctx, got); err != nil || gen != 1 || before.Hash() != was || !after.Known(2027) {
			t.Errorf("what it did stays to be read: %d %v", gen, err)
		}
		_, err = o.ProposeUndo(ctx, o.By["admin"], db.NewID(), n.ID, "x")
		o.is("what is undone", err, errs.Conflict, "calendar.undo.not_in_force")
		_, err = o.ProposeUndo(ctx, o.By["admin"], db.NewID(), u.ID, "x")
		o.is("an undoing", err, errs.Conflict, "calendar.undo.not_in_force")
		// It may come back: as a notice of its own.
		o.approve(o.propose(next))
		if !o.Days().Known(2027) || o.Gen() != 4 {
			t.Error("it does not come back")
		}
	})
}

func TestWhoMayWhat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		x := read(t, next)
		for who := range o.By {
			_, err := o.Propose(ctx, o.By[who], db.NewID(), x, "")
			if want := errs.Forbidden; who == "admin" {
				o.must(err)
			} else {
				o.is(who+" proposes", err, want, "")
			}
		}
		n := o.propose(next)
		ok := almanac.Decision{Version: 1, Gen: 1, Why: "x"}
		for who := range o.By {
			if who == "chief" {
				continue
			}
			_, err := o.Approve(ctx, o.By[who], n.ID, ok)
			o.is(who+" approves", err, errs.Forbidden, "")
			_, err = o.Reject(ctx, o.By[who], n.ID, ok)
			o.is(who+" rejects", err, errs.Forbidden, "")
		}
		for _, who := range []string{"officer", "chief", "operator", "chief.deqing"} {
			if _, err := o.Find(ctx, o.By[who], n.ID); err != nil {
				t.Errorf("%s sees no notice: %v", who, err)
			}
		}
		_, err := o.Find(ctx, access.Actor{ID: "nobody"}, n.ID)
		o.is("nobody finds", err, errs.Forbidden, "")
		_, err = o.List(ctx, access.Actor{ID: "nobody"}, 0)
		o.is("nobody lists", err, errs.Forbidden, "")
		// Who holds both roles decides nothing of their own.
		_, err = o.Users.SetRole(ctx, access.System(), o.By["admin"].ID, 0, access.Grant{Role: access.Chief, Jurisdiction: "330500", From: day("2011-01-01")})
		o.must(err)
		o.must(o.Guard.Reload(ctx))
		_, err = o.Approve(ctx, o.By["admin"], n.ID, ok)
		o.is("one's own", err, errs.Forbidden, "calendar.not_own")
		if n, err = o.Find(ctx, o.By["chief"], n.ID); err != nil || n.State != almanac.Proposed || o.Gen() != 1 {
			t.Errorf("%+v %v", n, err)
		}
	})
}

func TestStale(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		n, m := o.propose(next), o.propose(change)
		_, err := o.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 2, Gen: 1, Why: "x"})
		o.is("an old version", err, errs.Conflict, "error.stale")
		_, err = o.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Gen: 0, Why: "x"})
		o.is("without a preview", err, errs.Conflict, "calendar.stale_preview")
		_, err = o.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Gen: 1, Why: strings.Repeat("长", 2001)})
		o.is("too long a reason", err, errs.Invalid, "")
		o.must(last(o.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Gen: 1, Why: "x"})))
		_, err = o.Approve(ctx, o.By["chief"], n.ID, almanac.Decision{Version: 1, Gen: 1, Why: "x"})
		o.is("twice", err, errs.Conflict, "error.stale")
		_, err = o.Approve(ctx, o.By["chief"], m.ID, almanac.Decision{Version: 1, Gen: 1, Why: "x"})
		o.is("with the preview of before", err, errs.Conflict, "calendar.stale_preview")
		_, err = o.Approve(ctx, o.By["chief"], m.ID, almanac.Decision{Version: 1, Gen: 2, Why: "x"})
		o.is("while the first is carried out", err, errs.Conflict, "calendar.busy")
		if got, err := o.Find(ctx, o.By["chief"], m.ID); err != nil || got.State != almanac.Proposed || o.Gen() != 2 {
			t.Errorf("%+v %v", got, err)
		}
		o.carry()
		o.must(last(o.Approve(ctx, o.By["chief"], m.ID, almanac.Decision{Version: 1, Gen: 2, Why: "x"})))
	})
}

func last(_ *almanac.Notice, err error) error { return err }

// Two chiefs at two processes approve two notices at once, over and over: one goes through, the other hears why not, and the calendar is
// the one of whoever went through.
func TestApprovalsAtOnce(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			url := storetest.URL(t, engine)
			o := open(t, storetest.Open(t, url))
			db2, err := store.Open(ctx, store.Options{URL: url, Now: func() time.Time { return storetest.Now }, Entropy: storetest.Entropy(2)})
			o.must(err)
			defer db2.Close()
			second, err := almanac.New(ctx, db2, o.Guard, o.Base(), "330500")
			o.must(err)
			for round := range 5 {
				a, b := o.propose(next), o.propose(change)
				o.must(second.Refresh(ctx))
				gen := o.Gen()
				var wg sync.WaitGroup
				var got [4]error
				for i, x := range []struct {
					w *almanac.Wall
					n *almanac.Notice
				}{{o.Wall, a}, {second, b}, {second, a}, {o.Wall, b}} {
					wg.Go(func() {
						_, got[i] = x.w.Approve(ctx, o.By["chief"], x.n.ID, almanac.Decision{Version: 1, Gen: gen, Why: "x"})
					})
				}
				wg.Wait()
				through := 0
				for _, err := range got {
					if err == nil {
						through++
					} else if errs.CodeOf(err) != errs.Conflict {
						t.Errorf("round %d: %v", round, err)
					}
				}
				o.must(o.Refresh(ctx))
				o.must(second.Refresh(ctx))
				if through != 1 || o.Gen() != gen+1 || second.Gen() != o.Gen() || second.Days().Hash() != o.Days().Hash() {
					t.Fatalf("round %d: %d went through, generation %d after %d", round, through, o.Gen(), gen)
				}
				o.carry()
				for _, n := range []*almanac.Notice{a, b} { // as it was, for the next round
					if n, err = o.Find(ctx, o.By["chief"], n.ID); err != nil {
						t.Fatal(err)
					}
					if n.State == almanac.Approved {
						o.approve(o.undo(n))
					} else {
						o.must(o.Withdraw(ctx, o.By["admin"], n.ID, n.Version))
					}
				}
				if o.Days().Hash() != o.Base().Hash() {
					t.Fatalf("round %d: the calendar is not as it was", round)
				}
			}
			o.said()
		})
	}
}

// What is not a notice is told with its line, and nothing is written.
func TestWhatIsNoNotice(t *testing.T) {
	o := open(t, storetest.SQLite(t))
	for _, x := range []struct{ file, text, key string }{
		{"n.yaml", "year: 2027\nholidays: [", "calendar.fault.line"},
		{"n.yaml", strings.Replace(next, "holidays:", "holydays:", 1), "calendar.fault.line"},
		{"n.yaml", strings.Replace(next, "2027-02-05", "2026-02-05", 1), "calendar.fault.line"},
		{"n.csv", "year,2027\ntitle,x\nrest,2027-01-01", "calendar.fault.line"},
		{"n.yaml", strings.Repeat("#", almanac.MostBytes+1), "calendar.too_large"},
	} {
		_, err := almanac.Read(x.file, []byte(x.text))
		e := errs.As(err)
		if e == nil || e.Key != x.key && (len(e.Fields) != 1 || e.Fields[0].Key != x.key) {
			t.Errorf("%.40q: %v", x.text, err)
		}
	}
	if err := errors.New("x"); !errors.Is(almanac.Wrong("file", err), err) {
		t.Error("an error that is no fault of the text stays what it is")
	}
	for what, text := range map[string]string{
		"too far off":  strings.ReplaceAll(next, "2027", "2033"),
		"too long ago": strings.ReplaceAll(next, "2027", "2010"),
		"a long title": strings.Replace(next, "测试用虚构通知2027", strings.Repeat("长", 201), 1),
		"a long name":  strings.Replace(next, "元旦", strings.Repeat("长", 61), 1),
		"a long id":    strings.Replace(next, `id: "2027"`, "id: "+strings.Repeat("x", 41), 1),
	} {
		_, err := o.Propose(ctx, o.By["admin"], o.db.NewID(), read(t, text), "")
		o.is(what, err, errs.Invalid, "")
	}
	x := read(t, next)
	x.MakeUp[0].Day = day("2027-01-29") // a Friday: not read from a file, but made by hand
	_, err := o.Propose(ctx, o.By["admin"], o.db.NewID(), x, "")
	o.is("a weekday worked", err, errs.Invalid, "")
	_, err = o.Propose(ctx, o.By["admin"], o.db.NewID(), read(t, next), strings.Repeat("长", 2001))
	o.is("too long a reason", err, errs.Invalid, "")
	if rows, err := o.List(ctx, o.By["admin"], 0); err != nil || len(rows) != 0 || o.said() != "" {
		t.Errorf("%d rows %v", len(rows), err)
	}
}

func TestList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		n, m := o.propose(next), o.propose(change)
		o.approve(m)
		ids := func(year int, states ...string) string {
			rows, err := o.List(ctx, o.By["chief"], year, states...)
			o.must(err)
			var out []string
			for _, r := range rows {
				out = append(out, map[string]string{n.ID: "n", m.ID: "m"}[r.ID])
			}
			slices.Sort(out)
			return strings.Join(out, "")
		}
		if ids(0) != "mn" || ids(2027) != "n" || ids(2026) != "m" || ids(2025) != "" || ids(0, almanac.Proposed) != "n" || ids(0, almanac.Approved, almanac.Undone) != "m" {
			t.Error(ids(0), ids(2027), ids(0, almanac.Proposed))
		}
	})
}

func clockOf(id string) deadline.Subject {
	return deadline.Subject{Kind: "case", ID: id, Label: id, Title: id, Jurisdiction: "330500"}
}

func basis(on string) deadline.Basis {
	return deadline.Basis{On: day(on), Kind: "counterfeit", Region: "330500"}
}
