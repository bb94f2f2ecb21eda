package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"huzhi/internal/audit"
	"huzhi/internal/document"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/i18n"
	"huzhi/internal/report"
	"huzhi/internal/tally"
	"huzhi/internal/translog"
)

// Verdict is what Verify found.
type Verdict struct {
	Entries   int64      // of the log, up to the first that does not hold
	Head      audit.Head // the last entry that holds: to be kept outside the office
	Held      []Held     // what was held against the log, kind by kind
	Documents int        // issued papers whose text is as it was issued
	Files     int        // attached files whose bytes are those of their hash
	Stamped   int        // time stamps of heads, all of them good
	Signed    int        // heads of the log that were signed, all of them such that the log still holds them
	Stray     []string   // files that no row names: left by a crash, no fault
	Faults    []errs.Message
}

// Held is how many rows of a kind were held against the log. The sentence cmd.verify.held.<kind> names them.
type Held struct {
	Kind string
	Rows int
}

// Outside is what was kept outside the office: the log must still be the one that it was noted of.
type Outside struct {
	Entries []audit.Head    // entries by number and hash
	Heads   []translog.Head // signed heads, their signatures checked
}

// Verify checks the log's chain and its signed heads; the papers, files, cases, leads, tasks and their steps against what the log tells of them; every file's
// bytes; and the summaries against the rows. Of each it names the first fault. An error is that something could not be looked at.
func (a *App) Verify(ctx context.Context, o Outside) (v Verdict, err error) {
	bad := func(key string, args ...any) { v.Faults = append(v.Faults, errs.Msg(key, args...)) }
	// Log and rows are read as of one moment: the office may go on working.
	if err := a.DB.Snapshot(ctx, func(q *gorm.DB) error { return a.verifyRows(q, &v, o, bad) }); err != nil {
		return v, fmt.Errorf("verify: %w", err)
	}
	if err := a.verifyFiles(ctx, &v, bad); err != nil {
		return v, err
	}
	if err := tally.Verify(ctx, a.DB); err != nil {
		bad("cmd.verify.tally", err.Error())
	}
	return v, nil
}

func (a *App) verifyRows(q *gorm.DB, v *Verdict, o Outside, bad func(key string, args ...any)) (err error) {
	t := newTold(q, a.Docket.Procedure, a.Catalogue.Printer(i18n.Chinese).Has, bad)
	found := map[audit.Head]bool{}
	roots, err := translog.NewRoots(q, o.Heads, func(size int64, kept bool) {
		if kept {
			t.fault("head kept", "cmd.verify.root.kept", strconv.FormatInt(size, 10))
		} else {
			t.fault("head", "cmd.verify.root", strconv.FormatInt(size, 10))
		}
	})
	if err != nil {
		return err
	}
	v.Head, err = audit.Walk(q, func(e *audit.Entry) error {
		if at := (audit.Head{Seq: e.Seq, Hash: e.Hash}); slices.Contains(o.Entries, at) {
			found[at] = true
		}
		roots.Add(e)
		return t.entry(e)
	})
	v.Entries = v.Head.Seq
	var broken *audit.Broken
	whole := !errors.As(err, &broken)
	if !whole { // nothing can be held against a log that does not hold itself
		bad("cmd.verify.log", strconv.FormatInt(broken.Seq, 10), errs.Msg("cmd.verify.log."+broken.Why))
	} else if err != nil {
		return err
	}
	if whole {
		roots.Rest()
		v.Signed = roots.Good()
		if v.Stamped, err = translog.VerifyStamps(q, a.roots, func(size int64) { t.fault("stamp", "cmd.verify.stamp", strconv.FormatInt(size, 10)) }); err != nil {
			return err
		}
	}
	for _, h := range o.Entries {
		if whole && !found[h] {
			t.fault("kept", "cmd.verify.kept", strconv.FormatInt(h.Seq, 10))
		}
	}
	paper := func(d *document.Document, fault error) {
		if whole {
			t.paper(d)
		}
		if fault == nil {
			v.Documents++
		} else {
			t.fault("paper", "cmd.verify.document", d.Number)
		}
	}
	if err := a.Documents.Verify(q, paper); err != nil {
		return err
	}
	if err := document.VerifyTable(q, &report.Yearbook{}, func(y *report.Yearbook) *document.Document {
		y.CaseID = y.ReportID
		return &y.Document
	}, paper); err != nil {
		return err
	}
	if err := a.Listings.VerifyPapers(q, func(number string, whole bool) {
		if !whole {
			t.fault("paper", "cmd.verify.document", number)
		}
	}); err != nil {
		return err
	}
	if err := a.Rounds.Verify(q, func(what string) { t.fault("visit", "cmd.verify.visit", what) }); err != nil || !whole {
		return err
	}
	if err := t.compare(); err != nil {
		return err
	}
	for _, kind := range heldKinds() {
		v.Held = append(v.Held, Held{kind, t.held[kind]})
	}
	return nil
}

func (a *App) verifyFiles(ctx context.Context, v *Verdict, bad func(key string, args ...any)) error {
	var files []struct{ SHA256, Name, Number string }
	err := a.DB.Read(ctx).Raw("SELECT sha256, name, number FROM (" + evidence.Named + ") files ORDER BY at, id").Scan(&files).Error
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	named, told := map[string]bool{}, false
	for _, f := range files {
		if named[f.SHA256] {
			continue
		}
		named[f.SHA256] = true
		if err := a.Blobs.Check(f.SHA256); err == nil {
			v.Files++
		} else if !told {
			told = true
			bad("cmd.verify.file", f.Name, f.Number, err.Error())
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return a.Blobs.Names(func(sha string) error {
		if !named[sha] {
			v.Stray = append(v.Stray, sha)
		}
		return nil
	})
}
