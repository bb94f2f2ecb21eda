package web

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func takePath(id string) string { return "/listings/takes/" + id }

// takeTone is the colour of a take's state.
func takeTone(state string) parts.Tone {
	switch state {
	case listing.TakeDone:
		return parts.Done
	case listing.TakeColumns, listing.TakeReady:
		return parts.Soon
	case listing.TakeUndone, listing.TakeDropped:
		return parts.Stopped
	}
	return parts.Running
}

func (c *ctx) takeCrumbs() []layout.Crumb {
	return append(c.crumb("listings", "/listings"), layout.Crumb{Label: c.p.T("take.title"), Href: "/listings/takes"})
}

// takes lists what was taken in at once.
func (s *Server) takes(c *ctx) error {
	rows, err := s.Listings.Takes(c.ctx(), c.by)
	if err != nil {
		return err
	}
	v := views.RecordsView{Page: c.page(c.p.T("take.title"))}
	v.Page.Crumbs, v.Page.Lead = c.crumb("listings", "/listings"), c.p.T("take.lead")
	if s.Guard.CanAnywhere(c.by, "listing.work") {
		v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("take.new"), Href: "/listings/takes/new", Icon: "upload", Look: "primary"})
	}
	v.Head = parts.ListHead{Count: c.p.N("take.count", len(rows))}
	v.Table = parts.Table{Caption: c.p.T("take.title"), Columns: []parts.Column{
		{Label: c.p.T("take.name")}, {Label: c.p.T("take.state"), Slim: true}, {Label: c.p.T("take.rows"), Num: true}, {Label: c.p.T("take.fresh"), Num: true},
		{Label: c.p.T("take.twice"), Num: true}, {Label: c.p.T("take.relisted"), Num: true}, {Label: c.p.T("take.bad"), Num: true}, {Label: c.p.T("take.by")},
	}, Empty: &parts.EmptyState{Icon: "upload", Title: c.p.T("take.none"), Text: c.p.T("take.none.text")}}
	for _, t := range rows {
		v.Table.Rows = append(v.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.LinkCell(c.takeName(&t), takePath(t.ID), c.place(t.Jurisdiction)), parts.BodyCell(parts.StatusDot(takeTone(t.State), c.p.T("take.state."+t.State))),
			parts.NumCell(c.p.Count(t.Rows)), parts.NumCell(c.p.Count(t.Fresh)), parts.NumCell(c.p.Count(t.Twice)), parts.NumCell(c.p.Count(t.Relisted)), parts.NumCell(c.p.Count(t.Bad)),
			parts.TextCell(t.ByName, c.p.Time(t.MadeAt)),
		}})
	}
	v.Pager = parts.Pager{Shown: len(rows)}
	return c.show(http.StatusOK, views.Records(v))
}

func (c *ctx) takeName(t *listing.Take) string {
	if t.Encoding == listing.Pasted || t.Name == "" || t.Name == "." {
		return c.p.T("take.pasted")
	}
	return t.Name
}

// takeNew shows the form that takes addresses or a file.
func (s *Server) takeNew(c *ctx) error {
	home := c.homeFor("listing.work")
	return s.takeForm(c, http.StatusOK, blank(map[string]string{"jurisdiction": home, "place": home, "suspected_kind": "infringement", "source": "own_patrol", "found_on": s.today().String()}))
}

