package casework_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/search"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

type fields = map[string]string

// walk is one step of a path: who, which, when, with what.
type walk struct {
	by, step, day string
	in            fields
}

var day = caseworktest.Day

func TestEveryKindFromLeadToArchive(t *testing.T) {
	for name, c := range map[string]struct {
		kind, filed string
		steps       []walk
		papers      []string
		outcome     string
	}{
		"counterfeit, law of 2014": {casework.Counterfeit, "2014-03-05", []walk{
			{"officer", "investigate", "2014-03-12", fields{"findings": "包装上标注他人专利号", "limb": "L1c", "act_ended_on": "2014-03-01", "income": "500000"}},
			{"reviewer", "return", "2014-03-13", fields{"return_reason": "补充进货凭证"}},
			{"officer", "investigate", "2014-03-14", fields{"findings": "包装上标注他人专利号，进货凭证已补充", "limb": "L1c", "act_ended_on": "2014-03-01", "income": "500000"}},
			{"reviewer", "review", "2014-03-17", fields{"review_opinion": "事实清楚"}},
			{"officer", "notify", "2014-03-18", fields{"planned_fine": "800000", "planned_confiscation": "500000", "notice_reasons": "理由", "notice_served_on": "2014-03-18"}},
			{"chief", "decide", "2014-03-24", fields{"outcome": "penalised", "reasons": "理由", "fine": "800000", "confiscated": "500000", "waived": "no"}},
			{"officer", "serve", "2014-03-25", fields{"served_on": "2014-03-25", "way": "direct", "receiver": "张三"}},
			{"officer", "execute", "2014-04-08", fields{"execution": "paid", "paid_on": "2014-04-08"}},
			{"chief", "close", "2014-04-09", fields{}},
			{"archivist", "archive", "2014-04-15", fields{"volume": "2014-001", "pages": "35", "retention": "permanent"}},
		}, []string{"湖知法罚告字〔2014〕1号", "湖知法罚字〔2014〕1号"}, "penalised"},
		"infringement, decided after a hearing, law of 2025": {casework.Infringement, "2025-03-03", []walk{
			{"officer", "serve_request", "2025-03-06", fields{"respondent_received_on": "2025-03-06", "request_way": "post", "foreign": "no"}},
			{"officer", "set_proof", "2025-03-06", fields{"proof_days": "20", "proof_agreed": "no"}},
			{"officer", "serve_proof", "2025-03-07", fields{"proof_notice_on": "2025-03-07"}},
			{"officer", "defence", "2025-03-20", fields{"defence": "filed", "defence_on": "2025-03-20", "defence_text": "未落入保护范围"}},
			{"officer", "forward_defence", "2025-03-24", fields{"forwarded_on": "2025-03-24", "forward_way": "post"}},
			{"officer", "set_hearing", "2025-03-26", fields{"hearing_set_on": "2025-04-10", "hearing_at": "09:30", "hearing_place": "口审庭", "hearing_form": "public"}},
			{"officer", "end_proof", "2025-03-28", fields{"proof_ended": "expired", "evidence_summary": "双方举证"}},
			{"officer", "notify_hearing", "2025-04-07", fields{"hearing_notice_on": "2025-04-07"}},
			{"officer", "hear", "2025-04-10", fields{"hearing_on": "2025-04-10", "attendance": "both", "hearing_record": "双方陈述"}},
			{"officer", "deliberate", "2025-04-11", fields{"deliberation": "落入保护范围", "vote_for": "2", "vote_against": "1", "conclusion": "infringing"}},
			{"chief", "decide", "2025-04-18", fields{"outcome": "infringing_stop", "facts_found": "事实", "reasons": "理由", "stop_acts": "make,sell", "order": "停止制造、销售"}},
			{"officer", "serve_decision", "2025-04-21", fields{"served_on": "2025-04-21", "way": "left", "receiver": "李四"}},
			{"chief", "close", "2025-05-08", fields{}},
			{"officer", "publish", "2025-05-09", fields{"published_where": "市场监督管理局网站", "left_out": "nothing"}},
			{"officer", "perform", "2025-05-12", fields{"performance": "obeyed", "performed_on": "2025-05-10"}},
			{"archivist", "archive", "2025-05-12", fields{"volume": "2025-001", "pages": "80", "retention": "permanent"}},
		}, []string{"湖知法举字〔2025〕1号", "湖知法审字〔2025〕1号", "湖知法裁字〔2025〕1号"}, "infringing_stop"},
		"infringement, mediated on the papers": {casework.Infringement, "2014-03-03", []walk{
			{"officer", "serve_request", "2014-03-06", fields{"respondent_received_on": "2014-03-06", "request_way": "post", "foreign": "no"}},
			{"officer", "defence", "2014-03-24", fields{"defence": "lapsed"}},
			{"officer", "no_hearing", "2014-03-25", fields{"paper_reason": "事实清楚"}},
			{"chief", "mediate", "2014-03-28", fields{"agreement": "被请求人停止销售"}},
			{"officer", "serve_decision", "2014-03-28", fields{"served_on": "2014-03-28", "way": "direct", "receiver": "李四"}},
			{"chief", "close", "2014-03-31", fields{}},
			{"archivist", "archive", "2014-04-02", fields{"volume": "2014-002", "pages": "40", "retention": "permanent"}},
		}, []string{"湖知法调字〔2014〕1号"}, "mediated"},
		"infringement, withdrawn": {casework.Infringement, "2014-03-03", []walk{
			{"chief", "withdraw", "2014-03-10", fields{"withdrawal_ground": "requester", "reasons": "请求人撤回"}},
			{"officer", "serve_decision", "2014-03-11", fields{"served_on": "2014-03-11", "way": "post", "receiver": "李四"}},
			{"chief", "close", "2014-03-12", fields{}},
			{"archivist", "archive", "2014-03-14", fields{"volume": "2014-003", "pages": "12", "retention": "30_years"}},
		}, []string{"湖知法撤字〔2014〕1号"}, "withdrawn"},
		"dispute": {casework.Dispute, "2014-05-05", []walk{
			appointed("2014-05-06", "2014-05-12"),
			met("2014-05-12"),
			met("2014-05-19"),
			{"chief", "handle", "2014-05-20", agreed("2014-05-20")},
			{"officer", "tell_requester", "2014-05-20", served("2014-05-20")},
			{"officer", "tell_respondent", "2014-05-21", served("2014-05-21")},
			{"chief", "close", "2014-05-21", fields{}},
			{"archivist", "archive", "2014-05-22", fields{"volume": "2014-004", "pages": "9", "retention": "30_years"}},
		}, []string{"湖知法调通字〔2014〕1号", "湖知法调字〔2014〕1号"}, "mediated"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := caseworktest.New(t, db)
				filed := o.File(t, c.kind, c.filed)
				for _, s := range c.steps {
					if s.step == "execute" {
						o.Paid(t, s.by, filed.ID, s.day)
					}
					if err := o.Take(s.by, filed.ID, s.step, s.day, s.in); err != nil {
						t.Fatalf("%s by %s: %v", s.step, s.by, err)
					}
				}
				f, err := o.Docket.Find(context.Background(), o.By["chief"], filed.ID)
				if err != nil {
					t.Fatal(err)
				}
				if f.State != casework.Archived || f.Outcome != c.outcome || len(f.Taken) != len(c.steps)+1 || f.ClosedOn.IsZero() || f.ArchivedOn.IsZero() {
					t.Errorf("state %s, outcome %s, %d steps", f.State, f.Outcome, len(f.Taken))
				}
				if err := o.Docket.Procedure(c.kind).Walks(f.Taken, f.State); err != nil {
					t.Error(err)
				}
				var papers []string
				for _, d := range f.Documents {
					papers = append(papers, d.Number)
					p, err := d.Paper()
					if err != nil {
						t.Fatal(err)
					}
					for _, b := range p.Blocks {
						if strings.Contains(b.Text, "{{") || strings.Contains(b.Text, "choice.") || strings.Contains(b.Text, "paper.") {
							t.Errorf("paper %s: %q", d.Number, b.Text)
						}
					}
				}
				if fmt.Sprint(papers) != fmt.Sprint(c.papers) {
					t.Errorf("papers %v, want %v", papers, c.papers)
				}
				for _, k := range f.Clocks {
					if k.Running() {
						t.Errorf("clock %s runs on an archived case", k.Rule)
					}
				}
				for _, n := range o.Docket.Next(o.By["chief"], f) {
					if n.Step.To != "" && !n.Step.Reopens {
						t.Errorf("an archived case offers %s", n.Step.Name)
					}
				}
				if _, err := audit.Verify(context.Background(), db); err != nil {
					t.Error(err)
				}
				if err := tally.Verify(context.Background(), db); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestEcommerceCaseCoversItsListings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		officer := o.By["officer"]
		c, x := ecommerce(t, o)
		handle := fields{"outcome": "handled", "reasons": "外观近似"}
		err := o.Take("chief", c.ID, "handle", "2014-06-05", handle)
		if e := errs.As(err); e == nil || len(e.Missing) != 1 || e.Missing[0].Key != "need.findings" {
			t.Fatalf("an unjudged listing: %v", err)
		}
		if err := o.At("2014-06-04", func(tx *store.Tx) error {
			if err := o.Listings.JudgeTx(tx, officer, x.ID, x.Version+2, "infringing", "外观近似"); err != nil {
				return err
			}
			return o.Listings.SetResultTx(tx, officer, x.ID, x.Version+3, "deleted", day("2014-06-04"))
		}); err != nil {
			t.Fatal(err)
		}
		if err := o.Take("chief", c.ID, "handle", "2014-06-05", handle); err != nil {
			t.Fatal(err)
		}
		f, err := o.Docket.Find(context.Background(), officer, c.ID)
		if err != nil || len(f.Listings) != 1 || f.Listings[0].Finding != "infringing" {
			t.Fatal(f, err)
		}
	})
}

