package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// hostile is text that would do harm if it were not escaped, or not kept.
const hostile = `</textarea></title><script>alert(1)</script>"'><img src=x onerror=alert(1)>{0}`

func fill(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

// figuresLead fails unless each figure over a list leads to exactly what it counts.
func figuresLead(t *testing.T, c *webtest.Client, p *webtest.Page) {
	t.Helper()
	figures := p.All("a.fig-value")
	if len(figures) == 0 {
		t.Error("no figure over the list")
	}
	for _, a := range figures {
		for _, x := range a.Attr {
			if x.Key != "href" {
				continue
			}
			if n := strings.Fields(c.Get(x.Val).Text(".listbar-count")); len(n) != 3 || n[1] != webtest.Text(a) {
				t.Errorf("%s says %s, its list %v", x.Val, webtest.Text(a), n)
			}
		}
	}
}

// reported is what an operator types of a report.
func reported() url.Values {
	return fill("kind", "report", "subject", "counterfeit", "caller_name", "沈秘密", "caller_phone", "13800009876", "question", "竹凉席上标注他人专利号",
		"respondent", "测试木业有限公司", "patent_no", "ZL 2014 9 0000012.4", "url", "javascript:alert(1)")
}

func TestCallForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "operator")
		blank := c.Get("/hotline/new?phone=13800009876")
		if blank.Status != 200 || blank.Attr("[name=caller_phone]", "value") != "13800009876" || !blank.Has("[name=kind][value=consultation][checked]") {
			t.Fatalf("%d\n%s", blank.Status, blank.Main())
		}
		// Nothing typed.
		p := c.Submit(blank, "form[action='/hotline']", nil)
		if p.Status != 422 || !p.Has("textarea[name=question][aria-invalid]") || !p.Has(".error-summary a[href='#f-topic-1']") {
			t.Errorf("empty: %d\n%s", p.Status, p.Main())
		}
		// What was typed is kept, and escaped.
		p = c.Submit(blank, "form[action='/hotline']", fill("kind", "complaint", "question", hostile, "caller_name", hostile, "answer", "x"))
		if p.Status != 422 || p.Text("textarea[name=question]") != strings.Join(strings.Fields(hostile), " ") || p.Attr("[name=caller_name]", "value") != hostile || p.Has("script:not([src])") || p.Has("img[onerror]") {
			t.Errorf("hostile: %d\n%s", p.Status, p.Main())
		}
		if p.Attr("[name=id]", "value") != blank.Attr("[name=id]", "value") {
			t.Error("the form that came back would make another call")
		}
		// A consultation, answered, sent twice.
		in := fill("topic", "fee", "question", "年费怎么交？", "answer", "可以网上缴纳")
		p = c.Submit(blank, "form[action='/hotline']", in)
		again := c.Submit(blank, "form[action='/hotline']", in)
		if p.Status != 303 || p.Header.Get("Location") != again.Header.Get("Location") {
			t.Fatalf("twice: %d %s, %d %s", p.Status, p.Header.Get("Location"), again.Status, again.Header.Get("Location"))
		}
		page := c.Follow(p)
		if !page.Has("[data-flash=success]") || !strings.Contains(page.Main(), "已答复") || page.Has("form[action$='/lead']") {
			t.Errorf("%s", page.Main())
		}
		// The same identifier for something else: refused, what was typed is kept, and sending it once more makes another call.
		p = c.Submit(blank, "form[action='/hotline']", fill("topic", "fee", "question", "另一个问题"))
		if p.Status != 409 || p.Text("textarea[name=question]") != "另一个问题" {
			t.Fatalf("used identifier: %d\n%s", p.Status, p.Main())
		}
		if p = c.Submit(p, "form[action='/hotline']", nil); p.Status != 303 {
			t.Errorf("after a used identifier: %d\n%s", p.Status, p.Main())
		}
		var n int64
		if err := db.Read(context.Background()).Raw("SELECT COUNT(*) FROM calls").Scan(&n).Error; err != nil || n != 2 {
			t.Errorf("%d calls %v", n, err)
		}
		if p = c.Post("/hotline", fill("jurisdiction", "999999", "kind", "x", "channel", "\x00", "place", "'", "question", "a\x00b")); p.Status != 422 {
			t.Errorf("nonsense: %d\n%s", p.Status, p.Main())
		}
		for who, status := range map[string]int{"officer": 403, "chief": 403, "admin": 403, "auditor": 403} {
			o := webtest.SignIn(t, s.base, who)
			if p := o.Get("/hotline/new"); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
			if p := o.Post("/hotline", reported()); p.Status != status {
				t.Errorf("%s posts: %d", who, p.Status)
			}
		}
		// The county's operator writes down for the county only.
		if p := webtest.SignIn(t, s.base, "operator.deqing").Post("/hotline", fill("kind", "consultation", "topic", "fee", "question", "q", "channel", "12330", "jurisdiction", "330500", "place", "330500")); p.Status != 403 {
			t.Errorf("for another office: %d\n%s", p.Status, p.Main())
		}
	})
}

