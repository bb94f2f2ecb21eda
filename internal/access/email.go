package access

import (
	"context"
	"errors"

	"huzhi/internal/errs"
	"huzhi/internal/mail"
	"huzhi/internal/store"
)

// Email is where a person's warnings go by mail, "" where nowhere.
func (u *Users) Email(ctx context.Context, by Actor) (address string, err error) {
	err = u.db.Read(ctx).Raw("SELECT email FROM users WHERE id = ?", by.ID).Scan(&address).Error
	return address, err
}

// SetEmail keeps a person's own mail address; "" takes it away. Invalid names the field email.
func (u *Users) SetEmail(ctx context.Context, by Actor, address string) error {
	if address != "" {
		var err error
		if address, err = mail.Address(address); err != nil {
			var f errs.Faults
			f.Add("email", "error.email")
			return f.Err()
		}
	}
	return u.db.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.Exec("UPDATE users SET email = ? WHERE id = ?", address, by.ID).Error,
			u.log(tx, by, "account.email", u.home(by), by.ID, map[string]any{"email": address}),
		)
	})
}
