package app_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/web/webtest"
)

func form(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

// want fails unless an answer has a status.
func want(t *testing.T, p *webtest.Page, status int) *webtest.Page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s: %d, want %d\n%s", p.Path, p.Status, status, p.Main())
	}
	return p
}

// post sends a form that stands on a page, filled, and follows the redirect.
func post(t *testing.T, c *webtest.Client, p *webtest.Page, action string, fill url.Values) *webtest.Page {
	t.Helper()
	return want(t, c.Follow(want(t, c.Submit(p, `form[action="`+action+`"]`, fill), http.StatusSeeOther)), http.StatusOK)
}

func path(p *webtest.Page) string { s, _, _ := strings.Cut(p.Path, "?"); return s }

// complaint logs a complaint at the city's desk and makes a lead of it; it gives the lead's page as the officer sees it.
func complaint(t *testing.T, o *apptest.Office, kind, subject string) *webtest.Page {
	t.Helper()
	desk := o.As(t, "operator")
	call := post(t, desk, want(t, desk.Get("/hotline/new"), 200), "/hotline", form(
		"kind", kind, "channel", "12330", "jurisdiction", "330500", "place", "330521", "caller_name", "沈秘密", "caller_phone", "13800009876",
		"subject", subject, "question", "在市场上看到标注他人专利号的竹凉席", "respondent", "测试木业有限公司", "patent_no", "ZL 2014 9 0000012.4"))
	page := post(t, desk, call, path(call)+"/lead", form("title", "测试木业有限公司涉嫌假冒专利", "facts", "竹凉席包装标注他人专利号"))
	if !strings.HasPrefix(page.Path, "/leads/") {
		t.Fatalf("after making a lead: %s", page.Path)
	}
	lead := want(t, o.As(t, "officer").Get(path(page)), 200)
	if kind == "report" && strings.Contains(lead.Body, "沈秘密") || strings.Contains(lead.Body, "13800009876") {
		t.Error("the lead names who reported it")
	}
	return lead
}

// file verifies a lead as the officer and files it as the chief; it gives the case's page.
func file(t *testing.T, o *apptest.Office, lead *webtest.Page, kind string, officers ...string) string {
	t.Helper()
	at := path(lead)
	officer, chief := o.As(t, "officer"), o.As(t, "chief")
	if page := want(t, officer.Get(at), 200); page.Has(`form[action$="/acts/check"]`) { // a request: its papers come first
		fill := form()
		for _, n := range page.All(`form[action$="/acts/check"] [name^=ck_]`) {
			fill.Set(attrOf(n, "name"), "met")
		}
		post(t, officer, page, at+"/acts/check", fill)
	}
	post(t, officer, want(t, officer.Get(at), 200), at+"/verify", form("proposal", "file", "opinion", "事实清楚，建议立案", "on", "2026-11-20"))
	fill := form("kind", kind, "on", "2026-11-20")
	for _, x := range officers {
		fill.Add("officers", o.By[x].ID)
	}
	return path(post(t, chief, want(t, chief.Get(at+"/file"), 200), at+"/file", fill))
}

// step takes a step of a case as a person and gives the case's page.
func step(t *testing.T, o *apptest.Office, who, at, name string, fill url.Values) *webtest.Page {
	t.Helper()
	c := o.As(t, who)
	return post(t, c, want(t, c.Get(at+"/steps/"+name), 200), at+"/steps/"+name, fill)
}

// TestJourneyFromCallToCase is journey 1: call → report → lead → case, over HTTP.
func TestJourneyFromCallToCase(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		lead := complaint(t, o, "report", "counterfeit")
		at := file(t, o, lead, "counterfeit", "officer", "officer2")
		page := want(t, o.As(t, "officer").Get(at), 200)
		for _, s := range []string{"湖市监知假字〔2026〕1号", "测试木业有限公司", "2014 9 0000012.4", "2027-02-18"} {
			if !strings.Contains(page.Body, s) {
				t.Errorf("the case page lacks %s", s)
			}
		}
		for who, status := range map[string]int{"officer.deqing": 404, "chief.deqing": 404, "admin": 403, "auditor": 403, "operator": 403} {
			want(t, o.As(t, who).Get(at), status)
		}
		want(t, o.As(t, "officer3").Get(at+"/steps/investigate"), 403)
		verify(t, o)
	})
}