func TestCallBecomesALead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "operator")
		if p := c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", fill("kind", "report", "subject", "infringement", "question", "q")); p.Status != 422 || !p.Has("#f-subject[aria-invalid]") {
			t.Errorf("a report of infringement: %d\n%s", p.Status, p.Main())
		}
		call := c.Follow(c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", reported()))
		at, _, _ := strings.Cut(call.Path, "?")
		if !strings.Contains(call.Text(".dlist"), "沈*") || !strings.Contains(call.Text(".dlist"), "138****9876") || strings.Contains(call.Body, "13800009876") || strings.Contains(call.Body, "沈秘密") {
			t.Errorf("the caller: %s", call.Main())
		}
		if call.Has("a[href^='javascript:']") {
			t.Error("an address that runs")
		}
		if got := call.Attr("form[action$='/lead'] [name=title]", "value"); got != "测试木业有限公司涉嫌假冒专利案" {
			t.Errorf("title proposed: %q", got)
		}
		// The chief reads it masked and changes nothing.
		p := webtest.SignIn(t, s.base, "chief").Get(at)
		if p.Status != 200 || strings.Contains(p.Body, "13800009876") || strings.Contains(p.Body, "沈秘密") || p.Has("form[action^='/hotline']") {
			t.Errorf("the chief: %d\n%s", p.Status, p.Main())
		}
		for who, status := range map[string]int{"operator.deqing": 404, "chief.deqing": 404, "officer": 403, "auditor": 403} {
			if p := webtest.SignIn(t, s.base, who).Get(at); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
		for _, path := range []string{"/hotline/x", "/hotline/%00", "/hotline/" + strings.Repeat("0", 26), "/hotline/" + strings.Repeat("Z", 5000)} {
			if p := c.Get(path); p.Status != 404 {
				t.Errorf("%.40s: %d", path, p.Status)
			}
		}
		if p = c.Submit(call, "form[action$='/lead']", fill("title", "", "facts", "已写了一半")); p.Status != 422 || !p.Has("[name=title][aria-invalid]") || p.Text("form[action$='/lead'] textarea") != "已写了一半" {
			t.Errorf("no title: %d\n%s", p.Status, p.Main())
		}
		made := c.Submit(call, "form[action$='/lead']", fill("facts", "竹凉席标注他人专利号"))
		lead := c.Follow(made)
		if lead.Status != 200 || !strings.HasPrefix(lead.Path, "/leads/") || !lead.Has("[data-flash=success]") {
			t.Fatalf("%s %d\n%s", lead.Path, lead.Status, lead.Main())
		}
		// Again from the old page: who did what, and nothing typed is lost.
		p = c.Submit(call, "form[action$='/lead']", fill("facts", "重复提交的内容"))
		if p.Status != 409 || !strings.Contains(p.Text(".error-summary"), "测试 operator") || !strings.Contains(p.Text(".error-summary"), "将来电转为线索") || !strings.Contains(p.Text("textarea"), "重复提交的内容") {
			t.Errorf("stale: %d\n%s", p.Status, p.Main())
		}
		if p = c.Submit(p, "form[action$='/lead']", nil); p.Status != 409 || !strings.Contains(p.Text("textarea"), "重复提交的内容") {
			t.Errorf("a call that is a lead: %d\n%s", p.Status, p.Main())
		}
		// The lead names nobody, and its call stays with the desk.
		p = webtest.SignIn(t, s.base, "officer").Get(lead.Path)
		if p.Status != 200 || strings.Contains(p.Body, "沈秘密") || strings.Contains(p.Body, "13800009876") || p.Has("main a[href^='/hotline']") {
			t.Errorf("the officer: %d\n%s", p.Status, p.Main())
		}
		if p = c.Get(at); !p.Has("a[href='"+strings.Split(lead.Path, "?")[0]+"']") || p.Has("form[action='"+at+"/answer']") || p.Has("form[action='"+at+"/lead']") || p.Has("form[action='"+at+"/refer']") {
			t.Errorf("the call afterwards: %s", p.Main())
		}
	})
}

