// Package infringement is the patent infringement dispute (专利侵权纠纷): an adjudication between two parties by a panel; no fine, no damages.
package infringement

import (
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/statute"
)

// The states between filing and closing.
const (
	Served      casework.State = "served"
	Defence     casework.State = "defence"
	Heard       casework.State = "heard"
	Deliberated casework.State = "deliberated"
	Decided     casework.State = "decided"
	Mediated    casework.State = "mediated"
	Withdrawn   casework.State = "withdrawn"
)

// The outcomes.
const (
	Stop     = "infringing_stop" // infringement found, stop ordered
	Rejected = "rejected"        // 驳回请求
	Settled  = "mediated"
	Dropped  = "withdrawn" // 撤销案件
)

// Procedure is the table: filed → served → defence → heard → deliberated → decided, mediated or withdrawn → closed → archived.
func Procedure() *casework.Procedure {
	ended := []casework.State{Decided, Mediated, Withdrawn}
	foreign := func(_ *casework.File, in casework.Input) bool { return in.Fields["foreign"] == "yes" }
	filed := func(x casework.Facts) bool { return x["defence"] == "filed" }
	return &casework.Procedure{
		Kind:   casework.Infringement,
		Stages: []casework.State{casework.Filed, Served, Defence, Heard, Deliberated, Decided, casework.Closed, casework.Archived},
		Branch: [][]casework.State{{Decided, Mediated, Withdrawn}},
		Panel:  true,
		City:   true,
		Files:  []casework.Start{{Rule: "INF_CLOSE"}, {Rule: "INF_SERVE"}},
		Steps: []casework.Step{
			{
				Name: "serve_request", From: []casework.State{casework.Filed}, To: Served, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{
					{Name: "respondent_received_on", Type: casework.AskDay, Past: true},
					{Name: "request_way", Type: casework.AskChoice, Options: casework.ServiceWays()},
					{Name: "foreign", Type: casework.AskChoice, Options: []string{"no", "yes"}},
				},
				Needs: []casework.Need{casework.NeedRequester, casework.NeedRespondent, casework.NeedPatent, casework.NeedCertificates},
				Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
					return casework.NotBefore("respondent_received_on", in, f.FiledOn)
				},
				Stops: []string{"INF_SERVE"},
				Starts: []casework.Start{
					{Rule: "INF_DEFENCE", Day: "respondent_received_on", Own: true, When: func(f *casework.File, in casework.Input) bool {
						// Thirty days for a respondent without a home in China exist since Order 81 only.
						return !foreign(f, in) || in.Day("respondent_received_on") < calendar.Date(2025, 2, 1)
					}},
					{Rule: "INF_DEFENCE_FOREIGN", Day: "respondent_received_on", Own: true, When: foreign},
				},
			},
			{
				Name: "defence", From: []casework.State{Served}, To: Defence, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{
					{Name: "defence", Type: casework.AskChoice, Options: []string{"filed", "lapsed"}},
					{Name: "defence_on", Type: casework.AskDay, Past: true, When: filed},
					{Name: "defence_text", Type: casework.AskLong, When: filed},
				},
				Check: defenceOver,
				Stops: []string{"INF_DEFENCE", "INF_DEFENCE_FOREIGN"},
			},
			{
				Name: "hear", From: []casework.State{Defence}, To: Heard, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{
					{Name: "hearing_notice_on", Type: casework.AskDay, Past: true},
					{Name: "hearing_on", Type: casework.AskDay, Past: true},
					{Name: "attendance", Type: casework.AskChoice, Options: []string{"both", "respondent_absent"}},
					{Name: "hearing_record", Type: casework.AskLong},
				},
				Check: noticeInTime,
			},
			{
				Name: "no_hearing", From: []casework.State{Defence}, To: Heard, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{{Name: "paper_reason", Type: casework.AskLong}},
			},
			{
				Name: "deliberate", From: []casework.State{Heard}, To: Deliberated, Action: "case.work", Member: casework.PartOfficer,
				Asks: []casework.Ask{
					{Name: "deliberation", Type: casework.AskLong},
					{Name: "vote_for", Type: casework.AskCount},
					{Name: "vote_against", Type: casework.AskCount},
					{Name: "conclusion", Type: casework.AskChoice, Options: []string{"infringing", "not_infringing"}},
				},
				Check: majority,
			},
			{
				Name: "decide", From: []casework.State{Deliberated}, To: Decided, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief, Decides: true,
				Asks: []casework.Ask{
					{Name: "outcome", Type: casework.AskChoice, Options: []string{Stop, Rejected}},
					{Name: "facts_found", Type: casework.AskLong},
					{Name: "reasons", Type: casework.AskLong},
					{Name: "order", Type: casework.AskLong, When: func(x casework.Facts) bool { return x["outcome"] == Stop }},
				},
				Check:  asDeliberated,
				Stops:  []string{"INF_CLOSE"},
				Issues: func(*casework.File, casework.Input) string { return "adjudication" },
				Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
					return map[string]string{
						"查明事实": in.Fields["facts_found"], "理由": in.Fields["reasons"], "责令": in.Fields["order"],
						"结果": say("choice.outcome." + in.Fields["outcome"]), "审理方式": say("paper.hearing." + heard(f)), "法条": say("paper.stop_basis." + stopLaw(in.On)),
					}
				},
			},
			{
				Name: "return", From: []casework.State{Deliberated}, To: Heard, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
				Asks: []casework.Ask{{Name: "return_reason", Type: casework.AskLong}},
			},
			{
				Name: "mediate", From: []casework.State{Defence, Heard, Deliberated}, To: Mediated, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
				Decides: true, Outcome: Settled,
				Asks:   []casework.Ask{{Name: "agreement", Type: casework.AskLong}},
				Stops:  []string{"INF_CLOSE"},
				Issues: func(*casework.File, casework.Input) string { return "mediation_agreement" },
				Paper: func(_ *casework.File, in casework.Input, _ casework.Say) map[string]string {
					return map[string]string{"协议内容": in.Fields["agreement"]}
				},
			},
			{
				Name: "withdraw", From: []casework.State{casework.Filed, Served, Defence, Heard, Deliberated}, To: Withdrawn, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief,
				Decides: true, Outcome: Dropped,
				Asks: []casework.Ask{
					{Name: "withdrawal_ground", Type: casework.AskChoice, Options: []string{"requester", "not_acceptable", "settled", "party_gone", "other"}},
					{Name: "reasons", Type: casework.AskLong},
				},
				Stops:  []string{"*"},
				Issues: func(*casework.File, casework.Input) string { return "withdrawal_decision" },
				Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
					return map[string]string{"撤案事由": say("choice.withdrawal_ground." + in.Fields["withdrawal_ground"]), "理由": in.Fields["reasons"]}
				},
			},
			{
				Name: "serve_decision", From: ended, Action: "case.work", Member: casework.PartOfficer,
				Asks: casework.ServeAsks(casework.ServiceWays()),
				Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
					if f.State == Mediated && in.Fields["way"] == "left" {
						return &errs.Field{Name: "way", Message: errs.Msg("error.mediation_left")}
					}
					return casework.NotBefore("served_on", in, f.DecidedOn)
				},
				Starts: []casework.Start{{Rule: "INF_SUE", Day: "served_on", Own: true, When: func(f *casework.File, _ casework.Input) bool { return f.State == Decided }}},
			},
			closing(ended),
			casework.ArchiveStep(),
		},
	}
}

