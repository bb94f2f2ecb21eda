package listing_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

type fields = map[string]string

type act struct {
	by, track, step, on string
	in                  fields
}

var day = caseworktest.Day

// shop files a case of one listing found to be something, "" yet unjudged, on a day.
func shop(t *testing.T, o *caseworktest.Office, finding, on string) string {
	t.Helper()
	var c *casework.Case
	if err := o.At(on, func(tx *store.Tx) error {
		x, err := o.Listings.AddTx(tx, o.By["officer"], listing.NewListing{Jurisdiction: "330500", Place: "330523", Platform: "taobao", Shop: "测试小店", URL: "https://shop.example/" + tx.NewID(),
			Title: "竹席", SuspectedKind: "infringement", FoundOn: day(on)})
		if err != nil {
			return err
		}
		l, err := o.Listings.MakeLeadTx(tx, o.By["officer"], []string{x.ID}, lead.NewLead{Place: "330523", ReceivedOn: day(on), Title: "x", Facts: "x"})
		if err != nil {
			return err
		}
		if err = o.Leads.VerifyTx(tx, o.By["officer"], l.ID, 1, lead.Verification{On: day(on), Proposal: "file", Opinion: "x"}); err != nil {
			return err
		}
		if c, err = o.Leads.FileTx(tx, o.By["chief"], l.ID, 2, lead.Filing{On: day(on), Kind: casework.Ecommerce, Title: "测试电商案", Place: "330523", Officers: o.Officers(2)}); err != nil || finding == "" {
			return err
		}
		if err = o.Listings.JudgeTx(tx, o.By["officer"], x.ID, x.Version+2, finding, "比对"); err != nil {
			return err
		}
		return o.Listings.SetResultTx(tx, o.By["officer"], x.ID, x.Version+3, "none", day(on))
	}); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func do(o *caseworktest.Office, id string, a act) error {
	if a.track == "" {
		return o.Take(a.by, id, a.step, a.on, a.in)
	}
	return o.TakeIn(a.by, id, a.track, a.step, a.on, a.in)
}

func take(t *testing.T, o *caseworktest.Office, id string, acts ...act) {
	t.Helper()
	for _, a := range acts {
		if err := do(o, id, a); err != nil {
			t.Fatalf("%s: %v", a.step, err)
		}
	}
}

func notify(on string) act {
	return act{"officer", "", "notify_platform", on, fields{"platform_name": "淘宝", "platform_notified_on": on, "measure_asked": "delete", "platform_reasons": "侵权"}}
}

func measure(on string) act {
	return act{"officer", "platform", "measure", on, fields{"measure": "deleted", "measure_on": on}}
}

func declare(on string) act {
	return act{"officer", "platform", "declare", on, fields{"declared_on": on, "declaration": "不侵权", "reached_holder_on": on}}
}

func handle(on, outcome string) act {
	in := fields{"outcome": outcome, "reasons": "理由"}
	if outcome == "case_opened" {
		in["opened_case"] = "湖知线〔2026〕9号"
	}
	return act{"chief", "", "handle", on, in}
}

func clock(f *casework.File, rule string) string {
	k := f.Clock(rule)
	switch {
	case k == nil:
		return ""
	case k.Running():
		return k.DueOn.String()
	}
	return k.DueOn.String() + " stopped"
}

func TestEveryOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		finding, filed string
		acts           []act
		outcome        string
		papers         string
	}{
		"of 2014": {"infringing", "2014-06-03", []act{handle("2014-06-05", "handled")}, "handled", "ecommerce_opinion"},
		"the platform acts": {"infringing", "2026-03-02", []act{notify("2026-03-03"), {"officer", "platform", "seller_told", "2026-03-04", fields{"seller_told_on": "2026-03-04"}}, measure("2026-03-05"),
			{"officer", "platform", "keep_measure", "2026-03-06", fields{"keep_reasons": "x"}}, handle("2026-03-09", "handled"),
			{"officer", "", "tell", "2026-03-09", fields{"told": "seller", "served_on": "2026-03-09", "way": "electronic", "serve_consent": "yes", "receiver": "x"}}}, "handled", "platform_notice ecommerce_opinion"},
		"the platform refuses": {"counterfeit", "2026-03-02", []act{notify("2026-03-03"), {"officer", "platform", "platform_refuses", "2026-03-05", fields{"platform_answer": "x"}}, handle("2026-03-09", "case_opened")},
			"case_opened", "platform_notice ecommerce_opinion"},
		"not established": {"not_established", "2026-03-02", []act{{"officer", "", "ask_aid", "2026-03-02", fields{"aid_centre": "中国（浙江）知识产权维权援助中心", "aid_question": "是否近似"}},
			{"officer", "aid", "aid_given", "2026-03-06", fields{"aid_opinion": "not_infringing", "aid_reasons": "x", "aid_given_on": "2026-03-06"}}, handle("2026-03-09", "not_established")}, "not_established", "ecommerce_opinion"},
		"passed on unjudged": {"", "2026-03-02", []act{{"chief", "", "pass_on", "2026-03-03", fields{"passed_to": "义乌市市场监督管理局", "reasons": "x"}}}, "transferred_agency", "ecommerce_transfer"},
		"taken down":         {"", "2026-03-02", []act{{"chief", "", "end", "2026-03-03", fields{"ecommerce_end": "listing_gone", "reasons": "x"}}}, "settled", ""},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := caseworktest.New(t, db)
				id := shop(t, o, c.finding, c.filed)
				take(t, o, id, c.acts...)
				on := c.acts[len(c.acts)-1].on
				take(t, o, id, act{"chief", "", "close", on, nil}, act{"archivist", "", "archive", on, fields{"volume": "1", "pages": "9", "retention": "30_years"}})
				f := o.Find(t, "chief", id, on)
				var papers []string
				for _, d := range f.Documents {
					papers = append(papers, d.Template)
					if strings.Contains(d.Data, "{{") || strings.Contains(d.Data, "choice.") || strings.Contains(d.Data, "paper.") {
						t.Errorf("%s: %s", d.Number, d.Data)
					}
				}
				if f.Outcome != c.outcome || strings.Join(papers, " ") != c.papers {
					t.Errorf("%s, papers %v", f.Outcome, papers)
				}
				if err := o.Docket.Procedure(casework.Ecommerce).Walks(f.Taken, f.State); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestDeclaration: fifteen days from the day the declaration reached the right holder, then the measure ends unless that person acted (E-Commerce Law Art. 43).
func TestDeclaration(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		lift := func(on, ground string) act {
			return act{"officer", "platform", "lift", on, fields{"lift_ground": ground, "lifted_on": on}}
		}
		acts := func(on string) act {
			return act{"officer", "platform", "holder_acts", on, fields{"holder_act": "sued", "holder_proof_on": on}}
		}
		refused := func(what, id string, a act, want string) {
			t.Helper()
			if err := do(o, id, a); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
		}
		id := shop(t, o, "infringing", "2026-03-02")
		take(t, o, id, notify("2026-03-03"), measure("2026-03-04"))
		refused("silence without a declaration", id, lift("2026-03-05", "counter_over"), "error.no_declaration")
		take(t, o, id, declare("2026-03-06"))
		if got := clock(o.Find(t, "chief", id, "2026-03-06"), "EC_COUNTER_WAIT"); got != "2026-03-23" { // 2026-03-21 is a Saturday
			t.Errorf("the right holder may act until %s", got)
		}
		refused("lifted on the last day", id, lift("2026-03-23", "counter_over"), "error.counter_runs")
		refused("a suit told too late", id, acts("2026-03-24"), "error.counter_over")
		take(t, o, id, lift("2026-03-24", "counter_over"))
		if f := o.Find(t, "chief", id, "2026-03-24"); len(f.Running("platform")) != 0 || !strings.Contains(clock(f, "EC_COUNTER_WAIT"), "stopped") {
			t.Errorf("%v %s", f.Running("platform"), clock(f, "EC_COUNTER_WAIT"))
		}

		id = shop(t, o, "infringing", "2026-03-02")
		take(t, o, id, notify("2026-03-03"), measure("2026-03-04"), declare("2026-03-06"), acts("2026-03-23"))
		refused("lifted for silence after a suit", id, lift("2026-04-01", "counter_over"), "error.no_declaration")
		if err := o.Take("chief", id, "handle", "2026-04-01", handle("2026-04-01", "handled").in); err != nil {
			t.Fatal(err)
		}
		refused("closed while something is open with the platform", id, act{"chief", "", "close", "2026-04-01", nil}, "need.platform_open")
		take(t, o, id, lift("2026-04-02", "holder_agrees"), act{"chief", "", "close", "2026-04-02", nil})

		id = shop(t, o, "infringing", "2026-03-02") // a notary takes his time (Supreme Court reply of 2020, item 3)
		delay := func(step, on, field, value string) act {
			return act{"officer", "platform", step, on, fields{field: value, "delay_reason": "办理公证"}}
		}
		take(t, o, id, notify("2026-03-03"), measure("2026-03-04"), declare("2026-03-06"), delay("delay", "2026-03-09", "delayed_from", "2026-03-09"))
		if k := o.Find(t, "chief", id, "2026-03-09").Clock("EC_COUNTER_WAIT"); k.PausedOn != day("2026-03-09") {
			t.Errorf("the period goes on: %v", k)
		}
		refused("more than twenty working days", id, delay("delay_over", "2026-04-30", "delay_over_on", "2026-04-09"), "error.delay_long")
		take(t, o, id, delay("delay_over", "2026-03-20", "delay_over_on", "2026-03-19"))
		if got := clock(o.Find(t, "chief", id, "2026-03-20"), "EC_COUNTER_WAIT"); got != "2026-03-31" { // ten days do not count
			t.Errorf("the right holder may act until %s", got)
		}
		id = shop(t, o, "infringing", "2020-09-01")
		take(t, o, id, notify("2020-09-01"), measure("2020-09-02"), declare("2020-09-10"))
		if err := do(o, id, delay("delay", "2020-09-13", "delayed_from", "2020-09-13")); errs.CodeOf(err) != errs.Forbidden || !strings.Contains(err.Error(), "error.delay_law") {
			t.Errorf("before the reply: %v", err)
		}
		take(t, o, id, delay("delay", "2020-09-14", "delayed_from", "2020-09-14"))

		id = shop(t, o, "infringing", "2018-12-03") // before the E-Commerce Law there is no period
		take(t, o, id, notify("2018-12-03"), measure("2018-12-04"), declare("2018-12-31"))
		if got := clock(o.Find(t, "chief", id, "2018-12-31"), "EC_COUNTER_WAIT"); got != "" {
			t.Errorf("a period before 2019-01-01: %s", got)
		}
		id = shop(t, o, "infringing", "2018-12-03")
		take(t, o, id, notify("2018-12-03"), measure("2018-12-04"), declare("2019-01-01"))
		if got := clock(o.Find(t, "chief", id, "2019-01-01"), "EC_COUNTER_WAIT"); got != "2019-01-16" {
			t.Errorf("from 2019-01-01: %s", got)
		}
	})
}

