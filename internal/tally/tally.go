// Package tally keeps the summary of the cases in the writer's transaction; dashboards and list totals read it, verify compares it with the rows.
package tally

import (
	"context"
	"errors"
	"fmt"

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

// Row is a cell with its count.
type Row struct {
	Key `gorm:"embedded"`
	N   int64
}

// TableName is the table of the summary.
func (Row) TableName() string { return "case_tally" }

// Add adds n (which may be negative) to a cell.
func Add(tx *store.Tx, k Key, n int64) error {
	return tx.Exec(`INSERT INTO case_tally (jurisdiction, place, kind, month, state, restricted, n) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (jurisdiction, place, kind, month, state, restricted) DO UPDATE SET n = case_tally.n + excluded.n`,
		k.Jurisdiction, k.Place, k.Kind, k.Month, k.State, k.Restricted, n).Error
}

// Move takes one from a cell and gives it to another.
func Move(tx *store.Tx, from, to Key) error {
	if from == to {
		return nil
	}
	// Always the same cell first, so that two who move between the same cells do not wait for each other.
	if fmt.Sprint(from) < fmt.Sprint(to) {
		return errors.Join(Add(tx, from, -1), Add(tx, to, 1))
	}
	return errors.Join(Add(tx, to, 1), Add(tx, from, -1))
}

// Verify compares the summary with the rows and names the first cell that differs.
func Verify(ctx context.Context, db *store.DB) error {
	const counted = `SELECT jurisdiction, place, kind, substr(filed_on, 1, 7) AS month, state, restricted, count(*) AS n FROM cases
		GROUP BY jurisdiction, place, kind, substr(filed_on, 1, 7), state, restricted`
	const kept = "SELECT jurisdiction, place, kind, month, state, restricted, n FROM case_tally WHERE n <> 0"
	for _, c := range []struct{ sql, say string }{
		{counted + " EXCEPT " + kept, "the rows hold %d where the summary does not: %+v"},
		{kept + " EXCEPT " + counted, "the summary holds %d where the rows do not: %+v"},
	} {
		var rows []Row
		if err := db.Read(ctx).Raw("SELECT * FROM (" + c.sql + ") d LIMIT 1").Scan(&rows).Error; err != nil {
			return err
		}
		if len(rows) > 0 {
			return fmt.Errorf(c.say, rows[0].N, rows[0].Key)
		}
	}
	return nil
}
