package web

import (
	"io"
	"net/http"
	"time"

	"huzhi/internal/access"
	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/views"
	"huzhi/views/parts"
)

func errNoCall() error { return errs.New(errs.NotFound, "error.not_found") }

// The page on which a citizen asks for the state of a matter, by its number and the code of the receipt. It needs no sign-in, so an address may try
// a few times only; whoever knows both sees how the matter stands and what was written, and nothing else.

// asking is how often each address may ask: ten times at once, then every half minute.
var asking = access.Throttle{Door: "progress", Burst: 10, Every: 30 * time.Second}

// mayAsk takes a try of an address; an error where there is none left.
func (s *Server) mayAsk(c *ctx) error {
	left, err := asking.Ask(c.ctx(), s.DB, c.RealIP())
	if err == nil && left > 0 {
		return errs.New(errs.Throttled, "error.throttled", int((left+time.Second-1)/time.Second))
	}
	return err
}

// progress is the empty page.
func (s *Server) progress(c *ctx) error {
	return s.progressPage(c, http.StatusOK, nil, nil, blank(nil), nil)
}

// progressAsk shows the state of a matter.
func (s *Server) progressAsk(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	if err := s.mayAsk(c); err != nil {
		return err
	}
	st, written, err := s.Hotline.Progress(c.ctx(), f.text("number"), f.text("code"))
	if e := errs.As(err); e != nil && e.Code == errs.NotFound {
		f.whole = &e.Message
		return s.progressPage(c, http.StatusUnprocessableEntity, nil, nil, f, nil)
	}
	if err != nil {
		return err
	}
	return s.progressPage(c, http.StatusOK, st, written, f, nil)
}

// progressAdd takes what a citizen adds: words, and perhaps a file.
func (s *Server) progressAdd(c *ctx) error {
	if err := s.mayAsk(c); err != nil {
		return err
	}
	var file *hotline.File
	f, err := c.upload("file", func(f *form, name string, r io.Reader) (err error) {
		if _, _, err = s.Hotline.Progress(c.ctx(), f.text("number"), f.text("code")); err != nil { // nobody else leaves files here
			return err
		}
		file, err = s.Hotline.Keep(c.ctx(), name, r, s.FileBytes)
		return err
	})
	if f == nil {
		return err
	}
	if err == nil {
		err = s.Hotline.Add(c.ctx(), f.text("number"), f.text("code"), f.text("id"), f.text("text"), file)
	}
	if e := errs.As(err); e != nil && e.Code == errs.NotFound {
		c.hearOut()
		f.whole = &e.Message
		return s.progressPage(c, http.StatusUnprocessableEntity, nil, nil, f, nil)
	}
	code, again := c.again(f, err)
	if err != nil && !again {
		return err
	}
	st, written, e := s.Hotline.Progress(c.ctx(), f.text("number"), f.text("code"))
	if e != nil {
		return e
	}
	if again {
		return s.progressPage(c, code, st, written, f, f)
	}
	return s.progressPage(c, http.StatusOK, st, written, f, nil)
}

// progressPage shows the form, or the state with what was written; add is what was typed to be added.
func (s *Server) progressPage(c *ctx, code int, st *hotline.State, written []hotline.Message, f, add *form) error {
	p := c.p
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	v := views.ProgressView{Page: c.page(p.T("progress.title"))}
	v.Page.Path, v.Page.Invalid = "/progress", f.invalid()
	if st == nil {
		a := views.ActForm{ID: "ask", Hint: p.T("progress.hint"), Form: parts.Form{Action: "/progress", Submit: p.T("progress.ask")}}
		a.Fields = f.fill(p,
			parts.Field{Name: "number", Label: p.T("progress.number"), Max: 60, Required: true, NoSpell: true, Autocomplete: "off", Autofocus: true},
			parts.Field{Name: "code", Label: p.T("progress.code"), Hint: p.T("progress.code.hint"), Max: 40, Required: true, NoSpell: true, Autocomplete: "off", Inputmode: "numeric"})
		a.Error = f.general(p, a.Fields...)
		v.Forms = []views.ActForm{a}
		return c.show(code, views.Progress(v))
	}
	v.Number, v.State = p.T("progress.of", st.Number), p.T("progress.state."+st.State)
	v.Facts = given(parts.Desc{Label: p.T("progress.office"), Value: c.place(st.Office)}, parts.Desc{Label: p.T("progress.on"), Value: p.Day(st.On)},
		parts.Desc{Label: p.T("receipt.ground"), Value: p.Or("receipt.ground."+st.Ground, "")})
	for _, m := range written {
		l := views.MessageLine{Who: p.T("progress.office.word"), At: p.Time(m.At), Text: m.Text, File: m.FileName}
		if m.Side == "citizen" {
			l.Who, l.Mine = p.T("progress.you"), true
		}
		v.Messages = append(v.Messages, l)
	}
	if add == nil {
		add = blank(nil)
	}
	a := views.ActForm{ID: "add", Title: p.T("progress.add"), Hint: p.T("progress.add.hint"), Form: parts.Form{Action: "/progress/add", Files: true, Submit: p.T("progress.add.save"),
		Hidden: []parts.Hidden{{Name: "number", Value: f.text("number")}, {Name: "code", Value: f.text("code")}, c.newID(add, "id")}}}
	a.Fields = add.fill(p,
		parts.Field{Name: "text", Label: p.T("progress.text"), Type: parts.LongText, Rows: 4, Max: 5000},
		parts.Field{Name: "file", Label: p.T("progress.file"), Hint: p.T("progress.file.hint", p.T("case.size.mb", mebibytes(s.FileBytes))), Type: parts.File})
	a.Error = add.general(p, a.Fields...)
	v.Forms = []views.ActForm{a}
	return c.show(code, views.Progress(v))
}
