package views

import (
	"github.com/a-h/templ"

	"huzhi/internal/i18n"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// ListingLine is one listing of a list.
type ListingLine struct {
	ID, Number, Href, Found string
	Title, Shop             string
	Platform, Suspected     string
	Price                   string
	Finding                 string
	Tone                    parts.Tone
	Result, ResultOn        string
	Place                   string
	State                   string
	StateTone               parts.Tone
	Alarm                   string // that it offers again what was dealt with
}

// ListingTable is listings as a table; choose names the boxes by which rows are ticked, form the form they belong to.
func ListingTable(p *i18n.Printer, caption string, lines []ListingLine, choose, form string) parts.Table {
	t := parts.Table{Caption: caption, Select: choose, Form: form, Columns: []parts.Column{
		{Label: p.T("listing.number")}, {Label: p.T("listing.title")}, {Label: p.T("listing.platform")}, {Label: p.T("listing.price"), Num: true},
		{Label: p.T("listing.place")}, {Label: p.T("listing.state"), Slim: true}, {Label: p.T("listing.finding"), Slim: true}, {Label: p.T("listing.result"), Slim: true},
	}}
	for _, l := range lines {
		t.Rows = append(t.Rows, parts.Row{ID: l.ID, Cells: []parts.Cell{
			parts.LinkCell(l.Number, l.Href, l.Found), parts.TextCell(l.Title, also(l.Shop, l.Alarm)), parts.BodyCell(tight(l.Platform, l.Suspected)), parts.NumCell(l.Price),
			parts.BodyCell(tight(l.Place, "")), parts.BodyCell(parts.StatusDot(l.StateTone, l.State)), parts.BodyCell(parts.StatusDot(l.Tone, l.Finding)), parts.BodyCell(tight(l.Result, l.ResultOn)),
		}})
	}
	return t
}

// ListingView is a listing.
type ListingView struct {
	layout.Page
	Banner  parts.Banner
	URL     string
	About   []parts.Desc
	Amend   *parts.Action // to put it right
	Finding []parts.Desc  // nil where it was not judged
	Result  []parts.Desc
	Matter  []parts.Desc // the lead and the case it belongs to
	Forms   []ActForm
	Stages  []parts.Stage
	Drawing parts.Drawing // of the flow
	Remarks []Remark
	Main    []SheetCard // under the facts: how it was seen, what its marks are
	Side    []SheetCard // clocks, papers, history
}

// amend is the way to the form that puts the listing right; nil for whoever may not.
func (v ListingView) amend() templ.Component {
	if v.Amend == nil {
		return nil
	}
	return parts.Button(*v.Amend)
}

// also is a line with what must not be missed behind it.
func also(line, more string) string {
	if line == "" || more == "" {
		return line + more
	}
	return line + " · " + more
}

// CapturedFile is one file of a capture.
type CapturedFile struct{ Name, Href, About string }