func (s *Server) takeForm(c *ctx, code int, f *form) error {
	p := c.p
	campaigns, err := s.openCampaigns(c)
	if err != nil {
		return err
	}
	v := views.EntryView{Page: c.page(p.T("take.new")), Hint: p.T("take.new.hint", p.Count(listing.MostTaken))}
	v.Page.Crumbs, v.Page.Invalid = c.takeCrumbs(), f.invalid()
	v.Groups = []views.FieldGroup{
		{Title: p.T("take.what"), Fields: f.fill(p,
			parts.Field{Name: "urls", Label: p.T("take.urls"), Hint: p.T("take.urls.hint"), Type: parts.LongText, Rows: 8, NoSpell: true, Autofocus: !f.invalid()},
			parts.Field{Name: "file", Label: p.T("take.file"), Hint: p.T("take.file.hint", mebibytes(listing.MostTakeBytes)), Type: parts.File, Accept: ".csv,.txt,.xlsx"},
		)},
		{Title: p.T("take.given"), Fields: f.fill(p,
			half(c.officeField("listing.work", p.T("lead.office"))),
			parts.Field{Name: "place", Label: p.T("listing.place"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
			parts.Field{Name: "suspected_kind", Label: p.T("listing.suspected"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("suspected_kind", listing.SuspectedKinds())},
			parts.Field{Name: "source", Label: p.T("listing.source"), Type: parts.Select, Required: true, Blank: "-", Options: c.choices("source", listing.Sources()), Half: true},
			parts.Field{Name: "found_on", Label: p.T("listing.found_on"), Type: parts.Date, Required: true, Upto: s.today().String(), Half: true},
			parts.Field{Name: "shop", Label: p.T("listing.shop"), Max: 200, Half: true, Autocomplete: "off"},
			parts.Field{Name: "platform", Label: p.T("take.platform"), Hint: p.T("take.platform.hint"), Type: parts.Select, Blank: p.T("listing.platform.read"), Options: c.choices("platform", s.Listings.Platforms()), Half: true},
			parts.Field{Name: "patent_no", Label: p.T("listing.patent_no"), Max: 60, NoSpell: true, Half: true, Autocomplete: "off"},
			parts.Field{Name: "claimant", Label: p.T("listing.claimant"), Max: 200, Half: true, Autocomplete: "off"},
			parts.Field{Name: "campaign", Label: p.T("take.campaign"), Hint: p.T("take.campaign.hint"), Type: parts.Select, Blank: "-", Options: campaigns, Half: true},
		)},
	}
	v.Form = parts.Form{Action: "/listings/takes", Files: true, Hidden: []parts.Hidden{c.newID(f, "id")}, Submit: p.T("take.read"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/listings/takes"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// takeAdd takes addresses or a file in. The fields of the form stand before the file, so that what holds for all rows is known when it arrives.
func (s *Server) takeAdd(c *ctx) error {
	var t *listing.Take
	input := func(f *form, name string) listing.TakeInput {
		return listing.TakeInput{ID: f.id(), Jurisdiction: f.text("jurisdiction"), Name: name, Given: listing.Given{
			Place: f.text("place"), Platform: f.text("platform"), Shop: f.text("shop"), SuspectedKind: f.text("suspected_kind"), Source: f.text("source"), PatentNo: f.text("patent_no"),
			Claimant: f.text("claimant"), FoundOn: f.day("found_on"), Campaign: f.text("campaign"),
		}}
	}
	var kept *keptFile
	f, err := c.upload("file", func(f *form, name string, r io.Reader) (err error) {
		kept, err = keepFile(name, r, listing.MostTakeBytes)
		return err
	})
	if err == nil {
		switch {
		case kept != nil && kept.size > 0:
			in := input(f, kept.name)
			if err = f.err(); err == nil {
				t, err = s.Listings.Upload(c.ctx(), c.by, in, kept.reader())
			}
		default:
			in := input(f, "")
			if err = f.err(); err == nil {
				t, err = s.Listings.Paste(c.ctx(), c.by, in, f.raw("urls"))
			}
		}
	} else {
		c.hearOut()
	}
	if f == nil {
		return err
	}
	if code, again := c.again(f, err); again {
		return s.takeForm(c, code, f)
	}
	if err != nil {
		return err
	}
	return c.done(takePath(t.ID), "flash.take.read", c.takeName(t))
}

// take shows a take: which column is which field, what is wrong, what is there already, how far it is.
func (s *Server) take(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.takePage(c, http.StatusOK, id, nil)
}

func (s *Server) takePage(c *ctx, code int, id string, back *form) error {
	t, err := s.Listings.Take(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(c.takeName(t))}
	v.Page.Crumbs = c.takeCrumbs()
	if v.Page.Invalid = back != nil && back.invalid(); v.Page.Invalid && back.whole != nil {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.M(*back.whole)})
	}
	g := t.Holds()
	v.Side = []views.SheetCard{{ID: "file", Title: p.T("take.file"), Badge: parts.Badge(takeTone(t.State), p.T("take.state."+t.State)), Narrow: true, Descs: given(
		parts.Desc{Label: p.T("take.name"), Value: c.takeName(t), Note: c.size(t.Size)}, parts.Desc{Label: p.T("register.encoding"), Value: p.Or("register.encoding."+t.Encoding, p.T("take.pasted"))},
		parts.Desc{Label: p.T("lead.office"), Value: c.place(t.Jurisdiction)}, parts.Desc{Label: p.T("listing.place"), Value: c.place(g.Place)},
		parts.Desc{Label: p.T("listing.source"), Value: p.T("source." + g.Source)}, parts.Desc{Label: p.T("listing.suspected"), Value: p.T("suspected_kind." + g.SuspectedKind)},
		parts.Desc{Label: p.T("take.by"), Value: t.ByName, Note: p.Time(t.MadeAt)}, parts.Desc{Label: "SHA-256", Value: t.SHA256, Code: true, Wide: true})}}
	if t.Working() {
		v.Progress, v.Done, v.Of = p.T("take.working."+t.State, p.Count(t.Done)), t.Done, t.Rows
		c.Response().Header().Set("Refresh", "2") // without JavaScript too
	}
	if t.State != listing.TakeColumns {
		for _, x := range []struct {
			key, icon, href string
			n               int64
			tone            parts.Tone
		}{{"rows", "list-details", "", t.Rows, parts.Running}, {"fresh", "plus", "/listings?take=" + t.ID, t.Fresh, parts.Done}, {"twice", "copy", "", t.Twice, parts.Stopped},
			{"relisted", "alert-triangle", "", t.Relisted, parts.Soon}, {"bad", "alert-triangle", "", t.Bad, parts.Late}} {
			card := parts.NumberCard{Label: p.T("take." + x.key), Value: p.Count(x.n), Tone: x.tone, Icon: x.icon}
			if t.State == listing.TakeDone || t.State == listing.TakeUndone {
				card.Href = x.href
			}
			v.Cards = append(v.Cards, card)
		}
	}
	if t.State == listing.TakeUndone {
		gone, err := s.Listings.TakeRows(c.ctx(), c.by, t.ID, []string{listing.RowGone}, 0, listing.MostTaken)
		if err != nil {
			return err
		}
		if said := gaps(gone); said != "" {
			v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Stopped, Title: p.T("take.gone.numbers", said)})
		}
	}
	if t.Kept > 0 {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Soon, Title: p.N("take.kept", int(t.Kept)), Text: p.T("take.kept.text")})
	}
	if c.can("listing.work", t.Jurisdiction) {
		s.takeForms(c, t, back, &v)
	}
	if err := s.takeRows(c, t, &v); err != nil {
		return err
	}
	return c.show(code, views.RegisterSheet(v))
}

