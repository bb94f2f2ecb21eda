package identity_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access/accesstest"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/identity"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
	"huzhi/internal/store/storetest"
)

var ctx = context.Background()

type office struct {
	*accesstest.Office
	db    *store.DB
	vault *identity.Vault
	file  string
}

func open(t *testing.T, db *store.DB) *office {
	t.Helper()
	o := &office{Office: accesstest.New(t, db), db: db, file: filepath.Join(t.TempDir(), "keys", "identity.json")}
	var err error
	if o.vault, err = o.again(true); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) again(make bool) (*identity.Vault, error) {
	return identity.New(ctx, o.db, o.Guard, identity.Settings{KeyFile: o.file, Make: make, View: 15 * time.Minute, Keep: 1095, Review: 30})
}

func (o *office) seal(t *testing.T, mode, jurisdiction string, p identity.Person) (id string) {
	t.Helper()
	o.do(t, func(tx *store.Tx) (err error) {
		id, err = o.vault.SealTx(tx, o.By["operator"], mode, jurisdiction, p)
		return err
	})
	return id
}

func (o *office) do(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := o.db.Tx(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

// dump is everything the vault and the log hold, as a copy of the database shows it.
func (o *office) dump(t *testing.T) string {
	t.Helper()
	var rows []string
	if err := o.db.Read(ctx).Raw(`SELECT id || code || mode || key_id || sealed || keep_reason FROM identities UNION ALL SELECT hash || identity_id FROM identity_keys
		UNION ALL SELECT subject || detail FROM audit_log`).Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return strings.Join(rows, "\n")
}

func all(q *gorm.DB) *gorm.DB { return q }

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{"": "", "张三": "张*", "欧阳修远": "欧*", "A": "A*", "德清县某某有限公司": "德*"} {
		if got := identity.MaskName(in); got != want {
			t.Errorf("maskName(%q) = %q", in, got)
		}
	}
	for in, want := range map[string]string{
		"": "", "13812341234": "138****1234", "0572-2012345": "057****2345", "2012345": "****2345", "12330": "****", "+86 138 1234 1234": "+86****1234",
	} {
		if got := identity.MaskPhone(in); got != want {
			t.Errorf("maskPhone(%q) = %q", in, got)
		}
	}
}
func TestAPersonIsSealedMaskedAndFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		zhang := identity.Person{Name: "张秘密", Phone: "138 1234-1234", Address: "秘密路1号"}
		id := o.seal(t, identity.Secret, "330521", zhang)
		for name, p := range map[string]identity.Person{
			"the same": zhang, "another spelling": {Name: " 张秘密 ", Phone: "+86 13812341234"}, "the number alone": {Phone: "13812341234"},
		} {
			if again := o.seal(t, identity.Secret, "330521", p); again != id {
				t.Errorf("%s is somebody else", name)
			}
		}
		for name, other := range map[string]string{
			"another name": o.seal(t, identity.Secret, "330521", identity.Person{Name: "李四", Phone: zhang.Phone}), "another mode": o.seal(t, identity.Named, "330521", zhang),
			"another office": o.seal(t, identity.Secret, "330500", zhang),
		} {
			if other == id {
				t.Errorf("%s is the same person", name)
			}
		}
		m, err := o.vault.Masked(ctx, id, id, "none")
		if got := m[id]; err != nil || len(m) != 1 || got.Name != "张*" || got.Phone != "138****1234" || got.Code != "R-1" || got.Mode != identity.Secret || !got.Reachable || got.Erased {
			t.Errorf("%+v %v", m, err)
		}
		for typed, want := range map[string]int{"138123": 0, "1381234": 4, "138 1234 12": 4, "13812341234": 4, "+8613812341234": 4, "138123412345": 0, "1391234": 0, "": 0, "张": 0} {
			if ids, err := o.vault.FindByPhone(ctx, all, typed); err != nil || len(ids) != want {
				t.Errorf("%q finds %d, want %d, %v", typed, len(ids), want, err)
			}
		}
		if ids, err := o.vault.FindByPhone(ctx, o.Guard.ScopePlain(o.By["operator.deqing"], "call.view", "identities"), "1381234"); err != nil || len(ids) != 3 {
			t.Errorf("Deqing finds %d, %v", len(ids), err)
		}
		land := o.seal(t, identity.Named, "330500", identity.Person{Name: "王五", Phone: "0572-2012345"})
		for _, typed := range []string{"0572201", "2012345", "+86 572 2012345"} {
			if ids, err := o.vault.FindByPhone(ctx, all, typed); err != nil || len(ids) != 1 || ids[0] != land {
				t.Errorf("%q: %v %v", typed, ids, err)
			}
		}
		clean, err := o.vault.Redact(ctx, id, "我是张秘密，电话13812341234（１３８ 1234 1234），号码2138123412349不是")
		if err != nil || clean != "我是×××，电话×××（×××），号码2138123412349不是" {
			t.Errorf("%q %v", clean, err)
		}
		text := o.dump(t)
		for _, s := range []string{"秘密", "13812341234", "138 1234", "1381234", "李四", "王五", "2012345"} {
			if strings.Contains(text, s) {
				t.Errorf("%s stands in the database:\n%s", s, text)
			}
		}
		if !strings.Contains(text, `"fields":["name","phone","address"]`) || !strings.Contains(text, "phone_hash") {
			t.Error("the log does not tell which fields were written")
		}
		if _, err := audit.Verify(ctx, db); err != nil {
			t.Error(err)
		}
	})
}

