package warn_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/task"
	"huzhi/internal/warn"
)

type office struct {
	*caseworktest.Office
	t testing.TB
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

func (o *office) exec(sql string, args ...any) {
	o.t.Helper()
	o.must(o.DB.Tx(context.Background(), func(tx *store.Tx) error { return tx.Exec(sql, args...).Error }))
}

// run gives the warnings of a day and says who was told of what: "officer 10", sorted.
func (o *office) run(day string) []string {
	o.t.Helper()
	had := map[string]int{}
	for _, x := range o.given("") {
		had[x]++
	}
	n, err := o.Bell.Run(context.Background(), caseworktest.Day(day))
	o.must(err)
	var fresh []string
	for _, x := range o.given("") {
		if had[x]--; had[x] < 0 {
			fresh = append(fresh, x)
		}
	}
	if int(n) != len(fresh) {
		o.t.Errorf("%s: said %d, gave %v", day, n, fresh)
	}
	return fresh
}

// given is what was given of a source, or of all.
func (o *office) given(source string) []string {
	o.t.Helper()
	var rows []struct {
		Username  string
		Threshold int
	}
	q := o.DB.Read(context.Background()).Table("warnings").Joins("JOIN users ON users.id = warnings.user_id").Select("users.username, warnings.threshold")
	if source != "" {
		q = q.Where("warnings.source_id = ?", source)
	}
	o.must(q.Scan(&rows).Error)
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprint(r.Username, " ", r.Threshold))
	}
	slices.Sort(out)
	return out
}

func (o *office) want(what string, got []string, want ...string) {
	o.t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		o.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// only leaves one clock of a matter, with a day of its own.
func (o *office) only(subject, rule, watch string) deadline.Clock {
	o.t.Helper()
	clocks, err := o.Clocks.Of(context.Background(), subject)
	o.must(err)
	for _, k := range clocks {
		if k.Rule == rule {
			o.exec("DELETE FROM deadlines WHERE subject_id = ? AND id <> ?", subject, k.ID)
			o.exec("UPDATE deadlines SET watch_on = ?, strict_on = ?, due_on = ? WHERE id = ?", watch, watch, watch, k.ID)
			k.WatchOn = caseworktest.Day(watch)
			return k
		}
	}
	o.t.Fatalf("%s has no clock %s: %+v", subject, rule, clocks)
	return deadline.Clock{}
}

// filed is a counterfeit case of 2026-08-10 with one clock that ends on a day.
func (o *office) filed(watch string) (*casework.Case, deadline.Clock) {
	o.t.Helper()
	c := o.File(o.t, casework.Counterfeit, "2026-08-10")
	o.exec("DELETE FROM deadlines WHERE subject_kind = 'lead'")
	return c, o.only(c.ID, "CF_CLOSE", watch)
}

func TestEveryWarningIsGivenOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, k := o.filed("2026-11-08")
		for d := caseworktest.Day("2026-10-20"); d <= caseworktest.Day("2026-12-20"); d++ {
			var want []string
			switch left := int(k.WatchOn - d); left {
			case 10, 3, 1:
				want = []string{fmt.Sprint("officer ", left), fmt.Sprint("officer2 ", left)}
			case 0:
				want = []string{"chief 0"}
			case -1:
				want = []string{"chief -1"}
			}
			o.want(d.String(), o.run(d.String()), want...)
			o.want(d.String()+" again", o.run(d.String()))
		}
	})
}

func TestAfterDaysWithoutTheProgramEachWarningIsGivenOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.filed("2026-11-08")
		o.want("far", o.run("2026-10-20"))
		o.want("two days left", o.run("2026-11-06"), "officer 3", "officer2 3") // not the ten days too: they are over
		o.want("days after", o.run("2026-11-12"), "chief -1")
		o.want("and then", o.run("2026-11-13"))
	})
}

func TestTwoProcessesGiveEachWarningOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for range 8 {
			o.filed("2026-11-20")
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		var sum int64
		for range 4 {
			other, err := warn.New(o.DB, o.Guard, o.Clocks, o.Catalogue, warn.Settings{Days: []int{10, 3, 1}})
			o.must(err)
			wg.Go(func() {
				n, err := other.Run(context.Background(), caseworktest.Day("2026-11-20"))
				mu.Lock()
				defer mu.Unlock()
				sum += n
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if sum != 8 || len(o.given("")) != 8 {
			t.Errorf("%d said, %d given", sum, len(o.given("")))
		}
	})
}

func TestAThresholdThatHadPassedWhenTheClockBeganIsLeftOut(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, k := o.filed("2026-11-25")
		o.exec("UPDATE deadlines SET started_on = '2026-11-20' WHERE id = ?", k.ID) // five days
		o.want("its first day", o.run("2026-11-20"))
		o.want("four days left", o.run("2026-11-21"))
		o.want("three days left", o.run("2026-11-22"), "officer 3", "officer2 3")
		// A clock counted backwards begins after its day.
		_, back := o.filed("2026-11-25")
		o.exec("UPDATE deadlines SET started_on = '2026-12-05' WHERE id = ?", back.ID)
		o.want("backwards", o.run("2026-11-20"), "officer 10", "officer2 10")
	})
}

func TestAPartysPeriodIsToldToTheOfficersAndOverIsOver(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, k := o.filed("2026-11-25")
		o.exec("UPDATE deadlines SET office_duty = ? WHERE id = ?", false, k.ID)
		o.want("before", o.run("2026-11-24"), "officer 1", "officer2 1")
		o.want("on the day", o.run("2026-11-25"), "officer 0", "officer2 0")
		o.want("over", o.run("2026-11-26"))
	})
}

func TestALeadIsToldToThoseOfThePlace(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		city := o.Lead(t, casework.Counterfeit, "2026-11-02")
		o.only(city.ID, "CF_VERIFY", "2026-11-20")
		o.want("the city's, before", o.run("2026-11-19"), "officer 1", "officer2 1", "officer3 1")
		o.want("the city's, on the day", o.run("2026-11-20"), "chief 0")
		var county *lead.Lead
		o.must(o.At("2026-11-02", func(tx *store.Tx) (err error) {
			county, err = o.Leads.AddTx(tx, o.By["officer.deqing"], lead.NewLead{Source: "letter", Kind: casework.Counterfeit, Jurisdiction: "330521", Place: "330521",
				ReceivedOn: caseworktest.Day("2026-11-02"), Title: "德清线索", Facts: "x"}, "lead.add")
			return err
		}))
		o.only(county.ID, "CF_VERIFY", "2026-11-30")
		o.want("the county's, before", o.run("2026-11-29"), "chief -1", "officer.deqing 1")
		o.want("the county's, on the day", o.run("2026-11-30"), "chief.deqing 0")
		// Where nobody of the place itself may approve, those of the city are told.
		o.exec("UPDATE assignments SET until_day = '2026-11-19' WHERE user_id = ?", o.By["chief.deqing"].ID)
		o.exec("UPDATE access_generation SET gen = gen + 1")
		o.want("over", o.run("2026-12-01"), "chief -1")
	})
}

func TestWhoIsTheChiefOfACase(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		c, k := o.filed("2026-11-25")
		// The member who is chief no longer approves here: whoever does is told.
		o.exec("DELETE FROM members WHERE subject_id = ? AND part = 'chief'", c.ID)
		o.exec("INSERT INTO members (subject_id, user_id, part, added_at) VALUES (?, ?, 'chief', ?)", c.ID, o.By["chief.deqing"].ID, o.DB.Now())
		o.want("a chief of elsewhere", o.run("2026-11-25"), "chief 0")
		o.exec("DELETE FROM members WHERE subject_id = ? AND part = 'chief'", c.ID)
		o.want("no chief", o.run("2026-11-26"), "chief -1")
		// Of a restricted case nobody but its members is told.
		o.exec("UPDATE deadlines SET restricted = ?, watch_on = '2026-12-20' WHERE id = ?", true, k.ID)
		o.want("restricted, before", o.run("2026-12-19"), "officer 1", "officer2 1")
		o.want("restricted, over", o.run("2026-12-21"))
	})
}

