package lead_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

type facts = casework.Facts

var (
	ctx = context.Background()
	day = caseworktest.Day
)

// office is the office with a lead in hand.
type office struct {
	*caseworktest.Office
	id string
}

// comes registers a lead of a kind that came in on a day.
func comes(t *testing.T, db *store.DB, kind, on string) *office {
	t.Helper()
	o := &office{Office: caseworktest.New(t, db)}
	o.another(t, kind, on)
	return o
}

func (o *office) another(t *testing.T, kind, on string) {
	t.Helper()
	if err := o.At(on, func(tx *store.Tx) error {
		l, err := o.Leads.AddTx(tx, o.By["officer"], lead.NewLead{
			Source: "letter", Kind: kind, Jurisdiction: "330500", Place: "330521", ReceivedOn: day(on), Title: "测试请求", Facts: "请求书一份",
			Respondent: "测试木业有限公司", Requester: "测试竹业有限公司", PatentNo: "201490000012.4",
		}, "lead.add")
		if err == nil {
			o.id = l.ID
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func (o *office) version(tx *store.Tx) (v int64) {
	tx.Raw("SELECT version FROM leads WHERE id = ?", o.id).Scan(&v)
	return v
}

// do takes an act as a person on a day and gives the error.
func (o *office) do(by, act, on string, f facts) error {
	return o.At(on, func(tx *store.Tx) error {
		return o.Leads.DoTx(tx, o.By[by], o.id, o.version(tx), act, casework.Input{On: day(on), Fields: f})
	})
}

func (o *office) verify(on, proposal string) error {
	return o.At(on, func(tx *store.Tx) error {
		return o.Leads.VerifyTx(tx, o.By["officer"], o.id, o.version(tx), lead.Verification{On: day(on), Proposal: proposal, Opinion: "意见"})
	})
}

func (o *office) file(on, kind string) (c *casework.Case, err error) {
	n := 2
	if p := o.Docket.Procedure(kind); p.Panel {
		n = 3
	}
	err = o.At(on, func(tx *store.Tx) error {
		c, err = o.Leads.FileTx(tx, o.By["chief"], o.id, o.version(tx), lead.Filing{On: day(on), Kind: kind, Title: "测试案", Place: "330521", Officers: o.Officers(n)})
		return err
	})
	return c, err
}

func (o *office) refuse(in lead.Refusal) error {
	return o.At(in.On.String(), func(tx *store.Tx) error {
		if in.Reason == "" {
			in.Reason = "理由"
		}
		return o.Leads.RefuseTx(tx, o.By["chief"], o.id, o.version(tx), in)
	})
}

func (o *office) find(t *testing.T) (*lead.Lead, []lead.Step, []deadline.Clock) {
	t.Helper()
	l, steps, clocks, err := o.Leads.Find(ctx, o.By["officer"], o.id)
	if err != nil {
		t.Fatal(err)
	}
	return l, steps, clocks
}

// met answers the formal check with the best there is, but what is given.
func (o *office) met(t *testing.T, other facts) facts {
	t.Helper()
	l, steps, clocks := o.find(t)
	f := facts{}
	for _, x := range o.Leads.Open(o.By["officer"], o.Leads.History(l, steps, clocks, l.ReceivedOn)) {
		for _, a := range x.Asks {
			if x.Name == "check" && a.Type == casework.AskChoice {
				f[a.Name] = a.Options[0]
			}
		}
	}
	for k, v := range other {
		f[k] = v
	}
	return f
}

// clock is the latest clock of a rule: "2026-03-09" runs, "2026-03-09 stopped", "" is none.
func (o *office) clock(t *testing.T, rule string) string {
	t.Helper()
	_, _, clocks := o.find(t)
	out := ""
	var at int
	for i, k := range clocks {
		if k.Rule == rule && (out == "" || k.StartedOn >= clocks[at].StartedOn) {
			at, out = i, k.WatchOn.String()
			switch {
			case !k.Running():
				out += " stopped"
			case !k.PausedOn.IsZero():
				out = "stands still"
			}
		}
	}
	return out
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// fails wants an error of a code whose sentence is one of the catalogue with an article in it.
func (o *office) fails(t *testing.T, what string, err error, code errs.Code, key string) {
	t.Helper()
	if errs.CodeOf(err) != code || !strings.Contains(err.Error(), key) {
		t.Errorf("%s: %v, want %s %s", what, err, code, key)
	}
}

// holds checks that log and rows agree in number.
func (o *office) holds(t *testing.T) {
	t.Helper()
	if _, err := audit.Verify(ctx, o.DB); err != nil {
		t.Error(err)
	}
	l, steps, _ := o.find(t)
	if int64(len(steps)) != l.Version {
		t.Errorf("%d steps at version %d", len(steps), l.Version)
	}
}

func TestARequestIsCheckedAndSupplied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Infringement, "2026-03-02")
		if got := o.clock(t, "INF_ACCEPT"); got != "2026-03-09" {
			t.Errorf("to be decided by %s", got)
		}
		must(t, o.verify("2026-03-03", lead.ProposeFile))
		_, err := o.file("2026-03-03", casework.Infringement)
		o.fails(t, "filed unchecked (Order 81 Art. 20)", err, errs.Invalid, "error.lead_unchecked.infringement")
		o.fails(t, "papers asked for before the check", o.do("officer", "supplement", "2026-03-03", facts{"supplement_list": "x", "supplement_until": "2026-03-20"}), errs.Conflict, "error.lead_unchecked")
		o.fails(t, "a check that leaves something out", o.do("officer", "check", "2026-03-03", facts{"ck_standing": "met"}), errs.Invalid, "ck_valid: error.required")
		must(t, o.do("officer", "check", "2026-03-03", o.met(t, nil)))
		o.fails(t, "papers asked for where none are missing", o.do("officer", "supplement", "2026-03-03", facts{"supplement_list": "x", "supplement_until": "2026-03-20"}), errs.Conflict, "error.supplement_none")
		must(t, o.do("officer", "check", "2026-03-03", o.met(t, facts{"ck_valid": "unmet"})))
		_, err = o.file("2026-03-03", casework.Infringement)
		o.fails(t, "filed with wrong papers (Art. 16)", err, errs.Invalid, "error.lead_unmet.infringement")
		o.fails(t, "a term that is over", o.do("officer", "supplement", "2026-03-04", facts{"supplement_list": "x", "supplement_until": "2026-03-04"}), errs.Invalid, "error.day_before")
		must(t, o.do("officer", "supplement", "2026-03-04", facts{"supplement_list": "专利登记簿副本", "supplement_until": "2026-03-20"}))
		if l, _, _ := o.find(t); l.State != lead.Supplement || !l.Open() || o.clock(t, "INF_ACCEPT") != "2026-03-09 stopped" {
			t.Errorf("%s, %s", l.State, o.clock(t, "INF_ACCEPT"))
		}
		_, err = o.file("2026-03-05", casework.Infringement)
		o.fails(t, "filed while papers are awaited", err, errs.Conflict, "error.lead_state")
		o.fails(t, "lapsed before the term is over", o.do("officer", "supplemented", "2026-03-20", facts{"supplement_result": "lapsed"}), errs.Invalid, "error.supplement_runs")
		o.fails(t, "late papers called in time (Art. 16)", o.do("officer", "supplemented", "2026-03-23", facts{"supplement_result": "back", "supplemented_on": "2026-03-21"}), errs.Invalid, "error.supplement_late")
		must(t, o.do("officer", "supplemented", "2026-03-20", facts{"supplement_result": "back", "supplemented_on": "2026-03-19"}))
		if got := o.clock(t, "INF_ACCEPT"); got != "2026-03-26" {
			t.Errorf("the period starts anew from the day the papers were complete: %s", got)
		}
		o.fails(t, "asked a second time (Art. 16: once)", o.do("officer", "supplement", "2026-03-20", facts{"supplement_list": "x", "supplement_until": "2026-03-30"}), errs.Conflict, "error.supplement_once")
		must(t, o.verify("2026-03-20", lead.ProposeFile))
		_, err = o.file("2026-03-20", casework.Infringement)
		o.fails(t, "filed without checking what came in", err, errs.Invalid, "error.lead_unchecked")
		must(t, o.do("officer", "check", "2026-03-20", o.met(t, nil)))
		c, err := o.file("2026-03-23", casework.Infringement)
		must(t, err)
		if l, _, _ := o.find(t); l.State != lead.Filed || c.Kind != casework.Infringement || o.clock(t, "INF_ACCEPT") != "2026-03-26 stopped" {
			t.Errorf("%s %s", l.State, o.clock(t, "INF_ACCEPT"))
		}
		o.holds(t)
	})
}

func TestPapersThatDoNotCome(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Infringement, "2026-03-02")
		must(t, o.do("officer", "check", "2026-03-03", o.met(t, facts{"ck_signed": "unmet"})),
			o.do("officer", "supplement", "2026-03-03", facts{"supplement_list": "签字", "supplement_until": "2026-03-16"}),
			o.do("officer", "supplemented", "2026-03-17", facts{"supplement_result": "lapsed"}),
			o.do("officer", "check", "2026-03-17", o.met(t, nil)), o.verify("2026-03-17", lead.ProposeFile))
		_, err := o.file("2026-03-17", casework.Infringement)
		o.fails(t, "filed after the term (Art. 16)", err, errs.Invalid, "error.lead_lapsed")
		if got := o.clock(t, "INF_ACCEPT"); got != "2026-03-23" { // five working days from the end of the term
			t.Errorf("to be refused by %s", got)
		}
		must(t, o.refuse(lead.Refusal{On: day("2026-03-18"), Ground: "o81.not_supplemented"}))
		if got := o.clock(t, "INF_ACCEPT"); got != "2026-03-23" {
			t.Errorf("the requester is yet to be told: %s", got)
		}
		o.fails(t, "told before it was decided", o.do("officer", "tell", "2026-03-18", facts{"told_on": "2026-03-17", "told_way": "post"}), errs.Invalid, "error.day_before")
		must(t, o.do("officer", "tell", "2026-03-20", facts{"told_on": "2026-03-19", "told_way": "post"}))
		if got := o.clock(t, "INF_ACCEPT"); got != "2026-03-23 stopped" {
			t.Errorf("told: %s", got)
		}
		o.fails(t, "told twice", o.do("officer", "tell", "2026-03-20", facts{"told_on": "2026-03-20", "told_way": "post"}), errs.Conflict, "error.lead_told")
		o.holds(t)
	})
}

