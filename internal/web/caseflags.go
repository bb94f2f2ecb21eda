package web

import (
	"huzhi/internal/casework"
	"huzhi/views"
	"huzhi/views/parts"
)

// flagForm asks which marks of the ministry's statistics a case has that nothing else in it says.
func (s *Server) flagForm(c *ctx, file *casework.File, f *form, works bool) (views.ActForm, error) {
	a := views.ActForm{ID: "flags", Title: c.p.T("flag.title"), Icon: "chart-bar", Hint: c.p.T("flag.hint")}
	standing, err := s.Docket.Flagged(c.ctx(), file)
	if err != nil {
		return a, err
	}
	has := map[string]casework.Flag{}
	for _, x := range standing {
		has[x.Flag] = x
	}
	marks := parts.Field{Name: "flags", Label: c.p.T("flag.marks"), Type: parts.Checks, ReadOnly: !works}
	for _, m := range casework.Flags() {
		x, set := has[m]
		o := parts.Option{Value: m, Label: c.p.T("mark." + m), Selected: set}
		if set {
			o.Label = c.p.T("flag.set", o.Label, x.MadeName, c.p.Time(x.MadeAt), x.Note)
		}
		marks.Options = append(marks.Options, o)
	}
	a.Form = parts.Form{Action: "/cases/" + file.ID + "/flags", Hidden: []parts.Hidden{version(file.Version)}}
	a.Fields = []parts.Field{marks}
	if works {
		a.Form.Submit = c.p.T("flag.save")
		a.Fields = append(a.Fields, parts.Field{Name: "note", Label: c.p.T("flag.note"), Hint: c.p.T("flag.note.hint"), Type: parts.LongText, Rows: 2, Max: 500})
	}
	if f.values.Has("flags.form") { // what comes back is this form, not the one above it
		a.Fields = f.fill(c.p, a.Fields...)
		a.Error = f.general(c.p, a.Fields...)
	}
	a.Form.Hidden = append(a.Form.Hidden, parts.Hidden{Name: "flags.form", Value: "1"})
	return a, nil
}

// caseFlagsSave sets them.
func (s *Server) caseFlagsSave(c *ctx) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	if err := s.Docket.SetFlags(c.ctx(), c.by, id, f.number("version"), f.all("flags"), f.text("note")); err != nil {
		code, again := c.again(f, err)
		if !again {
			return err
		}
		file, err := s.Docket.Find(c.ctx(), c.by, id)
		if err != nil {
			return err
		}
		return s.caseDataPage(c, code, file, f)
	}
	return c.done("/cases/"+id+"/data", "flash.flags")
}
