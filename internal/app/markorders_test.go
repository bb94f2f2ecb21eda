package app_test

import (
	"testing"

	"huzhi/config"
	"huzhi/internal/calendar"
	"huzhi/internal/patent"
	"huzhi/internal/statute"
)

// The marking check, which runs on phones without the rule book, orders what the rule book orders.
func TestTheMarkingCheckOrdersWhatTheRuleBookOrders(t *testing.T) {
	book, err := statute.Load(config.Statute())
	if err != nil {
		t.Fatal(err)
	}
	for _, limb := range []string{"L1a", "L1b", "L1c", "L2", "L3a", "L3b", "L3c", "L4", "L5", "platform"} {
		for _, on := range []calendar.Day{calendar.Date(2012, 5, 1), calendar.Date(2018, 5, 1), calendar.Date(2026, 5, 1)} {
			if limb == "platform" && on < calendar.Date(2015, 7, 1) {
				continue // in the book from Order 71 on
			}
			orders := book.Orders(on, limb)
			if len(orders) == 0 {
				t.Fatalf("%s on %s: the rule book orders nothing", limb, on)
			}
			want, got := orders[0].Text, patent.Order(limb)
			for _, x := range orders {
				if x.ID != "ORDER_OTHER" {
					want = x.Text
				}
			}
			if got.ZH != want.ZH || got.EN != want.EN {
				t.Errorf("%s on %s: %s / %s; the book: %s / %s", limb, on, got.ZH, got.EN, want.ZH, want.EN)
			}
		}
	}
}
