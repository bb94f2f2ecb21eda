package access

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/keyring"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// User is a person of the office.
type User struct {
	ID, Username, Name string
	Employer           string // who employs the person; "" is the office itself
	EntrustedBy        string // the office (GB/T 2260) that has entrusted the employer; "" where it is entrusted by none
	PasswordHash       string `json:"-"`
	CertificateNo      string
	CertificateKind    string       // one of CertificateKinds; "" was not recorded
	CertificateIssuer  string       // one of CertificateIssuers; "" was not recorded
	CertificateUntil   calendar.Day // the enforcement certificate's last day; no day: not recorded, and the certificate is not valid
	Language, Theme    string
	MustChange         bool // the password was given by another: the person must choose a new one before anything else
	Exempt             bool // of the demonstration: neither MustChange nor a missing second factor stands in the way
	DisabledAt         *time.Time
	Version            int64 // grows with every change of the person, of their roles and of their certificate
	CreatedAt          time.Time
}

// TableName is the table of people.
func (User) TableName() string { return "users" }

// Actor is the person as the one who does something.
func (u User) Actor() Actor { return Actor{ID: u.ID, Name: u.Name, Username: u.Username} }

// NewUser is a person to be added.
type NewUser struct {
	ID             string // made by whoever adds; "" makes one
	Username, Name string
	Employer       string
	EntrustedBy    string
	Password       string // or Hash
	Hash           string // a ready argon2id PHC string, for many at once (HashPassword makes it)
	MustChange     bool   // the password is to be changed at the first sign-in
	Exempt         bool   // of the demonstration
	Certificate    Certificate
	Roles          []Grant
}

// Settings are what the office decides about signing in.
type Settings struct {
	Idle         time.Duration    // a session ends when it was not used for so long; 0 is 2 hours
	Absolute     time.Duration    // and in any case after so long; 0 is 12 hours
	Office       string           // the office's own jurisdiction, where sign-ins are logged; "" is the regions' first
	SecondFactor []string         // roles whose holders must have a second factor
	Clock        func() time.Time // the time that telephones have, for their codes; nil is the office's
}

// Users is the office's people: accounts, roles, certificates, sign-in and sessions. Every change is logged, tells the guard, and
// ends the sessions of a person whose rights it changes. A method that changes a person takes the version that its caller has
// seen, 0 for whichever it is (the command line); errs.Conflict when the person was changed since, unless the change is the very
// one that is wanted: a form sent twice does its work once.
type Users struct {
	db      *store.DB
	guard   *Guard
	regions *region.Book
	set     Settings
	keys    *keyring.Ring // of the second factors; nil until SealWith
	door    *door
}

// NewUsers makes the service.
func NewUsers(db *store.DB, guard *Guard, set Settings) *Users {
	if set.Idle <= 0 {
		set.Idle = 2 * time.Hour
	}
	if set.Absolute <= 0 {
		set.Absolute = 12 * time.Hour
	}
	if set.Office == "" {
		set.Office = guard.regions.All()[0].Code
	}
	if set.Clock == nil {
		set.Clock = db.Now
	}
	return &Users{db: db, guard: guard, regions: guard.regions, set: set, door: newDoor()}
}

// Office is the jurisdiction where what belongs to no other is logged.
func (u *Users) Office() string { return u.set.Office }

var usernameForm = regexp.MustCompile(`^[a-z0-9._-]{2,40}$`)

// Add makes a person, with roles if given. It needs user.manage, for roles in each one's jurisdiction.
// errs.Invalid names the fields username, name, employer, entrusted_by, password, certificate_no, certificate_kind, certificate_issuer,
// certificate_until, role, jurisdiction, until; errs.Conflict: the username is taken, or the same form was sent before (error.user.twice).
func (u *Users) Add(ctx context.Context, by Actor, in NewUser) (User, error) {
	if in.Hash == "" && checkPassword(in.Password) == "" { // the hashing stays out of the transaction
		hash, err := u.door.hash(ctx, in.Password)
		if err != nil {
			return User{}, err
		}
		in.Hash = hash
	}
	var out User
	err := u.change(ctx, func(tx *store.Tx) (err error) { out, err = u.AddTx(tx, by, in); return err })
	return out, err
}

