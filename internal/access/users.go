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
	"gorm.io/gorm/clause"

	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// User is a person of the office.
type User struct {
	ID, Username, Name string
	PasswordHash       string `json:"-"`
	CertificateNo      string
	CertificateUntil   calendar.Day // the enforcement certificate's last day; no day: not recorded, and the certificate is not valid
	Language, Theme    string
	DisabledAt         *time.Time
	CreatedAt          time.Time
}

// TableName is the table of people.
func (User) TableName() string { return "users" }

// Actor is the person as the one who does something.
func (u User) Actor() Actor { return Actor{ID: u.ID, Name: u.Name, Username: u.Username} }

// Certified says whether the person may enforce the law on a day: has a certificate that has not run out. One whose last day is not
// recorded is not valid.
func (u User) Certified(on calendar.Day) bool {
	return u.CertificateNo != "" && on <= u.CertificateUntil
}

// Assignment is a role held in a jurisdiction and all below it, from a day until a day (both count).
type Assignment struct {
	ID, UserID, Role, Jurisdiction string
	FromDay, UntilDay              calendar.Day // no UntilDay: open
	GivenBy                        string
	CreatedAt                      time.Time
}

// TableName is the table of roles held.
func (Assignment) TableName() string { return "assignments" }

// InForce says whether the role is held on a day.
func (a Assignment) InForce(on calendar.Day) bool {
	return a.FromDay <= on && (a.UntilDay.IsZero() || on <= a.UntilDay)
}

// Grant is a role to be given.
type Grant struct {
	Role, Jurisdiction string
	From, Until        calendar.Day // no From: today; no Until: open
}

// NewUser is a person to be added.
type NewUser struct {
	Username, Name   string
	Password         string // or Hash
	Hash             string // a ready argon2id PHC string, for many at once (HashPassword makes it)
	CertificateNo    string
	CertificateUntil calendar.Day
	Roles            []Grant
}

// Settings are what the office decides about signing in.
type Settings struct {
	Idle     time.Duration // a session ends when it was not used for so long; 0 is 2 hours
	Absolute time.Duration // and in any case after so long; 0 is 12 hours
	Office   string        // the office's own jurisdiction, where sign-ins are logged; "" is the regions' first
}

// Users is the office's people: accounts, roles, sign-in and sessions. Every change is logged, tells the guard, and ends
// the sessions of a person whose rights it changes.
type Users struct {
	db      *store.DB
	guard   *Guard
	regions *region.Book
	set     Settings
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
	return &Users{db: db, guard: guard, regions: guard.regions, set: set, door: newDoor()}
}

// Office is the jurisdiction where what belongs to no other is logged.
func (u *Users) Office() string { return u.set.Office }

var usernameForm = regexp.MustCompile(`^[a-z0-9._-]{2,40}$`)

// Add makes a person, with roles if given. It needs user.manage, for roles in each one's jurisdiction.
// errs.Invalid names the fields username, name, password, certificate_no, certificate_until, role, jurisdiction, until; errs.Conflict: the username is taken.
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
	in.Name = strings.TrimSpace(in.Name)
	var f errs.Faults
	if !usernameForm.MatchString(in.Username) {
		f.Add("username", "error.username")
	}
	f.Require("name", in.Name)
	f.Limit("name", in.Name, 60)
	checkCertificate(&f, in.CertificateNo, in.CertificateUntil)
	if in.Hash == "" {
		if key := checkPassword(in.Password); key != "" {
			f.Add("password", key, minPassword, maxPassword)
		} else {
			return User{}, errors.New("access: AddTx wants a hash")
		}
	} else if !isHash(in.Hash) {
		f.Add("password", "error.password.hash")
	}
	for _, r := range in.Roles {
		u.checkGrant(&f, r)
	}
	if err := f.Err(); err != nil {
		return User{}, err
	}
	row := User{
		ID: tx.NewID(), Username: in.Username, Name: in.Name, PasswordHash: in.Hash,
		CertificateNo: in.CertificateNo, CertificateUntil: in.CertificateUntil, CreatedAt: tx.Now,
	}
	if err := tx.Create(&row).Error; errors.Is(err, gorm.ErrDuplicatedKey) {
		return User{}, errs.New(errs.Conflict, "error.username.taken", in.Username)
	} else if err != nil {
		return User{}, err
	}
	home := u.set.Office
	if len(in.Roles) > 0 {
		home = in.Roles[0].Jurisdiction
	}
	if err := u.log(tx, by, "user.add", home, row.ID, map[string]any{"username": row.Username, "name": row.Name, "certificate": row.CertificateNo}); err != nil {
		return User{}, err
	}
	for _, r := range in.Roles {
		if _, err := u.SetRoleTx(tx, by, row.ID, r); err != nil {
			return User{}, err
		}
	}
	return row, nil
}

