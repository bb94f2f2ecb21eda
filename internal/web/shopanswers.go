package web

import (
	"io"
	"net/http"
	"strings"

	"huzhi/internal/listing"
	"huzhi/internal/sheet"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func shopAnswerPath(id string) string { return "/listings/answers/" + id }

func shopAnswerTone(state string) parts.Tone {
	switch state {
	case listing.AnswerDone:
		return parts.Done
	case listing.AnswerColumns, listing.AnswerReady, listing.AnswerWriting:
		return parts.Soon
	}
	return parts.Stopped
}

// shopAnswerCards are the platform's answers to a notice, the form that takes another, and the listings that none speaks of.
func (s *Server) shopAnswerCards(c *ctx, n *listing.Notice, v *views.RegisterSheetView) error {
	if n.State != listing.NoticeServed {
		return nil
	}
	p := c.p
	if c.can("listing.work", n.Jurisdiction) {
		v.Main = append(v.Main, views.SheetCard{Form: s.shopAnswerForm(c, n, nil)})
	}
	list, err := s.Listings.Answers(c.ctx(), n.ID)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		t := &parts.Table{Caption: p.T("panswer.title"), Compact: true, Columns: []parts.Column{{Label: p.T("panswer.file")}, {Label: p.T("take.state"), Slim: true}, {Label: p.T("take.rows"), Num: true}, {Label: p.T("panswer.done"), Num: true},
			{Label: p.T("panswer.loose"), Num: true}, {Label: p.T("panswer.bad"), Num: true}}}
		for _, a := range list {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(a.Name, shopAnswerPath(a.ID), a.ByName+" "+p.Time(a.MadeAt)), parts.BodyCell(parts.StatusDot(shopAnswerTone(a.State), p.T("panswer.state."+a.State))),
				parts.NumCell(p.Count(a.Rows)), parts.NumCell(p.Count(a.Done)), parts.NumCell(p.Count(a.Loose)), parts.NumCell(p.Count(a.Bad + a.Refused))}})
		}
		v.Main = append(v.Main, views.SheetCard{ID: "answers", Title: p.T("panswer.title"), Table: t})
	}
	left, err := s.Listings.Unanswered(c.ctx(), c.by, n.ID)
	if err != nil {
		return err
	}
	if len(left) > 0 && len(list) > 0 {
		t := &parts.Table{Caption: p.T("panswer.left"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.number")}, {Label: p.T("listing.title")}}}
		for _, x := range left {
			t.Rows = append(t.Rows, parts.Row{Tone: parts.Soon, Cells: []parts.Cell{parts.LinkCell(x.Number, listingPath(x.ID), ""), parts.TextCell(x.Title, x.Canonical)}})
		}
		v.Main = append(v.Main, views.SheetCard{ID: "left", Title: p.N("panswer.left.count", len(left)), Table: t})
	}
	return nil
}

func (s *Server) shopAnswerForm(c *ctx, n *listing.Notice, f *form) *views.ActForm {
	p := c.p
	if f == nil {
		f = blank(nil)
	}
	a := &views.ActForm{ID: "answer", Icon: "upload", Title: p.T("panswer.new"), Hint: p.T("panswer.new.hint"),
		Form: parts.Form{Action: shopNoticePath(n.ID) + "/answers", Files: true, Submit: p.T("take.read"), Hidden: []parts.Hidden{c.newID(f, "id")}}}
	a.Fields = numbered("answer", f.fill(p, parts.Field{Name: "file", Label: p.T("panswer.file"), Hint: p.T("take.file.hint", mebibytes(listing.MostAnswerBytes)), Type: parts.File, Accept: ".csv,.txt,.xlsx", Required: true}))
	a.Error = f.general(p, a.Fields...)
	return a
}

// shopAnswerAdd takes the file of an answer.
func (s *Server) shopAnswerAdd(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	n, err := s.Listings.Notice(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	if err := s.Guard.Allow(c.by, "listing.work", n.Jurisdiction); err != nil {
		return err
	}
	var a *listing.Answer
	f, err := c.upload("file", func(f *form, name string, r io.Reader) (err error) {
		a, err = s.Listings.TakeAnswer(c.ctx(), c.by, n.ID, listing.AnswerInput{ID: f.id(), Name: name}, r)
		return err
	})
	if err != nil {
		c.hearOut()
	}
	if f == nil {
		return err
	}
	if err == nil && a == nil {
		f.faults.Add("file", "error.required")
		err = f.err()
	}
	if code, again := c.again(f, err); again {
		v := views.RegisterSheetView{Page: c.page(c.p.T("panswer.new"))}
		v.Page.Crumbs, v.Page.Invalid = append(c.shopNoticeCrumbs(), layout.Crumb{Label: c.shopNoticeName(n), Href: shopNoticePath(n.ID)}), true
		v.Main = append(v.Main, views.SheetCard{Form: s.shopAnswerForm(c, n, f)})
		return c.show(code, views.RegisterSheet(v))
	}
	if err != nil {
		return err
	}
	return c.done(shopAnswerPath(a.ID), "flash.take.read", a.Name)
}

// shopAnswer shows an answer: which column is which field, what matches no listing, what is wrong, what came of each row.
func (s *Server) shopAnswer(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	return s.shopAnswerPage(c, http.StatusOK, id, nil)
}

func (s *Server) shopAnswerPage(c *ctx, code int, id string, back *form) error {
	a, n, err := s.Listings.Answer(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(a.Name)}
	v.Page.Crumbs = append(c.shopNoticeCrumbs(), layout.Crumb{Label: c.shopNoticeName(n), Href: shopNoticePath(n.ID)})
	if v.Page.Invalid = back != nil && back.invalid(); v.Page.Invalid && back.whole != nil {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Late, Title: p.M(*back.whole)})
	}
	if a.State != listing.AnswerColumns {
		for _, x := range []struct {
			key, icon string
			n         int64
			tone      parts.Tone
		}{{"rows", "list-details", a.Rows, parts.Running}, {"fresh", "plus", a.Fresh, parts.Done}, {"same", "copy", a.Same, parts.Stopped}, {"loose", "link", a.Loose, parts.Soon}, {"bad", "alert-triangle", a.Bad + a.Refused, parts.Late}} {
			v.Cards = append(v.Cards, parts.NumberCard{Label: p.T("panswer." + x.key), Value: p.Count(x.n), Tone: x.tone, Icon: x.icon})
		}
	}
	if c.can("listing.work", a.Jurisdiction) {
		s.shopAnswerForms(c, a, back, &v)
	}
	if err := s.shopAnswerRows(c, a, &v); err != nil {
		return err
	}
	v.Side = []views.SheetCard{{ID: "file", Title: p.T("panswer.file"), Badge: parts.Badge(shopAnswerTone(a.State), p.T("panswer.state."+a.State)), Narrow: true, Descs: given(
		parts.Desc{Label: p.T("take.name"), Value: a.Name, Note: c.size(a.Size)}, parts.Desc{Label: p.T("register.encoding"), Value: p.Or("register.encoding."+a.Encoding, a.Encoding)},
		parts.Desc{Label: p.T("pnotice.one"), Value: c.shopNoticeName(n), Href: shopNoticePath(n.ID)}, parts.Desc{Label: p.T("take.by"), Value: a.ByName, Note: p.Time(a.MadeAt)},
		parts.Desc{Label: "SHA-256", Value: a.SHA256, Code: true, Wide: true})}}
	return c.show(code, views.RegisterSheet(v))
}

