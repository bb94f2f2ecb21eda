package web

import (
	"cmp"
	"net/http"
	"strconv"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/inspection"
	"huzhi/views"
	"huzhi/views/parts"
)

// visitBack is a form of a visit's page that came back.
type visitBack struct {
	at   string // "finding-<party>", "goods-<party>", "finish" …
	form *form
}

// visit shows an inspection.
func (s *Server) visit(c *ctx) error { return s.visitPage(c, http.StatusOK, visitBack{}) }

func (s *Server) visitPage(c *ctx, code int, back visitBack) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := s.Rounds.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.VisitView{Page: c.page(f.Name)}
	v.Page.Crumbs, v.Page.NoHead, v.Page.Invalid = c.crumb("visits", "/visits"), true, back.form != nil
	v.Banner = parts.Banner{Number: c.span(&f.Visit), Title: f.Name, Kind: p.T("visit.kind." + f.Kind), State: p.T("visit.state." + f.State), StateTone: visitTone(f.State), County: c.place(f.Place),
		Confidential: c.confidential(f.Restricted)}
	for _, o := range f.Officers {
		v.Banner.Officers = append(v.Banner.Officers, o.Name)
	}
	v.Banner.More = c.evidenceLink(v.Banner.More, "/visits/"+f.ID, f.Jurisdiction)
	works := c.can("visit.work", f.Jurisdiction)
	if f.State == inspection.Planned && works {
		v.Banner.Main = &parts.Action{Label: p.T("visit.begin"), Href: "/visits/new?plan=" + f.ID, Icon: "writing", Look: "primary"}
	}
	if f.State == inspection.Planned && c.can("visit.plan", f.Jurisdiction) {
		v.Banner.More = append(v.Banner.More, parts.Action{Label: p.T("visit.drop"), Href: "/visits/" + f.ID + "/drop", Icon: "x", Post: true})
	}
	v.Facts = s.visitFacts(c, f)
	v.History, v.Earlier = s.visitHistory(c, f), s.visitEarlier(c, f)
	for _, r := range f.Rivals {
		v.Rivals = append(v.Rivals, s.visitRival(c, f, r, works, back))
	}
	if f.Record != nil {
		v.Checks = s.visitChecks(c, f.Record)
		for i := range f.Record.Parties {
			v.Parties = append(v.Parties, s.visitParty(c, f, &f.Record.Parties[i], works, back))
		}
		if f.State == inspection.Open && works {
			v.Forms = s.visitForms(c, f, back)
		}
	}
	return c.show(code, views.Visit(v))
}

func (s *Server) visitFacts(c *ctx, f *inspection.File) []parts.Desc {
	p := c.p
	out := []parts.Desc{{Label: p.T("visit.office"), Value: c.place(f.Jurisdiction)}, {Label: p.T("visit.address"), Value: f.Address}, {Label: p.T("visit.planned.note"), Value: f.Note}}
	for _, o := range f.Officers {
		out = append(out, parts.Desc{Label: p.T("visit.officer"), Value: o.Name, Note: p.T("visit.certificate", o.CertificateNo, o.CertificateUntil)})
	}
	if r := f.Record; r != nil {
		shown := p.T("visit.answer.no")
		if r.Shown {
			shown = p.T("visit.answer.yes")
		}
		out = append(out, parts.Desc{Label: p.T("visit.shown"), Value: shown}, parts.Desc{Label: p.T("visit.position"), Value: c.position(r.Position)}, parts.Desc{Label: p.T("visit.device"), Value: firstLine(r.Device, 120)},
			parts.Desc{Label: p.T("visit.note"), Value: r.Note})
		if r.Paper {
			out = append(out, parts.Desc{Label: p.T("visit.paper"), Value: p.T("visit.paper.typed")})
		}
	}
	for _, ver := range f.Versions {
		if ver.Seq == f.Version {
			out = append(out, parts.Desc{Label: p.T("visit.received"), Value: p.Seconds(ver.ReceivedAt), Note: ver.ActorName}, parts.Desc{Label: p.T("visit.clock"), Value: c.skew(ver.SkewMs)})
		}
	}
	return given(out...)
}

