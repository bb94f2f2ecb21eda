package deadline

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/statute"
)

// Standing are the clocks that stand still within the person's scope, those that have stood longest first. Until narrows nothing here: the
// last day of a clock that stands still is not known.
func (c *Clocks) Standing(ctx context.Context, by access.Actor, f Filter) ([]Clock, error) {
	q := c.within(ctx, by, f).Where("deadlines.stopped_on IS NULL AND deadlines.paused_on IS NOT NULL")
	if len(f.After) > 11 {
		day, id := f.After[:10], f.After[11:]
		q = q.Where("deadlines.paused_on > ? OR (deadlines.paused_on = ? AND deadlines.id > ?)", day, day, id)
	}
	var k []Clock
	return k, q.Order("deadlines.paused_on, deadlines.id").Limit(f.Limit).Find(&k).Error
}

// Counted is what a clock is counted with: its extensions, and the time that its rule leaves out.
type Counted struct {
	Extensions []Extension
	Spans      []Span // those that touch the clock, by their first day
}

// Still is the span for which a clock stands still; one without a ground where none is open.
func (x Counted) Still() Span {
	for _, s := range x.Spans {
		if s.ToOn.IsZero() {
			return s
		}
	}
	return Span{}
}

// Counted gives what clocks are counted with, by their ids: the caller has let the person see the matters.
func (c *Clocks) Counted(ctx context.Context, clocks ...Clock) (map[string]Counted, error) {
	ext, spans, err := c.rows(c.db.Read(ctx), clocks)
	if err != nil {
		return nil, err
	}
	out := map[string]Counted{}
	for _, k := range clocks {
		r, ok := c.Rule(&k)
		if !ok {
			continue
		}
		x := Counted{Extensions: ext[k.ID]}
		for _, s := range spans[k.SubjectID] {
			if k.takes(r, s) && (s.ToOn.IsZero() || s.ToOn >= max(k.StartedOn, s.FromOn)) && (k.Running() || s.FromOn <= k.StoppedOn) {
				x.Spans = append(x.Spans, s)
			}
		}
		out[k.ID] = x
	}
	return out, nil
}

// Longer is where a running clock would end with its next extension, of n of the rule's units. It errs where the law allows no further one, or
// none so long.
func (c *Clocks) Longer(ctx context.Context, k *Clock, x statute.Extension, n int) (End, error) {
	r, _ := c.Rule(k)
	ext, spans, err := c.rows(c.db.Read(ctx), []Clock{*k})
	if err != nil {
		return End{}, err
	}
	more := append(ext[k.ID], Extension{N: n, Unit: string(x.Unit)})
	return c.count(c.Days(), r, k.StartedOn, options(k, r, more, spans[k.SubjectID], 0))
}
