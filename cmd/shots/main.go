// Command shots takes pictures of the main pages of a running demonstration office: both languages, light and dark, desktop and phone.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"

	"huzhi/internal/browser"
)

// page is an address to picture as a person. Open follows the first link that a selector finds there.
type page struct {
	name, who, path, open string
	then                  string // what follows the address of that link; "#": open is waited for instead
	full, unfold          bool
}

func pages() []page {
	return []page{
		{name: "sign-in", path: "/login"},
		{name: "desk-officer", who: "officer", path: "/"},
		{name: "cases", who: "officer", path: "/cases"},
		{name: "case", who: "officer", path: "/cases?mine=1&kind=counterfeit&state=reviewed", open: `main a[href^="/cases/"]`, full: true},
		{name: "step", who: "officer", path: "/cases?mine=1&kind=counterfeit&state=reviewed", open: `main a[href^="/cases/"]`},
		{name: "evidence", who: "officer", path: "/goods?show=all", open: `main .lst a[href$="/evidence"]`, full: true},
		{name: "goods", who: "officer", path: "/goods?show=all"},
		{name: "volume", who: "chief", path: "/cases?kind=counterfeit&outcome=penalised", open: `main a[href^="/cases/0"]`, then: "/volume", full: true},
		{name: "file-review", who: "chief", path: "/cases?kind=counterfeit&outcome=penalised", open: `main a[href^="/cases/0"]`, then: "/review", full: true},
		{name: "bundle", who: "chief", path: "/cases?kind=counterfeit&outcome=penalised", open: `main a[href^="/cases/0"]`, then: "/bundle", full: true},
		{name: "reviews", who: "chief", path: "/reviews", full: true},
		{name: "alarms", who: "chief", path: "/evidence/alarms"},
		{name: "due", who: "officer", path: "/due"},
		{name: "case-side", who: "officer", path: "/due?mine=0&still=1", open: `main a[href^="/cases/"]`, full: true},
		{name: "standing", who: "officer", path: "/due?mine=0&still=1"},
		{name: "rules", who: "officer", path: "/rules"},
		{name: "rule", who: "officer", path: "/rules/INF_CLOSE?from=2026-11-20&extend=1", full: true},
		{name: "fine", who: "officer", path: "/rules/CF_FINE?act=2021-05-31&income=100000", full: true},
		{name: "calendar", who: "officer", path: "/calendar"},
		{name: "tasks", who: "officer", path: "/tasks?whose=all&state=all"},
		{name: "task", who: "officer", path: "/tasks", open: `main .lst a[href^="/tasks/"]`},
		{name: "warnings", who: "chief", path: "/warnings"},
		{name: "leads", who: "officer", path: "/leads"},
		{name: "lead", who: "officer", path: "/leads?state=new", open: `main a[href^="/leads/"]:not([href="/leads/new"])`},
		{name: "request", who: "officer", path: "/leads?state=new&kind=infringement", open: `main a[href^="/leads/"]:not([href="/leads/new"])`, full: true},
		{name: "opinion", who: "officer", path: "/cases?kind=opinion&state=proposed", open: `main a[href^="/cases/"]`, full: true},
		{name: "listings", who: "officer", path: "/listings"},
		{name: "visits", who: "officer", path: "/visits"},
		{name: "visit", who: "officer", path: "/visits?kind=market&state=finished", open: `main .lst a[href^="/visits/0"]`, full: true},
		{name: "visit-rival", who: "officer", path: "/visits?state=rival", open: `main .lst a[href^="/visits/0"]`, full: true},
		{name: "visit-new", who: "officer", path: "/visits/new", full: true},
		{name: "visit-board", who: "chief", path: "/visits/board?on=2026-11-19"},
		{name: "field", who: "officer", path: "/field", open: "#field[data-open]", then: "#", full: true},
		{name: "visit-review", who: "officer", path: "/visits?state=review", open: `main .lst a[href^="/visits/0"]`, full: true},
		{name: "register", who: "officer", path: "/register?status=LAPSED_FEE"},
		{name: "patent", who: "officer", path: "/register?status=LAPSED_FEE", open: `main .lst a[href^="/register/patents/"]`, full: true},
		{name: "imports", who: "officer", path: "/register/imports"},
		{name: "import", who: "officer", path: "/register/imports", open: `main .lst a[href^="/register/imports/0"]`, full: true},
		{name: "checks", who: "officer", path: "/checks"},
		{name: "check-new", who: "officer", path: "/checks/new", full: true},
		{name: "check", who: "officer", path: "/checks?result=SUSPECT", open: `main .lst a[href^="/checks/0"]`, full: true},
		{name: "search", who: "officer", path: "/search?q=竹制"},
		{name: "desk-operator", who: "operator", path: "/"},
		{name: "hotline", who: "operator", path: "/hotline"},
		{name: "call", who: "operator", path: "/hotline/new"},
		{name: "call-page", who: "operator", path: "/hotline?kind=report", open: `main .lst a[href^="/hotline/0"]`, full: true},
		{name: "callbacks", who: "operator", path: "/hotline/callbacks"},
		{name: "callback", who: "operator", path: "/hotline/callbacks", open: `main .lst a[href^="/hotline/callbacks/0"]`, full: true},
		{name: "callback-new", who: "operator", path: "/hotline/callbacks/new"},
		{name: "referrals", who: "operator", path: "/hotline/referrals"},
		{name: "receipts", who: "operator", path: "/receipts"},
		{name: "knowledge", who: "operator", path: "/knowledge"},
		{name: "article", who: "operator", path: "/knowledge", open: `main .lst a[href^="/knowledge/0"]`, full: true},
		{name: "knowledge-chief", who: "chief", path: "/knowledge?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E6%A0%B7%E7%9A%84", full: true},
		{name: "article-edit", who: "chief", path: "/knowledge", open: `main .lst a[href^="/knowledge/0"]`, then: "/edit", full: true},
		{name: "figures", who: "chief", path: "/hotline/figures", full: true},
		{name: "hotline-chief", who: "chief", path: "/hotline"},
		{name: "hotline-settings", who: "admin", path: "/admin/hotline", full: true},
		{name: "desk-chief", who: "chief", path: "/", full: true},
		{name: "answer", who: "chief", path: "/", open: `main a[href*="/steps/approve_"]`, full: true},
		{name: "statistics", who: "chief", path: "/statistics?year=2014", full: true},
		{name: "scorecard", who: "chief", path: "/statistics/scorecard?year=2014", full: true},
		{name: "meaning", who: "chief", path: "/statistics/meaning", full: true},
		{name: "report-2014", who: "chief", path: "/report/2014", full: true},
		{name: "paper", who: "chief", path: "/cases?kind=counterfeit&outcome=penalised", open: `main a[href^="/cases/0"]`},
		{name: "assign", who: "chief", path: "/cases?kind=infringement&state=served", open: `main a[href^="/cases/"]:not([href="/cases/reassign"])`, then: "/assign", full: true},
		{name: "cases-chief", who: "chief", path: "/cases"},
		{name: "reassign", who: "chief", path: "/cases/reassign"},
		{name: "users", who: "admin", path: "/admin/users"},
		{name: "person", who: "admin", path: "/admin/users?q=officer7", open: `main a[href^="/admin/users/0"]`, full: true},
		{name: "person-new", who: "admin", path: "/admin/users/new", full: true},
		{name: "account", who: "admin", path: "/account", full: true},
		{name: "factor", who: "admin", path: "/account/factor", full: true},
		{name: "disclosures", who: "auditor", path: "/disclosures"},
		{name: "disclosure", who: "chief", path: "/disclosures", open: `main a[href^="/disclosures/0"]`, full: true},
		{name: "receipt", who: "operator", path: "/receipts", open: `main a[href$="/receipt"]`, full: true},
		{name: "progress", path: "/progress"},
		{name: "audit", who: "auditor", path: "/audit"},
		{name: "heads", who: "auditor", path: "/audit/heads", full: true},
	}
}

