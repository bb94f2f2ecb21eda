package report

import (
	"huzhi/internal/i18n"
	"huzhi/internal/region"
)

// PlaceName is the name of a column: a county, or a city's code for what is not placed in a county of it.
func PlaceName(p *i18n.Printer, regions *region.Book, code string) string {
	r, ok := regions.Get(code)
	switch {
	case !ok:
		return p.T("report.place.unknown", code)
	case r.IsCounty():
		return r.Name(p.Lang())
	}
	return p.T("report.place.city", r.Name(p.Lang()))
}