// TestPowerGuard is what the law does not allow, each with its article.
func TestPowerGuard(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	reach := func(kind, filed string, steps ...walk) string {
		c := o.File(t, kind, filed)
		for _, s := range steps {
			if err := o.Take(s.by, c.ID, s.step, s.day, s.in); err != nil {
				t.Fatal(err)
			}
		}
		return c.ID
	}
	investigated := walk{"officer", "investigate", "2022-03-10", fields{"findings": "x", "limb": "L1a", "act_ended_on": "2022-03-01", "income": "0"}}
	reviewed := walk{"reviewer", "review", "2022-03-11", fields{"review_opinion": "x"}}
	notified := walk{"officer", "notify", "2022-03-14", fields{"planned_fine": "10000000", "planned_confiscation": "0", "notice_reasons": "x", "notice_served_on": "2022-03-14"}}
	penal := func(fine, waived string) fields {
		return fields{"outcome": "penalised", "reasons": "x", "fine": fine, "confiscated": "0", "waived": waived}
	}
	toPanel := []walk{
		{"officer", "serve_request", "2025-03-06", fields{"respondent_received_on": "2025-03-06", "request_way": "post", "foreign": "no"}},
		{"officer", "set_proof", "2025-03-06", fields{"proof_days": "15", "proof_agreed": "no"}},
		{"officer", "serve_proof", "2025-03-06", fields{"proof_notice_on": "2025-03-06"}},
		{"officer", "defence", "2025-03-24", fields{"defence": "lapsed"}},
		{"officer", "end_proof", "2025-03-25", fields{"proof_ended": "expired", "evidence_summary": "x"}},
		{"officer", "no_hearing", "2025-03-25", fields{"paper_reason": "x"}},
		{"officer", "deliberate", "2025-04-11", fields{"deliberation": "x", "vote_for": "2", "vote_against": "1", "conclusion": "infringing"}},
	}
	for _, c := range []struct {
		name string // what is refused and by which article
		id   string
		last walk
		code errs.Code
		want string // key of the sentence, at the field or as a whole
	}{
		{"a penalty without notice (Penalty Law 2021 Arts 44, 62)", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed),
			walk{"chief", "decide", "2022-03-21", penal("10000000", "yes")}, errs.Invalid, "error.no_notice"},
		{"a penalty inside the five working days (Art. 64)", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed, notified),
			walk{"chief", "decide", "2022-03-21", penal("10000000", "no")}, errs.Invalid, "error.statement_runs"},
		{"… and after them it is allowed", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed, notified),
			walk{"chief", "decide", "2022-03-22", penal("10000000", "no")}, "", ""},
		{"… and with a waiver at once", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed, notified),
			walk{"chief", "decide", "2022-03-15", penal("10000000", "yes")}, "", ""},
		{"a heavier fine than noticed (Art. 45)", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed, notified),
			walk{"chief", "decide", "2022-03-22", penal("10000001", "no")}, errs.Invalid, "error.heavier_than_notice"},
		{"a fine over 250,000 yuan without income (Patent Law 2020 Art. 68)", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed),
			walk{"officer", "notify", "2022-03-14", fields{"planned_fine": "25000001", "planned_confiscation": "0", "notice_reasons": "x", "notice_served_on": "2022-03-14"}}, errs.Invalid, "error.over_cap"},
		{"an officer reviews (Penalty Law Art. 58)", reach(casework.Counterfeit, "2022-03-07", investigated),
			walk{"officer", "review", "2022-03-11", fields{"review_opinion": "x"}}, errs.Forbidden, "error.forbidden.action"},
		{"a chief investigates", reach(casework.Counterfeit, "2022-03-07"),
			walk{"chief", "investigate", "2022-03-10", investigated.in}, errs.Forbidden, "error.forbidden.action"},
		{"an officer of another case investigates", reach(casework.Counterfeit, "2022-03-07"),
			walk{"officer3", "investigate", "2022-03-10", investigated.in}, errs.Forbidden, "error.not_member"},
		{"a step from another state", reach(casework.Counterfeit, "2022-03-07"),
			walk{"chief", "close", "2022-03-10", fields{}}, errs.Conflict, "error.step_closed"},
		{"a second notice in the same state", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed, notified),
			walk{"officer", "notify", "2022-03-15", notified.in}, errs.Conflict, "error.step_closed"},
		{"a step in the future", reach(casework.Counterfeit, "2022-03-07"),
			walk{"officer", "investigate", "2022-03-10", fields{"findings": "x", "limb": "L1a", "act_ended_on": "2022-03-11", "income": "0"}}, errs.Invalid, "error.day_after_step"},
		{"an unknown choice", reach(casework.Counterfeit, "2022-03-07"),
			walk{"officer", "investigate", "2022-03-10", fields{"findings": "x", "limb": "L9", "act_ended_on": "2022-03-01", "income": "0"}}, errs.Invalid, "error.choice"},
		{"a confiscation above the gain (SAMR Order 118 Art. 3)", reach(casework.Counterfeit, "2022-03-07", investigated, reviewed),
			walk{"officer", "notify", "2022-03-14", fields{"planned_fine": "1", "planned_confiscation": "1", "notice_reasons": "x", "notice_served_on": "2022-03-14"}}, errs.Invalid, "error.over_income"},
		{"a confiscation above the notice (Art. 45)", reach(casework.Counterfeit, "2022-03-07", walk{"officer", "investigate", "2022-03-10", fields{"findings": "x", "limb": "L1a", "act_ended_on": "2022-03-01", "income": "500000"}}, reviewed,
			walk{"officer", "notify", "2022-03-14", fields{"planned_fine": "1", "planned_confiscation": "100000", "notice_reasons": "x", "notice_served_on": "2022-03-14"}}),
			walk{"chief", "decide", "2022-03-22", fields{"outcome": "penalised", "reasons": "x", "fine": "1", "confiscated": "100001", "waived": "no"}}, errs.Invalid, "error.heavier_than_notice"},
		{"a notice where there is no act of counterfeiting", reach(casework.Counterfeit, "2022-03-07", walk{"officer", "investigate", "2022-03-10", fields{"findings": "x", "limb": "none", "act_ended_on": "2022-03-01", "income": "0"}}, reviewed),
			walk{"officer", "notify", "2022-03-14", notified.in}, errs.Invalid, "error.no_limb"},
		{"a decision against the panel (Order 81 Art. 25)", reach(casework.Infringement, "2025-03-03", toPanel...),
			walk{"chief", "decide", "2025-04-18", fields{"outcome": "rejected", "facts_found": "x", "reasons": "x"}}, errs.Invalid, "need.findings_told"},
		{"… and after the respondent was told", reach(casework.Infringement, "2025-03-03", append(toPanel,
			walk{"officer", "tell_findings", "2025-04-11", fields{"told_party": "respondent", "findings_told_on": "2025-04-11", "answer_by": "2025-04-16", "findings_told": "x"}})...),
			walk{"chief", "decide", "2025-04-18", fields{"outcome": "rejected", "facts_found": "x", "reasons": "x"}}, errs.Invalid, "error.against_panel"},
		{"… who disagrees sends it back", reach(casework.Infringement, "2025-03-03", toPanel...),
			walk{"chief", "return", "2025-04-18", fields{"return_reason": "x"}}, "", ""},
		{"a defence called lapsed while it runs (Order 81 Art. 22)", reach(casework.Infringement, "2025-03-03",
			walk{"officer", "serve_request", "2025-03-06", fields{"respondent_received_on": "2025-03-06", "request_way": "post", "foreign": "no"}}),
			walk{"officer", "defence", "2025-03-21", fields{"defence": "lapsed"}}, errs.Invalid, "error.defence_runs"},
		{"… 30 days for a respondent abroad", reach(casework.Infringement, "2025-03-03",
			walk{"officer", "serve_request", "2025-03-06", fields{"respondent_received_on": "2025-03-06", "request_way": "post", "foreign": "yes"}}),
			walk{"officer", "defence", "2025-04-02", fields{"defence": "lapsed"}}, errs.Invalid, "error.defence_runs"},
		{"a hearing announced two working days before (Order 81 Art. 26)", reach(casework.Infringement, "2025-03-03",
			walk{"officer", "serve_request", "2025-03-06", fields{"respondent_received_on": "2025-03-06", "request_way": "post", "foreign": "no"}},
			walk{"officer", "defence", "2025-03-24", fields{"defence": "lapsed"}},
			walk{"officer", "set_hearing", "2025-03-26", fields{"hearing_set_on": "2025-04-10", "hearing_at": "09:30", "hearing_place": "x", "hearing_form": "public"}}),
			walk{"officer", "notify_hearing", "2025-04-08", fields{"hearing_notice_on": "2025-04-08"}}, errs.Invalid, "error.hearing_notice"},
		{"closing before the paper was served", reach(casework.Infringement, "2025-03-03",
			walk{"chief", "withdraw", "2025-03-06", fields{"withdrawal_ground": "requester", "reasons": "x"}}),
			walk{"chief", "close", "2025-03-07", fields{}}, errs.Invalid, "need.served"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := o.Take(c.last.by, c.id, c.last.step, c.last.day, c.last.in)
			if errs.CodeOf(err) != c.code || c.want != "" && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s %s", err, c.code, c.want)
			}
		})
	}
}

