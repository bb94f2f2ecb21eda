package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/casework"
	"huzhi/internal/hotline"
	"huzhi/internal/store"
)

// hand is a person at a real browser. Pictures of what it saw go to the folder HUZHI_TEST_SHOTS names, or nowhere.
type hand struct {
	t     *testing.T
	ctx   context.Context
	base  string
	shots string
}

func (h *hand) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		text, _ := chromedp.Run(h.ctx, chromedp.Text("main"))
		at, _ := chromedp.Run(h.ctx, chromedp.Location())
		h.t.Fatalf("%s: %v\nat %s\n%s", what, err, at, text)
	}
}

func (h *hand) at() string {
	h.t.Helper()
	s, err := chromedp.Run(h.ctx, chromedp.Location())
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.TrimPrefix(s, h.base)
}

func (h *hand) picture(name string) {
	h.t.Helper()
	if h.shots == "" {
		return
	}
	if err := browser.Picture(h.ctx, filepath.Join(h.shots, name+".png"), true); err != nil {
		h.t.Fatal(err)
	}
}

// signIn is somebody else at the same browser.
func (h *hand) signIn(who string) {
	h.t.Helper()
	h.do("sign out", chromedp.Navigate(h.base+"/healthz"))
	if _, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](`fetch("/logout", {method: "POST"}).then(() => true)`, chromedp.EvalAwaitPromise)); err != nil {
		h.t.Fatal(err)
	}
	if err := browser.SignIn(h.ctx, h.base, who, "huzhi-demo"); err != nil {
		h.t.Fatalf("sign in as %s: %v", who, err)
	}
}

// set fills fields by name: text, choices and days alike.
func (h *hand) set(pairs ...string) {
	h.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		script := `(() => {
			const name = ` + quote(pairs[i]) + `, value = ` + quote(pairs[i+1]) + `;
			for (const el of document.querySelectorAll('main [name="' + name + '"]')) {
				if (el.type === 'radio' || el.type === 'checkbox') { if (el.value === value) { el.click(); return true } continue }
				el.value = value;
				el.dispatchEvent(new Event('input', {bubbles: true})); el.dispatchEvent(new Event('change', {bubbles: true}));
				return true;
			}
			return false;
		})()`
		found, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](script))
		if err != nil || !found {
			h.t.Fatalf("field %s=%s at %s: %v %v", pairs[i], pairs[i+1], h.at(), found, err)
		}
	}
}

func quote(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

// send presses the button of the form that goes to an address, and waits for the page that answers.
func (h *hand) send(action string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, 20*time.Second)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, chromedp.Click(`form[action="`+action+`"] button[type=submit]:not([formaction])`))
	if err != nil || answer.Status != 200 {
		text, _ := chromedp.Run(h.ctx, chromedp.Text("main"))
		h.t.Fatalf("send %s: %+v %v\nat %s\n%s", action, answer, err, h.at(), text)
	}
}

// step takes a step of a case on its page.
func (h *hand) step(who, at, name string, pairs ...string) {
	h.t.Helper()
	h.signIn(who)
	h.do("open "+name, chromedp.Navigate(h.base+at+"/steps/"+name), chromedp.WaitVisible(`form[action="`+at+`/steps/`+name+`"]`))
	h.set(pairs...)
	h.picture("step-" + name)
	h.send(at + "/steps/" + name)
	if h.at() != at && !strings.HasPrefix(h.at(), at+"?") && !strings.HasPrefix(h.at(), at+"#") {
		text, _ := chromedp.Run(h.ctx, chromedp.Text("main"))
		h.t.Fatalf("after %s: at %s\n%s", name, h.at(), text)
	}
}

// TestChromiumFromCallToArchive is journeys 1 and 3 in a real browser: a call becomes a lead, a case, a penalty, a volume.
func TestChromiumFromCallToArchive(t *testing.T) {
	ctx := apptest.Chromium(t)
	o := apptest.Open(t, store.SQLite)
	h := &hand{t: t, ctx: ctx, base: o.Base, shots: os.Getenv("HUZHI_TEST_SHOTS")}
	if err := browser.Size(ctx, false, false); err != nil {
		t.Fatal(err)
	}

	h.signIn("operator")
	h.do("call form", chromedp.Navigate(h.base+"/hotline/new"), chromedp.WaitVisible(`form[action="/hotline"]`))
	h.set("kind", hotline.Report, "subject", casework.Counterfeit, "caller_phone", "13800009876", "question", "在市场上看到标注他人专利号的竹凉席",
		"respondent", "测试木业有限公司", "respondent_address", "德清县武康街道1号", "patent_no", "ZL 2014 9 0000012.4", "place", "330521")
	h.picture("call")
	h.send("/hotline")
	call := h.at()
	h.set("title", "测试木业有限公司涉嫌假冒专利", "facts", "竹凉席包装标注他人专利号")
	h.send(call + "/lead")
	lead := h.at()
	if !strings.HasPrefix(lead, "/leads/") {
		t.Fatalf("after making a lead: %s", lead)
	}

	h.signIn("officer")
	h.do("lead", chromedp.Navigate(h.base+lead))
	h.set("proposal", "file", "opinion", "事实清楚，建议立案")
	h.picture("lead")
	h.send(lead + "/verify")

	h.signIn("chief")
	h.do("filing form", chromedp.Navigate(h.base+lead+"/file"))
	h.set("officers", o.By["officer"].ID, "officers", o.By["officer2"].ID)
	h.picture("filing")
	h.send(lead + "/file")
	at := h.at()
	if !strings.HasPrefix(at, "/cases/") {
		t.Fatalf("after filing: %s", at)
	}
	h.picture("case-filed")

	h.step("officer", at, "investigate", "findings", "现场查获竹凉席120条", "limb", "L1c", "act_ended_on", "2026-11-10", "income", "5000")
	h.step("reviewer", at, "review", "review_opinion", "事实清楚，证据充分")
	h.step("officer", at, "notify", "planned_fine", "20000", "planned_confiscation", "5000", "notice_reasons", "理由", "notice_served_on", "2026-11-20")
	h.step("chief", at, "decide", "outcome", "penalised", "reasons", "理由", "fine", "20000", "confiscated", "5000", "waived", "yes")
	h.step("officer", at, "serve", "served_on", "2026-11-20", "way", "direct", "receiver", "张三")
	for _, x := range [][2]string{{"fine", "20000"}, {"confiscated", "5000"}} {
		h.do("the money", chromedp.Navigate(h.base+at+"/money"), chromedp.Click("#add-payment summary"), chromedp.WaitVisible(`form[action="`+at+`/payments"]`))
		h.set("paid_for", x[0], "amount", x[1], "receipt", "00012")
		h.send(at + "/payments")
	}
	h.picture("money")
	h.step("officer", at, "execute", "execution", "paid", "paid_on", "2026-11-20")
	h.step("officer", at, "publish", "publication_on", "2026-11-20", "publication_where", "国家企业信用信息公示系统", "publication_what", "both", "redacted", "无")
	h.step("chief", at, "close")
	h.step("archivist", at, "archive", "volume", "2026-0001", "pages", "36", "retention", "permanent")
	h.picture("case-archived")

	f, err := o.Docket.Find(t.Context(), o.By["officer"], strings.TrimPrefix(at, "/cases/"))
	if err != nil || f.State != casework.Archived || len(f.Documents) != 2 {
		t.Fatalf("%+v %v", f, err)
	}
	verify(t, o)
}
