package views

import (
	"github.com/a-h/templ"

	"huzhi/views/layout"
	"huzhi/views/parts"
)

// SheetView is a page made of cards in two columns: of a patent, of an extract brought in, of a mark check.
type SheetView struct {
	layout.Page
	Banner   *parts.Banner
	Progress string // what is going on, with Done of Of; "" is nothing
	Done, Of int64
	Remarks  []Remark
	Cards    []parts.NumberCard
	Stages   []parts.Stage
	Main     []SheetCard
	Side     []SheetCard
}

// SheetCard is one card of a sheet: one of its parts is set.
type SheetCard struct {
	ID       string
	Title    string
	Badge    templ.Component
	Descs    []parts.Desc
	Narrow   bool // the descriptions stand below each other
	Table    *parts.Table
	More     string // under the table
	List     []string
	Text     string
	Form     *ActForm
	Timeline *parts.Timeline
}