func TestAnswers(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	c := webtest.SignIn(t, s.base, "operator")
	call := c.Follow(c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", fill("topic", "status", "question", "专利还有效吗")))
	if p := c.Submit(call, "form[action$='/answer']", nil); p.Status != 422 || !p.Has("textarea[aria-invalid]") {
		t.Errorf("no answer: %d\n%s", p.Status, p.Main())
	}
	p := c.Follow(c.Submit(call, "form[action$='/answer']", fill("answer", "有效")))
	if !strings.Contains(p.Text(".qa"), "有效") {
		t.Errorf("%s", p.Main())
	}
	if p = c.Submit(call, "form[action$='/answer']", fill("answer", "另一个答复")); p.Status != 409 || !strings.Contains(p.Text(".error-summary"), "答复来电") || p.Text("form[action$='/answer'] textarea") != "另一个答复" {
		t.Errorf("stale: %d\n%s", p.Status, p.Main())
	}
	if p = webtest.SignIn(t, s.base, "chief").Post(strings.Split(call.Path, "?")[0]+"/answer", fill("version", "2", "answer", "x")); p.Status != 403 {
		t.Errorf("the chief answers: %d", p.Status)
	}
}

func TestCallList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "operator")
		send := func(in url.Values) {
			t.Helper()
			if p := c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", in); p.Status != 303 {
				t.Fatalf("%d\n%s", p.Status, p.Main())
			}
		}
		send(reported())
		send(fill("kind", "complaint", "subject", "infringement", "question", "权利人投诉", "place", "330521", "channel", "12345"))
		for range 33 {
			send(fill("topic", "fee", "question", "100%_费用", "caller_phone", "2012345", "caller_name", "李四"))
		}
		p := c.Get("/hotline")
		if len(p.All("tbody tr")) != 30 || !strings.Contains(p.Text(".listbar"), "35") || strings.Contains(p.Text("tbody"), "李四") || strings.Contains(p.Body, "沈秘密") {
			t.Errorf("%d rows\n%s", len(p.All("tbody tr")), p.Main())
		}
		if p = c.Get(p.Attr("a[rel=next]", "href")); len(p.All("tbody tr")) != 5 || p.Has("a[rel=next]") {
			t.Errorf("second page: %d rows", len(p.All("tbody tr")))
		}
		if p = c.Get(p.Attr("a[rel=prev]", "href")); len(p.All("tbody tr")) != 30 || p.Has("a[rel=prev]") {
			t.Errorf("back: %d rows", len(p.All("tbody tr")))
		}
		for q, rows := range map[string]int{
			"kind=report": 1, "kind=complaint": 1, "subject=infringement": 1, "state=open": 30, "state=answered": 0, "state=handled": 0, "channel=12345": 1,
			"phone=13800009876": 1, "q=" + url.QueryEscape("权利人"): 1, "q=100%25_": 30, "q=1000": 0, "from=2026-11-21": 0, "to=2026-11-20&kind=report": 1,
			"office=330521": 0, "office=330500&kind=report": 1, "before=%00": 30, "q=%FF": 0,
		} {
			if p := c.Get("/hotline?" + q); p.Status != 200 || len(p.All("main tbody tr")) != rows {
				t.Errorf("%s: %d, %d rows, want %d", q, p.Status, len(p.All("main tbody tr")), rows)
			}
		}
		// Each figure leads to exactly what it counts.
		p = c.Get("/hotline")
		figuresLead(t, c, p)
		if n := len(webtest.SignIn(t, s.base, "operator.deqing").Get("/hotline").All("tbody tr")); n != 0 {
			t.Errorf("Deqing lists %d calls of the city", n)
		}
		c.Post("/preferences", fill("lang", "en"))
		if p = c.Get("/hotline?kind=report&state=open&from=2026-01-01"); p.Status != 200 || !strings.Contains(p.Main(), "Waits for an answer") || len(p.All(".chip-x")) != 2 {
			t.Errorf("in English: %s", p.Main())
		}
	})
}
