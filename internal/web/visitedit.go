package web

import (
	"cmp"
	"io"
	"strconv"
	"time"

	"huzhi/internal/blob"
	"huzhi/internal/errs"
	"huzhi/internal/inspection"
	"huzhi/internal/patent"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/parts"
)

// The forms with which a record on paper is typed in at the desk, a piece at a time: each piece sent makes a new version.

// editForm is one form of the page; hidden values come with it.
func (c *ctx) editForm(f *inspection.File, back visitBack, at, what, title, icon string, hidden []parts.Hidden, fields ...parts.Field) views.ActForm {
	fill := c.backOf(back, at)
	a := views.ActForm{ID: at, Title: title, Icon: icon, Fold: true, Fields: numbered(at, fill.fill(c.p, fields...)),
		Form: parts.Form{Action: "/visits/" + f.ID + "/edit/" + what, Submit: c.p.T("visit.save"), Hidden: append([]parts.Hidden{version(f.Version), c.newID(fill, "id")}, hidden...)}}
	a.Error = fill.general(c.p, a.Fields...)
	return a
}

// visitForms are the forms of the whole visit.
func (s *Server) visitForms(c *ctx, f *inspection.File, back visitBack) []views.ActForm {
	p := c.p
	finish := c.editForm(f, back, "finish", "finish", p.T("visit.finish"), "circle-check", nil, parts.Field{Name: "ended_on", Label: p.T("visit.ended.on"), Type: parts.Date, Required: true, Value: f.VisitOn.String(), Half: true},
		parts.Field{Name: "ended_at", Label: p.T("visit.ended"), Type: parts.Time, Required: true, Half: true})
	finish.Hint = p.T("visit.finish.hint")
	return []views.ActForm{
		c.editForm(f, back, "party", "party", p.T("visit.party.add"), "building-store", nil, parts.Field{Name: "party_name", Label: p.T("visit.party.name"), Max: 200, Required: true, Half: true},
			parts.Field{Name: "party_address", Label: p.T("visit.party.address"), Max: 300, Half: true}, parts.Field{Name: "person", Label: p.T("visit.person"), Max: 200, Half: true}, parts.Field{Name: "phone", Label: p.T("visit.phone"), Type: parts.Phone, Max: 60, Half: true}),
		finish,
	}
}

// partyForms are the forms of one party.
func (s *Server) partyForms(c *ctx, f *inspection.File, x *inspection.Party, back visitBack) []views.ActForm {
	p := c.p
	of := []parts.Hidden{{Name: "party", Value: x.ID}}
	finding := c.editForm(f, back, "finding-"+x.ID, "finding", p.T("visit.finding.add", x.Name), "camera", of,
		parts.Field{Name: "product", Label: p.T("visit.product"), Max: 300, Half: true}, parts.Field{Name: "number", Label: p.T("visit.number"), Max: 200, NoSpell: true, Half: true},
		parts.Field{Name: "text", Label: p.T("visit.text"), Hint: p.T("visit.text.hint"), Type: parts.LongText, Rows: 3, Max: 5000},
		parts.Field{Name: "medium", Label: p.T("visit.medium"), Type: parts.Select, Blank: "-", Required: true, Value: "product", Half: true, Options: c.choices("visit.medium", patent.Media())},
		parts.Field{Name: "role", Label: p.T("visit.role"), Type: parts.Select, Blank: "-", Required: true, Value: "seller", Half: true, Options: c.choices("visit.role", patent.Roles())},
		parts.Field{Name: "produced_on", Label: p.T("visit.produced_on"), Type: parts.Date, Half: true}, parts.Field{Name: "sold_on", Label: p.T("visit.sold_on"), Type: parts.Date, Half: true},
		parts.Field{Name: "matches", Label: p.T("visit.matches"), Type: parts.Select, Blank: p.T("visit.unasked"), Half: true, Options: c.choices("visit.matches", patent.Answers())},
		parts.Field{Name: "permission", Label: p.T("visit.permission"), Type: parts.Select, Blank: p.T("visit.unasked"), Half: true, Options: c.choices("visit.answer", []string{"yes", "no"})},
		parts.Field{Name: "finding_note", Label: p.T("visit.note"), Type: parts.LongText, Rows: 2, Max: 5000},
		parts.Field{Name: "photo", Label: p.T("visit.photo"), Hint: p.T("visit.photo.hint"), Type: parts.File, Accept: "image/*"})
	finding.Form.Files = true
	return []views.ActForm{
		finding,
		c.editForm(f, back, "goods-"+x.ID, "goods", p.T("visit.goods.add", x.Name), "package", of, parts.Field{Name: "item", Label: p.T("visit.item.name"), Max: 300, Required: true, Half: true}, parts.Field{Name: "model", Label: p.T("visit.model"), Max: 300, Half: true},
			parts.Field{Name: "quantity", Label: p.T("visit.quantity"), Type: parts.Number, Min: "0", Required: true, Half: true}, parts.Field{Name: "unit", Label: p.T("visit.unit"), Max: 20, Half: true},
			parts.Field{Name: "unit_price", Label: p.T("visit.unit_price"), Type: parts.Money, Half: true}, parts.Field{Name: "kept", Label: p.T("visit.kept"), Max: 300, Half: true}),
		c.editForm(f, back, "measure-"+x.ID, "measure", p.T("visit.measure.add", x.Name), "hand-stop", of, parts.Field{Name: "measure", Label: p.T("visit.measure"), Type: parts.Select, Blank: "-", Required: true, Half: true, Options: c.choices("visit.measure", inspection.Measures())},
			parts.Field{Name: "approved", Label: p.T("visit.approved"), Hint: p.T("visit.approved.hint"), Max: 100, Half: true}, parts.Field{Name: "measure_text", Label: p.T("visit.measure.text"), Type: parts.LongText, Rows: 3, Max: 5000, Required: true}),
		c.editForm(f, back, "sign-"+x.ID, "sign", p.T("visit.sign.add", x.Name), "writing-sign", of, parts.Field{Name: "sign", Label: p.T("visit.sign"), Type: parts.Radio, Required: true, Options: c.choices("visit.sign", []string{inspection.OnPaper, inspection.Refused})},
			parts.Field{Name: "signer", Label: p.T("visit.signer"), Max: 200, Half: true}, parts.Field{Name: "witness", Label: p.T("visit.witness"), Hint: p.T("visit.witness.hint"), Max: 200, Half: true},
			parts.Field{Name: "refusal", Label: p.T("visit.refusal"), Max: 1000}, parts.Field{Name: "statement", Label: p.T("visit.statement"), Type: parts.LongText, Rows: 2, Max: 5000}),
	}
}

