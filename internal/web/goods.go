package web

import (
	"net/http"
	"slices"

	"huzhi/views"
	"huzhi/views/parts"
)

// goods is the register of sealed and seized goods.
func (s *Server) goods(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"show": {"running", "all"}}})
	p := c.p
	v := views.RecordsView{Page: c.page(p.T("goods.title"))}
	v.Page.Lead, v.Page.Actions = p.T("goods.lead"), parts.Buttons(parts.Action{Label: c.p.T("parts.print"), Icon: "printer", Print: true})
	if q.invalid() {
		return c.showMisread(v, q)
	}
	rows, err := s.Evidence.Register(c.ctx(), c.by, q.raw("show") != "all", s.today(), 200)
	if err != nil {
		return err
	}
	v.Pager = parts.Pager{Shown: len(rows)}
	v.Head = parts.ListHead{Count: p.N("goods.count", len(rows)), Tabs: []parts.Tab{{Label: p.T("goods.running"), Href: "/goods", Active: q.raw("show") != "all"}, {Label: p.T("goods.all"), Href: "/goods?show=all", Active: q.raw("show") == "all"}}}
	v.Table = parts.Table{Caption: p.T("goods.title"), Columns: []parts.Column{{Label: p.T("goods.case")}, {Label: p.T("goods.measure")}, {Label: p.T("goods.things")}, {Label: p.T("goods.kept")}, {Label: p.T("goods.clock")}},
		Empty: &parts.EmptyState{Icon: "package", Title: p.T("goods.none"), Text: p.T("goods.none.text")}}
	for i := range rows {
		h := &rows[i]
		things, kept := "", ""
		for _, x := range h.Things {
			things = joinWith(p.T("error.join"), things, p.T("goods.thing", x.No(), x.Name, x.Quantity))
			kept = joinWith(p.T("error.join"), kept, joinWith(" · ", p.T("evidence.act."+x.State), x.Place, x.SealNo))
		}
		if len(h.Things) == 0 {
			things, kept = h.Facts["things"], h.Facts["things_place"]
		}
		clock, since := parts.TextCell("–", ""), p.Day(h.OpenedOn)
		if h.Clock != nil {
			clock = parts.BodyCell(parts.ClockBadge(p, s.clock(c, *h.Clock)))
			if h.Longer > 0 {
				since += " · " + p.T("goods.longer", h.Clock.DueOn)
			}
		}
		v.Table.Rows = append(v.Table.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(h.Number, "/cases/"+h.CaseID+"/evidence", h.Title), parts.TextCell(p.T("track."+h.Track.Track), since), parts.TextCell(things, ""), parts.TextCell(kept, ""), clock}})
	}
	return c.show(http.StatusOK, views.Records(v))
}

func joinWith(sep string, list ...string) string {
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	out := ""
	for i, s := range list {
		if i > 0 {
			out += sep
		}
		out += s
	}
	return out
}
