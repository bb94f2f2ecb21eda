package casework_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// outcomes are what became of each case of a reassignment: outcome and the keys of the reasons, by number.
func outcomes(t *testing.T, o *caseworktest.Office, who, id string) map[string]string {
	t.Helper()
	_, rows, err := o.Docket.Reassignment(ctx, o.By[who], id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range rows {
		s := r.Outcome
		for _, m := range r.Why {
			s += " " + m.Key
		}
		out[r.Number] = s
	}
	return out
}

func chosen(list ...*casework.Case) []casework.Chosen {
	var out []casework.Chosen
	for _, c := range list {
		out = append(out, casework.Chosen{CaseID: c.ID, Version: 1})
	}
	return out
}

func TestManyAreHandedOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		hire(t, o, "z.heir", "330500", day("2030-12-31"), access.Officer)
		plain, taken, stale, panel := o.File(t, casework.Counterfeit, "2026-11-09"), o.File(t, casework.Counterfeit, "2026-11-09"), o.File(t, casework.Counterfeit, "2026-11-09"), o.File(t, casework.Infringement, "2026-11-09")
		closed, secret, far := o.File(t, casework.Dispute, "2026-11-09"), o.File(t, casework.Counterfeit, "2026-11-09"), county(t, o, "2026-11-10")
		chief := o.By["chief"]
		hand := casework.Handover{From: o.By["officer"].ID, To: o.By["z.heir"].ID, Reason: "officer 调离"}
		// One is already the heir's, one has changed, one was closed, one is restricted to another chief's people.
		if err := o.Docket.Hand(ctx, chief, taken.ID, 1, casework.Handover{From: hand.From, To: o.By["officer3"].ID, Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		for _, s := range []walk{
			appointed("2026-11-09", "2026-11-10"), met("2026-11-10"), {"chief", "handle", "2026-11-11", agreed("2026-11-11")},
			{"officer", "tell_requester", "2026-11-11", served("2026-11-11")}, {"officer", "tell_respondent", "2026-11-11", served("2026-11-11")},
			{"officer", "copy_cnipa", "2026-11-11", fields{"copied_on": "2026-11-11", "copied": "调解协议书"}}, {"chief", "close", "2026-11-12", fields{}},
		} {
			if err := o.Take(s.by, closed.ID, s.step, s.day, s.in); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.At("2026-11-20", func(tx *store.Tx) error { // the chief is no member of it
			if err := tx.Exec("DELETE FROM members WHERE subject_id = ? AND user_id = ?", secret.ID, chief.ID).Error; err != nil {
				return err
			}
			return tx.Exec("UPDATE cases SET restricted = ? WHERE id = ?", true, secret.ID).Error
		}); err != nil {
			t.Fatal(err)
		}
		workers, err := o.Docket.Workers(ctx, chief)
		if err != nil || fmt.Sprint(workers) != fmt.Sprint([]casework.Worker{{ID: o.By["officer"].ID, Name: "测试 officer", N: 3}, {ID: o.By["officer2"].ID, Name: "测试 officer2", N: 4},
			{ID: o.By["officer3"].ID, Name: "测试 officer3", N: 2}, {ID: o.By["z.deqing1"].ID, Name: "测试 z.deqing1", N: 1}, {ID: o.By["z.deqing2"].ID, Name: "测试 z.deqing2", N: 1}}) {
			t.Errorf("%v %v", workers, err)
		}
		if w, err := o.Docket.Workers(ctx, o.By["chief.deqing"]); err != nil || len(w) != 2 || w[0].Name != "测试 z.deqing1" {
			t.Errorf("a county's chief reads %v, %v", w, err)
		}
		all, more, err := o.Docket.OpenOf(ctx, chief, hand.From, 10)
		if err != nil || more || len(all) != 3 {
			t.Errorf("%v %v %v", all, more, err)
		}
		if _, more, _ := o.Docket.OpenOf(ctx, chief, hand.From, 2); !more {
			t.Error("the third is not told of")
		}
		every := []*casework.Case{plain, taken, stale, panel, closed, secret, far}
		var list []string
		for _, c := range every {
			list = append(list, c.ID)
		}
		plan, err := o.Docket.Plan(ctx, chief, hand.From, hand.To, list)
		if err != nil {
			t.Fatal(err)
		}
		expected := map[string]string{}
		for _, p := range plan {
			s := ""
			for _, m := range p.Refused {
				s += m.Key
			}
			expected[p.Number] = s
		}
		if want := map[string]string{plain.Number: "", taken.Number: "error.assign_not_on", stale.Number: "", panel.Number: "", closed.Number: "error.case_closed", far.Number: "error.assign_not_on"}; fmt.Sprint(expected) != fmt.Sprint(want) {
			t.Errorf("the preview says %v\nwant %v", expected, want)
		}
		if err := o.Docket.AddParty(ctx, o.By["officer"], stale.ID, 1, casework.Party{Role: "agent", Form: "person", Name: "代理人"}); err != nil { // after the preview
			t.Fatal(err)
		}
		cases := chosen(every...)
		for _, p := range plan {
			for j := range cases {
				if cases[j].CaseID == p.ID {
					cases[j].Version = p.Version
				}
			}
		}
		cases = append(cases, cases[0], casework.Chosen{CaseID: "../etc/passwd"})
		id, refused, err := o.Docket.Reassign(ctx, chief, db.NewID(), hand, cases)
		if err != nil || len(refused) != 5 {
			t.Fatal(id, refused, err)
		}
		want := map[string]string{
			plain.Number: "done", panel.Number: "done", taken.Number: "refused error.assign_not_on", stale.Number: "refused error.stale", closed.Number: "refused error.case_closed",
			"": "refused error.not_found", far.Number: "refused error.assign_not_on",
		}
		if got := outcomes(t, o, "chief", id); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v\nwant %v", got, want)
		}
		told := 0
		for _, e := range refused {
			if e.Subject == "case:"+secret.ID {
				told++
			}
		}
		if told != 1 {
			t.Error("whoever reaches for a case that is not theirs stands in the log")
		}
		if got := team(o, find(t, o, "chief", panel.ID), casework.PartOfficer); got != "officer2 officer3 z.heir" {
			t.Error(got)
		}
		// The same form again does nothing twice.
		again, refused, err := o.Docket.Reassign(ctx, chief, id, hand, cases)
		if err != nil || again != id || len(refused) != 0 {
			t.Errorf("%v %v", refused, err)
		}
		if v := find(t, o, "chief", plain.ID).Version; v != 2 {
			t.Errorf("version %d", v)
		}
		other := hand
		other.To = o.By["officer3"].ID
		if _, _, err := o.Docket.Reassign(ctx, chief, id, other, cases); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("another under the same id: %v", err)
		}
		if got := outcomes(t, o, "chief", id); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after the second: %v", got)
		}
		for who, code := range map[string]errs.Code{"chief.deqing": errs.NotFound, "officer": errs.NotFound, "auditor": errs.NotFound} {
			if _, _, err := o.Docket.Reassignment(ctx, o.By[who], id); errs.CodeOf(err) != code {
				t.Errorf("%s reads it: %v", who, err)
			}
		}
		for _, c := range []*casework.Case{plain, panel} {
			last, err := audit.Last(ctx, db, "case:"+c.ID, "")
			if err != nil || last.Action != "case.assign" || !strings.Contains(last.Detail, id) {
				t.Errorf("%v %v", last, err)
			}
		}
		if last, err := audit.Last(ctx, db, "user:"+hand.From, ""); err != nil || last.Action != "case.reassign" {
			t.Errorf("%v %v", last, err)
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoMayReassign(t *testing.T) {
	db := storetest.SQLite(t)
	o := caseworktest.New(t, db)
	c := o.File(t, casework.Counterfeit, "2026-11-09")
	good := casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: "x"}
	change := func(f func(*casework.Handover)) casework.Handover { h := good; f(&h); return h }
	var many []casework.Chosen
	for range casework.MostReassigned + 1 {
		many = append(many, casework.Chosen{CaseID: db.NewID(), Version: 1})
	}
	for _, x := range []struct {
		name, who string
		in        casework.Handover
		cases     []casework.Chosen
		code      errs.Code
		want      string
	}{
		{"an officer", "officer", good, chosen(c), errs.Forbidden, "error.forbidden.action"},
		{"the administrator", "admin", good, chosen(c), errs.Forbidden, ""},
		{"no reason", "chief", change(func(h *casework.Handover) { h.Reason = "" }), chosen(c), errs.Invalid, "reason: error.required"},
		{"from nobody", "chief", change(func(h *casework.Handover) { h.From = "" }), chosen(c), errs.Invalid, "from: error.choice"},
		{"to nobody", "chief", change(func(h *casework.Handover) { h.To = "x" }), chosen(c), errs.Invalid, "to: error.choice"},
		{"to the same", "chief", change(func(h *casework.Handover) { h.To = h.From }), chosen(c), errs.Invalid, "to: error.assign_same"},
		{"no case", "chief", good, []casework.Chosen{{CaseID: "x"}}, errs.Invalid, "case: error.reassign_none"},
		{"too many", "chief", good, many, errs.Invalid, "case: error.reassign_many"},
	} {
		_, _, err := o.Docket.Reassign(ctx, o.By[x.who], db.NewID(), x.in, x.cases)
		if errs.CodeOf(err) != x.code || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	if _, err := o.Docket.Plan(ctx, o.By["officer"], good.From, good.To, []string{c.ID}); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("an officer's preview: %v", err)
	}
	if w, err := o.Docket.Workers(ctx, o.By["officer"]); err != nil || len(w) != 0 {
		t.Errorf("an officer reads who has how many: %v, %v", w, err)
	}
	if v := find(t, o, "chief", c.ID).Version; v != 1 {
		t.Errorf("version %d", v)
	}
}

// TestReassignmentSentTwiceAtOnce: both requests work at it, and each case is handed over once. Cut short, it goes on.
func TestReassignmentSentTwiceAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		var cases []*casework.Case
		for range 12 {
			cases = append(cases, o.File(t, casework.Counterfeit, "2026-11-09"))
		}
		hand := casework.Handover{From: o.By["officer"].ID, To: o.By["officer3"].ID, Reason: "x"}
		id := db.NewID()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, refused, err := o.Docket.Reassign(ctx, o.By["chief"], id, hand, chosen(cases...)); err != nil || len(refused) != 0 {
					t.Error(refused, err)
				}
			})
		}
		wg.Wait()
		for _, c := range cases {
			if f := find(t, o, "chief", c.ID); f.Version != 2 || team(o, f, casework.PartOfficer) != "officer2 officer3" {
				t.Errorf("%s: version %d", c.Number, f.Version)
			}
		}
		var n int64
		if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM audit_log WHERE action = 'case.reassign'").Scan(&n).Error; err != nil || n != 1 {
			t.Errorf("%d lines of the log, %v", n, err)
		}
		// As if the machine had stopped after half of them.
		back := casework.Handover{From: hand.To, To: hand.From, Reason: "y"}
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.Exec("INSERT INTO reassignments (id, from_id, from_name, to_id, to_name, reason, made_by, made_name, made_at) VALUES ('cut', ?, '', ?, '', 'y', ?, '', ?)", back.From, back.To, o.By["chief"].ID, tx.Now).Error; err != nil {
				return err
			}
			for i, c := range cases {
				outcome := ""
				if i < 6 {
					outcome = "done"
				}
				if err := tx.Exec("INSERT INTO reassignment_rows (reassignment_id, case_id, place, version, outcome) VALUES ('cut', ?, ?, 2, ?)", c.ID, i, outcome).Error; err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Docket.Resume(ctx, o.By["officer"], "cut"); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("somebody else goes on with it: %v", err)
		}
		if refused, err := o.Docket.Resume(ctx, o.By["chief"], "cut"); err != nil || len(refused) != 0 {
			t.Error(refused, err)
		}
		for i, c := range cases {
			want := int64(3)
			if i < 6 {
				want = 2
			}
			if f := find(t, o, "chief", c.ID); f.Version != want {
				t.Errorf("case %d: version %d", i, f.Version)
			}
		}
	})
}

