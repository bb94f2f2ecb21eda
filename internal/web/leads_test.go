package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// found is what an officer types of a lead.
func found() url.Values {
	return fill("source", "own_patrol", "kind", "counterfeit", "title", "测试公司涉嫌假冒专利", "facts", "市场巡查发现", "respondent", "测试公司", "patent_no", "ZL 2014 9 0000012.4")
}

// bare is the path of a page without its query.
func bare(p *webtest.Page) string { s, _, _ := strings.Cut(p.Path, "?"); return s }

// newLead registers a lead as an officer and gives its page.
func newLead(t *testing.T, c *webtest.Client, in url.Values) *webtest.Page {
	t.Helper()
	p := c.Submit(c.Get("/leads/new"), "form[action='/leads']", in)
	if p.Status != 303 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	return c.Follow(p)
}

func TestLeadForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		blank := c.Get("/leads/new")
		p := c.Submit(blank, "form[action='/leads']", fill("title", hostile, "received_on", "2026-11-21"))
		if p.Status != 422 || !p.Has("textarea[name=facts][aria-invalid]") || !p.Has("[name=received_on][aria-invalid]") || p.Attr("[name=title]", "value") != hostile || p.Has("script:not([src])") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p = c.Submit(blank, "form[action='/leads']", fill("received_on", "gestern", "title", "x", "facts", "y")); p.Status != 422 || p.Attr("[name=received_on]", "value") != "gestern" {
			t.Errorf("a day that is none: %d\n%s", p.Status, p.Main())
		}
		one, two := c.Submit(blank, "form[action='/leads']", found()), c.Submit(blank, "form[action='/leads']", found())
		if one.Status != 303 || one.Header.Get("Location") != two.Header.Get("Location") {
			t.Errorf("twice: %d %s, %d %s", one.Status, one.Header.Get("Location"), two.Status, two.Header.Get("Location"))
		}
		for who, status := range map[string]int{"operator": 403, "reviewer": 403, "admin": 403, "chief": 200} {
			if p := webtest.SignIn(t, s.base, who).Get("/leads/new"); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
		if p := c.Get("/leads/new"); p.Has("[name=source] [value=complaint]") {
			t.Error("a complaint without its number")
		}
	})
}

func TestLeadIsVerifiedAndFiled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
		page := newLead(t, officer, found())
		at := bare(page)
		if !strings.Contains(page.Text(".banner"), "个工作日") || !strings.Contains(page.Text(".clockcard"), "第十八条") {
			t.Errorf("no period: %s", page.Main())
		}
		// The chief may not file what was not verified; the page says why and has no form.
		p := chief.Get(at)
		if !strings.Contains(p.Text(".act-refused"), "须先由执法人员核查") || !strings.Contains(p.Text(".act-refused"), "测试 officer") || p.Has("form[action$='/verify']") {
			t.Errorf("the chief: %s", p.Main())
		}
		if p = chief.Get(at + "/file"); p.Status != 200 || p.Has("form[action$='/file']") {
			t.Errorf("filing before verifying: %d\n%s", p.Status, p.Main())
		}
		if p = chief.Post(at+"/verify", fill("version", "1", "on", "2026-11-20", "proposal", "file", "opinion", "x")); p.Status != 403 {
			t.Errorf("the chief verifies: %d", p.Status)
		}
		if p = officer.Submit(page, "form[action$='/verify']", fill("opinion", hostile, "on", "")); p.Status != 422 || !p.Has("#f-verify-proposal[aria-invalid]") || !p.Has("#f-verify-on[aria-invalid]") || p.Has("script:not([src])") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		in := fill("proposal", "file", "opinion", "事实清楚")
		if p = officer.Follow(officer.Submit(page, "form[action$='/verify']", in)); !strings.Contains(p.Text(".tline"), "建议：立案") || !strings.Contains(p.Text(".tline"), "事实清楚") {
			t.Errorf("%s", p.Main())
		}
		// From the old page: who did what when, and what was typed is kept.
		if p = officer.Submit(page, "form[action$='/verify']", fill("proposal", "refuse", "opinion", "另一个意见")); p.Status != 409 || !strings.Contains(p.Text(".error-summary"), "测试 officer") || p.Text("#verify textarea") != "另一个意见" {
			t.Errorf("stale: %d\n%s", p.Status, p.Main())
		}
		if p = officer.Get(at + "/file"); p.Status != 403 {
			t.Errorf("the officer files: %d", p.Status)
		}
		filing(t, s, chief, at)
	})
}

