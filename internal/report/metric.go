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

	CasesRate     = "cases.closure_rate"
	CasesTimely   = "cases.in_time_rate"
	CasesDays     = "cases.average_days"
	CasesDecided  = "cases.decided"
	FinesDecided  = "fines.decided"
	ConfisDecided = "confiscated.decided"
	FinesPaid     = "fines.paid"
	SurchargePaid = "surcharge.paid"
	ConfisPaid    = "confiscated.paid"
	Published     = "cases.published"
	Sealed        = "cases.sealed"
	Suits         = "suits.begun"
	SuitsHeld     = "suits.held"
	SuitsLost     = "suits.lost"
	Stops         = "infringement.stopped"
	Adjudicated   = "infringement.decided"
	Penalties     = "counterfeit.penalised"
	SupervisedEnd = "cases.supervised_closed"
	CallsAid      = "calls.aid"
	CallsFirst    = "calls.first_contact"
	CallsHanded   = "calls.handed"
	CallsReferred = "calls.referred"
	CallsFed      = "calls.fed_back"

	CasesOpen  = "cases.open"
	CasesLate  = "cases.late"
	CasesSoon  = "cases.soon"
	CasesStill = "cases.still"
	CasesAsked = "cases.asked"
	CallsOpen  = "calls.open"
)

// Metric is a figure as data. The catalogue says its name (report.metric.<id>), its definition in words
// (report.metric.<id>.is) and what the definition rests on (report.metric.<id>.cite).
type Metric struct {
	ID   string
	Unit string              // catalogue key of the number with its unit, with .one and .other; Yuan is money in fen
	sum  string              // the SQL that is added up; "" counts rows
	args func(in In) []any   // of sum
	of   func(in In) Matters // what is counted
	part string              // of a share: the metric that is part of this one's rows; their share is the figure, in hundredths of a percent
	mean bool                // the figure is the mean of sum, not its total: in tenths
}

// Counts says whether the figure is the number of the matters behind it; the others are sums, shares and means over them.
func (m Metric) Counts() bool { return m.sum == "" && m.part == "" }

// Of is the list that a metric counts rows of: /cases, /hotline, /listings.
func (m Metric) Of() string { return m.of(In{}).List }

// The units of shares and means.
const (
	Rate = "report.n.percent" // hundredths of a percent
	Days = "report.n.days"    // tenths of a day
)

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
	With   casework.Traits
	Who    string // of cases: whoever investigates them, a person's id
	Way    string // of calls: the channel
	Call   string // of calls: the kind

	today calendar.Day
}