func (c *ctx) position(at *inspection.Position) string {
	if at == nil {
		return ""
	}
	return c.p.T("visit.position.is", strconv.FormatFloat(at.Latitude, 'f', 5, 64), strconv.FormatFloat(at.Longitude, 'f', 5, 64), strconv.FormatFloat(at.Accuracy, 'f', 0, 64))
}

func (s *Server) visitHistory(c *ctx, f *inspection.File) parts.Table {
	p := c.p
	t := parts.Table{Caption: p.T("visit.history"), Compact: true, Columns: []parts.Column{{Label: p.T("visit.version")}, {Label: p.T("visit.received")}}}
	for _, ver := range f.Versions {
		what := p.T("visit.version.earlier", ver.Seq)
		switch {
		case ver.Seq == f.Version:
			what = p.T("visit.version.holds", ver.Seq)
		case ver.Open():
			what = p.T("visit.version.rival", ver.Seq)
		case ver.Settled != "":
			what = p.T("visit.version."+ver.Settled, ver.Seq, ver.SettledName, ver.SettledWhy)
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(what, p.T("visit.source."+ver.Source)+" · "+ver.ActorName), parts.TextCell(p.Seconds(ver.ReceivedAt), c.skew(ver.SkewMs))}})
	}
	return t
}

func (s *Server) visitEarlier(c *ctx, f *inspection.File) parts.Table {
	t := parts.Table{Caption: c.p.T("visit.earlier"), Compact: true, Columns: []parts.Column{{Label: c.p.T("visit.party")}, {Label: c.p.T("visit.result")}}}
	for _, e := range f.Earlier {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(e.Party, "/visits/"+e.VisitID, c.p.Day(e.VisitOn)), parts.TextCell(c.p.T("visit.result."+e.Result), e.Product+" "+e.PatentNo)}})
	}
	return t
}

func (s *Server) visitChecks(c *ctx, r *inspection.Record) parts.Table {
	t := parts.Table{Caption: c.p.T("visit.checklist"), Compact: true, Columns: []parts.Column{{Label: c.p.T("visit.item")}, {Label: c.p.T("visit.answer"), Slim: true}}}
	for _, x := range s.Rounds.Lists()[r.Kind] {
		for _, a := range r.Checklist {
			if a.Item == x.ID {
				t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(x.Text.In(c.p.Lang()), x.Cite.In(c.p.Lang())), parts.TextCell(c.p.T("visit.answer."+a.Answer), a.Note)}})
			}
		}
	}
	return t
}