// takeForms are what may be done with a take now.
func (s *Server) takeForms(c *ctx, t *listing.Take, back *form, v *views.RegisterSheetView) {
	p := c.p
	one := func(name, icon, look string, fold bool, fields ...parts.Field) {
		a := &views.ActForm{ID: name, Icon: icon, Title: p.T("take.act." + name), Hint: p.T("take.act." + name + ".hint"), Fields: numbered(name, fields), Fold: fold,
			Form: parts.Form{Action: takePath(t.ID) + "/" + name, Submit: p.T("take.act." + name), Look: look, Hidden: []parts.Hidden{version(t.Version)}}}
		v.Main = append(v.Main, views.SheetCard{Form: a})
	}
	columns := func() []parts.Field {
		return c.columns(back, fileColumns{heads: t.Heads(), chosen: t.Chosen(), names: listing.Fields(), needed: listing.Needed, labels: "take.field."}, nil)
	}
	switch t.State {
	case listing.TakeReady:
		if t.Fresh > 0 {
			one("apply", "circle-check", "primary", false)
		}
		if t.Encoding != listing.Pasted {
			one("read", "list-details", "secondary", back == nil, columns()...)
		}
		one("drop", "trash", "danger", true)
	case listing.TakeColumns:
		one("read", "list-details", "primary", false, columns()...)
		one("drop", "trash", "danger", true)
	case listing.TakeDone:
		one("undo", "arrow-back-up", "danger", true)
	}
}

// shownRows is how many rows of a take a page names of each sort.
const shownRows = 100

