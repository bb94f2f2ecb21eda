package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// StepView is the form by which a step of a case is taken.
type StepView struct {
	layout.Page
	Changed string // who did what since the form was opened; "" is nothing
	Back    parts.Link
	Closed  bool             // the step can no longer be taken: no form
	Typed   []parts.Desc     // what was typed, kept to be copied where there is no form
	Asked   *Asked           // what the step answers; nil where it answers nothing
	Law     *parts.Substance // by which law the act is judged, where the step fixes a fine
	Confirm parts.Confirm
}
