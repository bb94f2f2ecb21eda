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

func TestCasesAreLinked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		a, b := o.File(t, casework.Counterfeit, "2026-11-02"), o.File(t, casework.Infringement, "2026-11-03")
		at, other := "/cases/"+a.ID, "/cases/"+b.ID
		c := webtest.SignIn(t, s.base, "officer")
		page := c.Get(at)
		if !page.Has("#links #add-link") || len(page.All("#links datalist option")) != 1 || !page.Has("#links datalist option[value='"+b.Number+"']") || page.Has("#links option[value=merged_hearing]") || !c.Get(other).Has("#links option[value=merged_hearing]") {
			t.Fatalf("%s", page.Text("#links"))
		}
		p := c.Submit(page, "#link", fill("type", "same_patent", "number", "湖知假字〔1999〕1号", "reason", ""))
		if p.Status != 422 || !p.Has("#add-link[open]") || !p.Has("#f-link-number[aria-invalid]") || !p.Has("#f-link-reason[aria-invalid]") || p.Attr("#f-link-number", "value") != "湖知假字〔1999〕1号" {
			t.Errorf("%d\n%s", p.Status, p.Text("#links"))
		}
		for range 2 { // sent twice it is one
			if p = c.Submit(page, "#link", fill("type", "same_patent", "number", b.Number, "reason", hostile)); p.Status != 303 || p.Header.Get("Location") != at+"#links" {
				t.Fatalf("%d\n%s", p.Status, p.Main())
			}
		}
		for _, side := range []string{at, other} {
			p = c.Get(side)
			if len(p.All("#links tbody tr")) != 1 || p.Has("script:not([src])") || !strings.Contains(p.Text("#links tbody"), "涉及同一专利") || !strings.Contains(p.Text("#timeline .tl:first-child"), "关联案件") {
				t.Errorf("%s\n%s", side, p.Text("#links"))
			}
		}
		remove := c.Get(other).Attr("#links tbody tr td:last-child a", "href")
		for who, status := range map[string]int{"officer.deqing": 404, "reviewer": 403, "admin": 403} {
			x := webtest.SignIn(t, s.base, who)
			if p := x.Get(remove); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
			if p := x.Post(remove, url.Values{"reason": {"x"}}); p.Status != status {
				t.Errorf("%s, POST: %d", who, p.Status)
			}
			if p := x.Post(at+"/links", url.Values{"type": {"related"}, "number": {b.Number}, "reason": {"x"}}); p.Status != status {
				t.Errorf("%s links: %d", who, p.Status)
			}
		}
		if p := webtest.SignIn(t, s.base, "reviewer").Get(at); len(p.All("#links tbody tr")) != 1 || p.Has("#add-link") || p.Has("#links tbody a[href*='/links/']") {
			t.Errorf("a reviewer\n%s", p.Text("#links"))
		}
		page = c.Get(remove)
		if p = c.Submit(page, "main form.hform", fill("reason", "")); p.Status != 422 || !p.Has("[name=reason][aria-invalid]") {
			t.Errorf("no reason: %d\n%s", p.Status, p.Main())
		}
		for i, status := range []int{303, 303, 409} {
			reason := "登记有误"
			if i == 2 {
				reason = "另一理由"
			}
			if p = c.Submit(page, "main form.hform", fill("reason", reason)); p.Status != status {
				t.Errorf("removal %d: %d\n%s", i, p.Status, p.Main())
			}
		}
		if p = c.Get(remove); p.Status != 409 {
			t.Errorf("the page of a link that is gone: %d", p.Status)
		}
		if p = c.Get(at + "/links/nothing"); p.Status != 404 {
			t.Errorf("no such link: %d", p.Status)
		}
		if p = c.Get(at); len(p.All("#links tbody tr")) != 0 || !strings.Contains(p.Text("#timeline"), "解除关联") || !strings.Contains(p.Text("#timeline"), "登记有误") {
			t.Errorf("removed\n%s\n%s", p.Text("#links"), p.Text("#timeline"))
		}
		en := webtest.SignIn(t, s.base, "chief")
		en.Post("/preferences", url.Values{"lang": {"en"}})
		if p = en.Get(other); !strings.Contains(p.Text("#links"), "Heard together") || strings.Contains(p.Text("#links"), "link.") {
			t.Errorf("in English\n%s", p.Text("#links"))
		}
	})
}
