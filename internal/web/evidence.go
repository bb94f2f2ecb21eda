package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/filetype"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

func evidencePath(id string) string { return "/evidence/" + id }

// matterPath is the page of a matter.
func matterPath(m *evidence.Matter) string {
	return map[string]string{"case": "/cases/", "lead": "/leads/", "visit": "/visits/"}[m.Kind] + m.ID
}

func matterCrumbs(c *ctx, m *evidence.Matter, inside bool) []layout.Crumb {
	out := []layout.Crumb{{Label: m.Number + " " + m.Title, Href: matterPath(m)}}
	if inside {
		out = append(out, layout.Crumb{Label: c.p.T("evidence.title"), Href: matterPath(m) + "/evidence"})
	}
	return out
}

// fileTools lead from a case to its evidence and to what is made of its file.
func (s *Server) fileTools(c *ctx, file *casework.File) (out []parts.Action) {
	for _, x := range []struct{ action, key, path, icon string }{
		{"evidence.view", "evidence.title", "/evidence", "archive"},
		{"volume.view", "volume.title", "/volume", "book"},
		{"review.view", "review.title", "/review", "clipboard-check"},
		{"case.export", "bundle.title", "/bundle", "package"},
	} {
		if c.can(x.action, file.Jurisdiction) {
			out = append(out, parts.Action{Label: c.p.T(x.key), Href: "/cases/" + file.ID + x.path, Icon: x.icon})
		}
	}
	return out
}

// evidenceLink leads from a lead or a visit to its evidence; the evidence leads back.
func (c *ctx) evidenceLink(to []parts.Action, path, jurisdiction string) []parts.Action {
	if c.can("evidence.view", jurisdiction) {
		to = append(to, parts.Action{Label: c.p.T("evidence.title"), Href: path + "/evidence", Icon: "archive"})
	}
	return to
}

// evidenceForms are the forms of the list as they came back.
type evidenceForms struct{ file, thing *form }

// evidenceOf is the list of a matter's evidence.
func (s *Server) evidenceOf(kind string) func(*ctx) error {
	return func(c *ctx) error {
		id, err := c.record()
		if err != nil {
			return err
		}
		m, err := s.Evidence.Matter(c.ctx(), c.by, kind, id)
		if err != nil {
			return err
		}
		return s.evidenceList(c, http.StatusOK, m, evidenceForms{})
	}
}

func (s *Server) evidenceList(c *ctx, code int, m *evidence.Matter, back evidenceForms) error {
	items, err := s.Evidence.Of(c.ctx(), m)
	if err != nil {
		return err
	}
	v := views.SheetView{Page: c.page(c.p.T("evidence.of", m.Number))}
	v.Page.Crumbs, v.Page.Invalid, v.Page.Scripts = matterCrumbs(c, m, false), code != http.StatusOK, []string{"vendor/tus.min.js", "upload.js"}
	v.Page.Lead = c.p.T("evidence.lead")
	t := s.evidenceTable(c, items)
	v.Parts = append(v.Parts, views.SheetPart{Title: c.p.T("evidence.title"), Table: &t})
	if s.Evidence.May(c.by, m, evidence.Collected) {
		v.Forms = append(v.Forms, s.evidenceFileForm(c, m, back.file), s.evidenceThingForm(c, m, back.thing))
	}
	return c.show(code, views.Sheet(v))
}

func (s *Server) evidenceTable(c *ctx, items []evidence.Full) parts.Table {
	p := c.p
	t := parts.Table{Caption: p.T("evidence.title"), Columns: []parts.Column{{Label: p.T("evidence.no"), Slim: true}, {Label: p.T("evidence.name")}, {Label: p.T("evidence.proves")}, {Label: p.T("evidence.custody")}, {Label: p.T("evidence.standing"), Slim: true}},
		Empty: &parts.EmptyState{Icon: "archive", Title: p.T("evidence.none"), Text: p.T("evidence.none.text")}}
	for i := range items {
		x := &items[i]
		picture := ""
		for _, k := range x.Copies {
			if k.Kind == evidence.Preview {
				picture = evidencePath(x.ID) + "/copies/" + k.ID
			}
		}
		sub := p.T("evidence.kind." + x.Kind)
		if x.Form == evidence.File {
			sub += " · " + c.size(x.Size) + " · SHA-256 " + x.SHA256[:12] + "…"
		} else {
			sub += " · " + x.Quantity
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("evidence.number", x.No()), ""), parts.BodyCell(views.EvidenceThumb(x.Name, evidencePath(x.ID), picture, sub)),
			parts.TextCell(x.Proves, x.Source), parts.TextCell(p.T("evidence.act."+x.State), keptAt(x.Item)), parts.BodyCell(parts.StatusDot(standingTone(x.Standing), p.T("evidence.standing."+cmpOr(x.Standing, "open"))))}})
	}
	return t
}

func cmpOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func keptAt(x evidence.Item) string {
	switch {
	case x.Keeper != "" && x.Place != "":
		return x.Keeper + " · " + x.Place
	case x.Place != "":
		return x.Place
	}
	return x.Keeper
}

func standingTone(standing string) parts.Tone {
	switch standing {
	case evidence.Accepted:
		return parts.Done
	case evidence.Challenged:
		return parts.Soon
	case evidence.Rejected:
		return parts.Late
	}
	return parts.Stopped
}

func (s *Server) evidenceFileForm(c *ctx, m *evidence.Matter, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(nil)
	}
	a := views.ActForm{ID: "add-file", Title: p.T("evidence.file.add"), Icon: "paperclip", Fold: true, Hint: p.T("evidence.file.hint", c.size(s.Evidence.Most()))}
	a.Fields = numbered("file", f.fill(p,
		parts.Field{Name: "kind", Label: p.T("evidence.kind"), Type: parts.Select, Blank: "-", Required: true, Value: "documentary", Half: true, Options: c.choices("evidence.kind", evidence.Kinds())},
		parts.Field{Name: "source", Label: p.T("evidence.source"), Hint: p.T("evidence.source.hint"), Max: 300, Half: true},
		parts.Field{Name: "proves", Label: p.T("evidence.proves"), Type: parts.LongText, Rows: 2, Max: 1000},
		parts.Field{Name: "file", Label: p.T("case.file.choose"), Type: parts.File, Required: true}))
	a.Error = f.general(p, a.Fields...)
	a.Form = parts.Form{Action: matterPath(m) + "/evidence", Files: true, Submit: p.T("evidence.file.save"), ID: "evidence-file", Hidden: []parts.Hidden{c.newID(f, "id"), {Name: "form", Value: evidence.File}, {Name: "upload"}}}
	return a
}

func (s *Server) evidenceThingForm(c *ctx, m *evidence.Matter, f *form) views.ActForm {
	p := c.p
	if f == nil {
		f = blank(nil)
	}
	a := views.ActForm{ID: "add-thing", Title: p.T("evidence.thing.add"), Icon: "package", Fold: true, Hint: p.T("evidence.thing.hint")}
	fields := []parts.Field{
		{Name: "name", Label: p.T("evidence.thing.name"), Max: 200, Required: true, Half: true},
		{Name: "quantity", Label: p.T("evidence.quantity"), Hint: p.T("evidence.quantity.hint"), Max: 60, Required: true, Half: true},
		{Name: "kind", Label: p.T("evidence.kind"), Type: parts.Select, Blank: "-", Required: true, Value: "physical", Half: true, Options: c.choices("evidence.kind", evidence.Kinds())},
		{Name: "source", Label: p.T("evidence.source"), Hint: p.T("evidence.source.hint"), Max: 300, Half: true},
		{Name: "place", Label: p.T("evidence.place"), Max: 200, Half: true},
	}
	if holds := evidence.Holds(m); len(holds) > 0 {
		track := parts.Field{Name: "track", Label: p.T("evidence.track"), Type: parts.Select, Blank: p.T("evidence.track.none"), Half: true}
		for _, t := range holds {
			track.Options = append(track.Options, parts.Option{Value: t.ID, Label: p.T("evidence.track.of", p.T("track."+t.Track), t.OpenedOn)})
		}
		fields = append(fields, track)
	}
	fields = append(fields, parts.Field{Name: "proves", Label: p.T("evidence.proves"), Type: parts.LongText, Rows: 2, Max: 1000},
		parts.Field{Name: "on_day", Label: p.T("evidence.on"), Hint: p.T("evidence.on.hint"), Type: parts.Date, Half: true}, parts.Field{Name: "on_time", Label: p.T("evidence.time"), Type: parts.Time, Half: true})
	a.Fields = numbered("thing", f.fill(p, fields...))
	a.Error = f.general(p, a.Fields...)
	a.Form = parts.Form{Action: matterPath(m) + "/evidence", Submit: p.T("evidence.thing.save"), ID: "evidence-thing", Hidden: []parts.Hidden{c.newID(f, "id"), {Name: "form", Value: evidence.Thing}}}
	return a
}

