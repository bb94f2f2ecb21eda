package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"huzhi/config"
	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Move carries the rows of an office from one database into another, which is empty or half filled by an earlier Move; files and keys stay in the data folder,
// which is taken meanwhile: nobody serves. Every table is counted and hashed on both sides, and the log's chain is walked. It gives the last entry
// of the log. The old database is left as it is.
func Move(ctx context.Context, cfg *config.Config, from, to string, progress func(store.Progress)) (head audit.Head, err error) {
	if file, local := strings.CutPrefix(from, "sqlite:"); local {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return head, errs.New(errs.NotFound, "app.no_office", file)
		}
	}
	if engineOf(from) == engineOf(to) {
		return head, errs.New(errs.Invalid, "move.same")
	}
	if err := store.Writable(cfg.Data); err != nil {
		return head, errs.New(errs.Invalid, "app.folder", cfg.Data, cause(err)).Because(err)
	}
	own, err := take(cfg.Data)
	if err != nil {
		return head, err
	}
	defer func() { err = errors.Join(err, own.give()) }()
	a, err := openMove(ctx, from)
	if err != nil {
		return head, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := known(a.Current(ctx)); err != nil {
		return head, err
	}
	if half, err := a.HalfMoved(ctx); err != nil {
		return head, err
	} else if half {
		return head, errs.New(errs.Conflict, "app.half_moved", config.Secret(from).String())
	}
	b, err := openMove(ctx, to)
	if err != nil {
		return head, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	switch err := store.Move(ctx, a, b, progress); {
	case errors.Is(err, store.ErrNotEmpty):
		return head, errs.New(errs.Conflict, "move.not_empty", config.Secret(to).String())
	case errors.Is(err, store.ErrOther):
		return head, errs.New(errs.Conflict, "move.other", err.Error()).Because(err)
	case err != nil:
		return head, err
	}
	head.Seq, err = audit.Verify(ctx, b)
	var broken *audit.Broken
	if errors.As(err, &broken) { // as it is in the old one: every row is the same
		return head, errs.New(errs.Conflict, "move.log", err.Error()).Because(err)
	}
	if err != nil {
		return head, err
	}
	err = b.Tx(ctx, func(tx *store.Tx) error {
		return audit.Append(tx, access.System().Entry("office.move", cfg.Office.Jurisdiction, "office:"+cfg.Office.Jurisdiction, map[string]any{"to": b.Engine()}))
	})
	if err != nil {
		return head, err
	}
	return audit.ReadHead(ctx, b)
}

func engineOf(url string) string {
	s, _, _ := strings.Cut(url, ":")
	return strings.TrimSuffix(s, "ql")
}

func openMove(ctx context.Context, url string) (*store.DB, error) {
	if file, local := strings.CutPrefix(url, "sqlite:"); local {
		if err := store.Writable(filepath.Dir(file)); err != nil {
			return nil, errs.New(errs.Invalid, "app.folder", filepath.Dir(file), cause(err)).Because(err)
		}
	}
	db, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return nil, errs.New(errs.Invalid, "app.database", config.Secret(url).String(), cause(err)).Because(err)
	}
	return db, nil
}
