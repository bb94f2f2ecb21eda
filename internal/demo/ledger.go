package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/listing"
	"huzhi/internal/store"
)

// giveLedger gives the city a special action on a platform that goes on: listings captured, judged, told to the platform by a notice that it answered in part, some
// proposed in a notice that waits for approval; and an import of this day, screened. Little is written, so that the first start stays quick.
func (w *world) giveLedger(ctx context.Context) error {
	by, chief := w.by["officer"], w.staff[city].chiefs[0]
	sp := spec{office: city, place: w.within(city), start: w.back(w.end, 9), now: true}
	g := w.sells(sp, "infringement")
	g.platform = "taobao"
	g.f["platform"] = w.names.Platforms[g.platform]
	var ids []string
	var campaign *listing.Campaign
	err := w.DB.Tx(ctx, func(tx *store.Tx) (err error) {
		if campaign, err = w.Listings.AddCampaignTx(tx.At(on(w.back(w.end, 10), 5)), by, listing.CampaignInput{Jurisdiction: city, Name: w.say("ec.campaign", nil), From: w.back(w.end, 10), To: w.plus(w.end, 20),
			Platforms: []string{"taobao", "tmall"}, Plan: w.say("ec.campaign.plan", nil), WantChecked: 30, WantRemoved: 15, WantCase: 2}); err != nil {
			return err
		}
		for i := range 14 {
			o := w.offer(sp, g, "infringing")
			at := tx.At(on(sp.start, 10+i))
			o.in.FoundOn = sp.start
			x, err := w.Listings.AddTx(at, by, o.in)
			if err != nil {
				return err
			}
			if err := w.Listings.EnlistTx(at, by, x.ID, 1, campaign.ID); err != nil {
				return err
			}
			ids = append(ids, x.ID)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("demonstration office, the ledger: %w", err)
	}
	for _, do := range []func() error{
		func() error { return w.captured(ctx, by, ids[:4]) },
		func() error { return w.toldOf(ctx, by, chief, g, ids) },
		func() error { return w.pasted(ctx, by, sp, g, campaign) },
	} {
		if err := do(); err != nil {
			return fmt.Errorf("demonstration office, the ledger: %w", err)
		}
	}
	return nil
}

// captured keeps a picture with some listings, two of which look alike.
func (w *world) captured(ctx context.Context, by access.Actor, ids []string) error {
	for i, id := range ids {
		m := image.NewGray(image.Rect(0, 0, 96, 96))
		for y := range 96 {
			for x := range 96 {
				v := (x*(3+i/2*4) + y*(5+i/2*7)) % 256
				if i == 1 {
					v = min(255, v+4)
				}
				m.SetGray(x, y, color.Gray{Y: uint8(v)})
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			return err
		}
		f, err := w.Listings.Keep(ctx, by, "主图.png", &b, 1<<20)
		if err != nil {
			return err
		}
		x, err := w.Listings.Find(ctx, by, id)
		if err != nil {
			return err
		}
		if _, err := w.Listings.Capture(ctx, by, id, x.Version, listing.CaptureInput{Title: x.Title, Files: []listing.File{f}}); err != nil {
			return err
		}
	}
	return nil
}

// toldOf judges the listings, tells the platform of ten by a notice that it answered in part, and proposes the others in another.
func (w *world) toldOf(ctx context.Context, by, chief access.Actor, g goods, ids []string) error {
	reason := w.about("ec.finding.infringing", g.right, g.f)
	in := listing.NoticeInput{Addressee: w.names.Platforms[g.platform], Measure: "delete", Reasons: w.say("ec.notice", g.f)}
	day := w.back(w.end, 5)
	var served *listing.Notice
	err := w.DB.Tx(ctx, func(tx *store.Tx) (err error) {
		for i, id := range ids {
			var v int64
			if err := tx.Raw("SELECT version FROM listings WHERE id = ?", id).Scan(&v).Error; err != nil {
				return err
			}
			if err := w.Listings.JudgeTx(tx.At(on(w.back(w.end, 7), 20+i)), by, id, v, "infringing", reason); err != nil {
				return err
			}
		}
		if served, err = w.Listings.DraftNoticeTx(tx.At(on(w.back(w.end, 6), 40)), by, ids[:10], in); err != nil {
			return err
		}
		if err := w.Listings.ApproveNoticeTx(tx.At(on(w.back(w.end, 6), 90)), chief, served.ID, 1); err != nil {
			return err
		}
		if err := w.Listings.ServeNoticeTx(tx.At(on(day, 30)), by, served.ID, 2, listing.NoticeService{On: day, Way: "post", Receiver: w.person()}); err != nil {
			return err
		}
		_, err = w.Listings.DraftNoticeTx(tx.At(on(w.end, 15)), by, ids[10:], in)
		return err
	})
	if err != nil {
		return err
	}
	rows, err := w.Listings.NoticeRows(ctx, access.System(), served.ID)
	if err != nil {
		return err
	}
	file := "编号,处理结果,处理日期,告知卖家日期,备注\n"
	done := w.back(w.end, 3)
	for i, r := range rows[:8] {
		file += strings.Join([]string{r.Number, []string{"已删除", "已删除", "屏蔽", "断开链接", "拒绝"}[i%5], done.String(), w.back(w.end, 4).String(), ""}, ",") + "\n"
	}
	a, err := w.Listings.TakeAnswer(ctx, by, served.ID, listing.AnswerInput{Name: "平台答复.csv"}, strings.NewReader(file))
	if err != nil {
		return err
	}
	return w.Listings.ApplyAnswer(ctx, by, a.ID, a.Version)
}

// pasted takes addresses in and has them screened.
func (w *world) pasted(ctx context.Context, by access.Actor, sp spec, g goods, campaign *listing.Campaign) error {
	lines := ""
	for range 8 {
		o := w.offer(sp, g, "")
		lines += o.in.URL + "\t" + o.in.Title + "\n"
	}
	t, err := w.Listings.Paste(ctx, by, listing.TakeInput{Jurisdiction: city, Given: listing.Given{Place: sp.place, Platform: g.platform, Shop: g.shop, SuspectedKind: "infringement", Source: "own_patrol",
		PatentNo: g.right.number, FoundOn: calendar.DayOf(w.DB.Now()), Campaign: campaign.ID}}, lines)
	if err != nil {
		return err
	}
	if err := w.Listings.ApplyTake(ctx, by, t.ID, t.Version); err != nil {
		return err
	}
	if err := w.Listings.Work(ctx); err != nil {
		return err
	}
	if _, err := w.Listings.Screen(ctx, by, "", city, listing.Filter{TakeID: t.ID}, nil); err != nil {
		return err
	}
	return w.Listings.Work(ctx)
}
