package casework

import (
	"context"
	"slices"

	"huzhi/internal/deadline"
	"huzhi/internal/statute"
)

// Prospect is the next extension that a period may get, and where it would end.
type Prospect struct {
	Clock deadline.Clock
	Rule  statute.Rule
	Nth   int // the first, the second
	Next  statute.Extension
	By    int          // so many of the unit; 0 where the law sets no length and none was given
	End   deadline.End // with By; zero where By is
}

// Prospect is what a step of a request for an extension would do, by so many of the rule's units; by the maximum where that is none the law
// allows. ok is false for a step that extends nothing, or where the law allows no further extension.
func (d *Docket) Prospect(ctx context.Context, f *File, s *Step, by int) (p Prospect, ok bool, err error) {
	rule := d.extends(f.Kind, s)
	if rule == "" {
		return p, false, nil
	}
	x, k, ok := f.NextExtension(rule, d.law())
	if !ok {
		return p, false, nil
	}
	p = Prospect{Clock: *k, Nth: f.Extended[k.ID] + 1, Next: x, By: by}
	p.Rule, _ = d.clocks.Rule(k)
	if by < 1 || !x.Free && by > x.Max {
		p.By = x.Max
	}
	if p.By > 0 {
		p.End, err = d.clocks.Longer(ctx, k, x, p.By)
	}
	return p, err == nil, err
}

// ExtensionUnit is what the next extension that a side procedure asks for would be counted in, "" where there is none.
func (d *Docket) ExtensionUnit(f *File, t *Track) string {
	hand := f.Track
	defer func() { f.Track = hand }()
	f.Track = t
	for _, rule := range d.Extends(f.Kind, t.Track) {
		x, _, _ := f.NextExtension(rule, d.law())
		return string(x.Unit)
	}
	return ""
}

// extends is the rule whose clock the side procedure of a step would extend, "" where there is none: the approval extends what is asked for.
func (d *Docket) extends(kind string, s *Step) string {
	if s.Extends != "" || s.Track == "" {
		return s.Extends
	}
	if rules := d.Extends(kind, s.Track); len(rules) > 0 && slices.ContainsFunc(s.Asks, func(a Ask) bool { return a.Name == "extend_by" }) {
		return rules[0]
	}
	return ""
}
