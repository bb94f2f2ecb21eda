package access_test

import (
	"context"
	"encoding/base32"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// telephone makes the code of a secret at a time.
func telephone(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := hotp.GenerateCode(secret, uint64(at.Unix()/30))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// The vectors of RFC 6238, appendix B, SHA-1, in their last six digits: each is taken at its time by a person with that secret.
func TestTheVectorsOfTheRFC(t *testing.T) {
	each(t, func(t *testing.T, c *clock, _ *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
		start := c.Now()
		for i, v := range []struct {
			at   int64
			code string
		}{{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}} {
			c.Set(start) // people are added in our days
			u, err := o.Users.Add(ctx, access.System(), access.NewUser{Username: fmt.Sprint("rfc", i), Name: "x", Hash: accesstest.Hash, Exempt: true,
				Roles: []access.Grant{{Role: access.Officer, Jurisdiction: "330500", From: 1}}})
			if err != nil {
				t.Fatal(err)
			}
			c.Set(time.Unix(v.at, 0).UTC())
			_, err = o.Users.SetUpFactor(ctx, u.Actor(), "", access.Setup{Secret: secret, Code: v.code, Password: accesstest.Password}, access.From{IP: "::1"})
			if err != nil {
				t.Errorf("at %d the code %s: %v", v.at, v.code, err)
			}
		}
	})
}

// withFactor gives somebody a second factor; the token is of the browser they did it in.
func withFactor(t *testing.T, c *clock, o *accesstest.Office, who string) (secret, token string, codes []string) {
	t.Helper()
	ctx := context.Background()
	token, secret = signIn(t, o, who), access.NewSecret()
	in, err := o.Users.Session(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	codes, err = o.Users.SetUpFactor(ctx, o.By[who], in.Session, access.Setup{Secret: secret, Code: telephone(t, secret, c.Now()), Password: accesstest.Password}, access.From{IP: "10.0.0.1"})
	if err != nil || len(codes) != 10 {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	return secret, token, codes
}

func half(t *testing.T, o *accesstest.Office, who string) string {
	t.Helper()
	ticket, err := o.Users.SignIn(context.Background(), who, accesstest.Password, access.From{IP: "10.0.0.2", Agent: "half"})
	if err != nil || !ticket.Half {
		t.Fatalf("%+v, %v", ticket, err)
	}
	return ticket.Token
}

func TestASignInWithASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx, from := context.Background(), access.From{IP: "10.0.0.2"}
		elsewhere := signIn(t, o, "chief")
		secret, here, codes := withFactor(t, c, o, "chief")
		if !signedIn(t, o, here) || signedIn(t, o, elsewhere) {
			t.Error("the set-up ends the other sessions, and this one not")
		}
		give := func(token, code string) (string, int64, error) { return o.Users.GiveCode(ctx, token, code, from) }

		// The code of the set-up is used up; half a session opens nothing and is in no list.
		token := half(t, o, "chief")
		if signedIn(t, o, token) {
			t.Fatal("half a session is a whole one")
		}
		if rows, err := o.Users.Sessions(ctx, o.By["chief"], o.By["chief"].ID); err != nil || len(rows) != 1 {
			t.Errorf("%d sessions, %v", len(rows), err)
		}
		if _, _, err := give(token, telephone(t, secret, c.Now())); field(err) != "code" {
			t.Errorf("the code of the set-up: %v", err)
		}
		c.Add(30 * time.Second)
		code := telephone(t, secret, c.Now())
		whole, left, err := give(token, code[:3]+" "+code[3:])
		if err != nil || left != -1 || whole == token || !signedIn(t, o, whole) {
			t.Fatalf("%d, %v", left, err)
		}
		if _, _, err := give(token, telephone(t, secret, c.Now().Add(30*time.Second))); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("half a session is used twice: %v", err)
		}
		// Once only, and not older than one step.
		if _, _, err := give(half(t, o, "chief"), code); field(err) != "code" {
			t.Errorf("a code is taken twice: %v", err)
		}
		c.Add(5 * time.Minute)
		for _, away := range []time.Duration{-time.Minute, time.Minute} {
			if _, _, err := give(half(t, o, "chief"), telephone(t, secret, c.Now().Add(away))); field(err) != "code" {
				t.Errorf("%s away: %v", away, err)
			}
		}
		for _, away := range []time.Duration{-30 * time.Second, 30 * time.Second} { // in this order: one earlier than the last one taken is not taken
			if _, _, err := give(half(t, o, "chief"), telephone(t, secret, c.Now().Add(away))); err != nil {
				t.Errorf("%s away: %v", away, err)
			}
		}
		if _, _, err := give(half(t, o, "chief"), telephone(t, secret, c.Now())); field(err) != "code" {
			t.Errorf("earlier than the last one taken: %v", err)
		}

		// On paper: as typed, once.
		c.Add(time.Hour)
		typed := strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))
		if _, left, err := give(half(t, o, "chief"), typed); err != nil || left != 9 {
			t.Errorf("%d left, %v", left, err)
		}
		if _, _, err := give(half(t, o, "chief"), codes[3]); field(err) != "code" {
			t.Errorf("on paper twice: %v", err)
		}
		for _, bad := range []string{"", "x", "000000", codes[0][:18], strings.Repeat("1", 100000), "\x00", "' OR 1=1"} {
			c.Add(16 * time.Minute) // not to be throttled
			if _, _, err := give(half(t, o, "chief"), bad); field(err) != "code" {
				t.Errorf("%.20q: %v", bad, err)
			}
		}

		c.Add(16 * time.Minute)

		// It takes no longer than five minutes, and dies with what it rests on.
		token = half(t, o, "chief")
		c.Add(5 * time.Minute)
		if _, _, err := give(token, codes[4]); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("after five minutes: %v", err)
		}
		token = half(t, o, "chief")
		if err := o.Users.Disable(ctx, o.By["admin"], o.By["chief"].ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, _, err := give(token, codes[4]); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("disabled: %v", err)
		}
		var log []string
		if err := db.Read(ctx).Raw("SELECT detail FROM audit_log").Scan(&log).Error; err != nil {
			t.Fatal(err)
		}
		for _, line := range log {
			if strings.Contains(line, secret) || strings.Contains(line, codes[3]) || strings.Contains(line, code) {
				t.Errorf("the log tells: %s", line)
			}
		}
		var kept []string
		if err := db.Read(ctx).Raw("SELECT hash FROM recovery_codes").Scan(&kept).Error; err != nil || len(kept) != 10 || len(kept[0]) != 64 {
			t.Errorf("%v, %v", kept, err)
		}
	})
}

