package report

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
)

// Period is a stretch of days, both ends in it.
type Period struct{ From, To calendar.Day }

// Year is a calendar year.
func Year(y int) Period { return months(y, 1, 12) }

// Quarter is one of the four quarters of a year.
func Quarter(y, q int) Period { return months(y, 3*q-2, 3) }

// Month is a calendar month.
func Month(y, m int) Period { return months(y, m, 1) }

func months(y, first, n int) Period {
	return Period{calendar.Date(y, time.Month(first), 1), calendar.Date(y, time.Month(first+n), 1).AddDays(-1)}
}

// Before is the same period a year earlier. A period that still runs is compared with as many days of the year before:
// up to the day of the year that today is.
func (p Period) Before(today calendar.Day) Period {
	to := p.To
	if p.From <= today && today < p.To {
		to = today
	}
	before := Period{p.From.AddMonths(-12), to.AddMonths(-12)}
	if next := to.AddDays(1); next.Month() != to.Month() { // the end of a month stays the end of a month
		before.To = next.AddMonths(-12).AddDays(-1)
	}
	return before
}

// Name is the period in words: a year, a quarter, a month, or its first and last day.
func (p Period) Name(say *i18n.Printer) string {
	y, m := p.From.Year(), int(p.From.Month())
	year := strconv.Itoa(y)
	switch {
	case p == Year(y):
		return say.T("report.period.year", year)
	case p == Quarter(y, (m+2)/3):
		return say.T("report.period.quarter", year, say.T("report.quarter."+strconv.Itoa((m+2)/3)))
	case p == Month(y, m):
		return say.T("report.period.month", year, say.T("report.month."+strconv.Itoa(m)))
	}
	return say.T("report.period.days", p.From, p.To)
}

// Asked is a period as the form of the page asks for it.
type Asked struct{ Year, Part, From, To string }

// Free says whether a free period is asked for.
func (a Asked) Free() bool { return a.From != "" || a.To != "" }

// Parts are the parts of a year a person can choose: the whole, its quarters, its months.
func Parts() []string {
	p := []string{"year", "q1", "q2", "q3", "q4"}
	for m := 1; m <= 12; m++ {
		p = append(p, strconv.Itoa(m))
	}
	return p
}

// PartKey is the sentence of a part of Parts.
func PartKey(part string) string {
	switch part[0] {
	case 'y':
		return "report.part.year"
	case 'q':
		return "report.quarter." + part[1:]
	}
	return "report.month." + part
}

// The years a period may lie in: the Patent Law came into force on 1985-04-01.
const firstYear = 1985

// longest is the longest free period, in years.
const longest = 30

// ParsePeriod reads the fields year, part, from and to of an address's query. With from or to it is a free period; with
// nothing, the running year. A form that showed a free period says so (was=free): a year chosen there ends it. bad names the first field that is wrong, and says what with a key of the catalogue.
func ParsePeriod(v url.Values, today calendar.Day) (p Period, asked Asked, bad, why string) {
	asked = Asked{Year: v.Get("year"), Part: v.Get("part"), From: v.Get("from"), To: v.Get("to")}
	if v.Get("was") == "free" && asked.Year != "" {
		asked.From, asked.To = "", ""
	}
	if asked.Free() {
		p, bad, why = free(asked)
		return p, asked, bad, why
	}
	if asked.Year == "" {
		asked.Year = strconv.Itoa(today.Year())
	}
	if asked.Part == "" {
		asked.Part = "year"
	}
	y, err := strconv.Atoi(asked.Year)
	if err != nil || y < firstYear || y > today.Year() {
		return Period{}, asked, "year", "report.bad.year"
	}
	switch asked.Part {
	case "year":
		return Year(y), asked, "", ""
	case "q1", "q2", "q3", "q4":
		return Quarter(y, int(asked.Part[1]-'0')), asked, "", ""
	}
	m, err := strconv.Atoi(asked.Part)
	if err != nil || m < 1 || m > 12 {
		return Period{}, asked, "part", "report.bad.part"
	}
	return Month(y, m), asked, "", ""
}

func free(a Asked) (p Period, bad, why string) {
	var err error
	if p.From, err = calendar.ParseDay(a.From); err != nil || p.From.Year() < firstYear {
		return Period{}, "from", "report.bad.day"
	}
	if p.To, err = calendar.ParseDay(a.To); err != nil {
		return Period{}, "to", "report.bad.day"
	}
	if p.To < p.From {
		return Period{}, "to", "report.bad.order"
	}
	if p.To > p.From.AddMonths(12*longest) {
		return Period{}, "to", "report.bad.long"
	}
	return p, "", ""
}

// Values is the period as the page's query.
func (p Period) Values() url.Values {
	y, m := p.From.Year(), int(p.From.Month())
	v := url.Values{"year": {strconv.Itoa(y)}}
	switch {
	case p == Year(y):
		v.Set("part", "year")
	case p == Quarter(y, (m+2)/3):
		v.Set("part", fmt.Sprintf("q%d", (m+2)/3))
	case p == Month(y, m):
		v.Set("part", strconv.Itoa(m))
	default:
		return url.Values{"from": {p.From.String()}, "to": {p.To.String()}}
	}
	return v
}

// within is the part of p that lies in q.
func (p Period) within(q Period) Period { return Period{max(p.From, q.From), min(p.To, q.To)} }
