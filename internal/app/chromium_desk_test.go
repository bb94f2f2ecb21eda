package app_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/casework"
	"huzhi/internal/hotline"
	"huzhi/internal/store"
)

// pressed counts key presses and how long the page takes until it can paint after each.
const pressed = `window.presses = []; document.addEventListener("keydown", () => { const t = performance.now(); requestAnimationFrame(() => setTimeout(() => presses.push(performance.now() - t), 0)); }, true); true`

func (h *hand) eval(script string) bool {
	h.t.Helper()
	ok, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
	if err != nil {
		h.t.Fatalf("%s: %v", script, err)
	}
	return ok
}

func (h *hand) value(name string) string {
	h.t.Helper()
	s, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`document.querySelector('.callform [name="`+name+`"]').value`))
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// until waits for a condition on the page, five seconds at most.
func (h *hand) until(what, script string) {
	h.t.Helper()
	for range 100 {
		if h.eval(script) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := chromedp.Run(h.ctx, chromedp.Text("main"))
	h.t.Fatalf("%s: never\n%s", what, text)
}

// TestChromiumConsultationByKeyboard writes a consultation down with an article, by keyboard alone: at most 25 key presses beside the text itself.
// How long the page took for each stands in what it prints; within 100 ms is what it is to be on a machine that does nothing else.
func TestChromiumConsultationByKeyboard(t *testing.T) {
	ctx := apptest.Chromium(t)
	o := apptest.Open(t, store.SQLite)
	h := &hand{t: t, ctx: ctx, base: o.Base, shots: os.Getenv("HUZHI_TEST_SHOTS")}
	if err := browser.Size(ctx, false, false); err != nil {
		t.Fatal(err)
	}
	h.signIn("operator")
	h.do("form", chromedp.Navigate(h.base+"/hotline/new"), chromedp.WaitVisible(`.callform`))
	h.eval(pressed)
	keys := 0
	press := func(k string) {
		h.t.Helper()
		keys++
		h.do("key", chromedp.KeyEvent(k))
	}
	text := func(s string) { // a stroke at a time, as a person types: each waits for the page
		h.t.Helper()
		for _, r := range s {
			h.do("text", chromedp.KeyEvent(string(r)))
			h.eval(`new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true), 0)))`)
		}
	}

	text("13800001234")
	press(kb.Tab) // to the kind: a consultation already
	press("1")
	press(kb.Tab)
	press("2") // fees
	press(kb.Tab)
	text("nianfei")
	press(kb.F2)
	text("nf")
	h.until("articles by initials", `document.querySelectorAll("[data-use]").length > 0`)
	h.picture("call-articles")
	press(kb.ArrowDown)
	press(kb.Enter)
	if a := h.value("answer"); !strings.Contains(a, "6个月") || h.value("article") == "" {
		t.Fatalf("the answer is %q", a)
	}
	h.picture("call-answered")
	times, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](`presses`))
	if err != nil {
		t.Fatal(err)
	}
	slow := slices.Max(times)
	keys++
	h.do("save", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))
	h.until("saved", `!!document.querySelector("[data-flash=success]")`)
	t.Logf("%d key presses beside the text, the slowest answered in %.1f ms, of %.0f", keys, slow, times)
	if keys > 25 {
		t.Errorf("%d key presses", keys)
	}
	rows, _, err := o.Hotline.List(t.Context(), o.By["operator"], hotline.Filter{}, casework.Page{Limit: 5})
	if err != nil || len(rows) != 1 || rows[0].ArticleID == "" || !rows[0].FirstContact || rows[0].Topic != "fee" {
		t.Fatalf("%+v %v", rows, err)
	}
	if h.eval(`Object.keys(localStorage).some(k => k.includes("call-"))`) {
		t.Error("the browser keeps a draft of a call that is written down")
	}
}

