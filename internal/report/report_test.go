package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/i18n"
	"huzhi/internal/listing"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

var ctx = context.Background()

// The figures of the published report, in the words the command line prints them in.
const seed = `{"year":2014,"cases":{"total":254,"previous":91,"growth_percent":179.12,"counterfeit":132,"infringement":46,"dispute":11,"ecommerce":65},` +
	`"listings":{"total":127,"infringing":49},"hotline":{"consultations":3512,"infringement_complaints":5},`

func TestAnnual2014(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		a, err := o.figures.Annual(ctx, access.System(), 2014)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(got), seed) {
			t.Errorf("got  %s\nwant %s…", got, seed)
		}
		if !slices.Equal(a.Offices, []string{"330500"}) {
			t.Errorf("the report is about %v, want the city", a.Offices)
		}
		sum := int64(0)
		for _, c := range a.Counties {
			sum += c.Total.N
		}
		months := int64(0)
		for _, m := range a.Months {
			months += m.Filed.N
		}
		if sum != 254 || months != 254 || len(a.Months) != 12 {
			t.Errorf("the counties add up to %d and %d months to %d, want 254", sum, len(a.Months), months)
		}

		const gone = "case-2014-counterfeit-000"
		err = db.Tx(ctx, func(tx *store.Tx) error {
			return errors.Join(tx.Exec("DELETE FROM case_steps WHERE case_id = ?", gone).Error, tx.Exec("DELETE FROM case_patents WHERE case_id = ?", gone).Error, tx.Exec("DELETE FROM case_parties WHERE case_id = ?", gone).Error,
				tx.Exec("DELETE FROM case_flags WHERE case_id = ?", gone).Error, tx.Exec("DELETE FROM case_payments WHERE case_id = ?", gone).Error, tx.Exec("DELETE FROM cases WHERE id = ?", gone).Error, tally.RebuildTx(tx))
		})
		if err != nil {
			t.Fatal(err)
		}
		if a, err = o.figures.Annual(ctx, access.System(), 2014); err != nil || a.Cases.Total.N != 253 || a.Cases.Counterfeit.N != 131 || a.Cases.Growth.Hundredths != 17802 {
			t.Errorf("with one row less: %+v %v", a.Cases, err)
		}
	})
}

// Every figure, on every page, for everybody: the number is what its link lists, counted by the list's own filter in SQL and
// again by hand in Go over all rows.
func TestFigureIsItsList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		people := []string{""}
		for _, n := range accesstest.Names() {
			people = append(people, n[0])
		}
		periods := []report.Period{
			report.Year(2014), report.Quarter(2014, 2), report.Month(2014, 2), report.Year(2026), report.Month(2026, 11), report.Year(2011),
			{From: calendar.Date(2014, 3, 3), To: calendar.Date(2014, 5, 9)}, {From: calendar.Date(2010, 6, 1), To: calendar.Date(2026, 3, 31)},
		}
		for _, who := range people {
			checked := 0
			for _, p := range periods {
				for _, place := range []string{"330500", "330521"} {
					checked += o.page(t, who, p, place)
				}
			}
			checked += o.annual(t, who)
			t.Logf("%q: %d figures", who, checked)
		}
	})
}

// page checks every figure of the page of statistics; it answers how many there were.
func (o *office) page(t *testing.T, who string, p report.Period, place string) (n int) {
	t.Helper()
	by := o.actor(who)
	table, err := o.figures.Table(ctx, by, p, place)
	if !o.Guard.Can(by, "statistics.view", place) {
		if errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s asked for the table of %s: %v, want a refusal", who, place, err)
		}
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	steps, err := o.figures.Steps(ctx, by, p, place)
	if err != nil {
		t.Fatal(err)
	}
	n = o.table(t, who, table) + o.statutory(t, who, p, place)
	filed := int64(0)
	for _, s := range steps {
		filed += s.Filed.N
		n += o.check(t, who, "step "+s.Label, s.Filed, s.Closed)
		if s.Before.Href != "" {
			n += o.check(t, who, "step before "+s.Label, s.Before)
		}
	}
	if filed != table.Total.Sum.N {
		t.Errorf("%s %v: the steps add up to %d, the table to %d", who, p, filed, table.Total.Sum.N)
	}
	for _, m := range report.Metrics() {
		fig, err := o.figures.Count(ctx, by, m.ID, report.In{Period: p, Office: place})
		if err != nil {
			t.Fatal(err)
		}
		if m.Counts() {
			n += o.check(t, who, m.ID, fig)
		}
	}
	return n
}

