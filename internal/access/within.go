package access

import (
	"gorm.io/gorm"

	"huzhi/internal/region"
	"huzhi/internal/store"
)

// Within narrows a table's rows to a jurisdiction and all below it: a wish of the reader, not a right. table is a constant.
func Within(table, jurisdiction string) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		return WithinColumn(store.Aside(q, table+".jurisdiction"), jurisdiction)(q) // as in Condition
	}
}

// WithinColumn is Within on another column that holds a GB/T 2260 code.
func WithinColumn(column, jurisdiction string) func(*gorm.DB) *gorm.DB {
	from, to := region.Bounds(jurisdiction)
	return func(q *gorm.DB) *gorm.DB { return q.Where(column+" >= ? AND "+column+" < ?", from, to) }
}
