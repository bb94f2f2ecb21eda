package casework

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// The side procedures that several kinds share. Each gives rows of the table; from are the states of the case in which it may be taken.

// Asking makes the rows of a request that somebody approves: ask, approve, send back with a reason, ask again, take back.
// check holds for what is asked; approve carries what the approval does.
func Asking(track string, from []State, asks []Ask, bars func(*File, Law) *errs.Error, check func(*File, Input, Law) *errs.Field, approve ...Step) []Step {
	ask := Step{
		Name: "ask_" + track, Track: track, From: from, Leads: Asked, Alone: true, Action: "case.work", Member: PartOfficer, Bars: bars, Check: check,
		Asks: append(slices.Clone(asks), Approver()),
	}
	again := ask
	again.Name, again.In, again.Alone, again.Bars = "amend_"+track, []string{"returned"}, false, nil
	steps := []Step{ask, again}
	for _, s := range approve {
		s.Track, s.From, s.In, s.NotBy = track, from, []string{Asked}, []string{PartOfficer}
		if s.Action == "" {
			s.Action = "case.approve"
		}
		steps = append(steps, s)
	}
	return append(steps,
		Step{Name: "return_" + track, Track: track, From: from, In: []string{Asked}, Leads: "returned", Action: "case.approve", NotBy: []string{PartOfficer},
			Asks: []Ask{{Name: "return_reason", Type: AskLong}}},
		Step{Name: "drop_" + track, Track: track, From: from, In: []string{Asked, "returned"}, Action: "case.work", Member: PartOfficer,
			Asks: []Ask{{Name: "drop_reason", Type: AskText}}},
	)
}

// Approver is the field of a request that names who is asked. That person may read the case while the request is open.
func Approver() Ask {
	return Ask{Name: "approver", Type: AskHolder, Holds: "case.approve", Optional: true}
}

// Extension is the request for the next extension of a rule's running clock: asked and granted before the end, at most the maximum, by the level
// the law names.
func Extension(rule string, from []State) []Step {
	approve := func(name, level string, s Step) Step {
		s.Name, s.Extends, s.Bars = name, rule, Level(rule, level)
		return s
	}
	meeting := []Ask{{Name: "meeting_on", Type: AskDay, Past: true}, {Name: "meeting_present", Type: AskText}, {Name: "meeting_opinion", Type: AskLong}}
	return Asking("extension", from, []Ask{{Name: "extend_by", Type: AskCount}, {Name: "extension_reason", Type: AskLong}},
		Extendable(rule), WithinMax(rule),
		approve("approve_extension", statute.Head, Step{}),
		approve("approve_extension_above", statute.SuperiorOffice, Step{Above: true}),
		approve("approve_extension_meeting", statute.LeadersMeeting, Step{Asks: meeting}),
	)
}

