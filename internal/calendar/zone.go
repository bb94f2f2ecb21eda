//go:build !js

package calendar

import _ "time/tzdata" // the zone data travels in the binary: an office server need not have it
