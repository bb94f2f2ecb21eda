package views

import (
	"huzhi/internal/i18n"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// CallLine is one call of a list. Who called stands there masked.
type CallLine struct {
	Number, Href, At   string
	Kind, Subject      string // subject: the topic of a consultation, the suspected matter of a report or complaint
	Caller, Phone      string
	Question           string
	Place              string
	State              string
	Tone               parts.Tone
	Restricted, Asking bool // asking: a report or complaint
}

// CallTable is calls as a table; brief leaves out who called, where all are of one caller.
func CallTable(p *i18n.Printer, caption string, lines []CallLine, brief bool) parts.Table {
	t := parts.Table{Caption: caption, Columns: []parts.Column{{Label: p.T("call.number")}, {Label: p.T("call.kind")}}}
	if !brief {
		t.Columns = append(t.Columns, parts.Column{Label: p.T("call.caller"), Slim: true})
	}
	t.Columns = append(t.Columns, parts.Column{Label: p.T("call.question")})
	if !brief {
		t.Columns = append(t.Columns, parts.Column{Label: p.T("call.place")})
	}
	t.Columns = append(t.Columns, parts.Column{Label: p.T("call.state"), Slim: true})
	for _, l := range lines {
		cells := []parts.Cell{parts.LinkCell(l.Number, l.Href, l.At), parts.BodyCell(tight(l.Kind, l.Subject))}
		if !brief {
			cells = append(cells, parts.BodyCell(tight(l.Caller, l.Phone)))
		}
		cells = append(cells, parts.TextCell(l.Question, ""))
		if !brief {
			cells = append(cells, parts.BodyCell(tight(l.Place, "")))
		}
		tone := parts.Plain
		if l.Asking && l.Tone == parts.Soon {
			tone = l.Tone
		}
		t.Rows = append(t.Rows, parts.Row{Tone: tone, Cells: append(cells, parts.BodyCell(parts.StatusDot(l.Tone, l.State)))})
	}
	return t
}

// CallFormView is the form in which a call is written down.
type CallFormView struct {
	layout.Page
	Form    parts.Form
	Error   string
	Number  parts.Field   // the caller's telephone, first in the hand
	Kind    parts.Field   // consultation, report, complaint
	Topic   parts.Field   // of a consultation
	Matter  []parts.Field // of a report or complaint
	Text    []parts.Field // question and answer
	Caller  []parts.Field
	Office  []parts.Field // how it came in, who answers for it, where it happened
	Earlier []CallLine    // earlier calls from the number the form was opened with
}

func (v CallFormView) all() []parts.Field {
	out := []parts.Field{v.Number, v.Kind, v.Topic}
	for _, l := range [][]parts.Field{v.Matter, v.Text, v.Caller, v.Office} {
		out = append(out, l...)
	}
	return out
}

// CallView is a call.
type CallView struct {
	layout.Page
	Banner   parts.Banner
	Question string
	Answer   string // "" is not yet answered
	Answered string // when
	Without  string // what stands there without an answer
	Matter   []parts.Desc
	Facts    []parts.Desc
	Caller   []parts.Desc  // masked
	Reveal   *parts.Action // the way to the whole; nil where there is none
	Forms    []ActForm
	Clocks   []parts.Clock
	Related  []CallLine
	AllOf    *parts.Link // the list of all calls from this number
}
