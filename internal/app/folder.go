//go:build unix

package app

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"huzhi/internal/errs"
)

// folder is a data folder that this process alone uses. The system gives it back when the process ends, however it ends.
type folder struct{ lock *os.File }

// take takes a data folder. errs.Conflict when another process has it.
func take(dir string) (*folder, error) {
	name := filepath.Join(dir, "huzhi.lock")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, errs.New(errs.Invalid, "app.folder", dir, cause(err)).Because(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		who, _ := io.ReadAll(io.LimitReader(f, 20))
		_ = f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errs.New(errs.Invalid, "app.folder", dir, cause(err)).Because(err)
		}
		return nil, errs.New(errs.Conflict, "app.taken", dir, strings.TrimSpace(string(who))).Because(err)
	}
	if err := errors.Join(f.Truncate(0), write(f, strconv.Itoa(os.Getpid())+"\n")); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &folder{f}, nil
}

// isTaken is the error of taking a data folder that another process has; nil where nobody has it, or there is none. It makes nothing.
func isTaken(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "huzhi.lock")); err != nil {
		return nil //nolint:nilerr // no lock is nobody; what else is wrong with the folder is told when it is opened
	}
	f, err := take(dir)
	if err == nil {
		return f.give()
	}
	if errs.CodeOf(err) == errs.Conflict {
		return err
	}
	return nil
}

func write(f *os.File, s string) error { _, err := f.WriteAt([]byte(s), 0); return err }

// give gives the folder back.
func (f *folder) give() error { return f.lock.Close() }