func TestOfAnAnonymousReporterNothingIsKept(t *testing.T) {
	db := storetest.SQLite(t)
	o := open(t, db)
	a := o.seal(t, identity.Anonymous, "330500", identity.Person{Name: "张秘密", Phone: "13812341234"})
	b := o.seal(t, identity.Anonymous, "330500", identity.Person{Name: "张秘密", Phone: "13812341234"})
	m, err := o.vault.Masked(ctx, a, b)
	if err != nil || a == b || m[a].Name+m[a].Phone != "" || m[a].Reachable || m[b].Code != "R-2" {
		t.Errorf("%+v %v", m, err)
	}
	if ids, err := o.vault.FindByPhone(ctx, all, "13812341234"); err != nil || len(ids) != 0 {
		t.Errorf("%v %v", ids, err)
	}
	if name, err := o.vault.PartyName(ctx, a); name != "" || err != nil {
		t.Errorf("%q %v", name, err)
	}
}

// What is sealed opens for its own record only, and not when a byte was changed.
func TestSealsAreBoundToTheirRecord(t *testing.T) {
	db := storetest.SQLite(t)
	o := open(t, db)
	a, b := o.seal(t, identity.Secret, "330500", identity.Person{Name: "甲某"}), o.seal(t, identity.Secret, "330500", identity.Person{Name: "乙某"})
	o.do(t, func(tx *store.Tx) error {
		return tx.Exec("UPDATE identities SET sealed = (SELECT sealed FROM identities WHERE id = ?) WHERE id = ?", a, b).Error
	})
	if _, err := o.vault.Masked(ctx, b); err == nil || !strings.Contains(err.Error(), b) {
		t.Errorf("another record's seal opened: %v", err)
	}
	if m, err := o.vault.Masked(ctx, a); err != nil || m[a].Name != "甲*" {
		t.Errorf("%+v %v", m, err)
	}
	o.do(t, func(tx *store.Tx) error {
		return tx.Exec("UPDATE identities SET sealed = 'A' || substr(sealed, 2) WHERE id = ? AND substr(sealed, 1, 1) <> 'A'", a).Error
	})
	var text string
	if err := db.Read(ctx).Raw("SELECT sealed FROM identities WHERE id = ?", a).Scan(&text).Error; err != nil {
		t.Fatal(err)
	}
	o.do(t, func(tx *store.Tx) error {
		return tx.Exec("UPDATE identities SET sealed = ? WHERE id = ?", text[:len(text)-2]+"AA", a).Error
	})
	if _, err := o.vault.Masked(ctx, a); err == nil {
		t.Error("a changed seal opened")
	}
}

