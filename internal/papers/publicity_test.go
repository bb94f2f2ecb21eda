package papers_test

import (
	"slices"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/papers"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestWhatThePublicSees: a publication until its last day, and not while its case is restricted.
func TestWhatThePublicSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		do := func(sql string, args ...any) {
			t.Helper()
			if err := db.Tx(t.Context(), func(tx *store.Tx) error { return tx.Exec(sql, args...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		x, err := o.Start(t.Context(), o.officer(t), o.id, db.NewID(), "correction_notice", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Submit(t.Context(), o.officer(t), x.ID, 1, notice(1)); err != nil {
			t.Fatal(err)
		}
		doc, err := o.Approve(t.Context(), o.By["chief"], x.ID, 2, "")
		if err != nil {
			t.Fatal(err)
		}
		p := papers.Publication{ID: db.NewID(), CaseID: o.id, DocumentID: doc.ID, Jurisdiction: "330500", Kind: "counterfeit", State: papers.Published, Number: "湖知罚字〔2026〕1号", Title: "行政处罚决定书",
			Party: "测试木业有限公司", Text: "公开的正文", DecidedOn: o.today, PublishedOn: o.today, MadeAt: db.Now(), Version: 1}
		if err := db.Tx(t.Context(), func(tx *store.Tx) error { return tx.Create(&p).Error }); err != nil {
			t.Fatal(err)
		}
		shown := func(what string, want bool) {
			t.Helper()
			list, _, err := o.Public(t.Context(), "", "", 10)
			if err != nil || (len(list) == 1) != want {
				t.Errorf("%s: %d on the list, %v", what, len(list), err)
			}
			if _, err := o.PublicOne(t.Context(), p.ID); (err == nil) != want || err != nil && errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		shown("without an end", true)
		do("UPDATE publications SET ends_on = ?", o.today)
		shown("on its last day", true)
		do("UPDATE cases SET restricted = TRUE WHERE id = ?", o.id)
		shown("while its case is restricted", false)
		do("UPDATE cases SET restricted = FALSE WHERE id = ?", o.id)
		shown("when the restriction has ended", true)
		do("UPDATE publications SET ends_on = ?", o.today.AddDays(-1))
		shown("the day after", false)
		do("UPDATE publications SET ends_on = NULL, state = 'withdrawn'")
		shown("when it was withdrawn", false)
	})
}

// TestAPublication walks a penalty through the public page: proposed, published as it was seen, taken down by mistake, published again, ended early.
func TestAPublication(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		ctx := t.Context()
		o.id = o.File(t, casework.Counterfeit, o.today.AddDays(-60).String()).ID
		officer, chief := o.officer(t), o.By["chief"]
		o.notified(t)
		o.take(t, "officer", "serve_notice", -52, casework.Facts{"notice_served_on": o.today.AddDays(-52).String(), "notice_way": "direct", "notice_receiver": "王某"})
		find := func() *casework.File {
			t.Helper()
			f, err := o.Docket.Find(ctx, officer, o.id)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		if open, _, err := o.Publishable(ctx, find()); err != nil || len(open) != 0 {
			t.Errorf("nothing is decided: %v %v", open, err)
		}
		o.penalised(t)
		open, _, err := o.Publishable(ctx, find())
		if err != nil || len(open) != 1 || open[0].Template != "penalty_decision" {
			t.Fatalf("the decision must be published: %v %v", open, err)
		}
		id := open[0].ID
		if _, _, err := o.Propose(find(), find().Last("notify").DocumentID, papers.Choice{}); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("a notice is no decision: %v", err)
		}
		plain, _, err := o.Propose(find(), id, papers.Choice{})
		if err != nil {
			t.Fatal(err)
		}
		word := papers.Choice{Words: []string{"测试木业"}}
		seen, struck, err := o.Propose(find(), id, word)
		if err != nil || struck["word"] == 0 || strings.Contains(seen.Text, "测试木业") || seen.EndsOn != o.today.AddMonths(36) || seen.SHA256 == plain.SHA256 {
			t.Fatalf("what the public would see: %+v %v %v", seen, struck, err)
		}
		if low, _, err := o.Propose(find(), id, papers.Choice{Low: true}); err != nil || low.EndsOn != o.today.AddMonths(3) {
			t.Errorf("a low fine: until %v %v", low.EndsOn, err)
		}
		_, err = o.Publish(ctx, officer, o.id, id, plain.SHA256, word, "公示页面")
		code(t, "another text than was seen", err, errs.Conflict, "seen")
		_, err = o.Publish(ctx, chief, o.id, id, seen.SHA256, word, "公示页面")
		code(t, "who is no officer of the case", err, errs.Forbidden, "")
		_, err = o.Publish(ctx, o.By["officer.deqing"], o.id, id, seen.SHA256, word, "公示页面")
		code(t, "another county", err, errs.NotFound, "")
		p, err := o.Publish(ctx, officer, o.id, id, seen.SHA256, word, "公示页面")
		if err != nil {
			t.Fatal(err)
		}
		if f := find(); f.Last("publish") == nil || f.Clock("PENALTY_PUBLISH").Running() || f.Clock("PENALTY_DOUBLE_PUBLISH").Running() {
			t.Errorf("publishing stops its clocks: %+v", f.Last("publish"))
		}
		_, err = o.Publish(ctx, officer, o.id, id, seen.SHA256, word, "公示页面")
		code(t, "twice", err, errs.Conflict, "twice")
		for q, n := range map[string]int{"": 1, strings.ToLower(p.Number): 1, strings.ToUpper(p.Party): 1, "%": 0, "没有": 0} {
			if list, _, err := o.Public(ctx, q, "", 10); err != nil || len(list) != n {
				t.Errorf("%q finds %d, want %d, %v", q, len(list), n, err)
			}
		}
		why := papers.Taking{Ground: papers.Mistake, On: o.today, Reason: "当事人名称有误", Where: "公示页面"}
		for what, c := range map[string]struct {
			change func(*papers.Taking)
			want   string
		}{
			"without a reason":   {func(x *papers.Taking) { x.Reason = "" }, "reason"},
			"a ground of none":   {func(x *papers.Taking) { x.Ground = "bored" }, "ground"},
			"of tomorrow":        {func(x *papers.Taking) { x.On++ }, "ground_on"},
			"before the paper":   {func(x *papers.Taking) { x.On = p.DecidedOn - 1 }, "ground_on"},
			"early, before time": {func(x *papers.Taking) { x.Ground, x.Met = papers.Early, papers.Conditions() }, "early_from"},
		} {
			in := why
			c.change(&in)
			code(t, what, o.Withdraw(ctx, officer, p.ID, 1, in), errs.Invalid, c.want)
		}
		code(t, "a stale page", o.Withdraw(ctx, officer, p.ID, 2, why), errs.Conflict, "stale")
		if err := o.Withdraw(ctx, officer, p.ID, 1, why); err != nil {
			t.Fatal(err)
		}
		if _, err := o.PublicOne(ctx, p.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("taken down: %v", err)
		}
		if open, done, err := o.Publishable(ctx, find()); err != nil || len(open) != 1 || len(done) != 1 {
			t.Fatalf("what was not right is published again: %v %v %v", open, done, err)
		}
		if p, err = o.Publish(ctx, officer, o.id, id, plain.SHA256, papers.Choice{}, "公示页面"); err != nil {
			t.Fatal(err)
		}
		// half a year later: only what was obeyed, repaired and paid
		if err := db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE publications SET published_on = ? WHERE id = ?", o.today.AddMonths(-7), p.ID).Error
		}); err != nil {
			t.Fatal(err)
		}
		early := papers.Taking{Ground: papers.Early, On: o.today, Reason: "已缴清并改正", Where: "公示页面"}
		for _, leave := range papers.Conditions() {
			early.Met = slices.DeleteFunc(papers.Conditions(), func(c string) bool { return c == leave })
			code(t, "without "+leave, o.Withdraw(ctx, officer, p.ID, 1, early), errs.Invalid, "conditions")
		}
		early.Met = papers.Conditions()
		code(t, "with a fine that is owed", o.Withdraw(ctx, officer, p.ID, 1, early), errs.Invalid, "owed")
		o.take(t, "officer", "serve", 0, casework.Facts{"served_on": o.today.String(), "way": "direct", "receiver": "王某"})
		o.Paid(t, "officer", o.id, o.today.String())
		if err := o.Withdraw(ctx, officer, p.ID, 1, early); err != nil {
			t.Fatal(err)
		}
		if open, _, err := o.Publishable(ctx, find()); err != nil || len(open) != 0 {
			t.Errorf("what ended early is not published again: %v %v", open, err)
		}
		_, err = o.Publish(ctx, officer, o.id, id, plain.SHA256, papers.Choice{}, "公示页面")
		code(t, "after its early end", err, errs.Conflict, "twice")
	})
}
