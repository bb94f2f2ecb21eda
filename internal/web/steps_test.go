package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

func investigated() url.Values {
	return fill("findings", "包装上标注他人专利号", "limb", "L1c", "act_ended_on", "2026-11-01", "income", "1,200.50")
}

func TestAStepIsTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID + "/steps/investigate"
		officer, officer2 := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "officer2")
		form := officer.Get(at)
		if form.Status != 200 || form.Attr("[name=on]", "value") != "2026-11-20" || form.Attr("[name=version]", "value") != "1" || !form.Has(".confirm-list") || !strings.Contains(form.Text(".confirm-list"), "2026-12-04") {
			t.Fatalf("%d\n%s", form.Status, form.Main())
		}
		theirs := officer2.Get(at)

		p := officer.Submit(form, "main form.hform", fill("findings", hostile, "limb", "L9", "act_ended_on", "2026-11-21", "income", "12,x", "note", "记下"))
		if p.Status != 422 || p.Text("[name=findings]") == "" || p.Has("script:not([src])") || !p.Has("[name=income][aria-invalid]") || p.Attr("[name=income]", "value") != "12,x" || p.Text("[name=note]") != "记下" {
			t.Errorf("wrong amount: %d\n%s", p.Status, p.Main())
		}
		p = officer.Submit(form, "main form.hform", fill("findings", "", "limb", "L9", "act_ended_on", "2026-11-21", "on", "2026-11-21"))
		for _, name := range []string{"findings", "limb", "act_ended_on", "income", "on"} {
			if p.Status != 422 || name != "act_ended_on" && !p.Has("[name="+name+"][aria-invalid]") {
				t.Errorf("%d, %s is not marked\n%s", p.Status, name, p.Text(".error-summary"))
			}
		}
		if p = officer.Submit(form, "main form.hform", investigated()); p.Status != 303 || p.Header.Get("Location") != "/cases/"+x.ID {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p = officer.Follow(p); !p.Has("[data-flash=success]") || !strings.Contains(p.Text("#timeline"), "1,200.50 元") || !strings.Contains(p.Text(".banner-tags"), "调查终结") {
			t.Errorf("after it\n%s", p.Main())
		}
		f, err := o.Docket.Find(context.Background(), s.By["officer"], x.ID)
		if err != nil || f.Facts["income"] != "120050" {
			t.Errorf("%v, income %s", err, f.Facts["income"])
		}

		// Sent twice, and by a colleague who was slower: who did what when, and what was typed stays to be copied.
		for name, c := range map[string]*webtest.Client{"double": officer, "slower": officer2} {
			p = c.Submit(theirs, "main form.hform", fill("findings", "另一份报告"))
			if p.Status != 409 || !strings.Contains(p.Text(".case-changed"), "测试 officer") || !strings.Contains(p.Text(".case-changed"), "提交调查终结报告") ||
				!strings.Contains(p.Text("main .dlist"), "另一份报告") || p.Has("main form.hform") || !p.Has(`main a[href="/cases/`+x.ID+`"]`) {
				t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
			}
		}
		if p = officer.Get(at); p.Status != 409 {
			t.Errorf("a step that is done: %d", p.Status)
		}
		if p = officer.Get("/cases/" + x.ID + "/steps/hang"); p.Status != 404 {
			t.Errorf("no such step: %d", p.Status)
		}
		if p = officer.Post("/cases/"+x.ID+"/steps/hang", nil); p.Status != 404 {
			t.Errorf("no such step: %d", p.Status)
		}
	})
}

func TestWhoMayTakeAStep(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Counterfeit, "2026-11-02")
	at := "/cases/" + x.ID + "/steps/investigate"
	typed := investigated()
	typed.Set("on", "2026-11-20")
	typed.Set("version", "1")
	for who, status := range map[string]int{"officer3": 403, "chief": 403, "reviewer": 403, "archivist": 403, "officer.deqing": 404, "operator": 403, "admin": 403, "auditor": 403} {
		c := webtest.SignIn(t, s.base, who)
		if p := c.Get(at); p.Status != status {
			t.Errorf("%s reads the form: %d", who, p.Status)
		}
		if p := c.Post(at, typed); p.Status != status {
			t.Errorf("%s sends it: %d", who, p.Status)
		}
	}
	if n := len(s.refusals(t)); n != 16 {
		t.Errorf("%d of 16 refusals stand in the log", n)
	}
	if p := webtest.SignIn(t, s.base, "officer").Post(at, typed); p.Status != 303 {
		t.Errorf("its officer: %d\n%s", p.Status, p.Main())
	}
}

