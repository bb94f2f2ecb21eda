package report

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/region"
)

// Annual is the annual report of a person's offices: every figure counted from the rows when it is asked for.
type Annual struct {
	Year     int            `json:"year"`
	Cases    AnnualCases    `json:"cases"`
	Listings AnnualListings `json:"listings"`
	Hotline  AnnualHotline  `json:"hotline"`
	Aid      AnnualAid      `json:"rights_aid"`
	Closing  AnnualClosing  `json:"closing"`
	Money    AnnualMoney    `json:"penalties"`
	Counties []AnnualCounty `json:"counties"`
	Months   []AnnualMonth  `json:"months"`
	Offices  []string       `json:"offices"` // the offices it is about, by code
	Period   Period         `json:"-"`
	Before   Period         `json:"-"` // what it is compared with: the year before, or as many of its days when the year still runs
	Until    calendar.Day   `json:"-"` // the last day counted: the year's, or today while it runs
	Demo     bool           `json:"demo"`
	Part     string         `json:"period,omitempty"` // of a part of the year: q1, 3
	Office   string         `json:"region,omitempty"` // the office that was asked for, with all below it
	Table    *Table         `json:"-"`

	Standings []Standing `json:"standings,omitempty"` // how the office stood among others

	regions *region.Book
}

// AnnualCases are the cases filed in the year.
type AnnualCases struct {
	Total        Figure  `json:"total"`
	Previous     Figure  `json:"previous"`
	Growth       Percent `json:"growth_percent"`
	Counterfeit  Figure  `json:"counterfeit"`
	Infringement Figure  `json:"infringement"`
	Dispute      Figure  `json:"dispute"`
	Ecommerce    Figure  `json:"ecommerce"`
}

// AnnualListings are the listings found in the year.
type AnnualListings struct {
	Total      Figure `json:"total"`
	Infringing Figure `json:"infringing"`

	Counterfeit Figure `json:"-"` // stands in the text only
	Removed     Figure `json:"-"`
	Restored    Figure `json:"-"`
}

// AnnualHotline are the calls received in the year.
type AnnualHotline struct {
	Consultations Figure `json:"consultations"`
	Infringement  Figure `json:"infringement_complaints"` // complaints of patent infringement that were handled
}

// AnnualAid is where the rights are helped: counties, by code.
type AnnualAid struct {
	Hotlines []string `json:"hotlines"` // the counties whose hotline took calls in the year
	Centres  []string `json:"centres"`  // the counties with a rights-protection centre at the year's end
}

// AnnualClosing are the cases closed in the year, and those open at its end.
type AnnualClosing struct {
	Closed       Figure  `json:"closed"`
	InTime       Figure  `json:"in_time"`
	OverTime     Figure  `json:"over_time"`
	InTimeShare  Percent `json:"in_time_percent"` // of those with a statutory period
	PendingAtEnd Figure  `json:"pending"`
}

// AnnualMoney is what the cases closed in the year cost their parties, in fen.
type AnnualMoney struct {
	Fines       Figure `json:"fines_fen"`
	Confiscated Figure `json:"confiscated_fen"`
}

// AnnualCounty is the cases of a county, by the place of the act.
type AnnualCounty struct {
	Code         string `json:"code"`
	Total        Figure `json:"total"`
	Counterfeit  Figure `json:"counterfeit"`
	Infringement Figure `json:"infringement"`
	Dispute      Figure `json:"dispute"`
	Ecommerce    Figure `json:"ecommerce"`
}

// AnnualMonth is a month of the year.
type AnnualMonth struct {
	Month  string `json:"month"` // 2014-03
	Filed  Figure `json:"filed"`
	Closed Figure `json:"closed"`
}

// DemoSetting is the row of settings that says the office is a demonstration: its people and cases are invented.
const DemoSetting = "demo"

// Annual counts the report of a year over what the person may see. errs.Forbidden without report.view anywhere;
// errs.NotFound for a year that has not begun.
func (f *Figures) Annual(ctx context.Context, by access.Actor, year int) (*Annual, error) {
	return f.AnnualOf(ctx, by, year, "year", "")
}

