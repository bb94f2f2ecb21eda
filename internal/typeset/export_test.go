package typeset

import "strings"

// Lines are the lines that a text is set in, at the width of the page and its size, and how wide each is.
func (fonts *Fonts) Lines(text string, indent bool) (out []string, wides []float64, err error) {
	f, err := fonts.faces()
	if err != nil {
		return nil, nil, err
	}
	s := setting{chain: f.body, size: bodySize, step: pitch, room: wide, justify: true}
	if indent {
		s.indent = 2 * pitch
	}
	ls, err := s.lines(text)
	for _, l := range ls {
		var b strings.Builder
		for _, r := range l.runs {
			b.WriteString(r.text)
		}
		out, wides = append(out, b.String()), append(wides, l.wide)
	}
	return out, wides, err
}

// Wide is the width of the type area; NoStart and NoEnd are what may not begin and end a line.
const (
	Wide    = wide
	NoStart = noStart
	NoEnd   = noEnd
)

// Pages are the texts of each page's boxes, and where each stands.
func (fonts *Fonts) Pages(p Paper) (texts [][]string, bottoms []float64, err error) {
	f, err := fonts.faces()
	if err != nil {
		return nil, nil, err
	}
	boxes, err := f.boxes(p)
	if err != nil {
		return nil, nil, err
	}
	for _, page := range pages(boxes) {
		var ts []string
		bottom := 0.0
		for _, b := range page {
			for _, t := range b.texts {
				var s strings.Builder
				for _, r := range t.runs {
					s.WriteString(r.text)
				}
				ts = append(ts, s.String())
			}
			bottom = max(bottom, b.y+b.high)
		}
		texts, bottoms = append(texts, ts), append(bottoms, bottom)
	}
	return texts, bottoms, nil
}

// High is the height of the type area.
const High = high
