package report

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/casework"
)

// Load is what somebody has in hand as the officer of cases, and what that person closed in a period.
type Load struct {
	ID, Name string
	InHand   []Figure // by InHand's metrics
	Closed   Figure
	Before   Figure
	Growth   Percent
}

// Workload are the officers with open cases, or with cases closed in one of two periods, the most open first. Each figure leads to its list: a case with
// two officers is in both lists.
func (f *Figures) Workload(ctx context.Context, by access.Actor, in In, before Period) ([]Load, error) {
	if err := f.allow(by, CasesClosed, in); err != nil {
		return nil, err
	}
	in.today = f.today()
	all := map[string]*Load{}
	load := func(id string) *Load {
		if all[id] == nil {
			all[id] = &Load{ID: id, InHand: make([]Figure, len(InHand()))}
		}
		return all[id]
	}
	hands, err := f.officersNow(ctx, by, in)
	if err != nil {
		return nil, err
	}
	for _, h := range hands {
		l := load(h.ID)
		for i, n := range []int64{h.Open, h.Late, h.Soon, h.Still, h.Asked} {
			l.InHand[i].N = n
		}
	}
	then := in
	then.Period = before
	for _, x := range []struct {
		in In
		to func(*Load) *Figure
	}{{in, func(l *Load) *Figure { return &l.Closed }}, {then, func(l *Load) *Figure { return &l.Before }}} {
		cells, err := f.officersClosed(ctx, by, x.in)
		if err != nil {
			return nil, err
		}
		for _, c := range cells {
			x.to(load(c.A)).N = c.N
		}
	}
	if err := f.named(ctx, all); err != nil {
		return nil, err
	}
	var out []Load
	for _, l := range all {
		in.Who, then.Who = l.ID, l.ID
		for i, id := range InHand() {
			if l.InHand[i], err = f.link(by, id, in, l.InHand[i].N); err != nil {
				return nil, err
			}
		}
		if l.Closed, err = f.link(by, CasesClosed, in, l.Closed.N); err != nil {
			return nil, err
		}
		if l.Before, err = f.link(by, CasesClosed, then, l.Before.N); err != nil {
			return nil, err
		}
		l.Growth = Growth(l.Before.N, l.Closed.N)
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Load) int {
		return cmp.Or(cmp.Compare(b.InHand[0].N, a.InHand[0].N), cmp.Compare(b.Closed.N, a.Closed.N), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (f *Figures) named(ctx context.Context, all map[string]*Load) error {
	var ids []string
	for id := range all {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	var names []struct{ ID, Name string }
	if err := f.db.Read(ctx).Raw("SELECT id, name FROM users WHERE id IN ?", ids).Scan(&names).Error; err != nil {
		return err
	}
	for _, n := range names {
		all[n.ID].Name = n.Name
	}
	return nil
}

// inHand is what an officer has in hand.
type inHand struct {
	ID                             string
	Open, Late, Soon, Still, Asked int64
}

// officersNow counts the open cases of each officer, by the conditions of the lists.
func (f *Figures) officersNow(ctx context.Context, by access.Actor, in In) (out []inHand, err error) {
	m, err := f.metric(CasesOpen)
	if err != nil {
		return nil, err
	}
	sums := "who.user_id AS id, COUNT(*) AS open"
	var args []any
	for _, x := range []struct {
		as, sql string
		args    []any
	}{{"late", casework.LateSQL, []any{in.today}}, {"soon", casework.SoonSQL, []any{in.today, in.today.AddDays(casework.SoonDays)}}, {"still", casework.StillSQL, nil}} {
		sums += ", SUM(CASE WHEN EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = cases.id AND " + x.sql + ") THEN 1 ELSE 0 END) AS " + x.as
		args = append(args, x.args...)
	}
	sums += ", SUM(CASE WHEN cases.id IN (SELECT t.case_id FROM case_tracks t WHERE t.ended_on IS NULL AND t.state IN ?) THEN 1 ELSE 0 END) AS asked"
	q := withOfficers(f.rows(ctx, by, m.of(in))).Select(sums, append(args, casework.AskedStates())...)
	return out, q.Group("who.user_id").Find(&out).Error
}

// withOfficers joins cases with their officers (as who). The cases are found first, by what is asked of them: CROSS JOIN says so to SQLite.
func withOfficers(q *gorm.DB) *gorm.DB {
	return q.Joins("CROSS JOIN members who").Where("who.subject_id = cases.id AND who.part = ?", casework.PartOfficer)
}

// officersClosed counts the cases that each officer closed: from the summary for whole months, else from the rows.
func (f *Figures) officersClosed(ctx context.Context, by access.Actor, in In) (out []cell, err error) {
	m, err := f.metric(CasesClosed)
	if err != nil {
		return nil, err
	}
	for _, part := range f.pieces(CasesClosed, in) {
		more, err := f.officersClosed(ctx, by, part)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if len(out) > 0 {
		return nonzero(out), nil
	}
	rows := func(q *gorm.DB, n string) error {
		var more []cell
		err := withOfficers(q).Select("who.user_id AS a, " + n + " AS n").Group("who.user_id").Find(&more).Error
		out = append(out, more...)
		return err
	}
	if f.rowsOnly || !in.Period.wholeMonths() || in.With != (casework.Traits{}) {
		return out, rows(f.rows(ctx, by, m.of(in)), "COUNT(*)")
	}
	q := f.db.Read(ctx).Table("officer_months").Scopes(f.guard.ScopePlain(by, "case.view", "officer_months"), f.inMonths("officer_months", CasesClosed, in))
	if !by.IsSystem() {
		q = q.Where("officer_months.restricted = ?", false)
	}
	if err := q.Select("user_id AS a, COALESCE(SUM(n), 0) AS n").Group("user_id").Find(&out).Error; err != nil || by.IsSystem() {
		return nonzero(out), err
	}
	for _, few := range f.few(ctx, by, m.of(in)) {
		if err := rows(few.q, few.n); err != nil {
			return nil, err
		}
	}
	return nonzero(out), nil
}
