package casework

import (
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/store"
)

// The states of a side procedure that wait: for who approves, or for who asked.
const (
	Asked    = "asked"    // asked for, not done yet
	Returned = "returned" // sent back to who asked
	Urgent   = "urgent"   // done without approval, which must follow within 24 hours (Coercion Law Art. 19; Market-Regulation Procedure Arts 33, 36)
)

// PartApprover is let in to a case while a request of it is open, and no longer.
const PartApprover = "approver"

// Track is a side procedure on a case: a sealing, a suspension, a request for an extension. Several may run beside the case's own path.
type Track struct {
	ID       string `gorm:"primaryKey"`
	CaseID   string
	Track    string // its name in the table of the kind
	State    string
	OpenedOn calendar.Day
	EndedOn  calendar.Day
	Facts    Facts // what its steps recorded, the latest word on each
	Seq      int64 // the case's version when it was opened
}

// TableName is the table of the side procedures.
func (Track) TableName() string { return "case_tracks" }

// Running says whether the side procedure has not ended.
func (t *Track) Running() bool { return t.EndedOn.IsZero() }

// Waits says whether somebody must approve.
func (t *Track) Waits() bool { return t.Running() && (t.State == Asked || t.State == Urgent) }

// Running are the side procedures of a name that run; of all with "".
func (f *File) Running(track string) []Track {
	var out []Track
	for _, t := range f.Tracks {
		if t.Running() && (track == "" || t.Track == track) {
			out = append(out, t)
		}
	}
	return out
}

// Ended are the side procedures of a name that have ended in a state.
func (f *File) Ended(track string) []Track {
	var out []Track
	for _, t := range f.Tracks {
		if !t.Running() && t.Track == track {
			out = append(out, t)
		}
	}
	return out
}

// InTrack is the file with a side procedure in hand.
func (f *File) InTrack(id string) bool {
	f.Track = nil
	for i := range f.Tracks {
		if f.Tracks[i].ID == id {
			f.Track = &f.Tracks[i]
		}
	}
	return id == "" || f.Track != nil
}

// ClockOf is the latest clock of a rule that a side procedure started, or nil.
func (f *File) ClockOf(trackID, rule string) *deadline.Clock {
	return f.latest(func(k *deadline.Clock) bool { return k.Rule == rule && k.TrackID == trackID })
}

// latest is the clock started last of those that are wanted; of two of one day the later row. Nil where there is none.
func (f *File) latest(wanted func(*deadline.Clock) bool) *deadline.Clock {
	var out *deadline.Clock
	for i := range f.Clocks {
		if k := &f.Clocks[i]; wanted(k) && (out == nil || k.StartedOn >= out.StartedOn) {
			out = k
		}
	}
	return out
}

// moveTrack writes the state of the side procedure that a step moves, lets its approver in or out, and gives its id.
func (d *Docket) moveTrack(tx *store.Tx, by access.Actor, f *File, s *Step, in Input) (string, error) {
	if s.Track == "" {
		return "", nil
	}
	t := f.Track
	opened := t == nil
	if opened {
		f.Tracks = append(f.Tracks, Track{ID: tx.NewID(), CaseID: f.ID, Track: s.Track, OpenedOn: in.On, Facts: Facts{}, Seq: f.Version})
		t = &f.Tracks[len(f.Tracks)-1]
		f.Track = t
	}
	t.State = s.Leads
	t.Facts = s.Replay(t.Facts, in.Fields)
	if s.Leads == "" {
		t.State, t.EndedOn = s.Name, in.On
	}
	var err error
	if opened {
		err = tx.Create(t).Error
	} else {
		err = tx.Model(&Track{}).Where("id = ?", t.ID).Updates(map[string]any{"state": t.State, "ended_on": t.EndedOn, "facts": t.Facts}).Error
	}
	if err != nil {
		return "", err
	}
	if err := d.letIn(tx, f, in); err != nil {
		return "", err
	}
	return t.ID, d.timeOut(tx, by, f, s, in)
}

// letIn lets the approver whom a request names in to the case, and out when nothing waits for that person any more.
func (d *Docket) letIn(tx *store.Tx, f *File, in Input) error {
	if id := in.Fields["approver"]; id != "" && f.Track.Waits() {
		return join(tx, f.ID, id, PartApprover)
	}
	if f.Track.Waits() {
		return nil
	}
	for _, m := range f.Part(PartApprover) {
		if slices.ContainsFunc(f.Tracks, func(t Track) bool { return t.Waits() && t.Facts["approver"] == m.UserID }) {
			continue
		}
		if err := d.leave(tx, f, m.UserID, PartApprover); err != nil {
			return err
		}
	}
	return nil
}

// leave ends a person's part in a case, and in what hangs on a restricted one.
func (d *Docket) leave(tx *store.Tx, f *File, userID, part string) error {
	f.Members = slices.DeleteFunc(f.Members, func(m Member) bool { return m.UserID == userID && m.Part == part })
	return tx.Exec(`DELETE FROM members WHERE user_id = ? AND part = ? AND (subject_id = ? OR subject_id IN (SELECT lead_id FROM cases WHERE id = ? UNION SELECT id FROM listings WHERE case_id = ?))`,
		userID, part, f.ID, f.ID, f.ID).Error
}

// timeOut does what a step does to the periods of the case: time that is not counted, and extensions.
func (d *Docket) timeOut(tx *store.Tx, by access.Actor, f *File, s *Step, in Input) error {
	subject := f.inHand()
	if s.Pauses != "" {
		from := in.On
		if s.PausesFrom != "" {
			from = in.Day(s.PausesFrom)
		}
		if err := d.clocks.ExcludeTx(tx, by, subject, deadline.Span{Ground: s.Pauses, FromOn: from}); err != nil {
			return err
		}
	}
	if s.Resumes {
		on := in.On
		if s.PausesFrom != "" {
			on = in.Day(s.PausesFrom)
		}
		if err := d.clocks.ResumeTx(tx, subject, on); err != nil {
			return err
		}
	}
	if s.Extends != "" {
		k, err := d.clocks.RunningTx(tx, subject, s.Extends)
		if err != nil {
			return err
		}
		return d.clocks.ExtendTx(tx, by, subject, k, int(given(in, f.Track.Facts, "extend_by")), in.On)
	}
	return nil
}

// given is a number of the form, or of what the side procedure recorded before.
func given(in Input, f Facts, name string) int64 {
	if in.Fields[name] != "" {
		return in.Money(name)
	}
	return f.Money(name)
}

// Replay is the facts after a step that recorded data: an answer that was left out this time is gone.
func (s *Step) Replay(before, data Facts) Facts {
	out := Facts{}
	for k, v := range before {
		out[k] = v
	}
	for _, a := range s.Asks {
		delete(out, a.Name)
		delete(out, a.Name+"_name")
	}
	for k, v := range data {
		out[k] = v
	}
	return out
}
