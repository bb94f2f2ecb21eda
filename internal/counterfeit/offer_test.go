package counterfeit_test

import (
	"context"
	"slices"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestNoNoticeIsOfferedWhereNoneCouldBe: a step is not offered where every entry would be refused (Penalty Law 2021 Arts 36, 44).
func TestNoNoticeIsOfferedWhereNoneCouldBe(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	for _, x := range []struct {
		name  string
		facts []string
		want  bool
	}{
		{"an act", nil, true},
		{"no act of counterfeiting", []string{"limb", "none", "income", "0"}, false},
		{"an act found on the last day", []string{"act_ended_on", "2020-03-07"}, true},
		{"an act found too late (Art. 36)", []string{"act_ended_on", "2020-03-06"}, false},
	} {
		id := begin(t, o, "2022-03-07", reviewed("2022-03-07", "2022-03-07", x.facts...)...)
		f := o.Find(t, "officer", id, "2022-03-08")
		offered := slices.ContainsFunc(o.Docket.Next(o.By["officer"], f), func(n casework.Next) bool { return n.Step.Name == "notify" })
		if offered != x.want {
			t.Errorf("%s: offered %v", x.name, offered)
		}
	}
}

// TestNobodyGrantsTheirOwnReviewExtension: the head approves, not who reviews and asked (Market-Regulation Procedure Art. 55), whatever roles that person has.
func TestNobodyGrantsTheirOwnReviewExtension(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		u, err := o.Users.Add(context.Background(), access.System(), access.NewUser{Username: "z.both", Name: "测试 z.both", Hash: accesstest.Hash, Roles: []access.Grant{
			{Role: access.Reviewer, Jurisdiction: "330500", From: caseworktest.Day("2011-01-01")}, {Role: access.Chief, Jurisdiction: "330500", From: caseworktest.Day("2011-01-01")}}})
		if err != nil {
			t.Fatal(err)
		}
		o.By["z.both"] = u.Actor()
		if err := o.Guard.Reload(context.Background()); err != nil {
			t.Fatal(err)
		}
		ask := act{"z.both", "ask_review_extension", "2022-03-20", fields{"extend_by": "5", "extension_reason": "疑难"}}
		id := begin(t, o, "2022-03-07", reviewed("2022-03-08", "2022-03-08")[0], ask)
		refused(t, "one's own request granted", o.Take("z.both", id, "approve_review_extension", "2022-03-21", nil), "error.four_eyes_step")
		refused(t, "one's own request refused", o.Take("z.both", id, "refuse_review_extension", "2022-03-21", fields{"return_reason": "x"}), "error.four_eyes_step")
		do(t, o, id, act{"chief", "review_extension/approve_review_extension", "2022-03-21", nil})
		wants(t, o, id, "REVIEW", "2022-03-29")
	})
}
