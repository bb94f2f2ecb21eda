package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/backup"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Copies is how the scheduled copies stand.
type Copies struct {
	Folder  string    // "" where none are made
	Started time.Time // of the program: before the first copy the waiting begins here
	Last    time.Time // the last good one; no time is none
	Bytes   int64     // of its database
	Took    time.Duration
	Failed  int64  // since the program started
	Fault   string // why the last try failed; "" is that it did not
	Late    bool   // for longer than the setting backup.late there was none
}

// copies keeps it.
type copies struct {
	mu sync.Mutex
	is Copies
}

// Copies says how the scheduled copies stand.
func (a *App) Copies() Copies {
	a.copies.mu.Lock()
	defer a.copies.mu.Unlock()
	is := a.copies.is
	is.Folder, is.Started = a.Config.Backup.Folder, a.start
	since := is.Last
	if since.Before(is.Started) && is.Last.IsZero() {
		since = is.Started
	}
	is.Late = is.Folder != "" && a.leads.Load() && time.Since(since) > a.Config.Backup.Late
	return is
}

// MakeCopy makes a copy in a folder.
func (a *App) MakeCopy(ctx context.Context, to string) (backup.Copy, error) {
	files, err := a.settingsFiles()
	if err != nil {
		return backup.Copy{}, err
	}
	return backup.Make(ctx, backup.Office{DB: a.DB, Blobs: a.Blobs, Log: a.Translog, Now: time.Now, Files: files, Keys: a.KeyFiles(), Data: a.Config.Data}, to)
}

// KeyFiles are the files that are in no copy: with one of them beside a copy, what it seals can be read.
func (a *App) KeyFiles() []string {
	return []string{a.Config.KeyFile(), a.Config.LogKeyFile()}
}

// PruneCopies throws away what the setting backup does not keep.
func (a *App) PruneCopies(to string) (int, error) {
	b := a.Config.Backup
	return backup.Prune(to, backup.Rule{Last: b.Last, Hours: b.Hours, Days: b.Days, Months: b.Months})
}

