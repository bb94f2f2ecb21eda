package casework

import (
	"context"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Lapse takes the steps that the law takes by itself: what was registered and preserved is free again when nothing was decided within the
// period (Market-Regulation Procedure Art. 35). It gives how many. Several processes may do it at once.
func (d *Docket) Lapse(ctx context.Context) (n int, err error) {
	for _, p := range d.procedures {
		for i := range p.Steps {
			s := &p.Steps[i]
			if s.Lapses == "" {
				continue
			}
			var over []deadline.Clock
			err := d.db.Read(ctx).Where("subject_kind = 'case' AND rule = ? AND stopped_on IS NULL AND paused_on IS NULL AND strict_on < ?", s.Lapses, d.Today()).
				Order("strict_on, id").Find(&over).Error
			if err != nil {
				return n, err
			}
			for _, k := range over {
				took, err := d.lapse(ctx, p, s, k)
				if err != nil {
					return n, err
				}
				if took {
					n++
				}
			}
		}
	}
	return n, nil
}

func (d *Docket) lapse(ctx context.Context, p *Procedure, s *Step, k deadline.Clock) (took bool, err error) {
	err = d.db.Tx(ctx, func(tx *store.Tx) error {
		took = false
		f, err := d.load(tx.DB, access.System(), k.SubjectID, calendar.DayOf(tx.Now))
		if err != nil || f.Kind != p.Kind || !f.InTrack(k.TrackID) || !s.openFrom(f) || s.Bars != nil && s.Bars(f, d.law()) != nil {
			return err
		}
		took = true
		_, err = d.AdvanceTx(tx, access.System(), f.ID, s.Name, f.Version, Input{On: max(k.StrictOn.AddDays(1), s.Earliest(f)), Track: k.TrackID})
		return err
	})
	if e := errs.As(err); e != nil && slices.Contains([]errs.Code{errs.Conflict, errs.NotFound}, e.Code) { // somebody was faster
		return false, nil
	}
	return took && err == nil, err
}

// Expired is a side procedure whose own period has run out while the law wants it ended by then.
type Expired struct {
	Track Track
	Clock deadline.Clock
	Says  string // statute.Rule.OnExpiry: must_release, auto_release
}

// Expired are the running side procedures of a case that the law wants ended by the end of a period which is over: sealed goods that must be
// released (Coercion Law Arts 25, 28), preserved evidence that is free (Penalty Law 2021 Art. 56).
func (d *Docket) Expired(f *File) []Expired {
	var out []Expired
	for _, t := range f.Running("") {
		for _, k := range f.Clocks {
			if k.TrackID != t.ID || !k.Running() || !k.PausedOn.IsZero() || f.Today <= k.StrictOn {
				continue
			}
			if r, ok := d.clocks.Rule(&k); ok && r.OnExpiry != "" {
				out = append(out, Expired{Track: t, Clock: k, Says: r.OnExpiry})
			}
		}
	}
	return out
}
