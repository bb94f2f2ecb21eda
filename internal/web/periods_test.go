package web_test

import (
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// A period is frozen on its page, and its figures lead to the matters as they were.
func TestFrozenPeriods(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		base := statisticsSite(t, db)
		chief, officer := webtest.SignIn(t, base, "chief"), webtest.SignIn(t, base, "officer")
		p := chief.Get("/statistics/periods")
		if p.Status != 200 || !strings.Contains(p.Main(), "还没有封存的统计数据") {
			t.Fatal(p.Status, p.Main())
		}
		if q := officer.Get("/statistics/periods"); q.Status != 200 || q.Has("#freeze") {
			t.Error("an officer is offered to freeze")
		}
		if q := officer.Post("/statistics/periods", fill("office", "330500", "year", "2014", "part", "year")); q.Status != 403 {
			t.Error(q.Status)
		}
		if q := chief.Submit(p, "#freeze form", fill("office", "330500", "year", "2026", "part", "year")); q.Status != 422 || !strings.Contains(q.Main(), "时段还没有结束") {
			t.Errorf("%d %s", q.Status, q.Main())
		}
		done := chief.Submit(p, "#freeze form", fill("office", "330500", "year", "2014", "part", "year", "note", "年报口径"))
		page := chief.Follow(done)
		if page.Status != 200 || !strings.Contains(page.Main(), "年报口径") || !strings.Contains(page.Text("#figures"), "没有变化") || strings.Contains(page.Text("#figures"), "更正 +") {
			t.Fatalf("%d %s", page.Status, page.Main())
		}
		if again := chief.Submit(p, "#freeze form", fill("office", "330500", "year", "2014", "part", "year", "note", "年报口径")); again.Header.Get("Location") != done.Header.Get("Location") {
			t.Error("the form sent twice made two issues")
		}
		path := done.Header.Get("Location")
		figure := chief.Get(path + "/cases.filed")
		if figure.Status != 200 || len(figure.All("#matters tbody tr")) != 32 || !strings.Contains(figure.Text("#meaning"), "SELECT") {
			t.Errorf("%d %s", figure.Status, figure.Main())
		}
		if cell := chief.Get(path + "/cases.filed?kind=counterfeit"); cell.Status != 200 || len(page.All("#kinds tbody a[href='"+path+"/cases.filed?kind=counterfeit']")) != 1 || !strings.Contains(cell.Text("#matters"), "假冒专利") {
			t.Errorf("%d %s", cell.Status, cell.Main())
		}
		change(t, db, "UPDATE cases SET filed_on = '2014-01-02' WHERE id = 'c00'")
		change(t, db, "UPDATE cases SET filed_on = '2015-01-02' WHERE id = 'c01'")
		if page = chief.Get(path); !strings.Contains(page.Text("#figures"), "更正 +1 / −1") || !strings.Contains(page.Text("#facts"), "项指标有更正") {
			t.Errorf("%s", page.Main())
		}
		figure = chief.Get(path + "/cases.filed")
		if figure.Attr("#added tbody a", "href") != "/cases/c00" || figure.Attr("#removed tbody a", "href") != "/cases/c01" {
			t.Errorf("%s", figure.Main())
		}
		for path, want := range map[string]int{"/statistics/periods/x": 404, path + "/cases.nothing": 404, path + "/calls.all": 403} {
			if q := officer.Get(path); q.Status != want {
				t.Errorf("%s: %d", path, q.Status)
			}
		}
		if q := webtest.SignIn(t, base, "chief.deqing").Get(path); q.Status != 404 {
			t.Errorf("another office's issue: %d", q.Status)
		}
		chief.Post("/preferences", fill("lang", "en"))
		for _, x := range []string{"/statistics/tables?year=2014&part=year", "/statistics/tables?year=2014&part=q1&office=330521", "/statistics/periods", path, path + "/cases.filed", path + "/cases.filed@before", path + "/cases.filed?kind=dispute&at=330521"} {
			if q := chief.Get(x); q.Status != 200 || leftover.MatchString(tag.ReplaceAllString(q.Body, "")) || strings.Contains(q.Main(), "frozen.") {
				t.Errorf("%s: %d %s", x, q.Status, leftover.FindString(tag.ReplaceAllString(q.Body, "")))
			}
		}
	})
}