// TestTheCheckIsThatOfItsDay: what is asked of a request follows from the law in force when it came in.
func TestTheCheckIsThatOfItsDay(t *testing.T) {
	o := comes(t, storetest.SQLite(t), casework.Infringement, "2015-12-31")
	for on, want := range map[string]string{
		"2015-12-31": "", "2016-01-01": "ck_no_arbitration", "2022-12-31": "ck_no_arbitration", "2023-01-01": "",
		"2025-01-31": "", "2025-02-01": "ck_agent ck_claims_named ck_foreign ck_interest ck_no_other_way",
	} {
		o.another(t, casework.Infringement, on)
		var got []string
		for name := range o.met(t, nil) {
			if slices.Contains(strings.Fields("ck_no_arbitration ck_no_other_way ck_interest ck_claims_named ck_agent ck_foreign"), name) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", on, got, want)
		}
	}
	o.another(t, casework.Dispute, "2021-05-31")
	if _, asked := o.met(t, nil)["ck_not_open_licence"]; asked {
		t.Error("open licences before there were any")
	}
}

func TestAMediationNeedsTheRespondent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Dispute, "2026-03-02")
		if got := o.clock(t, "MED_NOTIFY"); got != "2026-03-09" {
			t.Errorf("to be sent by %s", got)
		}
		must(t, o.verify("2026-03-02", lead.ProposeFile))
		_, err := o.file("2026-03-02", casework.Dispute)
		o.fails(t, "filed unchecked", err, errs.Invalid, "error.lead_unchecked.dispute")
		o.fails(t, "sent unchecked", o.do("officer", "notify", "2026-03-02", facts{"respondent_received_on": "2026-03-02", "request_way": "direct"}), errs.Invalid, "error.lead_unchecked")
		must(t, o.do("officer", "check", "2026-03-02", o.met(t, facts{"ck_not_open_licence": "unmet"})))
		o.fails(t, "an open licence (Order 81 Art. 76)", o.do("officer", "notify", "2026-03-02", facts{"respondent_received_on": "2026-03-02", "request_way": "direct"}), errs.Invalid, "power.open_licence")
		must(t, o.do("officer", "check", "2026-03-02", o.met(t, facts{"ck_damages": "unmet"})))
		_, err = o.file("2026-03-02", casework.Dispute)
		o.fails(t, "damages without the decision (Art. 64)", err, errs.Invalid, "error.lead_unmet.dispute")
		must(t, o.do("officer", "check", "2026-03-02", o.met(t, facts{"ck_damages": "not_asked", "dispute_type": "reward"})))
		_, err = o.file("2026-03-02", casework.Dispute)
		o.fails(t, "filed before the respondent agreed (Art. 66)", err, errs.Invalid, "error.lead_no_consent")
		must(t, o.do("officer", "notify", "2026-03-05", facts{"respondent_received_on": "2026-03-05", "request_way": "direct"}))
		if o.clock(t, "MED_NOTIFY") != "2026-03-09 stopped" || o.clock(t, "MED_OPINION") != "2026-03-20" {
			t.Errorf("%s %s", o.clock(t, "MED_NOTIFY"), o.clock(t, "MED_OPINION"))
		}
		o.fails(t, "silent while the period runs", o.do("officer", "answer", "2026-03-20", facts{"answer": "silent"}), errs.Invalid, "error.answer_runs")
		o.fails(t, "late consent (Art. 66(2))", o.do("officer", "answer", "2026-03-23", facts{"answer": "agreed", "answer_on": "2026-03-23"}), errs.Invalid, "error.answer_late")
		must(t, o.do("officer", "answer", "2026-03-20", facts{"answer": "agreed", "answer_on": "2026-03-20", "answer_text": "同意"}))
		if o.clock(t, "MED_OPINION") != "2026-03-20 stopped" || o.clock(t, "MED_FILE") != "2026-03-27" || o.clock(t, "MED_REFUSE_TELL") != "" {
			t.Errorf("%s %s %s", o.clock(t, "MED_OPINION"), o.clock(t, "MED_FILE"), o.clock(t, "MED_REFUSE_TELL"))
		}
		must(t, o.verify("2026-03-23", lead.ProposeFile))
		c, err := o.file("2026-03-24", casework.Dispute)
		must(t, err)
		if c.Facts["dispute_type"] != "reward" || o.clock(t, "MED_FILE") != "2026-03-27 stopped" {
			t.Errorf("%v %s", c.Facts, o.clock(t, "MED_FILE"))
		}
		o.holds(t)
	})
}

