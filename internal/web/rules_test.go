package web_test

import (
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

func TestTheRuleBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		o.File(t, casework.Counterfeit, "2026-08-10")
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/rules")
		if p.Status != 200 || rowsOf(p) != len(o.Clocks.Rules().IDs()) {
			t.Fatalf("%d, %d rows\n%s", p.Status, rowsOf(p), p.Main())
		}
		for q, rows := range map[string]int{"?q=PRESERVE": 1, "?q=" + url.QueryEscape("第八十一号"): 0, "?q=nothing+of+the+kind": 0, "?state=ended&q=REPORTER": 1, "?state=now&q=REPORTER": 0, "?kind=ecommerce": 2,
			"?what=other&q=SURCHARGE": 1, "?what=other&q=" + url.QueryEscape("违法所得的计算"): 1} {
			if p := c.Get("/rules" + q); p.Status != 200 || rowsOf(p) != rows {
				t.Errorf("%s: %d, %d rows, want %d", q, p.Status, rowsOf(p), rows)
			}
		}
		for _, q := range []string{"?kind=x", "?state=x", "?what=x"} {
			if p := c.Get("/rules" + q); p.Status != 422 {
				t.Errorf("%s: %d", q, p.Status)
			}
		}

		// The running periods of a rule are those the due list shows for it.
		p = c.Get("/rules?q=CF_CLOSE")
		link := p.Attr(".lst a[href^='/due?']", "href")
		if link != "/due?mine=0&rule=CF_CLOSE" || p.Text(".lst a[href^='/due?']") != "1" {
			t.Errorf("open: %s\n%s", link, p.Main())
		}
		if p = c.Get(link); p.Status != 200 || rowsOf(p) != 1 || !p.Has("select[name=rule] [value=CF_CLOSE][selected]") {
			t.Errorf("the due list of a rule: %d, %d rows", p.Status, rowsOf(p))
		}
		if p = c.Get("/due?mine=0&rule=SUIT"); rowsOf(p) != 0 {
			t.Errorf("another rule: %d rows", rowsOf(p))
		}
		if p = c.Get("/due?rule=NONE"); p.Status != 422 {
			t.Errorf("no such rule: %d", p.Status)
		}
		// Who sees no case, or another county's, counts none.
		for _, who := range []string{"admin", "operator", "auditor"} {
			if p := webtest.SignIn(t, s.base, who).Get("/rules"); p.Status != 200 || p.Has(".lst a[href^='/due?']") {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
		if p := webtest.New(t, s.base).Get("/rules"); p.Status != 303 {
			t.Errorf("nobody: %d", p.Status)
		}
	})
}

func TestARule(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/rules/INF_CLOSE")
		if p.Status != 200 || len(p.All("h2")) < 5 || p.Has(".ledger-month") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		for _, text := range []string{"第三十七条", "CNIPA Order 81", "INF_CLOSE@2016-01-01/330000", "上一级", "2个月", "浙江"} {
			if !strings.Contains(p.Main(), text) {
				t.Errorf("no %q\n%s", text, p.Main())
			}
		}
		for q, want := range map[string]string{
			"?from=2025-01-31":                                       "2025-04-30", // the day before Order 81: three months
			"?from=2025-03-31&extend=2":                              "2025-09-30",
			"?from=2016-01-04":                                       "2016-03-04", // the province's two months
			"?from=2025-02-05&filed=2025-01-31":                      "INF_CLOSE@2015-07-01",
			"?from=2025-03-31&out_from=2025-04-01&out_to=2025-04-10": "2025-07-10",
			"?from=2026-11-20":                                       "尚未公布",
			"?from=2010-01-01":                                       "没有该规则的施行版本",
		} {
			p := c.Get("/rules/INF_CLOSE" + q)
			if p.Status != 200 || !strings.Contains(p.Main(), want) {
				t.Errorf("%s: %d, no %q\n%s", q, p.Status, want, p.Main())
			}
			if q != "?from=2010-01-01" && (!p.Has(".ledger-month") || !p.Has(".lday-due") || !strings.Contains(p.Main(), o.Clocks.Rules().Hash())) {
				t.Errorf("%s: no ledger", q)
			}
		}
		for path, status := range map[string]int{
			"/rules/INF_CLOSE?from=soon": 422, "/rules/INF_CLOSE?from=2015-08-03&extend=2": 422, "/rules/CF_CLOSE?from=2025-03-03&extend=2": 422, "/rules/INF_CLOSE?from=2025-03-31&extend=9": 422,
			"/rules/INF_CLOSE?from=9999-12-31": 422, "/rules/INF_CLOSE?from=2025-03-31&out_from=2025-04-10&out_to=2025-04-01": 422, "/rules/CF_CLOSE?from=2025-03-31&book=x": 422,
			"/rules/NONE": 404, "/rules/inf_close": 404, "/rules/CF_FINE": 200, "/rules/SURCHARGE": 200, "/rules/SERVE_ELECTRONIC_PENALTY": 200,
		} {
			if p := c.Get(path); p.Status != status || p.Has(".ledger-month") {
				t.Errorf("%s: %d, want %d", path, p.Status, status)
			}
		}
		if p := c.Get("/rules/HEARING_NOTICE?from=2024-10-15"); !strings.Contains(p.Main(), "2024-09-30") || !p.Has(".lday-due") {
			t.Errorf("counted back\n%s", p.Main())
		}
		if p := c.Get("/rules/CF_CLOSE?from=2025-03-03&book=patent"); !strings.Contains(p.Main(), "CF_CLOSE@2015-07-01/patent") {
			t.Errorf("the other book\n%s", p.Main())
		}
		if p := c.Get("/rules/COMPLAINT_ACCEPT?from=9999-12-10"); p.Status != 200 || !p.Has(".lday-due") {
			t.Errorf("the last days of the calendar: %d", p.Status)
		}
		// Every rule and every provision opens, in both languages, with a sentence for everything.
		pages := o.Clocks.Rules().IDs()
		for _, e := range o.Clocks.Rules().Entries() {
			pages = append(pages, e.ID)
		}
		for _, lang := range []string{"zh-CN", "en"} {
			c.Post("/preferences", url.Values{"lang": {lang}})
			for _, id := range pages {
				if p := c.Get("/rules/" + id + "?from=2024-05-06"); p.Status != 200 || strings.Contains(p.Main(), "rule.") || strings.Contains(p.Main(), "law.") {
					t.Errorf("%s %s: %d\n%s", lang, id, p.Status, p.Main())
				}
			}
		}
	})
}

