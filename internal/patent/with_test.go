package patent

import "testing"

func TestTheMarkWithANumberReadApart(t *testing.T) {
	for _, x := range []struct{ text, number, want string }{
		{"", "", ""},
		{"", " ZL 2015 2 0781728.2 ", "ZL 2015 2 0781728.2"},
		{"专利产品", "", "专利产品"},
		{"专利产品", "201520781728.2", "专利产品\n201520781728.2"},
		{"专利产品 ZL 2015 2 0781728.2", "zl201520781728.2", "专利产品 ZL 2015 2 0781728.2"},               // the same in another spelling
		{"专利产品 ZL 2015 2 0781728.2", "201310699744.2", "专利产品 ZL 2015 2 0781728.2\n201310699744.2"}, // another
		{"专利产品", "ZL2015207817282.2", "专利产品\nZL2015207817282.2"},                                   // none that can be
		{"Z", "ZL 2015 2 0781728.2", "Z\nZL 2015 2 0781728.2"},
	} {
		if got := WithNumber(x.text, x.number); got != x.want {
			t.Errorf("%q with %q: %q, want %q", x.text, x.number, got, x.want)
		}
	}
}
