package access_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/access/accesstest"
	"huzhi/internal/errs"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestSecretsAreSealed: no secret of a second factor stands in the database in clear; a row that was moved to somebody else, or written in clear, makes no
// codes; rows from before are sealed once, and all anew with a new key, while codes go on being taken and none is taken twice.
func TestSecretsAreSealed(t *testing.T) {
	each(t, func(t *testing.T, c *clock, db *store.DB, o *accesstest.Office) {
		ctx := context.Background()
		file := filepath.Join(t.TempDir(), "keys.json")
		keys, err := keyring.Load(file, true)
		if err != nil {
			t.Fatal(err)
		}
		o.Users.SealWith(keys)
		type row struct {
			Secret, KeyID string
			LastStep      int64
		}
		read := func(who string) (r row) {
			t.Helper()
			if err := db.Read(ctx).Raw("SELECT secret, key_id, last_step FROM second_factors WHERE user_id = ?", o.By[who].ID).Scan(&r).Error; err != nil {
				t.Fatal(err)
			}
			return r
		}
		write := func(who, secret, key string) {
			t.Helper()
			if err := db.Tx(ctx, func(tx *store.Tx) error {
				return tx.Exec("UPDATE second_factors SET secret = ?, key_id = ? WHERE user_id = ?", secret, key, o.By[who].ID).Error
			}); err != nil {
				t.Fatal(err)
			}
		}
		code := func(who, secret string) error {
			t.Helper()
			c.Set(c.Now().Add(2 * time.Minute))
			_, _, err := o.Users.GiveCode(ctx, half(t, o, who), telephone(t, secret, c.Now()), access.From{IP: "10.0.0.3"})
			return err
		}
		seal := func(want int) {
			t.Helper()
			if n, err := o.Users.SealFactors(ctx); err != nil || n != want {
				t.Errorf("%d sealed, %v, want %d", n, err, want)
			}
		}
		seal(0)
		secret, _, _ := withFactor(t, c, o, "chief")
		other, _, _ := withFactor(t, c, o, "admin")
		first := read("chief")
		if first.KeyID != "k1" || strings.Contains(first.Secret, secret) || len(first.Secret) < 40 || read("admin").Secret == first.Secret {
			t.Errorf("it is %+v", first)
		}
		if err := code("chief", secret); err != nil {
			t.Error(err)
		}
		seal(0)

		// A row of somebody else, one in clear and one cut off are no codes, and the reason is no fault of the person's.
		mine := read("chief").Secret
		for name, bad := range map[string]row{"another's": {Secret: read("admin").Secret, KeyID: "k1"}, "in clear": {Secret: secret}, "cut off": {Secret: mine[:20], KeyID: "k1"}, "of an unknown key": {Secret: mine, KeyID: "k9"}} {
			write("chief", bad.Secret, bad.KeyID)
			for _, x := range []string{secret, other} {
				if err := code("chief", x); err == nil || errs.CodeOf(err) != errs.Internal {
					t.Errorf("%s: %v", name, err)
				}
			}
		}

		// From before: in clear until the next start, which seals it once.
		write("chief", secret, "")
		step := read("chief").LastStep
		seal(1)
		seal(0)
		if r := read("chief"); r.KeyID != "k1" || strings.Contains(r.Secret, secret) || r.Secret == mine || r.LastStep != step {
			t.Errorf("sealed as %+v", r)
		}
		if err := code("chief", secret); err != nil {
			t.Error(err)
		}

		// A new key: all is sealed anew, and the old one opens nothing any more.
		if _, err := keys.Add(); err != nil {
			t.Fatal(err)
		}
		if err := code("admin", other); err != nil { // between the new key and the sealing
			t.Error(err)
		}
		seal(2)
		seal(0)
		for who, s := range map[string]string{"chief": secret, "admin": other} {
			r := read(who)
			if _, err := keys.Open("k1", "second_factor/"+o.By[who].ID, r.Secret); err == nil || r.KeyID != "k2" {
				t.Errorf("%s: the key %s, and the old one opens it", who, r.KeyID)
			}
			if err := code(who, s); err != nil {
				t.Errorf("%s: %v", who, err)
			}
		}

		// Without the key file nobody makes or takes a code.
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		o.Users.SealWith(keyring.Without(file))
		if err := code("chief", secret); err == nil || errs.CodeOf(err) != errs.Internal {
			t.Errorf("without keys: %v", err)
		}
		if _, err := o.Users.SealFactors(ctx); err == nil {
			t.Error("sealed without keys")
		}
		in, err := o.Users.Session(ctx, signIn(t, o, "officer"))
		if err != nil {
			t.Fatal(err)
		}
		fresh := access.NewSecret()
		if _, err := o.Users.SetUpFactor(ctx, o.By["officer"], in.Session, access.Setup{Secret: fresh, Code: telephone(t, fresh, c.Now()), Password: accesstest.Password}, access.From{IP: "10.0.0.4"}); err == nil {
			t.Error("a second factor was set up without keys")
		}
	})
}

// TestNothingOfASecretIsLeft: after a secret that stood in clear was sealed, the database's files hold it nowhere.
func TestNothingOfASecretIsLeft(t *testing.T) {
	ctx := context.Background()
	url := storetest.URL(t, store.SQLite)
	db, file := storetest.Open(t, url), strings.TrimPrefix(url, "sqlite:")
	o := accesstest.New(t, db)
	secret := access.NewSecret()
	if err := db.Tx(ctx, func(tx *store.Tx) error {
		return tx.Exec("INSERT INTO second_factors (user_id, secret, last_step, since) VALUES (?, ?, 0, ?)", o.By["chief"].ID, secret, tx.Now).Error
	}); err != nil {
		t.Fatal(err)
	}
	found := func() (n int) {
		for _, f := range []string{file, file + "-wal"} {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			n += strings.Count(string(raw), secret)
		}
		return n
	}
	if found() == 0 {
		t.Fatal("the secret is not looked for where it is")
	}
	if n, err := o.Users.SealFactors(ctx); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := db.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	if n := found(); n != 0 {
		t.Errorf("the secret stands in the files %d times", n)
	}
}
