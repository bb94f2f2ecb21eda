package web

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// bulkSteps are the steps that are taken with many listings at once.
func bulkSteps() []string {
	return []string{"judge", "notify", "tell", "result", "restore", "finish", "dispatch"}
}

// listingsBulk leads from ticked rows to the form of what is to be done with them.
func (s *Server) listingsBulk(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	do, chosen := f.text("do"), url.Values{"listing": f.all("listing")}
	if f.raw("whole") == "1" { // the whole list of the filter
		of, _ := listing.ParseFilter(f.values)
		chosen = of.Values()
		chosen.Set("whole", "1")
	} else if n := len(chosen["listing"]); n == 0 || n > mostChosen {
		c.flash(layout.FlashWarn, "flash.listing.choose")
		return c.to("/listings")
	}
	switch to := map[string]string{"choose": "/listings/lead", "case": "/listings/case", "receipt": "/listings/receipt", "notice": "/listings/notices/new", "campaign": "/campaigns/enlist"}[do]; to {
	case "":
		chosen.Set("step", do)
		return c.to(address("/listings/act", chosen))
	default:
		return c.to(address(to, chosen))
	}
}

// listingsActPage shows the form of a step with many listings.
func (s *Server) listingsActPage(c *ctx) error {
	f := c.query()
	rows, err := s.chosen(c, f)
	if err != nil {
		return c.unchosen(err)
	}
	return s.listingsActForm(c, http.StatusOK, f.text("step"), rows, blank(map[string]string{"on": s.today().String(), "result_on": s.today().String()}), nil)
}

