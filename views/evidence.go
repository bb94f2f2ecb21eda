package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// EvidenceView is a piece of evidence: what it is, its file as a browser shows it, its ledger, its copies.
type EvidenceView struct {
	layout.Page
	Notes  []SheetNote
	Show   string // image, audio, video, pdf: what stands at Src; "" shows nothing
	Src    string
	Alt    string
	Facts  []parts.Desc
	Ledger parts.Table
	Copies *parts.Table
	Tools  []parts.Action
	Forms  []ActForm
}

// LabelView is the label that is stuck onto a thing.
type LabelView struct {
	layout.Page
	Code  SetupCode // the address as a QR code
	Big   string
	Lines []parts.Desc
}
