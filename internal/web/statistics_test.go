package web_test

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"huzhi/config"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/report"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
	"huzhi/views/official"
)

// statisticsSite is a site over a few cases: rows as they are, since only their number matters here.
func statisticsSite(t *testing.T, db *store.DB) string {
	t.Helper()
	o := accesstest.New(t, db)
	err := db.Tx(context.Background(), func(tx *store.Tx) error {
		for i := range 40 {
			id, kind := fmt.Sprintf("c%02d", i), []string{"counterfeit", "infringement", "dispute", "ecommerce"}[i%4]
			year := 2014
			if i%5 == 0 {
				year = 2013
			}
			day := calendar.Date(year, 1, 1).AddDays(i * 9)
			office := []string{"330500", "330521"}[i%2]
			err := tx.Table("leads").Create(map[string]any{"id": "l" + id, "number": id, "source": "patrol", "kind": kind, "jurisdiction": office, "place": "330521",
				"state": "filed", "received_on": day, "title": "t", "facts": "", "version": 1, "created_at": tx.Now, "updated_at": tx.Now}).Error
			if err == nil {
				err = tx.Table("cases").Create(map[string]any{"id": id, "number": id, "kind": kind, "title": "t", "state": "closed", "jurisdiction": office, "place": []string{"330521", "330502", "330523"}[i%3],
					"source": "patrol", "lead_id": "l" + id, "filed_on": day, "closed_on": day.AddDays(20), "fine_fen": 12345678, "facts": "{}", "version": 1, "created_at": tx.Now, "updated_at": tx.Now}).Error
			}
			if err != nil {
				return err
			}
		}
		return tally.RebuildTx(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	d := webtest.Deps(t, db, o)
	d.Figures = report.New(db, o.Guard, o.Regions, func() calendar.Day { return calendar.DayOf(db.Now()) })
	d.Figures.SetWords(d.Catalogue)
	scores, err := report.ReadAssessments(config.Assessment())
	if err != nil {
		t.Fatal(err)
	}
	d.Figures.SetAssessments(scores)
	papers, err := document.New(db, official.Templates(), document.Forms{})
	if err != nil {
		t.Fatal(err)
	}
	d.Figures.SetPapers(papers, document.Names{{Code: "330500", Name: "湖州市市场监督管理局"}}, 5)
	d.Demo = &web.Demo{Password: accesstest.Password}
	site, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return webtest.Serve(t, site)
}

var tag = regexp.MustCompile(`<[^>]*>`)

var leftover = regexp.MustCompile(`report\.[a-z]|action\.[a-z]|\{\d\}`)

func TestThePageOfStatistics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		base := statisticsSite(t, db)
		chief := webtest.SignIn(t, base, "chief")
		p := chief.Get("/statistics?year=2014")
		if p.Status != 200 {
			t.Fatal(p.Status, p.Main())
		}
		foot := p.One("#kinds tfoot tr")
		if got := strings.Fields(webtest.Text(foot)); strings.Join(got, " ") != "合计 11 0 11 0 10 32 8 +300.00%" {
			t.Errorf("the total line: %v", got)
		}
		// The link of the sum leads to the list of exactly this office and year.
		hrefs := []string{}
		file := chief.Get(p.Attr("#statutory a[href*='table.xlsx']", "href"))
		if file.Status != 200 || !strings.HasPrefix(file.Body, "PK") {
			t.Errorf("the workbook: %d %s", file.Status, file.Header.Get("Content-Type"))
		}
		for _, a := range p.All("#kinds tfoot a") {
			for _, x := range a.Attr {
				if x.Key == "href" {
					hrefs = append(hrefs, x.Val)
				}
			}
		}
		if len(hrefs) != 7 || hrefs[5] != "/cases?from=2014-01-01&kind=reported&office=330500&to=2014-12-31" || hrefs[0] != "/cases?from=2014-01-01&kind=reported&office=330500&place=330502&to=2014-12-31" {
			t.Errorf("the total line leads to %v", hrefs)
		}
		for _, want := range []string{"2014年 · 湖州市", "3,827,160.18", "均为我们的假定", "统计范围为您有权查看的记录；限制知悉的案件只对参与办理的人员计入。由命令行（huzhi report）生成的统计全部记录", "上年同期指2013-01-01至2013-12-31"} {
			if !strings.Contains(p.Text("main"), want) {
				t.Errorf("no %q on the page", want)
			}
		}
		officer := webtest.SignIn(t, base, "officer.deqing").Get("/statistics?year=2014")
		if text := officer.Text("main"); !strings.Contains(text, "需要“查看来电记录”权限") || strings.Contains(text, "/hotline") || officer.Has("a[href^='/report']") {
			t.Errorf("an officer of Deqing sees\n%s", text)
		}
		if got := strings.Fields(webtest.Text(officer.One("#kinds tfoot tr"))); strings.Join(got, " ") != "合计 6 6 4 16 4 +300.00%" {
			t.Errorf("Deqing's total line: %v", got)
		}
		for path, want := range map[string]int{
			"/statistics": 200, "/statistics?year=2014&part=q1&office=330521": 200, "/statistics?from=2013-05-01&to=2014-06-30": 200, "/statistics?from=2005-05-01&to=2014-06-30": 200,
			"/statistics?year=2040": 422, "/statistics?part=x": 422, "/statistics?from=2014-05-01": 422, "/statistics?from=2014-05-01&to=2014-04-30": 422,
			"/statistics?office=330100": 422, "/statistics?office=%3Cb%3E": 422, "/statistics?year=%zz": 422,
			"/report/2014": 200, "/report/2013": 200, "/report/2026": 200, "/report/2027": 404, "/report/02014": 404, "/report/x": 404, "/report/-1": 404,
		} {
			if p := chief.Get(path); p.Status != want {
				t.Errorf("%s: %d, want %d", path, p.Status, want)
			}
		}
		if p := chief.Get("/statistics?from=2014-05-01&to=%22%3E%3Cb%3E"); p.Status != 422 || p.Has("main b") || !strings.Contains(p.Text("main"), "样式填写") {
			t.Errorf("a day that is none: %d\n%s", p.Status, p.Main())
		}
		deqing := webtest.SignIn(t, base, "officer.deqing")
		for path, want := range map[string]int{"/statistics?office=330500": 403, "/statistics?office=330523": 403, "/statistics?office=330521": 200, "/report/2014": 403} {
			if p := deqing.Get(path); p.Status != want {
				t.Errorf("%s for an officer of Deqing: %d, want %d", path, p.Status, want)
			}
		}
		for _, who := range []string{"operator", "admin", "auditor"} {
			if p := webtest.SignIn(t, base, who).Get("/statistics"); p.Status != 403 {
				t.Errorf("%s: %d", who, p.Status)
			}
		}
	})
}

