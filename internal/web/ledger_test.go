package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// parts sends a form with files as a browser does: what the form holds, then name and bytes of files.
func sendForm(c *webtest.Client, p *webtest.Page, selector string, set url.Values, files ...string) *webtest.Page {
	c.T.Helper()
	form := p.One(selector)
	values := webtest.FormValues(form)
	for k, v := range set {
		values[k] = v
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	check := func(err error) {
		if err != nil {
			c.T.Fatal(err)
		}
	}
	for k, list := range values {
		for _, v := range list {
			if k != "file" {
				check(m.WriteField(k, v))
			}
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		w, err := m.CreateFormFile("file", files[i])
		check(err)
		_, err = w.Write([]byte(files[i+1]))
		check(err)
	}
	check(m.Close())
	r := c.Request("POST", p.Attr(selector, "action"), &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return c.Do(r)
}

const screenshot = "\x89PNG\r\n\x1a\nscreen"

// TestLedgerJourney: pasted addresses become listings, are captured, screened, judged, told to the platform, declared against, and restored; the seller's page and
// the figures lead to exactly them.
func TestLedgerJourney(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c := webtest.SignIn(t, s.base, "officer")
		ok := func(what string, p *webtest.Page, status int) *webtest.Page {
			t.Helper()
			if p.Status != status {
				t.Fatalf("%s: %d\n%s", what, p.Status, p.Main())
			}
			return p
		}
		var urls []string
		for i := range 12 {
			urls = append(urls, fmt.Sprintf("item.jd.com/%d.html\t竹席%d 专利号 ZL201520781728.3", 70000+i, i))
		}
		urls = append(urls, "https://item.jd.com/70000.html?dup=1", "https://www.jd.com/", "<script>alert(1)</script>")
		page := c.Get("/listings/takes/new")
		p := ok("read", sendForm(c, page, "form[action='/listings/takes']", fill("urls", strings.Join(urls, "\n"), "place", "330523", "shop", "竹店")), 303)
		take := c.Follow(p)
		if len(take.All("#bad tbody tr")) != 2 || len(take.All("#twice tbody tr")) != 1 || len(take.All("#fresh tbody tr")) != 12 || take.Has("script:not([src])") {
			t.Fatalf("%s", take.Main())
		}
		if len(c.Get("/listings").All("main tbody tr")) != 0 {
			t.Error("a dry run has written")
		}
		for who, status := range map[string]int{"chief": 403, "officer.deqing": 404, "operator": 403} {
			if p := webtest.SignIn(t, s.base, who).Post(take.Attr("form[action$='/apply']", "action"), fill("version", "1")); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
		ok("apply", c.Submit(take, "form[action$='/apply']", nil), 303)
		if p := c.Submit(take, "form[action$='/apply']", nil); p.Status != 409 {
			t.Errorf("applied twice: %d", p.Status)
		}
		list := c.Get("/listings")
		if len(list.All("main tbody tr")) != 12 || !list.Has("form#to-lead button[value=judge]") {
			t.Fatalf("%s", list.Main())
		}

		dropped := ok("drop", sendForm(c, c.Get("/listings/captures"), "form[action='/listings/captures']", nil, "jd_70000_1.png", screenshot, "70001.png", screenshot+"2", "x.exe", "MZ", "无.png", screenshot), 200)
		if n := len(dropped.All("#dropped tbody tr")); n != 4 || !strings.Contains(dropped.Text("#dropped"), "没有已登记链接的编号") || !strings.Contains(dropped.Text("#dropped"), "既不是图片") {
			t.Fatalf("%s", dropped.Main())
		}
		first := dropped.Attr("#dropped tbody tr:first-child a", "href")
		at, _, _ := strings.Cut(first, "#")
		one := c.Get(at)
		if len(one.All("#captures tbody tr")) != 1 || !strings.Contains(one.Text("#captures"), "截图") {
			t.Errorf("%s", one.Text("#captures"))
		}
		shot := c.Get(one.Attr("#captures tbody tr:first-child a", "href"))
		if shot.Status != 200 || shot.Header.Get("Content-Type") != "image/png" || !strings.Contains(shot.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%d %v", shot.Status, shot.Header)
		}
		if p := webtest.SignIn(t, s.base, "officer.deqing").Get(one.Attr("#captures tbody tr:first-child a", "href")); p.Status != 404 {
			t.Errorf("another county's file: %d", p.Status)
		}
		again := ok("capture", sendForm(c, one, "form[action$='/capture']", fill("text", "本产品专利号 ZL201520781728.3", "price", "12.50", "sales", "3"), "页面.html", "<html><body>x</body></html>"), 303)
		if one = c.Follow(again); len(one.All("#captures tbody tr")) != 2 || !strings.Contains(one.Main(), "12.50") {
			t.Errorf("%s", one.Main())
		}

		screen := ok("screen", c.Submit(c.Get("/listings/screenings"), "form[action='/listings/screenings']", nil), 303)
		rows := c.Follow(screen)
		if len(rows.All("#rows tbody tr")) != 12 || rows.Has("#progress") {
			t.Fatalf("%s", rows.Main())
		}
		var ticked []string
		for _, n := range rows.All("#rows input[name=listing]") {
			for _, a := range n.Attr {
				if a.Key == "value" {
					ticked = append(ticked, a.Val)
				}
			}
		}
		ok("without a reason", c.Submit(rows, "form#decide", url.Values{"listing": ticked, "verdict": {"DEFECT"}}), 422)
		done := ok("decide", c.Submit(rows, "form#decide", url.Values{"listing": ticked, "verdict": {"DEFECT"}, "reason": {"校验位错误"}}), 200)
		if !strings.Contains(done.Main(), "已办理 12 条，未办理 0 条") {
			t.Errorf("%s", done.Main())
		}
		stale := ok("decide with a stale page", c.Submit(rows, "form#decide", url.Values{"listing": ticked[:2], "verdict": {"DEFECT"}, "reason": {"x"}}), 200)
		if !strings.Contains(stale.Main(), "已办理 0 条，未办理 2 条") {
			t.Errorf("%s", stale.Main())
		}

		var ids []string
		for _, v := range ticked {
			id, _, _ := strings.Cut(v, "/")
			ids = append(ids, id)
		}
		bulk := func(step string, set url.Values, want string) {
			t.Helper()
			page := c.Follow(ok(step, c.Submit(c.Get("/listings"), "form#to-lead", url.Values{"do": {step}, "listing": ids}), 303))
			out := ok(step, c.Submit(page, "form[action='/listings/act']", set), 200)
			if !strings.Contains(out.Main(), want) {
				t.Errorf("%s: %s", step, out.Main())
			}
		}
		bulk("notify", fill("on", "2026-11-20"), "已办理 0 条，未办理 12 条")
		bulk("judge", fill("choice", "infringing", "reason", "全面覆盖"), "已办理 12 条，未办理 0 条")
		bulk("notify", fill("on", "2026-11-20"), "已办理 12 条，未办理 0 条")
		bulk("result", fill("choice", "deleted", "on", "2026-11-20"), "已办理 12 条，未办理 0 条")
		page = c.Get(at)
		if p := c.Submit(page, "form[action$='/steps/declare']", fill("on", "2026-11-20", "second", "2026-11-19", "reason", "x")); p.Status != 422 || !p.Has("#step-declare [name=second][aria-invalid]") {
			t.Errorf("before it was made: %d\n%s", p.Status, p.Main())
		}
		declared := c.Follow(ok("declare", c.Submit(page, "form[action$='/steps/declare']", fill("on", "2026-11-20", "second", "2026-11-20", "reason", "本店不侵权")), 303))
		if !strings.Contains(declared.Text("#clocks"), "2026-12-07") || !strings.Contains(declared.Text("#clocks"), "第四十三条") { // 2026-12-05 is a Saturday
			t.Errorf("%s", declared.Text("#clocks"))
		}
		if due := c.Get("/due"); !strings.Contains(due.Main(), "等候权利人投诉或者起诉") {
			t.Errorf("%s", due.Main())
		}
		if p := c.Submit(declared, "form[action$='/steps/restore']", fill("choice", "counter_over", "on", "2026-11-20")); p.Status != 422 {
			t.Errorf("restored while the right holder may still act: %d", p.Status)
		}
		ok("restore", c.Submit(declared, "form[action$='/steps/restore']", fill("choice", "holder_agrees", "on", "2026-11-20")), 303)

		receipt := c.Follow(ok("receipt", c.Submit(c.Get("/listings"), "form#to-lead", url.Values{"do": {"receipt"}, "listing": ids[:2]}), 303))
		paper := c.Follow(ok("receipt", c.Submit(receipt, "form[action='/listings/receipt']", fill("receipt_from", "权利人甲", "receipt_list", "专利证书复印件")), 303))
		if !strings.Contains(paper.Main(), "投诉收件凭证") || !strings.Contains(paper.Main(), "权利人甲") {
			t.Errorf("%s", paper.Main())
		}

		sellers := c.Get("/sellers")
		seller := c.Get(sellers.Attr("main tbody a", "href"))
		if seller.Status != 200 || !strings.Contains(seller.Main(), "竹店") {
			t.Errorf("%d %s", seller.Status, seller.Main())
		}
		figuresLead(t, c, seller)
		figuresLead(t, c, c.Get("/listings/figures"))
		if p := c.Get("/listings/figures?from=2014-01-01&to=2013-01-01"); p.Status != 422 {
			t.Errorf("%d", p.Status)
		}
	})
}
