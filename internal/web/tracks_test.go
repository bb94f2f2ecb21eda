package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// hire adds somebody to the office.
func hire(t *testing.T, o *caseworktest.Office, username, role, jurisdiction string) {
	t.Helper()
	err := o.DB.Tx(context.Background(), func(tx *store.Tx) error {
		u, err := o.Users.AddTx(tx, access.System(), access.NewUser{Username: username, Name: "测试 " + username, Hash: accesstest.Hash, Exempt: true,
			Roles: []access.Grant{{Role: role, Jurisdiction: jurisdiction, From: calendar.Date(2011, 1, 1)}}})
		o.By[username] = u.Actor()
		return err
	})
	if err == nil {
		err = o.Guard.Reload(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// track is the latest side procedure of a name.
func track(t *testing.T, o *caseworktest.Office, caseID, name string) casework.Track {
	t.Helper()
	f, err := o.Docket.Find(context.Background(), access.System(), caseID)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(f.Tracks) - 1; i >= 0; i-- {
		if f.Tracks[i].Track == name {
			return f.Tracks[i]
		}
	}
	t.Fatalf("no side procedure %s", name)
	return casework.Track{}
}

// sentences fails where a page prints a key instead of a sentence.
func sentences(t *testing.T, p *webtest.Page) {
	t.Helper()
	for _, key := range []string{"track.", "act.track", "clock.", "desk.", "due.still", "repin.", "power.", "case.", "ask.", "choice.", "step.", "law.", "law.excl", "parts."} {
		if i := strings.Index(p.Text("main"), key); i >= 0 {
			t.Errorf("%s: a sentence is missing: %.60s", p.Path, p.Text("main")[i:])
		}
	}
}

func TestARequestIsAskedSentBackAndGranted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID
		officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
		page := officer.Get(at)
		if page.Has("#tracks") || !page.Has(`#open a[href="`+at+`/steps/ask_extension"]`) || page.Has(`#next a[href$="/ask_extension"]`) || page.Text("#open .ask-article") == "" {
			t.Fatalf("what else can be done\n%s", page.Main())
		}
		sentences(t, page)
		if p := chief.Get(at); p.Has("#open a.btn") || !strings.Contains(p.Text("#open .others"), "测试 officer") {
			t.Errorf("the chief asks\n%s", p.Text("#beside"))
		}

		// 90 days of 2026-11-02 end on 2027-01-31; 30 more on 2027-03-02 (Market-Regulation Procedure Art. 64).
		form := officer.Get(at + "/steps/ask_extension")
		if text := form.Text(".confirm-list"); !strings.Contains(text, "2027-01-31") || !strings.Contains(text, "2027-03-02") || !strings.Contains(text, "30日") || form.Attr("[name=extend_by]", "max") != "30" {
			t.Errorf("what it would do: %s", text)
		}
		if text := form.Text("[name=approver]"); !strings.Contains(text, "测试 chief") || strings.Contains(text, "officer") {
			t.Errorf("who may be asked: %s", text)
		}
		sentences(t, form)
		asked := fill("extend_by", "31", "extension_reason", hostile, "approver", o.By["chief"].ID, "note", "附清单")
		p := officer.Submit(form, "main form.hform", asked)
		if p.Status != 422 || !p.Has("[name=extend_by][aria-invalid]") || p.Attr("[name=extend_by]", "value") != "31" || p.Text("[name=extension_reason]") != hostile || p.Attr("[name=approver] option[selected]", "value") != o.By["chief"].ID {
			t.Errorf("too long: %d\n%s", p.Status, p.Main())
		}
		asked.Set("extend_by", "20")
		asked.Set("extension_reason", "账册尚在核对")
		if p = officer.Submit(form, "main form.hform", asked); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		req := track(t, o, x.ID, "extension")
		approve, back := at+"/steps/approve_extension?track="+req.ID, at+"/steps/return_extension?track="+req.ID
		page = officer.Get(at)
		if card := page.Text("#track-" + req.ID); !strings.Contains(card, "20日") || !strings.Contains(card, "账册尚在核对") || !strings.Contains(card, "2026-11-20") || !strings.Contains(card, "测试 chief") {
			t.Errorf("its card: %s", card)
		}
		if !page.Has("#track-"+req.ID+` a[href*="/steps/drop_extension?track="]`) || page.Has(`a[href="`+approve+`"]`) || !strings.Contains(page.Text("#next .act-refused"), "测试 chief") {
			t.Errorf("what the officer may do\n%s", page.Text("#next"))
		}
		if desk := officer.Get("/"); desk.Text("#pending .desk-title") != x.Title || desk.Has("#sent_back") {
			t.Errorf("the officer's desk\n%s", desk.Main())
		}

		// The chief finds it on the desk and on top of the case, and reads all of it before the answer.
		desk := chief.Get("/")
		if !desk.Has(`#requests .desk-row a[href="`+approve+`"]`) || desk.Has(`#decide a[href="`+approve+`"]`) {
			t.Fatalf("the chief's desk\n%s", desk.Main())
		}
		if p := chief.Get(at); p.Attr("#next .ask:first-child a.btn", "href") != approve || !p.Has("#track-"+req.ID+` a[href="`+back+`"]`) {
			t.Errorf("what the chief may do\n%s", p.Text("#next"))
		}
		form = chief.Get(approve)
		if text := form.Text(".asked-card"); !strings.Contains(text, "账册尚在核对") || !strings.Contains(text, "测试 officer") || !strings.Contains(text, "附清单") || len(form.All(".answers .seg-item")) != 2 || !form.Has(`.answers a[href="`+back+`"]`) {
			t.Errorf("what is asked\n%s", form.Main())
		}
		if text := form.Text(".confirm-list"); !strings.Contains(text, "2027-01-31") || !strings.Contains(text, "2027-02-20") {
			t.Errorf("what it would do: %s", text)
		}
		sentences(t, form)
		typed := webtest.FormValues(form.One("main form.hform"))
		for who, status := range map[string]int{"officer": 403, "officer2": 403, "officer3": 403, "reviewer": 403, "archivist": 403, "operator": 403, "admin": 403, "officer.deqing": 404, "chief.deqing": 404} {
			c := webtest.SignIn(t, s.base, who)
			if p := c.Get(approve); p.Status != status {
				t.Errorf("%s reads the form: %d", who, p.Status)
			}
			if p := c.Post(at+"/steps/approve_extension", typed); p.Status != status {
				t.Errorf("%s grants it: %d", who, p.Status)
			}
		}
		if p := chief.Submit(chief.Get(back), "main form.hform", fill("return_reason", "请附账册目录")); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := chief.Submit(form, "main form.hform", fill("note", "同意")); p.Status != 409 || !strings.Contains(p.Text(".case-changed"), "测试 chief") || p.Has("main form.hform") || !strings.Contains(p.Text("main .dlist"), "同意") {
			t.Errorf("granted after it was sent back: %d\n%s", p.Status, p.Main())
		}
		if p := chief.Get(approve); p.Status != 409 || !strings.Contains(p.Text("main"), "已退回") {
			t.Errorf("a form that is over: %d\n%s", p.Status, p.Main())
		}

		desk = officer.Get("/")
		amend := at + "/steps/amend_extension?track=" + req.ID
		if !desk.Has(`#sent_back a[href="`+amend+`"]`) || !strings.Contains(desk.Text("#sent_back"), "请附账册目录") || desk.Has("#pending") {
			t.Fatalf("the officer's desk\n%s", desk.Main())
		}
		form = officer.Get(amend)
		if form.Attr("[name=extend_by]", "value") != "20" || form.Text("[name=extension_reason]") != "账册尚在核对" || form.Attr("[name=approver] option[selected]", "value") != o.By["chief"].ID {
			t.Errorf("it does not begin with what was asked\n%s", form.Main())
		}
		if p := officer.Submit(form, "main form.hform", fill("extension_reason", "账册尚在核对，目录附后")); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}

		// Granted once, though it is sent twice.
		form = chief.Get(approve)
		if p := chief.Submit(form, "main form.hform", nil); p.Status != 303 || p.Header.Get("Location") != at {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := chief.Submit(form, "main form.hform", nil); p.Status != 409 || !p.Has(".case-changed") {
			t.Errorf("twice: %d\n%s", p.Status, p.Main())
		}
		page = officer.Get(at)
		if page.Has("#tracks > section > .track") || !strings.Contains(page.Text("#tracks details .track"), "已批准延期") || !strings.Contains(page.Text("#clocks .clockcard"), "2027-02-20") || !strings.Contains(page.Text("#clocks .clockcard"), "20日（部门负责人") {
			t.Errorf("after it\n%s\n%s", page.Text("#tracks"), page.Text("#clocks"))
		}
		if n := len(officer.Get(at + "?show=tracks").All("#timeline .tl")); n != 4 {
			t.Errorf("%d steps of side procedures in the timeline", n)
		}
		proof := officer.Get(page.Attr("#clocks .clockcard-more a", "href"))
		if !strings.Contains(proof.Text("main table"), "部门负责人") || !strings.Contains(proof.Text("main table"), "测试 chief") || proof.Has(".notice") {
			t.Errorf("the proof\n%s", proof.Main())
		}
		sentences(t, page)
		sentences(t, proof)
		if f, err := o.Docket.Find(context.Background(), access.System(), x.ID); err != nil || f.Clock("CF_CLOSE").StrictOn.String() != "2027-02-20" || f.Extended[f.Clock("CF_CLOSE").ID] != 1 {
			t.Errorf("%v", err)
		}
	})
}

