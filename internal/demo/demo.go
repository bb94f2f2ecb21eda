// Package demo is the demonstration office: invented people, calls and cases, written through the same domain methods as a person uses.
//
// The years 2013 and 2014 hold the figures of a published report, lived under
// the law of their time; the months before today hold open matters in every
// state. Everything is planned first, from fixed chance, and then done in the
// order of its time, so that numbers are given as in a real office. The same day
// gives the same office.
package demo

import (
	"context"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/filereview"
	"huzhi/internal/hotline"
	"huzhi/internal/identity"
	"huzhi/internal/inspection"
	"huzhi/internal/knowledge"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/papers"
	"huzhi/internal/region"
	"huzhi/internal/registry"
	"huzhi/internal/report"
	"huzhi/internal/statute"
	"huzhi/internal/store"
	"huzhi/internal/task"
	"huzhi/internal/volume"
)

// Password is everybody's password in the demonstration office.
const Password = "huzhi-demo"

// Usernames are the people a visitor signs in as, one a role, and three of Deqing.
func Usernames() []string {
	return []string{"operator", "officer", "reviewer", "chief", "archivist", "admin", "auditor", "operator.deqing", "officer.deqing", "chief.deqing"}
}

// Filling is the value of the setting report.DemoSetting while an office is being filled; afterwards it is the day it lies around.
const Filling = "filling"

// Office is the empty office that is filled.
type Office struct {
	DB       *store.DB
	Guard    *access.Guard
	Users    *access.Users
	Docket   *casework.Docket
	Vault    *identity.Vault
	Leads    *lead.Register
	Desk     *hotline.Desk
	Listings *listing.Ledger
	Rounds   *inspection.Rounds
	Tasks    *task.Board
	Register *registry.Roll
	Shelf    *knowledge.Shelf
	Figures  *report.Figures
	Blobs    *blob.Store
	Evidence *evidence.Locker
	Papers   *papers.Desk
	Volumes  *volume.Binder
	Reviews  *filereview.Desk
	Rules    *statute.Book
	Days     *calendar.Calendar
	Regions  *region.Book
}

// Options say around which day the open matters lie.
type Options struct {
	Today    calendar.Day                       // no day: the office's
	Progress func(done, total int, what string) // what is a key of the catalogue; may be nil
	Recent   bool                               // without the years of the report, which do not lie around the day: for trying many days
}

// earliest is the first day that open matters can lie around: the years of the report must be over, their last case archived.
func earliest() calendar.Day { return calendar.Date(2017, time.January, 1) }

// Check refuses a day that the open matters cannot lie around. errs.Invalid: it is too early.
func Check(today calendar.Day) error {
	if today < earliest() {
		return errs.New(errs.Invalid, "demo.error.today", earliest(), today)
	}
	return nil
}

// Fill fills an empty office. errs.Invalid: the day is too early; errs.Conflict: the office has people already.
func Fill(ctx context.Context, o Office, opt Options) error {
	if opt.Today.IsZero() {
		opt.Today = calendar.DayOf(o.DB.Now())
	}
	if err := Check(opt.Today); err != nil {
		return err
	}
	if n, err := o.Users.Count(ctx); err != nil {
		return err
	} else if n > 0 {
		return errs.New(errs.Conflict, "demo.error.people")
	}
	w, err := newWorld(o, opt)
	if err != nil {
		return err
	}
	// SQLite's driver takes a goroutine and two switches for each statement that could be broken off: between the acts is soon enough.
	w.over, ctx = ctx.Err, context.WithoutCancel(ctx)
	if err := w.hire(ctx); err != nil {
		return err
	}
	w.past()
	if opt.Recent {
		w.queue = nil
	}
	w.present()
	if err := w.run(ctx); err != nil {
		return err
	}
	if err := w.giveTasks(ctx); err != nil {
		return err
	}
	if err := w.askForReporters(ctx); err != nil {
		return err
	}
	if err := w.keepRegister(ctx); err != nil {
		return err
	}
	if err := w.giveRounds(ctx); err != nil {
		return err
	}
	if err := w.giveDesk(ctx); err != nil {
		return err
	}
	if err := w.giveLedger(ctx); err != nil {
		return err
	}
	if err := w.giveShelf(ctx); err != nil {
		return err
	}
	if !opt.Recent {
		if err := w.giveFigures(ctx); err != nil {
			return err
		}
	}
	return o.DB.Tx(ctx, func(tx *store.Tx) error { return store.SetSetting(tx, report.DemoSetting, opt.Today.String()) })
}

// Complete says whether the database holds a demonstration office that was filled to its end.
func Complete(ctx context.Context, db *store.DB) (bool, error) {
	v, err := db.Setting(ctx, report.DemoSetting)
	return v != "" && v != Filling, err
}
