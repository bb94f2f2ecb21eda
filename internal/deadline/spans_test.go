package deadline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func (o *office) tx(fn func(tx *store.Tx) error) {
	o.t.Helper()
	o.must(o.DB.Tx(context.Background(), fn))
}

func subject(id, track string) deadline.Subject {
	return deadline.Subject{Kind: "case", ID: id, Label: id, Jurisdiction: "330500", TrackID: track}
}

// ends wants the last days of a matter's only clock, and whether it stands still.
func (o *office) ends(id, strict, due, paused string) {
	o.t.Helper()
	k := o.clock(id)
	if k.StrictOn.String() != strict || k.DueOn.String() != due || k.PausedOn.String() != paused {
		o.t.Errorf("%s ends %s, %s, stands still since %q; want %s, %s, %q", id, k.StrictOn, k.DueOn, k.PausedOn, strict, due, paused)
	}
	led, err := o.Clocks.Ledger(context.Background(), &k)
	o.must(err)
	if k.PausedOn.IsZero() && (led.Strict != k.StrictOn || led.Due != k.DueOn) {
		o.t.Errorf("%s: the proof ends %s, %s", id, led.Strict, led.Due)
	}
}

func TestTimeThatIsNotCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		by := o.By["chief"]
		pause := func(id, track, ground, from, to string) {
			o.t.Helper()
			o.tx(func(tx *store.Tx) error {
				x := deadline.Span{Ground: ground, FromOn: day(from), Document: "湖知法中字〔2022〕1号"}
				if to != "" {
					x.ToOn = day(to)
				}
				return o.Clocks.ExcludeTx(tx, by, subject(id, track), x)
			})
		}
		resume := func(id, track, on string) {
			o.t.Helper()
			o.tx(func(tx *store.Tx) error { return o.Clocks.ResumeTx(tx, subject(id, track), day(on)) })
		}
		// Market-Regulation Procedure Art. 64: 90 days from 2022-10-10, to 2023-01-08, a Sunday.
		o.start("a", "CF_CLOSE", "counterfeit", "2022-10-10")
		o.ends("a", "2023-01-08", "2023-01-09", "")
		pause("a", "t1", "suspension", "2022-11-01", "")
		o.ends("a", "2023-01-08", "2023-01-09", "2022-11-01")
		if rows, err := o.Clocks.Due(context.Background(), by, deadline.Filter{Limit: 10}, day("2023-02-01")); err != nil || len(rows) != 0 {
			t.Errorf("a clock that stands still is listed as due: %+v %v", rows, err)
		}
		if k := o.clock("a"); k.Late(day("2023-02-01")) {
			t.Error("a clock that stands still is late")
		}
		pause("a", "t2", "hearing", "2022-11-05", "") // both at once
		resume("a", "t1", "2022-11-11")
		o.ends("a", "2023-01-18", "2023-01-18", "2022-11-05")
		resume("a", "t2", "2022-11-15")
		o.ends("a", "2023-01-22", "2023-01-28", "") // 14 days in all: 11-01 to 11-14; the Spring Festival rolls it
		pause("a", "t3", "settlement_talks", "2022-12-01", "2022-12-10")
		o.ends("a", "2023-01-22", "2023-01-28", "") // not a ground of this rule
		pause("a", "t4", "public_notice", "2022-12-01", "2022-12-30")
		o.ends("a", "2023-02-21", "2023-02-21", "")
		pause("a", "t5", "suspension", "2022-12-20", "")
		resume("a", "t5", "2022-12-20") // the same day: nothing
		o.ends("a", "2023-02-21", "2023-02-21", "")
		pause("a", "t6", "suspension", "2023-02-22", "") // it was over before
		o.ends("a", "2023-02-21", "2023-02-21", "")

		// A clock that starts while time is not counted, or with such time ahead of it.
		pause("b", "t1", "suspension", "2022-10-01", "")
		o.start("b", "CF_CLOSE", "counterfeit", "2022-10-10")
		o.ends("b", "2023-01-08", "2023-01-09", "2022-10-10")
		resume("b", "t1", "2022-10-21")
		o.ends("b", "2023-01-18", "2023-01-18", "")

		// Working days, and the proof's words.
		o.start("c", "CF_VERIFY", "counterfeit", "2024-03-01")
		o.ends("c", "2024-03-22", "2024-03-22", "")
		pause("c", "t1", "appraisal", "2024-03-11", "2024-03-15")
		o.ends("c", "2024-03-29", "2024-03-29", "")
		ext, spans, err := o.Clocks.Grounds(db.Read(context.Background()), new(o.clock("c")))
		if err != nil || len(ext) != 0 || len(spans) != 1 || spans[0].Document == "" || spans[0].MadeName == "" {
			t.Errorf("%+v %+v %v", ext, spans, err)
		}
	})
}

func TestExtensionsAreGrantedBeforeTheEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		extend := func(id string, n int, on string) (err error) {
			e := o.DB.Tx(context.Background(), func(tx *store.Tx) error {
				k, err := o.Clocks.RunningTx(tx, subject(id, ""), o.clock(id).Rule)
				if err != nil {
					return err
				}
				return o.Clocks.ExtendTx(tx, o.By["chief"], subject(id, "t"), k, n, day(on))
			})
			return e
		}
		key := func(err error) string {
			e := errs.As(err)
			if e == nil {
				return ""
			}
			if len(e.Fields) > 0 {
				return e.Fields[0].Message.Key
			}
			return e.Key
		}
		// Order 81 Art. 37: three months, one by the head, two by the next higher office; to the original last day.
		o.start("inf", "INF_CLOSE", "infringement", "2025-03-31")
		o.ends("inf", "2025-06-30", "2025-06-30", "")
		if got := key(extend("inf", 2, "2025-06-30")); got != "error.extension_max" {
			t.Errorf("two months by the head: %s", got)
		}
		if got := key(extend("inf", 1, "2025-07-01")); got != "error.extension_late" {
			t.Errorf("after the end: %s", got)
		}
		o.must(extend("inf", 1, "2025-06-30"))
		o.ends("inf", "2025-07-30", "2025-07-30", "")
		if x, n, err := o.Clocks.NextExtension(db.Read(context.Background()), new(o.clock("inf")), day("2025-07-01")); err != nil || n != 1 || x.Approver != statute.SuperiorOffice || x.Max != 2 {
			t.Errorf("%+v %d %v", x, n, err)
		}
		o.must(extend("inf", 2, "2025-07-30"))
		o.ends("inf", "2025-09-30", "2025-09-30", "")
		if got := key(extend("inf", 1, "2025-09-01")); got != "error.extension_none" {
			t.Errorf("a third: %s", got)
		}
		// A holiday notice moves an extended clock by itself, not the others of its day.
		o.start("plain", "CF_VERIFY", "counterfeit", "2026-11-10")
		o.start("own", "CF_VERIFY", "counterfeit", "2026-11-10")
		o.must(extend("own", 5, "2026-11-20"))
		o.ends("plain", "2026-12-01", "2026-12-01", "")
		o.ends("own", "2026-12-08", "2026-12-08", "")
		o.approve(o.propose(change2026))
		o.ends("plain", "2026-12-04", "2026-12-04", "")
		o.ends("own", "2026-12-10", "2026-12-10", "")
	})
}

