package app

import (
	"context"
	"fmt"
	"time"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/almanac"
	"huzhi/internal/bundle"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/counterfeit"
	"huzhi/internal/deadline"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/filereview"
	"huzhi/internal/hotline"
	"huzhi/internal/i18n"
	"huzhi/internal/identity"
	"huzhi/internal/infringement"
	"huzhi/internal/inspection"
	"huzhi/internal/knowledge"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/mail"
	"huzhi/internal/mediation"
	"huzhi/internal/opinion"
	"huzhi/internal/papers"
	"huzhi/internal/registry"
	"huzhi/internal/report"
	"huzhi/internal/statute"
	"huzhi/internal/store"
	"huzhi/internal/task"
	"huzhi/internal/translog"
	"huzhi/internal/typeset"
	"huzhi/internal/volume"
	"huzhi/internal/warn"
	"huzhi/views/official"
)

// Services are the rooms of the office.
type Services struct {
	Rules     *statute.Book
	Days      *calendar.Calendar // the program's own years; the calendar in force is the wall's
	Wall      *almanac.Wall
	Clocks    *deadline.Clocks
	Documents *document.Office
	Press     *document.Press
	Docket    *casework.Docket
	Papers    *papers.Desk
	Vault     *identity.Vault
	Translog  *translog.Log
	Shelf     *knowledge.Shelf
	Leads     *lead.Register
	Hotline   *hotline.Desk
	Listings  *listing.Ledger
	Rounds    *inspection.Rounds
	Evidence  *evidence.Locker
	Bundles   *bundle.Maker
	Volumes   *volume.Binder
	Reviews   *filereview.Desk
	Figures   *report.Figures
	Tasks     *task.Board
	Bell      *warn.Bell
	Register  *registry.Roll
}

