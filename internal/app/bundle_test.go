package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"huzhi/internal/app/apptest"
	"huzhi/internal/bundle"
	"huzhi/internal/casework"
	"huzhi/internal/store"
)

// TestTheBundleChecksItselfOffline opens the page of a bundle in a browser without a network: it holds; with one byte changed in an original, in the log or in the seal it does not, and
// huzhi verify says the same of each.
func TestTheBundleChecksItselfOffline(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long: a browser (-short)")
	}
	ctx, enough := context.WithTimeout(apptest.Chromium(t), 90*time.Second)
	t.Cleanup(enough)
	o := apptest.Open(t, store.SQLite)
	c := handOf(o).File(t, casework.Counterfeit, "2026-11-10")
	if err := o.Docket.Attach(t.Context(), o.By["officer"], c.ID, "", "照片.png", "image/png", bytes.NewReader(picture(t)), 1<<20); err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := o.Bundles.Write(t.Context(), o.By["officer"], c.ID, &raw); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	z, err := zip.NewReader(bytes.NewReader(raw.Bytes()), int64(raw.Len()))
	if err != nil {
		t.Fatal(err)
	}
	page, err := z.Open("index.html")
	if err != nil {
		t.Fatal(err)
	}
	html, err := io.ReadAll(page)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	at := write("index.html", html)
	spoil := func(part string) []byte {
		t.Helper()
		i := bytes.LastIndex(raw.Bytes(), []byte(part))
		if i < 0 {
			t.Fatalf("%q is not in the bundle", part)
		}
		out := bytes.Clone(raw.Bytes())
		out[i+len(part)-1] ^= 1
		return out
	}
	h := &hand{t: t, ctx: ctx, base: ""}
	noNetwork := chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: true}}})
		return err
	})
	h.do("the network is off", noNetwork)
	for name, b := range map[string][]byte{"whole": raw.Bytes(), "an original": spoil("\x89PNG\r"), "the log": spoil(`"action": "case.attach`), "the seal": spoil(`"outcome": "done`)} {
		want := "good"
		if _, err := bundle.Verify(bytes.NewReader(b), int64(len(b)), o.Translog.Public()...); (err == nil) != (name == "whole") {
			t.Errorf("%s: huzhi verify says %v", name, err)
		}
		if name != "whole" {
			want = "bad"
		}
		h.do(name+", the page", chromedp.Navigate("file://"+at))
		h.do(name+", the bundle", chromedp.SetUploadFiles("#zip", []string{write("case.zip", b)}))
		verdict := ""
		for range 100 {
			if verdict, err = chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("#verdict").className + " " + document.querySelector("#verdict").textContent`)); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(verdict, "good ") || strings.HasPrefix(verdict, "bad ") {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if !strings.HasPrefix(verdict, want+" ") {
			t.Errorf("%s: the page says %q, must be %s", name, verdict, want)
		}
	}
}

// TestTheBundleKeepsTheOfficesOwnWords: what the office said among itself, goes to nobody outside; what the log tells of it is there as a hash
// that is proved like the rest.
func TestTheBundleKeepsTheOfficesOwnWords(t *testing.T) {
	t.Parallel()
	o := apptest.Open(t, store.SQLite)
	hand := handOf(o)
	c := hand.File(t, casework.Counterfeit, "2026-11-10")
	const inner = "内部意见不外传"
	for _, s := range []struct {
		by, step string
		in       map[string]string
	}{
		{"officer", "investigate", map[string]string{"findings": inner, "limb": "L1a", "act_ended_on": "2026-11-01", "income": "0"}},
		{"reviewer", "return", map[string]string{"return_reason": inner}},
	} {
		if err := hand.Take(s.by, c.ID, s.step, "2026-11-12", s.in); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Docket.Attach(t.Context(), o.By["officer"], c.ID, "", "照片.png", "image/png", bytes.NewReader(picture(t)), 1<<20); err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := o.Bundles.Write(t.Context(), o.By["officer"], c.ID, &raw); err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Verify(bytes.NewReader(raw.Bytes()), int64(raw.Len()), o.Translog.Public()...); err != nil {
		t.Error(err)
	}
	for _, word := range []string{inner, "investigation_report"} {
		if bytes.Contains(raw.Bytes(), []byte(word)) {
			t.Errorf("%s is in the bundle", word)
		}
	}
	z, err := zip.NewReader(bytes.NewReader(raw.Bytes()), int64(raw.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("log.json")
	if err != nil {
		t.Fatal(err)
	}
	var entries []bundle.Told
	if err := json.NewDecoder(f).Decode(&entries); err != nil {
		t.Fatal(err)
	}
	withheld := map[string]bool{}
	for _, e := range entries {
		withheld[e.Action] = e.Withheld
		if e.Withheld != (e.Detail == "") || e.Hash == "" {
			t.Errorf("%+v", e)
		}
	}
	if !withheld["case.step.investigate"] || !withheld["case.step.return"] || withheld["case.attach"] {
		t.Errorf("%v", withheld)
	}
}
