package identity

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/store"
)

// BulkTx seals many persons at once who are known to be new, and logs it in one line: a register that is taken over, or a measurement.
func (v *Vault) BulkTx(tx *store.Tx, by access.Actor, mode, jurisdiction string, list []Person) ([]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]string, len(list))
	rows := make([]Identity, len(list))
	var keys []map[string]any
	for n, p := range list {
		no, err := store.NextNumber(tx, "identity/"+jurisdiction)
		if err != nil {
			return nil, err
		}
		p = p.trim()
		i := &rows[n]
		*i = Identity{ID: tx.NewID(), Code: "R-" + strconv.FormatInt(no, 10), Mode: mode, Jurisdiction: jurisdiction, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
		if err := v.fill(i, p); err != nil {
			return nil, err
		}
		ids[n] = i.ID
		hashes, err := v.found(i.KeyID, p)
		if err != nil {
			return nil, err
		}
		for _, h := range hashes {
			keys = append(keys, map[string]any{"hash": h, "identity_id": i.ID})
		}
	}
	if err := tx.CreateInBatches(rows, 200).Error; err != nil {
		return nil, err
	}
	slices.SortFunc(keys, func(a, b map[string]any) int { return cmp.Compare(a["hash"].(string), b["hash"].(string)) }) // in the order of the index: quicker by far
	for at := 0; at < len(keys); at += 1000 {
		if err := tx.Table("identity_keys").Create(keys[at:min(at+1000, len(keys))]).Error; err != nil {
			return nil, fmt.Errorf("keys of persons: %w", err)
		}
	}
	return ids, audit.Append(tx, by.Entry("identity.seal", jurisdiction, "identity:bulk", map[string]any{"persons": len(list), "mode": mode}))
}
