package report

import (
	"cmp"
	"fmt"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/hotline"
	"huzhi/internal/listing"
	"huzhi/internal/region"
)

// The metrics.
const (
	CasesFiled     = "cases.filed"
	CasesClosed    = "cases.closed"
	CasesInTime    = "cases.in_time"
	CasesOverTime  = "cases.over_time"
	CasesPending   = "cases.pending"
	CasesBrought   = "cases.brought"
	CasesOverdue   = "cases.overdue"
	CasesFines     = "cases.fines"
	CasesConfis    = "cases.confiscated"
	OpinionsFiled  = "opinions.filed"
	OpinionsClosed = "opinions.closed"
	ListingsFound  = "listings.found"
	ListingsInfr   = "listings.infringing"
	ListingsFake   = "listings.counterfeit"
	ListingsGone   = "listings.removed"
	ListingsBack   = "listings.restored"
	CallsAll       = "calls.all"
	CallsConsult   = "calls.consultations"
	CallsReports   = "calls.reports"
	CallsComplaint = "calls.complaints"
	CallsInfr      = "calls.infringement_complaints"
)

// Metric is a figure as data. The catalogue says its name (report.metric.<id>), its definition in words
// (report.metric.<id>.is) and what the definition rests on (report.metric.<id>.cite).
type Metric struct {
	ID   string
	Unit string              // catalogue key of the number with its unit, with .one and .other; Yuan is money in fen
	sum  string              // the column that is added up; "" counts rows
	of   func(in In) Matters // what is counted
}

// Yuan is the unit of amounts: the figure is in fen.
const Yuan = "report.n.yuan"

// NameKey is the sentence of the catalogue that names the metric.
func (m Metric) NameKey() string { return "report.metric." + m.ID }

// MeaningKey is the sentence that says what is counted.
func (m Metric) MeaningKey() string { return m.NameKey() + ".is" }

// CiteKey is the sentence that says by which law or practice.
func (m Metric) CiteKey() string { return m.NameKey() + ".cite" }

// In is where a metric is counted.
type In struct {
	Period Period
	Office string // a handling office and all below it; "" is everywhere
	Kind   string // of case; "" is all that the report counts
	At     string // the place of the act, exactly; "" is all

	today calendar.Day
}

// where is the filter of cases without its days. A county stands in the list's own field for the place; a city's code there
// would mean all below it too.
func (in In) where() casework.Filter {
	f := casework.Filter{Kind: cmp.Or(in.Kind, casework.AnyReported), Office: in.Office}
	if (region.Region{Code: in.At}).IsCounty() {
		f.Place = in.At
	} else {
		f.At = in.At
	}
	return f
}

// Metrics is every metric, in the order of the page that explains them.
func Metrics() []Metric {
	filed := func(in In) casework.Filter {
		f := in.where()
		f.FiledFrom, f.FiledTo = in.Period.From, in.Period.To
		return f
	}
	closed := func(in In) casework.Filter {
		f := in.where()
		f.ClosedFrom, f.ClosedTo = in.Period.From, in.Period.To
		return f
	}
	pending := func(in In) casework.Filter { f := in.where(); f.PendingOn = in.Period.To; return f }
	brought := func(in In) casework.Filter { f := in.where(); f.PendingOn = in.Period.From.AddDays(-1); return f }
	of := func(f func(In) casework.Filter) func(In) Matters {
		return func(in In) Matters { return cases(f(in), in.today) }
	}
	timely := func(how string) func(In) Matters {
		return func(in In) Matters { f := closed(in); f.InTime = how; return cases(f, in.today) }
	}
	opinions := func(f func(In) casework.Filter) func(In) Matters {
		return func(in In) Matters { in.Kind = casework.Opinion; return cases(f(in), in.today) }
	}
	call := func(f hotline.Filter) func(In) Matters {
		return func(in In) Matters {
			f.Office, f.From, f.To = in.Office, in.Period.From, in.Period.To
			return calls(f)
		}
	}
	found := func(f listing.Filter) func(In) Matters {
		return func(in In) Matters {
			f.Office, f.From, f.To = in.Office, in.Period.From, in.Period.To
			return listings(f)
		}
	}
	return []Metric{
		{ID: CasesFiled, Unit: "report.n.cases", of: of(filed)},
		{ID: CasesClosed, Unit: "report.n.cases", of: of(closed)},
		{ID: CasesInTime, Unit: "report.n.cases", of: timely("yes")},
		{ID: CasesOverTime, Unit: "report.n.cases", of: timely("no")},
		{ID: CasesPending, Unit: "report.n.cases", of: of(pending)},
		{ID: CasesBrought, Unit: "report.n.cases", of: of(brought)},
		{ID: CasesOverdue, Unit: "report.n.cases", of: func(in In) Matters {
			f := pending(in)
			f.OverdueOn = min(in.Period.To, in.today.AddDays(-1)) // what ends today is not late yet
			return cases(f, in.today)
		}},
		{ID: CasesFines, Unit: Yuan, sum: "fine_fen", of: of(closed)},
		{ID: CasesConfis, Unit: Yuan, sum: "confiscated_fen", of: of(closed)},
		{ID: OpinionsFiled, Unit: "report.n.opinions", of: opinions(filed)},
		{ID: OpinionsClosed, Unit: "report.n.opinions", of: opinions(closed)},
		{ID: ListingsFound, Unit: "report.n.listings", of: found(listing.Filter{})},
		{ID: ListingsInfr, Unit: "report.n.listings", of: found(listing.Filter{Finding: "infringing"})},
		{ID: ListingsFake, Unit: "report.n.listings", of: found(listing.Filter{Finding: "counterfeit"})},
		{ID: ListingsGone, Unit: "report.n.listings", of: found(listing.Filter{Done: "removed"})},
		{ID: ListingsBack, Unit: "report.n.listings", of: found(listing.Filter{Done: "restored"})},
		{ID: CallsAll, Unit: "report.n.calls", of: call(hotline.Filter{})},
		{ID: CallsConsult, Unit: "report.n.consultations", of: call(hotline.Filter{Kind: "consultation"})},
		{ID: CallsReports, Unit: "report.n.calls", of: call(hotline.Filter{Kind: "report"})},
		{ID: CallsComplaint, Unit: "report.n.calls", of: call(hotline.Filter{Kind: "complaint"})},
		{ID: CallsInfr, Unit: "report.n.calls", of: call(hotline.Filter{Kind: "complaint", Subject: casework.Infringement, State: "handled"})},
	}
}

func (f *Figures) metric(id string) (Metric, error) {
	for _, m := range Metrics() {
		if m.ID == id {
			return m, nil
		}
	}
	return Metric{}, fmt.Errorf("there is no metric %q", id)
}
