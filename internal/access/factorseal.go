package access

import (
	"context"
	"errors"
	"fmt"

	"huzhi/internal/keyring"
	"huzhi/internal/store"
)

// sealedFactor is a row of second_factors. One with no key is of the time before, and its secret stands in clear until SealFactors.
type sealedFactor struct {
	UserID   string
	Secret   string
	KeyID    string
	LastStep int64
}

var errNoKeys = errors.New("second factors: there are no keys to seal with")

// SealWith says with which keys the secrets of the second factors are sealed.
func (u *Users) SealWith(keys *keyring.Ring) { u.keys = keys }

// ofFactor is what a secret is bound to.
func ofFactor(userID string) string { return "second_factor/" + userID }

// sealSecret seals a secret for a person with the current key.
func (u *Users) sealSecret(userID, secret string) (key, sealed string, err error) {
	if u.keys == nil {
		return "", "", errNoKeys
	}
	if err := u.keys.Read(); err != nil {
		return "", "", keyFault(userID, err)
	}
	key = u.keys.All()[0]
	if sealed, err = u.keys.Seal(key, ofFactor(userID), []byte(secret)); err != nil {
		return "", "", keyFault(userID, err)
	}
	return key, sealed, nil
}

// openSecret opens a person's secret. One in clear is not taken: who can write into the database could put it there; the next start seals it.
func (u *Users) openSecret(f sealedFactor) (string, error) {
	if u.keys == nil || f.KeyID == "" {
		return "", fmt.Errorf("the second factor of %s is not sealed", f.UserID)
	}
	secret, err := u.keys.Open(f.KeyID, ofFactor(f.UserID), f.Secret)
	if err != nil {
		return "", keyFault(f.UserID, err)
	}
	return string(secret), nil
}

// keyFault is a fault of the keys: the office's, not of who types a code, so its own code goes no further.
func keyFault(userID string, err error) error {
	return errors.New("the second factor of " + userID + ": " + err.Error())
}

// SealFactors seals with the current key every secret of a second factor that is in clear, or sealed with an older key; it tells how many. Whoever gives a code
// meanwhile is not disturbed, and what is cut off is finished by the next call.
func (u *Users) SealFactors(ctx context.Context) (n int, err error) {
	var rows []sealedFactor
	if err := u.db.Read(ctx).Raw("SELECT user_id, secret, key_id, last_step FROM second_factors ORDER BY user_id").Scan(&rows).Error; err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, nil
	}
	if u.keys == nil {
		return 0, errNoKeys
	}
	if err := u.keys.Read(); err != nil { // another process may have made a new key
		return 0, err
	}
	current := u.keys.All()[0]
	for _, f := range rows {
		if f.KeyID == current {
			continue
		}
		secret := f.Secret
		if f.KeyID != "" {
			if secret, err = u.openSecret(f); err != nil {
				return n, err
			}
		}
		key, sealed, err := u.sealSecret(f.UserID, secret)
		if err != nil {
			return n, err
		}
		var done int64
		err = u.db.Tx(ctx, func(tx *store.Tx) error { // a row that was changed meanwhile is sealed with the current key by now
			r := tx.Exec("UPDATE second_factors SET secret = ?, key_id = ? WHERE user_id = ? AND secret = ?", sealed, key, f.UserID, f.Secret)
			done = r.RowsAffected
			return r.Error
		})
		if err != nil {
			return n, err
		}
		n += int(done)
	}
	return n, nil
}
