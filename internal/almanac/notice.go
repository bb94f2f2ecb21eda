package almanac

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// MostBytes is the largest file of a notice: a year has some twenty lines.
const MostBytes = 64 << 10

const mostWhy = 2000

// Read reads what an administrator hands in. TooLarge for more than MostBytes; Invalid with the line for what is not a notice.
func Read(file string, text []byte) (calendar.Change, error) {
	if len(text) > MostBytes {
		return calendar.Change{}, errs.New(errs.TooLarge, "calendar.too_large", MostBytes>>10)
	}
	x, err := calendar.ParseChange(file, text)
	if err == nil {
		return x, nil
	}
	return x, Wrong("file", err)
}

// Wrong says a fault of the text in the reader's words.
func Wrong(field string, err error) error {
	var f *calendar.Fault
	if !errors.As(err, &f) {
		return err
	}
	var bad errs.Faults
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = fmt.Sprint(a) // a year is no amount: without marks of thousands
	}
	what := errs.Msg("calendar.fault."+f.Key, args...)
	if f.Line > 0 {
		bad.Add(field, "calendar.fault.line", f.Line, what)
	} else {
		bad.Add(field, what.Key, what.Args...)
	}
	e := errs.As(bad.Err())
	return e.Because(err)
}

// check says what is wrong with a notice as the office's: a year too far off, a correction of what is not known.
func (w *Wall) check(x calendar.Change, days *calendar.Calendar, today calendar.Day) error {
	if _, _, bad := x.Check(); bad != nil {
		return Wrong("days", bad)
	}
	var bad errs.Faults
	first := w.base.Years()[0].Year
	if y := x.Year.Year; y < first || y > today.Year()+2 {
		bad.Add("year", "calendar.fault.range", fmt.Sprint(first), fmt.Sprint(today.Year()+2))
	}
	if x.Correction && !days.Known(x.Year.Year) {
		bad.Add("year", "calendar.fault.unknown_year", fmt.Sprint(x.Year.Year))
	}
	for _, n := range x.Notices {
		bad.Limit("title", n.Title, 200)
		bad.Limit("number", n.Number, 100)
		bad.Limit("title", n.ID, 40)
	}
	for _, s := range x.Holidays {
		bad.Limit("days", s.Holiday, 60)
	}
	for _, s := range x.MakeUp {
		bad.Limit("work", s.Holiday, 60)
	}
	return bad.Err()
}

// Propose puts a notice before the chief. id is the form's: the same id with the same content is the same proposal. Forbidden,
// Invalid, or Conflict where the id was used for another.
func (w *Wall) Propose(ctx context.Context, by access.Actor, id string, x calendar.Change, why string) (*Notice, error) {
	var out *Notice
	err := w.db.Tx(ctx, func(tx *store.Tx) error {
		if err := w.allow(by, "calendar.propose", "calendar:"+id); err != nil {
			return err
		}
		days, _, err := w.DaysTx(tx)
		if err != nil {
			return err
		}
		if err := w.check(x, days, calendar.DayOf(tx.Now)); err != nil {
			return err
		}
		why, err := because("why", why, false)
		if err != nil {
			return err
		}
		text, err := x.Text()
		if err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(text))
		last := x.Notices[len(x.Notices)-1] // of several, the one that came last is the news
		out = &Notice{
			ID: id, Jurisdiction: w.office, Year: x.Year.Year, Correction: x.Correction, Title: last.Title, Number: last.Number, Text: text,
			Hash: hex.EncodeToString(sum[:]), ProposedWhy: why,
		}
		return w.put(tx, by, out)
	})
	return out, err
}

// ProposeUndo asks the chief to take a notice out of the calendar again. NotFound, Forbidden, Invalid without a reason, Conflict where
// the notice is not in the calendar or a later one of the same year stands on it.
func (w *Wall) ProposeUndo(ctx context.Context, by access.Actor, id, notice string, why string) (*Notice, error) {
	var out *Notice
	err := w.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := w.load(tx.DB, notice)
		if err != nil {
			return err
		}
		if err := w.allow(by, "calendar.propose", "calendar:"+notice); err != nil {
			return err
		}
		if err := w.last(tx, n); err != nil {
			return err
		}
		var waiting int64
		if err := tx.Model(&Notice{}).Where("undoes = ? AND state = ? AND id <> ?", n.ID, Proposed, id).Count(&waiting).Error; err != nil {
			return err
		}
		if waiting > 0 {
			return errs.New(errs.Conflict, "calendar.undo.waiting").On("calendar:" + n.ID)
		}
		if why, err = because("why", why, true); err != nil {
			return err
		}
		out = &Notice{ID: id, Undoes: &n.ID, Jurisdiction: n.Jurisdiction, Year: n.Year, Correction: n.Correction, Title: n.Title, Number: n.Number, Text: n.Text, Hash: n.Hash, ProposedWhy: why}
		return w.put(tx, by, out)
	})
	return out, err
}

