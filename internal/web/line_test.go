package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"huzhi/config"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// line is a site whose desk has its articles and routes, with a telephone.
func line(t *testing.T, db *store.DB) *site {
	t.Helper()
	return open(t, db, func(d *web.Deps) {
		d.PhoneToken = "a-token-of-twenty-characters"
		if err := d.Hotline.Ship(context.Background(), config.Knowledge()); err != nil {
			t.Fatal(err)
		}
	})
}

// TestTheCallScreenWithoutScript walks the one path by its buttons alone: nothing typed is lost at any of them.
func TestTheCallScreenWithoutScript(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "operator")
		first := c.Follow(c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", reported()))
		at := strings.Split(first.Path, "?")[0]
		id := strings.TrimPrefix(at, "/hotline/")

		again := func(p *webtest.Page, do string, kv ...string) *webtest.Page {
			t.Helper()
			v := webtest.FormValues(p.One("form[action='/hotline']"))
			for k, list := range fill(kv...) {
				v[k] = list
			}
			v.Set("do", do)
			return c.Post("/hotline/form", v)
		}
		p := again(c.Get("/hotline/new"), "look", "caller_phone", "1380000", "topic", "fee", "question", hostile, "look", "年费")
		if p.Status != 200 || !p.Has(".kb-hit") || !strings.Contains(p.Text(".kb-list"), "6个月") || strings.Contains(p.Body, "{{rule") || !strings.Contains(p.Text("[data-beside-box]"), "竹凉席") || p.Text("[name=question]") != strings.Join(strings.Fields(hostile), " ") || p.Has("script:not([src])") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		use := valueOf(p.All(".kb-hit")[0])
		p = again(p, use, "answer", "您好。")
		answer := p.Text("[name=answer]")
		if !strings.HasPrefix(answer, "您好。") || !strings.Contains(answer, "6个月") || p.Attr("[name=article]", "value") == "" || !p.Has("[data-used]:not(.visually-hidden)") {
			t.Errorf("used: %s", answer)
		}
		if twice := again(p, use).Text("[name=answer]"); twice != answer {
			t.Errorf("taken twice: %s", twice)
		}
		// A skeleton goes below what was typed.
		p = again(p, "template:report", "kind", "report", "question", "先写的话")
		if q := p.Text("[name=question]"); !strings.HasPrefix(q, "先写的话") || !strings.Contains(q, "标注内容") {
			t.Errorf("the skeleton: %s", q)
		}
		// Nothing fits: a gap. Put aside: it stands on the next form, and goes on.
		again(p, "miss", "look", "比特币能申请专利吗")
		aside := again(p, "aside")
		if aside.Status != 303 {
			t.Fatalf("put aside: %d\n%s", aside.Status, aside.Main())
		}
		next := c.Follow(aside)
		resume := next.Attr("[data-drafts] a", "href")
		if p = c.Get(resume); p.Text("[name=answer]") != answer || p.Attr("[name=caller_phone]", "value") != "1380000" {
			t.Errorf("resumed: %s", p.Main())
		}
		if other := webtest.SignIn(t, s.base, "operator.deqing").Get(resume); strings.Contains(other.Body, "1380000") {
			t.Error("somebody else resumes it")
		}
		// Added to the earlier call.
		p = again(p, "join:"+id, "kind", "report", "subject", "counterfeit", "question", "又看到一处", "respondent", "测试 木业有限公司")
		if p.Attr("[name=join]", "value") != id || !strings.Contains(p.Text("[data-beside-box]"), "同一被反映人") {
			t.Errorf("join: %s", p.Main())
		}
		v := webtest.FormValues(p.One("form[action='/hotline']"))
		sent := c.Post("/hotline", v)
		if sent.Status != 303 || !strings.HasPrefix(sent.Header.Get("Location"), at) {
			t.Fatalf("%d %s\n%s", sent.Status, sent.Header.Get("Location"), sent.Main())
		}
		if p = c.Follow(sent); !strings.Contains(p.Main(), "又看到一处") {
			t.Errorf("the earlier call lacks the words: %s", p.Main())
		}
		if p = c.Get("/hotline/new"); p.Has("[data-drafts] a") {
			t.Error("the draft of a call that is written down")
		}
		if p = again(c.Get("/hotline/new"), "join:"+strings.Repeat("0", 26)); p.Status != 404 {
			t.Errorf("join nothing: %d", p.Status)
		}
		if p = again(c.Get("/hotline/new"), "use:x", "question", "q"); p.Status != 404 {
			t.Errorf("use nothing: %d", p.Status)
		}
	})
}

