package app_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"huzhi/internal/app/apptest"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	intake "huzhi/internal/lead"
	"huzhi/internal/web/webtest"
)

// TestJourneyOfAReporter: somebody reports and asks to be kept secret. Everybody sees a code; an officer asks to see who it is, the chief refuses, then grants, each look
// stands in the auditor's history. The reporter reads the state by number and code, answers a question and sends a file.
func TestJourneyOfAReporter(t *testing.T) {
	apptest.Each(t, func(t *testing.T, o *apptest.Office) {
		desk, officer, chief := o.As(t, "operator"), o.As(t, "officer"), o.As(t, "chief")
		clear := func(p *webtest.Page) {
			t.Helper()
			for _, s := range []string{"沈秘密", "13800009876", "138 0000 9876"} {
				if strings.Contains(p.Body, s) {
					t.Errorf("%s names the reporter (%s)", p.Path, s)
				}
			}
		}
		call := post(t, desk, want(t, desk.Get("/hotline/new"), 200), "/hotline", form("kind", "report", "channel", "12330", "jurisdiction", "330500", "place", "330521", "mode", "secret",
			"caller_name", "沈秘密", "caller_phone", "13800009876", "subject", "counterfeit", "question", "我是沈秘密（138 0000 9876），市场上有标注他人专利号的竹凉席", "respondent", "测试木业有限公司"))
		clear(call)
		at := path(call)
		if !strings.Contains(call.Body, "回执尚未送达") {
			t.Error("the call does not say that the receipt has not gone out")
		}
		if p := desk.Post(at+"/contact", nil); p.Status != 409 {
			t.Errorf("the desk reads a secret reporter: %d", p.Status)
		}

		for _, p := range []string{"/hotline", "/", "/receipts", "/search?q=9876", at + "/receipt"} {
			clear(want(t, desk.Get(p), 200))
			clear(want(t, chief.Get(p), 200))
		}

		// Acceptance and receipt.
		receipt := want(t, desk.Get(at+"/receipt"), 200)
		coded := want(t, desk.Submit(receipt, `form[action="`+at+`/receipt/code"]`, nil), 200)
		code := regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`).FindString(coded.Main())
		number := regexp.MustCompile(`湖知诉〔2026〕\d+号`).FindString(coded.Main())
		if code == "" || number == "" || strings.Contains(want(t, desk.Get(at+"/receipt"), 200).Body, code) {
			t.Fatalf("the code %q of %q\n%s", code, number, coded.Main())
		}
		if p := want(t, desk.Get("/receipts"), 200); !strings.Contains(p.Main(), "竹凉席") {
			t.Error("it is not on the list of receipts")
		}
		post(t, desk, want(t, desk.Get(at+"/receipt"), 200), at+"/receipt/sent", form("sent_way", "told"))
		want(t, desk.Submit(want(t, desk.Get(at+"/receipt"), 200), `form[action="`+at+`/receipt/take"]`, form("decision", "refused")), 422)
		stale := want(t, desk.Get(at+"/receipt"), 200)
		post(t, desk, stale, at+"/receipt/take", form("decision", "accepted"))
		want(t, desk.Submit(stale, `form[action="`+at+`/receipt/take"]`, form("decision", "accepted")), 409)
		if p := want(t, desk.Get("/receipts"), 200); strings.Contains(p.Main(), "竹凉席") {
			t.Error("it is still on the list of receipts")
		}
		want(t, chief.Post(at+"/receipt/sent", form("version", "9")), 403)

		// The citizen.
		citizen := webtest.New(t, o.Base)
		ask := func(number, code string) *webtest.Page {
			t.Helper()
			return citizen.Submit(want(t, citizen.Get("/progress"), 200), `form[action="/progress"]`, form("number", number, "code", code))
		}
		if p := want(t, ask(number, code), 200); !strings.Contains(p.Main(), "已受理") || strings.Contains(p.Main(), "测试木业") || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s", p.Main())
		} else {
			clear(p)
		}
		wrong := want(t, ask(number, "0000 0000 0000 0000"), 422)
		if unknown := want(t, ask("湖知诉〔2026〕99号", code), 422); unknown.Text(".alert, [role=alert]") != wrong.Text(".alert, [role=alert]") {
			t.Error("a wrong number and a wrong code are told apart")
		}

		// The lead, and what is written to each other.
		lead := post(t, desk, want(t, desk.Get(at), 200), at+"/lead", form("title", "测试木业有限公司涉嫌假冒专利", "facts", "竹凉席包装标注他人专利号"))
		page := want(t, officer.Get(path(lead)), 200)
		clear(page)
		if !strings.Contains(page.Main(), "举报人 R-1") || !strings.Contains(page.Main(), "可以联系") {
			t.Errorf("the lead does not speak of the reporter\n%s", page.Main())
		}
		post(t, officer, page, path(lead)+"/write", form("text", "<b>照片</b>是哪天拍的？"))
		mine := want(t, ask(number, strings.ReplaceAll(code, " ", "")), 200)
		if !strings.Contains(mine.Body, "&lt;b&gt;照片") || !strings.Contains(mine.Main(), "正在核查") || strings.Contains(mine.Main(), "测试 officer") {
			t.Errorf("%s", mine.Main())
		}
		added := want(t, send(t, citizen, mine, "上周三", "照片 1.jpg", "picture"), 200)
		if !strings.Contains(added.Main(), "上周三") || !strings.Contains(added.Main(), "照片 1.jpg") {
			t.Errorf("%s", added.Main())
		}
		want(t, send(t, citizen, mine, "上周三", "照片 1.jpg", "picture"), 200) // sent twice is once
		page = want(t, officer.Get(path(lead)), 200)
		if n := strings.Count(page.Main(), "上周三"); n != 1 {
			t.Errorf("the answer stands %d times", n)
		}
		file := want(t, officer.Get(page.Attr(".message a[download]", "href")), 200)
		if file.Body != "picture" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%q %v", file.Body, file.Header)
		}
		want(t, o.As(t, "officer.deqing").Get(page.Attr(".message a[download]", "href")), 404)
		named := want(t, send(t, citizen, want(t, ask(number, code), 200), "我是沈秘密", "沈秘密 13800009876.jpg", "receipt"), 200)
		if !strings.Contains(named.Main(), "我是沈秘密") {
			t.Error("the reporter does not read the reporter's own words")
		}
		veiled := want(t, officer.Get(path(lead)), 200)
		clear(veiled)
		if !strings.Contains(veiled.Main(), "我是×××") {
			t.Errorf("the lead lacks the message\n%s", veiled.Text(".messages"))
		}
		for _, a := range veiled.All(".message a[download]") {
			if p := want(t, officer.Get(attrOf(a, "href")), 200); strings.Contains(p.Header.Get("Content-Disposition"), url.PathEscape("沈秘密")) || strings.Contains(p.Header.Get("Content-Disposition"), "13800009876") {
				t.Errorf("the file's name: %s", p.Header.Get("Content-Disposition"))
			}
		}
		clear(want(t, desk.Get(at+"/receipt"), 200))

		// Disclosure.
		askPage := want(t, officer.Get(page.Attr(`a[href^="/disclosures/new"]`, "href")), 200)
		want(t, officer.Submit(askPage, `form[action="/disclosures"]`, form("reason", " ")), 422)
		asked := post(t, officer, askPage, "/disclosures", form("reason", "须核实照片来源"))
		d := path(asked)
		want(t, officer.Post(d+"/look", nil), 409)
		want(t, officer.Post(d+"/decide", form("version", "1", "decision", "grant")), 403)
		want(t, o.As(t, "chief.deqing").Get(d), 404)
		want(t, chief.Submit(want(t, chief.Get(d), 200), `form[action="`+d+`/decide"]`, form("decision", "refuse")), 422)
		post(t, chief, want(t, chief.Get(d), 200), d+"/decide", form("decision", "refuse", "answer", "可先在平台询问"))
		asked = post(t, officer, want(t, officer.Get("/disclosures/new?of="+url.QueryEscape("lead:"+strings.TrimPrefix(path(lead), "/leads/"))), 200), "/disclosures", form("reason", "平台未答复"))
		d = path(asked)
		decide := want(t, chief.Get(d), 200)
		post(t, chief, decide, d+"/decide", form("decision", "grant"))
		want(t, chief.Submit(decide, `form[action="`+d+`/decide"]`, form("decision", "refuse", "answer", "x")), 409)
		want(t, chief.Post(d+"/look", nil), 403)
		seen := want(t, officer.Submit(want(t, officer.Get(d), 200), `form[action="`+d+`/look"]`, nil), 200)
		if !strings.Contains(seen.Main(), "沈秘密") || !strings.Contains(seen.Main(), "13800009876") || seen.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s", seen.Main())
		}
		clear(want(t, officer.Get(d), 200))
		history := want(t, o.As(t, "auditor").Get("/disclosures"), 200)
		clear(history)
		if n := len(history.All("tbody tr")); n != 2 || !strings.Contains(history.Main(), "未批准") || !strings.Contains(history.Main(), "已批准") {
			t.Errorf("the auditor reads %d requests\n%s", n, history.Main())
		}
		want(t, o.As(t, "admin").Get("/disclosures"), 403)
		want(t, chief.Get("/identities"), 200)
		verify(t, o)

		// The lead becomes a case: what the reporter sent is in it, with where it came from and without who sent it; what comes later too.
		// Nobody writes the reporter's name into the lead or the case, whoever told them.
		leadID := strings.TrimPrefix(path(lead), "/leads/")
		told := want(t, officer.Submit(want(t, officer.Get(path(lead)), 200), `form[action="`+path(lead)+`/verify"]`, form("proposal", "file", "opinion", "沈秘密所述属实")), 422)
		if !strings.Contains(told.Main(), "请用代号") {
			t.Errorf("it is not said why\n%s", told.Main())
		}
		if err := o.Leads.Verify(t.Context(), o.By["officer"], leadID, 1, intake.Verification{On: apptest.Today, Proposal: intake.ProposeFile, Opinion: "建议立案"}); err != nil {
			t.Fatal(err)
		}
		filed, err := o.Leads.File(t.Context(), o.By["chief"], leadID, 2, intake.Filing{On: apptest.Today, Kind: "counterfeit", Title: "测试木业有限公司涉嫌假冒专利案", Place: "330521", Officers: []string{o.By["officer"].ID, o.By["officer2"].ID}})
		if err != nil {
			t.Fatal(err)
		}
		again, fileErr := o.Hotline.Keep(t.Context(), "晚到.jpg", strings.NewReader("late"), 1<<20)
		if fileErr != nil {
			t.Fatal(fileErr)
		}
		if err := o.Hotline.Add(t.Context(), number, code, "", "补充", again); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Docket.Advance(t.Context(), o.By["officer"], filed.ID, "challenge", filed.Version, casework.Input{On: apptest.Today,
			Fields: casework.Facts{"challenged": o.By["officer2"].ID, "challenged_by": "party", "challenge_reason": "与138-0000-9876相识", "approver": o.By["chief"].ID}}); errs.CodeOf(err) != errs.Invalid || errs.As(err).Message.Key != "error.names_reporter" {
			t.Errorf("the case takes the reporter's number: %v", err)
		}
		file2 := want(t, officer.Get("/cases/"+filed.ID), 200)
		clear(file2)
		for _, s := range []string{"R-1-1.jpg", "R-1-2.jpg", "R-1-3.jpg", "凭查询码提交"} {
			if !strings.Contains(file2.Text("#files"), s) {
				t.Errorf("the case's files lack %s: %s", s, file2.Text("#files"))
			}
		}
		if n := len(file2.All("#files tbody tr")); n != 3 {
			t.Errorf("%d files in the case", n)
		}
		if p := want(t, officer.Get(attrOf(file2.All("#files tbody a")[0], "href")), 200); p.Body != "picture" {
			t.Errorf("%q", p.Body)
		}
		verify(t, o)

		// Whoever tries and tries must wait.
		tired := false
		for range 30 {
			tired = tired || ask(number, "1111").Status == 429
		}
		if !tired {
			t.Error("thirty tries were answered")
		}
	})
}

// send sends the citizen's form with a file.
func send(t *testing.T, c *webtest.Client, p *webtest.Page, text, name, content string) *webtest.Page {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	values := webtest.FormValues(p.One(`form[action="/progress/add"]`))
	values.Set("text", text)
	for _, k := range []string{"number", "code", "id", "text"} {
		if err := w.WriteField(k, values.Get(k)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r := c.Request("POST", "/progress/add", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.Do(r)
}