// shopAnswerForms are what may be done with an answer now.
func (s *Server) shopAnswerForms(c *ctx, a *listing.Answer, back *form, v *views.RegisterSheetView) {
	p := c.p
	one := func(name, icon, look string, fold bool, fields ...parts.Field) {
		f := &views.ActForm{ID: name, Icon: icon, Title: p.T("panswer.act." + name), Hint: p.T("panswer.act." + name + ".hint"), Fields: numbered(name, fields), Fold: fold,
			Form: parts.Form{Action: shopAnswerPath(a.ID) + "/" + name, Submit: p.T("panswer.act." + name), Look: look, Hidden: []parts.Hidden{version(a.Version)}}}
		v.Main = append(v.Main, views.SheetCard{Form: f})
	}
	columns := func() []parts.Field {
		return c.columns(back, fileColumns{heads: a.Heads(), chosen: a.Chosen(), names: listing.AnswerFields(), needed: listing.AnswerNeeded, labels: "panswer.field."}, nil)
	}
	switch a.State {
	case listing.AnswerReady:
		if a.Fresh > 0 {
			one("apply", "circle-check", "primary", false)
		}
		one("read", "list-details", "secondary", back == nil, columns()...)
		one("drop", "trash", "danger", true)
	case listing.AnswerWriting:
		one("apply", "circle-check", "primary", false)
	case listing.AnswerColumns:
		one("read", "list-details", "primary", false, columns()...)
		one("drop", "trash", "danger", true)
	case listing.AnswerDone:
		one("undo", "arrow-back-up", "danger", true)
	}
}

