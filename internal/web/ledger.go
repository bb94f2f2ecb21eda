package web

import (
	"context"
	"errors"
	"io"
	"slices"

	"huzhi/internal/calendar"
	"huzhi/internal/deadline"
	"huzhi/internal/errs"
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/parts"
)

func listingPath(id string) string { return "/listings/" + id }

// flowTone is the colour of a listing's state.
func flowTone(s listing.State) parts.Tone {
	switch s {
	case listing.Found, listing.Captured, listing.Judged:
		return parts.Soon
	case listing.Final:
		return parts.Done
	case listing.Restored:
		return parts.Stopped
	}
	return parts.Running
}

// stateNames are the states of the flow.
func stateNames() (out []string) {
	for _, s := range listing.States() {
		out = append(out, string(s))
	}
	return out
}

// listingStages are how far a listing is, with its days.
func (c *ctx) listingStages(x *listing.Listing) []parts.Stage {
	days := map[listing.State]calendar.Day{listing.Found: x.FoundOn, listing.Captured: x.CapturedOn, listing.Judged: x.JudgedOn, listing.Notified: x.NotifiedOn, listing.Told: x.ToldOn,
		listing.Declared: x.DeclaredOn, listing.Measured: x.ResultOn, listing.Restored: x.RestoredOn, listing.Final: x.FinalOn}
	var out []parts.Stage
	for _, s := range listing.States() {
		st := parts.Stage{Label: c.p.T("listing.state." + string(s)), Day: days[s], State: parts.StageTodo}
		switch {
		case s == x.State:
			st.State = parts.StageNow
		case !days[s].IsZero():
			st.State = parts.StageDone
		case slices.Index(listing.States(), s) < slices.Index(listing.States(), x.State):
			st.State = parts.StageSkipped
		}
		out = append(out, st)
	}
	return out
}

// ledgerParts fills in what the ledger knows of a listing: its flow, clocks, captures, marks, papers and history.
func (s *Server) ledgerParts(c *ctx, x *listing.Listing, v *views.ListingView, act string, back *form) error {
	p := c.p
	steps, err := s.Listings.Steps(c.ctx(), x.ID)
	if err != nil {
		return err
	}
	v.Stages, v.Drawing = c.listingStages(x), c.listingDrawing(x, steps)
	for _, d := range []parts.Desc{
		{Label: p.T("listing.item"), Value: x.Item, Code: true}, {Label: p.T("listing.source"), Value: p.Or("source."+x.Source, x.Source)},
		{Label: p.T("listing.claimant"), Value: x.Claimant}, {Label: p.T("listing.patent_type"), Value: c.patentType(x.PatentType)},
		{Label: p.T("listing.sales"), Value: c.amount(x.Sales)}, {Label: p.T("listing.stock"), Value: c.amount(x.Stock)},
	} {
		if d.Value != "" {
			v.About = append(v.About, d)
		}
	}
	if x.SellerID != nil {
		v.About = append(v.About, parts.Desc{Label: p.T("listing.seller"), Value: p.T("listing.seller.open"), Href: sellerPath(*x.SellerID)})
	}
	if x.Canonical != x.URL {
		v.About = append(v.About, parts.Desc{Label: p.T("listing.canonical"), Value: x.Canonical, Body: outside(p, x.Canonical), Wide: true})
	}
	if x.TakeID != nil {
		v.About = append(v.About, parts.Desc{Label: p.T("listing.take"), Value: p.T("listing.take.open"), Href: takePath(*x.TakeID)})
	}
	if err := s.relistRemark(c, x, v); err != nil {
		return err
	}
	if x.DispatchedTo != "" {
		v.Remarks = append(v.Remarks, views.Remark{Tone: parts.Running, Title: p.T("listing.dispatched", c.officeWord(x.DispatchedTo), x.DispatchedOn)})
	}
	if x.AidState == "sent" {
		tone := parts.Soon
		if s.today() > x.AidDueOn {
			tone = parts.Late
		}
		v.Remarks = append(v.Remarks, views.Remark{Tone: tone, Title: p.T("listing.aid.sent"), Text: p.T("listing.aid.due", x.AidDueOn)})
	}
	if c.can("listing.work", x.Jurisdiction) {
		s.flowForms(c, x, v, act, back)
	}
	for _, fill := range []func(*ctx, *listing.Listing, *views.ListingView) error{s.captureCard, s.akinCard, s.markCard, s.listingClocks, s.noticeCard, s.paperCard, s.stepCard} {
		if err := fill(c, x, v); err != nil {
			return err
		}
	}
	return nil
}

