package web

import (
	"net/http"
	"slices"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/parts"
)

func (s *Server) partyForm(c *ctx, file *casework.File, f *form) *views.ActForm {
	if f == nil {
		f = blank(map[string]string{"role": "respondent", "form": "company"})
	}
	a := &views.ActForm{ID: "add-party", Title: c.p.T("party.add"), Icon: "user-plus"}
	a.Fields = f.fill(c.p,
		parts.Field{Name: "role", Label: c.p.T("party.role"), Type: parts.Select, Blank: "-", Required: true, Half: true, Options: c.choices("party.role", casework.PartyRoles())},
		parts.Field{Name: "form", Label: c.p.T("party.form"), Type: parts.Select, Blank: "-", Required: true, Half: true, Options: c.choices("party.form", casework.PartyForms())},
		parts.Field{Name: "name", Label: c.p.T("party.name"), Required: true, Max: 200},
		parts.Field{Name: "code", Label: c.p.T("party.code"), Max: 40, NoSpell: true, Half: true},
		parts.Field{Name: "representative", Label: c.p.T("party.representative"), Max: 100, Half: true},
		parts.Field{Name: "address", Label: c.p.T("party.address"), Max: 300},
		parts.Field{Name: "phone", Label: c.p.T("party.phone"), Type: parts.Phone, Max: 40, Half: true},
	)
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/parties", Submit: c.p.T("party.save"), ID: "party", Hidden: []parts.Hidden{c.newID(f, "id"), version(file.Version)}}
	return a
}

// addressForm asks where a party lives or has its seat: first of who has no address yet. Nil where there is nobody.
func (s *Server) addressForm(c *ctx, file *casework.File, f *form) *views.ActForm {
	var who []parts.Option
	first := ""
	for _, p := range file.Parties {
		if p.GoneTo != "" {
			continue
		}
		who = append(who, parts.Option{Value: p.ID, Label: p.Name + " · " + c.p.Or("party.role."+p.Role, p.Role)})
		if first == "" && p.Address == "" {
			first = p.ID
		}
	}
	if len(who) == 0 {
		return nil
	}
	if f == nil {
		f = blank(map[string]string{"party": first})
	}
	a := &views.ActForm{ID: "party-address", Title: c.p.T("party.address.set"), Icon: "map-pin"}
	a.Fields = f.fill(c.p,
		parts.Field{Name: "party", ID: parts.FieldID("address-party"), Label: c.p.T("party.address.whose"), Type: parts.Select, Blank: "-", Required: true, Options: who, Half: true},
		parts.Field{Name: "address", ID: parts.FieldID("address-text"), Label: c.p.T("party.address"), Hint: c.p.T("party.address.hint"), Required: true, Max: 300},
	)
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/addresses", Submit: c.p.T("party.address.save"), ID: "address", Hidden: []parts.Hidden{version(file.Version)}}
	return a
}

func (s *Server) patentForm(c *ctx, file *casework.File, f *form) *views.ActForm {
	if f == nil {
		f = blank(nil)
	}
	a := &views.ActForm{ID: "add-patent", Title: c.p.T("case.patent.add"), Icon: "certificate"}
	a.Fields = f.fill(c.p,
		parts.Field{Name: "number", Label: c.p.T("case.patent.number"), Hint: c.p.T("case.patent.number.hint"), Required: true, Max: 60, NoSpell: true, Half: true},
		parts.Field{Name: "patentee", Label: c.p.T("case.patent.holder"), Max: 200, Half: true},
		parts.Field{Name: "title", Label: c.p.T("case.patent.title"), Max: 200},
	)
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/patents", Submit: c.p.T("case.patent.save"), ID: "patent", Hidden: []parts.Hidden{c.newID(f, "id"), version(file.Version)}}
	return a
}

func (s *Server) caseListingForm(c *ctx, file *casework.File, f *form) *views.ActForm {
	if f == nil {
		f = blank(nil)
	}
	a := &views.ActForm{ID: "add-listing", Title: c.p.T("case.listing.add"), Icon: "shopping-cart"}
	a.Fields = f.fill(c.p, parts.Field{Name: "number", ID: parts.FieldID("listing-number"), Label: c.p.T("case.listing.which"), Hint: c.p.T("case.listing.hint"), Required: true, Max: 60, NoSpell: true, Half: true})
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/listings", Submit: c.p.T("case.listing.save"), ID: "listing"}
	return a
}

// id is the identifier that a form carries for the record it makes, "" where it is none.
func (f *form) id() string {
	if id := f.text("id"); store.ValidID(id) {
		return id
	}
	return ""
}

