// Package app puts the office together from its settings and runs it: the data folder, the database, the services, the site.
//
// It is built by the same function for the program, for every command and for
// the tests. Only here and in store is the clock known.
package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/internal/mail"
	"huzhi/internal/region"
	"huzhi/internal/store"
	"huzhi/internal/translog"
)

// Options say what a command wants of the office.
type Options struct {
	Log     *slog.Logger
	Today   calendar.Day // fixes the day, while the time of day runs; no day is the machine's clock
	Own     bool         // this process alone uses the data folder: it serves, fills or migrates
	Create  bool         // make the office where there is none; else that is an error
	Migrate bool         // bring an older database up to date; else that is an error
	Keyless bool         // the keys may be elsewhere: nothing sealed can be opened then
}

// App is the office, open.
type App struct {
	Config    *config.Config
	DB        *store.DB
	Blobs     *blob.Store
	Catalogue *i18n.Catalogue
	Regions   *region.Book
	Guard     *access.Guard
	Users     *access.Users
	Services

	log        *slog.Logger
	mailer     *mail.Sender // nil sends no letters
	stamper    *translog.Stamper
	roots      *x509.CertPool // of time-stamping authorities
	start      time.Time
	served     *store.Served
	leads      atomic.Bool // this process does the program's own work
	own        *folder
	listener   net.Listener
	unfinished chan struct{} // clocks are left to be counted anew
	copies     copies
	doings     doings
}

// New opens the office. What a person can put right (a folder that is not writable, a database that is newer than the
// program, another process in the folder) is an *errs.Error with its sentence.
func New(ctx context.Context, cfg *config.Config, o Options) (*App, error) {
	a := &App{Config: cfg, log: o.Log, start: time.Now(), unfinished: make(chan struct{}, 1)}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	for _, step := range []func(context.Context, Options) error{a.openFolder, a.openDatabase, a.build, a.settle} {
		if err := step(ctx, o); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// openFolder looks at the data folder, and takes it for this process when asked to.
func (a *App) openFolder(ctx context.Context, o Options) (err error) {
	dir := a.Config.Data
	if !o.Create {
		file, local := strings.CutPrefix(a.Config.DatabaseURL(), "sqlite:")
		if _, err := os.Stat(file); local && errors.Is(err, fs.ErrNotExist) {
			return errs.New(errs.NotFound, "app.no_office", file)
		}
	}
	if err := store.Writable(dir); err != nil {
		return errs.New(errs.Invalid, "app.folder", dir, cause(err)).Because(err)
	}
	if o.Own {
		if a.own, err = take(dir); err != nil {
			return err
		}
	}
	return a.openBlobs(ctx)
}

func (a *App) openDatabase(ctx context.Context, o Options) error {
	url := a.Config.DatabaseURL()
	if file, local := strings.CutPrefix(url, "sqlite:"); local {
		if err := store.Writable(filepath.Dir(file)); err != nil {
			return errs.New(errs.Invalid, "app.folder", filepath.Dir(file), cause(err)).Because(err)
		}
	}
	db, err := store.Open(ctx, store.Options{URL: url, Now: clock(o.Today)})
	if err != nil {
		return errs.New(errs.Invalid, "app.database", config.Secret(url).String(), cause(err)).Because(err)
	}
	a.DB = db
	if half, err := db.HalfMoved(ctx); err != nil {
		return err
	} else if half {
		return errs.New(errs.Conflict, "app.half_moved", config.Secret(url).String())
	}
	if o.Own {
		if err := a.serveAlso(ctx); err != nil {
			return err
		}
	}
	err = db.Current(ctx)
	if errors.Is(err, store.ErrOlder) && o.Migrate {
		err = a.migrate(ctx)
	}
	return known(err)
}

// known puts into a sentence that a database is not of this program's version.
func known(err error) error {
	var newer *store.NewerError
	switch {
	case errors.As(err, &newer):
		return errs.New(errs.Invalid, "app.newer", strconv.FormatInt(newer.Database, 10), strconv.FormatInt(newer.Program, 10)).Because(err)
	case errors.Is(err, store.ErrOlder):
		return errs.New(errs.Invalid, "app.older").Because(err)
	}
	return err
}

// migrate brings the schema up to date, with the folder to itself.
func (a *App) migrate(ctx context.Context) (err error) {
	if a.own == nil {
		f, err := take(a.Config.Data)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.give()) }()
	}
	n, err := a.DB.Migrate(ctx)
	if err == nil && n > 0 {
		a.log.Info("database brought up to date", "steps", n)
	}
	return err
}

// Close closes whatever is open.
func (a *App) Close() error {
	var list []error
	if a.listener != nil {
		if err := a.listener.Close(); !errors.Is(err, net.ErrClosed) {
			list = append(list, err)
		}
	}
	if a.served != nil {
		a.served.Leave()
	}
	if a.DB != nil {
		list = append(list, a.DB.Close())
	}
	if a.own != nil {
		list = append(list, a.own.give())
	}
	return errors.Join(list...)
}

// clock is the machine's, or one whose day stands still while the time of day runs.
func clock(today calendar.Day) func() time.Time {
	if today.IsZero() {
		return time.Now
	}
	return func() time.Time {
		now := time.Now()
		return today.Time().Add(now.Sub(calendar.DayOf(now).Time()))
	}
}

// cause is the innermost reason, in the machine's words.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return strings.Join(strings.Fields(fmt.Sprint(err)), " ")
		}
		err = next
	}
}
