package access_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

func policyText() string { _, policy := config.Access(); return policy }

// policyLines reads the policy with other code than the guard's: role → action → true.
func policyLines(t *testing.T) map[string]map[string]bool {
	t.Helper()
	r := csv.NewReader(strings.NewReader(policyText()))
	r.Comment, r.TrimLeadingSpace = '#', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]bool{}
	for _, row := range rows {
		if out[row[1]] == nil {
			out[row[1]] = map[string]bool{}
		}
		out[row[1]][row[2]] = true
	}
	return out
}

// Every role × every action × every place: what is not written is refused, and what is written is refused outside.
func TestRefusalTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := accesstest.New(t, db)
		policy := policyLines(t)
		if len(o.Guard.Actions()) < 25 || len(policy) != len(access.Roles()) {
			t.Fatalf("%d actions, %d roles", len(o.Guard.Actions()), len(policy))
		}
		cells := 0
		for _, n := range accesstest.Names() {
			by, role, at := o.By[n[0]], n[1], n[2]
			for _, action := range o.Guard.Actions() {
				for _, place := range o.Regions.All() {
					want := policy[role][action] && (place.Code == at || at == "330500" && place.Parent == "330500")
					err := o.Guard.Allow(by, action, place.Code)
					if (err == nil) != want || o.Guard.Can(by, action, place.Code) != want {
						t.Errorf("%s (%s at %s) %s in %s: %v, want allowed %v", n[0], role, at, action, place.Code, err, want)
					}
					if err != nil && (errs.CodeOf(err) != errs.Forbidden || errs.As(err).Key != "error.forbidden.action") {
						t.Errorf("%s %s: %v", n[0], action, err)
					}
					cells++
				}
				want := []string(nil)
				if policy[role][action] {
					want = []string{at}
				}
				if got := o.Guard.Jurisdictions(by, action); !slices.Equal(got, want) {
					t.Errorf("%s %s: jurisdictions %v, want %v", n[0], action, got, want)
				}
				if o.Guard.CanAnywhere(by, action) != policy[role][action] || o.Guard.RoleHas(role, action) != policy[role][action] {
					t.Errorf("%s %s: CanAnywhere or RoleHas", n[0], action)
				}
			}
		}
		t.Log(cells, "cells")
	})
}

func TestSeparationOfPowers(t *testing.T) {
	policy := policyLines(t)
	for role, never := range map[string][]string{
		access.Admin:    {"case.", "lead.", "call.", "listing.", "audit.", "statistics."},
		access.Auditor:  {"case.", "lead.", "call.", "listing.", "user.", "statistics."},
		access.Officer:  {"call.", "case.approve", "case.review", "lead.file", "user.", "audit."},
		access.Operator: {"case.", "listing.", "user.", "audit."},
		access.Reviewer: {"case.work", "case.approve", "call.", "user.", "audit."},
		access.Chief:    {"case.work", "case.review", "user.", "audit."},
	} {
		for action := range policy[role] {
			for _, n := range never {
				if strings.HasPrefix(action, n) {
					t.Errorf("%s may %s", role, action)
				}
			}
		}
	}
}

func TestNoAnswerIsANo(t *testing.T) {
	o := accesstest.New(t, storetest.SQLite(t))
	officer := o.By["officer"]
	for _, c := range []struct {
		by            access.Actor
		action, place string
	}{
		{access.Actor{}, "case.view", "330500"},
		{access.Actor{ID: "officer"}, "case.view", "330500"}, // a role's name is nobody's
		{access.Actor{ID: "system", Name: "system", Username: "system"}, "case.view", "330500"},
		{access.Actor{ID: "user:" + officer.ID}, "case.view", "330500"},
		{officer, "case.veiw", "330500"},
		{officer, "", "330500"},
		{officer, "case.view", ""},
		{officer, "case.view", "33050"},
		{officer, "case.view", "330599"},
		{officer, "case.view", "330100"},
		{officer, "case.view", "000000"},
		{access.System(), "case.veiw", "330500"},
		{access.System(), "case.view", "990000"},
	} {
		if o.Guard.Can(c.by, c.action, c.place) {
			t.Errorf("%+v may %q in %q", c.by, c.action, c.place)
		}
	}
	if !o.Guard.Can(access.System(), "case.view", "330000") || !access.System().IsSystem() {
		t.Error("the program itself may not")
	}
	if j := o.Guard.Jurisdictions(access.System(), "case.view"); !slices.Equal(j, []string{"330000"}) {
		t.Errorf("the program's jurisdictions: %v", j)
	}
}

