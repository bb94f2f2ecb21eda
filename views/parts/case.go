package parts

import (
	"time"

	"github.com/a-h/templ"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
)

// Banner is what identifies a case, a lead or a complaint on all its pages.
type Banner struct {
	Number       string // 湖知法裁字〔2026〕17号
	Title        string
	Kind         string
	State        string
	StateTone    Tone
	County       string
	Officers     []string
	Note         string       // what must be known at once: that it was opened again
	Confidential string       // what restricts it; empty when it is open to the office
	Opened       calendar.Day // with OpenedWord: "立案"
	OpenedWord   string
	Clock        *Clock          // the nearest statutory date
	Main         *Action         // the one thing to do next
	More         []Action        // everything else, in a menu
	Tabs         []Tab           // the pages of the matter
	Extra        templ.Component // anything more under the facts; may be nil
}

// Asks is what the law asks next of this person.
type Asks struct {
	Title  string // empty = the usual title
	Items  []Ask
	Others []Others
}

// Others are steps that are for somebody else, for one reason.
type Others struct{ Titles, Why string }

// Ask is one open step.
type Ask struct {
	Title       string
	Article     string // its article
	ArticleHref string
	Note        string // what it does, what it starts
	Done        bool
	DoneNote    string  // when and by whom
	Clock       *Clock  // its own deadline
	Missing     []Link  // what must be there first, each leading to where it is put right
	Action      *Action // its button; with Refused it is disabled and says why
}

func (a Asks) done() int {
	n := 0
	for _, i := range a.Items {
		if i.Done {
			n++
		}
	}
	return n
}

// state is done, missing (something must be there first), wait (it is not this person's, or not yet) or open.
func (i Ask) state() string {
	switch {
	case i.Done:
		return "done"
	case len(i.Missing) > 0:
		return "missing"
	case i.Action != nil && i.Action.Refused != "":
		return "wait"
	}
	return "open"
}

// StageState is where a stage of a procedure stands.
type StageState string

// The states of a stage.
const (
	StageDone    StageState = "done"
	StageNow     StageState = "now"
	StageTodo    StageState = "todo"
	StageSkipped StageState = "skipped"
)

// Stage is one stage of this kind of case.
type Stage struct {
	Label string
	State StageState
	Day   calendar.Day // when it was reached
	Note  string       // shown instead of the day
}

func (s Stage) state() StageState {
	switch s.State {
	case StageDone, StageNow, StageSkipped:
		return s.State
	}
	return StageTodo
}

func (s Stage) under(p *i18n.Printer) string {
	switch {
	case s.Note != "":
		return s.Note
	case !s.Day.IsZero():
		return p.Day(s.Day)
	case s.State == StageNow:
		return p.T("parts.stage.now")
	case s.State == StageSkipped:
		return p.T("parts.stage.skipped")
	}
	return ""
}

// Event is one entry of a timeline. Where only the day is known, Time is zero: an hour is never invented.
type Event struct {
	Time  time.Time
	Day   calendar.Day
	Icon  string
	Tone  Tone
	Title string
	Text  string
	Who   string
	Links []Link // documents, evidence
}

func (e Event) when(p *i18n.Printer) string {
	if !e.Time.IsZero() {
		return p.Time(e.Time)
	}
	return p.Day(e.Day)
}

func (e Event) stamp() string {
	if !e.Time.IsZero() {
		return e.Time.UTC().Format(time.RFC3339)
	}
	return e.Day.String()
}

func (e Event) icon() string {
	if HasIcon(e.Icon) {
		return e.Icon
	}
	return "point"
}

// Timeline is the history of a matter, newest first.
type Timeline struct {
	Title  string // empty = the usual title
	Tabs   []Tab  // acts, documents, evidence, clocks, access
	Events []Event
	Older  string // address of the next events, or nothing
}
