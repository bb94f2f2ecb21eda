package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// RoomView is a page of sections and forms: an article, a call-back, the settings of the desk, its figures.
type RoomView struct {
	layout.Page
	Banner   *parts.Banner // nil has a plain heading
	Cards    []parts.NumberCard
	Filters  *parts.Filters
	Sections []RoomSection
	Forms    []ActForm
	Side     []RoomSection
}

// RoomSection is one titled part of it: a text, facts, a table, in this order.
type RoomSection struct {
	ID, Title, Lead string
	Text            string
	Facts           []parts.Desc
	Table           *parts.Table
	Forms           []ActForm // folded forms under it: one for each thing that can be changed
}
