package casework

import (
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
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

// NextExtension is the extension that the running clock of a rule may get next; false where none runs or the law allows no further one.
func (f *File) NextExtension(rule string, law Law) (statute.Extension, *deadline.Clock, bool) {
	k := f.Clock(rule)
	if f.Track != nil && f.ClockOf(f.Track.ID, rule) != nil {
		k = f.ClockOf(f.Track.ID, rule)
	}
	if k == nil || !k.Running() {
		return statute.Extension{}, nil, false
	}
	r, ok := law.Rules.ByVersion(k.Version, k.Kind)
	if !ok || f.Extended[k.ID] >= len(r.Ext) {
		return statute.Extension{}, k, false
	}
	return r.Ext[f.Extended[k.ID]], k, true
}

// Challenged says whether a person's part in the case rests while a request for recusal is open: "" no, "yes", or "urgent" where urgent acts
// are excepted (Order 71 Art. 7; Order 81 Art. 5; the Penalty Law since 2021-07-15 lets the investigation go on, Art. 43).
func (f *File) Challenged(userID string) string {
	for _, t := range f.Running("recusal") {
		if t.Facts["challenged"] == userID && t.Facts["rests"] != "no" {
			return t.Facts["rests"]
		}
	}
	return ""
}

// fits says whether a step of a side procedure can be taken with the one in hand, or may open one.
func (s *Step) fits(f *File) bool {
	if !slices.Contains(s.From, f.State) {
		return false
	}
	if len(s.In) == 0 {
		return f.Track == nil && (!s.Alone || len(f.Running(s.Track)) == 0)
	}
	return f.Track != nil && f.Track.Running() && f.Track.Track == s.Track && slices.Contains(s.In, f.Track.State)
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

// Level refuses an extension that nobody may grant any more, or that another level must approve: for Bars of the step that approves.
func Level(rule, level string) func(*File, Law) *errs.Error {
	return func(f *File, law Law) *errs.Error {
		if err := Extendable(rule)(f, law); err != nil {
			return err
		}
		if x, k, _ := f.NextExtension(rule, law); x.Approver != level {
			r, _ := law.Rules.ByVersion(k.Version, k.Kind)
			return errs.New(errs.Forbidden, "error.extension_level", errs.Msg("law.approver."+x.Approver), r.Cite)
		}
		return nil
	}
}

// people checks a field that names people of the case, and writes their names beside it.
func (s *Step) people(f *File, in *Input, a Ask, bad *errs.Faults) {
	var chosen []Member
	if a.Type == AskOfficers {
		a.Part = PartOfficer
	}
	for id := range strings.SplitSeq(in.Fields[a.Name], ",") {
		i := slices.IndexFunc(f.Members, func(m Member) bool { return m.UserID == id && (a.Part == "" || m.Part == a.Part) })
		if i < 0 || slices.ContainsFunc(chosen, func(m Member) bool { return m.UserID == id }) {
			bad.Add(a.Name, "error.choice")
			return
		}
		chosen = append(chosen, f.Members[i])
	}
	if a.Type == AskOfficers {
		certified := 0
		for _, m := range chosen {
			if m.Certified(in.On) {
				certified++
			}
		}
		if certified < 2 { // Penalty Law 2021 Art. 42; Coercion Law Art. 18; Order 71 Art. 37
			bad.Add(a.Name, "error.two_officers")
			return
		}
	} else if len(chosen) != 1 {
		bad.Add(a.Name, "error.choice")
		return
	}
	in.Fields[a.Name+"_name"] = strings.Join(names(chosen), "、")
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
