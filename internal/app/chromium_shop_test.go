package app_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/store"
)

// TestChromiumFromPastedAddressesToClosedCase: pasted addresses become listings, are judged at once, told to the platform by one notice that another person
// approves, stand in one case that is opened in one step, and the case is handled and closed.
func TestChromiumFromPastedAddressesToClosedCase(t *testing.T) {
	ctx := apptest.Chromium(t)
	o := apptest.Open(t, store.SQLite)
	h := &hand{t: t, ctx: ctx, base: o.Base, shots: os.Getenv("HUZHI_TEST_SHOTS")}
	if err := browser.Size(ctx, false, false); err != nil {
		t.Fatal(err)
	}
	open := func(path, wait string) {
		t.Helper()
		h.do(path, chromedp.Navigate(h.base+path), chromedp.WaitVisible(wait))
	}
	// ticked ticks every row of the list and presses a button of the bar that shows then.
	ticked := func(do string) {
		t.Helper()
		h.do("list", chromedp.Navigate(h.base+"/listings"), chromedp.WaitReady(`tbody input[name="listing"]`))
		h.eval(`(() => { for (const x of document.querySelectorAll('tbody input[name="listing"]')) x.click(); return true })()`)
		h.do("ticked", chromedp.WaitVisible(`#to-lead button[value="`+do+`"]`))
		h.picture("listings-ticked")
		answer, err := chromedp.RunResponse(ctx, chromedp.Click(`#to-lead button[value="`+do+`"]`))
		if err != nil || answer.Status != 200 {
			t.Fatalf("%s: %+v %v", do, answer, err)
		}
	}

	h.signIn("officer")
	open("/listings/takes/new", `form[action="/listings/takes"]`)
	h.do("paste", chromedp.SetValue(`[name="urls"]`, "https://item.taobao.com/item.htm?id=520001\t竹凉席 1.8米\nhttps://h5.m.taobao.com/awp/core/detail.htm?id=520002&spm=x\t竹凉席 1.5米\nhttps://item.taobao.com/item.htm?id=520001&abbucket=3"))
	h.set("place", "330523", "shop", "竹艺小店")
	h.picture("take")
	h.send("/listings/takes")
	take := h.at()
	h.until("the duplicate is shown", `document.querySelectorAll("#twice tbody tr").length === 1`)
	h.send(take + "/apply")
	ticked("judge")
	h.set("choice", "infringing", "reason", "被控产品落入专利权保护范围")
	h.send("/listings/act")
	ticked("notice")
	h.set("addressee", "浙江淘宝网络有限公司", "measure", "delete", "reasons", "经比对，两件商品均落入专利权的保护范围。")
	h.picture("notice-draft")
	h.send("/listings/notices")
	notice := h.at()

	h.signIn("chief")
	open(notice, `form[action="`+notice+`/approve"]`)
	h.send(notice + "/approve")
	open("/listings/case?whole=1&finding=infringing", `form[action="/listings/case"]`)
	h.set("title", "竹艺小店涉嫌侵犯专利权案", "officers", o.By["officer"].ID, "officers", o.By["officer2"].ID)
	h.picture("case-form")
	h.send("/listings/case")
	at, _, _ := strings.Cut(h.at(), "#")
	if !strings.HasPrefix(at, "/cases/") {
		t.Fatalf("after opening the case: %s", at)
	}

	h.signIn("officer")
	open(notice, `form[action="`+notice+`/serve"]`)
	h.set("receiver", "法务部", "way", "post")
	h.picture("notice-serve")
	h.send(notice + "/serve")
	h.picture("notice-served")
	ticked("result")
	h.set("choice", "deleted")
	h.send("/listings/act")

	h.step("chief", at, "handle", "outcome", "handled", "reasons", "平台已删除涉案链接")
	h.step("chief", at, "close")
	h.picture("case-closed")
	h.until("the case is closed with its listings and its notice", `document.querySelectorAll("#listings tbody tr").length === 2 && document.querySelectorAll("#notices tbody tr").length === 1`)
	if state, err := chromedp.Run(ctx, chromedp.Text(".banner")); err != nil || !strings.Contains(state, "结案") {
		t.Errorf("%s %v", state, err)
	}
}
