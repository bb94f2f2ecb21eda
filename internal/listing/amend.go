package listing

import (
	"context"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/search"
	"huzhi/internal/store"
)

// Amendment is what stands in a listing after somebody put it right: what was not written down when it was taken in, or written down wrong. The
// address is not among it: another address is another listing.
type Amendment struct {
	Place         string
	Shop          string
	ShopID        string
	Seller        string // of a shop that is not known yet; "" is the shop's name
	CreditCode    string // its
	Title         string
	PriceFen      int64
	MarkSeen      string
	PatentNo      string
	PatentType    string // "" is what the number says
	Claimant      string
	SuspectedKind string
	Reason        string
}

// Amend puts a listing right; its seller and what it offers again are found anew where the shop or the title changed. What stood before stands in its
// history. errs.Invalid, also where nothing changes; errs.NotFound, errs.Forbidden; errs.Conflict for a stale version, or where its case is decided.
func (l *Ledger) Amend(ctx context.Context, by access.Actor, id string, version int64, in Amendment) error {
	return l.db.Tx(ctx, func(tx *store.Tx) error { return l.AmendTx(tx, by, id, version, in) })
}

// AmendTx is Amend in the caller's transaction.
func (l *Ledger) AmendTx(tx *store.Tx, by access.Actor, id string, version int64, in Amendment) error {
	in.Reason = strings.TrimSpace(in.Reason)
	return l.change(tx, by, id, version, "listing.amend", false, Input{On: calendar.DayOf(tx.Now), Reason: in.Reason}, func(x *Listing) (map[string]any, error) {
		full := NewListing{Jurisdiction: x.Jurisdiction, Place: in.Place, Platform: x.Platform, URL: x.URL, Shop: in.Shop, ShopID: in.ShopID, Seller: in.Seller, CreditCode: in.CreditCode,
			Title: in.Title, PriceFen: in.PriceFen, MarkSeen: in.MarkSeen, PatentNo: in.PatentNo, PatentType: in.PatentType, Claimant: in.Claimant, SuspectedKind: in.SuspectedKind,
			FoundOn: x.FoundOn, Source: x.Source}
		err := l.check(&full, calendar.DayOf(tx.Now))
		if in.Reason == "" || len([]rune(in.Reason)) > 500 {
			var bad errs.Faults
			bad.Require("reason", in.Reason)
			bad.Limit("reason", in.Reason, 500)
			if e := errs.As(err); e != nil && e.Code == errs.Invalid {
				e.Fields = append(e.Fields, errs.As(bad.Err()).Fields...)
			} else if err == nil {
				err = bad.Err()
			}
		}
		if err != nil {
			return nil, err
		}
		set, was := map[string]any{}, map[string]any{}
		for _, c := range []struct {
			column   string
			old, now any
		}{
			{"place", x.Place, full.Place}, {"shop", x.Shop, full.Shop}, {"shop_id", x.ShopID, full.ShopID}, {"title", x.Title, full.Title}, {"price_fen", x.PriceFen, full.PriceFen},
			{"mark_seen", x.MarkSeen, full.MarkSeen}, {"patent_no", x.PatentNo, full.PatentNo}, {"patent_type", x.PatentType, full.PatentType}, {"claimant", x.Claimant, full.Claimant},
			{"suspected_kind", x.SuspectedKind, full.SuspectedKind},
		} {
			if c.old != c.now {
				set[c.column], was[c.column] = c.now, c.old
			}
		}
		if len(set) == 0 {
			return nil, errs.New(errs.Invalid, "error.listing_same")
		}
		x.Place, x.Shop, x.ShopID, x.Title, x.TitleKey, x.PatentNo = full.Place, full.Shop, full.ShopID, full.Title, titleKey(full.Title), full.PatentNo
		set["title_key"], set["patent_key"] = x.TitleKey, patentKey(full.PatentNo)
		if was["shop"] != nil || was["shop_id"] != nil || was["title"] != nil {
			if x.RelistState != "confirmed" && x.RelistState != "dismissed" {
				x.Relists, x.RelistState = nil, ""
			}
			if err := l.assign(tx, by, x, &full); err != nil {
				return nil, err
			}
			set["seller_id"], set["relists"], set["relist_state"] = x.SellerID, x.Relists, x.RelistState
		}
		set["was"] = was
		return set, search.Put(tx, search.Doc{
			SubjectID: x.ID, SubjectKind: search.Listing, Jurisdiction: x.Jurisdiction, Restricted: x.Restricted, SortOn: x.FoundOn, Label: x.Number, Title: x.Title,
		}, []string{x.PatentNo}, x.Shop, x.Item)
	})
}
