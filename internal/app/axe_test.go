package app_test

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
)

// TestPagesPassAxe holds every main page of the demonstration office to axe's rules, light and dark, desktop and phone, and lets none be
// wider than its window. HUZHI_TEST_AXE names axe.min.js (tools/axe); without it the test is skipped with a sentence.
func TestPagesPassAxe(t *testing.T) {
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
		{"officer", []string{"/", "/cases", "/cases?mine=1 a[href^='/cases/']", "/leads", "/leads/new", "/leads?state=new a[href^='/leads/0']", "/listings", "/listings/new", "/listings a[href^='/listings/0']", "/due", "/tasks?whose=all", "/tasks?whose=all a[href^='/tasks/0']", "/warnings", "/search?q=竹制", "/statistics?year=2014", "/account", "/nowhere"}},
		{"operator", []string{"/", "/hotline", "/hotline/new", "/hotline?kind=report a[href^='/hotline/0']"}},
		{"chief", []string{"/", "/report/2014", "/leads?state=verified a[href^='/leads/0']", "/cases?kind=counterfeit&state=reviewed a[href^='/cases/0']", "/cases?outcome=penalised a[href^='/cases/0']"}},
		{"archivist", []string{"/"}},
		{"admin", []string{"/", "/admin/users"}},
		{"auditor", []string{"/", "/audit"}},
	}
	looks := []struct {
		name        string
		phone, dark bool
	}{{"light desktop", false, false}, {"dark desktop", false, true}, {"light phone", true, false}}
	open := func(path string) string { // a page, or the one its first such link leads to
		path, link, follow := strings.Cut(path, " ")
		h.do(path, chromedp.Navigate(h.base+path))
		if !follow {
			return path
		}
		to, err := chromedp.Run(ctx, chromedp.AttributeValue("main "+link, "href"))
		if err != nil {
			t.Fatalf("%s has no %s: %v", path, link, err)
		}
		h.do(to.Value, chromedp.Navigate(h.base+to.Value))
		return to.Value
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
