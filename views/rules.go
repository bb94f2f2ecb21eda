package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// RuleView is a rule of the rule book: all its versions, and what it gives for a chosen day.
type RuleView struct {
	layout.Page
	Form     *parts.Form // nil where nothing can be counted
	Fields   []parts.Field
	Missing  string       // why nothing was counted, though it was asked for
	Result   []parts.Desc // what was counted; empty before it is asked for
	Ledger   parts.Ledger
	Law      *parts.Substance // of the caps of the fine: which of them binds
	Versions []RuleVersion
	Cases    *parts.Table // that a provision which is no period governs; nil where the person sees no cases
}

// RuleVersion is a rule as it was, is or will be in force.
type RuleVersion struct {
	Title string
	Facts []parts.Desc
}
