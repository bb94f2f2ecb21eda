package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"huzhi/config"
	"huzhi/internal/demo"
	"huzhi/internal/errs"
	"huzhi/internal/report"
	"huzhi/internal/store"
)

// filling is what stands in the settings' row while the demonstration is being filled; afterwards the day it was filled for.
const filling = "filling"

// Demo says whether the office is the demonstration: the day it was filled for, "" where it is a real one.
func (a *App) Demo(ctx context.Context) (string, error) { return a.DB.Setting(ctx, report.DemoSetting) }

// HalfFilled says whether a demonstration was cut short while it was filled.
func (a *App) HalfFilled(ctx context.Context) (bool, error) {
	state, err := a.Demo(ctx)
	return state == filling, err
}

// DropDatabase throws a half filled demonstration's database away. errs.Conflict where that is not a file of ours.
func DropDatabase(cfg *config.Config) error {
	file, local := strings.CutPrefix(cfg.DatabaseURL(), "sqlite:")
	if !local {
		return errs.New(errs.Conflict, "app.half", config.Secret(cfg.DatabaseURL()).String())
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errs.New(errs.Invalid, "app.folder", cfg.Data, cause(err)).Because(err)
		}
	}
	return nil
}

// FillDemo fills an empty office with the demonstration. progress is told of each part.
func (a *App) FillDemo(ctx context.Context, progress func(part string, done, of int)) error {
	if err := a.markDemo(ctx, filling); err != nil {
		return err
	}
	err := demo.Fill(ctx, demo.Deps{
		DB: a.DB, Users: a.Users, Guard: a.Guard, Regions: a.Regions, Days: a.Days, Docket: a.Docket, Leads: a.Leads, Hotline: a.Hotline,
		Listings: a.Listings, Blobs: a.Blobs,
	}, progress)
	if err != nil {
		return err
	}
	if err := a.Guard.Reload(ctx); err != nil {
		return err
	}
	return a.markDemo(ctx, a.today().String())
}

func (a *App) markDemo(ctx context.Context, value string) error {
	return a.DB.Tx(ctx, func(tx *store.Tx) error { return store.SetSetting(tx, report.DemoSetting, value) })
}
