package evidence

import (
	"bytes"
	"context"
	"errors"
	"image"
	_ "image/gif" // read as pictures
	"image/jpeg"
	_ "image/png"
	"io"
	"slices"
	"time"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/blob"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/filetype"
	"huzhi/internal/store"
)

// The kinds of copy.
const (
	Preview  = "preview"
	Redacted = "redacted" // parts of it made unreadable
)

// Copy is a file made of an item's file. The original stays as it came.
type Copy struct {
	ID         string `gorm:"primaryKey"`
	EvidenceID string
	Kind       string
	Name       string
	Note       string // what was made unreadable, and why
	MediaType  string
	SHA256     string `gorm:"column:sha256"`
	Size       int64
	MadeBy     string
	MadeName   string
	MadeAt     time.Time
}

// TableName is the table of the copies.
func (Copy) TableName() string { return "evidence_copies" }

// Sum is a hash over what the copy is: it stands in the log.
func (c *Copy) Sum() string {
	return digest(c.ID, c.EvidenceID, c.Kind, c.Name, c.Note, c.SHA256, c.MadeBy, c.MadeAt.UTC().Format(stamp))
}

// NewFile is a file to be taken in.
type NewFile struct {
	NewItem
	FileName string
}

// AddFile streams a file to disk, hashes it here and makes evidence of it. Of a case it is an attached file as well. NotFound, Forbidden, Conflict,
// Invalid, TooLarge.
func (k *Locker) AddFile(ctx context.Context, by access.Actor, kind, id string, in NewFile, r io.Reader) error {
	m, err := k.Matter(ctx, by, kind, id)
	if err != nil {
		return err
	}
	if err := k.may(by, m, Collected); err != nil {
		return err
	}
	name := casework.FileName(in.FileName)
	var bad errs.Faults
	if name == "" {
		bad.Add("file", "error.required")
	}
	if !slices.Contains(Kinds(), in.Kind) {
		bad.Add("kind", "error.choice")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	ref, err := k.blobs.Put(ctx, r, k.set.Most)
	if err != nil {
		return err
	}
	if ref.Size == 0 {
		bad.Add("file", "error.file_empty")
		return bad.Err()
	}
	in.Form, in.Name, in.Ref, in.MediaType = File, name, ref, k.typeOf(ref.SHA256)
	return k.db.Tx(ctx, func(tx *store.Tx) error {
		if m.Kind != "case" {
			_, err := k.AddTx(tx, by, m, in.NewItem)
			return err
		}
		if !store.ValidID(in.ID) {
			in.ID = tx.NewID()
		}
		if err := k.docket.AttachTx(tx, by, m.ID, in.ID, name, in.MediaType, ref); err != nil {
			return err
		}
		return k.tell(tx, by, m, in.NewItem)
	})
}

// tell writes into the ledger of a file that was attached just now what its form said besides.
func (k *Locker) tell(tx *store.Tx, by access.Actor, m *Matter, in NewItem) error {
	var rows []Item
	if err := tx.Where("id = ?", in.ID).Find(&rows).Error; err != nil || len(rows) == 0 || rows[0].Lines != 1 {
		return err // nothing, or sent twice
	}
	x := &rows[0]
	if x.Kind != in.Kind || in.Source != "" {
		x.Kind, x.Source = in.Kind, in.Source
		if err := tx.Model(&Item{}).Where("id = ?", x.ID).Updates(map[string]any{"kind": x.Kind, "source": x.Source}).Error; err != nil {
			return err
		}
		if err := audit.Append(tx, by.Entry("evidence.describe", m.Jurisdiction, m.Subject(), map[string]any{"number": m.Number, "evidence": x.ID, "n": x.Number, "name": x.Name, "item": x.Sum()})); err != nil {
			return err
		}
	}
	if in.Proves == "" {
		return nil
	}
	return k.WriteTx(tx, by, x, m, x.Lines, Act{Act: Proves, Note: in.Proves}, blob.Ref{})
}

// OpenFile gives an item's file, or one of its copies (id of the copy), to be read from anywhere in it. NotFound.
func (k *Locker) OpenFile(ctx context.Context, by access.Actor, id, copyID string) (name, mediaType string, size int64, f blob.File, err error) {
	x, err := k.Find(ctx, by, id)
	if err != nil {
		return "", "", 0, nil, err
	}
	sha := x.SHA256
	name, mediaType, size = x.Name, x.MediaType, x.Size
	if copyID != "" {
		i := slices.IndexFunc(x.Copies, func(c Copy) bool { return c.ID == copyID })
		if i < 0 {
			return "", "", 0, nil, errs.New(errs.NotFound, "error.not_found")
		}
		c := x.Copies[i]
		name, mediaType, size, sha = c.Name, c.MediaType, c.Size, c.SHA256
	}
	if sha == "" {
		return "", "", 0, nil, errs.New(errs.NotFound, "error.not_found")
	}
	f, err = k.blobs.Seek(sha)
	return name, mediaType, size, f, err
}

// OpenRecord gives the signed record of a line. NotFound.
func (k *Locker) OpenRecord(ctx context.Context, by access.Actor, id string, seq int64) (*Line, io.ReadCloser, error) {
	x, err := k.Find(ctx, by, id)
	if err != nil {
		return nil, nil, err
	}
	for i := range x.Ledger {
		if l := &x.Ledger[i]; l.Seq == seq && l.SHA256 != "" {
			r, err := k.blobs.Open(l.SHA256)
			return l, r, err
		}
	}
	return nil, nil, errs.New(errs.NotFound, "error.not_found")
}

// Redact keeps a copy of an item's file in which parts were made unreadable. NotFound, Forbidden, Conflict, Invalid, TooLarge.
func (k *Locker) Redact(ctx context.Context, by access.Actor, id, copyID, name, note string, r io.Reader) error {
	x, m, err := k.find(ctx, by, id)
	if err != nil {
		return err
	}
	if err := k.may(by, m, Proves); err != nil {
		return err
	}
	var bad errs.Faults
	bad.Require("note", note)
	bad.Limit("note", note, 1000)
	if name = casework.FileName(name); name == "" {
		bad.Add("file", "error.required")
	}
	if x.Form != File {
		bad.Add("file", "error.choice")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	ref, err := k.blobs.Put(ctx, r, k.set.Most)
	if err != nil {
		return err
	}
	if ref.Size == 0 || ref.SHA256 == x.SHA256 {
		bad.Add("file", map[bool]string{true: "error.file_empty", false: "error.evidence.same"}[ref.Size == 0])
		return bad.Err()
	}
	return k.db.Tx(ctx, func(tx *store.Tx) error {
		if m, err = k.write(tx, by, m); err != nil {
			return err
		}
		return k.keep(tx, by, m, x, &Copy{ID: copyID, Kind: Redacted, Name: name, Note: note, MediaType: k.typeOf(ref.SHA256), SHA256: ref.SHA256, Size: ref.Size})
	})
}

func (k *Locker) keep(tx *store.Tx, by access.Actor, m *Matter, x *Item, c *Copy) error {
	if !store.ValidID(c.ID) {
		c.ID = tx.NewID()
	}
	var have int64
	if err := tx.Model(&Copy{}).Where("id = ? OR evidence_id = ? AND kind = 'preview' AND ? = 'preview'", c.ID, x.ID, c.Kind).Count(&have).Error; err != nil || have > 0 {
		return err
	}
	c.EvidenceID, c.MadeBy, c.MadeName, c.MadeAt = x.ID, by.ID, by.Name, tx.Now
	if err := tx.Create(c).Error; err != nil {
		return err
	}
	return audit.Append(tx, by.Entry("evidence.copy", m.Jurisdiction, m.Subject(), map[string]any{"number": m.Number, "evidence": x.ID, "n": x.Number, "name": c.Name, "kind": c.Kind, "copy": c.ID, "sha256": c.SHA256, "item": c.Sum()}))
}

// What a picture may have to be made small: a picture of more points is an attack on the memory, or a map.
const (
	mostPoints = 50_000_000
	side       = 640 // the longer side of the small picture
)

// errTooWide is of a picture that nobody makes small.
var errTooWide = errors.New("too many points")

// small makes a small JPEG of a picture.
func small(r io.ReadSeeker) ([]byte, error) {
	c, _, err := image.DecodeConfig(r)
	if err != nil {
		return nil, err
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width*c.Height > mostPoints {
		return nil, errTooWide
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(r)
	if err != nil {
		return nil, err
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	var buf bytes.Buffer
	err = jpeg.Encode(&buf, out, &jpeg.Options{Quality: 80})
	return buf.Bytes(), err
}

// Previews makes the small pictures that are missing, a few at a time, and gives how many. A picture that cannot be read has none.
func (k *Locker) Previews(ctx context.Context) (n int, err error) {
	var rows []Item
	err = k.db.Read(ctx).Where(`media_type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp') AND form = 'file' AND size <= ?
		AND NOT EXISTS (SELECT 1 FROM evidence_copies c WHERE c.evidence_id = evidence.id AND c.kind = 'preview')`, 64<<20).Order("id DESC").Limit(20).Find(&rows).Error
	if err != nil {
		return 0, err
	}
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		made, err := k.preview(ctx, &rows[i])
		if err != nil {
			return n, err
		}
		if made {
			n++
		}
	}
	return n, nil
}

func (k *Locker) preview(ctx context.Context, x *Item) (bool, error) {
	f, err := k.blobs.Seek(x.SHA256)
	if err != nil {
		return false, nil // a missing file is what Recheck tells of
	}
	defer f.Close()
	b, err := small(f)
	if err != nil {
		b = blank()
	}
	ref, err := k.blobs.PutOwn(ctx, bytes.NewReader(b), 4<<20)
	if err != nil {
		return false, err
	}
	by := access.System()
	var m struct{ Number, Jurisdiction string }
	sql := map[string]string{"case": "SELECT number, jurisdiction FROM cases WHERE id = ?", "lead": "SELECT number, jurisdiction FROM leads WHERE id = ?", "visit": "SELECT visit_on AS number, jurisdiction FROM visits WHERE id = ?"}[x.SubjectKind]
	if err := k.db.Read(ctx).Raw(sql, x.SubjectID).Scan(&m).Error; err != nil {
		return false, err
	}
	return true, k.db.Tx(ctx, func(tx *store.Tx) error {
		return k.keep(tx, by, &Matter{Kind: x.SubjectKind, ID: x.SubjectID, Number: m.Number, Jurisdiction: m.Jurisdiction}, x,
			&Copy{Kind: Preview, Name: "preview.jpg", MediaType: "image/jpeg", SHA256: ref.SHA256, Size: ref.Size})
	})
}

// blank is the small picture of one that cannot be read: grey.
func blank() []byte {
	img := image.NewGray(image.Rect(0, 0, 8, 6))
	for i := range img.Pix {
		img.Pix[i] = 0xcc
	}
	var buf bytes.Buffer
	_ = jpeg.Encode(&buf, img, nil) // into memory: it cannot fail
	return buf.Bytes()
}

// Shown says whether a browser shows a file of that type within the site.
func Shown(mediaType string) bool { return filetype.Family(mediaType) != "" }

// Drawable says whether a picture can be read whole without filling the memory.
func Drawable(r io.Reader) bool {
	c, _, err := image.DecodeConfig(r)
	return err == nil && c.Width > 0 && c.Height > 0 && c.Width*c.Height <= mostPoints
}
