package deadline

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/almanac"
)

// Reach counts the clocks that were counted over the days that a notice changed, once it is approved: those that run, and those that stand
// still and stay as they are. It is cheap: a page may ask it again and again while the clocks are counted anew.
func (c *Clocks) Reach(ctx context.Context, by access.Actor, n *almanac.Notice) (open, closed int64, err error) {
	if err = c.guard.AllowAnywhere(by, "calendar.view"); err != nil {
		return 0, 0, err
	}
	before, after, _, err := c.wall.Sides(ctx, n)
	if err != nil {
		return 0, 0, err
	}
	first, last := before.Diff(after)
	if closed, err = c.closed(c.db.Read(ctx), first, last); err == nil {
		err = c.db.Read(ctx).Model(&Clock{}).Scopes(touched(first, last)).Where("deadlines.stopped_on IS NULL").Count(&open).Error
	}
	return open, closed, err
}
