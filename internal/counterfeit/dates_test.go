package counterfeit_test

import (
	"slices"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestTheLawOfTheDay walks over the days on which the law changed: what is refused on one day is allowed on the next, and the other way round.
func TestTheLawOfTheDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		urgent := with(spot, "seal_form", "seal", "seal_proof", "proven", "seal_evidence", "x", "taken_at", "10:00")
		keep := with(spot, "loss_risk", "x", "no_sampling", "yes", "taken_at", "10:00")
		suspend := fields{"suspension_ground": "related_case", "suspension_reason": "x", "review_on": "2026-11-20"}
		first := func(day string) act {
			return act{"chief", "decide", day, fields{"outcome": "no_penalty_first", "reasons": "x", "corrected_on": day, "harm": "slight", "first_checked": "x"}}
		}
		capped := func(acted, fine string) ([]act, act) {
			return []act{{"officer", "investigate", "2021-06-10", with(found, "act_ended_on", acted, "income", "0")}, {"reviewer", "review", "2021-06-10", passed}},
				act{"officer", "notify", "2021-06-10", with(planned, "planned_confiscation", "0", "planned_fine", fine)}
		}
		may, mayFine := capped("2021-05-31", "20000001")
		june, juneFine := capped("2021-06-01", "25000000")
		juneOver := act{"officer", "notify", "2021-06-10", with(planned, "planned_confiscation", "0", "planned_fine", "25000001")}
		seller := func(acted, confiscated string) ([]act, act) {
			return reviewed("2024-02-01", "2024-02-01", "limb", "L2", "seller", "innocent", "act_ended_on", acted),
				act{"officer", "notify", "2024-02-02", with(planned, "planned_fine", "0", "planned_confiscation", confiscated)}
		}
		before, beforeTakes := seller("2024-01-19", "500000")
		after, afterTakes := seller("2024-01-20", "500000")
		income := func(day, income string) act {
			return act{"officer", "investigate", day, with(found, "act_ended_on", "2026-03-01", "gross", "1000000", "outlays", "300000", "taxes", "50000", "refunded", "100000", "income", income)}
		}
		flag := with(passed, "review_flag", "complex", "review_kind", "case")
		run(t, o, []row{
			{"urgent sealing on 2011-12-31: no Coercion Law", "2011-12-01", nil, act{"officer", "seal_urgent", "2011-12-31", urgent}, "error.urgent_seal"},
			{"… on 2012-01-01 (Art. 19)", "2011-12-01", nil, act{"officer", "seal_urgent", "2012-01-01", urgent}, ""},
			{"suspension of a case filed on 2019-03-31: Order 71 knows none", "2019-03-31", nil, act{"officer", "ask_suspension", "2019-04-10", suspend}, "error.no_suspension"},
			{"… filed on 2019-04-01 (Market-Regulation Procedure Art. 46)", "2019-04-01", nil, act{"officer", "ask_suspension", "2019-04-10", suspend}, ""},
			{"urgent preservation in a case filed on 2019-03-31", "2019-03-31", nil, act{"officer", "preserve_urgent", "2019-04-10", keep}, "error.urgent_preserve"},
			{"… filed on 2019-04-01 (Art. 33(2))", "2019-04-01", nil, act{"officer", "preserve_urgent", "2019-04-10", keep}, ""},
			{"preservation though a sample can be taken, by Order 71 Art. 40", "2019-03-31", nil, act{"officer", "ask_preservation", "2019-04-10", fields{"preserve_what": "x", "loss_risk": "x", "no_sampling": "no"}}, "error.sample_first"},
			{"… by the market-regulation rules", "2019-04-01", nil, act{"officer", "ask_preservation", "2019-04-10", fields{"preserve_what": "x", "loss_risk": "x", "no_sampling": "no"}}, ""},
			{"the rights not told, by Order 71", "2019-03-31", nil, act{"officer", "inspect", "2019-04-10", fields{"present": "{officers}", "act_place": "x", "act_record": "x", "signed": "signed", "rights_told": "before"}}, ""},
			{"a flagged case by Order 71 until 2021-07-14", "2019-03-31", reviewed("2021-07-14", "2021-07-14")[:1], act{"reviewer", "review", "2021-07-14", flag}, ""},
			{"… from 2021-07-15 (Penalty Law 2021 Art. 58)", "2019-03-31", reviewed("2021-07-14", "2021-07-14")[:1], act{"reviewer", "review", "2021-07-15", flag}, "error.legal_review"},
			{"250,000 for an act that ended on 2021-05-31 (Patent Law 2008 Art. 63)", "2021-06-07", may, mayFine, "error.over_cap"},
			{"… on 2021-06-01 (Patent Law 2020 Art. 68)", "2021-06-07", june, juneFine, ""},
			{"… and not a fen more", "2021-06-07", june, juneOver, "error.over_cap"},
			{"no penalty for the first time on 2021-07-14", "2021-07-05", reviewed("2021-07-12", "2021-07-12"), first("2021-07-14"), "error.not_yet_law"},
			{"… on 2021-07-15 (Penalty Law 2021 Art. 33(1))", "2021-07-05", reviewed("2021-07-12", "2021-07-12"), first("2021-07-15"), ""},
			{"three days to defend on 2021-07-14 (1996 Art. 42)", "2021-07-05", notified("2021-07-14"), act{"chief", "decide", "2021-07-18", with(punished, "fine", "20000000")}, "error.statement_runs"}, // 07-17 is a Saturday
			{"… over on the Tuesday", "2021-07-05", notified("2021-07-14"), act{"chief", "decide", "2021-07-20", with(punished, "fine", "20000000")}, ""},
			{"five working days on 2021-07-15 (2021 Arts 64, 85)", "2021-07-05", notified("2021-07-15"), act{"chief", "decide", "2021-07-22", with(punished, "fine", "20000000")}, "error.statement_runs"},
			{"… over on the 23rd", "2021-07-05", notified("2021-07-15"), act{"chief", "decide", "2021-07-23", with(punished, "fine", "20000000")}, ""},
			{"preserved on 2021-07-14: dealt with late, but dealt with (Order 71 Art. 40)", "2021-07-05", preservedOn("2021-07-14"), act{"officer", "preservation/settle_preservation", "2021-07-22", fields{"settled_by": "recorded", "settled_note": "x"}}, ""},
			{"… on 2021-07-15: lapsed after seven working days (2021 Art. 56)", "2021-07-05", preservedOn("2021-07-15"), act{"officer", "preservation/settle_preservation", "2021-07-27", fields{"settled_by": "recorded", "settled_note": "x"}}, "error.preservation_lapsed"},
			{"public notice of thirty days, published on 2021-12-31", "2021-12-01", append(notified("2021-12-06"), act{"chief", "decide", "2021-12-20", with(punished, "fine", "20000000")}),
				act{"officer", "serve", "2022-02-10", fields{"served_on": "2022-02-01", "way": "public_notice", "receiver": "x", "published_on": "2021-12-31"}}, "error.public_notice"},
			{"… on 2022-01-01 (Civil Procedure Law Art. 95)", "2021-12-01", append(notified("2021-12-06"), act{"chief", "decide", "2021-12-20", with(punished, "fine", "20000000")}),
				act{"officer", "serve", "2022-02-10", fields{"served_on": "2022-02-01", "way": "public_notice", "receiver": "x", "published_on": "2022-01-01"}}, ""},
			{"the income of a seller who did not know, act of 2024-01-19 (Implementing Rules 2010: the fine only)", "2024-01-22", before, beforeTakes, ""},
			{"… of 2024-01-20: no penalty at all (Penalty Law Art. 33(2))", "2024-01-22", after, afterTakes, "error.seller_no_fault"},
			{"illegal income on 2026-03-19: what was received (Penalty Law Art. 28(2))", "2026-03-09", nil, income("2026-03-19", "1000000"), ""},
			{"… less costs and taxes is not yet it", "2026-03-09", nil, income("2026-03-19", "650000"), "error.income_sum"},
			{"on 2026-03-20: less costs and taxes (SAMR Order 118)", "2026-03-09", nil, income("2026-03-20", "650000"), ""},
			{"… received is no longer it", "2026-03-09", nil, income("2026-03-20", "1000000"), "error.income_sum"},
			{"reckoned before, announced after: anew", "2026-03-09", []act{income("2026-03-18", "1000000"), {"reviewer", "review", "2026-03-19", passed}}, act{"officer", "notify", "2026-03-20", planned}, "error.income_sum"},
			{"an income that cannot be found out, decided on 2026-03-19", "2026-03-09", append(reviewed("2026-03-10", "2026-03-10", "income_state", "unknown"), act{"officer", "notify", "2026-03-10", with(planned, "notice_served_on", "2026-03-10")}), act{"chief", "decide", "2026-03-19", punished}, ""},
			{"… on 2026-03-20 (SAMR Order 118 Art. 14)", "2026-03-09", append(reviewed("2026-03-10", "2026-03-10", "income_state", "unknown"), act{"officer", "notify", "2026-03-10", with(planned, "notice_served_on", "2026-03-10")}), act{"chief", "decide", "2026-03-20", punished}, "need.income_approved"},
		})
	})
}

