package infringement

import (
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// jurisdiction is the objection that the office is not competent: in writing, inside the defence period, decided in five working days that are not
// counted (Order 81 Arts 9, 37; before it the case guide, with no period of its own).
func jurisdiction() []step {
	from := []state{Served, Defence}
	paper := func(s step, result string) step {
		s.In, s.Resumes, s.Stops = []string{"objected"}, true, []string{"INF_JURIS_DECIDE"}
		s.Issues = func(*file, input) string { return "jurisdiction_decision" }
		s.Paper = func(f *file, in input, say casework.Say) map[string]string {
			return map[string]string{"异议人": say("party.role." + hand(f, "objector")), "异议理由": hand(f, "objection_grounds"), "理由": in.Fields["objection_reason"],
				"决定": say("paper.objection."+result, in.Fields["competent_office"]), "法条": say("paper.objection_basis." + procedureLaw(in))}
		}
		return s
	}
	return side("jurisdiction", from,
		work(step{
			Name: "object_jurisdiction", Leads: "objected", Alone: true, Pauses: "jurisdiction_objection", PausesFrom: "objected_on",
			Asks: []ask{
				{Name: "objector", Type: casework.AskChoice, Options: []string{"respondent", "requester"}},
				{Name: "objected_on", Type: casework.AskDay, Past: true},
				{Name: "objection_grounds", Type: casework.AskLong},
			},
			Bars:   mayGoOn,
			Check:  objectionInTime,
			Starts: []casework.Start{{Rule: "INF_JURIS_DECIDE", Day: "objected_on", Own: true}},
		}),
		chief(paper(step{Name: "reject_objection", Asks: []ask{{Name: "objection_reason", Type: casework.AskLong}}}, "rejected")),
		chief(paper(step{Name: "uphold_objection", Asks: []ask{{Name: "competent_office", Type: casework.AskText}, {Name: "objection_reason", Type: casework.AskLong}}}, "upheld")),
	)
}

// objectionInTime refuses an objection after the defence period.
func objectionInTime(f *file, in input, l law) *fault {
	if bad := casework.NotBefore("objected_on", in, f.Facts.Day("respondent_received_on")); bad != nil {
		return bad
	}
	if k := defenceClock(f); k != nil && in.Day("objected_on") > k.DueOn {
		_, r, _ := due(f, l, "INF_JURIS_OBJECT", in.On, in.On)
		return wrong("objected_on", "error.objection_late", k.DueOn, r.Cite)
	}
	return nil
}

// joinder adds a party before the oral hearing: whom the law says must be one, whom the requester names, or whom the respondent names, where the
// requester agrees or the outcome touches that person's rights (Order 81 Arts 23, 24).
func joinder() []step {
	byRespondent := func(answer string) func(*file) bool {
		return func(f *file) bool {
			return hand(f, "joinder_by") == "respondent" && hand(f, "requester_answer") == answer
		}
	}
	mayJoin := func(f *file) bool {
		return hand(f, "joinder_ground") != "co_owner" && (hand(f, "joinder_by") != "respondent" || byRespondent("agrees")(f))
	}
	as := func(role string) func(*file, input) *casework.Party {
		return func(f *file, _ input) *casework.Party {
			return &casework.Party{Role: role, Form: hand(f, "joined_form"), Name: hand(f, "joined_name"), Address: hand(f, "joined_address")}
		}
	}
	ruling := func(s step, role string) step {
		s.Party, s.Asks = as(role), append(s.Asks, ask{Name: "joinder_reason", Type: casework.AskLong})
		s.Issues = func(*file, input) string { return "joinder_ruling" }
		s.Paper = func(f *file, in input, say casework.Say) map[string]string {
			return map[string]string{"追加当事人": hand(f, "joined_name"), "追加身份": say("party.role." + role), "理由": in.Fields["joinder_reason"]}
		}
		return chief(s)
	}
	return side("joinder", unheard(),
		work(step{
			Name: "ask_joinder", Leads: "requested",
			Asks: []ask{
				{Name: "joinder_by", Type: casework.AskChoice, Options: []string{"respondent", "requester", "office"}},
				{Name: "joinder_ground", Type: casework.AskChoice, Options: []string{"co_owner", "operator", "partners", "by_law"}, When: is("joinder_by", "office")},
				{Name: "joinder_asked_on", Type: casework.AskDay, Past: true},
				{Name: "joined_name", Type: casework.AskText},
				{Name: "joined_form", Type: casework.AskChoice, Options: casework.PartyForms()},
				{Name: "joined_address", Type: casework.AskText, Optional: true},
			},
			Bars:  only81,
			Check: joinderInTime,
		}),
		work(step{
			Name: "requester_answers", In: []string{"requested"}, Leads: "answered", // the requester is told in writing what the respondent asks for
			Asks: []ask{
				{Name: "requester_told_on", Type: casework.AskDay, Past: true},
				{Name: "requester_answer", Type: casework.AskChoice, Options: []string{"agrees", "disagrees"}},
			},
			Bars: inHand("joinder_by", "respondent"),
		}),
		ruling(step{Name: "join_respondent", In: []string{"requested", "answered"}, Leads: "joined", Bars: unless(mayJoin, "error.not_here")}, "respondent"),
		ruling(step{Name: "join_owner", In: []string{"requested"}, Bars: inHand("joinder_ground", "co_owner")}, "requester"),
		ruling(step{
			Name: "join_third", In: []string{"answered"}, Bars: unless(byRespondent("disagrees"), "error.not_here"),
			Asks: []ask{{Name: "third_applied_on", Type: casework.AskDay, Past: true}},
		}, "third_party"),
		chief(step{Name: "refuse_joinder", In: []string{"requested", "answered"}, Asks: []ask{{Name: "joinder_refusal", Type: casework.AskLong}}}),
		work(step{
			Name: "serve_joined", In: []string{"joined"}, Leads: "served",
			Asks: []ask{
				{Name: "joined_received_on", Type: casework.AskDay, Past: true},
				{Name: "joined_way", Type: casework.AskChoice, Options: []string{"direct", "left", "post", "electronic"}},
				casework.Consent("joined_way"),
			},
			Check: checks(
				func(f *file, in input, _ law) *fault {
					return casework.NotBefore("joined_received_on", in, f.Track.OpenedOn)
				},
				func(f *file, in input, l law) *fault {
					return casework.MayServe("joined_way", casework.Infringement, in, l, "")
				},
			),
			Starts: []casework.Start{{Rule: "INF_DEFENCE", Day: "joined_received_on", Own: true}},
		}),
		work(step{
			Name: "joined_answers", In: []string{"served"},
			Asks: []ask{
				{Name: "joined_defence", Type: casework.AskChoice, Options: []string{"filed", "lapsed"}},
				{Name: "joined_defence_text", Type: casework.AskLong, When: is("joined_defence", "filed")},
			},
			Check: func(f *file, in input, _ law) *fault {
				if k := f.ClockOf(f.Track.ID, "INF_DEFENCE"); in.Fields["joined_defence"] == "lapsed" && k != nil && in.On <= k.DueOn {
					return wrong("joined_defence", "error.defence_runs", k.DueOn)
				}
				return nil
			},
		}),
	)
}

// joinderInTime refuses what is asked after the oral hearing has begun (Order 81 Art. 24).
func joinderInTime(f *file, in input, l law) *fault {
	asked := in.Day("joinder_asked_on")
	if f.State == HearingSet {
		if d, r, ok := due(f, l, "INF_ADD_PARTY", in.On, f.Facts.Day("hearing_set_on")); ok && asked > d.Strict {
			return wrong("joinder_asked_on", "error.joinder_late", d.Strict, r.Cite)
		}
	}
	return casework.NotBefore("joinder_asked_on", in, f.FiledOn)
}

// request are the steps about the request itself: the claims relied on, the papers of a requester from abroad, the evaluation report, the time limit,
// and what is heard together.
func request() []step {
	set := func(name string) check { return afterDays(name, 1) }
	out := side("claims", open(), // Order 81 Art. 36(2)
		work(step{
			Name: "ask_claims", Leads: "asked_party", Alone: true, Asks: []ask{{Name: "claims_by", Type: casework.AskDay}}, Check: set("claims_by"),
			Bars: all(only81, unless(func(f *file) bool { return patentTypes(f, "invention", "utility_model") }, "error.no_claims")),
		}),
		work(step{Name: "claims_named", In: []string{"asked_party"}, Asks: []ask{{Name: "claims_relied", Type: casework.AskLong}}}),
		work(step{Name: "claims_unnamed", In: []string{"asked_party"}, Asks: []ask{{Name: "unnamed_record", Type: casework.AskLong}}, Check: over("claims_by"), Bars: overNow("claims_by")}),
	)
	out = append(out, side("papers", open(), // Order 81 Art. 18(4)
		work(step{
			Name: "ask_papers", Leads: "asked_party", Alone: true, Bars: only81, Check: set("papers_by"),
			Asks: []ask{{Name: "papers_wanted", Type: casework.AskLong}, {Name: "papers_by", Type: casework.AskDay}},
		}),
		work(step{Name: "papers_filed", In: []string{"asked_party"}, Asks: []ask{{Name: "papers_filed_on", Type: casework.AskDay, Past: true}}}),
		work(step{Name: "papers_unfiled", In: []string{"asked_party"}, Asks: []ask{{Name: "papers_reason", Type: casework.AskLong}}, Check: over("papers_by"), Bars: overNow("papers_by")}),
	)...)
	out = append(out, side("report", open(), // Patent Law 2008 Art. 61, 2020 Art. 66; Order 71 Art. 11; Order 81 Art. 14
		work(step{
			Name: "ask_report", Leads: "asked_party", Alone: true, Asks: []ask{{Name: "report_by", Type: casework.AskDay}}, Check: set("report_by"),
			Bars:   unless(func(f *file) bool { return patentTypes(f, "utility_model", "design") }, "error.no_report"),
			Issues: func(*file, input) string { return "report_notice" },
			Paper: func(_ *file, in input, say casework.Say) map[string]string {
				return map[string]string{"期限": in.Day("report_by").Han(), "法条": say("paper.report_basis." + procedureLaw(in))}
			},
		}),
		work(step{
			Name: "report_filed", In: []string{"asked_party"},
			Asks: []ask{
				{Name: "report_filed_on", Type: casework.AskDay, Past: true},
				{Name: "report_result", Type: casework.AskChoice, Options: []string{"clean", "defects"}},
			},
		}),
		work(step{Name: "report_unfiled", In: []string{"asked_party"}, Asks: []ask{{Name: "report_reason", Type: casework.AskLong}}, Check: over("report_by"), Bars: overNow("report_by")}),
	)...)
	return append(out,
		work(step{
			Name: "plead_limit", From: open(), Again: true,
			Asks: []ask{
				{Name: "pleaded_on", Type: casework.AskDay, Past: true},
				{Name: "knew_on", Type: casework.AskDay, Past: true},
				{Name: "requested_on", Type: casework.AskDay, Past: true},
				{Name: "goes_on", Type: casework.AskChoice, Options: []string{"no", "yes"}},
				{Name: "interrupted", Type: casework.AskChoice, Options: []string{"no", "yes"}},
				{Name: "plea_facts", Type: casework.AskLong},
			},
			Bars: only81,
			Check: func(f *file, in input, _ law) *fault {
				switch {
				case in.Day("requested_on") > f.FiledOn:
					return wrong("requested_on", "error.day_after_filing", f.FiledOn)
				case in.Day("knew_on") > in.Day("requested_on"):
					return wrong("knew_on", "error.day_after_filing", in.Day("requested_on"))
				}
				return casework.NotBefore("pleaded_on", in, f.FiledOn)
			},
			Sets: func(f *file, in input, l law) facts { return facts{"plea": plea(f, in, l)} },
		}),
		work(step{
			Name: "hear_together", From: unheard(), Again: true, // Patent Law 2020 Art. 70(2); Order 81 Art. 21
			Asks: []ask{
				{Name: "together_case", Type: casework.AskText},
				{Name: "together_ground", Type: casework.AskChoice, Options: []string{"same_patent", "same_parties", "same_product"},
					Only: among(days{"same_parties": since81, "same_product": since81})},
			},
			Bars: unless(func(f *file) bool { return since20(f.Today) }, "error.before_law2020"),
		}),
		work(step{
			Name: "hear_apart", From: unheard(), Again: true,
			Asks: []ask{{Name: "apart_reason", Type: casework.AskLong}},
			Bars: unless(func(f *file) bool { return f.Since("hear_together", "hear_apart") }, "error.not_together"),
		}),
	)
}

// overNow keeps back what may be said only when the day set is over.
func overNow(name string) bars {
	return func(f *file, _ law) *errs.Error {
		if f.Track == nil {
			return nil
		}
		if d := f.Track.Facts.Day(name); f.Today <= d {
			return errs.New(errs.Conflict, "error.day_waits", d)
		}
		return nil
	}
}

// plea judges a plea of the time limit: three years from knowing the act and who did it, unless it was stopped, interrupted or prolonged, or the act went
// on while the patent was in force (Order 81 Art. 19). The office never raises it by itself.
func plea(f *file, in input, l law) string {
	d, _, ok := due(f, l, "INF_REQUEST_LIMIT", in.On, in.Day("knew_on"))
	if ok && in.Day("requested_on") > d.Due && in.Fields["goes_on"] == "no" && in.Fields["interrupted"] == "no" {
		return "upheld"
	}
	return "unfounded"
}

// panel tells the parties who came into the panel: from then on they may ask for recusal (Order 81 Art. 5). The chief names the substitute where
// officers are assigned (casework.Docket.Assign).
func panel() []step {
	return []step{work(step{
		Name: "tell_panel", From: open(), Again: true, Bars: only81,
		Asks:   []ask{{Name: "panel_told_on", Type: casework.AskDay, Past: true}},
		Check:  func(f *file, in input, _ law) *fault { return casework.NotBefore("panel_told_on", in, f.FiledOn) },
		Starts: []casework.Start{{Rule: "INF_RECUSAL_ASK", Day: "panel_told_on", Own: true}},
	})}
}
