package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/alexedwards/argon2id"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// A name may fail freeTries times; then it waits firstWait, twice as long after each further failure, lastWait at most.
const (
	freeTries = 5
	firstWait = 30 * time.Second
	lastWait  = 15 * time.Minute
	forgotten = 24 * time.Hour
)

type failures struct {
	Name     string
	Failures int64
	LastAt   time.Time
}

func (f failures) wait(now time.Time) time.Duration {
	if f.Failures < freeTries {
		return 0
	}
	w := lastWait
	if n := f.Failures - freeTries; n < 5 {
		w = firstWait << n
	}
	return f.LastAt.Add(w).Sub(now)
}

// SignIn checks a name and a password and opens a session; the token goes into the person's cookie, only its hash is kept.
// errs.Invalid: name or password is wrong, or the person is disabled (which of the three is not told);
// errs.Throttled with the seconds to wait. Every try is logged, with the name as typed (40 characters) and never the password.
func (u *Users) SignIn(ctx context.Context, username, password, ip string) (token string, err error) {
	err = u.prove(ctx, "session.open", username, password, ip, func(user User) (bool, error) {
		token, err = u.open(ctx, user, ip)
		return token != "", err
	})
	return token, err
}

// ChangePassword gives a person a new password of their own choice against the old one, and ends their sessions.
// errs.Invalid names the fields old and password; errs.Throttled as for SignIn.
func (u *Users) ChangePassword(ctx context.Context, by Actor, old, password, ip string) error {
	var f errs.Faults
	if key := checkPassword(password); key != "" {
		f.Add("password", key, minPassword, maxPassword)
	} else if password == old {
		f.Add("password", "error.password.same")
	}
	if err := f.Err(); err != nil {
		return err
	}
	err := u.prove(ctx, "user.password", by.Username, old, ip, func(user User) (bool, error) { return user.ID == by.ID, nil })
	if e := errs.As(err); e != nil && e.Code == errs.Invalid {
		f.Add("old", "error.password.old")
		return f.Err()
	}
	if err != nil {
		return err
	}
	return u.SetPassword(ctx, by, by.ID, password)
}

// prove runs then for the person whose name and password these are. then says whether the person is still the same.
func (u *Users) prove(ctx context.Context, action, username, password, ip string, then func(User) (bool, error)) error {
	name := cut(strings.ToLower(strings.TrimSpace(printable(username))), 40)
	if left, tell := u.door.wait(ip, u.db.Now()); left > 0 {
		var err error
		if tell {
			err = u.db.Tx(ctx, func(tx *store.Tx) error { return u.noEntry(tx, action, name, ip, "address throttled") })
		}
		return errors.Join(throttled(left), err)
	}
	// Everything from reading the counter to writing it happens with the door held, so that
	// many tries at once cannot pass the counter together.
	if err := u.door.enter(ctx); err != nil {
		return err
	}
	defer u.door.leave()

	var f failures
	if err := u.db.Read(ctx).Raw("SELECT * FROM sign_in_failures WHERE name = ?", name).Scan(&f).Error; err != nil {
		return err
	}
	if left := f.wait(u.db.Now()); left > 0 {
		u.door.failed(ip, u.db.Now())
		err := u.db.Tx(ctx, func(tx *store.Tx) error { return u.noEntry(tx, action, name, ip, "throttled") })
		return errors.Join(throttled(left), err)
	}
	user, why, err := u.check(ctx, name, password)
	if err != nil {
		return err
	}
	if why == "" {
		same, err := then(user)
		if err != nil || same {
			return err
		}
		why = "changed meanwhile"
	}
	u.door.failed(ip, u.db.Now())
	err = u.db.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.Exec("DELETE FROM sign_in_failures WHERE last_at < ?", tx.Now.Add(-forgotten)).Error,
			tx.Exec(`INSERT INTO sign_in_failures (name, failures, last_at) VALUES (?, 1, ?)
				ON CONFLICT (name) DO UPDATE SET failures = sign_in_failures.failures + 1, last_at = excluded.last_at`, name, tx.Now).Error,
			u.noEntry(tx, action, name, ip, why),
		)
	})
	return errors.Join(errs.New(errs.Invalid, "error.sign_in"), err)
}

