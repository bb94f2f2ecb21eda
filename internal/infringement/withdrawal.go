package infringement

import (
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// withdrawal ends the case without an adjudication (撤销案件). The grounds are those of the day: the guide's until Order 81, then its Arts 9, 18, 19 and 36;
// a ground that rests on something that must have happened is refused where that is not recorded.
func withdrawal() step {
	on := func(grounds ...string) func(facts) bool { return is("withdrawal_ground", grounds...) }
	return step{
		Name: "withdraw", From: open(), To: Withdrawn, Decides: true, Outcome: Dropped,
		Asks: []ask{
			{Name: "withdrawal_ground", Type: casework.AskChoice, Options: withdrawalGrounds(),
				Only: among(days{"not_competent": since81, "time_limit": since81, "papers_missing": since81, "claims_unnamed": since81})},
			{Name: "withdrawal_asked_on", Type: casework.AskDay, Past: true, Optional: true, When: on("requester", "settled")},
			{Name: "failed_condition", Type: casework.AskChoice, Options: conditions(), When: on("not_acceptable"),
				Only: among(days{"arbitration": zhejiang, "other_way": since81})},
			{Name: "competent_office", Type: casework.AskText, When: on("not_competent")},
			{Name: "requester_told_on", Type: casework.AskDay, Past: true, When: on("not_competent")},
			{Name: "reasons", Type: casework.AskLong},
		},
		Check:  grounded,
		Stops:  []string{"*"},
		Ends:   passing(),
		Issues: func(*file, input) string { return "withdrawal_decision" },
		Paper: func(_ *file, in input, say casework.Say) map[string]string {
			ground := say("choice.withdrawal_ground." + in.Fields["withdrawal_ground"])
			if c := in.Fields["failed_condition"]; c != "" {
				ground += "（" + say("choice.failed_condition."+c) + "）"
			}
			return map[string]string{"撤案事由": ground, "理由": in.Fields["reasons"], "移送机关": in.Fields["competent_office"]}
		},
	}
}

func withdrawalGrounds() []string {
	return []string{"requester", "settled", "requester_absent", "not_acceptable", "not_competent", "requester_gone", "respondent_gone", "time_limit",
		"claims_unnamed", "papers_missing", "other"}
}

// conditions are those of a request (Order 71 Art. 10; Zhejiang regulation of 2015 Art. 24; Order 81 Art. 12), one of which was found not to hold.
func conditions() []string {
	return []string{"not_entitled", "no_respondent", "no_claim", "outside_remit", "sued", "arbitration", "other_way"}
}

// grounded refuses a ground for which something is wanting, and any other than the one that must be taken.
func grounded(f *file, in input, _ law) *fault {
	ground := in.Fields["withdrawal_ground"]
	lacks := func(what string, has bool) *fault {
		if has {
			return nil
		}
		return wrong("withdrawal_ground", "error.ground_lacks", errs.Msg(what))
	}
	switch ground {
	case "requester_absent":
		return lacks("step.infringement.requester_absent", f.State == HearingSet && f.Since("requester_absent", "set_hearing"))
	case "time_limit":
		return lacks("step.infringement.plead_limit", f.Facts["plea"] == "upheld")
	case "claims_unnamed":
		return lacks("track.claims.claims_unnamed", endedBy(f, "claims", "claims_unnamed") != nil)
	case "papers_missing":
		return lacks("track.papers.papers_unfiled", endedBy(f, "papers", "papers_unfiled") != nil)
	case "requester", "settled":
		if asked := in.Day("withdrawal_asked_on"); !asked.IsZero() {
			return casework.NotBefore("withdrawal_asked_on", in, f.FiledOn)
		}
	case "not_competent":
		return casework.NotBefore("requester_told_on", in, f.FiledOn)
	}
	return nil
}
