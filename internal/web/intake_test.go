package web

import (
	"net/url"
	"testing"

	"huzhi/internal/casework"
)

func TestAddress(t *testing.T) {
	v := url.Values{"kind": {"report"}, "q": {"竹 席"}}
	for _, x := range []struct {
		set  []string
		want string
	}{
		{nil, "/hotline?kind=report&q=%E7%AB%B9+%E5%B8%AD"}, {[]string{"kind", "", "q", ""}, "/hotline"}, {[]string{"q", "", "after", "2026-11-20/x"}, "/hotline?after=2026-11-20%2Fx&kind=report"},
	} {
		if got := address("/hotline", v, x.set...); got != x.want {
			t.Errorf("%v: %s", x.set, got)
		}
	}
	if v.Get("kind") != "report" || v.Get("after") != "" {
		t.Errorf("the query was changed: %v", v)
	}
}

type key string

func (k key) Key() string { return string(k) }

func TestPager(t *testing.T) {
	p := catalogue(t).Printer("en")
	rows := []key{"3", "2"}
	for name, x := range map[string]struct {
		at                casework.Page
		more              bool
		prev, next, first bool
	}{
		"all there is":          {},
		"the first page":        {more: true, next: true},
		"a page between":        {at: casework.Page{After: "4"}, more: true, prev: true, next: true, first: true},
		"the last page":         {at: casework.Page{After: "4"}, prev: true, first: true},
		"back in between":       {at: casework.Page{Before: "1"}, more: true, prev: true, next: true, first: true},
		"back at the beginning": {at: casework.Page{Before: "1"}, next: true},
	} {
		g := pager(p, "/x", nil, x.at, rows, x.more, 7)
		if (g.Prev != "") != x.prev || (g.Next != "") != x.next || (g.First != "") != x.first || g.Total != "7" || g.Shown != 2 {
			t.Errorf("%s: %+v", name, g)
		}
	}
	if g := pager(p, "/x", nil, casework.Page{After: "1"}, []key{}, false, 0); g.Prev+g.Next+g.First != "" {
		t.Errorf("an empty page leads somewhere: %+v", g)
	}
}

func TestFirstLine(t *testing.T) {
	for in, want := range map[string]string{"": "", "一行": "一行", "一行\n两行": "一行", "一二三四五六": "一二三四…"} {
		if got := firstLine(in, 4); got != want {
			t.Errorf("firstLine(%q) = %q", in, got)
		}
	}
}
