package listing_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"

	"huzhi/internal/casework/caseworktest"
	"huzhi/internal/errs"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/store"
)

func picture(t *testing.T, shift int, turned bool) *bytes.Buffer {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 90, 80))
	for y := range 80 {
		for x := range 90 {
			v := (x*x/30 + y*7) % 256
			if turned {
				v = (255*((x/11+y/13)%2) + x) % 256
			}
			m.SetGray(x, y, color.Gray{Y: uint8(min(255, v+shift))})
		}
	}
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return &b
}

// TestAgain: a like picture in another shop is shown, another picture is not; a relisting is seen from the old listing; a decision in force stands against the
// seller, and what was found after it is counted. A case is opened in one step by who judged none of its listings, and only proposed by an officer.
func TestAgain(t *testing.T) {
	each(t, func(t *testing.T, o *caseworktest.Office) {
		ctx, by := context.Background(), o.By["officer"]
		ids, _ := judged(t, o, 2)
		other := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/81.html", "别店", "别的竹席"))
		far := add(t, o, "officer", "2026-03-02", one("https://item.jd.com/82.html", "远店", "椅子"))
		for id, b := range map[string]*bytes.Buffer{ids[0]: picture(t, 0, false), other.ID: picture(t, 3, false), far.ID: picture(t, 0, true)} {
			f, err := o.Listings.Keep(ctx, by, "主图.png", b, 1<<20)
			must(t, err)
			x := standing(t, o, id)
			_, err = o.Listings.Capture(ctx, by, id, x.Version, listing.CaptureInput{Files: []listing.File{f}})
			must(t, err)
		}
		like, err := o.Listings.Akin(ctx, by, ids[0])
		must(t, err)
		if len(like) != 1 || like[0].ID != other.ID {
			t.Errorf("%+v", like)
		}
		if like, err := o.Listings.Akin(ctx, o.By["officer.deqing"], ids[0]); err != nil || len(like) != 0 {
			t.Errorf("another county sees %+v %v", like, err)
		}
		must(t, doing(o, "officer", "2026-03-04", ids[0], "result", listing.Input{Choice: "deleted", On: caseworktest.Day("2026-03-04")}))
		again := add(t, o, "officer", "2026-03-09", one("https://item.taobao.com/item.htm?id=990099", "竹艺小店", "竹席0"))
		if list, err := o.Listings.Relisted(ctx, by, ids[0]); err != nil || len(list) != 1 || list[0].ID != again.ID || list[0].RelistState != "open" {
			t.Errorf("%+v %v", list, err)
		}
		in := listing.OpenInput{Lead: lead.NewLead{Source: "own_patrol", Place: "330523", Title: "竹艺小店案", Facts: "x", Respondent: "竹艺小店"}, Filing: lead.Filing{Title: "竹艺小店案", Place: "330523", Officers: o.Officers(2)}}
		_, _, err = o.Listings.OpenCase(ctx, o.By["chief"], []string{again.ID}, in)
		refused(t, "not judged", err, errs.Conflict, "error.case_unjudged")
		_, _, err = o.Listings.OpenCase(ctx, o.By["chief.deqing"], ids, in)
		if errs.CodeOf(err) != errs.NotFound {
			t.Errorf("another county's chief: %v", err)
		}
		of, c, err := o.Listings.OpenCase(ctx, by, ids[1:], in)
		must(t, err)
		if c != nil || of == nil {
			t.Errorf("an officer filed it: %+v", c)
		}
		_, c, err = o.Listings.OpenCase(ctx, o.By["chief"], ids[:1], in)
		must(t, err)
		if x := standing(t, o, ids[0]); x.CaseID == nil || *x.CaseID != c.ID {
			t.Errorf("%+v", x)
		}
		must(t, o.At("2026-03-08", func(tx *store.Tx) error {
			return tx.Exec("UPDATE cases SET decided_on = '2026-03-08', outcome = 'handled' WHERE id = ?", c.ID).Error
		}))
		must(t, doing(o, "officer", "2026-03-10", again.ID, "judge", listing.Input{Choice: "infringing", Reason: "同前"}))
		seller := *standing(t, o, again.ID).SellerID
		decided, err := o.Listings.Decisions(ctx, o.By["chief"], seller)
		must(t, err)
		after, err := o.Listings.After(ctx, o.By["chief"], seller, decided)
		must(t, err)
		if len(decided) != 1 || decided[0].CaseID != c.ID || after != 1 {
			t.Errorf("%+v, %d after", decided, after)
		}
	})
}
