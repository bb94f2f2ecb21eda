package app_test

import (
	"context"
	"log/slog"
	"testing"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/app"
	"huzhi/internal/app/apptest"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

// TestSecondFactorsAtTheStart: what an older program left in clear is sealed at the next start, with the key of the key file; a rotation of the keys seals it
// anew; and without the key file the program does not start, since nobody could give a code.
func TestSecondFactorsAtTheStart(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			flags := map[string]string{"data": t.TempDir()}
			if engine == store.Postgres {
				flags["database.url"] = storetest.URL(t, engine)
			}
			a := apptest.Start(t, flags)
			u, err := a.Users.Add(ctx, access.System(), access.NewUser{Username: "head", Name: "某", Password: "wdx-7431-qpz-88", Roles: []access.Grant{{Role: access.Chief, Jurisdiction: "330500"}}})
			if err != nil {
				t.Fatal(err)
			}
			secret := access.NewSecret()
			if err := a.DB.Tx(ctx, func(tx *store.Tx) error {
				return tx.Exec("INSERT INTO second_factors (user_id, secret, last_step, since) VALUES (?, ?, 0, ?)", u.ID, secret, tx.Now).Error
			}); err != nil {
				t.Fatal(err)
			}
			a.Close()
			start := func(o app.Options) (*app.App, error) {
				cfg, err := config.Load(config.LoadOptions{Flags: flags})
				if err != nil {
					t.Fatal(err)
				}
				o.Log, o.Today = slog.New(slog.DiscardHandler), apptest.Today
				return app.New(ctx, cfg, o)
			}
			opens := func(a *app.App, key string) {
				t.Helper()
				var row struct{ Secret, KeyID string }
				if err := a.DB.Read(ctx).Raw("SELECT secret, key_id FROM second_factors WHERE user_id = ?", u.ID).Scan(&row).Error; err != nil {
					t.Fatal(err)
				}
				keys, err := keyring.Load(a.Config.KeyFile(), false)
				if err != nil {
					t.Fatal(err)
				}
				text, err := keys.Open(key, "second_factor/"+u.ID, row.Secret)
				if err != nil || string(text) != secret || row.KeyID != key {
					t.Errorf("with the key %s, sealed by %s: %v", key, row.KeyID, err)
				}
			}
			b, err := start(app.Options{Own: true})
			if err != nil {
				t.Fatal(err)
			}
			opens(b, "k1")
			if _, key, err := b.Vault.Rotate(ctx, access.System(), "330500"); err != nil || key != "k2" {
				t.Fatal(key, err)
			}
			opens(b, "k2")
			b.Close()
			flags["identity.key_file"] = t.TempDir() + "/elsewhere.json"
			if c, err := start(app.Options{Own: true}); err == nil {
				c.Close()
				t.Error("it starts without the keys")
			}
		})
	}
}
