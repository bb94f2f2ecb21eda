package infringement

import (
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// proof is the proof period: at least fifteen days from the day the parties have the notice, which fixes its length; longer on request, and what a party
// asked for is not counted in the time to conclude (Order 81 Arts 37, 54).
func proof() []step {
	return side("proof", []state{Served, Defence, HearingSet},
		work(step{
			Name: "set_proof", Leads: "set", Alone: true, Bars: only81,
			Asks: []ask{
				{Name: "proof_days", Type: casework.AskCount},
				{Name: "proof_agreed", Type: casework.AskChoice, Options: []string{"no", "yes"}},
			},
			Check: func(f *file, in input, l law) *fault {
				r, ok := l.Rules.Rule("INF_PROOF", statute.Query{On: in.On, Region: f.Jurisdiction, Kind: f.Kind})
				if n := in.Money("proof_days"); ok && (n < int64(r.Add) || n > 365) {
					return wrong("proof_days", "error.proof_short", r.Add, r.Cite)
				}
				return nil
			},
			Issues: func(*file, input) string { return "proof_notice" },
			Paper: func(_ *file, in input, _ casework.Say) map[string]string {
				return map[string]string{"举证天数": in.Fields["proof_days"]}
			},
		}),
		work(step{
			Name: "serve_proof", In: []string{"set"}, Leads: "running",
			Asks: []ask{{Name: "proof_notice_on", Type: casework.AskDay, Past: true}},
			Check: func(f *file, in input, _ law) *fault {
				return casework.NotBefore("proof_notice_on", in, f.Track.OpenedOn)
			},
			Starts: []casework.Start{{Rule: "INF_PROOF", Day: "proof_notice_on", Own: true, Span: "proof_days"}},
		}),
		work(step{
			Name: "extend_proof", In: []string{"running"}, Leads: "running", Extends: "INF_PROOF",
			Asks: []ask{
				{Name: "proof_longer_by", Type: casework.AskChoice, Options: []string{"requester", "respondent", "office"}},
				{Name: "extend_by", Type: casework.AskCount},
				{Name: "proof_longer_reason", Type: casework.AskLong},
			},
			Bars:  casework.Extendable("INF_PROOF"),
			Check: casework.WithinMax("INF_PROOF"),
			LeavesOut: func(f *file, in input) []deadline.Span {
				k := f.ClockOf(f.Track.ID, "INF_PROOF")
				if k == nil || in.Fields["proof_longer_by"] == "office" {
					return nil
				}
				return []deadline.Span{{Ground: "extended_proof_period", FromOn: k.StrictOn.AddDays(1), ToOn: k.StrictOn.AddDays(int(in.Money("extend_by")))}}
			},
		}),
		work(step{
			Name: "end_proof", In: []string{"running"}, Stops: []string{"INF_PROOF"},
			Asks: []ask{
				{Name: "proof_ended", Type: casework.AskChoice, Options: []string{"expired", "all_filed"}},
				{Name: "evidence_summary", Type: casework.AskLong},
			},
			Check: func(f *file, in input, _ law) *fault {
				if k := f.ClockOf(f.Track.ID, "INF_PROOF"); in.Fields["proof_ended"] == "expired" && k != nil && in.On <= k.DueOn {
					return wrong("proof_ended", "error.proof_runs", k.DueOn)
				}
				return nil
			},
		}),
	)
}

// fieldActs are what the officers do on the spot: question, inspect, have shown, take samples; two of them or more, with certificates.
func fieldActs(s Settings) []step {
	out := casework.FieldActs(open(), "inspect", "question", "demonstrate", "sample", "copy_books")
	for i := range out {
		switch x := &out[i]; x.Name {
		case "demonstrate": // before Order 81 only where a patent of a manufacturing method is said to be infringed (Order 71 Art. 38)
			x.Asks = append(x.Asks, ask{Name: "shown", Type: casework.AskChoice, Options: []string{"manufacturing_method", "other"}, Only: among(days{"other": since81})})
		case "sample": // no more than proves the fact, with a list, of which the holder gets a copy (Order 71 Art. 39; Order 81 Art. 48)
			x.Asks = append(x.Asks, ask{Name: "samples", Type: casework.AskLong}, ask{Name: "list_given", Type: casework.AskChoice, Options: []string{"given", "refused"}})
		case "copy_books":
			x.Asks = append(x.Asks, ask{Name: "books_copied", Type: casework.AskLong})
			x.Bars = func(f *file, _ law) *errs.Error { return copying(s, f.Today) }
		}
	}
	return out
}

// copying says why contracts and books may not be copied against their holder's will on a day, nil where they may: never since 2021-06-01 (Patent Law 2020
// Art. 69: question, inspect the place and the goods only); before, by the office's setting.
func copying(s Settings, on calendar.Day) *errs.Error {
	if s.NoCopying || since20(on) {
		return errs.New(errs.Forbidden, "power.copy_books")
	}
	return nil
}

// requests are how the parties come to evidence: the office collects it, an agent does with its notice, or the other side must produce it (Order 71
// Art. 37; Order 81 Arts 44, 51); and what a technical investigator says (Art. 52).
func requests() []step {
	out := []step{
		work(step{
			Name: "evidence_request", From: open(), Again: true,
			Asks: []ask{
				{Name: "evidence_by", Type: casework.AskChoice, Options: []string{"requester", "respondent"}},
				{Name: "evidence_asked", Type: casework.AskLong},
				{Name: "evidence_decision", Type: casework.AskChoice, Options: []string{"collect", "refuse"}},
				{Name: "evidence_reason", Type: casework.AskLong},
			},
		}),
		chief(step{
			Name: "investigation_notice", From: open(), Again: true,
			Asks: []ask{
				{Name: "notice_agent", Type: casework.AskText},
				{Name: "notice_to", Type: casework.AskText},
				{Name: "notice_evidence", Type: casework.AskLong},
				{Name: "notice_until", Type: casework.AskDay},
			},
			Needs: []casework.Need{{Key: "need.agent", Where: "#parties", Met: func(f *file) bool { return len(f.PartyNames("agent")) > 0 }}},
			Bars:  only81,
			Check: checks(afterDays("notice_until", 1), func(f *file, in input, _ law) *fault {
				if !slices.ContainsFunc(f.Parties, func(p casework.Party) bool {
					return p.Role == "agent" && slices.Contains([]string{p.Name, p.Representative}, in.Fields["notice_agent"])
				}) {
					return wrong("notice_agent", "error.no_agent")
				}
				return nil
			}),
			Issues: func(*file, input) string { return "investigation_notice" },
			Paper: func(_ *file, in input, _ casework.Say) map[string]string {
				return map[string]string{"代理人": in.Fields["notice_agent"], "接受调查人": in.Fields["notice_to"], "证据": in.Fields["notice_evidence"], "期限": in.Day("notice_until").Han()}
			},
		}),
		work(step{
			Name: "technical_opinion", From: open(), Again: true, Bars: only81,
			Asks: []ask{{Name: "investigator", Type: casework.AskText}, {Name: "technical_opinion", Type: casework.AskLong}},
		}),
	}
	return append(out, side("production", open(),
		work(step{
			Name: "order_production", Leads: "ordered", Bars: only81, Check: afterDays("production_by", 1),
			Asks: []ask{
				{Name: "evidence_holder", Type: casework.AskChoice, Options: []string{"respondent", "requester"}},
				{Name: "evidence_wanted", Type: casework.AskLong},
				{Name: "holding_shown", Type: casework.AskLong},
				{Name: "production_by", Type: casework.AskDay},
			},
			Issues: func(*file, input) string { return "production_order" },
			Paper: func(_ *file, in input, say casework.Say) map[string]string {
				return map[string]string{"证据持有人": say("party.role." + in.Fields["evidence_holder"]), "证据": in.Fields["evidence_wanted"], "理由": in.Fields["holding_shown"],
					"期限": in.Day("production_by").Han()}
			},
		}),
		work(step{Name: "produced", In: []string{"ordered"}, Asks: []ask{{Name: "produced_on", Type: casework.AskDay, Past: true}}}),
		work(step{
			Name: "withheld", In: []string{"ordered"}, Check: over("production_by"), Bars: overNow("production_by"),
			Asks: []ask{
				{Name: "withheld_reason", Type: casework.AskLong},
				{Name: "withheld_effect", Type: casework.AskChoice, Options: []string{"held_proven", "not_held"}},
			},
		}),
	)...)
}

// preservation is to register and preserve evidence: only where it may be lost and no sample can be taken; decided in seven days; from 2025-02-01 the head
// approves first (Order 71 Art. 40; Zhejiang regulation of 2015 Art. 28; Order 81 Art. 49). It is not released by itself: the officers are warned.
func preservation() []step {
	act := func(s step) step {
		s.Leads, s.Urgent = "preserved", true
		s.Asks = append(s.Asks, []ask{
			{Name: "present", Type: casework.AskOfficers},
			{Name: "preserved_from", Type: casework.AskText},
			{Name: "preserved_list", Type: casework.AskLong},
			{Name: "preserved_where", Type: casework.AskText},
			{Name: "list_given", Type: casework.AskChoice, Options: []string{"given", "refused"}},
		}...)
		s.Starts = []casework.Start{{Rule: "PRESERVE", Own: true}}
		s.Issues = func(*file, input) string { return "preservation_decision" }
		s.Paper = func(f *file, in input, say casework.Say) map[string]string {
			return map[string]string{"保存地点": in.Fields["preserved_where"], "被调查人": in.Fields["preserved_from"], "物品清单": in.Fields["preserved_list"],
				"理由": first(in.Fields["preserve_reason"], hand(f, "preserve_reason")), "法条": say("paper.preserve_basis." + procedureLaw(in))}
		}
		return work(s)
	}
	reason := []ask{{Name: "preserve_reason", Type: casework.AskLong}, {Name: "no_sample_reason", Type: casework.AskLong}}
	out := casework.Asking("preserve", open(), reason, only81, nil, step{Name: "approve_preserve", Leads: "approved"})
	return append(out, side("preserve", open(),
		act(step{Name: "preserve_approved", In: []string{"approved"}}),
		act(step{Name: "preserve", Asks: slices.Clone(reason), Bars: unless(func(f *file) bool { return !since81(f.Today) }, "error.preserve_approval")}),
		work(step{
			Name: "release_preserved", From: append(open(), ended()...), In: []string{"preserved"}, Stops: []string{"PRESERVE"}, Urgent: true,
			Asks: []ask{
				{Name: "preserved_result", Type: casework.AskChoice, Options: []string{"released", "sampled", "taken_as_evidence"}},
				{Name: "release_list", Type: casework.AskLong},
			},
			Issues: func(*file, input) string { return "preservation_release" },
			Paper: func(f *file, in input, say casework.Say) map[string]string {
				return map[string]string{"保存日期": f.ClockOf(f.Track.ID, "PRESERVE").StartedOn.Han(), "被调查人": hand(f, "preserved_from"), "物品清单": in.Fields["release_list"], "处理": say("choice.preserved_result." + in.Fields["preserved_result"])}
			},
		}),
	)...)
}

// appraisal is the shared side procedure with what Order 81 Art. 53 wants: on a party's written request before the proof period ends, with an appraiser whom
// both agree on or the panel names, and the cost agreed; of the panel's own motion only for a major public interest.
func appraisal() []step {
	out := casework.Appraisal(open())
	for i := range out {
		if x := &out[i]; x.Name == "commission" {
			x.Asks = append([]ask{
				{Name: "appraisal_by", Type: casework.AskChoice, Options: []string{"party", "public_interest", "office"},
					Only: among(days{"office": func(on calendar.Day) bool { return !since81(on) }, "public_interest": since81})},
				{Name: "appraisal_asked_on", Type: casework.AskDay, Past: true, When: is("appraisal_by", "party")},
				{Name: "appraiser_chosen", Type: casework.AskChoice, Options: []string{"agreed", "named"}},
				{Name: "appraisal_cost", Type: casework.AskText, When: is("appraisal_by", "party")},
			}, x.Asks...)
			x.Check = checks(appraisalInTime, x.Check)
		}
	}
	return append(out, side("appraisal", open(), work(step{
		Name: "refuse_appraisal",
		Asks: []ask{
			{Name: "appraisal_refused_for", Type: casework.AskChoice, Options: []string{"not_needed", "no_cost_agreed", "too_late"}},
			{Name: "appraisal_refusal", Type: casework.AskLong},
		},
	}))...)
}

// appraisalInTime refuses a request after the proof period.
func appraisalInTime(f *file, in input, l law) *fault {
	if in.Fields["appraisal_by"] != "party" || !since81(in.On) {
		return nil
	}
	k := f.Clock("INF_PROOF")
	if asked := in.Day("appraisal_asked_on"); k != nil && asked > k.DueOn {
		_, r, _ := due(f, l, "INF_APPRAISAL_ASK", in.On, in.On)
		return wrong("appraisal_asked_on", "error.appraisal_late", k.DueOn, r.Cite)
	}
	return casework.NotBefore("appraisal_asked_on", in, f.FiledOn)
}