func TestFilingRefuses(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	for _, c := range []struct {
		name, kind string
		officers   []string
		change     func(*lead.Filing)
		want       string
	}{
		{"one officer (Penalty Law Art. 42)", casework.Counterfeit, o.Officers(1), nil, "error.two_officers"},
		{"one officer twice", casework.Counterfeit, []string{o.Officers(1)[0], o.Officers(1)[0]}, nil, "error.two_officers"},
		{"a panel of two (Order 81 Art. 20)", casework.Infringement, o.Officers(2), nil, "error.panel"},
		{"a chief as officer", casework.Counterfeit, []string{o.Officers(1)[0], o.By["chief"].ID}, nil, "error.not_an_officer"},
		{"an id that is none is not taken as it is", casework.Counterfeit, o.Officers(1), func(f *lead.Filing) { f.CaseID = "../etc/passwd" }, "error.two_officers"},
		{"a day before the verification", casework.Counterfeit, o.Officers(2), func(f *lead.Filing) { f.On = day("2022-03-04") }, "on: error.day"},
		{"a county's officer in a city case", casework.Counterfeit, []string{o.Officers(1)[0], o.By["officer.deqing"].ID}, nil, "error.not_an_officer"},
		{"a dispute about nothing named", casework.Dispute, o.Officers(2), func(f *lead.Filing) { f.DisputeType = "beauty" }, "dispute_type: error.choice"},
		{"a restricted case without reviewer", casework.Counterfeit, o.Officers(2), func(f *lead.Filing) { f.Restricted = true }, "error.restricted_reviewer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := o.Lead(t, c.kind, "2022-03-07")
			in := lead.Filing{On: day("2022-03-07"), Kind: c.kind, Title: "x", Place: "330521", Officers: c.officers}
			if c.change != nil {
				c.change(&in)
			}
			err := o.At("2022-03-07", func(tx *store.Tx) error {
				_, err := o.Leads.FileTx(tx, o.By["chief"], l.ID, l.Version, in)
				return err
			})
			if errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	t.Run("an expired certificate", func(t *testing.T) {
		l := o.Lead(t, casework.Counterfeit, "2022-03-07")
		if err := o.Users.SetCertificate(context.Background(), access.System(), o.Officers(2)[1], 0, access.Certificate{Number: "浙E1", Until: day("2022-03-06")}); err != nil {
			t.Fatal(err)
		}
		err := o.At("2022-03-07", func(tx *store.Tx) error {
			_, err := o.Leads.FileTx(tx, o.By["chief"], l.ID, l.Version, lead.Filing{On: day("2022-03-07"), Kind: l.Kind, Title: "x", Place: "330521", Officers: o.Officers(2)})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "error.certificate") {
			t.Error(err)
		}
	})
}

func TestRestrictedCaseIsSeenByItsPeopleOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2026-11-18")
		if err := o.Docket.Restrict(ctx, o.By["chief"], c.ID, 1, casework.Restriction{Restricted: true, Reason: "涉及商业秘密", Reviewer: o.By["reviewer"].ID}); err != nil {
			t.Fatal(err)
		}
		for who, sees := range map[string]bool{"chief": true, "officer": true, "officer2": true, "officer3": false, "reviewer": true, "reviewer2": false, "archivist": false, "officer.deqing": false, "admin": false, "auditor": false} {
			_, err := o.Docket.Find(ctx, o.By[who], c.ID)
			if sees != (err == nil) || err != nil && errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%s: %v", who, err)
			}
			n, err := o.Docket.Count(ctx, o.By[who], casework.Filter{})
			if err != nil || (n == 1) != sees {
				t.Errorf("%s counts %d, %v", who, n, err)
			}
			rows, _, err := o.Docket.List(ctx, o.By[who], casework.Filter{}, casework.Page{Limit: 10})
			if err != nil || (len(rows) == 1) != sees {
				t.Errorf("%s lists %d, %v", who, len(rows), err)
			}
		}
		if err := tally.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestFilterRoundTrip(t *testing.T) {
	f := casework.Filter{Kind: "counterfeit", State: "open", Office: "330500", Place: "330521", Outcome: "penalised", FiledFrom: day("2014-01-01"), FiledTo: day("2014-12-31"),
		ClosedFrom: day("2014-02-01"), ClosedTo: day("2015-01-31"), Mine: "me", Late: true, Text: "竹 100%"}
	got, bad := casework.ParseFilter(f.Values(), "me")
	if bad != "" || got != f {
		t.Errorf("%+v → %+v (%s)", f, got, bad)
	}
}

// TestRestrictionHolds: with a restricted case its lead, its listings and its periods are sealed, and the ways onward stay open.
func TestRestrictionHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		c, x := ecommerce(t, o)
		if err := o.Docket.Restrict(ctx, o.By["chief"], c.ID, 1, casework.Restriction{Restricted: true, Reason: "商业秘密"}); err != nil {
			t.Fatal(err)
		}
		for who, sees := range map[string]bool{"officer": true, "chief": true, "officer3": false} {
			by := o.By[who]
			if _, err := o.Listings.Find(ctx, by, x.ID); (err == nil) != sees {
				t.Errorf("%s, listing: %v", who, err)
			}
			if n, err := o.Listings.Count(ctx, by, listing.Filter{CaseID: c.ID}); err != nil || (n > 0) != sees {
				t.Errorf("%s counts %d listings, %v", who, n, err)
			}
			if _, _, _, err := o.Leads.Find(ctx, by, c.LeadID); (err == nil) != sees {
				t.Errorf("%s, lead: %v", who, err)
			}
			for _, kind := range []string{search.Case, search.Lead, search.Listing} {
				q, _ := search.Parse("测试小店")
				docs, err := search.Find(ctx, db, q, kind, o.Guard.ScopeOn(by, kind+".view", "search_docs", "subject_id"), 10)
				if err != nil || (len(docs) > 0) != sees {
					t.Errorf("%s finds %d %s, %v", who, len(docs), kind, err)
				}
			}
		}
		if err := o.At("2014-06-04", func(tx *store.Tx) error {
			if err := o.Listings.JudgeTx(tx, o.By["officer"], x.ID, x.Version+2, "infringing", "外观近似"); err != nil {
				return err
			}
			return o.Listings.SetResultTx(tx, o.By["officer"], x.ID, x.Version+3, "deleted", day("2014-06-04"))
		}); err != nil {
			t.Fatal(err)
		}
		if err := o.Take("chief", c.ID, "handle", "2014-06-05", fields{"outcome": "handled", "reasons": "外观近似"}); err != nil {
			t.Fatal(err)
		}
		for _, by := range []string{"officer", "officer2"} { // decided on: what it rests on stays as it was
			if err := o.Listings.Judge(ctx, o.By[by], x.ID, x.Version+4, "not_established", "改口"); errs.CodeOf(err) != errs.Conflict {
				t.Errorf("%s judged a listing of a decided case: %v", by, err)
			}
		}
		err := o.Take("chief", c.ID, "close", "2014-06-06", fields{})
		if e := errs.As(err); e == nil || len(e.Missing) != 1 || e.Missing[0].Key != "need.archivist" {
			t.Fatalf("closing without an archivist: %v", err)
		}
		f, err := o.Docket.Find(ctx, o.By["chief"], c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Docket.Restrict(ctx, o.By["chief"], c.ID, f.Version, casework.Restriction{Restricted: true, Reason: "归档", Archivist: o.By["archivist"].ID}); err != nil {
			t.Fatal(err)
		}
		for _, s := range []walk{{"chief", "close", "2014-06-06", fields{}}, {"archivist", "archive", "2014-06-09", fields{"volume": "1", "pages": "3", "retention": "permanent"}}} {
			if err := o.Take(s.by, c.ID, s.step, s.day, s.in); err != nil {
				t.Errorf("%s: %v", s.step, err)
			}
		}
		if err := tally.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

// ecommerce is a filed e-commerce case with one listing, as it was written down.
func ecommerce(t *testing.T, o *caseworktest.Office) (c *casework.Case, x *listing.Listing) {
	t.Helper()
	officer := o.By["officer"]
	err := o.At("2014-06-03", func(tx *store.Tx) (err error) {
		if x, err = o.Listings.AddTx(tx, officer, listing.NewListing{
			Jurisdiction: "330500", Place: "330523", Platform: "taobao", Shop: "测试小店", URL: "https://shop.example/item?id=1", Title: "竹席", PriceFen: 12900,
			SuspectedKind: "infringement", FoundOn: day("2014-06-03"),
		}); err != nil {
			return err
		}
		l, err := o.Listings.MakeLeadTx(tx, officer, []string{x.ID}, lead.NewLead{Place: "330523", ReceivedOn: day("2014-06-03"), Title: "测试小店侵权", Facts: "一个链接"})
		if err != nil {
			return err
		}
		if err = o.Leads.VerifyTx(tx, officer, l.ID, 1, lead.Verification{On: day("2014-06-03"), Proposal: "file", Opinion: "建议立案"}); err != nil {
			return err
		}
		c, err = o.Leads.FileTx(tx, o.By["chief"], l.ID, 2, lead.Filing{On: day("2014-06-03"), Kind: casework.Ecommerce, Title: "测试小店涉嫌侵权案", Place: "330523", Officers: o.Officers(2)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, x
}

// TestMovesBetweenTheSameCellsDoNotLockEachOther: two cases change places in the summary at once, again and again.
// TestWhatIsOfferedIsAccepted: what Next offers as ready is not refused, from filing to the archive of every kind.
func TestWhatIsOfferedIsAccepted(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	for _, kind := range casework.Kinds() {
		if kind == casework.Ecommerce || kind == casework.Infringement {
			continue // begins with a listing; walks in its own package
		}
		c := o.File(t, kind, "2025-03-03")
		on := day("2025-03-03")
		for range 12 {
			offered := o.Offered(t, c.ID, on.String())
			f := o.Find(t, "chief", c.ID, on.String())
			if f.State == casework.Archived {
				break
			}
			if !goOn(t, o, f, offered) {
				t.Fatalf("%s stands still in %s", kind, f.State)
			}
			on += 20
		}
		if f := o.Find(t, "chief", c.ID, on.String()); f.State != casework.Archived {
			t.Errorf("%s ends in %s", kind, f.State)
		}
	}
}

// goOn takes the first step that leads the case on.
func goOn(t *testing.T, o *caseworktest.Office, f *casework.File, offered map[string][]string) bool {
	p := o.Docket.Procedure(f.Kind)
	for _, s := range p.Steps {
		if len(offered[s.Name]) == 0 || s.Track != "" || s.To != "" && p.Stage(s.To) <= p.Stage(f.State) || s.Again && s.To == "" && f.Last(s.Name) != nil {
			continue
		}
		by := offered[s.Name][0]
		mine := o.Find(t, by, f.ID, f.Today.String())
		for _, n := range o.Docket.Next(o.By[by], mine) {
			in, ok := o.Fill(mine, n)
			if n.Step.Name != s.Name || !ok {
				continue
			}
			if err := o.Take(by, f.ID, s.Name, f.Today.String(), in.Fields); err != nil {
				t.Fatal(err)
			}
			return true
		}
	}
	return false
}
