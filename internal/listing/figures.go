package listing

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
)

// Group is a line of the figures: the listings of one platform, patent type or county.
type Group struct {
	Key                                             string
	All, Infringing, Counterfeit, Removed, Restored int64
}

// Figures are the listings of a filter counted: each number is as many as the list of the same filter shows.
type Figures struct {
	All      Group
	Platform []Group
	Type     []Group
	Place    []Group
	Days     float64 // from found to the platform's act, on average
	Measured int64   // of how many
	Longest  int
}

// Figures counts the listings of a filter within the person's scope.
func (l *Ledger) Figures(ctx context.Context, by access.Actor, f Filter) (out Figures, err error) {
	const sums = "COUNT(*) AS \"all\", SUM(CASE WHEN listings.finding = 'infringing' THEN 1 ELSE 0 END) AS infringing, SUM(CASE WHEN listings.finding = 'counterfeit' THEN 1 ELSE 0 END) AS counterfeit, " +
		"SUM(CASE WHEN listings.result IN ('deleted', 'screened', 'unlinked', 'shop_closed') THEN 1 ELSE 0 END) AS removed, SUM(CASE WHEN listings.restored_on IS NOT NULL THEN 1 ELSE 0 END) AS restored"
	for _, g := range []struct {
		column string
		to     *[]Group
	}{{"platform", &out.Platform}, {"patent_type", &out.Type}, {"place", &out.Place}} {
		if err := l.scoped(ctx, by, f).Select("listings." + g.column + " AS \"key\", " + sums).Group("listings." + g.column).Order("COUNT(*) DESC, 1").Scan(g.to).Error; err != nil {
			return out, err
		}
	}
	for _, g := range out.Platform {
		out.All.All += g.All
		out.All.Infringing += g.Infringing
		out.All.Counterfeit += g.Counterfeit
		out.All.Removed += g.Removed
		out.All.Restored += g.Restored
	}
	var spans []struct {
		FoundOn, ResultOn calendar.Day
		N                 int64
	}
	if err := l.scoped(ctx, by, f).Where("listings.result_on IS NOT NULL").Select("listings.found_on, listings.result_on, COUNT(*) AS n").Group("listings.found_on, listings.result_on").Scan(&spans).Error; err != nil {
		return out, err
	}
	days := int64(0)
	for _, s := range spans {
		took := int(s.ResultOn - s.FoundOn)
		days += int64(took) * s.N
		out.Measured += s.N
		out.Longest = max(out.Longest, took)
	}
	if out.Measured > 0 {
		out.Days = float64(days) / float64(out.Measured)
	}
	return out, nil
}

// States counts the listings of a filter by where they stand, within the person's scope.
func (l *Ledger) States(ctx context.Context, by access.Actor, f Filter) (map[State]int64, error) {
	var rows []struct {
		State State
		N     int64
	}
	err := l.scoped(ctx, by, f).Select("listings.state AS state, COUNT(*) AS n").Group("listings.state").Scan(&rows).Error
	out := map[State]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// Nearest is the day to watch of each of some listings that the caller has let the person see: of their running clocks, and of an opinion that is awaited.
func (l *Ledger) Nearest(ctx context.Context, ids []string, today calendar.Day) (map[string]calendar.Day, error) {
	out := map[string]calendar.Day{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID string
		On calendar.Day
	}
	err := l.db.Read(ctx).Raw(`SELECT subject_id AS id, MIN(watch_on) AS "on" FROM deadlines WHERE subject_id IN ? AND stopped_on IS NULL AND paused_on IS NULL AND (office_duty = ? OR watch_on >= ?) GROUP BY subject_id
		UNION ALL SELECT id, aid_due_on FROM listings WHERE id IN ? AND aid_due_on IS NOT NULL`, ids, true, today, ids).Scan(&rows).Error
	for _, r := range rows {
		if d := out[r.ID]; d.IsZero() || r.On < d {
			out[r.ID] = r.On
		}
	}
	return out, err
}
