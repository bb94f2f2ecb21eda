package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/errs"
	"huzhi/internal/store"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// status is the HTTP status of an error's code.
func status(code errs.Code) int {
	switch code {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Conflict:
		return http.StatusConflict
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	case errs.Throttled:
		return http.StatusTooManyRequests
	}
	return http.StatusInternalServerError
}

// explain finds what a person can be told about an error, and the status of the answer. nil is: nothing, it is ours to mend.
func (s *Server) explain(err error) (*errs.Error, int) {
	if e := errs.As(err); e != nil && e.Code != errs.Internal {
		return e, status(e.Code)
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return errs.New(errs.TooLarge, "error.too_large", mebibytes(big.Limit)), http.StatusRequestEntityTooLarge
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		switch he.Code {
		case http.StatusNotFound:
			return errs.New(errs.NotFound, "error.page"), he.Code
		case http.StatusMethodNotAllowed:
			return errs.New(errs.Invalid, "error.method"), he.Code
		case http.StatusRequestEntityTooLarge:
			return errs.New(errs.TooLarge, "error.too_large", mebibytes(s.FormBytes)), he.Code
		}
		if he.Code >= 400 && he.Code < 500 {
			return errs.New(errs.Invalid, "error.request"), he.Code
		}
	}
	if e := trouble(err); e != nil {
		return e, http.StatusServiceUnavailable
	}
	return nil, http.StatusInternalServerError
}

// fail is the one place where an error becomes a page. The person reads the sentence, never the cause; the log has both.
func (s *Server) fail(c *ctx, err error) {
	if c.Response().Committed {
		s.Log.Error("after the answer began", "id", c.id, "err", err)
		return
	}
	if gone(c, err) {
		return
	}
	if _, e := c.identify(); e != nil {
		s.Log.Error("who asks", "id", c.id, "err", e)
	}
	e, code := s.explain(err)
	switch {
	case code >= http.StatusInternalServerError:
		s.Log.Error("internal", "id", c.id, "method", c.Request().Method, "route", c.Path(), "actor", c.by.ID, "err", err)
	default: // without the sentence's words, which may name people
		s.Log.Info("refused", "id", c.id, "route", c.Path(), "actor", c.by.ID, "status", code, "why", e.Key)
		s.record(c, e)
	}
	if code == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "10")
	}
	if e != nil && e.Code == errs.Throttled {
		c.retryAfter(e)
	}
	if c.route.api {
		_ = c.tellError(code, e) // the browser is gone
		return
	}
	if shown := c.show(code, s.errorPage(c, e, code)); shown != nil && !c.Response().Committed {
		s.Log.Error("error page", "id", c.id, "err", shown)
		_ = c.HTMLBlob(http.StatusInternalServerError, s.last[c.p.Lang()]) // the last there is: if the browser is gone, so be it
	}
}

// retryAfter tells a program what the sentence tells a person.
func (c *ctx) retryAfter(e *errs.Error) {
	if len(e.Args) > 0 {
		if n, ok := e.Args[0].(int); ok {
			c.Response().Header().Set("Retry-After", strconv.Itoa(n))
		}
	}
}

func (s *Server) errorPage(c *ctx, e *errs.Error, code int) templ.Component {
	v := views.ErrorView{Status: code, Text: c.p.T("error.internal"), Request: c.id}
	if e != nil {
		v.Text = c.say(e)
		if code < http.StatusInternalServerError {
			v.Request = ""
		}
		for _, f := range e.Fields {
			v.Points = append(v.Points, parts.Link{Label: c.p.T("error.field", c.p.Or("field."+f.Name, f.Name), f.Message)})
		}
		for _, n := range e.Missing {
			v.Points = append(v.Points, parts.Link{Label: c.p.M(n.Message), Href: local(n.Where, "")})
		}
	}
	if code >= http.StatusInternalServerError {
		v.Again = c.failed
	}
	v.Page = c.page(errorTitle(c, e, code))
	v.Back = parts.Link{Label: c.p.T("error.back"), Href: "/"}
	if id, of := subjectCase(e); of && code != http.StatusNotFound {
		v.Back = parts.Link{Label: c.p.T("act.cancel"), Href: "/cases/" + id}
	} else if from := c.from(""); from != "" {
		v.Back.Href = from
	}
	return views.Error(v)
}

