package hotline_test

import (
	"net/url"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/knowledge"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestAnswerFromAnArticleAndWhatIsDueLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		o.Ship(t)
		op := o.By["operator.deqing"]
		found, err := o.Shelf.Find(ctx, op, knowledge.Ask{Text: "年费", On: caseworktest.Day("2026-11-20")})
		if err != nil || len(found) == 0 {
			t.Fatal(err)
		}
		in := consultation()
		in.Article = found[0].ID
		c, err := o.Desk.Log(ctx, op, in)
		if err != nil || c.ArticleID != found[0].ID || c.ArticleVersion != 1 || !c.FirstContact || !c.DueOn.IsZero() {
			t.Fatalf("%+v %v", c, err)
		}
		all, err := o.Shelf.All(ctx, op, knowledge.Ask{})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			if want := map[bool]int64{true: 1}[a.ID == found[0].ID]; a.Used != want {
				t.Errorf("%s was used %d times", a.Code, a.Used)
			}
		}
		in.Article = "01nothing"
		if _, err := o.Desk.Log(ctx, op, in); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("an article that is none: %v", err)
		}
		// Later: three working days by the office's setting, and a call-back with its day.
		in = consultation()
		in.Answer, in.Kind, in.Topic = "", hotline.Aid, ""
		in.Promise = hotline.Promised{On: caseworktest.Day("2026-11-23"), About: "回电说明援助条件"}
		c, err = o.Desk.Log(ctx, op, in)
		if err != nil || c.DueOn != caseworktest.Day("2026-11-25") || c.State != hotline.StateOpen || c.ComplaintNo != nil {
			t.Fatalf("%+v %v", c, err)
		}
		wait, err := o.Desk.Callbacks(ctx, op, hotline.CallbackFilter{State: hotline.Waiting, Call: c.ID})
		if err != nil || len(wait) != 1 || wait[0].DueOn != caseworktest.Day("2026-11-23") || wait[0].IdentityID != nil {
			t.Fatalf("%+v %v", wait, err)
		}
		if err := o.Desk.Answer(ctx, op, c.ID, 1, "已说明"); err != nil {
			t.Fatal(err)
		}
		if c, err = o.Desk.Find(ctx, op, c.ID); err != nil || !c.DueOn.IsZero() || c.FirstContact || c.State != hotline.StateAnswered {
			t.Errorf("%+v %v", c, err)
		}
		in.Promise.On = caseworktest.Day("2026-11-19")
		if _, err := o.Desk.Log(ctx, op, in); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a promise for yesterday: %v", err)
		}
	})
}

