package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

const extract = "专利号,名称,专利权人,法律状态,申请日,授权公告日,终止日\n" +
	"ZL201520781728.2,一种<b>茶杯</b>,湖州茶具厂,有效,2015-10-09,2016-03-02,\n" +
	"ZL201310699744.2,一种飞艇,某公司,有效,2013-12-18,2016-01-20,\n" +
	"bad,x,y,有效,,,\n"

func sendExtract(c *webtest.Client, id, name, text string) *webtest.Page {
	c.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("id", id)
	w, err := m.CreateFormFile("file", name)
	if err != nil {
		c.T.Fatal(err)
	}
	_, _ = w.Write([]byte(text))
	_ = m.Close()
	r := c.Request("POST", "/register/imports", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return c.Do(r)
}

type registerSite struct {
	o    *caseworktest.Office
	base string
}

func openRegister(t *testing.T, db *store.DB) registerSite {
	t.Helper()
	o, d := webtest.Whole(t, db)
	s, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return registerSite{o, webtest.Serve(t, s)}
}

// An extract from the file to undoing, and a mark check that its successor reaches back to, without JavaScript.
func TestTheRegisterAndAMarkCheck(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := openRegister(t, db)
		officer := webtest.SignIn(t, s.base, "officer")
		id := db.NewID()
		p := officer.Follow(sendExtract(officer, id, "登记簿<b>.csv", extract))
		if p.Status != 200 || !p.Has("#read form") || p.Has("main b") || !strings.Contains(p.Main(), "UTF-8") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if again := officer.Follow(sendExtract(officer, id, "登记簿<b>.csv", extract)); again.Path != p.Path {
			t.Errorf("sent twice: %s, %s", again.Path, p.Path)
		}
		if q := officer.Submit(p, "#read form", url.Values{"status": {""}}); q.Status != 422 || !q.Has("#read [aria-invalid]") {
			t.Errorf("without a column for the status: %d\n%s", q.Status, q.Main())
		}
		if q := officer.Submit(p, "#read form", url.Values{"as_of": {"2030-01-01"}}); q.Status != 422 {
			t.Errorf("of a day to come: %d", q.Status)
		}
		if q := officer.Submit(p, "#read form", url.Values{"version": {"9"}}); q.Status != 409 {
			t.Errorf("a stale page: %d", q.Status)
		}
		p = officer.Follow(officer.Submit(p, "#read form", url.Values{"as_of": {"2026-01-01"}}))
		if p.Status != 200 || !p.Has("#apply form") || !strings.Contains(p.Text("#wrong"), "不是专利号") || !strings.Contains(p.Text("#wrong"), "4") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if q := webtest.SignIn(t, s.base, "officer.deqing").Submit(p, "#apply form", nil); q.Status != 403 {
			t.Errorf("a county writes: %d", q.Status)
		}
		p = officer.Follow(officer.Submit(p, "#apply form", nil))
		if !strings.Contains(p.Main(), "已写入") || !p.Has("#undo form") {
			t.Fatal(p.Main())
		}

		p = officer.Get("/register?q=zl+2015+2+0781728.2")
		if len(p.All("tbody tr")) != 1 || p.Has("main b") {
			t.Fatal(p.Main())
		}
		if q := officer.Get("/register?q=茶杯&type=design"); len(q.All("tbody tr")) != 0 {
			t.Error(q.Main())
		}
		if q := officer.Get("/register?status=DEAD"); q.Status != 422 {
			t.Errorf("a status that is none: %d", q.Status)
		}
		file := s.o.File(t, "counterfeit", "2026-11-18")
		if err := db.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.Exec("INSERT INTO case_patents (id, case_id, number, key, added_at) VALUES (?, ?, ?, ?, ?)", tx.NewID(), file.ID, "ZL201520781728.2", "201520781728", tx.Now).Error
		}); err != nil {
			t.Fatal(err)
		}
		p = officer.Get("/register/patents/201520781728")
		if !strings.Contains(p.Main(), "2025-10-09") || !strings.Contains(p.Main(), "湖州茶具厂") {
			t.Error(p.Main())
		}
		if q := officer.Get("/register/patents/200930193487"); q.Status != 200 || !strings.Contains(q.Main(), "本地登记簿中没有") {
			t.Errorf("not in the register: %d", q.Status)
		}
		if q := officer.Get("/register/patents/x"); q.Status != 404 {
			t.Errorf("no number: %d", q.Status)
		}

		p = officer.Get("/checks/new?number=201520781728.2")
		if !strings.Contains(p.Text("textarea"), "ZL 2015 2 0781728.2") {
			t.Error(p.Main())
		}
		if q := officer.Submit(p, "form[action='/checks']", url.Values{"product": {""}}); q.Status != 422 {
			t.Errorf("without a product: %d", q.Status)
		}
		mark := url.Values{"product": {"茶杯<i>"}, "text": {"中国实用新型专利 ZL201520781728.2"}, "role": {"seller"}, "produced_on": {"2025-09-01"}, "sold_on": {"2025-09-02"}, "matches": {"yes"}}
		p = officer.Follow(officer.Submit(p, "form[action='/checks']", mark))
		if p.Status != 200 || !strings.Contains(p.Text("#findings"), "合规") || p.Has("main i") || !strings.Contains(p.Text("#unless"), "L1c") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		check := p.Path
		if q := officer.Submit(p, "#decide form", url.Values{"verdict": {"SUSPECT"}}); q.Status != 422 || !q.Has("#decide [aria-invalid]") {
			t.Errorf("overruled without a reason: %d", q.Status)
		}
		q := officer.Follow(officer.Submit(p, "#decide form", url.Values{"verdict": {"DEFECT"}, "reason": {"字样模糊"}}))
		if !strings.Contains(q.Main(), "字样模糊") || !strings.Contains(q.Text("#findings"), "合规") {
			t.Error(q.Main())
		}
		if q := officer.Submit(p, "#decide form", url.Values{"verdict": {"OK"}}); q.Status != 409 {
			t.Errorf("decided from a stale page: %d", q.Status)
		}
		if q := officer.Get("/register/patents/201520781728"); !q.Has("#checks a[href='" + check + "']") {
			t.Error("the patent does not list its check")
		}
		county := webtest.SignIn(t, s.base, "officer.deqing")
		if q := county.Get(check); q.Status != 404 {
			t.Errorf("another county reads the check: %d", q.Status)
		}
		if q := county.Get("/register/patents/201520781728"); q.Has("#checks a") {
			t.Error("another county's patent page lists the check")
		}

		// the next extract says that the patent had ended: the check is listed to be looked at again
		p = officer.Follow(sendExtract(officer, db.NewID(), "b.csv", strings.Replace(extract, "茶具厂,有效,2015-10-09,2016-03-02,", "茶具厂,未缴年费终止,2015-10-09,2016-03-02,2024-10-09", 1)))
		p = officer.Follow(officer.Submit(p, "#read form", url.Values{"as_of": {"2026-06-01"}}))
		p = officer.Follow(officer.Submit(p, "#apply form", nil))
		if !strings.Contains(p.Main(), "已列入复核") {
			t.Error(p.Main())
		}
		if q := officer.Get("/checks?state=review"); !q.Has("a[href='" + check + "']") {
			t.Error(q.Main())
		}
		p = officer.Get(check)
		if !strings.Contains(p.Main(), "应当复核") || !strings.Contains(p.Main(), "涉嫌假冒专利") {
			t.Error(p.Main())
		}
		if q := officer.Submit(p, "#review form", nil); q.Status != 422 {
			t.Errorf("looked at again without a word: %d", q.Status)
		}
		p = officer.Follow(officer.Submit(p, "#review form", url.Values{"reason": {"仍以现场认定为准"}}))
		if strings.Contains(p.Main(), "应当复核") || !strings.Contains(p.Main(), "仍以现场认定为准") {
			t.Error(p.Main())
		}
	})
}

