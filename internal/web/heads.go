package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"huzhi/internal/errs"
	"huzhi/internal/translog"
	"huzhi/views"
	"huzhi/views/layout"
	"huzhi/views/parts"
)

// heads shows the signed heads of the log, newest first, and the public keys they are checked with.
func (s *Server) heads(c *ctx) error {
	f := c.ask(asked{counted: []string{"before"}})
	rows, err := s.Translog.Heads(c.ctx(), f.number("before"), auditPage+1)
	if err != nil {
		return err
	}
	v := views.SheetView{Page: c.page(c.p.T("heads.title"))}
	v.Page.Crumbs = []layout.Crumb{{Label: c.p.T("audit.title"), Href: "/audit"}}
	v.Page.Lead = c.p.T("heads.lead")
	v.Page.Actions = parts.Button(parts.Action{Label: c.p.T("heads.sign"), Href: "/audit/heads", Icon: "shield-check", Post: true})
	t := parts.Table{Caption: c.p.T("heads.title"), Columns: []parts.Column{
		{Label: c.p.T("heads.size"), Num: true, Slim: true}, {Label: c.p.T("heads.at")}, {Label: c.p.T("heads.root")}, {Label: c.p.T("heads.given")}, {Label: c.p.T("heads.download"), Slim: true},
	}, Empty: &parts.EmptyState{Icon: "shield-check", Title: c.p.T("heads.none"), Text: c.p.T("heads.none.text")}}
	status := http.StatusOK
	if f.invalid() {
		v.Page.Invalid, status, rows = true, http.StatusUnprocessableEntity, nil
		t.Empty = c.misread(f, parts.Filters{Clear: "/audit/heads"})
	}
	part := views.SheetPart{Title: c.p.T("heads.title"), Table: &t}
	if len(rows) > auditPage {
		rows = rows[:auditPage]
		part.Actions = []parts.Action{{Label: c.p.T("parts.pager.next"), Href: with(c, "before", strconv.FormatInt(rows[len(rows)-1].Size, 10))}}
	}
	for _, h := range rows {
		given := parts.TextCell(c.given(h), "")
		if h.Stamp != "" {
			given = parts.LinkCell(c.given(h), fmt.Sprintf("/audit/heads/%d/stamp", h.Size), "")
		}
		t.Rows = append(t.Rows, parts.Row{Cells: []parts.Cell{parts.NumCell(c.p.Count(h.Size)), parts.TextCell(c.p.Seconds(h.SignedAt), ""), parts.TextCell(h.Root, ""),
			given, parts.LinkCell(c.p.T("heads.download"), fmt.Sprintf("/audit/heads/%d", h.Size), "")}})
	}
	v.Parts = append(v.Parts, part)
	keys := views.SheetPart{Title: c.p.T("heads.keys"), Words: c.p.T("heads.key.note")}
	for _, k := range s.Translog.Public() {
		keys.Items = append(keys.Items, parts.Desc{Label: c.p.T("heads.key"), Value: k, Code: true, Wide: true})
	}
	v.Parts = append(v.Parts, keys)
	return c.show(status, views.Sheet(v))
}

// given is how a head left the office.
func (c *ctx) given(h translog.Signed) string {
	var ways []string
	if h.ExportedAt != nil {
		ways = append(ways, c.p.T("heads.file"))
	}
	if h.MailedAt != nil {
		ways = append(ways, c.p.T("heads.mail"))
	}
	if h.Stamp != "" {
		ways = append(ways, c.p.T("heads.stamp"))
	}
	if len(ways) == 0 {
		return c.p.T("heads.waits")
	}
	return strings.Join(ways, c.p.T("error.join"))
}

// headSign signs the head now.
func (s *Server) headSign(c *ctx) error {
	h, err := s.Translog.Sign(c.ctx())
	if err != nil {
		return err
	}
	return c.done("/audit/heads", "heads.signed", c.p.Count(h.Size))
}

// headOf is the signed head that an address names.
func (s *Server) headOf(c *ctx) (h translog.Signed, err error) {
	size, err := strconv.ParseInt(c.Param("size"), 10, 64)
	if err != nil {
		return h, errs.New(errs.NotFound, "error.not_found")
	}
	return s.Translog.Find(c.ctx(), size)
}

// headStamp sends a head's time stamp to be saved.
func (s *Server) headStamp(c *ctx) error {
	h, err := s.headOf(c)
	if err != nil {
		return err
	}
	if h.Stamp == "" {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return s.logFile(c, h.StampName(), "application/timestamp-reply", h.Token())
}

// headFile sends a signed head to be saved.
func (s *Server) headFile(c *ctx) error {
	h, err := s.headOf(c)
	if err != nil {
		return err
	}
	return s.logFile(c, h.FileName(), "text/plain; charset=utf-8", []byte(h.Note))
}

// auditProof sends the proof of an entry to be saved.
func (s *Server) auditProof(c *ctx) error {
	e, err := s.logged(c)
	if err != nil {
		return err
	}
	p, err := s.Translog.Prove(c.ctx(), e.Seq)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return s.logFile(c, fmt.Sprintf("log-%d.json", e.Seq), "application/json", raw)
}

// logFile sends a file of the log itself to be saved, and tells the log.
func (s *Server) logFile(c *ctx, name, media string, raw []byte) error {
	if err := s.tell(c, "log.export", s.Users.Home(c.by), "audit:log", map[string]any{"file": name}); err != nil {
		return err
	}
	return c.blob(name, media, raw)
}
