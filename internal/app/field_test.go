package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/browser"
	"huzhi/internal/casework"
	"huzhi/internal/inspection"
	"huzhi/internal/store"
)

// photographs are n pictures on disk, with their hashes.
func photographs(t *testing.T, n int) (files []string, hashes map[string]bool) {
	t.Helper()
	hashes = map[string]bool{}
	for i := range n {
		img := image.NewRGBA(image.Rect(0, 0, 160, 120))
		for x := range 160 {
			for y := range 120 {
				img.Set(x, y, color.RGBA{uint8(x * (i + 1)), uint8(y * 2), uint8(i * 11), 255})
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, nil); err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(t.TempDir(), fmt.Sprintf("IMG_%04d.jpg", i+1))
		if err := os.WriteFile(at, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b.Bytes())
		files, hashes[hex.EncodeToString(sum[:])] = append(files, at), true
	}
	return files, hashes
}

// field is an office whose answers can be cut off after it wrote, or that is not there at all.
type field struct {
	*apptest.Office
	gone atomic.Bool  // nobody answers
	cut  atomic.Int64 // so many records are written, and the answer is lost
	saw  atomic.Int64 // records that came
}

func openField(t *testing.T) *field {
	t.Helper()
	o := &field{Office: apptest.Open(t, store.SQLite)}
	site, err := o.Site(nil)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.gone.Load() {
			panic(http.ErrAbortHandler)
		}
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/api/field/visits/") {
			o.saw.Add(1)
			if o.cut.Add(-1) >= 0 {
				site.ServeHTTP(httptest.NewRecorder(), r)
				w.Header().Set("Content-Length", "500")
				_, _ = w.Write([]byte(`{"seq": `)) // some of the answer, so that the browser does not ask again by itself
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}
		}
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	o.Base = srv.URL
	return o
}

// phone is a browser with a telephone's window on a folder of its own, so that it can be killed and opened again.
type phone struct {
	hand
	dir string
	end context.CancelFunc
}

func (o *field) phone(t *testing.T, dir string) *phone {
	t.Helper()
	p := &phone{dir: dir}
	ctx, end, err := browser.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	p.hand, p.end = hand{t: t, ctx: ctx, base: o.Base, shots: os.Getenv("HUZHI_TEST_SHOTS")}, end
	t.Cleanup(end)
	p.do("a telephone's window", chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch))
	return p
}