func TestWhoApprovesReadsWhileTheRequestIsOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		hire(t, o, "chief2", access.Chief, "330500")
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID
		chief, chief2, officer := webtest.SignIn(t, s.base, "chief"), webtest.SignIn(t, s.base, "chief2"), webtest.SignIn(t, s.base, "officer")
		if p := chief.Submit(chief.Get(at+"/restrict"), "main form.hform", fill("reason", "商业秘密", "reviewer", o.By["reviewer"].ID)); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p := chief2.Get(at); p.Status != 404 {
			t.Fatalf("before it is asked: %d", p.Status)
		}
		form := officer.Get(at + "/steps/ask_extension")
		if p := officer.Submit(form, "main form.hform", fill("extend_by", "10", "extension_reason", "理由", "approver", o.By["chief2"].ID)); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		req := track(t, o, x.ID, "extension")
		approve := at + "/steps/approve_extension?track=" + req.ID
		if p := chief2.Get("/"); !p.Has(`#requests a[href="` + approve + `"]`) {
			t.Errorf("the desk\n%s", p.Main())
		}
		if p := chief2.Get(at); p.Status != 200 || !strings.Contains(p.Text("#people"), "测试 chief2") {
			t.Errorf("while it is open: %d", p.Status)
		}
		form = chief2.Get(approve)
		p := chief2.Submit(form, "main form.hform", nil)
		if p.Status != 303 || p.Header.Get("Location") != "/" {
			t.Fatalf("%d %s\n%s", p.Status, p.Header.Get("Location"), p.Main())
		}
		if p = chief2.Follow(p); !p.Has("[data-flash=success]") || p.Has("#requests .desk-row") {
			t.Errorf("after it\n%s", p.Main())
		}
		for _, path := range []string{at, approve, at + "?show=tracks"} {
			if p := chief2.Get(path); p.Status != 404 {
				t.Errorf("%s afterwards: %d", path, p.Status)
			}
		}
		if p := chief2.Submit(form, "main form.hform", nil); p.Status != 404 {
			t.Errorf("sent again: %d", p.Status)
		}
		if p := chief.Get(at); p.Status != 200 || strings.Contains(p.Text("#people"), "测试 chief2") {
			t.Errorf("the chief of the case: %d", p.Status)
		}
	})
}

