package deadline_test

import (
	"context"
	"testing"

	"huzhi/internal/almanac"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// A program that brings a new year counts anew what was provisional, with a line of history for each clock, as an imported notice does.
func TestAYearThatComesWithTheProgram(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx := context.Background()
		o.must(o.Clocks.Remember(ctx))
		o.start("long", "CF_CLOSE", "counterfeit", "2026-11-13") // 90 days: ends in February 2027
		o.start("short", "CF_VERIFY", "counterfeit", "2026-11-19")
		o.start("stopped", "CF_CLOSE", "counterfeit", "2026-11-13")
		o.must(db.Tx(ctx, func(tx *store.Tx) error {
			return o.Clocks.StopTx(tx, deadline.Subject{ID: "stopped"}, day("2026-11-20"))
		}))
		was, stopped, short := o.clock("long"), o.clock("stopped"), o.clock("short")

		y, err := calendar.ParseYear("2027.yaml", []byte(year2027))
		o.must(err)
		newer, err := o.Wall.Base().With(y)
		o.must(err)
		wall, err := almanac.New(ctx, db, o.Guard, newer, "330500")
		o.must(err)
		clocks := deadline.New(db, o.Guard, o.Clocks.Rules(), wall, "")
		o.must(clocks.Remember(ctx)) // it does, since the first start
		var told []string
		clocks.OnMoved("case", func(_ *store.Tx, ids []string) error { told = append(told, ids...); return nil })
		n, err := wall.Adopt(ctx)
		o.must(err)
		if n == nil || !n.Release() {
			t.Fatalf("%+v", n)
		}
		if done, err := clocks.Carry(ctx); err != nil || !done {
			t.Fatal(done, err)
		}
		k := o.clock("long")
		if k.Provisional || k.DueOn < was.DueOn || k.CalendarGen != 2 || len(told) != 1 || told[0] != "long" {
			t.Errorf("%+v, told %v", k, told)
		}
		if o.clock("short") != short || o.clock("stopped") != stopped {
			t.Error("a clock moved that no changed day touches, or that stands still")
		}
		history, err := clocks.History(ctx, []string{k.ID})
		if err != nil || len(history) != 1 || history[0].Title != "测试用虚构通知2027" || history[0].FromDue != was.DueOn || !history[0].FromProvisional || history[0].ToDue != k.DueOn || history[0].ToProvisional {
			t.Errorf("%+v %v", history, err)
		}
		if proof, err := clocks.Ledger(ctx, &k); err != nil || proof.Due != k.DueOn || proof.Provisional || proof.CalendarHash != newer.Hash() {
			t.Errorf("the proof is not the clock: %v", err)
		}
		if proof, err := clocks.Ledger(ctx, &stopped); err != nil || proof.Due != stopped.DueOn || !proof.Provisional || proof.CalendarHash == newer.Hash() {
			t.Errorf("what stands still is proved by the calendar of its time: %v", err)
		}
		got, err := wall.Find(ctx, o.By["chief"], n.ID)
		if err != nil || got.Carrying() || got.Carried != 1 || got.Moved != 1 {
			t.Errorf("%+v %v", got, err)
		}
		var said []string
		o.must(db.Read(ctx).Model(&audit.Entry{}).Where("subject = ?", "calendar:"+n.ID).Order("seq").Pluck("action", &said).Error)
		if len(said) != 2 || said[0] != "calendar.release" || said[1] != "calendar.recount" {
			t.Error(said)
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}
