package web_test

import (
	"strings"
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// TestAListingIsPutRight: what was missing gets its place, the shop gets its seller, what stood before stays in the log; stale, empty, unchanged and
// foreign forms are refused.
func TestAListingIsPutRight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		page := newListing(t, c, offer("shop", "错字小店", "title", "竹凉席"))
		at := page.Attr("a[href$='/amend']", "href")
		home := strings.TrimSuffix(at, "/amend")
		sheet := c.Get(at)
		if sheet.Status != 200 || sheet.Attr("[name=shop]", "value") != "错字小店" || sheet.Attr("[name=price]", "value") != "1,299.50" {
			t.Fatalf("%d\n%s", sheet.Status, sheet.Main())
		}
		form := "form[action='" + at + "']"
		if p := c.Submit(sheet, form, fill("reason", "店名写错")); p.Status != 422 || !strings.Contains(p.Main(), "没有变化") {
			t.Errorf("unchanged: %d\n%s", p.Status, p.Main())
		}
		if p := c.Submit(sheet, form, fill("shop", "测试竹业旗舰店")); p.Status != 422 || !p.Has("[name=reason][aria-invalid]") || p.Attr("[name=shop]", "value") != "测试竹业旗舰店" {
			t.Errorf("without a reason: %d\n%s", p.Status, p.Main())
		}
		if p := c.Submit(sheet, form, fill("shop", "", "reason", "x")); p.Status != 422 || !p.Has("[name=shop][aria-invalid]") {
			t.Errorf("without a shop: %d", p.Status)
		}
		p := c.Submit(sheet, form, fill("shop", "测试竹业旗舰店", "title", hostile, "price", "10", "reason", "店名写错"))
		if p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		p = c.Follow(p)
		if !strings.Contains(p.Main(), "测试竹业旗舰店") || strings.Contains(p.Text("main .duo"), "错字小店") && !strings.Contains(p.Main(), "店名写错") || p.Has("img[onerror]") || !strings.Contains(p.Main(), "10.00 元") {
			t.Errorf("%s", p.Main())
		}
		if q := c.Submit(sheet, form, fill("shop", "又一个", "reason", "x")); q.Status != 409 || q.Attr("[name=shop]", "value") != "又一个" {
			t.Errorf("stale: %d", q.Status)
		}
		var seller string
		if err := db.Read(t.Context()).Raw("SELECT s.name FROM listings l JOIN sellers s ON s.id = l.seller_id WHERE l.id = ?", strings.TrimPrefix(home, "/listings/")).Scan(&seller).Error; err != nil || seller != "测试竹业旗舰店" {
			t.Errorf("%q %v", seller, err)
		}
		last, err := audit.Last(t.Context(), db, "listing:"+strings.TrimPrefix(home, "/listings/"), "listing.amend")
		if err != nil || last == nil || !strings.Contains(last.Detail, "错字小店") || !strings.Contains(last.Detail, "测试竹业旗舰店") {
			t.Errorf("%+v %v", last, err)
		}
		if found := c.Get("/search?q=测试竹业"); !found.Has("main a[href='" + home + "']") {
			t.Errorf("not found by its new shop\n%s", found.Main())
		}
		for who, status := range map[string]int{"officer.deqing": 404, "operator": 403, "chief": 403} {
			if q := webtest.SignIn(t, s.base, who).Get(at); q.Status != status {
				t.Errorf("%s: %d", who, q.Status)
			}
		}
	})
}
