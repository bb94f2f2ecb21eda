package parts

import (
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Desc is one line of a description list.
type Desc struct {
	Label string
	Value string
	Href  string
	Note  string          // small print after the value
	Body  templ.Component // instead of Value
	Wide  bool            // takes the whole width
	Code  bool            // numbers and codes: monospaced figures, never broken
}

// Chip is one filter that is in force, with the address of the list without it.
type Chip struct{ Label, Value, Remove string }

// Filters are the query above a list. They are a GET form, so that a list can be kept and sent as an address.
type Filters struct {
	Action string
	Tabs   []Tab
	Fields []Field
	More   []Field  // fields shown on demand
	Chips  []Chip   // what is in force
	Clear  string   // the address without filters
	Hidden []Hidden // what the query keeps: sort, view
}

// Column is the head of a column.
type Column struct {
	Label  string
	Num    bool   // figures, set right
	Sort   string // address that sorts by it
	Sorted string // "asc", "desc" or nothing
	Hide   bool   // head only for screen readers (actions)
	Slim   bool   // as narrow as it can be
}

func (c Column) ariaSort() templ.Attributes {
	switch c.Sorted {
	case "asc":
		return templ.Attributes{"aria-sort": "ascending"}
	case "desc":
		return templ.Attributes{"aria-sort": "descending"}
	}
	return nil
}

func (c Column) class() string {
	s := ""
	if c.Num {
		s = "num-col"
	}
	if c.Slim {
		s += " slim-col"
	}
	return s
}

func (c Column) sortIcon() string {
	switch c.Sorted {
	case "asc":
		return "sort-ascending"
	case "desc":
		return "sort-descending"
	}
	return "arrows-sort"
}

// Cell is what stands in a row under a column.
type Cell struct {
	Text string
	Sub  string // small second line
	Href string
	Num  bool
	Body templ.Component // instead of Text
}

// TextCell is a cell of text with a small second line.
func TextCell(text, sub string) Cell { return Cell{Text: text, Sub: sub} }

// LinkCell is a cell that leads somewhere: the first of a row.
func LinkCell(text, href, sub string) Cell { return Cell{Text: text, Href: href, Sub: sub} }

// NumCell is a figure.
func NumCell(text string) Cell { return Cell{Text: text, Num: true} }

// BodyCell is a cell with a component in it.
func BodyCell(c templ.Component) Cell { return Cell{Body: c} }

// Row is one line of a table, on a phone one card.
type Row struct {
	ID    string // value of its box when the table has Select
	Tone  Tone   // a mark at its edge
	Cells []Cell
}

// Table is a list with its heads. On a phone each row becomes a card whose first cell is its title.
type Table struct {
	Caption string // for screen readers
	Columns []Column
	Rows    []Row
	Foot    []Cell      // sums; may be empty
	Select  string      // name of the boxes of a bulk form; empty = none
	Form    string      // id of the form the boxes belong to
	Compact bool        // denser rows
	Empty   *EmptyState // shown instead when there are no rows
}

func (t Table) class() string {
	if t.Compact {
		return "table lst lst-compact"
	}
	return "table lst"
}

func (t Table) label(i int) string {
	if i < len(t.Columns) {
		return t.Columns[i].Label
	}
	return ""
}

func (r Row) class() string {
	if r.Tone == "" || r.Tone == Plain {
		return ""
	}
	return r.Tone.class("row-mark")
}

func (c Cell) class(first bool) string {
	s := ""
	if first {
		s = "lst-first"
	}
	if c.Num {
		s += " num-col"
	}
	if n := utf8.RuneCountInString(c.Text); n > 0 && (n <= 8 || first && n <= 26 || n <= 16 && c.Text[0] >= '0' && c.Text[0] <= '9') && utf8.RuneCountInString(c.Sub) <= 20 {
		s += " nowrap" // numbers, days, periods and short words stay in one piece; a long line below them may break
	}
	return strings.TrimPrefix(s, " ")
}

// subClass keeps a date in one piece.
func (c Cell) subClass() string {
	if utf8.RuneCountInString(c.Sub) <= 12 {
		return "cell-sub nowrap"
	}
	return "cell-sub"
}

// Pager leads to the page before and after. Pages are found by key, so there are no page numbers.
type Pager struct {
	Prev, Next string // addresses, or nothing at the ends
	First      string // back to the top of the list, or nothing
	Shown      int    // rows on this page
	Total      string // "318", "1000+", or nothing when it is not known
}

// ListHead is the bar above a table: how many, and what can be done with the list.
type ListHead struct {
	Count   string // "共 318 件"
	Tabs    []Tab
	Actions []Action
}

// Bulk is the bar of what can be done with the ticked rows.
type Bulk struct {
	Form    string // id of its form; the same as Table.Form
	Action  string
	Hidden  []Hidden
	Whole   string   // label of a box by which the whole list is meant, beyond this page; "" is none
	Buttons []Option // Value of the field "do" and its label
}

func anyValue(fields []Field) bool {
	for _, f := range fields {
		if f.Value != "" {
			return true
		}
		for _, o := range f.Options {
			if o.Selected && o.Value != "" {
				return true
			}
		}
	}
	return false
}

func rowName(r Row) string {
	if len(r.Cells) > 0 && r.Cells[0].Text != "" {
		return r.Cells[0].Text
	}
	return r.ID
}

// foldable says whether a phone shows the query folded: it does when there is more than one box.
func foldable(f Filters) bool { return len(f.Fields)+len(f.More) > 1 }

func foldID(f Filters) string { return FieldID("open-" + f.Action) }

// wide says whether a filter is a wide box for words.
func (f Field) wide() bool { return f.Type == "" || f.Type == Text || f.Type == Search }
