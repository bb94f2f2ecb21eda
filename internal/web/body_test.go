package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

const boundary = "xxBOUNDARYxx"

// upload is the body of an upload of so many bytes.
func upload(n int) []byte {
	head := fmt.Sprintf("--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.bin\"\r\n\r\n", boundary)
	return joined([]byte(head), bytes.Repeat([]byte{'x'}, n), []byte("\r\n--"+boundary+"--\r\n"))
}

func joined(list ...[]byte) []byte { return bytes.Join(list, nil) }

// plain sends a request as a plain client does that listens only once it has sent everything.
func plain(t *testing.T, c *webtest.Client, path, extra string, chunked bool, body []byte) *http.Response {
	t.Helper()
	base, err := url.Parse(c.Base)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", base.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	cookies := ""
	for _, k := range c.HTTP.Jar.Cookies(base) {
		cookies += k.Name + "=" + k.Value + "; "
	}
	length := fmt.Sprintf("Content-Length: %d", len(body))
	if chunked {
		length = "Transfer-Encoding: chunked"
		body = joined(fmt.Appendf(nil, "%x\r\n", len(body)), body, []byte("\r\n0\r\n\r\n"))
	}
	if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=%s\r\n%s\r\n%s\r\n", path, base.Host, cookies, boundary, length, extra); err != nil {
		t.Fatal(err)
	}
	if extra == "" {
		if _, err := conn.Write(body); err != nil {
			t.Fatalf("the connection broke: %v", err)
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func TestWhoSendsTooMuchHearsIt(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), func(d *web.Deps) { d.FileBytes, d.FormBytes = 1<<20, 64<<10 })
	at := "/cases/" + o.File(t, casework.Counterfeit, "2026-11-02").ID + "/files"
	officer, nobody := webtest.SignIn(t, s.base, "officer"), webtest.New(t, s.base)
	big := upload(32 << 20)
	for name, x := range map[string]struct {
		res  *http.Response
		want int
	}{
		"announced":          {plain(t, officer, at, "", false, big), 413},
		"not announced":      {plain(t, officer, at, "", true, big), 413},
		"asked before":       {plain(t, officer, at, "Expect: 100-continue\r\n", false, big), 413},
		"a form":             {plain(t, nobody, "/login", "", false, big), 413},
		"not signed in":      {plain(t, nobody, at, "", false, big[:1<<20]), 303},
		"no such case":       {plain(t, officer, "/cases/none/files", "", false, upload(1<<20)), 404},
		"may attach nothing": {plain(t, webtest.SignIn(t, s.base, "operator"), at, "", false, upload(1<<20)), 403},
	} {
		b, err := io.ReadAll(x.res.Body)
		if err != nil || x.res.StatusCode != x.want {
			t.Errorf("%s: %d %v", name, x.res.StatusCode, err)
		}
		if x.want == 413 && !strings.Contains(string(b), `data-status="413"`) {
			t.Errorf("%s: %s", name, b)
		}
	}
}

// slowly gives a body in small pieces.
type slowly struct {
	r    io.Reader
	wait time.Duration
}

func (s slowly) Read(p []byte) (int, error) {
	time.Sleep(s.wait)
	return s.r.Read(p[:min(len(p), 64<<10)])
}

func TestASlowFileArrives(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var d web.Deps
		s, o := openCases(t, db, func(x *web.Deps) { d = *x })
		hasty, err := web.New(d)
		if err != nil {
			t.Fatal(err)
		}
		hasty.SetTimes(400*time.Millisecond, time.Minute)
		srv := httptest.NewUnstartedServer(hasty)
		srv.Config.ReadTimeout, srv.Config.WriteTimeout = 400*time.Millisecond, 500*time.Millisecond
		srv.Start()
		t.Cleanup(srv.Close)
		at := "/cases/" + o.File(t, casework.Counterfeit, "2026-11-02").ID
		c := webtest.SignIn(t, s.base, "officer")
		c.Base = srv.URL
		r := c.Request("POST", at+"/files", slowly{bytes.NewReader(upload(1 << 20)), 50 * time.Millisecond})
		r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
		if p := c.Do(r); p.Status != 303 {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		c.Base = s.base
		if n := len(c.Get(at).All("#files tbody tr")); n != 1 {
			t.Errorf("%d files", n)
		}
	})
}