// TestThePlatformTellsTheSeller: three working days from the complaint in Zhejiang, 2016 to 2022 (Zhejiang Patent Regulation Art. 34).
func TestThePlatformTellsTheSeller(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	for on, want := range map[string]string{"2015-12-31": "", "2016-01-01": "2016-01-06", "2022-12-30": "2023-01-05", "2023-01-03": ""} {
		id := shop(t, o, "infringing", on)
		a := notify(on)
		a.in["complained_on"] = on
		take(t, o, id, a)
		if got := clock(o.Find(t, "chief", id, on), "PLATFORM_TELL_SELLER"); got != want {
			t.Errorf("complained on %s: %q, want %q", on, got, want)
		}
		take(t, o, id, act{"officer", "platform", "seller_told", on, fields{"seller_told_on": on}})
		if got := clock(o.Find(t, "chief", id, on), "PLATFORM_TELL_SELLER"); want != "" && got != want+" stopped" {
			t.Errorf("told: %s", got)
		}
	}
}

func TestWhatTheLawDoesNotAllow(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	for _, c := range []struct {
		name           string // what is refused, by which article
		finding, filed string
		before         []act
		last           act
		code           errs.Code
		want           string
	}{
		{"found to infringe, the platform not notified (Order 71 Art. 43(2))", "infringing", "2015-07-01", nil, handle("2015-07-02", "handled"), errs.Invalid, "need.platform"},
		{"… the day before Order 71", "infringing", "2015-06-30", nil, handle("2015-07-02", "handled"), "", ""},
		{"not established against its findings", "counterfeit", "2026-03-02", []act{notify("2026-03-02")}, handle("2026-03-03", "not_established"), errs.Invalid, "error.against_findings"},
		{"a case opened that is not named", "infringing", "2026-03-02", []act{notify("2026-03-02")}, act{"chief", "", "handle", "2026-03-03", fields{"outcome": "case_opened", "reasons": "x"}}, errs.Invalid, "opened_case: error.required"},
		{"a platform notified before the case", "infringing", "2026-03-02", nil, act{"officer", "", "notify_platform", "2026-03-03", fields{"platform_name": "x", "platform_notified_on": "2026-03-01", "measure_asked": "delete", "platform_reasons": "x"}}, errs.Invalid, "error.day_before"},
		{"a declaration where nothing was done", "infringing", "2026-03-02", []act{notify("2026-03-03")}, declare("2026-03-04"), errs.Conflict, "error"},
		{"an opinion before it was asked for", "infringing", "2026-03-02", []act{{"officer", "", "ask_aid", "2026-03-05", fields{"aid_centre": "x", "aid_question": "x"}}},
			act{"officer", "aid", "aid_given", "2026-03-06", fields{"aid_opinion": "infringing", "aid_reasons": "x", "aid_given_on": "2026-03-04"}}, errs.Invalid, "aid_given_on: error.day_before"},
		{"a check by one officer (Penalty Law Art. 42)", "", "2026-03-02", nil, act{"officer", "", "web_evidence", "2026-03-03", fields{"present": o.By["officer"].ID, "act_place": "x", "act_record": "x", "signed": "absent"}}, errs.Invalid, "error.two_officers"},
		{"an order to stop (Patent Law Art. 65)", "", "2026-03-02", nil, act{"chief", "", "order_stop", "2026-03-03", nil}, errs.Forbidden, "power.order_stop"},
		{"a seizure (Patent Law Art. 69)", "", "2026-03-02", nil, act{"officer", "", "seal", "2026-03-03", nil}, errs.Forbidden, "power.seal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			id := shop(t, o, c.finding, c.filed)
			take(t, o, id, c.before...)
			err := do(o, id, c.last)
			if errs.CodeOf(err) != c.code || c.want != "" && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s %s", err, c.code, c.want)
			}
		})
	}
}

