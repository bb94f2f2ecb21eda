package access_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// clock is a database whose time the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) Set(t time.Time) { c.mu.Lock(); c.now = t; c.mu.Unlock() }

func (c *clock) Add(d time.Duration) { c.mu.Lock(); c.now = c.now.Add(d); c.mu.Unlock() }

func each(t *testing.T, fn func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office)) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			c := &clock{now: storetest.Now}
			db, err := store.Open(context.Background(), store.Options{URL: storetest.URL(t, engine), Now: c.Now})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			if _, err := db.Migrate(context.Background()); err != nil {
				t.Fatal(err)
			}
			fn(t, c, db, accesstest.New(t, db))
		})
	}
}

func signIn(t *testing.T, o *accesstest.Office, who string) string {
	t.Helper()
	ticket, err := o.Users.SignIn(context.Background(), who, accesstest.Password, access.From{IP: "10.0.0.1"})
	if err != nil || ticket.Half {
		t.Fatal(ticket.Half, err)
	}
	return ticket.Token
}

func changePassword(o *accesstest.Office, by access.Actor, old, password string) error {
	_, err := o.Users.ChangePassword(context.Background(), by, old, password, access.From{IP: "::1"})
	return err
}

func signedIn(t *testing.T, o *accesstest.Office, token string) bool {
	t.Helper()
	_, err := o.Users.Session(context.Background(), token)
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		t.Fatal(err)
	}
	return err == nil
}

func TestSessionEndsWithWhatItRestsOn(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		officer := o.By["officer"]
		for name, change := range map[string]func() error{
			"disabled":     func() error { return o.Users.Disable(ctx, access.System(), officer.ID, 0) },
			"new password": func() error { return o.Users.SetPassword(ctx, o.By["admin"], officer.ID, 0, "another password", false) },
			"role given": func() error {
				_, err := o.Users.SetRole(ctx, o.By["admin"], officer.ID, 0, access.Grant{Role: access.Archivist, Jurisdiction: "330500"})
				return err
			},
			"role ended": func() error {
				return o.Users.EndAssignment(ctx, o.By["admin"], o.Guard.Roles(officer)[0].ID, 0, calendar.Date(2026, 11, 19))
			},
			"own new password": func() error {
				if err := changePassword(o, officer, "not the old one", "another password"); errs.CodeOf(err) != errs.Invalid || errs.As(err).Fields[0].Name != "old" {
					t.Errorf("a wrong old password: %v", err)
				}
				if err := changePassword(o, officer, accesstest.Password, accesstest.Password); errs.CodeOf(err) != errs.Invalid || errs.As(err).Fields[0].Name != "password" {
					t.Errorf("the same password: %v", err)
				}
				return changePassword(o, officer, accesstest.Password, "another password")
			},
			"signed out": nil,
		} {
			t.Run(name, func(t *testing.T) {
				token, other := signIn(t, o, "officer"), signIn(t, o, "chief")
				if !signedIn(t, o, token) {
					t.Fatal("not signed in")
				}
				if change == nil {
					change = func() error { return o.Users.SignOut(ctx, token) }
				}
				if err := change(); err != nil {
					t.Fatal(err)
				}
				if signedIn(t, o, token) {
					t.Error("the session lives on")
				}
				if !signedIn(t, o, other) {
					t.Error("somebody else's session ended too")
				}
				// As it was.
				err := errors.Join(
					o.Users.Enable(ctx, access.System(), officer.ID, 0),
					o.Users.SetPassword(ctx, access.System(), officer.ID, 0, accesstest.Password, false),
				)
				if len(o.Guard.Roles(officer)) == 0 {
					_, e := o.Users.SetRole(ctx, access.System(), officer.ID, 0, access.Grant{Role: access.Officer, Jurisdiction: "330500"})
					err = errors.Join(err, e)
				}
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	})
}

func TestSessionHasAnIdleAndAnAbsoluteEnd(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		token := signIn(t, o, "officer")
		c.Add(2*time.Hour - time.Second)
		if !signedIn(t, o, token) {
			t.Fatal("ended before its time")
		}
		c.Add(2 * time.Hour)
		if signedIn(t, o, token) {
			t.Error("lives on unused")
		}
		token = signIn(t, o, "officer")
		for range 23 {
			c.Add(30 * time.Minute)
			if !signedIn(t, o, token) {
				t.Fatal("ended while in use")
			}
		}
		c.Add(30 * time.Minute)
		if signedIn(t, o, token) {
			t.Error("lives past its absolute end")
		}
		for _, bad := range []string{"", "x", strings.Repeat("x", 1000), token + "x", "' OR 1=1 --"} {
			if signedIn(t, o, bad) {
				t.Errorf("token %.20q is somebody", bad)
			}
		}
		var rows []string
		signIn(t, o, "officer") // sweeps what has ended
		if err := db.Read(context.Background()).Raw("SELECT id FROM sessions").Scan(&rows).Error; err != nil || len(rows) != 1 || rows[0] == token || len(rows[0]) != 64 {
			t.Errorf("sessions: %v, %v", rows, err)
		}
	})
}