// TestTheCourseOfACall: sent elsewhere, followed up, a call-back promised, the caller told.
func TestTheCourseOfACall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "operator")
		call := c.Follow(c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", fill("topic", "other", "question", "商标被仿冒", "caller_phone", "13911110000")))
		at := strings.Split(call.Path, "?")[0]
		if p := c.Submit(call, "form[action$='/refer']", nil); p.Status != 422 || !p.Has("[name=route][aria-invalid]") {
			t.Errorf("refer to nobody: %d\n%s", p.Status, p.Main())
		}
		p := c.Follow(c.Submit(call, "form[action$='/refer']", fill("route", "trademark", "way", "letter")))
		if !strings.Contains(p.Main(), "已转办") || !strings.Contains(p.Main(), "12315") {
			t.Errorf("%s", p.Main())
		}
		if p = c.Follow(c.Submit(p, "form[action^='/hotline/referrals/']", fill("letter_no", "湖知转〔2026〕1号"))); !strings.Contains(c.Get("/hotline/referrals?state=sent").Main(), "湖知转〔2026〕1号") {
			t.Errorf("%s", p.Main())
		}
		p = c.Follow(c.Submit(c.Get(at), "form[action$='/promise']", fill("due_on", "2026-11-24", "about", "告知结果")))
		if !strings.Contains(p.Main(), "约定回电") || !strings.Contains(c.Get("/hotline/callbacks").Main(), "告知结果") || !strings.Contains(c.Get("/").Main(), "告知结果") {
			t.Errorf("%s", p.Main())
		}
		wait := c.Get(c.Get("/hotline/callbacks").Attr("tbody a", "href"))
		if p = c.Submit(wait, "form[action$='/try']", fill("result", "reached")); p.Status != 422 {
			t.Errorf("reached without a word: %d", p.Status)
		}
		c.Follow(c.Submit(wait, "form[action$='/try']", fill("result", "missed")))
		if p = c.Submit(wait, "form[action$='/try']", fill("result", "reached", "note", "已告知")); p.Status != 409 || !strings.Contains(p.Text("textarea"), "已告知") {
			t.Errorf("stale: %d\n%s", p.Status, p.Main())
		}
		if p = c.Follow(c.Submit(c.Get(at), "form[action$='/feedback']", fill("way", "phone", "text", "已告知转办结果", "satisfaction", "5"))); !strings.Contains(p.Main(), "5 分") {
			t.Errorf("%s", p.Main())
		}
		// A recording of the night becomes a call.
		if p = c.Submit(c.Get("/hotline/callbacks/new"), "form[action='/hotline/callbacks']", nil); p.Status != 422 {
			t.Errorf("an empty recording: %d", p.Status)
		}
		p = c.Follow(c.Submit(c.Get("/hotline/callbacks/new"), "form[action='/hotline/callbacks']", fill("about", "留言询问年费", "caller_phone", "13922223333", "recording", "rec-7")))
		if strings.Contains(p.Body, "13922223333") {
			t.Error("the list shows a number")
		}
		p = c.Get("/hotline/callbacks")
		for _, a := range p.All("tbody a") {
			if webtest.Text(a) == "留言询问年费" {
				p = c.Get(hrefOf(a))
			}
		}
		form := c.Get(p.Attr("a[href^='/hotline/new?callback=']", "href"))
		if form.Text("[name=question]") != "留言询问年费" || form.Attr("[name=recording]", "value") != "rec-7" {
			t.Fatalf("%s", form.Main())
		}
		if sent := c.Submit(form, "form[action='/hotline']", fill("topic", "fee", "answer", "已答")); sent.Status != 303 {
			t.Fatalf("%d\n%s", sent.Status, sent.Main())
		}
		if strings.Contains(c.Get("/hotline/callbacks").Main(), "留言询问年费") {
			t.Error("the recording waits on")
		}
		for path, want := range map[string]map[string]int{
			at: {"operator.deqing": 404, "officer": 403}, "/hotline/callbacks": {"officer": 403, "chief": 200}, "/hotline/callbacks/new": {"chief": 403}, "/hotline/figures": {"operator": 403, "chief": 200, "officer": 403},
			"/knowledge": {"officer": 200, "admin": 403, "auditor": 403}, "/knowledge/new": {"operator": 403, "chief": 200}, "/admin/hotline": {"admin": 200, "chief": 403, "operator": 403}, "/hotline/ringing": {"officer": 403},
		} {
			for who, status := range want {
				if p := webtest.SignIn(t, s.base, who).Get(path); p.Status != status {
					t.Errorf("%s reads %s: %d, want %d", who, path, p.Status, status)
				}
			}
		}
	})
}

