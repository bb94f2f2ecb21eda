package translog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"huzhi/internal/errs"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
)

// Plan is when heads are signed by themselves, and where they go.
type Plan struct {
	Every   time.Duration                          // from one head to the next, where anything was written meanwhile
	Folder  string                                 // each head becomes a file there
	Mail    func(context.Context, Signed) error    // nil sends none
	Stamper *Stamper                               // an authority that stamps each head; nil asks none
	Failed  func(err error, size int64, to string) // is told of what could not be given out; it is tried again
}

// GiveOut signs a head where it is time, and gives out those that were not given out yet. What cannot be given out stays to be, and the next
// call tries it again: signed is 0 where it was not time. errs.Conflict where the office has no key.
func (l *Log) GiveOut(ctx context.Context, p Plan) (signed int64, err error) {
	last, err := l.Heads(ctx, 0, 1)
	if err != nil {
		return 0, err
	}
	if len(last) == 0 || l.db.Now().Sub(last[0].SignedAt) >= p.Every {
		s, err := l.Sign(ctx)
		switch {
		case err != nil:
			return 0, err
		case len(last) == 0 || s.Size > last[0].Size:
			signed = s.Size
		}
	}
	if err := l.hand(ctx, "exported_at", func(s Signed) error { return export(p.Folder, s) }, func(err error, size int64) { p.Failed(err, size, p.Folder) }); err != nil {
		return signed, err
	}
	if p.Stamper != nil {
		if err := l.hand(ctx, "stamped_at", func(s Signed) error { return l.stampHead(ctx, p, s) }, func(err error, size int64) { p.Failed(err, size, "time stamp") }); err != nil {
			return signed, err
		}
	}
	if p.Mail == nil {
		return signed, nil
	}
	return signed, l.hand(ctx, "mailed_at", func(s Signed) error { return p.Mail(ctx, s) }, func(err error, size int64) { p.Failed(err, size, "mail") })
}

// hand gives the newest head that has not gone out one way: an older one is held by it too, and a folder that was away for a month is not
// flooded.
func (l *Log) hand(ctx context.Context, column string, give func(Signed) error, failed func(error, int64)) error {
	var rows []Signed
	if err := l.db.Read(ctx).Where(column + " IS NULL").Order("size DESC").Limit(1).Find(&rows).Error; err != nil {
		return err
	}
	for _, s := range rows {
		if err := give(s); err != nil {
			failed(err, s.Size)
			return nil
		}
		err := l.db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE audit_heads SET "+column+" = ? WHERE "+column+" IS NULL AND size <= ?", tx.Now, s.Size).Error
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// FileName is the name of a signed head's file: 20261122T230000Z-12465.txt.
func (s Signed) FileName() string {
	return fmt.Sprintf("%s-%d.txt", s.SignedAt.UTC().Format("20060102T150405Z"), s.Size)
}

// export writes a head's file. One that is there already is not touched: what was given out stays what it was. errs.Conflict where it holds
// something else.
func export(folder string, s Signed) error {
	name := filepath.Join(folder, s.FileName())
	old, err := os.ReadFile(name)
	if err == nil && string(old) == s.Note {
		return nil
	}
	if err == nil && len(old) > 0 {
		return errs.New(errs.Conflict, "translog.export.other", name)
	}
	return keyring.Replace(name, []byte(s.Note), 0o750)
}
