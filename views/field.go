package views

import "huzhi/views/layout"

// FieldView is the page of the field app.
type FieldView struct {
	layout.Page
	Data string // what the script is given, as JSON
}
