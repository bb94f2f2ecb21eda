package inspection

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"huzhi/internal/access"
	"huzhi/internal/store"
)

// Key is the key (AES, 256 bits, base64) with which a person's telephone locks what it keeps. It is one and the same each time: what was locked under an
// earlier session can be opened after signing in again. Forbidden.
func (r *Rounds) Key(ctx context.Context, by access.Actor) (key string, err error) {
	if err := r.guard.AllowAnywhere(by, "visit.work"); err != nil {
		return "", err
	}
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return "", err
	}
	err = r.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Exec("INSERT INTO field_keys (user_id, secret, made_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", by.ID, base64.StdEncoding.EncodeToString(fresh), tx.Now).Error; err != nil {
			return err
		}
		return tx.Raw("SELECT secret FROM field_keys WHERE user_id = ?", by.ID).Scan(&key).Error
	})
	return key, err
}