// officeWord is the name of one of our offices, or the name itself.
func (c *ctx) officeWord(s string) string {
	if _, ours := c.s.Regions.Get(s); ours {
		return c.place(s)
	}
	return s
}

func (c *ctx) patentType(t string) string {
	if t == "" {
		return ""
	}
	return c.p.T("patent.type." + t)
}

// amount is a number of pieces that may not be known.
func (c *ctx) amount(n *int64) string {
	if n == nil {
		return ""
	}
	return c.p.Count(*n)
}

func (s *Server) relistRemark(c *ctx, x *listing.Listing, v *views.ListingView) error {
	if err := s.againRemarks(c, x, v); err != nil {
		return err
	}
	if x.Relists == nil {
		return nil
	}
	old, err := s.Listings.Find(c.ctx(), c.by, *x.Relists)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	tone := parts.Soon
	if x.RelistState == "open" {
		tone = parts.Late
	}
	v.Remarks = append(v.Remarks, views.Remark{Tone: tone, Title: c.p.T("listing.relist." + x.RelistState + ".title"), Text: c.p.T("listing.relist.text", old.Number, old.Title)})
	v.About = append(v.About, parts.Desc{Label: c.p.T("listing.relists"), Value: old.Number, Href: listingPath(old.ID)})
	return nil
}

// flowForms are the steps that can be taken now, folded; the plainest next one stands open.
func (s *Server) flowForms(c *ctx, x *listing.Listing, v *views.ListingView, act string, back *form) {
	for _, st := range listing.Flow() {
		if st.Name == "judge" || st.Name == "result" || !st.Open(x) || st.Name == "relisted" && x.RelistState == "" {
			continue
		}
		f := blank(map[string]string{"on": s.today().String(), "second": s.today().String()})
		if act == st.Name && back != nil {
			f = back
		}
		fold := act != st.Name && !(st.Name == "notify" || st.Name == "relisted" && x.RelistState == "open")
		to := listingPath(x.ID) + "/steps/" + st.Name
		if st.Name == "capture" {
			to = listingPath(x.ID) + "/capture"
		}
		v.Forms = append(v.Forms, c.stepForm(st, to, f, fold, version(x.Version)))
	}
}

