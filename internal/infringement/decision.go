package infringement

import (
	"slices"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/statute"
)

// deliberation are the steps of the panel, and the review where the case touches a major public interest.
func deliberation() []step {
	flagged := unless(func(f *file) bool { return f.Facts["public_interest"] == "yes" }, "error.no_review")
	return []step{
		onward(work(step{
			Name: "deliberate", From: []state{Heard}, To: Deliberated,
			Asks: []ask{
				{Name: "deliberation", Type: casework.AskLong},
				{Name: "vote_for", Type: casework.AskCount},
				{Name: "vote_against", Type: casework.AskCount},
				{Name: "dissent", Type: casework.AskLong, Optional: true},
				{Name: "conclusion", Type: casework.AskChoice, Options: []string{"infringing", "not_infringing", "paid_user"}, Only: among(days{"paid_user": since81})},
				{Name: "public_interest", Type: casework.AskChoice, Options: []string{"no", "yes"}, Optional: true},
			},
			Needs: settled("appraisal"),
			Check: majority,
		})),
		chief(step{
			Name: "return", From: []state{Deliberated}, To: Heard,
			Asks: []ask{{Name: "return_reason", Type: casework.AskLong}},
		}),
		{
			Name: "legal_review", From: []state{Deliberated}, Action: "case.review", NotBy: []string{casework.PartOfficer}, Joins: casework.PartReviewer,
			Asks: []ask{{Name: "review_opinion", Type: casework.AskLong}}, Bars: flagged,
		},
		chief(step{
			Name: "collective_discussion", From: []state{Deliberated}, Bars: flagged,
			Asks: []ask{
				{Name: "collective_on", Type: casework.AskDay, Past: true},
				{Name: "collective_present", Type: casework.AskText},
				{Name: "collective_opinion", Type: casework.AskLong},
			},
		}),
	}
}

// decisions are the adjudication, in the ordinary way and for a repeated infringement.
func decisions() []step {
	stop := is("outcome", Stop)
	decide := onward(chief(decision(step{
		Name: "decide", From: []state{Deliberated},
		Asks:  append([]ask{{Name: "outcome", Type: casework.AskChoice, Options: []string{Stop, Rejected}}}, decisionAsks(stop)...),
		Needs: append([]casework.Need{needFindings, needReview}, settled("appraisal", "recusal")...),
		Check: checks(asDeliberated, ordersInTime),
	})))
	repeated := onward(chief(decision(step{
		Name: "decide_repeat", From: []state{Defence, HearingSet, Heard}, Outcome: Stop,
		Asks:  decisionAsks(nil),
		Bars:  unless(func(f *file) bool { return f.Last("find_repeat") != nil }, "error.no_repeat"),
		Check: ordersInTime,
	})))
	return []step{decide, repeated, work(step{
		Name: "find_repeat", From: []state{Served, Defence, HearingSet, Heard}, Again: true, // Again: not what the law asks next
		Asks: []ask{
			{Name: "earlier_by", Type: casework.AskChoice, Options: []string{"office", "court"}},
			{Name: "earlier_paper", Type: casework.AskText},
			{Name: "earlier_on", Type: casework.AskDay, Past: true},
			{Name: "earlier_final_on", Type: casework.AskDay, Past: true, Optional: true},
			{Name: "repeat_facts", Type: casework.AskLong},
		},
		Bars: unless(func(f *file) bool { return f.Last("find_repeat") == nil }, "error.repeat_known"),
		Check: func(_ *file, in input, _ law) *fault {
			switch final := in.Day("earlier_final_on"); {
			case since81(in.On) && final.IsZero(): // the earlier decision must be in effect since Order 81 (Art. 34)
				return wrong("earlier_final_on", "error.earlier_final")
			case !final.IsZero() && final < in.Day("earlier_on"):
				return wrong("earlier_final_on", "error.day_before", in.Day("earlier_on"))
			}
			return nil
		},
	})}
}

