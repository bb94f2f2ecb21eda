package views

import (
	"strconv"

	"huzhi/internal/document"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// DraftView is a paper that is being written, beside the paper as it would be.
type DraftView struct {
	layout.Page
	State    parts.Tone
	Status   string // in a word
	Note     string // what to know of it now
	Readonly bool
	Action   string // of the form; its buttons lead to what stands under it
	Version  int64
	General  string
	Fields   []DraftField
	Submit   string // "" offers only keeping it
	Sheet    PreviewView
	Acts     parts.Timeline
	Forms    []ActForm
}

// DraftField is a free field: a question, or the rows of a table.
type DraftField struct {
	parts.Field
	Heads []string // of rows
	Rows  [][]string
}

func (f DraftField) cell(i, j int) string {
	return f.Name + "." + strconv.Itoa(i) + "." + strconv.Itoa(j)
}

func (v DraftView) faults() []parts.Field {
	var out []parts.Field
	for _, f := range v.Fields {
		out = append(out, f.Field)
	}
	return out
}

// PreviewView is a paper as it would be issued, with what is missing on it.
type PreviewView struct {
	Paper   *document.Paper
	Date    string
	Missing []parts.Link // what the case does not know, with the place where it is entered
	Open    []string     // what the officer has still to write
	Fault   string
	Marked  string // across it: draft, void
	Loose   string // said above it
	Empty   bool
	Kept    bool
	Version int64
}

// PublicView is the public list of decisions.
type PublicView struct {
	layout.Page
	Search ActForm
	Items  []PublicItem
	Gone   []PublicItem // withdrawn, with why
	Feeds  []parts.Link
	None   string
	Next   *parts.Link

	GoneTitle string
}

// PublicItem is one of them.
type PublicItem struct {
	Number, Title, Href, Line string
}

// PublicPaperView is one decision as the public sees it.
type PublicPaperView struct {
	layout.Page
	Facts []parts.Desc
	Paras []string
	Hash  string
}
