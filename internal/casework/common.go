package casework

import (
	"fmt"
	"slices"
	"strconv"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
)

// What the procedures of several kinds need.
var (
	NeedRespondent   = Need{Key: "need.respondent", Where: "#parties", Met: func(f *File) bool { return len(f.PartyNames("respondent")) > 0 }}
	NeedRequester    = Need{Key: "need.requester", Where: "#parties", Met: func(f *File) bool { return len(f.PartyNames("requester")) > 0 }}
	NeedPatent       = Need{Key: "need.patent", Where: "#patents", Met: func(f *File) bool { return len(f.Patents) > 0 }}
	NeedCertificates = Need{Key: "need.certificates", Where: "#people", Met: func(f *File) bool {
		valid := 0
		for _, m := range f.Officers() {
			if m.Certified(f.Today) {
				valid++
			}
		}
		return valid >= 2
	}}
)

// NeedNotSuspended keeps the case's own path still while it is suspended.
var NeedNotSuspended = Need{Key: "need.not_suspended", Where: "#tracks", Met: func(f *File) bool {
	return !slices.ContainsFunc(f.Running("suspension"), func(t Track) bool { return t.State == "suspended" })
}}

// Settled is that no side procedure runs any more, but some.
func Settled(but ...string) Need {
	open := func(f *File) string {
		for _, t := range f.Running("") {
			if !slices.Contains(but, t.Track) {
				return t.Track
			}
		}
		return ""
	}
	return Need{Key: "need.side_open", Where: "#tracks",
		Args: func(f *File) []any {
			if open(f) == "" { // as the table is drawn, without a case
				return []any{errs.Msg("need.side_any")}
			}
			return []any{errs.Msg("track." + open(f))}
		},
		Met: func(f *File) bool { return open(f) == "" },
	}
}

// needArchivist: a restricted case is seen by nobody in the archive unless the chief lets somebody in.
var needArchivist = Need{Key: "need.archivist", Where: "#people", Met: func(f *File) bool { return !f.Restricted || len(f.Part(PartArchivist)) > 0 }}

// NotBefore is a fault of a field that holds a day before the earliest one allowed.
func NotBefore(name string, in Input, earliest calendar.Day) *errs.Field {
	if in.Day(name) < earliest {
		return &errs.Field{Name: name, Message: errs.Msg("error.day_before", earliest)}
	}
	return nil
}

// CloseFrom is the step that closes a case: the chief approves, never who investigated.
func CloseFrom(from ...State) Step {
	return Step{
		Name: "close", From: from, To: Closed, Action: "case.approve", NotBy: []string{PartOfficer}, Joins: PartChief,
		Asks:  []Ask{{Name: "closing_note", Type: AskLong, Optional: true}},
		Needs: []Need{needArchivist},
		Stops: []string{"*"},
	}
}

// ArchiveStep is the step that puts a closed case into the archive: one case one volume (Market-Regulation Procedure Art. 78).
func ArchiveStep() Step {
	return Step{
		Name: "archive", From: []State{Closed}, To: Archived, Action: "case.archive",
		Asks: []Ask{
			{Name: "volume", Type: AskText},
			{Name: "pages", Type: AskCount},
			{Name: "retention", Type: AskChoice, Options: []string{"permanent", "30_years"}},
		},
	}
}

// Yuan writes fen as yuan, without separators and without empty cents: 20000, 12.50.
func Yuan(fen int64) string {
	if fen%100 == 0 {
		return strconv.FormatInt(fen/100, 10)
	}
	return fmt.Sprintf("%d.%02d", fen/100, fen%100)
}