func TestAStepOfTheSameStateIsStale(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Dispute, "2026-11-02")
	appoint(t, o, x.ID, "2026-11-03")
	at := "/cases/" + x.ID + "/steps/meeting"
	c := webtest.SignIn(t, s.base, "officer")
	form := c.Get(at)
	typed := fill("meeting_on", "2026-11-10", "presence", "both", "meeting_record", "双方未达成一致")
	if p := c.Submit(form, "main form.hform", typed); p.Status != 303 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	p := c.Submit(form, "main form.hform", typed)
	if p.Status != 409 || !p.Has(".case-changed") || p.Text("[name=meeting_record]") != "双方未达成一致" || p.Attr("[name=version]", "value") != "3" {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	if p = c.Submit(p, "main form.hform", nil); p.Status != 303 {
		t.Errorf("sent again, knowing: %d\n%s", p.Status, p.Main())
	}
	if p = c.Get(at); p.Text("[name=meeting_record]") != "" {
		t.Error("a further meeting begins with the words of the last")
	}
}

func TestAStepThatLacksSomething(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Ecommerce, "2026-11-02")
	at := "/cases/" + x.ID + "/steps/handle"
	c := webtest.SignIn(t, s.base, "chief")
	if p := c.Get("/cases/" + x.ID); !p.Has(`#next .ask-needs a[href="#listings"]`) {
		t.Errorf("what is missing\n%s", p.Text("#next"))
	}
	p := c.Get(at)
	if p.Status != 200 || p.Has("main form.hform") || !p.Has(`.confirm .notice a[href="/cases/`+x.ID+`#listings"]`) {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
	p = c.Post(at, fill("version", "1", "on", "2026-11-20", "outcome", "handled", "reasons", "已通知平台"))
	if p.Status != 422 || !strings.Contains(p.Text("main .dlist"), "已通知平台") || !p.Has(".confirm .notice a") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
}

func TestFieldsThatDependOnAChoice(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Counterfeit, "2026-11-02")
	for _, step := range []struct {
		by, name string
		in       map[string]string
	}{
		{"officer", "investigate", map[string]string{"findings": "查明", "limb": "L1c", "act_ended_on": "2026-11-01", "income": "500000"}},
		{"reviewer", "review", map[string]string{"review_opinion": "同意"}},
		{"officer", "notify", map[string]string{"planned_fine": "800000", "planned_confiscation": "500000", "notice_reasons": "理由", "notice_served_on": "2026-11-05"}},
	} {
		if err := o.Take(step.by, x.ID, step.name, "2026-11-05", step.in); err != nil {
			t.Fatal(err)
		}
	}
	at := "/cases/" + x.ID + "/steps/decide"
	c := webtest.SignIn(t, s.base, "chief")
	form := c.Get(at)
	if form.Attr("[name=fine]", "data-when") != "outcome" || form.Attr("[name=fine]", "data-is") != "penalised" || !strings.Contains(form.Text("#f-fine-hint"), "给予行政处罚") {
		t.Errorf("the fine\n%s", form.Main())
	}
	if text := form.Text(".confirm-list"); !strings.Contains(text, "《行政处罚决定书》") || !strings.Contains(text, "审批人") && !form.Has(".confirm-list") {
		t.Errorf("what it does: %s", text)
	}
	p := c.Submit(form, "main form.hform", fill("outcome", "penalised", "reasons", "违法", "fine", "9000", "confiscated", "5000", "waived", "no"))
	if p.Status != 422 || !p.Has("[name=fine][aria-invalid]") || p.Attr("[name=fine]", "value") != "9000" {
		t.Errorf("heavier than the notice: %d\n%s", p.Status, p.Main())
	}
	p = c.Submit(form, "main form.hform", fill("outcome", "penalised", "reasons", "违法", "fine", "8000.00", "confiscated", "5,000", "waived", "no"))
	if p.Status != 303 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	page := c.Follow(p)
	paper := c.Get(page.Attr("#documents tr:last-child a", "href"))
	if paper.Status != 200 || !strings.Contains(paper.Text(".paper"), "罚款人民币捌仟元整（¥8,000.00）") || !strings.Contains(paper.Text(".paper-sign"), "2026年11月20日") || !strings.Contains(paper.Text(".paper"), "湖州市知识产权局") || paper.Has(".side") {
		t.Errorf("the paper: %d\n%s", paper.Status, paper.Main())
	}
	if p := webtest.SignIn(t, s.base, "officer.deqing").Get(paper.Path); p.Status != 404 {
		t.Errorf("another county's paper: %d", p.Status)
	}
	if p := webtest.SignIn(t, s.base, "auditor").Get(paper.Path); p.Status != 403 {
		t.Errorf("the auditor reads papers: %d", p.Status)
	}
	if p := c.Get("/documents/none"); p.Status != 404 {
		t.Errorf("no such paper: %d", p.Status)
	}
	if err := s.db.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.Exec("UPDATE documents SET data = replace(data, '8,000.00', '9,000.00')").Error
	}); err != nil {
		t.Fatal(err)
	}
	if p := c.Get(paper.Path); p.Status != 409 || p.Has(".paper") {
		t.Errorf("a paper that was changed: %d\n%s", p.Status, p.Main())
	}
}
