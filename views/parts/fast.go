package parts

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"huzhi/internal/i18n"
)

// The smallest parts and the rows of a list are written here by hand instead of in templ: a list of fifty rows holds
// hundreds of them, rendering is most of what a page costs, and this takes a fifth of the time (BenchmarkTable). Text
// goes through text, which escapes it; raw is for markup of ours alone.

type writer struct {
	w   io.Writer
	err error
}

func (o *writer) raw(parts ...string) {
	for _, s := range parts {
		if o.err == nil {
			_, o.err = io.WriteString(o.w, s)
		}
	}
}

func (o *writer) text(s string) { o.raw(templ.EscapeString(s)) }

// attr writes one attribute with a value that is not an address.
func (o *writer) attr(name, value string) {
	o.raw(" ", name, `="`)
	o.text(value)
	o.raw(`"`)
}

// href writes an address; one that could run something becomes a harmless one.
func (o *writer) href(address string) { o.attr("href", string(templ.URL(address))) }

func (o *writer) part(ctx context.Context, c templ.Component) {
	if o.err == nil {
		o.err = c.Render(ctx, o.w)
	}
}

func byHand(write func(ctx context.Context, o *writer)) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		o := writer{w: w}
		write(ctx, &o)
		return o.err
	})
}

// Icon draws an icon of tools/assets/icons.txt. It says nothing to a screen reader: words stand beside it.
func Icon(name string) templ.Component {
	return byHand(func(_ context.Context, o *writer) {
		o.raw(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">`, iconPaths(name), `</svg>`)
	})
}

// Badge is a word on a tinted ground.
func Badge(tone Tone, label string) templ.Component {
	return byHand(func(_ context.Context, o *writer) { o.word(tone.class("pill"), label) })
}

// StatusDot is a coloured dot and the word that says the same.
func StatusDot(tone Tone, label string) templ.Component {
	return byHand(func(_ context.Context, o *writer) {
		o.raw(`<span class="sdot"><span class="`, tone.class("dot"), `" aria-hidden="true"></span>`)
		o.text(label)
		o.raw(`</span>`)
	})
}

// ClockBadge says in one line how long is left, is late or paused; always an icon (by style sheet) and words.
func ClockBadge(p *i18n.Printer, c Clock) templ.Component {
	return byHand(func(_ context.Context, o *writer) { o.clock(p, c) })
}

// ClockLine is the badge and under it the due day: the cell of a list.
func ClockLine(p *i18n.Printer, c Clock) templ.Component {
	return byHand(func(_ context.Context, o *writer) {
		o.clock(p, c)
		if !c.Due.IsZero() {
			o.word("cell-sub", p.Day(c.Due))
		}
	})
}

func (o *writer) word(class, text string) {
	o.raw(`<span class="`, class, `">`)
	o.text(text)
	o.raw(`</span>`)
}

func (o *writer) clock(p *i18n.Printer, c Clock) {
	o.word(c.class(), c.Words(p))
	if c.Provisional {
		o.raw(` <span class="pill pill-provisional"`)
		o.attr("title", p.T("parts.clock.provisional.why"))
		o.raw(`>`)
		o.text(p.T("parts.clock.provisional"))
		o.raw(`</span>`)
	}
}

// rows are the lines of a table.
func rows(p *i18n.Printer, t Table) templ.Component {
	return byHand(func(ctx context.Context, o *writer) {
		for _, r := range t.Rows {
			if c := r.class(); c != "" {
				o.raw(`<tr class="`, c, `">`)
			} else {
				o.raw(`<tr>`)
			}
			if t.Select != "" {
				o.raw(`<td class="lst-tick"><input type="checkbox" class="form-check-input"`)
				o.attr("name", t.Select)
				o.attr("value", r.ID)
				if t.Form != "" {
					o.attr("form", t.Form)
				}
				o.attr("aria-label", p.T("parts.table.tick", rowName(r)))
				o.raw(`></td>`)
			}
			o.cells(ctx, t, r.Cells)
			o.raw(`</tr>`)
		}
	})
}

// foot is the line of sums.
func foot(t Table) templ.Component {
	return byHand(func(ctx context.Context, o *writer) {
		o.raw(`<tr>`)
		if t.Select != "" {
			o.raw(`<td></td>`)
		}
		o.cells(ctx, t, t.Foot)
		o.raw(`</tr>`)
	})
}

func (o *writer) cells(ctx context.Context, t Table, cells []Cell) {
	for i, c := range cells {
		o.raw(`<td`)
		if class := c.class(i == 0); class != "" {
			o.raw(` class="`, class, `"`)
		}
		o.attr("data-label", t.label(i))
		o.raw(`>`)
		switch {
		case c.Body != nil:
			o.part(ctx, c.Body)
		case c.Href != "":
			o.raw(`<a class="cell-link"`)
			o.href(c.Href)
			o.raw(`>`)
			o.text(c.Text)
			o.raw(`</a>`)
		default:
			o.text(c.Text)
		}
		if c.Sub != "" {
			o.word(c.subClass(), c.Sub)
		}
		o.raw(`</td>`)
	}
}