func TestChange(t *testing.T) {
	db := storetest.SQLite(t)
	o := open(t, db)
	id := o.seal(t, identity.Named, "330500", identity.Person{Name: "甲某", Phone: "13812341234"})
	change := func(version int64, mode string, p identity.Person) error {
		return db.Tx(ctx, func(tx *store.Tx) error { return o.vault.ChangeTx(tx, o.By["operator"], id, version, mode, p) })
	}
	if err := change(1, identity.Secret, identity.Person{Name: "乙某", Phone: "13912341234"}); err != nil {
		t.Fatal(err)
	}
	if err := change(1, identity.Named, identity.Person{Name: "丙某"}); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("a stale change: %v", err)
	}
	m, err := o.vault.Masked(ctx, id)
	if err != nil || m[id].Name != "乙*" || m[id].Phone != "139****1234" || m[id].Mode != identity.Secret {
		t.Errorf("%+v %v", m, err)
	}
	for typed, want := range map[string]int{"13812341234": 0, "13912341234": 1} {
		if ids, err := o.vault.FindByPhone(ctx, all, typed); err != nil || len(ids) != want {
			t.Errorf("%s: %v %v", typed, ids, err)
		}
	}
}

// One command makes a new key; what was sealed with the old one opens, is found and is sealed with the new, while another process that knows
// the old key only goes on working.
func TestRotate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		var ids []string
		for i := range 230 {
			ids = append(ids, o.seal(t, identity.Secret, "330500", identity.Person{Name: "张三", Phone: fmt.Sprintf("138000%05d", i)}))
		}
		before, err := os.ReadFile(o.file)
		if err != nil {
			t.Fatal(err)
		}
		other, err := o.again(false)
		if err != nil {
			t.Fatal(err)
		}
		n, key, err := other.Rotate(ctx, o.By["operator"], "330500")
		if err != nil || n != len(ids) || key != "k2" {
			t.Fatalf("%d %s %v", n, key, err)
		}
		m, err := o.vault.Masked(ctx, ids...)
		if err != nil || len(m) != len(ids) || m[ids[7]].Phone != "138****0007" {
			t.Errorf("%d %v", len(m), err)
		}
		if found, err := o.vault.FindByPhone(ctx, all, "13800000007"); err != nil || len(found) != 1 {
			t.Errorf("the other process: %v %v", found, err)
		}
		if again := o.seal(t, identity.Secret, "330500", identity.Person{Name: "张三", Phone: "13800000007"}); again != ids[7] {
			t.Error("the same person was not found after the key was changed")
		}
		var old int64
		if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM identities WHERE key_id <> 'k2'").Scan(&old).Error; err != nil || old != 0 {
			t.Errorf("%d are sealed with the old key, %v", old, err)
		}
		after, err := os.ReadFile(o.file)
		if err != nil || !strings.Contains(string(after), `"k1"`) || string(after) == string(before) {
			t.Errorf("%s %v", after, err)
		}
	})
}

func TestTheKeyFile(t *testing.T) {
	db := storetest.SQLite(t)
	o := open(t, db)
	info, err := os.Stat(o.file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	o.seal(t, identity.Secret, "330500", identity.Person{Name: "甲某"})
	good, err := os.ReadFile(o.file)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func() error
		key   string
	}{
		"gone":            {func() error { return os.Remove(o.file) }, "identity.key.none"}, // it is not made anew: nobody could be read any more
		"readable by all": {func() error { return os.Chmod(o.file, 0o644) }, "identity.key.open"},
		"no key file":     {func() error { return os.WriteFile(o.file, []byte("secret-words"), 0o600) }, "identity.key.file"},
		"a short key": {func() error {
			return os.WriteFile(o.file, []byte(`{"current":"k1","keys":{"k1":{"seal":"AA==","hash":"AA=="}}}`), 0o600)
		}, "identity.key.file"},
		"no current key": {func() error { return os.WriteFile(o.file, []byte(`{"current":"k1","keys":{}}`), 0o600) }, "identity.key.file"},
		"another's key":  {func() error { return errors.Join(os.Remove(o.file), other(o.file)) }, ""},
	} {
		if err := c.spoil(); err != nil {
			t.Fatal(err)
		}
		v, err := o.again(true)
		if c.key != "" && (errs.As(err) == nil || errs.As(err).Key != c.key) || strings.Contains(fmt.Sprint(err), "secret-words") {
			t.Errorf("%s: %v", name, err)
		}
		if c.key == "" {
			var id string
			if e := db.Read(ctx).Raw("SELECT id FROM identities").Scan(&id).Error; e != nil || err != nil {
				t.Fatal(e, err)
			}
			if _, err := v.Masked(ctx, id); err == nil {
				t.Error("another office's key opened it")
			}
		}
		if err := errors.Join(os.WriteFile(o.file, good, 0o600), os.Chmod(o.file, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

func other(file string) error {
	_, err := keyring.Load(file, true)
	return err
}
