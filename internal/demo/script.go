package demo

import (
	"fmt"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/hotline"
	"huzhi/internal/lead"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// spec is what is wanted of a matter.
type spec struct {
	office, place string
	start         calendar.Day // the lead comes in
	source        string
	outcome       string
	until         string       // the last step taken; "" runs to the archive
	now           bool         // in the months before today
	slow          int          // working days that the work takes longer than it should
	first         access.Actor // an officer who must be on it
	without       string       // an officer who must not be, by username
	chief         access.Actor // who files it and decides; none is anybody
	restricted    bool
	files         bool        // something is attached
	typ           patent.Type // of the patent; "" is any
}

// script is a matter being planned: what is done, by whom and when, in its order.
type script struct {
	*world
	spec
	kind     string
	t        time.Time
	acts     []act
	over     bool
	officers []access.Actor
	boss     access.Actor
	lead     string
	leadV    int64
	caseID   string
	version  int64
	number   string
	from     string // the source the lead was given
	f        filler // of a dispute: who and what it is about, and the patent
	right    right
	income   int    // the illegal income of a counterfeit case, in yuan
	party    string // the respondent
	nth      int    // of the matters of these months that have evidence
}

func (w *world) script(kind string, sp spec, officers int) *script {
	s := &script{world: w, spec: sp, kind: kind, t: w.hour(sp.start), from: sp.source}
	s.officers = w.team(sp, officers)
	if s.boss = sp.chief; s.boss.ID == "" {
		s.boss = of(w, w.staff[sp.office].chiefs...)
	}
	return s
}

// then plans something lo to hi working days later.
func (s *script) then(lo, hi int, do func(tx *store.Tx) error) {
	s.at(s.later(s.t, lo, hi), do)
}

// at plans something at a time.
func (s *script) at(t time.Time, do func(tx *store.Tx) error) {
	if !s.over {
		s.t = t
		s.acts = append(s.acts, act{t, do})
	}
}

// ends ends the script when its last step was planned.
func (s *script) ends(step string) {
	if s.until == step {
		s.over = true
	}
}

// step plans a step of the case lo to hi working days later.
func (s *script) step(lo, hi int, name string, by access.Actor, f casework.Facts, note string) {
	s.stepAt(s.later(s.t, lo, hi), name, by, f, note)
}

func (s *script) stepAt(t time.Time, name string, by access.Actor, f casework.Facts, note string) {
	s.take(t, name, by, nil, func(calendar.Day) casework.Facts { return f }, note)
}

// beside plans a step of a side procedure; track keeps which.
func (s *script) beside(lo, hi int, name string, by access.Actor, track *string, f func(on calendar.Day) casework.Facts) {
	s.take(s.later(s.t, lo, hi), name, by, track, f, "")
}

func (s *script) take(t time.Time, name string, by access.Actor, track *string, f func(on calendar.Day) casework.Facts, note string) {
	s.at(t, func(tx *store.Tx) error {
		on := calendar.DayOf(tx.Now)
		in := casework.Input{On: on, Note: note, Fields: f(on)}
		if track != nil {
			in.Track = *track
		}
		c, err := s.Docket.AdvanceTx(tx, by, s.caseID, name, s.version, in)
		if err != nil {
			return fmt.Errorf("%s %s, %s: %w", s.kind, s.number, name, err)
		}
		if s.version = c.Version; track != nil {
			*track = c.Track.ID
		}
		if step := s.Docket.Procedure(s.kind).Step(name); s.now && step != nil && track == nil {
			return s.served(tx, s.officers[0], step, in.Fields)
		}
		return nil
	})
	s.ends(name)
}

// side plans a step of the side procedure of a name that runs then, lo to hi working days later; with no name, one that opens a side procedure.
func (s *script) side(lo, hi int, track, name string, by access.Actor, f casework.Facts) {
	s.sideAt(s.later(s.t, lo, hi), track, name, by, f)
}

func (s *script) sideAt(t time.Time, track, name string, by access.Actor, f casework.Facts) {
	s.at(t, func(tx *store.Tx) error {
		in := casework.Input{On: calendar.DayOf(tx.Now), Fields: f}
		if track != "" {
			c, err := s.Docket.FindTx(tx, by, s.caseID)
			if err != nil {
				return err
			}
			for _, x := range c.Running(track) {
				in.Track = x.ID
			}
		}
		c, err := s.Docket.AdvanceTx(tx, by, s.caseID, name, s.version, in)
		if err != nil {
			return fmt.Errorf("%s %s, %s: %w", s.kind, s.number, name, err)
		}
		s.version = c.Version
		return nil
	})
}

// officer is one of the case's officers, as a rule the first.
func (s *script) officer() access.Actor {
	if s.chance(70) {
		return s.officers[0]
	}
	return of(s.world, s.officers...)
}

// commit puts the whole matter into the plan.
func (s *script) commit() {
	s.queue = append(s.queue, s.acts...)
	if s.now && s.over {
		s.live = append(s.live, s)
	}
}

// last is the day of the last act.
func (s *script) last() calendar.Day {
	if len(s.acts) == 0 {
		return s.start
	}
	return calendar.DayOf(s.acts[len(s.acts)-1].at)
}

// arrival is a lead as it comes in: by a call where somebody called, else written down by an officer.
type arrival struct {
	lead.NewLead
	question, caller, callerType string
}

// arrive plans the lead, its verification and its filing, with the names of the officers.
func (s *script) arrive(a arrival, opinion, title string, f lead.Filing) {
	s.comes(a)
	s.request(f.DisputeType)
	s.verify(opinion, lead.ProposeFile)
	s.file(title, f)
}

// comes plans that the lead comes in.
func (s *script) comes(a arrival) {
	a.Kind, a.Jurisdiction, a.Place, a.Source = s.kind, s.office, s.place, s.from
	if a.caller != "" {
		s.call(a)
	} else {
		by := s.officer()
		s.at(s.t, func(tx *store.Tx) error {
			a.ReceivedOn = calendar.DayOf(tx.Now)
			return s.keepLead(s.Leads.AddTx(tx, by, a.NewLead, "lead.add"))
		})
	}
	s.ends("lead")
}

func (s *script) keepLead(l *lead.Lead, err error) error {
	if err != nil {
		return fmt.Errorf("%s lead: %w", s.kind, err)
	}
	s.lead, s.leadV = l.ID, l.Version
	return nil
}

// call plans the call and the lead that the operator makes of it.
func (s *script) call(a arrival) {
	by := s.operator()
	in := hotline.NewCall{
		Kind: a.Source, Channel: s.channel(), Jurisdiction: s.office, Place: s.place, CallerName: a.caller, CallerPhone: s.phone(), CallerType: a.callerType,
		Mode: s.mode(a.Source), Question: a.question, Subject: s.kind, Respondent: a.Respondent, RespondentAddress: a.RespondentAddress,
		PatentNo: a.PatentNo, URL: a.URL,
	}
	var id string
	s.at(s.t, func(tx *store.Tx) error {
		c, err := s.Desk.LogTx(tx, by, in)
		if err == nil {
			id, err = c.ID, s.receipt(tx, by, c)
		}
		return err
	})
	s.ends("call")
	s.then(0, 1, func(tx *store.Tx) error {
		return s.keepLead(s.Desk.MakeLeadTx(tx, by, id, 1, hotline.LeadInput{Title: a.Title, Place: s.place, Facts: a.Facts}))
	})
}

func (s *script) operator() access.Actor {
	if ops := s.staff[s.office].operators; len(ops) > 0 {
		return of(s.world, ops...)
	}
	return of(s.world, s.staff[city].operators...)
}

// channel is how calls come in; the lines were put together later.
func (s *script) channel() string { return s.world.channel(s.now) }

func (w *world) channel(now bool) string {
	if now {
		return w.weighted("12330", 42, "12345", 25, "12315", 12, "web", 9, "visit", 7, "letter", 2, "platform", 3)
	}
	return w.weighted("12330", 86, "visit", 7, "web", 4, "12345", 2, "letter", 1)
}

func (s *script) verify(opinion, proposal string) {
	lo := 0
	if s.now {
		lo = 1
	}
	by := s.officer()
	s.then(lo, lo+2, func(tx *store.Tx) error {
		err := s.Leads.VerifyTx(tx, by, s.lead, s.leadV, lead.Verification{On: calendar.DayOf(tx.Now), Proposal: proposal, Opinion: opinion})
		s.leadV++
		return err
	})
	s.ends("verify")
}

func (s *script) file(title string, f lead.Filing) {
	f.Kind, f.Title, f.Place, f.Restricted = s.kind, title, s.place, s.restricted
	for _, o := range s.officers {
		f.Officers = append(f.Officers, o.ID)
	}
	if s.restricted {
		f.Reviewer = s.staff[s.office].reviewers[0].ID
	}
	s.then(0, 2, func(tx *store.Tx) error {
		f.On = calendar.DayOf(tx.Now)
		c, err := s.Leads.FileTx(tx, s.boss, s.lead, s.leadV, f)
		if err != nil {
			return fmt.Errorf("%s filing: %w", s.kind, err)
		}
		s.caseID, s.version, s.number = c.ID, c.Version, c.Number
		return nil
	})
	s.ends("file")
	s.tellReporter()
}

// addPatent plans that an officer writes down the patent with its title and owner, as the register has it.
func (s *script) addPatent(r right, owner string) {
	by := s.officers[0]
	s.then(0, 0, func(tx *store.Tx) error {
		err := s.Docket.AddPatentTx(tx, by, s.caseID, s.version, casework.Patent{Number: r.number, Title: r.title, Patentee: owner})
		s.version++
		return err
	})
}

// addFlags plans that an officer marks one case in five for the statistics; the patent decides which, so
// that nothing else of the office changes by it.
func (s *script) addFlags(r right) {
	n := 0
	for _, c := range r.number {
		n = (n*31 + int(c)) % 9973
	}
	marks := casework.Flags()
	if n%5 != 0 {
		return
	}
	by := s.officers[0]
	s.at(s.t, func(tx *store.Tx) error {
		err := s.Docket.SetFlagsTx(tx, by, s.caseID, s.version, []string{marks[n/5%len(marks)]}, "")
		s.version++
		return err
	})
}

func (s *script) addParty(p casework.Party) {
	by := s.officers[0]
	s.then(0, 1, func(tx *store.Tx) error {
		err := s.Docket.AddPartyTx(tx, by, s.caseID, s.version, p)
		s.version++
		return err
	})
}

// addAddress plans that an officer writes down where a party of the case lives, from its papers.
func (s *script) addAddress(name string) {
	by := s.officers[0]
	s.at(s.t, func(tx *store.Tx) error {
		f, err := s.Docket.FindTx(tx, by, s.caseID)
		if err != nil {
			return err
		}
		for _, p := range f.Parties {
			if p.Name == name && p.Address == "" {
				s.version++
				return s.Docket.SetAddressTx(tx, by, s.caseID, s.version-1, p.ID, s.world.seat(name))
			}
		}
		return nil
	})
}

// finish plans closing and archiving.
func (s *script) finish() {
	s.step(1, 5, "close", s.boss, casework.Facts{"closing_note": s.say("close.note", nil)}, "")
	s.gives(s.nth)
	s.archive()
}

func (s *script) archive() {
	by, pages, long := of(s.world, s.staff[s.office].archivists...), s.between(18, 110), of(s.world, "30_years", "30_years", "permanent")
	s.at(s.later(s.t, 4, 24), func(tx *store.Tx) error {
		year := tx.Now.In(calendar.Zone()).Year()
		key := fmt.Sprintf("%d/%s", year, s.office)
		s.volumes[key]++
		c, err := s.Docket.AdvanceTx(tx, by, s.caseID, "archive", s.version, casework.Input{On: calendar.DayOf(tx.Now), Fields: casework.Facts{
			"volume": fmt.Sprintf("%d-%03d", year, s.volumes[key]), "pages": fmt.Sprint(pages), "retention": long,
		}})
		if err != nil {
			return fmt.Errorf("%s %s, archive: %w", s.kind, s.number, err)
		}
		s.version = c.Version
		return nil
	})
	s.ends("archive")
}