// The proof of a clock: of a case, a lead and a call, in the language its reader needs, for whoever may see the matter.
func TestProofs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-08-10")
		l := o.Lead(t, casework.Counterfeit, "2026-11-02")
		officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
		for name, at := range map[string]string{"case": "/cases/" + x.ID, "lead": "/leads/" + l.ID} {
			link := chief.Get(at).Attr(".clockcard-more a", "href")
			if !strings.HasPrefix(link, at+"/clocks/") {
				t.Fatalf("%s: %q", name, link)
			}
			p := chief.Get(link)
			if p.Status != 200 || !p.Has(".ledger-month") || !p.Has("[data-print]") || !strings.Contains(p.Main(), o.Clocks.Rules().Hash()) || !strings.Contains(p.Main(), o.Clocks.Days().Hash()) {
				t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
			}
			if !strings.Contains(p.Main(), "《") || !strings.Contains(p.Main(), "Art. ") {
				t.Errorf("%s: not the article in both languages\n%s", name, p.Main())
			}
			if other := p.Attr(".phead-acts a[href*='in=en']", "href"); chief.Get(other).Text("h1") == p.Text("h1") || !chief.Get(other).Has("html[lang=en]") {
				t.Errorf("%s: not in English: %s", name, other)
			}
			if p := chief.Get(link + "?in=xx"); p.Status != 200 || !p.Has("html[lang=zh-CN]") {
				t.Errorf("%s: a language that is none: %d", name, p.Status)
			}
			if p := officer.Get(link); p.Status != 200 {
				t.Errorf("%s: the officer: %d", name, p.Status)
			}
			if p := webtest.SignIn(t, s.base, "admin").Get(link); p.Status != 403 {
				t.Errorf("%s: the administrator: %d", name, p.Status)
			}
			if p := chief.Get(at + "/clocks/nothing"); p.Status != 404 {
				t.Errorf("%s: no such clock: %d", name, p.Status)
			}
		}
		operator := webtest.SignIn(t, s.base, "operator")
		complaint := reported()
		complaint.Set("kind", "complaint")
		call := operator.Follow(operator.Submit(operator.Get("/hotline/new"), "form[action='/hotline']", complaint))
		if p := operator.Get(bare(call) + "/clocks/nothing"); p.Status != 404 {
			t.Errorf("no such clock of a call: %d", p.Status)
		}
		if call.Has(".clockcard-more a") {
			if p := operator.Get(call.Attr(".clockcard-more a", "href")); p.Status != 200 || !p.Has(".ledger-month") {
				t.Errorf("the clock of a call: %d\n%s", p.Status, p.Main())
			}
		} else {
			t.Error("a complaint has no clock")
		}
	})
}
