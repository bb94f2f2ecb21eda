package casework

import (
	"context"
	"slices"

	"huzhi/internal/access"
)

// Request is a side procedure of a case that waits for somebody.
type Request struct {
	Row
	Track Track
	Asked Taken  // the step that asked last
	Steps []Next // what the person may do about it
}

// Requests are the side procedures that wait for a person's answer, those of the case with the nearest statutory day first. more says that
// there may be further ones.
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
			q := Request{Row: r, Track: t, Asked: f.LastOf(t.ID)}
			for _, n := range next {
				if n.Track != nil && n.Track.ID == t.ID && n.Ready() {
					q.Steps = append(q.Steps, n)
				}
			}
			if !slices.Contains(states, t.State) || fit != nil && !fit(q) {
				continue
			}
			if len(out) == limit {
				return out, true, nil
			}
			out = append(out, q)
		}
	}
	return out, len(rows) == mostLooked, nil
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
