package app_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/calendar"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/store"
)

// tell runs a script that gives a text.
func (p *phone) tell(script string) string {
	p.t.Helper()
	s, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(script, err)
	}
	return s
}

// whole is the whole path of a file: the browser works in another folder.
func whole(t *testing.T, name string) string {
	t.Helper()
	at, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// keys types into a field of the app as fingers do, one character after the other.
func (p *phone) keys(name, text string) {
	p.t.Helper()
	sel := `.fapp-screen [name="` + name + `"]`
	p.until(name, `document.querySelector('`+sel+`')`)
	p.do("typing "+name, chromedp.SendKeys(sel, text))
}

// atAFinding is a telephone with a new finding on its screen.
func (o *field) atAFinding(t *testing.T) *phone {
	t.Helper()
	p := o.phone(t, t.TempDir())
	p.signIn("officer")
	p.openApp()
	p.ready()
	p.begin(o, "start")
	p.press("add-party")
	p.until("the shop", `location.hash.includes('/p/') && document.querySelector('.fapp-screen [name="person"]')`)
	p.fill("name", "竹艺小店", "person", "王五")
	p.press("add-finding")
	p.until("the finding", `location.hash.includes('/f/')`)
	return p
}

// lapsed brings two patents into the register: one that ended in 2019, an invention that is in force.
func (o *field) lapsed(t *testing.T) {
	t.Helper()
	by, ctx := o.By["officer"], t.Context()
	im, err := o.Register.Upload(ctx, by, "", "登记簿.csv", strings.NewReader("专利号,名称,专利权人,法律状态,申请日,授权公告日,终止日\nZL201520781728.2,一种凉席,德清凉席厂,未缴年费终止,2015-10-09,2016-03-02,2019-10-09\n"+
		"ZL201610000020.8,一种竹席的编法,德清凉席厂,专利权维持,2016-01-04,2018-03-02,\n"))
	if err == nil {
		err = o.Register.Read(ctx, by, im.ID, im.Version, im.Chosen(), calendar.Date(2026, 11, 1))
	}
	for range 2 {
		if err == nil {
			err = o.Register.Work(ctx)
		}
		if err == nil {
			im, err = o.Register.Import(ctx, by, im.ID)
		}
		if err == nil && im.State == registry.StateReady {
			err = o.Register.Apply(ctx, by, im.ID, im.Version)
		}
	}
	if err != nil || im.State != registry.StateDone {
		t.Fatal(im.State, err)
	}
}

// TestChromiumTheCheckOnTheTelephone: a number typed digit by digit is judged by the extract that was taken along, with its article in the language of the page;
// what was answered there, and by what, reaches the office, which answers for itself beside it.
func TestChromiumTheCheckOnTheTelephone(t *testing.T) {
	if _, err := browser.Chromium(); err != nil {
		apptest.Chromium(t)
	}
	o := openField(t)
	o.lapsed(t)
	p := o.atAFinding(t)
	p.keys("number", "ZL 2015 2 0781728.2")
	p.fill("produced_on", "2025-05-01")
	p.until("it is judged", `document.querySelector('.fapp-answer .fapp-late')?.textContent === '涉嫌假冒专利' && document.querySelector('.fapp-answer').innerText.includes('第 13 行')`)
	said := p.tell(`document.querySelector('.fapp-answer').innerText`)
	if !strings.Contains(said, "第一百零一条第一款第一项") || strings.Contains(said, "Implementing Rules") || strings.Contains(said, "→ 涉嫌假冒专利（第4行，L1c） →") {
		t.Errorf("the answer says\n%s", said)
	}
	// Another number on the same mark is looked up too, and judged beside the first.
	p.fill("text", "专利产品 ZL201610000020.8")
	p.until("both are judged", `[...document.querySelectorAll('.fapp-answer li strong')].some((x) => x.innerText.includes('20152')) && document.querySelector('.fapp-answer .fapp-late')`)
	p.press("confirm")
	p.until("decided", `document.querySelector('.fapp-note.fapp-done')`)
	p.picture("field-answer")
	p.back()
	p.until("the shop", `!location.hash.includes('/f/')`)

	// The party reads the record, signs on the screen with a finger, and gets its copy.
	p.until("the record stands above the pad", `document.querySelector('.fapp-read')?.innerText.includes('ZL 2015 2 0781728.2') && document.querySelector('.fapp-read').innerText.includes('涉嫌假冒专利')`)
	p.fill("statement", "不清楚专利已经终止")
	p.until("the record follows", `document.querySelector('.fapp-read').innerText.includes('不清楚专利已经终止')`)
	p.press("signed")
	p.until("an empty pad is no signature", `[...document.querySelectorAll('.fapp-note.fapp-late')].some((x) => !x.hidden && x.innerText.includes('尚未签名'))`)
	p.do("the pad", chromedp.ScrollIntoView(`.fapp-sign`))
	p.tell(`(() => { const pad = document.querySelector('.fapp-sign'), r = pad.getBoundingClientRect();
		const at = (type, x, y) => pad.dispatchEvent(new PointerEvent(type, {pointerId: 1, bubbles: true, clientX: r.left + x * r.width, clientY: r.top + y * r.height}));
		pad.setPointerCapture = () => {};
		at("pointerdown", .2, .3); for (let i = 0; i <= 20; i++) at("pointermove", .2 + i * .03, .3 + (i % 5) * .1); at("pointerup", .8, .5); return ""; })()`)
	p.picture("field-sign")
	p.press("signed")
	p.until("signed", `document.querySelector('.fapp-screen .fapp-note.fapp-done') && document.querySelector('[data-do="copy"]')`)
	// The party's copy holds what was found, what the party said, and that it signed.
	p.tell(`(() => { navigator.canShare = () => true; navigator.share = async ({files}) => { window.copied = files[0].name + "\n" + await files[0].text(); }; return ""; })()`)
	p.press("copy")
	p.until("the copy", `window.copied`)
	given := p.tell(`window.copied`)
	for _, s := range []string{"竹艺小店", "ZL 2015 2 0781728.2", "涉嫌假冒专利", "不清楚专利已经终止", "王五", "ZL201610000020.8"} {
		if !strings.Contains(given, s) {
			t.Errorf("the copy lacks %s\n%s", s, given)
		}
	}
	p.back()
	p.until("the visit", `!location.hash.includes('/p/')`)
	id := strings.TrimPrefix(p.tell(`location.hash`), "#v/")

	// Nothing of it lies open on the telephone.
	kept := p.tell(`(async () => { const r = indexedDB.open("huzhi-field"); const db = await new Promise((ok) => { r.onsuccess = () => ok(r.result); });
		const all = (s) => new Promise((ok) => { const q = db.transaction(s).objectStore(s).getAll(); q.onsuccess = () => ok(q.result); });
		const [visits, blobs, kept] = [await all("visits"), await all("blobs"), await all("kept")];
		return JSON.stringify({visits, blobs: blobs.map((b) => Object.keys(b)), key: kept.find((k) => k.name === "key").value.key.extractable, pack: Object.keys(kept.find((k) => k.name === "pack").value)}); })()`)
	if strings.Contains(kept, "竹艺") || strings.Contains(kept, "bytes") || !strings.Contains(kept, `"key":false`) || !strings.Contains(kept, `"pack":["iv","data"]`) {
		t.Errorf("the telephone keeps\n%s", kept)
	}
	p.press("finish")
	p.until("sent", `document.querySelector('[data-visit="`+id+`"] .fapp-done')?.textContent === '已送达'`)
	f, err := o.Rounds.Find(t.Context(), o.By["officer"], id)
	if err != nil {
		t.Fatal(err)
	}
	x := &f.Record.Parties[0].Findings[0]
	if x.Answer != "SUSPECT" || x.Result() != "SUSPECT" || x.Rules != patent.Rules || !slices.ContainsFunc(x.Suggested().Findings, func(f patent.Finding) bool { return f.Row == "13" }) || f.Found[x.ID].Review != "" || x.Facts.Register == nil || x.Facts.Register.Type != patent.Invention ||
		len(x.Facts.Others) != 1 || x.Facts.Others[0].Status != patent.LapsedFee {
		t.Errorf("%+v\n%+v", x, x.Suggested())
	}
	if len(f.Evidence) != 1 || f.Evidence[0].Kind != "signature" || f.Evidence[0].SHA256 != f.Record.Parties[0].Sign.Image || f.Record.Parties[0].Sign.How != inspection.OnScreen {
		t.Errorf("%+v %+v", f.Evidence, f.Record.Parties[0].Sign)
	} else if err := o.Blobs.Check(f.Evidence[0].SHA256); err != nil {
		t.Error(err)
	}
	verify(t, o.Office)
}

// TestChromiumCodesAreRead: a code on a photograph becomes the number, also in a browser without a reader of its own.
func TestChromiumCodesAreRead(t *testing.T) {
	if _, err := browser.Chromium(); err != nil {
		apptest.Chromium(t)
	}
	o := openField(t)
	p := o.atAFinding(t)
	p.tell(`(delete globalThis.BarcodeDetector, "")`)
	for _, x := range []struct{ file, want string }{{"testdata/mark-qr.png", "https://example.com/p?n=ZL201520781728.2"}, {"testdata/mark-code128.png", "ZL2015207817282"}} {
		p.do("a code", chromedp.SetUploadFiles(`input[data-take="scan"]`, []string{whole(t, x.file)}))
		p.until("it is read", `document.querySelector('.fapp-screen [name="number"]').value === '`+x.want+`'`)
		p.until("and judged", `document.querySelector('.fapp-answer').innerText.includes('201520781728')`)
	}
	files, _ := photographs(t, 1)
	p.do("none", chromedp.SetUploadFiles(`input[data-take="scan"]`, files))
	p.until("it says so", `document.querySelector('.fapp-bar').innerText.includes('没有识别到条码')`)
}

// TestChromiumTheSessionIsEnded: a telephone with nothing to send hears that its session was ended; key and pack go, what was not sent stays unreadable until
// the same person signs in again; and what has waited for more than a day is said.
func TestChromiumTheSessionIsEnded(t *testing.T) {
	if _, err := browser.Chromium(); err != nil {
		apptest.Chromium(t)
	}
	o := openField(t)
	p := o.atAFinding(t)
	p.fill("product", "竹凉席")
	p.until("it is kept", `document.querySelector('.fapp-bar').innerText.includes('1 份记录尚未完成')`)
	names := func() string {
		return p.tell(`(async () => { const r = indexedDB.open("huzhi-field"); const db = await new Promise((ok) => { r.onsuccess = () => ok(r.result); });
			const q = db.transaction("kept").objectStore("kept").getAllKeys(); const k = await new Promise((ok) => { q.onsuccess = () => ok(q.result); }); db.close(); return k.join(" "); })()`)
	}
	if got := names(); !strings.Contains(got, "key") || !strings.Contains(got, "pack") {
		t.Fatal(got)
	}
	if err := o.DB.Tx(t.Context(), func(tx *store.Tx) error { return tx.Exec("DELETE FROM sessions").Error }); err != nil {
		t.Fatal(err)
	}
	// The page asks for the pack again when it has been looked at for some minutes: here the clock is put ahead.
	p.tell(`(() => { const was = Date.now; Date.now = () => was() + 10 * 60000; document.dispatchEvent(new Event("visibilitychange")); return ""; })()`)
	p.until("the end is said", `document.querySelector('.fapp-bar a[href^="/login"]')`)
	if got := names(); got != "ended" {
		t.Errorf("kept after the end: %s", got)
	}
	if text := p.tell(`document.body.innerText`); strings.Contains(text, "竹") {
		t.Errorf("still shown:\n%s", text)
	}
	p.network(o, false) // nor when the page is opened again without a network
	p.openApp()
	p.until("the end is said", `document.querySelector('.fapp-bar a[href^="/login"]')`)
	if text := p.tell(`document.body.innerText`); strings.Contains(text, "竹") {
		t.Errorf("still shown:\n%s", text)
	}
	p.network(o, true)
	// Another person sees that something waits, and nothing of it.
	p.signIn("officer2")
	p.openApp()
	p.ready()
	p.until("whose it is", `document.querySelector('.fapp-screen').innerText.includes('须由本人登录后发送')`)
	if text := p.tell(`document.body.innerText`); strings.Contains(text, "竹艺") {
		t.Errorf("another person sees it:\n%s", text)
	}
	// The first one again: it can be opened, and it has waited for too long.
	p.press("sign-out")
	p.until("signed out", `document.querySelector('.fapp-bar a[href^="/login"]')`)
	p.signIn("officer")
	p.openApp()
	p.ready()
	p.press("open")
	p.until("it is all there", `document.querySelector('[data-party] h3')?.innerText.includes('竹艺小店')`)
	p.tell(`(() => { const was = Date.now; Date.now = () => was() + 25 * 3600000; window.dispatchEvent(new Event("offline")); return ""; })()`)
	p.until("the day is over", `document.querySelector('.fapp-bar').innerText.includes('超过 24 小时未发送')`)
}

// TestChromiumTheCheckLoads tells how long the check takes to load on a telephone: a processor four times slower, from the files that were taken along,
// over a 4G and over a fast 3G network. It asserts no time; the figures stand in the log (go test -v).
func TestChromiumTheCheckLoads(t *testing.T) {
	if _, err := browser.Chromium(); err != nil {
		apptest.Chromium(t)
	}
	o := openField(t)
	p := o.phone(t, t.TempDir())
	p.signIn("officer")
	p.openApp()
	p.ready()
	set := func(latency, down, up float64) {
		p.do("a slow telephone", chromedp.Func(func(ctx context.Context, tg *chromedp.Target) error {
			if _, err := cdp.Call(ctx, tg, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: latency > 0}); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, tg, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: latency > 0}); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, tg, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4}); err != nil {
				return err
			}
			_, err := cdp.Call(ctx, tg, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Latency: latency, DownloadThroughput: down, UploadThroughput: up}}})
			return err
		}))
	}
	load := `(async () => { const at = JSON.parse(document.getElementById("field").dataset.field); const began = performance.now();
		const file = fetch(at.wasm, OPTIONS); await import(at.exec + QUERY); const go = new Go();
		const made = await WebAssembly.instantiateStreaming(file, go.importObject); go.run(made.instance);
		const ready = performance.now();
		const said = huzhiCheckMark({medium: "product", role: "maker", product: "x", text: "中国实用新型专利 ZL201520781728.2", matches: "yes"});
		return JSON.stringify({load: Math.round(ready - began), first: Math.round(performance.now() - ready), result: said.result}); })()`
	measure := func(what, query, options string) {
		var got struct {
			Load, First int
			Result      string
		}
		s := p.tell(strings.NewReplacer("QUERY", query, "OPTIONS", options).Replace(load))
		if err := json.Unmarshal([]byte(s), &got); err != nil || got.Result != "CHECK" {
			t.Fatal(s, err)
		}
		t.Logf("%s: loaded in %d ms, first answer after %d ms more", what, got.Load, got.First)
	}
	set(0, -1, -1)
	measure("processor ×4 slower, from the telephone (as on site)", `""`, `{}`)
	set(170, 9e6/8, 9e6/8)
	measure("processor ×4 slower, over 4G (9 Mbit/s, 170 ms), nothing kept", `"?first"`, `{cache: "no-store"}`)
	set(150, 1.6e6/8, 750e3/8)
	measure("processor ×4 slower, over fast 3G (1.6 Mbit/s, 150 ms), nothing kept", `"?again"`, `{cache: "no-store"}`)
}