func TestPolicyIsReadStrictly(t *testing.T) {
	db := storetest.SQLite(t)
	o := accesstest.New(t, db)
	model, _ := config.Access()
	for name, policy := range map[string]string{
		`unknown role "boss"`:       "p, boss, case.view",
		`is not an action`:          "p, officer, case",
		"want p, role, action":      "g, officer, case.view",
		"stands twice":              "p, officer, case.view\np, officer, case.view",
		"wrong number of fields":    "p, officer",
		"empty":                     "# nothing\n",
		`"case.view x" is not an a`: "p, officer, case.view x",
	} {
		_, err := access.New(db, model, policy, o.Regions, func() calendar.Day { return 1 })
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("policy %q: %v, want %q", policy, err, name)
		}
	}
	if _, err := access.New(db, "[x]", "p, officer, case.view", o.Regions, func() calendar.Day { return 1 }); err == nil {
		t.Error("a model without sections was taken")
	}
}

// The enforcer against the plain rule, on random assignments.
func TestGuardAgreesWithThePlainRule(t *testing.T) {
	ctx := context.Background()
	db := storetest.SQLite(t)
	o := accesstest.New(t, db)
	policy := policyLines(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	regions := o.Regions.All()
	type grant struct{ role, place string }
	people := map[string][]grant{}
	err := db.Tx(ctx, func(tx *store.Tx) error {
		for i := range 30 {
			u, err := o.Users.AddTx(tx, access.System(), access.NewUser{Username: fmt.Sprint("random", i), Name: "x", Hash: accesstest.Hash})
			if err != nil {
				return err
			}
			for range rnd.IntN(4) {
				g := grant{access.Roles()[rnd.IntN(7)], regions[rnd.IntN(len(regions))].Code}
				if slices.Contains(people[u.ID], g) { // a role is held once
					continue
				}
				people[u.ID] = append(people[u.ID], g)
				if _, err := o.Users.SetRoleTx(tx, access.System(), u.ID, 0, access.Grant{Role: g.role, Jurisdiction: g.place}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Guard.Refresh(ctx, 0); err != nil {
		t.Fatal(err)
	}
	for id, grants := range people {
		for _, action := range o.Guard.Actions() {
			for _, r := range regions {
				want := slices.ContainsFunc(grants, func(g grant) bool { return policy[g.role][action] && region.Covers(g.place, r.Code) })
				if got := o.Guard.Can(access.Actor{ID: id}, action, r.Code); got != want {
					t.Fatalf("%v: %s in %s: %v, want %v", grants, action, r.Code, got, want)
				}
			}
		}
	}
}

func TestAssignmentsBeginAndEndAtMidnight(t *testing.T) {
	ctx := context.Background()
	now := storetest.Now
	db, err := store.Open(ctx, store.Options{URL: storetest.URL(t, store.SQLite), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	o := accesstest.New(t, db)
	u, err := o.Users.Add(ctx, access.System(), access.NewUser{Username: "visitor", Name: "访客", Hash: accesstest.Hash, Roles: []access.Grant{
		{Role: access.Archivist, Jurisdiction: "330500", From: calendar.Date(2026, 11, 22), Until: calendar.Date(2026, 11, 23)}}})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[int]bool{20: false, 21: false, 22: true, 23: true, 24: false, 30: false} {
		for _, clock := range []time.Duration{0, 12 * time.Hour, 24*time.Hour - time.Second} {
			now = calendar.Date(2026, 11, day).Time().Add(clock)
			if got := o.Guard.Can(u.Actor(), "case.archive", "330521"); got != want {
				t.Errorf("%s: %v, want %v", now, got, want)
			}
			if got := len(o.Guard.Roles(u.Actor())) == 1; got != want {
				t.Errorf("%s: roles %v", now, o.Guard.Roles(u.Actor()))
			}
			if got := slices.Contains(o.Guard.Holders("case.archive", "330521"), u.Actor()); got != want {
				t.Errorf("%s: holders", now)
			}
		}
	}
}