// errorTitle is the title of an error: a person's right is one thing, what the law allows, or what is over, another.
func errorTitle(c *ctx, e *errs.Error, code int) string {
	switch {
	case e == nil:
	case strings.HasPrefix(e.Key, "power."):
		return c.p.T("error.title.power")
	case e.Code == errs.Forbidden && e.Key != "error.forbidden" && e.Key != "error.forbidden.action" && strings.HasPrefix(e.Subject, "case:"),
		e.Code == errs.Conflict && (e.Key == "error.step_closed" || strings.HasPrefix(e.Key, "error.track_")):
		return c.p.T("error.title.cannot")
	}
	return c.p.Or(fmt.Sprintf("error.title.%d", code), c.p.T("error.title.other"))
}

// subjectCase is the case that was refused.
func subjectCase(e *errs.Error) (id string, ok bool) {
	if e == nil {
		return "", false
	}
	return strings.CutPrefix(e.Subject, "case:")
}

// from is the page of this site that the request came from, as the browser says, or otherwise.
func (c *ctx) from(otherwise string) string {
	ref := c.Request().Referer()
	rest, ok := strings.CutPrefix(ref, "http://"+c.Request().Host)
	if !ok {
		rest, ok = strings.CutPrefix(ref, "https://"+c.Request().Host)
	}
	if !ok || rest == c.Request().URL.RequestURI() && c.Request().Method == http.MethodGet {
		return otherwise
	}
	return local(rest, otherwise)
}

// record writes a refusal to the log, in its own transaction: what a person may not do, and whatever the domain
// named a subject of. Refusals of nobody in particular are written at most once a second, so that no stranger can fill the log.
func (s *Server) record(c *ctx, e *errs.Error) {
	if e.Code != errs.Forbidden && e.Subject == "" {
		return
	}
	line := c.by.Entry(c.route.action, s.Users.Home(c.by), e.Subject, nil)
	if !c.in() {
		if !s.strange.AllowN(s.DB.Now(), 1) {
			return
		}
		line.Actor, line.ActorName = "anonymous", "-"
	}
	if line.Action == "" {
		line.Action = "page.open"
	}
	path := c.Path()
	if line.Subject == "" {
		line.Subject = "page:" + path
	}
	detail := map[string]any{"method": c.Request().Method, "page": path, "why": e.Key, "ip": c.RealIP(), "request": c.id}
	for _, a := range e.Args {
		if m, ok := a.(errs.Message); ok {
			detail["refused"] = m.Key
		}
	}
	line.Outcome, line.Detail = audit.Refused, audit.Detail(detail)
	within, cancel := context.WithTimeout(s.background(), 10*time.Second) // it is recorded although the browser may have gone
	defer cancel()
	if err := s.DB.Tx(within, func(tx *store.Tx) error { return audit.Append(tx, line) }); err != nil {
		s.Log.Error("a refusal could not be recorded", "id", c.id, "err", err)
	}
}

// background is the context of what must happen whatever becomes of the request.
func (s *Server) background() context.Context { return context.Background() }

// askSignIn sends somebody unknown to the sign-in page and back afterwards.
func (s *Server) askSignIn(c *ctx) error {
	r := c.Request()
	to := withNext("/login", c.wanted())
	had := c.cookie(sessionCookie) != ""
	if had {
		c.setCookie(sessionCookie, "", -1)
	}
	switch {
	case had && r.Method == http.MethodPost:
		c.flash(layout.FlashWarn, "flash.session.lost")
	case had:
		c.flash(layout.FlashWarn, "flash.session.ended")
	case r.Method == http.MethodPost:
		c.flash(layout.FlashWarn, "flash.session.none")
	}
	return c.elsewhere(to)
}

// elsewhere sends the whole browser to another page, also where it asked for a part of one only.
func (c *ctx) elsewhere(to string) error {
	r := c.Request()
	if r.Header.Get("HX-Request") != "" || r.URL.Query().Get("partial") != "" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusUnauthorized)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// wanted is the page of this site that the person wanted: this one, or that of the form that was sent.
func (c *ctx) wanted() string {
	r := c.Request()
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return local(r.URL.RequestURI(), "/")
	}
	return local(c.from("/"), "/")
}

// withNext is a path that knows where to go on to afterwards.
func withNext(path, next string) string {
	if next == "/" {
		return path
	}
	return path + "?next=" + queryEscape(next)
}

// askDuty sends a person to what they must do before anything else.
func (s *Server) askDuty(c *ctx) error {
	to := map[string]string{access.DutyPassword: "/account/password", access.DutyFactor: "/account/factor"}[c.duty]
	return c.elsewhere(withNext(to, c.wanted()))
}