// onAt is when something happened: a day and an hour, both or neither.
func (f *form) onAt() time.Time {
	d := f.day("on_day")
	if d.IsZero() && f.text("on_time") == "" {
		return time.Time{}
	}
	return f.clockTime("on_day", "on_time")
}

// evidenceAdd takes a file or a thing.
func (s *Server) evidenceAdd(kind string) func(*ctx) error {
	return func(c *ctx) error {
		id, err := c.record()
		if err != nil {
			return err
		}
		taken := ""
		take := func(f *form, name string, r io.Reader) error {
			taken = name
			return s.Evidence.AddFile(c.ctx(), c.by, kind, id, evidence.NewFile{FileName: name, NewItem: evidence.NewItem{ID: f.id(), Kind: f.text("kind"), Source: f.text("source"), Proves: f.text("proves")}}, r)
		}
		f, err := c.formOrUpload("file", take)
		if f != nil && f.text("form") == evidence.File && err == nil && taken == "" {
			if up := f.text("upload"); up != "" {
				err = s.Evidence.Take(c.ctx(), c.by, up, func(name string, r io.Reader) error { return take(f, name, r) })
			} else {
				var bad errs.Faults
				bad.Add("file", "error.required")
				err = bad.Err()
			}
		}
		if f != nil && f.text("form") == evidence.Thing && err == nil {
			taken = f.text("name")
			in := evidence.NewItem{ID: f.id(), Form: evidence.Thing, Kind: f.text("kind"), Name: taken, Quantity: f.text("quantity"), Source: f.text("source"), Proves: f.text("proves"), Place: f.text("place"), TrackID: f.text("track"), OnAt: f.onAt()}
			if err = f.err(); err == nil {
				_, err = s.Evidence.Add(c.ctx(), c.by, kind, id, in)
			}
		}
		m := &evidence.Matter{Kind: kind, ID: id}
		if err == nil {
			return c.done(matterPath(m)+"/evidence", "flash.evidence", casework.FileName(taken))
		}
		c.hearOut()
		if f == nil {
			return err
		}
		code, again := c.again(f, err)
		if !again {
			return err
		}
		if m, err = s.Evidence.Matter(c.ctx(), c.by, kind, id); err != nil {
			return err
		}
		back := evidenceForms{file: f}
		if f.text("form") == evidence.Thing {
			back = evidenceForms{thing: f}
		}
		return s.evidenceList(c, code, m, back)
	}
}

// formOrUpload reads a form that may bring a file.
func (c *ctx) formOrUpload(field string, take func(f *form, name string, r io.Reader) error) (*form, error) {
	if c.isMultipart() {
		return c.upload(field, take)
	}
	return c.form()
}

// evidenceItem is the page of a piece of evidence.
func (s *Server) evidenceItem(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	x, err := s.Evidence.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	return s.evidencePage(c, http.StatusOK, x, nil, nil)
}

