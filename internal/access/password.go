package access

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// The length of a password in characters.
const (
	minPassword = 10
	maxPassword = 200
)

// checkPassword is the key of what is wrong with a new password, or "".
func checkPassword(p string) string {
	switch n := utf8.RuneCountInString(p); {
	case n < minPassword:
		return "error.password.short"
	case n > maxPassword:
		return "error.password.long"
	}
	return ""
}

// strength is argon2id with 19 MiB, two passes, one lane: some 25 ms.
func strength() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// nobody is the hash that the password of an unknown person is compared with, so that the answer takes as long.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$59pM7hndAw0RJyODyiL/Fw$fg8ADTMDLS21TZSmQg06BfSZA6ShY9VMhGSTqAUwXMg"

// HashPassword makes the hash that NewUser.Hash takes: for the demonstration office, where ten people share one password.
func HashPassword(password string) (string, error) {
	return argon2id.CreateHash(password, strength())
}

func isHash(s string) bool {
	p, _, _, err := argon2id.DecodeHash(s)
	return err == nil && p.Memory <= 256*1024 && p.Iterations <= 16
}

// door is what everybody who signs in passes: two hashings at once at most in one process, and a limit of failures an address.
type door struct{ two chan struct{} }

func newDoor() *door { return &door{two: make(chan struct{}, 2)} }

// address is the limit of failures an address: 20, and once more every 3 seconds.
var address = Throttle{Door: "sign in", Burst: 20, Every: 3 * time.Second}

func (d *door) enter(ctx context.Context) error {
	select {
	case d.two <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *door) leave() { <-d.two }

func (d *door) hash(ctx context.Context, password string) (string, error) {
	if err := d.enter(ctx); err != nil {
		return "", err
	}
	defer d.leave()
	return HashPassword(password)
}
