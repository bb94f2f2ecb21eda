package web

import (
	"net/http"
	"os"
	"strings"

	"huzhi/internal/errs"
	"huzhi/views"
	"huzhi/views/parts"
)

// bundlePage says what a bundle holds and makes one at a button.
func (s *Server) bundlePage(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	file, err := s.Docket.Find(c.ctx(), c.by, id)
	if err != nil {
		return err
	}
	p := c.p
	v := views.SheetView{Page: c.page(p.T("bundle.title"))}
	v.Page.Crumbs, v.Page.Lead = caseCrumbs(c, file, true), p.T("bundle.lead")
	part := views.SheetPart{Title: p.T("bundle.what"), Items: []parts.Desc{{Label: p.T("case.number"), Value: file.Number, Code: true}, {Label: p.T("case.documents"), Value: p.Count(int64(len(file.Documents)))},
		{Label: p.T("case.files"), Value: p.Count(int64(len(file.Attached)))}, {Label: p.T("case.clocks"), Value: p.Count(int64(len(file.Clocks)))}, {Label: p.T("bundle.holds"), Value: p.T("bundle.holds.text"), Wide: true}, {Label: p.T("bundle.checks"), Value: p.T("bundle.checks.text"), Wide: true}}}
	for _, k := range s.Translog.Public() {
		part.Items = append(part.Items, parts.Desc{Label: p.T("heads.key"), Value: k, Code: true, Wide: true})
	}
	if s.Bundles.May(c.by, file) {
		part.Actions = []parts.Action{{Label: p.T("bundle.make"), Href: "/cases/" + id + "/bundle", Post: true, Icon: "package", Look: "primary"}}
	}
	v.Parts = []views.SheetPart{part}
	return c.show(http.StatusOK, views.Sheet(v))
}

// bundleMake makes the bundle and sends it: it is whole before its first byte goes out.
func (s *Server) bundleMake(c *ctx) error {
	id, err := c.record()
	if err != nil {
		return err
	}
	f, err := s.scratch("bundle")
	if err != nil {
		return err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	m, err := s.Bundles.Write(c.ctx(), c.by, id, f)
	if err != nil {
		return err
	}
	c.toldAlready()
	return c.sendFile(strings.NewReplacer("/", "_").Replace(m.Case)+".zip", "application/zip", f)
}

// scratch is a file to be made and sent.
func (s *Server) scratch(what string) (*os.File, error) {
	if err := os.MkdirAll(s.Scratch, 0o750); err != nil {
		return nil, errs.New(errs.Conflict, "error.internal").Because(err)
	}
	return os.CreateTemp(s.Scratch, what+"-*")
}

// sendFile sends a file that was made just now.
func (c *ctx) sendFile(name, media string, f *os.File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, 0); err != nil {
		return err
	}
	return c.send(outgoing{name: name, media: media, size: st.Size()}, f)
}
