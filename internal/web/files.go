package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"huzhi/internal/access"
	"huzhi/internal/casework"
	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

func filePath(caseID, fileID string) string { return "/cases/" + caseID + "/files/" + fileID }

// caseFiles are the files attached to a case, and the form that attaches one.
func (s *Server) caseFiles(c *ctx, file *casework.File, back *form) views.CasePart {
	part := views.CasePart{ID: "files", Title: c.p.T("case.files"), Table: parts.Table{Caption: c.p.T("case.files"), Compact: true,
		Columns: []parts.Column{{Label: c.p.T("case.file.name")}, {Label: c.p.T("case.file.by")}},
		Empty:   &parts.EmptyState{Title: c.p.T("case.files.none")}}}
	for _, a := range file.Attached {
		part.Table.Rows = append(part.Table.Rows, parts.Row{Cells: []parts.Cell{
			parts.BodyCell(views.FileCell(a.Name, filePath(file.ID, a.ID), c.size(a.Size), a.SHA256)), parts.TextCell(c.addedBy(a), c.custody(a)),
		}})
	}
	if !s.Docket.MayAttach(c.by, file) {
		return part
	}
	if back == nil {
		back = blank(nil)
	}
	add := &views.ActForm{ID: "add-file", Title: c.p.T("case.file.add"), Icon: "paperclip", Hint: c.p.T("case.file.hint", c.p.T("case.size.mb", mebibytes(s.FileBytes)))}
	add.Fields = back.fill(c.p, parts.Field{Name: "file", Label: c.p.T("case.file.choose"), Type: parts.File, Required: true})
	add.Error = back.general(c.p, add.Fields...)
	add.Form = parts.Form{Action: "/cases/" + file.ID + "/files", Files: true, Submit: c.p.T("case.file.save"), ID: "attach", Hidden: []parts.Hidden{c.newID(back, "id")}}
	part.Add = add
	return part
}

// addedBy is who attached a file.
func (c *ctx) addedBy(a casework.Attachment) string {
	if a.AddedBy == access.System().ID {
		return c.p.T("audit.actor.system")
	}
	return a.AddedName
}

// custody says when a file was attached, and where it came from before.
func (c *ctx) custody(a casework.Attachment) string {
	if a.OriginAt == nil {
		return c.p.Time(a.AddedAt)
	}
	return c.p.T("case.file.origin", a.Origin, c.p.Time(*a.OriginAt), c.p.Time(a.AddedAt))
}

// size is a number of bytes as a person reads it.
func (c *ctx) size(n int64) string {
	switch {
	case n >= 1<<30:
		return c.p.T("case.size.gb", strconv.FormatFloat(float64(n)/(1<<30), 'f', 1, 64))
	case n >= 1<<20:
		return c.p.T("case.size.mb", strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64))
	case n >= 1<<10:
		return c.p.T("case.size.kb", c.p.Count(n>>10))
	}
	return c.p.T("case.size.b", c.p.Count(n))
}

// attach takes one file, as it arrives, and attaches it to the case.
func (s *Server) attach(c *ctx) error {
	id, attached := c.Param("id"), ""
	f, err := c.upload("file", func(f *form, name string, r io.Reader) error {
		attached = name
		return s.Docket.Attach(c.ctx(), c.by, id, f.id(), name, mediaType(name), r, s.FileBytes)
	})
	if err == nil && attached == "" {
		var bad errs.Faults
		bad.Add("file", "error.required")
		err = bad.Err()
	}
	if err == nil {
		return c.done("/cases/"+id+"#files", "flash.file", path.Base(strings.ReplaceAll(attached, `\`, "/")))
	}
	c.hearOut()
	if f == nil {
		return err
	}
	return s.editAgain(c, f, err, func(back *caseForms) { back.file = f })
}

// mediaType is what a file calls itself. It is never shown in the browser, only saved.
func mediaType(name string) string {
	if t := mime.TypeByExtension(strings.ToLower(path.Ext(name))); t != "" {
		return t
	}
	return "application/octet-stream"
}

// file sends an attached file to be saved, never to be opened within the site.
func (s *Server) file(c *ctx) error {
	a, r, err := s.Docket.File(c.ctx(), c.by, c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	defer r.Close()
	if err := s.tellOf(c, taken(false), "case", a.CaseID, map[string]any{"file": a.Name, "sha256": a.SHA256}); err != nil {
		return err
	}
	return c.send(outgoing{name: a.Name, media: a.MediaType, size: a.Size}, r)
}

// outgoing is a file to be sent.
type outgoing struct {
	name, media string
	size        int64
	show        bool // shown where its bytes are a picture that browsers show; else it is to be saved
}

// send sends a kept file, never as a page of the site.
func (c *ctx) send(x outgoing, r io.Reader) error {
	if err := errors.Join(c.accounted(), c.reads()); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.FormatInt(x.size, 10))
	if x.show && !shown(x.media) {
		x.show, x.media = false, "application/octet-stream"
	}
	if !x.show {
		h.Set("Content-Disposition", attachment(x.name))
	}
	if err := c.Stream(http.StatusOK, x.media, r); err != nil {
		c.s.Log.Error("file", "id", c.id, "route", c.Path(), "err", err)
		panic(http.ErrAbortHandler) // what was sent is not the file: the browser must not take it for whole
	}
	return nil
}

// attachment is a Content-Disposition with a file's name: in ASCII for old programs, and whole as RFC 5987 has it.
func attachment(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
