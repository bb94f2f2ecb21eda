package almanac

import (
	"context"
	"fmt"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Decision is a chief's word on a proposal, as the form carries it.
type Decision struct {
	Version int64  // of the proposal
	Gen     int64  // of the calendar that the preview was made with; 0 where none is looked at (to reject)
	Why     string // needed
}

// Approve puts a notice into the calendar, or takes one out of it. The clocks are counted anew after this, by deadline.Clocks.Carry.
// NotFound; Conflict: no longer waiting, changed since it was shown, or another notice is still being carried out; Forbidden:
// not the office's chief, or the one who proposed it; Invalid without a reason.
func (w *Wall) Approve(ctx context.Context, by access.Actor, id string, d Decision) (*Notice, error) {
	n, err := w.decide(ctx, by, id, d, Approved, func(tx *store.Tx, n *Notice) error {
		gen, err := w.next(tx, d.Gen)
		if err != nil {
			return err
		}
		if n.Undo() {
			target, err := w.load(tx.DB, *n.Undoes)
			if err != nil {
				return err
			}
			if err := w.last(tx, target); err != nil {
				return err
			}
			err = tx.Model(&Notice{}).Where("id = ?", target.ID).Updates(map[string]any{"state": Undone, "out_gen": gen, "version": target.Version + 1}).Error
			if err != nil {
				return err
			}
		} else if err := w.fits(tx, n, gen-1); err != nil {
			return err
		}
		n.InGen = gen
		return tx.Model(&Notice{}).Where("id = ?", n.ID).Updates(map[string]any{"in_gen": gen}).Error
	})
	if err != nil {
		return nil, err
	}
	return n, w.Refresh(ctx)
}

// fits refuses a correction whose year is no longer known.
func (w *Wall) fits(tx *store.Tx, n *Notice, gen int64) error {
	days, err := w.build(tx.DB, gen)
	if err != nil {
		return err
	}
	x, err := n.Change()
	if err != nil {
		return err
	}
	if _, err := days.Apply(x); err != nil {
		return errs.New(errs.Conflict, "calendar.fault.unknown_year", fmt.Sprint(n.Year)).Because(err).On("calendar:" + n.ID)
	}
	return nil
}

// next is the generation after the one that the preview was made with. The row stays locked until commit.
func (w *Wall) next(tx *store.Tx, shown int64) (int64, error) {
	if err := tx.Lock("calendar_generation", "1"); err != nil {
		return 0, err
	}
	var gen, busy int64
	if err := tx.Raw("SELECT gen FROM calendar_generation WHERE id = 1").Scan(&gen).Error; err != nil {
		return 0, err
	}
	if gen != shown {
		return 0, errs.New(errs.Conflict, "calendar.stale_preview")
	}
	if err := tx.Model(&Notice{}).Where("in_gen > 0 AND carried_at IS NULL").Count(&busy).Error; err != nil {
		return 0, err
	}
	if busy > 0 {
		return 0, errs.New(errs.Conflict, "calendar.busy")
	}
	return gen + 1, tx.Exec("UPDATE calendar_generation SET gen = ? WHERE id = 1", gen+1).Error
}

// Reject turns a proposal down. As Approve.
func (w *Wall) Reject(ctx context.Context, by access.Actor, id string, d Decision) (*Notice, error) {
	return w.decide(ctx, by, id, d, Rejected, nil)
}

func (w *Wall) decide(ctx context.Context, by access.Actor, id string, d Decision, state string, fn func(*store.Tx, *Notice) error) (*Notice, error) {
	var out *Notice
	err := w.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := w.load(tx.DB, id)
		if err != nil {
			return err
		}
		subject := "calendar:" + id
		if n.State != Proposed || n.Version != d.Version {
			return errs.New(errs.Conflict, "error.stale").On(subject)
		}
		if err := w.allow(by, "calendar.approve", subject); err != nil {
			return err
		}
		if n.ProposedBy == by.ID {
			return errs.New(errs.Forbidden, "calendar.not_own").On(subject)
		}
		why, err := because("why", d.Why, true)
		if err != nil {
			return err
		}
		if err := w.close(tx, by, n, state, why); err != nil {
			return err
		}
		if fn != nil {
			if err := fn(tx, n); err != nil {
				return err
			}
		}
		action := map[string]string{Approved: "calendar.approve", Rejected: "calendar.reject"}[state]
		detail := n.detail()
		detail["why"], detail["proposed_by"] = why, n.ProposedName
		out = n
		return audit.Append(tx, by.Entry(action, n.Jurisdiction, subject, detail))
	})
	return out, err
}

// close writes the decision by compare-and-set.
func (w *Wall) close(tx *store.Tx, by access.Actor, n *Notice, state, why string) error {
	r := tx.Model(&Notice{}).Where("id = ? AND state = ? AND version = ?", n.ID, Proposed, n.Version).Updates(map[string]any{
		"state": state, "decided_by": by.ID, "decided_name": by.Name, "decided_at": tx.Now, "decided_why": why, "version": n.Version + 1,
	})
	if r.Error == nil && r.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale").On("calendar:" + n.ID)
	}
	n.State, n.DecidedBy, n.DecidedName, n.DecidedAt, n.DecidedWhy = state, by.ID, by.Name, &tx.Now, why
	n.Version++
	return r.Error
}

// Withdraw takes back one's own proposal while it waits. NotFound, Conflict, Forbidden for anybody else's.
func (w *Wall) Withdraw(ctx context.Context, by access.Actor, id string, version int64) error {
	return w.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := w.load(tx.DB, id)
		if err != nil {
			return err
		}
		subject := "calendar:" + id
		if n.State != Proposed || n.Version != version {
			return errs.New(errs.Conflict, "error.stale").On(subject)
		}
		if err := w.allow(by, "calendar.propose", subject); err != nil {
			return err
		}
		if n.ProposedBy != by.ID {
			return errs.New(errs.Forbidden, "calendar.not_yours").On(subject)
		}
		if err := w.close(tx, by, n, Rejected, ""); err != nil {
			return err
		}
		return audit.Append(tx, by.Entry("calendar.withdraw", n.Jurisdiction, subject, n.detail()))
	})
}
