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
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// heir adds an officer of the city with a certificate until a day.
func (s *site) heir(t *testing.T, username string, until calendar.Day) string {
	t.Helper()
	u, err := s.Users.Add(context.Background(), access.System(), access.NewUser{Username: username, Name: "测试 " + username, Hash: accesstest.Hash, Certificate: access.Certificate{Number: "浙E<b>", Until: until},
		Roles: []access.Grant{{Role: access.Officer, Jurisdiction: "330500", From: calendar.Date(2011, 1, 1)}}})
	if err != nil {
		t.Fatal(err)
	}
	s.By[username] = u.Actor()
	return u.ID
}

func TestACaseIsHandedOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		late := s.heir(t, "z.late", calendar.Date(2026, 11, 19))
		x := o.File(t, casework.Counterfeit, "2026-11-02")
		at := "/cases/" + x.ID
		officer, chief := webtest.SignIn(t, s.base, "officer"), webtest.SignIn(t, s.base, "chief")
		if p := officer.Get(at); p.Has(`a[href="` + at + `/assign"]`) {
			t.Error("an officer is offered to change who works on the case")
		}
		for who, status := range map[string]int{"officer": 403, "reviewer": 403, "admin": 403, "chief.deqing": 404} {
			c := webtest.SignIn(t, s.base, who)
			if p := c.Get(at + "/assign"); p.Status != status {
				t.Errorf("%s opens it: %d", who, p.Status)
			}
			for _, path := range []string{"/assign", "/handover"} {
				if p := c.Post(at+path, url.Values{"version": {"1"}, "from": {s.By["officer"].ID}, "to": {s.By["officer3"].ID}, "officers": {s.By["officer2"].ID, s.By["officer3"].ID}, "reason": {"x"}}); p.Status != status {
					t.Errorf("%s, POST %s: %d", who, path, p.Status)
				}
			}
		}
		page := chief.Get(chief.Get(at).Attr("#people .sec-tools a", "href"))
		if page.Status != 200 || page.Has("main b") || len(page.All("#f-hand-from option")) != 3 || page.Has("#f-hand-to option[value='"+late+"']") || page.Has("#f-hand-to option[value='"+s.By["officer"].ID+"']") {
			t.Fatalf("%d\n%s", page.Status, page.Main())
		}
		if !page.Has("[name=officers][value='"+late+"'][disabled]") || len(page.All("[name=officers][checked]")) != 2 || !strings.Contains(page.Text("#all"), "测试 z.late的执法证无效（有效期至2026-11-19）") {
			t.Errorf("who may come\n%s", page.Text("#all"))
		}
		p := chief.Submit(page, "#hand form", fill("from", s.By["officer"].ID, "to", late, "reason", ""))
		if p.Status != 422 || !p.Has("#f-hand-reason[aria-invalid]") || !p.Has("#f-hand-to[aria-invalid]") || !strings.Contains(p.Text("#hand .error-summary"), "执法证无效") {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		p = chief.Submit(page, "#hand form", fill("from", s.By["officer"].ID, "to", s.By["officer3"].ID, "reason", hostile))
		if p.Status != 303 || p.Header.Get("Location") != at+"#people" {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		// Sent twice: it is done already, and the page says by whom.
		p = chief.Submit(page, "#hand form", fill("from", s.By["officer"].ID, "to", s.By["officer3"].ID, "reason", "再来"))
		if p.Status != 409 || !strings.Contains(p.Text(".case-changed"), "测试 chief") || !strings.Contains(p.Text(".case-changed"), "调整办案人员") || p.Text("#f-hand-reason") != "再来" {
			t.Errorf("twice: %d\n%s", p.Status, p.Main())
		}
		p = chief.Get(at)
		if event := p.Text("#timeline .tl:first-child"); p.Status != 200 || p.Has("script:not([src])") || !strings.Contains(event, "承办人：测试 officer交接给测试 officer3") || !strings.Contains(event, hostile) || !strings.Contains(event, "2026-11-20") {
			t.Errorf("the timeline\n%s", p.Text("#timeline"))
		}
		if text := p.Text("#people"); strings.Contains(text, "测试 officer 浙") || !strings.Contains(text, "测试 officer3") {
			t.Errorf("the people\n%s", text)
		}
		if p = officer.Get(at); p.Has("#add-party") || p.Has("#add-link") {
			t.Error("who left still works on it")
		}
		// All anew: one is too few, and what was ticked stays ticked.
		page = chief.Get(at + "/assign")
		values := webtest.FormValues(page.One("#all form"))
		values["officers"], values["reason"] = []string{s.By["officer3"].ID}, []string{"x"}
		p = chief.Post(at+"/assign", values)
		if p.Status != 422 || !p.Has("#all[open]") || !p.Has("#f-all-officers[aria-invalid]") || len(p.All("#f-all-officers [checked]")) != 1 {
			t.Errorf("one officer: %d\n%s", p.Status, p.Main())
		}
		values["officers"], values["reviewers"] = []string{s.By["officer3"].ID, s.By["officer"].ID}, []string{s.By["reviewer"].ID}
		if p = chief.Post(at+"/assign", values); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		if event := chief.Get(at).Text("#timeline .tl:first-child"); !strings.Contains(event, "审核人：增加测试 reviewer") {
			t.Error(event)
		}
		en := webtest.SignIn(t, s.base, "chief")
		en.Post("/preferences", url.Values{"lang": {"en"}})
		if p = en.Get(at + "/assign"); p.Status != 200 || !strings.Contains(p.Text("#hand"), "Takes over") || strings.Contains(p.Text("main"), "assign.") {
			t.Errorf("in English\n%s", p.Main())
		}
		if n := len(s.refusals(t)); n == 0 {
			t.Error("no refusal stands in the log")
		}
	})
}

