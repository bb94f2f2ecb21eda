package warn

import (
	"context"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// live is the condition of a warning that still holds: the clock runs, the task is open, and its day is the one that was warned of.
func (b *Bell) live() string {
	return `(CASE warnings.source WHEN 'clock' THEN ` + b.clocks.Warned() + ` AND deadlines.watch_on = warnings.day ELSE tasks.state = 'open' AND tasks.due_on = warnings.day END)`
}

// of is the warnings of a person whose matters they may see now.
func (b *Bell) of(q *gorm.DB, by access.Actor) *gorm.DB {
	clocks, args := b.clocks.Visible(by)
	tasks, more := b.guard.Condition(by, "case.view", "cases", "id")
	return q.Table("warnings").
		Joins("LEFT JOIN deadlines ON warnings.source = 'clock' AND deadlines.id = warnings.source_id").
		Joins("LEFT JOIN tasks ON warnings.source = 'task' AND tasks.id = warnings.source_id").
		Joins("LEFT JOIN cases ON cases.id = tasks.case_id").
		Where("warnings.user_id = ?", by.ID).
		Where("warnings.source = 'clock' AND "+clocks+" OR warnings.source = 'task' AND "+tasks, append(args, more...)...)
}

func (b *Bell) open(q *gorm.DB) *gorm.DB { return q.Where("warnings.seen_at IS NULL AND " + b.live()) }

// Unseen counts a person's open warnings: as many as List gives with unseen, but no more than most; 0 is all.
func (b *Bell) Unseen(ctx context.Context, by access.Actor, most int) (n int64, err error) {
	if !b.guard.CanAnywhere(by, "warning.view") {
		return 0, nil
	}
	q := b.open(b.of(b.db.Read(ctx), by))
	if most > 0 {
		q = b.db.Read(ctx).Table("(?) AS open_ones", q.Select("1 AS one").Limit(most))
	}
	err = q.Count(&n).Error
	return n, err
}

// List reads a person's warnings: the open ones first, the nearest day first, then the others, the latest first. With unseen it stops at the
// open ones. more says whether there are further ones.
func (b *Bell) List(ctx context.Context, by access.Actor, unseen bool, offset, limit int) (rows []Warning, more bool, err error) {
	if err := b.guard.AllowAnywhere(by, "warning.view"); err != nil {
		return nil, false, err
	}
	q := b.of(b.db.Read(ctx), by)
	if unseen {
		q = b.open(q)
	}
	rows, err = b.read(q.Order("CASE WHEN warnings.seen_at IS NULL AND " + b.live() + " THEN warnings.day END NULLS LAST, warnings.made_at DESC, warnings.source_id, warnings.threshold").
		Offset(offset).Limit(limit + 1))
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	return rows, more, err
}

func (b *Bell) read(q *gorm.DB) (rows []Warning, err error) {
	err = q.Select(`warnings.*, COALESCE(deadlines.label, cases.number) AS label, COALESCE(deadlines.title, cases.title) AS title,
		COALESCE(deadlines.restricted, cases.restricted) AS restricted, COALESCE(deadlines.subject_kind, 'case') AS matter_kind, COALESCE(deadlines.subject_id, cases.id) AS matter_id,
		COALESCE(deadlines.office_duty, TRUE) AS office_duty, COALESCE(deadlines.rule, '') AS rule, COALESCE(deadlines.version, '') AS version, COALESCE(deadlines.kind, '') AS kind,
		COALESCE(tasks.title, '') AS task, ` + b.live() + ` AS live`).Scan(&rows).Error
	return rows, err
}

// See marks one of the person's own warnings as seen, by its Key. NotFound; one that was seen stays seen at its first time.
func (b *Bell) See(ctx context.Context, by access.Actor, key string) error {
	w, err := parseKey(key)
	if err != nil {
		return err
	}
	return b.db.Tx(ctx, func(tx *store.Tx) error {
		r := tx.Exec("UPDATE warnings SET seen_at = COALESCE(seen_at, ?) WHERE source_id = ? AND user_id = ? AND threshold = ? AND day = ?", tx.Now, w.SourceID, by.ID, w.Threshold, w.Day)
		if r.Error == nil && r.RowsAffected == 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		return r.Error
	})
}

// SeeAll marks all of the person's own warnings as seen that were given until a time: what came after the page was read stays.
func (b *Bell) SeeAll(ctx context.Context, by access.Actor, until time.Time) (n int64, err error) {
	err = b.db.Tx(ctx, func(tx *store.Tx) error {
		r := tx.Exec("UPDATE warnings SET seen_at = ? WHERE user_id = ? AND seen_at IS NULL AND made_at <= ?", tx.Now, by.ID, until.UTC())
		n = r.RowsAffected
		return r.Error
	})
	return n, err
}
