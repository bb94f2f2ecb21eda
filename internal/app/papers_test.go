package app_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/casework"
	"huzhi/internal/document"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/typeset"
)

// TestEveryTemplateIsSet makes a file of every template: all of its blocks with invented fields, each of which is on the paper.
func TestEveryTemplateIsSet(t *testing.T) {
	o := apptest.Open(t, store.SQLite)
	fonts, err := typeset.LoadFonts("")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range o.Documents.Templates() {
		tpl := o.Documents.Template(id)
		p := &document.Paper{Office: "湖州市知识产权局", Title: tpl.Title, Number: "湖知试字〔2026〕1号", Date: "2026-11-20"}
		for _, b := range tpl.Blocks {
			b.Text = strings.NewReplacer("{{", "“", "}}", "”").Replace(b.Text)
			if b.Rows != "" {
				b.Cells = [][]string{make([]string, len(b.Columns))}
				b.Cells[0][0] = "“" + b.Rows + "”"
			}
			p.Class, p.Blocks = tpl.Class, append(p.Blocks, b)
		}
		var pdf, docx bytes.Buffer
		set := document.Typeset(p)
		n, err := fonts.PDF(&pdf, set)
		if err != nil || n < 1 || n > 12 {
			t.Errorf("%s: %d pages, %v", id, n, err)
		}
		if err := typeset.DOCX(&docx, set); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		for _, b := range p.Blocks {
			if !strings.Contains(set.Text(), b.Text) {
				t.Errorf("%s: %q is not on the paper", id, b.Text)
			}
		}
	}
}

// TestAPaperAsAFile: whoever may see a paper may take it as PDF and DOCX, the same bytes each time; verify holds them; nobody else gets them.
func TestAPaperAsAFile(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		var ids []string
		officer := o.By["officer"]
		l, err := o.Leads.Add(t.Context(), officer, lead.NewLead{Source: "letter", Kind: casework.Infringement, Jurisdiction: "330500", Place: "330521", ReceivedOn: apptest.Today, Title: "请求处理", Facts: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Leads.Do(t.Context(), officer, l.ID, 1, "receipt", casework.Input{On: apptest.Today, Fields: casework.Facts{"receipt_from": "测试昇喆有限公司", "receipt_list": "请求书1份", "receipt_for": "party"}}); err != nil {
			t.Fatal(err)
		}
		papers, err := o.Documents.OfLead(t.Context(), l.ID)
		if err != nil || len(papers) != 1 {
			t.Fatal(papers, err)
		}
		at := "/leads/" + l.ID + "/papers/" + papers[0].ID
		c := o.As(t, "officer")
		page := c.Get(at)
		for _, a := range page.All(".print-bar a[href*='as=']") {
			ids = append(ids, attrOf(a, "href"))
		}
		if len(ids) != 2 {
			t.Fatalf("%v\n%s", ids, page.Body)
		}
		var first []string
		for range 2 {
			for i, at := range ids {
				f := c.Get(at)
				if f.Status != 200 || !strings.HasPrefix(f.Header.Get("Content-Disposition"), "attachment") || len(f.Body) < 1000 {
					t.Fatalf("%s: %d %v", at, f.Status, f.Header)
				}
				if len(first) < 2 {
					first = append(first, f.Body)
				} else if first[i] != f.Body {
					t.Errorf("%s: other bytes the second time", at)
				}
			}
		}
		if !strings.HasPrefix(first[0], "%PDF-") {
			t.Errorf("%.20q", first[0])
		}
		if _, err := zip.NewReader(strings.NewReader(first[1]), int64(len(first[1]))); err != nil {
			t.Error(err)
		}
		v, err := o.Verify(t.Context(), app.Outside{})
		if err != nil || len(v.Faults) > 0 || v.Files < 2 {
			t.Fatalf("%+v %v", v, err)
		}
		for who, status := range map[string]int{"officer.deqing": 404, "admin": 403} {
			for _, at := range ids {
				if p := o.As(t, who).Get(at); p.Status != status {
					t.Errorf("%s %s: %d", who, at, p.Status)
				}
			}
		}
		if p := c.Get(at + "?as=exe"); p.Status != 404 {
			t.Errorf("another form: %d", p.Status)
		}
		if err := o.DB.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE paper_renditions SET sha256 = ? WHERE form = 'pdf'", fmt.Sprintf("%064d", 1)).Error
		}); err != nil {
			t.Fatal(err)
		}
		if v, err := o.Verify(t.Context(), app.Outside{}); err != nil || len(v.Faults) != 1 {
			t.Errorf("%+v %v", v.Faults, err)
		}
	})
}
