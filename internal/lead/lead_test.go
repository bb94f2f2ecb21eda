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
	"huzhi/internal/hotline"
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

func TestLongerPeriods(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		by := func(n string) facts {
			return facts{"extend_by": n, "extension_ground": "special", "extension_reason": "案情特别复杂"}
		}
		o := comes(t, db, casework.Infringement, "2026-03-02")
		o.fails(t, "an officer extends (Order 81 Art. 20: the head)", o.do("officer", "extend", "2026-03-03", by("5")), errs.Forbidden, "error.forbidden")
		o.fails(t, "six days", o.do("chief", "extend", "2026-03-03", by("6")), errs.Invalid, "error.extension_max")
		o.fails(t, "no days", o.do("chief", "extend", "2026-03-03", by("0")), errs.Invalid, "error.extension_max")
		must(t, o.do("chief", "extend", "2026-03-09", by("5")))
		if got := o.clock(t, "INF_ACCEPT"); got != "2026-03-16" {
			t.Errorf("extended to %s", got)
		}
		o.fails(t, "a second time", o.do("chief", "extend", "2026-03-10", by("5")), errs.Invalid, "error.extension_none")
		o.holds(t)

		o.another(t, casework.Infringement, "2026-03-02")
		o.fails(t, "after the end", o.do("chief", "extend", "2026-03-10", by("5")), errs.Invalid, "error.extension_late")
		o.another(t, casework.Infringement, "2025-01-31")
		o.fails(t, "before Order 81 (Order 71 Art. 13 knows none)", o.do("chief", "extend", "2025-02-05", by("5")), errs.Invalid, "error.extension_none")
		o.another(t, casework.Dispute, "2026-03-02")
		o.fails(t, "a mediation", o.do("chief", "extend", "2026-03-03", by("5")), errs.Conflict, "error.lead_kind_act")

		o.another(t, casework.Counterfeit, "2026-03-02")
		if got := o.clock(t, "CF_VERIFY"); got != "2026-03-23" {
			t.Errorf("to be verified by %s", got)
		}
		must(t, o.do("chief", "extend", "2026-03-23", by("15")))
		if got := o.clock(t, "CF_VERIFY"); got != "2026-04-14" { // Qingming is off
			t.Errorf("extended to %s", got)
		}
		o.holds(t)
	})
}

func TestTimeThatDoesNotCount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Counterfeit, "2026-03-02")
		away := func(ground string) facts {
			return facts{"excluded": ground, "excluded_from": "2026-03-04", "excluded_by": "检测机构", "excluded_what": "专利标识"}
		}
		o.fails(t, "a result of nothing", o.do("officer", "include", "2026-03-04", facts{"excluded": "test_appraisal", "result_on": "2026-03-04", "excluded_result": "x"}), errs.Conflict, "error.lead_not_away")
		must(t, o.do("officer", "exclude", "2026-03-04", away("test_appraisal")), o.do("officer", "exclude", "2026-03-05", away("rightholder_identification")))
		if got := o.clock(t, "CF_VERIFY"); got != "stands still" {
			t.Errorf("%s", got)
		}
		o.fails(t, "both are out", o.do("officer", "exclude", "2026-03-05", away("test_appraisal")), errs.Conflict, "error.lead_away")
		o.fails(t, "verified before the result (SAMR Procedure Art. 18)", o.verify("2026-03-09", lead.ProposeFile), errs.Conflict, "error.lead_away")
		must(t, o.do("officer", "include", "2026-03-10", facts{"excluded": "test_appraisal", "result_on": "2026-03-09", "excluded_result": "x"}))
		if got := o.clock(t, "CF_VERIFY"); got != "stands still" {
			t.Errorf("one is still out: %s", got)
		}
		must(t, o.do("officer", "include", "2026-03-11", facts{"excluded": "rightholder_identification", "result_on": "2026-03-11", "excluded_result": "非本人许可"}))
		if got := o.clock(t, "CF_VERIFY"); got != "2026-03-30" { // five working days, 03-04 to 03-10, do not count
			t.Errorf("goes on to %s", got)
		}
		must(t, o.verify("2026-03-12", lead.ProposeFile))
		_, err := o.file("2026-03-12", casework.Counterfeit)
		must(t, err)
		o.holds(t)

		o.another(t, casework.Counterfeit, "2018-03-05")
		o.fails(t, "Order 71 leaves nothing out", o.do("officer", "exclude", "2018-03-06", facts{"excluded": "test_appraisal", "excluded_from": "2018-03-06", "excluded_by": "x", "excluded_what": "x"}),
			errs.Conflict, "error.lead_no_clock")
	})
}