func TestAMediationThatNobodyWants(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, x := range []struct{ on, answer, answerOn, recorded, ground, tell string }{
			{"2026-03-02", "declined", "2026-03-10", "2026-03-10", "o81.declined", "2026-03-17"},
			{"2026-03-02", "silent", "", "2026-03-20", "o81.silent", "2026-03-26"}, // from the end of the period, 2026-03-19
			{"2014-03-03", "declined", "2014-03-10", "2014-03-10", "o71.declined", ""},
		} {
			o := comes(t, db, casework.Dispute, x.on)
			received := day(x.on).AddDays(2)
			must(t, o.do("officer", "check", x.on, o.met(t, nil)), o.do("officer", "notify", received.String(), facts{"respondent_received_on": received.String(), "request_way": "post"}))
			if x.answer == "silent" {
				x.answerOn, x.recorded = "", "2026-03-20"
			}
			must(t, o.do("officer", "answer", x.recorded, facts{"answer": x.answer, "answer_on": x.answerOn}))
			if got := o.clock(t, "MED_REFUSE_TELL"); got != x.tell {
				t.Errorf("%s %s: to be told by %q, want %q", x.on, x.answer, got, x.tell)
			}
			must(t, o.verify(x.recorded, lead.ProposeFile))
			_, err := o.file(x.recorded, casework.Dispute)
			o.fails(t, "filed without consent", err, errs.Invalid, "error.lead_no_consent")
			o.fails(t, "refused on what was not so", o.refuse(lead.Refusal{On: day(x.recorded), Ground: map[string]string{"o81.declined": "o81.silent"}[x.ground]}), errs.Invalid, "ground: error.choice")
			must(t, o.refuse(lead.Refusal{On: day(x.recorded), Ground: x.ground, ToldOn: day(x.recorded), ToldWay: "direct"}))
			if got := o.clock(t, "MED_REFUSE_TELL"); x.tell != "" && got != x.tell+" stopped" {
				t.Errorf("told with the decision: %s", got)
			}
			o.holds(t)
			db = storetest.SQLite(t)
		}
	})
}

