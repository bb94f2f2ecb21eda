package lead

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/statute"
	"huzhi/internal/store"
)

// Verification is what an officer found, and proposes.
type Verification struct {
	On       calendar.Day
	Proposal string
	Opinion  string
}

// Verify records an officer's verification (核查) and proposal; the chief decides on it. Invalid, Forbidden, NotFound, Conflict.
func (r *Register) Verify(ctx context.Context, by access.Actor, id string, version int64, in Verification) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error { return r.VerifyTx(tx, by, id, version, in) })
}

// VerifyTx is Verify in the caller's transaction.
func (r *Register) VerifyTx(tx *store.Tx, by access.Actor, id string, version int64, in Verification) error {
	return r.step(tx, by, id, version, "lead.verify", []string{New}, in.On, func(l *Lead, bad *errs.Faults) error {
		if !slices.Contains(Proposals(), in.Proposal) {
			bad.Add("proposal", "error.choice")
		}
		bad.Require("opinion", in.Opinion)
		bad.Limit("opinion", in.Opinion, 5000)
		h, err := r.historyTx(tx, l)
		if err != nil {
			return err
		}
		if len(h.away()) > 0 { // what is proposed rests on the result
			return errs.New(errs.Conflict, "error.lead_away")
		}
		return bad.Err()
	}, func(l *Lead) error {
		l.State, l.Proposal, l.Opinion, l.VerifiedOn, l.VerifiedBy = Verified, in.Proposal, in.Opinion, in.On, by.ID
		if err := r.save(tx, l, map[string]any{
			"state": l.State, "proposal": l.Proposal, "opinion": l.Opinion, "verified_on": l.VerifiedOn, "verified_by": l.VerifiedBy,
		}); err != nil {
			return err
		}
		return r.record(tx, by, l, "verify", in.On, in.Opinion, casework.Facts{"proposal": in.Proposal})
	})
}

// Filing is what the chief decides when a lead becomes a case.
type Filing struct {
	On          calendar.Day
	CaseID      string // made by the form
	Kind        string
	Title       string
	Place       string
	Restricted  bool
	Officers    []string
	Reviewer    string
	DisputeType string // of a dispute: ownership, inventorship, reward, provisional_fee, other; "" is what the check recorded
	Note        string
}