func TestThreeTriesAndARecordingThatBecomesACall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		add := func(in hotline.NewCallback) *hotline.Callback {
			t.Helper()
			c, err := o.Desk.AddCallback(ctx, op, in)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		night := hotline.NewCallback{Kind: hotline.Recording, Jurisdiction: "330500", CallerPhone: "13911112222", Recording: "rec-0001", About: "夜间留言，问年费"}
		c := add(night)
		if c.DueOn != caseworktest.Day("2026-11-25") || c.IdentityID == nil {
			t.Fatalf("%+v", c)
		}
		for i, state := range []string{hotline.Waiting, hotline.Waiting, hotline.Unreached} {
			if err := o.Desk.Tried(ctx, op, c.ID, int64(i+1), hotline.Missed, ""); err != nil {
				t.Fatal(err)
			}
			got, tries, err := o.Desk.Callback(ctx, op, c.ID)
			if err != nil || got.State != state || len(tries) != i+1 {
				t.Fatalf("try %d: %+v %v", i+1, got, err)
			}
		}
		if err := o.Desk.Tried(ctx, op, c.ID, 4, hotline.Reached, "x"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("after three tries: %v", err)
		}
		c = add(night)
		if err := o.Desk.Tried(ctx, op, c.ID, 1, hotline.Reached, " "); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("reached without a word: %v", err)
		}
		if err := o.Desk.Tried(ctx, op, c.ID, 7, hotline.Missed, ""); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("stale: %v", err)
		}
		if err := o.Desk.Tried(ctx, o.By["operator.deqing"], c.ID, 1, hotline.Missed, ""); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("Deqing tried the city's: %v", err)
		}
		if err := o.Desk.Tried(ctx, o.By["chief"], c.ID, 1, hotline.Missed, ""); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("the chief tried: %v", err)
		}
		in := consultation()
		in.Jurisdiction, in.Callback, in.CallerPhone, in.CallerName = "330500", c.ID, "13911112222", ""
		call, err := o.Desk.Log(ctx, op, in)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := o.Desk.Callback(ctx, op, c.ID)
		if err != nil || got.State != hotline.Reached || got.CallID == nil || *got.CallID != call.ID {
			t.Errorf("%+v %v", got, err)
		}
		var clear []string
		if err := db.Read(ctx).Raw("SELECT detail FROM audit_log WHERE detail LIKE '%13911112222%'").Scan(&clear).Error; err != nil || len(clear) > 0 {
			t.Errorf("the log holds the number: %v %v", clear, err)
		}
		for name, x := range map[string]struct {
			change func(*hotline.NewCallback)
			field  string
		}{
			"a promise of no call": {func(c *hotline.NewCallback) { c.Kind = hotline.Promise }, "kind"},
			"no number":            {func(c *hotline.NewCallback) { c.CallerPhone = "" }, "caller_phone"},
			"nothing said":         {func(c *hotline.NewCallback) { c.About = " " }, "about"},
		} {
			in := night
			in.DueOn = caseworktest.Day("2026-11-24")
			x.change(&in)
			_, err := o.Desk.AddCallback(ctx, op, in)
			if e := errs.As(err); e == nil || e.Code != errs.Invalid || e.Fields[0].Name != x.field {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestReferral(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		o.Ship(t)
		op := o.By["operator"]
		in := complaint()
		c, err := o.Desk.Log(ctx, op, in)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Desk.Refer(ctx, op, c.ID, 1, hotline.NewReferral{Route: "nowhere", Way: hotline.Told}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a route that is none: %v", err)
		}
		if err := o.Desk.Refer(ctx, o.By["chief"], c.ID, 1, hotline.NewReferral{Route: "trademark", Way: hotline.Told}); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("the chief refers: %v", err)
		}
		if err := o.Desk.Refer(ctx, op, c.ID, 1, hotline.NewReferral{Route: "trademark", Way: hotline.Letter}); err != nil {
			t.Fatal(err)
		}
		rows, _, err := o.Desk.Referrals(ctx, op, hotline.ReferralFilter{Call: c.ID}, pageOf(10))
		if err != nil || len(rows) != 1 {
			t.Fatalf("%+v %v", rows, err)
		}
		r := rows[0]
		if r.Phone != "12315" || !strings.Contains(r.Ground, "第三十四条") || r.State != hotline.ToSend || r.DueOn != caseworktest.Day("2026-11-25") {
			t.Errorf("%+v", r)
		}
		if clocks, err := o.Clocks.Of(ctx, c.ID); err != nil || len(clocks) != 1 || clocks[0].Running() {
			t.Errorf("the clock of a complaint that went elsewhere: %+v %v", clocks, err)
		}
		if err := o.Desk.Follow(ctx, op, r.ID, 1, "", ""); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("sent without a number: %v", err)
		}
		if err := o.Desk.Follow(ctx, op, r.ID, 1, "湖知转〔2026〕3号", ""); err != nil {
			t.Fatal(err)
		}
		if err := o.Desk.Follow(ctx, op, r.ID, 1, "", "已立案"); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("stale: %v", err)
		}
		if err := o.Desk.Follow(ctx, o.By["operator.deqing"], r.ID, 2, "", "x"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("Deqing follows: %v", err)
		}
		if err := o.Desk.Follow(ctx, op, r.ID, 2, "", "对方已受理"); err != nil {
			t.Fatal(err)
		}
		if n, err := o.Desk.CountReferrals(ctx, op, hotline.ReferralFilter{State: hotline.Answered}); n != 1 || err != nil {
			t.Error(n, err)
		}
		if c, err = o.Desk.Find(ctx, op, c.ID); err != nil || c.State != hotline.StateReferred || !c.Referred {
			t.Errorf("%+v %v", c, err)
		}
		if err := o.Desk.Feedback(ctx, op, c.ID, c.Version, hotline.FeedbackInput{Way: "phone", Text: "已告知结果", Satisfaction: 5}); err != nil {
			t.Fatal(err)
		}
		if err := o.Desk.Feedback(ctx, op, c.ID, c.Version+1, hotline.FeedbackInput{Way: "none", Text: "x", Satisfaction: 9, On: caseworktest.Day("2027-01-01")}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("nonsense: %v", err)
		}
		if _, err := o.Desk.MakeLead(ctx, op, c.ID, c.Version+1, hotline.LeadInput{}); errs.CodeOf(err) == "" {
			t.Error("a lead of nothing")
		}
	})
}