func (s *Server) evidencePage(c *ctx, code int, x *evidence.Full, act, copied *form) error {
	p := c.p
	v := views.EvidenceView{Page: c.page(p.T("evidence.one", x.No(), x.Name))}
	v.Page.Crumbs, v.Page.Invalid = matterCrumbs(c, x.Matter, true), code != http.StatusOK
	if x.Form == evidence.File {
		v.Show, v.Src, v.Alt = filetype.Family(x.MediaType), evidencePath(x.ID)+"/file?show=1", x.Name
		v.Tools = append(v.Tools, parts.Action{Label: p.T("evidence.download"), Href: evidencePath(x.ID) + "/file", Icon: "download", Download: true})
	}
	v.Tools = append(v.Tools, parts.Action{Label: p.T("evidence.label"), Href: evidencePath(x.ID) + "/label", Icon: "qrcode"})
	v.Facts = []parts.Desc{{Label: p.T("evidence.kind"), Value: p.T("evidence.kind." + x.Kind)}, {Label: p.T("evidence.proves"), Value: cmpOr(x.Proves, "–")}, {Label: p.T("evidence.source"), Value: cmpOr(x.Source, "–")}}
	if x.Form == evidence.Thing {
		v.Facts = append(v.Facts, parts.Desc{Label: p.T("evidence.quantity"), Value: x.Quantity})
	} else {
		v.Facts = append(v.Facts, parts.Desc{Label: p.T("evidence.type"), Value: x.MediaType, Code: true}, parts.Desc{Label: p.T("evidence.size"), Value: c.size(x.Size)}, parts.Desc{Label: "SHA-256", Value: x.SHA256, Code: true, Wide: true})
	}
	v.Facts = append(v.Facts, parts.Desc{Label: p.T("evidence.state"), Value: p.T("evidence.act." + x.State)}, parts.Desc{Label: p.T("evidence.keeper"), Value: cmpOr(x.Keeper, "–")}, parts.Desc{Label: p.T("evidence.place"), Value: cmpOr(x.Place, "–")})
	if x.SealNo != "" {
		v.Facts = append(v.Facts, parts.Desc{Label: p.T("evidence.seal_no"), Value: x.SealNo, Code: true})
	}
	v.Facts = append(v.Facts, parts.Desc{Label: p.T("evidence.standing"), Body: parts.StatusDot(standingTone(x.Standing), p.T("evidence.standing."+cmpOr(x.Standing, "open")))})
	v.Ledger = s.ledgerTable(c, x)
	if len(x.Copies) > 0 {
		t := parts.Table{Caption: p.T("evidence.copies"), Compact: true, Columns: []parts.Column{{Label: p.T("evidence.name")}, {Label: p.T("evidence.by")}}}
		for _, k := range x.Copies {
			t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.LinkCell(k.Name, evidencePath(x.ID)+"/copies/"+k.ID, p.T("evidence.copy."+k.Kind)+" · "+c.size(k.Size)), parts.TextCell(c.who(k.MadeBy, k.MadeName), p.Time(k.MadeAt)+" "+k.Note)}})
		}
		v.Copies = &t
	}
	v.Forms = s.evidenceActs(c, x, act, copied)
	return c.show(code, views.EvidenceItem(v))
}

// who is who did something; the program by its word.
func (c *ctx) who(id, name string) string {
	if id == access.System().ID {
		return c.p.T("audit.actor.system")
	}
	return name
}

func (s *Server) ledgerTable(c *ctx, x *evidence.Full) parts.Table {
	p := c.p
	t := parts.Table{Caption: p.T("evidence.ledger"), Compact: true, Columns: []parts.Column{{Label: p.T("evidence.act")}, {Label: p.T("evidence.when")}, {Label: p.T("evidence.what")}, {Label: p.T("evidence.by")}}}
	for _, l := range x.Ledger {
		what, from := "", "evidence.gave"
		switch l.Act {
		case evidence.Collected, evidence.Received:
			from = "evidence.source"
		case evidence.Challenged:
			from = "evidence.challenger"
		}
		for _, w := range []struct{ key, v string }{{from, l.FromWho}, {"evidence.to", l.ToWho}, {"evidence.place", l.Place}, {"evidence.seal_no", l.SealNo}, {"evidence.note", l.Note}} {
			if w.v != "" {
				if what != "" {
					what += p.T("error.join")
				}
				what += p.T("evidence.said", p.T(w.key), w.v)
			}
		}
		cell := parts.TextCell(what, "")
		if l.SHA256 != "" {
			cell = parts.LinkCell(cmpOr(what, l.FileName), fmt.Sprintf("%s/records/%d", evidencePath(x.ID), l.Seq), p.T("evidence.record.of", l.FileName, l.SHA256[:12]))
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(p.T("evidence.act."+l.Act), ""), parts.TextCell(p.Time(l.OnAt), ""), cell, parts.TextCell(c.who(l.Actor, l.ActorName), p.Time(l.At))}})
	}
	return t
}

