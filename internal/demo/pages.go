package demo

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"

	"huzhi/internal/blob"
	"huzhi/internal/evidence"
	"huzhi/internal/store"
)

// paper draws a written page: lines of grey and a signature, nothing that can be read.
func paper(seed uint64) *image.Paletted {
	r := rand.New(rand.NewPCG(seed, 2))
	img := image.NewPaletted(image.Rect(0, 0, 420, 594), color.Palette{color.Gray{250}, color.Gray{120}, color.Gray{60}, color.RGBA{190, 40, 40, 255}})
	bar := func(x, y, wide, high int, c uint8) {
		for py := y; py < y+high; py++ {
			for px := x; px < x+wide; px++ {
				img.SetColorIndex(px, py, c)
			}
		}
	}
	bar(120+r.IntN(20), 50, 150+r.IntN(30), 14, 2)
	for y := 100; y < 440; y += 22 {
		bar(50, y, 120+r.IntN(200), 8, 1)
	}
	bar(250, 500, 60+r.IntN(60), 6, 2)
	for a := range 40 { // the seal's ring
		for b := range 40 {
			if d := (a-20)*(a-20) + (b-20)*(b-20); d < 400 && d > 330 {
				img.SetColorIndex(280+a, 470+b, 3)
			}
		}
	}
	return img
}

// sheet is a page as a picture.
func sheet(seed uint64) ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, paper(seed))
	return b.Bytes(), err
}

// scan is a page as a scanner makes it: a PDF file of one picture.
func scan(seed uint64) ([]byte, error) {
	img := paper(seed)
	var dots, b bytes.Buffer
	z := zlib.NewWriter(&dots)
	for _, c := range img.Pix {
		if _, err := z.Write([]byte{color.GrayModel.Convert(img.Palette[c]).(color.Gray).Y}); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	const draw = "q 595 0 0 842 0 0 cm /P Do Q"
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, x := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</P 5 0 R>>>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(draw), draw),
		fmt.Sprintf("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n%s\nendstream",
			img.Rect.Dx(), img.Rect.Dy(), dots.Len(), dots.String()),
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%s\nendobj\n", i+1, x)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes(), nil
}

// variants is how many pages of a sort there are: each is drawn and kept once, and stands in several matters.
const variants = 8

// drawn keeps one of the pages of a sort.
func (w *world) drawn(tx *store.Tx, sort string, seed uint64, draw func(seed uint64) ([]byte, error)) (blob.Ref, error) {
	key := fmt.Sprint(sort, seed%variants)
	if ref, ok := w.pages[key]; ok {
		return ref, nil
	}
	raw, err := draw(seed % variants)
	if err != nil {
		return blob.Ref{}, err
	}
	ref, err := w.Blobs.Put(tx.Statement.Context, bytes.NewReader(raw), 1<<20)
	w.pages[key] = ref
	return ref, err
}

// signed keeps the signed record of an act where it has one.
func (w *world) signed(tx *store.Tx, a *evidence.Act) (blob.Ref, error) {
	if a.RecordName == "" {
		return blob.Ref{}, nil
	}
	return w.drawn(tx, "sheet", uint64(a.OnAt.UnixMilli()/60000)+uint64(len(a.RecordName)), sheet)
}
