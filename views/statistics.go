package views

import (
	"unicode/utf8"

	"huzhi/internal/report"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// StatisticsView is the page of figures for a period and an office.
type StatisticsView struct {
	layout.Page
	Filters        parts.Filters
	Wrong          string // what is wrong with the period asked for; there are no figures then
	Heading        string // the period and the office
	Scope          string // what is counted for this reader
	Compared       string // what the year before means here
	Cards          []parts.NumberCard
	Table          FigureTable
	Statutory      FigureTable
	StatutoryFile  string       // where the table of cases is to be had as a workbook
	StatutoryCheck string       // whether it adds up
	Halves         []parts.Bars // charts side by side
	Whole          parts.Bars   // the chart across the page
	Meanings       []Meaning
	Links          []parts.Link // kindred pages
	Notes          []string
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

// FigureTable is a table whose figures are links: on a phone it moves sideways and keeps its shape.
type FigureTable struct {
	Title string
	Heads []string
	Rows  []FigureRow
}

// FigureRow is a line of a FigureTable: its name, then its figures.
type FigureRow struct {
	Name  string
	Cells []parts.Link
	Sum   bool // the sum of the lines above
}

// AnnualView is the annual report as a sheet of paper.
type AnnualView struct {
	layout.Page
	Heads  []string // the title in lines
	Text   []report.Paragraph
	Tables []FigureTable
}

// short says whether a head is a name that must not break in two: 吴兴区.
func short(head string) bool { return utf8.RuneCountInString(head) <= 4 }
