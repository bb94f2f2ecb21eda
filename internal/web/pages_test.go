package web_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

func TestThePageOfPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		ctx := context.Background()
		for who, until := range map[string]calendar.Day{"officer": calendar.Date(2026, 11, 19), "officer2": calendar.Date(2026, 12, 20)} {
			if err := s.Users.SetCertificate(ctx, access.System(), s.By[who].ID, 0, access.Certificate{Number: "浙E<b>1", Until: until}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Users.Disable(ctx, access.System(), s.By["archivist"].ID, 0); err != nil {
			t.Fatal(err)
		}
		c := webtest.SignIn(t, s.base, "admin")
		p := c.Get("/admin/users")
		if p.Status != 200 || len(p.All("tbody tr")) != len(accesstest.Names()) || p.Has("tbody b") {
			t.Fatalf("%d, %d rows\n%s", p.Status, len(p.All("tbody tr")), p.Main())
		}
		text := p.Text("tbody")
		for _, want := range []string{"已过期", "30 日后到期", "湖州市 · 执法人员", "德清县 · 负责人", "停用", "2011-01-01 起"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		for q, rows := range map[string]int{"?role=operator": 2, "?role=officer&place=330521": 1, "?q=DEQING": 3, "?q=nobody": 0, "?place=330521&q=chief": 1} {
			if p := c.Get("/admin/users" + q); p.Status != 200 || len(p.All("tbody tr")) != rows {
				t.Errorf("%s: %d, %d rows", q, p.Status, len(p.All("tbody tr")))
			}
		}
		if p.Has("main form[method=post]") {
			t.Error("the page changes something")
		}
	})
}

func TestTheAuditorsPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		webtest.SignIn(t, s.base, "officer.deqing").Get("/audit")
		for i := range 60 {
			if err := s.Users.SetPrefs(context.Background(), s.By["chief"], access.Prefs{Theme: []string{"light", "dark"}[i%2]}); err != nil {
				t.Fatal(err)
			}
		}
		c := webtest.SignIn(t, s.base, "auditor")
		p := c.Get("/audit")
		if p.Status != 200 || len(p.All("tbody tr")) != 50 || p.Has("a[rel=prev]") {
			t.Fatalf("%d, %d rows\n%s", p.Status, len(p.All("tbody tr")), p.Main())
		}
		// Page by page, nothing left out and nothing twice.
		seen := map[string]bool{}
		var total int
		if err := db.Read(context.Background()).Raw("SELECT COUNT(*) FROM audit_log").Scan(&total).Error; err != nil {
			t.Fatal(err)
		}
		for n := 0; ; n++ {
			for _, a := range p.All("tbody td:first-child a") {
				if seq := webtest.Text(a); seen[seq] {
					t.Errorf("entry %s stands twice", seq)
				} else {
					seen[seq] = true
				}
			}
			if !p.Has("a[rel=next]") {
				break
			}
			if n > 10 {
				t.Fatal("the pages have no end")
			}
			p = c.Get(p.Attr("a[rel=next]", "href"))
		}
		if len(seen) != total {
			t.Errorf("%d entries of %d", len(seen), total)
		}
		for q, rows := range map[string]int{
			"?outcome=refused": 1, "?action=session.": 2, "?action=session.&actor=" + url.QueryEscape("测试 auditor"): 1, "?from=2026-11-21": 0, "?from=2026-11-20&to=2026-11-20&outcome=refused": 1,
			"?to=2026-11-19": 0, "?subject=" + url.QueryEscape("page:/audit"): 1, "?actor=nobody": 0,
		} {
			if p := c.Get("/audit" + q); p.Status != 200 || len(p.All("tbody tr")) != rows {
				t.Errorf("%s: %d, %d rows, want %d", q, p.Status, len(p.All("tbody tr")), rows)
			}
		}
		if p := c.Get("/audit?actor=%00"); p.Status != 200 {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		p = c.Get("/audit?outcome=refused")
		p = c.Get(p.Attr("tbody td:first-child a", "href"))
		if p.Status != 200 || !strings.Contains(p.Main(), "查看审计日志") || !strings.Contains(p.Main(), "测试 officer.deqing") || !strings.Contains(p.Main(), "德清县") {
			t.Errorf("entry: %d\n%s", p.Status, p.Main())
		}
		for _, seq := range []string{"0", "-1", "x", "999999", "99999999999999999999"} {
			if p := c.Get("/audit/" + seq); p.Status != 404 {
				t.Errorf("entry %s: %d", seq, p.Status)
			}
		}
	})
}

func TestVerifyNow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		ctx := context.Background()
		c := webtest.SignIn(t, s.base, "auditor")
		p := c.Submit(c.Get("/audit"), "form[action='/audit/verify']", nil)
		if p = c.Follow(p); !p.Has("[data-flash=success]") {
			t.Errorf("%s", p.Main())
		}
		const bad = 7
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE audit_log SET actor_name = 'x' WHERE seq = ?", bad).Error
		}); err != nil {
			t.Fatal(err)
		}
		p = c.Follow(c.Post("/audit/verify", nil))
		if got := p.Text("[data-flash=error]"); !strings.Contains(got, strconv.Itoa(bad)) {
			t.Errorf("%s", p.Main())
		}
	})
}

func TestACountysAuditorReadsTheCounty(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	_, err := s.Users.Add(context.Background(), access.System(), access.NewUser{Username: "auditor.deqing", Name: "德清审计", Hash: accesstest.Hash,
		Roles: []access.Grant{{Role: access.Auditor, Jurisdiction: "330521"}}})
	if err != nil {
		t.Fatal(err)
	}
	c := webtest.SignIn(t, s.base, "auditor.deqing")
	p := c.Get("/audit")
	if n := len(p.All("tbody tr")); p.Status != 200 || n == 0 || strings.Contains(p.Text("tbody"), "湖州市") {
		t.Errorf("%d, %d rows\n%s", p.Status, n, p.Main())
	}
	if p := c.Get("/audit/1"); p.Status != 404 {
		t.Errorf("an entry of the city: %d", p.Status)
	}
}

func TestOwnPassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c, elsewhere := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "officer")
		p := c.Get("/account")
		if p.Status != 200 || !strings.Contains(p.Main(), "湖州市") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		for name, in := range map[string]url.Values{
			"old":      {"old": {"wrong"}, "password": {"a new password"}, "repeat": {"a new password"}},
			"password": {"old": {accesstest.Password}, "password": {"short"}, "repeat": {"short"}},
			"repeat":   {"old": {accesstest.Password}, "password": {"a new password"}, "repeat": {"another one"}},
		} {
			p := c.Post("/account/password", in)
			if p.Status != 422 || !p.Has("input[name="+name+"][aria-invalid]") || len(p.All("[aria-invalid]")) != 1 || strings.Contains(p.Body, "a new password") {
				t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
			}
		}
		p = c.Submit(c.Get("/account"), "form[action='/account/password']", url.Values{"old": {accesstest.Password}, "password": {"a new password"}, "repeat": {"a new password"}})
		if p = c.Follow(p); p.Status != 200 || !p.Has("[data-flash=success]") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p := elsewhere.Get("/account"); p.Status != 303 {
			t.Errorf("elsewhere still signed in: %d", p.Status)
		}
	})
}
