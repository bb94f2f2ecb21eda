package views

import (
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// CaseView is a case with everything in it.
type CaseView struct {
	layout.Page
	Changed   string // who changed what since the person's page; "" is nothing
	Banner    parts.Banner
	Stages    []parts.Stage
	Drawing   parts.Drawing
	Asks      *parts.Asks // nil once nothing is left to do
	Tracks    Tracks
	Facts     []parts.Desc
	Summary   string
	Law       *parts.Substance // of a counterfeit case once act and income are known: which law, how high a fine
	Parties   CasePart
	Patents   CasePart
	Listings  *CasePart // an e-commerce case only
	Notices   *CasePart // notices to platforms that name its listings; nil where there are none
	Money     *CasePart // where a fine or a confiscation was ordered
	Links     *CasePart // nil where there is none to see and none to make
	Tasks     CasePart
	Checks    *CasePart // marks checked for it; may be nil
	Documents CasePart
	Files     CasePart
	People    []parts.Desc
	Assign    *parts.Action // nil where the person may not say who works on it
	Clocks    []parts.Clock // running
	Past      []parts.Clock
	Timeline  parts.Timeline
}

// CasePart is one kind of things that belong to a case, and the form that adds one.
type CasePart struct {
	ID, Title string
	Table     parts.Table
	Add       *ActForm // nil where the person may add nothing
	Amend     *ActForm // what may be put right; nil is nothing
	More      *parts.Link
}

// RestrictView is the form that makes a case confidential, or open again.
type RestrictView struct {
	layout.Page
	Changed string
	Confirm parts.Confirm
}

// LedgerView is the proof of a statutory day: the count, day by day.
type LedgerView struct {
	layout.Page
	Clock   parts.Clock
	Facts   []parts.Desc
	Ledger  parts.Ledger
	Grounds []parts.Table // extensions, and time that is not counted
	Repin   *ActForm      // nil where the person may not pin the clock to another wording
	Changed bool          // counted anew, it would end on another day: the calendar has changed since
}

// shortHash is the beginning of a SHA-256, enough to compare by eye.
func shortHash(sha string) string {
	if len(sha) > 12 {
		return sha[:12] + "…"
	}
	return sha
}
