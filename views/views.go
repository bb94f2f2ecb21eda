// Package views holds the pages: each a struct of what it shows and the component that shows it.
package views

import (
	"strconv"

	"huzhi/views/layout"
	"huzhi/views/parts"
)

// ErrorView is the page of an error.
type ErrorView struct {
	layout.Page
	Status  int
	Text    string
	Points  []parts.Link // what is wrong or missing, one by one
	Request string       // the number that the operator finds in the log; "" is not shown
	Back    parts.Link
	Again   *Again // the form that failed; nil is none
}

// Again is a form to be sent once more as it was typed.
type Again struct {
	Action string
	Fields []parts.Hidden
	Typed  []string // its longer texts, to be copied from the page
}

func (v ErrorView) status() string { return strconv.Itoa(v.Status) }

// AuditView is the page of the log.
type AuditView struct {
	layout.Page
	Filters parts.Filters
	Wrong   *parts.EmptyState // in place of the entries, where the query is not understood
	Cards   []parts.NumberCard
	Above   *parts.Table // what is told before the entries: sign-ins of a person
	Groups  *parts.Table // in place of the entries: refusals that are alike
	Entries []AuditLine
	Pager   parts.Pager
}

// AuditLine is one entry of the log.
type AuditLine struct {
	Seq, Href, At, Actor, Action, Code, Subject, Place, Outcome string
	SubjectName                                                 string // of a person; "" where it is not known
	Tone                                                        parts.Tone
}

func (v AuditView) table() parts.Table {
	t := parts.Table{Caption: v.Title, Compact: true, Columns: []parts.Column{
		{Label: v.P.T("audit.seq"), Slim: true}, {Label: v.P.T("audit.at"), Slim: true}, {Label: v.P.T("audit.actor")},
		{Label: v.P.T("audit.action")}, {Label: v.P.T("audit.subject")}, {Label: v.P.T("audit.place")}, {Label: v.P.T("audit.outcome"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "shield-check", Title: v.P.T("audit.none"), Text: v.P.T("audit.none.text")}}
	if v.Wrong != nil {
		t.Empty = v.Wrong
	}
	for _, e := range v.Entries {
		tone := parts.Plain
		if e.Tone == parts.Late {
			tone = e.Tone
		}
		t.Rows = append(t.Rows, parts.Row{Tone: tone, Cells: []parts.Cell{
			parts.LinkCell(e.Seq, e.Href, ""), parts.BodyCell(moment(e.At)), parts.TextCell(e.Actor, ""), parts.TextCell(e.Action, e.Code),
			e.subject(), parts.TextCell(e.Place, ""), parts.BodyCell(parts.StatusDot(e.Tone, e.Outcome)),
		}})
	}
	return t
}

func (l AuditLine) subject() parts.Cell {
	if l.SubjectName != "" {
		return parts.TextCell(l.SubjectName, l.Subject)
	}
	return parts.TextCell(l.Subject, "")
}

// AuditEntryView is one entry of the log whole.
type AuditEntryView struct {
	layout.Page
	Line    AuditLine
	Facts   []parts.Desc
	Changes *parts.Table // old and new of each field; nil where the entry tells of none
	Detail  []parts.Desc
}
