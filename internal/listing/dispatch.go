package listing

import (
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// DispatchTx hands a listing to the seller's office: in.To is an office of ours, in whose list it stands then, or the name of an office elsewhere, which ends
// it here. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) DispatchTx(tx *store.Tx, by access.Actor, id string, version int64, in Input) error {
	s, _ := StepOf("dispatch")
	in.Reason, in.To = strings.TrimSpace(in.Reason), strings.TrimSpace(in.To)
	moved := false
	err := l.change(tx, by, id, version, "listing.dispatch", false, in, func(x *Listing) (map[string]any, error) {
		if !s.Open(x) {
			return nil, errs.New(errs.Conflict, "error.listing_step")
		}
		var bad errs.Faults
		bad.Require("to", in.To)
		bad.Limit("to", in.To, 200)
		bad.Require("reason", in.Reason)
		bad.Limit("reason", in.Reason, 5000)
		if in.To == x.Jurisdiction {
			bad.Add("to", "error.listing_here")
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		today := calendar.DayOf(tx.Now)
		set := map[string]any{"dispatched_to": in.To, "dispatched_on": today}
		if _, ours := l.regions.Get(in.To); ours {
			moved = true
			return set, nil
		}
		set["state"], set["final_on"] = Final, today
		return set, l.clocks.StopTx(tx, x.subject(), today)
	})
	if err != nil || !moved {
		return err
	}
	var x Listing
	if err := tx.Where("id = ?", id).Take(&x).Error; err != nil {
		return err
	}
	return l.move(tx, by, &x, in.To)
}

// moveTo takes a listing to another office, with a line in its history.
func (l *Ledger) moveTo(tx *store.Tx, by access.Actor, x *Listing, what, to string) error {
	if err := l.write(tx, by, x, what, map[string]any{"jurisdiction": to}, Input{To: to}); err != nil {
		return err
	}
	return l.move(tx, by, x, to)
}

// move writes another office onto a listing and what hangs on it. Where that office has a record of the same address, both stay.
func (l *Ledger) move(tx *store.Tx, by access.Actor, x *Listing, to string) error {
	twin := ""
	held, err := l.held(tx.DB, to, x.Canonical)
	if err != nil {
		return err
	}
	if held != nil && held.ID != x.ID {
		twin = x.ID
	}
	x.Jurisdiction, x.Twin = to, twin
	if x.SellerID != nil {
		if err := l.assign(tx, by, x, &NewListing{}); err != nil {
			return err
		}
	}
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE listings SET jurisdiction = ?, twin = ?, seller_id = ? WHERE id = ?", []any{to, twin, x.SellerID, x.ID}},
		{"UPDATE search_docs SET jurisdiction = ? WHERE subject_id = ?", []any{to, x.ID}},
		{"UPDATE deadlines SET jurisdiction = ? WHERE subject_id = ?", []any{to, x.ID}},
	} {
		if err := tx.Exec(q.sql, q.args...).Error; err != nil {
			return err
		}
	}
	return nil
}
