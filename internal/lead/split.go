package lead

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/store"
)

// Split takes parties or patents out of a case into one of its own (分案), with a lead that says where it came from. Errors as of
// casework.Docket.SplitTx.
func (r *Register) Split(ctx context.Context, by access.Actor, caseID string, in casework.Split) (c *casework.Case, err error) {
	err = r.db.Tx(ctx, func(tx *store.Tx) error {
		c, err = r.SplitTx(tx, by, caseID, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// SplitTx is Split in the caller's transaction.
func (r *Register) SplitTx(tx *store.Tx, by access.Actor, caseID string, in casework.Split) (*casework.Case, error) {
	if err := tx.Lock("cases", caseID); err != nil {
		return nil, err
	}
	f, err := r.docket.FindTx(tx, by, caseID)
	if err != nil {
		return nil, err
	}
	office, _ := r.regions.Get(f.Jurisdiction)
	today := calendar.DayOf(tx.Now)
	number, err := r.forms.Next(tx, "lead", office.Mark, today)
	if err != nil {
		return nil, err
	}
	l := &Lead{
		ID: tx.NewID(), Number: number, Source: f.Source, Kind: f.Kind, Jurisdiction: f.Jurisdiction, Place: f.Place, State: Filed, ReceivedOn: today, SettledOn: today,
		Title: in.Title, Facts: in.Reason, Restricted: f.Restricted, Proposal: ProposeFile, Urgency: "normal", Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if err := tx.Create(l).Error; err != nil {
		return nil, err
	}
	c, err := r.docket.SplitTx(tx, by, f, l.ID, in)
	if err != nil {
		return nil, err
	}
	l.CaseID = &c.ID
	if err := tx.Model(&Lead{}).Where("id = ?", l.ID).Update("case_id", c.ID).Error; err != nil {
		return nil, err
	}
	if err := r.docket.SealTx(tx, c.ID); err != nil {
		return nil, err
	}
	return c, r.record(tx, by, l, "split", today, "", casework.Facts{"case": c.Number, "split_from": f.Number})
}
