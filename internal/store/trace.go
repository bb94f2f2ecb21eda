package store

import (
	"errors"
	"time"

	"gorm.io/gorm"
)

// Trace has statements told that took as long as slow, with their values: for measuring, never in an office that works.
func (db *DB) Trace(slow time.Duration, tell func(took time.Duration, sql string)) error {
	const began = "trace:began"
	before := func(q *gorm.DB) { q.InstanceSet(began, time.Now()) }
	after := func(q *gorm.DB) {
		at, ok := q.InstanceGet(began)
		if !ok {
			return
		}
		if took := time.Since(at.(time.Time)); took >= slow {
			tell(took, q.Dialector.Explain(q.Statement.SQL.String(), q.Statement.Vars...))
		}
	}
	c := db.read.Callback()
	return errors.Join(
		c.Query().Before("gorm:query").Register("trace:before", before), c.Query().After("gorm:query").Register("trace:after", after),
		c.Raw().Before("gorm:raw").Register("trace:before", before), c.Raw().After("gorm:raw").Register("trace:after", after),
		c.Row().Before("gorm:row").Register("trace:before", before), c.Row().After("gorm:row").Register("trace:after", after))
}