// table checks that it adds up and that each cell is its list.
func (o *office) table(t *testing.T, who string, table *report.Table) (n int) {
	t.Helper()
	down := make([]int64, len(table.Places))
	total := int64(0)
	for _, r := range append(slices.Clone(table.Rows), table.Total) {
		across := int64(0)
		for i, c := range r.Cells {
			across += c.N
			if r.Kind != "" {
				down[i] += c.N
			} else if down[i] != c.N {
				t.Errorf("%s: column %s adds up to %d, its total says %d", who, table.Places[i], down[i], c.N)
			}
			n += o.check(t, who, r.Kind+" "+table.Places[i], c)
		}
		if across != r.Sum.N {
			t.Errorf("%s: row %q adds up to %d, its sum says %d", who, r.Kind, across, r.Sum.N)
		}
		if r.Kind != "" {
			total += r.Sum.N
		} else if total != r.Sum.N {
			t.Errorf("%s: the rows add up to %d, the total says %d", who, total, r.Sum.N)
		}
		if r.Growth != report.Growth(r.Before.N, r.Sum.N) {
			t.Errorf("%s: row %q: growth %v", who, r.Kind, r.Growth)
		}
		n += o.check(t, who, r.Kind+" sum", r.Sum, r.Before)
	}
	return n
}

