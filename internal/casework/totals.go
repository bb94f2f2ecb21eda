package casework

import (
	"context"

	"gorm.io/gorm"

	"huzhi/internal/access"
)

// CountTo counts the cases of a filter within the person's scope, but no further than most: what a list says of its length.
func (d *Docket) CountTo(ctx context.Context, by access.Actor, f Filter, most int) (n int64, err error) {
	some := d.scoped(ctx, by, f).Select("cases.id").Limit(most)
	err = d.db.Read(ctx).Table("(?) AS part", some).Count(&n).Error
	return n, err
}

// Totals are the figures over a list: from the summary, and for the restricted cases and those the person was recused from, which are few, from the rows.
type Totals struct {
	Open   int64            // not closed
	Months map[string]int64 // filed, by month: 2014-03
}

// Year is how many cases were filed in the months of a year, from January to the month given.
func (t Totals) Year(year string, through string) (n int64) {
	for m, x := range t.Months {
		if m[:4] == year && m[5:] <= through {
			n += x
		}
	}
	return n
}

// Totals sums the cases that a person may see.
func (d *Docket) Totals(ctx context.Context, by access.Actor) (Totals, error) {
	t := Totals{Months: map[string]int64{}}
	var rows []struct {
		Month   string
		N, Open int64
	}
	add := func(q *gorm.DB) error {
		if err := q.Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			t.Months[r.Month] += r.N
			t.Open += r.Open
		}
		return nil
	}
	const open = "SUM(CASE WHEN state IN ('closed', 'archived') THEN 0 ELSE "
	err := add(d.db.Read(ctx).Table("case_tally").Scopes(d.guard.ScopePlain(by, "case.view", "case_tally")).Where("restricted = ?", false).
		Select("month, SUM(n) AS n, " + open + "n END) AS open").Group("month"))
	if err != nil {
		return t, err
	}
	rows = nil
	recused := "cases.id IN (SELECT recusals.subject_id FROM recusals WHERE recusals.user_id = ?)" // they stand in the summary, and are nothing to who was recused
	err = add(d.db.Read(ctx).Model(&Case{}).Scopes(d.guard.ScopePlain(by, "case.view", "cases")).Where("cases.restricted = ? AND "+recused, false, by.ID).
		Select("substr(cases.filed_on, 1, 7) AS month, -COUNT(*) AS n, -" + open + "1 END) AS open").Group("substr(cases.filed_on, 1, 7)"))
	if err != nil {
		return t, err
	}
	rows = nil
	err = add(d.scoped(ctx, by, Filter{Mine: by.ID}).Where("cases.restricted = ?", true).
		Select("substr(cases.filed_on, 1, 7) AS month, COUNT(*) AS n, " + open + "1 END) AS open").Group("substr(cases.filed_on, 1, 7)"))
	return t, err
}
