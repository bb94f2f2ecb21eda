package app_test

import (
	"strings"
	"testing"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/translog"
)

// TestTheAuditorProvesAnEntry: signs the head, takes it and the proof of an entry along, and both hold elsewhere with the public key alone.
func TestTheAuditorProvesAnEntry(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		c := o.As(t, "auditor")
		p := c.Get("/audit/heads")
		key := o.Translog.Public()[0]
		if p.Status != 200 || !strings.Contains(p.Main(), key) {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p = c.Follow(c.Submit(p, "form[action='/audit/heads']", nil)); p.Status != 200 || len(p.All("tbody tr")) != 1 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		file := c.Get(p.Attr("tbody a", "href"))
		head, err := translog.ReadHead(file.Body, key)
		if err != nil || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
			t.Fatalf("%v %v\n%s", err, file.Header, file.Body)
		}
		entry := c.Get("/audit/1")
		proof, err := translog.ReadProof([]byte(c.Get(entry.Attr("a[href$='/proof']", "href")).Body))
		if err != nil {
			t.Fatal(err)
		}
		if h, err := proof.Check(key); err != nil || h.Size != head.Size || proof.Entry.Seq != 1 {
			t.Fatalf("%+v %v", h, err)
		}
		v, err := o.Verify(t.Context(), app.Outside{Heads: []translog.Head{head}})
		if err != nil || len(v.Faults) > 0 || v.Signed < 2 {
			t.Fatalf("%+v %v", v, err)
		}
		for path, status := range map[string]int{"/audit/heads/99999": 404, "/audit/heads/x": 404, "/audit/99999/proof": 404, "/audit/0/proof": 404, "/audit/heads?before=x": 422, "/audit/heads?before=1": 200} {
			if p := c.Get(path); p.Status != status {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
		for _, who := range []string{"officer", "chief", "operator"} {
			if p := o.As(t, who).Get("/audit/1/proof"); p.Status != 403 {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
	})
}
