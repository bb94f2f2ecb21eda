package region

import "testing"

func TestWellFormed(t *testing.T) {
	for code, want := range map[string]bool{"330500": true, "110000": true, "820000": true, "999999": false, "160000": false, "000000": false, "3305": false, "33050a": false, "": false, "330500 ": false} {
		if WellFormed(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}
