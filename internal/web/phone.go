package web

import (
	"cmp"
	"crypto/subtle"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/hotline"
	"huzhi/views"
	"huzhi/views/layout"
)

// The telephone system speaks to the program over POST /api/cti/calls (docs/cti.md): a form or JSON, with the token of the settings. It has no
// session; a browser that is led here by another site has no token.

// phoneWords are how telephone systems call the events, and how we do.
func phoneWords(s string) string {
	switch s {
	case "newCall", "ringing":
		return hotline.PhoneNew
	case "answer":
		return hotline.PhoneAnswered
	case "hangup":
		return hotline.PhoneHungUp
	}
	return s
}

// phoneEvent takes what the telephone system tells.
func (s *Server) phoneEvent(c *ctx) error {
	token, bearer := strings.CutPrefix(c.Request().Header.Get("Authorization"), "Bearer ")
	if s.PhoneToken == "" {
		return errs.New(errs.NotFound, "error.page")
	}
	if !bearer || subtle.ConstantTimeCompare([]byte(token), []byte(s.PhoneToken)) != 1 {
		return errs.New(errs.Forbidden, "error.cti_token").On("page:/api/cti/calls")
	}
	e, err := phoneBody(c)
	if err != nil {
		return err
	}
	if err := s.Hotline.Phoned(c.ctx(), e); err != nil {
		if x := errs.As(err); x != nil && x.Code == errs.Invalid { // a program reads it: no page
			fields := map[string]string{}
			for _, f := range x.Fields {
				fields[f.Name] = c.p.M(f.Message)
			}
			return c.JSON(http.StatusUnprocessableEntity, map[string]any{"error": "invalid", "fields": fields})
		}
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// phoneBody reads an event from a form or from JSON.
func phoneBody(c *ctx) (e hotline.PhoneEvent, err error) {
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")) // a strange one is read as a form
	if kind == "application/json" {
		raw, err := io.ReadAll(io.LimitReader(c.Request().Body, 64<<10))
		m := map[string]any{}
		if err == nil {
			err = json.Unmarshal(raw, &m)
		}
		if err != nil {
			return e, errs.New(errs.Invalid, "error.request").Because(err)
		}
		return phoneOf(func(name string) string {
			v := m[name]
			if list, ok := v.([]any); ok && len(list) > 0 {
				v = list[0]
			}
			text, _ := v.(string) // anything else is as good as nothing
			return clean(text)
		}), nil
	}
	f, err := c.form()
	if err != nil {
		return e, err
	}
	return phoneOf(f.text), nil
}

// phoneOf takes the values by their names: ours first, then as other systems call them.
func phoneOf(value func(string) string) hotline.PhoneEvent {
	return hotline.PhoneEvent{
		Event: phoneWords(value("event")), CallID: cmp.Or(value("call_id"), value("callId")), From: value("from"), To: value("to"),
		User: cmp.Or(value("user"), value("user[]")), Cause: value("cause"),
	}
}

// ringingPath is what every page of an operator asks every few seconds.
const ringingPath = "/hotline/ringing"

// rings are the calls for the person's screen as every page shows them; nil for who takes no calls.
func (s *Server) rings(c *ctx) *layout.Ring {
	if s.Hotline == nil || !s.Guard.CanAnywhere(c.by, "call.log") {
		return nil
	}
	list, err := s.ringLines(c)
	if err != nil {
		s.Log.Error("the calls that ring are not known", "id", c.id, "err", err) // the page is shown without
	}
	return &layout.Ring{Ask: ringingPath, Lines: views.Ringing(c.p, list)}
}

// ringing answers with the calls for the person's screen.
func (s *Server) ringing(c *ctx) error {
	list, err := s.ringLines(c)
	if err != nil {
		return err
	}
	return c.part(views.Ringing(c.p, list))
}

func (s *Server) ringLines(c *ctx) ([]views.RingLine, error) {
	rows, err := s.Hotline.Ringing(c.ctx(), c.by)
	if err != nil {
		return nil, err
	}
	var out []views.RingLine
	for _, x := range rows {
		from := x.From
		if from == "" {
			from = c.p.T("line.ring.withheld")
		}
		out = append(out, views.RingLine{ID: x.ID, Href: "/hotline/new?ring=" + x.ID, From: from, At: c.p.Time(x.CameAt), Mine: x.UserID == c.by.ID})
	}
	return out, nil
}
