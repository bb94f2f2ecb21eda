package evidence

import (
	"testing"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// TestCustodyFollows: an act comes after the one before it, out of the hands that held the item; what is destroyed is destroyed on record, after the decision,
// and never while a measure holds it (Administrative Coercion Law Art. 26).
func TestCustodyFollows(t *testing.T) {
	at := time.Date(2026, 11, 18, 9, 30, 20, 0, time.UTC)
	item, before := &Item{Keeper: "王某", TrackID: "t"}, &Line{OnAt: at}
	open := &casework.File{Case: casework.Case{}, Tracks: []casework.Track{{ID: "t"}}}
	decided := &casework.File{Case: casework.Case{DecidedOn: calendar.Date(2026, 11, 10)}, Tracks: []casework.Track{{ID: "t", EndedOn: calendar.Date(2026, 11, 10)}, {ID: "u"}}}
	held := &casework.File{Case: decided.Case, Tracks: open.Tracks}
	for _, x := range []struct {
		name     string
		f        *casework.File
		act      Act
		recorded bool
		want     errs.Code
	}{
		{"handed on by its keeper", open, Act{Act: Handed, From: "王某", OnAt: at}, false, ""},
		{"in the same minute, as a form knows it", open, Act{Act: Handed, From: "王某", OnAt: at.Truncate(time.Minute)}, false, ""},
		{"before the last act", open, Act{Act: Sealed, OnAt: at.AddDate(0, 0, -1)}, false, errs.Invalid},
		{"handed on by somebody else", open, Act{Act: Handed, From: "完全无关的人", OnAt: at}, false, errs.Invalid},
		{"destroyed while a measure holds it", held, Act{Act: Destroyed, From: "王某", OnAt: at}, true, errs.Conflict},
		{"destroyed before the decision", &casework.File{}, Act{Act: Destroyed, From: "王某", OnAt: at}, true, errs.Conflict},
		{"destroyed without a record", decided, Act{Act: Destroyed, From: "王某", OnAt: at}, false, errs.Invalid},
		{"destroyed as it must be", decided, Act{Act: Destroyed, From: "王某", OnAt: at}, true, ""},
	} {
		err := follows(item, x.f, before, &x.act, x.recorded)
		if (err == nil) != (x.want == "") || err != nil && errs.CodeOf(err) != x.want {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}
