package deadline

import "huzhi/internal/store"

// ReviveTx lets clocks of a matter run on that were stopped by mistake: counted by the calendar in force, as if they had not been stopped. Those that run
// are left as they are.
func (c *Clocks) ReviveTx(tx *store.Tx, s Subject, ids []string) error {
	var clocks []Clock
	if err := tx.Where("subject_id = ? AND id IN ? AND stopped_on IS NOT NULL", s.ID, append(ids, "")).Order("id").Find(&clocks).Error; err != nil {
		return err
	}
	ext, spans, err := c.rows(tx.DB, clocks)
	if err != nil {
		return err
	}
	days, gen, err := c.wall.DaysTx(tx)
	if err != nil {
		return err
	}
	for _, k := range clocks {
		set := map[string]any{"stopped_on": nil, "calendar_gen": gen}
		if r, ok := c.Rule(&k); ok {
			end, err := c.count(days, r, k.StartedOn, options(&k, r, ext[k.ID], spans[k.SubjectID], 0))
			if err != nil {
				return err
			}
			set["strict_on"], set["due_on"], set["watch_on"], set["provisional"] = end.Strict, end.Due, end.Watch, end.Provisional
		}
		if err := tx.Model(&Clock{}).Where("id = ?", k.ID).Updates(set).Error; err != nil {
			return err
		}
	}
	return nil
}