// TestChromiumNothingTypedIsLost: a reload, a second call, another machine, a dead line, and what stands beside the form.
func TestChromiumNothingTypedIsLost(t *testing.T) {
	ctx := apptest.Chromium(t)
	o := apptest.Open(t, store.SQLite)
	h := &hand{t: t, ctx: ctx, base: o.Base, shots: os.Getenv("HUZHI_TEST_SHOTS")}
	if err := browser.Size(ctx, false, false); err != nil {
		t.Fatal(err)
	}
	first, err := o.Hotline.Log(t.Context(), o.By["operator"], hotline.NewCall{Kind: hotline.Report, Channel: "12330", Jurisdiction: "330500", Place: "330521", CallerPhone: "13800001234", Question: "竹凉席标注他人专利号",
		Subject: "counterfeit", Respondent: "测试木业有限公司", PatentNo: "ZL201490000012.4"})
	if err != nil {
		t.Fatal(err)
	}
	h.signIn("operator")
	h.do("form", chromedp.Navigate(h.base+"/hotline/new"), chromedp.WaitVisible(`.callform`))
	h.do("type", chromedp.KeyEvent("1380000"))
	h.until("the caller's matters", `document.querySelector("[data-beside-box]").textContent.includes("竹凉席")`)
	h.set("question", "wei wan cheng")
	h.do("reload", chromedp.Reload(), chromedp.WaitVisible(`.callform`))
	if h.value("caller_phone") != "1380000" || h.value("question") != "wei wan cheng" {
		t.Fatalf("after a reload: %q %q", h.value("caller_phone"), h.value("question"))
	}
	// The same patent in another spelling; one key adds to it.
	h.set("patent_no", "2014 9 0000012")
	h.until("the same patent", `document.querySelector("[data-beside-box]").textContent.includes("同一专利")`)
	h.do("F4", chromedp.KeyEvent(kb.F4))
	if h.value("join") != first.ID {
		t.Errorf("F4 chose %q", h.value("join"))
	}
	h.picture("call-duplicates")
	h.do("F4", chromedp.KeyEvent(kb.F4))
	// No key acts while an input method composes.
	h.eval(`document.dispatchEvent(new KeyboardEvent("keydown", {key: "F4", isComposing: true, bubbles: true})); true`)
	if h.value("join") != "" {
		t.Error("a key acted while composing")
	}
	// Put aside; a second call; both are there.
	h.do("F8", chromedp.KeyEvent(kb.F8))
	h.until("a new form", `location.search === "" && document.querySelector(".callform [name=caller_phone]")?.value === ""`)
	h.until("the draft in the list", `!!document.querySelector("[data-drafts] a[href*='draft=']")`)
	drafts, err := o.Hotline.Drafts(t.Context(), o.By["operator"])
	if err != nil || len(drafts) != 1 || drafts[0].Form.Get("question") != "wei wan cheng" {
		t.Fatalf("%+v %v", drafts, err)
	}
	// A dead line: it says so, typing goes on, and nothing is sent into it.
	offline := func(on bool) {
		t.Helper()
		if on {
			h.eval(`window.line = window.fetch; window.fetch = () => Promise.reject(new TypeError("no line")); true`)
		} else {
			h.eval(`window.fetch = window.line; true`)
		}
	}
	offline(true)
	h.set("question", "xian duan le")
	h.until("it says that the line is dead", `!document.querySelector("[data-offline]").hidden`)
	h.picture("call-offline")
	h.set("answer", "jixu")
	if !h.eval(`Object.values(localStorage).some(v => v.includes("jixu"))`) {
		t.Error("what is typed on a dead line is not kept")
	}
	offline(false)
	h.until("it is back", `document.querySelector("[data-offline]").hidden`)
	// The telephone: answered at this desk, the form opens with the number.
	h.do("list", chromedp.Navigate(h.base+"/hotline/new"), chromedp.WaitVisible(`.callform`))
	for _, e := range []hotline.PhoneEvent{{Event: hotline.PhoneNew, CallID: "x1", From: "13800001234", To: "12330"}, {Event: hotline.PhoneAnswered, CallID: "x1", User: "operator"}} {
		if err := o.Hotline.Phoned(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	h.until("the form opens", `location.search.includes("ring=") && document.querySelector(".callform [name=caller_phone]")?.value === "13800001234" && document.querySelector("[data-beside-box]").textContent.includes("竹凉席")`)
	h.picture("call-ring")
}
