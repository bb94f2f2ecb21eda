package keyring_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"huzhi/internal/errs"
	"huzhi/internal/keyring"
)

func TestSealAndOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "keys.json")
	if _, err := keyring.Load(file, false); errs.CodeOf(err) != errs.NotFound {
		t.Fatalf("no file: %v", err)
	}
	r, err := keyring.Load(file, true)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 || r.File() != file || !slices.Equal(r.All(), []string{"k1"}) {
		t.Fatalf("%v %v %v", info, err, r.All())
	}
	sealed, err := r.Seal("k1", "record/1", []byte("秘密"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.Seal("k1", "record/1", []byte("秘密"))
	if err != nil || again == sealed {
		t.Errorf("sealed twice it is the same: %v", err)
	}
	// Another process, with the file read anew, adds a key; this one finds it.
	other, err := keyring.Load(file, false)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := other.Add(); err != nil || id != "k2" {
		t.Fatal(id, err)
	}
	if err := r.Read(); err != nil || !slices.Equal(r.All(), []string{"k2", "k1"}) {
		t.Fatalf("%v %v", r.All(), err)
	}
	if text, err := r.Open("k1", "record/1", sealed); err != nil || string(text) != "秘密" {
		t.Errorf("%q %v", text, err)
	}
	flipped := []byte(sealed)
	flipped[20] ^= 1
	for name, x := range map[string][3]string{
		"another record": {"k1", "record/2", sealed}, "another key": {"k2", "record/1", sealed}, "no key": {"k3", "record/1", sealed},
		"cut off": {"k1", "record/1", sealed[:8]}, "changed": {"k1", "record/1", string(flipped)}, "in clear": {"k1", "record/1", "秘密"}, "nothing": {"k1", "record/1", ""},
	} {
		if text, err := r.Open(x[0], x[1], x[2]); err == nil {
			t.Errorf("%s: %q", name, text)
		}
	}
	if _, err := keyring.Without(file+"x").Seal("", "record/1", []byte("x")); err == nil {
		t.Error("sealed without a key")
	}
	if err := os.Chmod(file, 0o604); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Load(file, true); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("others may read it: %v", err)
	}
}
