package hotline

import (
	"context"
	"slices"
	"strings"

	"huzhi/internal/store"
)

// forgetTx takes a person's name, number, unit and address out of everything the desk wrote about the person's calls, and the telephone's numbers with them.
func (d *Desk) forgetTx(tx *store.Tx, id string) error {
	for _, t := range tables() {
		rows, err := t.rows(tx.Where(t.of, slices.Repeat([]any{id}, strings.Count(t.of, "?"))...))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if _, err := d.rewrite(tx, t, r, false, false, func(s string) (string, error) { return d.vault.RedactTx(tx, id, s) }); err != nil {
				return err
			}
		}
	}
	if err := tx.Exec("UPDATE phone_calls SET body = '' WHERE body <> '' AND call_id IN (SELECT id FROM calls WHERE identity_id = ?)", id).Error; err != nil {
		return err
	}
	var calls []Call
	if err := tx.Where("identity_id = ?", id).Find(&calls).Error; err != nil {
		return err
	}
	for i := range calls {
		if err := d.index(tx, &calls[i]); err != nil { // what it is found by quotes the question
			return err
		}
	}
	return nil
}

// forgetOld empties the numbers that rang long ago, and throws away drafts that nobody went on with.
func (d *Desk) forgetOld(ctx context.Context) error {
	return d.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Exec("UPDATE phone_calls SET body = '' WHERE body <> '' AND came_at < ?", tx.Now.Add(-phoneKept)).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM call_drafts WHERE saved_at < ?", tx.Now.AddDate(0, 0, -draftDays)).Error
	})
}
