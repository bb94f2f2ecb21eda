package report

import (
	"cmp"
	"context"
	"fmt"
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
	held, err := f.heldNow(ctx, by, in)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		if h.Who == "" {
			continue
		}
		l := load(h.Who)
		for i, n := range h.counts() {
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

// held is what is in hand in a place, or of an officer.
type held struct {
	Place, Who                     string // Who is "" of a place
	Open, Late, Soon, Still, Asked int64
}

// counts are in the order of InHand.
func (h held) counts() []int64 { return []int64{h.Open, h.Late, h.Soon, h.Still, h.Asked} }

// heldNow counts the open cases of each place and of each officer, by the conditions of the lists; each case is looked at once, and a page asks once.
func (f *Figures) heldNow(ctx context.Context, by access.Actor, in In) (out []held, err error) {
	key := fmt.Sprint(by.ID, in)
	if out, known := f.hands[key]; known {
		return out, nil
	}
	m, err := f.metric(CasesOpen)
	if err != nil {
		return nil, err
	}
	sel, sums := "cases.id, cases.place", "COUNT(*) AS open"
	var args []any
	add := func(as, sql string, more ...any) {
		sel += ", CASE WHEN " + sql + " THEN 1 ELSE 0 END AS " + as
		sums += ", SUM(" + as + ") AS " + as
		args = append(args, more...)
	}
	clock := func(sql string) string {
		return "EXISTS (SELECT 1 FROM deadlines d WHERE d.subject_id = cases.id AND " + sql + ")"
	}
	add("late", clock(casework.LateSQL), in.today)
	add("soon", clock(casework.SoonSQL), in.today, in.today.AddDays(casework.SoonDays))
	add("still", clock(casework.StillSQL))
	add("asked", "cases.id IN (SELECT t.case_id FROM case_tracks t WHERE t.ended_on IS NULL AND t.state IN ?)", casework.AskedStates())
	err = f.db.Read(ctx).Raw("WITH held AS MATERIALIZED (?) SELECT place, '' AS who, "+sums+" FROM held GROUP BY place"+
		" UNION ALL SELECT '' AS place, o.user_id AS who, "+sums+" FROM held CROSS JOIN members o WHERE o.subject_id = held.id AND o.part = ? GROUP BY o.user_id",
		f.rows(ctx, by, m.of(in)).Select(sel, args...), casework.PartOfficer).Scan(&out).Error
	if f.hands != nil && err == nil {
		f.hands[key] = out
	}
	return out, err
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
		if err := rows(few.q, few.n()); err != nil {
			return nil, err
		}
	}
	return nonzero(out), nil
}
