package evidence

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/deadline"
)

// Held is a measure that holds things, with what it holds: a row of the register of sealed and seized goods.
type Held struct {
	casework.Track
	Number, Title string          // of the case
	Things        []Item          `gorm:"-"`
	Clock         *deadline.Clock `gorm:"-"` // of the thirty days, or the seven; nil where none ran
	Longer        int             `gorm:"-"` // how many times it was extended
}

// Register is the register of sealed and seized goods (查封扣押物品台账): every sealing and preservation of the cases that the person may see, those that run first, and what each holds.
func (k *Locker) Register(ctx context.Context, by access.Actor, running bool, today calendar.Day, most int) (out []Held, err error) {
	q := k.db.Read(ctx)
	cond, args := k.guard.Condition(by, "case.view", "cases", "id")
	sql := `SELECT t.*, cases.number, cases.title FROM case_tracks t JOIN cases ON cases.id = t.case_id WHERE t.track IN ('sealing', 'preservation') AND ` + cond
	if running {
		sql += " AND t.ended_on IS NULL"
	}
	if err := q.Raw(sql+" ORDER BY CASE WHEN t.ended_on IS NULL THEN 0 ELSE 1 END, t.opened_on DESC, t.id LIMIT ?", append(args, most)...).Scan(&out).Error; err != nil || len(out) == 0 {
		return nil, err
	}
	ids := make([]string, len(out))
	for i := range out {
		ids[i] = out[i].ID
	}
	var things []Item
	if err := q.Where("track_id IN ?", ids).Order("subject_id, number").Find(&things).Error; err != nil {
		return nil, err
	}
	var clocks []deadline.Clock
	if err := q.Where("track_id IN ? AND rule IN ('SEAL', 'PRESERVE')", ids).Order("created_at").Find(&clocks).Error; err != nil {
		return nil, err
	}
	var longer []struct {
		DeadlineID string
		N          int
	}
	if err := q.Raw("SELECT e.deadline_id, COUNT(*) AS n FROM deadline_extensions e JOIN deadlines d ON d.id = e.deadline_id WHERE d.track_id IN ? GROUP BY e.deadline_id", ids).Scan(&longer).Error; err != nil {
		return nil, err
	}
	for i := range out {
		h := &out[i]
		for _, x := range things {
			if x.TrackID == h.ID {
				h.Things = append(h.Things, x)
			}
		}
		for j := range clocks {
			if clocks[j].TrackID == h.ID {
				h.Clock = &clocks[j]
			}
		}
		for _, l := range longer {
			if h.Clock != nil && l.DeadlineID == h.Clock.ID {
				h.Longer = l.N
			}
		}
	}
	return out, nil
}
