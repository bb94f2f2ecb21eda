package report

import (
	"fmt"
	"strings"

	"huzhi/internal/calendar"
	"huzhi/internal/i18n"
)

// Span is a stretch of text; a figure leads to what it counts.
type Span struct {
	Text   string
	Href   string
	Figure bool
	Key    string // of what is counted: it stands for the figure in a draft
}

// Paragraph is a paragraph of the report. A note says what the reader must know of the figures.
type Paragraph struct {
	Spans []Span
	Note  bool
}

// String is the paragraph without its links.
func (g Paragraph) String() string {
	var b strings.Builder
	for _, s := range g.Spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// mark stands for the i-th argument in a sentence until its span takes the place: a character of the private use area,
// which no sentence and no name has.
const mark = '\ue000'

// para makes a paragraph of sentences; each is a key and its arguments, which are spans or what the catalogue prints.
func para(p *i18n.Printer, sentences ...sentence) Paragraph {
	var g Paragraph
	for i, s := range sentences {
		if i > 0 {
			g.add(Span{Text: p.T("report.list.gap")})
		}
		args := make([]any, len(s.args))
		for j := range s.args {
			args[j] = string(rune(mark + j))
		}
		g.split(p.T(s.key, args...), s.args)
	}
	return g
}

type sentence struct {
	key  string
	args []Span
}

func say(key string, args ...Span) sentence { return sentence{key, args} }

// split puts the spans where their marks stand.
func (g *Paragraph) split(text string, args []Span) {
	from := 0
	for i, r := range text {
		j := int(r - mark)
		if j < 0 || j >= len(args) {
			continue
		}
		g.add(Span{Text: text[from:i]})
		g.add(args[j])
		from = i + len(string(r))
	}
	g.add(Span{Text: text[from:]})
}

func (g *Paragraph) add(s Span) {
	if s.Text == "" {
		return
	}
	if n := len(g.Spans); n > 0 && s.Href == "" && !s.Figure && s.Key == "" && g.Spans[n-1].Href == "" && !g.Spans[n-1].Figure && g.Spans[n-1].Key == "" {
		g.Spans[n-1].Text += s.Text
		return
	}
	g.Spans = append(g.Spans, s)
}

// FigureText is a figure with its unit: 254 cases, 12,002.00 yuan; – where the person may not see it.
func FigureText(p *i18n.Printer, unit string, f Figure) string {
	switch {
	case f.Hidden != "":
		return "–"
	case unit == Yuan:
		return p.T(Yuan, p.Money(f.N))
	}
	return p.N(unit, int(f.N))
}

func plain(text string) Span { return Span{Text: text} }

// overHundreds is "more than 3,500" for 3,512: the figure as a report says it. "" where there is nothing to round.
func overHundreds(p *i18n.Printer, n int64) string {
	if n < 1000 || n%100 == 0 {
		return ""
	}
	return p.T("report.annual.over", n-n%100)
}

// Text is the report in words, each figure a link: what the city reports on the protection of patents each year.
func (a *Annual) Text(p *i18n.Printer) []Paragraph {
	out := []Paragraph{a.casesText(p)}
	if a.Table.Total.Sum.N > 0 {
		out = append(out, a.countiesText(p))
	}
	out = append(out, a.listingsText(p), a.hotlineText(p), a.closingText(p))
	if len(a.Standings) > 0 {
		out = append(out, a.standingsText(p))
	}
	return append(out, a.notes(p)...)
}

func (a *Annual) casesText(p *i18n.Printer) Paragraph {
	const k = "report.annual."
	when, offices := a.at(p, "when"), plain(a.OfficeNames(p))
	first := say(k+"total.same", when, offices, a.at(p, "total"), a.at(p, "previous"))
	switch growth := a.Cases.Growth; {
	case !growth.Known:
		first = say(k+"total.first", when, offices, a.at(p, "total"))
	case growth.Hundredths > 0:
		first = say(k+"total.more", when, offices, a.at(p, "total"), a.at(p, "growth"), a.at(p, "previous"))
	case growth.Hundredths < 0:
		first = say(k+"total.fewer", when, offices, a.at(p, "total"), a.at(p, "growth"), a.at(p, "previous"))
	}
	return para(p, first, say(k+"kinds", a.at(p, "counterfeit"), a.at(p, "infringement"), a.at(p, "dispute"), a.at(p, "ecommerce")))
}

// when is the year, or how far it has come.
func (a *Annual) when(p *i18n.Printer) string {
	if a.Running() {
		return p.T("report.annual.when.sofar", a.Name(p), dayText(p, a.Until))
	}
	return p.T("report.annual.when.year", a.Name(p))
}

// dayText is a day as running text has it: 2014年12月31日, 31 December 2014.
func dayText(p *i18n.Printer, d calendar.Day) string {
	y, m, n := d.Civil()
	return p.T("report.annual.day", fmt.Sprint(y), p.T(fmt.Sprintf("report.month.%d", int(m))), fmt.Sprint(n))
}

// Running says whether the year is not over: it is compared with as many days of the year before.
func (a *Annual) Running() bool { return a.Until < a.Period.To }

func (a *Annual) countiesText(p *i18n.Printer) Paragraph {
	var list []Span
	for i, place := range a.Table.Places {
		if f := a.Table.Total.Cells[i]; f.N > 0 {
			list = append(list, plain(PlaceName(p, a.regions, place)), a.at(p, "place."+place))
		}
	}
	g := para(p, say("report.annual.counties"))
	for i := 0; i < len(list); i += 2 {
		switch {
		case i == 0:
		case i == len(list)-2:
			g.add(plain(p.T("report.annual.county.and")))
		default:
			g.add(plain(p.T("report.annual.county.comma")))
		}
		one := para(p, say("report.annual.county", list[i], list[i+1]))
		for _, s := range one.Spans {
			g.add(s)
		}
	}
	g.add(plain(p.T("report.annual.county.stop")))
	return g
}

func (a *Annual) listingsText(p *i18n.Printer) Paragraph {
	x := a.Listings
	out := []sentence{say("report.annual.listings", a.at(p, "listings"), a.at(p, "listings.infringing"))}
	if x.Counterfeit.N+x.Removed.N+x.Restored.N > 0 {
		out = append(out, say("report.annual.listings.more", a.at(p, "listings.counterfeit"), a.at(p, "listings.removed"), a.at(p, "listings.restored")))
	}
	return para(p, out...)
}

func (a *Annual) hotlineText(p *i18n.Printer) Paragraph {
	const k = "report.annual."
	calls := say(k+"consultations", a.at(p, "consultations"), a.at(p, "complaints"))
	if overHundreds(p, a.Hotline.Consultations.N) != "" {
		calls = say(k+"consultations.over", a.at(p, "consultations"), a.at(p, "consultations.over"), a.at(p, "complaints"))
	}
	var out []sentence
	if len(a.Aid.Centres) > 0 {
		out = append(out, say(k+"centres", a.at(p, "centres")))
	}
	if len(a.Aid.Hotlines) > 0 {
		out = append(out, say(k+"lines", a.at(p, "lines.count"), a.at(p, "lines")))
	}
	return para(p, append(out, calls)...)
}

func (a *Annual) closingText(p *i18n.Printer) Paragraph {
	const k = "report.annual."
	out := []sentence{say(k+"closed", a.at(p, "closed"))}
	if a.Closing.InTimeShare.Known {
		out = append(out, say(k+"in_time", a.at(p, "in_time.of"), a.at(p, "in_time"), a.at(p, "in_time.share"), a.at(p, "over_time")))
	}
	out = append(out, say(k+"pending", a.at(p, "until"), a.at(p, "pending")))
	if a.Money.Fines.N+a.Money.Confiscated.N > 0 {
		out = append(out, say(k+"money", a.at(p, "fines"), a.at(p, "confiscated")))
	}
	return para(p, out...)
}

// standingsText is how the office stood among others, as somebody else said.
func (a *Annual) standingsText(p *i18n.Printer) Paragraph {
	var out []sentence
	for _, s := range a.Standings {
		key := "report.annual.standing"
		if s.Grade != "" {
			key += ".grade"
		}
		if s.Of == 0 {
			key = "report.annual.standing.only"
		}
		out = append(out, say(key, plain(s.Name), a.at(p, "standing."+s.ID+".of"), a.at(p, "standing."+s.ID), plain(s.Grade)))
	}
	return para(p, out...)
}

// notes are what the reader must know: what is counted, and in the demonstration office what we assumed.
func (a *Annual) notes(p *i18n.Printer) []Paragraph {
	out := []Paragraph{para(p, say("report.annual.note.count"))}
	if a.Demo {
		out = append(out, Paragraph{Spans: []Span{plain(DemoNote(p, a.Year))}})
	}
	for i := range out {
		out[i].Note = true
	}
	return out
}

// DemoNote says what is invented in the demonstration office and, of the years that published reports tell of, what we assumed.
func DemoNote(p *i18n.Printer, year int) string {
	const key = "report.annual.note.demo"
	return p.Or(fmt.Sprintf("%s.%d", key, year), p.T(key))
}
