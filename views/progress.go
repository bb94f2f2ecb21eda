package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// ProgressView is the public page on which who reported or complained asks for the state of it by number and code.
type ProgressView struct {
	layout.Page
	Number   string
	State    string // in plain words; "" before a number was given
	Facts    []parts.Desc
	Messages []MessageLine
	Forms    []ActForm
}

// MessageLine is what a citizen or the office wrote.
type MessageLine struct {
	Who, At  string
	Mine     bool // of who reads it
	Text     string
	File     string
	FileHref string // "" where it cannot be fetched
}
