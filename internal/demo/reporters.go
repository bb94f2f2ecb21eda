package demo

import (
	"context"
	"fmt"

	"huzhi/internal/calendar"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/lead"
	"huzhi/internal/store"
)

// askForReporters has the officers of the city ask to see three reporters of the last days: one request was refused, one granted and looked at, one waits. Of the
// last one the officer asks the reporter something too.
func (w *world) askForReporters(ctx context.Context) error {
	var leads []lead.Lead
	err := w.DB.Read(ctx).Raw(`SELECT l.* FROM leads l JOIN identities i ON i.id = l.identity_id WHERE l.jurisdiction = ? AND l.source = ? AND i.mode IN ? AND l.received_on >= ?
		ORDER BY i.mode DESC, l.received_on DESC, l.number DESC LIMIT 3`, city, hotline.Report, []string{identity.Secret, identity.Named}, w.end.AddDays(-120)).Scan(&leads).Error
	if err != nil {
		return err
	}
	officer, chief := w.staff[city].officers[0], w.staff[city].chiefs[0]
	return w.DB.Tx(ctx, func(tx *store.Tx) error {
		for i := range leads {
			day := w.back(w.end, 2-min(i, 2))
			at := tx.At(day.Time().Add(10 * 3600e9))
			d, err := w.Vault.AskTx(at, officer, leads[i].Matter(), w.say("disclosure.reason", nil))
			if err != nil {
				return fmt.Errorf("demonstration office, disclosure: %w", err)
			}
			later := tx.At(day.Time().Add(11 * 3600e9))
			switch i {
			case 0:
				err = w.Vault.DecideTx(later, chief, d.ID, 1, false, w.say("disclosure.refused", nil))
			case 1:
				if err = w.Vault.DecideTx(later, chief, d.ID, 1, true, ""); err == nil {
					_, _, err = w.Vault.LookTx(tx.At(later.Now.Add(3*60e9)), officer, d.ID)
				}
			}
			if err != nil {
				return fmt.Errorf("demonstration office, disclosure: %w", err)
			}
			if calendar.DayOf(at.Now) == w.end && leads[i].CallID != nil {
				if err := w.Desk.WriteTx(later, officer, *leads[i].CallID, w.say("disclosure.question", nil)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