// AddTx is Add in the caller's transaction; it wants a Hash. The guard learns of it with the next Refresh or Reload.
func (u *Users) AddTx(tx *store.Tx, by Actor, in NewUser) (User, error) {
	if err := u.guard.AllowAnywhere(by, "user.manage"); err != nil {
		return User{}, refused(err, "user:"+in.Username)
	}
	if in.ID == "" {
		in.ID = tx.NewID()
	} else if _, err := find(tx.DB, in.ID); err == nil {
		return User{}, errs.New(errs.Conflict, "error.user.twice", in.Username)
	}
	in.Name, in.Employer = strings.TrimSpace(in.Name), strings.TrimSpace(in.Employer)
	if err := u.checkNew(in); err != nil {
		return User{}, err
	}
	c := in.Certificate
	row := User{
		ID: in.ID, Username: in.Username, Name: in.Name, Employer: in.Employer, EntrustedBy: in.EntrustedBy, PasswordHash: in.Hash,
		CertificateNo: c.Number, CertificateKind: c.Kind, CertificateIssuer: c.Issuer, CertificateUntil: c.Until,
		MustChange: in.MustChange, Exempt: in.Exempt, Version: 1, CreatedAt: tx.Now,
	}
	if err := tx.Create(&row).Error; errors.Is(err, gorm.ErrDuplicatedKey) {
		return User{}, errs.New(errs.Conflict, "error.username.taken", in.Username)
	} else if err != nil {
		return User{}, err
	}
	if c != (Certificate{}) {
		if err := keepCertificate(tx, by, row.ID, c); err != nil {
			return User{}, err
		}
	}
	home := u.set.Office
	if len(in.Roles) > 0 {
		home = in.Roles[0].Jurisdiction
	}
	if err := u.log(tx, by, "user.add", home, row.ID, map[string]any{"username": row.Username, "name": row.Name, "employer": row.Employer,
		"entrusted_by": row.EntrustedBy, "certificate": c.Number}); err != nil {
		return User{}, err
	}
	for _, r := range in.Roles {
		if _, err := u.SetRoleTx(tx, by, row.ID, 0, r); err != nil {
			return User{}, err
		}
	}
	return row, nil
}

// checkNew says what is wrong with a person to be added.
func (u *Users) checkNew(in NewUser) error {
	var f errs.Faults
	if !usernameForm.MatchString(in.Username) {
		f.Add("username", "error.username")
	}
	u.checkData(&f, Data{Name: in.Name, Employer: in.Employer, EntrustedBy: in.EntrustedBy})
	checkCertificate(&f, in.Certificate)
	if in.Hash == "" {
		key := checkPassword(in.Password)
		if key == "" {
			return errors.New("access: AddTx wants a hash")
		}
		f.Add("password", key, minPassword, maxPassword)
	} else if !isHash(in.Hash) {
		f.Add("password", "error.password.hash")
	}
	for _, r := range in.Roles {
		u.checkGrant(&f, r)
	}
	return f.Err()
}

// Data is what is recorded of a person beside account, roles and certificate.
type Data struct{ Name, Employer, EntrustedBy string }

func (u *Users) checkData(f *errs.Faults, d Data) {
	f.Require("name", d.Name)
	f.Limit("name", d.Name, 60)
	f.Limit("employer", d.Employer, 100)
	if _, ok := u.regions.Get(d.EntrustedBy); d.EntrustedBy != "" && !ok {
		f.Add("entrusted_by", "error.jurisdiction", d.EntrustedBy)
	} else if d.EntrustedBy != "" && d.Employer == "" { // an organisation is entrusted, never a person (Order 81, art. 8(3))
		f.Add("employer", "error.employer")
	}
}

