package access_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// countyAdmin is an administrator of Deqing.
func countyAdmin(t *testing.T, o *accesstest.Office) access.Actor {
	t.Helper()
	u, err := o.Users.Add(context.Background(), access.System(), access.NewUser{Username: "admin.deqing", Name: "德清管理员", Hash: accesstest.Hash,
		Roles: []access.Grant{{Role: access.Admin, Jurisdiction: "330521"}}})
	if err != nil {
		t.Fatal(err)
	}
	return u.Actor()
}

func dossier(t *testing.T, o *accesstest.Office, id string) *access.Dossier {
	t.Helper()
	d, err := o.Users.Find(context.Background(), access.System(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func refusedWith(t *testing.T, what string, err error, code errs.Code, key string) {
	t.Helper()
	if errs.CodeOf(err) != code || errs.As(err).Key != key {
		t.Errorf("%s: %v, want %s %s", what, err, code, key)
	}
}

// field is the only field that an error names.
func field(err error) string {
	if e := errs.As(err); e != nil && e.Code == errs.Invalid && len(e.Fields) == 1 {
		return e.Fields[0].Name
	}
	return ""
}

// Every change takes the version that was seen; the same change twice is done once, another on an old version is refused.
func TestAChangeOfAPersonNamesItsVersion(t *testing.T) {
	each(t, func(t *testing.T, _ *clock, db *store.DB, o *accesstest.Office) {
		ctx, admin, id := context.Background(), o.By["admin"], o.By["officer"].ID
		grant := access.Grant{ID: db.NewID(), Role: access.Archivist, Jurisdiction: "330500", From: calendar.Date(2026, 11, 20)}
		first := dossier(t, o, id).Roles[0].ID
		for _, c := range []struct {
			name, action string
			do           func(version int64) error
			same         func(version int64) error // another change of the kind
			changes      bool                      // sent twice, it is another change each time
		}{
			{name: "data", action: "user.edit", do: func(v int64) error { return o.Users.Edit(ctx, admin, id, v, access.Data{Name: "新名"}) },
				same: func(v int64) error { return o.Users.Edit(ctx, admin, id, v, access.Data{Name: "又一名"}) }},
			{name: "certificate", action: "user.certificate", do: func(v int64) error {
				return o.Users.SetCertificate(ctx, admin, id, v, access.Certificate{Number: "浙E9", Kind: access.Enforcement, Issuer: access.ByProvince, Until: calendar.Date(2031, 1, 1)})
			}, same: func(v int64) error { return o.Users.SetCertificate(ctx, admin, id, v, access.Certificate{}) }},
			{name: "role", action: "user.role.give", do: func(v int64) error { _, err := o.Users.SetRole(ctx, admin, id, v, grant); return err },
				same: func(v int64) error {
					_, err := o.Users.SetRole(ctx, admin, id, v, access.Grant{Role: access.Reviewer, Jurisdiction: "330500"})
					return err
				}},
			{name: "end of a role", action: "user.role.end", do: func(v int64) error { return o.Users.EndAssignment(ctx, admin, first, v, calendar.Date(2026, 12, 31)) },
				same: func(v int64) error { return o.Users.EndAssignment(ctx, admin, first, v, calendar.Date(2026, 12, 30)) }},
			{name: "disable", action: "user.disable", do: func(v int64) error { return o.Users.Disable(ctx, admin, id, v) }},
			{name: "enable", action: "user.enable", do: func(v int64) error { return o.Users.Enable(ctx, admin, id, v) },
				same: func(v int64) error { return o.Users.Disable(ctx, admin, id, v) }},
			{name: "password", action: "user.password.set", changes: true, do: func(v int64) error { _, err := o.Users.ResetPassword(ctx, admin, id, v); return err }},
		} {
			seen := dossier(t, o, id).Version
			if err := c.do(seen); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			now := dossier(t, o, id)
			if now.Version <= seen {
				t.Errorf("%s: version %d after %d", c.name, now.Version, seen)
			}
			if err := c.do(seen); c.changes {
				refusedWith(t, c.name+" again", err, errs.Conflict, "error.stale")
			} else if err != nil {
				t.Errorf("%s again: %v", c.name, err)
			}
			if c.same != nil {
				refusedWith(t, c.name+" at an old version", c.same(seen), errs.Conflict, "error.stale")
			}
			if after := dossier(t, o, id); after.Version != now.Version || len(after.Certificates) != len(now.Certificates) || len(after.Roles) != len(now.Roles) {
				t.Errorf("%s: done twice", c.name)
			}
			var n int64
			if err := db.Read(ctx).Model(&audit.Entry{}).Where("subject = ? AND action = ? AND actor = ?", "user:"+id, c.action, admin.ID).Count(&n).Error; err != nil || n != 1 {
				t.Errorf("%s: %d entries of the log, %v", c.name, n, err)
			}
		}
	})
}

func TestNobodyChangesThemselves(t *testing.T) {
	each(t, func(t *testing.T, _ *clock, _ *store.DB, o *accesstest.Office) {
		ctx, admin := context.Background(), o.By["admin"]
		role := dossier(t, o, admin.ID).Roles[0].ID
		_, give := o.Users.SetRole(ctx, admin, admin.ID, 0, access.Grant{Role: access.Chief, Jurisdiction: "330500"})
		_, reset := o.Users.ResetPassword(ctx, admin, admin.ID, 0)
		for what, err := range map[string]error{
			"role": give, "end": o.Users.EndAssignment(ctx, admin, role, 0, calendar.Date(2030, 1, 1)), "disable": o.Users.Disable(ctx, admin, admin.ID, 0), "password": reset,
			"certificate": o.Users.SetCertificate(ctx, admin, admin.ID, 0, access.Certificate{Number: "1", Until: calendar.Date(2030, 1, 1)}), "factor": o.Users.ResetFactor(ctx, admin, admin.ID, 0),
		} {
			refusedWith(t, what, err, errs.Forbidden, "error.forbidden.self")
			if errs.As(err).Subject != "user:"+admin.ID {
				t.Errorf("%s: would not stand in the log", what)
			}
		}
		if err := o.Users.Edit(ctx, admin, admin.ID, 0, access.Data{Name: "正名"}); err != nil {
			t.Errorf("one's own name: %v", err)
		}
		if d, err := o.Users.Find(ctx, admin, admin.ID); err != nil || d.Manage || d.Name != "正名" {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

// A county's administrator sees and changes the people of the county, and of those who hold a role elsewhere too nothing.
func TestTheAdministratorOfACounty(t *testing.T) {
	each(t, func(t *testing.T, c *clock, _ *store.DB, o *accesstest.Office) {
		ctx, by := context.Background(), countyAdmin(t, o)
		here, city := o.By["officer.deqing"], o.By["officer"]
		if err := o.Users.Edit(ctx, by, here.ID, 0, access.Data{Name: "甲", Employer: "德清县知识产权保护中心", EntrustedBy: "330521"}); err != nil {
			t.Error(err)
		}
		for what, err := range map[string]error{
			"edit": o.Users.Edit(ctx, by, city.ID, 0, access.Data{Name: "甲"}), "disable": o.Users.Disable(ctx, by, city.ID, 0), "sessions": o.Users.EndSessions(ctx, by, city.ID),
			"end": o.Users.EndAssignment(ctx, by, dossier(t, o, city.ID).Roles[0].ID, 0, calendar.Date(2030, 1, 1)), "factor": o.Users.ResetFactor(ctx, by, city.ID, 0),
		} {
			refusedWith(t, what, err, errs.NotFound, "error.not_found")
		}
		if _, err := o.Users.Find(ctx, by, city.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("found: %v", err)
		}
		if _, err := o.Users.Sessions(ctx, by, city.ID); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("sessions: %v", err)
		}
		for _, who := range []string{"officer", "chief", "auditor"} {
			if _, err := o.Users.Find(ctx, o.By[who], here.ID); errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s: %v", who, err)
			}
		}

		// With a role in Anji too, the person is seen in Deqing and changed in the city only.
		role, err := o.Users.SetRole(ctx, o.By["admin"], here.ID, 0, access.Grant{Role: access.Officer, Jurisdiction: "330523", From: calendar.Date(2026, 11, 21), Until: calendar.Date(2026, 11, 30)})
		if err != nil {
			t.Fatal(err)
		}
		if d, err := o.Users.Find(ctx, by, here.ID); err != nil || d.Manage || len(d.Roles) != 2 {
			t.Errorf("%+v, %v", d, err)
		}
		refusedWith(t, "a role elsewhere that is still to come", o.Users.Edit(ctx, by, here.ID, 0, access.Data{Name: "乙"}), errs.Forbidden, "error.forbidden.action")
		c.Add(11 * 24 * time.Hour) // that one is over
		if err := o.Users.Edit(ctx, by, here.ID, 0, access.Data{Name: "乙"}); err != nil {
			t.Errorf("a role elsewhere that is over: %v", err)
		}
		refusedWith(t, "a role of another county", o.Users.EndAssignment(ctx, countyOf(t, o, "330522"), role.ID, 0, calendar.Date(2026, 11, 22)), errs.NotFound, "error.not_found")

		// Whoever holds nothing any more belongs where the last role was.
		if err := o.Users.EndAssignment(ctx, access.System(), dossier(t, o, city.ID).Roles[0].ID, 0, calendar.DayOf(c.Now()).AddDays(-1)); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Users.SetRole(ctx, by, city.ID, 0, access.Grant{Role: access.Officer, Jurisdiction: "330521"}); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("a person of the city is taken over: %v", err)
		}
	})
}

func countyOf(t *testing.T, o *accesstest.Office, code string) access.Actor {
	t.Helper()
	u, err := o.Users.Add(context.Background(), access.System(), access.NewUser{Username: "admin." + code, Name: code, Hash: accesstest.Hash,
		Roles: []access.Grant{{Role: access.Admin, Jurisdiction: code}}})
	if err != nil {
		t.Fatal(err)
	}
	return u.Actor()
}

func TestTheOfficeKeepsAnAdministrator(t *testing.T) {
	each(t, func(t *testing.T, _ *clock, _ *store.DB, o *accesstest.Office) {
		ctx, sys, admin := context.Background(), access.System(), o.By["admin"]
		countyAdmin(t, o) // counts for the county only
		only := dossier(t, o, admin.ID).Roles[0].ID
		refusedWith(t, "disabled", o.Users.Disable(ctx, sys, admin.ID, 0), errs.Conflict, "error.last_admin")
		refusedWith(t, "ended", o.Users.EndAssignment(ctx, sys, only, 0, calendar.Date(2026, 11, 19)), errs.Conflict, "error.last_admin")
		refusedWith(t, "to be ended", o.Users.EndAssignment(ctx, sys, only, 0, calendar.Date(2027, 11, 19)), errs.Conflict, "error.last_admin")
		if !o.Guard.Can(admin, "user.manage", "330500") || dossier(t, o, admin.ID).DisabledAt != nil {
			t.Fatal("it was done all the same")
		}
		if err := o.Users.Disable(ctx, sys, o.By["officer"].ID, 0); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		second, err := o.Users.Add(ctx, sys, access.NewUser{Username: "admin2", Name: "二", Hash: accesstest.Hash, Roles: []access.Grant{{Role: access.Admin, Jurisdiction: "330500"}}})
		if err != nil {
			t.Fatal(err)
		}
		// Each ends the other at the same moment: one of them stays.
		var wg sync.WaitGroup
		for _, x := range [][2]access.Actor{{admin, second.Actor()}, {second.Actor(), admin}} {
			wg.Go(func() {
				if err := o.Users.Disable(ctx, x[0], x[1].ID, 0); err != nil && errs.CodeOf(err) == errs.Internal {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if off := (dossier(t, o, admin.ID).DisabledAt != nil) != (dossier(t, o, second.ID).DisabledAt != nil); !off {
			t.Error("not exactly one of the two is left")
		}
	})
}

func TestRolesOverlapNowhere(t *testing.T) {
	each(t, func(t *testing.T, _ *clock, _ *store.DB, o *accesstest.Office) {
		ctx, admin, id := context.Background(), o.By["admin"], o.By["officer"].ID
		give := func(from, until int) error {
			g := access.Grant{Role: access.Chief, Jurisdiction: "330523", From: calendar.Date(2026, 12, from)}
			if until > 0 {
				g.Until = calendar.Date(2026, 12, until)
			}
			_, err := o.Users.SetRole(ctx, admin, id, 0, g)
			return err
		}
		if err := errors.Join(give(10, 15), give(1, 9), give(16, 0)); err != nil {
			t.Fatal(err)
		}
		for _, x := range [][2]int{{15, 16}, {1, 0}, {9, 9}, {20, 0}, {30, 31}, {12, 13}} {
			refusedWith(t, "overlap", give(x[0], x[1]), errs.Conflict, "error.role.held")
		}
		last := dossier(t, o, id).Roles
		open := last[len(last)-1].ID
		if err := o.Users.EndAssignment(ctx, admin, open, 0, calendar.Date(2026, 12, 1)); err != nil { // taken back from the start
			t.Fatal(err)
		}
		if got := field(o.Users.EndAssignment(ctx, admin, open, 0, calendar.Date(2027, 1, 1))); got != "until" {
			t.Errorf("a role that is over begins again: %q", got)
		}
		if got := field(o.Users.EndAssignment(ctx, admin, open, 0, 0)); got != "until" {
			t.Errorf("without a day: %q", got)
		}
		if err := give(16, 0); err != nil {
			t.Errorf("in the place of one that was taken back: %v", err)
		}
	})
}

func TestCertificatesAreKept(t *testing.T) {
	each(t, func(t *testing.T, c *clock, _ *store.DB, o *accesstest.Office) {
		ctx, admin, id := context.Background(), o.By["admin"], o.By["officer"].ID
		for i, cert := range []access.Certificate{
			{Number: "浙E0001", Kind: access.Enforcement, Issuer: access.ByProvince, Until: calendar.Date(2028, 12, 31)}, {},
			{Number: "国知0002", Kind: access.CaseHandler, Issuer: access.ByNational, Until: calendar.Date(2029, 12, 31)},
		} {
			c.Add(time.Duration(i+1) * time.Minute)
			if err := o.Users.SetCertificate(ctx, admin, id, 0, cert); err != nil {
				t.Fatal(err)
			}
			if u, err := o.Users.Get(ctx, id); err != nil || u.Certificate() != cert {
				t.Errorf("%+v, %v", u.Certificate(), err)
			}
		}
		var got []string
		for _, r := range dossier(t, o, id).Certificates {
			got = append(got, r.Number+" "+r.Kind+" "+r.UntilDay.String()+" "+r.RecordedName)
		}
		want := "国知0002 casehandler 2029-12-31 测试 admin|  ? 测试 admin|浙E0001 enforcement 2028-12-31 测试 admin|浙Eofficer  2030-12-31 system"
		if s := strings.ReplaceAll(strings.Join(got, "|"), "  "+calendar.Day(0).String()+" ", "  ? "); s != want {
			t.Errorf("%s\nwant %s", s, want)
		}
		for name, bad := range map[string]access.Certificate{
			"certificate_no": {Kind: access.Enforcement}, "certificate_until": {Number: "1"}, "certificate_kind": {Number: "1", Until: 20000, Kind: "x"},
			"certificate_issuer": {Number: "1", Until: 20000, Issuer: "x"},
		} {
			if got := field(o.Users.SetCertificate(ctx, admin, id, 0, bad)); got != name {
				t.Errorf("%+v: %q, want %s", bad, got, name)
			}
		}
	})
}

func TestAPersonIsAddedOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *clock, db *store.DB, o *accesstest.Office) {
		ctx, admin := context.Background(), o.By["admin"]
		in := access.NewUser{ID: db.NewID(), Username: "new", Name: "新人", Password: access.NewPassword(), MustChange: true, Employer: "某保护中心", EntrustedBy: "330500",
			Roles: []access.Grant{{Role: access.Officer, Jurisdiction: "330500"}}}
		if _, err := o.Users.Add(ctx, admin, in); err != nil {
			t.Fatal(err)
		}
		_, err := o.Users.Add(ctx, admin, in)
		refusedWith(t, "twice", err, errs.Conflict, "error.user.twice")
		if d := dossier(t, o, in.ID); !d.MustChange || d.Employer != "某保护中心" || d.EntrustedBy != "330500" || len(d.Roles) != 1 {
			t.Errorf("%+v", d)
		}
		for name, d := range map[string]access.Data{"name": {}, "employer": {Name: "x", EntrustedBy: "330500"}, "entrusted_by": {Name: "x", Employer: "y", EntrustedBy: "1"}} {
			if got := field(o.Users.Edit(ctx, admin, in.ID, 0, d)); got != name {
				t.Errorf("%+v: %q, want %s", d, got, name)
			}
		}
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, c *clock, _ *store.DB, o *accesstest.Office) {
		ctx, officer, admin := context.Background(), o.By["officer"], o.By["admin"]
		open := func(from access.From) string {
			ticket, err := o.Users.SignIn(ctx, "officer", accesstest.Password, from)
			if err != nil {
				t.Fatal(err)
			}
			c.Add(time.Minute)
			return ticket.Token
		}
		list := func(by access.Actor) []access.Session {
			rows, err := o.Users.Sessions(ctx, by, officer.ID)
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		a, b, d := open(access.From{IP: "10.0.0.1", Agent: "A"}), open(access.From{IP: "10.0.0.2", Agent: "B\x00" + strings.Repeat("长", 400)}), open(access.From{IP: "10.0.0.3"})
		rows := list(officer)
		if len(rows) != 3 || rows[0].IP != "10.0.0.3" || len([]rune(rows[1].Agent)) != 300 || !strings.HasPrefix(rows[1].Agent, "B?") || rows[2].Agent != "A" {
			t.Fatalf("%+v", rows)
		}
		if _, err := o.Users.Sessions(ctx, o.By["chief"], officer.ID); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("a chief looks: %v", err)
		}
		for what, err := range map[string]error{"another person's": o.Users.EndSession(ctx, o.By["chief"], officer.ID, rows[0].ID), "all": o.Users.EndSessions(ctx, o.By["chief"], officer.ID)} {
			refusedWith(t, what, err, errs.Forbidden, "error.forbidden.action")
		}
		if err := o.Users.EndSession(ctx, o.By["chief"], o.By["chief"].ID, rows[0].ID); err != nil { // a session that is not theirs
			t.Error(err)
		}
		if err := errors.Join(o.Users.EndSession(ctx, officer, officer.ID, rows[1].ID), o.Users.EndSession(ctx, officer, officer.ID, rows[1].ID)); err != nil {
			t.Fatal(err)
		}
		if !signedIn(t, o, a) || signedIn(t, o, b) || !signedIn(t, o, d) || len(list(admin)) != 2 {
			t.Error("not the one that was to end")
		}
		if err := o.Users.EndSession(ctx, admin, officer.ID, rows[0].ID); err != nil || signedIn(t, o, d) {
			t.Errorf("by the administrator: %v", err)
		}
		if err := o.Users.EndSessions(ctx, officer, officer.ID); err != nil || signedIn(t, o, a) || len(list(officer)) != 0 {
			t.Errorf("everywhere: %v", err)
		}
	})
}

func TestAPasswordFromAnotherIsChangedFirst(t *testing.T) {
	each(t, func(t *testing.T, _ *clock, db *store.DB, o *accesstest.Office) {
		ctx, admin := context.Background(), o.By["admin"]
		u, err := o.Users.Add(ctx, admin, access.NewUser{Username: "new", Name: "新人", Password: "given by another", MustChange: true,
			Roles: []access.Grant{{Role: access.Officer, Jurisdiction: "330500"}}})
		if err != nil {
			t.Fatal(err)
		}
		duty := func(password string) string {
			ticket, err := o.Users.SignIn(ctx, "new", password, access.From{IP: "::1"})
			if err != nil {
				t.Fatal(err)
			}
			in, err := o.Users.Session(ctx, ticket.Token)
			if err != nil {
				t.Fatal(err)
			}
			return in.Duty
		}
		if got := duty("given by another"); got != access.DutyPassword {
			t.Errorf("duty %q", got)
		}
		token, err := o.Users.ChangePassword(ctx, u.Actor(), "given by another", "my own choice", access.From{IP: "::1"})
		if err != nil {
			t.Fatal(err)
		}
		if in, err := o.Users.Session(ctx, token); err != nil || in.Duty != "" || in.By.ID != u.ID {
			t.Errorf("%+v, %v", in, err)
		}
		password, err := o.Users.ResetPassword(ctx, admin, u.ID, 0)
		if err != nil || signedIn(t, o, token) || len(password) != 19 {
			t.Fatalf("%q, %v", password, err)
		}
		if got := duty(password); got != access.DutyPassword {
			t.Errorf("after a reset: %q", got)
		}
		if err := o.Users.SetPassword(ctx, access.System(), u.ID, 0, "a lasting one", false); err != nil || duty("a lasting one") != "" {
			t.Errorf("a lasting one: %v", err)
		}
		// The people of the demonstration are exempt, also after a reset.
		password, err = o.Users.ResetPassword(ctx, admin, o.By["chief"].ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		ticket, err := o.Users.SignIn(ctx, "chief", password, access.From{IP: "::1"})
		if err != nil {
			t.Fatal(err)
		}
		if in, err := o.Users.Session(ctx, ticket.Token); err != nil || in.Duty != "" {
			t.Errorf("exempt: %+v, %v", in, err)
		}
		var told int64
		if err := db.Read(ctx).Model(&audit.Entry{}).Where("detail LIKE ?", store.Like(password)).Count(&told).Error; err != nil || told != 0 {
			t.Errorf("a password stands in the log: %d, %v", told, err)
		}
	})
}
