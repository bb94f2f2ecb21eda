// Package accesstest gives tests an office with one person a role, as the demonstration office has them.
package accesstest

import (
	"context"
	"path/filepath"
	"testing"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/keyring"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// Password is everybody's password.
const Password = "huzhi-demo"

// Hash is of Password, with the least work that argon2id allows: tests sign in thousands of times.
const Hash = "$argon2id$v=19$m=64,t=1,p=1$4g33UmTQKLhWiyzJTctfnQ$fHgHTzuJ5zscUKrKqv6VHOTSUBp9xy3ERcPX3o2mFc4"

// Office is people, their guard, and the book of regions.
type Office struct {
	Guard   *access.Guard
	Users   *access.Users
	Regions *region.Book
	By      map[string]access.Actor // by username
}

// Names is everybody: username, role, jurisdiction.
func Names() [][3]string {
	return [][3]string{
		{"operator", access.Operator, "330500"}, {"officer", access.Officer, "330500"}, {"reviewer", access.Reviewer, "330500"},
		{"chief", access.Chief, "330500"}, {"archivist", access.Archivist, "330500"}, {"admin", access.Admin, "330500"},
		{"auditor", access.Auditor, "330500"}, {"operator.deqing", access.Operator, "330521"},
		{"officer.deqing", access.Officer, "330521"}, {"chief.deqing", access.Chief, "330521"},
		{"officer2", access.Officer, "330500"}, {"officer3", access.Officer, "330500"}, {"reviewer2", access.Reviewer, "330500"},
	}
}

// New fills a migrated database with the people: roles at the city (330500) and in Deqing (330521), all from 2011 on. Chiefs and
// administrators need a second factor, from which these people are exempt, as those of the demonstration are.
func New(t testing.TB, db *store.DB) *Office {
	t.Helper()
	regions, err := config.Regions()
	if err != nil {
		t.Fatal(err)
	}
	model, policy := config.Access()
	guard, err := access.New(db, model, policy, regions, func() calendar.Day { return calendar.DayOf(db.Now()) })
	if err != nil {
		t.Fatal(err)
	}
	o := &Office{Guard: guard, Users: access.NewUsers(db, guard, access.Settings{Office: "330500", SecondFactor: []string{access.Chief, access.Admin}}), Regions: regions, By: map[string]access.Actor{}}
	keys, err := keyring.Load(filepath.Join(t.TempDir(), "keys.json"), true)
	if err != nil {
		t.Fatal(err)
	}
	o.Users.SealWith(keys)
	err = db.Tx(context.Background(), func(tx *store.Tx) error {
		for _, n := range Names() {
			u, err := o.Users.AddTx(tx, access.System(), access.NewUser{
				Username: n[0], Name: "测试 " + n[0], Hash: Hash, Exempt: true, Certificate: access.Certificate{Number: "浙E" + n[0], Until: calendar.Date(2030, 12, 31)},
				Roles: []access.Grant{{Role: n[1], Jurisdiction: n[2], From: calendar.Date(2011, 1, 1)}},
			})
			if err != nil {
				return err
			}
			o.By[n[0]] = u.Actor()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := guard.Reload(context.Background()); err != nil {
		t.Fatal(err)
	}
	return o
}