// visitRival sets a version beside the one that holds.
func (s *Server) visitRival(c *ctx, f *inspection.File, r inspection.Rival, works bool, back visitBack) views.VisitRival {
	p := c.p
	at := "rival-" + strconv.FormatInt(r.Seq, 10)
	x := views.VisitRival{Title: p.T("visit.rival", r.Seq)}
	x.Table = parts.Table{Caption: x.Title, Columns: []parts.Column{{Label: p.T("visit.item")}, {Label: p.T("visit.version.holds", f.Version)}, {Label: p.T("visit.version.rival", r.Seq)}}}
	row := func(label, a, b string) {
		tone := parts.Plain
		if a != b {
			tone = parts.Late
		}
		x.Table.Rows = append(x.Table.Rows, parts.Row{Tone: tone, Cells: []parts.Cell{parts.TextCell(label, ""), parts.TextCell(cmp.Or(a, "–"), ""), parts.TextCell(cmp.Or(b, "–"), "")}})
	}
	var held inspection.Version
	for _, ver := range f.Versions {
		if ver.Seq == f.Version {
			held = ver
		}
	}
	row(p.T("visit.received"), p.Seconds(held.ReceivedAt)+" "+held.ActorName, p.Seconds(r.ReceivedAt)+" "+r.ActorName)
	row(p.T("visit.device"), firstLine(held.Device, 60), firstLine(r.Device, 60))
	a, b := f.Record, r.Record
	if a == nil {
		a = &inspection.Record{}
	}
	row(p.T("visit.name"), a.Name, b.Name)
	row(p.T("visit.began"), p.Time(a.BeganAt), p.Time(b.BeganAt))
	row(p.T("visit.note"), a.Note, b.Note)
	for _, id := range partiesOf(a, b) {
		m, n := a.Party(id), b.Party(id)
		row(p.T("visit.party"), c.partyLine(m), c.partyLine(n))
		for _, fid := range findingsOf(m, n) {
			row(p.T("visit.finding"), c.findingLine(m, fid), c.findingLine(n, fid))
		}
	}
	if !works {
		x.Form = views.ActForm{ID: at, Title: p.T("visit.rival.decide"), Hint: c.notYours("visit.work", f.Jurisdiction)}
		return x
	}
	fill := c.backOf(back, at)
	x.Form = views.ActForm{ID: at, Title: p.T("visit.rival.decide"), Icon: "scale", Form: parts.Form{Action: "/visits/" + f.ID + "/versions/" + strconv.FormatInt(r.Seq, 10), Submit: p.T("visit.rival.save"), Hidden: []parts.Hidden{version(f.Version)}},
		Fields: numbered(at, fill.fill(p, parts.Field{Name: "take", Label: p.T("visit.rival.which"), Type: parts.Radio, Required: true, Options: []parts.Option{
			{Value: "no", Label: p.T("visit.rival.keep", f.Version)}, {Value: "yes", Label: p.T("visit.rival.take", r.Seq)}}},
			parts.Field{Name: "why", Label: p.T("visit.rival.why"), Type: parts.LongText, Rows: 2, Max: 2000, Required: true}))}
	x.Form.Error = fill.general(p, x.Form.Fields...)
	return x
}

func partiesOf(list ...*inspection.Record) (out []string) {
	seen := map[string]bool{}
	for _, r := range list {
		for _, p := range r.Parties {
			if !seen[p.ID] {
				seen[p.ID] = true
				out = append(out, p.ID)
			}
		}
	}
	return out
}

func findingsOf(list ...*inspection.Party) (out []string) {
	seen := map[string]bool{}
	for _, p := range list {
		if p == nil {
			continue
		}
		for _, f := range p.Findings {
			if !seen[f.ID] {
				seen[f.ID] = true
				out = append(out, f.ID)
			}
		}
	}
	return out
}

func (c *ctx) partyLine(p *inspection.Party) string {
	if p == nil {
		return ""
	}
	out := c.p.T("visit.party.line", p.Name, p.Address, len(p.Goods), len(p.Measures))
	if p.Sign != nil {
		out += " · " + c.p.T("visit.sign."+p.Sign.How)
	}
	return out
}

func (c *ctx) findingLine(p *inspection.Party, id string) string {
	if p == nil {
		return ""
	}
	for i := range p.Findings {
		if f := &p.Findings[i]; f.ID == id {
			return c.p.T("visit.finding.line", f.Facts.Product, f.Number, c.p.T("visit.result."+f.Result()), len(f.Photos)) + " " + f.Note
		}
	}
	return ""
}

// backOf is the form that came back, where it is the one at this place of the page.
func (c *ctx) backOf(back visitBack, at string) *form {
	if back.form != nil && back.at == at {
		return back.form
	}
	return blank(nil)
}

