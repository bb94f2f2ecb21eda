//go:build !js

package calendar

import (
	"sync"
	"time"
)

// What a telephone does not need stands here: instants, and the zone they are read in.

// shanghai is read once and never changes.
var shanghai = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil { // on a phone (js), which has no zone data; elsewhere it is linked in (zone.go)
		return time.FixedZone("Asia/Shanghai", 28800)
	}
	return loc
})

// Zone is Asia/Shanghai, the zone every office of the country works in.
func Zone() *time.Location { return shanghai() }

// DayOf is the day on which the instant t falls in Asia/Shanghai. The zero time is no day.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return 0
	}
	y, m, d := t.In(shanghai()).Date()
	return Date(y, m, d)
}

// Time is midnight at the start of d in Asia/Shanghai; the zero time for no day.
func (d Day) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	y, m, n := d.utc().Date()
	return time.Date(y, m, n, 0, 0, 0, 0, shanghai())
}
