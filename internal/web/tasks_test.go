package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/mail"
	"huzhi/internal/mail/mailtest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/task"
	"huzhi/internal/warn"
	"huzhi/internal/web"
	"huzhi/internal/web/webtest"
)

func TestATaskIsGivenDoneAndTakenUpAgainOnItsPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		c := webtest.SignIn(t, s.base, "officer")
		at := "/cases/" + x.ID
		p := c.Get(at)
		if p.Status != 200 || !p.Has("#tasks .sec-empty") || len(p.All("#add-task select[name=assignee] option")) != 4 { // choose, two officers, the chief
			t.Fatalf("%d\n%s", p.Status, p.Text("#tasks"))
		}
		// What is wrong is said at its field, and what was typed stays.
		p = c.Submit(p, "#add-task form", url.Values{"title": {hostile}, "due_on": {"2026-11-19"}, "text": {"要求"}})
		if p.Status != http.StatusUnprocessableEntity || !p.Has("#add-task[open]") || !p.Has("#f-task-due_on.is-invalid") || !p.Has("#f-task-assignee.is-invalid") || p.Attr("#f-task-title", "value") != hostile || p.Has("script:not([src])") {
			t.Fatalf("%d\n%s", p.Status, p.Text("#add-task"))
		}
		p = c.Submit(p, "#add-task form", url.Values{"due_on": {"soon"}})
		if p.Status != http.StatusUnprocessableEntity {
			t.Errorf("no day: %d", p.Status)
		}
		form := url.Values{"title": {hostile}, "due_on": {"2026-11-24"}, "assignee": {o.By["officer2"].ID}}
		sent := c.Submit(p, "#add-task form", form)
		if again := c.Submit(p, "#add-task form", form); again.Status != http.StatusSeeOther { // sent twice: one task
			t.Errorf("again: %d", again.Status)
		}
		p = c.Follow(sent)
		if p.Status != 200 || rowsIn(p, "#tasks") != 1 || p.Has("script:not([src])") || !strings.Contains(p.Text("#tasks"), hostile) {
			t.Fatalf("%d\n%s", p.Status, p.Text("#tasks"))
		}
		at = p.Attr("#tasks .lst a", "href")

		p = c.Get(at)
		if p.Status != 200 || p.Text(".banner-title") != hostile || !p.Has("#done form") || !p.Has("#change form") || !p.Has("#cancel form") || p.Has("#reopen") || !p.Has(".banner .clk") || len(p.All(".tl")) != 1 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		stale := p
		doer := webtest.SignIn(t, s.base, "officer2")
		q := doer.Get(at)
		if !q.Has("#done form") || q.Has("#change") || q.Has("#cancel") { // who is to do it does not put it off
			t.Errorf("\n%s", q.Main())
		}
		if q = doer.Follow(doer.Submit(q, "#done form", url.Values{"note": {"已取得"}})); !q.Has(".flash") || q.Has("#done") || !q.Has("#reopen form") || !strings.Contains(q.Main(), "已取得") {
			t.Errorf("%d\n%s", q.Status, q.Main())
		}
		// Whoever was slower is told who was faster.
		if p = c.Submit(stale, "#cancel form", url.Values{"note": {"不必"}}); p.Status != http.StatusConflict || !strings.Contains(p.Main(), o.By["officer2"].Name) {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		p = c.Get(at)
		if p = c.Submit(p, "#reopen form", url.Values{"due_on": {"2026-11-24"}}); p.Status != http.StatusUnprocessableEntity || !p.Has("#reopen[open] #f-reopen-note.is-invalid") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p = c.Follow(c.Submit(p, "#reopen form", url.Values{"due_on": {"2026-11-25"}, "note": {"少一份"}})); !strings.Contains(p.Text(".banner"), "2026-11-25") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p = c.Follow(c.Submit(p, "#change form", url.Values{"title": {"调取单据"}})); p.Text(".banner-title") != "调取单据" {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p = c.Follow(c.Submit(p, "#cancel form", url.Values{"note": {"当事人已提交"}})); p.Has("#done") || !strings.Contains(p.Main(), "当事人已提交") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		c.Post("/preferences", url.Values{"lang": {"en"}})
		for _, path := range []string{at, "/tasks", "/tasks?whose=all&state=all", "/cases/" + x.ID, "/warnings"} {
			p := c.Get(path)
			for _, word := range []string{"task.", "warn.", "flash.", "due.", "parts."} {
				if p.Status != 200 || strings.Contains(p.Text("main"), word) || strings.Contains(p.Text(".top"), word) {
					t.Errorf("%s: %d, a sentence %s… is missing\n%s", path, p.Status, word, p.Main())
				}
			}
		}
	})
}