func TestAPeriodStandsStill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-08-28") // 90 days end on 2026-11-26
		at := "/cases/" + x.ID
		officer := webtest.SignIn(t, s.base, "officer")
		if p := officer.Get("/due?mine=0"); rowsOf(p) != 1 {
			t.Fatalf("before\n%s", p.Main())
		}
		form := officer.Get(at + "/steps/commission")
		if p := officer.Submit(form, "main form.hform", fill("on", "2026-11-19", "appraiser", "鉴定中心", "appraisal_question", "是否为专利产品", "commissioned_on", "2026-11-19", "result_expected_on", "2026-12-10")); p.Status != 422 || !p.Has("[name=on][aria-invalid]") {
			t.Fatalf("a commission of yesterday: %d\n%s", p.Status, p.Main())
		}
		if p := officer.Submit(form, "main form.hform", fill("on", "2026-11-20", "appraiser", "鉴定中心", "appraisal_question", "是否为专利产品", "commissioned_on", "2026-11-20", "result_expected_on", "2026-12-10")); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		page := officer.Get(at)
		if !page.Has(".banner .clk-stopped") || !strings.Contains(page.Text("#clocks .clockcard"), "2026-11-20起（检测、检验、检疫、鉴定），停止时剩 7 日") || page.Has(".clk-late") {
			t.Errorf("the case\n%s\n%s", page.Text(".banner"), page.Text("#clocks"))
		}
		if card := page.Text("#tracks .track"); !strings.Contains(card, "鉴定中心") || !strings.Contains(card, "停止时剩 7 日") {
			t.Errorf("its card: %s", card)
		}
		for path, rows := range map[string]int{"/due?mine=0": 0, "/due?mine=0&still=1": 1, "/due?still=1&mine=1": 1, "/due?still=1&mine=0&office=330521": 0, "/due?still=1&mine=0&rule=CF_CLOSE": 1, "/due?still=1&mine=0&rule=INF_CLOSE": 0, "/cases?late=1": 0, "/cases": 1} {
			p := officer.Get(path)
			if p.Status != 200 || rowsOf(p) != rows {
				t.Errorf("%s: %d, %d rows, want %d", path, p.Status, rowsOf(p), rows)
			}
			sentences(t, p)
		}
		if p := officer.Get("/due?still=1&mine=0"); !p.Has(".seg-item.active[href*=still]") || !strings.Contains(p.Text(".lst tbody"), "鉴定") || p.Has("[name=until]") {
			t.Errorf("what stands still\n%s", p.Main())
		}
		if p := officer.Get("/cases"); !p.Has(".lst .clk-stopped") {
			t.Errorf("the list of cases\n%s", p.Main())
		}
		if p := officer.Get("/due?still=2"); p.Status != 422 {
			t.Errorf("still=2: %d", p.Status)
		}
		if p := webtest.SignIn(t, s.base, "officer.deqing").Get("/due?still=1&mine=0"); rowsOf(p) != 0 {
			t.Error("another county sees it")
		}
		ledger := page.Attr("#clocks .clockcard-more a", "href")
		proof := officer.Get(ledger)
		if !strings.Contains(proof.Text("main table"), "尚未结束") || proof.Has(".notice") || !strings.Contains(proof.Text(".ledger-words"), "2026-11-20") {
			t.Errorf("the proof\n%s", proof.Main())
		}
		sentences(t, proof)
		req := track(t, o, x.ID, "appraisal")
		form = officer.Get(at + "/steps/appraised?track=" + req.ID)
		if !strings.Contains(form.Text(".confirm-list"), "2026-11-20") {
			t.Errorf("what it will do: %s", form.Text(".confirm-list"))
		}
		if p := officer.Submit(form, "main form.hform", fill("result_on", "2026-11-20", "appraisal_result", "是")); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if proof = officer.Get(ledger); strings.Contains(proof.Text("main table"), "尚未结束") || !strings.Contains(proof.Text(".ledger-side"), "2026-11-26") {
			t.Errorf("after it went on\n%s", proof.Main())
		}
		if p := officer.Get("/due?mine=0"); rowsOf(p) != 1 || !strings.Contains(p.Text(".lst tbody"), "2026-11-26") {
			t.Errorf("the list\n%s", p.Main())
		}
	})
}

