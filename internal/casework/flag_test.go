package casework_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// Flags are set, kept and taken away by the case's officers alone; a list by mark finds the case while its flag stands.
func TestFlags(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		ctx := context.Background()
		c := o.File(t, casework.Counterfeit, "2025-03-03")
		set := func(who string, version int64, flags ...string) error {
			return o.Docket.SetFlags(ctx, o.By[who], c.ID, version, flags, "督办函")
		}
		version := func() int64 { return o.Find(t, "officer", c.ID, "2025-03-04").Version }
		if err := set("officer", version(), "hmt", "invented"); refused(err) != errs.Invalid {
			t.Errorf("an unknown flag: %v", err)
		}
		if err := set("chief", version(), "hmt"); refused(err) != errs.Forbidden {
			t.Errorf("by the chief: %v", err)
		}
		for _, x := range []struct {
			flags []string
			want  string
		}{{[]string{"hmt", "supervised"}, "[hmt supervised]"}, {[]string{"supervised"}, "[supervised]"}, {[]string{"hmt", "supervised"}, "[hmt supervised]"}, {nil, "[]"}} {
			before := version()
			if err := set("officer", before, x.flags...); err != nil {
				t.Fatal(err)
			}
			if err := set("officer", before, "group"); refused(err) != errs.Conflict {
				t.Errorf("from a stale page: %v", err)
			}
			var got []string
			for _, m := range casework.Flags() {
				filter, bad := casework.ParseFilter(url.Values{"mark": {m}}, "")
				if bad != "" {
					t.Fatal(m, bad)
				}
				var n int64
				if err := filter.Where(caseworktest.Day("2025-03-04"))(db.Read(ctx).Table("cases")).Count(&n).Error; err != nil {
					t.Fatal(err)
				}
				if n == 1 {
					got = append(got, m)
				}
			}
			if fmt.Sprint(got) != x.want {
				t.Errorf("%v: found by %v", x.flags, got)
			}
		}
		rows, err := o.Docket.Flagged(ctx, o.Find(t, "officer", c.ID, "2025-03-04"))
		var kept int64
		if e := db.Read(ctx).Model(&casework.Flag{}).Where("case_id = ? AND removed_by <> ''", c.ID).Count(&kept).Error; e != nil || err != nil || len(rows) != 0 || kept != 3 {
			t.Errorf("stand %v, kept %d, %v %v", rows, kept, err, e)
		}
	})
}

// refused is the code of a refusal, "" without one.
func refused(err error) errs.Code {
	if e := errs.As(err); e != nil {
		return e.Code
	}
	return ""
}

func TestUnknownTraits(t *testing.T) {
	for _, v := range []url.Values{{"mark": {"hmt,nonsense"}}, {"party": {"x"}}, {"result": {"x"}}, {"step_from": {"x"}}} {
		if _, bad := casework.ParseFilter(v, ""); !v.Has(bad) {
			t.Errorf("%v: refused for %q", v, bad)
		}
	}
}