// visitEdit takes one piece of a record.
func (s *Server) visitEdit(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	what := c.Param("what")
	var ref blob.Ref
	var name string
	var f *form
	if what == "finding" {
		f, err = c.upload("photo", func(_ *form, file string, r io.Reader) (err error) {
			name = file
			ref, err = s.Rounds.KeepFile(c.ctx(), c.by, mediaType(file), r, s.FileBytes)
			return err
		})
		if err != nil {
			c.hearOut()
		}
	} else {
		f, err = c.form()
	}
	if f == nil {
		return err
	}
	if err == nil {
		err = f.err()
	}
	at := what
	if party := f.text("party"); store.ValidID(party) && what != "decide" {
		at += "-" + party
	}
	if what == "decide" {
		at += "-" + f.text("finding")
	}
	if err == nil {
		var change func(*inspection.Record, time.Time) error
		if change, err = visitChange(f, what, ref, name); err == nil {
			if err = f.err(); err == nil {
				err = c.changed("visit:"+id, s.Rounds.Edit(c.ctx(), c.by, id, f.number("version"), change))
			}
		}
	}
	if code, again := c.again(f, err); again {
		return s.visitPage(c, code, visitBack{at: at, form: f})
	}
	if err != nil {
		return err
	}
	return c.done("/visits/"+id+"#"+at, "flash.visit."+map[bool]string{true: "finished", false: "saved"}[what == "finish"])
}