func TestAPeriodIsPinnedToAnotherWording(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID
		chief, officer := webtest.SignIn(t, s.base, "chief"), webtest.SignIn(t, s.base, "officer")
		ledger := chief.Get(at).Attr("#clocks .clockcard-more a", "href")
		if p := officer.Get(ledger); p.Status != 200 || p.Has("#repin") {
			t.Errorf("an officer pins: %d", p.Status)
		}
		form := chief.Get(ledger)
		const other = "CF_CLOSE@2015-07-01/patent"
		if text := form.Text("#repin .choice:has([value='" + other + "'])"); !strings.Contains(text, "2026-12-02") || !strings.Contains(text, "2027-01-31") || !strings.Contains(text, "第三十六条") || form.Has("#repin [value='CF_CLOSE@2021-07-15/samr']") {
			t.Fatalf("the wordings\n%s", form.Text("#repin"))
		}
		if p := chief.Submit(form, "#repin form", nil); p.Status != 422 || !p.Has("#repin [name=reason][aria-invalid]") || !p.Has("#f-rule_version[aria-invalid]") {
			t.Errorf("nothing chosen: %d\n%s", p.Status, p.Text("#repin"))
		}
		if p := chief.Submit(form, "#repin form", fill("rule_version", "CF_CLOSE@1999-01-01", "reason", hostile)); p.Status != 422 || !p.Has("#f-rule_version[aria-invalid]") || p.Text("#repin [name=reason]") != hostile {
			t.Errorf("no such wording: %d\n%s", p.Status, p.Text("#repin"))
		}
		if p := chief.Submit(form, "#repin form", fill("rule_version", "INF_CLOSE@2025-02-01", "reason", "理由")); p.Status != 422 {
			t.Errorf("another rule: %d", p.Status)
		}
		typed := fill("rule_version", other, "reason", "本机关适用专利行政执法办法", "version", "1")
		for who, status := range map[string]int{"officer": 403, "reviewer": 403, "operator": 403, "admin": 403, "chief.deqing": 404} {
			if p := webtest.SignIn(t, s.base, who).Post(ledger+"/repin", typed); p.Status != status {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
		p := chief.Submit(form, "#repin form", typed)
		if p.Status != 303 || p.Header.Get("Location") != ledger {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if p = chief.Follow(p); !p.Has("[data-flash=success]") || !strings.Contains(p.Text(".ledger-side"), "规则版本由 CF_CLOSE@2021-07-15/samr 改为 "+other) || !strings.Contains(p.Text(".ledger-side"), "本机关适用") || !p.Has("#repin [value='CF_CLOSE@2021-07-15/samr']") {
			t.Errorf("the proof\n%s", p.Main())
		}
		sentences(t, p)
		if p := officer.Get(at + "?show=clocks"); !strings.Contains(p.Text("#timeline"), other) || !strings.Contains(p.Text("#clocks .clockcard"), "2026-12-02") {
			t.Errorf("the case\n%s", p.Text("#timeline"))
		}
		if p := chief.Submit(form, "#repin form", typed); p.Status != 409 || !strings.Contains(p.Text("#repin"), "测试 chief") || p.Text("#repin [name=reason]") != "本机关适用专利行政执法办法" {
			t.Errorf("twice: %d\n%s", p.Status, p.Main())
		}
		if p := chief.Post(at+"/clocks/none/repin", url.Values{"version": {"2"}}); p.Status != 404 {
			t.Errorf("no such period: %d", p.Status)
		}
		var n int64
		if err := db.Read(context.Background()).Raw("SELECT COUNT(*) FROM audit_log WHERE action = 'case.edit' AND detail LIKE ? AND detail LIKE ?", "%"+other+"%", "%CF_CLOSE@2021-07-15/samr%").Scan(&n).Error; err != nil || n != 1 {
			t.Errorf("%d lines in the log: %v", n, err)
		}
	})
}

func TestOfficersWhoWerePresent(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Counterfeit, "2026-11-02")
	at := "/cases/" + x.ID
	officer := webtest.SignIn(t, s.base, "officer")
	if p := officer.Get(at); !p.Has(`#acts a[href="` + at + `/steps/inspect"]`) {
		t.Fatalf("acts\n%s", p.Text("#beside"))
	}
	form := officer.Get(at + "/steps/inspect")
	one, two := o.By["officer"].ID, o.By["officer2"].ID
	if len(form.All("[name=present]")) != 2 || !strings.Contains(form.Text(".choices"), "浙Eofficer2") {
		t.Fatalf("who may be named\n%s", form.Main())
	}
	typed := fill("present", one, "act_place", "德清县武康镇", "act_record", "现场检查", "signed", "signed", "rights_told", "now")
	p := officer.Submit(form, "main form.hform", typed)
	if p.Status != 422 || !p.Has(".frow-bad [name=present]") || !p.Has("[name=present][checked][value='"+one+"']") || p.Has("[name=present][checked][value='"+two+"']") || p.Attr("[name=act_place]", "value") != "德清县武康镇" {
		t.Errorf("one officer: %d\n%s", p.Status, p.Main())
	}
	typed["present"] = []string{one, two}
	if p = officer.Submit(form, "main form.hform", typed); p.Status != 303 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	if text := officer.Get(at).Text("#timeline"); !strings.Contains(text, "测试 officer、测试 officer2") || strings.Contains(text, one) {
		t.Errorf("the timeline: %s", text)
	}
	if p = officer.Get(at + "/steps/inspect"); p.Text("[name=act_record]") != "" {
		t.Error("a further act begins with the words of the last")
	}
}

