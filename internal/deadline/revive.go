package deadline

import "huzhi/internal/store"

// ReviveTx lets clocks of a matter run on that were stopped by mistake: counted by the calendar in force, as if they had not been stopped.
func (c *Clocks) ReviveTx(tx *store.Tx, s Subject, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := tx.Model(&Clock{}).Where("subject_id = ? AND id IN ?", s.ID, ids).Update("stopped_on", nil).Error; err != nil {
		return err
	}
	return c.anewTx(tx, s)
}