func TestNobodyIsToldOfWhatHasEnded(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, k := o.filed("2026-11-25")
		o.must(o.Users.Disable(context.Background(), access.System(), o.By["officer2"].ID, 0))
		o.want("one is disabled", o.run("2026-11-24"), "officer 1")
		o.exec("UPDATE deadlines SET paused_on = '2026-11-24' WHERE id = ?", k.ID)
		o.want("it stands still", o.run("2026-11-25"))
		if n, err := o.Bell.Unseen(context.Background(), o.By["officer"], 0); n != 0 || err != nil {
			t.Errorf("it stands still, and %d are open, %v", n, err)
		}
		o.exec("UPDATE deadlines SET paused_on = NULL, watch_on = '2026-11-27' WHERE id = ?", k.ID)
		o.want("it goes on", o.run("2026-11-26"), "officer 1")
		o.exec("UPDATE deadlines SET stopped_on = '2026-11-24' WHERE id = ?", k.ID)
		o.want("stopped", o.run("2026-11-27"))
		o.want("stopped, later", o.run("2026-12-25"))
	})
}

func TestAMovedDayIsWarnedOfAgainWhenItsThresholdLiesAhead(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, k := o.filed("2026-11-25")
		o.want("ten days before", o.run("2026-11-15"), "officer 10", "officer2 10")
		move := func(to string) { o.exec("UPDATE deadlines SET watch_on = ? WHERE id = ?", to, k.ID) }
		move("2026-11-24") // a day earlier: the ten days lie behind as before
		o.want("a day earlier", o.run("2026-11-15"))
		move("2026-12-04") // extended: the ten days lie ahead
		o.want("extended", o.run("2026-11-16"))
		o.want("extended, ten days before", o.run("2026-11-24"), "officer 10", "officer2 10")
		o.want("extended, on the day", o.run("2026-12-04"), "chief 0")
		o.want("extended, over", o.run("2026-12-05"), "chief -1")
		move("2026-12-06") // counted anew after it was over
		o.want("anew, on the day", o.run("2026-12-06"), "chief 0")
		o.want("anew, over", o.run("2026-12-07"), "chief -1")
		o.want("anew, later", o.run("2026-12-08"))
	})
}

func TestTasks(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c, _ := o.filed("2027-02-08")
		x, err := o.Tasks.Add(ctx, o.By["officer"], c.ID, task.Input{Title: "x", Assignee: o.By["officer2"].ID, DueOn: caseworktest.Day("2026-12-01")})
		o.must(err)
		o.want("given today", o.run("2026-11-20"))
		o.want("ten days before", o.run("2026-11-21"), "officer2 10")
		o.want("on the day", o.run("2026-12-01"), "officer2 0", "chief 0")
		o.want("over", o.run("2026-12-02"), "officer2 -1", "officer -1", "chief -1")
		o.want("and no more", o.run("2026-12-09"))
		o.must(o.Tasks.Change(ctx, o.By["officer"], x.ID, 1, task.Input{Title: "x", Assignee: o.By["officer"].ID, DueOn: caseworktest.Day("2026-12-20")}))
		o.want("another's and later", o.run("2026-12-17"), "officer 3")
		o.must(o.Tasks.Finish(ctx, o.By["officer"], x.ID, 2, ""))
		o.want("done", o.run("2026-12-20"))
	})
}

