package casework

import (
	"cmp"
	"context"
	"math"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
)

// Request is a side procedure of a case that waits for somebody.
type Request struct {
	Row
	Track Track
	Asked Taken           // the step that asked last
	Clock *deadline.Clock // the nearest it is about: of its own, or the one it would extend; nil where it is about none
	Steps []Next          // what the person may do about it
}

// Requests are the side procedures that wait for a person's answer, the nearest statutory day that they are about first, then in the order of
// the cases. more says that there may be further ones.
func (d *Docket) Requests(ctx context.Context, by access.Actor, limit int) (out []Request, more bool, err error) {
	return d.requests(ctx, by, Filter{}, limit, func(q Request) bool { return slices.ContainsFunc(q.Steps, Next.Answers) }, Asked, Urgent)
}

// SentBack are the requests that were sent back, of the cases that a person works on.
func (d *Docket) SentBack(ctx context.Context, by access.Actor, limit int) (out []Request, more bool, err error) {
	return d.requests(ctx, by, Filter{Mine: by.ID}, limit, nil, Returned)
}

// Pending are the requests that wait for somebody else's answer, of the cases that a person works on.
func (d *Docket) Pending(ctx context.Context, by access.Actor, limit int) (out []Request, more bool, err error) {
	return d.requests(ctx, by, Filter{Mine: by.ID}, limit, func(q Request) bool { return !slices.ContainsFunc(q.Steps, Next.Answers) }, Asked, Urgent)
}

// requests are the running side procedures in some states that fit; fit may be nil.
func (d *Docket) requests(ctx context.Context, by access.Actor, filter Filter, limit int, fit func(Request) bool, states ...string) (out []Request, more bool, err error) {
	var rows []Row
	err = d.scoped(ctx, by, filter).Select(rowColumns+", "+nearest, d.Today()).
		Where("EXISTS (SELECT 1 FROM case_tracks t WHERE t.case_id = cases.id AND t.ended_on IS NULL AND t.state IN ?)", states).
		Order(byNearest).Limit(mostLooked).Find(&rows).Error
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		f, err := d.Find(ctx, by, r.ID)
		if err != nil {
			return nil, false, err
		}
		next := d.Next(by, f)
		for _, t := range f.Running("") {
			q := Request{Row: r, Track: t, Asked: f.LastOf(t.ID), Clock: d.about(f, &t)}
			for _, n := range next {
				if n.Track != nil && n.Track.ID == t.ID && n.Ready() {
					q.Steps = append(q.Steps, n)
				}
			}
			if !slices.Contains(states, t.State) || fit != nil && !fit(q) {
				continue
			}
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b Request) int { return cmp.Compare(a.day(), b.day()) })
	return out[:min(len(out), limit)], len(out) > limit || len(rows) == mostLooked, nil
}

// day is what the requests are ordered by.
func (q Request) day() calendar.Day {
	if q.Clock == nil {
		return math.MaxInt32
	}
	return q.Clock.WatchOn
}

// about is the nearest running period that a side procedure is about.
func (d *Docket) about(f *File, t *Track) *deadline.Clock {
	for i, k := range f.Clocks { // the nearest first
		if k.Running() && (k.TrackID == t.ID || k.TrackID == "" && slices.Contains(d.Extends(f.Kind, t.Track), k.Rule)) {
			return &f.Clocks[i]
		}
	}
	return nil
}

// Extends are the rules whose clocks a side procedure may extend.
func (d *Docket) Extends(kind, track string) []string {
	var out []string
	for _, s := range d.procedures[kind].Steps {
		if s.Track == track && s.Extends != "" {
			out = append(out, s.Extends)
		}
	}
	return out
}

// LastOf is the latest step of a side procedure.
func (f *File) LastOf(trackID string) Taken {
	for _, t := range slices.Backward(f.Taken) {
		if t.TrackID == trackID {
			return t
		}
	}
	return Taken{}
}
