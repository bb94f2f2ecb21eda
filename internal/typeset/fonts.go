package typeset

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the font
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"huzhi/internal/errs"
)

//go:embed fonts/NotoSerifSC.ttf.gz
var notoGz []byte

var noto = sync.OnceValues(func() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(notoGz))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
})

// face is one font file.
type face struct {
	name  string
	ttf   []byte
	font  *sfnt.Font
	upem  fixed.Int26_6
	mu    sync.Mutex
	buf   sfnt.Buffer
	known map[rune]float64 // width in ems; below zero where the font lacks it
}

func newFace(name string, ttf []byte) (*face, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	return &face{name: name, ttf: ttf, font: f, upem: fixed.I(int(f.UnitsPerEm())), known: map[rune]float64{}}, nil
}

// em is a character's width in ems, or false where the font lacks it. PDF files address characters by 16 bits, so that those beyond are lacking.
func (f *face) em(r rune) (float64, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w, ok := f.known[r]
	if !ok {
		w = f.look(r)
		f.known[r] = w
	}
	return w, w >= 0
}

func (f *face) look(r rune) float64 {
	if r > 0xffff {
		return -1
	}
	i, err := f.font.GlyphIndex(&f.buf, r)
	if err != nil || i == 0 {
		return -1
	}
	a, err := f.font.GlyphAdvance(&f.buf, i, f.upem, font.HintingNone)
	if err != nil {
		return -1
	}
	return float64(a) / float64(f.upem)
}

// Fonts are the office's own fonts where it has them, and the program's, which is unpacked when a paper is first set.
type Fonts struct {
	faces func() (*faces, error)
}

// faces are the fonts of the styles: the office's own first, the program's for whatever it lacks.
type faces struct {
	body, title, head []*face
	all               []*face
}

// OwnFonts are the files of the office's own fonts that are looked for: of the text, of the title and of headings.
func OwnFonts() []string { return []string{"fangsong.ttf", "song.ttf", "hei.ttf"} }

// LoadFonts reads the fonts. dir is the folder of the office's own (OwnFonts), any of which may be missing; "" is none. errs.Invalid where one
// is no TrueType font.
func LoadFonts(dir string) (*Fonts, error) {
	var own [3]*face
	for i, file := range OwnFonts() {
		if dir == "" {
			break
		}
		name := filepath.Join(dir, file)
		ttf, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, errs.New(errs.Invalid, "typeset.font", name).Because(err)
		}
		if own[i], err = newFace(fmt.Sprintf("own%d", i), ttf); err != nil || bytes.HasPrefix(ttf, []byte("OTTO")) {
			return nil, errs.New(errs.Invalid, "typeset.font", name)
		}
	}
	return &Fonts{faces: sync.OnceValues(func() (*faces, error) {
		raw, err := noto()
		if err != nil {
			return nil, fmt.Errorf("typeset: %w", err)
		}
		ours, err := newFace("noto", raw)
		if err != nil {
			return nil, err
		}
		f := &faces{all: []*face{ours}}
		for i, chain := range []*[]*face{&f.body, &f.title, &f.head} {
			if own[i] != nil {
				f.all, *chain = append(f.all, own[i]), append(*chain, own[i])
			}
			*chain = append(*chain, ours)
		}
		return f, nil
	})}, nil
}

// heavy says whether headings must be drawn heavier: the office has no font of its own for them.
func (f *faces) heavy() bool { return len(f.head) == 1 }

// pick is the first face of a chain that has a character. errs.Invalid names one that no face has.
func pick(chain []*face, r rune) (*face, float64, error) {
	for _, f := range chain {
		if w, ok := f.em(r); ok {
			return f, w, nil
		}
	}
	return nil, 0, errs.New(errs.Invalid, "typeset.glyph", string(r), fmt.Sprintf("U+%04X", r))
}
