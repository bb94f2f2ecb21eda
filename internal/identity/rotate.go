package identity

import (
	"context"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Rotate makes a new key and seals every person anew with it, a hundred a transaction, and then what others sealed (OnRotate); what is cut off is finished by the next one. The
// office may go on working. It tells how many were sealed, and the new key's id. The old keys stay in the file, for older copies of the database.
func (v *Vault) Rotate(ctx context.Context, by access.Actor, jurisdiction string) (n int, key string, err error) {
	if key, err = v.ring.Add(); err != nil {
		return 0, "", err
	}
	for {
		var done int
		err := v.db.Tx(ctx, func(tx *store.Tx) (err error) {
			done, err = v.rotateTx(tx, key)
			return err
		})
		n += done
		if errs.CodeOf(err) == errs.Conflict { // somebody was changed meanwhile; they are sealed with the new key by now
			continue
		}
		if err != nil {
			return n, key, err
		}
		if done == 0 {
			break
		}
	}
	detail := map[string]any{"key": key, "sealed": n}
	others := 0
	for _, anew := range v.others {
		m, err := anew(ctx)
		if err != nil {
			return n, key, err
		}
		others += m
	}
	detail["others"] = others
	return n, key, v.db.Tx(ctx, func(tx *store.Tx) error {
		return audit.Append(tx, by.Entry("identity.rotate", jurisdiction, "identity:keys", detail))
	})
}

// rotateTx seals up to a hundred persons anew.
func (v *Vault) rotateTx(tx *store.Tx, key string) (int, error) {
	var rows []Identity
	if err := tx.Where("key_id <> ? AND sealed <> ''", key).Order("id").Limit(100).Find(&rows).Error; err != nil {
		return 0, err
	}
	for n := range rows {
		i := &rows[n]
		p, err := v.person(i)
		if err != nil {
			return 0, err
		}
		if err := v.fill(i, p); err != nil {
			return 0, err
		}
		i.Version++
		if err := v.saveTx(tx, i, map[string]any{"sealed": i.Sealed, "key_id": i.KeyID}); err != nil {
			return 0, err
		}
		if err := v.keysTx(tx, i, p); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
