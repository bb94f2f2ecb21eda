package typeset

import (
	"fmt"
	"io"

	"codeberg.org/go-pdf/fpdf"
)

// PDF writes a paper as PDF, its fonts embedded and cut down to the characters used, its text such that it can be selected and read aloud. It says
// how many pages it has. The same paper and fonts are the same bytes. errs.Invalid names a character that no font has.
func (fonts *Fonts) PDF(w io.Writer, p Paper) (n int, err error) {
	f, err := fonts.faces()
	if err != nil {
		return 0, err
	}
	boxes, err := f.boxes(p)
	if err != nil {
		return 0, err
	}
	all := pages(boxes)
	d := fpdf.New("P", "pt", "A4", "")
	d.SetCatalogSort(true)
	d.SetCreationDate(p.Made)
	d.SetModificationDate(p.Made)
	d.SetProducer("Huzhi", true)
	d.SetTitle(p.Name, true)
	d.SetLang("zh-CN")
	d.SetAutoPageBreak(false, 0)
	for _, x := range f.all {
		d.AddUTF8FontFromBytes(x.name, "", x.ttf)
	}
	pen := pen{d: d}
	for i, page := range all {
		d.AddPage()
		for _, b := range page {
			for _, r := range b.rules {
				d.SetLineWidth(0.75)
				d.Rect(left+r[0], top+b.y+r[1], r[2], r[3], "D")
			}
			for _, t := range b.texts {
				pen.draw(t, left+t.shift, top+b.y+t.base)
			}
		}
		foot := fmt.Sprintf("第 %d 页 共 %d 页", i+1, len(all))
		ls, err := setting{chain: f.title, size: 10.5, step: 10.5, room: wide}.lines(foot)
		if err != nil {
			return 0, err
		}
		pen.draw(text{line: ls[0], size: 10.5}, left+(wide-ls[0].wide)/2, top+high+7*mm+10.5)
	}
	if err := d.Output(w); err != nil {
		return 0, fmt.Errorf("typeset: %w", err)
	}
	return len(all), nil
}

type pen struct{ d *fpdf.Fpdf }

// draw writes a line. Bold is the face's own outline drawn round with a line: the title's fonts have one weight.
func (p pen) draw(t text, x, y float64) {
	if t.bold {
		p.d.RawWriteStr(fmt.Sprintf("2 Tr %.2f w", t.size*0.025))
	}
	if t.grey {
		p.d.SetTextColor(0x8a, 0x8a, 0x8a)
	}
	for _, r := range t.runs {
		p.d.SetFont(r.face.name, "", t.size)
		p.d.RawWriteStr(fmt.Sprintf("%.3f Tc", r.track))
		p.d.Text(x+r.x, y, r.text)
	}
	p.d.RawWriteStr("0 Tc")
	if t.bold {
		p.d.RawWriteStr("0 Tr")
	}
	if t.grey {
		p.d.SetTextColor(0, 0, 0)
	}
}
