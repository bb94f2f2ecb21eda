package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

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

// Over says whether the role was held before a day and is no more, or was taken back before it began.
func (a Assignment) Over(on calendar.Day) bool {
	return !a.UntilDay.IsZero() && (a.UntilDay < on || a.UntilDay < a.FromDay)
}

// Grant is a role to be given.
type Grant struct {
	ID                 string // made by whoever gives; "" makes one
	Role, Jurisdiction string
	From, Until        calendar.Day // no From: today; no Until: open
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

// SetRole gives a person a role in a jurisdiction. It needs user.manage there; nobody changes their own roles.
// errs.Conflict: the person holds that role there already.
func (u *Users) SetRole(ctx context.Context, by Actor, userID string, version int64, in Grant) (Assignment, error) {
	var out Assignment
	err := u.change(ctx, func(tx *store.Tx) (err error) { out, err = u.SetRoleTx(tx, by, userID, version, in); return err })
	return out, err
}

// SetRoleTx is SetRole in the caller's transaction.
func (u *Users) SetRoleTx(tx *store.Tx, by Actor, userID string, version int64, in Grant) (Assignment, error) {
	var f errs.Faults
	if u.checkGrant(&f, in); f.Any() {
		return Assignment{}, f.Err()
	}
	if err := u.guard.Allow(by, "user.manage", in.Jurisdiction); err != nil {
		return Assignment{}, refused(err, "user:"+userID)
	}
	if in.From.IsZero() {
		in.From = calendar.DayOf(tx.Now)
	}
	var held Assignment
	user, _, err := u.manage(tx, by, userID, wish{version: version, done: func(User) (twice bool, err error) {
		held, twice, err = sameRole(tx, userID, in)
		return twice, err
	}})
	if err != nil || user.done {
		return held, err
	}
	if held.ID != "" {
		return Assignment{}, errs.New(errs.Conflict, "error.role.held")
	}
	if in.ID == "" {
		in.ID = tx.NewID()
	}
	row := Assignment{ID: in.ID, UserID: userID, Role: in.Role, Jurisdiction: in.Jurisdiction,
		FromDay: in.From, UntilDay: in.Until, GivenBy: by.ID, CreatedAt: tx.Now}
	return row, errors.Join(
		tx.Create(&row).Error,
		tx.Exec("UPDATE users SET version = version + 1 WHERE id = ?", userID).Error,
		u.log(tx, by, "user.role.give", in.Jurisdiction, userID, map[string]any{"role": in.Role, "from": in.From.String(), "until": in.Until.String()}),
		rightsChanged(tx, userID),
	)
}

// sameRole is the assignment of the same role in the same jurisdiction whose days meet those of a grant, if there is one; twice: it
// is this very grant, sent again.
func sameRole(tx *store.Tx, userID string, in Grant) (a Assignment, twice bool, err error) {
	var rows []Assignment
	if err := tx.Where("user_id = ? AND role = ? AND jurisdiction = ?", userID, in.Role, in.Jurisdiction).Order("id").Find(&rows).Error; err != nil {
		return a, false, err
	}
	for _, x := range rows {
		if x.ID == in.ID {
			return x, true, nil
		}
		if !x.Over(in.From) && (in.Until.IsZero() || x.FromDay <= in.Until) {
			a = x
		}
	}
	return a, false, nil
}

// EndAssignment makes until the last day of an assignment; a day before its first takes it back from the start. It needs user.manage
// in the assignment's jurisdiction; nobody changes their own roles. errs.Invalid: it ends earlier already; errs.Conflict: the
// office would have no administrator left.
func (u *Users) EndAssignment(ctx context.Context, by Actor, id string, version int64, until calendar.Day) error {
	return u.change(ctx, func(tx *store.Tx) error {
		var a Assignment
		if err := take(tx.Where("id = ?", id), &a); err != nil {
			return err
		}
		user, _, err := u.manage(tx, by, a.UserID, wish{version: version, done: func(User) (bool, error) { return !until.IsZero() && a.UntilDay == until, nil }})
		if err != nil || user.done {
			return err
		}
		var f errs.Faults
		if f.Require("until", until.String()); !a.UntilDay.IsZero() && until > a.UntilDay {
			f.Add("until", "error.until.later", a.UntilDay)
		}
		if f.Any() {
			return f.Err()
		}
		err = errors.Join(
			tx.Exec("UPDATE assignments SET until_day = ? WHERE id = ?", until, id).Error,
			tx.Exec("UPDATE users SET version = version + 1 WHERE id = ?", a.UserID).Error,
			u.log(tx, by, "user.role.end", a.Jurisdiction, a.UserID, map[string]any{"role": a.Role, "from": a.FromDay.String(), "until": until.String()}),
			rightsChanged(tx, a.UserID),
		)
		if err == nil && a.Role == Admin {
			err = u.keepAnAdmin(tx, a.UserID, max(until.AddDays(1), calendar.DayOf(tx.Now)))
		}
		return err
	})
}

// keepAnAdmin refuses a change that takes from the office its last administrator: on the day there must be one who may sign in. It is
// the last thing a change does: rightsChanged lets one change at a time come here. A change of who is none passes.
func (u *Users) keepAnAdmin(tx *store.Tx, userID string, on calendar.Day) error {
	var rows []struct {
		Assignment
		Disabled bool
	}
	err := tx.Raw("SELECT a.*, u.disabled_at IS NOT NULL AS disabled FROM assignments a JOIN users u ON u.id = a.user_id WHERE a.role = ?", Admin).Scan(&rows).Error
	if err != nil {
		return err
	}
	concerned := false
	for _, a := range rows {
		if !region.Covers(a.Jurisdiction, u.set.Office) {
			continue
		}
		if !a.Disabled && a.InForce(on) {
			return nil
		}
		concerned = concerned || a.UserID == userID
	}
	if concerned {
		return errs.New(errs.Conflict, "error.last_admin").On("user:" + userID)
	}
	return nil
}
