package hotline

import (
	"context"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
)

// Strip is how the desk stands in a period.
type Strip struct {
	Calls     int64 // every call, those added to an earlier one too
	First     int64 // settled while the caller was on the line
	Handed    int64 // became a lead, or went elsewhere
	Repeat    int64 // calls of callers who called twice or more in the period
	Waiting   int64 // call-backs that wait now
	Late      int64 // of these, after their day
	Unreached int64 // given up after three tries in the period
	Open      int64 // calls that wait for an answer now
	OpenLate  int64 // of these, after their day
	Rated     int64 // callers who said how content they were
	Content   int64 // of these, with 4 or 5
	Offices   []Tally
	Operators []Tally
}

// Tally is one office's or operator's part of it.
type Tally struct {
	Key                          string // jurisdiction, or the operator's id
	Name                         string // the operator's
	Calls, First, Handed, Repeat int64
}

// Rate is a share in tenths of a percent; -1 where there is nothing to share.
func Rate(part, whole int64) int64 {
	if whole == 0 {
		return -1
	}
	return (part*1000 + whole/2) / whole
}

// Strip counts the desk's figures of a period within the scope of who supervises it. Each leads to a list made by the same condition: of a
// period, Filter{From, To} with Outcome first, handed or repeat. Forbidden.
func (d *Desk) Strip(ctx context.Context, by access.Actor, f Filter) (s Strip, err error) {
	if err := d.guard.AllowAnywhere(by, "call.supervise"); err != nil {
		return s, err
	}
	count := func(to *int64, f Filter) {
		if err == nil {
			*to, err = d.count(ctx, by, "call.supervise", f)
		}
	}
	with := func(outcome string) Filter { x := f; x.Outcome = outcome; return x }
	count(&s.Calls, f)
	count(&s.First, with(OutcomeFirst))
	count(&s.Handed, with(OutcomeHanded))
	count(&s.Repeat, with(OutcomeRepeat))
	count(&s.Rated, with(OutcomeRated))
	count(&s.Content, with(OutcomeContent))
	open := Filter{State: StateOpen, Office: f.Office}
	count(&s.Open, open)
	open.Outcome = OutcomeLate
	count(&s.OpenLate, open)
	if err != nil {
		return s, err
	}
	today := calendar.DayOf(d.db.Now())
	for _, x := range []struct {
		to *int64
		f  CallbackFilter
	}{{&s.Waiting, CallbackFilter{State: Waiting}}, {&s.Late, CallbackFilter{State: Waiting, Late: today}}, {&s.Unreached, CallbackFilter{State: Unreached}}} {
		if *x.to, err = d.CountCallbacks(ctx, by, x.f); err != nil {
			return s, err
		}
	}
	if s.Offices, err = d.tallies(ctx, by, f, "calls.jurisdiction"); err != nil {
		return s, err
	}
	s.Operators, err = d.tallies(ctx, by, f, "calls.operator_id")
	if err != nil {
		return s, err
	}
	return s, d.named(ctx, s.Operators)
}

func (d *Desk) count(ctx context.Context, by access.Actor, action string, f Filter) (n int64, err error) {
	return n, d.db.Read(ctx).Model(&Call{}).Scopes(d.guard.Scope(by, action, "calls"), d.resolve(f).Where).Count(&n).Error
}

// tallies are the calls of a period by a column, the most first.
func (d *Desk) tallies(ctx context.Context, by access.Actor, f Filter, column string) (out []Tally, err error) {
	one := func(outcome string) *gorm.DB {
		x := f
		x.Outcome = outcome
		q := d.db.Read(ctx).Model(&Call{}).Scopes(d.guard.Scope(by, "call.supervise", "calls"), d.resolve(x).Where)
		return q.Select(column + " AS key, COUNT(*) AS calls").Group(column)
	}
	at := map[string]int{}
	for _, x := range []struct {
		outcome string
		to      func(*Tally) *int64
	}{{"", func(t *Tally) *int64 { return &t.Calls }}, {OutcomeFirst, func(t *Tally) *int64 { return &t.First }},
		{OutcomeHanded, func(t *Tally) *int64 { return &t.Handed }}, {OutcomeRepeat, func(t *Tally) *int64 { return &t.Repeat }}} {
		var rows []Tally
		if err := one(x.outcome).Order("calls DESC, key").Limit(100).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			if x.outcome == "" {
				at[r.Key] = len(out)
				out = append(out, Tally{Key: r.Key})
			}
			if i, ok := at[r.Key]; ok {
				*x.to(&out[i]) = r.Calls
			}
		}
	}
	return out, nil
}

// named gives the operators their names.
func (d *Desk) named(ctx context.Context, list []Tally) error {
	ids := make([]string, len(list))
	for i, t := range list {
		ids[i] = t.Key
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []struct{ ID, Name string }
	if err := d.db.Read(ctx).Table("users").Select("id, name").Where("id IN ?", ids).Scan(&rows).Error; err != nil {
		return err
	}
	for i := range list {
		for _, r := range rows {
			if r.ID == list[i].Key {
				list[i].Name = r.Name
			}
		}
	}
	return nil
}