// build makes the services, from the law up.
func (a *App) build(ctx context.Context, o Options) (err error) {
	if a.Catalogue, err = i18n.Load(config.Locale()); err != nil {
		return err
	}
	if a.Regions, err = config.Regions(); err != nil {
		return err
	}
	if a.Days, err = calendar.Load(config.Calendar()); err != nil {
		return err
	}
	if a.Rules, err = statute.Load(config.Statute()); err != nil {
		return err
	}
	model, policy := config.Access()
	if a.Guard, err = access.New(a.DB, model, policy, a.Regions, a.today); err != nil {
		return err
	}
	set, office := a.Config.Session, a.Config.Office.Jurisdiction
	a.Users = access.NewUsers(a.DB, a.Guard, access.Settings{Idle: set.Idle, Absolute: set.Absolute, Office: office,
		SecondFactor: a.Config.SignIn.SecondFactor, Clock: time.Now}) // telephones know nothing of a fixed day
	forms := a.forms()
	if a.Documents, err = document.New(a.DB, official.Templates(), forms); err != nil {
		return err
	}
	fonts, err := typeset.LoadFonts(a.Config.Office.Fonts)
	if err != nil {
		return err
	}
	a.Press = document.NewPress(a.DB, a.Blobs, fonts)
	if a.Wall, err = almanac.New(ctx, a.DB, a.Guard, a.Days, office); err != nil {
		return err
	}
	a.Clocks = deadline.New(a.DB, a.Guard, a.Rules, a.Wall, a.book())
	if o.Own {
		if err := a.Clocks.Remember(ctx); err != nil {
			return err
		}
	}
	a.Tasks = task.New(a.DB, a.Guard)
	if a.Bell, err = a.bell(); err != nil {
		return err
	}
	if a.Docket, err = casework.New(casework.Deps{
		DB: a.DB, Guard: a.Guard, Clocks: a.Clocks, Office: a.Documents, Blobs: a.Blobs, Regions: a.Regions,
		Names: a.names(), Forms: forms, Chinese: a.Catalogue.Printer(i18n.Chinese), Formula: a.Config.Office.IncomeFormula,
	}, procedures(a.Config.Office)...); err != nil {
		return fmt.Errorf("procedures: %w", err)
	}
	a.Papers = papers.New(papers.Deps{DB: a.DB, Guard: a.Guard, Docket: a.Docket, Office: a.Documents, Press: a.Press, Clocks: a.Clocks, Blobs: a.Blobs})
	a.Press.Own(a.Papers.OwnBytes)
	a.Docket.OnHandover(func(tx *store.Tx, by access.Actor, caseID, from, to string) error {
		_, err := a.Tasks.HandOverTx(tx, by, caseID, from, to)
		return err
	})
	a.Tasks.OnWrite(a.Docket.MayWriteTx)
	a.Leads = lead.NewRegister(a.DB, a.Guard, a.Docket, a.Clocks, a.Regions, forms)
	a.Leads.TellWithin(a.Config.Office.TellReporter)
	id := a.Config.Identity
	if a.Vault, err = identity.New(ctx, a.DB, a.Guard, identity.Settings{
		KeyFile: a.Config.KeyFile(), Make: o.Own, Closed: o.Keyless, View: id.View, Keep: id.KeepDays, Review: id.ReviewDays,
	}); err != nil {
		return err
	}
	a.Users.SealWith(a.Vault.Keys())
	a.Vault.OnRotate(a.Users.SealFactors)
	if o.Own {
		if err := a.sealFactors(ctx); err != nil {
			return err
		}
	}
	if err := a.openStamps(); err != nil {
		return err
	}
	if a.Translog, err = translog.Open(a.DB, translog.Settings{Office: office, KeyFile: a.Config.LogKeyFile(), Make: o.Own}); err != nil {
		return err
	}
	a.Hotline = hotline.New(a.DB, a.Guard, a.Vault, a.Leads, a.Clocks, a.Regions, forms)
	a.Shelf = knowledge.New(a.DB, a.Guard, a.Rules, knowledge.Settings{Office: office, Topics: hotline.Topics()})
	templates, err := hotline.ReadTemplates(config.Knowledge())
	if err != nil {
		return err
	}
	platforms, err := config.Platforms()
	if err != nil {
		return err
	}
	desk := a.Config.Hotline
	a.Hotline.Equip(hotline.Kit{Shelf: a.Shelf, Platforms: platforms, Templates: templates, Settings: hotline.Settings{
		Office: office, AnswerDays: desk.AnswerDays, ReferDays: desk.ReferDays, Lines: a.Config.PhoneLines(),
	}})
	a.Hotline.SetFiles(a.Blobs)
	a.Vault.OnRotate(a.Hotline.SealWords)
	if o.Own {
		if err := a.Hotline.Ship(ctx, config.Knowledge()); err != nil {
			return err
		}
		if n, err := a.Hotline.SealOld(ctx); err != nil {
			return err
		} else if n > 0 {
			a.log.Info("callers sealed", "calls", n)
		}
		if n, err := a.Hotline.SealOldWords(ctx); err != nil {
			return err
		} else if n > 0 {
			a.log.Info("words sealed", "rows", n)
		}
	}
	a.Register = registry.New(a.DB, a.Guard, a.Blobs, office)
	a.Listings = listing.New(listing.Deps{DB: a.DB, Guard: a.Guard, Leads: a.Leads, Docket: a.Docket, Clocks: a.Clocks, Regions: a.Regions, Forms: forms, Platforms: platforms,
		Blobs: a.Blobs, Register: a.Register, Papers: a.Documents, Names: a.names(), Chinese: a.Catalogue.Printer(i18n.Chinese), AidDays: a.Config.Office.AidDays})
	if o.Own {
		if n, err := a.Listings.ReadOld(ctx); err != nil {
			return err
		} else if n > 0 {
			a.log.Info("listings read anew", "listings", n)
		}
	}
	lists, err := inspection.LoadChecklists(config.Inspection())
	if err != nil {
		return err
	}
	a.Rounds = inspection.New(inspection.Deps{DB: a.DB, Guard: a.Guard, Leads: a.Leads, Docket: a.Docket, Blobs: a.Blobs, Papers: a.Documents,
		Regions: a.Regions, Names: a.names(), Chinese: a.Catalogue.Printer(i18n.Chinese), Lists: lists, Roll: a.Register})
	a.Evidence = evidence.New(a.DB, a.Guard, a.Blobs, a.Docket, a.Leads, a.Rounds, evidence.Settings{Office: office, Uploads: a.Config.Uploads(), Most: int64(a.Config.Limits.Evidence), Recheck: a.Config.Files.Recheck})
	if o.Own {
		if n, err := a.Evidence.Adopt(ctx); err != nil {
			return err
		} else if n > 0 {
			a.log.Info("attached files made evidence", "files", n)
		}
		if n, err := a.Rounds.IndexOld(ctx); err != nil {
			return err
		} else if n > 0 {
			a.log.Info("visits made to be found", "visits", n)
		}
	}
	a.Bundles = bundle.New(a.DB, a.Guard, a.Blobs, a.Docket, a.Evidence, a.Clocks, a.Press, a.Translog)
	a.Volumes = volume.New(volume.Deps{DB: a.DB, Guard: a.Guard, Blobs: a.Blobs, Docket: a.Docket, Locker: a.Evidence, Press: a.Press, Fonts: fonts, Names: a.names(), Chinese: a.Catalogue.Printer(i18n.Chinese)})
	table, err := a.Config.ReviewTable()
	if err != nil {
		return err
	}
	checks, err := filereview.Read(table)
	if err != nil {
		return errs.New(errs.Invalid, "app.review_table", err.Error()).Because(err)
	}
	a.Reviews = filereview.New(a.DB, a.Guard, a.Docket, a.Clocks, a.Evidence, checks)
	a.Figures = report.New(a.DB, a.Guard, a.Regions, a.today)
	a.Figures.SetCentres(a.Config.Office.Centres)
	scores, err := report.ReadAssessments(config.Assessment())
	if err != nil {
		return err
	}
	a.Figures.SetAssessments(scores)
	return nil
}

