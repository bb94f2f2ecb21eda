package deadline

import (
	"context"
	"fmt"
)

// unremembered is the last year of the calendar in the programs from before a database remembered what its clocks are counted with.
const unremembered = 2026

// Remember makes the database remember the calendar that its clocks are counted with, so that a program with another year counts them
// anew (almanac.Wall.Adopt). An office that is empty takes the program's; one with clocks, and no memory, had an earlier program.
func (c *Clocks) Remember(ctx context.Context) error {
	there, err := c.wall.Remembered(ctx)
	if err != nil || there {
		return err
	}
	var one []string
	if err := c.db.Read(ctx).Model(&Clock{}).Limit(1).Pluck("id", &one).Error; err != nil {
		return err
	}
	until := 0
	if len(one) > 0 {
		until = unremembered
	}
	if err := c.wall.Remember(ctx, until); err != nil {
		return fmt.Errorf("remember the calendar: %w", err)
	}
	return nil
}
