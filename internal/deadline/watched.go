package deadline

import (
	"context"

	"huzhi/internal/calendar"
)

// Watched are the clocks that a list shows: of each matter the one to watch next, as NearestTx finds it, and where none runs, one that stands
// still. A matter that has neither is not in the answer. The caller has let the person see the matters.
func (c *Clocks) Watched(ctx context.Context, subjectIDs []string, today calendar.Day) (map[string]Clock, error) {
	out := map[string]Clock{}
	if len(subjectIDs) == 0 {
		return out, nil
	}
	var rows []Clock
	err := c.db.Read(ctx).Where("subject_id IN ? AND stopped_on IS NULL AND (paused_on IS NOT NULL OR office_duty = ? OR watch_on >= ?)", subjectIDs, true, today).
		Order("CASE WHEN paused_on IS NULL THEN 0 ELSE 1 END, watch_on, id").Find(&rows).Error
	for _, k := range rows {
		if _, nearer := out[k.SubjectID]; !nearer {
			out[k.SubjectID] = k
		}
	}
	return out, err
}
