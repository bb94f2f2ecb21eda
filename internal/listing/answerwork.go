package listing

import (
	"context"
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/sheet"
	"huzhi/internal/store"
)

// onAnswer takes an answer from one of some states to another. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) onAnswer(ctx context.Context, by access.Actor, id string, version int64, action, to string, from []string, also func(tx *store.Tx, a *Answer) (map[string]any, error)) error {
	if _, _, err := l.Answer(ctx, by, id); err != nil {
		return err
	}
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("listing_answers", id); err != nil {
			return err
		}
		var a Answer
		if err := tx.Where("id = ?", id).Take(&a).Error; err != nil {
			return err
		}
		if a.Version != version {
			return errs.New(errs.Conflict, "error.stale", tx.Now)
		}
		if !slices.Contains(from, a.State) {
			return errs.New(errs.Conflict, "register.state.wrong")
		}
		if err := l.guard.Allow(by, "listing.work", a.Jurisdiction); err != nil {
			return err
		}
		set, err := also(tx, &a)
		if err != nil {
			return err
		}
		set["state"], set["version"] = to, version+1
		if err := tx.Model(&Answer{}).Where("id = ? AND version = ?", id, version).Updates(set).Error; err != nil {
			return err
		}
		return audit.Append(tx, a.entry(by, action))
	})
}

// ReadAnswer says which column is which field and has the file read whole: the dry run. NotFound, Conflict, Forbidden, Invalid.
func (l *Ledger) ReadAnswer(ctx context.Context, by access.Actor, id string, version int64, columns sheet.Columns) error {
	a, _, err := l.Answer(ctx, by, id)
	if err != nil {
		return err
	}
	if err := columns.Check(a.Heads(), AnswerFields(), AnswerNeeded); err != nil {
		return err
	}
	if err := checkAnswered(columns); err != nil {
		return err
	}
	a.Columns = pack(columns)
	rows, err := l.readAnswer(ctx, by, a)
	if err != nil {
		return sheet.InField(err, "file")
	}
	return l.onAnswer(ctx, by, id, version, "listing.answer_read", AnswerReady, []string{AnswerColumns, AnswerReady}, func(tx *store.Tx, _ *Answer) (map[string]any, error) {
		if err := tx.Exec("DELETE FROM listing_answer_rows WHERE answer_id = ?", id).Error; err != nil {
			return nil, err
		}
		return map[string]any{"columns": a.Columns, "rows": a.Rows, "fresh": a.Fresh, "same": a.Same, "loose": a.Loose, "bad": a.Bad}, keepAnswerRows(tx, id, rows)
	})
}

// DropAnswer puts an answer away that was not written. NotFound, Conflict, Forbidden.
func (l *Ledger) DropAnswer(ctx context.Context, by access.Actor, id string, version int64) error {
	return l.onAnswer(ctx, by, id, version, "listing.answer_drop", AnswerDropped, []string{AnswerColumns, AnswerReady}, func(*store.Tx, *Answer) (map[string]any, error) { return map[string]any{}, nil })
}

// ApplyAnswer writes what was read: each row by itself into its listing's flow, as whoever asks for it; what is refused is said in its row. NotFound, Conflict,
// Forbidden.
func (l *Ledger) ApplyAnswer(ctx context.Context, by access.Actor, id string, version int64) error {
	if err := l.onAnswer(ctx, by, id, version, "listing.answer_apply", AnswerWriting, []string{AnswerReady, AnswerWriting}, func(_ *store.Tx, a *Answer) (map[string]any, error) {
		if a.State == AnswerReady && a.Fresh == 0 {
			return nil, errs.New(errs.Conflict, "register.nothing")
		}
		return map[string]any{"by_id": by.ID, "by_name": by.Name}, nil
	}); err != nil {
		return err
	}
	rows, err := l.AnswerRows(ctx, id, []string{AnswerFresh}, MostAnswered)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		err := l.db.Tx(ctx, func(tx *store.Tx) error { return l.applyRow(tx, by, r) })
		if err == nil {
			continue
		}
		if errs.As(err) == nil {
			return err
		}
		if err := l.db.Tx(ctx, func(tx *store.Tx) error {
			return tx.Exec("UPDATE listing_answer_rows SET state = ?, fault = ? WHERE answer_id = ? AND line = ?", AnswerRefused, faultOf(err), r.AnswerID, r.Line).Error
		}); err != nil {
			return err
		}
	}
	return l.onAnswer(ctx, by, id, version+1, "listing.answer_written", AnswerDone, []string{AnswerWriting}, func(tx *store.Tx, a *Answer) (map[string]any, error) {
		set := map[string]any{"written_at": tx.Now}
		for _, k := range []struct {
			column string
			to     *int64
		}{{AnswerWritten, &a.Done}, {AnswerRefused, &a.Refused}} {
			if err := tx.Model(&AnswerRow{}).Where("answer_id = ? AND state = ?", id, k.column).Count(k.to).Error; err != nil {
				return nil, err
			}
			set[k.column] = *k.to
		}
		return set, nil
	})
}