// TestGroundsOfTheirDay: why no case is filed is a list that follows from the law in force.
func TestGroundsOfTheirDay(t *testing.T) {
	o := comes(t, storetest.SQLite(t), casework.Counterfeit, "2014-03-03")
	for _, x := range []struct{ kind, on, ground, want string }{
		{casework.Counterfeit, "2019-03-31", "patent.minor", ""},
		{casework.Counterfeit, "2019-03-31", "samr.minor", "error.choice"},
		{casework.Counterfeit, "2019-04-01", "samr.minor", ""},
		{casework.Counterfeit, "2021-07-14", "samr.no_fault", "error.choice"}, // Penalty Law of 2021
		{casework.Counterfeit, "2021-07-15", "samr.no_fault", ""},
		{casework.Counterfeit, "2021-07-15", "patent.minor", "error.choice"},
		{casework.Counterfeit, "2026-03-03", "samr.not_competent", "passed_to: error.required"},
		{casework.Counterfeit, "2026-03-03", "o81.sued", "error.choice"},
		{casework.Infringement, "2025-01-31", "o71.sued", ""},
		{casework.Infringement, "2025-01-31", "o81.sued", "error.choice"},
		{casework.Infringement, "2025-02-01", "o81.sued", ""},
		{casework.Infringement, "2025-02-01", "o71.sued", "error.choice"},
		{casework.Infringement, "2015-12-31", "zj.arbitration", "error.choice"},
		{casework.Infringement, "2016-01-01", "zj.arbitration", ""},
		{casework.Infringement, "2022-12-31", "zj.arbitration", ""},
		{casework.Infringement, "2023-01-01", "zj.arbitration", "error.choice"},
		{casework.Infringement, "2026-03-03", "o81.not_supplemented", "error.choice"}, // nobody asked
		{casework.Infringement, "2026-03-03", "o81.not_competent", "told_on: error.tell_first"},
		{casework.Dispute, "2026-03-03", "o81.silent", "error.choice"},
		{casework.Opinion, "2026-03-03", "o81.no_warning", ""},
	} {
		o.another(t, x.kind, x.on)
		must(t, o.verify(x.on, lead.ProposeRefuse))
		in := lead.Refusal{On: day(x.on), Ground: x.ground}
		if x.ground == "o81.not_competent" {
			in.PassedTo = "杭州市知识产权局"
		}
		switch err := o.refuse(in); {
		case x.want == "" && err != nil:
			t.Errorf("%s %s %s: %v", x.kind, x.on, x.ground, err)
		case x.want != "":
			o.fails(t, x.kind+" "+x.on+" "+x.ground, err, errs.Invalid, x.want)
		}
	}
}

func TestPassedOnAndTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Infringement, "2026-03-02")
		hand := func(told string) error {
			return o.At("2026-03-04", func(tx *store.Tx) error {
				in := lead.Handover{On: day("2026-03-04"), To: "330000", Reason: "重大影响"}
				if told != "" {
					in.ToldOn = day(told)
				}
				return o.Leads.TransferTx(tx, o.By["chief"], o.id, o.version(tx), in)
			})
		}
		o.fails(t, "passed on before the requester was told (Order 81 Art. 9)", hand(""), errs.Invalid, "told_on: error.tell_first")
		o.fails(t, "told afterwards", hand("2026-03-05"), errs.Invalid, "told_on: error.day_after_step")
		must(t, hand("2026-03-03"))

		o.another(t, casework.Infringement, "2026-03-02")
		must(t, o.do("officer", "check", "2026-03-02", o.met(t, facts{"ck_copies": "unmet"})), o.do("officer", "supplement", "2026-03-02", facts{"supplement_list": "x", "supplement_until": "2026-03-20"}),
			o.do("officer", "withdraw", "2026-03-10", facts{"withdrawn_on": "2026-03-09", "withdrawn_reason": "和解"}))
		l, _, clocks := o.find(t)
		if l.State != lead.Withdrawn || l.Open() || l.SettledOn != day("2026-03-10") || slices.ContainsFunc(clocks, func(k deadline.Clock) bool { return k.Running() }) {
			t.Errorf("%+v %v", l, clocks)
		}
		o.fails(t, "taken back twice", o.do("officer", "withdraw", "2026-03-10", facts{"withdrawn_on": "2026-03-09", "withdrawn_reason": "x"}), errs.Conflict, "error.lead_state")
		o.holds(t)
		o.another(t, casework.Counterfeit, "2026-03-02")
		o.fails(t, "a report is not taken back", o.do("officer", "withdraw", "2026-03-03", facts{"withdrawn_on": "2026-03-03", "withdrawn_reason": "x"}), errs.Conflict, "error.lead_kind_act")
	})
}

func TestTheKindIsCorrected(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Counterfeit, "2026-03-02")
		must(t, o.verify("2026-03-03", lead.ProposeFile))
		_, err := o.file("2026-03-03", casework.Infringement)
		o.fails(t, "filed as what was not checked", err, errs.Invalid, "error.lead_kind")
		o.another(t, casework.Counterfeit, "2026-03-02")
		o.fails(t, "to what it is", o.do("officer", "recast", "2026-03-03", facts{"kind_to": "counterfeit", "recast_reason": "x"}), errs.Invalid, "kind_to: error.choice")
		must(t, o.do("officer", "recast", "2026-03-03", facts{"kind_to": "infringement", "recast_reason": "来函请求处理侵权"}))
		if l, _, _ := o.find(t); l.Kind != casework.Infringement || o.clock(t, "CF_VERIFY") != "2026-03-23 stopped" || o.clock(t, "INF_ACCEPT") != "2026-03-09" {
			t.Errorf("%s %s %s", l.Kind, o.clock(t, "CF_VERIFY"), o.clock(t, "INF_ACCEPT"))
		}
		o.holds(t)
	})
}