func (o *office) annual(t *testing.T, who string) (n int) {
	t.Helper()
	by := o.actor(who)
	for _, year := range []int{2014, 2026} {
		a, err := o.figures.Annual(ctx, by, year)
		if !o.Guard.CanAnywhere(by, "report.view") {
			if errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s asked for the annual report: %v, want a refusal", who, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		n += o.table(t, who, a.Table)
		n += o.check(t, who, "annual", a.Cases.Total, a.Cases.Previous, a.Cases.Counterfeit, a.Cases.Infringement, a.Cases.Dispute, a.Cases.Ecommerce,
			a.Listings.Total, a.Listings.Infringing, a.Hotline.Consultations, a.Hotline.Infringement,
			a.Closing.Closed, a.Closing.InTime, a.Closing.OverTime, a.Closing.PendingAtEnd)
		for _, m := range a.Months {
			n += o.check(t, who, m.Month, m.Filed, m.Closed)
		}
		for i, g := range a.Text(printer(t, i18n.English)) {
			for _, s := range g.Spans {
				if s.Figure && s.Href == "" {
					t.Errorf("%s: paragraph %d: %q leads nowhere", who, i, s.Text)
				}
			}
		}
	}
	return n
}

// check follows each figure's link and counts there.
func (o *office) check(t *testing.T, who, what string, figs ...report.Figure) int {
	t.Helper()
	by := o.actor(who)
	for _, f := range figs {
		if f.Hidden != "" {
			if o.Guard.CanAnywhere(by, f.Hidden) || f.N != 0 || f.Href != "" {
				t.Errorf("%s: %s is hidden for want of %s: %+v", who, what, f.Hidden, f)
			}
			continue
		}
		u, err := url.Parse(f.Href)
		if err != nil {
			t.Fatal(err)
		}
		k := who + " " + f.Href
		if _, done := o.known[k]; !done {
			o.known[k] = [2]int64{o.list(t, who, u), o.naive(t, who, u)}
		}
		listed, counted := o.known[k][0], o.known[k][1]
		if f.N != listed || f.N != counted {
			t.Errorf("%s: %s says %d, its list %s has %d, by hand %d", who, what, f.N, f.Href, listed, counted)
		}
	}
	return len(figs)
}

// statutory checks the table of cases: each figure is its list, and the lines add up, down and across.
func (o *office) statutory(t *testing.T, who string, p report.Period, place string) (n int) {
	t.Helper()
	s, err := o.figures.Statutory(ctx, o.actor(who), p, place)
	if err != nil {
		t.Fatal(err)
	}
	var sum [7]int64
	for _, r := range append(slices.Clone(s.Rows), s.Total) {
		figs := []report.Figure{r.Brought, r.Accepted, r.Closed, r.Pending, r.Overdue, r.InTime, r.OverTime}
		n += o.check(t, who, "statutory "+r.Kind, figs...)
		for i, f := range figs {
			if r.Kind != "" {
				sum[i] += f.N
			} else if sum[i] != f.N {
				t.Errorf("%s %v: column %d adds up to %d, the total says %d", who, p, i, sum[i], f.N)
			}
		}
		if p.To <= o.today() && r.Off() != 0 || r.Overdue.N > r.Pending.N {
			t.Errorf("%s %v: the line %+v is off by %d", who, p, r, r.Off())
		}
	}
	return n
}

// list counts what the address lists, as the list's page reads it.
func (o *office) list(t *testing.T, who string, u *url.URL) (n int64) {
	t.Helper()
	by := o.actor(who)
	q := o.db.Read(ctx)
	bad := ""
	switch u.Path {
	case "/cases":
		f, b := casework.ParseFilter(u.Query(), by.ID)
		q, bad = q.Table("cases").Scopes(o.Guard.Scope(by, "case.view", "cases"), f.Where(o.today())), b
	case "/hotline":
		f, b := hotline.ParseFilter(u.Query())
		q, bad = q.Table("calls").Scopes(o.Guard.Scope(by, "call.view", "calls"), f.Where), b
	case "/listings":
		f, b := listing.ParseFilter(u.Query())
		q, bad = q.Table("listings").Scopes(o.Guard.Scope(by, "listing.view", "listings"), f.Where), b
	default:
		t.Fatalf("%s is no list", u)
	}
	if err := q.Count(&n).Error; err != nil || bad != "" {
		t.Fatalf("%s: %s %v", u, bad, err)
	}
	return n
}

func (o *office) today() calendar.Day { return calendar.DayOf(o.db.Now()) }

// naive counts the rows of an address in Go, knowing nothing of the filters' SQL.
func (o *office) naive(t *testing.T, who string, u *url.URL) (n int64) {
	t.Helper()
	v := u.Query()
	rows := map[string][]row{"/cases": o.cases, "/hotline": o.calls, "/listings": o.listings}[u.Path]
	for _, r := range rows {
		if !o.sees(who, u.Path, r) {
			continue
		}
		if v.Has("step") || v.Has("paid_for") {
			if r.happened(v) {
				n++
			}
			continue
		}
		all := true
		for k, vs := range v {
			if k == "officer" {
				all = all && slices.ContainsFunc(r.officers, func(who string) bool { return o.By[who].ID == vs[0] })
				continue
			}
			all = all && matches(t, u.Path, k, vs[0], r, o.today())
		}
		if all {
			n++
		}
	}
	return n
}

func matches(t *testing.T, list, k, v string, r row, now calendar.Day) bool {
	t.Helper()
	within := func(code, in string) bool { return code == in || in == "330500" }
	switch k {
	case "kind":
		return r.kind == v || v == "reported" && r.kind != "opinion"
	case "subject":
		return r.subject == v
	case "finding":
		return r.finding == v
	case "done": // of those that infringe, the platform deleted every one; none came back
		return v == "removed" && r.finding == "infringing"
	case "state":
		if v == "open" {
			return list == "/cases" && r.closed.IsZero() || r.state == "open"
		}
		return v == "handled" && (r.state == "lead" || r.state == "closed")
	case "channel":
		return v == "phone"
	case "office":
		return within(r.office, v)
	case "place", "at":
		return r.place == v
	case "from":
		return r.filed.String() >= v
	case "to":
		return r.filed.String() <= v
	case "closed_from":
		return r.closed != 0 && r.closed.String() >= v
	case "closed_to":
		return r.closed != 0 && r.closed.String() <= v
	case "pending_on":
		return r.filed.String() <= v && (r.closed == 0 || r.closed.String() > v)
	case "late", "soon", "still":
		if r.clock == "" || !r.closed.IsZero() {
			return false
		}
		left := int(r.due() - now)
		return k == "still" && !r.paused.IsZero() || r.paused.IsZero() && (k == "late" && left < 0 || k == "soon" && left >= 0 && left <= 7)
	case "asked":
		return r.asked
	case "overdue_on":
		return r.clock != "" && (r.paused == 0 || r.paused.String() > v) && r.due().String() <= v && (r.closed == 0 || r.closed.String() > v)
	case "in_time":
		if v == "any" {
			return r.closed != 0 && r.clock != ""
		}
		return r.closed != 0 && r.clock == map[string]string{"yes": "in", "no": "late"}[v]
	}
	if known, is := r.trait(k, v); known {
		return is
	}
	t.Fatalf("%s has a field %s", list, k)
	return false
}

func TestCountySeesItsOwn(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	a, err := o.figures.Annual(ctx, o.By["chief.deqing"], 2014)
	if err != nil {
		t.Fatal(err)
	}
	if a.Cases.Total.N == 0 || a.Cases.Total.N >= 254 || a.Cases.Infringement.N != 0 {
		t.Errorf("Deqing's own cases: %+v", a.Cases)
	}
	if !slices.Equal(a.Offices, []string{"330521"}) {
		t.Errorf("the report is about %v", a.Offices)
	}
	if _, err := o.figures.Table(ctx, o.By["chief.deqing"], report.Year(2014), "330500"); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("the city's table for Deqing's chief: %v", err)
	}
	for _, year := range []int{1984, 2027, 0, -1} {
		if _, err := o.figures.Annual(ctx, o.By["chief"], year); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("the report of %d: %v", year, err)
		}
	}
}

