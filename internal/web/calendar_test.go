package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/almanac"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// notice2027 is INVENTED TEST DATA, as its title says.
const notice2027 = `year: 2027
notices:
  - {id: "2027", title: 测试用虚构通知<b>2027</b>, number: number not recorded}
holidays:
  - {from: 2027-01-01, to: 2027-01-03, holiday: 元旦}
  - {from: 2027-02-15, to: 2027-02-21, holiday: 春节}
`

type calendarSite struct {
	office *caseworktest.Office
	base   string
}

func wholeCalendar(t *testing.T, db *store.DB) *calendarSite {
	t.Helper()
	o, d := webtest.Whole(t, db)
	s, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return &calendarSite{o, webtest.Serve(t, s)}
}

// upload sends a file with the form.
func uploadNotice(c *webtest.Client, name, text string) *webtest.Page {
	c.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("by", "file")
	w, err := m.CreateFormFile("file", name)
	if err != nil {
		c.T.Fatal(err)
	}
	_, _ = w.Write([]byte(text))
	_ = m.Close()
	r := c.Request("POST", "/calendar/notices", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return c.Do(r)
}

func TestAHolidayNoticeFromFileToUndoing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := wholeCalendar(t, db)
		file := s.office.File(t, "counterfeit", "2026-11-18") // 90 days: reaches into February 2027
		admin, chief, officer := webtest.SignIn(t, s.base, "admin"), webtest.SignIn(t, s.base, "chief"), webtest.SignIn(t, s.base, "officer")

		p := officer.Get("/calendar?year=2027")
		if p.Status != 200 || len(p.All(".ledger-month")) != 12 || !p.Has(".calday-guess") || p.Has("a[href='/calendar/new']") || !strings.Contains(p.Main(), "尚未公布") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := officer.Get("/calendar?year=2015"); !strings.Contains(p.Main(), "纪念日调休放假的通知") || len(p.All(".calday-makeup")) < 5 {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p := officer.Get("/cases/" + file.ID); !p.Has(".clockcard-note, .pill-provisional") {
			t.Error("the case does not say that its day is provisional")
		}

		p = admin.Follow(uploadNotice(admin, "2027.yaml", notice2027))
		if p.Status != 200 || p.Has("main b") || !strings.Contains(p.Main(), "只查看数量") || strings.Contains(p.Body, file.Number) || p.Has("#approve") || !p.Has("#withdraw") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		path := p.Path
		if p := officer.Post(path+"/approve", url.Values{"why": {"x"}}); p.Status != 403 {
			t.Errorf("an officer approves: %d", p.Status)
		}
		if p := admin.Post(path+"/approve", url.Values{"why": {"x"}}); p.Status != 403 {
			t.Errorf("the administrator approves: %d", p.Status)
		}
		if p := webtest.SignIn(t, s.base, "chief.deqing").Post(path+"/approve", url.Values{"version": {"1"}, "gen": {"1"}, "why": {"x"}}); p.Status != 403 {
			t.Errorf("another office's chief approves: %d", p.Status)
		}
		if p := chief.Get("/"); !p.Has("#calendar a[href='" + path + "']") {
			t.Errorf("the chief's desk: %s", p.Main())
		}
		p = chief.Get(path)
		if !strings.Contains(p.Text("#counts"), "由暂定转为确定") || !strings.Contains(p.Main(), file.Number) {
			t.Fatal(p.Main())
		}
		if p := chief.Submit(p, "#approve form", url.Values{"why": {""}}); p.Status != 422 || !p.Has("#approve [aria-invalid]") {
			t.Errorf("without a reason: %d", p.Status)
		}
		if p := chief.Submit(p, "#approve form", url.Values{"why": {"x"}, "version": {"7"}}); p.Status != 409 {
			t.Errorf("an old version: %d", p.Status)
		}
		if p := chief.Submit(p, "#approve form", url.Values{"why": {"x"}, "gen": {"9"}}); p.Status != 409 || !strings.Contains(p.Main(), "预览之后") {
			t.Errorf("an old preview: %d", p.Status)
		}
		p = chief.Follow(chief.Submit(p, "#approve form", url.Values{"why": {"依通知"}}))
		if p.Status != 200 || !strings.Contains(p.Main(), "已批准") || !strings.Contains(p.Main(), file.Number) || p.Has("#approve") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := officer.Get("/calendar?year=2027"); p.Has(".calday-guess") || len(p.All("td.calday-holiday")) != 10 || p.Has("main b") {
			t.Errorf("the calendar does not show the notice: %s", p.Main())
		}
		if p := officer.Get("/cases/" + file.ID); p.Has(".pill-provisional") {
			t.Error("the case still says provisional")
		}
		ledger := officer.Get(officer.Get("/cases/"+file.ID).Attr("a[href*='/clocks/']:first-of-type", "href"))
		if !strings.Contains(ledger.Main(), "测试用虚构通知") {
			t.Errorf("the proof does not tell of the move: %s", ledger.Main())
		}

		p = admin.Follow(admin.Submit(admin.Get(path), "#undo form", url.Values{"why": {"录入有误"}}))
		if p.Status != 200 || !strings.Contains(p.Text("h1"), "撤销") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		p = chief.Follow(chief.Submit(chief.Get(p.Path), "#approve form", url.Values{"why": {"同意撤销"}}))
		if p.Status != 200 || !officer.Get("/calendar?year=2027").Has(".calday-guess") || !officer.Get("/cases/"+file.ID).Has(".clockcard-note, .pill-provisional") {
			t.Errorf("undone: %d\n%s", p.Status, p.Main())
		}
		if _, err := audit.Verify(context.Background(), db); err != nil {
			t.Error(err)
		}
	})
}

