package web_test

import (
	"strings"
	"testing"
	"time"

	"huzhi/internal/hotline"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

// TestACallRingsOnEveryPage: an operator sees it wherever they are, with its way to the form; nobody else does, and asking for it keeps nobody signed in.
func TestACallRingsOnEveryPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "operator")
		if p := c.Get("/knowledge"); !p.Has(`#ring[data-ring="/hotline/ringing"]`) || p.Has("#ring a") {
			t.Errorf("nothing rings yet\n%s", p.Main())
		}
		if err := s.web.Hotline.Phoned(t.Context(), hotline.PhoneEvent{Event: hotline.PhoneNew, CallID: "a", From: "13812345678"}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/hotline", "/hotline/new", "/knowledge", "/leads", "/receipts", "/account"} {
			if p := c.Get(path); p.Status != 200 || !strings.HasPrefix(p.Attr("#ring a", "href"), "/hotline/new?ring=") || !p.Has(`script[src*="ring"]`) {
				t.Errorf("%s: %d, no call\n%s", path, p.Status, p.Main())
			}
		}
		for _, who := range []string{"officer", "chief", "admin", "auditor"} {
			if p := webtest.SignIn(t, s.base, who).Get("/"); p.Has("#ring") || strings.Contains(p.Body, "13812345678") {
				t.Errorf("%s hears it", who)
			}
		}
		if p := webtest.SignIn(t, s.base, "operator.deqing").Get("/"); strings.Contains(p.Body, "13812345678") {
			t.Error("Deqing hears the city's line")
		}
		if err := db.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.Exec("UPDATE sessions SET seen_at = ?", tx.Now.Add(-5*time.Minute)).Error
		}); err != nil {
			t.Fatal(err)
		}
		seen := func() (n int64) {
			t.Helper()
			if err := db.Read(t.Context()).Raw("SELECT COUNT(*) FROM sessions WHERE seen_at > ?", db.Now().Add(-time.Minute)).Scan(&n).Error; err != nil {
				t.Fatal(err)
			}
			return n
		}
		if p := c.Get("/hotline/ringing"); p.Status != 200 || seen() != 0 {
			t.Errorf("the page's own asking keeps the session young: %d, %d", p.Status, seen())
		}
		if p := c.Get("/hotline"); p.Status != 200 || seen() != 1 {
			t.Errorf("a person's does not: %d, %d", p.Status, seen())
		}
	})
}

// TestADraftIsThrownAway: another one from the list, without losing what stands in the form; and the form's own.
func TestADraftIsThrownAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "operator")
		aside := webtest.FormValues(c.Get("/hotline/new").One("form[action='/hotline']"))
		aside.Set("question", "放一边的")
		aside.Set("do", "aside")
		if p := c.Post("/hotline/form", aside); p.Status != 303 {
			t.Fatalf("%d\n%s", p.Status, p.Main())
		}
		p := c.Get("/hotline/new")
		drop := p.Attr("[data-drafts] button", "value")
		v := webtest.FormValues(p.One("form[action='/hotline']"))
		v.Set("question", "正在写的")
		v.Set("do", drop)
		if p := webtest.SignIn(t, s.base, "operator.deqing").Post("/hotline/form", v); p.Status != 200 {
			t.Errorf("%d", p.Status)
		}
		if p = c.Get("/hotline/new"); !p.Has("[data-drafts] a") {
			t.Fatal("somebody else threw it away")
		}
		if p = c.Post("/hotline/form", v); p.Status != 200 || p.Has("[data-drafts] a") || p.Text("[name=question]") != "正在写的" {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		v.Set("do", "aside")
		c.Post("/hotline/form", v)
		v.Set("do", "discard")
		if p = c.Post("/hotline/form", v); p.Status != 303 {
			t.Errorf("%d", p.Status)
		}
		if p = c.Follow(p); p.Has("[data-drafts] a") || p.Text("[name=question]") != "" {
			t.Errorf("it is still there\n%s", p.Main())
		}
	})
}

// TestTheDeskSaysWhatItOwes: receipts, reporters to be told, requests to see a reporter; and what is found by a number's last digits.
func TestTheDeskSaysWhatItOwes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "operator")
		first := c.Follow(c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", reported()))
		at := strings.Split(first.Path, "?")[0]
		c.Follow(c.Submit(c.Get("/hotline/new"), "form[action='/hotline']", fill("kind", "aid", "question", "请求援助", "topic", "other")))
		p := c.Get("/")
		if n := len(p.All("#unsent .desk-row")); n != 1 || !p.Has(`#unsent a[href="`+at+`/receipt"]`) || !p.Has("#tell .empty-state") {
			t.Errorf("%d receipts\n%s", n, p.Main())
		}
		if p = c.Get("/receipts"); strings.Contains(p.Main(), "请求援助") {
			t.Error("a request for aid waits for a receipt that it never gets")
		}
		if err := db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := s.web.Hotline.LogTx(tx, s.By["operator"], hotline.NewCall{Kind: hotline.Consultation, Channel: "12330", Jurisdiction: "330500", Place: "330500", CallerPhone: "13800005678", Topic: "fee", Question: "尾号查得到"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/hotline?phone=5678", "/search?q=5678", "/search?q=13800005678", "/search?q=138-0000-5678"} {
			if p = c.Get(path); p.Status != 200 || !strings.Contains(p.Main(), "尾号查得到") {
				t.Errorf("%s finds nothing: %d\n%s", path, p.Status, p.Main())
			}
		}
		for _, who := range []string{"operator.deqing", "officer", "admin", "auditor"} {
			if p = webtest.SignIn(t, s.base, who).Get("/search?q=5678"); strings.Contains(p.Body, "尾号查得到") {
				t.Errorf("%s finds a caller by the number", who)
			}
		}
		if p = c.Get("/search?q=567"); strings.Contains(p.Main(), "尾号查得到") {
			t.Error("three digits find a caller")
		}
		chief := webtest.SignIn(t, s.base, "chief")
		if p = chief.Get("/"); p.Text(`.fig-value[href="/disclosures?state=asked"]`) != "0" {
			t.Errorf("no card of requests\n%s", p.Main())
		}
	})
}