// settingsFiles are the settings in force and what of them lies in files, without secrets.
func (a *App) settingsFiles() (map[string][]byte, error) {
	out := map[string][]byte{"settings.txt": []byte(a.Config.Describe())}
	raw, err := a.Config.Portable()
	if err != nil {
		return nil, err
	}
	if raw != nil {
		out["settings.yaml"] = raw
	}
	add := func(name, file string) error {
		raw, err := os.ReadFile(file)
		if err != nil {
			return errs.New(errs.Invalid, "config.file", file).Because(err)
		}
		out[name] = raw
		return nil
	}
	for name, file := range map[string]string{"review_table.yaml": a.Config.Office.ReviewTable, "trust.pem": a.Config.Heads.Trust} {
		if file != "" {
			if err := add(name, file); err != nil {
				return nil, err
			}
		}
	}
	if dir := a.Config.Office.Fonts; dir != "" {
		fonts, err := filepath.Glob(filepath.Join(dir, "*.ttf"))
		if err != nil {
			return nil, err
		}
		for _, f := range fonts {
			if err := add("fonts/"+filepath.Base(f), f); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// keepCopies makes the copies of the setting backup, from the last one that lies in the folder on.
func (a *App) keepCopies(ctx context.Context) {
	set := a.Config.Backup
	if set.Folder == "" {
		a.log.Warn("no copies are made by themselves: backup.folder is not set")
		return
	}
	if list, err := backup.List(set.Folder); err == nil && len(list) > 0 {
		a.copies.mu.Lock()
		a.copies.is.Last, a.copies.is.Bytes = list[0].At, list[0].Size
		a.copies.mu.Unlock()
	}
	next := set.Every - time.Since(a.Copies().Last)
	if next < 0 || next > set.Every { // none yet, or the clock went back
		next = 0
	}
	told := time.Time{}
	for timer := time.NewTimer(next); ; timer.Reset(set.Every) {
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		a.copyNow(ctx)
		if is := a.Copies(); is.Late && time.Since(told) >= set.Late {
			told = time.Now()
			a.log.Error("there is no recent copy of the office", "last", is.Last, "fault", is.Fault)
		}
	}
}

func (a *App) copyNow(ctx context.Context) {
	to := a.Config.Backup.Folder
	c, err := a.MakeCopy(ctx, to)
	if err != nil && ctx.Err() != nil {
		return
	}
	a.copies.mu.Lock()
	if err != nil {
		a.copies.is.Failed++
		a.copies.is.Fault = err.Error()
	} else {
		a.copies.is.Last, a.copies.is.Bytes, a.copies.is.Took, a.copies.is.Fault = time.Now(), c.Size, c.Took, ""
	}
	a.copies.mu.Unlock()
	if err != nil {
		a.log.Error("no copy of the office could be made", "folder", to, "err", err)
		return
	}
	for _, sha := range c.Missing {
		a.log.Error("a kept file could not be copied: it is gone or changed", "sha256", sha)
	}
	gone, err := a.PruneCopies(to)
	if err != nil {
		a.log.Error("older copies could not be thrown away", "folder", to, "err", err)
	}
	a.log.Info("copy made", "copy", filepath.Base(c.Dir), "bytes", c.Size, "files", c.Files, "new", c.Fresh, "ms", c.Took.Milliseconds(), "thrown_away", gone)
}

// Restored is what Restore did.
type Restored struct {
	Copy    backup.Copy
	Files   int
	Verdict Verdict
	Keys    []string // key files that are not here yet
	To      string   // the database, without its password
}

// Restore brings a copy back to a machine without an office, and verifies all of it. It refuses where there is an office. With public keys one of them must
// have signed the copy. Broken off, it leaves no database, and goes on with the files when it is called again. progress may be nil.
func Restore(ctx context.Context, cfg *config.Config, from string, keys []string, progress func(done, all int)) (r Restored, err error) {
	if r.Copy, err = backup.Find(from, keys...); err != nil {
		return r, err
	}
	r.To = config.Secret(cfg.DatabaseURL()).String()
	if err := store.Writable(cfg.Data); err != nil {
		return r, errs.New(errs.Invalid, "app.folder", cfg.Data, cause(err)).Because(err)
	}
	own, err := take(cfg.Data)
	if err != nil {
		return r, err
	}
	err = r.bring(ctx, cfg, progress)
	if err = errors.Join(err, own.give()); err != nil {
		return r, err
	}
	for _, k := range []string{cfg.KeyFile(), cfg.LogKeyFile()} {
		if _, err := os.Stat(k); errors.Is(err, fs.ErrNotExist) {
			r.Keys = append(r.Keys, k)
		}
	}
	a, err := New(ctx, cfg, Options{Migrate: true, Keyless: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if r.Verdict, err = a.Verify(ctx, Outside{}); err != nil || len(r.Verdict.Faults) > 0 {
		return r, err
	}
	return r, a.DB.Tx(ctx, func(tx *store.Tx) error {
		return audit.Append(tx, access.System().Entry("office.restore", cfg.Office.Jurisdiction, "office:"+cfg.Office.Jurisdiction,
			map[string]any{"copy": r.Copy.At.Format(time.RFC3339), "log": r.Copy.Head.String()}))
	})
}

// bring brings files and database.
func (r *Restored) bring(ctx context.Context, cfg *config.Config, progress func(done, all int)) (err error) {
	url := cfg.DatabaseURL()
	file, local := strings.CutPrefix(url, "sqlite:")
	var to *store.DB
	if local {
		if _, err := os.Lstat(file); err == nil {
			return errs.New(errs.Conflict, "backup.live", file)
		}
	} else {
		if to, err = store.Open(ctx, store.Options{URL: url}); err != nil {
			return errs.New(errs.Invalid, "app.database", r.To, cause(err)).Because(err)
		}
		defer func() { err = errors.Join(err, to.Close()) }()
		empty, err := to.Empty(ctx)
		if err != nil {
			return err
		}
		half, err := to.HalfMoved(ctx)
		if err != nil {
			return err
		}
		if !empty && !half {
			return errs.New(errs.Conflict, "backup.live", r.To)
		}
		file = filepath.Join(cfg.Data, "huzhi.db")
	}
	tmp := file + ".restoring"
	if err := removeDatabase(tmp); err != nil {
		return err
	}
	if err := r.Copy.Database(tmp); err != nil {
		return err
	}
	o := &App{Config: cfg}
	if err := o.openBlobs(ctx); err != nil {
		return err
	}
	if r.Files, err = r.Copy.Restore(ctx, tmp, o.Blobs, progress); err != nil {
		return errors.Join(err, removeDatabase(tmp))
	}
	if err := r.Copy.Unpack(filepath.Join(cfg.Data, "restored")); err != nil {
		return err
	}
	if local {
		return os.Rename(tmp, file)
	}
	from, err := store.Open(ctx, store.Options{URL: "sqlite:" + tmp})
	if err != nil {
		return err
	}
	_, err = from.Migrate(ctx)
	if err == nil {
		err = store.Move(ctx, from, to, nil)
	}
	return errors.Join(err, from.Close(), removeDatabase(tmp))
}

// removeDatabase removes an SQLite database that is not the office's.
func removeDatabase(file string) error {
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