func filing(t *testing.T, s *site, chief *webtest.Client, at string) {
	t.Helper()
	if err := s.Users.SetCertificate(context.Background(), access.System(), s.By["officer3"].ID, 0, access.Certificate{Number: "浙E3", Until: calendar.Date(2026, 11, 1)}); err != nil {
		t.Fatal(err)
	}
	page := chief.Get(at + "/file")
	if page.Status != 200 || page.Attr("[name=title]", "value") != "测试公司涉嫌假冒专利案" {
		t.Fatalf("%d\n%s", page.Status, page.Main())
	}
	if !page.Has("[name=officers][value='"+s.By["officer3"].ID+"'][disabled]") || !strings.Contains(page.Text("fieldset"), "已于 2026-11-01 到期") {
		t.Errorf("an expired certificate: %s", page.Text("fieldset"))
	}
	if starts := page.Text("[data-for=counterfeit]"); !strings.Contains(starts, "90日") || !strings.Contains(starts, "2027-02-18") {
		t.Errorf("the periods that filing starts: %s", starts)
	}
	one := s.By["officer"].ID
	p := chief.Submit(page, "form[action$='/file']", fill("officers", one, "restricted", "1", "note", "同意"))
	if p.Status != 422 || !p.Has("#f-officers[aria-invalid]") || !p.Has("[name=reviewer][aria-invalid]") || !p.Has("[name=officers][value='"+one+"'][checked]") || p.Text("textarea[name=note]") != "同意" {
		t.Errorf("one officer: %d\n%s", p.Status, p.Main())
	}
	if p = chief.Submit(page, "form[action$='/file']", fill("kind", "dispute", "officers", one)); p.Status != 422 || !p.Has("[name=dispute_type][aria-invalid]") {
		t.Errorf("no type of dispute: %d\n%s", p.Status, p.Main())
	}
	in := url.Values{"officers": {one, s.By["officer2"].ID}}
	p = chief.Submit(page, "form[action$='/file']", in)
	if p.Status != 303 || !strings.HasPrefix(p.Header.Get("Location"), "/cases/") {
		t.Fatalf("%d %s\n%s", p.Status, p.Header.Get("Location"), p.Main())
	}
	if p = chief.Submit(page, "form[action$='/file']", in); p.Status != 409 || !strings.Contains(p.Text(".notice"), "已由测试 chief于2026-11-20立案") ||
		p.Has("form[action$='/file']") || !p.Has(".notice a[href^='/cases/']") || strings.Contains(p.Main(), "再提交") {
		t.Errorf("filed twice: %d\n%s", p.Status, p.Main())
	}
	if p = chief.Get(at); !strings.Contains(p.Text(".notice"), "假字〔2026〕1号") || !p.Has("main a[href^='/cases/']") || p.Has("main form[method=post]") {
		t.Errorf("the lead afterwards: %s", p.Main())
	}
	if p = chief.Get(at + "/file"); p.Status != 200 || p.Has("form[action$='/file']") {
		t.Errorf("the form afterwards: %d\n%s", p.Status, p.Main())
	}
	if p = webtest.SignIn(t, s.base, "operator").Get(at); p.Status != 200 || p.Has("main a[href^='/cases/']") {
		t.Errorf("the operator is led to the case: %d", p.Status)
	}
}

func TestLeadIsTransferredAndRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		officer, chief := webtest.SignIn(t, s.base, "officer.deqing"), webtest.SignIn(t, s.base, "chief.deqing")
		at := bare(newLead(t, officer, found()))
		city := bare(newLead(t, webtest.SignIn(t, s.base, "officer"), found()))
		for _, p := range []string{"", "/file"} {
			if got := chief.Get(city + p).Status; got != 404 {
				t.Errorf("another office's lead %s: %d", p, got)
			}
		}
		if p := chief.Post(city+"/transfer", fill("version", "1", "on", "2026-11-20", "to", "330521", "reason", "x")); p.Status != 404 {
			t.Errorf("another office's lead is transferred: %d", p.Status)
		}
		page := chief.Get(at)
		if p := chief.Submit(page, "form[action$='/transfer']", fill("to", "330521")); p.Status != 422 || !p.Has("#f-transfer-to[aria-invalid]") || !p.Has("#f-transfer-reason[aria-invalid]") || !p.Has("details#transfer[open]") || p.Has("details#refuse[open]") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		p := chief.Submit(page, "form[action$='/transfer']", fill("to", "330522", "reason", "行为地在长兴县"))
		if p.Status != 303 || p.Header.Get("Location") != "/leads" {
			t.Fatalf("%d %s\n%s", p.Status, p.Header.Get("Location"), p.Main())
		}
		if p = chief.Follow(p); !p.Has("[data-flash=success]") || len(p.All("tbody tr")) != 0 {
			t.Errorf("%s", p.Main())
		}
		if p = chief.Get(at); p.Status != 404 {
			t.Errorf("it is still to be seen: %d", p.Status)
		}
		all := webtest.SignIn(t, s.base, "officer") // the city sees its counties
		if p = all.Get(at); p.Status != 200 || !strings.Contains(p.Text(".tline"), "由德清县移送长兴县") || !strings.Contains(p.Text(".banner"), "待核查") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p = all.Follow(all.Submit(p, "form[action$='/verify']", fill("proposal", "refuse", "opinion", "违法行为轻微"))); p.Status != 200 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		boss := webtest.SignIn(t, s.base, "chief")
		page = boss.Get(at)
		if p = boss.Submit(page, "form[action$='/refuse']", nil); p.Status != 422 || !p.Has("#f-refuse-reason[aria-invalid]") {
			t.Errorf("no reason: %d\n%s", p.Status, p.Main())
		}
		if p = boss.Follow(boss.Submit(page, "form[action$='/refuse']", fill("reason", "情节轻微并已改正"))); !strings.Contains(p.Text(".notice"), "情节轻微并已改正") || p.Has("main form[method=post]") {
			t.Errorf("%s", p.Main())
		}
		if p = all.Post(at+"/refuse", fill("version", "4", "on", "2026-11-20", "reason", "x")); p.Status != 403 {
			t.Errorf("the officer refuses: %d", p.Status)
		}
	})
}