func TestAClosedCaseKeepsItsPeople(t *testing.T) {
	s, o := openCases(t, storetest.SQLite(t), nil)
	x := o.File(t, casework.Dispute, "2026-11-02")
	at := "/cases/" + x.ID
	chief := webtest.SignIn(t, s.base, "chief")
	page := chief.Get(at + "/assign")
	told := map[string]string{"served_on": "2026-11-04", "way": "direct", "receiver": "x"}
	for _, step := range []struct {
		by, name string
		in       map[string]string
	}{
		{"chief", "withdraw", map[string]string{"mediation_end": "requester", "reasons": "x"}}, {"officer", "tell_requester", told}, {"officer", "tell_respondent", told}, {"chief", "close", nil},
	} {
		if err := o.Take(step.by, x.ID, step.name, "2026-11-04", step.in); err != nil {
			t.Fatal(err)
		}
	}
	p := chief.Submit(page, "#hand form", fill("from", s.By["officer"].ID, "to", s.By["officer3"].ID, "reason", "x"))
	if p.Status != 409 || !p.Has(".case-changed") || p.Has("#hand") {
		t.Errorf("%d\n%s", p.Status, p.Main())
	}
	if p = chief.Get(at + "/assign"); p.Status != 409 {
		t.Errorf("%d", p.Status)
	}
	if p = chief.Get(at); p.Has(`a[href="` + at + `/assign"]`) {
		t.Error("it is offered")
	}
}

func TestManyAreHandedOverAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		heir := s.heir(t, "z.heir", calendar.Date(2030, 12, 31))
		var list []*casework.Case
		for _, kind := range []string{casework.Counterfeit, casework.Counterfeit, casework.Infringement, casework.Dispute} {
			list = append(list, o.File(t, kind, "2026-11-02"))
		}
		chief, officer := webtest.SignIn(t, s.base, "chief"), webtest.SignIn(t, s.base, "officer")
		if p := officer.Get("/cases"); p.Has(".lst-tick") || p.Has("#reassign") || p.Has(`a[href="/cases/reassign"]`) {
			t.Error("an officer is offered to hand over many")
		}
		for _, path := range []string{"/cases/reassign", "/cases/reassign/" + list[0].ID} {
			for who, status := range map[string]int{"officer": 403, "reviewer": 403, "auditor": 403} {
				if p := webtest.SignIn(t, s.base, who).Get(path); p.Status != status {
					t.Errorf("%s, %s: %d", who, path, p.Status)
				}
				if p := webtest.SignIn(t, s.base, who).Post(path, url.Values{"from": {s.By["officer"].ID}, "to": {heir}, "case": {list[0].ID + "/1"}, "reason": {"x"}}); p.Status != status {
					t.Errorf("%s, POST %s: %d", who, path, p.Status)
				}
			}
		}
		page := chief.Get("/cases")
		if !page.Has(`#reassign`) || len(page.All(".lst-tick input[name=case]")) != 4 || !page.Has(`.lst-tick input[aria-label*="湖知"]`) {
			t.Fatalf("%s", page.Main())
		}
		if p := chief.Submit(page, "#reassign", fill("do", "choose")); p.Status != 303 || p.Header.Get("Location") != "/cases" {
			t.Errorf("nothing ticked: %d %s", p.Status, p.Header.Get("Location"))
		}
		p := chief.Follow(chief.Submit(page, "#reassign", url.Values{"do": {"choose"}, "case": {list[0].ID, list[2].ID}}))
		if p.Status != 200 || len(p.All("[name=case]")) != 2 || !strings.Contains(p.Text("[name=from]"), "测试 officer（在办 2 件）") || !p.Has("[name=which][value=chosen][checked]") {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		ask := func(p *webtest.Page, set url.Values) *webtest.Page {
			q := webtest.FormValues(p.One("main form.hform"))
			for k, v := range set {
				q[k] = v
			}
			return chief.Get("/cases/reassign?" + q.Encode())
		}
		if bad := ask(p, url.Values{"from": {s.By["officer"].ID}, "to": {"x"}}); bad.Status != 422 || !bad.Has("[name=to][aria-invalid]") || bad.Has("[name=reason]") {
			t.Errorf("to nobody: %d\n%s", bad.Status, bad.Main())
		}
		if bad := ask(p, url.Values{"from": {heir}, "to": {heir}}); bad.Status != 422 || !bad.Has("[name=from][aria-invalid]") {
			t.Errorf("from who has none: %d\n%s", bad.Status, bad.Main())
		}
		preview := ask(p, url.Values{"from": {s.By["officer3"].ID}, "to": {heir}})
		if preview.Status != 200 || len(preview.All(".lst tbody tr")) != 2 || !strings.Contains(preview.Text(".lst tbody tr:first-child"), "不是本案的承办人") || !strings.Contains(preview.Text(".lst tbody tr:last-child"), "可以交接") {
			t.Fatalf("%d\n%s", preview.Status, preview.Main())
		}
		// All open cases of who leaves.
		preview = ask(p, url.Values{"from": {s.By["officer"].ID}, "to": {heir}, "which": {"all"}})
		if len(preview.All(".lst tbody tr")) != 4 || len(preview.All("[name=case]")) != 4 {
			t.Fatalf("%s", preview.Main())
		}
		if bad := chief.Submit(preview, "main form.hform", fill("reason", "")); bad.Status != 422 || !bad.Has("[name=reason][aria-invalid]") || len(bad.All("[name=case]")) != 4 {
			t.Errorf("no reason: %d\n%s", bad.Status, bad.Main())
		}
		if err := o.Docket.AddParty(context.Background(), s.By["officer"], list[1].ID, 1, casework.Party{Role: "agent", Form: "person", Name: "代理人"}); err != nil {
			t.Fatal(err)
		}
		done := chief.Submit(preview, "main form.hform", fill("reason", "调离"))
		result := chief.Follow(done)
		if result.Status != 200 || len(result.All(".lst tbody tr")) != 4 || result.Text(".fig:nth-child(2) .fig-value") != "3" || result.Text(".fig:nth-child(3) .fig-value") != "1" || result.Has("#continue") {
			t.Fatalf("%d\n%s", result.Status, result.Main())
		}
		if first := result.Text(".lst tbody tr:first-child"); !strings.Contains(first, list[1].Number) || !strings.Contains(first, "未交接") || !strings.Contains(first, "更改") {
			t.Errorf("what was refused stands first: %s", first)
		}
		// Twice: the same result, and nothing is done again.
		if twice := chief.Submit(preview, "main form.hform", fill("reason", "调离")); twice.Status != 303 || twice.Header.Get("Location") != done.Header.Get("Location") {
			t.Errorf("twice: %d\n%s", twice.Status, twice.Main())
		}
		f, err := o.Docket.Find(context.Background(), s.By["chief"], list[0].ID)
		if err != nil || f.Version != 2 {
			t.Errorf("version %d, %v", f.Version, err)
		}
		for who, status := range map[string]int{"chief.deqing": 404, "officer": 403} {
			if p := webtest.SignIn(t, s.base, who).Get(done.Header.Get("Location")); p.Status != status {
				t.Errorf("%s reads the result: %d", who, p.Status)
			}
		}
		if p := webtest.SignIn(t, s.base, "chief.deqing").Get("/cases/reassign"); p.Status != 200 || p.Has("[name=from]") || strings.Contains(p.Main(), "officer") {
			t.Errorf("another county reads who has what: %d\n%s", p.Status, p.Main())
		}
		if p := webtest.SignIn(t, s.base, "chief.deqing").Post("/cases/reassign", url.Values{"from": {s.By["officer2"].ID}, "to": {s.By["officer.deqing"].ID}, "case": {list[3].ID + "/2"}, "reason": {"x"}}); p.Status != 303 {
			t.Errorf("%d\n%s", p.Status, p.Main())
		} else if p = webtest.SignIn(t, s.base, "chief.deqing").Get(p.Header.Get("Location")); strings.Contains(p.Main(), list[3].Number) || p.Text(".fig:nth-child(3) .fig-value") != "1" {
			t.Errorf("another county's case\n%s", p.Main())
		}
		for _, e := range s.refusals(t) {
			if e.Subject == "case:"+list[3].ID && e.ActorName == "测试 chief.deqing" {
				return
			}
		}
		t.Error("who reached for another county's case does not stand in the log")
	})
}

