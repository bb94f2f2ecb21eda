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
	"huzhi/internal/i18n"
	"huzhi/internal/tally"
)

// Verdict is what Verify found.
type Verdict struct {
	Entries   int64      // of the log, up to the first that does not hold
	Head      audit.Head // the last entry that holds: to be kept outside the office
	Held      []Held     // what was held against the log, kind by kind
	Documents int        // issued papers whose text is as it was issued
	Files     int        // attached files whose bytes are those of their hash
	Stray     []string   // files that no row names: left by a crash, no fault
	Faults    []errs.Message
}

// Held is how many rows of a kind were held against the log. The sentence cmd.verify.held.<kind> names them.
type Held struct {
	Kind string
	Rows int
}

// Verify checks the log's chain; the papers, files, cases, leads, tasks and their steps against what the log tells of them; every file's
// bytes; and the summaries against the rows. Of each it names the first fault. kept are heads of the log that were kept outside the
// office: the log must still have those entries. An error is that something could not be looked at.
func (a *App) Verify(ctx context.Context, kept ...audit.Head) (v Verdict, err error) {
	bad := func(key string, args ...any) { v.Faults = append(v.Faults, errs.Msg(key, args...)) }
	// Log and rows are read as of one moment: the office may go on working.
	if err := a.DB.Snapshot(ctx, func(q *gorm.DB) error { return a.verifyRows(q, &v, kept, bad) }); err != nil {
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

func (a *App) verifyRows(q *gorm.DB, v *Verdict, kept []audit.Head, bad func(key string, args ...any)) (err error) {
	t := newTold(q, a.Docket.Procedure, a.Catalogue.Printer(i18n.Chinese).Has, bad)
	found := map[audit.Head]bool{}
	v.Head, err = audit.Walk(q, func(e *audit.Entry) error {
		if at := (audit.Head{Seq: e.Seq, Hash: e.Hash}); slices.Contains(kept, at) {
			found[at] = true
		}
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
	for _, h := range kept {
		if whole && !found[h] {
			t.fault("kept", "cmd.verify.kept", strconv.FormatInt(h.Seq, 10))
		}
	}
	err = a.Documents.Verify(q, func(d *document.Document, fault error) {
		if whole {
			t.paper(d)
		}
		if fault == nil {
			v.Documents++
		} else {
			t.fault("paper", "cmd.verify.document", d.Number)
		}
	})
	if err != nil || !whole {
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
	err := a.DB.Read(ctx).Raw(`SELECT sha256, name, number FROM (
			SELECT f.sha256, f.name, c.number, f.added_at AS at, f.id FROM case_files f JOIN cases c ON c.id = f.case_id
			UNION ALL SELECT m.sha256, m.file_name, c.number, m.at, m.id FROM citizen_messages m JOIN calls c ON c.id = m.call_id WHERE m.sha256 <> ''
		) files ORDER BY at, id`).Scan(&files).Error
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