// TestPeriodsOfTheDay: the periods of a case begin and end as the law of the day has them.
func TestPeriodsOfTheDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		decided := func(on string) []act {
			return append(notified("2014-03-03", "planned_fine", "800000"), act{"chief", "decide", on, punished})
		}
		servedOn := func(filed, on string) []act {
			return append(notified(filed, "planned_fine", "800000"), act{"chief", "decide", on, with(punished, "waived", "yes")}, act{"officer", "serve", on, with(handed, "served_on", on)})
		}
		for _, c := range []struct {
			why, filed string
			acts       []act
			rule, want string // its last day; "" where the law had none
		}{
			{"one month (Order 60 Art. 34)", "2014-03-05", nil, "CF_CLOSE", "2014-04-05"},
			{"still one month on 2019-03-31 (Order 71 Art. 36)", "2019-03-31", nil, "CF_CLOSE", "2019-04-30"},
			{"ninety days from 2019-04-01 (Market-Regulation Procedure Art. 64)", "2019-04-01", nil, "CF_CLOSE", "2019-06-30"},
			{"no time for the review by Order 71", "2019-03-31", reviewed("2019-04-02", "2019-04-02")[:1], "REVIEW", ""},
			{"ten working days for it (Art. 55)", "2019-04-01", reviewed("2019-04-02", "2019-04-02")[:1], "REVIEW", "2019-04-17"},
			{"nothing to publish within on 2015-06-30", "2014-03-03", decided("2015-06-30"), "PENALTY_PUBLISH", ""},
			{"twenty working days from 2015-07-01 (Order 71 Art. 46)", "2014-03-03", decided("2015-07-01"), "PENALTY_PUBLISH", "2015-07-29"},
			{"three months to sue on 2015-04-30", "2015-04-01", servedOn("2015-04-01", "2015-04-30"), "SUIT", "2015-07-30"},
			{"six on 2015-05-01", "2015-04-01", servedOn("2015-04-01", "2015-05-01"), "SUIT", "2015-11-01"},
			{"sixty days for reconsideration", "2015-04-01", servedOn("2015-04-01", "2015-05-01"), "RECONSIDER", "2015-06-30"},
			{"no end of a sealing in 2011", "2011-12-01", sealedOn("2011-12-30"), "SEAL", ""},
			{"thirty days in 2012 (Coercion Law Art. 25)", "2011-12-01", sealedOn("2012-01-01"), "SEAL", "2012-01-31"},
			{"preserved for seven days until 2021-07-14", "2021-07-05", preservedOn("2021-07-14"), "PRESERVE", "2021-07-21"},
			{"seven working days from 2021-07-15", "2021-07-05", preservedOn("2021-07-15"), "PRESERVE", "2021-07-26"},
			{"seven days to serve a decision of 2021-07-14", "2021-07-05", servedOn("2021-07-12", "2021-07-14")[:4], "DECISION_SERVE", "2021-07-21"},
			{"seven working days for one of 2021-07-15", "2021-07-05", servedOn("2021-07-12", "2021-07-15")[:4], "DECISION_SERVE", "2021-07-26"},
			{"the closing form after what needs no carrying out (Market-Regulation Procedure Art. 77)", "2022-03-07", []act{{"chief", "end_investigation", "2022-03-09", fields{"ended_ground": "person_died", "ended_proof": "x", "reasons": "x"}}}, "CLOSE_FORM", "2022-03-30"},
			{"none by Order 71", "2018-03-07", []act{{"chief", "end_investigation", "2018-03-09", fields{"ended_ground": "person_died", "ended_proof": "x", "reasons": "x"}}}, "CLOSE_FORM", ""},
			{"three days for the head about the police (Transfer Provisions Art. 5)", "2022-03-07", []act{{"officer", "report_police", "2022-03-08", fields{"police_team": "{officers}", "police_limb": "L4", "police_facts": "x", "turnover": "0", "police_income": "0", "police_serious": "x"}}}, "POLICE_DECIDE", "2022-03-11"},
		} {
			t.Run(c.why, func(t *testing.T) {
				f := o.Find(t, "officer", begin(t, o, c.filed, c.acts...), "2026-11-20")
				got := ""
				if k := f.Clock(c.rule); k != nil {
					got = k.StrictOn.String()
				}
				if got != c.want {
					t.Errorf("%s ends on %q, want %q", c.rule, got, c.want)
				}
			})
		}
	})
}

