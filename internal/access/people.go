package access

import (
	"context"

	"huzhi/internal/region"
	"huzhi/internal/store"
)

// Person is a user with the roles held, past and future ones too.
type Person struct {
	User
	Roles []Assignment
}

// ByUsername finds a person by the name they sign in with, for the command line. errs.NotFound.
func (u *Users) ByUsername(ctx context.Context, username string) (User, error) {
	var row User
	return row, take(u.db.Read(ctx).Where("username = ?", username), &row)
}

// Get finds a person by identifier. errs.NotFound.
func (u *Users) Get(ctx context.Context, id string) (User, error) { return find(u.db.Read(ctx), id) }

// GetTx is Get in the caller's transaction.
func (u *Users) GetTx(tx *store.Tx, id string) (User, error) { return find(tx.DB, id) }

// Named are the people with these identifiers, in no order; an identifier of nobody is passed over.
func (u *Users) Named(ctx context.Context, ids []string) ([]User, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []User
	return rows, u.db.Read(ctx).Where("id IN ?", ids).Find(&rows).Error
}

// Count is how many people the office has.
func (u *Users) Count(ctx context.Context) (n int64, err error) {
	err = u.db.Read(ctx).Model(&User{}).Count(&n).Error
	return n, err
}

// seen is the condition of the people somebody may view: who holds, held or will hold a role where they may, and who never held one.
func (u *Users) seen(by Actor) (sql string, args []any) {
	within, args := u.guard.Condition(by, "user.view", "a", "")
	return `(EXISTS (SELECT 1 FROM assignments a WHERE a.user_id = users.id AND ` + within + `)
		OR NOT EXISTS (SELECT 1 FROM assignments b WHERE b.user_id = users.id))`, args
}

// List is everybody who holds, held or will hold a role where by may view people, and those who hold none, by username.
// It needs user.view.
func (u *Users) List(ctx context.Context, by Actor) ([]Person, error) {
	if err := u.guard.AllowAnywhere(by, "user.view"); err != nil {
		return nil, refused(err, "users")
	}
	seen, args := u.seen(by)
	var users []User
	if err := u.db.Read(ctx).Where(seen, args...).Order("username").Find(&users).Error; err != nil {
		return nil, err
	}
	roles, err := u.assignments(ctx, users)
	if err != nil {
		return nil, err
	}
	out := make([]Person, len(users))
	for i, x := range users {
		out[i] = Person{User: x, Roles: roles[x.ID]}
	}
	return out, nil
}

// Dossier is all that is recorded of a person, and what the reader may do about it.
type Dossier struct {
	Person
	Certificates []Recorded // the latest first
	Factor       *Factor    // nil: there is none
	NeedsFactor  bool       // a role held today asks for one
	Manage       bool       // the reader may change this person
}

// Find is a person whole. It needs user.view; errs.NotFound where by may not view this one.
func (u *Users) Find(ctx context.Context, by Actor, id string) (*Dossier, error) {
	if err := u.guard.AllowAnywhere(by, "user.view"); err != nil {
		return nil, refused(err, "user:"+id)
	}
	q := u.db.Read(ctx)
	var d Dossier
	seen, args := u.seen(by)
	if err := take(q.Where("id = ?", id).Where(seen, args...), &d.User); err != nil {
		return nil, err
	}
	roles, err := u.assignments(ctx, []User{d.User})
	if err != nil {
		return nil, err
	}
	d.Roles = roles[id]
	if err := q.Where("user_id = ?", id).Order("recorded_at DESC, id DESC").Find(&d.Certificates).Error; err != nil {
		return nil, err
	}
	if d.Factor, err = u.Factor(ctx, id); err != nil {
		return nil, err
	}
	d.NeedsFactor = !d.Exempt && u.needsFactor(d.Actor())
	places, err := u.places(q, id, u.guard.today())
	if err != nil {
		return nil, err
	}
	d.Manage = by.ID != id && u.guard.CanAnywhere(by, "user.manage")
	for _, p := range places {
		d.Manage = d.Manage && u.guard.Can(by, "user.manage", p)
	}
	return &d, nil
}

func (u *Users) assignments(ctx context.Context, of []User) (map[string][]Assignment, error) {
	ids := make([]string, len(of))
	for i, x := range of {
		ids[i] = x.ID
	}
	var rows []Assignment
	if err := u.db.Read(ctx).Where("user_id IN ?", ids).Order("from_day, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	by := map[string][]Assignment{}
	for _, a := range rows {
		by[a.UserID] = append(by[a.UserID], a)
	}
	return by, nil
}

// Holding are the people who may do something in a jurisdiction today, with their certificates, by username:
// the choices of a form, and the check of what it sends.
func (u *Users) Holding(ctx context.Context, action, jurisdiction string) ([]User, error) {
	who := u.guard.Holders(action, jurisdiction)
	ids := make([]string, len(who))
	for i, a := range who {
		ids[i] = a.ID
	}
	var rows []User
	return rows, u.db.Read(ctx).Where("id IN ?", ids).Order("username").Find(&rows).Error
}

// Regions is the book of jurisdictions.
func (u *Users) Regions() *region.Book { return u.regions }
