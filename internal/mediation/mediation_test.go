package mediation_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/mediation"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

type fields = map[string]string

// act is a step: who, which, when, with what.
type act struct {
	by, step, on string
	in           fields
}

var day = caseworktest.Day

// file files a dispute about something on a day.
func file(t *testing.T, o *caseworktest.Office, about, on string) string {
	t.Helper()
	l := o.Lead(t, casework.Dispute, on)
	var c *casework.Case
	if err := o.At(on, func(tx *store.Tx) (err error) {
		c, err = o.Leads.FileTx(tx, o.By["chief"], l.ID, l.Version, lead.Filing{On: day(on), Kind: casework.Dispute, Title: "测试调解案", Place: "330521", Officers: o.Officers(2), DisputeType: about})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func take(t *testing.T, o *caseworktest.Office, id string, acts ...act) {
	t.Helper()
	for _, a := range acts {
		if err := o.Take(a.by, id, a.step, a.on, a.in); err != nil {
			t.Fatalf("%s on %s: %v", a.step, a.on, err)
		}
	}
}

func appoint(on, meeting string) act {
	return act{"officer", "appoint", on, fields{"appointed_on": meeting, "appointed_at": "09:30", "appointed_place": "调解室", "requester_told_on": on, "respondent_told_on": on}}
}

func meet(on, presence, absence string) act {
	return act{"officer", "meeting", on, fields{"meeting_on": on, "presence": presence, "absence": absence, "meeting_record": "记录"}}
}

func agree(on string) act {
	return act{"chief", "handle", on, fields{"outcome": "mediated", "agreement": "协议", "requester_signed_on": on, "respondent_signed_on": on, "enforceable": "no"}}
}

func tell(side, on, way string) act {
	return act{"officer", "tell_" + side, on, fields{"served_on": on, "way": way, "receiver": "张三"}}
}

func clock(f *casework.File, rule string) string {
	k := f.Clock(rule)
	switch {
	case k == nil:
		return ""
	case k.Running():
		return k.WatchOn.String()
	}
	return k.WatchOn.String() + " stopped " + k.StoppedOn.String()
}

func TestEveryOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		about, filed string
		acts         []act
		outcome      string
		papers       string
	}{
		"agreed, of 2014": {"reward", "2014-05-05", []act{appoint("2014-05-06", "2014-05-12"), {"officer", "invite", "2014-05-07", fields{"helper": "行业协会", "helper_task": "评估"}}, meet("2014-05-12", "both", ""),
			agree("2014-05-13"), tell("requester", "2014-05-13", "direct"), tell("respondent", "2014-05-14", "post")}, mediation.Agreed, "mediation_notice mediation_agreement"},
		"not agreed": {"other", "2026-03-02", []act{appoint("2026-03-02", "2026-03-09"), meet("2026-03-09", "both", ""),
			{"chief", "handle", "2026-03-10", fields{"outcome": "no_agreement", "failed_by": "talks", "reasons": "分歧"}}, tell("requester", "2026-03-10", "left"), tell("respondent", "2026-03-10", "electronic")},
			mediation.Failed, "mediation_notice withdrawal_decision"},
		"the respondent stays away": {"reward", "2026-03-02", []act{appoint("2026-03-02", "2026-03-09"), meet("2026-03-09", "respondent_absent", "no_reason"),
			{"chief", "handle", "2026-03-10", fields{"outcome": "no_agreement", "failed_by": "respondent_absent", "reasons": "缺席"}}, tell("requester", "2026-03-10", "post"), tell("respondent", "2026-03-10", "post")},
			mediation.Failed, "mediation_notice withdrawal_decision"},
		"the requester stays away": {"reward", "2026-03-02", []act{appoint("2026-03-02", "2026-03-09"), meet("2026-03-09", "requester_absent", "no_reason"),
			{"chief", "withdraw", "2026-03-10", fields{"mediation_end": "requester_absent", "reasons": "缺席"}}, tell("requester", "2026-03-10", "post"), tell("respondent", "2026-03-10", "post")},
			mediation.Withdrawn, "mediation_notice withdrawal_decision"},
		"taken back": {"reward", "2026-03-02", []act{{"chief", "withdraw", "2026-03-10", fields{"mediation_end": "requester", "reasons": "撤回"}},
			tell("requester", "2026-03-10", "post"), tell("respondent", "2026-03-10", "post")}, mediation.Withdrawn, "withdrawal_decision"},
		"not for this office": {"reward", "2026-03-02", []act{{"chief", "pass_on", "2026-03-10", fields{"passed_to": "杭州市知识产权局", "requester_told_on": "2026-03-09", "reasons": "管辖"}},
			tell("requester", "2026-03-10", "post"), tell("respondent", "2026-03-10", "post")}, mediation.PassedOn, "withdrawal_decision"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				o := caseworktest.New(t, db)
				id := file(t, o, c.about, c.filed)
				last := c.acts[len(c.acts)-1].on
				for i, a := range c.acts {
					if i == len(c.acts)-1 { // one side alone was told (Order 81 Art. 69: both)
						if err := o.Take("chief", id, "close", last, nil); err == nil || !strings.Contains(err.Error(), "need.respondent_told") {
							t.Errorf("closed before both were told: %v", err)
						}
					}
					take(t, o, id, a)
				}
				take(t, o, id, act{"chief", "close", last, nil}, act{"archivist", "archive", last, fields{"volume": "1", "pages": "9", "retention": "30_years"}})
				f := o.Find(t, "chief", id, last)
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
				if err := o.Docket.Procedure(casework.Dispute).Walks(f.Taken, f.State); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestOwnership: two months and one more, the stay at CNIPA, its copy, and the party's fifteen days (Order 81 Art. 70).
func TestOwnership(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		id := file(t, o, mediation.Ownership, "2026-03-02")
		find := func(on string) *casework.File { return o.Find(t, "chief", id, on) }
		if got := clock(find("2026-03-02"), "MED_CLOSE"); got != "2026-05-02" {
			t.Errorf("to be concluded by %s", got)
		}
		if err := o.Take("officer", id, "stay", "2026-03-03", fields{"stay_asked_on": "2026-03-03", "stayed": "审查"}); err == nil || !strings.Contains(err.Error(), "need.notice") {
			t.Errorf("a stay without the notice of acceptance: %v", err)
		}
		take(t, o, id, appoint("2026-03-03", "2026-03-16"), act{"officer", "stay", "2026-03-05", fields{"stay_asked_on": "2026-03-05", "stayed": "实质审查程序"}})
		if got := clock(find("2026-03-05"), "MED_STAY_LAPSE"); got != "2027-03-05" {
			t.Errorf("the stay lapses on %s", got)
		}
		take(t, o, id, meet("2026-03-16", "both", ""))
		ask := func(by, on, n string) error {
			return o.Take(by, id, "ask_extension", on, fields{"extend_by": n, "extension_reason": "案情特别复杂"})
		}
		if err := ask("officer", "2026-05-03", "1"); err == nil || !strings.Contains(err.Error(), "error.extension_late") {
			t.Errorf("asked after the end: %v", err)
		}
		if err := ask("officer", "2026-04-20", "1"); err != nil {
			t.Fatal(err)
		}
		if err := o.TakeIn("chief", id, "extension", "approve_extension", "2026-04-21", nil); err != nil {
			t.Fatal(err)
		}
		if got := clock(find("2026-04-21"), "MED_CLOSE"); got != "2026-06-02" {
			t.Errorf("extended to %s", got)
		}
		if err := ask("officer", "2026-05-20", "1"); err == nil || !strings.Contains(err.Error(), "error.extension_none") {
			t.Errorf("a second extension: %v", err)
		}
		take(t, o, id, agree("2026-05-25"))
		f := find("2026-05-25")
		for rule, want := range map[string]string{"MED_CLOSE": "2026-06-02 stopped 2026-05-25", "MED_COPY_CNIPA": "2026-06-01", "MED_RESUME_CNIPA": "2026-06-09"} {
			if got := clock(f, rule); got != want {
				t.Errorf("%s: %s, want %s", rule, got, want)
			}
		}
		take(t, o, id, tell("requester", "2026-05-25", "direct"), tell("respondent", "2026-05-25", "direct"))
		if err := o.Take("chief", id, "close", "2026-05-26", nil); err == nil || !strings.Contains(err.Error(), "need.copied_cnipa") {
			t.Errorf("closed before CNIPA had its copy: %v", err)
		}
		take(t, o, id, act{"officer", "copy_cnipa", "2026-05-26", fields{"copied_on": "2026-05-26", "copied": "调解协议书"}}, act{"officer", "resume_cnipa", "2026-05-27", fields{"resumed_on": "2026-05-27"}},
			act{"chief", "close", "2026-05-28", nil})
		f = find("2026-05-28")
		for _, rule := range []string{"MED_COPY_CNIPA", "MED_RESUME_CNIPA", "MED_STAY_LAPSE"} {
			if got := clock(f, rule); !strings.Contains(got, "stopped") {
				t.Errorf("%s: %s", rule, got)
			}
		}
	})
}

func TestWhatTheLawDoesNotAllow(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	reach := func(about, filed string, acts ...act) string {
		id := file(t, o, about, filed)
		take(t, o, id, acts...)
		return id
	}
	met := []act{appoint("2026-03-02", "2026-03-09"), meet("2026-03-09", "both", "")}
	before := []act{appoint("2025-01-20", "2025-01-24"), meet("2025-01-24", "requester_absent", "no_reason")}
	handle := func(on string, other fields) act {
		a := agree(on)
		for k, v := range other {
			a.in[k] = v
		}
		return a
	}
	for _, c := range []struct {
		name string // what is refused, by which article
		id   string
		last act
		code errs.Code
		want string
	}{
		{"a meeting that nobody was told of (Order 81 Art. 66)", reach("reward", "2026-03-02"), meet("2026-03-02", "both", ""), errs.Invalid, "need.appointed"},
		{"… told before the case was filed", reach("reward", "2026-03-02"), act{"officer", "appoint", "2026-03-03", fields{"appointed_on": "2026-03-09", "appointed_at": "09:30", "appointed_place": "x",
			"requester_told_on": "2026-02-27", "respondent_told_on": "2026-03-03"}}, errs.Invalid, "requester_told_on: error.day_before"},
		{"… for a day that is over", reach("reward", "2026-03-02"), appoint("2026-03-03", "2026-03-02"), errs.Invalid, "appointed_on: error.day_before"},
		{"… at no time", reach("reward", "2026-03-02"), act{"officer", "appoint", "2026-03-02", fields{"appointed_on": "2026-03-09", "appointed_at": "25:00", "appointed_place": "x",
			"requester_told_on": "2026-03-02", "respondent_told_on": "2026-03-02"}}, errs.Invalid, "appointed_at: error.time"},
		{"absent on a day that was not told (Art. 67)", reach("reward", "2026-03-02", appoint("2026-03-02", "2026-03-09")), meet("2026-03-10", "respondent_absent", "no_reason"), errs.Invalid, "meeting_on: error.not_appointed"},
		{"an end without a meeting", reach("reward", "2026-03-02", appoint("2026-03-02", "2026-03-09")), agree("2026-03-09"), errs.Invalid, "need.meeting"},
		{"an agreement that is not signed (Art. 69)", reach("reward", "2026-03-02", met...), handle("2026-03-10", fields{"respondent_signed_on": ""}), errs.Invalid, "respondent_signed_on: error.required"},
		{"… signed before the case", reach("reward", "2026-03-02", met...), handle("2026-03-10", fields{"requester_signed_on": "2026-03-01"}), errs.Invalid, "requester_signed_on: error.day_before"},
		{"a promise to be enforced on 2025-01-31 (Art. 69(2))", reach("reward", "2025-01-20", appoint("2025-01-20", "2025-01-24"), meet("2025-01-24", "both", "")), handle("2025-01-31", fields{"enforceable": "yes"}), errs.Invalid, "error.not_enforceable"},
		{"… on 2025-02-01", reach("reward", "2025-01-20", appoint("2025-01-20", "2025-01-24"), meet("2025-01-24", "both", "")), handle("2025-02-01", fields{"enforceable": "yes"}), "", ""},
		{"an officer who worked on it", reach("reward", "2026-03-02", met...), act{"officer", "handle", "2026-03-10", agree("2026-03-10").in}, errs.Forbidden, "error.forbidden"},
		{"absence as withdrawal on 2025-01-31 (Art. 67)", reach("reward", "2025-01-20", before...), act{"chief", "withdraw", "2025-01-31", fields{"mediation_end": "requester_absent", "reasons": "x"}}, errs.Invalid, "error.absence_law"},
		{"… on 2025-02-01", reach("reward", "2025-01-20", before...), act{"chief", "withdraw", "2025-02-01", fields{"mediation_end": "requester_absent", "reasons": "x"}}, "", ""},
		{"absence that there was not", reach("reward", "2026-03-02", met...), act{"chief", "withdraw", "2026-03-10", fields{"mediation_end": "requester_absent", "reasons": "x"}}, errs.Invalid, "error.no_absence"},
		{"absence with good reason", reach("reward", "2026-03-02", appoint("2026-03-02", "2026-03-09"), meet("2026-03-09", "respondent_absent", "good_reason")),
			act{"chief", "handle", "2026-03-10", fields{"outcome": "no_agreement", "failed_by": "respondent_absent", "reasons": "x"}}, errs.Invalid, "error.no_absence"},
		{"… of the other side", reach("reward", "2026-03-02", appoint("2026-03-02", "2026-03-09"), meet("2026-03-09", "requester_absent", "no_reason")),
			act{"chief", "handle", "2026-03-10", fields{"outcome": "no_agreement", "failed_by": "respondent_absent", "reasons": "x"}}, errs.Invalid, "error.no_absence"},
		{"an agreement left (Civil Procedure Law Art. 89)", reach("reward", "2026-03-02", append(met, agree("2026-03-10"))...), tell("respondent", "2026-03-10", "left"), errs.Invalid, "way: error.mediation_left"},
		{"an electronic service on 2025-01-31 (Order 81 Art. 10)", reach("reward", "2025-01-20", act{"chief", "withdraw", "2025-01-31", fields{"mediation_end": "requester", "reasons": "x"}}), tell("requester", "2025-01-31", "electronic"), errs.Invalid, "way: error.way_unknown"},
		{"… on 2025-02-01", reach("reward", "2025-01-20", act{"chief", "withdraw", "2025-01-31", fields{"mediation_end": "requester", "reasons": "x"}}), tell("requester", "2025-02-01", "electronic"), "", ""},
		{"served before it was made", reach("reward", "2026-03-02", append(met, agree("2026-03-10"))...), act{"officer", "tell_requester", "2026-03-11", fields{"served_on": "2026-03-09", "way": "direct", "receiver": "x"}}, errs.Invalid, "served_on: error.day_before"},
		{"passed on before the requester was told (Art. 9)", reach("reward", "2026-03-02"), act{"chief", "pass_on", "2026-03-03", fields{"passed_to": "x", "requester_told_on": "2026-03-04", "reasons": "x"}}, errs.Invalid, "requester_told_on: error.day_after_step"},
		{"a stay in another dispute (Art. 70)", reach("reward", "2026-03-02", appoint("2026-03-02", "2026-03-09")), act{"officer", "stay", "2026-03-03", fields{"stay_asked_on": "2026-03-03", "stayed": "x"}}, errs.Forbidden, "error.not_ownership"},
		{"a longer stay after it lapsed", reach("ownership", "2025-03-03", appoint("2025-03-03", "2025-03-10"), act{"officer", "stay", "2025-03-04", fields{"stay_asked_on": "2025-03-04", "stayed": "x"}}),
			act{"officer", "prolong_stay", "2026-03-06", fields{"stay_prolonged_on": "2026-03-05", "stay_until": "2026-09-05"}}, errs.Invalid, "error.stay_lapsed"},
		{"a copy for CNIPA without an agreement", reach("ownership", "2026-03-02", act{"chief", "withdraw", "2026-03-03", fields{"mediation_end": "requester", "reasons": "x"}}),
			act{"officer", "copy_cnipa", "2026-03-03", fields{"copied_on": "2026-03-03", "copied": "x"}}, errs.Forbidden, "error.no_agreement"},
		{"an extension where there is no period (Art. 70: ownership only)", reach("reward", "2026-03-02"), act{"officer", "ask_extension", "2026-03-03", fields{"extend_by": "1", "extension_reason": "x"}}, errs.Conflict, "error.extension_no_clock"},
		{"an open licence dispute (Art. 76)", reach("other", "2026-03-02"), act{"officer", "open_licence", "2026-03-02", nil}, errs.Forbidden, "power.open_licence"},
		{"an order to stop (Patent Law Art. 65)", reach("other", "2026-03-02"), act{"chief", "order_stop", "2026-03-02", nil}, errs.Forbidden, "power.order_stop"},
		{"a seizure (Patent Law Art. 69)", reach("other", "2026-03-02"), act{"chief", "seal", "2026-03-02", nil}, errs.Forbidden, "power.seal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := o.Take(c.last.by, c.id, c.last.step, c.last.on, c.last.in)
			if errs.CodeOf(err) != c.code || c.want != "" && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s %s", err, c.code, c.want)
			}
		})
	}
}

