package web

import (
	"bytes"
	"net/http"
	"strconv"

	"huzhi/internal/listing"
	"huzhi/internal/sheet"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

const workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func shopNoticePath(id string) string { return "/listings/notices/" + id }

// shopNoticeTone is the colour of a notice's state.
func shopNoticeTone(state string) parts.Tone {
	switch state {
	case listing.NoticeServed:
		return parts.Done
	case listing.NoticeDraft, listing.NoticeIssued:
		return parts.Soon
	case listing.NoticeReturned:
		return parts.Late
	}
	return parts.Stopped
}

func (c *ctx) shopNoticeCrumbs() []layout.Crumb {
	return append(c.crumb("listings", "/listings"), layout.Crumb{Label: c.p.T("pnotice.title"), Href: "/listings/notices"})
}

// shopNoticeName is a notice's number; a draft has none.
func (c *ctx) shopNoticeName(n *listing.Notice) string {
	if n.Number != "" {
		return n.Number
	}
	return c.p.T("pnotice.draft_to", n.Addressee)
}

// shopNotices lists the notices to platforms.
func (s *Server) shopNotices(c *ctx) error {
	q := c.ask(asked{choices: map[string][]string{"state": listing.NoticeStates()}})
	p := c.p
	v := views.RecordsView{Page: c.page(p.T("pnotice.title"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("listings", "/listings"), p.T("pnotice.lead")
	if q.invalid() {
		return c.showMisread(v, q)
	}
	var states []string
	if x := q.raw("state"); x != "" {
		states = append(states, x)
	}
	rows, err := s.Listings.Notices(c.ctx(), c.by, states...)
	if err != nil {
		return err
	}
	v.Head = parts.ListHead{Count: p.N("pnotice.count", len(rows)), Tabs: c.tabs("/listings/notices", q.values, "state", "pnotice.state", listing.NoticeStates())}
	v.Table = c.shopNoticeTable(rows)
	v.Table.Empty = &parts.EmptyState{Icon: "file-text", Title: p.T("pnotice.none"), Text: p.T("pnotice.none.text")}
	v.Pager = parts.Pager{Shown: len(rows)}
	return c.show(http.StatusOK, views.Records(v))
}

func (c *ctx) shopNoticeTable(rows []listing.Notice) parts.Table {
	p := c.p
	t := parts.Table{Caption: p.T("pnotice.title"), Columns: []parts.Column{{Label: p.T("pnotice.number")}, {Label: p.T("pnotice.addressee")}, {Label: p.T("pnotice.rows"), Num: true},
		{Label: p.T("pnotice.state"), Slim: true}, {Label: p.T("pnotice.served_on"), Slim: true}, {Label: p.T("pnotice.answer_by"), Slim: true}, {Label: p.T("pnotice.made")}}}
	for i := range rows {
		n := &rows[i]
		row := parts.Row{Cells: []parts.Cell{parts.LinkCell(c.shopNoticeName(n), shopNoticePath(n.ID), c.place(n.Jurisdiction)), parts.TextCell(n.Addressee, p.T("platform."+n.Platform)), parts.NumCell(p.Count(n.Rows)),
			parts.BodyCell(parts.StatusDot(shopNoticeTone(n.State), p.T("pnotice.state."+n.State))), parts.TextCell(p.Day(n.ServedOn), ""), parts.TextCell(p.Day(n.AnswerBy), ""), parts.TextCell(n.MadeName, p.Time(n.MadeAt))}}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// shopNoticeNew shows the form of a notice about chosen listings.
func (s *Server) shopNoticeNew(c *ctx) error {
	rows, err := s.chosen(c, c.query())
	if err != nil {
		return c.unchosen(err)
	}
	return s.shopNoticeForm(c, http.StatusOK, rows, blank(map[string]string{"addressee": c.p.Or("pnotice.operator."+rows[0].Platform, ""), "measure": "delete"}))
}

func (s *Server) shopNoticeForm(c *ctx, code int, rows []listing.Listing, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("pnotice.new")), Hint: p.T("pnotice.new.hint")}
	v.Page.Crumbs, v.Page.Invalid = c.shopNoticeCrumbs(), f.invalid()
	t := views.ListingTable(p, p.N("listing.count", len(rows)), c.listingLines(rows), "", "")
	v.Chosen = &t
	v.Groups = []views.FieldGroup{{Title: p.T("pnotice.what"), Fields: f.fill(p,
		parts.Field{Name: "addressee", Label: p.T("pnotice.addressee"), Hint: p.T("pnotice.addressee.hint"), Max: 200, Required: true},
		parts.Field{Name: "measure", Label: p.T("pnotice.measure"), Type: parts.Radio, Inline: true, Digits: true, Required: true, Options: c.choices("choice.measure_asked", listing.Measures())},
		parts.Field{Name: "reasons", Label: p.T("pnotice.reasons"), Hint: p.T("pnotice.reasons.hint"), Type: parts.LongText, Rows: 5, Max: 5000, Required: true},
		parts.Field{Name: "answer_by", Label: p.T("pnotice.answer_by"), Hint: p.T("pnotice.answer_by.hint"), Type: parts.Date, Min: s.today().String(), Half: true})}}
	hidden := []parts.Hidden{c.newID(f, "id")}
	for _, x := range rows {
		hidden = append(hidden, parts.Hidden{Name: "listing", Value: x.ID})
	}
	v.Form = parts.Form{Action: "/listings/notices", Hidden: hidden, Hotkey: true, Submit: p.T("pnotice.send"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/listings"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// shopNoticeAdd drafts a notice.
func (s *Server) shopNoticeAdd(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	rows, err := s.chosen(c, f)
	if err != nil {
		return c.unchosen(err)
	}
	in := listing.NoticeInput{ID: f.id(), Addressee: f.text("addressee"), Measure: f.text("measure"), Reasons: f.text("reasons"), AnswerBy: f.day("answer_by")}
	var n *listing.Notice
	if err = f.err(); err == nil {
		n, err = s.Listings.DraftNotice(c.ctx(), c.by, f.all("listing"), in)
	}
	if code, again := c.again(f, err); again {
		return s.shopNoticeForm(c, code, rows, f)
	}
	if err != nil {
		return err
	}
	return c.done(shopNoticePath(n.ID), "flash.pnotice.draft")
}

// shopNotice shows a notice: its listings and where they stand, what may be done with it, the platform's answers.
func (s *Server) shopNotice(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.shopNoticePage(c, http.StatusOK, id, "", nil)
}

func (s *Server) shopNoticePage(c *ctx, code int, id, act string, back *form) error {
	n, err := s.Listings.Notice(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	rows, err := s.Listings.NoticeRows(c.ctx(), c.by, n.ID)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(c.shopNoticeName(n))}
	v.Page.Crumbs, v.Page.Invalid = c.shopNoticeCrumbs(), back != nil && back.invalid()
	actions := []parts.Action{{Label: p.T("pnotice.table"), Href: shopNoticePath(n.ID) + "/table", Icon: "file-download", Download: true}}
	if n.PaperID != nil {
		actions = append(actions, parts.Action{Label: p.T("pnotice.paper"), Href: "/listings/papers/" + *n.PaperID, Icon: "file-text", Look: "primary"})
	}
	v.Page.Actions = parts.Buttons(actions...)
	if n.State == listing.NoticeReturned {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.T("pnotice.returned", n.DecidedName), Text: n.Remark})
	}
	s.shopNoticeCounts(c, n, rows, &v)
	s.shopNoticeForms(c, n, act, back, &v)
	if err := s.shopAnswerCards(c, n, &v); err != nil {
		return err
	}
	c.shopNoticeRows(rows, &v)
	serve := ""
	if n.Way != "" {
		serve = p.T("choice.way." + n.Way)
	}
	v.Side = append(v.Side, views.SheetCard{ID: "facts", Title: p.T("pnotice.facts"), Badge: parts.Badge(shopNoticeTone(n.State), p.T("pnotice.state."+n.State)), Narrow: true, Descs: given(
		parts.Desc{Label: p.T("pnotice.number"), Value: n.Number}, parts.Desc{Label: p.T("listing.platform"), Value: p.T("platform." + n.Platform)}, parts.Desc{Label: p.T("pnotice.addressee"), Value: n.Addressee},
		parts.Desc{Label: p.T("pnotice.measure"), Value: p.T("choice.measure_asked." + n.Measure)}, parts.Desc{Label: p.T("pnotice.reasons"), Value: n.Reasons}, parts.Desc{Label: p.T("pnotice.answer_by"), Value: p.Day(n.AnswerBy)},
		parts.Desc{Label: p.T("lead.office"), Value: c.place(n.Jurisdiction)}, parts.Desc{Label: p.T("pnotice.made"), Value: n.MadeName, Note: p.Time(n.MadeAt)}, parts.Desc{Label: p.T("pnotice.decided"), Value: n.DecidedName, Note: p.Day(n.IssuedOn)},
		parts.Desc{Label: p.T("pnotice.served_on"), Value: p.Day(n.ServedOn), Note: serve}, parts.Desc{Label: p.T("pnotice.receiver"), Value: n.Receiver, Note: n.ServedName})})
	return c.show(code, views.RegisterSheet(v))
}

func (s *Server) shopNoticeCounts(c *ctx, n *listing.Notice, rows []listing.NoticeRow, v *views.RegisterSheetView) {
	var answered, removed, refused, failed int64
	for i := range rows {
		x := &rows[i]
		switch x.Result {
		case "":
		case "refused", "none":
			answered++
			refused++
		default:
			answered++
			removed++
		}
		if x.Wrong() != nil {
			failed++
		}
	}
	p := c.p
	v.Cards = []parts.NumberCard{{Label: p.T("pnotice.rows"), Value: p.Count(n.Rows), Tone: parts.Running, Icon: "list-details"}}
	if n.State != listing.NoticeServed {
		return
	}
	open := parts.NumberCard{Label: p.T("pnotice.open"), Value: p.Count(n.Rows - answered), Tone: parts.Soon, Icon: "clock"}
	if !n.AnswerBy.IsZero() && s.today() > n.AnswerBy && answered < n.Rows {
		open.Tone, open.Note = parts.Late, p.T("pnotice.late", n.AnswerBy)
	}
	v.Cards = append(v.Cards, open, parts.NumberCard{Label: p.T("pnotice.removed"), Value: p.Count(removed), Tone: parts.Done, Icon: "trash"},
		parts.NumberCard{Label: p.T("pnotice.refused"), Value: p.Count(refused), Tone: parts.Late, Icon: "x"})
	if failed > 0 {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.N("pnotice.failed", int(failed))})
	}
}

// shopNoticeRows is the table of a notice's listings.
func (c *ctx) shopNoticeRows(rows []listing.NoticeRow, v *views.RegisterSheetView) {
	p := c.p
	t := &parts.Table{Caption: p.T("pnotice.listings"), Compact: true, Columns: []parts.Column{{Label: p.T("pnotice.line"), Num: true, Slim: true}, {Label: p.T("listing.number")}, {Label: p.T("listing.title")},
		{Label: p.T("listing.state"), Slim: true}, {Label: p.T("listing.finding"), Slim: true}, {Label: p.T("listing.result"), Slim: true}}}
	for i := range rows {
		x := &rows[i]
		if !x.Seen {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.NumCell(p.Count(x.Line)), parts.TextCell(x.Number, ""), parts.TextCell(p.T("pnotice.elsewhere"), ""), {}, {}, {}}})
			continue
		}
		result := parts.TextCell("", "")
		if x.Result != "" {
			result = parts.TextCell(p.T("result."+x.Result), p.Day(x.ResultOn))
		}
		row := parts.Row{Cells: []parts.Cell{parts.NumCell(p.Count(x.Line)), parts.LinkCell(x.Number, listingPath(x.ID), ""), parts.TextCell(x.Title, x.Shop),
			parts.BodyCell(parts.StatusDot(flowTone(x.State), p.T("listing.state."+string(x.State)))), parts.BodyCell(parts.StatusDot(findingTone(x.Finding), c.findingWord(x.Finding))), result}}
		if w := x.Wrong(); w != nil {
			row.Tone, row.Cells[2] = parts.Late, parts.TextCell(x.Title, p.T(w.Key, w.Args...))
		}
		t.Rows = append(t.Rows, row)
	}
	v.Main = append(v.Main, views.SheetCard{ID: "listings", Title: p.T("pnotice.listings"), Table: t})
}