func (s *Server) evidenceActs(c *ctx, x *evidence.Full, act, copied *form) (out []views.ActForm) {
	p := c.p
	if act == nil {
		act = blank(nil)
	}
	var acts []string
	for _, a := range evidence.Acts(&x.Item) {
		if s.Evidence.May(c.by, x.Matter, a) {
			acts = append(acts, a)
		}
	}
	if len(acts) > 0 {
		a := views.ActForm{ID: "write", Title: p.T("evidence.write"), Icon: "writing-sign", Fold: true, Hint: p.T("evidence.write.hint")}
		a.Fields = numbered("write", act.fill(p,
			parts.Field{Name: "act", Label: p.T("evidence.act"), Type: parts.Select, Blank: p.T("evidence.act.choose"), Required: true, Half: true, Options: c.choices("evidence.act", acts)},
			parts.Field{Name: "seal_no", Label: p.T("evidence.seal_no"), Max: 60, NoSpell: true, Half: true},
			parts.Field{Name: "from", Label: p.T("evidence.from"), Hint: p.T("evidence.from.hint"), Max: 100, Half: true}, parts.Field{Name: "to", Label: p.T("evidence.to"), Hint: p.T("evidence.to.hint"), Max: 100, Half: true},
			parts.Field{Name: "place", Label: p.T("evidence.place"), Max: 200, Half: true},
			parts.Field{Name: "on_day", Label: p.T("evidence.on"), Hint: p.T("evidence.on.hint"), Type: parts.Date, Half: true}, parts.Field{Name: "on_time", Label: p.T("evidence.time"), Type: parts.Time, Half: true},
			parts.Field{Name: "note", Label: p.T("evidence.note"), Type: parts.LongText, Rows: 3, Max: 2000},
			parts.Field{Name: "record", Label: p.T("evidence.record"), Hint: p.T("evidence.record.hint"), Type: parts.File}))
		a.Error = act.general(p, a.Fields...)
		a.Form = parts.Form{Action: evidencePath(x.ID) + "/custody", Files: true, Submit: p.T("evidence.write.save"), Hidden: []parts.Hidden{{Name: "lines", Value: strconv.FormatInt(x.Lines, 10)}}}
		out = append(out, a)
	}
	if x.Form == evidence.File && s.Evidence.May(c.by, x.Matter, evidence.Proves) {
		if copied == nil {
			copied = blank(nil)
		}
		a := views.ActForm{ID: "copy", Title: p.T("evidence.redact"), Icon: "eye-off", Fold: true, Hint: p.T("evidence.redact.hint")}
		a.Fields = numbered("copy", copied.fill(p, parts.Field{Name: "note", Label: p.T("evidence.redact.note"), Max: 1000, Required: true}, parts.Field{Name: "file", Label: p.T("case.file.choose"), Type: parts.File, Required: true}))
		a.Error = copied.general(p, a.Fields...)
		a.Form = parts.Form{Action: evidencePath(x.ID) + "/copies", Files: true, Submit: p.T("evidence.redact.save"), Hidden: []parts.Hidden{c.newID(copied, "id")}}
		out = append(out, a)
	}
	return out
}

// evidenceWrite writes a line into the ledger.
func (s *Server) evidenceWrite(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	done := false
	write := func(f *form, name string, r io.Reader) error {
		done = true
		in := evidence.Act{Act: f.text("act"), From: f.text("from"), To: f.text("to"), Place: f.text("place"), SealNo: f.text("seal_no"), Note: f.text("note"), OnAt: f.onAt(), Record: r, RecordName: name}
		seen := f.number("lines")
		if err := f.err(); err != nil {
			return err
		}
		return s.Evidence.Write(c.ctx(), c.by, id, seen, in)
	}
	f, err := c.formOrUpload("record", write)
	if err == nil && !done {
		err = write(f, "", nil)
	}
	if err == nil {
		return c.done(evidencePath(id)+"#ledger", "flash.evidence.written", c.p.T("evidence.act."+f.text("act")))
	}
	return s.evidenceBack(c, id, f, err, func(x *evidence.Full, code int) error { return s.evidencePage(c, code, x, f, nil) })
}

func (s *Server) evidenceBack(c *ctx, id string, f *form, err error, show func(*evidence.Full, int) error) error {
	c.hearOut()
	if f == nil {
		return err
	}
	code, again := c.again(f, err)
	if !again {
		return err
	}
	x, err := s.Evidence.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	return show(x, code)
}

// evidenceCopy keeps a copy with parts made unreadable.
func (s *Server) evidenceCopy(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	name := ""
	f, err := c.formOrUpload("file", func(f *form, file string, r io.Reader) error {
		name = file
		return s.Evidence.Redact(c.ctx(), c.by, id, f.id(), file, f.text("note"), r)
	})
	if err == nil && name == "" {
		var bad errs.Faults
		bad.Add("file", "error.required")
		err = bad.Err()
	}
	if err == nil {
		return c.done(evidencePath(id), "flash.evidence.copied", casework.FileName(name))
	}
	return s.evidenceBack(c, id, f, err, func(x *evidence.Full, code int) error { return s.evidencePage(c, code, x, nil, f) })
}

