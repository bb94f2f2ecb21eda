// Package backup keeps copies of the office: made while people work, each checked, kept by a rule, and brought back to a clean machine.
//
// A folder of copies holds the files of all copies once, by their hash (blobs/), and a folder a copy, named for its second in UTC:
//
//	blobs/ab/abcd…             files of evidence, papers, and the settings
//	20261123T155119Z/huzhi.db  the database as of one moment, an SQLite file whichever engine the office runs on
//	20261123T155119Z/copy.txt  what the copy is, signed with the key of the log
//
// A file is kept before a row names it, so whatever the database of a copy names is among the files that are copied after it. The keys that seal
// callers and sign the log are never in a copy: whoever finds a copy reads no reporter's name in it.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
	"huzhi/internal/translog"
)

// The names in a folder of copies.
const (
	blobs    = "blobs"
	database = "huzhi.db"
	manifest = "copy.txt"
	part     = ".part-" // begins the name of a copy that is being made
	layout   = "20060102T150405Z"
)

// most is no limit: a file that the office took is copied however large it is.
const most = 1 << 50

// Office is what is copied.
type Office struct {
	DB    *store.DB
	Blobs *blob.Store
	Log   *translog.Log
	Now   func() time.Time  // the machine's clock, whatever day the office stands at
	Files map[string][]byte // the settings, and what they name, by a name; never a key nor a password
	Keys  []string          // files that must not lie in the folder of copies
	Data  string            // the data folder, in which copies must not lie
}

// Copy is one copy.
type Copy struct {
	Dir     string // its folder
	About          // what its manifest says
	Fresh   int    // files that came with it: the others were there
	Bytes   int64  // of those
	Missing []string
	Took    time.Duration
}

