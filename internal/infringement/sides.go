package infringement

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// extension is the extension of the time to conclude: by the head, and since Order 81 once more by the next higher office (Order 71 Art. 21; Zhejiang regulation
// Art. 26; Order 81 Art. 37). No meeting of leaders grants one here.
func extension() []step {
	return slices.DeleteFunc(casework.Extension("INF_CLOSE", open()), func(s step) bool { return s.Name == "approve_extension_meeting" })
}

// suspension follows the grounds of the day: Order 81 Art. 28 lists when the case must be suspended, Art. 29 when it may go on nevertheless; before it was
// suspended on request where a request for invalidation was taken up, unless the grounds were plainly untenable (Implementing Rules 2010 Art. 82, 2023
// Art. 98; Zhejiang regulation of 2015 Art. 27).
func suspension() []step {
	out := casework.Suspension(open(), suspensionGrounds()...)
	for i := range out {
		x := &out[i]
		switch x.Name {
		case "ask_suspension", "amend_suspension":
			x.Asks = append(slices.Clone(x.Asks), ask{Name: "acceptance_notice", Type: casework.AskText, When: is("suspension_ground", "invalidation", "um_design_invalidation")})
			groundsOf(x)
		case "approve_suspension":
			x.Issues = func(*file, input) string { return "suspension_notice" }
			x.Paper = func(f *file, in input, say casework.Say) map[string]string {
				return map[string]string{"中止事由": say("choice.suspension_ground." + hand(f, "suspension_ground")), "理由": hand(f, "suspension_reason"), "法条": say("paper.suspend_basis." + procedureLaw(in))}
			}
		case "resume":
			x.Issues = func(*file, input) string { return "resumption_notice" }
			x.Paper = func(f *file, in input, say casework.Say) map[string]string {
				return map[string]string{"中止事由": say("choice.suspension_ground." + hand(f, "suspension_ground")), "理由": in.Fields["resume_reason"]}
			}
		}
	}
	note := work(step{
		Name: "note_ground", From: open(), Again: true,
		Asks: []ask{
			{Name: "suspension_ground", Type: casework.AskChoice, Options: suspensionGrounds()},
			{Name: "ground_on", Type: casework.AskDay, Past: true},
			{Name: "ground_facts", Type: casework.AskLong},
		},
	})
	groundsOf(&note)
	return append(out, note, chief(step{
		Name: "go_on", From: open(), Again: true,
		Bars: unless(func(f *file) bool { return f.Last("note_ground") != nil && f.Since("note_ground", "go_on") }, "error.no_ground"),
		Asks: []ask{
			{Name: "go_on_ground", Type: casework.AskChoice, Options: []string{"invention", "clean_report", "asked_again", "upheld", "untenable", "no_notice", "no_need"}, Only: goOnGrounds},
			{Name: "go_on_reason", Type: casework.AskLong},
		},
		Issues: func(*file, input) string { return "no_suspension_notice" },
		Paper: func(_ *file, in input, say casework.Say) map[string]string {
			return map[string]string{"事由": say("choice.go_on_ground." + in.Fields["go_on_ground"]), "理由": in.Fields["go_on_reason"], "法条": say("paper.go_on_basis." + procedureLaw(in))}
		},
	}))
}

func suspensionGrounds() []string {
	return []string{"um_design_invalidation", "invalidation", "heir_unknown", "guardian_unknown", "successor_unknown", "unable", "other_case", "superior_asked"}
}

// groundsOf narrows a choice of suspension_ground to the grounds of the day that fit the patents.
func groundsOf(s *step) {
	i := slices.IndexFunc(s.Asks, func(a ask) bool { return a.Name == "suspension_ground" })
	s.Asks[i].Only = func(f *file, _ law, on calendar.Day, ground string) bool {
		switch ground {
		case "um_design_invalidation":
			return since81(on) && patentTypes(f, "utility_model", "design")
		case "invalidation":
			return !since81(on)
		}
		return since81(on)
	}
}

// goOnGrounds are the reasons not to suspend: those of Order 81 Art. 29, each only where it fits; before, that the grounds are plainly untenable, or that
// the notice of acceptance did not come in the time set.
func goOnGrounds(f *file, _ law, on calendar.Day, ground string) bool {
	switch ground {
	case "untenable":
		return !since81(on)
	case "no_notice":
		return zhejiang(on)
	case "invention":
		return since81(on) && patentTypes(f, "invention")
	case "clean_report":
		t := endedBy(f, "report", "report_filed")
		return since81(on) && patentTypes(f, "utility_model", "design") && t != nil && t.Facts["report_result"] == "clean"
	case "asked_again":
		return since81(on) && endedBy(f, "suspension", "resume") != nil
	}
	return since81(on)
}