func TestTheRuleBookCountsItsCases(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	for _, day := range []string{"2014-03-05", "2026-11-02", "2026-11-03"} {
		o.File(t, casework.Counterfeit, day)
	}
	o.File(t, casework.Dispute, "2026-11-03")
	c := webtest.SignIn(t, s.base, "officer")
	p := c.Get("/rules/CF_CLOSE")
	list := c.Get(p.Attr(`.phead-acts a[href^="/cases?"]`, "href"))
	if rowsOf(list) != 3 || !strings.Contains(p.Text(".phead-acts"), "3 件案件") || !list.Has(".chips .chip") {
		t.Errorf("%s: %d rows\n%s", p.Text(".phead-acts"), rowsOf(list), list.Main())
	}
	if p := webtest.SignIn(t, s.base, "officer.deqing").Get("/rules/CF_CLOSE"); p.Has(`.phead-acts a[href^="/cases?"]`) {
		t.Error("another county is told of them")
	}
	if p := c.Get("/cases?rule=NONE"); p.Status != 422 {
		t.Errorf("no such rule: %d", p.Status)
	}
}

func TestTheNextHigherOfficeGrants(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	hire(t, o, "chief.province", access.Chief, "330000")
	x := o.File(t, casework.Infringement, "2026-09-01") // three months, one more by the head, two more by the next higher office (Order 81 Art. 37)
	at := "/cases/" + x.ID
	officer, chief, above := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief"), webtest.SignIn(t, s.base, "chief.province")
	for i, by := range []*webtest.Client{chief, above} {
		form := officer.Get(at + "/steps/ask_extension")
		if !strings.Contains(form.Text("[name=approver]"), "测试 chief.province（浙江省）") {
			t.Errorf("who may be asked: %s", form.Text("[name=approver]"))
		}
		if text := form.Text(".confirm-list"); i == 1 && (!strings.Contains(text, "第2次延长，由上一级部门批准：延长2个月") || !strings.Contains(text, "2027-03-01")) {
			t.Errorf("what it would do: %s", text)
		}
		if p := officer.Submit(form, "main form.hform", fill("extend_by", "1", "extension_reason", "案情复杂")); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		req := track(t, o, x.ID, "extension")
		here, there := at+"/steps/approve_extension?track="+req.ID, at+"/steps/approve_extension_above?track="+req.ID
		if i == 1 {
			if p := chief.Get("/"); p.Has(`#requests a[href*="/approve_extension"]`) || !p.Has(`#requests a[href*="/return_extension"]`) {
				t.Errorf("the head's desk\n%s", p.Text("#requests"))
			}
			if p := chief.Get(here); p.Status != 403 || !strings.Contains(p.Text("main"), "上一级部门") || p.Text("h1") != "不能办理" {
				t.Errorf("the head grants it: %d\n%s", p.Status, p.Main())
			}
			if p := chief.Get(there); p.Status != 403 {
				t.Errorf("the head grants it for the higher office: %d", p.Status)
			}
			if p := by.Get("/"); !p.Has(`#requests a[href="` + there + `"]`) {
				t.Errorf("the higher desk\n%s", p.Text("#requests"))
			}
			here = there
		}
		if p := by.Submit(by.Get(here), "main form.hform", nil); p.Status != 303 {
			t.Fatalf("%d: %d\n%s", i, p.Status, p.Main())
		}
	}
	if p := officer.Get(at); !strings.Contains(p.Text("#clocks"), "2027-02-01") || !strings.Contains(p.Text("#clocks"), "上一级部门") {
		t.Errorf("the clock\n%s", p.Text("#clocks"))
	}
}

