package web

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/evidence"
	"huzhi/internal/store"
)

// The words of tus 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation and termination. An upload is its sender's alone; a form takes it in once it is whole.

const tusVersion = "1.0.0"

func (c *ctx) tus(status int) error {
	c.Response().Header().Set("Tus-Resumable", tusVersion)
	return c.NoContent(status)
}

// tusFault answers what went wrong with the status that the protocol has for it. What was refused stands in the log like any refusal.
func (c *ctx) tusFault(err error) error {
	if errors.Is(err, evidence.ErrBusy) {
		return c.tus(http.StatusLocked)
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return c.tus(http.StatusRequestEntityTooLarge)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded) { // the connection broke: what came stays
		return c.tus(http.StatusBadRequest)
	}
	e := errs.As(err)
	if e == nil {
		return err
	}
	c.s.record(c, e)
	return c.tus(status(e.Code))
}

// spoken says whether the client speaks this version of the protocol.
func (c *ctx) spoken() bool { return c.Request().Header.Get("Tus-Resumable") == tusVersion }

func (s *Server) uploadOptions(c *ctx) error {
	h := c.Response().Header()
	h.Set("Tus-Version", tusVersion)
	h.Set("Tus-Extension", "creation,termination")
	h.Set("Tus-Max-Size", strconv.FormatInt(s.Evidence.Most(), 10))
	return c.tus(http.StatusNoContent)
}

func (s *Server) uploadBegin(c *ctx) error {
	if !c.spoken() {
		return c.tus(http.StatusPreconditionFailed)
	}
	size, err := strconv.ParseInt(c.Request().Header.Get("Upload-Length"), 10, 64)
	if err != nil {
		return c.tus(http.StatusBadRequest)
	}
	name := ""
	for _, pair := range strings.Split(c.Request().Header.Get("Upload-Metadata"), ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if raw, err := base64.StdEncoding.DecodeString(v); err == nil && k == "filename" {
			name = clean(string(raw))
		}
	}
	u, err := s.Evidence.Begin(c.ctx(), c.by, name, size)
	if err != nil {
		return c.tusFault(err)
	}
	c.Response().Header().Set("Location", "/uploads/"+u.ID)
	return c.tus(http.StatusCreated)
}

func (s *Server) uploadAt(c *ctx) error {
	if !store.ValidID(c.Param("id")) {
		return c.tus(http.StatusNotFound)
	}
	u, err := s.Evidence.Upload(c.ctx(), c.by, c.Param("id"))
	if err != nil {
		return c.tusFault(err)
	}
	h := c.Response().Header()
	h.Set("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	h.Set("Upload-Length", strconv.FormatInt(u.Size, 10))
	h.Set("Cache-Control", "no-store")
	return c.tus(http.StatusOK)
}

func (s *Server) uploadAppend(c *ctx) error {
	r := c.Request()
	offset, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	switch {
	case !c.spoken():
		return c.tus(http.StatusPreconditionFailed)
	case r.Header.Get("Content-Type") != "application/offset+octet-stream":
		return c.tus(http.StatusUnsupportedMediaType)
	case err != nil || offset < 0:
		return c.tus(http.StatusBadRequest)
	case !store.ValidID(c.Param("id")):
		return c.tus(http.StatusNotFound)
	}
	end, err := s.Evidence.Append(c.ctx(), c.by, c.Param("id"), offset, r.Body)
	if err != nil {
		return c.tusFault(err)
	}
	c.Response().Header().Set("Upload-Offset", strconv.FormatInt(end, 10))
	return c.tus(http.StatusNoContent)
}

func (s *Server) uploadDrop(c *ctx) error {
	if !store.ValidID(c.Param("id")) {
		return c.tus(http.StatusNotFound)
	}
	if err := s.Evidence.Drop(c.ctx(), c.by, c.Param("id")); err != nil {
		return c.tusFault(err)
	}
	return c.tus(http.StatusNoContent)
}
