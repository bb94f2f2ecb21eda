package web

import (
	"net/http"
	"strconv"

	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// listingAmendPage is the form that puts a listing right.
func (s *Server) listingAmendPage(c *ctx) error {
	return s.listingAmendForm(c, http.StatusOK, nil)
}

// listingAmend puts a listing right.
func (s *Server) listingAmend(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := listing.Amendment{Place: f.text("place"), Shop: f.text("shop"), ShopID: f.text("shop_id"), Seller: f.text("seller"), CreditCode: f.text("credit_code"), Title: f.text("title"),
		PriceFen: f.money("price"), MarkSeen: f.text("mark_seen"), PatentNo: f.text("patent_no"), PatentType: f.text("patent_type"), Claimant: f.text("claimant"),
		SuspectedKind: f.text("suspected_kind"), Reason: f.text("reason")}
	if err = f.err(); err == nil {
		err = c.changed("listing:"+id, s.Listings.Amend(c.ctx(), c.by, id, f.number("version"), in))
	}
	if code, again := c.again(f, err); again {
		return s.listingAmendForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done("/listings/"+id, "flash.listing.amended")
}

func (s *Server) listingAmendForm(c *ctx, code int, f *form) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	x, err := s.Listings.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if err := s.Guard.Allow(c.by, "listing.work", x.Jurisdiction); err != nil {
		return err
	}
	p := c.p
	if f == nil {
		f = blank(map[string]string{"version": strconv.FormatInt(x.Version, 10), "place": x.Place, "shop": x.Shop, "shop_id": x.ShopID, "title": x.Title, "price": p.Money(x.PriceFen), "mark_seen": x.MarkSeen,
			"patent_no": x.PatentNo, "patent_type": x.PatentType, "claimant": x.Claimant, "suspected_kind": x.SuspectedKind})
	}
	v := views.EntryView{Page: c.page(p.T("listing.amend", x.Number))}
	v.Page.Crumbs, v.Page.Invalid = append(c.crumb("listings", "/listings"), layout.Crumb{Label: x.Number, Href: "/listings/" + x.ID}), f.invalid()
	v.Page.Lead = p.T("listing.amend.lead")
	v.Groups = []views.FieldGroup{
		{Title: p.T("listing.group.listing"), Fields: f.fill(p,
			parts.Field{Name: "shop", Label: p.T("listing.shop"), Max: 200, Required: true, Half: true, Autocomplete: "off", Autofocus: !f.invalid()},
			parts.Field{Name: "shop_id", Label: p.T("listing.shop_id"), Max: 100, Half: true, NoSpell: true, Autocomplete: "off"},
			parts.Field{Name: "seller", Label: p.T("listing.amend.seller"), Hint: p.T("listing.amend.seller.hint"), Max: 200, Half: true, Autocomplete: "off"},
			parts.Field{Name: "credit_code", Label: p.T("listing.amend.credit_code"), Max: 40, Half: true, NoSpell: true, Autocomplete: "off"},
			parts.Field{Name: "title", Label: p.T("listing.title"), Max: 300, Required: true, Autocomplete: "off"},
			parts.Field{Name: "price", Label: p.T("listing.price"), Type: parts.Money, Half: true},
			parts.Field{Name: "claimant", Label: p.T("listing.claimant"), Max: 200, Half: true, Autocomplete: "off"},
		)},
		{Title: p.T("listing.group.suspicion"), Fields: f.fill(p,
			parts.Field{Name: "suspected_kind", Label: p.T("listing.suspected"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: c.choices("suspected_kind", listing.SuspectedKinds())},
			parts.Field{Name: "mark_seen", Label: p.T("listing.mark_seen"), Hint: p.T("listing.mark_seen.hint"), Type: parts.LongText, Rows: 3, Max: 1000},
			parts.Field{Name: "patent_no", Label: p.T("listing.patent_no"), Max: 60, NoSpell: true, Half: true, Autocomplete: "off"},
			parts.Field{Name: "patent_type", Label: p.T("listing.patent_type"), Type: parts.Select, Blank: p.T("listing.patent_type.read"), Options: c.choices("patent.type", listing.Types()), Half: true},
			parts.Field{Name: "place", Label: p.T("listing.place"), Hint: p.T("listing.place.hint"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
		)},
		{Title: p.T("listing.amend.why"), Fields: f.fill(p,
			parts.Field{Name: "reason", Label: p.T("listing.amend.reason"), Max: 500, Required: true, Autocomplete: "off"},
		)},
	}
	v.Form = parts.Form{Action: "/listings/" + x.ID + "/amend", Hidden: []parts.Hidden{{Name: "version", Value: f.raw("version")}}, Hotkey: true, Submit: p.T("listing.amend.save"),
		Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/listings/" + x.ID}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}