// sealFactors seals what second factors of an older program stand in clear, and leaves nothing of it in the database's files.
func (a *App) sealFactors(ctx context.Context) error {
	n, err := a.Users.SealFactors(ctx)
	if err != nil || n == 0 {
		return err
	}
	a.log.Info("second factors sealed", "n", n)
	return a.DB.Checkpoint(ctx)
}

// procedures are the tables of the kinds, in the order of the report.
func procedures(o config.Office) []*casework.Procedure {
	return []*casework.Procedure{counterfeit.With(counterfeit.Settings{TwentyOnly: o.Publicity == "twenty"}), infringement.Procedure(infringement.Settings{NoCopying: o.Copying == "never"}), mediation.Procedure(), listing.With(o.AidDays), opinion.Procedure()}
}

// bell is who warns people, with the office's mail server where there is one.
func (a *App) bell() (*warn.Bell, error) {
	set := warn.Settings{Days: a.Config.Warn.Days}
	if m := a.Config.Mail; m.Server != "" {
		post, err := mail.New(mail.Settings{Server: m.Server, From: m.From, Security: m.Security, User: m.User, Password: string(m.Password)})
		if err != nil {
			return nil, err
		}
		a.mailer, set.Mail = post, post
	}
	return warn.New(a.DB, a.Guard, a.Clocks, a.Catalogue, set)
}

// today is the office's day.
func (a *App) today() calendar.Day { return calendar.DayOf(a.DB.Now()) }

// book is the procedural book that the settings choose; "" leaves it to the day of filing.
func (a *App) book() string {
	if a.Config.Office.Book == "auto" {
		return ""
	}
	return a.Config.Office.Book
}

// names are the offices' names as the settings have them.
func (a *App) names() document.Names {
	var out document.Names
	for code, list := range a.Config.Office.Names {
		for _, w := range list {
			out = append(out, document.BodyName{Code: code, Name: w.Text, From: w.From})
		}
	}
	return out
}

// forms are the forms of numbers as the settings have them.
func (a *App) forms() document.Forms {
	var out document.Forms
	for series, list := range a.Config.Numbers {
		for _, w := range list {
			out = append(out, document.Form{Series: series, Form: w.Text, From: w.From})
		}
	}
	return out
}
