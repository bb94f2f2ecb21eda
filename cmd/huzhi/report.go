package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/errs"
	"huzhi/internal/report"
)

type reportCmd struct {
	Annual annualCmd `cmd:"" help:"Print the annual report, counted from the rows."`
	Table  tableCmd  `cmd:"" help:"Print the table of cases: brought forward, filed, closed, pending, overdue."`

	Scorecard scorecardCmd `cmd:"" help:"Print the assessment of the counties: points by indicator, from the matters behind them."`
	Frozen    frozenCmd    `cmd:"" help:"Print the frozen periods, or one of them with what was restated since."`
}

type scorecardCmd struct {
	dataFlag
	Year   int    `help:"The year." required:""`
	Region string `help:"The region, by its code: its counties are scored; the office of the settings without." placeholder:"CODE"`
	JSON   bool   `help:"Print one JSON object instead of words." xor:"form"`
	XLSX   string `help:"Write a workbook into this file: the points, and the matters behind each." name:"xlsx" placeholder:"FILE" xor:"form"`
}

// Help is the long help.
func (scorecardCmd) Help() string {
	return "Indicators and weights stand in config/assessment. A county's office is scored by its own cases; a year that still runs is compared with as many days of the year before."
}

// Run prints the scorecard.
func (c *scorecardCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		within := cmp.Or(c.Region, a.Config.Office.Jurisdiction)
		if _, ok := a.Regions.Get(within); !ok {
			var bad errs.Faults
			bad.Add("--region", "cmd.bad.region", within)
			return bad.Err()
		}
		s, err := a.Figures.FromRows().Scorecard(t.ctx, access.System(), c.Year, within)
		if err != nil {
			return err
		}
		if c.JSON {
			return t.json(s)
		}
		if c.XLSX != "" {
			book, err := a.Figures.FromRows().ScoreBook(t.ctx, access.System(), t.p, s)
			if err != nil {
				return err
			}
			return os.WriteFile(c.XLSX, book, 0o644)
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for _, r := range s.Regions {
			fmt.Fprintf(w, "%d\t%s\t%s\n", r.Rank, a.Regions.Name(r.Code, t.p.Lang()), r.Points.Text())
			for _, x := range r.Items {
				if x.Points != 0 || x.Matters != 0 {
					fmt.Fprintf(w, "\t%s\t%s\t%d\n", t.p.T("score.item."+x.ID), x.Points.Text(), x.Matters)
				}
			}
		}
		return w.Flush()
	})
}

type tableCmd struct {
	dataFlag
	Year   int    `help:"The year." required:""`
	Period string `help:"A part of it: q1 to q4, or 1 to 12; the whole year without." default:"year" placeholder:"PART"`
	Region string `help:"The office, by its code, with all below it; the office of the settings without." placeholder:"CODE"`
	JSON   bool   `help:"Print one JSON object instead of words." xor:"form"`
	XLSX   string `help:"Write a workbook into this file." name:"xlsx" placeholder:"FILE" xor:"form"`
}

// Help is the long help.
func (tableCmd) Help() string {
	return "The figures are counted from the rows when they are asked for. What was brought forward and filed, less what was closed, is what is pending."
}

// Run prints the table.
func (c *tableCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		office := cmp.Or(c.Region, a.Config.Office.Jurisdiction)
		if err := asked(a, c.Year, c.Period, office); err != nil {
			return err
		}
		period, _, _, _ := report.ParsePeriod(url.Values{"year": {strconv.Itoa(c.Year)}, "part": {c.Period}}, a.Docket.Today())
		s, err := a.Figures.FromRows().Ministry(t.ctx, access.System(), period, office)
		if err != nil {
			return err
		}
		if c.JSON {
			return t.json(s.Statutory)
		}
		if c.XLSX != "" {
			sheet, err := s.XLSX(t.p, a.Regions.Name(office, t.p.Lang()), func(code string) string { return report.PlaceName(t.p, a.Regions, code) })
			if err != nil {
				return err
			}
			return os.WriteFile(c.XLSX, sheet, 0o644)
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, strings.Join(s.Heads(t.p), "\t"))
		for _, r := range append(slices.Clone(s.Rows), s.Total) {
			fmt.Fprint(w, t.p.T("report.kind."+cmp.Or(r.Kind, "total")))
			for _, f := range r.Figures() {
				fmt.Fprintf(w, "\t%d", f.N)
			}
			fmt.Fprintf(w, "\t%s\t%s\t%.1f\t%d\t%s\n", r.Rate().Text(t.p), r.Timely().Text(t.p), float64(r.Days.N)/10, r.Before.N, r.Growth().Signed(t.p))
		}
		return w.Flush()
	})
}

type annualCmd struct {
	dataFlag
	Year   int    `help:"The year." required:""`
	Period string `help:"A part of it: q1 to q4, or 1 to 12; the whole year without." default:"year" placeholder:"PART"`
	Region string `help:"The office, by its code, with all below it; all offices without." placeholder:"CODE"`
	JSON   bool   `help:"Print figures instead of words." xor:"form"`
	XLSX   string `help:"Write a workbook into this file: the text and the tables." name:"xlsx" placeholder:"FILE" xor:"form"`
}

// Help is the long help.
func (annualCmd) Help() string {
	return "The same figures as the report's page. They are counted when they are asked for; no summary is used."
}

// Run prints the report.
func (c *annualCmd) Run(t *terminal) error {
	return t.with(c.Data, app.Options{}, func(a *app.App) error {
		if err := asked(a, c.Year, c.Period, cmp.Or(c.Region, a.Config.Office.Jurisdiction)); err != nil {
			return err
		}
		r, err := a.Figures.FromRows().AnnualOf(t.ctx, access.System(), c.Year, c.Period, c.Region)
		if err != nil {
			return err
		}
		if c.JSON {
			enc := json.NewEncoder(t.out)
			enc.SetEscapeHTML(false)
			return enc.Encode(r)
		}
		if c.XLSX != "" {
			book, err := r.XLSX(t.p)
			if err != nil {
				return err
			}
			return os.WriteFile(c.XLSX, book, 0o644)
		}
		fmt.Fprintln(t.out, r.Title(t.p))
		for _, p := range r.Text(t.p) {
			fmt.Fprintf(t.out, "\n%s\n", p)
		}
		return nil
	})
}

// asked says what is wrong with the time and the office that a report is asked for.
func asked(a *app.App, year int, part, office string) error {
	var bad errs.Faults
	if _, ok := a.Regions.Get(office); !ok {
		bad.Add("--region", "cmd.bad.region", office)
	}
	_, _, field, why := report.ParsePeriod(url.Values{"year": {strconv.Itoa(year)}, "part": {part}}, a.Docket.Today())
	switch field {
	case "":
	case "part":
		bad.Add("--period", why)
	default:
		bad.Add("--year", why)
	}
	return bad.Err()
}