// where is the filter of cases without its days. A county stands in the list's own field for the place; a city's code there
// would mean all below it too.
func (in In) where() casework.Filter {
	f := casework.Filter{Kind: cmp.Or(in.Kind, casework.AnyReported), Office: in.Office, Officer: in.Who, Traits: in.With}
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
			f.Office, f.From, f.To, f.Channel = in.Office, in.Period.From, in.Period.To, in.Way
			if in.Call != "" {
				if f.Kind != "" && f.Kind != in.Call {
					f.Kind = none
				} else {
					f.Kind = in.Call
				}
			}
			return calls(f)
		}
	}
	found := func(f listing.Filter) func(In) Matters {
		return func(in In) Matters {
			f.Office, f.From, f.To = in.Office, in.Period.From, in.Period.To
			return listings(f)
		}
	}
	now := func(also func(*casework.Filter)) func(In) Matters { // as it stands today, whatever the period
		return func(in In) Matters {
			f := in.where()
			f.State = "open"
			also(&f)
			return cases(f, in.today)
		}
	}
	paid := func(what string) func(in In) Matters {
		return func(in In) Matters {
			f := in.where()
			f.PaidFor, f.PaidFrom, f.PaidTo = what, in.Period.From, in.Period.To
			return cases(f, in.today)
		}
	}
	decided := func(kind, outcome string) func(in In) Matters {
		return func(in In) Matters {
			f := kindOf(in.where(), kind)
			f.Outcome, f.DecidedFrom, f.DecidedTo = outcome, in.Period.From, in.Period.To
			return cases(f, in.today)
		}
	}
	took := func(steps, result string) func(in In) Matters {
		return func(in In) Matters {
			f := in.where()
			f.Step, f.StepFrom, f.StepTo, f.Result = steps, in.Period.From, in.Period.To, result
			return cases(f, in.today)
		}
	}
	return append([]Metric{
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
		{ID: CasesFines, Unit: Yuan, sum: "cases.fine_fen", of: of(closed)},
		{ID: CasesConfis, Unit: Yuan, sum: "cases.confiscated_fen", of: of(closed)},
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

		{ID: CasesRate, Unit: Rate, part: CasesClosed, of: func(in In) Matters { // what there was: brought forward, or filed by the end
			f := in.where()
			f.ThereFrom, f.FiledTo = in.Period.From, in.Period.To
			return cases(f, in.today)
		}},
		{ID: CasesTimely, Unit: Rate, part: CasesInTime, of: timely("any")},
		{ID: CasesDays, Unit: Days, sum: elapsed, mean: true, of: of(closed)},
		{ID: CasesDecided, Unit: "report.n.cases", of: decided("", "")},
		{ID: Adjudicated, Unit: "report.n.cases", of: decided(casework.Infringement, "adjudicated")},
		{ID: Stops, Unit: "report.n.cases", of: decided(casework.Infringement, "infringing_stop")},
		{ID: Penalties, Unit: "report.n.cases", of: decided(casework.Counterfeit, "penalised")},
		{ID: FinesDecided, Unit: Yuan, sum: "cases.fine_fen", of: decided("", "")},
		{ID: ConfisDecided, Unit: Yuan, sum: "cases.confiscated_fen", of: decided("", "")},
		{ID: FinesPaid, Unit: Yuan, sum: payments, args: paidIn("fine"), of: paid("fine")},
		{ID: SurchargePaid, Unit: Yuan, sum: payments, args: paidIn("surcharge"), of: paid("surcharge")},
		{ID: ConfisPaid, Unit: Yuan, sum: payments, args: paidIn("confiscated"), of: paid("confiscated")},
		{ID: Published, Unit: "report.n.cases", of: took("publish", "")},
		{ID: Sealed, Unit: "report.n.cases", of: took("seal,seal_urgent", "")},
		{ID: Suits, Unit: "report.n.cases", of: took("sue,remedy_begun", "")},
		{ID: SuitsHeld, Unit: "report.n.cases", of: took("end_suit,remedy_ended", "held")},
		{ID: SuitsLost, Unit: "report.n.cases", of: took("end_suit,remedy_ended", "lost")},
		{ID: SupervisedEnd, Unit: "report.n.cases", of: func(in In) Matters { return cases(marked(closed(in), casework.MarkSupervised), in.today) }},
		{ID: CallsAid, Unit: "report.n.calls", of: call(hotline.Filter{Kind: "aid"})},
		{ID: CallsFirst, Unit: "report.n.calls", of: call(hotline.Filter{Outcome: hotline.OutcomeFirst})},
		{ID: CallsHanded, Unit: "report.n.calls", of: call(hotline.Filter{Outcome: hotline.OutcomeHanded})},
		{ID: CallsReferred, Unit: "report.n.calls", of: call(hotline.Filter{State: "referred"})},
		{ID: CallsFed, Unit: "report.n.calls", of: call(hotline.Filter{Outcome: hotline.OutcomeFed})},

		{ID: CasesOpen, Unit: "report.n.cases", of: now(func(*casework.Filter) {})},
		{ID: CasesLate, Unit: "report.n.cases", of: now(func(f *casework.Filter) { f.Late = true })},
		{ID: CasesSoon, Unit: "report.n.cases", of: now(func(f *casework.Filter) { f.Soon = true })},
		{ID: CasesStill, Unit: "report.n.cases", of: now(func(f *casework.Filter) { f.Still = true })},
		{ID: CasesAsked, Unit: "report.n.cases", of: now(func(f *casework.Filter) { f.Asked = true })},
		{ID: CallsOpen, Unit: "report.n.calls", of: func(in In) Matters {
			in.Period = Period{}
			return call(hotline.Filter{State: hotline.StateOpen})(in)
		}},
	}, markMetrics(filed)...)
}

func (f *Figures) metric(id string) (Metric, error) {
	for _, m := range Metrics() {
		if m.ID == id {
			return m, nil
		}
	}
	return Metric{}, fmt.Errorf("there is no metric %q", id)
}

// none is a kind that nothing has: where two conditions of a figure exclude each other.
const none = "none"

// elapsed is from the filing to the closing, in calendar days.
const elapsed = "days"

// payments are what was paid for something in the period.
const payments = "(SELECT COALESCE(SUM(y.fen), 0) FROM case_payments y WHERE y.case_id = cases.id AND " + casework.PaidSQL + ")"

func paidIn(what string) func(In) []any {
	return func(in In) []any {
		return casework.Traits{PaidFor: what, PaidFrom: in.Period.From, PaidTo: in.Period.To}.Paid()
	}
}

// kindOf narrows to a kind; a filter for another kind holds nothing then.
func kindOf(f casework.Filter, kind string) casework.Filter {
	switch {
	case kind == "":
	case f.Kind == casework.AnyReported:
		f.Kind = kind
	case f.Kind != kind:
		f.Kind = none
	}
	return f
}

// marked adds a mark to those that are asked for.
func marked(f casework.Filter, mark string) casework.Filter {
	if f.Mark != "" {
		mark = f.Mark + "," + mark
	}
	f.Mark = mark
	return f
}

// markMetrics are the cases filed with each mark: e-commerce, exhibitions, foreign parties …
func markMetrics(filed func(In) casework.Filter) (out []Metric) {
	for _, mark := range casework.Marks() {
		out = append(out, Metric{ID: MarkID(mark), Unit: "report.n.cases", of: func(in In) Matters { return cases(marked(filed(in), mark), in.today) }})
	}
	return out
}

// MarkID is the metric of the cases filed with a mark.
func MarkID(mark string) string { return "cases.mark." + mark }
