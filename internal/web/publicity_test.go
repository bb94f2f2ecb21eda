package web_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// TestServedAndMadePublic: a decision is served with its proof, which takes the step and starts the clocks; it is looked at as the public will see it, published, read
// by anybody on the page and in both feeds, and taken down.
func TestServedAndMadePublic(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db, nil)
		today := calendar.DayOf(db.Now())
		day := func(n int) string { return today.AddDays(n).String() }
		id := s.o.File(t, casework.Counterfeit, day(-60)).ID
		take := func(by, step string, on int, in casework.Facts) {
			t.Helper()
			if err := s.o.Take(by, id, step, day(on), in); err != nil {
				t.Fatalf("%s: %v", step, err)
			}
		}
		officer, chief, nobody := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief"), webtest.New(t, s.base)
		ok := func(what string, p *webtest.Page, status int) *webtest.Page {
			t.Helper()
			if p.Status != status {
				t.Fatalf("%s: %d\n%s", what, p.Status, p.Main())
			}
			return p
		}
		take("officer", "investigate", -58, casework.Facts{"findings": "包装上标注他人专利号", "limb": "L1c", "act_ended_on": day(-70), "income": "500000"})
		take("reviewer", "review", -57, casework.Facts{"review_opinion": "事实清楚"})
		take("officer", "notify", -56, casework.Facts{"planned_fine": "2000000", "planned_confiscation": "500000", "notice_reasons": "理由"})
		services, publicity := "/cases/"+id+"/services", "/cases/"+id+"/publicity"
		serve := func(number string, more ...string) *webtest.Page {
			t.Helper()
			p := officer.Get(services)
			var paper string
			for _, o := range p.All("#serve select[name=document] option") {
				if strings.Contains(webtest.Text(o), number) {
					for _, a := range o.Attr {
						if a.Key == "value" {
							paper = a.Val
						}
					}
				}
			}
			return officer.Submit(p, "form[action='"+services+"']", fill(append([]string{"document", paper, "recipient", "测试木业有限公司", "way", "direct", "servers", "甲、乙", "state", "served", "receiver", "王某", "relation", "本人"}, more...)...))
		}
		// the form begins with the paper that waits, who serves it and to whom
		begin := officer.Get(services)
		if !begin.Has("#serve select[name=document] option[selected][value='"+s.o.Find(t, "officer", id, day(0)).Last("notify").DocumentID+"']") || begin.Text("#serve select[name=recipient] option[selected]") != "测试木业有限公司" ||
			!strings.Contains(begin.Attr("#serve input[name=servers]", "value"), "、") || begin.Attr("#address input[name=address]", "value") != "" {
			t.Errorf("what the form begins with\n%s", begin.Main())
		}
		// served by hand, late recorded: the notice's time for statements runs from the day of service
		ok("served before the paper", serve("告知", "tried_on", day(-57), "served_on", day(-57)), 422)
		p := officer.Follow(ok("served", serve("告知", "tried_on", day(-55), "served_on", day(-55)), 303))
		if !strings.Contains(p.Body, "随之办理") {
			t.Errorf("what the service did\n%s", p.Body)
		}
		if p := officer.Get("/cases/" + id); !strings.Contains(p.Text("#clocks"), day(-55)[:4]) || p.Has("a[href$='/steps/serve_notice']") {
			t.Errorf("the step was taken\n%s", p.Text("#next"))
		}
		take("chief", "decide", -30, casework.Facts{"outcome": "penalised", "reasons": "理由", "fine": "2000000", "confiscated": "500000", "waived": "no"})
		// a step's own form begins with what is known of the service, and leads to the record
		if p := officer.Get("/cases/" + id + "/steps/serve"); !p.Has("main a[href='"+services+"']") || p.Attr("#f-served_on", "value") != "" {
			t.Errorf("before it is served\n%s", p.Main())
		}
		p = officer.Follow(ok("the decision served", serve("罚", "tried_on", day(-28), "served_on", day(-28)), 303))
		if p := officer.Get("/cases/" + id + "/steps/serve"); p.Status == 200 {
			t.Errorf("the step is still open\n%s", p.Main())
		}
		if row := p.Text("main"); !strings.Contains(row, "王某（本人）") {
			t.Errorf("the record\n%s", row)
		}
		// what the public would see, with a word struck out
		if p := chief.Get(publicity); p.Has("form[action='" + publicity + "'][method=post]") {
			t.Error("a chief publishes")
		}
		page := officer.Get(publicity)
		if !strings.Contains(page.Text("#due"), "第九条") {
			t.Errorf("by when\n%s", page.Text("#due"))
		}
		plain := page.Attr("form[method=post] input[name=sha256]", "value")
		look := officer.Get(publicity + "?document=" + page.Attr("form[method=post] input[name=document]", "value") + "&words=" + "测试木业")
		form := "form[method=post][action='" + publicity + "']"
		if seen := look.Attr(form+" input[name=sha256]", "value"); seen == plain || strings.Contains(look.Text("main pre, main .text, main"), "测试木业有限公司的行为") {
			t.Errorf("the word stands there\n%s", look.Main())
		}
		ok("what nobody looked at", officer.Submit(look, form, fill("sha256", plain)), 409)
		if p := nobody.Get("/publicity"); p.Status != 200 || strings.Contains(p.Body, "罚字") {
			t.Errorf("nothing is public yet: %d", p.Status)
		}
		done := officer.Follow(ok("published", officer.Submit(look, form, nil), 303))
		// read without signing in
		list := ok("the list", nobody.Get("/publicity"), 200)
		at := list.Attr("main a[href^='/publicity/0']", "href")
		one := ok("one", nobody.Get(at), 200)
		if !strings.Contains(one.Main(), "罚") || strings.Contains(one.Main(), "湖州市市场监督管理局内部") {
			t.Errorf("%s", one.Main())
		}
		if p := nobody.Get("/publicity?q=" + "没有这样的当事人"); p.Status != 200 || p.Has("main a[href^='/publicity/0']") {
			t.Errorf("a search that finds nothing\n%s", p.Main())
		}
		var rss struct {
			Items []struct {
				Title string `xml:"title"`
				Link  string `xml:"link"`
				Date  string `xml:"pubDate"`
			} `xml:"channel>item"`
		}
		if p := nobody.Get("/publicity/feed.xml"); xml.Unmarshal([]byte(p.Body), &rss) != nil || len(rss.Items) != 1 || !strings.HasSuffix(rss.Items[0].Link, at) || rss.Items[0].Date == "" {
			t.Errorf("the RSS feed: %s", p.Body)
		}
		var feed struct {
			Version string `json:"version"`
			Items   []struct {
				URL  string            `json:"url"`
				Text string            `json:"content_text"`
				More map[string]string `json:"_huzhi"`
			} `json:"items"`
		}
		if p := nobody.Get("/publicity/feed.json"); json.Unmarshal([]byte(p.Body), &feed) != nil || len(feed.Items) != 1 || !strings.Contains(feed.Version, "jsonfeed") || feed.Items[0].More["ends_on"] != today.AddMonths(36).String() {
			t.Errorf("the JSON feed: %s", p.Body)
		}
		if strings.Contains(feed.Items[0].Text, "测试木业") {
			t.Error("the struck word stands in the feed")
		}
		// taken down
		withdraw := "[id^='withdraw-'] form"
		ok("without a reason", officer.Submit(done, withdraw, fill("ground", "mistake", "ground_on", day(0), "reason", "")), 422)
		ok("taken down", officer.Submit(done, withdraw, fill("ground", "mistake", "ground_on", day(0), "reason", "当事人名称有误")), 303)
		if p := nobody.Get(at); p.Status != 404 {
			t.Errorf("taken down: %d", p.Status)
		}
		for _, path := range []string{"/publicity", "/publicity/feed.xml", "/publicity/feed.json"} {
			if p := nobody.Get(path); p.Status != 200 || strings.Contains(p.Body, at) {
				t.Errorf("%s still has it", path)
			}
		}
		again := officer.Get(publicity)
		if !again.Has(form) || !strings.Contains(again.Main(), "公示有误") {
			t.Errorf("it may be published again\n%s", again.Main())
		}
		// published again, and quashed: the public reads why it is gone, and nothing of what it said (Penalty Law Art. 48(2))
		done = officer.Follow(ok("published again", officer.Submit(again, form, nil), 303))
		at = nobody.Get("/publicity").Attr("main a[href^='/publicity/0']", "href")
		ok("before the decision", officer.Submit(done, withdraw, fill("ground", "quashed", "ground_on", "2020-01-02", "reason", "复议撤销")), 422)
		ok("quashed", officer.Submit(done, withdraw, fill("ground", "quashed", "ground_on", day(0), "reason", "复议机关撤销，内部说明")), 303)
		gone := ok("why it is gone", nobody.Get(at), 200)
		if !strings.Contains(gone.Main(), "决定被撤销") || strings.Contains(gone.Main(), "内部说明") || strings.Contains(gone.Main(), "测试木业") {
			t.Errorf("%s", gone.Main())
		}
		if p := nobody.Get("/publicity"); !p.Has("main a[href='"+at+"']") || !strings.Contains(p.Main(), "已撤回的公示") {
			t.Errorf("the list does not tell of it\n%s", p.Main())
		}
		if p := nobody.Get("/publicity/feed.xml"); strings.Contains(p.Body, at) {
			t.Error("the feed still has it")
		}
	})
}