// network takes the network away, or gives it back.
func (p *phone) network(o *field, there bool) {
	p.t.Helper()
	o.gone.Store(!there)
	p.do("network", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !there, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}

// until waits until an expression is true on the page.
func (p *phone) until(what, expression string) {
	p.t.Helper()
	for range 200 {
		ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && ok {
			return
		}
		time.Sleep(75 * time.Millisecond)
	}
	text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText`))
	p.picture("field-failed")
	p.t.Fatalf("%s: %s never held\n%s", what, expression, text)
}

// press presses a button of the app by what it does.
func (p *phone) press(does string) {
	p.t.Helper()
	p.until(does, `document.querySelector('[data-do="`+does+`"]:not(:disabled)')`)
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`document.querySelector('[data-do="`+does+`"]:not(:disabled)').click(), true`)); err != nil {
		p.t.Fatal(does, err)
	}
}

// fill types into a field by its name.
func (p *phone) fill(pairs ...string) {
	p.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		sel := `.fapp-screen [name="` + pairs[i] + `"]`
		p.until(pairs[i], `document.querySelector('`+sel+`')`)
		if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`(() => { const el = document.querySelector('`+sel+`'); if (el.type === 'checkbox') { el.click(); return true; }
			el.value = `+quote(pairs[i+1])+`; el.dispatchEvent(new Event('input', {bubbles: true})); el.dispatchEvent(new Event('change', {bubbles: true})); return true; })()`)); err != nil {
			p.t.Fatal(pairs[i], err)
		}
	}
}

// open loads the app and waits until it can work without a network.
func (p *phone) openApp() {
	p.t.Helper()
	p.do("the app", chromedp.Navigate(p.base+"/field"))
	p.until("the app is there", `document.getElementById('field')?.dataset.open`)
}

func (p *phone) ready() {
	p.t.Helper()
	p.until("ready for no network", `window.indexedDB && document.body.innerText.includes('断网也可使用')`)
	p.until("the worker holds the page", `navigator.serviceWorker.controller`)
}

// begin starts a visit with its first step done: two officers, certificates, the place.
func (p *phone) begin(o *field, does string) {
	p.t.Helper()
	p.press(does)
	p.until("the visit", `location.hash.startsWith('#v/')`)
	second := "officer-" + o.By["officer2"].ID
	p.until("colleagues", `document.querySelector('[name="`+second+`"]')`)
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`(() => { const el = document.querySelector('[name="`+second+`"]'); if (!el.checked) el.click(); return true; })()`)); err != nil {
		p.t.Fatal(err)
	}
	p.fill("shown", "on")
	p.until("shown", `document.querySelector('[name="shown"]')?.checked`)
	p.fill("name", "浙北大市场")
	p.until("written", `true`)
}

// shop adds a shop with one finding that has the photographs, decides it and has it signed for.
func (p *phone) shop(name string, files []string) {
	p.t.Helper()
	p.press("add-party")
	p.until("the shop", `location.hash.includes('/p/')`)
	p.fill("name", name, "address", "A区12号", "person", "王五")
	p.press("add-finding")
	p.until("the finding", `location.hash.includes('/f/')`)
	p.fill("product", "竹凉席", "number", "ZL 2015 2 0781728.2", "text", "中国专利 ZL201520781728.2")
	if len(files) > 0 {
		p.do("photographs", chromedp.SetUploadFiles(`input[data-take="album"]`, files))
		p.until("the photographs are kept", fmt.Sprintf(`document.querySelectorAll('.fapp-photos li').length === %d`, len(files)))
	}
	p.picture("field-finding")
	p.press("confirm")
	p.until("decided", `document.querySelector('.fapp-note.fapp-done')`)
	p.back()
	p.until("the shop", `!location.hash.includes('/f/')`)
	p.press("add-goods")
	p.fill("item", "竹凉席", "quantity", "12", "unit_price", "99.50", "kept", "店内")
	p.picture("field-party")
	p.press("refuse")
	p.fill("witness", "见证人张三", "reason", "不认可")
	p.press("refused")
	p.until("refused", `document.querySelector('.fapp-screen .fapp-note.fapp-done')`)
	p.back()
	p.until("the visit", `!location.hash.includes('/p/')`)
}

// back presses the way back.
func (p *phone) back() {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`document.querySelector('.fapp-back').click(), true`)); err != nil {
		p.t.Fatal(err)
	}
}

// TestChromiumAWholeVisitWithoutANetwork makes a visit with 20 photographs on a telephone without a network, kills the browser, and cuts the
// answer off after the office wrote: nothing is lost, nothing doubled, every photograph has its bytes.
func TestChromiumAWholeVisitWithoutANetwork(t *testing.T) {
	if _, err := browser.Chromium(); err != nil {
		apptest.Chromium(t) // skips, or fails where a browser is required
	}
	o := openField(t)
	files, hashes := photographs(t, 20)
	dir := t.TempDir()
	p := o.phone(t, dir)
	p.signIn("officer")
	p.openApp()
	p.ready()
	p.picture("field-home")

	p.network(o, false)
	p.begin(o, "start")
	p.picture("field-visit")
	p.shop("竹艺小店", files[:12])
	p.shop("凉席专柜", files[12:])
	at, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`location.hash.slice(3)`))
	if err != nil {
		t.Fatal(err)
	}
	id := strings.Split(at, "/")[0]

	// The browser is killed in the middle and opened again, still without a network.
	p.end()
	p = o.phone(t, dir)
	p.network(o, false)
	p.openApp()
	p.until("the visit is there", `document.querySelector('[data-visit="`+id+`"]')`)
	p.press("open")
	p.press("finish")
	p.until("everything waits", `document.querySelector('.fapp-waits').dataset.waits === '21'`)
	p.picture("field-waiting")

	// The network is back. The session died with the browser: what waits is kept for whoever signs in again.
	p.network(o, true)
	p.until("the session's end is said", `document.querySelector('.fapp-bar a[href^="/login"]')`)
	p.picture("field-signed-out")
	p.signIn("officer")
	o.cut.Store(1) // the office writes, and its answer is lost
	p.openApp()
	p.until("the answer was lost", `document.querySelector('.fapp-waits').dataset.waits === '1' && !document.querySelector('[data-do="send"]').disabled`)
	if n := o.saw.Load(); n != 1 {
		t.Fatalf("%d records came", n)
	}
	p.press("send")
	p.until("nothing waits", `document.querySelector('.fapp-waits').dataset.waits === '0'`)
	p.until("its state is said", `document.querySelector('[data-visit="`+id+`"] .fapp-done')?.textContent === '已送达'`)
	p.picture("field-sent")

	f, err := o.Rounds.Find(t.Context(), o.By["officer2"], id)
	if err != nil {
		t.Fatal(err)
	}
	if f.State != inspection.Finished || len(f.Versions) != 1 || f.Parties != 2 || f.Findings != 2 || len(f.Evidence) != 20 || len(f.Papers) != 2 || o.saw.Load() != 2 {
		t.Fatalf("%s: %d versions, %d parties, %d findings, %d photographs, %d papers; %d came", f.State, len(f.Versions), f.Parties, f.Findings, len(f.Evidence), len(f.Papers), o.saw.Load())
	}
	for _, e := range f.Evidence {
		if !hashes[e.SHA256] {
			t.Errorf("photograph %d is none of the camera's: %s", e.Place, e.SHA256)
		}
		if err := o.Blobs.Check(e.SHA256); err != nil {
			t.Error(err)
		}
		if len(f.Custody[e.SHA256]) != 2 {
			t.Errorf("photograph %d: custody %+v", e.Place, f.Custody[e.SHA256])
		}
	}
	if f.Record.Parties[0].Goods[0].UnitPrice != 9950 || f.Record.Parties[1].Sign.Witness != "见证人张三" {
		t.Errorf("%+v", f.Record.Parties)
	}
	list, total, err := o.Rounds.List(t.Context(), o.By["chief"], inspection.Filter{}, casework.Page{Limit: 10})
	if err != nil || len(list) != 1 || total {
		t.Fatalf("%d visits %v %v", len(list), total, err)
	}
	verify(t, o.Office)
}

// TestChromiumTwoPhonesOneVisit has two officers record the same planned visit: the second is kept beside the first, and both are shown.
func TestChromiumTwoPhonesOneVisit(t *testing.T) {
	if _, err := browser.Chromium(); err != nil {
		apptest.Chromium(t)
	}
	o := openField(t)
	plan, err := o.Rounds.Plan(t.Context(), o.By["chief"], inspection.Plan{Jurisdiction: "330500", Place: "330521", Kind: "market", Name: "浙北大市场", On: apptest.Today,
		Officers: []string{o.By["officer"].ID, o.By["officer2"].ID}})
	if err != nil {
		t.Fatal(err)
	}
	one, two := o.phone(t, t.TempDir()), o.phone(t, t.TempDir())
	one.signIn("officer")
	two.signIn("officer2")
	for i, p := range []*phone{one, two} {
		p.openApp()
		p.ready()
		p.press("task")
		p.until("the planned visit", `location.hash === '#v/`+plan.ID+`'`)
		p.fill("shown", "on")
		p.until("shown", `document.querySelector('[name="shown"]')?.checked`)
		p.shop([]string{"第一家", "第二家"}[i], nil)
	}
	one.press("finish")
	one.until("the first is sent", `document.querySelector('[data-visit] .fapp-done')`)
	two.press("finish")
	two.until("the second is told", `document.querySelector('[data-visit="`+plan.ID+`"] .fapp-late')?.textContent === '有冲突'`)
	two.picture("field-conflict")
	f, err := o.Rounds.Find(t.Context(), o.By["officer"], plan.ID)
	if err != nil || len(f.Rivals) != 1 || f.Record.Parties[0].Name != "第一家" || f.Rivals[0].Record.Parties[0].Name != "第二家" {
		t.Fatalf("%+v %v", f, err)
	}
	one.do("the desk's page", chromedp.Navigate(one.base+"/visits/"+plan.ID))
	text, err := chromedp.Run(one.ctx, chromedp.Text("main"))
	if err != nil || !strings.Contains(text, "第一家") || !strings.Contains(text, "第二家") {
		t.Fatalf("%v\n%s", err, text)
	}
	one.picture("visit-rival")
}

// TestChromiumStorageNearlyFull: the telephone says so before anything is lost, and keeps no photograph that it has no room for.
func TestChromiumStorageNearlyFull(t *testing.T) {
	if _, err := browser.Chromium(); err != nil {
		apptest.Chromium(t)
	}
	o := openField(t)
	files, _ := photographs(t, 1)
	p := o.phone(t, t.TempDir())
	p.signIn("officer")
	p.openApp()
	p.ready()
	p.begin(o, "start")
	p.press("add-party")
	p.fill("name", "竹艺小店")
	p.press("add-finding")
	p.until("the finding", `location.hash.includes('/f/')`)
	// Chromium tells a page of 10 GiB whatever there is, so what it tells is set here.
	browser := func(script string) {
		t.Helper()
		if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](script+`, true`)); err != nil {
			t.Fatal(err)
		}
	}
	browser(`navigator.storage.estimate = async () => ({quota: 60 << 20, usage: 0})`)
	p.do("a photograph", chromedp.SetUploadFiles(`input[data-take="album"]`, files))
	p.until("it is kept", `document.querySelectorAll('.fapp-photos li').length === 1`)
	p.until("it is said that room is short", `document.querySelector('.fapp-bar').innerText.includes('存储空间即将用尽')`)
	more, _ := photographs(t, 3)
	browser(`navigator.storage.estimate = async () => ({quota: 10 << 20, usage: 0})`)
	p.do("one more", chromedp.SetUploadFiles(`input[data-take="album"]`, more[1:2]))
	p.until("it is said that it was not kept", `document.querySelector('.fapp-bar').innerText.includes('IMG_0002.jpg 没有保存')`)
	p.until("it is not shown", `document.querySelectorAll('.fapp-photos li').length === 1`)
	browser(`navigator.storage.estimate = async () => ({quota: 60 << 20, usage: 0}), IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }`)
	p.do("and one that the browser does not take", chromedp.SetUploadFiles(`input[data-take="album"]`, more[2:]))
	p.until("it is said too", `document.querySelector('.fapp-bar').innerText.includes('刚才的内容没有保存')`)
	p.until("it is not shown", `document.querySelectorAll('.fapp-photos li').length === 1`)
	p.picture("field-full")
}
