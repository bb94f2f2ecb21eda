package listing

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
)

// Decision is a decision in force against a seller: of a case about one of its listings, or in which it is the respondent by its name or credit code.
type Decision struct {
	CaseID    string
	Number    string
	Kind      string
	Outcome   string
	DecidedOn calendar.Day
}

// Decisions are the decisions in force against a seller and those merged with it, in cases that the person may see, the newest first. A decision that was quashed
// is none; of a case that was opened again there is none until it is decided anew.
func (l *Ledger) Decisions(ctx context.Context, by access.Actor, seller string) (rows []Decision, err error) {
	sql, args := l.guard.Condition(by, "case.view", "cases", "id")
	const members = "(SELECT m.id FROM sellers m WHERE m.root = (SELECT r.root FROM sellers r WHERE r.id = ?))"
	err = l.db.Read(ctx).Raw(`SELECT cases.id AS case_id, cases.number, cases.kind, cases.outcome, cases.decided_on FROM cases WHERE cases.decided_on IS NOT NULL AND cases.outcome IN ? AND (
			cases.id IN (SELECT listings.case_id FROM listings WHERE listings.seller_id IN `+members+` AND listings.finding IN ('infringing', 'counterfeit') AND listings.case_id IS NOT NULL)
			OR cases.id IN (SELECT p.case_id FROM case_parties p JOIN sellers s ON s.name = p.name AND s.name <> '' WHERE p.role = 'respondent' AND s.id IN `+members+`)
			OR cases.id IN (SELECT p.case_id FROM case_parties p JOIN sellers s ON s.credit_code = p.code AND s.credit_code <> '' WHERE p.role = 'respondent' AND s.id IN `+members+`))
		AND NOT EXISTS (SELECT 1 FROM case_tracks t WHERE t.case_id = cases.id AND t.ended_on >= cases.decided_on AND (t.facts LIKE '%"suit_result":"quashed"%' OR t.facts LIKE '%"remedy_result":"quashed"%'))
		AND `+sql+` ORDER BY cases.decided_on DESC, cases.id DESC LIMIT 100`, append([]any{l.docket.Faults(), seller, seller, seller}, args...)...).Scan(&rows).Error
	return rows, err
}

// After counts the listings of a seller that were found to infringe or to be counterfeit, and had been found after the earliest of some decisions in force about
// others: infringing again.
func (l *Ledger) After(ctx context.Context, by access.Actor, seller string, of []Decision) (n int64, err error) {
	if len(of) == 0 {
		return 0, nil
	}
	first := of[len(of)-1]
	f := Filter{Seller: seller, Done: "hit", From: first.DecidedOn.AddDays(1)}
	err = l.scoped(ctx, by, f).Where("listings.case_id IS NULL OR listings.case_id <> ?", first.CaseID).Count(&n).Error
	return n, err
}
