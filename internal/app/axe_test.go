package app_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"huzhi/internal/access"
	"huzhi/internal/almanac"
	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/demo"
	"huzhi/internal/store"
)

// TestPagesPassAxe holds every main page of the demonstration office to axe's rules, light and dark, desktop and phone, and lets none be
// wider than its window. HUZHI_TEST_AXE names axe.min.js (tools/axe); without it the test is skipped with a sentence.
func TestPagesPassAxe(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long: the whole run looks at every page in every look")
	}
	file := os.Getenv("HUZHI_TEST_AXE")
	if file == "" {
		if os.Getenv("HUZHI_TEST_BROWSER") == "require" {
			t.Fatal("HUZHI_TEST_AXE must name axe.min.js here (npm ci in tools/axe)")
		}
		t.Skip("HUZHI_TEST_AXE does not name axe.min.js (npm ci in tools/axe)")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	ctx := apptest.Chromium(t)
	a := apptest.Start(t, map[string]string{"data": t.TempDir()})
	if err := a.FillDemo(t.Context(), func(int, int, string) {}); err != nil {
		t.Fatal(err)
	}
	approved, waiting := notices(t, a)
	site, err := a.Site(nil)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(site)
	t.Cleanup(srv.Close)
	h := &hand{t: t, ctx: ctx, base: srv.URL}
	pages := []struct {
		who   string
		paths []string
	}{
		{"officer", []string{"/", "/cases", "/cases?mine=1 a[href^='/cases/']", "/leads", "/leads/new", "/leads?state=new a[href^='/leads/0']", "/listings", "/listings/new", "/listings a[href^='/listings/0']", "/due", "/tasks?whose=all", "/tasks?whose=all a[href^='/tasks/0']", "/warnings", "/search?q=竹制", "/statistics?year=2014", "/account", "/nowhere",
			"/due?mine=0&still=1", "/due?mine=0&still=1 a[href^='/cases/0']", "/cases?mine=1&kind=counterfeit&state=filed a[href^='/cases/0'] a[href*='/steps/ask_']",
			"/cases?mine=1&kind=counterfeit&state=filed a[href^='/cases/0'] a[href$='/steps/inspect']", "/cases?mine=1&kind=infringement a[href^='/cases/0']"}},
		{"officer", []string{"/visits", "/visits/new", "/visits/plan", "/visits/board", "/visits?kind=market&state=finished a[href^='/visits/0']", "/visits?state=rival a[href^='/visits/0']", "/field"}},
		{"operator", []string{"/hotline/callbacks", "/hotline/callbacks/new", "/hotline/callbacks a[href^='/hotline/callbacks/0']", "/hotline/referrals", "/knowledge", "/knowledge a[href^='/knowledge/0']", "/search?q=1234"}},
		{"chief", []string{"/knowledge/new", "/knowledge a[href^='/knowledge/0']", "/hotline/figures", "/hotline"}},
		{"admin", []string{"/admin/hotline"}},
		{"operator", []string{"/", "/hotline", "/hotline/new", "/hotline?kind=report a[href^='/hotline/0']", "/receipts", "/receipts a[href$='/receipt']"}},
		{"officer", []string{"/disclosures", "/disclosures a[href^='/disclosures/0']", "/leads?source=report&state=open a[href^='/leads/0'] a[href^='/disclosures/new']"}},
		{"chief", []string{"/disclosures", "/identities"}},
		{"officer2", []string{"/rules", "/rules?what=other", "/rules/INF_CLOSE?from=2026-11-20&extend=2", "/rules/CF_FINE?act=2021-05-31&income=100000", "/rules/ILLEGAL_INCOME", "/calendar", "/calendar?year=2028", "/register", "/register a[href^='/register/patents/']", "/register/imports", "/register/imports/new", "/register/imports a[href^='/register/imports/0']", "/checks", "/checks/new", "/checks a[href^='/checks/0']",
			"/cases?mine=0&kind=infringement a[href^='/cases/0'] a[href*='/clocks/']", "/leads?state=new a[href^='/leads/0'] a[href*='/clocks/']"}},
		{"chief", []string{waiting, approved}},
		{"admin", []string{"/calendar/new", approved}},
		{"chief", []string{"/", "/ a[href*='/steps/'][href*='track=']", "/cases?kind=counterfeit&state=filed a[href^='/cases/0'] a[href*='/clocks/']", "/report/2014", "/leads?state=verified a[href^='/leads/0']", "/cases?kind=counterfeit&state=reviewed a[href^='/cases/0']", "/cases?outcome=penalised a[href^='/cases/0']"}},
		{"officer", []string{"/cases?mine=1&kind=counterfeit&state=reviewed a[href^='/cases/0'] a[href$='/evidence']", "/cases?mine=1&kind=counterfeit&state=reviewed a[href^='/cases/0'] a[href$='/papers']", "/cases?mine=1&kind=counterfeit&state=reviewed a[href^='/cases/0'] a[href$='/papers'] a[href$='/data']",
			"/cases?mine=1&kind=counterfeit&state=reviewed a[href^='/cases/0'] a[href$='/papers'] a[href$='/services']", "/papers", "/goods", "/listings/notices", "/listings/notices a[href^='/listings/notices/0']", "/campaigns", "/campaigns a[href^='/campaigns/0']"}},
		{"chief", []string{"/reviews", "/statistics/scorecard?year=2014", "/statistics/meaning"}},
		{"admin", []string{"/admin/forms"}},
		{"archivist", []string{"/"}},
		{"admin", []string{"/", "/admin/users", "/admin/users/new", "/admin/users?q=officer7 a[href^='/admin/users/0']", "/account", "/account/factor"}},
		{"auditor", []string{"/", "/audit", "/audit/heads", "/audit/refusals"}},
	}
	looks := []struct {
		name        string
		phone, dark bool
	}{{"light desktop", false, false}, {"dark phone", true, true}} // both sets of colours and both widths, each once
	open := func(path string) string { // a page, or the one that its first such link leads to, and so on
		path, rest, _ := strings.Cut(path, " ")
		h.do(path, chromedp.Navigate(h.base+path))
		for _, link := range strings.Fields(rest) {
			wait, enough := context.WithTimeout(ctx, 15*time.Second) // a link that is not there would be waited for till the end
			to, err := chromedp.Run(wait, chromedp.AttributeValue("main "+link, "href"))
			enough()
			if err != nil {
				t.Errorf("%s has no %s: %v", path, link, err)
				break
			}
			path = to.Value
			h.do(path, chromedp.Navigate(h.base+path))
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.querySelectorAll("main details.fold, main details.sec-more-fold").forEach(d => d.open = true); true`)); err != nil {
			t.Fatal(err) // what is folded away is looked at too
		}
		return path
	}
	for _, p := range pages {
		h.signIn(p.who)
		for _, look := range looks { // each look loads its pages anew, so that no colour is caught half-way
			if err := browser.Size(ctx, look.phone, look.dark); err != nil {
				t.Fatal(err)
			}
			for _, path := range p.paths {
				h.check(string(axe), p.who+" "+open(path)+" "+look.name)
			}
		}
	}
	h.do("sign-in page", chromedp.Navigate(h.base+"/login"))
	h.check(string(axe), "sign-in page")
	h.do("what is public", chromedp.Navigate(h.base+"/publicity"))
	h.check(string(axe), "what is public")
	h.do("progress page", chromedp.Navigate(h.base+"/progress"))
	h.check(string(axe), "progress page")

	// What the people of the demonstration are spared: the first password, the set-up of the second factor, and its code.
	add := func(name string, first bool, role string) access.User {
		u, err := a.Users.Add(t.Context(), access.System(), access.NewUser{Username: name, Name: "新人", Password: demo.Password, MustChange: first,
			Roles: []access.Grant{{Role: role, Jurisdiction: "330500"}}})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	add("first", true, access.Officer)
	add("second", false, access.Chief)
	coded := add("third", false, access.Officer)
	if err := a.DB.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.Exec("INSERT INTO second_factors (user_id, secret, last_step, since) VALUES (?, ?, 0, ?)", coded.ID, access.NewSecret(), tx.Now).Error
	}); err != nil {
		t.Fatal(err)
	}
	for who, path := range map[string]string{"first": "/account/password", "second": "/account/factor", "third": "/login/code"} {
		h.signIn(who)
		if h.at() != path {
			t.Fatalf("%s came to %s", who, h.at())
		}
		for _, look := range looks {
			if err := browser.Size(ctx, look.phone, look.dark); err != nil {
				t.Fatal(err)
			}
			open(path)
			h.check(string(axe), who+" "+path+" "+look.name)
		}
	}
}

// notices puts an INVENTED holiday notice into the calendar, and a correction before the chief; it gives the addresses of their pages.
func notices(t *testing.T, a *app.App) (approved, waiting string) {
	t.Helper()
	ctx := t.Context()
	by := func(name string) access.Actor {
		u, err := a.Users.ByUsername(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		return u.Actor()
	}
	propose := func(text string) *almanac.Notice {
		x, err := almanac.Read("n.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		n, err := a.Wall.Propose(ctx, by("admin"), a.DB.NewID(), x, "见国务院办公厅通知")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	n := propose(`{year: 2027, notices: [{id: "2027", title: 测试用虚构通知, number: number not recorded}], holidays: [{from: 2027-01-01, to: 2027-01-03, holiday: 元旦}, {from: 2027-02-05, to: 2027-02-11, holiday: 春节}]}`)
	if _, err := a.Wall.Approve(ctx, by("chief"), n.ID, almanac.Decision{Version: 1, Gen: a.Wall.Gen(), Why: "依通知"}); err != nil {
		t.Fatal(err)
	}
	if done, err := a.Clocks.Carry(ctx); err != nil || !done {
		t.Fatal(done, err)
	}
	m := propose(`{year: 2026, correction: true, notices: [{id: c, title: 测试用虚构更正通知, number: number not recorded}], holidays: [{from: 2026-11-25, to: 2026-11-27, holiday: 测试日}], makeup: [{day: 2026-12-05, holiday: 测试日}]}`)
	return "/calendar/notices/" + n.ID, "/calendar/notices/" + m.ID
}

// check runs axe on the page as it stands.
func (h *hand) check(axe, where string) {
	h.t.Helper()
	if _, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](axe+"; true")); err != nil {
		h.t.Fatal(err)
	}
	found, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(
		r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + (n.any[0] || {message: ""}).message).join(" | "))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		h.t.Fatalf("%s: %v", where, err)
	}
	var list []string
	if err := json.Unmarshal([]byte(found), &list); err != nil {
		h.t.Fatal(err)
	}
	for _, v := range list {
		h.t.Errorf("%s: %s", where, v)
	}
	over, err := chromedp.Run(h.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil || over > 0 {
		h.t.Errorf("%s: %d pixels wider than the window (%v)", where, over, err)
	}
}