// TestWhoMayDoWhat: every act is refused to whoever lacks its right, and to another office.
func TestWhoMayDoWhat(t *testing.T) {
	o := comes(t, storetest.SQLite(t), casework.Infringement, "2026-03-02")
	for _, a := range lead.Acts() {
		o.fails(t, "another county's officer, "+a.Name, o.do("officer.deqing", a.Name, "2026-03-03", nil), errs.NotFound, "error.not_found")
		for _, by := range []string{"operator", "chief", "officer"} {
			may := o.Guard.Can(o.By[by], a.Action, "330500")
			err := o.do(by, a.Name, "2026-03-03", facts{})
			if !may && errs.CodeOf(err) != errs.Forbidden || may && errs.CodeOf(err) == errs.Forbidden {
				t.Errorf("%s, %s: %v", by, a.Name, err)
			}
		}
	}
	o.fails(t, "an act that there is not", o.do("officer", "burn", "2026-03-03", nil), errs.NotFound, "error.no_such_step")
}

// TestEverySentenceOfAnAct: fields, choices, grounds and acts have their words in both languages.
func TestEverySentenceOfAnAct(t *testing.T) {
	o := comes(t, storetest.SQLite(t), casework.Infringement, "2026-03-02")
	p := o.Catalogue.Printer("zh-CN")
	want := func(key string) {
		if !p.Has(key) {
			t.Errorf("no sentence %s", key)
		}
	}
	for _, a := range lead.Acts() {
		want("lead.step." + a.Name)
		for _, x := range o.Leads.Fields(a.Name) {
			want("ask." + x.Name)
			words := x.Words
			if words == "" {
				words = x.Name
			}
			for _, v := range x.Options {
				want("choice." + words + "." + v)
			}
			if x.Words == "met" {
				want("ask." + x.Name + ".cite")
			}
		}
	}
	for _, s := range lead.States() {
		want("lead.state." + s)
	}
	for _, on := range []string{"2014-03-03", "2017-03-03", "2020-03-03", "2026-03-03"} {
		for _, kind := range casework.Kinds() {
			for _, data := range []facts{{"answer": "silent", "supplement_result": "lapsed"}, {"answer": "declined", "supplement_result": "back"}, {"ck_damages": "unmet", "ck_granted": "unmet", "ck_not_open_licence": "unmet",
				"ck_report": "unmet", "ck_foreign": "unmet", "warner_acts": "yes"}} {
				h := o.Leads.History(&lead.Lead{Kind: kind, Jurisdiction: "330500"}, []lead.Step{{Step: "check", Data: data}}, nil, day(on))
				for _, g := range o.Leads.Grounds(h, day(on)) {
					want("ground." + g.ID)
				}
			}
		}
	}
}

func TestANamedReporterIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := comes(t, db, casework.Counterfeit, "2026-03-02")
		for _, x := range []struct{ on, due string }{{"2026-04-14", "2026-04-21"}, {"2026-04-14", "nobody"}, {"2026-04-15", ""}} { // SAMR Order 20 Art. 31 ends with 2026-04-14
			must(t, o.At(x.on, func(tx *store.Tx) error {
				c, err := o.Desk.LogTx(tx, o.By["operator"], hotline.NewCall{
					Kind: hotline.Report, Channel: "12330", Jurisdiction: "330500", Place: "330521", CallerName: "张三", CallerPhone: "13900000000", CallerType: "consumer",
					Anonymous: x.due == "nobody", Question: "产品标注专利", Subject: casework.Counterfeit, Respondent: "测试公司",
				})
				if err != nil {
					return err
				}
				l, err := o.Desk.MakeLeadTx(tx, o.By["operator"], c.ID, 1, hotline.LeadInput{Title: "测试", Place: "330521", Facts: "产品标注专利"})
				if err == nil {
					o.id = l.ID
				}
				return err
			}), o.verify(x.on, lead.ProposeRefuse), o.refuse(lead.Refusal{On: day(x.on), Ground: "samr.minor"}))
			if x.due == "nobody" {
				x.due = ""
			}
			if got := o.clock(t, "REPORTER_TELL"); got != x.due {
				t.Errorf("refused on %s: to be told by %q, want %q", x.on, got, x.due)
			}
			err := o.do("officer", "tell_reporter", x.on, facts{"reporter_told_on": x.on})
			if x.due == "" {
				o.fails(t, "nobody is to be told", err, errs.Conflict, "error.lead_no_clock")
				continue
			}
			must(t, err)
			if got := o.clock(t, "REPORTER_TELL"); got != x.due+" stopped" {
				t.Errorf("told: %s", got)
			}
			o.holds(t)
		}
	})
}