func (s *Server) visitParty(c *ctx, f *inspection.File, x *inspection.Party, works bool, back visitBack) views.VisitParty {
	p := c.p
	v := views.VisitParty{ID: x.ID, Name: x.Name, Facts: given(parts.Desc{Label: p.T("visit.party.address"), Value: x.Address}, parts.Desc{Label: p.T("visit.person"), Value: x.Person},
		parts.Desc{Label: p.T("visit.phone"), Value: x.Phone}, parts.Desc{Label: p.T("visit.statement"), Value: x.Statement, Wide: true}, parts.Desc{Label: p.T("visit.sign"), Value: c.signLine(x.Sign)})}
	if x.Sign != nil && x.Sign.Image != "" {
		v.Facts = append(v.Facts, parts.Desc{Label: p.T("visit.sign.image"), Value: p.T("visit.sign.see"), Href: "/visits/" + f.ID + "/evidence/" + x.Sign.Image})
	}
	for i := range x.Findings {
		v.Findings = append(v.Findings, s.visitFinding(c, f, x, &x.Findings[i], works, back))
	}
	v.Goods = parts.Table{Caption: p.T("visit.goods"), Compact: true, Columns: []parts.Column{{Label: p.T("visit.item.name")}, {Label: p.T("visit.quantity"), Num: true}, {Label: p.T("visit.unit_price"), Num: true}, {Label: p.T("visit.kept")}}}
	for _, g := range x.Goods {
		v.Goods.Rows = append(v.Goods.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(g.Item, g.Model), parts.NumCell(p.Count(g.Quantity) + " " + g.Unit), parts.NumCell(p.Money(g.UnitPrice)), parts.TextCell(g.Kept, g.Remark)}})
	}
	v.Measures = parts.Table{Caption: p.T("visit.measures"), Compact: true, Columns: []parts.Column{{Label: p.T("visit.measure")}, {Label: p.T("visit.measure.text")}}}
	for _, m := range x.Measures {
		by := ""
		if m.Approved != "" {
			by = p.T("visit.approved.by", m.Approved)
		}
		v.Measures.Rows = append(v.Measures.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("visit.measure."+m.Kind), p.Time(m.At)), parts.TextCell(m.Text, by)}})
	}
	v.Papers = parts.Table{Caption: p.T("visit.papers"), Compact: true, Columns: []parts.Column{{Label: p.T("visit.papers")}, {Label: p.T("visit.version"), Slim: true}}}
	for _, d := range f.Papers {
		if d.PartyID != x.ID {
			continue
		}
		what := p.T("visit.version.holds", d.Version)
		if d.Version != f.Version {
			what = p.T("visit.version.earlier", d.Version)
		}
		v.Papers.Rows = append(v.Papers.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(d.Title, "/visits/"+f.ID+"/papers/"+d.ID, d.Number), parts.TextCell(what, p.Day(d.IssuedOn))}})
	}
	if l, made := f.Leads[x.ID]; made {
		v.Made = &parts.Link{Label: p.T("visit.lead.made", l.Number), Href: "/leads/" + l.ID, Icon: "inbox"}
	} else if f.State == inspection.Finished && x.Suspect() {
		a := parts.Action{Label: p.T("visit.lead.make"), Href: "/visits/" + f.ID + "/parties/" + x.ID + "/lead", Icon: "inbox", Look: "primary", Post: true, Hidden: []parts.Hidden{{Name: "id", Value: s.DB.NewID()}}}
		switch {
		case !works || !c.can("lead.add", f.Jurisdiction):
			a.Refused = c.notYours("visit.work", f.Jurisdiction)
		case len(f.Rivals) > 0:
			a.Refused = p.T("error.visit.not_finished")
		}
		v.Lead = &a
	}
	if f.State == inspection.Open && works {
		v.Forms = s.partyForms(c, f, x, back)
	}
	return v
}

func (c *ctx) signLine(s *inspection.Sign) string {
	if s == nil {
		return c.p.T("visit.sign.not")
	}
	if s.How == inspection.Refused {
		return c.p.T("visit.sign.refused.is", s.Witness, s.Reason, c.p.Time(s.At))
	}
	return c.p.T("visit.sign."+s.How) + " " + s.Name + " " + c.p.Time(s.At)
}