// Extendable refuses an extension that no level could grant, for Bars of the step that asks: none is left, or the period is over.
func Extendable(rule string) func(*File, Law) *errs.Error {
	return func(f *File, law Law) *errs.Error {
		_, k, ok := f.NextExtension(rule, law)
		if k == nil {
			return errs.New(errs.Conflict, "error.extension_no_clock")
		}
		r, _ := law.Rules.ByVersion(k.Version, k.Kind)
		switch {
		case !ok:
			return errs.New(errs.Forbidden, "error.extension_none", r.Title, r.Cite)
		case k.PausedOn.IsZero() && f.Today > k.StrictOn:
			return errs.New(errs.Forbidden, "error.extension_late", k.StrictOn, r.Cite)
		}
		return nil
	}
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

// WithinMax refuses to ask for a longer extension than the law allows, in the field extend_by.
func WithinMax(rule string) func(*File, Input, Law) *errs.Field {
	return func(f *File, in Input, law Law) *errs.Field {
		x, k, ok := f.NextExtension(rule, law)
		n, longest := in.Money("extend_by"), int64(x.Max)
		if x.Free {
			longest = 3650
		}
		if !ok || n >= 1 && n <= longest {
			return nil
		}
		r, _ := law.Rules.ByVersion(k.Version, k.Kind)
		return &errs.Field{Name: "extend_by", Message: errs.Msg("error.extension_max", longest, r.Cite)}
	}
}

// Suspension is the suspension of the case on a ground, with a day on which it is looked at again; its time is not counted where the rule says so.
func Suspension(from []State, grounds ...string) []Step {
	asks := []Ask{
		{Name: "suspension_ground", Type: AskChoice, Options: grounds},
		{Name: "suspension_reason", Type: AskLong},
		{Name: "review_on", Type: AskDay},
	}
	later := func(f *File, in Input, _ Law) *errs.Field { return after("review_on", in) }
	steps := Asking("suspension", from, asks, nil, later, Step{Name: "approve_suspension", Leads: "suspended", Pauses: "suspension"})
	return append(steps,
		Step{Name: "keep_suspended", Track: "suspension", From: from, In: []string{"suspended"}, Leads: "suspended", Action: "case.work", Member: PartOfficer,
			Asks: []Ask{{Name: "review_result", Type: AskLong}, {Name: "review_on", Type: AskDay}}, Check: later},
		Step{Name: "resume", Track: "suspension", From: from, In: []string{"suspended"}, Action: "case.work", Member: PartOfficer, Resumes: true,
			Asks: []Ask{{Name: "resume_reason", Type: AskLong}}},
	)
}

// after refuses a day that is not after the step's day.
func after(name string, in Input) *errs.Field {
	if in.Day(name) <= in.On {
		return &errs.Field{Name: name, Message: errs.Msg("error.day_before", in.On.AddDays(1))}
	}
	return nil
}

// Recusal is the request that somebody who works on the case leaves it. rests says what it does to that person's part meanwhile: "yes", "no",
// or "urgent" where urgent acts are excepted.
func Recusal(from []State, rests func(*File, calendar.Day) string) []Step {
	return []Step{
		{Name: "challenge", Track: "recusal", From: from, Leads: Asked, Action: "case.work",
			Asks: []Ask{
				{Name: "challenged", Type: AskMember},
				{Name: "challenged_by", Type: AskChoice, Options: []string{"party", "own_motion"}},
				{Name: "challenge_reason", Type: AskLong},
				Approver(),
			},
			Sets:   func(f *File, in Input, _ Law) Facts { return Facts{"rests": rests(f, in.On)} },
			Urgent: true},
		{Name: "recuse", Track: "recusal", From: from, In: []string{Asked}, Action: "case.approve", NotBy: []string{PartOfficer}, Drops: "challenged",
			Asks: []Ask{{Name: "recusal_reason", Type: AskLong}}},
		{Name: "keep_member", Track: "recusal", From: from, In: []string{Asked}, Action: "case.approve", NotBy: []string{PartOfficer},
			Asks: []Ask{{Name: "recusal_reason", Type: AskLong}}},
	}
}

// Assistance is the request to another office, which answers or says that it needs longer (Order 71 Art. 41; Market-Regulation Procedure Art. 45).
func Assistance(from []State) []Step {
	work := func(s Step) Step {
		s.Track, s.From, s.Action, s.Member = "assistance", from, "case.work", PartOfficer
		return s
	}
	return []Step{
		work(Step{Name: "ask_assistance", Leads: "sent", Asks: []Ask{{Name: "assisting_office", Type: AskText}, {Name: "assistance_matter", Type: AskLong}},
			Issues: func(*File, Input) string { return "assistance_letter" },
			Paper: func(_ *File, in Input, _ Say) map[string]string {
				return map[string]string{"协助机关": in.Fields["assisting_office"], "协助事项": in.Fields["assistance_matter"]}
			}}),
		work(Step{Name: "assistance_received", In: []string{"sent"}, Leads: "received", Asks: []Ask{{Name: "letter_received_on", Type: AskDay, Past: true}},
			Starts: []Start{{Rule: "ASSIST", Day: "letter_received_on", Own: true}}}),
		work(Step{Name: "assistance_longer", In: []string{"received"}, Leads: "received", Asks: []Ask{{Name: "expected_on", Type: AskDay}, {Name: "longer_reason", Type: AskText}}}),
		work(Step{Name: "assistance_answered", In: []string{"sent", "received"}, Asks: []Ask{{Name: "assistance_result", Type: AskLong}}, Stops: []string{"ASSIST"}}),
	}
}

// Appraisal is testing, inspection or appraisal by somebody else; its time is not counted.
func Appraisal(from []State) []Step {
	work := func(s Step) Step {
		s.Track, s.From, s.Action, s.Member = "appraisal", from, "case.work", PartOfficer
		return s
	}
	return []Step{
		work(Step{Name: "commission", Leads: "commissioned", Pauses: "test_appraisal", PausesFrom: "commissioned_on",
			Asks: []Ask{{Name: "appraiser", Type: AskText}, {Name: "appraisal_question", Type: AskLong}, {Name: "commissioned_on", Type: AskDay, Past: true}, {Name: "result_expected_on", Type: AskDay}},
			Check: func(_ *File, in Input, _ Law) *errs.Field { // the commission is made by this step
				if fault := NotBefore("commissioned_on", in, in.On); fault != nil {
					return fault
				}
				return NotBefore("result_expected_on", in, in.Day("commissioned_on"))
			},
			Issues: func(*File, Input) string { return "appraisal_commission" },
			Paper: func(_ *File, in Input, _ Say) map[string]string {
				return map[string]string{"鉴定机构": in.Fields["appraiser"], "鉴定事项": in.Fields["appraisal_question"], "期限": in.Day("result_expected_on").Han()}
			}}),
		work(Step{Name: "appraised", In: []string{"commissioned"}, Resumes: true, PausesFrom: "result_on",
			Asks: []Ask{{Name: "result_on", Type: AskDay, Past: true}, {Name: "appraisal_result", Type: AskLong}},
			Check: func(f *File, in Input, _ Law) *errs.Field {
				return NotBefore("result_on", in, f.Track.Facts.Day("commissioned_on"))
			}}),
	}
}

// FieldActs are the acts of investigation that every kind knows, each by two officers or more with certificates (Penalty Law 2021 Arts 42, 55;
// Order 71 Arts 37–39; Order 81 Arts 44–48). They may be taken again and again.
func FieldActs(from []State, acts ...string) []Step {
	var out []Step
	for _, act := range acts {
		out = append(out, Step{Name: act, From: from, Action: "case.work", Member: PartOfficer, Again: true, Urgent: true, Needs: []Need{NeedCertificates},
			Asks: []Ask{
				{Name: "present", Type: AskOfficers},
				{Name: "act_place", Type: AskText},
				{Name: "act_record", Type: AskLong},
				{Name: "signed", Type: AskChoice, Options: []string{"signed", "refused", "absent"}},
			}})
	}
	return out
}

// Reopening are the steps that open a closed case again by the chief, with a reason; the first closing day stays. again is where the case goes
// on when its decision does not stand any more, before where it goes on when only the closing was wrong.
func Reopening(again, before State, files []Start) []Step {
	reason := Ask{Name: "reopen_reason", Type: AskLong}
	reopen := func(name string, to State, s Step) Step {
		s.Name, s.From, s.To, s.Action, s.Joins, s.Reopens = name, []State{Closed, Archived}, to, "case.reopen", PartChief, true
		s.NotBy = []string{PartOfficer}
		return s
	}
	return []Step{
		reopen("reopen", again, Step{Undoes: true, Starts: files,
			Asks: []Ask{{Name: "reopen_ground", Type: AskChoice, Options: []string{"quashed_by_court", "quashed_on_reconsideration", "new_facts", "own_review"}}, reason}}),
		reopen("reopen_closing", before, Step{Asks: []Ask{reason}}),
	}
}
