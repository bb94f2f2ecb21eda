package papers

import (
	"cmp"
	"context"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Over is the step of the procedure that takes a service over.
type Over struct {
	Step    *casework.Step
	Track   string         // the side procedure it moves
	On      calendar.Day   // the day of service; ahead where a public notice still runs
	Given   casework.Facts // what the step is given
	Because *errs.Error    // why it was not taken with the service; nil: it was
}

// takeOver takes the step that a service completes. Nil where no step waits for it: another party of the same role has not got the paper yet, the step was
// taken before, or the paper is one that no step asks about.
func (d *Desk) takeOver(tx *store.Tx, by access.Actor, f *casework.File, s *Service) (*Over, error) {
	if s.State != Done {
		return nil, nil
	}
	var tries []Service
	if err := tx.Where("case_id = ?", f.ID).Order("served_on, id").Find(&tries).Error; err != nil {
		return nil, err
	}
	for _, n := range d.docket.Next(by, f) {
		o := served(f, n, tries, s)
		if o == nil {
			continue
		}
		if o.On > f.Today {
			o.Because = errs.New(errs.Conflict, "error.service.ahead", o.On)
			return o, nil
		}
		f.InTrack(o.Track)
		in := casework.Input{On: max(o.On, n.Step.Earliest(f)), Track: o.Track, Fields: o.Given}
		f.Track = nil
		var err error
		o.Because, err = d.docket.OfferTx(tx, by, f.ID, n.Step.Name, f.Version, in)
		return o, err
	}
	return nil, nil
}

// served is what a step that is open would be given of the tries so far, nil while they do not complete it. With one try only what that completes counts.
func served(f *casework.File, n casework.Next, tries []Service, one *Service) *Over {
	for _, v := range n.Step.Serves {
		paper := v.Paper(f)
		if paper == "" || one != nil && one.DocumentID != paper {
			continue
		}
		for _, roles := range among(v, f) {
			last := latest(f, tries, paper, roles)
			if last == nil || one != nil && !slices.ContainsFunc(f.Parties, func(p casework.Party) bool { return p.Name == one.Recipient && slices.Contains(roles, p.Role) }) {
				continue
			}
			o := &Over{Step: n.Step, On: last.ServedOn, Given: casework.Facts{}}
			if n.Track != nil {
				o.Track = n.Track.ID
			}
			given := v.Given(roles[0], last.Way, last.TriedOn, last.ServedOn, cmp.Or(last.Receiver, last.Recipient))
			if slices.ContainsFunc(f.Taken, func(t casework.Taken) bool { // the same service again
				return t.Step == n.Step.Name && t.TrackID == o.Track && t.Data["recipient"] == given["recipient"] && t.Data[v.On] == given[v.On]
			}) {
				continue
			}
			for _, a := range n.Step.Asks {
				if x := given[a.Name]; x != "" {
					o.Given[a.Name] = x
				}
			}
			return o
		}
	}
	return nil
}

// among are the roles whose parties must all have the paper: those of the service together, or each by itself.
func among(v casework.Service, f *casework.File) [][]string {
	if len(v.Roles) > 0 {
		return [][]string{v.Roles}
	}
	var out [][]string
	for _, r := range casework.PartyRoles() {
		if len(f.PartyNames(r)) > 0 {
			out = append(out, []string{r})
		}
	}
	return out
}

// latest is the try by which the last of the parties of some roles got a paper; nil while one of them has not, or where there is none. The time runs for each
// from its own day; the step goes by the last.
func latest(f *casework.File, tries []Service, paper string, roles []string) *Service {
	var out *Service
	for _, p := range f.Parties {
		if !slices.Contains(roles, p.Role) || p.GoneTo != "" {
			continue
		}
		i := slices.IndexFunc(tries, func(s Service) bool { return s.DocumentID == paper && s.Recipient == p.Name && s.State == Done })
		if i < 0 {
			return nil
		}
		if out == nil || tries[i].ServedOn > out.ServedOn {
			out = &tries[i]
		}
	}
	return out
}

// Waiting are the open steps that would take over what has been served, each with the day and the fields: what their forms begin with.
func (d *Desk) Waiting(ctx context.Context, by access.Actor, f *casework.File) ([]Over, error) {
	tries, _, err := d.Services(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(tries, func(a, b Service) int { return cmp.Compare(a.ServedOn, b.ServedOn) })
	var out []Over
	for _, n := range d.docket.Next(by, f) {
		if o := served(f, n, tries, nil); o != nil {
			out = append(out, *o)
		}
	}
	return out, nil
}
