package listing

import (
	"context"
	"slices"

	"huzhi/internal/store"
)

// undoTake takes back the listings of a take with which nothing was done, in pieces.
func (l *Ledger) undoTake(ctx context.Context, t *Take) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := 0
		err := l.db.Tx(ctx, func(tx *store.Tx) error {
			var rows []TakeRow
			if err := tx.Where("take_id = ? AND state = ?", t.ID, RowWritten).Order("line").Limit(takePiece).Find(&rows).Error; err != nil {
				return err
			}
			if n = len(rows); n == 0 {
				return nil
			}
			return l.takeOut(tx, t, rows)
		})
		if err != nil {
			return err
		}
		if n < takePiece {
			return l.finishTake(ctx, t.ID, TakeUndoing, TakeUndone, "listing.take_undone")
		}
	}
}

// touched are listings with which something was done since they were taken in.
const touched = `listings.version > 1 OR listings.lead_id IS NOT NULL OR listings.case_id IS NOT NULL OR EXISTS (SELECT 1 FROM listing_captures c WHERE c.listing_id = listings.id)
	OR EXISTS (SELECT 1 FROM listing_paper_rows p WHERE p.listing_id = listings.id) OR EXISTS (SELECT 1 FROM listing_notice_rows n WHERE n.listing_id = listings.id) OR EXISTS (SELECT 1 FROM listing_checks k WHERE k.listing_id = listings.id AND k.decision <> '')`

func (l *Ledger) takeOut(tx *store.Tx, t *Take, rows []TakeRow) error {
	var ids, keep []string
	for _, r := range rows {
		ids = append(ids, r.ListingID)
	}
	if err := tx.Raw("SELECT id FROM listings WHERE id IN ? AND ("+touched+") ORDER BY id", ids).Scan(&keep).Error; err != nil {
		return err
	}
	gone := slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(keep, id) })
	gone = append(gone, "") // never an empty list
	for _, q := range []struct {
		sql string
		ids []string
	}{
		{"UPDATE listing_take_rows SET number = (SELECT l.number FROM listings l WHERE l.id = listing_take_rows.listing_id) WHERE listing_id <> '' AND listing_id IN ?", gone},
		{"DELETE FROM listing_prints WHERE listing_id IN ?", gone},
		{"UPDATE listings SET relists = NULL, relist_state = '' WHERE relists IN ?", gone},
		{"DELETE FROM listing_checks WHERE listing_id IN ?", gone},
		{"DELETE FROM search_terms WHERE subject_id IN ?", gone},
		{"DELETE FROM search_docs WHERE subject_id IN ?", gone},
		{"DELETE FROM listings WHERE id IN ?", gone},
		{"UPDATE listing_take_rows SET state = '" + RowGone + "', listing_id = '' WHERE listing_id IN ? AND state = '" + RowWritten + "'", gone},
		{"UPDATE listing_take_rows SET state = '" + RowKept + "' WHERE listing_id IN ? AND state = '" + RowWritten + "'", append(keep, "")},
	} {
		if err := tx.Exec(q.sql, q.ids).Error; err != nil {
			return err
		}
	}
	for _, sql := range []string{ // sellers that came with them, of whom nothing else is known
		"DELETE FROM seller_shops WHERE seller_id IN (SELECT s.id FROM sellers s WHERE s.created_at >= ? AND s.version = 1 AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.seller_id = s.id) AND NOT EXISTS (SELECT 1 FROM seller_merges m WHERE m.into_id = s.id OR m.from_id = s.id))",
		"DELETE FROM sellers WHERE created_at >= ? AND version = 1 AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.seller_id = sellers.id) AND NOT EXISTS (SELECT 1 FROM seller_shops h WHERE h.seller_id = sellers.id) AND NOT EXISTS (SELECT 1 FROM seller_merges m WHERE m.into_id = sellers.id OR m.from_id = sellers.id)",
	} {
		if err := tx.Exec(sql, t.MadeAt).Error; err != nil {
			return err
		}
	}
	done := tx.Exec("UPDATE listing_takes SET done = done + ?, kept = kept + ? WHERE id = ? AND state = ? AND done = ?", len(rows), len(keep), t.ID, TakeUndoing, t.Done)
	if done.Error == nil && done.RowsAffected == 0 {
		return errElsewhere
	}
	t.Done += int64(len(rows))
	return done.Error
}