func TestMoney(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	want := int64(0)
	for _, c := range o.cases {
		if o.sees("chief", "/cases", c) && c.closed.Year() == 2014 {
			want += c.fine
		}
	}
	a, err := o.figures.Annual(ctx, o.By["chief"], 2014)
	if err != nil || a.Money.Fines.N != want || want == 0 {
		t.Errorf("fines %d, by hand %d (%v)", a.Money.Fines.N, want, err)
	}
}

// An opinion is no case of the annual report: its own figures count it, and no other does.
func TestOpinionsApart(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	in := report.In{Period: report.Year(2026), Office: "330500"}
	want := map[string]int64{}
	for _, c := range o.cases {
		if !o.sees("chief", "/cases", c) {
			continue
		}
		filed, closed := report.CasesFiled, report.CasesClosed
		if c.kind == casework.Opinion {
			filed, closed = report.OpinionsFiled, report.OpinionsClosed
		}
		if c.filed.Year() == 2026 {
			want[filed]++
		}
		if c.closed.Year() == 2026 {
			want[closed]++
		}
	}
	for _, id := range []string{report.CasesFiled, report.CasesClosed, report.OpinionsFiled, report.OpinionsClosed} {
		if got, err := o.figures.Count(ctx, o.By["chief"], id, in); err != nil || got.N != want[id] || got.N == 0 {
			t.Errorf("%s of 2026: %d, by hand %d (%v)", id, got.N, want[id], err)
		}
	}
	a, err := o.figures.Annual(ctx, o.By["chief"], 2026)
	if err != nil || a.Cases.Total.N != want[report.CasesFiled] || len(a.Table.Rows) != len(casework.Reported()) {
		t.Errorf("the report counts %d cases in %d rows, by hand %d (%v)", a.Cases.Total.N, len(a.Table.Rows), want[report.CasesFiled], err)
	}
}