func TestWhatTheLawKeepsFromTheOffice(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Infringement, "2026-11-02")
	at := "/cases/" + x.ID
	c := webtest.SignIn(t, s.base, "officer")
	page := c.Get(at)
	if n := len(page.All("#denied li")); n < 3 || !strings.Contains(page.Text("#denied"), "第") {
		t.Fatalf("%d acts\n%s", n, page.Text("#beside"))
	}
	sentences(t, page)
	for _, act := range []string{"seal", "fine", "award_damages"} {
		for name, p := range map[string]*webtest.Page{"form": c.Get(at + "/steps/" + act), "act": c.Post(at+"/steps/"+act, fill("version", "1"))} {
			if p.Status != 403 || p.Text("h1") != "法律不允许" || !strings.Contains(page.Text("#denied"), p.Text(".error-text")) || !p.Has(`.error-page a[href="`+at+`"]`) {
				t.Errorf("%s, %s: %d\n%s", act, name, p.Status, p.Main())
			}
		}
	}
	if n := len(s.refusals(t)); n != 6 {
		t.Errorf("%d refusals in the log", n)
	}
	if p := webtest.SignIn(t, s.base, "officer.deqing").Post(at+"/steps/seal", fill("version", "1")); p.Status != 404 {
		t.Errorf("another county: %d", p.Status)
	}
}