// visitChange is what a form does to a record.
func visitChange(f *form, what string, ref blob.Ref, name string) (func(*inspection.Record, time.Time) error, error) {
	id := f.text("id")
	if what == "party" {
		return func(r *inspection.Record, _ time.Time) error {
			if r.Party(id) == nil {
				r.Parties = append(r.Parties, inspection.Party{ID: id, Name: f.text("party_name"), Address: f.text("party_address"), Person: f.text("person"), Phone: f.text("phone")})
			}
			return nil
		}, nil
	}
	if what == "finish" {
		ended := f.clockTime("ended_on", "ended_at")
		return func(r *inspection.Record, _ time.Time) error { r.Finished, r.EndedAt = true, ended; return nil }, nil
	}
	in := map[string]func(p *inspection.Party, r *inspection.Record, now time.Time){
		"finding": func(p *inspection.Party, r *inspection.Record, now time.Time) {
			y := inspection.Finding{ID: id, At: r.BeganAt, Number: f.text("number"), How: inspection.Typed, Note: f.text("finding_note"), Facts: patent.Facts{Medium: f.text("medium"), Text: cmp.Or(f.text("text"), f.text("number")), Role: f.text("role"),
				Party: p.Name, Product: f.text("product"), ProducedOn: f.day("produced_on"), SoldOn: f.day("sold_on"), Matches: f.text("matches"), Permission: three(f.text("permission"))}}
			if ref.Size > 0 {
				y.Photos = []inspection.Photo{{SHA256: ref.SHA256, Name: name, MediaType: mediaType(name), Size: ref.Size, TakenAt: r.BeganAt}}
			}
			p.Findings = append(p.Findings, y)
		},
		"goods": func(p *inspection.Party, _ *inspection.Record, _ time.Time) {
			p.Goods = append(p.Goods, inspection.Goods{Item: f.text("item"), Model: f.text("model"), Quantity: f.number("quantity"), Unit: f.text("unit"), UnitPrice: f.money("unit_price"), Kept: f.text("kept")})
		},
		"measure": func(p *inspection.Party, r *inspection.Record, _ time.Time) {
			p.Measures = append(p.Measures, inspection.Measure{Kind: f.text("measure"), Text: f.text("measure_text"), Approved: f.text("approved"), At: r.BeganAt})
		},
		"sign": func(p *inspection.Party, r *inspection.Record, now time.Time) {
			p.Statement = cmp.Or(f.text("statement"), p.Statement)
			p.Sign = &inspection.Sign{How: f.text("sign"), Name: f.text("signer"), Witness: f.text("witness"), Reason: f.text("refusal"), At: r.BeganAt}
			if !r.EndedAt.IsZero() {
				p.Sign.At = r.EndedAt
			}
		},
		"decide": func(p *inspection.Party, _ *inspection.Record, _ time.Time) {
			for i := range p.Findings {
				if y := &p.Findings[i]; y.ID == f.text("finding") {
					y.Decision, y.Verdict, y.Reason = f.text("decision"), "", f.text("reason")
					if y.Decision == "overrule" {
						y.Verdict = f.text("verdict")
					}
				}
			}
		},
	}[what]
	if in == nil {
		return nil, errs.New(errs.NotFound, "error.page")
	}
	f.day("produced_on") // what is no day or no number is told before anything is written
	f.day("sold_on")
	f.number("quantity")
	f.money("unit_price")
	return func(r *inspection.Record, now time.Time) error {
		p := r.Party(f.text("party"))
		if p == nil {
			return errs.New(errs.NotFound, "error.not_found")
		}
		if what != "sign" {
			p.Sign = nil // what was signed is another text now
		}
		in(p, r, now)
		return nil
	}, nil
}

// three is an answer of yes, no, or not asked.
func three(s string) *bool {
	if s == "" {
		return nil
	}
	yes := s == "yes"
	return &yes
}

// visitSettle decides between two versions.
func (s *Server) visitSettle(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if f.text("take") == "" {
		f.faults.Add("take", "error.required")
	}
	if err = f.err(); err == nil {
		err = c.changed("visit:"+id, s.Rounds.Settle(c.ctx(), c.by, id, f.number("version"), seq, inspection.Settlement{Take: f.yes("take"), Why: f.text("why")}))
	}
	if code, again := c.again(f, err); again {
		return s.visitPage(c, code, visitBack{at: "rival-" + c.Param("seq"), form: f})
	}
	if err != nil {
		return err
	}
	return c.done("/visits/"+id, "flash.visit.settled")
}

// visitReview takes what came of looking again at a finding.
func (s *Server) visitReview(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if err = f.err(); err == nil {
		err = c.changed("visit:"+id, s.Rounds.LookAgain(c.ctx(), c.by, id, c.Param("finding"), f.number("version"), inspection.Again{Verdict: f.text("verdict"), Reason: f.text("reason")}))
	}
	if code, again := c.again(f, err); again {
		return s.visitPage(c, code, visitBack{at: "review-" + c.Param("finding"), form: f})
	}
	if err != nil {
		return err
	}
	return c.done("/visits/"+id, "flash.visit.reviewed")
}

// visitDrop says that a planned visit will not be made.
func (s *Server) visitDrop(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	if err := s.Rounds.Drop(c.ctx(), c.by, id); err != nil {
		return err
	}
	return c.done("/visits/"+id, "flash.visit.dropped")
}

// visitLead makes a lead of a party.
func (s *Server) visitLead(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	l, err := s.Rounds.MakeLead(c.ctx(), c.by, id, c.Param("party"), f.text("id"))
	if err != nil {
		return err
	}
	return c.done("/leads/"+l.ID, "flash.visit.lead", l.Number)
}
