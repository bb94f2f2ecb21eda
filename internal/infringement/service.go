package infringement

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// service are the steps from filing to the end of the defence: the request is served, the respondent answers, the requester gets the answer.
func service() []step {
	foreign := is("foreign", "yes")
	filed := is("defence", "filed")
	public := is("request_way", "public_notice")
	return []step{
		work(step{
			Name: "answer_notice", From: []state{casework.Filed},
			Asks: []ask{
				{Name: "foreign", Type: casework.AskChoice, Options: []string{"no", "yes"}},
				{Name: "contact", Type: casework.AskText},
			},
			Needs:  []casework.Need{casework.NeedRequester, casework.NeedRespondent, casework.NeedPatent},
			Issues: func(*file, input) string { return "answer_notice" },
			Paper:  answerNotice,
		}),
		work(step{
			Name: "serve_request", From: []state{casework.Filed}, To: Served,
			Asks: []ask{
				{Name: "respondent_received_on", Type: casework.AskDay, Past: true},
				{Name: "request_way", Type: casework.AskChoice, Options: casework.ServiceWays()},
				{Name: "request_published_on", Type: casework.AskDay, Past: true, When: public},
				casework.Consent("request_way"),
				{Name: "foreign", Type: casework.AskChoice, Options: []string{"no", "yes"}},
			},
			Needs: []casework.Need{casework.NeedRequester, casework.NeedRespondent, casework.NeedPatent, casework.NeedCertificates, needPanel},
			Check: checks(
				func(f *file, in input, _ law) *fault {
					return casework.NotBefore("respondent_received_on", in, f.FiledOn)
				},
				noticeWithRequest,
				func(f *file, in input, l law) *fault {
					return casework.MayServe("request_way", casework.Infringement, in, l, "")
				},
			),
			Issues: func(f *file, _ input) string {
				if f.Last("answer_notice") != nil {
					return ""
				}
				return "answer_notice"
			},
			Paper: answerNotice,
			Serves: []casework.Service{{Way: "request_way", On: "respondent_received_on", Published: "request_published_on", Of: []string{"answer_notice", "serve_request"}, Roles: []string{"respondent"},
				Since: func(f *file) calendar.Day { return max(f.FiledOn, casework.MadeBy("answer_notice")(f)) }}},
			Stops: []string{"INF_SERVE"},
			Starts: []casework.Start{
				{Rule: "INF_DEFENCE", Day: "respondent_received_on", Own: true, When: func(_ *file, in input) bool {
					// Thirty days for a respondent without a home in China exist since Order 81 only.
					return !foreign(in.Fields) || !since81(in.Day("respondent_received_on"))
				}},
				{Rule: "INF_DEFENCE_FOREIGN", Day: "respondent_received_on", Own: true, When: func(_ *file, in input) bool { return foreign(in.Fields) }},
				{Rule: "INF_RECUSAL_ASK", Day: "respondent_received_on", Own: true}, // the notice to answer names the panel
			},
		}),
		work(step{
			Name: "return_defence", From: []state{Served}, Again: true, // an unsigned defence goes back, and counts if it comes signed within three days (case guide)
			Asks: []ask{
				{Name: "returned_for", Type: casework.AskText},
				{Name: "resubmit_by", Type: casework.AskDay},
			},
			Check: afterDays("resubmit_by", 3),
		}),
		work(step{
			Name: "defence", From: []state{Served}, To: Defence,
			Asks: []ask{
				{Name: "defence", Type: casework.AskChoice, Options: []string{"filed", "lapsed"}},
				{Name: "defence_on", Type: casework.AskDay, Past: true, When: filed},
				{Name: "defence_text", Type: casework.AskLong, When: filed},
			},
			Check:  defenceOver,
			Stops:  []string{"INF_DEFENCE", "INF_DEFENCE_FOREIGN"},
			Starts: []casework.Start{{Rule: "INF_FWD_DEFENCE", Day: "defence_on", Own: true}},
		}),
		work(step{
			Name: "forward_defence", From: []state{Defence, HearingSet, Heard},
			Asks: []ask{
				{Name: "forwarded_on", Type: casework.AskDay, Past: true},
				{Name: "forward_way", Type: casework.AskChoice, Options: []string{"direct", "left", "post", "electronic"}},
				casework.Consent("forward_way"),
			},
			Bars: all(
				unless(func(f *file) bool { return f.Facts["defence"] == "filed" }, "error.no_defence"),
				unless(func(f *file) bool { return !f.Since("forward_defence", "defence") }, "error.forwarded"),
			),
			Check: checks(
				func(f *file, in input, _ law) *fault {
					return casework.NotBefore("forwarded_on", in, f.Facts.Day("defence_on"))
				},
				func(f *file, in input, l law) *fault {
					return casework.MayServe("forward_way", casework.Infringement, in, l, "")
				},
			),
			Stops: []string{"INF_FWD_DEFENCE"},
		}),
		extendDefence("ask_defence_extension", step{Leads: "requested", Alone: true,
			Asks: []ask{{Name: "extension_asked_on", Type: casework.AskDay, Past: true}, {Name: "extension_asked_for", Type: casework.AskLong}},
			Bars: extendableDefence,
		}),
		extendDefence("grant_defence_extension", step{In: []string{"requested"}, Extends: "INF_DEFENCE", Asks: grantAsks(), Bars: casework.Extendable("INF_DEFENCE")}),
		extendDefence("grant_defence_extension_foreign", step{In: []string{"requested"}, Extends: "INF_DEFENCE_FOREIGN", Asks: grantAsks(),
			Bars: casework.Extendable("INF_DEFENCE_FOREIGN")}),
		extendDefence("refuse_defence_extension", step{In: []string{"requested"}, Asks: []ask{{Name: "extension_refusal", Type: casework.AskLong}}}),
	}
}