// check compares the password; why says what is wrong. It takes as long for a name that nobody has.
func (u *Users) check(ctx context.Context, name, password string) (user User, why string, err error) {
	user, err = u.ByUsername(ctx, name)
	switch {
	case errs.CodeOf(err) == errs.NotFound:
		user.PasswordHash, why = nobody, "unknown name"
	case err != nil:
		return User{}, "", err
	case user.DisabledAt != nil:
		why = "disabled"
	}
	if len(password) > 4*maxPassword { // no such password exists; do not hash megabytes
		password = ""
	}
	match, err := argon2id.ComparePasswordAndHash(password, user.PasswordHash)
	if err != nil {
		return User{}, "", err
	}
	if !match && why == "" {
		why = "wrong password"
	}
	return user, why, nil
}

func throttled(left time.Duration) error {
	return errs.New(errs.Throttled, "error.throttled", int(math.Ceil(left.Seconds())))
}

// noEntry logs a try that was refused. Who tried is not known: the name is what was typed.
func (u *Users) noEntry(tx *store.Tx, action, name, ip, why string) error {
	if name == "" {
		name = "-"
	}
	return audit.Append(tx, audit.Entry{
		Actor: "anonymous", ActorName: name, Action: action, Jurisdiction: u.set.Office, Subject: "sign-in:" + name,
		Outcome: audit.Refused, Detail: audit.Detail(map[string]any{"ip": ip, "why": why}),
	})
}

// open makes the session; "" when the person was disabled or got another password since it was checked.
func (u *Users) open(ctx context.Context, user User, ip string) (token string, err error) {
	secret := rand.Text()
	err = u.db.Tx(ctx, func(tx *store.Tx) error {
		again, err := find(lock(tx), user.ID)
		if err != nil {
			return err
		}
		if again.DisabledAt != nil || again.PasswordHash != user.PasswordHash {
			return nil
		}
		token = secret
		by := user.Actor()
		return errors.Join(
			tx.Exec("DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?", tx.Now, tx.Now.Add(-u.set.Idle)).Error,
			tx.Exec("DELETE FROM sign_in_failures WHERE name = ?", user.Username).Error,
			tx.Exec("INSERT INTO sessions (id, user_id, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)",
				tokenID(secret), user.ID, tx.Now, tx.Now, tx.Now.Add(u.set.Absolute)).Error,
			audit.Append(tx, by.Entry("session.open", u.home(by), "user:"+user.ID, map[string]any{"ip": ip})),
		)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

func tokenID(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// Session is whose token it is. errs.NotFound: there is no such session, it has ended, or the person is disabled.
// It also brings the guard up to date with what other processes changed.
func (u *Users) Session(ctx context.Context, token string) (Actor, Prefs, error) {
	ended := errs.New(errs.NotFound, "error.session.ended")
	if token == "" || len(token) > 100 {
		return Actor{}, Prefs{}, ended
	}
	var s struct {
		UserID, Name, Username, Language, Theme string
		SeenAt, ExpiresAt                       time.Time
		Gen                                     int64
	}
	id := tokenID(token)
	r := u.db.Read(ctx).Raw(`SELECT s.user_id, u.name, u.username, u.language, u.theme, s.seen_at, s.expires_at,
			(SELECT gen FROM access_generation WHERE id = 1) AS gen
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND u.disabled_at IS NULL`, id).Scan(&s)
	if r.Error != nil {
		return Actor{}, Prefs{}, r.Error
	}
	now := u.db.Now()
	if r.RowsAffected == 0 || !now.Before(s.ExpiresAt) || !now.Before(s.SeenAt.Add(u.set.Idle)) {
		return Actor{}, Prefs{}, ended
	}
	if err := u.guard.Refresh(ctx, s.Gen); err != nil {
		return Actor{}, Prefs{}, err
	}
	if now.Sub(s.SeenAt) >= time.Minute {
		err := u.db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE sessions SET seen_at = ? WHERE id = ?", tx.Now, id).Error
		})
		if err != nil {
			return Actor{}, Prefs{}, err
		}
	}
	return Actor{ID: s.UserID, Name: s.Name, Username: s.Username}, Prefs{Language: s.Language, Theme: s.Theme}, nil
}

// SignOut ends one session. A token without a session is no error.
func (u *Users) SignOut(ctx context.Context, token string) error {
	by, _, err := u.Session(ctx, token)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return u.db.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.Exec("DELETE FROM sessions WHERE id = ?", tokenID(token)).Error,
			u.log(tx, by, "session.close", u.home(by), by.ID, nil),
		)
	})
}

// printable puts a question mark where a control character or a broken one stands: the log and PostgreSQL take none.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, s)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