func TestNoticesThatAreNone(t *testing.T) {
	s := wholeCalendar(t, storetest.SQLite(t))
	admin := webtest.SignIn(t, s.base, "admin")
	for name, x := range map[string]struct {
		file, text string
		status     int
		says       string
	}{
		"an unknown key":       {"a.yaml", strings.Replace(notice2027, "holidays:", "holydays:", 1), 422, "第 4 行"},
		"a day outside":        {"a.yaml", strings.Replace(notice2027, "2027-02-15", "2026-02-15", 1), 422, "第 6 行"},
		"no yaml":              {"a.yaml", "year: [", 422, "格式有误"},
		"two documents":        {"a.yaml", notice2027 + "---\nyear: 2028\n", 422, "不止一个文档"},
		"aliases upon aliases": {"a.yaml", "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nyear: 2027\n", 422, "格式有误"},
		"bytes":                {"a.yaml", "\x00\xff\xfe", 422, "格式有误"},
		"a year far off":       {"a.yaml", strings.ReplaceAll(notice2027, "2027", "2101"), 422, "2028"},
		"too large":            {"a.yaml", notice2027 + strings.Repeat("# x\n", 40000), 413, "64 KB"},
		"larger than anything": {"a.yaml", strings.Repeat("#", 27<<20), 413, ""},
		"a csv":                {"a.csv", "year,2027\ntitle,测试\nhalf,2027-01-01\n", 422, "第 3 行"},
		"a csv day":            {"a.csv", "year,2027\ntitle,测试\noff,2027-13-01,2027-13-02,元旦\n", 422, "第 3 行"},
		"a whole csv":          {"a.csv", "year,2027\ntitle,测试\noff,2027-01-01,2027-01-03,元旦\nwork,2027-01-09,元旦\n", 303, ""},
		"no correction":        {"a.yaml", "year: 2027\ncorrection: true\nnotices: [{id: a, title: b, number: c}]\nmakeup: [{day: 2027-01-09, holiday: 元旦}]\n", 422, "无从更正"},
	} {
		p := uploadNotice(admin, x.file, x.text)
		if p.Status != x.status || !strings.Contains(p.Main(), x.says) {
			t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
		}
	}
	form := url.Values{"by": {"form"}, "year": {"2027"}, "kind": {"year"}, "title": {"测试"}, "days": {"01-01..01-03 元旦\n02-30 春节"}, "work": {"01-09 元旦"}}
	post := func() *webtest.Page {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for k := range form {
			_ = m.WriteField(k, form.Get(k))
		}
		_ = m.Close()
		r := admin.Request("POST", "/calendar/notices", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		return admin.Do(r)
	}
	if p := post(); p.Status != 422 || !strings.Contains(p.Main(), "第 2 行") || !p.Has("#typed textarea[name=days][aria-invalid]") || !strings.Contains(p.Text("textarea[name=days]"), "02-30") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
	form.Set("days", "01-01..01-03 元旦\n02-15..02-21 春节")
	p := post()
	if p.Status != 303 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	p = admin.Follow(p)
	if p = admin.Follow(admin.Submit(p, "#withdraw form", nil)); !strings.Contains(p.Main(), "未采用") {
		t.Error(p.Main())
	}
	for _, who := range []string{"officer", "chief", "auditor", "operator"} {
		c := webtest.SignIn(t, s.base, who)
		if p := uploadNotice(c, "a.yaml", notice2027); p.Status != 403 {
			t.Errorf("%s proposes: %d", who, p.Status)
		}
		if p := c.Get("/calendar?year=999999999"); p.Status != 200 {
			t.Errorf("%s reads the calendar: %d", who, p.Status)
		}
	}
}

// A year that came with the program has a page of its own: nobody proposed it, nobody can undo it; while its clocks are counted anew the page
// shows how far that is, by itself and without a script.
func TestTheNoticeOfARelease(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := wholeCalendar(t, db)
		o, ctx := s.office, context.Background()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		file := o.File(t, "counterfeit", "2026-11-18")
		must(o.Clocks.Remember(ctx))
		y, err := calendar.ParseYear("2027.yaml", []byte(notice2027))
		must(err)
		newer, err := o.Wall.Base().With(y)
		must(err)
		wall, err := almanac.New(ctx, db, o.Guard, newer, "330500")
		must(err)
		n, err := wall.Adopt(ctx)
		must(err)
		path := "/calendar/notices/" + n.ID
		admin, officer := webtest.SignIn(t, s.base, "admin"), webtest.SignIn(t, s.base, "officer")
		p := officer.Get(path)
		if p.Status != 200 || !p.Has("progress[max='1'][value='0'][aria-label]") || p.Header.Get("Refresh") == "" || !strings.Contains(p.Main(), "正在重新计算期限") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if done, err := o.Clocks.Carry(ctx); err != nil || !done {
			t.Fatal(done, err)
		}
		for _, c := range []*webtest.Client{admin, officer} {
			p = c.Get(path)
			if p.Status != 200 || p.Has("progress") || p.Header.Get("Refresh") != "" || p.Has("main form") || p.Has("main b") || !strings.Contains(p.Main(), "随程序发布") || strings.Contains(p.Main(), "system") {
				t.Errorf("%d\n%s", p.Status, p.Main())
			}
		}
		if !strings.Contains(officer.Get(path).Main(), file.Number) {
			t.Error("the matter that moved is not named")
		}
		p = officer.Get("/calendar?year=2027")
		if p.Has(".calday-guess") || !strings.Contains(p.Main(), "随程序发布") || !p.Has("a[href='"+path+"']") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p := admin.Post(path+"/undo", url.Values{"why": {"x"}, "version": {"1"}}); p.Status != 409 || !strings.Contains(p.Main(), "提交更正") {
			t.Errorf("undone: %d\n%s", p.Status, p.Main())
		}
		if p := officer.Get(officer.Get("/cases/"+file.ID).Attr("a[href*='/clocks/']:first-of-type", "href")); !strings.Contains(p.Main(), "测试用虚构通知") {
			t.Errorf("the proof does not tell of the move: %s", p.Main())
		}
	})
}