// Edit writes a person's data. It needs user.manage wherever that person holds a role; one's own data may be edited too.
func (u *Users) Edit(ctx context.Context, by Actor, userID string, version int64, d Data) error {
	d.Name, d.Employer = strings.TrimSpace(d.Name), strings.TrimSpace(d.Employer)
	return u.change(ctx, func(tx *store.Tx) error {
		user, home, err := u.manage(tx, by, userID, wish{version: version, own: true,
			done: func(x User) (bool, error) { return Data{x.Name, x.Employer, x.EntrustedBy} == d, nil }})
		if err != nil || user.done {
			return err
		}
		var f errs.Faults
		if u.checkData(&f, d); f.Any() {
			return f.Err()
		}
		return errors.Join(
			tx.Exec("UPDATE users SET name = ?, employer = ?, entrusted_by = ?, version = version + 1 WHERE id = ?", d.Name, d.Employer, d.EntrustedBy, userID).Error,
			u.log(tx, by, "user.edit", home, userID, audit.Mark(map[string]any{"name": d.Name, "employer": d.Employer, "entrusted_by": d.EntrustedBy},
				map[string]string{"name": user.Name, "employer": user.Employer, "entrusted_by": user.EntrustedBy}, map[string]string{"name": d.Name, "employer": d.Employer, "entrusted_by": d.EntrustedBy})),
			tx.Exec("UPDATE access_generation SET gen = gen + 1 WHERE id = 1").Error, // the guard knows names
		)
	})
}

// SetPassword gives another person a password and ends their sessions; change says that they must choose their own at the next
// sign-in. It needs user.manage wherever that person holds a role. One's own is changed with ChangePassword.
func (u *Users) SetPassword(ctx context.Context, by Actor, userID string, version int64, password string, change bool) error {
	if key := checkPassword(password); key != "" {
		var f errs.Faults
		f.Add("password", key, minPassword, maxPassword)
		return f.Err()
	}
	hash, err := u.door.hash(ctx, password)
	if err != nil {
		return err
	}
	return u.change(ctx, func(tx *store.Tx) error {
		_, home, err := u.manage(tx, by, userID, wish{version: version})
		if err != nil {
			return err
		}
		return errors.Join(
			tx.Exec("UPDATE users SET password_hash = ?, must_change = ?, version = version + 1 WHERE id = ?", hash, change, userID).Error,
			u.log(tx, by, "user.password.set", home, userID, nil),
			rightsChanged(tx, userID),
		)
	})
}

// ResetPassword gives a person a password made by chance, which is told once and must be changed at the next sign-in.
func (u *Users) ResetPassword(ctx context.Context, by Actor, userID string, version int64) (password string, err error) {
	password = NewPassword()
	return password, u.SetPassword(ctx, by, userID, version, password, true)
}

// Disable shuts a person out now; Enable lets them in again. Both need user.manage wherever that person holds a role.
// errs.Conflict: the office would have no administrator left.
func (u *Users) Disable(ctx context.Context, by Actor, userID string, version int64) error {
	return u.setDisabled(ctx, by, userID, version, true)
}

// Enable takes a Disable back.
func (u *Users) Enable(ctx context.Context, by Actor, userID string, version int64) error {
	return u.setDisabled(ctx, by, userID, version, false)
}

func (u *Users) setDisabled(ctx context.Context, by Actor, userID string, version int64, off bool) error {
	return u.change(ctx, func(tx *store.Tx) error {
		user, home, err := u.manage(tx, by, userID, wish{version: version, done: func(x User) (bool, error) { return (x.DisabledAt != nil) == off, nil }})
		if err != nil || user.done {
			return err
		}
		action, at := "user.enable", (*time.Time)(nil)
		if off {
			action, at = "user.disable", &tx.Now
		}
		err = errors.Join(
			tx.Exec("UPDATE users SET disabled_at = ?, version = version + 1 WHERE id = ?", at, userID).Error,
			u.log(tx, by, action, home, userID, nil),
			rightsChanged(tx, userID),
		)
		if err == nil && off {
			err = u.keepAnAdmin(tx, userID, calendar.DayOf(tx.Now))
		}
		return err
	})
}

// Prefs are what a person chose for the pages. Empty is the office's choice.
type Prefs struct{ Language, Theme string }

// SetPrefs keeps a person's own choice.
func (u *Users) SetPrefs(ctx context.Context, by Actor, p Prefs) error {
	var f errs.Faults
	if !slices.Contains([]string{"", "zh-CN", "en"}, p.Language) {
		f.Add("language", "error.choice")
	}
	if !slices.Contains([]string{"", "light", "dark", "auto"}, p.Theme) {
		f.Add("theme", "error.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return u.db.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.Exec("UPDATE users SET language = ?, theme = ? WHERE id = ?", p.Language, p.Theme, by.ID).Error,
			u.log(tx, by, "account.prefs", u.home(by), by.ID, map[string]any{"language": p.Language, "theme": p.Theme}),
		)
	})
}

