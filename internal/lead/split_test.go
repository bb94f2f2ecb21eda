package lead_test

import (
	"context"
	"testing"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/counterfeit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/tally"
)

func key(err error) string {
	e := errs.As(err)
	if e == nil {
		return ""
	}
	if len(e.Fields) > 0 {
		return e.Fields[0].Message.Key
	}
	return e.Key
}

func find(t *testing.T, o *caseworktest.Office, id string) *casework.File {
	t.Helper()
	f, err := o.Docket.Find(context.Background(), access.System(), id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A split takes a party out into a case of its own, which keeps the filing day; nothing is lost of the first.
func TestSplit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		c := o.File(t, casework.Counterfeit, "2025-03-03")
		if err := o.At("2025-03-04", func(tx *store.Tx) error {
			return o.Docket.AddPartyTx(tx, o.By["officer"], c.ID, 1, casework.Party{Role: "respondent", Form: "company", Name: "测试竹器有限公司"})
		}); err != nil {
			t.Fatal(err)
		}
		f := find(t, o, c.ID)
		party := func(name string) string {
			for _, p := range f.Parties {
				if p.Name == name {
					return p.ID
				}
			}
			t.Fatal(name)
			return ""
		}
		split := func(by string, in casework.Split) (made *casework.Case, err error) {
			err = o.At("2025-04-10", func(tx *store.Tx) (err error) {
				made, err = o.Leads.SplitTx(tx, o.By[by], c.ID, in)
				return err
			})
			return made, err
		}
		in := casework.Split{Title: "测试竹器有限公司涉嫌假冒专利案", Parties: []string{party("测试竹器有限公司")}, Officers: o.Officers(2), Reason: "行为各自独立", Version: f.Version}
		with := func(change func(*casework.Split)) casework.Split { x := in; change(&x); return x }
		for name, x := range map[string]struct {
			by   string
			in   casework.Split
			want string
		}{
			"an officer":      {"officer", in, "error.forbidden.action"},
			"another county":  {"chief.deqing", in, "error.not_found"},
			"a stale page":    {"chief", with(func(s *casework.Split) { s.Version-- }), "error.stale"},
			"nothing":         {"chief", with(func(s *casework.Split) { s.Parties = nil }), "error.split_nothing"},
			"everything":      {"chief", with(func(s *casework.Split) { s.Parties = append(s.Parties, party("测试木业有限公司")) }), "error.split_all"},
			"no reason":       {"chief", with(func(s *casework.Split) { s.Reason = "" }), "error.required"},
			"one officer":     {"chief", with(func(s *casework.Split) { s.Officers = s.Officers[:1] }), "error.two_officers"},
			"somebody else's": {"chief", with(func(s *casework.Split) { s.Parties = []string{"x"} }), "error.choice"},
		} {
			if _, err := split(x.by, x.in); key(err) != x.want {
				t.Errorf("%s: %s (%v), want %s", name, key(err), err, x.want)
			}
		}
		made, err := split("chief", in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := split("chief", in); key(err) != "error.stale" {
			t.Errorf("sent twice: %v", err)
		}
		second, first := find(t, o, made.ID), find(t, o, c.ID)
		if second.FiledOn != first.FiledOn || second.Clock("CF_CLOSE").StrictOn != first.Clock("CF_CLOSE").StrictOn || second.Number == first.Number || second.LeadID == first.LeadID {
			t.Errorf("%+v", second.Case)
		}
		if got := second.PartyNames("respondent"); len(got) != 1 || got[0] != "测试竹器有限公司" || len(second.Patents) != 1 {
			t.Errorf("taken out: %v %v", got, second.Patents)
		}
		if got := first.PartyNames("respondent"); len(got) != 1 || got[0] != "测试木业有限公司" || len(first.Parties) != len(f.Parties) {
			t.Errorf("left: %v %+v", got, first.Parties)
		}
		links, err := o.Docket.Links(context.Background(), o.By["chief"], first)
		if err != nil || len(links) != 1 || links[0].CaseID != second.ID || links[0].Word != "split_into" {
			t.Errorf("%+v %v", links, err)
		}

		// And joined again: the second goes on in the first.
		take := func(number string) error {
			return o.Take("chief", second.ID, "join_case", "2025-04-20", map[string]string{"joined_into": number, "reasons": "事实交叉"})
		}
		other := o.File(t, casework.Infringement, "2025-03-03")
		for number, want := range map[string]string{"": "error.required", "湖知假字〔1999〕1号": "error.link_number", second.Number: "error.join_kind", other.Number: "error.join_kind"} {
			if got := key(take(number)); got != want {
				t.Errorf("join into %q: %s, want %s", number, got, want)
			}
		}
		if err := take(first.Number); err != nil {
			t.Fatal(err)
		}
		if f := find(t, o, second.ID); f.State != counterfeit.Ended || f.Outcome != counterfeit.Joined || f.Clock("CF_CLOSE").Running() {
			t.Errorf("%+v", f.Case)
		}
		if got := find(t, o, c.ID).PartyNames("respondent"); len(got) != 2 {
			t.Errorf("after joining: %v", got)
		}
		if _, err := audit.Verify(context.Background(), db); err != nil {
			t.Error(err)
		}
		if err := tally.Verify(context.Background(), db); err != nil {
			t.Error(err)
		}
	})
}