// An approval waits for the clocks only so long: then the page shows how far it is, and whoever goes on is told.
func TestAnApprovalDoesNotWaitForAllClocks(t *testing.T) {
	o, d := webtest.Whole(t, storetest.SQLite(t))
	told := 0
	d.Unfinished = func() { told++ }
	s, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	s.SetCarry(0)
	base := webtest.Serve(t, s)
	o.File(t, "counterfeit", "2026-11-18")
	admin, chief := webtest.SignIn(t, base, "admin"), webtest.SignIn(t, base, "chief")
	path := admin.Follow(uploadNotice(admin, "2027.yaml", notice2027)).Path
	p := chief.Follow(chief.Submit(chief.Get(path), "#approve form", url.Values{"why": {"依通知"}}))
	if p.Status != 200 || !p.Has("progress[max='1'][value='0']") || p.Header.Get("Refresh") == "" || told != 1 || !strings.Contains(p.Main(), "已计算 0 项，共 1 项") {
		t.Errorf("%d, told %d\n%s", p.Status, told, p.Main())
	}
	if done, err := o.Clocks.Carry(context.Background()); err != nil || !done {
		t.Fatal(done, err)
	}
	if p = chief.Get(path); p.Has("progress") || p.Header.Get("Refresh") != "" || told != 1 {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
}
