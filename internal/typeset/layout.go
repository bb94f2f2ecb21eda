package typeset

import (
	"fmt"
	"strings"
)

// text is a line of text at a height within its box.
type text struct {
	line
	base  float64 // of the baseline, from the top of the box
	size  float64
	bold  bool
	grey  bool
	shift float64 // from the left of the type area
}

// box is what is never parted by the end of a page.
type box struct {
	high  float64
	texts []text
	rules [][4]float64 // x, y, width, height of frames
	keep  bool         // it stands on the page of the box after it
	head  *box         // of a table's row: repeated at the top of a page
}

// baseline is where text of a size stands in a line of a height.
func baseline(high, size float64) float64 { return (high-size)/2 + size*0.88 }

// boxes makes a paper's boxes.
func (f *faces) boxes(p Paper) ([]box, error) {
	var out []box
	for i := 0; i < len(p.Blocks); i++ {
		b := p.Blocks[i]
		var made []box
		var err error
		switch b.Style {
		case Grid:
			made, err = f.table(b.Table)
		case Sign, Seal:
			n := i
			for n < len(p.Blocks) && (p.Blocks[n].Style == Sign || p.Blocks[n].Style == Seal) {
				n++
			}
			made, err = f.signature(p.Blocks[i:n])
			i = n - 1
			for back := 1; back <= 2 && back <= len(out); back++ { // a signature never stands alone on a page
				out[len(out)-back].keep = true
			}
		default:
			made, err = f.paragraph(b)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, made...)
	}
	for i := len(out) - 2; i >= 0 && i >= len(out)-3 && len(p.Blocks) > 1; i-- { // nor does a closing line
		out[i].keep = true
	}
	return out, nil
}

func (f *faces) paragraph(b Block) ([]box, error) {
	s := setting{chain: f.body, size: bodySize, step: pitch, room: wide, justify: true}
	high, bold, after := lineHeight, false, 0.0
	centred, right, keep := false, false, false
	switch b.Style {
	case Org:
		s = setting{chain: f.title, size: 22, step: 22, room: wide}
		high, bold, centred, keep = 1.5*lineHeight, true, true, true
	case Title:
		s = setting{chain: f.title, size: 26, step: 29, room: wide}
		high, bold, centred, keep = 2*lineHeight, true, true, true
	case Number:
		right, keep, after = true, true, lineHeight/2
	case To:
		s.justify = false
	case Head:
		s.chain, s.indent, s.justify, keep, bold = f.head, 2*pitch, false, true, f.heavy()
	case Small:
		s = setting{chain: f.body, size: 12, step: 12, room: wide, justify: true}
		high = lineHeight * 0.75
	default:
		s.indent = 2 * pitch
	}
	ls, err := s.lines(b.Text)
	if err != nil {
		return nil, err
	}
	var out []box
	for _, l := range ls {
		t := text{line: l, size: s.size, bold: bold, base: baseline(high, s.size)}
		if centred {
			t.shift = (wide - l.wide) / 2
		}
		if right {
			t.shift = wide - l.wide
		}
		out = append(out, box{high: high, texts: []text{t}, keep: keep})
	}
	if len(out) > 0 {
		out[len(out)-1].high += after
	}
	return out, nil
}

// signature sets the lines of the signature in one box, centred on the longest, which ends four characters from the right
// (GB/T 9704-2012, 7.3.5.1).
func (f *faces) signature(bs []Block) ([]box, error) {
	s := setting{chain: f.body, size: bodySize, step: pitch, room: wide - 4*pitch}
	var all []text
	longest := 0.0
	for _, b := range bs {
		ls, err := s.lines(b.Text)
		if err != nil {
			return nil, err
		}
		for _, l := range ls {
			all = append(all, text{line: l, size: bodySize, grey: b.Style == Seal, base: baseline(lineHeight, bodySize)})
			longest = max(longest, l.wide)
		}
	}
	out := box{high: 2 * lineHeight}
	for _, t := range all {
		t.shift = wide - 4*pitch - longest/2 - t.wide/2
		t.base += out.high
		out.texts = append(out.texts, t)
		out.high += lineHeight
	}
	return []box{out}, nil
}

// Tables are set in 12 points.
const (
	cellSize = 12.0
	cellLine = 18.0
	cellPad  = 4.0
	rowLines = 31 // of a page, beside a head of up to three
)