func TestAFileThatIsNoTable(t *testing.T) {
	s := openRegister(t, storetest.SQLite(t))
	officer := webtest.SignIn(t, s.base, "officer")
	for name, text := range map[string]string{"a.csv": "a,b\n\x00", "b.xlsx": "PK\x03\x04junk", "c.csv": ""} {
		p := sendExtract(officer, "", name, text)
		if p.Status != 422 || !p.Has("[aria-invalid]") {
			t.Errorf("%s: %d\n%s", name, p.Status, p.Main())
		}
	}
	if p := officer.Post("/register/imports", nil); p.Status != 422 {
		t.Errorf("no file: %d", p.Status)
	}
	if p := webtest.SignIn(t, s.base, "operator").Get("/register/imports"); p.Status != 403 {
		t.Errorf("an operator: %d", p.Status)
	}
}

// A check needs no register: what it says can be typed in.
func TestAMarkCheckWithTheOfficialRegister(t *testing.T) {
	s := openRegister(t, storetest.SQLite(t))
	officer := webtest.SignIn(t, s.base, "officer")
	form := url.Values{"product": {"茶杯"}, "medium": {"product"}, "role": {"maker"}, "text": {"专利号 ZL201520781728.2"}, "jurisdiction": {"330500"}, "reg_found": {"no"}}
	p := officer.Follow(officer.Post("/checks", form))
	if !strings.Contains(p.Text("#findings"), "涉嫌假冒专利") || !strings.Contains(p.Text("#given"), "查无此号") {
		t.Error(p.Main())
	}
	form["reg_found"] = []string{"yes"}
	if p := officer.Post("/checks", form); p.Status != 422 {
		t.Errorf("without a status: %d", p.Status)
	}
	form["reg_status"], form["medium"] = []string{string(patent.Rejected)}, []string{"poster"}
	if p := officer.Post("/checks", form); p.Status != 422 {
		t.Errorf("a medium that is none: %d", p.Status)
	}
	form["jurisdiction"], form["medium"] = []string{"330521"}, []string{"web"}
	if p := webtest.SignIn(t, s.base, "officer.deqing").Post("/checks", form); p.Status != 303 {
		t.Errorf("a county for itself: %d", p.Status)
	}
	rows, _, err := s.o.Roll.Checks(context.Background(), s.o.By["officer"], registry.CheckFilter{}, "", 10)
	if err != nil || len(rows) != 2 { // the city sees its counties
		t.Errorf("%d, %v", len(rows), err)
	}
}
