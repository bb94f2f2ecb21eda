package listing

import (
	"slices"
	"strconv"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// Handled is the state between filing and closing.
const Handled casework.State = "handled"

// AidDays is how many working days an aid centre's opinion is expected to take where the office has set no other: no rule was found for Zhejiang.
const AidDays = 5

// Outcomes is every outcome that a finding on the listings can have.
func Outcomes() []string { return []string{"handled", "not_established", "case_opened"} }

// platformDuty is the day since which the office must notify the platform of what was found to infringe (Order 71 Arts 43(2), 45(2)).
func platformDuty() calendar.Day { return calendar.Date(2015, 7, 1) }

// Procedure is the table of the e-commerce case with the aid centre's time as it is by default.
func Procedure() *casework.Procedure { return With(AidDays) }

// With is the table of the e-commerce case: filed → handled → closed → archived. It covers one or more listings; each needs its
// finding and what the platform did (Order 71 Arts 8, 43(2), 45(2); Zhejiang Patent Regulation 2015 Art. 34; E-Commerce Law Arts 42–45). An aid centre's
// opinion is expected within aidDays working days.
func With(aidDays int) *casework.Procedure {
	filed, open := []casework.State{casework.Filed}, []casework.State{casework.Filed, Handled}
	return &casework.Procedure{
		Kind:   casework.Ecommerce,
		Stages: []casework.State{casework.Filed, Handled, casework.Closed, casework.Archived},
		Steps: slices.Concat(
			ends(filed),
			[]casework.Step{tell(), receipt(open), closing(), casework.ArchiveStep()},
			platforms(open), aid(filed, aidDays),
			casework.FieldActs(filed, "inspect", "interview", "web_evidence", "purchase"),
			casework.Assistance(filed),
			casework.Recusal(open, func(*casework.File, calendar.Day) string { return "yes" }), // Order 71 Art. 7
			casework.Reopening(casework.Filed, Handled, nil),
		),
		Denied: []casework.Denied{{Act: "order_stop"}, {Act: "seal"}},
		Faults: []string{"handled"},
	}
}

// receipt is the proof that a complaint is handled here, which the right holder shows the platform within fifteen days of the seller's declaration
// (E-Commerce Law Art. 43(2)).
func receipt(from []casework.State) casework.Step {
	return casework.Step{
		Name: "receipt", From: from, Action: "case.work", Member: casework.PartOfficer, Again: true,
		Asks:   []casework.Ask{{Name: "receipt_from", Type: casework.AskText}, {Name: "receipt_list", Type: casework.AskLong}},
		Needs:  []casework.Need{{Key: "need.listing", Where: "#listings", Met: func(f *casework.File) bool { return len(f.Listings) > 0 }}},
		Issues: func(*casework.File, casework.Input) string { return "platform_receipt" },
		Paper: func(f *casework.File, in casework.Input, _ casework.Say) map[string]string {
			return map[string]string{"投诉人": in.Fields["receipt_from"], "材料": in.Fields["receipt_list"], "商品数": strconv.Itoa(len(f.Listings))}
		},
	}
}

func found(f *casework.File, findings ...string) (n int) {
	for _, x := range f.Listings {
		if slices.Contains(findings, x.Finding) {
			n++
		}
	}
	return n
}

// told says whether the platforms were told of every listing with something wrong, by notices about the listings.
func told(f *casework.File) bool {
	return !slices.ContainsFunc(f.Listings, func(x casework.Listed) bool {
		return slices.Contains(Hits(), x.Finding) && x.NotifiedOn.IsZero()
	})
}

// ownNotices refuses to tell a platform in the case what was told to it about the listings: what follows, and its clocks, are the listings' then, each of which
// goes its own way, and nothing is counted twice.
func ownNotices(f *casework.File, _ casework.Law) *errs.Error {
	if slices.ContainsFunc(f.Listings, func(x casework.Listed) bool { return !x.NotifiedOn.IsZero() }) {
		return errs.New(errs.Conflict, "error.listings_notified")
	}
	return nil
}

// ends are the ways in which the office is done with the listings.
func ends(from []casework.State) []casework.Step {
	chief := func(s casework.Step) casework.Step {
		s.From, s.To, s.Action, s.NotBy, s.Joins, s.Decides = from, Handled, "case.approve", []string{casework.PartOfficer}, casework.PartChief, true
		return s
	}
	listed := casework.Need{Key: "need.listing", Where: "#listings", Met: func(f *casework.File) bool { return len(f.Listings) > 0 }}
	return []casework.Step{
		chief(casework.Step{
			Name: "handle",
			Asks: []casework.Ask{
				{Name: "outcome", Type: casework.AskChoice, Options: Outcomes()},
				{Name: "opened_case", Type: casework.AskText, When: func(x casework.Facts) bool { return x["outcome"] == "case_opened" }},
				{Name: "reasons", Type: casework.AskLong},
			},
			Needs: []casework.Need{
				listed, casework.NeedCertificates,
				{Key: "need.findings", Where: "#listings", Met: func(f *casework.File) bool {
					return !slices.ContainsFunc(f.Listings, func(x casework.Listed) bool { return x.Finding == "" || x.Result == "" })
				}},
				{Key: "need.platform", Where: "#next", Met: func(f *casework.File) bool {
					return f.FiledOn < platformDuty() || found(f, "infringing", "counterfeit") == 0 || f.Last("notify_platform") != nil || told(f)
				}},
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if in.Fields["outcome"] == "not_established" && found(f, "infringing", "counterfeit") > 0 {
					return &errs.Field{Name: "outcome", Message: errs.Msg("error.against_findings")}
				}
				return nil
			},
			Issues: func(*casework.File, casework.Input) string { return "ecommerce_opinion" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{
					"商品数": strconv.Itoa(len(f.Listings)), "侵权数": strconv.Itoa(found(f, "infringing", "counterfeit")),
					"结果": say("choice.outcome." + in.Fields["outcome"]), "理由": in.Fields["reasons"],
				}
			},
		}),
		chief(casework.Step{ // to the office of the seller or the maker
			Name: "pass_on", Early: true, Outcome: "transferred_agency",
			Asks:   []casework.Ask{{Name: "passed_to", Type: casework.AskText}, {Name: "reasons", Type: casework.AskLong}},
			Needs:  []casework.Need{listed},
			Issues: func(*casework.File, casework.Input) string { return "ecommerce_transfer" },
			Paper: func(f *casework.File, in casework.Input, _ casework.Say) map[string]string {
				return map[string]string{"受移送机关": in.Fields["passed_to"], "商品数": strconv.Itoa(len(f.Listings)), "理由": in.Fields["reasons"]}
			},
		}),
		chief(casework.Step{
			Name: "end", Early: true, Outcome: "settled",
			Asks: []casework.Ask{
				{Name: "ecommerce_end", Type: casework.AskChoice, Options: []string{"complaint_withdrawn", "settled", "listing_gone"}},
				{Name: "reasons", Type: casework.AskLong},
			},
		}),
	}
}

// platforms is what is exchanged with a platform about the listings on it; a case may have several.
func platforms(from []casework.State) []casework.Step {
	work := func(name string, in []string, leads string, s casework.Step) casework.Step {
		s.Name, s.Track, s.From, s.In, s.Leads, s.Action, s.Member = name, "platform", from, in, leads, "case.work", casework.PartOfficer
		return s
	}
	since := func(field, earliest string) func(*casework.File, casework.Input, casework.Law) *errs.Field {
		return func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
			return casework.NotBefore(field, in, f.Track.Facts.Day(earliest))
		}
	}
	return []casework.Step{
		work("notify_platform", nil, "notified", casework.Step{
			Asks: []casework.Ask{
				{Name: "platform_name", Type: casework.AskText},
				{Name: "platform_notified_on", Type: casework.AskDay, Past: true},
				{Name: "measure_asked", Type: casework.AskChoice, Options: []string{"delete", "screen", "unlink", "end_service"}},
				{Name: "platform_reasons", Type: casework.AskLong},
				{Name: "complained_on", Type: casework.AskDay, Past: true, Optional: true},
			},
			Bars:  ownNotices,
			Needs: []casework.Need{{Key: "need.listing", Where: "#listings", Met: func(f *casework.File) bool { return len(f.Listings) > 0 }}},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("platform_notified_on", in, in.On) // the notice is made by this step
			},
			Starts: []casework.Start{{Rule: "PLATFORM_TELL_SELLER", Day: "complained_on", Own: true}},
			Issues: func(*casework.File, casework.Input) string { return "platform_notice" },
			Paper: func(f *casework.File, in casework.Input, say casework.Say) map[string]string {
				return map[string]string{
					"平台": in.Fields["platform_name"], "商品数": strconv.Itoa(len(f.Listings)), "理由": in.Fields["platform_reasons"],
					"措施": say("choice.measure_asked." + in.Fields["measure_asked"]), "依据": platformLaw(in.On, say),
				}
			},
		}),
		work("seller_told", []string{"notified"}, "notified", casework.Step{
			Asks:  []casework.Ask{{Name: "seller_told_on", Type: casework.AskDay, Past: true}},
			Stops: []string{"PLATFORM_TELL_SELLER"},
		}),
		work("measure", []string{"notified"}, "measured", casework.Step{
			Asks: []casework.Ask{
				{Name: "measure", Type: casework.AskChoice, Options: []string{"deleted", "screened", "unlinked", "ended_service", "shop_closed"}},
				{Name: "measure_on", Type: casework.AskDay, Past: true},
			},
			Check: since("measure_on", "complained_on"),
			Stops: []string{"PLATFORM_TELL_SELLER"},
		}),
		work("platform_refuses", []string{"notified"}, "", casework.Step{
			Asks:  []casework.Ask{{Name: "platform_answer", Type: casework.AskLong}},
			Stops: []string{"PLATFORM_TELL_SELLER"},
		}),
		work("declare", []string{"measured"}, "declared", casework.Step{ // E-Commerce Law Art. 43
			Asks: []casework.Ask{
				{Name: "declared_on", Type: casework.AskDay, Past: true},
				{Name: "declaration", Type: casework.AskLong},
				{Name: "reached_holder_on", Type: casework.AskDay, Past: true},
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				if fault := casework.NotBefore("declared_on", in, f.Track.Facts.Day("platform_notified_on")); fault != nil {
					return fault
				}
				return casework.NotBefore("reached_holder_on", in, in.Day("declared_on"))
			},
			Starts: []casework.Start{{Rule: "EC_COUNTER_WAIT", Day: "reached_holder_on", Own: true}},
		}),
		work("holder_acts", []string{"declared"}, "measured", casework.Step{
			Asks: []casework.Ask{
				{Name: "holder_act", Type: casework.AskChoice, Options: []string{"complained", "sued"}},
				{Name: "holder_proof_on", Type: casework.AskDay, Past: true},
			},
			Check: func(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
				if k := f.ClockOf(f.Track.ID, "EC_COUNTER_WAIT"); k != nil && in.Day("holder_proof_on") > k.DueOn {
					r, _ := law.Rules.ByVersion(k.Version, k.Kind)
					return &errs.Field{Name: "holder_proof_on", Message: errs.Msg("error.counter_over", k.DueOn, r.Cite)}
				}
				return casework.NotBefore("holder_proof_on", in, f.Track.Facts.Day("reached_holder_on"))
			},
			Stops: []string{"EC_COUNTER_WAIT"},
		}),
		work("delay", []string{"declared"}, "delayed", casework.Step{ // Supreme Court reply of 2020, item 3
			Pauses: "holder_delay", PausesFrom: "delayed_from",
			Asks: []casework.Ask{{Name: "delayed_from", Type: casework.AskDay, Past: true}, {Name: "delay_reason", Type: casework.AskLong}},
			Bars: func(f *casework.File, _ casework.Law) *errs.Error {
				if since := calendar.Date(2020, 9, 14); f.Today < since {
					return errs.New(errs.Forbidden, "error.delay_law", since)
				}
				return nil
			},
			Check: since("delayed_from", "reached_holder_on"),
		}),
		work("delay_over", []string{"delayed"}, "declared", casework.Step{
			Resumes: true, PausesFrom: "delay_over_on",
			Asks:  []casework.Ask{{Name: "delay_over_on", Type: casework.AskDay, Past: true}},
			Check: delayed,
		}),
		work("lift", []string{"measured", "declared"}, "", casework.Step{
			Asks: []casework.Ask{
				{Name: "lift_ground", Type: casework.AskChoice, Options: []string{"counter_over", "holder_agrees", "not_infringing", "other"}},
				{Name: "lifted_on", Type: casework.AskDay, Past: true},
			},
			Check: mayLift,
			Stops: []string{"EC_COUNTER_WAIT"},
		}),
		work("keep_measure", []string{"measured"}, "", casework.Step{
			Asks: []casework.Ask{{Name: "keep_reasons", Type: casework.AskLong}},
		}),
	}
}

