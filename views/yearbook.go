package views

import (
	"huzhi/internal/report"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// YearbookView is an annual report that is written or was issued.
type YearbookView struct {
	layout.Page
	State        parts.Tone
	Status, Note string
	Texts        []YearbookText
	Keys         *parts.Table // the figures it can name
	Forms        []ActForm
	Acts         parts.Timeline
}

// YearbookText is the report in one language.
type YearbookText struct {
	Lang, Title string
	Heads       []string
	Text        []report.Paragraph
	Loose       string // numbers no figure stands behind
}