// TestFiveHundredAreHandedOver: the most that are handed over at once, from the preview to the result.
func TestFiveHundredAreHandedOver(t *testing.T) {
	if testing.Short() {
		t.Skip("five hundred cases take some seconds (-short)")
	}
	s, o := openCases(t, storetest.SQLite(t), nil)
	heir := s.heir(t, "z.heir", calendar.Date(2030, 12, 31))
	if err := o.At("2026-11-02", func(tx *store.Tx) error {
		for range casework.MostReassigned + 1 {
			l, err := o.Leads.AddTx(tx, s.By["officer"], lead.NewLead{Source: "report", Kind: casework.Counterfeit, Jurisdiction: "330500", Place: "330521", ReceivedOn: calendar.Date(2026, 11, 2), Title: "案", Facts: "x"}, "lead.add")
			if err != nil {
				return err
			}
			if err := o.Leads.VerifyTx(tx, s.By["officer"], l.ID, 1, lead.Verification{On: calendar.Date(2026, 11, 2), Proposal: lead.ProposeFile, Opinion: "x"}); err != nil {
				return err
			}
			if _, err := o.Leads.FileTx(tx, s.By["chief"], l.ID, 2, lead.Filing{On: calendar.Date(2026, 11, 2), Kind: l.Kind, Title: l.Title, Place: l.Place, Officers: o.Officers(2)}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	c := webtest.SignIn(t, s.base, "chief")
	preview := c.Get("/cases/reassign?preview=1&from=" + s.By["officer"].ID + "&to=" + heir)
	if preview.Status != 200 || len(preview.All(".lst tbody tr")) != casework.MostReassigned || !strings.Contains(preview.Text(".confirm"), "超过 500 件") {
		t.Fatalf("%d, %d rows\n%s", preview.Status, len(preview.All(".lst tbody tr")), preview.Text(".confirm"))
	}
	result := c.Follow(c.Submit(preview, "main form.hform", fill("reason", "调离")))
	if len(result.All(".lst tbody tr")) != casework.MostReassigned || result.Text(".fig:nth-child(2) .fig-value") != "500" || result.Has("#continue") {
		t.Fatalf("%s", result.Text(".figs"))
	}
	if rest := c.Get("/cases/reassign?preview=1&from=" + s.By["officer"].ID + "&to=" + heir); len(rest.All(".lst tbody tr")) != 1 {
		t.Errorf("%d are left", len(rest.All(".lst tbody tr")))
	}
}
