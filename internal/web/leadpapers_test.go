package web_test

import (
	"context"
	"strings"
	"testing"

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