// TestRecusalAndReopening: a challenged officer rests; from Order 81 on but for urgent acts. An agreement that does not stand goes back to its beginning.
func TestRecusalAndReopening(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		for on, rests := range map[string]string{"2025-01-31": "yes", "2025-02-01": "urgent"} { // Order 71 Art. 7; Order 81 Art. 5
			id := file(t, o, "reward", "2025-01-20")
			take(t, o, id, act{"officer2", "challenge", on, fields{"challenged": o.By["officer"].ID, "challenged_by": "party", "challenge_reason": "近亲属"}})
			f := o.Find(t, "chief", id, on)
			if got := f.Challenged(o.By["officer"].ID); got != rests {
				t.Errorf("%s: %q, want %q", on, got, rests)
			}
			if err := o.Take("officer", id, "appoint", on, appoint(on, on).in); errs.CodeOf(err) != errs.Forbidden || !strings.Contains(err.Error(), "error.challenged.dispute") {
				t.Errorf("whoever is challenged goes on: %v", err)
			}
			if err := o.TakeIn("chief", id, "recusal", "recuse", on, fields{"recusal_reason": "属实"}); err != nil {
				t.Fatal(err)
			}
			if f = o.Find(t, "chief", id, on); f.Is(o.By["officer"].ID, casework.PartOfficer) {
				t.Error("still an officer of the case")
			}
		}
		id := file(t, o, mediation.Ownership, "2026-03-02")
		take(t, o, id, appoint("2026-03-02", "2026-03-09"), meet("2026-03-09", "both", ""), agree("2026-03-10"), tell("requester", "2026-03-10", "direct"), tell("respondent", "2026-03-10", "direct"),
			act{"officer", "copy_cnipa", "2026-03-10", fields{"copied_on": "2026-03-10", "copied": "x"}}, act{"chief", "close", "2026-03-11", nil})
		take(t, o, id, act{"chief", "reopen_closing", "2026-03-12", fields{"reopen_reason": "漏送达"}}, act{"chief", "close", "2026-03-13", nil})
		if f := o.Find(t, "chief", id, "2026-03-13"); f.FirstClosedOn != day("2026-03-11") || f.ClosedOn != day("2026-03-13") || f.Outcome != mediation.Agreed {
			t.Errorf("%s %s %s", f.FirstClosedOn, f.ClosedOn, f.Outcome)
		}
		take(t, o, id, act{"chief", "reopen", "2026-04-01", fields{"reopen_ground": "new_facts", "reopen_reason": "协议被撤销"}})
		f := o.Find(t, "chief", id, "2026-04-01")
		if f.State != casework.Filed || f.Outcome != "" || clock(f, "MED_CLOSE") != "2026-06-01" {
			t.Errorf("%s %q %s", f.State, f.Outcome, clock(f, "MED_CLOSE"))
		}
		take(t, o, id, act{"chief", "withdraw", "2026-04-02", fields{"mediation_end": "requester", "reasons": "x"}})
		if err := o.Take("chief", id, "close", "2026-04-02", nil); err == nil || !strings.Contains(err.Error(), "need.requester_told") {
			t.Errorf("told of the first end, not of this: %v", err)
		}
		if n := len(o.Find(t, "chief", id, "2026-04-02").Documents); fmt.Sprint(n) != "3" {
			t.Errorf("%d papers", n)
		}
	})
}

// TestWander: whatever is offered is accepted, step by step, by chance, and every step is taken at some time.
func TestWander(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	o := caseworktest.New(t, storetest.SQLite(t))
	chance, seen := rand.New(rand.NewPCG(4, 70)), map[string]int{}
	for i := range 12 {
		o.Wander(t, file(t, o, []string{mediation.Ownership, mediation.Ownership, "reward"}[i%3], "2026-03-02"), "2026-03-02", chance, seen, 30)
	}
	for _, s := range o.Docket.Procedure(casework.Dispute).Steps {
		if seen[s.Name] == 0 && !s.Above && s.Name != "approve_extension_meeting" { // the law gives the head alone the one extension (Order 81 Art. 70)
			t.Errorf("%s was never taken", s.Name)
		}
	}
}