// wish is what a change wants of the person it changes.
type wish struct {
	version int64                    // that the caller has seen; 0 is any
	own     bool                     // one may do it to oneself
	done    func(User) (bool, error) // whether it has been done already; may be nil
}

// managed is a person about to be changed; done: there is nothing left to do.
type managed struct {
	User
	done bool
}

// manage loads a person for a change, locked, and says where it is logged. It refuses who may not make it: errs.NotFound outside
// what by may view, errs.Conflict at a version that has passed, errs.Forbidden without user.manage wherever the person holds or will
// hold a role (or, holding none any more, held one), and to oneself.
func (u *Users) manage(tx *store.Tx, by Actor, userID string, w wish) (user managed, home string, err error) {
	subject := "user:" + userID
	if err := u.guard.AllowAnywhere(by, "user.manage"); err != nil {
		return user, "", refused(err, subject)
	}
	if err := tx.Lock("users", userID); err != nil {
		return user, "", err
	}
	seen, args := u.seen(by)
	if err := take(tx.Where("id = ?", userID).Where(seen, args...), &user.User); err != nil {
		return user, "", err
	}
	if w.done != nil {
		if user.done, err = w.done(user.User); err != nil {
			return user, "", err
		}
	}
	if w.version != 0 && w.version != user.Version && !user.done {
		return user, "", errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	if by.ID == userID && !w.own {
		return user, "", errs.New(errs.Forbidden, "error.forbidden.self").On(subject)
	}
	places, err := u.places(tx.DB, userID, calendar.DayOf(tx.Now))
	if err != nil {
		return user, "", err
	}
	home = u.set.Office
	if len(places) > 0 {
		home = places[0]
	}
	for _, p := range places {
		if err := u.guard.Allow(by, "user.manage", p); err != nil {
			return user, "", refused(err, subject)
		}
	}
	return user, home, nil
}

// places are the jurisdictions of the roles that a person holds on a day or will hold; of those once held where there are none.
func (u *Users) places(q *gorm.DB, userID string, on calendar.Day) (out []string, err error) {
	var rows []Assignment
	if err := q.Where("user_id = ?", userID).Order("jurisdiction, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	present := slices.Clone(rows)
	if present = slices.DeleteFunc(present, func(a Assignment) bool { return a.Over(on) }); len(present) > 0 {
		rows = present
	}
	for _, a := range rows {
		out = append(out, a.Jurisdiction)
	}
	return slices.Compact(out), nil
}

// change runs fn in a transaction and lets the guard of this process know.
func (u *Users) change(ctx context.Context, fn func(*store.Tx) error) error {
	if err := u.db.Tx(ctx, fn); err != nil {
		return err
	}
	return u.guard.Refresh(context.WithoutCancel(ctx), 0)
}

// rightsChanged ends a person's sessions and makes every process read the assignments again.
func rightsChanged(tx *store.Tx, userID string) error {
	return errors.Join(
		tx.Exec("DELETE FROM sessions WHERE user_id = ?", userID).Error,
		tx.Exec("UPDATE access_generation SET gen = gen + 1 WHERE id = 1").Error,
	)
}

func (u *Users) log(tx *store.Tx, by Actor, action, jurisdiction, userID string, detail map[string]any) error {
	return audit.Append(tx, by.Entry(action, jurisdiction, "user:"+userID, detail))
}

// Entry is a line of the log in the person's name.
func (a Actor) Entry(action, jurisdiction, subject string, detail map[string]any) audit.Entry {
	return audit.Entry{Actor: a.ID, ActorName: a.Name, Action: action, Jurisdiction: jurisdiction, Subject: subject, Detail: audit.Detail(detail)}
}

// home is where what somebody does for themselves is logged.
func (u *Users) home(by Actor) string {
	if h := u.guard.Home(by); h != "" {
		return h
	}
	return u.set.Office
}

// Home is where a refusal of somebody's is logged when the matter has no jurisdiction.
func (u *Users) Home(by Actor) string { return u.home(by) }

func refused(err error, subject string) error {
	if e := errs.As(err); e != nil {
		return e.On(subject)
	}
	return err
}

func find(q *gorm.DB, id string) (User, error) {
	var u User
	return u, take(q.Where("id = ?", id), &u)
}

func take(q *gorm.DB, row any) error {
	err := q.Take(row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return fmt.Errorf("access: %w", err)
	}
	return nil
}
