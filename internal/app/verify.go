package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/tally"
)

// Verdict is what Verify found.
type Verdict struct {
	Entries   int64    // of the log, up to the first that does not hold
	Documents int      // issued papers whose text is as it was issued
	Files     int      // attached files whose bytes are those of their hash
	Stray     []string // files that no row names: left by a crash, no fault
	Faults    []errs.Message
}

// Verify checks the log's chain, the issued papers, every file's bytes, and the summaries against the rows. Of each it
// names the first fault. An error is that something could not be looked at.
func (a *App) Verify(ctx context.Context) (v Verdict, err error) {
	bad := func(key string, args ...any) { v.Faults = append(v.Faults, errs.Msg(key, args...)) }
	var broken *audit.Broken
	v.Entries, err = audit.Verify(ctx, a.DB)
	switch {
	case errors.As(err, &broken):
		bad("cmd.verify.log", strconv.FormatInt(broken.Seq, 10), broken.Why)
	case err != nil:
		return v, err
	}
	if v.Documents, err = a.Documents.Verify(ctx); err != nil {
		bad("cmd.verify.document", err.Error())
	}
	if err := a.verifyFiles(ctx, &v, bad); err != nil {
		return v, err
	}
	if err := tally.Verify(ctx, a.DB); err != nil {
		bad("cmd.verify.tally", err.Error())
	}
	return v, nil
}

func (a *App) verifyFiles(ctx context.Context, v *Verdict, bad func(key string, args ...any)) error {
	var files []struct{ SHA256, Name, Number string }
	err := a.DB.Read(ctx).Raw(`SELECT f.sha256, f.name, c.number FROM case_files f JOIN cases c ON c.id = f.case_id ORDER BY f.added_at, f.id`).Scan(&files).Error
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