// Make makes a copy in a folder, and checks it: the pages of the database, the log's head, and that each file that a row names is there; files that are new
// are hashed on their way. errs.Conflict while another copy is made there; errs.Invalid where the folder is none for copies. What the office itself
// has lost is told in Missing and is no error: the rest is copied.
func Make(ctx context.Context, o Office, to string) (c Copy, err error) {
	if err := o.fit(to); err != nil {
		return c, err
	}
	if err := os.MkdirAll(to, 0o750); err != nil {
		return c, folder(to, err)
	}
	unlock, err := lock(to)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := tidy(to); err != nil {
		return c, folder(to, err)
	}
	began := o.Now()
	name := began.UTC().Format(layout)
	for n := 1; exists(filepath.Join(to, name)); n++ { // within the same second, or after the clock went back
		name = began.UTC().Add(time.Duration(n) * time.Second).Format(layout)
	}
	tmp := filepath.Join(to, part+name)
	if err := os.Mkdir(tmp, 0o750); err != nil {
		return c, folder(to, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	kept, err := blob.Open(filepath.Join(to, blobs))
	if err != nil {
		return c, folder(to, err)
	}
	c.About = About{Office: o.Log.Origin(), At: began.UTC().Truncate(time.Second)}
	file := filepath.Join(tmp, database)
	if err := o.DB.CopyTo(ctx, file, nil); err != nil {
		return c, folder(to, err)
	}
	if c.Fresh, c.Bytes, err = take(ctx, o.Blobs, kept); err != nil {
		return c, folder(to, err)
	}
	for _, name := range sorted(o.Files) {
		ref, err := kept.PutOwn(ctx, strings.NewReader(string(o.Files[name])), most)
		if err != nil {
			return c, folder(to, err)
		}
		if ref.SHA256 != "" {
			c.Settings = append(c.Settings, Setting{name, ref.SHA256})
		}
	}
	if c.SHA256, c.Size, err = hashOf(file); err != nil {
		return c, folder(to, err)
	}
	if err := c.look(ctx, file, kept); err != nil {
		return c, err
	}
	signed, err := o.Log.SignText(c.About.text())
	if err != nil {
		return c, err
	}
	if err := keyring.Replace(filepath.Join(tmp, manifest), []byte(signed), 0o750); err != nil {
		return c, folder(to, err)
	}
	c.Dir = filepath.Join(to, name)
	if err := errors.Join(os.Rename(tmp, c.Dir), syncDir(to)); err != nil {
		return c, folder(to, err)
	}
	c.Took = o.Now().Sub(began)
	return c, nil
}

// fit refuses a folder that is lost with the office, or in which the keys would lie beside what they open.
func (o Office) fit(to string) error {
	if to == "" {
		return errs.New(errs.Invalid, "backup.nowhere")
	}
	if within(to, o.Data) {
		return errs.New(errs.Invalid, "backup.inside", to)
	}
	for _, k := range o.Keys {
		if within(k, to) {
			return errs.New(errs.Invalid, "backup.keys.inside", k, to)
		}
	}
	return nil
}

// within says whether a path is a folder, or lies in it.
func within(path, dir string) bool {
	r, err := filepath.Rel(real(dir), real(path))
	return err == nil && r != ".." && !strings.HasPrefix(r, ".."+string(filepath.Separator))
}

// real is a path without its links, as far as it is there.
func real(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rest := ""
	for dir := abs; ; dir = filepath.Dir(dir) {
		if found, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(found, rest)
		}
		if dir == filepath.Dir(dir) {
			return abs
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

// SameDisk says whether two folders lie on one file system: what breaks one breaks the other.
func SameDisk(a, b string) bool {
	var x, y syscall.Stat_t
	return syscall.Stat(a, &x) == nil && syscall.Stat(b, &y) == nil && x.Dev == y.Dev
}

// look checks a database copy quickly, and fills in what the manifest says of it.
func (c *Copy) look(ctx context.Context, file string, kept *blob.Store) (err error) {
	db, err := store.OpenCopy(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Whole(ctx); err != nil {
		return err
	}
	if c.Head, err = audit.ReadHead(ctx, db); err != nil {
		return err
	}
	if err := audit.VerifyHead(ctx, db); err != nil {
		return fmt.Errorf("the copy's log: %w", err)
	}
	c.Files = 0
	return named(ctx, db, func(sha string) error {
		c.Files++
		if !kept.Has(sha) {
			c.Missing = append(c.Missing, sha)
		}
		return ctx.Err()
	})
}

// named calls fn for each file that a row of a database names.
func named(ctx context.Context, db *store.DB, fn func(sha string) error) error {
	var list []string
	if err := db.Read(ctx).Raw("SELECT DISTINCT sha256 FROM (" + evidence.Named + ") files ORDER BY sha256").Scan(&list).Error; err != nil {
		return err
	}
	for _, sha := range list {
		if err := fn(sha); err != nil {
			return err
		}
	}
	return nil
}

// take copies the files that are not there yet. One that is not what its name says is left out: the look at the copy finds it missing.
func take(ctx context.Context, from, to *blob.Store) (n int, bytes int64, err error) {
	err = from.Names(func(sha string) error {
		if err := ctx.Err(); err != nil || to.Has(sha) {
			return err
		}
		size, err := carry(ctx, from, to, sha)
		if errors.Is(err, blob.ErrChanged) || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		n, bytes = n+1, bytes+size
		return err
	})
	return n, bytes, err
}

func carry(ctx context.Context, from, to *blob.Store, sha string) (size int64, err error) {
	r, err := from.Open(sha)
	if err != nil {
		return 0, err
	}
	ref, err := to.PutOwn(ctx, r, most)
	return ref.Size, errors.Join(err, r.Close())
}

// tidy removes what a copy that broke off left.
func tidy(dir string) error {
	old, err := filepath.Glob(filepath.Join(dir, part+"*"))
	if err != nil {
		return err
	}
	for _, d := range old {
		if err := os.RemoveAll(d); err != nil {
			return err
		}
	}
	return nil
}

// lock takes a folder of copies for this process.
func lock(dir string) (unlock func() error, err error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, folder(dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(errs.New(errs.Conflict, "backup.busy", dir).Because(err), f.Close())
	}
	return f.Close, nil
}

// folder is the sentence for a folder of copies that cannot be written, or is full.
func folder(dir string, err error) error {
	if err == nil || errs.As(err) != nil || errors.Is(err, context.Canceled) {
		return err
	}
	return errs.New(errs.Invalid, "backup.folder", dir, err.Error()).Because(err)
}

func hashOf(file string) (sha string, size int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	size, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, errors.Join(err, f.Close())
}

func exists(path string) bool { _, err := os.Lstat(path); return err == nil }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func sorted[V any](m map[string]V) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