func TestSignInThrottle(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		try := func(name, password string) error {
			_, err := o.Users.SignIn(ctx, name, password, access.From{IP: "10.0.0.2"})
			return err
		}
		for i := range 5 {
			if err := try("officer", "wrong"); errs.CodeOf(err) != errs.Invalid || errs.As(err).Key != "error.sign_in" {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		// Now even the right password waits, and so does every further try, growing from 30 seconds to 15 minutes.
		for i, wait := range []int{30, 60, 120, 240, 480, 900, 900} {
			err := try(" OFFICER ", accesstest.Password)
			if errs.CodeOf(err) != errs.Throttled || errs.As(err).Args[0] != wait {
				t.Fatalf("after %d failures: %v, want %d seconds", i+5, err, wait)
			}
			c.Add(time.Duration(wait)*time.Second - time.Second)
			if err := try("officer", accesstest.Password); errs.CodeOf(err) != errs.Throttled || errs.As(err).Args[0] != 1 {
				t.Fatalf("a second early: %v", err)
			}
			c.Add(time.Second)
			if err := try("officer", "wrong"); errs.CodeOf(err) != errs.Invalid {
				t.Fatalf("after the wait: %v", err)
			}
		}
		if err := try("chief", accesstest.Password); err != nil {
			t.Errorf("another name waits too: %v", err)
		}
		c.Add(15 * time.Minute)
		if err := try("officer", accesstest.Password); err != nil {
			t.Errorf("the right password after the wait: %v", err)
		}
		if err := try("officer", "wrong"); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("the count did not begin anew: %v", err)
		}

		var log []audit.Entry
		if err := db.Read(ctx).Where("action = ?", "session.open").Order("seq").Find(&log).Error; err != nil {
			t.Fatal(err)
		}
		kinds := map[string]int{}
		for _, e := range log {
			kinds[e.Outcome]++
			if strings.Contains(e.Detail, accesstest.Password) || strings.Contains(e.Detail, `"wrong"`) {
				t.Errorf("a password stands in the log: %+v", e)
			}
			if e.Jurisdiction != "330500" {
				t.Errorf("jurisdiction %q", e.Jurisdiction)
			}
		}
		if kinds[audit.Done] != 2 || kinds[audit.Refused] != 5+7*3+1 {
			t.Errorf("log: %v", kinds)
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestAnAddressMayFailSoOften(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		for i := range 20 {
			name := strings.Repeat("x", i+1)
			if _, err := o.Users.SignIn(ctx, name, "wrong", access.From{IP: "10.0.0.3"}); errs.CodeOf(err) != errs.Invalid {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if _, err := o.Users.SignIn(ctx, "chief", accesstest.Password, access.From{IP: "10.0.0.3"}); errs.CodeOf(err) != errs.Throttled {
			t.Errorf("try 21: %v", err)
		}
		if _, err := o.Users.SignIn(ctx, "chief", accesstest.Password, access.From{IP: "10.0.0.4"}); err != nil {
			t.Errorf("another address: %v", err)
		}
		c.Add(3 * time.Second)
		if _, err := o.Users.SignIn(ctx, "chief", accesstest.Password, access.From{IP: "10.0.0.3"}); err != nil {
			t.Errorf("after the wait: %v", err)
		}
		for range 22 { // who signs in rightly is never throttled
			if _, err := o.Users.SignIn(ctx, "chief", accesstest.Password, access.From{IP: "10.0.0.4"}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestManyTriesAtOnceDoNotPassTheCounterTogether(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		wrong := 0
		for i := range 19 {
			wg.Go(func() {
				_, err := o.Users.SignIn(context.Background(), "officer", "wrong", access.From{IP: "10.0.1." + string(rune('a'+i))})
				mu.Lock()
				defer mu.Unlock()
				switch errs.CodeOf(err) {
				case errs.Invalid:
					wrong++
				case errs.Throttled:
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if wrong < 5 || wrong > 6 {
			t.Errorf("%d passwords were tried", wrong)
		}
	})
}

func TestSignInRefusesAndTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		if err := o.Users.Disable(ctx, access.System(), o.By["archivist"].ID, 0); err != nil {
			t.Fatal(err)
		}
		for _, in := range [][2]string{
			{"archivist", accesstest.Password}, {"nobody", accesstest.Password}, {"", ""}, {"officer", ""},
			{"officer", strings.Repeat("密", 100000)}, {"a\x00b", "x"}, {"\xff\xfe", "x"}, {strings.Repeat("名", 1000), "x"},
		} {
			_, err := o.Users.SignIn(ctx, in[0], in[1], access.From{IP: "10.0.0.5"})
			if errs.CodeOf(err) != errs.Invalid || errs.As(err).Key != "error.sign_in" || len(errs.As(err).Fields) != 0 {
				t.Errorf("%.20q: %v", in[0], err)
			}
		}
		var long int
		if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM audit_log WHERE LENGTH(actor_name) > 40").Scan(&long).Error; err != nil || long != 0 {
			t.Errorf("%d names were not cut, %v", long, err)
		}
	})
}

func TestARightTakenAwayInAnotherProcessIsGoneOnTheNextRequest(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		model, _ := config.Access()
		elsewhere, err := access.New(db, model, policyText(), o.Regions,
			func() calendar.Day { return calendar.DayOf(db.Now()) })
		if err != nil {
			t.Fatal(err)
		}
		officer, deqing := o.By["officer"], o.By["officer.deqing"]
		there := access.NewUsers(db, elsewhere, access.Settings{})
		token := signIn(t, o, "officer.deqing")
		if err := there.EndAssignment(ctx, access.System(), elsewhere.Roles(officer)[0].ID, 0, calendar.Date(2026, 11, 19)); err != nil {
			t.Fatal(err)
		}
		if elsewhere.Can(officer, "case.view", "330500") {
			t.Error("not gone where it was taken away")
		}
		if _, err := o.Users.Session(ctx, token); err != nil { // anybody's request will do
			t.Fatal(err)
		}
		if o.Guard.Can(officer, "case.view", "330500") || !o.Guard.Can(deqing, "case.view", "330521") {
			t.Error("not gone on the next request")
		}
	})
}

// holders is how many of the office's people have a role.
func holders(role string) (n int) {
	for _, x := range accesstest.Names() {
		if x[1] == role {
			n++
		}
	}
	return n
}

func TestWhoMayManageWhom(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		sys, admin, officer := access.System(), o.By["admin"], o.By["officer"]
		county, err := o.Users.Add(ctx, admin, access.NewUser{Username: "admin.deqing", Name: "德清管理员", Password: "long enough",
			Roles: []access.Grant{{Role: access.Admin, Jurisdiction: "330521"}}})
		if err != nil {
			t.Fatal(err)
		}
		deqing := county.Actor()
		city := access.Grant{Role: access.Officer, Jurisdiction: "330500"}
		inDeqing := access.Grant{Role: access.Officer, Jurisdiction: "330521"}
		role := func(by access.Actor, id string, g access.Grant) error {
			_, err := o.Users.SetRole(ctx, by, id, 0, g)
			return err
		}
		add := func(by access.Actor, n access.NewUser) error { _, err := o.Users.Add(ctx, by, n); return err }
		for name, c := range map[string]struct {
			err  error
			code errs.Code
			key  string
		}{
			"an officer gives a role":               {role(officer, deqing.ID, inDeqing), errs.Forbidden, "error.forbidden.action"},
			"an officer adds a person":              {add(officer, access.NewUser{Username: "new1", Name: "x", Hash: accesstest.Hash}), errs.Forbidden, "error.forbidden.action"},
			"an officer disables a person":          {o.Users.Disable(ctx, officer, admin.ID, 0), errs.Forbidden, "error.forbidden.action"},
			"an officer sets another's password":    {o.Users.SetPassword(ctx, officer, admin.ID, 0, "long enough", true), errs.Forbidden, "error.forbidden.action"},
			"the county gives a role of the city":   {role(deqing, officer.ID, city), errs.Forbidden, "error.forbidden.action"},
			"the county disables one of the city":   {o.Users.Disable(ctx, deqing, officer.ID, 0), errs.NotFound, "error.not_found"},
			"the county takes the city's password":  {o.Users.SetPassword(ctx, deqing, o.By["chief"].ID, 0, "long enough", true), errs.NotFound, "error.not_found"},
			"the county certifies the city":         {o.Users.SetCertificate(ctx, deqing, officer.ID, 0, access.Certificate{Number: "1", Until: 20000}), errs.NotFound, "error.not_found"},
			"an admin makes themselves an officer":  {role(admin, admin.ID, city), errs.Forbidden, "error.forbidden.self"},
			"an admin disables themselves":          {o.Users.Disable(ctx, admin, admin.ID, 0), errs.Forbidden, "error.forbidden.self"},
			"the county gives a role in the county": {role(deqing, o.By["officer.deqing"].ID, access.Grant{Role: access.Archivist, Jurisdiction: "330521"}), "", ""},
			"nobody of that name":                   {role(sys, "nobody", city), errs.NotFound, "error.not_found"},
			"no such assignment":                    {o.Users.EndAssignment(ctx, sys, "x", 0, 1), errs.NotFound, "error.not_found"},
			"an unknown role":                       {role(sys, officer.ID, access.Grant{Role: "boss", Jurisdiction: "330500"}), errs.Invalid, "error.form"},
			"an unknown area":                       {role(sys, officer.ID, access.Grant{Role: access.Chief, Jurisdiction: "330100"}), errs.Invalid, "error.form"},
			"the end before the beginning":          {role(sys, officer.ID, access.Grant{Role: access.Chief, Jurisdiction: "330500", From: 20, Until: 19}), errs.Invalid, "error.form"},
			"a short password":                      {o.Users.SetPassword(ctx, sys, officer.ID, 0, "123456789", true), errs.Invalid, "error.form"},
			"a taken name":                          {add(sys, access.NewUser{Username: "officer", Name: "x", Hash: accesstest.Hash}), errs.Conflict, "error.username.taken"},
			"a name with a space":                   {add(sys, access.NewUser{Username: "of ficer", Name: "x", Hash: accesstest.Hash}), errs.Invalid, "error.form"},
			"a hash that is none":                   {add(sys, access.NewUser{Username: "new2", Name: "x", Hash: "$2a$10$x"}), errs.Invalid, "error.form"},
			"a strange theme":                       {o.Users.SetPrefs(ctx, officer, access.Prefs{Theme: "pink"}), errs.Invalid, "error.form"},
		} {
			if errs.CodeOf(c.err) != c.code || c.err != nil && errs.As(c.err).Key != c.key {
				t.Errorf("%s: %v, want %s %s", name, c.err, c.code, c.key)
			}
			if c.code == errs.Forbidden && errs.As(c.err).Subject == "" {
				t.Errorf("%s: would not stand in the log", name)
			}
		}

		people := func(by access.Actor) (names []string) {
			rows, err := o.Users.List(ctx, by)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				names = append(names, r.Username)
			}
			return names
		}
		if got := people(deqing); !slices.Equal(got, []string{"admin.deqing", "chief.deqing", "officer.deqing", "operator.deqing"}) {
			t.Errorf("the county's people: %v", got)
		}
		if got := people(admin); len(got) != len(accesstest.Names())+1 {
			t.Errorf("the city's people: %v", got)
		}
		if _, err := o.Users.List(ctx, officer); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("an officer lists people: %v", err)
		}
		holding, err := o.Users.Holding(ctx, "case.work", "330521")
		if err != nil || len(holding) != holders(access.Officer) || holding[0].CertificateNo == "" || !holding[0].Certified(calendar.Date(2030, 12, 31)) || holding[0].Certified(calendar.Date(2031, 1, 1)) {
			t.Errorf("who works in Deqing: %v, %v", holding, err)
		}
	})
}

