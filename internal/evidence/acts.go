package evidence

import (
	"slices"
	"time"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
)

// sayings are the acts that say something of an item and do not move it.
var sayings = []string{Proves, Challenged, Accepted, Rejected}

// Acts are the acts that may be written of an item now, in the order of a form.
func Acts(x *Item) []string {
	switch {
	case x.Over():
		return slices.Clone(sayings)
	case x.Form == File:
		return append([]string{Stored, Handed, Examined}, sayings...)
	case x.SealNo != "":
		return append([]string{Stored, Handed, Examined, Unsealed, Returned, Destroyed}, sayings...)
	}
	return append([]string{Sealed, Stored, Handed, Examined, Returned, Destroyed}, sayings...)
}

// custody says whether an act moves the item, and does not only say something of it.
func custody(act string) bool {
	return !slices.Contains(sayings, act)
}

// Needed are the fields without which an act is not written: to, from, place, seal_no, note.
func Needed(act string) []string {
	switch act {
	case Sealed:
		return []string{"seal_no", "place"}
	case Unsealed:
		return []string{"note"}
	case Handed, Returned:
		return []string{"to"}
	case Stored:
		return []string{"place"}
	case Examined:
		return []string{"to", "note"}
	case Destroyed:
		return []string{"to", "note"} // by whom, on what ground and how
	case Proves, Rejected:
		return []string{"note"}
	case Challenged:
		return []string{"from", "note"}
	}
	return nil
}

func check(x *Item, in *Act, now time.Time) error {
	var bad errs.Faults
	if !slices.Contains(Acts(x), in.Act) {
		bad.Add("act", "error.choice")
		return bad.Err()
	}
	have := map[string]string{"to": in.To, "from": in.From, "place": in.Place, "seal_no": in.SealNo, "note": in.Note}
	for _, f := range Needed(in.Act) {
		bad.Require(f, have[f])
	}
	bad.Limit("to", in.To, 100)
	bad.Limit("from", in.From, 100)
	bad.Limit("place", in.Place, 200)
	bad.Limit("seal_no", in.SealNo, 60)
	bad.Limit("note", in.Note, 2000)
	if in.OnAt.After(now) {
		bad.Add("on", "error.future")
	}
	if in.OnAt.Before(x.MadeAt.AddDate(-5, 0, 0)) {
		bad.Add("on", "error.day")
	}
	return bad.Err()
}

// follows says whether an act can come after the one before it: not earlier, and out of the hands that held the item. What is destroyed is destroyed after the
// case was decided, with a signed record, and never while it is sealed or seized (Administrative Coercion Law Art. 26: kept with care, neither used nor damaged).
func follows(x *Item, f *casework.File, before *Line, in *Act, recorded bool) error {
	var bad errs.Faults
	if in.OnAt.Before(before.OnAt.Truncate(time.Minute)) {
		bad.Add("on", "error.evidence.before", calendar.DayOf(before.OnAt))
	}
	if in.Act != Sealed && in.Act != Unsealed && in.From != "" && x.Keeper != "" && in.From != x.Keeper {
		bad.Add("from", "error.evidence.keeper", x.Keeper)
	}
	if in.Act != Destroyed {
		return bad.Err()
	}
	if !recorded {
		bad.Add("record", "error.required")
	}
	if f != nil && slices.ContainsFunc(f.Tracks, func(t casework.Track) bool { return t.ID == x.TrackID && t.Running() }) {
		return errs.New(errs.Conflict, "error.evidence.sealed")
	}
	if f != nil && f.DecidedOn.IsZero() && f.ClosedOn.IsZero() {
		return errs.New(errs.Conflict, "error.evidence.undecided")
	}
	return bad.Err()
}