// TestLeadsOfOnePerson: the list is narrowed to who looks after a lead by a field of the page.
func TestLeadsOfOnePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "officer")
		p := c.Get("/leads")
		if first := p.All("[name=assignee] option"); len(first) < 3 || valueOf(first[1]) != s.By["officer"].ID {
			t.Fatalf("%d people to choose from\n%s", len(first), p.Main())
		}
		if p = c.Get("/leads?untold=1&assignee=" + s.By["officer"].ID); p.Status != 200 || len(p.All(".chip, .chips a")) < 2 {
			t.Errorf("%d\n%s", p.Status, p.Main())
		}
		if p = c.Get("/leads?assignee=nobody"); p.Status != 422 && p.Status != 400 && p.Status != 200 {
			t.Errorf("nobody: %d", p.Status)
		}
	})
}

// TestASettingThatIsNoNumberChangesNothing: what the form refuses was not saved behind it.
func TestASettingThatIsNoNumberChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		c := webtest.SignIn(t, s.base, "admin")
		p := c.Get("/admin/hotline")
		if sent := c.Submit(p, "#route-trademark form", fill("phone", "1", "place", "erste")); sent.Status != 422 {
			t.Fatalf("%d\n%s", sent.Status, sent.Main())
		}
		if p = c.Get("/admin/hotline"); p.Attr("#route-trademark [name=phone]", "value") != "12315" {
			t.Error("it was saved all the same")
		}
		if sent := c.Submit(p, "#route-trademark form", fill("phone", "0572-2100000")); sent.Status != 303 {
			t.Errorf("the version moved on: %d", sent.Status)
		}
	})
}

// TestWhatAnotherOfficeHasIsNotThere: a call-back and a referral of another office answer as what does not exist, and only the former stands in the log.
func TestWhatAnotherOfficeHasIsNotThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		var wait *hotline.Callback
		var referral string
		err := db.Tx(t.Context(), func(tx *store.Tx) (err error) {
			by := s.By["operator"]
			if wait, err = s.web.Hotline.AddCallbackTx(tx, by, hotline.NewCallback{Kind: hotline.Recording, Jurisdiction: "330500", CallerPhone: "13800005678", About: "留言"}); err != nil {
				return err
			}
			c, err := s.web.Hotline.LogTx(tx, by, hotline.NewCall{Kind: hotline.Consultation, Channel: "12330", Jurisdiction: "330500", Place: "330500", Topic: "other", Question: "商标"})
			if err != nil {
				return err
			}
			if err := s.web.Hotline.ReferTx(tx, by, c.ID, 1, hotline.NewReferral{Route: "trademark", Way: hotline.Letter}); err != nil {
				return err
			}
			return tx.Raw("SELECT id FROM referrals").Scan(&referral).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		c := webtest.SignIn(t, s.base, "operator.deqing")
		form := fill("version", "1", "result", "missed", "letter_no", "1")
		for _, path := range []string{"/hotline/callbacks/%s", "/hotline/callbacks/%s/try", "/hotline/callbacks/%s/contact", "/hotline/referrals/%s"} {
			id := wait.ID
			if strings.Contains(path, "referrals") {
				id = referral
			}
			ask := func(id string) (*webtest.Page, int) {
				t.Helper()
				at, before := strings.Replace(path, "%s", id, 1), len(s.refusals(t))
				var p *webtest.Page
				if strings.HasSuffix(path, "/%s") && !strings.Contains(path, "referrals") {
					p = c.Get(at)
				} else {
					p = c.Post(at, form)
				}
				return p, len(s.refusals(t)) - before
			}
			theirs, logged := ask(id)
			nobody, unlogged := ask(db.NewID())
			if theirs.Status != 404 || nobody.Status != 404 || theirs.Main() != nobody.Main() || logged != 1 || unlogged != 0 {
				t.Errorf("%s: %d (%d logged), %d (%d logged)", path, theirs.Status, logged, nobody.Status, unlogged)
			}
		}
	})
}

// TestEveryRoomOfTheDeskHasADoor: from the list of calls, each page of the desk that somebody may read is one link away, and no other.
func TestEveryRoomOfTheDeskHasADoor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := line(t, db)
		for who, doors := range map[string]map[string]bool{
			"operator": {"/hotline/callbacks": true, "/hotline/referrals": true, "/receipts": true, "/hotline/new": true, "/hotline/figures": false},
			"chief":    {"/hotline/callbacks": true, "/hotline/referrals": true, "/receipts": true, "/hotline/new": false, "/hotline/figures": true},
		} {
			c := webtest.SignIn(t, s.base, who)
			p := c.Get("/hotline")
			for to, is := range doors {
				if p.Has(`main a[href="`+to+`"]`) != is {
					t.Errorf("%s: a door to %s: %t", who, to, !is)
				}
				if got := c.Get(to).Status; (got == 200) != is {
					t.Errorf("%s: %s answers %d", who, to, got)
				}
			}
		}
	})
}
