package casework

import (
	"slices"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
)

// Who was recused takes no part in the case any more; whose recusal was asked for takes none until that is decided, where the law says so. It holds for
// whatever is written on a case, by a step or beside it, whatever roles the person has (Penalty Law Art. 43; Order 71 Art. 7; Order 81 Art. 5). A step asks
// mayTake, everything else comes through WriteTx.

// Recused are the people who had to leave the case.
func (f *File) Recused() []string {
	var out []string
	for _, t := range f.Tracks {
		if t.Track == "recusal" && t.State == "recuse" {
			out = append(out, t.Facts["challenged"])
		}
	}
	return out
}

// Challenged says whether a person's part in the case rests while a request for recusal is open: "" no, "yes", or "urgent" where urgent acts
// are excepted (Order 71 Art. 7; Order 81 Art. 5; the Penalty Law since 2021-07-15 lets the investigation go on, Art. 43).
func (f *File) Challenged(userID string) string {
	for _, t := range f.Running("recusal") {
		if t.Facts["challenged"] == userID && t.Facts["rests"] != "no" {
			return t.Facts["rests"]
		}
	}
	return ""
}

// Barred says why a person writes nothing on the case: recused, or the part rests. Urgent acts may be excepted. Nil where nothing keeps the person from it.
func (f *File) Barred(by access.Actor, urgent bool) *errs.Error {
	if by.IsSystem() {
		return nil
	}
	if rests := f.Challenged(by.ID); rests == "yes" || rests == "urgent" && !urgent {
		return errs.New(errs.Forbidden, "error.challenged."+f.Kind).On("case:" + f.ID)
	}
	if slices.Contains(f.Recused(), by.ID) {
		return errs.New(errs.Forbidden, "error.recused").On("case:" + f.ID)
	}
	return nil
}

// barred is Barred of what is not urgent, as an error.
func (f *File) barred(by access.Actor) error {
	if e := f.Barred(by, false); e != nil {
		return e
	}
	return nil
}

// WriteTx reads a case for a change that is no step, and keeps others from it meanwhile. NotFound outside the person's scope, Forbidden for who is
// recused from it or whose part in it rests.
func (d *Docket) WriteTx(tx *store.Tx, by access.Actor, id string) (*File, error) {
	if err := tx.Lock("cases", id); err != nil {
		return nil, err
	}
	f, err := d.load(tx.DB, by, id, calendar.DayOf(tx.Now))
	if err != nil {
		return nil, err
	}
	return f, f.barred(by)
}

// MayWriteTx asks it for the rooms that hang on a case: its tasks, its listings. The errors are those of WriteTx.
func (d *Docket) MayWriteTx(tx *store.Tx, by access.Actor, id string) error {
	_, err := d.WriteTx(tx, by, id)
	return err
}

// MayWork says whether a person works on the case as one of its officers now: what a page offers, never instead of the check itself.
func (d *Docket) MayWork(by access.Actor, f *File) bool {
	return f.Open() && f.Is(by.ID, PartOfficer) && d.guard.Can(by, "case.work", f.Jurisdiction) && f.Barred(by, false) == nil
}

// own refuses a decision on a case that the person investigates or ever did: leaving it does not undo that.
func (f *File) own(by access.Actor, key string) error {
	if !by.IsSystem() && f.Investigated(by.ID) {
		return errs.New(errs.Forbidden, key).On("case:" + f.ID)
	}
	return nil
}
