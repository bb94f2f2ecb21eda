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
	Form   parts.Form
	Error  string
	Number parts.Field   // the caller's telephone, first in the hand
	Kind   parts.Field   // consultation, report, complaint, aid request, other
	Topic  parts.Field   // of what is no report or complaint
	Matter []parts.Field // of a report or complaint
	More   []parts.Field // of it too, folded away
	Note   parts.Field
	Look   parts.Field // what the knowledge base is asked
	Answer parts.Field
	Later  []parts.Field // a call-back that is promised
	Caller []parts.Field
	Office []parts.Field // how it came in, who answers for it, where it happened

	Found     Articles
	Article   *ArticleLine // the one the answer is from
	Beside    BesideView
	Join      *parts.Link // the earlier call it will be added to
	Templates []parts.Option
	Drafts    []DraftLine // the person's other calls that are not finished
	Again     string      // the address that shows the form anew, with what was asked
	Save      string      // the address that keeps the draft
	AskBeside string      // the addresses of the parts
	AskShelf  string
	FromPhone string // "13912345678 rang at 10:02"; "" is not from the telephone
	Offline   string // what is said while the connection is lost
}

// All is every question of the form.
func (v CallFormView) All() []parts.Field {
	out := []parts.Field{v.Number, v.Kind, v.Topic}
	for _, l := range [][]parts.Field{v.Matter, v.More, {v.Note, v.Look, v.Answer}, v.Later, v.Caller, v.Office} {
		out = append(out, l...)
	}
	return out
}

// moreOpen says whether something stands in the fields that are folded away.
func (v CallFormView) moreOpen() bool {
	for _, f := range v.More {
		if f.Error != "" || f.Value != "" {
			return true
		}
	}
	return false
}

// laterOpen says whether a call-back is being promised.
func (v CallFormView) laterOpen() bool {
	for _, f := range v.Later {
		if f.Error != "" || f.Value != "" {
			return true
		}
	}
	return false
}

// ArticleLine is an article as it is read out.
type ArticleLine struct {
	ID, Href               string
	Question, Answer, Next string
	Source, Valid          string
	Used                   string
}

// Articles are what the knowledge base found.
type Articles struct {
	Asked string // "" is not asked yet
	List  []ArticleLine
	Miss  bool // nothing fits: it can be noted
}

// BesideView is what stands beside the form: the caller's calls, and calls and leads of the same matter.
type BesideView struct {
	Own, Same []NearLine
	Matters   []MatterLine // the caller's leads and cases
	Leads     []parts.Link
	Short     bool // too few digits for the caller
}

// MatterLine is a lead or a case of the caller.
type MatterLine struct {
	Href, Number, Title, Kind, State string
	Tone                             parts.Tone
}

// NearLine is an earlier call beside the form.
type NearLine struct {
	CallLine
	ID  string
	Why []string
}

// DraftLine is a call that was not finished.
type DraftLine struct {
	ID, Href, Label, At string
}

// RingLine is a call that rings, or that the person has just answered.
type RingLine struct {
	ID, Href, From, At string
	Mine               bool // answered by the person: the form opens
}

// StepLine is something that was done with a call.
type StepLine struct{ At, What, Who, Text string }

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
	Course   []parts.Desc  // the article, the referrals, the call-backs, what the caller was told
	Steps    []StepLine    // words that were added later
	Forms    []ActForm
	Clocks   []parts.Clock
	Related  []CallLine
	AllOf    *parts.Link // the list of all calls from this number
}