// decision makes a step an adjudication: it decides, ends what runs beside, starts the time to publish it and makes the paper.
func decision(s step) step {
	s.To, s.Decides, s.Stops, s.Ends = Decided, true, []string{"INF_CLOSE", "INF_ORAL_NOTICE"}, passing()
	s.Starts = []casework.Start{{Rule: "INF_PUBLISH", Own: true, When: func(_ *file, in input) bool {
		// Until Order 81 only what found infringement and ordered to stop (Order 71 Art. 46); since then every adjudication (Art. 83).
		return since81(in.On) || ordersStop(in)
	}}}
	s.Sets = measures
	s.Needs = append(s.Needs, casework.NeedAddresses("need.address.infringement", "requester", "respondent", "third_party"))
	s.Issues = func(_ *file, in input) string {
		if guided(in.On) {
			return "adjudication_ruling"
		}
		return "adjudication"
	}
	s.Paper = decisionPaper
	return s
}

// ordersStop: an adjudication without the field outcome is one for a repeated infringement.
func ordersStop(in input) bool { return in.Fields["outcome"] != Rejected }

// decisionAsks are what the adjudication must say (Order 71 Art. 19; Order 81 Art. 31).
func decisionAsks(stop func(facts) bool) []ask {
	return []ask{
		{Name: "requester_case", Type: casework.AskLong, Optional: true},
		{Name: "respondent_case", Type: casework.AskLong, Optional: true},
		{Name: "evidence_found", Type: casework.AskLong, Optional: true},
		{Name: "facts_found", Type: casework.AskLong},
		{Name: "reasons", Type: casework.AskLong},
		{Name: "stop_acts", Type: casework.AskChoices, Options: acts(), When: stop, Only: func(_ *file, l law, on calendar.Day, act string) bool {
			return len(l.Rules.Orders(on, "inf_"+act)) > 0
		}},
		{Name: "order", Type: casework.AskLong, When: stop},
		{Name: "perform_by", Type: casework.AskDay, When: stop, Optional: true},
		{Name: "costs", Type: casework.AskText, Optional: true},
	}
}

// acts are the acts of infringement that have measures of their own, and any other.
func acts() []string {
	return []string{"make", "method", "sell", "offer", "use", "import", "exhibit", "other"}
}