// TestRecusalRests: by Order 71 Art. 7 the challenged officer rests until the decision; the Penalty Law of 2021 (Art. 43) and the market-regulation rules
// (Art. 4) let the investigation go on. Nobody decides on himself.
func TestRecusalRests(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		for _, c := range []struct {
			filed, on string
			rests     bool
		}{{"2014-03-05", "2014-03-06", true}, {"2019-03-31", "2021-07-14", true}, {"2019-03-31", "2021-07-15", false}, {"2019-04-01", "2019-04-02", false}, {"2025-03-03", "2025-03-04", false}} {
			challenge := act{"officer", "challenge", c.on, fields{"challenged": "{officer}", "challenged_by": "party", "challenge_reason": "亲属"}}
			id := begin(t, o, c.filed, challenge)
			err := o.Take("officer", id, "investigate", c.on, with(found, "act_ended_on", c.filed))
			if c.rests {
				refused(t, c.on, err, "error.challenged.counterfeit")
			} else {
				must(t, err)
			}
			do(t, o, id, act{"chief", "recusal/recuse", c.on, fields{"recusal_reason": "确有利害关系"}})
			if f := o.Find(t, "chief", id, c.on); len(f.Officers()) != 1 || slices.ContainsFunc(f.Officers(), func(m casework.Member) bool { return m.UserID == o.By["officer"].ID }) {
				t.Errorf("%s: %v", c.on, f.Officers())
			}
		}
		id := begin(t, o, "2025-03-03", act{"officer", "challenge", "2025-03-04", fields{"challenged": "{chief}", "challenged_by": "party", "challenge_reason": "x"}})
		refused(t, "on himself", o.TakeIn("chief", id, "recusal", "keep_member", "2025-03-05", fields{"recusal_reason": "x"}), "error.challenged_oneself")
	})
}
