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

// A name may fail freeTries times; then it waits firstWait, twice as long after each further failure, lastWait at most. Passwords and
// codes of the second factor are counted together.
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

// From is where a person comes from: the network address, and what the browser calls itself.
type From struct{ IP, Agent string }

// Ticket is what a person gets for name and password; the token goes into their cookie, only its hash is kept.
type Ticket struct {
	Token string
	Half  bool // the token opens nothing yet: GiveCode changes it for one that does
}

// SignIn checks a name and a password and opens a session, or the half of one where the person has a second factor.
// errs.Invalid: name or password is wrong, or the person is disabled (which of the three is not told);
// errs.Throttled with the seconds to wait. Every try is logged, with the name as typed (40 characters) and never the password.
func (u *Users) SignIn(ctx context.Context, username, password string, from From) (t Ticket, err error) {
	err = u.attempt(ctx, "session.open", username, from, func(name string) (string, error) {
		user, why, err := u.check(ctx, name, password)
		if err != nil || why != "" {
			return why, err
		}
		if t, err = u.open(ctx, user, from); err == nil && t.Token == "" {
			why = "changed meanwhile"
		}
		return why, err
	})
	return t, err
}

// ChangePassword gives a person a new password of their own choice against the old one. All their sessions end; token is that of a
// new one. errs.Invalid names the fields old and password; errs.Throttled as for SignIn.
func (u *Users) ChangePassword(ctx context.Context, by Actor, old, password string, from From) (token string, err error) {
	var f errs.Faults
	if key := checkPassword(password); key != "" {
		f.Add("password", key, minPassword, maxPassword)
	} else if password == old {
		f.Add("password", "error.password.same")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	if err := u.prove(ctx, "account.password", by, old, from, "old"); err != nil {
		return "", err
	}
	hash, err := u.door.hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = u.change(ctx, func(tx *store.Tx) error {
		err := errors.Join(
			tx.Exec("UPDATE users SET password_hash = ?, must_change = ? WHERE id = ?", hash, false, by.ID).Error,
			u.log(tx, by, "account.password", u.home(by), by.ID, nil),
			rightsChanged(tx, by.ID),
		)
		if err != nil {
			return err
		}
		token, err = u.insert(tx, by.ID, from, false)
		return err
	})
	return token, err
}

// prove asks a person for their password before a change of how they sign in. errs.Invalid names the field.
func (u *Users) prove(ctx context.Context, action string, by Actor, password string, from From, field string) error {
	err := u.attempt(ctx, action, by.Username, from, func(name string) (string, error) {
		user, why, err := u.check(ctx, name, password)
		if why == "" && user.ID != by.ID {
			why = "another person"
		}
		return why, err
	})
	return inField(err, field, "error.password.old")
}

// inField turns a failed attempt into a fault of a field.
func inField(err error, field, key string) error {
	if e := errs.As(err); e != nil && e.Code == errs.Invalid {
		var f errs.Faults
		f.Add(field, key)
		return f.Err()
	}
	return err
}

// attempt lets somebody try to prove who they are, under the limits of name and address. try says what is wrong, "" where nothing is.
// errs.Invalid after a failure.
func (u *Users) attempt(ctx context.Context, action, username string, from From, try func(name string) (why string, err error)) error {
	name := cut(strings.ToLower(strings.TrimSpace(printable(username))), 40)
	left, tell, err := address.Wait(ctx, u.db, from.IP)
	if err != nil {
		return err
	}
	if left > 0 {
		if tell {
			err = u.db.Tx(ctx, func(tx *store.Tx) error {
				return errors.Join(address.Told(tx, from.IP), u.noEntry(tx, action, name, from.IP, "address throttled"))
			})
		}
		return errors.Join(tooOften(left), err)
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
		err := u.db.Tx(ctx, func(tx *store.Tx) error {
			return errors.Join(address.Failed(tx, from.IP), u.noEntry(tx, action, name, from.IP, "throttled"))
		})
		return errors.Join(tooOften(left), err)
	}
	why, err := try(name)
	if err != nil || why == "" {
		return err
	}
	err = u.db.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			address.Failed(tx, from.IP),
			tx.Exec("DELETE FROM sign_in_failures WHERE last_at < ?", tx.Now.Add(-forgotten)).Error,
			tx.Exec(`INSERT INTO sign_in_failures (name, failures, last_at) VALUES (?, 1, ?)
				ON CONFLICT (name) DO UPDATE SET failures = sign_in_failures.failures + 1, last_at = excluded.last_at`, name, tx.Now).Error,
			u.noEntry(tx, action, name, from.IP, why),
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

func tooOften(left time.Duration) error {
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

// open makes the session, or half of it; no token when the person was disabled or got another password since it was checked.
func (u *Users) open(ctx context.Context, user User, from From) (t Ticket, err error) {
	err = u.db.Tx(ctx, func(tx *store.Tx) error {
		t = Ticket{}
		if err := tx.Lock("users", user.ID); err != nil {
			return err
		}
		again, err := find(tx.DB, user.ID)
		if err != nil {
			return err
		}
		if again.DisabledAt != nil || again.PasswordHash != user.PasswordHash {
			return nil
		}
		if t.Half, err = hasFactor(tx, user.ID); err != nil {
			return err
		}
		if t.Token, err = u.insert(tx, user.ID, from, t.Half); err != nil || t.Half {
			return err
		}
		return u.entered(tx, user.Actor(), map[string]any{"ip": from.IP})
	})
	if err != nil {
		return Ticket{}, err
	}
	return t, nil
}

// entered logs that a person is in, and forgets the failures before.
func (u *Users) entered(tx *store.Tx, by Actor, detail map[string]any) error {
	return errors.Join(
		tx.Exec("DELETE FROM sign_in_failures WHERE name = ?", by.Username).Error,
		audit.Append(tx, by.Entry("session.open", u.home(by), "user:"+by.ID, detail)),
	)
}

// halfTime is how long a person may take to give the code.
const halfTime = 5 * time.Minute

// insert writes a session and sweeps those that have ended.
func (u *Users) insert(tx *store.Tx, userID string, from From, half bool) (token string, err error) {
	token = rand.Text()
	row := Session{ID: tokenID(token), UserID: userID, CreatedAt: tx.Now, SeenAt: tx.Now, ExpiresAt: tx.Now.Add(u.set.Absolute),
		Agent: cut(printable(from.Agent), 300), IP: from.IP, Half: half}
	if half {
		row.ExpiresAt = tx.Now.Add(halfTime)
	}
	return token, errors.Join(
		tx.Exec("DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?", tx.Now, tx.Now.Add(-u.set.Idle)).Error,
		tx.Create(&row).Error,
	)
}

func tokenID(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// The duties of a person who has signed in, which come before anything else.
const (
	DutyPassword = "password" // to choose a new password
	DutyFactor   = "factor"   // to set up the second factor
)

// SignedIn is whose session it is.
type SignedIn struct {
	By      Actor
	Prefs   Prefs
	Session string // its identifier
	Duty    string // what must be done first: DutyPassword, DutyFactor, or nothing
}

// Session is whose token it is. errs.NotFound: there is no such session, it has ended or is half a one, or the person is disabled.
// It also brings the guard up to date with what other processes changed.
func (u *Users) Session(ctx context.Context, token string) (SignedIn, error) {
	return u.session(ctx, token, true)
}

// Watch is Session for what a page asks by itself, again and again: nobody is there because of it, so the session goes on growing old.
func (u *Users) Watch(ctx context.Context, token string) (SignedIn, error) {
	return u.session(ctx, token, false)
}

func (u *Users) session(ctx context.Context, token string, seen bool) (SignedIn, error) {
	ended := errs.New(errs.NotFound, "error.session.ended")
	if token == "" || len(token) > 100 {
		return SignedIn{}, ended
	}
	var s struct {
		UserID, Name, Username, Language, Theme string
		SeenAt, ExpiresAt                       time.Time
		MustChange, Exempt, Factor              bool
		Gen                                     int64
	}
	id := tokenID(token)
	r := u.db.Read(ctx).Raw(`SELECT s.user_id, u.name, u.username, u.language, u.theme, s.seen_at, s.expires_at, u.must_change, u.exempt,
			EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = u.id) AS factor, (SELECT gen FROM access_generation WHERE id = 1) AS gen
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND NOT s.half AND u.disabled_at IS NULL`, id).Scan(&s)
	if r.Error != nil {
		return SignedIn{}, r.Error
	}
	now := u.db.Now()
	if r.RowsAffected == 0 || !now.Before(s.ExpiresAt) || !now.Before(s.SeenAt.Add(u.set.Idle)) {
		return SignedIn{}, ended
	}
	if err := u.guard.Refresh(ctx, s.Gen); err != nil {
		return SignedIn{}, err
	}
	if seen && now.Sub(s.SeenAt) >= time.Minute {
		err := u.db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE sessions SET seen_at = ? WHERE id = ?", tx.Now, id).Error
		})
		if err != nil {
			return SignedIn{}, err
		}
	}
	in := SignedIn{By: Actor{ID: s.UserID, Name: s.Name, Username: s.Username}, Prefs: Prefs{Language: s.Language, Theme: s.Theme}, Session: id}
	switch {
	case s.Exempt:
	case s.MustChange:
		in.Duty = DutyPassword
	case !s.Factor && u.needsFactor(in.By):
		in.Duty = DutyFactor
	}
	return in, nil
}

// SignOut ends one session. A token without a session is no error.
func (u *Users) SignOut(ctx context.Context, token string) error {
	in, err := u.Session(ctx, token)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return u.db.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.Exec("DELETE FROM sessions WHERE id = ?", in.Session).Error,
			u.log(tx, in.By, "session.close", u.home(in.By), in.By.ID, nil),
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
