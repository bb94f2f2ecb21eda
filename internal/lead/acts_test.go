package lead_test

import (
	"slices"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

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
					Mode: map[bool]string{true: identity.Anonymous, false: identity.Secret}[x.due == "nobody"], Question: "产品标注专利", Subject: casework.Counterfeit, Respondent: "测试公司",
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
			if p := o.papers(t); len(p) != 1 || !strings.HasPrefix(p[0], "举报处理结果告知书 湖知法举告字〔2026〕1号") || !strings.Contains(p[0], "不予立案") || strings.Contains(p[0], "张三") {
				t.Errorf("the paper: %v", p)
			}
			if got := o.clock(t, "REPORTER_TELL"); got != x.due+" stopped" {
				t.Errorf("told: %s", got)
			}
			o.holds(t)
		}
	})
}
