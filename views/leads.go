package views

import (
	"huzhi/internal/i18n"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// LeadLine is one lead of a list.
type LeadLine struct {
	Number, Href, Received string
	Title, Respondent      string
	Kind, Source           string
	Place                  string
	State                  string
	Tone                   parts.Tone
	Clock                  *parts.Clock
	Confidential           string
	Urgency                string // "" is as usual
}

// LeadTable is leads as a table.
func LeadTable(p *i18n.Printer, caption string, lines []LeadLine) parts.Table {
	t := parts.Table{Caption: caption, Columns: []parts.Column{
		{Label: p.T("lead.number")}, {Label: p.T("lead.title")}, {Label: p.T("lead.kind")}, {Label: p.T("lead.place")},
		{Label: p.T("lead.state"), Slim: true}, {Label: p.T("lead.due"), Slim: true},
	}}
	for _, l := range lines {
		r := parts.Row{Cells: []parts.Cell{
			parts.LinkCell(l.Number, l.Href, l.Received), parts.BodyCell(leadTitle(p, l)), parts.BodyCell(tight(l.Kind, l.Source)),
			parts.BodyCell(tight(l.Place, "")), parts.BodyCell(parts.StatusDot(l.Tone, l.State)), {},
		}}
		if l.Clock != nil {
			r.Cells[5] = parts.BodyCell(parts.ClockLine(p, *l.Clock))
			if tone := l.Clock.Tone(); tone == parts.Late || tone == parts.Soon {
				r.Tone = tone
			}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// LeadView is a lead.
type LeadView struct {
	layout.Page
	Banner   parts.Banner
	Stages   []parts.Stage
	Asks     *parts.Asks   // nil once the lead is settled
	Settled  *parts.Desc   // how it ended: label, value, link
	Limit    *parts.Remark // the time for the request is over; may be nil
	Facts    string
	About    []parts.Desc
	Origin   []parts.Desc
	Forms    []ActForm
	Listings *parts.Table // listings the lead was made of; may be nil
	Papers   *parts.Table // papers issued on it; may be nil
	Checks   *CasePart    // marks checked for it; may be nil
	Timeline parts.Timeline
	Clocks   []parts.Clock
	Written  []MessageLine // what the citizen and the office wrote
}

// FilingView is the form by which a lead becomes a case.
type FilingView struct {
	layout.Page
	Confirm parts.Confirm
}

// FilingClocks are the periods that filing starts, by the kind of case.
type FilingClocks struct {
	Kind, Label string
	Panel       string // what the kind asks of the officers
	Starts      []parts.Start
	None        string // said where it starts none
}
