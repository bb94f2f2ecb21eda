package web_test

import (
	"regexp"
	"strings"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
	"huzhi/internal/web/webtest"
)

var keyLeft = regexp.MustCompile(`(error|query|intake|kind|state|listing|audit|users|report|lead|call)\.[a-z_]`)

// A list is never silently another one: what is not understood in its address is said, with no row beneath it.
func TestAQueryThatCannotBeUnderstood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, o := openCases(t, db, nil)
		o.File(t, casework.Counterfeit, "2026-11-02")
		common := []string{
			"office=%ff", "office=999999", "office=Deqing", "office=%zz", "from=2014-02-30", "from=bad", "to=yesterday", "from=2015-01-01&to=2014-01-01",
			"after=x/y", "after=//", "after=2014-01-01", "before=x", "before=2014-01-01/'", "after=2026-02-30/x", "q=" + strings.Repeat("x", 101), "a;b",
		}
		lists := map[string]struct {
			who    string
			common bool
			own    []string
		}{
			"/cases": {"chief", true, []string{
				"kind=murder", "state=lost", "kind=dispute&state=heard", "place=Deqing", "at=1", "pending_on=1", "closed_to=x", "outcome=hanged", "in_time=maybe", "mine=me", "late=2", "mark=hmt,x", "step=x", "party=x", "result=x", "source=x", "limb=x",
			}},
			"/leads":       {"officer", true, []string{"kind=x", "state=x", "source=x", "kind=%ff"}},
			"/hotline":     {"operator", true, []string{"kind=x", "state=x", "subject=x", "channel=x"}},
			"/listings":    {"officer", true, []string{"kind=x", "platform=x", "finding=x", "result=x", "case=x", "lead='"}},
			"/due":         {"chief", false, []string{"until=soon", "office=1", "office=%ff", "after=2026-11-20", "mine=1&after=2026-11-20/'", "mine=x"}},
			"/audit":       {"auditor", false, []string{"from=bad", "to=2026-02-30", "from=2026-11-20&to=2026-11-19", "before=x", "before=-1", "before=99999999999999999999", "outcome='", "from=%zz"}},
			"/admin/users": {"admin", false, []string{"role=boss", "place=x", "place=%ff"}},
			"/statistics":  {"chief", false, []string{"office=zz", "office=%ff", "office=330100", "year=x", "part=x", "from=x&to=2014-01-01"}},
		}
		for path, l := range lists {
			c := webtest.SignIn(t, s.base, l.who)
			if p := c.Get(path); p.Status != 200 {
				t.Fatalf("%s: %d", path, p.Status)
			}
			asked := l.own
			if l.common {
				asked = append(asked, common...)
			}
			for _, q := range asked {
				p := c.Get(path + "?" + q)
				said := p.Text(".empty-state") + p.Text("main .notice")
				if p.Status != 422 || rowsOf(p) != 0 || said == "" || keyLeft.MatchString(p.Main()) || !p.Has(".filters") {
					t.Errorf("%s?%s: %d %s", path, q, p.Status, said)
				}
			}
		}
		c := webtest.SignIn(t, s.base, "officer")
		if p := c.Get("/leads?from=bad&state=x"); !p.Has("[name=from][aria-invalid]") || !strings.Contains(p.Text(".empty-state"), "状态") || !strings.Contains(p.Text(".empty-state"), "2026-11-20") {
			t.Errorf("not every fault is said: %s", p.Main())
		}
	})
}