// AnnualOf is Annual for a part of the year (see Parts) and for an office with all below it; "" is everywhere the person may see.
// errs.Forbidden also without report.view in the office; errs.NotFound also for a part that is none or has not begun.
func (f *Figures) AnnualOf(ctx context.Context, by access.Actor, year int, part, office string) (*Annual, error) {
	if err := f.guard.AllowAnywhere(by, "report.view"); err != nil {
		return nil, err
	}
	if office != "" {
		if err := f.guard.Allow(by, "report.view", office); err != nil {
			return nil, err
		}
	}
	today := f.today()
	p, _, bad, why := ParsePeriod(url.Values{"year": {strconv.Itoa(year)}, "part": {part}}, today)
	if bad != "" {
		return nil, errs.New(errs.NotFound, why)
	}
	if p.From > today {
		return nil, errs.New(errs.NotFound, "report.bad.year")
	}
	a, err := f.blank(ctx, p, today)
	if err != nil {
		return nil, err
	}
	if a.Office = office; part != "year" {
		a.Part = part
	}
	if a.Table, err = f.table(ctx, by, p, a.Before, office); err != nil {
		return nil, err
	}
	a.fromTable()
	for _, x := range a.counted() {
		if *x.to, err = f.Count(ctx, by, x.id, In{Period: p, Office: office}); err != nil {
			return nil, err
		}
	}
	if err := f.annualMonths(ctx, by, a); err != nil {
		return nil, err
	}
	if a.Aid.Hotlines, err = f.openLines(ctx, by, p, office); err != nil {
		return nil, err
	}
	if a.Offices = []string{office}; office == "" {
		if a.Offices, err = f.offices(ctx, by, p); err != nil {
			return nil, err
		}
	}
	return a, f.finish(ctx, a)
}

// blank is a report before anything is counted.
func (f *Figures) blank(ctx context.Context, p Period, today calendar.Day) (*Annual, error) {
	demo, err := f.db.Setting(ctx, DemoSetting)
	return &Annual{Year: p.From.Year(), Period: p, Before: p.Before(today), Until: min(p.To, today), Demo: demo != "", regions: f.regions}, err
}

// counted are the figures that are metrics of their own.
func (a *Annual) counted() []struct {
	to *Figure
	id string
} {
	return []struct {
		to *Figure
		id string
	}{
		{&a.Listings.Total, ListingsFound}, {&a.Listings.Infringing, ListingsInfr},
		{&a.Listings.Counterfeit, ListingsFake}, {&a.Listings.Removed, ListingsGone}, {&a.Listings.Restored, ListingsBack},
		{&a.Hotline.Consultations, CallsConsult}, {&a.Hotline.Infringement, CallsInfr},
		{&a.Closing.Closed, CasesClosed}, {&a.Closing.InTime, CasesInTime}, {&a.Closing.OverTime, CasesOverTime},
		{&a.Closing.PendingAtEnd, CasesPending}, {&a.Money.Fines, CasesFines}, {&a.Money.Confiscated, CasesConfis},
	}
}

// finish puts in what follows from the figures, and what the settings and other people's announcements say.
func (f *Figures) finish(ctx context.Context, a *Annual) (err error) {
	a.Closing.InTimeShare = Share(a.Closing.InTime.N, a.Closing.InTime.N+a.Closing.OverTime.N)
	a.Aid.Centres = []string{}
	for _, r := range f.regions.All() {
		if from, ok := f.centres[r.Code]; ok && from <= a.Period.To && (a.Office == "" || region.Covers(a.Office, r.Code)) {
			a.Aid.Centres = append(a.Aid.Centres, r.Code)
		}
	}
	if a.Period == Year(a.Year) {
		a.Standings, err = f.standingsOf(f.db.Read(ctx), a.Year, a.Offices)
	}
	return err
}

// Name is the report's time in words.
func (a *Annual) Name(p *i18n.Printer) string {
	return a.Period.Name(p)
}

