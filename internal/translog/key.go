package translog

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"huzhi/internal/errs"
	"huzhi/internal/keyring"
)

// key is what signs heads: an Ed25519 key in a file of its own. Its first line is the secret one, each further line a public one, newest
// first: heads that an older key signed can still be checked.
type key struct {
	file   string
	signer note.Signer
	public []string
}

// openKey reads the key file, and makes it where there is none and make is set. Where there is none otherwise, nothing can be signed, and that
// is said when something is to be. errs.Invalid where it cannot be read, or others of the machine may read it.
func openKey(file, origin string, make bool) (*key, error) {
	k := &key{file: file}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !make {
			return k, nil
		}
		if err := k.renew(origin); err != nil {
			return nil, errs.New(errs.Invalid, "translog.key.file", file, err.Error()).Because(err)
		}
		return k, nil
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "translog.key.file", file, err.Error()).Because(err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, errs.New(errs.Invalid, "identity.key.open", file)
	}
	return k, k.read()
}

func (k *key) read() error {
	raw, err := os.ReadFile(k.file)
	if err != nil {
		return errs.New(errs.Invalid, "translog.key.file", k.file, err.Error()).Because(err)
	}
	lines := strings.Fields(string(raw))
	if len(lines) < 2 {
		return errs.New(errs.Invalid, "translog.key.file", k.file, "")
	}
	s, err := note.NewSigner(lines[0])
	if err != nil {
		return errs.New(errs.Invalid, "translog.key.file", k.file, "") // the reason could hold the key
	}
	if _, err := verifiers(lines[1:]); err != nil {
		return err
	}
	k.signer, k.public = s, lines[1:]
	return nil
}

// renew makes a new key; the public halves of the older ones stay.
func (k *key) renew(origin string) error {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	if err := keyring.Replace(k.file, []byte(secret+"\n"+public+"\n"+strings.Join(k.public, "\n")), 0o700); err != nil {
		return err
	}
	return k.read()
}

// verifiers reads public keys as they are printed.
func verifiers(public []string) (note.Verifiers, error) {
	var vs []note.Verifier
	for _, p := range public {
		v, err := note.NewVerifier(p)
		if err != nil {
			return nil, errs.New(errs.Invalid, "translog.key.public", p).Because(err)
		}
		vs = append(vs, v)
	}
	return note.VerifierList(vs...), nil
}
