package report_test

import (
	"slices"
	"testing"

	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// Every figure of the dashboards, for everybody: the number is what its link lists, by the list's own filter and by hand over all rows; the lines add up.
func TestBoardFigureIsItsList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		today := o.today()
		people := []string{""}
		for _, n := range accesstest.Names() {
			people = append(people, n[0])
		}
		for _, who := range people {
			checked := 0
			for _, x := range []struct {
				p      report.Period
				before report.Period
				in     report.In
			}{
				{report.Year(2026), report.Year(2026).Before(today), report.In{Office: "330500"}}, // this year so far against the same days: days that make no month
				{report.Period{From: calendar.Date(2014, 2, 11), To: calendar.Date(2014, 6, 3)}, report.Year(2013), report.In{Office: "330521"}},
				{report.Year(2014), report.Year(2014).Previous(today), report.In{Office: "330500", At: "330522"}},
				{report.Period{From: calendar.Date(2010, 6, 5), To: calendar.Date(2026, 3, 31)}, report.Year(2014), report.In{Who: o.actor(who).ID}}, // years
			} {
				x.in.Period = x.p
				checked += o.board(t, who, x.in, x.before)
			}
			t.Logf("%q: %d figures", who, checked)
		}
	})
}

// board checks every part of a dashboard; it answers how many figures there were.
func (o *office) board(t *testing.T, who string, in report.In, before report.Period) (n int) {
	t.Helper()
	by, f := o.actor(who), o.figures.Once()
	pairs, err := f.Pairs(ctx, by, in, before, report.CasesFiled, report.CasesClosed, report.CasesPending, report.CasesInTime, report.CasesOverTime, report.CasesBrought)
	mine := in.Who != "" && in.Who == by.ID
	if !by.IsSystem() && !mine && !o.Guard.Can(by, "statistics.view", in.Office) {
		_, hands := f.Hands(ctx, by, in)
		_, loads := f.Workload(ctx, by, in, before)
		_, cross := f.Cross(ctx, by, report.CasesFiled, in, before, report.ByKind, report.ByMonth)
		_, timely := f.TimelyByKind(ctx, by, in, before)
		for _, e := range []error{err, hands, loads, cross, timely} {
			if errs.CodeOf(e) != errs.Forbidden {
				t.Errorf("%s asked for the board of %s: %v, want a refusal", who, in.Office, e)
			}
		}
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range pairs {
		n += o.check(t, who, x.ID, x.Now, x.Before)
	}
	for _, x := range []struct {
		id         string
		rows, cols report.Dim
	}{{report.CasesFiled, report.ByMonth, report.ByKind}, {report.CasesClosed, report.ByMonth, report.ByKind}, {report.CasesFiled, report.ByPlace, report.ByMonth}, {report.CasesFiled, report.ByKind, report.ByPlace},
		{report.CallsAll, report.ByMonth, report.ByCall}, {report.CallsAll, report.ByWay, report.ByCall}} {
		if x.id == report.CallsAll && (in.Who != "" || in.At != "" || !by.IsSystem() && !o.Guard.Can(by, "call.view", in.Office)) {
			continue
		}
		c, err := f.Cross(ctx, by, x.id, in, before, x.rows, x.cols)
		if err != nil {
			t.Fatal(err)
		}
		n += o.cross(t, who, c)
	}
	hands, err := f.Hands(ctx, by, in)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hands {
		n += o.check(t, who, "in hand "+h.Place, h.Figures...)
	}
	timely, err := f.TimelyByKind(ctx, by, in, before)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range timely {
		n += o.check(t, who, "timely "+x.Kind, x.InTime, x.OverTime)
		if want := report.Share(x.InTime.N, x.InTime.N+x.OverTime.N); x.Rate.Share != want {
			t.Errorf("%s: the rate of %q is %v, want %v", who, x.Kind, x.Rate.Share, want)
		}
	}
	if in.Who != "" {
		return n
	}
	loads, err := f.Workload(ctx, by, in, before)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range loads {
		n += o.check(t, who, "load of "+l.Name, append(slices.Clone(l.InHand), l.Closed, l.Before)...)
	}
	return n
}

// cross checks that a table adds up and that each figure is its list.
func (o *office) cross(t *testing.T, who string, c *report.Cross) (n int) {
	t.Helper()
	total := int64(0)
	down := make([]int64, len(c.Heads))
	for _, l := range append(slices.Clone(c.Lines), c.Total) {
		across := int64(0)
		for i, x := range l.Cells {
			if across += x.N; l.Key.ID != "" {
				down[i] += x.N
			} else if down[i] != x.N {
				t.Errorf("%s: %s by %s and %s: column %v adds up to %d, the total says %d", who, c.Metric, c.Rows, c.Cols, c.Heads[i], down[i], x.N)
			}
		}
		if across != l.Sum.N {
			t.Errorf("%s: %s by %s and %s: line %v adds up to %d, its sum says %d", who, c.Metric, c.Rows, c.Cols, l.Key, across, l.Sum.N)
		}
		if l.Key.ID != "" {
			total += l.Sum.N
		} else if total != l.Sum.N {
			t.Errorf("%s: %s by %s: the lines add up to %d, the total says %d", who, c.Metric, c.Rows, total, l.Sum.N)
		}
		n += o.check(t, who, c.Metric+" "+l.Key.ID, append(slices.Clone(l.Cells), l.Sum)...)
		if l.Before.Href != "" {
			n += o.check(t, who, c.Metric+" before "+l.Key.ID, l.Before)
		}
	}
	return n
}

func TestPrevious(t *testing.T) {
	today := calendar.Date(2026, 11, 20)
	for _, c := range []struct{ p, want report.Period }{
		{report.Year(2025), report.Year(2024)},
		{report.Quarter(2026, 1), report.Quarter(2025, 4)},
		{report.Month(2026, 3), report.Month(2026, 2)},
		{report.Month(2026, 11), report.Period{From: calendar.Date(2026, 10, 1), To: calendar.Date(2026, 10, 20)}}, // as many days as have passed
		{report.Year(2026), report.Period{From: calendar.Date(2025, 1, 1), To: calendar.Date(2025, 11, 20)}},
		{report.Period{From: calendar.Date(2026, 3, 10), To: calendar.Date(2026, 3, 19)}, report.Period{From: calendar.Date(2026, 2, 28), To: calendar.Date(2026, 3, 9)}},
	} {
		if got := c.p.Previous(today); got != c.want {
			t.Errorf("before %v: %v, want %v", c.p, got, c.want)
		}
	}
}
