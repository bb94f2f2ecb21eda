package listing

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/platform"
	"huzhi/internal/store"
)

// ReadOld reads the addresses of listings that were written down before the ledger read them, finds their sellers, and says how many there were. What an address
// does not say stays as it was; of two of one address the earlier is the record.
func (l *Ledger) ReadOld(ctx context.Context) (n int, err error) {
	for {
		done := 0
		err := l.db.Tx(ctx, func(tx *store.Tx) error {
			var rows []Listing
			if err := tx.Where("item = ''").Order("found_on, id").Limit(500).Find(&rows).Error; err != nil {
				return err
			}
			for i := range rows {
				if err := l.readOld(tx, &rows[i]); err != nil {
					return err
				}
			}
			if done = len(rows); done == 0 {
				return nil
			}
			return audit.Append(tx, access.System().Entry("listing.read", "", "listings", map[string]any{"rows": done}))
		})
		if n += done; err != nil || done == 0 {
			return n, err
		}
	}
}

func (l *Ledger) readOld(tx *store.Tx, x *Listing) error {
	x.Item, x.Canonical, x.Twin = x.URL, x.URL, x.ID
	if read, err := l.platforms.Read(x.URL); err == nil {
		x.Item, x.Canonical = read.Item, read.Canonical
		if read.Platform != platform.Generic {
			x.Platform = read.Platform
		}
		held, err := l.held(tx.DB, x.Jurisdiction, x.Canonical)
		if err != nil {
			return err
		}
		if held == nil {
			x.Twin = ""
		}
	}
	if x.Item == "" {
		x.Item = "-"
	}
	x.TitleKey, x.PatentKey = titleKey(x.Title), patentKey(x.PatentNo)
	if err := l.assign(tx, access.System(), x, &NewListing{}); err != nil {
		return err
	}
	in := NewListing{PatentNo: x.PatentNo}
	in.typed()
	return tx.Model(&Listing{}).Where("id = ?", x.ID).Updates(map[string]any{"item": x.Item, "canonical": x.Canonical, "twin": x.Twin, "platform": x.Platform, "title_key": x.TitleKey,
		"patent_key": x.PatentKey, "patent_type": in.PatentType, "seller_id": x.SellerID, "relists": x.Relists, "relist_state": x.RelistState}).Error
}
