package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"

	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// The figures are for this machine, or for whoever has the token; never for what a proxy hands on.
func TestMetrics(t *testing.T) {
	for _, x := range []struct {
		name, token string
		head        map[string]string
		want        int
	}{
		{"this machine", "", nil, 200},
		{"through a proxy", "", map[string]string{"X-Forwarded-For": "10.0.0.7"}, 403},
		{"the token", "a token of twenty and more", map[string]string{"Authorization": "Bearer a token of twenty and more"}, 200},
		{"another token", "a token of twenty and more", map[string]string{"Authorization": "Bearer x"}, 403},
		{"no token", "a token of twenty and more", nil, 403},
	} {
		s := open(t, storetest.SQLite(t), func(d *web.Deps) {
			d.Watch = web.Watch{Token: x.token, Figures: func(context.Context) []web.Figure {
				return []web.Figure{{Name: "huzhi_wal_bytes", Help: "h", Value: 4096}, {Name: "huzhi_sweep_failures_total", Help: "h", Counter: true, Labels: `work="clocks"`, Value: 2}}
			}}
		})
		c := webtest.New(t, s.base)
		c.Get("/cases/13800001234") // not signed in
		c.Get("/nowhere/13800001234")
		r := c.Request("GET", "/metrics", nil)
		for k, v := range x.head {
			r.Header.Set(k, v)
		}
		p := c.Do(r)
		if p.Status != x.want {
			t.Errorf("%s: %d", x.name, p.Status)
		}
		if p.Status != 200 {
			continue
		}
		for _, want := range []string{`huzhi_requests_total{method="GET",route="/cases/:id",status="303"} 1`, "# TYPE huzhi_request_seconds histogram", `huzhi_request_seconds_bucket{method="GET",le="+Inf"} 2`,
			"huzhi_requests_running 1", "# TYPE huzhi_wal_bytes gauge\nhuzhi_wal_bytes 4096\n", "# TYPE huzhi_sweep_failures_total counter\nhuzhi_sweep_failures_total{work=\"clocks\"} 2\n"} {
			if !strings.Contains(p.Body, want) {
				t.Errorf("%s: no %q in\n%s", x.name, want, p.Body)
			}
		}
		if strings.Contains(p.Body, "1380000") {
			t.Error("what stood in an address is told")
		}
	}
}

func TestReady(t *testing.T) {
	no := ""
	s := open(t, storetest.SQLite(t), func(d *web.Deps) { d.Watch.Ready = func(context.Context) string { return no } })
	c := webtest.New(t, s.base)
	if p := c.Get("/readyz"); p.Status != 200 || p.Body != "ready\n" {
		t.Errorf("%d %q", p.Status, p.Body)
	}
	no = "data folder not writable"
	if p := c.Get("/readyz"); p.Status != 503 || p.Body != no+"\n" {
		t.Errorf("%d %q", p.Status, p.Body)
	}
	no = ""
	s.web.Ending()
	if p := c.Get("/readyz"); p.Status != 503 || p.Body != "stopping\n" {
		t.Errorf("%d %q", p.Status, p.Body)
	}
	if p := c.Get("/healthz"); p.Status != 200 {
		t.Errorf("it lives while it stops: %d", p.Status)
	}
}

// lines is a log for many.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }

// What the program writes about itself says which request and whose, by identifiers, and never names anybody nor repeats what was typed.
func TestTheLogNamesNobody(t *testing.T) {
	var said lines
	s := open(t, storetest.SQLite(t), func(d *web.Deps) {
		d.Log = slog.New(slog.NewJSONHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c := webtest.SignIn(t, s.base, "officer")
	words := []string{"officer", "13911112222", "欧阳不群", "330521199001011234"}
	for _, w := range words[1:] {
		c.Get("/search?q=" + url.QueryEscape(w))
		c.Get("/cases/" + url.PathEscape(w))
		c.Get("/nowhere/" + url.PathEscape(w))
		c.Post("/leads/new", url.Values{"title": {w}, "respondent": {w}, "facts": {w}})
		c.Post("/admin/users/"+url.PathEscape(w), url.Values{"name": {w}})
		c.Post("/login", url.Values{"username": {w}, "password": {w}})
	}
	said.mu.Lock()
	defer said.mu.Unlock()
	all := said.b.String()
	for _, w := range words {
		for _, way := range []string{w, url.QueryEscape(w), url.PathEscape(w)} {
			if i := strings.Index(all, way); i >= 0 {
				t.Errorf("the log holds %q: …%s", way, all[max(0, i-150):min(len(all), i+50)])
				break
			}
		}
	}
	if actor := fmt.Sprintf(`"actor":%q`, s.By["officer"].ID); !strings.Contains(all, actor) || !strings.Contains(all, `"id":"`) || !strings.Contains(all, `"route":"/cases/:id"`) {
		t.Errorf("no request, route or actor in\n%.2000s", all)
	}
}

// A disk that is full or a database that is away is told in a sentence, and the form stands on the page to be sent again, whole; but no password.
func TestWhatWasTypedIsKeptWhenNothingCanBeSaved(t *testing.T) {
	db := storetest.SQLite(t)
	s := open(t, db, nil)
	c := webtest.SignIn(t, s.base, "officer")
	typed := "竹凉席包装标注他人专利号，\n<b>现场</b>有三箱"
	form := url.Values{"id": {db.NewID()}, "title": {"测试木业有限公司涉嫌假冒专利"}, "facts": {typed}}
	s.fail(t, c, syscall.ENOSPC, form, typed)
}

// fail lets an address of the test fail with an error, and looks at the page.
func (s *site) fail(t *testing.T, c *webtest.Client, with error, form url.Values, typed string) {
	t.Helper()
	web.FailWith(with)
	defer web.FailWith(nil)
	p := c.Post("/test/fails?x=1", form)
	if p.Status != http.StatusServiceUnavailable || p.Header.Get("Retry-After") == "" {
		t.Fatalf("%d %v", p.Status, p.Header)
	}
	again := url.Values{}
	for _, n := range p.All("form.error-again input[type=hidden]") {
		name, value := "", ""
		for _, a := range n.Attr {
			switch a.Key {
			case "name":
				name = a.Val
			case "value":
				value = a.Val
			}
		}
		again.Add(name, value)
	}
	if to := p.Attr("form.error-again", "action"); to != "/test/fails?x=1" {
		t.Errorf("sent to %q", to)
	}
	if again.Get("facts") != typed || again.Get("id") != form.Get("id") || again.Get("title") != form.Get("title") {
		t.Errorf("what was typed: %v", again)
	}
	if !strings.Contains(p.Body, "&lt;b&gt;") || strings.Contains(p.Body, "<b>现场") {
		t.Error("what was typed is not shown as text")
	}
	p = c.Post("/test/fails", url.Values{"password": {"correct horse 1"}})
	if p.Status != http.StatusServiceUnavailable || strings.Contains(p.Body, "correct horse") {
		t.Errorf("a password: %d", p.Status)
	}
}