// TestJourneyPenalty is journey 3: a penalty from the investigation to the archive, over HTTP, with what must be refused on the way.
func TestJourneyPenalty(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		at := file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
		officer, chief := o.As(t, "officer"), o.As(t, "chief")

		empty := want(t, officer.Submit(want(t, officer.Get(at+"/steps/investigate"), 200), `form[action="`+at+`/steps/investigate"]`, form("findings", "已写了一半")), 422)
		if !strings.Contains(empty.Text("textarea"), "已写了一半") || !empty.Has(`[name=limb][aria-invalid=true], fieldset[aria-invalid=true] [name=limb], [aria-invalid=true]`) {
			t.Error("a form with faults must keep what was typed and mark the fields")
		}
		stale := want(t, officer.Get(at+"/steps/investigate"), 200)
		step(t, o, "officer", at, "investigate", form("on", "2026-11-20", "findings", "现场查获竹凉席120条", "limb", "L1c", "act_ended_on", "2026-11-10", "income", "5000"))
		late := want(t, officer.Submit(stale, `form[action="`+at+`/steps/investigate"]`, form("on", "2026-11-20", "findings", "另一份报告", "limb", "L1c", "act_ended_on", "2026-11-10", "income", "1")), 409)
		if !strings.Contains(late.Body, "另一份报告") || !strings.Contains(late.Body, o.By["officer"].Name) {
			t.Error("a stale form must keep what was typed and say who changed the case")
		}
		step(t, o, "reviewer", at, "review", form("on", "2026-11-20", "review_opinion", "事实清楚"))
		step(t, o, "officer", at, "notify", form("on", "2026-11-20", "planned_fine", "20000", "planned_confiscation", "5000", "notice_reasons", "理由", "notice_served_on", "2026-11-20"))
		waits := form("on", "2026-11-20", "outcome", "penalised", "reasons", "理由", "fine", "20000", "confiscated", "5000", "waived", "no")
		want(t, chief.Submit(want(t, chief.Get(at+"/steps/decide"), 200), `form[action="`+at+`/steps/decide"]`, waits), 422)
		want(t, officer.Post(at+"/steps/decide", waits), 403)
		waits.Set("waived", "yes")
		page := step(t, o, "chief", at, "decide", waits)
		if !strings.Contains(page.Body, "湖知法罚字〔2026〕1号") {
			t.Error("the decision has no number")
		}
		paper := want(t, officer.Get(attrOf(page.All(`a[href^="/documents/"]`)[0], "href")), 200)
		if !strings.Contains(paper.Body, "行政处罚") {
			t.Error("the paper cannot be read")
		}
		step(t, o, "officer", at, "serve", form("on", "2026-11-20", "served_on", "2026-11-20", "way", "direct", "receiver", "张三"))
		paid(t, o, at, "20000", "5000")
		step(t, o, "officer", at, "execute", form("on", "2026-11-20", "execution", "paid", "paid_on", "2026-11-20"))
		if page := want(t, o.As(t, "chief").Get(at+"/steps/close"), 200); page.Has(`form[action="`+at+`/steps/close"]`) || !strings.Contains(page.Text("main"), "公开") {
			t.Error("closed before the penalty is published")
		}
		step(t, o, "officer", at, "publish", form("on", "2026-11-20", "publication_on", "2026-11-20", "publication_where", "国家企业信用信息公示系统", "publication_what", "both", "redacted", "无"))
		step(t, o, "chief", at, "close", form("on", "2026-11-20"))
		want(t, o.As(t, "officer").Get(at+"/steps/archive"), 403)
		done := step(t, o, "archivist", at, "archive", form("on", "2026-11-20", "volume", "2026-0001", "pages", "36", "retention", "permanent"))
		if done.Has(`a[href*="/steps/"]`) {
			t.Error("an archived case offers steps")
		}
		verify(t, o)
	})
}

// TestJourneyStatistics is journey 4: the figures, each a link to exactly its matters.
func TestJourneyStatistics(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		file(t, o, complaint(t, o, "report", "counterfeit"), "counterfeit", "officer", "officer2")
		file(t, o, complaint(t, o, "complaint", "infringement"), "infringement", "officer", "officer2", "officer3")
		chief := o.As(t, "chief")
		page := want(t, chief.Get("/statistics?year=2026"), 200)
		links := page.All(`main a[href^="/cases?"]`)
		if len(links) == 0 {
			t.Fatal("no figure is a link")
		}
		for _, a := range links {
			list := want(t, chief.Get(attrOf(a, "href")), 200)
			rows := len(list.All(`main tbody tr`))
			if got := webtest.Text(a); !strings.HasPrefix(got, strconv.Itoa(rows)) && got != strconv.Itoa(rows) {
				t.Errorf("%s says %s, its list has %d", attrOf(a, "href"), got, rows)
			}
		}
		want(t, chief.Get("/report/2026"), 200)
		want(t, o.As(t, "operator").Get("/report/2026"), 403)
		if n := len(want(t, o.As(t, "officer.deqing").Get("/cases"), 200).All("main tbody tr")); n != 0 {
			t.Errorf("Deqing lists %d of the city's cases", n)
		}
	})
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func verify(t *testing.T, o *apptest.Office) {
	t.Helper()
	v, err := o.Verify(t.Context(), app.Outside{})
	if err != nil {
		t.Error(err)
	}
	for _, f := range v.Faults {
		t.Error(o.Catalogue.Printer("en").M(f))
	}
}