// shopNoticeForms are what may be done with a notice now.
func (s *Server) shopNoticeForms(c *ctx, n *listing.Notice, act string, back *form, v *views.RegisterSheetView) {
	p := c.p
	one := func(name, icon, look string, fold bool, fields ...parts.Field) {
		f := blank(map[string]string{"on": s.today().String()})
		if act == name && back != nil {
			f = back
		}
		a := &views.ActForm{ID: "notice-" + name, Icon: icon, Title: p.T("pnotice.act." + name), Hint: p.Or("pnotice.act."+name+".hint", ""), Fold: fold && act != name,
			Form: parts.Form{Action: shopNoticePath(n.ID) + "/" + name, Submit: p.T("pnotice.act." + name), Look: look, Hidden: []parts.Hidden{version(n.Version)}}}
		a.Fields = numbered(name, f.fill(p, fields...))
		a.Error = f.general(p, a.Fields...)
		v.Main = append(v.Main, views.SheetCard{Form: a})
	}
	works, approves := c.can("listing.work", n.Jurisdiction), c.can("listing.approve", n.Jurisdiction) && n.MadeBy != c.by.ID
	switch n.State {
	case listing.NoticeDraft:
		if approves {
			one("approve", "circle-check", "primary", false)
			one("return", "arrow-back-up", "secondary", true, parts.Field{Name: "remark", Label: p.T("pnotice.remark"), Type: parts.LongText, Rows: 2, Max: 2000, Required: true})
		} else if works {
			v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: p.T("pnotice.waits")})
		}
		if works {
			one("drop", "trash", "danger", true)
		}
	case listing.NoticeReturned:
		if works {
			one("drop", "trash", "danger", true)
		}
	case listing.NoticeIssued:
		if !works {
			break
		}
		one("serve", "send", "primary", false,
			parts.Field{Name: "on", Label: p.T("pnotice.served_on"), Type: parts.Date, Required: true, Min: n.IssuedOn.String(), Upto: s.today().String(), Half: true},
			parts.Field{Name: "receiver", Label: p.T("pnotice.receiver"), Max: 200, Required: true, Half: true},
			parts.Field{Name: "way", Label: p.T("pnotice.way"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("choice.way", s.Listings.Ways(s.today()))},
			parts.Field{Name: "consent", Label: p.T("pnotice.consent"), Type: parts.Checks, Options: []parts.Option{{Value: "1", Label: p.T("pnotice.consent.yes")}}})
	}
}

