package app_test

import (
	"net/http"
	"strings"
	"testing"

	"huzhi/internal/app/apptest"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/store"
)

// TestTheAuditorsPages: a case's, a person's and the refusals' pages say what the log has, within the auditor's scope; what they are taken away as is logged with its
// filter, of which what was typed is not repeated; others see none of it.
func TestTheAuditorsPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		c := handOf(o).File(t, casework.Counterfeit, "2026-11-10")
		officer, auditor := o.As(t, "officer"), o.As(t, "auditor")
		if p := officer.Get("/audit/cases/" + c.ID); p.Status != http.StatusForbidden {
			t.Fatal(p.Status)
		}
		id := o.By["officer"].ID
		for path, want := range map[string]string{
			"/audit/cases/" + c.ID: "case:" + c.ID, "/audit/people/" + id: o.By["officer"].Name, "/audit/refusals": "/audit/people/" + id, "/audit?number=" + c.Number: "case:" + c.ID, "/audit/people/" + id + "?part=refused": "/audit/",
		} {
			if p := auditor.Get(path); p.Status != http.StatusOK || !strings.Contains(p.Body, want) || len(p.All("main tbody tr")) == 0 {
				t.Errorf("%s: %d, without %q\n%s", path, p.Status, want, p.Main())
			}
		}
		if p := auditor.Get("/audit?number=none"); p.Status != http.StatusOK || len(p.All("main tbody tr")) != 0 {
			t.Errorf("a number of no case: %d", p.Status)
		}
		if p := auditor.Get("/audit/cases/" + id); p.Status != http.StatusNotFound {
			t.Errorf("a case that is none: %d", p.Status)
		}
		for _, as := range []string{"xlsx", "csv"} {
			p := auditor.Get("/audit/export?actor=13987654321&outcome=done&from=2026-01-01&format=" + as)
			if p.Status != http.StatusOK || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("%s: %d", as, p.Status)
			}
			e := newest(t, o, "log.export")
			for _, want := range []string{`"actor":"*"`, `"outcome":"done"`, `"from":"2026-01-01"`, `"format":"` + as + `"`} {
				if !strings.Contains(e.Detail, want) {
					t.Errorf("%s lacks %s", e.Detail, want)
				}
			}
			if strings.Contains(e.Detail, "13987654321") {
				t.Errorf("what was typed stands in the log: %s", e.Detail)
			}
		}
		if p := auditor.Get("/audit/export?format=csv&case=" + c.ID); !strings.HasPrefix(p.Body, "\ufeff") || !strings.Contains(p.Body, "case:"+c.ID) {
			t.Errorf("%.200s", p.Body)
		}
		// what is sent, and who reads what is restricted
		sendFile(t, officer, "/cases/"+c.ID+"/evidence", "file", "现场\"照片\".png", picture(t), map[string]string{"form": "file", "kind": "documentary", "proves": "证明标注情况", "id": o.DB.NewID()})
		var item string
		if err := o.DB.Read(t.Context()).Raw("SELECT id FROM evidence WHERE subject_id = ?", c.ID).Scan(&item).Error; err != nil || item == "" {
			t.Fatal("a name with quotation marks was not taken", err)
		}
		if err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE cases SET restricted = ? WHERE id = ?", true, c.ID).Error
		}); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct{ path, action string }{
			{"/cases/" + c.ID, "case.read"}, {"/cases/" + c.ID + "/evidence", "case.read"}, {"/evidence/" + item, "case.read"}, {"/cases/" + c.ID + "/papers", "case.read"},
			{"/evidence/" + item + "/file", "file.download"}, {"/evidence/" + item + "/file?show=1", "file.show"}, {"/evidence/" + item + "/label", "document.print"},
			{"/cases/" + c.ID + "/volume/main", "case.volume"}, {"/listings/export?platform=taobao", "listing.export"},
		} {
			before := head(t, o)
			p := officer.Get(x.path)
			e := newest(t, o, x.action)
			if p.Status != http.StatusOK || e.Seq <= before || e.Actor != id {
				t.Errorf("%s (%d) left no %s", x.path, p.Status, x.action)
			}
			if q := strings.Contains(x.path, "?"); q != strings.Contains(e.Detail, `"filter"`) {
				t.Errorf("%s: %s", x.path, e.Detail)
			}
		}
	})
}

func head(t *testing.T, o *apptest.Office) int64 {
	t.Helper()
	h, err := audit.ReadHead(t.Context(), o.DB)
	if err != nil {
		t.Fatal(err)
	}
	return h.Seq
}

func newest(t *testing.T, o *apptest.Office, action string) (e audit.Entry) {
	t.Helper()
	if err := o.DB.Read(t.Context()).Where("action = ?", action).Order("seq DESC").Limit(1).Find(&e).Error; err != nil {
		t.Fatal(err)
	}
	return e
}
