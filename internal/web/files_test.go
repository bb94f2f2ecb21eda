package web_test

import (
	"bytes"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

// send uploads a file as a browser does.
func send(c *webtest.Client, path, id, name string, content []byte) *webtest.Page {
	c.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("id", id); err != nil {
		c.T.Fatal(err)
	}
	w, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		c.T.Fatal(err)
	}
	r := c.Request("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return c.Do(r)
}

func TestFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, func(d *web.Deps) { d.FileBytes, d.FormBytes = 1<<20, 64<<10 })
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID
		c := webtest.SignIn(t, s.base, "officer")
		id := webtest.FormValues(c.Get(at).One("#attach")).Get("id")
		page := []byte("<html><script>alert(1)</script>")
		for range 2 { // sent twice it is one file
			if p := send(c, at+"/files", id, `现场 “检查”"笔录.html`, page); p.Status != 303 || p.Header.Get("Location") != at+"#files" {
				t.Fatalf("%d\n%s", p.Status, p.Main())
			}
		}
		p := c.Get(at)
		if n := len(p.All("#files tbody tr")); n != 1 || !strings.Contains(p.Text("#files"), "SHA-256") || !strings.Contains(p.Text("#files"), "测试 officer") {
			t.Fatalf("%d files\n%s", n, p.Text("#files"))
		}
		f := c.Get(p.Attr("#files tbody a", "href"))
		kind, params, err := mime.ParseMediaType(f.Header.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || !strings.Contains(params["filename"], "现场 “检查”") || f.Body != string(page) {
			t.Errorf("%v %s %v", err, f.Header.Get("Content-Disposition"), f.Body)
		}
		if f.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(f.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%v", f.Header)
		}
		if p := send(c, at+"/files", id, "other.txt", []byte("other")); p.Status != 409 || !p.Has("#add-file") {
			t.Errorf("the same identifier for another file: %d", p.Status)
		}
		if p := send(c, at+"/files", "", "empty.txt", nil); p.Status != 422 || !p.Has("#add-file[open]") || !p.Has("#add-file [name=file][aria-invalid]") {
			t.Errorf("an empty file: %d\n%s", p.Status, p.Main())
		}
		if p := send(c, at+"/files", "", "", nil); p.Status != 422 || !p.Has("#add-file [name=file][aria-invalid]") {
			t.Errorf("no file: %d", p.Status)
		}
		if p := c.Post(at+"/files", nil); p.Status != 422 {
			t.Errorf("no multipart: %d", p.Status)
		}
		if p := send(c, at+"/files", "", "big.bin", make([]byte, 1<<20+1)); p.Status != 413 {
			t.Errorf("too large: %d\n%s", p.Status, p.Main())
		}
		if p := send(c, at+"/files", "", "huge.bin", make([]byte, 2<<20)); p.Status != 413 {
			t.Errorf("announced too large: %d\n%s", p.Status, p.Main())
		}
		if n := len(c.Get(at).All("#files tbody tr")); n != 1 {
			t.Errorf("%d files after all that was refused", n)
		}
		for who, status := range map[string]int{"officer.deqing": 404, "reviewer": 403, "operator": 403, "officer3": 403, "officer2": 303} {
			if p := send(webtest.SignIn(t, s.base, who), at+"/files", "", "x.txt", []byte("x")); p.Status != status {
				t.Errorf("%s: %d\n%s", who, p.Status, p.Main())
			}
		}
		if webtest.SignIn(t, s.base, "officer3").Get(at).Has("#add-file") {
			t.Error("a form for somebody who does not work on the case")
		}
		for who, status := range map[string]int{"officer.deqing": 404, "reviewer": 200, "operator": 403} {
			if p := webtest.SignIn(t, s.base, who).Get(f.Path); p.Status != status {
				t.Errorf("%s reads it: %d", who, p.Status)
			}
		}
		if p := c.Get(at + "/files/none"); p.Status != 404 {
			t.Errorf("no such file: %d", p.Status)
		}
	})
}
