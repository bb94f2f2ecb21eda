package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// SheetView is a page of facts in sections, with what can be done below them: a disclosure, a citizen's matter.
type SheetView struct {
	layout.Page
	Notes []SheetNote
	Parts []SheetPart
	Forms []ActForm
}

// SheetNote is something said above all.
type SheetNote struct {
	Tone        parts.Tone
	Title, Text string
	Links       []parts.Link
}

// SheetPart is one section of a sheet: facts, words as they were written, or rows.
type SheetPart struct {
	Title   string
	Items   []parts.Desc
	Words   string
	Written []MessageLine
	Table   *parts.Table
	Actions []parts.Action
}
