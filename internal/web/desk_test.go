package web_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

func hrefOf(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "href" {
			return a.Val
		}
	}
	return ""
}

// appoint tells both sides of a mediation when it is.
func appoint(t *testing.T, o *caseworktest.Office, id, on string) {
	t.Helper()
	if err := o.Take("officer", id, "appoint", on, map[string]string{
		"appointed_on": on, "appointed_at": "09:30", "appointed_place": "调解室", "requester_told_on": on, "respondent_told_on": on,
	}); err != nil {
		t.Fatal(err)
	}
}

func TestEveryDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-08-10") // 90 days are over on 2026-11-08
		y := o.File(t, casework.Dispute, "2026-11-02")
		o.Lead(t, casework.Counterfeit, "2026-11-16")
		appoint(t, o, y.ID, "2026-11-10")
		if err := o.Take("officer", y.ID, "meeting", "2026-11-10", map[string]string{"meeting_on": "2026-11-10", "presence": "both", "meeting_record": "谈"}); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string][]string{
			"officer":   {"#mine .desk-row .clk-late", `#mine a[href="/cases/` + x.ID + `/steps/investigate"]`, "#mine .desk-article", "#verify", `.fig-value[href^="/due?mine=1"]`},
			"chief":     {`#decide a[href="/cases/` + y.ID + `/steps/handle"]`, "#leads .desk-row", "#late .clk-late", ".tile", `.fig-value[href="/cases?state=open"]`},
			"reviewer":  {"#review .empty-state"},
			"archivist": {"#archive"},
			"operator":  {`main a[href="/hotline/new"]`},
			"admin":     {"#certificates", `.fig-value[href="/admin/users"]`},
			"auditor":   {"#log .desk-row", "#refused"},
		} {
			c := webtest.SignIn(t, s.base, who)
			p := c.Get("/")
			for _, sel := range want {
				if p.Status != 200 || !p.Has(sel) {
					t.Errorf("%s: %d, no %s\n%s", who, p.Status, sel, p.Main())
				}
			}
			for _, a := range p.All("main a[href]") { // a desk leads nowhere that its owner may not go
				href := hrefOf(a)
				if q := c.Get(strings.SplitN(href, "#", 2)[0]); q.Status != 200 {
					t.Errorf("%s: %s leads to %d", who, href, q.Status)
				}
			}
			c.Post("/preferences", url.Values{"lang": {"en"}})
			if text := c.Get("/").Text("main"); strings.Contains(text, "desk.") || strings.Contains(text, "step.") || strings.Contains(text, "cases.") {
				t.Errorf("%s: a sentence is missing in %s", who, text)
			}
		}
		if p := webtest.SignIn(t, s.base, "officer").Get("/"); p.Text("#mine .desk-row:first-child .desk-title") != x.Title {
			t.Errorf("not the nearest day first\n%s", p.Text("#mine"))
		}
	})
}

func TestDueList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-08-10")
		o.File(t, casework.Infringement, "2026-11-18")
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/due")
		if p.Status != 200 || rowsOf(p) != 3 || !p.Has(".seg-item.active[href*='mine=1']") || p.Text(".lst tbody tr:first-child .cell-link") != x.Number {
			t.Fatalf("%d, %d rows\n%s", p.Status, rowsOf(p), p.Main())
		}
		for q, rows := range map[string]int{"?mine=0": 3, "?mine=1&until=2026-11-19": 1, "?until=2026-11-25": 2, "?office=330521": 0, "?office=330500": 3} {
			if p := c.Get("/due" + q); p.Status != 200 || rowsOf(p) != rows {
				t.Errorf("%s: %d, %d rows, want %d", q, p.Status, rowsOf(p), rows)
			}
		}
		if p := webtest.SignIn(t, s.base, "officer3").Get("/due"); p.Status != 200 || !p.Has(".lst") {
			t.Errorf("a member of the panel: %d", p.Status)
		}
		if p := webtest.SignIn(t, s.base, "chief").Get("/due"); rowsOf(p) != 3 || !p.Has(".seg-item.active[href*='mine=0']") {
			t.Errorf("the chief: %d rows", rowsOf(p))
		}
		if p := webtest.SignIn(t, s.base, "operator").Get("/due"); p.Status != 403 {
			t.Errorf("the operator: %d", p.Status)
		}
	})
}

func TestSearch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		first := o.File(t, casework.Counterfeit, "2026-11-02")
		for range 10 {
			o.File(t, casework.Counterfeit, "2026-11-03")
		}
		c := webtest.SignIn(t, s.base, "officer")
		hits := func(c *webtest.Client, q string) *webtest.Page { return c.Get("/search?q=" + url.QueryEscape(q)) }
		for _, q := range []string{"木业", "测试木业有限公司", "ZL 2014 9 0000012.4", "201490000012", "ＺＬ201490000012．4"} {
			if p := hits(c, q); p.Status != 200 || len(p.All("main .hits")) != 2 || len(p.All(`main .hit[href^="/cases/"]`)) != 11 {
				t.Errorf("%s: %d, %d cases\n%s", q, p.Status, len(p.All(`main .hit[href^="/cases/"]`)), p.Main())
			}
		}
		if p := hits(c, first.Number); p.Attr("main .hits li:first-child a[href^='/cases/']", "href") != "/cases/"+first.ID {
			t.Errorf("the case of that number is not the first\n%s", p.Main())
		}
		p := c.Get("/search?partial=1&q=" + url.QueryEscape(first.Number))
		if p.Status != 200 || p.Has("main") || len(p.All(`.hit[href^="/cases/"]`)) > 5 || p.Attr(".hits li:first-child a[href^='/cases/']", "href") != "/cases/"+first.ID {
			t.Errorf("partial: %d\n%s", p.Status, p.Body)
		}
		if p = c.Get("/search?partial=1&q=" + url.QueryEscape("木业")); len(p.All(`.hit[href^="/cases/"]`)) != 5 || !p.Has(".hits-more") {
			t.Errorf("as you type\n%s", p.Body)
		}
		for _, q := range []string{"没有的词", hostile, "%", "' OR 1=1 --", "〔〕"} {
			if p := hits(c, q); p.Status != 200 || p.Has("main .hit") || !p.Has("main .empty-state") || p.Has("script:not([src])") {
				t.Errorf("%s: %d\n%s", q, p.Status, p.Main())
			}
		}
		if p := c.Get("/search"); p.Status != 200 || !p.Has(".empty-state") {
			t.Errorf("nothing asked: %d", p.Status)
		}
		for _, who := range []string{"officer.deqing", "admin", "auditor"} {
			if p := hits(webtest.SignIn(t, s.base, who), "木业"); p.Status != 200 || p.Has("main .hit") {
				t.Errorf("%s finds what they may not see: %d\n%s", who, p.Status, p.Main())
			}
		}
		if p := hits(webtest.SignIn(t, s.base, "operator"), "木业"); p.Has(`main .hit[href^="/cases/"]`) || !p.Has(`main .hit[href^="/leads/"]`) {
			t.Errorf("the operator\n%s", p.Main())
		}
	})
}
