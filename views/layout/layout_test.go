package layout

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
	"huzhi/static"
	"huzhi/views/parts"
)

func page(t *testing.T, lang, text string) Page {
	t.Helper()
	cat, err := i18n.Load(os.DirFS("../../config/locale"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	return Page{
		P: cat.Printer(lang), Assets: files.Path, Title: text, Theme: text, Path: text, Query: text, Lead: text,
		Nav:    []NavItem{{Label: text, Href: text, Icon: "home", Active: true, Badge: 3, Group: text}, {Label: text, Href: text, Icon: "folder", Badge: 120, Group: text}},
		Bell:   &Bell{Count: 120, Href: text},
		User:   &User{ID: text, Name: text, RoleLine: text, Links: []parts.Link{{Label: text, Href: text, Icon: "user"}}},
		Flash:  &Flash{Kind: text, Text: text, Link: &parts.Link{Label: text, Href: text}},
		Crumbs: []Crumb{{Label: text, Href: text}, {Label: text}},
		Demo:   true, Today: calendar.Date(2026, time.November, 22), Actions: parts.Badge(parts.Late, text), Invalid: true,
	}
}

func render(t *testing.T, c templ.Component) (string, *html.Node) {
	t.Helper()
	var b bytes.Buffer
	child := templ.ComponentFunc(parts.Badge(parts.Done, "the page itself").Render)
	if err := c.Render(templ.WithChildren(context.Background(), child), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), doc
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestFrames(t *testing.T) {
	hostile := []string{`<script>alert(1)</script>`, `" onload="alert(1)`, `javascript:alert(1)`, `王伟`}
	for _, lang := range i18n.Languages() {
		for _, text := range hostile {
			p := page(t, lang, text)
			bare := p
			bare.User, bare.Flash = nil, nil
			for name, c := range map[string]templ.Component{"Shell": Shell(p), "Shell/signed out": Shell(bare), "Bare": Bare(bare), "Print": Print(p)} {
				out, doc := render(t, c)
				if !strings.HasPrefix(out, "<!doctype html>") {
					t.Errorf("%s: no doctype", name)
				}
				if !strings.Contains(out, "the page itself") {
					t.Errorf("%s: the page is not in it", name)
				}
				ids := map[string]bool{}
				for n := range doc.Descendants() {
					if n.Type == html.TextNode && strings.HasPrefix(strings.TrimSpace(n.Data), "parts.") {
						t.Errorf("%s %s: no sentence for %q", lang, name, n.Data)
					}
					if n.Type != html.ElementNode {
						continue
					}
					if n.Data == "html" && attr(n, "lang") != lang {
						t.Errorf("%s: lang %q", name, attr(n, "lang"))
					}
					if n.Data == "script" && (!strings.HasPrefix(attr(n, "src"), "/static/") || n.FirstChild != nil) {
						t.Errorf("%s: an inline script", name)
					}
					if n.Data == "style" {
						t.Errorf("%s: <style>", name)
					}
					if id := attr(n, "id"); id != "" {
						if ids[id] {
							t.Errorf("%s: id %q twice", name, id)
						}
						ids[id] = true
					}
					for _, a := range n.Attr {
						if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" || a.Key == "action") && strings.HasPrefix(a.Val, "javascript:") {
							t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
						}
						if strings.HasPrefix(a.Val, "parts.") || strings.Contains(a.Val, "/static/missing/") {
							t.Errorf("%s %s: <%s %s=%q>", lang, name, n.Data, a.Key, a.Val)
						}
					}
				}
				if !ids["main"] {
					t.Errorf("%s: the skip link leads nowhere", name)
				}
			}
		}
	}
}

func TestTheme(t *testing.T) {
	for theme, want := range map[string][2]string{Light: {"light", "light"}, Dark: {"dark", "dark"}, Auto: {"auto", "light dark"}, "": {"auto", "light dark"}, "x": {"auto", "light dark"}} {
		p := page(t, i18n.Chinese, "x")
		p.Theme = theme
		out, _ := render(t, Shell(p))
		if !strings.Contains(out, `data-bs-theme="`+want[0]+`"`) || !strings.Contains(out, `name="color-scheme" content="`+want[1]+`"`) {
			t.Errorf("theme %q: not %v", theme, want)
		}
	}
}

func TestSwitches(t *testing.T) {
	p := page(t, i18n.English, "x")
	p.Path = "/cases?county=330523"
	out, _ := render(t, Shell(p))
	for _, want := range []string{`action="/preferences"`, `name="return" value="/cases?county=330523"`, `name="lang" value="zh-CN"`, `name="theme" value="dark"`, `action="/logout"`, `href="#main"`, `popovertarget="menu"`, ">99+<"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s", want)
		}
	}
	if !strings.Contains(out, "<title>Error: x · Huzhi</title>") {
		t.Error("the window's title does not say that something is wrong")
	}
}
