package volume

import (
	"slices"
	"strconv"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/casework"
	"huzhi/internal/typeset"
)

// OutsideFields are what of the steps parties, courts and other offices may read: how a paper was served, and what was said at the hearing. Fields are named one
// by one.
func OutsideFields() []string { return append(servedFields(), hearingFields()...) }

func hearingFields() []string { return []string{"hearing_record", "hearing_minutes"} }

func servedFields() []string {
	return []string{"notice_way", "notice_received_on", "decision_way", "decision_received_on", "served_on", "way", "receiver", "server_1", "server_2"}
}

// sheets are the pieces that are made of the steps.
func (b *Binder) sheets(f *casework.File, volume string) (out []Piece) {
	if volume == Main {
		filed := f.Taken[0]
		lines := [][2]string{{"case.number", f.Number}, {"volume.name", f.Title}, {"volume.party", strings.Join(f.PartyNames(""), "；")}, {"case.filed_on", f.FiledOn.Han()}, {"volume.officers", strings.Join(officers(f), "、")}}
		for _, p := range f.Patents {
			lines = append(lines, [2]string{"case.patent.number", p.Number + " " + p.Title})
		}
		out = append(out, b.sheet(Filing, "volume.sheet.filing", filed.ActorName, f.FiledOn, lines))
		for i := range f.Taken {
			t := &f.Taken[i]
			if lines := b.served(f, t); len(lines) > 0 {
				section := Served
				if t.Step == "serve" || t.Step == "serve_decision" {
					section = Decision
				}
				out = append(out, b.sheet(section, "volume.sheet.service", t.ActorName, t.OnDay, lines))
			}
			for _, name := range hearingFields() {
				if v := t.Data[name]; v != "" {
					out = append(out, b.sheet(Hearing, "volume.sheet.hearing", t.ActorName, t.OnDay, [][2]string{{"ask." + name, v}}))
				}
			}
		}
		return out
	}
	out = append(out, b.sheet(Source, "volume.sheet.source", f.Taken[0].ActorName, f.FiledOn, [][2]string{{"case.source", b.say.Or("source."+f.Source, f.Source)}, {"volume.filed_by", f.Taken[0].ActorName}, {"case.filed_on", f.FiledOn.Han()}}))
	for i := range f.Taken[1:] {
		t := &f.Taken[i+1]
		lines := b.said(f, t)
		if len(lines) == 0 {
			continue
		}
		p := b.sheet(sideSection(t.Step), "", t.ActorName, t.OnDay, lines)
		p.Title = b.stepName(f, t)
		p.sheet.Name, p.sheet.Blocks[0].Text = p.Title, p.Title
		out = append(out, p)
	}
	return out
}

func sideSection(step string) string {
	switch step {
	case "investigate", "inspect", "inquire":
		return Investigation
	case "review", "return", "approve", "deliberate", "discuss":
		return Review
	case "hear", "report_hearing":
		return Report
	case "close", "archive":
		return Closure
	}
	return Other
}

func (b *Binder) stepName(f *casework.File, t *casework.Taken) string {
	if s := b.docket.Procedure(f.Kind).Step(t.Step); s != nil && b.say.Has(s.Key(f.Kind)) {
		return b.say.T(s.Key(f.Kind))
	}
	return t.Step
}

// served is how a step served a paper.
func (b *Binder) served(f *casework.File, t *casework.Taken) (out [][2]string) {
	s := b.docket.Procedure(f.Kind).Step(t.Step)
	if s == nil {
		return nil
	}
	names := servedFields()
	for _, v := range s.Serves {
		names = append(names, v.Way, v.On)
	}
	for _, a := range s.Asks {
		if v := t.Data[a.Name]; v != "" && slices.Contains(names, a.Name) {
			out = append(out, [2]string{"ask." + a.Name, b.value(a, v)})
		}
	}
	if len(s.Serves) == 0 {
		return nil
	}
	return append([][2]string{{"volume.step", b.stepName(f, t)}}, out...)
}

// said is all that a step recorded.
func (b *Binder) said(f *casework.File, t *casework.Taken) (out [][2]string) {
	s := b.docket.Procedure(f.Kind).Step(t.Step)
	if s != nil {
		for _, a := range s.Asks {
			if v := t.Data[a.Name]; v != "" {
				out = append(out, [2]string{"ask." + a.Name, b.value(a, v)})
			}
		}
	}
	if t.Note != "" {
		out = append(out, [2]string{"volume.note", t.Note})
	}
	return out
}