// shopNoticeAct does something with a notice.
func (s *Server) shopNoticeAct(name string, act func(c *ctx, id string, version int64, f *form) error) func(*ctx) error {
	again := func(c *ctx, code int, id string, f *form) error { return s.shopNoticePage(c, code, id, name, f) }
	return acted(act, again, func(c *ctx, id string) error { return c.done(shopNoticePath(id), "flash.pnotice."+name) })
}

func (s *Server) shopNoticeApprove(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.ApproveNotice(c.ctx(), c.by, id, version)
}

func (s *Server) shopNoticeReturn(c *ctx, id string, version int64, f *form) error {
	return s.Listings.ReturnNotice(c.ctx(), c.by, id, version, f.text("remark"))
}

func (s *Server) shopNoticeDrop(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.DropNotice(c.ctx(), c.by, id, version)
}

func (s *Server) shopNoticeServe(c *ctx, id string, version int64, f *form) error {
	in := listing.NoticeService{On: f.day("on"), Way: f.text("way"), Receiver: f.text("receiver"), Consent: f.yes("consent")}
	if err := f.err(); err != nil {
		return err
	}
	return s.Listings.ServeNotice(c.ctx(), c.by, id, version, in)
}

// shopNoticeTableFile is the annexed table as a workbook, with columns for the platform's answer.
func (s *Server) shopNoticeTableFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	n, err := s.Listings.Notice(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	rows, err := s.Listings.NoticeRows(c.ctx(), c.by, n.ID)
	if err != nil {
		return err
	}
	zh := s.Catalogue.Printer("") // it is for the platform
	heads := []sheet.Head{}
	for _, h := range []struct {
		key  string
		wide float64
	}{{"pnotice.line", 6}, {"panswer.field.number", 22}, {"panswer.field.item", 20}, {"listing.title", 40}, {"listing.shop", 24}, {"panswer.field.url", 50}, {"listing.patent_no", 22}, {"listing.finding", 12},
		{"panswer.field.result", 14}, {"panswer.field.result_on", 14}, {"panswer.field.told_on", 16}, {"panswer.field.declared_on", 16}, {"panswer.field.reached_on", 20}, {"panswer.field.declaration", 30}, {"panswer.field.restored_on", 14}, {"panswer.field.ground", 20}, {"panswer.field.remark", 30}} {
		heads = append(heads, sheet.Head{Label: zh.T(h.key), Wide: h.wide})
	}
	cells := make([][]any, 0, len(rows))
	for i := range rows {
		x := &rows[i]
		if !x.Seen {
			cells = append(cells, []any{i + 1, x.Number, "", zh.T("pnotice.elsewhere"), "", "", "", "", "", "", "", "", "", "", "", "", ""})
			continue
		}
		result := ""
		if x.Result != "" {
			result = zh.T("result." + x.Result)
		}
		cells = append(cells, []any{i + 1, x.Number, x.Item, x.Title, x.Shop, x.Canonical, x.PatentNo, zh.T("finding." + x.Finding), result, x.ResultOn.String(), x.ToldOn.String(), x.DeclaredOn.String(), x.ReachedOn.String(), "", x.RestoredOn.String(), "", ""})
	}
	if err := s.tell(c, "listing.export", n.Jurisdiction, "notice:"+n.ID, map[string]any{"number": n.Number, "rows": len(rows)}); err != nil {
		return err
	}
	return c.sendWorkbook(zh.T("pnotice.annex", n.Number), heads, sheet.Rows(cells))
}

// sendWorkbook sends a table as a file to be saved.
func (c *ctx) sendWorkbook(name string, heads []sheet.Head, next func() ([]any, bool, error)) error {
	var b bytes.Buffer
	if err := sheet.Write(&b, name, heads, next); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Length", strconv.Itoa(b.Len()))
	return c.send(outgoing{name: name + ".xlsx", media: workbook, size: int64(b.Len())}, &b)
}
