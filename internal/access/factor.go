package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"gorm.io/gorm"

	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// The second factor is a code that a person's telephone makes of a secret and the time: RFC 6238 with SHA-1, 30 seconds and six digits,
// as every authenticator app does. A code is taken once, and one step before or after its time.
//
// The secret stands in second_factors sealed with a key that is in no copy of the database (package keyring), bound to the person: whoever reads the
// database, or a backup of it, makes no codes; nor does a row that was copied to somebody else open.
const (
	codeStep   = 30 * time.Second
	codeDigits = 6
	codeSlack  = 1
)

// Factor is that somebody has a second factor.
type Factor struct {
	Since     time.Time
	Remaining int64 // recovery codes not used yet
}

// Factor is a person's second factor, nil where there is none. The caller has let the reader see the person.
func (u *Users) Factor(ctx context.Context, userID string) (*Factor, error) {
	var f Factor
	r := u.db.Read(ctx).Raw(`SELECT f.since, (SELECT COUNT(*) FROM recovery_codes c WHERE c.user_id = f.user_id AND c.used_at IS NULL) AS remaining
		FROM second_factors f WHERE f.user_id = ?`, userID).Scan(&f)
	if r.Error != nil || r.RowsAffected == 0 {
		return nil, r.Error
	}
	return &f, nil
}

func hasFactor(tx *store.Tx, userID string) (has bool, err error) {
	return has, tx.Raw("SELECT EXISTS (SELECT 1 FROM second_factors WHERE user_id = ?)", userID).Scan(&has).Error
}

// needsFactor says whether a role that somebody holds today asks for a second factor.
func (u *Users) needsFactor(by Actor) bool {
	return slices.ContainsFunc(u.guard.Roles(by), func(a Assignment) bool { return slices.Contains(u.set.SecondFactor, a.Role) })
}

var secretText = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret is a secret for a set-up, as telephones take it: 160 bits of chance in base32.
func NewSecret() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // it never fails
	return secretText.EncodeToString(b[:])
}

// ValidSecret says whether a text is a secret as NewSecret makes them.
func ValidSecret(s string) bool {
	b, err := secretText.DecodeString(s)
	return err == nil && len(b) == 20
}

// SetupAddress is what the QR code of a set-up says: who gives the secret (the office's program) and to whom.
func SetupAddress(issuer, username, secret string) string {
	v := url.Values{"secret": {secret}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+username) + "?" + strings.ReplaceAll(v.Encode(), "+", "%20")
}

// matches is the step of time at which a code belongs to a secret, later than last and near now; 0 where it is at none.
func matches(secret, code string, last int64, now time.Time) (int64, error) {
	at := now.Unix() / int64(codeStep/time.Second)
	for step := max(at-codeSlack, last+1); step <= at+codeSlack; step++ {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, nil
		}
	}
	return 0, nil
}

// plain is a code without the blanks and hyphens that people type, and with the letters that recovery codes do not use read as what
// they look like.
func plain(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(strings.TrimSpace(code)))
}

// takeCode uses up a code: one of the telephone, or a recovery code. how says which, "" where it is neither.
func (u *Users) takeCode(tx *store.Tx, userID, code string) (how string, err error) {
	code = plain(code)
	if len(code) == codeDigits {
		var f sealedFactor
		if err := tx.Raw("SELECT user_id, secret, key_id, last_step FROM second_factors WHERE user_id = ?", userID).Scan(&f).Error; err != nil || f.Secret == "" {
			return "", err
		}
		secret, err := u.openSecret(f)
		if err != nil {
			return "", err
		}
		step, err := matches(secret, code, f.LastStep, u.set.Clock())
		if err != nil || step == 0 {
			return "", err
		}
		return once("code", tx.Exec("UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ?", step, userID, step))
	}
	return once("recovery code", tx.Exec("UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND hash = ? AND used_at IS NULL", tx.Now, userID, codeHash(userID, code)))
}