// last refuses to undo what is not in the calendar, or what another notice of the same year stands on.
func (w *Wall) last(tx *store.Tx, n *Notice) error {
	if n.Release() {
		return errs.New(errs.Conflict, "calendar.undo.release").On("calendar:" + n.ID)
	}
	if n.Undo() || n.State != Approved {
		return errs.New(errs.Conflict, "calendar.undo.not_in_force").On("calendar:" + n.ID)
	}
	var later int64
	err := tx.Model(&Notice{}).Where("undoes IS NULL AND year = ? AND in_gen > ? AND out_gen = 0", n.Year, n.InGen).
		Where("NOT ("+release+")", access.System().ID, access.System().ID).Count(&later).Error
	if err == nil && later > 0 {
		err = errs.New(errs.Conflict, "calendar.undo.later", fmt.Sprint(n.Year)).On("calendar:" + n.ID)
	}
	return err
}

func (w *Wall) put(tx *store.Tx, by access.Actor, n *Notice) error {
	var old []Notice
	if err := tx.Where("id = ?", n.ID).Find(&old).Error; err != nil {
		return err
	}
	if len(old) > 0 {
		o := old[0]
		if o.ProposedBy != by.ID || o.Hash != n.Hash || o.Undo() != n.Undo() || n.Undo() && *o.Undoes != *n.Undoes {
			return errs.New(errs.Conflict, "error.same_id").On("calendar:" + n.ID)
		}
		*n = o
		return nil
	}
	n.State, n.Version = Proposed, 1
	n.ProposedBy, n.ProposedName, n.ProposedAt = by.ID, by.Name, tx.Now
	if err := tx.Create(n).Error; err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("calendar.propose", n.Jurisdiction, "calendar:"+n.ID, n.detail()))
}

func (n *Notice) detail() map[string]any {
	d := map[string]any{"year": n.Year, "title": n.Title, "number": n.Number, "hash": n.Hash, "correction": n.Correction}
	if n.Undo() {
		d["undoes"] = *n.Undoes
	}
	return d
}

func because(field, why string, required bool) (string, error) {
	why = strings.TrimSpace(why)
	var bad errs.Faults
	if required {
		bad.Require(field, why)
	}
	bad.Limit(field, why, mostWhy)
	return why, bad.Err()
}

func (w *Wall) allow(by access.Actor, action, subject string) error {
	if err := w.guard.Allow(by, action, w.office); err != nil {
		return errs.As(err).On(subject)
	}
	return nil
}

func (w *Wall) load(q *gorm.DB, id string) (*Notice, error) {
	var n Notice
	err := q.Where("id = ?", id).Take(&n).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &n, err
}

// Find reads a notice. Forbidden for who may not see the calendar; NotFound.
func (w *Wall) Find(ctx context.Context, by access.Actor, id string) (*Notice, error) {
	n, err := w.load(w.db.Read(ctx), id)
	if err != nil {
		return nil, err
	}
	return n, w.guard.AllowAnywhere(by, "calendar.view")
}

// List is every notice of a year, or of all with 0, the newest first.
func (w *Wall) List(ctx context.Context, by access.Actor, year int, states ...string) ([]Notice, error) {
	if err := w.guard.AllowAnywhere(by, "calendar.view"); err != nil {
		return nil, err
	}
	q := w.db.Read(ctx).Order("proposed_at DESC, id DESC")
	if year != 0 {
		q = q.Where("year = ?", year)
	}
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	var rows []Notice
	return rows, q.Find(&rows).Error
}

// Sides are the calendar before a notice and after it: of one that waits, as it would be; of one decided, as it was. gen is the
// generation before. A notice that no longer fits the calendar is a Conflict.
func (w *Wall) Sides(ctx context.Context, n *Notice) (before, after *calendar.Calendar, gen int64, err error) {
	if n.InGen > 0 {
		if before, err = w.At(ctx, n.InGen-1); err == nil {
			after, err = w.At(ctx, n.InGen)
		}
		return before, after, n.InGen - 1, err
	}
	s := w.now.Load()
	before, gen = s.days, s.gen
	if n.Undo() {
		after, err = w.without(w.db.Read(ctx), gen, *n.Undoes)
		return before, after, gen, err
	}
	x, err := n.Change()
	if err != nil {
		return nil, nil, 0, err
	}
	if after, err = before.Apply(x); err != nil {
		err = errs.New(errs.Conflict, "calendar.fault.unknown_year", fmt.Sprint(n.Year)).Because(err)
	}
	return before, after, gen, err
}

// without is the calendar of a generation without one notice.
func (w *Wall) without(q *gorm.DB, gen int64, id string) (*calendar.Calendar, error) {
	n, err := w.load(q, id)
	if err != nil {
		return nil, err
	}
	if n.InGen == 0 || n.OutGen != 0 {
		return nil, errs.New(errs.Conflict, "calendar.undo.not_in_force")
	}
	// It is the last of its year: the others of that year and all other years as they are.
	return w.build(q.Where("id <> ?", id), gen)
}