func (b *Binder) value(a casework.Ask, v string) string {
	if a.Type == casework.AskChoice {
		return b.say.Or("choice."+a.Name+"."+v, v)
	}
	return v
}

func officers(f *casework.File) (out []string) {
	for _, m := range f.Officers() {
		out = append(out, m.Name+"（"+m.CertificateNo+"）")
	}
	return out
}

// sheet is a sheet of lines, each with the word for what it says.
func (b *Binder) sheet(section, title, who string, on calendar.Day, lines [][2]string) Piece {
	p := Piece{Section: section, Who: who, On: on}
	if title != "" {
		p.Title = b.say.T(title)
	}
	t := &typeset.Table{Columns: []typeset.Column{{Head: b.say.T("volume.item"), Share: 1}, {Head: b.say.T("volume.content"), Share: 3}}}
	for _, l := range lines {
		if l[1] != "" {
			t.Rows = append(t.Rows, []string{b.say.Or(l[0], l[0]), l[1]})
		}
	}
	p.sheet = &typeset.Paper{Name: p.Title, Made: on.Time(), Blocks: []typeset.Block{{Style: typeset.Title, Text: p.Title}, {Style: typeset.Grid, Table: t}, {Style: typeset.Sign, Text: who}, {Style: typeset.Sign, Text: on.Han()}}}
	return p
}

// cover is the cover of a volume.
func (b *Binder) cover(f *casework.File, volume string, pieces, pages int) *typeset.Paper {
	lines := [][2]string{{"volume.name", f.Title}, {"case.number", f.Number}, {"volume.decision", decisionNo(f)}, {"case.filed_on", day(f.FiledOn)}, {"case.closed_on", day(f.ClosedOn)}, {"volume.officers", strings.Join(officers(f), "、")},
		{"volume.no", f.Facts["volume"]}, {"volume.retention", b.say.Or("choice.retention."+f.Facts["retention"], b.say.T("volume.retention.open"))}, {"volume.pieces", b.say.T("volume.pieces.of", strconv.Itoa(pieces), strconv.Itoa(pages))}}
	p := b.sheet("", "volume."+volume, "", f.FiledOn, lines)
	office := b.names.Name(f.Jurisdiction, f.FiledOn)
	p.sheet.Blocks = append([]typeset.Block{{Style: typeset.Org, Text: office}}, p.sheet.Blocks[:2]...)
	p.sheet.Name = f.Number
	return p.sheet
}

func decisionNo(f *casework.File) string {
	if d := f.Decision(); d != nil {
		return d.Number
	}
	return ""
}

func day(d calendar.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.Han()
}

// catalogue is the list of what stands where.
func (b *Binder) catalogue(f *casework.File, pieces []Piece) *typeset.Paper {
	t := &typeset.Table{Columns: []typeset.Column{{Head: b.say.T("volume.col.n"), Share: 1}, {Head: b.say.T("volume.col.title"), Share: 6}, {Head: b.say.T("volume.col.who"), Share: 3}, {Head: b.say.T("volume.col.on"), Share: 3}, {Head: b.say.T("volume.col.pages"), Share: 2}}}
	for i, p := range pieces {
		pages := strconv.Itoa(p.From)
		if p.To > p.From {
			pages += "–" + strconv.Itoa(p.To)
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), joined(joined(p.Title, p.Number), bracketed(p.Remark)), p.Who, p.On.String(), pages})
	}
	return &typeset.Paper{Name: f.Number, Made: f.FiledOn.Time(), Blocks: []typeset.Block{{Style: typeset.Title, Text: b.say.T("volume.catalogue")}, {Style: typeset.Grid, Table: t}}}
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "（" + s + "）"
}

func joined(a, b string) string { return strings.TrimSpace(a + " " + b) }

// remarks is the sheet at the end: how many pages, what is missing, who bound it.
func (b *Binder) remarks(f *casework.File, by string, pages int, apart []string, on calendar.Day) *typeset.Paper {
	lines := [][2]string{{"volume.pages", b.say.T("volume.pages.of", strconv.Itoa(pages))}, {"volume.apart", strings.Join(apart, "；")}, {"volume.bound_by", by}, {"volume.bound_on", on.Han()}}
	if len(apart) == 0 {
		lines[1][1] = b.say.T("volume.apart.none")
	}
	p := b.sheet("", "volume.remarks", "", f.FiledOn, lines)
	p.sheet.Blocks = p.sheet.Blocks[:2]
	return p.sheet
}
