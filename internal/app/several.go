package app

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"huzhi/config"
	"huzhi/internal/errs"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
)

// serveAlso takes the office for this process, alone or beside those that share its folder. errs.Conflict where another process is in the way.
func (a *App) serveAlso(ctx context.Context) error {
	s, err := a.DB.Serve(ctx, a.Config.Shared != "")
	switch {
	case err != nil:
		return err
	case s == nil:
		return errs.New(errs.Conflict, "app.served", config.Secret(a.Config.DatabaseURL()).String())
	}
	if a.served = s; a.Config.Shared == "" {
		return nil
	}
	return a.sameFolder(ctx, s.First)
}

// settle lets others in that share the office.
func (a *App) settle(ctx context.Context, _ Options) error {
	if a.served == nil {
		return nil
	}
	if a.Config.Shared != "" && a.served.First {
		if err := a.tellShare(ctx); err != nil {
			return err
		}
	}
	return a.served.Settle(ctx)
}

// sameFolder sees that the shared folder is the one of this database: both bear the same name. The first process that serves gives it to both, also after
// one of the two came back from a copy.
func (a *App) sameFolder(ctx context.Context, first bool) error {
	file := filepath.Join(a.Config.Shared, "office.id")
	raw, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errs.New(errs.Invalid, "app.folder", a.Config.Shared, cause(err)).Because(err)
	}
	is := strings.TrimSpace(string(raw))
	if first {
		if is == "" {
			is = rand.Text()
			if err := keyring.Replace(file, []byte(is+"\n"), 0o750); err != nil {
				return errs.New(errs.Invalid, "app.folder", a.Config.Shared, cause(err)).Because(err)
			}
		}
		return nil // told to the database once it has its tables
	}
	known, err := a.DB.Setting(ctx, shareSetting)
	if err == nil && (is == "" || is != known) {
		return errs.New(errs.Conflict, "app.other_share", a.Config.Shared)
	}
	return err
}

// shareSetting is the name of the shared folder.
const shareSetting = "share"

// tellShare writes the shared folder's name into the database.
func (a *App) tellShare(ctx context.Context) error {
	raw, err := os.ReadFile(filepath.Join(a.Config.Shared, "office.id"))
	if err != nil {
		return errs.New(errs.Invalid, "app.folder", a.Config.Shared, cause(err)).Because(err)
	}
	return a.DB.Tx(ctx, func(tx *store.Tx) error { return store.SetSetting(tx, shareSetting, strings.TrimSpace(string(raw))) })
}

// ownWork does the program's own work, in one of the processes that serve the office, until ctx ends.
func (a *App) ownWork(ctx context.Context) {
	err := a.DB.Lead(ctx, func(ctx context.Context) {
		a.leads.Store(true)
		defer a.leads.Store(false)
		if a.Config.Shared != "" {
			a.log.Info("this process does the program's own work")
		}
		var all sync.WaitGroup
		for _, work := range []func(context.Context){a.sweep, a.ring, a.carryImports, a.watchFiles, a.keepCopies, a.watchLog} {
			all.Go(func() { work(ctx) })
		}
		all.Wait()
	})
	if err != nil && ctx.Err() == nil {
		a.log.Error("the program's own work is not done by this process", "err", err)
	}
}
