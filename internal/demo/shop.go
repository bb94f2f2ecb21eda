package demo

import (
	"fmt"
	"strconv"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/internal/patent"
	"huzhi/internal/store"
)

// offer is one listing of a case with what becomes of it.
type offer struct {
	in              listing.NewListing
	finding, result string
	id              string
	version         int64
}

// goods is what one case's listings have in common.
type goods struct {
	platform, suspected, product, shop string
	right                              right
	f                                  filler
}

func (w *world) sells(sp spec, suspected string) goods {
	trade := w.trade(sp.place)
	what := w.made(trade)
	if w.chance(45) {
		what = w.sold()
	}
	g := goods{platform: w.platform(sp.now), suspected: suspected, product: what.Name, shop: w.shop()}
	g.right = w.patent(what, sp.start.Year()-w.between(1, 6), of(w, patent.Design, patent.Design, patent.UtilityModel))
	g.f = filler{
		"platform": w.names.Platforms[g.platform], "shop": g.shop, "product": g.product, "title": g.right.title, "ptype": g.right.word, "number": g.right.number,
		"mark": w.mark(g.right), "patentee": w.faraway(trade), "feature": g.right.feature, "ended": sp.start.AddDays(-w.between(60, 900)).Han(), "n": "1",
		"spot": w.pick(w.goods.Spots),
	}
	return g
}

func (w *world) platform(now bool) string {
	if now {
		return w.weighted("taobao", 24, "tmall", 14, "1688", 14, "jd", 12, "pinduoduo", 20, "douyin", 13, "aliexpress", 2, "amazon_cn", 1)
	}
	return w.weighted("taobao", 50, "tmall", 24, "1688", 18, "jd", 5, "aliexpress", 2, "amazon_cn", 1)
}

// address of a listing: the hosts end in .example, which nobody can register, so that no real shop is ever called.
func (w *world) link(platform string) string {
	id := fmt.Sprintf("99%010d", w.rng.IntN(10_000_000_000))
	switch platform {
	case "taobao":
		return "https://item.taobao.example/item.htm?id=" + id
	case "tmall":
		return "https://detail.tmall.example/item.htm?id=" + id
	case "1688":
		return "https://detail.1688.example/offer/" + id + ".html"
	case "jd":
		return "https://item.jd.example/" + id + ".html"
	case "pinduoduo":
		return "https://mobile.pinduoduo.example/goods.html?goods_id=" + id
	case "douyin":
		return "https://haohuo.douyin.example/item?id=" + id
	}
	return "https://www." + strings.ReplaceAll(platform, "_", "-") + ".example/item/" + id
}

// offer invents one listing.
func (w *world) offer(sp spec, g goods, finding string) *offer {
	title, n := "", w.between(2, 3)
	say := w.rng.Perm(len(w.goods.ListingWords))
	for _, i := range say[:n] {
		title += w.goods.ListingWords[i]
	}
	o := &offer{finding: finding, version: 1, in: listing.NewListing{
		Jurisdiction: sp.office, Place: sp.place, Platform: g.platform, Shop: g.shop, URL: w.link(g.platform), Title: title + g.product + w.goods.ListingWords[say[n]],
		PriceFen: int64(w.between(15, 900)*100 - of(w, 0, 10, 1, 20)), SuspectedKind: g.suspected, PatentNo: g.right.number,
	}}
	if g.suspected != "infringement" {
		o.in.MarkSeen = g.f["mark"]
	}
	switch finding {
	case "infringing", "counterfeit":
		o.result = w.weighted("deleted", 55, "unlinked", 22, "screened", 14, "shop_closed", 4, "refused", 3)
	case "marking_defect":
		o.result = w.weighted("screened", 4, "deleted", 3, "none", 3)
	default:
		o.result = "none"
	}
	return o
}

