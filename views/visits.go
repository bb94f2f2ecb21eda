package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// VisitView is an inspection on site.
type VisitView struct {
	layout.Page
	Banner  parts.Banner
	Rivals  []VisitRival
	Facts   []parts.Desc
	Checks  parts.Table // checklist
	Parties []VisitParty
	Forms   []ActForm // of the whole visit
	History parts.Table
	Earlier parts.Table
}

// VisitRival is a version beside the one that holds, point by point.
type VisitRival struct {
	Title string
	Table parts.Table
	Form  ActForm
}

// VisitParty is one who was inspected.
type VisitParty struct {
	ID, Name string
	Facts    []parts.Desc
	Findings []VisitFinding
	Goods    parts.Table
	Measures parts.Table
	Papers   parts.Table
	Lead     *parts.Action
	Made     *parts.Link // the lead
	Forms    []ActForm
}

// VisitFinding is one mark on one product.
type VisitFinding struct {
	Title, Result string
	Tone          parts.Tone
	Facts         []parts.Desc
	Reasons       []string
	Unless        []string // what would change the answer
	Looks         []string // why it is to be looked at again, and what came of it
	Open          string   // that it is to be looked at again
	Pictures      []VisitPicture
	Form          *ActForm
	Review        *ActForm
}

// VisitPicture is a photograph with its custody line.
type VisitPicture struct {
	Href, Alt, Name string
	Shown           bool // it can be shown in the page
	Facts           []parts.Desc
	Custody         []string
}

// VisitBoardView is the day's inspections for the chief.
type VisitBoardView struct {
	layout.Page
	Days  []parts.Tab
	Cards []parts.NumberCard
	Map   parts.TileMap
	Table parts.Table
}