// answerNotice is what the notice to answer names.
func answerNotice(f *file, in input, say casework.Say) map[string]string {
	contact := in.Fields["contact"]
	if contact == "" {
		for _, m := range f.Officers() {
			contact += m.Name + " "
		}
	}
	return map[string]string{"答辩期限": say("paper.answer." + answerDays(in)), "联系方式": strings.TrimSpace(contact), "法条": say("paper.answer_basis." + procedureLaw(in))}
}

// noticeWithRequest refuses a request that was served without the notice to answer: its copy goes with the demand for an answer (Order 71 Art. 14; Order 81
// Art. 22). Where none was made before, it is made with the service, on its day.
func noticeWithRequest(f *file, in input, _ law) *fault {
	if f.Last("answer_notice") == nil && in.Day("respondent_received_on") < in.On {
		return wrong("respondent_received_on", "error.no_answer_notice")
	}
	return nil
}

func grantAsks() []ask {
	return []ask{{Name: "extend_by", Type: casework.AskCount}, {Name: "panel_reason", Type: casework.AskLong}}
}

// extendDefence makes a step of the respondent's request for more time, on which the panel decides (Order 81 Art. 22). Before Order 81 no text knew it.
func extendDefence(name string, s step) step {
	s.Name, s.Track, s.From = name, "defence_extension", []state{Served}
	if s.Extends != "" {
		s.Check = casework.WithinMax(s.Extends)
	}
	return work(s)
}

// extendableDefence keeps the request back once the period is over.
func extendableDefence(f *file, l law) *errs.Error {
	if err := only81(f, l); err != nil {
		return err
	}
	if k := defenceClock(f); k != nil && k.Running() {
		return casework.Extendable(k.Rule)(f, l)
	}
	return errs.New(errs.Conflict, "error.extension_no_clock")
}

// defenceOver refuses to call the defence lapsed while its period runs (Order 71 Art. 14; Order 81 Art. 22), or that of a defence that was sent back for
// signature.
func defenceOver(f *file, in input, _ law) *fault {
	if in.Fields["defence"] == "filed" {
		return casework.NotBefore("defence_on", in, f.Facts.Day("respondent_received_on"))
	}
	if k := defenceClock(f); k != nil && in.On <= k.DueOn {
		return wrong("defence", "error.defence_runs", k.DueOn)
	}
	if by := f.Facts.Day("resubmit_by"); f.Since("return_defence", "serve_request") && in.On <= by {
		return wrong("defence", "error.defence_runs", by)
	}
	return nil
}

// answerDays names the time to answer that the notice gives.
func answerDays(in input) string {
	if in.Fields["foreign"] == "yes" && since81(in.On) {
		return "30"
	}
	return "15"
}

// procedureLaw names the rules of procedure that papers cite.
func procedureLaw(in input) string {
	switch {
	case since81(in.On):
		return "81"
	case since71(in.On):
		return "71"
	}
	return "60"
}

// patentTypes says whether the case is about a patent of one of some types. A patent whose type is not recorded may be any.
func patentTypes(f *file, types ...string) bool {
	for _, p := range f.Patents {
		if p.Type == "" || slices.Contains(types, p.Type) {
			return true
		}
	}
	return len(f.Patents) == 0
}
