package opinion_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/opinion"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

type fields = map[string]string

type act struct {
	by, step, on string
	in           fields
}

// path is the way to an opinion, up to its sending.
func path(is string) []act {
	return []act{
		{"officer", "establish", "2026-03-03", fields{"warned_on": "2025-11-03", "accused": "竹凉席", "facts_found": "事实"}},
		{"officer", "compare", "2026-03-09", fields{"claims": "权利要求1", "comparison": "缺少锁扣"}},
		{"officer", "propose", "2026-03-10", fields{"opinion_is": is, "opinion_reasons": "理由"}},
		{"chief", "approve", "2026-03-11", fields{"warner_acts": "no"}},
		{"officer", "send", "2026-03-12", fields{"served_on": "2026-03-12", "way": "post", "receiver": "张三"}},
	}
}

func take(t *testing.T, o *caseworktest.Office, id string, acts ...act) {
	t.Helper()
	for _, a := range acts {
		if err := o.Take(a.by, id, a.step, a.on, a.in); err != nil {
			t.Fatalf("%s: %v", a.step, err)
		}
	}
}

func TestEveryOpinion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		for _, is := range opinion.Opinions() {
			c := o.File(t, casework.Opinion, "2026-03-02")
			if !strings.HasPrefix(c.Number, "湖知询字〔2026〕") {
				t.Errorf("number %s", c.Number)
			}
			acts := path(is)
			take(t, o, c.ID, acts[:3]...)
			take(t, o, c.ID, act{"chief", "return", "2026-03-10", fields{"return_reason": "再核对"}}, act{"officer", "propose", "2026-03-11", acts[2].in}, acts[3], acts[4],
				act{"chief", "close", "2026-03-13", nil}, act{"archivist", "archive", "2026-03-16", fields{"volume": "1", "pages": "9", "retention": "30_years"}})
			f := o.Find(t, "chief", c.ID, "2026-03-16")
			if f.Outcome != is || f.State != casework.Archived || len(f.Documents) != 1 || f.Documents[0].Title != "咨询意见书" || len(f.Clocks) != 0 {
				t.Errorf("%s: %s %s, %d papers, %d clocks", is, f.State, f.Outcome, len(f.Documents), len(f.Clocks))
			}
			if d := f.Documents[0].Data; strings.Contains(d, "{{") || strings.Contains(d, "choice.") || !strings.Contains(d, "不是行政裁决") {
				t.Errorf("%s", d)
			}
			if err := o.Docket.Procedure(casework.Opinion).Walks(f.Taken, f.State); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestItEndsWithoutAnOpinion: the warner acts while it is in work, whatever its state.
func TestItEndsWithoutAnOpinion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		for n := range 5 {
			c := o.File(t, casework.Opinion, "2026-03-02")
			take(t, o, c.ID, path(opinion.Within)[:n]...)
			end := act{"chief", "withdraw", "2026-03-12", fields{"opinion_end": "sued", "ended_since": "2026-03-11", "reasons": "权利人起诉"}}
			take(t, o, c.ID, end, act{"chief", "close", "2026-03-13", nil})
			f := o.Find(t, "chief", c.ID, "2026-03-13")
			if f.Outcome != opinion.Ended || f.Documents[len(f.Documents)-1].Template != "opinion_end" {
				t.Errorf("after %d steps: %s", n, f.Outcome)
			}
			if err := o.Take("chief", c.ID, "reopen_closing", "2026-03-16", fields{"reopen_reason": "x"}); errs.CodeOf(err) != errs.Conflict || !strings.Contains(err.Error(), "error.opinion_ended") {
				t.Errorf("goes back to an opinion that there never was: %v", err)
			}
			take(t, o, c.ID, act{"chief", "reopen", "2026-03-16", fields{"reopen_ground": "new_facts", "reopen_reason": "权利人撤诉"}})
			if f = o.Find(t, "chief", c.ID, "2026-03-16"); f.State != casework.Filed || f.Outcome != "" {
				t.Errorf("%s %q", f.State, f.Outcome)
			}
		}
	})
}

