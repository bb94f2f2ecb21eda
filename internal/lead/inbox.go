package lead

import (
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The acts by which an office sorts its inbox: urgency, who looks after a lead, what belongs together, what is not for us.

// Merged is the state of a lead that goes on in another.
const Merged = "merged"

// Urgencies is how much a lead presses.
func Urgencies() []string { return []string{"normal", "urgent", "immediate"} }

// order121 is SAMR Order 121's first day: the same reporter, facts and target are not handled again; with new facts they may be put together, and the time
// for handling runs anew from the last report (Art. 35).
func order121() calendar.Day { return calendar.Date(2026, 4, 15) }

// inbox are the acts of sorting.
func inbox() []Act {
	all, fresh, open := casework.Kinds(), []string{New, Verified}, []string{New, Verified, Supplement, Notified}
	return []Act{
		{Name: "triage", Kinds: all, From: open, Action: "lead.verify",
			asks: fields(casework.Ask{Name: "urgency", Type: casework.AskChoice, Options: Urgencies()}, casework.Ask{Name: "triage_note", Type: casework.AskText, Optional: true}),
			does: func(_ *Register, _ *store.Tx, d *doing) error {
				d.Urgency, d.set["urgency"] = d.in.Fields["urgency"], d.in.Fields["urgency"]
				return nil
			}},
		{Name: "assign", Kinds: all, From: open, Action: "lead.verify",
			asks: fields(casework.Ask{Name: "assignee", Type: casework.AskHolder, Holds: "lead.verify"}, casework.Ask{Name: "assign_note", Type: casework.AskText, Optional: true}),
			does: assign},
		{Name: "merge", Kinds: all, From: fresh, To: Merged, Action: "lead.verify",
			bars: func(h *History) *errs.Error {
				if len(h.away()) > 0 {
					return errs.New(errs.Conflict, "error.lead_away")
				}
				return nil
			},
			asks: fields(casework.Ask{Name: "merged_into", Type: casework.AskText}, casework.Ask{Name: "new_facts", Type: casework.AskChoice, Options: []string{"no", "yes"}},
				casework.Ask{Name: "merge_reason", Type: casework.AskLong}),
			does: merge},
		{Name: "unmerge", Kinds: all, From: []string{Merged}, To: New, Action: "lead.verify",
			asks: fields(casework.Ask{Name: "unmerge_reason", Type: casework.AskLong}), does: unmerge},
		{Name: "send_back", Kinds: all, From: open, Action: "lead.transfer",
			bars: func(h *History) *errs.Error {
				if h.cameFrom() == "" {
					return errs.New(errs.Conflict, "error.lead_not_sent")
				}
				return nil
			},
			asks: fields(casework.Ask{Name: "send_back_reason", Type: casework.AskLong}), does: sendBack},
	}
}

// cameFrom is the office that handed the lead to this one, "" where none did.
func (h *History) cameFrom() string {
	for i := len(h.Steps) - 1; i >= 0; i-- {
		switch s := h.Steps[i]; s.Step {
		case "send_back":
			return "" // it came back: there is nowhere to send it back to
		case "transfer":
			return s.Data["from"]
		}
	}
	return ""
}

func invalid(field, key string, args ...any) error {
	return &errs.Error{Code: errs.Invalid, Message: errs.Msg("error.form"), Fields: []errs.Field{{Name: field, Message: errs.Msg(key, args...)}}}
}

// assign says who looks after a lead.
func assign(r *Register, _ *store.Tx, d *doing) error {
	id := d.in.Fields["assignee"]
	holders := r.guard.Holders("lead.verify", d.Jurisdiction)
	i := slices.IndexFunc(holders, func(a access.Actor) bool { return a.ID == id })
	if i < 0 {
		return invalid("assignee", "error.choice")
	}
	d.AssigneeID, d.set["assignee_id"], d.in.Fields["assignee_name"] = id, id, holders[i].Name
	return nil
}

// merge lets a lead go on in another of the same office, which is told of it. What is new in it lets that one's time run anew (Order 121 Art. 35).
func merge(r *Register, tx *store.Tx, d *doing) error {
	var rows []Lead
	err := tx.Scopes(r.guard.Scope(d.by, "lead.view", "leads")).Where("leads.number = ? AND leads.jurisdiction = ?", d.in.Fields["merged_into"], d.Jurisdiction).Find(&rows).Error
	if err != nil {
		return err
	}
	switch {
	case len(rows) == 0:
		return invalid("merged_into", "error.lead_number")
	case rows[0].ID == d.ID:
		return invalid("merged_into", "error.lead_itself")
	case rows[0].State == Merged || rows[0].State == Withdrawn:
		return invalid("merged_into", "error.lead_state", errs.Msg("lead.state."+rows[0].State))
	case Request(rows[0].Kind) != Request(d.Kind) || Request(d.Kind) && rows[0].Kind != d.Kind:
		return invalid("merged_into", "error.lead_kind", errs.Msg("kind."+rows[0].Kind))
	}
	into := &rows[0]
	if err := r.clocks.StopTx(tx, d.subject(), d.in.On); err != nil {
		return err
	}
	reason := d.in.Fields["merge_reason"]
	d.set["merged_into"], d.set["settled_on"], d.set["reason"] = into.ID, d.in.On, reason
	d.MergedInto, d.SettledOn, d.Reason = &into.ID, d.in.On, reason
	anew := d.in.Fields["new_facts"] == "yes" && into.Open() && !Request(into.Kind) && d.in.On >= order121()
	if anew {
		if err := r.clocks.StopTx(tx, into.subject(), d.in.On); err != nil {
			return err
		}
		if err := r.start(tx, into, d.ReceivedOn); err != nil {
			return err
		}
	}
	return r.tell(tx, d, into.ID, "merged_in", reason)
}

// unmerge takes a lead out of the one it went on in; its time runs from that day.
func unmerge(r *Register, tx *store.Tx, d *doing) error {
	if d.MergedInto == nil {
		return errs.New(errs.Conflict, "error.lead_state", errs.Msg("lead.state."+d.State))
	}
	into := *d.MergedInto
	d.set["merged_into"], d.set["settled_on"], d.set["reason"], d.set["verified_on"], d.set["proposal"], d.set["opinion"], d.set["verified_by"] = nil, nil, "", nil, "", "", ""
	d.MergedInto, d.SettledOn, d.Reason, d.VerifiedOn, d.Proposal, d.Opinion, d.VerifiedBy = nil, 0, "", 0, "", "", ""
	if err := r.start(tx, d.Lead, d.in.On); err != nil {
		return err
	}
	return r.tell(tx, d, into, "parted", d.in.Fields["unmerge_reason"])
}

// tell writes into another lead's history what happened with this one.
func (r *Register) tell(tx *store.Tx, d *doing, id, step, note string) error {
	if err := tx.Lock("leads", id); err != nil {
		return err
	}
	var l Lead
	if err := tx.Where("id = ?", id).Take(&l).Error; err != nil {
		return err
	}
	on := d.in.On
	if last, err := lastStep(tx, id); err != nil {
		return err
	} else if last != nil {
		on = max(on, last.OnDay)
	}
	l.Version++
	if err := r.save(tx, &l, map[string]any{}); err != nil {
		return err
	}
	return r.record(tx, d.by, &l, step, on, note, casework.Facts{"lead": d.Number})
}

// sendBack gives a lead back to the office that handed it on.
func sendBack(r *Register, tx *store.Tx, d *doing) error {
	to := d.cameFrom()
	d.in.Fields["from"], d.in.Fields["to"] = d.Jurisdiction, to
	set, err := r.move(tx, d.by, d.Lead, d.History, d.in.On, to)
	for k, v := range set {
		d.set[k] = v
	}
	return err
}

// move brings a lead to another office, to be verified there anew: its columns that change.
func (r *Register) move(tx *store.Tx, by access.Actor, l *Lead, h *History, on calendar.Day, to string) (map[string]any, error) {
	for _, ground := range h.away() {
		if err := r.include(tx, l, ground, on); err != nil {
			return nil, err
		}
	}
	if err := r.clocks.StopTx(tx, l.subject(), on); err != nil {
		return nil, err
	}
	l.State, l.Jurisdiction, l.Proposal, l.Opinion, l.VerifiedOn, l.VerifiedBy, l.AssigneeID = New, to, "", "", 0, "", ""
	if err := r.clocks.RelabelTx(tx, l.subject()); err != nil {
		return nil, err
	}
	if err := r.start(tx, l, on); err != nil {
		return nil, err
	}
	for _, fn := range r.moved {
		if err := fn(tx, by, l.ID, to); err != nil {
			return nil, err
		}
	}
	return map[string]any{"state": l.State, "jurisdiction": to, "proposal": "", "opinion": "", "verified_on": nil, "verified_by": "", "assignee_id": ""}, nil
}

// tellMerged starts, for the reporters of what went on in a lead, the period for telling them what became of it.
func (r *Register) tellMerged(tx *store.Tx, l *Lead, on calendar.Day) error {
	var rows []Lead
	if err := tx.Where("merged_into = ?", l.ID).Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		if err := r.reporter(tx, &rows[i], on); err != nil {
			return err
		}
	}
	return nil
}
