package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/internal/patent"
	"huzhi/internal/registry"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func screeningPath(id string) string { return "/listings/screenings/" + id }

// screenings lists the checks of many listings at once.
func (s *Server) screenings(c *ctx) error { return s.screeningsPage(c, http.StatusOK, nil) }

func (s *Server) screeningsPage(c *ctx, code int, back *form) error {
	rows, err := s.Listings.Screenings(c.ctx(), c.by)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(p.T("screen.title"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("listings", "/listings"), p.T("screen.lead")
	v.Page.Invalid = back != nil && back.invalid()
	if s.Guard.CanAnywhere(c.by, "listing.work") {
		f := back
		if f == nil {
			q := c.query()
			f = blank(map[string]string{"jurisdiction": c.homeFor("listing.work"), "screened": "none", "take": q.text("take")})
		}
		a := views.ActForm{ID: "screen", Icon: "zoom-check", Title: p.T("screen.new"), Hint: p.T("screen.new.hint", p.Count(listing.MostScreened)),
			Form: parts.Form{Action: "/listings/screenings", Submit: p.T("screen.do"), Hidden: []parts.Hidden{c.newID(f, "id"), {Name: "take", Value: f.raw("take")}}}}
		a.Fields = numbered("screen", f.fill(p, half(c.officeField("listing.work", p.T("lead.office"))),
			parts.Field{Name: "screened", Label: p.T("screen.which"), Type: parts.Select, Half: true, Blank: p.T("intake.all"), Options: []parts.Option{{Value: "none", Label: p.T("screen.which.none")}, {Value: "open", Label: p.T("screen.which.open")}}},
			parts.Field{Name: "platform", Label: p.T("listing.platform"), Type: parts.Select, Half: true, Blank: p.T("intake.all"), Options: c.choices("platform", s.Listings.Platforms())},
			parts.Field{Name: "from", Label: p.T("listing.from"), Type: parts.Date, Half: true}, parts.Field{Name: "to", Label: p.T("intake.to"), Type: parts.Date, Half: true}))
		a.Error = f.general(p, a.Fields...)
		v.Side = append(v.Side, views.SheetCard{Form: &a})
	}
	t := &parts.Table{Caption: p.T("screen.title"), Columns: []parts.Column{{Label: p.T("screen.made")}, {Label: p.T("take.state"), Slim: true}, {Label: p.T("screen.by")}},
		Empty: &parts.EmptyState{Icon: "zoom-check", Title: p.T("screen.none"), Text: p.T("screen.none.text")}}
	for _, x := range rows {
		tone := parts.Done
		if x.State == listing.ScreenWorking {
			tone = parts.Running
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(p.Time(x.MadeAt), screeningPath(x.ID), c.place(x.Jurisdiction)), parts.BodyCell(parts.StatusDot(tone, p.T("screen.state."+x.State))), parts.TextCell(x.ByName, "")}})
	}
	v.Main = append(v.Main, views.SheetCard{ID: "screenings", Title: p.T("screen.title"), Table: t})
	return c.show(code, views.RegisterSheet(v))
}

// screenAdd has listings checked against the register.
func (s *Server) screenAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	in, bad := listing.ParseFilter(f.values)
	if bad != "" {
		f.faults.Add(bad, "error.day")
	}
	in.Office, in.Text = "", ""
	var x *listing.Screening
	if err = f.err(); err == nil {
		x, err = s.Listings.Screen(c.ctx(), c.by, f.id(), f.text("jurisdiction"), in, nil)
	}
	if code, again := c.again(f, err); again {
		return s.screeningsPage(c, code, f)
	}
	if err != nil {
		return err
	}
	s.carryListings(c)
	return c.to(screeningPath(x.ID))
}

// screening shows what came of one, row by row, and takes what an officer makes of it.
func (s *Server) screening(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.screeningPage(c, http.StatusOK, id, nil, nil)
}