// Codes are guessed no faster than passwords: the failures of both count together, and the right password does not forget them.
func TestCodesAreThrottled(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		secret, _, _ := withFactor(t, c, o, "chief")
		c.Add(time.Minute)
		for i := range 5 {
			if _, _, err := o.Users.GiveCode(ctx, half(t, o, "chief"), "000000", access.From{IP: "10.0.0.9"}); field(err) != "code" {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		_, err := o.Users.SignIn(ctx, "chief", accesstest.Password, access.From{IP: "10.0.0.9"})
		if errs.CodeOf(err) != errs.Throttled || errs.As(err).Args[0] != 30 {
			t.Fatalf("the password: %v", err)
		}
		c.Add(31 * time.Second)
		token := half(t, o, "chief")
		if _, _, err := o.Users.GiveCode(ctx, token, "000000", access.From{IP: "10.0.0.9"}); field(err) != "code" {
			t.Fatal(err)
		}
		if _, _, err := o.Users.GiveCode(ctx, token, telephone(t, secret, c.Now()), access.From{IP: "10.0.0.9"}); errs.CodeOf(err) != errs.Throttled {
			t.Fatalf("the right code too early: %v", err)
		}
		c.Add(time.Minute)
		if _, _, err := o.Users.GiveCode(ctx, token, telephone(t, secret, c.Now()), access.From{IP: "10.0.0.9"}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Users.SignIn(ctx, "chief", "wrong", access.From{IP: "10.0.0.9"}); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("the count did not begin anew: %v", err)
		}
		var n int64
		if err := db.Read(ctx).Model(&audit.Entry{}).Where("subject = 'sign-in:chief' AND detail LIKE ?", store.Like("wrong code")).Count(&n).Error; err != nil || n != 6 {
			t.Errorf("%d refusals in the log, %v", n, err)
		}
	})
}