// addParty adds a party to a case.
func (s *Server) addParty(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, seen := c.Param("id"), f.number("version")
	if err = f.err(); err == nil {
		err = s.Docket.AddParty(c.ctx(), c.by, id, seen, casework.Party{
			ID: f.id(), Role: f.text("role"), Form: f.text("form"), Name: f.text("name"), Code: f.text("code"), Address: f.text("address"), Phone: f.text("phone"), Representative: f.text("representative"),
		})
	}
	if err == nil {
		return c.done("/cases/"+id+"#parties", "flash.party", f.text("name"))
	}
	return s.editAgain(c, f, err, func(back *caseForms) { back.party = f })
}

// setAddress writes a party's address into a case.
func (s *Server) setAddress(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, seen := c.Param("id"), f.number("version")
	f.faults.Require("party", f.text("party"))
	if err = f.err(); err == nil {
		err = s.Docket.SetAddress(c.ctx(), c.by, id, seen, f.text("party"), f.text("address"))
	}
	if err == nil {
		return c.done("/cases/"+id+"#parties", "flash.address", f.text("address"))
	}
	return s.editAgain(c, f, err, func(back *caseForms) { back.address = f })
}

// addPatent adds a patent to a case.
func (s *Server) addPatent(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, seen := c.Param("id"), f.number("version")
	if err = f.err(); err == nil {
		err = s.Docket.AddPatent(c.ctx(), c.by, id, seen, casework.Patent{ID: f.id(), Number: f.text("number"), Title: f.text("title"), Patentee: f.text("patentee")})
	}
	if err == nil {
		return c.done("/cases/"+id+"#patents", "flash.patent", f.text("number"))
	}
	return s.editAgain(c, f, err, func(back *caseForms) { back.patent = f })
}

// addListing links a listing to an e-commerce case, by the listing's number. A case that the person may not see is none.
func (s *Server) addListing(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, number := c.Param("id"), f.text("number")
	if _, err := s.Docket.Find(c.ctx(), c.by, id); err != nil {
		return err
	}
	f.faults.Require("number", number)
	if err = f.err(); err == nil {
		err = s.linkListing(c, id, number)
	}
	if err == nil {
		return c.done("/cases/"+id+"#listings", "flash.listing.linked", number)
	}
	return s.editAgain(c, f, err, func(back *caseForms) { back.listing = f })
}

// linkListing links it. What speaks against this listing is said at its number.
func (s *Server) linkListing(c *ctx, id, number string) error {
	x, err := s.Listings.ByNumber(c.ctx(), c.by, number)
	if err == nil {
		if x.CaseID != nil && *x.CaseID == id { // the form was sent twice
			return nil
		}
		err = c.changed("listing:"+x.ID, s.Listings.Link(c.ctx(), c.by, x.ID, x.Version, id))
	}
	e := errs.As(err)
	if e == nil || e.Code != errs.NotFound && e.Code != errs.Conflict {
		return err
	}
	var bad errs.Faults
	if e.Code == errs.NotFound {
		bad.Add("number", "error.listing_number")
	} else {
		bad.Add("number", e.Key, e.Args...)
	}
	return bad.Err()
}

// editAgain shows the case as it is now with the form as it was sent. Where somebody was faster, the page says who did what, and the form
// may be sent again with that known.
func (s *Server) editAgain(c *ctx, f *form, err error, put func(*caseForms)) error {
	b, err := s.caseBack(c, f, err)
	if err != nil {
		return err
	}
	if b.changed != "" {
		f.values.Del("id") // it may be taken by what was done meanwhile: sent again, knowing, the form makes another record
	}
	forms := caseForms{changed: b.changed}
	put(&forms)
	return s.caseAgain(c, b.code, b.file, forms)
}

// caseBack is what the form of a case that was refused is shown again with.
type caseBack struct {
	code    int            // the status
	file    *casework.File // the case as it is now
	changed string         // what somebody else did meanwhile; "" where nobody did
	err     error          // why it was refused
}

// caseBack reads it. An error that sends no form back is given back as it is.
func (s *Server) caseBack(c *ctx, f *form, err error) (b caseBack, _ error) {
	b.err = c.changed("case:"+c.Param("id"), err)
	var again bool
	if b.code, again = c.again(f, b.err); !again {
		return b, b.err
	}
	if b.code == http.StatusConflict && f.whole != nil {
		b.changed, f.whole = c.say(errs.As(b.err)), nil
	}
	b.file, err = s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	return b, err
}

// restrict shows the form that makes a case confidential, or open again.
func (s *Server) restrict(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.Docket.MayRestrict(c.by, file); err != nil {
		return err
	}
	return s.restrictPage(c, http.StatusOK, file, blank(nil), "")
}

