package web_test

import (
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// offer is what an officer types of a listing.
func offer(kv ...string) url.Values {
	v := fill("platform", "taobao", "shop", "测试小店", "url", "https://item.taobao.com/item.htm?id=1", "title", "竹凉席", "price", "1,299.50", "patent_no", "ZL 2014 9 0000012.4")
	for i := 0; i+1 < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	return v
}

func newListing(t *testing.T, c *webtest.Client, in url.Values) *webtest.Page {
	t.Helper()
	p := c.Submit(c.Get("/listings/new"), "form[action='/listings']", in)
	if p.Status != 303 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	return c.Follow(p)
}

func TestListingForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		blank := c.Get("/listings/new")
		for name, in := range map[string]url.Values{
			"url": offer("url", "javascript:alert(1)"), "price": offer("price", "a lot"), "found_on": offer("found_on", "2027-01-01"), "shop": offer("shop", ""), "platform": offer("platform", "ebay"),
		} {
			p := c.Submit(blank, "form[action='/listings']", in)
			if p.Status != 422 || !p.Has("[name="+name+"][aria-invalid]") || len(p.All("[name][aria-invalid]")) != 1 {
				t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
			}
		}
		one, two := c.Submit(blank, "form[action='/listings']", offer("title", hostile)), c.Submit(blank, "form[action='/listings']", offer("title", hostile))
		if one.Status != 303 || one.Header.Get("Location") != two.Header.Get("Location") {
			t.Fatalf("twice: %d, %d", one.Status, two.Status)
		}
		p := c.Follow(one)
		if p.Status != 200 || p.Has("script:not([src])") || p.Has("img[onerror]") || !strings.Contains(p.Main(), "1,299.50 元") || p.Attr("main a.outside", "rel") != "noreferrer noopener nofollow external" {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		for who, status := range map[string]int{"operator": 403, "chief": 403, "reviewer": 403} {
			if p := webtest.SignIn(t, s.base, who).Post("/listings", offer()); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
	})
}

func TestListingIsJudged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		page := newListing(t, c, offer())
		at := bare(page)
		if page.Has("form[action$='/result']") {
			t.Error("a measure before the finding")
		}
		if p := c.Post(at+"/result", fill("version", "1", "result", "deleted", "result_on", "2026-11-20")); p.Status != 409 || !strings.Contains(p.Main(), "尚未认定") || !p.Has("[name=result][value=deleted][checked]") {
			t.Errorf("a measure before the finding: %d\n%s", p.Status, p.Main())
		}
		if p := c.Submit(page, "form[action$='/judge']", fill("finding", "infringing")); p.Status != 422 || !p.Has("#f-judge-finding_reason[aria-invalid]") || !p.Has("[name=finding][value=infringing][checked]") {
			t.Errorf("no reason: %d\n%s", p.Status, p.Main())
		}
		p := c.Follow(c.Submit(page, "form[action$='/judge']", fill("finding", "infringing", "finding_reason", "落入保护范围")))
		if !strings.Contains(p.Text(".banner"), "侵权成立") || !strings.Contains(p.Main(), "测试 officer") {
			t.Errorf("%s", p.Main())
		}
		stale := c.Submit(page, "form[action$='/judge']", fill("finding", "not_established", "finding_reason", "另一个理由"))
		if stale.Status != 409 || !strings.Contains(stale.Text(".error-summary"), "测试 officer") || !strings.Contains(stale.Text(".error-summary"), "认定链接") || !strings.Contains(stale.Text("#judge textarea"), "另一个理由") {
			t.Errorf("stale: %d\n%s", stale.Status, stale.Main())
		}
		if q := c.Submit(p, "form[action$='/result']", fill("result", "deleted", "result_on", "2026-11-19")); q.Status != 422 || !q.Has("[name=result_on][aria-invalid]") {
			t.Errorf("before it was found: %d\n%s", q.Status, q.Main())
		}
		p = c.Follow(c.Submit(p, "form[action$='/result']", fill("result", "deleted")))
		if !strings.Contains(p.Main(), "删除链接") {
			t.Errorf("%s", p.Main())
		}
		chief := webtest.SignIn(t, s.base, "chief")
		if p = chief.Get(at); p.Status != 200 || p.Has("form[action^='/listings']") || !p.Has("a[href^='/listings/lead?']") {
			t.Errorf("the chief: %d\n%s", p.Status, p.Main())
		}
		if p = chief.Post(at+"/judge", fill("version", "3", "finding", "counterfeit", "finding_reason", "x")); p.Status != 403 {
			t.Errorf("the chief judges: %d", p.Status)
		}
		for who, status := range map[string]int{"officer.deqing": 404, "operator": 403} {
			if p := webtest.SignIn(t, s.base, who).Get(at); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
	})
}