// evidenceFile sends an item's file: to be shown where a browser may show it, else to be saved.
func (s *Server) evidenceFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	show := c.QueryParam("show") == "1"
	name, media, _, f, err := s.Evidence.OpenFile(c.ctx(), c.by, id, "")
	if err != nil {
		return err
	}
	defer f.Close()
	if err := s.tellOf(c, taken(show), "evidence", id, map[string]any{"file": name}); err != nil {
		return err
	}
	return c.serve(name, media, show, f)
}

// taken is the action of who is sent a file: to be looked at, or to be saved.
func taken(show bool) string {
	if show {
		return "file.show"
	}
	return "file.download"
}

// evidenceCopyFile sends a copy.
func (s *Server) evidenceCopyFile(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	if !store.ValidID(c.Param("copy")) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	name, media, _, f, err := s.Evidence.OpenFile(c.ctx(), c.by, id, c.Param("copy"))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := s.tellOf(c, taken(true), "evidence", id, map[string]any{"file": name, "copy": c.Param("copy")}); err != nil {
		return err
	}
	return c.serve(name, media, true, f)
}

// evidenceRecord sends the signed record of a line.
func (s *Server) evidenceRecord(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	l, r, err := s.Evidence.OpenRecord(c.ctx(), c.by, id, seq)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := s.tellOf(c, taken(false), "evidence", id, map[string]any{"file": l.FileName, "seq": seq}); err != nil {
		return err
	}
	return c.send(outgoing{name: l.FileName, media: filetype.Unknown, size: l.Size}, r)
}

// serve sends a kept file from wherever in it the browser asks: films are wound. What is shown is of a type that the content has, and runs nothing; a PDF is
// drawn by the browser's own reader, which a sandbox would keep from starting, and has no origin of ours.
func (c *ctx) serve(name, media string, show bool, f io.ReadSeeker) error {
	if err := errors.Join(c.accounted(), c.reads()); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if show = show && evidence.Shown(media); show {
		h.Set("Content-Disposition", "inline; "+attachment(name)[len("attachment; "):])
		if filetype.Family(media) == filetype.PDF {
			h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'")
		}
	} else {
		media = filetype.Unknown
		h.Set("Content-Disposition", attachment(name))
	}
	h.Set("Content-Type", media)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, f)
	return nil
}

// evidenceLabel is the label of an item, with its address as a QR code.
func (s *Server) evidenceLabel(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	x, err := s.Evidence.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	scheme := "http://"
	if s.byTLS(c.Request()) {
		scheme = "https://"
	}
	path, side, err := squares(scheme + c.Request().Host + evidencePath(id))
	if err != nil {
		return err
	}
	p := c.p
	v := views.LabelView{Page: c.page(p.T("evidence.label")), Code: views.SetupCode{Path: path, Side: side}, Big: p.T("evidence.label.big", x.Matter.Number, x.No())}
	v.Page.Crumbs = append(matterCrumbs(c, x.Matter, true), layout.Crumb{Label: x.Name, Href: evidencePath(id)})
	v.Page.Actions = parts.Buttons(parts.Action{Label: c.p.T("parts.print"), Icon: "printer", Print: true})
	v.Lines = []parts.Desc{{Label: p.T("evidence.name"), Value: x.Name}, {Label: p.T("evidence.kind"), Value: p.T("evidence.kind." + x.Kind)}}
	for _, d := range []parts.Desc{{Label: p.T("evidence.quantity"), Value: x.Quantity}, {Label: p.T("evidence.seal_no"), Value: x.SealNo}, {Label: p.T("evidence.act.collected"), Value: p.Time(x.Ledger[0].OnAt)}, {Label: p.T("evidence.by"), Value: c.who(x.MadeBy, x.MadeName)}} {
		if d.Value != "" {
			v.Lines = append(v.Lines, d)
		}
	}
	if err := s.tellOf(c, "document.print", "evidence", id, map[string]any{"page": c.Path()}); err != nil {
		return err
	}
	return c.show(http.StatusOK, views.EvidenceLabel(v))
}