func TestGrowth(t *testing.T) {
	p := printer(t, i18n.English)
	for _, c := range []struct {
		before, now        int64
		text, signed, json string
	}{
		{91, 254, "179.12%", "+179.12%", "179.12"}, {100, 100, "0.00%", "0.00%", "0"}, {8, 7, "−12.50%", "−12.50%", "-12.5"},
		{0, 5, "–", "–", "null"}, {0, 0, "–", "–", "null"}, {3, 0, "−100.00%", "−100.00%", "-100"},
		{800, 801, "0.13%", "+0.13%", "0.13"}, {800, 799, "−0.13%", "−0.13%", "-0.13"}, // 0.125: half away from zero
		{3, 4, "33.33%", "+33.33%", "33.33"}, {3, 5, "66.67%", "+66.67%", "66.67"}, {1, 1000, "99,900.00%", "+99,900.00%", "99900"},
	} {
		g := report.Growth(c.before, c.now)
		j, err := json.Marshal(g)
		if g.Text(p) != c.text || g.Signed(p) != c.signed || string(j) != c.json || err != nil {
			t.Errorf("from %d to %d: %s %s %s, want %s %s %s", c.before, c.now, g.Text(p), g.Signed(p), j, c.text, c.signed, c.json)
		}
	}
}

func TestPeriod(t *testing.T) {
	today := calendar.Date(2026, time.November, 20)
	say := printer(t, i18n.English)
	for _, c := range []struct{ query, from, to, beforeFrom, beforeTo, name, bad string }{
		{"", "2026-01-01", "2026-12-31", "2025-01-01", "2025-11-20", "2026", ""},
		{"year=2014", "2014-01-01", "2014-12-31", "2013-01-01", "2013-12-31", "2014", ""},
		{"year=2014&part=q3", "2014-07-01", "2014-09-30", "2013-07-01", "2013-09-30", "third quarter 2014", ""},
		{"year=2017&part=2", "2017-02-01", "2017-02-28", "2016-02-01", "2016-02-29", "February 2017", ""}, // the end of a month stays its end
		{"year=2016&part=2", "2016-02-01", "2016-02-29", "2015-02-01", "2015-02-28", "February 2016", ""},
		{"year=2026&part=q4", "2026-10-01", "2026-12-31", "2025-10-01", "2025-11-20", "fourth quarter 2026", ""},
		{"year=2026&part=12", "2026-12-01", "2026-12-31", "2025-12-01", "2025-12-31", "December 2026", ""},
		{"from=2014-03-05&to=2014-04-10", "2014-03-05", "2014-04-10", "2013-03-05", "2013-04-10", "2014-03-05 to 2014-04-10", ""},
		{"year=2013&from=2014-01-01&to=2014-12-31", "2014-01-01", "2014-12-31", "2013-01-01", "2013-12-31", "2014", ""},
		{"year=2013&part=q1&from=2014-01-01&to=2014-12-31&was=free", "2013-01-01", "2013-03-31", "2012-01-01", "2012-03-31", "first quarter 2013", ""},
		{"year=&part=&from=2014-02-01&to=2014-12-31&was=free", "2014-02-01", "2014-12-31", "2013-02-01", "2013-12-31", "2014-02-01 to 2014-12-31", ""},
		{"year=2027", "", "", "", "", "", "year"}, {"year=1900", "", "", "", "", "", "year"}, {"year=x", "", "", "", "", "", "year"},
		{"year=2014&part=13", "", "", "", "", "", "part"}, {"year=2014&part=q5", "", "", "", "", "", "part"},
		{"from=2014-03-05", "", "", "", "", "", "to"}, {"to=2014-03-05", "", "", "", "", "", "from"}, {"from=2014-02-30&to=2014-03-05", "", "", "", "", "", "from"},
		{"from=2014-03-05&to=2014-03-04", "", "", "", "", "", "to"}, {"from=1990-01-01&to=2026-01-01", "", "", "", "", "", "to"},
	} {
		v, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		p, _, bad, why := report.ParsePeriod(v, today)
		if bad != c.bad || (bad == "") != (why == "") || bad != "" && !say.Has(why) {
			t.Errorf("%s: %q %q, want %q", c.query, bad, why, c.bad)
		}
		if bad != "" || c.bad != "" {
			continue
		}
		b := p.Before(today)
		got := [5]string{p.From.String(), p.To.String(), b.From.String(), b.To.String(), p.Name(say)}
		if want := [5]string{c.from, c.to, c.beforeFrom, c.beforeTo, c.name}; got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.query, got, want)
		}
		if back, _, bad, _ := report.ParsePeriod(p.Values(), today); back != p || bad != "" {
			t.Errorf("%s comes back from its address %s as %v", c.query, p.Values().Encode(), back)
		}
	}
}

