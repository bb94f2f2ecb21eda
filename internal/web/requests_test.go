package web_test

import (
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// asked is what an officer types of a request.
func asked(kind string) url.Values {
	return fill("source", "letter", "kind", kind, "title", "测试请求", "facts", "收到请求书", "respondent", "测试公司", "requester", "权利公司", "requester_address", "湖州市吴兴区2号", "patent_no", "ZL 2014 9 0000012.4", "received_on", "2026-11-18")
}

func act(name string) string { return "form[action$='/acts/" + name + "']" }

// with sets values of a form's answers.
func with(v url.Values, pairs ...string) url.Values {
	for k, x := range fill(pairs...) {
		v[k] = x
	}
	return v
}

func TestARequestIsExaminedOnItsPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
		page := newLead(t, officer, asked("infringement"))
		at := bare(page)
		if !page.Has(".banner a.btn-primary[href='#f-check-ck_standing']") || !strings.Contains(page.Text("#next, .asks"), "尚未形式审查") || page.Has(act("supplement")) || page.Has(act("notify")) {
			t.Errorf("what comes first: %s", page.Main())
		}
		if p := chief.Get(at); p.Has(act("check")) || !p.Has(act("extend")) || p.Has(act("withdraw")) {
			t.Errorf("the chief's forms: %s", p.Main())
		}
		// A check that leaves out everything comes back with each fault at its field.
		p := officer.Submit(page, act("check"), nil)
		if p.Status != 422 || !p.Has("#f-check-ck_standing[aria-invalid]") || !p.Has("#f-check-ck_foreign[aria-invalid]") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		p = officer.Follow(officer.Submit(page, act("check"), with(met(page), "ck_valid", "unmet", "ck_foreign", "not_asked")))
		if !p.Has("[data-flash=success]") || !strings.Contains(p.Text(".tline"), "专利权有效的证明：不符合") || strings.Contains(p.Text(".tline"), "主体资格证明") || !p.Has(act("supplement")) {
			t.Errorf("%s", p.Main())
		}
		if q := officer.Submit(p, act("supplement"), fill("supplement_list", hostile, "supplement_until", "2026-11-20")); q.Status != 422 || !q.Has("details#supplement[open]") ||
			!q.Has("#f-supplement-supplement_until[aria-invalid]") || q.Text("#f-supplement-supplement_list") != hostile || q.Has("script:not([src])") {
			t.Errorf("a term that is over: %d\n%s", q.Status, q.Main())
		}
		p = officer.Follow(officer.Submit(p, act("supplement"), fill("supplement_list", hostile, "supplement_until", "2026-12-04")))
		if !strings.Contains(p.Text(".banner"), "待补正") || !p.Has(act("supplemented")) || p.Has("form[action$='/verify']") || p.Has("main script:not([src])") || !p.Has(act("withdraw")) {
			t.Errorf("%s", p.Main())
		}
		if q := officer.Submit(p, act("supplemented"), fill("supplement_result", "lapsed")); q.Status != 422 || !strings.Contains(q.Main(), "补正期限至2026-12-04") {
			t.Errorf("lapsed too early: %d\n%s", q.Status, q.Main())
		}
		if q := chief.Post(at+"/acts/supplemented", fill("version", "3", "on", "2026-11-20", "supplement_result", "lapsed")); q.Status != 403 {
			t.Errorf("the chief records papers: %d", q.Status)
		}
		p = officer.Follow(officer.Submit(p, act("supplemented"), fill("supplement_result", "back", "supplemented_on", "2026-11-20")))
		if !p.Has("#f-check-ck_valid") || p.Has(act("supplement")) {
			t.Errorf("it is to be checked again: %s", p.Main())
		}
		p = officer.Follow(officer.Submit(p, act("check"), met(p)))
		officer.Follow(officer.Submit(p, "form[action$='/verify']", fill("proposal", "file", "opinion", "齐备")))
		if q := chief.Get(at + "/file"); !q.Has("form[action$='/file']") || !q.Has("[name=kind][value=dispute][disabled]") || !q.Has("[name=kind][value=counterfeit][disabled]") || q.Has("[name=kind][value=infringement][disabled]") {
			t.Errorf("%s", q.Main())
		}
		// What is old is refused with who was faster, and what was typed is kept.
		if q := officer.Submit(page, act("withdraw"), fill("withdrawn_on", "2026-11-20", "withdrawn_reason", "和解")); q.Status != 409 || q.Text("#f-withdraw-withdrawn_reason") != "和解" {
			t.Errorf("stale: %d\n%s", q.Status, q.Main())
		}
		for path, status := range map[string]int{"/acts/burn": 404, "/acts/check": 403} {
			if q := webtest.SignIn(t, s.base, "operator").Post(at+path, fill("version", "1", "on", "2026-11-20")); q.Status != status {
				t.Errorf("%s: %d, want %d", path, q.Status, status)
			}
		}
		officer.Post("/preferences", fill("lang", "en"))
		if q := officer.Get(at); q.Status != 200 || !strings.Contains(q.Main(), "Papers supplied") && !strings.Contains(q.Main(), "Record the papers supplied") || !strings.Contains(q.Main(), "Art. 20") {
			t.Errorf("in English: %s", q.Main())
		}
	})
}

func TestAMediationsRespondentIsAskedOnItsPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
		page := newLead(t, officer, asked("dispute"))
		at := bare(page)
		if page.Has(act("notify")) || !strings.Contains(page.Text(".clockcard"), "第六十五条") {
			t.Errorf("%s", page.Main())
		}
		p := officer.Follow(officer.Submit(page, act("check"), with(met(page), "dispute_type", "reward")))
		p = officer.Follow(officer.Submit(p, act("notify"), fill("respondent_received_on", "2026-11-19", "request_way", "direct")))
		if !strings.Contains(p.Text(".banner"), "待被请求人答复") || !strings.Contains(p.Main(), "2026-12-04") {
			t.Errorf("%s", p.Main())
		}
		p = officer.Follow(officer.Submit(p, act("answer"), fill("answer", "declined", "answer_on", "2026-11-20", "answer_text", "不同意")))
		officer.Follow(officer.Submit(p, "form[action$='/verify']", fill("proposal", "refuse", "opinion", "被请求人不接受调解")))
		if q := chief.Get(at + "/file"); q.Has("form[action$='/file']") || !strings.Contains(q.Main(), "被请求人同意调解的才立案") {
			t.Errorf("%s", q.Main())
		}
		q := chief.Get(at)
		if q.Has("#f-refuse-ground [value='o81.silent']") || q.Has("#f-refuse-ground [value='o71.declined']") || !q.Has("#f-refuse-ground [value='o81.declined']") {
			t.Errorf("the grounds: %s", q.Text("#refuse"))
		}
		if r := chief.Submit(q, "form[action$='/refuse']", fill("ground", "", "reason", "x")); r.Status != 422 || !r.Has("#f-refuse-ground[aria-invalid]") {
			t.Errorf("no ground: %d\n%s", r.Status, r.Main())
		}
		q = chief.Follow(chief.Submit(q, "form[action$='/refuse']", fill("ground", "o81.declined", "reason", "被请求人不接受调解")))
		if !strings.Contains(q.Text(".tline"), "第六十六条第二款") {
			t.Errorf("%s", q.Main())
		}
		if q = officer.Get(at); !q.Has(act("tell")) || q.Has(act("withdraw")) {
			t.Errorf("the requester is to be told: %s", q.Main())
		}
		q = officer.Follow(officer.Submit(q, act("tell"), fill("told_on", "2026-11-20", "told_way", "post")))
		if q.Has(act("tell")) || q.Has("main form[method=post]") {
			t.Errorf("told: %s", q.Main())
		}
	})
}

func TestAnOpinionIsAskedForOnItsPage(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
	page := newLead(t, officer, asked("opinion"))
	at := bare(page)
	p := officer.Follow(officer.Submit(page, act("check"), with(met(page), "counter_kind", "denied", "counter_sent_on", "2026-10-26", "counter_received_on", "2026-10-28", "warner_acts", "no")))
	officer.Submit(p, "form[action$='/verify']", fill("proposal", "file", "opinion", "材料齐全"))
	q := chief.Get(at + "/file")
	if !strings.Contains(q.Text("[data-for=opinion]"), "没有规定出具咨询意见的期限") {
		t.Errorf("no period: %s", q.Main())
	}
	in := url.Values{"officers": {s.By["officer"].ID, s.By["officer2"].ID}}
	if r := chief.Submit(q, "form[action$='/file']", in); r.Status != 422 || !strings.Contains(r.Main(), "自2026-12-01起才可以请求") {
		t.Errorf("the warner's time is not over: %d\n%s", r.Status, r.Main())
	}
	p = officer.Follow(officer.Submit(officer.Get(at), act("check"), with(met(officer.Get(at)), "counter_kind", "denied", "counter_sent_on", "2026-08-26", "counter_received_on", "2026-08-28", "warner_acts", "no")))
	r := chief.Submit(chief.Get(at+"/file"), "form[action$='/file']", in)
	if r.Status != 303 {
		t.Fatalf("%d\n%s\n%s", r.Status, r.Main(), p.Main())
	}
	k := chief.Follow(r)
	if !strings.Contains(k.Text(".banner"), "知询字〔2026〕1号") || !strings.Contains(k.Main(), "终止出具咨询意见") {
		t.Errorf("%s", k.Main())
	}
	for _, lang := range []string{"zh-CN", "en"} {
		officer.Post("/preferences", fill("lang", lang))
		for _, path := range []string{bare(k), "/cases?kind=opinion", "/cases?kind=reported"} {
			if q := officer.Get(path); q.Status != 200 || strings.Contains(q.Main(), "step.opinion") || strings.Contains(q.Main(), "kind.") {
				t.Errorf("%s %s: %d\n%s", lang, path, q.Status, q.Main())
			}
		}
	}
	if q := officer.Get("/cases?kind=reported"); len(q.All("main tbody tr")) != 0 {
		t.Errorf("an opinion among the cases of the annual report: %s", q.Main())
	}
}
