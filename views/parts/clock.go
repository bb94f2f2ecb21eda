package parts

import (
	"strconv"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
)

// Unit is what the law counts a period in.
type Unit string

// The units. A period of months is counted down in calendar days.
const (
	WorkDays Unit = "workday"
	Days     Unit = "day"
	Hours    Unit = "hour"
)

// ClockState is what a clock is doing.
type ClockState string

// The states of a clock.
const (
	ClockRuns   ClockState = "runs"
	ClockPaused ClockState = "paused"
	ClockMet    ClockState = "met"    // stopped in time
	ClockMissed ClockState = "missed" // stopped late
	ClockVoid   ClockState = "void"   // ended without effect
)

// Clock is a statutory period on a page. Only Name, State, Unit, Left and Due are needed for a badge.
type Clock struct {
	Name        string // what runs out: "办案期限"
	State       ClockState
	Unit        Unit
	Left        int          // units left; 0 = due today; negative = past
	Soon        int          // at or under this many units left it is amber; 0 means 3
	Total       int          // the whole period in Unit, for the ring; 0 = no ring
	Term        string       // the period in the law's words: "90 日"
	Start       calendar.Day // first day counted
	StartedBy   string       // the act it runs from: "立案"
	Due         calendar.Day // the last day, rolled forward where the law rolls it
	Strict      calendar.Day // the last day without rolling forward, where it differs
	Ended       calendar.Day // when it was met, missed or voided
	Excluded    string       // what is not counted: "鉴定 12 日"
	Extended    string       // extensions and who gave them
	Still       string       // since when and why it stands still
	Article     string       // the article it comes from
	ArticleHref string
	Provisional bool   // it reaches a year whose holidays are not yet published
	LedgerHref  string // the day-by-day count
}

// class is the look of the badge.
func (c Clock) class() string {
	if c.State == ClockVoid {
		return "clk clk-stopped clk-void"
	}
	return c.Tone().class("clk")
}

// Tone is the clock's colour.
func (c Clock) Tone() Tone {
	switch c.State {
	case ClockMet:
		return Done
	case ClockMissed:
		return Late
	case ClockPaused, ClockVoid:
		return Stopped
	}
	soon := c.Soon
	if soon == 0 {
		soon = 3
	}
	switch {
	case c.Left < 0:
		return Late
	case c.Left <= soon:
		return Soon
	}
	return Running
}

// Words are what the badge says: "剩 3 个工作日", "超期 2 日", "已暂停".
func (c Clock) Words(p *i18n.Printer) string {
	switch c.State {
	case ClockPaused, ClockMet, ClockMissed, ClockVoid:
		return p.T("parts.clock." + string(c.State))
	}
	switch {
	case c.Left < 0:
		return p.N("parts.clock.late."+c.unit(), -c.Left)
	case c.Left == 0 && c.Unit == Hours:
		return p.T("parts.clock.now")
	case c.Left == 0:
		return p.T("parts.clock.today")
	}
	return p.N("parts.clock.left."+c.unit(), c.Left)
}

func (c Clock) unit() string {
	switch c.Unit {
	case WorkDays, Hours:
		return string(c.Unit)
	}
	return string(Days)
}

// used is the share of the period that is gone.
func (c Clock) used() float64 {
	switch {
	case c.State == ClockMet, c.State == ClockMissed, c.State == ClockVoid, c.Total <= 0:
		return 1
	}
	return clamp(float64(c.Total-c.Left) / float64(c.Total))
}

// ringFigure is the number inside the ring, and ringUnit what stands under it.
func (c Clock) ringFigure() string {
	if c.Left < 0 {
		return "−" + strconv.Itoa(-c.Left)
	}
	return strconv.Itoa(c.Left)
}

func (c Clock) ringUnit(p *i18n.Printer) string { return p.T("parts.unit." + c.unit()) }

func (c Clock) stopped() bool {
	return c.State == ClockMet || c.State == ClockMissed || c.State == ClockVoid
}

// ringDash is the stroke pattern of the ring (circumference 100) that shows what is used.
func (c Clock) ringDash() string { return num(c.used()*100) + " 100" }
