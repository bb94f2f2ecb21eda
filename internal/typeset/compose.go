package typeset

import (
	"strings"
	"unicode"
)

// What may not begin a line, and what may not end one (GB/T 15834, CLREQ 3.1.6).
const (
	noStart = "。，、；：？！）】》〉」』”’…—·％％℃.,;:?!)]}%〕］｝﹚﹞"
	noEnd   = "（【《〈「『“‘([{〔［｛￥¥＄$"
)

// piece is what is never parted: a Han character or sign, or a word or number of Latin letters and digits.
type piece struct {
	text  string
	face  *face
	wide  float64 // with its share of the space between characters
	grid  bool    // it stands on the grid: one character of the full width
	space bool
}

// glue says whether two ASCII characters belong together.
func glue(r rune) bool { return r < 0x80 && r > ' ' || unicode.Is(unicode.Latin, r) }

// pieces cuts a text. step is how wide a character of the full width is with its share of the space.
func pieces(text string, chain []*face, size, step float64) ([]piece, error) {
	var out []piece
	runes := []rune(text)
	for i := 0; i < len(runes); {
		r := runes[i]
		f, em, err := pick(chain, r)
		if err != nil {
			return nil, err
		}
		if !glue(r) {
			p := piece{text: string(r), face: f, wide: em * size, space: r == ' ' || r == '\u00a0' || r == '\u3000'}
			if em > 0.9 {
				p.grid, p.wide = true, em*step
			}
			out = append(out, p)
			i++
			continue
		}
		p := piece{face: f}
		for i < len(runes) && glue(runes[i]) {
			g, em, err := pick(chain, runes[i])
			if err != nil {
				return nil, err
			}
			if g != f {
				break
			}
			p.text += string(runes[i])
			p.wide += em * size
			i++
		}
		out = append(out, p)
	}
	return out, nil
}

// split cuts a word that is wider than a line.
func split(p piece, size, room float64) (out []piece) {
	part := piece{face: p.face}
	for _, r := range p.text {
		em, _ := p.face.em(r) // it has it: the word was made of its characters
		if part.wide+em*size > room && part.text != "" {
			out = append(out, part)
			part = piece{face: p.face}
		}
		part.text += string(r)
		part.wide += em * size
	}
	return append(out, part)
}

// run is text at a place: of one face, with one space after each character.
type run struct {
	x     float64
	text  string
	face  *face
	track float64
}

// line is a line of runs; x is from the left of its column.
type line struct {
	runs []run
	wide float64
}

// setting is how a text is set in a column.
type setting struct {
	chain   []*face
	size    float64
	step    float64 // a character of the full width with its share of the space
	room    float64
	indent  float64 // of the first line
	justify bool
}

// lines sets a text: as much as fits a line, nothing that may not begin or end one there, and the rest of the space shared out between the pieces.
func (s setting) lines(text string) ([]line, error) {
	var out []line
	for par := range strings.SplitSeq(text, "\n") {
		ps, err := pieces(par, s.chain, s.size, s.step)
		if err != nil {
			return nil, err
		}
		var whole []piece
		for _, p := range ps {
			if p.wide > s.room-s.indent {
				whole = append(whole, split(p, s.size, s.room-s.indent)...)
			} else {
				whole = append(whole, p)
			}
		}
		first := true
		for len(whole) > 0 || first {
			x := 0.0
			if first {
				x = s.indent
			}
			n := fit(whole, s.room-x)
			l := s.place(whole[:n], x, n < len(whole))
			out = append(out, l)
			whole = whole[n:]
			for len(whole) > 0 && whole[0].space {
				whole = whole[1:]
			}
			first = false
		}
	}
	return out, nil
}

// fit is how many pieces stand in a line of that room.
func fit(ps []piece, room float64) int {
	n, w := 0, 0.0
	for n < len(ps) && (ps[n].space || w+ps[n].wide <= room+0.01) { // a space may stand past the end: nobody sees it
		w += ps[n].wide
		n++
	}
	if n == len(ps) {
		return n
	}
	if n == 0 {
		return 1
	}
	best := n
	for n > 1 && !parts(ps, n) {
		n--
	}
	if n > 1 || parts(ps, 1) {
		return n
	}
	return best
}

// parts says whether a line may end before the n-th piece: after a space, never before one, and what stands on either side of spaces decides.
func parts(ps []piece, n int) bool {
	b := ps[n]
	if b.space {
		return false
	}
	for n--; n > 0 && ps[n].space; n-- {
	}
	a := ps[n]
	return !strings.ContainsRune(noStart, []rune(b.text)[0]) && !strings.ContainsRune(noEnd, lastRune(a.text)) && !(a.text == "—" && b.text == "—") && !(a.text == "…" && b.text == "…")
}

func lastRune(s string) rune {
	rs := []rune(s)
	return rs[len(rs)-1]
}

// place puts pieces on a line; stretched is whether the line goes on and is therefore filled.
func (s setting) place(ps []piece, x float64, stretched bool) line {
	for len(ps) > 0 && ps[len(ps)-1].space {
		ps = ps[:len(ps)-1]
	}
	var w float64
	for _, p := range ps {
		w += p.wide
	}
	extra := 0.0
	if stretched && s.justify && len(ps) > 1 {
		extra = max(0, s.room-x-w) / float64(len(ps)-1)
	}
	l := line{}
	for _, p := range ps {
		track := 0.0
		if p.grid {
			track = p.wide - s.size*emOf(p) + extra
		}
		if last := len(l.runs) - 1; p.grid && last >= 0 && l.runs[last].face == p.face && l.runs[last].track == track && l.runs[last].track != 0 {
			l.runs[last].text += p.text
		} else {
			l.runs = append(l.runs, run{x: x, text: p.text, face: p.face, track: track})
		}
		x += p.wide + extra
	}
	l.wide = x
	if len(ps) > 0 {
		l.wide -= extra
	}
	return l
}

func emOf(p piece) float64 {
	em, _ := p.face.em([]rune(p.text)[0])
	return em
}
