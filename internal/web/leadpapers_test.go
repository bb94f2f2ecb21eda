package web_test

import (
	"context"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// The papers of a lead are listed on its page, read by who may see the lead, and are as they were issued.
func TestPapersOfALead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		officer := webtest.SignIn(t, s.base, "officer")
		page := newLead(t, officer, asked("infringement"))
		at := bare(page)
		if page.Has("#papers") || page.Attr("#f-receipt-receipt_from", "value") != "权利公司" {
			t.Errorf("before any paper\n%s", page.Main())
		}
		if p := officer.Submit(page, act("receipt"), fill("receipt_list", "")); p.Status != 422 || !p.Has("#f-receipt-receipt_list[aria-invalid]") {
			t.Errorf("an empty receipt: %d\n%s", p.Status, p.Main())
		}
		p := officer.Follow(officer.Submit(page, act("receipt"), fill("receipt_list", hostile, "receipt_for", "platform")))
		if !strings.Contains(p.Text("#papers"), "收件凭证 湖知法收字〔2026〕1号") || !strings.Contains(p.Text(".tline"), "出具收件凭证") {
			t.Fatalf("%s", p.Main())
		}
		href := p.Attr("#papers a", "href")
		sheet := officer.Get(href)
		if sheet.Status != 200 || !strings.Contains(sheet.Main(), "《电子商务法》第四十三条第二款") || !strings.Contains(sheet.Main(), "权利公司") || sheet.Has("article script") || !sheet.Has("a[href='"+at+"#papers']") {
			t.Errorf("%d\n%s", sheet.Status, sheet.Main())
		}
		other := bare(newLead(t, officer, found()))
		id := href[strings.LastIndex(href, "/")+1:]
		for path, status := range map[string]int{other + "/papers/" + id: 404, at + "/papers/none": 404, "/documents/" + id: 404} {
			if q := officer.Get(path); q.Status != status {
				t.Errorf("%s: %d, want %d", path, q.Status, status)
			}
		}
		for who, status := range map[string]int{"officer.deqing": 404, "chief": 200, "operator": 200, "reviewer": 403, "admin": 403} {
			if q := webtest.SignIn(t, s.base, who).Get(href); q.Status != status {
				t.Errorf("%s: %d, want %d", who, q.Status, status)
			}
		}
		if err := db.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE lead_documents SET data = replace(data, '收件', '受理')").Error
		}); err != nil {
			t.Fatal(err)
		}
		if q := officer.Get(href); q.Status != 409 {
			t.Errorf("a paper that was changed: %d", q.Status)
		}
	})
}

// A request that came after its time is marked on the lead's page and where it is filed, with the article and what that means (Order 81 Art. 19).
func TestARequestAfterItsTime(t *testing.T) {
	s := open(t, storetest.SQLite(t), nil)
	officer, english := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
	english.Post("/preferences", fill("lang", "en"))
	page := newLead(t, officer, asked("infringement"))
	at := bare(page)
	check := func(pairs ...string) *webtest.Page {
		t.Helper()
		p := officer.Submit(officer.Get(at), act("check"), with(met(page), pairs...))
		if p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		return officer.Follow(p)
	}
	if p := check("knew_on", "2023-11-20"); p.Has("#limit") {
		t.Errorf("in time: %s", p.Text("#limit"))
	}
	if p := check("knew_on", "2020-01-02"); !strings.Contains(p.Text("#limit"), "请求时限已于2023-01-03届满") || !strings.Contains(p.Text("#limit"), "第十九条第一款") || !strings.Contains(p.Text("#limit"), "本机关不主动适用") {
		t.Errorf("%s", p.Text("#limit"))
	}
	if p := check("knew_on", "2020-01-02", "goes_on", "yes"); !strings.Contains(p.Text("#limit"), "应当受理") {
		t.Errorf("%s", p.Text("#limit"))
	}
	if p := english.Get(at); !strings.Contains(p.Text("#limit"), "was over on 2023-01-03") || !strings.Contains(p.Text("#limit"), "Art. 19(2)") {
		t.Errorf("%s", p.Text("#limit"))
	}
	if p := english.Get(at + "/file"); !strings.Contains(p.Main(), "was over on 2023-01-03") {
		t.Errorf("%s", p.Main())
	}
}

// The papers of the lead stand on the page of the case that came of it, before its own, for who may see the lead; nobody else is told of them.
func TestPapersOfTheLeadOnTheCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Infringement, "2026-11-02")
		other := o.File(t, casework.Infringement, "2026-11-03")
		if err := o.Take("officer", x.ID, "answer_notice", "2026-11-20", map[string]string{"foreign": "no", "contact": "x"}); err != nil {
			t.Fatal(err)
		}
		at := "/cases/" + x.ID
		for who, sees := range map[string]bool{"officer": true, "chief": true, "reviewer": false} {
			c := webtest.SignIn(t, s.base, who)
			p := c.Get(at)
			text := p.Text("#documents")
			if p.Status != 200 || !strings.Contains(text, "答辩通知书") || strings.Contains(text, "受理通知书 湖知法受字〔2026〕1号 · 立案前出具") != sees || strings.Contains(text, "湖知法受字〔2026〕2号") {
				t.Errorf("%s: %d %s", who, p.Status, text)
			}
			if !sees {
				continue
			}
			href := p.Attr("#documents tbody tr:first-child a", "href")
			if !strings.HasPrefix(href, "/leads/"+x.LeadID+"/papers/") || c.Get(href).Status != 200 {
				t.Errorf("%s: %s", who, href)
			}
		}
		// Of a lead that lies elsewhere now nothing is shown, though the case is seen; and asking for the case's page tells the log of no lead.
		if err := db.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE leads SET jurisdiction = '330100' WHERE id = ?", other.LeadID).Error
		}); err != nil {
			t.Fatal(err)
		}
		var before, after int64
		count := func(n *int64) {
			if err := db.Read(context.Background()).Raw("SELECT COUNT(*) FROM audit_log").Scan(n).Error; err != nil {
				t.Fatal(err)
			}
		}
		c := webtest.SignIn(t, s.base, "officer")
		count(&before)
		p := c.Get("/cases/" + other.ID)
		count(&after)
		if p.Status != 200 || strings.Contains(p.Text("#documents"), "受理通知书") || after != before {
			t.Errorf("%d %s, %d lines more", p.Status, p.Text("#documents"), after-before)
		}
	})
}
