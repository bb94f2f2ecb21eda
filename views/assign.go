package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// AssignView is the page on which a chief says who works on a case.
type AssignView struct {
	layout.Page
	Changed string // who changed what since the person's page; "" is nothing
	Facts   []parts.Desc
	People  []parts.Desc
	Forms   []ActForm
}

// ConfirmView is an act by itself, with what it is done to below it.
type ConfirmView struct {
	layout.Page
	Changed string
	Confirm parts.Confirm
	Below   *parts.Table // nil where there is none
	Title   string       // over the table
}

// ReassignedView is what became of many cases.
type ReassignedView struct {
	layout.Page
	Cards    []parts.NumberCard
	Facts    []parts.Desc
	Continue *ActForm // what was cut short goes on; nil where nothing waits
	Title    string   // over the table
	Table    parts.Table
	Again    parts.Action
}
