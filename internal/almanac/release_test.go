package almanac_test

import (
	"strings"
	"testing"

	"huzhi/internal/almanac"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// year reads a year as a release would bring it.
func year(t testing.TB, text string) calendar.Year {
	t.Helper()
	y, err := calendar.ParseYear("2027.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// adopt takes up all that the program brings and gives the notices it became.
func (o *office) adopt() []*almanac.Notice {
	o.t.Helper()
	var out []*almanac.Notice
	for {
		o.carry()
		n, err := o.Adopt(ctx)
		o.must(err)
		if n == nil {
			return out
		}
		out = append(out, n)
	}
}

func TestAYearThatComesWithTheProgram(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		old := o.Base()
		was := old.Hash()
		if got := o.adopt(); len(got) != 0 || o.Gen() != 1 {
			t.Fatalf("the program the office began with brings nothing: %d", len(got))
		}
		newer, err := old.With(year(t, next))
		o.must(err)
		o.with(newer)
		if o.Days().Hash() != was || o.Gen() != 1 || o.Base().Hash() == was {
			t.Error("what the program brings is not in force before it is adopted")
		}
		got := o.adopt()
		if len(got) != 1 || !got[0].Release() || got[0].State != almanac.Approved || got[0].Year != 2027 || got[0].InGen != 2 || got[0].Title != "测试用虚构通知2027" {
			t.Fatalf("%+v", got)
		}
		if o.Days().Hash() != newer.Hash() || o.Gen() != 2 {
			t.Error("the calendar in force is not the program's")
		}
		if days, err := o.At(ctx, 1); err != nil || days.Hash() != was {
			t.Errorf("the first generation stays what it was: %v", err)
		}
		_, err = o.ProposeUndo(ctx, o.By["admin"], db.NewID(), got[0].ID, "x")
		o.is("undoing it", err, errs.Conflict, "calendar.undo.release")
		if again := o.adopt(); len(again) != 0 {
			t.Errorf("it comes once: %+v", again)
		}
		// Another start of the same program; and of the older one, which forgets nothing.
		for name, days := range map[string]*calendar.Calendar{"the same": newer, "the older": old} {
			o.with(days)
			if again := o.adopt(); len(again) != 0 || o.Days().Hash() != newer.Hash() {
				t.Errorf("%s program: %+v", name, again)
			}
		}
		// A program that corrects the year: another notice.
		y := year(t, strings.Replace(next, "2027-02-11", "2027-02-12", 1))
		corrected, err := newer.With(y)
		o.must(err)
		o.with(corrected)
		if got = o.adopt(); len(got) != 1 || o.Gen() != 3 || o.Days().Working(day("2027-02-12")) {
			t.Errorf("%+v", got)
		}
		if days, err := o.At(ctx, 2); err != nil || days.Hash() != newer.Hash() {
			t.Errorf("the second generation stays what it was: %v", err)
		}
		// Two years in one release: one after the other.
		y.Year, y.Holidays, y.MakeUp = 2028, []calendar.Off{{From: day("2028-01-01"), To: day("2028-01-03"), Holiday: "元旦"}}, nil
		two, err := corrected.With(y)
		o.must(err)
		y.Year, y.Holidays = 2029, []calendar.Off{{From: day("2029-01-01"), To: day("2029-01-03"), Holiday: "元旦"}}
		two, err = two.With(y)
		o.must(err)
		o.with(two)
		n, err := o.Adopt(ctx)
		o.must(err)
		if m, err := o.Adopt(ctx); err != nil || m != nil || n.Year != 2028 {
			t.Errorf("the second waits until the first is carried out: %+v %+v %v", n, m, err)
		}
		if got = o.adopt(); len(got) != 1 || got[0].Year != 2029 || !o.Days().Known(2028) || !o.Days().Known(2029) {
			t.Errorf("%+v", got)
		}
		if s := o.said(); s != "release recount release recount release recount release recount" {
			t.Error(s)
		}
	})
}

// The office's own notices go before the program's years, whichever came first.
func TestTheOfficesNoticeGoesBeforeTheProgram(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		old := o.Base()
		n := o.approve(o.propose(next))
		c := o.approve(o.propose(change))
		mine := o.Days()
		y := year(t, strings.Replace(next, "2027-02-11", "2027-02-12", 1)) // the program says one day more
		newer, err := old.With(y)
		o.must(err)
		o.with(newer)
		got := o.adopt()
		if len(got) != 1 || o.Gen() != 4 || o.Days().Hash() != mine.Hash() {
			t.Errorf("the office's notice stands: %+v", got)
		}
		if before, after, _, err := o.Sides(ctx, got[0]); err != nil || before.Hash() != after.Hash() {
			t.Errorf("nothing moves: %v", err)
		}
		// Undone, the program's year is what is left; the correction of 2026 stays.
		o.approve(o.undo(n))
		if !o.Days().Known(2027) || o.Days().Working(day("2027-02-12")) || o.Days().Working(day("2026-11-25")) {
			t.Error("the program's year and the office's correction")
		}
		o.approve(o.undo(c))
		if o.Days().Hash() != newer.Hash() {
			t.Error("without the office's notices it is the program's calendar")
		}
		// A notice approved after the release goes before it too.
		o.approve(o.propose(next))
		if !o.Days().Working(day("2027-02-12")) {
			t.Error("the office's notice does not stand")
		}
	})
}

// A database from before the memory: its clocks, if it has any, were counted without the years that came since.
func TestAnOfficeWithoutMemory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		old := o.Base()
		newer, err := old.With(year(t, next))
		o.must(err)
		forget := func(clocks bool) {
			t.Helper()
			o.must(db.Tx(ctx, func(tx *store.Tx) error {
				if clocks {
					if _, err := o.clocks.StartTx(tx, clockOf("x"), "CF_CLOSE", day("2026-11-13"), basis("2026-11-13")); err != nil {
						return err
					}
				}
				return tx.Exec("DELETE FROM settings WHERE name = 'calendar.years'").Error
			}))
		}
		forget(false)
		o.with(newer)
		if len(o.adopt()) != 0 || !o.Days().Known(2027) || o.Gen() != 1 {
			t.Error("an empty office begins with what the program has")
		}
		o.with(old) // as an earlier program would count
		forget(true)
		o.with(newer)
		if o.Days().Known(2027) {
			t.Error("the clock there was counted without 2027")
		}
		if got := o.adopt(); len(got) != 1 || got[0].Year != 2027 || !o.Days().Known(2027) {
			t.Errorf("%+v", got)
		}
		if there, err := o.Remembered(ctx); err != nil || !there {
			t.Error("it does not remember", err)
		}
		o.must(db.Tx(ctx, func(tx *store.Tx) error { return store.SetSetting(tx, "calendar.years", "{") }))
		if _, err := almanac.New(ctx, db, o.Guard, newer, "330500"); err == nil || !strings.Contains(err.Error(), "calendar.years") {
			t.Errorf("a memory that cannot be read: %v", err)
		}
	})
}

// Every year of this program can come with a release: it reads as a notice.
func TestTheProgramsYearsAreNotices(t *testing.T) {
	o := open(t, storetest.SQLite(t))
	for _, y := range o.Base().Years() {
		if key, _, bad := (calendar.Change{Year: y}).Check(); bad != nil {
			t.Errorf("%d: %s: %v", y.Year, key, bad)
		}
	}
}
