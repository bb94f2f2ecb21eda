// Package parts holds the pieces every page is made of: banner, steps, clocks, lists, forms, figures, each a typed struct with its component.
//
// The components take plain text and numbers, never a record of a domain package, and escape all of it. A sentence of
// their own comes from the catalogue (room parts); what a caller hands in is printed as it is, so it must already be
// in the reader's language.
package parts

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Tone is the one thing a colour says. It never stands alone: words or an icon say the same.
type Tone string

// The tones: red, amber, blue, grey, green, and none.
const (
	Late    Tone = "late"    // late or refused
	Soon    Tone = "soon"    // due soon, needs attention
	Running Tone = "running" // under way
	Stopped Tone = "stopped" // paused or closed
	Done    Tone = "done"    // done
	Plain   Tone = "plain"   // says nothing
)

func (t Tone) class(base string) string {
	switch t {
	case Late, Soon, Running, Stopped, Done:
		return base + " " + base + "-" + string(t)
	}
	return base
}

// Link is a text that leads somewhere; without an address it is the text alone.
type Link struct {
	Label, Href string
	Icon        string // a name of tools/assets/icons.txt, or nothing
}

// Hidden is a value a form carries unseen, such as the version of the record.
type Hidden struct{ Name, Value string }

// Action is one thing a person can do: a link, or with Post a small form of its own.
type Action struct {
	Label, Href string
	Icon        string
	Look        string // "primary", "danger", "quiet", or nothing for the plain button
	Post        bool
	Hidden      []Hidden
	Refused     string // why it cannot be done now: the button is shown disabled with this beside it
	Download    bool   // the link leads to a file
	Print       bool   // prints the page; shown where there is a script
}

func (a Action) class() string {
	switch a.Look {
	case "primary":
		return "btn btn-primary"
	case "danger":
		return "btn btn-danger"
	case "quiet":
		return "btn btn-ghost"
	}
	return "btn"
}

// Tab is one choice of a row of views: all, mine, my office.
type Tab struct {
	Label, Href string
	Active      bool
	Count       string // printed beside the label when not empty
}

// FieldID is the id of the field with this name, for links to it from elsewhere on the page.
func FieldID(name string) string {
	var b strings.Builder
	b.WriteString("f-")
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			b.WriteRune(r)
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}

// pct prints a share between 0 and 1 as an SVG length such as "37.5%".
func pct(share float64) string { return num(clamp(share)*100) + "%" }

// num prints a length with at most two decimals.
func num(f float64) string {
	s := strconv.FormatFloat(f, 'f', 2, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// clamp keeps a share between 0 and 1; what is not a number is 0.
func clamp(f float64) float64 {
	switch {
	case f > 1:
		return 1
	case f > 0:
		return f
	}
	return 0
}

// ariaCurrent marks the chosen one of several links.
func ariaCurrent(active bool, kind string) templ.Attributes {
	if active {
		return templ.Attributes{"aria-current": kind}
	}
	return nil
}
