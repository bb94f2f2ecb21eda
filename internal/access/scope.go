package access

import (
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// Scope narrows a list to what somebody may see with an action: rows of the jurisdictions held, of the restricted ones only those the person is a
// member of, and none from which the person was recused. table is a constant of the caller's, never input.
// The columns are table.jurisdiction, table.restricted and table.id.
func (g *Guard) Scope(by Actor, action, table string) func(*gorm.DB) *gorm.DB {
	return g.ScopeOn(by, action, table, "id")
}

// ScopeOn is Scope for tables that speak of another thing: subject is the column with that thing's identifier (deadlines.subject_id).
func (g *Guard) ScopeOn(by Actor, action, table, subject string) func(*gorm.DB) *gorm.DB {
	return where(g.Condition(by, action, table, subject))
}

// ScopePlain is Scope for tables without restricted rows (audit_log).
func (g *Guard) ScopePlain(by Actor, action, table string) func(*gorm.DB) *gorm.DB {
	return where(g.Condition(by, action, table, ""))
}

// Unseen is the NotFound of a row that a scope did not give: the answer is the same whether it is not there or is kept from the person, but only the latter
// stands in the log, under kind:id. table is a constant of the caller's, never input.
func Unseen(q *gorm.DB, table, kind, id string) error {
	e := errs.New(errs.NotFound, "error.not_found")
	var n int64
	if err := q.Table(table).Where("id = ?", id).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return e.On(kind + ":" + id)
	}
	return e
}

func where(sql string, args []any) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB { return q.Where(sql, args...) }
}

// Condition is Scope's condition as SQL in brackets with its arguments, for hand-written queries.
// An empty subject leaves the restricted rows in.
//
// SQLite is kept from finding the rows by their jurisdiction (the plus does that): of a whole city it would read every row, and sort them, to show the fifty
// newest. The lists have indexes in their own order that hold what is asked here.
func (g *Guard) Condition(by Actor, action, table, subject string) (sql string, args []any) {
	if by.system {
		return "(1 = 1)", nil
	}
	column := table + ".jurisdiction"
	if g.db.Engine() == store.SQLite {
		column = "+" + column
	}
	var ranges []string
	for _, j := range g.Jurisdictions(by, action) {
		from, to := region.Bounds(j)
		ranges = append(ranges, column+" >= ? AND "+column+" < ?")
		args = append(args, from, to)
	}
	if len(ranges) == 0 {
		return "(1 = 0)", nil
	}
	sql = "((" + strings.Join(ranges, " OR ") + ")"
	if subject != "" {
		sql += " AND (NOT " + table + ".restricted OR EXISTS (SELECT 1 FROM members WHERE members.subject_id = " +
			table + "." + subject + " AND members.user_id = ?)) AND " + table + "." + subject + " NOT IN (SELECT recusals.subject_id FROM recusals WHERE recusals.user_id = ?)"
		args = append(args, by.ID, by.ID)
	}
	return sql + ")", args
}
