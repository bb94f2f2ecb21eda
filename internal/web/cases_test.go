package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// openCases is a site with the office behind it, so that a test can file cases of the past.
func openCases(t *testing.T, db *store.DB, change func(*web.Deps)) (*site, *caseworktest.Office) {
	t.Helper()
	o, d := webtest.Whole(t, db)
	if change != nil {
		change(&d)
	}
	s, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return &site{Office: o.Office, db: db, web: s, base: webtest.Serve(t, s)}, o
}

func rowsOf(p *webtest.Page) int { return len(p.All(".lst tbody tr")) }

func TestCaseList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		old := o.File(t, casework.Counterfeit, "2014-03-05")
		o.File(t, casework.Infringement, "2026-11-02")
		o.File(t, casework.Dispute, "2026-11-03")
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/cases")
		if p.Status != 200 || rowsOf(p) != 3 || !strings.Contains(p.Text(".listbar"), "3") || len(p.All(".fig")) != 4 {
			t.Fatalf("%d, %d rows, %d cards\n%s", p.Status, rowsOf(p), len(p.All(".fig")), p.Main())
		}
		if first := p.Text(".lst tbody tr:first-child .case-no"); first != "湖知调字〔2026〕1号" {
			t.Errorf("not the newest first: %s", first)
		}
		for q, rows := range map[string]int{
			"?kind=infringement": 1, "?state=open": 3, "?state=closed": 0, "?place=330521": 3, "?place=330522": 0, "?office=330521": 0, "?mine=1": 3, "?late=1": 2,
			"?from=2014-01-01&to=2014-12-31": 1, "?q=" + url.QueryEscape("测试木业"): 3, "?q=ZL+2014+9+0000012.4": 3, "?q=%25": 0, "?kind=counterfeit&state=filed": 1,
			"?pending_on=2014-12-31": 1, "?in_time=yes": 0, "?outcome=penalised": 0, "?mine=0&late=0": 3, "?late=1&kind=dispute": 0, "?q=%00%08": 3,
		} {
			if p := c.Get("/cases" + q); p.Status != 200 || rowsOf(p) != rows {
				t.Errorf("%s: %d, %d rows, want %d", q, p.Status, rowsOf(p), rows)
			}
		}
		p = c.Get("/cases?kind=counterfeit&mine=1")
		if len(p.All(".chips .chip")) != 2 || !p.Has(`.chip[href="/cases?mine=1"]`) || !p.Has(`.chip[href="/cases?kind=counterfeit"]`) {
			t.Errorf("chips\n%s", p.Main())
		}
		if p = c.Get("/cases?q=%3Cscript%3Ealert(1)%3C/script%3E"); p.Status != 200 || p.Has("script:not([src])") || p.Attr(".filters [name=q]", "value") != "<script>alert(1)</script>" {
			t.Errorf("hostile query: %d", p.Status)
		}
		if p = webtest.SignIn(t, s.base, "officer.deqing").Get("/cases"); p.Status != 200 || rowsOf(p) != 0 || !p.Has(".empty-state") || !p.Has(`.empty-state a[href="/leads"]`) {
			t.Errorf("another county: %d, %d rows", p.Status, rowsOf(p))
		}
		if p = webtest.SignIn(t, s.base, "officer.deqing").Get("/cases/" + old.ID); p.Status != 404 {
			t.Errorf("another county's case: %d", p.Status)
		}
		if n := len(s.refusals(t)); n != 1 {
			t.Errorf("%d refusals in the log", n)
		}
		for _, who := range []string{"operator", "admin", "auditor"} {
			if p := webtest.SignIn(t, s.base, who).Get("/cases"); p.Status != 403 {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
	})
}