func TestTheBellCountsWhatTheListShows(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		c, k := o.filed("2026-11-21")
		d, _ := o.filed("2026-11-19")
		o.filed("2026-11-20")
		_, err := o.Tasks.Add(ctx, o.By["officer"], c.ID, task.Input{Title: "x", Assignee: o.By["officer2"].ID, DueOn: caseworktest.Day("2026-11-20")})
		o.must(err)
		o.run("2026-11-20")
		counts := func(what string, want map[string]int64) {
			t.Helper()
			for _, who := range []string{"officer", "officer2", "officer3", "chief", "reviewer", "archivist", "chief.deqing"} {
				n, err := o.Bell.Unseen(ctx, o.By[who], 0)
				o.must(err)
				rows, more, err := o.Bell.List(ctx, o.By[who], true, 0, 100)
				o.must(err)
				if n != want[who] || int(n) != len(rows) || more {
					t.Errorf("%s: %s: %d counted, %d listed, want %d", what, who, n, len(rows), want[who])
				}
			}
		}
		counts("given", map[string]int64{"officer": 1, "officer2": 2, "chief": 3})
		if n, err := o.Bell.Unseen(ctx, o.By["chief"], 2); n != 2 || err != nil {
			t.Errorf("at most two: %d, %v", n, err)
		}
		for _, who := range []string{"operator", "admin", "auditor"} {
			n, err := o.Bell.Unseen(ctx, o.By[who], 0)
			_, _, refused := o.Bell.List(ctx, o.By[who], true, 0, 10)
			if n != 0 || err != nil || errs.CodeOf(refused) != errs.Forbidden {
				t.Errorf("%s: %d, %v, %v", who, n, err, refused)
			}
		}
		// What stops is no longer open, and stands with what is over.
		o.exec("UPDATE deadlines SET stopped_on = '2026-11-20' WHERE id = ?", k.ID)
		counts("stopped", map[string]int64{"officer2": 1, "chief": 3})
		rows, _, err := o.Bell.List(ctx, o.By["officer"], false, 0, 10)
		if err != nil || len(rows) != 1 || rows[0].Open() || rows[0].Live || rows[0].Label != c.Number || rows[0].MatterID != c.ID || rows[0].Rule != "CF_CLOSE" {
			t.Errorf("%+v, %v", rows, err)
		}
		// A case that is made confidential is read by its members alone.
		o.exec("DELETE FROM members WHERE subject_id = ? AND part = 'chief'", d.ID)
		for _, table := range []string{"cases SET restricted = ? WHERE id = ?", "deadlines SET restricted = ? WHERE subject_id = ?"} {
			o.exec("UPDATE "+table, true, d.ID)
		}
		counts("restricted", map[string]int64{"officer2": 1, "chief": 2})
		// Whoever leaves the office sees nothing more of it.
		o.exec("UPDATE assignments SET jurisdiction = '330521' WHERE user_id = ?", o.By["officer2"].ID)
		o.must(o.Guard.Reload(ctx))
		counts("moved", map[string]int64{"chief": 2})
	})
}