func TestACaseIsOpenedAgain(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Ecommerce, "2026-10-12")
	at := "/cases/" + x.ID
	err := o.DB.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.Exec("UPDATE cases SET state = 'closed', closed_on = '2026-11-02' WHERE id = ?", x.ID).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	chief := webtest.SignIn(t, s.base, "chief")
	page := chief.Get(at)
	if page.Has(".banner-tags .pill-soon") || !page.Has(`#next a[href="`+at+`/steps/reopen"]`) || page.Has(`.banner a.btn-primary[href$="/reopen"]`) {
		t.Fatalf("closed\n%s", page.Main())
	}
	if p := webtest.SignIn(t, s.base, "officer").Get(at + "/steps/reopen"); p.Status != 403 {
		t.Errorf("an officer opens it again: %d", p.Status)
	}
	form := chief.Get(at + "/steps/reopen")
	if p := chief.Submit(form, "main form.hform", fill("reopen_ground", "new_facts", "reopen_reason", "")); p.Status != 422 || !p.Has("[name=reopen_reason][aria-invalid]") || !p.Has("[name=reopen_ground][checked][value=new_facts]") {
		t.Errorf("no reason: %d\n%s", p.Status, p.Main())
	}
	if p := chief.Submit(form, "main form.hform", fill("reopen_ground", "new_facts", "reopen_reason", "发现新的证据")); p.Status != 303 {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	if p := chief.Get(at); !strings.Contains(p.Text(".banner-tags"), "已恢复办理，首次结案2026-11-02") || !strings.Contains(p.Text("main .dlist"), "首次结案 2026-11-02") {
		t.Errorf("after it\n%s", p.Main())
	}
}
