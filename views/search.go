package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// SearchView is the page of answers to a search.
type SearchView struct {
	layout.Page
	Typed  string
	Groups []parts.SearchGroup
}