func TestLeadList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		at := bare(newLead(t, c, found()))
		newLead(t, c, fill("source", "letter", "kind", "infringement", "title", "竹炭侵权", "facts", "x", "received_on", "2026-11-02", "requester", "张三"))
		newLead(t, webtest.SignIn(t, s.base, "officer.deqing"), fill("title", "德清线索", "facts", "x"))
		p := c.Get("/leads")
		if len(p.All("tbody tr")) != 3 || !p.Has("tr.row-mark-late") || !strings.Contains(p.Text("tbody"), "超期") {
			t.Errorf("%s", p.Main())
		}
		for q, rows := range map[string]int{
			"state=new": 3, "state=open": 3, "state=filed": 0, "kind=infringement": 1, "source=letter": 1, "office=330521": 1, "office=330500": 3, "from=2026-11-20": 2,
			"to=2026-11-19": 1, "q=" + url.QueryEscape("竹炭"): 1, "q='": 0, "after=2026-11-20/0": 1,
		} {
			if p := c.Get("/leads?" + q); p.Status != 200 || len(p.All("main tbody tr")) != rows {
				t.Errorf("%s: %d, %d rows, want %d", q, p.Status, len(p.All("main tbody tr")), rows)
			}
		}
		figuresLead(t, c, c.Get("/leads"))
		if n := len(webtest.SignIn(t, s.base, "chief.deqing").Get("/leads").All("tbody tr")); n != 1 {
			t.Errorf("Deqing lists %d leads", n)
		}
		c.Post("/preferences", fill("lang", "en"))
		if p = c.Get(at); p.Status != 200 || !strings.Contains(p.Main(), "Enter the verification") || !strings.Contains(p.Main(), "Art. 18") {
			t.Errorf("in English: %s", p.Main())
		}
	})
}

// met answers every question of the formal check on a lead's page with the best there is.
func met(p *webtest.Page) url.Values {
	v := url.Values{}
	for _, n := range p.All("form[action$='/acts/check'] [name^=ck_]") {
		for _, a := range n.Attr {
			if a.Key == "name" {
				v.Set(a.Val, "met")
			}
		}
	}
	return v
}

func TestACountyFilesNoInfringement(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	officer, chief := webtest.SignIn(t, s.base, "officer.deqing"), webtest.SignIn(t, s.base, "chief.deqing")
	page := newLead(t, officer, fill("kind", "infringement", "source", "letter", "title", "x", "facts", "y"))
	page = officer.Follow(officer.Submit(page, "form[action$='/acts/check']", met(page)))
	officer.Submit(page, "form[action$='/verify']", fill("proposal", "transfer", "opinion", "应由市局处理"))
	p := chief.Get(bare(page) + "/file")
	if !p.Has("[name=kind][value=infringement][disabled]") || !strings.Contains(p.Main(), "县（区）无权受理") {
		t.Errorf("%s", p.Main())
	}
	if p = chief.Submit(p, "form[action$='/file']", fill("kind", "infringement", "officers", s.By["officer.deqing"].ID)); p.Status != 422 || !p.Has("#f-kind[aria-invalid]") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
	if p = chief.Get(bare(page)); !strings.Contains(p.Text(".ask"), "核查建议作此处理") || !p.Has(".banner a.btn-primary[href='#f-transfer-to']") {
		t.Errorf("%s", p.Main())
	}
}

func TestACertificateWithoutALastDayIsNotValid(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	one, boss := s.By["officer2"], s.By["chief"]
	if err := s.db.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.Exec("UPDATE users SET certificate_until = NULL WHERE id = ?", one.ID).Error // as an older program may have left it
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Users.SetRole(context.Background(), access.System(), boss.ID, 0, access.Grant{Role: access.Officer, Jurisdiction: "330500"}); err != nil {
		t.Fatal(err)
	}
	officer := webtest.SignIn(t, s.base, "officer")
	page := newLead(t, officer, found())
	officer.Submit(page, "form[action$='/verify']", fill("proposal", "file", "opinion", "事实清楚"))
	p := webtest.SignIn(t, s.base, "chief").Get(bare(page) + "/file")
	if !p.Has("[name=officers][value='"+one.ID+"'][disabled]") || !strings.Contains(p.Text("fieldset"), "未登记有效期，无效") {
		t.Errorf("%s", p.Text("fieldset"))
	}
	if !p.Has("[name=officers][value='" + boss.ID + "'][disabled]") {
		t.Errorf("whoever files is offered as an officer: %s", p.Text("fieldset"))
	}
	if p = webtest.SignIn(t, s.base, "admin").Get("/admin/users?q=officer2"); !strings.Contains(p.Text("tbody"), "未登记有效期，无效") {
		t.Errorf("%s", p.Main())
	}
}