// checkCertificate notes a number that is too long, and one without its last day: it would never be valid.
func checkCertificate(f *errs.Faults, number string, until calendar.Day) {
	f.Limit("certificate_no", number, 40)
	if number != "" && until.IsZero() {
		f.Add("certificate_until", "error.certificate_until")
	}
}

func (u *Users) checkGrant(f *errs.Faults, r Grant) {
	if !slices.Contains(Roles(), r.Role) {
		f.Add("role", "error.role", r.Role)
	}
	if _, ok := u.regions.Get(r.Jurisdiction); !ok {
		f.Add("jurisdiction", "error.jurisdiction", r.Jurisdiction)
	}
	if !r.Until.IsZero() && r.Until < r.From {
		f.Add("until", "error.until")
	}
}

// SetRole gives a person a role in a jurisdiction. It needs user.manage there; nobody gives a role to themselves.
func (u *Users) SetRole(ctx context.Context, by Actor, userID string, in Grant) (Assignment, error) {
	var out Assignment
	err := u.change(ctx, func(tx *store.Tx) (err error) { out, err = u.SetRoleTx(tx, by, userID, in); return err })
	return out, err
}

// SetRoleTx is SetRole in the caller's transaction.
func (u *Users) SetRoleTx(tx *store.Tx, by Actor, userID string, in Grant) (Assignment, error) {
	var f errs.Faults
	u.checkGrant(&f, in)
	if err := f.Err(); err != nil {
		return Assignment{}, err
	}
	if err := u.guard.Allow(by, "user.manage", in.Jurisdiction); err != nil {
		return Assignment{}, refused(err, "user:"+userID)
	}
	if by.ID == userID {
		return Assignment{}, errs.New(errs.Forbidden, "error.forbidden.self").On("user:" + userID)
	}
	if _, err := find(tx.DB, userID); err != nil {
		return Assignment{}, err
	}
	if in.From.IsZero() {
		in.From = calendar.DayOf(tx.Now)
	}
	row := Assignment{ID: tx.NewID(), UserID: userID, Role: in.Role, Jurisdiction: in.Jurisdiction,
		FromDay: in.From, UntilDay: in.Until, GivenBy: by.ID, CreatedAt: tx.Now}
	return row, errors.Join(
		tx.Create(&row).Error,
		u.log(tx, by, "user.role.give", in.Jurisdiction, userID, map[string]any{"role": in.Role, "from": in.From.String(), "until": in.Until.String()}),
		rightsChanged(tx, userID),
	)
}

// EndAssignment makes until the last day of an assignment; a day before its first takes it back from the start.
// It needs user.manage in the assignment's jurisdiction.
func (u *Users) EndAssignment(ctx context.Context, by Actor, id string, until calendar.Day) error {
	return u.change(ctx, func(tx *store.Tx) error {
		var a Assignment
		if err := take(tx.Where("id = ?", id), &a); err != nil {
			return err
		}
		if err := u.guard.Allow(by, "user.manage", a.Jurisdiction); err != nil {
			return refused(err, "user:"+a.UserID)
		}
		return errors.Join(
			tx.Exec("UPDATE assignments SET until_day = ? WHERE id = ?", until, id).Error,
			u.log(tx, by, "user.role.end", a.Jurisdiction, a.UserID, map[string]any{"role": a.Role, "from": a.FromDay.String(), "until": until.String()}),
			rightsChanged(tx, a.UserID),
		)
	})
}