func (s *Server) listingsActForm(c *ctx, code int, step string, rows []listing.Listing, f *form, out []listing.Outcome) error {
	st, ok := listing.StepOf(step)
	if !ok || !slices.Contains(bulkSteps(), step) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	p := c.p
	v := views.RegisterSheetView{Page: c.page(p.T("listing.bulk", p.T("listing.step."+step)))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("listings", "/listings"), f.invalid()
	if out == nil {
		hidden := []parts.Hidden{{Name: "step", Value: step}}
		for _, x := range rows {
			hidden = append(hidden, parts.Hidden{Name: "listing", Value: x.ID + "/" + strconv.FormatInt(x.Version, 10)})
		}
		a := c.stepForm(st, "/listings/act", f, false, hidden...)
		v.Main = append(v.Main, views.SheetCard{Form: &a})
	}
	t := c.outcomes(rows, out, &v)
	v.Main = append(v.Main, views.SheetCard{ID: "chosen", Title: p.N("listing.count", len(rows)), Table: t})
	return c.show(code, views.RegisterSheet(v))
}

// outcomes are listings with what came of each, where something was done; the sum stands above.
func (c *ctx) outcomes(rows []listing.Listing, out []listing.Outcome, v *views.RegisterSheetView) *parts.Table {
	p := c.p
	t := &parts.Table{Caption: p.T("nav.listings"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.number")}, {Label: p.T("listing.title")}, {Label: p.T("listing.state"), Slim: true}, {Label: p.T("listing.bulk.outcome")}}}
	done := 0
	for i, x := range rows {
		row := parts.Row{}
		says := ""
		if out != nil {
			row.Tone, says = parts.Done, p.T("listing.bulk.done")
			if out[i].Err != nil {
				row.Tone, says = parts.Late, c.errorWords(out[i].Err)
			} else {
				done++
			}
		}
		row.Cells = []parts.Cell{parts.LinkCell(x.Number, listingPath(x.ID), ""), parts.TextCell(x.Title, x.Shop), parts.BodyCell(parts.StatusDot(flowTone(x.State), p.T("listing.state."+string(x.State)))), parts.TextCell(says, "")}
		t.Rows = append(t.Rows, row)
	}
	if out != nil {
		tone := parts.Done
		if done < len(rows) {
			tone = parts.Soon
		}
		v.Remarks = append(v.Remarks, views.Remark{Tone: tone, Title: p.T("listing.bulk.sum", done, len(rows)-done)})
	}
	return t
}

// errorWords is what an error says of one row.
func (c *ctx) errorWords(err error) string {
	e := errs.As(err)
	if e == nil {
		return c.p.T("error.internal")
	}
	if len(e.Fields) == 0 {
		return c.p.M(e.Message)
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, c.p.M(f.Message))
	}
	return strings.Join(out, c.p.T("error.join"))
}

// listingsAct takes a step with many listings and shows what came of each.
func (s *Server) listingsAct(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var refs []listing.Ref
	var rows []listing.Listing
	for _, v := range f.all("listing") {
		id, n, _ := strings.Cut(v, "/")
		version, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return errs.New(errs.Invalid, "error.request")
		}
		x, err := s.Listings.Find(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		refs, rows = append(refs, listing.Ref{ID: id, Version: version}), append(rows, *x)
	}
	step := f.text("step")
	st, ok := listing.StepOf(step)
	if !ok || !slices.Contains(bulkSteps(), step) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	in := flowInput(f)
	if st.Reason && in.Reason == "" {
		f.faults.Add("reason", "error.required")
	}
	if len(st.Choices) > 0 && !slices.Contains(st.Choices, in.Choice) {
		f.faults.Add("choice", "error.choice")
	}
	if st.Day && in.On.IsZero() {
		f.faults.Add("on", "error.required")
	}
	var out []listing.Outcome
	if err = f.err(); err == nil {
		out, err = s.Listings.ActMany(c.ctx(), c.by, refs, step, in)
	}
	if code, again := c.again(f, err); again {
		return s.listingsActForm(c, code, step, rows, f, nil)
	}
	if err != nil {
		return err
	}
	for i := range rows { // as they stand now; what went to another office stays as it was shown
		if x, err := s.Listings.Find(c.ctx(), c.by, rows[i].ID); err == nil {
			rows[i] = *x
		}
	}
	return s.listingsActForm(c, http.StatusOK, step, rows, f, out)
}

// dropPage shows the form of a bulk drop of files.
func (s *Server) dropPage(c *ctx) error { return s.dropForm(c, http.StatusOK, blank(nil), nil) }

func (s *Server) dropForm(c *ctx, code int, f *form, out []listing.Dropped) error {
	p := c.p
	v := views.RegisterSheetView{Page: c.page(p.T("listing.drop"))}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("listings", "/listings"), f.invalid()
	if out != nil {
		t := &parts.Table{Caption: p.T("listing.drop.outcome"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.drop.file")}, {Label: p.T("listing.number")}, {Label: p.T("listing.bulk.outcome")}}}
		for _, d := range out {
			row := parts.Row{Tone: parts.Done}
			number, says := parts.TextCell("", ""), p.T("listing.drop.kept")
			if d.ID != "" {
				number = parts.LinkCell(d.Number, listingPath(d.ID)+"#captures", "")
			}
			if d.Err != nil {
				row.Tone, says = parts.Late, c.errorWords(d.Err)
			}
			row.Cells = []parts.Cell{parts.TextCell(d.Name, ""), number, parts.TextCell(says, "")}
			t.Rows = append(t.Rows, row)
		}
		v.Main = append(v.Main, views.SheetCard{ID: "dropped", Title: p.T("listing.drop.outcome"), Table: t})
	}
	a := views.ActForm{ID: "drop", Icon: "camera", Title: p.T("listing.drop"), Hint: p.T("listing.drop.hint", listing.MostFiles), Form: parts.Form{Action: "/listings/captures", Files: true, Submit: p.T("listing.drop.do")}}
	a.Fields = f.fill(p, parts.Field{Name: "file", Label: p.T("listing.capture.files"), Type: parts.File, Multiple: true, Required: true, Accept: "image/*,.html,.htm,.mhtml,.pdf"})
	a.Error = f.general(p, a.Fields...)
	v.Main = append(v.Main, views.SheetCard{Form: &a})
	return c.show(code, views.RegisterSheet(v))
}

// drop keeps many files with the listings that their names name.
func (s *Server) drop(c *ctx) error {
	var files []listing.File
	var bad []listing.Dropped
	f, err := c.upload("file", func(_ *form, name string, r io.Reader) error {
		if len(files)+len(bad) >= listing.MostFiles {
			return errs.New(errs.Invalid, "error.capture_many", listing.MostFiles)
		}
		kept, err := s.Listings.Keep(c.ctx(), c.by, name, r, s.FileBytes)
		if errs.CodeOf(err) == errs.Invalid { // one file that is none of ours does not stop the others
			bad = append(bad, listing.Dropped{Name: name, Err: err})
			return nil
		}
		files = append(files, kept)
		return err
	})
	var out []listing.Dropped
	if err == nil && (len(files) > 0 || len(bad) == 0) {
		out, err = s.Listings.Drop(c.ctx(), c.by, files)
	} else if err != nil {
		c.hearOut()
	}
	if f == nil {
		return err
	}
	if code, again := c.again(f, err); again {
		return s.dropForm(c, code, f, nil)
	}
	if err != nil {
		return err
	}
	return s.dropForm(c, http.StatusOK, blank(nil), append(out, bad...))
}

// proofPage shows the form of the proof that a complaint was received.
func (s *Server) proofPage(c *ctx) error {
	f := c.query()
	rows, err := s.chosen(c, f)
	if err != nil {
		return c.unchosen(err)
	}
	return s.proofForm(c, http.StatusOK, rows, blank(map[string]string{"receipt_from": rows[0].Claimant}))
}

func (s *Server) proofForm(c *ctx, code int, rows []listing.Listing, f *form) error {
	p := c.p
	v := views.EntryView{Page: c.page(p.T("listing.receipt")), Hint: p.T("listing.receipt.hint")}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("listings", "/listings"), f.invalid()
	t := views.ListingTable(p, p.T("nav.listings"), c.listingLines(rows), "", "")
	v.Chosen = &t
	v.Groups = []views.FieldGroup{{Title: p.T("listing.receipt"), Fields: f.fill(p,
		parts.Field{Name: "receipt_from", Label: p.T("listing.receipt.from"), Max: 200, Required: true},
		parts.Field{Name: "receipt_list", Label: p.T("listing.receipt.list"), Type: parts.LongText, Rows: 3, Max: 2000, Required: true})}}
	hidden := []parts.Hidden{c.newID(f, "id")}
	for _, x := range rows {
		hidden = append(hidden, parts.Hidden{Name: "listing", Value: x.ID})
	}
	v.Form = parts.Form{Action: "/listings/receipt", Hidden: hidden, Submit: p.T("listing.receipt.do"), Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/listings"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// proofIssue issues it.
func (s *Server) proofIssue(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	rows, err := s.chosen(c, f)
	if err != nil {
		return err
	}
	d, err := s.Listings.Receipt(c.ctx(), c.by, f.all("listing"), listing.ReceiptInput{ID: f.id(), From: f.text("receipt_from"), List: f.text("receipt_list")})
	if code, again := c.again(f, err); again {
		return s.proofForm(c, code, rows, f)
	}
	if err != nil {
		return err
	}
	return c.done("/listings/papers/"+d.ID, "flash.listing.receipt", d.Number)
}

// listingPaper shows a paper about listings.
func (s *Server) listingPaper(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	d, err := s.Listings.Paper(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	return s.sheet(c, d.Document(), c.crumb("listings", "/listings")[0])
}