// delayed refuses a delay of more than twenty working days.
func delayed(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	from := f.Track.Facts.Day("delayed_from")
	if fault := casework.NotBefore("delay_over_on", in, from); fault != nil {
		return fault
	}
	longest, err := law.Days.Count(calendar.Period{Start: from.AddDays(-1), Term: calendar.Term{N: 20, Unit: calendar.WD}})
	if err == nil && in.Day("delay_over_on") > longest.Strict.AddDays(1) { // the first day that counts again
		return &errs.Field{Name: "delay_over_on", Message: errs.Msg("error.delay_long", longest.Strict.AddDays(1))}
	}
	return nil
}

// mayLift refuses that a measure ends because the right holder stayed silent while that person may still act (E-Commerce Law Art. 43).
func mayLift(f *casework.File, in casework.Input, law casework.Law) *errs.Field {
	if fault := casework.NotBefore("lifted_on", in, f.Track.Facts.Day("measure_on")); fault != nil {
		return fault
	}
	if in.Fields["lift_ground"] != "counter_over" {
		return nil
	}
	k := f.ClockOf(f.Track.ID, "EC_COUNTER_WAIT")
	if f.Track.State != "declared" || k == nil {
		return &errs.Field{Name: "lift_ground", Message: errs.Msg("error.no_declaration")}
	}
	if in.Day("lifted_on") <= k.DueOn {
		r, _ := law.Rules.ByVersion(k.Version, k.Kind)
		return &errs.Field{Name: "lifted_on", Message: errs.Msg("error.counter_runs", k.DueOn, r.Cite)}
	}
	return nil
}

