package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"huzhi/internal/listing"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// opened is a workbook that was sent.
func opened(t *testing.T, p *webtest.Page) *excelize.File {
	t.Helper()
	if p.Status != 200 || !strings.Contains(p.Header.Get("Content-Disposition"), ".xlsx") {
		t.Fatalf("%d %v", p.Status, p.Header)
	}
	x, err := excelize.OpenReader(strings.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

// pdfText is the text of a PDF without its blanks; "" where there is no poppler and none is required.
func pdfText(t *testing.T, pdf string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(name, []byte(pdf), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", name, "-").CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("HUZHI_TEST_BROWSER") != "require" {
		return ""
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

// TestPlatformJourney: pasted addresses become judged listings, one notice about all of them is drafted, approved by another, served; the platform fills in the
// table and sends it back; it is read, written, undone and written again. A case is opened about them in one step, within a special action that ends with a
// report.
func TestPlatformJourney(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		c, chief, county := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief"), webtest.SignIn(t, s.base, "officer.deqing")
		ok := func(what string, p *webtest.Page, status int) *webtest.Page {
			t.Helper()
			if p.Status != status {
				t.Fatalf("%s: %d\n%s", what, p.Status, p.Main())
			}
			return p
		}
		// a special action
		campaign := c.Follow(ok("campaign", c.Submit(c.Get("/campaigns/new"), "form[action='/campaigns']", fill("name", "铁拳行动", "from_on", "2026-11-01", "to_on", "2026-11-30", "platforms", "taobao", "want_checked", "60", "want_removed", "10")), 303))
		ok("a span turned round", c.Submit(c.Get("/campaigns/new"), "form[action='/campaigns']", fill("name", "x", "from_on", "2026-11-02", "to_on", "2026-11-01")), 422)
		board := campaign.Path
		if p := county.Get(board); p.Status != 404 {
			t.Errorf("another office's special action: %d", p.Status)
		}
		// pasted into it
		var urls []string
		for i := range 60 {
			urls = append(urls, fmt.Sprintf("https://item.taobao.com/item.htm?id=8800%02d\t竹席%d", i, i))
		}
		page := c.Get("/listings/takes/new")
		id := page.Attr("select[name=campaign] option:last-child", "value")
		take := c.Follow(ok("read", sendForm(c, page, "form[action='/listings/takes']", fill("urls", strings.Join(urls, "\n"), "place", "330523", "shop", "竹店", "campaign", id)), 303))
		ok("apply", c.Submit(take, "form[action$='/apply']", nil), 303)
		list := c.Get("/listings")
		if !list.Has("form#to-lead input[name=whole]") {
			t.Fatalf("no way to mean the whole list\n%s", list.Main())
		}
		whole := func(do string, set url.Values) *webtest.Page {
			t.Helper()
			return c.Follow(ok(do, c.Submit(c.Get("/listings"), "form#to-lead", url.Values{"do": {do}, "whole": {"1"}}), 303))
		}
		judged := ok("judge", c.Submit(whole("judge", nil), "form[action='/listings/act']", fill("choice", "infringing", "reason", "全面覆盖")), 200)
		if !strings.Contains(judged.Main(), "已办理 60 条，未办理 0 条") {
			t.Fatalf("%s", judged.Main())
		}
		// the notice
		form := whole("notice", nil)
		if n := len(form.All("form input[name=listing]")); n != 60 {
			t.Fatalf("%d listings in the form\n%s", n, form.Main())
		}
		ok("no reasons", c.Submit(form, "form[action='/listings/notices']", fill("reasons", "")), 422)
		notice := c.Follow(ok("draft", c.Submit(form, "form[action='/listings/notices']", fill("reasons", "落入保护范围", "answer_by", "2026-12-01")), 303))
		if again := c.Submit(form, "form[action='/listings/notices']", fill("reasons", "落入保护范围", "answer_by", "2026-12-01")); again.Status != 303 || again.Header.Get("Location") != notice.Path {
			t.Errorf("sent twice: %d %s", again.Status, again.Header.Get("Location"))
		}
		at := notice.Path
		if notice.Has("form[action$='/approve']") {
			t.Error("whoever drafted it is offered to approve it")
		}
		for who, p := range map[string]*webtest.Page{"another county": county.Get(at), "another county's table": county.Get(at + "/table"), "another county writes": county.Post(at+"/serve", fill("version", "2"))} {
			if p.Status != 404 {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
		for who, x := range map[string]struct {
			*webtest.Client
			waits bool
		}{"the city's chief": {chief, true}, "who drafted it": {c, false}, "another county": {county, false}} {
			if got := x.Get("/").Has("a[href='" + at + "']"); got != x.waits {
				t.Errorf("on the desk of %s: %t", who, got)
			}
		}
		if p := c.Post(at+"/approve", fill("version", "1")); p.Status != 403 {
			t.Errorf("an officer approves: %d", p.Status)
		}
		ok("approve", chief.Submit(chief.Get(at), "form[action$='/approve']", nil), 303)
		if chief.Get("/").Has("a[href='" + at + "']") {
			t.Error("what was approved is still on the desk")
		}
		page = c.Get(at)
		ok("serve tomorrow", c.Submit(page, "form[action$='/serve']", fill("on", "2026-11-21", "way", "post", "receiver", "收发室")), 422)
		ok("serve", c.Submit(page, "form[action$='/serve']", fill("on", "2026-11-20", "way", "post", "receiver", "收发室")), 303)
		ok("serve twice", c.Submit(page, "form[action$='/serve']", fill("on", "2026-11-20", "way", "post", "receiver", "收发室")), 409)
		page = c.Get(at)
		paper := c.Get(page.Attr("a[href^='/listings/papers/']", "href"))
		if len(paper.All(".paper-table tbody tr")) != 60 || !strings.Contains(paper.Main(), "知平通字") || !strings.Contains(paper.Main(), "第四十二条") {
			t.Fatalf("%s", paper.Main())
		}
		if text := pdfText(t, c.Get(paper.Path+"?as=pdf").Body); text != "" {
			for _, cell := range paper.All(".paper-table tbody td:nth-child(2)") { // the annexed table is in the file, whole
				if number := strings.Join(strings.Fields(webtest.Text(cell)), ""); number == "" || !strings.Contains(text, number) {
					t.Errorf("the PDF has not %s", number)
				}
			}
		}
		// the table comes back filled in
		book := opened(t, c.Get(at+"/table"))
		sheet := book.GetSheetName(0)
		for i := range 60 {
			row := i + 2
			if i == 59 {
				continue // they forgot one
			}
			for col, v := range map[string]string{"I": []string{"已删除", "屏蔽", "断开链接", "关闭网店", "拒绝"}[i%5], "J": "2026-11-20", "K": "2026-11-20"} {
				if err := book.SetCellStr(sheet, fmt.Sprintf("%s%d", col, row), v); err != nil {
					t.Fatal(err)
				}
			}
		}
		var b bytes.Buffer
		if err := book.Write(&b); err != nil {
			t.Fatal(err)
		}
		answer := c.Follow(ok("answer", sendForm(c, page, "form[action$='/answers']", nil, "答复.xlsx", b.String()), 303))
		if strings.Contains(answer.Text("#counts"), "panswer.") || len(answer.All("#fresh tbody tr")) != 59 || len(answer.All("#bad tbody tr")) != 1 {
			t.Fatalf("%s", answer.Main())
		}
		for who, p := range map[string]*webtest.Page{"chief": chief.Post(answer.Path+"/apply", fill("version", "1")), "county": county.Post(answer.Path+"/apply", fill("version", "1"))} {
			if p.Status != map[string]int{"chief": 403, "county": 404}[who] {
				t.Errorf("%s writes the answer: %d", who, p.Status)
			}
		}
		ok("write", c.Submit(answer, "form[action$='/apply']", nil), 303)
		if p := c.Submit(answer, "form[action$='/apply']", nil); p.Status != 409 {
			t.Errorf("written twice: %d", p.Status)
		}
		if n := len(c.Get("/listings?result=deleted").All("main tbody tr")); n != 12 {
			t.Errorf("%d deleted", n)
		}
		if p := c.Get(at); len(p.All("#left tbody tr")) != 1 {
			t.Errorf("%s", p.Main())
		}
		ok("undo", c.Submit(c.Get(answer.Path), "form[action$='/undo']", nil), 303)
		if p := c.Get("/listings?state=notified"); !strings.Contains(p.Text(".listbar"), "60") {
			t.Errorf("not all stand as before: %s", p.Text(".listbar"))
		}
		answer = c.Follow(ok("answer again", sendForm(c, c.Get(at), "form[action$='/answers']", nil, "答复.xlsx", b.String()), 303))
		ok("write again", c.Submit(answer, "form[action$='/apply']", nil), 303)
		// what is no answer
		for name, body := range noTables(t) {
			p := sendForm(c, c.Get(at), "form[action$='/answers']", nil, name, body)
			if p.Status != 422 && p.Status != 413 || p.Status == 422 && !p.Has("[aria-invalid]") {
				t.Errorf("%s: %d\n%.600s", name, p.Status, p.Main())
			}
		}
		// the whole ledger as a workbook: what looks like a formula is a text
		if err := db.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE listings SET title = ? WHERE item = ?", `=HYPERLINK("http://x","y")`, "880000").Error
		}); err != nil {
			t.Fatal(err)
		}
		export := opened(t, c.Get("/listings/export?platform=taobao"))
		rows, err := export.GetRows(export.GetSheetName(0))
		if err != nil || len(rows) != 61 {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		for i, r := range rows {
			if f, err := export.GetCellFormula(export.GetSheetName(0), fmt.Sprintf("D%d", i+1)); f != "" || err != nil || len(r) < 20 {
				t.Errorf("row %d: formula %q %v", i, f, err)
			}
		}
		if x := opened(t, county.Get("/listings/export")); len(must1(x.GetRows(x.GetSheetName(0)))) != 1 {
			t.Error("another county's export names the city's listings")
		}
		// one case in one step, by the chief, who judged none of them
		var officers []string
		opencase := chief.Get("/listings/case?whole=1&platform=taobao")
		for _, n := range opencase.All("input[name=officers]:not([disabled])") {
			for _, a := range n.Attr {
				if a.Key == "value" {
					officers = append(officers, a.Val)
				}
			}
		}
		if len(officers) < 2 {
			t.Fatalf("%s", opencase.Main())
		}
		ok("one officer", chief.Submit(opencase, "form[action='/listings/case']", url.Values{"officers": officers[:1]}), 422)
		filed := chief.Follow(ok("case", chief.Submit(opencase, "form[action='/listings/case']", url.Values{"officers": officers[:2]}), 303))
		if !strings.Contains(filed.Text("#listings"), "60") || !strings.Contains(filed.Text("#notices"), "知平通字") {
			t.Fatalf("%s", filed.Main())
		}
		if p := chief.Get("/listings/case?whole=1&platform=taobao"); p.Status == 200 {
			ok("a second case", chief.Submit(p, "form[action='/listings/case']", url.Values{"officers": officers[:2]}), 409)
		}
		// the special action
		p := c.Get(board)
		figuresLead(t, c, p)
		if !strings.Contains(p.Text("#counts"), "100%") {
			t.Errorf("%s", p.Text("#counts"))
		}
		if p := c.Post(board+"/close", fill("version", "1", "report", "x")); p.Status != 403 {
			t.Errorf("an officer closes it: %d", p.Status)
		}
		ok("close", chief.Submit(chief.Get(board), "form[action$='/close']", fill("report", "成效明显")), 303)
		report := c.Get(board + "/report")
		if !strings.Contains(report.Main(), "排查商品60件") || len(report.All(".paper-table tbody tr")) != 2 {
			t.Errorf("%s", report.Main())
		}
		if p := county.Get(board + "/report"); p.Status != 404 {
			t.Errorf("another county's report: %d", p.Status)
		}
		// the drawing is what happened
		var ways []struct{ Step, FromState, ToState string }
		if err := db.Read(context.Background()).Raw("SELECT DISTINCT step, from_state, to_state FROM listing_steps WHERE from_state <> to_state AND step <> 'answer_undo'").Scan(&ways).Error; err != nil || len(ways) < 3 {
			t.Fatal(ways, err)
		}
		for _, w := range ways {
			st, known := listing.StepOf(w.Step)
			if !known || !slices.Contains(st.Leads(listing.State(w.FromState)), listing.State(w.ToState)) {
				t.Errorf("the drawing does not have %v", w)
			}
		}
		// in English no key shows through
		en := webtest.SignIn(t, s.base, "officer")
		en.Post("/preferences", fill("lang", "en"))
		for _, path := range []string{at, answer.Path, board, "/listings/notices", "/campaigns", "/listings?campaign=" + id} {
			if text := en.Get(path).Text("main"); strings.Contains(text, "pnotice.") || strings.Contains(text, "panswer.") || strings.Contains(text, "campaign.") {
				t.Errorf("%s: %s", path, text)
			}
		}
	})
}

func must1[T any](x T, _ error) T { return x }

// noTables are files that are no table, or mean harm.
func noTables(t *testing.T) map[string]string {
	t.Helper()
	var wide strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintf(&wide, "c%d,", i)
	}
	return map[string]string{
		"列.csv":  wide.String() + "\n1",
		"混.csv":  "商品链接,处理结果,处理日期\n" + strings.Repeat("https://item.taobao.com/item.htm?id=880000,已经删除了的商品,2026-11-20\n", 3) + "\xb5\xc6\xff\xfe,x,y\n",
		"空.csv":  "",
		"图.xlsx": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
		"坏.xlsx": "PK\x03\x04broken",
		"大.csv":  "商品链接,处理结果\n" + strings.Repeat("x", listing.MostAnswerBytes),
	}
}