// TestReasonsAreKept: a sentence comes back as it was, in either language.
func TestReasonsAreKept(t *testing.T) {
	catalogue, err := i18n.Load(config.Locale())
	if err != nil {
		t.Fatal(err)
	}
	was := casework.Reasons{
		errs.Msg("error.certificate", "张三", day("2026-11-19")), errs.Msg("error.stale_step", "李四", storetest.Now, errs.Msg("step.counterfeit.review")), errs.Msg("error.reassign_many", 1500),
		errs.Msg("error.panel"), errs.Msg("error.certificate", "王五", calendar.Day(0)),
	}
	v, err := was.Value()
	if err != nil {
		t.Fatal(err)
	}
	var is casework.Reasons
	for _, from := range []any{v, []byte(v.(string))} {
		if err := is.Scan(from); err != nil || len(is) != len(was) {
			t.Fatal(is, err)
		}
		for _, lang := range i18n.Languages() {
			p := catalogue.Printer(lang)
			for i := range was {
				if p.M(was[i]) != p.M(is[i]) {
					t.Errorf("%s: %q, was %q", lang, p.M(is[i]), p.M(was[i]))
				}
			}
		}
	}
	if is.Scan("{") == nil || is.Scan(3) == nil {
		t.Error("what is no list was read")
	}
}
