package views

import (
	"huzhi/internal/i18n"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// DeskView is a person's own desk: a section for each role held.
type DeskView struct {
	layout.Page
	Alarm    *SheetNote // of a kept file that is not what it was; nil is none
	Top      []DeskList // what stands on every desk; may be empty
	Sections []DeskSection
}

// DeskSection is the desk of one role.
type DeskSection struct {
	Title string // "" where the person has one role only
	Cards []parts.NumberCard
	Lists []DeskList // the main matter
	Side  []DeskList
	Tiles *DeskTiles
}

// DeskTiles are the counties with what is open there.
type DeskTiles struct {
	Title string
	Map   parts.TileMap
}

// DeskList is a short list with the way to the whole of it.
type DeskList struct {
	ID, Title string
	Note      string // how it is ordered
	Rows      []DeskRow
	More      *parts.Link
	Empty     parts.EmptyState
}

// DeskRow is one matter: what it is, how long is left, what comes next.
type DeskRow struct {
	Title, Href  string
	Sub          string
	Confidential string
	Clock        *parts.Clock
	Rule         string // what runs, with its article
	Next         string // what comes next, in words
	Step         *parts.Action
	Article      string // of what comes next
}

// due is the day of a row's clock, and what runs out.
func (r DeskRow) due(p *i18n.Printer) string {
	switch {
	case r.Clock.Due.IsZero():
		return r.Clock.Name
	case r.Clock.Name == "":
		return p.Day(r.Clock.Due)
	}
	return p.Day(r.Clock.Due) + " · " + r.Clock.Name
}

// wide says whether a section has something at its side.
func (s DeskSection) wide() bool { return len(s.Side) > 0 || s.Tiles != nil }
