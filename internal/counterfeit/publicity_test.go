package counterfeit_test

import (
	"context"
	"slices"
	"testing"

	"huzhi/internal/casework"
	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/counterfeit"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// penalty are the acts up to a decision, all on days before it.
func penalty(filed, on string, more ...string) []act {
	return append(notified(filed, "planned_fine", "800000"), act{"chief", "decide", on, with(punished, append([]string{"waived", "yes"}, more...)...)})
}

// TestWhenAPenaltyIsMadePublic: twenty working days by the department rules, beside them seven since 2018-12-05 (国办发〔2018〕118号), and ten to push it to
// another province since 2021-09-01 (SAMR Order 45 Art. 10).
func TestWhenAPenaltyIsMadePublic(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		for _, c := range []struct {
			why, on             string
			seat, code          string
			twenty, seven, push string
		}{
			{"the seven working days were not yet asked for (国办发〔2018〕118号)", "2018-12-04", "", "", "2019-01-02", "", ""},
			{"seven beside twenty (国办发〔2018〕118号; Order 71 Art. 46)", "2018-12-05", "", "", "2019-01-03", "2018-12-14", ""},
			{"another province, before Order 45", "2021-08-31", "other_province", "", "2021-09-28", "2021-09-09", ""},
			{"pushed within ten working days (SAMR Order 45 Art. 10)", "2021-09-01", "other_province", "", "2021-09-29", "2021-09-10", "2021-09-15"},
			{"this province: nothing is pushed (Art. 9)", "2025-03-12", "same_province", "91440300MA5EXAMP01", "2025-04-10", "2025-03-21", ""},
			{"the code says another province (Art. 10)", "2025-03-12", "", "91440300MA5EXAMP01", "2025-04-10", "2025-03-21", "2025-03-26"},
			{"the code says this one (Art. 9)", "2025-03-12", "", "91330500MA5EXAMP01", "2025-04-10", "2025-03-21", ""},
		} {
			t.Run(c.why, func(t *testing.T) {
				id := begin(t, o, c.on)
				f := o.Find(t, "officer", id, c.on)
				must(t, db.Tx(context.Background(), func(tx *store.Tx) error {
					return tx.Exec("UPDATE case_parties SET code = ?, form = 'company' WHERE case_id = ?", c.code, id).Error
				}))
				if len(f.Parties) == 0 {
					t.Fatal("nobody to be punished")
				}
				do(t, o, id, penalty(c.on, c.on, "party_seat", c.seat)...)
				wants(t, o, id, "PENALTY_PUBLISH", c.twenty)
				wants(t, o, id, "PENALTY_DOUBLE_PUBLISH", c.seven)
				wants(t, o, id, "PENALTY_PUSH", c.push)
				if c.push == "" {
					refused(t, c.why, o.Take("officer", id, "push", "2026-11-20", fields{"pushed_on": c.on, "pushed_to": "x"}), "error.nothing_to_push")
				}
			})
		}
	})
}

// TestNothingIsClosedUnpublished: a penalty is closed when it was published and, where the party is elsewhere, pushed (SAMR Order 45 Arts 9, 10).
func TestNothingIsClosedUnpublished(t *testing.T) {
	o := caseworktest.New(t, storetest.SQLite(t))
	id := begin(t, o, "2025-03-12", penalty("2025-03-12", "2025-03-12", "party_seat", "other_province")...)
	do(t, o, id, act{"officer", "serve", "2025-03-12", with(handed, "served_on", "2025-03-12")}, act{"officer", "execute", "2025-03-13", fields{"execution": "paid", "paid_on": "2025-03-13"}})
	refused(t, "neither", o.Take("chief", id, "close", "2025-03-14", nil), "need.published")
	do(t, o, id, act{"officer", "publish", "2025-03-14", fields{"publication_on": "2025-03-14", "publication_where": "x", "publication_what": "both", "redacted": "无"}})
	f := o.Find(t, "officer", id, "2026-11-20")
	for _, rule := range []string{"PENALTY_PUBLISH", "PENALTY_DOUBLE_PUBLISH"} {
		if k := f.Clock(rule); k == nil || k.Running() {
			t.Errorf("%s runs on after it was published", rule)
		}
	}
	refused(t, "not pushed", o.Take("chief", id, "close", "2025-03-14", nil), "need.pushed")
	refused(t, "pushed before it was decided", o.Take("officer", id, "push", "2025-03-14", fields{"pushed_on": "2025-03-11", "pushed_to": "x"}), "error.day_before")
	do(t, o, id, act{"officer", "push", "2025-03-14", fields{"pushed_on": "2025-03-14", "pushed_to": "深圳市市场监督管理局"}}, act{"chief", "close", "2025-03-17", nil})
}

// TestGoodsGoToThePolice: within three days of their notice goods and papers go to the police (Provisions on Transferring Suspected Crimes Art. 12); before
// that the case is not closed.
func TestGoodsGoToThePolice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := caseworktest.New(t, db)
		goods := fields{"police_goods_on": "2022-03-20", "police_goods": "x", "police_goods_receipt": "x"}
		id := begin(t, o, "2022-03-07",
			act{"officer", "report_police", "2022-03-08", fields{"police_team": "{officers}", "police_limb": "L1c", "police_facts": "x", "turnover": "30000000", "police_income": "100"}},
			act{"chief", "police/approve_police", "2022-03-09", fields{"police_reason": "x"}},
			act{"officer", "police/hand_police", "2022-03-09", fields{"police_office": "x", "police_receipt": "x"}})
		refused(t, "the police have not answered", o.Take("officer", id, "hand_goods", "2022-03-10", goods), "error.no_goods_due")
		do(t, o, id, act{"officer", "police/police_accepted", "2022-03-18", fields{"police_answer_on": "2022-03-17", "police_number": "x"}})
		wants(t, o, id, "POLICE_GOODS", "2022-03-20") // from their notice, calendar days: a Sunday stays the office's last day
		do(t, o, id, act{"chief", "conclude_police", "2022-03-18", fields{"reasons": "x"}})
		refused(t, "the goods are still here", o.Take("chief", id, "close", "2022-03-18", nil), "need.goods_handed")
		refused(t, "before the notice", o.Take("officer", id, "hand_goods", "2022-03-20", with(goods, "police_goods_on", "2022-03-16")), "error.day_before")
		do(t, o, id, act{"officer", "hand_goods", "2022-03-21", goods})
		if k := o.Find(t, "officer", id, "2026-11-20").Clock("POLICE_GOODS"); k.Running() {
			t.Error("still counted after they were handed over")
		}
		do(t, o, id, act{"chief", "close", "2022-03-22", nil})
	})
}

// An office may leave the seven working days out (setting office.publicity).
func TestTheSevenDaysMayBeLeftOut(t *testing.T) {
	starts := func(set counterfeit.Settings) (out []string) {
		for _, st := range counterfeit.With(set).Step("decide").Starts {
			out = append(out, st.Rule)
		}
		return out
	}
	if both := starts(counterfeit.Settings{}); !slices.Contains(both, "PENALTY_DOUBLE_PUBLISH") || !slices.Contains(both, "PENALTY_PUBLISH") {
		t.Error(both)
	}
	if one := starts(counterfeit.Settings{TwentyOnly: true}); slices.Contains(one, "PENALTY_DOUBLE_PUBLISH") || !slices.Contains(one, "PENALTY_PUBLISH") {
		t.Error(one)
	}
	if counterfeit.Procedure().Kind != casework.Counterfeit {
		t.Error("another kind")
	}
}