func TestSeen(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := context.Background()
		for _, d := range []string{"2026-11-17", "2026-11-19", "2026-11-18"} {
			o.filed(d)
		}
		o.run("2026-11-20")
		rows, _, err := o.Bell.List(ctx, o.By["chief"], false, 0, 10)
		o.must(err)
		var days []string
		for _, w := range rows {
			days = append(days, w.Day.String())
		}
		if !slices.Equal(days, []string{"2026-11-17", "2026-11-18", "2026-11-19"}) {
			t.Errorf("not the nearest day first: %v", days)
		}
		key := rows[0].Key()
		for _, bad := range []string{"", "x", key + ".1", strings.Replace(key, ".-1.", ".1.", 1), strings.Replace(key, ".-1.", ".x.", 1), "../..", strings.Repeat("a", 5000)} {
			if err := o.Bell.See(ctx, o.By["chief"], bad); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%.40q: %v", bad, err)
			}
		}
		if err := o.Bell.See(ctx, o.By["officer"], key); errs.CodeOf(err) != errs.NotFound { // another's
			t.Error(err)
		}
		o.must(o.Bell.See(ctx, o.By["chief"], key))
		o.must(o.Bell.See(ctx, o.By["chief"], key))
		rows, more, err := o.Bell.List(ctx, o.By["chief"], false, 1, 2)
		if err != nil || more || len(rows) != 2 || rows[1].Key() != key || rows[1].Open() || !rows[1].Live {
			t.Errorf("the seen one is not the last: %+v, %v", rows, err)
		}
		if n, err := o.Bell.SeeAll(ctx, o.By["chief"], o.DB.Now().Add(-1)); n != 0 || err != nil { // the page was read before they came
			t.Errorf("%d, %v", n, err)
		}
		if n, err := o.Bell.SeeAll(ctx, o.By["chief"], o.DB.Now()); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if n, err := o.Bell.Unseen(ctx, o.By["chief"], 0); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestTheSettingsAreChecked(t *testing.T) {
	o := &office{caseworktest.New(t, storetest.SQLite(t)), t}
	for _, days := range [][]int{{0}, {-1}, {91}, {3, 3}, {1, 2, 3, 2}} {
		if _, err := warn.New(o.DB, o.Guard, o.Clocks, o.Catalogue, warn.Settings{Days: days}); err == nil {
			t.Errorf("%v was taken", days)
		}
	}
	quiet, err := warn.New(o.DB, o.Guard, o.Clocks, o.Catalogue, warn.Settings{})
	o.must(err)
	o.Bell = quiet
	o.filed("2026-11-21")
	o.want("nobody before", o.run("2026-11-20"))
	o.want("the chief all the same", o.run("2026-11-21"), "chief 0")
}

// BenchmarkRun is what one look at 100,000 running clocks costs: the first, which gives what is due, and the following ones, which find
// nothing new. A tenth is over, a tenth ends within ten days.
func BenchmarkRun(b *testing.B) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		for _, run := range []string{"first", "again"} {
			b.Run(engine+"/"+run, func(b *testing.B) {
				o := &office{caseworktest.New(b, storetest.Open(b, storetest.Migrated(b, engine))), b}
				o.many(100_000)
				ctx, today := context.Background(), calendar.Date(2026, 11, 20)
				var n int64
				var err error
				if run == "again" {
					if _, err = o.Bell.Run(ctx, today); err != nil {
						b.Fatal(err)
					}
				}
				for b.Loop() {
					if n, err = o.Bell.Run(ctx, today); err != nil {
						b.Fatal(err)
					}
					if run == "first" {
						b.StopTimer()
						o.exec("DELETE FROM warnings")
						b.StartTimer()
					}
				}
				b.ReportMetric(float64(n), "warnings")
			})
		}
	}
}

// many writes n running clocks on as many cases' members, without the cases: two officers and a chief each.
func (o *office) many(n int) {
	o.t.Helper()
	const id = "'c' || substr('0000000000000000000000000' || i, -25)"
	idOf := id
	if o.DB.Engine() == store.Postgres {
		idOf = "'c' || lpad(CAST(i AS TEXT), 25, '0')"
	}
	rows := "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?), d (i, day) AS (SELECT i, CASE i % 10 WHEN 0 THEN '2026-11-' || (10 + i / 10 % 10) WHEN 1 THEN '2026-11-' || (20 + i / 10 % 11) ELSE '2027-0' || (1 + i / 10 % 9) || '-15' END FROM n) "
	o.exec(rows+`INSERT INTO deadlines (id, subject_kind, subject_id, label, title, jurisdiction, rule, version, kind, rules_hash, office_duty, started_on, strict_on, due_on, watch_on, created_at)
		SELECT `+idOf+`, 'case', `+idOf+`, 'x', 'x', '330500', 'CF_CLOSE', 'x', 'counterfeit', '', TRUE, '2026-08-01', day, day, day, ? FROM d`, n, o.DB.Now())
	for _, m := range [][2]string{{"officer", "officer"}, {"officer2", "officer"}, {"chief", "chief"}} {
		o.exec(rows+"INSERT INTO members (subject_id, user_id, part, added_at) SELECT "+idOf+", ?, ?, ? FROM d", n, o.By[m[0]].ID, m[1], o.DB.Now())
	}
}
