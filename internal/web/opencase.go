package web

import (
	"net/http"

	"huzhi/internal/casework"
	"huzhi/internal/lead"
	"huzhi/internal/listing"
	"huzhi/views"
	"huzhi/views/parts"
)

// openCasePage shows the form that opens one case about chosen listings.
func (s *Server) openCasePage(c *ctx) error {
	rows, err := s.chosen(c, c.query())
	if err != nil {
		return c.unchosen(err)
	}
	return s.openCaseForm(c, http.StatusOK, rows, s.leadOfListings(rows))
}

func (s *Server) openCaseForm(c *ctx, code int, rows []listing.Listing, f *form) error {
	p, office := c.p, rows[0].Jurisdiction
	files := c.can("lead.file", office)
	hint := "opencase.hint.propose"
	if files {
		hint = "opencase.hint.file"
	}
	v := views.EntryView{Page: c.page(p.T("listing.case.open")), Hint: p.T(hint)}
	v.Page.Crumbs, v.Page.Invalid = c.crumb("listings", "/listings"), f.invalid()
	t := views.ListingTable(p, p.N("listing.count", len(rows)), c.listingLines(rows), "", "")
	v.Chosen = &t
	matter := []parts.Field{
		{Name: "title", Label: p.T("filing.name"), Max: 200, Required: true},
		{Name: "source", Label: p.T("lead.source"), Type: parts.Select, Blank: "-", Required: true, Options: c.choices("source", listing.Sources()), Half: true},
		{Name: "place", Label: p.T("lead.place"), Hint: p.T("filing.place.hint"), Type: parts.Select, Blank: "-", Required: true, Options: c.areas(), Half: true},
		{Name: "facts", Label: p.T("lead.facts"), Type: parts.LongText, Rows: 6, Max: 20000, Required: true},
	}
	v.Groups = []views.FieldGroup{{Title: p.T("lead.group.matter"), Fields: f.fill(p, matter...)}, {Title: p.T("lead.group.parties"), Fields: f.fill(p, leadParties(c)...)}}
	if files {
		people, err := s.filingPeople(c, office, s.today())
		if err != nil {
			return err
		}
		v.Groups = append(v.Groups, views.FieldGroup{Title: p.T("filing.title"), Fields: f.fill(p, append(people,
			parts.Field{Name: "restricted", Label: p.T("filing.restricted"), Hint: p.T("filing.restricted.hint"), Type: parts.Checkbox},
			parts.Field{Name: "note", Label: p.T("filing.note"), Type: parts.LongText, Rows: 2, Max: 2000})...)})
	}
	hidden := []parts.Hidden{c.newID(f, "id"), c.newID(f, "case_id")}
	for _, x := range rows {
		hidden = append(hidden, parts.Hidden{Name: "listing", Value: x.ID})
	}
	submit := p.T("opencase.propose")
	if files {
		submit = p.T("filing.save")
	}
	v.Form = parts.Form{Action: "/listings/case", Hidden: hidden, Hotkey: true, Submit: submit, Cancel: &parts.Link{Label: p.T("intake.cancel"), Href: "/listings"}}
	v.Error = f.general(p, entryFields(v)...)
	return c.show(code, views.Entry(v))
}

// openCase opens the case, or proposes it to whoever may.
func (s *Server) openCase(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	rows, err := s.chosen(c, f)
	if err != nil {
		return c.unchosen(err)
	}
	in := listing.OpenInput{Lead: f.lead(), Filing: lead.Filing{CaseID: f.text("case_id"), Title: f.text("title"), Place: f.text("place"), Restricted: f.yes("restricted"),
		Officers: f.all("officers"), Reviewer: f.text("reviewer"), Note: f.text("note")}}
	var of *lead.Lead
	var k *casework.Case
	if err = f.err(); err == nil {
		of, k, err = s.Listings.OpenCase(c.ctx(), c.by, f.all("listing"), in)
	}
	if code, again := c.again(f, err); again {
		return s.openCaseForm(c, code, rows, f)
	}
	if err != nil {
		return err
	}
	if k == nil {
		return c.done("/leads/"+of.ID, "flash.opencase.proposed", of.Number)
	}
	return c.done("/cases/"+k.ID+"#listings", "flash.lead.filed", k.Number)
}
