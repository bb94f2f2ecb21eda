package listing

import (
	"cmp"
	"context"
	"image"
	_ "image/gif"  // the pictures that shops show
	_ "image/jpeg" // "
	_ "image/png"  // "
	"math/bits"
	"slices"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // "

	"huzhi/internal/access"
	"huzhi/internal/store"
)

// What is looked at of a picture, and how alike two are taken to be.
const (
	mostPixels  = 24 << 20 // of a picture that is decoded
	likePicture = 8        // bits of 64 that may differ between pictures of goods
	likeShot    = 3        // and between screenshots, much of which is the platform's own page
	mostAkin    = 20       // listings that are shown as alike
)

// print is the fingerprint of a captured picture.
type print struct {
	ListingID                  string
	SHA256                     string `gorm:"column:sha256"`
	Kind                       string
	Band1, Band2, Band3, Band4 int64
}

func (p print) bits() uint64 {
	return uint64(p.Band1)<<48 | uint64(p.Band2)<<32 | uint64(p.Band3)<<16 | uint64(p.Band4)
}

// fingerprint is the difference hash of a picture: of a 9 × 8 grey reduction, whether each point is brighter than its neighbour at the left. A picture that is all
// one colour has none.
func fingerprint(m image.Image) (bits uint64, ok bool) {
	small := image.NewGray(image.Rect(0, 0, 9, 8))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), m, m.Bounds(), draw.Src, nil)
	for y := range 8 {
		for x := range 8 {
			bits <<= 1
			if small.GrayAt(x+1, y).Y > small.GrayAt(x, y).Y {
				bits |= 1
			}
		}
	}
	return bits, bits != 0
}

// prints takes the fingerprints of the pictures of a capture. What does not decode, or is too large to be decoded, has none.
func (l *Ledger) prints(files []File) (out []print, err error) {
	for _, f := range files {
		if f.Kind == PageFile {
			continue
		}
		bits, ok, err := l.printOf(f.SHA256)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, print{SHA256: f.SHA256, Kind: f.Kind, Band1: int64(bits >> 48), Band2: int64(bits >> 32 & 0xffff), Band3: int64(bits >> 16 & 0xffff), Band4: int64(bits & 0xffff)})
		}
	}
	return out, nil
}

func (l *Ledger) printOf(sha string) (bits uint64, ok bool, err error) {
	r, err := l.blobs.Open(sha)
	if err != nil {
		return 0, false, err
	}
	c, _, wrong := image.DecodeConfig(r)
	if err := r.Close(); err != nil || wrong != nil || c.Width < 16 || c.Height < 16 || c.Width > mostPixels/c.Height {
		return 0, false, err
	}
	if r, err = l.blobs.Open(sha); err != nil {
		return 0, false, err
	}
	if m, _, err := image.Decode(r); err == nil {
		bits, ok = fingerprint(m)
	}
	return bits, ok, r.Close()
}

func keepPrints(tx *store.Tx, listing string, list []print) error {
	for _, p := range list {
		if err := tx.Exec("INSERT INTO listing_prints (listing_id, sha256, kind, band1, band2, band3, band4) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			listing, p.SHA256, p.Kind, p.Band1, p.Band2, p.Band3, p.Band4).Error; err != nil {
			return err
		}
	}
	return nil
}

// Akin is a listing with a picture like one of another's.
type Akin struct {
	Listing
	Kind string // of the pictures
	Bits int    // that differ, of 64: 0 is the same picture
}

// Akin are listings that the person may see with pictures like those of a listing, of whatever seller: the most alike first. Whether they offer the same goods
// again a person decides.
func (l *Ledger) Akin(ctx context.Context, by access.Actor, id string) ([]Akin, error) {
	q := l.db.Read(ctx)
	var own []print
	if err := q.Table("listing_prints").Where("listing_id = ?", id).Limit(20).Find(&own).Error; err != nil {
		return nil, err
	}
	best := map[string]Akin{}
	sql, args := l.guard.Condition(by, "listing.view", "listings", "id")
	for _, p := range own {
		var like []print
		if err := q.Raw(`SELECT p.listing_id, p.kind, p.band1, p.band2, p.band3, p.band4 FROM listing_prints p JOIN listings ON listings.id = p.listing_id
			WHERE (p.band1 = ? OR p.band2 = ? OR p.band3 = ? OR p.band4 = ?) AND p.kind = ? AND p.listing_id <> ? AND `+sql+` LIMIT 2000`,
			append([]any{p.Band1, p.Band2, p.Band3, p.Band4, p.Kind, id}, args...)...).Scan(&like).Error; err != nil {
			return nil, err
		}
		most := likePicture
		if p.Kind == Screenshot {
			most = likeShot
		}
		for _, o := range like {
			n := bits.OnesCount64(p.bits() ^ o.bits())
			if old, known := best[o.ListingID]; n <= most && (!known || n < old.Bits) {
				best[o.ListingID] = Akin{Kind: o.Kind, Bits: n}
			}
		}
	}
	out := make([]Akin, 0, len(best))
	for other, a := range best {
		x, err := l.Find(ctx, by, other)
		if err != nil {
			return nil, err
		}
		a.Listing = *x
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Akin) int {
		return cmp.Or(cmp.Compare(a.Bits, b.Bits), cmp.Compare(b.FoundOn, a.FoundOn), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), mostAkin)], nil
}

// Relisted are the listings that offer a listing again, as far as the person may see them, the newest first.
func (l *Ledger) Relisted(ctx context.Context, by access.Actor, id string) (rows []Listing, err error) {
	err = l.db.Read(ctx).Scopes(l.guard.Scope(by, "listing.view", "listings")).Where("listings.relists = ?", id).Order("listings.found_on DESC, listings.id DESC").Limit(50).Find(&rows).Error
	return rows, err
}
