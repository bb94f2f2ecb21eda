package parts

import (
	"slices"
	"strconv"
)

// Drawing is a procedure drawn as boxes and arrows, from the top down.
type Drawing struct {
	Title  string // what the picture shows, for who cannot see it
	Rows   [][]Box
	Arrows []Arrow // those of one name to one box have one number; the list beside the picture says what each is
}

// Box is a state.
type Box struct {
	Label string
	Day   string // when it was reached; "" is not
	State StageState
}

// Arrow leads from one box to another.
type Arrow struct {
	From, To [2]int // row, place in the row
	Label    string // the steps
	Taken    bool   // the case went this way
}

// The measures of a drawing, in pixels.
const (
	boxWidth, boxHeight = 104, 40
	boxGap, rowHeight   = 10, 78
	laneWidth           = 16
)

// line is an arrow as it is drawn: its path, and where its number stands.
type line struct {
	Path   string
	X, Y   int
	Number int
	Taken  bool
}

// drawn is a drawing with its places.
type drawn struct {
	Width, Height int
	Boxes         []placed
	Lines         []line
}

type placed struct {
	Box
	X, Y int
}

// lane is a line beside the boxes, by which arrows to one box go past others.
type lane struct {
	to       [2]int
	from, up int // the rows it spans
	x        int
}

// draw places everything. Arrows to the next row go straight; those back go on the left, those that pass a row on the right, one lane for
// all to the same box.
func (d Drawing) draw() drawn {
	widest := 1
	for _, r := range d.Rows {
		widest = max(widest, len(r))
	}
	var left, right []lane
	for _, a := range d.Arrows {
		switch {
		case a.To[0] <= a.From[0]:
			left = widen(left, a)
		case a.To[0] > a.From[0]+1:
			right = widen(right, a)
		}
	}
	settle(left)
	settle(right)
	inner := widest*boxWidth + (widest-1)*boxGap
	x0 := (count(left) + 1) * laneWidth
	out := drawn{Width: x0 + inner + (count(right)+1)*laneWidth, Height: (len(d.Rows)-1)*rowHeight + boxHeight + 4}
	at := func(p [2]int) (x, y int) { // the middle of a box's top
		n := len(d.Rows[p[0]])
		row := n*boxWidth + (n-1)*boxGap
		return x0 + (inner-row)/2 + p[1]*(boxWidth+boxGap) + boxWidth/2, p[0]*rowHeight + 2
	}
	for i, r := range d.Rows {
		for j, b := range r {
			x, y := at([2]int{i, j})
			out.Boxes = append(out.Boxes, placed{b, x - boxWidth/2, y})
		}
	}
	for _, a := range d.Arrows {
		fx, fy := at(a.From)
		tx, ty := at(a.To)
		l := line{Number: d.number(a), Taken: a.Taken}
		switch {
		case a.To[0] == a.From[0]+1:
			l.Path = path(fx, fy+boxHeight, tx, ty)
			l.X, l.Y = (fx+tx)/2, (fy+boxHeight+ty)/2
		case a.To[0] <= a.From[0]:
			x := x0 - find(left, a)*laneWidth - laneWidth/2
			y := fy + boxHeight*2/3
			l.Path = "M" + xy(fx-boxWidth/2, y) + "H" + strconv.Itoa(x) + "V" + strconv.Itoa(ty+boxHeight/3) + "H" + strconv.Itoa(tx-boxWidth/2)
			l.X, l.Y = x, y-rowHeight/3
		default:
			x := x0 + inner + find(right, a)*laneWidth + laneWidth/2
			y := fy + boxHeight*2/3
			l.Path = "M" + xy(fx+boxWidth/2, y) + "H" + strconv.Itoa(x)
			if a.To[1] == len(d.Rows[a.To[0]])-1 {
				l.Path += "V" + strconv.Itoa(ty+boxHeight/3) + "H" + strconv.Itoa(tx+boxWidth/2)
			} else { // over the boxes beside it, in at the top
				l.Path += "V" + strconv.Itoa(ty-8) + "H" + strconv.Itoa(tx+boxWidth/4) + "V" + strconv.Itoa(ty)
			}
			l.X, l.Y = x, y+rowHeight/3
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

// entry is a line of the list: the arrows of one name to one box.
type entry struct {
	Label, From, To string
	Taken           bool
}

func (d Drawing) list(and string) []entry {
	var out []entry
	for _, a := range d.Arrows {
		n := d.number(a)
		from := d.Rows[a.From[0]][a.From[1]].Label
		if n > len(out) {
			out = append(out, entry{a.Label, from, d.Rows[a.To[0]][a.To[1]].Label, a.Taken})
			continue
		}
		out[n-1].From += and + from
		out[n-1].Taken = out[n-1].Taken || a.Taken
	}
	return out
}

// number is an arrow's, from 1.
func (d Drawing) number(a Arrow) int {
	n := 0
	for i, x := range d.Arrows {
		first := slices.IndexFunc(d.Arrows, func(y Arrow) bool { return y.Label == x.Label && y.To == x.To }) == i
		if first {
			n++
		}
		if first && x.Label == a.Label && x.To == a.To {
			break
		}
	}
	return n
}

func widen(in []lane, a Arrow) []lane {
	lo, hi := min(a.From[0], a.To[0]), max(a.From[0], a.To[0])
	for i := range in {
		if in[i].to == a.To {
			in[i].from, in[i].up = min(in[i].from, lo), max(in[i].up, hi)
			return in
		}
	}
	return append(in, lane{to: a.To, from: lo, up: hi})
}

// settle gives each lane a place where it meets no other, the shortest next to the boxes.
func settle(in []lane) {
	slices.SortStableFunc(in, func(a, b lane) int { return (a.up - a.from) - (b.up - b.from) })
	for i := range in {
		for {
			hit := false
			for j := range in[:i] {
				if in[j].x == in[i].x && in[j].from <= in[i].up && in[i].from <= in[j].up {
					hit = true
				}
			}
			if !hit {
				break
			}
			in[i].x++
		}
	}
}

func count(in []lane) (n int) {
	for _, l := range in {
		n = max(n, l.x+1)
	}
	return n
}

func find(in []lane, a Arrow) int {
	for _, l := range in {
		if l.to == a.To {
			return l.x
		}
	}
	return 0
}

func path(x1, y1, x2, y2 int) string { return "M" + xy(x1, y1) + "L" + xy(x2, y2) }

func xy(x, y int) string { return strconv.Itoa(x) + " " + strconv.Itoa(y) }

func marker(taken bool) string {
	if taken {
		return "url(#arrow-taken)"
	}
	return "url(#arrow)"
}

// labelY is where a box's label stands: above its day where it has one.
func labelY(b placed) string {
	if b.Day != "" {
		return "17"
	}
	return "24"
}
