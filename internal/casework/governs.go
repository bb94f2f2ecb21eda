package casework

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/statute"
)

// GovernedBy are the cases within the person's scope that one of the wordings of a provision governs which is no period: the newest, as many as limit says, and how
// many there are. Of a period, the clocks know it (Filter.Rule).
//
// What is about the act goes by the day on which the act ended; what is about the decision by the day of the decision; an order, the keeping of the file and a way of
// service by what is recorded.
func (d *Docket) GovernedBy(ctx context.Context, by access.Actor, wordings []statute.Entry, limit int) (cases []Case, n int, err error) {
	q := d.scoped(ctx, by, Filter{}).Order("cases.filed_on DESC, cases.id DESC")
	rows, err := q.Rows()
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Case
		if err := q.ScanRows(rows, &c); err != nil {
			return nil, 0, err
		}
		book := d.clocks.Book(c.FiledOn)
		if !slices.ContainsFunc(wordings, func(e statute.Entry) bool { return governs(e, &c, book) }) {
			continue
		}
		if n++; n <= limit {
			cases = append(cases, c)
		}
	}
	return cases, n, rows.Err()
}

// governs says whether a wording of a provision governs a case that goes by a procedural book.
func governs(e statute.Entry, c *Case, book string) bool {
	on := func(day calendar.Day) bool {
		return !day.IsZero() && e.InForce(day) && (e.Book == "" || e.Book == book)
	}
	penalty := c.Kind == Counterfeit
	switch x := e.What.(type) {
	case statute.Fine, statute.Band:
		return penalty && on(c.Facts.Day("act_ended_on"))
	case statute.Police:
		return penalty && on(c.Facts.Day("act_ended_on")) && slices.Contains(x.Limbs, c.Facts["limb"])
	case statute.Surcharge:
		return penalty && c.FineFen > 0 && on(c.DecidedOn)
	case statute.Relief:
		if len(x.Limbs) > 0 { // of the act's day
			return penalty && c.Outcome == reliefs(x.ID) && on(c.Facts.Day("act_ended_on"))
		}
		return penalty && c.Outcome == reliefs(x.ID) && on(c.DecidedOn)
	case statute.Income: // whichever formula the office has set
		return penalty && c.Facts["income_formula"] == x.Formula && !c.DecidedOn.IsZero() && e.InForce(c.DecidedOn)
	case statute.Hearing, statute.Principle:
		return penalty && on(c.DecidedOn)
	case statute.Order:
		return on(c.DecidedOn) && strings.Contains(c.Facts["orders"]+"\n"+c.Facts["measures"], x.Text.ZH)
	case statute.Keep:
		return on(c.ArchivedOn) && (c.Facts["retention"] == "permanent") == (x.Years == 0)
	case statute.Service:
		return on(c.Facts.Day("served_on")) && c.Facts["way"] == x.Way && (x.Kind == "any" || x.Kind == c.Kind)
	}
	return false
}

// KeptUntil is the last day on which an archived case must be kept, by the retention that was chosen; the zero day: for ever, or it is not archived.
func (d *Docket) KeptUntil(f *File) calendar.Day {
	for _, x := range d.clocks.Rules().Keeps(f.ArchivedOn) {
		if !f.ArchivedOn.IsZero() && x.Years > 0 && f.Facts["retention"] != "permanent" {
			return f.ArchivedOn.AddMonths(12 * x.Years)
		}
	}
	return 0
}

// reliefs is the outcome that a reason for no penalty leads to.
func reliefs(id string) string {
	return map[string]string{"RELIEF_MINOR": "no_penalty_minor", "RELIEF_FIRST": "no_penalty_first", "RELIEF_NO_FAULT": "no_penalty_no_fault", "RELIEF_SELLER": "stop_sale_only"}[id]
}
