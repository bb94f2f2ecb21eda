package deadline

import "huzhi/internal/access"

// Warned is the SQL condition, over the table deadlines, of the clocks that somebody is warned of: those that run. It stands here alone, so
// that whatever makes a clock stand still is said once.
func (c *Clocks) Warned() string { return "(deadlines.stopped_on IS NULL)" }

// Visible is the SQL condition, over the table deadlines, of the clocks that a person may see, with its arguments.
func (c *Clocks) Visible(by access.Actor) (sql string, args []any) { return c.visible(by) }
