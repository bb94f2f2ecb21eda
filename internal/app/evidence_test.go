package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huzhi/internal/access/accesstest"
	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/bundle"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/evidence"
	"huzhi/internal/store"
	"huzhi/internal/web/webtest"
)

func handOf(o *apptest.Office) *caseworktest.Office {
	return &caseworktest.Office{Office: &accesstest.Office{By: o.By, Guard: o.Guard, Regions: o.Regions}, DB: o.DB, Docket: o.Docket, Leads: o.Leads, Clocks: o.Clocks, Listings: o.Listings, Desk: o.Hotline}
}

// sendFile sends a form with a file behind its fields.
func sendFile(t *testing.T, c *webtest.Client, path, field, name string, body []byte, values map[string]string) *webtest.Page {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range values {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"; filename="%s"`, field, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)))
	part, err := w.CreatePart(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := c.Request(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.Do(r)
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 900, 600))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestEvidence walks the whole path over HTTP on both engines: files of a hostile corpus come in and run nowhere, one comes in pieces over a broken connection, a thing goes through its custody,
// others see none of it, the bundle checks itself, verify holds it all against the log, and a byte that is changed on disk alarms and is named.
func TestEvidence(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		c := handOf(o).File(t, casework.Counterfeit, "2026-11-10")
		officer := o.As(t, "officer")
		list := "/cases/" + c.ID + "/evidence"
		hostile(t, o, officer, list)
		pieces(t, o, officer, list)
		for at, to := range map[string]string{"/leads/" + c.LeadID: "/leads/" + c.LeadID + "/evidence", "/leads/" + c.LeadID + "/evidence": "/leads/" + c.LeadID} {
			if p := officer.Get(at); p.Status != http.StatusOK || len(p.All("a[href='"+to+"']")) == 0 {
				t.Errorf("%s (%d) does not lead to %s", at, p.Status, to)
			}
		}
		custodyOf(t, o, officer, c.ID)
		if n, err := o.Evidence.Previews(t.Context()); err != nil || n != 5 {
			t.Fatalf("%d small pictures: %v", n, err)
		}
		for who, want := range map[string]int{"officer.deqing": http.StatusNotFound, "operator": http.StatusForbidden, "admin": http.StatusForbidden, "archivist": http.StatusOK} {
			if p := o.As(t, who).Get(list); p.Status != want {
				t.Errorf("%s: %d, must be %d", who, p.Status, want)
			}
		}
		takeBundle(t, o, officer, c)
		rot(t, o, c)
	})
}

