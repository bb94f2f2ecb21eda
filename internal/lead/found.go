package lead

import (
	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// FoundTx records as the verification of a new lead what an officer had found before the lead was made, such as the findings on its listings; who is that
// officer. Whoever files the lead records it, and is somebody else. Invalid, Forbidden, NotFound, Conflict.
func (r *Register) FoundTx(tx *store.Tx, by access.Actor, id string, version int64, in Verification, who access.Actor) error {
	return r.step(tx, by, id, version, "lead.file", []string{New}, in.On, func(l *Lead, bad *errs.Faults) error {
		if who.ID == "" || who.ID == by.ID && !by.IsSystem() {
			return errs.New(errs.Forbidden, "error.four_eyes_verify").On("lead:" + l.ID)
		}
		bad.Require("opinion", in.Opinion)
		bad.Limit("opinion", in.Opinion, 5000)
		return nil
	}, func(l *Lead) error {
		l.State, l.Proposal, l.Opinion, l.VerifiedOn, l.VerifiedBy = Verified, ProposeFile, in.Opinion, in.On, who.ID
		if err := r.save(tx, l, map[string]any{
			"state": l.State, "proposal": l.Proposal, "opinion": l.Opinion, "verified_on": l.VerifiedOn, "verified_by": l.VerifiedBy,
		}); err != nil {
			return err
		}
		return r.record(tx, by, l, "verify", in.On, in.Opinion, casework.Facts{"proposal": ProposeFile, "found_by": who.Name})
	})
}
