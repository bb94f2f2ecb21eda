package casework_test

import (
	"context"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func TestRequestsThatWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		late, early := o.File(t, casework.Counterfeit, "2026-11-02"), o.File(t, casework.Counterfeit, "2026-09-01")
		other := o.File(t, casework.Counterfeit, "2026-11-03")
		list := func(who string, find func(context.Context, access.Actor, int) ([]casework.Request, bool, error), limit int) (out []string, more bool) {
			t.Helper()
			rows, more, err := find(context.Background(), o.By[who], limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				out = append(out, r.ID+" "+r.Track.State+" "+r.Asked.Step)
			}
			return out, more
		}
		want := func(what string, got []string, want ...string) {
			t.Helper()
			if len(got) != len(want) {
				t.Fatalf("%s: %v, want %v", what, got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s: %v, want %v", what, got, want)
				}
			}
		}
		is := func(what, who string, find func(context.Context, access.Actor, int) ([]casework.Request, bool, error), rows ...string) {
			t.Helper()
			got, more := list(who, find, 10)
			if want(what, got, rows...); more {
				t.Errorf("%s: there are more", what)
			}
		}
		is("at first", "chief", o.Docket.Requests)
		for _, c := range []*casework.Case{late, early, other} {
			if err := o.Take("officer", c.ID, "ask_extension", "2026-11-10", fields{"extend_by": "10", "extension_reason": "理由"}); err != nil {
				t.Fatal(err)
			}
		}
		is("the nearest end first", "chief", o.Docket.Requests, early.ID+" asked ask_extension", late.ID+" asked ask_extension", other.ID+" asked ask_extension")
		if got, more := list("chief", o.Docket.Requests, 2); len(got) != 2 || !more {
			t.Errorf("%d requests, more: %t", len(got), more)
		}
		is("not theirs to answer", "reviewer", o.Docket.Requests)
		is("the officers' own", "officer", o.Docket.Requests)
		is("another county", "chief.deqing", o.Docket.Requests)
		is("somebody else's cases", "officer3", o.Docket.Pending)
		is("pending", "officer2", o.Docket.Pending, early.ID+" asked ask_extension", late.ID+" asked ask_extension", other.ID+" asked ask_extension")
		if err := o.TakeIn("chief", early.ID, "extension", "return_extension", "2026-11-11", fields{"return_reason": "补充"}); err != nil {
			t.Fatal(err)
		}
		if err := o.TakeIn("chief", late.ID, "extension", "approve_extension", "2026-11-11", nil); err != nil {
			t.Fatal(err)
		}
		is("one is left", "chief", o.Docket.Requests, other.ID+" asked ask_extension")
		is("one was sent back", "officer", o.Docket.SentBack, early.ID+" returned return_extension")
		is("to those who work on it", "officer3", o.Docket.SentBack)
		is("one is pending", "officer", o.Docket.Pending, other.ID+" asked ask_extension")
	})
}
