package web

import (
	"net/http"
	"strconv"

	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/internal/fine"
	"huzhi/views"
	"huzhi/views/parts"
)

// moneyPart is the money of a penalty on the case page, nil where none was ordered.
func (s *Server) moneyPart(c *ctx, file *casework.File) *views.CasePart {
	if file.FineFen+file.ConfiscatedFen == 0 {
		return nil
	}
	return &views.CasePart{ID: "fine", Title: c.p.T("fine.title"), Table: s.moneySums(c, s.Docket.Reckon(file, file.Today)),
		More: &parts.Link{Label: c.p.T("fine.payments"), Href: "/cases/" + file.ID + "/money"}}
}

func (s *Server) moneySums(c *ctx, l fine.Ledger) parts.Table {
	t := parts.Table{Caption: c.p.T("fine.as_of", l.On), Compact: true, Columns: []parts.Column{
		{Label: c.p.T("fine.as_of", l.On)}, {Label: c.p.T("fine.ordered"), Num: true}, {Label: c.p.T("fine.paid"), Num: true}, {Label: c.p.T("fine.open"), Num: true},
	}}
	var all [3]int64
	for _, x := range []struct {
		key  string
		fens [3]int64
	}{
		{"fine.fine", [3]int64{l.Fine, l.FinePaid, l.FineOpen()}},
		{"fine.surcharge", [3]int64{l.Added, l.AddedPaid, l.AddedOpen()}},
		{"fine.confiscated", [3]int64{l.Confiscated, l.ConfiscatedPaid, l.ConfiscatedOpen()}},
	} {
		if x.fens == [3]int64{} {
			continue
		}
		row := parts.Row{Cells: []parts.Cell{parts.TextCell(c.p.T(x.key), "")}}
		for i, fen := range x.fens {
			all[i] += fen
			row.Cells = append(row.Cells, parts.NumCell(c.p.Money(fen)))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 1 {
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.TextCell(c.p.T("fine.sum"), ""), parts.NumCell(c.p.Money(all[0])), parts.NumCell(c.p.Money(all[1])), parts.NumCell(c.p.Money(all[2]))}})
	}
	return t
}

// money is the page of a penalty's money.
func (s *Server) money(c *ctx) error {
	file, err := s.Docket.Find(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return err
	}
	return s.moneyPage(c, http.StatusOK, file, nil, "", "")
}

// moneyPage shows it, with a form that came back: of the payment to void, or with no such one, of a new payment.
func (s *Server) moneyPage(c *ctx, code int, file *casework.File, back *form, void, changed string) error {
	if file.FineFen+file.ConfiscatedFen == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	l := s.Docket.Reckon(file, file.Today)
	v := views.MoneyView{Page: c.page(c.p.T("fine.title")), Changed: changed, Sums: s.moneySums(c, l)}
	v.Page.Crumbs, v.Page.Lead, v.Page.Invalid = caseCrumbs(c, file, true), file.Title, code != http.StatusOK
	if l.Capped {
		v.Notes = append(v.Notes, c.p.T("fine.capped", l.Cite))
	} else if l.Added > 0 {
		v.Notes = append(v.Notes, c.p.T("fine.cite", l.Cite))
	}
	for _, t := range file.Running("remedy") {
		v.Notes = append(v.Notes, c.p.T("fine.stops", t.Facts.Day("remedy_on")))
	}
	v.Lines = s.moneyLines(c, l)
	works := file.Open() && c.can("case.work", file.Jurisdiction) && file.Is(c.by.ID, casework.PartOfficer)
	v.Payments = s.moneyPayments(c, file)
	if works && !file.DecidedOn.IsZero() && l.Open() > 0 {
		f := back
		if f == nil || void != "" {
			f = blank(map[string]string{"paid_on": file.Today.String(), "paid_for": fine.Fine, "amount": casework.Yuan(l.FineOpen())})
		}
		v.Payments.Add = s.paymentForm(c, file, f)
	}
	if works {
		for _, p := range file.Payments {
			if p.VoidedAt == nil {
				v.Voids = append(v.Voids, s.voidForm(c, file, p, back, void))
			}
		}
	}
	return c.show(code, views.Money(v))
}

func (s *Server) moneyLines(c *ctx, l fine.Ledger) views.CasePart {
	part := views.CasePart{ID: "lines", Title: c.p.T("fine.lines"), Table: parts.Table{Caption: c.p.T("fine.lines"), Compact: true, Columns: []parts.Column{
		{Label: c.p.T("fine.line.part"), Num: true}, {Label: c.p.T("fine.line.due")}, {Label: c.p.T("fine.line.until")}, {Label: c.p.T("fine.line.days"), Num: true}, {Label: c.p.T("fine.line.added"), Num: true},
	}, Empty: &parts.EmptyState{Title: c.p.T("fine.none")}}}
	for _, x := range l.Lines {
		if x.Due > l.On+36500 { // not served yet: no day of payment
			continue
		}
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.NumCell(c.p.Money(x.Fen)), parts.TextCell(c.p.Day(x.Due), ""), parts.TextCell(c.p.Day(x.Until), c.p.T("fine.end."+x.End)), parts.NumCell(c.p.Count(int64(x.Days))), parts.NumCell(c.p.Money(x.Added)),
		}})
	}
	return part
}