func (a *Annual) fromTable() {
	c := AnnualCases{Total: a.Table.Total.Sum, Previous: a.Table.Total.Before, Growth: a.Table.Total.Growth}
	for _, place := range a.Table.Places {
		a.Counties = append(a.Counties, AnnualCounty{Code: place})
	}
	for i := range a.Counties {
		a.Counties[i].Total = a.Table.Total.Cells[i]
	}
	for _, r := range a.Table.Rows {
		if to := c.kind(r.Kind); to != nil {
			*to = r.Sum
		}
		for i := range a.Counties {
			if to := a.Counties[i].kind(r.Kind); to != nil {
				*to = r.Cells[i]
			}
		}
	}
	a.Cases = c
}

func (c *AnnualCases) kind(kind string) *Figure {
	return pick(kind, &c.Counterfeit, &c.Infringement, &c.Dispute, &c.Ecommerce)
}

func (c *AnnualCounty) kind(kind string) *Figure {
	return pick(kind, &c.Counterfeit, &c.Infringement, &c.Dispute, &c.Ecommerce)
}

func pick(kind string, counterfeit, infringement, dispute, ecommerce *Figure) *Figure {
	switch kind {
	case casework.Counterfeit:
		return counterfeit
	case casework.Infringement:
		return infringement
	case casework.Dispute:
		return dispute
	case casework.Ecommerce:
		return ecommerce
	}
	return nil
}

func (f *Figures) annualMonths(ctx context.Context, by access.Actor, a *Annual) error {
	steps, err := f.steps(ctx, by, a.Period, a.Office)
	for _, s := range steps {
		a.Months = append(a.Months, AnnualMonth{Month: s.Label, Filed: s.Filed, Closed: s.Closed})
	}
	return err
}

// openLines are the counties whose own hotline took calls in a period.
func (f *Figures) openLines(ctx context.Context, by access.Actor, p Period, office string) ([]string, error) {
	cells, err := f.groups(ctx, by, CallsAll, In{Period: p, Office: office}, "calls.jurisdiction", "")
	out := []string{}
	for _, c := range cells {
		if (region.Region{Code: c.A}).IsCounty() {
			out = append(out, c.A)
		}
	}
	slices.Sort(out)
	return out, err
}

// offices are whom the report is about: the topmost jurisdictions that a person holds; for the program itself, which holds
// all, the smallest region around the offices that have cases in the year.
func (f *Figures) offices(ctx context.Context, by access.Actor, p Period) ([]string, error) {
	held := f.guard.Jurisdictions(by, "report.view")
	if !by.IsSystem() {
		return held, nil
	}
	cells, err := f.groups(ctx, by, CasesFiled, In{Period: p}, "cases.jurisdiction", "")
	if err != nil || len(cells) == 0 {
		return held, err
	}
	around := ""
	for _, r := range f.regions.All() {
		all := !slices.ContainsFunc(cells, func(c cell) bool { return !region.Covers(r.Code, c.A) })
		if all && (around == "" || region.Covers(around, r.Code)) {
			around = r.Code
		}
	}
	if around == "" {
		return held, nil
	}
	return []string{around}, nil
}

// OfficeNames are the offices in words, joined.
func (a *Annual) OfficeNames(p *i18n.Printer) string { return a.names(p, a.Offices) }

func (a *Annual) names(p *i18n.Printer, codes []string) string {
	var out []string
	for _, c := range codes {
		out = append(out, a.regions.Name(c, p.Lang()))
	}
	return join(p, out)
}

// join puts the parts of a list together as the language does.
func join(p *i18n.Printer, parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], p.T("report.list.comma")) + p.T("report.list.and") + parts[len(parts)-1]
}

// Heads are the lines of the report's title.
func (a *Annual) Heads(p *i18n.Printer) []string {
	var out []string
	for _, k := range []string{"report.annual.title.1", "report.annual.title.2"} {
		out = append(out, p.T(k, a.OfficeNames(p), a.Name(p)))
	}
	return out
}

// Title is the report's title in one line.
func (a *Annual) Title(p *i18n.Printer) string {
	return strings.Join(a.Heads(p), p.T("report.annual.title.gap"))
}
