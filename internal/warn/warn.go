// Package warn tells people in time: so many days before a statutory day or a task's day whoever works on it, on the day and after it the chief; once each, by the bell, on the desk and, where wanted, by mail.
//
// What is warned of are the running clocks of cases and leads (deadline.Clocks)
// and open tasks. Calls are not: the desk that answers them has its own list.
//
//   - Before: of a case its officers; of a lead, which nobody holds yet, whoever may verify there; of a task whoever is to do it.
//     The days are the setting warn.days, calendar days. Only the nearest threshold that the day has passed counts: whoever comes back
//     after a week is told once that two days are left. A threshold that had passed when the clock began is left out.
//   - On the day and after it, of the office's duties: the case's chief; where it has none, and of a lead, whoever approves there. Those of
//     the place itself come before those of the city above it. A task's day is told to whoever is to do it too, and when it is over to
//     whoever gave it.
//   - A party's period is told to the officers before and on its day; when it is over, nobody was late.
//
// One warning is for one person, one clock or task, one threshold and one day (the
// table's key). A clock whose day was moved is warned of again if the threshold
// then lies ahead. A warning is read only while the person may see the matter; one
// whose clock has stopped, or has another day by now, is no longer open. Warnings
// are no acts of anybody: the log does not hold them.
package warn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/mail"
	"huzhi/internal/store"
)

// The thresholds that are no number of days before.
const (
	At   = 0  // on the day
	Over = -1 // after it
)

// The sources of a warning.
const (
	Clock = "clock"
	Task  = "task"
)

// MostDays is the longest time before a day that the settings may choose.
const MostDays = 90

// Settings are what the office chooses.
type Settings struct {
	Days []int        // thresholds, days before; none: nobody is warned before
	Mail *mail.Sender // nil: no letters
}

// Bell is the service.
type Bell struct {
	db     *store.DB
	guard  *access.Guard
	clocks *deadline.Clocks
	words  *i18n.Catalogue
	set    Settings
}

// New makes the service. Days outside 1 to MostDays, or twice the same, are an error.
func New(db *store.DB, guard *access.Guard, clocks *deadline.Clocks, words *i18n.Catalogue, set Settings) (*Bell, error) {
	set.Days = slices.Clone(set.Days)
	slices.Sort(set.Days)
	for i, n := range set.Days {
		if n < 1 || n > MostDays || i > 0 && set.Days[i-1] == n {
			return nil, fmt.Errorf("warn: days %v: want different numbers from 1 to %d", set.Days, MostDays)
		}
	}
	return &Bell{db: db, guard: guard, clocks: clocks, words: words, set: set}, nil
}

// Mails says whether the office sends letters.
func (b *Bell) Mails() bool { return b.set.Mail != nil }

// Warning is a warning as its reader finds it now.
type Warning struct {
	SourceID   string
	UserID     string
	Threshold  int          // days before; At, Over
	Day        calendar.Day // the day warned of
	Source     string       // Clock, Task
	MadeOn     calendar.Day
	MadeAt     time.Time
	SeenAt     *time.Time
	Label      string // the matter's number
	Title      string // the matter's title
	Restricted bool
	MatterKind string // case, lead
	MatterID   string
	OfficeDuty bool
	Rule       string // of a clock: CF_CLOSE
	Version    string // of the rule
	Kind       string // the kind of matter the rule is for
	Task       string // of a task: what is to be done
	Live       bool   // the clock still runs, the task is open, and the day is the same
}

// Open says whether the warning still waits to be seen.
func (w *Warning) Open() bool { return w.Live && w.SeenAt == nil }

// Key names one of a person's warnings in a form.
func (w *Warning) Key() string {
	return w.SourceID + "." + strconv.Itoa(w.Threshold) + "." + w.Day.String()
}

// parseKey reads what Key wrote. Invalid.
func parseKey(s string) (w Warning, err error) {
	part := strings.Split(s, ".")
	if len(part) == 3 && store.ValidID(part[0]) {
		w.SourceID = part[0]
		w.Threshold, err = strconv.Atoi(part[1])
		if err == nil {
			w.Day, err = calendar.ParseDay(part[2])
		}
		if err == nil {
			return w, nil
		}
	}
	return w, errs.New(errs.NotFound, "error.not_found")
}

// threshold is a day that is warned of before it is over.
type threshold struct {
	day  calendar.Day // the watch day
	n    int          // of the settings; At
	past calendar.Day // the last day before the threshold was reached: what was said until then was said of another day
}

// thresholds are the days ahead that are warned of today, each with the nearest threshold it has passed, and today itself.
func thresholds(days []int, today calendar.Day) []threshold {
	out := []threshold{{today, At, calendar.MaxDay}}
	left := 1
	for _, n := range days {
		for ; left <= n; left++ {
			d := today.AddDays(left)
			out = append(out, threshold{d, n, d.AddDays(-n - 1)})
		}
	}
	return out
}
