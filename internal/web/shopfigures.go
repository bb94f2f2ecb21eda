package web

import (
	"net/http"
	"strconv"

	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/parts"
)

// shopFigures counts the goods dealt with: by platform, patent type and county; each number leads to exactly its listings.
func (s *Server) shopFigures(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"platform": s.Listings.Platforms()}, spans: [][2]string{{"from", "to"}}})
	if q.raw("from") == "" && q.raw("to") == "" {
		q.values.Set("from", newYear(s.today()).String())
		q.values.Set("to", s.today().String())
	}
	f, _ := listing.ParseFilter(q.values)
	f = listing.Filter{From: f.From, To: f.To, Office: f.Office, Platform: f.Platform}
	p := c.p
	v := views.RoomView{Page: c.page(p.T("shopfig.title"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("listings", "/listings"), p.T("shopfig.lead")
	v.Filters = &parts.Filters{Action: "/listings/figures", Clear: "/listings/figures", Fields: q.fill(p,
		parts.Field{Name: "from", Label: p.T("listing.from"), Type: parts.Date}, parts.Field{Name: "to", Label: p.T("intake.to"), Type: parts.Date},
		parts.Field{Name: "office", Label: p.T("lead.office"), Type: parts.Select, Blank: p.T("intake.all"), Options: c.offices("listing.view")})}
	if q.invalid() {
		v.Page.Invalid = true
		v.Sections = []views.RoomSection{{ID: "wrong", Title: p.T("query.wrong"), Text: c.unclear(q, *v.Filters)}}
		return c.show(http.StatusUnprocessableEntity, views.Room(v))
	}
	x, err := s.Listings.Figures(c.ctx(), c.by, f)
	if err != nil {
		return err
	}
	link := func(set func(*listing.Filter)) string {
		g := f
		set(&g)
		return address("/listings", g.Values())
	}
	sorts := []struct {
		key  string
		n    func(g listing.Group) int64
		set  func(*listing.Filter)
		tone parts.Tone
		icon string
	}{
		{"all", func(g listing.Group) int64 { return g.All }, func(*listing.Filter) {}, parts.Running, "shopping-cart"},
		{"infringing", func(g listing.Group) int64 { return g.Infringing }, func(f *listing.Filter) { f.Finding = "infringing" }, parts.Late, "copy"},
		{"counterfeit", func(g listing.Group) int64 { return g.Counterfeit }, func(f *listing.Filter) { f.Finding = "counterfeit" }, parts.Late, "alert-triangle"},
		{"removed", func(g listing.Group) int64 { return g.Removed }, func(f *listing.Filter) { f.Done = "removed" }, parts.Done, "trash"},
		{"restored", func(g listing.Group) int64 { return g.Restored }, func(f *listing.Filter) { f.Done = "restored" }, parts.Stopped, "refresh"},
	}
	for _, k := range sorts {
		v.Cards = append(v.Cards, parts.NumberCard{Label: p.T("shopfig." + k.key), Value: p.Count(k.n(x.All)), Tone: k.tone, Icon: k.icon, Href: link(k.set)})
	}
	v.Cards = append(v.Cards, parts.NumberCard{Label: p.T("shopfig.days"), Value: strconv.FormatFloat(x.Days, 'f', 1, 64), Note: p.T("shopfig.days.of", p.Count(x.Measured), x.Longest), Tone: parts.Running, Icon: "clock"})
	for _, by := range []struct {
		key    string
		groups []listing.Group
		name   func(string) string
		set    func(*listing.Filter, string)
	}{
		{"platform", x.Platform, func(k string) string { return p.T("platform." + k) }, func(f *listing.Filter, k string) { f.Platform = k }},
		{"type", x.Type, func(k string) string {
			if k == "" {
				return p.T("shopfig.type.none")
			}
			return c.patentType(k)
		}, func(f *listing.Filter, k string) {
			if f.Type = k; k == "" {
				f.Type = "none"
			}
		}},
		{"place", x.Place, c.place, func(f *listing.Filter, k string) { f.Place = k }},
	} {
		t := parts.Table{Caption: p.T("shopfig.by." + by.key), Compact: true, Columns: []parts.Column{{Label: p.T("shopfig." + by.key)}}, Empty: &parts.EmptyState{Title: p.T("listing.none")}}
		for _, k := range sorts {
			t.Columns = append(t.Columns, parts.Column{Label: p.T("shopfig." + k.key), Num: true})
		}
		for _, g := range by.groups {
			row := parts.Row{Cells: []parts.Cell{parts.TextCell(by.name(g.Key), "")}}
			for _, k := range sorts {
				row.Cells = append(row.Cells, parts.Cell{Text: p.Count(k.n(g)), Num: true, Href: link(func(f *listing.Filter) { by.set(f, g.Key); k.set(f) })})
			}
			t.Rows = append(t.Rows, row)
		}
		v.Sections = append(v.Sections, views.RoomSection{ID: "by-" + by.key, Title: p.T("shopfig.by." + by.key), Table: &t})
	}
	return c.show(http.StatusOK, views.Room(v))
}