// recusal is the shared side procedure with the grounds and the time of the day (Order 71 Art. 7; Order 81 Art. 5), and the same for those who help the panel.
// Meanwhile who is challenged rests, since Order 81 except from urgent acts.
func recusal() []step {
	rests := func(_ *file, on calendar.Day) string {
		if since81(on) {
			return "urgent"
		}
		return "yes"
	}
	byParty := is("challenged_by", "party")
	grounds := ask{Name: "recusal_ground", Type: casework.AskChoice, Options: []string{"direct_interest", "party_or_kin", "interest_in_patent", "attorney_or_examiner", "other_interest", "gifts"},
		Only: func(_ *file, _ law, on calendar.Day, g string) bool { return since81(on) == (g != "direct_interest") }}
	asked := ask{Name: "recusal_asked_on", Type: casework.AskDay, Past: true, When: byParty}
	out := casework.Recusal(open(), rests)
	for i := range out {
		switch x := &out[i]; x.Name {
		case "challenge":
			x.Asks = append(slices.Clone(x.Asks), grounds, asked)
			x.Check = checks(x.Check, recusalInTime)
		default:
			x.Issues = func(*file, input) string { return "recusal_decision" }
			x.Paper = recusalPaper(x.Name)
		}
	}
	decide := func(name string) step {
		return chief(step{Name: name, In: []string{casework.Asked}, Asks: []ask{{Name: "recusal_reason", Type: casework.AskLong}},
			Issues: func(*file, input) string { return "recusal_decision" }, Paper: recusalPaper(name)})
	}
	return append(out, side("recusal_other", open(),
		work(step{
			Name: "challenge_other", Leads: casework.Asked, Bars: only81, Check: recusalInTime,
			Asks: []ask{
				{Name: "challenged_role", Type: casework.AskChoice, Options: []string{"technical_investigator", "clerk", "interpreter", "appraiser", "assistant"}},
				{Name: "challenged_person", Type: casework.AskText},
				{Name: "challenged_by", Type: casework.AskChoice, Options: []string{"party", "own_motion"}},
				grounds, asked,
				{Name: "challenge_reason", Type: casework.AskLong},
				casework.Approver(),
			},
		}),
		decide("recuse_other"), decide("keep_other"),
	)...)
}

func recusalPaper(name string) func(*file, input, casework.Say) map[string]string {
	return func(f *file, in input, say casework.Say) map[string]string {
		return map[string]string{
			"被申请人": first(hand(f, "challenged_name"), hand(f, "challenged_person")), "申请理由": hand(f, "challenge_reason"), "理由": in.Fields["recusal_reason"],
			"申请人": say("choice.challenged_by." + first(hand(f, "challenged_by"), "own_motion")), "决定": say("paper.recusal." + name), "法条": say("paper.recusal_basis." + procedureLaw(in)),
		}
	}
}

// recusalInTime refuses a party's request that comes too late: three working days from learning the names, with an oral hearing until it is over (Order 81
// Art. 5). Who knows of a ground must step back at any time.
func recusalInTime(f *file, in input, l law) *fault {
	if in.Fields["challenged_by"] != "party" {
		return nil
	}
	asked := in.Day("recusal_asked_on")
	k := f.Clock("INF_RECUSAL_ASK")
	if !since81(in.On) || k == nil {
		return casework.NotBefore("recusal_asked_on", in, f.FiledOn)
	}
	last := k.DueOn
	if f.State == HearingSet || f.Since("hear", "no_hearing") {
		last = max(last, f.Facts.Day("hearing_set_on"))
	}
	if asked > last {
		r, _ := l.Rules.ByVersion(k.Version, k.Kind)
		return wrong("recusal_asked_on", "error.recusal_late", last, r.Cite)
	}
	return casework.NotBefore("recusal_asked_on", in, f.FiledOn)
}

// talks are talks of the parties that they asked time for: since Order 81 it is not counted (Art. 37).
func talks() []step {
	return side("talks", open(),
		work(step{
			Name: "start_talks", Leads: "talking", Alone: true, Pauses: "settlement_talks", PausesFrom: "talks_asked_on",
			Bars: func(f *file, _ law) *errs.Error { // what was not recorded while the period ran does not begin it again
				if k := f.Clock("INF_CLOSE"); k != nil && k.PausedOn.IsZero() && f.Today > k.StrictOn {
					return errs.New(errs.Forbidden, "error.talks_late", k.StrictOn)
				}
				return nil
			},
			Asks: []ask{
				{Name: "talks_asked_on", Type: casework.AskDay, Past: true},
				{Name: "talks_until", Type: casework.AskDay},
				{Name: "talks_reason", Type: casework.AskLong, Optional: true},
			},
			Check: checks(afterDays("talks_until", 1), func(f *file, in input, _ law) *fault { return casework.NotBefore("talks_asked_on", in, f.FiledOn) }),
		}),
		work(step{
			Name: "end_talks", In: []string{"talking"}, Resumes: true,
			Asks: []ask{{Name: "talks_result", Type: casework.AskChoice, Options: []string{"settled", "failed"}}, {Name: "talks_record", Type: casework.AskLong}},
		}),
	)
}

// assistance is the shared side procedure without a period: Orders 71 and 81 want an answer as soon as possible (Arts 41, 50), the fifteen working days are of
// the market-regulation rules for penalties.
func assistance() []step {
	out := casework.Assistance(open())
	for i := range out {
		out[i].Starts, out[i].Stops = nil, nil
	}
	return out
}