func TestBesideFindsTheSameMatterInAnySpelling(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		in := complaint()
		in.CallerPhone, in.URL = "13800001234", "https://www.item.example/goods/?id=123456789&spm=a2.x"
		first, err := o.Desk.Log(ctx, op, in)
		if err != nil {
			t.Fatal(err)
		}
		other := complaint()
		other.Jurisdiction, other.CallerPhone, other.Respondent = "330521", "13800001234", "测试 木业 有限公司"
		if _, err := o.Desk.Log(ctx, o.By["operator.deqing"], other); err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			typed     hotline.Typed
			own, same int
			why       string
		}{
			"seven digits":       {hotline.Typed{Phone: "1380000"}, 2, 0, ""},
			"six digits":         {hotline.Typed{Phone: "138000"}, 0, 0, ""},
			"another number":     {hotline.Typed{Phone: "13800009"}, 0, 0, ""},
			"the patent, bare":   {hotline.Typed{PatentNo: "ＺＬ２０１４９０００００１２．4"}, 0, 2, "patent_no"},
			"the patent, spaced": {hotline.Typed{PatentNo: "2014 9 0000012"}, 0, 2, "patent_no"},
			"the respondent":     {hotline.Typed{Respondent: "测试木业（有限公司）"}, 0, 2, "respondent"},
			"the page":           {hotline.Typed{URL: "http://m.item.example/goods?spm=zz&id=123456789"}, 0, 1, "url"},
			"all but itself":     {hotline.Typed{Phone: "13800001234", URL: in.URL, But: first.ID}, 1, 0, ""},
		} {
			own, same, err := o.Desk.Beside(ctx, op, x.typed)
			if err != nil || len(own) != x.own || len(same) != x.same || x.why != "" && same[0].Why[0] != x.why {
				t.Errorf("%s: %d own, %d same, %v", name, len(own), len(same), err)
			}
		}
		if own, same, err := o.Desk.Beside(ctx, o.By["operator.deqing"], hotline.Typed{Phone: "1380000", Respondent: other.Respondent}); err != nil || len(own) != 1 || len(same) != 1 {
			t.Errorf("Deqing sees the city's calls: %d %d %v", len(own), len(same), err)
		}
		if _, _, err := o.Desk.Beside(ctx, o.By["officer"], hotline.Typed{Phone: "1380000"}); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an officer asks: %v", err)
		}
		// Added to the first: settled by that, and the first holds its words.
		in.ID, in.Join, in.Question = "", first.ID, "补充：又发现一处销售"
		added, err := o.Desk.Log(ctx, op, in)
		if err != nil || added.State != hotline.StateJoined || added.JoinedID != first.ID {
			t.Fatalf("%+v %v", added, err)
		}
		steps, err := o.Desk.Steps(ctx, first.ID)
		if err != nil || len(steps) != 2 || steps[1].Step != "add" || !strings.Contains(steps[1].Text, "又发现一处销售") {
			t.Errorf("%+v %v", steps, err)
		}
		if clocks, err := o.Clocks.Of(ctx, added.ID); err != nil || len(clocks) != 0 {
			t.Errorf("an added call has its own clock: %v", err)
		}
		if _, err := o.Desk.MakeLead(ctx, op, added.ID, 1, hotline.LeadInput{Title: "x", Place: "330521", Facts: "x"}); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("an added call became a lead: %v", err)
		}
		in.Question = "再补充"
		in.Jurisdiction, in.Join = "330521", first.ID
		if _, err := o.Desk.Log(ctx, o.By["operator.deqing"], in); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("Deqing added to the city's call: %v", err)
		}
	})
}