func main() {
	base := flag.String("base", "http://127.0.0.1:8330", "address of the running demonstration office")
	out := flag.String("out", "docs/shots", "folder for the pictures")
	only := flag.String("only", "", "names of pages, separated by commas; empty is all")
	langs := flag.String("langs", "zh,en", "languages")
	modes := flag.String("modes", "light-desktop,dark-desktop,light-phone,dark-phone", "looks")
	path := flag.String("path", "", "picture this address instead, whole, with all that is folded opened")
	who := flag.String("who", "officer", "with -path: the sign-in name")
	name := flag.String("name", "page", "with -path: the picture's name")
	flag.Parse()
	list := pages()
	if *path != "" {
		list, *only = []page{{name: *name, who: *who, path: *path, full: true, unfold: true}}, ""
	}
	if err := run(list, *base, *out, *only, strings.Split(*langs, ","), strings.Split(*modes, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run(list []page, base, out, only string, langs, modes []string) error {
	dir, err := os.MkdirTemp("", "shots-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, end, err := browser.Open(context.Background(), dir)
	if err != nil {
		return err
	}
	defer end()
	who := "-"
	for _, p := range list {
		if only != "" && !strings.Contains(","+only+",", ","+p.name+",") {
			continue
		}
		if p.who != who {
			if err := enter(ctx, base, p.who); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			who = p.who
		}
		for _, lang := range langs {
			for _, mode := range modes {
				if err := browser.Size(ctx, strings.HasSuffix(mode, "phone"), strings.HasPrefix(mode, "dark")); err != nil {
					return err
				}
				if err := speak(ctx, base, lang); err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				if err := visit(ctx, base, p); err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				if p.unfold {
					if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.querySelectorAll("main details").forEach(d => { d.open = true }); true`)); err != nil {
						return err
					}
				}
				if err := browser.Picture(ctx, filepath.Join(out, p.name+"-"+lang+"-"+mode+".png"), p.full); err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
			}
		}
		fmt.Println(p.name)
	}
	return nil
}

// enter signs out, and in as somebody.
func enter(ctx context.Context, base, who string) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/healthz")); err != nil {
		return err
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`fetch("/logout", {method: "POST"}).then(() => true)`, chromedp.EvalAwaitPromise)); err != nil {
		return err
	}
	if who == "" {
		return nil
	}
	return browser.SignIn(ctx, base, who, "huzhi-demo")
}

// speak chooses the language as the page's own switch does.
func speak(ctx context.Context, base, lang string) error {
	full := map[string]string{"zh": "zh-CN", "en": "en"}[lang]
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/healthz")); err != nil {
		return err
	}
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`fetch("/preferences", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "lang=`+full+`&return=/"}).then(() => true)`, chromedp.EvalAwaitPromise))
	return err
}

func visit(ctx context.Context, base string, p page) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(base+p.path)); err != nil {
		return err
	}
	if p.then == "#" { // the app draws itself: not before it has
		return chromedp.Do(ctx, chromedp.WaitReady(p.open))
	}
	if p.open == "" {
		return nil
	}
	href, err := chromedp.Run(ctx, chromedp.AttributeValue(p.open, "href"))
	if err != nil {
		return err
	}
	to := href.Value + p.then
	switch p.name {
	case "step":
		if err := chromedp.Do(ctx, chromedp.Navigate(base+to)); err != nil {
			return err
		}
		step, err := chromedp.Run(ctx, chromedp.AttributeValue(`a[href*="/steps/"]`, "href"))
		if err != nil {
			return err
		}
		to = step.Value
	case "paper":
		if err := chromedp.Do(ctx, chromedp.Navigate(base+to)); err != nil {
			return err
		}
		doc, err := chromedp.Run(ctx, chromedp.AttributeValue(`a[href^="/documents/"]`, "href"))
		if err != nil {
			return err
		}
		to = doc.Value
	}
	return chromedp.Do(ctx, chromedp.Navigate(base+to))
}
