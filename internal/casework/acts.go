package casework

import (
	"cmp"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Open are the options of a choice that are there in a case on a day.
func (a Ask) Open(f *File, law Law, on calendar.Day) []string {
	if a.Only == nil {
		return a.Options
	}
	return slices.DeleteFunc(slices.Clone(a.Options), func(x string) bool { return !a.Only(f, law, on, x) })
}

// Options are the options of a field that are there in a case on a day: what a form offers.
func (d *Docket) Options(f *File, a Ask, on calendar.Day) []string { return a.Open(f, d.law(), on) }

// besides does what a step does beside moving the case: who leaves it and who comes in, and which side procedures end with it.
func (d *Docket) besides(tx *store.Tx, f *File, s *Step, in Input) error {
	if err := d.drop(tx, f, s, in); err != nil {
		return err
	}
	if s.Party != nil {
		if p := s.Party(f, in); p != nil {
			if err := f.addParty(tx, *p); err != nil {
				return err
			}
			if err := d.index(tx, f); err != nil {
				return err
			}
		}
	}
	for _, t := range f.Tracks {
		if t.Running() && slices.Contains(s.Ends, t.Track) {
			if err := d.end(tx, f, t.ID, in.On); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop lets those go whom the step's field names: they were recused, and see nothing of the matter any more.
func (d *Docket) drop(tx *store.Tx, f *File, s *Step, in Input) error {
	if s.Drops == "" {
		return nil
	}
	who := cmp.Or(in.Fields[s.Drops], f.Track.Facts[s.Drops])
	for _, m := range slices.Clone(f.Members) {
		if m.UserID == who {
			if err := d.leave(tx, f, who, m.Part); err != nil {
				return err
			}
		}
	}
	return tx.Exec(`INSERT INTO recusals (user_id, subject_id) SELECT u.id, h.id FROM users u, (SELECT id FROM cases WHERE id = ?
		UNION SELECT lead_id FROM cases WHERE id = ? UNION SELECT id FROM listings WHERE case_id = ?) h WHERE u.id = ? ON CONFLICT DO NOTHING`, f.ID, f.ID, f.ID, who).Error
}

// Overtaken is the state of a side procedure that ended because the case went on without it: a suspension when the request is withdrawn.
const Overtaken = "overtaken"

// end ends a side procedure by a step of the case itself: its open time counts again, and who was asked to approve is let out.
func (d *Docket) end(tx *store.Tx, f *File, id string, on calendar.Day) error {
	hand := f.Track
	defer func() { f.Track = hand }()
	f.InTrack(id)
	f.Track.State, f.Track.EndedOn = Overtaken, on
	if err := tx.Model(&Track{}).Where("id = ?", id).Updates(map[string]any{"state": Overtaken, "ended_on": on}).Error; err != nil {
		return err
	}
	if err := d.letIn(tx, f, Input{}); err != nil {
		return err
	}
	return d.clocks.ResumeTx(tx, f.inHand(), on)
}

// over is how much longer than the rule's least the period is that the step fixes.
func (st Start) over(f *File, in Input, r statute.Rule) int {
	if st.Span == "" {
		return 0
	}
	facts := f.Facts
	if f.Track != nil {
		facts = f.Track.Facts
	}
	return int(given(in, facts, st.Span)) - r.Add
}

// leaveOut takes out the time that a step says is not counted.
func (d *Docket) leaveOut(tx *store.Tx, by access.Actor, f *File, s *Step, in Input) error {
	var spans []deadline.Span
	if s.LeavesOut != nil {
		spans = s.LeavesOut(f, in)
	}
	for _, v := range s.Serves { // the time of public notice is not counted (Order 71 Arts 21, 36; Order 81 Art. 37; Market-Regulation Procedure Art. 64)
		if in.Fields[v.Way] == "public_notice" {
			spans = append(spans, deadline.Span{Ground: "public_notice", FromOn: in.Day(v.Published).AddDays(1), ToOn: in.Day(v.On)})
		}
	}
	for _, x := range spans {
		if err := d.clocks.ExcludeTx(tx, by, f.inHand(), x); err != nil {
			return err
		}
	}
	return nil
}
