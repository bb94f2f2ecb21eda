// Package typeset sets official papers as GB/T 9704-2012 has them, as PDF and as DOCX: A4, a type area of 156 × 225 mm, 22 lines of 28 characters.
//
// A paper is blocks: who issues it, its title, its number, paragraphs, tables, the signature. Both forms say the same text (Text). A character that
// no font has is an error that names it: a paper never has a blank where a name should stand.
package typeset

import (
	"strings"
	"time"
)

// The type area and its place on A4, in points (GB/T 9704-2012, 5.2): 156 × 225 mm, 37 mm from the top and 28 mm from the binding edge.
const (
	mm         = 72 / 25.4
	pageWide   = 210 * mm
	pageHigh   = 297 * mm
	left       = 28 * mm
	top        = 37 * mm
	wide       = 156 * mm
	high       = 225 * mm
	lineHeight = high / 22 // 28.99
	bodySize   = 16.0      // 三号
	pitch      = wide / 28 // a character with its share of the space between: 15.79
)

// Style is what a block is.
type Style string

// The styles.
const (
	Org    Style = "org"    // who issues it, above the title
	Title  Style = "title"  // what it is
	Number Style = "number" // its number, at the right
	To     Style = "to"     // whom it is for, or another line that begins at the left
	Para   Style = "para"   // a paragraph, begun two characters in
	Item   Style = "item"   // a numbered part of a sentence, set like a paragraph
	Head   Style = "head"   // a heading within the text, in 黑体
	Sign   Style = "sign"   // a line of the signature: the lines are centred on the longest, four characters from the right
	Seal   Style = "seal"   // where the seal goes, grey, among the lines of the signature
	Small  Style = "small"  // small print
	Grid   Style = "table"  // a table
)

// Block is one of them.
type Block struct {
	Style Style
	Text  string // lines are parted by \n
	Table *Table // of Grid
}

// Table is a table whose head is repeated on every page. One whose columns have no heads is a form.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Column is a column of a table.
type Column struct {
	Head  string
	Share float64 // of the width; the shares' sum is the whole
	Right bool    // figures stand at the right
}

// Paper is what is set.
type Paper struct {
	Name   string    // of the file: its title and number
	Made   time.Time // stands in the file: the same paper is the same bytes
	Blocks []Block
}

// Text is the paper's text, a line a paragraph or cell: what both forms must say.
func (p Paper) Text() string {
	var b strings.Builder
	for _, x := range p.Blocks {
		if x.Table != nil {
			if x.Table.headed() {
				for _, c := range x.Table.Columns {
					b.WriteString(c.Head + "\n")
				}
			}
			for _, r := range x.Table.Rows {
				b.WriteString(strings.Join(r, "\n") + "\n")
			}
			continue
		}
		b.WriteString(x.Text + "\n")
	}
	return b.String()
}

func (t *Table) headed() bool {
	for _, c := range t.Columns {
		if c.Head != "" {
			return true
		}
	}
	return false
}
