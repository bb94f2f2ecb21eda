package views

import (
	"huzhi/internal/i18n"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// CalendarView is a year of the calendar in force.
type CalendarView struct {
	layout.Page
	Years   []parts.Tab
	Unknown string // the year has no notice yet: what that means
	Waiting []parts.Link
	Months  []CalendarMonth
	Totals  []parts.Desc
	Notices parts.Table // what the year rests on
	History parts.Table // what was proposed and decided
}

// CalendarMonth is one leaf of a calendar.
type CalendarMonth struct {
	Title string
	Weeks [][7]CalendarDay // from Monday; a zero day is outside the month
}

// The marks of a calendar's days.
const (
	CalWork    = "work"
	CalWeekend = "weekend"
	CalHoliday = "holiday"
	CalMakeUp  = "makeup"
	CalGuess   = "guess" // Monday to Friday of a year without a notice
)

// CalendarDay is one day.
type CalendarDay struct {
	N     string
	Mark  string // one of the marks
	Why   string // the holiday's name
	Words string // for a screen reader: "2026-10-01 holiday: 国庆节"
	Today bool
}

func (d CalendarDay) class() string {
	s := "calday"
	switch d.Mark {
	case CalWork, CalWeekend, CalHoliday, CalMakeUp, CalGuess:
		s += " calday-" + d.Mark
	}
	if d.Today {
		s += " calday-today"
	}
	return s
}

// sign is the small character that marks days off and make-up days, as on a printed calendar.
func (d CalendarDay) sign(p *i18n.Printer) string {
	if d.Mark == CalHoliday || d.Mark == CalMakeUp {
		return p.T("calendar.sign." + d.Mark)
	}
	return ""
}

func calendarKey() []string { return []string{CalWork, CalWeekend, CalHoliday, CalMakeUp} }

// NoticeFormView is the page on which a notice is proposed.
type NoticeFormView struct {
	layout.Page
	Forms []ActForm
}

// NoticeView is a holiday notice: what it says, what it does to the clocks, and the decision.
type NoticeView struct {
	layout.Page
	State     string
	Tone      parts.Tone
	Facts     []parts.Desc
	Days      parts.Table
	Remark    *Remark // it is being carried out; it changes nothing; the preview is old
	Done, Of  int64   // clocks counted anew so far, of so many; 0 of 0 once all are
	PreviewIs string  // heading: what it would do, or did
	Cards     []parts.NumberCard
	Only      string       // why the matters are not shown
	Moves     *parts.Table // nil where the person may see no matter
	More      string
	Forms     []ActForm
}

// Remark is a remark on a page.
type Remark = parts.Remark
