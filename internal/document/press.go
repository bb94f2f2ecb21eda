package document

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"huzhi/internal/blob"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/internal/typeset"
)

// The forms of a paper as a file.
const (
	PDF  = "pdf"
	DOCX = "docx"
)

// Press makes files of papers: of the frozen text, when a file is first asked for; from then on it is that file.
type Press struct {
	db    *store.DB
	blobs *blob.Store
	fonts *typeset.Fonts
	own   func(context.Context, *Document) ([]byte, error)
}

// Own has the press ask for the office's own form of a paper as DOCX, nil where it has none. It is for wiring, before the press is used.
func (p *Press) Own(form func(context.Context, *Document) ([]byte, error)) { p.own = form }

// NewPress makes a press with the office's fonts.
func NewPress(db *store.DB, blobs *blob.Store, fonts *typeset.Fonts) *Press {
	return &Press{db: db, blobs: blobs, fonts: fonts}
}

// Rendition is a paper as a file: the blob of its hash.
type Rendition struct {
	PaperID string `gorm:"primaryKey"`
	Form    string `gorm:"primaryKey"`
	Number  string
	SHA256  string `gorm:"column:sha256"`
	Size    int64  // bytes
	MadeAt  time.Time
}

// TableName is the table of the files made.
func (Rendition) TableName() string { return "paper_renditions" }

// MediaType is the file's.
func (r *Rendition) MediaType() string {
	if r.Form == PDF {
		return "application/pdf"
	}
	return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
}

// Rendition gives a paper as a file, and makes it the first time. The caller has let the person see the paper. errs.NotFound for another form;
// errs.Invalid names a character that no font has; an error where the paper was changed after it was issued.
func (p *Press) Rendition(ctx context.Context, d *Document, form string) (r Rendition, file io.ReadCloser, err error) {
	if form != PDF && form != DOCX {
		return r, nil, errs.New(errs.NotFound, "error.not_found")
	}
	found := p.db.Read(ctx).Where("paper_id = ? AND form = ?", d.ID, form).Limit(1).Find(&r)
	if found.Error != nil {
		return r, nil, found.Error
	}
	if found.RowsAffected == 0 {
		if r, err = p.make(ctx, d, form); err != nil {
			return r, nil, err
		}
	}
	file, err = p.blobs.Open(r.SHA256)
	return r, file, err
}

// Try sets a paper without keeping it: errs.Invalid names a character that no font has.
func (p *Press) Try(paper *Paper) error {
	_, err := p.fonts.PDF(io.Discard, Typeset(paper))
	return err
}

// Pages is how many pages a paper has.
func (p *Press) Pages(d *Document) (int, error) {
	paper, err := d.Paper()
	if err != nil {
		return 0, err
	}
	return p.fonts.PDF(io.Discard, Typeset(paper))
}

// Set writes a paper that is not issued as a file; errs.NotFound for another form.
func (p *Press) Set(w io.Writer, paper *Paper, form string) error {
	switch form {
	case PDF:
		_, err := p.fonts.PDF(w, Typeset(paper))
		return err
	case DOCX:
		return typeset.DOCX(w, Typeset(paper))
	}
	return errs.New(errs.NotFound, "error.not_found")
}

// most is how large a file is expected at most, in bytes.
const most = 64 << 20

func (p *Press) make(ctx context.Context, d *Document, form string) (r Rendition, err error) {
	paper, err := d.Paper()
	if err != nil {
		return r, err
	}
	set := Typeset(paper)
	var b bytes.Buffer
	if form == PDF {
		_, err = p.fonts.PDF(&b, set)
	} else {
		err = p.docx(ctx, &b, d, paper)
	}
	if err != nil {
		return r, err
	}
	ref, err := p.blobs.PutOwn(ctx, &b, most)
	if err != nil {
		return r, err
	}
	err = p.db.Tx(ctx, func(tx *store.Tx) error {
		err := tx.Exec("INSERT INTO paper_renditions (paper_id, form, number, sha256, size, made_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (paper_id, form) DO NOTHING",
			d.ID, form, d.Number, ref.SHA256, ref.Size, tx.Now).Error
		return errors.Join(err, tx.Where("paper_id = ? AND form = ?", d.ID, form).Take(&r).Error) // another may have been first
	})
	return r, err
}

// docx writes a paper as DOCX: in the office's own form where there was one when it was issued.
func (p *Press) docx(ctx context.Context, w io.Writer, d *Document, paper *Paper) error {
	if p.own != nil {
		form, err := p.own(ctx, d)
		if err != nil {
			return err
		}
		if form != nil {
			return FillForm(w, form, paper)
		}
	}
	return typeset.DOCX(w, Typeset(paper))
}

// Typeset is a paper as it is set: heading, text, signature.
func Typeset(p *Paper) typeset.Paper {
	day, _ := calendar.ParseDay(p.Date) // Verify holds it against the row
	blocks := []typeset.Block{{Style: typeset.Org, Text: p.Office}, {Style: typeset.Title, Text: p.Title}, {Style: typeset.Number, Text: p.Number}}
	if p.Class == Party {
		blocks = []typeset.Block{{Style: typeset.Title, Text: p.Title}}
	}
	for _, b := range p.Blocks {
		style := typeset.Style(b.Style)
		switch style {
		case typeset.To, typeset.Head, typeset.Item:
		case typeset.Grid:
			blocks = append(blocks, typeset.Block{Style: style, Table: table(b)})
			continue
		default:
			style = typeset.Para
		}
		blocks = append(blocks, typeset.Block{Style: style, Text: b.Text})
	}
	if p.Class == "" {
		blocks = append(blocks, typeset.Block{Style: typeset.Sign, Text: p.Office}, typeset.Block{Style: typeset.Seal, Text: "（印章）"},
			typeset.Block{Style: typeset.Sign, Text: day.Han()})
	}
	if p.Annex != nil {
		t := &typeset.Table{Rows: p.Annex.Rows}
		for _, c := range p.Annex.Columns {
			t.Columns = append(t.Columns, typeset.Column{Head: c.Head, Share: c.Share})
		}
		blocks = append(blocks, typeset.Block{Style: typeset.Head, Text: p.Annex.Title}, typeset.Block{Style: typeset.Grid, Table: t})
	}
	return typeset.Paper{Name: strings.TrimSpace(p.Title + " " + p.Number), Made: day.Time(), Blocks: blocks}
}

func table(b Block) *typeset.Table {
	t := &typeset.Table{Rows: b.Cells}
	for _, c := range b.Columns {
		t.Columns = append(t.Columns, typeset.Column{Head: c.Head, Share: c.Share})
	}
	return t
}

// Han is the paper's day in Chinese.
func (p *Paper) Han() string {
	day, _ := calendar.ParseDay(p.Date) // Verify holds it against the row
	return day.Han()
}

func (p *Paper) made() time.Time {
	day, _ := calendar.ParseDay(p.Date) // Verify holds it against the row
	return day.Time()
}
