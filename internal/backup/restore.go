package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"huzhi/internal/blob"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// workers is how many files are brought back at a time: their flushes to the disk are what takes long.
const workers = 4

// Database brings a copy's database to a file that must not be there, and compares it with the manifest's hash on the way. What was there of a restore
// that broke off must have another name.
func (c Copy) Database(file string) (err error) {
	from, err := os.Open(filepath.Join(c.Dir, database))
	if err != nil {
		return errs.New(errs.NotFound, "backup.none", c.Dir).Because(err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	if _, err := io.Copy(to, from); err != nil {
		return errors.Join(err, to.Close())
	}
	if err := errors.Join(to.Sync(), to.Close()); err != nil {
		return err
	}
	sha, _, err := hashOf(file)
	if err == nil && sha != c.SHA256 {
		err = errs.New(errs.Invalid, "backup.database", c.Dir)
	}
	return err
}

// Restore brings the files that a copy's database names into a store: each is hashed on its way. Those that are there already are not brought again.
// errs.Invalid names the first that the copy does not hold as it must. file is the copy's database, brought back already. progress may be nil.
func (c Copy) Restore(ctx context.Context, file string, to *blob.Store, progress func(done, all int)) (n int, err error) {
	from, err := c.blobs()
	if err != nil {
		return 0, err
	}
	db, err := store.OpenCopy(ctx, file)
	if err != nil {
		return 0, err
	}
	var list []string
	err = named(ctx, db, func(sha string) error { list = append(list, sha); return nil })
	if err = errors.Join(err, db.Close()); err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan string)
	var all sync.WaitGroup
	var mu sync.Mutex
	for range workers {
		all.Go(func() {
			for sha := range work {
				if !to.Has(sha) {
					if _, err := carry(ctx, from, to, sha); err != nil {
						stop(fault(c.Dir, sha, err))
						continue
					}
				}
				mu.Lock()
				if n++; progress != nil {
					progress(n, len(list))
				}
				mu.Unlock()
			}
		})
	}
	for _, sha := range list {
		if ctx.Err() != nil {
			break
		}
		work <- sha
	}
	close(work)
	all.Wait()
	return n, context.Cause(ctx)
}

func fault(dir, sha string, err error) error {
	if errors.Is(err, blob.ErrChanged) || errors.Is(err, fs.ErrNotExist) {
		return errs.New(errs.Invalid, "backup.file", dir, sha).Because(err)
	}
	return err
}

// Unpack writes the copy's settings into a folder, for a person to read: they name paths and addresses of the machine that was.
func (c Copy) Unpack(dir string) error {
	from, err := c.blobs()
	if err != nil {
		return err
	}
	for _, s := range c.Settings {
		if !filepath.IsLocal(s.Name) {
			return errs.New(errs.Invalid, "backup.manifest", c.Dir).Because(fmt.Errorf("%q leads out of it", s.Name))
		}
		r, err := from.Open(s.SHA256)
		if err != nil {
			return fault(c.Dir, s.SHA256, err)
		}
		raw, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return fault(c.Dir, s.SHA256, err)
		}
		name := filepath.Join(dir, s.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(name, raw, 0o640); err != nil {
			return err
		}
	}
	return nil
}

// blobs are the files of the folder that the copy lies in.
func (c Copy) blobs() (*blob.Store, error) {
	dir := filepath.Join(filepath.Dir(real(c.Dir)), blobs)
	if !exists(dir) {
		return nil, errs.New(errs.NotFound, "backup.none", dir)
	}
	return blob.At(dir), nil
}
