package web_test

import (
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// Which law a counterfeit case is judged by stands on its page as soon as the act and the income are recorded.
func TestTheLawOfACounterfeitCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		english := webtest.SignIn(t, s.base, "chief")
		english.Post("/preferences", url.Values{"lang": {"en"}})
		file := func(fields map[string]string) string {
			t.Helper()
			x := o.File(t, casework.Counterfeit, "2026-10-08")
			if p := c.Get("/cases/" + x.ID); p.Status != 200 || p.Has("#law") {
				t.Fatalf("before anything is recorded: %d", p.Status)
			}
			fields["findings"] = "查明"
			if err := o.Take("officer", x.ID, "investigate", "2026-11-05", fields); err != nil {
				t.Fatal(err)
			}
			return x.ID
		}
		has := func(p *webtest.Page, want ...string) {
			t.Helper()
			text := p.Text("#law")
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("no %q in\n%s", w, text)
				}
			}
		}

		// An act before the Patent Law of 2020, with another's number, and much money: 100,000 yuan.
		id := file(map[string]string{"limb": "L1c", "act_ended_on": "2021-05-31", "discovered_on": "2022-05-01", "discovered_proof": "巡查记录", "income": "10000000"})
		p := c.Get("/cases/" + id)
		has(p, "400,000.00 元", "（2008年修正）第六十三条", "500,000.00 元", "第六十八条", "处罚不轻", "适用行为时的法律", "《行政处罚法》第三十七条", // four times, not five
			"从轻 不超过 120,000.00 元", "一般 超过 120,000.00 元、不超过 280,000.00 元", "法人或者其他组织：罚款或者没收 100,000.00 元以上", "达到移送公安机关的数额标准", "违法所得",
			"行为终了后施行了较轻的规定", "初次违法可以不予处罚", "2021-07-15 起施行，较轻")
		if p.Has("#law .notice-late") == false || len(p.All("#law table")) != 2 {
			t.Error(p.Text("#law"))
		}
		has(english.Get("/cases/"+id), "The law of the act's day applies", "Patent Law (2008) Art. 63", "The sums for handing the matter to the police are reached Reached: illegal income", "Art. 33(2)")
		if p := english.Get("/cases/" + id); strings.Contains(p.Text("#law"), "substance.") {
			t.Error(p.Text("#law"))
		}
		// The notice says a fine from which on a hearing may be asked for.
		if err := o.Take("reviewer", id, "review", "2026-11-06", map[string]string{"review_opinion": "同意"}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(p.Text("#law"), "达到听证标准") {
			t.Error("no fine is planned yet")
		}
		if err := o.Take("officer", id, "notify", "2026-11-09", map[string]string{"planned_fine": "10000000", "planned_confiscation": "10000000", "notice_reasons": "理由", "notice_served_on": "2026-11-09"}); err != nil {
			t.Fatal(err)
		}
		has(c.Get("/cases/"+id), "达到听证标准", "罚款 100,000.00 元，没收 100,000.00 元")

		// An act of this law, without another's patent: no later law, no police.
		id = file(map[string]string{"limb": "L1a", "act_ended_on": "2026-10-01", "income": "10000000"})
		p = c.Get("/cases/" + id)
		has(p, "500,000.00 元", "第六十八条", "不涉及他人的专利", "行为时已施行")
		if p.Has("#law .notice") || len(p.All("#law table")) != 1 || strings.Contains(p.Text("#law"), "较轻") {
			t.Error(p.Text("#law"))
		}
		// Nothing counterfeit was found.
		id = file(map[string]string{"limb": "none", "act_ended_on": "2026-10-01", "income": "0"})
		if p = c.Get("/cases/" + id); p.Status != 200 || p.Has("#law") {
			t.Error(p.Text("#law"))
		}
		if p = c.Get("/cases/" + o.File(t, casework.Infringement, "2026-10-08").ID); p.Status != 200 || p.Has("#law") {
			t.Error("an infringement dispute knows no fine")
		}
	})
}

func TestThePageOfTheCaps(t *testing.T) {
	s, _ := openCases(t, storetest.SQLite(t), func(d *web.Deps) { d.IncomeFormula = "gross" })
	c := webtest.SignIn(t, s.base, "officer")
	p := c.Get("/rules/CF_FINE")
	if p.Status != 200 || p.Has("#law") || !p.Has("form[action='/rules/CF_FINE'] [name=act]") || len(p.All("h2")) != 5 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	for q, want := range map[string][]string{
		"?act=2021-05-31&income=100,000&decided=2021-06-01": {"400,000.00 元", "500,000.00 元", "处罚不轻", "法〔2004〕96号"},
		"?act=2021-05-31&income=100000&decided=2021-05-31":  {"400,000.00 元"},
		"?act=2021-05-31":            {"200,000.00 元", "250,000.00 元", "第三十七条", "行为终了后施行了较轻的规定"},
		"?act=2021-06-01&income=0.5": {"250,000.00 元", "免除罚款"},
		"?act=2000-01-01":            {"2001-07-01"},
	} {
		p := c.Get("/rules/CF_FINE" + q)
		for _, w := range want {
			if p.Status != 200 || !strings.Contains(p.Main(), w) {
				t.Errorf("%s: %d, no %q\n%s", q, p.Status, w, p.Main())
			}
		}
	}
	for q, field := range map[string]string{"?act=soon": "act", "?act=2021-05-31&income=many": "income", "?act=2021-05-31&decided=2021-05-30": "decided", "?act=2021-05-31&decided=x": "decided"} {
		if p := c.Get("/rules/CF_FINE" + q); p.Status != 422 || !p.Has("[name="+field+"][aria-invalid]") {
			t.Errorf("%s: %d", q, p.Status)
		}
	}
	// The formula of illegal income that the office has set, and its lines.
	p = c.Get("/rules/ILLEGAL_INCOME")
	for _, w := range []string{"本机关今日适用：销售价格乘以数量", "第十一条", "计入违法所得，不予没收", "第九条"} {
		if !strings.Contains(p.Main(), w) {
			t.Errorf("no %q\n%s", w, p.Main())
		}
	}
}
