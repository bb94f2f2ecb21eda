package parts

import (
	"math"
	"strconv"
	"strings"

	"huzhi/internal/i18n"
)

// NumberCard is a figure that leads to what it counts.
type NumberCard struct {
	Label string
	Value string // already printed: "1,284"
	Unit  string
	Note  string // the comparison: "较上月 −3"
	Href  string
	Tone  Tone
	Trend []float64 // oldest first; fewer than two = no line
	Icon  string
}

// sparkline is the path of a trend in a box 100 wide and 28 high.
func sparkline(v []float64) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return ""
		}
		lo, hi = math.Min(lo, x), math.Max(hi, x)
	}
	if len(v) < 2 {
		return ""
	}
	var b strings.Builder
	for i, x := range v {
		y := 14.0
		if hi > lo {
			y = 25 - (x-lo)/(hi-lo)*22
		}
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(num(float64(i) / float64(len(v)-1) * 100))
		b.WriteByte(' ')
		b.WriteString(num(y))
	}
	return b.String()
}

// Bars is a bar chart over its own table: one group of bars for each category, one bar for each series.
type Bars struct {
	Title     string
	Desc      string   // one sentence for who cannot see the picture
	Head      string   // what the categories are: 月份, 县区
	Cats      []string // categories
	CatHrefs  []string // where each category leads; may be shorter or empty
	Series    []Series // at most five
	Columns   bool     // upright columns (for time); else lying bars (for names)
	TableOnly bool     // no picture
	HideTable bool     // the table folds away behind a line; it still prints
}

// Series are the figures of one kind, one a category.
type Series struct {
	Label  string
	Values []int64
	Texts  []string // as printed; empty = the plain figure
	Hrefs  []string // where each figure leads; may be shorter or empty
}

func (s Series) value(i int) int64 {
	if i < len(s.Values) {
		return s.Values[i]
	}
	return 0
}

func (s Series) text(i int) string {
	if i < len(s.Texts) {
		return s.Texts[i]
	}
	return strconv.FormatInt(s.value(i), 10)
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// top is the end of the scale: the greatest value rounded up to 1, 2, 2.5 or 5 times a power of ten.
func (b Bars) top() float64 {
	most := int64(0)
	for _, s := range b.Series {
		for _, v := range s.Values {
			if v > most {
				most = v
			}
		}
	}
	if most <= 5 {
		return 5
	}
	p := math.Pow(10, math.Floor(math.Log10(float64(most))))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if p*m >= float64(most) {
			return p * m
		}
	}
	return p * 10
}

func (b Bars) share(v int64) float64 { return clamp(float64(v) / b.top()) }

// ticks are the lines of the scale, from 0 to top.
func (b Bars) ticks() []float64 {
	n := 4
	if t := b.top(); t == 5 || math.Mod(t/5, 1) == 0 && math.Mod(t/4, 1) != 0 {
		n = 5
	}
	out := make([]float64, 0, n+1)
	for i := 0; i <= n; i++ {
		out = append(out, b.top()*float64(i)/float64(n))
	}
	return out
}

func seriesClass(i int) string { return "bar bar-" + strconv.Itoa(i%5+1) }

// column is the box of one upright bar in shares of the plot.
func (b Bars) column(cat, series int) (x, y, w, h string) {
	slot := 1 / float64(max(len(b.Cats), 1))
	inner := slot * 0.68
	one := inner / float64(max(len(b.Series), 1))
	if one > 0.05 {
		one = 0.05
	}
	left := slot*(float64(cat)+0.5) - one*float64(len(b.Series))/2 + one*float64(series)
	s := b.share(b.Series[series].value(cat))
	return pct(left + one*0.06), pct(1 - s), pct(one * 0.88), pct(s)
}

// middle is where the label of a category stands.
func (b Bars) middle(cat int) string {
	return pct((float64(cat) + 0.5) / float64(max(len(b.Cats), 1)))
}

// showLabel thins the labels under many columns, so that they do not run into each other.
func (b Bars) showLabel(cat int) bool {
	step := (len(b.Cats) + 15) / 16
	return step <= 1 || cat%step == 0
}

// labelClass marks every second label of many, which a phone leaves out.
func (b Bars) labelClass(cat int) string {
	if len(b.Cats) > 8 && cat%2 == 1 {
		return "cols-label cols-second"
	}
	return "cols-label"
}

// Tile is one county of a tile map.
type Tile struct {
	Label string
	Value string  // as printed
	Share float64 // 0 to 1: how dark
	Href  string
	Note  string // small third line
}

// TileMap is a schematic map: every county a tile, the darker the more. It has no boundaries, so it needs no approval
// number.
type TileMap struct {
	Title string
	Tiles []Tile
	Less  string // words at the ends of the key; may be empty
	More  string
}

func (t Tile) class() string {
	return "tile shade-" + strconv.Itoa(int(math.Round(clamp(t.Share)*5)))
}

func scaleText(p *i18n.Printer, t float64) string {
	if t == math.Trunc(t) {
		return p.Count(int64(t))
	}
	return num(t)
}

func lyingLabel(b Bars) string {
	if b.Desc != "" {
		return b.Title + ". " + b.Desc
	}
	return b.Title
}