// takeRows shows what is wrong, what is there already, what offers goods again, and the first of the rest.
func (s *Server) takeRows(c *ctx, t *listing.Take, v *views.RegisterSheetView) error {
	p := c.p
	for _, sort := range []struct {
		key    string
		states []string
	}{{"bad", []string{listing.RowBad}}, {"twice", []string{listing.RowTwice}}, {"kept", []string{listing.RowKept}}, {"fresh", []string{listing.RowFresh, listing.RowWritten}}} {
		rows, err := s.Listings.TakeRows(c.ctx(), c.by, t.ID, sort.states, 0, shownRows+1)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			continue
		}
		if sort.key == "fresh" { // what offers goods again first
			slices.SortStableFunc(rows, func(a, b listing.TakeRow) int { return boolRank(b.Relists != "") - boolRank(a.Relists != "") })
		}
		card := views.SheetCard{ID: sort.key, Title: p.T("take.rows." + sort.key), Table: &parts.Table{Caption: p.T("take.rows." + sort.key), Compact: true, Columns: []parts.Column{
			{Label: p.T("register.line"), Num: true, Slim: true}, {Label: p.T("take.listing")}, {Label: p.T("take.says")}}}}
		if len(rows) > shownRows {
			rows, card.More = rows[:shownRows], p.T("take.more", shownRows)
		}
		for i := range rows {
			card.Table.Rows = append(card.Table.Rows, c.takeRow(&rows[i]))
		}
		v.Main = append(v.Main, card)
	}
	return nil
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *ctx) takeRow(r *listing.TakeRow) parts.Row {
	p, in := c.p, r.Says()
	title := in.Title
	if title == "" {
		title = in.URL
	}
	what := parts.TextCell(title, r.Canonical)
	if r.ListingID != "" {
		what = parts.LinkCell(title, listingPath(r.ListingID), r.Canonical)
	}
	row := parts.Row{}
	says := parts.TextCell(p.T("take.row."+r.State), in.Shop)
	if w := r.Wrong(); w != nil {
		field := ""
		if w.Field != "" {
			field = p.T("take.field." + w.Field)
		}
		says = parts.TextCell(p.T(w.Key, w.Args...), field+" "+w.Value)
	}
	if r.Relists != "" {
		row.Tone, says = parts.Soon, parts.LinkCell(p.T("take.row.relists"), listingPath(r.Relists), in.Shop)
	}
	if r.State == listing.RowBad {
		row.Tone = parts.Late
	}
	row.Cells = []parts.Cell{parts.NumCell(c.p.Count(r.Line)), what, says}
	return row
}

// takeAct does something with a take; what the program then works on is given a moment.
func (s *Server) takeAct(name string, act func(c *ctx, id string, version int64, f *form) error) func(*ctx) error {
	return acted(act, s.takePage, func(c *ctx, id string) error {
		s.carryListings(c)
		return c.done(takePath(id), "flash.take."+name)
	})
}

func (s *Server) takeRead(c *ctx, id string, version int64, f *form) error {
	columns := f.columns(listing.Fields())
	if err := f.err(); err != nil {
		return err
	}
	return s.Listings.ReadTake(c.ctx(), c.by, id, version, columns)
}

func (s *Server) takeApply(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.ApplyTake(c.ctx(), c.by, id, version)
}

func (s *Server) takeUndo(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.UndoTake(c.ctx(), c.by, id, version)
}

func (s *Server) takeDrop(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.DropTake(c.ctx(), c.by, id, version)
}

// keptFile is a small file held until the form's fields are known.
type keptFile struct {
	name string
	size int
	b    []byte
}

func keepFile(name string, r io.Reader, most int64) (*keptFile, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, badBody(err)
	}
	if int64(len(b)) > most {
		return nil, errs.New(errs.TooLarge, "error.too_large", mebibytes(most))
	}
	return &keptFile{name: name, size: len(b), b: b}, nil
}

func (k *keptFile) reader() io.Reader { return bytes.NewReader(k.b) }

// gaps are the numbers of what was taken back, in short: the first and the last of each run of lines.
func gaps(rows []listing.TakeRow) string {
	var out []string
	for i := 0; i < len(rows); {
		j := i
		for j+1 < len(rows) && rows[j+1].Line == rows[j].Line+1 {
			j++
		}
		switch {
		case rows[i].Number == "":
		case i == j:
			out = append(out, rows[i].Number)
		default:
			out = append(out, rows[i].Number+" – "+rows[j].Number)
		}
		i = j + 1
	}
	return strings.Join(out, "、")
}
