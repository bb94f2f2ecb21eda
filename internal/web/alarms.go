package web

import (
	"net/http"

	"huzhi/views"
	"huzhi/views/parts"
)

// evidenceMost is the largest file taken as evidence, in bytes.
func (s *Server) evidenceMost() int64 {
	if s.Evidence == nil {
		return 0
	}
	return s.Evidence.Most()
}

// evidenceAlarms are the kept files that are not what they were, or are gone. Nothing is mended here.
func (s *Server) evidenceAlarms(c *ctx) error {
	rows, err := s.Evidence.Alarms(c.ctx(), c.by)
	if err != nil {
		return err
	}
	p := c.p
	v := views.SheetView{Page: c.page(p.T("alarm.title"))}
	v.Page.Lead = p.T("alarm.lead")
	t := parts.Table{Caption: p.T("alarm.title"), Columns: []parts.Column{{Label: p.T("alarm.file")}, {Label: p.T("alarm.matter")}, {Label: p.T("alarm.fault")}, {Label: p.T("alarm.found")}},
		Empty: &parts.EmptyState{Icon: "shield-check", Title: p.T("alarm.none"), Text: p.T("alarm.none.text")}}
	for _, r := range rows {
		found := ""
		if r.FoundAt != nil {
			found = p.Time(*r.FoundAt)
		}
		t.Rows = append(t.Rows, parts.Row{Tone: parts.Late, Cells: []parts.Cell{parts.TextCell(r.Name, r.SHA256), parts.TextCell(r.Number, ""), parts.TextCell(p.T("alarm.fault."+r.Fault), ""), parts.TextCell(found, "")}})
	}
	v.Parts = []views.SheetPart{{Title: p.T("alarm.title"), Table: &t}}
	return c.show(http.StatusOK, views.Sheet(v))
}

// alarm is what the desk says above all where a kept file is not what it was; nil where none is, or the person sees to none.
func (s *Server) alarm(c *ctx) (*views.SheetNote, error) {
	if s.Evidence == nil || !s.Guard.CanAnywhere(c.by, "evidence.alarm") {
		return nil, nil
	}
	n, err := s.Evidence.Alarmed(c.ctx())
	if err != nil || n == 0 {
		return nil, err
	}
	return &views.SheetNote{Tone: parts.Late, Title: c.p.N("alarm.desk", int(n)), Text: c.p.T("alarm.desk.text"), Links: []parts.Link{{Label: c.p.T("alarm.title"), Href: "/evidence/alarms"}}}, nil
}
