package web_test

import (
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// A chief notes how the city stood, with its source; points lead to all the matters behind them.
func TestStandingsAndPoints(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		base := statisticsSite(t, db)
		chief, officer := webtest.SignIn(t, base, "chief"), webtest.SignIn(t, base, "officer")
		p := chief.Get("/statistics/scorecard?year=2014")
		if p.Status != 200 || !strings.Contains(p.Text("#standings"), "还没有登记名次") {
			t.Fatal(p.Status, p.Main())
		}
		in := fill("office", "330500", "year", "2014", "name", "全国考核", "rank", "13", "of", "135", "source", "公开报道")
		if q := officer.Post("/statistics/standings", in); q.Status != 403 {
			t.Error(q.Status)
		}
		if q := chief.Submit(p, "#standing form", fill("office", "330500", "year", "2014", "name", "全国考核", "rank", "136", "of", "135", "source", "公开报道")); q.Status != 422 {
			t.Errorf("136th of 135: %d", q.Status)
		}
		if q := chief.Submit(p, "#standing form", in); q.Status != 303 {
			t.Errorf("%d %s", q.Status, q.Main())
		}
		p = officer.Get("/statistics/scorecard?year=2014")
		if !strings.Contains(p.Text("#standings"), "第13名（共135个）") || !strings.Contains(p.Text("#standings"), "公开报道") || p.Has("#standing") {
			t.Errorf("%s", p.Text("#standings"))
		}
		item := officer.Get("/statistics/scorecard/disputes?year=2014&county=330521")
		if item.Status != 200 || len(item.All("#matters tbody tr")) == 0 {
			t.Errorf("%d %s", item.Status, item.Main())
		}
		for _, path := range []string{"/statistics/scorecard/nothing?year=2014&county=330521", "/statistics/scorecard/disputes?year=1990&county=330521"} {
			if q := officer.Get(path); q.Status != 404 {
				t.Errorf("%s: %d", path, q.Status)
			}
		}
		p = chief.Get("/statistics/scorecard?year=2014")
		if q := chief.Submit(p, "#standing-remove form", fill("standing", p.Attr("#standing-remove option[value]:last-child", "value"))); q.Status != 303 {
			t.Errorf("%d %s", q.Status, q.Main())
		}
		if p = chief.Get("/statistics/scorecard?year=2014"); !strings.Contains(p.Text("#standings"), "还没有登记名次") {
			t.Errorf("%s", p.Text("#standings"))
		}
	})
}