func (s *Server) screeningPage(c *ctx, code int, id string, back *form, out []listing.Outcome) error {
	x, err := s.Listings.Screening(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	q := c.query()
	f := listing.ScreenedFilter{Result: q.text("result"), Decision: q.text("decision")}
	after, _ := strconv.ParseInt(q.text("after"), 10, 64)
	rows, more, err := s.Listings.Screened(c.ctx(), c.by, id, f, after, rowsOfPage)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(p.T("screen.one", x.MadeAt))}
	v.Page.Crumbs = append(c.crumb("listings", "/listings"), layout.Crumb{Label: p.T("screen.title"), Href: "/listings/screenings"})
	v.Page.Invalid = back != nil && back.invalid()
	if x.State == listing.ScreenWorking {
		v.Progress, v.Done, v.Of = p.T("screen.working", p.Count(x.Done)), x.Done, x.Rows
		c.Response().Header().Set("Refresh", "2") // without JavaScript too
	}
	at := screeningPath(id)
	for _, k := range []struct {
		v    patent.Verdict
		n    int64
		icon string
	}{{patent.OK, x.OK, "circle-check"}, {patent.Defect, x.Defect, "edit"}, {patent.Check, x.Unclear, "eye"}, {patent.Suspect, x.Suspect, "alert-triangle"}} {
		v.Cards = append(v.Cards, parts.NumberCard{Label: p.T("mark.result." + string(k.v)), Value: p.Count(k.n), Tone: verdictTone(k.v), Icon: k.icon, Href: address(at, url.Values{"result": {string(k.v)}})})
	}
	s.outcomeRemarks(c, out, &v)
	may := c.can("listing.work", x.Jurisdiction) && x.State == listing.ScreenDone
	t := &parts.Table{Caption: p.T("screen.rows"), Columns: []parts.Column{{Label: p.T("listing.number")}, {Label: p.T("screen.mark")}, {Label: p.T("mark.result"), Slim: true}, {Label: p.T("mark.reason")}, {Label: p.T("screen.decision"), Slim: true}},
		Empty: &parts.EmptyState{Title: p.T("screen.rows.none")}}
	if may {
		t.Select, t.Form = "listing", "decide"
	}
	for i := range rows {
		t.Rows = append(t.Rows, c.screenedRow(&rows[i]))
	}
	card := views.SheetCard{ID: "rows", Title: p.T("screen.rows"), Table: t}
	if may && len(rows) > 0 {
		b := back
		if b == nil {
			b = blank(nil)
		}
		a := views.ActForm{ID: "decide-rows", Icon: "gavel", Title: p.T("screen.decide"), Hint: p.T("screen.decide.hint"),
			Form: parts.Form{ID: "decide", Action: at + "/decide", Submit: p.T("screen.decide"), Hidden: []parts.Hidden{{Name: "result", Value: f.Result}, {Name: "decision", Value: f.Decision}, {Name: "after", Value: q.text("after")}}}}
		a.Fields = numbered("decide", b.fill(p,
			parts.Field{Name: "verdict", Label: p.T("mark.verdict"), Type: parts.Select, Blank: p.T("screen.confirm"), Options: c.choices("mark.result", verdicts(registry.Verdicts())), Half: true},
			parts.Field{Name: "reason", Label: p.T("mark.why"), Type: parts.LongText, Rows: 2, Max: 2000, Required: true}))
		a.Error = b.general(p, a.Fields...)
		v.Main = append(v.Main, views.SheetCard{Form: &a})
	}
	v.Main = append(v.Main, card)
	nav := given(parts.Desc{Label: p.T("screen.show"), Value: p.T("screen.all"), Href: at}, parts.Desc{Label: p.T("screen.show"), Value: p.T("screen.undecided"), Href: address(at, url.Values{"decision": {"none"}})})
	if more {
		nav = append(nav, parts.Desc{Label: p.T("screen.next"), Value: p.T("screen.next.page"), Href: address(at, url.Values{"result": {f.Result}, "decision": {f.Decision}}, "after", strconv.FormatInt(rows[len(rows)-1].Place, 10))})
	}
	v.Side = append(v.Side, views.SheetCard{ID: "about", Title: p.T("screen.about"), Narrow: true, Descs: append([]parts.Desc{{Label: p.T("screen.by"), Value: x.ByName, Note: p.Time(x.MadeAt)},
		{Label: p.T("lead.office"), Value: c.place(x.Jurisdiction)}, {Label: p.T("take.rows"), Value: p.Count(x.Rows)}, {Label: p.T("screen.rules"), Value: x.Rules, Code: true}}, nav...)})
	return c.show(code, views.RegisterSheet(v))
}

// outcomeRemarks says what came of many rows, and of which nothing.
func (s *Server) outcomeRemarks(c *ctx, out []listing.Outcome, v *views.RegisterSheetView) {
	if out == nil {
		return
	}
	var lines []string
	for _, o := range out {
		if o.Err != nil {
			lines = append(lines, c.p.T("listing.bulk.line", o.Number, c.errorWords(o.Err)))
		}
	}
	tone := parts.Done
	if len(lines) > 0 {
		tone = parts.Soon
	}
	v.Remarks = append(v.Remarks, views.Remark{Tone: tone, Title: c.p.T("listing.bulk.sum", len(out)-len(lines), len(lines)), Text: strings.Join(lines, "\n")})
}

func (c *ctx) screenedRow(r *listing.ScreenedRow) parts.Row {
	p := c.p
	result := parts.TextCell(p.T("screen.waits"), "")
	if r.Result != "" {
		result = parts.BodyCell(parts.StatusDot(verdictTone(r.Result), p.T("mark.result."+string(r.Result))))
	}
	why := parts.TextCell("", "")
	if j := r.Judged(); len(j.Findings) > 0 {
		for _, x := range j.Findings {
			if x.Row == r.Row {
				why = parts.BodyCell(views.FindingCell(p, x.Reason.In(p.Lang()), strings.TrimSpace(p.T("screen.row", r.Row)+" "+r.Limb+" "+x.Cite.In(p.Lang())), ""))
				break
			}
		}
	}
	decision := parts.TextCell(p.T("mark.undecided"), "")
	if r.Decision != "" {
		decision = parts.TextCell(p.T("mark.result."+string(r.Verdict)), p.T("screen.decision."+r.Decision)+" · "+r.ByName+" · "+r.Reason)
	}
	return parts.Row{ID: r.ListingID + "/" + strconv.FormatInt(r.Listing.Version, 10), Tone: verdictTone(r.Result), Cells: []parts.Cell{
		parts.LinkCell(r.Listing.Number, listingPath(r.ListingID), r.Listing.Title), parts.TextCell(firstLine(r.Mark, 80), r.Listing.Shop), result, why, decision,
	}}
}

// screenDecide is what an officer makes of the answers on the ticked rows.
func (s *Server) screenDecide(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	var refs []listing.Ref
	for _, v := range f.all("listing") {
		of, n, _ := strings.Cut(v, "/")
		version, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return errs.New(errs.Invalid, "error.request")
		}
		refs = append(refs, listing.Ref{ID: of, Version: version})
	}
	out, err := s.Listings.DecideScreened(c.ctx(), c.by, id, refs, patent.Verdict(f.text("verdict")), f.text("reason"))
	if code, again := c.again(f, err); again {
		return s.screeningPage(c, code, id, f, nil)
	}
	if err != nil {
		return err
	}
	return s.screeningPage(c, http.StatusOK, id, nil, out)
}