func TestManyCodesAtOnceLetInOne(t *testing.T) {
	each(t, func(t *testing.T, c *clock, _ *store.DB, o *accesstest.Office) {
		secret, _, _ := withFactor(t, c, o, "chief")
		c.Add(time.Minute)
		code := telephone(t, secret, c.Now())
		var tokens []string
		for range 4 {
			tokens = append(tokens, half(t, o, "chief"))
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for _, token := range tokens {
			wg.Go(func() {
				_, _, err := o.Users.GiveCode(context.Background(), token, code, access.From{IP: "10.0.0.8"})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in++
				} else if errs.CodeOf(err) == errs.Internal {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if in != 1 {
			t.Errorf("one code lets in %d", in)
		}
	})
}

func TestOnesOwnSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, c *clock, _ *store.DB, o *accesstest.Office) {
		ctx, officer, from := context.Background(), o.By["officer"], access.From{IP: "10.0.0.1"}
		secret := access.NewSecret()
		now := telephone(t, secret, c.Now())
		for what, in := range map[string]struct {
			access.Setup
			field string
		}{
			"a wrong code":     {access.Setup{Secret: secret, Code: "000000", Password: accesstest.Password}, "code"},
			"no code":          {access.Setup{Secret: secret, Password: accesstest.Password}, "code"},
			"no secret":        {access.Setup{Code: now, Password: accesstest.Password}, "code"},
			"a weak secret":    {access.Setup{Secret: "AAAAAAAA", Code: telephone(t, "AAAAAAAA", c.Now()), Password: accesstest.Password}, "code"},
			"a wrong password": {access.Setup{Secret: secret, Code: now, Password: "wrong password"}, "password"},
		} {
			if _, err := o.Users.SetUpFactor(ctx, officer, "", in.Setup, from); field(err) != in.field {
				t.Errorf("%s: %v", what, err)
			}
		}
		secret, token, codes := withFactor(t, c, o, "officer")
		_, err := o.Users.SetUpFactor(ctx, officer, "", access.Setup{Secret: secret, Code: telephone(t, secret, c.Now()), Password: accesstest.Password}, from)
		refusedWith(t, "a second one", err, errs.Conflict, "error.factor.on")
		if f, err := o.Users.Factor(ctx, officer.ID); err != nil || f == nil || f.Remaining != 10 || !f.Since.Equal(c.Now()) {
			t.Errorf("%+v, %v", f, err)
		}
		// A new password leaves the second factor as it is and asks for no code in the browser that changed it.
		if err := changePassword(o, officer, accesstest.Password, "my own choice"); err != nil {
			t.Fatal(err)
		}
		if signedIn(t, o, token) {
			t.Error("the old session lives on")
		}
		again, err := o.Users.RenewCodes(ctx, officer, codes[0], from)
		if err != nil || len(again) != 10 {
			t.Fatal(err)
		}
		if _, err := o.Users.RenewCodes(ctx, officer, codes[1], from); field(err) != "code" {
			t.Errorf("an old code: %v", err)
		}
		if err := o.Users.RemoveFactor(ctx, officer, "", "123456", from); field(err) != "code" {
			t.Errorf("removed without a code: %v", err)
		}
		if err := o.Users.RemoveFactor(ctx, officer, "", again[0], from); err != nil {
			t.Fatal(err)
		}
		if f, err := o.Users.Factor(ctx, officer.ID); err != nil || f != nil {
			t.Errorf("%+v, %v", f, err)
		}
		if ticket, err := o.Users.SignIn(ctx, "officer", "my own choice", from); err != nil || ticket.Half {
			t.Errorf("%+v, %v", ticket, err)
		}
	})
}

// Chiefs and administrators must have one: without it every session of theirs has that duty.
func TestWhoseRoleNeedsASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx, admin := context.Background(), o.By["admin"]
		u, err := o.Users.Add(ctx, admin, access.NewUser{Username: "real", Name: "真人", Hash: accesstest.Hash, MustChange: true, Roles: []access.Grant{{Role: access.Officer, Jurisdiction: "330500"}}})
		if err != nil {
			t.Fatal(err)
		}
		o.By["real"] = u.Actor()
		duty := func(token string) string {
			in, err := o.Users.Session(ctx, token)
			if err != nil {
				t.Fatal(err)
			}
			return in.Duty
		}
		if got := duty(signIn(t, o, "real")); got != access.DutyPassword {
			t.Errorf("first the password: %q", got)
		}
		if err := o.Users.SetPassword(ctx, admin, u.ID, 0, accesstest.Password, false); err != nil {
			t.Fatal(err)
		}
		token := signIn(t, o, "real")
		if got := duty(token); got != "" {
			t.Errorf("an officer: %q", got)
		}
		// A role that begins at midnight brings its duty to a session that runs.
		if _, err := o.Users.SetRole(ctx, admin, u.ID, 0, access.Grant{Role: access.Chief, Jurisdiction: "330521", From: calendar.Date(2026, 11, 21)}); err != nil {
			t.Fatal(err)
		}
		c.Set(calendar.Date(2026, 11, 21).Time().Add(-time.Hour))
		token = signIn(t, o, "real")
		if got := duty(token); got != "" {
			t.Errorf("the day before: %q", got)
		}
		if d := dossier(t, o, u.ID); d.NeedsFactor {
			t.Error("the day before the administrator is told otherwise")
		}
		c.Add(time.Hour)
		if got := duty(token); got != access.DutyFactor {
			t.Errorf("after midnight: %q", got)
		}
		_, token, _ = withFactor(t, c, o, "real")
		if got := duty(token); got != "" {
			t.Errorf("with a second factor: %q", got)
		}
		if d := dossier(t, o, u.ID); !d.NeedsFactor || d.Factor == nil {
			t.Errorf("%+v", d)
		}

		// The administrator takes it away: a telephone is lost.
		version := dossier(t, o, u.ID).Version
		refusedWith(t, "an officer resets", o.Users.ResetFactor(ctx, o.By["officer"], u.ID, version), errs.Forbidden, "error.forbidden.action")
		refusedWith(t, "an old version", o.Users.ResetFactor(ctx, admin, u.ID, version-1), errs.Conflict, "error.stale")
		for range 2 { // sent twice
			if err := o.Users.ResetFactor(ctx, admin, u.ID, version); err != nil {
				t.Fatal(err)
			}
		}
		if signedIn(t, o, token) || duty(signIn(t, o, "real")) != access.DutyFactor {
			t.Error("after the reset the session lives on, or nothing is asked")
		}
		var rows int64
		if err := db.Read(ctx).Raw("SELECT (SELECT COUNT(*) FROM second_factors) + (SELECT COUNT(*) FROM recovery_codes)").Scan(&rows).Error; err != nil || rows != 0 {
			t.Errorf("%d rows are left, %v", rows, err)
		}
	})
}

func TestTheAddressOfASetUp(t *testing.T) {
	got := access.SetupAddress("护知 X", "a.b-c_d", "ABCD")
	if got != "otpauth://totp/%E6%8A%A4%E7%9F%A5%20X:a.b-c_d?issuer=%E6%8A%A4%E7%9F%A5%20X&secret=ABCD" {
		t.Error(got)
	}
	seen := map[string]bool{}
	for range 1000 {
		p := access.NewPassword()
		if seen[p] || len(p) != 19 || strings.ContainsAny(p, "iloU") || strings.Count(p, "-") != 3 {
			t.Fatal(p)
		}
		seen[p] = true
		if s := access.NewSecret(); seen[s] || len(s) != 32 {
			t.Fatal(s)
		}
	}
}