func TestListingsBecomeALead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		id := func(p *webtest.Page) string { return strings.TrimPrefix(bare(p), "/listings/") }
		mine := []string{id(newListing(t, c, offer())), id(newListing(t, c, offer("url", "https://item.taobao.com/item.htm?id=2")))}
		deqing := id(newListing(t, webtest.SignIn(t, s.base, "officer.deqing"), offer("url", "https://item.taobao.com/item.htm?id=3")))
		list := c.Get("/listings")
		if n := len(list.All("[name=listing][form=to-lead]")); n != 3 {
			t.Fatalf("%d boxes", n)
		}
		if p := c.Post("/listings/lead", fill("do", "choose")); p.Status != 303 {
			t.Errorf("nothing ticked: %d", p.Status)
		} else if p = c.Follow(p); p.Header.Get("Location") != "/listings" || !c.Follow(p).Has("[data-flash=warning]") {
			t.Errorf("nothing ticked: %s", p.Header.Get("Location"))
		}
		page := c.Follow(c.Submit(list, "form#to-lead", url.Values{"do": {"choose"}, "listing": mine}))
		if page.Status != 200 || len(page.All("tbody tr")) != 2 || page.Attr("[name=respondent]", "value") != "测试小店" || !strings.Contains(page.Text("textarea[name=facts]"), "id=2") {
			t.Fatalf("%d\n%s", page.Status, page.Main())
		}
		if p := c.Submit(page, "form[action='/listings/lead']", fill("title", "", "facts", "只写了一半")); p.Status != 422 || !p.Has("[name=title][aria-invalid]") || p.Text("textarea[name=facts]") != "只写了一半" || len(p.All("tbody tr")) != 2 {
			t.Errorf("no title: %d\n%s", p.Status, p.Main())
		}
		one, two := c.Submit(page, "form[action='/listings/lead']", nil), c.Submit(page, "form[action='/listings/lead']", nil)
		if one.Status != 303 || one.Header.Get("Location") != two.Header.Get("Location") {
			t.Fatalf("twice: %d, %d\n%s", one.Status, two.Status, two.Main())
		}
		lead := c.Follow(one)
		if lead.Status != 200 || len(lead.All("section table tbody tr")) != 2 {
			t.Errorf("%d\n%s", lead.Status, lead.Main())
		}
		if p := c.Get("/listings?lead=" + strings.TrimPrefix(bare(lead), "/leads/")); len(p.All("tbody tr")) != 2 || !p.Has(".chip-x") {
			t.Errorf("the lead's listings: %s", p.Main())
		}
		// A listing that is a lead already, one of another office beside it, one that is not to be seen.
		next := c.Get("/listings/lead?listing=" + mine[0])
		if p := c.Submit(next, "form[action='/listings/lead']", nil); p.Status != 409 || !strings.Contains(p.Main(), "已转为线索") {
			t.Errorf("a lead already: %d\n%s", p.Status, p.Main())
		}
		both := c.Get("/listings/lead?listing=" + mine[0] + "&listing=" + deqing)
		if p := c.Submit(both, "form[action='/listings/lead']", nil); p.Status != 422 || !strings.Contains(p.Main(), "不同机关") {
			t.Errorf("two offices: %d\n%s", p.Status, p.Main())
		}
		if p := webtest.SignIn(t, s.base, "officer.deqing").Get("/listings/lead?listing=" + mine[0]); p.Status != 404 {
			t.Errorf("another office's: %d", p.Status)
		}
		if p := webtest.SignIn(t, s.base, "operator").Get("/listings/lead?listing=" + mine[0]); p.Status != 403 {
			t.Errorf("the operator: %d", p.Status)
		}
	})
}

func TestListingList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		page := newListing(t, c, offer())
		c.Submit(page, "form[action$='/judge']", fill("finding", "infringing", "finding_reason", "x"))
		newListing(t, c, offer("platform", "jd", "url", "http://item.jd.com/2.html", "title", "竹炭", "suspected_kind", "counterfeit", "place", "330523", "found_on", "2026-11-02"))
		for q, rows := range map[string]int{
			"": 2, "platform=jd": 1, "kind=counterfeit": 1, "finding=infringing": 1, "finding=none": 1, "result=deleted": 0, "office=330521": 0, "office=330500": 2,
			"from=2026-11-20": 1, "to=2026-11-02": 1, "q=" + url.QueryEscape("竹炭"): 1, "case=" + strings.Repeat("0", 26): 0, "platform=%00": 2,
		} {
			if p := c.Get("/listings?" + q); p.Status != 200 || len(p.All("main tbody tr")) != rows {
				t.Errorf("%s: %d, %d rows, want %d\n%s", q, p.Status, len(p.All("main tbody tr")), rows, p.Main())
			}
		}
		figuresLead(t, c, c.Get("/listings"))
		c.Post("/preferences", fill("lang", "en"))
		if p := c.Get(bare(page)); p.Status != 200 || !strings.Contains(p.Main(), "Infringing") || !strings.Contains(p.Main(), "Correct the finding") {
			t.Errorf("in English: %s", p.Main())
		}
	})
}