func TestTheAnnualReportReadsWell(t *testing.T) {
	base := statisticsSite(t, storetest.SQLite(t))
	for lang, want := range map[string][]string{
		"zh-CN": {"湖州市2014年专利行政执法与维权援助工作报告", "截至2014年12月31日", "2014年，湖州市共办理专利行政执法案件32件，同比增长300.00%（上年同期8件）。其中：", "附表四", "3,827,160.18", "范围为查阅人有权查看的记录；限制知悉的案件只对参与办理的人员计入。由命令行"},
		"en":    {"Report on Patent Enforcement and Rights Assistance: Huzhou, 2014", "In 2014 Huzhou handled 32 cases of patent enforcement, 300.00% more than in the same period of the year before (8 cases). Among them: ", "Table 4.", "a restricted case counts only for those who work on it. A report from the command line"},
	} {
		c := webtest.SignIn(t, base, "chief")
		c.Post("/preferences", url.Values{"lang": {lang}, "return": {"/"}})
		p := c.Get("/report/2014")
		text := html.UnescapeString(tag.ReplaceAllString(p.Body, "")) // as it reads: no blank where the source has none
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in\n%s", lang, w, text)
			}
		}
		if links := p.All("main .paper-body a"); len(links) < 12 {
			t.Errorf("%s: %d figures are links", lang, len(links))
		}
		for _, path := range []string{"/report/2014", "/statistics?year=2014", "/statistics"} {
			if bad := leftover.FindString(c.Get(path).Text("main")); bad != "" {
				t.Errorf("%s %s: %q on the page", lang, path, bad)
			}
		}
	}
}

// change writes past the services, and counts the summaries anew.
func change(t *testing.T, db *store.DB, sql string, args ...any) {
	t.Helper()
	err := db.Tx(context.Background(), func(tx *store.Tx) error {
		if err := tx.Exec(sql, args...).Error; err != nil {
			return err
		}
		return tally.RebuildTx(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}
