package listing

import (
	"strconv"

	"huzhi/internal/casework"
)

// Handled is the state between filing and closing.
const Handled casework.State = "handled"

// Outcomes is every outcome of an e-commerce case.
func Outcomes() []string { return []string{"handled", "transferred_agency", "not_established"} }

// Procedure is the table of the e-commerce case: filed → handled → closed → archived. It covers one or more listings; each needs its
// finding and what the platform did (Order 71 Arts 8, 43(2), 45(2); Zhejiang Patent Regulation 2015 Art. 34; E-Commerce Law Arts 42–45).
func Procedure() *casework.Procedure {
	judged := func(f *casework.File) bool {
		for _, x := range f.Listings {
			if x.Finding == "" || x.Result == "" {
				return false
			}
		}
		return true
	}
	return &casework.Procedure{
		Kind:   casework.Ecommerce,
		Stages: []casework.State{casework.Filed, Handled, casework.Closed, casework.Archived},
		Steps: []casework.Step{
			{
				Name: "handle", From: []casework.State{casework.Filed}, To: Handled, Action: "case.approve", NotBy: []string{casework.PartOfficer}, Joins: casework.PartChief, Decides: true,
				Asks: []casework.Ask{
					{Name: "outcome", Type: casework.AskChoice, Options: Outcomes()},
					{Name: "reasons", Type: casework.AskLong},
				},
				Needs: []casework.Need{
					{Key: "need.listing", Where: "#listings", Met: func(f *casework.File) bool { return len(f.Listings) > 0 }},
					{Key: "need.findings", Where: "#listings", Met: judged},
				},
				Issues: func(*casework.File, casework.Input) string { return "ecommerce_opinion" },
				Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
					infringing := 0
					for _, x := range f.Listings {
						if x.Finding == "infringing" || x.Finding == "counterfeit" {
							infringing++
						}
					}
					return map[string]string{
						"商品数": strconv.Itoa(len(f.Listings)), "侵权数": strconv.Itoa(infringing), "结果": say("choice.outcome." + in.Fields["outcome"]), "理由": in.Fields["reasons"],
					}
				},
			},
			casework.CloseFrom(Handled),
			casework.ArchiveStep(),
		},
	}
}
