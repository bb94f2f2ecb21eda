package volume

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/document"
	"huzhi/internal/evidence"
	"huzhi/internal/store"
	"huzhi/internal/typeset"
)

// What is bound into the volume itself; what is larger stands apart, with a sheet in its place.
const (
	mostBytes = 32 << 20
	mostPages = 2000
)

func settings() *model.Configuration {
	api.DisableConfigDir() // it makes no folder in anybody's home
	c := model.NewDefaultConfiguration()
	c.ValidationMode = model.ValidationRelaxed
	c.Offline = true
	return c
}

// Bind makes a volume as one PDF, tells the log, and gives its catalogue. NotFound, Forbidden.
func (b *Binder) Bind(ctx context.Context, by access.Actor, caseID, volume string, w io.Writer) ([]Piece, error) {
	f, err := b.Find(ctx, by, caseID)
	if err != nil {
		return nil, err
	}
	pieces, err := b.Plan(ctx, f, volume)
	if err != nil {
		return nil, err
	}
	var bodies []io.ReadSeeker
	var apart []string
	page := 0
	for i := range pieces {
		p := &pieces[i]
		raw, n, whole, err := b.pages(ctx, p)
		if err != nil {
			return nil, err
		}
		if page+n > mostPages {
			return nil, fmt.Errorf("volume: more than %d pages", mostPages)
		}
		if !whole {
			apart = append(apart, p.Title)
		}
		p.From, p.To = page+1, page+n
		page += n
		bodies = append(bodies, bytes.NewReader(raw))
	}
	var front []io.ReadSeeker
	head := 0
	for _, sheet := range []*typeset.Paper{b.cover(f, volume, len(pieces), page), b.catalogue(f, pieces)} {
		raw, n, err := b.set(sheet)
		if err != nil {
			return nil, err
		}
		head += n
		front = append(front, bytes.NewReader(raw))
	}
	today := calendar.DayOf(b.db.Now())
	last, _, err := b.set(b.remarks(f, by.Name, page, apart, today))
	if err != nil {
		return nil, err
	}
	var whole bytes.Buffer
	if err := api.MergeRaw(append(append(front, bodies...), bytes.NewReader(last)), &whole, false, settings()); err != nil {
		return nil, fmt.Errorf("volume: %w", err)
	}
	if err := number(&whole, w, head, page); err != nil {
		return nil, err
	}
	return pieces, b.db.Tx(ctx, func(tx *store.Tx) error {
		return audit.Append(tx, by.Entry("case.volume", f.Jurisdiction, "case:"+f.ID, map[string]any{"number": f.Number, "volume": volume, "pages": page}))
	})
}

// number writes a page's number at its upper right corner, from the first after the catalogue.
func number(in *bytes.Buffer, w io.Writer, head, pages int) error {
	marks := map[int]*model.Watermark{}
	for i := 1; i <= pages; i++ {
		m, err := api.TextWatermark(strconv.Itoa(i), "font:Helvetica, points:11, pos:tr, off:-28 -24, rot:0, scale:1 abs, op:1, fillc:0 0 0", true, false, types.POINTS)
		if err != nil {
			return fmt.Errorf("volume: %w", err)
		}
		marks[head+i] = m
	}
	if len(marks) == 0 {
		_, err := w.Write(in.Bytes())
		return err
	}
	if err := api.AddWatermarksMap(bytes.NewReader(in.Bytes()), w, marks, settings()); err != nil {
		return fmt.Errorf("volume: %w", err)
	}
	return nil
}

func (b *Binder) set(p *typeset.Paper) (raw []byte, n int, err error) {
	var out bytes.Buffer
	n, err = b.fonts.PDF(&out, *p)
	return out.Bytes(), n, err
}

// pages are a piece as PDF. whole says whether it is the thing itself; else a sheet stands for what is kept apart.
func (b *Binder) pages(ctx context.Context, p *Piece) (raw []byte, n int, whole bool, err error) {
	switch {
	case p.sheet != nil:
		raw, n, err = b.set(p.sheet)
		return raw, n, true, err
	case p.paper != nil:
		_, r, err := b.press.Rendition(ctx, p.paper, document.PDF)
		if err != nil {
			return nil, 0, false, err
		}
		defer r.Close()
		if raw, err = io.ReadAll(r); err != nil {
			return nil, 0, false, err
		}
		n, err = api.PageCount(bytes.NewReader(raw), settings())
		return raw, n, true, err
	}
	if raw, n, ok := b.file(p.item); ok {
		return raw, n, true, nil
	}
	raw, n, err = b.set(b.standIn(p.item))
	return raw, n, p.item.Form == evidence.Thing, err
}

// file is a file of evidence as pages: a PDF as it is, a picture on a page of its own. What cannot be read so is not.
func (b *Binder) file(x *evidence.Full) (raw []byte, n int, ok bool) {
	if x.Form != evidence.File || x.Size > mostBytes {
		return nil, 0, false
	}
	r, err := b.blobs.Open(x.SHA256)
	if err != nil {
		return nil, 0, false
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, 0, false
	}
	switch x.MediaType {
	case "application/pdf":
		if n, err = api.PageCount(bytes.NewReader(body), settings()); err != nil || n == 0 || n > mostPages {
			return nil, 0, false
		}
		var alone bytes.Buffer // a PDF that cannot be bound alone cannot be bound with others
		if err := api.MergeRaw([]io.ReadSeeker{bytes.NewReader(body)}, &alone, false, settings()); err != nil {
			return nil, 0, false
		}
		return body, n, true
	case "image/jpeg", "image/png":
		if !evidence.Drawable(bytes.NewReader(body)) {
			return nil, 0, false
		}
		imp := pdfcpu.DefaultImportConfig()
		imp.Pos, imp.Scale = types.Center, 0.85
		var out bytes.Buffer
		if err := api.ImportImages(nil, &out, []io.Reader{bytes.NewReader(body)}, imp, settings()); err != nil {
			return nil, 0, false
		}
		return out.Bytes(), 1, true
	}
	return nil, 0, false
}

// standIn is the sheet of what is no page: a thing, a film, a file that cannot be bound.
func (b *Binder) standIn(x *evidence.Full) *typeset.Paper {
	lines := [][2]string{{"evidence.name", x.Name}, {"evidence.kind", b.say.T("evidence.kind." + x.Kind)}, {"evidence.proves", x.Proves}, {"evidence.quantity", x.Quantity}, {"evidence.seal_no", x.SealNo}, {"evidence.keeper", x.Keeper}, {"evidence.place", x.Place}}
	if x.Form == evidence.File {
		lines = append(lines, [2]string{"evidence.size", strconv.FormatInt(x.Size, 10)}, [2]string{"volume.hash", x.SHA256}, [2]string{"volume.apart", b.say.T("volume.apart.file")})
	}
	for _, l := range x.Ledger {
		lines = append(lines, [2]string{"evidence.act." + l.Act, joined(b.moment(l.OnAt), joined(l.FromWho, joined(l.ToWho, joined(l.Place, joined(l.SealNo, l.Note)))))})
	}
	p := b.sheet("", "volume.sheet.evidence", "", calendar.DayOf(x.MadeAt), lines)
	p.sheet.Blocks = p.sheet.Blocks[:2]
	return p.sheet
}

func (b *Binder) moment(t time.Time) string { return b.say.Time(t) }
