package web

import (
	"bytes"
	"context"
	"net/http"

	"github.com/a-h/templ"

	"huzhi/internal/errs"
	"huzhi/internal/i18n"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// page is the frame of the page that answers this request: menu, person, flash, language and theme.
func (c *ctx) page(title string) layout.Page {
	p := layout.Page{
		P: c.p, Assets: c.s.Assets.Path, Title: title, Path: local(c.Request().URL.RequestURI(), "/"), Theme: c.prefs.Theme,
		Demo: c.s.Demo != nil, Today: c.s.today(), Flash: c.takeFlash(),
	}
	if c.Request().Method != http.MethodGet { // a form that came back: the switches of language and theme lead to its page, not to the POST
		p.Path = c.from("/")
	}
	if c.in() && c.duty == "" { // else the way leads nowhere but to the duty
		p.Nav = c.s.menu(c)
		p.Bell, p.Ring = c.s.bell(c), c.s.rings(c)
		p.User = &layout.User{ID: c.by.ID, Name: c.by.Name, RoleLine: c.s.roleLine(c, c.by),
			Links: []parts.Link{{Label: c.p.T("nav.account"), Href: "/account", Icon: "user"}}}
	}
	return p
}

// show answers with a page. It is rendered whole before the first byte goes out, so a fault in it is a true 500.
func (c *ctx) show(status int, page templ.Component) error {
	if status == http.StatusOK {
		if err := c.reads(); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := page.Render(context.WithoutCancel(c.ctx()), &b); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// renderLast makes the page that is shown when even the error page cannot be rendered.
func (s *Server) renderLast() error {
	for _, lang := range i18n.Languages() {
		p := s.Catalogue.Printer(lang)
		var b bytes.Buffer
		err := views.Error(views.ErrorView{
			Page:   layout.Page{P: p, Assets: s.Assets.Path, Title: p.T("error.title.500")},
			Status: http.StatusInternalServerError, Text: p.T("error.internal"),
		}).Render(s.background(), &b)
		if err != nil {
			return err
		}
		s.last[lang] = b.Bytes()
	}
	return nil
}

// say is what an error tells the person.
func (c *ctx) say(e *errs.Error) string { return c.p.M(e.Message) }