func TestCaseListIsReadPageByPage(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	for i := range 33 {
		o.File(t, casework.Ecommerce, fmt.Sprintf("2026-10-%02d", 1+i%20))
	}
	c := webtest.SignIn(t, s.base, "officer")
	p := c.Get("/cases?kind=ecommerce")
	seen := map[string]bool{}
	collect := func(p *webtest.Page) {
		for _, n := range p.All(".lst .case-no") {
			if name := webtest.Text(n); seen[name] {
				t.Errorf("%s stands on two pages", name)
			} else {
				seen[name] = true
			}
		}
	}
	collect(p)
	next := p.Attr(".pager a[rel=next]", "href")
	if rowsOf(p) != 30 || p.Has(".pager a[rel=prev]") || !strings.Contains(next, "kind=ecommerce") {
		t.Fatalf("first page: %d rows, %s", rowsOf(p), next)
	}
	second := c.Get(next)
	collect(second)
	if len(seen) != 33 || second.Has(".pager a[rel=next]") {
		t.Errorf("%d cases on two pages", len(seen))
	}
	if back := c.Get(second.Attr(".pager a[rel=prev]", "href")); back.Text(".lst .case-no") != p.Text(".lst .case-no") {
		t.Error("back is another page")
	}
}

func TestTheCasePage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/cases/" + x.ID)
		for _, id := range []string{"#next", "#parties", "#patents", "#people", "#documents", "#files", "#timeline", "#clocks"} {
			if p.Status != 200 || !p.Has(id) {
				t.Errorf("%d: no %s", p.Status, id)
			}
		}
		if p.Has("#listings") || !c.Get("/cases/"+o.File(t, casework.Ecommerce, "2026-11-02").ID).Has("#listings") {
			t.Error("listings belong to an e-commerce case")
		}
		if !p.Has(`.banner a.btn-primary[href="/cases/`+x.ID+`/steps/investigate"]`) || !p.Has("#next .ask-article") || !p.Has("#clocks .clockcard") || len(p.All(".stage")) != 8 || !p.Has(".stage-now") {
			t.Errorf("the page\n%s", p.Main())
		}
		for _, word := range []string{"step.", "state.", "cite.", "kind.", "part.", "party.", "case.", "law.", "source."} {
			if strings.Contains(p.Text("main"), word) {
				t.Errorf("a sentence is missing: %s…", word)
			}
		}
		ledger := c.Get(p.Attr("#clocks .clockcard-more a", "href"))
		if ledger.Status != 200 || !ledger.Has(".ledger-month") || !ledger.Has(".lday-due") || !strings.Contains(ledger.Text(".ledger-sources"), "第六十四条") {
			t.Errorf("ledger: %d\n%s", ledger.Status, ledger.Main())
		}
		if p = c.Get("/cases/" + x.ID + "/clocks/nothing"); p.Status != 404 {
			t.Errorf("no such clock: %d", p.Status)
		}
		for _, show := range []string{"documents", "files", "clocks", "<b>"} {
			if p = c.Get("/cases/" + x.ID + "?show=" + url.QueryEscape(show)); p.Status != 200 || show == "clocks" && !p.Has("#timeline .tl") {
				t.Errorf("show=%s: %d", show, p.Status)
			}
		}
		chief := webtest.SignIn(t, s.base, "chief").Get("/cases/" + x.ID)
		if !chief.Has("#next .act-refused button[disabled]") || chief.Has(`#next a[href$="/steps/investigate"]`) || chief.Has("#add-party") {
			t.Errorf("the chief may investigate\n%s", chief.Text("#next"))
		}
		en := webtest.SignIn(t, s.base, "reviewer")
		en.Post("/preferences", url.Values{"lang": {"en"}})
		if p = en.Get("/cases/" + x.ID); p.Status != 200 || !strings.Contains(p.Text("#next"), "investigation") || strings.Contains(p.Text("main"), "step.") {
			t.Errorf("in English: %d\n%s", p.Status, p.Text("#next"))
		}
		if p = c.Get("/cases/none"); p.Status != 404 {
			t.Errorf("no such case: %d", p.Status)
		}
	})
}