// measures are the measures that the law orders for the acts found (Order 60 Art. 41, Order 71 Art. 43, Order 81 Art. 32), from the rule book.
func measures(_ *file, in input, l law) facts {
	var out []string
	var cite statute.Text
	if ordersStop(in) {
		for act := range strings.SplitSeq(in.Fields["stop_acts"], ",") {
			for _, o := range l.Rules.Orders(in.On, "inf_"+act) {
				out = append(out, o.Text.ZH)
				cite = o.Cite
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	article, _, _ := strings.Cut(cite.ZH, "条") // without paragraph and item
	return facts{"measures": strings.Join(out, "\n"), "measures_law": article + "条"}
}

func decisionPaper(f *file, in input, say casework.Say) map[string]string {
	outcome := Stop
	if !ordersStop(in) {
		outcome = Rejected
	}
	data := map[string]string{
		"查明事实": in.Fields["facts_found"], "理由": in.Fields["reasons"], "责令": in.Fields["order"], "措施": in.Fields["measures"], "措施依据": in.Fields["measures_law"],
		"请求人主张": first(in.Fields["requester_case"], f.Summary), "被请求人主张": first(in.Fields["respondent_case"], f.Facts["defence_text"], say("paper.no_defence")),
		"证据认定": in.Fields["evidence_found"], "费用": in.Fields["costs"], "履行期限": in.Day("perform_by").Han(), "第三人": f.PartyLines("third_party"),
		"结果": say("choice.outcome." + outcome), "审理方式": say("paper.hearing." + heard(f)), "法条": say("paper.stop_basis." + stopLaw(in.On)),
	}
	if t := f.Last("find_repeat"); t != nil && in.Fields["outcome"] == "" {
		data["审理方式"] = say("paper.repeat", t.Data["earlier_paper"])
	}
	return data
}

func first(of ...string) string {
	for _, s := range of {
		if s != "" {
			return s
		}
	}
	return ""
}

// endings are the two ways out before an adjudication.
func endings() []step {
	paid := is("enforceable", "yes")
	return []step{
		work(step{
			Name: "mediation_meeting", From: open(), Again: true,
			Asks: []ask{
				{Name: "mediated_on", Type: casework.AskDay, Past: true},
				{Name: "mediation_record", Type: casework.AskLong},
				{Name: "mediation_result", Type: casework.AskChoice, Options: []string{"going_on", "agreed", "failed"}},
			},
			Check: func(f *file, in input, _ law) *fault { return casework.NotBefore("mediated_on", in, f.FiledOn) },
		}),
		chief(step{
			Name: "mediate", From: open(), To: Mediated,
			Decides: true, Outcome: Settled,
			Asks: []ask{
				{Name: "agreement", Type: casework.AskLong},
				{Name: "enforceable", Type: casework.AskChoice, Options: []string{"no", "yes"}, Optional: true, Only: among(days{"yes": since81})},
			},
			Needs:  []casework.Need{casework.NeedRequester, casework.NeedRespondent},
			Bars:   mayGoOn,
			Stops:  []string{"INF_CLOSE", "INF_SERVE", "INF_DEFENCE", "INF_DEFENCE_FOREIGN", "INF_FWD_DEFENCE", "INF_ORAL_NOTICE"},
			Ends:   passing(),
			Issues: func(*file, input) string { return "mediation_agreement" },
			Paper: func(_ *file, in input, say casework.Say) map[string]string {
				data := map[string]string{"协议内容": in.Fields["agreement"]}
				if paid(in.Fields) {
					data["公证提示"] = say("paper.notarise")
				}
				return data
			},
		}),
		chief(withdrawal()),
	}
}

// majority refuses a vote that is not the panel's (Order 71 Art. 13; Order 81 Art. 25), and a dissent that is not written down.
func majority(f *file, in input, _ law) *fault {
	yes, no := in.Money("vote_for"), in.Money("vote_against")
	if yes+no != int64(len(f.Officers())) || yes <= no {
		return wrong("vote_for", "error.panel_vote", len(f.Officers()))
	}
	return nil
}

// asDeliberated refuses a decision that is not the panel's: the majority decides, and who disagrees sends the case back (Order 81
// Art. 25; Order 71 Art. 13).
func asDeliberated(f *file, in input, _ law) *fault {
	if (in.Fields["outcome"] == Stop) != (f.Facts["conclusion"] == "infringing") {
		return wrong("outcome", "error.against_panel")
	}
	return nil
}

// ordersInTime refuses a time to obey that is over before the decision, and one that says nothing of what the requester wants.
func ordersInTime(f *file, in input, _ law) *fault {
	if by := in.Day("perform_by"); !by.IsZero() && by < in.On {
		return wrong("perform_by", "error.day_before", in.On)
	}
	if in.Fields["requester_case"] == "" && f.Summary == "" {
		return wrong("requester_case", "error.required")
	}
	return nil
}

// needReview: where a major public interest is touched the decision was reviewed or discussed by the leaders (case guide).
var needReview = casework.Need{Key: "need.review", Where: "#next", Met: func(f *file) bool {
	return f.Facts["public_interest"] != "yes" || f.Since("legal_review", "deliberate") || f.Since("collective_discussion", "deliberate")
}}

// needFindings: who is to lose on the papers was told facts, evidence and basis, and has answered or had the time to.
var needFindings = casework.Need{Key: "need.findings_told", Where: "#next",
	Met: func(f *file) bool {
		if !onPapers(f) {
			return true
		}
		told := calendar.Day(0)
		for _, t := range f.Taken[slices.IndexFunc(f.Taken, func(t casework.Taken) bool { return t.Seq == f.Last("no_hearing").Seq }):] {
			switch {
			case t.Step == "tell_findings" && slices.Contains([]string{loser(f), "both"}, t.Data["told_party"]):
				told = t.Data.Day("answer_by")
			case t.Step == "answer_findings" && t.Data["answered_by"] == loser(f) && !told.IsZero():
				return true
			}
		}
		return !told.IsZero() && f.Today > told
	},
}

// loser is the side against which the panel has concluded.
func loser(f *file) string {
	if f.Facts["conclusion"] == "infringing" {
		return "respondent"
	}
	return "requester"
}

func heard(f *file) string {
	if f.Since("hear", "no_hearing") {
		return "oral"
	}
	return "papers"
}

// stopLaw names the Patent Law that the order to stop rests on: Art. 60 of 2008, Art. 65 of 2020 (in force 2021-06-01).
func stopLaw(on calendar.Day) string {
	if since20(on) {
		return "2020"
	}
	return "2008"
}