// File makes the lead a case (立案): the office's head approves and names the officers. The lead's state changes by
// compare-and-set, so that one lead is one case however often it is tried. Invalid, Forbidden, NotFound, Conflict.
func (r *Register) File(ctx context.Context, by access.Actor, id string, version int64, in Filing) (c *casework.Case, err error) {
	err = r.db.Tx(ctx, func(tx *store.Tx) error {
		c, err = r.FileTx(tx, by, id, version, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// FileTx is File in the caller's transaction.
func (r *Register) FileTx(tx *store.Tx, by access.Actor, id string, version int64, in Filing) (c *casework.Case, err error) {
	var h *History
	err = r.step(tx, by, id, version, "lead.file", []string{Verified}, in.On, func(l *Lead, bad *errs.Faults) error {
		bad.Limit("note", in.Note, 2000)
		if err := l.fourEyes(by); err != nil {
			return err
		}
		var err error
		if h, err = r.historyTx(tx, l); err != nil {
			return err
		}
		if err := h.MayFile(in.Kind); err != nil {
			return err
		}
		if err := r.screened(tx, l, "file", in.Title, nil); err != nil {
			return err
		}
		return bad.Err()
	}, func(l *Lead) error {
		nc := casework.NewCase{
			ID: in.CaseID, Kind: in.Kind, Title: strings.TrimSpace(in.Title), Jurisdiction: l.Jurisdiction, Place: in.Place, Source: l.Source, LeadID: l.ID,
			Summary: l.Facts, Restricted: in.Restricted, On: in.On, Officers: in.Officers, Reviewer: in.Reviewer, Facts: casework.Facts{},
		}
		for _, a := range h.filing { // as it was recorded with the request
			nc.Facts[a.Name] = h.Data[a.Name]
		}
		if nc.Kind == casework.Dispute && in.DisputeType != "" {
			nc.Facts["dispute_type"] = in.DisputeType
		}
		if l.Respondent != "" {
			nc.Parties = append(nc.Parties, casework.Party{Role: "respondent", Form: form(l.Respondent), Name: l.Respondent, Address: l.RespondentAddress})
		}
		if l.Requester != "" {
			nc.Parties = append(nc.Parties, casework.Party{Role: "requester", Form: form(l.Requester), Name: l.Requester, Address: l.RequesterAddress})
		}
		if l.PatentNo != "" {
			nc.Patents = append(nc.Patents, casework.Patent{Number: l.PatentNo})
		}
		if c, err = r.docket.FileTx(tx, by, nc); err != nil {
			return err
		}
		l.State, l.SettledOn, l.CaseID, l.Restricted = Filed, in.On, &c.ID, in.Restricted
		if err := r.clocks.StopTx(tx, l.subject(), in.On); err != nil {
			return err
		}
		if err := r.save(tx, l, map[string]any{"state": l.State, "settled_on": l.SettledOn, "case_id": c.ID, "restricted": l.Restricted}); err != nil {
			return err
		}
		for _, fn := range r.filed {
			if err := fn(tx, by, l.ID, c.ID); err != nil {
				return err
			}
		}
		if err := r.docket.SealTx(tx, c.ID); err != nil {
			return err
		}
		if err := r.reporter(tx, l, in.On); err != nil {
			return err
		}
		if err := r.tellMerged(tx, l, in.On); err != nil {
			return err
		}
		paper, err := r.acceptance(tx, by, l, c)
		if err != nil {
			return err
		}
		return r.record(tx, by, l, "file", in.On, in.Note, casework.Facts{"case": c.Number}, paper)
	})
	return c, err
}

// AdoptTx puts a file that came in with a lead into its case; casework.Docket.AdoptTx says how.
func (r *Register) AdoptTx(tx *store.Tx, by access.Actor, caseID string, in casework.Adopted) error {
	return r.docket.AdoptTx(tx, by, caseID, in)
}

// fourEyes refuses that whoever verified a lead decides on it.
func (l *Lead) fourEyes(by access.Actor) error {
	if l.State == Verified && l.VerifiedBy == by.ID && !by.IsSystem() {
		return errs.New(errs.Forbidden, "error.four_eyes_verify").On("lead:" + l.ID)
	}
	return nil
}

// form guesses whether a name is a company's, a trader's or a person's; the officer can add it rightly later.
func form(name string) string {
	for _, s := range []string{"公司", "厂", "集团", "合作社", "中心", "院", "大学", "Ltd", "Co."} {
		if strings.Contains(name, s) {
			return "company"
		}
	}
	for _, s := range []string{"店", "商行", "经营部", "超市", "批发部", "工作室"} {
		if strings.Contains(name, s) {
			return "trader"
		}
	}
	return "person"
}

// Refusal is what the chief decides when a lead becomes no case.
type Refusal struct {
	On       calendar.Day
	Ground   string // one of Grounds
	Reason   string
	PassedTo string       // of a matter that is for another body: which
	ToldOn   calendar.Day // the requester was told; of a request it may be recorded later (Do "tell")
	ToldWay  string
}

// Refuse ends a lead without a case, on a ground that the law knows and with a reason (不予立案). Invalid, Forbidden, NotFound, Conflict.
func (r *Register) Refuse(ctx context.Context, by access.Actor, id string, version int64, in Refusal) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error { return r.RefuseTx(tx, by, id, version, in) })
}

// RefuseTx is Refuse in the caller's transaction.
func (r *Register) RefuseTx(tx *store.Tx, by access.Actor, id string, version int64, in Refusal) error {
	return r.step(tx, by, id, version, "lead.refuse", []string{Verified}, in.On, func(l *Lead, bad *errs.Faults) error {
		if err := l.fourEyes(by); err != nil {
			return err
		}
		h, err := r.historyTx(tx, l)
		if err != nil {
			return err
		}
		r.checkRefusal(h, in, bad)
		return bad.Err()
	}, func(l *Lead) error {
		l.State, l.SettledOn, l.Reason = Refused, in.On, in.Reason
		if err := r.stopRefused(tx, l, in); err != nil {
			return err
		}
		if err := r.save(tx, l, map[string]any{"state": l.State, "settled_on": l.SettledOn, "reason": l.Reason}); err != nil {
			return err
		}
		if err := r.reporter(tx, l, in.On); err != nil {
			return err
		}
		if err := r.tellMerged(tx, l, in.On); err != nil {
			return err
		}
		data := casework.Facts{"ground": in.Ground}
		for k, v := range map[string]string{"passed_to": in.PassedTo, "told_on": in.ToldOn.String(), "told_way": in.ToldWay} {
			if v != "" {
				data[k] = v
			}
		}
		paper, err := r.refusalPaper(tx, by, l, in)
		if err != nil {
			return err
		}
		return r.record(tx, by, l, "refuse", in.On, in.Reason, data, paper)
	})
}

// reporter starts the period for telling somebody who reported by name whether a case was filed (SAMR Order 20 Art. 31, until 2026-04-14).
func (r *Register) reporter(tx *store.Tx, l *Lead, on calendar.Day) error {
	if l.IdentityID == nil || l.Source != "report" {
		return nil
	}
	var named int64
	if err := tx.Raw("SELECT COUNT(*) FROM identities WHERE id = ? AND mode <> ?", *l.IdentityID, identity.Anonymous).Scan(&named).Error; err != nil || named == 0 {
		return err
	}
	if on >= order121() && r.courtesy > 0 {
		within, err := r.clocks.Days().Count(calendar.Period{Start: on, Term: calendar.Term{N: r.courtesy, Unit: calendar.WD}})
		if err != nil {
			return err
		}
		l.TellBy = within.Due
		return tx.Model(&Lead{}).Where("id = ?", l.ID).Updates(map[string]any{"tell_by": l.TellBy}).Error
	}
	_, err := r.clocks.StartTx(tx, l.subject(), "REPORTER_TELL", on, deadline.Basis{On: on, Kind: statute.Hotline, Region: l.Jurisdiction})
	return err
}

// checkRefusal wants a ground of the law in force, and of what is for somebody else to whom it was passed on; the requester is told before that (Order 81 Art. 9).
func (r *Register) checkRefusal(h *History, in Refusal, bad *errs.Faults) {
	bad.Require("reason", in.Reason)
	bad.Limit("reason", in.Reason, 2000)
	bad.Limit("passed_to", in.PassedTo, 200)
	all := r.Grounds(h, in.On)
	i := slices.IndexFunc(all, func(g Ground) bool { return g.ID == in.Ground })
	if i < 0 {
		bad.Add("ground", "error.choice")
		return
	}
	if all[i].Passes {
		bad.Require("passed_to", in.PassedTo)
	}
	told(h.Lead, in.On, in.ToldOn, all[i].Passes && Request(h.Kind) && in.On >= order81(), bad)
	if !in.ToldOn.IsZero() && !slices.Contains(casework.ServiceWays(), in.ToldWay) {
		bad.Add("told_way", "error.choice")
	}
}

// told checks the day on which a requester was told; must says that the law wants it before.
func told(l *Lead, on, day calendar.Day, must bool, bad *errs.Faults) {
	switch {
	case day.IsZero() && must:
		bad.Add("told_on", "error.tell_first")
	case day.IsZero():
	case day > on:
		bad.Add("told_on", "error.day_after_step")
	case day < l.ReceivedOn:
		bad.Add("told_on", "error.day_before", l.ReceivedOn)
	}
}

// stopRefused stops the periods of a lead that was refused; those for telling the requester (Order 81 Arts 20, 66) go on until that was done.
func (r *Register) stopRefused(tx *store.Tx, l *Lead, in Refusal) error {
	if !Request(l.Kind) {
		return r.clocks.StopTx(tx, l.subject(), in.On)
	}
	if !in.ToldOn.IsZero() {
		if err := r.clocks.StopTx(tx, l.subject(), in.ToldOn, "INF_ACCEPT", "MED_REFUSE_TELL"); err != nil {
			return err
		}
	}
	return r.clocks.StopTx(tx, l.subject(), in.On, "MED_NOTIFY", "MED_OPINION", "MED_FILE")
}

// Handover is what hands a lead to another office.
type Handover struct {
	On     calendar.Day
	To     string // GB/T 2260 code
	Reason string
	ToldOn calendar.Day // the requester was told; before a request is passed on (Order 81 Art. 9)
}

// Transfer hands a lead to another office: it leaves this office's lists and appears, to be verified, in theirs. The
// periods start anew there. Invalid, Forbidden, NotFound, Conflict.
func (r *Register) Transfer(ctx context.Context, by access.Actor, id string, version int64, in Handover) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error { return r.TransferTx(tx, by, id, version, in) })
}

