package counterfeit

import (
	"slices"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// Settings are what an office may choose where the law is open.
type Settings struct {
	TwentyOnly bool // publish by the department rules' twenty working days alone, without the seven of "double publicity"
}

// publishing are the periods in which a penalty is made public: twenty working days (Order 71 Art. 46; SAMR Order 45 Art. 9) and, since 2018-12-05, the seven of
// "double publicity" (国办发〔2018〕118号), of which the earlier day counts; and ten to push it to the province where the party is registered (SAMR
// Order 45 Art. 10).
func publishing(set Settings) []casework.Start {
	penalised := func(_ *casework.File, in casework.Input) bool { return in.Fields["outcome"] == Penalised }
	out := []casework.Start{{Rule: "PENALTY_PUBLISH", Own: true, When: penalised}}
	if !set.TwentyOnly {
		out = append(out, casework.Start{Rule: "PENALTY_DOUBLE_PUBLISH", Own: true, When: penalised})
	}
	return append(out, casework.Start{Rule: "PENALTY_PUSH", Own: true, When: func(f *casework.File, in casework.Input) bool {
		return penalised(f, in) && elsewhere(f, in.Fields["party_seat"])
	}})
}

// elsewhere says whether a party is registered in another province: as was stated, else by the registration region in a unified social credit code (its third
// and fourth digits, GB 32100).
func elsewhere(f *casework.File, seat string) bool {
	if seat != "" {
		return seat == "other_province"
	}
	return slices.ContainsFunc(f.Parties, func(p casework.Party) bool {
		return p.Role == "respondent" && p.GoneTo == "" && p.Form != "person" && len(p.Code) == 18 && p.Code[2:4] != f.Jurisdiction[:2]
	})
}

// runs says whether a clock of one of the rules runs in the case.
func runs(f *casework.File, rules ...string) bool {
	return slices.ContainsFunc(rules, func(rule string) bool { k := f.Clock(rule); return k != nil && k.Running() })
}

// madePublic says whether the decision was published, or sent to be published, since it was made.
func madePublic(f *casework.File) bool {
	return f.Since("publish", "decide") || f.Since("push", "decide")
}

// push is sending the penalty to the market regulator of the province where the party is registered, which publishes it (SAMR Order 45 Art. 10).
func push(from []casework.State) casework.Step {
	return casework.Step{
		Name: "push", From: from, Action: "case.work", Member: casework.PartOfficer, Again: true, Duty: true,
		Asks: []casework.Ask{{Name: "pushed_on", Type: casework.AskDay, Past: true}, {Name: "pushed_to", Type: casework.AskText}},
		Bars: barred("error.nothing_to_push", func(f *casework.File) bool { return runs(f, "PENALTY_PUSH") }),
		Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
			return casework.NotBefore("pushed_on", in, f.DecidedOn)
		},
		Stops: []string{"PENALTY_PUSH"},
	}
}

// handGoods is handing the goods and all else that belongs to the matter over to the police that have taken it, within three days of their notice
// (Provisions on Transferring Suspected Crimes Art. 12).
func handGoods() casework.Step {
	return casework.Step{
		Name: "hand_goods", From: open(), Action: "case.work", Member: casework.PartOfficer, Again: true, Duty: true,
		Asks: []casework.Ask{
			{Name: "police_goods_on", Type: casework.AskDay, Past: true},
			{Name: "police_goods", Type: casework.AskLong},
			{Name: "police_goods_receipt", Type: casework.AskText},
		},
		Bars: barred("error.no_goods_due", func(f *casework.File) bool { return runs(f, "POLICE_GOODS") }),
		Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
			return casework.NotBefore("police_goods_on", in, f.Clock("POLICE_GOODS").StartedOn)
		},
		Stops: []string{"POLICE_GOODS"},
	}
}
