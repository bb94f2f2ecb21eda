// Package keyring is the keys that seal what the database must not hold in clear: callers, reporters, the secrets of second factors. They lie in a file of their own.
//
// What is sealed is AES-256-GCM, bound to the record it belongs to. A new key becomes the current one; the old ones stay, for what is not sealed
// anew yet and for older copies of the database.
package keyring

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"huzhi/internal/errs"
)

// keySize is the length of each key: AES-256, and as much for the hashes.
const keySize = 32

// pair is what one key id stands for: a key that seals, and one that makes the hashes a person is found by.
type pair struct {
	Seal []byte `json:"seal"`
	Hash []byte `json:"hash"`
}

// held is the key file as it is written. Keys that no longer seal anything stay, for copies of the database from before.
type held struct {
	Current string          `json:"current"`
	Keys    map[string]pair `json:"keys"`
}

// Ring is the keys, read from their file and read again when the file was changed: another process may have added one.
type Ring struct {
	file string
	mu   sync.Mutex
	info fs.FileInfo
	held held
}

// Load reads the key file. With make it is made where there is none. errs.NotFound where there is none; errs.Invalid where it cannot be
// read, or others of the machine may read it.
func Load(file string, make bool) (*Ring, error) {
	r := &Ring{file: file}
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !make {
			return nil, errs.New(errs.NotFound, "identity.key.none", file)
		}
		if err := r.write(held{Current: "k1", Keys: map[string]pair{"k1": newPair()}}); err != nil {
			return nil, errs.New(errs.Invalid, "identity.key.file", file, err.Error()).Because(err)
		}
	}
	return r, r.Read()
}

// Without is a ring whose file is not there: nothing can be sealed or opened with it.
func Without(file string) *Ring { return &Ring{file: file} }

// File is where the keys lie.
func (r *Ring) File() string { return r.file }

func newPair() pair {
	p := pair{Seal: make([]byte, keySize), Hash: make([]byte, keySize)}
	for _, b := range [][]byte{p.Seal, p.Hash} {
		_, _ = rand.Read(b) // it never fails: the program ends instead
	}
	return p
}

// Read reads the file if it is another than the one read last: another process may have made a new key.
func (r *Ring) Read() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	bad := func(why error) error {
		return errs.New(errs.Invalid, "identity.key.file", r.file, why.Error()).Because(why)
	}
	info, err := os.Stat(r.file)
	if err != nil {
		return bad(err)
	}
	if r.info != nil && os.SameFile(info, r.info) && info.ModTime().Equal(r.info.ModTime()) {
		return nil
	}
	if info.Mode().Perm()&0o007 != 0 {
		return errs.New(errs.Invalid, "identity.key.open", r.file)
	}
	raw, err := os.ReadFile(r.file)
	if err != nil {
		return bad(err)
	}
	var h held
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return bad(errors.New("it is no key file")) // its words could be a key's
	}
	for id, p := range h.Keys {
		if len(p.Seal) != keySize || len(p.Hash) != keySize {
			return bad(fmt.Errorf("key %s is not %d bytes long", id, keySize))
		}
	}
	if _, ok := h.Keys[h.Current]; !ok {
		return bad(errors.New("its current key is not in it"))
	}
	r.held, r.info = h, info
	return nil
}

func (r *Ring) write(h held) error {
	raw, err := json.MarshalIndent(h, "", "\t")
	if err != nil {
		return err
	}
	return Replace(r.file, append(raw, '\n'), 0o700)
}

// Replace writes a file at once, for its owner alone: it is never half a file. Its folder is made with the mode where there is none.
func Replace(file string, raw []byte, folder fs.FileMode) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, folder); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// Add makes a new key, the current one from now on.
func (r *Ring) Add() (id string, err error) {
	if err := r.Read(); err != nil {
		return "", err
	}
	h := held{Keys: map[string]pair{}}
	last := 0
	for id, p := range r.held.Keys {
		h.Keys[id] = p
		if n, err := strconv.Atoi(id[1:]); err == nil {
			last = max(last, n)
		}
	}
	h.Current = "k" + strconv.Itoa(last+1)
	h.Keys[h.Current] = newPair()
	if err := r.write(h); err != nil {
		return "", errs.New(errs.Invalid, "identity.key.file", r.file, err.Error()).Because(err)
	}
	return h.Current, r.Read()
}

// All are the ids of the keys, the current one first; of a ring without its file, one that is empty.
func (r *Ring) All() (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.held.Keys {
		if id != r.held.Current {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return append([]string{r.held.Current}, ids...)
}

func (r *Ring) key(id string) (pair, error) {
	for range 2 {
		r.mu.Lock()
		p, ok := r.held.Keys[id]
		r.mu.Unlock()
		if ok {
			return p, nil
		}
		if err := r.Read(); err != nil {
			return pair{}, err
		}
	}
	return pair{}, fmt.Errorf("the key file has no key %s", id)
}

// Seal seals a text with a key; of names what it belongs to, without which it does not open.
func (r *Ring) Seal(key, of string, text []byte) (string, error) {
	p, err := r.key(key)
	if err != nil {
		return "", err
	}
	a, err := aead(p.Seal)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, a.NonceSize())
	_, _ = rand.Read(nonce)
	return base64.RawStdEncoding.EncodeToString(a.Seal(nonce, nonce, text, []byte(of))), nil
}

// Open opens what Seal sealed, for the same record.
func (r *Ring) Open(key, of, sealed string) ([]byte, error) {
	p, err := r.key(key)
	if err != nil {
		return nil, err
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, err
	}
	a, err := aead(p.Seal)
	if err != nil {
		return nil, err
	}
	if len(raw) < a.NonceSize() {
		return nil, errors.New("what is sealed is cut off")
	}
	return a.Open(nil, raw[:a.NonceSize()], raw[a.NonceSize():], []byte(of))
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Hash is the keyed hash of a text of a kind, 16 bytes: nobody without the key can try numbers.
func (r *Ring) Hash(key, kind, text string) (string, error) {
	p, err := r.key(key)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, p.Hash)
	h.Write([]byte(kind + ":" + text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16]), nil
}