func TestAnOpinionMayBeAskedForWhenTheWarnersTimeIsOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, x := range []struct {
			name, sent, received, acts, filed string
			want                              string // "" is filed
		}{
			{"a month from receipt ends on a working day", "2026-01-05", "2026-01-08", "no", "2026-02-09", "error.opinion_early"}, // 02-08 is a Sunday, rolled to 02-09
			{"… the day after", "2026-01-05", "2026-01-08", "no", "2026-02-10", ""},
			{"two months from sending come first", "2026-01-05", "2026-02-10", "no", "2026-03-05", "error.opinion_early"},
			{"… the day after", "2026-01-05", "2026-02-10", "no", "2026-03-06", ""},
			{"the day of receipt is not known", "2026-01-05", "", "no", "2026-03-05", "error.opinion_early"},
			{"… the day after", "2026-01-05", "", "no", "2026-03-06", ""},
			{"the warner has sued (Order 81 Art. 13)", "2026-01-05", "2026-01-08", "yes", "2026-03-06", "error.warner_acts"},
			{"received before it was sent", "2026-01-05", "2026-01-02", "no", "2026-03-06", "error.day_before"},
			{"the last day before Order 81", "2024-11-01", "2024-11-04", "no", "2025-01-31", "error.opinion_law"},
			{"its first day", "2024-11-01", "2024-11-04", "no", "2025-02-01", ""},
		} {
			o := comes(t, db, casework.Opinion, x.filed)
			f := o.met(t, facts{"counter_kind": "urged", "counter_sent_on": x.sent, "warner_acts": x.acts})
			if x.received != "" {
				f["counter_received_on"] = x.received
			}
			must(t, o.do("officer", "check", x.filed, f), o.verify(x.filed, lead.ProposeFile))
			c, err := o.file(x.filed, casework.Opinion)
			if x.want == "" {
				if err != nil || c.Facts["counter_sent_on"] != x.sent {
					t.Errorf("%s: %v %v", x.name, c, err)
				}
			} else {
				o.fails(t, x.name, err, errs.Invalid, x.want)
			}
			o.holds(t)
			db = storetest.SQLite(t)
		}
	})
}