// hostile is the corpus of uploads: each is kept as it came or refused, under a name that leads nowhere, and nothing of it is sent as what a browser would run.
func hostile(t *testing.T, o *apptest.Office, c *webtest.Client, list string) {
	t.Helper()
	bomb := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), 0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0) // says it has 16384 × 16384 points
	for _, x := range []struct {
		name, kept string
		body       []byte
		show       string // its type where it is shown
		refused    bool
	}{
		{"现场照片.png", "现场照片.png", picture(t), "image/png", false},
		{"page.html", "page.html", []byte("<script>alert(1)</script>"), "", false},
		{"drawing.svg", "drawing.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "", false},
		{"photo.jpg", "photo.jpg", []byte("<html><script>alert(1)</script>"), "", false},
		{"polyglot.gif", "polyglot.gif", []byte("GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//"), "image/gif", false},
		{"huge.png", "huge.png", bomb, "image/png", false},
		{"wide.gif", "wide.gif", append([]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), ';'), "image/gif", false}, // says it has 65535 × 65535 points
		{"bomb.zip", "bomb.zip", zipBomb(t), "", false},
		{"bomb.xlsx", "bomb.xlsx", append(zipBomb(t), 0), "", false}, // the same under another name
		{"picture-and-page.png", "picture-and-page.png", append(picture(t), "<html><script>alert(1)</script>"...), "image/png", false},
		{"paper-and-page.pdf", "paper-and-page.pdf", []byte("%PDF-1.7\n<html><script>alert(1)</script>\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"), "application/pdf", false},
		{"page-and-paper.pdf", "page-and-paper.pdf", []byte("<html><script>alert(1)</script>%PDF-1.7"), "", false},
		{"drawing.png", "drawing.png", []byte(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>`), "", false},
		{"utf16.txt", "utf16.txt", []byte("\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00"), "", false},
		{"mail.mht", "mail.mht", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<script>alert(1)</script>"), "", false},
		{"照片.jpg.exe", "照片.jpg.exe", []byte("MZ\x90\x00\x03"), "", false},
		{"program.png", "program.png", []byte("\x7fELF\x02\x01\x01"), "", false},
		{"<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt", []byte("a name that is a page"), "", false},
		{".htaccess", ".htaccess", []byte("SetHandler x"), "", false},
		{"../../etc/passwd", "passwd", []byte("root:x"), "", false},
		{`..\..\evil.exe`, "evil.exe", []byte("MZ\x90"), "", false},
		{"\u202egnp.exe", "gnp.exe", []byte("MZ\x91"), "", false},
		{`他说"假".txt`, `他说"假".txt`, []byte("quoted"), "", false},
		{"con.txt", "con.txt", []byte("a reserved name"), "", false},
		{"drawing.pdf", "drawing.pdf", []byte("%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(2))>>>>endobj"), "application/pdf", false},
		{"empty.txt", "", nil, "", true},
		{"..", "", []byte("x"), "", true},
	} {
		p := sendFile(t, c, list, "file", x.name, x.body, map[string]string{"form": "file", "kind": "documentary", "proves": "证明标注情况", "id": o.DB.NewID()})
		if x.refused {
			if p.Status != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", x.name, p.Status)
			}
			continue
		}
		if p.Status != http.StatusSeeOther {
			t.Fatalf("%q: %d %s", x.name, p.Status, p.Main())
		}
		var id string
		if err := o.DB.Read(t.Context()).Raw("SELECT id FROM evidence WHERE name = ? ORDER BY number DESC LIMIT 1", x.kept).Scan(&id).Error; err != nil || id == "" {
			t.Fatalf("%q is not kept as %q: %v", x.name, x.kept, err)
		}
		shown, saved := c.Get("/evidence/"+id+"/file?show=1"), c.Get("/evidence/"+id+"/file")
		want := "application/octet-stream"
		if x.show != "" {
			want = x.show
		}
		h := shown.Header
		if h.Get("Content-Type") != want || h.Get("X-Content-Type-Options") != "nosniff" || strings.HasPrefix(h.Get("Content-Disposition"), "inline") != (x.show != "") || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(h.Get("Content-Security-Policy"), "sandbox") == (x.show == "application/pdf") {
			t.Errorf("%q is shown as %v", x.name, h)
		}
		if saved.Body != string(x.body) || !strings.HasPrefix(saved.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%q is not saved as it came", x.name)
		}
		if p := c.Get("/evidence/" + id); p.Status != http.StatusOK {
			t.Errorf("%q: its page is %d", x.name, p.Status)
		}
	}
}

// zipBomb is eight mebibytes of zeros in eight kibibytes.
func zipBomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("zeros")
	if err == nil {
		_, err = w.Write(make([]byte, 8<<20))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pieces sends a file by tus: the connection breaks within a piece, another person asks for it, it goes on where it stopped, and the form takes it in.
func pieces(t *testing.T, o *apptest.Office, c *webtest.Client, list string) {
	t.Helper()
	body := bytes.Repeat([]byte("湖州护知"), 300000)
	do := func(c *webtest.Client, method, path string, b io.Reader, head ...string) *webtest.Page {
		t.Helper()
		r := c.Request(method, path, b)
		r.Header.Set("Tus-Resumable", "1.0.0")
		for i := 0; i+1 < len(head); i += 2 {
			r.Header.Set(head[i], head[i+1])
		}
		return c.Do(r)
	}
	if p := do(c, http.MethodOptions, "/uploads", nil); p.Status != http.StatusNoContent || p.Header.Get("Tus-Version") != "1.0.0" || p.Header.Get("Tus-Max-Size") != "2147483648" {
		t.Fatal(p.Status, p.Header)
	}
	if p := do(c, http.MethodPost, "/uploads", nil, "Upload-Length", "99999999999"); p.Status != http.StatusRequestEntityTooLarge {
		t.Fatal(p.Status)
	}
	p := do(c, http.MethodPost, "/uploads", nil, "Upload-Length", fmt.Sprint(len(body)), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("监控录像.bin")))
	at := p.Header.Get("Location")
	if p.Status != http.StatusCreated || at == "" {
		t.Fatal(p.Status, p.Header)
	}
	const piece = "application/offset+octet-stream"
	half := len(body) / 2
	if p := do(c, http.MethodPatch, at, bytes.NewReader(body[:half]), "Upload-Offset", "0", "Content-Type", piece); p.Status != http.StatusNoContent || p.Header.Get("Upload-Offset") != fmt.Sprint(half) {
		t.Fatal(p.Status, p.Header)
	}
	cut := c.Request(http.MethodPatch, at, io.MultiReader(bytes.NewReader(body[half:half+70000]), broken{})) // the connection breaks
	cut.Header.Set("Tus-Resumable", "1.0.0")
	cut.Header.Set("Upload-Offset", fmt.Sprint(half))
	cut.Header.Set("Content-Type", piece)
	if _, err := c.HTTP.Do(cut); err == nil {
		t.Fatal("nothing broke")
	}
	if p := do(o.As(t, "officer2"), http.MethodHead, at, nil); p.Status != http.StatusNotFound {
		t.Fatalf("another person sees it: %d", p.Status)
	}
	if p := do(c, http.MethodPatch, at, bytes.NewReader(body), "Upload-Offset", "0", "Content-Type", piece); p.Status != http.StatusConflict && p.Status != http.StatusLocked {
		t.Fatalf("a piece that begins elsewhere: %d", p.Status)
	}
	id := strings.TrimPrefix(at, "/uploads/")
	if p := c.Post(list, url.Values{"form": {"file"}, "kind": {"electronic"}, "upload": {id}}); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("half a file was taken in: %d", p.Status)
	}
	for range 100 { // the piece that broke may still be being written
		p = do(c, http.MethodHead, at, nil)
		from := p.Header.Get("Upload-Offset")
		var n int
		if _, err := fmt.Sscan(from, &n); err != nil || n < half {
			t.Fatalf("what was acknowledged is lost: %q", from)
		}
		if p = do(c, http.MethodPatch, at, bytes.NewReader(body[n:]), "Upload-Offset", from, "Content-Type", piece); p.Status == http.StatusNoContent {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if p.Header.Get("Upload-Offset") != fmt.Sprint(len(body)) {
		t.Fatal(p.Status, p.Header)
	}
	if p := c.Post(list, url.Values{"form": {"file"}, "kind": {"electronic"}, "upload": {id}, "id": {o.DB.NewID()}}); p.Status != http.StatusSeeOther {
		t.Fatal(p.Status, p.Main())
	}
	var x evidence.Item
	if err := o.DB.Read(t.Context()).Where("name = ?", "监控录像.bin").Take(&x).Error; err != nil || x.Size != int64(len(body)) || x.Kind != "electronic" {
		t.Fatalf("%+v %v", x, err)
	}
	if left, _ := os.ReadDir(o.Config.Uploads()); len(left) != 0 {
		t.Error("the pieces stay", left)
	}
	r := c.Request(http.MethodGet, "/evidence/"+x.ID+"/file?show=1", nil)
	r.Header.Set("Range", "bytes=3-5")
	if p := c.Do(r); p.Status != http.StatusPartialContent || p.Body != "州" {
		t.Error(p.Status, p.Body)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) {
	time.Sleep(50 * time.Millisecond) // what came before is on its way
	return 0, io.ErrUnexpectedEOF
}

// custodyOf leads a thing through its custody.
func custodyOf(t *testing.T, o *apptest.Office, c *webtest.Client, caseID string) {
	t.Helper()
	list := "/cases/" + caseID + "/evidence"
	if p := c.Post(list, url.Values{"form": {"thing"}, "kind": {"physical"}, "name": {"竹制玩具"}}); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("a thing without a quantity: %d", p.Status)
	}
	id := o.DB.NewID()
	form := url.Values{"id": {id}, "form": {"thing"}, "kind": {"physical"}, "name": {"竹制玩具"}, "quantity": {"3 盒"}, "proves": {"标注他人专利号"}, "source": {"测试木业仓库"}}
	for range 2 { // sent twice is once
		if p := c.Post(list, form); p.Status != http.StatusSeeOther {
			t.Fatal(p.Status, p.Main())
		}
	}
	lines := func() string {
		x, err := o.Evidence.Find(t.Context(), o.By["officer"], id)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(x.Lines)
	}
	if p := c.Post("/evidence/"+id+"/custody", url.Values{"lines": {lines()}, "act": {"sealed"}}); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("sealed without a number: %d", p.Status)
	}
	if p := sendFile(t, c, "/evidence/"+id+"/custody", "record", "封存清单.pdf", []byte("%PDF-1.4 signed"), map[string]string{"lines": lines(), "act": "sealed", "seal_no": "湖封0001", "place": "本局物证室"}); p.Status != http.StatusSeeOther {
		t.Fatal(p.Status, p.Main())
	}
	if p := c.Post("/evidence/"+id+"/custody", url.Values{"lines": {"1"}, "act": {"stored"}, "place": {"别处"}}); p.Status != http.StatusConflict {
		t.Fatalf("a stale page: %d", p.Status)
	}
	for _, act := range []map[string]string{{"act": "handed_over", "to": "物证管理员"}, {"act": "challenged", "from": "测试木业", "note": "不是我们的"}, {"act": "accepted"}, {"act": "returned", "to": "测试木业"}} {
		v := url.Values{"lines": {lines()}}
		for k, s := range act {
			v.Set(k, s)
		}
		if p := c.Post("/evidence/"+id+"/custody", v); p.Status != http.StatusSeeOther {
			t.Fatal(act, p.Status, p.Main())
		}
	}
	if p := c.Post("/evidence/"+id+"/custody", url.Values{"lines": {lines()}, "act": {"stored"}, "place": {"别处"}}); p.Status != http.StatusConflict {
		t.Fatalf("stored after it was returned: %d", p.Status)
	}
	p := c.Get("/evidence/" + id)
	for _, want := range []string{"湖封0001", "物证管理员", "不是我们的", "测试木业仓库"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("its page does not say %s", want)
		}
	}
	if p := c.Get("/evidence/" + id + "/label"); p.Status != http.StatusOK || !p.Has("svg.qr path") {
		t.Error("no label", p.Status)
	}
	if p := c.Get("/evidence/" + id + "/records/3"); p.Status != http.StatusOK || p.Body != "%PDF-1.4 signed" {
		t.Error("no record", p.Status)
	}
}

// takeBundle takes the bundle at its button, checks it, and spoils each of its files in turn.
func takeBundle(t *testing.T, o *apptest.Office, c *webtest.Client, k *casework.Case) {
	t.Helper()
	p := c.Post("/cases/"+k.ID+"/bundle", url.Values{})
	if p.Status != http.StatusOK {
		t.Fatal(p.Status, p.Main())
	}
	raw := []byte(p.Body)
	verify := func(b []byte, keys ...string) error {
		_, err := bundle.Verify(bytes.NewReader(b), int64(len(b)), keys...)
		return err
	}
	if err := verify(raw, o.Translog.Public()...); err != nil {
		t.Fatal(err)
	}
	if verify(raw, "huzhi/330500+00000000+AAAA") == nil {
		t.Error("a stranger's key was taken")
	}
	for _, part := range []string{"湖州护知湖州", `"Quantity": "3 盒"`, `"sha256": "`, `"hash": "`, `"manifest\": \"`, "entry "} {
		at := bytes.Index(raw, []byte(part))
		if at < 0 {
			continue
		}
		other := bytes.Clone(raw)
		other[at+len(part)-1] ^= 1
		if verify(other) == nil {
			t.Errorf("a bundle changed at %q holds", part)
		}
	}
	if verify(raw[:len(raw)/2]) == nil {
		t.Error("half a bundle holds")
	}
}

// rot changes one byte of a kept file.
func rot(t *testing.T, o *apptest.Office, k *casework.Case) {
	t.Helper()
	v, err := o.Verify(t.Context(), app.Outside{})
	if err != nil || len(v.Faults) != 0 {
		t.Fatalf("%+v %v", v.Faults, err)
	}
	if n, found, err := o.Evidence.Recheck(t.Context(), 1000); err != nil || len(found) != 0 || n == 0 {
		t.Fatal(n, found, err)
	}
	if n, _, err := o.Evidence.Recheck(t.Context(), 1000); err != nil || n != 0 {
		t.Fatalf("read again before its time: %d %v", n, err)
	}
	var x evidence.Item
	if err := o.DB.Read(t.Context()).Where("name = ?", "page.html").Take(&x).Error; err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(o.Config.Blobs(), x.SHA256[:2], x.SHA256)
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("<script>alert(2)</script>"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.Exec("UPDATE file_checks SET checked_at = ?", tx.Now.AddDate(-1, 0, 0)).Error
	}); err != nil {
		t.Fatal(err)
	}
	_, found, err := o.Evidence.Recheck(t.Context(), 1000)
	if err != nil || len(found) != 1 || found[0].Name != "page.html" || found[0].Number != k.Number {
		t.Fatalf("%+v %v", found, err)
	}
	if raw, _ := os.ReadFile(file); string(raw) != "<script>alert(2)</script>" {
		t.Error("somebody repaired it")
	}
	if p := o.As(t, "chief").Get("/"); !strings.Contains(p.Main(), "/evidence/alarms") && !p.Has("a[href='/evidence/alarms']") {
		t.Error("the chief's desk says nothing")
	}
	if p := o.As(t, "chief").Get("/evidence/alarms"); p.Status != http.StatusOK || !strings.Contains(p.Main(), "page.html") || !strings.Contains(p.Main(), k.Number) {
		t.Error("the alarm is not on the list", p.Status)
	}
	for _, who := range []string{"auditor", "chief.deqing"} { // who may not see the case is told the file, not whose it is
		if p := o.As(t, who).Get("/evidence/alarms"); p.Status != http.StatusOK || !strings.Contains(p.Main(), found[0].SHA256) || strings.Contains(p.Main(), "page.html") || strings.Contains(p.Main(), k.Number) {
			t.Errorf("%s: %d\n%s", who, p.Status, p.Main())
		}
	}
	if v, err = o.Verify(t.Context(), app.Outside{}); err != nil || len(v.Faults) != 1 {
		t.Fatalf("%+v %v", v.Faults, err)
	}
	if err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.Exec("UPDATE evidence SET place = '家里' WHERE form = 'thing'").Error
	}); err != nil {
		t.Fatal(err)
	}
	if v, err = o.Verify(t.Context(), app.Outside{}); err != nil || len(v.Faults) != 2 {
		t.Fatalf("where a thing is was changed beside its ledger: %+v %v", v.Faults, err)
	}
}
