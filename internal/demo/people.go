package demo

import (
	"context"
	"fmt"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/report"
	"huzhi/internal/store"
)

// city is the office whose demonstration this is; the counties are those below it.
const city = "330500"

func counties() []string { return []string{"330502", "330503", "330521", "330522", "330523"} }

// post is one of the people: the roles held in one office.
type post struct {
	username, office string
	roles            []string
}

// posts is everybody. Panels take three officers, four eyes take a second chief and a second reviewer.
func posts() []post {
	all := []post{
		{"operator", city, []string{access.Operator}}, {"operator2", city, []string{access.Operator}},
		{"officer", city, []string{access.Officer}}, {"officer2", city, []string{access.Officer}}, {"officer3", city, []string{access.Officer}},
		{"officer4", city, []string{access.Officer}}, {"officer5", city, []string{access.Officer}}, {expiring, city, []string{access.Officer}},
		{expired, city, []string{access.Officer}},
		{"reviewer", city, []string{access.Reviewer}}, {"reviewer2", city, []string{access.Reviewer}},
		{"chief", city, []string{access.Chief}}, {"chief2", city, []string{access.Chief}},
		{"archivist", city, []string{access.Archivist}}, {"admin", city, []string{access.Admin}}, {"auditor", city, []string{access.Auditor}},
	}
	for _, c := range []struct {
		name, office string
		hotline      bool
	}{{"wuxing", "330502", false}, {"nanxun", "330503", false}, {"deqing", "330521", true}, {"changxing", "330522", true}, {"anji", "330523", true}} {
		if c.hotline {
			all = append(all, post{"operator." + c.name, c.office, []string{access.Operator}})
		}
		all = append(all,
			post{"officer." + c.name, c.office, []string{access.Officer}},
			post{"officer2." + c.name, c.office, []string{access.Officer}},
			post{"officer3." + c.name, c.office, []string{access.Officer}},
			post{"reviewer." + c.name, c.office, []string{access.Reviewer, access.Archivist}},
			post{"chief." + c.name, c.office, []string{access.Chief}})
	}
	return all
}

// The officers whose certificates show what the office must look after: one runs out soon, one has run out.
const (
	expiring = "officer6"
	expired  = "officer7"
)

// staff is the people of one office by what they do.
type staff struct {
	operators, officers, reviewers, chiefs, archivists []access.Actor
}

// hire adds the people, in one transaction that also says that the office is a demonstration and not yet filled.
func (w *world) hire(ctx context.Context) error {
	hash, err := access.HashPassword(Password)
	if err != nil {
		return err
	}
	w.staff = map[string]*staff{}
	first := calendar.Date(2013, 1, 1)
	err = w.DB.Tx(ctx, func(tx *store.Tx) error {
		if err := store.SetSetting(tx, report.DemoSetting, Filling); err != nil {
			return err
		}
		tx = tx.At(calendar.Date(2012, 12, 31).Time().Add(9 * 3600e9))
		for i, p := range posts() {
			in := access.NewUser{Username: p.username, Name: w.person(), Hash: hash, Exempt: true}
			for _, r := range p.roles {
				in.Roles = append(in.Roles, access.Grant{Role: r, Jurisdiction: p.office, From: first})
				if r == access.Officer {
					in.Certificate = access.Certificate{Number: fmt.Sprintf("浙E%s%03d", p.office, i+1), Kind: access.Enforcement, Issuer: access.ByProvince, Until: w.certificate(p.username)}
				}
			}
			u, err := w.Users.AddTx(tx, access.System(), in)
			if err != nil {
				return err
			}
			w.assign(p, u.Actor())
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.Guard.Refresh(ctx, 0)
}

// certificate is the last day of a person's enforcement certificate.
func (w *world) certificate(username string) calendar.Day {
	switch username {
	case expiring:
		return w.today.AddDays(18)
	case expired:
		return w.today.AddDays(-73)
	}
	return calendar.Date(w.today.Year()+2+w.rng.IntN(3), 12, 31)
}

func (w *world) assign(p post, who access.Actor) {
	s := w.staff[p.office]
	if s == nil {
		s = &staff{}
		w.staff[p.office] = s
	}
	w.by[p.username] = who
	for _, r := range p.roles {
		switch r {
		case access.Operator:
			s.operators = append(s.operators, who)
		case access.Officer:
			s.officers = append(s.officers, who)
		case access.Reviewer:
			s.reviewers = append(s.reviewers, who)
		case access.Chief:
			s.chiefs = append(s.chiefs, who)
		case access.Archivist:
			s.archivists = append(s.archivists, who)
		}
	}
}

// team draws n officers of a matter's office, first the one who must be among them.
func (w *world) team(sp spec, n int) []access.Actor {
	var pool []access.Actor
	for _, o := range w.staff[sp.office].officers {
		if o.ID != sp.first.ID && o.Username != sp.without && !(sp.now && o.Username == expired) {
			pool = append(pool, o)
		}
	}
	w.rng.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	var out []access.Actor
	if sp.first.ID != "" {
		out = append(out, sp.first)
	}
	return append(out, pool[:n-len(out)]...)
}