func (s *Server) moneyPayments(c *ctx, file *casework.File) views.CasePart {
	part := views.CasePart{ID: "payments", Title: c.p.T("fine.payments"), Table: parts.Table{Caption: c.p.T("fine.payments"), Compact: true, Columns: []parts.Column{
		{Label: c.p.T("fine.payment.on")}, {Label: c.p.T("fine.payment.for")}, {Label: c.p.T("fine.payment.amount"), Num: true}, {Label: c.p.T("fine.payment.receipt")}, {Label: c.p.T("fine.payment.by")},
	}, Empty: &parts.EmptyState{Title: c.p.T("fine.payment.none")}}}
	for _, p := range file.Payments {
		note := ""
		if p.VoidedAt != nil {
			note = c.p.T("fine.payment.voided", p.VoidedWhy, p.VoidedName)
		}
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.TextCell(c.p.Day(p.OnDay), note), parts.TextCell(c.p.T("fine."+p.PaidFor), ""), parts.NumCell(c.p.Money(p.Fen)), parts.TextCell(p.Receipt, ""), parts.TextCell(p.MadeName, c.p.Time(p.MadeAt)),
		}})
	}
	return part
}

func (s *Server) paymentForm(c *ctx, file *casework.File, f *form) *views.ActForm {
	a := &views.ActForm{ID: "add-payment", Title: c.p.T("fine.add"), Icon: "coin"}
	a.Fields = f.fill(c.p,
		parts.Field{Name: "paid_for", Label: c.p.T("ask.paid_for"), Type: parts.Radio, Inline: true, Required: true, Options: c.choices("choice.paid_for", fine.Kinds())},
		parts.Field{Name: "paid_on", Label: c.p.T("ask.paid_on"), Type: parts.Date, Required: true, Half: true, Min: file.DecidedOn.String(), Upto: file.Today.String()},
		parts.Field{Name: "amount", Label: c.p.T("ask.amount"), Type: parts.Money, Required: true, Half: true},
		parts.Field{Name: "receipt", Label: c.p.T("ask.receipt"), Required: true, Max: 100, NoSpell: true},
	)
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/payments", Submit: c.p.T("fine.add"), ID: "payment", Hidden: []parts.Hidden{c.newID(f, "id"), version(file.Version)}}
	return a
}

func (s *Server) voidForm(c *ctx, file *casework.File, p casework.Payment, back *form, void string) views.VoidForm {
	f := blank(nil)
	if void == p.ID {
		f = back
	}
	a := views.ActForm{ID: "void-" + p.ID, Title: c.p.T("fine.void") + " · " + c.p.Day(p.OnDay) + " · " + c.p.T("case.yuan", c.p.Money(p.Fen))}
	a.Fields = f.fill(c.p, parts.Field{Name: "why", ID: "why-" + p.ID, Label: c.p.T("ask.why"), Required: true, Max: 500})
	a.Error = f.general(c.p, a.Fields...)
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/payments/" + p.ID + "/void", Submit: c.p.T("fine.void"), ID: "void-form-" + p.ID, Hidden: []parts.Hidden{version(file.Version)}}
	return views.VoidForm{ActForm: a}
}

// pay records a payment.
func (s *Server) pay(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	seen, fen := f.number("version"), f.money("amount")
	if err = f.err(); err == nil {
		err = s.Docket.Pay(c.ctx(), c.by, c.Param("id"), seen, casework.Payment{ID: f.id(), PaidFor: f.text("paid_for"), OnDay: f.day("paid_on"), Fen: fen, Receipt: f.text("receipt")})
	}
	if err == nil {
		return c.done("/cases/"+c.Param("id")+"/money", "fine.added")
	}
	return s.moneyAgain(c, f, err, "")
}

// voidPayment voids one.
func (s *Server) voidPayment(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	seen := f.number("version")
	if err = f.err(); err == nil {
		err = s.Docket.VoidPayment(c.ctx(), c.by, c.Param("id"), seen, c.Param("payment"), f.text("why"))
	}
	if err == nil {
		return c.done("/cases/"+c.Param("id")+"/money", "fine.voided")
	}
	return s.moneyAgain(c, f, err, c.Param("payment"))
}

func (s *Server) moneyAgain(c *ctx, f *form, err error, void string) error {
	b, err := s.caseBack(c, f, err)
	if err != nil {
		return err
	}
	if b.changed != "" {
		f.values.Set("version", strconv.FormatInt(b.file.Version, 10))
	}
	return s.moneyPage(c, b.code, b.file, f, void, b.changed)
}