func TestTheKnowledgeBasePages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		chief := webtest.SignIn(t, s.base, "chief")
		list := chief.Get("/knowledge?q=" + url.QueryEscape("年费"))
		if list.Status != 200 || len(list.All("tbody tr")) == 0 {
			t.Fatalf("%d\n%s", list.Status, list.Main())
		}
		at := hrefOf(list.All("#articles tbody a")[0])
		page := chief.Get(at)
		if !strings.Contains(page.Main(), "6个月") || !page.Has("a[href^='/rules/']") {
			t.Errorf("%s", page.Main())
		}
		edit := chief.Get(at + "/edit")
		if p := chief.Submit(edit, "form[action='"+at+"']", fill("rules", "NO_SUCH_RULE", "reason", "x", "answer_zh", hostile)); p.Status != 422 || !strings.Contains(p.Main(), "NO_SUCH_RULE") || p.Has("script:not([src])") {
			t.Errorf("a rule that is none: %d\n%s", p.Status, p.Main())
		}
		p := chief.Follow(chief.Submit(edit, "form[action='"+at+"']", fill("answer_zh", "本地口径：{{rule:FEE_GRACE}}内补缴。", "reason", "统一口径")))
		if p.Status != 200 || !strings.Contains(p.Main(), "本地口径：6个月内补缴") || !strings.Contains(p.Main(), "统一口径") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p = chief.Submit(edit, "form[action='"+at+"']", fill("reason", "再改")); p.Status != 409 {
			t.Errorf("stale: %d", p.Status)
		}
		if p = webtest.SignIn(t, s.base, "operator").Post(at, webtest.FormValues(edit.One("form[action='"+at+"']"))); p.Status != 403 {
			t.Errorf("an operator edits: %d", p.Status)
		}
		if p = webtest.SignIn(t, s.base, "chief.deqing").Post(at, webtest.FormValues(chief.Get(at+"/edit").One("form[action='"+at+"']"))); p.Status != 403 {
			t.Errorf("the county's chief edits: %d", p.Status)
		}
		if p = chief.Follow(chief.Submit(chief.Get(at), "form[action$='/withdraw']", fill("reason", "并入他条"))); !strings.Contains(p.Main(), "已停用") {
			t.Errorf("%s", p.Main())
		}
		made := chief.Submit(chief.Get("/knowledge/new"), "form[action='/knowledge']", fill("question_zh", "新问题", "question_en", "New", "answer_zh", "{{rule:INF_CLOSE}}", "answer_en", "{{rule:INF_CLOSE}}",
			"source_zh", "依据", "source_en", "Source", "rules", "INF_CLOSE", "from", "2026-01-01"))
		if p = chief.Follow(made); p.Status != 200 || !strings.Contains(p.Main(), "3个月") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		chief.Post("/preferences", fill("lang", "en"))
		for _, path := range []string{"/knowledge", at, "/knowledge/new", "/hotline/figures", "/hotline/callbacks", "/hotline/referrals"} {
			if p := chief.Get(path); p.Status != 200 || strings.Contains(p.Main(), "knowledge.") || strings.Contains(p.Main(), "line.") {
				t.Errorf("%s in English: %d\n%s", path, p.Status, p.Main())
			}
		}
	})
}

func TestTheDesksSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		admin := webtest.SignIn(t, s.base, "admin")
		p := admin.Get("/admin/hotline")
		if p.Status != 200 || !strings.Contains(p.Main(), "没有全国统一规定") || !strings.Contains(p.Main(), "第十五条") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		sent := admin.Submit(p, "#channel-new form", fill("code", "wechat", "name_zh", "微信", "name_en", "WeChat"))
		if sent.Status != 303 {
			t.Fatalf("%d\n%s", sent.Status, sent.Main())
		}
		op := webtest.SignIn(t, s.base, "operator")
		if !strings.Contains(op.Get("/hotline/new").Text("[name=channel]"), "微信") {
			t.Error("the form does not offer the new channel")
		}
		if p = admin.Submit(p, "#channel-new form", fill("code", "wechat", "name_zh", hostile, "name_en", "x")); p.Status != 422 || p.Has("script:not([src])") {
			t.Errorf("twice: %d\n%s", p.Status, p.Main())
		}
		p = admin.Get("/admin/hotline")
		if sent = admin.Submit(p, "#route-trademark form", fill("phone", "0572-2100000")); sent.Status != 303 {
			t.Errorf("%d\n%s", sent.Status, sent.Main())
		}
		if sent = admin.Submit(p, "#route-trademark form", fill("phone", "1")); sent.Status != 409 {
			t.Errorf("stale: %d", sent.Status)
		}
	})
}