func TestText(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	err := o.db.Tx(ctx, func(tx *store.Tx) error { return store.SetSetting(tx, report.DemoSetting, "1") })
	if err != nil {
		t.Fatal(err)
	}
	unfilled := regexp.MustCompile(`report\.|\{\d|[\x{E000}-\x{F8FF}]`)
	for _, c := range []struct {
		lang string
		year int
		want []string
	}{
		{i18n.Chinese, 2014, []string{"2014年，湖州市共办理专利行政执法案件254件，同比增长179.12%（上年同期91件）。", "涉嫌假冒专利案件132件", "专利侵权纠纷案件46件", "其他专利纠纷案件11件", "电子商务领域案件65件",
			"127件", "认定专利侵权49件", "3个县（区）", "3,512人次（3,500余人次）", "处理专利侵权投诉5件", "均为我们的假定"}},
		{i18n.English, 2014, []string{"In 2014 Huzhou handled 254 cases of patent enforcement, 179.12% more than in the same period of the year before (91 cases).",
			"132 suspected counterfeit patent cases, 46 patent infringement disputes, 11 other patent disputes and 65 e-commerce cases", "127 listings", "infringe a patent: 49",
			"3,512 consultations (more than 3,500)", "5 complaints of patent infringement", "3 counties", "our assumptions"}},
		{i18n.Chinese, 2013, []string{"上年同期没有案件", "倒推"}},
		{i18n.English, 2013, []string{"there was none"}},
		{i18n.Chinese, 2026, []string{"2026年（截至2026年11月20日），湖州市共办理专利行政执法案件", "同比下降", "截至2026年11月20日，未结案件"}},
		{i18n.English, 2026, []string{"In 2026 (up to 20 November 2026) Huzhou", "fewer than"}},
		{i18n.English, 2012, []string{"0 cases"}},
	} {
		a, err := o.figures.Annual(ctx, access.System(), c.year)
		if err != nil {
			t.Fatal(err)
		}
		p := printer(t, c.lang)
		text := a.Title(p)
		for _, g := range a.Text(p) {
			text += "\n" + g.String()
		}
		for _, w := range c.want {
			if !strings.Contains(text, w) {
				t.Errorf("%s %d: %q is not in the report:\n%s", c.lang, c.year, w, text)
			}
		}
		if bad := unfilled.FindString(text); bad != "" {
			t.Errorf("%s %d: %q in the report:\n%s", c.lang, c.year, bad, text)
		}
		if c.year == 2014 {
			t.Log(text)
		}
	}
}

// Every metric says in both languages what it is.
func TestMeanings(t *testing.T) {
	for _, lang := range i18n.Languages() {
		p := printer(t, lang)
		seen := map[string]bool{}
		for _, m := range report.Metrics() {
			for _, k := range []string{m.NameKey(), m.MeaningKey(), m.CiteKey(), "report.unit." + m.Unit} {
				if !p.Has(k) {
					t.Errorf("%s: %s is missing", lang, k)
				}
			}
			if m.Unit != report.Yuan && (!p.Has(m.Unit+".one") || !p.Has(m.Unit+".other")) {
				t.Errorf("%s: %s is missing", lang, m.Unit)
			}
			if seen[m.ID] {
				t.Errorf("%s stands twice", m.ID)
			}
			seen[m.ID] = true
		}
	}
}

func TestTheTableOfCasesIsAWorkbook(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	s, err := o.figures.Statutory(ctx, o.By["chief"], report.Year(2014), "330500")
	if err != nil {
		t.Fatal(err)
	}
	file, err := s.XLSX(printer(t, i18n.Chinese), "湖州市")
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	rows, err := x.GetRows(x.GetSheetName(0))
	if err != nil || len(rows) < 9 {
		t.Fatalf("%v %v", rows, err)
	}
	for i, r := range append(slices.Clone(s.Rows), s.Total) {
		if got, want := rows[4+i][2], strconv.FormatInt(r.Accepted.N, 10); got != want {
			t.Errorf("line %d: %v, want %s accepted", i, rows[4+i], want)
		}
	}
}
