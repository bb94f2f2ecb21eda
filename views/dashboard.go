package views

import (
	"strconv"
	"strings"

	"huzhi/views/layout"
	"huzhi/views/parts"
)

// DashboardView is a dashboard: figures of a period and an office beside those of another period, each part a table with the chart drawn from it.
type DashboardView struct {
	layout.Page
	Boards   []parts.Tab
	Filters  parts.Filters
	Wrong    string       // what is wrong with what was asked for; there are no figures then
	Trail    []parts.Link // from the office down to the county that is shown; fewer than two are not shown
	Heading  string       // period and office
	Compared string       // with what
	Scope    string       // what is counted for this reader
	Cards    []parts.NumberCard
	Parts    []DashPart
}

// DashPart is one table of a dashboard, with its chart.
type DashPart struct {
	ID, Title, Lead string
	Chart           string // how it is drawn from the table: columns, stack, bars, lines; "" is not at all
	Series          []int  // the columns that are drawn, from 0
	Inks            []int  // their colours: .ink-1 and so on
	Tiles           *parts.TileMap
	Heads           []string // the first is the lines'
	Rows            []DashRow
	Empty           string // what is said where there are no lines
	Means           []Meaning
	Half            bool // two such stand side by side
}

// DashRow is a line.
type DashRow struct {
	Name, Href string
	Sum        bool
	Cells      []DashCell
}

// DashCell is a figure as it is shown, where it leads, and as a number for a workbook: int64 or float64, nil where there is none.
type DashCell struct {
	Text, Href string
	Value      any
}

func (d DashPart) sums(sum bool) []DashRow {
	var out []DashRow
	for _, r := range d.Rows {
		if r.Sum == sum {
			out = append(out, r)
		}
	}
	return out
}

func blanked(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, " ")
}

func (d DashPart) head(i int) string {
	if i+1 < len(d.Heads) {
		return d.Heads[i+1]
	}
	return ""
}
