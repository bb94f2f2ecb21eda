package infringement_test

import (
	"context"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestAddressesBeforeTheAdjudication: an adjudication states the parties' addresses (Order 81 Art. 31 item 1; Order 71 Art. 19 item 1). It waits for each that is not
// known, an officer enters it, and it stands in the paper. What was asked of the request is carried over from the lead.
func TestAddressesBeforeTheAdjudication(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := office(t, db)
		id := reach(t, o, "2024-03-04", quick("2024-03-04", "infringing")...)
		f := find(t, o, id, "2024-03-11")
		for _, p := range f.Parties {
			if want := map[string]string{"requester": "湖州市吴兴区2号", "respondent": "德清县武康街道1号"}[p.Role]; p.Address != want {
				t.Errorf("%s: %q of the lead is %q in the case", p.Role, want, p.Address)
			}
		}
		set := func(by, role, address string) error {
			f := find(t, o, id, "2024-03-11")
			var party string
			for _, p := range f.Parties {
				if p.Role == role {
					party = p.ID
				}
			}
			return o.At("2024-03-11", func(tx *store.Tx) error { return o.Docket.SetAddressTx(tx, o.By[by], id, f.Version, party, address) })
		}
		forget := func(role string) {
			if err := db.Tx(context.Background(), func(tx *store.Tx) error {
				return tx.Exec("UPDATE case_parties SET address = '' WHERE case_id = ? AND role = ?", id, role).Error
			}); err != nil {
				t.Fatal(err)
			}
		}
		decide := func() error {
			return o.Take("chief", id, "decide", "2024-03-11", decision("2024-03-11", "infringing_stop").in)
		}
		for role, name := range map[string]string{"requester": "测试竹业有限公司", "respondent": "测试木业有限公司"} {
			forget(role)
			e := errs.As(decide())
			if e == nil || e.Key != "error.step_needs" || len(e.Missing) != 1 || e.Missing[0].Key != "need.address.infringement" || e.Missing[0].Where != "#parties" || e.Missing[0].Args[0] != name {
				t.Fatalf("%s without an address: %+v", role, e)
			}
			for who, want := range map[string]errs.Code{"chief": errs.Forbidden, "officer.deqing": errs.NotFound} {
				if err := set(who, role, "x"); errs.CodeOf(err) != want {
					t.Errorf("%s entered it: %v", who, err)
				}
			}
			for _, bad := range []string{"", "  ", strings.Repeat("路", 301)} {
				if err := set("officer", role, bad); errs.CodeOf(err) != errs.Invalid {
					t.Errorf("%.9q was taken: %v", bad, err)
				}
			}
			if err := set("officer", "agent", "x"); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("of a party that is not in the case: %v", err)
			}
			if err := set("officer", role, " 湖州市"+role+"路3号 "); err != nil {
				t.Fatal(err)
			}
		}
		// Of another case's party nothing is written.
		other := o.File(t, casework.Infringement, "2024-03-04")
		err := o.At("2024-03-11", func(tx *store.Tx) error {
			return o.Docket.SetAddressTx(tx, o.By["officer"], other.ID, 1, f.Parties[0].ID, "x")
		})
		if errs.CodeOf(err) != errs.Invalid {
			t.Errorf("another case's party: %v", err)
		}
		if err := decide(); err != nil {
			t.Fatal(err)
		}
		text := paperOf(t, find(t, o, id, "2024-03-11"), "adjudication_ruling")
		for _, want := range []string{"测试竹业有限公司，住所：湖州市requester路3号", "测试木业有限公司，住所：湖州市respondent路3号"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in the paper\n%s", want, text)
			}
		}
		if err := set("officer", "requester", "新地址"); err != nil { // the case is open until it is closed; the paper stays as it was
			t.Error(err)
		}
		if paperOf(t, find(t, o, id, "2024-03-11"), "adjudication_ruling") != text {
			t.Error("the paper changed")
		}
	})
}

// paperOf is the text of the latest paper from a template.
func paperOf(t testing.TB, f *casework.File, template string) string {
	t.Helper()
	var b strings.Builder
	for _, d := range f.Documents {
		if d.Template != template {
			continue
		}
		b.Reset()
		p, err := d.Paper()
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Blocks {
			b.WriteString(x.Text + "\n")
		}
	}
	return b.String()
}