// platformLaw names what the notice to the platform rests on.
func platformLaw(on calendar.Day, say casework.Say) string {
	switch {
	case on >= calendar.Date(2019, 1, 1):
		return say("paper.platform_law.2019")
	case on >= platformDuty():
		return say("paper.platform_law.2015")
	}
	return say("paper.platform_law.2014")
}

// aid is the opinion of a rights-protection centre on hard cases.
func aid(from []casework.State, days int) []casework.Step {
	work := func(s casework.Step) casework.Step {
		s.Track, s.From, s.Action, s.Member = "aid", from, "case.work", casework.PartOfficer
		return s
	}
	return []casework.Step{
		work(casework.Step{Name: "ask_aid", Leads: "sent",
			Asks: []casework.Ask{{Name: "aid_centre", Type: casework.AskText}, {Name: "aid_question", Type: casework.AskLong}},
			Sets: func(_ *casework.File, in casework.Input, law casework.Law) casework.Facts {
				due, err := law.Days.Count(calendar.Period{Start: in.On, Term: calendar.Term{N: days, Unit: calendar.WD}})
				if err != nil {
					return nil
				}
				return casework.Facts{"aid_expected_on": due.Strict.String()}
			}}),
		work(casework.Step{Name: "aid_given", In: []string{"sent"},
			Asks: []casework.Ask{
				{Name: "aid_opinion", Type: casework.AskChoice, Options: []string{"infringing", "not_infringing", "cannot_tell"}},
				{Name: "aid_reasons", Type: casework.AskLong},
				{Name: "aid_given_on", Type: casework.AskDay, Past: true},
			},
			Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
				return casework.NotBefore("aid_given_on", in, f.Track.OpenedOn)
			}}),
	}
}

// tell records that somebody got the result.
func tell() casework.Step {
	return casework.Step{
		Name: "tell", From: []casework.State{Handled}, Action: "case.work", Member: casework.PartOfficer, Again: true,
		Asks: append([]casework.Ask{{Name: "told", Type: casework.AskChoice, Options: []string{"complainant", "seller", "platform"}}}, casework.ServeAsks(casework.ServiceWays()[:4])...),
		Check: func(f *casework.File, in casework.Input, _ casework.Law) *errs.Field {
			return casework.NotBefore("served_on", in, f.DecidedOn)
		},
	}
}

// closing wants that nothing is open with a platform or a centre.
func closing() casework.Step {
	s := casework.CloseFrom(Handled)
	s.Needs = append(s.Needs, casework.Need{Key: "need.platform_open", Where: "#next", Met: func(f *casework.File) bool {
		return len(f.Running("platform"))+len(f.Running("aid")) == 0
	}})
	return s
}