// ecommerce plans a case of one or more listings; findings are what each is found to be, "" leaves it unjudged.
func (w *world) ecommerce(sp spec, suspected string, findings []string) *script {
	s := w.script(casework.Ecommerce, sp, 2)
	g := w.sells(sp, suspected)
	g.f["n"] = strconv.Itoa(len(findings))
	by := s.officers[0]
	var offers []*offer
	for i, finding := range findings {
		if i > 0 && w.chance(40) {
			g.shop = w.shop() // the same goods in another shop
		}
		o := w.offer(sp, g, finding)
		offers = append(offers, o)
		w.list(s, by, o, i > 0 && w.chance(30))
	}
	facts := w.say("ec.lead."+suspected, g.f)
	title, respondent := w.say("lead.title.ecommerce", g.f), w.maker(sp.place, w.trade(sp.place))
	if w.chance(40) {
		respondent = w.store(sp.place)
	}
	in := lead.NewLead{
		Source: sp.source, Place: sp.place, Title: title, Facts: facts, Respondent: respondent, RespondentAddress: w.address(sp.place), PatentNo: g.right.number,
		URL: offers[0].in.URL,
	}
	s.then(0, 1, func(tx *store.Tx) error {
		ids := make([]string, len(offers))
		for i, o := range offers {
			ids[i] = o.id
		}
		in.ReceivedOn = calendar.DayOf(tx.Now)
		for _, o := range offers {
			o.version += 2 // the lead takes the listing along, and later the case
		}
		return s.keepLead(s.Listings.MakeLeadTx(tx, by, ids, in))
	})
	s.ends("lead")
	s.verify(w.say("lead.verify.file", filler{"party": respondent, "product": g.product, "mark": g.f["mark"]}), lead.ProposeFile)
	s.file(w.say("ec.title."+suspected, g.f), lead.Filing{})
	if s.files {
		s.attach(g.f)
	}
	w.settle(s, g, by, offers)
	return s
}

// list plans that a listing is written down.
func (w *world) list(s *script, by access.Actor, o *offer, nextDay bool) {
	hi := 0
	if nextDay {
		hi = 1
	}
	add := func(tx *store.Tx) error {
		o.in.FoundOn = calendar.DayOf(tx.Now)
		x, err := s.Listings.AddTx(tx, by, o.in)
		if err == nil {
			o.id = x.ID
		}
		return err
	}
	if len(s.acts) == 0 {
		s.at(s.t, add)
		return
	}
	s.then(hi, hi, add)
}

// settle plans the findings, what the platform did, and the end of the case.
func (w *world) settle(s *script, g goods, by access.Actor, offers []*offer) {
	hit := 0
	for i, o := range offers {
		if o.finding == "" {
			continue
		}
		if o.finding == "infringing" || o.finding == "counterfeit" {
			hit++
		}
		w.judge(s, g, by, o, i == 0)
	}
	s.ends("judge")
	for i, o := range offers {
		if o.finding == "" {
			continue
		}
		lo, hi := 0, 0
		if i == 0 {
			lo, hi = 2, 6
		}
		s.then(lo, hi, func(tx *store.Tx) error {
			err := s.Listings.SetResultTx(tx, by, o.id, o.version, o.result, calendar.DayOf(tx.Now))
			o.version++
			return err
		})
	}
	s.ends("result")
	if hit > 0 && s.now { // since 2015-07-01 the office must notify the platform
		var track string
		s.beside(0, 1, "notify_platform", by, &track, func(on calendar.Day) casework.Facts {
			return casework.Facts{"platform_name": g.f["platform"] + "（" + g.f["shop"] + "）", "platform_notified_on": on.String(), "measure_asked": "delete", "platform_reasons": w.say("ec.notice", g.f)}
		})
		s.beside(1, 2, "measure", by, &track, func(on calendar.Day) casework.Facts {
			return casework.Facts{"measure": "deleted", "measure_on": on.String()}
		})
		s.beside(0, 1, "keep_measure", by, &track, func(calendar.Day) casework.Facts { return casework.Facts{"keep_reasons": w.say("ec.keep", nil)} })
	}
	outcome, reasons := "handled", "ec.reasons"
	switch {
	case hit == 0 && w.chance(70):
		outcome, reasons = "not_established", "ec.reasons.not_established"
	case hit > 0 && w.chance(5):
		s.step(1, 4, "pass_on", s.boss, casework.Facts{"passed_to": w.say("ec.other_office", nil), "reasons": w.say("ec.reasons.transferred_agency", g.f)}, "")
		s.ends("handle")
		s.finish()
		return
	}
	s.step(1, 4, "handle", s.boss, casework.Facts{"outcome": outcome, "reasons": w.say(reasons, g.f)}, "")
	s.finish()
}

func (w *world) judge(s *script, g goods, by access.Actor, o *offer, first bool) {
	lo, hi := 0, 0
	if first {
		lo, hi = 1, 5
	}
	key := "ec.finding." + o.finding
	if o.finding == "not_established" && g.suspected == "counterfeit" {
		key += ".counterfeit"
	}
	reason := w.about(key, g.right, g.f)
	s.then(lo, hi, func(tx *store.Tx) error {
		err := s.Listings.JudgeTx(tx, by, o.id, o.version, o.finding, reason)
		o.version++
		return err
	})
}
