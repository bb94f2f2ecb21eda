package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"huzhi/internal/casework"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// A mark checked for a lead or a case is kept there, is seen by who sees the matter and by nobody else, and goes from the lead to its case.
func TestAMarkCheckedForAMatter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := openRegister(t, db)
		c, l := s.o.File(t, casework.Counterfeit, "2026-11-02"), s.o.Lead(t, casework.Counterfeit, "2026-11-03")
		officer := webtest.SignIn(t, s.base, "officer")
		for _, at := range []string{"/cases/" + c.ID, "/leads/" + l.ID} {
			p := officer.Get(at)
			link := p.Attr("#checks a[href^='/checks/new']", "href")
			if link == "" {
				t.Fatalf("%s: no way to check a mark\n%s", at, p.Main())
			}
			p = officer.Get(link)
			if p.Status != 200 || p.Has("[name=jurisdiction]") || !strings.Contains(p.Main(), "结果保存在") {
				t.Fatalf("%d\n%s", p.Status, p.Main())
			}
			p = officer.Follow(officer.Submit(p, "form[action='/checks']", url.Values{"product": {"竹凉席<i>"}, "text": {"中国专利 ZL201490000012.4"}, "role": {"seller"}}))
			if p.Status != 200 || !p.Has("a[href='"+at+"']") {
				t.Fatalf("%d\n%s", p.Status, p.Main())
			}
			if q := officer.Get(at); !q.Has("#checks a[href='"+p.Path+"']") || q.Has("#checks i:not([class])") {
				t.Errorf("%s does not list its check\n%s", at, q.Text("#checks"))
			}
			for name, want := range map[string]int{"officer.deqing": 404, "operator": 403} {
				if q := webtest.SignIn(t, s.base, name).Get(p.Path); q.Status != want {
					t.Errorf("%s reads %s: %d", name, p.Path, q.Status)
				}
				if q := webtest.SignIn(t, s.base, name).Get(link); q.Status != want {
					t.Errorf("%s checks for %s: %d", name, at, q.Status)
				}
			}
			check := p.Path
			if strings.HasPrefix(at, "/cases") { // closed to others: the check with it
				must(t, db.Tx(context.Background(), func(tx *store.Tx) error {
					return tx.Exec("UPDATE cases SET restricted = ? WHERE id = ?", true, c.ID).Error
				}))
				if q := webtest.SignIn(t, s.base, "officer3").Get(check); q.Status != 404 {
					t.Errorf("who is not of the case reads its check: %d", q.Status)
				}
				if q := webtest.SignIn(t, s.base, "officer3").Get("/checks"); strings.Contains(q.Main(), "竹凉席") {
					t.Error("who is not of the case finds its check")
				}
			}
		}
		if q := officer.Get("/checks/new?case=" + db.NewID()); q.Status != 404 {
			t.Errorf("for a case that is not there: %d", q.Status)
		}
		if q := officer.Post("/checks", url.Values{"of": {"user"}, "of_id": {c.ID}, "product": {"x"}, "text": {"x"}, "medium": {"product"}, "role": {"seller"}}); q.Status != 404 {
			t.Errorf("for what is no matter: %d", q.Status)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Visits are found by place, shop, product and number, by who may see them; the patent's page lists them; what was typed comes out as text.
func TestVisitsAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := openRegister(t, db)
		at := time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)
		hostile := `"><script>alert(1)</script><b>`
		rec := inspection.Record{Jurisdiction: "330500", Place: "330521", Kind: "market", Name: "浙北大市场" + hostile, Address: hostile, Note: hostile, Device: hostile, Officers: []string{s.o.By["officer"].ID, s.o.By["officer2"].ID},
			Shown: true, BeganAt: at, EndedAt: at.Add(time.Hour), Finished: true, Parties: []inspection.Party{{ID: db.NewID(), Name: "竹艺小店" + hostile, Address: hostile, Person: hostile, Phone: hostile, Statement: hostile,
				Sign: &inspection.Sign{How: inspection.Refused, Name: hostile, Witness: hostile, Reason: hostile, At: at}, Goods: []inspection.Goods{{Item: hostile, Model: hostile, Unit: hostile, Kept: hostile, Remark: hostile, Quantity: 1}},
				Measures: []inspection.Measure{{Kind: inspection.Correction, Text: hostile, Approved: hostile, At: at}},
				Findings: []inspection.Finding{{ID: db.NewID(), At: at, Number: "ZL 2015 2 0781728.2", How: inspection.Typed, Answer: "OK", Decision: "overrule", Verdict: "SUSPECT", Reason: hostile, Note: hostile,
					Facts: patent.Facts{Medium: patent.Product, Role: patent.Seller, Product: "竹凉席" + hostile, Text: hostile, Party: hostile}}}}}}
		id := db.NewID()
		for i := range 2 {
			if i == 1 {
				rec.Note += "2"
			}
			if _, err := s.o.Rounds.Receive(context.Background(), s.o.By["officer"], id, inspection.Arrival{Record: rec, Source: inspection.Phone, Agent: hostile}); err != nil {
				t.Fatal(err)
			}
		}
		officer, county := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "officer.deqing")
		for _, q := range []string{"浙北大市场", "竹艺小店", "竹凉席", "201520781728.2", "zl2015 2 0781728"} {
			if p := officer.Get("/search?q=" + url.QueryEscape(q)); !p.Has("a[href='/visits/" + id + "']") {
				t.Errorf("%s does not find the visit", q)
			}
			if p := county.Get("/search?q=" + url.QueryEscape(q)); p.Has("a[href^='/visits/']") {
				t.Errorf("%s finds another county's visit", q)
			}
		}
		if p := officer.Get("/register/patents/201520781728"); !p.Has("#visits a[href='/visits/"+id+"']") || p.Has("main script") {
			t.Error(p.Main())
		}
		for _, lang := range []string{"zh-CN", "en"} {
			officer.Post("/preferences", url.Values{"lang": {lang}, "return": {"/"}})
			for _, at := range []string{"/visits/" + id, "/visits", "/visits/board?on=2026-11-20", "/search?q=" + url.QueryEscape("竹凉席"), "/visits?q=" + url.QueryEscape("<script>")} {
				p := officer.Get(at)
				if p.Status != 200 || p.Has("main script") || p.Has("main b") || strings.Contains(p.Body, "<script>alert") {
					t.Errorf("%s (%s): %d, what was typed is markup", at, lang, p.Status)
				}
			}
			p := officer.Get("/visits/" + id)
			for _, n := range p.All(`a[href*="/papers/"]`) {
				for _, a := range n.Attr {
					if a.Key == "href" {
						if x := officer.Get(a.Val); x.Status != 200 || strings.Contains(x.Body, "<script>alert") {
							t.Errorf("%s: %d", a.Val, x.Status)
						}
					}
				}
			}
			if p := officer.Get("/field"); strings.Contains(p.Body, "<script>alert") {
				t.Error("the field page")
			}
		}
	})
}
