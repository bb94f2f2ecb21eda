package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"huzhi/config"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/statute"
)

// law is what the commands that only count need: the rule book, the calendar and the settings. No data folder is opened.
type law struct {
	cfg  *config.Config
	book *statute.Book
	days *calendar.Calendar
}

func (t *terminal) law() (*law, error) {
	cfg, err := t.settings(nil)
	if err != nil {
		return nil, err
	}
	book, err := statute.Load(config.Statute())
	if err != nil {
		return nil, err
	}
	days, err := calendar.Load(config.Calendar())
	if err != nil {
		return nil, err
	}
	return &law{cfg: cfg, book: book, days: days}, nil
}

// json prints one object on one line.
func (t *terminal) json(v any) error {
	enc := json.NewEncoder(t.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// flagDay reads a day that a flag gives.
func flagDay(f *errs.Faults, flag, s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		f.Add(flag, "cmd.bad.day", s)
	}
	return d
}

// flagDays reads DATE..DATE, both days included.
func flagDays(f *errs.Faults, flag string, list []string) []statute.Excluded {
	var out []statute.Excluded
	for _, s := range list {
		a, b, _ := strings.Cut(s, "..")
		from, errA := calendar.ParseDay(a)
		to, errB := calendar.ParseDay(b)
		if errA != nil || errB != nil || to < from {
			f.Add(flag, "cmd.bad.days", s)
			continue
		}
		out = append(out, statute.Excluded{From: from, To: to})
	}
	return out
}

// yuan is an amount in fen that JSON shows in yuan, with cents only where there are any.
type yuan int64

// MarshalJSON writes 250000 or 250000.05.
func (y yuan) MarshalJSON() ([]byte, error) { //nolint:unparam // json.Marshaler
	if y%100 == 0 {
		return strconv.AppendInt(nil, int64(y/100), 10), nil
	}
	return fmt.Appendf(nil, "%d.%02d", y/100, y%100), nil
}

// maxYuan is the highest amount a flag takes: what is more is a mistake.
const maxYuan = 1_000_000_000_000

// flagYuan reads an amount of yuan (12000, 12000.50, 12,000) as fen.
func flagYuan(f *errs.Faults, flag, s string) int64 {
	whole, cents, point := strings.Cut(strings.TrimSpace(s), ".")
	if groups := strings.Split(whole, ","); len(groups) > 1 {
		whole = strings.Join(groups, "")
		for i, g := range groups {
			if i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 3) {
				whole = "?"
			}
		}
	}
	digits := strings.Trim(whole+cents, "0123456789") == ""
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || !digits || point && (cents == "" || len(cents) > 2) || n > maxYuan {
		f.Add(flag, "cmd.bad.yuan", s)
		return 0
	}
	c, _ := strconv.ParseInt((cents + "00")[:2], 10, 64)
	return n*100 + c
}

// row is a calendar day of a count.
type row struct {
	Day     string `json:"day"`
	Counted int    `json:"counted"`
	Why     string `json:"why"`
}

func rows(p *i18n.Printer, list []calendar.Row) []row {
	out := make([]row, len(list))
	for i, r := range list {
		out[i] = row{Day: r.Day.String(), Counted: r.Counted, Why: why(p, r)}
	}
	return out
}

// why is the reason of a day in words, with the holiday's notice, and the part of the count where it is not the period itself.
func why(p *i18n.Printer, r calendar.Row) string {
	s := p.T("law.day." + string(r.Why.Kind))
	if n := r.Why.Name; n != "" {
		s = p.T("law.day.named", s, n)
	}
	if n := r.Why.Notice; n.Number != "" && n.Number != calendar.NotRecorded {
		s = p.T("law.day.notice", s, n.Number)
	} else if n.Title != "" {
		s = p.T("law.day.notice", s, n.Title)
	}
	switch {
	case r.Part < 0:
		s = p.T("law.day.rolled", s)
	case r.Part > 0:
		s = p.T("law.day.extension", s, r.Part)
	}
	return s
}

// ledger prints the days one a line.
func (t *terminal) ledger(list []calendar.Row) {
	fmt.Fprintln(t.out)
	for _, r := range list {
		n := "–"
		if r.Counted > 0 {
			n = strconv.Itoa(r.Counted)
		}
		weekday := t.p.T("parts.weekday." + strconv.Itoa((int(r.Day.Weekday())+6)%7+1))
		fmt.Fprintf(t.out, "  %s %s %4s  %s\n", r.Day, weekday, n, why(t.p, r))
	}
}
