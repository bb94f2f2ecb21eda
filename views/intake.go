package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// RecordsView is a list with its figures, its query and the way to the next page: calls, leads, listings.
type RecordsView struct {
	layout.Page
	Cards   []parts.NumberCard
	Filters parts.Filters
	Head    parts.ListHead
	Bulk    *parts.Bulk // what can be done with ticked rows; nil where nothing can
	Table   parts.Table
	Pager   parts.Pager
}

// ActForm is one of several forms of a page. Its section has the ID, so that links lead to it.
type ActForm struct {
	ID     string
	Title  string
	Hint   string
	Icon   string
	Fold   bool // folded away until asked for, or until something is wrong in it
	Form   parts.Form
	Fields []parts.Field
	Error  string // what is wrong with no single field
}

func (a ActForm) wrong() bool {
	if a.Error != "" {
		return true
	}
	for _, f := range a.Fields {
		if f.Error != "" {
			return true
		}
	}
	return false
}

// EntryView is a page with one form in groups of questions.
type EntryView struct {
	layout.Page
	Form   parts.Form
	Error  string
	Hint   string       // over the form; "" is none
	Chosen *parts.Table // what the form is about; may be nil
	Groups []FieldGroup
}

// FieldGroup is some questions under a heading.
type FieldGroup struct {
	Title  string
	Fields []parts.Field
}

func (v EntryView) fields() []parts.Field {
	var out []parts.Field
	for _, g := range v.Groups {
		out = append(out, g.Fields...)
	}
	return out
}
