package deadline

import "huzhi/internal/access"

// Warned is the SQL condition, over the table deadlines, of the clocks that somebody is warned of: those that run and do not stand still. It
// stands here alone, so that what makes a clock stand still is said once.
func (c *Clocks) Warned() string {
	return "(deadlines.stopped_on IS NULL AND deadlines.paused_on IS NULL)"
}

// Visible is the SQL condition, over the table deadlines, of the clocks that a person may see, with its arguments.
func (c *Clocks) Visible(by access.Actor) (sql string, args []any) { return c.visible(by) }