func rowsIn(p *webtest.Page, section string) int { return len(p.All(section + " .lst tbody tr")) }

func TestTaskPagesRefuseWhoMayNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		y, err := o.Tasks.Add(t.Context(), o.By["officer"], x.ID, task.Input{Title: "秘密的任务", Assignee: o.By["officer2"].ID, DueOn: caseworktest.Day("2026-11-24")})
		if err != nil {
			t.Fatal(err)
		}
		at := "/tasks/" + y.ID
		status := func(who string, open, list, post int) {
			t.Helper()
			c := webtest.SignIn(t, s.base, who)
			p, q, r := c.Get(at), c.Get("/tasks?whose=all&state=all"), c.Post(at+"/done", url.Values{"version": {"1"}})
			if p.Status != open || q.Status != list || r.Status != post || open != 200 && strings.Contains(p.Body+q.Body+r.Body, "秘密的任务") {
				t.Errorf("%s: %d, %d, %d; want %d, %d, %d", who, p.Status, q.Status, r.Status, open, list, post)
			}
		}
		status("officer3", 200, 200, 403) // of the office, not of the case
		status("reviewer", 200, 200, 403)
		status("officer.deqing", 404, 200, 404)
		for _, who := range []string{"operator", "admin", "auditor"} {
			status(who, 403, 403, 403)
		}
		if p := webtest.SignIn(t, s.base, "officer3").Get("/cases/" + x.ID); rowsIn(p, "#tasks") != 1 || p.Has("#add-task") {
			t.Errorf("a colleague: \n%s", p.Text("#tasks"))
		}
		o.DB.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE cases SET restricted = ?", true).Error
		})
		status("officer3", 404, 200, 404)
		status("reviewer", 404, 200, 404)
		for _, path := range []string{"/tasks/x", "/tasks/01h00000000000000000000000"} {
			if p := webtest.SignIn(t, s.base, "officer").Get(path); p.Status != 404 {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
		status("officer2", 200, 200, 303)
	})
}

func TestTheListOfTasksCountsWhatItShows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		for i := range 35 {
			who := []string{"officer", "officer2"}[i%2]
			if _, err := o.Tasks.Add(t.Context(), o.By["chief"], x.ID, task.Input{Title: "任务", Assignee: o.By[who].ID, DueOn: caseworktest.Day("2026-11-20").AddDays(i)}); err != nil {
				t.Fatal(err)
			}
		}
		c := webtest.SignIn(t, s.base, "officer")
		for q, rows := range map[string]int{"": 18, "?whose=by": 0, "?state=overdue": 0, "?state=done": 0, "?until=2026-11-24": 3, "?office=330521": 0, "?q=" + url.QueryEscape(x.Number): 18, "?q=%25": 0, "?case=" + x.ID: 18} {
			p := c.Get("/tasks" + q)
			if p.Status != 200 || rowsOf(p) != rows || rows > 0 && !strings.Contains(p.Text(".listbar"), itoaShort(rows)) {
				t.Errorf("%s: %d, %d rows, want %d\n%s", q, p.Status, rowsOf(p), rows, p.Text(".listbar"))
			}
		}
		for _, q := range []string{"?state=late", "?whose=his", "?until=soon", "?case=x", "?after=1", "?office=1"} {
			if p := c.Get("/tasks" + q); p.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", q, p.Status)
			}
		}
		seen := map[string]bool{}
		p := c.Get("/tasks?whose=all")
		for {
			for _, n := range p.All(".lst tbody a[href^='/tasks/']") {
				seen[hrefOf(n)] = true
			}
			if !p.Has(".pager a[rel=next]") {
				break
			}
			p = c.Get(p.Attr(".pager a[rel=next]", "href"))
		}
		if len(seen) != 35 {
			t.Errorf("%d tasks on all pages", len(seen))
		}
		p = c.Get("/")
		if len(p.All("#tasks .desk-row")) != 4 || !p.Has("#tasks a[href='/tasks']") {
			t.Errorf("the desk\n%s", p.Text("#tasks"))
		}
		if p = webtest.SignIn(t, s.base, "archivist").Get("/"); p.Has("#tasks") {
			t.Error("a desk without tasks has a list of them")
		}
	})
}