func TestDrafts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op := o.By["operator"]
		id := db.NewID()
		form := url.Values{"caller_phone": {"13900008888"}, "question": {"写了一半"}}
		if err := o.Desk.SaveDraft(ctx, op, id, 2, form); err != nil {
			t.Fatal(err)
		}
		if err := o.Desk.SaveDraft(ctx, op, id, 1, url.Values{}); err != nil { // an older state, late on the wire
			t.Fatal(err)
		}
		got, err := o.Desk.Draft(ctx, op, id)
		if err != nil || got.Form.Get("caller_phone") != "13900008888" {
			t.Fatalf("%+v %v", got, err)
		}
		var raw string
		if err := db.Read(ctx).Raw("SELECT body FROM call_drafts").Scan(&raw).Error; err != nil || strings.Contains(raw, "13900008888") || strings.Contains(raw, "caller") {
			t.Errorf("in clear: %s %v", raw, err)
		}
		other := o.By["operator.deqing"]
		if _, err := o.Desk.Draft(ctx, other, id); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("somebody else's: %v", err)
		}
		if err := o.Desk.SaveDraft(ctx, other, id, 9, form); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("somebody else's: %v", err)
		}
		if err := o.Desk.SaveDraft(ctx, o.By["officer"], db.NewID(), 1, form); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an officer: %v", err)
		}
		if err := o.Desk.SaveDraft(ctx, op, db.NewID(), 1, url.Values{"question": {strings.Repeat("x", 70000)}}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("too large: %v", err)
		}
		in := consultation()
		in.Jurisdiction, in.ID = "330500", id
		if _, err := o.Desk.Log(ctx, op, in); err != nil {
			t.Fatal(err)
		}
		if rows, err := o.Desk.Drafts(ctx, op); err != nil || len(rows) != 0 {
			t.Errorf("%d drafts left, %v", len(rows), err)
		}
		if err := o.Desk.SaveDraft(ctx, op, id, 99, form); errs.CodeOf(err) != errs.Conflict { // saved late: the call stands
			t.Errorf("a draft of a call that is written down: %v", err)
		}
	})
}

func TestTheTelephone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		op, other := o.By["operator"], o.By["operator.deqing"]
		tell := func(event, id, to, user string) {
			t.Helper()
			if err := o.Desk.Phoned(ctx, hotline.PhoneEvent{Event: event, CallID: id, From: "13912345678", To: to, User: user}); err != nil {
				t.Fatal(err)
			}
		}
		count := func(want, wantOther int) []hotline.PhoneCall {
			t.Helper()
			a, err := o.Desk.Ringing(ctx, op)
			if err != nil {
				t.Fatal(err)
			}
			b, err := o.Desk.Ringing(ctx, other)
			if err != nil || len(a) != want || len(b) != wantOther {
				t.Fatalf("%d and %d ring, want %d and %d, %v", len(a), len(b), want, wantOther, err)
			}
			return a
		}
		tell(hotline.PhoneNew, "1", "12330", "")
		tell(hotline.PhoneNew, "1", "12330", "")
		tell(hotline.PhoneNew, "2", "+86 572 8070000", "")
		if list := count(1, 1); list[0].From != "13912345678" {
			t.Errorf("%+v", list)
		}
		tell(hotline.PhoneAnswered, "1", "", op.Username)
		mine := count(1, 1)
		if _, err := o.Desk.PhoneCall(ctx, other, mine[0].ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("Deqing opens the city's: %v", err)
		}
		tell(hotline.PhoneHungUp, "1", "", "")
		tell(hotline.PhoneAnswered, "1", "", op.Username) // out of order
		count(0, 1)
		if _, err := o.Desk.Ringing(ctx, o.By["officer"]); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an officer hears: %v", err)
		}
		if err := o.Desk.Phoned(ctx, hotline.PhoneEvent{Event: "explode", CallID: "3"}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a strange event: %v", err)
		}
		var clear int64
		if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM phone_calls WHERE body LIKE '%13912345678%'").Scan(&clear).Error; err != nil || clear > 0 {
			t.Errorf("%d in clear, %v", clear, err)
		}
	})
}

func TestTheSupervisorsFigures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		o.Ship(t)
		op, deqing, chief := o.By["operator"], o.By["operator.deqing"], o.By["chief"]
		logged := func(change func(*hotline.NewCall)) *hotline.Call {
			t.Helper()
			in := consultation()
			in.Jurisdiction = "330500"
			change(&in)
			by := op
			if in.Jurisdiction == "330521" {
				by = deqing
			}
			c, err := o.Desk.Log(ctx, by, in)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		logged(func(c *hotline.NewCall) {})
		logged(func(c *hotline.NewCall) { c.Answer = "" })
		logged(func(c *hotline.NewCall) { c.CallerPhone = "13700000001"; c.Jurisdiction = "330521" })
		sent := logged(func(c *hotline.NewCall) { *c = complaint() })
		if err := o.Desk.Refer(ctx, op, sent.ID, 1, hotline.NewReferral{Route: "court", Way: hotline.Told}); err != nil {
			t.Fatal(err)
		}
		f := hotline.Filter{From: caseworktest.Day("2026-11-20"), To: caseworktest.Day("2026-11-20")}
		s, err := o.Desk.Strip(ctx, chief, f)
		if err != nil {
			t.Fatal(err)
		}
		if s.Calls != 4 || s.First != 2 || s.Handed != 1 || s.Repeat != 2 || s.Open != 1 || len(s.Offices) != 2 || len(s.Operators) != 2 || s.Operators[0].Name != op.Name || s.Offices[0].Calls != 3 {
			t.Errorf("%+v", s)
		}
		for outcome, n := range map[string]int64{hotline.OutcomeFirst: s.First, hotline.OutcomeHanded: s.Handed, hotline.OutcomeRepeat: s.Repeat} {
			f.Outcome = outcome
			if got, err := o.Desk.Count(ctx, chief, f); got != n || err != nil {
				t.Errorf("%s: the list has %d, the figure %d, %v", outcome, got, n, err)
			}
		}
		f.Outcome = ""
		if s, err := o.Desk.Strip(ctx, o.By["chief.deqing"], f); err != nil || s.Calls != 1 || len(s.Offices) != 1 {
			t.Errorf("Deqing's chief: %+v %v", s, err)
		}
		if _, err := o.Desk.Strip(ctx, op, f); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an operator supervises: %v", err)
		}
	})
}

func TestTheListsOfTheDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		o.Ship(t)
		admin := o.By["admin"]
		if err := o.Desk.SaveChannel(ctx, admin, hotline.Channel{Code: "wechat", NameZH: "微信", NameEN: "WeChat", Place: 8, Active: true}); err != nil {
			t.Fatal(err)
		}
		in := consultation()
		in.Channel = "wechat"
		if _, err := o.Desk.Log(ctx, o.By["operator.deqing"], in); err != nil {
			t.Fatal(err)
		}
		if err := o.Desk.SaveChannel(ctx, admin, hotline.Channel{Code: "wechat", NameZH: "微信", NameEN: "WeChat", Place: 8, Version: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Desk.Log(ctx, o.By["operator.deqing"], in); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("a channel that was switched off: %v", err)
		}
		for name, x := range map[string]struct {
			who  string
			c    hotline.Channel
			want errs.Code
		}{
			"the operator":   {"operator", hotline.Channel{Code: "fax", NameZH: "传真", NameEN: "Fax"}, errs.Forbidden},
			"the chief":      {"chief", hotline.Channel{Code: "fax", NameZH: "传真", NameEN: "Fax"}, errs.Forbidden},
			"a code twice":   {"admin", hotline.Channel{Code: "wechat", NameZH: "微信", NameEN: "WeChat"}, errs.Invalid},
			"a strange code": {"admin", hotline.Channel{Code: "a b'", NameZH: "x", NameEN: "x"}, errs.Invalid},
			"no name":        {"admin", hotline.Channel{Code: "fax", NameZH: "传真"}, errs.Invalid},
			"a stale page":   {"admin", hotline.Channel{Code: "wechat", NameZH: "微信", NameEN: "WeChat", Version: 1}, errs.Conflict},
			"nothing":        {"admin", hotline.Channel{Code: "nothing", NameZH: "x", NameEN: "x", Version: 3}, errs.NotFound},
		} {
			if err := o.Desk.SaveChannel(ctx, o.By[x.who], x.c); errs.CodeOf(err) != x.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		routes, err := o.Desk.Routes(ctx)
		if err != nil || len(routes) < 10 {
			t.Fatalf("%d routes, %v", len(routes), err)
		}
		r := routes[0]
		r.Phone = "0572-2100000"
		if err := o.Desk.SaveRoute(ctx, admin, r); err != nil {
			t.Fatal(err)
		}
		o.Ship(t) // a new start leaves the office's number
		if routes, err = o.Desk.Routes(ctx); err != nil || routes[0].Phone != "0572-2100000" {
			t.Errorf("%+v %v", routes[0], err)
		}
	})
}

func TestTemplatesNeverReplace(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	list := o.Desk.Templates(hotline.Report)
	if len(list) < 2 {
		t.Fatalf("%d templates", len(list))
	}
	x := list[0]
	if got := x.Merge(" ", "zh-CN"); got != x.Text.ZH {
		t.Errorf("an empty field: %q", got)
	}
	typed := "已经写下的话\n"
	once := x.Merge(typed, "zh-CN")
	if !strings.HasPrefix(once, "已经写下的话\n") || !strings.HasSuffix(once, x.Text.ZH) {
		t.Errorf("%q", once)
	}
	if twice := x.Merge(once, "zh-CN"); twice != once {
		t.Errorf("twice: %q", twice)
	}
}

func pageOf(n int) casework.Page { return casework.Page{Limit: n} }