// table sets a table: a box a row, each of which knows its head. A row that is higher than a page is parted.
func (f *faces) table(t *Table) ([]box, error) {
	if t == nil || len(t.Columns) == 0 {
		return nil, nil
	}
	sum := 0.0
	for _, c := range t.Columns {
		sum += c.Share
	}
	var at, room []float64
	x := 0.0
	for _, c := range t.Columns {
		w := wide * c.Share / sum
		at, room = append(at, x), append(room, w)
		x += w
	}
	row := func(cells []string, chain []*face, isHead bool) ([]box, error) {
		var set [][]line
		most := 1
		for i := range t.Columns {
			cell := ""
			if i < len(cells) {
				cell = cells[i]
			}
			ls, err := setting{chain: chain, size: cellSize, step: cellSize, room: room[i] - 2*cellPad}.lines(cell)
			if err != nil {
				return nil, err
			}
			set = append(set, ls)
			most = max(most, len(ls))
		}
		var out []box
		for from := 0; from < most; from += rowLines {
			n := min(most-from, rowLines)
			b := box{high: float64(n)*cellLine + 2*cellPad}
			for i, ls := range set {
				b.rules = append(b.rules, [4]float64{at[i], 0, room[i], b.high})
				mine := ls[min(from, len(ls)):min(from+n, len(ls))]
				y := (b.high - float64(len(mine))*cellLine) / 2
				for _, l := range mine {
					tx := text{line: l, size: cellSize, bold: isHead && f.heavy(), base: y + baseline(cellLine, cellSize), shift: at[i] + cellPad}
					switch {
					case isHead:
						tx.shift = at[i] + (room[i]-l.wide)/2
					case t.Columns[i].Right:
						tx.shift = at[i] + room[i] - cellPad - l.wide
					}
					b.texts = append(b.texts, tx)
					y += cellLine
				}
			}
			out = append(out, b)
		}
		return out, nil
	}
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Head)
	}
	heads, err := row(names, f.head, true)
	if err != nil {
		return nil, err
	}
	var head *box
	var out []box
	if t.headed() {
		out = append(out, heads[0])
		out[0].keep = true // with its first row
		head = &heads[0]
	}
	for _, r := range t.Rows {
		rs, err := row(r, f.body, false)
		if err != nil {
			return nil, err
		}
		for _, b := range rs {
			b.head = head
			out = append(out, b)
		}
	}
	return append(out, box{high: lineHeight / 3}), nil
}

// placed is a box on a page.
type placed struct {
	box
	y float64
}

// pages shares the boxes out among pages.
func pages(boxes []box) [][]placed {
	var out [][]placed
	var page []placed
	y := 0.0
	turn := func() {
		out = append(out, page)
		page, y = nil, 0
	}
	for i := 0; i < len(boxes); {
		n := i + 1 // a group of boxes that stay together
		need := boxes[i].high
		for n < len(boxes) && boxes[n-1].keep {
			need += boxes[n].high
			n++
		}
		if need > high { // as much cannot be kept together
			n, need = i+1, boxes[i].high
		}
		if y+need > high+0.01 && len(page) > 0 {
			turn()
		}
		for _, b := range boxes[i:n] {
			if b.head != nil && len(page) == 0 {
				page = append(page, placed{*b.head, 0})
				y = b.head.high
			}
			if len(b.texts) == 0 && len(b.rules) == 0 && len(page) == 0 {
				continue // no space at the top of a page
			}
			page = append(page, placed{b, y})
			y += b.high
		}
		i = n
	}
	if len(page) > 0 || len(out) == 0 {
		turn()
	}
	return out
}

// Layout is the paper as it is set, a line a line of text: how far from the left and the top of the page its baseline begins and its size, in points. Pages are
// headed by their number.
func (fonts *Fonts) Layout(p Paper) (string, error) {
	f, err := fonts.faces()
	if err != nil {
		return "", err
	}
	boxes, err := f.boxes(p)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for i, page := range pages(boxes) {
		fmt.Fprintf(&out, "page %d\n", i+1)
		for _, b := range page {
			for _, r := range b.rules {
				fmt.Fprintf(&out, "%6.1f %6.1f frame %.1f × %.1f\n", left+r[0], top+b.y+r[1], r[2], r[3])
			}
			for _, t := range b.texts {
				var line strings.Builder
				x := 0.0
				for j, r := range t.runs {
					if line.WriteString(r.text); j == 0 {
						x = r.x
					}
				}
				fmt.Fprintf(&out, "%6.1f %6.1f %4.1f %s\n", left+t.shift+x, top+b.y+t.base, t.size, line.String())
			}
		}
	}
	return out.String(), nil
}