func once(how string, r *gorm.DB) (string, error) {
	if r.Error != nil || r.RowsAffected != 1 {
		return "", r.Error
	}
	return how, nil
}

func codeHash(userID, code string) string {
	h := sha256.Sum256([]byte(userID + " " + code))
	return hex.EncodeToString(h[:])
}

// recoveryCodes is how many codes on paper a person has.
const recoveryCodes = 10

// NewPassword is sixteen letters and digits of chance in four groups: 80 bits, none of them easily mistaken for another.
func NewPassword() string {
	const letters = "0123456789abcdefghjkmnpqrstvwxyz"
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	var out strings.Builder
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(letters[x%32])
	}
	return out.String()
}

// renew writes new recovery codes in the place of the old ones, and tells them.
func renew(tx *store.Tx, userID string) (codes []string, err error) {
	if err := tx.Exec("DELETE FROM recovery_codes WHERE user_id = ?", userID).Error; err != nil {
		return nil, err
	}
	for range recoveryCodes {
		code := NewPassword()
		if err := tx.Exec("INSERT INTO recovery_codes (user_id, hash) VALUES (?, ?)", userID, codeHash(userID, plain(code))).Error; err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// GiveCode changes half a session for a whole one with another token, against a code; left is how many recovery codes there still are,
// -1 where it was a code of the telephone. errs.NotFound: the half session has ended; errs.Invalid names the field code;
// errs.Throttled as for SignIn.
func (u *Users) GiveCode(ctx context.Context, half, code string, from From) (token string, left int64, err error) {
	user, err := u.Half(ctx, half)
	if err != nil {
		return "", 0, err
	}
	err = u.attempt(ctx, "session.open", user.Username, from, func(string) (why string, err error) {
		err = u.db.Tx(ctx, func(tx *store.Tx) error {
			token, left, why = "", -1, "wrong code"
			if err := tx.Lock("users", user.ID); err != nil {
				return err
			}
			how, err := u.takeCode(tx, user.ID, code)
			if err != nil || how == "" {
				return err
			}
			r := tx.Exec("DELETE FROM sessions WHERE id = ? AND half", tokenID(half))
			if r.Error != nil {
				return r.Error
			}
			if r.RowsAffected != 1 { // another change has ended it
				return errs.New(errs.NotFound, "error.session.ended")
			}
			if how != "code" {
				if err := tx.Raw("SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL", user.ID).Scan(&left).Error; err != nil {
					return err
				}
			}
			why = ""
			if token, err = u.insert(tx, user.ID, from, false); err != nil {
				return err
			}
			return u.entered(tx, user, map[string]any{"ip": from.IP, "factor": how})
		})
		return why, err
	})
	return token, left, inField(err, "code", "error.code")
}

// Half is who has signed in by half with a token. errs.NotFound: nobody, or it took too long.
func (u *Users) Half(ctx context.Context, token string) (Actor, error) {
	var a struct{ ID, Name, Username string }
	r := u.db.Read(ctx).Raw(`SELECT u.id, u.name, u.username FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.id = ? AND s.half AND s.expires_at > ? AND u.disabled_at IS NULL`, tokenID(token), u.db.Now()).Scan(&a)
	if r.Error == nil && r.RowsAffected == 0 {
		return Actor{}, errs.New(errs.NotFound, "error.session.ended")
	}
	return Actor{ID: a.ID, Name: a.Name, Username: a.Username}, r.Error
}

// Setup is what a person sends to set up their second factor: the secret that was shown, a code made of it, and their password.
type Setup struct{ Secret, Code, Password string }

// SetUpFactor gives a person a second factor; codes are the recovery codes, told once. The person's other sessions end.
// errs.Invalid names the fields code and password; errs.Conflict: there is one already; errs.Throttled as for SignIn.
func (u *Users) SetUpFactor(ctx context.Context, by Actor, session string, in Setup, from From) (codes []string, err error) {
	var step int64
	if ValidSecret(in.Secret) {
		if step, err = matches(in.Secret, plain(in.Code), 0, u.set.Clock()); err != nil {
			return nil, err
		}
	}
	if step == 0 {
		var f errs.Faults
		f.Add("code", "error.code.setup")
		return nil, f.Err()
	}
	if err := u.prove(ctx, "account.factor.on", by, in.Password, from, "password"); err != nil {
		return nil, err
	}
	err = u.db.Tx(ctx, func(tx *store.Tx) error {
		has, err := hasFactor(tx, by.ID)
		if err != nil {
			return err
		}
		if has {
			return errs.New(errs.Conflict, "error.factor.on")
		}
		key, sealed, err := u.sealSecret(by.ID, in.Secret)
		if err != nil {
			return err
		}
		err = errors.Join(
			tx.Exec("INSERT INTO second_factors (user_id, secret, key_id, last_step, since) VALUES (?, ?, ?, ?, ?)", by.ID, sealed, key, step, tx.Now).Error,
			endOthers(tx, by.ID, session),
			u.log(tx, by, "account.factor.on", u.home(by), by.ID, nil),
		)
		if err != nil {
			return err
		}
		codes, err = renew(tx, by.ID)
		return err
	})
	return codes, err
}

// RenewCodes gives a person new recovery codes against a code; the old ones are void. errs.Invalid names the field code.
func (u *Users) RenewCodes(ctx context.Context, by Actor, code string, from From) (codes []string, err error) {
	err = u.withCode(ctx, "account.factor.codes", by, code, from, func(tx *store.Tx) (err error) {
		codes, err = renew(tx, by.ID)
		return err
	})
	return codes, err
}

// RemoveFactor takes a person's own second factor away against a code. The person's other sessions end. errs.Invalid names the field code.
func (u *Users) RemoveFactor(ctx context.Context, by Actor, session, code string, from From) error {
	return u.withCode(ctx, "account.factor.off", by, code, from, func(tx *store.Tx) error {
		return errors.Join(dropFactor(tx, by.ID), endOthers(tx, by.ID, session))
	})
}

func dropFactor(tx *store.Tx, userID string) error {
	return errors.Join(
		tx.Exec("DELETE FROM recovery_codes WHERE user_id = ?", userID).Error,
		tx.Exec("DELETE FROM second_factors WHERE user_id = ?", userID).Error,
	)
}

// withCode runs then, and logs it, for who gives a code of their second factor.
func (u *Users) withCode(ctx context.Context, action string, by Actor, code string, from From, then func(*store.Tx) error) error {
	err := u.attempt(ctx, action, by.Username, from, func(string) (why string, err error) {
		err = u.db.Tx(ctx, func(tx *store.Tx) error {
			why = "wrong code"
			if err := tx.Lock("users", by.ID); err != nil {
				return err
			}
			how, err := u.takeCode(tx, by.ID, code)
			if err != nil || how == "" {
				return err
			}
			why = ""
			return errors.Join(then(tx), u.log(tx, by, action, u.home(by), by.ID, map[string]any{"factor": how}))
		})
		return why, err
	})
	return inField(err, "code", "error.code")
}

// ResetFactor takes another's second factor away (a telephone lost with the recovery codes) and ends their sessions. It needs
// user.manage wherever that person holds a role.
func (u *Users) ResetFactor(ctx context.Context, by Actor, userID string, version int64) error {
	return u.change(ctx, func(tx *store.Tx) error {
		user, home, err := u.manage(tx, by, userID, wish{version: version, done: func(User) (bool, error) {
			has, err := hasFactor(tx, userID)
			return !has, err
		}})
		if err != nil || user.done {
			return err
		}
		return errors.Join(
			dropFactor(tx, userID),
			tx.Exec("UPDATE users SET version = version + 1 WHERE id = ?", userID).Error,
			u.log(tx, by, "user.factor.reset", home, userID, nil),
			rightsChanged(tx, userID),
		)
	})
}
