package views

import (
	"huzhi/internal/report"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// StatisticsView is the page of figures for a period and an office.
type StatisticsView struct {
	layout.Page
	Filters  parts.Filters
	Wrong    string // what is wrong with the period asked for; there are no figures then
	Heading  string // the period and the office
	Compared string // what the year before means here
	Cases    []parts.NumberCard
	Others   []parts.NumberCard
	Table    parts.Table
	Charts   []parts.Bars
	Meanings []Meaning
	Notes    []string
}

// Meaning says what a figure is.
type Meaning struct{ Name, Is, Cite string }

func (v StatisticsView) meanings() parts.Table {
	t := parts.Table{Caption: v.P.T("report.meaning"), Compact: true, Columns: []parts.Column{
		{Label: v.P.T("report.meaning.metric")}, {Label: v.P.T("report.meaning.is")}, {Label: v.P.T("report.meaning.cite")},
	}}
	for _, m := range v.Meanings {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(m.Name, ""), parts.TextCell(m.Is, ""), parts.TextCell(m.Cite, "")}})
	}
	return t
}

// AnnualView is the annual report as a sheet of paper.
type AnnualView struct {
	layout.Page
	Text   []report.Paragraph
	Tables []PaperTable
	Years  []parts.Link // other years' reports
}

// PaperTable is a table of the report; its figures are links.
type PaperTable struct {
	Title string
	Heads []string
	Rows  []PaperRow
}

// PaperRow is a line of a PaperTable: its name, then its figures.
type PaperRow struct {
	Name  string
	Cells []parts.Link
	Sum   bool
}