// stepForm asks for what a step needs.
func (c *ctx) stepForm(st listing.Step, action string, f *form, fold bool, hidden ...parts.Hidden) views.ActForm {
	p := c.p
	a := views.ActForm{ID: "step-" + st.Name, Icon: "arrow-right", Title: p.T("listing.step." + st.Name), Hint: p.Or("listing.step."+st.Name+".hint", ""), Fold: fold,
		Form: parts.Form{Action: action, Submit: p.T("listing.step." + st.Name), Hidden: hidden}}
	var fields []parts.Field
	if st.Name == "capture" {
		a.Icon, a.Form.Files = "camera", true
		a.Form.Hidden = append(a.Form.Hidden, c.newID(f, "id"))
		fields = []parts.Field{
			{Name: "file", Label: p.T("listing.capture.files"), Hint: p.T("listing.capture.files.hint", mebibytes(c.s.FileBytes)), Type: parts.File, Multiple: true, Accept: "image/*,.html,.htm,.mhtml,.pdf"},
			{Name: "title", Label: p.T("listing.title"), Max: 300},
			{Name: "text", Label: p.T("listing.capture.text"), Hint: p.T("listing.capture.text.hint"), Type: parts.LongText, Rows: 3, Max: 20000},
			{Name: "price", Label: p.T("listing.price"), Type: parts.Money, Half: true}, {Name: "sales", Label: p.T("listing.sales"), Half: true, Inputmode: "numeric"},
			{Name: "stock", Label: p.T("listing.stock"), Half: true, Inputmode: "numeric"},
		}
	}
	if len(st.Choices) > 0 {
		fields = append(fields, parts.Field{Name: "choice", Label: p.T("listing.step." + st.Name + ".choice"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("listing."+st.Name, st.Choices)})
	}
	if st.Name == "dispatch" {
		options := []parts.Option{}
		for _, r := range c.s.Regions.All() {
			options = append(options, parts.Option{Value: r.Code, Label: c.place(r.Code)})
		}
		fields = append(fields, parts.Field{Name: "to", Label: p.T("listing.step.dispatch.to"), Type: parts.Select, Blank: "-", Options: options, Half: true},
			parts.Field{Name: "elsewhere", Label: p.T("listing.step.dispatch.elsewhere"), Hint: p.T("listing.step.dispatch.elsewhere.hint"), Max: 200, Half: true})
	}
	if st.Day {
		fields = append(fields, parts.Field{Name: "on", Label: p.T("listing.step." + st.Name + ".on"), Type: parts.Date, Required: true, Upto: c.s.today().String(), Half: true})
	}
	if st.Second {
		fields = append(fields, parts.Field{Name: "second", Label: p.T("listing.step." + st.Name + ".second"), Type: parts.Date, Required: true, Upto: c.s.today().String(), Half: true})
	}
	if st.Name != "capture" {
		fields = append(fields, parts.Field{Name: "reason", Label: p.Or("listing.step."+st.Name+".reason", p.T("listing.step.reason")), Type: parts.LongText, Rows: 2, Max: 5000, Required: st.Reason})
	}
	a.Fields = numbered("step-"+st.Name, f.fill(p, fields...))
	a.Error = f.general(p, a.Fields...)
	return a
}

// flowInput is what a form gives a step.
func flowInput(f *form) listing.Input {
	in := listing.Input{Choice: f.text("choice"), On: f.day("on"), Second: f.day("second"), Reason: f.text("reason"), To: f.text("to")}
	if other := f.text("elsewhere"); other != "" {
		in.To = other
	}
	return in
}

// listingStep takes a step of the flow with a listing.
func (s *Server) listingStep(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	st, ok := listing.StepOf(c.Param("step"))
	if !ok || st.Name == "capture" {
		return errs.New(errs.NotFound, "error.not_found")
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	in := flowInput(f)
	if err = f.err(); err == nil {
		err = c.changed("listing:"+id, s.Listings.Act(c.ctx(), c.by, id, f.number("version"), st.Name, in))
	}
	if code, again := c.again(f, err); again {
		return s.listingAgain(c, code, id, st.Name, f)
	}
	if err != nil {
		return err
	}
	if _, err := s.Listings.Find(c.ctx(), c.by, id); errs.CodeOf(err) == errs.NotFound { // it is another office's now
		return c.done("/listings", "flash.listing.step")
	}
	return c.done(listingPath(id), "flash.listing.step")
}

// listingCapture writes down how a listing was seen, with files as they arrive.
func (s *Server) listingCapture(c *ctx) error {
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
	var files []listing.File
	f, err := c.upload("file", func(_ *form, name string, r io.Reader) error {
		if len(files) >= listing.MostFiles {
			return errs.New(errs.Invalid, "error.capture_many", listing.MostFiles)
		}
		kept, err := s.Listings.Keep(c.ctx(), c.by, name, r, s.FileBytes)
		files = append(files, kept)
		return err
	})
	if err == nil {
		in := listing.CaptureInput{ID: f.id(), Title: f.text("title"), Text: f.text("text"), Files: files}
		for _, n := range []struct {
			name string
			to   **int64
			fen  bool
		}{{"price", &in.PriceFen, true}, {"sales", &in.Sales, false}, {"stock", &in.Stock, false}} {
			if f.text(n.name) == "" {
				continue
			}
			value := f.number
			if n.fen {
				value = f.money
			}
			*n.to = new(value(n.name))
		}
		if err = f.err(); err == nil {
			_, err = s.Listings.Capture(c.ctx(), c.by, id, f.number("version"), in)
			err = c.changed("listing:"+id, err)
		}
	} else {
		c.hearOut()
	}
	if f == nil {
		return err
	}
	if code, again := c.again(f, err); again {
		return s.listingAgain(c, code, id, "capture", f)
	}
	if err != nil {
		return err
	}
	return c.done(listingPath(id)+"#captures", "flash.listing.captured")
}

// listingFile sends a captured file: shown where its bytes are a picture that browsers show, else to be saved.
func (s *Server) listingFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	e, r, err := s.Listings.OpenFile(c.ctx(), c.by, id, c.Param("sha"))
	if err != nil {
		return err
	}
	defer r.Close()
	if err := s.tellOf(c, taken(true), "listing", id, map[string]any{"file": e.Name, "sha256": c.Param("sha")}); err != nil {
		return err
	}
	return c.send(outgoing{name: e.Name, media: e.MediaType, size: e.Size, show: true}, r)
}

func (s *Server) captureCard(c *ctx, x *listing.Listing, v *views.ListingView) error {
	list, err := s.Listings.Captures(c.ctx(), x.ID)
	if err != nil {
		return err
	}
	p := c.p
	t := &parts.Table{Caption: p.T("listing.captures"), Compact: true, Columns: []parts.Column{{Label: p.T("listing.captured")}, {Label: p.T("listing.capture.files")}, {Label: p.T("listing.marks"), Slim: true}, {Label: p.T("listing.price"), Num: true}},
		Empty: &parts.EmptyState{Title: p.T("listing.captures.none")}}
	for _, k := range list {
		var files []views.CapturedFile
		for _, f := range k.Files {
			files = append(files, views.CapturedFile{Name: f.Name, Href: listingPath(x.ID) + "/files/" + f.SHA256, About: p.T("listing.kind."+f.Kind) + " · " + c.size(f.Size) + " · " + f.SHA256})
		}
		mark, price := parts.TextCell(p.T("listing.marks.none"), ""), ""
		if k.Verdict != "" {
			r := k.Judged()
			mark = parts.BodyCell(views.FindingCell(p, p.T("mark.result."+string(k.Verdict)), findingsLine(c, &r), ""))
		}
		if k.PriceFen != nil {
			price = p.Money(*k.PriceFen)
		}
		t.Rows = append(t.Rows, parts.Row{Tone: verdictTone(k.Verdict), Cells: []parts.Cell{parts.TextCell(p.Time(k.MadeAt), k.ByName), parts.BodyCell(views.CapturedFiles(files)), mark, parts.NumCell(price)}})
	}
	v.Main = append(v.Main, views.SheetCard{ID: "captures", Title: p.T("listing.captures"), Table: t})
	return nil
}

// markCard is what the newest screening says of the marks.
func (s *Server) markCard(c *ctx, x *listing.Listing, v *views.ListingView) error {
	k, err := s.Listings.LastChecked(c.ctx(), x.ID)
	if err != nil || k == nil {
		return err
	}
	r, p := k.Judged(), c.p
	descs := []parts.Desc{{Label: p.T("screen.mark"), Value: k.Mark, Wide: true}, {Label: p.T("mark.row"), Value: k.Row}, {Label: p.T("mark.limb"), Value: k.Limb},
		{Label: p.T("mark.reason"), Value: findingsLine(c, &r), Wide: true}}
	if k.Decision != "" {
		descs = append(descs, parts.Desc{Label: p.T("screen.decision"), Value: p.T("screen.decision." + k.Decision), Note: k.ByName}, parts.Desc{Label: p.T("mark.why"), Value: k.Reason, Wide: true})
	}
	v.Main = append(v.Main, views.SheetCard{ID: "marks", Title: p.T("screen.result"), Badge: parts.Badge(verdictTone(x.Verdict), p.T("mark.result."+string(x.Verdict))), Descs: descs})
	return nil
}

func (s *Server) listingClocks(c *ctx, x *listing.Listing, v *views.ListingView) error {
	list, err := s.Listings.Clocks(c.ctx(), x.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	v.Side = append(v.Side, views.SheetCard{ID: "clocks", Title: c.p.T("listing.clocks"), Table: s.clockTable(c, list)})
	return nil
}

// clockTable is the clocks of a listing: what runs until when, by which article.
func (s *Server) clockTable(c *ctx, list []deadline.Clock) *parts.Table {
	t := &parts.Table{Caption: c.p.T("listing.clocks"), Compact: true, Columns: []parts.Column{{Label: c.p.T("listing.clock")}, {Label: c.p.T("listing.clock.due"), Slim: true}}}
	for i := range list {
		k := &list[i]
		r, _ := s.Clocks.Rule(k)
		title, cite := r.Title.ZH, r.Cite.ZH
		if c.p.Lang() == "en" {
			title, cite = r.Title.EN, r.Cite.EN
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(title, cite), parts.TextCell(c.p.Day(k.DueOn), c.clockState(k))}})
	}
	return t
}