func TestACertificateNeedsItsLastDay(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		_, added := o.Users.Add(ctx, access.System(), access.NewUser{Username: "new", Name: "新人", Hash: accesstest.Hash, Certificate: access.Certificate{Number: "浙E0001"}})
		set := o.Users.SetCertificate(ctx, access.System(), o.By["officer"].ID, 0, access.Certificate{Number: "浙E0002"})
		for what, err := range map[string]error{"added": added, "set": set} {
			if e := errs.As(err); e == nil || e.Code != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != "certificate_until" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := o.Users.SetCertificate(ctx, access.System(), o.By["officer"].ID, 0, access.Certificate{}); err != nil {
			t.Errorf("taken away: %v", err)
		}
		if (access.User{CertificateNo: "浙E0001"}).Certified(calendar.DayOf(c.Now())) {
			t.Error("valid without a last day")
		}
	})
}

func TestEveryChangeStandsInTheLog(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		admin := o.By["admin"]
		u, err := o.Users.Add(ctx, admin, access.NewUser{Username: "new", Name: "新人", Password: "long enough"})
		if err != nil {
			t.Fatal(err)
		}
		a, err := o.Users.SetRole(ctx, admin, u.ID, 0, access.Grant{Role: access.Officer, Jurisdiction: "330523"})
		err = errors.Join(err,
			o.Users.SetCertificate(ctx, admin, u.ID, 0, access.Certificate{Number: "浙E0001", Until: calendar.Date(2027, 1, 1)}),
			changePassword(o, u.Actor(), "long enough", "my own password"),
			o.Users.SetPrefs(ctx, u.Actor(), access.Prefs{Language: "en", Theme: "dark"}),
			o.Users.EndAssignment(ctx, admin, a.ID, 0, calendar.Date(2026, 12, 31)),
			o.Users.Disable(ctx, admin, u.ID, 0), o.Users.Enable(ctx, admin, u.ID, 0),
		)
		if err != nil {
			t.Fatal(err)
		}
		ticket, err := o.Users.SignIn(ctx, "new", "my own password", access.From{IP: "::1"})
		if err != nil {
			t.Fatal(err)
		}
		if in, err := o.Users.Session(ctx, ticket.Token); err != nil || in.By != u.Actor() || in.Prefs != (access.Prefs{Language: "en", Theme: "dark"}) || in.Duty != "" {
			t.Errorf("session: %+v %v", in, err)
		}
		if err := o.Users.SignOut(ctx, ticket.Token); err != nil {
			t.Fatal(err)
		}
		var log []audit.Entry
		if err := db.Read(ctx).Where("subject = ?", "user:"+u.ID).Order("seq").Find(&log).Error; err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range log {
			got = append(got, e.Action+" "+e.ActorName+" "+e.Jurisdiction)
		}
		a1, own := " "+admin.Name, " 新人"
		want := []string{"user.add" + a1 + " 330500", "user.role.give" + a1 + " 330523", "user.certificate" + a1 + " 330523", "account.password" + own + " 330523",
			"account.prefs" + own + " 330523", "user.role.end" + a1 + " 330523", "user.disable" + a1 + " 330523", "user.enable" + a1 + " 330523",
			"session.open" + own + " 330523", "session.close" + own + " 330523"}
		if !slices.Equal(got, want) {
			t.Errorf("log:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
