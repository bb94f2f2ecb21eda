package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// How the harness of secrets asks for every address, and what it looks at.

var (
	param    = regexp.MustCompile(`:[a-z]+`)
	unsteady = regexp.MustCompile(`[0-9a-hjkmnp-tv-z]{26}|\d\d:\d\d(:\d\d(\.\d+)?Z?)?`) // identifiers, the time of day
)

// paths are an address's, with identifiers in the place of its parameters: each that is known, for the words of a path a few that are.
func (s *secrets) paths(r web.Route, ids []string) []string {
	names := param.FindAllString(r.Path, -1)
	path := strings.TrimSuffix(r.Path, "*")
	if len(names) == 0 {
		return []string{path}
	}
	var out []string
	for _, id := range ids {
		to := strings.Replace(path, names[0], id, 1)
		for _, more := range names[1:] {
			to = strings.Replace(to, more, map[string]string{":step": "investigate", ":act": "check", ":field": "title"}[more]+map[bool]string{true: id}[more != ":step" && more != ":act" && more != ":field"], 1)
		}
		out = append(out, to)
	}
	for _, word := range []string{"2026", "1", "CF_VERIFY"} {
		out = append(out, strings.Replace(path, names[0], word, 1))
	}
	return out
}

// queries are what is asked of an address besides: what its search, its filters or an autocompletion may be given.
func queries(p *webtest.Page) []string {
	names := []string{"q"}
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		return []string{"?q=1398765"} // a file has no fields
	}
	for _, n := range p.All("main input[name]") {
		if kind := attrOf(n, "type"); kind != "hidden" && kind != "checkbox" && kind != "radio" && !slices.Contains(names, attrOf(n, "name")) {
			names = append(names, attrOf(n, "name"))
		}
	}
	var out []string
	for _, name := range names {
		for _, typed := range []string{"靐", "爨", "虪", "龘", "13987654321", "ZL 2014 9 0000012.4"} {
			out = append(out, "?"+name+"="+url.QueryEscape(typed))
		}
	}
	return append(out, "?q=1398765", "?year=2026", "?mine=0", "?whose=all&state=all", "?partial=1", "?format=xlsx")
}

// pages are what each of some people read at every address without a parameter, and at those that its lists, tabs and figures lead to.
func (s *secrets) pages(t *testing.T, people ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, who := range people {
		c := s.As(t, who)
		var todo []string
		for _, r := range s.site.Addresses() {
			if r.Method == http.MethodGet && !strings.HasSuffix(r.Path, "*") && r.Path != "/metrics" { // it counts requests, for a machine on this one
				todo = append(todo, s.paths(web.Route{Path: r.Path}, nil)...)
			}
		}
		first := len(todo)
		seen := map[string]bool{}
		for i := 0; i < len(todo) && len(seen) < 250; i++ {
			if seen[todo[i]] {
				continue
			}
			seen[todo[i]] = true
			p := c.Get(todo[i])
			out[who+" "+todo[i]] = fmt.Sprint(p.Status, " ", unsteady.ReplaceAllString(p.Main(), "~"))
			if i < first && p.Status == http.StatusOK {
				for _, a := range p.All("main a[href*='?']") {
					if href := attrOf(a, "href"); strings.HasPrefix(href, "/") && !strings.Contains(href, "/clocks/") {
						todo = append(todo, href)
					}
				}
			}
		}
	}
	return out
}

func (s *secrets) unchanged(t *testing.T, what string, before, after map[string]string) {
	t.Helper()
	if len(before) < 30 {
		t.Fatalf("only %d pages were read", len(before))
	}
	for at, was := range before {
		if strings.Contains(at, " /account") { // sessions, and each time another secret for the telephone
			continue
		}
		if is, read := after[at]; !read || is != was {
			t.Errorf("%s changed by %s:\n%s", at, what, apart(was, is))
		}
	}
}

// apart is where two texts part.
func apart(a, b string) string {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	from := max(0, n-40)
	return "was …" + string(x[from:min(len(x), n+80)]) + "\nis  …" + string(y[from:min(len(y), n+80)])
}

// everywhere asks for every address as somebody, or as nobody, with each of the records.
func (s *secrets) everywhere(t *testing.T, who string, ids []string) {
	t.Helper()
	c := webtest.New(t, s.Base)
	if who != "" {
		c = s.As(t, who)
	}
	for _, r := range s.site.Addresses() {
		if strings.HasPrefix(r.Path, "/static/") || r.Method == http.MethodHead {
			continue
		}
		for _, path := range s.paths(r, ids) {
			switch {
			case r.Method == http.MethodGet:
				p := c.Get(path)
				s.look(t, who, p)
				if path == r.Path && p.Status == http.StatusOK {
					for _, q := range queries(p) {
						s.look(t, who, c.Get(path+q))
					}
				}
			case who != "" && s.mayChange(who, path): // what would be done is no secret from who may do it
			case path == "/logout" || path == "/account/sessions" || strings.HasPrefix(path, "/account/factor"):
			default:
				s.look(t, who, c.Post(path, form("version", "1", "on", "2026-11-20", "q", "靐")))
			}
		}
	}
}

// mayChange says whether a path is of a record that somebody may know of, where sending a form could do something.
func (s *secrets) mayChange(who, path string) bool {
	for _, x := range s.secrets {
		if slices.ContainsFunc(x.ids, func(id string) bool { return strings.Contains(path, id) }) {
			return !x.hidden(who) || x.name == "the reporter"
		}
	}
	return slices.ContainsFunc(s.plain, func(id string) bool { return strings.Contains(path, id) })
}

// look holds an answer against every secret that is hidden from who reads it.
func (s *secrets) look(t *testing.T, who string, p *webtest.Page) {
	t.Helper()
	if p.Status >= 500 {
		t.Errorf("%s %s: %d", who, p.Path, p.Status)
	}
	all := p.Body
	for _, h := range p.Header {
		all += "\n" + strings.Join(h, "\n")
	}
	typed, _ := url.QueryUnescape(p.Path)
	for _, x := range s.secrets {
		if !x.hidden(who) {
			continue
		}
		for _, m := range x.markers {
			if strings.Contains(all, m) && !strings.Contains(typed, m) {
				key := who + " " + param.ReplaceAllString(unsteady.ReplaceAllString(strings.Split(p.Path, "?")[0], "~"), "~")
				if !s.reached[key+x.name] {
					s.reached[key+x.name] = true
					t.Errorf("%q reads %s (%s) at %s, %d", who, x.name, m, p.Path, p.Status)
				}
			}
		}
	}
}