func TestWhatTheLawDoesNotAllow(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	all := path(opinion.Outside)
	for _, c := range []struct {
		name  string // what is refused, by which article
		steps int
		last  act
		code  errs.Code
		want  string
	}{
		{"a comparison of nothing", 0, all[1], errs.Invalid, "need.established"},
		{"an opinion after the warner acted (Order 81 Art. 13)", 3, act{"chief", "approve", "2026-03-11", fields{"warner_acts": "yes"}}, errs.Invalid, "error.warner_acted"},
		{"whoever works on it approves", 3, act{"officer", "approve", "2026-03-11", all[3].in}, errs.Forbidden, "error.forbidden"},
		{"an opinion that is none", 2, act{"officer", "propose", "2026-03-10", fields{"opinion_is": "perhaps", "opinion_reasons": "x"}}, errs.Invalid, "error.choice"},
		{"sent before it was approved", 4, act{"officer", "send", "2026-03-12", fields{"served_on": "2026-03-10", "way": "post", "receiver": "x"}}, errs.Invalid, "served_on: error.day_before"},
		{"by public notice", 4, act{"officer", "send", "2026-03-12", fields{"served_on": "2026-03-12", "way": "public_notice", "receiver": "x"}}, errs.Invalid, "way: error.choice"},
		{"an order to stop (Patent Law Art. 65)", 0, act{"chief", "order_stop", "2026-03-03", nil}, errs.Forbidden, "power.order_stop"},
		{"a seizure (Patent Law Art. 69)", 0, act{"officer", "seal", "2026-03-03", nil}, errs.Forbidden, "power.seal"},
		{"an interview by one officer (Order 81 Art. 47)", 0, act{"officer", "interview", "2026-03-03", fields{"present": o.By["officer"].ID, "act_place": "x", "act_record": "x", "signed": "signed"}}, errs.Invalid, "error.two_officers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := o.File(t, casework.Opinion, "2026-03-02")
			take(t, o, k.ID, all[:c.steps]...)
			err := o.Take(c.last.by, k.ID, c.last.step, c.last.on, c.last.in)
			if errs.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s %s", err, c.code, c.want)
			}
		})
	}
}

// TestACountyGivesNone (Order 81 Art. 7), and who is challenged rests but for urgent acts (Art. 5).
func TestACountyGivesNone(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	err := o.At("2026-03-02", func(tx *store.Tx) error {
		_, err := o.Docket.FileTx(tx, o.By["chief.deqing"], casework.NewCase{Kind: casework.Opinion, Title: "x", Jurisdiction: "330521", Place: "330521", On: caseworktest.Day("2026-03-02"),
			Officers: o.Officers(2), Facts: casework.Facts{"counter_kind": "urged", "counter_sent_on": "2025-11-03", "warner_acts": "no"}})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "kind: error.county_opinion") {
		t.Error(err)
	}
	c := o.File(t, casework.Opinion, "2026-03-02")
	take(t, o, c.ID, act{"officer2", "challenge", "2026-03-03", fields{"challenged": o.By["officer"].ID, "challenged_by": "party", "challenge_reason": "x"}})
	if f := o.Find(t, "chief", c.ID, "2026-03-03"); f.Challenged(o.By["officer"].ID) != "urgent" {
		t.Error("a challenged officer goes on")
	}
}

// TestWander: whatever is offered is accepted, step by step, by chance, and every step is taken at some time.
func TestWander(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	o := caseworktest.New(t, storetest.SQLite(t))
	chance, seen := rand.New(rand.NewPCG(1, 13)), map[string]int{}
	for range 8 {
		o.Wander(t, o.File(t, casework.Opinion, "2026-03-02").ID, "2026-03-02", chance, seen, 25)
	}
	for _, s := range o.Docket.Procedure(casework.Opinion).Steps {
		if seen[s.Name] == 0 {
			t.Errorf("%s was never taken", s.Name)
		}
	}
}
