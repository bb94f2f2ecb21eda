package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"

	"huzhi/internal/calendar"
	"huzhi/internal/store"
)

// attach plans that an officer attaches a record, and now and then a photograph.
func (s *script) attach(f filler) {
	by, kind, text := s.officers[0], s.say("file.record", nil), s.say("cf.evidence", nil)
	product := f["product"]
	s.then(0, 2, func(tx *store.Tx) error {
		body := s.say("file.text", filler{
			"kind": kind, "number": s.number, "day": calendar.DayOf(tx.Now).Han(), "place": s.names.Counties[s.place], "text": product + "。" + text,
		})
		return s.keep(tx, by.ID, kind+".txt", "text/plain; charset=utf-8", []byte(body))
	})
	if !s.chance(60) {
		return
	}
	seed := s.rng.Uint64()
	s.then(0, 0, func(tx *store.Tx) error {
		picture, err := photograph(seed)
		if err != nil {
			return err
		}
		return s.keep(tx, by.ID, product+"照片.png", "image/png", picture)
	})
}

func (s *script) keep(tx *store.Tx, by, name, mediaType string, body []byte) error {
	ref, err := s.Blobs.Put(tx.Statement.Context, bytes.NewReader(body), 1<<20)
	if err != nil {
		return err
	}
	for _, o := range s.officers {
		if o.ID == by {
			return s.Docket.AttachTx(tx, o, s.caseID, "", name, mediaType, ref)
		}
	}
	return nil
}

// photograph draws boxes on a shelf: nothing that exists.
func photograph(seed uint64) ([]byte, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	img := image.NewPaletted(image.Rect(0, 0, 480, 320), color.Palette{color.RGBA{233, 229, 220, 255}})
	for range 9 {
		img.Palette = append(img.Palette, color.RGBA{uint8(90 + r.IntN(140)), uint8(90 + r.IntN(130)), uint8(80 + r.IntN(120)), 255})
	}
	for i := range 9 {
		x, y, wide, high := 20+i%3*150+r.IntN(20), 20+i/3*100+r.IntN(10), 90+r.IntN(40), 55+r.IntN(30)
		for py := y; py < y+high; py++ {
			for px := x; px < x+wide; px++ {
				c := uint8(i + 1)
				if py > y+high/3 && py < y+high/2 && px > x+8 && px < x+wide-8 {
					c = 0
				}
				img.SetColorIndex(px, py, c)
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
