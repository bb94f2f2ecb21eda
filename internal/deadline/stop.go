package deadline

import (
	"huzhi/internal/calendar"
	"huzhi/internal/store"
)

// StopTx stops the named rules' clocks of a matter; with no rule named, all of them. A side procedure stops its own and the matter's, not
// those of another side procedure. A clock that stands still is counted to the day of the stop first: the time that is not counted ends there for it, so that
// it was not late by what was never counted.
func (c *Clocks) StopTx(tx *store.Tx, s Subject, on calendar.Day, rules ...string) error {
	q := tx.Model(&Clock{}).Where("subject_id = ? AND stopped_on IS NULL", s.ID)
	if len(rules) > 0 {
		q = q.Where("rule IN ?", rules)
	}
	if s.TrackID != "" {
		q = q.Where("track_id IN ?", []string{"", s.TrackID})
	}
	var clocks []Clock
	if err := q.Order("id").Find(&clocks).Error; err != nil {
		return err
	}
	var ids []string
	for _, k := range clocks {
		ids = append(ids, k.ID)
		if !k.PausedOn.IsZero() {
			if err := c.countToTx(tx, k, on); err != nil {
				return err
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return tx.Model(&Clock{}).Where("id IN ?", ids).Updates(map[string]any{"stopped_on": on, "paused_on": nil}).Error
}

// countToTx counts a clock that stands still as it is when it stops on a day.
func (c *Clocks) countToTx(tx *store.Tx, k Clock, on calendar.Day) error {
	r, ok := c.Rule(&k)
	if !ok {
		return nil
	}
	ext, spans, err := c.rows(tx.DB, []Clock{k})
	if err != nil {
		return err
	}
	days, gen, err := c.wall.DaysTx(tx)
	if err != nil {
		return err
	}
	end, err := c.count(days, r, k.StartedOn, options(&k, r, ext[k.ID], upTo(spans[k.SubjectID], on), on))
	if err != nil {
		return err
	}
	return tx.Model(&Clock{}).Where("id = ?", k.ID).Updates(map[string]any{
		"strict_on": end.Strict, "due_on": end.Due, "watch_on": end.Watch, "provisional": end.Provisional, "calendar_gen": gen,
	}).Error
}

// upTo are spans as far as they lie before the end of a day on which a clock stopped: what went on after it is no longer its own.
func upTo(spans []Span, on calendar.Day) []Span {
	var out []Span
	for _, s := range spans {
		if s.FromOn > on {
			continue
		}
		if s.ToOn > on {
			s.ToOn = on
		}
		out = append(out, s)
	}
	return out
}
