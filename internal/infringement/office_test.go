package infringement_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

type fields = map[string]string

// act is one step: who, which, on which day, with what.
type act struct {
	by, step, day string
	in            fields
}

// office is the office of the tests with two more officers, a second chief and the chief of the province.
func office(t testing.TB, db *store.DB) *caseworktest.Office {
	t.Helper()
	o := caseworktest.New(t, db)
	err := db.Tx(context.Background(), func(tx *store.Tx) error {
		for _, x := range [][3]string{{"officer4", access.Officer, "330500"}, {"officer5", access.Officer, "330500"}, {"chief2", access.Chief, "330500"}, {"chief.province", access.Chief, "330000"}} {
			u, err := o.Users.AddTx(tx, access.System(), access.NewUser{Username: x[0], Name: "测试 " + x[0], Hash: accesstest.Hash, Certificate: access.Certificate{Number: "浙E" + x[0], Until: calendar.Date(2030, 12, 31)},
				Roles: []access.Grant{{Role: x[1], Jurisdiction: x[2], From: calendar.Date(2011, 1, 1)}}})
			if err != nil {
				return err
			}
			o.By[x[0]] = u.Actor()
		}
		return nil
	})
	if err == nil {
		err = o.Guard.Reload(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// reach files a dispute on a day and takes the steps.
func reach(t testing.TB, o *caseworktest.Office, filed string, acts ...act) string {
	t.Helper()
	id := o.File(t, casework.Infringement, filed).ID
	take(t, o, id, acts...)
	return id
}

func take(t testing.TB, o *caseworktest.Office, id string, acts ...act) {
	t.Helper()
	for _, a := range acts {
		if a.step == "assign" { // the chief names who takes the place of somebody recused
			assign(t, o, id, a)
			continue
		}
		if err := o.Take(a.by, id, a.step, a.day, a.in); err != nil {
			t.Fatalf("%s by %s on %s: %v", a.step, a.by, a.day, err)
		}
	}
}

func assign(t testing.TB, o *caseworktest.Office, id string, a act) {
	t.Helper()
	f := o.Find(t, a.by, id, a.day)
	officers := []string{o.By[a.in["new"]].ID}
	for _, m := range f.Officers() {
		officers = append(officers, m.UserID)
	}
	if err := o.At(a.day, func(tx *store.Tx) error {
		return o.Docket.AssignTx(tx, o.By[a.by], id, f.Version, casework.Assignment{Officers: officers, Reason: "回避后补充"})
	}); err != nil {
		t.Fatal(err)
	}
}

// refused fails unless a step is refused with a code and a sentence; want "" is that it is taken.
func refused(t testing.TB, o *caseworktest.Office, id string, a act, code errs.Code, want string) {
	t.Helper()
	refusedWith(t, o.Take(a.by, id, a.step, a.day, a.in), code, want)
}

func refusedWith(t testing.TB, err error, code errs.Code, want string) {
	t.Helper()
	if errs.CodeOf(err) != code || err != nil && !contains(err.Error(), want) {
		t.Errorf("%v, want %s %s", err, code, want)
	}
}

func contains(s, part string) bool { return strings.Contains(s, part) }

// find reads a case on a day.
func find(t testing.TB, o *caseworktest.Office, id, day string) *casework.File {
	t.Helper()
	return o.Find(t, "chief", id, day)
}

// clock is the last day of the latest clock of a rule: "" where there is none, with "stopped" or "paused" where it does not run.
func clock(f *casework.File, rule string) string {
	k := f.Clock(rule)
	switch {
	case k == nil:
		return ""
	case !k.Running():
		return "stopped " + k.StrictOn.String()
	case !k.PausedOn.IsZero():
		return "paused " + k.PausedOn.String()
	}
	return k.StrictOn.String()
}

func with(in fields, more ...string) fields {
	out := maps.Clone(in)
	for i := 0; i < len(more); i += 2 {
		if out[more[i]] = more[i+1]; more[i+1] == "" {
			delete(out, more[i])
		}
	}
	return out
}

// What the tests fill in again and again.
var (
	served   = fields{"respondent_received_on": "2026-03-05", "request_way": "post", "foreign": "no"}
	filedDef = fields{"defence": "filed", "defence_on": "2026-03-18", "defence_text": "未落入保护范围"}
	setting  = fields{"hearing_set_on": "2026-04-15", "hearing_at": "09:30", "hearing_place": "口审庭", "hearing_form": "public"}
	heard    = fields{"hearing_on": "2026-04-15", "attendance": "both", "hearing_record": "双方陈述"}
	voted    = fields{"deliberation": "落入保护范围", "vote_for": "2", "vote_against": "1", "dissent": "一人认为不等同", "conclusion": "infringing"}
	ordered  = fields{"outcome": "infringing_stop", "facts_found": "事实", "reasons": "理由", "stop_acts": "make,sell,import", "order": "停止制造、销售、进口"}
)

// toDefence, toHearing, toPanel and toDecision lead a dispute filed on 2026-03-02 so far.
func toDefence() []act {
	return []act{
		{"officer", "answer_notice", "2026-03-03", fields{"foreign": "no", "contact": "0572-2020202"}},
		{"officer", "serve_request", "2026-03-05", served},
		{"officer", "set_proof", "2026-03-05", fields{"proof_days": "15", "proof_agreed": "no"}},
		{"officer", "serve_proof", "2026-03-06", fields{"proof_notice_on": "2026-03-06"}},
		{"officer", "defence", "2026-03-19", filedDef},
		{"officer", "forward_defence", "2026-03-20", fields{"forwarded_on": "2026-03-20", "forward_way": "electronic", "forward_consent": "yes"}},
		{"officer", "end_proof", "2026-03-25", fields{"proof_ended": "expired", "evidence_summary": "双方举证完毕"}},
	}
}

func toHearing() []act {
	return append(toDefence(),
		act{"officer", "set_hearing", "2026-03-30", setting},
		act{"officer", "notify_hearing", "2026-04-02", fields{"hearing_notice_on": "2026-04-02"}})
}

func toPanel() []act {
	return append(toHearing(), act{"officer", "hear", "2026-04-15", heard}, act{"officer", "deliberate", "2026-04-20", voted})
}

func toDecision() []act {
	return append(toPanel(), act{"chief", "decide", "2026-04-24", ordered})
}

func toService() []act {
	return append(toDecision(), act{"officer", "serve_decision", "2026-04-27", fields{"served_on": "2026-04-27", "way": "direct", "receiver": "李四"}})
}
