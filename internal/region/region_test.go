package region

import "testing"

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		holder, place string
		want          bool
	}{
		{"330000", "330500", true}, {"330000", "330521", true}, {"330500", "330521", true}, {"330500", "330500", true},
		{"330521", "330521", true}, {"330521", "330500", false}, {"330521", "330523", false}, {"330500", "330600", false},
		{"330500", "330000", false}, {"", "330500", false}, {"000000", "330500", false}, {"33", "330500", false}, {"330500", "", false},
	} {
		if got := Covers(c.holder, c.place); got != c.want {
			t.Errorf("Covers(%q, %q) = %v", c.holder, c.place, got)
		}
		if len(c.place) == 6 {
			from, to := Bounds(c.holder)
			if got := c.place >= from && c.place < to; got != c.want {
				t.Errorf("Bounds(%q) = %s..%s holds %s: %v", c.holder, from, to, c.place, got)
			}
		}
	}
}
