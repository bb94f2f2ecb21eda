package views

import (
	"huzhi/views/parts"
)

// CaseLine is one case of a list.
type CaseLine struct {
	Number, Href, Filed string
	Title, Kind         string
	Place               string
	State               string
	Tone                parts.Tone
	Clock               *parts.Clock // the nearest statutory day; nil where nothing runs
	Officers            string
	Money               string // fine and confiscation
	Confidential        string
}