func (s *Server) visitFinding(c *ctx, f *inspection.File, x *inspection.Party, y *inspection.Finding, works bool, back visitBack) views.VisitFinding {
	p := c.p
	said, result, found := y.Suggested(), y.Result(), f.Found[y.ID]
	v := views.VisitFinding{Title: cmp.Or(y.Facts.Product, y.Number, p.T("visit.unnamed")), Result: p.T("visit.result." + result), Tone: resultTone(result)}
	decided := p.T("visit.undecided")
	if y.Decision != "" {
		decided = p.T("visit.decided." + y.Decision)
	}
	phone := ""
	if y.Answer != "" {
		phone = p.T("visit.phone.said", p.T("visit.result."+y.Answer))
	}
	v.Facts = given(parts.Desc{Label: p.T("visit.number"), Value: y.Number, Code: true}, parts.Desc{Label: p.T("visit.text"), Value: y.Facts.Text, Wide: true},
		parts.Desc{Label: p.T("visit.medium"), Value: p.T("visit.medium." + y.Facts.Medium)}, parts.Desc{Label: p.T("visit.role"), Value: p.T("visit.role." + y.Facts.Role)},
		parts.Desc{Label: p.T("visit.produced_on"), Value: y.Facts.ProducedOn.String()}, parts.Desc{Label: p.T("visit.sold_on"), Value: y.Facts.SoldOn.String()},
		parts.Desc{Label: p.T("visit.suggested"), Value: p.T("visit.result." + string(said.Result)), Note: phone}, parts.Desc{Label: p.T("visit.decided"), Value: decided, Note: y.Reason}, parts.Desc{Label: p.T("visit.note"), Value: y.Note, Wide: true})
	for _, r := range said.Findings {
		v.Reasons = append(v.Reasons, r.Reason.In(p.Lang())+" "+r.Cite.In(p.Lang()))
	}
	for _, u := range said.Unless {
		v.Unless = append(v.Unless, u.In(p.Lang()))
	}
	for _, l := range f.Reviews {
		if l.FindingID == y.ID {
			v.Looks = append(v.Looks, c.lookLine(l))
		}
	}
	if found.Review == "open" {
		v.Open = p.T("visit.review.open")
		if works {
			at := "review-" + y.ID
			back := c.backOf(back, at)
			a := &views.ActForm{ID: at, Title: p.T("visit.review"), Hint: p.T("visit.review.hint"), Icon: "eye", Form: parts.Form{Action: "/visits/" + f.ID + "/findings/" + y.ID + "/review", Submit: p.T("visit.review.save"), Hidden: []parts.Hidden{version(f.Version)}},
				Fields: numbered(at, back.fill(p, parts.Field{Name: "verdict", Label: p.T("visit.result"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("visit.result", inspection.Verdicts())},
					parts.Field{Name: "reason", Label: p.T("visit.reason"), Type: parts.LongText, Rows: 2, Max: 2000, Required: true}))}
			a.Error = back.general(p, a.Fields...)
			v.Review = a
		}
	}
	for _, ph := range y.Photos {
		v.Pictures = append(v.Pictures, s.visitPicture(c, f, ph))
	}
	if f.State == inspection.Open && works {
		at := "decide-" + y.ID
		back := c.backOf(back, at)
		a := &views.ActForm{ID: at, Title: p.T("visit.decide"), Icon: "gavel", Fold: true, Form: parts.Form{Action: "/visits/" + f.ID + "/edit/decide", Submit: p.T("visit.save"), Hidden: []parts.Hidden{version(f.Version), {Name: "party", Value: x.ID}, {Name: "finding", Value: y.ID}}},
			Fields: numbered(at, back.fill(p, parts.Field{Name: "decision", Label: p.T("visit.decided"), Type: parts.Radio, Required: true, Value: y.Decision, Options: c.choices("visit.decide", inspection.Decisions())},
				parts.Field{Name: "verdict", Label: p.T("visit.result"), Type: parts.Select, Blank: "-", Hint: p.T("visit.verdict.hint"), Options: c.choices("visit.result", inspection.Verdicts())},
				parts.Field{Name: "reason", Label: p.T("visit.reason"), Type: parts.LongText, Rows: 2, Max: 2000}))}
		a.Error = back.general(p, a.Fields...)
		v.Form = a
	}
	return v
}

// lookLine is one line of what made a finding be looked at again.
func (c *ctx) lookLine(l inspection.Review) string {
	p, when := c.p, c.p.Time(l.At)
	switch l.Step {
	case inspection.StepMoved:
		m := l.Moved()
		to := p.T("patent.status.NOT_FOUND")
		if m.To != "" {
			to = p.T("patent.status." + string(m.To))
		}
		return p.T("visit.look.moved", when, m.Number, p.T("patent.status."+string(m.From)), to, firstLine(l.Reason, 90))
	case inspection.StepReviewed:
		return p.T("visit.look.reviewed", when, l.ActorName, p.T("visit.result."+l.Verdict), l.Reason)
	}
	return p.T("visit.look.differs", when, p.T("visit.result."+l.Verdict))
}

func (s *Server) visitPicture(c *ctx, f *inspection.File, ph inspection.Photo) views.VisitPicture {
	p := c.p
	v := views.VisitPicture{Href: "/visits/" + f.ID + "/evidence/" + ph.SHA256, Alt: cmp.Or(ph.Caption, ph.Name), Name: ph.Name, Shown: shown(ph.MediaType)}
	for _, e := range f.Evidence {
		if e.SHA256 != ph.SHA256 {
			continue
		}
		v.Name = p.T("visit.photo.no", e.Place)
		v.Facts = given(parts.Desc{Label: p.T("visit.file"), Value: e.Name, Note: c.size(e.Size)}, parts.Desc{Label: p.T("visit.taken"), Value: p.Seconds(ph.TakenAt)}, parts.Desc{Label: p.T("visit.received"), Value: p.Seconds(e.ReceivedAt)},
			parts.Desc{Label: p.T("visit.position"), Value: c.position(ph.Position)}, parts.Desc{Label: p.T("visit.device"), Value: firstLine(e.Device, 120)}, parts.Desc{Label: "SHA-256", Value: e.SHA256, Code: true})
	}
	for _, l := range f.Custody[ph.SHA256] {
		v.Custody = append(v.Custody, p.T("visit.custody."+l.Act, p.Seconds(l.At), l.ActorName, firstLine(l.Note, 90)))
	}
	return v
}

// shown says whether browsers show such a picture.
func shown(mediaType string) bool {
	switch mediaType {
	case "image/jpeg", "image/png", "image/webp":
		return true
	}
	return false
}

// visitPaper shows a paper of a visit, to be printed.
func (s *Server) visitPaper(c *ctx) error {
	d, err := s.Rounds.Paper(c.ctx(), c.by, c.Param("id"), c.Param("paper"))
	if err != nil {
		return err
	}
	paper, err := d.Document().Paper()
	if err != nil {
		s.Log.Error("a paper was changed after it was issued", "id", c.id, "paper", d.ID, "err", err)
		return errs.New(errs.Conflict, "error.document_changed", d.Number).On("visit:" + d.VisitID).Because(err)
	}
	v := views.DocumentView{Page: c.page(d.Title + " " + d.Number), Paper: paper, Issued: c.p.T("sheet.issued", d.IssuedBy, d.IssuedOn), SHA256: d.SHA256}
	v.Page.Crumbs = c.crumb("visits", "/visits/"+d.VisitID)
	if day, err := calendar.ParseDay(paper.Date); err == nil {
		v.Date = day.Han()
	}
	if err := s.tellOf(c, "document.print", "visit", d.VisitID, map[string]any{"document": d.Number}); err != nil {
		return err
	}
	return c.show(http.StatusOK, views.Document(v))
}

// visitEvidence sends a photograph: to be shown where its bytes are a picture that browsers show, else to be saved.
func (s *Server) visitEvidence(c *ctx) error {
	e, r, err := s.Rounds.OpenEvidence(c.ctx(), c.by, c.Param("id"), c.Param("sha"))
	if err != nil {
		return err
	}
	defer r.Close()
	if err := s.tellOf(c, taken(true), "visit", c.Param("id"), map[string]any{"file": e.Name, "sha256": c.Param("sha")}); err != nil {
		return err
	}
	return c.send(outgoing{name: e.Name, media: e.MediaType, size: e.Size, show: true}, r)
}