func closing(from []casework.State) casework.Step {
	s := casework.CloseFrom(from...)
	s.Needs = append(s.Needs, casework.Need{Key: "need.served", Where: "#next", Met: func(f *casework.File) bool { return f.Last("serve_decision") != nil }})
	return s
}

// defenceOver refuses to call the defence lapsed while its period runs (Order 71 Art. 14; Order 81 Art. 22).
func defenceOver(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
	if in.Fields["defence"] == "filed" {
		return casework.NotBefore("defence_on", in, f.Facts.Day("respondent_received_on"))
	}
	for _, rule := range []string{"INF_DEFENCE", "INF_DEFENCE_FOREIGN"} {
		if k := f.Clock(rule); k != nil && in.On <= k.DueOn {
			return &errs.Field{Name: "defence", Message: errs.Msg("error.defence_runs", k.DueOn)}
		}
	}
	return nil
}

// noticeInTime refuses a hearing that was announced less than three working days before (Order 71 Art. 16; Order 81 Art. 26).
func noticeInTime(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	hearing, notice := in.Day("hearing_on"), in.Day("hearing_notice_on")
	if hearing < f.FiledOn {
		return &errs.Field{Name: "hearing_on", Message: errs.Msg("error.day_before", f.FiledOn)}
	}
	r, ok := law.Rules.Rule("INF_ORAL_NOTICE", statute.Query{On: hearing, Region: f.Jurisdiction, Kind: f.Kind})
	if !ok {
		return nil
	}
	due, err := law.Rules.Due(law.Days, r, hearing, statute.Options{})
	if err != nil || notice > due.Strict {
		return &errs.Field{Name: "hearing_notice_on", Message: errs.Msg("error.hearing_notice", due.Strict)}
	}
	return nil
}

// majority refuses a vote that is not the panel's (Order 71 Art. 13; Order 81 Art. 25).
func majority(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
	yes, no := in.Money("vote_for"), in.Money("vote_against")
	if yes+no != int64(len(f.Officers())) || yes <= no {
		return &errs.Field{Name: "vote_for", Message: errs.Msg("error.panel_vote", len(f.Officers()))}
	}
	return nil
}

// asDeliberated refuses a decision that is not the panel's: the majority decides, and who disagrees sends the case back (Order 81
// Art. 25; Order 71 Art. 13).
func asDeliberated(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
	if (in.Fields["outcome"] == Stop) != (f.Facts["conclusion"] == "infringing") {
		return &errs.Field{Name: "outcome", Message: errs.Msg("error.against_panel")}
	}
	return nil
}

func heard(f *casework.File) string {
	if f.Since("hear", "no_hearing") {
		return "oral"
	}
	return "papers"
}

// stopLaw names the Patent Law that the order to stop rests on: Art. 60 of 2008, Art. 65 of 2020 (in force 2021-06-01).
func stopLaw(on calendar.Day) string {
	if on >= calendar.Date(2021, 6, 1) {
		return "2020"
	}
	return "2008"
}