// clockState is whether a clock runs, stands still, is over or was stopped.
func (c *ctx) clockState(k *deadline.Clock) string {
	switch {
	case !k.Running():
		return c.p.T("listing.clock.stopped", k.StoppedOn)
	case !k.PausedOn.IsZero():
		return c.p.T("listing.clock.paused", k.PausedOn)
	case c.s.today() > k.DueOn:
		return c.p.T("listing.clock.over")
	}
	return c.p.T("listing.clock.runs")
}

func (s *Server) paperCard(c *ctx, x *listing.Listing, v *views.ListingView) error {
	list, err := s.Listings.Papers(c.ctx(), c.by, x.ID)
	if err != nil {
		return err
	}
	t := &parts.Table{Caption: c.p.T("listing.papers"), Compact: true, Columns: []parts.Column{{Label: c.p.T("listing.paper")}, {Label: c.p.T("listing.paper.on"), Slim: true}}, Empty: &parts.EmptyState{Title: c.p.T("listing.papers.none")}}
	for _, d := range list {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(d.Number, "/listings/papers/"+d.ID, d.Title), parts.TextCell(c.p.Day(d.IssuedOn), d.IssuedName)}})
	}
	v.Side = append(v.Side, views.SheetCard{ID: "papers", Title: c.p.T("listing.papers"), Table: t})
	return nil
}