// SetPassword gives a person a new password and ends their sessions. A person may set their own; another's needs
// user.manage wherever that person holds a role.
func (u *Users) SetPassword(ctx context.Context, by Actor, userID, password string) error {
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
		home, err := u.mayManage(tx, by, userID, true)
		if err != nil {
			return err
		}
		return errors.Join(
			tx.Exec("UPDATE users SET password_hash = ? WHERE id = ?", hash, userID).Error,
			u.log(tx, by, "user.password", home, userID, nil),
			rightsChanged(tx, userID),
		)
	})
}

// Disable shuts a person out now; Enable lets them in again. Both need user.manage wherever that person holds a role.
func (u *Users) Disable(ctx context.Context, by Actor, userID string) error {
	return u.setDisabled(ctx, by, userID, true)
}

// Enable takes a Disable back.
func (u *Users) Enable(ctx context.Context, by Actor, userID string) error {
	return u.setDisabled(ctx, by, userID, false)
}

func (u *Users) setDisabled(ctx context.Context, by Actor, userID string, off bool) error {
	return u.change(ctx, func(tx *store.Tx) error {
		home, err := u.mayManage(tx, by, userID, false)
		if err != nil {
			return err
		}
		if by.ID == userID {
			return errs.New(errs.Forbidden, "error.forbidden.self").On("user:" + userID)
		}
		action, at := "user.enable", (*time.Time)(nil)
		if off {
			action, at = "user.disable", &tx.Now
		}
		return errors.Join(
			tx.Exec("UPDATE users SET disabled_at = ? WHERE id = ?", at, userID).Error,
			u.log(tx, by, action, home, userID, nil),
			rightsChanged(tx, userID),
		)
	})
}

// SetCertificate writes a person's enforcement certificate (Administrative Penalty Law, art. 42: who enforces must hold one).
func (u *Users) SetCertificate(ctx context.Context, by Actor, userID, number string, until calendar.Day) error {
	var f errs.Faults
	checkCertificate(&f, number, until)
	if err := f.Err(); err != nil {
		return err
	}
	return u.change(ctx, func(tx *store.Tx) error {
		home, err := u.mayManage(tx, by, userID, false)
		if err != nil {
			return err
		}
		return errors.Join(
			tx.Exec("UPDATE users SET certificate_no = ?, certificate_until = ? WHERE id = ?", number, until, userID).Error,
			u.log(tx, by, "user.certificate", home, userID, map[string]any{"number": number, "until": until.String()}),
		)
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

// mayManage says where a change of a person's account is logged, and refuses who may not make it. It locks the person's row.
func (u *Users) mayManage(tx *store.Tx, by Actor, userID string, own bool) (home string, err error) {
	user, err := find(lock(tx), userID)
	if err != nil {
		return "", err
	}
	var places []string
	if err := tx.Raw("SELECT DISTINCT jurisdiction FROM assignments WHERE user_id = ? ORDER BY jurisdiction", userID).Scan(&places).Error; err != nil {
		return "", err
	}
	home = u.set.Office
	if len(places) > 0 {
		home = places[0]
	}
	if own && by.ID == user.ID {
		return home, nil
	}
	if err := u.guard.AllowAnywhere(by, "user.manage"); err != nil {
		return "", refused(err, "user:"+userID)
	}
	for _, p := range places {
		if err := u.guard.Allow(by, "user.manage", p); err != nil {
			return "", refused(err, "user:"+userID)
		}
	}
	return home, nil
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

func lock(tx *store.Tx) *gorm.DB {
	if tx.Postgres() {
		return tx.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return tx.DB
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