// restrictPage asks for the reason and for who is let in besides the officers. Of a case that is restricted already it asks what is to
// be done: to open it again, or to let somebody in.
func (s *Server) restrictPage(c *ctx, code int, file *casework.File, f *form, changed string) error {
	p := c.p
	v := views.RestrictView{Page: c.page(p.T("case.restrict")), Changed: changed}
	v.Page.Crumbs, v.Page.Invalid = caseCrumbs(c, file, true), code != http.StatusOK
	v.Confirm = parts.Confirm{Title: file.Title, Facts: caseInBrief(c, file), Does: []string{p.T("restrict.restrict"), p.T("restrict.lead"), p.T("restrict.you")}, Danger: !file.Restricted}
	v.Confirm.Form = parts.Form{Action: "/cases/" + file.ID + "/restrict", Submit: p.T("case.restrict"), Cancel: &parts.Link{Label: p.T("act.cancel"), Href: "/cases/" + file.ID},
		Hidden: []parts.Hidden{version(file.Version)}}
	var fields []parts.Field
	if file.Restricted {
		v.Page.Title = p.T("case.restriction")
		v.Confirm.Does = []string{p.T("restrict.unrestrict"), p.T("restrict.admit")}
		v.Confirm.Submit = p.T("restrict.save")
		fields = append(fields, parts.Field{Name: "restricted", Label: p.T("restrict.what"), Type: parts.Radio, Required: true,
			Options: []parts.Option{{Value: "1", Label: p.T("restrict.what.1")}, {Value: "0", Label: p.T("restrict.what.0")}}})
	} else {
		v.Confirm.Hidden = append(v.Confirm.Hidden, parts.Hidden{Name: "restricted", Value: "1"})
	}
	if file.State != casework.Archived {
		fields = append(fields,
			parts.Field{Name: "reviewer", Label: p.T("restrict.reviewer"), Hint: partHeld(c, file, casework.PartReviewer, "restrict.reviewer.hint"), Type: parts.Select, Blank: p.T("restrict.nobody"), Options: s.admitted(file, "case.review"), Half: true},
			parts.Field{Name: "archivist", Label: p.T("restrict.archivist"), Hint: partHeld(c, file, casework.PartArchivist, "restrict.archivist.hint"), Type: parts.Select, Blank: p.T("restrict.nobody"), Options: s.admitted(file, "case.archive"), Half: true},
		)
	}
	v.Confirm.Fields = f.fill(p, append(fields, parts.Field{Name: "reason", Label: p.T("restrict.reason"), Hint: p.T("restrict.reason.hint"), Type: parts.LongText, Required: true, Max: 500})...)
	v.Confirm.Error = f.general(p, v.Confirm.Fields...)
	return c.show(code, views.Restrict(v))
}

// admitted are the people who may be let in to a restricted case for an action: nobody who investigates it.
func (s *Server) admitted(file *casework.File, action string) []parts.Option {
	var out []parts.Option
	for _, a := range s.Guard.Holders(action, file.Jurisdiction) {
		if !file.Investigated(a.ID) && !slices.Contains(file.Recused(), a.ID) && file.Challenged(a.ID) == "" {
			out = append(out, parts.Option{Value: a.ID, Label: a.Name})
		}
	}
	return out
}

// partHeld says who has a part in a case already, else the hint of its field.
func partHeld(c *ctx, file *casework.File, part, hint string) string {
	var names []string
	for _, m := range file.Members {
		if m.Part == part {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return c.p.T(hint)
	}
	return c.p.T("restrict.already", join(c.p, names))
}

// caseInBrief is what says of a form which case it is about.
func caseInBrief(c *ctx, file *casework.File) []parts.Desc {
	return []parts.Desc{
		{Label: c.p.T("case.number"), Value: file.Number, Code: true, Href: "/cases/" + file.ID},
		{Label: c.p.T("cases.state"), Value: c.stateName(file.Kind, file.State)},
	}
}

// setRestricted makes a case confidential, or open again.
func (s *Server) setRestricted(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id, seen := c.Param("id"), f.number("version")
	in := casework.Restriction{Restricted: f.yes("restricted"), Reason: f.text("reason"), Reviewer: f.text("reviewer"), Archivist: f.text("archivist")}
	f.faults.Require("restricted", f.text("restricted"))
	if err = f.err(); err == nil {
		err = s.Docket.Restrict(c.ctx(), c.by, id, seen, in)
	}
	if err == nil {
		key := "flash.unrestricted"
		if in.Restricted {
			key = "flash.restricted"
		}
		return c.done("/cases/"+id, key)
	}
	b, err := s.caseBack(c, f, err)
	if err != nil {
		return err
	}
	return s.restrictPage(c, b.code, b.file, f, b.changed)
}
