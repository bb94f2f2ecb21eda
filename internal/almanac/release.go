package almanac

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// A new program may bring a new year, or another text of one. The database remembers the years that its clocks were counted with at the beginning (a row
// of settings); what a later program brings becomes a notice "with the release", in force at once and carried out like any other.
// So the calendar of every generation stays what it was, whichever program runs. The office's own notices go before the program's.

// memory is the row of settings with the years of generation 1, as JSON.
const memory = "calendar.years"

// Release says whether the notice is a year that came with a new program: nobody proposed it and nobody decides.
func (n *Notice) Release() bool {
	return n.ProposedBy == access.System().ID && n.DecidedBy == access.System().ID
}

const release = "proposed_by = ? AND decided_by = ?"

// Remember keeps the years of this program for generation 1, where the database has none yet. until, if it is not 0, is the last
// of them: what an earlier program, that did not remember, can have known.
func (w *Wall) Remember(ctx context.Context, until int) error {
	years := slices.DeleteFunc(w.base.Years(), func(y calendar.Year) bool { return until > 0 && y.Year > until })
	text, err := json.Marshal(years)
	if err != nil {
		return err
	}
	if err := w.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("calendar_generation", "1"); err != nil {
			return err
		}
		var there int64
		if err := tx.Table("settings").Where("name = ?", memory).Count(&there).Error; err != nil || there > 0 {
			return err
		}
		return store.SetSetting(tx, memory, string(text))
	}); err != nil {
		return err
	}
	return w.reload(ctx) // it may know years that are still to come
}

// reload builds the calendar in force from nothing.
func (w *Wall) reload(ctx context.Context) error {
	q, s := w.db.Read(ctx), &sheet{}
	err := q.Raw("SELECT gen FROM calendar_generation WHERE id = 1").Scan(&s.gen).Error
	if err == nil {
		s.days, err = w.build(q, s.gen)
	}
	if err != nil {
		return err
	}
	w.loading.Lock()
	defer w.loading.Unlock()
	w.now.Store(s)
	clear(w.past)
	return nil
}

// Remembered says whether the database has the years of generation 1.
func (w *Wall) Remembered(ctx context.Context) (bool, error) {
	text, err := w.db.Setting(ctx, memory)
	return text != "", err
}

// first is the calendar of generation 1: the years that the database remembers, else the program's.
func (w *Wall) first(q *gorm.DB) (*calendar.Calendar, error) {
	var text string
	if err := q.Session(&gorm.Session{NewDB: true}).Raw("SELECT value FROM settings WHERE name = ?", memory).Scan(&text).Error; err != nil {
		return nil, err
	}
	if text == "" {
		return w.base, nil
	}
	var years []calendar.Year
	if err := json.Unmarshal([]byte(text), &years); err != nil {
		return nil, fmt.Errorf("the setting %s: %w", memory, err)
	}
	return calendar.New(years...)
}

// Adopt takes up what the program's calendar has and the database has not: the first year that is new, or says something else, becomes a
// notice. nil: there is none, or another notice is still being carried out. The clocks are counted anew after this, by
// deadline.Clocks.Carry; then it may be asked again. A year that this program does not have is not forgotten.
func (w *Wall) Adopt(ctx context.Context) (*Notice, error) {
	if w.adopted.Load() {
		return nil, nil
	}
	var out *Notice
	busy := false
	err := w.db.Tx(ctx, func(tx *store.Tx) error {
		out, busy = nil, false
		if err := tx.Lock("calendar_generation", "1"); err != nil {
			return err
		}
		var gen int64
		if err := tx.Raw("SELECT gen FROM calendar_generation WHERE id = 1").Scan(&gen).Error; err != nil {
			return err
		}
		known, err := w.build(tx.Where(release, access.System().ID, access.System().ID), gen)
		if err != nil {
			return err
		}
		y, any := news(known.Years(), w.base.Years())
		if !any {
			return nil
		}
		gen, err = w.next(tx, gen)
		if errs.CodeOf(err) == errs.Conflict {
			busy = true
			return nil
		}
		if err != nil {
			return err
		}
		out, err = w.adoptTx(tx, y, gen)
		return err
	})
	if err != nil {
		return nil, err
	}
	w.adopted.Store(out == nil && !busy)
	return out, w.Refresh(ctx)
}

func (w *Wall) adoptTx(tx *store.Tx, y calendar.Year, gen int64) (*Notice, error) {
	x := calendar.Change{Year: y}
	text, err := x.Text()
	if err != nil {
		return nil, err
	}
	sum, by, last := sha256.Sum256([]byte(text)), access.System(), y.Notices[len(y.Notices)-1]
	n := &Notice{
		ID: tx.NewID(), Jurisdiction: w.office, Year: y.Year, Title: last.Title, Number: last.Number, Text: text, Hash: hex.EncodeToString(sum[:]), State: Approved,
		ProposedBy: by.ID, ProposedName: by.Name, ProposedAt: tx.Now, DecidedBy: by.ID, DecidedName: by.Name, DecidedAt: &tx.Now, InGen: gen, Version: 1,
	}
	if err := tx.Create(n).Error; err != nil {
		return nil, err
	}
	detail := n.detail()
	detail["program"] = w.base.Hash()
	return n, audit.Append(tx, by.Entry("calendar.release", n.Jurisdiction, "calendar:"+n.ID, detail))
}

// news is the first year of the program that is not among the known ones as it stands.
func news(known, program []calendar.Year) (calendar.Year, bool) {
	for _, y := range program {
		if !slices.ContainsFunc(known, func(k calendar.Year) bool {
			return k.Year == y.Year && slices.Equal(k.Notices, y.Notices) && slices.Equal(k.Holidays, y.Holidays) && slices.Equal(k.MakeUp, y.MakeUp)
		}) {
			return y, true
		}
	}
	return calendar.Year{}, false
}