// shopAnswerRows shows what is wrong, what is about no listing of the notice, and the rest with what came of it.
func (s *Server) shopAnswerRows(c *ctx, a *listing.Answer, v *views.RegisterSheetView) error {
	p := c.p
	rows, err := s.Listings.NoticeRows(c.ctx(), c.by, a.NoticeID)
	if err != nil {
		return err
	}
	of := map[string]*listing.Listing{}
	for i := range rows {
		if !rows[i].Seen {
			continue
		}
		of[rows[i].ID] = &rows[i].Listing
	}
	for _, sort := range []struct {
		key    string
		tone   parts.Tone
		states []string
	}{{"bad", parts.Late, []string{listing.AnswerBad, listing.AnswerRefused}}, {"loose", parts.Soon, []string{listing.AnswerLoose}}, {"kept", parts.Soon, []string{listing.AnswerKept}},
		{"fresh", "", []string{listing.AnswerFresh, listing.AnswerWritten, listing.AnswerGone}}, {"same", "", []string{listing.AnswerSame}}} {
		list, err := s.Listings.AnswerRows(c.ctx(), a.ID, sort.states, listing.MostAtOnce+1)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			continue
		}
		card := views.SheetCard{ID: sort.key, Title: p.T("panswer.rows." + sort.key), Table: &parts.Table{Caption: p.T("panswer.rows." + sort.key), Compact: true, Columns: []parts.Column{
			{Label: p.T("register.line"), Num: true, Slim: true}, {Label: p.T("take.listing")}, {Label: p.T("panswer.said")}, {Label: p.T("take.says")}}}}
		if len(list) > listing.MostAtOnce {
			list, card.More = list[:listing.MostAtOnce], p.T("take.more", listing.MostAtOnce)
		}
		for i := range list {
			r := &list[i]
			said := r.Says()
			what := parts.TextCell(said.Which, "")
			if x := of[r.ListingID]; x != nil {
				what = parts.LinkCell(x.Number, listingPath(x.ID), x.Title)
			}
			word := ""
			if said.Result != "" {
				word = p.T("result." + said.Result)
			}
			var also []string
			if !said.ResultOn.IsZero() {
				also = append(also, p.Day(said.ResultOn))
			}
			if !said.DeclaredOn.IsZero() {
				also = append(also, p.T("panswer.declared", said.DeclaredOn))
			}
			if !said.RestoredOn.IsZero() {
				also = append(also, p.T("panswer.restored", said.RestoredOn))
			}
			row := parts.Row{Tone: sort.tone, Cells: []parts.Cell{parts.NumCell(p.Count(r.Line)), what, parts.TextCell(word, strings.Join(also, " · ")), c.answerSays(r.State, r.Wrong())}}
			card.Table.Rows = append(card.Table.Rows, row)
		}
		v.Main = append(v.Main, card)
	}
	return nil
}

// answerSays is what came of a row, or what is wrong with it.
func (c *ctx) answerSays(state string, w *sheet.Wrong) parts.Cell {
	if w == nil {
		return parts.TextCell(c.p.T("panswer.row."+state), "")
	}
	return parts.TextCell(c.p.T(w.Key, w.Args...), also(c.p.Or("panswer.field."+w.Field, ""), w.Value))
}

func also(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// shopAnswerAct does something with an answer.
func (s *Server) shopAnswerAct(name string, act func(c *ctx, id string, version int64, f *form) error) func(*ctx) error {
	return acted(act, s.shopAnswerPage, func(c *ctx, id string) error { return c.done(shopAnswerPath(id), "flash.panswer."+name) })
}

func (s *Server) shopAnswerRead(c *ctx, id string, version int64, f *form) error {
	columns := f.columns(listing.AnswerFields())
	if err := f.err(); err != nil {
		return err
	}
	return s.Listings.ReadAnswer(c.ctx(), c.by, id, version, columns)
}

func (s *Server) shopAnswerApply(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.ApplyAnswer(c.ctx(), c.by, id, version)
}

func (s *Server) shopAnswerUndo(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.UndoAnswer(c.ctx(), c.by, id, version)
}

func (s *Server) shopAnswerDrop(c *ctx, id string, version int64, _ *form) error {
	return s.Listings.DropAnswer(c.ctx(), c.by, id, version)
}