func (s *Server) stepCard(c *ctx, x *listing.Listing, v *views.ListingView) error {
	rows, err := s.Listings.Steps(c.ctx(), x.ID)
	if err != nil {
		return err
	}
	line := &parts.Timeline{Title: c.p.T("listing.history")}
	for i := range rows {
		r := &rows[i]
		in := r.Given()
		e := parts.Event{Time: r.At, Who: r.ByName, Title: c.p.T("listing.step." + r.Step + ".done"), Text: r.Reason, Icon: "arrow-right", Tone: flowTone(r.ToState)}
		switch {
		case r.Step == "verdict":
			e.Title += " · " + c.p.T("mark.result."+in.Choice)
		case in.Choice != "":
			e.Title += " · " + c.p.T("listing."+r.Step+"."+in.Choice)
		case in.To != "":
			e.Title += " · " + c.officeWord(in.To)
		}
		line.Events = append(line.Events, e)
	}
	line.Events = append(line.Events, parts.Event{Time: x.CreatedAt, Title: c.p.T("listing.step.add.done"), Icon: "plus", Tone: parts.Running})
	v.Side = append(v.Side, views.SheetCard{Timeline: line})
	return nil
}

// carryListings gives the program a moment with what waits of the ledger, so that little is done at once.
func (s *Server) carryListings(c *ctx) {
	moment, cancel := context.WithTimeout(c.ctx(), s.carry)
	defer cancel()
	if err := s.Listings.Work(moment); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		s.Log.Error("the listing ledger waits", "id", c.id, "err", err)
	}
}