// TestAidDays: no rule sets a time for an aid centre's opinion; the office does.
func TestAidDays(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	id := shop(t, o, "", "2026-03-02")
	take(t, o, id, act{"officer", "", "ask_aid", "2026-03-02", fields{"aid_centre": "x", "aid_question": "x"}})
	if got := o.Find(t, "chief", id, "2026-03-02").Running("aid")[0].Facts["aid_expected_on"]; got != "2026-03-09" {
		t.Errorf("expected on %s", got)
	}
	law := casework.Law{Rules: o.Clocks.Rules(), Days: o.Clocks.Days()}
	step := listing.With(2).Step("ask_aid")
	if got := step.Sets(nil, casework.Input{On: day("2026-03-06")}, law)["aid_expected_on"]; got != "2026-03-10" {
		t.Errorf("two working days from a Friday: %s", got)
	}
}

// TestWander: whatever is offered is accepted, step by step, by chance, and every step is taken at some time.
func TestWander(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	chance, seen := rand.New(rand.NewPCG(1, 43)), map[string]int{}
	for i := range 12 {
		o.Wander(t, shop(t, o, []string{"infringing", "not_established", ""}[i%3], "2026-03-02"), "2026-03-02", chance, seen, 30)
	}
	for _, s := range o.Docket.Procedure(casework.Ecommerce).Steps {
		if seen[s.Name] == 0 {
			t.Errorf("%s was never taken", s.Name)
		}
	}
}

// TestProofOfAComplaint: the right holder gets a numbered proof that the office handles the complaint, to show the platform (E-Commerce Law Art. 43(2)).
func TestProofOfAComplaint(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	id := shop(t, o, "infringing", "2026-03-02")
	give := act{"officer", "", "receipt", "2026-03-03", fields{"receipt_from": "权利公司", "receipt_list": "投诉书1份"}}
	take(t, o, id, give, give)
	f := o.Find(t, "officer", id, "2026-03-03")
	if len(f.Documents) != 2 || f.Documents[0].Title != "投诉受理凭证" || f.Documents[0].Number == f.Documents[1].Number || !strings.Contains(f.Documents[0].Data, "《电子商务法》第四十三条第二款") || !strings.Contains(f.Documents[0].Data, "商品1件") {
		t.Errorf("%+v", f.Documents)
	}
	give.by = "officer3"
	if err := do(o, id, give); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("given by an officer of another case: %v", err)
	}
}
