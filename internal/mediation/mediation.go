// Package mediation is the other patent dispute (其他专利纠纷): ownership, inventorship, reward and the like, mediated by the office.
package mediation

import "huzhi/internal/casework"

// Handled is the state between filing and closing.
const Handled casework.State = "handled"

// Types are what a dispute can be about (Implementing Rules 2010 Art. 85, 2023 Art. 102; Order 81 Art. 63).
func Types() []string {
	return []string{"ownership", "inventorship", "reward", "provisional_fee", "other"}
}

// The outcomes.
const (
	Agreed = "mediated"
	Failed = "no_agreement"
)

// Outcomes is every outcome.
func Outcomes() []string { return []string{Agreed, Failed} }

// Procedure is the table: filed → handled → closed → archived.
func Procedure() *casework.Procedure {
	ownership := func(f *casework.File, _ casework.Input) bool { return f.Facts["dispute_type"] == "ownership" }
	return &casework.Procedure{
		Kind:   casework.Dispute,
		Stages: []casework.State{casework.Filed, Handled, casework.Closed, casework.Archived},
		Asks:   []casework.Ask{{Name: "dispute_type", Type: casework.AskChoice, Options: Types()}},
		Files:  []casework.Start{{Rule: "MED_CLOSE", When: ownership}},
		Steps: []casework.Step{
			{
				Name: "meeting", From: []casework.State{casework.Filed}, Action: "case.work", Member: casework.PartOfficer, Again: true,
				Asks: []casework.Ask{
					{Name: "meeting_on", Type: casework.AskDay, Past: true},
					{Name: "meeting_record", Type: casework.AskLong},
				},
				Needs: []casework.Need{casework.NeedRequester, casework.NeedRespondent},
			},
			{
				Name: "handle", From: []casework.State{casework.Filed}, To: Handled, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief, Decides: true,
				Asks: []casework.Ask{
					{Name: "outcome", Type: casework.AskChoice, Options: Outcomes()},
					{Name: "agreement", Type: casework.AskLong, When: func(x casework.Facts) bool { return x["outcome"] == Agreed }},
					{Name: "reasons", Type: casework.AskLong, When: func(x casework.Facts) bool { return x["outcome"] == Failed }},
				},
				Needs: []casework.Need{{Key: "need.meeting", Where: "#next", Met: func(f *casework.File) bool { return f.Last("meeting") != nil }}},
				Stops: []string{"MED_CLOSE"},
				Issues: func(_ *casework.File, in casework.Input) string {
					if in.Fields["outcome"] == Agreed {
						return "mediation_agreement"
					}
					return "withdrawal_decision"
				},
				Paper: func(_ *casework.File, in casework.Input, say casework.Say) map[string]string {
					return map[string]string{"协议内容": in.Fields["agreement"], "撤案事由": say("choice.outcome.no_agreement"), "理由": in.Fields["reasons"]}
				},
			},
			casework.CloseFrom(Handled),
			casework.ArchiveStep(),
		},
	}
}
