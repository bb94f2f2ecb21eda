package web_test

import (
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// Where an officer plans a fine and where the chief fixes it, the page says by which law and up to which sum (Penalty Law 2021 Art. 37).
func TestTheLawWhereAFineIsFixed(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
	x := o.File(t, casework.Counterfeit, "2026-10-08")
	at := "/cases/" + x.ID + "/steps/"
	take := func(who, step, on string, fields map[string]string) {
		t.Helper()
		if err := o.Take(who, x.ID, step, on, fields); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(p *webtest.Page, want ...string) {
		t.Helper()
		if p.Status != 200 && p.Status != 422 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		for _, w := range want {
			if !strings.Contains(p.Text("#law"), w) {
				t.Errorf("no %q in\n%s", w, p.Text("#law"))
			}
		}
	}
	if p := officer.Get(at + "investigate"); p.Status != 200 || p.Has("#law") {
		t.Errorf("no fine is fixed here: %d", p.Status)
	}
	// An act before the Patent Law of 2020: four times the income and not five, though it is decided after.
	take("officer", "investigate", "2026-11-05", map[string]string{"findings": "查明", "limb": "L1c", "act_ended_on": "2021-05-31", "discovered_on": "2022-05-01", "discovered_proof": "巡查记录", "income": "10000000"})
	if p := webtest.SignIn(t, s.base, "reviewer").Get(at + "review"); p.Status != 200 || p.Has("#law") {
		t.Errorf("no fine is fixed in a review: %d", p.Status)
	}
	take("reviewer", "review", "2026-11-06", map[string]string{"review_opinion": "同意"})
	law := []string{"400,000.00 元", "500,000.00 元", "（2008年修正）第六十三条", "处罚不轻", "《行政处罚法》第三十七条", "初次违法可以不予处罚"}
	form := officer.Get(at + "notify")
	holds(form, law...)
	if len(form.All("#law table")) != 2 || !form.Has("main form.hform [name=planned_fine]") {
		t.Error(form.Main())
	}
	// What was refused comes back with the law beside it; on the day of an act there is no later law yet.
	p := officer.Submit(form, "main form.hform", fill("planned_fine", "400000.01", "planned_confiscation", "100000", "notice_reasons", "理由"))
	if p.Status != 422 || !p.Has("[name=planned_fine][aria-invalid]") {
		t.Errorf("over the cap: %d\n%s", p.Status, p.Main())
	}
	holds(p, law...)
	if p = officer.Submit(form, "main form.hform", fill("on", "", "planned_fine", "1", "planned_confiscation", "0", "notice_reasons", "理由")); p.Status != 422 {
		t.Errorf("without a day: %d", p.Status)
	}
	holds(p, law...)
	take("officer", "notify", "2026-11-09", map[string]string{"planned_fine": "10000000", "planned_confiscation": "10000000", "notice_reasons": "理由", "notice_served_on": "2026-11-09"})
	holds(chief.Get(at+"decide"), append(law, "达到听证标准")...)
	chief.Post("/preferences", url.Values{"lang": {"en"}})
	holds(chief.Get(at+"decide"), "The law of the act's day applies", "Patent Law (2008) Art. 63", "400,000.00", "Administrative Penalty Law (2021) Art. 37")
}