// TransferTx is Transfer in the caller's transaction.
func (r *Register) TransferTx(tx *store.Tx, by access.Actor, id string, version int64, in Handover) error {
	var h *History
	return r.step(tx, by, id, version, "lead.transfer", pending(), in.On, func(l *Lead, bad *errs.Faults) (err error) {
		if err := l.fourEyes(by); err != nil {
			return err
		}
		if _, ok := r.regions.Get(in.To); !ok || in.To == l.Jurisdiction {
			bad.Add("to", "error.choice")
		}
		bad.Require("reason", in.Reason)
		bad.Limit("reason", in.Reason, 2000)
		told(l, in.On, in.ToldOn, Request(l.Kind) && in.On >= order81(), bad)
		h, err = r.historyTx(tx, l)
		return err
	}, func(l *Lead) error {
		from := l.Jurisdiction
		set, err := r.move(tx, by, l, h, in.On, in.To)
		if err != nil {
			return err
		}
		if err := r.save(tx, l, set); err != nil {
			return err
		}
		data := casework.Facts{"from": from, "to": in.To}
		if !in.ToldOn.IsZero() {
			data["told_on"] = in.ToldOn.String()
		}
		return r.record(tx, by, l, "transfer", in.On, in.Reason, data)
	})
}

// step is the frame of every act on a lead: scope, right, version and state, input; then the act.
func (r *Register) step(tx *store.Tx, by access.Actor, id string, version int64, action string, from []string, on calendar.Day,
	check func(*Lead, *errs.Faults) error, act func(*Lead) error) error {
	if err := tx.Lock("leads", id); err != nil {
		return err
	}
	l, err := r.load(tx.DB, by, id)
	if err != nil {
		return err
	}
	if err := r.guard.Allow(by, action, l.Jurisdiction); err != nil {
		if e := errs.As(err); e != nil {
			return e.On("lead:" + l.ID)
		}
		return err
	}
	if version != l.Version {
		return r.stale(tx, l)
	}
	if !slices.Contains(from, l.State) {
		return errs.New(errs.Conflict, "error.lead_state", errs.Msg("lead.state."+l.State))
	}
	last, err := lastStep(tx, l.ID)
	if err != nil {
		return err
	}
	var bad errs.Faults
	switch today := calendar.DayOf(tx.Now); {
	case on.IsZero():
		bad.Add("on", "error.required")
	case on > today:
		bad.Add("on", "error.day_future", today)
	case on < l.ReceivedOn:
		bad.Add("on", "error.day_before", l.ReceivedOn)
	case last != nil && on < last.OnDay:
		bad.Add("on", "error.day_before_step", last.OnDay)
	}
	if err := check(l, &bad); err != nil {
		return err
	}
	if err := bad.Err(); err != nil {
		return err
	}
	l.Version++
	return act(l)
}

// lastStep is what was done last with a lead.
func lastStep(tx *store.Tx, id string) (*Step, error) {
	var last []Step
	if err := tx.Where("lead_id = ?", id).Order("seq DESC").Limit(1).Find(&last).Error; err != nil || len(last) == 0 {
		return nil, err
	}
	return &last[0], nil
}

// stale tells who changed the lead, and when.
func (r *Register) stale(tx *store.Tx, l *Lead) error {
	last, err := lastStep(tx, l.ID)
	if err != nil {
		return err
	}
	if last == nil {
		return errs.New(errs.Conflict, "error.stale", l.UpdatedAt)
	}
	return errs.New(errs.Conflict, "error.stale_step", last.ActorName, last.At, errs.Msg("lead.step."+last.Step))
}

// save writes columns by compare-and-set on the version before.
func (r *Register) save(tx *store.Tx, l *Lead, set map[string]any) error {
	set["version"], set["updated_at"] = l.Version, tx.Now
	u := tx.Model(&Lead{}).Where("id = ? AND version = ?", l.ID, l.Version-1).Updates(set)
	if u.Error == nil && u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	return u.Error
}
