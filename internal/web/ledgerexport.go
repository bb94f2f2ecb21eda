package web

import (
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/internal/sheet"
)

// mostExported is how many listings one workbook holds.
const mostExported = 50_000

// listingsExport is the list of a filter as a workbook: exactly the listings that the list shows.
func (s *Server) listingsExport(c *ctx) error {
	f, bad := listing.ParseFilter(c.QueryParams())
	if bad != "" {
		return errs.New(errs.Invalid, "error.request")
	}
	total, err := s.Listings.Count(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	if total > mostExported {
		return errs.New(errs.Invalid, "error.export_many", c.p.Count(total), c.p.Count(mostExported))
	}
	if err := s.tell(c, "listing.export", s.Users.Home(c.by), "listings", map[string]any{"rows": total}); err != nil {
		return err
	}
	p := c.p
	var heads []sheet.Head
	for _, h := range []struct {
		key  string
		wide float64
	}{{"listing.number", 22}, {"listing.platform", 12}, {"listing.item", 20}, {"listing.title", 40}, {"listing.shop", 24}, {"listing.canonical", 50}, {"listing.price", 12}, {"listing.sales", 10}, {"listing.stock", 10}, {"listing.suspected", 14},
		{"listing.patent_no", 22}, {"listing.patent_type", 12}, {"listing.claimant", 24}, {"listing.source", 14}, {"lead.office", 16}, {"listing.place", 12}, {"listing.state", 12}, {"listing.found_on", 12}, {"listing.found_to_be", 14}, {"listing.judged_on", 12},
		{"pnotice.served_on", 12}, {"listing.measure", 14}, {"listing.result_on", 12}, {"listing.done.restored", 12}} {
		heads = append(heads, sheet.Head{Label: p.T(h.key), Wide: h.wide})
	}
	count := func(n *int64) any {
		if n == nil {
			return ""
		}
		return *n
	}
	var rows []listing.Listing
	at, more := casework.Page{Limit: 1000}, true
	next := func() ([]any, bool, error) {
		if len(rows) == 0 && more {
			if rows, more, err = s.Listings.List(c.ctx(), c.by, f, at); err != nil {
				return nil, false, err
			}
			if len(rows) > 0 {
				at.After = rows[len(rows)-1].Key()
			}
		}
		if len(rows) == 0 {
			return nil, false, nil
		}
		x := rows[0]
		rows = rows[1:]
		result := ""
		if x.Result != "" {
			result = p.T("result." + x.Result)
		}
		return []any{x.Number, p.T("platform." + x.Platform), x.Item, x.Title, x.Shop, x.Canonical, float64(x.PriceFen) / 100, count(x.Sales), count(x.Stock), p.T("suspected_kind." + x.SuspectedKind),
			x.PatentNo, c.patentType(x.PatentType), x.Claimant, p.Or("source."+x.Source, x.Source), c.place(x.Jurisdiction), c.place(x.Place), p.T("listing.state." + string(x.State)), x.FoundOn.String(), c.findingWord(x.Finding), x.JudgedOn.String(),
			x.NotifiedOn.String(), result, x.ResultOn.String(), x.RestoredOn.String()}, true, nil
	}
	return c.sendWorkbook(p.T("listing.export.name", s.today()), heads, next)
}