func TestPartiesAndPatents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID
		c := webtest.SignIn(t, s.base, "officer")
		page := c.Get(at)
		p := c.Submit(page, "#party", fill("name", "", "role", "king", "address", hostile))
		if p.Status != 422 || !p.Has("#add-party[open]") || !p.Has("#add-party [name=name][aria-invalid]") || !p.Has("#add-party [name=role][aria-invalid]") || p.Attr("#add-party [name=address]", "value") != hostile {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		p = c.Submit(page, "#party", fill("name", hostile, "code", "91330500MA1", "phone", "0572-1"))
		if p.Status != 303 || p.Header.Get("Location") != at+"#parties" {
			t.Fatalf("%d %s\n%s", p.Status, p.Header.Get("Location"), p.Main())
		}
		if p = c.Get(at); p.Has("script:not([src])") || !strings.Contains(p.Text("#parties"), hostile) || !p.Has("[data-flash=success]") {
			t.Errorf("hostile name\n%s", p.Text("#parties"))
		}
		// The first page is stale now: sent twice, or by a colleague who had not seen it.
		p = c.Submit(page, "#party", fill("name", "另一家"))
		if p.Status != 409 || !strings.Contains(p.Text(".case-changed"), "测试 officer") || p.Attr("#add-party [name=name]", "value") != "另一家" {
			t.Fatalf("stale: %d\n%s", p.Status, p.Main())
		}
		if p = c.Submit(p, "#party", nil); p.Status != 303 {
			t.Errorf("sent again, knowing: %d\n%s", p.Status, p.Main())
		}
		page = c.Get(at)
		if p = c.Submit(page, "#patent", fill("number", "12345")); p.Status != 422 || !p.Has("#add-patent [name=number][aria-invalid]") {
			t.Errorf("no patent number: %d", p.Status)
		}
		if p = c.Submit(page, "#patent", fill("number", "２０１５２０７８１７２８", "title", "一种竹席")); p.Status != 303 {
			t.Errorf("patent: %d\n%s", p.Status, p.Main())
		}
		if p = c.Get(at); !strings.Contains(p.Text("#patents"), "ZL 2015 2 0781728") {
			t.Errorf("%s", p.Text("#patents"))
		}
		// The respondent has no address: an officer enters it, and what is wrong comes back.
		page = c.Get(at)
		if p = c.Submit(page, "#address", fill("address", "")); p.Status != 422 || !p.Has("#party-address[open]") || !p.Has("#party-address [name=address][aria-invalid]") {
			t.Errorf("no address: %d\n%s", p.Status, p.Main())
		}
		if p = c.Submit(page, "#address", fill("party", "x", "address", hostile)); p.Status != 422 || !p.Has("#party-address [name=party][aria-invalid]") {
			t.Errorf("a party of no case: %d", p.Status)
		}
		of := page.Attr("#party-address option[selected]", "value") // the first without an address
		if p = c.Submit(page, "#address", fill("party", of, "address", hostile)); p.Status != 303 || p.Header.Get("Location") != at+"#parties" {
			t.Errorf("address: %d\n%s", p.Status, p.Main())
		}
		if p = c.Get(at); p.Has("script:not([src])") || strings.Count(p.Text("#parties tbody tr:nth-child(3)"), hostile) != 2 || p.Text("#timeline") == "" {
			t.Errorf("%s", p.Text("#parties"))
		}
		for who, status := range map[string]int{"officer3": 403, "officer.deqing": 404, "chief": 403} {
			v := webtest.FormValues(p.One("#address"))
			v.Set("party", of)
			v.Set("address", "x")
			if p := webtest.SignIn(t, s.base, who).Post(at+"/addresses", v); p.Status != status {
				t.Errorf("address by %s: %d", who, p.Status)
			}
		}
		page = c.Get(at)
		form := fill("name", "外人", "role", "agent", "form", "person", "version", "1")
		for who, status := range map[string]int{"officer3": 403, "officer.deqing": 404, "chief": 403, "reviewer": 403} {
			form.Set("version", webtest.FormValues(page.One("#party")).Get("version"))
			if who == "officer3" {
				form.Set("version", webtest.FormValues(c.Get(at).One("#party")).Get("version"))
			}
			if p := webtest.SignIn(t, s.base, who).Post(at+"/parties", form); p.Status != status {
				t.Errorf("%s: %d\n%s", who, p.Status, p.Main())
			}
		}
	})
}