func itoaShort(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return string(rune('0'+n/10)) + string(rune('0'+n%10))
}

func TestTheLastStepSaysThatTasksAreOpen(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Dispute, "2026-11-02")
	for _, step := range []struct {
		by, name, on string
		f            map[string]string
	}{
		{"chief", "withdraw", "2026-11-12", map[string]string{"mediation_end": "requester", "reasons": "撤回请求"}},
		{"officer", "tell_requester", "2026-11-12", map[string]string{"served_on": "2026-11-12", "way": "direct", "receiver": "x"}},
		{"officer", "tell_respondent", "2026-11-12", map[string]string{"served_on": "2026-11-12", "way": "direct", "receiver": "x"}},
	} {
		if err := o.Take(step.by, x.ID, step.name, step.on, step.f); err != nil {
			t.Fatal(err)
		}
	}
	c := webtest.SignIn(t, s.base, "chief")
	if p := c.Get("/cases/" + x.ID + "/steps/close"); p.Status != 200 || strings.Contains(p.Main(), "任务没有完成") {
		t.Fatalf("%d\n%s", p.Status, p.Main())
	}
	if _, err := o.Tasks.Add(t.Context(), o.By["officer"], x.ID, task.Input{Title: "回访", Assignee: o.By["officer"].ID, DueOn: caseworktest.Day("2026-11-24")}); err != nil {
		t.Fatal(err)
	}
	if p := c.Get("/cases/" + x.ID + "/steps/close"); p.Status != 200 || !strings.Contains(p.Main(), "本案还有 1 项任务没有完成") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
}

func TestTheBellAndTheListOfWarnings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		first := o.File(t, casework.Counterfeit, "2026-08-10") // 90 days are over on 2026-11-08
		o.File(t, casework.Counterfeit, "2026-08-12")
		x, err := o.Tasks.Add(t.Context(), o.By["officer"], first.ID, task.Input{Title: hostile, Assignee: o.By["officer2"].ID, DueOn: caseworktest.Day("2026-11-20")})
		if err != nil {
			t.Fatal(err)
		}
		c := webtest.SignIn(t, s.base, "chief")
		if p := c.Get("/warnings"); p.Status != 200 || !p.Has(".empty-state") || p.Has(".top-waits") || !p.Has(".top-bell[href='/warnings']") {
			t.Fatalf("nothing yet: %d\n%s", p.Status, p.Main())
		}
		if _, err := o.Bell.Run(t.Context(), caseworktest.Day("2026-11-20")); err != nil {
			t.Fatal(err)
		}
		p := c.Get("/warnings")
		if p.Status != 200 || rowsOf(p) != 3 || p.Text(".top-waits") != "3" || !strings.Contains(p.Attr(".top-bell", "aria-label"), "3") || p.Has("script:not([src])") || !p.Has(".lst a[href='/tasks/"+x.ID+"']") {
			t.Fatalf("%d, %d rows\n%s", p.Status, rowsOf(p), p.Main())
		}
		desk := c.Get("/")
		if len(desk.All("#warnings .desk-row")) != 3 || desk.Text("#warnings .desk-row:first-child .desk-title") != first.Title {
			t.Errorf("the desk\n%s", desk.Text("#warnings"))
		}
		// One is marked as seen, then what is left.
		r := c.Request("POST", "/warnings/seen", strings.NewReader(url.Values{"warning": {p.Attr(".lst tbody tr:first-child [name=warning]", "value")}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Referer", s.base+"/?x=1")
		if q := c.Do(r); q.Status != http.StatusSeeOther || q.Header.Get("Location") != "/?x=1" {
			t.Errorf("%d to %s", q.Status, q.Header.Get("Location"))
		}
		p = c.Get("/warnings")
		if p.Text(".top-waits") != "2" || rowsOf(p) != 3 || len(p.All("[name=warning]")) != 2 || rowsOf(c.Get("/warnings?show=unseen")) != 2 {
			t.Errorf("\n%s", p.Main())
		}
		all := url.Values{"until": {p.Attr("[name=until]", "value")}}
		if q := c.Follow(c.Post("/warnings/seen", all)); q.Has(".top-waits") || !q.Has(".flash") || rowsOf(q) != 3 {
			t.Errorf("%d\n%s", q.Status, q.Main())
		}
		for body, want := range map[string]int{"": 422, "until=x": 422, "warning=x": 404, "warning=" + url.QueryEscape(hostile): 404, "until=9999999999999999999": 422} {
			v, _ := url.ParseQuery(body)
			if q := c.Post("/warnings/seen", v); q.Status != want {
				t.Errorf("%q: %d", body, q.Status)
			}
		}
		for _, q := range []string{"?show=x", "?after=x", "?after=2026-01-01/x"} {
			if p := c.Get("/warnings" + q); p.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", q, p.Status)
			}
		}
		if p := c.Get("/warnings?after=50"); p.Status != 200 {
			t.Errorf("%d", p.Status)
		}
		// Each reads their own, and who is never warned has no bell.
		doer := webtest.SignIn(t, s.base, "officer2")
		if p := doer.Get("/warnings"); rowsOf(p) != 1 || p.Text(".top-waits") != "1" {
			t.Errorf("\n%s", p.Main())
		}
		for _, who := range []string{"operator", "admin", "auditor"} {
			c := webtest.SignIn(t, s.base, who)
			if p := c.Get("/"); p.Has(".top-bell") {
				t.Errorf("%s has a bell", who)
			}
		}
		if p := webtest.SignIn(t, s.base, "chief.deqing").Get("/warnings"); p.Status != 200 || rowsOf(p) != 0 {
			t.Errorf("another county: %d rows", rowsOf(p))
		}
		db.Tx(context.Background(), func(tx *store.Tx) error {
			return tx.Exec("DELETE FROM members WHERE user_id = ?", o.By["officer2"].ID).Error
		})
		db.Tx(context.Background(), func(tx *store.Tx) error { return tx.Exec("UPDATE cases SET restricted = ?", true).Error })
		if p := doer.Get("/warnings"); rowsOf(p) != 0 || p.Has(".top-waits") || strings.Contains(p.Body, first.Number) {
			t.Errorf("restricted\n%s", p.Main())
		}
	})
}

func TestAPersonGivesTheirMailAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		srv := mailtest.Start(t, mail.None)
		s, o := openCases(t, db, func(d *web.Deps) {
			post, err := mail.New(mail.Settings{Server: srv.Addr, From: "huzhi@example.cn", Security: mail.None})
			if err != nil {
				t.Fatal(err)
			}
			if d.Bell, err = warn.New(db, d.Guard, d.Clocks, d.Catalogue, warn.Settings{Days: []int{3}, Mail: post}); err != nil {
				t.Fatal(err)
			}
		})
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/account")
		for _, bad := range []string{"zhang", "a@b\nBcc: c@d.cn", hostile} {
			q := c.Submit(p, "#email form", url.Values{"email": {bad}})
			if q.Status != http.StatusUnprocessableEntity || !q.Has("#f-email.is-invalid") || len(q.All(".error-summary")) != 1 || q.Has("script:not([src])") {
				t.Errorf("%q: %d\n%s", bad, q.Status, q.Main())
			}
		}
		p = c.Follow(c.Submit(p, "#email form", url.Values{"email": {" zhang@example.cn "}}))
		if p.Attr("#f-email", "value") != "zhang@example.cn" || !p.Has(".flash") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		// A wrong password leaves the address alone.
		q := c.Submit(p, "form[action='/account/password']", url.Values{"old": {"x"}, "password": {"long enough"}, "repeat": {"long enough"}})
		if q.Status != http.StatusUnprocessableEntity || q.Attr("#f-email", "value") != "zhang@example.cn" || q.Has("#f-email.is-invalid") {
			t.Errorf("%d\n%s", q.Status, q.Main())
		}
		if other, err := o.Users.Email(t.Context(), o.By["officer2"]); other != "" || err != nil {
			t.Errorf("%q, %v", other, err)
		}
		p = c.Follow(c.Submit(p, "#email form", url.Values{"email": {""}}))
		if mine, err := o.Users.Email(t.Context(), o.By["officer"]); mine != "" || err != nil || p.Attr("#f-email", "value") != "" {
			t.Errorf("%q, %v", mine, err)
		}
	})
	s, _ := openCases(t, storetest.SQLite(t), nil)
	if p := webtest.SignIn(t, s.base, "officer").Get("/account"); p.Status != 200 || p.Has("#email") {
		t.Error("an office that sends no letters asks for addresses")
	}
}
