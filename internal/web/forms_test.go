package web

import (
	"math"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/errs"
	"huzhi/views/parts"
)

func TestLocalPaths(t *testing.T) {
	for _, path := range []string{"/", "/cases", "/cases?kind=a&x=%2F%2Fevil", "/a/b#c", "/案件?q=镜架", "/login?next=/x"} {
		if got := local(path, "no"); got != path {
			t.Errorf("%q was refused", path)
		}
	}
	for _, path := range []string{
		"", "cases", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "HTTPS:evil.example",
		"javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "/a\r\nSet-Cookie: x=y", " /cases", "/%5Cevil.example", "/%2Fevil.example", "/%zz", "/" + strings.Repeat("a", 2000),
	} {
		if got := local(path, "no"); got != "no" {
			t.Errorf("%q leads to %q", path, got)
		}
	}
}

func TestFormValues(t *testing.T) {
	for _, c := range []struct {
		in  string
		fen int64
		bad bool
	}{
		{"", 0, false}, {"0", 0, false}, {"1200", 120000, false}, {"1,200.5", 120050, false}, {" ¥1，200.05元 ", 120005, false}, {"999999999999.99", 99999999999999, false},
		{"1.234", 0, true}, {"-1", 0, true}, {"1e3", 0, true}, {"٣", 0, true}, {"1.", 0, true}, {".5", 0, true}, {"9999999999999", 0, true}, {"NaN", 0, true},
	} {
		f := blank(map[string]string{"x": c.in})
		if got := f.money("x"); got != c.fen || (f.err() != nil) != c.bad {
			t.Errorf("money %q: %d, %v", c.in, got, f.err())
		}
	}
	for _, c := range []struct {
		in  string
		n   int64
		bad bool
	}{{"", 0, false}, {"12,345", 12345, false}, {"-1", 0, true}, {"1.5", 0, true}, {"99999999999999999999", 0, true}, {"x", 0, true}} {
		f := blank(map[string]string{"x": c.in})
		if got := f.number("x"); got != c.n || got > math.MaxInt32*1000 || (f.err() != nil) != c.bad {
			t.Errorf("number %q: %d, %v", c.in, got, f.err())
		}
	}
	for in, bad := range map[string]bool{"": false, "2026-11-20": false, "2026-02-30": true, "20-11-2026": true, "2026-1-1": true, "tomorrow": true} {
		f := blank(map[string]string{"x": in})
		if got := f.day("x"); got.String() != in && !bad || (f.err() != nil) != bad {
			t.Errorf("day %q: %v, %v", in, got, f.err())
		}
	}
	f := blank(map[string]string{"text": "  镜\x00架\r\n二行\xff  ", "box": "on"})
	if got := f.text("text"); got != "镜架\n二行�" {
		t.Errorf("text %q", got)
	}
	if !f.yes("box") || f.yes("none") {
		t.Error("boxes")
	}
	f.values["many"] = []string{" a", "a", "", "b"}
	if got := f.all("many"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("all: %q", got)
	}
}

func TestAFormComesBackAsItWasSent(t *testing.T) {
	f := blank(map[string]string{"name": " <b>王</b> ", "kind": "b", "password": "geheim"})
	f.sent = true
	f.values["boxes"] = []string{"2", "3"}
	f.wrong["name"] = errs.Msg("error.required")
	p := catalogue(t).Printer("en")
	options := []parts.Option{{Value: "a", Selected: true}, {Value: "b"}}
	got := f.fill(p,
		parts.Field{Name: "name"}, parts.Field{Name: "kind", Type: parts.Select, Options: options}, parts.Field{Name: "password", Type: parts.Password},
		parts.Field{Name: "tick", Type: parts.Checkbox, Value: "1"}, parts.Field{Name: "other", Value: "kept"},
		parts.Field{Name: "boxes", Type: parts.Checks, Options: []parts.Option{{Value: "1", Selected: true}, {Value: "2"}, {Value: "3"}}},
	)
	if got[0].Value != " <b>王</b> " || got[0].Error != p.T("error.required") {
		t.Errorf("name: %+v", got[0])
	}
	if got[1].Options[0].Selected || !got[1].Options[1].Selected || !options[0].Selected {
		t.Errorf("kind: %+v", got[1].Options)
	}
	if got[2].Value != "" {
		t.Error("a password came back")
	}
	if got[3].Value != "" || got[4].Value != "kept" {
		t.Errorf("tick %q, other %q", got[3].Value, got[4].Value)
	}
	if o := got[5].Options; o[0].Selected || !o[1].Selected || !o[2].Selected {
		t.Errorf("boxes: %+v", o)
	}
	f.wrong["elsewhere"] = errs.Msg("error.day")
	if s := f.general(p, got...); !strings.Contains(s, p.T("error.day")) || strings.Contains(s, p.T("error.required")) {
		t.Errorf("general: %q", s)
	}
}