func TestACaseIsRestricted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID
		officer3, chief := webtest.SignIn(t, s.base, "officer3"), webtest.SignIn(t, s.base, "chief")
		if p := officer3.Get(at); p.Status != 200 || p.Has(`a[href="`+at+`/restrict"]`) {
			t.Fatalf("%d", p.Status)
		}
		if p := officer3.Get(at + "/restrict"); p.Status != 403 {
			t.Errorf("an officer restricts: %d", p.Status)
		}
		form := chief.Get(at + "/restrict")
		if p := chief.Submit(form, "main form.hform", fill("reason", "")); p.Status != 422 || !p.Has("[name=reason][aria-invalid]") {
			t.Errorf("no reason: %d", p.Status)
		}
		if form.Has("[name=reviewer] option[value='" + s.By["officer"].ID + "']") {
			t.Error("an officer of the case is offered as its reviewer")
		}
		if p := chief.Submit(form, "main form.hform", fill("reason", "涉及商业秘密")); p.Status != 422 || !p.Has("[name=reviewer][aria-invalid]") {
			t.Errorf("nobody to review it: %d\n%s", p.Status, p.Main())
		}
		reviewer := s.By["reviewer"].ID
		if p := chief.Submit(form, "main form.hform", fill("reason", "涉及商业秘密", "reviewer", reviewer)); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := chief.Submit(form, "main form.hform", fill("reason", "再一次", "reviewer", reviewer)); p.Status != 409 || !strings.Contains(p.Text(".case-changed"), "测试 chief") || p.Text("[name=reason]") != "再一次" {
			t.Errorf("twice: %d\n%s", p.Status, p.Main())
		}
		if p := chief.Get(at); p.Status != 200 || !p.Has(".banner .pill-secret") || !p.Has(`#people a[href="`+at+`/restrict"]`) {
			t.Errorf("the chief: %d\n%s", p.Status, p.Main())
		}
		for who, status := range map[string]int{"reviewer": 200, "reviewer2": 404, "archivist": 404} {
			if p := webtest.SignIn(t, s.base, who).Get(at); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
		again := chief.Get(at + "/restrict")
		if p := chief.Submit(again, "main form.hform", fill("reason", "归档")); p.Status != 422 || !p.Has("#f-restricted[aria-invalid], [name=restricted][aria-invalid]") {
			t.Errorf("neither kept nor lifted: %d\n%s", p.Status, p.Main())
		}
		if p := chief.Submit(again, "main form.hform", fill("reason", "归档", "restricted", "1", "archivist", s.By["archivist"].ID)); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := webtest.SignIn(t, s.base, "archivist").Get(at); p.Status != 200 || !strings.Contains(p.Text("#people"), "测试 archivist") {
			t.Errorf("the archivist who was let in: %d", p.Status)
		}
		for _, path := range []string{at, at + "/steps/investigate", at + "/files/x"} {
			if p := officer3.Get(path); p.Status != 404 {
				t.Errorf("%s by somebody else: %d", path, p.Status)
			}
		}
		if p := officer3.Get("/cases"); rowsOf(p) != 0 {
			t.Error("it stands on the list")
		}
		if p := officer3.Get("/due?mine=0"); rowsOf(p) != 0 {
			t.Error("its periods stand on the list")
		}
		if p := officer3.Get("/search?q=" + url.QueryEscape("测试木业")); p.Has("main .hit") {
			t.Error("it is found")
		}
		if p := webtest.SignIn(t, s.base, "officer").Get(at); p.Status != 200 {
			t.Errorf("its officer: %d", p.Status)
		}
		if p := chief.Submit(chief.Get(at+"/restrict"), "main form.hform", fill("reason", "秘密已公开", "restricted", "0")); p.Status != 303 || officer3.Get(at).Status != http.StatusOK {
			t.Errorf("lifted: %d", p.Status)
		}
	})
}