func TestTheTelephoneOverHTTP(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		nobody := webtest.New(t, s.base)
		tell := func(token, kind, body string) *webtest.Page {
			t.Helper()
			r := nobody.Request("POST", "/api/cti/calls", strings.NewReader(body))
			r.Header.Set("Content-Type", kind)
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			return nobody.Do(r)
		}
		const token, form, json = "a-token-of-twenty-characters", "application/x-www-form-urlencoded", "application/json"
		for name, x := range map[string]struct {
			token, kind, body string
			status            int
		}{
			"no token":      {"", form, "event=new&call_id=9", 403},
			"a wrong token": {"a-token-of-twenty-letters-no", form, "event=new&call_id=9", 403},
			"no event":      {token, form, "call_id=9", 422},
			"broken JSON":   {token, json, "{", 422},
			"a list":        {token, json, "[1]", 422},
			"numbers":       {token, json, `{"event": 1, "call_id": {}}`, 422},
		} {
			if p := tell(x.token, x.kind, x.body); p.Status != x.status && !(x.status == 422 && p.Status == 400) {
				t.Errorf("%s: %d %s", name, p.Status, p.Body)
			}
		}
		if p := tell(token, form, "event=newCall&callId=abc&from=13812345678&to=12330&direction=in"); p.Status != 204 {
			t.Fatalf("%d %s", p.Status, p.Body)
		}
		c := webtest.SignIn(t, s.base, "operator")
		p := c.Get("/hotline/ringing")
		if !strings.Contains(p.Body, "13812345678") || p.Has("[data-ring-mine]") {
			t.Errorf("%s", p.Body)
		}
		if p := tell(token, json, `{"event":"answered","call_id":"abc","user":["operator"]}`); p.Status != 204 {
			t.Fatalf("%d %s", p.Status, p.Body)
		}
		if p = c.Get("/hotline/ringing"); !p.Has("[data-ring-mine]") {
			t.Errorf("%s", p.Body)
		}
		blank := c.Get(p.Attr("a", "href"))
		if blank.Attr("[name=caller_phone]", "value") != "13812345678" {
			t.Errorf("%s", blank.Main())
		}
		if sent := c.Submit(blank, "form[action='/hotline']", fill("topic", "fee", "question", "q", "answer", "a")); sent.Status != 303 {
			t.Errorf("%d\n%s", sent.Status, sent.Main())
		}
		tell(token, form, "event=hangup&callId=abc&cause=normalClearing")
		if p = c.Get("/hotline/ringing"); strings.Contains(p.Body, "13812345678") {
			t.Error("it rings on")
		}
		if p = webtest.SignIn(t, s.base, "operator.deqing").Get(blank.Path); p.Status != 404 {
			t.Errorf("Deqing opens the city's call: %d", p.Status)
		}
		for _, x := range s.refusals(t) {
			if strings.Contains(x.Detail, "token") && strings.Contains(x.Detail, "a-token") {
				t.Error("the log holds a token")
			}
		}
	})
}

func TestTheSupervisorsFiguresLeadToTheirLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "operator")
		for _, in := range []url.Values{fill("topic", "fee", "question", "a", "answer", "b", "caller_phone", "13911110000"), fill("topic", "fee", "question", "c", "caller_phone", "13911110000"), reported()} {
			if p := c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", in); p.Status != 303 {
				t.Fatalf("%d\n%s", p.Status, p.Main())
			}
		}
		chief := webtest.SignIn(t, s.base, "chief")
		p := chief.Get("/hotline/figures")
		if p.Status != 200 || !strings.Contains(p.Main(), "33.3%") || !strings.Contains(p.Text("#operators"), "测试 operator") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		for href, rows := range map[string]int{
			"/hotline?from=2026-11-20&to=2026-11-20&outcome=first": 1, "/hotline?from=2026-11-20&to=2026-11-20&outcome=repeat": 2, "/hotline?from=2026-11-20&to=2026-11-20&outcome=handed": 0,
			"/hotline?outcome=late": 0, "/hotline?operator=" + s.By["operator"].ID: 3, "/hotline?operator=nobody": 0,
		} {
			if p := chief.Get(href); p.Status != 200 || len(p.All("main tbody tr")) != rows {
				t.Errorf("%s: %d, %d rows", href, p.Status, len(p.All("main tbody tr")))
			}
		}
		if p := chief.Get("/hotline/figures?from=2026-12-01&to=2026-01-01"); p.Status != 200 && p.Status != 422 {
			t.Errorf("a period turned around: %d", p.Status)
		}
		if p := chief.Get("/hotline"); !strings.Contains(p.Main(), "首次办结率") {
			t.Error("no strip over the list")
		}
	})
}

func valueOf(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "value" {
			return a.Val
		}
	}
	return ""
}
