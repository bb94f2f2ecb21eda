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
	over  bool            // a period of its own is over and the office has not acted
}

// Awaits says whether the law waits for a step that the person may take about it: an answer, or what is no officer's to decide; once its own period is over,
// its end too (a sealing that must be released: Coercion Law Arts 25, 28).
func (q Request) Awaits(n Next) bool {
	return n.Step.awaits(q.Track.State) || q.over && n.Step.decided()
}

// Requests are the side procedures that wait for a person's answer or decision, whatever their state, the nearest statutory day that they are about first, then in the order of
// the cases. more says that there may be further ones.
func (d *Docket) Requests(ctx context.Context, by access.Actor, limit int) (out []Request, more bool, err error) {
	return d.requests(ctx, by, Filter{}, limit, func(q Request) bool { return slices.ContainsFunc(q.Steps, q.Awaits) }, d.decidedIn()...)
}

// decidedIn is every state of a side procedure in which somebody who is no officer of the case may decide.
func (d *Docket) decidedIn() []string {
	var out []string
	for _, kind := range Kinds() {
		if p := d.procedures[kind]; p != nil {
			for i := range p.Steps {
				if s := &p.Steps[i]; s.decided() {
					out = append(out, s.In...)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// decided says whether a step goes on with a side procedure and is no officer's: it approves, refuses, or is the chief's or the reviewer's own.
func (s *Step) decided() bool {
	return s.Track != "" && len(s.In) > 0 && s.Member == "" && s.Action != "case.work" && s.Lapses == ""
}

// awaits says whether a side procedure that stands in a state waits for the step. What may be confirmed or ended at once after an urgent act, and ended at any
// time later, is waited for only while it is urgent.
func (s *Step) awaits(state string) bool {
	return s.decided() && slices.Contains(s.In, state) && (state == Asked || state == Urgent || !slices.Contains(s.In, Urgent))
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
			q.over = q.Clock != nil && q.Clock.TrackID == t.ID && q.Clock.Late(f.Today)
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