func TestRepin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		pinned := func(id, version string) error {
			return o.DB.Tx(context.Background(), func(tx *store.Tx) error {
				return o.Clocks.RepinTx(tx, subject(id, ""), new(o.clock(id)), version, o.clock(id).StartedOn)
			})
		}
		o.start("a", "CF_CLOSE", "counterfeit", "2026-11-02")
		pin := func(version string) error { return pinned("a", version) }
		for _, bad := range []string{"", "CF_CLOSE@2000-01-01", "INF_CLOSE@2015-07-01", o.clock("a").Version} {
			if err := pin(bad); err == nil {
				t.Errorf("pinned to %q", bad)
			}
		}
		o.must(pin("CF_CLOSE@2015-07-01/patent")) // Order 71 Art. 36: one month
		o.ends("a", "2026-12-02", "2026-12-02", "")
		o.must(pin("CF_CLOSE@2021-07-15/samr"))
		o.ends("a", "2027-01-31", "2027-02-01", "")
		// Only to what was in force there on some day from the basis day until today, 2026-11-20, and never so that a period that is over becomes longer.
		for i, x := range []struct{ rule, kind, start, to, want string }{
			{"CF_CLOSE", "counterfeit", "2026-11-02", "CF_CLOSE@2011-02-01/patent", "error.repin_then"},    // Order 60, repealed 2015
			{"CF_CLOSE", "counterfeit", "2026-11-02", "CF_CLOSE@2019-04-01/samr", "error.repin_then"},      // the procedure of 2019, repealed 2021-07-15
			{"INF_CLOSE", "infringement", "2026-11-02", "INF_CLOSE@2011-02-01", "error.repin_then"},        // Order 60
			{"INF_CLOSE", "infringement", "2026-11-02", "INF_CLOSE@2015-07-01", "error.repin_then"},        // Order 71, until 2025-01-31
			{"INF_CLOSE", "infringement", "2026-11-02", "INF_CLOSE@2016-01-01/330000", "error.repin_then"}, // Zhejiang, until 2022-12-31
			{"INF_CLOSE", "infringement", "2025-01-31", "INF_CLOSE@2025-02-01", ""},                        // it came into force since; over, and no longer by it
			{"INF_CLOSE", "infringement", "2022-12-31", "INF_CLOSE@2015-07-01", "error.repin_over"},        // two months by the Zhejiang regulation are over, three would be longer
			{"INF_CLOSE", "infringement", "2022-12-31", "INF_CLOSE@2011-02-01", "error.repin_then"},
			{"CF_CLOSE", "counterfeit", "2022-10-10", "CF_CLOSE@2015-07-01/patent", ""}, // over, and shorter by it
		} {
			id := fmt.Sprintf("b%d", i)
			o.start(id, x.rule, x.kind, x.start)
			k := o.clock(id)
			offered, err := o.Clocks.Wordings(context.Background(), &k, k.StartedOn)
			o.must(err)
			if has := slices.ContainsFunc(offered, func(w deadline.Wording) bool { return w.Rule.Version() == x.to }); has != (x.want == "") {
				t.Errorf("%s from %s to %s is offered: %v", x.rule, x.start, x.to, has)
			}
			if err := pinned(id, x.to); x.want == "" && err != nil || x.want != "" && (errs.CodeOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), x.want)) {
				t.Errorf("%s from %s to %s: %v, want %q", x.rule, x.start, x.to, err, x.want)
			}
			if now := o.clock(id); x.want != "" && (now.Version != k.Version || now.WatchOn != k.WatchOn) {
				t.Errorf("%s was changed all the same", id)
			}
		}
	})
}

// TestAClockThatStopsWhileItStandsStill: a decision taken while a suspension or an appraisal is still open was not late by that time (Market-Regulation
// Procedure Art. 64), and the proof ends where the record does, also after the suspension went on.
func TestAClockThatStopsWhileItStandsStill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		do := func(fn func(tx *store.Tx) error) { o.t.Helper(); o.tx(fn) }
		pause := func(id, track, from string) {
			o.t.Helper()
			do(func(tx *store.Tx) error {
				return o.Clocks.ExcludeTx(tx, o.By["chief"], subject(id, track), deadline.Span{Ground: "test_appraisal", FromOn: day(from)})
			})
		}
		stop := func(id, on string) {
			o.t.Helper()
			do(func(tx *store.Tx) error { return o.Clocks.StopTx(tx, subject(id, ""), day(on)) })
		}
		o.start("a", "CF_CLOSE", "counterfeit", "2022-10-10") // to 2023-01-08
		pause("a", "t1", "2022-12-30")
		stop("a", "2023-02-10") // 43 days, both end days, were not counted
		o.ends("a", "2023-02-20", "2023-02-20", "")
		if k := o.clock("a"); k.Late(day("2023-03-01")) {
			t.Error("late by time that was not counted")
		}
		do(func(tx *store.Tx) error { return o.Clocks.ResumeTx(tx, subject("a", "t1"), day("2023-04-03")) })
		o.ends("a", "2023-02-20", "2023-02-20", "") // what came after the stop is none of its time
		pause("a", "t2", "2023-05-01")
		o.ends("a", "2023-02-20", "2023-02-20", "")

		o.start("b", "CF_CLOSE", "counterfeit", "2022-10-10")
		pause("b", "t1", "2023-01-12") // it was over before
		stop("b", "2023-01-31")
		o.ends("b", "2023-01-08", "2023-01-09", "")
		if k := o.clock("b"); !k.Late(day("2023-03-01")) {
			t.Error("it was over before it stood still, and is not late")
		}
		o.start("c", "CF_CLOSE", "counterfeit", "2022-10-10")
		pause("c", "t1", "2022-11-01")
		stop("c", "2022-11-01") // on the first day: that day
		o.ends("c", "2023-01-09", "2023-01-09", "")
		do(func(tx *store.Tx) error { return o.Clocks.ResumeTx(tx, subject("c", "t1"), day("2022-11-05")) })
		o.ends("c", "2023-01-09", "2023-01-09", "")
	})
}
