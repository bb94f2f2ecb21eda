package app_test

import (
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/store"
)

// TestChromiumDashboards: the charts draw from their tables under the strict policy, in both looks; a bar leads where its figure leads; a picture can be kept; axe finds nothing.
func TestChromiumDashboards(t *testing.T) {
	if testing.Short() {
		t.Skip("long: it fills the demonstration office")
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
	h := &hand{t: t, ctx: ctx, base: srv.URL, shots: os.Getenv("HUZHI_TEST_SHOTS")}
	axe := ""
	if file := os.Getenv("HUZHI_TEST_AXE"); file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		axe = string(raw)
	}
	for _, x := range []struct {
		who, path string
		charts    int
	}{{"chief", "/dashboard", 5}, {"chief", "/dashboard?place=330521&than=previous&year=2026&part=q3", 3}, {"officer", "/dashboard", 2}, {"operator", "/dashboard", 2}} {
		h.signIn(x.who)
		for _, dark := range []bool{false, true} {
			if err := browser.Size(ctx, dark, dark); err != nil {
				t.Fatal(err)
			}
			h.do("open", chromedp.Navigate(h.base+x.path), chromedp.WaitReady("main"))
			h.eval(`window.refused = []; document.addEventListener("securitypolicyviolation", (e) => refused.push(e.violatedDirective + " " + e.blockedURI)); true`)
			h.until("the charts", `document.querySelectorAll("[data-chart]").length >= `+strconv.Itoa(x.charts)+` && [...document.querySelectorAll("[data-chart]")].every((b) => b.querySelectorAll("svg path").length > 3)`)
			h.eval(`document.documentElement.dataset.bsTheme = "light"; new Promise((done) => setTimeout(() => { document.documentElement.dataset.bsTheme = "` + map[bool]string{true: "dark", false: "light"}[dark] + `"; setTimeout(() => done(true), 200); }, 200))`)
			if !h.eval(`refused.length === 0`) {
				t.Errorf("%s %s: the policy refused something", x.who, x.path)
			}
			if !h.eval(`document.documentElement.scrollWidth <= innerWidth`) {
				t.Errorf("%s %s is wider than its window", x.who, x.path)
			}
			if axe != "" {
				h.check(axe, x.who+" "+x.path)
			}
			h.picture("dashboard-" + x.who)
		}
	}
	h.signIn("chief")
	h.do("open", chromedp.Navigate(h.base+"/dashboard"), chromedp.WaitReady("[data-chart] svg"))
	h.do("a county", chromedp.Click("#counties .tile"), chromedp.WaitReady(".dash-trail [aria-current]"))
	if !strings.Contains(h.at(), "place=3305") {
		t.Errorf("the tile leads to %s", h.at())
	}
	h.do("its cases", chromedp.Click("#months tfoot td a"), chromedp.WaitReady("main .lst, main .empty-state"))
	if !strings.HasPrefix(h.at(), "/cases?") || !strings.Contains(h.at(), "place=3305") {
		t.Errorf("the figure leads to %s", h.at())
	}
}

// TestChromiumChartAsPicture: a chart is kept as a PNG file, by its title.
func TestChromiumChartAsPicture(t *testing.T) {
	ctx := apptest.Chromium(t)
	o := apptest.Open(t, store.SQLite)
	h := &hand{t: t, ctx: ctx, base: o.Base}
	h.signIn("chief")
	h.do("open", chromedp.Navigate(h.base+"/dashboard"), chromedp.WaitReady("#months svg"))
	h.eval(`window.saved = ""; HTMLAnchorElement.prototype.click = function () { saved = this.download + " " + this.href.slice(0, 5); }; document.querySelector("#months [data-png]").click(); true`)
	h.until("the picture", `saved !== ""`)
	if !h.eval(`saved === document.querySelector("#months [data-chart]").getAttribute("aria-label") + ".png blob:"`) {
		t.Error("the picture has another name")
	}
}
