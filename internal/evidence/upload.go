package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Files on their way in, piece by piece (the tus protocol, of which the web speaks the words): a broken connection costs the piece, not the file. What
// was acknowledged is on disk. An upload is its sender's alone; when it is whole, the form that asked for it takes it in like any other file.

// Upload is a file on its way in.
type Upload struct {
	ID     string `gorm:"primaryKey"`
	Actor  string
	Name   string
	Size   int64 // bytes when it is whole
	MadeAt time.Time
	Offset int64 `gorm:"-"` // bytes that are here
}

// uploadDays is how long an upload waits to go on.
const uploadDays = 2

// Unfinished and at once: how many uploads one person may have open.
const mostOpen = 20

// busy keeps two pieces of one upload apart.
type busy struct {
	mu sync.Mutex
	at map[string]bool
}

func (b *busy) take(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at == nil {
		b.at = map[string]bool{}
	}
	if b.at[id] {
		return false
	}
	b.at[id] = true
	return true
}

func (b *busy) give(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.at, id)
}

func (k *Locker) uploadPath(id string) string { return filepath.Join(k.set.Uploads, id) }

// Begin makes an upload. Forbidden, Invalid, TooLarge, Conflict where the person has too many open.
func (k *Locker) Begin(ctx context.Context, by access.Actor, name string, size int64) (*Upload, error) {
	if err := k.guard.AllowAnywhere(by, "evidence.work"); err != nil {
		return nil, err
	}
	u := &Upload{Actor: by.ID, Name: casework.FileName(name), Size: size}
	if u.Name == "" {
		u.Name = "file"
	}
	switch {
	case size > k.set.Most:
		return nil, errs.New(errs.TooLarge, "error.file_too_large", k.set.Most>>20)
	case size < 0:
		return nil, errs.New(errs.Invalid, "error.request")
	}
	if err := os.MkdirAll(k.set.Uploads, 0o750); err != nil {
		return nil, fmt.Errorf("uploads: %w", err)
	}
	return u, k.db.Tx(ctx, func(tx *store.Tx) error {
		var open int64
		if err := tx.Model(&Upload{}).Where("actor = ?", by.ID).Count(&open).Error; err != nil {
			return err
		}
		if open >= mostOpen {
			return errs.New(errs.Conflict, "error.uploads")
		}
		u.ID, u.MadeAt = tx.NewID(), tx.Now
		f, err := os.OpenFile(k.uploadPath(u.ID), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		if err != nil {
			return fmt.Errorf("uploads: %w", err)
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("uploads: %w", err)
		}
		return tx.Create(u).Error
	})
}

// Upload reads how far an upload is. NotFound, for anybody else's too.
func (k *Locker) Upload(ctx context.Context, by access.Actor, id string) (*Upload, error) {
	var rows []Upload
	if err := k.db.Read(ctx).Where("id = ? AND actor = ?", id, by.ID).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	st, err := os.Stat(k.uploadPath(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return nil, err
	}
	rows[0].Offset = st.Size()
	return &rows[0], nil
}

// ErrBusy is of a piece that comes while another of the same upload is written.
var ErrBusy = errors.New("uploads: another piece is being written")

// Append takes a piece that begins where the upload ends, and gives where it ends then: what came before the connection broke stays. Conflict where it
// begins elsewhere; ErrBusy; TooLarge where it goes past the whole.
func (k *Locker) Append(ctx context.Context, by access.Actor, id string, offset int64, r io.Reader) (int64, error) {
	if !k.busy.take(id) {
		return 0, ErrBusy
	}
	defer k.busy.give(id)
	u, err := k.Upload(ctx, by, id)
	if err != nil {
		return 0, err
	}
	if u.Offset != offset {
		return u.Offset, errs.New(errs.Conflict, "error.request")
	}
	f, err := os.OpenFile(k.uploadPath(id), os.O_WRONLY, 0)
	if err != nil {
		return offset, err
	}
	defer func() { _ = f.Close() }()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { // another process of the office writes it
		return offset, ErrBusy
	}
	if st, err := f.Stat(); err != nil || st.Size() != offset {
		return u.Offset, errors.Join(errs.New(errs.Conflict, "error.request"), err)
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return offset, err
	}
	n, broke := io.Copy(f, io.LimitReader(r, u.Size-offset))
	if err := f.Sync(); err != nil {
		return offset, errors.Join(err, f.Truncate(offset))
	}
	if broke == nil && offset+n == u.Size {
		if one, _ := r.Read(make([]byte, 1)); one > 0 {
			return offset + n, errs.New(errs.TooLarge, "error.file_too_large", u.Size>>20)
		}
	}
	return offset + n, broke
}

// Drop forgets an upload. NotFound.
func (k *Locker) Drop(ctx context.Context, by access.Actor, id string) error {
	if _, err := k.Upload(ctx, by, id); err != nil {
		return err
	}
	return k.forget(ctx, id)
}

func (k *Locker) forget(ctx context.Context, id string) error {
	if err := k.db.Tx(ctx, func(tx *store.Tx) error { return tx.Exec("DELETE FROM uploads WHERE id = ?", id).Error }); err != nil {
		return err
	}
	if err := os.Remove(k.uploadPath(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Take gives a whole upload to fn, and forgets it once fn has taken it. NotFound; Invalid where it is not whole.
func (k *Locker) Take(ctx context.Context, by access.Actor, id string, fn func(name string, r io.Reader) error) error {
	if !store.ValidID(id) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	u, err := k.Upload(ctx, by, id)
	if err != nil {
		return err
	}
	if u.Offset != u.Size {
		var bad errs.Faults
		bad.Add("file", "error.upload_broken")
		return bad.Err()
	}
	f, err := os.Open(k.uploadPath(id))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := fn(u.Name, f); err != nil {
		return err
	}
	return k.forget(ctx, id)
}

// Tidy forgets uploads that nobody went on with. At the start of the program it forgets bytes that no upload names, too.
func (k *Locker) Tidy(ctx context.Context, start bool) error {
	var old []string
	if err := k.db.Read(ctx).Model(&Upload{}).Where("made_at < ?", k.db.Now().AddDate(0, 0, -uploadDays)).Pluck("id", &old).Error; err != nil {
		return err
	}
	for _, id := range old {
		if k.busy.take(id) {
			err := k.forget(ctx, id)
			k.busy.give(id)
			if err != nil {
				return err
			}
		}
	}
	if !start {
		return nil
	}
	list, err := os.ReadDir(k.set.Uploads)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, d := range list {
		var n int64
		if e := k.db.Read(ctx).Model(&Upload{}).Where("id = ?", d.Name()).Count(&n).Error; e != nil {
			return e
		}
		info, e := d.Info()
		if e != nil || k.db.Now().Sub(info.ModTime()) < time.Hour { // it may be about to be named, by another process
			continue
		}
		if n == 0 {
			err = errors.Join(err, os.Remove(filepath.Join(k.set.Uploads, d.Name())))
		}
	}
	return err
}