// stood is what stood in a listing before an answer was written into it.
type stood struct {
	Version  int64
	State    State
	Result   string
	ResultOn calendar.Day
	ToldOn   calendar.Day
	FinalOn  calendar.Day
	Clocks   []string // that ran

	DeclaredOn, ReachedOn, RestoredOn calendar.Day
}

// applyRow writes what a row says into its listing's flow, step by step.
func (l *Ledger) applyRow(tx *store.Tx, by access.Actor, r *AnswerRow) error {
	if err := tx.Lock("listings", r.ListingID); err != nil {
		return err
	}
	x, err := l.load(tx.DB, by, r.ListingID)
	if err != nil {
		return err
	}
	said := r.Says()
	was := stood{Version: x.Version, State: x.State, Result: x.Result, ResultOn: x.ResultOn, ToldOn: x.ToldOn, FinalOn: x.FinalOn, DeclaredOn: x.DeclaredOn, ReachedOn: x.ReachedOn, RestoredOn: x.RestoredOn}
	if err := tx.Model(&deadline.Clock{}).Where("subject_id = ? AND stopped_on IS NULL", x.ID).Order("id").Pluck("id", &was.Clocks).Error; err != nil {
		return err
	}
	version := x.Version
	for _, a := range said.acts(x) {
		if err := l.ActTx(tx, by, x.ID, version, a.step, a.in); err != nil {
			return err
		}
		version++
	}
	return tx.Exec("UPDATE listing_answer_rows SET state = ?, before = ?, after = ? WHERE answer_id = ? AND line = ?", AnswerWritten, pack(was), version, r.AnswerID, r.Line).Error
}

// UndoAnswer takes an answer back: its listings with which nothing was done since stand as before, and their clocks run on. NotFound, Conflict, Forbidden.
func (l *Ledger) UndoAnswer(ctx context.Context, by access.Actor, id string, version int64) error {
	return l.onAnswer(ctx, by, id, version, "listing.answer_undo", AnswerUndone, []string{AnswerDone}, func(tx *store.Tx, a *Answer) (map[string]any, error) {
		var rows []AnswerRow
		if err := tx.Where("answer_id = ? AND state = ?", id, AnswerWritten).Order("listing_id").Find(&rows).Error; err != nil {
			return nil, err
		}
		for i := range rows {
			r := &rows[i]
			state, fault := AnswerGone, ""
			if err := l.undoRow(tx, by, a, r); err != nil {
				if errs.As(err) == nil {
					return nil, err
				}
				state, fault = AnswerKept, faultOf(err)
			}
			if err := tx.Exec("UPDATE listing_answer_rows SET state = ?, fault = ? WHERE answer_id = ? AND line = ?", state, fault, r.AnswerID, r.Line).Error; err != nil {
				return nil, err
			}
		}
		return map[string]any{}, nil
	})
}

func (l *Ledger) undoRow(tx *store.Tx, by access.Actor, a *Answer, r *AnswerRow) error {
	var was stood
	unpack(r.Before, &was)
	return l.change(tx, by, r.ListingID, r.After, "listing.answer_undo", false, Input{On: calendar.DayOf(tx.Now), Reason: a.Name}, func(x *Listing) (map[string]any, error) {
		set := map[string]any{"state": was.State, "result": was.Result, "result_on": was.ResultOn, "told_on": was.ToldOn, "final_on": was.FinalOn, "declared_on": was.DeclaredOn, "reached_on": was.ReachedOn,
			"restored_on": was.RestoredOn}
		if was.DeclaredOn != x.DeclaredOn { // the right holder's days never began
			if err := l.clocks.StopTx(tx, x.subject(), calendar.DayOf(tx.Now), ruleWait); err != nil {
				return nil, err
			}
		}
		return set, l.clocks.ReviveTx(tx, x.subject(), was.Clocks)
	})
}
