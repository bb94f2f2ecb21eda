package app

import (
	"context"
	"strings"

	"huzhi/config"
	"huzhi/internal/demo"
	"huzhi/internal/errs"
	"huzhi/internal/report"
)

// Demo says whether the office is the demonstration: the day it was filled for, "" where it is a real one.
func (a *App) Demo(ctx context.Context) (string, error) { return a.DB.Setting(ctx, report.DemoSetting) }

// HalfFilled says whether a demonstration was cut short while it was filled.
func (a *App) HalfFilled(ctx context.Context) (bool, error) {
	state, err := a.Demo(ctx)
	return state == demo.Filling, err
}

// DropDatabase throws a half filled demonstration's database away. errs.Conflict where that is not a file of ours.
func DropDatabase(cfg *config.Config) error {
	file, local := strings.CutPrefix(cfg.DatabaseURL(), "sqlite:")
	if !local {
		return errs.New(errs.Conflict, "app.half", config.Secret(cfg.DatabaseURL()).String())
	}
	if err := removeDatabase(file); err != nil {
		return errs.New(errs.Invalid, "app.folder", cfg.Data, cause(err)).Because(err)
	}
	return nil
}

// FillDemo fills an empty office with the demonstration. progress is told of each part by a key of the catalogue.
func (a *App) FillDemo(ctx context.Context, progress func(done, total int, part string)) error {
	return a.fillDemo(ctx, demo.Options{Progress: progress})
}

// FillRecent is FillDemo without the years of the report: what lies around the first day, which many days are tried with.
func (a *App) FillRecent(ctx context.Context) error {
	return a.fillDemo(ctx, demo.Options{Recent: true})
}

func (a *App) fillDemo(ctx context.Context, opt demo.Options) error {
	err := demo.Fill(ctx, demo.Office{
		DB: a.DB, Guard: a.Guard, Users: a.Users, Docket: a.Docket, Vault: a.Vault, Leads: a.Leads, Desk: a.Hotline, Listings: a.Listings, Rounds: a.Rounds, Tasks: a.Tasks, Register: a.Register, Shelf: a.Shelf, Figures: a.Figures, Blobs: a.Blobs,
		Evidence: a.Evidence, Papers: a.Papers, Volumes: a.Volumes, Reviews: a.Reviews,
		Rules: a.Rules, Days: a.Days, Regions: a.Regions,
	}, opt)
	if err != nil {
		return err
	}
	return a.Guard.Reload(ctx)
}
