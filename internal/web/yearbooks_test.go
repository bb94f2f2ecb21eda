package web_test

import (
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// An officer writes the annual report on its page, a chief issues it, and it is read with its figures as links.
func TestYearbooks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		base := statisticsSite(t, db)
		chief, officer := webtest.SignIn(t, base, "chief"), webtest.SignIn(t, base, "officer")
		if p := officer.Get("/statistics/reports"); p.Status != 200 || !strings.Contains(p.Text("#write"), "还没有封存整年的统计数据") {
			t.Fatal(p.Status, p.Main())
		}
		chief.Submit(chief.Get("/statistics/periods"), "#freeze form", fill("office", "330500", "year", "2014", "part", "q1"))
		frozen := chief.Submit(chief.Get("/statistics/periods"), "#freeze form", fill("office", "330500", "year", "2014", "part", "year")).Header.Get("Location")
		list := officer.Get("/statistics/reports")
		if n := len(list.All("#write select option")); n > 2 {
			t.Errorf("%d periods to write about: %s", n, list.Text("#write"))
		}
		id := strings.TrimPrefix(frozen, "/statistics/periods/")
		path := officer.Submit(list, "#write form", fill("frozen", id)).Header.Get("Location")
		p := officer.Get(path)
		if p.Status != 200 || !strings.Contains(p.Text("#text-zh-CN"), "同比增长300.00%") || !strings.Contains(p.Text("#text-en"), "32 cases") || p.Has("#issue") ||
			len(p.All("#text-zh-CN a[href='"+frozen+"/cases.filed']")) != 1 {
			t.Fatal(p.Status, p.Main())
		}
		if q := officer.Submit(p, "#edit form", fill("zh", "共{totel}。", "en", "x")); q.Status != 422 || !strings.Contains(q.Main(), "没有这样的数字：totel") {
			t.Errorf("%d %s", q.Status, q.Main())
		}
		if q := officer.Post(path+"/issue", fill("version", "1")); q.Status != 403 {
			t.Errorf("an officer issues: %d", q.Status)
		}
		if q := officer.Follow(officer.Submit(p, "#edit form", fill("zh", "全年办案{total}，开展行动3次。", "en", "{total} were handled."))); !strings.Contains(q.Text("#text-zh-CN"), "32件") || !strings.Contains(q.Text("#text-zh-CN"), "没有数据支持，请核对：3 ") {
			t.Errorf("%s", q.Main())
		}
		if q := officer.Submit(p, "#edit form", fill("zh", "旧", "en", "old")); q.Status != 409 || !strings.Contains(q.Main(), "旧") {
			t.Errorf("a stale text: %d", q.Status)
		}
		page := chief.Get(path)
		done := chief.Follow(chief.Submit(page, "#issue form", fill()))
		if done.Status != 200 || done.Has("#edit") || !strings.Contains(done.Main(), "知年报〔2026〕1号") || len(done.All("#text-en a[href='"+frozen+"/cases.filed']")) != 1 {
			t.Fatal(done.Status, done.Main())
		}
		paper := chief.Get(path + "/paper")
		if paper.Status != 200 || !strings.Contains(paper.Main(), "32件") || !strings.Contains(paper.Main(), "案件和热线分地区统计表") {
			t.Errorf("%d %s", paper.Status, paper.Main())
		}
		change(t, db, "UPDATE cases SET filed_on = '2015-01-02' WHERE id = 'c01'")
		if q := chief.Get(path); !strings.Contains(q.Text("#text-zh-CN"), "32件") {
			t.Error("an issued report changed")
		}
		for _, who := range []string{"chief.deqing", "reviewer"} {
			if q := webtest.SignIn(t, base, who).Get(path); q.Status == 200 {
				t.Errorf("%s sees it", who)
			}
		}
		chief.Post("/preferences", fill("lang", "en"))
		for _, x := range []string{"/statistics/reports", path} {
			if q := chief.Get(x); q.Status != 200 || strings.Contains(q.Main(), "yearbook.") {
				t.Errorf("%s: %d %s", x, q.Status, q.Main())
			}
		}
	})
}
