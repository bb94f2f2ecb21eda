// Package tally keeps the summary of the cases in the writer's transaction; dashboards and list totals read it, verify compares it with the rows.
package tally

import (
	"huzhi/internal/store"
)

// Key is one cell of the summary.
type Key struct {
	Jurisdiction string // handling office
	Place        string // county of the act
	Kind         string
	Month        string // of filing: 2014-03
	State        string
	Restricted   bool
}

// Add adds n (which may be negative) to a cell.
func Add(tx *store.Tx, k Key, n int64) error {
	return tx.Exec(`INSERT INTO case_tally (jurisdiction, place, kind, month, state, restricted, n) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (jurisdiction, place, kind, month, state, restricted) DO UPDATE SET n = case_tally.n + excluded.n`,
		k.Jurisdiction, k.Place, k.Kind, k.Month, k.State, k.Restricted, n).Error
}

// Move takes one from a cell and gives it to another.
func Move(tx *store.Tx, from, to Key) error { return move(tx, from, to, Add) }
