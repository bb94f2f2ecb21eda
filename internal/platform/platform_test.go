package platform

import (
	_ "embed"
	"os"
	"slices"
	"strings"
	"testing"

	"huzhi/internal/errs"
)

//go:embed testdata/addresses.tsv
var addresses string // address, platform, item; or address, !, why it is no listing. Items and shops are invented.

func book(t testing.TB) *Book {
	t.Helper()
	f, err := os.Open("../../config/platforms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rows() (out [][]string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(addresses, "\n"), "\n") {
		out = append(out, strings.Split(line, "\t"))
	}
	return out
}

func TestRead(t *testing.T) {
	b := book(t)
	if n := len(rows()); n < 120 {
		t.Errorf("%d addresses", n)
	}
	for _, r := range rows() {
		got, err := b.Read(r[0])
		if r[1] == "!" {
			if e := errs.As(err); e == nil || e.Code != errs.Invalid || e.Key != "error.listing_url."+r[2] {
				t.Errorf("%s: %+v %v, want %s", r[0], got, err, r[2])
			}
			continue
		}
		if err != nil || got.Platform != r[1] || got.Item != r[2] {
			t.Errorf("%s: %+v %v, want %s %s", r[0], got, err, r[1], r[2])
			continue
		}
		if again, err := b.Read(got.Canonical); err != nil || again != got {
			t.Errorf("%s: canonical %s is read as %+v %v", r[0], got.Canonical, again, err)
		}
	}
}

func TestCanonical(t *testing.T) {
	b := book(t)
	for address, want := range map[string]string{
		"item.taobao.com/item.htm?ft=t&id=520813250866":             "https://item.taobao.com/item.htm?id=520813250866",
		"https://detail.tmall.hk/hk/item.htm?id=41464129793":        "https://detail.tmall.com/item.htm?id=41464129793",
		"https://m.1688.com/offer/599193712459.html":                "https://detail.1688.com/offer/599193712459.html",
		"https://item.m.jd.com/product/100012043978.html":           "https://item.jd.com/100012043978.html",
		"https://yangkeduo.com/goods.html?goods_id=12345":           "https://mobile.yangkeduo.com/goods.html?goods_id=12345",
		"https://haohuo.jinritemai.com/views/product/item?id=35881": "https://haohuo.jinritemai.com/views/product/item2?id=35881",
		"https://es.aliexpress.com/i/1005001.html":                  "https://www.aliexpress.com/item/1005001.html",
		"https://www.amazon.cn/gp/product/b00i15sb16":               "https://www.amazon.cn/dp/B00I15SB16",
		"http://shop.example.com/p/1?utm_source=x":                  "https://shop.example.com/p/1",
	} {
		if got, err := b.Read(address); err != nil || got.Canonical != want {
			t.Errorf("%s: %s %v, want %s", address, got.Canonical, err, want)
		}
	}
	if got := strings.Join(b.IDs(), " "); got != "taobao tmall 1688 jd pinduoduo douyin aliexpress amazon_cn generic" {
		t.Error(got)
	}
}

func TestALongAddressIsRefused(t *testing.T) {
	_, err := book(t).Read("https://shop.example.com/" + strings.Repeat("a", MaxLength))
	if e := errs.As(err); e == nil || e.Key != "error.listing_url.long" {
		t.Error(err)
	}
}

func TestRulesAreReadStrictly(t *testing.T) {
	const good = "platforms:\n  - {id: a, hosts: [a.com], item: '[0-9]+', canonical: 'https://a.com/{item}', items: [{host: a.com, path: '/(?P<item>[0-9]+)'}]}\n"
	if _, err := Load(strings.NewReader(good)); err != nil {
		t.Error(err)
	}
	for name, change := range map[string][2]string{
		"an unknown key":                {"hosts:", "house: 1, hosts:"},
		"no id":                         {"id: a", "id: ''"},
		"the id of all others":          {"id: a", "id: generic"},
		"no hosts":                      {"hosts: [a.com]", "hosts: []"},
		"no item in the address":        {"a.com/{item}", "a.com/"},
		"a pattern that cannot be read": {"[0-9]+'", "[0-9'"},
		"a path that cannot be read":    {"'/(?P", "'/((?P"},
		"no item in the rule":           {"(?P<item>[0-9]+)", "[0-9]+"},
		"item twice":                    {"[0-9]+)'}", "[0-9]+)', query: [id]}"},
		"another's host":                {"{host: a.com", "{host: b.com"},
		"no path":                       {"path: '/(?P<item>[0-9]+)'", "query: [id]"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if _, err := Load(strings.NewReader(bad)); err == nil || bad == good {
			t.Errorf("%s is taken: %s", name, bad)
		}
	}
	if _, err := Load(strings.NewReader(good + "redirects: [{host: a.com}]\n")); err == nil {
		t.Error("a redirect without keys is taken")
	}
}

// FuzzRead: whatever is read is read the same from its canonical address, and nothing panics.
func FuzzRead(f *testing.F) {
	b := book(f)
	for _, r := range rows() {
		f.Add(r[0])
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := b.Read(s)
		if err != nil {
			if errs.CodeOf(err) != errs.Invalid {
				t.Fatal(err)
			}
			return
		}
		if !slices.Contains(b.IDs(), got.Platform) || got.Item == "" || !strings.HasPrefix(got.Canonical, "https://") {
			t.Fatalf("%q: %+v", s, got)
		}
		if len(got.Canonical) > MaxLength {
			return
		}
		if again, err := b.Read(got.Canonical); err != nil || again != got {
			t.Fatalf("%q: %+v, its canonical address is read as %+v %v", s, got, again, err)
		}
	})
}
