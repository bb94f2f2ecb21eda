package registry

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// piece is how many rows one transaction takes.
const piece = 500

// errElsewhere says that another process is at the same import.
var errElsewhere = errors.New("registry: another process is at it")

// Work reads, writes and undoes what waits, until nothing is left or ctx ends; then it goes on another time. One at a time in a process; where two
// processes meet, one leaves off.
func (r *Roll) Work(ctx context.Context) error {
	if !r.working.TryLock() {
		return nil
	}
	defer r.working.Unlock()
	for {
		var list []Import
		err := r.db.Read(ctx).Where("state IN ?", []string{StateReading, StateWriting, StateUndoing}).Order("made_at, id").Limit(1).Find(&list).Error
		if err != nil || len(list) == 0 {
			return err
		}
		im := &list[0]
		switch im.State {
		case StateReading:
			err = r.read(ctx, im)
		case StateWriting:
			err = r.write(ctx, im)
		case StateUndoing:
			err = r.undo(ctx, im)
		}
		if errors.Is(err, errElsewhere) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rows goes through the rows of a file from after the first skip ones, in pieces. Rows of a number that was there before are wrong.
func (r *Roll) rows(ctx context.Context, im *Import, today calendar.Day, skip int64, bad func(sheet.Wrong), take func(list []Patent, done, odd int64) error) error {
	s, err := r.open(im)
	if err != nil {
		return err
	}
	read := reader{columns: im.Chosen(), status: statusWords(), asOf: im.AsOf, today: today}
	seen := map[uint64]struct{}{}
	var list []Patent
	var done, odd int64
	err = s.Each(ctx, func(row sheet.Row) error {
		p, wrong, strange := read.patent(row)
		if wrong == nil {
			k := hashKey(p.Key)
			if _, twice := seen[k]; twice {
				wrong = &sheet.Wrong{Line: row.Line, Field: "number", Value: p.Number, Key: "register.row.twice"}
			}
			seen[k] = struct{}{}
		}
		done++
		switch {
		case done <= skip:
			return nil
		case wrong != nil:
			bad(*wrong)
		default:
			list = append(list, p)
			if strange {
				odd++
			}
		}
		if len(list) == piece {
			if err := take(list, done, odd); err != nil {
				return err
			}
			list, odd = list[:0], 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	return take(list, done, odd)
}

// hashKey is a number's digits as one number; the short and the long form do not meet.
func hashKey(key string) (n uint64) {
	for i := range len(key) {
		n = n*10 + uint64(key[i]-'0')
	}
	return n<<1 | uint64(len(key)&4>>2)
}

// plan is what is to be done with a piece.
type plan struct {
	put      []Patent // new, changed, or said again of a later day
	versions []Version
	moved    []Patent // whose standing changes
	old      map[string]*Patent

	fresh, changed, same, older int64
}

// sort says what comes of each row against what the register has.
func (im *Import) sort(q *gorm.DB, list []Patent) (*plan, error) {
	keys := make([]string, len(list))
	for i := range list {
		keys[i] = list[i].Key
	}
	old, err := byKey(q, keys)
	pl := &plan{old: old}
	for _, p := range list {
		o := old[p.Key]
		switch {
		case o == nil:
			pl.fresh++
		case p.StatusAsOf < o.StatusAsOf:
			pl.older++
			continue
		case o.same(&p):
			pl.same++
			if p.StatusAsOf == o.StatusAsOf {
				continue
			}
			pl.versions = append(pl.versions, Version{Key: p.Key, ImportID: im.ID, BeforeID: o.ImportID, Status: o.Status, StatusAsOf: o.StatusAsOf})
		default:
			pl.changed++
			pl.versions = append(pl.versions, Version{Key: p.Key, ImportID: im.ID, BeforeID: o.ImportID, Status: o.Status, StatusAsOf: o.StatusAsOf, Was: pack(o)})
			if o.moved(&p) {
				pl.moved = append(pl.moved, p)
			}
		}
		p.ImportID = im.ID
		pl.put = append(pl.put, p)
	}
	return pl, err
}

// read is the dry run: the whole file is read and held against the register, and nothing of it is written.
func (r *Roll) read(ctx context.Context, im *Import) error {
	found := *im
	found.New, found.Changed, found.Same, found.Older, found.Bad, found.Odd, found.Rows = 0, 0, 0, 0, 0, 0, 0
	var wrong []sheet.Wrong
	told := int64(0)
	today := calendar.DayOf(r.db.Now())
	err := r.rows(ctx, im, today, 0, func(w sheet.Wrong) {
		found.Bad++
		if len(wrong) < mostWrong {
			wrong = append(wrong, w)
		}
	}, func(list []Patent, done, odd int64) error {
		pl, err := im.sort(r.db.Read(ctx), list)
		if err != nil {
			return err
		}
		found.New, found.Changed, found.Same, found.Older, found.Odd, found.Rows = found.New+pl.fresh, found.Changed+pl.changed, found.Same+pl.same, found.Older+pl.older, found.Odd+odd, done
		if done-told < 20*piece {
			return nil
		}
		told = done
		return r.tell(ctx, im, map[string]any{"done": done})
	})
	set := map[string]any{"state": StateReady, "version": im.Version + 1, "done": found.Rows, "rows": found.Rows, "new": found.New, "changed": found.Changed, "same": found.Same,
		"older": found.Older, "bad": found.Bad, "odd": found.Odd, "errors": pack(wrong)}
	if e := errs.As(err); e != nil && e.Code == errs.Invalid {
		set = map[string]any{"state": StateFailed, "version": im.Version + 1, "failure": pack(e.Message)}
	} else if err != nil {
		return err
	}
	return r.tell(ctx, im, set)
}

// tell writes how far an import is, unless somebody has changed it meanwhile.
func (r *Roll) tell(ctx context.Context, im *Import, set map[string]any) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		done := tx.Model(&Import{}).Where("id = ? AND state = ? AND version = ?", im.ID, im.State, im.Version).Updates(set)
		if done.Error == nil && done.RowsAffected == 0 {
			return errElsewhere
		}
		return done.Error
	})
}

// write writes what was read, from where it was left.
func (r *Roll) write(ctx context.Context, im *Import) error {
	at := im.Done
	today := calendar.DayOf(r.db.Now())
	err := r.rows(ctx, im, today, at, func(sheet.Wrong) {}, func(list []Patent, done, _ int64) error {
		err := r.db.Tx(ctx, func(tx *store.Tx) error {
			pl, err := im.sort(tx.DB, list)
			if err != nil {
				return err
			}
			reviews, err := r.reopen(tx, im, pl.moved, pl.old)
			if err != nil {
				return err
			}
			moved := tx.Exec(`UPDATE patent_imports SET done = ?, new = new + ?, changed = changed + ?, same = same + ?, older = older + ?, reviews = reviews + ?
				WHERE id = ? AND state = ? AND done = ?`, done, pl.fresh, pl.changed, pl.same, pl.older, reviews, im.ID, StateWriting, at)
			if moved.Error == nil && moved.RowsAffected == 0 {
				return errElsewhere
			}
			return errors.Join(moved.Error, keep(tx, pl.versions), put(tx, pl.put))
		})
		if err == nil {
			at = done
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.finish(ctx, im, StateWriting, StateDone, "register.written")
}

// finish ends the work on an import.
func (r *Roll) finish(ctx context.Context, im *Import, from, to, action string) error {
	return r.db.Tx(ctx, func(tx *store.Tx) error {
		now, err := take(tx.DB, im.ID)
		if err != nil {
			return err
		}
		set := map[string]any{"state": to, "version": now.Version + 1}
		if to == StateDone {
			n, err := store.NextNumber(tx, "patent_imports")
			if err != nil {
				return err
			}
			set["written_at"], set["seq"] = tx.Now, n
		}
		done := tx.Model(&Import{}).Where("id = ? AND state = ? AND version = ?", im.ID, from, now.Version).Updates(set)
		if done.Error == nil && done.RowsAffected == 0 {
			return errElsewhere
		}
		return errors.Join(done.Error, audit.Append(tx, now.entry(access.System(), action)))
	})
}

// many writes rows in one statement.
func many[T any](tx *store.Tx, head, tail string, width int, rows []T, values func(T) []any) error {
	if len(rows) == 0 {
		return nil
	}
	one := "(" + strings.Repeat("?, ", width-1) + "?)"
	args := make([]any, 0, width*len(rows))
	for _, x := range rows {
		args = append(args, values(x)...)
	}
	return tx.Exec(head+" VALUES "+strings.Repeat(one+", ", len(rows)-1)+one+tail, args...).Error
}

func keep(tx *store.Tx, rows []Version) error {
	return many(tx, "INSERT INTO patent_versions (key, import_id, before_id, status, status_as_of, was)", "", 6, rows, func(v Version) []any {
		return []any{v.Key, v.ImportID, v.BeforeID, v.Status, v.StatusAsOf, v.Was}
	})
}

func put(tx *store.Tx, rows []Patent) error {
	return many(tx, "INSERT INTO patents (key, number, type, title, patentees, licensees, filed_on, granted_on, status, status_as_of, ended_on, end_reason, avoid_double, method, import_id)",
		` ON CONFLICT (key) DO UPDATE SET number = excluded.number, type = excluded.type, title = excluded.title, patentees = excluded.patentees, licensees = excluded.licensees,
		filed_on = excluded.filed_on, granted_on = excluded.granted_on, status = excluded.status, status_as_of = excluded.status_as_of, ended_on = excluded.ended_on,
		end_reason = excluded.end_reason, avoid_double = excluded.avoid_double, method = excluded.method, import_id = excluded.import_id`, 15, rows, func(p Patent) []any {
			return []any{p.Key, p.Number, p.Type, p.Title, p.Patentees, p.Licensees, p.FiledOn, p.GrantedOn, p.Status, p.StatusAsOf, p.EndedOn, p.EndReason, p.AvoidDouble, p.Method, p.ImportID}
		})
}

// undo takes an import back: what it changed stands as before, what it brought is gone.
func (r *Roll) undo(ctx context.Context, im *Import) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := 0
		err := r.db.Tx(ctx, func(tx *store.Tx) (err error) {
			if n, err = r.takeBack(tx, im); err != nil || n > 0 {
				return err
			}
			n, err = r.takeOut(tx, im)
			return err
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return r.finish(ctx, im, StateUndoing, StateUndone, "register.undone")
		}
	}
}

// takeBack restores a piece of what an import changed, and says how much.
func (r *Roll) takeBack(tx *store.Tx, im *Import) (int, error) {
	var list []Version
	if err := tx.Where("import_id = ?", im.ID).Order("key").Limit(piece).Find(&list).Error; err != nil || len(list) == 0 {
		return 0, err
	}
	keys := make([]string, len(list))
	for i, v := range list {
		keys[i] = v.Key
	}
	now, err := byKey(tx.DB, keys)
	if err != nil {
		return 0, err
	}
	var back, moved []Patent
	for _, v := range list {
		p := *now[v.Key]
		if v.Was != "" {
			if err := json.Unmarshal([]byte(v.Was), &p); err != nil {
				return 0, err
			}
			if p.moved(now[v.Key]) {
				moved = append(moved, p)
			}
		}
		p.StatusAsOf, p.ImportID = v.StatusAsOf, v.BeforeID
		back = append(back, p)
	}
	if _, err := r.reopen(tx, im, moved, now); err != nil {
		return 0, err
	}
	if err := put(tx, back); err != nil {
		return 0, err
	}
	if err := r.undone(tx, im, len(list)); err != nil {
		return 0, err
	}
	return len(list), tx.Exec("DELETE FROM patent_versions WHERE import_id = ? AND key IN ?", im.ID, keys).Error
}

// takeOut deletes a piece of what an import brought, and says how much.
func (r *Roll) takeOut(tx *store.Tx, im *Import) (int, error) {
	var list []Patent
	if err := tx.Where("import_id = ?", im.ID).Order("key").Limit(4 * piece).Find(&list).Error; err != nil || len(list) == 0 {
		return 0, err
	}
	keys, old, gone := make([]string, len(list)), map[string]*Patent{}, make([]Patent, len(list))
	for i := range list {
		keys[i], old[list[i].Key], gone[i] = list[i].Key, &list[i], Patent{Key: list[i].Key, Number: list[i].Number}
	}
	if _, err := r.reopen(tx, im, gone, old); err != nil {
		return 0, err
	}
	if err := r.undone(tx, im, len(list)); err != nil {
		return 0, err
	}
	return len(list), tx.Exec("DELETE FROM patents WHERE key IN ?", keys).Error
}

func (r *Roll) undone(tx *store.Tx, im *Import, n int) error {
	done := tx.Exec("UPDATE patent_imports SET done = done + ? WHERE id = ? AND state = ? AND done = ?", n, im.ID, StateUndoing, im.Done)
	if done.Error == nil && done.RowsAffected == 0 {
		return errElsewhere
	}
	im.Done += int64(n)
	return done.Error
}
